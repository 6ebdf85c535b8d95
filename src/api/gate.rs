//! Bounds how much work is done at once.

use std::{
    collections::VecDeque,
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};

use tokio::{
    sync::oneshot::{self, Receiver},
    task, time,
};
use tracing::Span;

use super::problem::{Kind, Problem};

/// Lets a fixed number of computations run, each on a thread of the blocking pool; others wait in the order
/// they came. A thread that is done goes on with the next that waits: to wake another for each took a
/// fifteenth of the service's time under load.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    line: Arc<Line>,
    wait: Duration,
}

/// Those who wait.
struct Line {
    permits: usize,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    /// Threads at work, as many as there are permits at most.
    running: usize,
    /// Work for the next that is done: only where all permits are in use.
    waiting: VecDeque<Job>,
}

type Job = Box<dyn FnOnce() + Send>;

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("permits", &self.permits).finish_non_exhaustive()
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has a job done as soon as there is a thread for it.
    fn join(self: &Arc<Self>, job: Job) {
        let mut state = self.state();
        if state.running >= self.permits {
            state.waiting.push_back(job);
            return;
        }
        state.running += 1;
        drop(state);
        let line = Arc::clone(self);
        task::spawn_blocking(move || line.work_off(job));
    }

    /// Does a job and those that wait, until nobody does.
    fn work_off(&self, first: Job) {
        let mut next = Some(first);
        while let Some(job) = next {
            // One that breaks off, which its client is told, must not take with it those behind it.
            drop(catch_unwind(AssertUnwindSafe(job)));
            let mut state = self.state();
            next = state.waiting.pop_front();
            if next.is_none() {
                state.running -= 1;
            }
        }
    }
}

/// Work that waits for its turn.
struct Turn<T> {
    /// Whether it has begun, or nobody waits for it any more: whoever sets it decides.
    taken: Arc<AtomicBool>,
    done: Receiver<T>,
}

impl Gate {
    /// A gate for `permits` computations at once; others wait for `wait` at most.
    pub(super) fn new(permits: usize, wait: Duration) -> Self {
        Self { line: Arc::new(Line { permits, state: Mutex::default() }), wait }
    }

