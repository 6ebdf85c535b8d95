//! Courses of Susa-navet as one CSV row per place: `id,type,title,description,url,place`.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use csv::StringRecord;

use super::text;
use crate::{
    dataset::{CourseDraft, Error, Parts, Report},
    domain::{Bilingual, Course, CourseBasis, CourseForm, Distance},
};

/// Columns a file must have.
const REQUIRED: [&str; 4] = ["id", "type", "title", "place"];

/// Whether a file is a Susa-navet table.
pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    name.starts_with("susa") && Path::new(&name).extension().is_some_and(|kind| kind == "csv")
}

/// The empty report of this source.
pub(super) fn report() -> Report {
    let mut report =
        Report::new("susa", "Susa-navet, Skolverket via Arbetsförmedlingen", "Open data (CC0)");
    report.note("rows with equal type, title and text are one course given in several places");
    report
}

/// Reads the tables.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut courses = Courses::default();
    for path in files {
        let file = text::name(root, path);
        let content = text::decode(&report.read(root, path)?);
        table(&file, &content, report, &mut courses)?;
    }
    // The table states no date; its publisher names a file by its year.
    if let Some(year) = files.iter().filter_map(|path| year(&text::file_name(path))).max() {
        report.version(year);
    }
    report.count("courses", courses.list.len());
    parts.courses.extend(courses.list.into_iter().map(|(mut course, places)| {
        course.places = places.into_iter().collect();
        course.also.sort();
        CourseDraft { course, teaches: Vec::new() }
    }));
    Ok(())
}

/// The year in a file name such as `susa_2025.csv`.
fn year(file_name: &str) -> Option<String> {
    file_name
        .split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() == 4 && digits.starts_with("20"))
        .map(str::to_owned)
}

/// Courses in the order of their first row, each with its places.
#[derive(Default)]
struct Courses {
    list: Vec<(Course, BTreeSet<String>)>,
    /// Where in `list` a course of this form, title and text stands.
    rows: BTreeMap<(CourseForm, String, String), usize>,
    ids: BTreeSet<String>,
}

/// Reads one table.
fn table(
    file: &str,
    content: &str,
    report: &mut Report,
    courses: &mut Courses,
) -> Result<(), Error> {
    let header = content.lines().next().unwrap_or_default();
    let delimiter = if header.contains(';') && !header.contains(',') { b';' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .from_reader(content.as_bytes());
    let columns = Columns::new(file, reader.headers().cloned().unwrap_or_default())?;
    let mut rows = 0;
    for record in reader.records() {
        let record = record.map_err(|error| {
            Error::format(file, format!("not readable as CSV: {error}"), "fetch the file again")
        })?;
        rows += 1;
        let line = record.position().map_or(0, csv::Position::line);
        let place = format!("{file}, line {line}");
        if record.len() == columns.header.len() {
            row(&columns, &record, &place, report, courses);
        } else {
            report.drop("wrong number of fields", place);
        }
    }
    report.count("rows", rows);
    Ok(())
}

/// Where the columns stand.
struct Columns {
    header: StringRecord,
}

impl Columns {
    /// Checks that the columns needed are there.
    fn new(file: &str, header: StringRecord) -> Result<Self, Error> {
        let columns = Self { header };
        let missing: Vec<_> =
            REQUIRED.into_iter().filter(|name| columns.at(name).is_none()).collect();
        if missing.is_empty() {
            return Ok(columns);
        }
        let found: Vec<_> =
            columns.header.iter().map(|name| text::line(name.get(..40).unwrap_or(name))).collect();
        Err(Error::format(
            file,
            format!("no column {}; the columns are {}", missing.join(", "), found.join(", ")),
            "give the table with the header id,type,title,description,url,place",
        ))
    }

    fn at(&self, name: &str) -> Option<usize> {
        self.header.iter().position(|column| column.trim().eq_ignore_ascii_case(name))
    }

    /// The field of a column, empty where there is no such column.
    fn field<'r>(&self, record: &'r StringRecord, name: &str) -> &'r str {
        self.at(name).and_then(|at| record.get(at)).unwrap_or_default().trim()
    }
}

