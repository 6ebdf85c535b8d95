//! What a file is, by its first bytes.

use std::io::{self, BufRead, BufReader, Chain, Cursor, Read};

use encoding_rs_io::DecodeReaderBytesBuilder;

use super::problem::Refusal;

/// How much is looked at to tell a list from other files.
const LOOK: u64 = 1 << 16;
/// Most blank bytes before a list.
const BLANK: usize = 1 << 16;

/// The byte order mark of UTF-8.
const BOM: &[u8] = b"\xEF\xBB\xBF";

/// What is not read yet.
pub(super) type Rest = BufReader<Box<dyn Read + Send>>;

/// A file whose first bytes are looked at; what was UTF-16 is UTF-8 from here on.
pub(super) struct Beginning {
    /// The first line, or the first 64 KiB of it.
    pub(super) head: Vec<u8>,
    /// What comes after it.
    pub(super) rest: Rest,
}

/// What the first bytes of a file say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Xml,
    Object,
    Array,
    Text,
}

impl Beginning {
    /// Reads the first line: by line and not by block, so that a program that writes row by row
    /// into a pipe is answered row by row.
    ///
    /// # Errors
    /// Where nothing can be read.
    pub(super) fn read(reader: Box<dyn Read + Send>) -> Result<Self, Refusal> {
        let mut beginning = Self { head: Vec::new(), rest: BufReader::new(reader) };
        beginning.read_on(LOOK)?;
        if !beginning.head.starts_with(b"\xFF\xFE") && !beginning.head.starts_with(b"\xFE\xFF") {
            return Ok(beginning);
        }
        let decoded = DecodeReaderBytesBuilder::new().build(beginning.bytes());
        Self::read(Box::new(decoded))
    }

    /// Looks at one more line, at most at `most` more bytes of it.
    ///
    /// # Errors
    /// Where nothing can be read.
    pub(super) fn read_on(&mut self, most: u64) -> Result<(), Refusal> {
        let read = self.rest.by_ref().take(most).read_until(b'\n', &mut self.head);
        read.map(|_bytes| ()).map_err(|error| {
            let (sv, en) =
                (format!("kan inte läsas ({error})"), format!("cannot be read ({error})"));
            let cure = "ange en fil, eller - för att läsa standard in";
            Refusal::new([&sv, cure], [&en, "give a file, or - to read standard input"])
        })
    }

    /// All bytes, the first ones again.
    pub(super) fn bytes(self) -> Chain<Cursor<Vec<u8>>, Rest> {
        Cursor::new(self.head).chain(self.rest)
    }

    /// The same without a byte order mark.
    pub(super) fn text(mut self) -> Chain<Cursor<Vec<u8>>, Rest> {
        if self.head.starts_with(BOM) {
            self.head.drain(..BOM.len());
        }
        self.bytes()
    }

    /// The whole file, held in memory.
    ///
    /// # Errors
    /// Where it is longer than `most` bytes, or cannot be read to its end.
    pub(super) fn whole(self, most: u64) -> Result<Vec<u8>, Refusal> {
        let mut bytes = Vec::new();
        let read = self.bytes().take(most + 1).read_to_end(&mut bytes);
        let cut = |error: &io::Error| {
            let (sv, en) =
                (format!("kan inte läsas ({error})"), format!("cannot be read ({error})"));
            Refusal::new([&sv, "hämta filen igen"], [&en, "fetch the file again"])
        };
        read.map_err(|error| cut(&error))?;
        if bytes.len() as u64 <= most {
            return Ok(bytes);
        }
        let mib = most >> 20;
        Err(Refusal::new(
            [&format!("större än {mib} MiB"), "dela filen, eller spara listan som CSV UTF-8"],
            [&format!("larger than {mib} MiB"), "split the file, or save the list as CSV UTF-8"],
        ))
    }

    /// The first bytes without byte order mark and blanks.
    fn telling(&self) -> &[u8] {
        let head = self.head.strip_prefix(BOM).unwrap_or(&self.head);
        head.trim_ascii_start()
    }

