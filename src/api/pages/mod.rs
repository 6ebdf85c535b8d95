//! The adviser's pages: routes, who may see them, and what every page tells browsers.
//!
//! The views are those of [`crate::pages`]; what they need is asked of the engine and the hub as the rest of
//! the interface does. Nothing of a worker stands in an address: what is about one is sent by POST, its
//! answer is fetched by a name that tells nothing, and no page may be kept by anybody on the way.

mod asked;
mod asset;
mod list;
mod lists;
mod pending;
mod person;
mod plan;
mod posted;
mod session;
mod suggest;

use std::sync::Arc;

use axum::{
    Extension, Router,
    extract::{DefaultBodyLimit, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode, Uri,
        header::{
            ACCEPT, CACHE_CONTROL, CONTENT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST,
            ORIGIN, REFERRER_POLICY, RETRY_AFTER,
        },
        request::Parts,
    },
    middleware::{Next, from_fn, from_fn_with_state},
    response::{IntoResponse as _, Redirect, Response},
    routing::{get, post},
};

use super::{
    Routes, Service, caching,
    guard::{self, Caller},
    keys::Role,
    problem::{Kind, Problem},
    request::BODY_BYTES,
    timed, upload, weight,
};
use crate::{
    domain::Language,
    pages::{View, about, trouble},
};

pub(super) use pending::{Pending, sweep};
pub(super) use session::Sessions;

/// What a page may load and where its forms may go: this service alone.
const POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; \
     img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
/// Longest form of somebody who signs in: a key, and a form that goes along under longer names.
const SIGN_IN_BYTES: usize = 2 * BODY_BYTES;
/// Languages that have pages.
const LANGUAGES: [Language; 2] = [Language::Sv, Language::En];

/// All pages.
pub(super) fn routes(service: &Arc<Service>) -> Routes {
    let start = Router::new().route("/", get(first));
    LANGUAGES.into_iter().fold(start, |routes, language| {
        routes.nest(&format!("/{}", language.code()), in_language(service, language))
    })
}

/// What pages load: everybody may have it, as often as they like.
pub(super) fn assets() -> Routes {
    Router::new()
        .route("/static/page.css", get(asset::style))
        .route("/static/page.js", get(asset::script))
}

/// The pages of a language; what comes last is the outermost.
fn in_language(service: &Arc<Service>, language: Language) -> Routes {
    let settings = service.settings;
    let of = |role| from_fn_with_state((Arc::clone(service), role), require);
    let quick = public().merge(people().route_layer(of(Role::Adviser))).merge(suggestions());
    let seen = kept().route_layer(of(Role::Adviser));
    let changed = changing(service).route_layer(of(Role::Hub));
    timed(quick, settings.request_time)
        .merge(timed(seen.merge(changed), settings.long_time))
        .fallback(async || Problem::new(Kind::NotFound))
        .layer(from_fn(dress))
        .layer(Extension(language))
}

/// What everybody may see.
fn public() -> Routes {
    Router::new()
        .route("/", get(start))
        .route("/about", get(about_page))
        .route(
            "/sign-in",
            get(session::form).post(session::sign_in).layer(DefaultBodyLimit::max(SIGN_IN_BYTES)),
        )
        .route("/sign-out", post(session::sign_out))
}

/// Questions about one worker.
fn people() -> Routes {
    Router::new()
        .route("/person", get(person::form).post(asked::ask))
        .route("/person/paths", get(person::paths).post(asked::ask))
        .route("/person/compare", get(person::compare).post(asked::ask))
        .route("/person/explore", get(person::explore).post(asked::ask))
        .route("/person/page", get(person::sheet).post(asked::ask))
}

/// What the script of the pages asks: it is told plainly that somebody must sign in.
fn suggestions() -> Routes {
    Router::new()
        .route("/suggest", post(suggest::suggest))
        .route_layer(from_fn_with_state(Role::Adviser, guard::require))
}

