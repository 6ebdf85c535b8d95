//! The service, killed (`kill -9`) at many moments while it is about something, and started again on the
//! same store. What it had answered is there, as after a run that nobody kills; what it had not is there
//! as that or not at all; and whoever then sends the request again has what they wanted.

use std::{
    fs,
    net::SocketAddr,
    path::Path,
    sync::mpsc,
    thread,
    time::{Duration, Instant},
};

use kompetensnav::store::Store;
use serde_json::{Value, json};
use tempfile::TempDir;

use super::Tried;
use crate::{
    client::{Answer, ask_mortal, get, post},
    hub::{Service, everything, kept, list, place, signal},
    operate::until,
    program::text,
};

/// Moments in each half: until a request is answered, and from then until nothing is under way.
const MOMENTS: u32 = 6;
/// People of the batch that is there, and of a list that is sent.
const PEOPLE: usize = 1_000;
const LIST: usize = 4_000;
/// Somebody of whom something of everything is kept, with a word that stands nowhere else.
const WHO: &str = "Zqx-Erasmus";
const WORD: &str = "zqxkompetens";
/// Somebody of whom nothing is kept before.
const OTHER: &str = "Zqx-Other";
const JSON: &str = "content-type: application/json\r\n";
/// With a key a request may come again, whatever became of the first.
const JSON_ONCE: &str = "content-type: application/json\r\nidempotency-key: once\r\n";
const CSV_ONCE: &str = "content-type: text/csv\r\nidempotency-key: once\r\n";

/// A store that holds something of everything, with the names of what it holds.
pub(super) struct Filled {
    folder: TempDir,
    batch: String,
    plan: String,
    question: String,
    signal: String,
}

/// A copy of it for one run.
pub(super) struct Trial {
    pub(super) folder: TempDir,
    pub(super) store: String,
}

/// What is sent.
pub(super) struct Request {
    line: String,
    headers: &'static str,
    body: String,
}

/// Something that a service may be about when it is killed.
pub(super) struct Case {
    what: &'static str,
    pub(super) request: fn(&Filled) -> Request,
    /// Whether what was answered holds as soon as the service is there again.
    holds: fn(&Service, &Filled, &Answer) -> bool,
}

impl Trial {
    pub(super) fn start(&self) -> Service {
        Service::start(self.folder.path(), &["--store", &self.store])
    }
}

impl Filled {
    pub(super) fn new() -> Self {
        let (folder, store) = kept();
        let service = Service::start(folder.path(), &["--store", &store]);
        let send = |target: &str, body: Value| post(service.address, target, &body.to_string());
        let name = |answer: &Answer, name: &str| answer.json()[name].as_str().unwrap().to_owned();
        let asked = send("/v1/recommendations?keep=true&paths=1", question(WHO));
        let question = asked.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
        let note = json!({"decision_id": question, "action": "accepted", "reason_code": "fits"});
        assert_eq!(send("/v1/overrides", note).status, 201);
        let signal = name(&send("/v1/signals", signal("7212")), "signal_id");
        let somebody = format!("{WHO};Servitris;uppsagd;2027-03-31;{WORD}\n");
        let people = list(PEOPLE) + &somebody;
        let sent = service.upload("?as_of=2026-11-01&paths=1", "", &people);
        service.done(&place(&sent));
        let batch = name(&sent, "batch_id");
        let asked = json!({"batch_id": batch, "paths": 1, "locks": [{"ref": WHO}]});
        let asked = send("/v1/cohort-plans", asked);
        service.done(&place(&asked));
        let plan = name(&asked, "plan_id");
        service.stop();
        Self { folder, batch, plan, question, signal }
    }

    pub(super) fn copy(&self) -> Trial {
        let (folder, store) = kept();
        fs::copy(self.folder.path().join("hub.db"), &store).unwrap();
        Trial { folder, store }
    }

    /// A decision about the plan.
    fn decision(&self, decision: &Value) -> Request {
        Request::of(format!("POST /v1/cohort-plans/{}/decisions", self.plan), decision)
    }
}

impl Request {
    fn of(line: impl Into<String>, body: &Value) -> Self {
        Self { line: line.into(), headers: JSON, body: body.to_string() }
    }

    fn removing(target: &str, id: &str) -> Self {
        Self { line: format!("DELETE {target}/{id}"), headers: "", body: String::new() }
    }

