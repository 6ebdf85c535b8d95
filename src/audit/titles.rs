//! Job titles that differ by sex: does the program read both as the same work?

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{Bilingual, Profile, ResolvedConcept},
    engine::Engine,
};

/// Pairs of titles, a woman's and a man's; data/README.md has the format.
const PAIRS: &str = include_str!("../../data/gendered_titles.csv");

/// What became of the pairs.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct TitleTest {
    /// Pairs that were tried.
    pub pairs: usize,
    /// Pairs read as one occupation.
    pub same: usize,
    /// Pairs read differently, or of which one was not understood.
    pub different: Vec<TitlePair>,
    /// Pairs neither of which was understood.
    pub neither: usize,
    /// Fingerprint of the data set they were read with.
    pub dataset: String,
}

/// A pair that is read differently.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct TitlePair {
    /// The woman's title.
    pub women: String,
    /// The man's title.
    pub men: String,
    /// What the first is read as; absent where it is not understood.
    pub women_read: Option<Bilingual<String>>,
    /// What the second is read as.
    pub men_read: Option<Bilingual<String>>,
    /// Whether both lie in one SSYK group, so that demand and wage are the same.
    pub same_group: bool,
}

/// Reads all pairs. A few milliseconds a pair.
pub fn test(engine: &Engine) -> TitleTest {
    let pairs: Vec<(&str, &str)> = pairs().collect();
    let mut test = TitleTest {
        pairs: pairs.len(),
        same: 0,
        different: Vec::new(),
        neither: 0,
        dataset: engine.dataset().manifest.fingerprint.clone(),
    };
    for (women, men) in pairs {
        match (read(engine, women), read(engine, men)) {
            (None, None) => test.neither += 1,
            (Some(one), Some(other)) if one.id == other.id => test.same += 1,
            (one, other) => test.different.push(TitlePair {
                women: women.to_owned(),
                men: men.to_owned(),
                same_group: one.as_ref().zip(other.as_ref()).is_some_and(|(one, other)| {
                    let group = |concept: &ResolvedConcept| {
                        engine.dataset().taxonomy.occupation(concept.ix).ssyk.first()
                    };
                    group(one).is_some() && group(one) == group(other)
                }),
                women_read: one.map(|concept| Bilingual::clone(&concept.label)),
                men_read: other.map(|concept| Bilingual::clone(&concept.label)),
            }),
        }
    }
    test
}

/// What the first occupation of a worker with this title is.
fn read(engine: &Engine, title: &str) -> Option<ResolvedConcept> {
    let profile = Profile { titles: vec![title.to_owned()], ..Profile::default() };
    engine.resolve(&profile).occupations.into_iter().next()
}

fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rows = PAIRS.lines().filter(|line| !line.starts_with('#') && !line.is_empty()).skip(1);
    rows.filter_map(|row| row.split_once(','))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_pairs_are_pairs_and_each_is_there_once() {
        let all: Vec<_> = pairs().collect();
        assert!(all.len() > 50, "{}", all.len());
        assert_eq!(all.iter().collect::<BTreeSet<_>>().len(), all.len());
        assert!(all.iter().all(|(women, men)| women != men && !men.contains(',')));
    }
}
