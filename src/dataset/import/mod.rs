//! Official files from a folder the user names -> a data set.

mod archive;
mod esco;
mod table;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

use super::{
    DataSet, Error, Manifest, Parts, Report, SourceReport, assemble::assemble, folder::DroppedItem,
};

/// Deepest folder below the source folder that is looked into.
const MAX_DEPTH: usize = 6;

/// A kind of official file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// ESCO csv packages and language files.
    Esco,
}

impl Source {
    /// All sources in the order they are joined: the earlier one's texts win.
    pub const ALL: [Self; 1] = [Self::Esco];

    /// The key used by `--only` and in the manifest.
    pub fn key(self) -> &'static str {
        match self {
            Self::Esco => "esco",
        }
    }

    /// The source of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.key() == key)
    }

    fn recognises(self, path: &Path) -> bool {
        match self {
            Self::Esco => esco::recognises(path),
        }
    }

    fn report(self) -> Report {
        match self {
            Self::Esco => esco::report(),
        }
    }

    fn read(
        self,
        root: &Path,
        files: &[PathBuf],
        report: &mut Report,
        parts: &mut Parts,
    ) -> Result<(), Error> {
        match self {
            Self::Esco => esco::read(root, files, report, parts),
        }
    }
}

/// Reads the files in `folder` and joins them. `only` chooses sources; empty means all that are
/// found, and the embedded starter set's synonyms, licences and typical courses.
///
/// # Errors
/// [`Error`] where a chosen source has no file, nothing is recognised, or a file is damaged.
pub fn import(folder: &Path, only: &[Source]) -> Result<Imported, Error> {
    let files = walk(folder)?;
    let mut chosen: Vec<(Source, Vec<PathBuf>)> = Vec::new();
    for source in Source::ALL {
        if !only.is_empty() && !only.contains(&source) {
            continue;
        }
        let own: Vec<PathBuf> =
            files.iter().filter(|path| source.recognises(path)).cloned().collect();
        if own.is_empty() && !only.is_empty() {
            return Err(Error::format(
                folder.display().to_string(),
                format!("no file of the source {:?} in it", source.key()),
                "name the folder that holds the official files, or choose other sources",
            ));
        }
        if !own.is_empty() {
            chosen.push((source, own));
        }
    }
    if chosen.is_empty() {
        return Err(Error::format(
            folder.display().to_string(),
            "no official file is recognised in it",
            "README lists the files of each source and where they come from",
        ));
    }
    let read: Result<Vec<(Report, Parts)>, Error> = chosen
        .par_iter()
        .map(|(source, files)| {
            let (mut report, mut parts) = (source.report(), Parts::default());
            source.read(folder, files, &mut report, &mut parts)?;
            Ok((report, parts))
        })
        .collect();
    Ok(join(read?))
}

/// A data set and everything that was left out of it.
#[derive(Debug)]
pub struct Imported {
    /// The data set.
    pub dataset: DataSet,
    /// (source key, reason, item) of every drop.
    pub dropped: Vec<(String, String, String)>,
}

impl Imported {
    /// Writes the data set folder, see [`DataSet::save`].
    ///
    /// # Errors
    /// As [`DataSet::save`].
    pub fn save(&mut self, folder: &Path) -> Result<(), Error> {
        let dropped: Vec<DroppedItem<'_>> = self
            .dropped
            .iter()
            .map(|(source, reason, item)| DroppedItem { source, reason, item })
            .collect();
        self.dataset.save(folder, &dropped)
    }
}

fn join(read: Vec<(Report, Parts)>) -> Imported {
    let mut whole = Parts::default();
    let mut reports = Vec::new();
    for (report, parts) in read {
        whole.extend(parts);
        reports.push(report);
    }
    let mut joins = Report::new("joins", "Joins between the sources", "");
    let mut dataset = assemble(whole, &mut joins);
    reports.push(joins);
    let mut dropped = Vec::new();
    let mut sources: Vec<SourceReport> = Vec::new();
    for report in reports {
        let (source, items) = report.finish();
        dropped.extend(items.into_iter().map(|(why, item)| (source.key.clone(), why, item)));
        sources.push(source);
    }
    dataset.manifest = Manifest { sources, ..Manifest::default() };
    Imported { dataset, dropped }
}

/// All files below a folder, sorted by path; links are not followed.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|source| Error::io(&folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| Error::io(&folder, source))?;
            let kind = entry.file_type().map_err(|source| Error::io(entry.path(), source))?;
            if kind.is_dir() && depth < MAX_DEPTH {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}
