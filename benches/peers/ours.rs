//! This program's side of the comparison in `peers.py`: does each task on one core and writes what came
//! out, with the seconds it took, as JSON on standard output.
//!
//!     peers FOLDER PROBLEM [DATASET]
//!
//! PROBLEM is a JSON file with a cohort's problem, in the form of `tests/oracle/highs.py`. The data set, the
//! starter set without one, is written to FOLDER, so that the peers read the same rows.

use std::{env, error::Error, fs, hint::black_box, path::Path, time::Instant};

use kompetensnav::{
    cohort::{Choice, Person, Problem, solve},
    dataset::{DataSet, starter},
    domain::{Language, Profile},
    engine::Engine,
    eval::{Ranker as _, SkillCosine, TransitionProfile},
    index::{Index, Page, Query},
    model::{self, Ranker},
};
use serde_json::{Value, json};

/// How many each list holds.
const TOP: usize = 10;
/// Occupations that are searched for.
const SEARCHES: usize = 1_000;
/// Times each task is done; the quickest counts, as with the peers.
const TIMES: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let [folder, problem, more @ ..] = &arguments[..] else {
        return Err("peers FOLDER PROBLEM [DATASET]".into());
    };
    let mut dataset = match more.first() {
        Some(folder) => DataSet::load(Path::new(folder))?,
        None => starter::dataset()?,
    };
    dataset.save(Path::new(folder), &[], |_, _| Ok::<(), kompetensnav::dataset::Error>(()))?;
    let similarity = similarity(&dataset);
    let search = search(&dataset)?;
    let plan = plan(&serde_json::from_slice(&fs::read(problem)?)?)?;
    let said = json!({"similarity": similarity, "search": search, "plan": plan,
                      "recommend": recommend(dataset)?});
    serde_json::to_writer(std::io::stdout().lock(), &said)?;
    Ok(())
}

/// What comes out, and the seconds of the quickest time.
fn timed<T>(mut task: impl FnMut() -> T) -> (T, f64) {
    let mut quickest = f64::INFINITY;
    let mut once = || {
        let begun = Instant::now();
        let done = black_box(task());
        quickest = quickest.min(begun.elapsed().as_secs_f64());
        done
    };
    (1..TIMES).for_each(|_| drop(once()));
    (once(), quickest)
}

/// The ten occupations with the most similar skills, for each occupation.
fn similarity(dataset: &DataSet) -> Value {
    let taxonomy = &dataset.taxonomy;
    let ids = |skills: &[u32]| -> Vec<String> {
        skills.iter().map(|skill| taxonomy.skills[*skill as usize].id.clone()).collect()
    };
    let profiles = taxonomy.occupations.iter().map(|occupation| TransitionProfile {
        label: String::new(),
        esco: vec![occupation.id.clone()],
        essential: ids(&occupation.essential),
        optional: ids(&occupation.optional),
    });
    let profiles: Vec<TransitionProfile> = profiles.collect();
    let (top, seconds) = timed(|| {
        // The weights of the skills are part of the task, as with the peers.
        let cosine = SkillCosine::new(taxonomy);
        profiles.iter().map(|profile| cosine.transitions(profile, TOP)).collect::<Vec<_>>()
    });
    let top = top
        .iter()
        .map(|list| list.iter().map(|ranked| json!([ranked.id, ranked.score])).collect::<Value>());
    json!({"seconds": seconds, "top": top.collect::<Value>()})
}

/// Whole answers for a worker of each occupation: all features, courses, reasons, as JSON.
fn recommend(dataset: DataSet) -> Result<Value> {
    let ids: Vec<String> = dataset.taxonomy.occupations.iter().map(|row| row.id.clone()).collect();
    let model = model::train(&dataset, Ranker::shipped()?)?;
    let engine = Engine::new(dataset, model);
    let begun = Instant::now();
    for id in &ids {
        let worker = Profile { titles: vec![id.clone()], ..Profile::default() };
        black_box(serde_json::to_vec(&engine.recommend(&worker, TOP))?);
    }
    Ok(json!({"seconds": begun.elapsed().as_secs_f64()}))
}

/// Texts to search for: another name of an occupation, as it is and with a letter left out in the middle,
/// of occupations evenly over the data set.
fn texts(dataset: &DataSet) -> Vec<[String; 3]> {
    let rows = &dataset.taxonomy.occupations;
    let mut texts = Vec::new();
    for row in rows.iter().step_by(rows.len().div_ceil(SEARCHES)) {
        let Some(name) = row.alternatives.sv.first() else { continue };
        let middle = name.chars().count() / 2;
        let misspelled = name.chars().enumerate().filter(|(at, _)| *at != middle);
        let misspelled = misspelled.map(|(_, letter)| letter).collect();
        texts.push(["as written".into(), name.clone(), row.id.clone()]);
        texts.push(["a letter left out".into(), misspelled, row.id.clone()]);
    }
    texts
}

/// The ids that each text finds.
fn search(dataset: &DataSet) -> Result<Value> {
    let begun = Instant::now();
    let index = Index::build_in_memory(dataset)?;
    let build = begun.elapsed().as_secs_f64();
    let texts = texts(dataset);
    let queries = texts.iter().map(|[_, text, _]| Query::new(text, Language::Sv));
    let queries: Vec<Query> = queries.collect();
    let page = Page::first(TOP);
    let (found, seconds) = timed(|| {
        queries.iter().map(|query| index.search_occupations(query, &page)).collect::<Vec<_>>()
    });
    let mut top = Vec::new();
    for hits in found {
        top.push(hits?.items.iter().map(|hit| json!(hit.id)).collect::<Value>());
    }
    Ok(json!({"build": build, "seconds": seconds, "texts": texts, "top": top}))
}

/// What the plan is worth and what none can exceed.
fn plan(problem: &Value) -> Result<Value> {
    let whole = |value: &Value| u32::try_from(value.as_u64().unwrap_or_default());
    let mut people = Vec::new();
    for (at, person) in problem["people"].as_array().into_iter().flatten().enumerate() {
        let mut options = Vec::new();
        for option in person["options"].as_array().into_iter().flatten() {
            let pools = option["pools"].as_array().into_iter().flatten().map(whole);
            options.push(Choice {
                value: option["value"].as_i64().unwrap_or_default(),
                cost: whole(&option["cost"])?,
                pools: pools.collect::<std::result::Result<_, _>>()?,
                counts: false,
            });
        }
        people.push(Person { reference: format!("P{at}"), group: None, options, locked: None });
    }
    let seats =
        problem["seats"].as_array().into_iter().flatten().map(|seats| whole(seats).map(Some));
    let problem = Problem {
        people,
        seats: seats.collect::<std::result::Result<_, _>>()?,
        budget: problem["budget"].as_u64(),
        ..Problem::default()
    };
    let (solution, seconds) = timed(|| solve(&problem));
    let solution = solution?;
    Ok(json!({"seconds": seconds, "worth": solution.worth, "bound": solution.bound}))
}
