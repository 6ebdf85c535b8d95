//! A line of a study: a set measured by weights that were fitted on it and by others.

use std::fmt;

use super::{Ranker, Run, Set};

/// Folds of a cross-fit.
pub(super) const FOLDS: usize = 5;

/// The fold of an id, which hangs on nothing else (FNV-1a).
pub(super) fn fold(id: &str) -> usize {
    let hash = id.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    // The low bits of like ids are alike.
    usize::try_from((hash >> 32) % FOLDS as u64).unwrap_or_default()
}

/// Mean, half-width and queries of a measure.
type Figure = (f64, f64, usize);

/// A measure of one set in one view.
#[derive(Debug)]
pub(super) struct StudyRow {
    set: String,
    view: String,
    queries: usize,
    /// Mean and half-width by weights fitted on the whole set, and by those of the folds.
    figures: [(f64, f64); 2],
    /// The strongest baseline.
    floor: Option<(f64, String)>,
}

impl StudyRow {
    /// The rows of a set, one a view, from a run in-sample and one cross-fit.
    pub(super) fn of(
        set: &Set,
        runs: &[Run; 2],
        baselines: &[&dyn Ranker],
        views: &[&str],
        measure: &str,
    ) -> Vec<Self> {
        let figures = |run: &Run| -> Vec<Figure> {
            let scored = set.score(run);
            let of = |name: &&str| {
                let view = scored.iter().find(|view| view.name == **name)?;
                let found = view.measures.iter().find(|found| found.name == measure)?;
                Some((found.mean, found.half_width, view.judged))
            };
            views.iter().filter_map(of).collect()
        };
        let covering = baselines.iter().filter(|baseline| baseline.covers(set.dir().kind));
        let floors: Vec<(&str, Vec<Figure>)> =
            covering.map(|baseline| (baseline.name(), figures(&set.run(*baseline)))).collect();
        let fitted = runs.each_ref().map(figures);
        let rows = views.iter().zip(fitted[0].iter().zip(&fitted[1])).enumerate();
        rows.map(|(at, (view, (whole, crossed)))| Self {
            set: set.dir().own_name().to_owned(),
            view: (*view).to_owned(),
            queries: whole.2,
            figures: [(whole.0, whole.1), (crossed.0, crossed.1)],
            floor: floors
                .iter()
                .filter_map(|(name, means)| Some((means.get(at)?.0, (*name).to_owned())))
                .reduce(|best, other| if other.0 > best.0 { other } else { best }),
        })
        .collect()
    }

    /// The rows as a Markdown table.
    pub(super) fn write(rows: &[Self], measure: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "| set | what counts | queries | {measure}, in-sample | cross-fit | strongest baseline |"
        )?;
        writeln!(f, "|---|---|---|---|---|---|")?;
        rows.iter().try_for_each(|row| {
            let Self { set, view, queries, figures: [(whole, around), (crossed, near)], floor } =
                row;
            let floor = floor
                .as_ref()
                .map_or_else(|| "-".to_owned(), |(mean, name)| format!("{mean:.3} {name}"));
            writeln!(
                f,
                "| {set} | {view} | {queries} | {whole:.3} ± {around:.3} | {crossed:.3} ± \
                 {near:.3} | {floor} |"
            )
        })
    }
}
