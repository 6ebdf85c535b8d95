//! `kompetensnav eval`.

use std::{io::Write, path::PathBuf};

use anyhow::{Result, bail};

use super::open;
use crate::eval::{self, Ranker, Set, SetKind, SetReport, View, baselines, find_sets, write_runs};

/// Arguments of `eval`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// Folder of one judged set, or of many.
    #[arg(long = "set", value_name = "DIR")]
    sets: PathBuf,
    /// Write the engine's ranking here: query, rank, candidate, score, tab-separated.
    #[arg(long, value_name = "OUT.tsv")]
    run: Option<PathBuf>,
    /// Machine-readable report with every measure.
    #[arg(long)]
    json: bool,
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
        let runs: Vec<eval::Run> = sets.iter().map(|set| set.run(&engine)).collect();
        write_runs(&runs, path)?;
        writeln!(out, "Run of {} sets written to {}", runs.len(), path.display())?;
        return Ok(());
    }
    let baselines = baselines(engine.dataset());
    let baselines: Vec<&dyn Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let reports: Vec<SetReport> =
        sets.iter().map(|set| set.evaluate(&engine, &baselines)).collect();
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &reports)?;
        writeln!(out)?;
    } else {
        for report in &reports {
            writeln!(out, "{report}")?;
        }
    }
    if args.floor { floors(&reports, out) } else { Ok(()) }
}

/// Every set's headline against the strongest baseline. Titles are read as occupations and never as
/// ISCO groups, so for title sets the view that counts is the one of occupations.
fn floors(reports: &[SetReport], out: &mut impl Write) -> Result<()> {
    let (mut passed, mut failed) = (0, 0);
    for report in reports {
        let Some((engine, rest)) = report.systems.split_first() else { continue };
        let counts = |view: &&View| match report.kind {
            SetKind::Titles => view.name == "concept, occupations only",
            _ => true,
        };
        let Some(view) = engine.views.iter().find(counts) else { continue };
        let Some(&measure) = view.headline.first() else { continue };
        let mean = |system: &str| report.mean(system, &view.name, measure);
        let Some(own) = mean(&engine.name) else { continue };
        let floor = rest.iter().filter_map(|system| mean(&system.name)).fold(0.0, f64::max);
        let holds = own >= floor;
        let word = if holds { "at or above" } else { "BELOW" };
        writeln!(out, "{}: {measure} {own:.4} is {word} the floor {floor:.4}", report.set)?;
        if holds { passed += 1 } else { failed += 1 }
    }
    writeln!(out, "{passed} floors hold, {failed} do not")?;
    if failed > 0 {
        bail!("{failed} sets are below their baseline");
    }
    Ok(())
}
