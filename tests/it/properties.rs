//! The algebra of the engine, on the starter set.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::Cursor,
    sync::LazyLock,
};

use kompetensnav::{
    batch::{self, Form, Progress, Settings},
    dataset::starter,
    domain::{Answer, Explain, FundingCode, Pathway, Profile, Recommendation, Status},
    engine::Engine,
    intake,
    model::{self, Ranker},
};
use proptest::{prelude::*, sample::select};
use serde_json::Value;

/// More than any list holds: every admitted occupation is listed.
const ALL: usize = 10_000;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let dataset = starter::dataset().unwrap();
    let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
    Engine::new(dataset, model)
});

fn labels(of: impl Iterator<Item = &'static String>) -> Vec<&'static str> {
    of.map(String::as_str).collect()
}

fn title() -> impl Strategy<Value = String> {
    let rows = &ENGINE.dataset().taxonomy.occupations;
    let sv = labels(rows.iter().map(|row| &row.label.sv));
    let en = labels(rows.iter().map(|row| &row.label.en));
    prop_oneof![select(sv), select(en)].prop_map(str::to_owned)
}

fn skills(most: usize) -> impl Strategy<Value = Vec<String>> {
    let all = labels(ENGINE.dataset().taxonomy.skills.iter().map(|row| &row.label.sv));
    prop::collection::vec(select(all).prop_map(str::to_owned), 0..most)
}

/// By name, not by key: what a bare `YKB` stands for depends on the cards beside it.
fn licences() -> impl Strategy<Value = Vec<String>> {
    let all = labels(ENGINE.dataset().taxonomy.licences.iter().map(|row| &row.label.sv));
    prop::collection::vec(select(all).prop_map(str::to_owned), 0..4)
}

prop_compose! {
    fn profile()(
        titles in prop::collection::vec(title(), 1..3),
        skills in skills(5),
        licences in licences(),
        weeks_left in prop::option::of(0.0_f32..80.0),
    ) -> Profile {
        // A list says each thing once, and its reader sees to that.
        let [titles, skills, licences] = [titles, skills, licences].map(|mut words| {
            words.sort();
            words.dedup();
            words
        });
        Profile { titles, skills, licences, weeks_left, ..Profile::default() }
    }
}

fn paths(answer: &Recommendation) -> impl Iterator<Item = &Pathway> {
    answer.own_sector.iter().chain(&answer.change_sector)
}

/// Ids of missing essential and optional skills and keys of missing licences.
fn missing(path: &Pathway) -> BTreeSet<&str> {
    let gap = &path.gap;
    let skills = gap.missing_essential.iter().chain(gap.missing_optional.iter());
    let licences = gap.licences.iter().map(|licence| licence.key.as_str());
    skills.map(|skill| skill.id.as_str()).chain(licences).collect()
}

/// No target's gap holds anything that it did not hold before.
fn no_gap_grew(before: &Recommendation, after: &Recommendation) -> Result<(), TestCaseError> {
    let gaps: BTreeMap<&str, &Pathway> =
        paths(before).map(|path| (path.id.as_str(), path)).collect();
    for path in paths(after) {
        // A target can be new: it shares a skill only now.
        let Some(earlier) = gaps.get(path.id.as_str()) else { continue };
        prop_assert!(missing(path).is_subset(&missing(earlier)), "{}", path.label.sv);
        prop_assert!(path.gap.covered >= earlier.gap.covered - 1e-5, "{}", path.label.sv);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn more_skills_never_grow_a_gap(profile in profile(), more in skills(6)) {
        let before = ENGINE.recommend(&profile, ALL);
        let mut richer = profile;
        richer.skills.extend(more);
        no_gap_grew(&before, &ENGINE.recommend(&richer, ALL))?;
    }

    #[test]
    fn more_licences_never_grow_a_gap(profile in profile(), more in licences()) {
        let before = ENGINE.recommend(&profile, ALL);
        let mut richer = profile;
        richer.licences.extend(more);
        let after = ENGINE.recommend(&richer, ALL);
        no_gap_grew(&before, &after)?;
        for path in paths(&after) {
            let held = |label: &String| richer.licences.contains(label);
            prop_assert!(path.gap.licences.iter().all(|licence| !held(&licence.label.sv)));
        }
    }

    #[test]
    fn the_lists_are_disjoint_and_hold_no_present_occupation(profile in profile()) {
        let answer = ENGINE.recommend(&profile, ALL);
        let own: BTreeSet<&str> = answer.own_sector.iter().map(|path| path.id.as_str()).collect();
        let change: BTreeSet<&str> =
            answer.change_sector.iter().map(|path| path.id.as_str()).collect();
        prop_assert_eq!(own.len() + change.len(), paths(&answer).count());
        prop_assert!(own.is_disjoint(&change));
        for present in &answer.understood.occupations {
            prop_assert!(!own.contains(present.id.as_str()) && !change.contains(present.id.as_str()));
        }
        let taxonomy = &ENGINE.dataset().taxonomy;
        let present: BTreeSet<&str> =
            answer.understood.occupations.iter().map(|found| found.id.as_str()).collect();
        let skills = |ix| {
            let occupation = taxonomy.occupation(ix);
            occupation.essential.iter().chain(&occupation.optional).copied()
        };
        let named = answer.understood.skills.iter().filter_map(|skill| taxonomy.skill_ix(&skill.id));
        let of_occupations = present.iter().filter_map(|id| taxonomy.occupation_ix(id)).flat_map(skills);
        let had: BTreeSet<u32> = named.chain(of_occupations).collect();
        let related: BTreeSet<&str> = (0..)
            .zip(&taxonomy.occupations)
            .filter(|(ix, row)| {
                !present.contains(row.id.as_str()) && skills(*ix).any(|skill| had.contains(&skill))
            })
            .map(|(_, row)| row.id.as_str())
            .collect();
        let listed: BTreeSet<&str> = own.union(&change).copied().collect();
        // An occupation is listed, or another of its group is in the same list for it.
        let group = |id: &str| {
            let row = taxonomy.occupation(taxonomy.occupation_ix(id).unwrap());
            let own = !row.sector.is_empty() && row.sector == answer.understood.sector;
            (own, row.ssyk.first().cloned().unwrap_or_else(|| row.isco.clone()))
        };
        let groups = |ids: &BTreeSet<&str>| ids.iter().map(|id| group(id)).collect::<BTreeSet<_>>();
        prop_assert_eq!(groups(&listed).len(), listed.len(), "one path a group");
        if related.is_empty() {
            let all = taxonomy.occupations.iter().map(|row| row.id.as_str());
            let others: BTreeSet<&str> = all.filter(|id| !present.contains(id)).collect();
            prop_assert_eq!(groups(&listed), groups(&others));
        } else {
            prop_assert!(listed.is_subset(&related));
            prop_assert_eq!(groups(&listed), groups(&related), "all groups that share a skill");
        }
    }

    #[test]
    fn a_score_is_the_sum_of_its_parts(profile in profile()) {
        let answer = ENGINE.recommend(&profile, ALL);
        for path in paths(&answer) {
            let sum: f32 = path.parts.iter().map(|part| part.contribution).sum();
            prop_assert!((sum - path.score).abs() < 1e-3, "{}: {sum} {}", path.label.sv, path.score);
            prop_assert!(path.score.is_finite());
        }
    }

    #[test]
    fn fewer_paths_are_the_first_of_more(profile in profile(), few in 1_usize..6) {
        let (few_paths, all) = (ENGINE.recommend(&profile, few), ENGINE.recommend(&profile, ALL));
        prop_assert_eq!(&few_paths.own_sector[..], &all.own_sector[..few.min(all.own_sector.len())]);
        let first = few.min(all.change_sector.len());
        prop_assert_eq!(&few_paths.change_sector[..], &all.change_sector[..first]);
    }

    #[test]
    fn confirmed_funding_changes_nothing_but_itself(
        profile in profile(),
        status in prop::option::of(select(vec![Status::Uppsagd, Status::Korttid, Status::Anstalld])),
        confirmed in prop::collection::btree_map(
            select(FundingCode::ALL.map(FundingCode::key).to_vec()).prop_map(str::to_owned),
            select(vec![Answer::Yes, Answer::No, Answer::Unknown]),
            1..6,
        ),
    ) {
        let as_of = Some(jiff::civil::date(2026, 11, 28));
        let silent = Profile { status, as_of, ..profile };
        let told = Profile { funding: confirmed.clone(), ..silent.clone() };
        let [before, after] = [silent, told].map(|profile| ENGINE.recommend(&profile, ALL));
        for path in paths(&after) {
            for way in &path.plan.funding {
                match confirmed.get(way.code.key()) {
                    Some(Answer::No) => prop_assert_eq!(way.answer, Answer::No),
                    Some(Answer::Yes) => prop_assert_ne!(way.answer, Answer::Unknown),
                    _ => prop_assert_ne!(way.answer, Answer::Yes),
                }
            }
            prop_assert_eq!(path.plan.funding.is_empty(), path.plan.courses.is_empty());
        }
        let [before, after] = [before, after].map(|mut answer| {
            for path in answer.own_sector.iter_mut().chain(&mut answer.change_sector) {
                path.plan.funding.clear();
            }
            answer
        });
        prop_assert_eq!(before, after);
    }

    #[test]
    fn a_batch_is_the_map_of_single_answers(profiles in prop::collection::vec(profile(), 1..5)) {
        let mut list = Vec::new();
        for profile in &profiles {
            serde_json::to_writer(&mut list, profile).unwrap();
            list.push(b'\n');
        }
        let today = jiff::civil::date(2026, 11, 1);
        let format = Some(intake::Format::Ndjson);
        let mut rows = intake::from_reader(Cursor::new(list), "list", format, today).unwrap();
        let settings = Settings::new(Form::Ndjson, 3);
        let mut out = Vec::new();
        let summary = batch::run(&ENGINE, &mut rows, settings, Progress::default(), &mut out).unwrap();
        prop_assert_eq!(summary.rows, profiles.len() as u64);
        let text = String::from_utf8(out).unwrap();
        for (line, profile) in text.lines().zip(&profiles) {
            let record: Value = serde_json::from_str(line).unwrap();
            let answered: Recommendation =
                serde_json::from_value(record["recommendation"].clone()).unwrap();
            let dated = Profile { as_of: Some(today), ..profile.clone() };
            let alone = serde_json::to_value(ENGINE.recommend(&dated, 3).told(Explain::Short)).unwrap();
            let alone: Recommendation = serde_json::from_value(alone).unwrap();
            // A list's worker without a reference is called by the line.
            prop_assert_eq!(Recommendation { r#ref: None, ..answered }, alone);
        }
    }

    #[test]
    fn any_words_get_an_answer(
        titles in prop::collection::vec(any::<String>(), 0..3),
        skills in prop::collection::vec(any::<String>(), 0..3),
        licences in prop::collection::vec(any::<String>(), 0..2),
        places in prop::option::of(any::<String>()),
        exclude in prop::collection::vec(any::<String>(), 0..3),
        weeks_left in prop::option::of(any::<f32>()),
    ) {
        let mut profile = Profile { titles, skills, licences, weeks_left, ..Profile::default() };
        profile.municipality = places.clone();
        profile.ssyk = places;
        profile.limits.exclude = exclude;
        let answer = ENGINE.recommend(&profile, 3);
        prop_assert_eq!(&answer, &ENGINE.recommend(&profile, 3), "twice the same");
        prop_assert!(paths(&answer).all(|path| path.score.is_finite()));
    }
}
