//! Written job titles compared with the labels of occupations, in both languages.
//!
//! A label is like a title by its character n-grams (misspellings, inflections) and by the stems of
//! its words and their parts (compounds). A concept is helped by its other labels, by all its texts
//! and by its best label in the other language. The shares of these were chosen on the development
//! halves of the MELO sets; a pairwise logistic fit on the same features came out worse.

use serde::{Deserialize, Serialize};

use super::{Error, LabelIndex, Model};
use crate::domain::{Bilingual, Language};

/// Names of the features of a title and a concept, in the order of their values.
///
/// * `label`: n-gram cosine of the best label.
/// * `label_words`: cosine of its stems.
/// * `labels`, `labels_words`: means of both over the concept's labels.
/// * `text`: cosine of the stems with all labels and the description of the concept.
/// * `other_language`: n-gram cosine of the best label in the other language.
pub(super) const FEATURES: [&str; 6] =
    ["label", "label_words", "labels", "labels_words", "text", "other_language"];

/// Values of [`FEATURES`], each 0 to 1.
pub type TitleFeatures = [f32; FEATURES.len()];

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
}

impl TitleWeights {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, Error> {
        let weights: Self = serde_json::from_str(include_str!("../../models/titles.json"))
            .map_err(|error| Error::artefact("models/titles.json", error.to_string()))?;
        if weights.features == FEATURES {
            return Ok(weights);
        }
        let problem = format!("features {:?} instead of {FEATURES:?}", weights.features);
        Err(Error::artefact("models/titles.json", problem))
    }

    /// Shares of one language.
    pub fn of(&self, language: Language) -> &TitleFeatures {
        match language {
            Language::Sv => &self.sv,
            Language::En => &self.en,
        }
    }

    /// Score of a concept by its labels of one language; about 1 where it is the right one.
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
}

impl Labels<'_> {
    /// Compares a title with every label.
    pub fn cosines(&self, title: &str) -> Cosines {
        Cosines { grams: self.grams.cosines(title), words: self.words.cosines(title) }
    }

    /// The best label of every concept by the first two `weights`; `text` and `other_language` are
    /// still 0.
    pub fn matches(&self, cosines: &Cosines, weights: &TitleFeatures) -> Vec<TitleMatch> {
        let ranges = self.grams.ranges();
        ranges.map(|labels| best_label(cosines, labels, weights)).collect()
    }
}

fn best_label(
    cosines: &Cosines,
    labels: std::ops::Range<usize>,
    weights: &TitleFeatures,
) -> TitleMatch {
    let (grams, words) = (&cosines.grams[labels.clone()], &cosines.words[labels.clone()]);
    let mut found = TitleMatch::default();
    let mut most = 0.0;
    let (mut sum_grams, mut sum_words) = (0.0, 0.0);
    for ((&gram, &word), label) in grams.iter().zip(words).zip(labels.clone()) {
        sum_grams += gram;
        sum_words += word;
        let score = weights[0] * gram + weights[1] * word;
        if score > most {
            most = score;
            (found.features[0], found.features[1]) = (gram, word);
            found.label = Some(super::sparse::index(label));
        }
    }
    let count = labels.len().max(1) as f32;
    (found.features[2], found.features[3]) = (sum_grams / count, sum_words / count);
    found
}

impl Model {
    /// Labels of occupations in one language.
    pub fn title_labels(&self, language: Language) -> Labels<'_> {
        Labels { grams: self.titles.get(language), words: self.title_words.get(language) }
    }

    /// The best label of every occupation, and in Swedish of every job title numbered after them, in
    /// both languages. About 0.5 ms for all of ESCO.
    pub fn match_title(&self, title: &str) -> Bilingual<Vec<TitleMatch>> {
        let of = |language| {
            let labels = self.title_labels(language);
            let mut found = labels.matches(&labels.cosines(title), self.title_weights.of(language));
            let texts = self.title_texts.get(language);
            for (found, text) in found.iter_mut().zip(texts.cosines(title)) {
                found.features[4] = text;
            }
            found
        };
        let (mut sv, mut en) = (of(Language::Sv), of(Language::En));
        for (sv, en) in sv.iter_mut().zip(&mut en) {
            (sv.features[5], en.features[5]) = (en.features[0], sv.features[0]);
        }
        Bilingual { sv, en }
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
        labels.matches(&labels.cosines(title), &[0.7, 0.3, 0.0, 0.0, 0.0, 0.0])
    }

    #[test]
    fn the_best_label_is_found_and_the_mean_is_over_all() {
        let found = matches("Lastbilsförare");
        assert_eq!(found.len(), 4);
        assert_eq!((found[0].label, found[2].label), (Some(0), None));
        assert!(
            (found[0].features[0] - 1.0).abs() < 1e-5 && (found[0].features[1] - 1.0).abs() < 1e-5
        );
        assert!(found[0].features[2] < 1.0 && found[0].features[2] > 0.5);
    }

    #[test]
    fn a_compound_written_apart_shares_its_words() {
        let found = matches("förare av buss");
        assert!(found[1].features[1] > 0.5, "{found:?}");
        assert!(found[1].features[1] > found[0].features[1]);
    }

    #[test]
    fn the_shipped_weights_fit_the_program() {
        let shipped = TitleWeights::shipped().unwrap();
        for language in [Language::Sv, Language::En] {
            assert!((shipped.score(language, &[1.0, 1.0, 0.0, 0.0, 0.0, 0.0]) - 1.0).abs() < 1e-6);
        }
    }
}