    /// Sends it to a service that may be killed meanwhile.
    pub(super) fn send(&self, address: SocketAddr) -> Option<Answer> {
        let answer = ask_mortal(address, &self.line, self.headers, self.body.as_bytes())?;
        assert!((200..300).contains(&answer.status), "{}: {answer:?}", self.line);
        Some(answer)
    }
}

/// What is asked of a worker and kept.
fn question(of: &str) -> Value {
    json!({"ref": of, "titles": ["servitris"], "skills": [WORD], "as_of": "2026-11-01"})
}

fn asked(service: &Service, target: &str) -> Answer {
    let answer = get(service.address, target);
    assert_eq!(answer.status, 200, "{target}: {answer:?}");
    answer
}

/// Names of all that a list holds.
fn names(service: &Service, target: &str, name: &str) -> Vec<String> {
    let list = asked(service, target).json();
    assert!(list.get("next").is_none(), "{target} has more than a page");
    let items = list["items"].as_array().unwrap().iter();
    items.map(|item| item[name].as_str().unwrap().to_owned()).collect()
}

fn person(service: &Service, of: &str) -> Value {
    post(service.address, "/v1/people/export", &json!({ "ref": of }).to_string()).json()
}

/// Waits until nothing is under way any more: all work is done, and the file written anew where that was due.
fn rest(service: &Service) {
    for batch in names(service, "/v1/batches", "batch_id") {
        service.done(&format!("/v1/batches/{batch}"));
        for plan in names(service, &format!("/v1/batches/{batch}/cohort-plans"), "plan_id") {
            service.done(&format!("/v1/cohort-plans/{plan}"));
        }
    }
    until("the file is written anew", || person(service, WHO)["file_due"] == false);
}

/// All that a service tells once nothing is under way, and who is in any byte of its file; without what is
/// another each time, times and names that nobody can guess.
pub(super) fn told(service: &Service, store: &str) -> String {
    rest(service);
    let mut known = names(service, "/v1/signals", "signal_id");
    let (mut batches, mut plans) = (Vec::new(), Vec::new());
    for batch in names(service, "/v1/batches", "batch_id") {
        let target = format!("/v1/batches/{batch}");
        let card = asked(service, &target).json();
        let summary = asked(service, &format!("{target}/summary")).json();
        let results = asked(service, &format!("{target}/results?format=ndjson")).body;
        batches.push(json!({"card": card, "summary": summary, "results": results}));
        for plan in names(service, &format!("{target}/cohort-plans"), "plan_id") {
            let card = asked(service, &format!("/v1/cohort-plans/{plan}")).json();
            let decision = card["meta"]["decision_id"].as_str().map(str::to_owned);
            let again = decision.as_ref().map(|id| made_again(service, id));
            plans.push(json!({"card": card, "again": again}));
            known.extend(decision.into_iter().chain([plan]));
        }
        known.push(batch);
    }
    let people = [WHO, OTHER].map(|who| person(service, who));
    let decisions = people.iter().flat_map(|person| person["decisions"].as_array().unwrap());
    let replays: Vec<Value> = decisions
        .map(|decision| {
            let id = decision["id"].as_str().unwrap();
            asked(service, &format!("/v1/decisions/{id}")).json()["same"].clone()
        })
        .collect();
    let [notes, signals] = ["/v1/overrides", "/v1/signals"].map(|list| asked(service, list).json());
    let file = everything(store);
    let in_the_file = [WORD, OTHER].map(|word| file.contains(word));
    let mut told = json!({
        "batches": batches, "plans": plans, "people": people, "replays": replays, "notes": notes,
        "signals": signals, "in the file": in_the_file,
    });
    take_times(&mut told);
    known.iter().fold(told.to_string(), |told, name| told.replace(name, "-"))
}

/// Whether a plan made again is the same one, or what is no longer here for that: after a council took its
/// signal back, the signals it was made with are none that the service could have.
fn made_again(service: &Service, id: &str) -> Value {
    let answer = get(service.address, &format!("/v1/decisions/{id}"));
    let told = answer.json();
    match answer.status {
        200 => told["same"].clone(),
        409 => told["errors"].clone(),
        _ => panic!("{id}: {answer:?}"),
    }
}

