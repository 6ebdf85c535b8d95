//! What the service does, in figures that Prometheus reads (OpenMetrics text); the only place that names
//! `prometheus_client`. Figures are of routes and of the machine, never of what was asked or by whom.

use std::time::Duration;

use prometheus_client::{
    encoding::{EncodeLabelSet, text},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::Registry,
};

use crate::domain::Meta;

/// What the answer of [`Metrics::told`] is.
pub(super) const FORMAT: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";
/// Upper ends of the classes of time: from half a millisecond, each twice the one before, to 16 s.
const SHORTEST: f64 = 0.0005;
const CLASSES: u16 = 16;

/// A route; what the service does not know is `-`, so that nobody can make up names without end.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Route {
    method: String,
    path: String,
}

/// How a request ended.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Ended {
    method: String,
    path: String,
    status: u16,
}

/// Figures since the start.
#[derive(Debug)]
pub(super) struct Metrics {
    requests: Family<Ended, Counter>,
    seconds: Family<Route, Histogram>,
    underway: Gauge,
    connections: Gauge,
    reloads: Counter,
    failed_reloads: Counter,
    registry: Registry,
}

/// What is asked when the figures are told.
#[derive(Debug)]
pub(super) struct Now {
    /// Versions.
    pub(super) meta: Meta,
    /// Batches and plans that wait.
    pub(super) waiting: usize,
    /// Rows of lists answered since the start.
    pub(super) answered: u64,
}

impl Default for Metrics {
    fn default() -> Self {
        let classes = || Histogram::new(exponential_buckets(SHORTEST, 2.0, CLASSES));
        let metrics = Self {
            requests: Family::default(),
            seconds: Family::new_with_constructor(classes),
            underway: Gauge::default(),
            connections: Gauge::default(),
            reloads: Counter::default(),
            failed_reloads: Counter::default(),
            registry: Registry::default(),
        };
        let mut registry = Registry::with_prefix("kompetensnav");
        registry.register("requests", "Requests answered, by how", metrics.requests.clone());
        let said = "Time from the head of a request to the head of its answer, in seconds";
        registry.register("request_seconds", said, metrics.seconds.clone());
        registry.register(
            "requests_underway",
            "Requests without an answer yet",
            metrics.underway.clone(),
        );
        registry.register("connections", "Open connections", metrics.connections.clone());
        registry.register(
            "reloads",
            "Times data and model were read anew",
            metrics.reloads.clone(),
        );
        let said = "Times that failed; the old ones went on";
        registry.register("reload_failures", said, metrics.failed_reloads.clone());
        Self { registry, ..metrics }
    }
}

/// A request that has no answer yet, or a connection that is open.
#[derive(Debug)]
pub(super) struct Underway(Gauge);

impl Underway {
    fn of(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        self.0.dec();
    }
}

impl Metrics {
    /// A request has come; it is underway until what is returned is dropped.
    pub(super) fn request(&self) -> Underway {
        Underway::of(&self.underway)
    }

    /// A connection is open until what is returned is dropped.
    pub(super) fn connection(&self) -> Underway {
        Underway::of(&self.connections)
    }

    /// A request was answered.
    pub(super) fn answered(&self, [method, path]: [&str; 2], status: u16, time: Duration) {
        let (method, path) = (method.to_owned(), path.to_owned());
        self.seconds
            .get_or_create(&Route { method: method.clone(), path: path.clone() })
            .observe(time.as_secs_f64());
        self.requests.get_or_create(&Ended { method, path, status }).inc();
    }

    /// Data and model were to be read anew.
    pub(super) fn reloaded(&self, done: bool) {
        (if done { &self.reloads } else { &self.failed_reloads }).inc();
    }

    /// All figures.
    pub(super) fn told(&self, now: &Now) -> Result<String, std::fmt::Error> {
        let mut told = String::new();
        text::encode_registry(&mut told, &self.registry)?;
        let mut beside = Registry::with_prefix("kompetensnav");
        let Meta { engine, dataset, model, .. } = &now.meta;
        let versions = [("engine", engine), ("data", dataset), ("model", model)];
        let versions = versions.map(|(name, version)| (name, version.clone()));
        beside.register("versions", "What answers", Info::new(versions.to_vec()));
        let (waiting, answered) = (Gauge::<i64>::default(), Counter::<u64>::default());
        waiting.set(i64::try_from(now.waiting).unwrap_or(i64::MAX));
        answered.inc_by(now.answered);
        beside.register("work_waiting", "Batches and plans that wait", waiting);
        beside.register("rows_answered", "Rows of lists answered", answered);
        text::encode_registry(&mut told, &beside)?;
        text::encode_eof(&mut told)?;
        Ok(told)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_are_told_in_the_form_of_open_metrics() {
        let metrics = Metrics::default();
        let open = metrics.request();
        metrics.answered(["GET", "/v1/skills"], 200, Duration::from_millis(3));
        metrics.answered(["GET", "/v1/skills"], 304, Duration::from_micros(90));
        metrics.reloaded(false);
        let now = Now { meta: Meta::default(), waiting: 2, answered: 9 };
        let told = metrics.told(&now).unwrap();
        for line in [
            "# TYPE kompetensnav_requests counter",
            "kompetensnav_requests_total{method=\"GET\",path=\"/v1/skills\",status=\"304\"} 1",
            "kompetensnav_request_seconds_count{method=\"GET\",path=\"/v1/skills\"} 2",
            "kompetensnav_requests_underway 1",
            "kompetensnav_reload_failures_total 1",
            "kompetensnav_work_waiting 2",
            "kompetensnav_rows_answered_total 9",
        ] {
            assert!(told.lines().any(|other| other == line), "{line} is not in\n{told}");
        }
        assert!(told.ends_with("# EOF\n"));
        drop(open);
        assert!(metrics.told(&now).unwrap().contains("kompetensnav_requests_underway 0\n"));
    }
}
