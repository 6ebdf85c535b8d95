//! The equality audit, from a list to its report.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, run, run_with, text};

const TODAY: &str = "2026-11-02";

/// People of a made-up list: reference, title, sex, age group.
fn people() -> Vec<[String; 4]> {
    let mut people = Vec::new();
    let mut add = |count: usize, title: &str, sex: &str, age: &str| {
        for _ in 0..count {
            let at = people.len();
            people.push([format!("W{at:03}"), title.into(), sex.into(), age.into()]);
        }
    };
    add(24, "servitris", "Kvinna", "30-49");
    add(16, "undersköterska", "kvinna", "50-");
    add(24, "montör", "Man", "30-49");
    add(16, "lastbilsförare", "man", "50-");
    add(6, "svetsare", "Kvinna", "30-49");
    add(6, "svetsare", "Man", "30-49");
    add(3, "lagerarbetare", "Annat", "-29");
    add(2, "abcdefgh qwxz", "Man", "50-");
    people
}

fn table(header: &str, rows: impl Iterator<Item = String>) -> String {
    std::iter::once(header.to_owned()).chain(rows).map(|row| row + "\n").collect()
}

/// A folder with a result, its list and a file of groups.
struct Audited(TempDir);

impl Audited {
    fn new() -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        let list = table(
            "ref;yrke;status;sista_dag",
            people().iter().map(|[id, title, ..]| format!("{id};{title};uppsagd;2027-02-28")),
        );
        let groups = table(
            "ref;Kön;aldersgrupp",
            people().iter().map(|[id, _, sex, age]| format!("{id};{sex};{age}")),
        );
        folder.write("list.csv", &list);
        folder.write("groups.csv", &groups);
        folder.batch("list.csv", "result.ndjson");
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).unwrap();
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn batch(&self, list: &str, out: &str) {
        let [list, out] = [list, out].map(|name| self.path(name));
        run(&["batch", text(&list), "--out", text(&out), "--today", TODAY]).success();
    }

    fn audit(&self, result: &str, groups: &str, more: &[&str]) -> Ran {
        let [result, groups] = [result, groups].map(|name| self.path(name));
        run(&[&["audit", text(&result), "--groups", text(&groups)], more].concat())
    }

    fn report(&self) -> Value {
        let json = self.path("audit.json");
        self.audit("result.ndjson", "groups.csv", &["--json", text(&json)]).success();
        serde_json::from_str(&self.read("audit.json")).unwrap()
    }
}

/// Every number of people in a report, with the place it stands at.
fn counts(value: &Value, found: &mut Vec<u64>) {
    match value {
        Value::Object(fields) => {
            for (key, value) in fields {
                if ["people", "others"].contains(&key.as_str()) {
                    found.extend(value.as_u64());
                }
                counts(value, found);
            }
        }
        Value::Array(values) => values.iter().for_each(|value| counts(value, found)),
        _ => {}
    }
}

#[test]
fn what_is_compared_tells_of_no_one() {
    let folder = Audited::new();
    let report = folder.report();
    // Three of a third sex are in no total, so that the women are shown: 46 of them and 48 men.
    assert_eq!(report["coverage"]["people"], 94);
    assert_eq!(report["coverage"]["left_out"], true);
    let sexes = &report["columns"][0];
    let named: Vec<(&Value, &Value)> = sexes["groups"]
        .as_array()
        .unwrap()
        .iter()
        .map(|group| (&group["value"]["stated"], &group["people"]))
        .collect();
    assert_eq!(named, [(&"Kvinna".into(), &46.into()), (&"Man".into(), &48.into())]);
    assert_eq!(
        (&sexes["left_out"], &report["columns"][1]["left_out"]),
        (&true.into(), &false.into())
    );
    let mut found = Vec::new();
    counts(&report, &mut found);
    assert!(found.len() > 50 && found.iter().all(|count| *count >= 5), "{found:?}");
    // Two of whom nothing was understood: no group's share may be shown, nor that of all, nor may it be
    // read from the number of people of another measure.
    for column in [0, 1] {
        let tables = &report["columns"][column]["tables"];
        for measure in 0..3 {
            let abstain = &tables[measure];
            assert!(abstain["all"].is_null() && abstain["groups"][1].is_null(), "{abstain}");
        }
        let score = &tables[6];
        assert_eq!(score["measure"], "best_score");
        assert!(score["all"]["value"].is_f64() && score["all"]["people"].is_null(), "{score}");
        assert!(score["groups"][1]["people"].is_null(), "{score}");
    }
    // Neither do raw counts tell of few.
    assert!(report["coverage"]["refused"] == 0 && !report["coverage"]["without_groups"].is_null());
    let everything = report.to_string();
    assert!(!everything.contains("W00") && !everything.contains("Annat"), "{everything}");
}

