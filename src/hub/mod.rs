//! Work that outlives a request: batches, plans, and decisions that can be given again.
//!
//! * A list or a plan that is accepted is in the [`Store`] before anybody is told so. One thread of its own
//!   does the work in the order it came, on a pool that leaves a core to people who wait for an answer;
//!   `upkeep`, on another, removes what is too old and cleans up behind what was removed.
//! * After a stop, planned or not, work goes on by itself: a batch behind its last kept record, a plan from
//!   its beginning. Where the data set or the model is another by then, a batch is answered anew, so that
//!   all its records are of one version.
//! * `signals` is what councils have said to the hub: an engine that hears it takes the place of the last.
//! * [`Question`] is what can be asked of one worker; the address of its content and of the versions is the
//!   id of the decision.

mod answer;
mod bell;
mod plan;
mod question;
mod replay;
mod signals;
mod upkeep;

use std::{
    sync::{
        Arc, Mutex, PoisonError, RwLock,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rayon::{ThreadPool, ThreadPoolBuilder};

pub use plan::{AskedStart, Decided, MOST_LISTED, PlanAction, PlanAsk, PlanRefusal};
pub use question::{Answer, GapTarget, Gaps, Question, Readings, WindowAnswer};
pub use replay::{Replay, ReplayError, Replayed};

use crate::{
    engine::Engine,
    index::Index,
    store::{Error, Store, Work},
};
use bell::Bell;

/// How long it is waited for a bell that may have been missed.
const LONGEST: Duration = Duration::from_hours(1);
/// How long nothing is tried when the store has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Data and model that answer now. Whoever has taken a copy answers from it to the end.
#[derive(Debug, Clone)]
struct Current {
    /// Without what councils have said to the hub.
    base: Arc<Engine>,
    /// With it.
    hearing: Arc<Engine>,
    /// Of the same data.
    index: Arc<Index>,
}

/// Engine and store, with the threads that do what is accepted.
#[derive(Debug)]
pub struct Hub {
    current: RwLock<Current>,
    /// Held while that is changed.
    told: Mutex<()>,
    store: Store,
    pool: ThreadPool,
    /// Rings when something was accepted.
    work: Bell,
    /// Rings when something was removed.
    upkeep: Bell,
    stopping: AtomicBool,
    /// Rows answered since the start.
    answered: AtomicU64,
}

/// Why a piece of work was not done.
#[derive(Debug, thiserror::Error)]
enum Broken {
    /// The service stops.
    #[error("the service stops")]
    Stopping,
    /// It cannot be done, ever; the code says why.
    #[error("{0}")]
    Never(&'static str),
    /// The store failed, or the work was removed meanwhile.
    #[error(transparent)]
    Store(#[from] Error),
}

/// Why there is no hub.
#[derive(Debug, thiserror::Error)]
pub enum NotBegun {
    /// The system gives no threads.
    #[error("there are no threads for a hub ({0})")]
    Threads(#[from] rayon::ThreadPoolBuildError),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl Hub {
    /// Puts a hub together, which hears what councils have said to it; [`Self::start`] begins the work.
    /// `index` must be of the data set of `engine`.
    ///
    /// # Errors
    /// Where the system gives no threads, or the store fails.
    pub fn new(engine: Arc<Engine>, index: Index, store: Store) -> Result<Self, NotBegun> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1)).build()?;
        let hub = Self {
            current: RwLock::new(Current {
                hearing: Arc::clone(&engine),
                base: engine,
                index: Arc::new(index),
            }),
            told: Mutex::new(()),
            store,
            pool,
            work: Bell::default(),
            upkeep: Bell::default(),
            stopping: AtomicBool::new(false),
            answered: AtomicU64::new(0),
        };
        hub.hear()?;
        Ok(hub)
    }

    /// Lets other data and another model answer from now on; what is being answered goes on with those it
    /// began with. `index` must be of the data set of `engine`.
    ///
    /// # Errors
    /// Where the store fails; the old ones stay.
    pub fn renew(&self, engine: Engine, index: Index) -> Result<(), Error> {
        let _one_after_the_other = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        let base = Arc::new(engine);
        let hearing = self.hearing(&base)?;
        self.put(Current { base, hearing, index: Arc::new(index) });
        Ok(())
    }

    fn current(&self) -> Current {
        self.current.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn put(&self, current: Current) {
        let mut place = self.current.write().unwrap_or_else(PoisonError::into_inner);
        let before = std::mem::replace(&mut *place, current);
        drop(place);
        // Hundreds of megabytes are given back while nobody waits for the place.
        drop(before);
    }

    /// What answers, as long as it is held: with what councils have said until now.
    pub fn engine(&self) -> Arc<Engine> {
        self.current().hearing
    }

    /// The same with the index of its data set.
    pub fn engine_and_index(&self) -> (Arc<Engine>, Arc<Index>) {
        let Current { hearing, index, .. } = self.current();
        (hearing, index)
    }

    /// What is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Begins the work on two threads of its own; they end after [`Self::stop`].
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(self: &Arc<Self>) -> std::io::Result<[JoinHandle<()>; 2]> {
        let begin = |name: &str, run: fn(&Self)| {
            let hub = Arc::clone(self);
            thread::Builder::new().name(name.to_owned()).spawn(move || run(&hub))
        };
        Ok([begin("hub", Self::run)?, begin("upkeep", Self::keep_up)?])
    }

    /// Rows of lists answered since the start.
    pub fn answered(&self) -> u64 {
        self.answered.load(Ordering::Relaxed)
    }

    /// Tells the thread that something was accepted.
    pub fn tell(&self) {
        self.work.ring();
    }

    /// Tells the thread that something was removed.
    pub fn tell_of_removal(&self) {
        self.upkeep.ring();
    }

    /// Asks the threads to end after the rows they are at; what they leave goes on at the next start.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.work.ring();
        self.upkeep.ring();
    }

    /// Says of what the threads are at that it goes on at the next start, where they were not waited for.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn leave(&self) -> Result<(), Error> {
        self.store.interrupt_work()
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    fn run(&self) {
        while !self.is_stopping() {
            match self.store.begin_work() {
                Ok(Some(work)) => self.work(&work),
                Ok(None) => self.work.wait(LONGEST),
                Err(error) => {
                    tracing::error!(%error, "no work can be begun");
                    self.work.wait(PAUSE);
                }
            }
        }
    }

    /// Does a piece of work. Its id is no secret of a person; nothing else of it is logged.
    fn work(&self, work: &Work) {
        let began = Instant::now();
        let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| match work {
            Work::Batch(id) => self.answer_batch(id),
            Work::Plan(id) => self.make_plan(id),
        }));
        let (kind, id) = match work {
            Work::Batch(id) => ("batch", id),
            Work::Plan(id) => ("plan", id),
        };
        let ended = match done {
            Ok(Ok(())) => {
                tracing::info!(kind, id, seconds = began.elapsed().as_secs_f32(), "done");
                Ok(())
            }
            Ok(Err(Broken::Stopping)) => self.store.interrupt_work(),
            Ok(Err(Broken::Never(fault))) => {
                tracing::warn!(kind, id, fault, "cannot be done");
                self.store.fail_work(work, fault)
            }
            // It was removed meanwhile.
            Ok(Err(Broken::Store(Error::Absent))) => Ok(()),
            Ok(Err(Broken::Store(error))) if error.passes() => {
                tracing::error!(kind, id, %error, "broke off and is tried again");
                self.work.wait(PAUSE);
                self.store.interrupt_work()
            }
            // Another time it would be the same, and nothing behind it would be done.
            Ok(Err(Broken::Store(error))) => {
                tracing::error!(kind, id, %error, "cannot be read");
                self.store.fail_work(work, "unreadable")
            }
            Err(_quotes) => self.store.fail_work(work, "internal"),
        };
        if let Err(error) = ended {
            tracing::error!(kind, id, %error, "its end cannot be kept");
            self.work.wait(PAUSE);
        }
    }
}
