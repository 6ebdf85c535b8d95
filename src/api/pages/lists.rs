//! Lists that are sent, looked at, and accepted.

use std::{collections::BTreeSet, sync::Arc};

use axum::{
    Extension,
    body::Bytes,
    extract::{FromRequest as _, Multipart, Request, State},
    http::{StatusCode, request::Parts},
    response::{IntoResponse as _, Response},
};
use tokio::time;

use super::{elsewhere, html, posted::Posted, view};
use crate::{
    api::{
        Service,
        guard::Caller,
        problem::{Kind, Problem},
        upload::{ListQuery, Upload},
    },
    domain::Bilingual,
    intake::{Look, Report},
    pages::{Fault, Fields, View, lists, mapping},
    store::Idempotency,
};

/// Lists that are named; older ones have their addresses.
const LISTED: usize = 50;
/// Paths per list and worker.
const PATHS: usize = 3;
/// Longest name of a sheet; a workbook allows 31 characters.
const SHEET_CHARS: usize = 100;

/// Endings of files, each with the name by which its form is guessed.
const NAMES: [(&str, &str); 6] = [
    ("xlsx", "list.xlsx"),
    ("ndjson", "list.ndjson"),
    ("jsonl", "list.ndjson"),
    ("json", "list.json"),
    ("xml", "list.xml"),
    ("csv", "list.csv"),
];

/// A list as it was sent.
#[derive(Debug, Clone)]
pub(super) struct Sent {
    /// The name by which its form is guessed: its ending alone.
    name: &'static str,
    bytes: Bytes,
}

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
    let Received { file, fields, mut faults } = received?.checked(&view);
    let sent = file.map(|(name, bytes)| Sent { name, bytes });
    let work = move |service: &Service| {
        let Some(sent) = sent.filter(|_| faults.is_empty()) else {
            return page(service, &view, &fields, &faults);
        };
        match how_read(&sent, &fields, &view) {
            Ok(report) => {
                let bytes = sent.bytes.len();
                let waiting = service.pending.lists.put(&caller.name, sent, bytes)?;
                let sheet = fields.get("sheet");
                let shown =
                    mapping::Shown { waiting: &waiting, sheet, report: &report, is_changed: false };
                Ok(mapped(&view, &fields, &shown))
            }
            Err(fault) => {
                faults.push(fault);
                page(service, &view, &fields, &faults)
            }
        }
    };
    service.work_long(work).await?
}

/// What a form with a file has sent.
struct Received {
    /// The file with the name that its ending gives it.
    file: Option<(&'static str, Bytes)>,
    /// The sheet, where one was named.
    fields: Fields,
    faults: Vec<Fault>,
}

/// Reads the two fields of the form, each once: so there is an end to what is held.
async fn receive(request: Request, service: &Arc<Service>) -> Result<Received, Problem> {
    let refused = |status: StatusCode| match status {
        StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::PayloadTooLarge),
        _ => Problem::new(Kind::MalformedRequest),
    };
    let parts = Multipart::from_request(request, service).await;
    let mut parts = parts.map_err(|rejection| refused(rejection.into_response().status()))?;
    let (mut file, mut sheet) = (None, None);
    while let Some(part) = parts.next_field().await.map_err(|error| refused(error.status()))? {
        match part.name() {
            Some("list") if file.is_none() => {
                let own = ending(part.file_name().unwrap_or_default());
                file = Some((own, part.bytes().await.map_err(|error| refused(error.status()))?));
            }
            Some("sheet") if sheet.is_none() => {
                sheet = Some(part.text().await.map_err(|error| refused(error.status()))?);
            }
            _ => {
                let sv = "Ett formulär med en lista har fälten `list` och `sheet`, vart och ett en gång, och inga andra.";
                let en = "A form with a list has the fields `list` and `sheet`, each once, and no others.";
                return Err(Problem::with(Kind::MalformedRequest, Bilingual::new(sv, en)));
            }
        }
    }
    let fields = Fields::default().with("sheet", sheet.unwrap_or_default().trim());
    let file = file.filter(|(_, bytes)| !bytes.is_empty());
    Ok(Received { file, fields, faults: Vec::new() })
}

