//! Courses that providers describe on their own pages in schema.org terms: JSON-LD files, or HTML
//! pages with `<script type="application/ld+json">`.
//!
//! Read are `Course` and `EducationalOccupationalProgram` with `hasCourseInstance`, wherever they
//! stand in the document: alone, in an array, in `@graph` or in a list of another type.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use serde_json::Value;
use sha2::{Digest as _, Sha256};

use super::text;
use crate::{
    dataset::{CourseDraft, Error, Parts, Report, manifest::hex},
    domain::{Bilingual, Course, CourseBasis, CourseForm, Distance},
};

/// Skills of ESCO are named by addresses that start so.
const ESCO_SKILL: &str = "http://data.europa.eu/esco/skill/";

/// Whether a file is JSON-LD or a page that may hold it.
pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    let kind = Path::new(&name).extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    matches!(kind, "jsonld" | "html" | "htm")
}

/// The empty report of this source.
pub(super) fn report() -> Report {
    Report::new(
        "jsonld",
        "Course pages of providers (schema.org)",
        "Each provider's own terms: facts with a link to the page",
    )
}

/// Reads the files.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut courses: BTreeMap<String, CourseDraft> = BTreeMap::new();
    for path in files {
        let file = text::name(root, path);
        let content = text::decode(&report.read(root, path)?);
        let page = !file.to_lowercase().ends_with(".jsonld");
        let mut found = Vec::new();
        if page {
            for script in scripts(&content) {
                match serde_json::from_str(script) {
                    Ok(document) => nodes(&document, &mut found),
                    Err(error) => {
                        report.drop("JSON-LD that is not JSON", format!("{file}: {error}"));
                    }
                }
            }
        } else {
            nodes(&text::json(&file, &content)?, &mut found);
        }
        if found.is_empty() {
            report.drop("file without a Course or EducationalOccupationalProgram", &file);
        }
        for (at, node) in found.iter().enumerate() {
            let Some(draft) = course(node, report.key()) else {
                report.drop("course without a name", format!("{file}, course {}", at + 1));
                continue;
            };
            if courses.contains_key(&draft.course.id) {
                report.drop(
                    "course described twice, the first is kept",
                    format!("{file}: {}", draft.course.id),
                );
            } else {
                courses.insert(draft.course.id.clone(), draft);
            }
        }
    }
    report.count("courses", courses.len());
    parts.courses.extend(courses.into_values());
    Ok(())
}

/// The contents of a page's JSON-LD scripts.
fn scripts(html: &str) -> Vec<&str> {
    let mut scripts = Vec::new();
    let mut rest = html;
    while let Some(at) = find_ignoring_case(rest, "<script") {
        rest = &rest[at..];
        let Some(end) = rest.find('>') else { break };
        let (tag, body) = rest.split_at(end + 1);
        let close = find_ignoring_case(body, "</script").unwrap_or(body.len());
        if tag.to_lowercase().contains("application/ld+json") {
            scripts.push(&body[..close]);
        }
        rest = &body[close..];
    }
    scripts
}

/// Where an ASCII text stands first, in any case.
fn find_ignoring_case(text: &str, wanted: &str) -> Option<usize> {
    text.as_bytes().windows(wanted.len()).position(|w| w.eq_ignore_ascii_case(wanted.as_bytes()))
}

/// Collects the course nodes of a document. A programme's own courses are part of it, not courses
/// of their own.
fn nodes(value: &Value, found: &mut Vec<Value>) {
    match value {
        Value::Array(values) => values.iter().for_each(|value| nodes(value, found)),
        Value::Object(node) if is_a(value, &["Course", "EducationalOccupationalProgram"]) => {
            found.push(Value::Object(node.clone()));
        }
        Value::Object(node) => node.values().for_each(|value| nodes(value, found)),
        _ => {}
    }
}

/// Whether a node is of one of these types, with or without the vocabulary's address.
fn is_a(node: &Value, types: &[&str]) -> bool {
    node.get("@type").map(text::each).unwrap_or_default().iter().any(|kind| {
        let kind = text::scalar(kind);
        types.contains(&kind.rsplit(['/', ':', '#']).next().unwrap_or_default())
    })
}

