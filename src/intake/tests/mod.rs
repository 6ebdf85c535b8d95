use std::{collections::BTreeMap, io::Cursor, path::PathBuf};

use proptest::prelude::*;

use super::*;
use crate::domain::Status;

const TODAY: Date = Date::constant(2026, 11, 2);

fn list(bytes: impl Into<Vec<u8>>) -> Result<Rows, Error> {
    from_reader(Cursor::new(bytes.into()), "list.csv", None, TODAY)
}

fn rows(text: &str) -> Vec<Row> {
    list(text).unwrap().collect()
}

/// The only row of a list, accepted.
fn worker(text: &str) -> Worker {
    let [row] = <[Row; 1]>::try_from(rows(text)).unwrap();
    row.outcome.unwrap()
}

fn codes(problems: &[Problem]) -> Vec<&'static str> {
    problems.iter().map(|problem| problem.code.key()).collect()
}

/// Line and code of every refused row; accepted ones give `ok`.
fn outcomes(text: &str) -> Vec<(u64, &'static str)> {
    rows(text)
        .into_iter()
        .map(|row| (row.line, row.outcome.map_or_else(|problem| problem.code.key(), |_| "ok")))
        .collect()
}

#[test]
fn a_full_row_of_the_template() {
    let worker = worker(
        "ref;arbetsstalle;avtalsomrade;status;yrke;ssyk;anstalld_fran;uppsagd_datum;sista_dag;\
         arbetsbefriad_fran;permitterad_fran;permitterad_tom;frigjorda_h_vecka;kommun;\
         max_pendling_min;sprak;korkort;kompetenser;utbildningsniva;studieform;budget_kr\r\n\
         A-1;Verkstan;TSL;uppsagd;Svetsare;7212;2019-04-23;26/10 2026;2026-12-28;20261126;;;12,5;\
         Göteborg;45;sv A2|qx;B|truck;Svetsning|GeoROG, maskinstyrning|svetsning;yh;distans;16 673\r\n",
    );
    assert_eq!(worker.reference, "A-1");
    assert_eq!(worker.warnings, []);
    let profile = &worker.profile;
    assert_eq!(profile.r#ref.as_deref(), Some("A-1"));
    assert_eq!(profile.titles, ["Svetsare"]);
    assert_eq!(profile.ssyk.as_deref(), Some("7212"));
    assert_eq!(profile.skills, ["Svetsning", "GeoROG, maskinstyrning"]);
    assert_eq!(profile.licences, ["B", "truck"]);
    assert_eq!(profile.status, Some(Status::Uppsagd));
    assert_eq!(profile.municipality.as_deref(), Some("Göteborg"));
    assert_eq!(profile.hours_per_week, Some(12.5));
    assert_eq!(profile.weeks_left, Some(8.0));
    assert!(profile.limits.distance_only);
    assert_eq!(
        worker.dates,
        Dates {
            tenure_start: Some(Date::constant(2019, 4, 23)),
            notice: Some(Date::constant(2026, 10, 26)),
            last_day: Some(Date::constant(2026, 12, 28)),
            released_from: Some(Date::constant(2026, 11, 26)),
            furlough_from: None,
            furlough_to: None,
        }
    );
    // A first language is close to ethnic origin: it goes nowhere.
    assert!(!format!("{profile:?}").contains("qx"));
}

#[test]
fn the_same_list_in_every_form_gives_the_same_worker() {
    let expected = worker("ref;yrke;kommun;kompetenser\nA;Målare;Mölndal;Måla|Slipa\n");
    for text in [
        "Kommun,Kompetenser,Yrke,Ref\nMölndal,Måla|Slipa,Målare,A\n",
        "\u{feff}REF\tYRKE\tKOMMUN\tKOMPETENSER\r\nA\tMålare\tMölndal\tMåla|Slipa",
        "municipality;skills;occupation;reference\n\n\"Mölndal\";\"Måla\nSlipa\";Målare;A\n",
        "sep=,\nref,yrke,kommun,kompetenser\nA,Målare,Mölndal,\"Måla|Slipa\"\n",
        "Lista 2026;;;\n\nref;yrke;kommun;kompetenser\nA;Målare;Mölndal;Måla|Slipa\n;;;\n",
        "{\"ref\":\"A\",\"titles\":[\"Målare\"],\"municipality\":\"Mölndal\",\"skills\":[\"Måla\",\"Slipa\"]}",
        "{\"Ref\":\"A\",\"yrke\":\"Målare\",\"kommun\":\"Mölndal\",\"kompetenser\":\"Måla|Slipa\"}\n\n",
    ] {
        assert_eq!(worker(text), expected, "{text}");
    }
    let (latin, ..) = encoding_rs::WINDOWS_1252
        .encode("ref;yrke;kommun;kompetenser\nA;Målare;Mölndal;Måla|Slipa\n");
    let mut rows = list(latin.into_owned()).unwrap();
    assert_eq!(rows.next().unwrap().outcome.unwrap(), expected);
    assert_eq!(codes(&rows.notes()), ["windows_1252"]);
}

#[test]
fn lines_are_those_of_the_file() {
    let text = "ref;yrke\r\n\r\nA;\"två\r\nrader\"\r\n;\r\nB;målare\r\nC;\"öppen\r\nD;lackerare";
    assert_eq!(outcomes(text), [(3, "ok"), (6, "ok"), (7, "open_quote"), (8, "ok")]);
}

#[test]
fn rows_of_unequal_length() {
    assert_eq!(
        outcomes("ref;yrke;ssyk\nA;målare;7131;;\nB;målare;7131;x\n"),
        [(2, "ok"), (3, "too_many_cells")]
    );
    assert_eq!(codes(&worker("ref;yrke;ssyk\nA;målare\n").warnings), ["short_row"]);
}

#[test]
fn references() {
    let text = "ref;yrke\nA;målare\nB;\nA;svetsare\nB;svetsare\na;kock\n;kock\n";
    assert_eq!(
        outcomes(text),
        [(2, "ok"), (3, "empty_profile"), (4, "duplicate_ref"), (5, "ok"), (6, "ok"), (7, "ok")]
    );
    let rows = rows(text);
    let duplicate = rows[2].outcome.as_ref().unwrap_err();
    assert!(duplicate.message.en.contains("line 2") && duplicate.message.sv.contains("rad 2"));
    let nameless = rows[5].outcome.as_ref().unwrap();
    assert_eq!((nameless.reference.as_str(), codes(&nameless.warnings)), ("row-7", vec!["no_ref"]));
    let without = worker("yrke\nkock");
    assert_eq!((without.reference.as_str(), without.warnings), ("row-2", vec![]));
}

#[test]
fn a_personnummer_anywhere_refuses_the_row_and_is_not_repeated() {
    // Skatteverket's example in SKV 704.
    let number = "640823-3234";
    for text in [
        format!("ref;yrke\n{number};kock\n"),
        format!("ref;yrke\nA;kock {number}\n"),
        "ref;yrke;fnr\nA;kock;19640823 3234\n".into(),
        format!("ref;yrke\nA;kock;{number}\n"),
        format!("{{\"ref\":\"{number}\",\"titles\":[\"kock\"]}}"),
        "{\"ref\":6408233234,\"titles\":[\"kock\"]}".into(),
        "{\"titles\":[\"kock\"],\"okänt\":{\"a\":[\"\\u0036408233234\"]}}".into(),
        format!("{{\"{number}\":1}}"),
    ] {
        let rows = rows(&text);
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0].outcome.as_ref().unwrap_err().code, Code::Personnummer, "{text}");
        let said = format!("{rows:?}");
        assert!(!said.contains("3234") && !said.contains("640823"), "{said}");
    }
    let rows = list(format!("ref;yrke;{number}\n")).unwrap();
    assert!(!format!("{:?}", rows.notes()).contains("3234"));
}

