//! How good the weights that compare titles are where they were not fitted.

use std::{collections::BTreeMap, fmt};

use rayon::prelude::*;

use super::{
    Ranker, Set,
    fit_titles::{ALTERED, JudgedSet, corpus, fit_on, is_right, judged_sets},
    shares::Shares,
    study_row::{FOLDS, StudyRow, fold},
    titles::{JudgedTitle, RUN},
};
use crate::{
    engine::Engine,
    model::{self, TitleWeights},
};

/// Upper ends of the probabilities that the reliability table tells apart.
const SHARES: [f32; 7] = [0.1, 0.2, 0.35, 0.5, 0.65, 0.8, 1.0];
/// Ways of counting that are shown, and the measure.
const VIEWS: [&str; 2] = ["concept, occupations only", "surface"];
const MEASURE: &str = "recip_rank";

/// Measures `weights` that were fitted on the title sets among `sets`, as Markdown tables with 95 %
/// half-widths: in-sample, cross-fit by right occupation, the strongest of `baselines`, and how often
/// the first reading is right beside its probability, cross-fit. About five times what the fit takes.
///
/// # Errors
/// Those of [`fit_titles`](super::fit_titles()) where a part of the sets is too small.
pub fn study_titles(
    sets: &[Set],
    engine: &Engine,
    weights: &TitleWeights,
    baselines: &[&dyn Ranker],
) -> Result<TitleStudy, model::Error> {
    let judged = judged_sets(sets, engine);
    let fit = |fold| fit_on(&judged, engine, &move |title| fold_of(title) != fold);
    let folds: Vec<TitleWeights> = (0..FOLDS).map(fit).collect::<Result<_, _>>()?;
    let rows = sets.iter().flat_map(|set| rows_of(set, engine, (weights, &folds), baselines));
    let rows = rows.collect();
    let shown = |set: &JudgedSet<'_>| shown(set, engine, &folds);
    let shown: BTreeMap<String, Vec<(f32, bool)>> =
        judged.iter().map(|set| (set.name.to_owned(), shown(set))).collect();
    let together = Shares::of(shown.values().flatten().copied(), &SHARES);
    let misspelled = shown.get(ALTERED[0]).map(|shown| Shares::of(shown.iter().copied(), &SHARES));
    let apart = |(name, shown): (String, Vec<(f32, bool)>)| (name, Shares::of(shown, &SHARES));
    Ok(TitleStudy { rows, together, misspelled, apart: shown.into_iter().map(apart).collect() })
}

/// Fold of a title by its first right concept.
fn fold_of(title: &JudgedTitle<'_>) -> usize {
    title.right.first().map_or(0, |uri| fold(uri))
}

/// The rows of a set; none where it is of another kind.
fn rows_of<'w>(
    set: &Set,
    engine: &Engine,
    (whole, folds): (&'w TitleWeights, &'w [TitleWeights]),
    baselines: &[&dyn Ranker],
) -> Vec<StudyRow> {
    let Some(titles) = set.titles() else { return Vec::new() };
    let corpus = corpus(titles, engine);
    let of_fold: BTreeMap<&str, &TitleWeights> =
        titles.judged().iter().map(|title| (title.id, &folds[fold_of(title)])).collect();
    let run = |weights: &(dyn Fn(&str) -> &'w TitleWeights + Sync)| {
        titles.run_by(&|id, text| corpus.rank_by(weights(id), text, RUN))
    };
    let runs = [run(&|_| whole), run(&|id| of_fold.get(id).copied().unwrap_or(whole))];
    StudyRow::of(set, &runs, baselines, &VIEWS, MEASURE)
}

/// The probability of the first reading of each title by the weights of its fold, and whether it is
/// right.
fn shown(set: &JudgedSet<'_>, engine: &Engine, folds: &[TitleWeights]) -> Vec<(f32, bool)> {
    let first = |title: &JudgedTitle<'_>| {
        let found = engine.read_title_by(&folds[fold_of(title)], title.text, None, 1).candidates;
        let first = found.first()?;
        Some((first.probability, is_right(engine, first.ix, &title.right)))
    };
    set.titles.par_iter().filter_map(first).collect()
}

/// Tables of a study of titles; its `Display` is Markdown.
#[derive(Debug)]
pub struct TitleStudy {
    rows: Vec<StudyRow>,
    together: Shares,
    misspelled: Option<Shares>,
    /// By set.
    apart: Vec<(String, Shares)>,
}

impl fmt::Display for TitleStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        StudyRow::write(&self.rows, MEASURE, f)?;
        writeln!(f, "\nProbability of the first reading, cross-fit, all sets together:\n")?;
        self.together.write(f, "titles", "right")?;
        if let Some(misspelled) = &self.misspelled {
            writeln!(f, "\nMisspelled titles alone:\n")?;
            misspelled.write(f, "titles", "right")?;
        }
        writeln!(
            f,
            "\n| set | titles | mean shown | right | Brier score |\n|---|---|---|---|---|"
        )?;
        self.apart.iter().try_for_each(|(set, shares)| {
            let (count, shown, right) = shares.all;
            let brier = shares.brier[0];
            writeln!(f, "| {set} | {count} | {shown:.3} | {right:.3} | {brier:.3} |")
        })
    }
}
