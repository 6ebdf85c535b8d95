//! What follows on removal, and removal for age: never while somebody waits for the answer.

use std::time::{Duration, Instant};

use super::{Hub, LONGEST, PAUSE};
use crate::store::{Error, Swept};

/// How often it is looked for what has been kept long enough.
const SWEEP: Duration = Duration::from_hours(1);
/// How many times as long as it took to write the file anew it is not written anew again: everybody waits
/// while it is, and many people may be erased one after the other.
const REST: u32 = 9;

impl Hub {
    /// Keeps the store in order until the service stops.
    pub(super) fn keep_up(&self) {
        let mut swept: Option<Instant> = None;
        while !self.is_stopping() {
            if swept.is_none_or(|swept| swept.elapsed() >= SWEEP) {
                match self.sweep() {
                    Ok(removed) => tracing::info!(?removed, "what was kept long enough is removed"),
                    Err(error) => tracing::error!(%error, "what was kept long enough stays"),
                }
                swept = Some(Instant::now());
            }
            if let Err(error) = self.recount() {
                tracing::error!(%error, "counts that hold an erased person stay");
            }
            let began = Instant::now();
            match self.store.compact() {
                Ok(true) => {
                    let took = began.elapsed();
                    tracing::info!(seconds = took.as_secs_f32(), "the store is written anew");
                    self.rest(took * REST);
                }
                Ok(false) => self.upkeep.wait(LONGEST),
                Err(error) => {
                    tracing::error!(%error, "the store is not written anew");
                    self.rest((began.elapsed() * REST).max(PAUSE));
                }
            }
        }
    }

    /// Waits for so long, whoever rings, and for what was rung meanwhile no longer.
    fn rest(&self, time: Duration) {
        let until = Instant::now() + time;
        while !self.is_stopping() {
            let Some(left) = until.checked_duration_since(Instant::now()) else { break };
            self.upkeep.wait(left);
        }
    }

    fn sweep(&self) -> Result<Swept, Error> {
        let swept = self.store.sweep()?;
        if swept.signals > 0 {
            self.hear()?;
        }
        Ok(swept)
    }
}