#[test]
fn problems_never_repeat_a_cell() {
    let secret = "Hemligsson";
    let line = [secret; 12].join(";");
    let header = "ref;status;ssyk;sista_dag;frigjorda_h_vecka;studieform;endast_distans;min_lon;veckor_kvar;yrke";
    let mut texts = vec![
        format!("{header}\n{line}\n"),
        format!("{header}\nA;uppsagd;;{secret};;;;;;kock\n"),
        format!("{header}\nA;{secret};;;;;;;;\n"),
        format!("{header}\nA;\"{secret}\n"),
    ];
    texts.extend([
        format!("{{\"ref\": {secret}}}"),
        format!("{{\"titles\": {{\"a\": \"{secret}\"}}}}"),
        format!("\"{secret}\"\n{{}}"),
        format!("{{\"limits\": \"{secret}\"}}"),
    ]);
    for text in texts {
        match from_reader(
            Cursor::new(text.clone()),
            "l",
            text.starts_with(['{', '"']).then_some(Format::Ndjson),
            TODAY,
        ) {
            Err(error) => assert!(!error.to_string().contains(secret)),
            Ok(rows) => {
                for row in rows {
                    assert!(!format!("{:?}", row.outcome.unwrap_err()).contains(secret), "{text}");
                }
            }
        }
    }
    let cells = [secret; 9].join(";");
    let worker = worker(&format!("{header}\nA;{cells}\n"));
    assert_eq!(
        codes(&worker.warnings),
        [
            "unknown_status",
            "bad_date",
            "bad_ssyk",
            "bad_number",
            "bad_number",
            "unknown_form",
            "unknown_form",
            "bad_number",
        ]
    );
    assert!(!format!("{:?}", worker.warnings).contains(secret));
    let error = list(format!("{secret};x\n")).unwrap_err().to_string();
    assert!(!error.contains(secret), "{error}");
}

