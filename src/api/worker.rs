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
    domain::{Bilingual, Meta, Profile, Recommendation, ResolvedProfile},
    engine::DEFAULT_PATHS,
    intake::check::{self, Check},
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
}

/// What words were read as.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Readings {
    /// Concepts with confidence and other readings, and what was not understood.
    #[serde(flatten)]
    understood: ResolvedProfile,
    /// Versions that produced the answer.
    meta: Meta,
}

/// Concepts that words mean.
#[utoipa::path(
    post,
    path = "/v1/resolve",
    request_body = Words,
    responses((status = 200, description = "The answer", body = Readings), Failure)
)]
pub(super) async fn resolve(
    State(service): State<Arc<Service>>,
    Body(Words { titles, skills, licences }): Body<Words>,
) -> Result<Unstored<Readings>, Problem> {
    let profile = Profile { titles, skills, licences, ..Profile::default() };
    Problem::of_findings(Kind::InvalidBody, check::check(&profile))?;
    let read = move |service: &Service| Readings {
        understood: service.engine.resolve(&profile),
        meta: service.engine.meta(),
    };
    service.work(read).await.map(unstored)
}
