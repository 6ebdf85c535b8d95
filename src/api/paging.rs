//! Pages of a list: `limit` and an opaque `cursor` in, `items` and `next` out, and the address of the next page
//! as a `Link` (RFC 8288).

use axum::{
    Json,
    extract::Request,
    http::{
        HeaderName, HeaderValue, Uri,
        header::{CACHE_CONTROL, LINK},
    },
    middleware,
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::problem::{Fault, Kind, Problem};
use crate::{
    dataset::hex,
    domain::{Bilingual, MatchStatus, Meta},
    index,
};

/// Items of a page unless another number is asked for.
pub(super) const DEFAULT_LIMIT: usize = 20;
/// Most items of a page.
pub(super) const MOST: usize = 100;
/// Bytes of a hash in a cursor.
const CHECK_BYTES: usize = 8;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// Whether the list holds anything: `matched` or `no_match`.
    match_status: MatchStatus,
    /// The items, best first; by id where no words are searched for.
    items: Vec<T>,
    /// Cursor of the next page, whose address is in the header `Link`; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// All items, on this page or not.
    total: usize,
    /// Versions that produced the answer.
    meta: Meta,
}

/// Cursor of the page after an answer's, beside the answer.
#[derive(Debug, Clone)]
pub(super) struct Next(pub(super) String);

impl<T> Page<T> {
    pub(super) fn new(items: Vec<T>, next: Option<String>, total: usize, meta: Meta) -> Self {
        Self { match_status: MatchStatus::of(true, total > 0), items, next, total, meta }
    }

    /// The page of what is kept, which nobody on the way may keep.
    pub(super) fn unstored(self) -> ([(HeaderName, &'static str); 1], Self) {
        ([(CACHE_CONTROL, "no-store")], self)
    }

    /// For [`link`].
    pub(super) fn next(&self) -> Option<Next> {
        self.next.clone().map(Next)
    }
}

/// A page, or what holds one, as an answer that [`link`] knows how to go on from.
pub(super) fn page<T: Serialize>(page: T, next: Option<Next>) -> Response {
    let mut response = Json(page).into_response();
    if let Some(next) = next {
        response.extensions_mut().insert(next);
    }
    response
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let next = self.next();
        page(self, next)
    }
}

/// Says where the next page is: the address of this one with another cursor.
pub(super) async fn link(request: Request, next: middleware::Next) -> Response {
    let address = request.uri().clone();
    let mut response = next.run(request).await;
    if let Some(Next(cursor)) = response.extensions_mut().remove::<Next>() {
        let link = HeaderValue::try_from(format!("<{}>; rel=\"next\"", turned(&address, &cursor)));
        response.headers_mut().extend(link.map(|link| (LINK, link)));
    }
    response
}

fn turned(address: &Uri, cursor: &str) -> String {
    let asked = address.query().unwrap_or_default().split('&');
    let kept = asked.filter(|pair| !pair.is_empty() && pair.split('=').next() != Some("cursor"));
    let query: String = kept.flat_map(|pair| [pair, "&"]).collect();
    format!("{}?{query}cursor={cursor}", address.path())
}

/// A place in one list: a cursor of another list, another query or older data is refused.
#[derive(Debug)]
pub(super) struct Place {
    /// The list: data set, path, query.
    scope: String,
    pub(super) page: index::Page,
}

impl Place {
    /// The place that a query asks for.
    pub(super) fn new(
        scope: String,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST).contains(&limit) {
            let detail = Bilingual::new(format!("från 1 till {MOST}"), format!("from 1 to {MOST}"));
            let fault = Fault::new("limit", "out_of_range", detail);
            return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
        }
        let mut place = Self { scope, page: index::Page::first(limit) };
        if let Some(cursor) = cursor {
            let offset = cursor
                .split_once('.')
                .and_then(|(offset, _)| usize::from_str_radix(offset, 16).ok())
                .filter(|offset| place.cursor(*offset) == cursor);
            let Some(offset) = offset else {
                let detail = Bilingual::new(
                    "den hör till en annan fråga eller äldre data: börja utan cursor",
                    "it belongs to another query or older data: begin without a cursor",
                );
                let fault = Fault::new("cursor", "stale", detail);
                return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
            };
            place.page.offset = offset;
        }
        Ok(place)
    }

    /// Cursor of the page after this one.
    pub(super) fn next(&self, total: usize) -> Option<String> {
        let end = self.page.offset.saturating_add(self.page.limit);
        (end < total).then(|| self.cursor(end))
    }

    /// Cursor of what comes after an offset.
    pub(super) fn cursor(&self, offset: usize) -> String {
        let text = format!("{offset} {}", self.scope);
        format!("{offset:x}.{}", hex(&Sha256::digest(text)[..CHECK_BYTES]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_next_page_is_asked_for_as_this_one_was() {
        for (asked, next) in [
            ("/v1/skills", "/v1/skills?cursor=1.ab"),
            ("/v1/skills?", "/v1/skills?cursor=1.ab"),
            (
                "/v1/skills?q=%C3%A5k&cursor=0.cd&limit=2",
                "/v1/skills?q=%C3%A5k&limit=2&cursor=1.ab",
            ),
            ("/v1/skills?cursor", "/v1/skills?cursor=1.ab"),
        ] {
            assert_eq!(turned(&asked.parse().unwrap(), "1.ab"), next);
        }
    }
}
