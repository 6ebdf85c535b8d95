//! Rows of a batch, each with what became of it.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    response::IntoResponse,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    paging::{Page, Place},
    problem::{Failure, Kind, Problem},
    request::{Body, Params},
    worker::{Unstored, unstored},
};
use crate::{
    domain::{Meta, Profile},
    intake,
    store::{RowStatus, RowView},
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
    /// `next` of the page before.
    cursor: Option<String>,
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
    responses((status = 200, description = "The answer", body = Page<RowCard>), Failure)
)]
pub(super) async fn rows(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Params(query): Params<RowsQuery>,
) -> Result<impl IntoResponse, Problem> {
    let RowsQuery { status, limit, cursor } = query;
    let scope = format!("rows of {id} {status:?}");
    let place = Place::new(scope, limit, cursor.as_deref())?;
    let work = move |service: &Service| {
        let (store, limit) = (service.hub.store(), place.page.limit);
        // A cursor goes on behind the number of a row: rows that come to a status meanwhile, or are erased, move
        // none to another page. One more than is shown tells whether there is a next page.
        let mut found = store.rows(&id, status, place.page.offset as u64, limit + 1)?;
        let more = found.len() > limit;
        found.truncate(limit);
        let last = found.last().filter(|_| more).and_then(|row| usize::try_from(row.number).ok());
        let items = found.into_iter().map(RowCard::from).collect();
        let (total, meta) = (store.count_rows(&id, status)?, service.engine().meta());
        Ok::<_, Problem>(Page::new(items, last.map(|last| place.cursor(last)), total, meta))
    };
    service.work_long(work).await?.map(Page::unstored)
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
