//! Lists and tables that somebody sends: their form, how they are to be read, and the key under which the
//! same may come again.

use std::sync::Arc;

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Query, Request},
    http::{HeaderMap, StatusCode, header::CONTENT_TYPE, request::Parts},
    response::IntoResponse as _,
};
use jiff::civil::Date;
use tokio::time;
use utoipa::IntoParams;

use super::{
    Service,
    guard::Caller,
    problem::{Fault, Kind, Problem},
    request,
    worker::{PATHS, today},
};
use crate::{
    domain::Bilingual,
    intake::{self, Format, How, Look, Report, Rows, personnummer},
    store::{Idempotency, Store},
};

/// Longest list, bytes.
pub(super) const LIST_BYTES: usize = 32 << 20;
/// Most rows of a list.
pub(super) const LIST_ROWS: usize = 100_000;
/// Paths per list and worker unless another number is asked for; as `kompetensnav batch`.
const DEFAULT_PATHS: usize = 3;
/// Most headers whose meaning is told.
const MOST_MAPPED: usize = 100;
/// Longest idempotency key.
const LONGEST_KEY: usize = 200;

/// Types of a body, each with the name by which its form is guessed.
const TYPES: [(&str, &str); 9] = [
    ("text/csv", "list.csv"),
    ("application/csv", "list.csv"),
    ("application/x-ndjson", "list.ndjson"),
    ("application/jsonl", "list.ndjson"),
    ("application/json", "list.json"),
    ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "list.xlsx"),
    ("application/xml", "list.xml"),
    ("text/xml", "list.xml"),
    ("text/plain", "list.csv"),
];

/// The types of a list, as an error names them.
fn sent_as() -> Bilingual<String> {
    let types = TYPES.map(|(media_type, _)| media_type).join(", ");
    Bilingual::new(
        format!("Skicka listan eller tabellen med en content-type av {types}."),
        format!("Send the list or table with a content-type of {types}."),
    )
}

/// Says what is noted of a list to who sends a query.
pub(super) fn note_of_query(report: &mut Report) {
    report.notes.iter_mut().for_each(|note| note.message = of_query(&note.message));
}

/// What is said of a list, to who sends a query and gives no options: `--map` is its parameter `map`.
fn of_query(said: &Bilingual<String>) -> Bilingual<String> {
    let plain = |text: &str, parameter: &str| {
        let text = text.replace("--map \"Rubrik=yrke\"", "--map=Rubrik=yrke");
        let text = text.replace("--map \"Header=yrke\"", "--map=Header=yrke");
        let text = text.replace("--format text", "--format=text");
        // What else stands behind two dashes may be a header of the list.
        ["map", "format", "sheet"].iter().fold(text, |text, name| {
            text.replace(&format!("--{name}"), &format!("{parameter}{name}"))
        })
    };
    Bilingual::new(plain(&said.sv, "frågeparametern "), plain(&said.en, "the query parameter "))
}

/// How a list is to be read, where that is not left to its content.
#[derive(Debug, Clone, PartialEq, Eq, IntoParams)]
#[into_params(parameter_in = Query)]
pub(super) struct ListQuery {
    /// Form: csv, xlsx, ndjson, json, paxml, europass or text.
    pub(super) format: Option<String>,
    /// What a header means, as `Roll=yrke`; `Roll=-` leaves the column out. Repeat it for more.
    pub(super) map: Vec<String>,
    /// Sheet of a workbook; the first with a header unless given.
    pub(super) sheet: Option<String>,
    /// Paths per list and worker, 1 to 50; 3 unless given.
    #[param(value_type = Option<usize>, minimum = 1, maximum = 50)]
    pub(super) paths: usize,
    /// Day that weeks left are counted from; today unless given.
    #[param(value_type = Option<String>, format = Date)]
    pub(super) as_of: Option<Date>,
}

