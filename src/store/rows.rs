//! Rows of batches, as intake read them, and what became of them.

use rusqlite::{Row as Found, params};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Error, Result, Store, batches::number_of, place, sealed::Sealed};
use crate::{domain::MatchStatus, intake::Row};

/// What became of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum RowStatus {
    /// At least one path.
    Matched,
    /// The words were understood, no path passes the limits.
    NoMatch,
    /// Too little was understood to suggest anything.
    Abstain,
    /// It was not read.
    Refused,
}

impl RowStatus {
    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Matched => MatchStatus::Matched.key(),
            Self::NoMatch => MatchStatus::NoMatch.key(),
            Self::Abstain => MatchStatus::Abstain.key(),
            Self::Refused => "refused",
        }
    }
}

impl From<MatchStatus> for RowStatus {
    fn from(status: MatchStatus) -> Self {
        match status {
            MatchStatus::Matched => Self::Matched,
            MatchStatus::NoMatch => Self::NoMatch,
            MatchStatus::Abstain => Self::Abstain,
        }
    }
}

/// A row with what became of it.
#[derive(Debug, Clone, PartialEq)]
pub struct RowView {
    /// Its place in the list, from 1.
    pub number: u64,
    /// As it was read.
    pub row: Row,
    /// What became of it; none before it is answered.
    pub status: Option<String>,
    /// Address of its decision.
    pub decision: Option<String>,
    /// Its record.
    pub record: Option<Vec<u8>>,
}

impl Store {
    /// Rows after one of this number, in order, with their records; only those of this status where one is
    /// given.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn rows(
        &self,
        id: &str,
        status: Option<RowStatus>,
        after: u64,
        most: usize,
    ) -> Result<Vec<RowView>> {
        let connection = self.connection();
        let batch: i64 = number_of(&connection, id)?;
        let mut query = connection.prepare_cached(
            "SELECT number, row, status, decision, record FROM rows
             WHERE batch = ?1 AND number > ?2 AND (?3 IS NULL OR status = ?3)
             ORDER BY number LIMIT ?4",
        )?;
        let status = status.map(RowStatus::key);
        let found = query.query_map(params![batch, place(after), status, most], row_view)?;
        found.map(|row| row?).collect()
    }

    /// How many rows a batch has; only those of this status where one is given.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn count_rows(&self, id: &str, status: Option<RowStatus>) -> Result<usize> {
        let connection = self.connection();
        let batch: i64 = number_of(&connection, id)?;
        let count = "SELECT count(*) FROM rows WHERE batch = ?1 AND (?2 IS NULL OR status = ?2)";
        let status = status.map(RowStatus::key);
        Ok(connection.query_row(count, params![batch, status], |row| row.get(0))?)
    }

    /// The row of a reference.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn row_of(&self, id: &str, reference: &str) -> Result<RowView> {
        self.connection().query_row(
            "SELECT rows.number, row, status, decision, record FROM rows
             JOIN batches ON batches.number = rows.batch
             WHERE id = ?1 AND reference = ?2 ORDER BY rows.number LIMIT 1",
            [id, reference],
            row_view,
        )?
    }

    /// Records after one of this number, in order, with their numbers.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn records(&self, id: &str, after: u64, most: usize) -> Result<Vec<(u64, Vec<u8>)>> {
        let connection = self.connection();
        let batch: i64 = number_of(&connection, id)?;
        let mut query = connection.prepare_cached(
            "SELECT number, record FROM rows
             WHERE batch = ?1 AND number > ?2 AND record IS NOT NULL ORDER BY number LIMIT ?3",
        )?;
        let found = query.query_map(params![batch, place(after), most], |row| {
            Ok((row.get(0)?, row.get::<_, Sealed>(1)?.0))
        })?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// Rows without a record after one of this number, in order, with their numbers.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn unanswered(&self, id: &str, after: u64, most: usize) -> Result<Vec<(u64, Row)>> {
        let connection = self.connection();
        let batch: i64 = number_of(&connection, id)?;
        let mut query = connection.prepare_cached(
            "SELECT number, row FROM rows
             WHERE batch = ?1 AND number > ?2 AND record IS NULL ORDER BY number LIMIT ?3",
        )?;
        let found = query.query_map(params![batch, place(after), most], |row| {
            Ok((row.get(0)?, row.get::<_, Sealed>(1)?.0))
        })?;
        found
            .map(|row| {
                let (number, row) = row?;
                Ok((number, serde_json::from_slice(&row)?))
            })
            .collect()
    }
}

fn row_view(row: &Found<'_>) -> rusqlite::Result<Result<RowView>> {
    let (number, Sealed(text)): (u64, Sealed) = (row.get(0)?, row.get(1)?);
    let (status, decision) = (row.get(2)?, row.get(3)?);
    let record = row.get::<_, Option<Sealed>>(4)?.map(|Sealed(record)| record);
    let row = serde_json::from_slice(&text).map_err(Error::from);
    Ok(row.map(|row| RowView { number, row, status, decision, record }))
}
