//! What nearness counts for: of titles and labels, of sentences and skills.
//!
//! All texts of e5 are near each other (cosines of 0.7 to 1), so a cosine says little; how far it
//! stands out among those of all concepts says much.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Encoder, rows::ByteRows};
use crate::{
    domain::{Bilingual, Language, Taxonomy},
    model::{Error, SkillWeights, TitleWeights, shipped, sparse::index},
};

/// Standard deviations that make a feature 1; what a title means stands out by 3 to 7.
const UNIT: f64 = 5.0;

/// Weights that count where an encoder is on, in the place of those without: letters and words count for
/// less beside what a text means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderWeights {
    /// Share of the mean over a concept's labels beside its best label in how near a title is.
    pub mean_share: f32,
    /// Of titles.
    pub titles: TitleWeights,
    /// Of skills in sentences.
    pub skills: SkillWeights,
}

impl EncoderWeights {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, Error> {
        let text = include_str!("../../../models/encoder.json");
        shipped("models/encoder.json", text, Self::problem)
    }

    /// What does not fit the program, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        self.titles.problem().or_else(|| self.skills.problem())
    }
}

/// How far every skill stands out for a sentence, in units of five standard deviations and not below 0,
/// by the language of its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Meanings(Bilingual<Vec<f32>>);

impl Meanings {
    /// By row of the skill.
    pub fn of(&self, language: Language) -> &[f32] {
        self.0.get(language)
    }

    /// Rows of the skills that stand out most, in no order.
    pub(in crate::model) fn most(&self, language: Language, count: usize) -> Vec<usize> {
        let all = self.of(language);
        let mut rows: Vec<usize> = (0..all.len()).collect();
        let order = |a: &usize, b: &usize| all[*b].total_cmp(&all[*a]).then(a.cmp(b));
        if rows.len() > count {
            rows.select_nth_unstable_by(count, order);
            rows.truncate(count);
        }
        rows
    }
}

/// A title or text as the encoder has it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Vector(Vec<f32>);

/// What a title has to do with a concept by its meaning.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Meaning {
    /// How far the concept stands out, in units of five standard deviations, not below 0.
    pub out: f32,
    /// Its label that is nearest; `None` where it has none in the language.
    pub label: Option<u32>,
}

impl Vector {
    /// Its values; their squares sum to 1.
    pub fn values(&self) -> &[f32] {
        &self.0
    }
}

/// Vectors of labels that are not those of the data set.
#[derive(Debug, Clone, PartialEq)]
pub struct OtherLabels(ByteRows);

impl Encoder {
    /// The vector of a text: the costly part, some 10 ms of two cores for a title, more the longer;
    /// nothing for one of the last thousands.
    pub fn vector(&self, text: &str) -> Vector {
        let known = self.read.get(text);
        known.unwrap_or_else(|| self.computed(&[text]).into_iter().next().unwrap_or_default())
    }

    /// Makes the vectors of texts that are asked for next: together they take less time than one after
    /// the other, for all weights pass once.
    pub fn read_ahead(&self, texts: &[&str]) {
        let mut new = texts.to_vec();
        new.retain(|text| self.read.get(text).is_none());
        if new.len() > 1 {
            self.computed(&new);
        }
    }

    /// Computes vectors and remembers them.
    fn computed(&self, texts: &[&str]) -> Vec<Vector> {
        // A tokenizer that read the probes reads any text; a zero vector stands out nowhere.
        let found = self.reader.vectors(texts);
        let nothing = || vec![vec![0.0; self.reader.width()]; texts.len()];
        let found: Vec<Vector> =
            found.unwrap_or_else(|_| nothing()).into_iter().map(Vector).collect();
        for (text, vector) in texts.iter().zip(&found) {
            self.read.keep(text, vector);
        }
        found
    }

