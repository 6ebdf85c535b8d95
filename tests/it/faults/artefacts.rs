//! Damaged files: all that the program writes and reads again.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use kompetensnav::{
    api::Keys,
    dataset::DataSet,
    domain::{Language, Profile},
    engine::Engine,
    index::{Index, Opened, Page, Query},
    model::{Encoder, Model},
    store::{Store, Terms},
};
use serde_json::json;
use tempfile::TempDir;

use super::{Tried, damage, damaged, groups};
use crate::{
    batch::long_list,
    client::{get, post},
    encoder::World,
    hub::{Service, kept, list, place},
    program::{command, run, text},
};

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// What a worker is told from a data set folder, its model and its encoder.
fn told(folder: &Path) -> Result<String, String> {
    let dataset = DataSet::load(folder).map_err(said)?;
    let model = Model::load(&folder.join("models/default"), &dataset).map_err(said)?;
    let encoder = Encoder::open(&folder.join("models/encoder"), &dataset).map_err(said)?;
    let engine = Engine::new(dataset, encoder.into_iter().fold(model, Model::with_encoder));
    let worker = Profile {
        titles: vec!["kusk".to_owned(), "svetsare".to_owned()],
        skills: vec!["läsa ritningar".to_owned()],
        ..Profile::default()
    };
    Ok(serde_json::to_string(&engine.recommend(&worker, 9)).unwrap())
}

