//! Rows and their cells; `forms` tests the forms of whole lists, `tables` headers and workbooks,
//! `documents` the documents about one person and folders of them.

mod documents;
mod forms;
mod tables;

use std::io::Cursor;

use super::*;
use crate::domain::{Dates, LanguageLevel, Period, Profile, Situation, Status, Weekday};

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
         Göteborg;45;sv A2|qx;B, truckkort A+B;Svetsning|GeoROG, maskinstyrning|svetsning;yh;distans;16 673\r\n",
    );
    assert_eq!(worker.reference, "A-1");
    assert_eq!(worker.warnings, []);
    let profile = &worker.profile;
    assert_eq!(profile.r#ref.as_deref(), Some("A-1"));
    assert_eq!(profile.titles, ["Svetsare"]);
    assert_eq!(profile.ssyk.as_deref(), Some("7212"));
    assert_eq!(profile.skills, ["Svetsning", "GeoROG, maskinstyrning"]);
    assert_eq!(profile.licences, ["B, truckkort A+B"], "parted where it is known what a B is");
    assert_eq!(profile.status, Some(Status::Uppsagd));
    assert_eq!(profile.municipality.as_deref(), Some("Göteborg"));
    assert_eq!(profile.hours_per_week, Some(12.5));
    assert_eq!(profile.limits.max_commute_min, Some(45));
    assert_eq!(profile.swedish, Some(LanguageLevel::A2));
    assert_eq!(ends(profile), "2026-12-28");
    assert!(profile.limits.distance_only);
    assert_eq!(
        profile.dates,
        Dates {
            employed_since: Some(Date::constant(2019, 4, 23)),
            notice: Some(Date::constant(2026, 10, 26)),
            last_day: Some(Date::constant(2026, 12, 28)),
            released_from: Some(Date::constant(2026, 11, 26)),
            ..Dates::default()
        }
    );
    assert_eq!((profile.agreement.as_deref(), profile.as_of), (Some("TSL"), Some(TODAY)));
    // A first language is close to ethnic origin: it goes nowhere.
    assert!(!format!("{profile:?}").contains("qx"));
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
fn a_mistyped_personnummer_refuses_and_telephones_and_case_numbers_do_not() {
    for cell in ["640823-3235", "19640823-3235", "196408233235", "640883-3235"] {
        let row = rows(&format!("ref;yrke;övrigt\nA;kock;{cell}\n")).remove(0);
        assert_eq!(row.outcome.unwrap_err().code, Code::Personnummer, "{cell}");
    }
    for cell in
        ["0701234568", "0701-23 45 68", "250115-0043", "SKOLA-2025-0043", "556016-0681", "7223"]
    {
        for text in
            [format!("ref;yrke;övrigt\nA;kock;{cell}\n"), format!("ref;yrke\n{cell};kock\n")]
        {
            assert!(rows(&text)[0].outcome.is_ok(), "{text}");
        }
    }
}

#[test]
fn a_personnummer_is_said_to_stand_in_its_column() {
    let row = rows("ref;yrke;Persnr\nA1;kock;640823-3234\n").remove(0);
    let problem = row.outcome.unwrap_err();
    assert!(problem.message.sv.contains("Kolumnen Persnr"), "{problem:?}");
    let row = rows("ref;yrke\n640823-3234;kock\n").remove(0);
    assert!(row.outcome.unwrap_err().message.sv.contains("egen referens"));
}

#[test]
fn a_sum_below_the_list_is_nobody() {
    let text = "ref;yrke;sista_dag\nA1;kock;2027-01-31\nSumma;;62\n;Totalt 62;\nTotal;62;\n";
    assert_eq!(outcomes(text), [(2, "ok"), (3, "total_row"), (4, "total_row"), (5, "total_row")]);
}

#[test]
fn a_day_that_may_be_a_month_is_read_and_said() {
    let read = worker("ref;yrke;status;sista_dag\nA1;kock;uppsagd;4/5/2027\n");
    assert_eq!(read.profile.dates.last_day, Some(Date::constant(2027, 5, 4)));
    assert_eq!(codes(&read.warnings), ["day_first"]);
    let read = worker("ref;yrke;status;sista_dag\nA1;kock;uppsagd;4/5 2027\n");
    assert!(read.warnings.is_empty(), "{:?}", read.warnings);
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
    assert!(worker.warnings[0].message.en.contains("read without it"), "{:?}", worker.warnings);
    assert_eq!((worker.profile.dates.last_day, ends(&worker.profile)), (None, "2026-11-16".into()));
}

/// The last day of a worker's window; empty where none is known.
fn ends(profile: &Profile) -> String {
    let window = crate::window::window(&Situation::of(profile), &[]);
    window.ends.map(|day| day.to_string()).unwrap_or_default()
}

#[test]
fn the_end_comes_from_dates_else_from_weeks() {
    let header = "yrke;status;sista_dag;permitterad_tom;veckor_kvar\n";
    for (cells, last, warnings) in [
        ("uppsagd;2026-11-09;2026-12-07;", "2026-11-09", vec![]),
        ("permitterad;2026-11-09;2026-12-07;", "2026-12-07", vec![]),
        ("permitterad;2026-11-09;;", "2026-11-09", vec![]),
        (";;46363;", "2026-12-07", vec![]),
        ("uppsagd;2026-11-02;;", "2026-11-02", vec![]),
        ("uppsagd;2026-10-01;;7", "2026-10-01", vec!["date_passed"]),
        ("arbetslös;2026-10-01;;", "", vec![]),
        ("uppsagd;;;7,5", "2026-12-23", vec![]),
        ("uppsagd;;;", "", vec![]),
        ("uppsagd;;;-1", "", vec!["bad_number"]),
    ] {
        let worker = worker(&format!("{header}kock;{cells}\n"));
        assert_eq!(ends(&worker.profile), last, "{cells}");
        assert_eq!(codes(&worker.warnings), warnings, "{cells}");
    }
}

#[test]
fn dates_in_an_impossible_order_are_said_and_the_end_is_kept() {
    let header = "yrke;status;anstalld_fran;uppsagd_datum;sista_dag;arbetsbefriad_fran\n";
    for (cells, said, kept) in [
        ("2020-01-01;2026-12-01;2026-11-16;", "sista_dag is before uppsagd_datum", [true, false]),
        (
            "2027-01-01;2026-10-01;2026-11-16;",
            "uppsagd_datum is before anstalld_fran",
            [false, true],
        ),
    ] {
        let worker = worker(&format!("{header}kock;uppsagd;{cells}\n"));
        assert_eq!(codes(&worker.warnings), ["dates_disordered"]);
        assert!(worker.warnings[0].message.en.contains(said), "{:?}", worker.warnings);
        let dates = &worker.profile.dates;
        assert_eq!([dates.employed_since.is_some(), dates.notice.is_some()], kept);
        assert_eq!(ends(&worker.profile), "2026-11-16");
    }
}

#[test]
fn leaves_weekdays_and_days_of_the_question_are_read() {
    let header = "yrke;status;foraldraledig;lediga_dagar;per_datum;uppsagningstid_man\n";
    let read = worker(&format!(
        "{header}kock;permitterad;2026-10-01/2026-12-31|2027-02-01/2027-03-01;fre, mån;2026-10-15;3\n"
    ));
    assert_eq!(codes(&read.warnings), Vec::<&str>::new());
    let profile = read.profile;
    assert_eq!(profile.dates.parental_leave.len(), 2);
    assert_eq!(profile.weekdays, [Weekday::Mon, Weekday::Fri]);
    assert_eq!(
        (profile.as_of, profile.dates.notice_months),
        (Some(Date::constant(2026, 10, 15)), Some(3))
    );
    let wrong = worker(&format!("{header}kock;permitterad;2027-01-01/2026-12-31;fredas;x;99\n"));
    assert_eq!(codes(&wrong.warnings), ["bad_number", "bad_date", "bad_date", "bad_number"]);
    assert_eq!(wrong.profile.as_of, Some(TODAY));
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
    assert_eq!(warned("16,67;82;200"), ["bad_ssyk", "bad_number", "bad_number"]);
    let limits = "yrke;frigjorda_h_vecka;veckor_kvar;uppsagningstid_man;max_pendling_min\n";
    let read = |cells: &str| self::worker(&format!("{limits}kock;{cells}\n"));
    let units = read("20 h/vecka;12 v.;3 mån;1,5 tim");
    assert_eq!(codes(&units.warnings), Vec::<&str>::new());
    assert_eq!(units.profile.limits.max_commute_min, Some(90));
    let wrong = read("20 veckor;12 timmar;6 veckor;1 kr");
    assert_eq!(codes(&wrong.warnings), ["bad_number"; 4]);
    assert_eq!(wrong.profile.dates.notice_months, None);
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
fn a_level_of_swedish_is_read_and_one_that_is_none_is_said() {
    for (cell, level, warned) in [
        ("sv A2|en B1", Some(LanguageLevel::A2), false),
        ("svenska: b2", Some(LanguageLevel::B2), false),
        ("C1", Some(LanguageLevel::C1), false),
        ("sv|bs", None, false),
        ("en B1", None, false),
        ("sv B7", None, true),
        ("A2+", None, true),
    ] {
        let read = worker(&format!("ref;yrke;sprak\nA;kock;{cell}\n"));
        assert_eq!(read.profile.swedish, level, "{cell}");
        assert_eq!(codes(&read.warnings) == ["unknown_level"], warned, "{cell}");
    }
}