#[test]
fn a_bad_date_refuses_only_where_it_ends_the_time() {
    let header = "ref;yrke;status;sista_dag;permitterad_tom\n";
    for (cells, expected) in [
        ("uppsagd;31/2 2027;", "bad_date"),
        ("varslad;31/2 2027;", "bad_date"),
        ("permitterad;;31/2 2027", "bad_date"),
        ("korttid;;31/2 2027", "bad_date"),
        ("permitterad;31/2 2027;2027-01-01", "ok"),
        ("uppsagd;2027-01-01;31/2 2027", "ok"),
        ("anställd;31/2 2027;31/2 2027", "ok"),
        ("uppsagd;;", "ok"),
    ] {
        assert_eq!(outcomes(&format!("{header}A;kock;{cells}\n")), [(2, expected)], "{cells}");
    }
    let worker = worker(&format!("{header}A;kock;permitterad;31/2 2027;2026-11-16\n"));
    assert_eq!(codes(&worker.warnings), ["bad_date"]);
    assert_eq!(worker.warnings[0].field.as_deref(), Some("sista_dag"));
    assert_eq!((worker.dates.last_day, worker.profile.weeks_left), (None, Some(2.0)));
}

#[test]
fn weeks_left() {
    let header = "yrke;status;sista_dag;permitterad_tom;veckor_kvar\n";
    for (cells, weeks, warnings) in [
        ("uppsagd;2026-11-09;2026-12-07;", Some(1.0), vec![]),
        ("permitterad;2026-11-09;2026-12-07;", Some(5.0), vec![]),
        ("permitterad;2026-11-09;;", Some(1.0), vec![]),
        (";;46363;", Some(5.0), vec![]),
        ("uppsagd;2026-11-02;;", Some(0.0), vec![]),
        ("uppsagd;2026-10-01;;7", Some(0.0), vec!["date_passed"]),
        ("arbetslös;2026-10-01;;", None, vec![]),
        ("uppsagd;;;7,5", Some(7.5), vec![]),
        ("uppsagd;;;", None, vec![]),
        ("uppsagd;;;-1", None, vec!["bad_number"]),
    ] {
        let worker = worker(&format!("{header}kock;{cells}\n"));
        assert_eq!(worker.profile.weeks_left, weeks, "{cells}");
        assert_eq!(codes(&worker.warnings), warnings, "{cells}");
    }
}

#[test]
fn dates_in_an_impossible_order_are_said() {
    let worker = worker(
        "yrke;status;anstalld_fran;uppsagd_datum;sista_dag\n\
         kock;uppsagd;2020-01-01;2026-12-01;2026-11-16\n",
    );
    assert_eq!(codes(&worker.warnings), ["dates_disordered"]);
    assert!(worker.warnings[0].message.en.contains("sista_dag is before uppsagd_datum"));
    assert_eq!(worker.profile.weeks_left, Some(2.0));
}

#[test]
fn skills_and_commas() {
    for (cell, skills, warned) in [
        ("A, b", vec!["A, b"], true),
        ("A, b|C", vec!["A, b", "C"], false),
        ("svets, lager, truck", vec!["svets", "lager", "truck"], true),
        ("GXP (GMP, GCP, GLP)", vec!["GXP (GMP, GCP, GLP)"], false),
        ("\"svets; lager, truck\"", vec!["svets", "lager, truck"], false),
        ("svets||SVETS|-", vec!["svets"], false),
    ] {
        let worker = worker(&format!("ref;kompetenser\nR;{cell}\n"));
        assert_eq!(worker.profile.skills, skills);
        assert_eq!(codes(&worker.warnings) == ["comma_list"], warned, "{cell}");
    }
    let two = worker("kompetens;skills;yrke\nsvets;lager|svets;a, b / c|d\n");
    assert_eq!(two.profile.skills, ["svets", "lager"]);
    assert_eq!(two.profile.titles, ["a, b / c", "d"]);
}

