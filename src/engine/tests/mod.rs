//! The steps of a query on the starter set and on job titles known by group only.

mod labels;
mod paths;
mod reading;

use std::sync::LazyLock;

use super::*;
use crate::{
    dataset::starter,
    domain::{Course, JobTitle, Language, LanguageLevel, Limits, Reason, ResolvedProfile},
    model::{self, Ranker},
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| engine(starter::dataset().unwrap()));

fn engine(dataset: DataSet) -> Engine {
    let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
    Engine::new(dataset, model)
}

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}

fn worker(titles: &[&str]) -> Profile {
    Profile { titles: texts(titles), ..Profile::default() }
}

fn labels(answer: &Recommendation) -> Vec<&str> {
    let lists = answer.own_sector.iter().chain(&answer.change_sector);
    lists.map(|path| path.label.sv.as_str()).collect()
}

#[test]
fn what_a_limit_forbids_is_left_out_with_its_reason() {
    let free = ENGINE.recommend(&worker(&["servitris"]), 5);
    let first = labels(&free)[0].to_owned();
    let limits = Limits { exclude: vec![first.clone()], ..Limits::default() };
    let barred = ENGINE.recommend(&Profile { limits, ..worker(&["servitris"]) }, 5);
    assert!(!labels(&barred).contains(&first.as_str()));
    assert_eq!(barred.excluded[0].label.sv, first);
    assert!(barred.excluded[0].reason.is_some());
    let limits = Limits { min_wage: Some(1_000_000), ..Limits::default() };
    let none = ENGINE.recommend(&Profile { limits, ..worker(&["servitris"]) }, 5);
    assert!(none.own_sector.iter().all(|path| path.demand.wage.is_none()), "unknown wages pass");
}

#[test]
fn a_plan_keeps_the_limits_and_says_whether_it_fits() {
    let limits = Limits { max_weeks: Some(3.0), ..Limits::default() };
    let profile = Profile { limits, weeks_left: Some(1.0), ..worker(&["servitris"]) };
    let answer = ENGINE.recommend(&profile, 5);
    let paths = || answer.own_sector.iter().chain(&answer.change_sector);
    let courses: Vec<_> = paths().flat_map(|path| &path.plan.courses).collect();
    assert!(!courses.is_empty());
    assert!(courses.iter().all(|course| course.weeks.is_none_or(|weeks| weeks <= 3.0)));
    let too_long = |weeks: f32| weeks > 1.0;
    for path in paths() {
        if path.plan.courses.iter().any(|course| course.weeks.is_some_and(too_long)) {
            assert_eq!(path.plan.fits_window, Some(false));
            assert!(path.against.iter().any(|reason| reason.code == "outside_window"));
        }
    }
}

#[test]
fn nothing_known_is_no_answer_and_no_panic() {
    for profile in [Profile::default(), worker(&["", "qqqqxx zzzz"])] {
        let answer = ENGINE.recommend(&profile, 5);
        assert_eq!(answer.match_status, MatchStatus::Abstain);
        assert!(labels(&answer).is_empty());
    }
}

#[test]
fn a_worker_known_by_group_alone_gets_paths() {
    let profile = Profile { ssyk: Some("8332".into()), ..Profile::default() };
    let answer = ENGINE.recommend(&profile, 3);
    assert_eq!(answer.match_status, MatchStatus::Matched);
    assert_eq!(answer.understood.occupations[0].matched_label, "SSYK 8332");
}

#[test]
fn courses_follow_one_another_and_only_together_fit() {
    let answer = |weeks_left: f32| {
        let profile = Profile { weeks_left: Some(weeks_left), ..worker(&["servitris"]) };
        ENGINE.recommend(&profile, 10)
    };
    let long = answer(500.0);
    let several = |path: &&crate::domain::Pathway| {
        path.plan.courses.len() > 1 && path.plan.courses.iter().all(|c| c.pace_pct == Some(100))
    };
    let path = long.change_sector.iter().chain(&long.own_sector).find(several).unwrap();
    assert_eq!(path.plan.fits_window, Some(true));
    let longest = path.plan.courses.iter().filter_map(|c| c.weeks).fold(0.0, f32::max);
    let total = path.plan.total_weeks.unwrap();
    assert!(longest < total);
    let tight = answer(f32::midpoint(longest, total));
    let mut all = tight.change_sector.iter().chain(&tight.own_sector);
    let same = all.find(|other| other.id == path.id).unwrap();
    if same.plan.total_weeks == path.plan.total_weeks {
        assert_eq!(same.plan.fits_window, Some(false), "each fits, together they do not");
    }
}

