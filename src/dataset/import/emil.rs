//! EMIL 3, the format in which Susa-navet's open API gives courses: `educationInfos` (what is
//! taught), `educationEvents` (when, where and how) and `educationProviders`, as Skolverket's
//! OpenAPI document 3.0.2 describes them.
//!
//! A file holds any of them: one record, an array, a page of the API, or one such value per line
//! (NDJSON). A course is one education at one provider, at one pace and in one mode; its events
//! give places and start days.

use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::{gy11, myh, text};
use crate::{
    dataset::{CourseDraft, Error, Parts, Report},
    domain::{Bilingual, Course, CourseBasis, CourseForm, Distance, Language},
};

/// University credits (högskolepoäng) in a week at full time: 60 in a year of 40 weeks.
const HP_PER_WEEK: f64 = 1.5;
/// Keys under which a page of the API holds its records.
const LISTS: [&str; 4] = ["educationInfos", "educationEvents", "educationProviders", "_embedded"];

/// Whether a file holds EMIL records.
pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    let kind = Path::new(&name).extension().and_then(|kind| kind.to_str()).unwrap_or_default();
    matches!(kind, "json" | "ndjson" | "jsonl")
        && (name.starts_with("emil")
            || ["educationinfos", "educationevents", "educationproviders"]
                .iter()
                .any(|list| name.contains(list)))
}

/// The empty report of this source.
pub(super) fn report() -> Report {
    Report::new("emil", "Susa-navet (EMIL 3), Skolverket", "Open data (CC0)")
}

/// Reads all files, then joins events, educations and providers over them.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut records = Records::default();
    for path in files {
        let file = text::name(root, path);
        let content = text::decode(&report.read(root, path)?);
        let before = records.seen;
        for (place, document) in documents(&file, &content, report)? {
            records.collect(&document, &place, report);
        }
        if records.seen == before && !is_empty_page(&content) {
            return Err(Error::format(
                &file,
                "no EMIL 3 record in the file",
                "give educationInfos and educationEvents as Susa-navet's API returns them",
            ));
        }
    }
    records.join(report, parts);
    Ok(())
}

/// The JSON values of a file: one, or one per line. Lines that are broken are dropped as long as
/// one is whole.
fn documents(
    file: &str,
    content: &str,
    report: &mut Report,
) -> Result<Vec<(String, Value)>, Error> {
    let whole = match text::json(file, content) {
        Ok(document) => return Ok(vec![(file.to_owned(), document)]),
        Err(error) => error,
    };
    let (mut documents, mut broken) = (Vec::new(), Vec::new());
    for (at, line) in content.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
        let place = format!("{file}, line {}", at + 1);
        match serde_json::from_str::<Value>(line) {
            Ok(document) if document.is_object() => documents.push((place, document)),
            _ => broken.push(place),
        }
    }
    if documents.is_empty() {
        return Err(whole);
    }
    for place in broken {
        report.drop("line that is no JSON object", place);
    }
    Ok(documents)
}

/// Whether a file is a page or list with nothing on it.
fn is_empty_page(content: &str) -> bool {
    match serde_json::from_str::<Value>(content) {
        Ok(Value::Array(values)) => values.is_empty(),
        Ok(Value::Object(page)) => LISTS.iter().any(|list| page.contains_key(*list)),
        _ => false,
    }
}

/// What the files hold, by identifier.
#[derive(Default)]
struct Records {
    infos: BTreeMap<String, Value>,
    events: BTreeMap<String, Value>,
    providers: BTreeMap<String, String>,
    seen: usize,
}

