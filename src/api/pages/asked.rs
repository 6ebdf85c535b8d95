//! Questions about one person: what a form sent is put down for a while and its answer has an address, which names the
//! question and nothing of it. So a browser that goes back or reads a page again need not ask whether to send it once more.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRequestParts, State},
    http::{HeaderMap, StatusCode, request::Parts},
    response::Response,
};

use super::{elsewhere, person, posted::Posted, session::owner, view};
use crate::{
    api::{
        Service,
        guard::Caller,
        problem::{Kind, Problem},
    },
    pages::{Fields, View, bytes_in_memory, refused},
};

/// Most bytes in memory of a question: no form of a person comes near.
const LONGEST: usize = 256 << 10;

/// What a form sent.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// What was written, without anything like a personnummer.
    fields: Fields,
    /// Names of the fields where such a number stood.
    found: Vec<String>,
}

/// Puts a question down, and leads to the address of its answer.
pub(super) async fn ask(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    headers: HeaderMap,
    Posted { view, fields, found, .. }: Posted,
) -> Result<Response, Problem> {
    let question = Question { fields: fields.written(), found };
    let bytes = bytes_in_memory(question.fields.texts().chain(&question.found));
    if bytes > LONGEST {
        return Err(Problem::new(Kind::PayloadTooLarge));
    }
    let by = owner(&service.sessions, &headers, &caller);
    let name = service.pending.questions.put(&by, question, bytes)?;
    Ok(elsewhere(&view, &format!("{}?of={name}", view.path)))
}

/// The question that an address names.
#[derive(Debug)]
pub(super) struct Asked(pub(super) Posted);

impl FromRequestParts<Arc<Service>> for Asked {
    /// The form: empty where no question is named, with what has become of it where it is gone.
    type Rejection = Response;

    async fn from_request_parts(
        parts: &mut Parts,
        service: &Arc<Service>,
    ) -> Result<Self, Response> {
        let view = view(parts);
        let query = parts.uri.query().unwrap_or_default();
        let mut pairs = form_urlencoded::parse(query.as_bytes());
        let Some((_, name)) = pairs.find(|(key, _)| key == "of") else {
            // Answers cannot be asked for without a question.
            return Err(match view.path.as_str() {
                "/person" => person::empty(service, &view, StatusCode::OK, &[]),
                _ => elsewhere(&view, "/person"),
            });
        };
        let by = parts
            .extensions
            .get::<Caller>()
            .map(|caller| owner(&service.sessions, &parts.headers, caller));
        let question = by.and_then(|by| service.pending.questions.get(&name, &by));
        let Some(Question { fields, found }) = question else {
            return Err(person::gone(service, &view));
        };
        let refused = refused(&found, view.language);
        // The page holds what was written: its other language can be asked for when the question is gone.
        let view = View { posted: true, sent: fields.clone(), ..view };
        Ok(Self(Posted { view, fields, found, refused }))
    }
}
