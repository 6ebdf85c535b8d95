//! What is asked of a worker: never in the URL, never logged, and kept only where that is asked for.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName},
    response::{IntoResponse, Response},
};
use jiff::{ZonedDateTime, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    problem::{Failure, Fault, Kind, Problem},
    request::{Body, Params},
};
use crate::{
    domain::{
        Bilingual, Comparison, Counterfactuals, Explain, Language, Meta, Profile, Recommendation,
        Routes, Situation,
    },
    engine::{DEFAULT_PATHS, DEFAULT_ROUTES, MOST_HOPS},
    hub::{Answer, Gaps, Question, Readings, WindowAnswer},
    intake::{
        self,
        check::{self, Check},
        free_text::free_text,
    },
};

/// Most paths of a list.
pub(super) const PATHS: usize = 50;

/// Bytes of an answer with five paths a list, and some more: a buffer that grows is copied.
const USUAL_BYTES: usize = 96 << 10;

/// How many occupations are compared.
const COMPARED: std::ops::RangeInclusive<usize> = 2..=6;

/// What is told, with the versions behind it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Told<T> {
    #[serde(flatten)]
    told: T,
    /// Versions that produced the answer.
    meta: Meta,
}

impl<T> Told<T> {
    pub(super) fn new(told: T, meta: Meta) -> Self {
        Self { told, meta }
    }
}

