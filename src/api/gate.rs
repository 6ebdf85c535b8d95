//! Bounds how much work is done at once.

use std::{io, sync::Arc, time::Duration};

use tokio::{sync::Semaphore, task, time};
use tracing::Instrument as _;

use super::problem::{Kind, Problem};

/// Lets a fixed number of computations run, each on a thread of the blocking pool.
#[derive(Debug, Clone)]
pub(super) struct Gate {
    permits: Arc<Semaphore>,
    wait: Duration,
}

impl Gate {
    /// A gate for `permits` computations at once; others wait for `wait` at most.
    pub(super) fn new(permits: usize, wait: Duration) -> Self {
        Self { permits: Arc::new(Semaphore::new(permits)), wait }
    }

    /// Runs `work`, or says that the service is saturated. The permit goes with the work: it comes
    /// back when the work is done, not when the client has gone or its time is up.
    pub(super) async fn run<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let permit = time::timeout(self.wait, Arc::clone(&self.permits).acquire_owned());
        let permit = permit.instrument(tracing::debug_span!("wait")).await;
        let Ok(Ok(permit)) = permit else { return Err(Problem::new(Kind::Saturated)) };
        // It goes with the work to its thread.
        let span = tracing::debug_span!("work");
        let done = task::spawn_blocking(move || {
            let _held = permit;
            span.in_scope(work)
        });
        done.await.map_err(|error| {
            tracing::error!(panicked = error.is_panic(), "the work of a request broke off");
            Problem::new(Kind::Internal)
        })
    }
}

impl Gate {
    /// Runs a part of an answer that has begun: it waits as long as it takes.
    ///
    /// # Errors
    /// Where the work breaks off.
    pub(super) async fn go_on<T: Send + 'static>(
        self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> io::Result<T> {
        let permit = self.permits.acquire_owned().await.map_err(io::Error::other)?;
        let done = task::spawn_blocking(move || {
            let _held = permit;
            work()
        });
        done.await.map_err(io::Error::other)
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;

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
    }
}
