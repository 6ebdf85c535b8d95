//! Documents about one person: what each form of them says of work and skills, as a draft of a row.
//!
//! Read are occupations, skills, licences, the level of Swedish, wishes, and the texts that tell of
//! them. Who somebody is (names, birth dates, addresses, photos, numbers of a person in an element
//! of their own), whom they worked for and what they do for pleasure is passed over.

mod europass;
mod hr_open;
mod jobseeker;
mod json_resume;
mod node;
mod person;

use serde_json::{Map, Value};

pub(super) use node::Node;
pub(super) use person::Person;

use super::{
    free_text, ndjson, personnummer,
    problem::{Code, Problem},
    source::{Draft, refused_number},
};

/// Where a document comes from.
#[derive(Debug, Clone, Default)]
pub(super) struct Origin {
    /// What it is called where it has no number of its own.
    pub(super) stem: Option<String>,
}

/// A form of JSON document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Profile,
    JsonResume,
    Europass,
    HrOpen,
    Jobseeker,
    Contact,
}

/// The drafts of a JSON value: one, or several where a document holds several profiles.
pub(super) fn read(value: Value, origin: &Origin) -> Vec<Result<Draft, Problem>> {
    let Value::Object(object) = value else {
        return vec![Err(not_an_object())];
    };
    let kind = kind(&object);
    let value = Value::Object(object);
    let (skip, of): (fn(&str) -> bool, Reader) = match kind {
        Kind::Profile => {
            let draft = ndjson::fields(value).map(|fields| {
                let fallback = origin.stem.clone();
                Draft { fields, fallback, ..Draft::default() }
            });
            return vec![draft];
        }
        Kind::Contact => return vec![Err(contact())],
        Kind::JsonResume => (json_resume::is_skipped, json_resume::read),
        Kind::Europass => (europass::is_skipped, europass::read),
        Kind::HrOpen => (hr_open::is_skipped, hr_open::read),
        Kind::Jobseeker => (jobseeker::is_skipped, jobseeker::read),
    };
    of_node(&Node::of("", value, skip), of, origin)
}

/// The drafts of a Europass document in XML, of either schema.
pub(super) fn europass(root: &Node, origin: &Origin) -> Vec<Result<Draft, Problem>> {
    of_node(root, europass::read, origin)
}

/// Whether a value is a profile of this program, or none of the documents.
pub(super) fn is_profile(value: &Value) -> bool {
    value.as_object().is_none_or(|object| kind(object) == Kind::Profile)
}

/// Elements of Europass documents that are passed over.
pub(super) fn skipped_in_europass(name: &str) -> bool {
    europass::is_skipped(name)
}

/// The draft of a text such as a CV.
pub(super) fn text(text: &str, origin: &Origin) -> Result<Draft, Problem> {
    let text = free_text::free_text(text).map_err(|finding| {
        if finding.code == super::check::PERSONNUMMER {
            return refused_number();
        }
        let sv = format!("Texten är för lång: {}.", finding.detail.sv);
        let en = format!("The text is too long: {}.", finding.detail.en);
        Problem::new(Code::OutOfBounds, sv, en)
    })?;
    Ok(Draft { text, fallback: origin.stem.clone(), ..Draft::default() })
}

/// Reads the persons of a document and says which number each has in it, if any.
type Reader = fn(&Node) -> Vec<Person>;

fn of_node(node: &Node, read: Reader, origin: &Origin) -> Vec<Result<Draft, Problem>> {
    if node.any(personnummer::found_in) {
        return vec![Err(refused_number())];
    }
    let persons = read(node);
    let several = persons.len() > 1;
    let drafts = persons.into_iter().zip(1..).map(|(person, number)| {
        let stem = origin.stem.as_ref();
        let stem = stem.map(|stem| if several { format!("{stem}-{number}") } else { stem.clone() });
        person.draft(stem)
    });
    drafts.collect()
}

fn kind(object: &Map<String, Value>) -> Kind {
    let has = |names: &[&str]| names.iter().any(|name| object.contains_key(*name));
    if has(&["SkillsPassport", "LearnerInfo"]) {
        Kind::Europass
    } else if has(&["profiles", "candidate"]) || holds_hr_open(object) {
        Kind::HrOpen
    } else if has(&[
        "yrkesroller",
        "yrkeserfarenheter",
        "arbetssokandeprofilId",
        "matchningsprofilId",
    ]) {
        Kind::Jobseeker
    } else if has(&["basics", "work"]) || schema(object).contains("jsonresume") {
        Kind::JsonResume
    } else if has(&["kundnummer"]) {
        Kind::Contact
    } else {
        Kind::Profile
    }
}

/// HR Open documents come in envelopes: `{"data": {"data": {"person": .., "profiles": ..}}}`.
fn holds_hr_open(object: &Map<String, Value>) -> bool {
    let inner = object.get("data").and_then(Value::as_object);
    inner.is_some_and(|inner| inner.contains_key("profiles") || holds_hr_open(inner))
}

fn schema(object: &Map<String, Value>) -> &str {
    object.get("$schema").and_then(Value::as_str).unwrap_or_default()
}

fn not_an_object() -> Problem {
    Problem::new(
        Code::BadJson,
        "Värdet är inte ett JSON-objekt; skriv ett objekt per person.",
        "The value is not a JSON object; write one object per person.",
    )
}

fn contact() -> Problem {
    Problem::new(
        Code::NotAProfile,
        "Dokumentet har bara kontaktuppgifter; lämna in profilen i stället.",
        "The document holds contact details only; give the profile instead.",
    )
}
