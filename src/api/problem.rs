//! Errors as RFC 9457 problem documents. A problem never repeats what the client sent: bodies and
//! queries may speak of a person.

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, RETRY_AFTER},
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use crate::intake::check::{Finding, PERSONNUMMER};

/// Media type of every error.
const MEDIA_TYPE: &str = "application/problem+json";
/// Seconds after which a client may try again.
const RETRY_SECONDS: &str = "1";

/// Why a request is not answered. The slug is part of the interface: it never changes its meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    MalformedRequest,
    InvalidQuery,
    MalformedJson,
    InvalidBody,
    Personnummer,
    NotFound,
    MethodNotAllowed,
    PayloadTooLarge,
    UnsupportedMediaType,
    Timeout,
    Saturated,
    NotReady,
    Internal,
}

impl Kind {
    /// Status code, last part of the type URI, title.
    fn facts(self) -> (StatusCode, &'static str, &'static str) {
        match self {
            Self::MalformedRequest => {
                (StatusCode::BAD_REQUEST, "malformed-request", "The request cannot be read")
            }
            Self::InvalidQuery => {
                (StatusCode::BAD_REQUEST, "invalid-query", "A query parameter is wrong")
            }
            Self::MalformedJson => {
                (StatusCode::BAD_REQUEST, "malformed-json", "The body is not JSON")
            }
            Self::InvalidBody => {
                (StatusCode::UNPROCESSABLE_ENTITY, "invalid-body", "A field of the body is wrong")
            }
            Self::Personnummer => (
                StatusCode::UNPROCESSABLE_ENTITY,
                "personnummer",
                "The request holds what looks like a personnummer",
            ),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found", "There is nothing here"),
            Self::MethodNotAllowed => {
                (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", "The method is not allowed")
            }
            Self::PayloadTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large", "The body is too large")
            }
            Self::UnsupportedMediaType => (
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "unsupported-media-type",
                "The body must be application/json",
            ),
            Self::Timeout => {
                (StatusCode::SERVICE_UNAVAILABLE, "timeout", "The request took too long")
            }
            Self::Saturated => {
                (StatusCode::SERVICE_UNAVAILABLE, "saturated", "The service is busy")
            }
            Self::NotReady => {
                (StatusCode::SERVICE_UNAVAILABLE, "not-ready", "The service is stopping")
            }
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal", "The service failed"),
        }
    }

    /// The kind of an error that another layer answered by a bare status.
    fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Timeout,
            status if status.is_client_error() => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }

    /// What a client can do about it, where nothing more precise is known.
    fn cure(self) -> &'static str {
        match self {
            Self::NotFound => "Paths and ids are listed in /openapi.json and /v1/occupations.",
            Self::MethodNotAllowed => "The Allow header names the methods of this path.",
            Self::PayloadTooLarge => "Send at most 64 KiB.",
            Self::UnsupportedMediaType => "Send content-type: application/json.",
            Self::Personnummer => "Use a reference of your own that says nothing of the person.",
            Self::Timeout | Self::Saturated => "Try again in a moment.",
            Self::NotReady => "Ask another instance.",
            Self::Internal => "The log has the time and place under this request id.",
            Self::MalformedRequest
            | Self::InvalidQuery
            | Self::MalformedJson
            | Self::InvalidBody => "The form is described in /openapi.json.",
        }
    }
}

/// An error as the client sees it (RFC 9457).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Problem {
    #[serde(skip)]
    kind: Kind,
    /// Stable URI reference of the sort of error: `/problems/<slug>`.
    r#type: String,
    /// The sort of error in words; always the same for a `type`.
    title: &'static str,
    /// HTTP status code.
    status: u16,
    /// What is wrong here and what to do; never repeats what was sent.
    detail: String,
    /// The wrong fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<Fault>,
}

/// One wrong field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Fault {
    /// JSON pointer into the body, or name of a query parameter; empty for the whole.
    pub(super) pointer: String,
    /// Stable code, such as `too_long`.
    pub(super) code: &'static str,
    /// What is expected there.
    pub(super) detail: String,
}

impl Fault {
    pub(super) fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: impl Into<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, detail: detail.into() }
    }
}

/// Any error, in the description of the interface.
#[derive(IntoResponses)]
#[response(
    status = "default",
    description = "Any error (RFC 9457)",
    content_type = "application/problem+json"
)]
#[expect(dead_code, reason = "only describes the errors in the OpenAPI document")]
pub(super) struct Failure(Problem);

impl Problem {
    pub(super) fn new(kind: Kind) -> Self {
        Self::with(kind, kind.cure())
    }

    /// A problem with a detail that fits the request; it must not repeat what the client sent.
    pub(super) fn with(kind: Kind, detail: impl Into<String>) -> Self {
        let (status, slug, title) = kind.facts();
        Self {
            kind,
            r#type: format!("/problems/{slug}"),
            title,
            status: status.as_u16(),
            detail: detail.into(),
            errors: Vec::new(),
        }
    }

    pub(super) fn faults(kind: Kind, errors: Vec<Fault>) -> Self {
        Self { errors, ..Self::new(kind) }
    }

    /// A problem of `kind` where anything was found. A personnummer outweighs all else.
    pub(super) fn of_findings(kind: Kind, findings: Vec<Finding>) -> Result<(), Self> {
        let fault = |Finding { pointer, code, detail }: Finding| Fault::new(pointer, code, detail);
        let (numbers, others): (Vec<Finding>, Vec<Finding>) =
            findings.into_iter().partition(|finding| finding.code == PERSONNUMMER);
        let (kind, found) =
            if numbers.is_empty() { (kind, others) } else { (Kind::Personnummer, numbers) };
        if found.is_empty() {
            return Ok(());
        }
        Err(Self::faults(kind, found.into_iter().map(fault).collect()))
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = self.kind;
        let mut response = (kind.facts().0, Json(self)).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        if matches!(kind, Kind::Saturated | Kind::Timeout) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        response
    }
}

/// Turns bare errors of the layers below into problem documents.
pub(super) async fn shape(request: Request, next: Next) -> Response {
    let response = next.run(request).await;
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_problem =
        response.headers().get(CONTENT_TYPE).is_some_and(|media_type| media_type == MEDIA_TYPE);
    if !is_error || is_problem {
        return response;
    }
    let mut shaped = Problem::new(Kind::of(status)).into_response();
    if let Some(allow) = response.headers().get(ALLOW) {
        shaped.headers_mut().insert(ALLOW, allow.clone());
    }
    shaped
}
