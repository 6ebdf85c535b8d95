//! How good the ranker's weights are where they were not fitted: the tables of the model card.

use std::{collections::BTreeMap, fmt};

use rayon::prelude::*;

use super::{
    Set, SetKind, TransitionProfile,
    fit::{Case, Score, cases, evidence, fit_on, judged},
    measures::{Tally, ndcg},
    shares::Shares,
};
use crate::{
    dataset::DataSet,
    domain::Taxonomy,
    model::{self, Evidence, Features, Model, NAMES, Ranker, SplitMix},
};

/// Folds of the cross-fit: an ISCO-08 minor group is in one fold with all its occupations.
const FOLDS: u32 = 5;
/// Pairs per set in each of the fits, some fifty: an eighth of what the shipped weights take.
const PAIRS: usize = 15_000;
/// Views of a set that a baseline is measured in.
const VIEWS: [&str; 2] = ["ESCO scope", "ESCO scope, cross"];
/// Rank that counts.
const TOP: usize = 10;
/// Upper ends of the shares that the reliability table tells apart.
const SHARES: [f32; 7] = [0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0];

/// Measures of the ranker, as Markdown tables with 95 % half-widths: `baselines`, in-sample, out of fold, on a
/// set left out, without each feature, without SSYK groups, with less known of the worker, and the
/// reliability of the calibrated share. About a minute for three sets of 1,000 sources together.
///
/// # Errors
/// [`model::Error::Training`] where a part of the judged moves is too small to fit on.
pub fn study(
    sets: &[Set],
    dataset: &DataSet,
    model: &Model,
    baselines: &[&dyn super::Ranker],
) -> Result<Study, model::Error> {
    let known = |known: Known| cases(sets, dataset, model, &move |p, t| known.evidence(p, t));
    let all = known(Known::All);
    let of = |case: &Case| case.minor_group % FOLDS;
    let folds = Folds::fit(&all, &of, None)?;
    let covering = baselines.iter().filter(|baseline| baseline.covers(SetKind::Transitions));
    let mut rows: Vec<Row> = covering.map(|baseline| Row::of_baseline(*baseline, sets)).collect();
    let whole = fit_on(&all.iter().collect::<Vec<_>>(), PAIRS, None)?;
    rows.push(Row::of("in-sample", &all, &|_| &whole));
    rows.push(Row::of("**out of fold**", &all, &|case| folds.of(of(case))));
    let set_of: BTreeMap<&str, u32> = all.iter().map(|case| case.set.as_str()).zip(0..).collect();
    if set_of.len() > 1 {
        let of_set = |case: &Case| set_of[case.set.as_str()];
        let left_out = Folds::fit(&all, &of_set, None)?;
        rows.push(Row::of("set left out", &all, &|case| left_out.of(of_set(case))));
    }
    rows.push(Row::scored("without SSYK groups", &all, &|case, row| {
        folds.of(of(case)).score_without_groups(row)
    }));
    for (feature, name) in NAMES.iter().enumerate() {
        let without = Folds::fit(&all, &of, Some(feature))?;
        rows.push(Row::of(&format!("without `{name}`"), &all, &|case| without.of(of(case))));
    }
    for less in [Known::Half, Known::Title, Known::Skills, Known::HalfOfSkills] {
        let cases = known(less);
        rows.push(Row::of(less.name(), &cases, &|case| folds.of(of(case))));
    }
    Ok(Study {
        sets: set_of.into_keys().map(str::to_owned).collect(),
        rows,
        shares: shares(&all, &|case, row| {
            let ranker = folds.of(of(case));
            ranker.calibration.share(ranker.score(row))
        }),
    })
}

/// What is known of a worker.
#[derive(Clone, Copy)]
enum Known {
    All,
    Half,
    Title,
    Skills,
    HalfOfSkills,
}

impl Known {
    fn name(self) -> &'static str {
        match self {
            Self::All => "all",
            Self::Half => "occupation and half of the skills",
            Self::Title => "one title, no skill named",
            Self::Skills => "skills, no occupation",
            Self::HalfOfSkills => "half of the skills, no occupation",
        }
    }

    fn evidence(self, profile: &TransitionProfile, taxonomy: &Taxonomy) -> Evidence {
        let mut all = evidence(profile, taxonomy);
        match self {
            Self::All => {}
            Self::Half => halve(&mut all),
            Self::Skills => all.occupations.clear(),
            Self::HalfOfSkills => {
                halve(&mut all);
                all.occupations.clear();
            }
            Self::Title => {
                all.occupations.truncate(1);
                if let Some((ix, share)) = all.occupations.first_mut() {
                    *share = 1.0;
                    let occupation = taxonomy.occupation(*ix);
                    let essential = occupation.essential.iter().map(|skill| (*skill, 1.0));
                    let likely = occupation.optional.iter();
                    let likely = likely.map(|skill| (*skill, model::OPTIONAL_WEIGHT));
                    all.skills = essential.chain(likely).collect();
                }
            }
        }
        all
    }
}

fn halve(evidence: &mut Evidence) {
    let mut random = SplitMix(evidence.skills.len() as u64);
    evidence.skills.retain(|_| random.below(2) == 0);
}

