//! Forecasts from counts, hours for ESF and timelines, as people run them.

use std::fs;

use serde_json::Value;
use tempfile::TempDir;

use crate::program::{Ran, run, text};

const TODAY: &str = "2026-11-02";
const COUNTS: &str = "ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang\n\
                      ;Servitris;40;kollektivanställd;Västra Götaland;2027-01-31;2027-06-30\n\
                      8332;;25;kollektivanställd;Skåne län;2027-01-31;2027-06-30\n\
                      ;qwxz abcdefgh;6;;;;\n\
                      83;;5;;;;\n";

/// A folder with its files.
struct Folder(TempDir);

impl Folder {
    fn with(name: &str, content: &str) -> Self {
        let folder = Self(tempfile::tempdir().unwrap());
        fs::write(folder.path(name), content).unwrap();
        folder
    }

    fn path(&self, name: &str) -> std::path::PathBuf {
        self.0.path().join(name)
    }

    fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    fn forecast(&self, counts: &str, more: &[&str]) -> Ran {
        let counts = self.path(counts);
        run(&[&["forecast", text(&counts), "--today", TODAY], more].concat())
    }

    fn forecast_json(&self, counts: &str, more: &[&str]) -> Value {
        let json = self.path("f.json");
        let all = [&["--json", text(&json)], more].concat();
        self.forecast(counts, &all).success();
        serde_json::from_str(&self.read("f.json")).unwrap()
    }
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap()
}

#[test]
fn counts_become_ranges_and_nothing_is_lost() {
    let folder = Folder::with("counts.csv", COUNTS);
    let forecast = &folder.forecast_json("counts.csv", &[])["forecast"];
    assert_eq!(forecast["people"], 71);
    assert_eq!(forecast["bad_rows"][0]["line"], 5);
    assert_eq!(forecast["not_understood"][0]["key"], "qwxz abcdefgh");
    let unsure = folder.path("unsure.csv");
    fs::write(&unsure, "yrke;antal\nPersonal i kök och servering;4\nSumma;4\n12;9\n").unwrap();
    let told = &folder.forecast_json("unsure.csv", &[])["forecast"];
    assert_eq!(told["people"], 13, "a sum is not counted again");
    assert_eq!(told["bad_rows"][0]["line"], 3);
    assert_eq!(told["not_understood"][0]["key"], "12", "a number is no occupation");
    assert_eq!(told["unsure"][0]["key"], "Personal i kök och servering");
    assert_eq!(forecast["other_counties"], serde_json::json!(["Skåne län"]));
    let ways = ["own_sector", "change_sector", "no_path"];
    let expected: f64 = ways.iter().map(|way| number(&forecast[way]["expected"])).sum();
    assert!((expected - 71.0).abs() < 1e-6, "{expected}");
    assert!((number(&forecast["no_path"]["low"]) - 6.0).abs() < 1e-9, "{}", forecast["no_path"]);
    for range in ways.iter().chain(&["kronor", "course_weeks"]).map(|way| &forecast[way]) {
        let [low, expected, high] = ["low", "expected", "high"].map(|end| number(&range[end]));
        assert!(low <= expected && expected <= high, "{range}");
    }
    let expected = |list: &str| -> f64 {
        let rows = forecast[list].as_array().unwrap();
        rows.iter().map(|row| number(&row["people"]["expected"])).sum()
    };
    let (seats, booked) = (expected("begins"), expected("courses"));
    // The list of courses leaves out the rarest.
    let begun = seats + number(&forecast["undated"]["expected"]);
    assert!(booked > 0.0 && booked <= begun + 1e-6 && booked > 0.9 * begun, "{booked} of {begun}");
    let first = forecast["begins"][0]["monday"].as_str().unwrap();
    assert!(first >= "2026-11-02", "no course begins before the day of the forecast: {first}");
    assert!(forecast["assumptions"].as_array().unwrap().iter().any(|row| row["key"] == "wish"));
}

#[test]
fn neither_the_order_of_rows_nor_how_they_are_split_changes_a_byte() {
    let folder = Folder::with("counts.csv", COUNTS);
    let one = folder.forecast_json("counts.csv", &[]);
    let turned = "ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang\n\
                  8332;;20;kollektivanställd;Skåne län;2027-01-31;2027-06-30\n\
                  83;;5;;;;\n\
                  ;qwxz abcdefgh;6;;;;\n\
                  ;Servitris;40;kollektivanställd;Västra Götaland;2027-01-31;2027-06-30\n\
                  8332;;5;kollektivanställd;Skåne län;2027-01-31;2027-06-30\n";
    fs::write(folder.path("turned.csv"), turned).unwrap();
    let mut other = folder.forecast_json("turned.csv", &[]);
    assert_eq!(other["forecast"]["bad_rows"][0]["line"], 3);
    other["forecast"]["bad_rows"] = one["forecast"]["bad_rows"].clone();
    assert_eq!(one, other);
}

