//! What the service is, whether it lives, and the description of its interface and of its errors.

#![expect(unused_qualifications, reason = "in what utoipa writes")]

use std::{
    collections::BTreeMap,
    sync::{Arc, atomic::Ordering},
};

use axum::{
    Extension, Json,
    extract::{Path, State},
    http::{
        HeaderMap, Uri,
        header::{CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, VARY},
    },
    response::{IntoResponse, Response},
};
use maud::html;
use serde::Serialize;
use utoipa::{
    Modify, OpenApi, ToSchema,
    openapi::{
        self,
        security::{Http, HttpAuthScheme, SecurityScheme},
    },
};

use super::{
    Service, batches,
    caching::{self, Answering},
    catalogue, courses, decisions, deprecation,
    kinds::Sort,
    metrics::{self, Now},
    model, notices, paging, plans,
    problem::{Failure, Kind, Problem, ProblemDocument},
    request::BODY_BYTES,
    results, rows, signals, transitions, upload, worker,
};
use crate::{
    dataset::{SourceReport, sectors},
    domain::{Bilingual, CourseForm, Language, Meta},
    intake::check,
    plot,
};

/// The interface, described.
#[derive(OpenApi)]
#[openapi(
    info(description = "From a worker's skills to a way on: occupations, gaps and courses."),
    paths(
        worker::recommendations,
        worker::gaps,
        worker::resolve,
        worker::windows,
        worker::routes,
        worker::counterfactuals,
        worker::compare,
        batches::accept,
        batches::list,
        batches::show,
        batches::remove,
        batches::retry,
        rows::rows,
        rows::row,
        batches::summary,
        batches::intake,
        results::results,
        notices::compare,
        notices::foresee,
        plans::ask,
        plans::list,
        plans::show,
        plans::remove,
        plans::retry,
        plans::decide,
        signals::list,
        signals::say,
        signals::take_back,
        decisions::replay,
        decisions::forget,
        decisions::note,
        decisions::notes,
        decisions::export,
        decisions::erase,
        catalogue::occupations,
        catalogue::occupation,
        transitions::transitions,
        catalogue::skills,
        courses::courses,
        meta,
        metrics,
        model::model,
        livez,
        readyz,
        openapi,
        problem,
    ),
    components(schemas(ProblemDocument<'_>)),
    modifiers(&Bearer),
    security((), ("key" = []))
)]
struct Interface;

/// How keys are sent.
struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut openapi::OpenApi) {
        let scheme = SecurityScheme::Http(Http::new(HttpAuthScheme::Bearer));
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("key", scheme);
    }
}

/// The OpenAPI 3.1 document as JSON.
pub(super) fn document() -> serde_json::Result<String> {
    let mut document = Interface::openapi();
    deprecation::mark(&mut document, &deprecation::ENDING);
    document.to_json()
}

/// What the service knows and allows.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct About {
    /// Versions and fingerprints.
    meta: Meta,
    /// Where the data come from.
    sources: Vec<SourceCard>,
    /// Rows that can be found.
    counts: Counts,
    /// Languages of words and labels, the default first.
    languages: [Language; 2],
    /// Sector keys with their names.
    sectors: Vec<Sector>,
    /// School forms of courses.
    course_forms: [CourseForm; 8],
    /// Limits on requests.
    limits: RequestLimits,
}

/// A source of the data set.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SourceCard {
    /// Short key, as `source` in other answers.
    key: String,
    /// Name and publisher.
    title: String,
    /// Version or date of the content; empty where the source does not say.
    version: String,
    /// Licence or terms.
    licence: String,
    /// Statements the licence asks for, and peculiarities a reader should know.
    notes: Vec<String>,
    /// Rows read, by kind.
    counts: BTreeMap<String, u64>,
}

impl From<&SourceReport> for SourceCard {
    fn from(source: &SourceReport) -> Self {
        let SourceReport { key, title, version, licence, notes, counts, .. } = source.clone();
        Self { key, title, version, licence, notes, counts }
    }
}

/// Rows that can be found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Counts {
    /// Occupations.
    occupations: usize,
    /// Skills.
    skills: usize,
    /// Courses.
    courses: usize,
}

/// A sector.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Sector {
    /// Its key.
    key: String,
    /// Its name.
    label: Bilingual<String>,
}

/// Limits on requests.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RequestLimits {
    /// Longest body about one worker, bytes.
    body_bytes: usize,
    /// Longest list of workers, bytes.
    list_bytes: usize,
    /// Most rows of a list.
    list_rows: usize,
    /// Longest table, plan or group file, bytes.
    table_bytes: usize,
    /// Days after which what is kept is removed.
    kept_days: u16,
    /// Most titles of a worker.
    titles: usize,
    /// Most skills of a worker.
    skills: usize,
    /// Longest text, characters.
    text_chars: usize,
    /// Most paths of a list.
    paths: usize,
    /// Most items of a page.
    page_items: usize,
    /// Seconds after which a request is given up.
    request_seconds: u64,
}

