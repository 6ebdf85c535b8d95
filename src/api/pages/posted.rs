//! What a form of a page has sent.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, Request},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE},
    response::IntoResponse as _,
};
use tokio::time;

use super::view;
use crate::{
    api::{
        Service,
        problem::{Kind, Problem},
    },
    pages::{Fault, Fields, View, refused},
};

/// A form, with the frame of the page that answers it.
#[derive(Debug)]
pub(super) struct Posted {
    /// The frame; what was sent goes along to the other language in the page.
    pub(super) view: View,
    /// What was sent, without anything like a personnummer.
    pub(super) fields: Fields,
    /// Names of the fields where such a number stood.
    pub(super) found: Vec<String>,
    /// What is said of them.
    pub(super) refused: Vec<Fault>,
}

impl FromRequest<Arc<Service>> for Posted {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Problem> {
        let (parts, body) = request.into_parts();
        if !is_form(&parts.headers) {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        let view = view(&parts);
        let bytes = Bytes::from_request(Request::from_parts(parts, body), service);
        let Ok(bytes) = time::timeout(service.settings.body_time, bytes).await else {
            return Err(Problem::new(Kind::SlowBody));
        };
        let bytes = bytes.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::PayloadTooLarge),
            _ => Problem::new(Kind::MalformedRequest),
        })?;
        let pairs = form_urlencoded::parse(&bytes).into_owned().collect();
        let fields = Fields::new(pairs);
        let known = fields.known_ids(service.engine().dataset());
        let (fields, found) = fields.cleared(&known);
        let refused = refused(&found, view.language);
        let view = View { posted: true, sent: fields.clone(), ..view };
        Ok(Self { view, fields, found, refused })
    }
}

/// Whether a form without files was sent.
pub(super) fn is_form(headers: &HeaderMap) -> bool {
    let kind = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    essence.eq_ignore_ascii_case("application/x-www-form-urlencoded")
}
