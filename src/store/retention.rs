//! Removes what has been kept long enough.

use super::{Result, Store, due, now};

/// How much was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Batches with their plans.
    pub batches: usize,
    /// Single questions.
    pub decisions: usize,
    /// Notes of what advisers did.
    pub overrides: usize,
    /// Signals of councils.
    pub signals: usize,
}

impl Store {
    /// Removes what is older than the terms allow; where that was something the file is to be written anew
    /// ([`Store::compact`]).
    ///
    /// # Errors
    /// Where the store fails.
    pub fn sweep(&self) -> Result<Swept> {
        self.change(|change| {
            let old = |table: &str| {
                change.execute(&format!("DELETE FROM {table} WHERE expires <= ?1"), [now()])
            };
            let swept = Swept {
                batches: old("batches")?,
                decisions: old("decisions")?,
                overrides: old("overrides")?,
                signals: old("signals")?,
            };
            if swept != Swept::default() {
                due(change)?;
            }
            Ok(swept)
        })
    }
}
