//! Where a data set comes from: sources, licences, checksums, counts, drops.

use std::{collections::BTreeMap, fs, path::Path};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::Error;

/// Examples of dropped items kept in the manifest; `dropped.ndjson` lists all of them.
const EXAMPLES: usize = 5;

/// What a data set is made of.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Manifest {
    /// Version of the folder's layout.
    pub format: u32,
    /// SHA-256 over the data files' contents: equal data, equal fingerprint.
    pub fingerprint: String,
    /// Rows per kind, after joining all sources.
    pub counts: BTreeMap<String, u64>,
    /// The sources, in the order they were read.
    pub sources: Vec<SourceReport>,
}

/// One source's part in a data set.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SourceReport {
    /// Short key, such as `esco`.
    pub key: String,
    /// Name and publisher.
    pub title: String,
    /// Version or date of the content, as the source says it; empty where it does not.
    pub version: String,
    /// Licence or terms.
    pub licence: String,
    /// Files that were read.
    pub files: Vec<FileStamp>,
    /// What was read, by kind.
    pub counts: BTreeMap<String, u64>,
    /// What was left out, by reason.
    pub dropped: Vec<Dropped>,
    /// Statements the licence asks for, and peculiarities a reader should know.
    pub notes: Vec<String>,
}

/// A file that was read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileStamp {
    /// Path relative to the source folder, with `/`.
    pub path: String,
    /// Size.
    pub bytes: u64,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// Things left out for one reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Dropped {
    /// The reason.
    pub reason: String,
    /// How many.
    pub count: u64,
    /// The first few.
    pub examples: Vec<String>,
}

/// A [`SourceReport`] being written while a source is read.
#[derive(Debug, Default)]
pub struct Report {
    source: SourceReport,
    dropped: BTreeMap<String, Vec<String>>,
}

impl Report {
    /// Starts the report of a source.
    pub fn new(key: &str, title: &str, licence: &str) -> Self {
        let source = SourceReport {
            key: key.into(),
            title: title.into(),
            licence: licence.into(),
            ..SourceReport::default()
        };
        Self { source, dropped: BTreeMap::new() }
    }

    /// Key of the source.
    pub fn key(&self) -> &str {
        &self.source.key
    }

    /// Sets the version or date of the content.
    pub fn version(&mut self, version: impl Into<String>) {
        self.source.version = version.into();
    }

    /// Whether the source said its version or date.
    pub fn has_version(&self) -> bool {
        !self.source.version.is_empty()
    }

    /// Adds a statement for readers.
    pub fn note(&mut self, note: impl Into<String>) {
        self.source.notes.push(note.into());
    }

    /// Adds to the count of a kind of row.
    pub fn count(&mut self, kind: &str, rows: usize) {
        *self.source.counts.entry(kind.into()).or_default() += rows as u64;
    }

    /// Notes that `item` was left out for `reason`.
    pub fn drop(&mut self, reason: &str, item: impl Into<String>) {
        self.dropped.entry(reason.into()).or_default().push(item.into());
    }

    /// Reads a file whole and stamps it. `root` is the source folder the stamp's path is relative
    /// to.
    ///
    /// # Errors
    /// [`Error::Io`] where the file cannot be read.
    pub fn read(&mut self, root: &Path, path: &Path) -> Result<Vec<u8>, Error> {
        let bytes = fs::read(path).map_err(|source| Error::io(path, source))?;
        let relative = path.strip_prefix(root).unwrap_or(path);
        self.stamp(relative.to_string_lossy().replace('\\', "/"), &bytes);
        Ok(bytes)
    }

    /// Stamps a file of this path, relative with `/`, and content.
    pub fn stamp(&mut self, path: impl Into<String>, bytes: &[u8]) {
        self.source.files.push(FileStamp {
            path: path.into(),
            bytes: bytes.len() as u64,
            sha256: hex(&Sha256::digest(bytes)),
        });
    }

    /// The finished report, and every dropped item as (reason, item).
    pub fn finish(mut self) -> (SourceReport, Vec<(String, String)>) {
        let mut all = Vec::new();
        for (reason, mut items) in self.dropped {
            items.sort();
            self.source.dropped.push(Dropped {
                reason: reason.clone(),
                count: items.len() as u64,
                examples: items.iter().take(EXAMPLES).cloned().collect(),
            });
            all.extend(items.into_iter().map(|item| (reason.clone(), item)));
        }
        (self.source, all)
    }
}

/// What tells values apart: SHA-256 of how they are written for debugging, which names every field.
pub(crate) fn fingerprint_of(value: &impl std::fmt::Debug) -> String {
    use sha2::{Digest as _, Sha256};
    hex(&Sha256::digest(format!("{value:?}").as_bytes()))
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    let digit = |half: u8| char::from(b"0123456789abcdef"[usize::from(half)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}
