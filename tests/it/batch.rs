//! `batch`: a small messy list on the starter set, and the made-up list of 1,750 workers where
//! `KOMPETENSNAV_DATA` names it.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::{self, Cursor, Write},
    path::Path,
    process::Stdio,
    sync::LazyLock,
    thread,
    time::Duration,
};

use calamine::{Data, Range, Reader as _, Xlsx};
use jiff::civil::date;
use kompetensnav::{
    batch::{self, Form, Output, Progress, Settings},
    dataset::starter,
    domain::{Explain, Recommendation},
    engine::Engine,
    intake,
    model::{self, Ranker},
};
use parquet::{
    file::reader::{FileReader as _, SerializedFileReader},
    record::Field,
};
use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, command, real_files, run, run_with, text};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let dataset = starter::dataset().unwrap();
    let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
    Engine::new(dataset, model)
});

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
    "A8;Uppsagd;\"Butikssäljare; barn\";;;;Partille;2027-01-31",
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
    let of_a1 = rows.iter().filter(|row| &row[2] == "A1").count();
    assert_eq!(of_a1, 4, "two paths in each of two lists");
    assert_eq!(rows.iter().filter(|row| &row[3] == "refused").count(), 5);
    assert!(rows.iter().all(|row| !row[row.len() - 1].contains("9876")));
    let confidence = reader.headers().unwrap().iter().position(|name| name == "title_confidence");
    for row in rows.iter().filter(|row| &row[3] == "matched") {
        let read: f32 = row[confidence.unwrap()].parse().unwrap();
        assert!((0.0..=1.0).contains(&read), "{row:?}");
    }
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
    assert_eq!(batched, one.told(Explain::Short), "a batch of one is the one, briefly");
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
    let told = run.batch("out.csv", &[]).success();
    let unsure = summary["unsure_titles"].as_u64().unwrap();
    assert_eq!(unsure, 1, "of butikssäljare there are several");
    assert!(told.contains(&format!("{unsure:>7} whose title was read unsurely")), "{told}");
    let refused: u64 =
        summary["refused"].as_object().unwrap().values().filter_map(Value::as_u64).sum();
    assert_eq!(refused, 5);
    let lists = ["top_targets", "top_gaps", "top_courses"];
    assert!(lists.iter().all(|key| summary[key].as_array().unwrap().is_empty()), "{summary}");
    let written = run.read("summary.json");
    for key in summary.as_object().unwrap().keys() {
        let times = written.matches(&format!("\n  \"{key}\":")).count();
        assert_eq!(times, 1, "{key} in {written}");
    }
    assert!(summary.get("targets").is_none(), "parts that are not told: {written}");
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

/// A list of made-up workers that takes the program some seconds.
pub(crate) fn long_list(rows: usize) -> String {
    let titles =
        ["Servitris", "Kock", "CNC-operatör", "Lastbilschaufför", "Butikssäljare", "Svetsare"];
    let mut text = HEADER.to_owned();
    for row in 0..rows {
        let title = titles[row % titles.len()];
        let day = 1 + row % 28;
        let _written = write!(text, "\r\nW{row};uppsagd;{title};;;B;Göteborg;2027-03-{day:02}");
    }
    text
}

/// Twenty moments, each later than the one before in the run's work.
#[test]
fn a_killed_run_goes_on_and_gives_the_same_bytes() {
    let run = Run::new(long_list(12_000).as_bytes());
    let [list, out] = ["list.csv", "out.ndjson"].map(|name| run.folder.path().join(name));
    run.batch("whole", &["--threads", "1"]).success();
    for moment in 0..20_u64 {
        let args = ["batch", text(&list), "--out", text(&out), "--today", TODAY, "--threads", "1"];
        let mut child = command(&args).stderr(Stdio::piped()).spawn().unwrap();
        thread::sleep(Duration::from_millis(50 + 150 * moment));
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!out.exists() || run.read("out.ndjson") == run.read("whole"), "half a result");
    }
    let summary = run.batch("out.ndjson", &[]).success();
    assert!(run.read("out.ndjson") == run.read("whole"), "other bytes than in one go");
    assert!(summary.contains("  12000 rows"), "{summary}");
    assert_eq!(run.names(), ["list.csv", "out.ndjson", "whole"], "nothing is left over");
}

