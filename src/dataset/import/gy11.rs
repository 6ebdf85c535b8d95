//! Upper-secondary courses of the 2011 curriculum (Gy11), which komvux gives: a JSON array of
//! `{code, name, en, points, subject_name, content, desc}`.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::text;
use crate::{
    dataset::{CourseDraft, Error, Parts, Report},
    domain::{Bilingual, Course, CourseBasis, CourseForm},
};

/// Komvux points in a week at full time: 800 points make a year of 40 weeks.
pub(super) const POINTS_PER_WEEK: f64 = 20.0;
/// The longest Gy11 courses have 300 points; ten times as much is no course.
const MAX_POINTS: f64 = 3000.0;

const NOTE_SV: &str = "Kurskod enligt Gy11, som upphör 2030-06-30. Gy25 har ersatt den för nya \
                       gymnasieelever: fråga kommunen vilken kod som gäller.";
const NOTE_EN: &str = "Course code of the Gy11 curriculum, which runs out on 2030-06-30. Gy25 has \
                       replaced it for new pupils: ask the municipality which code applies.";

/// Whether a file is the Gy11 course list: `courses….json` in a folder `gy11`, `gy11.json`, or a
/// name that begins with `gy11` and says courses.
pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    let folder = path.parent().map(text::file_name).unwrap_or_default();
    let Some(stem) = name.strip_suffix(".json") else { return false };
    match stem.strip_prefix("gy11") {
        Some(rest) => rest.is_empty() || rest.contains("courses") || rest.contains("kurser"),
        None => folder == "gy11" && stem.starts_with("courses"),
    }
}

/// The empty report of this source.
pub(super) fn report() -> Report {
    let mut report = Report::new(
        "gy11",
        "Gymnasieskolans kurser (Gy11), Skolverket",
        "Skolverket's regulations: official texts, exempt from copyright (9 § URL 1960:729)",
    );
    report.version("Gy11");
    report.note("Gy11 course codes run out on 2030-06-30; Gy25 has replaced them for new pupils");
    report.note("a syllabus that komvux may give, not an offer: places and dates are unknown");
    report
}

/// Reads the course lists.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut seen = BTreeSet::new();
    for path in files {
        let file = text::name(root, path);
        let document = text::json(&file, &text::decode(&report.read(root, path)?))?;
        let Value::Array(entries) = document else {
            return Err(Error::format(
                &file,
                "the file is not a JSON array of courses",
                "give the course list as one array of objects with code, name and points",
            ));
        };
        let before = parts.courses.len();
        for (at, entry) in entries.iter().enumerate() {
            match course(entry, report) {
                Some(course) if seen.insert(course.id.clone()) => {
                    parts.courses.push(CourseDraft { course, teaches: Vec::new() });
                }
                Some(course) => report.drop("duplicate course code", course.id),
                None => report.drop("no code or name", format!("{file}, entry {}", at + 1)),
            }
        }
        let read = parts.courses.len() - before;
        if read == 0 && !entries.is_empty() {
            return Err(Error::format(
                &file,
                format!("none of {} entries is a new course with code and name", entries.len()),
                "check that the file is the Gy11 course list with code, name and points",
            ));
        }
        report.count("courses", read);
    }
    Ok(())
}

/// One entry as a course, `None` where code or name is missing.
fn course(entry: &Value, report: &mut Report) -> Option<Course> {
    let field = |key: &str| entry.get(key).map(text::scalar).unwrap_or_default();
    let code = field("code");
    let name = text::line(&field("name"));
    if code.is_empty() || name.is_empty() {
        return None;
    }
    let points = field("points");
    let weeks = text::number(&points)
        .filter(|&points| points <= MAX_POINTS)
        .and_then(|points| text::weeks(points / POINTS_PER_WEEK));
    if weeks.is_none() {
        report.drop("points no course can have, length left out", format!("{code}: {points:?}"));
    }
    let texts = [text::plain(&field("desc")), text::plain(&field("content"))];
    Some(Course {
        id: format!("gy11:{code}"),
        title: Bilingual::new(name, text::line(&field("en"))),
        description: Bilingual::new(texts.join("\n").trim(), ""),
        form: CourseForm::Komvux,
        basis: CourseBasis::Syllabus,
        weeks,
        subject: text::line(&field("subject_name")),
        note: Bilingual::new(NOTE_SV, NOTE_EN),
        source: report.key().to_owned(),
        ..Course::default()
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::import::testing::{dropped, read_bytes};

    #[test]
    fn courses_are_read_and_what_is_broken_is_listed() {
        let json = r#"[
            {"code": "SVESVE0S", "name": "Svets &amp; smide", "en": null, "points": "150",
             "subject_name": "Svets", "content": "Rad 1\n  Rad 2", "desc": "Om kursen."},
            {"code": "EKOFOR0", "name": "Företagsekonomi", "en": "Business", "points": 100},
            {"code": "EKOFOR0", "name": "Samma kod", "points": "100"},
            {"code": "X1", "name": "Orimlig", "points": "9e99"},
            {"name": "utan kod", "points": "100"},
            7
        ]"#;
        let (parts, report) =
            read_bytes(read, report(), "gy11/courses.json", json.as_bytes()).unwrap();
        assert_eq!(parts.courses.len(), 3);
        let first = &parts.courses[0].course;
        assert_eq!(first.id, "gy11:SVESVE0S");
        assert_eq!(first.title, Bilingual::new("Svets & smide", ""));
        assert_eq!(first.description.sv, "Om kursen.\nRad 1\nRad 2");
        assert_eq!((first.weeks, first.form), (Some(7.5), CourseForm::Komvux));
        assert!(first.note.sv.contains("2030-06-30"));
        assert_eq!(parts.courses[1].course.weeks, Some(5.0));
        assert_eq!(parts.courses[2].course.weeks, None);
        assert_eq!(
            dropped(report),
            [
                ("duplicate course code".to_owned(), 1),
                ("no code or name".to_owned(), 2),
                ("points no course can have, length left out".to_owned(), 1)
            ]
        );
    }

    #[test]
    fn truncated_or_foreign_files_name_the_place() {
        for (json, said) in [
            ("[{\"code\": \"A\",\n \"na", "gy11/courses.json, line 2"),
            ("{\"code\": \"A\"}", "array"),
            ("[1, 2]", "none of 2 entries"),
        ] {
            let error =
                read_bytes(read, report(), "gy11/courses.json", json.as_bytes()).unwrap_err();
            assert!(error.to_string().contains(said), "{error}");
        }
    }

    #[test]
    fn files_are_recognised_by_name() {
        assert!(recognises(Path::new("x/gy11/courses.json")));
        assert!(recognises(Path::new("GY11-courses-2026.JSON")));
        assert!(recognises(Path::new("gy11.json")));
        assert!(!recognises(Path::new("gy11_outcomes.json")));
        assert!(!recognises(Path::new("gy11/gy11_outcomes.json")));
        assert!(!recognises(Path::new("jobtech/courses.json")));
        assert!(!recognises(Path::new("gy11/README.md")));
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(read, report(), "gy11/courses.json", &bytes);
        }
    }
}
