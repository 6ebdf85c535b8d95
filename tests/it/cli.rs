//! `recommend` on the embedded starter set: five workers, and everything that is not a worker.

use std::{fmt::Write as _, fs, process::Stdio, sync::LazyLock};

use kompetensnav::{
    dataset::{DataSet, starter},
    domain::{Bilingual, MatchStatus, Pathway, Recommendation, Shared},
};

use crate::program::{command, run, run_with, text};

/// Title and the name of its snapshot.
const WORKERS: [(&str, &str); 5] = [
    ("montör, bilindustri", "montor"),
    ("servitris", "servitris"),
    ("lastbilschaufför", "lastbilschauffor"),
    ("CNC-operatör", "cnc_operator"),
    ("butikssäljare", "butikssaljare"),
];

fn labels(answer: &Recommendation) -> String {
    let mut text = String::new();
    let lists = [("own sector", &answer.own_sector), ("change of sector", &answer.change_sector)];
    for (name, list) in lists {
        writeln!(text, "{name}").unwrap();
        for path in list {
            writeln!(text, "  {} {}", path.rank, path.label.sv).unwrap();
        }
    }
    text
}

fn paths(answer: &Recommendation) -> impl Iterator<Item = &Pathway> {
    answer.own_sector.iter().chain(&answer.change_sector)
}

#[test]
fn five_workers_get_paths_in_both_lists() {
    for (title, name) in WORKERS {
        let answer = run(&["recommend", "--title", title, "--json"]).answer();
        assert_eq!(answer.match_status, MatchStatus::Matched, "{title}");
        assert!(!answer.own_sector.is_empty(), "{title}");
        assert!(!answer.change_sector.is_empty(), "{title}");
        assert!(answer.understood.unmatched.is_empty(), "{title}");
        let sector = &answer.understood.sector;
        assert!(answer.own_sector.iter().all(|path| path.sector == *sector), "{title}");
        assert!(answer.change_sector.iter().all(|path| path.sector != *sector), "{title}");
        insta::assert_snapshot!(name, labels(&answer));
    }
}

#[test]
fn answers_add_up() {
    for (title, _) in WORKERS {
        let answer = run(&["recommend", "--title", title, "--paths", "20", "--json"]).answer();
        for list in [&answer.own_sector, &answer.change_sector] {
            let ranks: Vec<u32> = list.iter().map(|path| path.rank).collect();
            assert_eq!(ranks, (1..).take(list.len()).collect::<Vec<u32>>(), "{title}");
            assert!(list.is_sorted_by(|a, b| a.score >= b.score), "{title}");
        }
        for path in paths(&answer) {
            adds_up(path);
        }
    }
}

fn adds_up(path: &Pathway) {
    let at = &path.label.sv;
    let sum: f32 = path.parts.iter().map(|part| part.contribution).sum();
    assert!((sum - path.score).abs() < 1e-3, "{at}: {sum} is not {}", path.score);
    for part in &path.parts {
        let product = part.value * part.weight;
        assert!((product - part.contribution).abs() < 1e-3, "{at}: {part:?}");
    }
    let gap = &path.gap;
    let missing = [gap.missing_essential.len(), gap.missing_optional.len()];
    let [essential, optional] = missing.map(|skills| u32::try_from(skills).unwrap());
    assert_eq!(gap.essential_have + essential, gap.essential_total, "{at}");
    assert_eq!(gap.optional_have + optional, gap.optional_total, "{at}");
    assert_eq!(gap.have.len(), (gap.essential_have + gap.optional_have) as usize, "{at}");
    assert!((0.0..=1.0).contains(&gap.covered), "{at}: {}", gap.covered);
    assert!((0.0..=1.0).contains(&path.plan.covered), "{at}: {}", path.plan.covered);
    let missing: Vec<&Shared<Bilingual<String>>> =
        gap.missing_essential.iter().chain(gap.missing_optional.iter()).map(|s| &s.label).collect();
    for course in &path.plan.courses {
        assert!(!course.closes.is_empty() || !course.grants.is_empty(), "{at}: {course:?}");
        for closed in &course.closes {
            assert!(missing.contains(&closed), "{at}: {closed:?} is not missing");
        }
        for granted in &course.grants {
            let missing = gap.licences.iter().any(|licence| licence.key == *granted);
            let step = path.plan.courses.iter().any(|other| asks_for(&other.id, granted));
            assert!(missing || step, "{at}: {granted} is neither missing nor a step: {course:?}");
        }
    }
}

