//! One line of log a request. What the client sent stands in none: not the body, not the query, not
//! a path or method that the service does not know.

use std::{sync::Arc, time::Instant};

use axum::{
    extract::{MatchedPath, Request, State},
    http::{HeaderName, HeaderValue, Method},
    middleware::Next,
    response::Response,
};
use tower_http::request_id::{MakeRequestId as _, MakeRequestUuid, RequestId};
use tracing::Instrument as _;

use super::Service;
use crate::{intake::personnummer, telemetry};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
const TRACEPARENT: HeaderName = HeaderName::from_static("traceparent");
/// Longest request id that is taken over from a client.
const LONGEST_ID: usize = 64;
const KNOWN_METHODS: [Method; 7] = [
    Method::GET,
    Method::POST,
    Method::HEAD,
    Method::OPTIONS,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// Gives the request an id and a span, logs and counts how it went.
pub(super) async fn trace(
    State(service): State<Arc<Service>>,
    request: Request,
    next: Next,
) -> Response {
    let id = request_id(&request);
    let method = KNOWN_METHODS.iter().find(|method| *method == request.method());
    let method = method.map_or("-", Method::as_str);
    let path = request.extensions().get::<MatchedPath>().cloned();
    let path = path.as_ref().map_or("-", MatchedPath::as_str);
    let traceparent = request.headers().get(TRACEPARENT).and_then(|it| it.to_str().ok());
    let span = telemetry::request(method, path, traceparent);
    let (started, _underway) = (Instant::now(), service.metrics.request());
    let mut response = next.run(request).instrument(span.clone()).await;
    let (status, time) = (response.status().as_u16(), started.elapsed());
    telemetry::answered(&span, status);
    service.metrics.answered([method, path], status, time);
    tracing::info!(
        method,
        path,
        status,
        duration_ms = time.as_micros() as f64 / 1000.0,
        request_id = id.to_str().unwrap_or_default(),
        trace_id = telemetry::trace_id(&span),
        "request"
    );
    response.headers_mut().insert(REQUEST_ID, id);
    response
}

/// The client's own id where it is short and plain and cannot be a person's number, else a new one.
fn request_id(request: &Request) -> HeaderValue {
    let plain = |id: &str| {
        (1..=LONGEST_ID).contains(&id.len())
            && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
            && !personnummer::found_in(id)
    };
    let given = request.headers().get(REQUEST_ID);
    if let Some(given) = given.filter(|id| id.to_str().is_ok_and(plain)) {
        return given.clone();
    }
    let made = MakeRequestUuid.make_request_id(request);
    made.map_or(HeaderValue::from_static("-"), RequestId::into_header_value)
}
