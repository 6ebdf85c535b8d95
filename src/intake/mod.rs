//! Worker lists and documents about workers in, one worker or one listed problem per row out.
//!
//! `detect` tells the forms apart by their content and opens the reader of each, a `Source` of drafts:
//! `delimited` (CSV), `workbook` (XLSX), `ndjson`, `values` (JSON over several lines), `paxml`,
//! `document` (documents about one person) and `folder` (files of all these).
//!
//! A list is read row by row and never held, but for workbooks; only some 20 bytes per reference are kept,
//! to find references that come twice. A bad row is a record with its line and reason, the run goes
//! on; only a file that is no list and no document is an [`Error`], in a folder a refused row.
//!
//! * A row becomes a [`Worker`], with warnings for what was not read as written, or is refused
//!   with a [`Problem`]. Blank rows are no rows.
//! * A row in which anything looks like a personnummer is refused, and nothing of it is kept or
//!   repeated. Columns about a person that are not in the template (name, sex, age) are not read.
//! * Unreadable dates refuse a row only where the row's status makes them the end of the worker's
//!   time: `sista_dag` for notified and dismissed, `permitterad_tom` for furloughed and short time.
//! * What is longer or larger than a profile may be refuses the row too: [`check`] holds these
//!   bounds, for every way a profile comes in.
//!
//! [`free_text`] is the other thing people hand in: the text of a CV, an ad or a course.
//!
//! Columns may stand in any order under Swedish or English names; the template is
//! `ref;status;yrke;ssyk;kompetenser;korkort;onskat_yrke;kommun;anstalld_fran;uppsagd_datum;sista_dag;`
//! `arbetsbefriad_fran;permitterad_fran;permitterad_tom;frigjorda_h_vecka;studieform`.

mod abilities;
mod beginning;
pub(crate) mod cell;
pub mod check;
mod claims;
mod column;
mod delimited;
mod detect;
mod document;
mod employment;
mod folder;
pub mod free_text;
mod guess;
mod header;
mod how;
mod lines;
mod mended;
mod ndjson;
mod paxml;
pub(crate) mod personnummer;
mod problem;
pub(crate) mod quantity;
mod reference;
mod report;
pub mod sheet;
mod source;
mod told;
mod values;
mod workbook;
mod worker;
mod xml;

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::Path,
};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

pub use crate::dataset::Error;
pub use guess::Look;
pub use header::{Meaning, ReadColumn};
pub use how::{Format, How};
pub use problem::{Code, Problem};
pub use reference::by_number;
pub use report::{Report, Sort};
pub use told::{Told, told};
pub use worker::Worker;

use beginning::Beginning;
use claims::Claims;
use detect::Name;
use folder::Folder;
use lines::Lines;
use ndjson::Ndjson;
use problem::Refusal;
use source::Source;
use worker::Place;

/// One row of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Row {
    /// The line of the file the row starts at, from 1; of a workbook the row's number, of JSON that is
    /// not one object a line and of XML the number of the person.
    pub line: u64,
    /// Name of the row's file, where a folder is read.
    pub file: Option<String>,
    /// The worker, or why the row is refused.
    pub outcome: Result<Worker, Problem>,
}

/// The rows of a list, in its order. See the module for what they cost.
#[derive(Debug)]
pub struct Rows {
    source: Box<dyn Source>,
    today: Date,
    /// References that were accepted; `None` where they may come twice.
    claims: Option<Claims>,
    /// Whether nothing is read on.
    ended: bool,
}

/// Opens a list, a document or a folder of them; `-` is standard input. What `how` does not say, the
/// content decides. Weeks left are counted from `today`.
///
/// # Errors
/// For what can not be opened and for what is no list and no document.
pub fn open(path: &Path, how: impl Into<How>, today: Date) -> Result<Rows, Error> {
    let how = how.into();
    if path == Path::new("-") {
        let input = Box::new(io::stdin());
        let source = detect::source(input, &Name::default(), &how);
        return rows(source.map_err(|refusal| refusal.error("standard input"))?, today);
    }
    let shown = shown(path);
    if path.is_dir() {
        let folder = Folder::open(path, how.in_a_folder());
        return rows(Box::new(folder.map_err(|refusal| refusal.error(&shown))?), today);
    }
    let file = File::open(path).map_err(|error| {
        let problem = format!("cannot be opened ({error})");
        Error::format(
            shown.clone(),
            problem,
            "check the path and the permission to read it, or give - to read standard input",
        )
    })?;
    from_reader(file, &path.display().to_string(), how, today)
}

/// Reads a list or document from anywhere; `name` stands for the file in messages, and a document
/// without a number is called by it.
///
/// # Errors
/// For what is no list and no document.
pub fn from_reader(
    reader: impl Read + Send + 'static,
    name: &str,
    how: impl Into<How>,
    today: Date,
) -> Result<Rows, Error> {
    let path = Path::new(name);
    let source = detect::source(Box::new(reader), &Name::of(path), &how.into());
    rows(source.map_err(|refusal| refusal.error(&shown(path)))?, today)
}

