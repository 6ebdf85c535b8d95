//! Lists and documents of every form through the real program: `intake`, `batch` and `recommend`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, real_files, run, run_with, text};

struct Files {
    folder: TempDir,
}

impl Files {
    fn of(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            fs::write(folder.path().join(name), content).unwrap();
        }
        Self { folder }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn records(text: &str) -> Vec<Value> {
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn batch(list: &Path, more: &[&str]) -> Ran {
    run(&[&["batch", text(list), "--out", "-", "--today", "2026-11-01"], more].concat())
}

const LIST: &str = "Personallista;;;\nAnstnr;Uppdrag;Anstäld från;Namn\n7;Servitris;2019-04-23;x\n\
                    8;;2020-01-01;x\n9;Kock 640823-3234;;\n";

#[test]
fn the_columns_are_shown_and_corrected_before_anything_is_suggested() {
    let files = Files::of(&[("lista.csv", LIST.as_bytes())]);
    let list = files.path("lista.csv");
    let error = run(&["intake", text(&list)]).failure(1);
    assert!(
        error.contains("no column says what the workers can do") && error.contains("--map"),
        "{error}"
    );
    let said = run(&["intake", text(&list), "--map", "Uppdrag=yrke"]).success();
    for line in [
        "Läst som csv: 1 av 3 rader",
        "Obs: Rader före rubrikraden som inte lästes: 1.",
        "  Anstnr        ref                        2",
        "  Uppdrag       yrke                       1  enligt --map",
        "  Anstäld från  anstalld_fran              2  gissning; rätta med --map \"Anstäld från=KOLUMN\"",
        "  Namn          -                          2  säger vem någon är: läses aldrig",
        "      1 empty profile: 4",
        "      1 personnummer: 5",
    ] {
        assert!(said.contains(line), "{line} is not in\n{said}");
    }
    let json = run(&["intake", text(&list), "--map", "Uppdrag=yrke", "--json"]).success();
    let json: Value = serde_json::from_str(&json).unwrap();
    assert_eq!((json["rows"].as_u64(), json["read"].as_u64()), (Some(3), Some(1)));
    assert_eq!(json["columns"][2]["meaning"], "guessed");
    assert!(!format!("{said}{json}").contains("3234"));
    let said = batch(&list, &["--map", "Uppdrag=yrke"]);
    assert!(said.err.contains("Anstäld från = anstalld_fran"), "{}", said.err);
    assert_eq!(records(&said.success()).len(), 3);
    for (map, wrong) in [
        ("Uppdrag=yrk", "columns are ref"),
        ("Upp=yrke", "Anstnr, Uppdrag"),
        ("Namn=ref", "never read"),
    ] {
        let error = batch(&list, &["--map", map]).failure(1);
        assert!(error.contains(wrong), "{error}");
    }
    let error = batch(&list, &["--format", "pdf"]).failure(2);
    assert!(error.contains("csv, xlsx, ndjson, json, paxml, europass, text"), "{error}");
}

const RESUME: &str = r#"{"basics": {"name": "Hemlig"}, "work": [{"name": "Hemliga", "position": "Servitris",
    "highlights": ["Tog emot gäster och beställningar"]}], "skills": [{"name": "Kundservice"}]}"#;

const PAXML: &str = "<?xml version=\"1.0\"?><paxml><personal><person anstid=\"1001\"><persnr>640823-3234</persnr>\
    <befattning>Kock</befattning></person></personal></paxml>";

#[test]
fn a_day_that_is_none_is_told_by_its_column_and_what_became_of_the_row() {
    let list = "ref;yrke;status;anstalld_fran;uppsagd_datum;sista_dag\n\
                A;Kock;uppsagd;1 mars 2019;2/11/26;31/3/27\n\
                B;Kock;uppsagd;mars 2019;hösten;2027-03-31\n\
                C;Kock;uppsagd;våren;;2027-03-31\n\
                D;Kock;uppsagd;2019-03-01;;mars 2027\n";
    let files = Files::of(&[("lista.csv", list.as_bytes())]);
    let list = files.path("lista.csv");
    let said = run(&["intake", text(&list)]).success();
    for lines in [
        "Läst som csv: 3 av 4 rader",
        "      1 bad date [sista_dag]: 5\n        Ingen dag som är säker. Raden lästes inte: ",
        "      2 bad date [anstalld_fran]: 3, 4\n        Ingen dag som är säker. Raden lästes utan den",
        "      1 bad date [uppsagd_datum]: 3\n",
    ] {
        assert!(said.contains(lines), "{lines} is missing in\n{said}");
    }
    let report = run(&["intake", text(&list), "--json"]).success();
    let report: Value = serde_json::from_str(&report).unwrap();
    let bad = &report["warnings"]["bad_date"];
    assert_eq!(bad["rows"], 2, "a row counts once: {bad}");
    assert_eq!(bad["fields"]["anstalld_fran"]["rows"], 2, "{bad}");
    let read = &records(&batch(&list, &[]).success())[0]["recommendation"]["window"];
    assert_eq!(read["ends"], "2027-03-31", "{read}");
}

