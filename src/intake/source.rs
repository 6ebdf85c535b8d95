//! What every form of list gives, row by row, before it is a worker.

use std::fmt;

use super::{
    Format,
    cell::Cell,
    column::Column,
    header::ReadColumn,
    problem::{Code, Problem},
};

/// The known columns of a row and what stands in them, in the order of the list.
pub(super) type Fields = Vec<(Column, Cell)>;

/// A row before it is read as a worker. It holds no personnummer.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Draft {
    pub(super) fields: Fields,
    /// Free text about what the worker can do, one thing a line.
    pub(super) text: String,
    /// What is known to be unread so far.
    pub(super) warnings: Vec<Problem>,
    /// Reference where the fields name none; nothing is said of its use.
    pub(super) fallback: Option<String>,
    /// Whether the list has references at all.
    pub(super) has_ref: bool,
}

/// One row, with its place.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) line: u64,
    /// Name of the file in a folder, as it can be shown.
    pub(super) file: Option<String>,
    pub(super) draft: Result<Draft, Problem>,
}

impl Found {
    /// A row of the list itself.
    pub(super) fn at(line: u64, draft: Result<Draft, Problem>) -> Self {
        Self { line, file: None, draft }
    }
}

/// A list being read.
pub(super) trait Source: fmt::Debug + Send {
    /// The next row that is not blank.
    fn next_row(&mut self) -> Option<Found>;

    /// What the list is; none for a folder.
    fn format(&self) -> Option<Format>;

    /// What is noteworthy about the list as far as it is read.
    fn notes(&self) -> Vec<Problem> {
        Vec::new()
    }

    /// Its columns, where it has any.
    fn columns(&self) -> Vec<ReadColumn> {
        Vec::new()
    }
}

/// Why a row is refused whole.
pub(super) fn refused_number() -> Problem {
    Problem::new(
        Code::Personnummer,
        "Raden innehåller något som ser ut som ett personnummer och lästes inte; använd en \
         egen referens.",
        "The row holds what looks like a personnummer and was not read; use a reference of \
         your own.",
    )
}
