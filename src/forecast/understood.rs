//! What the rows of a notice were read as, where that is not sure.

use super::{Count, Named, Range, typical::Person};
use crate::domain::{Bilingual, Recommendation};

/// Rows that nothing, or nothing sure, was read of.
#[derive(Default)]
pub(super) struct Understood {
    pub(super) not_understood: Vec<Named>,
    pub(super) unsure: Vec<Named>,
}

impl Understood {
    /// Notes the row of people who were answered so.
    pub(super) fn note(&mut self, count: &Count, answers: &[(Person, Recommendation)]) {
        let mut read = answers.iter().map(|(_, answer)| answer.understood.occupations.first());
        let named = |key: String, label| {
            let people = f64::from(count.people);
            Named { key, label, people: Range { low: people, expected: people, high: people } }
        };
        let title = count.title.clone();
        match read.find_map(|read| read) {
            None => {
                let written = title.or_else(|| count.ssyk.clone()).unwrap_or_default();
                let label = Bilingual::new(&written, &written);
                self.not_understood.push(named(written, label));
            }
            Some(read) => {
                let unsure = title.filter(|_| !read.sure);
                self.unsure.extend(unsure.map(|title| named(title, Bilingual::clone(&read.label))));
            }
        }
    }
}
