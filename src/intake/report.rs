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
    /// The same by column, where it was met in several.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<String, Self>,
    /// The place that was counted last: a row counts once, however many of its cells are meant.
    #[serde(skip)]
    last: String,
}

impl Sort {
    fn of(problem: &Problem) -> Self {
        Self {
            rows: 0,
            places: Vec::new(),
            first: problem.clone(),
            fields: BTreeMap::new(),
            last: String::new(),
        }
    }

    fn count(&mut self, place: &str) {
        if self.last == place {
            return;
        }
        place.clone_into(&mut self.last);
        self.rows += 1;
        if self.places.len() < PLACES {
            self.places.push(place.to_owned());
        }
    }
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
            Err(problem) => count(&mut self.refused, problem, &place),
            Ok(worker) => {
                self.read += 1;
                for warning in &worker.warnings {
                    count(&mut self.warnings, warning, &place);
                }
            }
        }
    }

    /// Adds what is known of the whole when all rows were counted.
    pub fn end(&mut self, rows: &Rows) {
        self.format = rows.format().map_or(FOLDER, Format::key);
        self.columns = rows.columns();
        self.notes = rows.notes();
        for sort in self.refused.values_mut().chain(self.warnings.values_mut()) {
            if sort.fields.len() < 2 {
                sort.fields.clear();
            }
        }
    }

    /// Whether a folder was read.
    pub fn is_folder(&self) -> bool {
        self.format == FOLDER
    }
}

fn count(sorts: &mut BTreeMap<&'static str, Sort>, problem: &Problem, place: &str) {
    let sort = sorts.entry(problem.code.key()).or_insert_with(|| Sort::of(problem));
    sort.count(place);
    if let Some(field) = &problem.field {
        let of_field = sort.fields.entry(field.clone()).or_insert_with(|| Sort::of(problem));
        of_field.count(place);
    }
}
