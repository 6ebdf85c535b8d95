//! The JSON interface over HTTP; the only place that names axum.
//!
//! * `worker` answers questions about a worker (POST), `catalogue` lists what there is (GET),
//!   `about` says what the service is.
//! * `request` reads, [`crate::intake::check`] bounds, `card` shows, `paging` cuts lists into pages.
//! * `problem` is every error, `caching` tags answers, `log` writes a line a request.
//! * `gate` bounds the work done at once, `server` holds the connections.
//!
//! Nothing that a client sends is logged or repeated in an error: it may speak of a person.

mod about;
mod caching;
mod card;
mod catalogue;
mod gate;
mod log;
mod paging;
mod problem;
mod request;
mod server;
mod worker;

use std::{
    any::Any,
    sync::{Arc, atomic::AtomicBool},
    thread,
    time::Duration,
};

use axum::{
    Router,
    extract::DefaultBodyLimit,
    http::StatusCode,
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{engine::Engine, index::Index};
use gate::Gate;
use problem::{Kind, Problem};

pub use server::serve;

/// Bounds of a running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Connections at once; others wait until one is closed.
    pub connections: usize,
    /// Computations at once.
    pub permits: usize,
    /// How long a request waits for one before it is refused with 503.
    pub queue_time: Duration,
    /// How long a request may take, its body included.
    pub request_time: Duration,
    /// How long the body of a request may take; less than the whole.
    pub body_time: Duration,
    /// How long a client may take for the head of a request, idle time included.
    pub header_time: Duration,
    /// How long connections are still accepted after the service was asked to stop, so that a load
    /// balancer sees `/readyz` fail first.
    pub notice: Duration,
    /// How long requests may go on after that.
    pub drain: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        let cores = thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self {
            connections: 512,
            permits: 2 * cores,
            queue_time: Duration::from_secs(1),
            request_time: Duration::from_secs(10),
            body_time: Duration::from_secs(5),
            header_time: Duration::from_secs(10),
            notice: Duration::from_millis(500),
            drain: Duration::from_secs(10),
        }
    }
}

/// All that a request is answered from.
#[derive(Debug)]
pub struct Service {
    engine: Engine,
    index: Index,
    settings: Settings,
    gate: Gate,
    /// The OpenAPI document.
    document: String,
    stopping: AtomicBool,
}

impl Service {
    /// Puts a service together. `index` must be of the engine's data set.
    ///
    /// # Errors
    /// None in practice: where the description of the interface cannot be written as JSON.
    pub fn new(engine: Engine, index: Index, settings: Settings) -> serde_json::Result<Self> {
        Ok(Self {
            engine,
            index,
            settings,
            gate: Gate::new(settings.permits, settings.queue_time),
            document: about::document()?,
            stopping: AtomicBool::new(false),
        })
    }

    /// Runs a computation on a thread of its own, as many at once as the settings allow.
    async fn work<T: Send + 'static>(
        self: Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let gate = self.gate.clone();
        gate.run(move || work(&self)).await
    }
}

/// All routes with the layers around them; the last layer is the outermost.
fn router(service: &Arc<Service>) -> Router {
    let catalogue = Router::new()
        .route("/v1/occupations", get(catalogue::occupations))
        .route("/v1/occupations/{id}", get(catalogue::occupation))
        .route("/v1/skills", get(catalogue::skills))
        .route("/v1/courses", get(catalogue::courses))
        .route("/v1/meta", get(about::meta))
        .route_layer(from_fn_with_state(Arc::clone(service), caching::revalidate));
    let routes = Router::new()
        .merge(catalogue)
        .route("/v1/recommendations", post(worker::recommendations))
        .route("/v1/resolve", post(worker::resolve))
        .route("/v1/windows", post(worker::windows))
        .route("/v1/routes", post(worker::routes))
        .route("/v1/counterfactuals", post(worker::counterfactuals))
        .route("/v1/compare", post(worker::compare))
        .route("/livez", get(about::livez))
        .route("/readyz", get(about::readyz))
        .route("/openapi.json", get(about::openapi))
        .fallback(async || Problem::new(Kind::NotFound));
    layered(routes, service.settings.request_time).with_state(Arc::clone(service))
}

/// Limits and logging around routes.
fn layered<S: Clone + Send + Sync + 'static>(routes: Router<S>, time: Duration) -> Router<S> {
    routes
        .layer(DefaultBodyLimit::max(request::BODY_BYTES))
        .layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(problem::shape))
        .layer(from_fn(log::trace))
}

/// The answer where a handler panicked. What the panic says may quote what a client sent.
fn panicked(_panic: Box<dyn Any + Send>) -> Response {
    Problem::new(Kind::Internal).into_response()
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read as _, Write as _},
        net::TcpStream,
    };

    use tokio::{net::TcpListener, task};

    use super::*;

    /// The answer of a route of its own inside the layers of all routes.
    async fn answer(routes: Router, time: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        tokio::spawn(axum::serve(listener, layered(routes, time)).into_future());
        let ask = move || {
            let mut stream = TcpStream::connect(address).unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nhost: t\r\nconnection: close\r\n\r\n").unwrap();
            let mut answer = String::new();
            stream.read_to_string(&mut answer).unwrap();
            answer
        };
        task::spawn_blocking(ask).await.unwrap()
    }

    #[tokio::test]
    async fn a_handler_that_panics_is_a_problem_that_does_not_quote_it() {
        async fn broken() -> StatusCode {
            assert_eq!("hemlig", "x");
            StatusCode::OK
        }
        let answer = answer(Router::new().route("/", get(broken)), Duration::from_secs(5)).await;
        assert!(answer.starts_with("HTTP/1.1 500 "), "{answer}");
        assert!(answer.contains("\"/problems/internal\""), "{answer}");
        assert!(!answer.contains("hemlig"), "{answer}");
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_is_a_problem() {
        let slow = get(async || tokio::time::sleep(Duration::from_mins(1)).await);
        let answer = answer(Router::new().route("/", slow), Duration::from_millis(20)).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(
            answer.contains("\"/problems/timeout\"") && answer.contains("retry-after"),
            "{answer}"
        );
    }
}
