//! Full disks: a small file system in memory, mounted where nobody else sees it, and `/dev/full`.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

use super::{Tried, groups};
use crate::{
    batch::long_list,
    client::{ask, get},
    hub::list,
    import::Bench,
    program::{command, run, text},
};

/// Runs the program after this, `$1` a folder with so much room (`$0`), in a namespace of its own.
const MOUNTED: &str = "mount -t tmpfs -o size=$0 tmpfs \"$1\" && shift && exec \"$@\"";

/// A disk of its own for one run of the program.
struct Disk {
    folder: TempDir,
    room: &'static str,
}

impl Disk {
    fn of(room: &'static str) -> Self {
        Self { folder: tempfile::tempdir().unwrap(), room }
    }

    fn file(&self, name: &str) -> String {
        text(&self.folder.path().join(name)).to_owned()
    }

    /// A command that runs on this disk.
    fn command(&self, words: &[&str]) -> Command {
        let mut run = Command::new("unshare");
        run.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNTED, self.room]);
        run.arg(self.folder.path()).args(words).env_remove("KOMPETENSNAV_DATASET");
        run.stdin(Stdio::null());
        run
    }

    /// Runs the program and tells its exit code, what it said, and what is left on the disk.
    fn run(&self, args: &[&str]) -> (Option<i32>, String, String) {
        let then = format!("\"$@\"; code=$?; ls -A '{}'; exit $code", text(self.folder.path()));
        let program = env!("CARGO_BIN_EXE_kompetensnav");
        let words = [&["sh", "-c", &then, "sh", program], args].concat();
        let output = self.command(&words).output().unwrap();
        let [out, error] =
            [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap());
        (output.status.code(), error, out)
    }

    /// Whether this machine lets us mount one.
    fn can_be_had() -> bool {
        let probe = Self::of("16k").command(&["true"]).output();
        let can = probe.is_ok_and(|output| output.status.success());
        if !can {
            println!("skipped: no disk can be mounted here (unshare --user --mount)");
        }
        can
    }
}

/// Files to work on, outside the full disk.
struct Inputs {
    folder: TempDir,
}

impl Inputs {
    fn new() -> Self {
        let inputs = Self { folder: tempfile::tempdir().unwrap() };
        fs::write(inputs.file("list.csv"), long_list(400)).unwrap();
        fs::write(inputs.file("some.csv"), list(60)).unwrap();
        fs::write(inputs.file("counts.csv"), "yrke;antal\nServitris;40\nSvetsare;9\n").unwrap();
        fs::write(inputs.file("cv.txt"), "Jag är svetsare och kör truck.").unwrap();
        fs::write(inputs.file("groups.csv"), groups(60)).unwrap();
        let [some, paths] = ["some.csv", "paths.ndjson"].map(|name| inputs.file(name));
        run(&["batch", &some, "--out", &paths, "--today", "2026-11-01"]).success();
        inputs
    }

    fn file(&self, name: &str) -> String {
        text(&self.folder.path().join(name)).to_owned()
    }
}