/// One node as a course, `None` where it has no name.
fn course(node: &Value, source: &str) -> Option<CourseDraft> {
    let title = in_its_language(node, text::line(&words(node, "name")));
    if title.sv.is_empty() && title.en.is_empty() {
        return None;
    }
    let provider = node.get("provider").map(text::each).and_then(|providers| providers.first());
    let mut course = Course {
        description: in_its_language(node, text::plain(&words(node, "description"))),
        provider: provider.map(|provider| text::line(&name(provider))).unwrap_or_default(),
        form: if provider.is_some_and(|provider| is_a(provider, &["CollegeOrUniversity"])) {
            CourseForm::University
        } else {
            CourseForm::Short
        },
        basis: CourseBasis::Offer,
        apply_by: text::date(&words(node, "applicationDeadline")),
        subject: text::line(&first(node, &["about", "educationalCredentialAwarded"])),
        prerequisites: in_its_language(
            node,
            text::plain(&first(node, &["coursePrerequisites", "programPrerequisites"])),
        ),
        url: text::link(&first(node, &["url", "@id", "mainEntityOfPage"])),
        source: source.to_owned(),
        ..Course::default()
    };
    add_occasion(&mut course, node);
    for instance in node.get("hasCourseInstance").map(text::each).unwrap_or_default() {
        add_occasion(&mut course, instance);
    }
    course.starts.sort();
    course.starts.dedup();
    course.places.sort();
    course.places.dedup();
    course.id = id(node, &course, &title);
    course.title = title;
    Some(CourseDraft { course, teaches: taught(node) })
}

/// Adds what a course or one of its occasions says of time, place, mode and price.
fn add_occasion(course: &mut Course, node: &Value) {
    course.starts.extend(text::date(&words(node, "startDate")));
    for location in node.get("location").map(text::each).unwrap_or_default() {
        course.places.extend(place(location));
    }
    let mode = mode(node);
    // A course given both ways can be taken from home.
    course.distance = course.distance.max(mode);
    let length = ["timeRequired", "timeToComplete", "courseWorkload", "duration"]
        .iter()
        .find_map(|key| duration(&words(node, key)));
    course.weeks = course.weeks.or_else(|| length.and_then(text::weeks));
    let prices = node.get("offers").map(text::each).unwrap_or_default().iter().filter_map(price);
    course.price_kr = course.price_kr.into_iter().chain(prices).min();
    if course.url.is_empty() {
        course.url = text::link(&words(node, "url"));
    }
}

/// The identity of a course: its address, else provider, code and name. A digest keeps it short.
fn id(node: &Value, course: &Course, title: &Bilingual<String>) -> String {
    let code = first(node, &["courseCode", "identifier"]);
    let own = first(node, &["@id", "url"]);
    let identity = if own.is_empty() {
        [&course.provider, &code, &title.sv, &title.en].map(String::as_str).join("\n")
    } else {
        own
    };
    format!("jsonld:{}", &hex(&Sha256::digest(identity))[..16])
}

/// Skills of ESCO among what a course teaches.
fn taught(node: &Value) -> Vec<String> {
    let mut skills: Vec<_> = ["teaches", "about", "competencyRequired"]
        .iter()
        .flat_map(|key| node.get(*key).map(text::each).unwrap_or_default())
        .flat_map(|skill| {
            [skill.clone(), Value::String(first(skill, &["@id", "url", "sameAs", "targetUrl"]))]
        })
        .map(|skill| text::scalar(&skill))
        .filter(|skill| skill.starts_with(ESCO_SKILL))
        .collect();
    skills.sort();
    skills.dedup();
    skills
}

/// A text of a node: a string, a number, the first of several, or a value object.
fn words(node: &Value, key: &str) -> String {
    node.get(key).map(name).unwrap_or_default()
}

/// The first of several properties that says something.
fn first(node: &Value, keys: &[&str]) -> String {
    keys.iter().map(|key| words(node, key)).find(|text| !text.is_empty()).unwrap_or_default()
}

/// A thing in words: itself, its name, its value or its address.
fn name(value: &Value) -> String {
    let one = text::each(value).first().unwrap_or(&Value::Null);
    ["@value", "name", "description", "@id"]
        .iter()
        .filter_map(|key| one.get(*key))
        .chain([one])
        .map(text::scalar)
        .find(|text| !text.is_empty())
        .unwrap_or_default()
}

/// A text in the language the node says it is in, Swedish where it does not.
fn in_its_language(node: &Value, words: String) -> Bilingual<String> {
    if first(node, &["inLanguage"]).to_lowercase().starts_with("en") {
        Bilingual::new("", words)
    } else {
        Bilingual::new(words, "")
    }
}

