//! Courses.

use jiff::civil::Date;

use super::{
    HubFiles, Keys, bilingual, check_licences, check_ssyk,
    groups::number,
    table::{
        Column::{self, Blank, Filled, Optional},
        Problems, Row,
    },
};
use crate::{
    dataset::{CourseDraft, Error, Parts},
    domain::{Course, CourseBasis, CourseForm, Distance, LanguageLevel},
};

const COURSES: [Column; 26] = [
    Filled("id"),
    Filled("title_sv"),
    Filled("title_en"),
    Filled("form"),
    Filled("basis"),
    Blank("weeks"),
    Blank("pace_pct"),
    Blank("distance"),
    Blank("places"),
    Filled("teaches"),
    Blank("grants"),
    Blank("requires"),
    Blank("leads_to"),
    Blank("prerequisites_sv"),
    Blank("prerequisites_en"),
    Optional("provider"),
    Optional("url"),
    Optional("starts"),
    Optional("apply_by"),
    Optional("price_kr"),
    Optional("seats"),
    Optional("swedish"),
    Optional("description_sv"),
    Optional("description_en"),
    Optional("note_sv"),
    Optional("note_en"),
];

const BASES: [CourseBasis; 4] =
    [CourseBasis::Typical, CourseBasis::Offer, CourseBasis::Granted, CourseBasis::Syllabus];

const DISTANCES: [(&str, Distance); 5] = [
    ("", Distance::Unknown),
    ("unknown", Distance::Unknown),
    ("on_site", Distance::OnSite),
    ("hybrid", Distance::Hybrid),
    ("full", Distance::Full),
];

/// Reads `courses.csv`.
pub(super) fn read_courses(
    files: &HubFiles<'_>,
    keys: &Keys,
    source: &str,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("courses.csv", &COURSES)?;
    table.check_unique("id", &mut problems);
    for row in table.rows() {
        check_ssyk(&row, "leads_to", &mut problems);
        check_licences(&row, "grants", &keys.licences, &mut problems);
        check_licences(&row, "requires", &keys.licences, &mut problems);
        let course = course(&row, source, &mut problems);
        check_basis(&row, course.basis, &mut problems);
        parts.courses.push(CourseDraft { course, teaches: teaches(&row, keys, &mut problems) });
    }
    problems.finish()
}

fn course(row: &Row<'_>, source: &str, problems: &mut Problems) -> Course {
    if !row.text("id").is_empty() && !row.text("id").contains(':') {
        let problem = format!("id `{}` names no source", row.text("id"));
        problems.add(row.line, problem, "write SOURCE:ID, such as myhub:truck-2027");
    }
    Course {
        id: row.owned("id"),
        title: bilingual(row, "title_sv", "title_en"),
        description: bilingual(row, "description_sv", "description_en"),
        provider: row.owned("provider"),
        form: form(row, problems),
        basis: basis(row, problems),
        places: sorted(row, "places"),
        distance: distance(row, problems),
        weeks: weeks(row, problems),
        pace_pct: pace(row, problems),
        starts: dates(row, "starts", problems),
        apply_by: dates(row, "apply_by", problems).pop(),
        price_kr: number(row, "price_kr", problems),
        seats: number(row, "seats", problems),
        swedish: swedish(row, problems),
        prerequisites: bilingual(row, "prerequisites_sv", "prerequisites_en"),
        requires: row.owned_list("requires"),
        grants: row.owned_list("grants"),
        leads_to: sorted(row, "leads_to"),
        url: row.owned("url"),
        source: source.into(),
        note: bilingual(row, "note_sv", "note_en"),
        ..Course::default()
    }
}

fn swedish(row: &Row<'_>, problems: &mut Problems) -> Option<LanguageLevel> {
    let text = row.text("swedish");
    let level = LanguageLevel::parse(text);
    if level.is_none() && !text.is_empty() {
        let problem = format!("swedish: `{text}` is no level");
        problems.add(row.line, problem, "write A1, A2, B1, B2, C1 or C2, or nothing");
    }
    level
}