/// Whether a course of the starter set can only be started with this licence.
fn asks_for(course: &str, licence: &str) -> bool {
    static STARTER: LazyLock<DataSet> = LazyLock::new(|| starter::dataset().unwrap());
    let course = STARTER.courses.iter().find(|other| other.id == course).unwrap();
    course.requires.iter().any(|key| key == licence)
}

#[test]
fn the_text_is_swedish_or_english() {
    let worker = ["recommend", "--title", "lastbilschaufför", "--skill", "svetsning"];
    let swedish = run(&worker).success();
    for word in [
        "Uppfattat",
        "Samma bransch",
        "Byta bransch",
        "Saknas",
        "Poäng: ",
        "kompetensgrupper",
        "Lön, annonser och prognos: kompetensnavs startmängd",
        "datamängd",
        "ESCO classification",
        "inget beslut",
    ] {
        assert!(swedish.contains(word), "{word} is missing in\n{swedish}");
    }
    let english = run(&[&worker[..], &["--lang", "en"]].concat()).success();
    for word in [
        "Understood",
        "Same sector",
        "Change of sector",
        "Missing",
        "Score: ",
        "skill groups",
        "Wage, ads and forecast: ",
        "data set",
        "not a decision",
    ] {
        assert!(english.contains(word), "{word} is missing in\n{english}");
    }
    assert!(!english.contains("Saknas") && !english.contains("bransch"), "{english}");
}

#[test]
fn the_text_names_funding_in_a_line_and_who_to_ask_once() {
    let asked = ["recommend", "--title", "lastbilschaufför", "--status", "uppsagd"];
    let dated = ["--today", "2026-11-28", "--agreement", "TSL", "--funding", "esf=yes"];
    let worker = [&asked[..], &dated[..]].concat();
    let swedish = run(&worker).success();
    let line = "Studiestöd: att fråga om omställningsstudiestöd (nästa ansökningsdag 2027-04-01)";
    assert!(swedish.contains(line), "{swedish}");
    assert_eq!(swedish.matches("Om studiestöd: TSL").count(), 1, "{swedish}");
    // Dismissed persons: the rule excludes an ESF project, whatever is said.
    assert!(!swedish.contains("ESF"), "{swedish}");
    let more = ["--lang", "en", "--funding", "oss=yes"];
    let english = run(&[&worker[..], &more[..]].concat()).success();
    let line = "Funding: confirmed transition study grant (next day to apply 2027-04-01)";
    assert!(english.contains(line), "{english}");
    let refused = run(&[&worker[..], &["--funding", "oss=no"]].concat()).success();
    assert!(!refused.contains("omställningsstudiestöd ("), "{refused}");
}

#[test]
fn misspelled_and_english_titles_are_the_same_worker() {
    let read = |title: &str| {
        let answer = run(&["recommend", "--title", title, "--json"]).answer();
        answer.understood.occupations.first().map(|found| found.label.sv.clone())
    };
    let right = read("lastbilsförare");
    assert!(right.is_some());
    for title in ["lastbilsforare", "lastbils förare", "LASTBILSFÖRARE", "lastbilsförrare"] {
        assert_eq!(read(title), right, "{title}");
    }
    assert_eq!(read("truck driver"), right);
    assert_eq!(read("servitriss"), read("servitris"));
}

#[test]
fn nothing_known_is_said_and_no_error() {
    let args = ["recommend", "--title", "", "--skill", "   "];
    let text = run(&args).success();
    assert!(text.contains("För lite är känt") && text.contains("--title"), "{text}");
    let answer = run(&[&args[..], &["--json"]].concat()).answer();
    assert_eq!(answer.match_status, MatchStatus::Abstain);
    assert_eq!(paths(&answer).count(), 0);
}

#[test]
fn absurd_input_gets_a_clear_answer() {
    let absurd = [
        "😀🦄",
        "'; DROP TABLE occupations; --",
        "\u{1}\u{7}\t\u{1b}[31m",
        "\u{202e}\u{200b}",
        "((((((((((",
        "title:* AND NOT x~",
    ];
    for title in absurd {
        let arg = format!("--title={title}");
        let text = run(&["recommend", &arg]).success();
        assert!(text.contains("För lite är känt"), "{title:?} gave\n{text}");
        let arg = format!("--skill={title}");
        run(&["recommend", &arg]).success();
        run(&["recommend", "--title", "servitris", &arg]).success();
    }
}

