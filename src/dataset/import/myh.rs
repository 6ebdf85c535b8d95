//! Decisions of Myndigheten för yrkeshögskolan (MYH): workbooks of applications to give higher
//! vocational programmes and short courses.
//!
//! The workbooks differ by year and kind: the header stands in row 0, 5, 6 or 7, columns change
//! names and order, one table may repeat another, and where an application names several
//! municipalities they stand in a table of their own. What all tables share is the number of the
//! application (`Diarienummer`). So every table with such a column is read, and each row adds what
//! it knows to the application of its number.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    text,
    xlsx::{self, Row},
};
use crate::{
    dataset::{CourseDraft, Error, Parts, Report},
    domain::{Bilingual, Course, CourseBasis, CourseForm, Distance},
};

/// YH points in a week at full time ("Fem yrkeshögskolepoäng motsvarar heltidsstudier under en
/// vecka", MYH).
pub(super) const POINTS_PER_WEEK: f64 = 5.0;
/// From here on it is a programme, below a short course.
pub(super) const PROGRAMME_POINTS: f64 = 100.0;
/// Four years: longer than any programme.
const MAX_POINTS: f64 = 800.0;
/// The header stands within the first rows of a table.
const HEADER_ROWS: u32 = 20;
/// Whether a file is a workbook of decisions.
pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    name.starts_with("resultat") && Path::new(&name).extension().is_some_and(|kind| kind == "xlsx")
}

/// The empty report of this source.
pub(super) fn report() -> Report {
    let mut report = Report::new(
        "myh",
        "Beviljade utbildningar inom yrkeshögskolan, Myndigheten för yrkeshögskolan (MYH)",
        "Public statistics of a Swedish authority; state the source",
    );
    report.note("granted applications only; the decisions name no start dates: ask the school");
    report.note(
        "\"Distans\" is taken as distance with meetings: MYH says most of it can be done elsewhere",
    );
    report
}

/// Reads the workbooks.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut courses: BTreeMap<String, Course> = BTreeMap::new();
    for path in files {
        let file = text::name(root, path);
        let bytes = report.read(root, path)?;
        for (number, application) in workbook(&file, &bytes, report)? {
            let Some(course) = application.course(&number, &file, report) else { continue };
            if courses.contains_key(&course.id) {
                report.drop("granted in an earlier workbook too", format!("{file}: {number}"));
            } else {
                let kind =
                    if course.form == CourseForm::Yh { "programmes" } else { "short courses" };
                report.count(kind, 1);
                courses.insert(course.id.clone(), course);
            }
        }
    }
    let years: BTreeSet<_> =
        courses.keys().filter_map(|id| id.get(4..8)?.parse::<u16>().ok()).collect();
    if let (Some(first), Some(last)) = (years.first(), years.last()) {
        report.version(format!("applications of {first} to {last}"));
    }
    parts
        .courses
        .extend(courses.into_values().map(|course| CourseDraft { course, teaches: Vec::new() }));
    Ok(())
}

/// What is known about one application; empty where no table says it.
#[derive(Debug, Default)]
struct Application {
    decision: String,
    title: String,
    provider: String,
    subject: String,
    /// Name of the field of education (SUN), finer than `subject`.
    field: String,
    credential: String,
    points: String,
    study_form: String,
    pace: String,
    places: BTreeSet<String>,
}

/// A fact about an application, by which tables name their columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Column {
    Number,
    Decision,
    Title,
    Provider,
    Subject,
    Field,
    Credential,
    Points,
    StudyForm,
    Pace,
    Place,
}

impl Column {
    /// The column of a heading as any of the years writes it.
    fn of(heading: &str) -> Option<Self> {
        Some(match text::line(heading).to_lowercase().as_str() {
            "diarienummer" => Self::Number,
            "beslut" => Self::Decision,
            "utbildningsnamn" | "utbildningens namn" => Self::Title,
            "anordnare namn"
            | "anordnare"
            | "utbildningsanordnare administrativ enhet"
            | "utbildningsanordnare" => Self::Provider,
            "utbildningsområde" => Self::Subject,
            "sun5 inriktning namn" => Self::Field,
            "typ av examen" | "examenstyp" => Self::Credential,
            "yh-poäng" => Self::Points,
            "studieform" => Self::StudyForm,
            "studietakt %" | "studietakt" => Self::Pace,
            "kommun" | "studiekommun" => Self::Place,
            _ => return None,
        })
    }
}

