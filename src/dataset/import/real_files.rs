//! Where tests find the official files.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

/// The folder of official files and the files in its subfolder `source`, by name; `None`, with a
/// line that says so, where `KOMPETENSNAV_DATA` is not set.
pub(super) fn of(source: &str) -> Option<(PathBuf, Vec<PathBuf>)> {
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