impl Records {
    /// Takes in a record, or every record of a list or page.
    fn collect(&mut self, value: &Value, place: &str, report: &mut Report) {
        if let Value::Array(values) = value {
            for (at, value) in values.iter().enumerate() {
                self.collect(value, &format!("{place}, entry {}", at + 1), report);
            }
            return;
        }
        let mut page = false;
        for list in LISTS.iter().filter_map(|list| value.get(*list)) {
            page = true;
            self.collect(list, place, report);
        }
        match value.get("content") {
            // {"content": [..]} is a page, {"id", "status", "content": {..}} an envelope.
            Some(content @ Value::Array(_)) => self.collect(content, place, report),
            Some(content @ Value::Object(_)) if is_gone(value) => {
                self.seen += 1;
                report.drop("removed by the source", identifier(content, value));
            }
            Some(content @ Value::Object(_)) => self.record(content, value, place, report),
            _ if !page => self.record(value, value, place, report),
            _ => {}
        }
    }

    /// Takes in one record out of its envelope.
    fn record(&mut self, record: &Value, envelope: &Value, place: &str, report: &mut Report) {
        let id = identifier(record, envelope);
        if id.is_empty() {
            report.drop("record without identifier", place);
            return;
        }
        self.seen += 1;
        if record.get("responsibleBody").is_some() || record.get("contactAddress").is_some() {
            let name = record.get("name").map(words).unwrap_or_default();
            self.providers.insert(id, text::line(name.text(Language::Sv)));
            return;
        }
        let (kind, records) =
            if record.get("execution").is_some() || record.get("education").is_some() {
                ("events", &mut self.events)
            } else {
                ("educations", &mut self.infos)
            };
        match records.entry(id) {
            Entry::Occupied(first) => {
                report.drop(
                    "duplicate identifier, the first is kept",
                    format!("{place}: {}", first.key()),
                );
            }
            Entry::Vacant(free) => {
                report.count(kind, 1);
                free.insert(record.clone());
            }
        }
    }

    /// Makes courses of educations and events.
    fn join(self, report: &mut Report, parts: &mut Parts) {
        let mut courses: BTreeMap<String, Course> = BTreeMap::new();
        let mut offered = BTreeSet::new();
        for (id, event) in &self.events {
            if event.get("isCancelled").and_then(Value::as_bool) == Some(true) {
                report.drop("cancelled event", id);
                continue;
            }
            let education = event.get("education").map(text::scalar).unwrap_or_default();
            let Some(info) = self.infos.get(&education) else {
                report.drop(
                    "event of an education that is not in the files",
                    format!("{id}: {education:?}"),
                );
                continue;
            };
            offered.insert(education.clone());
            let Some(mut course) = education_course(&education, info, report) else { continue };
            let provider = event.get("providers").map(text::each).and_then(|ids| ids.first());
            let provider = provider.map(text::scalar).unwrap_or_default();
            add_event(&mut course, event, &provider);
            course.provider = self.providers.get(&provider).cloned().unwrap_or_default();
            match courses.get_mut(&course.id) {
                Some(first) => merge(first, course),
                None => drop(courses.insert(course.id.clone(), course)),
            }
        }
        for (id, info) in self.infos.iter().filter(|(id, _)| !offered.contains(*id)) {
            if let Some(course) = education_course(id, info, report) {
                report.count("courses without an event: not offers", 1);
                courses.insert(course.id.clone(), course);
            }
        }
        report.count("courses", courses.len());
        parts.courses.extend(
            courses.into_values().map(|course| CourseDraft { course, teaches: Vec::new() }),
        );
    }
}

/// The identifier of a record or, failing that, of the envelope around it.
fn identifier(record: &Value, envelope: &Value) -> String {
    [record.get("identifier"), envelope.get("id"), record.get("id")]
        .into_iter()
        .flatten()
        .map(text::scalar)
        .find(|id| !id.is_empty())
        .unwrap_or_default()
}

/// Whether an envelope says that its record no longer holds.
fn is_gone(envelope: &Value) -> bool {
    let status = envelope.get("status").map(text::scalar).unwrap_or_default().to_lowercase();
    ["delete", "remove", "borttag", "raderad", "inactive"]
        .iter()
        .any(|gone| status.starts_with(gone))
}

