//! `kompetensnav audit`.

use std::{
    io::Write,
    path::{Path, PathBuf},
};

use anyhow::{Result, bail};

use super::{input, open, recommend::language, result_file::write};
use crate::{
    audit::{Employees, Groups, People, audit, titles},
    domain::Language,
    intake::sheet::Sheet,
};

/// Arguments of `audit`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    /// Result of `batch` in NDJSON.
    result: PathBuf,
    /// Groups of people: a table of ref and any columns, such as kon and aldersgrupp. It is read here
    /// only and written nowhere.
    #[arg(long, value_name = "FILE")]
    groups: PathBuf,
    /// Employed women and men by SSYK group: a table of `ssyk`, `employees_women` and
    /// `employees_men`.
    #[arg(long, value_name = "FILE")]
    employees: Option<PathBuf>,
    /// A plan that `plan` wrote (JSON) for the same list: who gets courses, kronor and how long people
    /// wait by it is compared as well.
    #[arg(long, value_name = "PLAN")]
    plan: Option<PathBuf>,
    /// Write the report as an HTML file.
    #[arg(long, value_name = "FILE")]
    html: Option<PathBuf>,
    /// Write all figures as JSON, with the sentences in both languages.
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Language of the text and of the HTML file.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let read =
        [Some(&args.result), Some(&args.groups), args.employees.as_ref(), args.plan.as_ref()];
    let read: Vec<&Path> = read.into_iter().flatten().map(PathBuf::as_path).collect();
    for written in [&args.html, &args.json].into_iter().flatten() {
        input::spare(&read, written, "report")?;
    }
    input::apart(args.html.iter().chain(&args.json))?;
    let groups = Groups::of(&Sheet::open(&args.groups)?)?;
    let employees = match &args.employees {
        Some(path) => Employees::of(&Sheet::open(path)?)?,
        None => Employees::default(),
    };
    let plan = args.plan.as_deref().map(input::plan).transpose()?;
    let people = People::read(input::answers(&args.result)?, &employees, plan.as_ref())?;
    let engine = open::engine(&args.data)?;
    let report = audit(&people, &groups, &employees, plan.as_ref(), titles::test(&engine));
    if report.coverage.people == 0 && report.coverage.left_out {
        bail!(
            "{} groups so few people that any figure would tell of single ones; give larger groups",
            input::shown(&args.groups)
        );
    }
    if report.coverage.people == 0 {
        bail!(
            "no reference of {} stands in {}; both must name people by the same references",
            input::shown(&args.groups),
            input::shown(&args.result)
        );
    }
    if let Some(path) = &args.html {
        write(path, report.page(args.lang).as_bytes())?;
    }
    if let Some(path) = &args.json {
        let mut text = serde_json::to_vec_pretty(&report)?;
        text.push(b'\n');
        write(path, &text)?;
    }
    write!(out, "{}", report.text(args.lang))?;
    Ok(())
}
