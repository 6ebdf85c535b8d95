//! What is still to be done, in the order it came.

use rusqlite::{Connection, OptionalExtension as _, Transaction, params};

use super::{Error, Result, State, Store};

/// Times that the process may end in the midst of a piece of work, without a step forward: one that ends
/// it each time must not be begun for ever.
const ATTEMPTS: u32 = 3;

/// A request that may come again: what came under the same key is not done twice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Idempotency {
    /// [`Store::digest`] of the key and of who sent it.
    pub key: [u8; 32],
    /// [`Store::digest`] of all that was sent.
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
    /// Batches and plans that wait or are being done.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn waiting(&self) -> Result<usize> {
        waiting(&self.connection())
    }

    /// The work that has waited longest, now begun; `None` where all is done. What the process ended in
    /// the midst of three times, without a step forward, has failed.
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
                    (None, None) => {
                        change.execute("DELETE FROM work WHERE number = ?1", [number])?;
                        continue;
                    }
                };
                if attempts < ATTEMPTS {
                    set_state(change, &work, "working", None)?;
                    return Ok(Some(work));
                }
                end(change, &work, Some("stopped_the_service"))?;
            }
        })
    }

    /// Says that what is underway waits again, as before the service stops. What it is underway with when
    /// the process ends otherwise counts as an attempt.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn interrupt_work(&self) -> Result<()> {
        self.change(|change| {
            for table in ["batches", "plans"] {
                let text = format!("UPDATE {table} SET state = 'waiting' WHERE state = 'working'");
                change.execute(&text, [])?;
            }
            Ok(())
        })
    }

    /// Puts work that has failed behind what waits.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Not`] where it has not failed, [`Error::Full`], or where the store fails.
    pub fn retry_work(&self, work: &Work) -> Result<()> {
        self.change(|change| {
            let (table, column, id) = place(work);
            let (number, state): (i64, String) = change.query_row(
                &format!("SELECT number, state FROM {table} WHERE id = ?1 AND state <> 'arriving'"),
                [id],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            if State::of(&state) != State::Failed {
                return Err(Error::Not(State::of(&state)));
            }
            room(change, self.terms.waiting)?;
            change.execute(&format!("INSERT INTO work ({column}) VALUES (?1)"), [number])?;
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
    connection: &Connection,
    table: &str,
    idempotency: Option<&Idempotency>,
) -> Result<Option<String>> {
    let Some(Idempotency { key, request }) = idempotency else { return Ok(None) };
    let text = format!("SELECT id, request FROM {table} WHERE idempotency = ?1");
    let known = connection.query_row(&text, [key.as_slice()], |row| {
        Ok((row.get::<_, String>(0)?, row.get::<_, Option<Vec<u8>>>(1)?))
    });
    match known.optional()? {
        // Of what held somebody who was erased, no digest is kept.
        Some((_, Some(other))) if other != request => Err(Error::KeyReused),
        known => Ok(known.map(|(id, _)| id)),
    }
}

/// Refuses more work than may wait.
pub(super) fn room(connection: &Connection, most: usize) -> Result<()> {
    let waiting = waiting(connection)?;
    if waiting >= most { Err(Error::Full(waiting)) } else { Ok(()) }
}

/// Counts what the process ended in the midst of.
pub(super) fn count_attempts(change: &Transaction<'_>) -> Result<()> {
    for (table, column) in [("batches", "batch"), ("plans", "plan")] {
        change.execute(
            &format!(
                "UPDATE work SET attempts = attempts + 1
                 WHERE {column} IN (SELECT number FROM {table} WHERE state = 'working')"
            ),
            [],
        )?;
        let text = format!("UPDATE {table} SET state = 'waiting' WHERE state = 'working'");
        change.execute(&text, [])?;
    }
    Ok(())
}

fn waiting(connection: &Connection) -> Result<usize> {
    Ok(connection.query_row("SELECT count(*) FROM work", [], |row| row.get(0))?)
}
