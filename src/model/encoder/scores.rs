//! What nearness counts for: of titles and labels, of sentences and skills.
//!
//! All texts of e5 are near each other (cosines of 0.7 to 1), so a cosine says little; how far it
//! stands out among those of all concepts says much.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::{Encoder, rows::ByteRows};
use crate::{
    domain::{Bilingual, Language, Taxonomy},
    model::{Error, Model, SkillFeatures, TitleMatch, sparse::index},
};

/// Features of a sentence and a skill with an encoder: those without one, and how far the skill stands
/// out among all skills.
const SKILL_FEATURES: usize = 6;

/// Weights that count where an encoder is on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderWeights {
    /// Where they come from, in words.
    pub chosen_on: String,
    /// Score of a title's concept for each standard deviation that it stands out.
    pub titles: f32,
    /// Share of the mean over a concept's labels beside its best label.
    pub mean_share: f32,
    /// Log-odds of a skill: the features without an encoder, then the standard deviations that its
    /// preferred label stands out.
    pub skills: [f32; SKILL_FEATURES],
    /// Log-odds of a skill where all of these are 0.
    pub skills_intercept: f32,
}

impl EncoderWeights {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, Error> {
        serde_json::from_str(include_str!("../../../models/encoder.json"))
            .map_err(|error| Error::artefact("models/encoder.json", error.to_string()))
    }
}

impl EncoderWeights {
    /// Share of skills with these features that experts named for their sentence, 0 to 1.
    pub(in crate::model) fn share(&self, features: &SkillFeatures, meant: f32) -> f32 {
        let values = features.iter().chain(std::iter::once(&meant));
        let terms = self.skills.iter().zip(values).map(|(weight, value)| weight * value);
        1.0 / (1.0 + (-(self.skills_intercept + terms.sum::<f32>())).exp())
    }
}

/// How far every skill stands out for a sentence, in standard deviations, by the language of its label.
#[derive(Debug, Clone, PartialEq)]
pub struct Meaning(Bilingual<Vec<f32>>);

impl Meaning {
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
#[derive(Debug, Clone, PartialEq)]
pub struct Vector(Vec<f32>);

/// What a concept's score gains by what a title means.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Gain {
    /// Added to its score.
    pub score: f32,
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
    /// The vector of a text: the costly part, about 10 ms a title, more the longer.
    pub fn vector(&self, text: &str) -> Vector {
        // A tokenizer that read the probes reads any text; a zero vector stands out nowhere.
        let found = self.reader.vectors(&[text]).unwrap_or_default();
        Vector(found.into_iter().next().unwrap_or_else(|| vec![0.0; self.reader.width()]))
    }

    /// What every concept's score gains for a title, by the language of its labels: of occupations and
    /// of job titles numbered after them. `ranges` are the numbers of each concept's labels.
    pub(in crate::model) fn titles(
        &self,
        title: &Vector,
        language: Language,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Gain> {
        self.gains(self.labels.titles.get(language), title, ranges)
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

    /// What every concept's score gains for a title by labels of one's own.
    pub fn other_titles(
        &self,
        title: &Vector,
        OtherLabels(labels): &OtherLabels,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Gain> {
        self.gains(labels, title, ranges)
    }

    fn gains(
        &self,
        labels: &ByteRows,
        Vector(title): &Vector,
        ranges: impl Iterator<Item = Range<usize>>,
    ) -> Vec<Gain> {
        let cosines = labels.dots(title);
        let nearest: Vec<Option<(f32, usize)>> =
            ranges.map(|range| nearest(&cosines, range, self.weights.mean_share)).collect();
        let weight = self.weights.titles;
        let near: Vec<Option<f32>> =
            nearest.iter().map(|found| found.map(|(near, _)| near)).collect();
        let gains = standing_out(&near).into_iter().zip(nearest);
        gains
            .map(|(out, found)| Gain {
                score: weight * out,
                label: found.map(|(_, label)| index(label)),
            })
            .collect()
    }

    /// How far every skill stands out for a sentence. About 20 ms.
    pub fn meaning(&self, sentence: &str) -> Meaning {
        let Vector(vector) = self.vector(sentence);
        let of = |rows: &ByteRows| {
            let cosines = rows.dots(&vector).into_iter();
            // A skill without a label in this language has a vector of nothing but the prefix.
            standing_out(&cosines.map(Some).collect::<Vec<_>>())
        };
        Meaning(Bilingual { sv: of(&self.labels.skills.sv), en: of(&self.labels.skills.en) })
    }
}

impl Model {
    /// Adds to the matches of a title what it means, where an encoder is on, and gives its vector. A
    /// concept gains by its labels of the language in which it stands out more.
    pub fn add_meaning(
        &self,
        title: &str,
        matches: &mut Bilingual<Vec<TitleMatch>>,
    ) -> Option<Vector> {
        let encoder = self.encoder()?;
        let vector = encoder.vector(title);
        for language in [Language::Sv, Language::En] {
            let ranges = self.titles.get(language).ranges();
            let gains = encoder.titles(&vector, language, ranges);
            for (found, gain) in matches.get_mut(language).iter_mut().zip(gains) {
                found.meant = gain.score;
                found.label = found.label.or(gain.label);
            }
        }
        for (sv, en) in matches.sv.iter_mut().zip(&mut matches.en) {
            sv.meant = sv.meant.max(en.meant);
            en.meant = sv.meant;
        }
        Some(vector)
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

/// How far each value stands out among all, in standard deviations; 0 where there is none.
fn standing_out(values: &[Option<f32>]) -> Vec<f32> {
    let known = || values.iter().flatten().map(|value| f64::from(*value));
    let count = known().count().max(1) as f64;
    let mean = known().sum::<f64>() / count;
    let variance = known().map(|value| (value - mean).powi(2)).sum::<f64>() / count;
    let over = if variance > 1e-12 { variance.sqrt().recip() } else { 0.0 };
    #[expect(clippy::cast_possible_truncation, reason = "a few standard deviations")]
    let of =
        |value: &Option<f32>| value.map_or(0.0, |value| ((f64::from(value) - mean) * over) as f32);
    values.iter().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_stands_out_is_far_from_the_mean_and_what_is_absent_does_not() {
        let found = standing_out(&[Some(1.0), Some(3.0), None]);
        assert_eq!(found, [-1.0, 1.0, 0.0]);
        assert_eq!(standing_out(&[Some(0.5), Some(0.5)]), [0.0, 0.0]);
        assert!(standing_out(&[]).is_empty());
    }

    #[test]
    fn the_shipped_weights_can_be_read_and_help() {
        let shipped = EncoderWeights::shipped().unwrap();
        assert!(shipped.titles > 0.0 && shipped.skills[5] > 0.0);
    }
}
