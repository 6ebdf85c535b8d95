//! What can go wrong with files.

use std::{io, path::PathBuf};

/// An error of reading, checking or writing data files. Every message names the file, the place in
/// it, what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The operating system refused.
    #[error("{path}: {source}", path = path.display())]
    Io {
        /// File or folder.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The file is there but is not what it should be.
    #[error("{file}: {problem}; {cure}")]
    Format {
        /// File, with line or entry where known.
        file: String,
        /// What is wrong, with the offending value.
        problem: String,
        /// What to do.
        cure: String,
    },
}

impl Error {
    /// An [`Error::Io`] for a path.
    pub fn io(path: impl Into<PathBuf>, source: io::Error) -> Self {
        Self::Io { path: path.into(), source }
    }

    /// An [`Error::Format`].
    pub fn format(
        file: impl Into<String>,
        problem: impl Into<String>,
        cure: impl Into<String>,
    ) -> Self {
        Self::Format { file: file.into(), problem: problem.into(), cure: cure.into() }
    }
}
