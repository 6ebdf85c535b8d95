//! The similarity model: from a worker's skills and occupations to a score for every occupation, and
//! from written words to concepts. The only place that names linfa, ndarray and
//! tokenizers.
//!
//! * `lexical` compares written texts with labels, `compound` parts Swedish compounds; `sparse` is
//!   the matrix behind everything.
//! * `titles` compares job titles with occupations, `title_fit` fits how and `certainty` how sure that is, `translation` puts Swedish words into English.
//! * `skill_texts` finds skills in sentences, `skill_fit` fits how.
//! * `terms` compares longer texts; `course_groups` reads the SSYK groups a course leads to, `bundles`
//!   the courses that make up a training, `courses` links courses with skills and occupations.
//! * `text` are the texts of occupations and skills, `latent` is the space they span, `market` what
//!   occupation groups say.
//! * `features` turns evidence into feature rows, `ranker` turns those into a score; `likeness` does that for
//!   all occupations at once, by `postings` and in the registers of `wide`.
//! * `encoder` adds what texts mean, where one was added to the data set.
//! * `train` makes a [`Model`] of a data set, `artefact` keeps it on disk and `tensors` reads it there.

mod artefact;
mod bundles;
mod certainty;
pub mod compound;
mod course_groups;
mod courses;
mod encoder;
mod features;
mod latent;
pub mod lexical;
mod likeness;
mod market;
mod memo;
mod postings;
mod random;
mod ranker;
mod skill_fit;
mod skill_texts;
mod sparse;
mod tensors;
mod terms;
mod text;
mod title_fit;
mod titles;
mod train;
mod translation;
mod wide;

pub use artefact::{ModelManifest, Probe, StoredModel};
pub use bundles::{Aim, BundleReader, Fit};
pub use certainty::{Certainty, JudgedReadings, MISSPELLED, RIVALS};
pub use compound::Compounds;
pub use course_groups::{CourseText, GroupReader};
pub use courses::CourseLinks;
pub use encoder::{
    Encoder, EncoderManifest, EncoderWeights, Meaning, Meanings, OtherLabels, Vector,
    add as add_encoder, registers, remove as remove_encoder,
};
pub use features::{Evidence, Features, NAMES, OPTIONAL_WEIGHT};
pub use lexical::{BestLabel, Grams, LabelIndex, Terms};
pub use likeness::{Likeness, SkillColumns, Standpoint};
pub(crate) use memo::Memo;
pub use random::SplitMix;
pub use ranker::{Calibration, Pair, Ranker};
pub use skill_texts::{SkillFeatures, SkillMention, SkillTexts, SkillWeights, word_spans};
pub use sparse::SparseRows;
pub use title_fit::{
    FIRST_SHARES, TitleCase, TitleCases, TitleRival, fit_shares, mean_reciprocal_rank,
};
pub use titles::{Cosines, Labels, TitleFeatures, TitleMatch, TitleWeights};
pub use train::{Fitted, train};
pub use translation::Translations;

use std::sync::Arc;

use features::{Isco, Kinds};
use latent::Latent;
use market::Groups;
use postings::Postings;
use wide::Positions;

use crate::{dataset::DataSet, domain::Bilingual};

/// What can go wrong with a model.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// File or folder.
        path: std::path::PathBuf,
        /// The system's reason.
        source: std::io::Error,
    },
    /// The stored model is missing, damaged or of another data set.
    #[error("{file}: {problem}; make it anew with: kompetensnav train DATASET")]
    Artefact {
        /// File of the model.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// The encoder inside a data set is damaged or of another data set.
    #[error(
        "{file}: {problem}; add the encoder again (kompetensnav encoder add) or go on without it \
         (kompetensnav encoder remove)"
    )]
    Encoder {
        /// File of the encoder.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
    /// What was given as an encoder is none.
    #[error("{path}: {problem}; download it again, see docs/data-sets.md", path = path.display())]
    Input {
        /// File or folder.
        path: std::path::PathBuf,
        /// What is wrong with it.
        problem: String,
    },
    /// Training failed.
    #[error("training failed: {reason}")]
    Training {
        /// Why.
        reason: String,
    },
}

impl Error {
    fn artefact(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Artefact { file: file.into(), problem: problem.into() }
    }

    fn encoder(file: impl Into<String>, problem: impl Into<String>) -> Self {
        Self::Encoder { file: file.into(), problem: problem.into() }
    }
}

