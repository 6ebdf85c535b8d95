//! What waits for somebody's next look: lists before they are accepted, and questions about a person. In memory
//! alone, for a while, and not much of it.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError, Weak},
    time::{Duration, Instant},
};

use tokio::time;

use super::{asked::Question, lists::Sent};
use crate::{
    api::{
        Service,
        problem::{Kind, Problem},
    },
    dataset::hex,
};

/// How long a list waits.
const LIST_LASTS: Duration = Duration::from_mins(30);
/// Most bytes of all lists that wait; one goes where another comes.
const LIST_BYTES: usize = 128 << 20;
/// How long a question can be come back to.
const QUESTION_LASTS: Duration = Duration::from_hours(2);
/// Most bytes of all questions: ten thousand and more, as advisers write them.
const QUESTION_BYTES: usize = 16 << 20;
/// What a thing takes beside its bytes.
const OWN_BYTES: usize = 256;
/// How often it is seen to that what has waited too long is gone.
const SWEEP: Duration = Duration::from_mins(1);
/// Random bytes of a name.
const BYTES: usize = 16;

/// Everything that waits.
#[derive(Debug)]
pub(in crate::api) struct Pending {
    pub(super) lists: Shelf<Sent>,
    pub(super) questions: Shelf<Question>,
}

impl Default for Pending {
    fn default() -> Self {
        Self {
            lists: Shelf::new(LIST_LASTS, LIST_BYTES),
            questions: Shelf::new(QUESTION_LASTS, QUESTION_BYTES),
        }
    }
}

/// Things of one kind, each under a name that nobody can guess and that means nothing to others.
#[derive(Debug)]
pub(super) struct Shelf<T> {
    lasts: Duration,
    most: usize,
    /// Those first that were put down or looked at longest ago.
    all: Mutex<Vec<Waiting<T>>>,
}

#[derive(Debug)]
struct Waiting<T> {
    name: String,
    /// Who put it down.
    by: String,
    since: Instant,
    bytes: usize,
    thing: T,
}

impl<T: Clone> Shelf<T> {
    fn new(lasts: Duration, most: usize) -> Self {
        Self { lasts, most, all: Mutex::default() }
    }

    /// Puts down a thing of so many bytes, and returns the name under which only `by` finds it: a key's name and, behind
    /// the end of a line, what parts its users. Where there is no room the first thing of the key that holds most goes,
    /// so that nobody's things push out everybody else's.
    pub(super) fn put(&self, by: &str, thing: T, bytes: usize) -> Result<String, Problem> {
        let mut random = [0; BYTES];
        getrandom::fill(&mut random).map_err(|_none| Problem::new(Kind::Internal))?;
        let (name, since, bytes) = (hex(&random), Instant::now(), bytes + OWN_BYTES);
        let one = Waiting { name: name.clone(), by: by.to_owned(), since, bytes, thing };
        self.all(since, |all| {
            make_room(all, self.most.saturating_sub(bytes));
            all.push(one);
        });
        Ok(name)
    }

    /// What stands under a name, where this caller put it down not long ago.
    pub(super) fn get(&self, name: &str, by: &str) -> Option<T> {
        let now = Instant::now();
        self.all(now, |all| {
            let at = all.iter().position(|one| one.name == name && one.by == by)?;
            // Who looks at it again has as long again, and others go before it.
            all[at].since = now;
            all[at..].rotate_left(1);
            all.last().map(|found| found.thing.clone())
        })
    }

    /// Forgets a thing of this caller.
    pub(super) fn remove(&self, name: &str, by: &str) {
        self.all(Instant::now(), |all| all.retain(|one| one.name != name || one.by != by));
    }

    /// Forgets all things of this caller.
    pub(super) fn remove_all(&self, by: &str) {
        self.all(Instant::now(), |all| all.retain(|one| one.by != by));
    }

    /// Does something with all that have not waited too long; the others go.
    fn all<R>(&self, now: Instant, act: impl FnOnce(&mut Vec<Waiting<T>>) -> R) -> R {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|one| now.duration_since(one.since) < self.lasts);
        act(&mut all)
    }
}

