//! Fits the shares of the features that compare titles: coordinate ascent on the mean reciprocal
//! rank of the right concept, which has steps and no gradient; from the mean of bootstrap samples.

use rayon::prelude::*;

use super::{SplitMix, TitleFeatures, titles::FEATURES};

/// Samples of the queries that are each fitted; one alone follows the steps of single queries.
const SAMPLES: u64 = 20;
/// Seed of the first sample.
const SEED: u64 = 20_26;
/// Where the ascent of every sample begins: shares that no title has had a say in.
pub const FIRST_SHARES: TitleFeatures = [0.5, 0.25, 0.25, 0.1, 0.1, 0.3, 0.2, 0.5];
/// Changes of a share that are tried on a sample, and after that on all titles from the samples' mean.
const STEPS: [f32; 6] = [-0.2, -0.1, -0.05, 0.05, 0.1, 0.2];
const LAST_STEPS: [f32; 4] = [-0.02, -0.01, 0.01, 0.02];
/// Rounds through all shares, unless one changes nothing.
const ROUNDS: usize = 10;
/// Least gain of a step, in reciprocal rank: below it stands the rounding of sums.
const LEAST_GAIN: f64 = 1e-9;
/// Features of one label, whose shares are 1 together: a label that is the title scores that.
const OF_LABEL: usize = 3;

/// A concept that a title may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct TitleRival {
    /// Features of its labels, at least of those that may be best for some shares.
    pub labels: Vec<TitleFeatures>,
    /// Its score by the labels of the other language, whatever the shares.
    pub through: f32,
    /// Whether judges say that it is meant.
    pub right: bool,
}

/// A judged title: the concepts that may stand before the right one, and that.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TitleCase {
    concepts: Vec<Concept>,
    /// Rows of the concepts' labels, see [`row`].
    rows: Vec<TitleFeatures>,
}

#[derive(Debug, Clone, Copy, PartialEq)]
struct Concept {
    /// Number of its rows.
    labels: usize,
    through: f32,
    right: bool,
}

/// Titles of one set and what their mean counts.
#[derive(Debug, Clone, PartialEq)]
pub struct TitleCases {
    /// Weight of the set.
    pub weight: f64,
    /// Its titles.
    pub cases: Vec<TitleCase>,
}

impl TitleCase {
    /// A case from its rivals. Labels that another label of their concept equals or exceeds in every
    /// feature are left out: with shares of 0 and more they are never the best.
    pub fn new(rivals: impl IntoIterator<Item = TitleRival>) -> Self {
        let mut case = Self::default();
        for rival in rivals {
            let from = case.rows.len();
            for (at, label) in rival.labels.iter().enumerate() {
                let beaten = rival.labels.iter().enumerate().any(|(other, by)| {
                    let covers = label.iter().zip(by).all(|(one, other)| other >= one);
                    let exceeds = label.iter().zip(by).any(|(one, other)| other > one);
                    covers && (exceeds || other < at)
                });
                if !beaten {
                    case.rows.push(row(label));
                }
            }
            let labels = case.rows.len() - from;
            case.concepts.push(Concept { labels, through: rival.through, right: rival.right });
        }
        case
    }

    /// Rows summed up but for one share, and that share's value: what the trials of it have in common.
    fn without(&self, shares: &TitleFeatures, changed: usize, rest: &mut Vec<(f32, f32)>) {
        rest.clear();
        rest.extend(self.rows.iter().map(|row| {
            let others = (0..row.len()).filter(|at| *at != changed);
            (others.map(|at| row[at] * shares[at]).sum::<f32>(), row[changed])
        }));
    }

    /// Reciprocal rank of the right concept where the changed share is `trial`; equals share ranks.
    fn reciprocal_rank(&self, rest: &[(f32, f32)], trial: f32, scores: &mut Vec<f32>) -> f64 {
        let mut rows = rest.iter().map(|(others, value)| others + trial * value);
        scores.clear();
        scores.extend(
            self.concepts
                .iter()
                .map(|concept| rows.by_ref().take(concept.labels).fold(concept.through, f32::max)),
        );
        let all = || self.concepts.iter().zip(scores.iter());
        let right = all().filter(|(concept, _)| concept.right).map(|(_, score)| *score);
        let Some(best) = right.reduce(f32::max) else { return 0.0 };
        let (mut above, mut equal) = (0_u32, 0_u32);
        for (_, score) in all().filter(|(concept, _)| !concept.right) {
            above += u32::from(*score > best);
            equal += u32::from(score.total_cmp(&best).is_eq());
        }
        1.0 / (1.0 + f64::from(above) + f64::from(equal) / 2.0)
    }
}

