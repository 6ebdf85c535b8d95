//! How good the weights that compare sentences with skills are where they were not fitted.

use std::{collections::BTreeMap, fmt};

use super::{
    Ranked, Ranker, Run, Set,
    fit_skills::{ReadSentence, fit_on, read_sentences},
    shares::Shares,
    skills::RUN,
    study_row::{FOLDS, StudyRow, fold},
};
use crate::{
    engine::Engine,
    model::{self, SkillWeights},
};

/// Upper ends of the shares that the reliability table tells apart.
const SHARES: [f32; 7] = [0.02, 0.05, 0.1, 0.2, 0.35, 0.5, 1.0];
/// The one way of counting, and the measure.
const VIEWS: [&str; 1] = ["all"];
const MEASURE: &str = "rp@5";

/// Measures `weights` that were fitted on the skill sets among `sets`, as Markdown tables with 95 %
/// half-widths: in-sample, cross-fit by sentence, the strongest of `baselines`, and how often judges
/// name a skill beside the share that is shown, cross-fit.
///
/// # Errors
/// Those of [`fit_skills`](super::fit_skills()) where a part of the sets is too small.
pub fn study_skills(
    sets: &[Set],
    engine: &Engine,
    weights: &SkillWeights,
    baselines: &[&dyn Ranker],
) -> Result<SkillStudy, model::Error> {
    let sentences = read_sentences(sets, engine);
    let fit = |out: usize| {
        let kept: Vec<&ReadSentence<'_>> =
            sentences.iter().filter(|sentence| fold(sentence.id) != out).collect();
        fit_on(&kept)
    };
    let folds: Vec<SkillWeights> = (0..FOLDS).map(fit).collect::<Result<_, _>>()?;
    let mut rows = Vec::new();
    for set in sets.iter().filter(|set| set.skills().is_some()) {
        let own = || sentences.iter().filter(|sentence| sentence.set == set.dir().own_name());
        let run = |weights: &dyn Fn(&ReadSentence<'_>) -> SkillWeights| {
            Run::new(own().map(|read| (read.id.to_owned(), ranked(read, &weights(read)))))
        };
        let runs = [run(&|_| weights.clone()), run(&|read| folds[fold(read.id)].clone())];
        rows.extend(StudyRow::of(set, &runs, baselines, &VIEWS, MEASURE));
    }
    let shown = sentences.iter().flat_map(|read| {
        proposals(read, &folds[fold(read.id)]).into_values().collect::<Vec<(f32, bool)>>()
    });
    let shown: Vec<(f32, bool)> = shown.collect();
    let from =
        |least: f32| Shares::of(shown.iter().copied().filter(|one| one.0 >= least), &[1.0]).all;
    Ok(SkillStudy {
        rows,
        shares: Shares::of(shown.iter().copied(), &SHARES),
        at_least: [0.2, 0.5].map(|least| (least, from(least))),
    })
}

/// The skills of a sentence with the surest share by some weights, and whether judges name them.
fn proposals<'a>(
    read: &ReadSentence<'a>,
    weights: &SkillWeights,
) -> BTreeMap<&'a str, (f32, bool)> {
    let mut found: BTreeMap<&str, (f32, bool)> = BTreeMap::new();
    for (mention, uri, named) in &read.mentions {
        let share = weights.share(&mention.features);
        let best = found.entry(uri).or_insert((share, *named));
        best.0 = best.0.max(share);
    }
    found
}

/// The same as a ranking, equal shares by URI.
fn ranked(read: &ReadSentence<'_>, weights: &SkillWeights) -> Vec<Ranked> {
    let found = proposals(read, weights).into_iter();
    let mut ranked: Vec<Ranked> = found.map(|(uri, (share, _))| Ranked::new(uri, share)).collect();
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score));
    ranked.truncate(RUN);
    ranked
}

/// Tables of a study of skills; its `Display` is Markdown.
#[derive(Debug)]
pub struct SkillStudy {
    rows: Vec<StudyRow>,
    shares: Shares,
    /// Least share shown; how many were, their mean share, the share that judges name.
    at_least: [(f32, (u64, f64, f64)); 2],
}

impl fmt::Display for SkillStudy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        StudyRow::write(&self.rows, MEASURE, f)?;
        writeln!(f, "\nShare shown beside a skill, cross-fit:\n")?;
        self.shares.write(f, "proposals", "named by judges")?;
        self.at_least.iter().try_for_each(|(least, (count, shown, named))| {
            writeln!(
                f,
                "Of {count} proposals at {least:.1} or more, judges name {named:.3} (mean shown \
                 {shown:.3})."
            )
        })
    }
}
