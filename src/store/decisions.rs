//! Single questions that are kept by the address of their content, and what advisers did with answers.

use jiff::Timestamp;
use rusqlite::params;
use serde_json::Value;

use super::{DAY, Error, Result, Store, now, place, time};
use crate::domain::Meta;

/// A question that is kept with what its answer was.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// When it was first kept.
    pub at: Timestamp,
    /// Versions that answered it.
    pub meta: Meta,
    /// The question, as JSON.
    pub question: String,
    /// SHA-256 of the answer's bytes, in hexadecimal digits.
    pub answer: String,
}

/// What an adviser did with a suggestion, to be kept.
#[derive(Debug, Clone, Copy)]
pub struct NewOverride<'a> {
    /// Address of the decision.
    pub decision: &'a str,
    /// What was done and why, as JSON.
    pub note: &'a Value,
}

/// What an adviser did with a suggestion.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// When it was noted.
    pub at: Timestamp,
    /// Address of the decision.
    pub decision: String,
    /// What was done and why.
    pub note: Value,
}

impl Store {
    /// Keeps a question; one that is kept already stays longer.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn keep_decision(&self, id: &str, reference: &str, kept: &Kept) -> Result<()> {
        let expires = now() + i64::from(self.terms.days) * DAY;
        self.change(|change| {
            change.execute(
                "INSERT INTO decisions (id, at, expires, reference, meta, question, answer)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (id) DO UPDATE SET expires = excluded.expires",
                params![
                    id,
                    kept.at.as_second(),
                    expires,
                    reference,
                    serde_json::to_string(&kept.meta)?,
                    kept.question,
                    kept.answer
                ],
            )?;
            Ok(())
        })
    }

    /// A kept question.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn decision(&self, id: &str) -> Result<Kept> {
        let (at, meta, question, answer) = self.connection().query_row(
            "SELECT at, meta, question, answer FROM decisions WHERE id = ?1",
            [id],
            |row| Ok((row.get(0)?, row.get::<_, String>(1)?, row.get(2)?, row.get(3)?)),
        )?;
        Ok(Kept { at: time(at), meta: serde_json::from_str(&meta)?, question, answer })
    }

    /// Removes a kept question. What advisers did with its answer stays: it holds no words.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn remove_decision(&self, id: &str) -> Result<()> {
        self.remove(|change| {
            let removed = change.execute("DELETE FROM decisions WHERE id = ?1", [id])?;
            if removed == 0 { Err(Error::Absent) } else { Ok(()) }
        })
    }

    /// The batch and the number of the row that a decision was made for.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn row_of_decision(&self, id: &str) -> Result<(String, u64)> {
        Ok(self.connection().query_row(
            "SELECT batches.id, rows.number FROM rows JOIN batches ON batches.number = rows.batch
             WHERE decision = ?1 ORDER BY rows.batch, rows.number LIMIT 1",
            [id],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )?)
    }

    /// Keeps what an adviser did with a suggestion.
    ///
    /// # Errors
    /// [`Error::Absent`] where no decision of this address is kept, or where the store fails.
    pub fn keep_override(&self, new: &NewOverride<'_>) -> Result<i64> {
        let expires = now() + i64::from(self.terms.days) * DAY;
        self.change(|change| {
            let reference: Option<String> = change.query_row(
                "SELECT reference FROM (
                     SELECT 1 AS turn, iif(made_up, NULL, reference) AS reference FROM rows
                     WHERE decision = ?1
                     UNION ALL SELECT 2, reference FROM decisions WHERE id = ?1
                     UNION ALL SELECT 3, NULL FROM plans WHERE decision = ?1
                 ) ORDER BY turn LIMIT 1",
                [new.decision],
                |row| row.get(0),
            )?;
            change.execute(
                "INSERT INTO overrides (at, expires, decision, reference, note)
                 VALUES (?1, ?2, ?3, ?4, ?5)",
                params![now(), expires, new.decision, reference, new.note.to_string()],
            )?;
            Ok(change.last_insert_rowid())
        })
    }

    /// What advisers did, the newest first: at most so many, those after the first `skip`; and how many
    /// there are.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn overrides(&self, skip: usize, most: usize) -> Result<(Vec<Override>, usize)> {
        let connection = self.connection();
        let mut query = connection.prepare(
            "SELECT at, decision, note FROM overrides ORDER BY number DESC LIMIT ?1 OFFSET ?2",
        )?;
        let found = query.query_map([most as u64, skip as u64].map(place), |row| {
            Ok((row.get(0)?, row.get(1)?, row.get::<_, String>(2)?))
        })?;
        let found = found
            .map(|row| {
                let (at, decision, note) = row?;
                Ok(Override { at: time(at), decision, note: serde_json::from_str(&note)? })
            })
            .collect::<Result<_>>()?;
        let all = connection.query_row("SELECT count(*) FROM overrides", [], |row| row.get(0))?;
        Ok((found, all))
    }
}
