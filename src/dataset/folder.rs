//! The data set folder: one NDJSON file a kind of row, `dropped.ndjson` and `manifest.json`.
//!
//! It is written as a [`NewFolder`], so that nobody ever opens half a data set.

use std::{
    ffi::OsStr,
    fs::{self, File},
    io::{BufWriter, Write},
    path::{Path, PathBuf},
};

use rayon::prelude::*;
use serde::{Serialize, de::DeserializeOwned};
use sha2::{Digest, Sha256};

use super::{
    DataSet, Error, Manifest,
    manifest::hex,
    new_folder::{NewFolder, is_passing, left_aside},
};
use crate::domain::{Market, Taxonomy};

/// Version of the folder's layout. Raise it with every change that an older program cannot read.
const FORMAT: u32 = 3;

const MANIFEST: &str = "manifest.json";
const DROPPED: &str = "dropped.ndjson";

/// The data files, in the order of the fingerprint.
const FILES: [&str; 10] = [
    "occupations.ndjson",
    "skills.ndjson",
    "skill_groups.ndjson",
    "isco_groups.ndjson",
    "licences.ndjson",
    "job_titles.ndjson",
    "courses.ndjson",
    "groups.ndjson",
    "rules.ndjson",
    "signals.ndjson",
];

/// What else a data set folder holds: the list of drops, the manifest, and what `also` of
/// [`DataSet::save`] adds, index and models.
const BESIDE: [&str; 4] = [DROPPED, MANIFEST, "index", "models"];

/// One dropped item of a source.
#[derive(Debug, Serialize)]
pub struct DroppedItem<'a> {
    /// Key of the source.
    pub source: &'a str,
    /// Why it was left out.
    pub reason: &'a str,
    /// What was left out.
    pub item: &'a str,
}

impl DataSet {
    /// Reads a data set folder and checks it against its manifest. About 0.1 s for all of ESCO.
    ///
    /// # Errors
    /// [`Error`] where the folder is missing, is of another format, or was changed after import.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let manifest = Manifest::load(folder)?;
        let contents: Result<Vec<Vec<u8>>, Error> = FILES
            .par_iter()
            .map(|name| {
                let path = folder.join(name);
                fs::read(&path).map_err(|source| Error::io(path, source))
            })
            .collect();
        let contents = contents?;
        let found = fingerprint(&contents);
        if found != manifest.fingerprint {
            return Err(Error::format(
                folder.display().to_string(),
                format!(
                    "the files' fingerprint is {found}, the manifest says {}",
                    manifest.fingerprint
                ),
                "the data set was changed or copied incompletely: run import again",
            ));
        }
        let at = |ix: usize| (folder.join(FILES[ix]), contents[ix].as_slice());
        let taxonomy = Taxonomy {
            occupations: rows(at(0))?,
            skills: rows(at(1))?,
            skill_groups: rows(at(2))?,
            isco_groups: rows(at(3))?,
            licences: rows(at(4))?,
            job_titles: rows(at(5))?,
        };
        let (courses, market) = (rows(at(6))?, Market { groups: rows(at(7))? });
        let (rules, signals) = (rows(at(8))?, rows(at(9))?);
        Ok(Self { manifest, taxonomy, courses, market, rules, signals })
    }

    /// Writes the data set into `folder`, replacing a data set that is there. Sets the manifest's
    /// counts and fingerprint. `also` adds what belongs to the data set (index, model) to the folder
    /// before it takes its place.
    ///
    /// # Errors
    /// [`Error`] where the folder holds something else than a data set, or the disk refuses, and
    /// the errors of `also`. The folder is then as it was before.
    pub fn save<E: From<Error>>(
        &mut self,
        folder: &Path,
        dropped: &[DroppedItem<'_>],
        also: impl FnOnce(&Self, &Path) -> Result<(), E>,
    ) -> Result<(), E> {
        refuse_foreign(folder)?;
        let contents = self.seal()?;
        let io = |source| Error::io(folder, source);
        let new = NewFolder::beside(folder).map_err(io)?;
        let path = new.path();
        for (name, bytes) in FILES.iter().zip(&contents) {
            write(&path.join(name), bytes)?;
        }
        write(&path.join(DROPPED), &lines(dropped)?)?;
        let mut manifest = serde_json::to_vec_pretty(&self.manifest).map_err(unwritable)?;
        manifest.push(b'\n');
        write(&path.join(MANIFEST), &manifest)?;
        also(self, &path)?;
        Ok(new.take_place().map_err(io)?)
    }

    /// Fills the manifest's format, counts and fingerprint and returns the files' contents.
    pub(super) fn seal(&mut self) -> Result<Vec<Vec<u8>>, Error> {
        let Taxonomy { occupations, skills, skill_groups, isco_groups, licences, job_titles } =
            &self.taxonomy;
        let contents = vec![
            lines(occupations)?,
            lines(skills)?,
            lines(skill_groups)?,
            lines(isco_groups)?,
            lines(licences)?,
            lines(job_titles)?,
            lines(&self.courses)?,
            lines(&self.market.groups)?,
            lines(&self.rules)?,
            lines(&self.signals)?,
        ];
        let essential: usize = occupations.iter().map(|o| o.essential.len()).sum();
        let optional: usize = occupations.iter().map(|o| o.optional.len()).sum();
        let counts = [
            ("occupations", occupations.len()),
            ("skills", skills.len()),
            ("relations_essential", essential),
            ("relations_optional", optional),
            ("licences", licences.len()),
            ("job_titles", job_titles.len()),
            ("courses", self.courses.len()),
            ("ssyk_groups", self.market.groups.len()),
            ("occupations_without_ssyk", occupations.iter().filter(|o| o.ssyk.is_empty()).count()),
        ];
        self.manifest.counts =
            counts.map(|(kind, rows)| (kind.to_owned(), rows as u64)).into_iter().collect();
        self.manifest.format = FORMAT;
        self.manifest.fingerprint = fingerprint(&contents);
        Ok(contents)
    }
}

