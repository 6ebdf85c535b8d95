//! Texts of occupations as unit tf-idf vectors: words of the English texts, character n-grams of the
//! Swedish labels.

use std::collections::{BTreeMap, HashMap};

use super::{
    lexical::words,
    sparse::{SparseRows, index},
};
use crate::domain::Occupation;

/// Unit tf-idf rows, one an occupation, over the words of its English label, alternative labels
/// and description. tf is dampened, `1 + ln(count)`.
pub(super) fn word_rows(occupations: &[Occupation]) -> (SparseRows, usize) {
    tf_idf(occupations.iter().map(|occupation| {
        let mut text = words(&occupation.label.en);
        for label in &occupation.alternatives.en {
            text.extend(words(label));
        }
        text.extend(words(&occupation.description.en));
        text
    }))
}

/// Unit tf-idf rows over the word-bounded 3- to 5-grams of the Swedish label; the English label
/// stands in where there is no Swedish one.
pub(super) fn label_rows(occupations: &[Occupation]) -> (SparseRows, usize) {
    tf_idf(occupations.iter().map(|occupation| {
        let label = occupation.label.text(crate::domain::Language::Sv);
        let mut grams = Vec::new();
        for word in words(label) {
            let padded: Vec<char> = format!(" {word} ").chars().collect();
            for size in 3..=5 {
                grams.extend(padded.windows(size).map(|gram| gram.iter().collect::<String>()));
            }
        }
        grams
    }))
}

/// Unit tf-idf rows of documents given as terms, and the number of columns.
fn tf_idf(documents: impl Iterator<Item = Vec<String>>) -> (SparseRows, usize) {
    let mut terms: HashMap<String, u32> = HashMap::new();
    let mut frequency: Vec<f32> = Vec::new();
    let mut counted: Vec<Vec<(u32, f32)>> = Vec::new();
    for document in documents {
        let mut counts: BTreeMap<u32, f32> = BTreeMap::new();
        for term in document {
            let next = index(terms.len());
            let term = *terms.entry(term).or_insert(next);
            if term == next {
                frequency.push(0.0);
            }
            *counts.entry(term).or_default() += 1.0;
        }
        for term in counts.keys() {
            frequency[*term as usize] += 1.0;
        }
        counted.push(counts.into_iter().collect());
    }
    let total = counted.len() as f32;
    let idf = |term: u32| ((1.0 + total) / (1.0 + frequency[term as usize])).ln() + 1.0;
    let rows = counted
        .iter()
        .map(|counts| counts.iter().map(|&(term, count)| (term, (1.0 + count.ln()) * idf(term))));
    (SparseRows::from_rows(rows).normalised(), terms.len())
}