#[test]
fn what_a_plan_gives_is_compared_as_well() {
    let folder = Audited::new();
    let [list, plan, json] = ["list.csv", "plan.json", "audit.json"].map(|name| folder.path(name));
    let budget = ["--budget", "400000", "--today", TODAY];
    run(&[&["plan", text(&list), "--out", text(&plan)], &budget[..]].concat()).success();
    let more = ["--plan", text(&plan), "--json", text(&json)];
    let said = folder.audit("result.ndjson", "groups.csv", &more).success();
    assert!(said.contains("är ett utkast; ingen har beslutat om den"), "{said}");
    let report: Value = serde_json::from_str(&folder.read("audit.json")).unwrap();
    assert_eq!(report["coverage"]["plan"]["unknown"], 0);
    assert_eq!(report["coverage"]["plan"]["same_versions"], true);
    let table = |column: usize, measure: &str| {
        let tables = report["columns"][column]["tables"].as_array().unwrap();
        tables.iter().find(|table| table["measure"] == measure).unwrap().clone()
    };
    // Kronor a woman, reckoned by hand from the plan.
    let planned: Value = serde_json::from_str(&folder.read("plan.json")).unwrap();
    let sexes: std::collections::BTreeMap<String, String> =
        people().into_iter().map(|[id, _, sex, _]| (id, sex.to_lowercase())).collect();
    let women = planned["assignments"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|person| sexes[person["ref"].as_str().unwrap()] == "kvinna");
    let spent: f64 = women.map(|person| person["way"]["cost_kr"].as_f64().unwrap()).sum();
    let kronor = table(0, "plan_kronor");
    assert!(spent > 0.0, "{planned}");
    assert_eq!(kronor["groups"][0]["value"], (spent / 46.0).round(), "{kronor}");
    assert_eq!(kronor["groups"][0]["people"], 46);
    for measure in ["placed", "seat", "plan_weeks", "plan_wage_change", "plan_women_share"] {
        assert!(table(0, measure)["groups"].is_array());
    }
    let mut found = Vec::new();
    counts(&report, &mut found);
    assert!(found.iter().all(|count| *count >= 5), "{found:?}");
    assert!(!report.to_string().contains("W00"));
    let without = folder.report();
    assert!(!without.to_string().contains("plan_kronor") && without["coverage"]["plan"].is_null());
    let error = folder.audit("result.ndjson", "groups.csv", &["--plan", text(&list)]).failure(1);
    assert!(error.contains("list.csv is no plan"), "{error}");
}

