//! Fits the ranker's weights on judged moves.

use std::collections::BTreeMap;

use rayon::prelude::*;

use super::{Set, TransitionProfile, transitions::JudgedMoves};
use crate::{
    dataset::DataSet,
    domain::Taxonomy,
    model::{self, Calibration, Evidence, Features, Model, Pair, Ranker, SplitMix},
};

/// Pairs per set, spread evenly over its sources, so that sets and sources count equally.
const PAIRS: usize = 120_000;
/// The set whose judges also wrote an input, the skills of SSYK groups: what the two have in common
/// tells less about other judges, so it counts half.
const SAME_HOUSE: &str = "jobtech";
/// Targets of a source that pairs are drawn from beside all that judges named: its best, and some
/// from anywhere. Hard ones alone teach the difference between near targets and forget that far ones
/// are worse.
const NEAR: usize = 250;
const FAR: usize = 60;
/// Draws from targets in the order of the features' plain sum, then in the order of the weights found.
const ROUNDS: usize = 2;
/// Similarities among the features, which come first.
const SIMILARITIES: usize = 6;
/// L2 penalty per pair.
const RIDGE: f32 = 1e-3;
/// A source's best occupations that a calibration rests on: what lists show. One curve for all 3,000
/// would bend to the many far ones and promise too much of the near ones.
const LISTED: usize = 100;
/// Points that one step of a calibration's scores spans.
const STEP: f32 = 0.5;

/// Fits weights on the transition sets among `sets`. Same sets, data and model, same weights, for any
/// number of threads.
///
/// # Errors
/// [`model::Error::Training`] where no set has a judged move.
pub fn fit(sets: &[Set], dataset: &DataSet, model: &Model) -> Result<Ranker, model::Error> {
    let cases = cases(sets, dataset, model, &|profile, taxonomy| evidence(profile, taxonomy));
    fit_on(&cases.iter().collect::<Vec<_>>(), PAIRS, None)
}

/// What is known of a source, from its profile.
pub(super) type Known<'a> = &'a (dyn Fn(&TransitionProfile, &Taxonomy) -> Evidence + Sync);

/// A source with its targets as the ranker sees them.
pub(super) struct Case {
    pub(super) set: String,
    /// Number of the source in its set.
    at: u64,
    /// ISCO-08 minor group of the source's first occupation; 0 where unknown.
    pub(super) minor_group: u32,
    /// Feature rows of all occupations.
    pub(super) rows: Vec<Features>,
    pub(super) targets: Vec<Target>,
}

/// A target as the judges name it.
pub(super) struct Target {
    /// Rows of the occupations that stand for it, never none.
    occupations: Vec<u32>,
    pub(super) gain: f64,
    pub(super) own_group: bool,
}

impl Target {
    /// The target's best occupation.
    fn best(&self, rows: &[Features], score: Score<'_>) -> (f32, u32) {
        let scored = self.occupations.iter().map(|&ix| (score(&rows[ix as usize]), ix));
        scored.fold((f32::NEG_INFINITY, 0), |best, next| if next.0 > best.0 { next } else { best })
    }

    /// Score of the target's best occupation.
    pub(super) fn score(&self, rows: &[Features], score: Score<'_>) -> f32 {
        self.best(rows, score).0
    }
}

/// A score of a feature row.
pub(super) type Score<'a> = &'a (dyn Fn(&Features) -> f32 + Sync);

