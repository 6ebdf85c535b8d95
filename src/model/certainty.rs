//! From the ranking scores of a title's readings to how sure it is that each is meant.

use serde::{Deserialize, Serialize};

/// Readings of a title that share its probability.
pub const RIVALS: usize = 10;
/// L2 penalty of all numbers together: it decides those that no title speaks of.
const RIDGE: f64 = 0.01;
/// Steps of Newton's method, more than it needs.
const STEPS: usize = 50;
/// Numbers that are fitted: log-odds by score, and two of no reading.
const NUMBERS: usize = 3;
/// Share of letters in place below which a title is another word than a label, not a misspelling.
pub const MISSPELLED: f32 = 0.75;

/// What makes probabilities of the ranking scores of a title's readings: a softmax over the first
/// [`RIVALS`] and one more, that none of them is meant. Readings keep the order of their scores.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    /// Scores this far apart make one reading e times as probable as the other.
    pub temperature: f32,
    /// Score of the reading that none is meant.
    pub none_meant: f32,
    /// What that score loses where the title is the first reading's label to the letter; the less the
    /// worse it is spelt, nothing at [`MISSPELLED`].
    pub spelt: f32,
}

/// Readings of a judged title.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedReadings {
    /// Scores, best first; at most [`RIVALS`] count.
    pub scores: Vec<f32>,
    /// Share of letters in place from the title to the first one's label, 0 where that is another word.
    pub spelt: f32,
    /// Place of the right one; `None` where none of them is.
    pub right: Option<usize>,
}

impl Certainty {
    /// Probabilities that the readings with these scores, best first, are meant. `spelt` is the share
    /// of letters in place from the title to the first one's label.
    pub fn probabilities(&self, scores: &[f32], spelt: f32) -> Vec<f32> {
        let none = self.none_meant - self.spelt * spelling(spelt);
        let most = scores.first().copied().unwrap_or_default().max(none);
        let odds = |score: f32| ((score - most) / self.temperature).exp();
        let all = scores.iter().take(RIVALS).map(|score| odds(*score)).sum::<f32>() + odds(none);
        scores.iter().map(|score| odds(*score) / all).collect()
    }

    /// The most likely numbers for judged titles (conditional logit, Newton's method). `None` where
    /// a higher score does not make a reading more probable, or the titles do not decide.
    ///
    /// A better spelling never makes a reading less probable: judged titles that are misspelled were
    /// made from labels, so that all of them have a right one, while those that are a label to the letter
    /// have namesakes. Where they say the contrary, spelling does not count.
    pub fn fit(titles: &[JudgedReadings]) -> Option<Self> {
        let fitted = Self::likeliest(titles)?;
        if fitted.spelt >= 0.0 {
            return Some(fitted);
        }
        let unspelt = |title: &JudgedReadings| JudgedReadings { spelt: 0.0, ..title.clone() };
        Self::likeliest(&titles.iter().map(unspelt).collect::<Vec<_>>())
    }

    fn likeliest(titles: &[JudgedReadings]) -> Option<Self> {
        let mut numbers = [1.0, 0.0, 0.0];
        for _ in 0..STEPS {
            let (gradient, hessian) = slope(titles, numbers);
            let step = solve(hessian, gradient)?;
            // A step too long from a flat start would end beyond what can be computed.
            let reach = step.iter().fold(0.0_f64, |reach, step| reach.max(step.abs()));
            let damp = (2.0 / reach).min(1.0);
            for (number, step) in numbers.iter_mut().zip(step) {
                *number += damp * step;
            }
        }
        let [by_score, none, spelt] = numbers;
        let sound = by_score > 0.0 && numbers.iter().all(|number| number.is_finite());
        sound.then(|| Self {
            temperature: rounded(1.0 / by_score),
            none_meant: rounded(none / by_score),
            // Adding 0 makes a -0 a 0.
            spelt: rounded(-spelt / by_score) + 0.0,
        })
    }
}

/// How well a title is spelt, 0 at [`MISSPELLED`] or worse and 1 to the letter.
fn spelling(spelt: f32) -> f32 {
    ((spelt - MISSPELLED) / (1.0 - MISSPELLED)).clamp(0.0, 1.0)
}

/// Gradient of the log-likelihood and the negative of its Hessian; the latter holds some of a ridge,
/// so that titles none of which is misspelled decide the other numbers.
fn slope(
    titles: &[JudgedReadings],
    numbers: [f64; NUMBERS],
) -> ([f64; NUMBERS], [[f64; NUMBERS]; NUMBERS]) {
    let mut gradient = numbers.map(|number| -RIDGE * number);
    let mut hessian = [[0.0; NUMBERS]; NUMBERS];
    for (number, row) in hessian.iter_mut().enumerate() {
        row[number] = RIDGE;
    }
    for title in titles {
        let scores = title.scores.iter().take(RIVALS);
        let mut known: Vec<[f64; NUMBERS]> =
            scores.map(|score| [f64::from(*score), 0.0, 0.0]).collect();
        let right = title.right.filter(|right| *right < known.len()).unwrap_or(known.len());
        known.push([0.0, 1.0, f64::from(spelling(title.spelt))]);
        let logit = |values: &[f64; NUMBERS]| -> f64 {
            values.iter().zip(numbers).map(|(value, number)| value * number).sum()
        };
        let logits: Vec<f64> = known.iter().map(logit).collect();
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = logits.iter().map(|logit| (logit - most).exp()).sum();
        let shares: Vec<f64> = logits.iter().map(|logit| (logit - most).exp() / all).collect();
        let mean: [f64; NUMBERS] = std::array::from_fn(|number| {
            known.iter().zip(&shares).map(|(values, share)| share * values[number]).sum()
        });
        for (values, share) in known.iter().zip(&shares) {
            let from_mean: [f64; NUMBERS] = std::array::from_fn(|at| values[at] - mean[at]);
            for (row, one) in hessian.iter_mut().zip(from_mean) {
                for (cell, other) in row.iter_mut().zip(from_mean) {
                    *cell += share * one * other;
                }
            }
        }
        for (at, sum) in gradient.iter_mut().enumerate() {
            *sum += known[right][at] - mean[at];
        }
    }
    (gradient, hessian)
}

