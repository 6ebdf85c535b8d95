//! CSV as it comes: `;`, `,` or tab, quoted or not, rows of unequal length.
//!
//! The rows are cut here and not by the csv crate, because a list for people needs two things it
//! does not give: the line a row starts at, blank lines counted, and a stray quote that costs one
//! row instead of all rows up to the next quote.

use super::{
    cell::{Cell, clean},
    column::Column,
    lines::{Line, Lines, MAX_LINE},
    personnummer,
    problem::{Code, Problem},
};

use crate::dataset::Error;

/// Most lines a row with line breaks in quoted cells can have.
const MAX_ROW_LINES: usize = 20;

/// How many lines are looked through for the header.
const HEADER_WITHIN: usize = 10;

/// What the header line says.
#[derive(Debug)]
pub(super) struct Header {
    delimiter: char,
    columns: Vec<Option<Column>>,
}

impl Header {
    /// Finds the header among the first ten lines that are not blank: the first with a known
    /// column, cut at the one of `;`, `,` and tab that gives most known columns. Also said: what
    /// is noteworthy about it.
    pub(super) fn find(lines: &mut Lines, name: &str) -> Result<(Self, Vec<Problem>), Error> {
        let mut above = 0;
        let mut forced = None;
        while let Some(line) = lines.next() {
            let Ok(text) = &line.text else { break };
            if let Some(delimiter) = spreadsheet_hint(text) {
                forced = Some(delimiter);
                continue;
            }
            if is_blank(text) {
                continue;
            }
            let delimiter = forced.unwrap_or_else(|| sniff(text));
            if known_columns(text, delimiter) > 0 {
                let cells = row(line, lines, delimiter).unwrap_or_default();
                return Self::from_cells(&cells, delimiter, above, name);
            }
            above += 1;
            if above == HEADER_WITHIN {
                break;
            }
        }
        Err(Error::format(
            name,
            "no header line with a known column",
            "the first line must name the columns, such as ref;status;yrke;ssyk;kompetenser, \
             separated by semicolon, comma or tab",
        ))
    }

    fn from_cells(
        cells: &[String],
        delimiter: char,
        above: usize,
        name: &str,
    ) -> Result<(Self, Vec<Problem>), Error> {
        let columns: Vec<Option<Column>> = cells
            .iter()
            .map(|cell| Column::of(cell).filter(|c| !matches!(c, Column::Limits | Column::Dates)))
            .collect();
        if !columns.iter().flatten().any(|column| column.is_competence()) {
            return Err(Error::format(
                name,
                "no column says what the workers can do",
                "add at least one of the columns yrke, ssyk and kompetenser",
            ));
        }
        let mut notes = Vec::new();
        if above > 0 {
            notes.push(Problem::new(
                Code::LinesAboveHeader,
                format!("Rader före rubrikraden som inte lästes: {above}."),
                format!("Lines above the header that were not read: {above}."),
            ));
        }
        note_columns(cells, &columns, &mut notes);
        Ok((Self { delimiter, columns }, notes))
    }

    /// Whether the list has a column of references.
    pub(super) fn has_ref(&self) -> bool {
        self.columns.contains(&Some(Column::Ref))
    }

    /// Reads the row that starts at `first`. `None` where it is blank. A row holds its cells and
    /// what is noteworthy about their number.
    pub(super) fn read(
        &self,
        first: Line,
        lines: &mut Lines,
    ) -> Option<Result<(Fields, Vec<Problem>), Problem>> {
        if first.text.as_deref().is_ok_and(is_blank) {
            return None;
        }
        let cells = match row(first, lines, self.delimiter) {
            Ok(cells) => cells,
            Err(problem) => return Some(Err(problem)),
        };
        if cells.iter().all(|cell| cell.trim().is_empty()) {
            return None;
        }
        Some(self.fields(cells))
    }