/// Lets things go until no more than so many bytes are left, each time the first of the key that holds most.
/// O(things + gone x keys), for a shelf that is full alone.
fn make_room<T>(all: &mut Vec<Waiting<T>>, most: usize) {
    let mut left: usize = all.iter().map(|one| one.bytes).sum();
    if left <= most {
        return;
    }
    // Bytes of each key, and its things with the first at the end.
    let mut held: BTreeMap<&str, (usize, Vec<usize>)> = BTreeMap::new();
    for (at, one) in all.iter().enumerate().rev() {
        let of_key = held.entry(key(&one.by)).or_default();
        of_key.0 += one.bytes;
        of_key.1.push(at);
    }
    let mut gone = vec![false; all.len()];
    while left > most {
        let largest = held
            .values_mut()
            .max_by_key(|(bytes, things)| (*bytes, std::cmp::Reverse(things.last().copied())));
        let Some((bytes, at)) = largest.and_then(|(bytes, things)| Some((bytes, things.pop()?)))
        else {
            break;
        };
        *bytes -= all[at].bytes;
        left -= all[at].bytes;
        gone[at] = true;
    }
    let mut at = 0..;
    all.retain(|_| at.next().is_none_or(|at: usize| !gone[at]));
}

/// The key of an owner, whatever stands behind it.
fn key(by: &str) -> &str {
    by.split('\n').next().unwrap_or_default()
}

/// Sees to it that what waits goes once it has waited too long, though nobody asks for any. Ends with the service.
pub(in crate::api) async fn sweep(service: Weak<Service>) {
    loop {
        time::sleep(SWEEP).await;
        let Some(service) = service.upgrade() else { return };
        let Pending { lists, questions } = &service.pending;
        lists.all(Instant::now(), |_left| ());
        questions.all(Instant::now(), |_left| ());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_mins(30);
    const MOST: usize = 10_000;

    #[test]
    fn a_thing_is_its_callers_and_one_is_kept_however_large() {
        let shelf = Shelf::new(LASTS, MOST);
        let first = shelf.put("anna", 1, 10).unwrap();
        assert!(shelf.get(&first, "bo").is_none() && shelf.get("", "anna").is_none());
        assert_eq!(shelf.get(&first, "anna"), Some(1));
        let large = shelf.put("bo", 2, MOST).unwrap();
        assert!(shelf.get(&first, "anna").is_none(), "the first goes");
        assert_eq!(shelf.get(&large, "bo"), Some(2));
        shelf.remove(&large, "anna");
        assert!(shelf.get(&large, "bo").is_some(), "another's is not forgotten");
        shelf.remove_all("bo");
        assert!(shelf.get(&large, "bo").is_none());
    }

    #[test]
    fn whoever_holds_most_makes_room_and_what_was_looked_at_goes_last() {
        let shelf = Shelf::new(LASTS, MOST);
        let annas = shelf.put("anna", 0, 0).unwrap();
        let bos: Vec<String> = (1..=1_000).map(|at| shelf.put("bo", at, 0).unwrap()).collect();
        assert_eq!(shelf.get(&annas, "anna"), Some(0), "many things of another do not push it out");
        let left = MOST / OWN_BYTES;
        assert_eq!(shelf.all(Instant::now(), |all| all.len()), left);
        let oldest = &bos[bos.len() - (left - 1)];
        assert!(shelf.get(oldest, "bo").is_some());
        shelf.put("bo", 0, 0).unwrap();
        assert!(shelf.get(oldest, "bo").is_some(), "it was looked at since the others");
        assert!(shelf.get(&bos[bos.len() - (left - 2)], "bo").is_none());
    }

    #[test]
    fn what_has_waited_too_long_goes_though_nobody_asks_for_it() {
        let shelf = Shelf::new(LASTS, MOST);
        shelf.put("anna", 1, 10).unwrap();
        let now = Instant::now();
        assert_eq!(shelf.all(now, |all| all.len()), 1);
        assert_eq!(shelf.all(now + LASTS, |all| all.len()), 0);
    }
}
