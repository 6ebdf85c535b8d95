//! What written words are read as.

use super::*;

#[test]
fn a_job_title_known_by_group_is_read_as_an_occupation_of_the_group() {
    let mut dataset = starter::dataset().unwrap();
    let title = JobTitle { label: "Åkeribas".into(), ssyk: vec!["8332".into()] };
    dataset.taxonomy.job_titles = vec![title];
    let answer = engine(dataset).recommend(&worker(&["åkeribas"]), 3);
    let occupation = &answer.understood.occupations[0];
    assert_eq!(occupation.matched_label, "Åkeribas");
    assert!(occupation.label.sv.contains("bilsförare"), "{}", occupation.label.sv);
    assert_eq!(answer.match_status, MatchStatus::Matched);
}

#[test]
fn a_list_written_as_one_text_is_taken_apart_and_a_name_with_a_comma_is_not() {
    let understood = ENGINE.resolve(&worker(&["servitris/kock"]));
    let read: Vec<&str> = understood.occupations.iter().map(|o| o.text.as_str()).collect();
    assert_eq!(read, ["servitris", "kock"]);
    for two in [
        "servitris,kock",
        "servitris & kock",
        "SERVITRIS OCH KOCK",
        "servitris 37,5 %, kock 62,5 %",
        "servitris + kock 50 %",
    ] {
        let understood = ENGINE.resolve(&worker(&[two]));
        let texts: Vec<&str> = understood.occupations.iter().map(|o| o.text.as_str()).collect();
        let second = texts.get(1).map(|text| text.to_lowercase());
        assert!(
            texts.len() == 2 && second.is_some_and(|text| text.starts_with("kock")),
            "{two}: {texts:?}"
        );
    }
    let understood = ENGINE.resolve(&worker(&["montör, bilindustri"]));
    assert_eq!(understood.occupations.len(), 1, "{understood:?}");
    let joined = ENGINE.resolve(&worker(&["kock/Barista och cafébiträde"]));
    let texts: Vec<&str> = joined.occupations.iter().map(|o| o.text.as_str()).collect();
    assert_eq!(texts, ["kock", "Barista och cafébiträde"], "a name may hold such a word");
    for none in ["12", "7 - 15", "100 %"] {
        let understood = ENGINE.resolve(&worker(&[none]));
        assert!(understood.occupations.is_empty(), "{none}: {:?}", understood.occupations);
    }
}

#[test]
fn one_word_may_name_several_licences_and_a_licence_includes_lower_ones() {
    let profile = Profile { skills: texts(&["truckkort"]), ..Profile::default() };
    assert_eq!(ENGINE.resolve(&profile).licences, ["truck_a", "truck_b"]);
    for (written, certificate) in [
        (&["D, YKB"][..], "YKB_P"),
        (&["D", "YKB gods"], "YKB"),
        (&["D", "Driver CPC, goods"], "YKB"),
        (&["D", "YKB", "ADR farligt gods"], "YKB_P"),
        (&["CE", "D", "YKB"], "YKB"),
        (&["YKB"], "YKB"),
    ] {
        let profile = Profile { licences: texts(written), ..Profile::default() };
        let held = ENGINE.resolve(&profile).licences;
        let held: Vec<&String> = held.iter().filter(|key| key.starts_with("YKB")).collect();
        assert_eq!(held, [certificate], "{written:?}");
    }
    let profile = Profile { licences: texts(&["CE-körkort"]), ..Profile::default() };
    let held = ENGINE.resolve(&profile).licences;
    assert!(["B", "C", "CE"].iter().all(|key| held.iter().any(|own| own == key)), "{held:?}");
    let profile = Profile { licences: texts(&["C1E", "truckkort B1 + xyz"]), ..Profile::default() };
    let read = ENGINE.resolve(&profile);
    assert_eq!(read.licences, ["AM", "B", "BE", "C1", "C1E", "truck_b"], "C1E gives BE too");
    assert_eq!(read.unmatched.iter().map(|u| u.text.as_str()).collect::<Vec<_>>(), ["xyz"]);
    let profile = Profile { skills: texts(&["truckkort A/B", "truck"]), ..Profile::default() };
    assert_eq!(ENGINE.resolve(&profile).licences, ["truck_a", "truck_b"], "and no B-körkort");
    let nothing = Profile { licences: texts(&["???"]), ..Profile::default() };
    assert_eq!(ENGINE.resolve(&nothing).unmatched[0].field, "licence");
}

#[test]
fn a_name_that_is_rather_of_others_is_asked_about() {
    // The starter set has "lyft" for moving patients, and "Tunga lyft" beside it.
    for (written, read_as, sure) in [
        ("lyft", "Förflytta patienter", false),
        ("kassa", "Sköta kassa", true),
        ("POS", "Sköta kassa", true),
    ] {
        let profile = Profile { skills: texts(&[written]), ..Profile::default() };
        let read = ENGINE.resolve(&profile).skills.remove(0);
        assert_eq!((read.label.sv.as_str(), read.sure), (read_as, sure), "{read:?}");
        assert!(read.confidence > 0.99, "{read:?}");
    }
}

