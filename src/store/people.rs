//! All that is kept of one reference: told and forgotten.
//!
//! A name that was made up for a row without a reference (`row-7`) is found in its batch alone: other lists
//! call other people so.

use std::collections::BTreeSet;

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Result, Store,
    file::checkpoint,
    sealed::{Sealed, SealedText},
};

/// Lists of a plan, of what it is made by and of a decision about it, that name people by `ref`.
const LISTS: [&str; 3] = ["assignments", "unassigned", "locks"];

/// What is kept of a reference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Known {
    /// Rows of batches, each with its batch, as it was read, and its record.
    pub rows: Vec<Value>,
    /// Plans, each with the person's place in it, locks, and what was decided of the person.
    pub plans: Vec<Value>,
    /// Single questions that were kept.
    pub decisions: Vec<Value>,
    /// What advisers did with suggestions.
    pub overrides: Vec<Value>,
    /// Whether the file is still to be written anew, so that nothing of what was erased before is left
    /// between what is kept.
    pub file_due: bool,
}

/// How much was erased.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, ToSchema)]
pub struct Erased {
    /// Rows of batches.
    pub rows: usize,
    /// Plans that the person was taken out of.
    pub plans: usize,
    /// Single questions.
    pub decisions: usize,
    /// Notes of what advisers did.
    pub overrides: usize,
}

/// Batches that a reference is looked for in, as a condition on `rows` for its name (?1) and batch (?2).
const ROWS: &str = "reference = ?1 AND (CASE WHEN ?2 IS NULL THEN NOT made_up
     ELSE rows.batch = (SELECT number FROM batches WHERE id = ?2) END)";

impl Store {
    /// All that is kept of a reference, in one batch or everywhere.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn known(&self, reference: &str, batch: Option<&str>) -> Result<Known> {
        let connection = self.connection();
        let mut known = Known {
            rows: rows(&connection, reference, batch)?,
            file_due: super::file::compact_due(&connection)?,
            ..Known::default()
        };
        for plan in plans(&connection, reference, batch)? {
            let place = entries(&plan.plan, reference).into_iter().next();
            let locked = entries(&plan.ask, reference).into_iter().next();
            let decided: Vec<&Value> =
                plan.decisions.iter().flat_map(|(_, taken)| entries(taken, reference)).collect();
            known.plans.push(
                json!({"plan": plan.id, "place": place, "locked": locked, "decided": decided}),
            );
        }
        if batch.is_none() {
            known.decisions = values(
                &connection,
                "SELECT json_object('id', id, 'at', at, 'question', json(question))
                 FROM decisions WHERE reference = ?1 AND ?2 IS NULL ORDER BY id",
                (reference, batch),
            )?;
        }
        known.overrides = values(
            &connection,
            &format!(
                "SELECT json_object('decision', decision, 'at', at, 'note', json(note))
                 FROM overrides WHERE ?2 IS NULL AND reference = ?1
                     OR decision IN (SELECT decision FROM rows WHERE {ROWS}) ORDER BY number"
            ),
            (reference, batch),
        )?;
        Ok(known)
    }

    /// Forgets all that is kept of a reference, in one batch or everywhere: all or nothing. In the same
    /// transaction it is noted that the counts of its batches are to be made anew, and that the file is to
    /// be written anew ([`Store::compact`]).
    ///
    /// # Errors
    /// Where the store fails; then nothing is erased.
    pub fn erase(&self, reference: &str, batch: Option<&str>) -> Result<Erased> {
        let erased = self.change(|change| {
            let mut erased = Erased::default();
            for plan in plans(change, reference, batch)? {
                plan.take_out(change, reference)?;
                erased.plans += 1;
            }
            erased.overrides = change.execute(
                &format!(
                    "DELETE FROM overrides WHERE ?2 IS NULL AND reference = ?1
                         OR decision IN (SELECT decision FROM rows WHERE {ROWS})"
                ),
                params![reference, batch],
            )?;
            erased.rows = erase_rows(change, reference, batch)?;
            if batch.is_none() {
                erased.decisions =
                    change.execute("DELETE FROM decisions WHERE reference = ?1", [reference])?;
            }
            if erased != Erased::default() {
                super::due(change)?;
            }
            Ok(erased)
        })?;
        // It is erased by now; what stays in the log goes when the file is written anew.
        let _later = checkpoint(&self.connection());
        Ok(erased)
    }
}

fn rows(connection: &Connection, reference: &str, batch: Option<&str>) -> Result<Vec<Value>> {
    let text = format!(
        "SELECT batches.id, rows.number, row, record FROM rows
         JOIN batches ON batches.number = rows.batch
         WHERE {ROWS} ORDER BY rows.batch, rows.number"
    );
    let mut query = connection.prepare(&text)?;
    let mut found = query.query(params![reference, batch])?;
    let mut told = Vec::new();
    while let Some(row) = found.next()? {
        let read: Value = serde_json::from_slice(&row.get::<_, Sealed>(2)?.0)?;
        let record: Option<Sealed> = row.get(3)?;
        let record: Option<Value> =
            record.map(|Sealed(record)| serde_json::from_slice(&record)).transpose()?;
        let (batch, number): (String, u64) = (row.get(0)?, row.get(1)?);
        told.push(json!({"batch": batch, "number": number, "row": read, "record": record}));
    }
    Ok(told)
}

