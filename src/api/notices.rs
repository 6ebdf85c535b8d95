//! A notice before names exist, and groups of people after: forecast and audit.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    guard::Caller,
    keys::Role,
    problem::{Failure, Kind, Problem},
    request::{self, Params},
    upload::Upload,
    worker::{Unstored, today, unstored},
};
use crate::{
    audit::{Audit, Employees, Groups, People, audit, titles},
    batch::{self, Answer},
    cohort::Plan,
    dataset::fingerprint_of,
    domain::{Bilingual, Meta, iso},
    forecast::{Assumptions, Compared, Counts, Forecast, forecast},
    intake::{
        self,
        sheet::{Sheet, text},
    },
    store::{Error, State as Progress},
};

/// Longest table of a body, bytes.
pub(super) const TABLE_BYTES: usize = 8 << 20;
/// Most people of a forecast: it draws each of them many times.
const MOST_PEOPLE: u32 = 100_000;
/// Most rows of a forecast.
const MOST_ROWS: usize = 500;
/// Records read from the store together.
const PAGE: usize = 256;

/// A table that is not as it should be. What is wrong is told by line and column, as on the command line.
fn unreadable(error: &intake::Error) -> Problem {
    let said = match error {
        intake::Error::Format { file, problem, cure } => format!("{file}: {problem}; {cure}."),
        intake::Error::Io { .. } => return Problem::new(Kind::Internal),
    };
    Problem::with(Kind::UnreadableList, Bilingual::new(said.clone(), said))
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct ForecastQuery {
    /// Day it is made; today unless given.
    #[serde(default, deserialize_with = "iso")]
    #[param(value_type = Option<String>, format = Date)]
    as_of: Option<Date>,
    /// Batch of the named list that came later, shown beside the forecast of it; it must be done. Needs
    /// the role adviser, for the figures beside it may be of single people.
    batch_id: Option<String>,
}

/// A forecast.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ForecastAnswer {
    /// As `kompetensnav forecast --json` writes it: each figure with the range that nine of ten draws lie in.
    forecast: Forecast,
    /// The named list beside it; `null` without one.
    compared: Option<Compared>,
    /// Versions that produced the answer, and its address: the same question has the same. It is not kept.
    meta: Meta,
}

/// What a notice needs, from counts before names exist.
///
/// The counts are a table of `ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang`; only `antal` and one
/// of the first two are needed.
#[utoipa::path(
    post,
    path = "/v1/notice-forecasts",
    params(ForecastQuery),
    request_body(description = "The counts", content((String = "text/csv"), (String = "text/plain"))),
    responses((status = 200, description = "The answer", body = ForecastAnswer), Failure)
)]
pub(super) async fn foresee(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Params(query): Params<ForecastQuery>,
    upload: Upload,
) -> Result<Unstored<ForecastAnswer>, Problem> {
    if query.batch_id.is_some() {
        caller.require(Role::Adviser)?;
    }
    if upload.is_json() {
        let (sv, en) = ("Skicka tabellen som text/csv.", "Send the table as text/csv.");
        return Err(Problem::with(Kind::UnsupportedMediaType, Bilingual::new(sv, en)));
    }
    let work = move |service: &Service| {
        let counts = Sheet::parse(&upload.bytes, "counts").and_then(|sheet| Counts::of(&sheet));
        let counts = counts.map_err(|error| unreadable(&error))?;
        if counts.people() > MOST_PEOPLE || counts.rows.len() > MOST_ROWS {
            let sv = format!("Högst {MOST_PEOPLE} personer på {MOST_ROWS} rader.");
            let en = format!("At most {MOST_PEOPLE} people in {MOST_ROWS} rows.");
            return Err(Problem::with(Kind::PayloadTooLarge, Bilingual::new(sv, en)));
        }
        let assumed = Assumptions::shipped().map_err(|error| unreadable(&error))?;
        let day = query.as_of.unwrap_or_else(today);
        let (told, comparison) = forecast(&service.engine(), &counts, &assumed, day);
        let asked = (&told.meta, "forecast", Sha256::digest(&upload.bytes), day, &query.batch_id);
        let decision_id = Some(fingerprint_of(&asked));
        let compared = match &query.batch_id {
            None => None,
            Some(id) => {
                let answers = service.answers(id)?;
                let read = comparison.read(answers, &told.meta);
                Some(read.map_err(|error| unreadable(&error))?)
            }
        };
        let meta = Meta { decision_id, ..told.meta.clone() };
        Ok(ForecastAnswer { forecast: told, compared, meta })
    };
    service.work_long(work).await?.map(unstored)
}

/// The tables of an audit.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct AuditAsked {
    /// Groups of people, a table of `ref` and any columns, such as `kon` and `aldersgrupp`, as CSV.
    groups: String,
    /// Employed women and men by SSYK group, a table of `ssyk`, `employees_women` and `employees_men`.
    #[serde(default)]
    employees: Option<String>,
    /// Plan of the batch whose course places and kronor are compared too.
    #[serde(default)]
    plan_id: Option<String>,
}

