//! The summary of a list as pictures. Names are those of the summary: Swedish where there is Swedish.

use super::{Counted, Report};
use crate::{
    domain::Language,
    plot::{Bar, Plot, Words, bars},
};

impl Report {
    /// What is missing most often for the first suggestion, and what of it no course of that suggestion
    /// gives. As the summary, it tells of no fewer than five people.
    pub fn plots(&self) -> Vec<Plot> {
        vec![
            gaps(
                "gaps",
                [
                    "Kompetenser som oftast saknas för det bästa förslaget",
                    "För varje kompetens antalet personer som saknar den för sitt bästa förslag, bland de tre som \
                     väger tyngst för var och en. De vanligaste; kompetenser som färre än fem saknar är inte \
                     med.",
                ],
                &self.top_gaps,
            ),
            gaps(
                "wanted_courses",
                [
                    "Det som saknas och ingen kurs i förslaget ger",
                    "För varje kompetens eller behörighet antalet personer som saknar den och vars kurser \
                     inte ger den. De vanligaste; sådant som färre än fem saknar är inte med.",
                ],
                &self.wanted_courses,
            ),
        ]
    }
}

fn gaps(name: &'static str, [title, description]: [&str; 2], counted: &[Counted]) -> Plot {
    let words = Words { language: Language::Sv, title, description };
    let list: Vec<Bar> = counted.iter().map(|one| Bar::of(&one.name, one.workers as f64)).collect();
    let picture =
        bars(words, ["Kompetens", "Personer"], &list, |people| Language::Sv.number(people, 0));
    Plot { name, picture }
}