/// What the education alone says, as a course that is not an offer yet. `None`, listed, where it is
/// not for adults or has no title.
fn education_course(id: &str, info: &Value, report: &mut Report) -> Option<Course> {
    let text_of = |key: &str| info.get(key).map(words).unwrap_or_default();
    let title = each_language(&text_of("title"), text::line);
    if title.sv.is_empty() && title.en.is_empty() {
        report.drop("education without a title", id);
        return None;
    }
    let school = code(info.get("type").or_else(|| info.get("form")));
    let credits = info.get("credits");
    let points = credits.and_then(|credits| credits.get("credits")).and_then(amount);
    let Some(form) = form(&school, points) else {
        report.drop("school form that is unknown or not for adults", format!("{id}: {school:?}"));
        return None;
    };
    let per_week = match code(credits.and_then(|credits| credits.get("system"))).as_str() {
        "hp" => Some(HP_PER_WEEK),
        "yh" => Some(myh::POINTS_PER_WEEK),
        "gy" => Some(gy11::POINTS_PER_WEEK),
        _ => None,
    };
    let by_credits = points.zip(per_week).map(|(points, per_week)| points / per_week);
    let weeks = by_credits.or_else(|| extent(info.get("extent")?)).and_then(text::weeks);
    let before = [text_of("eligibility"), text_of("recommendedPriorKnowledge")];
    let [required, recommended] = before.map(|words| each_language(&words, text::plain));
    Some(Course {
        id: format!("emil:{id}"),
        title,
        description: each_language(&text_of("description"), text::plain),
        form,
        basis: CourseBasis::Typical,
        weeks,
        prerequisites: Bilingual::new(
            [required.sv, recommended.sv].join("\n").trim(),
            [required.en, recommended.en].join("\n").trim(),
        ),
        url: url(info),
        source: report.key().to_owned(),
        ..Course::default()
    })
}

/// Adds what one event at one provider says.
fn add_event(course: &mut Course, event: &Value, provider: &str) {
    let pace = event.get("paceOfStudy").and_then(|pace| pace.get("percentage")).and_then(amount);
    course.pace_pct = pace.and_then(text::pace);
    course.distance = distance(event);
    course.basis = CourseBasis::Offer;
    for part in [
        provider.to_owned(),
        course.pace_pct.map(|pace| pace.to_string()).unwrap_or_default(),
        if course.distance == Distance::Unknown { "" } else { "distance" }.to_owned(),
    ] {
        if !part.is_empty() {
            course.id = format!("{}/{part}", course.id);
        }
    }
    let execution = event.get("execution");
    let day = |value: Option<&Value>, key: &str| text::date(&text::scalar(value?.get(key)?));
    let (start, end) = (day(execution, "start"), day(execution, "end"));
    course.weeks = course.weeks.or_else(|| between(start.as_deref()?, end.as_deref()?, pace?));
    course.starts = start.into_iter().collect();
    course.apply_by = day(event.get("application"), "last");
    course.price_kr = event.get("fees").map(text::each).and_then(price);
    course.places = places(event);
    let link = [url(event), event.get("application").map(url).unwrap_or_default()];
    if let Some(link) = link.into_iter().find(|link| !link.is_empty()) {
        course.url = link;
    }
}

/// Adds another event's places and days to a course of the same education, provider, pace and mode.
fn merge(course: &mut Course, other: Course) {
    // The last day to apply belongs to one start: the later of both leaves the course open longest.
    course.apply_by = course.apply_by.take().max(other.apply_by);
    course.price_kr = course.price_kr.or(other.price_kr);
    for (own, new) in [(&mut course.starts, other.starts), (&mut course.places, other.places)] {
        own.extend(new);
        own.sort();
        own.dedup();
    }
}

/// The school form of an EMIL code, `None` for children's schools and unknown codes.
fn form(school: &str, points: Option<f64>) -> Option<CourseForm> {
    Some(match school.to_uppercase().as_str() {
        "AUB" => CourseForm::LabourMarket,
        "FHS" => CourseForm::Folkhogskola,
        "HS" => CourseForm::University,
        "YH" if points.is_some_and(|points| points < myh::PROGRAMME_POINTS) => CourseForm::YhCourse,
        // National vocational programmes are given by the schools of the yrkeshögskola.
        "YH" | "NY" => CourseForm::Yh,
        "VUX" | "VUXGR" | "VUXGRAN" | "VUXGY" | "VUXGYAN" | "VUXSFI" => CourseForm::Komvux,
        "AU" | "STF" | "KKU" => CourseForm::Short,
        _ => return None,
    })
}