#[test]
fn a_course_comes_after_the_licences_it_asks_for() {
    let taxonomy = &ENGINE.dataset().taxonomy;
    let profile = Profile { licences: texts(&["B"]), ..worker(&["truckförare"]) };
    let answer = ENGINE.recommend(&profile, 50);
    let mut plans = 0;
    for path in answer.own_sector.iter().chain(&answer.change_sector) {
        let mut held: Vec<String> = answer.understood.licences.clone();
        for concept in &answer.understood.occupations {
            held.extend(taxonomy.occupation(concept.ix).licences.iter().cloned());
        }
        for planned in &path.plan.courses {
            let course = ENGINE.dataset().courses.iter().find(|c| c.id == planned.id).unwrap();
            plans += usize::from(!course.requires.is_empty());
            let missing = course.requires.iter().find(|key| !held.contains(key));
            assert!(missing.is_none(), "{} asks for {missing:?}", course.title.sv);
            held.extend(course.grants.iter().cloned());
        }
    }
    assert!(plans > 0, "some course asks for a licence");
}

#[test]
fn reasons_name_essential_skills_and_exclusions_not_read_are_said() {
    let limits = Limits { exclude: texts(&["qqqqxx zzzz", "Bartender"]), ..Limits::default() };
    let answer = ENGINE.recommend(&Profile { limits, ..worker(&["servitris"]) }, 5);
    let missed: Vec<&str> = answer.understood.unmatched.iter().map(|m| m.text.as_str()).collect();
    assert_eq!(missed, ["qqqqxx zzzz"]);
    assert!(!labels(&answer).contains(&"Bartender"));
    for path in answer.own_sector.iter().chain(&answer.change_sector) {
        let essential = &ENGINE.dataset().taxonomy.occupation(path.ix).essential;
        let mut had = path.gap.have.iter().take(path.gap.essential_have as usize);
        assert!(had.all(|skill| essential.contains(&skill.ix)));
    }
}

#[test]
fn a_target_without_a_shared_skill_is_left_out_and_the_best_say_so() {
    let all = ENGINE.dataset().taxonomy.occupations.len();
    let mut named = 0;
    for title in ["CNC-operatör", "montör", "servitris", "butikssäljare", "lastbilschaufför"] {
        let answer = ENGINE.recommend(&worker(&[title]), 500);
        let paths: Vec<_> = answer.own_sector.iter().chain(&answer.change_sector).collect();
        assert!(paths.len() > 20 && paths.len() < all - 1, "{title}: {}", paths.len());
        let shares = |path: &&crate::domain::Pathway| !path.gap.have.is_empty();
        assert!(answer.understood.skills.is_empty() && paths.iter().any(shares));
        for out in &answer.excluded {
            let reason = out.reason.as_ref().unwrap();
            assert_eq!(reason.sv, "ingen av yrkets kompetenser finns i profilen");
            assert!(paths.iter().all(|path| path.id != out.id), "{}", out.label.sv);
            named += 1;
        }
    }
    assert!(named > 0);
}

#[test]
fn the_calibrated_share_orders_paths_as_the_score_does() {
    let answer = ENGINE.recommend(&worker(&["servitris"]), 20);
    for list in [&answer.own_sector, &answer.change_sector] {
        assert!(list.is_sorted_by(|a, b| a.feasible >= b.feasible));
        assert!(list.iter().all(|path| path.feasible > 0.0 && path.feasible < 1.0));
    }
}

#[test]
fn one_path_an_occupation_group_with_its_variants_beside() {
    let answer = ENGINE.recommend(&worker(&["lastbilschaufför"]), 8);
    let taxonomy = &ENGINE.dataset().taxonomy;
    let group = |id: &str| {
        taxonomy.occupations.iter().find(|row| row.id == id).and_then(|row| row.ssyk.first())
    };
    let mut variants = 0;
    for list in [&answer.own_sector, &answer.change_sector] {
        let mut groups: Vec<_> = list.iter().map(|path| group(&path.id)).collect();
        groups.sort();
        groups.dedup();
        assert_eq!(groups.len(), list.len(), "{list:?}");
        assert!(list.is_sorted_by(|a, b| a.score >= b.score));
        for path in list {
            variants += path.variants.len();
            assert!(path.variants.iter().all(|other| group(&other.id) == group(&path.id)));
            assert!(path.variants.iter().all(|other| other.id != path.id));
        }
    }
    assert!(variants > 0, "there are several kinds of drivers");
}