/// The sources of the transition sets among `sets`, set by set.
pub(super) fn cases(sets: &[Set], data: &DataSet, model: &Model, known: Known<'_>) -> Vec<Case> {
    let taxonomy = &data.taxonomy;
    let mut cases = Vec::new();
    for set in sets {
        let case = |(at, moves): (usize, &JudgedMoves<'_>)| {
            let rows = |uris: &[&str]| -> Vec<u32> {
                uris.iter().filter_map(|uri| taxonomy.occupation_ix(uri)).collect()
            };
            let targets = moves.targets().into_iter().map(|target| Target {
                occupations: rows(&target.esco),
                gain: target.gain,
                own_group: target.own_group,
            });
            let own = moves.profile.esco.iter().filter_map(|uri| taxonomy.occupation_ix(uri)).min();
            let isco = own.and_then(|ix| taxonomy.occupation(ix).isco.get(..3));
            Case {
                set: set.dir().own_name().to_owned(),
                at: at as u64,
                minor_group: isco.and_then(|code| code.parse().ok()).unwrap_or_default(),
                rows: model.features(&known(moves.profile, taxonomy)),
                targets: targets.filter(|target| !target.occupations.is_empty()).collect(),
            }
        };
        let moves = set.judged_moves();
        cases.par_extend(moves.par_iter().enumerate().map(case));
    }
    cases
}

/// The profile's skills and occupations as rows.
pub(super) fn evidence(profile: &TransitionProfile, taxonomy: &Taxonomy) -> Evidence {
    let rows = |ids: &[String], strength: f32| -> Vec<(u32, f32)> {
        ids.iter().filter_map(|id| Some((taxonomy.skill_ix(id)?, strength))).collect()
    };
    let mut skills = rows(&profile.essential, 1.0);
    skills.extend(rows(&profile.optional, model::OPTIONAL_WEIGHT));
    let own: Vec<u32> = profile.esco.iter().filter_map(|uri| taxonomy.occupation_ix(uri)).collect();
    let share = 1.0 / own.len().max(1) as f32;
    Evidence { skills, occupations: own.into_iter().map(|ix| (ix, share)).collect() }
}

/// Fits weights and calibrations on some cases with so many pairs a set, `without` a feature.
pub(super) fn fit_on(
    cases: &[&Case],
    pairs: usize,
    without: Option<usize>,
) -> Result<Ranker, model::Error> {
    let mut sizes: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        *sizes.entry(&case.set).or_default() += 1;
    }
    let names: Vec<&str> = sizes.keys().copied().collect();
    let fitted_on = format!("judged moves of {}", names.join(", "));
    let mut ranker: Option<Ranker> = None;
    for _ in 0..ROUNDS {
        let score = |row: &Features| match &ranker {
            Some(ranker) => ranker.score(row),
            None => row[..SIMILARITIES].iter().sum(),
        };
        let pairs: Vec<Vec<Pair>> = cases
            .par_iter()
            .map(|case| {
                let of_set = if case.set == SAME_HOUSE { pairs / 2 } else { pairs };
                pairs_of(case, of_set.div_ceil(sizes[case.set.as_str()]), &score)
            })
            .collect();
        let mut pairs: Vec<Pair> = pairs.into_iter().flatten().collect();
        if let Some(feature) = without {
            for pair in &mut pairs {
                (pair.better[feature], pair.worse[feature]) = (0.0, 0.0);
            }
        }
        let mut fitted = Ranker::fit(&pairs, RIDGE, &fitted_on)?;
        if let Some(feature) = without {
            fitted.weights[feature] = 0.0;
        }
        ranker = Some(fitted);
    }
    let mut ranker = ranker.ok_or_else(|| model::Error::Training { reason: "no round".into() })?;
    let calibrate = |score: Score<'_>| {
        Calibration::fit(&counts(cases, &sizes, score)).ok_or_else(|| model::Error::Training {
            reason: "higher scores are not judged feasible more often".into(),
        })
    };
    let full = calibrate(&|row| ranker.score(row))?;
    let without_groups = calibrate(&|row| ranker.score_without_groups(row))?;
    ranker.calibration = full;
    ranker.calibration_without_groups = without_groups;
    Ok(ranker)
}

