//! Fits on small sets that are made up from the starter set's own labels.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use serde::Serialize;

use super::*;
use crate::{
    dataset::starter,
    engine::Engine,
    model::{self, Ranker as Weights},
};

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let dataset = starter::dataset().unwrap();
    let model = model::train(&dataset, Weights::shipped().unwrap()).unwrap();
    Engine::new(dataset, model)
});

/// Files of a set: name and lines.
type Files = Vec<(&'static str, Vec<String>)>;

/// Writes a set; `turned` from the last line to the first.
fn write(folder: &Path, files: &Files, turned: bool) {
    fs::create_dir_all(folder).unwrap();
    for (name, lines) in files {
        let mut lines: Vec<&String> = lines.iter().collect();
        if turned {
            lines.reverse();
        }
        let mut text = String::new();
        for line in lines {
            writeln!(text, "{line}").unwrap();
        }
        fs::write(folder.join(name), text).unwrap();
    }
}

/// Every Swedish name of an occupation without its third letter; every other one is said to be a
/// group's, so that not everything the engine reads is right.
fn titles() -> Files {
    let (mut queries, mut corpus, mut concepts, mut right) = (vec![], vec![], vec![], vec![]);
    for (at, occupation) in ENGINE.dataset().taxonomy.occupations.iter().enumerate() {
        let element = format!("C{at:04}");
        corpus.push(format!("{element}\t{}", occupation.label.sv));
        concepts.push(format!("{element}\t{}", occupation.id));
        let letters = occupation.label.sv.chars().enumerate();
        let title: String = letters.filter(|(at, _)| *at != 2).map(|(_, letter)| letter).collect();
        queries.push(format!("Q{at:04}\t{title}"));
        let meant = if at % 3 == 2 { "G0000".to_owned() } else { element };
        right.push(format!("Q{at:04}\t0\t{meant}\t1"));
    }
    corpus.push("G0000\tArbetare".to_owned());
    concepts.push("G0000\thttp://data.europa.eu/esco/isco/C9".to_owned());
    vec![
        ("queries.tsv", queries),
        ("corpus_elements.tsv", corpus),
        ("concept_mapping.tsv", concepts),
        ("annotations.tsv", right),
    ]
}

/// Sentences that name two skills, of which judges name the first.
fn skills() -> Files {
    let skills = &ENGINE.dataset().taxonomy.skills;
    let corpus = skills.iter().map(|skill| format!("{}\t{}", skill.id, skill.label.en)).collect();
    let (mut queries, mut right) = (vec![], vec![]);
    for (at, pair) in skills.chunks_exact(2).take(40).enumerate() {
        let (first, second) = (&pair[0], &pair[1].label.en);
        let part = second.split(' ').next().unwrap_or_default();
        queries.push(format!("s{at:02}\tYou will {} and often {part}", first.label.en));
        right.push(format!("s{at:02}\t{}", first.id));
    }
    vec![("queries.tsv", queries), ("corpus.tsv", corpus), ("qrels.tsv", right)]
}

fn sets(folder: &Path) -> Vec<Set> {
    let open = |dir: &SetDir| Set::open(dir, &[]).unwrap();
    find_sets(folder).unwrap().iter().map(open).collect()
}

/// What a fit gives on one and on two threads, of files as they are and turned round.
fn thrice<W: Serialize>(files: &Files, fit: impl Fn(&[Set]) -> W + Sync) -> Vec<String> {
    [(1, false), (2, false), (2, true)]
        .map(|(threads, turned)| {
            let folder = tempfile::tempdir().unwrap();
            write(&folder.path().join("set_sv"), files, turned);
            let sets = sets(folder.path());
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let fitted = pool.install(|| serde_json::to_string(&fit(&sets)));
            fitted.unwrap()
        })
        .to_vec()
}

#[test]
fn titles_fit_the_same_for_any_threads_and_order_of_rows() {
    let fitted = thrice(&titles(), |sets| fit_titles(sets, &ENGINE).unwrap());
    assert!(fitted.iter().all(|one| *one == fitted[0]), "{fitted:#?}");
    assert!(fitted[0].contains("judged titles of set_sv"), "{}", fitted[0]);
}

#[test]
fn skills_fit_the_same_for_any_threads_and_order_of_rows() {
    let fitted = thrice(&skills(), |sets| fit_skills(sets, &ENGINE).unwrap());
    assert!(fitted.iter().all(|one| *one == fitted[0]), "{fitted:#?}");
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("s"), &skills(), false);
    let sets = sets(folder.path());
    let weights = fit_skills(&sets, &ENGINE).unwrap();
    assert!(weights.weights.iter().all(|weight| *weight >= 0.0), "{weights:?}");
    // What the sentence says whole is surer than what it says in part, and study and eval agree.
    assert!(weights.share(&[1.0; 6]) > 2.0 * weights.share(&[0.5; 6]), "{weights:?}");
    let baselines = baselines(ENGINE.dataset());
    let baselines: Vec<&dyn Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let study = study_skills(&sets, &ENGINE, &weights, &baselines).unwrap().to_string();
    assert!(study.contains("| s | all | 40 |") && study.contains("Brier score"), "{study}");
}

#[test]
fn a_study_of_titles_has_every_set_and_its_baseline() {
    let folder = tempfile::tempdir().unwrap();
    write(&folder.path().join("a/misspelled_sv"), &titles(), false);
    write(&folder.path().join("x_q_en_c_sv"), &titles(), false);
    let sets = sets(folder.path());
    let weights = fit_titles(&sets, &ENGINE).unwrap();
    assert_eq!(weights.chosen_on, "judged titles of misspelled_sv");
    let baselines = baselines(ENGINE.dataset());
    let baselines: Vec<&dyn Ranker> = baselines.iter().map(AsRef::as_ref).collect();
    let study = study_titles(&sets, &ENGINE, &weights, &baselines).unwrap().to_string();
    for part in ["| misspelled_sv | surface |", "| x_q_en_c_sv | surface |", "Misspelled titles"] {
        assert!(study.contains(part), "{part}: {study}");
    }
    assert!(study.contains("tf-idf |") || study.contains("BM25 words |"), "{study}");
}

#[test]
fn sets_without_answers_are_no_ground_for_a_fit() {
    let unjudged = |files: Files, answers: &str| -> (tempfile::TempDir, PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let files: Files = files.into_iter().filter(|(name, _)| *name != answers).collect();
        let path = folder.path().join("set_sv");
        write(&path, &files, false);
        (folder, path)
    };
    let (_kept, path) = unjudged(titles(), "annotations.tsv");
    let error = fit_titles(&sets(&path), &ENGINE).unwrap_err().to_string();
    assert!(error.contains("training failed: no title is judged"), "{error}");
    let (_kept, path) = unjudged(skills(), "qrels.tsv");
    let error = fit_skills(&sets(&path), &ENGINE).unwrap_err().to_string();
    assert!(error.contains("judges name none or all of the skills"), "{error}");
    assert!(fit_titles(&sets(&path), &ENGINE).is_err(), "there are no titles");
}