#[test]
fn what_the_hub_describes_stands_for_its_group_unless_it_is_far_behind() {
    let occupation = |id: &str, hub: bool| crate::domain::Occupation {
        id: id.into(),
        ssyk: vec!["5223".into()],
        hub_names: if hub { vec![id.into()] } else { Vec::new() },
        ..Default::default()
    };
    let mut dataset = starter::dataset().unwrap();
    dataset.taxonomy.occupations =
        vec![occupation("far", true), occupation("goods", false), occupation("shop", true)];
    dataset.courses.clear();
    let engine = Engine {
        families: families::Families::of(&dataset),
        dataset,
        ..engine(starter::dataset().unwrap())
    };
    let listed = |scored: &[(u32, f32)]| {
        let score = |ix: u32| scored.iter().find(|(row, _)| *row == ix).map(|(_, score)| *score);
        let scores = (0..3).map(|ix| score(ix).unwrap_or_default()).collect();
        let field = field::Field::of(scores, &[0, 1, 2].map(|ix| score(ix).is_some()));
        let [_, list] = engine.top(&field, &ResolvedProfile::default(), 5);
        list.into_iter().map(|t| (t.ix, t.variants.as_slice().to_vec())).collect::<Vec<_>>()
    };
    assert_eq!(
        listed(&[(1, 70.0), (2, 65.0), (0, 64.0)]),
        [(2, vec![(1, 70.0), (0, 64.0)])],
        "the first described one that is near"
    );
    assert_eq!(listed(&[(1, 70.0), (0, 56.0)]), [(1, vec![(0, 56.0)])]);
    assert_eq!(listed(&[(1, 70.0), (0, 50.0)]), [(1, vec![])], "too far behind to be named");
}

#[test]
fn what_is_asked_about_gets_its_path_however_it_ranks() {
    let asked = Profile { wanted: texts(&["elektriker", "xyzzy"]), ..worker(&["servitris"]) };
    let answer = ENGINE.recommend(&asked, 3);
    let found: Vec<&str> = answer.wanted.iter().map(|path| path.label.sv.as_str()).collect();
    assert_eq!(found, ["Installationselektriker"]);
    assert!(!answer.wanted[0].plan.courses.is_empty());
    assert!(!labels(&answer).contains(&"Installationselektriker"));
    let missed = &answer.understood.unmatched;
    assert_eq!((missed[0].text.as_str(), missed[0].field.as_str()), ("xyzzy", "wanted"));
    let limits = Limits { exclude: vec!["7411".into()], ..Limits::default() };
    let twice = texts(&["elektriker", "elektriker", "servitris"]);
    let barred = Profile { wanted: twice, limits, ..worker(&["servitris"]) };
    let told = ENGINE.recommend(&barred, 3).wanted;
    assert!(told[0].labels.is_empty(), "what a limit forbids is closed");
    let against = told.into_iter().map(|path| path.against[0].clone());
    let codes: Vec<String> = against.map(|reason| reason.code.into_owned()).collect();
    assert_eq!(codes, ["outside_limits", "present_occupation"], "said, not hidden");
    let plain = ENGINE.recommend(&worker(&["servitris"]), 3);
    assert_eq!(plain.change_sector, answer.change_sector, "asking changes no list");
}

#[test]
fn applying_an_opening_opens_the_door_and_no_part_of_it_does() {
    let mut opened = 0;
    for (title, min_wage) in
        [("servitris", Some(30_000)), ("butikssäljare", None), ("svetsare", None)]
    {
        let profile = Profile {
            weeks_left: Some(3.0),
            limits: Limits { min_wage, max_weeks: Some(10.0), ..Limits::default() },
            ..worker(&[title])
        };
        let answer = ENGINE.counterfactuals(&profile);
        for door in &answer.doors {
            assert!(!door.closed_by.is_empty());
            let closed = |profile: Profile| {
                let asked = Profile { wanted: vec![door.id.clone()], ..profile };
                ENGINE.counterfactuals(&asked).doors.iter().any(|other| other.id == door.id)
            };
            assert!(closed(profile.clone()), "{}", door.label.sv);
            let sizes = |edit: &crate::domain::Edit| {
                matches!(
                    edit,
                    crate::domain::Edit::Commute { .. } | crate::domain::Edit::HoursPerWeek { .. }
                )
            };
            let alone = door.openings.iter().filter(|o| o.edits.len() == 1);
            assert!(alone.filter(|opening| sizes(&opening.edits[0])).count() <= 2, "{door:?}");
            for opening in door.openings.iter().take(3) {
                opened += 1;
                let all = opening.edits.iter().fold(profile.clone(), |p, edit| edit.applied_to(&p));
                assert!(!closed(all), "{}: {:?}", door.label.sv, opening.edits);
                if opening.edits.len() > 1 {
                    let alone = |edit: &crate::domain::Edit| closed(edit.applied_to(&profile));
                    assert!(opening.edits.iter().all(alone), "{:?}", opening.edits);
                }
            }
        }
    }
    assert!(opened > 5, "{opened}");
}