impl Application {
    /// Adds what a row says; what an earlier row said stays.
    fn learn(&mut self, column: Column, value: &str) {
        let field = match column {
            Column::Number => return,
            Column::Place => {
                // "Flera kommuner" and 'Se "Lista flera kommuner"' point to another table.
                if !value.to_lowercase().contains("flera kommuner") {
                    self.places.insert(value.to_owned());
                }
                return;
            }
            Column::Decision => &mut self.decision,
            Column::Title => &mut self.title,
            Column::Provider => &mut self.provider,
            Column::Subject => &mut self.subject,
            Column::Field => &mut self.field,
            Column::Credential => &mut self.credential,
            Column::Points => &mut self.points,
            Column::StudyForm => &mut self.study_form,
            Column::Pace => &mut self.pace,
        };
        if field.is_empty() {
            value.clone_into(field);
        }
    }

    /// The course, `None` where the application was not granted or lacks what a course needs.
    fn course(self, number: &str, file: &str, report: &mut Report) -> Option<Course> {
        let item = || format!("{file}: {number}");
        match self.decision.to_lowercase().as_str() {
            "beviljad" => {}
            "" => {
                report.drop("no decision given", item());
                return None;
            }
            _ => {
                report.count("applications not granted", 1);
                return None;
            }
        }
        if self.title.is_empty() {
            report.drop("no title", item());
            return None;
        }
        let points =
            text::number(&self.points).filter(|&points| points > 0.0 && points <= MAX_POINTS);
        let Some(points) = points else {
            report.drop("no YH points or absurd ones", format!("{}: {:?}", item(), self.points));
            return None;
        };
        if self.places.is_empty() {
            report.count("courses without a municipality", 1);
        }
        Some(Course {
            id: format!("myh:{}", number.trim_start_matches("MYH").trim()),
            form: if points >= PROGRAMME_POINTS { CourseForm::Yh } else { CourseForm::YhCourse },
            basis: CourseBasis::Granted,
            description: Bilingual::new(self.description(), ""),
            distance: self.distance(),
            weeks: text::weeks(points / POINTS_PER_WEEK),
            pace_pct: text::number(&self.pace).and_then(text::pace),
            title: Bilingual::new(self.title, ""),
            provider: self.provider,
            places: self.places.into_iter().collect(),
            subject: self.subject,
            source: report.key().to_owned(),
            ..Course::default()
        })
    }

    /// Field of education and credential in words.
    fn description(&self) -> String {
        // The workbooks write "KvalificeradYrkeshögskoleexamen" in one word and "Ingen" for none.
        let credential = match self.credential.to_lowercase().as_str() {
            "" | "ingen" => "",
            "kvalificeradyrkeshögskoleexamen" => "Kvalificerad yrkeshögskoleexamen",
            _ => &self.credential,
        };
        let facts = [self.field.as_str(), credential];
        facts
            .iter()
            .filter(|fact| !fact.is_empty())
            .map(|fact| format!("{fact}."))
            .collect::<Vec<_>>()
            .join(" ")
    }

    /// "Bunden" is mostly in the school's rooms, "Distans" mostly elsewhere, with a number of
    /// meetings that varies (MYH's definitions).
    fn distance(&self) -> Distance {
        match self.study_form.to_lowercase().as_str() {
            "bunden" => Distance::OnSite,
            "distans" => Distance::Hybrid,
            _ => Distance::Unknown,
        }
    }
}

/// A workbook being read. In each sheet first the header is looked for, then the rows below it are
/// learnt from.
struct Workbook<'a> {
    file: &'a str,
    report: &'a mut Report,
    /// The sheet that is read now, and its columns once its header is found.
    sheet: String,
    columns: Vec<(u32, Column)>,
    /// The columns found in any sheet.
    found: BTreeSet<Column>,
    applications: BTreeMap<String, Application>,
}

