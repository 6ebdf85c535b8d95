//! Who has signed in: a random token in a cookie stands for a key, for some hours, in memory alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::{FromRequest as _, Request, State},
    http::{
        HeaderMap, HeaderValue, Method, StatusCode,
        header::{COOKIE, SET_COOKIE, WWW_AUTHENTICATE},
        request::Parts,
    },
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use super::{
    elsewhere, html,
    posted::{Posted, is_form},
    view,
};
use crate::{
    api::{
        Key, Service,
        guard::Caller,
        problem::{Kind, Problem},
    },
    dataset::hex,
    domain::Language,
    pages::{Fault, Fields, View, trouble},
};

/// Name of the cookie.
const NAME: &str = "kompetensnav";
/// How long somebody stays signed in.
const LASTS: Duration = Duration::from_hours(12);
/// Random bytes of a token.
const BYTES: usize = 32;
/// Most people who are signed in at once; the one who came first goes.
const MOST: usize = 10_000;

type Hash = [u8; 32];

/// Everybody who has signed in.
#[derive(Debug, Default)]
pub(in crate::api) struct Sessions(Mutex<HashMap<Hash, (Key, Instant)>>);

impl Sessions {
    /// Signs in who has a key; the token is shown once.
    fn open(&self, key: Key) -> Result<String, Problem> {
        let mut random = [0; BYTES];
        getrandom::fill(&mut random).map_err(|_none| Problem::new(Kind::Internal))?;
        let token = hex(&random);
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|_, (_, since)| since.elapsed() < LASTS);
        if all.len() >= MOST {
            let first = all.iter().min_by_key(|(_, (_, since))| *since).map(|(hash, _)| *hash);
            first.and_then(|hash| all.remove(&hash));
        }
        all.insert(hash(&token), (key, Instant::now()));
        Ok(token)
    }

    /// The key that who sent these headers has signed in with. It lasts from the last time it was asked for.
    pub(in crate::api) fn of(&self, headers: &HeaderMap) -> Option<Key> {
        let token = token(headers)?;
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (key, since) = all.get_mut(&hash(token))?;
        if since.elapsed() >= LASTS {
            return None;
        }
        *since = Instant::now();
        Some(key.clone())
    }

    fn close(&self, headers: &HeaderMap) {
        if let Some(token) = token(headers) {
            let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            all.remove(&hash(token));
        }
    }
}

/// Whose a question about a person is: that of who has signed in with a key, and of nobody who does so later; without
/// signing in, the key's. The key stands first, alone in its line.
pub(super) fn owner(sessions: &Sessions, headers: &HeaderMap, caller: &Caller) -> String {
    owned_by(&caller.name, headers, sessions.of(headers).is_some())
}

fn owned_by(key: &str, headers: &HeaderMap, is_signed_in: bool) -> String {
    let session = token(headers).filter(|_| is_signed_in).map(|token| hex(&hash(token)));
    format!("{key}\n{}", session.unwrap_or_default())
}

fn hash(token: &str) -> Hash {
    Sha256::digest(token.as_bytes()).into()
}

/// The token of the cookie.
fn token(headers: &HeaderMap) -> Option<&str> {
    let cookies = headers.get_all(COOKIE).iter().filter_map(|list| list.to_str().ok());
    let mut pairs =
        cookies.flat_map(|list| list.split(';')).filter_map(|pair| pair.split_once('='));
    pairs.find(|(name, _)| name.trim() == NAME).map(|(_, value)| value.trim())
}

/// The cookie that holds a token for so many seconds. Behind a proxy that encrypts it is sent encrypted
/// alone.
fn cookie(token: &str, seconds: u64, headers: &HeaderMap) -> Option<HeaderValue> {
    let secure = headers.get("x-forwarded-proto").is_some_and(|scheme| scheme == "https");
    let secure = if secure { "; Secure" } else { "" };
    let text =
        format!("{NAME}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}");
    HeaderValue::try_from(text).ok()
}

