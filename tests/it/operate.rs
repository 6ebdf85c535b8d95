//! Running it: new data without a dropped request, figures, and what `doctor` finds.

use std::{
    fs,
    os::unix::fs::symlink,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use crate::{
    client::{ask, get, post},
    hub::{Service, kept, list, place, signal},
    import::{Bench, occupations},
    program::{command, run, text},
};

/// What a file of `deploy` calls the program with where a line holds `mark`, in a folder of the test and at
/// an address of its own.
fn deployed(file: &str, mark: &str, folder: &Path) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("deploy").join(file);
    let file = fs::read_to_string(path).unwrap();
    let (_, after) = file.split_once(mark).unwrap_or_else(|| panic!("no {mark} in\n{file}"));
    let line = after.lines().next().unwrap().replace(['[', ']', '"', ','], " ");
    let place = |word: &str| {
        let word = word.replace("0.0.0.0:8080", "127.0.0.1:0").replace(":8080", ":0");
        ["/etc/kompetensnav", "/var/lib/kompetensnav"]
            .iter()
            .fold(word, |word, home| word.replace(home, text(folder)))
    };
    line.split_whitespace().map(place).collect()
}

#[test]
fn the_unit_and_the_container_start_as_they_are_written() {
    let bench = Bench::with(&[]);
    bench.esco().success();
    for (file, keys, serve) in [
        (
            "kompetensnav.service",
            "sudo -u kompetensnav kompetensnav keys",
            "\nExecStart=/usr/local/bin/kompetensnav",
        ),
        ("Containerfile", "#       keys", "\nCMD"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        point(&folder.path().join("data"), &bench.out());
        let [add, serve, data] =
            [keys, serve, "KOMPETENSNAV_DATASET="].map(|mark| deployed(file, mark, folder.path()));
        let add: Vec<&str> = ["keys"].into_iter().chain(add.iter().map(String::as_str)).collect();
        let key = run(&add).success();
        let mut command = command(&serve.iter().map(String::as_str).collect::<Vec<_>>());
        command.env("KOMPETENSNAV_DATASET", &data[0]);
        let service = Service::of(command, folder.path());
        let header = format!("authorization: Bearer {}\r\n", key.trim());
        let told = ask(service.address, "GET /v1/occupations?q=driver", &header, b"");
        assert_eq!((told.status, &told.json()["total"]), (200, &1.into()), "{file}: {told:?}");
        assert!(folder.path().join("hub.db").exists(), "{file} keeps nothing");
        service.stop();
    }
}

/// Lets a name lead to another folder, as whoever brings new data does: at one blow.
fn point(link: &Path, folder: &Path) {
    let beside = link.with_extension("new");
    symlink(folder, &beside).unwrap();
    fs::rename(beside, link).unwrap();
}

fn hang_up(service: &Service) {
    let id = service.child.id().to_string();
    assert!(std::process::Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
}

#[track_caller]
pub(crate) fn until(what: &str, done: impl Fn() -> bool) {
    let end = Instant::now() + Duration::from_secs(30);
    while !done() {
        assert!(Instant::now() < end, "{what}");
        thread::sleep(Duration::from_millis(20));
    }
}

/// A figure by its whole name.
fn figure(service: &Service, name: &str) -> String {
    let told = get(service.address, "/metrics").body;
    let line = told.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
    line.unwrap_or_else(|| panic!("no {name} in\n{told}")).to_owned()
}

#[test]
fn new_data_answer_without_a_dropped_request_and_broken_ones_never() {
    let changed = occupations().replace("heavy truck driver", "juggernaut driver");
    let (old, new) = (Bench::with(&[]), Bench::with(&[("occupations_en.csv", &changed)]));
    for bench in [&old, &new] {
        bench.esco().success();
    }
    let folder = tempfile::tempdir().unwrap();
    let link = folder.path().join("data");
    point(&link, &old.out());
    let service = Service::start(folder.path(), &["--data", text(&link)]);
    let address = service.address;
    let found = || get(address, "/v1/occupations?q=juggernaut").json()["total"].clone();
    assert_eq!(found(), 0);

    let (ended, asked) = (AtomicBool::new(false), AtomicUsize::new(0));
    thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                while !ended.load(Ordering::Relaxed) {
                    let listed = get(address, "/v1/occupations?q=driver");
                    let told = post(address, "/v1/recommendations", r#"{"titles": ["welder"]}"#);
                    assert_eq!((listed.status, told.status), (200, 200), "{listed:?} {told:?}");
                    let counted = &listed.json()["total"];
                    assert_eq!(counted, 1, "a row of one data set by the index of another");
                    asked.fetch_add(2, Ordering::Relaxed);
                }
            });
        }
        until("asked", || asked.load(Ordering::Relaxed) > 20);
        point(&link, &new.out());
        hang_up(&service);
        until("new data answer", || found() == 1);
        let then = asked.load(Ordering::Relaxed);
        until("asked again", || asked.load(Ordering::Relaxed) > then + 20);

        point(&link, folder.path());
        hang_up(&service);
        let failed = || figure(&service, "kompetensnav_reload_failures_total") == "1";
        until("the failure is counted", failed);
        assert_eq!(found(), 1, "what was loaded before goes on");
        ended.store(true, Ordering::Relaxed);
    });
    assert_eq!(figure(&service, "kompetensnav_reloads_total"), "1");
    let log = fs::read_to_string(&service.log).unwrap();
    assert!(log.contains("not reloaded"), "{log}");
    service.stop();
}

