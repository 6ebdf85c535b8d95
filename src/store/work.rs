//! What is still to be done, in the order it came.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{Error, Result, Store};

/// Times that a piece of work is begun: one that ends the process each time must not be begun for ever.
const ATTEMPTS: u32 = 3;

/// A request that may come again: what came under the same key is not done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    /// SHA-256 of the key and of who sent it.
    pub key: [u8; 32],
    /// SHA-256 of all that was sent.
    pub request: [u8; 32],
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Accepted {
    /// It is kept under this id.
    New(String),
    /// It came before and is kept under this id.
    Again(String),
}

impl Accepted {
    /// The id.
    pub fn id(&self) -> &str {
        match self {
            Self::New(id) | Self::Again(id) => id,
        }
    }
}

/// A piece of work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// The rows of a batch, by its id.
    Batch(String),
    /// A plan, by its id.
    Plan(String),
}

impl Store {
    /// The work that has waited longest, now begun; `None` where all is done. What was begun three times
    /// and never ended has failed.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn begin_work(&self) -> Result<Option<Work>> {
        self.change(|change| {
            loop {
                let oldest = change.query_row(
                    "SELECT work.number, attempts, batches.id, plans.id FROM work
                 LEFT JOIN batches ON batches.number = work.batch
                 LEFT JOIN plans ON plans.number = work.plan
                 ORDER BY work.number LIMIT 1",
                    [],
                    |row| {
                        Ok((
                            row.get::<_, i64>(0)?,
                            row.get::<_, u32>(1)?,
                            row.get::<_, Option<String>>(2)?,
                            row.get::<_, Option<String>>(3)?,
                        ))
                    },
                );
                let Some((number, attempts, batch, plan)) = oldest.optional()? else {
                    return Ok(None);
                };
                let work = match (batch, plan) {
                    (Some(batch), _) => Work::Batch(batch),
                    (None, Some(plan)) => Work::Plan(plan),
                    (None, None) => return Err(Error::Absent),
                };
                if attempts < ATTEMPTS {
                    change.execute(
                        "UPDATE work SET attempts = attempts + 1 WHERE number = ?1",
                        [number],
                    )?;
                    set_state(change, &work, "working", None)?;
                    return Ok(Some(work));
                }
                end(change, &work, Some("stopped_the_service"))?;
            }
        })
    }

    /// Says that work was interrupted by no fault of its own, so that it does not count as an attempt.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn interrupt_work(&self, work: &Work) -> Result<()> {
        self.change(|change| {
            let (table, column, id) = place(work);
            change.execute(
                &format!(
                    "UPDATE work SET attempts = max(attempts - 1, 0)
                     WHERE {column} = (SELECT number FROM {table} WHERE id = ?1)"
                ),
                [id],
            )?;
            set_state(change, work, "waiting", None)
        })
    }

    /// Says that work cannot be done; `fault` is a code.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn fail_work(&self, work: &Work, fault: &str) -> Result<()> {
        self.change(|change| end(change, work, Some(fault)))
    }
}

/// Names of a work's table and of its column in the queue, and its id.
fn place(work: &Work) -> (&'static str, &'static str, &str) {
    match work {
        Work::Batch(id) => ("batches", "batch", id),
        Work::Plan(id) => ("plans", "plan", id),
    }
}

fn set_state(
    change: &Transaction<'_>,
    work: &Work,
    state: &str,
    fault: Option<&str>,
) -> Result<()> {
    let (table, _, id) = place(work);
    let text = format!("UPDATE {table} SET state = ?2, fault = ?3 WHERE id = ?1");
    change.execute(&text, params![id, state, fault])?;
    Ok(())
}

/// Takes work out of the queue, as done or failed.
pub(super) fn end(change: &Transaction<'_>, work: &Work, fault: Option<&str>) -> Result<()> {
    let (table, column, id) = place(work);
    change.execute(
        &format!("DELETE FROM work WHERE {column} = (SELECT number FROM {table} WHERE id = ?1)"),
        [id],
    )?;
    set_state(change, work, if fault.is_some() { "failed" } else { "done" }, fault)
}

/// The id under which the same request was accepted before.
///
/// # Errors
/// [`Error::KeyReused`] where the key came with something else.
pub(super) fn accepted_before(
    change: &Transaction<'_>,
    table: &str,
    idempotency: Option<&Idempotency>,
) -> Result<Option<String>> {
    let Some(Idempotency { key, request }) = idempotency else { return Ok(None) };
    let text = format!("SELECT id, request FROM {table} WHERE idempotency = ?1");
    let known = change.query_row(&text, [key.as_slice()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Vec<u8>>(1)?))
    });
    match known.optional()? {
        Some((_, other)) if other != request => Err(Error::KeyReused),
        known => Ok(known.map(|(id, _)| id)),
    }
}

/// Refuses more work than may wait.
pub(super) fn room(connection: &Connection, most: usize) -> Result<()> {
    let waiting: usize = connection.query_row("SELECT count(*) FROM work", [], |row| row.get(0))?;
    if waiting >= most { Err(Error::Full(waiting)) } else { Ok(()) }
}
