//! The file: opened, brought to this version, written anew.

use std::{
    fs::{self, File, OpenOptions},
    io,
    path::{Path, PathBuf},
    sync::Mutex,
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, TransactionBehavior};

use super::{Error, Result, Store, Terms, due, work::count_attempts};

/// Changes of the schema, the first one first; a file says how many it has.
pub(super) const MIGRATIONS: [&str; 3] = [
    include_str!("migrations/1.sql"),
    include_str!("migrations/2.sql"),
    include_str!("migrations/3.sql"),
];
/// What the head of the file says it is of: `knav`.
pub(super) const APPLICATION: i32 = 0x6b6e_6176;
/// Bytes up to which a file is written anew through memory.
const IN_MEMORY: u64 = 256 << 20;
/// What is said of a file that is not as it was written.
pub(super) const DAMAGED: &str = "is damaged";
pub(super) const BRING_BACK: &str = "bring back the last copy of it";
/// How long a process that is about to end may keep the file.
const PATIENCE: Duration = Duration::from_secs(3);

impl Store {
    /// Opens or makes the file, brings it to this version and takes it for this process. Reads it once, about
    /// 1 s for 500 MB.
    ///
    /// # Errors
    /// [`Error::Unusable`] where it cannot be written, is not of this program, is of a later version,
    /// damaged, or another process has it.
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
                Some(ErrorCode::DatabaseCorrupt) => unusable(DAMAGED.to_owned(), BRING_BACK),
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
        if tables > 0 {
            // Half a file would be served as far as it goes.
            let whole: String =
                connection.pragma_query_value(None, "quick_check", |row| row.get(0))?;
            if whole != "ok" {
                return strange(DAMAGED, BRING_BACK);
            }
        }
        if version > MIGRATIONS.len() {
            return strange(
                "was written by a later version of the program",
                "start that version, or name a new file",
            );
        }
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", "FULL")?;
        // While tables are made anew, what refers to them must not be removed with them.
        connection.pragma_update(None, "foreign_keys", false)?;
        connection.pragma_update(None, "secure_delete", true)?;
        connection.pragma_update(None, "trusted_schema", false)?;
        for (number, migration) in (1..).zip(MIGRATIONS).skip(version) {
            let change = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            change.execute_batch(migration)?;
            let lost = change.prepare("PRAGMA foreign_key_check")?.exists([])?;
            if lost {
                return strange("cannot be brought to this version", "start the version before");
            }
            change.pragma_update(None, "application_id", APPLICATION)?;
            change.pragma_update(None, "user_version", number)?;
            change.commit()?;
        }
        connection.pragma_update(None, "foreign_keys", true)?;
        let salt = connection.query_row("SELECT salt FROM secret", [], |row| row.get(0))?;
        let store = Self { connection: Mutex::new(connection), terms, salt };
        store.go_on()?;
        Ok(store)
    }

    /// After a stop: lists that never arrived are removed, what was underway waits again.
    fn go_on(&self) -> Result<()> {
        self.change(|change| {
            if change.execute("DELETE FROM batches WHERE state = 'arriving'", [])? > 0 {
                due(change)?;
            }
            count_attempts(change)
        })
    }

    /// Brings all that is kept into the file itself, so that a copy of it is whole; for the end of a
    /// service.
    ///
    /// # Errors
    /// Where the store fails; what is kept then still stands in `-wal` beside the file.
    pub fn settle(&self) -> Result<()> {
        checkpoint(&self.connection())
    }

    /// Whether the file is to be written anew, for something was removed.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn compact_due(&self) -> Result<bool> {
        compact_due(&self.connection())
    }

    /// Writes the file anew where that is due, from what is kept, so that nothing else is left in it; 1 to
    /// 2 s for 100 MB, while everybody waits. It passes through memory, and above [`IN_MEMORY`] through a
    /// nameless file of the system's folder for such, which holds what is kept and ends with this.
    /// Whether it was due.
    ///
    /// # Errors
    /// Where the disk has no room for it; then it stays due.
    pub fn compact(&self) -> Result<bool> {
        let connection = self.connection();
        if !compact_due(&connection)? {
            return Ok(false);
        }
        let large = bytes(&connection)? > IN_MEMORY;
        connection.pragma_update(None, "temp_store", if large { "FILE" } else { "MEMORY" })?;
        connection.execute_batch("VACUUM")?;
        checkpoint(&connection)?;
        // Not before: until then the old pages stand in the file.
        connection.execute("DELETE FROM upkeep WHERE what = 'compact'", [])?;
        Ok(true)
    }
}

pub(super) fn number(connection: &Connection, name: &str) -> Result<i64> {
    Ok(connection.pragma_query_value(None, name, |row| row.get(0))?)
}

pub(super) fn bytes(connection: &Connection) -> Result<u64> {
    let bytes = number(connection, "page_count")? * number(connection, "page_size")?;
    Ok(u64::try_from(bytes).unwrap_or_default())
}

pub(super) fn compact_due(connection: &Connection) -> Result<bool> {
    let text = "SELECT EXISTS (SELECT 1 FROM upkeep WHERE what = 'compact')";
    Ok(connection.query_row(text, [], |row| row.get(0))?)
}

/// Brings the log into the file and empties it.
pub(super) fn checkpoint(connection: &Connection) -> Result<()> {
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
