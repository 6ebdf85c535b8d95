//! The ranker: a linear score of the features, fitted pair by pair.
//!
//! A pair is a target that judges call a feasible move and one they do not, for the same worker. A
//! logistic regression without intercept on the difference of their features makes the better one
//! score higher (the linear case of `RankNet`, Burges et al. 2005). A linear score keeps every
//! feature's share visible: contributions add up to the score.

use linfa::{Dataset, traits::Fit};
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};
use serde::{Deserialize, Serialize};

use super::features::{Features, GROUP_SKILLS, LABOUR_MARKET, LEVEL, NAMES, SUMMED};
use crate::domain::ScorePart;

/// Points of the similarities of a target that is the present occupation in every one.
const FULL_SIMILARITY: f32 = 90.0;
/// Points of the largest occupation group: judges do not care, people do move where work is. Enough to
/// part equals, too little to hide a good match.
const LARGEST_GROUP: f32 = 10.0;
/// Least points lost per ISCO skill level between the present occupation and the target. Judges
/// compare the work; a worker also has the years of study between two levels before them.
const LEAST_PER_LEVEL: f32 = 3.0;

/// Weights of the features. A score of 100 is the present occupation itself in the largest group;
/// below 0 is possible where the skill level is far away and nothing else fits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Ranker {
    /// What the weights were fitted on, in words.
    pub fitted_on: String,
    /// Names of the features, in order; must be those of the program.
    pub features: Vec<String>,
    /// Points per unit of each feature.
    pub weights: Features,
    /// What a score says where the data set has SSYK groups.
    pub calibration: Calibration,
    /// The same where it has none, so that no target has points from them.
    pub calibration_without_groups: Calibration,
}

/// From a score to the share of moves with that score which judges call feasible: a logistic curve
/// (Platt 1999). Judges list about ten targets an occupation and leave others unsaid, so the share
/// is a careful one.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize)]
pub struct Calibration {
    /// Logits per point.
    pub slope: f32,
    /// Logits at 0 points.
    pub offset: f32,
}

impl Calibration {
    /// The share for a score, 0 to 1; it never falls where the score rises.
    pub fn share(self, score: f32) -> f32 {
        1.0 / (1.0 + (-(self.slope * score + self.offset)).exp())
    }

    /// Fits the curve to (score, weight, weight of the feasible among it) by Newton's method.
    /// `None` where all or nothing is feasible, or no higher score is better.
    pub fn fit(found: &[(f32, f64, f64)]) -> Option<Self> {
        let (mut slope, mut offset) = (0.0_f64, 0.0_f64);
        for _ in 0..NEWTON_STEPS {
            // Gradient and Hessian of the log-likelihood in (slope, offset).
            let (mut gradient, mut hessian) = ([0.0; 2], [0.0; 3]);
            for &(score, weight, feasible) in found {
                let score = f64::from(score);
                let share = 1.0 / (1.0 + (-(slope * score + offset)).exp());
                let (rest, spread) = (feasible - weight * share, weight * share * (1.0 - share));
                gradient = [gradient[0] + rest * score, gradient[1] + rest];
                hessian[0] += spread * score * score;
                hessian[1] += spread * score;
                hessian[2] += spread;
            }
            let determinant = hessian[0] * hessian[2] - hessian[1] * hessian[1];
            if determinant.is_nan() || determinant <= 0.0 {
                return None;
            }
            let step = [
                (hessian[2] * gradient[0] - hessian[1] * gradient[1]) / determinant,
                (hessian[0] * gradient[1] - hessian[1] * gradient[0]) / determinant,
            ];
            // Newton's steps can overshoot from a flat start: no step moves a logit by more than two.
            let reach = found.iter().fold(0.0_f64, |reach, (score, ..)| {
                reach.max((step[0] * f64::from(*score) + step[1]).abs())
            });
            let damp = (2.0 / reach).min(1.0);
            slope += damp * step[0];
            offset += damp * step[1];
        }
        #[expect(clippy::cast_possible_truncation, reason = "kept in single precision")]
        let fitted = Self { slope: round(slope as f32), offset: round(offset as f32) };
        (fitted.slope > 0.0 && fitted.offset.is_finite()).then_some(fitted)
    }
}

/// Newton steps of a calibration, more than the damped ones need.
const NEWTON_STEPS: usize = 50;

