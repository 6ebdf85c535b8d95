//! What a hub keeps: batches and their results, plans and approvals, decisions and what advisers did with
//! them. One SQLite file, or memory; the only place that names `rusqlite`.
//!
//! * Lists are `arriving` until they are accepted as `batches` with their `rows`, whose records are
//!   `answers`; `plans` are of batches, `work` is what is still to be done, in order.
//! * `decisions` keeps single questions by the address of their content, `signals` what councils say.
//! * `people` tells and forgets all that is kept of one reference, `retention` what is too old; `file` opens
//!   the file and writes it anew, `examine` only looks at it.
//!
//! # What holds
//!
//! * What a function has accepted is on the disk when it returns: write-ahead log, `synchronous = FULL`.
//!   Each change is one transaction, so that a process or a machine may stop at any moment.
//! * An upload is never kept, only its rows as [`crate::intake`] read them: what it refused or does not
//!   read (names, numbers of people) does not reach the file.
//! * Deleted bytes are overwritten (`secure_delete`) and leave the log with the next checkpoint, which
//!   every deletion makes. Copies that SQLite leaves between cells go with [`Store::compact`]: a deletion
//!   notes in its own transaction that it is due, so that a stop in between forgets nothing. What the file
//!   system or a backup kept is beyond it.
//! * One process has a file: another is refused while the first lives.
//!
//! Calls block and take turns; each is short. Values of other modules are kept as their JSON.

mod answers;
mod arriving;
mod batches;
mod decisions;
mod examine;
mod file;
mod people;
mod plans;
mod retention;
mod rows;
mod sealed;
mod signals;
#[cfg(test)]
mod tests;
mod work;

use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};
use sha2::{Digest as _, Sha256};

pub use answers::{BatchSummary, KeptRecord};
pub use arriving::{Arriving, KeptRow};
pub use batches::{Batch, State};
pub use decisions::{Kept, NewOverride, Override};
pub use examine::Examined;
pub use people::{Erased, Known};
pub use plans::{Change, KeptPlan, NewPlan, PlanDecision};
pub use retention::Swept;
pub use rows::{RowStatus, RowView};
pub use signals::{KeptSignal, KeptSignals, Said, Says, UnreadSignal};
pub use work::{Accepted, Idempotency, Work};

/// Seconds of a day.
const DAY: i64 = 86_400;

/// What is kept, and for how long.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    terms: Terms,
    /// What its digests begin with.
    salt: Vec<u8>,
}

/// How much and how long is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Days after which a batch, a decision or a note is removed.
    pub days: u16,
    /// Batches and plans that may wait.
    pub waiting: usize,
}

impl Default for Terms {
    fn default() -> Self {
        Self { days: 90, waiting: 256 }
    }
}

/// Why something is not kept or found.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file cannot be used at all.
    #[error("{file}: {problem}; {cure}")]
    Unusable {
        /// The file.
        file: String,
        /// What is wrong.
        problem: String,
        /// What to do.
        cure: &'static str,
    },
    /// The key of an earlier request with other content.
    #[error("the idempotency key belongs to another request; send a new key")]
    KeyReused,
    /// As much is waiting as may.
    #[error("{0} batches and plans are waiting already; try again when some are done")]
    Full(usize),
    /// Nothing of this name is kept.
    #[error("nothing of this name is kept")]
    Absent,
    /// The state does not allow it.
    #[error("it is {}, so that this cannot be done now", .0.key())]
    Not(State),
    /// The disk is full.
    #[error("the disk of the store is full; make room and try again")]
    DiskFull,
    /// What is kept cannot be read by this version.
    #[error("what is kept is not of this version")]
    Unlike,
    /// SQLite failed. Its message names tables and codes, never what is kept.
    #[error("the store failed ({0})")]
    Failed(rusqlite::Error),
}

impl From<rusqlite::Error> for Error {
    fn from(error: rusqlite::Error) -> Self {
        match error {
            rusqlite::Error::QueryReturnedNoRows => Self::Absent,
            error if error.sqlite_error_code() == Some(ErrorCode::DiskFull) => Self::DiskFull,
            error => Self::Failed(error),
        }
    }
}

impl From<serde_json::Error> for Error {
    fn from(_quotes_what_is_kept: serde_json::Error) -> Self {
        Self::Unlike
    }
}

impl Error {
    /// Whether another process has the file.
    pub fn is_in_use(&self) -> bool {
        let Self::Failed(error) = self else { return false };
        let codes = [ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked];
        error.sqlite_error_code().is_some_and(|code| codes.contains(&code))
    }

    /// Whether the same may succeed later, with nothing changed but the machine.
    pub fn passes(&self) -> bool {
        let code = match self {
            Self::DiskFull | Self::Full(_) => return true,
            Self::Failed(error) => error.sqlite_error_code(),
            _ => None,
        };
        let passing = [
            ErrorCode::DatabaseBusy,
            ErrorCode::DatabaseLocked,
            ErrorCode::OutOfMemory,
            ErrorCode::CannotOpen,
            ErrorCode::SystemIoFailure,
        ];
        code.is_some_and(|code| passing.contains(&code))
    }
}

type Result<T, E = Error> = std::result::Result<T, E>;

impl Store {
    /// The terms it was opened with.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    fn connection(&self) -> MutexGuard<'_, Connection> {
        // A transaction that a panic left behind was rolled back when it was dropped.
        self.connection.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does all of `change` or nothing; on the disk when it returns.
    fn change<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let mut connection = self.connection();
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        let done = change(&transaction)?;
        transaction.commit()?;
        Ok(done)
    }

    /// The same for what removes something: it leaves the log too, and the file is to be written anew.
    fn remove<T>(&self, remove: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let removed = self.change(|change| {
            let removed = remove(change)?;
            due(change)?;
            Ok(removed)
        })?;
        // It is removed by now; what stays in the log goes when the file is written anew.
        let _later = file::checkpoint(&self.connection());
        Ok(removed)
    }

    /// SHA-256 of parts, as nobody without the store can make it.
    pub fn digest(&self, parts: &[&[u8]]) -> [u8; 32] {
        let mut digest = Sha256::new_with_prefix(&self.salt);
        for part in parts {
            digest.update((part.len() as u64).to_le_bytes());
            digest.update(part);
        }
        digest.finalize().into()
    }
}

/// Notes that the file is to be written anew.
fn due(change: &Transaction<'_>) -> Result<()> {
    change.execute("INSERT OR IGNORE INTO upkeep (what) VALUES ('compact')", [])?;
    Ok(())
}

/// A number of rows or a place among them as SQLite has it; there are no more than its greatest.
fn place(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

/// Seconds since 1970.
fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Seconds of the store as a time.
fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}