    fn fields(&self, cells: Vec<String>) -> Result<(Fields, Vec<Problem>), Problem> {
        if cells.iter().any(|cell| personnummer::found_in(cell)) {
            return Err(refused_number());
        }
        let (here, header) = (cells.len(), self.columns.len());
        if cells.iter().skip(header).any(|cell| !cell.trim().is_empty()) {
            return Err(Problem::new(
                Code::TooManyCells,
                format!(
                    "Raden har {here} celler, rubrikraden {header}; sätt citattecken om \
                     celler med skiljetecken."
                ),
                format!(
                    "The row has {here} cells, the header {header}; quote cells that hold a \
                     delimiter."
                ),
            ));
        }
        let mut warnings = Vec::new();
        if here < header {
            warnings.push(Problem::new(
                Code::ShortRow,
                format!("Raden har {here} celler, rubrikraden {header}; resten lästes som tomt."),
                format!(
                    "The row has {here} cells, the header {header}; the rest was read as empty."
                ),
            ));
        }
        let fields = cells
            .into_iter()
            .zip(&self.columns)
            .filter_map(|(cell, column)| column.map(|column| (column, Cell::Text(cell))));
        Ok((fields.collect(), warnings))
    }
}

/// The known columns of a row and what stands in them, in the order of the list.
pub(super) type Fields = Vec<(Column, Cell)>;

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

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Excel's own first line, `sep=;`.
fn spreadsheet_hint(text: &str) -> Option<char> {
    let rest = text.strip_prefix("sep=").or_else(|| text.strip_prefix("SEP="))?;
    rest.chars().next().filter(|c| matches!(c, ';' | ',' | '\t'))
}

fn sniff(text: &str) -> char {
    // `max_by_key` keeps the last of equals: semicolon, the Swedish default, wins a draw.
    [',', '\t', ';'].into_iter().max_by_key(|d| known_columns(text, *d)).unwrap_or(';')
}

fn known_columns(text: &str, delimiter: char) -> usize {
    cut(text, delimiter).cells.iter().filter(|cell| Column::of(cell).is_some()).count()
}

fn note_columns(cells: &[String], columns: &[Option<Column>], notes: &mut Vec<Problem>) {
    let names = |wanted: fn(Option<Column>) -> bool| -> Vec<String> {
        let named = cells.iter().zip(columns).filter(|(_, column)| wanted(**column));
        named.map(|(cell, _)| safe_name(cell)).filter(|name| !name.is_empty()).collect()
    };
    let unknown = names(|column| column.is_none());
    if !unknown.is_empty() {
        let list = unknown.join(", ");
        notes.push(Problem::new(
            Code::UnknownColumns,
            format!("Okända kolumner som inte lästes: {list}."),
            format!("Unknown columns that were not read: {list}."),
        ));
    }
    let unused = names(|column| column == Some(Column::Unused));
    if !unused.is_empty() {
        let list = unused.join(", ");
        notes.push(Problem::new(
            Code::UnusedColumns,
            format!("Kolumner som inte påverkar förslagen: {list}."),
            format!("Columns that do not affect the suggestions: {list}."),
        ));
    }
    for (place, column) in columns.iter().enumerate() {
        let Some(column) = column else { continue };
        let again = columns[..place].contains(&Some(*column));
        if again && *column != Column::Unused && !column.is_list() {
            let number = place + 1;
            notes.push(
                Problem::new(
                    Code::DuplicateColumn,
                    format!(
                        "Kolumn {number} har samma innebörd som en tidigare; den läses \
                     bara där den tidigare är tom."
                    ),
                    format!(
                        "Column {number} means the same as an earlier one; it is read \
                     only where that one is empty."
                    ),
                )
                .of(column.key()),
            );
        }
    }
}

/// A column name that can be shown: short, and not a number of a person.
pub(super) fn safe_name(name: &str) -> String {
    if personnummer::found_in(name) {
        return "?".into();
    }
    clean(name).chars().take(40).collect()
}

