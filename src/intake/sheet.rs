//! Small tables that are read whole and strictly: group columns of an audit, counts of a notice.

use std::{fs, path::Path};

use super::{Error, cell, column::normal, lines::windows_1252, personnummer, shown};

/// Largest table that is read, bytes.
const MAX_BYTES: u64 = 64 << 20;

/// A table with its header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Name of the file, for messages.
    pub name: String,
    /// Names of the columns, as written.
    pub columns: Vec<String>,
    /// The rows that are not blank, as long as the header.
    pub rows: Vec<SheetRow>,
}

/// A row of a [`Sheet`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SheetRow {
    /// Line of the file, from 1.
    pub line: u64,
    /// Cleaned cells, empty where blank.
    pub cells: Vec<String>,
}

impl Sheet {
    /// Reads a file: `;`, `,` or tab, whichever the header has most of; UTF-8 or Windows-1252.
    ///
    /// # Errors
    /// [`Error`] with the line where a row has more cells than the header, and where anything looks
    /// like a personnummer, which is not repeated.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let name = shown(path);
        let size = fs::metadata(path).map_err(|error| Error::io(&name, error))?.len();
        if size > MAX_BYTES {
            let problem = format!("{size} bytes, more than {MAX_BYTES}");
            return Err(Error::format(
                name,
                problem,
                "give a table of the columns that are needed",
            ));
        }
        let bytes = fs::read(path).map_err(|error| Error::io(&name, error))?;
        Self::parse(&bytes, &name)
    }

    /// The same from memory.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub fn parse(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let mut sheet = Self { name: name.to_owned(), columns: Vec::new(), rows: Vec::new() };
        for (line, record) in records(bytes, name)? {
            sheet.add(&record, line)?;
        }
        if sheet.columns.is_empty() {
            return Err(Error::format(
                name,
                "the file is empty",
                "write a header and rows under it",
            ));
        }
        Ok(sheet)
    }

    fn add(&mut self, record: &csv::StringRecord, line: u64) -> Result<(), Error> {
        let place = format!("{}:{line}", self.name);
        if record.iter().any(personnummer::found_in) {
            let problem = "a cell holds what looks like a personnummer";
            let cure = "replace it by a reference of your own, the same as in the list";
            return Err(Error::format(place, problem, cure));
        }
        let mut cells: Vec<String> = record.iter().map(cell::clean).collect();
        if cells.iter().all(String::is_empty) {
            return Ok(());
        }
        if self.columns.is_empty() {
            self.columns = cells;
            return Ok(());
        }
        let (found, width) = (cells.len(), self.columns.len());
        if cells.iter().skip(width).any(|cell| !cell.is_empty()) {
            let problem = format!("{found} cells where the header has {width}");
            let cure = "put quotes around a cell that holds the separator";
            return Err(Error::format(place, problem, cure));
        }
        cells.resize(width, String::new());
        self.rows.push(SheetRow { line, cells });
        Ok(())
    }

    /// Position of the first column with one of these names; letters and digits count alone, `å`, `ä`
    /// and `ö` as `a` and `o`.
    pub fn column(&self, names: &[&str]) -> Option<usize> {
        self.columns.iter().position(|column| names.contains(&normal(column).as_str()))
    }
}

/// The rows of a table, its header first, each with the line of the file it begins on: `;`, `,` or tab,
/// whichever the first line has most of; UTF-8 or Windows-1252.
///
/// # Errors
/// Where the bytes are a workbook or a row cannot be cut into cells.
pub(crate) fn records(bytes: &[u8], name: &str) -> Result<Vec<(u64, csv::StringRecord)>, Error> {
    if bytes.starts_with(b"PK\x03\x04") {
        let cure = "save it as CSV (comma-separated values)";
        return Err(Error::format(name, "a workbook or archive, not a table of text", cure));
    }
    let text = text(bytes);
    // The library takes each of these for the end of a line and counts only one of them.
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n").replace('\r', "\n");
    let header = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    // `max_by_key` takes the last of equals: the semicolon.
    let delimiter =
        *b"\t,;".iter().max_by_key(|mark| count_marks(header.as_bytes(), **mark)).unwrap_or(&b';');
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    let (mut counted, mut line) = (0, 1);
    let mut records = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| {
            let line = error.position().map_or(0, csv::Position::line);
            let cure = "write it as CSV with the same cells in every row";
            Error::format(format!("{name}:{line}"), "the row cannot be read", cure)
        })?;
        // The library counts from where it stood, which is before blank lines.
        let stood = record.position().map_or(0, csv::Position::byte);
        let stood = usize::try_from(stood).unwrap_or_default().min(text.len());
        let bytes = text.as_bytes();
        let blank = bytes[stood..].iter().take_while(|byte| **byte == b'\n').count();
        let begins = counted.max(stood + blank);
        line += count_marks(&bytes[counted..begins], b'\n');
        counted = begins;
        records.push((line, record));
    }
    Ok(records)
}

/// The text of a table: UTF-8, else Windows-1252.
pub(crate) fn text(bytes: &[u8]) -> String {
    let text = String::from_utf8(bytes.to_vec());
    text.unwrap_or_else(|not_utf8| windows_1252(&not_utf8))
}

fn count_marks(text: &[u8], mark: u8) -> u64 {
    text.iter().map(|byte| u64::from(*byte == mark)).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_of_any_form_is_read() {
        for text in [
            "\u{feff}ref;Kön\nA1;kvinna\n;\nA2;man;\n".as_bytes(),
            b"ref,K\xf6n\r\nA1,kvinna\r\n\r\nA2,man\r\n",
            "ref\tKön\nA1\tkvinna\n\nA2\tman\n".as_bytes(),
        ] {
            let sheet = Sheet::parse(text, "g.csv").unwrap();
            assert_eq!(sheet.column(&["kon"]), Some(1));
            let rows: Vec<&str> = sheet.rows.iter().map(|row| row.cells[1].as_str()).collect();
            assert_eq!(rows, ["kvinna", "man"]);
            assert_eq!(sheet.rows[1].line, 4);
        }
    }

    #[test]
    fn what_is_wrong_is_named_by_line_and_no_number_is_repeated() {
        let number = concat!("640823", "-3234");
        for (text, expected) in [
            (format!("ref;kon\nA1;man\n{number};man\n"), "g.csv:3: a cell holds"),
            ("ref;kon\nA1;man;x\n".to_owned(), "g.csv:2: 3 cells"),
            (String::new(), "g.csv: the file is empty"),
            ("PK\u{3}\u{4}".to_owned(), "save it as CSV"),
        ] {
            let said = Sheet::parse(text.as_bytes(), "g.csv").unwrap_err().to_string();
            assert!(said.contains(expected) && !said.contains(number), "{said}");
        }
    }
}
