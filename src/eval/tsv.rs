//! Tab-separated files without header or quotes, as evaluation sets have them.

use std::{fs, path::Path};

use crate::dataset::Error;

/// A file read whole.
#[derive(Debug)]
pub(super) struct Tsv {
    file: String,
    text: String,
}

/// One line that is not blank.
#[derive(Debug)]
pub(super) struct Line<'a, const N: usize> {
    /// The first N cells.
    pub(super) cells: [&'a str; N],
    /// The whole line.
    pub(super) text: &'a str,
    /// `file:line`, for errors.
    pub(super) place: String,
}

impl Tsv {
    /// Reads `dir/name`.
    pub(super) fn read(dir: &Path, name: &str) -> Result<Self, Error> {
        let path = dir.join(name);
        let bytes = fs::read(&path).map_err(|source| Error::io(&path, source))?;
        let file = path.display().to_string();
        let text = String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to();
            let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
            Error::format(format!("{file}:{line}"), "is not UTF-8", "save the file as UTF-8")
        })?;
        Ok(Self { file, text })
    }

    /// The lines, each with at least N cells of which the first is not empty.
    pub(super) fn lines<const N: usize>(&self) -> impl Iterator<Item = Result<Line<'_, N>, Error>> {
        self.text
            .trim_start_matches('\u{feff}')
            .lines()
            .enumerate()
            .filter(|(_, line)| !line.trim().is_empty())
            .map(|(at, line)| {
                let place = format!("{}:{}", self.file, at + 1);
                let mut split = line.splitn(N + 1, '\t');
                let mut cells = [""; N];
                for (found, cell) in cells.iter_mut().enumerate() {
                    *cell = split.next().ok_or_else(|| {
                        let problem = format!("has {found} tab-separated columns, needs {N}");
                        Error::format(&place, problem, "give the columns the set's format asks for")
                    })?;
                }
                if cells[0].trim().is_empty() {
                    let problem = "has an empty first column";
                    return Err(Error::format(&place, problem, "put the id there"));
                }
                Ok(Line { cells, text: line, place })
            })
    }
}

/// A number in a cell.
pub(super) fn number(cell: &str, place: &str) -> Result<f64, Error> {
    cell.trim().parse::<f64>().ok().filter(|value| value.is_finite()).ok_or_else(|| {
        Error::format(place, format!("'{cell}' is not a number"), "put a number such as 3 or 0.25")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(bytes: &[u8]) -> Result<Vec<([String; 2], String)>, String> {
        let dir = tempfile::tempdir().unwrap();
        fs::write(dir.path().join("x.tsv"), bytes).unwrap();
        let tsv = Tsv::read(dir.path(), "x.tsv").map_err(|e| e.to_string())?;
        tsv.lines::<2>()
            .map(|line| {
                line.map(|l| (l.cells.map(str::to_owned), l.text.to_owned()))
                    .map_err(|e| e.to_string())
            })
            .collect()
    }

    #[test]
    fn cells_blank_lines_and_byte_order_mark() {
        let read = lines("\u{feff}a\tb\tc\td\r\n\nå\t\n".as_bytes()).unwrap();
        assert_eq!(read[0], (["a".into(), "b".into()], "a\tb\tc\td".into()));
        assert_eq!(read[1], (["å".into(), String::new()], "å\t".into()));
    }

    #[test]
    fn a_short_line_and_bad_bytes_are_named_by_line() {
        assert!(lines(b"a\tb\n\nonly\n").unwrap_err().contains("x.tsv:3: has 1 tab-separated"));
        assert!(lines(b"\tb\n").unwrap_err().contains("x.tsv:1: has an empty first column"));
        assert!(lines(b"a\tb\n\xe5\tb\n").unwrap_err().contains("x.tsv:2: is not UTF-8"));
    }

    #[test]
    fn numbers_are_finite() {
        assert!((number("0.25", "f:1").unwrap() - 0.25).abs() < f64::EPSILON);
        for bad in ["", "x", "NaN", "inf"] {
            assert!(number(bad, "f:7").unwrap_err().to_string().starts_with("f:7: "));
        }
    }
}
