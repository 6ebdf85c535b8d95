//! What councils say of occupations, in the order it came.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{Connection, OptionalExtension as _, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{DAY, Error, Result, Store, now, time};
use crate::domain::Signal;

/// Most signals that are kept.
const MOST: usize = 1_000;

/// What a council says of an occupation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Says {
    /// Employers lack people: the signal's points are given.
    Shortage,
    /// There are more people than jobs: the signal's points are taken.
    Surplus,
    /// A course is wanted. It has no points and moves nothing; people read it.
    CourseWanted,
}

/// A signal as it came.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Said {
    /// What is said.
    pub says: Says,
    /// Of what, where, by whom, for how long and why.
    pub signal: Signal,
}

/// A signal that is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptSignal {
    /// Its name.
    pub id: String,
    /// When it was accepted.
    pub at: Timestamp,
    /// The signal.
    pub said: Said,
}

/// All signals that are kept.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct KeptSignals {
    /// Those that can be read, in the order they came.
    pub read: Vec<KeptSignal>,
    /// The others.
    pub unread: Vec<UnreadSignal>,
}

/// A signal that this version cannot read. It moves nothing and hides no other.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "signal {id} is kept but cannot be read, so that it moves nothing; start the version that wrote it, \
     or take it back (DELETE /v1/signals/{id}) and say it again"
)]
pub struct UnreadSignal {
    /// Its name.
    pub id: String,
}

impl Store {
    /// Keeps a signal: its id, and whether it is new. It is removed so long after its last day as all that
    /// is kept stays.
    ///
    /// # Errors
    /// [`Error::Full`] where there are a thousand, or where the store fails.
    pub fn keep_signal(&self, said: &Said) -> Result<(String, bool)> {
        let text = serde_json::to_string(said)?;
        let expires = end_of(said.signal.expires) + i64::from(self.terms.days) * DAY;
        self.change(|change| {
            let known = "SELECT id FROM signals WHERE signal = ?1";
            let known = change.query_row(known, [&text], |row| row.get(0)).optional()?;
            if let Some(id) = known {
                return Ok((id, false));
            }
            let all: usize =
                change.query_row("SELECT count(*) FROM signals", [], |row| row.get(0))?;
            if all >= MOST {
                return Err(Error::Full(all));
            }
            let id = change.query_row(
                "INSERT INTO signals (id, at, expires, signal)
                 VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3) RETURNING id",
                params![now(), expires, text],
                |row| row.get(0),
            )?;
            Ok((id, true))
        })
    }

    /// All signals.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn signals(&self) -> Result<KeptSignals> {
        signals(&self.connection())
    }

    /// Takes a signal back.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn remove_signal(&self, id: &str) -> Result<()> {
        self.change(|change| {
            let removed = change.execute("DELETE FROM signals WHERE id = ?1", [id])?;
            if removed == 0 { Err(Error::Absent) } else { Ok(()) }
        })
    }
}

pub(super) fn signals(connection: &Connection) -> Result<KeptSignals> {
    let mut query = connection.prepare("SELECT id, at, signal FROM signals ORDER BY number")?;
    let mut found = query.query([])?;
    let mut kept = KeptSignals::default();
    while let Some(row) = found.next()? {
        let id = row.get(0)?;
        // Bytes: text that is none must not hide the others either.
        let said = row.get_ref(2)?.as_bytes().ok().map(serde_json::from_slice);
        match said {
            Some(Ok(said)) => kept.read.push(KeptSignal { id, at: time(row.get(1)?), said }),
            _ => kept.unread.push(UnreadSignal { id }),
        }
    }
    Ok(kept)
}

/// The end of a day, in seconds; a day too far away never ends.
fn end_of(day: Date) -> i64 {
    let begin = day.to_zoned_datetime(TimeZone::UTC);
    begin.map_or(i64::MAX / 2, |day| day.timestamp().as_second() + DAY)
}
