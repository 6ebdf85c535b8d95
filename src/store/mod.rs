//! What a hub keeps: batches and their results, plans and approvals, decisions and what advisers did with
//! them. One SQLite file, or memory; the only place that names `rusqlite`.
//!
//! * `batches` and `plans` hold what is accepted, `work` what is still to be done, in order.
//! * `decisions` keeps single questions by the address of their content.
//! * `people` tells and forgets all that is kept of one reference, `retention` what is too old.
//!
//! # What holds
//!
//! * What a function has accepted is on the disk when it returns: write-ahead log, `synchronous = FULL`.
//!   Each change is one transaction, so that a process or a machine may stop at any moment.
//! * An upload is never kept, only its rows as [`crate::intake`] read them: what it refused or does not
//!   read (names, numbers of people) does not reach the file.
//! * Deleted bytes are overwritten (`secure_delete`) and leave the log with the next checkpoint, which
//!   every deletion makes. Copies that SQLite leaves between cells go with [`Store::compact`], which the
//!   erasure of a person ends with. What the file system or a backup kept is beyond it.
//! * One process has a file: another is refused while the first lives.
//!
//! Calls block and take turns; each is short. Values of other modules are kept as their JSON.

mod batches;
mod decisions;
mod people;
mod plans;
mod retention;
#[cfg(test)]
mod tests;
mod work;

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use rusqlite::{Connection, ErrorCode, Transaction, TransactionBehavior};

pub use batches::{Batch, BatchSummary, KeptRecord, KeptRow, NewBatch, RowView, State};
pub use decisions::{Kept, NewOverride, Override};
pub use people::{Erased, Known};
pub use plans::{Change, KeptPlan, NewPlan, PlanDecision};
pub use retention::Swept;
pub use work::{Accepted, Idempotency, Work};

/// Changes of the schema, the first one first; a file says how many it has.
const MIGRATIONS: [&str; 1] = [include_str!("migrations/1.sql")];
/// What the head of the file says it is of: `knav`.
const APPLICATION: i32 = 0x6b6e_6176;
/// How long a process that is about to end may keep the file.
const PATIENCE: Duration = Duration::from_secs(3);
/// Seconds of a day.
const DAY: i64 = 86_400;

/// What is kept, and for how long.
#[derive(Debug)]
pub struct Store {
    connection: Mutex<Connection>,
    terms: Terms,
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
    #[error("what is kept is not of this version ({0})")]
    Unlike(#[from] serde_json::Error),
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

type Result<T, E = Error> = std::result::Result<T, E>;

impl Store {
    /// Opens or makes the file, brings it to this version and takes it for this process.
    ///
    /// # Errors
    /// [`Error::Unusable`] where it cannot be written, is not of this program, is of a later version, or
    /// another process has it.
    pub fn open(path: &Path, terms: Terms) -> Result<Self> {
        let shown = path.display().to_string();
        let unusable =
            |problem: String, cure| Error::Unusable { file: shown.clone(), problem, cure };
        create(path).map_err(|error| {
            unusable(
                format!("cannot be made or opened ({error})"),
                "name a file in a folder that can be written",
            )
        })?;
        let connection = Connection::open(path)?;
        connection.busy_timeout(PATIENCE)?;
        Self::prepare(connection, terms).map_err(|error| match error {
            Error::Failed(error) => match error.sqlite_error_code() {
                Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => unusable(
                    "another process has it".to_owned(),
                    "stop that one, or name another file",
                ),
                Some(ErrorCode::NotADatabase) => unusable(
                    "is no store".to_owned(),
                    "name a new file, or the store of this program",
                ),
                Some(ErrorCode::ReadOnly) => unusable(
                    "cannot be written".to_owned(),
                    "check the permission to write it and its folder",
                ),
                _ => Error::Failed(error),
            },
            Error::Unusable { problem, cure, .. } => unusable(problem, cure),
            error => error,
        })
    }

    /// A store that is gone when the process ends.
    ///
    /// # Errors
    /// None in practice.
    pub fn in_memory(terms: Terms) -> Result<Self> {
        Self::prepare(Connection::open_in_memory()?, terms)
    }

    fn prepare(mut connection: Connection, terms: Terms) -> Result<Self> {
        // A process of its own has the file: nobody reads a state that is half erased.
        connection.pragma_update(None, "locking_mode", "EXCLUSIVE")?;
        let application: i32 =
            connection.pragma_query_value(None, "application_id", |row| row.get(0))?;
        let tables: i64 =
            connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
        let strange = |problem: &str, cure| {
            Err(Error::Unusable { file: String::new(), problem: problem.to_owned(), cure })
        };
        if tables > 0 && application != APPLICATION {
            return strange("is the database of another program", "name a new file");
        }
        let version: usize =
            connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if version > MIGRATIONS.len() {
            return strange(
                "was written by a later version of the program",
                "start that version, or name a new file",
            );
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        connection.pragma_update(None, "foreign_keys", true)?;
        connection.pragma_update(None, "secure_delete", true)?;
        // What is compacted passes through memory, never through another file.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "trusted_schema", false)?;
        for (number, migration) in (1..).zip(MIGRATIONS).skip(version) {
            let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            change.execute_batch(migration)?;
            change.pragma_update(None, "application_id", APPLICATION)?;
            change.pragma_update(None, "user_version", number)?;
            change.commit()?;
        }
        Ok(Self { connection: Mutex::new(connection), terms })
    }

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

    /// The same for what removes something: it leaves the log too.
    fn remove<T>(&self, change: impl FnOnce(&Transaction<'_>) -> Result<T>) -> Result<T> {
        let removed = self.change(change)?;
        checkpoint(&self.connection())?;
        Ok(removed)
    }

    /// Writes the file anew from what is kept, so that nothing else is left in it; through as much memory
    /// as the file is large, 1 to 2 s for 100 MB, while everybody waits.
    ///
    /// # Errors
    /// Where the disk has no room for it.
    pub fn compact(&self) -> Result<()> {
        let connection = self.connection();
        connection.execute_batch("VACUUM")?;
        checkpoint(&connection)
    }
}

/// Brings the log into the file and empties it.
fn checkpoint(connection: &Connection) -> Result<()> {
    Ok(connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_row| Ok(()))?)
}

/// Makes the file for its owner alone, and its name lasting.
fn create(path: &Path) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let new = !path.exists();
    options.open(path)?;
    if new {
        let path = fs::canonicalize(path)?;
        let folder = path.parent().map_or_else(|| PathBuf::from("."), Path::to_owned);
        #[cfg(unix)]
        File::open(folder)?.sync_all()?;
        #[cfg(not(unix))]
        let _no_folders_are_synced = folder;
    }
    Ok(())
}

/// Seconds since 1970.
fn now() -> i64 {
    Timestamp::now().as_second()
}

/// Seconds of the store as a time.
fn time(seconds: i64) -> Timestamp {
    Timestamp::from_second(seconds).unwrap_or_default()
}
