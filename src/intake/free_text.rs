//! The text of a CV, an ad or a course, as somebody hands it in: plain, or a JSON document (JSON
//! Resume, HR Open, an export of Arbetsförmedlingen) whose texts are read one a line.

use serde_json::Value;

use super::{
    check::{Finding, PERSONNUMMER},
    personnummer,
};
use crate::domain::Bilingual;

/// Longest text that is read, characters: some ten pages.
pub const FREE_TEXT_CHARS: usize = 40_000;
/// Keys of JSON documents, and beginnings of keys, whose values tell who somebody is and where, or
/// are made for machines.
const NOT_TOLD: [&str; 26] = [
    "address",
    "adress",
    "city",
    "code",
    "country",
    "co",
    "date",
    "efternamn",
    "email",
    "epost",
    "family",
    "fornamn",
    "given",
    "hemsida",
    "id",
    "image",
    "kundnummer",
    "land",
    "line",
    "network",
    "phone",
    "postal",
    "region",
    "scheme",
    "url",
    "$schema",
];

/// The text of a document.
///
/// # Errors
/// A finding that names no part of the text: where it holds what looks like a personnummer, and
/// where it is longer than [`FREE_TEXT_CHARS`].
pub fn free_text(document: &str) -> Result<String, Finding> {
    let finding = |code, sv: &str, en: &str| {
        Err(Finding { pointer: "/text".to_owned(), code, detail: Bilingual::new(sv, en) })
    };
    if personnummer::found_in(document) {
        let sv = "ta bort personnumret; texten behöver inte säga vem någon är";
        return finding(PERSONNUMMER, sv, "remove it; the text need not say who somebody is");
    }
    let document = document.trim_start_matches('\u{feff}');
    let text = if document.trim_start().starts_with(['{', '[']) {
        serde_json::from_str(document).map_or_else(|_| document.to_owned(), |value| lines(&value))
    } else {
        document.to_owned()
    };
    if text.chars().count() > FREE_TEXT_CHARS {
        let sv = format!("högst {FREE_TEXT_CHARS} tecken");
        return finding("too_long", &sv, &format!("at most {FREE_TEXT_CHARS} characters"));
    }
    Ok(text)
}

/// The texts of a JSON document, one a line; those of an object in the order of its keys' names.
fn lines(value: &Value) -> String {
    let mut found = Vec::new();
    collect(value, &mut found);
    found.join("\n")
}

fn collect<'a>(value: &'a Value, found: &mut Vec<&'a str>) {
    match value {
        Value::String(text) if text.chars().any(char::is_alphabetic) => found.push(text.trim()),
        Value::Array(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Object(fields) => {
            for (_, item) in fields.iter().filter(|(key, _)| is_told(key)) {
                collect(item, found);
            }
        }
        _ => {}
    }
}

fn is_told(key: &str) -> bool {
    let key = key.to_lowercase();
    // Short ones begin other words ("co", "company").
    let is = |known: &str| key == known || (known.len() > 3 && key.starts_with(known));
    !NOT_TOLD.into_iter().any(is) && !key.ends_with("date") && !key.ends_with("id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_give_what_they_tell_and_not_whom_they_are_about() {
        let json = r#"[{"basics": {"name": "x", "email": "a@b.se", "summary": "Svetsar rör", "startDate": "2019-x"},
            "address": {"city": "Borås"}, "skills": [{"name": "SQL", "keywords": ["joins", 3, null, "7"]}]}]"#;
        assert_eq!(free_text(json).unwrap(), "x\nSvetsar rör\njoins\nSQL");
        assert_eq!(free_text("\u{feff}Svetsar\nrör").unwrap(), "Svetsar\nrör");
        assert_eq!(free_text("[1] Svetsar").unwrap(), "[1] Svetsar");
    }

    #[test]
    fn a_personnummer_and_a_book_are_refused_and_not_repeated() {
        let finding = free_text("Anna, 640823-3234, svetsare").unwrap_err();
        assert_eq!(finding.code, PERSONNUMMER);
        assert!(!format!("{finding:?}").contains("3234"));
        let long = "å".repeat(FREE_TEXT_CHARS);
        assert!(free_text(&long).is_ok());
        assert_eq!(free_text(&(long + "!")).unwrap_err().code, "too_long");
    }
}
