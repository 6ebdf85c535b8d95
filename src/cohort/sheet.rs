//! A small table that people keep in a spreadsheet: `;`, `,` or tab between cells, UTF-8 or
//! Windows-1252, a header of known names. What is wrong with a row is said with its line; the others
//! are read.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    batch::FORMULA,
    domain::Bilingual,
    intake::{Error, cell, personnummer, sheet::records},
};

/// Something wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RowProblem {
    /// Line of the file, from 1.
    pub line: u64,
    /// What is wrong and what to do.
    pub message: Bilingual<String>,
}

impl RowProblem {
    pub(super) fn new(line: u64, sv: impl Into<String>, en: impl Into<String>) -> Self {
        Self { line, message: Bilingual::new(sv, en) }
    }
}

/// A column: its name and other names it goes by.
#[derive(Debug, Clone, Copy)]
pub(super) struct Column {
    pub(super) name: &'static str,
    pub(super) also: &'static [&'static str],
    /// Whether a table without it cannot be used.
    pub(super) needed: bool,
}

/// Rows with the cells of known columns, in the order of the columns.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) rows: Vec<(u64, Vec<String>)>,
    /// Rows that could not be read.
    pub(super) refused: Vec<RowProblem>,
}

/// Reads a table; `file` is its name in messages. Cells are cleaned. A row with anything like a
/// personnummer is refused and not repeated.
pub(super) fn read(bytes: &[u8], file: &str, columns: &[Column]) -> Result<Sheet, Error> {
    let mut records = records(bytes, file)?.into_iter();
    let (_, header) = records.next().unwrap_or_default();
    let places = places(&header, file, columns)?;
    let mut sheet = Sheet { rows: Vec::new(), refused: Vec::new() };
    for (line, record) in records {
        if record.iter().all(|cell| cell.trim().is_empty()) {
            continue;
        }
        if record.iter().any(personnummer::found_in) {
            sheet.refused.push(RowProblem::new(
                line,
                "raden innehåller något som liknar ett personnummer; ta bort det",
                "the row holds something like a personnummer; take it out",
            ));
            continue;
        }
        let cell = |place: &Option<usize>| {
            let text = place.and_then(|place| record.get(place)).unwrap_or_default();
            // A quote before a formula sign is what this program itself writes.
            let unquoted = text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA));
            cell::clean(unquoted.unwrap_or(text))
        };
        sheet.rows.push((line, places.iter().map(cell).collect()));
    }
    Ok(sheet)
}

/// Where each column stands in the header.
fn places(
    header: &csv::StringRecord,
    file: &str,
    columns: &[Column],
) -> Result<Vec<Option<usize>>, Error> {
    let names: Vec<String> = header.iter().map(|name| name.trim().to_lowercase()).collect();
    let mut missing = BTreeSet::new();
    let mut places = Vec::new();
    for column in columns {
        let place = names
            .iter()
            .position(|name| name == column.name || column.also.contains(&name.as_str()));
        if place.is_none() && column.needed {
            missing.insert(column.name);
        }
        places.push(place);
    }
    if missing.is_empty() {
        return Ok(places);
    }
    let missing = missing.into_iter().collect::<Vec<_>>().join(", ");
    let all = columns.iter().map(|column| column.name).collect::<Vec<_>>().join(";");
    Err(Error::format(file, format!("has no column {missing}"), format!("write the header {all}")))
}
