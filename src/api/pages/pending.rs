//! What waits for somebody's next look: lists before they are accepted, and questions about a person. In memory
//! alone, for a while, and not much of it.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
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
/// Most bytes of all lists that wait; the first goes where another comes.
const LIST_BYTES: usize = 128 << 20;
/// How long a question can be come back to.
const QUESTION_LASTS: Duration = Duration::from_hours(2);
/// Most bytes of all questions: some twenty thousand.
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
    all: Mutex<All<T>>,
}

#[derive(Debug)]
struct All<T> {
    waiting: VecDeque<Waiting<T>>,
    /// Whether a task sees to it that nothing waits too long.
    is_swept: bool,
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
        let all = All { waiting: VecDeque::new(), is_swept: false };
        Self { lasts, most, all: Mutex::new(all) }
    }

    /// Puts down a thing of so many bytes, and returns the name under which only `by` finds it.
    pub(super) fn put(&self, by: &str, thing: T, bytes: usize) -> Result<String, Problem> {
        let mut random = [0; BYTES];
        getrandom::fill(&mut random).map_err(|_none| Problem::new(Kind::Internal))?;
        let (name, since, bytes) = (hex(&random), Instant::now(), bytes + OWN_BYTES);
        let one = Waiting { name: name.clone(), by: by.to_owned(), since, bytes, thing };
        self.all(since, |all| {
            all.push_back(one);
            let mut held: usize = all.iter().map(|one| one.bytes).sum();
            while held > self.most && all.len() > 1 {
                held -= all.pop_front().map_or(0, |first| first.bytes);
            }
        });
        Ok(name)
    }

    /// What stands under a name, where this caller put it down not long ago.
    pub(super) fn get(&self, name: &str, by: &str) -> Option<T> {
        let now = Instant::now();
        self.all(now, |all| {
            let found = all.iter_mut().find(|one| one.name == name && one.by == by)?;
            // Who looks at it again has as long again.
            found.since = now;
            Some(found.thing.clone())
        })
    }

    /// Forgets a thing of this caller.
    pub(super) fn remove(&self, name: &str, by: &str) {
        self.all(Instant::now(), |all| all.retain(|one| one.name != name || one.by != by));
    }

    /// Does something with all that have not waited too long; the others go.
    fn all<R>(&self, now: Instant, act: impl FnOnce(&mut VecDeque<Waiting<T>>) -> R) -> R {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.waiting.retain(|one| now.duration_since(one.since) < self.lasts);
        act(&mut all.waiting)
    }

    /// Lets go of what has waited too long; whether anything is left that a sweep must come back for.
    fn sweep(&self, now: Instant) -> bool {
        self.all(now, |_left| ());
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        all.is_swept = !all.waiting.is_empty();
        all.is_swept
    }

    /// Whether nobody sees to it yet; from now on somebody does.
    fn begins_to_be_swept(&self) -> bool {
        let mut all = self.all.lock().unwrap_or_else(PoisonError::into_inner);
        !std::mem::replace(&mut all.is_swept, true)
    }
}

/// Sees to it that what waits goes once it has waited too long, though nobody asks for any: one task for all of a kind.
pub(super) fn sweep<T>(service: &Arc<Service>, of: fn(&Pending) -> &Shelf<T>)
where
    T: Clone + Send + 'static,
{
    if !of(&service.pending).begins_to_be_swept() {
        return;
    }
    let service = Arc::downgrade(service);
    let goes_on =
        move || service.upgrade().is_some_and(|service| of(&service.pending).sweep(Instant::now()));
    tokio::spawn(async move {
        loop {
            time::sleep(SWEEP).await;
            if !goes_on() {
                return;
            }
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    const LASTS: Duration = Duration::from_mins(30);
    const MOST: usize = 10_000;

    #[test]
    fn a_thing_is_its_callers_and_many_do_not_fill_the_memory() {
        let shelf = Shelf::new(LASTS, MOST);
        let first = shelf.put("anna", 1, 10).unwrap();
        assert!(shelf.get(&first, "bo").is_none() && shelf.get("", "anna").is_none());
        assert_eq!(shelf.get(&first, "anna"), Some(1));
        let large = shelf.put("bo", 2, MOST).unwrap();
        assert!(shelf.get(&first, "anna").is_none(), "the first goes");
        assert_eq!(shelf.get(&large, "bo"), Some(2), "one is kept, however large");
        shelf.remove(&large, "anna");
        assert!(shelf.get(&large, "bo").is_some(), "another's is not forgotten");
        shelf.remove(&large, "bo");
        assert!(shelf.get(&large, "bo").is_none());
        for small in 0..1_000 {
            shelf.put("anna", small, 0).unwrap();
        }
        assert_eq!(shelf.all(Instant::now(), |all| all.len()), MOST / OWN_BYTES);
    }

    #[test]
    fn what_has_waited_too_long_goes_though_nobody_asks_for_it() {
        let shelf = Shelf::new(LASTS, MOST);
        assert!(shelf.begins_to_be_swept() && !shelf.begins_to_be_swept(), "one task is enough");
        shelf.put("anna", 1, 10).unwrap();
        let now = Instant::now();
        assert!(shelf.sweep(now), "it waits, and the task comes back");
        assert!(!shelf.sweep(now + LASTS), "nothing is left to come back for");
        assert!(shelf.all.lock().unwrap().waiting.is_empty());
        assert!(shelf.begins_to_be_swept(), "the next thing needs a task again");
    }
}