#[test]
fn limits_and_numbers() {
    let worker = worker(
        "yrke;studieform;endast distans;max_veckor;min_lön;uteslut;ssyk;h/vecka;frigjorda h/vecka\n\
         kock;plats|yh|komvux;nej;20,5;28 000,00 kr;vård|5321;8212,0;3;hela tiden\n",
    );
    let limits = &worker.profile.limits;
    assert_eq!(limits.forms, ["yh", "komvux"]);
    assert!(!limits.distance_only);
    assert_eq!((limits.max_weeks, limits.min_wage), (Some(20.5), Some(28_000)));
    assert_eq!(limits.exclude, ["vård", "5321"]);
    assert_eq!(worker.profile.ssyk.as_deref(), Some("8212"));
    assert_eq!(worker.profile.hours_per_week, Some(40.0));
    assert_eq!(codes(&worker.warnings), ["full_week"]);
    let warned = |cells: &str| {
        codes(
            &self::worker(&format!("yrke;min_lon;ssyk;frigjorda_h_vecka\nkock;{cells}\n")).warnings,
        )
    };
    assert_eq!(warned("16,673;82;200"), ["bad_ssyk", "bad_number", "bad_number"]);
}

#[test]
fn what_is_out_of_bounds_refuses_and_an_unknown_sector_is_left_out() {
    let long = "å".repeat(301);
    let many: Vec<String> = (0..11).map(|at| format!("yrke {at}")).collect();
    let many = many.join("|");
    assert_eq!(
        outcomes(&format!("ref;yrke\nA;{long}\nB;{many}\nC;kock\nD;kock 640823\u{1}-3234\n")),
        [(2, "out_of_bounds"), (3, "out_of_bounds"), (4, "ok"), (5, "personnummer")]
    );
    let worker = worker("yrke;sektor\nkock;rymden\n");
    assert_eq!(worker.profile.sector, None);
    assert_eq!(codes(&worker.warnings), ["unknown_sector"]);
}

#[test]
fn ndjson_is_a_profile() {
    let profile = crate::domain::Profile {
        r#ref: Some("A".into()),
        titles: vec!["kock, kallskänka".into()],
        ssyk: Some("5120".into()),
        skills: vec!["Laga mat, varm".into(), "http://data.europa.eu/esco/skill/1".into()],
        licences: vec!["B".into()],
        status: Some(Status::Korttid),
        municipality: Some("Ale".into()),
        sector: Some("hospitality".into()),
        weeks_left: Some(3.125),
        hours_per_week: Some(8.0),
        limits: crate::domain::Limits {
            forms: vec!["yh".into()],
            distance_only: true,
            max_weeks: Some(10.5),
            min_wage: Some(27_000),
            exclude: vec!["5".into()],
        },
    };
    let read = worker(&serde_json::to_string(&profile).unwrap());
    assert_eq!((read.profile, read.warnings), (profile, vec![]));
}

#[test]
fn ndjson_rows_that_are_no_profile() {
    let text = "{\"titles\":[\"kock\"]}\n\n{\"titel\":\"kock\",\"kön\":\"k\"}\n[1]\n{\"titles\":[{}]}\n\
                {\"ref\":[\"a\"]}\n{\"limits\":{\"maxweek\":1},\"titles\":[\"kock\"]}\n{\n{}\n";
    assert_eq!(
        outcomes(text),
        [
            (1, "ok"),
            (3, "unknown_field"),
            (4, "bad_json"),
            (5, "wrong_type"),
            (6, "wrong_type"),
            (7, "unknown_field"),
            (8, "bad_json"),
            (9, "empty_profile"),
        ]
    );
    let rows = rows(text);
    assert_eq!(rows[1].outcome.as_ref().unwrap_err().field.as_deref(), Some("kön"));
    assert_eq!(rows[5].outcome.as_ref().unwrap_err().field.as_deref(), Some("maxweek"));
}

#[test]
fn columns_not_read_are_noted_once() {
    let rows = list("ref;Namn;Kön;språk;yrke;titel;status;situation\n").unwrap();
    let notes = rows.notes();
    assert_eq!(codes(&notes), ["unknown_columns", "unused_columns", "duplicate_column"]);
    assert!(notes[0].message.en.contains("Namn, Kön"));
    assert!(notes[1].message.en.contains("språk"));
    assert_eq!(notes[2].field.as_deref(), Some("status"));
    assert_eq!(rows.count(), 0);
}