fn take_times(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            fields.retain(|name, _| !["at", "created", "expires"].contains(&name.as_str()));
            fields.values_mut().for_each(take_times);
        }
        Value::Array(items) => items.iter_mut().for_each(take_times),
        _ => {}
    }
}

/// Where one text is another than a second one.
fn difference<'t>(one: &'t str, other: &'t str) -> [String; 2] {
    let same = one.chars().zip(other.chars()).take_while(|(a, b)| a == b).count();
    [one, other].map(|text| text.chars().skip(same.saturating_sub(200)).take(500).collect())
}

/// Kills a service at moments of all that follows on a request, and looks at what is there afterwards.
fn kill_amid(tried: &mut Tried, filled: &Filled, case: &Case) {
    let request = (case.request)(filled);
    let trial = filled.copy();
    let service = trial.start();
    let before = told(&service, &trial.store);
    let begun = Instant::now();
    let answer = request.send(service.address).unwrap();
    let (answered, begun) = (begun.elapsed(), Instant::now());
    rest(&service);
    let rested = begun.elapsed();
    assert!((case.holds)(&service, filled, &answer), "{}: it is not done", case.what);
    let after = told(&service, &trial.store);
    drop(service);
    println!("{}: an answer after {answered:?}, nothing to do {rested:?} later", case.what);

    let parts = (0..MOMENTS).map(|moment| f64::from(moment) / f64::from(MOMENTS - 1));
    let early = parts.clone().map(|part| (answered.mul_f64(part), Duration::ZERO));
    for (early, late) in early.chain(parts.map(|part| (Duration::MAX, rested.mul_f64(part)))) {
        let trial = filled.copy();
        let answer = killed_amid(trial.start(), &request, early, late);
        let left = Store::examine(Path::new(&trial.store)).unwrap();
        let service = trial.start();
        let holds = answer.as_ref().is_none_or(|answer| (case.holds)(&service, filled, answer));
        assert!(holds, "{}: what was answered is not there", case.what);
        let found = told(&service, &trial.store);
        let came = match &answer {
            Some(_) if found == after => "answered and there",
            None if found == after => "unanswered and there",
            None if found == before => "unanswered and not there",
            _ => panic!("{} {answer:?}: {:#?}", case.what, difference(&found, &after)),
        };
        let work = if left.waiting > 0 { ", work left" } else { "" };
        tried.count(&format!("{}{work}", case.what), came);
        if found == before || (answer.is_none() && request.headers.contains("idempotency-key")) {
            request.send(service.address).unwrap();
            let found = told(&service, &trial.store);
            assert!(found == after, "{}, again: {:#?}", case.what, difference(&found, &after));
        }
    }
}

/// Kills a service so long after something is sent to it, or so long after its answer where that is earlier.
fn killed_amid(
    service: Service,
    request: &Request,
    early: Duration,
    late: Duration,
) -> Option<Answer> {
    let address = service.address;
    thread::scope(|scope| {
        let (tell, told) = mpsc::channel();
        let sent = scope.spawn(move || {
            let answer = request.send(address);
            // Who waits for it may have killed the service by then.
            let _late = tell.send(());
            answer
        });
        if told.recv_timeout(early).is_ok() {
            thread::sleep(late);
        }
        service.kill();
        sent.join().unwrap()
    })
}

/// Work that is accepted and done afterwards.
pub(super) const WORK: [Case; 3] = [
    Case {
        what: "a list is sent and answered",
        request: |_| {
            let line = "POST /v1/batches?as_of=2026-11-01&paths=1".to_owned();
            let first = format!("\n{OTHER};Svetsare;uppsagd;2027-03-31;svetsning\n");
            Request { line, headers: CSV_ONCE, body: list(LIST).replacen('\n', &first, 1) }
        },
        holds: |service, _, answer| asked(service, &place(answer)).json()["rows"] == LIST + 1,
    },
    Case {
        what: "a plan is asked for and made",
        request: |filled| {
            let asked = json!({"batch_id": filled.batch, "seed": 7});
            Request { headers: JSON_ONCE, ..Request::of("POST /v1/cohort-plans", &asked) }
        },
        holds: |service, _, answer| asked(service, &place(answer)).json()["ask"]["seed"] == 7,
    },
    Case {
        what: "a choice is locked and the plan made anew",
        request: |filled| {
            let locks = json!([{"ref": "A1"}]);
            filled.decision(&json!({"action": "lock", "by": "Siv Ek", "locks": locks}))
        },
        holds: |service, _, answer| {
            let card = asked(service, &place(answer)).json();
            card["ask"]["locks"].as_array().is_some_and(|locks| locks.len() == 2)
        },
    },
];

