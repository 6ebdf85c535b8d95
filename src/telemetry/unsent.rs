//! In the place of `otlp.rs` where the program is built without the feature `otel`: no span is sent.

use std::env;

use tokio::runtime::Handle;
use tracing::Span;
use tracing_subscriber::layer::Identity;

use super::Error;

/// There are none.
#[derive(Debug)]
pub(super) enum Spans {}

impl Spans {
    #[expect(
        clippy::unnecessary_wraps,
        reason = "the form of otlp.rs, where a collector can be wrong"
    )]
    pub(super) fn to_collector(_runtime: &Handle) -> Result<Option<Self>, Error> {
        Ok(None)
    }

    pub(super) fn layer(&self) -> Identity {
        match *self {}
    }

    pub(super) fn stop(self) {
        match self {}
    }
}

/// Says so where somebody waits for spans.
pub(super) fn say(_none: Option<&Spans>) {
    if env::var_os("OTEL_EXPORTER_OTLP_ENDPOINT").is_some() {
        tracing::warn!("no spans are sent: the program is built without the feature otel");
    }
}

pub(super) fn place(_span: &Span, _traceparent: Option<&str>) {}

pub(super) fn trace_id(_span: &Span) -> Option<String> {
    None
}