    /// Looks past blank lines and says what the file is.
    ///
    /// # Errors
    /// What a list or document cannot be: empty, a PDF, an old workbook, any other binary file.
    pub(super) fn kind(&mut self) -> Result<Kind, Refusal> {
        let mut seen = 0;
        while self.telling().is_empty() && self.head.len() > seen && seen < BLANK {
            seen = self.head.len();
            self.read_on(LOOK)?;
        }
        match self.telling() {
            _ if self.head.is_empty() => Err(refusal(&EMPTY)),
            [b'P', b'K', 3 | 5 | 7, ..] => Ok(Kind::Zip),
            [0xD0, 0xCF, 0x11, 0xE0, ..] => Err(refusal(&OLD_OFFICE)),
            [b'%', b'P', b'D', b'F', ..] => Err(refusal(&PDF)),
            [b'{', b'\\', b'r', b't', b'f', ..] => Err(refusal(&RTF)),
            _ if self.head.contains(&0) => Err(refusal(&BINARY)),
            [b'<', ..] => Ok(Kind::Xml),
            [b'{', ..] => Ok(Kind::Object),
            [b'[', ..] => Ok(Kind::Array),
            _ => Ok(Kind::Text),
        }
    }
}

/// What is wrong and what to do, in Swedish and in English.
type Said = [[&'static str; 2]; 2];

const EMPTY: Said = [
    ["filen är tom", "skriv en rubrikrad och en rad per person"],
    ["the file is empty", "write a header line and one row per worker"],
];
const OLD_OFFICE: Said = [
    [
        "en arbetsbok eller ett dokument från äldre Office, eller med lösenord",
        "öppna den och spara som XLSX utan lösenord eller som CSV UTF-8, ett CV som text",
    ],
    [
        "a workbook or document of older Office, or with a password",
        "open it and save it as XLSX without password or as CSV UTF-8, a CV as text",
    ],
];
const PDF: Said = [
    ["ett PDF-dokument", "spara en lista som CSV eller XLSX, och texten i ett CV som .txt i UTF-8"],
    ["a PDF document", "save a list as CSV or XLSX, and the text of a CV as .txt in UTF-8"],
];
const RTF: Said = [
    ["ett RTF-dokument", "spara texten som .txt i UTF-8"],
    ["an RTF document", "save its text as .txt in UTF-8"],
];
const BINARY: Said = [
    ["en binär fil", "öppna den i sitt program och spara listan som CSV UTF-8 eller XLSX"],
    ["a binary file", "open it in its program and save the list as CSV UTF-8 or XLSX"],
];

fn refusal([sv, en]: &Said) -> Refusal {
    Refusal::new(*sv, *en)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn beginning(bytes: &[u8]) -> Beginning {
        Beginning::read(Box::new(Cursor::new(bytes.to_vec()))).unwrap()
    }

    #[test]
    fn kinds_and_other_files() {
        for (bytes, kind) in [
            (&b"PK\x03\x04abc"[..], Kind::Zip),
            (b"\xEF\xBB\xBF  <a/>", Kind::Xml),
            (b"\n\n\r\n {\n", Kind::Object),
            (b"[1]", Kind::Array),
            (b"ref;yrke", Kind::Text),
            (b"\n\n", Kind::Text),
        ] {
            assert_eq!(beginning(bytes).kind().unwrap(), kind);
        }
        for (bytes, word) in [
            (&b""[..], "empty"),
            (b"\xD0\xCF\x11\xE0", "password"),
            (b"%PDF-1.7", "PDF"),
            (b"{\\rtf1", "RTF"),
            (b"re\0f", "binary"),
        ] {
            let said = beginning(bytes).kind().unwrap_err().problem.en;
            assert!(said.contains(word), "{said}");
        }
        let cure = beginning(b"%PDF-1.7").kind().unwrap_err().cure;
        assert!(cure.sv.contains("CSV eller XLSX") && cure.en.contains("CSV or XLSX"), "{cure:?}");
    }

    #[test]
    fn utf_16_becomes_utf_8_and_a_file_too_long_is_refused() {
        let text = "ref;yrke\nA;målare\n";
        let little: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
        let big: Vec<u8> = text.encode_utf16().flat_map(u16::to_be_bytes).collect();
        for bytes in [[&b"\xFF\xFE"[..], &little].concat(), [&b"\xFE\xFF"[..], &big].concat()] {
            let whole = beginning(&bytes).whole(100).unwrap();
            assert_eq!(String::from_utf8(whole).unwrap().trim_start_matches('\u{feff}'), text);
        }
        assert!(beginning(b"123456").whole(6).is_ok());
        assert!(beginning(b"1234567").whole(6).is_err());
    }
}
