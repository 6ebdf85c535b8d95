//! CSV as it comes: `;`, `,` or tab, quoted or not, rows of unequal length.
//!
//! The rows are cut here and not by the csv crate, because a list for people needs two things it
//! does not give: the line a row starts at, blank lines counted, and a stray quote that costs one
//! row instead of all rows up to the next quote.

use super::{
    Format,
    guess::Mapping,
    header::{self, HEADER_WITHIN, Header, ReadColumn, no_header},
    lines::{Line, Lines, MAX_LINE},
    problem::{Code, Problem, Refusal},
    source::{Found, Source},
};

/// Most lines a row with line breaks in quoted cells can have.
const MAX_ROW_LINES: usize = 20;

/// A list of rows of cells.
#[derive(Debug)]
pub(super) struct Delimited {
    lines: Lines,
    delimiter: char,
    header: Header,
}

impl Delimited {
    /// Finds the header among the first ten lines that are not blank: the first with a known
    /// column, cut at the one of `;`, `,` and tab that gives most known columns; a line with one
    /// cell only where it is the first; the line below it where that has more known columns, for a list may
    /// have a line of groups above its header. Where no line has a known column, the first with two near
    /// ones. Gives the lines back where there is none.
    pub(super) fn open(mut lines: Lines, mapping: &Mapping) -> Result<Self, Box<NoTable>> {
        let mut above: Vec<(Line, Vec<String>, char)> = Vec::new();
        let mut forced = None;
        let mut hints = Vec::new();
        while let Some(line) = lines.next() {
            let Ok(text) = &line.text else {
                lines.put_back(vec![line]);
                break;
            };
            if let Some(delimiter) = spreadsheet_hint(text) {
                forced = Some(delimiter);
                hints.push(line);
                continue;
            }
            if is_blank(text) {
                continue;
            }
            let delimiter = forced.unwrap_or_else(|| sniff(text, mapping));
            let cells = cut(text, delimiter).cells;
            let filled = cells.iter().filter(|cell| !is_blank(cell)).count();
            let alone = above.is_empty() && cells.len() == 1;
            let known = header::known(&cells, mapping);
            if known > 0 && (filled > 1 || alone) {
                let number = above.len();
                let is_open = text.matches('"').count() % 2 == 1;
                return match better_below(&mut lines, delimiter, (known, is_open, mapping)) {
                    Some(below) => Self::with(below, lines, delimiter, (number + 1, mapping)),
                    None => Self::with(line, lines, delimiter, (number, mapping)),
                };
            }
            above.push((line, cells, delimiter));
            if above.len() == HEADER_WITHIN {
                break;
            }
        }
        if let Some(place) = header::guessed(above.iter().map(|(_, cells, _)| cells.as_slice())) {
            let mut rest = above.split_off(place).into_iter();
            if let Some((line, _, delimiter)) = rest.next() {
                lines.put_back(rest.map(|(line, ..)| line).collect());
                return Self::with(line, lines, delimiter, (place, mapping));
            }
        }
        lines.put_back(above.into_iter().map(|(line, ..)| line).collect());
        lines.put_back(hints);
        Err(Box::new(NoTable { refusal: no_header(), lines: Some(lines) }))
    }

    fn with(
        line: Line,
        mut lines: Lines,
        delimiter: char,
        (above, mapping): (usize, &Mapping),
    ) -> Result<Self, Box<NoTable>> {
        let cells = row(line, &mut lines, delimiter).unwrap_or_default();
        match Header::of(&cells, above, mapping) {
            Ok(header) => Ok(Self { lines, delimiter, header }),
            Err(refusal) => Err(Box::new(NoTable { refusal, lines: None })),
        }
    }
}

/// Why lines are no table, and the lines where they may be something else.
#[derive(Debug)]
pub(super) struct NoTable {
    pub(super) refusal: Refusal,
    pub(super) lines: Option<Lines>,
}

impl Source for Delimited {
    fn next_row(&mut self) -> Option<Found> {
        loop {
            let first = self.lines.next()?;
            let line = first.number;
            if first.text.as_deref().is_ok_and(is_blank) {
                continue;
            }
            let cells = match row(first, &mut self.lines, self.delimiter) {
                Ok(cells) if cells.iter().all(|cell| is_blank(cell)) => continue,
                cells => cells,
            };
            return Some(Found::at(line, cells.and_then(|cells| self.header.draft(cells, true))));
        }
    }

    fn format(&self) -> Option<Format> {
        Some(Format::Csv)
    }

    fn notes(&self) -> Vec<Problem> {
        [self.header.notes(), &self.lines.notes()].concat()
    }

    fn columns(&self) -> Vec<ReadColumn> {
        self.header.columns()
    }
}

/// The next line that is not empty, where it has more columns that are known than the one before, which has `known`
/// and does not go on in it by a quotation mark that is open.
fn better_below(
    lines: &mut Lines,
    delimiter: char,
    (known, is_open, mapping): (usize, bool, &Mapping),
) -> Option<Line> {
    if is_open {
        return None;
    }
    let mut passed = Vec::new();
    let is_better = |text: &String| header::known(&cut(text, delimiter).cells, mapping) > known;
    let is_empty = |text: &String| cut(text, delimiter).cells.iter().all(|cell| is_blank(cell));
    while passed.len() < HEADER_WITHIN
        && let Some(below) = lines.next()
    {
        if below.text.as_ref().is_ok_and(is_better) {
            return Some(below);
        }
        let is_last = !below.text.as_ref().is_ok_and(is_empty);
        passed.push(below);
        if is_last {
            break;
        }
    }
    lines.put_back(passed);
    None
}

fn is_blank(text: &str) -> bool {
    text.trim().is_empty()
}

/// Excel's own first line, `sep=;`.
fn spreadsheet_hint(text: &str) -> Option<char> {
    let rest = text.strip_prefix("sep=").or_else(|| text.strip_prefix("SEP="))?;
    rest.chars().next().filter(|c| matches!(c, ';' | ',' | '\t'))
}

fn sniff(text: &str, mapping: &Mapping) -> char {
    // `max_by_key` keeps the last of equals: semicolon, the Swedish default, wins a draw.
    let known = |delimiter: &char| header::known(&cut(text, *delimiter).cells, mapping);
    let cells = |delimiter: &char| cut(text, *delimiter).cells.len();
    let signs = [',', '\t', ';'];
    // Where nothing is known, the sign that cuts most.
    signs.into_iter().max_by_key(|sign| (known(sign), cells(sign))).unwrap_or(';')
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
    use crate::intake::beginning::Beginning;

    fn read(text: &str) -> Vec<(u64, Result<Vec<String>, Code>)> {
        let bytes = Box::new(Cursor::new(text.to_owned().into_bytes()));
        let mut lines = Lines::new(Beginning::read(bytes).unwrap());
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