/// Lists and plans as they are.
fn kept() -> Routes {
    Router::new()
        .route("/lists", get(lists::overview))
        .route("/lists/{id}", get(list::show))
        .route("/plans/{id}", get(plan::show))
        .route("/plans/{id}/table", get(plan::table))
}

/// What changes lists and plans.
fn changing(service: &Arc<Service>) -> Routes {
    let most = upload::LIST_BYTES + (64 << 10);
    let uploads = Router::new()
        .route("/lists/read", post(lists::read))
        .layer(DefaultBodyLimit::max(most))
        .route_layer(from_fn_with_state((Arc::clone(service), most), weight::hold));
    uploads
        .route("/lists/map", post(lists::map))
        .route("/lists/accept", post(lists::accept))
        .route("/lists/forget", post(lists::forget))
        .route("/lists/{id}/delete", post(list::delete))
        .route("/lists/{id}/plans", post(plan::ask))
        .route("/plans/{id}/approve", post(plan::approve))
        .route("/plans/{id}/delete", post(plan::delete))
}

/// The address without a language leads to the one that the browser likes best.
async fn first(headers: HeaderMap) -> Redirect {
    Redirect::to(&format!("/{}", caching::accepted(&headers).code()))
}

async fn start(parts: Parts) -> Response {
    let view = view(&parts);
    html(StatusCode::OK, view.language, trouble::start(&view))
}

async fn about_page(State(service): State<Arc<Service>>, parts: Parts) -> Response {
    let view = view(&parts);
    let engine = service.engine();
    let page = about::page(&view, &engine.dataset().manifest, &engine.meta());
    html(StatusCode::OK, view.language, page)
}

/// The frame of a page that links lead to.
fn view(parts: &Parts) -> View {
    let language = parts.extensions.get::<Language>().copied().unwrap_or_default();
    let caller = parts.extensions.get::<Caller>();
    View {
        user: caller.map(|caller| caller.name.clone()).filter(|name| !name.is_empty()),
        may_change: caller.is_some_and(|caller| caller.role >= Role::Hub),
        ..View::new(language, parts.uri.path().trim_end_matches('/'))
    }
}

/// A page as an answer; nobody may keep it.
fn html(status: StatusCode, language: Language, page: String) -> Response {
    let headers = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (CONTENT_LANGUAGE, language.code()),
        (CONTENT_SECURITY_POLICY, POLICY),
        // With no-referrer a browser would hide from which site a form is sent.
        (REFERRER_POLICY, "same-origin"),
    ];
    (status, headers, page).into_response()
}

/// Another page, to be fetched by GET.
fn elsewhere(view: &View, path: &str) -> Response {
    Redirect::to(&view.url(path)).into_response()
}

/// Lets keys of a role through; who has none is asked to sign in.
async fn require(
    State((service, least)): State<(Arc<Service>, Role)>,
    request: Request,
    next: Next,
) -> Response {
    match request.extensions().get::<Caller>() {
        Some(caller) if caller.role >= least => next.run(request).await,
        Some(_) => Problem::new(Kind::Forbidden).into_response(),
        None => session::ask(&service, request).await,
    }
}

/// Refuses forms of other sites, and makes pages of problems.
async fn dress(request: Request, next: Next) -> Response {
    let (parts, body) = request.into_parts();
    let view = view(&parts);
    let response = if is_foreign(&parts.method, &parts.headers) {
        Problem::new(Kind::CrossSite).into_response()
    } else {
        next.run(Request::from_parts(parts, body)).await
    };
    dressed(&view, response)
}

