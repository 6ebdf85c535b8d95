//! Reads bodies and queries. Errors name the field and what is expected there, never what was sent.

use std::{error::Error, iter, str::FromStr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request, rejection::QueryRejection},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::IntoResponse as _,
};
use jiff::civil::Date;
use serde::{
    Deserialize, Deserializer,
    de::{DeserializeOwned, Error as _, IntoDeserializer as _, value},
};
use serde_json::Value;
use serde_path_to_error::{Path, Segment};
use tokio::time;

use super::{
    Service,
    problem::{Fault, Kind, Problem},
};
use crate::domain::Bilingual;

/// Greatest length of a body.
pub(super) const BODY_BYTES: usize = 64 << 10;

/// A JSON body as it was sent. One that may be long is read ([`Self::read`]) within the work on it: the
/// threads that hold the connections wait for nobody.
#[derive(Debug)]
pub(super) struct Sent(pub(super) Bytes);

impl Sent {
    pub(super) fn read<T: DeserializeOwned>(&self) -> Result<T, Problem> {
        read(&self.0)
    }
}

impl FromRequest<Arc<Service>> for Sent {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Problem> {
        if !is_json(request.headers()) {
            return Err(Problem::new(Kind::UnsupportedMediaType));
        }
        let bytes = Bytes::from_request(request, service);
        let bytes = time::timeout(service.settings.body_time, bytes).await;
        let Ok(bytes) = bytes else { return Err(Problem::new(Kind::SlowBody)) };
        let bytes = bytes.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                return Problem::new(Kind::PayloadTooLarge);
            }
            let sv = "Innehållet bröts av. Skicka det igen.";
            let detail = Bilingual::new(sv, "The body broke off. Send it again.");
            Problem::with(Kind::MalformedRequest, detail)
        })?;
        Ok(Self(bytes))
    }
}

/// A JSON body of at most [`BODY_BYTES`].
#[derive(Debug)]
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Service>> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Problem> {
        Sent::from_request(request, service).await?.read().map(Self)
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    let essence = essence.trim().to_ascii_lowercase();
    essence == "application/json"
        || (essence.starts_with("application/") && essence.ends_with("+json"))
}

pub(super) fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let value: Value = serde_json::from_slice(bytes).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        let detail = Bilingual::new(
            format!("Rad {line}, kolumn {column} kan inte läsas som JSON i UTF-8."),
            format!("Line {line}, column {column} cannot be read as JSON in UTF-8."),
        );
        Problem::with(Kind::MalformedJson, detail)
    })?;
    if !value.is_object() {
        let fault = Fault::new("", "wrong_type", expected("struct "));
        return Err(Problem::faults(Kind::InvalidBody, vec![fault]));
    }
    serde_path_to_error::deserialize(value).map_err(|error| {
        let message = error.inner().to_string();
        let fault = Fault::new(pointer(error.path(), &message), code(&message), hint(&message));
        Problem::faults(Kind::InvalidBody, vec![fault])
    })
}

/// A query string.
#[derive(Debug)]
pub(super) struct Params<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(params) =
            Query::try_from_uri(&parts.uri).map_err(|error| invalid_query(&error))?;
        Ok(Self(params))
    }
}

/// What the framework's error of a query rests on.
type Located = serde_path_to_error::Error<value::Error>;

/// The problem of a query that the framework refused.
pub(super) fn invalid_query(rejection: &QueryRejection) -> Problem {
    let mut causes = iter::successors(Error::source(rejection), |&error| error.source());
    let error = causes.find_map(|cause| cause.downcast_ref::<Located>());
    let Some(error) = error else { return Problem::new(Kind::InvalidQuery) };
    let message = error.inner().to_string();
    let name = pointer(error.path(), &message);
    let name = name.trim_start_matches('/');
    Problem::faults(Kind::InvalidQuery, vec![Fault::new(name, code(&message), hint(&message))])
}

/// Where the error is. All keys on the way are the interface's own, except for one that it does not
/// know: that one is left out, for it is the client's word.
fn pointer(path: &Path, message: &str) -> String {
    if let Some(name) = message.strip_prefix(DUPLICATE) {
        return format!("/{}", name.trim_matches('`'));
    }
    let mut segments: Vec<&Segment> = path.iter().collect();
    if is_unknown_field(message) && matches!(segments.last(), Some(Segment::Map { .. })) {
        segments.pop();
    }
    let mut pointer: String = segments
        .iter()
        .filter_map(|segment| match segment {
            Segment::Seq { index } => Some(format!("/{index}")),
            Segment::Map { key } => Some(format!("/{key}")),
            Segment::Enum { .. } | Segment::Unknown => None,
        })
        .collect();
    if let Some(name) = message.strip_prefix(MISSING) {
        pointer.extend(["/", name.trim_matches('`')]);
    }
    pointer
}

/// How serde's message begins where a field that must be there is not; its name follows.
const MISSING: &str = "missing field ";

/// How serde's message begins where a known field comes twice; its name follows.
const DUPLICATE: &str = "duplicate field ";

fn is_unknown_field(message: &str) -> bool {
    message.starts_with("unknown field")
}