#[test]
fn files_that_are_no_lists() {
    for (text, problem, cure) in [
        ("", "empty", "header"),
        ("\n\n", "no header", "first line"),
        ("Anna;kock;5120\nBo;lots;1\n", "no header", "first line"),
        ("ref;status\nA;uppsagd\n", "what the workers can do", "yrke"),
        ("[{\"ref\":1}]", "JSON array", "one JSON object per line"),
    ] {
        let message = list(text).unwrap_err().to_string();
        assert!(message.starts_with("list.csv: "), "{message}");
        assert!(message.contains(problem) && message.contains(cure), "{message}");
    }
    for (path, cure) in [("no such list.csv", "check the path"), (".", "give a file")] {
        let message = open(Path::new(path), None, TODAY).unwrap_err().to_string();
        assert!(message.starts_with(&format!("{path}: ")) && message.contains(cure), "{message}");
    }
}

/// Pieces that meet the reader's branches more often than any bytes do.
fn messy() -> impl Strategy<Value = Vec<u8>> {
    let piece = prop_oneof![
        any::<Vec<u8>>(),
        prop::sample::select(vec![
            "\n",
            "\r\n",
            ";",
            ",",
            "\"",
            "\"\"",
            "\t",
            "|",
            "å",
            "\u{feff}",
            "{",
            "}",
            "[",
            ":",
            "ref;yrke;sista_dag\n",
            "{\"ref\":",
            "kock",
            "2026-10-26",
            "31/2 2027",
            "99999999",
            "640823-3234",
            "12,5",
            "uppsagd",
            "(",
            "\\u00"
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        Just(vec![0xE5]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(body in messy(), head in 0..3_usize) {
        let head = ["", "ref;yrke;ssyk;sista_dag;kompetenser;frigjorda_h_vecka\n", "{}\n"][head];
        let bytes = [head.as_bytes(), &body].concat();
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() + 1;
        if let Ok(rows) = list(bytes.clone()) {
            let first: Vec<Row> = rows.collect();
            prop_assert!(first.len() <= lines);
            prop_assert!(first.windows(2).all(|pair| pair[0].line < pair[1].line));
            let second: Vec<Row> = list(bytes).unwrap().collect();
            prop_assert_eq!(first, second);
        }
    }

    #[test]
    fn every_row_comes_out_once(cells in prop::collection::vec("[a-zåäö|,.\" 0-9]{0,12}", 1..40)) {
        use std::fmt::Write as _;
        let mut text = String::from("ref;yrke\n");
        for (row, cell) in cells.iter().enumerate() {
            let _ = writeln!(text, "w{row};\"x{}\"", cell.replace('"', "\"\""));
        }
        let lines: Vec<u64> = rows(&text).iter().map(|row| row.line).collect();
        prop_assert_eq!(lines, (2..2 + cells.len() as u64).collect::<Vec<_>>());
    }
}

/// The made-up list of the project's data folder: 1,750 rows, about 2 % broken on purpose. The
/// counts were found with another program.
#[test]
fn the_made_up_notice_of_1750() {
    let Ok(folder) = std::env::var("KOMPETENSNAV_DATA") else {
        println!("skipped: KOMPETENSNAV_DATA is not set");
        return;
    };
    let path = PathBuf::from(folder).join("cohorts/personforteckning_1750.csv");
    let mut rows = open(&path, None, TODAY).unwrap();
    let mut refused = BTreeMap::<&str, Vec<u64>>::new();
    let mut warned = BTreeMap::<&str, Vec<u64>>::new();
    let mut next_line = 2;
    for row in rows.by_ref() {
        assert_eq!(row.line, next_line);
        next_line += 1;
        match row.outcome {
            Ok(worker) => {
                for code in codes(&worker.warnings) {
                    warned.entry(code).or_default().push(row.line);
                }
            }
            Err(problem) => refused.entry(problem.code.key()).or_default().push(row.line),
        }
    }
    assert_eq!(next_line, 1752);
    assert_eq!(codes(&rows.notes()), ["unused_columns", "windows_1252"]);
    let expected = [
        ("bad_date", vec![523, 868, 1034, 1402]),
        ("duplicate_ref", vec![583, 823, 916, 1109, 1268]),
        ("empty_profile", vec![421, 734]),
        ("personnummer", vec![158, 172, 651, 1114, 1187, 1212, 1354, 1430, 1736]),
    ];
    assert_eq!(refused, expected.into());
    let expected = [
        ("bad_date", vec![560, 675, 831, 1226, 1514]),
        ("full_week", vec![208, 304, 484, 1008]),
        ("unknown_status", vec![663, 841, 1003, 1314, 1366]),
    ];
    assert_eq!(warned, expected.into());
}