#[test]
fn a_personnummer_or_a_novel_is_refused_by_field_and_not_repeated() {
    let number = "19811218-9876";
    let long = "å".repeat(10_000);
    for (args, field) in [
        (["--title", number], "titles/0 (personnummer)"),
        (["--skill", number], "skills/1 (personnummer)"),
        (["--municipality", number], "municipality (personnummer)"),
        (["--exclude", number], "limits/exclude/0 (personnummer)"),
        (["--title", &long], "titles/0 (too long)"),
        (["--hours-per-week", "500"], "hours_per_week (out of range)"),
    ] {
        for json in [&[][..], &["--json"]] {
            let error =
                run(&[&["recommend", "--skill", "svetsning"], &args[..], json].concat()).failure(1);
            assert!(error.contains(field), "{error}");
            assert!(!error.contains("9876") && !error.contains("åå"), "{error}");
        }
    }
    for (profile, words) in [
        (r#"{"ref": "19811218-9876", "titles": ["kock"]}"#, "ref (personnummer)"),
        (r#"{"titles": ["kock", "19811218-9876"]}"#, "titles/1 (personnummer)"),
        (r#"{"titles": "19811218-9876"}"#, "looks like a personnummer"),
        (r#"{"19811218-9876": 1}"#, "looks like a personnummer"),
        (r#"{"titles": ["kock"], "sector": "rymden"}"#, "sector (unknown sector)"),
    ] {
        let error = run_with(&["recommend", "-"], profile.as_bytes()).failure(1);
        assert!(error.contains(words) && !error.contains("9876"), "{error}");
    }
}

#[test]
fn wrong_options_name_the_cure() {
    let cases: [(&[&str], &str); 15] = [
        (&["--bogus"], "--help"),
        (&["--status", "sjuk"], "permitterad"),
        (&["--ssyk", "72"], "four digits"),
        (&["--weeks-left", "-3"], "from 0 to 1000"),
        (&["--weeks-left", "tre"], "12 or 7,5"),
        (&["--paths", "0"], "1 to 100"),
        (&["--lang", "fi"], "sv and en"),
        (&["--forms", "kurs"], "komvux"),
        (&["--sector", "rymden"], "hospitality"),
        (&["--min-wage", "tjugo"], "give a whole number from 0 to 1000000"),
        (&["--max-commute", "1,5"], "give a whole number from 0 to 1440"),
        (&["--today", "2026-13-01"], "write a day of the calendar as YYYY-MM-DD"),
        (&["--last-day", "1 mars"], "write a day of the calendar as YYYY-MM-DD"),
        (&["--funding", "csn=yes"], "komvux_priority"),
        (&["--funding", "oss=kanske"], "yes, no and unknown"),
    ];
    for (args, cure) in cases {
        // A value may begin with a hyphen only where it is joined to its option.
        let joined = args.join("=");
        let error = run(&["recommend", &joined]).failure(2);
        assert!(error.contains(cure), "{args:?} gave\n{error}");
        assert!(!error.contains("invalid digit") && !error.contains("parameter"), "{error}");
    }
    for asked in [
        &["recommend"][..],
        &["recommend", "--licence", "CE", "--wanted", "kock"],
        &["routes", "--wanted", "kock"],
        &["counterfactuals"],
        &["compare", "--wanted", "kock", "--wanted", "bartender"],
    ] {
        let error = run(asked).failure(2);
        assert!(error.contains("--title <TITLE>|--skill <SKILL>|--ssyk <SSYK>"), "{error}");
    }
    for asked in ["routes", "counterfactuals"] {
        let said = run(&[asked, "--title", "kock", "--wanted", "qwzxv"]).success();
        assert!(said.contains("Förstods inte: qwzxv"), "{said}");
    }
    let standard = run(&["recommend", "--title", "kock", "--timeline", "-"]).failure(1);
    assert!(standard.contains("standard output"), "{standard}");
    run_with(&["recommend", "-"], b"{}").success();
    assert!(run(&[]).failure(2).contains("recommend"));
    assert!(run(&["recomend"]).failure(2).contains("recommend"));
}

#[test]
fn a_profile_is_json_of_known_fields() {
    let profile = r#"{"titles": ["servitris"], "municipality": "Göteborg", "weeks_left": 12}"#;
    let answer = run_with(&["recommend", "-", "--json"], profile.as_bytes()).answer();
    let options = ["--title", "servitris", "--municipality", "Göteborg", "--weeks-left", "12"];
    let same = run(&[&["recommend"], &options[..], &["--json"]].concat()).answer();
    assert_eq!(answer, same, "a profile and the same options differ");
    let cases: [(&[u8], &str); 8] = [
        (br#"{"titles": ["#, "not a profile"),
        (br#"{"titles": "servitris"}"#, "expected a sequence"),
        (br#"{"personnummer": "19811218-9876"}"#, "looks like a personnummer"),
        (br#"{"limits": {"max_wekks": 3}}"#, "max_wekks"),
        (br#"{"funding": {"csn": "yes"}}"#, "oss, short_study"),
        (br#"{"funding": {"oss": "kanske"}}"#, "expected one of"),
        (b"{\xff}", "UTF-8"),
        (b"", "the file is empty"),
    ];
    for (input, words) in cases {
        let error = run_with(&["recommend", "-"], input).failure(1);
        assert!(error.contains(words), "{input:?} gave\n{error}");
        assert!(!error.contains("9876"), "the value is repeated: {error}");
    }
    let error = run(&["recommend", "no-such-profile.json"]).failure(1);
    assert!(error.contains("cannot open no-such-profile.json"), "{error}");
    let mut huge = br#"{"titles": ["kock"]}"#.to_vec();
    huge.resize((1 << 20) + 1, b' ');
    let error = run_with(&["recommend", "-"], &huge).failure(1);
    assert!(error.contains("larger than"), "{error}");
}

const CV: &str = "Namn: Anna Berg\n\nErfarenhet:\nLastbilsförare, Åkeriet AB (2015 – nu)\n\
    \u{2022} Säkra last och planera körning.\nIngen erfarenhet av att svetsa metall.\n";

#[test]
fn a_text_gives_its_skills_with_their_words() {
    let said = run_with(&["skills", "-"], CV.as_bytes()).success();
    assert!(said.contains("Yrken i texten: Lastbilsförare"), "{said}");
    assert!(said.contains("«Säkra last»") && !said.contains("svetsa"), "{said}");
    let json = run_with(&["skills", "-", "--json", "--limit", "1"], CV.as_bytes()).success();
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(json["skills"].as_array().unwrap().len(), 1, "{json}");
    let evidence = &json["skills"][0]["evidence"][0];
    let [start, end] = ["start", "end"].map(|at| evidence[at].as_u64().unwrap());
    let words: String = CV.chars().skip(usize::try_from(start).unwrap()).collect();
    let words: String = words.chars().take(usize::try_from(end - start).unwrap()).collect();
    assert_eq!(evidence["words"], words.as_str());
    let english = run_with(&["skills", "-", "--lang", "en"], CV.as_bytes()).success();
    assert!(english.starts_with("Job titles in the text:"), "{english}");
    assert!(run_with(&["skills", "-"], b"--\n").success().contains("ingen mening"));
}

#[test]
fn a_text_about_a_person_with_a_number_is_refused_and_not_repeated() {
    let error = run_with(&["skills", "-"], b"Svetsare 640823-3234").failure(1);
    assert!(error.contains("personnummer") && !error.contains("3234"), "{error}");
    let escaped = br#"{"summary": "svetsare 64\u0030823-3234"}"#;
    let error = run_with(&["skills", "-"], escaped).failure(1);
    assert!(error.contains("personnummer") && !error.contains("3234"), "{error}");
    let error = run_with(&["skills", "-"], b"\xff\xfe").failure(1);
    assert!(error.contains("in UTF-8"), "{error}");
    let error = run_with(&["skills", "-"], "å".repeat(40_001).as_bytes()).failure(1);
    assert!(["too long", "40001", "40000"].iter().all(|part| error.contains(part)), "{error}");
    for command in [&["skills", "640823-3234.txt"][..], &["recommend", "640823-3234.json"]] {
        let error = run(command).failure(1);
        assert!(error.contains("the file") && !error.contains("3234"), "{error}");
    }
}

#[test]
fn a_text_without_sure_skills_says_how_to_see_more_and_keeps_its_titles() {
    let said = run_with(&["skills", "-", "--least", "100"], CV.as_bytes()).success();
    assert!(said.contains("--least under 100") && said.contains("Lastbilsförare"), "{said}");
    let said = run_with(&["skills", "-", "--least", "0"], b"Zzzqqq xxyyzz").success();
    assert!(!said.contains("--least"), "{said}");
    let mut many = String::new();
    for at in 0..510 {
        writeln!(many, "rad {at} zzqq").unwrap();
    }
    let said = run_with(&["skills", "-", "--lang", "en"], many.as_bytes()).success();
    assert!(said.contains("500 different sentences were read, 10 not"), "{said}");
}

#[test]
fn a_text_makes_a_profile() {
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), CV).unwrap();
    let answer = run(&["recommend", "--text", text(file.path()), "--json"]).answer();
    assert_eq!(answer.match_status, MatchStatus::Matched);
    assert_eq!(answer.understood.occupations[0].text, "Lastbilsförare");
    let skills = &answer.understood.skills;
    assert!(skills.iter().any(|skill| skill.text == "Säkra last"), "{skills:?}");
    assert!(skills.iter().all(|skill| skill.id.contains("://")), "{skills:?}");
    fs::write(file.path(), "Truckförare\nSpråk: C, C++\nKan planera körning").unwrap();
    let answer = run(&["recommend", "--text", text(file.path()), "--json"]).answer();
    assert!(answer.understood.licences.is_empty(), "{:?}", answer.understood);
    fs::write(file.path(), "Truckförare\nKörkort: B, CE och YKB").unwrap();
    let answer = run(&["recommend", "--text", text(file.path()), "--json"]).answer();
    let held = &answer.understood.licences;
    assert!(["B", "CE", "YKB"].iter().all(|key| held.iter().any(|h| h == key)), "{held:?}");
}

#[test]
fn a_reader_that_goes_away_is_no_error() {
    let list = tempfile::NamedTempFile::new().unwrap();
    fs::write(list.path(), "{\"titles\": [\"servitris\"]}\n".repeat(100)).unwrap();
    let worker = ["recommend", "--title", "servitris", "--paths", "100"];
    let batch = ["batch", text(list.path()), "--format", "ndjson", "--out", "-"];
    for args in [&worker[..], &[&worker[..], &["--json"]].concat(), &batch] {
        let mut child =
            command(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{args:?}: {output:?}");
    }
}

#[test]
fn a_folder_that_is_no_data_set_is_refused_with_the_cure() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("notes.txt"), "x").unwrap();
    let absent = folder.path().join("absent");
    for data in [folder.path(), &absent] {
        let error = run(&["recommend", "--title", "kock", "--data", text(data)]).failure(1);
        assert!(error.contains(text(data)), "{error}");
        assert!(error.contains("kompetensnav import"), "{error}");
    }
    let manifest = folder.path().join("manifest.json");
    for content in ["{", r#"{"format": 999, "fingerprint": "", "counts": {}, "sources": []}"#] {
        fs::write(&manifest, content).unwrap();
        let error =
            run(&["recommend", "--title", "kock", "--data", text(folder.path())]).failure(1);
        assert!(error.contains("manifest.json") && error.contains("import again"), "{error}");
    }
}

#[test]
fn an_empty_variable_is_none() {
    let asked = ["recommend", "--title", "servitris", "--json"];
    let output = command(&asked).env("KOMPETENSNAV_DATASET", "").output().unwrap();
    assert!(output.status.success(), "{output:?}");
    assert_eq!(String::from_utf8(output.stdout).unwrap(), run(&asked).success());
    let output = command(&asked).env("KOMPETENSNAV_DATASET", "no-such-set").output().unwrap();
    assert!(!output.status.success(), "{output:?}");
}

#[test]
fn forms_are_read_as_people_write_them() {
    let asked = ["recommend", "--title", "servitris", "--json", "--forms"];
    let plain = run(&[&asked[..], &["komvux,yh"]].concat()).success();
    assert_eq!(run(&[&asked[..], &["Komvux, YH"]].concat()).success(), plain);
}

#[test]
fn no_key_of_the_program_and_no_foreign_number_stands_in_the_text() {
    let keys = ["truck_a", "truck_b", "): alkohol", "): hygien", "(title)", "(skill)", "dag(ar)"];
    for title in ["lagerarbetare", "servitris", "lastbilschaufför"] {
        let asked = ["recommend", "--title", title, "--title", "qqqqxx", "--licence", "truckkort"];
        for more in [&[][..], &["--lang", "en"]] {
            let text = run(&[&asked[..], &["--paths", "20"], more].concat()).success();
            for key in keys {
                let english = !more.is_empty() && key.starts_with('(');
                assert!(english || !text.contains(key), "{key} in\n{text}");
            }
            for number in [" 0 veckor", " 1 veckor", " 0 weeks", " 1 weeks", " 1 dagar"] {
                assert!(!text.contains(number), "{number} in\n{text}");
            }
        }
    }
}

#[test]
fn help_and_version_are_there() {
    let help = run(&["--help"]).success();
    for name in ["import", "recommend", "skills", "batch", "eval", "serve", "index", "train"] {
        assert!(help.contains(name), "{help}");
        assert!(run(&[name, "--help"]).success().contains("Usage"), "{name}");
    }
    assert!(run(&["--version"]).success().contains(env!("KOMPETENSNAV_VERSION")));
}