impl AuditAsked {
    fn of(upload: &Upload) -> Result<Self, Problem> {
        if upload.is_json() {
            return request::read(&upload.bytes);
        }
        // As the command line reads it: in UTF-8 or Windows-1252.
        Ok(Self { groups: text(&upload.bytes), employees: None, plan_id: None })
    }
}

/// An audit.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct AuditAnswer {
    /// As `kompetensnav audit --json` writes it. No figure is about fewer than five people.
    audit: Audit,
    /// Versions that produced the answer, and its address: the same question has the same. It is not kept.
    meta: Meta,
}

/// What a batch suggests, compared between groups of people.
///
/// The groups are read for this answer alone and kept nowhere.
#[utoipa::path(
    post,
    path = "/v1/batches/{id}/audit",
    params(("id" = String, Path)),
    request_body(
        description = "The groups",
        content((String = "text/csv"), (AuditAsked = "application/json"))
    ),
    responses((status = 200, description = "The answer", body = AuditAnswer), Failure)
)]
pub(super) async fn compare(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    upload: Upload,
) -> Result<Unstored<AuditAnswer>, Problem> {
    let work = move |service: &Service| {
        let (asked, engine) = (AuditAsked::of(&upload)?, service.engine());
        let tables = || {
            let groups = Groups::of(&Sheet::parse(asked.groups.as_bytes(), "groups")?)?;
            let employees = match &asked.employees {
                Some(table) => Employees::of(&Sheet::parse(table.as_bytes(), "employees")?)?,
                None => Employees::default(),
            };
            Ok::<_, intake::Error>((groups, employees))
        };
        let answers = service.answers(&id)?;
        let (groups, employees) = tables().map_err(|error| unreadable(&error))?;
        let plan = asked.plan_id.as_deref().map(|plan| service.plan(plan, &id)).transpose()?;
        let people = People::read(answers, &employees, plan.as_ref());
        let people = people.map_err(|error| unreadable(&error))?;
        let tested = titles::test(&engine);
        let report = audit(&people, &groups, &employees, plan.as_ref(), tested);
        if report.coverage.people == 0 && report.coverage.left_out {
            let sv = "Grupperna är så små att siffror skulle tala om enstaka personer; ge större grupper.";
            let en = "The groups are so small that any figure would tell of single people; give larger ones.";
            return Err(Problem::with(Kind::UnreadableList, Bilingual::new(sv, en)));
        }
        if report.coverage.people == 0 {
            let sv = "Ingen referens i tabellen finns i batchen; båda måste kalla personerna lika.";
            let en =
                "No reference of the table is in the batch; both must name people by the same.";
            return Err(Problem::with(Kind::UnreadableList, Bilingual::new(sv, en)));
        }
        let meta = engine.meta();
        let erased = service.hub.store().batch(&id)?.erased;
        let asked = (&meta, "audit", &id, erased, &plan, Sha256::digest(&upload.bytes));
        let decision_id = Some(fingerprint_of(&asked));
        Ok(AuditAnswer { audit: report, meta: Meta { decision_id, ..meta } })
    };
    service.work_long(work).await?.map(unstored)
}

impl Service {
    /// A plan of a batch that is done.
    fn plan(&self, id: &str, batch: &str) -> Result<Plan, Problem> {
        let kept = self.hub.store().plan(id)?;
        if kept.batch != batch {
            return Err(Problem::new(Kind::NotFound));
        }
        let plan = kept.plan.ok_or_else(|| Problem::new(Kind::Unfinished))?;
        Ok(serde_json::from_str(&plan).map_err(Error::from)?)
    }

    /// The answers of a batch that is done.
    fn answers(
        &self,
        id: &str,
    ) -> Result<impl Iterator<Item = Result<Answer, intake::Error>> + use<'_>, Problem> {
        if self.hub.store().batch(id)?.state != Progress::Done {
            return Err(Problem::new(Kind::Unfinished));
        }
        let (id, mut last, mut page) = (id.to_owned(), 0, Vec::<Vec<u8>>::new().into_iter());
        Ok(std::iter::from_fn(move || {
            loop {
                if let Some(record) = page.next() {
                    return Some(batch::answer(&record));
                }
                let records = self.hub.store().records(&id, last, PAGE);
                let records = match records {
                    Ok(records) => records,
                    Err(error) => {
                        let cure = "try again";
                        return Some(Err(intake::Error::format("batch", error.to_string(), cure)));
                    }
                };
                last = records.last()?.0;
                page =
                    records.into_iter().map(|(_, record)| record).collect::<Vec<_>>().into_iter();
            }
        }))
    }
}