/// An offer can be applied to, so it says where; what is only typical must not look like an offer.
fn check_basis(row: &Row<'_>, basis: CourseBasis, problems: &mut Problems) {
    match basis {
        CourseBasis::Offer => {
            let url = row.text("url");
            if !url.starts_with("https://") && !url.starts_with("http://") {
                let problem = format!("offer with url `{url}`");
                problems.add(row.line, problem, "give the page where one applies (https://...)");
            }
            if row.text("provider").is_empty() {
                problems.add(row.line, "offer without provider", "name the school or firm");
            }
        }
        CourseBasis::Typical => {
            for column in ["url", "starts", "apply_by", "price_kr", "seats"] {
                if !row.text(column).is_empty() {
                    let problem = format!("typical course with {column}");
                    problems.add(row.line, problem, "make basis `offer`, or empty the cell");
                }
            }
        }
        CourseBasis::Granted | CourseBasis::Syllabus => {}
    }
}

fn teaches(row: &Row<'_>, keys: &Keys, problems: &mut Problems) -> Vec<String> {
    let mut ids = Vec::new();
    for key in row.list("teaches") {
        match keys.skills.get(key) {
            Some(id) => ids.push(id.clone()),
            None => problems.add(
                row.line,
                format!("teaches: unknown skill `{key}`"),
                "use a key of skills.csv or add the skill there",
            ),
        }
    }
    ids
}

fn form(row: &Row<'_>, problems: &mut Problems) -> CourseForm {
    let key = row.text("form");
    CourseForm::from_key(key).unwrap_or_else(|| {
        let cure = format!("use one of {}", CourseForm::ALL.map(CourseForm::key).join(", "));
        problems.add(row.line, format!("unknown form `{key}`"), cure);
        CourseForm::default()
    })
}

fn basis(row: &Row<'_>, problems: &mut Problems) -> CourseBasis {
    let key = row.text("basis");
    BASES.into_iter().find(|basis| basis.key() == key).unwrap_or_else(|| {
        let cure = format!("use one of {}", BASES.map(CourseBasis::key).join(", "));
        problems.add(row.line, format!("unknown basis `{key}`"), cure);
        // `granted` asks for nothing more, so that one mistake is one message.
        CourseBasis::Granted
    })
}

fn distance(row: &Row<'_>, problems: &mut Problems) -> Distance {
    let key = row.text("distance");
    let Some((_, distance)) = DISTANCES.into_iter().find(|(name, _)| *name == key) else {
        let problem = format!("unknown distance `{key}`");
        problems.add(row.line, problem, "use on_site, hybrid, full or unknown");
        return Distance::Unknown;
    };
    distance
}

fn weeks(row: &Row<'_>, problems: &mut Problems) -> Option<f32> {
    let weeks: Option<f32> = number(row, "weeks", problems);
    if weeks.is_some_and(|weeks| !(weeks > 0.0 && weeks <= 300.0)) {
        let problem = format!("weeks: `{}` is not above 0 and at most 300", row.text("weeks"));
        problems.add(row.line, problem, "write full-time weeks, a day is 0.2");
    }
    weeks
}

fn pace(row: &Row<'_>, problems: &mut Problems) -> Option<u8> {
    let pace: Option<u8> = number(row, "pace_pct", problems);
    if pace.is_some_and(|pace| !(1..=100).contains(&pace)) {
        let problem = format!("pace_pct: `{}` is not 1 to 100", row.text("pace_pct"));
        problems.add(row.line, problem, "write percent of full time");
    }
    pace
}

/// Dates of a list cell, ascending.
fn dates(row: &Row<'_>, column: &str, problems: &mut Problems) -> Vec<String> {
    let dates = sorted(row, column);
    for date in &dates {
        if date.len() != "2027-01-11".len() || date.parse::<Date>().is_err() {
            let problem = format!("{column}: `{date}` is not a date");
            problems.add(row.line, problem, "write YYYY-MM-DD");
        }
    }
    dates
}

fn sorted(row: &Row<'_>, column: &str) -> Vec<String> {
    let mut values = row.owned_list(column);
    values.sort();
    values.dedup();
    values
}
