//! Headers that are guessed and said, and workbooks.

use std::io::Write as _;

use zip::{ZipWriter, write::SimpleFileOptions};

use super::*;

fn read(bytes: Vec<u8>, how: impl Into<How>) -> Result<Rows, String> {
    from_reader(Cursor::new(bytes), "list.xlsx", how, TODAY).map_err(|error| error.to_string())
}

fn mapped(said: &[&str]) -> How {
    let mut how = How::default();
    for text in said {
        how.map(text).unwrap();
    }
    how
}

/// Header, column and meaning of every column.
fn columns(rows: &Rows) -> Vec<(String, Option<&'static str>, Meaning)> {
    rows.columns().into_iter().map(|read| (read.header, read.column, read.meaning)).collect()
}

#[test]
fn near_headers_are_guessed_and_said() {
    let text = "Anstnr;Namn;Nuvarande befatning;Anstäld från;Avdelning;Kön;Budget kr\n\
                7;x;Svetsare;2019-04-23;B2;x;1\n8;;Kock;;;;\n";
    let mut rows = list(text).unwrap();
    let read: Vec<Row> = rows.by_ref().collect();
    let worker = read[0].outcome.as_ref().unwrap();
    assert_eq!(
        (worker.reference.as_str(), &worker.profile.titles[..]),
        ("7", &["Svetsare".into()][..])
    );
    assert_eq!(worker.profile.dates.employed_since, Some(Date::constant(2019, 4, 23)));
    let name = String::from;
    assert_eq!(
        columns(&rows),
        [
            (name("Anstnr"), Some("ref"), Meaning::Known),
            (name("Namn"), None, Meaning::AboutThePerson),
            (name("Nuvarande befatning"), Some("yrke"), Meaning::Guessed),
            (name("Anstäld från"), Some("anstalld_fran"), Meaning::Guessed),
            (name("Avdelning"), None, Meaning::Unknown),
            (name("Kön"), None, Meaning::AboutThePerson),
            (name("Budget kr"), None, Meaning::Unused),
        ]
    );
    let filled: Vec<u64> = rows.columns().iter().map(|column| column.filled).collect();
    assert_eq!(filled, [2, 1, 2, 1, 1, 1, 1]);
    let notes = rows.notes();
    assert_eq!(codes(&notes), ["unknown_columns", "unused_columns", "guessed_columns"]);
    assert!(notes[2].message.sv.contains("Anstäld från = anstalld_fran"), "{notes:?}");
}

#[test]
fn a_guess_yields_to_a_known_column_and_to_what_is_said() {
    let both = list("Yrke;Yrrke\nkock;lots\n").unwrap();
    assert_eq!(columns(&both)[1].2, Meaning::Unknown);
    let text = "Anstnr;Roll;Befatning;Lön\n7;Svetsare;chef;1\n".as_bytes();
    let mut rows = read(text.to_vec(), mapped(&["roll=yrke", "Befatning=-"])).unwrap();
    assert_eq!(codes(&rows.notes()), ["unknown_columns", "mapped_columns"]);
    assert_eq!(rows.next().unwrap().outcome.unwrap().profile.titles, ["Svetsare"]);
    let error = read(text.to_vec(), mapped(&["rol=yrke"])).unwrap_err();
    assert!(error.contains("rol") && error.contains("Anstnr, Roll, Befatning"), "{error}");
    let error = read(b"{\"titles\":[\"kock\"]}\n".to_vec(), mapped(&["a=yrke"])).unwrap_err();
    assert!(error.contains("leave out --map"), "{error}");
    let header = read(b"A;Roll\n7;Svetsare\n".to_vec(), mapped(&["Roll=yrke", "A=ref"])).unwrap();
    assert_eq!(header.count(), 1);
}

#[test]
fn nothing_private_beside_work_is_shown() {
    for cell in [
        "Lagerarbetare, mejl till anna.svensson.ek@firma.se",
        "Montör på Volvo i Torslanda sedan 2019, 070-123 45 67",
        "Svetsare Anna Ek 64-08-23",
        "Anna Ek 640823",
    ] {
        let mut how = How::default();
        how.look(Look::Unfinished);
        let list = format!("ref;yrke;status\nA1;{cell};sjukskriven för utmattning\n");
        let mut rows = read(list.into_bytes(), how).unwrap();
        assert_eq!(rows.by_ref().count(), 1);
        let columns = rows.columns();
        assert!(columns.iter().all(|column| column.values.is_empty()), "{columns:?}");
    }
}

