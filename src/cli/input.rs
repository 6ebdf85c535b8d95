//! The one file, or standard input, that a command reads whole.

use std::{
    fs,
    io::{self, Read as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};

pub(super) use crate::intake::shown;
use crate::{
    batch::{self, Answer},
    cohort::Plan,
    intake,
};

/// Longest file that is read, bytes.
const MAX_FILE: u64 = 1 << 20;
/// Longest plan that is read, bytes.
const MAX_PLAN: u64 = 1 << 30;

/// The text of a file, or of standard input where `path` is `-`. `not_utf8` and `too_large` are the
/// cures of a file that is not UTF-8 and of one longer than a mebibyte.
pub(super) fn read(path: &Path, not_utf8: &str, too_large: &str) -> Result<String> {
    let bytes = bytes(path, MAX_FILE, too_large)?;
    let shown = shown(path);
    String::from_utf8(bytes).ok().with_context(|| format!("{shown} is not UTF-8; {not_utf8}"))
}

/// The bytes of a file, or of standard input where `path` is `-`, at most `most`; `too_large` is the
/// cure of more.
pub(super) fn bytes(path: &Path, most: u64, too_large: &str) -> Result<Vec<u8>> {
    let shown = shown(path);
    let reader: Box<dyn io::Read> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(fs::File::open(path).with_context(|| format!("cannot open {shown}"))?)
    };
    let mut bytes = Vec::new();
    let read = reader.take(most + 1).read_to_end(&mut bytes);
    read.with_context(|| format!("cannot read {shown}"))?;
    if bytes.len() as u64 > most {
        bail!("{shown} is larger than {most} bytes; {too_large}");
    }
    Ok(bytes)
}

/// The answers of a result that `batch` wrote as NDJSON.
pub(super) fn answers(path: &Path) -> Result<impl Iterator<Item = Result<Answer, intake::Error>>> {
    let shown = shown(path);
    let file = fs::File::open(path).with_context(|| format!("cannot open {shown}"))?;
    Ok(batch::read(io::BufReader::new(file), &shown))
}

/// A plan that `plan` wrote as JSON.
pub(super) fn plan(path: &Path) -> Result<Plan> {
    let shown = shown(path);
    let bytes = bytes(path, MAX_PLAN, "give a plan of fewer people")?;
    serde_json::from_slice(&bytes).with_context(|| {
        format!("{shown} is no plan; give the JSON that `kompetensnav plan` wrote")
    })
}

/// Refuses to write over one of the files that are read; `what` is written.
pub(super) fn spare(read: &[&Path], written: &Path, what: &str) -> Result<()> {
    if read.iter().any(|path| same_file(path, written)) {
        bail!("{} is read; give the {what} another name", shown(written));
    }
    Ok(())
}

/// Refuses to write two things into one file.
pub(super) fn apart<'p>(written: impl IntoIterator<Item = &'p PathBuf>) -> Result<()> {
    let mut named: Vec<&Path> = Vec::new();
    for path in written {
        let place = |path: &Path| std::path::absolute(path).ok();
        if named.iter().any(|other| place(other) == place(path) || same_file(other, path)) {
            bail!("{} is named for two results; give each a name of its own", shown(path));
        }
        named.push(path);
    }
    Ok(())
}

/// Whether both names lead to one file that is there.
pub(super) fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other && one.is_file(),
        _ => false,
    }
}