/// A better and a worse target of the same worker.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pair {
    /// Features of the better target.
    pub better: Features,
    /// Features of the worse target.
    pub worse: Features,
}

impl Ranker {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, super::Error> {
        super::shipped(
            "models/ranker.json",
            include_str!("../../models/ranker.json"),
            Self::problem,
        )
    }

    /// Whether the weights belong to this program's features.
    ///
    /// # Errors
    /// [`super::Error::Artefact`] naming the features that differ.
    pub(super) fn check(&self) -> Result<(), super::Error> {
        self.problem().map_or(Ok(()), |problem| Err(super::Error::artefact("ranker", problem)))
    }

    fn problem(&self) -> Option<String> {
        (self.features != NAMES)
            .then(|| format!("features {:?} instead of {NAMES:?}", self.features))
    }

    /// Fits the weights. Features are scaled to unit deviation before and back after, and the whole
    /// to points of a perfect target. `ridge` is the L2 penalty per pair. No weight is below 0:
    /// a similarity must never count against a worker, so a feature whose weight would be is left
    /// out and the others are fitted again.
    ///
    /// # Errors
    /// [`super::Error::Training`] where there is no pair or the regression fails.
    pub fn fit(pairs: &[Pair], ridge: f32, fitted_on: &str) -> Result<Self, super::Error> {
        let training = |reason: String| super::Error::Training { reason };
        if pairs.is_empty() {
            return Err(training("no pair of targets to learn from".into()));
        }
        let mut active: Vec<usize> = (0..LABOUR_MARKET).collect();
        let weights = loop {
            let weights = regress(pairs, &active, ridge)?;
            let worst = (0..active.len()).min_by(|a, b| weights[*a].total_cmp(&weights[*b]));
            match worst {
                Some(at) if weights[at] < 0.0 => _ = active.remove(at),
                _ => break weights,
            }
        };
        let mut raw = [0.0; NAMES.len()];
        for (feature, weight) in active.into_iter().zip(weights) {
            raw[feature] = weight;
        }
        let perfect: f32 = raw[..LEVEL].iter().sum();
        if perfect <= 0.0 || !perfect.is_finite() {
            return Err(training("the weights do not favour similar occupations".into()));
        }
        Ok(Self {
            fitted_on: fitted_on.into(),
            features: NAMES.map(str::to_owned).to_vec(),
            weights: points(raw, FULL_SIMILARITY / perfect),
            calibration: Calibration::default(),
            calibration_without_groups: Calibration::default(),
        })
    }

    /// The curve for data sets with or without SSYK groups.
    pub fn calibration(&self, groups: bool) -> Calibration {
        if groups { self.calibration } else { self.calibration_without_groups }
    }

    /// The score of a row as if the data set had no SSYK groups.
    pub fn score_without_groups(&self, features: &Features) -> f32 {
        let mut features = *features;
        features[GROUP_SKILLS] = 0.0;
        features[LABOUR_MARKET] = 0.0;
        self.score(&features)
    }

    /// The score: the sum of the contributions, in the order of [`SUMMED`].
    pub fn score(&self, features: &Features) -> f32 {
        SUMMED.iter().map(|feature| features[*feature] * self.weights[*feature]).sum()
    }

    /// The addends of [`Self::score`], in the order of [`NAMES`].
    pub fn parts(&self, features: &Features) -> Vec<ScorePart> {
        features
            .iter()
            .zip(&self.weights)
            .zip(NAMES)
            .map(|((&value, &weight), name)| ScorePart {
                name: name.into(),
                value,
                weight,
                contribution: value * weight,
            })
            .collect()
    }
}

/// Weights of the active features from a logistic regression on the pairs' differences.
fn regress(pairs: &[Pair], active: &[usize], ridge: f32) -> Result<Vec<f32>, super::Error> {
    let scale = deviations(pairs);
    // Every pair stands twice, once turned round, so that both classes are there.
    let mut rows = Array2::<f64>::zeros((2 * pairs.len(), active.len()));
    let mut is_better = Array1::from_elem(2 * pairs.len(), true);
    for (at, pair) in pairs.iter().enumerate() {
        for (column, &feature) in active.iter().enumerate() {
            let difference = (pair.better[feature] - pair.worse[feature]) / scale[feature];
            rows[[2 * at, column]] = f64::from(difference);
            rows[[2 * at + 1, column]] = f64::from(-difference);
        }
        is_better[2 * at + 1] = false;
    }
    let fitted = LogisticRegression::default()
        .alpha(f64::from(ridge) * pairs.len() as f64)
        .with_intercept(false)
        .max_iterations(200)
        .fit(&Dataset::new(rows, is_better))
        .map_err(|error| super::Error::Training { reason: error.to_string() })?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    #[expect(clippy::cast_possible_truncation, reason = "weights are kept in single precision")]
    let weight = |(weight, feature): (&f64, &usize)| (sign * weight) as f32 / scale[*feature];
    Ok(fitted.params().iter().zip(active).map(weight).collect())
}

