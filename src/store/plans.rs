//! Cohort plans of batches, and what people decided about them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use rusqlite::{Connection, Row as Found, params};
use serde_json::{Value, value::RawValue};

use super::{
    Error, Result, State, Store,
    batches::number_of,
    now,
    people::name,
    place,
    sealed::SealedText,
    time,
    work::{Accepted, Idempotency, Work, accepted_before, end, room},
};

/// A plan to be made.
#[derive(Debug, Clone, Copy)]
pub struct NewPlan<'a> {
    /// Its batch.
    pub batch: &'a str,
    /// What it is made by, as JSON.
    pub ask: &'a str,
    /// Where the request may come again.
    pub idempotency: Option<Idempotency>,
}

/// A plan as it is kept.
#[derive(Debug, Clone, PartialEq)]
pub struct KeptPlan {
    /// Its name, which nobody can guess.
    pub id: String,
    /// Its batch.
    pub batch: String,
    /// When it was asked for.
    pub created: Timestamp,
    /// When it is removed, with its batch.
    pub expires: Timestamp,
    /// How far it is.
    pub state: State,
    /// Code of what went wrong, where it has failed.
    pub fault: Option<String>,
    /// What it is made by, as JSON.
    pub ask: String,
    /// The plan, as JSON; none before it is done.
    pub plan: Option<String>,
    /// Rows of its batch that were erased.
    pub erased: u64,
    /// Address of the decision that it is; none before it is done, and of one that cannot be made again.
    pub decision: Option<String>,
    /// What people decided about it, in order.
    pub decisions: Vec<PlanDecision>,
}

/// What somebody decided about a plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanDecision {
    /// When.
    pub at: Timestamp,
    /// What, as it was sent.
    pub decision: Value,
}

/// What a decision changes of a plan.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// The plan is another, and done.
    Plan(&'a str),
    /// It is made anew by this.
    Ask(&'a str),
}

impl Store {
    /// The plan that the same request made before.
    ///
    /// # Errors
    /// [`Error::KeyReused`], or where the store fails.
    pub fn plan_of(&self, request: Option<&Idempotency>) -> Result<Option<String>> {
        accepted_before(&self.connection(), "plans", request)
    }

    /// Keeps that a plan is to be made of a batch: on the disk when this returns.
    ///
    /// # Errors
    /// [`Error::Absent`] without the batch, [`Error::KeyReused`], [`Error::Full`], or where the store fails.
    pub fn accept_plan(&self, new: &NewPlan<'_>) -> Result<Accepted> {
        self.change(|change| {
            let batch = number_of(change, new.batch)?;
            if let Some(id) = accepted_before(change, "plans", new.idempotency.as_ref())? {
                return Ok(Accepted::Again(id));
            }
            room(change, self.terms.waiting)?;
            let (key, request) = new.idempotency.map(|i| (i.key, i.request)).unzip();
            let id: String = change.query_row(
                "INSERT INTO plans (id, batch, created, ask, idempotency, request)
                 VALUES (lower(hex(randomblob(16))), ?1, ?2, ?3, ?4, ?5) RETURNING id",
                params![
                    batch,
                    now(),
                    SealedText(new.ask.to_owned()),
                    key.as_ref().map(<[u8; 32]>::as_slice),
                    request.as_ref().map(<[u8; 32]>::as_slice),
                ],
                |row| row.get(0),
            )?;
            let plan = change.last_insert_rowid();
            name(change, plan, &serde_json::from_str(new.ask)?)?;
            change.execute("INSERT INTO work (plan) VALUES (?1)", [plan])?;
            Ok(Accepted::New(id))
        })
    }

    /// A plan.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn plan(&self, id: &str) -> Result<KeptPlan> {
        let connection = self.connection();
        let (number, mut plan) =
            connection.query_row(&plans(["ask", "plan"], "WHERE plans.id = ?1"), [id], plan)?;
        plan.decisions = decisions(&connection, number)?;
        Ok(plan)
    }

    /// Plans of a batch, the oldest first, without their people, starts, locks and decisions: at most so
    /// many, those after the first `skip`; and how many there are.
    ///
    /// # Errors
    /// [`Error::Absent`] without the batch, or where the store fails.
    pub fn plans_of(
        &self,
        batch: &str,
        skip: usize,
        most: usize,
    ) -> Result<(Vec<KeptPlan>, usize)> {
        let connection = self.connection();
        let number = number_of(&connection, batch)?;
        let which = "WHERE plans.batch = ?1 ORDER BY plans.number LIMIT ?2 OFFSET ?3";
        let mut query = connection.prepare(&plans(["ask", "NULL"], which))?;
        let [most, skip] = [most as u64, skip as u64].map(place);
        let found = query.query_map([number, most, skip], plan)?;
        let short = |plan: rusqlite::Result<(i64, KeptPlan)>| {
            let (_, plan) = plan?;
            Ok(KeptPlan { ask: in_short(&plan.ask)?, ..plan })
        };
        let found = found.map(short).collect::<Result<_>>()?;
        let count = "SELECT count(*) FROM plans WHERE batch = ?1";
        let all = connection.query_row(count, [number], |row| row.get(0))?;
        Ok((found, all))
    }

    /// The plan that is this decision.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn plan_of_decision(&self, decision: &str) -> Result<KeptPlan> {
        let which = "WHERE plans.decision = ?1 ORDER BY plans.number LIMIT 1";
        let found = plans(["ask", "plan"], which);
        Ok(self.connection().query_row(&found, [decision], plan)?.1)
    }

    /// Keeps a plan that was made of what `seen` says, with its address, and says that it is done. Where
    /// somebody has decided meanwhile that it be made by something else, or rows were erased, it is not
    /// kept and stays to be done, which counts as no attempt.
    ///
    /// # Errors
    /// [`Error::Absent`] where it was removed meanwhile, or where the store fails.
    pub fn end_plan(&self, seen: &KeptPlan, plan: &str, decision: &str) -> Result<()> {
        let (id, people): (_, Value) = (&seen.id, serde_json::from_str(plan)?);
        self.change(|change| {
            let (number, ask, erased): (i64, SealedText, u64) = change.query_row(
                "SELECT plans.number, ask, erased FROM plans
                 JOIN batches ON batches.number = plans.batch WHERE plans.id = ?1",
                [id],
                |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)),
            )?;
            if ask.0 != seen.ask || erased != seen.erased {
                change.execute("UPDATE work SET attempts = 0 WHERE plan = ?1", [number])?;
                return Ok(());
            }
            name(change, number, &people)?;
            let made = "UPDATE plans SET plan = ?2, decision = ?3 WHERE number = ?1";
            change.execute(made, params![number, SealedText(plan.to_owned()), decision])?;
            end(change, &Work::Plan(id.clone()), None)
        })
    }

    /// Keeps a decision with what it changes. `seen` is the plan with what was asked, as the decision was
    /// made on it: another is refused, so that nobody approves what they did not see, and nobody who was
    /// erased meanwhile comes back.
    ///
    /// # Errors
    /// [`Error::Absent`], [`Error::Not`] where the plan is another by now, or where the store fails.
    pub fn decide(
        &self,
        id: &str,
        seen: &KeptPlan,
        decision: &Value,
        to: Change<'_>,
    ) -> Result<()> {
        self.change(|change| {
            let (number, state, plan, ask): (i64, String, Option<SealedText>, SealedText) = change
                .query_row(
                    "SELECT number, state, plan, ask FROM plans WHERE id = ?1",
                    [id],
                    |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
                )?;
            let same =
                (plan.as_ref().map(|text| &text.0), &ask.0) == (seen.plan.as_ref(), &seen.ask);
            if plan.is_none() || !same || State::of(&state) != State::Done {
                return Err(Error::Not(State::of(&state)));
            }
            match to {
                Change::Plan(plan) => keep(change, number, plan)?,
                Change::Ask(ask) => {
                    room(change, self.terms.waiting)?;
                    name(change, number, &serde_json::from_str(ask)?)?;
                    change.execute(
                        "UPDATE plans SET ask = ?2, plan = NULL, decision = NULL, state = 'waiting'
                         WHERE number = ?1",
                        params![number, SealedText(ask.to_owned())],
                    )?;
                    change.execute("INSERT INTO work (plan) VALUES (?1)", [number])?;
                }
            }
            name(change, number, decision)?;
            change.execute(
                "INSERT INTO plan_decisions (plan, at, decision) VALUES (?1, ?2, ?3)",
                params![number, now(), SealedText(decision.to_string())],
            )?;
            Ok(())
        })
    }

    /// Removes a plan.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn remove_plan(&self, id: &str) -> Result<()> {
        self.remove(|change| {
            let removed = change.execute("DELETE FROM plans WHERE id = ?1", [id])?;
            if removed == 0 { Err(Error::Absent) } else { Ok(()) }
        })
    }
}

