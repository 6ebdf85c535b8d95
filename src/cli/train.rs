//! `kompetensnav train`.

use std::{fs, io::Write, path::PathBuf};

use anyhow::{Context as _, Result};

use super::open::MODEL;
use crate::{
    dataset::DataSet,
    eval::{self, Set, find_sets},
    model::{self, Ranker},
};

/// Arguments of `train`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data set folder.
    dataset: PathBuf,
    /// Folder of judged moves to fit the feature weights on; without it the shipped weights.
    #[arg(long, value_name = "DIR")]
    judgements: Option<PathBuf>,
    /// Also write the fitted weights here.
    #[arg(long, value_name = "FILE", requires = "judgements")]
    weights: Option<PathBuf>,
    /// Also print how good weights are on moves they were not fitted on, as the model card has it.
    #[arg(long, requires = "judgements")]
    study: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let dataset = DataSet::load(&args.dataset)?;
    let mut model = model::train(&dataset, Ranker::shipped()?)?;
    if let Some(folder) = &args.judgements {
        let dirs = find_sets(folder)?;
        let sets: Result<Vec<Set>, _> =
            dirs.iter().map(|dir| Set::open(dir, &dataset.courses)).collect();
        let sets = sets?;
        if args.study {
            writeln!(out, "{}", eval::study(&sets, &dataset, &model)?)?;
        }
        let ranker = eval::fit(&sets, &dataset, &model)?;
        if let Some(path) = &args.weights {
            let mut text = serde_json::to_string_pretty(&ranker)?;
            text.push('\n');
            fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))?;
        }
        for (name, weight) in ranker.features.iter().zip(&ranker.weights) {
            writeln!(out, "{weight:>8.3}  {name}")?;
        }
        model = model::train(&dataset, ranker)?;
    }
    let manifest = model.save(&dataset, &args.dataset.join(MODEL))?;
    writeln!(out, "Model {} written to {}", manifest.fingerprint, args.dataset.display())?;
    Ok(())
}