#[test]
fn results_on_a_full_disk_are_an_error_and_leave_nothing_half() {
    if !Disk::can_be_had() {
        return;
    }
    let mut tried = Tried::new("results on a disk of 16 KiB");
    let inputs = Inputs::new();
    let disk = Disk::of("16k");
    let [many, some, counts, paths, groups] =
        ["list.csv", "some.csv", "counts.csv", "paths.ndjson", "groups.csv"]
            .map(|name| inputs.file(name));
    let today = ["--today", "2026-11-01"];
    for name in ["out.ndjson", "out.csv", "out.xlsx", "out.parquet"] {
        let out = disk.file(name);
        refused(&mut tried, &disk, &[&["batch", &many, "--out", &out], &today[..]].concat());
    }
    for name in ["plan.json", "plan.csv"] {
        let out = disk.file(name);
        refused(&mut tried, &disk, &[&["plan", &some, "--out", &out], &today[..]].concat());
    }
    let page = disk.file("page.html");
    refused(&mut tried, &disk, &[&["forecast", &counts, "--html", &page], &today[..]].concat());
    let summary = disk.file("summary.json");
    let out = inputs.file("beside.ndjson");
    let small = Disk::of("4k");
    let there = small.file("summary.json");
    let page = small.file("page.html");
    refused(&mut tried, &small, &["audit", &paths, "--groups", &groups, "--html", &page]);
    for (disk, summary) in [(&small, there), (&disk, summary)] {
        // As small as a page: whether the summary fits or not, no half of it is left.
        let args = ["batch", &many, "--out", &out, "--summary", &summary, "--today", "2026-11-01"];
        let (code, error, left) = disk.run(&args);
        assert!(code == Some(0) || (code == Some(1) && !error.contains("panicked")), "{error}");
        assert!(code == Some(0) || left.is_empty() || !left.contains("summary"), "{left}");
        tried.count("batch --summary", if code == Some(0) { "written" } else { "refused" });
    }
}

/// A run that must fail by name, with nothing left on the disk.
#[track_caller]
fn refused(tried: &mut Tried, disk: &Disk, args: &[&str]) {
    let (code, error, left) = disk.run(args);
    let place = disk.folder.path();
    assert_eq!(code, Some(1), "{args:?}: {error}");
    assert!(!error.contains("panicked") && error.contains(text(place)), "{args:?}: {error}");
    assert!(error.contains("No space left"), "{args:?}: {error}");
    let ours: Vec<&str> = left.lines().filter(|name| !name.contains(".kompetensnav-")).collect();
    let none = ours
        .iter()
        .all(|name| [".part", ".json", "out", "plan", "page"].iter().all(|o| !name.contains(o)));
    assert!(none, "{args:?} leaves {ours:?}");
    let out = args.iter().rfind(|word| word.starts_with(text(place))).unwrap();
    let name = Path::new(out).file_name().unwrap().display();
    tried.count(&format!("{} {name}", args[0]), "refused, nothing left");
}

#[test]
fn a_data_set_on_a_full_disk_is_an_error_and_the_old_one_stays() {
    if !Disk::can_be_had() {
        return;
    }
    let mut tried = Tried::new("data sets on a full disk");
    let bench = Bench::with(&[]);
    let from = bench.source();
    for room in ["4k", "64k", "256k"] {
        let disk = Disk::of(room);
        let out = disk.file("set");
        let (code, error, left) = disk.run(&["import", text(&from), "--out", &out]);
        assert!(code == Some(1) && error.contains("No space left"), "{room} {error}");
        assert!(!error.contains("panicked") && !left.contains("set\n"), "{room} {left} {error}");
        tried.count(&format!("import with {room}"), "refused, no data set");
    }
    bench.import(&[]).success();
    let set = bench.out();
    // The data set is copied to a disk that then has no room for a second model or index.
    for (what, args) in [("train", ["train"]), ("index", ["index"])] {
        let disk = Disk::of("3m");
        let place = disk.file("set");
        let program = env!("CARGO_BIN_EXE_kompetensnav");
        let shell = format!(
            "cp -r '{}' '{place}' && dd if=/dev/zero of='{place}x' bs=4k 2>/dev/null; \
             '{program}' {} '{place}'; code=$?; rm -f '{place}x'; \
             '{program}' recommend --title welder --data '{place}' >/dev/null || echo 'no answer'; exit $code",
            text(&set),
            args[0]
        );
        let output = disk.command(&["sh", "-c", &shell]).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(!error.contains("panicked"), "{what}: {error}");
        assert_eq!(output.status.code(), Some(1), "{what}: {error}");
        let answers = !String::from_utf8_lossy(&output.stdout).contains("no answer");
        assert!(answers || error.contains("kompetensnav train"), "{what}: {error}");
        tried.count(
            what,
            if answers { "refused, the old one answers" } else { "refused, says: train" },
        );
    }
}

