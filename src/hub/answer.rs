//! Answers the rows of a batch, from the first that has no record.

use std::{
    collections::VecDeque,
    io::{self, Write},
    sync::{Mutex, PoisonError, atomic::Ordering},
};

use super::{Broken, Hub, question::row_id};
use crate::{
    batch::{self, Form, Outcome, Output, Progress, Record, Settings, Summary},
    domain::Meta,
    intake::Row,
    store::{BatchSummary, Error, KeptRecord, RowStatus},
};

/// Rows read from the store together.
const PAGE: usize = 256;

/// Number of a row and the address of its decision, between its reading and its record.
type Underway = Mutex<VecDeque<(u64, Option<String>)>>;

/// The rows that have no record yet.
struct Waiting<'h> {
    hub: &'h Hub,
    id: &'h str,
    meta: &'h Meta,
    paths: usize,
    page: VecDeque<(u64, Row)>,
    last: u64,
    underway: &'h Underway,
    broken: &'h Mutex<Option<Error>>,
}

impl Iterator for Waiting<'_> {
    type Item = Row;

    fn next(&mut self) -> Option<Row> {
        if self.page.is_empty() {
            match self.hub.store.unanswered(self.id, self.last, PAGE) {
                Ok(page) => self.page = page.into(),
                Err(error) => {
                    *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
                    return None;
                }
            }
        }
        let (number, row) = self.page.pop_front()?;
        self.last = number;
        let worker = row.outcome.as_ref().ok();
        let decision = worker.map(|worker| row_id(self.meta, self.id, worker, self.paths));
        self.underway.lock().unwrap_or_else(PoisonError::into_inner).push_back((number, decision));
        Some(row)
    }
}

/// Keeps records, as many at a time as are answered together.
struct Keeping<'h> {
    hub: &'h Hub,
    id: &'h str,
    records: Vec<KeptRecord>,
    underway: &'h Underway,
    broken: &'h Mutex<Option<Error>>,
}

impl Write for Keeping<'_> {
    fn write(&mut self, _bytes: &[u8]) -> io::Result<usize> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Keeping<'_> {
    fn take(&mut self, record: &Record, bytes: &[u8]) -> io::Result<()> {
        let next = self.underway.lock().unwrap_or_else(PoisonError::into_inner).pop_front();
        let (number, decision) = next.ok_or_else(|| io::Error::other("a record without a row"))?;
        let status = match &record.outcome {
            Outcome::Refused { .. } => RowStatus::Refused,
            Outcome::Answered { recommendation, .. } => recommendation.match_status.into(),
        };
        let record = bytes.strip_suffix(b"\n").unwrap_or(bytes).to_owned();
        self.records.push(KeptRecord { number, record, status, decision });
        Ok(())
    }

    fn reached(&mut self, progress: &Progress) -> io::Result<()> {
        let kept = self.hub.store.keep_records(self.id, &self.records, &progress.summary);
        self.hub.answered.fetch_add(self.records.len() as u64, Ordering::Relaxed);
        self.records.clear();
        if let Err(error) = kept {
            *self.broken.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
            return Err(io::ErrorKind::BrokenPipe.into());
        }
        if self.hub.is_stopping() { Err(io::ErrorKind::Interrupted.into()) } else { Ok(()) }
    }
}

impl Hub {
    /// Answers all rows of a batch that have no record.
    pub(super) fn answer_batch(&self, id: &str) -> Result<(), Broken> {
        let engine = self.engine();
        let meta = engine.meta();
        self.store.answer_with(id, &meta)?;
        let batch = self.store.batch(id)?;
        // Counts that are damaged are made anew; only those that are told must be as they were written.
        let kept = self.store.summary(id).map(|kept| kept.summary);
        let summary = kept.or_else(|_damaged| self.counted(id).map(|(_, summary)| summary))?;
        let from = Progress { summary, ..Progress::default() };
        let (underway, broken) = (Underway::default(), Mutex::new(None));
        let mut rows = Waiting {
            hub: self,
            id,
            meta: &meta,
            paths: batch.paths,
            page: VecDeque::new(),
            last: 0,
            underway: &underway,
            broken: &broken,
        };
        let mut out =
            Keeping { hub: self, id, records: Vec::new(), underway: &underway, broken: &broken };
        let settings = Settings::new(Form::Ndjson, batch.paths);
        let ran = self.pool.install(|| batch::run(&engine, &mut rows, settings, from, &mut out));
        if let Some(error) = broken.into_inner().unwrap_or_else(PoisonError::into_inner) {
            return Err(error.into());
        }
        if let Err(error) = ran {
            if self.is_stopping() {
                return Err(Broken::Stopping);
            }
            tracing::error!(%error, "a batch broke off");
            return Err(Broken::Never("internal"));
        }
        let mut ended = self.store.end_batch(id, None)?;
        while !ended {
            let (erased, summary) = self.counted(id)?;
            ended = self.store.end_batch(id, Some((erased, &summary)))?;
        }
        Ok(())
    }

    /// What a batch comes to, without those who were erased.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn summary(&self, id: &str) -> Result<BatchSummary, Error> {
        let kept = self.store.summary(id)?;
        if !kept.recount_due {
            return Ok(kept);
        }
        // One that is being answered is counted at its end for good.
        Ok(BatchSummary { summary: self.counted(id)?.1, ..kept })
    }

    /// Counts done batches anew that somebody was erased from.
    pub(super) fn recount(&self) -> Result<(), Error> {
        let recount = |id: &str| {
            let (erased, summary) = self.counted(id)?;
            self.store.recount(id, (erased, &summary))
        };
        let mut ended = Ok(());
        for id in self.store.recounts_due()? {
            // One that cannot be counted must not keep the others from it.
            ended = ended.and(recount(&id).map(drop));
        }
        ended
    }

    /// What the records of a batch come to, with the rows that were erased before they were counted.
    fn counted(&self, id: &str) -> Result<(u64, Summary), Error> {
        let erased = self.store.batch(id)?.erased;
        let (mut summary, mut last) = (Summary::default(), 0);
        loop {
            let page = self.store.records(id, last, PAGE)?;
            let Some((end, _)) = page.last() else { return Ok((erased, summary)) };
            last = *end;
            for (_, record) in &page {
                if let Err(unlike) = batch::count(&mut summary, record) {
                    tracing::warn!(%unlike, "a record is not counted");
                }
            }
        }
    }
}
