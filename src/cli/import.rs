//! `kompetensnav import`.

use std::{
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::open::{ENCODER, INDEX, MODEL};
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
    refuse_inside(&args.out, &args.source_dir)?;
    let mut imported = dataset::import(&args.source_dir, &args.only)?;
    let encoder = args.out.join(ENCODER).exists();
    imported.save(&args.out, equip)?;
    summary(&imported.dataset.manifest, out)?;
    writeln!(out, "Data set written to {}", args.out.display())?;
    for line in abilities(&imported.dataset) {
        writeln!(out, "{line}")?;
    }
    if encoder {
        let again = "The encoder went with the former data set; add it again: kompetensnav encoder \
                     add PATH --data";
        writeln!(out, "{again} {}", args.out.display())?;
    }
    Ok(())
}

/// A data set among its own sources would be read as one of them the next time.
fn refuse_inside(out: &Path, source: &Path) -> Result<()> {
    // A source that is not there gets an error of its own.
    let Ok(source) = fs::canonicalize(source) else { return Ok(()) };
    let here = |path: &Path| if path == Path::new("") { PathBuf::from(".") } else { path.into() };
    let there = out.ancestors().find_map(|path| fs::canonicalize(here(path)).ok());
    if there.is_some_and(|there| there.starts_with(&source)) {
        bail!(
            "--out {} lies in the source folder {}; name a folder outside it",
            out.display(),
            source.display()
        );
    }
    Ok(())
}

/// What a data set is good for and what it is not, in sentences.
fn abilities(dataset: &DataSet) -> Vec<&'static str> {
    let occupations = &dataset.taxonomy.occupations;
    if !dataset.has_skills() {
        return vec![
            "It can be searched by programs: its rows are NDJSON files, its index is built.",
            "It cannot suggest anything: it has no occupation with skills and therefore no model. \
             recommend, batch, serve and eval refuse it. Import it together with esco, or without \
             --only.",
        ];
    }
    let mut said = vec!["It can suggest paths: recommend, batch and serve take it by --data."];
    let groups = &dataset.market.groups;
    let lacks = [
        (
            dataset.courses.is_empty(),
            "It has no courses: paths say what is missing, not where to learn it.",
        ),
        (
            groups.iter().all(|group| group.wage.is_none() && group.ads_sweden.is_none()),
            "It has no labour market: paths have neither wages nor job ads nor a forecast.",
        ),
        (
            occupations.iter().all(|occupation| occupation.label.sv.is_empty()),
            "It has no Swedish names: Swedish titles are not understood.",
        ),
    ];
    said.extend(lacks.into_iter().filter(|(lacks, _)| *lacks).map(|(_, sentence)| sentence));
    said
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
