//! All that is kept of one reference: told and forgotten.

use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{Result, Store};
use crate::cohort::Plan;

/// What is kept of a reference.
#[derive(Debug, Clone, PartialEq, Default, Serialize, ToSchema)]
pub struct Known {
    /// Rows of batches, each with its batch, as it was read, and its record.
    pub rows: Vec<Value>,
    /// Places in plans, each with its plan.
    pub plans: Vec<Value>,
    /// Single questions that were kept.
    pub decisions: Vec<Value>,
    /// What advisers did with suggestions.
    pub overrides: Vec<Value>,
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
    /// Batches the rows stood in.
    #[serde(skip)]
    pub batches: Vec<String>,
}

impl Store {
    /// All that is kept of a reference, in one batch or everywhere.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn known(&self, reference: &str, batch: Option<&str>) -> Result<Known> {
        let connection = self.connection();
        let mut known = Known::default();
        let mut query = connection.prepare(
            "SELECT batches.id, rows.number, row, record FROM rows
             JOIN batches ON batches.number = rows.batch
             WHERE reference = ?1 AND (?2 IS NULL OR batches.id = ?2)
             ORDER BY rows.batch, rows.number",
        )?;
        let mut rows = query.query(params![reference, batch])?;
        while let Some(row) = rows.next()? {
            let read: Value = serde_json::from_slice(&row.get::<_, Vec<u8>>(2)?)?;
            let record: Option<Vec<u8>> = row.get(3)?;
            let record: Option<Value> =
                record.map(|record| serde_json::from_slice(&record)).transpose()?;
            let (batch, number): (String, u64) = (row.get(0)?, row.get(1)?);
            known
                .rows
                .push(json!({"batch": batch, "number": number, "row": read, "record": record}));
        }
        for (id, ask, plan) in plans(&connection, batch)? {
            let plan: Option<Plan> = plan.map(|plan| serde_json::from_str(&plan)).transpose()?;
            let place = plan.and_then(|plan| place_of(&plan, reference));
            let lock = locks(&serde_json::from_str(&ask)?, reference);
            if place.is_some() || lock.is_some() {
                known.plans.push(json!({"plan": id, "place": place, "locked": lock}));
            }
        }
        if batch.is_none() {
            known.decisions = values(
                &connection,
                "SELECT json_object('id', id, 'at', at, 'question', json(question))
                 FROM decisions WHERE reference = ?1 ORDER BY id",
                reference,
            )?;
            known.overrides = values(
                &connection,
                "SELECT json_object('decision', decision, 'at', at, 'note', json(note))
                 FROM overrides WHERE reference = ?1 ORDER BY number",
                reference,
            )?;
        }
        Ok(known)
    }

    /// Forgets all that is kept of a reference, in one batch or everywhere, and writes the file anew so
    /// that nothing of it is left there ([`Store::compact`]). Counts over others stay; those of a done
    /// batch are for the caller to make anew.
    ///
    /// # Errors
    /// Where the store fails; then nothing is erased.
    pub fn erase(&self, reference: &str, batch: Option<&str>) -> Result<Erased> {
        let erased = self.change(|change| {
            let mut erased =
                Erased { batches: batches_of(change, reference, batch)?, ..Erased::default() };
            for id in &erased.batches {
                let rows = change.execute(
                    "DELETE FROM rows WHERE reference = ?1
                     AND batch = (SELECT number FROM batches WHERE id = ?2)",
                    [reference, id],
                )?;
                change.execute(
                    "UPDATE batches SET erased = erased + ?2 WHERE id = ?1",
                    params![id, rows],
                )?;
                erased.rows += rows;
            }
            for (id, ask, plan) in plans(change, batch)? {
                erased.plans += usize::from(take_out(change, (&id, &ask, plan), reference)?);
            }
            if batch.is_none() {
                for (table, count) in
                    [("decisions", &mut erased.decisions), ("overrides", &mut erased.overrides)]
                {
                    let text = format!("DELETE FROM {table} WHERE reference = ?1");
                    *count = change.execute(&text, [reference])?;
                }
            }
            Ok(erased)
        })?;
        self.compact()?;
        Ok(erased)
    }
}

