//! Texts of occupations and skills as unit tf-idf vectors.

use std::collections::HashMap;

use super::{
    lexical::words,
    sparse::{SparseRows, index, merge},
};
use crate::domain::{Bilingual, Language, Occupation, Taxonomy};

/// A word in more than this share of the occupations' texts says nothing of any ("and", "work").
const COMMON: f32 = 0.3;
/// Letters that stand for a word: "welder", "welding" and "welded" are one term.
const STEM: usize = 6;

/// How often each term of a text occurs, ascending term.
type Counts = Vec<(u32, f32)>;

/// Unit tf-idf rows, one an occupation, over the words of its English label, alternative labels
/// and description, and the number of columns.
pub(super) fn word_rows(occupations: &[Occupation]) -> (SparseRows, usize) {
    let mut terms = Terms::default();
    let counts: Vec<Counts> = occupations
        .iter()
        .map(|o| terms.count(words_of(Language::En, (&o.label, &o.alternatives, &o.description))))
        .collect();
    let idf = terms.idf(&counts, 1.0, COMMON);
    (weighted(&counts, &idf), terms.0.len())
}

/// Unit tf-idf rows over the word-bounded 3- to 5-grams of the Swedish label, and the number of
/// columns; the English label stands in where there is no Swedish one.
pub(super) fn label_rows(occupations: &[Occupation]) -> (SparseRows, usize) {
    let mut terms = Terms::default();
    let grams = |occupation: &Occupation| {
        let mut grams = Vec::new();
        for word in words(occupation.label.text(Language::Sv)) {
            let padded: Vec<char> = format!(" {word} ").chars().collect();
            for size in 3..=5 {
                grams.extend(padded.windows(size).map(|gram| gram.iter().collect::<String>()));
            }
        }
        grams
    };
    let counts: Vec<Counts> = occupations.iter().map(|o| terms.count(grams(o))).collect();
    let idf = terms.idf(&counts, 1.0, 1.0);
    (weighted(&counts, &idf), terms.0.len())
}

/// What work is said to be, in both languages: unit tf-idf rows over stems.
#[derive(Debug)]
pub(super) struct WorkTexts {
    /// An occupation's own text and the texts of all its skills; the terms are weighed by these.
    pub(super) documents: SparseRows,
    /// An occupation's own text.
    pub(super) occupations: SparseRows,
    /// A skill's text.
    pub(super) skills: SparseRows,
    /// Number of columns.
    pub(super) columns: usize,
}

impl WorkTexts {
    pub(super) fn of(taxonomy: &Taxonomy) -> Self {
        let mut terms = Terms::default();
        let skills: Vec<Counts> = taxonomy
            .skills
            .iter()
            .map(|s| terms.count(stems_of((&s.label, &s.alternatives, &s.description))))
            .collect();
        let own: Vec<Counts> = taxonomy
            .occupations
            .iter()
            .map(|o| terms.count(stems_of((&o.label, &o.alternatives, &o.description))))
            .collect();
        let documents: Vec<Counts> = taxonomy
            .occupations
            .iter()
            .zip(&own)
            .map(|(occupation, own)| {
                let of_skills = occupation.essential.iter().chain(&occupation.optional);
                let texts = of_skills.flat_map(|skill| &skills[*skill as usize]);
                merge(own.iter().chain(texts).copied().collect())
            })
            .collect();
        // A term of one occupation alone links it with nothing.
        let idf = terms.idf(&documents, 2.0, COMMON);
        Self {
            documents: weighted(&documents, &idf),
            occupations: weighted(&own, &idf),
            skills: weighted(&skills, &idf),
            columns: terms.0.len(),
        }
    }
}

/// Label, alternative labels and description of a concept.
type Text<'a> = (&'a Bilingual<String>, &'a Bilingual<Vec<String>>, &'a Bilingual<String>);

fn words_of(language: Language, (label, alternatives, description): Text<'_>) -> Vec<String> {
    let mut text = words(label.get(language));
    alternatives.get(language).iter().for_each(|label| text.extend(words(label)));
    text.extend(words(description.get(language)));
    text
}

fn stems_of(text: Text<'_>) -> impl Iterator<Item = String> {
    let languages = [Language::Sv, Language::En];
    let all = languages.into_iter().flat_map(move |language| words_of(language, text));
    all.filter(|word| word.chars().nth(1).is_some()).map(|word| word.chars().take(STEM).collect())
}

/// Terms in the order in which they were met.
#[derive(Default)]
struct Terms(HashMap<String, u32>);

impl Terms {
    fn count(&mut self, text: impl IntoIterator<Item = String>) -> Counts {
        let terms = text.into_iter().map(|term| {
            let next = index(self.0.len());
            (*self.0.entry(term).or_insert(next), 1.0)
        });
        let terms = terms.collect();
        merge(terms)
    }

    /// Inverse document frequency of every term; 0 for those in fewer than `rare` documents or in
    /// more than the share `common` of them.
    fn idf(&self, documents: &[Counts], rare: f32, common: f32) -> Vec<f32> {
        let mut frequency = vec![0.0_f32; self.0.len()];
        for (term, _) in documents.iter().flatten() {
            frequency[*term as usize] += 1.0;
        }
        let total = documents.len() as f32;
        let idf = |count: f32| {
            let tells = count >= rare && count <= common * total;
            if tells { ((1.0 + total) / (1.0 + count)).ln() + 1.0 } else { 0.0 }
        };
        frequency.into_iter().map(idf).collect()
    }
}

/// Unit rows; a term's count is dampened, `1 + ln(count)`.
fn weighted(texts: &[Counts], idf: &[f32]) -> SparseRows {
    let rows = texts.iter().map(|counts| {
        let told = counts.iter().filter(|(term, _)| idf[*term as usize] > 0.0);
        told.map(|&(term, count)| (term, (1.0 + count.ln()) * idf[term as usize]))
    });
    SparseRows::from_rows(rows).normalised()
}
