//! Decisions made again, what advisers did with them, and what is kept of a person.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{Path, State},
    http::StatusCode,
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use utoipa::ToSchema;

use super::{
    Service,
    batches::PageQuery,
    guard::Caller,
    paging::Page,
    problem::{Failure, Fault, Kind, Problem},
    request::{Body, Params},
    worker::{Told, Unstored, unstored},
};
use crate::{
    domain::{Bilingual, Meta},
    hub::{Replay, ReplayError},
    intake::{self, personnummer},
    store::{Erased, Error, Known, NewOverride},
};

/// Longest reference, characters.
const LONGEST_REF: usize = 300;

impl From<Error> for Problem {
    fn from(error: Error) -> Self {
        match error {
            Error::Absent => {
                let sv = "Inget sådant är sparat; det kan vara borttaget eller för gammalt.";
                let en = "Nothing of this name is kept; it may be removed or too old.";
                Self::with(Kind::NotFound, Bilingual::new(sv, en))
            }
            Error::KeyReused => Self::new(Kind::KeyReused),
            Error::Full(_) => Self::new(Kind::Saturated).after(FULL_SECONDS),
            Error::Not(_) => Self::new(Kind::Conflict),
            Error::DiskFull => Self::new(Kind::StoreFull),
            error @ (Error::Unusable { .. } | Error::Unlike | Error::Failed(_)) => {
                // What it says names tables and codes, nothing that is kept.
                tracing::error!(%error, "the store failed");
                Self::new(Kind::Internal)
            }
        }
    }
}

/// Seconds after which there may be room for another batch.
const FULL_SECONDS: u32 = 30;

impl From<ReplayError> for Problem {
    fn from(error: ReplayError) -> Self {
        match error {
            ReplayError::Versions { made_by, here } => {
                let fault = |(field, made_by, here): (&str, &str, &str)| {
                    let sv = format!("gjordes med {made_by}, här är {here}");
                    let en = format!("was made by {made_by}, here is {here}");
                    Fault::new(format!("/meta/{field}"), "version_missing", Bilingual::new(sv, en))
                };
                let (made, here) = (pairs(&made_by), pairs(&here));
                let differ = made.iter().zip(&here).filter(|(made, here)| made.1 != here.1);
                let faults = differ.map(|(made, here)| fault((made.0, made.1, here.1))).collect();
                Self::faults(Kind::VersionMissing, faults)
            }
            ReplayError::Stopping => Self::new(Kind::NotReady),
            ReplayError::Store(error) => error.into(),
        }
    }
}

/// Versions by their names.
fn pairs(meta: &Meta) -> [(&'static str, &str); 5] {
    [
        ("engine", &meta.engine),
        ("dataset", &meta.dataset),
        ("model", &meta.model),
        ("signals", meta.signals.as_deref().unwrap_or("-")),
        ("encoder", meta.encoder.as_deref().unwrap_or("-")),
    ]
}

/// A decision made again: of a question that was kept (`keep=true`), of a row of a batch, or a plan.
///
/// `same` says whether it is the same to the byte. Where the service has other versions than those it was
/// made by, a problem names those that are missing.
#[utoipa::path(
    get,
    path = "/v1/decisions/{id}",
    params(("id" = String, Path)),
    responses((status = 200, description = "The answer", body = Replay), Failure)
)]
pub(super) async fn replay(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Unstored<Replay>, Problem> {
    let replayed = service.work_long(move |service| service.hub.replay(&id)).await?;
    Ok(unstored(replayed?))
}

/// Removes a question that was kept. Notes of what advisers did with its answer stay; rows of a batch go
/// with it or with their person.
#[utoipa::path(
    delete,
    path = "/v1/decisions/{id}",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed"), Failure)
)]
pub(super) async fn forget(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    service.removed(move |service| service.hub.store().remove_decision(&id)).await
}

/// What an adviser did with a suggestion.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum OverrideAction {
    /// Took it.
    Accepted,
    /// Took another one.
    Replaced,
    /// Took none.
    Rejected,
    /// Waits.
    Postponed,
}

/// Why an adviser did so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(super) enum ReasonCode {
    /// It fits.
    Fits,
    /// The worker wants something else.
    WorkersWish,
    /// The worker can do more or less than was read.
    SkillsMisread,
    /// The title was read as another occupation.
    TitleMisread,
    /// There are no such jobs here, or other ones.
    LocalDemand,
    /// The course is full, cancelled or another.
    Course,
    /// Place, time or health do not allow it.
    Circumstances,
    /// It is paid too badly.
    Pay,
    /// Something else.
    Other,
}

/// What an adviser did with a suggestion. There is no free text: it would speak of people.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OverrideAsked {
    /// Address of the decision: of a question that was kept, or of a row of a batch.
    decision_id: String,
    /// What was done.
    action: OverrideAction,
    /// Why.
    reason_code: ReasonCode,
    /// Id of the occupation it is about; the whole answer without one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    occupation_id: Option<String>,
}

/// What an adviser did with a suggestion, as it is kept.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OverrideCard {
    /// Address of the decision.
    decision_id: String,
    /// When it was noted; absent in the answer to its sender.
    #[serde(skip_serializing_if = "Option::is_none")]
    at: Option<String>,
    /// `action`, `reason_code`, `occupation_id`, and `by`, the name of the key.
    #[schema(value_type = Object)]
    note: Value,
}

