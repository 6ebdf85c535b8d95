//! What a service tells of itself while it runs: its log, and spans for an OpenTelemetry collector where it is
//! built with the feature `otel`.
//!
//! A span says how long a request or a step of it took. All fields that any span has are written here, and
//! none of them holds what a client sent: not the body, not the query, not an id in the path.

#[cfg(feature = "otel")]
mod otlp;
#[cfg(not(feature = "otel"))]
#[path = "unsent.rs"]
mod otlp;

use std::{io, panic};

use tokio::runtime::Handle;
use tracing::{Level, Span, field::Empty};
use tracing_subscriber::{
    EnvFilter, Layer as _, filter::FromEnvError, layer::SubscriberExt as _,
    util::SubscriberInitExt as _,
};

/// Which log lines are written, as `tracing-subscriber` reads them.
const LOG: &str = "KOMPETENSNAV_LOG";
/// What a request's span is called until its route is known. Of all spans it alone may begin a trace.
const REQUEST: &str = "request";

/// Why a service cannot tell of itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The log has a filter that cannot be read.
    #[error("{LOG} is no filter; write for example info or warn")]
    Filter(#[from] FromEnvError),
    /// Spans cannot go where they shall go.
    #[error("{variable}={value} cannot be used: {reason}")]
    Collector {
        /// The variable that says where.
        variable: &'static str,
        /// Its value.
        value: String,
        /// What is wrong, and the cure.
        reason: String,
    },
}

/// A log that is written and spans that are sent, until it is stopped.
#[derive(Debug)]
pub struct Telemetry {
    spans: Option<otlp::Spans>,
}

impl Telemetry {
    /// Starts both for the whole process: JSON lines on standard error, and spans to the collector that the
    /// environment names. `runtime` sends them. A panic is logged by its place alone: its message may quote
    /// what a client sent.
    ///
    /// # Errors
    /// Where a variable of the environment cannot be used.
    pub fn start(runtime: &Handle) -> Result<Self, Error> {
        let filter = EnvFilter::builder()
            .with_env_var(LOG)
            .with_default_directive(Level::INFO.into())
            .from_env()?;
        let spans = otlp::Spans::to_collector(runtime)?;
        let layer = spans.as_ref().map(otlp::Spans::layer);
        // Spans are not repeated in lines, so that a line is the same with and without them.
        let lines = tracing_subscriber::fmt::layer()
            .json()
            .flatten_event(true)
            .with_current_span(false)
            .with_span_list(false)
            .with_writer(io::stderr)
            .with_filter(filter);
        tracing_subscriber::registry().with(layer).with(lines).init();
        panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string).unwrap_or_default();
            tracing::error!(place, "panic");
        }));
        otlp::say(spans.as_ref());
        Ok(Self { spans })
    }

    /// Sends the spans that are left, for two seconds at most. Not for a thread of the runtime: it waits.
    pub fn stop(self) {
        if let Some(spans) = self.spans {
            spans.stop();
        }
    }
}

/// The span of a request, under the span of a caller that `traceparent` (W3C Trace Context) names. `method` and
/// `route` are `-` where the service does not know them.
pub fn request(method: &str, route: &str, traceparent: Option<&str>) -> Span {
    let span = tracing::debug_span!(
        REQUEST,
        otel.name = Empty,
        otel.kind = "server",
        otel.status_code = Empty,
        http.request.method = method,
        http.route = route,
        http.response.status_code = Empty,
    );
    if !span.is_disabled() {
        span.record("otel.name", format!("{method} {route}"));
        otlp::place(&span, traceparent);
    }
    span
}

/// Notes how a request was answered.
pub fn answered(span: &Span, status: u16) {
    span.record("http.response.status_code", status);
    if status >= 500 {
        span.record("otel.status_code", "ERROR");
    }
}

/// The trace a span belongs to, as 32 hexadecimal digits; `None` where it is not sent.
pub fn trace_id(span: &Span) -> Option<String> {
    otlp::trace_id(span)
}