#[test]
fn a_named_list_stands_beside_its_forecast() {
    let folder = Folder::with("counts.csv", "yrke;antal\nServitris;30\nLastbilsförare;20\n");
    let rows = (0..50).map(|at| {
        let title = if at < 30 { "Servitris" } else { "Lastbilsförare" };
        format!("W{at:02};{title};uppsagd;2026-12-31\n")
    });
    let list = "ref;yrke;status;sista_dag\n".to_owned() + &rows.collect::<Vec<_>>().concat();
    fs::write(folder.path("list.csv"), list).unwrap();
    let [list, named] = ["list.csv", "named.ndjson"].map(|name| folder.path(name));
    let [summary, missing] = ["summary.json", "missing"].map(|name| folder.path(name));
    let more = ["--summary", text(&summary), "--plots", text(&missing)];
    run(&[&["batch", text(&list), "--out", text(&named), "--today", TODAY], &more[..]].concat())
        .success();
    let summary: Value = serde_json::from_str(&folder.read("summary.json")).unwrap();
    let commonest = &summary["top_gaps"][0];
    let [page, picture] = ["missing/plots.html", "missing/gaps.svg"].map(|name| folder.read(name));
    assert!(page.matches("<figure>").count() == 2 && page.matches("<caption>").count() == 2);
    assert!(page.contains(commonest["name"].as_str().unwrap()) && picture.contains("<desc>"));
    assert!(picture.contains(&format!(">{}<", commonest["workers"])), "{picture}");
    let [html, plots] = ["f.html", "plots"].map(|name| folder.path(name));
    let more = ["--compare", text(&named), "--html", text(&html), "--plots", text(&plots)];
    let report = folder.forecast_json("counts.csv", &more);
    let compared = &report["compared"];
    assert_eq!((&compared["answered"], &compared["refused"]), (&50.into(), &0.into()));
    assert_eq!(compared["same_versions"], true);
    let shared = number(&compared["targets_shared"]);
    assert!((0.5..=1.0).contains(&shared), "titles are the same, so are most targets: {shared}");
    let page = folder.read("f.html");
    assert!(
        page.contains("<figure>") && page.contains("role=\"img\"") && !page.contains("<script")
    );
    for name in ["gaps", "seats_by_week", "budget"] {
        let svg = folder.read(&format!("plots/{name}.svg"));
        assert!(svg.contains("<title>") && svg.contains("<desc>") && !svg.contains("NaN"), "{svg}");
    }
    let page = folder.read("plots/plots.html");
    assert!(page.matches("<figure>").count() == 3 && page.matches("<caption>").count() == 3);
    // The same result, as hours of months.
    let out = folder.path("esf.csv");
    let said = run(&["esf", text(&named), "--out", text(&out)]).success();
    let export = folder.read("esf.csv");
    assert!(export.starts_with("\u{feff}ref;manad;start;slut;timmar;"), "{export}");
    let months: Vec<&str> = export.lines().skip(1).collect();
    assert!(!months.is_empty() && months.is_sorted(), "by participant, then month: {export}");
    assert!(said.contains("participants with planned hours"), "{said}");
    // Nobody has hours twice.
    let twice = folder.path("twice.ndjson");
    fs::write(&twice, folder.read("named.ndjson").repeat(2)).unwrap();
    let again = folder.path("again.csv");
    let said = run(&["esf", text(&twice), "--out", text(&again)]).success();
    assert!(said.contains("answers whose reference came before"), "{said}");
    assert_eq!(folder.read("again.csv"), export);
    fs::write(folder.path("choices.csv"), "ref;yrke\nW00;astronaut på Mars\n").unwrap();
    let choices = folder.path("choices.csv");
    let said =
        run(&["esf", text(&named), "--out", text(&out), "--choices", text(&choices)]).success();
    assert!(said.contains("1 people whose choice is none"), "{said}");
    assert_eq!(folder.read("esf.csv").lines().count(), 1);
}

#[test]
fn counts_that_cannot_be_used_say_why() {
    let folder = Folder::with("counts.csv", "ssyk;lan\n8332;O\n");
    let error = folder.forecast("counts.csv", &[]).failure(1);
    assert!(error.contains("no column antal"), "{error}");
    let number = concat!("640823", "-3234");
    fs::write(folder.path("number.csv"), format!("yrke;antal\n{number};3\n")).unwrap();
    let error = folder.forecast("number.csv", &[]).failure(1);
    assert!(error.contains("number.csv:2") && !error.contains(number), "{error}");
    fs::write(folder.path("good.csv"), "yrke;antal\nServitris;3\n").unwrap();
    fs::write(folder.path("a.csv"), "key,value\nwish,3\n").unwrap();
    let own = folder.path("a.csv");
    let error = folder.forecast("good.csv", &["--assumptions", text(&own)]).failure(1);
    assert!(error.contains("no column from"), "{error}");
}

#[test]
fn a_path_is_drawn_with_its_days() {
    let folder = tempfile::tempdir().unwrap();
    let [svg, html] = ["t.svg", "t.html"].map(|name| folder.path().join(name));
    let worker =
        ["recommend", "--title", "servitris", "--status", "uppsagd", "--last-day", "2027-03-31"];
    let draw = |file| run(&[&worker[..], &["--today", TODAY, "--timeline", text(file)]].concat());
    draw(&svg).success();
    let picture = fs::read_to_string(&svg).unwrap();
    assert!(picture.contains("2027-03-31 sista dag") && picture.contains("uppsägningstid"));
    draw(&html).success();
    let page = fs::read_to_string(&html).unwrap();
    assert!(page.contains("<table>") && page.contains("2027-03-31"), "{page}");
    let pdf = folder.path().join("t.pdf");
    let error = draw(&pdf).failure(1);
    assert!(error.contains("name it .svg, .html"), "{error}");
    let missing = folder.path().join("no/such/t.svg");
    let error = draw(&missing).failure(1);
    assert!(error.contains("a folder that is there"), "{error}");
}