#[test]
fn a_finding_is_a_sentence_with_its_figures() {
    let folder = Audited::new();
    let [html, json] = ["a.html", "a.json"].map(|name| folder.path(name));
    let said = folder
        .audit("result.ndjson", "groups.csv", &["--html", text(&html), "--json", text(&json)])
        .success();
    let report: Value = serde_json::from_str(&folder.read("a.json")).unwrap();
    let finding = report["findings"][0]["text"]["sv"].as_str().unwrap();
    assert!(finding.contains("95\u{a0}%") && finding.ends_with(")."), "{finding}");
    assert!(said.contains(finding), "{said}");
    let page = folder.read("a.html");
    assert!(page.contains("<html lang=\"sv\">") && page.contains("<caption>"), "{page}");
    assert!(!page.contains("<script") && !page.contains("src=") && !page.contains("@import"));
    let english = folder
        .audit("result.ndjson", "groups.csv", &["--html", text(&html), "--lang", "en"])
        .success();
    assert!(english.contains("What cannot be known") && english.contains("women"), "{english}");
    assert!(folder.read("a.html").contains("<html lang=\"en\">"));
}

#[test]
fn the_order_of_rows_changes_no_byte() {
    let folder = Audited::new();
    folder.report();
    let before = folder.read("audit.json");
    let turned = |name: &str, head: usize| {
        let text = folder.read(name);
        let lines: Vec<&str> = text.lines().collect();
        let rest = lines[head..].iter().rev();
        table("", lines[..head].iter().chain(rest).map(ToString::to_string))
    };
    folder.write("result.ndjson", &turned("result.ndjson", 0));
    folder.write("groups.csv", &turned("groups.csv", 1));
    folder.report();
    assert_eq!(before, folder.read("audit.json"));
}

/// Groups in the list itself change nothing either: no type of the engine can hold them.
#[test]
fn no_group_reaches_a_suggestion() {
    let folder = Audited::new();
    let plain = folder.read("result.ndjson");
    let mut sexes = ["kvinna", "man", "annat"].into_iter().cycle();
    let flipped = table(
        "ref;yrke;status;sista_dag;kon;aldersgrupp;fodelseland;namn",
        people().iter().map(|[id, title, ..]| {
            let sex = sexes.next().unwrap();
            format!("{id};{title};uppsagd;2027-02-28;{sex};55-64;Syrien;Kim Berg")
        }),
    );
    folder.write("flipped.csv", &flipped);
    folder.batch("flipped.csv", "flipped.ndjson");
    assert_eq!(plain, folder.read("flipped.ndjson"));
    for field in ["kon", "sex", "gender", "age", "birth_date", "fodelseland", "name"] {
        let profile = format!("{{\"titles\": [\"servitris\"], \"{field}\": \"x\"}}");
        let error = run_with(&["recommend", "-"], profile.as_bytes()).failure(1);
        assert!(error.contains("unknown field"), "{field}: {error}");
    }
}

#[test]
fn files_that_cannot_be_compared_say_why() {
    let folder = Audited::new();
    let number = concat!("640823", "-3234");
    folder.write("number.csv", &format!("ref;kon\n{number};kvinna\n"));
    let error = folder.audit("result.ndjson", "number.csv", &[]).failure(1);
    assert!(error.contains("number.csv:2") && !error.contains(number), "{error}");
    folder.write("others.csv", "ref;kon\nX1;kvinna\nX2;man\n");
    let error = folder.audit("result.ndjson", "others.csv", &[]).failure(1);
    assert!(error.contains("no reference of"), "{error}");
    let half = folder.read("result.ndjson");
    folder.write("half.ndjson", &half[..half.len() - 100]);
    let error = folder.audit("half.ndjson", "groups.csv", &[]).failure(1);
    assert!(error.contains("half.ndjson:97") && error.contains("breaks off"), "{error}");
    let error = folder.audit("list.csv", "groups.csv", &[]).failure(1);
    assert!(error.contains("NDJSON"), "{error}");
    let groups = folder.path("groups.csv");
    let error = folder.audit("result.ndjson", "groups.csv", &["--json", text(&groups)]).failure(1);
    assert!(error.contains("another name"), "{error}");
    folder.write("some.csv", &(folder.read("groups.csv") + "X9;Man;50-\n"));
    let said = folder.audit("result.ndjson", "some.csv", &[]).success();
    assert!(said.contains("Färre än fem referenser i gruppfilen har inget svar"), "{said}");
}
