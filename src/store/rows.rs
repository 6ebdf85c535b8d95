//! Rows of batches, as intake read them, and what became of them.

use rusqlite::{Row as Found, params};

use super::{Error, Result, Store, batches::number_of, place, sealed::Sealed};
use crate::intake::Row;

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
        status: Option<&str>,
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
        let found = query.query_map(params![batch, place(after), status, most], row_view)?;
        found.map(|row| row?).collect()
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
