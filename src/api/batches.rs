//! Lists of workers: accepted, answered one after the other, kept for a while.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    extract::{Extension, Path, RawQuery, State},
    http::{HeaderValue, StatusCode, header::LOCATION},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::{
    Role, Service,
    guard::Caller,
    paging::{self, Page},
    problem::{Failure, Kind, Problem},
    request::Params,
    upload::{LIST_ROWS, ListQuery, Once, Upload, note_of_query},
    worker::{Unstored, unstored},
};
use crate::{
    domain::{Bilingual, Meta},
    intake::Report,
    store::{Accepted, Batch, BatchSummary, Idempotency, KeptRow, State as Progress, Work},
};

/// Rows that are kept together while a list arrives: others may use the store in between.
const PIECE: usize = 1_000;

/// A batch.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct BatchCard {
    /// Its name, which nobody can guess.
    batch_id: String,
    /// How far it is.
    state: Progress,
    /// Code of what went wrong, where it has failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    fault: Option<String>,
    /// When it was accepted.
    created: String,
    /// When it is removed.
    expires: String,
    /// Day that weeks left are counted from.
    as_of: String,
    /// Paths per list and worker.
    paths: usize,
    /// Rows that are kept, those that were refused too.
    rows: u64,
    /// Rows that are answered.
    answered: u64,
    /// Rows that were erased at somebody's wish.
    erased: u64,
    /// How the list was read: `format`, `rows`, `read`, `columns`, `notes`, and `refused` and `warnings` by
    /// code with the first ten lines of each. All refused rows are under `rows`.
    #[schema(value_type = Object)]
    list: Value,
    /// Where more is found.
    links: Links,
    /// Versions that answer it; those of the service before it is begun.
    meta: Meta,
}

/// Where more of a batch is found.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Links {
    /// Itself.
    #[serde(rename = "self")]
    itself: String,
    /// Its rows with what became of them.
    rows: String,
    /// Records as NDJSON, CSV, XLSX or Parquet.
    results: String,
    /// What they come to.
    summary: String,
}

impl BatchCard {
    fn of(batch: Batch, service: &Service) -> Self {
        let itself = format!("/v1/batches/{}", batch.id);
        Self {
            state: batch.state,
            fault: batch.fault,
            created: batch.created.to_string(),
            expires: batch.expires.to_string(),
            as_of: batch.today.to_string(),
            paths: batch.paths,
            rows: batch.rows,
            answered: batch.answered,
            erased: batch.erased,
            list: batch.report,
            links: Links {
                rows: format!("{itself}/rows"),
                results: format!("{itself}/results"),
                summary: format!("{itself}/summary"),
                itself,
            },
            batch_id: batch.id,
            meta: batch.meta.unwrap_or_else(|| service.engine().meta()),
        }
    }
}

/// Takes a list of workers.
///
/// The list is on the disk when this answers, and is answered in the order of arrival. A row that is
/// refused, as one with anything like a personnummer, is a record with its line and reason, and nothing of
/// it is kept. With an `Idempotency-Key` the same request can be sent again and is done once.
#[utoipa::path(
    post,
    path = "/v1/batches",
    params(ListQuery, ("idempotency-key" = Option<String>, Header, description = "At most 200 ASCII characters")),
    request_body(
        description = "The list",
        content(
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Object = "application/json"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/xml"),
            (String = "text/plain")
        )
    ),
    responses(
        (status = 202, description = "Accepted", body = BatchCard, headers(("location" = String))),
        Failure
    )
)]
pub(super) async fn accept(
    State(service): State<Arc<Service>>,
    once: Once,
    RawQuery(asked): RawQuery,
    query: ListQuery,
    upload: Upload,
) -> Result<Response, Problem> {
    let asked = asked.unwrap_or_default();
    let work = move |service: &Service| {
        let store = service.hub.store();
        let sent = [b"batch", asked.as_bytes(), upload.name.as_bytes(), &upload.bytes];
        let request = once.with(store, &sent);
        let id = match store.batch_of(request.as_ref())? {
            Some(id) => id,
            None => service.take(&query, &upload, request)?,
        };
        Ok::<_, Problem>(BatchCard::of(store.batch(&id)?, service))
    };
    let card = service.work_long(work).await??;
    let place = card.links.itself.clone();
    Ok(accepted(&place, card))
}

