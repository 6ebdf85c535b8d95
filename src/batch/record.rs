//! One row's result.

use std::io;

use serde::{Deserialize, Serialize};

use super::{Form, Settings, table};
use crate::{
    domain::{Explain, Recommendation},
    engine::Engine,
    intake::{self, Problem, Row},
};

/// The result of one row.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// Line of the list the row starts at; absent in a filter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Name of the row's file, where a folder is read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The answer or the reason there is none.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A worker's answer, or why the row was refused.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// The row was read.
    Answered {
        /// What was not read as written.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Problem>,
        /// The answer.
        recommendation: Box<Recommendation>,
    },
    /// The row was refused.
    Refused {
        /// Why.
        error: Problem,
    },
}

impl Record {
    /// Answers a row, with the long lists of skills cut; their counts stay whole.
    pub(super) fn answer(engine: &Engine, row: Row, settings: Settings) -> Self {
        let line = Some(row.line).filter(|_| !settings.filter);
        let outcome = match row.outcome {
            Ok(mut worker) => {
                if settings.filter && !worker.has_reference {
                    worker.profile.r#ref = None;
                }
                let told = intake::told(engine, worker.profile, &worker.text);
                let answer = told.recommend(engine, settings.paths).told(Explain::Short);
                Outcome::Answered { warnings: worker.warnings, recommendation: Box::new(answer) }
            }
            Err(error) => Outcome::Refused { error },
        };
        Self { line, file: row.file, outcome }
    }

    /// The record's lines in the output.
    pub(super) fn bytes(&self, form: Form) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail, and the types hold nothing that JSON or CSV cannot.
        let _written = match form {
            Form::Ndjson => serde_json::to_writer(&mut bytes, self).map_err(io::Error::from),
            Form::Csv | Form::Raw | Form::Words => table::write(self, form, &mut bytes),
        };
        if form == Form::Ndjson {
            bytes.push(b'\n');
        }
        bytes
    }
}
