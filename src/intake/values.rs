//! JSON values one after another: the elements of an array, or objects that go over several lines.
//! One value is held at a time, so that an array may be of any length, and a broken end costs only
//! what stands there.

use std::{collections::VecDeque, fmt, io::BufRead};

use serde_json::Value;

use super::{
    Format,
    document::{self, Origin},
    lines::windows_1252,
    problem::{Code, Problem},
    source::{Draft, Found, Source},
};

/// Largest value, bytes: a Europass document may hold a photo.
const MAX_VALUE: usize = 8 << 20;

/// A file of JSON values.
pub(super) struct Values {
    bytes: Box<dyn BufRead + Send>,
    /// Name that a document without one of its own is called by.
    stem: Option<String>,
    begun: bool,
    in_array: bool,
    ended: bool,
    /// Values so far.
    number: u64,
    /// Rows so far: a value may hold several persons.
    rows: u64,
    waiting: VecDeque<Result<Draft, Problem>>,
}

impl fmt::Debug for Values {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Values").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Values {
    pub(super) fn new(bytes: Box<dyn BufRead + Send>, stem: Option<String>) -> Self {
        let waiting = VecDeque::new();
        Self {
            bytes,
            stem,
            begun: false,
            in_array: false,
            ended: false,
            number: 0,
            rows: 0,
            waiting,
        }
    }

    /// The next byte that is no blank and, between elements, no comma; not taken.
    fn peek(&mut self) -> std::io::Result<Option<u8>> {
        loop {
            let there = self.bytes.fill_buf()?;
            if there.is_empty() {
                return Ok(None);
            }
            let blank = |byte: &u8| byte.is_ascii_whitespace() || *byte == b',';
            let blanks = there.iter().take_while(|byte| blank(byte)).count();
            let found = there.get(blanks).copied();
            self.bytes.consume(blanks);
            if let Some(byte) = found {
                return Ok(Some(byte));
            }
        }
    }

    /// The bytes of the next value, `None` at the end of the file.
    fn next_value(&mut self) -> Option<Result<Vec<u8>, Problem>> {
        loop {
            match self.peek() {
                Err(error) => return Some(Err(unreadable(&error))),
                Ok(None) if self.in_array => {
                    self.in_array = false;
                    return Some(Err(cut_off()));
                }
                Ok(None) => return None,
                Ok(Some(b'[')) if !self.begun => {
                    self.in_array = true;
                    self.bytes.consume(1);
                }
                Ok(Some(b']')) if self.in_array => {
                    self.in_array = false;
                    self.bytes.consume(1);
                }
                Ok(Some(_)) => {
                    self.begun = true;
                    return Some(self.take_value());
                }
            }
            self.begun = true;
        }
    }

    /// Takes one value, to its closing bracket, or to the next blank, comma or bracket where it has
    /// none.
    fn take_value(&mut self) -> Result<Vec<u8>, Problem> {
        let mut value = Vec::new();
        let mut scan = Scan::default();
        let mut too_long = false;
        loop {
            let there = match self.bytes.fill_buf() {
                Ok(there) => there,
                Err(error) => {
                    self.ended = true;
                    return Err(unreadable(&error));
                }
            };
            if there.is_empty() {
                return if scan.depth == 0 && !scan.quoted { Ok(value) } else { Err(cut_off()) };
            }
            let (taken, whole) = scan.take(there);
            if value.len() + taken > MAX_VALUE {
                too_long = true;
                value.clear();
            }
            if !too_long {
                value.extend_from_slice(&there[..taken]);
            }
            self.bytes.consume(taken);
            if whole {
                return if too_long { Err(too_large()) } else { Ok(value) };
            }
        }
    }
}

/// Where in a value the reader is.
#[derive(Default)]
struct Scan {
    depth: usize,
    quoted: bool,
    escaped: bool,
    begun: bool,
}

impl Scan {
    /// How many of these bytes belong to the value, and whether it ends with them.
    fn take(&mut self, bytes: &[u8]) -> (usize, bool) {
        for (at, byte) in bytes.iter().enumerate() {
            if self.quoted {
                match byte {
                    _ if self.escaped => self.escaped = false,
                    b'\\' => self.escaped = true,
                    b'"' => self.quoted = false,
                    _ => continue,
                }
                if !self.quoted && self.depth == 0 {
                    return (at + 1, true);
                }
                continue;
            }
            match byte {
                b'"' => self.quoted = true,
                b'{' | b'[' => self.depth += 1,
                b'}' | b']' if self.depth <= 1 => {
                    // A closing bracket by itself is a value of its own: nothing stands still.
                    return if self.begun && self.depth == 0 { (at, true) } else { (at + 1, true) };
                }
                b'}' | b']' => self.depth -= 1,
                byte if self.depth == 0 && (byte.is_ascii_whitespace() || *byte == b',') => {
                    return (at, true);
                }
                _ => {}
            }
            self.begun = true;
        }
        (bytes.len(), false)
    }
}

impl Source for Values {
    fn next_row(&mut self) -> Option<Found> {
        loop {
            if let Some(draft) = self.waiting.pop_front() {
                self.rows += 1;
                return Some(Found::at(self.rows, draft));
            }
            if self.ended {
                return None;
            }
            let was_array = self.in_array;
            let next = self.next_value()?;
            self.number += 1;
            let value = match next.and_then(|bytes| parse(bytes, self.number)) {
                Ok(value) => value,
                Err(problem) => {
                    self.ended |= problem.code == Code::Unreadable;
                    self.rows += 1;
                    return Some(Found::at(self.rows, Err(problem)));
                }
            };
            let several = was_array || self.in_array || self.number > 1;
            let stem = self
                .stem
                .as_ref()
                .map(|stem| if several { format!("{stem}-{}", self.number) } else { stem.clone() });
            self.waiting.extend(document::read(value, &Origin { stem }));
        }
    }

    fn format(&self) -> Option<Format> {
        Some(Format::Json)
    }
}

fn parse(bytes: Vec<u8>, number: u64) -> Result<Value, Problem> {
    let text = String::from_utf8(bytes).unwrap_or_else(|not_utf8| windows_1252(&not_utf8));
    serde_json::from_str(&text).map_err(|error| {
        // The library's message may quote the text; the place is enough.
        let (line, column) = (error.line(), error.column());
        Problem::new(
            Code::BadJson,
            format!("Värde {number} är inte JSON; felet syns på dess rad {line}, tecken {column}."),
            format!(
                "Value {number} is not JSON; the error shows on its line {line}, character {column}."
            ),
        )
    })
}

fn unreadable(error: &std::io::Error) -> Problem {
    Problem::new(
        Code::Unreadable,
        format!("Filen kunde inte läsas längre ({error}); resten saknas."),
        format!("The file could not be read on ({error}); the rest is missing."),
    )
}

fn cut_off() -> Problem {
    Problem::new(
        Code::Unreadable,
        "Filen slutar mitt i ett värde; resten saknas, hämta den igen.",
        "The file ends in the middle of a value; the rest is missing, fetch it again.",
    )
}

fn too_large() -> Problem {
    Problem::new(
        Code::RowTooLong,
        "Ett värde är större än 8 MiB och lästes inte; ta bort bilder och bilagor.",
        "A value is larger than 8 MiB and was not read; remove pictures and attachments.",
    )
}
