//! Checks against the judgements and the published scorers, where they are at hand: the folder
//! `KOMPETENSNAV_EVAL`, or `eval` beside `KOMPETENSNAV_DATA`.

use std::{
    collections::BTreeMap,
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use rayon::prelude::*;
use sha2::{Digest, Sha256};

use super::*;
use crate::dataset::{DataSet, Source, import};

/// Room for ties and rounding: a third of one query's weight in the smallest set.
const TOLERANCE: f64 = 0.005;

/// Means that scikit-learn's vectorizers and a cosine written in Python reach on the development
/// halves with ESCO 1.1.1 (hidden labels too, each label once), scored by the published scorers: (set, view, measure, mean).
const REFERENCES: [(&str, &str, &str, f64); 12] = [
    ("transitions/rome", "ESCO scope", "ndcg@10", 0.3474),
    ("transitions/rome", "ESCO scope, cross", "ndcg@10", 0.2694),
    ("transitions/jobtech", "ESCO scope", "ndcg@10", 0.3697),
    ("transitions/jobtech", "ESCO scope, cross", "ndcg@10", 0.2705),
    ("transitions/onet_related", "ESCO scope", "ndcg@10", 0.4425),
    ("transitions/onet_related", "ESCO scope, cross", "ndcg@10", 0.3740),
    ("titles/swe_q_sv_c_sv", "surface", "recip_rank", 0.3801),
    ("titles/swe_q_sv_c_sv", "concept, occupations only", "recip_rank", 0.6521),
    ("titles/usa_q_en_c_en", "surface", "recip_rank", 0.5497),
    ("titles/misspelled_sv", "concept, occupations only", "success_5", 0.9925),
    ("skills/house_val", "all", "rp@5", 0.3388),
    ("skills/tech_val", "all", "rp@5", 0.5644),
];

/// The folders of official files and of judgements; says so where a test cannot run.
fn folders() -> Option<(PathBuf, PathBuf)> {
    let Some(data) = env::var_os("KOMPETENSNAV_DATA").map(PathBuf::from) else {
        println!("skipped: KOMPETENSNAV_DATA is not set");
        return None;
    };
    let beside = || data.parent().map(|parent| parent.join("eval"));
    let sets = env::var_os("KOMPETENSNAV_EVAL").map(PathBuf::from).or_else(beside)?;
    if !sets.is_dir() {
        println!("skipped: {} is no folder; set KOMPETENSNAV_EVAL", sets.display());
        return None;
    }
    if Command::new("python3").arg("--version").output().is_err() {
        println!("skipped: the published scorers need python3 on the PATH");
        return None;
    }
    Some((data, sets))
}

/// Figures a scorer prints: mean and half-width by name.
fn published(sets: &Path, scorer: &str, args: &[&str]) -> BTreeMap<String, (f64, f64)> {
    let output = Command::new("python3").arg(sets.join(scorer)).args(args).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = String::from_utf8(output.stdout).unwrap();
    let cells = text.lines().map(|line| line.split('\t').collect::<Vec<_>>());
    cells
        .filter_map(|cells| match cells[..] {
            [name, mean] => Some((name.to_owned(), (mean.parse().ok()?, 0.0))),
            [name, mean, half] => Some((name.to_owned(), (mean.parse().ok()?, half.parse().ok()?))),
            _ => None,
        })
        .collect()
}

/// Every figure of a view is the scorer's, to four decimals.
fn same(set: &str, view: &View, published: &BTreeMap<String, (f64, f64)>) {
    let near = |a: f64, b: f64| (a - b).abs() < 0.500_001e-4;
    for measure in &view.measures {
        let (mean, half) = published[&measure.name];
        assert!(
            near(measure.mean, mean) && near(measure.half_width, half),
            "{set}, {}: {measure:?} but the scorer says {mean} ± {half}",
            view.name
        );
    }
    let judged = ["num_q", "queries", "sources"].iter().find_map(|name| published.get(*name));
    assert!(near(judged.unwrap().0, view.judged as f64), "{set}, {}", view.name);
    let answered = ["num_q_answered", "answered"].iter().find_map(|name| published.get(*name));
    assert!(near(answered.unwrap().0, view.answered as f64), "{set}, {}", view.name);
    assert!(published.len() >= view.measures.len() + 2);
}

/// Scores a run of a set by the published scorer too and compares every view.
fn check(sets: &Path, set: &Set, ranker: &dyn Ranker) -> Vec<View> {
    let dir = set.dir();
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("run.tsv");
    let run = set.run(ranker);
    write_run(&run, &file).unwrap();
    let views = set.score(&run);
    assert!(!views.is_empty(), "{} has answers", dir.name);
    let (pred, path) = (file.to_str().unwrap(), dir.path.to_str().unwrap());
    // A scorer is a slow start of Python: one a core.
    views.par_iter().for_each(|view| {
        let mut args = vec!["--dataset", path, "--pred", pred];
        let scorer = match dir.kind {
            SetKind::Titles => {
                let level = view.name.split(',').next().unwrap();
                args.extend(["--level", level]);
                args.extend(view.name.contains("only").then_some("--occ-only"));
                "score_titles.py"
            }
            SetKind::Transitions => {
                args.extend(["--scope", if view.name.contains("ESCO") { "esco" } else { "all" }]);
                args.extend(view.name.contains("cross").then_some("--cross"));
                "score_transitions.py"
            }
            SetKind::Skills => "score_skills.py",
            SetKind::Courses | SetKind::Bundles => "score_courses.py",
        };
        let gold = dir.path.join(dir.kind.files()[0]);
        if scorer == "score_courses.py" {
            let task = if dir.kind == SetKind::Courses { "ssyk" } else { "gy11" };
            args = vec![task, "--gold", gold.to_str().unwrap(), "--pred", pred];
        }
        same(&dir.name, view, &published(sets, scorer, &args));
    });
    views
}

/// Checks the first covering baseline on all sets of a kind, against the scorer and the references.
fn check_kind(kind: SetKind, references: usize) {
    let Some((data, sets)) = folders() else { return };
    let data: DataSet = import(&data, &[Source::Esco]).unwrap().dataset;
    let baselines = baselines(&data);
    let baseline = baselines.iter().find(|baseline| baseline.covers(kind)).unwrap();
    let mut reached = Vec::new();
    for dir in find_sets(&sets).unwrap().into_iter().filter(|dir| dir.kind == kind) {
        let set = Set::open(&dir, &data.courses).unwrap();
        let views = check(&sets, &set, baseline.as_ref());
        for (name, view, measure, wanted) in REFERENCES.iter().filter(|r| r.0 == dir.name) {
            let view = views.iter().find(|found| found.name == *view).unwrap();
            let mean = view.measures.iter().find(|found| found.name == *measure).unwrap().mean;
            reached.push(format!("{name}, {}: {measure} {mean:.4} for {wanted}", view.name));
            assert!((mean - wanted).abs() < TOLERANCE, "{reached:?}");
        }
    }
    assert_eq!(reached.len(), references, "the sets of all references were found: {reached:?}");
}

#[test]
fn title_measures_are_the_published_scorers_and_the_baseline_reaches_its_references() {
    check_kind(SetKind::Titles, 4);
}

#[test]
fn transition_measures_are_the_published_scorers_and_the_baseline_reaches_its_references() {
    check_kind(SetKind::Transitions, 6);
}

#[test]
fn skill_measures_are_the_published_scorers_and_the_baseline_reaches_its_references() {
    check_kind(SetKind::Skills, 2);
}

/// Answers every course question with codes in an order that means nothing.
struct Shuffled(Vec<String>);

impl Shuffled {
    fn order(&self, query: &str, top: usize) -> Vec<Ranked> {
        let key = |code: &String| Sha256::digest(format!("{query}{code}"));
        let mut codes = self.0.clone();
        codes.sort_by_key(key);
        codes.into_iter().take(top).map(|code| Ranked::new(code, 1.0)).collect()
    }
}

impl Ranker for Shuffled {
    fn name(&self) -> &'static str {
        "shuffled"
    }

    fn course_groups(&self, title: &str, _text: &str, top: usize) -> Vec<Ranked> {
        self.order(title, top)
    }

    fn bundle(&self, outcome: &str, top: usize) -> Vec<Ranked> {
        self.order(outcome, top)
    }
}

