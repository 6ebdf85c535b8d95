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
/// Keys of JSON documents, and beginnings of keys, whose values tell who somebody is and where, whom
/// they worked for and what they do for pleasure, or are made for machines.
const NOT_TOLD: &str = "address adress city code country co date efternamn förnamn fornamn firstname \
    lastname fullname formattedname email epost family given hemsida id image kundnummer land line \
    network phone postal region scheme url $schema employer arbetsgivare company företag foretag \
    organization organisation institution school skola interest intresse hobby hobbies hobbyer fritid";
/// Keys of a name, and the keys of objects whose names are not those of skills; a document's own is
/// empty.
const NAME: [&str; 2] = ["name", "namn"];
const NAMED: &str = "basics person candidate kandidat contact kontakt personuppgifter personaldetails \
    work workexperience employment experience volunteer education reference references referenser";
/// Keys of what somebody learned, which comes last: a title there is no job.
const EDUCATION: [&str; 4] = ["education", "educations", "utbildning", "utbildningar"];

/// The text of a document.
///
/// # Errors
/// A finding that names no part of the text: where it holds what looks like a personnummer, and
/// where it is longer than [`FREE_TEXT_CHARS`].
pub fn free_text(document: &str) -> Result<String, Finding> {
    let finding = |code, sv: &str, en: &str| {
        Err(Finding { pointer: "/text".to_owned(), code, detail: Bilingual::new(sv, en) })
    };
    let document = document.trim_start_matches('\u{feff}');
    let json = document.trim_start().starts_with(['{', '[']);
    let json = json.then(|| serde_json::from_str::<Value>(document).ok()).flatten();
    let text = json.as_ref().map_or_else(|| document.to_owned(), lines);
    // Escapes of JSON hide digits, and lines put parts of a number together.
    let found = personnummer::found_in(document)
        || personnummer::found_in(&text)
        || json.as_ref().is_some_and(holds_personnummer);
    if found {
        let sv = "ta bort personnumret; texten behöver inte säga vem någon är";
        return finding(PERSONNUMMER, sv, "remove it; the text need not say who somebody is");
    }
    let count = text.chars().count();
    if count > FREE_TEXT_CHARS {
        let sv = format!("{count} tecken; högst {FREE_TEXT_CHARS}, lämna in den i delar");
        let en = format!("{count} characters; at most {FREE_TEXT_CHARS}, give it in parts");
        return finding("too_long", &sv, &en);
    }
    Ok(text)
}

/// Whether a key or text of a document holds what looks like a personnummer.
fn holds_personnummer(value: &Value) -> bool {
    match value {
        Value::String(text) => personnummer::found_in(text),
        Value::Array(items) => items.iter().any(holds_personnummer),
        Value::Object(fields) => {
            fields.iter().any(|(key, item)| personnummer::found_in(key) || holds_personnummer(item))
        }
        _ => false,
    }
}

/// The texts of a JSON document, one a line; those of an object in the order of its keys' names, and
/// what it says of education last, under that heading.
fn lines(value: &Value) -> String {
    let mut found = Found::default();
    found.collect(value, "");
    if !found.education.is_empty() {
        found.told.push("Utbildning");
        found.told.append(&mut found.education);
    }
    found.told.join("\n")
}

/// The texts of a document.
#[derive(Debug, Default)]
struct Found<'a> {
    told: Vec<&'a str>,
    education: Vec<&'a str>,
}

impl<'a> Found<'a> {
    /// Collects the texts of a value that stands under the key `under`.
    fn collect(&mut self, value: &'a Value, under: &str) {
        match value {
            Value::String(text) if text.chars().any(char::is_alphabetic) => {
                self.told.push(text.trim());
            }
            Value::Array(items) => items.iter().for_each(|item| self.collect(item, under)),
            Value::Object(fields) => {
                for (key, item) in fields {
                    let key = key.to_lowercase();
                    if EDUCATION.contains(&key.as_str()) {
                        let mut inner = Self::default();
                        inner.collect(item, &key);
                        self.education.append(&mut inner.told);
                        self.education.append(&mut inner.education);
                    } else if is_told(&key, under) {
                        self.collect(item, &key);
                    }
                }
            }
            _ => {}
        }
    }
}

/// Whether the value of a key, both lower case, may speak of skills.
fn is_told(key: &str, under: &str) -> bool {
    if NAME.contains(&key) {
        return !under.is_empty() && !NAMED.split_ascii_whitespace().any(|named| named == under);
    }
    // Short ones begin other words ("co", "company").
    let is = |known: &str| key == known || (known.len() > 3 && key.starts_with(known));
    !NOT_TOLD.split_ascii_whitespace().any(is) && !key.ends_with("date") && !key.ends_with("id")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_give_what_they_tell_and_not_whom_they_are_about() {
        let json = r#"[{"basics": {"name": "x", "email": "a@b.se", "summary": "Svetsar rör", "startDate": "2019-x"},
            "address": {"city": "Borås"}, "skills": [{"name": "SQL", "keywords": ["joins", 3, null, "7"]}]}]"#;
        assert_eq!(free_text(json).unwrap(), "Svetsar rör\njoins\nSQL");
        assert_eq!(free_text("\u{feff}Svetsar\nrör").unwrap(), "Svetsar\nrör");
        assert_eq!(free_text("[1] Svetsar").unwrap(), "[1] Svetsar");
    }

    #[test]
    fn names_employers_and_pleasure_are_left_out_and_education_comes_last() {
        let json = r#"{"name": "Anna", "basics": {"firstName": "Anna", "efternamn": "Berg", "label": "Svetsare"},
            "education": [{"institution": "KTH", "area": "Datateknik", "studyType": "Civilingenjör"}],
            "interests": [{"name": "Fiske"}], "person": {"name": {"x": "Anna"}, "Förnamn": "Anna"},
            "work": [{"name": "Volvo", "company": "Volvo", "position": "Truckförare"}]}"#;
        let told = "Svetsare\nTruckförare\nUtbildning\nDatateknik\nCivilingenjör";
        assert_eq!(free_text(json).unwrap(), told);
    }

    #[test]
    fn a_personnummer_behind_escapes_is_refused() {
        for json in [
            r#"{"summary":"svetsare 64\u0030823-3234 kan läsa ritningar"}"#,
            r#"{"id":"64\u0030823-3234","summary":"svetsar"}"#,
            r#"{"64\u0030823-3234":"svetsar"}"#,
            r#"["svetsare 640823","-3234 rör"]"#,
        ] {
            assert_eq!(free_text(json).unwrap_err().code, PERSONNUMMER, "{json}");
        }
    }

    #[test]
    fn a_personnummer_and_a_book_are_refused_and_not_repeated() {
        let finding = free_text("Anna, 640823-3234, svetsare").unwrap_err();
        assert_eq!(finding.code, PERSONNUMMER);
        assert!(!format!("{finding:?}").contains("3234"));
        let long = "å".repeat(FREE_TEXT_CHARS);
        assert!(free_text(&long).is_ok());
        let finding = free_text(&(long + "!")).unwrap_err();
        assert_eq!(finding.code, "too_long");
        assert!(finding.detail.en.contains("40001") && finding.detail.en.contains("40000"));
    }
}