/// The town of a place, else its name; none for an address on the net.
fn place(location: &Value) -> Option<String> {
    if is_a(location, &["VirtualLocation"]) {
        return None;
    }
    let address = location.get("address").unwrap_or(location);
    let town = [words(address, "addressLocality"), name(location), text::scalar(address)];
    town.iter()
        .map(|town| text::line(town))
        .find(|town| !town.is_empty() && text::link(town).is_empty())
}

/// The mode of an occasion, in words or as one of schema.org's terms.
fn mode(node: &Value) -> Distance {
    let said: Vec<_> = ["courseMode", "educationalProgramMode", "eventAttendanceMode"]
        .iter()
        .flat_map(|key| node.get(*key).map(text::each).unwrap_or_default())
        .map(|mode| text::scalar(mode).to_lowercase())
        .collect();
    let any = |stems: &[&str]| said.iter().any(|mode| stems.iter().any(|stem| mode.contains(stem)));
    let remote = any(&["online", "distan", "remote"]);
    // "offline" holds "line", not "online"; "OfflineEventAttendanceMode" is schema.org's on-site.
    let on_site =
        any(&["onsite", "on-site", "offline", "classroom", "campus", "plats", "in-person"]);
    if any(&["blended", "hybrid", "mixed"]) || (remote && on_site) {
        Distance::Hybrid
    } else if remote {
        Distance::Full
    } else if on_site {
        Distance::OnSite
    } else {
        Distance::Unknown
    }
}

/// The price of an offer in kronor; `None` in another currency.
fn price(offer: &Value) -> Option<u32> {
    let currency = words(offer, "priceCurrency");
    if !matches!(currency.as_str(), "" | "SEK" | "kr") {
        return None;
    }
    let price = first(offer, &["price", "lowPrice"]);
    // JSON-LD writes 1200.50, Swedish pages also "1 200 kr".
    price.parse().ok().or_else(|| text::number(&price)).and_then(text::kronor)
}

