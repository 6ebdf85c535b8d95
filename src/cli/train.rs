//! `kompetensnav train`.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::open::MODEL;
use crate::{
    dataset::DataSet,
    engine::Engine,
    eval::{self, Set, SetKind, WeightsKind, baselines, find_sets, note_on_titles},
    model::{self, Fitted, Ranker},
};

/// Arguments of `train`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data set folder.
    dataset: PathBuf,
    /// Folder of judged moves, titles or skills to fit the weights of each on, those of one set or of
    /// many; may be given several times. Without it the shipped weights.
    #[arg(long, value_name = "DIR")]
    judgements: Vec<PathBuf>,
    /// Also write the fitted weights into this folder: `ranker.json` of moves, `titles.json`,
    /// `skills.json`.
    #[arg(long, value_name = "DIR", requires = "judgements")]
    weights: Option<PathBuf>,
    /// Also print how good weights are on what they were not fitted on.
    #[arg(long, requires = "judgements")]
    study: bool,
    /// Also write these figures into the marked blocks of this model card.
    #[arg(long, value_name = "FILE", requires = "judgements")]
    card: Option<PathBuf>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut dataset = DataSet::load(&args.dataset)?;
    let mut model = model::train(&dataset, Ranker::shipped()?)?;
    if !args.judgements.is_empty() {
        let engine = Engine::new(dataset, model);
        let fitted = fit(args, &engine, out)?;
        (dataset, model) = engine.into_parts();
        model = model.fitted(fitted, &dataset)?;
    }
    let manifest = model.save(&dataset, &args.dataset.join(MODEL))?;
    writeln!(out, "Model {} written to {}", manifest.fingerprint, args.dataset.display())?;
    Ok(())
}

/// Fits the weights of every kind that the judged sets are of.
fn fit(args: &Args, engine: &Engine, out: &mut impl Write) -> Result<Fitted> {
    let (dataset, model) = (engine.dataset(), engine.model());
    let mut sets = Vec::new();
    for folder in &args.judgements {
        for dir in find_sets(folder)? {
            sets.push(Set::open(&dir, &dataset.courses)?);
        }
    }
    let has = |kind: SetKind| sets.iter().any(|set| set.dir().kind == kind);
    let baselines = baselines(dataset);
    let baselines: Vec<&dyn eval::Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let studied = args.study || args.card.is_some();
    let mut fitted = Fitted::default();
    if has(SetKind::Transitions) {
        let ranker = eval::fit(&sets, dataset, model)?;
        let study = || eval::study(&sets, dataset, model, &baselines);
        let study = studied.then(study).transpose()?.map(|study| study.to_string());
        done(args, WeightsKind::Moves, &ranker, study, out)?;
        fitted.ranker = Some(ranker);
    }
    let words = [(SetKind::Titles, WeightsKind::Titles), (SetKind::Skills, WeightsKind::Skills)];
    for (_, kind) in words.into_iter().filter(|(set, _)| has(*set)) {
        if let Some(note) = note_on_titles(dataset) {
            writeln!(out, "{kind} are not fitted: {note}")?;
        } else if kind == WeightsKind::Titles {
            let titles = eval::fit_titles(&sets, engine)?;
            let study = || eval::study_titles(&sets, engine, &titles, &baselines);
            let study = studied.then(study).transpose()?.map(|study| study.to_string());
            done(args, kind, &titles, study, out)?;
            fitted.titles = Some(titles);
        } else {
            let skills = eval::fit_skills(&sets, engine)?;
            let study = || eval::study_skills(&sets, engine, &skills, &baselines);
            let study = studied.then(study).transpose()?.map(|study| study.to_string());
            done(args, kind, &skills, study, out)?;
            fitted.skills = Some(skills);
        }
    }
    if fitted == Fitted::default() {
        bail!(
            "nothing was fitted: the folders hold no judged moves, titles or skills for this data set"
        );
    }
    Ok(fitted)
}

/// Prints fitted weights and what a study says of them, and writes both where they are wanted.
fn done(
    args: &Args,
    kind: WeightsKind,
    weights: &impl Serialize,
    study: Option<String>,
    out: &mut impl Write,
) -> Result<()> {
    let mut text = serde_json::to_string_pretty(weights)?;
    text.push('\n');
    write!(out, "{kind}: {text}")?;
    if let Some(folder) = &args.weights {
        let path = folder.join(kind.file());
        let write = || fs::create_dir_all(folder).and_then(|()| fs::write(&path, &text));
        write().with_context(|| format!("cannot write {}", path.display()))?;
    }
    let Some(study) = study else { return Ok(()) };
    if args.study {
        writeln!(out, "\n{study}")?;
    }
    if let Some(path) = &args.card {
        let shown = path.display();
        let card = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
        let fingerprint = eval::weights_fingerprint(text.as_bytes());
        let card = eval::write_figures(&card, kind, &fingerprint, &study)
            .with_context(|| format!("cannot write the figures into {shown}"))?;
        fs::write(path, card).with_context(|| format!("cannot write {shown}"))?;
    }
    Ok(())
}
