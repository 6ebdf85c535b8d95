//! `kompetensnav train`.

use std::{io::Write, path::PathBuf};

use anyhow::Result;

use crate::{
    dataset::DataSet,
    model::{self, Ranker},
};

/// Folder of models inside a data set, and the one used unless another is named.
pub(super) const MODEL: &str = "models/default";

/// Arguments of `train`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// The data set folder.
    dataset: PathBuf,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let dataset = DataSet::load(&args.dataset)?;
    let model = model::train(&dataset, Ranker::shipped()?)?;
    let manifest = model.save(&dataset, &args.dataset.join(MODEL))?;
    writeln!(out, "Model {} written to {}", manifest.fingerprint, args.dataset.display())?;
    Ok(())
}