/// Fitted weights as points, with the two that are set rather than fitted.
fn points(raw: Features, scale: f32) -> Features {
    let mut points = raw.map(|weight| round(weight * scale));
    points[LEVEL] = points[LEVEL].max(LEAST_PER_LEVEL);
    points[LABOUR_MARKET] = LARGEST_GROUP;
    points
}

/// Three decimals, so that the file stays readable and equal on every machine.
fn round(weight: f32) -> f32 {
    (weight * 1000.0).round() / 1000.0
}

/// Standard deviation of each feature over all targets of the pairs; 1 where it does not vary.
fn deviations(pairs: &[Pair]) -> Vec<f32> {
    let count = 2.0 * pairs.len() as f32;
    (0..NAMES.len())
        .map(|feature| {
            let values = || pairs.iter().flat_map(|p| [p.better[feature], p.worse[feature]]);
            let mean = values().sum::<f32>() / count;
            let variance = values().map(|value| (value - mean).powi(2)).sum::<f32>() / count;
            if variance > 1e-12 { variance.sqrt() } else { 1.0 }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fitting_finds_the_feature_that_decides() {
        let pair = |good: f32, bad: f32, noise: f32| Pair {
            better: [noise, good, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0],
            worse: [-noise, bad, 0.1, 0.0, 0.0, 0.0, 0.0, 0.0],
        };
        let pairs: Vec<Pair> = (0..40_u8)
            .map(|at| pair(0.5 + f32::from(at) / 100.0, 0.2, if at % 2 == 0 { 0.3 } else { -0.3 }))
            .collect();
        let ranker = Ranker::fit(&pairs, 1e-3, "made-up pairs").unwrap();
        assert!(ranker.weights[1] > 20.0 * ranker.weights[0].abs(), "{:?}", ranker.weights);
        assert!(pairs.iter().all(|pair| ranker.score(&pair.better) > ranker.score(&pair.worse)));
    }

    #[test]
    fn contributions_add_up_to_the_score_and_a_perfect_target_has_100() {
        let ranker = Ranker::shipped().unwrap();
        let features = [0.31, 0.42, 0.53, 0.11, 0.07, 1.0, -1.0, 0.5];
        let parts = ranker.parts(&features);
        let sum: f32 = SUMMED.iter().map(|feature| parts[*feature].contribution).sum();
        assert_eq!(sum.to_bits(), ranker.score(&features).to_bits());
        let perfect = ranker.score(&[1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.0, 1.0]);
        assert!((perfect - 100.0).abs() < 0.01, "{perfect}");
        let steps = [0.0, 30.0, 60.0, 100.0].map(|score| ranker.calibration(true).share(score));
        assert!(steps.is_sorted() && steps[0] < 0.02 && steps[3] > 0.5, "{steps:?}");
    }

    #[test]
    fn a_calibration_finds_the_curve_behind_the_counts() {
        let behind = Calibration { slope: 0.12, offset: -7.0 };
        let found: Vec<(f32, f64, f64)> = (0..100_u8)
            .map(|score| {
                let score = f32::from(score);
                (score, 1000.0, 1000.0 * f64::from(behind.share(score)))
            })
            .collect();
        let fitted = Calibration::fit(&found).unwrap();
        assert!((fitted.slope - behind.slope).abs() < 2e-3, "{fitted:?}");
        assert!((fitted.offset - behind.offset).abs() < 2e-3, "{fitted:?}");
        assert_eq!(Calibration::fit(&[(1.0, 5.0, 5.0)]), None, "nothing to part");
    }

    #[test]
    fn nothing_to_learn_from_is_an_error() {
        assert!(Ranker::fit(&[], 1e-3, "").is_err());
    }
}
