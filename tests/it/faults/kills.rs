//! Runs that are killed (`kill -9`) at many moments, the last ones when they are nearly done.
//! `batch` in NDJSON has its own such test beside it, the service in
//! `service_kills` and `service_starts`.

use std::{
    fs,
    path::Path,
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use kompetensnav::{
    dataset::DataSet,
    index::{Index, Opened},
};

use super::{Tried, groups};
use crate::{
    batch::long_list,
    encoder::World,
    hub::list,
    import::{Bench, occupations},
    program::{command, run, text},
};

/// Moments a run is killed at.
const MOMENTS: u32 = 20;

/// How long a run takes that is left alone.
fn whole_time(args: &[&str]) -> Duration {
    let begun = Instant::now();
    run(args).success();
    begun.elapsed()
}

/// Starts a run and kills it; whether it was still running.
pub(super) fn killed_after(args: &[&str], time: Duration) -> bool {
    let mut quiet = command(args);
    let mut child = quiet.stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    thread::sleep(time);
    let running = child.try_wait().unwrap().is_none();
    child.kill().unwrap();
    child.wait().unwrap();
    running
}

/// Kills a run at every moment and looks at what is there.
fn kill(
    tried: &mut Tried,
    (what, args): (&str, &[&str]),
    before: impl Fn(),
    mut there: impl FnMut() -> &'static str,
) {
    before();
    let whole = whole_time(args);
    for moment in 0..MOMENTS {
        before();
        let running = killed_after(args, whole * moment / (MOMENTS - 1));
        let came = there();
        tried.count(&format!("{what}, {}", if running { "killed" } else { "done before" }), came);
    }
}

/// Whether a data set answers, or says what to do.
fn answers(folder: &Path) -> &'static str {
    let asked = run(&["recommend", "--title", "welder", "--data", text(folder)]);
    if asked.code == Some(0) {
        return "answers";
    }
    let error = asked.failure(1);
    let cured = ["import", "train"].iter().any(|cure| error.contains(cure));
    assert!(cured, "no cure in {error}");
    "says what to do"
}

#[test]
#[ignore = "half a minute: twenty moments each"]
fn an_import_leaves_the_old_data_set_or_the_new_one() {
    let mut tried = Tried::new("import over a data set");
    let other = occupations().replace("waiter", "head waiter");
    let (old, new) = (Bench::with(&[]), Bench::with(&[("occupations_en.csv", &other)]));
    old.import(&[]).success();
    new.import(&[]).success();
    let known = [old.manifest().fingerprint, new.manifest().fingerprint];
    let (from, out) = (new.source(), old.out());
    let args = ["import", text(&from), "--out", text(&out)];
    let restore = || {
        old.import(&[]).success();
    };
    kill(&mut tried, ("import", &args), restore, || match DataSet::load(&out) {
        Ok(found) if found.manifest.fingerprint == known[0] => answers(&out),
        Ok(found) if found.manifest.fingerprint == known[1] => answers(&out),
        Ok(_) => panic!("half a data set"),
        Err(error) => {
            assert!(error.to_string().contains("import again"), "{error}");
            "says what to do"
        }
    });
    run(&args).success();
    assert_eq!(old.manifest().fingerprint, known[1]);
}

#[test]
#[ignore = "half a minute: twenty moments each"]
fn train_index_and_encoder_leave_what_answers_or_says_what_to_do() {
    let mut tried = Tried::new("parts of a data set");
    let bench = Bench::with(&[]);
    bench.import(&[]).success();
    let out = bench.out();
    let weights = out.join("models/default/weights.safetensors");
    let right = fs::read(&weights).unwrap();
    kill(&mut tried, ("train", &["train", text(&out)]), || {}, || answers(&out));
    run(&["train", text(&out)]).success();
    assert!(fs::read(&weights).unwrap() == right, "other weights");

    let (index, data_set) = (out.join("index"), bench.manifest().fingerprint);
    kill(
        &mut tried,
        ("index", &["index", text(&out)]),
        || {},
        || match Index::open(&index, &data_set).unwrap() {
            Opened::Ready(_) => "is ready",
            Opened::Rebuild(_) => "is built anew",
        },
    );

    let world = World::new();
    let (data, encoder) = (text(&world.data), text(&world.encoder));
    let add = ["encoder", "add", encoder, "--data", data];
    let remove = || {
        let _absent = fs::remove_dir_all(world.data.join("models/encoder"));
    };
    kill(&mut tried, ("encoder add", &add), remove, || {
        let asked = run(&["recommend", "--title", "svetsare", "--data", data]);
        if asked.code == Some(0) {
            return "answers";
        }
        assert!(asked.failure(1).contains("encoder add"));
        "says what to do"
    });
}

#[test]
#[ignore = "minutes: twenty moments each"]
fn results_are_whole_or_not_there() {
    let mut tried = Tried::new("results");
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let (many, some, paths) = (path("many.csv"), path("some.csv"), path("paths.ndjson"));
    fs::write(&many, long_list(1_500)).unwrap();
    fs::write(&some, list(60)).unwrap();
    run(&["batch", &some, "--out", &paths, "--today", "2026-11-01"]).success();
    let (day, by) = (["--today", "2026-11-01"], path("groups.csv"));
    fs::write(&by, groups(60)).unwrap();
    for (command, input, end) in [
        ("batch", &many, "xlsx"),
        ("batch", &many, "parquet"),
        ("batch", &many, "csv"),
        ("plan", &some, "json"),
        ("plan", &some, "csv"),
        ("audit", &paths, "html"),
        ("esf", &paths, "csv"),
    ] {
        let out = path(&format!("{command}.{end}"));
        let mut args = vec![command, input];
        match command {
            "audit" => args.extend(["--groups", &by, "--html", &out]),
            "esf" => args.extend(["--out", &out]),
            _ => args.extend(["--out", &out].iter().chain(&day)),
        }
        run(&args).success();
        let right = fs::read(&out).unwrap();
        let remove = || {
            let _absent = fs::remove_file(&out);
        };
        kill(&mut tried, (&format!("{command} .{end}"), &args), remove, || match fs::read(&out) {
            Err(_) => "no result",
            Ok(found) => {
                assert!(found == right, "half a result");
                "the whole result"
            }
        });
        run(&args).success();
        assert!(fs::read(&out).unwrap() == right, "{command}: other bytes after a killed run");
        assert!(!Path::new(&format!("{out}.part")).exists(), "{command}: something is left over");
    }
}
