//! Which form a file has, by its content, and the reader of that form.

use std::{collections::VecDeque, io::Read, path::Path};

use super::{
    Format, How,
    beginning::{Beginning, Kind},
    delimited::{Delimited, NoTable},
    document::{self, Origin},
    file_name,
    header::safe_name,
    lines::{Line, Lines, MAX_LINE, windows_1252},
    ndjson::Ndjson,
    paxml::Paxml,
    problem::{Problem, Refusal},
    source::{Draft, Found, Source},
    values::Values,
    workbook::{self, Workbook},
    xml::{Elements, Step},
};

/// Largest text of one person, bytes and lines.
const MAX_TEXT: u64 = 1 << 20;
const MAX_TEXT_LINES: usize = 1 << 16;
/// Endings of names of texts.
const TEXT_ENDINGS: [&str; 4] = ["txt", "text", "md", "markdown"];

/// What the name of a file says.
#[derive(Debug, Default)]
pub(super) struct Name {
    /// Without its ending; none where there is no name that can be shown.
    stem: Option<String>,
    /// Whether it is a file, and no pipe.
    is_file: bool,
    /// Whether it is called a text.
    is_text: bool,
}

impl Name {
    pub(super) fn of(path: &Path) -> Self {
        let ending = path.extension().map(|ending| ending.to_string_lossy().to_lowercase());
        let is_text = ending.is_some_and(|ending| TEXT_ENDINGS.contains(&ending.as_str()));
        let stem = file_name(Path::new(path.file_stem().unwrap_or_default()));
        Self { is_file: stem.is_some(), stem, is_text }
    }

    /// Of a file that was sent: its name is that of its form, and nobody is called by it.
    pub(super) fn of_sent(path: &Path) -> Self {
        Self { stem: None, is_file: true, ..Self::of(path) }
    }
}

/// Opens a list or document.
///
/// # Errors
/// For what is none.
pub(super) fn source(
    reader: Box<dyn Read + Send>,
    name: &Name,
    how: &How,
) -> Result<Box<dyn Source>, Refusal> {
    let mut beginning = Beginning::read(reader)?;
    let kind = beginning.kind()?;
    let origin = Origin { stem: name.stem.clone() };
    let format = match (how.format, kind) {
        // No other form begins like this.
        (_, Kind::Zip) => Format::Xlsx,
        (Some(format), _) => format,
        (None, Kind::Xml) => Format::Europass,
        (None, Kind::Object) if is_one_a_line(&mut beginning, name)? => Format::Ndjson,
        (None, Kind::Object | Kind::Array) => Format::Json,
        (None, Kind::Text) => return table_or_text(beginning, name, how),
    };
    how.check(format)?;
    Ok(match format {
        Format::Xlsx if kind != Kind::Zip => return Err(no_workbook()),
        Format::Xlsx => {
            let bytes = beginning.whole(workbook::MAX_FILE)?;
            Box::new(Workbook::open(&bytes, how.sheet.as_deref(), &how.mapping)?)
        }
        Format::Csv => {
            let opened = Delimited::open(Lines::new(beginning), &how.mapping);
            Box::new(opened.map_err(|no_table| no_table.refusal)?)
        }
        Format::Ndjson => Box::new(Ndjson::new(Lines::new(beginning))),
        Format::Json => Box::new(Values::new(Box::new(beginning.text()), name.stem.clone())),
        Format::Text => Box::new(text(beginning, &origin)?),
        Format::Paxml | Format::Europass => xml(beginning, &origin)?,
    })
}

/// Whether the objects of a file stand one a line: the first line is one, or the second. A named file
/// of one object is a document; a pipe is answered line by line.
fn is_one_a_line(beginning: &mut Beginning, name: &Name) -> Result<bool, Refusal> {
    let whole = |line: &[u8]| {
        let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
        matches!(serde_json::from_slice(line), Ok(serde_json::Value::Object(_)))
    };
    if !beginning.head.ends_with(b"\n") {
        beginning.read_on(MAX_LINE as u64)?;
    }
    let first = beginning.head.trim_ascii().to_vec();
    let first_is_whole = whole(&first);
    if first_is_whole && !name.is_file {
        return Ok(true);
    }
    let before = beginning.head.len();
    loop {
        let seen = beginning.head.len();
        beginning.read_on(MAX_LINE as u64)?;
        let now = beginning.head.len();
        let blank = beginning.head[before..].trim_ascii().is_empty();
        if now == seen || !blank || now - before > MAX_LINE {
            break;
        }
    }
    let second = beginning.head[before..].trim_ascii();
    let any_more = !second.is_empty();
    Ok(any_more && (first_is_whole || second.starts_with(b"{") && whole(second)))
}

