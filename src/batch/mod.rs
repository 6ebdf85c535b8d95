//! One batch: a list of workers in, one record a row out, in the order of the list.
//!
//! Rows are read and answered chunk by chunk: a chunk is answered on all cores and written in order
//! before the next is read, so that memory does not grow with the list and the bytes are the same
//! for any number of threads. A bad row is a record with its reason; the run goes on.

mod read;
mod record;
mod summary;

use std::io::{self, Write};

use rayon::prelude::*;

pub use read::{Answer, read};
pub(crate) use record::safe;
pub use record::{Outcome, Record};
pub use summary::{Counted, Summary};

use crate::{
    engine::Engine,
    intake::{Row, Rows},
};

/// Rows answered together.
const CHUNK: usize = 1_024;

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// One JSON object a row.
    Ndjson,
    /// One line a path, and one for a row without a path; `;`-separated for Swedish spreadsheets.
    Csv,
}

/// What can end a run before the list does.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The output could not be written.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
}

/// Answers all rows and writes a record for each. `tick` is called with the number of rows done
/// after every chunk.
///
/// # Errors
/// [`Error`] where the output refuses; rows never end a run.
pub fn run(
    engine: &Engine,
    rows: &mut Rows,
    settings: Settings,
    out: &mut impl Write,
    mut tick: impl FnMut(u64),
) -> Result<Summary, Error> {
    let mut summary = Summary::default();
    if settings.form == Form::Csv {
        record::write_header(out)?;
    }
    loop {
        let chunk: Vec<Row> = rows.take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(summary);
        }
        let answered: Vec<(Record, Vec<u8>)> = chunk
            .into_par_iter()
            .map(|row| {
                let record = Record::answer(engine, row, settings.paths);
                let bytes = record.bytes(settings.form);
                (record, bytes)
            })
            .collect();
        for (record, bytes) in &answered {
            out.write_all(bytes)?;
            summary.add(record);
        }
        tick(summary.rows);
    }
}

/// How a batch is answered.
#[derive(Debug, Clone, Copy)]
pub struct Settings {
    /// Form of the output.
    pub form: Form,
    /// Paths per list and worker.
    pub paths: usize,
}
