//! Cohort plans of batches, and what people decide about them.

use std::sync::Arc;

use axum::{
    extract::{Path, State},
    http::{HeaderMap, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    Service, accept,
    batches::{PageQuery, accepted},
    paging::Page,
    plan_checks,
    problem::{Failure, Fault, Kind, Problem},
    request::{Params, Sent},
    upload::Once,
    worker::{today, unstored},
};
use crate::{
    cohort::{NotApproved, Plan, table},
    domain::{Bilingual, Meta},
    hub::{Decided, PlanAction, PlanAsk, PlanRefusal},
    store::{Accepted, Error, Idempotency, KeptPlan, NewPlan, State as Progress, Work},
};

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct PlanCard {
    /// Its name, which nobody can guess.
    plan_id: String,
    /// Its batch.
    batch_id: String,
    /// How far it is.
    state: Progress,
    /// Code of what went wrong, where it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    /// When it was asked for.
    created: String,
    /// When it is removed, with its batch.
    expires: String,
    /// What it is made by.
    #[schema(value_type = PlanAsk)]
    ask: Value,
    /// What people decided, in order.
    decisions: Vec<DecisionCard>,
    /// The plan, as `kompetensnav plan --out plan.json` writes it: a draft until somebody approves it;
    /// absent before it is done.
    #[serde(skip_serializing_if = "Option::is_none")]
    plan: Option<Plan>,
    /// Versions of the service; those behind the plan stand in it. Its `decision_id` is the plan's: by it the plan is
    /// made again, as long as nobody was erased from it.
    meta: Meta,
}

/// What somebody decided about a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct DecisionCard {
    /// When.
    at: String,
    /// What.
    #[schema(value_type = PlanAction)]
    decision: Value,
}

impl PlanCard {
    fn of(kept: KeptPlan, service: &Service) -> Result<Self, Problem> {
        let unlike = |_no_json: serde_json::Error| Problem::new(Kind::Internal);
        let decisions = kept.decisions.into_iter();
        let decisions = decisions
            .map(|taken| DecisionCard { at: taken.at.to_string(), decision: taken.decision });
        Ok(Self {
            plan_id: kept.id,
            batch_id: kept.batch,
            state: kept.state,
            fault: kept.fault,
            created: kept.created.to_string(),
            expires: kept.expires.to_string(),
            ask: serde_json::from_str(&kept.ask).map_err(unlike)?,
            decisions: decisions.collect(),
            plan: kept.plan.map(|plan| serde_json::from_str(&plan)).transpose().map_err(unlike)?,
            meta: Meta { decision_id: kept.decision, ..service.engine().meta() },
        })
    }
}

fn place(id: &str) -> String {
    format!("/v1/cohort-plans/{id}")
}

/// Asks for a plan of a batch: who takes which way and which course start, within seats and budget.
///
/// The plan is a draft; a named person approves it. With an `Idempotency-Key` the same bytes can be sent
/// again and are one plan, also where the data have changed since.
#[utoipa::path(
    post,
    path = "/v1/cohort-plans",
    params(("idempotency-key" = Option<String>, Header, description = "At most 200 ASCII characters")),
    request_body = PlanAsk,
    responses(
        (status = 202, description = "Accepted", body = PlanCard, headers(("location" = String))),
        Failure
    )
)]
pub(super) async fn ask(
    State(service): State<Arc<Service>>,
    once: Once,
    sent: Sent,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let store = service.hub.store();
        let request = once.with(store, &[b"plan", &sent.0]);
        // What was accepted stays so, even where the data of now would have it refused.
        let id = match store.plan_of(request.as_ref())? {
            Some(id) => id,
            None => service.plan_asked(&sent, request)?,
        };
        Ok(accepted(&place(&id), PlanCard::of(store.plan(&id)?, service)?))
    };
    service.work_long(work).await?
}

impl Service {
    /// Accepts a plan that nobody asked for before; its id.
    fn plan_asked(&self, sent: &Sent, idempotency: Option<Idempotency>) -> Result<String, Problem> {
        let ask: PlanAsk = sent.read()?;
        let (engine, store) = (self.engine(), self.hub.store());
        plan_checks::ask(&ask, engine.dataset())?;
        let batch = store.batch(&ask.batch_id)?;
        plan_checks::refuse(&ask.refused(engine.dataset(), batch.today))?;
        let text = serde_json::to_string(&ask).map_err(Error::from)?;
        let accepted = store.accept_plan(&NewPlan { batch: &batch.id, ask: &text, idempotency })?;
        if let Accepted::New(_) = accepted {
            self.hub.tell();
        }
        Ok(accepted.id().to_owned())
    }
}

