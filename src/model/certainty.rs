//! From the ranking scores of a title's readings to how sure it is that each is meant.

use serde::{Deserialize, Serialize};

/// Readings of a title that share its probability.
pub const RIVALS: usize = 10;
/// Steps of Newton's method, more than it needs.
const STEPS: usize = 50;
/// Numbers that are fitted: log-odds by score, by spelling, and of no reading.
const NUMBERS: usize = 3;

/// What makes probabilities of the ranking scores of a title's readings: a softmax over the first
/// [`RIVALS`] and one more, that none of them is meant.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Certainty {
    /// Scores this far apart make one reading e times as probable as the other.
    pub temperature: f32,
    /// Score of the reading that none is meant.
    pub none_meant: f32,
    /// What a reading is helped in its score where the title is its label to the letter; less where
    /// it is misspelled.
    pub spelt_alike: f32,
}

/// Readings of a judged title: (score without the help of spelling, share of letters in place), and
/// the place of the right one; `None` where none of them is.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedReadings {
    /// At most [`RIVALS`].
    pub readings: Vec<(f32, f32)>,
    /// Place of the right one.
    pub right: Option<usize>,
}

impl Certainty {
    /// Probabilities that the readings with these scores, best first, are meant.
    pub fn probabilities(&self, scores: &[f32]) -> Vec<f32> {
        let most = scores.first().copied().unwrap_or_default().max(self.none_meant);
        let odds = |score: f32| ((score - most) / self.temperature).exp();
        let rivals = scores.iter().take(RIVALS).map(|score| odds(*score)).sum::<f32>();
        let all = rivals + odds(self.none_meant);
        scores.iter().map(|score| odds(*score) / all).collect()
    }

    /// The most likely numbers for judged titles (conditional logit, Newton's method). `None` where
    /// a higher score or a nearer spelling does not make a reading more probable, or nothing is right.
    pub fn fit(titles: &[JudgedReadings]) -> Option<Self> {
        let mut numbers = [1.0, 1.0, 1.0];
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
        let [by_score, by_spelling, none] = numbers;
        let sound = by_score > 0.0 && by_spelling >= 0.0 && numbers.iter().all(|n| n.is_finite());
        sound.then(|| Self {
            temperature: rounded(1.0 / by_score),
            none_meant: rounded(none / by_score),
            spelt_alike: rounded(by_spelling / by_score),
        })
    }
}

/// Gradient of the log-likelihood and the negative of its Hessian.
fn slope(
    titles: &[JudgedReadings],
    [by_score, by_spelling, none]: [f64; NUMBERS],
) -> ([f64; NUMBERS], [[f64; NUMBERS]; NUMBERS]) {
    let (mut gradient, mut hessian) = ([0.0; NUMBERS], [[0.0; NUMBERS]; NUMBERS]);
    for title in titles {
        let readings = title.readings.iter().take(RIVALS);
        let mut known: Vec<[f64; NUMBERS]> =
            readings.map(|(score, spelt)| [f64::from(*score), f64::from(*spelt), 0.0]).collect();
        let right = title.right.filter(|right| *right < known.len()).unwrap_or(known.len());
        known.push([0.0, 0.0, 1.0]);
        let logits: Vec<f64> = known
            .iter()
            .map(|[score, spelt, is_none]| by_score * score + by_spelling * spelt + none * is_none)
            .collect();
        let most = logits.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let all: f64 = logits.iter().map(|logit| (logit - most).exp()).sum();
        let share = |at: usize| (logits[at] - most).exp() / all;
        let mean: [f64; NUMBERS] = std::array::from_fn(|number| {
            known.iter().enumerate().map(|(at, values)| share(at) * values[number]).sum()
        });
        for (at, values) in known.iter().enumerate() {
            for row in 0..NUMBERS {
                for column in 0..NUMBERS {
                    let spread = (values[row] - mean[row]) * (values[column] - mean[column]);
                    hessian[row][column] += share(at) * spread;
                }
            }
        }
        for number in 0..NUMBERS {
            gradient[number] += known[right][number] - mean[number];
        }
    }
    (gradient, hessian)
}