/// An answer that nobody on the way may keep.
pub(super) type Unstored<T> = ([(HeaderName, &'static str); 1], Json<T>);

pub(super) fn unstored<T>(answer: T) -> Unstored<T> {
    ([(CACHE_CONTROL, "no-store")], Json(answer))
}

/// Notes a number of a query that is not from 1 to the most there may be.
pub(super) fn require_at_most(check: &mut Check, name: &str, number: usize, most: usize) {
    check.require((1..=most).contains(&number), name, "out_of_range", || {
        Bilingual::new(format!("från 1 till {most}"), format!("from 1 to {most}"))
    });
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RecommendationQuery {
    /// Paths per list, 1 to 50; 5 unless given.
    #[param(minimum = 1, maximum = 50)]
    paths: Option<usize>,
    /// How much is told: `short` unless given, which is what lists of workers hold too (eight skills of a long list, no
    /// optional ones that are missing, ways of paying that are not excluded, without words, two other readings); `full` is
    /// all, about twice the bytes; `none` leaves out skills, reasons and ways of paying. Scores with their parts, counts, courses and demand always stay.
    #[serde(default = "explain_unless_given")]
    #[param(required = false, inline)]
    explain: Explain,
    /// Keep the question, so that the decision can be made again by its `decision_id`; needs `ref`, by
    /// which it can be told and erased.
    #[serde(default)]
    #[param(required = false)]
    keep: bool,
}

/// What a list of paths shows; the rest of a path is asked for where it is looked at.
fn explain_unless_given() -> Explain {
    Explain::Short
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct KeepQuery {
    /// Keep the question, so that the decision can be made again by its `decision_id`; needs `ref`, by
    /// which it can be told and erased.
    #[serde(default)]
    #[param(required = false)]
    keep: bool,
}

/// Answers a question, and keeps it where that is wished.
async fn answer(
    service: Arc<Service>,
    question: Question,
    keep: bool,
) -> Result<Response, Problem> {
    let reference = question.reference().filter(|_| keep).map(intake::reference);
    // One that a list without references would have is somebody else's in each of them.
    let reference = reference.filter(|name| !name.is_empty() && !intake::is_made_up(name));
    if keep && reference.is_none() {
        let sv = "en egen referens, så att det som sparas kan hittas och raderas";
        let en = "a reference of your own, so that what is kept can be found and erased";
        let fault = Fault::new("/ref", "needed", Bilingual::new(sv, en));
        return Err(Problem::faults(Kind::InvalidBody, vec![fault]));
    }
    let Some(reference) = reference else {
        // Written where it is made: what takes as long as the ranking would hold up other connections.
        let work = move |service: &Service| written(&question.answer(&service.engine()));
        return service.work(work).await?;
    };
    let work = move |service: &Service| {
        let engine = service.engine();
        let answer = question.answer(&engine);
        (question, engine.meta(), answer)
    };
    let (question, meta, answer) = Arc::clone(&service).work(work).await?;
    // The store may be busy: questions that keep nothing must not wait behind this one.
    let keep = move |service: &Service| {
        service.hub.keep(&reference, &question, meta, &answer)?;
        written(&answer)
    };
    service.work_long(keep).await?
}

/// The bytes of an answer that nobody on the way may keep.
fn written(answer: &Answer) -> Result<Response, Problem> {
    let mut bytes = Vec::with_capacity(USUAL_BYTES);
    serde_json::to_writer(&mut bytes, answer).map_err(|error| {
        tracing::error!(%error, "an answer cannot be written");
        Problem::new(Kind::Internal)
    })?;
    let headers = [(CONTENT_TYPE, "application/json"), (CACHE_CONTROL, "no-store")];
    Ok((headers, bytes).into_response())
}

/// Retraining paths of a worker.
///
/// Two lists, inside the worker's sector and into another, each with scores, gap, courses, demand
/// and reasons. Words that are not understood are no error: see `understood.unmatched`.
#[utoipa::path(
    post,
    path = "/v1/recommendations",
    params(RecommendationQuery),
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Recommendation), Failure)
)]
pub(super) async fn recommendations(
    State(service): State<Arc<Service>>,
    Params(query): Params<RecommendationQuery>,
    Body(profile): Body<Profile>,
) -> Result<Response, Problem> {
    let paths = query.paths.unwrap_or(DEFAULT_PATHS);
    let mut check = Check::default();
    require_at_most(&mut check, "paths", paths, PATHS);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let profile = checked(profile)?;
    answer(service, Question::Recommendation { profile, paths, explain: query.explain }, query.keep)
        .await
}

/// Today where the service runs.
pub(super) fn today() -> Date {
    ZonedDateTime::now().date()
}

/// When a worker has time for studies, by the rules of notice, furlough and short-time work.
#[utoipa::path(
    post,
    path = "/v1/windows",
    params(KeepQuery),
    request_body = Situation,
    responses((status = 200, description = "The answer", body = WindowAnswer), Failure)
)]
pub(super) async fn windows(
    State(service): State<Arc<Service>>,
    Params(query): Params<KeepQuery>,
    Body(mut situation): Body<Situation>,
) -> Result<Response, Problem> {
    Problem::of_findings(Kind::InvalidBody, check::check_situation(&situation))?;
    situation.as_of.get_or_insert_with(today);
    answer(service, Question::Window { situation }, query.keep).await
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteQuery {
    /// Most moves of a route, 1 to 3; 3 unless given.
    #[param(minimum = 1, maximum = 3)]
    hops: Option<usize>,
    /// Routes, 1 to 50; 5 unless given.
    #[param(minimum = 1, maximum = 50)]
    routes: Option<usize>,
    /// Keep the question, so that the decision can be made again by its `decision_id`; needs `ref`, by
    /// which it can be told and erased.
    #[serde(default)]
    #[param(required = false)]
    keep: bool,
}

/// Routes over stepping stones.
///
/// To the occupations of `wanted`, or without any to better paid ones that no single move reaches. A
/// target that one viable move reaches has that move as its only route.
#[utoipa::path(
    post,
    path = "/v1/routes",
    params(RouteQuery),
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Routes), Failure)
)]
pub(super) async fn routes(
    State(service): State<Arc<Service>>,
    Params(query): Params<RouteQuery>,
    Body(profile): Body<Profile>,
) -> Result<Response, Problem> {
    let hops = query.hops.unwrap_or(MOST_HOPS);
    let most = query.routes.unwrap_or(DEFAULT_ROUTES);
    let mut check = Check::default();
    require_at_most(&mut check, "hops", hops, MOST_HOPS);
    require_at_most(&mut check, "routes", most, PATHS);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let profile = checked(profile)?;
    let question = Question::Routes { profile, hops, routes: most };
    answer(service, question, query.keep).await
}