#[test]
fn a_key_that_was_removed_is_forgotten_and_the_service_never_opens_to_all() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("keys");
    let add = |name: &str, role: &str| {
        let more = ["--keys", text(&file)];
        let said = run(&[&["keys", "add", "--role", role, "--name", name][..], &more].concat());
        said.success().trim().to_owned()
    };
    let (hub, reader) = (add("navet", "hub"), add("Anna", "read"));
    let service = Service::start(folder.path(), &["--keys", text(&file)]);
    let status = |key: &str| {
        let header = format!("authorization: Bearer {key}\r\n");
        ask(service.address, "GET /v1/meta", &header, b"").status
    };
    assert_eq!((status(&hub), status(&reader)), (200, 200));
    run(&["keys", "remove", "--name", "Anna", "--keys", text(&file)]).success();
    hang_up(&service);
    until("the key is forgotten", || status(&reader) == 401);
    assert_eq!(status(&hub), 200);

    fs::write(&file, "").unwrap();
    hang_up(&service);
    let log = || fs::read_to_string(&service.log).unwrap();
    until("an empty file is refused", || log().contains("not reloaded"));
    assert_eq!((status(&hub), get(service.address, "/v1/meta").status), (200, 401));
}

#[test]
fn figures_tell_of_routes_and_rows_and_nothing_that_was_asked() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let address = service.address;
    post(address, "/v1/recommendations", r#"{"titles": ["Hemlig titel"]}"#);
    get(address, "/v1/hemligt");
    get(address, "/v1/skills?q=hemlig");
    service.done(&place(&service.upload("", "", &list(12))));
    let answer = get(address, "/metrics");
    assert_eq!(
        answer.header("content-type").split(';').next(),
        Some("application/openmetrics-text")
    );
    assert!(answer.body.ends_with("# EOF\n") && !answer.body.to_lowercase().contains("hemlig"));
    let of = |method: &str, path: &str, status: u16| {
        let labels = format!("method=\"{method}\",path=\"{path}\",status=\"{status}\"");
        figure(&service, &format!("kompetensnav_requests_total{{{labels}}}"))
    };
    assert_eq!(of("POST", "/v1/recommendations", 200), "1");
    assert_eq!(of("GET", "/v1/skills", 200), "1");
    assert_eq!(of("GET", "-", 404), "1");
    assert_eq!(figure(&service, "kompetensnav_rows_answered_total"), "12");
    assert_eq!(figure(&service, "kompetensnav_work_waiting"), "0");
    assert_eq!(figure(&service, "kompetensnav_requests_underway"), "1", "the one that asks");
}

#[test]
fn a_doctor_leaves_what_a_kill_left_and_reads_it() {
    let (folder, store) = kept();
    // SQLite's own addresses end at a question mark.
    let store = store.replace("hub.db", "navet? 100%.db");
    let service = Service::start(folder.path(), &["--store", &store]);
    service.done(&place(&service.upload("", "", &list(3))));
    service.kill();
    let left = || ["", "-wal", "-shm"].map(|end| fs::read(format!("{store}{end}")).ok());
    let before = left();
    assert!(before[1].as_ref().is_some_and(|log| !log.is_empty()), "a log is left");
    let said = run(&["doctor", "--store", &store]).success();
    assert!(said.contains("1 batches, 0 pieces of work wait"), "{said}");
    assert!(left() == before, "it only looked");
}

