//! Removes what has been kept long enough.

use super::{Result, Store, now};

/// How much was removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Swept {
    /// Batches with their plans.
    pub batches: usize,
    /// Single questions.
    pub decisions: usize,
    /// Notes of what advisers did.
    pub overrides: usize,
}

impl Store {
    /// Removes what is older than the terms allow, and writes the file anew where that was something
    /// ([`Store::compact`]).
    ///
    /// # Errors
    /// Where the store fails.
    pub fn sweep(&self) -> Result<Swept> {
        let swept = self.change(|change| {
            let old = |table: &str| {
                change.execute(&format!("DELETE FROM {table} WHERE expires <= ?1"), [now()])
            };
            Ok(Swept {
                batches: old("batches")?,
                decisions: old("decisions")?,
                overrides: old("overrides")?,
            })
        })?;
        if swept != Swept::default() {
            self.compact()?;
        }
        Ok(swept)
    }
}