/// Distance by the object that says how many meetings there are. Without it nothing is known: the
/// course is on site, or its provider left the object out.
fn distance(event: &Value) -> Distance {
    let Some(distance @ Value::Object(_)) = event.get("distance") else {
        return Distance::Unknown;
    };
    let sessions = |key: &str| distance.get(key).and_then(amount);
    match (sessions("noOfMandatorySessions"), sessions("noOfOptionalSessions")) {
        (Some(mandatory), _) if mandatory > 0.0 => Distance::Hybrid,
        (Some(_), _) => Distance::Full,
        _ => Distance::Hybrid,
    }
}

/// Town names, or the municipality's code where an address has no town.
fn places(event: &Value) -> Vec<String> {
    let locations = event.get("locations").map(text::each).unwrap_or_default();
    let mut places: Vec<_> = locations
        .iter()
        .filter_map(|address| {
            ["town", "areaCode"]
                .iter()
                .map(|key| address.get(*key).map(text::scalar).unwrap_or_default())
                .map(|place| text::line(&place))
                .find(|place| !place.is_empty())
        })
        .collect();
    places.sort();
    places.dedup();
    places
}

/// The lowest fee in kronor, `None` where there is none in this currency.
fn price(fees: &[Value]) -> Option<u32> {
    fees.iter()
        .filter(|fee| {
            matches!(fee.get("currency").map(text::scalar).as_deref(), None | Some("SEK" | ""))
        })
        .filter_map(|fee| amount(fee.get("totalAmount")?))
        .filter_map(text::kronor)
        .min()
}

/// `{length, unit}` in weeks at full time.
fn extent(extent: &Value) -> Option<f64> {
    text::in_weeks(amount(extent.get("length")?)?, &code(extent.get("unit")))
}

/// Weeks at full time between two days at a pace.
fn between(start: &str, end: &str, pace: f64) -> Option<f32> {
    let [start, end] = [start, end].map(|day| day.parse::<jiff::civil::Date>().ok());
    let days = end?.duration_since(start?).as_hours() / 24;
    #[expect(clippy::cast_precision_loss, reason = "days of one century")]
    let weeks = (days + 1) as f64 / 7.0;
    text::weeks(weeks * pace / 100.0)
}

/// A JSON number, or a string that holds one.
fn amount(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| text::number(value.as_str()?)).filter(|&amount| amount >= 0.0)
}

/// `{type, code}` or the code alone.
fn code(value: Option<&Value>) -> String {
    let Some(value) = value else { return String::new() };
    text::scalar(value.get("code").unwrap_or(value))
}

/// The first link of a `LangUrl`, Swedish before others.
fn url(record: &Value) -> String {
    record.get("url").map(|link| text::link(words(link).text(Language::Sv))).unwrap_or_default()
}

/// A text in two languages: `{"strings": [{"lang", "value"}]}`, the list alone, one object, or a
/// plain string, which counts as Swedish. The first text of a language wins.
fn words(value: &Value) -> Bilingual<String> {
    let nodes = value.get("strings").or_else(|| value.get("urls")).unwrap_or(value);
    let mut words = Bilingual::default();
    for node in text::each(nodes) {
        let content = node.get("value").or_else(|| node.get("content")).unwrap_or(node);
        let english = node
            .get("lang")
            .map(text::scalar)
            .is_some_and(|lang| lang.to_lowercase().starts_with("en"));
        let slot: &mut String = if english { &mut words.en } else { &mut words.sv };
        if slot.is_empty() {
            *slot = text::scalar(content);
        }
    }
    words
}

