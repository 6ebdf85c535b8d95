//! One table of the hub format: comma CSV with a header, `#` lines, lists with `|`.

use std::collections::BTreeSet;

use csv::{ReaderBuilder, StringRecord, Trim};

use crate::dataset::Error;

/// How many problems one message lists.
const LISTED: usize = 50;

/// A column of a table.
#[derive(Debug, Clone, Copy)]
pub(super) enum Column {
    /// The column and a value in every row are needed.
    Filled(&'static str),
    /// The column is needed, its cells may be empty.
    Blank(&'static str),
    /// The column may be left out.
    Optional(&'static str),
}

impl Column {
    fn name(self) -> &'static str {
        match self {
            Self::Filled(name) | Self::Blank(name) | Self::Optional(name) => name,
        }
    }
}

/// A row with the line it begins on.
#[derive(Debug)]
pub(super) struct Row<'t> {
    /// Line in the file, from 1.
    pub(super) line: u64,
    header: &'t StringRecord,
    cells: &'t StringRecord,
}

impl Row<'_> {
    /// The cell of a column, empty where the file has no such column.
    pub(super) fn text(&self, column: &str) -> &str {
        self.header
            .iter()
            .position(|name| name == column)
            .and_then(|at| self.cells.get(at))
            .unwrap_or_default()
    }

    /// The cell as an owned text.
    pub(super) fn owned(&self, column: &str) -> String {
        self.text(column).to_owned()
    }

    /// The parts of a list cell, without empty ones.
    pub(super) fn list(&self, column: &str) -> impl Iterator<Item = &str> {
        self.text(column).split('|').map(str::trim).filter(|part| !part.is_empty())
    }

    /// The parts of a list cell as owned texts.
    pub(super) fn owned_list(&self, column: &str) -> Vec<String> {
        self.list(column).map(str::to_owned).collect()
    }
}

/// What is wrong with one file, collected so that an editor sees all of it at once.
#[derive(Debug)]
pub(super) struct Problems {
    file: &'static str,
    found: Vec<(u64, String, String)>,
}

impl Problems {
    /// No problems yet.
    pub(super) fn new(file: &'static str) -> Self {
        Self { file, found: Vec::new() }
    }

    /// Adds a problem of a line, with its cure.
    pub(super) fn add(&mut self, line: u64, problem: impl Into<String>, cure: impl Into<String>) {
        self.found.push((line, problem.into(), cure.into()));
    }

    /// An error that lists all problems in the order of lines, `Ok` where there are none.
    pub(super) fn finish(mut self) -> Result<(), Error> {
        self.found.sort();
        let file = self.file;
        match self.found.as_slice() {
            [] => Ok(()),
            [(line, problem, cure)] => Err(Error::format(format!("{file}:{line}"), problem, cure)),
            all => {
                let listed = all
                    .iter()
                    .take(LISTED)
                    .map(|(line, problem, cure)| format!("\n  {file}:{line}: {problem}; {cure}"));
                let mut text = format!("{} problems{}", all.len(), listed.collect::<String>());
                if all.len() > LISTED {
                    text += "\n  and more";
                }
                Err(Error::format(file, text, "correct these lines and read the file again"))
            }
        }
    }
}

/// A file of the format, read but not yet understood.
#[derive(Debug)]
pub(super) struct Table {
    header: StringRecord,
    records: Vec<(u64, StringRecord)>,
}

impl Table {
    /// Reads a text. Rows that cannot be used become problems and are left out.
    pub(super) fn read(text: &str, columns: &[Column], problems: &mut Problems) -> Self {
        let mut reader = ReaderBuilder::new()
            .comment(Some(b'#'))
            .flexible(true)
            .trim(Trim::All)
            .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
        let header = reader.headers().cloned().unwrap_or_default();
        check_header(&header, columns, problems);
        let mut records = Vec::new();
        for record in reader.records() {
            match record {
                Ok(record) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    if record.len() == header.len() {
                        records.push((line, record));
                    } else {
                        problems.add(
                            line,
                            format!("{} cells where the header has {}", record.len(), header.len()),
                            "put a cell with a comma in double quotes and add missing commas",
                        );
                    }
                }
                Err(error) => {
                    let line = error.position().map_or(0, csv::Position::line);
                    problems.add(line, error.to_string(), "save the file as UTF-8 comma CSV");
                }
            }
        }
        let table = Self { header, records };
        table.check_filled(columns, problems);
        table
    }

    /// The rows in the order of the file.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.records.iter().map(|(line, cells)| Row { line: *line, header: &self.header, cells })
    }

    /// Notes values of a column that occur twice. Columns: `key` and `id`.
    pub(super) fn check_unique(&self, column: &str, problems: &mut Problems) {
        let mut seen = BTreeSet::new();
        for row in self.rows() {
            let value = row.owned(column);
            if !value.is_empty() && !seen.insert(value.clone()) {
                problems.add(
                    row.line,
                    format!("duplicate {column} `{value}`"),
                    "keep one of the rows or give this one another value",
                );
            }
        }
    }

    fn check_filled(&self, columns: &[Column], problems: &mut Problems) {
        for row in self.rows() {
            for column in columns {
                if let Column::Filled(name) = column
                    && row.text(name).is_empty()
                    && self.header.iter().any(|present| present == *name)
                {
                    problems.add(row.line, format!("{name} is empty"), "fill the cell");
                }
            }
        }
    }
}

fn check_header(header: &StringRecord, columns: &[Column], problems: &mut Problems) {
    let known: Vec<&str> = columns.iter().map(|column| column.name()).collect();
    let mut seen = BTreeSet::new();
    for name in header {
        if !known.contains(&name) {
            let cure = format!("use the columns {}", known.join(", "));
            problems.add(1, format!("unknown column `{name}`"), cure);
        } else if !seen.insert(name) {
            problems.add(1, format!("column `{name}` twice"), "keep one of them");
        }
    }
    for column in columns {
        let needed = !matches!(column, Column::Optional(_));
        if needed && !seen.contains(column.name()) {
            problems.add(1, format!("no column `{}`", column.name()), "add it to the header");
        }
    }
}
