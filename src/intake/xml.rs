//! XML to trees, element by element, with bounds: no document types and so no entities of their
//! own, no deep nests, no element larger than a document may be.

use std::{
    fmt,
    io::{self, BufRead, BufReader, Read},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use encoding_rs::Encoding;
use encoding_rs_io::DecodeReaderBytesBuilder;
use quick_xml::{
    Reader,
    events::{BytesRef, BytesStart, Event},
};

use super::{
    beginning::Beginning,
    document::Node,
    mended::{Mended, read_buffered},
    problem::Refusal,
};

/// Largest element that is kept or skipped, bytes.
pub(super) const MAX_ELEMENT: u64 = 8 << 20;
/// Deepest nest of elements. Europass has under twenty.
const MAX_DEPTH: usize = 64;

/// The elements of a file in their order.
pub(super) struct Elements {
    reader: Reader<Bounded<Box<dyn BufRead + Send>>>,
    left: Arc<AtomicU64>,
    buffer: Vec<u8>,
    depth: usize,
}

impl fmt::Debug for Elements {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Elements").field("depth", &self.depth).finish_non_exhaustive()
    }
}

/// What is met on the way through a file.
pub(super) enum Step {
    /// An element begins: its name, its attributes, and whether it is over already.
    Begin(Node, bool),
    /// An element ends.
    End,
    /// The file ends, whole.
    Eof,
}

impl Elements {
    pub(super) fn new(beginning: Beginning) -> Self {
        let left = Arc::new(AtomicU64::new(MAX_ELEMENT));
        let inner = decoded(beginning);
        let mut reader = Reader::from_reader(Bounded { inner, left: Arc::clone(&left) });
        reader.config_mut().check_end_names = true;
        Self { reader, left, buffer: Vec::new(), depth: 0 }
    }

    /// The next beginning or end; text between elements is passed over.
    ///
    /// # Errors
    /// Where the file is broken, ends too early or goes beyond a bound.
    pub(super) fn step(&mut self) -> Result<Step, Refusal> {
        loop {
            if let Met::Step(step) = self.event(|_text| ())? {
                return Ok(step);
            }
        }
    }

    /// The rest of an element that has begun, without the elements that `skip` names: their
    /// content is passed over.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub(super) fn rest_of(&mut self, begun: Node, skip: fn(&str) -> bool) -> Result<Node, Refusal> {
        let mut open = vec![begun];
        loop {
            let mut text = String::new();
            let event = self.event(|more| text.push_str(more))?;
            if let Some(node) = open.last_mut() {
                node.text.push_str(&text);
            }
            match event {
                Met::Text => {}
                Met::Step(Step::Begin(node, empty)) if skip(&node.name) => {
                    if !empty {
                        self.pass()?;
                    }
                }
                Met::Step(Step::Begin(node, false)) => open.push(node),
                Met::Step(Step::Begin(node, true)) => {
                    if let Some(outer) = open.last_mut() {
                        outer.children.push(node);
                    }
                }
                Met::Step(Step::End) => {
                    let Some(node) = open.pop() else { return Err(broken("no element")) };
                    match open.last_mut() {
                        Some(outer) => outer.children.push(node),
                        None => return Ok(node),
                    }
                }
                Met::Step(Step::Eof) => return Err(cut_off()),
            }
        }
    }

    /// Passes over the rest of an element that has begun.
    pub(super) fn pass(&mut self) -> Result<(), Refusal> {
        let outside = self.depth;
        loop {
            match self.step()? {
                Step::End if self.depth < outside => return Ok(()),
                Step::Eof => return Err(cut_off()),
                _ => {}
            }
        }
    }

    /// Lets the next element be as large as any.
    pub(super) fn renew(&self) {
        self.left.store(MAX_ELEMENT, Ordering::Relaxed);
    }

    fn event(&mut self, mut told: impl FnMut(&str)) -> Result<Met, Refusal> {
        self.buffer.clear();
        let event = self.reader.read_event_into(&mut self.buffer);
        let event = event.map_err(|error| match error {
            quick_xml::Error::Io(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                too_large()
            }
            // The library's message may quote the text.
            _ => broken("not well-formed"),
        })?;
        Ok(match event {
            Event::Start(tag) => {
                self.depth += 1;
                if self.depth > MAX_DEPTH {
                    return Err(too_deep());
                }
                Met::Step(Step::Begin(begun(&tag)?, false))
            }
            Event::Empty(tag) => Met::Step(Step::Begin(begun(&tag)?, true)),
            Event::End(_) => {
                self.depth = self.depth.saturating_sub(1);
                Met::Step(Step::End)
            }
            Event::Text(text) => {
                told(&text.xml10_content());
                Met::Text
            }
            Event::CData(text) => {
                told(&text.xml10_content());
                Met::Text
            }
            Event::GeneralRef(reference) => {
                told(&character(&reference)?);
                Met::Text
            }
            Event::DocType(_) => return Err(document_type()),
            Event::Comment(_) | Event::Decl(_) | Event::PI(_) => Met::Text,
            Event::Eof if self.depth > 0 => return Err(cut_off()),
            Event::Eof => Met::Step(Step::Eof),
        })
    }
}