/// A plan; as a table for advisers where `Accept` is `text/csv`.
#[utoipa::path(
    get,
    path = "/v1/cohort-plans/{id}",
    params(("id" = String, Path)),
    responses(
        (status = 200, description = "The answer", content((PlanCard = "application/json"), (String = "text/csv"))),
        Failure
    )
)]
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let as_table = accept::preferred(&headers, &["application/json", "text/csv"]) == Some(1);
    let vary = [(header::VARY, header::ACCEPT.to_string())];
    let work = move |service: &Service| {
        let card = PlanCard::of(service.hub.store().plan(&id)?, service)?;
        if !as_table {
            return Ok((vary, unstored(card)).into_response());
        }
        let Some(plan) = &card.plan else { return Err(Problem::new(Kind::Unfinished)) };
        let mut bytes = Vec::new();
        table::write(plan, &mut bytes).map_err(|_full| Problem::new(Kind::Internal))?;
        let headers = [
            (header::CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()),
            (header::CACHE_CONTROL, "no-store".to_owned()),
            (header::CONTENT_DISPOSITION, format!("attachment; filename=\"{id}.csv\"")),
        ];
        Ok((vary, headers, bytes).into_response())
    };
    service.work_long(work).await?
}

/// Removes a plan.
#[utoipa::path(
    delete,
    path = "/v1/cohort-plans/{id}",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed"), Failure)
)]
pub(super) async fn remove(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    service.removed(move |service| service.hub.store().remove_plan(&id)).await
}

/// Tries a plan again that has failed, when its turn comes.
#[utoipa::path(
    post,
    path = "/v1/cohort-plans/{id}/retry",
    params(("id" = String, Path)),
    responses(
        (status = 202, description = "It waits", body = PlanCard, headers(("location" = String))),
        Failure
    )
)]
pub(super) async fn retry(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        service.hub.store().retry_work(&Work::Plan(id.clone()))?;
        service.hub.tell();
        Ok(accepted(&place(&id), PlanCard::of(service.hub.store().plan(&id)?, service)?))
    };
    service.work_long(work).await?
}

/// Plans of a batch, the oldest first, without their people, starts, locks and decisions: each tells its
/// own.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/cohort-plans",
    params(("id" = String, Path), PageQuery),
    responses((status = 200, description = "The answer", body = Page<PlanCard>), Failure)
)]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    Params(query): Params<PageQuery>,
) -> Result<impl IntoResponse, Problem> {
    let place = query.place(&format!("plans of {id}"))?;
    let work = move |service: &Service| {
        let page = place.page;
        let (plans, total) = service.hub.store().plans_of(&id, page.offset, page.limit)?;
        let cards = plans.into_iter().map(|plan| PlanCard::of(plan, service));
        let items = cards.collect::<Result<_, Problem>>()?;
        let meta = service.engine().meta();
        Ok::<_, Problem>(Page::new(items, place.next(total), total, meta))
    };
    service.work_long(work).await?.map(Page::unstored)
}

/// Decides about a plan that is done: a named person approves it, or locks choices.
///
/// With locks the plan is made anew (202). An approved plan stays as it is.
#[utoipa::path(
    post,
    path = "/v1/cohort-plans/{id}/decisions",
    params(("id" = String, Path)),
    request_body = PlanAction,
    responses(
        (status = 200, description = "Approved", body = PlanCard),
        (status = 202, description = "Made anew", body = PlanCard, headers(("location" = String))),
        Failure
    )
)]
pub(super) async fn decide(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
    sent: Sent,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let (action, engine) = (sent.read()?, service.engine());
        plan_checks::action(&action, engine.dataset())?;
        if let PlanAction::Lock { locks, .. } = &action {
            let asked = PlanAsk { locks: locks.clone(), ..PlanAsk::default() };
            plan_checks::refuse(&asked.refused(engine.dataset(), today()))?;
        }
        let decided = service.hub.decide(&id, &action, today())?;
        let card = PlanCard::of(service.hub.store().plan(&id)?, service)?;
        Ok(match decided {
            Decided::Approved => unstored(card).into_response(),
            Decided::MadeAnew => accepted(&place(&id), card),
        })
    };
    service.work_long(work).await?
}

impl From<PlanRefusal> for Problem {
    fn from(refusal: PlanRefusal) -> Self {
        match refusal {
            PlanRefusal::State(Progress::Failed) => Self::new(Kind::Conflict),
            PlanRefusal::State(_) => Self::new(Kind::Unfinished),
            PlanRefusal::NotApproved(NotApproved::Already { .. }) => {
                let sv = "Planen är godkänd; gör en ny för att ändra den.";
                let en = "The plan is approved; make a new one to change it.";
                Self::with(Kind::Conflict, Bilingual::new(sv, en))
            }
            PlanRefusal::NotApproved(NotApproved::Nobody) => {
                let detail = Bilingual::new("ange namn eller roll", "give a name or a role");
                let fault = Fault::new("/by", "empty", detail);
                Self::faults(Kind::InvalidBody, vec![fault])
            }
            PlanRefusal::TooMany => {
                Self::faults(Kind::InvalidBody, vec![plan_checks::too_many("/locks")])
            }
            PlanRefusal::Store(error) => error.into(),
        }
    }
}
