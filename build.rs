//! Names the program by what it was built from. Two builds whose answers may differ must not pass for one another: an
//! answer kept by a client, a checkpoint of a batch and a decision hold only for the program that made them.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};

/// What is built: the sources, and the libraries they stand on.
const BUILT_FROM: [&str; 2] = ["Cargo.lock", "src"];

fn main() -> io::Result<()> {
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let mut files = Vec::new();
    for name in BUILT_FROM {
        println!("cargo::rerun-if-changed={name}");
        find(&root.join(name), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        // The folder of a checkout is no part of what the program does.
        file.strip_prefix(&root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    println!("cargo::rustc-env=KOMPETENSNAV_BUILD={:016x}", hasher.finish());
    Ok(())
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        find(&entry?.path(), files)?;
    }
    Ok(())
}
