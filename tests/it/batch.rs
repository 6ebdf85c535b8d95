//! `batch`: a small messy list on the starter set, and the made-up list of 1,750 workers where
//! `KOMPETENSNAV_DATA` names it.

use std::{collections::BTreeMap, fs};

use kompetensnav::domain::Recommendation;
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, real_files, run, run_with, text};

/// The day all runs count from.
const TODAY: &str = "2026-11-01";

const HEADER: &str = "ref;status;yrke;ssyk;kompetenser;korkort;kommun;sista_dag";

/// Good rows, bad rows and odd rows.
const ROWS: [&str; 10] = [
    "A1;uppsagd;Servitris;;Kundservice;;Göteborg;2027-01-31",
    "A2;permitterad;Montör, bilindustri;;Svetsning|Truckvana;truckkort;Mölndal;",
    "A3;uppsagd;Kock;;;;Göteborg;2027-02-31",
    "19811218-9876;uppsagd;Kock;;;;Göteborg;2027-01-31",
    "A4;anställd;Lastbilschaufför;8332;;CE|YKB;Ale;",
    "A1;uppsagd;Kock;;;;Göteborg;2027-01-31",
    "A5;;;;;;Göteborg;",
    "A6;uppsagd;Xyzzyq;;;;Kungälv;2026-12-31",
    "A7;uppsagd;CNC-operatör;;;;Göteborg;2027-01-31;en cell för mycket",
    "A8;Uppsagd;\"Butikssäljare; deltid\";;;;Partille;2027-01-31",
];

fn list(rows: &[&str]) -> String {
    let mut text = HEADER.to_owned();
    for row in rows {
        text.push_str("\r\n");
        text.push_str(row);
    }
    text + "\r\n"
}

struct Run {
    folder: TempDir,
}

impl Run {
    fn new(list: &[u8]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("list.csv"), list).unwrap();
        Self { folder }
    }

    fn batch(&self, out: &str, more: &[&str]) -> Ran {
        let [list, out] = ["list.csv", out].map(|name| self.folder.path().join(name));
        let fixed = ["batch", text(&list), "--out", text(&out), "--today", TODAY];
        run(&[&fixed[..], more].concat())
    }

    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.folder.path().join(name)).unwrap()
    }

    fn records(&self, name: &str) -> Vec<Value> {
        records(&self.read(name))
    }
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// A record's reference; empty where the row was refused.
fn reference(record: &Value) -> &str {
    record["recommendation"]["ref"].as_str().unwrap_or_default()
}

fn windows_1252(text: &str) -> Vec<u8> {
    text.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect()
}

