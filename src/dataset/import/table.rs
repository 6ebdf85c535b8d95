//! CSV tables read by column name, so that a new column or another order changes nothing.

use csv::StringRecord;

use crate::dataset::Error;

/// A CSV table held in memory.
pub(super) struct Table<'a> {
    name: &'a str,
    bytes: &'a [u8],
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
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().map_err(|error| broken(name, &error))?.clone();
        if header.is_empty() {
            let cure = "check that the download is complete";
            return Err(Error::format(name, "the file is empty", cure));
        }
        Ok(Self { name, bytes, reader, header })
    }

    /// The column names.
    pub(super) fn header(&self) -> impl Iterator<Item = &str> {
        self.header.iter().map(str::trim)
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
    /// [`Error::Format`] at the first row that is not UTF-8 CSV or has not as many fields as the
    /// header, and where the file ends inside quotes: it may be cut off.
    pub(super) fn each(mut self, mut each: impl FnMut(Row)) -> Result<(), Error> {
        let mut record = StringRecord::new();
        let mut last = None;
        loop {
            match self.reader.read_record(&mut record) {
                Ok(true) => {
                    last = record.position().cloned();
                    let line = record.position().map_or(0, csv::Position::line);
                    each(Row { record: std::mem::take(&mut record), line });
                }
                Ok(false) => return self.closed(last.as_ref()),
                Err(error) => return Err(broken(self.name, &error)),
            }
        }
    }
}

/// What to do with a file that may be cut off.
const CUT_OFF: &str = "the file may be cut off: download it again";

impl Table<'_> {
    /// Checks that the row that begins at `last`, the file's last one, closes its quotes.
    fn closed(&self, last: Option<&csv::Position>) -> Result<(), Error> {
        let Some(last) = last else { return Ok(()) };
        let start = usize::try_from(last.byte()).unwrap_or(usize::MAX);
        let row = self.bytes.get(start..).unwrap_or_default();
        let open = row.iter().fold(false, |open, byte| open ^ (*byte == b'"'));
        if !open {
            return Ok(());
        }
        let place = format!("{}, line {}", self.name, last.line());
        Err(Error::format(place, "a quote is opened and never closed", CUT_OFF))
    }
}

fn broken(name: &str, error: &csv::Error) -> Error {
    if let csv::ErrorKind::UnequalLengths { pos, expected_len, len } = error.kind() {
        let line = pos.as_ref().map_or(0, csv::Position::line);
        let problem = format!("line {line} has {len} fields instead of {expected_len}");
        return Error::format(name, problem, CUT_OFF);
    }
    let line = error.position().map_or_else(String::new, |at| format!(", line {}", at.line()));
    Error::format(
        format!("{name}{line}"),
        format!("not UTF-8 CSV: {error}"),
        "use the file as its publisher serves it, in UTF-8",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(bytes: &[u8]) -> Result<usize, String> {
        let mut rows = 0;
        let table = Table::open("t.csv", bytes).unwrap();
        table.each(|_| rows += 1).map(|()| rows).map_err(|error| error.to_string())
    }

    #[test]
    fn a_file_that_is_cut_off_is_named_with_the_line() {
        let whole = "a,b\n1,\"x \"\"y\"\"\nz\"\n2,\"last\"\n";
        assert_eq!(rows(whole.as_bytes()), Ok(2));
        let message = rows(b"a,b\n1,x\n2").unwrap_err();
        assert!(message.contains("line 3 has 1 fields instead of 2"), "{message}");
        assert!(message.contains("cut off"), "{message}");
        let message = rows(b"a,b\n1,x\n2,\"la").unwrap_err();
        assert!(message.contains("line 3") && message.contains("never closed"), "{message}");
        assert!(rows(b"a,b\n1,x,y\n").is_err());
    }
}