impl ListQuery {
    fn of(pairs: Vec<(String, String)>) -> Result<Self, Problem> {
        let mut query =
            Self { format: None, map: Vec::new(), sheet: None, paths: DEFAULT_PATHS, as_of: None };
        for (name, value) in pairs {
            match name.as_str() {
                "format" => query.format = Some(value),
                "map" if query.map.len() < MOST_MAPPED => query.map.push(value),
                "sheet" => query.sheet = Some(value),
                "paths" => query.paths = paths(&value)?,
                "as_of" => query.as_of = Some(as_of(&value)?),
                _ => {
                    let names = "`format`, `map`, `sheet`, `paths`, `as_of`";
                    let sv = format!("väntade ett av {names}");
                    return Err(wrong("", "unknown_field", sv, format!("expected one of {names}")));
                }
            }
        }
        Ok(query)
    }

    /// Day that weeks left are counted from.
    pub(super) fn day(&self) -> Date {
        self.as_of.unwrap_or_else(today)
    }

    /// The same for the reader of lists.
    fn how(&self) -> Result<How, Problem> {
        let format = match self.format.as_deref() {
            None => None,
            Some(key) => Some(Format::from_key(&key.to_lowercase()).ok_or_else(|| {
                let all = Format::ALL.map(Format::key).join(", ");
                wrong("format", "invalid_value", format!("ett av {all}"), format!("one of {all}"))
            })?),
        };
        let mut how = How::from(format);
        how.sheet.clone_from(&self.sheet);
        for said in &self.map {
            how.map(said).map_err(|said| wrong("map", "invalid_value", said.sv, said.en))?;
        }
        Ok(how)
    }
}

fn wrong(name: &str, code: &'static str, sv: String, en: String) -> Problem {
    Problem::faults(Kind::InvalidQuery, vec![Fault::new(name, code, Bilingual::new(sv, en))])
}

fn paths(value: &str) -> Result<usize, Problem> {
    let read = value.parse().ok().filter(|paths| (1..=PATHS).contains(paths));
    let (sv, en) = (format!("från 1 till {PATHS}"), format!("from 1 to {PATHS}"));
    read.ok_or_else(|| wrong("paths", "out_of_range", sv, en))
}

fn as_of(value: &str) -> Result<Date, Problem> {
    value.parse().ok().ok_or_else(|| {
        let (sv, en) = ("ett datum som 2027-01-18", "a date such as 2027-01-18");
        wrong("as_of", "invalid_value", sv.to_owned(), en.to_owned())
    })
}

impl<S: Send + Sync> FromRequestParts<S> for ListQuery {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Query(pairs) =
            Query::try_from_uri(&parts.uri).map_err(|error| request::invalid_query(&error))?;
        Self::of(pairs)
    }
}

/// A body that is a list, a document or a table.
#[derive(Debug)]
pub(super) struct Upload {
    pub(super) bytes: Bytes,
    /// The name by which its form is guessed.
    pub(super) name: &'static str,
}

impl FromRequest<Arc<Service>> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, service: &Arc<Service>) -> Result<Self, Problem> {
        let essence = essence(request.headers());
        let known = TYPES.iter().find(|(media_type, _)| *media_type == essence);
        let Some((_, name)) = known else {
            return Err(Problem::with(Kind::UnsupportedMediaType, sent_as()));
        };
        let bytes = Bytes::from_request(request, service);
        let Ok(bytes) = time::timeout(service.settings.upload_time, bytes).await else {
            return Err(Problem::new(Kind::SlowBody));
        };
        let bytes = bytes.map_err(|rejection| match rejection.into_response().status() {
            StatusCode::PAYLOAD_TOO_LARGE => Problem::new(Kind::PayloadTooLarge),
            _ => Problem::new(Kind::MalformedRequest),
        })?;
        Ok(Self { bytes, name })
    }
}

impl Upload {
    /// Whether it is meant as JSON.
    pub(super) fn is_json(&self) -> bool {
        self.name == "list.json"
    }

    /// Opens it as a list of workers.
    pub(super) fn open(&self, query: &ListQuery, day: Date) -> Result<Rows, Problem> {
        self.shown(query, day, Look::Away).map_err(|refused| refused.saying(of_query))
    }

