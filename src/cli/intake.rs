//! `kompetensnav intake`: how a list is read, before anything is suggested.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use anyhow::Result;
use serde::Serialize;

use super::{list::List, recommend::language};
use crate::{
    domain::Language,
    intake::{Format, Meaning, Problem, ReadColumn, Row, Rows},
};

/// Places told of one kind of problem.
const PLACES: usize = 10;

/// What a folder is called in the place of a form.
const FOLDER: &str = "folder";

/// Arguments of `intake`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    list: List,
    /// Language of the text.
    #[arg(long, default_value = "sv", value_parser = language)]
    lang: Language,
    /// Machine-readable answer.
    #[arg(long)]
    json: bool,
}

/// What was met in a list.
#[derive(Debug, Default, Serialize)]
struct Report {
    format: &'static str,
    rows: u64,
    read: u64,
    columns: Vec<ReadColumn>,
    notes: Vec<Problem>,
    refused: BTreeMap<&'static str, Kind>,
    warnings: BTreeMap<&'static str, Kind>,
}

/// One kind of problem, and where it was met.
#[derive(Debug, Serialize)]
struct Kind {
    rows: u64,
    /// The first places: a line, or a file and a line.
    places: Vec<String>,
    /// The first problem of the kind.
    first: Problem,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut rows = args.list.open(args.list.today())?;
    let report = Report::of(&mut rows);
    if args.json {
        serde_json::to_writer_pretty(&mut *out, &report)?;
        return Ok(writeln!(out)?);
    }
    Ok(report.write(args.lang, out)?)
}

impl Report {
    fn of(rows: &mut Rows) -> Self {
        let mut report = Self::default();
        for Row { line, file, outcome } in rows.by_ref() {
            report.rows += 1;
            let place = file.map_or_else(|| line.to_string(), |file| format!("{file}:{line}"));
            match outcome {
                Err(problem) => count(&mut report.refused, &problem, place),
                Ok(worker) => {
                    report.read += 1;
                    for warning in worker.warnings {
                        count(&mut report.warnings, &warning, place.clone());
                    }
                }
            }
        }
        report.format = rows.format().map_or(FOLDER, Format::key);
        report.columns = rows.columns();
        report.notes = rows.notes();
        report
    }

    fn write(&self, lang: Language, out: &mut impl Write) -> io::Result<()> {
        let Self { format, rows, read, .. } = self;
        let format = if *format == FOLDER { lang.pick("mapp", FOLDER) } else { format };
        match lang {
            Language::Sv => writeln!(out, "Läst som {format}: {read} av {rows} rader")?,
            Language::En => writeln!(out, "Read as {format}: {read} of {rows} rows")?,
        }
        for note in &self.notes {
            writeln!(out, "{} {}", lang.pick("Obs:", "Note:"), note.message.text(lang))?;
        }
        if !self.columns.is_empty() {
            self.write_columns(lang, out)?;
        }
        for (kinds, heading) in [
            (&self.refused, lang.pick("Avvisade rader", "Refused rows")),
            (&self.warnings, lang.pick("Lästa rader med varning", "Rows read with a warning")),
        ] {
            if !kinds.is_empty() {
                writeln!(out, "{heading}")?;
            }
            for (code, kind) in kinds {
                let more = if kind.rows > kind.places.len() as u64 { ", …" } else { "" };
                let (code, places) = (code.replace('_', " "), kind.places.join(", "));
                let field = kind.first.field.as_ref().map(|field| format!(" [{field}]"));
                let field = field.unwrap_or_default();
                writeln!(out, "{:>7} {code}{field}: {places}{more}", kind.rows)?;
                writeln!(out, "        {}", kind.first.message.text(lang))?;
            }
        }
        Ok(())
    }

    fn write_columns(&self, lang: Language, out: &mut impl Write) -> io::Result<()> {
        let header = lang.pick("rubrik", "header");
        let width = |column: &ReadColumn| column.header.chars().count();
        let width = self.columns.iter().map(width).max().unwrap_or(0).max(header.len());
        let (read_as, filled) = (lang.pick("läses som", "read as"), lang.pick("ifyllda", "filled"));
        writeln!(out, "  {header:<width$}  {read_as:<18}  {filled:>8}")?;
        for column in &self.columns {
            let (name, filled) = (&column.header, column.filled);
            let key = column.column.unwrap_or("-");
            let why = why(column, lang);
            writeln!(out, "  {name:<width$}  {key:<18}  {filled:>8}  {why}")?;
        }
        Ok(())
    }
}

/// How the meaning of a column is known, or why it is not read.
fn why(column: &ReadColumn, lang: Language) -> String {
    let name = &column.header;
    match (column.meaning, lang) {
        (Meaning::Known, _) => String::new(),
        (Meaning::Guessed, Language::Sv) => {
            format!("gissning; rätta med --map \"{name}=KOLUMN\", eller =- för att utelämna")
        }
        (Meaning::Guessed, Language::En) => {
            format!("a guess; correct it with --map \"{name}=COLUMN\", or =- to leave it out")
        }
        (Meaning::Mapped, _) => lang.pick("enligt --map", "by --map").to_owned(),
        (Meaning::LeftOut, _) => lang.pick("utelämnad med --map", "left out by --map").to_owned(),
        (Meaning::Unused, _) => {
            lang.pick("känd, påverkar inga förslag", "known, affects no suggestion").to_owned()
        }
        (Meaning::AboutThePerson, _) => lang
            .pick("säger vem någon är: läses aldrig", "says who somebody is: never read")
            .to_owned(),
        (Meaning::Unknown, Language::Sv) => {
            format!("okänd; --map \"{name}=KOLUMN\" läser den")
        }
        (Meaning::Unknown, Language::En) => {
            format!("not known; --map \"{name}=COLUMN\" reads it")
        }
    }
}

fn count(kinds: &mut BTreeMap<&'static str, Kind>, problem: &Problem, place: String) {
    let first = || Kind { rows: 0, places: Vec::new(), first: problem.clone() };
    let kind = kinds.entry(problem.code.key()).or_insert_with(first);
    kind.rows += 1;
    if kind.places.len() < PLACES {
        kind.places.push(place);
    }
}
