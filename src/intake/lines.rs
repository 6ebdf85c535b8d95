//! Bytes to lines of text: one line at a time, numbered, decoded.

use std::{
    collections::VecDeque,
    fmt,
    io::{self, BufRead, Chain, Cursor, Read},
    string::FromUtf8Error,
};

use super::{
    beginning::{Beginning, Rest},
    problem::{Code, Problem},
};

/// Longest line (and row) in bytes; what is longer is skipped without being kept.
pub(super) const MAX_LINE: usize = 1 << 20;

/// One line without its end.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// The text, or why there is none.
    pub(super) text: Result<String, Problem>,
}

/// The lines of a list.
pub(super) struct Lines {
    bytes: Chain<Cursor<Vec<u8>>, Rest>,
    terminator: u8,
    number: u64,
    returned: VecDeque<Line>,
    windows_1252: bool,
    ended: bool,
}

impl fmt::Debug for Lines {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lines").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Lines {
    /// The lines of a file of text.
    pub(super) fn new(beginning: Beginning) -> Self {
        let Beginning { mut head, rest } = beginning;
        // Old Macintosh programs end lines with CR alone.
        let terminator =
            if !head.contains(&b'\n') && head.contains(&b'\r') { b'\r' } else { b'\n' };
        if head.starts_with(b"\xEF\xBB\xBF") {
            head.drain(..3);
        }
        Self {
            bytes: Cursor::new(head).chain(rest),
            terminator,
            number: 0,
            returned: VecDeque::new(),
            windows_1252: false,
            ended: false,
        }
    }

    /// What is noteworthy about the encoding of the lines so far.
    pub(super) fn notes(&self) -> Vec<Problem> {
        let note = || {
            Problem::new(
                Code::Windows1252,
                "Listan är inte UTF-8; den lästes som Windows-1252.",
                "The list is not UTF-8; it was read as Windows-1252.",
            )
        };
        self.windows_1252.then(note).into_iter().collect()
    }

    /// Gives lines back, in their order, to be read again.
    pub(super) fn put_back(&mut self, lines: Vec<Line>) {
        for line in lines.into_iter().rev() {
            self.returned.push_front(line);
        }
    }

    /// Up to and with the next line end; `None` at the end of the list.
    fn read_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let limit = MAX_LINE as u64 + 1;
        self.bytes.by_ref().take(limit).read_until(self.terminator, &mut line)?;
        if line.len() as u64 == limit && line.last() != Some(&self.terminator) {
            self.bytes.skip_until(self.terminator)?;
        }
        Ok(if line.is_empty() { None } else { Some(line) })
    }

    /// UTF-8 where the line is that, else Windows-1252, which is also what browsers and Excel take
    /// ISO 8859-1 for. Per line: a list glued together from two programs is read right.
    fn decode(&mut self, mut line: Vec<u8>) -> Result<String, Problem> {
        if line.len() > MAX_LINE {
            return Err(Problem::new(
                Code::RowTooLong,
                "Raden är längre än 1 MB; kontrollera radbrytningarna.",
                "The row is longer than 1 MB; check the line breaks.",
            ));
        }
        while matches!(line.last(), Some(b'\n' | b'\r')) {
            line.pop();
        }
        if line.contains(&0) {
            return Err(Problem::new(
                Code::NotText,
                "Raden innehåller tecken som inte är text; spara listan som CSV UTF-8.",
                "The row holds characters that are not text; save the list as CSV UTF-8.",
            ));
        }
        Ok(String::from_utf8(line).unwrap_or_else(|not_utf8| {
            self.windows_1252 = true;
            windows_1252(&not_utf8)
        }))
    }
}

/// The text of bytes that are no UTF-8.
pub(super) fn windows_1252(not_utf8: &FromUtf8Error) -> String {
    encoding_rs::WINDOWS_1252.decode(not_utf8.as_bytes()).0.into_owned()
}

impl Iterator for Lines {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        if let Some(line) = self.returned.pop_front() {
            return Some(line);
        }
        if self.ended {
            return None;
        }
        let read = self.read_line();
        self.number += 1;
        let text = match read {
            Ok(Some(line)) => self.decode(line),
            Ok(None) => {
                self.ended = true;
                return None;
            }
            Err(error) => {
                self.ended = true;
                Err(Problem::new(
                    Code::Unreadable,
                    format!("Listan kunde inte läsas längre ({error}); resten saknas."),
                    format!("The list could not be read on ({error}); the rest is missing."),
                ))
            }
        };
        Some(Line { number: self.number, text })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::intake::problem::Refusal;

    type Numbered = (u64, Result<String, Code>);

    fn lines(bytes: &[u8]) -> Result<Vec<Numbered>, Refusal> {
        let lines = Lines::new(Beginning::read(Box::new(Cursor::new(bytes.to_vec())))?);
        Ok(lines.map(|line| (line.number, line.text.map_err(|p| p.code))).collect())
    }

    fn texts(bytes: &[u8]) -> Vec<String> {
        lines(bytes).unwrap().into_iter().map(|(_, text)| text.unwrap()).collect()
    }

    #[test]
    fn line_ends_and_numbers() {
        let expected = vec![(1, Ok("a".into())), (2, Ok(String::new())), (3, Ok("b".into()))];
        for bytes in [&b"a\n\nb"[..], b"a\r\n\r\nb\r\n", b"a\r\rb\r", b"\xEF\xBB\xBFa\n\nb\n"] {
            assert_eq!(lines(bytes).unwrap(), expected);
        }
    }

    #[test]
    fn each_line_in_its_own_encoding() {
        assert_eq!(texts("å\n".as_bytes()), ["å"]);
        assert_eq!(texts(b"\xE5 \x80\n"), ["å €"]);
        assert_eq!(texts(b"\xE5\n\xC3\xA5"), ["å", "å"]);
    }

    #[test]
    fn a_line_too_long_is_skipped_and_the_next_is_read() {
        let mut bytes = b"a\n".to_vec();
        bytes.extend(vec![b'x'; MAX_LINE + 5]);
        bytes.extend(b"\nb\n");
        let expected = vec![(1, Ok("a".into())), (2, Err(Code::RowTooLong)), (3, Ok("b".into()))];
        assert_eq!(lines(&bytes).unwrap(), expected);
    }

    #[test]
    fn a_line_with_a_zero_is_no_text() {
        assert_eq!(lines(b"a\nb\0\n").unwrap()[1], (2, Err(Code::NotText)));
    }

    #[test]
    fn a_broken_pipe_ends_the_list_with_a_problem() {
        struct Breaks(bool);
        impl Read for Breaks {
            fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
                if std::mem::replace(&mut self.0, true) {
                    return Err(io::Error::other("gone"));
                }
                buffer[..4].copy_from_slice(b"a\nb\n");
                Ok(4)
            }
        }
        let lines: Vec<Line> =
            Lines::new(Beginning::read(Box::new(Breaks(false))).unwrap()).collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[2].text.as_ref().unwrap_err().code, Code::Unreadable);
    }
}
