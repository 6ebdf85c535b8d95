//! Written job titles compared with the labels of occupations, in both languages.
//!
//! A label is like a title by its character n-grams (misspellings, inflections), by the stems of its
//! words and their parts (compounds), and by how much of it the title has. A concept is helped by its
//! other labels, by its best label in the other language and by its English texts, which a Swedish
//! title reaches through [`Translations`](super::Translations). The shares of these were fitted on
//! the development halves of title sets, see `models/README.md`.

use serde::{Deserialize, Serialize};

use super::{Certainty, Encoder, Error, LabelIndex, Model, Vector, other_features, shipped};
use crate::domain::{Bilingual, Language};

/// Names of the features of a title and a concept, in the order of their values.
///
/// * `label`: n-gram cosine of the best label.
/// * `label_words`: cosine of its stems.
/// * `label_covered`: share of its n-grams that the title has, by the squares of their weights.
/// * `labels`, `labels_words`: means of the first two over the concept's labels.
/// * `text`: cosine of the stems with all English labels and the description of the concept; beside
///   Swedish labels the stems are what the title's are in English.
/// * `other_language`: n-gram cosine of the best label in the other language.
/// * `meaning`: how far the concept stands out for the encoder, see [`Meanings`](super::Meanings); 0
///   without one.
pub(super) const FEATURES: [&str; 8] = [
    "label",
    "label_words",
    "label_covered",
    "labels",
    "labels_words",
    "text",
    "other_language",
    "meaning",
];
/// Number of the features of one label; the others are those of its concept.
const OF_LABEL: usize = 3;
/// Places of features of a concept.
const LABELS: usize = 3;
const LABELS_WORDS: usize = 4;
const TEXT: usize = 5;
const OTHER_LANGUAGE: usize = 6;
const MEANING: usize = 7;

/// Values of [`FEATURES`], each 0 to 1; the last may be a little more.
pub type TitleFeatures = [f32; FEATURES.len()];

/// Values of the features of one label.
type OfLabel = [f32; OF_LABEL];

/// A title's best label of a concept, and how like it is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct TitleMatch {
    /// Values of [`FEATURES`].
    pub features: TitleFeatures,
    /// Number of the label; `None` where no label shares anything.
    pub label: Option<u32>,
}

/// Shares of the features, by the language of the labels.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct TitleWeights {
    /// Where they come from, in words.
    pub chosen_on: String,
    /// Names of the features, in order; must be those of the program.
    pub features: Vec<String>,
    /// Swedish.
    pub sv: TitleFeatures,
    /// English.
    pub en: TitleFeatures,
    /// What makes probabilities of scores.
    pub certainty: Certainty,
}

impl TitleWeights {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, Error> {
        shipped("models/titles.json", include_str!("../../models/titles.json"), Self::problem)
    }

    /// What does not fit the program, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        other_features(&self.features, &FEATURES)
    }

    /// Whether what a title means counts, and not only how it is written.
    pub fn reads_meaning(&self) -> bool {
        self.sv[MEANING] > 0.0 || self.en[MEANING] > 0.0
    }

    /// Weights of these shares and this certainty.
    pub fn new(chosen_on: String, shares: &Bilingual<TitleFeatures>, certainty: Certainty) -> Self {
        let features = FEATURES.map(str::to_owned).to_vec();
        Self { chosen_on, features, sv: shares.sv, en: shares.en, certainty }
    }

    /// Shares of one language.
    pub fn of(&self, language: Language) -> &TitleFeatures {
        match language {
            Language::Sv => &self.sv,
            Language::En => &self.en,
        }
    }

    /// Score of a concept by its labels of one language; 1 and more where a label is the title.
    pub fn score(&self, language: Language, features: &TitleFeatures) -> f32 {
        self.of(language).iter().zip(features).map(|(weight, value)| weight * value).sum()
    }
}

/// Labels of one language, by n-grams and by words: the same labels in the same order.
#[derive(Debug, Clone, Copy)]
pub struct Labels<'a> {
    /// By n-grams.
    pub grams: &'a LabelIndex,
    /// By stems.
    pub words: &'a LabelIndex,
}

/// Cosines of one title with all labels of a language.
#[derive(Debug, Clone, PartialEq)]
pub struct Cosines {
    /// Of n-grams, one a label.
    pub grams: Vec<f32>,
    /// Of stems, one a label.
    pub words: Vec<f32>,
    /// Length of the title's own vector of n-grams.
    length: f32,
}