    /// How far every concept stands out for a title by its labels of one language: occupations and job
    /// titles numbered after them. `ranges` are the numbers of each concept's labels.
    pub(in crate::model) fn titles(
        &self,
        title: &Vector,
        language: Language,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Meaning> {
        self.meanings(self.labels.titles.get(language), title, ranges)
    }

    /// Vectors of labels of one's own, on all cores; those that are also titles of the encoder's data
    /// set, whose `taxonomy` it is, are there already.
    ///
    /// # Errors
    /// [`Error::Encoder`] where the tokenizer fails.
    pub fn other_labels(&self, labels: &[&str], taxonomy: &Taxonomy) -> Result<OtherLabels, Error> {
        self.labels
            .others(&self.reader, taxonomy, labels)
            .map(OtherLabels)
            .map_err(|problem| Error::encoder("tokenizer.json", problem))
    }

    /// How far every concept stands out for a title by labels of one's own.
    pub fn other_titles(
        &self,
        title: &Vector,
        OtherLabels(labels): &OtherLabels,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Meaning> {
        self.meanings(labels, title, ranges)
    }

    fn meanings(
        &self,
        labels: &ByteRows,
        Vector(title): &Vector,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Meaning> {
        let cosines = labels.dots(title);
        let mean_share = self.manifest.weights.mean_share;
        let nearest: Vec<Option<(f32, usize)>> =
            ranges.map(|range| nearest(&cosines, range, mean_share)).collect();
        let near: Vec<Option<f32>> =
            nearest.iter().map(|found| found.map(|(near, _)| near)).collect();
        let meanings = standing_out(&near).into_iter().zip(nearest);
        meanings
            .map(|(out, found)| Meaning { out, label: found.map(|(_, label)| index(label)) })
            .collect()
    }

    /// How far every skill stands out for a sentence. About 20 ms.
    pub fn skills(&self, sentence: &str) -> Meanings {
        let Vector(vector) = self.vector(sentence);
        let of = |rows: &ByteRows| {
            let cosines = rows.dots(&vector).into_iter();
            // A skill without a label in this language has a vector of nothing but the prefix.
            standing_out(&cosines.map(Some).collect::<Vec<_>>())
        };
        Meanings(Bilingual { sv: of(&self.labels.skills.sv), en: of(&self.labels.skills.en) })
    }
}

/// The label of a concept that is nearest, and how near it is with the mean over all.
fn nearest(cosines: &[f32], labels: Range<usize>, mean_share: f32) -> Option<(f32, usize)> {
    let near = cosines.get(labels.clone())?;
    let mean = near.iter().sum::<f32>() / near.len() as f32;
    // Of equals the first.
    let best = near.iter().zip(labels).rev().max_by(|a, b| a.0.total_cmp(b.0))?;
    Some((best.0 + mean_share * mean, best.1))
}

/// How far each value stands out above the mean of all, in [`UNIT`]s; 0 where it does not or there is none.
fn standing_out(values: &[Option<f32>]) -> Vec<f32> {
    let known = || values.iter().flatten().map(|value| f64::from(*value));
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let over = if variance > 1e-12 { (UNIT * variance.sqrt()).recip() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "0 to 2 or so")]
    let of = |value: &Option<f32>| {
        value.map_or(0.0, |value| ((f64::from(value) - mean) * over).max(0.0) as f32)
    };
    values.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_far_above_the_mean_and_what_is_absent_does_not() {
        let found = standing_out(&[Some(1.0), Some(3.0), None]);
        assert_eq!(found, [0.0, 0.2, 0.0]);
        assert_eq!(standing_out(&[Some(0.5), Some(0.5)]), [0.0, 0.0]);
        assert!(standing_out(&[]).is_empty());
    }

    #[test]
    fn the_shipped_weights_can_be_read_and_help() {
        let shipped = EncoderWeights::shipped().unwrap();
        assert!(shipped.titles.reads_meaning() && shipped.skills.weights[5] > 0.0);
        assert!(!TitleWeights::shipped().unwrap().reads_meaning());
        assert!(SkillWeights::shipped().unwrap().weights[5].abs() < f32::EPSILON);
    }
}