/// The service on a disk, and its folder as seen from here.
fn service(disk: &Disk, store: &str) -> (Child, std::net::SocketAddr, PathBuf) {
    let words =
        [env!("CARGO_BIN_EXE_kompetensnav"), "serve", "--listen", "127.0.0.1:0", "--store", store];
    let mut command = disk.command(&words);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let said = { lines }.find(|line| line.starts_with("Listening")).unwrap();
    let address = said.strip_prefix("Listening on http://").unwrap().parse().unwrap();
    let path = disk.folder.path().strip_prefix("/").unwrap();
    let seen = Path::new("/proc").join(child.id().to_string()).join("root").join(path);
    (child, address, seen)
}

#[test]
fn a_service_whose_disk_is_full_says_so_goes_on_and_recovers() {
    if !Disk::can_be_had() {
        return;
    }
    let mut tried = Tried::new("uploads to a service whose disk is full");
    let disk = Disk::of("1m");
    let (mut child, address, seen) = service(&disk, &disk.file("hub.db"));
    let upload = |people| {
        ask(address, "POST /v1/batches", "content-type: text/csv\r\n", list(people).as_bytes())
    };
    let mut accepted = Vec::new();
    let mut full = 0;
    for _ in 0..60 {
        let answer = upload(300);
        if answer.status == 202 {
            accepted.push(answer.header("location").to_owned());
            tried.count("list of 300", "accepted");
        } else {
            assert!((500..600).contains(&answer.status), "{answer:?}");
            assert!(answer.json()["type"].as_str().unwrap().starts_with("/problems/"));
            tried.count("list of 300", "a problem");
            full += 1;
        }
        assert_eq!(get(address, "/livez").status, 200);
    }
    assert!(full > 0, "the disk never was full");
    let asked = get(address, "/v1/skills?q=svetsa");
    assert_eq!(asked.status, 200, "what needs no disk goes on");
    for batch in &accepted {
        assert_eq!(get(address, batch).status, 200, "what was accepted is there");
    }
    // Somebody makes room.
    let root = text(&seen).to_owned();
    let mounted = Command::new("nsenter")
        .args(["--target", &child.id().to_string(), "--user", "--mount", "--preserve-credentials"])
        .args(["mount", "-o", "remount,size=64m", text(disk.folder.path())])
        .output();
    if mounted.is_ok_and(|output| output.status.success()) {
        let until = Instant::now() + Duration::from_secs(20);
        while upload(5).status != 202 {
            assert!(Instant::now() < until, "no list is accepted after room was made in {root}");
            thread::sleep(Duration::from_millis(100));
        }
        tried.count("list of 5 after room was made", "accepted");
    }
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn standard_output_that_is_full_is_an_error() {
    let mut tried = Tried::new("standard output to /dev/full");
    let inputs = Inputs::new();
    let [some, counts, paths, groups, cv] =
        ["some.csv", "counts.csv", "paths.ndjson", "groups.csv", "cv.txt"]
            .map(|name| inputs.file(name));
    let cases: [&[&str]; 13] = [
        &["recommend", "--title", "servitris"],
        &["recommend", "--title", "servitris", "--json"],
        &["routes", "--title", "Formsprutare", "--wanted", "CNC-operatör"],
        &["counterfactuals", "--title", "servitris", "--min-wage", "30000"],
        &["compare", "--title", "servitris", "--wanted", "bartender", "--wanted", "truckförare"],
        &["window", "--status", "uppsagd", "--notice", "2026-11-02"],
        &["skills", &cv],
        &["intake", &some],
        &["batch", &some, "--out", "-"],
        &["plan", &some],
        &["forecast", &counts],
        &["audit", &paths, "--groups", &groups],
        &["doctor"],
    ];
    for args in cases {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let output = command(args).stdout(full).stderr(Stdio::piped()).output().unwrap();
        let error = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(1), "{args:?}: {error}");
        assert!(
            !error.contains("panicked") && error.contains("No space left"),
            "{args:?}: {error}"
        );
        tried.count(args[0], "an error");
    }
}
