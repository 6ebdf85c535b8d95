//! Lists that are sent, looked at, and accepted.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRequest as _, Multipart, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use tokio::time;

use super::{elsewhere, html, pending::Sent, posted::Posted, view};
use crate::{
    api::{
        Service,
        guard::Caller,
        problem::{Kind, Problem},
        upload::{ListQuery, Upload},
    },
    intake::Report,
    pages::{Fault, Fields, View, lists, mapping},
    store::Idempotency,
};

/// Lists that are named; older ones have their addresses.
const LISTED: usize = 50;
/// Paths per list and worker.
const PATHS: usize = 3;

/// Endings of files, each with the name by which its form is guessed.
const NAMES: [(&str, &str); 6] = [
    ("xlsx", "list.xlsx"),
    ("ndjson", "list.ndjson"),
    ("jsonl", "list.ndjson"),
    ("json", "list.json"),
    ("xml", "list.xml"),
    ("csv", "list.csv"),
];

/// The lists that are kept, and the form for another.
pub(super) async fn overview(
    State(service): State<Arc<Service>>,
    parts: Parts,
) -> Result<Response, Problem> {
    let view = view(&parts);
    service.work_long(move |service| page(service, &view, &Fields::default(), &[])).await?
}

fn page(
    service: &Service,
    view: &View,
    fields: &Fields,
    faults: &[Fault],
) -> Result<Response, Problem> {
    let store = service.hub.store();
    let (batches, total) = store.batches(0, LISTED)?;
    let days = store.terms().days;
    let shown = lists::Shown { fields, faults, batches: &batches, total, days };
    let view = View { path: "/lists".to_owned(), posted: false, ..view.clone() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(html(status, view.language, lists::page(&view, &shown)))
}

/// Puts a list down and shows how it is read.
pub(super) async fn read(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    request: Request,
) -> Result<Response, Problem> {
    let (parts, body) = request.into_parts();
    let view = view(&parts);
    let request = Request::from_parts(parts, body);
    let received = time::timeout(service.settings.upload_time, receive(request, &service));
    let Ok(received) = received.await else { return Err(Problem::new(Kind::SlowBody)) };
    let (sent, fields) = received?;
    let Some((name, bytes)) = sent else {
        let text = view.say("Fil: välj en fil att läsa", "File: choose a file to read").to_owned();
        let faults = [Fault::new("list", text)];
        return service.work_long(move |service| page(service, &view, &fields, &faults)).await?;
    };
    let work = move |service: &Service| {
        let sent = Sent { by: caller.name, name, bytes };
        match how_read(&sent, &fields, &view) {
            Ok(report) => {
                let waiting = service.pending.put(sent)?;
                Ok(mapped(&view, &waiting, &fields, &report))
            }
            Err(fault) => page(service, &view, &fields, &[fault]),
        }
    };
    service.work_long(work).await?
}

/// A file with the name that its ending gives it, and the other fields of a form.
type Received = (Option<(&'static str, axum::body::Bytes)>, Fields);

async fn receive(request: Request, service: &Arc<Service>) -> Result<Received, Problem> {
    let refused = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::PayloadTooLarge),
        _ => Problem::new(Kind::MalformedRequest),
    };
    let parts = Multipart::from_request(request, service).await;
    let mut parts = parts.map_err(|rejection| refused(rejection.into_response().status()))?;
    let (mut file, mut pairs) = (None, Vec::new());
    while let Some(part) = parts.next_field().await.map_err(|error| refused(error.status()))? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "list" {
            let own = ending(part.file_name().unwrap_or_default());
            let bytes = part.bytes().await.map_err(|error| refused(error.status()))?;
            file = (!bytes.is_empty()).then_some((own, bytes));
        } else {
            pairs.push((name, part.text().await.map_err(|error| refused(error.status()))?));
        }
    }
    Ok((file, Fields::new(pairs).cleared().0))
}

/// The name that stands for a file; its own may be that of a person.
fn ending(file: &str) -> &'static str {
    let own = file.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    NAMES.iter().find(|(ending, _)| *ending == own).map_or("list.csv", |(_, name)| name)
}

/// How a list is to be read by what a form says.
fn query(fields: &Fields) -> ListQuery {
    let sheet = fields.get("sheet");
    ListQuery {
        format: None,
        map: mapping::said_of_headers(fields),
        sheet: (!sheet.is_empty()).then(|| sheet.to_owned()),
        paths: PATHS,
        as_of: None,
    }
}

fn upload(sent: &Sent) -> Upload {
    Upload { bytes: sent.bytes.clone(), name: sent.name }
}

/// How a list is read, or why it is none.
fn how_read(sent: &Sent, fields: &Fields, view: &View) -> Result<Report, Fault> {
    let query = query(fields);
    let rows = upload(sent).open(&query, query.day());
    let mut rows = rows.map_err(|problem| {
        let text = mapping::without_options(problem.document(view.language).detail);
        Fault::new("list", text)
    })?;
    Ok(Report::of(&mut rows))
}

fn mapped(view: &View, waiting: &str, fields: &Fields, report: &Report) -> Response {
    let sent = Fields::default().with("waiting", waiting).with("sheet", fields.get("sheet"));
    // The other language reads the same list again, with what was said of it.
    let said = fields.iter().filter(|(name, _)| {
        ["header-", "column-", "was-"].iter().any(|start| name.starts_with(start))
    });
    let sent = said.fold(sent, |sent, (name, value)| sent.with(name, value));
    let view = View { path: "/lists/map".to_owned(), posted: true, sent, ..view.clone() };
    html(StatusCode::OK, view.language, mapping::page(&view, waiting, fields.get("sheet"), report))
}

/// The list that a form speaks of; the page that says it is gone where it is.
fn waiting(service: &Service, caller: &Caller, fields: &Fields) -> Option<Sent> {
    service.pending.get(fields.get("waiting"), &caller.name)
}

fn gone(service: &Service, view: &View) -> Result<Response, Problem> {
    let text = view.say(
        "Fil: listan väntade för länge och är glömd; välj filen igen",
        "File: the list waited too long and is forgotten; choose the file again",
    );
    page(service, view, &Fields::default(), &[Fault::new("list", text)])
}

/// Shows how a list is read with what was said of its headers.
pub(super) async fn map(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let Some(sent) = waiting(service, &caller, &fields) else { return gone(service, &view) };
        match how_read(&sent, &fields, &view) {
            Ok(report) => Ok(mapped(&view, fields.get("waiting"), &fields, &report)),
            Err(fault) => page(service, &view, &fields, &[fault]),
        }
    };
    service.work_long(work).await?
}

/// Accepts a list: it is kept and answered from now on.
pub(super) async fn accept(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let Some(sent) = waiting(service, &caller, &fields) else { return gone(service, &view) };
        // A second click on the button is the same list.
        let (name, store) = (fields.get("waiting").as_bytes(), service.hub.store());
        let once = Idempotency { key: store.digest(&[name]), request: store.digest(&[name]) };
        let id = service.take(&query(&fields), &upload(&sent), Some(once))?;
        service.pending.remove(fields.get("waiting"));
        Ok(elsewhere(&view, &format!("/lists/{id}")))
    };
    service.work_long(work).await?
}
