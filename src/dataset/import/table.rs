//! CSV tables read by column name, so that a new column or another order changes nothing.

use csv::StringRecord;

use crate::dataset::Error;

/// A CSV table held in memory.
pub(super) struct Table<'a> {
    name: &'a str,
    reader: csv::Reader<&'a [u8]>,
    header: StringRecord,
}

/// One row of a [`Table`].
pub(super) struct Row {
    record: StringRecord,
    /// Line of the row's start, 1-based.
    pub(super) line: u64,
}

impl Row {
    /// Trimmed cell; empty for a column that is not there. Non-breaking spaces are spaces.
    pub(super) fn cell(&self, column: Option<usize>) -> String {
        column.and_then(|at| self.record.get(at)).map(clean).unwrap_or_default()
    }
}

/// The text without spaces at its ends and with single plain spaces inside; line breaks stay.
pub(super) fn clean(text: &str) -> String {
    text.lines()
        .map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join("\n")
}

impl<'a> Table<'a> {
    /// Opens the table `bytes`, called `name` in messages.
    ///
    /// # Errors
    /// [`Error::Format`] where the bytes are not UTF-8 or hold no header.
    pub(super) fn open(name: &'a str, bytes: &'a [u8]) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes);
        let header = reader.headers().map_err(|error| broken(name, &error))?.clone();
        if header.is_empty() {
            let cure = "check that the download is complete";
            return Err(Error::format(name, "the file is empty", cure));
        }
        Ok(Self { name, reader, header })
    }

    /// Position of a column, if the table has it.
    pub(super) fn optional(&self, column: &str) -> Option<usize> {
        self.header.iter().position(|cell| cell.trim() == column)
    }

    /// Position of a column the table must have.
    ///
    /// # Errors
    /// [`Error::Format`] naming the column and those that are there.
    pub(super) fn required(&self, column: &str) -> Result<Option<usize>, Error> {
        self.optional(column).map(Some).ok_or_else(|| {
            let found: Vec<&str> = self.header.iter().take(20).collect();
            Error::format(
                self.name,
                format!("column {column:?} is missing; found {}", found.join(", ")),
                "use the file as its publisher serves it, comma-separated with its header row",
            )
        })
    }

    /// Calls `each` for every row.
    ///
    /// # Errors
    /// [`Error::Format`] at the first row that is not UTF-8 CSV.
    pub(super) fn each(mut self, mut each: impl FnMut(Row)) -> Result<(), Error> {
        let mut record = StringRecord::new();
        loop {
            match self.reader.read_record(&mut record) {
                Ok(true) => {
                    let line = record.position().map_or(0, csv::Position::line);
                    each(Row { record: std::mem::take(&mut record), line });
                }
                Ok(false) => return Ok(()),
                Err(error) => return Err(broken(self.name, &error)),
            }
        }
    }
}

fn broken(name: &str, error: &csv::Error) -> Error {
    let line = error.position().map_or_else(String::new, |at| format!(", line {}", at.line()));
    Error::format(
        format!("{name}{line}"),
        format!("not UTF-8 CSV: {error}"),
        "use the file as its publisher serves it, in UTF-8",
    )
}