fn batches_of(
    connection: &Connection,
    reference: &str,
    batch: Option<&str>,
) -> Result<Vec<String>> {
    let mut query = connection.prepare(
        "SELECT DISTINCT id FROM rows JOIN batches ON batches.number = rows.batch
         WHERE reference = ?1 AND (?2 IS NULL OR id = ?2) ORDER BY id",
    )?;
    let found = query.query_map(params![reference, batch], |row| row.get(0))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

type PlanTexts = (String, String, Option<String>);

/// Id, ask and plan of all plans, or of those of a batch.
fn plans(connection: &Connection, batch: Option<&str>) -> Result<Vec<PlanTexts>> {
    let mut query = connection.prepare(
        "SELECT plans.id, ask, plan FROM plans JOIN batches ON batches.number = plans.batch
         WHERE ?1 IS NULL OR batches.id = ?1 ORDER BY plans.number",
    )?;
    let found = query.query_map([batch], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
    Ok(found.collect::<rusqlite::Result<_>>()?)
}

fn values(connection: &Connection, text: &str, reference: &str) -> Result<Vec<Value>> {
    let mut query = connection.prepare(text)?;
    let found = query.query_map([reference], |row| row.get::<_, String>(0))?;
    found.map(|text| Ok(serde_json::from_str(&text?)?)).collect()
}

/// What a plan says of a person.
fn place_of(plan: &Plan, reference: &str) -> Option<Value> {
    let placed = plan.assignments.iter().find(|person| person.r#ref == reference);
    let missed = plan.unassigned.iter().find(|person| person.r#ref == reference);
    let placed = placed.and_then(|person| serde_json::to_value(person).ok());
    placed.or_else(|| missed.and_then(|person| serde_json::to_value(person).ok()))
}

/// Locks of a person in what a plan, or a decision about it, is made by.
fn locks(ask: &Value, reference: &str) -> Option<Value> {
    ask.get("locks")?.as_array()?.iter().find(|lock| lock["ref"] == reference).cloned()
}

/// Takes a person's locks out; whether there were any.
fn unlock(ask: &mut Value, reference: &str) -> bool {
    let Some(locks) = ask.get_mut("locks").and_then(Value::as_array_mut) else { return false };
    let before = locks.len();
    locks.retain(|lock| lock["ref"] != reference);
    locks.len() < before
}

/// Takes a person out of a plan, of what it is made by, and of the decisions about it.
fn take_out(
    change: &Transaction<'_>,
    (id, ask, plan): (&str, &str, Option<String>),
    reference: &str,
) -> Result<bool> {
    let mut ask: Value = serde_json::from_str(ask)?;
    let mut found = unlock(&mut ask, reference);
    if found {
        change.execute("UPDATE plans SET ask = ?2 WHERE id = ?1", params![id, ask.to_string()])?;
    }
    if let Some(plan) = plan {
        let mut plan: Plan = serde_json::from_str(&plan)?;
        if place_of(&plan, reference).is_some() {
            plan.assignments.retain(|person| person.r#ref != reference);
            plan.unassigned.retain(|person| person.r#ref != reference);
            let plan = serde_json::to_string(&plan)?;
            change.execute("UPDATE plans SET plan = ?2 WHERE id = ?1", params![id, plan])?;
            found = true;
        }
    }
    let mut query = change.prepare(
        "SELECT number, decision FROM plan_decisions
         WHERE plan = (SELECT number FROM plans WHERE id = ?1)",
    )?;
    let decisions = query.query_map([id], |row| Ok((row.get(0)?, row.get(1)?)))?;
    let decisions: Vec<(i64, String)> = decisions.collect::<rusqlite::Result<_>>()?;
    for (number, decision) in decisions {
        let mut decision: Value = serde_json::from_str(&decision)?;
        if unlock(&mut decision, reference) {
            change.execute(
                "UPDATE plan_decisions SET decision = ?2 WHERE number = ?1",
                params![number, decision.to_string()],
            )?;
        }
    }
    Ok(found)
}
