//! Errors as RFC 9457 problem documents, in the language the client likes best. A problem never
//! repeats what the client sent: bodies and queries may speak of a person.

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderValue, StatusCode,
        header::{
            ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, VARY,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

use super::caching;
use crate::{
    domain::{Bilingual, Language},
    intake::check::{Finding, PERSONNUMMER},
};

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
    SlowBody,
    PayloadTooLarge,
    UnsupportedMediaType,
    Timeout,
    Saturated,
    NotReady,
    Internal,
}

impl Kind {
    /// Status code and last part of the type URI.
    fn facts(self) -> (StatusCode, &'static str) {
        match self {
            Self::MalformedRequest => (StatusCode::BAD_REQUEST, "malformed-request"),
            Self::InvalidQuery => (StatusCode::BAD_REQUEST, "invalid-query"),
            Self::MalformedJson => (StatusCode::BAD_REQUEST, "malformed-json"),
            Self::InvalidBody => (StatusCode::UNPROCESSABLE_ENTITY, "invalid-body"),
            Self::Personnummer => (StatusCode::UNPROCESSABLE_ENTITY, "personnummer"),
            Self::NotFound => (StatusCode::NOT_FOUND, "not-found"),
            Self::MethodNotAllowed => (StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed"),
            Self::SlowBody => (StatusCode::REQUEST_TIMEOUT, "slow-body"),
            Self::PayloadTooLarge => (StatusCode::PAYLOAD_TOO_LARGE, "payload-too-large"),
            Self::UnsupportedMediaType => {
                (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type")
            }
            Self::Timeout => (StatusCode::SERVICE_UNAVAILABLE, "timeout"),
            Self::Saturated => (StatusCode::SERVICE_UNAVAILABLE, "saturated"),
            Self::NotReady => (StatusCode::SERVICE_UNAVAILABLE, "not-ready"),
            Self::Internal => (StatusCode::INTERNAL_SERVER_ERROR, "internal"),
        }
    }

    /// The title, Swedish and English.
    fn title(self) -> [&'static str; 2] {
        match self {
            Self::MalformedRequest => ["Anropet kan inte läsas", "The request cannot be read"],
            Self::InvalidQuery => ["En frågeparameter är fel", "A query parameter is wrong"],
            Self::MalformedJson => ["Innehållet är inte JSON", "The body is not JSON"],
            Self::InvalidBody => ["Ett fält i innehållet är fel", "A field of the body is wrong"],
            Self::Personnummer => [
                "Anropet innehåller något som ser ut som ett personnummer",
                "The request holds what looks like a personnummer",
            ],
            Self::NotFound => ["Här finns inget", "There is nothing here"],
            Self::MethodNotAllowed => ["Metoden är inte tillåten", "The method is not allowed"],
            Self::SlowBody => ["Innehållet kom för långsamt", "The body came too slowly"],
            Self::PayloadTooLarge => ["Innehållet är för stort", "The body is too large"],
            Self::UnsupportedMediaType => {
                ["Innehållet måste vara application/json", "The body must be application/json"]
            }
            Self::Timeout => ["Anropet tog för lång tid", "The request took too long"],
            Self::Saturated => ["Tjänsten är upptagen", "The service is busy"],
            Self::NotReady => ["Tjänsten håller på att stanna", "The service is stopping"],
            Self::Internal => ["Tjänsten misslyckades", "The service failed"],
        }
    }

    /// The kind of an error that another layer answered by a bare status.
    fn of(status: StatusCode) -> Self {
        match status {
            StatusCode::NOT_FOUND => Self::NotFound,
            StatusCode::METHOD_NOT_ALLOWED => Self::MethodNotAllowed,
            StatusCode::REQUEST_TIMEOUT => Self::SlowBody,
            StatusCode::PAYLOAD_TOO_LARGE => Self::PayloadTooLarge,
            StatusCode::UNSUPPORTED_MEDIA_TYPE => Self::UnsupportedMediaType,
            StatusCode::SERVICE_UNAVAILABLE => Self::Timeout,
            status if status.is_client_error() => Self::MalformedRequest,
            _ => Self::Internal,
        }
    }

    /// What a client can do about it, where nothing more precise is known.
    fn cure(self) -> Bilingual<String> {
        let (sv, en) = match self {
            Self::NotFound => (
                "Sökvägar och id:n finns i /openapi.json och /v1/occupations.",
                "Paths and ids are listed in /openapi.json and /v1/occupations.",
            ),
            Self::MethodNotAllowed => (
                "Huvudet Allow nämner sökvägens metoder.",
                "The Allow header names the methods of this path.",
            ),
            Self::SlowBody => (
                "Skicka innehållet i ett stycke på en ny anslutning.",
                "Send the body in one piece on a new connection.",
            ),
            Self::PayloadTooLarge => ("Skicka högst 64 KiB.", "Send at most 64 KiB."),
            Self::UnsupportedMediaType => {
                ("Skicka content-type: application/json.", "Send content-type: application/json.")
            }
            Self::Personnummer => (
                "Använd en egen referens som inte säger något om personen.",
                "Use a reference of your own that says nothing of the person.",
            ),
            Self::Timeout | Self::Saturated => {
                ("Försök igen om en stund.", "Try again in a moment.")
            }
            Self::NotReady => ("Fråga en annan instans.", "Ask another instance."),
            Self::Internal => (
                "Loggen har tid och plats under anropets id.",
                "The log has the time and place under this request id.",
            ),
            Self::MalformedRequest
            | Self::InvalidQuery
            | Self::MalformedJson
            | Self::InvalidBody => {
                ("Formen beskrivs i /openapi.json.", "The form is described in /openapi.json.")
            }
        };
        Bilingual::new(sv, en)
    }
}

/// An error, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    kind: Kind,
    detail: Bilingual<String>,
    errors: Vec<Fault>,
}

/// One wrong field, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Fault {
    pointer: String,
    code: &'static str,
    detail: Bilingual<String>,
}

