//! `kompetensnav import`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::open::{INDEX, MODEL};
use crate::{
    dataset::{self, DataSet, Manifest, Source},
    index::Index,
    model::{self, Ranker},
};

/// Arguments of `import`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder with the official files, any layout.
    source_dir: PathBuf,
    /// Folder of the data set to write; a data set that is there is replaced.
    #[arg(long, value_name = "DATASET")]
    out: PathBuf,
    /// Only these sources, comma-separated.
    #[arg(long, value_delimiter = ',', value_parser = source)]
    only: Vec<Source>,
}

fn source(key: &str) -> Result<Source, String> {
    Source::from_key(key).ok_or_else(|| {
        let keys = Source::ALL.map(Source::key).join(", ");
        format!("no source is called {key:?}; there are {keys}")
    })
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut imported = dataset::import(&args.source_dir, &args.only)?;
    imported.save(&args.out, equip)?;
    summary(&imported.dataset.manifest, out)?;
    writeln!(out, "Data set written to {}", args.out.display())?;
    Ok(())
}

/// Builds the index and trains the model of a data set inside its folder. A set whose
/// occupations have no skills (courses alone, say) gets no model.
fn equip(dataset: &DataSet, folder: &Path) -> Result<()> {
    let build = || Index::build(dataset, &folder.join(INDEX));
    let train = || -> Result<()> {
        if !dataset.has_skills() {
            return Ok(());
        }
        model::train(dataset, Ranker::shipped()?)?.save(dataset, &folder.join(MODEL))?;
        Ok(())
    };
    let (built, trained) = rayon::join(build, train);
    built?;
    trained
}

/// What was read and what was left out, source by source.
fn summary(manifest: &Manifest, out: &mut impl Write) -> Result<()> {
    for source in &manifest.sources {
        if source.counts.is_empty() && source.dropped.is_empty() {
            continue;
        }
        writeln!(out, "{} {}", source.title, source.version)?;
        for (kind, rows) in &source.counts {
            writeln!(out, "  {rows:>8}  {}", kind.replace('_', " "))?;
        }
        for drop in &source.dropped {
            let example = drop.examples.first().map(String::as_str).unwrap_or_default();
            writeln!(out, "  {:>8}  left out: {} (such as {example})", drop.count, drop.reason)?;
        }
        for note in &source.notes {
            writeln!(out, "            {note}")?;
        }
    }
    writeln!(out, "Together")?;
    for (kind, rows) in &manifest.counts {
        writeln!(out, "  {rows:>8}  {}", kind.replace('_', " "))?;
    }
    writeln!(out, "Fingerprint {}", manifest.fingerprint)?;
    Ok(())
}
