//! Lists of occupations, skills and courses.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::{fmt::Debug, sync::Arc};

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    caching::Answering,
    card::{CourseItem, Facets, OccupationCard, OccupationItem, SkillItem},
    model::Transitions,
    paging::{Page, Place},
    problem::{Failure, Fault, Kind, Problem},
    request::{Params, date, list},
    worker::{PATHS, Told},
};
use crate::{
    dataset::DataSet,
    domain::{Bilingual, CourseBasis, CourseForm, Distance, Language, Profile},
    engine::Engine,
    index::{self, Filters, Hit, Hits, Index, Query},
    intake::check::Check,
};

/// Most values of one filter.
const FILTER_VALUES: usize = 50;
/// Targets of a list unless another number is asked for.
const TRANSITIONS: usize = 10;

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
) -> Result<Json<Page<OccupationItem>>, Problem> {
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
    Ok(Json(found.await?.0))
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
    Extension(Answering { engine, .. }): Extension<Answering>,
    id: Result<Path<String>, PathRejection>,
) -> Result<Json<Told<OccupationCard>>, Problem> {
    let Ok(Path(id)) = id else { return Err(Problem::new(Kind::NotFound)) };
    let data = engine.dataset();
    let rows = &data.taxonomy.occupations;
    let found = find(rows, |row| &row.id, &id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    Ok(Json(Told::new(OccupationCard::new(found, data), engine.meta())))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TransitionQuery {
    /// Targets of each list, 1 to 50; 10 unless given.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
    /// Language; texts come in both anyway.
    #[expect(dead_code, reason = "read by caching::revalidate, which hands the language on")]
    lang: Option<Language>,
}

/// Occupations to move to from one, for somebody who has its usual skills.
///
/// Two lists, inside the sector and into another, by score. What a person has beside or lacks is asked by
/// `/v1/recommendations`.
#[utoipa::path(
    get,
    path = "/v1/occupations/{id}/transitions",
    params(
        ("id" = String, Path, description = "Percent-encoded id (an ESCO URI), or its last part"),
        TransitionQuery,
    ),
    responses((status = 200, description = "The answer", body = Transitions), Failure)
)]
pub(super) async fn transitions(
    State(service): State<Arc<Service>>,
    Extension(Answering { engine, .. }): Extension<Answering>,
    id: Result<Path<String>, PathRejection>,
    Params(query): Params<TransitionQuery>,
) -> Result<Json<Transitions>, Problem> {
    let limit = query.limit.unwrap_or(TRANSITIONS);
    let mut check = Check::default();
    check.require((1..=PATHS).contains(&limit), "limit", "out_of_range", || {
        Bilingual::new(format!("från 1 till {PATHS}"), format!("from 1 to {PATHS}"))
    });
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let Ok(Path(id)) = id else { return Err(Problem::new(Kind::NotFound)) };
    let rows = &engine.dataset().taxonomy.occupations;
    let found = find(rows, |row| &row.id, &id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let profile = Profile { titles: vec![found.id.clone()], ..Profile::default() };
    let work = move |_service: &Service| Transitions::of(&engine, &profile, limit);
    service.work(work).await.map(Json)
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
) -> Result<Json<Page<SkillItem>>, Problem> {
    let (limit, cursor) = (query.limit.take(), query.cursor.take());
    let place = place(&from.engine, &query, language, limit, cursor.as_deref())?;
    let mut check = Check::default();
    check.text("q", &query.q);
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let query = Query::new(query.q, language);
    let found = service.search(from, (query, place), Index::search_skills, SkillItem::new);
    Ok(Json(found.await?.0))
}

/// Lists are comma-separated; within one any value will do.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct CourseQuery {
    /// Words in Swedish or English; all rows in order of id without.
    #[serde(default)]
    q: String,
    /// Language of the words and of snippets; by `Accept-Language` unless given.
    #[expect(dead_code, reason = "read by caching::revalidate, which hands the language on")]
    lang: Option<Language>,
    /// School forms.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    form: Vec<CourseForm>,
    /// Municipalities or places, any case.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    place: Vec<String>,
    /// Whether it can be taken from home.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    distance: Vec<Distance>,
    /// Ids of skills it teaches, or their last parts.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    skill: Vec<String>,
    /// Leading digits of an SSYK 2012 code it leads to.
    ssyk: Option<String>,
    /// Least length, weeks at full time.
    min_weeks: Option<f32>,
    /// Greatest length, weeks at full time.
    max_weeks: Option<f32>,
    /// It starts on this day or later, ISO date.
    #[serde(default, deserialize_with = "date")]
    #[param(value_type = Option<String>, format = Date)]
    start_from: Option<Date>,
    /// How firm the record is.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    basis: Vec<CourseBasis>,
    /// Items of a page, 1 to 100; 20 unless given.
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

/// A page of courses with counts over all that were found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CoursePage {
    #[serde(flatten)]
    page: Page<CourseItem>,
    facets: Facets,
}

