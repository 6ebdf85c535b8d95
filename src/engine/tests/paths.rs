//! What paths say and which courses they plan; list items that are skills.

use std::collections::BTreeSet;

use super::*;
use crate::domain::Pathway;

#[test]
fn every_reason_says_what_it_rests_on() {
    let answer = ENGINE.recommend(&worker(&["svetsare", "butikssäljare"]), 20);
    let lists = answer.own_sector.iter().chain(&answer.change_sector);
    let reasons: Vec<&Reason> =
        lists.flat_map(|path| path.reasons.iter().chain(&path.against)).collect();
    assert!(reasons.len() > 40);
    for reason in reasons {
        assert!(!reason.source.is_empty() && reason.source != "kompetensnav", "{reason:?}");
        let paid = reason.code.starts_with("pay_");
        assert!(!paid || reason.as_of.is_some(), "{reason:?}");
    }
}

#[test]
fn a_licence_that_has_passed_is_not_held_for_the_occupation() {
    let lacking = |licences: &[&str]| {
        let profile = Profile {
            licences: texts(licences),
            wanted: texts(&["Tankbilsförare"]),
            ..worker(&["lastbilsförare"])
        };
        let path = ENGINE.recommend(&profile, 1).wanted[0].clone();
        let keys: Vec<String> = path.gap.licences.into_iter().map(|licence| licence.key).collect();
        let asked = path.against.iter().any(|reason| reason.code == "licence_presumed");
        let steps: Vec<String> = path.plan.courses.into_iter().map(|c| c.title.sv).collect();
        assert!(!steps.iter().any(|step| step == "B-körkort"), "{steps:?}");
        (keys.join(" "), asked)
    };
    assert_eq!(lacking(&[]), ("ADR".to_owned(), false));
    assert_eq!(lacking(&["C (indraget), CE (indraget)"]), ("C CE ADR".to_owned(), false));
    assert_eq!(lacking(&["B"]), ("ADR".to_owned(), true));
}

#[test]
fn a_way_too_long_a_level_too_high_and_a_full_course_are_not_planned() {
    let planned = |change: &dyn Fn(&mut DataSet, &mut Profile)| {
        let mut dataset = starter::dataset().unwrap();
        let mut profile = worker(&["lagerarbetare"]);
        profile.wanted = texts(&["Truckförare"]);
        profile.municipality = Some("Göteborg".into());
        let trucks = |course: &Course| course.grants.iter().any(|key| key.starts_with("truck"));
        dataset.courses.retain(trucks);
        dataset.courses.truncate(1);
        dataset.courses[0].places = vec!["Borås".into()];
        change(&mut dataset, &mut profile);
        engine(dataset).recommend(&profile, 1).wanted[0].plan.courses.clone()
    };
    let far = &planned(&|_, _| {})[0];
    assert!((60..90).contains(&far.commute_min.unwrap()), "{:?}", far.commute_min);
    // Those of the own municipality first, by whatever name of a part of it; then the near ones.
    for home in ["göteborg ", "Angered"] {
        let near = &planned(&|data, p| {
            let places = ["Borås", "Ale", "Hisings Backa", "Kiruna"];
            data.courses[0].places = places.map(String::from).to_vec();
            p.municipality = Some(home.into());
        })[0];
        assert_eq!(near.places, ["Hisings Backa", "Ale", "Borås"], "{home}");
    }
    let most =
        |minutes| move |_: &mut DataSet, p: &mut Profile| p.limits.max_commute_min = Some(minutes);
    assert!(planned(&most(45)).is_empty());
    let nowhere = planned(&|data, p| {
        most(45)(data, p);
        p.municipality = None;
    });
    assert_eq!(nowhere.len(), 1, "nothing to count the way from");
    assert_eq!(planned(&most(90)).len(), 1);
    let level = |level| {
        move |data: &mut DataSet, p: &mut Profile| {
            data.courses[0].swedish = Some(LanguageLevel::B1);
            p.swedish = level;
        }
    };
    assert!(planned(&level(Some(LanguageLevel::A2))).is_empty());
    assert_eq!(planned(&level(Some(LanguageLevel::B1))).len(), 1);
    assert_eq!(planned(&level(None))[0].swedish, Some(LanguageLevel::B1), "unknown is shown");
    assert!(planned(&|data, _| data.courses[0].seats = Some(0)).is_empty());
    assert_eq!(planned(&|data, _| data.courses[0].seats = Some(2))[0].seats, Some(2));
}

#[test]
fn a_limit_on_the_way_without_a_home_is_said_to_be_lost() {
    let mut profile = worker(&["lagerarbetare"]);
    profile.limits.max_commute_min = Some(30);
    let fields = |profile: &Profile| -> Vec<String> {
        ENGINE.resolve(profile).unmatched.into_iter().map(|missed| missed.field).collect()
    };
    assert_eq!(fields(&profile), ["max_commute_min"]);
    profile.municipality = Some("Angered".into());
    assert!(fields(&profile).is_empty());
}

#[test]
fn an_item_of_a_list_that_is_a_skills_name_is_as_sure_as_the_name_alone() {
    let mut named = 0;
    for skill in &ENGINE.dataset.taxonomy.skills {
        for name in skill.alternatives.sv.iter().filter(|name| name.split(' ').count() <= 2) {
            let alone = ENGINE.read_skill(name, 1).candidates.remove(0);
            let found = ENGINE.skills_in_text(&format!("- {name}\n"), Some(Language::Sv), 0.0, 50);
            let Some(found) = found.skills.iter().find(|found| found.ix == alone.ix) else {
                continue;
            };
            assert!(found.confidence >= alone.confidence - 1e-6, "{name}: {found:?}");
            named += 1;
        }
    }
    assert!(named > 50, "{named}");
}

