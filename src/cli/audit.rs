//! `kompetensnav audit`.

use std::{
    fs::File,
    io::{BufReader, Write},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

use super::{input, open, recommend::language};
use crate::{
    audit::{Employees, Groups, People, audit, titles},
    batch,
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
    let read = [Some(&args.result), Some(&args.groups), args.employees.as_ref()];
    let read: Vec<&PathBuf> = read.into_iter().flatten().collect();
    for written in [&args.html, &args.json].into_iter().flatten() {
        if read.iter().any(|path| input::same_file(path, written)) {
            bail!("{} is read; give the report another name", input::shown(written));
        }
    }
    let groups = Groups::of(&Sheet::open(&args.groups)?)?;
    let employees = match &args.employees {
        Some(path) => Employees::of(&Sheet::open(path)?)?,
        None => Employees::default(),
    };
    let people = people(&args.result, &employees)?;
    let engine = open::engine(&args.data)?;
    let report = audit(&people, &groups, &employees, titles::test(&engine));
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

fn people(path: &Path, employees: &Employees) -> Result<People> {
    let shown = input::shown(path);
    let file = File::open(path).with_context(|| format!("cannot open {shown}"))?;
    Ok(People::read(batch::read(BufReader::new(file), &shown), employees)?)
}

/// Writes a whole file, or says that it could not.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).with_context(|| {
        format!("cannot write {}; name a folder that is there", input::shown(path))
    })
}
