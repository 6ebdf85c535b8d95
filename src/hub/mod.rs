//! Work that outlives a request: batches, plans, and decisions that can be given again.
//!
//! * A list or a plan that is accepted is in the [`Store`] before anybody is told so. One thread of its own
//!   does the work in the order it came, on a pool that leaves a core to people who wait for an answer.
//! * After a stop, planned or not, work goes on by itself: a batch behind its last kept record, a plan from
//!   its beginning. Where the data set or the model is another by then, a batch is answered anew, so that
//!   all its records are of one version.
//! * [`Question`] is what can be asked of one worker; the address of its content and of the versions is the
//!   id of the decision.

mod answer;
mod plan;
mod question;
mod replay;

use std::{
    sync::{
        Arc, Condvar, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use rayon::{ThreadPool, ThreadPoolBuilder};

pub use plan::{AskedStart, Decided, PlanAction, PlanAsk, PlanRefusal};
pub use question::{Answer, Gaps, Question, Readings, WindowAnswer};
pub use replay::{Replay, ReplayError, Replayed};

use crate::{
    engine::Engine,
    store::{Error, Store, Work},
};

/// How often it is looked for what has been kept long enough.
const SWEEP: Duration = Duration::from_hours(1);
/// How long nothing is tried when the store has failed.
const PAUSE: Duration = Duration::from_secs(5);

/// Engine and store, with the thread that does what is accepted.
#[derive(Debug)]
pub struct Hub {
    engine: Arc<Engine>,
    store: Store,
    pool: ThreadPool,
    /// Whether something was accepted since the thread last looked.
    news: Mutex<bool>,
    told: Condvar,
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

impl Hub {
    /// Puts a hub together; [`Self::start`] begins the work.
    ///
    /// # Errors
    /// Where the system gives no threads.
    pub fn new(engine: Arc<Engine>, store: Store) -> Result<Self, rayon::ThreadPoolBuildError> {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        let pool = ThreadPoolBuilder::new().num_threads(cores.saturating_sub(1).max(1)).build()?;
        Ok(Self {
            engine,
            store,
            pool,
            news: Mutex::new(true),
            told: Condvar::new(),
            stopping: AtomicBool::new(false),
        })
    }

    /// What answers.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// What is kept.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Begins the work on a thread of its own; it ends after [`Self::stop`].
    ///
    /// # Errors
    /// Where the system gives no thread.
    pub fn start(self: &Arc<Self>) -> std::io::Result<JoinHandle<()>> {
        let hub = Arc::clone(self);
        thread::Builder::new().name("hub".to_owned()).spawn(move || hub.run())
    }

    /// Tells the thread that something was accepted.
    pub fn tell(&self) {
        *self.news.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.told.notify_all();
    }

    /// Asks the thread to end after the rows it is at; what it leaves goes on at the next start.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
        self.tell();
    }

    fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// Removes all that is kept of a reference, and counts the batches it stood in anew.
    ///
    /// # Errors
    /// Where the store fails.
    pub fn erase(
        &self,
        reference: &str,
        batch: Option<&str>,
    ) -> Result<crate::store::Erased, Error> {
        let erased = self.store.erase(reference, batch)?;
        for id in &erased.batches {
            self.recount(id)?;
        }
        Ok(erased)
    }

    fn run(&self) {
        let mut swept: Option<Instant> = None;
        while !self.is_stopping() {
            if swept.is_none_or(|swept| swept.elapsed() >= SWEEP) {
                match self.store.sweep() {
                    Ok(removed) => tracing::info!(?removed, "what was kept long enough is removed"),
                    Err(error) => tracing::error!(%error, "what was kept long enough stays"),
                }
                swept = Some(Instant::now());
            }
            match self.store.begin_work() {
                Ok(Some(work)) => self.work(&work),
                Ok(None) => self.wait(SWEEP),
                Err(error) => {
                    tracing::error!(%error, "no work can be begun");
                    self.wait(PAUSE);
                }
            }
        }
    }

    /// Waits until something was accepted, at most so long.
    fn wait(&self, most: Duration) {
        let news = self.news.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = self.told.wait_timeout_while(news, most, |news| !*news);
        *waited.unwrap_or_else(PoisonError::into_inner).0 = false;
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
            Ok(Err(Broken::Stopping)) => self.store.interrupt_work(work),
            Ok(Err(Broken::Never(fault))) => {
                tracing::warn!(kind, id, fault, "cannot be done");
                self.store.fail_work(work, fault)
            }
            // It was removed meanwhile.
            Ok(Err(Broken::Store(Error::Absent))) => Ok(()),
            Ok(Err(Broken::Store(error))) => {
                tracing::error!(kind, id, %error, "broke off");
                self.wait(PAUSE);
                self.store.interrupt_work(work)
            }
            Err(_quotes) => self.store.fail_work(work, "internal"),
        };
        if let Err(error) = ended {
            tracing::error!(kind, id, %error, "its end cannot be kept");
            self.wait(PAUSE);
        }
    }
}