#[test]
fn who_holds_a_licence_has_learnt_for_it_and_is_sent_to_no_course_for_it() {
    let held = ["CE", "YKB", "ADR"];
    let licences = texts(&held);
    let driver = Profile { licences, ..worker(&["lastbilsförare"]) };
    let answer = ENGINE.recommend(&driver, 10);
    let paths = || answer.own_sector.iter().chain(&answer.change_sector);
    let taught: Vec<&String> = ENGINE
        .dataset()
        .courses
        .iter()
        .filter(|course| course.id.ends_with("/c-korkort") || course.id.ends_with("/adr"))
        .flat_map(|course| &course.teaches)
        .map(|skill| &ENGINE.dataset().taxonomy.skills[*skill as usize].id)
        .collect();
    assert!(taught.len() > 3, "{taught:?}");
    for path in paths() {
        let missing = path.gap.missing_essential.iter();
        let learnt: Vec<_> = missing.filter(|skill| taught.contains(&&skill.id)).collect();
        assert!(learnt.is_empty(), "{}: {learnt:?}", path.label.sv);
        for course in &path.plan.courses {
            let row = ENGINE.dataset().courses.iter().find(|row| row.id == course.id).unwrap();
            let new = row.grants.iter().any(|key| !held.contains(&key.as_str()) && key != "C");
            assert!(row.grants.is_empty() || new, "{}: {}", path.label.sv, course.id);
        }
    }
    let without = ENGINE.recommend(&worker(&["butikssäljare"]), 10);
    let licences = texts(&["B"]);
    let with = ENGINE.recommend(&Profile { licences, ..worker(&["butikssäljare"]) }, 10);
    assert_eq!(with.own_sector[0].id, without.own_sector[0].id, "no licence ranks anybody");
}

#[test]
fn a_limit_is_not_told_as_a_lack_of_courses_and_no_end_as_time_enough() {
    let limits = Limits { max_weeks: Some(0.1), ..Limits::default() };
    let limited = Profile { limits, wanted: texts(&["svetsare"]), ..worker(&["servitris"]) };
    for (profile, said) in [
        (limited, "ingen kurs inom de angivna gränserna täcker tillräckligt av det som saknas"),
        (worker(&["servitris"]), "ingen kurs i underlaget täcker tillräckligt av det som saknas"),
    ] {
        let answer = ENGINE.recommend(&profile, 20);
        let lists = [&answer.wanted, &answer.own_sector, &answer.change_sector];
        let against = lists.into_iter().flatten().flat_map(|path| &path.against);
        let mut none = against.filter(|reason| reason.code == "no_course_found").peekable();
        assert!(none.peek().is_some());
        assert!(none.all(|reason| reason.text.sv == said), "{said}");
    }
    for (weeks_left, in_time) in [(None, false), (Some(100.0), true)] {
        let answer = ENGINE.recommend(&Profile { weeks_left, ..worker(&["servitris"]) }, 20);
        let lists = answer.own_sector.iter().chain(&answer.change_sector);
        let told = lists.flat_map(|path| &path.reasons).any(|why| why.code == "fits_window");
        assert_eq!(told, in_time, "{weeks_left:?}");
    }
}

#[test]
fn the_whole_training_for_a_protected_title_closes_most_of_the_gap() {
    let profile = Profile { wanted: texts(&["sjuksköterska"]), ..worker(&["kock"]) };
    let answer = ENGINE.recommend(&profile, 1);
    let plan = &answer.wanted[0].plan;
    let programme = plan.courses.iter().find(|course| course.form == "university");
    assert!(programme.is_some() && plan.covered >= 0.9, "{plan:?}");
    assert!(plan.remains.is_empty(), "{:?}", plan.remains);
}

#[test]
fn work_that_takes_a_degree_says_so_to_who_has_shown_none() {
    let degree = |title: &str| {
        let answer = ENGINE.recommend(&worker(&[title]), 200);
        let paths = answer.own_sector.iter().chain(&answer.change_sector);
        let said = |path: &Pathway| path.against.iter().any(|reason| reason.code == "degree_usual");
        let high = |path: &Pathway| path.ssyk.first().is_some_and(|group| group.starts_with('2'));
        let is_programme = |path: &Pathway| {
            let mut courses = path.plan.courses.iter();
            courses.any(|course| course.form == "university" && course.weeks >= Some(80.0))
        };
        paths.map(|path| (high(path) && !is_programme(path), said(path))).collect::<BTreeSet<_>>()
    };
    // Each says so where the plan holds no programme that may give one, and no other.
    assert_eq!(degree("servitris"), BTreeSet::from([(true, true), (false, false)]));
    assert!(degree("systemutvecklare").iter().all(|(_, said)| !said));
}

#[test]
fn the_group_of_an_earlier_occupation_is_not_that_of_today() {
    let said = |titles: &[&str]| {
        let answer = ENGINE.recommend(&worker(titles), 200);
        let paths = answer.own_sector.iter().chain(&answer.change_sector);
        let drivers = paths.filter(|path| path.ssyk.first().is_some_and(|group| group == "8332"));
        let reasons = drivers.flat_map(|path| path.against.clone());
        let mut same = reasons.filter(|reason| reason.code == "same_group");
        same.next().map(|reason| reason.text.sv).unwrap_or_default()
    };
    assert!(said(&["lastbilschaufför"]).contains("som i dag"));
    assert!(said(&["lastbilschaufför", "butikssäljare"]).contains("som i dag"));
    assert!(said(&["butikssäljare", "lastbilschaufför"]).contains("ett tidigare yrke"));
}