/// An output whose disk is full after so many chunks.
#[derive(Default)]
struct Filling {
    bytes: Vec<u8>,
    left: usize,
    whole: usize,
    reached: Progress,
}

impl Write for Filling {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.bytes.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Output for Filling {
    fn reached(&mut self, progress: &Progress) -> io::Result<()> {
        let Some(left) = self.left.checked_sub(1) else {
            return Err(io::ErrorKind::StorageFull.into());
        };
        self.left = left;
        self.whole = self.bytes.len();
        self.reached = progress.clone();
        Ok(())
    }
}

#[test]
fn from_each_checkpoint_a_run_goes_on_with_the_same_bytes_and_never_with_another_list() {
    let rows = |list: &str| {
        let list = Cursor::new(list.to_owned());
        intake::from_reader(list, "list.csv", None, date(2026, 11, 1)).unwrap()
    };
    let list = long_list(2_500);
    for form in [Form::Ndjson, Form::Csv, Form::Raw, Form::Words] {
        let settings = Settings::new(form, 1);
        let answer = |list: &str, from: Progress, out: &mut Filling| {
            batch::run(&ENGINE, &mut rows(list), settings, from, out)
        };
        let mut whole = Filling { left: 9, ..Filling::default() };
        let summary = answer(&list, Progress::default(), &mut whole).unwrap();
        for chunks in 1..=2 {
            let mut out = Filling { left: chunks, ..Filling::default() };
            let error = answer(&list, Progress::default(), &mut out).unwrap_err();
            assert!(matches!(error, batch::Error::Write(_)), "{error}");
            out.bytes.truncate(out.whole);
            let from = serde_json::to_string(&out.reached).unwrap();
            let from: Progress = serde_json::from_str(&from).unwrap();
            out.left = 9;
            assert_eq!(answer(&list, from.clone(), &mut out).unwrap(), summary);
            assert!(out.bytes == whole.bytes, "{form:?} {chunks}");
            let typo = list.replacen("Kock", "Servitris", 1);
            for other in [typo.as_str(), &list[..20_000]] {
                let error = answer(other, from.clone(), &mut out).unwrap_err();
                assert!(matches!(error, batch::Error::Changed), "{error}");
            }
        }
    }
}

#[test]
fn a_command_that_fails_before_it_begins_leaves_what_a_killed_run_has_left() {
    let run = Run::new(list(&ROWS).as_bytes());
    let left = [("out.part", "abc"), ("out.part.json", "{}")];
    for (name, text) in left {
        fs::write(run.folder.path().join(name), text).unwrap();
    }
    for more in [["--data", "no-such-folder"], ["--signals", "no-such-file"]] {
        run.batch("out", &more).failure(1);
        assert!(left.iter().all(|(name, text)| run.read(name) == *text), "{more:?}");
    }
    run.batch("out", &[]).success();
    assert_eq!(run.names(), ["list.csv", "out"]);
}

#[test]
fn what_is_left_of_another_run_is_not_gone_on_with() {
    let run = Run::new(list(&ROWS).as_bytes());
    run.batch("whole", &[]).success();
    let left = r#"{"key":"other","today":"2026-11-01","bytes":3,"progress":{"rows":1,"digest":"","summary":"#;
    for checkpoint in ["", "no json", left] {
        fs::write(run.folder.path().join("out.part"), "abcdef").unwrap();
        fs::write(run.folder.path().join("out.part.json"), checkpoint).unwrap();
        let ran = run.batch("out", &[]);
        assert!(
            ran.err.contains("not as it was written, so all of it is answered anew"),
            "{ran:?}"
        );
        ran.success();
        assert_eq!(run.read("out"), run.read("whole"));
        assert_eq!(run.names(), ["list.csv", "out", "whole"]);
    }
}

#[test]
fn two_runs_do_not_write_one_result() {
    let run = Run::new(list(&ROWS).as_bytes());
    let out = run.folder.path().join("out");
    let error = run.batch("out", &["--summary", text(&out)]).failure(1);
    assert!(error.contains("named for two results"), "{error}");
    assert_eq!(run.names(), ["list.csv"]);
    let part = fs::File::create(run.folder.path().join("out.part")).unwrap();
    part.lock().unwrap();
    let error = run.batch("out", &[]).failure(1);
    assert!(error.contains("another run is writing") && error.contains("out"), "{error}");
    part.unlock().unwrap();
    run.batch("out", &[]).success();
}

#[test]
fn shards_together_answer_each_row_once() {
    let run = Run::new(list(&ROWS).as_bytes());
    run.batch("whole", &[]).success();
    let mut lines: Vec<(u64, String)> = Vec::new();
    for shard in ["1/3", "2/3", "3/3"] {
        run.batch("part", &["--shard", shard]).success();
        for line in run.read("part").lines() {
            let record: Value = serde_json::from_str(line).unwrap();
            lines.push((record["line"].as_u64().unwrap(), line.to_owned()));
        }
    }
    lines.sort();
    let together: Vec<&str> = lines.iter().map(|(_, line)| line.as_str()).collect();
    assert_eq!(together, run.read("whole").lines().collect::<Vec<_>>());
    for wrong in ["0/3", "4/3", "x", "1/0", "1/10001"] {
        let error = run.batch("part", &["--shard", wrong]).failure(2);
        assert!(error.contains("K/N"), "{error}");
    }
}

#[test]
fn a_filter_gives_each_row_its_record_however_the_list_is_cut() {
    let profiles = [
        r#"{"ref": "p1", "titles": ["servitris"], "weeks_left": 12}"#,
        r#"{"titles": ["kock"]}"#,
        "not json",
        r#"{"ref": "p1", "titles": ["svetsare"]}"#,
    ];
    let answer = |lines: &[&str]| {
        let ran = run_with(&["batch", "--stdin", "--today", TODAY], lines.join("\n").as_bytes());
        assert_eq!(ran.err, "");
        ran.success()
    };
    let whole = answer(&profiles);
    let cut: String = profiles.iter().map(|line| answer(&[line])).collect();
    assert_eq!(whole, cut);
    let records = records(&whole);
    assert!(records.iter().all(|record| record.get("line").is_none()));
    assert_eq!(records[1]["recommendation"].get("ref"), None);
    assert_eq!(records[3]["recommendation"]["ref"], "p1", "it cannot know of the other");
    assert_eq!(answer(&[]), "");
    let strange = ["%PDF", "{\\rtf", "PK\u{3}", "nul \u{0}", profiles[0]];
    assert_eq!(answer(&strange), strange.iter().map(|line| answer(&[line])).collect::<String>());
    let error = run(&["batch", "--stdin", "list.csv"]).failure(2);
    assert!(error.contains("--stdin"), "{error}");
    let error = run(&["batch"]).failure(2);
    assert!(error.contains("--out"), "{error}");
}

/// The table's rows as text, null as empty.
fn parquet_rows(path: &Path) -> Vec<Vec<String>> {
    let reader = SerializedFileReader::new(fs::File::open(path).unwrap()).unwrap();
    let shown = |name: &str, field: &Field| match field {
        Field::Null => String::new(),
        Field::Str(text) => text.clone(),
        Field::Double(number) if name == "title_confidence" => format!("{number:.2}"),
        Field::Double(number) => format!("{number:.1}"),
        other => other.to_string(),
    };
    let rows = reader.get_row_iter(None).unwrap().map(Result::unwrap);
    let cell = |(name, field): (&String, &Field)| shown(name, field);
    rows.map(|row| row.get_column_iter().map(cell).collect()).collect()
}

/// What a row of the workbook says in Swedish is what `cells` of the CSV say by keys.
fn is_in_words(sheet: &Range<Data>, row: usize, cells: &[String]) {
    let said = |at: usize| sheet.get((row, at)).map(ToString::to_string).unwrap_or_default();
    let results = ["har väg", "ingen väg inom gränserna", "för lite förstått", "lästes inte"];
    assert!(results.contains(&&*said(3)), "{}", said(3));
    let lists = ["", "frågat yrke", "samma bransch", "annan bransch"];
    assert!(lists.contains(&&*said(4)), "{}", said(4));
    let licences = said(13);
    assert!(cells[13].is_empty() || licences != cells[13], "{licences} is a key");
    let flags = [("true", "ja"), ("false", "nej"), ("", "okänt"), ("", "")];
    assert!(flags.contains(&(&*cells[18], &*said(18))), "{cells:?}");
    assert!(!cells[23].is_empty() || cells[3] != "matched", "{cells:?}");
    // What is wrong with a row is said in Swedish there, and by its code for programs.
    let (remark, code) = (said(27), &cells[27]);
    assert!(remark.is_empty() && code.is_empty() || remark.ends_with('.'), "{remark} {code}");
    assert!(remark.is_empty() || remark != *code, "{remark}");
    let date = "sista_dag: Ingen dag";
    assert!(!code.starts_with("bad_date") || remark.starts_with(date), "{remark}");
}

#[test]
fn the_table_is_the_same_as_csv_workbook_and_parquet() {
    let run = Run::new(list(&ROWS).as_bytes());
    for name in ["out.csv", "out.xlsx", "out.parquet"] {
        run.batch(name, &[]).success();
    }
    let book = fs::read(run.folder.path().join("out.xlsx")).unwrap();
    run.batch("out.xlsx", &[]).success();
    assert!(fs::read(run.folder.path().join("out.xlsx")).unwrap() == book, "other bytes again");
    let table = run.read("out.csv");
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(b';')
        .from_reader(table.trim_start_matches('\u{feff}').as_bytes());
    let right: Vec<Vec<String>> = reader
        .records()
        .map(|row| {
            row.unwrap().iter().map(|cell| cell.trim_start_matches('\'').to_owned()).collect()
        })
        .collect();
    assert_eq!(parquet_rows(&run.folder.path().join("out.parquet")), right);
    let mut book: Xlsx<_> = calamine::open_workbook(run.folder.path().join("out.xlsx")).unwrap();
    assert_eq!(book.sheet_names(), ["Sammanfattning", "Vägar"]);
    let sheet = book.worksheet_range("Vägar").unwrap();
    assert_eq!(sheet.height(), right.len() + 1);
    assert_eq!(sheet.get((0, 7)).unwrap().to_string(), "Yrke");
    for (row, cells) in right.iter().enumerate() {
        let found = sheet.get((row + 1, 7)).map(ToString::to_string).unwrap_or_default();
        assert_eq!(found, cells[7]);
        is_in_words(&sheet, row + 1, cells);
        let score = sheet.get((row + 1, 6)).and_then(calamine::DataType::as_f64);
        assert_eq!(score.map(|score| format!("{score:.1}")).unwrap_or_default(), cells[6]);
    }
    // Both say which versions they are of.
    let file = fs::File::open(run.folder.path().join("out.parquet")).unwrap();
    let reader = SerializedFileReader::new(file).unwrap();
    let metadata = reader.metadata().file_metadata().key_value_metadata().unwrap().clone();
    let sheet = book.worksheet_range("Sammanfattning").unwrap();
    let told: Vec<[String; 2]> = sheet
        .rows()
        .map(|cells| [0, 1].map(|at| cells.get(at).map(ToString::to_string).unwrap_or_default()))
        .collect();
    for name in ["engine", "dataset", "model"] {
        let key = format!("kompetensnav.{name}");
        let version = metadata.iter().find(|row| row.key == key).unwrap().value.clone().unwrap();
        assert!(!version.is_empty(), "{name}");
        assert!(told.contains(&[name.to_owned(), version]), "{name}: {told:?}");
    }
    assert_eq!(run.names(), ["list.csv", "out.csv", "out.parquet", "out.xlsx"]);
    for name in ["out.xls", "out.pdf", "out.json"] {
        let error = run.batch(name, &[]).failure(1);
        assert!(error.contains("name it .ndjson, .jsonl, .csv, .xlsx, .parquet"), "{error}");
    }
    assert_eq!(run.names(), ["list.csv", "out.csv", "out.parquet", "out.xlsx"]);
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
