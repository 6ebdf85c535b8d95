//! Batches: rows as intake read them, and a record for each as `batch` writes it.

use jiff::{Timestamp, civil::Date};
use rusqlite::{OptionalExtension as _, Row as Found, Transaction, params};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    DAY, Error, Idempotency, Result, Store, now, time,
    work::{Accepted, Work, accepted_before, end, room},
};
use crate::{
    batch::Summary,
    domain::Meta,
    intake::{Report, Row},
};

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

/// A list to be kept.
#[derive(Debug)]
pub struct NewBatch<'a> {
    /// Day that weeks left are counted from.
    pub today: Date,
    /// Paths per list and worker.
    pub paths: usize,
    /// How the list was read.
    pub report: &'a Report,
    /// Its rows, in order.
    pub rows: &'a [KeptRow],
    /// Where the request may come again.
    pub idempotency: Option<Idempotency>,
}

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    reference: Option<String>,
    row: Vec<u8>,
}

impl KeptRow {
    /// What is kept of a row: all that intake read, or the reason it was refused.
    ///
    /// # Errors
    /// None in practice.
    pub fn of(row: &Row) -> serde_json::Result<Self> {
        let reference = row.outcome.as_ref().ok().map(|worker| worker.reference.clone());
        Ok(Self { reference, row: serde_json::to_vec(row)? })
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

/// What an answered batch comes to so far.
#[derive(Debug, Clone, PartialEq)]
pub struct BatchSummary {
    /// How far it is.
    pub state: State,
    /// Counts of the rows with a record.
    pub summary: Summary,
    /// Versions behind them; none before it is begun.
    pub meta: Option<Meta>,
}

/// A record to be kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRecord {
    /// Number of its row, from 1.
    pub number: u64,
    /// A line of NDJSON, without its end.
    pub record: Vec<u8>,
    /// `matched`, `no_match`, `abstain` or `refused`.
    pub status: &'static str,
    /// Address of the question and the versions; none for a refused row.
    pub decision: Option<String>,
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
    /// Keeps a list, to be answered: it is on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::KeyReused`], [`Error::Full`], or where the store fails; then nothing is kept.
    pub fn accept_batch(&self, new: &NewBatch<'_>) -> Result<Accepted> {
        let expires = now() + i64::from(self.terms.days) * DAY;
        self.change(|change| {
            if let Some(id) = accepted_before(change, "batches", new.idempotency.as_ref())? {
                return Ok(Accepted::Again(id));
            }
            room(change, self.terms.waiting)?;
            let (key, request) = new.idempotency.map(|i| (i.key, i.request)).unzip();
            let id: String = change.query_row(
                "INSERT INTO batches
                     (id, created, expires, today, paths, report, idempotency, request)
                 VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4, ?5, ?6, ?7) RETURNING id",
                params![
                    now(),
                    expires,
                    new.today.to_string(),
                    new.paths,
                    serde_json::to_string(new.report)?,
                    key.as_ref().map(<[u8; 32]>::as_slice),
                    request.as_ref().map(<[u8; 32]>::as_slice),
                ],
                |row| row.get(0),
            )?;
            let batch = change.last_insert_rowid();
            let mut insert = change.prepare(
                "INSERT INTO rows (batch, number, reference, row) VALUES (?1, ?2, ?3, ?4)",
            )?;
            for (number, KeptRow { reference, row }) in (1_i64..).zip(new.rows) {
                insert.execute(params![batch, number, reference, row])?;
            }
            change.execute("INSERT INTO work (batch) VALUES (?1)", [batch])?;
            Ok(Accepted::New(id))
        })
    }

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
        let text = batches("ORDER BY number DESC LIMIT ?1 OFFSET ?2");
        let mut query = connection.prepare(&text)?;
        let found = query.query_map([most, skip], |row| Ok(batch(row)))?;
        let found: Vec<Batch> = found.map(|batch| batch?).collect::<Result<_>>()?;
        let all = connection.query_row("SELECT count(*) FROM batches", [], |row| row.get(0))?;
        Ok((found, all))
    }

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
        let found = query.query_map(params![batch, after, status, most], row_view)?;
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
        let found =
            query.query_map(params![batch, after, most], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(found.collect::<rusqlite::Result<_>>()?)
    }

    /// What the records of a batch come to.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn summary(&self, id: &str) -> Result<BatchSummary> {
        let (state, summary, meta) = self.connection().query_row(
            "SELECT state, summary, meta FROM batches WHERE id = ?1",
            [id],
            |row| Ok((row.get::<_, String>(0)?, row.get(1)?, row.get(2)?)),
        )?;
        Ok(BatchSummary {
            state: State::of(&state),
            summary: read(summary)?.unwrap_or_default(),
            meta: read(meta)?,
        })
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
        let found = query.query_map(params![batch, after, most], |row| {
            Ok((row.get(0)?, row.get::<_, Vec<u8>>(1)?))
        })?;
        found
            .map(|row| {
                let (number, row) = row?;
                Ok((number, serde_json::from_slice(&row)?))
            })
            .collect()
    }

    /// Says which versions answer a batch. Records of others are forgotten, so that all are of one.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
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
                change.execute("UPDATE batches SET summary = NULL WHERE number = ?1", [batch])?;
            }
            change
                .execute("UPDATE batches SET meta = ?2 WHERE number = ?1", params![batch, meta])?;
            Ok(())
        })
    }

    /// Keeps records with what the batch comes to with them. A row that was erased meanwhile stays so.
    ///
    /// # Errors
    /// [`Error::Absent`] where the batch was removed meanwhile, or where the store fails.
    pub fn keep_records(&self, id: &str, records: &[KeptRecord], summary: &Summary) -> Result<()> {
        self.change(|change| {
            let batch = number_of(change, id)?;
            let mut update = change.prepare_cached(
                "UPDATE rows SET record = ?3, status = ?4, decision = ?5
                 WHERE batch = ?1 AND number = ?2",
            )?;
            for KeptRecord { number, record, status, decision } in records {
                update.execute(params![batch, number, record, status, decision])?;
            }
            set_summary(change, batch, summary)
        })
    }

    /// Says that all rows of a batch have their records. Where rows were erased meanwhile, `recount` makes
    /// the summary anew.
    ///
    /// # Errors
    /// [`Error::Absent`] where the batch was removed meanwhile, or where the store fails.
    pub fn end_batch(&self, id: &str, recounted: Option<&Summary>) -> Result<()> {
        self.change(|change| {
            let batch = number_of(change, id)?;
            if let Some(summary) = recounted {
                set_summary(change, batch, summary)?;
            }
            end(change, &Work::Batch(id.to_owned()), None)
        })
    }

    /// Puts another summary in the place of one, as after an erasure.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn recount(&self, id: &str, summary: &Summary) -> Result<()> {
        self.change(|change| set_summary(change, number_of(change, id)?, summary))
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
fn read<T: DeserializeOwned>(text: Option<String>) -> Result<Option<T>> {
    Ok(text.map(|text| serde_json::from_str(&text)).transpose()?)
}