#[test]
fn course_measures_are_the_published_scorers() {
    let Some((data, sets)) = folders() else { return };
    let dir = tempfile::tempdir().unwrap();
    let copy = |from: PathBuf| fs::copy(&from, dir.path().join(from.file_name().unwrap())).unwrap();
    copy(sets.join("courses/course_ssyk.tsv"));
    copy(sets.join("courses/gy11_outcomes.json"));
    copy(data.join("courses/susa_2025.csv"));
    let gold = fs::read_to_string(dir.path().join("course_ssyk.tsv")).unwrap();
    let mut codes: Vec<String> =
        gold.lines().filter_map(|line| line.split('\t').nth(1)).map(str::to_owned).collect();
    let outcomes = fs::read_to_string(dir.path().join("gy11_outcomes.json")).unwrap();
    codes.extend(outcomes.split("\"code\": \"").skip(1).filter_map(|rest| {
        let code = rest.split('"').next()?;
        Some(code.to_owned())
    }));
    codes.sort();
    codes.dedup();
    for found in find_sets(dir.path()).unwrap() {
        let set = Set::open(&found, &[]).unwrap();
        let views = check(&sets, &set, &Shuffled(codes.clone()));
        assert!(views[0].measures[0].mean > 0.0);
        assert_eq!(views[0].judged, views[0].answered);
    }
}