fn code(message: &str) -> &'static str {
    if is_unknown_field(message) {
        "unknown_field"
    } else if message.starts_with(DUPLICATE) {
        "duplicate"
    } else if message.starts_with(MISSING) {
        "missing"
    } else if message.starts_with("invalid type") {
        "wrong_type"
    } else {
        "invalid_value"
    }
}

/// The part of a message of serde that says what is expected; the part before it quotes the input.
fn hint(message: &str) -> Bilingual<String> {
    match message.rsplit_once(", expected ") {
        Some((_, what)) => expected(what),
        None if message.starts_with(DUPLICATE) => {
            Bilingual::new("ange det en gång", "give it once")
        }
        None if message.starts_with(MISSING) => Bilingual::new(
            "måste anges; dess typ står i /openapi.json",
            "must be given; its type is in /openapi.json",
        ),
        None => Bilingual::new(
            "värdet kan inte läsas; dess typ står i /openapi.json",
            "the value cannot be read; its type is in /openapi.json",
        ),
    }
}

/// What serde says it expects, in plain words.
fn expected(what: &str) -> Bilingual<String> {
    let (sv, en) = match what {
        "f32" | "f64" => ("ett tal".to_owned(), "a number"),
        "u32" | "u64" | "usize" => {
            ("ett heltal, 0 eller mer".to_owned(), "a whole number, 0 or more")
        }
        "a string" => ("en text".to_owned(), what),
        "a sequence" => ("en lista".to_owned(), what),
        "a boolean" => ("true eller false".to_owned(), "true or false"),
        "a date such as 2027-01-18" => ("ett datum som 2027-01-18".to_owned(), what),
        _ if what.starts_with("struct ") => ("ett objekt".to_owned(), "an object"),
        _ => match what.strip_prefix("one of ") {
            Some(names) => (format!("ett av {names}"), what),
            None if what.starts_with('`') => (what.replace(" or ", " eller "), what),
            None => ("den typ som står i /openapi.json".to_owned(), what),
        },
    };
    Bilingual::new(format!("väntade {sv}"), format!("expected {en}"))
}

/// A comma-separated list of keys.
pub(super) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let text = String::deserialize(deserializer)?;
    text.split(',')
        .map(str::trim)
        .filter(|key| !key.is_empty())
        .map(|key| T::deserialize(key.to_owned().into_deserializer()))
        .collect::<Result<_, value::Error>>()
        .map_err(D::Error::custom)
}

/// A comma-separated list of whole numbers.
pub(super) fn numbers<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: FromStr,
{
    let texts: Vec<String> = list(deserializer)?;
    let number = |text: &String| text.parse().ok();
    let numbers: Option<Vec<T>> = texts.iter().map(number).collect();
    numbers.ok_or_else(|| D::Error::custom("not a number, expected u32"))
}

/// An ISO date.
pub(super) fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    let text = String::deserialize(deserializer)?;
    // The library's message quotes the input.
    text.trim()
        .parse()
        .map(Some)
        .ok()
        .ok_or_else(|| D::Error::custom("not a date, expected a date such as 2027-01-18"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Language, Profile};

    fn refused(body: &str) -> (String, String) {
        let problem = read::<Profile>(body.as_bytes()).unwrap_err();
        let json = serde_json::to_value(problem.document(Language::En)).unwrap();
        assert!(!json.to_string().contains("Anna"), "{json}");
        assert!(!format!("{problem:?}").contains("Anna"), "{problem:?}");
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        (text(&json["type"]), text(&json["errors"][0]["pointer"]))
    }

    #[test]
    fn types_are_named_in_plain_words() {
        for (body, sv, en) in [
            (r#"{"weeks_left": "x"}"#, "väntade ett tal", "expected a number"),
            (r#"{"titles": "x"}"#, "väntade en lista", "expected a sequence"),
            (r#"{"titles": [1]}"#, "väntade en text", "expected a string"),
            (r#"{"limits": 1}"#, "väntade ett objekt", "expected an object"),
        ] {
            let problem = read::<Profile>(body.as_bytes()).unwrap_err();
            for (language, said) in [(Language::Sv, sv), (Language::En, en)] {
                let json = serde_json::to_value(problem.document(language)).unwrap();
                assert_eq!(json["errors"][0]["detail"], said, "{body}");
            }
        }
    }

    #[test]
    fn a_fault_is_located_without_repeating_the_input() {
        let invalid = |pointer: &str| ("/problems/invalid-body".to_owned(), pointer.to_owned());
        assert_eq!(refused(r#"{"titles": ["a", {"Anna": 1}]}"#), invalid("/titles/1"));
        assert_eq!(refused(r#"{"titles": "Anna, expected Anna"}"#), invalid("/titles"));
        assert_eq!(refused(r#"{"Anna": 1}"#), invalid(""));
        assert_eq!(refused(r#"{"limits": {"Anna, expected x": 1}}"#), invalid("/limits"));
        assert_eq!(refused(r#"{"status": "Anna"}"#), invalid("/status"));
        assert_eq!(refused(r#"{"weeks_left": "Anna"}"#), invalid("/weeks_left"));
        assert_eq!(refused(r#"{"limits": {"min_wage": -1}}"#), invalid("/limits/min_wage"));
        assert_eq!(refused(r#"["Anna"]"#), invalid(""));
        assert_eq!(
            refused(r#"{"titles": [Anna"#),
            ("/problems/malformed-json".into(), String::new())
        );
    }
}