#[test]
fn a_bare_word_for_a_kind_of_work_is_asked_about_though_one_occupation_has_it_as_a_name() {
    let with = |hub: bool| {
        let mut dataset = starter::dataset().unwrap();
        let all = dataset.taxonomy.occupations.iter_mut();
        let cook = all.into_iter().find(|row| row.label.sv == "Kock").unwrap();
        // As ESCO has it of a funeral assistant; the starter set has drivers of many kinds.
        cook.alternatives.en.push("driver".into());
        if hub {
            cook.hub_names.push("driver".into());
        }
        engine(dataset)
    };
    let read = |engine: &Engine, title: &str, ssyk: Option<&str>| {
        let profile = Profile { ssyk: ssyk.map(str::to_owned), ..worker(&[title]) };
        let read = engine.resolve(&profile).occupations.remove(0);
        (read.label.sv.clone(), read.sure)
    };
    let cook = |sure| ("Kock".to_owned(), sure);
    let esco = with(false);
    assert_eq!(read(&esco, "Driver", None), cook(false));
    assert_eq!(read(&esco, "Driver", Some("5120")), cook(true), "the group says which");
    assert_eq!(read(&esco, "kock", None), cook(true), "its own name, whatever ends so");
    assert_eq!(read(&with(true), "driver", None), cook(true), "the hub says which");
    // "Chef" is a cook in English and leads anything in Swedish; "cook" is no Swedish word.
    let mut dataset = starter::dataset().unwrap();
    for row in &mut dataset.taxonomy.occupations {
        if row.label.sv == "Kock" {
            row.label.en = "Chef".into();
        } else if row.label.sv.ends_with("ledare") {
            row.label.sv = row.label.sv.replace("ledare", "chef");
        }
    }
    let mut called = dataset.clone();
    let cooks = called.taxonomy.occupations.iter_mut().filter(|row| row.label.sv == "Kock");
    cooks.for_each(|row| row.hub_names.push("chef".into()));
    assert_eq!(read(&engine(dataset), "chef", None), cook(false));
    assert_eq!(read(&engine(called), "chef", None), cook(true), "the hub says so here, too");
    assert_eq!(read(&esco, "cook", None), cook(true));
}

#[test]
fn an_abbreviated_title_is_written_out_and_asked_about() {
    for (title, label) in [
        ("Underhållsmek.", "Underhållsmekaniker"),
        ("Lagerarb.", "Lagerarbetare"),
        ("Prod.tekniker", "Produktionstekniker"),
        ("CNC-op.", "CNC-operatör"),
        ("Ekonomiass. / Lagerarb.", "Lagerarbetare"),
    ] {
        let read = ENGINE.resolve(&worker(&[title])).occupations;
        assert!(read.iter().any(|concept| concept.label.sv == label), "{title}: {read:?}");
        assert!(read.iter().all(|concept| !concept.sure), "{title}: {read:?}");
    }
    // A full stop behind a whole title abbreviates nothing, and letters that are few mean anything.
    let whole = ENGINE.resolve(&worker(&["Svetsare."])).occupations;
    assert!(whole[0].sure && whole[0].label.sv == "Svetsare", "{whole:?}");
    for whole in ["Re.", "Chef.", "Underhållsmek", "Kock.", ".", "..", ""] {
        assert!(ENGINE.usual_titles.written_out(whole).is_empty(), "{whole}");
    }
    assert!(!ENGINE.usual_titles.written_out("Eko.ass.").is_empty(), "three letters and more");
    assert!(ENGINE.usual_titles.written_out("f.d. kock").is_empty());
    // Several names begin so: those of the hub's experts first, the others beside them.
    let several = ENGINE.resolve(&worker(&["Fordonsm."])).occupations;
    assert!(!several[0].alternatives.is_empty() && several[0].confidence < 1.0, "{several:?}");
}

#[test]
fn what_employers_add_to_a_title_is_left_out_and_asked_about() {
    for (written, read_as) in [
        ("Svetsare (Volvo CE)", &["Svetsare"][..]),
        ("lackerare Volvo", &["lackerare"]),
        ("Säljare Volvo", &["Säljare"]),
        ("Montör Volvo Torslanda", &["Montör Volvo Torslanda"]),
        ("CNC-operatör Fanuc/Heidenhain (SKF)", &["CNC-operatör"]),
        ("butikssäljare/kassörska Ica Maxi", &["butikssäljare", "kassörska"]),
        ("lagerarbetare / truckförare terminal DHL", &["lagerarbetare", "truckförare"]),
    ] {
        let read = ENGINE.resolve(&worker(&[written])).occupations;
        let titles: Vec<&str> = read.iter().map(|title| title.text.as_str()).collect();
        assert_eq!(titles, read_as, "{written}: {read:?}");
        assert!(read.iter().all(|title| !title.sure), "{written}: {read:?}");
    }
    for nothing in ["Ica (Maxi)", "((", "] x"] {
        assert!(ENGINE.resolve(&worker(&[nothing])).occupations.is_empty(), "{nothing}");
    }
}

#[test]
fn nothing_that_is_written_beside_a_comma_is_passed_over() {
    let read = |skill: &str| {
        let profile = Profile { skills: vec![skill.to_owned()], ..worker(&["Svetsare"]) };
        ENGINE.resolve(&profile)
    };
    let both = read("truckkörning, kassa");
    let alone: Vec<u32> = ["truckkörning", "kassa"].map(|one| read(one).skills[0].ix).to_vec();
    let found: Vec<u32> = both.skills.iter().map(|skill| skill.ix).collect();
    assert_eq!((found, both.unmatched), (alone, vec![]));
    let half = read("truckkörning, qwzxv");
    assert_eq!(half.skills.len(), 1, "{half:?}");
    assert_eq!(half.unmatched[0].text, "qwzxv");
    assert_eq!(read("truckkörning, truckkort").licences, read("truckkort").licences);
}

#[test]
fn an_exclusion_of_no_group_is_said() {
    let mut profile = worker(&["Svetsare"]);
    profile.limits.exclude = ["7212", "72", "9999", "qwzxv"].map(str::to_owned).to_vec();
    let read = ENGINE.resolve(&profile);
    let unread: Vec<&str> = read.unmatched.iter().map(|missed| missed.text.as_str()).collect();
    assert_eq!(unread, ["9999", "qwzxv"]);
}