    /// The same for somebody who looks at it before it is kept.
    pub(super) fn shown(&self, query: &ListQuery, day: Date, look: Look) -> Result<Rows, Problem> {
        let mut how = query.how()?;
        how.look(look);
        intake::received(self.bytes.clone(), self.name, &how, day)
            .map_err(|refused| Problem::with(Kind::UnreadableList, refused.message))
    }
}

/// The type of a body without its parameters.
fn essence(headers: &HeaderMap) -> String {
    let media_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    let essence = media_type.and_then(|text| text.split(';').next()).unwrap_or_default();
    essence.trim().to_ascii_lowercase()
}

/// The `Idempotency-Key` of a request, of its sender alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Once(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for Once {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let Some(key) = parts.headers.get("idempotency-key") else { return Ok(Self(None)) };
        let key =
            key.to_str().ok().map(str::trim).filter(|key| {
                (1..=LONGEST_KEY).contains(&key.len()) && !personnummer::found_in(key)
            });
        let Some(key) = key else {
            let sv = "Idempotency-Key är 1 till 200 tecken ASCII utan personnummer.";
            let en = "Idempotency-Key is 1 to 200 ASCII characters without a personnummer.";
            return Err(Problem::with(Kind::MalformedRequest, Bilingual::new(sv, en)));
        };
        let caller = parts.extensions.get::<Caller>();
        let caller = caller.map(|caller| caller.name.clone()).unwrap_or_default();
        Ok(Self(Some(format!("{caller}\n{key}"))))
    }
}

impl Once {
    /// The key with what was sent under it: as it was sent, for what it means may be another tomorrow.
    pub(super) fn with(&self, store: &Store, sent: &[&[u8]]) -> Option<Idempotency> {
        let key = store.digest(&[self.0.as_ref()?.as_bytes()]);
        Some(Idempotency { key, request: store.digest(sent) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Language, store::Terms};

    #[test]
    fn who_sends_a_query_is_told_of_its_parameters_in_one_language() {
        let query = |map: &str| {
            let said = (!map.is_empty()).then(|| ("map".to_owned(), map.to_owned()));
            ListQuery::of(said.into_iter().collect()).unwrap()
        };
        let refused = query("Yrke=jobb").how().unwrap_err();
        let told = |language| refused.document(language).errors[0].detail.to_owned();
        assert!(told(Language::Sv).starts_with("det finns ingen sådan kolumn; kolumnerna är ref,"));
        assert!(told(Language::En).starts_with("there is no such column; columns are ref,"));
        for (list, map) in [
            ("Avd;Lön\nA;1\n", ""),
            ("ref;kommun\nA;Ale\n", ""),
            ("{\"titles\": [\"kock\"]}", "Avd=ref"),
        ] {
            let upload = Upload { bytes: Bytes::from(list), name: "list.csv" };
            let refused = upload.open(&query(map), today()).unwrap_err();
            for (language, said) in
                [(Language::Sv, "frågeparametern map"), (Language::En, "the query parameter map")]
            {
                let detail = refused.document(language).detail;
                assert!(detail.contains(said) && !detail.contains("--"), "{detail}");
            }
        }
    }

    #[test]
    fn a_request_is_the_same_the_day_after_and_its_digest_is_of_one_store_alone() {
        let query = ListQuery::of(Vec::new()).unwrap();
        assert_eq!((query.as_of, query.day()), (None, today()));
        let [one, other] = [(); 2].map(|()| Store::in_memory(Terms::default()).unwrap());
        let once = Once(Some("key".to_owned()));
        let with = |store: &Store, sent: &[&[u8]]| once.with(store, sent).unwrap();
        assert_eq!(with(&one, &[b"a", b"b"]), with(&one, &[b"a", b"b"]));
        assert_ne!(with(&one, &[b"a", b"b"]).request, with(&one, &[b"ab"]).request);
        assert_ne!(with(&one, &[b"a"]).request, with(&other, &[b"a"]).request);
    }
}