impl Received {
    /// The same with what is wrong with it, which is not repeated.
    fn checked(self, view: &View) -> Self {
        let mut faults = Vec::new();
        if self.file.is_none() {
            let text = view.say("Fil: välj en fil att läsa", "File: choose a file to read");
            faults.push(Fault::new("list", text));
        }
        let (mut fields, found) = self.fields.cleared(&BTreeSet::new());
        if !found.is_empty() {
            let text = view.say(
                "Bladets namn: här stod något som ser ut som ett personnummer; skriv utan det",
                "Name of the sheet: here stood what looks like a personnummer; write without it",
            );
            faults.push(Fault::new("sheet", text));
        } else if fields.get("sheet").chars().count() > SHEET_CHARS {
            let text = view.say(
                "Bladets namn: så långa namn har inga blad",
                "Name of the sheet: no sheet has so long a name",
            );
            faults.push(Fault::new("sheet", text));
            fields = Fields::default();
        }
        Self { fields, faults, ..self }
    }
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
    let (query, upload) = (query(fields), upload(sent));
    let open = |look| upload.shown(&query, query.day(), look);
    // A list that cannot be kept as it is is shown all the same: whoever looks at it can say what a column is.
    let unfinished = |refused| open(Look::Unfinished).map_err(|_again| refused);
    let mut rows = open(Look::Values).or_else(unfinished).map_err(|problem: Problem| {
        let text = mapping::without_options(problem.document(view.language).detail);
        Fault::new("list", text)
    })?;
    Ok(Report::of(&mut rows))
}

fn mapped(view: &View, fields: &Fields, shown: &mapping::Shown<'_>) -> Response {
    let sent = Fields::default().with("waiting", shown.waiting).with("sheet", shown.sheet);
    // The other language reads the same list again, with what was said of it.
    let said = fields.iter().filter(|(name, _)| mapping::is_of_headers(name));
    let sent = said.fold(sent, |sent, (name, value)| sent.with(name, value));
    let view = View { path: "/lists/map".to_owned(), posted: true, sent, ..view.clone() };
    let is_wrong = shown.is_changed || shown.is_unfinished();
    let status = if is_wrong { StatusCode::UNPROCESSABLE_ENTITY } else { StatusCode::OK };
    html(status, view.language, mapping::page(&view, shown))
}

/// The list that a form speaks of; the page that says it is gone where it is.
fn waiting(service: &Service, caller: &Caller, fields: &Fields) -> Option<Sent> {
    service.pending.lists.get(fields.get("waiting"), &caller.name)
}

fn gone(service: &Service, view: &View) -> Result<Response, Problem> {
    let text = view.say(
        "Fil: listan väntade för länge och är glömd; välj filen igen",
        "File: the list waited too long and is forgotten; choose the file again",
    );
    page(service, view, &Fields::default(), &[Fault::new("list", text)])
}

/// Reads a list that waits again, with what a form says of its headers.
fn again(
    service: &Service,
    (view, fields): (&View, &Fields),
    sent: &Sent,
    is_changed: bool,
) -> Result<Response, Problem> {
    match how_read(sent, fields, view) {
        Ok(report) => {
            let (waiting, sheet) = (fields.get("waiting"), fields.get("sheet"));
            let shown = mapping::Shown { waiting, sheet, report: &report, is_changed };
            Ok(mapped(view, fields, &shown))
        }
        Err(fault) => page(service, view, fields, &[fault]),
    }
}

/// Shows how a list is read with what was said of its headers.
pub(super) async fn map(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let Some(sent) = waiting(service, &caller, &fields) else { return gone(service, &view) };
        again(service, (&view, &fields), &sent, false)
    };
    service.work_long(work).await?
}

/// Forgets a list that waits.
pub(super) async fn forget(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, .. }: Posted,
) -> Response {
    service.pending.lists.remove(fields.get("waiting"), &caller.name);
    elsewhere(&view, "/lists")
}

/// Accepts a list: it is kept and answered from now on. It is kept as it was shown and not otherwise.
pub(super) async fn accept(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        // A second click on the button is the same list, also when the first is done.
        let (name, store) = (fields.get("waiting"), service.hub.store());
        let key = store.digest(&[b"waiting", caller.name.as_bytes(), name.as_bytes()]);
        let once = Idempotency { key, request: key };
        let id = match (store.batch_of(Some(&once))?, waiting(service, &caller, &fields)) {
            (Some(id), _) => id,
            (None, None) => return gone(service, &view),
            (None, Some(sent)) if mapping::is_changed(&fields) => {
                return again(service, (&view, &fields), &sent, true);
            }
            (None, Some(sent)) => service.take(&query(&fields), &upload(&sent), Some(once))?,
        };
        service.pending.lists.remove(name, &caller.name);
        Ok(elsewhere(&view, &format!("/lists/{id}")))
    };
    service.work_long(work).await?
}
