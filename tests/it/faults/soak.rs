//! A long time under load. `KOMPETENSNAV_SOAK` says how many minutes; one without.

use std::{
    env, fs,
    io::Write as _,
    process::Command,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
    thread,
    time::{Duration, Instant},
};

use super::Tried;
use crate::{
    client::{ask, connect, get, post},
    hub::{Service, kept, list, place},
};

/// Memory in MiB and open files of a service.
fn size(service: &Service) -> (u64, usize) {
    let process = format!("/proc/{}", service.child.id());
    let status = fs::read_to_string(format!("{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    let memory: u64 = line.trim().trim_end_matches(" kB").parse().unwrap();
    (memory >> 10, fs::read_dir(format!("{process}/fd")).unwrap().count())
}

/// What clients do all the time, one kind of them each.
fn visit(kind: usize, service: &Service, right: &str) -> &'static str {
    let address = service.address;
    match kind {
        0 => {
            let body = r#"{"titles": ["servitris"], "weeks_left": 12, "as_of": "2026-11-01"}"#;
            let answer = post(address, "/v1/recommendations", body);
            assert_eq!((answer.status, answer.body.as_str()), (200, right), "another answer");
            "recommendations, the same bytes each time"
        }
        1 => {
            for target in ["/v1/skills?q=svets", "/v1/courses?q=truck", "/sv", "/metrics"] {
                assert_eq!(get(address, target).status, 200, "{target}");
            }
            "searches and pages"
        }
        2 => {
            let batch = place(&service.upload("?paths=1", "", &list(15)));
            service.done(&batch);
            assert_eq!(get(address, &format!("{batch}/results?format=xlsx")).status, 200);
            assert_eq!(ask(address, &format!("DELETE {batch}"), "", b"").status, 204);
            "lists sent, answered, fetched and removed"
        }
        3 => {
            for (body, status) in [("{", 400), ("[1]", 422), ("{\"titles\": 7}", 422)] {
                assert_eq!(post(address, "/v1/recommendations", body).status, status);
            }
            assert!(service.upload("", "", "\u{0}").status >= 400);
            "bodies that are wrong"
        }
        _ => {
            let mut gone = connect(address);
            gone.write_all(b"POST /v1/batches HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\na")
                .unwrap();
            drop(gone);
            thread::sleep(Duration::from_millis(50));
            "clients that went away"
        }
    }
}

#[test]
#[ignore = "a minute, or as many as KOMPETENSNAV_SOAK says"]
fn a_service_keeps_its_size_and_its_answers() {
    let minutes = env::var("KOMPETENSNAV_SOAK").map_or(1.0, |text| text.parse::<f64>().unwrap());
    let whole = Duration::from_secs_f64(minutes * 60.0);
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let body = r#"{"titles": ["servitris"], "weeks_left": 12, "as_of": "2026-11-01"}"#;
    let right = post(service.address, "/v1/recommendations", body).body;
    let (ended, counts) = (AtomicBool::new(false), [const { AtomicUsize::new(0) }; 5]);
    let mut tried = Tried::new("visits in a soak");
    let (mut sizes, begun) = (Vec::new(), Instant::now());
    thread::scope(|scope| {
        let mut visitors = Vec::new();
        for (kind, count) in counts.iter().enumerate() {
            let (service, right, ended) = (&service, &right, &ended);
            visitors.push(scope.spawn(move || {
                while !ended.load(Ordering::Relaxed) {
                    visit(kind, service, right);
                    count.fetch_add(1, Ordering::Relaxed);
                }
            }));
        }
        // Who saw something wrong has ended.
        while begun.elapsed() < whole && !visitors.iter().any(thread::ScopedJoinHandle::is_finished)
        {
            thread::sleep((whole / 20).min(Duration::from_secs(30)));
            sizes.push(size(&service));
            let id = service.child.id().to_string();
            assert!(Command::new("kill").args(["-HUP", &id]).status().unwrap().success());
        }
        ended.store(true, Ordering::Relaxed);
    });
    for (kind, count) in counts.iter().enumerate() {
        let what = visit(kind, &service, &right);
        for _ in 0..count.load(Ordering::Relaxed) {
            tried.count(what, "as it should be");
        }
    }
    println!("\nmemory in MiB and open files over {minutes} minutes: {sizes:?}");
    // The first quarter fills caches.
    let (early, late) = (sizes[sizes.len() / 4], sizes[sizes.len() - 1]);
    assert!(late.0 < early.0 * 13 / 10 + 64, "memory grows: {sizes:?}");
    assert!(late.1 < early.1 + 40, "open files grow: {sizes:?}");
    service.stop();
}
