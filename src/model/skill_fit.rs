//! Fits the weights of what compares a sentence with a skill, on judged mentions.

use linfa::{Dataset, traits::Fit};
use linfa_logistic::LogisticRegression;
use ndarray::{Array1, Array2};

use super::{Error, SkillFeatures, SkillWeights, skill_texts::FEATURES};

/// L2 penalty of all weights together.
const RIDGE: f64 = 1.0;

impl SkillWeights {
    /// Fits the weights by logistic regression on mentions, each with whether judges named its skill
    /// for its sentence. No weight is below 0: likeness must never speak against a skill, so a
    /// feature whose weight would be is left out and the others are fitted again.
    ///
    /// # Errors
    /// [`Error::Training`] where all mentions are judged alike or the regression fails.
    pub fn fit(mentions: &[(SkillFeatures, bool)], chosen_on: &str) -> Result<Self, Error> {
        let training = |reason: &str| Error::Training { reason: reason.to_owned() };
        let named = mentions.iter().filter(|(_, named)| *named).count();
        if named == 0 || named == mentions.len() {
            return Err(training("judges name none or all of the skills found in the sentences"));
        }
        let mut active: Vec<usize> = (0..FEATURES.len()).collect();
        let (weights, intercept) = loop {
            let (weights, intercept) = regress(mentions, &active)?;
            let worst = (0..active.len()).min_by(|a, b| weights[*a].total_cmp(&weights[*b]));
            match worst {
                Some(at) if weights[at] < 0.0 => _ = active.remove(at),
                _ => break (weights, intercept),
            }
        };
        if active.is_empty() || !intercept.is_finite() {
            return Err(training("judges do not name the skills that sentences are more like"));
        }
        let mut all = SkillFeatures::default();
        for (feature, weight) in active.into_iter().zip(weights) {
            all[feature] = rounded(weight);
        }
        Ok(Self {
            chosen_on: chosen_on.to_owned(),
            features: FEATURES.map(str::to_owned).to_vec(),
            weights: all,
            intercept: rounded(intercept),
        })
    }
}

/// Weights of the active features and the intercept, in log-odds.
fn regress(mentions: &[(SkillFeatures, bool)], active: &[usize]) -> Result<(Vec<f64>, f64), Error> {
    let mut rows = Array2::<f64>::zeros((mentions.len(), active.len()));
    for (row, (features, _)) in mentions.iter().enumerate() {
        for (column, &feature) in active.iter().enumerate() {
            rows[[row, column]] = f64::from(features[feature]);
        }
    }
    let named: Array1<bool> = mentions.iter().map(|(_, named)| *named).collect();
    let fitted = LogisticRegression::default()
        .alpha(RIDGE)
        .max_iterations(500)
        .gradient_tolerance(1e-6)
        .fit(&Dataset::new(rows, named))
        .map_err(|error| Error::Training { reason: error.to_string() })?;
    let sign = if fitted.labels().pos.class { 1.0 } else { -1.0 };
    let weights = fitted.params().iter().map(|weight| sign * weight).collect();
    Ok((weights, sign * fitted.intercept()))
}

/// Two decimals: more would not be sure, and the file is equal on every machine.
fn rounded(weight: f64) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "kept in single precision")]
    let single = weight as f32;
    // Adding 0 makes a -0 a 0.
    (single * 100.0).round() / 100.0 + 0.0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::SplitMix;

    /// Mentions that judges name by the second feature alone, and less often the higher the third is.
    fn mentions() -> Vec<(SkillFeatures, bool)> {
        let mut random = SplitMix(11);
        let mut share = || random.share();
        let mut mention = || {
            let drawn: [f64; 6] = std::array::from_fn(|_| share());
            let odds = -2.0 + 6.0 * drawn[1] - 3.0 * drawn[2];
            let named = share() < 1.0 / (1.0 + (-odds).exp());
            #[expect(clippy::cast_possible_truncation, reason = "made-up features")]
            let features = drawn.map(|value| value as f32);
            (features, named)
        };
        (0..4000).map(|_| mention()).collect()
    }

    /// Mean of the logarithm of the share of what judges said.
    fn likelihood(weights: &SkillWeights, mentions: &[(SkillFeatures, bool)]) -> f64 {
        let of = |(features, named): &(SkillFeatures, bool)| {
            let share = f64::from(weights.share(features));
            if *named { share.ln() } else { (1.0 - share).ln() }
        };
        mentions.iter().map(of).sum::<f64>() / mentions.len() as f64
    }

    #[test]
    fn the_telling_feature_has_the_weight_and_moving_it_costs() {
        let mentions = mentions();
        let fitted = SkillWeights::fit(&mentions, "made-up mentions").unwrap();
        let [grams, words, window, ..] = fitted.weights;
        assert!((words - 6.0).abs() < 0.8 && grams < 0.5, "{fitted:?}");
        assert_eq!(window.to_bits(), 0.0_f32.to_bits(), "likeness never speaks against a skill");
        for change in [-2.0, 2.0] {
            let mut moved = fitted.clone();
            moved.weights[1] += change;
            let (before, after) = (likelihood(&fitted, &mentions), likelihood(&moved, &mentions));
            assert!(after < before - 0.01, "{after} for {before}");
        }
        assert!(SkillWeights::fit(&[], "").is_err());
        let alike: Vec<_> = mentions.iter().map(|(features, _)| (*features, true)).collect();
        let error = SkillWeights::fit(&alike, "").unwrap_err().to_string();
        assert!(error.contains("name none or all"), "{error}");
    }
}
