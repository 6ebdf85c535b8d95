//! Lists that somebody looks at before they are accepted: in memory alone, for a while, and few.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::body::Bytes;
use tokio::time;

use crate::{
    api::{
        Service,
        problem::{Kind, Problem},
    },
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
        expire(&mut all, Instant::now());
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
        expire(&mut all, Instant::now());
        let found = all.iter_mut().find(|one| one.name == name && one.sent.by == by)?;
        // Who looks at it again has as long again.
        found.since = Instant::now();
        Some(found.sent.clone())
    }

    /// Forgets a list of this sender.
    pub(super) fn remove(&self, name: &str, by: &str) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| one.name != name || one.sent.by != by);
    }

    /// How long a list may wait yet; nothing where it is gone. All that have waited too long go.
    fn left(&self, name: &str, now: Instant) -> Option<Duration> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        expire(&mut all, now);
        let found = all.iter().find(|one| one.name == name)?;
        Some(LASTS.saturating_sub(now.duration_since(found.since)))
    }
}

fn expire(all: &mut Vec<Waiting>, now: Instant) {
    all.retain(|one| now.duration_since(one.since) < LASTS);
}

/// Forgets a list once it has waited too long, though nobody asks for any.
pub(super) fn forget_later(service: &Arc<Service>, name: String) {
    let service = Arc::downgrade(service);
    let left = move |name: &str| service.upgrade()?.pending.left(name, Instant::now());
    tokio::spawn(async move {
        while let Some(left) = left(&name) {
            time::sleep(left).await;
        }
    });
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
        pending.remove(&large, "anna");
        assert!(pending.get(&large, "bo").is_some(), "another's list is not forgotten");
        pending.remove(&large, "bo");
        assert!(pending.get(&large, "bo").is_none());
    }

    #[test]
    fn a_list_that_has_waited_too_long_goes_though_nobody_asks_for_it() {
        let pending = Pending::default();
        let [first, second] = [(); 2].map(|()| pending.put(sent("anna", 10)).unwrap());
        let now = Instant::now();
        assert!(pending.left(&first, now).is_some_and(|left| left <= LASTS));
        assert_eq!(pending.left(&second, now + LASTS), None);
        assert!(pending.0.lock().unwrap().is_empty(), "the other one goes, too");
    }
}