#[test]
fn values_are_shown_of_work_alone_and_only_to_whoever_looks_before_a_list_is_kept() {
    let text = "Ref;Namn;Kontakt;Tjänst;Kompetens;Sista dag\nR1;Anna;a@b.se;Svetsare;0701234567;2027-01-31\n\
                R2;Bo;Cilla;svetsare 640823-3234;;\nR3;Bo;Cilla;Svetsare;kassa;\nR4;;;Kock;a@b.se;\nR5;;;Lots;;\nR6;;;Chef;;\n";
    let shown = |look| {
        let mut how = How::default();
        how.look(look);
        let mut rows = read(text.as_bytes().to_vec(), how).unwrap();
        assert_eq!(rows.by_ref().count(), 6);
        let columns = rows.columns();
        let told = serde_json::to_string(&columns).unwrap();
        assert!(!told.contains("Kock") && !told.contains("values"), "{told}");
        columns.into_iter().map(|column| column.values.join(" ")).collect::<Vec<_>>()
    };
    let expected = ["", "", "", "Svetsare Kock Lots", "kassa", "2027-01-31"];
    assert_eq!(shown(Look::Values), expected);
    assert_eq!(shown(Look::Unfinished), expected);
    assert_eq!(shown(Look::Away), [""; 6]);
}

#[test]
fn a_list_that_says_nothing_of_work_is_read_to_be_shown_and_not_else() {
    let text = b"Ref;Arbetar som;Sista dag\nR1;Svetsare;2027-01-31\n";
    let opened = |look| {
        let mut how = How::default();
        how.look(look);
        read(text.to_vec(), how)
    };
    assert!(opened(Look::Away).is_err() && opened(Look::Values).is_err());
    let mut rows = opened(Look::Unfinished).unwrap();
    assert_eq!(rows.next().unwrap().outcome.unwrap_err().code.key(), "empty_profile");
}

#[test]
fn a_line_of_groups_above_the_header_is_no_header() {
    let text = "Personal;;Befattning;;Datum\nAnst nr;Namn;Yrkesroll;Kompetens;Slutdatum\n7;x;kock;baka;2027-03-31\n";
    let mut rows = list(text).unwrap();
    let read: Vec<Row> = rows.by_ref().collect();
    let worker = read[0].outcome.as_ref().unwrap();
    assert_eq!((read.len(), worker.reference.as_str()), (1, "7"));
    assert_eq!(worker.profile.skills, ["baka"]);
    assert_eq!(worker.profile.dates.last_day, Some(Date::constant(2027, 3, 31)));
    assert_eq!(codes(&rows.notes())[0], "lines_above_header");
    // What a header goes on with is not a better one.
    let rows = list("yrke;\"Not\nref;status;kommun\"\nkock;x\n").unwrap().collect::<Vec<Row>>();
    assert_eq!(rows[0].outcome.as_ref().unwrap().profile.titles, ["kock"]);
}

#[test]
fn the_last_day_of_work_beside_that_of_the_employment_begins_the_release() {
    let released = |text: &str| {
        let dates = worker(text).profile.dates;
        (dates.last_day.map(|day| day.to_string()), dates.released_from.map(|day| day.to_string()))
    };
    let both = |work: &str| {
        released(&format!("yrke;Sista arbetsdag;Sista anställningsdag\nkock;{work};2027-05-31\n"))
    };
    let last = || Some("2027-05-31".to_owned());
    assert_eq!(both("2026-11-30"), (last(), Some("2026-12-01".to_owned())));
    assert_eq!(both("2027-05-31"), (last(), None));
    assert_eq!(both(""), (last(), None));
    let one = released("yrke;Sista arbetsdag;Sista anställningsdag\nkock;2027-05-31;\n");
    assert_eq!(one, (last(), None), "a row without the second");
    let misspelt =
        released("yrke;Sista arbetsdag;Sista anställnigsdag\nkock;2026-11-30;2027-05-31\n");
    assert_eq!(misspelt, (last(), Some("2026-12-01".to_owned())));
    let late = worker("yrke;Sista arbetsdag;Sista anställningsdag\nkock;2027-08-31;2027-05-31\n");
    assert_eq!(codes(&late.warnings), ["dates_disordered"]);
    // Alone it is the day that everything ends on.
    let alone = released("yrke;Sista arbetsdag\nkock;2027-05-31\n");
    assert_eq!(alone, (last(), None));
    let rows = list("yrke;Last working day;End date\nkock;;\n").unwrap();
    assert!(rows.notes()[0].message.sv.contains("Last working day = arbetsbefriad_fran"));
}

