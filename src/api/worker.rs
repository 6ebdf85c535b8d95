//! What is asked of a worker: never in the URL, never stored, never logged.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header::{CACHE_CONTROL, HeaderName},
};
use jiff::{ZonedDateTime, civil::Date};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    problem::{Failure, Kind, Problem},
    request::{Body, Params},
};
use crate::{
    domain::{
        Bilingual, Comparison, Counterfactuals, Language, Meta, Profile, Recommendation,
        ResolvedProfile, Routes, Situation, SkillsInText, Window,
    },
    engine::{DEFAULT_PATHS, DEFAULT_ROUTES, DEFAULT_SKILLS, LEAST_CONFIDENCE, MOST_HOPS},
    intake::{
        check::{self, Check},
        free_text::free_text,
    },
    window,
};

/// Most paths of a list.
pub(super) const PATHS: usize = 50;

/// How many occupations are compared.
const COMPARED: std::ops::RangeInclusive<usize> = 2..=6;

/// An answer that nobody on the way may keep.
type Unstored<T> = ([(HeaderName, &'static str); 1], Json<T>);

fn unstored<T>(answer: T) -> Unstored<T> {
    ([(CACHE_CONTROL, "no-store")], Json(answer))
}

/// Notes a number of a query that is not from 1 to the most there may be.
fn require_at_most(check: &mut Check, name: &str, number: usize, most: usize) {
    check.require((1..=most).contains(&number), name, "out_of_range", || {
        Bilingual::new(format!("från 1 till {most}"), format!("from 1 to {most}"))
    });
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RecommendationQuery {
    /// Paths per list, 1 to 50; 5 unless given.
    paths: Option<usize>,
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
) -> Result<Unstored<Recommendation>, Problem> {
    let paths = query.paths.unwrap_or(DEFAULT_PATHS);
    let mut check = Check::default();
    require_at_most(&mut check, "paths", paths, PATHS);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let profile = checked(profile)?;
    service.work(move |service| service.engine.recommend(&profile, paths)).await.map(unstored)
}

/// Today where the service runs.
fn today() -> Date {
    ZonedDateTime::now().date()
}

/// When a worker has time for studies.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct WindowAnswer {
    /// Intervals, rules and questions.
    #[serde(flatten)]
    window: Window,
    /// Versions that produced the answer.
    meta: Meta,
}

/// When a worker has time for studies, by the rules of notice, furlough and short-time work.
#[utoipa::path(
    post,
    path = "/v1/windows",
    request_body = Situation,
    responses((status = 200, description = "The answer", body = WindowAnswer), Failure)
)]
pub(super) async fn windows(
    State(service): State<Arc<Service>>,
    Body(mut situation): Body<Situation>,
) -> Result<Unstored<WindowAnswer>, Problem> {
    Problem::of_findings(Kind::InvalidBody, check::check_situation(&situation))?;
    situation.as_of.get_or_insert_with(today);
    let window = window::window(&situation, &service.engine.dataset().rules);
    Ok(unstored(WindowAnswer { window, meta: service.engine.meta() }))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RouteQuery {
    /// Most moves of a route, 1 to 3; 3 unless given.
    hops: Option<usize>,
    /// Routes, 1 to 50; 5 unless given.
    routes: Option<usize>,
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
) -> Result<Unstored<Routes>, Problem> {
    let hops = query.hops.unwrap_or(MOST_HOPS);
    let most = query.routes.unwrap_or(DEFAULT_ROUTES);
    let mut check = Check::default();
    require_at_most(&mut check, "hops", hops, MOST_HOPS);
    require_at_most(&mut check, "routes", most, PATHS);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let profile = checked(profile)?;
    service.work(move |service| service.engine.routes(&profile, hops, most)).await.map(unstored)
}

/// The smallest changes that open an occupation which is closed today.
///
/// Of the occupations of `wanted`, or without any of the best that are closed. All single changes and
/// pairs are tried.
#[utoipa::path(
    post,
    path = "/v1/counterfactuals",
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Counterfactuals), Failure)
)]
pub(super) async fn counterfactuals(
    State(service): State<Arc<Service>>,
    Body(profile): Body<Profile>,
) -> Result<Unstored<Counterfactuals>, Problem> {
    let profile = checked(profile)?;
    service.work(move |service| service.engine.counterfactuals(&profile)).await.map(unstored)
}

/// Two to six occupations of `wanted` side by side.
///
/// Cells are copied from official figures or counted; nothing is scored.
#[utoipa::path(
    post,
    path = "/v1/compare",
    request_body = Profile,
    responses((status = 200, description = "The answer", body = Comparison), Failure)
)]
pub(super) async fn compare(
    State(service): State<Arc<Service>>,
    Body(profile): Body<Profile>,
) -> Result<Unstored<Comparison>, Problem> {
    let mut check = Check::default();
    check.require(COMPARED.contains(&profile.wanted.len()), "/wanted", "out_of_range", || {
        Bilingual::new("från 2 till 6 yrken", "from 2 to 6 occupations")
    });
    Problem::of_findings(Kind::InvalidBody, check.finish())?;
    let profile = checked(profile)?;
    service.work(move |service| service.engine.compare(&profile)).await.map(unstored)
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

/// What words were read as.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readings {
    /// Concepts with confidence and other readings, and what was not understood.
    #[serde(flatten)]
    understood: ResolvedProfile,
    /// Skills the text speaks of, at most 30, with a confidence of at least 0.2; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_text: Option<SkillsInText>,
    /// Versions that produced the answer.
    meta: Meta,
}

/// Concepts that words mean, and skills that a text speaks of.
#[utoipa::path(
    post,
    path = "/v1/resolve",
    request_body = Words,
    responses((status = 200, description = "The answer", body = Readings), Failure)
)]
pub(super) async fn resolve(
    State(service): State<Arc<Service>>,
    Body(words): Body<Words>,
) -> Result<Unstored<Readings>, Problem> {
    let Words { titles, skills, licences, text, text_language } = words;
    let profile = Profile { titles, skills, licences, ..Profile::default() };
    let mut findings = check::check(&profile);
    let text =
        text.and_then(|text| free_text(&text).map_err(|finding| findings.push(finding)).ok());
    Problem::of_findings(Kind::InvalidBody, findings)?;
    let read = move |service: &Service| Readings {
        understood: service.engine.resolve(&profile),
        in_text: text.map(|text| {
            let engine = &service.engine;
            engine.skills_in_text(&text, text_language, LEAST_CONFIDENCE, DEFAULT_SKILLS)
        }),
        meta: service.engine.meta(),
    };
    service.work(read).await.map(unstored)
}
