//! What can go wrong, and what is no error but a reason to build again.

use std::{
    io,
    path::{Path, PathBuf},
};

use tantivy::TantivyError;

/// An error of building, opening or searching an index.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("index {path}: {source}; check that the path is right and may be used", path = path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// Building would replace something that is not an index.
    #[error(
        "{path} holds other files than an index and is left alone; name an empty or a new folder",
        path = path.display()
    )]
    NotAnIndex {
        /// The folder.
        path: PathBuf,
    },
    /// The search library failed.
    #[error("the search index failed while {doing}: {source}; build it anew from the data set")]
    Search {
        /// What was being done.
        doing: &'static str,
        /// The library's reason.
        source: TantivyError,
    },
}

impl Error {
    /// An [`Error::Io`] for a path.
    pub(super) fn io(path: &Path) -> impl FnOnce(io::Error) -> Self {
        |source| Self::Io { path: path.into(), source }
    }

    /// An [`Error::Search`] for a step.
    pub(super) fn search<E: Into<TantivyError>>(doing: &'static str) -> impl Fn(E) -> Self {
        move |source| Self::Search { doing, source: source.into() }
    }
}

/// Why an index must be built before it can be used. Nothing else is a reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// No stamp: never built, or building never finished.
    #[error("there is no index in {path}", path = path.display())]
    Missing {
        /// The folder.
        path: PathBuf,
    },
    /// Built from other data.
    #[error("the index was built from data set {built_from}, now it is {now}")]
    Stale {
        /// Fingerprint of the data set the index was built from.
        built_from: String,
        /// Fingerprint of the data set at hand.
        now: String,
    },
    /// Written in another layout.
    #[error("the index folder has format {found}, this program reads {readable}")]
    Format {
        /// Version in the stamp.
        found: u64,
        /// Version this program reads and writes.
        readable: u64,
    },
    /// Other fields, another way to cut text into terms, or another version of the search library.
    #[error("the index has other fields or another text analysis than this program")]
    Schema,
    /// A file is absent, cut short or changed.
    #[error("the index is damaged: {file}: {problem}")]
    Corrupt {
        /// Name of the file in the folder.
        file: String,
        /// What is wrong with it.
        problem: String,
    },
}