#[test]
fn a_title_row_of_one_cell_is_no_header() {
    for text in ["Yrken\t\t\nref\tyrke\nA\tkock\n", "Kompetens;;\nref;yrke;x\nA;kock;\n"] {
        let mut rows = list(text).unwrap();
        assert_eq!(rows.next().unwrap().outcome.unwrap().reference, "A", "{text}");
    }
    let two_guesses = "Personal 2026\nAnställnings nr;Befatning\n7;kock\n";
    assert_eq!(worker(two_guesses).profile.titles, ["kock"]);
}

#[test]
fn utf_16_is_read_and_serial_days_too() {
    let text = "ref\tyrke\tsista_dag\tbudget_kr\r\nA\tMålare\t46054\t16 673\r\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let bytes = [&b"\xFF\xFE"[..], &utf16].concat();
    let worker = read(bytes, None).unwrap().next().unwrap().outcome.unwrap();
    assert_eq!(worker.profile.titles, ["Målare"]);
    assert_eq!(worker.profile.dates.last_day, Some(Date::constant(2026, 2, 1)));
}

/// A workbook with these sheets, each a name and its rows in XML. Style 1 is a date.
fn workbook(sheets: &[(&str, &str)]) -> Vec<u8> {
    let link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let links = "http://schemas.openxmlformats.org/package/2006/relationships";
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let mut add = |name: &str, content: String| {
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    };
    let to = |id: &str, kind: &str, target: &str| {
        format!(r#"<Relationship Id="{id}" Type="{link}/{kind}" Target="{target}"/>"#)
    };
    let office = to("r", "officeDocument", "xl/workbook.xml");
    add("_rels/.rels", format!(r#"<Relationships xmlns="{links}">{office}</Relationships>"#));
    let (mut targets, mut names) = (to("s", "styles", "styles.xml"), String::new());
    for (at, (name, rows)) in (1..).zip(sheets) {
        targets += &to(&format!("r{at}"), "worksheet", &format!("worksheets/sheet{at}.xml"));
        let state = if name.starts_with('_') { r#" state="hidden""# } else { "" };
        let sheet = format!(r#"<sheet name="{name}" sheetId="{at}"{state} r:id="r{at}"/>"#);
        names.push_str(&sheet);
        add(
            &format!("xl/worksheets/sheet{at}.xml"),
            format!("<worksheet><sheetData>{rows}</sheetData></worksheet>"),
        );
    }
    add(
        "xl/_rels/workbook.xml.rels",
        format!(r#"<Relationships xmlns="{links}">{targets}</Relationships>"#),
    );
    add(
        "xl/workbook.xml",
        format!(r#"<workbook xmlns:r="{link}"><sheets>{names}</sheets></workbook>"#),
    );
    let styles = r#"<styleSheet><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs></styleSheet>"#;
    add("xl/styles.xml", styles.to_owned());
    zip.finish().unwrap().into_inner()
}

/// A row in XML from cells: text, or a number after `=`, a date's number after `@`, an error after `!`, a
/// formula's result after `+`.
fn row(number: usize, cells: &[&str]) -> String {
    let columns = ["A", "B", "C", "D", "E", "F", "G"];
    let cell = |(column, text): (&&str, &&str)| match text.split_at_checked(1) {
        None | Some(("", _)) => String::new(),
        Some(("=", value)) => format!(r#"<c r="{column}{number}"><v>{value}</v></c>"#),
        Some(("@", value)) => format!(r#"<c r="{column}{number}" s="1"><v>{value}</v></c>"#),
        Some(("!", value)) => format!(r#"<c r="{column}{number}" t="e"><v>{value}</v></c>"#),
        Some(("+", "")) => format!(r#"<c r="{column}{number}"><f>B2+1</f><v/></c>"#),
        Some(("+", "no value")) => format!(r#"<c r="{column}{number}"><f>B2+1</f></c>"#),
        Some(("+", "\"\"")) => {
            format!(r#"<c r="{column}{number}" t="str"><f>B2&amp;""</f><v></v></c>"#)
        }
        Some(("+", value)) => format!(r#"<c r="{column}{number}"><f>B2+1</f><v>{value}</v></c>"#),
        _ => format!(r#"<c r="{column}{number}" t="inlineStr"><is><t>{text}</t></is></c>"#),
    };
    let cells: String = columns.iter().zip(cells).map(cell).collect();
    format!(r#"<row r="{number}">{cells}</row>"#)
}

#[test]
fn a_workbook_is_read_like_a_list() {
    let rows = [
        row(1, &["Personal, varsel hösten 2026"]),
        row(3, &["Anstnr", "Befattning", "Sista dag", "Frigjorda h/vecka", "Min lön", "SSYK"]),
        row(4, &["=7", "Svetsare", "@46387", "=12.5", "=28000", "=7212"]),
        row(6, &["=8", "Kock", "=46387"]),
        row(7, &["", "", ""]),
        row(8, &["=9", "Lots", "!#REF!"]),
        row(9, &["=6408233234", "Lots"]),
        row(10, &["=10", "Lots", "", "", "", "", "x"]),
    ];
    let bytes = workbook(&[
        ("Info", &row(1, &["Till handläggaren"])),
        ("_dolt", &rows[1]),
        ("Lista", &rows.concat()),
    ]);
    let mut read = read(bytes, None).unwrap();
    let found: Vec<Row> = read.by_ref().collect();
    let said: Vec<(u64, &str)> = found
        .iter()
        .map(|row| (row.line, row.outcome.as_ref().map_or_else(|p| p.code.key(), |_| "ok")))
        .collect();
    assert_eq!(
        said,
        [(4, "ok"), (6, "ok"), (8, "ok"), (9, "personnummer"), (10, "too_many_cells")]
    );
    let worker = found[0].outcome.as_ref().unwrap();
    assert_eq!((worker.reference.as_str(), &worker.warnings[..]), ("7", &[][..]));
    let profile = &worker.profile;
    assert_eq!(profile.dates.last_day, Some(Date::constant(2026, 12, 31)));
    assert_eq!((profile.hours_per_week, profile.limits.min_wage), (Some(12.5), Some(28_000)));
    assert_eq!(profile.ssyk.as_deref(), Some("7212"));
    let second = found[1].outcome.as_ref().unwrap();
    assert_eq!(second.profile.dates.last_day, profile.dates.last_day);
    assert_eq!(codes(&found[2].outcome.as_ref().unwrap().warnings), ["bad_date"]);
    assert_eq!(codes(&read.notes()), ["lines_above_header", "sheet"]);
    assert!(
        read.notes()[1].message.en.contains("Lista") && read.notes()[1].message.en.contains("Info")
    );
}

#[test]
fn formulas_without_results_are_said_and_those_with_results_are_read() {
    let sheet = [
        row(1, &["Anstnr", "Befattning", "Sista dag", "Frigjorda h/vecka", "Ålder"]),
        row(2, &["=7", "Svetsare", "+46387", "+12.5", "+"]),
        row(3, &["=8", "Kock", "+", "+", "+"]),
        row(4, &["=9", "Lots", "+no value", "+\"\"", "+"]),
    ];
    let mut read = read(workbook(&[("Lista", &sheet.concat())]), None).unwrap();
    let found: Vec<Row> = read.by_ref().collect();
    let days = found.iter().map(|row| row.outcome.as_ref().unwrap().profile.dates.last_day);
    assert_eq!(days.collect::<Vec<_>>(), [Some(Date::constant(2026, 12, 31)), None, None]);
    let notes = read.notes();
    let note = notes.iter().find(|note| note.code == Code::NotComputed).unwrap();
    assert!(
        note.message.en.starts_with("3 cells in Sista dag, Frigjorda h/vecka have formulas"),
        "{note:?}"
    );
    let whole = workbook(&[("Lista", &sheet[..2].concat())]);
    assert_eq!(codes(&self::read(whole, None).unwrap().notes()), [""; 0]);
}

#[test]
fn a_sheet_can_be_asked_for() {
    let one = row(1, &["Yrke"]) + &row(2, &["Kock"]);
    let other = row(1, &["Yrke"]) + &row(2, &["Lots"]);
    let bytes = workbook(&[("Ett", &one), ("Två", &other), ("_dolt", &one)]);
    let titles = |sheet: Option<&str>| {
        let mut how = How::default();
        how.sheet = sheet.map(str::to_owned);
        let row = read(bytes.clone(), how)?.next().unwrap();
        Ok::<_, String>(row.outcome.unwrap().profile.titles)
    };
    assert_eq!(titles(None).unwrap(), ["Kock"]);
    assert_eq!(titles(Some("två")).unwrap(), ["Lots"]);
    let error = titles(Some("Tre")).unwrap_err();
    assert!(error.contains("the sheets are Ett, Två"), "{error}");
    let mut how = How::default();
    how.sheet = Some("Ett".into());
    assert!(read(b"yrke\nkock\n".to_vec(), how).unwrap_err().contains("--sheet"));
    let none = workbook(&[("Ett", &row(1, &["Till handläggaren"]))]);
    assert!(read(none, None).unwrap_err().contains("no header"), "no header");
}

#[test]
fn zips_that_are_no_workbooks_and_bombs_are_told_apart() {
    let zip = |name: &str, content: &[u8]| {
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file(name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content).unwrap();
        zip.finish().unwrap().into_inner()
    };
    for (bytes, said) in [
        (zip("word/document.xml", b"<x/>"), "Word document"),
        (zip("content.xml", b"<x/>"), "save it as XLSX"),
        (zip("a.csv", b"yrke"), "unpack it"),
        (zip("xl/worksheets/sheet1.xml", &vec![b' '; 130 << 20]), "larger than 128 MiB unpacked"),
        (b"PK\x03\x04 cut off".to_vec(), "not readable"),
        (workbook(&[("Ett", &row(1, &["Yrke"]))])[..300].to_vec(), "not readable"),
    ] {
        let error = read(bytes, None).unwrap_err();
        assert!(error.contains(said) && error.starts_with("list.xlsx: "), "{error}");
    }
}

#[test]
fn a_small_workbook_that_would_be_large_when_read_is_refused() {
    let far = format!("{}<row r=\"2\"><c r=\"ZZZZZZ2\"><v>1</v></c></row>", row(1, &["Yrke"]));
    let last = |at| format!(r#"<row r="{at}"><c r="XFD{at}"><v>1</v></c></row>"#);
    let wide: Vec<String> = (2..5000).map(last).collect();
    let wide = row(1, &["Yrke"]) + &wide.concat();
    for sheet in [far, wide] {
        let error = read(workbook(&[("Ett", &sheet)]), None).unwrap_err();
        assert!(error.contains("too many cells"), "{error}");
    }
    // Names that all lead to a sheet without a list.
    let names: Vec<String> = (0..40).map(|at| format!("Blad {at}")).collect();
    let none = row(1, &["Till handläggaren"]);
    let mut sheets: Vec<(&str, &str)> =
        names.iter().map(|name| (name.as_str(), none.as_str())).collect();
    let list = row(1, &["Yrke"]) + &row(2, &["Kock"]);
    sheets.push(("Lista", &list));
    let bytes = workbook(&sheets);
    assert!(read(bytes.clone(), None).unwrap_err().contains("no header"));
    let mut how = How::default();
    how.sheet = Some("Lista".into());
    assert_eq!(
        read(bytes, how).unwrap().count(),
        1,
        "a sheet that is asked for is read wherever it is"
    );
}
