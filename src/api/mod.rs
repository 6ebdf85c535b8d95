//! The JSON interface and the pages over HTTP; the only place that names axum.
//!
//! * `worker` answers questions about a worker (POST), `catalogue` and `courses` list what there is (GET),
//!   `transitions` what moves there are; `about` says what the service is and `model` by what it ranks.
//! * `batches` takes lists, `rows` and `results` give what became of them, `plans` cohort plans, `notices` forecasts and
//!   audits, `decisions` what was decided and what is kept of a person, `signals` what councils say.
//!   [`crate::hub`] does the work.
//! * `request` and `upload` read, [`crate::intake::check`] bounds, `card` shows, `paging` cuts lists into
//!   pages.
//! * `problem` is every error, `kinds` their sorts, `caching` tags answers, `deprecation` tells of routes that
//!   end, `log` writes a line a request and `metrics` counts them.
//! * `pages` are the adviser's, as [`crate::pages`] shows them.
//! * `keys` are who may ask, `guard` lets them in; `gate` bounds the work done at once, `weight` the bytes of
//!   long bodies, `server` holds the connections and `patience` those who do not read.
//!
//! Nothing that a client sends is logged or repeated in an error, and no reference of a person stands in a
//! URL. Without keys everybody who reaches the address may do everything: [`Service::open_to_all`] says
//! so, and `kompetensnav serve` then listens on this machine alone. Encryption is left to a proxy.

mod about;
mod accept;
mod batches;
mod caching;
mod card;
mod catalogue;
mod courses;
mod decisions;
mod deprecation;
mod gate;
mod guard;
mod keys;
mod kinds;
mod log;
mod metrics;
mod model;
mod notices;
mod pages;
mod paging;
mod patience;
mod plan_checks;
mod plans;
mod problem;
mod request;
mod results;
mod rows;
mod server;
mod signals;
mod transitions;
mod upload;
mod weight;
mod worker;

use std::{
    any::Any,
    sync::{Arc, PoisonError, RwLock, atomic::AtomicBool},
    thread,
    time::Duration,
};

use axum::{
    Router, body,
    extract::{DefaultBodyLimit, Request},
    http::{StatusCode, header::CACHE_CONTROL},
    middleware::{from_fn, from_fn_with_state},
    response::{IntoResponse as _, Response},
    routing::{delete, get, post},
};
use tokio::time;
use tower_http::{catch_panic::CatchPanicLayer, timeout::TimeoutLayer};

use crate::{domain::Meta, engine::Engine, hub::Hub, index::Index, store};
use gate::Gate;
use guard::Rates;
use metrics::Metrics;
use problem::{Kind, Problem};
use weight::Weights;

pub use keys::{Key, Keys, Role};
pub use server::serve;

/// Bounds of a running service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Settings {
    /// Connections at once; others wait until one is closed.
    pub connections: usize,
    /// Of those, connections from one address at once; more are told to come back, or closed as they come
    /// where they are many.
    pub per_address: usize,
    /// Computations at once.
    pub permits: usize,
    /// How long a request waits for one before it is refused with 503.
    pub queue_time: Duration,
    /// How long a request may take, its body included.
    pub request_time: Duration,
    /// How long a request about a list may take, its body included.
    pub long_time: Duration,
    /// How long the body of a request may take; less than the whole.
    pub body_time: Duration,
    /// How long a list may take to come; less than the whole.
    pub upload_time: Duration,
    /// Requests a second that a key may make; no limit without.
    pub rate: Option<u32>,
    /// How long a client may take for the head of a request, idle time included.
    pub header_time: Duration,
    /// How long a client may take none of an answer before its connection is closed.
    pub write_time: Duration,
    /// Bytes of long bodies that are held at once; others wait.
    pub body_bytes: usize,
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
            per_address: 256,
            permits: 2 * cores,
            queue_time: Duration::from_secs(1),
            request_time: Duration::from_secs(10),
            long_time: Duration::from_mins(2),
            body_time: Duration::from_secs(5),
            upload_time: Duration::from_mins(1),
            rate: None,
            header_time: Duration::from_secs(10),
            write_time: Duration::from_secs(30),
            body_bytes: 256 << 20,
            notice: Duration::from_millis(500),
            drain: Duration::from_secs(10),
        }
    }
}