/// Courses by words, form, place, distance, length, start and what they teach.
#[utoipa::path(
    get,
    path = "/v1/courses",
    params(CourseQuery),
    responses((status = 200, description = "The answer", body = CoursePage), Failure)
)]
pub(super) async fn courses(
    State(service): State<Arc<Service>>,
    Extension(language): Extension<Language>,
    Extension(from): Extension<Answering>,
    Params(mut query): Params<CourseQuery>,
) -> Result<Json<CoursePage>, Problem> {
    let (limit, cursor) = (query.limit.take(), query.cursor.take());
    let place = place(&from.engine, &query, language, limit, cursor.as_deref())?;
    let text = std::mem::take(&mut query.q);
    let filters = query.filters(&text, from.engine.dataset())?;
    let query = Query { text, language: Some(language), filters };
    let found = service.search(from, (query, place), Index::search_courses, CourseItem::new);
    let (page, facets) = found.await?;
    Ok(Json(CoursePage { page, facets: facets.into() }))
}

impl CourseQuery {
    fn filters(self, text: &str, data: &DataSet) -> Result<Filters, Problem> {
        let mut check = Check::default();
        check.text("q", text);
        check.texts("place", &self.place, FILTER_VALUES);
        check.texts("skill", &self.skill, FILTER_VALUES);
        check.weeks("min_weeks", self.min_weeks);
        check.weeks("max_weeks", self.max_weeks);
        if let Some(ssyk) = &self.ssyk {
            check.ssyk("ssyk", ssyk, &(1..=4));
        }
        Problem::of_findings(Kind::InvalidQuery, check.finish())?;
        let known = |id: &String| {
            find(&data.taxonomy.skills, |row| &row.id, id).map(|skill| skill.id.clone())
        };
        let teaches = self.skill.iter().map(known).collect::<Option<Vec<String>>>();
        let Some(teaches) = teaches else {
            let fault = Fault::new(
                "skill",
                "unknown_skill",
                Bilingual::new("ett id som /v1/skills listar", "an id that /v1/skills lists"),
            );
            return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
        };
        Ok(Filters {
            ssyk: self.ssyk.unwrap_or_default(),
            forms: self.form,
            bases: self.basis,
            places: self.place,
            distance: self.distance,
            min_weeks: self.min_weeks,
            max_weeks: self.max_weeks,
            start_from: self.start_from,
            teaches,
            ..Filters::default()
        })
    }
}

/// The row with this id, else the first whose id ends in `/wanted`. O(rows).
fn find<'a, T>(rows: &'a [T], id: impl Fn(&T) -> &String, wanted: &str) -> Option<&'a T> {
    let last = |row: &&T| id(row).rsplit('/').next() == Some(wanted);
    rows.iter().find(|row| id(row) == wanted).or_else(|| rows.iter().find(last))
}

/// The place in the list of a query, which no longer holds its limit and cursor.
fn place(
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
    async fn search<T: Send + 'static>(
        self: Arc<Self>,
        Answering { engine, index }: Answering,
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
            let meta = engine.meta();
            Ok((Page { items, next, total, meta }, hits.facets))
        })
        .await?
    }
}