/// What a search finds; an index that is to be built anew, with the reason, is as good as an error.
fn found(folder: &Path, data_set: &str) -> Result<String, String> {
    match Index::open(folder, data_set).map_err(said)? {
        Opened::Rebuild(reason) => Err(format!("built anew: {reason}")),
        Opened::Ready(index) => {
            let query = Query::new("svetsare", Language::Sv);
            let hits = index.search_occupations(&query, &Page::first(5)).map_err(said)?;
            Ok(format!("{hits:?}"))
        }
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> = entries.filter(|path| path.is_file()).collect();
    files.sort();
    files
}

#[test]
fn data_set_model_encoder_and_index_are_refused_or_answer_the_same() {
    let mut tried = Tried::new("files of a data set, its model, encoder and index");
    let world = World::new();
    world.add();
    let folder = &world.data;
    for part in ["", "models/default", "models/encoder"] {
        for file in files(&folder.join(part)) {
            let what = format!("{part}/{}", file.file_name().unwrap().display());
            damage(&mut tried, (&what, &file, 24), || told(folder));
        }
    }
    let (index, dataset) = (folder.join("index"), DataSet::load(folder).unwrap());
    let data_set = &dataset.manifest.fingerprint;
    Index::build(&dataset, &index).unwrap();
    for file in files(&index) {
        let what = format!("index/{}", file.file_name().unwrap().display());
        damage(&mut tried, (&what, &file, 24), || found(&index, data_set));
    }
    assert_eq!(tried.times("ANOTHER ANSWER"), 0);
}

#[test]
fn keys_that_are_damaged_let_nobody_in_by_another_role() {
    let mut tried = Tried::new("keys of a service");
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys.csv");
    for (role, name) in [("hub", "navet"), ("read", "Anna")] {
        run(&["keys", "add", "--role", role, "--name", name, "--keys", text(&file)]).success();
    }
    let whole = fs::read(&file).unwrap();
    let before = Keys::read(&file).unwrap();
    for (how, bytes) in damaged(&whole, 2000) {
        fs::write(&file, bytes).unwrap();
        let Ok(keys) = Keys::read(&file) else {
            tried.count(how, "refused");
            continue;
        };
        // What is left must be keys as they were, or keys that nobody has.
        for key in keys.iter() {
            let same = before.iter().any(|known| known.role == key.role);
            assert!(same, "{how}: a role that nobody had");
        }
        tried
            .count(how, if keys == before { "the same keys" } else { "a key or its name is lost" });
    }
}

/// A store with a list, its answers, a plan and a question, and its file.
fn full_store() -> (TempDir, PathBuf, [String; 2]) {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let batch = place(&service.upload("?as_of=2026-11-01&paths=1", "", &list(40)));
    service.done(&batch);
    let id = batch.rsplit('/').next().unwrap().to_owned();
    let plan =
        place(&post(service.address, "/v1/cohort-plans", &json!({"batch_id": id}).to_string()));
    service.done(&plan);
    let profile = json!({"ref": "A1", "titles": ["servitris"], "as_of": "2026-11-01"});
    post(service.address, "/v1/recommendations?keep=true", &profile.to_string());
    service.stop();
    let plan = plan.rsplit('/').next().unwrap().to_owned();
    (folder, store.into(), [id, plan])
}

/// Removes what a killed service has left beside its store, from which the store would be mended.
fn leave_alone(store: &Path) {
    for beside in ["-wal", "-shm", "-journal"] {
        let _absent = fs::remove_file(format!("{}{beside}", store.display()));
    }
}

/// The rows of a batch with its summary and its plan, and what else a store tells of it.
fn told_by(store: &Path, [id, plan]: [&str; 2]) -> Result<[String; 2], String> {
    leave_alone(store);
    let store = Store::open(store, Terms::default()).map_err(said)?;
    let summary = store.summary(id).map_err(said)?;
    let rows = store.rows(id, None, 0, 1000).map_err(said)?;
    let (plans, _) = store.plans_of(id, 0, usize::MAX).map_err(said)?;
    let asked: Vec<_> = plans.iter().map(|plan| &plan.ask).collect();
    let plan = store.plan(plan).map_err(said)?;
    let records: Vec<_> = rows.iter().map(|row| (&row.row, &row.record)).collect();
    Ok([
        format!("{records:?} {:?} {asked:?} {:?} {:?}", summary.summary, plan.ask, plan.plan),
        format!("{summary:?} {plans:?} {plan:?} {rows:?}"),
    ])
}

/// Rows, records, summaries and plans are sealed; the state of a batch and a plan, their dates and the free space of
/// the file are not: there a bit that turns over may be told as another. What is counted here says how often.
#[test]
fn a_damaged_store_is_an_error_and_rows_and_plans_are_never_others() {
    let mut tried = Tried::new("store of a service");
    let (_folder, store, [id, plan]) = full_store();
    let whole = fs::read(&store).unwrap();
    let right = told_by(&store, [&id, &plan]).unwrap();
    for (how, bytes) in damaged(&whole, 300) {
        fs::write(&store, &bytes).unwrap();
        let seen = Store::examine(&store).is_err();
        fs::write(&store, &bytes).unwrap();
        let rows = |told: &[String; 2]| told[0] == right[0];
        let came = match (told_by(&store, [&id, &plan]), seen) {
            (Err(_), _) => "refused",
            (Ok(found), _) if found == right => "the same answer",
            (Ok(found), _) if !rows(&found) => "OTHER ROWS OR PLANS",
            (Ok(_), true) => "another state or date, doctor tells",
            (Ok(_), false) => "another state or date",
        };
        tried.count(how, came);
    }
    assert_eq!(tried.times("OTHER ROWS OR PLANS"), 0);
    assert!(tried.times("refused") > 100);
}

/// A run that was killed behind its first checkpoint, in a folder that can be copied.
fn killed_run() -> (TempDir, Vec<String>) {
    let folder = tempfile::tempdir().unwrap();
    let [file, out] = ["list.csv", "out.ndjson"].map(|name| folder.path().join(name));
    fs::write(&file, long_list(5_000)).unwrap();
    let args = ["batch", text(&file), "--out", text(&out), "--today", "2026-11-01"];
    let args: Vec<String> = args.into_iter().map(str::to_owned).collect();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let mut child = command(&words).args(["--threads", "1"]).stderr(Stdio::null()).spawn().unwrap();
    let until = Instant::now() + Duration::from_mins(1);
    while !folder.path().join("out.ndjson.part.json").exists() {
        assert!(Instant::now() < until && child.try_wait().unwrap().is_none(), "no checkpoint");
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    (folder, args)
}

#[test]
#[ignore = "minutes: every damaged checkpoint is gone on from"]
fn from_a_damaged_checkpoint_comes_the_same_result() {
    let mut tried = Tried::new("what a killed batch has left");
    let (folder, args) = killed_run();
    let words: Vec<&str> = args.iter().map(String::as_str).collect();
    let file = |name: &str| folder.path().join(name);
    let names = ["out.ndjson.part", "out.ndjson.part.json"];
    let left = names.map(|name| fs::read(file(name)).unwrap());
    let right = {
        let summary = run(&words).success();
        (fs::read(file("out.ndjson")).unwrap(), summary)
    };
    for (name, whole) in names.iter().zip(&left) {
        for (how, bytes) in damaged(whole, 4) {
            fs::remove_file(file("out.ndjson")).unwrap();
            for (name, bytes) in names.iter().zip(&left) {
                fs::write(file(name), bytes).unwrap();
            }
            fs::write(file(name), bytes).unwrap();
            let summary = run(&words).success();
            let same = (fs::read(file("out.ndjson")).unwrap(), summary) == right;
            tried
                .count(&format!("{name}: {how}"), if same { "the same result" } else { "ANOTHER" });
        }
    }
    assert_eq!(tried.times("ANOTHER"), 0);
}

/// Files that people may write themselves have no seal: what can be read is taken as it stands.
#[test]
fn results_and_plans_that_are_damaged_are_read_or_refused_by_name() {
    let mut tried = Tried::new("results that are read again");
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(file("list.csv"), list(12)).unwrap();
    fs::write(file("groups.csv"), groups(12)).unwrap();
    let [people, result, plan, out] =
        ["list.csv", "result.ndjson", "plan.json", "out.csv"].map(file);
    run(&["batch", &people, "--out", &result, "--today", "2026-11-01"]).success();
    run(&["plan", &people, "--out", &plan, "--today", "2026-11-01"]).success();
    let cases: [(&str, &str, Vec<&str>); 3] = [
        ("result for audit", &result, vec!["audit", &result, "--groups", &people]),
        ("result for esf", &result, vec!["esf", &result, "--out", &out]),
        ("plan for esf", &plan, vec!["esf", "--plan", &plan, "--out", &out]),
    ];
    for (what, path, mut args) in cases {
        let by = file("groups.csv");
        if let Some(word) = args.iter_mut().skip(3).find(|word| **word == people) {
            *word = &by;
        }
        let whole = fs::read(path).unwrap();
        for (how, bytes) in damaged(&whole, 12) {
            fs::write(path, bytes).unwrap();
            let ran = run(&args);
            assert!(ran.code.is_some() && !ran.err.contains("panicked"), "{what} {how}: {ran:?}");
            let row = format!("{what}: {how}");
            if ran.code == Some(0) {
                tried.count(&row, "read as it stands");
            } else {
                // A result of fewer people is whole for `audit`, which then says that of the groups.
                let named = ran.err.contains(path) || ran.err.contains("groups.csv");
                assert!(named, "{row}: which file? {}", ran.err);
                tried.count(&row, "refused");
            }
        }
        fs::write(path, whole).unwrap();
    }
}

#[test]
fn a_service_on_a_damaged_store_says_so_and_lives_or_ends() {
    let mut tried = Tried::new("a service whose store is damaged");
    let (folder, store, [id, _plan]) = full_store();
    let service = Service::start(folder.path(), &["--store", text(&store)]);
    let right = get(service.address, &format!("/v1/batches/{id}")).json();
    service.stop();
    let whole = fs::read(&store).unwrap();
    for (how, bytes) in damaged(&whole, 0) {
        let size = bytes.len();
        leave_alone(&store);
        fs::write(&store, bytes).unwrap();
        let mut probe = command(&["serve", "--listen", "127.0.0.1:0", "--store", text(&store)]);
        let log = folder.path().join("probe");
        let errors = fs::File::create(&log).unwrap();
        let mut child = probe.stdout(Stdio::null()).stderr(errors).spawn().unwrap();
        let until = Instant::now() + Duration::from_secs(3);
        while child.try_wait().unwrap().is_none() && Instant::now() < until {
            thread::sleep(Duration::from_millis(50));
        }
        if let Some(ended) = child.try_wait().unwrap() {
            let said = fs::read_to_string(&log).unwrap();
            assert!(!ended.success() && said.contains(text(&store)), "{how}: {said}");
            assert!(!said.contains("panicked"), "{how}: {said}");
            tried.count(how, "does not start, names the file and the cure");
            continue;
        }
        child.kill().unwrap();
        child.wait().unwrap();
        let service = Service::start(folder.path(), &["--store", text(&store)]);
        let answer = get(service.address, &format!("/v1/batches/{id}"));
        // SQLite takes a file without a whole head for a new one, and lost zeros at the end for zeros.
        let same = || answer.status == 200 && answer.json() == right;
        assert!(how != "cut" || size < 100 || same(), "half a store, {size} bytes: {answer:?}");
        assert!([200, 404, 500].contains(&answer.status), "{how}: {answer:?}");
        assert_eq!(get(service.address, "/livez").status, 200, "{how}");
        service.kill();
        tried.count(how, "starts, and answers with what is there or a problem");
    }
}
