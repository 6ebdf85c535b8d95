//! What single questions took.

use std::time::{Duration, Instant};

/// Seconds of questions, ascending; at least one.
pub(super) struct Times(Vec<f64>);

impl Times {
    pub(super) fn of(times: impl IntoIterator<Item = Duration>) -> Self {
        let mut times: Vec<f64> = times.into_iter().map(|time| time.as_secs_f64()).collect();
        times.sort_by(f64::total_cmp);
        Self(times)
    }

    /// The seconds within which so many percent were answered.
    pub(super) fn at(&self, percent: usize) -> f64 {
        self.0[(self.0.len() - 1) * percent / 100]
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
}

/// What something takes.
pub(super) fn time(ask: impl FnOnce()) -> Duration {
    let begin = Instant::now();
    ask();
    begin.elapsed()
}
