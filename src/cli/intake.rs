//! `kompetensnav intake`: how a list is read, before anything is suggested.

use std::io::{self, Write};

use anyhow::Result;

use super::{indented, list::List, recommend::language};
use crate::{
    domain::Language,
    intake::{Meaning, ReadColumn, Report, Sort},
};

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

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut rows = args.list.open(args.list.today())?;
    let report = Report::of(&mut rows);
    if args.json {
        return indented::write(out, &report);
    }
    Ok(Shown(report).write(args.lang, out)?)
}

/// A report for people.
struct Shown(Report);

impl Shown {
    fn write(&self, lang: Language, out: &mut impl Write) -> io::Result<()> {
        let Report { format, rows, read, .. } = &self.0;
        let format = if self.0.is_folder() { lang.pick("mapp", format) } else { format };
        match lang {
            Language::Sv => writeln!(out, "Läst som {format}: {read} av {rows} rader")?,
            Language::En => writeln!(out, "Read as {format}: {read} of {rows} rows")?,
        }
        for note in &self.0.notes {
            writeln!(out, "{} {}", lang.pick("Obs:", "Note:"), note.message.text(lang))?;
        }
        if !self.0.columns.is_empty() {
            self.write_columns(lang, out)?;
        }
        for (kinds, heading) in [
            (&self.0.refused, lang.pick("Rader som inte lästes", "Rows not read")),
            (&self.0.warnings, lang.pick("Lästa rader med varning", "Rows read with a warning")),
        ] {
            if !kinds.is_empty() {
                writeln!(out, "{heading}")?;
            }
            for (code, kind) in kinds {
                if kind.fields.is_empty() {
                    write_sort(code, kind, lang, out)?;
                }
                for of_field in kind.fields.values() {
                    write_sort(code, of_field, lang, out)?;
                }
            }
        }
        Ok(())
    }

    fn write_columns(&self, lang: Language, out: &mut impl Write) -> io::Result<()> {
        let header = lang.pick("rubrik", "header");
        let width = |column: &ReadColumn| column.header.chars().count();
        let width = self.0.columns.iter().map(width).max().unwrap_or(0).max(header.len());
        let (read_as, filled) = (lang.pick("läses som", "read as"), lang.pick("ifyllda", "filled"));
        writeln!(out, "  {header:<width$}  {read_as:<18}  {filled:>8}")?;
        for column in &self.0.columns {
            let (name, filled) = (&column.header, column.filled);
            let key = column.column.unwrap_or("-");
            let why = why(column, lang);
            writeln!(out, "  {name:<width$}  {key:<18}  {filled:>8}  {why}")?;
        }
        Ok(())
    }
}

fn write_sort(code: &str, kind: &Sort, lang: Language, out: &mut impl Write) -> io::Result<()> {
    let more = if kind.rows > kind.places.len() as u64 { ", …" } else { "" };
    let (code, places) = (code.replace('_', " "), kind.places.join(", "));
    let field = kind.first.field.as_ref().map(|field| format!(" [{field}]"));
    let field = field.unwrap_or_default();
    writeln!(out, "{:>7} {code}{field}: {places}{more}", kind.rows)?;
    writeln!(out, "        {}", kind.first.message.text(lang))
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