/// Adds one row: a new course, or one more place of a course read before.
fn row(
    columns: &Columns,
    record: &StringRecord,
    place: &str,
    report: &mut Report,
    courses: &mut Courses,
) {
    let field = |name| columns.field(record, name);
    let (id, title) = (field("id"), text::line(field("title")));
    if id.is_empty() || title.is_empty() {
        report.drop("no id or title", place);
        return;
    }
    let Some(form) = form(field("type")) else {
        report.drop("unknown type of course", format!("{place}: {:?}", field("type")));
        return;
    };
    let id = format!("susa:{id}");
    if !courses.ids.insert(id.clone()) {
        report.drop("duplicate id", format!("{place}: {id}"));
        return;
    }
    let description = unglue(&text::plain(field("description")));
    // Without a text a title such as "Svetsare" alone does not tell one school from another: then
    // the link has to be the same too.
    let same = if description.is_empty() { field("url") } else { &description };
    let key = (form, title.clone(), same.to_owned());
    let at = if let Some(&at) = courses.rows.get(&key) {
        report.count("rows merged into a course given elsewhere too", 1);
        courses.list[at].0.also.push(id);
        at
    } else {
        courses.rows.insert(key, courses.list.len());
        courses.list.push((
            Course {
                id,
                distance: distance(&title),
                weeks: guide_time(&description),
                title: Bilingual::new(title, ""),
                description: Bilingual::new(description, ""),
                form,
                basis: CourseBasis::Offer,
                url: text::link(field("url")),
                note: note(field("type")),
                source: report.key().to_owned(),
                ..Course::default()
            },
            BTreeSet::new(),
        ));
        courses.list.len() - 1
    };
    let town = text::line(field("place"));
    if !town.is_empty() {
        courses.list[at].1.insert(town);
    }
}

/// The school form of a type, in Susa-navet's words.
fn form(kind: &str) -> Option<CourseForm> {
    Some(match kind.to_lowercase().as_str() {
        "aub" | "arbetsmarknadsutbildning" => CourseForm::LabourMarket,
        "folkhögskola" => CourseForm::Folkhogskola,
        // Arranged by the schools of the yrkeshögskola, but on upper-secondary level: see `note`.
        "nationell yrkesutbildning" | "yrkeshögskola" | "yrkeshögskoleutbildning" => {
            CourseForm::Yh
        }
        "gymnasial vuxenutbildning" | "grundläggande vuxenutbildning" | "komvux" => {
            CourseForm::Komvux
        }
        "högskola" | "universitet" | "högskoleutbildning" => CourseForm::University,
        "studieförbund" | "annan undervisning" => CourseForm::Short,
        _ => return None,
    })
}

/// What a reader should know about a type that the school form does not say.
fn note(kind: &str) -> Bilingual<String> {
    if kind.eq_ignore_ascii_case("nationell yrkesutbildning") {
        Bilingual::new(
            "Nationell yrkesutbildning: ges av yrkeshögskolans skolor, på gymnasial nivå.",
            "National vocational programme: given by higher vocational schools, on upper-secondary \
             level.",
        )
    } else {
        Bilingual::default()
    }
}

/// The table has no column for distance; folk high schools say it in the title. Meetings on site
/// cannot be excluded then.
fn distance(title: &str) -> Distance {
    if title.to_lowercase().contains("distans") { Distance::Hybrid } else { Distance::Unknown }
}

/// Arbetsförmedlingen's guide time ("Rikttid: 96 dagar") in weeks at full time. Five days are a
/// week.
fn guide_time(description: &str) -> Option<f32> {
    let lower = description.to_lowercase();
    let after: String = lower.split_once("rikttid")?.1.chars().take(50).collect();
    let start = after.find(|c: char| c.is_ascii_digit())?;
    let digits: String = after[start..].chars().take_while(char::is_ascii_digit).collect();
    let unit = after[start + digits.len()..].trim_start();
    text::weeks(text::in_weeks(digits.parse().ok()?, unit)?)
}

