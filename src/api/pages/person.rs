//! An adviser's morning: what is known of a worker, the paths, some side by side, what is in the way, one to
//! print.

use std::{collections::BTreeSet, sync::Arc};

use axum::{extract::State, http::StatusCode, response::Response};

use super::{asked::Asked, html, posted::Posted};
use crate::{
    api::{Service, problem::Problem, worker::today},
    domain::Profile,
    engine::{DEFAULT_ROUTES, Engine, MOST_HOPS},
    pages::{
        Fault, Fields, View,
        answer::{self, PATHS},
        explore, nothing_said,
        person::{self, Shown},
        profile, reading,
        reading::Reading,
        sheet, table, words,
    },
};

/// How many occupations are compared.
const COMPARED: std::ops::RangeInclusive<usize> = 2..=6;

/// The empty form.
pub(super) fn empty(
    service: &Service,
    view: &View,
    status: StatusCode,
    faults: &[Fault],
) -> Response {
    let view = View { path: "/person".to_owned(), ..view.clone() };
    let (fields, engine) = (Fields::default(), service.engine());
    let shown = Shown { fields: &fields, faults, readings: &[], dataset: engine.dataset() };
    html(status, view.language, person::page(&view, &shown))
}

/// The empty form where a question has waited too long.
pub(super) fn gone(service: &Service, view: &View) -> Response {
    let text = view.say(
        "Frågan finns inte kvar: uppgifter om en person hålls bara i minnet, en stund och så länge samma person är inloggad. Skriv dem igen",
        "The question is gone: what is written about a person is held in memory alone, for a while and as long as the same user is signed in. Write it again",
    );
    empty(service, view, StatusCode::GONE, &[Fault::new("", text)])
}

/// The form with what was sent, and what its words are read as.
pub(super) async fn form(
    State(service): State<Arc<Service>>,
    Asked(Posted { view, fields, refused, .. }): Asked,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let faults = refused;
        form_page(&service.engine(), &view, &fields, &faults)
    };
    service.work(work).await
}

fn form_page(engine: &Engine, view: &View, fields: &Fields, faults: &[Fault]) -> Response {
    let readings = if faults.is_empty() { readings(engine, fields) } else { Vec::new() };
    let shown = Shown { fields, faults, readings: &readings, dataset: engine.dataset() };
    // The form has an address of its own in both languages.
    let view = View { path: "/person".to_owned(), ..view.clone() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, view.language, person::page(&view, &shown))
}

/// What the words of a form are read as, with what somebody chose of them.
fn readings(engine: &Engine, fields: &Fields) -> Vec<Reading> {
    let understood = engine.resolve(&words(fields));
    reading::readings(&understood, &fields.picks(), &engine.dataset().taxonomy)
}

/// The profile that was sent, seen from today; the form with its faults where it cannot be used.
fn asked(engine: &Engine, posted: &Posted) -> Result<Profile, Box<Response>> {
    let Posted { view, fields, refused, .. } = posted;
    let read = profile(fields, view.language);
    let nothing = nothing_said(fields, view.language).filter(|_| refused.is_empty());
    let faults = match read {
        Ok(_) if nothing.is_some() => nothing.into_iter().collect(),
        Ok(mut profile) if refused.is_empty() => {
            profile.as_of = Some(today());
            return Ok(profile);
        }
        Ok(_) => refused.clone(),
        Err(faults) => refused.iter().chain(&faults).cloned().collect(),
    };
    Err(Box::new(form_page(engine, view, fields, &faults)))
}

/// The two lists of paths.
pub(super) async fn paths(
    State(service): State<Arc<Service>>,
    Asked(posted): Asked,
) -> Result<Response, Problem> {
    service.work(move |service| paths_page(&service.engine(), &posted, &[])).await
}

