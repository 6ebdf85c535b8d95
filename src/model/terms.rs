//! Texts as bags of terms: tf-idf cosine between a text and documents that were indexed.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{
    compound::Compounds,
    lexical::{counted, gram_hashes, hash, unit_vector, words},
    sparse::{SparseRows, index},
};

/// Words that say nothing about what a course or an occupation is about.
const STOP: [&str; 56] = [
    "och",
    "att",
    "i",
    "på",
    "för",
    "med",
    "som",
    "av",
    "till",
    "är",
    "en",
    "ett",
    "den",
    "det",
    "de",
    "du",
    "kan",
    "om",
    "eller",
    "vid",
    "har",
    "från",
    "ska",
    "inom",
    "så",
    "dig",
    "din",
    "ditt",
    "dina",
    "vi",
    "ha",
    "även",
    "under",
    "utbildning",
    "utbildningen",
    "kurs",
    "kursen",
    "arbeta",
    "arbetar",
    "lär",
    "får",
    "ges",
    "blir",
    "vill",
    "där",
    "samt",
    "olika",
    "andra",
    "annan",
    "annat",
    "distans",
    "m",
    "fl",
    "t",
    "ex",
    "övriga",
];

/// What a text is cut into.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cut<'a> {
    /// Stems of words and of the parts of compounds, without words that say nothing.
    Stems(&'a Compounds),
    /// Runs of this many characters within words, word ends marked.
    Grams {
        /// Shortest.
        min: usize,
        /// Longest.
        max: usize,
    },
}

impl Cut<'_> {
    /// Terms of a text as (hash, count), ascending.
    fn count(self, text: &str) -> Vec<(u64, f32)> {
        let mut terms: Vec<u64> = Vec::new();
        for word in words(text) {
            match self {
                Self::Stems(_) if STOP.contains(&word.as_str()) => {}
                Self::Stems(compounds) => {
                    terms.extend(compounds.split(&word).iter().map(|stem| hash(stem.chars())));
                }
                Self::Grams { min, max } => terms.extend(gram_hashes(&word, min..=max)),
            }
        }
        counted(terms)
    }
}

/// Documents as unit tf-idf vectors, tf dampened to `1 + ln(count)`, read by term.
#[derive(Debug)]
pub(super) struct TermIndex {
    columns: HashMap<u64, u32>,
    idf: Vec<f32>,
    postings: SparseRows,
    documents: usize,
}

impl TermIndex {
    /// Indexes documents: O(their terms).
    pub(super) fn build<T: AsRef<str> + Sync>(cut: Cut<'_>, documents: &[T]) -> Self {
        let counted: Vec<Vec<(u64, f32)>> =
            documents.par_iter().map(|text| cut.count(text.as_ref())).collect();
        let mut columns: HashMap<u64, u32> = HashMap::new();
        let mut frequency: Vec<f32> = Vec::new();
        for (term, _) in counted.iter().flatten() {
            let next = index(columns.len());
            let column = *columns.entry(*term).or_insert(next);
            if column == next {
                frequency.push(0.0);
            }
            frequency[column as usize] += 1.0;
        }
        let total = documents.len() as f32;
        let idf = frequency.iter().map(|df| ((1.0 + total) / (1.0 + df)).ln() + 1.0).collect();
        let mut built =
            Self { columns, idf, postings: SparseRows::default(), documents: documents.len() };
        let rows: Vec<_> = counted.iter().map(|counts| built.vector(counts)).collect();
        built.postings = SparseRows::from_rows(rows).transpose(built.idf.len());
        built
    }

    /// Cosine of a text, cut like the documents, with every document.
    pub(super) fn cosines(&self, cut: Cut<'_>, text: &str) -> Vec<f32> {
        let mut scores = vec![0.0; self.documents];
        self.postings.accumulate(&self.vector(&cut.count(text)), &mut scores);
        scores
    }

    fn vector(&self, counts: &[(u64, f32)]) -> Vec<(u32, f32)> {
        let unknown = (1.0 + self.documents as f32).ln() + 1.0;
        let dampened = counts.iter().map(|(term, count)| (*term, 1.0 + count.ln()));
        unit_vector(dampened, |term| self.columns.get(term).copied(), &self.idf, unknown).0
    }
}

/// Adds `weight` times the values, scaled to a maximum of 1; zeros add nothing.
pub(super) fn add_scaled(sum: &mut [f32], values: &[f32], weight: f32) {
    let most = values.iter().copied().fold(0.0, f32::max);
    if most > 0.0 {
        for (sum, value) in sum.iter_mut().zip(values) {
            *sum += weight * value / most;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_found_by_parts_of_compounds_and_equal_texts_have_cosine_one() {
        let documents = ["förare av lastbil", "kock i restaurang", "lastbil"];
        let compounds = Compounds::learn(documents);
        let cut = Cut::Stems(&compounds);
        let index = TermIndex::build(cut, &documents);
        let found = index.cosines(cut, "Lastbilsförare");
        assert!(found[0] > found[2] && found[2] > 0.0 && found[1] == 0.0, "{found:?}");
        assert!((index.cosines(cut, "i restaurang, kock")[1] - 1.0).abs() < 1e-6);
        assert_eq!(index.cosines(cut, "och att"), [0.0; 3]);
    }

    #[test]
    fn unknown_terms_lower_the_cosine() {
        let cut = Cut::Grams { min: 3, max: 5 };
        let index = TermIndex::build(cut, &["svetsare", "kock"]);
        assert!((index.cosines(cut, "svetsare")[0] - 1.0).abs() < 1e-6);
        assert!(index.cosines(cut, "svetsare qqqqqq")[0] < 0.8);
    }

    #[test]
    fn values_are_scaled_by_the_largest() {
        let mut sum = [1.0, 1.0];
        add_scaled(&mut sum, &[0.2, 0.1], 2.0);
        add_scaled(&mut sum, &[0.0, 0.0], 2.0);
        assert!(
            sum.iter().zip([3.0, 2.0]).all(|(a, b): (&f32, f32)| (a - b).abs() < 1e-6),
            "{sum:?}"
        );
    }
}
