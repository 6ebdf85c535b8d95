//! Batches, without their rows.

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension as _, Row as Found};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::{Error, Result, Store, place, time};
use crate::domain::Meta;

/// How far a batch or a plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = WorkState)]
pub enum State {
    /// It is kept and waits for others.
    Waiting,
    /// It is being done.
    Working,
    /// It is done.
    Done,
    /// It cannot be done; the fault says why.
    Failed,
}

impl State {
    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Working => "working",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }

    pub(super) fn of(key: &str) -> Self {
        let all = [Self::Waiting, Self::Working, Self::Done];
        all.into_iter().find(|state| state.key() == key).unwrap_or(Self::Failed)
    }
}

/// A batch without its rows.
#[derive(Debug, Clone, PartialEq)]
pub struct Batch {
    /// Its name, which nobody can guess.
    pub id: String,
    /// When it was accepted.
    pub created: Timestamp,
    /// When it is removed.
    pub expires: Timestamp,
    /// Day that weeks left are counted from.
    pub today: Date,
    /// Paths per list and worker.
    pub paths: usize,
    /// How far it is.
    pub state: State,
    /// Code of what went wrong, where it has failed.
    pub fault: Option<String>,
    /// How the list was read.
    pub report: Value,
    /// Versions that answer it; none before it is begun.
    pub meta: Option<Meta>,
    /// Rows.
    pub rows: u64,
    /// Rows with a record.
    pub answered: u64,
    /// Rows that were erased.
    pub erased: u64,
}

impl Store {
    /// A batch.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn batch(&self, id: &str) -> Result<Batch> {
        self.connection().query_row(&batches("WHERE id = ?1"), [id], |row| Ok(batch(row)))?
    }

    /// Batches, the newest first: at most so many, those after the first `skip`; and how many there are.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn batches(&self, skip: usize, most: usize) -> Result<(Vec<Batch>, usize)> {
        let connection = self.connection();
        let text = batches("WHERE state <> 'arriving' ORDER BY number DESC LIMIT ?1 OFFSET ?2");
        let mut query = connection.prepare(&text)?;
        let found = query.query_map([most as u64, skip as u64].map(place), |row| Ok(batch(row)))?;
        let found: Vec<Batch> = found.map(|batch| batch?).collect::<Result<_>>()?;
        let count = "SELECT count(*) FROM batches WHERE state <> 'arriving'";
        let all = connection.query_row(count, [], |row| row.get(0))?;
        Ok((found, all))
    }

    /// Removes a batch with its rows, records and plans.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn remove_batch(&self, id: &str) -> Result<()> {
        self.remove(|change| {
            let removed = change.execute("DELETE FROM batches WHERE id = ?1", [id])?;
            if removed == 0 { Err(Error::Absent) } else { Ok(()) }
        })
    }
}

/// A value that may not be there.
pub(super) fn read<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

/// The number of a batch.
pub(super) fn number_of(connection: &rusqlite::Connection, id: &str) -> Result<i64> {
    let mut query = connection.prepare_cached("SELECT number FROM batches WHERE id = ?1")?;
    query.query_row([id], |row| row.get(0)).optional()?.ok_or(Error::Absent)
}

fn batches(which: &str) -> String {
    format!(
        "SELECT id, created, expires, today, paths, state, fault, report, meta, rows, answered, erased
         FROM batches {which}"
    )
}

fn batch(row: &Found<'_>) -> Result<Batch> {
    let (state, today): (String, String) = (row.get(5)?, row.get(3)?);
    Ok(Batch {
        id: row.get(0)?,
        created: time(row.get(1)?),
        expires: time(row.get(2)?),
        today: today.parse().unwrap_or_default(),
        paths: row.get(4)?,
        state: State::of(&state),
        fault: row.get(6)?,
        // One that cannot be read must not hide the others of a list.
        report: serde_json::from_str(&row.get::<_, String>(7)?).unwrap_or_default(),
        meta: read(row.get(8)?).unwrap_or_default(),
        rows: row.get(9)?,
        answered: row.get(10)?,
        erased: row.get(11)?,
    })
}
