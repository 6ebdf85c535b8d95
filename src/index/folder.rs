//! An index on disk: the library's files and a stamp that says what they are.
//!
//! It is written as a [`NewFolder`], so that nobody ever sees half an index. `stamp.json` names every file with size and SHA-256, so that one changed
//! byte is found at the next opening (the library itself notices cut files only, and not all).
//! Nothing is forced to the disk: what a power cut leaves behind fails those checks and is built
//! anew.

use std::{
    collections::BTreeSet,
    fs,
    io::{self, Write as _},
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use tantivy::{
    DocId,
    directory::{Directory as _, RamDirectory, TerminatingWrite as _},
};

use super::{Error, Index, Reason, build, schema};
use crate::dataset::{DataSet, NewFolder, hex};

/// Version of the folder's layout.
const FORMAT: u64 = 1;
/// Name of the stamp.
const STAMP: &str = "stamp.json";
/// Name of the library's list of segments.
const META: &str = "meta.json";

/// What [`Index::open`] found.
#[derive(Debug)]
pub enum Opened {
    /// An index of the data set at hand.
    Ready(Index),
    /// None that can be used.
    Rebuild(Reason),
}

/// What is in an index folder.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Stamp {
    format: u64,
    /// Fingerprint of the data set.
    data_set: String,
    /// Fingerprint of fields, analysis and library version.
    schema: String,
    /// See [`Index`].
    ends: [DocId; 3],
    files: Vec<File>,
}

/// A file of the index.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    name: String,
    bytes: u64,
    sha256: String,
}

impl Index {
    /// Builds an index and keeps it in `folder`, in place of an index that is there already. Other
    /// programs that have the old one open keep it.
    ///
    /// # Errors
    /// [`Error::NotAnIndex`] where the folder holds anything else, [`Error::Io`] where it cannot
    /// be written; the old index then is still there.
    pub fn build(data: &DataSet, folder: &Path) -> Result<Self, Error> {
        refuse_other_files(folder)?;
        let (index, directory) = build::write(data)?;
        let new = NewFolder::beside(folder).map_err(Error::io(folder))?;
        index.save(&data.manifest.fingerprint, &directory, &new.path())?;
        new.take_place().map_err(Error::io(folder))?;
        Ok(index)
    }

    /// Opens the index in `folder` if it was built from the data set with this fingerprint. Reads
    /// every file once and writes nothing; O(bytes).
    ///
    /// # Errors
    /// [`Error::Io`] where the folder cannot be read for any other reason than that something is
    /// not there.
    pub fn open(folder: &Path, data_set: &str) -> Result<Opened, Error> {
        match load(folder, data_set) {
            Ok(index) => Ok(Opened::Ready(index)),
            Err(Obstacle::Reason(reason)) => Ok(Opened::Rebuild(reason)),
            Err(Obstacle::Error(error)) => Err(error),
        }
    }

    fn save(&self, data_set: &str, directory: &RamDirectory, folder: &Path) -> Result<(), Error> {
        let mut stamp = Stamp {
            format: FORMAT,
            data_set: data_set.into(),
            schema: schema::fingerprint(),
            ends: self.ends,
            files: Vec::new(),
        };
        for path in self.files(directory)? {
            let bytes = directory
                .open_read(&path)
                .map_err(Error::search("saving"))?
                .read_bytes()
                .map_err(Error::search("saving"))?;
            let target = folder.join(&path);
            fs::write(&target, bytes.as_slice()).map_err(Error::io(&target))?;
            stamp.files.push(File {
                name: path.to_string_lossy().into_owned(),
                bytes: bytes.len() as u64,
                sha256: sha256(&bytes),
            });
        }
        let target = folder.join(STAMP);
        serde_json::to_vec_pretty(&stamp)
            .map_err(io::Error::from)
            .and_then(|json| fs::write(&target, json))
            .map_err(Error::io(&target))
    }