/// An answer that says where what is accepted can be found.
pub(super) fn accepted(place: &str, body: impl Serialize) -> Response {
    let mut response = (StatusCode::ACCEPTED, unstored(body)).into_response();
    response.headers_mut().extend(HeaderValue::try_from(place).map(|place| (LOCATION, place)));
    response
}

impl Service {
    /// Takes a list, piece by piece; the id of its batch.
    pub(super) fn take(
        &self,
        query: &ListQuery,
        upload: &Upload,
        request: Option<Idempotency>,
    ) -> Result<String, Problem> {
        let day = query.day();
        let mut rows = upload.open(query, day)?;
        let mut arriving = self.hub.store().receive(day, query.paths)?;
        let (mut report, mut piece, mut read) = (Report::default(), Vec::new(), 0);
        for row in rows.by_ref() {
            if read == LIST_ROWS {
                let (sv, en) = (
                    format!("Listan har fler än {LIST_ROWS} rader; dela den."),
                    format!("The list has more than {LIST_ROWS} rows; split it."),
                );
                return Err(Problem::with(Kind::PayloadTooLarge, Bilingual::new(sv, en)));
            }
            read += 1;
            report.add(&row);
            piece.push(KeptRow::of(&row).map_err(|_no_json| Problem::new(Kind::Internal))?);
            if piece.len() == PIECE {
                arriving.add(&piece)?;
                piece.clear();
            }
        }
        report.end(&rows);
        note_of_query(&mut report);
        if read == 0 {
            let (sv, en) = ("Listan har inga rader.", "The list has no rows.");
            return Err(Problem::with(Kind::UnreadableList, Bilingual::new(sv, en)));
        }
        arriving.add(&piece)?;
        let accepted = arriving.accept(&report, request)?;
        if let Accepted::New(_) = accepted {
            self.hub.tell();
        }
        Ok(accepted.id().to_owned())
    }
}

/// How a list was read.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Reading {
    /// `format`, `rows`, `read`, `columns`, `notes`, and `refused` and `warnings` by code with the first ten
    /// lines of each.
    #[schema(value_type = Object)]
    list: Report,
    /// Versions that produced the answer.
    meta: Meta,
}

/// How a list would be read; nothing of it is kept.
///
/// Each header with the column it is read as, how often it is filled and why it is not read, and the rows
/// that are refused. `map` corrects what was guessed.
#[utoipa::path(
    post,
    path = "/v1/intake",
    params(ListQuery),
    request_body(
        description = "The list",
        content(
            (String = "text/csv"),
            (String = "application/x-ndjson"),
            (Object = "application/json"),
            (String = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
            (String = "application/xml"),
            (String = "text/plain")
        )
    ),
    responses((status = 200, description = "The answer", body = Reading), Failure)
)]
pub(super) async fn intake(
    State(service): State<Arc<Service>>,
    query: ListQuery,
    upload: Upload,
) -> Result<Unstored<Reading>, Problem> {
    let work = move |service: &Service| {
        let mut list = Report::of(&mut upload.open(&query, query.day())?);
        note_of_query(&mut list);
        Ok::<_, Problem>(Reading { list, meta: service.engine().meta() })
    };
    service.work_long(work).await?.map(unstored)
}

/// Which page of a list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct PageQuery {
    /// Items, 1 to 100; 20 unless given.
    #[param(minimum = 1, maximum = 100)]
    limit: Option<usize>,
    /// `next` of the page before.
    cursor: Option<String>,
}

impl PageQuery {
    /// The page of what is kept: a list that changes while it is turned over.
    pub(super) fn place(&self, scope: &str) -> Result<paging::Place, Problem> {
        paging::Place::new(scope.to_owned(), self.limit, self.cursor.as_deref())
    }
}

/// Batches, the newest first.
#[utoipa::path(
    get,
    path = "/v1/batches",
    params(PageQuery),
    responses((status = 200, description = "The answer", body = Page<BatchCard>), Failure)
)]
pub(super) async fn list(
    State(service): State<Arc<Service>>,
    Params(query): Params<PageQuery>,
) -> Result<impl IntoResponse, Problem> {
    let place = query.place("batches")?;
    let work = move |service: &Service| {
        let store = service.hub.store();
        let (batches, total) = store.batches(place.page.offset, place.page.limit)?;
        let items = batches.into_iter().map(|batch| BatchCard::of(batch, service)).collect();
        let meta = service.engine().meta();
        Ok::<_, Problem>(Page::new(items, place.next(total), total, meta))
    };
    service.work_long(work).await?.map(Page::unstored)
}