/// Puts back the space that the source lost with a tag: `släp.I utbildningen`.
fn unglue(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len() + 16);
    for (at, &c) in characters.iter().enumerate() {
        out.push(c);
        let before = at.checked_sub(2).map_or(&[][..], |from| &characters[from..at]);
        let sentence_end = matches!(c, '.' | '!' | '?' | ':')
            && before.len() == 2
            && before.iter().all(|c| c.is_lowercase());
        let next_capital = characters.get(at + 1).is_some_and(|c| c.is_uppercase())
            && characters.get(at + 2).is_none_or(|c| c.is_lowercase() || c.is_whitespace());
        if sentence_end && next_capital {
            out.push(' ');
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::dataset::import::testing::{dropped, read_bytes};

    const TABLE: &str = "id,type,title,description,url,place\n\
        a1,aub,Svets,\"F&ouml;r dig som vill svetsa.I kursen: MIG, TIG<br>Rikttid: 96 dagar\",https://x.se/1,Göteborg\n\
        a2,aub,Svets,\"F&ouml;r dig som vill svetsa.I kursen: MIG, TIG<br>Rikttid: 96 dagar\",https://x.se/2,Borås\n\
        a3,aub,Svets,Annan text,https://x.se/3,Borås\n\
        n1,nationell yrkesutbildning,Svetsare,,https://a.se,Malmö\n\
        n2,nationell yrkesutbildning,Svetsare,,https://b.se,Mjölby\n\
        n3,nationell yrkesutbildning,Svetsare,,https://a.se,Kista\n\
        f1,folkhögskola,Socialpedagog - distans,,ogiltig länk,\n";

    #[test]
    fn one_course_with_its_places() {
        let (parts, report) =
            read_bytes(read, report(), "susa_2025.csv", TABLE.as_bytes()).unwrap();
        let ids: Vec<_> = parts.courses.iter().map(|draft| draft.course.id.as_str()).collect();
        assert_eq!(ids, ["susa:a1", "susa:a3", "susa:n1", "susa:n2", "susa:f1"]);
        let welding = &parts.courses[0].course;
        assert_eq!(welding.places, ["Borås", "Göteborg"]);
        assert_eq!(welding.also, ["susa:a2"]);
        assert_eq!(
            welding.description.sv,
            "För dig som vill svetsa. I kursen: MIG, TIG\nRikttid: 96 dagar"
        );
        assert_eq!(welding.weeks, Some(19.2));
        assert_eq!((welding.form, welding.basis), (CourseForm::LabourMarket, CourseBasis::Offer));
        assert_eq!(welding.url, "https://x.se/1");
        assert_eq!(parts.courses[2].course.places, ["Kista", "Malmö"]);
        assert!(parts.courses[2].course.note.sv.contains("gymnasial nivå"));
        let last = &parts.courses[4].course;
        assert_eq!((last.distance, last.url.as_str()), (Distance::Hybrid, ""));
        assert!(last.places.is_empty());
        let (source, _) = report.finish();
        assert_eq!(source.counts["rows"], 7);
        assert_eq!(source.counts["courses"], 5);
        assert_eq!(source.counts["rows merged into a course given elsewhere too"], 2);
    }

    #[test]
    fn windows_1252_with_semicolons_reads_the_same() {
        let semicolons = "id;type;title;place\n1;folkhögskola;Vård;Växjö\n";
        let (bytes, _, _) = encoding_rs::WINDOWS_1252.encode(semicolons);
        let (parts, _) = read_bytes(read, report(), "susa.csv", &bytes).unwrap();
        assert_eq!(parts.courses[0].course.places, ["Växjö"]);
        assert_eq!(parts.courses[0].course.form, CourseForm::Folkhogskola);
    }

    #[test]
    fn broken_rows_are_counted() {
        let table = "id,type,title,description,url,place\n\
            1,aub,Svets,,,Göteborg\n1,aub,Annan,,,Borås\n2,aub,,,,Borås\n3,hobby,Sy,,,Kil\n4,aub,Av";
        let (parts, report) = read_bytes(read, report(), "susa.csv", table.as_bytes()).unwrap();
        assert_eq!(parts.courses.len(), 1);
        let expected =
            ["duplicate id", "no id or title", "unknown type of course", "wrong number of fields"];
        assert_eq!(dropped(report), expected.map(|reason| (reason.to_owned(), 1)));
    }

    #[test]
    fn wrong_columns_are_named() {
        for table in ["", "kod,namn\n1,2\n", "\u{0}\u{1}"] {
            let error = read_bytes(read, report(), "susa.csv", table.as_bytes()).unwrap_err();
            assert!(
                error.to_string().contains("susa.csv: no column id, type, title, place"),
                "{error}"
            );
        }
    }

    #[test]
    fn guide_time_is_found_and_glued_sentences_are_parted() {
        assert_eq!(guide_time("Rikttiden är ca30 veckor.Innan"), Some(30.0));
        assert_eq!(guide_time("rikttiden ovan inkluderar båda stegen"), None);
        assert_eq!(guide_time("Rikttid: 99999999999 dagar"), None);
        assert_eq!(unglue("ASP.NET och Vue.js. Kl.8"), "ASP.NET och Vue.js. Kl.8");
    }

    #[test]
    fn the_year_of_a_file_is_in_its_name() {
        assert_eq!(year("susa_2025.csv").as_deref(), Some("2025"));
        assert_eq!(year("susa-123456.csv"), None);
    }

    proptest! {
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(read, report(), "susa.csv", &bytes);
            let table = [TABLE.as_bytes(), &bytes].concat();
            let _ = read_bytes(read, report(), "susa.csv", &table);
        }

        #[test]
        fn no_text_panics(text in "[Rr]ikttid\\PC{0,60}") {
            let _ = (guide_time(&text), unglue(&text));
        }
    }
}
