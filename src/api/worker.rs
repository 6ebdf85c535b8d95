//! What is asked of a worker: never in the URL, never stored, never logged.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    http::header::{CACHE_CONTROL, HeaderName},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    problem::{Failure, Kind, Problem},
    request::{Body, Params},
};
use crate::{
    domain::{Bilingual, Language, Meta, Profile, Recommendation, ResolvedProfile, SkillsInText},
    engine::{DEFAULT_PATHS, DEFAULT_SKILLS, LEAST_CONFIDENCE},
    intake::{
        check::{self, Check},
        free_text::free_text,
    },
};

/// Most paths of a list.
pub(super) const PATHS: usize = 50;

/// An answer that nobody on the way may keep.
type Unstored<T> = ([(HeaderName, &'static str); 1], Json<T>);

fn unstored<T>(answer: T) -> Unstored<T> {
    ([(CACHE_CONTROL, "no-store")], Json(answer))
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
    check.require((1..=PATHS).contains(&paths), "paths", "out_of_range", || {
        Bilingual::new(format!("från 1 till {PATHS}"), format!("from 1 to {PATHS}"))
    });
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    Problem::of_findings(Kind::InvalidBody, check::check(&profile))?;
    service.work(move |service| service.engine.recommend(&profile, paths)).await.map(unstored)
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