#[test]
fn every_row_is_a_record_in_the_order_of_the_list() {
    let run = Run::new(list(&ROWS).as_bytes());
    let said = run.batch("out.ndjson", &["--summary"]);
    assert!(said.failure(2).contains("--summary"));
    let said = run.batch("out.ndjson", &[]).success();
    let records = run.records("out.ndjson");
    let lines: Vec<u64> = records.iter().map(|record| record["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, (2..).take(ROWS.len()).collect::<Vec<u64>>());
    let seen: Vec<String> = records
        .iter()
        .map(|record| {
            let result = record["result"].as_str().unwrap();
            let status = record["recommendation"]["match_status"].as_str();
            let code = record["error"]["code"].as_str();
            format!("{result} {} {}", status.or(code).unwrap_or("-"), reference(record))
        })
        .collect();
    assert_eq!(
        seen,
        [
            "answered matched A1",
            "answered matched A2",
            "refused bad_date ",
            "refused personnummer ",
            "answered matched A4",
            "refused duplicate_ref ",
            "refused empty_profile ",
            "answered abstain A6",
            "refused too_many_cells ",
            "answered matched A8",
        ]
    );
    assert!(!run.read("out.ndjson").contains("9876"), "a personnummer is repeated");
    assert!(said.contains("     10 rows"), "{said}");
    assert!(said.contains("refused: personnummer") && !said.contains("9876"), "{said}");
    assert!(!run.folder.path().join("out.ndjson.part").exists());
}

#[test]
fn the_same_bytes_for_any_threads_and_encoding() {
    let utf8 = Run::new(list(&ROWS).as_bytes());
    let latin = Run::new(&windows_1252(&list(&ROWS)));
    utf8.batch("one", &["--threads", "1"]).success();
    utf8.batch("two", &["--threads", "2"]).success();
    assert_eq!(utf8.read("one"), utf8.read("two"));
    let said = latin.batch("one", &[]).success();
    assert_eq!(latin.read("one"), utf8.read("one"));
    assert!(said.contains("Windows-1252"), "{said}");
}

#[test]
fn the_order_of_rows_changes_no_answer() {
    // The duplicate is left out: which of two rows with one reference counts depends on the order.
    let mut rows: Vec<&str> = ROWS.to_vec();
    rows.remove(5);
    let answers = |rows: &[&str]| {
        let run = Run::new(list(rows).as_bytes());
        run.batch("out", &[]).success();
        let mut records = run.records("out");
        for record in &mut records {
            record.as_object_mut().unwrap().remove("line");
        }
        let mut lines: Vec<String> = records.iter().map(Value::to_string).collect();
        lines.sort();
        lines
    };
    let straight = answers(&rows);
    rows.reverse();
    assert_eq!(straight, answers(&rows));
}

#[test]
fn a_table_opens_in_a_swedish_spreadsheet() {
    let run = Run::new(list(&ROWS).as_bytes());
    run.batch("out.csv", &["--paths", "2"]).success();
    let table = run.read("out.csv");
    let table = table.strip_prefix('\u{feff}').unwrap();
    let mut reader = csv::ReaderBuilder::new().delimiter(b';').from_reader(table.as_bytes());
    assert_eq!(&reader.headers().unwrap()[0], "line");
    let rows: Vec<csv::StringRecord> = reader.records().map(|row| row.unwrap()).collect();
    let of_a1 = rows.iter().filter(|row| &row[1] == "A1").count();
    assert_eq!(of_a1, 4, "two paths in each of two lists");
    assert_eq!(rows.iter().filter(|row| &row[2] == "refused").count(), 5);
    assert!(rows.iter().all(|row| !row[row.len() - 1].contains("9876")));
}

#[test]
fn profiles_flow_from_standard_input_to_standard_output() {
    let profiles = "{\"ref\": \"p1\", \"titles\": [\"servitris\"], \"weeks_left\": 12}\n\
                    not json\n\n\
                    {\"ref\": \"p2\", \"titles\": [\"kock\"], \"favourite\": \"blue\"}\n\
                    {\"ref\": \"p3\", \"skills\": [\"svetsning\"]}\n";
    let ran = run_with(&["batch", "-", "--out", "-", "--today", TODAY], profiles.as_bytes());
    assert!(ran.err.contains("4 rows"), "the summary goes to standard error: {ran:?}");
    let records = records(&ran.success());
    let seen: Vec<&str> = records
        .iter()
        .map(|record| record["error"]["code"].as_str().unwrap_or(reference(record)))
        .collect();
    assert_eq!(seen, ["p1", "bad_json", "unknown_field", "p3"]);
    let one = run_with(
        &["recommend", "-", "--json", "--paths", "3", "--today", TODAY],
        br#"{"ref": "p1", "titles": ["servitris"], "weeks_left": 12}"#,
    );
    let one: Recommendation = serde_json::from_str(&one.success()).unwrap();
    let batched: Recommendation =
        serde_json::from_value(records[0]["recommendation"].clone()).unwrap();
    assert_eq!(batched, one.brief(), "a batch of one is the one, briefly");
}

#[test]
fn the_summary_is_json_of_counts() {
    let run = Run::new(list(&ROWS).as_bytes());
    let path = run.folder.path().join("summary.json");
    run.batch("out", &["--summary", text(&path)]).success();
    let summary: Value = serde_json::from_str(&run.read("summary.json")).unwrap();
    assert_eq!(summary["rows"], 10);
    assert_eq!(summary["matched"], 4);
    assert_eq!(summary["abstain"], 1);
    let refused: u64 =
        summary["refused"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(refused, 5);
    let lists = ["top_targets", "top_gaps", "top_courses"];
    assert!(lists.iter().all(|key| summary[key].as_array().unwrap().is_empty()), "{summary}");
}

#[test]
fn a_list_that_is_none_and_a_place_that_is_none_are_named() {
    let run = Run::new(b"Till handl\xE4ggaren\n");
    let error = run.batch("out", &[]).failure(1);
    assert!(error.contains("list.csv") && error.contains("no header line"), "{error}");
    assert!(!run.folder.path().join("out").exists());
    let empty = Run::new(b"");
    let error = empty.batch("out", &[]).failure(1);
    assert!(error.contains("list.csv"), "{error}");
    let good = Run::new(list(&ROWS).as_bytes());
    let error = good.batch("no/such/folder/out.csv", &[]).failure(1);
    assert!(error.contains("cannot create") && error.contains("no/such/folder"), "{error}");
    assert!(error.contains("a folder that is there"), "{error}");
    let absent = good.folder.path().join("absent/summary.json");
    let error = good.batch("out", &["--summary", text(&absent)]).failure(1);
    assert!(error.contains("cannot create") && error.contains("absent"), "{error}");
    assert_eq!(good.names(), ["list.csv"], "nothing is done and nothing is left");
    let error = good.batch("", &[]).failure(1);
    assert!(error.contains("is a folder"), "{error}");
    let error = crate::program::run(&["batch", "no-such-list.csv", "--out", "-"]).failure(1);
    assert!(error.contains("no-such-list.csv") && error.contains("check the path"), "{error}");
}

/// A limit on the size of a file stands for a full disk.
#[cfg(target_os = "linux")]
#[test]
fn a_full_disk_leaves_nothing_half_and_says_what_happened() {
    let run = Run::new(list(&ROWS).as_bytes());
    let [list, out] = ["list.csv", "out.ndjson"].map(|name| run.folder.path().join(name));
    let script = "trap '' XFSZ; ulimit -f 1; exec \"$@\"";
    let program = env!("CARGO_BIN_EXE_kompetensnav");
    let ran = std::process::Command::new("sh")
        .args(["-c", script, "sh", program, "batch", text(&list), "--out", text(&out)])
        .env_remove("KOMPETENSNAV_DATASET")
        .output()
        .unwrap();
    let error = String::from_utf8(ran.stderr).unwrap();
    assert_eq!(ran.status.code(), Some(1), "{error}");
    assert!(error.contains("out.ndjson") && error.contains("was removed"), "{error}");
    assert_eq!(error.matches("os error").count(), 1, "the cause, once: {error}");
    assert_eq!(run.names(), ["list.csv"]);
}

#[test]
fn a_run_that_could_give_nothing_or_eat_its_list_is_refused() {
    let run = Run::new(list(&ROWS).as_bytes());
    for paths in ["0", "101"] {
        let error = run.batch("out", &["--paths", paths]).failure(2);
        assert!(error.contains("1 to 100"), "{error}");
    }
    let before = run.read("list.csv");
    let path = run.folder.path().join("list.csv");
    for error in [
        run.batch("list.csv", &[]).failure(1),
        run.batch("out", &["--summary", text(&path)]).failure(1),
    ] {
        assert!(error.contains("is the list"), "{error}");
    }
    assert_eq!(run.read("list.csv"), before);
}

#[test]
fn the_list_of_1750_workers_runs_whole() {
    let Some(official) = real_files() else { return };
    let list = official.join("cohorts/personforteckning_1750.csv");
    let folder = tempfile::tempdir().unwrap();
    let batch = |name: &str, threads: &str| {
        let out = folder.path().join(name);
        let more = ["--today", TODAY, "--threads", threads];
        run(&[&["batch", text(&list), "--out", text(&out)], &more[..]].concat()).success();
        fs::read_to_string(out).unwrap()
    };
    let result = batch("one", "1");
    assert_eq!(result, batch("two", "2"));
    let records = records(&result);
    assert_eq!(records.len(), 1_750);
    assert!(records.windows(2).all(|two| two[0]["line"].as_u64() < two[1]["line"].as_u64()));
    let mut refused = BTreeMap::<&str, u64>::new();
    for code in records.iter().filter_map(|record| record["error"]["code"].as_str()) {
        *refused.entry(code).or_default() += 1;
    }
    // As many as another program found: see the test of `intake` on the same list.
    let expected =
        [("bad_date", 4), ("duplicate_ref", 5), ("empty_profile", 2), ("personnummer", 9)];
    assert_eq!(refused, expected.into());
    let answered = records.iter().filter(|record| record["result"] == "answered").count();
    assert_eq!(answered, 1_730);
}
