//! One batch: a list of workers in, one record a row out, in the order of the list.
//!
//! Rows are read and answered chunk by chunk: a chunk is answered on all cores and written in order
//! before the next is read, so that memory does not grow with the list (beyond 900,000 rows references lie in a file) and
//! the bytes are the same for any number of threads. A bad row is a record with its reason; the run goes on.
//!
//! After every chunk the output is told how far the run is ([`Progress`]); from there it can go on
//! later, with the same bytes as in one go. A [`Shard`] is a part of a list, for several machines; a
//! filter gives a record a row that depends on nothing but the row, for engines that cut a list as they
//! please.

mod columnar;
mod kept;
mod picture;
mod read;
mod record;
mod summary;
mod table;
mod workbook;

use std::io::{self, Write};

use rayon::prelude::*;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

pub use columnar::parquet;
pub use kept::{Unlike, count, table_lines};
pub use read::{Answer, Seen, answer, read};
pub use record::{Outcome, Record};
pub use summary::{Booking, Counted, Report, ShownSector, Summary};
pub(crate) use table::{FORMULA, decimal, safe, spreadsheet};
pub(crate) use workbook::one_sheet;
pub use workbook::workbook;

use crate::{
    dataset::hex,
    engine::Engine,
    intake::{Code, Row, Worker},
};

/// Rows answered together.
const CHUNK: usize = 1_024;

/// Form of the output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Form {
    /// One JSON object a row.
    Ndjson,
    /// A table: one line a path, and one for a row without a path; `;`-separated for Swedish
    /// spreadsheets, and safe to open in one.
    Csv,
    /// The same table as bare text, which [`parquet()`] is made of.
    Raw,
    /// The same in Swedish words instead of keys, which [`workbook()`] is made of.
    Words,
}

/// How a batch is answered.
#[derive(Debug, Clone, Copy, Serialize)]
pub struct Settings {
    /// Form of the output.
    pub form: Form,
    /// Paths per list and worker.
    pub paths: usize,
    /// The part of the list that is answered; all of it without.
    pub shard: Option<Shard>,
    /// Whether a record depends on its row alone: it names no line, and nobody without a reference is
    /// called by the line.
    pub filter: bool,
}

impl Settings {
    /// A whole list.
    pub fn new(form: Form, paths: usize) -> Self {
        Self { form, paths, shard: None, filter: false }
    }
}

/// Every `of`-th row, from the `number`-th. All shards together answer each row once, and each of them
/// reads all rows: which of two with one reference counts does not depend on how a list is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Shard {
    /// From 1 to `of`.
    pub number: u64,
    /// How many there are.
    pub of: u64,
}

impl Shard {
    /// Whether the row counted from 0 is in it.
    fn holds(self, row: u64) -> bool {
        row % self.of.max(1) == self.number.saturating_sub(1)
    }
}

/// How far a run is.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// Rows read.
    pub rows: u64,
    /// What they were, as SHA-256: another list is not gone on with.
    pub digest: String,
    /// What they came to.
    pub summary: Summary,
}

/// Where records go.
pub trait Output: Write {
    /// Takes a record with the bytes it is in the form of the run.
    ///
    /// # Errors
    /// What ends the run.
    fn take(&mut self, _record: &Record, bytes: &[u8]) -> io::Result<()> {
        self.write_all(bytes)
    }

    /// Called when all records up to there are written.
    ///
    /// # Errors
    /// What ends the run.
    fn reached(&mut self, _progress: &Progress) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Vec<u8> {}
impl Output for io::Sink {}

/// An output that keeps no progress.
#[derive(Debug)]
pub struct Stream<W>(pub W);

impl<W: Write> Write for Stream<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl<W: Write> Output for Stream<W> {}

/// What can end a run before the list does.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The output could not be written.
    #[error("cannot write the result: {0}")]
    Write(#[from] io::Error),
    /// The first rows are others than those that were answered before.
    #[error("the list has changed since the run began")]
    Changed,
    /// A row that was answered before cannot be read again.
    #[error("line {0} of the list cannot be read again; run the same command when it can")]
    Unreadable(u64),
}

/// Answers all rows after those of `from` and writes a record for each.
///
/// # Errors
/// [`Error`] where the output refuses or the list is not the one of `from`; rows never end a run.
pub fn run(
    engine: &Engine,
    rows: &mut impl Iterator<Item = Row>,
    settings: Settings,
    from: Progress,
    out: &mut impl Output,
) -> Result<Summary, Error> {
    let before = from.rows;
    let mut progress = Progress { summary: from.summary, ..Progress::default() };
    let mut left = before;
    while left > 0 {
        let known = rows.by_ref().take(CHUNK.min(usize::try_from(left).unwrap_or(CHUNK)));
        let known: Vec<Row> = known.collect();
        let unread = |row: &&Row| matches!(&row.outcome, Err(p) if p.code == Code::Unreadable);
        if let Some(row) = known.iter().find(unread) {
            return Err(Error::Unreadable(row.line));
        }
        if known.is_empty() {
            return Err(Error::Changed);
        }
        left -= known.len() as u64;
        progress.count(&known);
    }
    if before > 0 && progress.digest != from.digest {
        return Err(Error::Changed);
    }
    if before == 0 && settings.form != Form::Ndjson {
        table::write_header(settings.form, out)?;
    }
    loop {
        let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(progress.summary);
        }
        let mut number = progress.rows;
        progress.count(&chunk);
        let ours = chunk.into_iter().filter(|_| {
            number += 1;
            settings.shard.is_none_or(|shard| shard.holds(number - 1))
        });
        let answered: Vec<(Record, Vec<u8>)> = ours
            .collect::<Vec<Row>>()
            .into_par_iter()
            .map(|row| {
                let record = Record::answer(engine, row, settings);
                let bytes = record.bytes(settings.form);
                (record, bytes)
            })
            .collect();
        for (record, bytes) in &answered {
            out.take(record, bytes)?;
            progress.summary.add(record);
        }
        // Answers are large: all cores let go of them.
        answered.into_par_iter().for_each(drop);
        out.reached(&progress)?;
    }
}

impl Progress {
    /// Counts rows that were read.
    fn count(&mut self, rows: &[Row]) {
        let mut digest = Sha256::new_with_prefix(self.digest.as_bytes());
        for Row { line, file, outcome } in rows {
            // All that a record is made of, in a form that says where each part ends.
            let text = match outcome {
                Ok(worker) => {
                    let Worker { profile, text, warnings, .. } = worker;
                    serde_json::to_vec(&(line, file, profile, text, warnings))
                }
                Err(problem) => serde_json::to_vec(&(line, file, problem)),
            };
            digest.update(text.unwrap_or_default());
        }
        self.rows += rows.len() as u64;
        self.digest = hex(&digest.finalize());
    }
}