/// What a plan is made by, without what may be as long as an upload.
fn in_short(ask: &str) -> Result<String> {
    let mut parts: BTreeMap<String, &RawValue> = serde_json::from_str(ask)?;
    parts.retain(|name, _| name != "starts" && name != "locks");
    Ok(serde_json::to_string(&parts)?)
}

/// Keeps a plan.
fn keep(change: &Connection, number: i64, plan: &str) -> Result<()> {
    let plan = SealedText(plan.to_owned());
    change.execute("UPDATE plans SET plan = ?2 WHERE number = ?1", params![number, plan])?;
    Ok(())
}

fn plans([ask, body]: [&str; 2], which: &str) -> String {
    format!(
        "SELECT plans.number, plans.id, batches.id, plans.created, batches.expires, plans.state,
             plans.fault, {ask}, {body}, erased, plans.decision
         FROM plans JOIN batches ON batches.number = plans.batch {which}"
    )
}

fn plan(row: &Found<'_>) -> rusqlite::Result<(i64, KeptPlan)> {
    let plan = KeptPlan {
        id: row.get(1)?,
        batch: row.get(2)?,
        created: time(row.get(3)?),
        expires: time(row.get(4)?),
        state: State::of(&row.get::<_, String>(5)?),
        fault: row.get(6)?,
        ask: row.get::<_, SealedText>(7)?.0,
        plan: row.get::<_, Option<SealedText>>(8)?.map(|text| text.0),
        erased: row.get(9)?,
        decision: row.get(10)?,
        decisions: Vec::new(),
    };
    Ok((row.get(0)?, plan))
}

fn decisions(connection: &Connection, plan: i64) -> Result<Vec<PlanDecision>> {
    let mut query = connection
        .prepare("SELECT at, decision FROM plan_decisions WHERE plan = ?1 ORDER BY number")?;
    let found = query.query_map([plan], |row| Ok((row.get(0)?, row.get::<_, SealedText>(1)?)))?;
    found
        .map(|row| {
            let (at, decision) = row?;
            Ok(PlanDecision { at: time(at), decision: serde_json::from_str(&decision.0)? })
        })
        .collect()
}