    /// Runs `work`, or says that the service is saturated. Its place is free again when the work is done,
    /// not when the client has gone or its time is up; work whose client has gone before it begins is not
    /// done.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let Turn { taken, mut done } = self.turn(work);
        let done = match time::timeout(self.wait, &mut done).await {
            Ok(done) => done,
            Err(_) if taken.swap(true, Ordering::AcqRel) => done.await,
            Err(_) => return Err(Problem::new(Kind::Saturated)),
        };
        done.map_err(|error| {
            tracing::error!(%error, "the work of a request broke off");
            Problem::new(Kind::Internal)
        })
    }

    /// Runs a part of an answer that has begun: it waits as long as it takes.
    ///
    /// # Errors
    /// Where the work breaks off.
    pub(super) async fn go_on<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        self.turn(work).done.await.map_err(io::Error::other)
    }

    fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Turn<T> {
        let taken = Arc::new(AtomicBool::new(false));
        let (tell, done) = oneshot::channel();
        let begun = Arc::clone(&taken);
        let (asked, wait) = (Span::current(), tracing::debug_span!("wait"));
        self.line.join(Box::new(move || {
            drop(wait);
            if tell.is_closed() || begun.swap(true, Ordering::AcqRel) {
                return;
            }
            let span = asked.in_scope(|| tracing::debug_span!("work"));
            // Where the client has gone, nobody hears it.
            drop(tell.send(span.in_scope(work)));
        }));
        Turn { taken, done }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{atomic::AtomicUsize, mpsc};

    use super::*;

    #[tokio::test]
    async fn a_permit_is_held_until_the_work_ends_even_when_nobody_waits_for_it() {
        let gate = Gate::new(1, Duration::from_millis(20));
        let (release, released) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel::<()>();
        let busy = gate.clone();
        let waiting = tokio::spawn(async move {
            busy.run(move || {
                begin.send(()).unwrap();
                released.recv().unwrap();
            })
            .await
        });
        task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();
        waiting.abort();
        assert!(waiting.await.unwrap_err().is_cancelled());

        assert_eq!(gate.run(|| 1).await, Err(Problem::new(Kind::Saturated)));
        release.send(()).unwrap();
        let patient = Gate { wait: Duration::from_secs(10), ..gate };
        assert_eq!(patient.run(|| 2).await, Ok(2));
    }

    #[tokio::test]
    async fn work_that_panics_is_an_internal_problem_and_gives_its_permit_back() {
        let gate = Gate::new(1, Duration::from_secs(10));
        let broken = gate.run(|| assert_eq!(1, 2)).await;
        assert_eq!(broken, Err(Problem::new(Kind::Internal)));
        assert_eq!(gate.run(|| 3).await, Ok(3));
        // Those that wait behind it have their turn too.
        let (release, released) = mpsc::channel::<()>();
        let breaks = gate.run(move || released.recv().map(|()| assert_eq!(1, 2)).unwrap());
        let behind = gate.run(|| 4);
        let later = async {
            task::yield_now().await;
            release.send(()).unwrap();
        };
        let (broken, behind, ()) = tokio::join!(breaks, behind, later);
        assert_eq!((broken, behind), (Err(Problem::new(Kind::Internal)), Ok(4)));
    }

    #[tokio::test]
    async fn those_that_wait_are_served_in_order_and_no_more_at_once_than_there_are_permits() {
        const PERMITS: usize = 3;
        let gate = Gate::new(PERMITS, Duration::from_mins(1));
        let (at_work, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let counts = Arc::new((at_work, most, Mutex::new(Vec::new())));
        let works = (0..200).map(|place| {
            let (gate, counts) = (gate.clone(), Arc::clone(&counts));
            let work = move || {
                let (at_work, most, order) = &*counts;
                let now = at_work.fetch_add(1, Ordering::SeqCst) + 1;
                most.fetch_max(now, Ordering::SeqCst);
                order.lock().unwrap().push(place);
                std::thread::sleep(Duration::from_micros(200));
                at_work.fetch_sub(1, Ordering::SeqCst);
                place
            };
            tokio::spawn(async move { gate.run(work).await })
        });
        for (work, place) in works.collect::<Vec<_>>().into_iter().zip(0..) {
            assert_eq!(work.await.unwrap(), Ok(place));
        }
        let (_, most, order) = &*counts;
        assert!((1..=PERMITS).contains(&most.load(Ordering::SeqCst)));
        // Begun in the order they came; neighbours on different threads may note it in another.
        let order = order.lock().unwrap();
        assert!(order.iter().enumerate().all(|(at, place)| at.abs_diff(*place) < PERMITS));
    }

    #[tokio::test]
    async fn what_nobody_waits_for_when_its_turn_comes_is_not_done() {
        let gate = Gate::new(1, Duration::from_millis(20));
        let (release, released) = mpsc::channel::<()>();
        let (begin, begun) = mpsc::channel::<()>();
        let busy = gate.clone();
        let first = tokio::spawn(async move {
            busy.run(move || {
                begin.send(()).unwrap();
                released.recv().unwrap();
            })
            .await
        });
        task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();
        let (done, was_done) = mpsc::channel::<u8>();
        let note = |number| {
            let done = done.clone();
            move || done.send(number).unwrap()
        };
        assert_eq!(gate.run(note(1)).await, Err(Problem::new(Kind::Saturated)));
        let gone = tokio::spawn(gate.clone().go_on(note(2)));
        task::yield_now().await;
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(()));
        let patient = Gate { wait: Duration::from_secs(10), ..gate };
        assert_eq!(patient.run(note(3)).await, Ok(()));
        drop(done);
        assert_eq!(was_done.iter().collect::<Vec<_>>(), [3]);
    }
}
