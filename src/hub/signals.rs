//! What councils say to the hub, beside what stands in the data set.

use std::sync::{Arc, PoisonError};

use super::{Current, Hub};
use crate::{
    domain::{Meta, Signal},
    engine::Engine,
    store::{Error, KeptSignal, Said, Says},
};

impl Hub {
    /// Keeps a signal: its id, and whether it is new. When this returns it is on the disk and heard; what
    /// is being answered goes on without it. Copies the data set, in about 0.1 s for all official files.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn keep_signal(&self, said: &Said) -> Result<(String, bool), Error> {
        let kept = self.store.keep_signal(said)?;
        self.hear()?;
        Ok(kept)
    }

    /// Takes a signal back.
    ///
    /// # Errors
    /// [`Error::Absent`], or where the store fails.
    pub fn remove_signal(&self, id: &str) -> Result<(), Error> {
        self.store.remove_signal(id)?;
        self.hear()
    }

    /// Hears what is kept.
    pub(super) fn hear(&self) -> Result<(), Error> {
        let _one_after_the_other = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let current = self.current();
        let hearing = self.hearing(&current.base)?;
        self.put(Current { hearing, ..current });
        Ok(())
    }

    /// An engine with what is kept, as far as it can be read.
    pub(super) fn hearing(&self, base: &Arc<Engine>) -> Result<Arc<Engine>, Error> {
        let kept = self.store.signals()?;
        for unread in &kept.unread {
            tracing::error!(error = %unread, "what a council said is left out");
        }
        Ok(hearing(base, &with_points(kept.read)))
    }

    /// The engine of versions that differ from those of now by signals that have come since.
    pub(super) fn heard_before(&self, made_by: &Meta) -> Result<Option<Arc<Engine>>, Error> {
        let engine = self.current().base;
        let base = engine.meta();
        if (Meta { signals: None, ..made_by.clone() }) != (Meta { signals: None, ..base.clone() }) {
            return Ok(None);
        }
        if made_by.signals == base.signals {
            return Ok(Some(engine));
        }
        let signals = with_points(self.store.signals()?.read);
        let mut befores = (1..=signals.len()).map(|many| &signals[..many]);
        let then = befores.find(|heard| Some(engine.version_hearing(heard)) == made_by.signals);
        Ok(then.map(|heard| hearing(&engine, heard)))
    }
}

fn hearing(base: &Arc<Engine>, signals: &[Signal]) -> Arc<Engine> {
    if signals.is_empty() {
        return Arc::clone(base);
    }
    Arc::new(base.with_courses(|_courses| ()).with_signals(signals.to_vec()))
}

/// Signals that move something, in the order they came.
fn with_points(kept: Vec<KeptSignal>) -> Vec<Signal> {
    let moving = kept.into_iter().filter(|kept| kept.said.says != Says::CourseWanted);
    moving.map(|kept| kept.said.signal).collect()
}