/// An ISO 8601 duration (`P6W`, `PT40H`, `P1Y6M`) or "6 weeks" in weeks at full time.
fn duration(text: &str) -> Option<f64> {
    let Some(iso) = text.strip_prefix('P') else {
        let (amount, unit) = text.trim().split_once(' ')?;
        // "2 hours of lectures per week" is no length.
        return text::in_weeks(text::number(amount)?, unit).filter(|_| !unit.contains(' '));
    };
    let (mut weeks, mut digits, mut time) = (0.0, String::new(), false);
    for c in iso.chars() {
        let unit = match c {
            '0'..='9' | '.' | ',' => {
                digits.push(if c == ',' { '.' } else { c });
                continue;
            }
            'T' if !time && digits.is_empty() => {
                time = true;
                continue;
            }
            'H' if time => "hours",
            'M' | 'S' if time => {
                digits.clear();
                continue;
            }
            'Y' => "years",
            'M' => "months",
            'W' => "weeks",
            'D' => "days",
            _ => return None,
        };
        weeks += text::in_weeks(digits.parse().ok()?, unit)?;
        digits.clear();
    }
    (digits.is_empty() && weeks > 0.0).then_some(weeks)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::import::testing::{dropped, read_bytes};

    const COURSE: &str = r#"{"@context": "https://schema.org", "@type": "Course",
        "@id": "https://skola.se/truck", "name": "Truckkort A+B", "description": "<p>Teori &amp; praktik</p>",
        "provider": {"@type": "Organization", "name": "Skolan AB"},
        "coursePrerequisites": "Fyllda 18 år",
        "teaches": [{"@id": "http://data.europa.eu/esco/skill/abc"}, "köra truck"],
        "hasCourseInstance": [
          {"@type": "CourseInstance", "courseMode": ["onsite"], "startDate": "2027-03-01T08:00", "courseWorkload": "PT16H",
           "location": {"@type": "Place", "name": "Hallen", "address": {"addressLocality": "Mölndal"}},
           "offers": {"price": "4 500 kr", "priceCurrency": "SEK"}},
          {"@type": "CourseInstance", "courseMode": "onsite", "startDate": "2027-02-01", "location": "Göteborg",
           "offers": [{"price": 3900.0}, {"price": 1, "priceCurrency": "EUR"}]}]}"#;

    fn read_text(name: &str, content: &str) -> Result<(Parts, Report), Error> {
        read_bytes(read, report(), name, content.as_bytes())
    }

    #[test]
    fn a_course_with_its_occasions() {
        let (parts, _) = read_text("a.jsonld", COURSE).unwrap();
        let draft = &parts.courses[0];
        let course = &draft.course;
        assert_eq!(course.title.sv, "Truckkort A+B");
        assert_eq!(course.description.sv, "Teori & praktik");
        assert_eq!(course.provider, "Skolan AB");
        assert_eq!(course.prerequisites.sv, "Fyllda 18 år");
        assert_eq!(course.places, ["Göteborg", "Mölndal"]);
        assert_eq!(course.starts, ["2027-02-01", "2027-03-01"]);
        assert_eq!((course.weeks, course.price_kr), (Some(0.4), Some(3900)));
        assert_eq!((course.distance, course.form), (Distance::OnSite, CourseForm::Short));
        assert_eq!(course.url, "https://skola.se/truck");
        assert_eq!(draft.teaches, ["http://data.europa.eu/esco/skill/abc"]);
        let again = read_text("b.jsonld", COURSE).unwrap().0;
        assert_eq!(course.id, again.courses[0].course.id);
    }

    #[test]
    fn graphs_arrays_lists_and_pages() {
        let program = r#"{"@type": ["EducationalOccupationalProgram"], "name": "Data Engineer", "inLanguage": "en",
            "provider": {"@type": "CollegeOrUniversity", "name": "Chalmers"}, "timeToComplete": "P2Y",
            "educationalProgramMode": "blended", "applicationDeadline": "2027-04-15",
            "hasCourse": {"@type": "Course", "name": "Del 1"}}"#;
        let list = format!(r#"{{"@type": "ItemList", "itemListElement": [{{"item": {COURSE}}}]}}"#);
        let graph = format!(r#"{{"@graph": [{program}, {list}, {{"@type": "Course"}}]}}"#);
        let page = format!(
            "<html><script>var x = '<p>';</script><SCRIPT type='application/ld+json'>{graph}</SCRIPT>\
             <script type=\"application/ld+json\">{{cut</script>"
        );
        for (name, content, broken) in [("a.jsonld", &graph, 0), ("b.html", &page, 1)] {
            let (parts, report) = read_text(name, content).unwrap();
            let english = parts
                .courses
                .iter()
                .find(|draft| draft.course.form == CourseForm::University)
                .unwrap();
            assert_eq!(parts.courses.len(), 2);
            assert_eq!(english.course.title, Bilingual::new("", "Data Engineer"));
            assert_eq!(
                (english.course.weeks, english.course.distance),
                (Some(80.0), Distance::Hybrid)
            );
            assert_eq!(english.course.apply_by.as_deref(), Some("2027-04-15"));
            let dropped = dropped(report);
            assert!(dropped.contains(&("course without a name".into(), 1)));
            assert_eq!(dropped.len(), 1 + broken);
        }
    }

    #[test]
    fn a_page_without_courses_is_listed_and_bad_json_is_an_error() {
        let (parts, report) = read_text("a.html", "<html>hej").unwrap();
        assert!(parts.courses.is_empty());
        assert_eq!(dropped(report).len(), 1);
        let error = read_text("a.jsonld", "{\"@type\":\n \"Cou").unwrap_err().to_string();
        assert!(error.contains("a.jsonld, line 2"), "{error}");
    }

    #[test]
    fn durations() {
        for (text, weeks) in [
            ("P6W", Some(6.0)),
            ("PT40H", Some(1.0)),
            ("P1Y", Some(40.0)),
            ("P1DT4H30M", Some(0.3)),
            ("6 veckor", Some(6.0)),
            ("P", None),
            ("P5", None),
            ("PW", None),
            ("2 hours of lectures per week", None),
        ] {
            assert_eq!(
                duration(text).map(|weeks| (weeks * 1000.0).round() / 1000.0),
                weeks,
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(read, report(), "a.jsonld", &bytes);
            let _ = read_bytes(read, report(), "a.html", &bytes);
        }

        #[test]
        fn no_damage_panics(at in any::<prop::sample::Index>(), with in "[0-9\"{}:,.a-z<>/å-]{1,4}") {
            let mut content = format!("<script type=\"application/ld+json\">{COURSE}</script>");
            let mut at = at.index(content.len());
            while !content.is_char_boundary(at) { at -= 1; }
            content.insert_str(at, &with);
            let _ = read_text("a.html", &content);
        }

        #[test]
        fn no_duration_panics(text in "P?[0-9YMWDTHS., å]{0,12}") {
            let _ = duration(&text);
        }
    }
}