/// How far a batch is, and what is wrong with its rows.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}",
    params(("id" = String, Path)),
    responses((status = 200, description = "The answer", body = BatchCard), Failure)
)]
pub(super) async fn show(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Unstored<BatchCard>, Problem> {
    let work = move |service: &Service| {
        let batch = service.hub.store().batch(&id)?;
        Ok::<_, Problem>(BatchCard::of(batch, service))
    };
    service.work_long(work).await?.map(unstored)
}

/// Removes a batch with its records and plans.
#[utoipa::path(
    delete,
    path = "/v1/batches/{id}",
    params(("id" = String, Path)),
    responses((status = 204, description = "Removed"), Failure)
)]
pub(super) async fn remove(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let work = move |service: &Service| service.hub.store().remove_batch(&id);
    service.removed(work).await
}

/// Tries a batch again that has failed: it goes on behind its last record, when its turn comes.
#[utoipa::path(
    post,
    path = "/v1/batches/{id}/retry",
    params(("id" = String, Path)),
    responses(
        (status = 202, description = "It waits", body = BatchCard, headers(("location" = String))),
        Failure
    )
)]
pub(super) async fn retry(
    State(service): State<Arc<Service>>,
    Path(id): Path<String>,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        service.hub.store().retry_work(&Work::Batch(id.clone()))?;
        service.hub.tell();
        Ok::<_, Problem>(BatchCard::of(service.hub.store().batch(&id)?, service))
    };
    let card = service.work_long(work).await??;
    let place = card.links.itself.clone();
    Ok(accepted(&place, card))
}

/// What a batch comes to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SummaryCard {
    /// The batch.
    batch_id: String,
    /// How far it is; the summary is of the rows that are answered.
    state: Progress,
    /// As `kompetensnav batch --summary` writes it: counts of the whole list, which are exact; sectors, the commonest
    /// gaps, courses to book, what is missed that no course gives, of which none tells of fewer than five people.
    #[schema(value_type = Object)]
    summary: Value,
    /// Versions behind it; those of the service before it is begun.
    meta: Meta,
}

/// Refuses counts that tell of single people beside those of another moment: of a list that grows, they
/// tell of those who came between, and of one that somebody was erased from, of that person.
fn of_nobody(kept: &BatchSummary) -> Result<(), Problem> {
    if kept.erased > 0 {
        let sv = "Någon är raderad ur listan. Vad den blir nu och blev förut skulle tala om den personen; rollen adviser får läsa det.";
        let en = "Somebody was erased from the list. What it comes to now and came to before would tell of that person; the role adviser may read it.";
        return Err(Problem::with(Kind::Forbidden, Bilingual::new(sv, en)));
    }
    if kept.state != Progress::Done {
        return Err(Problem::new(Kind::Forbidden));
    }
    Ok(())
}

/// What a batch comes to, in counts.
///
/// The role `read` sees it once the batch is done, and no longer once somebody was erased from it: two
/// summaries that differ by one person would tell of that person.
#[utoipa::path(
    get,
    path = "/v1/batches/{id}/summary",
    params(("id" = String, Path)),
    responses((status = 200, description = "The answer", body = SummaryCard), Failure)
)]
pub(super) async fn summary(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Unstored<SummaryCard>, Problem> {
    let work = move |service: &Service| {
        let kept = service.hub.summary(&id)?;
        if caller.require(Role::Adviser).is_err() {
            of_nobody(&kept)?;
        }
        let meta = kept.meta.unwrap_or_else(|| service.engine().meta());
        let summary = serde_json::to_value(kept.summary.report(meta.clone()));
        let summary = summary.map_err(|_no_json| Problem::new(Kind::Internal))?;
        Ok::<_, Problem>(SummaryCard { batch_id: id, state: kept.state, summary, meta })
    };
    service.work_long(work).await?.map(unstored)
}