/// The file as UTF-8, by the encoding that its first line names; what was UTF-16 is UTF-8 already.
fn decoded(beginning: Beginning) -> Box<dyn BufRead + Send> {
    let line = String::from_utf8_lossy(&beginning.head);
    let label = line
        .split_once("encoding=")
        .and_then(|(_, rest)| rest.strip_prefix(['"', '\''])?.split(['"', '\'']).next());
    let named = label.and_then(|label| Encoding::for_label(label.as_bytes()));
    let other = named.filter(|encoding| encoding.is_ascii_compatible());
    match other.filter(|encoding| *encoding != encoding_rs::UTF_8) {
        None => Box::new(Mended::new(beginning.text())),
        encoding => {
            let reader = DecodeReaderBytesBuilder::new().encoding(encoding).build(beginning.text());
            Box::new(BufReader::new(reader))
        }
    }
}

/// What an event of the reader comes to.
enum Met {
    Text,
    Step(Step),
}

/// The name of an element and its attributes, without prefixes.
fn begun(tag: &BytesStart<'_>) -> Result<Node, Refusal> {
    let mut node = Node::new(tag.local_name().as_ref());
    for attribute in tag.attributes() {
        let attribute = attribute.map_err(|_quoted| broken("not well-formed"))?;
        let mut child = Node::new(attribute.key.local_name().as_ref());
        let value = quick_xml::escape::unescape(&attribute.value);
        child.text = value.map_err(|_quoted| entity())?.into_owned();
        node.children.push(child);
    }
    Ok(node)
}

/// The character a reference stands for.
fn character(reference: &BytesRef<'_>) -> Result<String, Refusal> {
    let by_number = reference.resolve_char_ref().map_err(|_quoted| broken("not well-formed"))?;
    if let Some(character) = by_number {
        return Ok(character.to_string());
    }
    let name = reference.xml10_content();
    let known = quick_xml::escape::resolve_predefined_entity(&name);
    known.map(str::to_owned).ok_or_else(entity)
}

fn broken(how: &str) -> Refusal {
    Refusal::new(
        ["trasig XML", "hämta filen igen ur det program den kommer från"],
        [&format!("broken XML ({how})"), "export the file again from the program it comes from"],
    )
}

fn cut_off() -> Refusal {
    Refusal::new(
        ["XML-filen slutar för tidigt", "hämta den igen"],
        ["the XML file ends too early", "fetch it again"],
    )
}

fn document_type() -> Refusal {
    Refusal::new(
        [
            "XML med dokumenttypsdeklaration; egna entiteter expanderas inte",
            "ta bort raden <!DOCTYPE ...> eller hämta filen igen utan den",
        ],
        [
            "XML with a document type declaration; entities of its own are not expanded",
            "remove <!DOCTYPE ...> or export the file without it",
        ],
    )
}

fn entity() -> Refusal {
    Refusal::new(
        ["XML med en okänd entitet", "skriv tecknet självt i stället"],
        ["XML with an unknown entity", "write the character itself instead"],
    )
}

fn too_deep() -> Refusal {
    let (sv, en) = (
        format!("XML djupare än {MAX_DEPTH} element"),
        format!("XML deeper than {MAX_DEPTH} elements"),
    );
    Refusal::new([&sv, "ange ett CV eller en lista"], [&en, "give a CV or a list"])
}

pub(super) fn too_large() -> Refusal {
    let mib = MAX_ELEMENT >> 20;
    Refusal::new(
        [&format!("en person större än {mib} MiB"), "ta bort bilder och bilagor"],
        [&format!("a person larger than {mib} MiB"), "remove pictures and attachments"],
    )
}

/// Bytes that run out before an element can fill the memory.
struct Bounded<R> {
    inner: R,
    left: Arc<AtomicU64>,
}

impl<R: BufRead> Read for Bounded<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        read_buffered(self, into)
    }
}

impl<R: BufRead> BufRead for Bounded<R> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.left.load(Ordering::Relaxed) == 0 {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.inner.fill_buf()
    }

    fn consume(&mut self, count: usize) {
        let left = self.left.load(Ordering::Relaxed);
        self.left.store(left.saturating_sub(count as u64), Ordering::Relaxed);
        self.inner.consume(count);
    }
}
