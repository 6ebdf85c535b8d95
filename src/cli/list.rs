//! The list of workers that a command reads, and what can be said of it beforehand.

use std::path::PathBuf;

use anyhow::{Result, bail};
use jiff::{ZonedDateTime, civil::Date};

use crate::intake::{self, Format, How, Rows};

/// Where workers come from.
#[derive(Debug, clap::Args)]
pub(super) struct List {
    /// A list or document, or a folder of them: CSV, XLSX, NDJSON, JSON Resume, Europass, HR Open,
    /// Arbetsförmedlingen's profile, PAXml, the text of a CV; `-` reads standard input.
    #[arg(value_name = "LIST")]
    pub(super) path: PathBuf,
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
    #[arg(long, value_name = "YYYY-MM-DD")]
    today: Option<Date>,
}

impl List {
    /// Opens the list.
    pub(super) fn open(&self) -> Result<Rows> {
        let mut how = How::from(self.format);
        how.sheet.clone_from(&self.sheet);
        for said in &self.mapping {
            // The text may be a number of a person: it is not repeated.
            if let Err(wrong) = how.map(said) {
                bail!("--map cannot be used: {wrong}");
            }
        }
        let today = self.today.unwrap_or_else(|| ZonedDateTime::now().date());
        Ok(intake::open(&self.path, how, today)?)
    }
}

fn format(text: &str) -> Result<Format, String> {
    let known = Format::from_key(&text.to_lowercase());
    known.ok_or_else(|| format!("formats are {}", Format::ALL.map(Format::key).join(", ")))
}
