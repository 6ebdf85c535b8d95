//! Rows of a batch, each with what became of it.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    Service, paging,
    problem::{Failure, Fault, Kind, Problem},
    request::{Body, Params},
    worker::{Unstored, unstored},
};
use crate::{
    domain::{Bilingual, Meta, Profile},
    intake,
    store::RowView,
};

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct RowsQuery {
    /// Only rows of this status.
    #[param(inline)]
    status: Option<RowStatus>,
    /// Items, 1 to 100; 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// Rows after one of this number; 0 unless given.
    after: Option<u64>,
}

/// What became of a row.
#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
enum RowStatus {
    /// At least one path.
    Matched,
    /// The words were understood, no path passes the limits.
    NoMatch,
    /// Too little was understood to suggest anything.
    Abstain,
    /// It was not read.
    Refused,
}

impl RowStatus {
    /// As the store has it.
    fn key(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NoMatch => "no_match",
            Self::Abstain => "abstain",
            Self::Refused => "refused",
        }
    }
}

/// Rows of a batch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowPage {
    /// The rows, in the order of the list.
    items: Vec<RowCard>,
    /// `after` of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<u64>,
    /// Versions of the service.
    meta: Meta,
}

/// A row of a batch with what became of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowCard {
    /// Its place in the list, from 1.
    number: u64,
    /// Line of the file it starts at.
    line: u64,
    /// Reference of the worker; absent for a refused row.
    #[serde(skip_serializing_if = "Option::is_none")]
    r#ref: Option<String>,
    /// What became of it: matched, `no_match`, abstain or refused; absent before it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<String>,
    /// Address of its decision; absent for a refused row and before it is answered.
    #[serde(skip_serializing_if = "Option::is_none")]
    decision_id: Option<String>,
    /// Why it was refused (one), or what was not read as written.
    #[schema(value_type = Vec<Object>)]
    problems: Vec<intake::Problem>,
}

impl From<RowView> for RowCard {
    fn from(view: RowView) -> Self {
        let (reference, problems) = match view.row.outcome {
            Ok(worker) => (Some(worker.reference), worker.warnings),
            Err(problem) => (None, vec![problem]),
        };
        Self {
            number: view.number,
            line: view.row.line,
            r#ref: reference,
            status: view.status,
            decision_id: view.decision,
            problems,
        }
    }
}

/// Rows of a batch with what became of them.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/rows",
    params(("id" = String, Path), RowsQuery),
    responses((status = 200, description = "The answer", body = RowPage), Failure)
)]
pub(super) async fn rows(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Params(query): Params<RowsQuery>,
) -> Result<Unstored<RowPage>, Problem> {
    let RowsQuery { status, limit, after } = query;
    let limit = limit.unwrap_or(paging::DEFAULT_LIMIT);
    if !(1..=paging::MOST).contains(&limit) {
        let most = paging::MOST;
        let detail = Bilingual::new(format!("från 1 till {most}"), format!("from 1 to {most}"));
        let fault = Fault::new("limit", "out_of_range", detail);
        return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
    }
    let work = move |service: &Service| {
        let store = service.hub.store();
        // One more than is shown tells whether there is a next page.
        let mut found =
            store.rows(&id, status.map(RowStatus::key), after.unwrap_or_default(), limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|row| row.number);
        let items = found.into_iter().map(RowCard::from).collect();
        Ok::<_, Problem>(RowPage { items, next, meta: service.engine().meta() })
    };
    service.work_long(work).await?.map(unstored)
}

/// One worker of a batch.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RowAsked {
    /// Reference of the worker.
    r#ref: String,
}

/// A row with its record.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct RowAnswer {
    /// The row.
    #[serde(flatten)]
    row: RowCard,
    /// What is known of the worker; absent for a refused row.
    #[schema(value_type = Option<Object>)]
    profile: Option<Profile>,
    /// Its record as in the results; absent before it is answered.
    #[schema(value_type = Option<Object>)]
    record: Option<Value>,
    /// Versions of the service.
    meta: Meta,
}

/// One worker of a batch with the record. The reference is in the body, so that it stands in no log.
#[utoipa::path(
    post,
    path = "/v1/batches/{id}/rows",
    params(("id" = String, Path)),
    request_body = RowAsked,
    responses((status = 200, description = "The answer", body = RowAnswer), Failure)
)]
pub(super) async fn row(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Body(asked): Body<RowAsked>,
) -> Result<Unstored<RowAnswer>, Problem> {
    let work = move |service: &Service| {
        let view = service.hub.store().row_of(&id, &asked.r#ref)?;
        let record = view.record.as_deref().map(serde_json::from_slice).transpose();
        let record = record.map_err(|_no_json| Problem::new(Kind::Internal))?;
        let profile = view.row.outcome.as_ref().ok().map(|worker| worker.profile.clone());
        let meta = service.engine().meta();
        Ok::<_, Problem>(RowAnswer { row: view.into(), profile, record, meta })
    };
    service.work_long(work).await?.map(unstored)
}