#[test]
fn a_route_is_viable_move_by_move_and_never_longer_than_a_direct_one() {
    for title in ["servitris", "butikssäljare", "lagerarbetare", "montör"] {
        let free = ENGINE.routes(&worker(&[title]), 3, 10);
        for route in &free.routes {
            assert!(route.hops.len() <= 3 && route.hops.last().is_some_and(|h| h.id == route.id));
            let least = route.hops.iter().map(|hop| hop.feasible).fold(1.0, f32::min);
            assert!((least - route.feasible).abs() < 1e-6 && least >= 0.25, "{least}");
            let rest = free.routes.iter().filter(|other| other.id == route.id);
            assert!(rest.clone().all(|other| other == route || other.hops != route.hops));
            let taken: Vec<_> = route.hops.iter().flat_map(|hop| &hop.courses).collect();
            let again = |at: usize| taken[..at].contains(&taken[at]);
            assert!(!(0..taken.len()).any(again), "a course is taken once: {taken:?}");
        }
        let near = ENGINE.recommend(&worker(&[title]), 1);
        let target = near.own_sector.first().or(near.change_sector.first()).unwrap();
        let asked = Profile { wanted: vec![target.id.clone()], ..worker(&[title]) };
        let direct = ENGINE.routes(&asked, 3, 10);
        for route in &direct.routes {
            assert_eq!(route.id, target.id);
            if route.hops.len() == 1 {
                assert_eq!(direct.routes.len(), 1, "a viable direct move is the only route");
            }
        }
        let none = direct.routes.is_empty();
        assert_eq!(direct.unreached.len(), usize::from(none));
    }
    let far = Profile { wanted: vec!["CNC-operatör".into()], ..worker(&["Formsprutare"]) };
    let over = ENGINE.routes(&far, 3, 10).routes;
    assert!(!over.is_empty() && over.iter().all(|route| route.hops.len() > 1), "{over:?}");
    assert!(ENGINE.routes(&far, 1, 10).routes.is_empty(), "no single move");
    assert_eq!(ENGINE.routes(&Profile::default(), 3, 5).match_status, MatchStatus::Abstain);
}

#[test]
fn a_comparison_copies_what_paths_say() {
    let profile = Profile {
        wanted: vec!["bartender".into(), "truckförare".into(), "undersköterska".into()],
        ..worker(&["servitris"])
    };
    let (table, answer) = (ENGINE.compare(&profile), ENGINE.recommend(&profile, 1));
    assert_eq!(table.targets.len(), 3);
    assert!(table.rows.iter().all(|row| row.cells.len() == 3));
    let row = |name: &str| table.rows.iter().find(|row| row.name == name).unwrap();
    for (at, path) in answer.wanted.iter().enumerate() {
        assert_eq!(table.targets[at].id, path.id);
        let kr = |mean: u32| Language::Sv.number(mean.into(), 0);
        let wage = path.demand.wage.map(|wage| format!("{} kr ({})", kr(wage.mean), wage.year));
        assert_eq!(row("wage").cells[at].as_ref().map(|cell| cell.sv.clone()), wage);
        let counted = format!("{} av {}", path.gap.essential_have, path.gap.essential_total);
        assert_eq!(row("skills").cells[at].as_ref().unwrap().sv, counted);
    }
}

#[test]
fn languages_alone_are_too_little_and_with_work_they_are_not() {
    let mut dataset = starter::dataset().unwrap();
    dataset.taxonomy.skills[0].reuse = "transversal".into();
    let id = dataset.taxonomy.skills[0].id.clone();
    let other = dataset.taxonomy.skills[1].id.clone();
    let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
    let engine = Engine::new(dataset, model);
    let known = |skills: &[&str], titles: &[&str]| {
        let skills = skills.iter().map(|id| (*id).to_owned()).collect();
        engine.recommend(&Profile { skills, ..worker(titles) }, 3).match_status
    };
    assert_eq!(known(&[&id], &[]), MatchStatus::Abstain);
    assert_eq!(known(&[&id, &other], &[]), MatchStatus::Matched);
    assert_eq!(known(&[&id], &["servitris"]), MatchStatus::Matched);
}
