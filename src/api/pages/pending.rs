//! Lists that somebody looks at before they are accepted: in memory alone, for a while, and few.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::body::Bytes;

use crate::{
    api::problem::{Kind, Problem},
    dataset::hex,
};

/// How long a list waits.
const LASTS: Duration = Duration::from_mins(30);
/// Most bytes of all lists that wait; the first goes where another comes.
const MOST_BYTES: usize = 128 << 20;
/// Random bytes of a name.
const BYTES: usize = 16;

/// A list as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// Who sent it.
    pub(super) by: String,
    /// The name by which its form is guessed: its ending alone.
    pub(super) name: &'static str,
    pub(super) bytes: Bytes,
}

#[derive(Debug)]
struct Waiting {
    name: String,
    since: Instant,
    sent: Sent,
}

/// All lists that wait.
#[derive(Debug, Default)]
pub(in crate::api) struct Pending(Mutex<Vec<Waiting>>);

impl Pending {
    /// Puts a list down, and returns the name under which only its sender finds it.
    pub(super) fn put(&self, sent: Sent) -> Result<String, Problem> {
        let mut random = [0; BYTES];
        getrandom::fill(&mut random).map_err(|_none| Problem::new(Kind::Internal))?;
        let name = hex(&random);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.since.elapsed() < LASTS);
        all.push(Waiting { name: name.clone(), since: Instant::now(), sent });
        let bytes = |all: &[Waiting]| all.iter().map(|one| one.sent.bytes.len()).sum::<usize>();
        while all.len() > 1 && bytes(&all) > MOST_BYTES {
            all.remove(0);
        }
        Ok(name)
    }

    /// The list of a name, where this sender put it down not long ago.
    pub(super) fn get(&self, name: &str, by: &str) -> Option<Sent> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.since.elapsed() < LASTS);
        let found = all.iter_mut().find(|one| one.name == name && one.sent.by == by)?;
        // Who looks at it again has as long again.
        found.since = Instant::now();
        Some(found.sent.clone())
    }

    /// Forgets a list.
    pub(super) fn remove(&self, name: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.name != name);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sent(by: &str, bytes: usize) -> Sent {
        Sent { by: by.into(), name: "list.csv", bytes: vec![b'x'; bytes].into() }
    }

    #[test]
    fn a_list_is_its_senders_and_many_do_not_fill_the_memory() {
        let pending = Pending::default();
        let first = pending.put(sent("anna", 10)).unwrap();
        assert!(pending.get(&first, "bo").is_none() && pending.get("", "anna").is_none());
        assert_eq!(pending.get(&first, "anna").unwrap().bytes.len(), 10);
        let large = pending.put(sent("bo", MOST_BYTES)).unwrap();
        assert!(pending.get(&first, "anna").is_none() && pending.get(&large, "bo").is_some());
        pending.remove(&large);
        assert!(pending.get(&large, "bo").is_none());
    }
}