fn table_or_text(beginning: Beginning, name: &Name, how: &How) -> Result<Box<dyn Source>, Refusal> {
    let no_table = match Delimited::open(Lines::new(beginning), &how.mapping) {
        Ok(table) => {
            how.check(Format::Csv)?;
            return Ok(Box::new(table));
        }
        Err(no_table) => no_table,
    };
    let NoTable { refusal, lines } = *no_table;
    let Some(lines) = lines.filter(|_| name.is_text) else { return Err(refusal) };
    let lines: Vec<Line> = lines.take(MAX_TEXT_LINES).collect();
    let texts: Option<Vec<String>> = lines.into_iter().map(|line| line.text.ok()).collect();
    let Some(texts) = texts.filter(|texts| !is_table(texts)) else { return Err(refusal) };
    how.check(Format::Text)?;
    let draft = document::text(&texts.join("\n"), &Origin { stem: name.stem.clone() });
    Ok(Box::new(Documents::new(Format::Text, vec![draft])))
}

/// Whether the first line is cut into cells: a table whose columns nobody knows is no CV.
fn is_table(lines: &[String]) -> bool {
    let first = lines.iter().find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.contains('\t') || line.matches(';').count() > 1)
}

fn text(beginning: Beginning, origin: &Origin) -> Result<Documents, Refusal> {
    let bytes = beginning.whole(MAX_TEXT)?;
    let text = String::from_utf8(bytes).unwrap_or_else(|not_utf8| windows_1252(&not_utf8));
    Ok(Documents::new(Format::Text, vec![document::text(&text, origin)]))
}

/// The form of XML is that of its root element.
fn xml(beginning: Beginning, origin: &Origin) -> Result<Box<dyn Source>, Refusal> {
    let mut elements = Elements::new(beginning);
    let (root, empty) = loop {
        match elements.step()? {
            Step::Begin(root, empty) => break (root, empty),
            Step::End => {}
            Step::Eof => return Err(no_known_root("")),
        }
    };
    match root.name.as_str() {
        "paxml" => Ok(Box::new(Paxml::new(elements))),
        "SkillsPassport" | "Candidate" => {
            let skip = document::skipped_in_europass;
            let root = if empty { root } else { elements.rest_of(root, skip)? };
            let drafts = document::europass(&root, origin);
            Ok(Box::new(Documents::new(Format::Europass, drafts)))
        }
        other => Err(no_known_root(other)),
    }
}

fn no_known_root(name: &str) -> Refusal {
    let name = safe_name(name);
    Refusal::new(
        [
            &format!("XML med rotelementet {name}"),
            "XML läses som PAXml (paxml) och Europass (SkillsPassport, Candidate)",
        ],
        [
            &format!("XML with the root element {name}"),
            "XML is read as PAXml (paxml) and Europass (SkillsPassport, Candidate)",
        ],
    )
}

fn no_workbook() -> Refusal {
    Refusal::new(
        ["ingen XLSX-arbetsbok", "utelämna --format, så avgör innehållet"],
        ["no XLSX workbook", "leave out --format, and the content decides"],
    )
}

/// Drafts that are there already.
#[derive(Debug)]
struct Documents {
    format: Format,
    drafts: VecDeque<Result<Draft, Problem>>,
    number: u64,
}

impl Documents {
    fn new(format: Format, drafts: Vec<Result<Draft, Problem>>) -> Self {
        Self { format, drafts: drafts.into(), number: 0 }
    }
}

impl Source for Documents {
    fn next_row(&mut self) -> Option<Found> {
        let draft = self.drafts.pop_front()?;
        self.number += 1;
        Some(Found::at(self.number, draft))
    }

    fn format(&self) -> Option<Format> {
        Some(self.format)
    }
}