/// The applications of a workbook by number.
fn workbook(
    file: &str,
    bytes: &[u8],
    report: &mut Report,
) -> Result<BTreeMap<String, Application>, Error> {
    let mut workbook = Workbook {
        file,
        report,
        sheet: String::new(),
        columns: Vec::new(),
        found: BTreeSet::new(),
        applications: BTreeMap::new(),
    };
    xlsx::rows(file, bytes, |sheet, row| workbook.row(sheet, row))?;
    for (column, needed) in [
        (Column::Number, "Diarienummer"),
        (Column::Decision, "Beslut"),
        (Column::Title, "Utbildningsnamn"),
        (Column::Points, "YH-poäng"),
    ] {
        if !workbook.found.contains(&column) {
            return Err(Error::format(
                file,
                format!("no table has a column {needed}"),
                "give a workbook of MYH's decisions (resultat-ansokningsomgang-YYYY.xlsx or \
                 resultat-YYYY-for-kurser-inom-yh.xlsx) as published",
            ));
        }
    }
    Ok(workbook.applications)
}

impl Workbook<'_> {
    fn row(&mut self, sheet: &str, (row, cells): Row<'_, '_>) {
        if self.sheet != sheet {
            sheet.clone_into(&mut self.sheet);
            self.columns.clear();
        }
        if self.columns.is_empty() {
            let columns: Vec<_> = cells
                .iter()
                .filter_map(|(at, heading)| Some((*at, Column::of(heading)?)))
                .collect();
            if row < HEADER_ROWS && columns.iter().any(|&(_, column)| column == Column::Number) {
                self.found.extend(columns.iter().map(|&(_, column)| column));
                self.columns = columns;
            }
            return;
        }
        let known: Vec<_> = cells
            .iter()
            .filter_map(|(at, value)| {
                let &(_, column) = self.columns.iter().find(|(own, _)| own == at)?;
                Some((column, value))
            })
            .collect();
        let cell = |wanted| known.iter().find(|(column, _)| *column == wanted).map(|(_, it)| *it);
        let item = |what: &str| format!("{}, {sheet}: {what}", self.file);
        let Some(number) = cell(Column::Number) else {
            if !known.is_empty() {
                self.report.drop("row without a number", item(&format!("row {}", row + 1)));
            }
            return;
        };
        let application = self.applications.entry(number.to_string()).or_default();
        // Tables of one workbook write the same title with different capitals.
        let other = cell(Column::Title).is_some_and(|title| {
            !application.title.is_empty()
                && title.to_lowercase() != application.title.to_lowercase()
        });
        if other {
            self.report.drop("number used twice, the first title is kept", item(number));
            return;
        }
        for (column, value) in known {
            application.learn(column, value);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fmt::Write as _,
        io::{Cursor, Write as _},
    };

    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;
    use crate::dataset::import::testing::{dropped, read_bytes, real_files};

    const NAME: &str = "myh/resultat-ansokningsomgang-2031.xlsx";

    const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    const LINK: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

    /// A worksheet of these rows, cells parted by `|`; cells that are numbers are written as such.
    fn worksheet(rows: &[&str]) -> String {
        let mut xml = format!(r#"<worksheet xmlns="{MAIN}"><sheetData>"#);
        for (row, cells) in (1..).zip(rows) {
            write!(xml, r#"<row r="{row}">"#).unwrap();
            for (column, cell) in ('A'..).zip(cells.split('|')).filter(|(_, cell)| !cell.is_empty())
            {
                if cell.parse::<f64>().is_ok() {
                    write!(xml, r#"<c r="{column}{row}"><v>{cell}</v></c>"#).unwrap();
                } else {
                    write!(xml, r#"<c r="{column}{row}" t="inlineStr"><is><t>{cell}</t></is></c>"#)
                        .unwrap();
                }
            }
            xml += "</row>";
        }
        xml + "</sheetData></worksheet>"
    }

    /// A workbook of these sheets.
    fn zipped(sheets: &[(&str, &[&str])]) -> Vec<u8> {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        let mut put = |name: &str, content: &str| {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        };
        let (mut names, mut links) = (String::new(), String::new());
        for (at, (name, rows)) in (1..).zip(sheets) {
            write!(names, r#"<sheet name="{name}" sheetId="{at}" r:id="rId{at}"/>"#).unwrap();
            write!(
                links,
                r#"<Relationship Id="rId{at}" Type="{LINK}/worksheet" Target="worksheets/sheet{at}.xml"/>"#
            )
            .unwrap();
            put(&format!("xl/worksheets/sheet{at}.xml"), &worksheet(rows));
        }
        put(
            "_rels/.rels",
            &format!(
                r#"<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" Type="{LINK}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
            ),
        );
        put(
            "xl/workbook.xml",
            &format!(
                r#"<workbook xmlns="{MAIN}" xmlns:r="{LINK}"><sheets>{names}</sheets></workbook>"#
            ),
        );
        put(
            "xl/_rels/workbook.xml.rels",
            &format!(r#"<Relationships xmlns="{PACKAGE}">{links}</Relationships>"#),
        );
        zip.finish().unwrap().into_inner()
    }

    const HEADER: &str = "Utbildningsområde|SUN5 inriktning namn|Utbildningsnamn|Beslut|\
        Diarienummer|Kommun|YH-poäng|Studieform|Studietakt %|Examenstyp|\
        Utbildningsanordnare administrativ enhet";

    fn programmes() -> Vec<u8> {
        zipped(&[
            ("Definitioner", &["Definitioner och förklaringar"]),
            (
                "Tabell 3",
                &[
                    "Yrkeshögskolan",
                    "",
                    HEADER,
                    "Data/IT|Spel|Programmerare |Beviljad|MYH 2031/1|Flera kommuner|400|Distans|50|\
                     KvalificeradYrkeshögskoleexamen|Skolan AB",
                    "Data/IT|Spel|Testare|Avslag|MYH 2031/2|Solna|400|Bunden|100|Ingen|Skolan AB",
                    "Teknik||CNC|Beviljad|MYH 2031/3|Göteborg|95|Bunden|100|Ingen|Yrgo",
                    "Teknik||Orimlig|Beviljad|MYH 2031/4|Göteborg|99999",
                    "Teknik||Utan nummer|Beviljad",
                ],
            ),
            (
                "Tabell 4",
                &[
                    "Diarienummer|Utbildningsnamn|Beslut|Kommun",
                    "MYH 2031/1|programmerare|Beviljad|Malmö",
                    "MYH 2031/1|Programmerare|Beviljad|Borås",
                    "MYH 2031/3|Något annat|Beviljad|Kiruna",
                    "MYH 2031/9|Utan beslut||Kiruna",
                ],
            ),
        ])
    }

    #[test]
    fn granted_applications_become_courses() {
        let (parts, report) = read_bytes(read, report(), NAME, &programmes()).unwrap();
        let courses: Vec<_> = parts.courses.iter().map(|draft| &draft.course).collect();
        assert_eq!(courses.len(), 2);
        assert_eq!(courses[0].id, "myh:2031/1");
        assert_eq!(courses[0].title.sv, "Programmerare");
        assert_eq!(courses[0].places, ["Borås", "Malmö"]);
        assert_eq!((courses[0].weeks, courses[0].pace_pct), (Some(80.0), Some(50)));
        assert_eq!((courses[0].form, courses[0].distance), (CourseForm::Yh, Distance::Hybrid));
        assert_eq!(courses[0].description.sv, "Spel. Kvalificerad yrkeshögskoleexamen.");
        assert_eq!(courses[0].provider, "Skolan AB");
        assert_eq!(courses[1].places, ["Göteborg"]);
        assert_eq!((courses[1].form, courses[1].weeks), (CourseForm::YhCourse, Some(19.0)));
        assert_eq!(
            (courses[1].distance, courses[1].basis),
            (Distance::OnSite, CourseBasis::Granted)
        );
        let (source, _) = report.finish();
        assert_eq!(source.version, "applications of 2031 to 2031");
        assert_eq!(source.counts["programmes"], 1);
        assert_eq!(source.counts["applications not granted"], 1);
        let reasons: Vec<_> =
            source.dropped.iter().map(|drop| (drop.reason.as_str(), drop.count)).collect();
        assert_eq!(
            reasons,
            [
                ("no YH points or absurd ones", 1),
                ("no decision given", 1),
                ("number used twice, the first title is kept", 1),
                ("row without a number", 1),
            ]
        );
    }

    #[test]
    fn an_application_counts_once_over_workbooks() {
        let folder = tempfile::tempdir().unwrap();
        let files = ["resultat-a.xlsx", "resultat-b.xlsx"].map(|name| folder.path().join(name));
        for file in &files {
            std::fs::write(file, programmes()).unwrap();
        }
        let (mut report, mut parts) = (report(), Parts::default());
        read(folder.path(), &files, &mut report, &mut parts).unwrap();
        assert_eq!(parts.courses.len(), 2);
        assert!(dropped(report).contains(&("granted in an earlier workbook too".into(), 2)));
    }

    #[test]
    fn wrong_columns_and_broken_zips_are_named() {
        let other = zipped(&[("Blad1", &["Diarienummer|Utbildningsnamn|YH-poäng"])]);
        let whole = programmes();
        let mut flipped = whole.clone();
        // The place of the first sheet's packed bytes, behind the header of its entry.
        flipped[60] ^= 1;
        for (bytes, said) in [
            (&other[..], "no table has a column Beslut"),
            (&whole[..whole.len() / 2], "not readable as an XLSX workbook"),
            (b"PK\x03\x04", "not readable as an XLSX workbook"),
            (b"", "not readable as an XLSX workbook"),
            (&flipped[..], "xl/worksheets/sheet1.xml"),
        ] {
            let error = read_bytes(read, report(), NAME, bytes).unwrap_err().to_string();
            assert!(error.contains(said) && error.contains(NAME), "{error}");
        }
    }

    #[test]
    fn files_are_recognised_by_name() {
        assert!(recognises(Path::new("resultat-2022-for-kurser-inom-yh.xlsx")));
        assert!(!recognises(Path::new("~$resultat-2022.xlsx")));
        assert!(!recognises(Path::new("resultat.csv")));
    }

    /// Municipalities of Västra Götalands län.
    const VASTRA_GOTALAND: &str = "Ale,Alingsås,Bengtsfors,Bollebygd,Borås,Dals-Ed,Essunga,\
        Falköping,Färgelanda,Grästorp,Gullspång,Göteborg,Götene,Herrljunga,Hjo,Härryda,Karlsborg,\
        Kungälv,Lerum,Lidköping,Lilla Edet,Lysekil,Mariestad,Mark,Mellerud,Munkedal,Mölndal,Orust,\
        Partille,Skara,Skövde,Sotenäs,Stenungsund,Strömstad,Svenljunga,Tanum,Tibro,Tidaholm,Tjörn,\
        Tranemo,Trollhättan,Töreboda,Uddevalla,Ulricehamn,Vara,Vårgårda,Vänersborg,Åmål,Öckerö";

    #[test]
    fn the_real_workbooks_give_the_published_counts() {
        let Some((root, files)) = real_files("courses/myh") else { return };
        let files: Vec<_> = files.into_iter().filter(|file| recognises(file)).collect();
        let (mut report, mut parts) = (report(), Parts::default());
        read(&root, &files, &mut report, &mut parts).unwrap();
        let (source, dropped) = report.finish();
        assert_eq!(dropped, []);
        assert_eq!(source.counts["programmes"], 1703);
        assert_eq!(source.counts["short courses"], 727);
        assert!(
            !source.counts.contains_key("courses without a municipality"),
            "{:?}",
            source.counts
        );
        let whole = |course: &Course| {
            course.weeks.is_some()
                && (course.form == CourseForm::YhCourse
                    || (course.pace_pct.is_some() && course.distance != Distance::Unknown))
        };
        assert!(parts.courses.iter().all(|draft| whole(&draft.course)));
        let region: BTreeSet<_> = VASTRA_GOTALAND.split(',').collect();
        let regional = parts.courses.iter().map(|draft| &draft.course).filter(|course| {
            course.form == CourseForm::Yh
                && &course.id[4..8] >= "2023"
                && course.places.iter().any(|place| region.contains(place.as_str()))
        });
        assert_eq!(regional.count(), 321);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn no_bytes_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = read_bytes(read, report(), NAME, &bytes);
        }

        #[test]
        fn no_damage_panics(hits in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8)) {
            let mut bytes = programmes();
            for (at, byte) in hits {
                let at = at.index(bytes.len());
                bytes[at] = byte;
            }
            let _ = read_bytes(read, report(), NAME, &bytes);
        }

        #[test]
        fn no_cell_panics(cell in "\\PC{0,20}", at in 0usize..11) {
            let cell = cell.replace(['<', '&', '"', '|'], " ");
            let row = "Teknik||CNC|Beviljad|MYH 2031/3|Göteborg|95|Bunden|100|Ingen|Yrgo";
            let mut cells: Vec<_> = row.split('|').collect();
            cells[at] = &cell;
            let sheet = zipped(&[("T", &[HEADER, &cells.join("|")])]);
            read_bytes(read, report(), NAME, &sheet).unwrap();
        }
    }
}