/// The page that asks for a key; whoever needs none is led on.
pub(super) async fn form(State(service): State<Arc<Service>>, parts: Parts) -> Response {
    let view = view(&parts);
    if service.open_to_all() || view.user.is_some() {
        return elsewhere(&view, "/person");
    }
    html(StatusCode::OK, view.language, trouble::sign_in(&view, &Fields::default(), &[]))
}

/// Asks whoever is not known to sign in. What a form holds goes along in the page, never in an address, to
/// be sent afterwards; a file has to be chosen again.
pub(super) async fn ask(service: &Arc<Service>, request: Request) -> Response {
    if request.method() != Method::POST || !is_form(request.headers()) {
        let language = request.extensions().get::<Language>().copied().unwrap_or_default();
        return elsewhere(&View::new(language, ""), "/sign-in");
    }
    let Posted { view, fields, refused, .. } = match Posted::from_request(request, service).await {
        Ok(posted) => posted,
        Err(problem) => return problem.into_response(),
    };
    // The fields themselves are not on this page.
    let faults: Vec<Fault> = refused.iter().map(|fault| Fault::new("", &*fault.text)).collect();
    let along = fields.along().with("to", &view.path);
    let view = signing_in(&view, &along);
    let page = trouble::sign_in(&view, &along, &faults);
    let mut response = html(StatusCode::UNAUTHORIZED, view.language, page);
    response.headers_mut().insert(WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    response
}

/// The frame of the page that asks for a key; what was to be sent goes along to the other language.
fn signing_in(view: &View, along: &Fields) -> View {
    let posted = !along.is_empty();
    View { path: "/sign-in".to_owned(), sent: along.clone(), posted, ..view.clone() }
}

/// Where a form was to be sent: an address of a page.
fn target(fields: &Fields) -> Option<&str> {
    let plain =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"/-".contains(&byte);
    Some(fields.get("to")).filter(|to| to.starts_with('/') && to.bytes().all(plain))
}

/// Signs in who gives a key.
pub(super) async fn sign_in(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Posted { view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    // A key is nothing to carry along, neither to the other language nor to the page that was asked for.
    let along = match target(&fields) {
        Some(_) => fields.without(|name| name == "key"),
        None => Fields::default(),
    };
    let view = signing_in(&view, &along);
    let Some(keys) = service.keys() else { return Ok(elsewhere(&view, "/person")) };
    let page = |status, faults: &[Fault]| {
        html(status, view.language, trouble::sign_in(&view, &along, faults))
    };
    if fields.all("key").next().is_none() && !along.is_empty() {
        // The other language was asked for.
        return Ok(match view.user {
            Some(_) => signed_in(&view, &along),
            None => page(StatusCode::OK, &[]),
        });
    }
    let Some(key) = keys.find(fields.get("key")) else {
        let text = view.say(
            "Nyckel: den är okänd. Kontrollera att hela nyckeln är med; den börjar med kn_",
            "Key: it is not known. Check that all of the key is there; it begins with kn_",
        );
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, &[Fault::new("key", text)]));
    };
    let token = service.sessions.open(key.clone())?;
    let mut response = signed_in(&View { user: Some(key.name.clone()), ..view }, &along);
    response
        .headers_mut()
        .extend(cookie(&token, LASTS.as_secs(), &headers).map(|cookie| (SET_COOKIE, cookie)));
    Ok(response)
}

/// The answer to who is known now: on to what was to be sent, else to the beginning.
fn signed_in(view: &View, along: &Fields) -> Response {
    match target(along) {
        Some(to) => {
            let page = trouble::go_on(view, to, &along.kept_along());
            html(StatusCode::OK, view.language, page)
        }
        None => elsewhere(view, ""),
    }
}

/// Signs out.
pub(super) async fn sign_out(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    parts: Parts,
) -> Response {
    if let Some(key) = service.sessions.of(&headers) {
        service.pending.questions.remove_all(&owned_by(&key.name, &headers, true));
    }
    service.sessions.close(&headers);
    let mut response = elsewhere(&view(&parts), "/sign-in");
    response.headers_mut().extend(cookie("", 0, &headers).map(|cookie| (SET_COOKIE, cookie)));
    response
}
