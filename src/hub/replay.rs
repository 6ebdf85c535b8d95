//! A decision given again: bit for bit, or with what is missing for it.

use std::{io, sync::Arc};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::{Answer, Broken, Hub, Question};
use crate::{
    batch::{self, Form, Progress, Settings},
    cohort::{Plan, PlanStatus},
    dataset::hex,
    domain::Meta,
    engine::Engine,
    store::{Error, Kept},
};

/// A decision, made again from what is kept.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Replay {
    /// Its address.
    pub decision_id: String,
    /// When it was made first; of a row or a plan, when the batch or plan was accepted.
    #[schema(value_type = String, format = DateTime)]
    pub at: Timestamp,
    /// Versions it was made with, which are those of the service.
    pub meta: Meta,
    /// The batch it was made for or of; absent for a single question.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub batch_id: Option<String>,
    /// What was asked.
    #[schema(value_type = Object)]
    pub question: Value,
    /// Whether the answer made now is the same as then, to the byte.
    pub same: bool,
    /// The answer made now.
    #[schema(value_type = Object)]
    pub answer: Replayed,
}

/// What is made again.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Replayed {
    /// The answer to a single question.
    Answer(Answer),
    /// The record of a row.
    Record(Box<batch::Record>),
    /// A plan, as it was before anybody approved it.
    Plan(Box<Plan>),
}

/// Why a decision cannot be given again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// It was made by other versions.
    #[error("other versions are needed")]
    Versions {
        /// Those it was made by.
        made_by: Box<Meta>,
        /// Those of the service.
        here: Box<Meta>,
    },
    /// The service stops.
    #[error("the service stops")]
    Stopping,
    /// It is not kept, or the store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl From<Broken> for ReplayError {
    fn from(broken: Broken) -> Self {
        match broken {
            Broken::Stopping => Self::Stopping,
            // What was made once can be made again, unless what it was made of is gone.
            Broken::Never(_) => Self::Store(Error::Absent),
            Broken::Store(error) => Self::Store(error),
        }
    }
}

impl Hub {
    /// Keeps a question about somebody with its answer and the versions that gave it.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn keep(
        &self,
        reference: &str,
        question: &Question,
        meta: Meta,
        answer: &Answer,
    ) -> Result<(), Error> {
        let id = question.id(&meta);
        let kept = Kept {
            at: Timestamp::now(),
            meta,
            question: serde_json::to_string(question)?,
            answer: hex(&Sha256::digest(serde_json::to_vec(answer)?)),
        };
        self.store.keep_decision(&id, reference, &kept)
    }

    /// Makes a decision again: of a single question that was kept, of a row of a batch, or a plan.
    ///
    /// # Errors
    /// [`ReplayError`].
    pub fn replay(&self, id: &str) -> Result<Replay, ReplayError> {
        let kept = match self.store.decision(id) {
            Err(Error::Absent) => {
                return match self.replay_row(id) {
                    Err(ReplayError::Store(Error::Absent)) => self.replay_plan(id),
                    replayed => replayed,
                };
            }
            kept => kept?,
        };
        let engine = self.engine_of(&kept.meta)?;
        let question: Question = serde_json::from_str(&kept.question).map_err(Error::from)?;
        let answer = question.answer(&engine);
        let bytes = serde_json::to_vec(&answer).map_err(Error::from)?;
        Ok(Replay {
            decision_id: id.to_owned(),
            at: kept.at,
            meta: kept.meta,
            batch_id: None,
            question: serde_json::from_str(&kept.question).map_err(Error::from)?,
            same: hex(&Sha256::digest(bytes)) == kept.answer,
            answer: Replayed::Answer(answer),
        })
    }

    fn replay_row(&self, id: &str) -> Result<Replay, ReplayError> {
        let (batch_id, number) = self.store.row_of_decision(id)?;
        let batch = self.store.batch(&batch_id)?;
        let rows = self.store.rows(&batch_id, None, number.saturating_sub(1), 1)?;
        let view = rows.into_iter().next().ok_or(Error::Absent)?;
        let (Some(meta), Some(then)) = (batch.meta, view.record) else {
            return Err(Error::Absent.into());
        };
        let engine = self.engine_of(&meta)?;
        let question = serde_json::to_value(view.row.outcome.as_ref().ok()).map_err(Error::from)?;
        let mut now = Made(None);
        let settings = Settings::new(Form::Ndjson, batch.paths);
        let mut rows = std::iter::once(view.row);
        // Memory takes every record.
        let _summary = batch::run(&engine, &mut rows, settings, Progress::default(), &mut now);
        let (record, bytes) = now.0.ok_or(Error::Absent)?;
        Ok(Replay {
            decision_id: id.to_owned(),
            at: batch.created,
            meta,
            batch_id: Some(batch_id),
            question,
            same: bytes.trim_ascii_end() == then,
            answer: Replayed::Record(Box::new(record)),
        })
    }

    fn replay_plan(&self, id: &str) -> Result<Replay, ReplayError> {
        let kept = self.store.plan_of_decision(id)?;
        let plan = kept.plan.as_deref().ok_or(Error::Absent)?;
        let then: Plan = serde_json::from_str(plan).map_err(Error::from)?;
        let then = Plan { status: PlanStatus::Draft, approved: None, ..then };
        let meta = Meta { decision_id: None, ..then.meta.clone() };
        let (now, _) = self.draft(&kept, &*self.engine_of(&meta)?)?;
        let bytes = |plan: &Plan| serde_json::to_vec(plan).map_err(Error::from);
        Ok(Replay {
            decision_id: id.to_owned(),
            at: kept.created,
            meta,
            batch_id: Some(kept.batch),
            question: serde_json::from_str(&kept.ask).map_err(Error::from)?,
            same: bytes(&now)? == bytes(&then)?,
            answer: Replayed::Plan(Box::new(now)),
        })
    }

    /// The engine that made something: the one of now, or one that hears what councils had said by then.
    fn engine_of(&self, made_by: &Meta) -> Result<Arc<Engine>, ReplayError> {
        let here = self.engine();
        if *made_by == here.meta() {
            return Ok(here);
        }
        if let Some(then) = self.heard_before(made_by)? {
            return Ok(then);
        }
        Err(ReplayError::Versions {
            made_by: Box::new(made_by.clone()),
            here: Box::new(here.meta()),
        })
    }
}

/// The one record of a run.
struct Made(Option<(batch::Record, Vec<u8>)>);

impl io::Write for Made {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl batch::Output for Made {
    fn take(&mut self, record: &batch::Record, bytes: &[u8]) -> io::Result<()> {
        self.0 = Some((record.clone(), bytes.to_owned()));
        Ok(())
    }
}
