//! Questions about one person: what a form sent is put down for a while and its answer has an address, which names the
//! question and nothing of it. So a browser that goes back or reads a page again need not ask whether to send it once more.

use std::sync::Arc;

use axum::{
    Extension,
    extract::{FromRequestParts, State},
    http::{StatusCode, request::Parts},
    response::Response,
};

use super::{elsewhere, pending, person, posted::Posted, view};
use crate::{
    api::{Service, guard::Caller, problem::Problem},
    pages::{Fields, refused},
};

/// What a form sent.
#[derive(Debug, Clone)]
pub(super) struct Question {
    /// Without anything like a personnummer.
    fields: Fields,
    /// Names of the fields where such a number stood.
    found: Vec<String>,
}

impl Question {
    fn bytes(&self) -> usize {
        self.fields.iter().map(|(name, value)| name.len() + value.len()).sum()
    }
}

/// Puts a question down, and leads to the address of its answer.
pub(super) async fn ask(
    State(service): State<Arc<Service>>,
    Extension(caller): Extension<Caller>,
    Posted { view, fields, found, .. }: Posted,
) -> Result<Response, Problem> {
    let question = Question { fields, found };
    let bytes = question.bytes();
    let name = service.pending.questions.put(&caller.name, question, bytes)?;
    pending::sweep(&service, |pending| &pending.questions);
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
        let caller = parts.extensions.get::<Caller>().map_or("", |caller| &caller.name);
        let Some(Question { fields, found }) = service.pending.questions.get(&name, caller) else {
            return Err(person::gone(service, &view));
        };
        let refused = refused(&found, view.language);
        let view = view.asked(&name);
        Ok(Self(Posted { view, fields, found, refused }))
    }
}
