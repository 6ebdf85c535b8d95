//! Errors as RFC 9457 problem documents, in the language the client likes best. A problem never
//! repeats what the client sent: bodies and queries may speak of a person.

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderValue,
        header::{
            ALLOW, CACHE_CONTROL, CONNECTION, CONTENT_LANGUAGE, CONTENT_TYPE, RETRY_AFTER, VARY,
            WWW_AUTHENTICATE,
        },
    },
    middleware::Next,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::{IntoResponses, ToSchema};

pub(super) use super::kinds::Kind;
use super::{caching, pages};
use crate::{
    domain::{Bilingual, Language},
    intake::check::{Finding, PERSONNUMMER},
};

/// Media type of every error.
const MEDIA_TYPE: &str = "application/problem+json";
/// Seconds after which a client may try again.
const RETRY_SECONDS: u32 = 1;

/// An error, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Problem {
    kind: Kind,
    detail: Bilingual<String>,
    errors: Vec<Fault>,
    /// Seconds after which to try again, where that is not [`RETRY_SECONDS`].
    wait: Option<u32>,
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
    pub(super) title: &'a str,
    /// HTTP status code.
    status: u16,
    /// What is wrong here and what to do; never repeats what was sent.
    pub(super) detail: &'a str,
    /// The wrong fields.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<FaultDocument<'a>>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Fault)]
pub(super) struct FaultDocument<'a> {
    /// JSON pointer into the body, or name of a query parameter; empty for the whole.
    pub(super) pointer: &'a str,
    /// Stable code, such as `too_long`.
    code: &'a str,
    /// What is expected there.
    pub(super) detail: &'a str,
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
        Self::with(kind, kind.sort().cure())
    }

    /// A problem with a detail that fits the request; it must not repeat what the client sent.
    pub(super) fn with(kind: Kind, detail: Bilingual<String>) -> Self {
        Self { kind, detail, errors: Vec::new(), wait: None }
    }

    /// The same with its detail in other words.
    #[must_use]
    pub(super) fn saying(self, words: impl Fn(&Bilingual<String>) -> Bilingual<String>) -> Self {
        Self { detail: words(&self.detail), ..self }
    }

    /// The problem as a client sees it.
    pub(super) fn document(&self, language: Language) -> ProblemDocument<'_> {
        let sort = self.kind.sort();
        let faults = self.errors.iter().map(|fault| FaultDocument {
            pointer: &fault.pointer,
            code: fault.code,
            detail: fault.detail.text(language),
        });
        ProblemDocument {
            r#type: format!("/problems/{}", sort.slug),
            title: sort.title(language),
            status: sort.status.as_u16(),
            detail: self.detail.text(language),
            errors: faults.collect(),
        }
    }

    fn response(self, language: Language) -> Response {
        let kind = self.kind;
        let mut response = (kind.sort().status, Json(self.document(language))).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static(MEDIA_TYPE));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        if kind.passes() {
            headers.insert(RETRY_AFTER, self.wait.unwrap_or(RETRY_SECONDS).into());
        }
        if kind == Kind::Unauthorized {
            headers.insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
        }
        if kind == Kind::SlowBody {
            // The rest of the body may still come; it is no next request.
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response.extensions_mut().insert(self);
        response
    }

    /// The same, to be tried again after so many seconds.
    pub(super) fn after(self, seconds: u32) -> Self {
        Self { wait: Some(seconds), ..self }
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
    let page = pages::plain_view(request.uri());
    let mut response = next.run(request).await;
    if let Some(view) = page {
        return pages::dressed(&view, response);
    }
    if let Some(problem) = response.extensions_mut().remove::<Problem>() {
        return problem.response(language);
    }
    let status = response.status();
    if !status.is_client_error() && !status.is_server_error() || pages::is_page(response.headers())
    {
        return response;
    }
    let mut shaped = Problem::new(Kind::of(status)).response(language);
    if let Some(allow) = response.headers().get(ALLOW) {
        shaped.headers_mut().insert(ALLOW, allow.clone());
    }
    shaped
}