/// The cells of the row that starts at `first`. Takes the lines a quoted cell goes on over, and
/// gives them back where the quote turns out to be a stray one.
fn row(first: Line, lines: &mut Lines, delimiter: char) -> Result<Vec<String>, Problem> {
    let mut text = first.text?;
    let mut taken = Vec::new();
    loop {
        let cut = cut(&text, delimiter);
        if !cut.open && (taken.is_empty() || !cut.stray) {
            return Ok(cut.cells);
        }
        let full = taken.len() + 1 >= MAX_ROW_LINES || text.len() > MAX_LINE;
        let next = if cut.open && !full { lines.next() } else { None };
        let more = next.as_ref().and_then(|line| line.text.as_deref().ok());
        if let Some(more) = more {
            text.push('\n');
            text.push_str(more);
        }
        let stop = more.is_none();
        taken.extend(next);
        if stop {
            lines.put_back(taken);
            return Err(Problem::new(
                Code::OpenQuote,
                "Ett citattecken öppnas utan att stängas rätt; ta bort det eller dubblera det.",
                "A quote is opened and not properly closed; remove it or double it.",
            ));
        }
    }
}

/// A text cut into cells.
struct Cut {
    cells: Vec<String>,
    /// The text ends inside a quoted cell.
    open: bool,
    /// Text follows a closing quote.
    stray: bool,
}

/// Cuts by RFC 4180: a quote counts where a cell begins, doubled inside a quoted cell it is one.
fn cut(text: &str, delimiter: char) -> Cut {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Start,
        Plain,
        Quoted,
        Closed,
    }
    let mut cells = Vec::new();
    let mut cell = String::new();
    let mut state = State::Start;
    let mut stray = false;
    for c in text.chars() {
        state = match (state, c) {
            (State::Quoted, '"') => State::Closed,
            (State::Quoted, _) => {
                cell.push(c);
                State::Quoted
            }
            (_, c) if c == delimiter => {
                cells.push(std::mem::take(&mut cell));
                State::Start
            }
            (State::Start, '"') => {
                cell.clear();
                State::Quoted
            }
            (State::Closed, '"') => {
                cell.push(c);
                State::Quoted
            }
            (State::Start | State::Closed, c) if c.is_whitespace() => {
                cell.push(c);
                state
            }
            (from, _) => {
                stray |= from == State::Closed;
                cell.push(c);
                State::Plain
            }
        };
    }
    cells.push(cell);
    Cut { cells, open: state == State::Quoted, stray }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn read(text: &str) -> Vec<(u64, Result<Vec<String>, Code>)> {
        let mut lines =
            Lines::new(Box::new(Cursor::new(text.to_owned().into_bytes())), "l").unwrap();
        let mut rows = Vec::new();
        while let Some(line) = lines.next() {
            rows.push((line.number, row(line, &mut lines, ';').map_err(|p| p.code)));
        }
        rows
    }

    #[expect(clippy::unnecessary_wraps, reason = "compared with what `read` gives")]
    fn cells<const N: usize>(cells: [&str; N]) -> Result<Vec<String>, Code> {
        Ok(cells.map(String::from).to_vec())
    }

    #[test]
    fn quotes() {
        assert_eq!(
            read("a;\"b;c\";\"d \"\"e\"\"\"; \"f\""),
            [(1, cells(["a", "b;c", "d \"e\"", "f"]))]
        );
        assert_eq!(read("skruv 5\";b"), [(1, cells(["skruv 5\"", "b"]))]);
        assert_eq!(read("\"a\"b;c"), [(1, cells(["ab", "c"]))]);
    }

    #[test]
    fn a_quoted_cell_goes_on_over_lines() {
        assert_eq!(
            read("a;\"b\n\nc\";d\ne;f"),
            [(1, cells(["a", "b\n\nc", "d"])), (4, cells(["e", "f"]))]
        );
    }

    #[test]
    fn a_stray_quote_costs_one_row() {
        let rows = read("a;\"b;c\nd;e\nf;\"g h\";i\nj;k");
        assert_eq!(
            rows,
            [
                (1, Err(Code::OpenQuote)),
                (2, cells(["d", "e"])),
                (3, cells(["f", "g h", "i"])),
                (4, cells(["j", "k"])),
            ]
        );
        let long = format!("a;\"b\n{}", "c\n".repeat(100));
        let rows = read(&long);
        assert_eq!(rows.len(), 101);
        assert_eq!(rows[0].1, Err(Code::OpenQuote));
        assert!(rows[1..].iter().all(|(_, row)| row.is_ok()));
    }
}