/// An answer as people can read it.
pub(super) fn dressed(view: &View, mut response: Response) -> Response {
    let status = response.status();
    let problem = response.extensions_mut().remove::<Problem>();
    if problem.is_none() && !status.is_client_error() && !status.is_server_error()
        || is_page(response.headers())
    {
        return response;
    }
    let problem = problem.unwrap_or_else(|| Problem::new(Kind::of(status)));
    let said = problem.document(view.language);
    let view = View { path: String::new(), posted: false, ..view.clone() };
    let page = if problem == Problem::new(Kind::CrossSite) {
        trouble::foreign(&view)
    } else {
        trouble::page(&view, status.as_u16(), said.title, said.detail)
    };
    let mut page = html(status, view.language, page);
    if let Some(wait) = response.headers().get(RETRY_AFTER) {
        page.headers_mut().insert(RETRY_AFTER, wait.clone());
    } else if status == StatusCode::SERVICE_UNAVAILABLE {
        page.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
    }
    page
}

/// Whether an answer is a page already.
pub(super) fn is_page(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|kind| kind.as_bytes().starts_with(b"text/html"))
}

/// The language of a page by its address; none for what is no page.
fn language_of(uri: &Uri) -> Option<Language> {
    let mut parts = uri.path().split('/').skip(1);
    let first = parts.next()?;
    LANGUAGES.into_iter().find(|language| language.code() == first)
}

/// Whether an address is one of a page.
pub(super) fn is_page_address(uri: &Uri) -> bool {
    language_of(uri).is_some()
}

/// The frame of a page whose reader is not known, for what the layers around all routes refuse.
pub(super) fn plain_view(uri: &Uri) -> Option<View> {
    language_of(uri).map(|language| View::new(language, ""))
}

/// Whether a form was sent from a page of another site. Browsers name the site of every form; programs
/// name none.
fn is_foreign(method: &Method, headers: &HeaderMap) -> bool {
    let Some(origin) = headers.get(ORIGIN).filter(|_| !method.is_safe()) else { return false };
    let own = headers.get(HOST).and_then(|host| host.to_str().ok());
    let site = origin.to_str().ok().and_then(|origin| origin.split_once("://"));
    site.is_none_or(|(_, site)| own.is_none_or(|own| !own.eq_ignore_ascii_case(site)))
}

/// The answer where no address fits: a page for browsers, a problem for programs.
pub(super) async fn nowhere(parts: Parts) -> Response {
    let accepts = parts.headers.get(ACCEPT).and_then(|list| list.to_str().ok());
    let problem = Problem::new(Kind::NotFound).into_response();
    if !accepts.is_some_and(|list| list.contains("text/html")) {
        return problem;
    }
    dressed(&View::new(caching::accepted(&parts.headers), ""), problem)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_form_of_another_site_is_foreign() {
        let headers = |origin: &'static str| {
            let pairs = [(HOST, "127.0.0.1:8080"), (ORIGIN, origin)];
            pairs.map(|(name, value)| (name, HeaderValue::from_static(value))).into_iter().collect()
        };
        let foreign = |origin| is_foreign(&Method::POST, &headers(origin));
        assert!(!foreign("http://127.0.0.1:8080"));
        assert!(foreign("http://127.0.0.1:8081") && foreign("null") && foreign("https://x.se"));
        assert!(!is_foreign(&Method::GET, &headers("https://x.se")));
        assert!(!is_foreign(&Method::POST, &HeaderMap::new()));
    }

    #[test]
    fn a_problem_becomes_a_page_that_says_when_to_come_back() {
        let view = View { posted: true, ..View::new(Language::Sv, "/person/paths") };
        let page = dressed(&view, Problem::new(Kind::Saturated).into_response());
        assert_eq!(page.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert!(is_page(page.headers()) && page.headers().contains_key(RETRY_AFTER));
        // A time limit of the layers below has no words of its own.
        let page = dressed(&view, StatusCode::SERVICE_UNAVAILABLE.into_response());
        assert!(is_page(page.headers()) && page.headers().contains_key(RETRY_AFTER));
        let good = dressed(&view, (StatusCode::OK, "ok").into_response());
        assert!(!is_page(good.headers()));
    }

    #[test]
    fn addresses_of_pages_are_told_apart() {
        let of = |path: &'static str| is_page_address(&Uri::from_static(path));
        assert!(of("/sv") && of("/en/person") && !of("/v1/meta") && !of("/svar") && !of("/"));
    }
}
