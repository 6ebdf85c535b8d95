//! What paths say and which courses they plan; list items that are skills.

use super::*;

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