/// Rankers that were fitted on all cases but those of their fold.
struct Folds(BTreeMap<u32, Ranker>);

impl Folds {
    fn fit(
        cases: &[Case],
        of: &(dyn Fn(&Case) -> u32 + Sync),
        without: Option<usize>,
    ) -> Result<Self, model::Error> {
        let mut folds: Vec<u32> = cases.iter().map(of).collect();
        folds.sort_unstable();
        folds.dedup();
        let fit = |fold: u32| {
            let rest: Vec<&Case> = cases.iter().filter(|case| of(case) != fold).collect();
            Ok((fold, fit_on(&rest, PAIRS, without)?))
        };
        folds.into_par_iter().map(fit).collect::<Result<_, _>>().map(Self)
    }

    fn of(&self, fold: u32) -> &Ranker {
        &self.0[&fold]
    }
}

/// nDCG@10 of all moves and of those that change the occupation group, by set.
#[derive(Debug)]
struct Row {
    name: String,
    /// Mean and half-width.
    figures: Vec<[(f64, f64); 2]>,
}

impl Row {
    fn of<'r>(name: &str, cases: &[Case], ranker: &(dyn Fn(&Case) -> &'r Ranker + Sync)) -> Self {
        Self::scored(name, cases, &|case, row| ranker(case).score(row))
    }

    /// A baseline on the same sets.
    fn of_baseline(baseline: &dyn super::Ranker, sets: &[Set]) -> Self {
        let of = |set: &Set| {
            let views = set.score(&set.run(baseline));
            let figure = |name: &str| {
                let view = views.iter().find(|view| view.name == name)?;
                let found = view.measures.iter().find(|found| found.name == "ndcg@10")?;
                Some((found.mean, found.half_width))
            };
            let figures = VIEWS.map(|view| figure(view).unwrap_or_default());
            (set.dir().own_name().to_owned(), figures)
        };
        let judged = sets.iter().filter(|set| !set.judged_moves().is_empty());
        let figures: BTreeMap<String, [(f64, f64); 2]> = judged.map(of).collect();
        Self { name: baseline.name().to_owned(), figures: figures.into_values().collect() }
    }

    fn scored(
        name: &str,
        cases: &[Case],
        score: &(dyn Fn(&Case, &Features) -> f32 + Sync),
    ) -> Self {
        let measured: Vec<[Option<f64>; 2]> =
            cases.par_iter().map(|case| gains(case, &|row| score(case, row))).collect();
        let mut tallies: BTreeMap<&str, [Tally; 2]> = BTreeMap::new();
        for (case, measured) in cases.iter().zip(measured) {
            let tallies = tallies.entry(&case.set).or_default();
            for (tally, value) in tallies.iter_mut().zip(measured) {
                if let Some(value) = value {
                    tally.add("ndcg@10", value);
                }
            }
        }
        let figure = |tally: Tally| {
            let measures = tally.measures();
            measures.first().map_or((0.0, 0.0), |measure| (measure.mean, measure.half_width))
        };
        let figures = tallies.into_values().map(|both| both.map(figure)).collect();
        Self { name: name.to_owned(), figures }
    }
}

/// nDCG@10 of a case: over all targets, and over those outside the source's own group.
fn gains(case: &Case, score: Score<'_>) -> [Option<f64>; 2] {
    let mut ranked: Vec<(f32, f64, bool)> = case
        .targets
        .iter()
        .map(|target| (target.score(&case.rows, score), target.gain, target.own_group))
        .collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    [false, true].map(|cross| {
        let gains = ranked.iter().filter(|(.., own_group)| !(cross && *own_group));
        let gains: Vec<f64> = gains.map(|(_, gain, _)| *gain).collect();
        gains.iter().any(|gain| *gain > 0.0).then(|| ndcg(&gains, &gains, TOP))
    })
}

/// How often moves of a shown share are judged feasible.
fn shares(cases: &[Case], share: &(dyn Fn(&Case, &Features) -> f32 + Sync)) -> Shares {
    let shown: Vec<Vec<(f32, bool)>> = cases
        .par_iter()
        .map(|case| {
            let judged = judged(case).into_iter();
            judged.map(|(ix, yes)| (share(case, &case.rows[ix as usize]), yes)).collect()
        })
        .collect();
    Shares::of(shown.into_iter().flatten(), &SHARES)
}

/// Tables of a study; its `Display` is Markdown.
#[derive(Debug)]
pub struct Study {
    sets: Vec<String>,
    rows: Vec<Row>,
    shares: Shares,
}

impl fmt::Display for Study {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "| nDCG@10, all / other group |")?;
        self.sets.iter().try_for_each(|set| write!(f, " {set} |"))?;
        write!(f, "\n|---|")?;
        self.sets.iter().try_for_each(|_| write!(f, "---|"))?;
        for row in &self.rows {
            write!(f, "\n| {} |", row.name)?;
            for [(all, around), (cross, around_cross)] in &row.figures {
                write!(f, " {all:.3} ± {around:.3} / {cross:.3} ± {around_cross:.3} |")?;
            }
        }
        writeln!(f, "\n")?;
        self.shares.write(f, "moves", "judged feasible")
    }
}