/// Solves three equations by Cramer's rule; `None` where they do not decide.
fn solve(
    matrix: [[f64; NUMBERS]; NUMBERS],
    wanted: [f64; NUMBERS],
) -> Option<[f64; NUMBERS]> {
    let determinant = |m: &[[f64; NUMBERS]; NUMBERS]| {
        m[0][0] * (m[1][1] * m[2][2] - m[1][2] * m[2][1])
            - m[0][1] * (m[1][0] * m[2][2] - m[1][2] * m[2][0])
            + m[0][2] * (m[1][0] * m[2][1] - m[1][1] * m[2][0])
    };
    let whole = determinant(&matrix);
    if !whole.is_finite() || whole <= 1e-12 {
        return None;
    }
    Some(std::array::from_fn(|column| {
        let mut replaced = matrix;
        for (row, value) in replaced.iter_mut().zip(wanted) {
            row[column] = value;
        }
        determinant(&replaced) / whole
    }))
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

    const CERTAINTY: Certainty =
        Certainty { temperature: 0.1, none_meant: 0.65, spelt_alike: 0.3 };

    #[test]
    fn a_reading_is_as_probable_as_its_score_stands_out() {
        let probable = |scores: &[f32]| CERTAINTY.probabilities(scores)[0];
        assert!(probable(&[1.3, 0.7]) > 0.9);
        let namesakes = CERTAINTY.probabilities(&[1.3, 1.3, 0.7]);
        assert!(namesakes[0] > 0.45 && namesakes[0] < 0.5 && namesakes[0] <= namesakes[1]);
        assert!(probable(&[0.4, 0.2]) < 0.1, "like nothing");
        assert!(CERTAINTY.probabilities(&[]).is_empty());
        let many = CERTAINTY.probabilities(&[0.9; 3 * RIVALS]);
        assert!(many.iter().all(|one| *one < 0.1 && *one <= many[0]), "{many:?}");
    }

    #[test]
    fn a_fit_finds_the_certainty_behind_the_judgements() {
        let mut random = SplitMix(3);
        let mut title = || {
            let mut score = || 0.3 + 0.6 * random.share() as f32;
            let scores: Vec<f32> = (0..4).map(|_| score()).collect();
            let spelt: Vec<f32> =
                scores.iter().map(|_| if score() > 0.7 { 0.9 } else { 0.0 }).collect();
            let readings: Vec<(f32, f32)> = scores.into_iter().zip(spelt).collect();
            let helped: Vec<f32> = readings.iter().map(|(score, spelt)| score + 0.3 * spelt).collect();
            let mut drawn = random.share() as f32;
            let right = CERTAINTY.probabilities(&helped).iter().position(|share| {
                drawn -= share;
                drawn < 0.0
            });
            JudgedReadings { readings, right }
        };
        let titles: Vec<JudgedReadings> = (0..20_000).map(|_| title()).collect();
        let fitted = Certainty::fit(&titles).unwrap();
        assert!((fitted.temperature - 0.1).abs() < 0.005, "{fitted:?}");
        assert!((fitted.none_meant - 0.65).abs() < 0.01, "{fitted:?}");
        assert!((fitted.spelt_alike - 0.3).abs() < 0.01, "{fitted:?}");
        assert_eq!(Certainty::fit(&[]), None);
        let wrong: Vec<JudgedReadings> = titles[..500]
            .iter()
            .map(|title| JudgedReadings { right: None, ..title.clone() })
            .collect();
        assert_eq!(Certainty::fit(&wrong), None, "nothing is right");
    }

    #[test]
    fn the_shipped_certainty_is_sure_of_names_and_unsure_of_namesakes() {
        let certainty = TitleWeights::shipped().unwrap().certainty;
        let name = 1.3 + certainty.spelt_alike;
        let probable = |scores: &[f32]| certainty.probabilities(scores)[0];
        assert!(probable(&[name, 0.7]) > 0.9 && probable(&[0.4, 0.2]) < 0.1);
        assert!(probable(&[name, name]) < 0.5);
    }
}
