//! Who asks, how often, and from where; and what every answer tells browsers.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};

use axum::{
    extract::{Request, State},
    http::{
        HeaderMap, HeaderName, HeaderValue, Method,
        header::{
            AUTHORIZATION, CONTENT_SECURITY_POLICY, HOST, ORIGIN, REFERRER_POLICY,
            X_CONTENT_TYPE_OPTIONS, X_FRAME_OPTIONS,
        },
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};

use super::{
    Service,
    keys::Role,
    pages,
    problem::{Kind, Problem},
};
use crate::domain::Bilingual;

/// Seconds of requests at the full rate that may come at once.
const BURST_SECONDS: f64 = 2.0;

/// Who asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Caller {
    /// Name of the key; empty where the service has none.
    pub(super) name: String,
    pub(super) role: Role,
}

impl Caller {
    /// Refuses who may do less than `least`.
    pub(super) fn require(&self, least: Role) -> Result<(), Problem> {
        if self.role >= least { Ok(()) } else { Err(Problem::new(Kind::Forbidden)) }
    }
}

/// Finds out who asks, and refuses whom the service does not know or who asks too often.
pub(super) async fn know(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let caller = match caller(&service, &request) {
        Ok(caller) => caller,
        // What needs no key is answered to those who send a wrong one, too.
        Err(problem) => {
            request.extensions_mut().insert(problem);
            return next.run(request).await;
        }
    };
    if is_cross_site(request.method(), request.headers()) {
        return Problem::new(Kind::CrossSite).into_response();
    }
    if service.open_to_all() && !is_of_this_machine(request.headers()) {
        let sv = "Utan nycklar svarar tjänsten bara på localhost, 127.0.0.1 och [::1].";
        let en = "Without keys the service answers to localhost, 127.0.0.1 and [::1] only.";
        return Problem::with(Kind::CrossSite, Bilingual::new(sv, en)).into_response();
    }
    if let Err(seconds) = service.rates.take(&caller.name) {
        return Problem::new(Kind::TooManyRequests).after(seconds).into_response();
    }
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn caller(service: &Service, request: &Request) -> Result<Caller, Problem> {
    let Some(keys) = service.keys() else {
        return Ok(Caller { name: String::new(), role: Role::Hub });
    };
    let headers = request.headers();
    let sent = headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok());
    // Who has signed in may read all, and use the forms of the pages, which look where they come from.
    if sent.is_none() && (request.method().is_safe() || pages::is_page_address(request.uri())) {
        // A key that is taken away takes its sessions along.
        let signed_in = service.sessions.of(headers);
        let signed_in = signed_in.filter(|key| keys.iter().any(|known| known == key));
        let caller = signed_in.map(|key| Caller { name: key.name, role: key.role });
        return caller.ok_or_else(|| Problem::new(Kind::Unauthorized));
    }
    let sent = sent.and_then(|value| value.split_once(' '));
    let sent = sent.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"));
    let key = sent.and_then(|(_, key)| keys.find(key.trim()));
    let key = key.ok_or_else(|| Problem::new(Kind::Unauthorized))?;
    Ok(Caller { name: key.name.clone(), role: key.role })
}

/// Whether a page of another site makes a browser change something here.
fn is_cross_site(method: &Method, headers: &HeaderMap) -> bool {
    let site = headers.get("sec-fetch-site").and_then(|value| value.to_str().ok());
    !method.is_safe() && matches!(site, Some("cross-site" | "same-site"))
}

/// Whether a browser, if it is one, shows a page of this machine. A page of any other may have its name
/// resolved to this address later (DNS rebinding), but it cannot choose what `Host` and `Origin` say.
fn is_of_this_machine(headers: &HeaderMap) -> bool {
    let text = |name| headers.get(name).and_then(|value: &HeaderValue| value.to_str().ok());
    let Some(host) = text(HOST).map(str::to_ascii_lowercase) else { return false };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => &host,
    };
    let own = ["localhost", "127.0.0.1", "[::1]"].contains(&name);
    let page = text(ORIGIN).map(str::to_ascii_lowercase);
    own && (!headers.contains_key(ORIGIN)
        || page.is_some_and(|page| page.strip_prefix("http://") == Some(&host)))
}

/// Lets keys of a role through.
pub(super) async fn require(State(least): State<Role>, request: Request, next: Next) -> Response {
    let extensions = request.extensions();
    let refused = if let Some(caller) = extensions.get::<Caller>() {
        caller.require(least).err()
    } else {
        let problem = extensions.get::<Problem>().cloned();
        Some(problem.unwrap_or_else(|| Problem::new(Kind::Unauthorized)))
    };
    match refused {
        Some(problem) => problem.into_response(),
        None => next.run(request).await,
    }
}

/// How often keys ask: each has so many requests a second, and those of two seconds at once.
#[derive(Debug)]
pub(super) struct Rates {
    per_second: Option<f64>,
    left: Mutex<HashMap<String, (f64, Instant)>>,
}

impl Rates {
    /// No limit without a number.
    pub(super) fn new(per_second: Option<u32>) -> Self {
        Self { per_second: per_second.map(f64::from), left: Mutex::default() }
    }

    /// Takes a request of a key, or says after how many seconds there is one again. Names are those of
    /// keys, so that there are no more than these.
    fn take(&self, name: &str) -> Result<(), u32> {
        let Some(rate) = self.per_second else { return Ok(()) };
        let (now, most) = (Instant::now(), (rate * BURST_SECONDS).max(1.0));
        let mut all = self.left.lock().unwrap_or_else(PoisonError::into_inner);
        let (left, last) = all.entry(name.to_owned()).or_insert((most, now));
        *left = now.duration_since(*last).as_secs_f64().mul_add(rate, *left).min(most);
        *last = now;
        if *left >= 1.0 {
            *left -= 1.0;
            return Ok(());
        }
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at least 1")]
        let seconds = ((1.0 - *left) / rate).ceil().max(1.0) as u32;
        Err(seconds)
    }
}

/// Tells browsers to do nothing with answers but show them; a page says itself what it needs.
pub(super) async fn protect(request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    for (name, value) in [
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (X_FRAME_OPTIONS, "DENY"),
        (REFERRER_POLICY, "no-referrer"),
        (CONTENT_SECURITY_POLICY, "default-src 'none'; frame-ancestors 'none'"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    ] {
        headers.entry(name).or_insert(HeaderValue::from_static(value));
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_that_asks_too_often_waits_and_no_other() {
        let rates = Rates::new(Some(2));
        let taken = (0..50).filter(|_| rates.take("a").is_ok()).count();
        assert_eq!(taken, 4);
        assert_eq!(rates.take("a"), Err(1));
        assert_eq!(rates.take("b"), Ok(()));
        assert!((0..50).all(|_| Rates::new(None).take("a").is_ok()));
    }
}
