//! Records of a batch's rows, and what they come to.

use rusqlite::{Transaction, params};

use super::{
    Result, RowStatus, State, Store,
    batches::{number_of, read},
    sealed::{SealedText, seal},
    work::{Work, end},
};
use crate::{batch::Summary, domain::Meta};

/// What an answered batch comes to so far.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchSummary {
    /// How far it is.
    pub state: State,
    /// Counts of the rows with a record.
    pub summary: Summary,
    /// Versions behind them; none before it is begun.
    pub meta: Option<Meta>,
    /// Whether the counts hold somebody who was erased, so that they are to be made anew.
    pub recount_due: bool,
    /// Rows that were erased.
    pub erased: u64,
}

/// A record to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Number of its row, from 1.
    pub number: u64,
    /// A line of NDJSON, without its end.
    pub record: Vec<u8>,
    /// What became of it.
    pub status: RowStatus,
    /// Address of the question and the versions; none for a refused row.
    pub decision: Option<String>,
}

impl Store {
    /// What the records of a batch come to.
    ///
    /// # Errors
    /// [`super::Error::Absent`], or where the store fails.
    pub fn summary(&self, id: &str) -> Result<BatchSummary> {
        let (state, summary, meta, recount_due, erased) = self.connection().query_row(
            "SELECT state, summary, meta, recount_due, erased FROM batches WHERE id = ?1",
            [id],
            |row| {
                let (state, summary): (String, Option<SealedText>) = (row.get(0)?, row.get(1)?);
                Ok((state, summary, row.get(2)?, row.get(3)?, row.get(4)?))
            },
        )?;
        Ok(BatchSummary {
            state: State::of(&state),
            summary: read(summary.map(|text| text.0))?.unwrap_or_default(),
            meta: read(meta)?,
            recount_due,
            erased,
        })
    }

    /// Says which versions answer a batch. Records of others are forgotten, so that all are of one.
    ///
    /// # Errors
    /// [`super::Error::Absent`], or where the store fails.
    pub fn answer_with(&self, id: &str, meta: &Meta) -> Result<()> {
        let meta = serde_json::to_string(meta)?;
        self.change(|change| {
            let batch = number_of(change, id)?;
            let same: bool = change.query_row(
                "SELECT meta IS NULL OR meta = ?2 FROM batches WHERE number = ?1",
                params![batch, meta],
                |row| row.get(0),
            )?;
            if !same {
                change.execute(
                    "UPDATE rows SET record = NULL, status = NULL, decision = NULL
                     WHERE batch = ?1",
                    [batch],
                )?;
                change.execute(
                    "UPDATE batches SET summary = NULL, answered = 0 WHERE number = ?1",
                    [batch],
                )?;
            }
            change
                .execute("UPDATE batches SET meta = ?2 WHERE number = ?1", params![batch, meta])?;
            Ok(())
        })
    }

    /// Keeps records with what the batch comes to with them. A row that was erased meanwhile stays so. Work
    /// that comes on is not given up, however often the process ends.
    ///
    /// # Errors
    /// [`super::Error::Absent`] where the batch was removed meanwhile, or where the store fails.
    pub fn keep_records(&self, id: &str, records: &[KeptRecord], summary: &Summary) -> Result<()> {
        self.change(|change| {
            let batch = number_of(change, id)?;
            let mut update = change.prepare_cached(
                "UPDATE rows SET record = ?3, status = ?4, decision = ?5
                 WHERE batch = ?1 AND number = ?2 AND record IS NULL",
            )?;
            let mut answered = 0;
            for KeptRecord { number, record, status, decision } in records {
                answered +=
                    update.execute(params![batch, number, seal(record), status.key(), decision])?;
            }
            change.execute(
                "UPDATE batches SET answered = answered + ?2 WHERE number = ?1",
                params![batch, answered],
            )?;
            change.execute("UPDATE work SET attempts = 0 WHERE batch = ?1", [batch])?;
            set_summary(change, batch, summary)
        })
    }

    /// Says that all rows of a batch have their records, unless its counts hold somebody who was erased:
    /// `counted` is what the records came to when so many rows were erased. Whether it is done.
    ///
    /// # Errors
    /// [`super::Error::Absent`] where the batch was removed meanwhile, or where the store fails.
    pub fn end_batch(&self, id: &str, counted: Option<(u64, &Summary)>) -> Result<bool> {
        self.change(|change| {
            let ends = counts_hold(change, id, counted)?;
            if ends {
                end(change, &Work::Batch(id.to_owned()), None)?;
            }
            Ok(ends)
        })
    }

    /// Puts what the records of a batch came to, when so many rows were erased, in the place of counts
    /// that hold somebody who was. Whether that was still so.
    ///
    /// # Errors
    /// [`super::Error::Absent`], or where the store fails.
    pub fn recount(&self, id: &str, counted: (u64, &Summary)) -> Result<bool> {
        self.change(|change| counts_hold(change, id, Some(counted)))
    }

    /// Done batches whose counts hold somebody who was erased.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn recounts_due(&self) -> Result<Vec<String>> {
        let connection = self.connection();
        let text = "SELECT id FROM batches WHERE recount_due AND state = 'done' ORDER BY number";
        let mut query = connection.prepare(text)?;
        let found = query.query_map([], |row| row.get(0))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }
}

/// Keeps counts that are made anew; whether those that are kept now hold nobody who was erased.
fn counts_hold(
    change: &Transaction<'_>,
    id: &str,
    counted: Option<(u64, &Summary)>,
) -> Result<bool> {
    let (batch, erased, due): (i64, u64, bool) = change.query_row(
        "SELECT number, erased, recount_due FROM batches WHERE id = ?1",
        [id],
        |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
    )?;
    let Some((_, summary)) = counted.filter(|(when, _)| *when == erased) else { return Ok(!due) };
    set_summary(change, batch, summary)?;
    change.execute("UPDATE batches SET recount_due = 0 WHERE number = ?1", [batch])?;
    Ok(true)
}

fn set_summary(change: &Transaction<'_>, batch: i64, summary: &Summary) -> Result<()> {
    let summary = SealedText(serde_json::to_string(summary)?);
    change.execute("UPDATE batches SET summary = ?2 WHERE number = ?1", params![batch, summary])?;
    Ok(())
}
