//! What the tests of every source need.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use crate::dataset::{Error, Parts, Report};

type Read = fn(&Path, &[PathBuf], &mut Report, &mut Parts) -> Result<(), Error>;

/// Runs a source on one file of this name and content.
pub(super) fn read_bytes(
    read: Read,
    mut report: Report,
    name: &str,
    bytes: &[u8],
) -> Result<(Parts, Report), Error> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(name);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(&path, bytes).unwrap();
    let mut parts = Parts::default();
    read(folder.path(), &[path], &mut report, &mut parts)?;
    Ok((parts, report))
}

/// Reasons for drops with their counts.
pub(super) fn dropped(report: Report) -> Vec<(String, u64)> {
    report.finish().0.dropped.into_iter().map(|drop| (drop.reason, drop.count)).collect()
}

/// The folder of official files and the files in its subfolder `source`, by name; `None`, with a
/// line that says so, where `KOMPETENSNAV_DATA` is not set.
pub(super) fn real_files(source: &str) -> Option<(PathBuf, Vec<PathBuf>)> {
    let Some(root) = env::var_os("KOMPETENSNAV_DATA").map(PathBuf::from) else {
        println!("skipped: KOMPETENSNAV_DATA is not set");
        return None;
    };
    let files = listing(&root.join(source));
    Some((root, files))
}

fn listing(folder: &Path) -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    files
}
