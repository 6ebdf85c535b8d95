//! `kompetensnav esf`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{input, result_file::write};
use crate::{
    cohort::PlanStatus,
    esf::{choices, export, full_week, of_plan},
    intake::sheet::Sheet,
};

/// Arguments of `esf`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Result of `batch` in NDJSON.
    #[arg(required_unless_present = "plan")]
    result: Option<PathBuf>,
    /// A plan that `plan` wrote (JSON) instead: the course starts it gives people.
    #[arg(long, value_name = "PLAN", conflicts_with_all = ["result", "choices"])]
    plan: Option<PathBuf>,
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
    let read = [args.result.as_ref(), args.plan.as_ref(), args.choices.as_ref()];
    let read: Vec<&Path> = read.into_iter().flatten().map(PathBuf::as_path).collect();
    input::spare(&read, &args.out, "export")?;
    let chosen = match &args.choices {
        Some(path) => Some(choices(&Sheet::open(path)?)?),
        None => None,
    };
    let plan = args.plan.as_deref().map(input::plan).transpose()?;
    let export = match (&plan, &args.result) {
        (Some(plan), _) => of_plan(plan, args.full_week),
        (None, Some(result)) => export(input::answers(result)?, chosen.as_ref(), args.full_week)?,
        (None, None) => bail!("nothing to export; give a result of batch or --plan"),
    };
    let mut text = Vec::new();
    export.write(&mut text)?;
    write(&args.out, &text)?;
    writeln!(out, "{:>7} participants with planned hours", export.participants)?;
    writeln!(out, "{:>7} rows, one a participant and month", export.months.len())?;
    let none = if plan.is_some() { "no course in the plan" } else { "a path without courses" };
    writeln!(out, "{:>7} people with {none}", export.without_courses)?;
    writeln!(
        out,
        "{:>7} people with a course without day or length; it is left out",
        export.undated
    )?;
    writeln!(out, "{:>7} refused rows", export.refused)?;
    if export.repeated > 0 {
        let repeated = export.repeated;
        writeln!(out, "{repeated:>7} answers whose reference came before; the first counts")?;
    }
    if chosen.is_some() {
        writeln!(out, "{:>7} people whose choice is none of their paths", export.unknown_choice)?;
    }
    if plan.is_some_and(|plan| plan.status == PlanStatus::Draft) {
        writeln!(out, "The plan is a draft; nobody has decided on it.")?;
    }
    writeln!(out, "Export written to {}", input::shown(&args.out))?;
    Ok(())
}