impl Manifest {
    /// Reads the manifest of a data set folder.
    ///
    /// # Errors
    /// [`Error`] where there is none or its format is another.
    pub fn load(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(MANIFEST);
        let bytes = match fs::read(&path) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                if let Some(former) = left_aside(folder) {
                    let (former, folder) = (former.display(), folder.display());
                    return Err(Error::format(
                        folder.to_string(),
                        "an import was broken off while its data set took this place",
                        format!("import again, or rename the former one: {former} to {folder}"),
                    ));
                }
                return Err(Error::format(
                    folder.display().to_string(),
                    "this is not a data set folder, it has no manifest.json",
                    "make one with: kompetensnav import SOURCE_DIR --out DATASET",
                ));
            }
            other => other.map_err(|source| Error::io(&path, source))?,
        };
        let manifest: Self = serde_json::from_slice(&bytes).map_err(|error| {
            let cure = "the data set is damaged: run import again";
            Error::format(path.display().to_string(), error.to_string(), cure)
        })?;
        if manifest.format != FORMAT {
            return Err(Error::format(
                path.display().to_string(),
                format!("format {} instead of {FORMAT}", manifest.format),
                "the data set was made by another version of the program: run import again",
            ));
        }
        Ok(manifest)
    }
}

/// SHA-256 over each file's name, length and content.
fn fingerprint(contents: &[Vec<u8>]) -> String {
    let digests: Vec<[u8; 32]> =
        contents.par_iter().map(|bytes| Sha256::digest(bytes).into()).collect();
    let mut whole = Sha256::new();
    for ((name, digest), bytes) in FILES.iter().zip(digests).zip(contents) {
        whole.update(format!("{name} {} ", bytes.len()));
        whole.update(digest);
    }
    hex(&whole.finalize())
}

fn lines<T: Serialize>(rows: &[T]) -> Result<Vec<u8>, Error> {
    let mut bytes = Vec::new();
    for row in rows {
        serde_json::to_writer(&mut bytes, row).map_err(unwritable)?;
        bytes.push(b'\n');
    }
    Ok(bytes)
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::io("data set", error.into())
}

fn rows<T: DeserializeOwned + Send>((path, bytes): (PathBuf, &[u8])) -> Result<Vec<T>, Error> {
    let lines: Vec<&[u8]> =
        bytes.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    lines
        .par_iter()
        .enumerate()
        .map(|(at, line)| {
            serde_json::from_slice(line).map_err(|error| {
                let place = format!("{}, line {}", path.display(), at + 1);
                let cure = "the data set was written by another version: run import again";
                Error::format(place, error.to_string(), cure)
            })
        })
        .collect()
}

fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let io = |source| Error::io(path, source);
    let mut file = BufWriter::new(File::create(path).map_err(io)?);
    file.write_all(bytes).map_err(io)?;
    let file = file.into_inner().map_err(|error| Error::io(path, error.into_error()))?;
    file.sync_all().map_err(io)
}

/// Only an absent folder, an empty one and a data set may be replaced: one with a manifest of ours,
/// of any format, and no entry that is not ours.
fn refuse_foreign(folder: &Path) -> Result<(), Error> {
    let io = |source| Error::io(folder, source);
    let entries = match fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        other => other.map_err(io)?,
    };
    let names: Result<Vec<_>, _> =
        entries.map(|entry| entry.map(|entry| entry.file_name())).collect();
    let mut names = names.map_err(io)?;
    names.sort();
    let refuse = |problem: String| {
        let cure = "name a new or empty folder, or remove what is not the data set's";
        Err(Error::format(folder.display().to_string(), problem, cure))
    };
    let ours =
        |name: &OsStr| FILES.iter().chain(&BESIDE).any(|known| name == *known) || is_passing(name);
    if let Some(other) = names.iter().find(|name| !ours(name)) {
        let other = other.display();
        return refuse(format!("it holds {other}, which is not a data set's, and is not replaced"));
    }
    if names.is_empty() || is_ours(&folder.join(MANIFEST)) {
        return Ok(());
    }
    refuse(format!("it is not a data set, {MANIFEST} is missing or not an import's"))
}

/// Whether a file is the manifest of an import, by whichever version of the program.
fn is_ours(manifest: &Path) -> bool {
    let read = fs::read(manifest).ok();
    let read = read.and_then(|bytes| serde_json::from_slice::<Manifest>(&bytes).ok());
    read.is_some_and(|manifest| !manifest.fingerprint.is_empty())
}