impl Labels<'_> {
    /// Compares a title with every label.
    pub fn cosines(&self, title: &str) -> Cosines {
        let (grams, length) = self.grams.compare(title);
        Cosines { grams, words: self.words.cosines(title), length }
    }

    /// The best label of every concept by the first three `weights`; `text` and `other_language` are
    /// still 0.
    pub fn matches(&self, cosines: &Cosines, weights: &TitleFeatures) -> Vec<TitleMatch> {
        let ranges = self.grams.ranges();
        ranges.map(|labels| self.best(cosines, labels, weights)).collect()
    }

    /// The features of a concept with one of its labels in the place of the best.
    pub fn with_label(
        &self,
        cosines: &Cosines,
        label: usize,
        concept: &TitleFeatures,
    ) -> TitleFeatures {
        let mut features = *concept;
        features[..OF_LABEL].copy_from_slice(&self.of_label(cosines, label));
        features
    }

    fn of_label(&self, cosines: &Cosines, label: usize) -> OfLabel {
        let gram = cosines.grams[label];
        let covered = covered(gram, cosines.length, self.grams.lengths[label]);
        [gram, cosines.words[label], covered]
    }

    fn best(
        &self,
        cosines: &Cosines,
        labels: std::ops::Range<usize>,
        weights: &TitleFeatures,
    ) -> TitleMatch {
        let grams = cosines.grams[labels.clone()].iter().copied();
        let words = cosines.words[labels.clone()].iter().copied();
        let lengths = self.grams.lengths[labels.clone()].iter().copied();
        let count = labels.len().max(1) as f32;
        let (mut most, mut best) = (0.0, None);
        let (mut sum_grams, mut sum_words) = (0.0, 0.0);
        for (((gram, word), length), label) in grams.zip(words).zip(lengths).zip(labels) {
            sum_grams += gram;
            sum_words += word;
            let score = weights[0] * gram
                + weights[1] * word
                + weights[2] * covered(gram, cosines.length, length);
            if score > most {
                (most, best) = (score, Some(label));
            }
        }
        let mut found = TitleMatch { label: best.map(super::sparse::index), ..Default::default() };
        if let Some(label) = best {
            found.features[..OF_LABEL].copy_from_slice(&self.of_label(cosines, label));
        }
        (found.features[LABELS], found.features[LABELS_WORDS]) =
            (sum_grams / count, sum_words / count);
        found
    }
}

/// Share of a label's terms that a title has, by their cosine and the lengths of both.
fn covered(cosine: f32, title: f32, label: f32) -> f32 {
    (cosine * title / label.max(f32::MIN_POSITIVE)).min(1.0)
}

impl TitleMatch {
    /// Fills in what a concept's matches in two languages say of each other.
    pub fn pair(one: &mut Self, other: &mut Self) {
        one.features[OTHER_LANGUAGE] = other.features[0];
        other.features[OTHER_LANGUAGE] = one.features[0];
    }

    /// How far the concept stands out for the encoder.
    pub fn meaning(&self) -> f32 {
        self.features[MEANING]
    }

    /// The same match with this value of it.
    #[must_use]
    pub fn with_meaning(mut self, meaning: f32) -> Self {
        self.features[MEANING] = meaning;
        self
    }

    /// Likeness of the texts of the concept.
    pub fn text(&self) -> f32 {
        self.features[TEXT]
    }

    /// The same match with this likeness of the concept's texts.
    #[must_use]
    pub fn with_text(mut self, cosine: f32) -> Self {
        self.features[TEXT] = cosine;
        self
    }
}