#[test]
fn measures_of_observed_moves_are_the_published_scorers() {
    let Some((data, sets)) = folders() else { return };
    let parent = tempfile::tempdir().unwrap();
    // The scorer takes a set for observed moves by this name, the product by its shares.
    let dir = parent.path().join("asec");
    fs::create_dir(&dir).unwrap();
    let from = sets.join("transitions/rome");
    for name in ["profiles.jsonl", "candidates.tsv", "map_esco.tsv"] {
        fs::copy(from.join(name), dir.join(name)).unwrap();
    }
    let change = |name: &str, column: usize, value: &dyn Fn(usize) -> String| {
        let text = fs::read_to_string(from.join(name)).unwrap();
        let lines = text.lines().enumerate().map(|(at, line)| {
            let mut cells: Vec<String> = line.split('\t').map(str::to_owned).collect();
            cells[column] = value(at);
            cells.join("\t") + "\n"
        });
        fs::write(dir.join(name), lines.collect::<String>()).unwrap();
    };
    change("qrels.tsv", 2, &|at| format!("{}", 0.01 * (1 + at % 7) as f64));
    change("sources.tsv", 3, &|at| format!("{}", 1_000 + 137 * (at % 29)));
    let data = import(&data, &[Source::Esco]).unwrap().dataset;
    let found = find_sets(&dir).unwrap();
    let set = Set::open(&found[0], &data.courses).unwrap();
    let views = check(&sets, &set, &SkillCosine::new(&data.taxonomy));
    assert!(views[0].measures.iter().any(|m| m.name == "w_mass@10" && m.mean > 0.0));
}

#[test]
fn a_set_without_answers_gives_the_same_run() {
    let Some((data, sets)) = folders() else { return };
    let data = import(&data, &[Source::Esco]).unwrap().dataset;
    for (from, answers) in
        [("transitions/rome", "qrels.tsv"), ("titles/misspelled_sv", "annotations.tsv")]
    {
        let dir = tempfile::tempdir().unwrap();
        for entry in fs::read_dir(sets.join(from)).unwrap() {
            let path = entry.unwrap().path();
            if path.file_name().unwrap() != answers {
                fs::copy(&path, dir.path().join(path.file_name().unwrap())).unwrap();
            }
        }
        let open = |path: &Path| Set::open(&find_sets(path).unwrap()[0], &data.courses).unwrap();
        let (blind, judged) = (open(dir.path()), open(&sets.join(from)));
        let baselines = baselines(&data);
        let baseline =
            baselines.iter().find(|b| b.covers(blind.dir().kind)).map(AsRef::as_ref).unwrap();
        assert_eq!(blind.run(baseline), judged.run(baseline));
        let report = blind.evaluate(baseline, &[]);
        assert!(report.to_string().contains("a run can be written"));
    }
}
