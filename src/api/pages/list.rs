//! A list that is kept.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{StatusCode, request::Parts},
    response::Response,
};

use super::{elsewhere, html, view};
use crate::{
    api::{Service, problem::Problem},
    pages::{Fault, Fields, View, list},
};

/// How far a list is, and what it comes to.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let view = view(&parts);
    service.work_long(move |service| page(service, &view, &id, (&Fields::default(), &[]))).await?
}

/// The page of a list, with what was sent as an order for a plan and what is wrong with that.
pub(super) fn page(
    service: &Service,
    view: &View,
    id: &str,
    (fields, faults): (&Fields, &[Fault]),
) -> Result<Response, Problem> {
    let store = service.hub.store();
    let batch = store.batch(id)?;
    let kept = store.summary(id)?;
    let meta = kept.meta.unwrap_or_else(|| service.engine().meta());
    let report = kept.summary.report(meta);
    let plans = store.plans_of(id, 0, usize::MAX)?.0;
    let summary = (&kept.summary, &report);
    let shown = list::Shown { batch: &batch, summary, plans: &plans, fields, faults };
    let view = View { path: format!("/lists/{id}"), posted: false, ..view.clone() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, view.language, list::page(&view, &shown)))
}

/// Removes a list with its answers and plans.
pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let view = view(&parts);
    service.removed(move |service| service.hub.store().remove_batch(&id)).await?;
    Ok(elsewhere(&view, "/lists"))
}