    /// The library's files, ascending by name.
    fn files(&self, directory: &RamDirectory) -> Result<Vec<PathBuf>, Error> {
        let metas = self.searcher.index().load_metas().map_err(Error::search("saving"))?;
        let named: BTreeSet<PathBuf> =
            metas.list_segment_files().into_iter().chain([META.into()]).collect();
        let mut files = Vec::with_capacity(named.len());
        for file in named {
            // A segment also names files that exist only while it is written or after deletions.
            if directory.exists(&file).map_err(Error::search("saving"))? {
                files.push(file);
            }
        }
        Ok(files)
    }
}

/// An index is not opened: for a named reason, or because of an error.
enum Obstacle {
    Reason(Reason),
    Error(Error),
}

impl From<Error> for Obstacle {
    fn from(error: Error) -> Self {
        Self::Error(error)
    }
}

fn corrupt(file: &str, problem: impl Into<String>) -> Obstacle {
    Obstacle::Reason(Reason::Corrupt { file: file.into(), problem: problem.into() })
}

fn load(folder: &Path, data_set: &str) -> Result<Index, Obstacle> {
    let stamp = read_stamp(folder)?;
    if stamp.data_set != data_set {
        let (built_from, now) = (stamp.data_set, data_set.into());
        return Err(Obstacle::Reason(Reason::Stale { built_from, now }));
    }
    if stamp.schema != schema::fingerprint() {
        return Err(Obstacle::Reason(Reason::Schema));
    }
    if !stamp.ends.is_sorted() {
        return Err(corrupt(STAMP, format!("the ends {:?} do not ascend", stamp.ends)));
    }
    let directory = RamDirectory::create();
    for file in &stamp.files {
        let bytes = read_checked(folder, file)?;
        copy(&directory, Path::new(&file.name), &bytes).map_err(Error::search("opening"))?;
    }
    let index = Index::load(directory, stamp.ends)?;
    let rows = index.searcher.num_docs();
    if rows != u64::from(stamp.ends[2]) {
        return Err(corrupt(STAMP, format!("{rows} rows where it says {}", stamp.ends[2])));
    }
    Ok(index)
}

fn read_stamp(folder: &Path) -> Result<Stamp, Obstacle> {
    let path = folder.join(STAMP);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(Obstacle::Reason(Reason::Missing { path: folder.into() }));
        }
        Err(error) => return Err(Error::io(&path)(error).into()),
    };
    let json: serde_json::Value =
        serde_json::from_slice(&bytes).map_err(|error| corrupt(STAMP, error.to_string()))?;
    match json.get("format").and_then(serde_json::Value::as_u64) {
        None => Err(corrupt(STAMP, "no format number")),
        Some(found) if found != FORMAT => {
            Err(Obstacle::Reason(Reason::Format { found, readable: FORMAT }))
        }
        Some(_) => serde_json::from_value(json).map_err(|error| corrupt(STAMP, error.to_string())),
    }
}

fn read_checked(folder: &Path, file: &File) -> Result<Vec<u8>, Obstacle> {
    // A name that leads elsewhere cannot come from `save`.
    if Path::new(&file.name).file_name() != Some(file.name.as_ref()) {
        return Err(corrupt(STAMP, format!("{:?} is not a file name", file.name)));
    }
    let path = folder.join(&file.name);
    let bytes = match fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Err(corrupt(&file.name, "it is not there"));
        }
        Err(error) => return Err(Error::io(&path)(error).into()),
    };
    if bytes.len() as u64 != file.bytes {
        let problem = format!("{} bytes where the stamp says {}", bytes.len(), file.bytes);
        return Err(corrupt(&file.name, problem));
    }
    if sha256(&bytes) != file.sha256 {
        return Err(corrupt(&file.name, "its checksum is not the stamp's"));
    }
    Ok(bytes)
}

fn copy(directory: &RamDirectory, path: &Path, bytes: &[u8]) -> tantivy::Result<()> {
    let mut file = directory.open_write(path)?;
    file.write_all(bytes)?;
    file.terminate()?;
    Ok(())
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// Refuses to replace what is not an index.
fn refuse_other_files(folder: &Path) -> Result<(), Error> {
    let mut entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(Error::io(folder)(error)),
    };
    let is_index = folder.join(STAMP).exists() || folder.join(META).exists();
    if entries.next().is_some() && !is_index {
        return Err(Error::NotAnIndex { path: folder.into() });
    }
    Ok(())
}
