//! Spans to a collector: OTLP as protobuf over HTTP, in batches, from a thread of their own.
//!
//! A request never waits for the collector: a span goes into a queue of bounded length, and where that is
//! full it is dropped. There is no TLS: a collector on the same machine passes spans on over whatever its
//! own configuration says, and the program needs no second store of certificates.

use std::{collections::HashMap, env, time::Duration};

use async_trait::async_trait;
use http_body_util::{BodyExt as _, Full, Limited};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use opentelemetry::{
    Context, KeyValue,
    propagation::TextMapPropagator as _,
    trace::{TraceContextExt as _, TracerProvider as _},
};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{Protocol, SpanExporter, WithExportConfig as _, WithHttpConfig as _};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use tokio::{runtime::Handle, time};
use tracing::{Metadata, Span, level_filters::LevelFilter, subscriber::Interest};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;
use tracing_subscriber::{Layer, Registry, filter::dynamic_filter_fn};

use super::{Error, REQUEST};

/// Where spans go, the one that counts first. The names are those of OpenTelemetry's specification.
const ENDPOINTS: [&str; 2] = ["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT"];
/// How long a collector may take for a batch.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long it may take for all that is left when the service stops.
const STOP: Duration = Duration::from_secs(2);
/// Longest answer of a collector that is read, in bytes; it is some words about what was refused.
const LONGEST_ANSWER: usize = 64 << 10;
const NAME: &str = env!("CARGO_PKG_NAME");

/// A collector, with a queue and a thread that empties it.
#[derive(Debug)]
pub(super) struct Spans {
    provider: SdkTracerProvider,
    endpoint: String,
}

impl Spans {
    /// Spans to the collector that the environment names; `None` where it names none.
    pub(super) fn to_collector(runtime: &Handle) -> Result<Option<Self>, Error> {
        let named =
            |variable| Some((variable, env::var(variable).ok().filter(|it| !it.is_empty())?));
        let Some((variable, endpoint)) = ENDPOINTS.into_iter().find_map(named) else {
            return Ok(None);
        };
        let wrong = |reason: String| Error::Collector { variable, value: endpoint.clone(), reason };
        if !endpoint.starts_with("http://") {
            let cure = "spans go over http:// only; name a collector on this machine, as \
                        http://127.0.0.1:4318, and let it pass them on";
            return Err(wrong(cure.to_owned()));
        }
        let exporter = SpanExporter::builder()
            .with_http()
            .with_protocol(Protocol::HttpBinary)
            .with_http_client(Sender::on(runtime))
            .build()
            .map_err(|error| wrong(error.to_string()))?;
        let version = KeyValue::new("service.version", env!("KOMPETENSNAV_VERSION"));
        let resource = Resource::builder().with_service_name(NAME).with_attribute(version).build();
        let provider = SdkTracerProvider::builder()
            .with_resource(resource)
            .with_batch_exporter(exporter)
            .build();
        Ok(Some(Self { provider, endpoint }))
    }

    /// Takes up spans of requests and what lies beneath them. Log lines stay out: they have fields that
    /// are meant for this machine. So do steps outside a request: a list would have some for each row.
    pub(super) fn layer(&self) -> impl Layer<Registry> + use<> {
        let own = |span: &Metadata<'_>| span.is_span() && span.target().starts_with(NAME);
        let filter = dynamic_filter_fn(move |span, around| {
            own(span) && (span.name() == REQUEST || around.lookup_current().is_some())
        });
        let filter =
            filter.with_max_level_hint(LevelFilter::DEBUG).with_callsite_filter(move |at| {
                if own(at) { Interest::sometimes() } else { Interest::never() }
            });
        tracing_opentelemetry::layer()
            .with_tracer(self.provider.tracer(NAME))
            .with_location(false)
            .with_threads(false)
            .with_target(false)
            .with_tracked_inactivity(false)
            .with_filter(filter)
    }

    /// Sends what is left.
    pub(super) fn stop(self) {
        if let Err(error) = self.provider.shutdown_with_timeout(STOP) {
            tracing::warn!(%error, "not all spans could be sent");
        }
    }
}

/// Says whether spans are sent.
pub(super) fn say(spans: Option<&Spans>) {
    if let Some(Spans { endpoint, .. }) = spans {
        tracing::info!(endpoint, "spans are sent");
    } else {
        tracing::info!("no spans are sent: {} is not set", ENDPOINTS[1]);
    }
}

/// Puts a span under that of a caller. `tracestate` is left: it may say anything.
pub(super) fn place(span: &Span, traceparent: Option<&str>) {
    let Some(traceparent) = traceparent else { return };
    let header = HashMap::from([("traceparent".to_owned(), traceparent.to_owned())]);
    let around = TraceContextPropagator::new().extract_with_context(&Context::new(), &header);
    // Where it cannot be, nobody takes up the span.
    let _nobody = span.set_parent(around);
}

pub(super) fn trace_id(span: &Span) -> Option<String> {
    let context = span.context();
    let context = context.span().span_context().clone();
    context.is_valid().then(|| context.trace_id().to_string())
}

/// Sends batches on a runtime: the exporter's own thread has none.
#[derive(Debug)]
struct Sender {
    client: Client<HttpConnector, Full<Bytes>>,
    runtime: Handle,
}

impl Sender {
    fn on(runtime: &Handle) -> Self {
        Self {
            client: Client::builder(TokioExecutor::new()).build_http(),
            runtime: runtime.clone(),
        }
    }
}

#[async_trait]
impl HttpClient for Sender {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let sent = async move {
            let (head, body) = client.request(request.map(Full::from)).await?.into_parts();
            let body = Limited::new(body, LONGEST_ANSWER).collect().await?.to_bytes();
            Ok(Response::from_parts(head, body))
        };
        // The clock, too, is the runtime's.
        self.runtime.spawn(async move { time::timeout(PATIENCE, sent).await }).await??
    }
}
