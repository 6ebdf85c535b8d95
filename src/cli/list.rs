//! The list of workers that a command reads, and what can be said of it beforehand.

use std::path::{Path, PathBuf};

use anyhow::{Result, bail};
use jiff::{ZonedDateTime, civil::Date};

use super::argument::day;
use crate::intake::{self, Format, How, Rows};

/// Where workers come from.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// A list or document, or a folder of them: CSV, XLSX, NDJSON, JSON Resume, Europass, HR Open,
    /// Arbetsförmedlingen's profile, PAXml, the text of a CV; `-` reads standard input.
    #[arg(value_name = "LIST")]
    path: Option<PathBuf>,
    /// Form, where the content does not tell: csv, xlsx, ndjson, json, paxml, europass or text.
    #[arg(long, value_parser = format)]
    format: Option<Format>,
    /// What a header means, such as "Roll=yrke"; "Roll=-" leaves it out; repeat for more. `intake`
    /// shows the headers.
    #[arg(long = "map", value_name = "HEADER=COLUMN")]
    mapping: Vec<String>,
    /// Sheet of a workbook; the first with a header unless given.
    #[arg(long, value_name = "NAME")]
    sheet: Option<String>,
    /// Day the weeks left are counted from; today unless given. Give it to get the same bytes again.
    #[arg(long, value_name = "YYYY-MM-DD", value_parser = day)]
    today: Option<Date>,
}

impl List {
    /// Where it is.
    ///
    /// # Errors
    /// Where none is given.
    pub(super) fn path(&self) -> Result<&Path> {
        let Some(path) = &self.path else { bail!("LIST is missing: give a list of workers, or -") };
        Ok(path)
    }

    /// The day that weeks are counted from, where one is given.
    pub(super) fn day(&self) -> Option<Date> {
        self.today
    }

    /// The same, else today.
    pub(super) fn today(&self) -> Date {
        self.today.unwrap_or_else(|| ZonedDateTime::now().date())
    }

    /// Opens the list, seen from a day.
    pub(super) fn open(&self, today: Date) -> Result<Rows> {
        let mut how = How::from(self.format);
        how.sheet.clone_from(&self.sheet);
        for said in &self.mapping {
            // The text may be a number of a person: it is not repeated.
            if let Err(wrong) = how.map(said) {
                bail!("--map cannot be used: {}", wrong.en);
            }
        }
        Ok(intake::open(self.path()?, how, today)?)
    }
}

fn format(text: &str) -> Result<Format, String> {
    let known = Format::from_key(&text.to_lowercase());
    known.ok_or_else(|| format!("formats are {}", Format::ALL.map(Format::key).join(", ")))
}