/// The same for bytes that somebody has sent, where `name` tells of the form alone, with what is wrong with the whole as a problem in both
/// languages.
///
/// # Errors
/// For what is no list and no document.
pub fn received(
    bytes: impl AsRef<[u8]> + Send + 'static,
    name: &str,
    how: &How,
    today: Date,
) -> Result<Rows, Problem> {
    let source = detect::source(Box::new(Cursor::new(bytes)), &Name::of_sent(Path::new(name)), how);
    Ok(Rows {
        source: source.map_err(Refusal::record)?,
        today,
        claims: Some(Claims::new()),
        ended: false,
    })
}

/// Reads profiles, one object a line, each as if it were alone: whatever a line holds, it is a matter of
/// that line, and no line at all is no error.
///
/// # Errors
/// Where nothing can be read.
pub fn profiles(reader: impl Read + Send + 'static, today: Date) -> Result<Rows, Error> {
    let beginning = Beginning::read(Box::new(reader));
    let beginning = beginning.map_err(|refusal| refusal.error("standard input"))?;
    let source = Box::new(Ndjson::new(Lines::new(beginning)));
    Ok(Rows { source, today, claims: None, ended: false })
}

#[expect(clippy::unnecessary_wraps, reason = "what both ways of opening end with")]
fn rows(source: Box<dyn Source>, today: Date) -> Result<Rows, Error> {
    Ok(Rows { source, today, claims: Some(Claims::new()), ended: false })
}

/// A path as messages name it: without anything like a personnummer.
pub(crate) fn shown(path: &Path) -> String {
    let shown = path.display().to_string();
    if personnummer::found_in(&shown) { "the file".to_owned() } else { shown }
}

/// A reference as it is kept, wherever it comes from.
pub(crate) fn reference(text: &str) -> String {
    cell::clean(text)
}

/// Whether a reference is as one that was made up for a row without any.
pub(crate) fn is_made_up(reference: &str) -> bool {
    let line = reference.strip_prefix(worker::MADE_UP).unwrap_or_default();
    !line.is_empty() && line.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether bytes are one profile, or what was meant as one, and no document of another form.
pub(crate) fn is_profile(bytes: &[u8]) -> bool {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    bytes.starts_with(b"{")
        && !bytes.starts_with(b"{\\rtf")
        && serde_json::from_slice(bytes).map_or(true, |value| document::is_profile(&value))
}

/// The last part of a path; none where it holds a personnummer.
fn file_name(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_string_lossy().into_owned();
    (!personnummer::found_in(&name)).then_some(name)
}

/// Whether a column, by its name in the template, says what a worker can do: a list has at least one.
pub fn says_what_workers_can(key: &str) -> bool {
    column::Column::of(key).is_some_and(column::Column::is_competence)
}

/// The template's names of the columns that a list can have, in its order.
pub fn columns() -> Vec<&'static str> {
    column::Column::keys()
}

impl Rows {
    /// What is noteworthy about the list as a whole, as far as it is read: columns not known, guessed
    /// or not used, lines above the header, the sheet, the encoding.
    pub fn notes(&self) -> Vec<Problem> {
        self.source.notes()
    }

    /// The columns of a list and how each is read, with the rows so far that have something in it;
    /// none for documents.
    pub fn columns(&self) -> Vec<ReadColumn> {
        self.source.columns()
    }

    /// What is read; none for a folder.
    pub fn format(&self) -> Option<Format> {
        self.source.format()
    }

    /// A reference belongs to the first accepted row that has it, so that a corrected row after a
    /// refused one is read.
    fn claim(&mut self, worker: Worker, line: u64, in_folder: bool) -> Result<Worker, Problem> {
        let Some(claims) = &mut self.claims else { return Ok(worker) };
        let Some(earlier) = claims.note(&worker.reference, line).map_err(|error| {
            self.ended = true;
            unread_claims(&error)
        })?
        else {
            return Ok(worker);
        };
        let (sv, en) = if in_folder {
            ("tidigare i mappen".to_owned(), "earlier in the folder".to_owned())
        } else {
            (format!("på rad {earlier}"), format!("on line {earlier}"))
        };
        let sv = format!("Referensen finns redan {sv}; ge varje person en egen.");
        let en = format!("The reference is already used {en}; give each person one of their own.");
        Err(Problem::new(Code::DuplicateRef, sv, en).of("ref"))
    }
}

fn unread_claims(error: &io::Error) -> Problem {
    Problem::new(
        Code::Unreadable,
        format!(
            "Referenserna ovanför kan inte läsas igen ({error}); resten av listan läses inte, försök igen."
        ),
        format!(
            "The references above can not be read again ({error}); the rest of the list is not read, try again."
        ),
    )
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.ended {
            return None;
        }
        let source::Found { line, file, draft } = self.source.next_row()?;
        let place = Place { line, today: self.today };
        let read = draft.and_then(|draft| worker::read(draft, place));
        let outcome = read.and_then(|worker| self.claim(worker, line, file.is_some()));
        Some(Row { line, file, outcome })
    }
}

#[cfg(test)]
mod tests;
