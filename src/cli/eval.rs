//! `kompetensnav eval`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{indented, open};
use crate::{
    engine::Engine,
    eval::{Ranker, Set, SetKind, SetReport, baselines, find_sets, note_on_titles, write_run},
};

/// The view of title sets that a floor rests on.
const OCCUPATIONS: &str = "concept, occupations only";

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// Folder of one judged set, or of many.
    #[arg(long = "set", value_name = "DIR")]
    sets: PathBuf,
    /// Write the engine's ranking here, unscored: query, rank, candidate, score, tab-separated.
    /// Where `--set` holds several sets, OUT is a folder and gets a file NAME/KIND.tsv for each.
    #[arg(long, value_name = "OUT", conflicts_with_all = ["json", "floor"])]
    run: Option<PathBuf>,
    /// Machine-readable report with every measure.
    #[arg(long)]
    json: bool,
    /// The first headline measure of every view as Markdown rows, beside the strongest baseline.
    #[arg(long, conflicts_with = "json")]
    table: bool,
    /// Fail where the engine is below its strongest baseline on a set's first headline measure.
    #[arg(long)]
    floor: bool,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let dirs = find_sets(&args.sets)?;
    if dirs.is_empty() {
        bail!("{} holds no judged set that is known by its files", args.sets.display());
    }
    let engine = open::engine(&args.data)?;
    let sets: Result<Vec<Set>, _> =
        dirs.iter().map(|dir| Set::open(dir, &engine.dataset().courses)).collect();
    let sets = sets?;
    if let Some(path) = &args.run {
        return runs(&sets, &engine, path, out);
    }
    let baselines = baselines(engine.dataset());
    let baselines: Vec<&dyn Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let mut reports: Vec<SetReport> =
        sets.iter().map(|set| set.evaluate(&engine, &baselines)).collect();
    let titles = note_on_titles(engine.dataset());
    for report in reports.iter_mut().filter(|report| report.kind == SetKind::Titles) {
        report.notes.extend(titles.map(str::to_owned));
    }
    let encoder = engine.model().encoder().map(|encoder| encoder.manifest.fingerprint.as_str());
    let read_by = [SetKind::Titles, SetKind::Skills];
    for report in reports.iter_mut().filter(|report| read_by.contains(&report.kind)) {
        report.notes.push(format!("encoder: {}", encoder.unwrap_or("off")));
    }
    if args.table {
        reports.iter().try_for_each(|report| report.write_rows(out))?;
    } else if args.json {
        indented::write(out, &reports)?;
    } else {
        for report in &reports {
            writeln!(out, "{report}")?;
        }
    }
    if args.floor { floors(&reports, out) } else { Ok(()) }
}

/// Writes the ranking of each set: a single one into the file, several into files of their own.
fn runs(sets: &[Set], engine: &Engine, path: &Path, out: &mut impl Write) -> Result<()> {
    for set in sets {
        let dir = set.dir();
        let file = match sets {
            [_] => path.to_owned(),
            _ => path.join(&dir.name).join(format!("{}.tsv", dir.kind)),
        };
        write_run(&set.run(engine), &file)?;
        writeln!(out, "Run of {} ({}) written to {}", dir.name, dir.kind, file.display())?;
    }
    Ok(())
}

/// Every set's headline against the strongest baseline. The rankings of title sets hold ISCO groups
/// because the sets ask for them; the product names occupations only, so there the view of
/// occupations decides and the others are printed as information.
fn floors(reports: &[SetReport], out: &mut impl Write) -> Result<()> {
    let (mut passed, mut failed) = (0_u32, 0_u32);
    for report in reports {
        let Some(engine) = report.systems.first() else { continue };
        let titles = report.kind == SetKind::Titles;
        for (at, view) in engine.views.iter().enumerate() {
            let decides = if titles { view.name == OCCUPATIONS } else { at == 0 };
            let Some(&measure) = view.headline.first() else { continue };
            let Some(own) = report.mean(&engine.name, &view.name, measure) else { continue };
            let floor = report.floor(&view.name, measure).map_or(0.0, |(_, floor)| floor);
            // Where nothing is answered everything is as good as nothing.
            let holds = own >= floor && view.answered > 0;
            let word = if own >= floor { "at or above" } else { "BELOW" };
            let mut said = format!("{measure} {own:.4} is {word} the floor {floor:.4}");
            if view.answered == 0 {
                said.push_str(", but nothing was answered");
            }
            if decides {
                writeln!(out, "{}: {said}", report.set)?;
                *(if holds { &mut passed } else { &mut failed }) += 1;
            } else if titles {
                writeln!(out, "{}: for information, {}: {said}", report.set, view.name)?;
            }
        }
    }
    writeln!(out, "{passed} floors hold, {failed} do not")?;
    if passed + failed == 0 {
        bail!(
            "nothing was measured, so that no floor can hold; name a folder of judged sets as --set"
        );
    }
    if failed > 0 {
        bail!("{failed} sets are below their baseline");
    }
    Ok(())
}
