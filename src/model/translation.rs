//! Swedish words in English, learnt from the labels that occupations and skills have in both
//! languages.
//!
//! ESCO says much more of an occupation in English than in Swedish: eleven labels instead of two, and
//! a description. A Swedish title reaches them through the English words that its stems probably
//! stand for (IBM model 1, Brown et al. 1993).

use rayon::prelude::*;

use super::{
    LabelIndex, Terms,
    sparse::{SparseRows, index},
};
use crate::domain::{Bilingual, Taxonomy};

/// Rounds of expectation and maximisation. Three to fifteen measured alike.
const ROUNDS: usize = 6;
/// What chance is given beside the counted translations of a word, so that a word seen once is
/// believed less.
const CHANCE: f32 = 0.5;
/// Least probability of a translation that is kept.
const KEPT: f32 = 0.05;

/// English terms of Swedish ones. Immutable.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Translations {
    /// Swedish terms, ascending.
    pub(super) words: Vec<u64>,
    /// For each of them English terms, as columns of an index of English texts, with probabilities.
    pub(super) into: SparseRows,
}

impl Translations {
    /// Learns from the preferred labels of occupations and skills, cut by `terms`; English terms that
    /// `texts` does not have are left out. About 0.3 s for all of ESCO.
    pub(super) fn learn(taxonomy: &Taxonomy, terms: &Bilingual<Terms>, texts: &LabelIndex) -> Self {
        let occupations = taxonomy.occupations.iter().map(|occupation| &occupation.label);
        let labels: Vec<&Bilingual<String>> =
            occupations.chain(taxonomy.skills.iter().map(|skill| &skill.label)).collect();
        let cut = |terms: &Terms, label: &str| -> Vec<u64> {
            terms.of(label).into_iter().map(|(term, _)| term).collect()
        };
        let pairs: Vec<(Vec<u64>, Vec<u64>)> = labels
            .par_iter()
            .map(|label| (cut(&terms.sv, &label.sv), cut(&terms.en, &label.en)))
            .collect();
        let (cells, probability) = aligned(&pairs);
        let (mut words, mut rows) = (Vec::new(), Vec::new());
        let known = cells.iter().zip(probability).filter(|(_, p)| *p >= KEPT);
        for (&(swedish, english), p) in known {
            let Ok(column) = texts.hashes.binary_search(&english) else { continue };
            if words.last() != Some(&swedish) {
                words.push(swedish);
                rows.push(Vec::new());
            }
            if let Some(row) = rows.last_mut() {
                row.push((index(column), p));
            }
        }
        Self { words, into: SparseRows::from_rows(rows) }
    }

    /// English terms that Swedish ones may stand for, ascending, each with its highest probability.
    pub(super) fn english(&self, swedish: impl Iterator<Item = u64>) -> Vec<(u32, f32)> {
        let rows = swedish.filter_map(|term| self.words.binary_search(&term).ok());
        let mut found: Vec<(u32, f32)> = rows.flat_map(|row| self.into.row(row)).collect();
        found.sort_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        found.dedup_by_key(|(column, _)| *column);
        found
    }
}

/// All pairs of a Swedish and an English term that stand in two labels of one concept, ascending, and
/// the probability that the first is the second in English.
fn aligned(pairs: &[(Vec<u64>, Vec<u64>)]) -> (Vec<(u64, u64)>, Vec<f32>) {
    let all = pairs.iter().flat_map(|(swedish, english)| {
        swedish.iter().flat_map(move |s| english.iter().map(move |e| (*s, *e)))
    });
    let mut cells: Vec<(u64, u64)> = all.collect();
    cells.par_sort_unstable();
    cells.dedup();
    // For every English term of a label the cells of the Swedish terms it may come from.
    let sources: Vec<Vec<usize>> = pairs
        .par_iter()
        .flat_map_iter(|(swedish, english)| {
            let cells = &cells;
            english.iter().map(move |e| {
                swedish.iter().filter_map(|s| cells.binary_search(&(*s, *e)).ok()).collect()
            })
        })
        .collect();
    let mut probability = vec![1.0_f32; cells.len()];
    for _ in 0..ROUNDS {
        let mut counts = vec![0.0_f32; cells.len()];
        for cells in &sources {
            let total: f32 = cells.iter().map(|cell| probability[*cell]).sum();
            for cell in cells {
                counts[*cell] += probability[*cell] / total.max(f32::MIN_POSITIVE);
            }
        }
        let mut from = 0;
        for word in cells.chunk_by(|a, b| a.0 == b.0) {
            let places = from..from + word.len();
            let total: f32 = counts[places.clone()].iter().sum::<f32>() + CHANCE;
            for place in places {
                probability[place] = counts[place] / total;
            }
            from += word.len();
        }
    }
    (cells, probability)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        domain::{Occupation, Skill},
        model::Compounds,
    };

    #[test]
    fn words_are_told_apart_by_the_labels_they_share() {
        let occupation = |sv: &str, en: &str| Occupation {
            label: Bilingual::new(sv, en),
            ..Occupation::default()
        };
        let skill =
            |sv: &str, en: &str| Skill { label: Bilingual::new(sv, en), ..Skill::default() };
        let taxonomy = Taxonomy {
            occupations: vec![
                occupation("förare av buss", "bus driver"),
                occupation("förare av lastbil", "truck driver"),
                occupation("mekaniker, buss", "bus mechanic"),
            ],
            skills: vec![skill("laga lastbil", "repair truck"), skill("utan engelska", "")],
            ..Taxonomy::default()
        };
        let compounds = Arc::new(Compounds::of(&taxonomy));
        let terms = Bilingual { sv: Terms::Swedish(compounds), en: Terms::English };
        let texts = [(0, "bus driver"), (1, "truck driver"), (2, "bus mechanic")];
        let texts = LabelIndex::build(Terms::English, &texts);
        let learnt = Translations::learn(&taxonomy, &terms, &texts);
        let english = |text: &str| {
            let terms = terms.sv.of(text);
            texts.cosines_of(&learnt.english(terms.iter().map(|(term, _)| *term)))
        };
        let lorry = english("Lastbilsförare");
        assert!(lorry[1] > lorry[0] && lorry[0] > lorry[2], "{lorry:?}");
        let bus = english("bussmekaniker");
        assert!(bus[2] > 0.9 && bus[2] > bus[0], "{bus:?}");
        assert_eq!(english("utan"), [0.0; 3]);
        assert_eq!(english("kock"), [0.0; 3]);
    }

    #[test]
    fn a_taxonomy_in_one_language_teaches_nothing() {
        let terms = Bilingual { sv: Terms::English, en: Terms::English };
        let texts = LabelIndex::build(Terms::English, &[]);
        assert_eq!(Translations::learn(&Taxonomy::default(), &terms, &texts).words.len(), 0);
    }
}