/// What is kept when it is answered.
const KEPT: [Case; 4] = [
    Case {
        what: "a plan is approved",
        request: |filled| filled.decision(&json!({"action": "approve", "by": "Siv Ek"})),
        holds: |service, filled, _| {
            let card = asked(service, &format!("/v1/cohort-plans/{}", filled.plan)).json();
            card["plan"]["approved"]["by"] == "Siv Ek"
        },
    },
    Case {
        what: "a question is kept",
        request: |_| Request::of("POST /v1/recommendations?keep=true&paths=2", &question(OTHER)),
        holds: |service, _, answer| {
            let id = answer.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
            let replay = asked(service, &format!("/v1/decisions/{id}"));
            replay.json()["same"] == true && replay.body.contains(&answer.body)
        },
    },
    Case {
        what: "a note is kept",
        request: |filled| {
            let of = &filled.question;
            let note = json!({"decision_id": of, "action": "rejected", "reason_code": "pay"});
            Request::of("POST /v1/overrides", &note)
        },
        holds: |service, _, _| names(service, "/v1/overrides", "decision_id").len() == 2,
    },
    Case {
        what: "a council says something",
        request: |_| Request::of("POST /v1/signals", &signal("8332")),
        holds: |service, _, _| names(service, "/v1/signals", "signal_id").len() == 2,
    },
];

/// What is gone when it is answered.
pub(super) const REMOVED: [Case; 5] = [
    Case {
        what: "a person is erased",
        request: |_| Request::of("POST /v1/people/erase", &json!({ "ref": WHO })),
        holds: |service, _, _| {
            let known = person(service, WHO);
            let lists = known.as_object().unwrap().values().filter_map(Value::as_array);
            let store = service.log.with_file_name("hub.db");
            lists.map(Vec::len).eq([0; 4])
                && (known["file_due"] == true || !everything(text(&store)).contains(WORD))
        },
    },
    Case {
        what: "a batch is removed",
        request: |filled| Request::removing("/v1/batches", &filled.batch),
        holds: |service, filled, _| {
            let batch = get(service.address, &format!("/v1/batches/{}", filled.batch));
            let plan = get(service.address, &format!("/v1/cohort-plans/{}", filled.plan));
            (batch.status, plan.status) == (404, 404)
        },
    },
    Case {
        what: "a plan is removed",
        request: |filled| Request::removing("/v1/cohort-plans", &filled.plan),
        holds: |service, filled, _| {
            get(service.address, &format!("/v1/cohort-plans/{}", filled.plan)).status == 404
        },
    },
    Case {
        what: "a question is removed",
        request: |filled| Request::removing("/v1/decisions", &filled.question),
        holds: |service, filled, _| {
            get(service.address, &format!("/v1/decisions/{}", filled.question)).status == 404
        },
    },
    Case {
        what: "what a council said is taken back",
        request: |filled| Request::removing("/v1/signals", &filled.signal),
        holds: |service, _, _| names(service, "/v1/signals", "signal_id").is_empty(),
    },
];

#[test]
#[ignore = "minutes: twelve moments each"]
fn work_that_was_accepted_ends_as_if_nobody_had_killed_the_service() {
    let (mut tried, filled) = (Tried::new("work of a killed service"), Filled::new());
    for case in &WORK {
        kill_amid(&mut tried, &filled, case);
    }
}

#[test]
#[ignore = "minutes: twelve moments each"]
fn what_is_kept_is_there_wholly_or_not_at_all() {
    let (mut tried, filled) = (Tried::new("what a killed service keeps"), Filled::new());
    for case in &KEPT {
        kill_amid(&mut tried, &filled, case);
    }
}

#[test]
#[ignore = "minutes: twelve moments each"]
fn what_is_removed_is_gone_wholly_or_still_there() {
    let (mut tried, filled) = (Tried::new("what a killed service removes"), Filled::new());
    for case in &REMOVED {
        kill_amid(&mut tried, &filled, case);
    }
}
