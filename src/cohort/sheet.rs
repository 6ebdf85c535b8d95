//! A small table that people keep in a spreadsheet: `;`, `,` or tab between cells, UTF-8 or
//! Windows-1252, a header of known names. What is wrong with a row is said with its line; the others
//! are read.

use std::collections::BTreeSet;

use csv::ReaderBuilder;
use encoding_rs::WINDOWS_1252;

use crate::{
    domain::Bilingual,
    intake::{Error, cell, personnummer},
};

/// Something wrong with a row.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
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
    let text = decode(bytes);
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |sign: char| first.matches(sign).count();
    let delimiter = [';', '\t', ','].into_iter().max_by_key(|sign| count(*sign)).unwrap_or(';');
    let delimiter = u8::try_from(delimiter).unwrap_or(b';');
    let mut reader =
        ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(text.as_bytes());
    let unreadable = |error: &csv::Error| {
        Error::format(file, format!("is no table ({error})"), "save it as CSV with a header line")
    };
    let header = reader.headers().map_err(|error| unreadable(&error))?.clone();
    let places = places(&header, file, columns)?;
    let mut sheet = Sheet { rows: Vec::new(), refused: Vec::new() };
    for record in reader.records() {
        let record = record.map_err(|error| unreadable(&error))?;
        let line = record.position().map_or(0, csv::Position::line);
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
            let text = text.strip_prefix('\'').filter(|rest| rest.starts_with(FORMULA));
            let plain = place.and_then(|place| record.get(place)).unwrap_or_default();
            cell::clean(text.unwrap_or(plain))
        };
        sheet.rows.push((line, places.iter().map(cell).collect()));
    }
    Ok(sheet)
}

/// Signs at the start of a cell that a spreadsheet would take for a formula.
pub(super) const FORMULA: [char; 5] = ['=', '+', '-', '@', '\t'];

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

/// The text, with line breaks of one sign: the reader of tables counts others one line too low.
fn decode(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => WINDOWS_1252.decode(bytes).0.into_owned(),
    };
    text.replace("\r\n", "\n").replace('\r', "\n")
}