/// Notes what an adviser did with a suggestion. It feeds nothing automatically.
#[utoipa::path(
    post,
    path = "/v1/overrides",
    request_body = OverrideAsked,
    responses((status = 201, description = "Kept", body = Told<OverrideCard>), Failure)
)]
pub(super) async fn note(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Body(asked): Body<OverrideAsked>,
) -> Result<(StatusCode, Unstored<Told<OverrideCard>>), Problem> {
    let work = move |service: &Service| {
        let OverrideAsked { decision_id, action, reason_code, occupation_id } = asked;
        let engine = service.engine();
        let occupations = &engine.dataset().taxonomy.occupations;
        let known = |id: &String| occupations.iter().any(|occupation| occupation.id == *id);
        if !occupation_id.as_ref().is_none_or(known) {
            let detail = Bilingual::new("ett yrkes id", "the id of an occupation");
            let fault = Fault::new("/occupation_id", "unknown_id", detail);
            return Err(Problem::faults(Kind::InvalidBody, vec![fault]));
        }
        let note = json!({
            "action": action,
            "reason_code": reason_code,
            "occupation_id": occupation_id,
            "by": caller.name,
        });
        service.hub.store().keep_override(&NewOverride { decision: &decision_id, note: &note })?;
        Ok(Told::new(OverrideCard { decision_id, at: None, note }, engine.meta()))
    };
    Ok((StatusCode::CREATED, unstored(service.work_long(work).await??)))
}

/// What advisers did with suggestions, the newest first.
#[utoipa::path(
    get,
    path = "/v1/overrides",
    params(PageQuery),
    responses((status = 200, description = "The answer", body = Page<OverrideCard>), Failure)
)]
pub(super) async fn notes(
    State(service): State<Arc<Service>>,
    Params(query): Params<PageQuery>,
) -> Result<impl IntoResponse, Problem> {
    let place = query.place("overrides")?;
    let work = move |service: &Service| {
        let (page, store) = (place.page, service.hub.store());
        let (notes, total) = store.overrides(page.offset, page.limit)?;
        let card = |kept: crate::store::Override| OverrideCard {
            decision_id: kept.decision,
            at: Some(kept.at.to_string()),
            note: kept.note,
        };
        let items = notes.into_iter().map(card).collect();
        let meta = service.engine().meta();
        Ok::<_, Problem>(Page::new(items, place.next(total), total, meta))
    };
    service.work_long(work).await?.map(Page::unstored)
}

/// A person, as lists call them.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PersonAsked {
    /// Reference of the worker.
    r#ref: String,
    /// Only in this batch; everywhere without. A name that was made up for a row without a reference, as
    /// `row-7`, is somebody else in another list and needs it.
    #[serde(default)]
    batch_id: Option<String>,
}

impl PersonAsked {
    /// With the reference as it is kept.
    fn checked(mut self) -> Result<Self, Problem> {
        self.r#ref = intake::reference(&self.r#ref);
        if personnummer::found_in(&self.r#ref) {
            let detail = Bilingual::new("en egen referens", "a reference of your own");
            let fault = Fault::new("/ref", "personnummer", detail);
            return Err(Problem::faults(Kind::Personnummer, vec![fault]));
        }
        if !(1..=LONGEST_REF).contains(&self.r#ref.chars().count()) {
            let detail = Bilingual::new("1 till 300 tecken", "1 to 300 characters");
            let fault = Fault::new("/ref", "out_of_range", detail);
            return Err(Problem::faults(Kind::InvalidBody, vec![fault]));
        }
        if self.batch_id.is_none() && intake::is_made_up(&self.r#ref) {
            let sv = "batchen; i andra listor heter någon annan så";
            let en = "the batch; in other lists somebody else is called so";
            let fault = Fault::new("/batch_id", "needed", Bilingual::new(sv, en));
            return Err(Problem::faults(Kind::InvalidBody, vec![fault]));
        }
        Ok(self)
    }
}

/// All that is kept of a person.
#[utoipa::path(
    post,
    path = "/v1/people/export",
    request_body = PersonAsked,
    responses((status = 200, description = "The answer; empty lists where nothing is kept", body = Told<Known>), Failure)
)]
pub(super) async fn export(
    State(service): State<Arc<Service>>,
    Body(asked): Body<PersonAsked>,
) -> Result<Unstored<Told<Known>>, Problem> {
    let asked = asked.checked()?;
    let work = move |service: &Service| {
        let known = service.hub.store().known(&asked.r#ref, asked.batch_id.as_deref())?;
        Ok::<_, Problem>(Told::new(known, service.engine().meta()))
    };
    Ok(unstored(service.work_long(work).await??))
}

/// Erases all that is kept of a person, at once and whole.
///
/// Summaries of batches are counted anew; those of plans stay, for they tell of nobody. The store's file is
/// then written anew, so that nothing is left between what is kept: `file_due` of an export says whether
/// that is still to be done.
#[utoipa::path(
    post,
    path = "/v1/people/erase",
    request_body = PersonAsked,
    responses((status = 200, description = "How much was erased", body = Told<Erased>), Failure)
)]
pub(super) async fn erase(
    State(service): State<Arc<Service>>,
    Body(asked): Body<PersonAsked>,
) -> Result<Unstored<Told<Erased>>, Problem> {
    let asked = asked.checked()?;
    let work = move |service: &Service| {
        let erased = service.hub.store().erase(&asked.r#ref, asked.batch_id.as_deref())?;
        service.hub.tell_of_removal();
        Ok::<_, Problem>(Told::new(erased, service.engine().meta()))
    };
    Ok(unstored(service.work_long(work).await??))
}