/// All that a request is answered from.
#[derive(Debug)]
pub struct Service {
    hub: Arc<Hub>,
    /// Who may ask; everybody without.
    keys: RwLock<Option<Arc<Keys>>>,
    rates: Rates,
    settings: Settings,
    gate: Gate,
    /// Work on lists, so that it never keeps questions about one worker waiting.
    long_gate: Gate,
    /// Who has signed in to the pages.
    sessions: pages::Sessions,
    /// Lists and questions that were sent to the pages and are looked at.
    pending: pages::Pending,
    /// Long bodies, by their bytes.
    weights: Weights,
    /// The OpenAPI document.
    document: String,
    metrics: Metrics,
    stopping: AtomicBool,
}

impl Service {
    /// Puts a service together; `keys` are who may ask.
    ///
    /// # Errors
    /// None in practice: where the description of the interface cannot be written as JSON.
    pub fn new(hub: Arc<Hub>, keys: Option<Keys>, settings: Settings) -> serde_json::Result<Self> {
        Ok(Self {
            hub,
            keys: RwLock::new(keys.map(Arc::new)),
            metrics: Metrics::default(),
            rates: Rates::new(settings.rate),
            settings,
            gate: Gate::new(settings.permits, settings.queue_time),
            long_gate: Gate::new(settings.permits, settings.long_time / 4),
            sessions: pages::Sessions::default(),
            pending: pages::Pending::default(),
            weights: Weights::new(settings.body_bytes, settings.long_time / 4),
            document: about::document()?,
            stopping: AtomicBool::new(false),
        })
    }

    /// Whether everybody who reaches the address may do everything.
    pub fn open_to_all(&self) -> bool {
        self.keys().is_none()
    }

    fn keys(&self) -> Option<Arc<Keys>> {
        self.keys.read().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Lets other data and another model answer from now on; no request is dropped, and what is being
    /// answered goes on with those it began with. `read` reads them, on the thread that calls.
    ///
    /// # Errors
    /// What `read` says, or where the store fails; the old ones then go on.
    pub fn renew<E: From<store::Error>>(
        &self,
        read: impl FnOnce() -> Result<(Engine, Index), E>,
    ) -> Result<Meta, E> {
        let done = read().and_then(|(engine, index)| {
            self.hub.renew(engine, index)?;
            Ok(self.engine().meta())
        });
        self.metrics.reloaded(done.is_ok());
        done
    }

    /// Lets these keys in from now on, and no others. A service without keys stays one, and one with keys
    /// never opens to all.
    pub fn renew_keys(&self, keys: Keys) {
        let mut now = self.keys.write().unwrap_or_else(PoisonError::into_inner);
        if now.as_deref().is_some_and(|now| *now != keys) {
            tracing::info!(keys = keys.iter().count(), "other keys");
            *now = Some(Arc::new(keys));
        }
    }

    fn engine(&self) -> Arc<Engine> {
        self.hub.engine()
    }

    /// Runs work on lists or on what is kept, as [`Self::work`].
    async fn work_long<T: Send + 'static>(
        self: Arc<Self>,
        work: impl FnOnce(&Self) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let gate = self.long_gate.clone();
        gate.run(move || work(&self)).await
    }

    /// Removes something, and has it cleaned up behind it.
    async fn removed(
        self: Arc<Self>,
        remove: impl FnOnce(&Self) -> Result<(), store::Error> + Send + 'static,
    ) -> Result<Response, Problem> {
        let work = move |service: &Self| {
            remove(service)?;
            service.hub.tell_of_removal();
            Ok::<_, Problem>(())
        };
        self.work_long(work).await??;
        Ok((StatusCode::NO_CONTENT, [(CACHE_CONTROL, "no-store")]).into_response())
    }

    /// Runs a computation on a thread that holds up no connection, as many at once as the settings allow.
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
    let Settings { request_time, long_time, .. } = service.settings;
    let quick = Router::new()
        .merge(everybody())
        .merge(catalogue(service))
        .merge(questions())
        .fallback(pages::nowhere);
    let long = Router::new().merge(lists(service)).merge(summaries(service)).merge(kept());
    let routes = timed(quick, request_time)
        .merge(timed(long, long_time))
        .merge(pages::routes(service))
        .route_layer(from_fn(paging::link))
        .route_layer(from_fn(deprecation::tell))
        .layer(from_fn_with_state(Arc::clone(service), guard::know));
    layered(routes.merge(pages::assets()))
        .layer(from_fn_with_state(Arc::clone(service), log::trace))
        .with_state(Arc::clone(service))
}