/// Cleans both languages.
fn each_language(words: &Bilingual<String>, clean: fn(&str) -> String) -> Bilingual<String> {
    Bilingual::new(clean(&words.sv), clean(&words.en))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::import::testing::{dropped, read_bytes};

    const NAME: &str = "emil/emil3.json";

    /// An education at two places and paces, with its provider, as the API's pages hold them.
    const PAGES: &str = r#"[
      {"educationInfos": [
        {"id": "i.1", "status": "active", "content": {
          "identifier": "i.1", "code": "SVETS",
          "title": {"strings": [{"lang": "swe", "value": "Svets &amp; smide"}, {"lang": "eng", "value": "Welding"}]},
          "description": {"strings": [{"lang": "swe", "value": "<p>MIG<br>TIG</p>"}]},
          "eligibility": {"strings": [{"lang": "swe", "value": "Svenska 1"}]},
          "type": {"type": "C_SchoolType", "code": "VUXGY"},
          "credits": {"system": {"type": "C_Credits", "code": "gy"}, "credits": 800.0},
          "url": {"urls": [{"lang": "swe", "value": "https://x.se/svets"}]}}},
        {"id": "i.2", "content": {"identifier": "i.2", "title": [{"lang": "swe", "content": "Förskola"}],
          "type": {"code": "FKLASS"}}},
        {"id": "i.3", "content": {"identifier": "i.3", "title": {"lang": "swe", "content": "Truckförare"},
          "type": {"code": "AUB"}, "extent": {"length": 15, "unit": {"code": "days"}}}},
        {"id": "i.4", "status": "deleted", "content": {"identifier": "i.4", "title": "Borta"}},
        {"content": {"title": "Utan id"}}
      ], "page": {"totalPages": 1}},
      {"educationProviders": [{"id": "p.1", "content": {"identifier": "p.1", "contactAddress": {},
        "name": {"strings": [{"lang": "swe", "value": "Yrgo"}]}}}]},
      {"content": [
        {"id": "e.1", "content": {"identifier": "e.1", "education": "i.1", "providers": ["p.1"],
          "locations": [{"town": "Göteborg", "areaCode": "1480"}], "paceOfStudy": {"percentage": 100.0},
          "execution": {"start": "2027-01-11", "end": "2027-06-11"}, "application": {"last": "2026-11-01"},
          "fees": [{"totalAmount": 900.0, "currency": "EUR"}, {"totalAmount": 1250.5, "currency": "SEK"}],
          "url": {"urls": [{"value": "https://x.se/1"}]}}},
        {"identifier": "e.2", "education": "i.1", "providers": ["p.1"], "paceOfStudy": {"percentage": 100},
          "locations": [{"areaCode": "1490"}], "execution": {"start": "2027-08-16"}, "application": {"last": "2027-05-01"}},
        {"identifier": "e.3", "education": "i.1", "providers": ["p.1"], "paceOfStudy": {"percentage": "50"},
          "distance": {"noOfMandatorySessions": 2}, "execution": {"start": "2027-13-45"}},
        {"identifier": "e.4", "education": "i.1", "isCancelled": true, "execution": {}},
        {"identifier": "e.5", "education": "i.9", "execution": {}},
        {"identifier": "e.1", "education": "i.1", "execution": {}}
      ]}
    ]"#;

    #[test]
    fn events_make_offers_of_educations() {
        let (parts, report) = read_bytes(read, report(), NAME, PAGES.as_bytes()).unwrap();
        let courses: Vec<_> = parts.courses.iter().map(|draft| &draft.course).collect();
        let ids: Vec<_> = courses.iter().map(|course| course.id.as_str()).collect();
        assert_eq!(ids, ["emil:i.1/p.1/100", "emil:i.1/p.1/50/distance", "emil:i.3"]);
        let full = courses[0];
        assert_eq!(full.title, Bilingual::new("Svets & smide", "Welding"));
        assert_eq!(full.description.sv, "MIG\nTIG");
        assert_eq!(full.prerequisites.sv, "Svenska 1");
        assert_eq!(full.provider, "Yrgo");
        assert_eq!(full.places, ["1490", "Göteborg"]);
        assert_eq!(full.starts, ["2027-01-11", "2027-08-16"]);
        assert_eq!(full.apply_by.as_deref(), Some("2027-05-01"));
        assert_eq!((full.weeks, full.pace_pct, full.price_kr), (Some(40.0), Some(100), Some(1251)));
        assert_eq!((full.form, full.basis), (CourseForm::Komvux, CourseBasis::Offer));
        assert_eq!(full.url, "https://x.se/1");
        let half = courses[1];
        assert_eq!((half.pace_pct, half.distance), (Some(50), Distance::Hybrid));
        assert!(half.starts.is_empty());
        assert_eq!(half.url, "https://x.se/svets");
        let truck = courses[2];
        assert_eq!((truck.weeks, truck.basis), (Some(3.0), CourseBasis::Typical));
        let expected = [
            "cancelled event",
            "duplicate identifier, the first is kept",
            "event of an education that is not in the files",
            "record without identifier",
            "removed by the source",
            "school form that is unknown or not for adults",
        ];
        assert_eq!(dropped(report), expected.map(|reason| (reason.to_owned(), 1)));
    }

    #[test]
    fn one_record_an_array_and_lines_read_the_same() {
        let info = r#"{"identifier": "i.1", "title": "Vård", "type": {"code": "FHS"}}"#;
        let event = r#"{"identifier": "e.1", "education": "i.1", "execution": {"start": "2027-01-11", "end": "2027-01-24"}, "paceOfStudy": {"percentage": 50}}"#;
        for content in [format!("[{info}, {event}]"), format!("{info}\n\n{event}\n{{\"cut")] {
            let (parts, _) = read_bytes(read, report(), NAME, content.as_bytes()).unwrap();
            assert_eq!(parts.courses.len(), 1, "{content}");
            // Two calendar weeks at half pace are one week of full-time study.
            assert_eq!(parts.courses[0].course.weeks, Some(1.0));
        }
        let (parts, _) = read_bytes(read, report(), NAME, info.as_bytes()).unwrap();
        assert_eq!(parts.courses[0].course.form, CourseForm::Folkhogskola);
    }

    #[test]
    fn what_is_not_emil_is_an_error_that_names_the_place() {
        for (content, said) in [
            ("{\"educationInfos\": [{\"id\"", "emil/emil3.json, line 1, column"),
            ("{\"a\": 1}", "no EMIL 3 record"),
            ("12", "no EMIL 3 record"),
            ("", "not valid JSON"),
        ] {
            let error =
                read_bytes(read, report(), NAME, content.as_bytes()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
        let empty = r#"{"educationInfos": [], "page": {"totalPages": 0}}"#;
        let (parts, _) = read_bytes(read, report(), NAME, empty.as_bytes()).unwrap();
        assert!(parts.courses.is_empty());
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(read, report(), NAME, &bytes);
        }

        #[test]
        fn no_damage_panics(at in any::<prop::sample::Index>(), with in "[0-9\"{}\\[\\]:,.a-z-]{1,4}") {
            let mut content = PAGES.to_owned();
            let mut at = at.index(content.len());
            while !content.is_char_boundary(at) { at -= 1; }
            content.insert_str(at, &with);
            let _ = read_bytes(read, report(), NAME, content.as_bytes());
        }

        #[test]
        fn no_value_panics(key in "title|type|credits|education|providers|locations|execution|fees|distance|paceOfStudy",
                           value in r#"null|1e308|-1|"x"|\[\]|\{\}|\[null\]|\{"code":7\}|\{"strings":3\}|\{"start":"2027-01-01","end":"1999-01-01"\}"#) {
            let record = format!(r#"{{"identifier": "i", "education": "i", "{key}": {value}}}"#);
            let info = r#"{"identifier": "i", "title": "T", "type": {"code": "YH"}}"#;
            let _ = read_bytes(read, report(), NAME, format!("[{record}, {info}]").as_bytes());
            let _ = read_bytes(read, report(), NAME, format!(r#"{{"identifier": "i", "{key}": {value}}}"#).as_bytes());
        }
    }
}