/// Pairs of one source, half of them among all targets and half among those outside its own group,
/// drawn with a chance proportional to the difference of their gains.
fn pairs_of(case: &Case, count: usize, score: Score<'_>) -> Vec<Pair> {
    let mut random = SplitMix(case.at);
    let mut order: Vec<(f32, u32, usize)> = (case.targets.iter().enumerate())
        .map(|(at, target)| {
            let (score, ix) = target.best(&case.rows, score);
            (score, ix, at)
        })
        .collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.2.cmp(&b.2)));
    let mut drawn: Vec<bool> = (0..order.len()).map(|place| place < NEAR).collect();
    for _ in 0..FAR.min(order.len()) {
        let place = random.below(order.len());
        drawn[place] = true;
    }
    let candidates: Vec<(u32, &Target)> = order
        .iter()
        .zip(drawn)
        .map(|(&(_, ix, at), drawn)| (ix, &case.targets[at], drawn))
        .filter(|(_, target, drawn)| *drawn || target.gain > 0.0)
        .map(|(ix, target, _)| (ix, target))
        .collect();
    let outside: Vec<(u32, &Target)> =
        candidates.iter().copied().filter(|(_, target)| !target.own_group).collect();
    let mut pairs = draw(case, &candidates, count / 2, &mut random);
    pairs.extend(draw(case, &outside, count / 2, &mut random));
    pairs
}

fn draw(
    case: &Case,
    candidates: &[(u32, &Target)],
    count: usize,
    random: &mut SplitMix,
) -> Vec<Pair> {
    let named: Vec<(u32, &Target)> =
        candidates.iter().copied().filter(|(_, target)| target.gain > 0.0).collect();
    let best = named.iter().map(|(_, target)| target.gain).fold(0.0, f64::max);
    let mut pairs = Vec::with_capacity(count);
    // Every draw has a chance; the bound only ends a source whose targets are all alike.
    for _ in 0..count * 50 {
        if pairs.len() == count || named.is_empty() {
            break;
        }
        let (better, high) = named[random.below(named.len())];
        let (worse, low) = candidates[random.below(candidates.len())];
        let difference = high.gain - low.gain;
        if difference > 0.0 && random.share() * best < difference {
            let (better, worse) = (case.rows[better as usize], case.rows[worse as usize]);
            pairs.push(Pair { better, worse });
        }
    }
    pairs
}

/// Occupations of a case with whether judges call the move to one of their names feasible.
pub(super) fn judged(case: &Case) -> BTreeMap<u32, bool> {
    let mut judged = BTreeMap::new();
    for target in &case.targets {
        for ix in &target.occupations {
            *judged.entry(*ix).or_default() |= target.gain > 0.0;
        }
    }
    judged
}

/// How many of the best moves have a score and how many of them are judged feasible; sets equal.
fn counts(
    cases: &[&Case],
    sizes: &BTreeMap<&str, usize>,
    score: Score<'_>,
) -> Vec<(f32, f64, f64)> {
    let of_case = |case: &&Case| -> Vec<(i32, bool)> {
        let judged = judged(case).into_iter();
        let scored = judged.map(|(ix, feasible)| (score(&case.rows[ix as usize]), feasible));
        let mut scored: Vec<(f32, bool)> = scored.collect();
        scored.sort_by(|a, b| b.0.total_cmp(&a.0));
        #[expect(clippy::cast_possible_truncation, reason = "scores are far below 2^31")]
        let step = |(score, feasible): (f32, bool)| ((score / STEP).round() as i32, feasible);
        scored.into_iter().take(LISTED).map(step).collect()
    };
    let judged: Vec<Vec<(i32, bool)>> = cases.par_iter().map(of_case).collect();
    let mut counts: BTreeMap<i32, (f64, f64)> = BTreeMap::new();
    for (case, judged) in cases.iter().zip(judged) {
        let weight = 1.0 / sizes[case.set.as_str()] as f64;
        for (step, feasible) in judged {
            let count = counts.entry(step).or_default();
            count.0 += weight;
            count.1 += if feasible { weight } else { 0.0 };
        }
    }
    counts.into_iter().map(|(step, (all, feasible))| (step as f32 * STEP, all, feasible)).collect()
}