#[test]
fn a_folder_of_documents_is_a_batch() {
    let files = Files::of(&[
        ("w1.json", RESUME.as_bytes()),
        ("w2.txt", "Lastbilsförare på Hemliga 2015-2024\nKörkort: CE".as_bytes()),
        ("lön.xml", PAXML.as_bytes()),
        ("w3.docx", b"PK\x03\x04"),
        ("19640823-3234.txt", b"Kock"),
    ]);
    let ran = batch(files.folder.path(), &[]);
    assert!(!format!("{ran:?}").contains("3234"), "a personnummer is repeated");
    let err = ran.err.clone();
    let records = records(&ran.success());
    let seen: Vec<String> = records
        .iter()
        .map(|record| {
            let reference = record["recommendation"]["ref"].as_str();
            let told = reference.or(record["error"]["code"].as_str()).unwrap();
            let title = record["recommendation"]["understood"]["occupations"][0]["text"].as_str();
            format!("{} {told} {}", record["file"].as_str().unwrap(), title.unwrap_or("-"))
        })
        .collect();
    assert_eq!(
        seen,
        [
            "? (1) unread_file -",
            "lön.xml 1001 Kock",
            "w1.json w1 Servitris",
            "w2.txt w2 Lastbilsförare",
            "w3.docx unread_file -",
        ]
    );
    assert!(err.contains("2 refused: unread file"), "{err}");
    let csv = files.folder.path().join("../paths.csv");
    let ran =
        run(&["batch", text(files.folder.path()), "--out", text(&csv), "--today", "2026-11-01"]);
    ran.success();
    let table = fs::read_to_string(&csv).unwrap();
    fs::remove_file(&csv).unwrap();
    assert!(table.contains("\n1;w1.json;w1;matched;"), "{table}");
}

#[test]
fn a_document_is_recommended_for() {
    let files = Files::of(&[("w1.json", RESUME.as_bytes()), ("w2.txt", "Servitris\n".as_bytes())]);
    let answer = run(&["recommend", text(&files.path("w1.json")), "--json"]).answer();
    assert_eq!(
        (answer.r#ref.as_deref(), &answer.understood.occupations[0].text[..]),
        (Some("w1"), "Servitris")
    );
    let skills: Vec<&str> =
        answer.understood.skills.iter().map(|skill| skill.text.as_str()).collect();
    assert!(skills.contains(&"Kundservice"), "{skills:?}");
    let answer =
        run(&["recommend", text(&files.path("w2.txt")), "--json", "--title", "Kock"]).answer();
    assert_eq!(answer.understood.occupations.len(), 2);
    let answer = Ran::answer(run_with(&["recommend", "-", "--json"], RESUME.as_bytes()));
    assert_eq!(answer.r#ref, None);
    let two = format!("[{RESUME}, {RESUME}]");
    let error = run_with(&["recommend", "-"], two.as_bytes()).failure(1);
    assert!(error.contains("2 persons") && error.contains("batch"), "{error}");
    let number =
        run_with(&["recommend", "-"], PAXML.replace("Kock", "Kock 640823-3234").as_bytes());
    let error = number.failure(1);
    assert!(error.contains("personnummer") && !error.contains("3234"), "{error}");
    let error = run_with(&["recommend", "-"], b"%PDF-1.7").failure(1);
    assert!(error.contains("a PDF document"), "{error}");
}

/// The made-up profiles of the data folder: who they are is nowhere, what they can do is.
#[test]
fn the_real_profiles_give_titles_and_skills() {
    let Some(data) = real_files() else { return };
    let profiles = data.join("profiles");
    for (file, reference, title, skill) in [
        (
            "jsonresume/career-changer.resume.json",
            "career-changer.resume",
            "General Manager",
            "SQL",
        ),
        (
            "cv_text_sv/assembly_line_worker_sv.txt",
            "assembly_line_worker_sv",
            "Produktionstekniker",
            "",
        ),
    ] {
        let list = batch(&profiles.join(file), &[]);
        let [record] = <[Value; 1]>::try_from(records(&list.success())).unwrap();
        let answer = &record["recommendation"];
        assert_eq!(answer["ref"], reference);
        let texts = format!("{}{}", answer["understood"], answer["unmatched"]);
        assert!(texts.contains(title) && texts.contains(skill), "{file}: {texts}");
        for hidden in ["Reyes", "Salt & Cedar", "Kim"] {
            assert!(!record.to_string().contains(hidden), "{file}: {hidden}");
        }
    }
    let hr_open = batch(&profiles.join("af/abc-cv-hropen.json"), &[]);
    let records = records(&hr_open.success());
    assert_eq!(records.len(), 10);
    let developer = &records[3]["recommendation"];
    assert_eq!(developer["ref"], "81994764-4");
    assert!(developer["understood"].to_string().contains("Systemutvecklare"), "{developer}");
    let all = format!("{records:?}");
    for hidden in ["Greger", "1973-09-06", "Karlavägen", "JobJobJob"] {
        assert!(!all.contains(hidden), "{hidden}");
    }
}