/// A label's features with what the next two are above the first in their place, so that the share of
/// the first is what those of the next two leave of 1.
fn row(label: &TitleFeatures) -> TitleFeatures {
    let mut row = *label;
    for value in &mut row[1..OF_LABEL] {
        *value -= label[0];
    }
    row
}

/// Weighted sum of the sets' mean reciprocal ranks.
pub fn mean_reciprocal_rank(sets: &[TitleCases], shares: &TitleFeatures) -> f64 {
    let shares = row_shares(shares);
    measured(sets, &each_once(sets), &shares, 1, &[shares[1]])[0]
}

/// Fits shares on judged titles. No share is below 0, those of a label's own features are 1 together, and
/// that of a feature which is 0 for all titles is 0.
/// Same cases in the same order, same shares, for any number of threads. About ten seconds for 2,000
/// titles with 100 concepts each. `None` where no title has a right concept.
pub fn fit_shares(sets: &[TitleCases]) -> Option<TitleFeatures> {
    let can_be_right = |case: &TitleCase| case.concepts.iter().any(|concept| concept.right);
    if !sets.iter().flat_map(|set| &set.cases).any(can_be_right) {
        return None;
    }
    let rows = || sets.iter().flat_map(|set| &set.cases).flat_map(|case| &case.rows);
    let mut first = FIRST_SHARES;
    for (at, share) in first.iter_mut().enumerate().skip(OF_LABEL) {
        if rows().all(|row| row[at] == 0.0) {
            *share = 0.0;
        }
    }
    let samples: Vec<TitleFeatures> = (0..SAMPLES)
        .into_par_iter()
        .map(|sample| ascent(sets, &drawn(sets, SEED + sample), &first, &STEPS))
        .collect();
    let mut shares: TitleFeatures = Default::default();
    for (at, share) in shares.iter_mut().enumerate() {
        *share = samples.iter().map(|sample| sample[at]).sum::<f32>() / samples.len() as f32;
    }
    let mut shares = ascent(sets, &each_once(sets), &shares, &LAST_STEPS);
    shares[0] = 1.0 - shares[1] - shares[2];
    // Three decimals, so that the file stays readable and equal on every machine.
    Some(shares.map(|share| (share * 1000.0).round() / 1000.0))
}

fn each_once(sets: &[TitleCases]) -> Vec<Vec<f64>> {
    sets.iter().map(|set| vec![1.0; set.cases.len()]).collect()
}

/// How often each title of each set is drawn, so many draws as there are titles.
fn drawn(sets: &[TitleCases], seed: u64) -> Vec<Vec<f64>> {
    let mut random = SplitMix(seed);
    let of = |set: &TitleCases| {
        let mut times = vec![0.0; set.cases.len()];
        for _ in 0..times.len() {
            times[random.below(set.cases.len())] += 1.0;
        }
        times
    };
    sets.iter().map(of).collect()
}

/// Shares with the 1 that [`row`]'s first value takes.
fn row_shares(shares: &TitleFeatures) -> TitleFeatures {
    let mut shares = *shares;
    shares[0] = 1.0;
    shares
}

/// The best shares of a sample that steps of single shares lead to.
fn ascent(
    sets: &[TitleCases],
    times: &[Vec<f64>],
    start: &TitleFeatures,
    steps: &[f32],
) -> TitleFeatures {
    let mut shares = row_shares(start);
    let mut reached = measured(sets, times, &shares, 1, &[shares[1]])[0];
    for _ in 0..ROUNDS {
        let before = reached;
        for at in 1..FEATURES.len() {
            let room = match at {
                1 => 1.0 - shares[2],
                2 => 1.0 - shares[1],
                _ => f32::INFINITY,
            };
            let trials = steps.iter().map(|step| shares[at] + step);
            let trials: Vec<f32> =
                trials.filter(|trial| (-1e-6..=room + 1e-6).contains(trial)).collect();
            let found = measured(sets, times, &shares, at, &trials);
            for (trial, found) in trials.into_iter().zip(found) {
                if found > reached + LEAST_GAIN {
                    (reached, shares[at]) = (found, trial.max(0.0));
                }
            }
        }
        if reached <= before {
            break;
        }
    }
    shares
}