fn set_summary(change: &Transaction<'_>, batch: i64, summary: &Summary) -> Result<()> {
    let summary = serde_json::to_string(summary)?;
    change.execute("UPDATE batches SET summary = ?2 WHERE number = ?1", params![batch, summary])?;
    Ok(())
}

/// The number of a batch.
pub(super) fn number_of(connection: &rusqlite::Connection, id: &str) -> Result<i64> {
    let mut query = connection.prepare_cached("SELECT number FROM batches WHERE id = ?1")?;
    query.query_row([id], |row| row.get(0)).optional()?.ok_or(Error::Absent)
}

fn batches(which: &str) -> String {
    format!(
        "SELECT id, created, expires, today, paths, state, fault, report, meta, erased,
             (SELECT count(*) FROM rows WHERE batch = batches.number),
             (SELECT count(record) FROM rows WHERE batch = batches.number)
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
        report: serde_json::from_str(&row.get::<_, String>(7)?)?,
        meta: read(row.get(8)?)?,
        rows: row.get(10)?,
        answered: row.get(11)?,
        erased: row.get(9)?,
    })
}

fn row_view(row: &Found<'_>) -> rusqlite::Result<Result<RowView>> {
    let (number, text): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
    let (status, decision, record) = (row.get(2)?, row.get(3)?, row.get(4)?);
    let row = serde_json::from_slice(&text).map_err(Error::from);
    Ok(row.map(|row| RowView { number, row, status, decision, record }))
}
