//! Worker lists: messy CSV or NDJSON in, one worker or one listed problem per row out.
//!
//! A list is read row by row and never held; only 16 bytes per reference are kept, to find
//! references that come twice. A bad row is a record with its line and reason, the run goes on;
//! only a file that is no list at all is an [`Error`].
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

pub(crate) mod cell;
pub mod check;
mod column;
mod delimited;
mod employment;
pub mod free_text;
mod lines;
mod ndjson;
pub(crate) mod personnummer;
mod problem;
pub mod sheet;
mod worker;

use std::{
    collections::{HashMap, hash_map::Entry},
    fs::File,
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read},
    path::Path,
};

use jiff::civil::Date;

pub use crate::dataset::Error;
pub use problem::{Code, Problem};
pub use worker::Worker;

use delimited::Header;
use lines::{Line, Lines};
use worker::Place;

/// The form of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Rows of cells under a header line, separated by semicolon, comma or tab.
    Csv,
    /// One JSON object per line.
    Ndjson,
}

/// One row of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The line of the file the row starts at, from 1.
    pub line: u64,
    /// The worker, or why the row is refused.
    pub outcome: Result<Worker, Problem>,
}

/// The rows of a list, in its order. See the module for what they cost.
#[derive(Debug)]
pub struct Rows {
    lines: Lines,
    shape: Shape,
    today: Date,
    /// Hash of each accepted reference, and its line; `None` where they may come twice.
    references: Option<HashMap<u64, u64>>,
    notes: Vec<Problem>,
}

#[derive(Debug)]
enum Shape {
    Csv(Header),
    Ndjson,
}

/// Opens a list; `-` is standard input. Without a format, a list that starts with `{` is NDJSON
/// and any other CSV. Weeks left are counted from `today`.
pub fn open(path: &Path, format: Option<Format>, today: Date) -> Result<Rows, Error> {
    if path == Path::new("-") {
        return from_reader(io::stdin(), "standard input", format, today);
    }
    let file = File::open(path).map_err(|error| {
        let problem = format!("cannot be opened ({error})");
        Error::format(
            path.display().to_string(),
            problem,
            "check the path and the permission to read it, or give - to read standard input",
        )
    })?;
    from_reader(file, &path.display().to_string(), format, today)
}

/// Reads a list from anywhere; `name` stands in messages for the file.
pub fn from_reader(
    reader: impl Read + Send + 'static,
    name: &str,
    format: Option<Format>,
    today: Date,
) -> Result<Rows, Error> {
    let mut lines = Lines::new(Box::new(reader), name)?;
    let mut notes = Vec::new();
    let shape = match format.map_or_else(|| sniff(&mut lines, name), Ok)? {
        Format::Ndjson => Shape::Ndjson,
        Format::Csv => {
            let (header, said) = Header::find(&mut lines, name)?;
            notes = said;
            Shape::Csv(header)
        }
    };
    Ok(Rows { lines, shape, today, references: Some(HashMap::new()), notes })
}

/// The format by the first character that is not blank.
fn sniff(lines: &mut Lines, name: &str) -> Result<Format, Error> {
    let mut seen = Vec::new();
    let mut first = None;
    for line in lines.by_ref() {
        first = line.text.as_ref().ok().and_then(|text| text.trim_start().chars().next());
        let blank = first.is_none() && line.text.is_ok();
        seen.push(line);
        if !blank || seen.len() == 100 {
            break;
        }
    }
    lines.put_back(seen);
    match first {
        Some('{') => Ok(Format::Ndjson),
        Some('[') => Err(Error::format(
            name,
            "a JSON array",
            "write one JSON object per line, without brackets and commas around them",
        )),
        _ => Ok(Format::Csv),
    }
}

impl Rows {
    /// The same rows where a reference may come twice: each row is read as if it were alone.
    #[must_use]
    pub fn each_alone(self) -> Self {
        Self { references: None, ..self }
    }

    /// What is noteworthy about the list as a whole, as far as it is read: columns not known or
    /// not used, lines above the header, the encoding.
    pub fn notes(&self) -> Vec<Problem> {
        let mut notes = self.notes.clone();
        if self.lines.saw_windows_1252() {
            notes.push(Problem::new(
                Code::Windows1252,
                "Listan är inte UTF-8; den lästes som Windows-1252.",
                "The list is not UTF-8; it was read as Windows-1252.",
            ));
        }
        notes
    }

    /// Reads the row that starts at `first`; `None` where it is blank.
    fn read(&mut self, first: Line) -> Option<Result<Worker, Problem>> {
        let line = first.number;
        let (read, has_ref) = match &self.shape {
            Shape::Csv(header) => (header.read(first, &mut self.lines)?, header.has_ref()),
            Shape::Ndjson => match first.text {
                Ok(text) if text.trim().is_empty() => return None,
                Ok(text) => (ndjson::read(&text).map(|fields| (fields, Vec::new())), false),
                Err(problem) => (Err(problem), false),
            },
        };
        let place = Place { line, today: self.today, has_ref };
        Some(
            read.and_then(|(fields, warnings)| worker::read(&fields, place, warnings))
                .and_then(|worker| self.claim(worker, line)),
        )
    }

    /// A reference belongs to the first accepted row that has it, so that a corrected row after a
    /// refused one is read.
    fn claim(&mut self, worker: Worker, line: u64) -> Result<Worker, Problem> {
        let Some(references) = &mut self.references else { return Ok(worker) };
        let mut hasher = DefaultHasher::new();
        worker.reference.hash(&mut hasher);
        match references.entry(hasher.finish()) {
            Entry::Vacant(free) => {
                free.insert(line);
                Ok(worker)
            }
            Entry::Occupied(taken) => {
                let earlier = taken.get();
                Err(Problem::new(
                    Code::DuplicateRef,
                    format!("Referensen finns redan på rad {earlier}; ge varje person en egen."),
                    format!(
                        "The reference is already used on line {earlier}; give each \
                     person one of their own."
                    ),
                )
                .of("ref"))
            }
        }
    }
}

impl Iterator for Rows {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        loop {
            let first = self.lines.next()?;
            let line = first.number;
            if let Some(outcome) = self.read(first) {
                return Some(Row { line, outcome });
            }
        }
    }
}

#[cfg(test)]
mod tests;
