//! GET answers: their language, and a tag by which a client can keep them.
//!
//! An answer is known by its question: the versions behind it, the service's terms, path, query and
//! language. Data, model and what councils say may change at any moment, so that a request is answered from
//! what its tag was made of ([`Answering`]).

use std::sync::Arc;

use axum::{
    extract::{Query, Request, State},
    http::{
        HeaderMap, HeaderValue, StatusCode, Uri,
        header::{ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_LANGUAGE, ETAG, IF_NONE_MATCH, VARY},
    },
    middleware::Next,
    response::{IntoResponse as _, Response},
};
use serde::Deserialize;

use super::{Service, accept, problem::Problem, request};
use crate::{
    dataset::fingerprint_of,
    domain::{Language, Meta},
    engine::Engine,
    index::Index,
};

/// Bytes of a hash in a tag.
const TAG_BYTES: usize = 16;

/// What a request is answered from; handlers take it as an `Extension`.
#[derive(Debug, Clone)]
pub(super) struct Answering {
    pub(super) engine: Arc<Engine>,
    /// Its versions, and the address of the question: asked again there, it has the same answer.
    pub(super) meta: Meta,
    /// Of the same data.
    pub(super) index: Arc<Index>,
}

/// Chooses the language, answers 304 where the client has the answer already, tags it where not.
pub(super) async fn revalidate(
    State(service): State<Arc<Service>>,
    mut request: Request,
    next: Next,
) -> Response {
    let language = match language(request.uri(), request.headers()) {
        Ok(language) => language,
        Err(problem) => return problem.into_response(),
    };
    let (engine, index) = service.hub.engine_and_index();
    let address = address(&service, &engine, request.uri(), language);
    let tag = format!("\"{}\"", &address[..2 * TAG_BYTES]);
    let known = request.headers().get_all(IF_NONE_MATCH).iter();
    let known: Vec<&str> = known.filter_map(|list| list.to_str().ok()).collect();
    let any = known.iter().any(|list| list.trim() == "*");
    // Tags are given out with good answers only: who has one need not be told of an error.
    let mut response = if known.iter().any(|list| holds(list, &tag)) {
        StatusCode::NOT_MODIFIED.into_response()
    } else {
        request.extensions_mut().insert(language);
        let meta = Meta { decision_id: Some(address), ..engine.meta() };
        request.extensions_mut().insert(Answering { engine, meta, index });
        next.run(request).await
    };
    if any && response.status() == StatusCode::OK {
        // Whatever the client has, there is an answer (RFC 9110 13.1.2).
        response = StatusCode::NOT_MODIFIED.into_response();
    }
    if matches!(response.status(), StatusCode::OK | StatusCode::NOT_MODIFIED) {
        let headers = response.headers_mut();
        headers.extend(HeaderValue::try_from(tag).map(|tag| (ETAG, tag)));
        headers.insert(VARY, HeaderValue::from_static("accept-language"));
        headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
        headers.insert(CONTENT_LANGUAGE, HeaderValue::from_static(language.code()));
    }
    response
}

/// The address of a question with all that its answer is made of, as of a [`crate::hub::Question`].
fn address(service: &Service, engine: &Engine, uri: &Uri, language: Language) -> String {
    let question = uri.path_and_query().map_or("/", |question| question.as_str());
    let terms = (service.hub.store().terms().days, service.settings.request_time);
    fingerprint_of(&(engine.meta(), terms, language.code(), question))
}

/// Whether an `If-None-Match` list names the tag; weakly, as RFC 9110 13.1.2 asks.
fn holds(list: &str, tag: &str) -> bool {
    list.split(',').map(str::trim).any(|one| one.strip_prefix("W/").unwrap_or(one) == tag)
}

#[derive(Deserialize)]
struct Lang {
    lang: Option<Language>,
}

/// The query's `lang`, else the best of `Accept-Language`, else Swedish.
pub(super) fn language(uri: &Uri, headers: &HeaderMap) -> Result<Language, Problem> {
    let Query(Lang { lang }) =
        Query::try_from_uri(uri).map_err(|error| request::invalid_query(&error))?;
    Ok(lang.unwrap_or_else(|| accepted(headers)))
}

/// The best language of `Accept-Language`, else Swedish.
pub(super) fn accepted(headers: &HeaderMap) -> Language {
    let list = headers.get(ACCEPT_LANGUAGE).and_then(|list| list.to_str().ok());
    list.map_or(Language::default(), preferred)
}

/// The language a client likes best (RFC 9110 12.5.4): highest quality, the first of equal ones.
fn preferred(list: &str) -> Language {
    let mut best = (0.0, Language::default());
    for (name, quality) in list.split(',').map(accept::range) {
        let name = name.to_ascii_lowercase();
        let language = match name.split('-').next() {
            Some("sv") => Language::Sv,
            Some("en") => Language::En,
            _ => continue,
        };
        if quality > best.0 {
            best = (quality, language);
        }
    }
    best.1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_liked_language_is_chosen() {
        for (list, language) in [
            ("en", Language::En),
            ("sv-SE,sv;q=0.9,en;q=0.8", Language::Sv),
            ("sv;q=0.1, en-GB ; q=0.5", Language::En),
            ("de,fr;q=0.9,en;q=0.2", Language::En),
            ("en;q=0, sv;q=0.1", Language::Sv),
            ("de", Language::Sv),
            (",;q=,en;q=x", Language::Sv),
        ] {
            assert_eq!(preferred(list), language, "{list}");
        }
    }

    #[test]
    fn tags_are_compared_weakly_within_lists() {
        assert!(holds("\"a\", W/\"b\"", "\"b\""));
        assert!(!holds("\"ab\"", "\"b\""));
    }
}
