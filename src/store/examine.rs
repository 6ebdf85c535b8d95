//! A look at a file that leaves it, and its folder, as they are.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use rusqlite::{Connection, OpenFlags};

use super::{
    Error, Result, Store,
    file::{APPLICATION, BRING_BACK, DAMAGED, MIGRATIONS, bytes, number},
    signals::{UnreadSignal, signals},
};

/// What [`Store::examine`] finds.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Examined {
    /// Size.
    pub bytes: u64,
    /// Batches that are kept.
    pub batches: usize,
    /// Batches and plans that wait or are being done.
    pub waiting: usize,
    /// Signals that are kept and not heard.
    pub unread: Vec<UnreadSignal>,
}

impl Store {
    /// Looks at a file and changes nothing of it or beside it; reads it whole.
    ///
    /// # Errors
    /// [`Error::Unusable`] where it cannot be opened, is damaged or not of this version's program; one that
    /// [`Error::is_in_use`] where a process has it.
    pub fn examine(path: &Path) -> Result<Examined> {
        let unusable = |problem: &str, cure| {
            let (file, problem) = (path.display().to_string(), problem.to_owned());
            Error::Unusable { file, problem, cure }
        };
        let file = fs::canonicalize(path).map_err(|error| {
            let problem = format!("cannot be opened ({error})");
            unusable(&problem, "check its name and the permission to read it and its folder")
        })?;
        let (log, shared) = (beside(&file, "-wal"), beside(&file, "-shm"));
        let had_shared = shared.exists();
        // A process that has the file has a log too. Without one nobody writes: SQLite then needs no lock,
        // and no files of its own to keep it in.
        let connection = look(&file, !log.exists())?;
        let examined = found(&connection, unusable);
        drop(connection);
        if !had_shared {
            // Of the log after a kill SQLite makes an index in this file. A service has it in memory.
            let _nobody_needs_it = fs::remove_file(shared);
        }
        examined
    }
}

/// A file that SQLite has beside another.
fn beside(file: &Path, end: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(end);
    name.into()
}

/// Opens a file to be read; `alone` says that nobody writes it meanwhile.
fn look(file: &Path, alone: bool) -> Result<Connection> {
    let mut address = "file:".to_owned();
    for byte in file.as_os_str().as_encoded_bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'/' | b'.' | b'-' | b'_' => {
                address.push(char::from(*byte));
            }
            // Writing to a text never fails.
            _ => _ = write!(address, "%{byte:02X}"),
        }
    }
    if alone {
        address.push_str("?immutable=1");
    }
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI;
    Ok(Connection::open_with_flags(address, flags)?)
}

fn found(
    connection: &Connection,
    unusable: impl Fn(&str, &'static str) -> Error,
) -> Result<Examined> {
    let size = bytes(connection)?;
    let tables: i64 =
        connection.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0))?;
    let application = number(connection, "application_id")?;
    if tables == 0 && application == 0 {
        // Nothing was kept in it yet. A service that is killed at its first start may leave the head of a
        // file, which does not say yet what it is of.
        return Ok(Examined::default());
    }
    if application != i64::from(APPLICATION) {
        return Err(unusable("is no store", "name the store of this program"));
    }
    let version = usize::try_from(number(connection, "user_version")?).unwrap_or_default();
    if version > MIGRATIONS.len() {
        return Err(unusable("was written by a later version", "start that version"));
    }
    let whole: String = connection.pragma_query_value(None, "integrity_check", |row| row.get(0))?;
    if whole != "ok" {
        return Err(unusable(DAMAGED, BRING_BACK));
    }
    let rows = |table: &str| {
        let text = format!("SELECT count(*) FROM {table}");
        connection.query_row(&text, [], |row| row.get(0))
    };
    Ok(Examined {
        bytes: size,
        batches: rows("batches")?,
        waiting: rows("work")?,
        unread: signals(connection)?.unread,
    })
}