#[test]
fn a_signal_that_cannot_be_read_stops_no_service_and_is_told() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let [heard, broken] = ["7212", "8332"].map(|group| {
        let said = post(service.address, "/v1/signals", &signal(group).to_string());
        said.json()["signal_id"].as_str().unwrap().to_owned()
    });
    service.stop();
    let bytes = fs::read(&store).unwrap();
    // As long, and behind the other as before: the file is whole, and what it says is not.
    let (from, to) = (&br#""occupation":"8332""#[..], &br#""occupation":[8332]"#[..]);
    let mut other = bytes.clone();
    let places = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(from));
    for at in places {
        other[at..at + to.len()].copy_from_slice(to);
    }
    assert!(other != bytes);
    fs::write(&store, other).unwrap();

    let said = run(&["doctor", "--store", &store]).success();
    let note = said.lines().find(|line| line.contains(&broken));
    let note = note.unwrap_or_else(|| panic!("{said}"));
    assert!(note.starts_with("note") && note.contains("DELETE /v1/signals/"), "{note}");
    let service = Service::start(folder.path(), &["--store", &store]);
    let log = fs::read_to_string(&service.log).unwrap();
    assert!(log.contains(&broken) && log.contains("take it back"), "{log}");
    let listed = get(service.address, "/v1/signals").json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1, "{listed}");
    assert_eq!(listed["items"][0]["signal_id"], heard.as_str());
    assert_eq!(listed["unread"], serde_json::json!([broken]));
    assert!(get(service.address, "/v1/meta").json()["meta"]["signals"].is_string());
    let back = ask(service.address, &format!("DELETE /v1/signals/{broken}"), "", b"");
    assert_eq!(back.status, 204);
    assert_eq!(get(service.address, "/v1/signals").json().get("unread"), None);
}

#[test]
fn a_doctor_finds_nothing_wrong_with_the_starter_set() {
    let said = run(&["doctor", "--today", "2026-11-01", "--listen", "127.0.0.1:0"]).success();
    assert!(!said.contains("FAULT"), "{said}");
    for what in ["data", "versions", "rules", "courses", "index", "answers", "address"] {
        assert!(said.lines().any(|line| line.split_whitespace().nth(1) == Some(what)), "{said}");
    }
}

#[test]
fn a_doctor_names_what_keeps_a_service_from_answering() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let taken = service.address.to_string();
    let examine = |more: &[&str]| run(&[&["doctor"], more].concat());
    let faults = |more: &[&str]| {
        let ran = examine(more);
        assert_eq!(ran.code, Some(1), "{ran:?}");
        let lines = ran.out.lines().filter(|line| line.starts_with("FAULT"));
        lines.map(str::to_owned).collect::<Vec<String>>()
    };
    let found = faults(&["--listen", &taken, "--store", &store]);
    assert!(
        matches!(&found[..], [one] if one.contains("address") && one.contains(&taken)),
        "{found:?}"
    );
    let said = examine(&["--store", &store]).success();
    assert!(said.contains("in use by a running service"), "{said}");
    service.stop();
    let beside = fs::metadata(format!("{store}-wal")).map_or(0, |file| file.len());
    assert_eq!(beside, 0, "after a planned stop a copy of the file is whole");
    let said = examine(&["--store", &store]).success();
    assert!(said.contains("whole, "), "{said}");
    let beside = |end: &str| fs::read(format!("{store}{end}")).ok();
    assert_eq!((beside("-wal"), beside("-shm")), (None, None), "it only looked");

    let mut bytes = fs::read(&store).unwrap();
    for byte in bytes.iter_mut().skip(4_096).step_by(7) {
        *byte ^= 0x55;
    }
    fs::write(&store, bytes).unwrap();
    let found = faults(&["--store", &store]);
    assert!(matches!(&found[..], [one] if one.contains("store")), "{found:?}");

    let missing = text(&folder.path().join("no-keys")).to_owned();
    let found = faults(&["--keys", &missing]);
    assert!(matches!(&found[..], [one] if one.contains("keys")), "{found:?}");
    let found = faults(&["--data", text(folder.path())]);
    assert!(matches!(&found[..], [one] if one.contains("data")), "{found:?}");
    let found = faults(&["--listen", "0.0.0.0:0"]);
    assert!(matches!(&found[..], [one] if one.contains("without keys")), "{found:?}");
    let found = faults(&["--store", text(&folder.path().join("no/store.db"))]);
    assert!(matches!(&found[..], [one] if one.contains("folder is not there")), "{found:?}");
    // Before the law was made.
    let found = faults(&["--today", "1960-01-01"]);
    assert!(found.iter().any(|one| one.contains("rules") && one.contains("las_11")), "{found:?}");
    let told = examine(&["--today", "1960-01-01", "--json"]).out;
    let told: Vec<serde_json::Value> = serde_json::from_str(&told).unwrap();
    assert!(told.iter().any(|one| one["level"] == "fault" && one["what"] == "rules"), "{told:?}");
}
