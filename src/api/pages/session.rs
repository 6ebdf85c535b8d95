//! Who has signed in: a random token in a cookie stands for a key, for some hours, in memory alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    extract::State,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{COOKIE, SET_COOKIE},
        request::Parts,
    },
    response::Response,
};
use sha2::{Digest as _, Sha256};

use super::{elsewhere, html, posted::Posted, view};
use crate::{
    api::{
        Key, Service,
        problem::{Kind, Problem},
    },
    dataset::hex,
    pages::{Fault, trouble},
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
    html(StatusCode::OK, view.language, trouble::sign_in(&view, &[]))
}

/// Signs in who gives a key.
pub(super) async fn sign_in(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    Posted { mut view, fields, .. }: Posted,
) -> Result<Response, Problem> {
    // A key is nothing to carry along to the page in the other language.
    (view.sent, view.posted) = (crate::pages::Fields::default(), false);
    let Some(keys) = service.keys() else { return Ok(elsewhere(&view, "/person")) };
    let Some(key) = keys.find(fields.get("key")) else {
        let text = view.say(
            "Nyckel: den är okänd. Kontrollera att hela nyckeln är med; den börjar med kn_",
            "Key: it is not known. Check that all of the key is there; it begins with kn_",
        );
        let faults = [Fault::new("key", text)];
        let page = trouble::sign_in(&view, &faults);
        return Ok(html(StatusCode::UNPROCESSABLE_ENTITY, view.language, page));
    };
    let token = service.sessions.open(key.clone())?;
    let mut response = elsewhere(&view, "");
    response
        .headers_mut()
        .extend(cookie(&token, LASTS.as_secs(), &headers).map(|cookie| (SET_COOKIE, cookie)));
    Ok(response)
}

/// Signs out.
pub(super) async fn sign_out(
    State(service): State<Arc<Service>>,
    headers: HeaderMap,
    parts: Parts,
) -> Response {
    service.sessions.close(&headers);
    let mut response = elsewhere(&view(&parts), "/sign-in");
    response.headers_mut().extend(cookie("", 0, &headers).map(|cookie| (SET_COOKIE, cookie)));
    response
}
