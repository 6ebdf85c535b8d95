//! Text that says it is UTF-8 and is not everywhere: payroll systems write Windows-1252 under the
//! name of UTF-8.

use std::{
    io::{self, BufRead, Read},
    str,
};

/// Bytes as UTF-8; those that are none are read as Windows-1252.
pub(super) struct Mended<R> {
    inner: R,
    /// Bytes taken that may begin a character.
    raw: Vec<u8>,
    text: Vec<u8>,
    given: usize,
}

impl<R: BufRead> Mended<R> {
    pub(super) fn new(inner: R) -> Self {
        Self { inner, raw: Vec::new(), text: Vec::new(), given: 0 }
    }

    /// Takes more bytes until there is text, or none are left.
    fn refill(&mut self) -> io::Result<()> {
        self.text.clear();
        self.given = 0;
        while self.text.is_empty() {
            let more = self.inner.fill_buf()?;
            let (taken, ended) = (more.len(), more.is_empty());
            self.raw.extend_from_slice(more);
            self.inner.consume(taken);
            let whole = if ended { self.raw.len() } else { whole(&self.raw) };
            for part in self.raw[..whole].utf8_chunks() {
                self.text.extend_from_slice(part.valid().as_bytes());
                let (letters, ..) = encoding_rs::WINDOWS_1252.decode(part.invalid());
                self.text.extend_from_slice(letters.as_bytes());
            }
            self.raw.drain(..whole);
            if ended {
                break;
            }
        }
        Ok(())
    }
}

/// How many bytes are sure not to end within a character.
fn whole(bytes: &[u8]) -> usize {
    // A character has at most four bytes.
    let tail = bytes.len().saturating_sub(3);
    for at in tail..bytes.len() {
        if let Err(error) = str::from_utf8(&bytes[at..])
            && error.valid_up_to() == 0
            && error.error_len().is_none()
        {
            return at;
        }
    }
    bytes.len()
}

/// Reads what a buffer holds, for readers that are made of one.
pub(super) fn read_buffered(from: &mut impl BufRead, into: &mut [u8]) -> io::Result<usize> {
    let there = from.fill_buf()?;
    let count = there.len().min(into.len());
    into[..count].copy_from_slice(&there[..count]);
    from.consume(count);
    Ok(count)
}

impl<R: BufRead> Read for Mended<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, into)
    }
}

impl<R: BufRead> BufRead for Mended<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.given == self.text.len() {
            self.refill()?;
        }
        Ok(&self.text[self.given..])
    }

    fn consume(&mut self, count: usize) {
        self.given = (self.given + count).min(self.text.len());
    }
}

#[cfg(test)]
mod tests {
    use std::io::BufReader;

    use super::*;

    #[test]
    fn letters_of_both_encodings_at_every_boundary() {
        for (bytes, expected) in [
            ("åäö €".as_bytes(), "åäö €"),
            (b"\xE5\xE4\xF6 \x80", "åäö €"),
            (b"Mont\xF6r och m\xC3\xA5lare\xE5", "Montör och målareå"),
            (b"", ""),
        ] {
            for size in 1..8 {
                let mut text = String::new();
                let buffered = BufReader::with_capacity(size, bytes);
                Mended::new(buffered).read_to_string(&mut text).unwrap();
                assert_eq!(text, expected, "{size}");
            }
        }
    }
}
