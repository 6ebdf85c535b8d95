//! Lists that arrive: kept piece by piece, so that nobody waits for a long one, and accepted at the end.

use jiff::civil::Date;
use rusqlite::params;

use super::{
    DAY, Result, Store, due, now,
    sealed::Sealed,
    work::{Accepted, Idempotency, accepted_before, room},
};
use crate::intake::{Report, Row};

/// A row as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptRow {
    reference: Option<String>,
    made_up: bool,
    row: Sealed,
}

impl KeptRow {
    /// What is kept of a row: all that intake read, or the reason it was refused.
    ///
    /// # Errors
    /// None in practice.
    pub fn of(row: &Row) -> serde_json::Result<Self> {
        let worker = row.outcome.as_ref().ok();
        Ok(Self {
            reference: worker.map(|worker| worker.reference.clone()),
            made_up: worker.is_some_and(|worker| !worker.has_reference),
            row: Sealed(serde_json::to_vec(row)?),
        })
    }
}

/// A list that arrives. Nobody knows of it before [`Self::accept`]; without that nothing of it stays.
#[derive(Debug)]
pub struct Arriving<'s> {
    store: &'s Store,
    batch: i64,
    rows: u64,
    is_accepted: bool,
}

impl Store {
    /// The batch that the same request made before.
    ///
    /// # Errors
    /// [`super::Error::KeyReused`], or where the store fails.
    pub fn batch_of(&self, request: Option<&Idempotency>) -> Result<Option<String>> {
        accepted_before(&self.connection(), "batches", request)
    }

    /// Begins to take a list. Weeks left are counted from `today`.
    ///
    /// # Errors
    /// [`super::Error::Full`], or where the store fails.
    pub fn receive(&self, today: Date, paths: usize) -> Result<Arriving<'_>> {
        let batch = self.change(|change| {
            room(change, self.terms.waiting)?;
            change.execute(
                "INSERT INTO batches (id, created, expires, today, paths)
                 VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4)",
                params![now(), now() + DAY, today.to_string(), paths],
            )?;
            Ok(change.last_insert_rowid())
        })?;
        Ok(Arriving { store: self, batch, rows: 0, is_accepted: false })
    }
}

impl Arriving<'_> {
    /// Keeps the next rows of the list.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn add(&mut self, rows: &[KeptRow]) -> Result<()> {
        let first = self.rows + 1;
        self.store.change(|change| {
            let mut insert = change.prepare_cached(
                "INSERT INTO rows (batch, number, reference, made_up, row)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
            )?;
            for (number, KeptRow { reference, made_up, row }) in (first..).zip(rows) {
                insert.execute(params![self.batch, number, reference, made_up, row])?;
            }
            Ok(())
        })?;
        self.rows += rows.len() as u64;
        Ok(())
    }

    /// Accepts the list, to be answered: it is on the disk when this returns.
    ///
    /// # Errors
    /// [`super::Error::KeyReused`], [`super::Error::Full`], or where the store fails; then nothing is kept.
    pub fn accept(mut self, report: &Report, request: Option<Idempotency>) -> Result<Accepted> {
        let (store, batch) = (self.store, self.batch);
        let expires = now() + i64::from(store.terms.days) * DAY;
        let accepted = store.change(|change| {
            if let Some(id) = accepted_before(change, "batches", request.as_ref())? {
                return Ok(Accepted::Again(id));
            }
            room(change, store.terms.waiting)?;
            let (key, request) = request.map(|i| (i.key, i.request)).unzip();
            let id: String = change.query_row(
                "UPDATE batches SET state = 'waiting', created = ?2, expires = ?3, report = ?4,
                     idempotency = ?5, request = ?6,
                     rows = (SELECT count(*) FROM rows WHERE batch = ?1)
                 WHERE number = ?1 RETURNING id",
                params![
                    batch,
                    now(),
                    expires,
                    serde_json::to_string(report)?,
                    key.as_ref().map(<[u8; 32]>::as_slice),
                    request.as_ref().map(<[u8; 32]>::as_slice),
                ],
                |row| row.get(0),
            )?;
            change.execute("INSERT INTO work (batch) VALUES (?1)", [batch])?;
            Ok(Accepted::New(id))
        })?;
        self.is_accepted = matches!(accepted, Accepted::New(_));
        Ok(accepted)
    }
}

impl Drop for Arriving<'_> {
    fn drop(&mut self) {
        if self.is_accepted {
            return;
        }
        // What cannot be removed now goes when the store is opened.
        let _later = self.store.change(|change| {
            if self.rows > 0 {
                due(change)?;
            }
            Ok(change.execute("DELETE FROM batches WHERE number = ?1", [self.batch])?)
        });
    }
}