/// Reads committed weights; `problem` says what of them does not fit the program.
fn shipped<T: serde::de::DeserializeOwned>(
    file: &str,
    text: &str,
    problem: impl Fn(&T) -> Option<String>,
) -> Result<T, Error> {
    let weights: T =
        serde_json::from_str(text).map_err(|error| Error::artefact(file, error.to_string()))?;
    problem(&weights).map_or(Ok(weights), |problem| Err(Error::artefact(file, problem)))
}

/// What is wrong with weights of features that are not those of the program.
fn other_features(found: &[String], known: &[&str]) -> Option<String> {
    (found != known).then(|| format!("features {found:?} instead of {known:?}"))
}

/// A trained model of one data set. Immutable; share it between threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Model {
    /// SHA-256 over everything that changes a score.
    pub fingerprint: String,
    /// Feature weights.
    pub ranker: Ranker,
    /// Labels of occupations; in Swedish also job titles known by SSYK group only, numbered after
    /// the occupations.
    pub titles: Bilingual<LabelIndex>,
    /// The same labels by the stems of their words.
    pub title_words: Bilingual<LabelIndex>,
    /// All English labels and the description of each occupation as one text, by stems.
    pub title_texts: LabelIndex,
    /// Swedish stems in English, by which Swedish titles reach those texts.
    pub translations: Translations,
    /// Shares of the features that compare a title with a concept.
    title_weights: TitleWeights,
    /// Labels of skills.
    pub skill_labels: Bilingual<LabelIndex>,
    /// The same labels by the stems of their telling words.
    pub skill_texts: SkillTexts,
    /// Weights of what compares a sentence with a skill.
    skill_weights: SkillWeights,
    /// Courses by skill and occupation.
    pub course_links: CourseLinks,
    /// Inverse occupation frequency of each skill, `ln(occupations / occupations with the skill)`.
    pub idf: Vec<f32>,
    group_idf: Vec<f32>,
    groups_of_skill: Vec<Vec<u32>>,
    group_postings: Postings,
    latent: Latent,
    /// Position of every occupation in the latent space, from its text and its skills'.
    work: Positions,
    word_rows: SparseRows,
    word_postings: Postings,
    label_rows: SparseRows,
    label_postings: Postings,
    isco: Vec<Isco>,
    market: Groups,
    kinds: Kinds,
    encoder: Option<Encoder>,
}

impl Model {
    /// The same model with an encoder of the same data set, which changes its fingerprint.
    #[must_use]
    pub fn with_encoder(mut self, encoder: Encoder) -> Self {
        self.fingerprint = encoder.joined(&self.fingerprint);
        self.encoder = Some(encoder);
        self
    }

    /// Shares of what compares titles: those fitted with the encoder where one is on.
    pub fn title_weights(&self) -> &TitleWeights {
        self.encoder().map_or(&self.title_weights, |encoder| &encoder.manifest.weights.titles)
    }

    /// The same without what titles mean.
    pub fn written_title_weights(&self) -> &TitleWeights {
        &self.title_weights
    }

    /// Weights of what compares sentences with skills: those fitted with the encoder where one is on.
    pub fn skill_weights(&self) -> &SkillWeights {
        self.encoder().map_or(&self.skill_weights, |encoder| &encoder.manifest.weights.skills)
    }

    /// The encoder, where one is on.
    pub fn encoder(&self) -> Option<&Encoder> {
        self.encoder.as_ref()
    }

    /// Number of occupations the model scores.
    pub fn occupations(&self) -> usize {
        self.isco.len()
    }

    /// The compounds of the data set, see [`Compounds::of`].
    pub fn compounds(&self) -> Arc<Compounds> {
        match self.title_words.sv.terms() {
            Terms::Swedish(compounds) => Arc::clone(compounds),
            Terms::Grams(_) | Terms::English => Arc::default(),
        }
    }

    /// The model with other fitted weights, those that are given. `dataset` is what it was trained on.
    /// About 0.3 s for all of ESCO.
    ///
    /// # Errors
    /// Where the weights cannot be written down.
    pub fn fitted(mut self, fitted: Fitted, dataset: &DataSet) -> Result<Self, Error> {
        self.ranker = fitted.ranker.unwrap_or(self.ranker);
        self.title_weights = fitted.titles.unwrap_or(self.title_weights);
        self.skill_weights = fitted.skills.unwrap_or(self.skill_weights);
        self.fingerprint = self.digest(dataset)?;
        Ok(self)
    }

    /// Share of moves with this score that judges call feasible, 0 to 1, see [`Calibration`].
    pub fn feasible(&self, score: f32) -> f32 {
        self.ranker.calibration(self.market.is_known).share(score)
    }
}