/// The smallest changes that open an occupation which is closed today.
///
/// Of the occupations of `wanted`, or without any of the best that are closed. All single changes and
/// pairs are tried.
#[utoipa::path(
    post,
    path = "/v1/counterfactuals",
    params(KeepQuery),
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Counterfactuals), Failure)
)]
pub(super) async fn counterfactuals(
    State(service): State<Arc<Service>>,
    Params(query): Params<KeepQuery>,
    Body(profile): Body<Profile>,
) -> Result<Response, Problem> {
    let profile = checked(profile)?;
    answer(service, Question::Counterfactuals { profile }, query.keep).await
}

/// What occupations ask for and a worker has, lacks, and how courses close it.
///
/// Of the occupations of `wanted`, at most ten, however they rank.
#[utoipa::path(
    post,
    path = "/v1/gaps",
    params(KeepQuery),
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Gaps), Failure)
)]
pub(super) async fn gaps(
    State(service): State<Arc<Service>>,
    Params(query): Params<KeepQuery>,
    Body(profile): Body<Profile>,
) -> Result<Response, Problem> {
    let mut check = Check::default();
    check.require(!profile.wanted.is_empty(), "/wanted", "empty", || {
        Bilingual::new("minst ett yrke", "at least one occupation")
    });
    Problem::of_findings(Kind::InvalidBody, check.finish())?;
    let profile = checked(profile)?;
    answer(service, Question::Gaps { profile }, query.keep).await
}

/// Two to six occupations of `wanted` side by side.
///
/// Cells are copied from official figures or counted; nothing is scored.
#[utoipa::path(
    post,
    path = "/v1/compare",
    params(KeepQuery),
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Comparison), Failure)
)]
pub(super) async fn compare(
    State(service): State<Arc<Service>>,
    Params(query): Params<KeepQuery>,
    Body(profile): Body<Profile>,
) -> Result<Response, Problem> {
    let mut check = Check::default();
    check.require(COMPARED.contains(&profile.wanted.len()), "/wanted", "out_of_range", || {
        Bilingual::new("från 2 till 6 yrken", "from 2 to 6 occupations")
    });
    Problem::of_findings(Kind::InvalidBody, check.finish())?;
    let profile = checked(profile)?;
    answer(service, Question::Compare { profile }, query.keep).await
}

/// A profile that may be used, seen from today unless it names a day.
fn checked(mut profile: Profile) -> Result<Profile, Problem> {
    Problem::of_findings(Kind::InvalidBody, check::check(&profile))?;
    profile.as_of.get_or_insert_with(today);
    Ok(profile)
}

/// A worker's words alone.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Words {
    /// Opaque reference of the worker; only for `keep`.
    #[serde(default)]
    r#ref: Option<String>,
    /// Occupations as written, or ESCO occupation URIs.
    #[serde(default)]
    titles: Vec<String>,
    /// Skills as written, or ESCO skill URIs.
    #[serde(default)]
    skills: Vec<String>,
    /// Licences as written (`CE`, `truckkort`).
    #[serde(default)]
    licences: Vec<String>,
    /// Text of a CV, an ad or a course, at most 40,000 characters; its skills come with their places.
    /// The whole body is at most 64 KiB, where `å` takes two bytes and `\u00e5` six. Of more than 500
    /// different sentences the rest is not read: see `unread`.
    #[serde(default)]
    text: Option<String>,
    /// Language of the text; each sentence is read in its own unless given.
    #[serde(default)]
    text_language: Option<Language>,
}

/// Concepts that words mean, and skills that a text speaks of.
#[utoipa::path(
    post,
    path = "/v1/resolve",
    params(KeepQuery),
    request_body = Words,
    responses((status = 200, description = "The answer", body = Readings), Failure)
)]
pub(super) async fn resolve(
    State(service): State<Arc<Service>>,
    Params(query): Params<KeepQuery>,
    Body(words): Body<Words>,
) -> Result<Response, Problem> {
    let Words { r#ref, titles, skills, licences, text, text_language } = words;
    let profile = Profile { r#ref, titles, skills, licences, ..Profile::default() };
    let mut findings = check::check(&profile);
    let text =
        text.and_then(|text| free_text(&text).map_err(|finding| findings.push(finding)).ok());
    Problem::of_findings(Kind::InvalidBody, findings)?;
    answer(service, Question::Words { profile, text, text_language }, query.keep).await
}