fn paths_page(engine: &Engine, posted: &Posted, faults: &[Fault]) -> Response {
    let profile = match asked(engine, posted) {
        Ok(profile) => profile,
        Err(form) => return *form,
    };
    let Posted { view, fields, .. } = posted;
    let most = fields.get("paths").parse().unwrap_or(PATHS).clamp(1, answer::MORE_PATHS);
    let answer = engine.recommend(&profile, most);
    let readings = readings(engine, fields);
    let dataset = engine.dataset();
    let shown = answer::Shown { fields, faults, readings: &readings, answer: &answer, dataset };
    let view = View { path: "/person/paths".to_owned(), ..view.clone() };
    let status = if faults.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    html(status, view.language, answer::page(&view, &shown))
}

/// A page about the profile that was sent; the form with its faults where it cannot be used.
async fn of_profile(
    service: Arc<Service>,
    posted: Posted,
    show: impl FnOnce(&Engine, &Posted, Profile) -> Response + Send + 'static,
) -> Result<Response, Problem> {
    let work = move |service: &Service| {
        let engine = &service.engine();
        match asked(engine, &posted) {
            Ok(profile) => show(engine, &posted, profile),
            Err(form) => *form,
        }
    };
    service.work(work).await
}

/// Some occupations side by side.
pub(super) async fn compare(
    State(service): State<Arc<Service>>,
    Asked(posted): Asked,
) -> Result<Response, Problem> {
    let show = |engine: &Engine, posted: &Posted, mut profile: Profile| {
        let Posted { view, fields, .. } = posted;
        // They come in the order in which they stand on the page: by rank.
        let mut seen = BTreeSet::new();
        let ticked = fields.all("compare").filter(|id| seen.insert(*id));
        profile.wanted = ticked.map(str::to_owned).collect();
        if !COMPARED.contains(&profile.wanted.len()) {
            let text = view.say(
                "Markera två till sex vägar med Jämför för att se dem sida vid sida",
                "Tick two to six paths with Compare to see them side by side",
            );
            return paths_page(engine, posted, &[Fault::new("compare", text)]);
        }
        html(StatusCode::OK, view.language, table::page(view, fields, &engine.compare(&profile)))
    };
    of_profile(service, posted, show).await
}

/// What stands in the way of other occupations, and routes over another job.
pub(super) async fn explore(
    State(service): State<Arc<Service>>,
    Asked(posted): Asked,
) -> Result<Response, Problem> {
    let show = |engine: &Engine, posted: &Posted, profile: Profile| {
        let Posted { view, fields, .. } = posted;
        let routes = engine.routes(&profile, MOST_HOPS, DEFAULT_ROUTES);
        // Of words that are no occupation it would say what is near.
        let is_asked = !routes.understood.wanted.is_empty();
        let asked = is_asked.then(|| engine.counterfactuals(&profile));
        let near = engine.counterfactuals(&Profile { wanted: Vec::new(), ..profile });
        let shown = explore::Shown { fields, asked: asked.as_ref(), near: &near, routes: &routes };
        html(StatusCode::OK, view.language, explore::page(view, &shown))
    };
    of_profile(service, posted, show).await
}

/// One path to print.
pub(super) async fn sheet(
    State(service): State<Arc<Service>>,
    Asked(posted): Asked,
) -> Result<Response, Problem> {
    let show = |engine: &Engine, posted: &Posted, mut profile: Profile| {
        let Posted { view, fields, .. } = posted;
        profile.wanted = vec![fields.get("target").to_owned()];
        let answer = engine.recommend(&profile, 1);
        let Some(path) = answer.wanted.first() else {
            let text = view.say(
                "Vägen finns inte längre; välj en annan",
                "There is no such path any more; choose another",
            );
            return paths_page(engine, posted, &[Fault::new("", text)]);
        };
        let readings = readings(engine, fields);
        let dataset = engine.dataset();
        let shown = sheet::Shown { fields, readings: &readings, answer: &answer, path, dataset };
        html(StatusCode::OK, view.language, sheet::page(view, &shown))
    };
    of_profile(service, posted, show).await
}