/// Deletes rows and takes them off what their batches count.
fn erase_rows(change: &Transaction<'_>, reference: &str, batch: Option<&str>) -> Result<usize> {
    let text = format!(
        "SELECT rows.batch, count(*), count(record) FROM rows WHERE {ROWS} GROUP BY rows.batch"
    );
    let mut query = change.prepare(&text)?;
    let found = query
        .query_map(params![reference, batch], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    let found: Vec<(i64, u64, u64)> = found.collect::<rusqlite::Result<_>>()?;
    for (batch, rows, answered) in found {
        // A digest of the list would be one of the person too.
        change.execute(
            "UPDATE batches SET erased = erased + ?2, rows = rows - ?2, answered = answered - ?3,
                 recount_due = 1, request = NULL
             WHERE number = ?1",
            params![batch, rows, answered],
        )?;
    }
    Ok(change.execute(&format!("DELETE FROM rows WHERE {ROWS}"), params![reference, batch])?)
}

/// A plan that names somebody.
struct Naming {
    number: i64,
    id: String,
    ask: Value,
    plan: Value,
    decisions: Vec<(i64, Value)>,
}

/// Plans that name a person, in one batch or everywhere.
fn plans(connection: &Connection, reference: &str, batch: Option<&str>) -> Result<Vec<Naming>> {
    let mut query = connection.prepare(
        "SELECT plans.number, plans.id, plans.ask, plans.plan FROM plan_people
         JOIN plans ON plans.number = plan_people.plan JOIN batches ON batches.number = plans.batch
         WHERE plan_people.reference = ?1 AND CASE WHEN ?2 IS NULL THEN NOT EXISTS (
             SELECT 1 FROM rows WHERE rows.batch = plans.batch AND rows.reference = ?1 AND made_up)
             ELSE batches.id = ?2 END
         ORDER BY plans.number",
    )?;
    let found = query.query_map(params![reference, batch], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get(1)?,
            row.get::<_, SealedText>(2)?.0,
            row.get::<_, Option<SealedText>>(3)?.map(|text| text.0),
        ))
    })?;
    let mut decisions =
        connection.prepare("SELECT number, decision FROM plan_decisions WHERE plan = ?1")?;
    let mut plans = Vec::new();
    for plan in found {
        let (number, id, ask, plan) = plan?;
        let taken =
            decisions.query_map([number], |row| Ok((row.get(0)?, row.get::<_, SealedText>(1)?)))?;
        let taken = taken.map(|row| {
            let (number, text) = row?;
            Ok((number, serde_json::from_str(&text.0)?))
        });
        plans.push(Naming {
            number,
            id,
            ask: serde_json::from_str(&ask)?,
            plan: plan.map_or(Ok(Value::Null), |plan| serde_json::from_str(&plan))?,
            decisions: taken.collect::<Result<_>>()?,
        });
    }
    Ok(plans)
}

impl Naming {
    /// Takes a person out of a plan, of what it is made by, and of the decisions about it.
    fn take_out(self, change: &Transaction<'_>, reference: &str) -> Result<()> {
        let Self { number, mut ask, mut plan, decisions, .. } = self;
        remove(&mut ask, reference);
        remove(&mut plan, reference);
        let plan = (!plan.is_null()).then(|| SealedText(plan.to_string()));
        change.execute(
            "UPDATE plans SET ask = ?2, plan = ?3, decision = NULL, request = NULL WHERE number = ?1",
            params![number, SealedText(ask.to_string()), plan],
        )?;
        for (decision, mut taken) in decisions {
            remove(&mut taken, reference);
            change.execute(
                "UPDATE plan_decisions SET decision = ?2 WHERE number = ?1",
                params![decision, SealedText(taken.to_string())],
            )?;
        }
        change.execute(
            "DELETE FROM plan_people WHERE plan = ?1 AND reference = ?2",
            params![number, reference],
        )?;
        Ok(())
    }
}

/// What a plan, what it is made by or a decision about it says of a person.
fn entries<'v>(value: &'v Value, reference: &str) -> Vec<&'v Value> {
    let lists = LISTS.iter().filter_map(|list| value.get(list)?.as_array());
    lists.flatten().filter(|entry| entry["ref"] == reference).collect()
}

/// Takes that out.
fn remove(value: &mut Value, reference: &str) {
    for list in LISTS {
        if let Some(list) = value.get_mut(list).and_then(Value::as_array_mut) {
            list.retain(|entry| entry["ref"] != reference);
        }
    }
}

/// Notes who is named in a plan, in what it is made by or in a decision about it.
pub(super) fn name(change: &Transaction<'_>, plan: i64, value: &Value) -> Result<()> {
    let lists = LISTS.iter().filter_map(|list| value.get(list)?.as_array());
    let people: BTreeSet<&str> =
        lists.flatten().filter_map(|entry| entry["ref"].as_str()).collect();
    let mut insert = change
        .prepare_cached("INSERT OR IGNORE INTO plan_people (plan, reference) VALUES (?1, ?2)")?;
    for reference in people {
        insert.execute(params![plan, reference])?;
    }
    Ok(())
}

fn values(
    connection: &Connection,
    text: &str,
    (reference, batch): (&str, Option<&str>),
) -> Result<Vec<Value>> {
    let mut query = connection.prepare(text)?;
    let found = query.query_map(params![reference, batch], |row| row.get::<_, String>(0))?;
    found.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
}
