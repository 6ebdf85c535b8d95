//! What councils say of occupations, in the order it came.

use jiff::{Timestamp, civil::Date, tz::TimeZone};
use rusqlite::{OptionalExtension as _, params};
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

    /// All signals, in the order they came.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn signals(&self) -> Result<Vec<KeptSignal>> {
        let connection = self.connection();
        let mut query = connection.prepare("SELECT id, at, signal FROM signals ORDER BY number")?;
        let found =
            query.query_map([], |row| Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?)))?;
        found
            .map(|row| {
                let (id, at, said) = row?;
                Ok(KeptSignal { id, at: time(at), said: serde_json::from_str(&said)? })
            })
            .collect()
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

/// The end of a day, in seconds; a day too far away never ends.
fn end_of(day: Date) -> i64 {
    let begin = day.to_zoned_datetime(TimeZone::UTC);
    begin.map_or(i64::MAX / 2, |day| day.timestamp().as_second() + DAY)
}