impl Model {
    /// Labels of occupations in one language.
    pub fn title_labels(&self, language: Language) -> Labels<'_> {
        Labels { grams: self.titles.get(language), words: self.title_words.get(language) }
    }

    /// The best label of every occupation, and in Swedish of every job title numbered after them, in
    /// both languages. About 0.5 ms for all of ESCO.
    pub fn match_title(&self, title: &str) -> Bilingual<Vec<TitleMatch>> {
        let weights = self.title_weights();
        self.match_title_by(title, weights, self.meaning_of(title, weights).as_ref())
    }

    /// What the encoder makes of a title, the costly part; `None` where none is on or these weights give
    /// nothing for it.
    pub fn meaning_of(&self, title: &str, weights: &TitleWeights) -> Option<Vector> {
        let encoder = self.encoder().filter(|_| weights.reads_meaning())?;
        Some(encoder.vector(title))
    }

    /// Has the encoder, where there is one, read titles that are asked about next.
    pub fn read_ahead(&self, titles: &[&str]) {
        if let Some(encoder) = self.encoder().filter(|_| self.title_weights().reads_meaning()) {
            encoder.read_ahead(titles);
        }
    }

    /// The same by other weights than the model's, with what the encoder makes of the title.
    pub fn match_title_by(
        &self,
        title: &str,
        weights: &TitleWeights,
        meaning: Option<&Vector>,
    ) -> Bilingual<Vec<TitleMatch>> {
        let of = |language, texts: Vec<f32>| {
            let labels = self.title_labels(language);
            let mut found = labels.matches(&labels.cosines(title), weights.of(language));
            for (found, text) in found.iter_mut().zip(texts) {
                found.features[TEXT] = text;
            }
            found
        };
        let swedish = || {
            let stems = self.title_words.sv.terms().of(title);
            let english = self.translations.english(stems.into_iter().map(|(stem, _)| stem));
            of(Language::Sv, self.title_texts.cosines_of(&english))
        };
        let english = || of(Language::En, self.title_texts.cosines(title));
        let (mut sv, mut en) = rayon::join(swedish, english);
        for (sv, en) in sv.iter_mut().zip(&mut en) {
            TitleMatch::pair(sv, en);
        }
        let mut found = Bilingual { sv, en };
        if let Some((encoder, title)) = self.encoder().zip(meaning) {
            self.add_meaning(encoder, title, &mut found);
        }
        found
    }

    /// Adds what a title means. A concept stands out by its labels of the language in which it does so
    /// more.
    fn add_meaning(
        &self,
        encoder: &Encoder,
        title: &Vector,
        matches: &mut Bilingual<Vec<TitleMatch>>,
    ) {
        for language in [Language::Sv, Language::En] {
            let near = encoder.titles(title, language, self.titles.get(language).ranges());
            for (found, near) in matches.get_mut(language).iter_mut().zip(near) {
                found.features[MEANING] = near.out;
                found.label = found.label.or(near.label);
            }
        }
        for (sv, en) in matches.sv.iter_mut().zip(&mut matches.en) {
            let out = sv.features[MEANING].max(en.features[MEANING]);
            (sv.features[MEANING], en.features[MEANING]) = (out, out);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Compounds, Grams, Terms};

    const LABELS: [(u32, &str); 4] =
        [(0, "lastbilsförare"), (0, "fjärrbilsförare"), (1, "bussförare"), (3, "kock")];

    fn matches(title: &str) -> Vec<TitleMatch> {
        let grams = LabelIndex::build(Grams { min: 2, max: 4, sharpness: 1.25 }, &LABELS);
        let lexicon = Compounds::learn(["lastbil", "buss", "förare", "förare av bil", "fjärrbil"]);
        let words = LabelIndex::build(Terms::Swedish(lexicon.into()), &LABELS);
        let labels = Labels { grams: &grams, words: &words };
        labels.matches(&labels.cosines(title), &[0.5, 0.3, 0.2, 0.0, 0.0, 0.0, 0.0, 0.0])
    }

    #[test]
    fn the_best_label_is_found_and_the_mean_is_over_all() {
        let found = matches("Lastbilsförare");
        assert_eq!(found.len(), 4);
        assert_eq!((found[0].label, found[2].label), (Some(0), None));
        assert!(
            (found[0].features[0] - 1.0).abs() < 1e-5 && (found[0].features[1] - 1.0).abs() < 1e-5
        );
        assert!(found[0].features[super::LABELS] < 1.0 && found[0].features[super::LABELS] > 0.5);
    }

    #[test]
    fn a_compound_written_apart_shares_its_words() {
        let found = matches("förare av buss");
        assert!(found[1].features[1] > 0.5, "{found:?}");
        assert!(found[1].features[1] > found[0].features[1]);
    }

    #[test]
    fn a_label_that_the_title_holds_whole_is_covered() {
        let [held, other] = [matches("busschaufför, bussförare")[1], matches("bussmekaniker")[1]];
        assert!(held.features[0] < 0.9 && held.features[2] > 0.99, "{held:?}");
        assert!(other.features[2] < 0.7, "{other:?}");
        let unknown = matches("kock qqqqqqqqqqqq")[3];
        assert!(unknown.features[2] > 0.99, "{unknown:?}");
    }

    #[test]
    fn the_shipped_weights_fit_the_program() {
        let shipped = TitleWeights::shipped().unwrap();
        for language in [Language::Sv, Language::En] {
            let same = [1.0, 1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0];
            // Each of the three is rounded to three decimals.
            assert!((shipped.score(language, &same) - 1.0).abs() < 2e-3);
        }
    }
}
