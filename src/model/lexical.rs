//! Labels found by character n-grams: exact tf-idf cosine between a written text and every label.
//!
//! N-grams are word-bounded: each word is padded with a space on both sides and cut into all runs of
//! `min..=max` characters. Compounds share most of them ("lastbilsförare", "lastbilschaufför"), and a
//! misspelling spoils only a few.

use std::{ops::RangeInclusive, sync::Arc};

use frostem::{Algorithm, Stemmer};
use rayon::prelude::*;

use super::Compounds;
use super::sparse::{SparseRows, index, merge, normalise_pairs};

/// Longest text that is compared, in characters; nobody writes a longer title.
const MAX_TEXT: usize = 300;

/// Lower-case words of a text: letters, digits and the signs of `C++` and `C#`; other signs part
/// words. Letters written as base and combining mark are composed first.
pub fn words(text: &str) -> Vec<String> {
    let composed = compose(text);
    composed
        .to_lowercase()
        .split(|c: char| !(c.is_alphanumeric() || c == '+' || c == '#'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect()
}

/// Joins the combining marks that Swedish text has (files from macOS keep them apart).
pub(crate) fn compose(text: &str) -> String {
    let mut composed = String::with_capacity(text.len());
    for c in text.chars() {
        let joined = match (composed.chars().last(), c) {
            (Some('a'), '\u{30a}') => 'å',
            (Some('A'), '\u{30a}') => 'Å',
            (Some('a'), '\u{308}') => 'ä',
            (Some('A'), '\u{308}') => 'Ä',
            (Some('o'), '\u{308}') => 'ö',
            (Some('O'), '\u{308}') => 'Ö',
            (Some('u'), '\u{308}') => 'ü',
            (Some('e'), '\u{301}') => 'é',
            (Some('E'), '\u{301}') => 'É',
            _ => {
                composed.push(c);
                continue;
            }
        };
        composed.pop();
        composed.push(joined);
    }
    composed
}

/// Lengths of the n-grams and the sharpness of idf.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Grams {
    /// Shortest.
    pub min: usize,
    /// Longest.
    pub max: usize,
    /// Exponent of idf.
    pub sharpness: f32,
}

impl Grams {
    /// Counted n-grams of a text as (hash, count), ascending.
    fn of(self, text: &str) -> Vec<(u64, f32)> {
        let short: String = text.chars().take(MAX_TEXT).collect();
        let words = words(&short);
        counted(words.iter().flat_map(|word| gram_hashes(word, self.min..=self.max)).collect())
    }
}

/// Hashes of the n-grams of a word, padded with a space on both sides, by their `sizes`.
pub(super) fn gram_hashes(word: &str, sizes: RangeInclusive<usize>) -> Vec<u64> {
    let padded: Vec<char> =
        std::iter::once(' ').chain(word.chars()).chain(std::iter::once(' ')).collect();
    sizes.flat_map(|size| padded.windows(size)).map(|gram| hash(gram.iter().copied())).collect()
}

/// Hashes with how often each is there, ascending.
pub(super) fn counted(mut hashes: Vec<u64>) -> Vec<(u64, f32)> {
    hashes.sort_unstable();
    let mut counted: Vec<(u64, f32)> = Vec::with_capacity(hashes.len());
    for hash in hashes {
        match counted.last_mut() {
            Some((last, count)) if *last == hash => *count += 1.0,
            _ => counted.push((hash, 1.0)),
        }
    }
    counted
}

/// How texts are cut into the terms that are compared.
#[derive(Debug, Clone, PartialEq)]
pub enum Terms {
    /// Character n-grams.
    Grams(Grams),
    /// Stems of Swedish words and of their parts.
    Swedish(Arc<Compounds>),
    /// Stems of English words (Snowball).
    English,
}

impl From<Grams> for Terms {
    fn from(grams: Grams) -> Self {
        Self::Grams(grams)
    }
}

impl Terms {
    /// Counted terms of a text as (hash, count), ascending.
    pub(super) fn of(&self, text: &str) -> Vec<(u64, f32)> {
        match self {
            Self::Grams(grams) => grams.of(text),
            Self::Swedish(compounds) => dampened(&compounds.stems(text)),
            Self::English => {
                let stemmer = Stemmer::new(Algorithm::English);
                let stem = |word: &String| stemmer.stem(word).into_owned();
                dampened(&words(text).iter().map(stem).collect::<Vec<String>>())
            }
        }
    }

    fn sharpness(&self) -> f32 {
        match self {
            Self::Grams(grams) => grams.sharpness,
            Self::Swedish(_) | Self::English => 1.0,
        }
    }
}

/// Words as (hash, dampened count), ascending: a word said five times is not five times as telling.
fn dampened(words: &[String]) -> Vec<(u64, f32)> {
    let mut counted = counted(words.iter().map(|word| hash(word.chars())).collect());
    for (_, count) in &mut counted {
        *count = 1.0 + count.ln();
    }
    counted
}

/// Unit vector of terms with their counts, weighed by the `idf` of their `column`, and how long it was.
/// Terms without a column take part in its length with the weight `unknown`, as they should: they are
/// what the text has and the documents lack.
pub(super) fn unit_vector(
    counts: impl Iterator<Item = (u64, f32)>,
    column: impl Fn(&u64) -> Option<u32>,
    idf: &[f32],
    unknown: f32,
) -> (Vec<(u32, f32)>, f32) {
    let mut strange = 0_u32;
    let mut vector: Vec<(u32, f32)> = counts
        .map(|(term, count)| {
            if let Some(column) = column(&term) {
                (column, count * idf[column as usize])
            } else {
                strange += 1;
                (u32::MAX - strange, count * unknown)
            }
        })
        .collect();
    let length = normalise_pairs(&mut vector);
    vector.retain(|(column, _)| (*column as usize) < idf.len());
    (vector, length)
}

/// FNV-1a over the characters' code points. Two of the 60,000 n-grams of ESCO's labels collide with
/// a chance of 1 in 10^10.
pub(super) fn hash(term: impl Iterator<Item = char>) -> u64 {
    term.fold(0xcbf2_9ce4_8422_2325, |hash, c| {
        (hash ^ u64::from(u32::from(c))).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Labels of concepts in one language, ready to be compared with a text.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelIndex {
    pub(super) terms: Terms,
    /// Known terms, ascending.
    pub(super) hashes: Vec<u64>,
    /// idf of each known term, to the power of the sharpness.
    pub(super) idf: Vec<f32>,
    /// Term -> labels, with label vectors of length 1.
    pub(super) postings: SparseRows,
    /// Length of each label's vector before it was scaled to 1.
    pub(super) lengths: Vec<f32>,
    /// First label of each concept, and the end: the labels of one concept stand together.
    pub(super) starts: Vec<u32>,
}

impl LabelIndex {
    /// Indexes labels given as (concept, text), concepts ascending. Memory: 8 bytes per n-gram of a
    /// label; 41,000 labels take about 0.2 s on two cores.
    pub fn build(terms: impl Into<Terms>, labels: &[(u32, &str)]) -> Self {
        let terms = terms.into();
        debug_assert!(labels.is_sorted_by_key(|(concept, _)| *concept), "one concept, one place");
        let counted: Vec<Vec<(u64, f32)>> =
            labels.par_iter().map(|(_, text)| terms.of(text)).collect();
        let mut hashes: Vec<u64> = counted.iter().flatten().map(|(hash, _)| *hash).collect();
        hashes.par_sort_unstable();
        let mut frequency: Vec<f32> = Vec::new();
        let mut known: Vec<u64> = Vec::new();
        for hash in hashes {
            if known.last() == Some(&hash) {
                if let Some(count) = frequency.last_mut() {
                    *count += 1.0;
                }
            } else {
                known.push(hash);
                frequency.push(1.0);
            }
        }
        let total = labels.len() as f32;
        let idf: Vec<f32> = frequency
            .iter()
            .map(|df| (((1.0 + total) / (1.0 + df)).ln() + 1.0).powf(terms.sharpness()))
            .collect();
        let mut built = Self {
            terms,
            hashes: known,
            idf,
            postings: SparseRows::default(),
            lengths: Vec::new(),
            starts: starts(labels.iter().map(|(concept, _)| *concept)),
        };
        let (rows, lengths): (Vec<_>, Vec<f32>) =
            counted.par_iter().map(|counts| built.vector(counts)).unzip();
        built.lengths = lengths;
        built.postings = SparseRows::from_rows(rows).transpose(built.hashes.len());
        built
    }

    /// Number of labels.
    pub fn len(&self) -> usize {
        self.starts.last().map_or(0, |end| *end as usize)
    }

    /// Whether there is no label.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The terms it compares.
    pub fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Numbers of the labels of each concept.
    pub fn ranges(&self) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
        self.starts.windows(2).map(|ends| ends[0] as usize..ends[1] as usize)
    }

    /// Numbers of the labels of a concept; none where it is unknown.
    pub(super) fn labels_of(&self, concept: usize) -> std::ops::Range<usize> {
        let at = |concept: usize| self.starts.get(concept).map(|start| *start as usize);
        at(concept).zip(at(concept + 1)).map_or(0..0, |(from, to)| from..to)
    }

    /// Columns of the terms of a text that some label has, ascending terms.
    pub(super) fn columns_of(&self, text: &str) -> Vec<u32> {
        let terms = self.terms.of(text);
        terms
            .iter()
            .filter_map(|(term, _)| self.hashes.binary_search(term).ok().map(index))
            .collect()
    }

    /// Place of a label among the labels of its concept, 0 for the first.
    pub fn place(&self, label: u32) -> usize {
        let after = self.starts.partition_point(|start| *start <= label);
        label as usize - after.checked_sub(1).map_or(0, |at| self.starts[at] as usize)
    }

    fn vector(&self, counts: &[(u64, f32)]) -> (Vec<(u32, f32)>, f32) {
        let unknown = ((1.0 + self.len() as f32).ln() + 1.0).powf(self.terms.sharpness());
        let column = |hash: &u64| self.hashes.binary_search(hash).ok().map(index);
        unit_vector(counts.iter().copied(), column, &self.idf, unknown)
    }

    /// Cosine of `text` with every label, in the order of the labels, 0 to 1. About 0.3 ms for
    /// 41,000 labels.
    pub fn cosines(&self, text: &str) -> Vec<f32> {
        self.compare(text).0
    }

    /// [`Self::cosines`], and the length of the text's own vector before it was scaled to 1. Cosine
    /// times this length over a label's is the share of the label's terms that the text has.
    pub(super) fn compare(&self, text: &str) -> (Vec<f32>, f32) {
        let (vector, length) = self.vector(&self.terms.of(text));
        (self.cosines_with(&merge(vector)), length)
    }

    /// Cosine of known terms, given by their place among [`Self::hashes`] with a weight, with every
    /// label.
    pub(super) fn cosines_of(&self, terms: &[(u32, f32)]) -> Vec<f32> {
        let mut vector: Vec<(u32, f32)> =
            terms.iter().map(|&(term, weight)| (term, weight * self.idf[term as usize])).collect();
        normalise_pairs(&mut vector);
        self.cosines_with(&vector)
    }

    fn cosines_with(&self, vector: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.len()];
        self.postings.accumulate(vector, &mut scores);
        scores
    }

    /// For every concept the best of its labels: (cosine, label), and the mean over its labels.
    pub fn best_by_concept(&self, cosines: &[f32]) -> Vec<BestLabel> {
        self.ranges().map(|labels| BestLabel::of(&cosines[labels.clone()], labels.start)).collect()
    }
}

/// Where the labels of each concept start, given the concept of every label, ascending; and where
/// the last ones end.
pub(super) fn starts(concepts: impl Iterator<Item = u32>) -> Vec<u32> {
    let mut starts = vec![0];
    let mut labels = 0;
    for concept in concepts {
        starts.resize((concept as usize + 1).max(starts.len()), labels);
        labels += 1;
    }
    starts.push(labels);
    if labels == 0 { vec![0] } else { starts }
}

/// The label of a concept that is nearest to a text.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct BestLabel {
    /// Its cosine.
    pub cosine: f32,
    /// Its number; `None` where no label shares an n-gram.
    pub label: Option<u32>,
    /// Mean cosine over the concept's labels.
    pub mean: f32,
}

impl BestLabel {
    /// The best of a concept's `cosines`, the first of which is that of label `first`.
    fn of(cosines: &[f32], first: usize) -> Self {
        let mut best = Self::default();
        let mut sum = 0.0;
        for (label, &cosine) in (first..).zip(cosines) {
            sum += cosine;
            if cosine > best.cosine {
                (best.cosine, best.label) = (cosine, Some(index(label)));
            }
        }
        best.mean = sum / cosines.len().max(1) as f32;
        best
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GRAMS: Grams = Grams { min: 2, max: 4, sharpness: 1.25 };

    fn best(labels: &[(u32, &str)], text: &str) -> Option<u32> {
        let index = LabelIndex::build(GRAMS, labels);
        let best = index.best_by_concept(&index.cosines(text));
        let top = best.iter().enumerate().max_by(|a, b| a.1.cosine.total_cmp(&b.1.cosine))?;
        (top.1.cosine > 0.0).then_some(super::index(top.0))
    }

    #[test]
    fn misspellings_and_compounds_find_their_label() {
        let labels =
            [(0, "lastbilsförare"), (1, "bussförare"), (1, "busschaufför"), (2, "undersköterska")];
        assert_eq!(best(&labels, "lastbilförarre"), Some(0));
        assert_eq!(best(&labels, "undersjöterska"), Some(2));
        assert_eq!(best(&labels, "BUSSCHAUFFÖR "), Some(1));
        assert_eq!(best(&labels, "!!! ???"), None);
    }

    #[test]
    fn an_identical_label_has_cosine_one_in_any_spelling_of_its_letters() {
        let index = LabelIndex::build(GRAMS, &[(0, "Målare, C++"), (1, "svetsare")]);
        for text in ["Målare, C++", "ma\u{30a}lare c++", " MÅLARE\u{a0}C++"] {
            assert!((index.cosines(text)[0] - 1.0).abs() < 1e-5, "{text}");
        }
    }

    #[test]
    fn letters_no_label_has_lower_the_cosine() {
        let index = LabelIndex::build(GRAMS, &[(0, "svetsare")]);
        assert!(index.cosines("svetsare qqqqqqqq")[0] < 0.8);
    }
}