/// What answers a connection that is one too many: 503 to everything but what its page looks like.
fn busy(service: &Arc<Service>) -> Router {
    let too_many = async |request: Request| {
        // What comes behind the head is read, as far as it is short: else a client that still sends breaks off
        // before it reads. Nothing is made of it.
        let rest = body::to_bytes(request.into_body(), request::BODY_BYTES);
        drop(time::timeout(server::TURNED_TIME, rest).await);
        Problem::new(Kind::Saturated)
    };
    layered(pages::assets().fallback(too_many))
        .layer(from_fn_with_state(Arc::clone(service), log::trace))
        .with_state(Arc::clone(service))
}

/// Routes of a service.
type Routes = Router<Arc<Service>>;

/// What needs no key.
fn everybody() -> Routes {
    Router::new()
        .route("/livez", get(about::livez))
        .route("/readyz", get(about::readyz))
        .route("/openapi.json", get(about::openapi))
        .route("/problems/{slug}", get(about::problem))
}

/// What there is; answers can be kept by their tag.
fn catalogue(service: &Arc<Service>) -> Routes {
    Router::new()
        .route("/v1/occupations", get(catalogue::occupations))
        .route("/v1/occupations/{id}", get(catalogue::occupation))
        .route("/v1/occupations/{id}/transitions", get(transitions::transitions))
        .route("/v1/skills", get(catalogue::skills))
        .route("/v1/courses", get(courses::courses))
        .route("/v1/meta", get(about::meta))
        .route("/v1/model", get(model::model))
        .route_layer(from_fn_with_state(Arc::clone(service), caching::revalidate))
        .route("/metrics", get(about::metrics))
        .route_layer(from_fn_with_state(Role::Read, guard::require))
}

/// Questions about one worker.
fn questions() -> Routes {
    Router::new()
        .route("/v1/recommendations", post(worker::recommendations))
        .route("/v1/gaps", post(worker::gaps))
        .route("/v1/resolve", post(worker::resolve))
        .route("/v1/windows", post(worker::windows))
        .route("/v1/routes", post(worker::routes))
        .route("/v1/counterfactuals", post(worker::counterfactuals))
        .route("/v1/compare", post(worker::compare))
        .route("/v1/overrides", post(decisions::note).get(decisions::notes))
        .route_layer(from_fn_with_state(Role::Adviser, guard::require))
}

/// What tells of nobody.
fn summaries(service: &Arc<Service>) -> Routes {
    let routes = Router::new()
        .route("/v1/batches/{id}/summary", get(batches::summary))
        .route("/v1/notice-forecasts", post(notices::foresee));
    long(routes, service, notices::TABLE_BYTES)
        .route_layer(from_fn_with_state(Role::Read, guard::require))
}

/// What is kept of people, to be read.
fn kept() -> Routes {
    Router::new()
        .route("/v1/batches", get(batches::list))
        .route("/v1/batches/{id}", get(batches::show))
        .route("/v1/batches/{id}/rows", get(rows::rows).post(rows::row))
        .route("/v1/batches/{id}/results", get(results::results))
        .route("/v1/batches/{id}/cohort-plans", get(plans::list))
        .route("/v1/cohort-plans/{id}", get(plans::show))
        .route("/v1/decisions/{id}", get(decisions::replay).delete(decisions::forget))
        .route_layer(from_fn_with_state(Role::Adviser, guard::require))
}

/// What changes something for many people.
fn lists(service: &Arc<Service>) -> Routes {
    let uploads = Router::new()
        .route("/v1/batches", post(batches::accept))
        .route("/v1/intake", post(batches::intake));
    let tables = Router::new()
        .route("/v1/batches/{id}/audit", post(notices::compare))
        .route("/v1/cohort-plans", post(plans::ask))
        .route("/v1/cohort-plans/{id}/decisions", post(plans::decide));
    long(uploads, service, upload::LIST_BYTES)
        .merge(long(tables, service, notices::TABLE_BYTES))
        .route("/v1/batches/{id}", delete(batches::remove))
        .route("/v1/batches/{id}/retry", post(batches::retry))
        .route("/v1/cohort-plans/{id}", delete(plans::remove))
        .route("/v1/cohort-plans/{id}/retry", post(plans::retry))
        .route("/v1/signals", get(signals::list).post(signals::say))
        .route("/v1/signals/{id}", delete(signals::take_back))
        .route("/v1/people/export", post(decisions::export))
        .route("/v1/people/erase", post(decisions::erase))
        .route_layer(from_fn_with_state(Role::Hub, guard::require))
}

