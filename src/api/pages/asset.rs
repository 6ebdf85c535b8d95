//! Stylesheet and script, each with a tag by which a browser can keep it.

use axum::{
    http::{
        HeaderMap, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH},
    },
    response::{IntoResponse as _, Response},
};
use sha2::{Digest as _, Sha256};

use crate::{
    dataset::hex,
    pages::{SCRIPT, STYLE},
};

/// Bytes of a hash in a tag.
const TAG_BYTES: usize = 16;

pub(super) async fn style(headers: HeaderMap) -> Response {
    answer(&headers, "text/css; charset=utf-8", STYLE)
}

pub(super) async fn script(headers: HeaderMap) -> Response {
    answer(&headers, "text/javascript; charset=utf-8", SCRIPT)
}

fn answer(headers: &HeaderMap, media_type: &'static str, text: &'static str) -> Response {
    let tag = format!("\"{}\"", hex(&Sha256::digest(text)[..TAG_BYTES]));
    let known = headers.get(IF_NONE_MATCH).and_then(|list| list.to_str().ok());
    let kept = [(ETAG, tag.clone()), (CACHE_CONTROL, "no-cache".to_owned())];
    if known.is_some_and(|list| list.contains(&tag)) {
        return (StatusCode::NOT_MODIFIED, kept).into_response();
    }
    (kept, [(CONTENT_TYPE, media_type)], text).into_response()
}
