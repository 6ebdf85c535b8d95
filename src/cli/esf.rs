//! `kompetensnav esf`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::Result;

use super::{input, result_file::write};
use crate::{
    esf::{choices, export, full_week},
    intake::sheet::Sheet,
};

/// Arguments of `esf`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Result of `batch` in NDJSON.
    result: PathBuf,
    /// The export: CSV with `;`, a row for each participant and month.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Who has chosen which path, a table of ref;yrke (name or id of the occupation): only they are
    /// exported. Without it everybody is, with the best path.
    #[arg(long, value_name = "FILE")]
    choices: Option<PathBuf>,
    /// Hours of a full week of studies.
    #[arg(long, default_value = "40", value_name = "HOURS", value_parser = full_week)]
    full_week: f64,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let read = [Some(&args.result), args.choices.as_ref()];
    let read: Vec<&Path> = read.into_iter().flatten().map(PathBuf::as_path).collect();
    input::spare(&read, &args.out, "export")?;
    let chosen = match &args.choices {
        Some(path) => Some(choices(&Sheet::open(path)?)?),
        None => None,
    };
    let export = export(input::answers(&args.result)?, chosen.as_ref(), args.full_week)?;
    let mut text = Vec::new();
    export.write(&mut text)?;
    write(&args.out, &text)?;
    writeln!(out, "{:>7} participants with planned hours", export.participants)?;
    writeln!(out, "{:>7} rows, one a participant and month", export.months.len())?;
    writeln!(out, "{:>7} people whose path has no courses", export.without_courses)?;
    writeln!(
        out,
        "{:>7} people with a course without day or length; it is left out",
        export.undated
    )?;
    writeln!(out, "{:>7} refused rows", export.refused)?;
    if chosen.is_some() {
        writeln!(out, "{:>7} people whose choice is none of their paths", export.unknown_choice)?;
    }
    writeln!(out, "Export written to {}", input::shown(&args.out))?;
    Ok(())
}
