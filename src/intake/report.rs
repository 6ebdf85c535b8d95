//! How a list was read: its form, its columns, and what is wrong with its rows.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Format, Problem, ReadColumn, Row, Rows};

/// Places told of one sort of problem.
const PLACES: usize = 10;
/// What a folder is called in the place of a form.
const FOLDER: &str = "folder";

/// What was met in a list. It holds places and codes, nothing of what a row says.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Report {
    /// Key of the form; `folder` for one.
    pub format: &'static str,
    /// Rows.
    pub rows: u64,
    /// Rows that were read.
    pub read: u64,
    /// Columns and how each is read; none for documents.
    pub columns: Vec<ReadColumn>,
    /// What is noteworthy about the whole.
    pub notes: Vec<Problem>,
    /// Refused rows by code.
    pub refused: BTreeMap<&'static str, Sort>,
    /// Rows that were read with a warning, by code.
    pub warnings: BTreeMap<&'static str, Sort>,
}

/// One sort of problem, and where it was met.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sort {
    /// In how many rows.
    pub rows: u64,
    /// The first ten places: a line, or a file and a line.
    pub places: Vec<String>,
    /// The first problem of the sort.
    pub first: Problem,
}

impl Report {
    /// Reads a list to its end.
    pub fn of(rows: &mut Rows) -> Self {
        let mut report = Self::default();
        for row in rows.by_ref() {
            report.add(&row);
        }
        report.end(rows);
        report
    }

    /// Counts a row.
    pub fn add(&mut self, row: &Row) {
        self.rows += 1;
        let line = row.line;
        let place = row.file.as_ref().map_or_else(|| line.to_string(), |f| format!("{f}:{line}"));
        match &row.outcome {
            Err(problem) => count(&mut self.refused, problem, place),
            Ok(worker) => {
                self.read += 1;
                for warning in &worker.warnings {
                    count(&mut self.warnings, warning, place.clone());
                }
            }
        }
    }

    /// Adds what is known of the whole when all rows were counted.
    pub fn end(&mut self, rows: &Rows) {
        self.format = rows.format().map_or(FOLDER, Format::key);
        self.columns = rows.columns();
        self.notes = rows.notes();
    }

    /// Whether a folder was read.
    pub fn is_folder(&self) -> bool {
        self.format == FOLDER
    }
}

fn count(sorts: &mut BTreeMap<&'static str, Sort>, problem: &Problem, place: String) {
    let first = || Sort { rows: 0, places: Vec::new(), first: problem.clone() };
    let sort = sorts.entry(problem.code.key()).or_insert_with(first);
    sort.rows += 1;
    if sort.places.len() < PLACES {
        sort.places.push(place);
    }
}