/// An error as the client sees it (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Problem)]
pub(super) struct ProblemDocument<'a> {
    /// Stable URI reference of the sort of error: `/problems/<slug>`.
    r#type: String,
    /// The sort of error in words; always the same for a `type` and language.
    title: &'a str,
    /// HTTP status code.
    status: u16,
    /// What is wrong here and what to do; never repeats what was sent.
    detail: &'a str,
    /// The wrong fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    errors: Vec<FaultDocument<'a>>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(super) struct FaultDocument<'a> {
    /// JSON pointer into the body, or name of a query parameter; empty for the whole.
    pointer: &'a str,
    /// Stable code, such as `too_long`.
    code: &'a str,
    /// What is expected there.
    detail: &'a str,
}

impl Fault {
    pub(super) fn new(
        pointer: impl Into<String>,
        code: &'static str,
        detail: Bilingual<String>,
    ) -> Self {
        Self { pointer: pointer.into(), code, detail }
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
pub(super) struct Failure(ProblemDocument<'static>);

impl Problem {
    pub(super) fn new(kind: Kind) -> Self {
        Self::with(kind, kind.cure())
    }

    /// A problem with a detail that fits the request; it must not repeat what the client sent.
    pub(super) fn with(kind: Kind, detail: Bilingual<String>) -> Self {
        Self { kind, detail, errors: Vec::new() }
    }

    /// The problem as a client sees it.
    pub(super) fn document(&self, language: Language) -> ProblemDocument<'_> {
        let (status, slug) = self.kind.facts();
        let [sv, en] = self.kind.title();
        let faults = self.errors.iter().map(|fault| FaultDocument {
            pointer: &fault.pointer,
            code: fault.code,
            detail: fault.detail.text(language),
        });
        ProblemDocument {
            r#type: format!("/problems/{slug}"),
            title: match language {
                Language::Sv => sv,
                Language::En => en,
            },
            status: status.as_u16(),
            detail: self.detail.text(language),
            errors: faults.collect(),
        }
    }

    fn response(self, language: Language) -> Response {
        let kind = self.kind;
        let mut response = (kind.facts().0, Json(self.document(language))).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        if matches!(kind, Kind::Saturated | Kind::Timeout) {
            headers.insert(RETRY_AFTER, HeaderValue::from_static(RETRY_SECONDS));
        }
        if kind == Kind::SlowBody {
            // The rest of the body may still come; it is no next request.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(self);
        response
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
    /// In the default language; [`shape`] knows the client's.
    fn into_response(self) -> Response {
        self.response(Language::default())
    }
}

/// Turns bare errors of the layers below into problem documents, and all of them into the client's
/// language.
pub(super) async fn shape(request: Request, next: Next) -> Response {
    let language = caching::language(request.uri(), request.headers())
        .unwrap_or_else(|_problem| caching::accepted(request.headers()));
    let mut response = next.run(request).await;
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return problem.response(language);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() {
        return response;
    }
    let mut shaped = Problem::new(Kind::of(status)).response(language);
    if let Some(allow) = response.headers().get(ALLOW) {
        shaped.headers_mut().insert(ALLOW, allow.clone());
    }
    shaped
}
