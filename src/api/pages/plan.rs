//! Cohort plans: asked for, shown, approved.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE},
        request::Parts,
    },
    response::{IntoResponse as _, Response},
};

use super::{elsewhere, html, list, posted::Posted, view};
use crate::{
    api::{
        Service, plan_checks,
        problem::{Kind, Problem},
        worker::today,
    },
    cohort::{NotApproved, Plan, table as plan_table},
    hub::{PlanAction, PlanRefusal},
    pages::{Fault, Fields, View, order, order_faults, plan},
    store::{Error, Idempotency, KeptPlan, NewPlan},
};

/// Takes an order for a plan of a list.
pub(super) async fn ask(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Posted { view, fields, refused, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let store = service.hub.store();
        let batch = store.batch(&id)?;
        let ask = match order(&fields, &id, view.language) {
            Ok(ask) if refused.is_empty() => ask,
            Ok(_) => return list::page(service, &view, &id, (&fields, &refused)),
            Err(faults) => {
                let all = [refused, faults].concat();
                return list::page(service, &view, &id, (&fields, &all));
            }
        };
        let engine = service.engine();
        let dataset = engine.dataset();
        let checked = plan_checks::ask(&ask, dataset)
            .and_then(|()| plan_checks::refuse(&ask.refused(dataset, batch.today)));
        if let Err(problem) = checked {
            let told = problem.document(view.language).errors;
            let told = told.iter().map(|fault| (fault.pointer, fault.detail));
            let faults = order_faults(told, &fields, view.language);
            return list::page(service, &view, &id, (&fields, &faults));
        }
        let text = serde_json::to_string(&ask).map_err(Error::from)?;
        // A second click sends the same order from the same page: it is the same plan.
        let sent = [b"order", id.as_bytes(), fields.get("after").as_bytes(), text.as_bytes()];
        let key = store.digest(&sent);
        let once = Some(Idempotency { key, request: key });
        let accepted = store.accept_plan(&NewPlan { batch: &id, ask: &text, idempotency: once })?;
        service.hub.tell();
        Ok(elsewhere(&view, &format!("/plans/{}", accepted.id())))
    };
    service.work_long(work).await?
}

/// A plan as it is read.
fn read(kept: &KeptPlan) -> Result<Option<Plan>, Problem> {
    let read = kept.plan.as_deref().map(serde_json::from_str).transpose();
    read.map_err(|_unlike| Problem::new(Kind::Internal))
}

fn page(
    service: &Service,
    view: &View,
    id: &str,
    (fields, faults): (&Fields, &[Fault]),
) -> Result<Response, Problem> {
    let kept = service.hub.store().plan(id)?;
    let read = read(&kept)?;
    let shown = plan::Shown { kept: &kept, plan: read.as_ref(), fields, faults };
    let view = View { path: format!("/plans/{id}"), posted: false, ..view.clone() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, view.language, plan::page(&view, &shown)))
}

/// A plan.
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let view = view(&parts);
    service.work_long(move |service| page(service, &view, &id, (&Fields::default(), &[]))).await?
}

/// All of a plan as a workbook.
pub(super) async fn table(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let language = view(&parts).language;
    let work = move |service: &Service| {
        let kept = service.hub.store().plan(&id)?;
        let Some(plan) = read(&kept)? else { return Err(Problem::new(Kind::Unfinished)) };
        let mut bytes = Vec::new();
        let written = plan_table::workbook(&plan, language, std::io::Cursor::new(&mut bytes));
        written.map_err(|_full| Problem::new(Kind::Internal))?;
        let disposition = format!("attachment; filename=\"plan-{}.xlsx\"", plan.as_of);
        Ok((bytes, disposition))
    };
    let (bytes, disposition) = service.work_long(work).await??;
    let headers = [
        (
            CONTENT_TYPE,
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet".to_owned(),
        ),
        (CACHE_CONTROL, "no-store".to_owned()),
        (CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, bytes).into_response())
}

/// Approves a plan in somebody's name.
pub(super) async fn approve(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Posted { view, fields, refused, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let by = fields.get("by").to_owned();
        if !refused.is_empty() {
            let text = view.say(
                "Ditt namn eller din roll: skriv utan personnummer",
                "Your name or role: write it without a personnummer",
            );
            return page(service, &view, &id, (&fields, &[Fault::new("by", text)]));
        }
        let done = service.hub.decide(&id, &PlanAction::Approve { by: by.clone() }, today());
        let text = match done {
            Ok(_) => return Ok(elsewhere(&view, &format!("/plans/{id}"))),
            // A second click.
            Err(PlanRefusal::NotApproved(NotApproved::Already { by: first, .. }))
                if first == by =>
            {
                return Ok(elsewhere(&view, &format!("/plans/{id}")));
            }
            Err(PlanRefusal::NotApproved(NotApproved::Nobody)) => view.say(
                "Ditt namn eller din roll: skriv vem som godkänner",
                "Your name or role: write who approves",
            ),
            Err(refusal) => return Err(refusal.into()),
        };
        let faults = [Fault::new("by", text)];
        page(service, &view, &id, (&fields, &faults))
    };
    service.work_long(work).await?
}

/// Removes a plan; its list stays.
pub(super) async fn delete(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    parts: Parts,
) -> Result<Response, Problem> {
    let view = view(&parts);
    let work = move |service: &Service| {
        let kept = service.hub.store().plan(&id)?;
        service.hub.store().remove_plan(&id)?;
        service.hub.tell_of_removal();
        Ok::<_, Problem>(kept.batch)
    };
    let batch = service.work_long(work).await??;
    Ok(elsewhere(&view, &format!("/lists/{batch}")))
}
