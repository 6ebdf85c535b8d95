//! Lists of occupations and skills, and how any list is searched.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::{fmt::Debug, sync::Arc};

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
};
use serde::Deserialize;
use utoipa::IntoParams;

use super::{
    Service,
    caching::Answering,
    card::{OccupationCard, OccupationItem, SkillItem},
    paging::{Page, Place},
    problem::{Failure, Kind, Problem},
    request::Params,
    worker::Told,
};
use crate::{
    dataset::DataSet,
    domain::Language,
    engine::Engine,
    index::{self, Filters, Hit, Hits, Index, Query},
    intake::check::Check,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct OccupationQuery {
    /// Words in Swedish or English; all rows in order of id without.
    #[serde(default)]
    q: String,
    /// Language of the words and of snippets; by `Accept-Language` unless given.
    #[expect(dead_code, reason = "read by caching::revalidate, which hands the language on")]
    lang: Option<Language>,
    /// Leading digits of an SSYK 2012 code.
    ssyk: Option<String>,
    /// Sector key, see `/v1/meta`.
    sector: Option<String>,
    /// Items of a page, 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Occupations by words, SSYK group and sector.
#[utoipa::path(
    get,
    path = "/v1/occupations",
    params(OccupationQuery),
    responses((status = 200, description = "The answer", body = Page<OccupationItem>), Failure)
)]
pub(super) async fn occupations(
    State(service): State<Arc<Service>>,
    Extension(language): Extension<Language>,
    Extension(from): Extension<Answering>,
    Params(mut query): Params<OccupationQuery>,
) -> Result<Page<OccupationItem>, Problem> {
    let (limit, cursor) = (query.limit.take(), query.cursor.take());
    let place = place(&from.engine, &query, language, limit, cursor.as_deref())?;
    let mut check = Check::default();
    check.text("q", &query.q);
    if let Some(ssyk) = &query.ssyk {
        check.ssyk("ssyk", ssyk, &(1..=4));
    }
    if let Some(sector) = &query.sector {
        check.sector("sector", sector);
    }
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let (ssyk, sector) = (query.ssyk.unwrap_or_default(), query.sector.unwrap_or_default());
    let filters = Filters { ssyk, sector, ..Filters::default() };
    let query = Query { text: query.q, language: Some(language), filters };
    let found =
        service.search(from, (query, place), Index::search_occupations, OccupationItem::new);
    Ok(found.await?.0)
}

/// One occupation.
///
/// Skills, licences and the facts of its SSYK groups.
#[utoipa::path(
    get,
    path = "/v1/occupations/{id}",
    params(
        ("id" = String, Path, description = "Percent-encoded id (an ESCO URI), or its last part"),
        ("lang" = Option<Language>, Query, description = "Language; texts come in both anyway"),
    ),
    responses((status = 200, description = "The answer", body = Told<OccupationCard>), Failure)
)]
pub(super) async fn occupation(
    Extension(Answering { engine, meta, .. }): Extension<Answering>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Told<OccupationCard>>, Problem> {
    let Ok(Path(id)) = id else { return Err(Problem::new(Kind::NotFound)) };
    let data = engine.dataset();
    let rows = &data.taxonomy.occupations;
    let found = find(rows, |row| &row.id, &id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Json(Told::new(OccupationCard::new(found, data), meta)))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct SkillQuery {
    /// Words in Swedish or English; all rows in order of id without.
    #[serde(default)]
    q: String,
    /// Language of the words and of snippets; by `Accept-Language` unless given.
    #[expect(dead_code, reason = "read by caching::revalidate, which hands the language on")]
    lang: Option<Language>,
    /// Items of a page, 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// Skills by words.
#[utoipa::path(
    get,
    path = "/v1/skills",
    params(SkillQuery),
    responses((status = 200, description = "The answer", body = Page<SkillItem>), Failure)
)]
pub(super) async fn skills(
    State(service): State<Arc<Service>>,
    Extension(language): Extension<Language>,
    Extension(from): Extension<Answering>,
    Params(mut query): Params<SkillQuery>,
) -> Result<Page<SkillItem>, Problem> {
    let (limit, cursor) = (query.limit.take(), query.cursor.take());
    let place = place(&from.engine, &query, language, limit, cursor.as_deref())?;
    let mut check = Check::default();
    check.text("q", &query.q);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let query = Query::new(query.q, language);
    let found = service.search(from, (query, place), Index::search_skills, SkillItem::new);
    Ok(found.await?.0)
}

/// The row with this id, else the first whose id ends in `/wanted`. O(rows).
pub(super) fn find<'a, T>(
    rows: &'a [T],
    id: impl Fn(&T) -> &String,
    wanted: &str,
) -> Option<&'a T> {
    let last = |row: &&T| id(row).rsplit('/').next() == Some(wanted);
    rows.iter().find(|row| id(row) == wanted).or_else(|| rows.iter().find(last))
}

/// The place in the list of a query, which no longer holds its limit and cursor.
pub(super) fn place(
    engine: &Engine,
    query: &impl Debug,
    language: Language,
    limit: Option<usize>,
    cursor: Option<&str>,
) -> Result<Place, Problem> {
    let dataset = &engine.dataset().manifest.fingerprint;
    Place::new(format!("{dataset} {} {query:?}", language.code()), limit, cursor)
}

impl Service {
    /// Runs a search and shows its hits.
    pub(super) async fn search<T: Send + 'static>(
        self: Arc<Self>,
        Answering { engine, index, meta }: Answering,
        (query, place): (Query, Place),
        kind: fn(&Index, &Query, &index::Page) -> Result<Hits, index::Error>,
        show: fn(&Hit, &DataSet) -> T,
    ) -> Result<(Page<T>, index::Facets), Problem> {
        self.work(move |_service| {
            let hits = kind(&index, &query, &place.page).map_err(|error| {
                tracing::error!(%error, "a search failed");
                Problem::new(Kind::Internal)
            })?;
            let data = engine.dataset();
            let items = hits.items.iter().map(|hit| show(hit, data)).collect();
            let (next, total) = (place.next(hits.total), hits.total);
            Ok((Page::new(items, next, total, meta), hits.facets))
        })
        .await?
    }
}