/// Solves equations with a positive definite matrix by elimination; `None` where it is none.
fn solve(
    mut matrix: [[f64; NUMBERS]; NUMBERS],
    mut wanted: [f64; NUMBERS],
) -> Option<[f64; NUMBERS]> {
    for at in 0..NUMBERS {
        let pivot = matrix[at];
        if pivot[at].is_nan() || pivot[at] <= 0.0 {
            return None;
        }
        for row in (0..NUMBERS).filter(|row| *row != at) {
            let share = matrix[row][at] / pivot[at];
            for (cell, above) in matrix[row].iter_mut().zip(pivot) {
                *cell -= share * above;
            }
            wanted[row] -= share * wanted[at];
        }
    }
    Some(std::array::from_fn(|at| wanted[at] / matrix[at][at]))
}

/// Three decimals, so that the file stays readable and equal on every machine.
fn rounded(number: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "kept in single precision")]
    let single = number as f32;
    (single * 1000.0).round() / 1000.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{SplitMix, TitleWeights};

    const CERTAINTY: Certainty = Certainty { temperature: 0.1, none_meant: 0.65, spelt: 0.3 };

    #[test]
    fn a_reading_is_as_probable_as_its_score_stands_out() {
        let probable = |scores: &[f32]| CERTAINTY.probabilities(scores, 0.0)[0];
        assert!(probable(&[1.3, 0.7]) > 0.9);
        let namesakes = CERTAINTY.probabilities(&[1.3, 1.3, 0.7], 1.0);
        assert!(namesakes[0] > 0.45 && namesakes[0] < 0.5 && namesakes[0] <= namesakes[1]);
        assert!(probable(&[0.4, 0.2]) < 0.1, "like nothing");
        assert!(CERTAINTY.probabilities(&[], 0.0).is_empty());
        let many = CERTAINTY.probabilities(&[0.9; 3 * RIVALS], 0.0);
        assert!(many.iter().all(|one| *one < 0.1 && *one <= many[0]), "{many:?}");
    }

    #[test]
    fn a_slighter_misspelling_is_surer_and_another_word_is_not() {
        let probable = |spelt: f32| CERTAINTY.probabilities(&[0.7, 0.3], spelt)[0];
        assert!(probable(0.95) > probable(0.8) + 0.1 && probable(0.8) > probable(0.75));
        assert!((probable(0.75) - probable(0.0)).abs() < 1e-6);
        assert!(probable(1.0) > probable(0.0), "to the letter");
    }

    #[test]
    fn a_fit_finds_the_certainty_behind_the_judgements() {
        let mut random = SplitMix(3);
        let mut title = || {
            #[expect(clippy::cast_possible_truncation, reason = "made-up scores")]
            let mut share = || random.share() as f32;
            let mut scores: Vec<f32> = (0..4).map(|_| 0.3 + 0.6 * share()).collect();
            scores.sort_by(|a, b| b.total_cmp(a));
            let spelt = match share() {
                drawn if drawn < 0.5 => 0.0,
                drawn if drawn < 0.75 => 0.75 + 0.25 * share(),
                _ => 1.0,
            };
            let mut drawn = share();
            let right = CERTAINTY.probabilities(&scores, spelt).iter().position(|share| {
                drawn -= share;
                drawn < 0.0
            });
            JudgedReadings { scores, spelt, right }
        };
        let titles: Vec<JudgedReadings> = (0..40_000).map(|_| title()).collect();
        let fitted = Certainty::fit(&titles).unwrap();
        assert!((fitted.temperature - 0.1).abs() < 0.005, "{fitted:?}");
        assert!((fitted.none_meant - 0.65).abs() < 0.01, "{fitted:?}");
        assert!((fitted.spelt - 0.3).abs() < 0.02, "{fitted:?}");
        assert_eq!(Certainty::fit(&[]), None, "nothing to learn from");
        let contrary =
            titles.into_iter().map(|title| JudgedReadings { spelt: 1.0 - title.spelt, ..title });
        assert_eq!(Certainty::fit(&contrary.collect::<Vec<_>>()).unwrap().spelt.to_bits(), 0);
    }

    #[test]
    fn the_shipped_certainty_is_sure_of_names_and_unsure_of_namesakes() {
        let certainty = TitleWeights::shipped().unwrap().certainty;
        let probable = |scores: &[f32], spelt| certainty.probabilities(scores, spelt)[0];
        assert!(probable(&[1.6, 0.7], 1.0) > 0.8 && probable(&[0.4, 0.2], 0.0) < 0.15);
        assert!(probable(&[1.6, 1.6], 1.0) < 0.5);
        assert!(probable(&[0.9, 0.5], 0.95) >= probable(&[0.9, 0.5], 0.0));
    }
}