/// Routes whose bodies may be long, up to so many bytes.
fn long(routes: Routes, service: &Arc<Service>, most: usize) -> Routes {
    routes
        .layer(DefaultBodyLimit::max(most))
        .route_layer(from_fn_with_state((Arc::clone(service), most), weight::hold))
}

/// Routes that are given up after some time.
fn timed<S: Clone + Send + Sync + 'static>(routes: Router<S>, time: Duration) -> Router<S> {
    routes.layer(TimeoutLayer::with_status_code(StatusCode::SERVICE_UNAVAILABLE, time))
}

/// Limits and logging around routes.
fn layered<S: Clone + Send + Sync + 'static>(routes: Router<S>) -> Router<S> {
    routes
        .layer(DefaultBodyLimit::max(request::BODY_BYTES))
        .layer(CatchPanicLayer::custom(panicked))
        .layer(from_fn(problem::shape))
        .layer(from_fn(guard::protect))
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

    use axum::{
        extract::{Request, State},
        middleware::Next,
    };
    use jiff::civil::date;
    use tokio::{net::TcpListener, task};

    use super::*;
    use crate::{
        dataset::starter,
        domain::{Bilingual, Signal},
        model::{self as learned, Ranker},
        store::{Said, Says, Store, Terms},
    };

    /// The answer of a route of its own inside the layers of all routes.
    async fn answer(routes: Router, time: Duration) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let routes = layered(timed(routes, time));
        tokio::spawn(axum::serve(listener, routes).into_future());
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

    /// A service on the starter set that everybody may ask.
    fn service() -> Arc<Service> {
        let dataset = starter::dataset().unwrap();
        let model = learned::train(&dataset, Ranker::shipped().unwrap()).unwrap();
        let index = Index::build_in_memory(&dataset).unwrap();
        let store = Store::in_memory(Terms::default()).unwrap();
        let hub = Hub::new(Arc::new(Engine::new(dataset, model)), index, store).unwrap();
        Arc::new(Service::new(Arc::new(hub), None, Settings::default()).unwrap())
    }

    /// Has a council speak between the look at a tag and the answer.
    async fn speak(State(service): State<Arc<Service>>, request: Request, next: Next) -> Response {
        let signal = Signal {
            occupation: "7212".to_owned(),
            region: String::new(),
            points: 3.0,
            author: "rådet".to_owned(),
            decided: date(2026, 11, 1),
            expires: date(2036, 11, 1),
            reason: Bilingual::new("brist".to_owned(), "shortage".to_owned()),
        };
        let said = Said { says: Says::Shortage, signal };
        let keep = move || service.hub.keep_signal(&said);
        task::spawn_blocking(keep).await.unwrap().unwrap();
        next.run(request).await
    }

    #[tokio::test]
    async fn a_tag_names_one_body_whatever_is_said_meanwhile() {
        let service = service();
        let told = async |routes: Routes| {
            let tagged = from_fn_with_state(Arc::clone(&service), caching::revalidate);
            let routes = routes.route_layer(tagged).with_state(Arc::clone(&service));
            let answer = answer(routes, Duration::from_secs(20)).await;
            let (head, body) = answer.split_once("\r\n\r\n").unwrap();
            let tag = head.lines().find_map(|line| line.strip_prefix("etag: "));
            (tag.unwrap_or_else(|| panic!("{head}")).to_owned(), body.to_owned())
        };
        let meta = || Router::new().route("/", get(about::meta));
        let between = from_fn_with_state(Arc::clone(&service), speak);
        let all = [told(meta()).await, told(meta().route_layer(between)).await, told(meta()).await];
        for (tag, body) in &all {
            for (other_tag, other) in &all {
                assert_eq!(tag == other_tag, body == other, "{all:?}");
            }
        }
        assert_ne!(all[0], all[2], "what was said is heard");
    }

    #[tokio::test]
    async fn a_handler_that_takes_too_long_is_a_problem() {
        let slow = get(async || time::sleep(Duration::from_mins(1)).await);
        let answer = answer(Router::new().route("/", slow), Duration::from_millis(20)).await;
        assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
        assert!(
            answer.contains("\"/problems/timeout\"") && answer.contains("retry-after"),
            "{answer}"
        );
    }
}
