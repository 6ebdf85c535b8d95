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
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rayon::{ThreadPool, ThreadPoolBuilder};

pub use plan::{AskedStart, Decided, MOST_LISTED, PlanAction, PlanAsk, PlanRefusal};
pub use question::{Answer, Gaps, Question, Readings, WindowAnswer};
pub use replay::{Replay, ReplayError, Replayed};

use crate::{
    dataset::DataSet,
    engine::Engine,
    store::{Error, Store, Work},
};
use bell::Bell;

/// How long it is waited for a bell that may have been missed.
const LONGEST: Duration = Duration::from_hours(1);
/// How long nothing is tried when the store has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Engine and store, with the threads that do what is accepted.
#[derive(Debug)]
pub struct Hub {
    /// Without what councils have said to the hub.
    base: Arc<Engine>,
    /// With it.
    hearing: RwLock<Arc<Engine>>,
    /// Held while that is changed.
    told: Mutex<()>,
    store: Store,
    pool: ThreadPool,
    /// Rings when something was accepted.
    work: Bell,
    /// Rings when something was removed.
    upkeep: Bell,
    stopping: AtomicBool,
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
    ///
    /// # Errors
    /// Where the system gives no threads, or the store fails.
    pub fn new(engine: Arc<Engine>, store: Store) -> Result<Self, NotBegun> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1)).build()?;
        let hub = Self {
            hearing: RwLock::new(Arc::clone(&engine)),
            base: engine,
            told: Mutex::new(()),
            store,
            pool,
            work: Bell::default(),
            upkeep: Bell::default(),
            stopping: AtomicBool::new(false),
        };
        hub.hear()?;
        Ok(hub)
    }

    /// What answers, as long as it is held: with what councils have said until now.
    pub fn engine(&self) -> Arc<Engine> {
        Arc::clone(&self.hearing.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The data set; what councils have said to the hub is not in it.
    pub fn dataset(&self) -> &DataSet {
        self.base.dataset()
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
