//! `kompetensnav train`.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context as _, Result, bail};
use serde::Serialize;

use super::open::{ENCODER, MODEL};
use crate::{
    dataset::DataSet,
    engine::Engine,
    eval::{self, Set, SetKind, WeightsKind, baselines, find_sets, note_on_titles},
    model::{self, Encoder, Fitted, Ranker, SkillWeights, TitleWeights},
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
    /// Also write the fitted weights into this folder: `ranker.json` of moves, `titles.json` and
    /// `skills.json`, or `encoder.json` where the data set has an encoder.
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
        // Titles and skills are fitted as they are read: with the encoder where the data set has one.
        if let Some(encoder) = Encoder::open(&args.dataset.join(ENCODER), &dataset)? {
            model = model.with_encoder(encoder);
        }
        let engine = Engine::new(dataset, model);
        let fitted = fit(args, &engine, out)?;
        (dataset, model) = engine.into_parts().context("the model is in use")?;
        model = model.fitted(fitted, &dataset)?;
    }
    let manifest = model.save(&dataset, &args.dataset.join(MODEL))?;
    writeln!(out, "Model {} written to {}", manifest.fingerprint, args.dataset.display())?;
    Ok(())
}

/// Judged sets with what is fitted on them and measured against.
struct Judged<'a> {
    engine: &'a Engine,
    sets: Vec<Set>,
    baselines: Vec<&'a dyn eval::Ranker>,
    studied: bool,
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
    let baselines = baselines(dataset);
    let baselines: Vec<&dyn eval::Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let studied = args.study || args.card.is_some();
    let judged = Judged { engine, sets, baselines, studied };
    let Judged { sets, baselines, .. } = &judged;
    let mut fitted = Fitted::default();
    if judged.has(SetKind::Transitions) {
        let ranker = eval::fit(sets, dataset, model)?;
        let study = judged.studied(|| eval::study(sets, dataset, model, baselines))?;
        done(args, WeightsKind::Moves, &ranker, study, out)?;
        fitted.ranker = Some(ranker);
    }
    let words = judged.has(SetKind::Titles) || judged.has(SetKind::Skills);
    let note = note_on_titles(dataset).filter(|_| words);
    match note {
        Some(note) => writeln!(out, "titles and skills are not fitted: {note}")?,
        None if words => judged.fit_words(args, &mut fitted, out)?,
        None => {}
    }
    if fitted.ranker.is_none() && (!words || note.is_some()) {
        bail!(
            "nothing was fitted: the folders hold no judged moves, titles or skills for this data set"
        );
    }
    Ok(fitted)
}

impl Judged<'_> {
    fn has(&self, kind: SetKind) -> bool {
        self.sets.iter().any(|set| set.dir().kind == kind)
    }

    /// What a study says, where one is wanted.
    fn studied<T: ToString>(
        &self,
        study: impl FnOnce() -> Result<T, model::Error>,
    ) -> Result<Option<String>> {
        Ok(self.studied.then(study).transpose()?.map(|study| study.to_string()))
    }

    /// Fits what reads titles and sentences. With an encoder these are its weights, which stay with it.
    fn fit_words(&self, args: &Args, fitted: &mut Fitted, out: &mut impl Write) -> Result<()> {
        let titles = self.has(SetKind::Titles).then(|| self.fit_titles()).transpose()?;
        let skills = self.has(SetKind::Skills).then(|| self.fit_skills()).transpose()?;
        let Some(encoder) = self.engine.model().encoder() else {
            if let Some((titles, study)) = titles {
                done(args, WeightsKind::Titles, &titles, study, out)?;
                fitted.titles = Some(titles);
            }
            if let Some((skills, study)) = skills {
                done(args, WeightsKind::Skills, &skills, study, out)?;
                fitted.skills = Some(skills);
            }
            return Ok(());
        };
        let mut weights = encoder.manifest.weights.clone();
        let mut studies = Vec::new();
        if let Some((titles, study)) = titles {
            weights.titles = titles;
            studies.extend(study);
        }
        if let Some((skills, study)) = skills {
            weights.skills = skills;
            studies.extend(study);
        }
        let study = Some(studies.join("\n")).filter(|study| !study.is_empty());
        done(args, WeightsKind::Encoder, &weights, study, out)?;
        if weights != encoder.manifest.weights {
            encoder.fitted(weights, &args.dataset.join(ENCODER))?;
        }
        Ok(())
    }

    fn fit_titles(&self) -> Result<(TitleWeights, Option<String>)> {
        let titles = eval::fit_titles(&self.sets, self.engine)?;
        let study = || eval::study_titles(&self.sets, self.engine, &titles, &self.baselines);
        let study = self.studied(study)?;
        Ok((titles, study))
    }

    fn fit_skills(&self) -> Result<(SkillWeights, Option<String>)> {
        let skills = eval::fit_skills(&self.sets, self.engine)?;
        let study = || eval::study_skills(&self.sets, self.engine, &skills, &self.baselines);
        let study = self.studied(study)?;
        Ok((skills, study))
    }
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
