//! Lists as files: CSV and NDJSON, what is none, any bytes, and the made-up list of 1,750.

use std::{collections::BTreeMap, path::PathBuf};

use proptest::prelude::*;

use super::*;
use crate::domain::Answer;

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
fn ndjson_is_a_profile() {
    let profile = Profile {
        wanted: vec!["elektriker".into()],
        r#ref: Some("A".into()),
        titles: vec!["kock, kallskänka".into()],
        ssyk: Some("5120".into()),
        skills: vec!["Laga mat, varm".into(), "http://data.europa.eu/esco/skill/1".into()],
        licences: vec!["B".into()],
        status: Some(Status::Korttid),
        municipality: Some("Ale".into()),
        sector: Some("hospitality".into()),
        dates: Dates {
            furlough_from: Some(Date::constant(2026, 9, 1)),
            affected: Some(12),
            notice_months: Some(2),
            parental_leave: vec![Period {
                from: Date::constant(2026, 1, 1),
                to: Date::constant(2026, 3, 31),
            }],
            ..Dates::default()
        },
        agreement: Some("TRR".into()),
        as_of: Some(Date::constant(2026, 11, 9)),
        weeks_left: Some(3.125),
        hours_per_week: Some(8.0),
        weekdays: vec![Weekday::Tue],
        swedish: Some(LanguageLevel::B1),
        funding: BTreeMap::from([("esf".into(), Answer::No), ("oss".into(), Answer::Unknown)]),
        limits: crate::domain::Limits {
            forms: vec!["yh".into()],
            distance_only: true,
            max_commute_min: Some(45),
            max_weeks: Some(10.5),
            min_wage: Some(27_000),
            exclude: vec!["5".into()],
        },
    };
    let read = worker(&serde_json::to_string(&profile).unwrap());
    assert_eq!((read.profile, read.warnings), (profile, vec![]));
}

#[test]
fn an_advisers_answers_about_funding_are_read_and_unknown_ways_refused() {
    for (header, cell, expected, warnings) in [
        ("omställningsstudiestöd", "ja", vec![("oss", Answer::Yes)], vec![]),
        ("Omstallningsstudiestod", "NEJ", vec![("oss", Answer::No)], vec![]),
        ("oss", "", vec![], vec![]),
        ("oss", "kanske", vec![], vec!["unknown_answer"]),
        (
            "finansiering",
            "esf=nej|oss=yes",
            vec![("esf", Answer::No), ("oss", Answer::Yes)],
            vec![],
        ),
        ("finansiering", "oss", vec![], vec!["unknown_answer"]),
    ] {
        let worker = worker(&format!("ref;yrke;{header}\nA;kock;{cell}\n"));
        let expected = expected.into_iter().map(|(way, answer)| (way.to_owned(), answer)).collect();
        assert_eq!(worker.profile.funding, expected, "{header} {cell}");
        assert_eq!(codes(&worker.warnings), warnings, "{header} {cell}");
    }
    let unknown = "{\"titles\":[\"kock\"],\"funding\":{\"csn\":\"yes\"}}";
    let typed = "{\"titles\":[\"kock\"],\"funding\":{\"oss\":1}}";
    let text = format!("{unknown}\n{typed}\n");
    assert_eq!(outcomes(&text), [(1, "out_of_bounds"), (2, "wrong_type")]);
    let problem = rows(unknown).remove(0).outcome.unwrap_err();
    assert!(problem.message.en.contains("oss, short_study"), "{}", problem.message.en);
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
    let rows = list("ref;Namn;Kön;budget_kr;yrke;titel;status;situation\n").unwrap();
    let notes = rows.notes();
    assert_eq!(codes(&notes), ["unknown_columns", "unused_columns", "duplicate_column"]);
    assert!(notes[0].message.en.contains("Namn, Kön"));
    assert!(notes[1].message.en.contains("budget_kr"));
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
        ("<html><body>x</body></html>", "root element html", "PAXml"),
        ("Avd\tLön\nA\t1\n", "no header", "--map"),
    ] {
        let message = list(text).unwrap_err().to_string();
        assert!(message.starts_with("list.csv: "), "{message}");
        assert!(message.contains(problem) && message.contains(cure), "{message}");
    }
    let message = open(Path::new("no such list.csv"), None, TODAY).unwrap_err().to_string();
    assert!(
        message.starts_with("no such list.csv: ") && message.contains("check the path"),
        "{message}"
    );
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
            "\\u00",
            "<",
            "<paxml>",
            "<person anstid='7'>",
            "<befattning>kock</befattning>",
            "</person>",
            "</paxml>",
            "&amp;",
            "PK\u{3}\u{4}",
        ])
        .prop_map(|text| text.as_bytes().to_vec()),
        Just(vec![0xE5]),
    ];
    prop::collection::vec(piece, 0..60).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn any_bytes_are_read_without_panic(body in messy(), head in 0..5_usize) {
        let heads = ["", "ref;yrke;ssyk;sista_dag;kompetenser;frigjorda_h_vecka\n", "{}\n", "[", "<paxml>"];
        let head = heads[head];
        let bytes = [head.as_bytes(), &body].concat();
        let lines = bytes.iter().filter(|b| matches!(b, b'\n' | b'\r')).count() + 1;
        if let Ok(rows) = list(bytes.clone()) {
            let first: Vec<Row> = rows.collect();
            // Several JSON values may stand on one line.
            let several = bytes.contains(&0x7B) || bytes.contains(&b'[') || bytes.contains(&b'<');
            prop_assert!(first.len() <= lines || several);
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
