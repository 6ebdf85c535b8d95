//! The steps of a query on the starter set and on job titles known by group only.

use std::sync::LazyLock;

use super::*;
use crate::{
    dataset::starter,
    domain::{JobTitle, Limits},
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
    let understood = ENGINE.resolve(&worker(&["montör, bilindustri"]));
    assert_eq!(understood.occupations.len(), 1, "{understood:?}");
}

#[test]
fn one_word_may_name_several_licences_and_a_licence_includes_lower_ones() {
    let profile = Profile { skills: texts(&["truckkort"]), ..Profile::default() };
    assert_eq!(ENGINE.resolve(&profile).licences, ["truck_a", "truck_b"]);
    let profile = Profile { licences: texts(&["CE-körkort"]), ..Profile::default() };
    let held = ENGINE.resolve(&profile).licences;
    assert!(["B", "C", "CE"].iter().all(|key| held.iter().any(|own| own == key)), "{held:?}");
    let nothing = Profile { licences: texts(&["???"]), ..Profile::default() };
    assert_eq!(ENGINE.resolve(&nothing).unmatched[0].field, "licence");
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