/// The weighted mean reciprocal rank for each of `trials`, values of one share.
fn measured(
    sets: &[TitleCases],
    times: &[Vec<f64>],
    shares: &TitleFeatures,
    changed: usize,
    trials: &[f32],
) -> Vec<f64> {
    let mut sums = vec![0.0; trials.len()];
    let (mut rest, mut scores) = (Vec::new(), Vec::new());
    for (set, times) in sets.iter().zip(times) {
        let weight = set.weight / (set.cases.len() as f64).max(1.0);
        for (case, times) in set.cases.iter().zip(times).filter(|(_, times)| **times > 0.0) {
            case.without(shares, changed, &mut rest);
            for (sum, trial) in sums.iter_mut().zip(trials) {
                *sum += weight * times * case.reciprocal_rank(&rest, *trial, &mut scores);
            }
        }
    }
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Titles whose right concept has the higher value of `telling`, the wrong ones of the others.
    fn cases(telling: usize) -> Vec<TitleCases> {
        let mut random = SplitMix(7);
        let mut label = |right: bool| {
            let mut features = TitleFeatures::default();
            for (at, value) in features.iter_mut().enumerate() {
                let higher = (at == telling) == right;
                #[expect(clippy::cast_possible_truncation, reason = "made-up features")]
                let drawn = random.share() as f32;
                *value = 0.3 + 0.3 * drawn + if higher { 0.15 } else { 0.0 };
            }
            TitleRival { labels: vec![features], through: 0.0, right }
        };
        let mut case = || TitleCase::new([label(true), label(false), label(false), label(false)]);
        vec![TitleCases { weight: 1.0, cases: (0..120).map(|_| case()).collect() }]
    }

    #[test]
    fn the_telling_feature_gets_the_largest_share_and_moving_it_costs() {
        for telling in [2, 5] {
            let sets = cases(telling);
            let shares = fit_shares(&sets).unwrap();
            let fitted = mean_reciprocal_rank(&sets, &shares);
            assert!(shares[telling] > FIRST_SHARES[telling] + 0.2, "{shares:?}");
            let mut moved = shares;
            moved[telling] = 0.0;
            let worse = mean_reciprocal_rank(&sets, &moved);
            assert!(worse < fitted - 0.05, "{worse} for {fitted}");
            // Each of the three is rounded to three decimals.
            assert!((shares[..OF_LABEL].iter().sum::<f32>() - 1.0).abs() < 2e-3);
            assert!(shares.iter().all(|share| *share >= 0.0));
        }
    }

    #[test]
    fn one_thread_and_two_find_the_same() {
        let sets = cases(3);
        let fitted = [1, 2].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| fit_shares(&sets)).unwrap()
        });
        assert_eq!(fitted[0].map(f32::to_bits), fitted[1].map(f32::to_bits));
    }

    #[test]
    fn ranks_count_concepts_once_and_equals_by_half() {
        let rival = |grams: &[f32], through, right| TitleRival {
            labels: grams.iter().map(|gram| [*gram; 8]).collect(),
            through,
            right,
        };
        let rank = |rivals: Vec<TitleRival>| {
            let sets = [TitleCases { weight: 1.0, cases: vec![TitleCase::new(rivals)] }];
            1.0 / mean_reciprocal_rank(&sets, &[1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
        };
        let right = || rival(&[0.2, 0.5], 0.0, true);
        assert!((rank(vec![right(), rival(&[0.9, 0.8], 0.0, false)]) - 2.0).abs() < 1e-9);
        assert!((rank(vec![right(), rival(&[0.5], 0.0, false)]) - 1.5).abs() < 1e-9);
        assert!((rank(vec![right(), rival(&[0.1], 0.7, false)]) - 2.0).abs() < 1e-9);
        assert!((rank(vec![right(), rival(&[0.4], 0.0, false)]) - 1.0).abs() < 1e-9);
        assert_eq!(fit_shares(&[]), None);
    }
}