/// Figures of the service, for Prometheus (`OpenMetrics` text): requests by route and status, their times,
/// connections, work that waits, versions. Nothing of what was asked.
#[utoipa::path(
    get,
    path = "/metrics",
    responses((status = 200, description = "Figures", body = String, content_type = "application/openmetrics-text"), Failure)
)]
pub(super) async fn metrics(State(service): State<Arc<Service>>) -> Result<Response, Problem> {
    let work = |service: &Service| {
        let waiting = service.hub.store().waiting()?;
        let now = Now { meta: service.engine().meta(), waiting, answered: service.hub.answered() };
        Ok::<_, Problem>(service.metrics.told(&now))
    };
    let told = service.work_long(work).await??.map_err(|_never| Problem::new(Kind::Internal))?;
    let head = [(CONTENT_TYPE, metrics::FORMAT), (CACHE_CONTROL, "no-store")];
    Ok((head, told).into_response())
}

/// Versions, sources with licences, counts, languages and limits.
#[utoipa::path(get, path = "/v1/meta", responses((status = 200, description = "The answer", body = About), Failure))]
pub(super) async fn meta(
    State(service): State<Arc<Service>>,
    Extension(Answering { engine, meta, index }): Extension<Answering>,
) -> Json<About> {
    let [occupations, skills, courses] = index.counts();
    let sector =
        |key: &str| Some(Sector { key: key.to_owned(), label: sectors::sector_name(key)? });
    Json(About {
        meta,
        sources: engine.dataset().manifest.sources.iter().map(SourceCard::from).collect(),
        counts: Counts { occupations, skills, courses },
        languages: [Language::Sv, Language::En],
        sectors: sectors::sector_keys().filter_map(sector).collect(),
        course_forms: CourseForm::ALL,
        limits: RequestLimits {
            body_bytes: BODY_BYTES,
            list_bytes: upload::LIST_BYTES,
            list_rows: upload::LIST_ROWS,
            table_bytes: notices::TABLE_BYTES,
            kept_days: service.hub.store().terms().days,
            titles: check::TITLES,
            skills: check::SKILLS,
            text_chars: check::TEXT_CHARS,
            paths: worker::PATHS,
            page_items: paging::MOST,
            request_seconds: service.settings.request_time.as_secs(),
        },
    })
}

/// Whether the service is well.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Health {
    /// `ok`.
    status: &'static str,
}

/// Whether the process lives.
#[utoipa::path(get, path = "/livez", responses((status = 200, description = "The answer", body = Health)))]
pub(super) async fn livez() -> impl IntoResponse {
    ([(CACHE_CONTROL, "no-store")], Json(Health { status: "ok" }))
}

/// Whether it takes new requests: not once it was asked to stop.
#[utoipa::path(get, path = "/readyz", responses((status = 200, description = "The answer", body = Health), Failure))]
pub(super) async fn readyz(
    State(service): State<Arc<Service>>,
) -> Result<impl IntoResponse, Problem> {
    if service.stopping.load(Ordering::Relaxed) {
        return Err(Problem::new(Kind::NotReady));
    }
    Ok(([(CACHE_CONTROL, "no-store")], Json(Health { status: "ok" })))
}

/// What a sort of error is and what to do about it, for people: the page its `type` names.
#[utoipa::path(
    get,
    path = "/problems/{slug}",
    params(("slug" = String, Path, description = "Last part of a problem's type")),
    responses((status = 200, description = "The page", body = String, content_type = "text/html"), Failure)
)]
pub(super) async fn problem(
    Path(slug): Path<String>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<impl IntoResponse, Problem> {
    let language = caching::language(&uri, &headers)?;
    let sort = Sort::of_slug(&slug).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let cure = sort.kind.sort().cure();
    let body = html! {
        p { (cure.text(language)) }
        p { (language.pick("HTTP-status", "HTTP status")) " " (sort.status.as_u16()) }
    };
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CONTENT_LANGUAGE, language.code()),
        (VARY, "accept-language"),
        (CACHE_CONTROL, "no-cache"),
        (
            CONTENT_SECURITY_POLICY,
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
        ),
    ];
    Ok((headers, plot::page::document(language, sort.title(language), &body)))
}

/// The description of the interface.
#[utoipa::path(get, path = "/openapi.json", responses((status = 200, description = "The document", body = Object)))]
pub(super) async fn openapi(State(service): State<Arc<Service>>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-cache")];
    (headers, service.document.clone())
}
