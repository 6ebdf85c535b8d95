//! Signals of sector councils, from a file to the lists.

use std::fs;

use kompetensnav::{
    dataset::hub,
    domain::{Occupation, Pathway, Recommendation},
};

use crate::{
    program::{run, text},
    world,
};

const HEADER: &str = "occupation,region,points,author,decided,expires,reason_sv,reason_en";

/// The lists of a machine operator on a day, with a file of signals where one is given.
fn answer(signals: Option<&str>, today: &str) -> Recommendation {
    let mut words = vec!["recommend", "--title", "svetsare", "--municipality", "Mölndal", "--json"];
    words.extend(["--today", today, "--paths", "8"]);
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("signals");
    if let Some(signals) = signals {
        fs::write(&path, signals).unwrap();
        words.extend(["--signals", text(&path)]);
    }
    run(&words).answer()
}

fn place(list: &[Pathway], label: &str) -> usize {
    list.iter().position(|path| path.label.sv == label).unwrap()
}

#[test]
fn a_signal_moves_a_path_and_shows_its_place_without() {
    let before = answer(None, "2026-12-01");
    let list = &before.own_sector;
    let [first, third] = [&list[0], &list[2]];
    let points = (first.score - third.score).ceil().min(10.0);
    let row = format!("{},,{points},Teknikrådet,2026-11-01,2027-03-31,brist,shortage", third.id);
    let after = answer(Some(&format!("{HEADER}\n{row}\n")), "2026-12-01");
    let at = place(&after.own_sector, &third.label.sv);
    assert!(at < 2, "{at}");
    let moved = &after.own_sector[at];
    let effect = moved.council.as_ref().unwrap();
    assert_eq!((effect.points, effect.rank_without), (points, Some(3)));
    assert_eq!(effect.signals[0].author, "Teknikrådet");
    // The parts still add up to the score, and experts' share stays that of the score without.
    let sum: f32 = moved.parts.iter().map(|part| part.contribution).sum();
    assert!((sum - moved.score).abs() < 1e-3 && moved.parts.last().unwrap().name == "council");
    assert!((moved.feasible - third.feasible).abs() < 1e-6);
    let said = moved.reasons.last().unwrap();
    assert_eq!(said.code, "council_for");
    assert!(said.text.sv.contains("Teknikrådet: brist") && said.text.sv.contains("plats 3"));
    assert!(after.meta.signals.is_some() && before.meta.signals.is_none());
    // Whoever is not spoken of keeps score and part.
    let other = &after.own_sector[place(&after.own_sector, &first.label.sv)];
    assert_eq!((other.score, &other.council), (first.score, &None));
}

#[test]
fn expired_early_and_foreign_signals_have_no_effect() {
    let before = answer(None, "2026-12-01");
    let id = &before.own_sector[2].id;
    for (region, decided, expires) in [
        ("", "2026-01-01", "2026-11-30"),
        ("", "2026-12-02", "2027-03-31"),
        ("Kungälv", "2026-01-01", "2027-03-31"),
    ] {
        let row = format!("{id},{region},9,Rådet,{decided},{expires},skäl,reason");
        let mut after = answer(Some(&format!("{HEADER}\n{row}\n")), "2026-12-01");
        after.meta.signals = None;
        assert_eq!(after, before, "{region} {decided} {expires}");
    }
    let local = format!("{HEADER}\n{id},mölndal,-9,Rådet,2026-01-01,2027-03-31,skäl,reason\n");
    let after = answer(Some(&local), "2026-12-01");
    assert_ne!(after.own_sector, before.own_sector);
}

#[test]
fn points_together_are_bounded_and_json_is_read_as_csv_is() {
    let before = answer(None, "2026-12-01");
    let path = &before.own_sector[0];
    let row = |author: &str| format!("{},,8,{author},2026-01-01,2027-03-31,skäl,reason", path.id);
    let csv = answer(Some(&format!("{HEADER}\n{}\n{}\n", row("A"), row("B"))), "2026-12-01");
    let together = csv.own_sector[0].council.as_ref().unwrap().points;
    assert!((together - 10.0).abs() < 1e-6, "{together}");
    assert_eq!(csv.own_sector[0].council.as_ref().unwrap().signals.len(), 2);
    let object = |author: &str| {
        serde_json::json!({
            "occupation": path.id, "points": 8, "author": author, "decided": "2026-01-01",
            "expires": "2027-03-31", "reason_sv": "skäl", "reason_en": "reason",
        })
    };
    let json = serde_json::json!([object("A"), object("B")]).to_string();
    assert_eq!(answer(Some(&json), "2026-12-01"), csv);
}

#[test]
fn wrong_signals_are_refused_with_line_and_cure() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("signals.csv");
    let rows = [
        ("7212,,11,Rådet,2026-01-01,2027-03-31,s,r", "points: 11"),
        ("7212,,0,Rådet,2026-01-01,2027-03-31,s,r", "points: 0"),
        ("7212,,x,Rådet,2026-01-01,2027-03-31,s,r", "points: `x`"),
        ("7212,,1,,2026-01-01,2027-03-31,s,r", "author is empty"),
        ("7212,,1,Rådet,2026-13-01,2027-03-31,s,r", "decided: `2026-13-01`"),
        ("7212,,1,Rådet,2027-01-01,2026-03-31,s,r", "expires is before decided"),
        ("9999,,1,Rådet,2026-01-01,2027-03-31,s,r", "`9999` names none"),
        ("7212,Goteborg,1,Rådet,2026-01-01,2027-03-31,s,r", "region: `Goteborg`"),
    ];
    for (row, says) in rows {
        fs::write(&path, format!("{HEADER}\n{row}\n")).unwrap();
        let error = run(&["recommend", "--title", "svetsare", "--signals", text(&path)]).failure(1);
        assert!(error.contains(says) && error.contains("signals.csv"), "{row}: {error}");
    }
    fs::write(&path, r#"[{"occupation": "7212", "weight": 3}]"#).unwrap();
    let error = run(&["recommend", "--title", "svetsare", "--signals", text(&path)]).failure(1);
    assert!(error.contains("weight") && error.contains("reason_sv"), "{error}");
}

#[test]
fn the_same_signal_twice_is_refused_and_what_the_data_set_has_counts_once() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("signals.csv");
    let row = "7212,,4,Rådet,2026-01-01,2027-03-31,s,r";
    fs::write(&path, format!("{HEADER}\n{row}\n{row}\n")).unwrap();
    let words = ["recommend", "--title", "svetsare", "--signals", text(&path)];
    let error = run(&words).failure(1);
    assert!(error.contains("signals.csv:3") && error.contains("line 2"), "{error}");

    let signals = || hub::read_signals(&format!("{HEADER}\n{row}\n"), &occupations()).unwrap();
    let engine = world::engine().with_signals(signals());
    let again = world::engine().with_signals(signals()).with_signals(signals());
    assert_eq!(engine.dataset().signals, again.dataset().signals);
}

fn occupations() -> Vec<Occupation> {
    world::dataset().taxonomy.occupations
}
