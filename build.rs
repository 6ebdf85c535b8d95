//! Names the program by what it was built from. Two builds whose answers may differ must not pass for one another: an
//! answer kept by a client, a checkpoint of a batch and a decision hold only for the program that made them.

use std::{
    env, fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    io,
    path::{Path, PathBuf},
};

/// What is built: the sources and what they include, and the libraries they stand on.
const BUILT_FROM: [&str; 4] = ["Cargo.lock", "data", "models", "src"];

fn main() -> io::Result<()> {
    for name in BUILT_FROM {
        println!("cargo::rerun-if-changed={name}");
    }
    let root = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default());
    let version = env::var("CARGO_PKG_VERSION").unwrap_or_default();
    println!("cargo::rustc-env=KOMPETENSNAV_VERSION={version}+{:016x}", fingerprint(&root)?);
    Ok(())
}

/// A fingerprint of what is built, wherever the checkout is.
pub(crate) fn fingerprint(root: &Path) -> io::Result<u64> {
    let mut files = Vec::new();
    for name in BUILT_FROM {
        find(&root.join(name), &mut files)?;
    }
    files.sort();
    let mut hasher = DefaultHasher::new();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        fs::read(&file)?.hash(&mut hasher);
    }
    Ok(hasher.finish())
}

fn find(path: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    if path.is_file() {
        files.push(path.to_owned());
        return Ok(());
    }
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        // Tests are no part of the program, nor is what an editor leaves.
        let apart =
            name.starts_with('.') || name.ends_with('~') || name == "tests" || name == "tests.rs";
        if !apart {
            find(&entry.path(), files)?;
        }
    }
    Ok(())
}
