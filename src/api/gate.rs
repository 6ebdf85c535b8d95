//! Bounds how much work is done at once.

use std::{
    collections::VecDeque,
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
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
    waiting: VecDeque<Arc<Place>>,
}

/// A place in the line: its work until that begins. Who gives up takes the work out, with all it holds.
#[derive(Default)]
struct Place(Mutex<Option<Job>>);

type Job = Box<dyn FnOnce() + Send>;

impl Place {
    fn take(&self) -> Option<Job> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Line").field("permits", &self.permits).finish_non_exhaustive()
    }
}

impl Line {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Has work done as soon as there is a thread for it.
    fn join(self: &Arc<Self>, place: Arc<Place>) {
        let mut state = self.state();
        if state.running >= self.permits {
            state.waiting.push_back(place);
            return;
        }
        state.running += 1;
        drop(state);
        let line = Arc::clone(self);
        task::spawn_blocking(move || line.work_off(place));
    }

    /// Does the work of a place and of those that wait, until nobody does.
    fn work_off(&self, first: Arc<Place>) {
        let mut next = Some(first);
        while let Some(place) = next {
            // Work that breaks off, which its client is told, must not take with it what waits behind it.
            drop(place.take().map(|job| catch_unwind(AssertUnwindSafe(job))));
            let mut state = self.state();
            next = state.waiting.pop_front();
            if next.is_none() {
                state.running -= 1;
            }
        }
    }
}

/// Someone who waits for work to be done; dropped, they give up their place.
struct Turn<T> {
    place: Arc<Place>,
    done: Receiver<T>,
}

impl<T> Turn<T> {
    /// Gives up the place; `false` where the work has begun.
    fn give_up(&self) -> bool {
        self.place.take().is_some()
    }
}

impl<T> Drop for Turn<T> {
    fn drop(&mut self) {
        self.give_up();
    }
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
        let mut turn = self.turn(work);
        let done = match time::timeout(self.wait, &mut turn.done).await {
            Ok(done) => done,
            Err(_) if turn.give_up() => return Err(Problem::new(Kind::Saturated)),
            Err(_) => (&mut turn.done).await,
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
        let mut turn = self.turn(work);
        (&mut turn.done).await.map_err(io::Error::other)
    }

    fn turn<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> Turn<T> {
        let (tell, done) = oneshot::channel();
        let (asked, wait) = (Span::current(), tracing::debug_span!("wait"));
        let job = move || {
            drop(wait);
            let span = asked.in_scope(|| tracing::debug_span!("work"));
            let done = span.in_scope(work);
            // Who hears of the answer may stop the service: what was measured is told before.
            drop((span, asked));
            // Where the client has gone, nobody hears it.
            drop(tell.send(done));
        };
        let place = Arc::new(Place(Mutex::new(Some(Box::new(job)))));
        self.line.join(Arc::clone(&place));
        Turn { place, done }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Sender},
    };

    use tokio::task::JoinHandle;

    use super::*;

    /// Work that has begun, and what lets it end.
    async fn busy(gate: &Gate) -> (JoinHandle<Result<(), Problem>>, Sender<()>) {
        let (release, released) = mpsc::channel();
        let (begin, begun) = mpsc::channel();
        let gate = gate.clone();
        let work = move || {
            begin.send(()).unwrap();
            released.recv().unwrap();
        };
        let running = tokio::spawn(async move { gate.run(work).await });
        task::spawn_blocking(move || begun.recv().unwrap()).await.unwrap();
        (running, release)
    }

    #[tokio::test]
    async fn a_permit_is_held_until_the_work_ends_even_when_nobody_waits_for_it() {
        let gate = Gate::new(1, Duration::from_millis(20));
        let (waiting, release) = busy(&gate).await;
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

    /// How many were at work at once at most, and in which order they began.
    async fn at_work(permits: usize) -> (usize, Vec<usize>) {
        let gate = Gate::new(permits, Duration::from_mins(1));
        let counts = Arc::new((AtomicUsize::new(0), AtomicUsize::new(0), Mutex::new(Vec::new())));
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
        let order = std::mem::take(&mut *order.lock().unwrap());
        (most.load(Ordering::SeqCst), order)
    }

    #[tokio::test]
    async fn those_that_wait_are_served_in_order_and_no_more_at_once_than_there_are_permits() {
        assert_eq!(at_work(1).await, (1, (0..200).collect()));
        let (most, mut order) = at_work(3).await;
        order.sort_unstable();
        assert!((1..=3).contains(&most), "{most}");
        assert_eq!(order, (0..200).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn what_nobody_waits_for_when_its_turn_comes_is_not_done() {
        let gate = Gate::new(1, Duration::from_millis(20));
        let (first, release) = busy(&gate).await;
        let (done, was_done) = mpsc::channel::<u8>();
        let note = |number| {
            let done = done.clone();
            move || done.send(number).unwrap()
        };
        assert_eq!(gate.run(note(1)).await, Err(Problem::new(Kind::Saturated)));
        let body = Arc::new([0_u8; 64]);
        let (held, wait) = (Arc::clone(&body), note(2));
        let gone = tokio::spawn(gate.clone().go_on(move || {
            drop(held);
            wait();
        }));
        task::yield_now().await;
        assert_eq!(Arc::strong_count(&body), 2);
        gone.abort();
        assert!(gone.await.unwrap_err().is_cancelled());
        // What it held is free at once, not only when its turn would come.
        assert_eq!(Arc::strong_count(&body), 1);
        release.send(()).unwrap();
        assert_eq!(first.await.unwrap(), Ok(()));
        let patient = Gate { wait: Duration::from_secs(10), ..gate };
        assert_eq!(patient.run(note(3)).await, Ok(()));
        drop(done);
        assert_eq!(was_done.iter().collect::<Vec<_>>(), [3]);
    }
}
