//! Courses by words, place, time and what they lead to.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{Extension, extract::State, response::Response};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    caching::Answering,
    card::{CourseItem, Facets},
    catalogue::{find, place},
    paging::{self, Page},
    problem::{Failure, Kind, Problem},
    request::{Params, date, list, numbers},
};
use crate::{
    domain::{Bilingual, CourseBasis, CourseForm, Distance, Language},
    engine::Engine,
    index::{Filters, Index, Query},
    intake::check::Check,
};

/// Most values of one filter.
const FILTER_VALUES: usize = 50;

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
    /// Id of an occupation, or its last part: courses that a plan towards it could begin with for somebody
    /// who has nothing of it: they teach enough of what it asks for, or give its licence or what that asks for.
    occupation: Option<String>,
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
    /// It starts on this day or earlier, ISO date; with `start_from` on a day between both.
    #[serde(default, deserialize_with = "date")]
    #[param(value_type = Option<String>, format = Date)]
    start_to: Option<Date>,
    /// Paces in percent of full time.
    #[serde(default, deserialize_with = "numbers")]
    #[param(style = Form, explode = false)]
    pace: Vec<u8>,
    /// Greatest price for the participant, kronor; courses without a known one are left out.
    max_price: Option<u32>,
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
) -> Result<Response, Problem> {
    let (limit, cursor) = (query.limit.take(), query.cursor.take());
    let place = place(&from.engine, &query, language, limit, cursor.as_deref())?;
    let text = std::mem::take(&mut query.q);
    let filters = query.filters(&text, &from.engine)?;
    let query = Query { text, language: Some(language), filters };
    let found = service.search(from, (query, place), Index::search_courses, CourseItem::new);
    let (page, facets) = found.await?;
    let next = page.next();
    Ok(paging::page(CoursePage { page, facets: facets.into() }, next))
}

impl CourseQuery {
    fn filters(self, text: &str, engine: &Engine) -> Result<Filters, Problem> {
        let mut check = Check::default();
        check.text("q", text);
        check.texts("place", &self.place, FILTER_VALUES);
        check.texts("skill", &self.skill, FILTER_VALUES);
        check.text("occupation", self.occupation.as_deref().unwrap_or_default());
        check.weeks("min_weeks", self.min_weeks);
        check.weeks("max_weeks", self.max_weeks);
        if let Some(ssyk) = &self.ssyk {
            check.ssyk("ssyk", ssyk, &(1..=4));
        }
        let ordered = self.start_from.zip(self.start_to).is_none_or(|(from, to)| from <= to);
        check.require(ordered, "start_to", "dates_disordered", || {
            Bilingual::new("en dag från och med start_from", "a day not before start_from")
        });
        let taxonomy = &engine.dataset().taxonomy;
        let skill =
            |id: &String| find(&taxonomy.skills, |row| &row.id, id).map(|row| row.id.clone());
        let teaches = self.skill.iter().map(skill).collect::<Option<Vec<String>>>();
        check.require(teaches.is_some(), "skill", "unknown_skill", || {
            Bilingual::new("ett id som /v1/skills listar", "an id that /v1/skills lists")
        });
        let occupations = &taxonomy.occupations;
        let asked = self.occupation.as_deref();
        let towards =
            asked.map(|id| taxonomy.occupation_ix(&find(occupations, |row| &row.id, id)?.id));
        check.require(!matches!(towards, Some(None)), "occupation", "unknown_id", || {
            Bilingual::new("ett id som /v1/occupations listar", "an id that /v1/occupations lists")
        });
        Problem::of_findings(Kind::InvalidQuery, check.finish())?;
        Ok(Filters {
            ssyk: self.ssyk.unwrap_or_default(),
            sector: String::new(),
            forms: self.form,
            bases: self.basis,
            places: self.place,
            distance: self.distance,
            min_weeks: self.min_weeks,
            max_weeks: self.max_weeks,
            start_from: self.start_from,
            start_to: self.start_to,
            paces: self.pace,
            max_price: self.max_price,
            among: towards.flatten().map(|target| engine.courses_towards(target)),
            teaches: teaches.unwrap_or_default(),
        })
    }
}
