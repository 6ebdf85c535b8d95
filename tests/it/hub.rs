//! Lists, plans and decisions over a real socket, kept in a real file by a real process.

use std::{
    fs::{self, File},
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    client::{Answer, ask, get, post},
    program::{command, run, text},
};

/// A made-up number with a right check digit; nobody has it.
const PERSONNUMMER: &str = "640823-3234";
const CSV: &str = "content-type: text/csv\r\n";

/// The program as a service; killed when it is dropped.
pub(crate) struct Service {
    pub(crate) child: Child,
    pub(crate) address: SocketAddr,
    pub(crate) log: PathBuf,
}

impl Service {
    pub(crate) fn start(folder: &Path, more: &[&str]) -> Self {
        let mut serve = command(&["serve", "--listen", "127.0.0.1:0"]);
        serve.args(more);
        Self::of(serve, folder)
    }

    /// A service by its whole command; its log comes into the folder.
    pub(crate) fn of(mut serve: Command, folder: &Path) -> Self {
        let log = folder.join("log");
        let mut child = serve
            .stdout(Stdio::piped())
            .stderr(File::options().create(true).append(true).open(&log).unwrap())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        let said = lines.map(Result::unwrap).find(|line| line.starts_with("Listening"));
        let said = said.unwrap_or_else(|| panic!("{}", fs::read_to_string(&log).unwrap()));
        let address = said.strip_prefix("Listening on http://").unwrap().parse().unwrap();
        Self { child, address, log }
    }

    /// As `kill -9` does.
    pub(crate) fn kill(mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As whoever runs it stops it: it ends by itself.
    pub(crate) fn stop(mut self) {
        let id = self.child.id().to_string();
        let told = Command::new("kill").args(["-TERM", &id]).status().unwrap();
        assert!(told.success() && self.child.wait().unwrap().success());
    }

    pub(crate) fn upload(&self, query: &str, headers: &str, list: &str) -> Answer {
        let line = format!("POST /v1/batches{query}");
        ask(self.address, &line, &format!("{CSV}{headers}"), list.as_bytes())
    }

    /// Asks until the state is no other any more.
    pub(crate) fn done(&self, place: &str) -> Value {
        let until = Instant::now() + Duration::from_mins(2);
        loop {
            let card = get(self.address, place).json();
            match card["state"].as_str() {
                Some("done") => return card,
                Some("waiting" | "working") if Instant::now() < until => {
                    thread::sleep(Duration::from_millis(50));
                }
                _ => panic!("{card} {}", fs::read_to_string(&self.log).unwrap()),
            }
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

pub(crate) fn kept() -> (TempDir, String) {
    let folder = tempfile::tempdir().unwrap();
    let store = text(&folder.path().join("hub.db")).to_owned();
    (folder, store)
}

/// A list of so many people, some of whom are refused.
pub(crate) fn list(people: usize) -> String {
    let titles = ["Servitris", "Svetsare", "Lastbilschaufför", "xyzzy", "Undersköterska"];
    let rows = (1..=people).map(|at| {
        let title = titles[at % titles.len()];
        let day = if at % 9 == 0 { "2027-13-01" } else { "2027-03-31" };
        format!("A{at};{title};uppsagd;{day};svetsning|truckkort\n")
    });
    format!("ref;yrke;status;sista_dag;kompetenser\n{}", rows.collect::<String>())
}

#[track_caller]
fn refused(answer: &Answer, status: u16, slug: &str) -> Value {
    let body = answer.json();
    assert_eq!(
        (answer.status, &body["type"]),
        (status, &json!(format!("/problems/{slug}"))),
        "{answer:?}"
    );
    body
}

pub(crate) fn place(answer: &Answer) -> String {
    assert_eq!(answer.status, 202, "{answer:?}");
    answer.header("location").to_owned()
}

#[test]
fn a_batch_has_the_bytes_of_the_command_line_in_every_form() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let rows = list(40);
    let accepted = service.upload("?as_of=2026-11-01&paths=2", "", &rows);
    let batch = place(&accepted);
    assert_eq!(accepted.json()["rows"], 40);
    assert_eq!(accepted.json()["list"]["refused"]["bad_date"]["rows"], 4);
    let card = service.done(&batch);
    assert_eq!((&card["answered"], &card["as_of"]), (&json!(40), &json!("2026-11-01")));

    let file = folder.path().join("list.csv");
    fs::write(&file, &rows).unwrap();
    for (form, media_type) in [
        ("ndjson", "application/x-ndjson"),
        ("csv", "text/csv; charset=utf-8"),
        ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("parquet", "application/vnd.apache.parquet"),
    ] {
        let out = folder.path().join(format!("out.{form}"));
        let summary = folder.path().join("summary.json");
        let args =
            ["batch", text(&file), "--today", "2026-11-01", "--paths", "2", "--out", text(&out)];
        run(&[&args[..], &["--summary", text(&summary)]].concat()).success();
        let asked = get(service.address, &format!("{batch}/results?format={form}"));
        assert_eq!((asked.status, asked.header("content-type")), (200, media_type));
        let id = batch.rsplit('/').next().unwrap();
        let name = if form == "xlsx" { "lista-2026-11-01" } else { id };
        let disposition = format!("attachment; filename=\"{name}.{form}\"");
        assert_eq!(asked.header("content-disposition"), disposition);
        assert_eq!(asked.bytes, fs::read(&out).unwrap(), "{form}");
        let accept = format!("accept: {media_type}\r\n");
        let liked = ask(service.address, &format!("GET {batch}/results"), &accept, b"");
        assert_eq!(liked.bytes, asked.bytes, "{form}");
        let told = get(service.address, &format!("{batch}/summary")).json();
        let known: Value = serde_json::from_slice(&fs::read(&summary).unwrap()).unwrap();
        assert_eq!(told["summary"], known);
    }
    let unknown =
        ask(service.address, &format!("GET {batch}/results"), "accept: image/png\r\n", b"");
    refused(&unknown, 406, "not-acceptable");

    let rows = get(service.address, &format!("{batch}/rows?status=refused&limit=3")).json();
    assert_eq!(rows["items"].as_array().unwrap().len(), 3);
    assert_eq!(rows["items"][0]["problems"][0]["code"], "bad_date");
    assert_eq!((&rows["total"], &rows["match_status"]), (&json!(4), &json!("matched")));
    let cursor = rows["next"].as_str().unwrap();
    let next = get(service.address, &format!("{batch}/rows?status=refused&cursor={cursor}")).json();
    assert_eq!(next["items"].as_array().unwrap().len(), 1);
    assert_ne!(next["items"][0]["number"], rows["items"][2]["number"]);
    let other = get(service.address, &format!("{batch}/rows?status=matched&cursor={cursor}"));
    assert_eq!(refused(&other, 400, "invalid-query")["errors"][0]["pointer"], "cursor");
    let typo = get(service.address, &format!("{batch}/rows?status=refsed"));
    assert_eq!(refused(&typo, 400, "invalid-query")["errors"][0]["pointer"], "status");
    let one = post(service.address, &format!("{batch}/rows"), r#"{"ref": "A1"}"#).json();
    assert_eq!(one["record"]["recommendation"]["ref"], "A1");

    assert_eq!(ask(service.address, &format!("DELETE {batch}"), "", b"").status, 204);
    refused(&get(service.address, &batch), 404, "not-found");
    refused(&get(service.address, &format!("{batch}/results")), 404, "not-found");
}

#[test]
fn the_same_key_does_a_request_once_and_nothing_of_a_refused_row_is_kept() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let rows = format!(
        "namn;ref;yrke;kompetenser\nFredrika Bremer;A1;Servitris;kundservice\n\
         Karl Gustav;A2;Svetsare {PERSONNUMMER};hemligkompetens\n"
    );
    let key = "idempotency-key: varsel-17\r\n";
    let first = service.upload("", key, &rows);
    let again = service.upload("", key, &rows);
    assert_eq!(place(&first), place(&again));
    assert_eq!(get(service.address, "/v1/batches").json()["total"], 1);
    refused(&service.upload("", key, &list(1)), 422, "idempotency-key-reused");
    refused(&service.upload("?paths=7", key, &rows), 422, "idempotency-key-reused");
    assert_ne!(place(&service.upload("", "", &rows)), place(&first), "without a key each is new");
    let key = format!("idempotency-key: {PERSONNUMMER}\r\n");
    refused(&service.upload("", &key, &rows), 400, "malformed-request");

    let card = service.done(&place(&first));
    assert_eq!(card["list"]["refused"]["personnummer"]["places"], json!(["3"]));
    let results = get(service.address, &format!("{}/results", place(&first)));
    for said in [
        results.body,
        card.to_string(),
        everything(&store),
        fs::read_to_string(&service.log).unwrap(),
    ] {
        for secret in ["3234", "Bremer", "Gustav", "hemligkompetens"] {
            assert!(!said.contains(secret), "{secret} is kept or told");
        }
    }
    assert!(everything(&store).contains("kundservice"), "what was read is");

    refused(&service.upload("", "", ""), 422, "unreadable-list");
    refused(&service.upload("?map=x", "", &rows), 400, "invalid-query");
    refused(&service.upload("?weeks=1", "", &rows), 400, "invalid-query");
    let image = ask(service.address, "POST /v1/batches", "content-type: image/png\r\n", b"x");
    refused(&image, 415, "unsupported-media-type");
    assert!(image.body.contains("text/csv, application/csv"), "{}", image.body);
    let headless = service.upload("", "", "Avd;Lön\nA;1\n");
    assert!(headless.body.contains("map=") && !headless.body.contains("--"), "{}", headless.body);
}

/// All bytes of a store, its log too.
pub(crate) fn everything(store: &str) -> String {
    let mut bytes = fs::read(store).unwrap();
    for more in ["-wal", "-shm", "-journal"] {
        bytes.extend(fs::read(format!("{store}{more}")).unwrap_or_default());
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn what_was_accepted_before_a_kill_is_all_there_and_goes_on_by_itself() {
    const LISTS: usize = 50;
    const PEOPLE: usize = 30;
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let address = service.address;
    let (tell, told) = std::sync::mpsc::channel();
    let uploads: Vec<_> = (0..LISTS)
        .map(|at| {
            let tell = tell.clone();
            thread::spawn(move || {
                // Some come together, some later, so that the kill meets all stages.
                thread::sleep(Duration::from_millis(at as u64 * 10));
                let sent = std::panic::catch_unwind(|| {
                    ask(address, "POST /v1/batches?paths=1", CSV, list(PEOPLE).as_bytes())
                });
                if let Some(answer) = sent.ok().filter(|answer| answer.status == 202) {
                    let _killed = tell.send(place(&answer));
                }
            })
        })
        .collect();
    drop(tell);
    let mut accepted: Vec<String> = told.iter().take(LISTS / 3).collect();
    service.kill();
    for upload in uploads {
        upload.join().unwrap();
    }
    accepted.extend(told.iter());
    assert!(accepted.len() >= LISTS / 3);

    let service = Service::start(folder.path(), &["--store", &store]);
    for batch in &accepted {
        let card = service.done(batch);
        assert_eq!((&card["rows"], &card["answered"]), (&json!(PEOPLE), &json!(PEOPLE)));
    }
    let results = |batch: &String| get(service.address, &format!("{batch}/results")).bytes;
    let first = results(&accepted[0]);
    assert_eq!(String::from_utf8(first.clone()).unwrap().lines().count(), PEOPLE);
    assert!(accepted.iter().all(|batch| results(batch) == first), "a row came twice or not");
}

#[test]
fn an_erased_person_is_in_no_byte_of_the_store() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let mut rows = list(60);
    rows.push_str("Zqx-Erasmus;Servitris;uppsagd;2027-03-31;zqxkompetens\n");
    let batch = place(&service.upload("?as_of=2026-11-01", "", &rows));
    service.done(&batch);
    let id = batch.rsplit('/').next().unwrap();
    let ask_plan = json!({"batch_id": id, "locks": [{"ref": "Zqx-Erasmus"}]}).to_string();
    let plan = place(&post(service.address, "/v1/cohort-plans", &ask_plan));
    service.done(&plan);
    let lock =
        json!({"action": "lock", "by": "Siv", "locks": [{"ref": "Zqx-Erasmus"}]}).to_string();
    let locked = post(service.address, &format!("{plan}/decisions"), &lock);
    assert_eq!(place(&locked), plan);
    service.done(&plan);
    let single = json!({"ref": "Zqx-Erasmus", "titles": ["servitris"], "skills": ["zqxkompetens"]});
    let single = post(service.address, "/v1/recommendations?keep=true", &single.to_string()).json();
    let note = json!({"decision_id": single["meta"]["decision_id"], "action": "rejected", "reason_code": "pay"});
    assert_eq!(post(service.address, "/v1/overrides", &note.to_string()).status, 201);

    let person = json!({"ref": "Zqx-Erasmus"}).to_string();
    let known = post(service.address, "/v1/people/export", &person).json();
    for list in ["rows", "plans", "decisions", "overrides"] {
        assert_eq!(known[list].as_array().unwrap().len(), 1, "{list}: {known}");
    }
    assert!(everything(&store).contains("zqxkompetens"));
    // Both say which versions told it, and else only this.
    let told = |route: &str| {
        let mut told = post(service.address, &format!("/v1/people/{route}"), &person).json();
        assert!(told["meta"].take()["engine"].is_string(), "{told}");
        told.as_object_mut().unwrap().remove("meta");
        told
    };
    let erased = told("erase");
    assert_eq!(erased, json!({"rows": 1, "plans": 1, "decisions": 1, "overrides": 1}));
    let nothing =
        json!({"rows": [], "plans": [], "decisions": [], "overrides": [], "file_due": false});
    let until = Instant::now() + Duration::from_secs(30);
    loop {
        let known = told("export");
        if known["file_due"] == false {
            assert_eq!(known, nothing);
            break;
        }
        assert!(Instant::now() < until, "the file is not written anew: {known}");
        thread::sleep(Duration::from_millis(20));
    }
    let left = everything(&store);
    assert!(!left.contains("Zqx-Erasmus") && !left.contains("zqxkompetens"));
    let card = get(service.address, &batch).json();
    assert_eq!((&card["rows"], &card["erased"]), (&json!(60), &json!(1)));
    let summary = get(service.address, &format!("{batch}/summary")).json();
    assert_eq!(summary["summary"]["rows"], 60, "counted anew");
    let number = json!({ "ref": PERSONNUMMER }).to_string();
    refused(&post(service.address, "/v1/people/erase", &number), 422, "personnummer");
    assert!(!fs::read_to_string(&service.log).unwrap().contains("Zqx"));
}

#[test]
fn a_plan_is_that_of_the_command_line_until_somebody_decides() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let rows = list(30);
    let batch = place(&service.upload("?as_of=2026-11-01", "", &rows));
    let id = batch.rsplit('/').next().unwrap();
    let start = json!({"course": "starter:short/truckkort", "start": "2027-01-11", "seats": 3, "price_kr": 4500});
    let asked = json!({"batch_id": id, "budget_kr": 20_000, "starts": [start]});
    let place_of = place(&post(service.address, "/v1/cohort-plans", &asked.to_string()));
    let card = service.done(&place_of);

    let (file, starts) = (folder.path().join("list.csv"), folder.path().join("starts.csv"));
    fs::write(&file, &rows).unwrap();
    fs::write(&starts, "course;start;seats;price_kr\nstarter:short/truckkort;2027-01-11;3;4500\n")
        .unwrap();
    let out = folder.path().join("plan.json");
    // As many paths as the batch has, so that each way stands in its rows too.
    let args = ["plan", text(&file), "--today", "2026-11-01", "--budget", "20000", "--paths", "3"];
    run(&[&args[..], &["--starts", text(&starts), "--out", text(&out)]].concat()).success();
    let known: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(card["plan"], known);
    let table = ask(service.address, &format!("GET {place_of}"), "accept: text/csv\r\n", b"");
    assert!(table.body.contains("ref;locked;row"), "{table:?}");

    let person = &known["assignments"][0];
    let lock = json!({"action": "lock", "by": "Siv Ek", "locks": [{"ref": person["ref"]}]});
    let decisions = format!("{place_of}/decisions");
    assert_eq!(place(&post(service.address, &decisions, &lock.to_string())), place_of);
    let card = service.done(&place_of);
    let out = card["plan"]["unassigned"].as_array().unwrap();
    assert!(out.iter().any(|one| one["ref"] == person["ref"] && one["reason"] == "locked_out"));

    let approve = |by: &str| json!({"action": "approve", "by": by}).to_string();
    refused(&post(service.address, &decisions, &approve(" ")), 422, "invalid-body");
    refused(&post(service.address, &decisions, &approve(PERSONNUMMER)), 422, "personnummer");
    let approved = post(service.address, &decisions, &approve("Siv Ek")).json();
    assert_eq!(approved["plan"]["approved"]["by"], "Siv Ek");
    assert_eq!(approved["decisions"].as_array().unwrap().len(), 2);
    refused(&post(service.address, &decisions, &approve("Bo")), 409, "conflict");
    refused(&post(service.address, &decisions, &lock.to_string()), 409, "conflict");
}

#[test]
fn plans_of_a_batch_come_in_pages_and_in_short() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let batch = place(&service.upload("?as_of=2026-11-01", "", &list(3)));
    let id = batch.rsplit('/').next().unwrap();
    let ids = [1, 2].map(|seed| {
        let asked = json!({"batch_id": id, "locks": [{"ref": "A1"}], "seed": seed});
        post(service.address, "/v1/cohort-plans", &asked.to_string()).json()["plan_id"].clone()
    });
    let listed =
        |query: &str| get(service.address, &format!("{batch}/cohort-plans?limit=1{query}"));
    let first = listed("").json();
    assert_eq!((&first["total"], &first["items"][0]["plan_id"]), (&json!(2), &ids[0]));
    let cursor = first["next"].as_str().unwrap();
    let last = listed(&format!("&cursor={cursor}")).json();
    assert_eq!((last.get("next"), &last["items"][0]["plan_id"]), (None, &ids[1]));
    let asked = &last["items"][0]["ask"];
    assert_eq!((&asked["seed"], asked.get("locks"), asked.get("starts")), (&json!(2), None, None));
    refused(&listed("&cursor=1.00"), 400, "invalid-query");
    refused(&get(service.address, "/v1/batches/00/cohort-plans"), 404, "not-found");
}

#[test]
fn what_is_asked_of_a_plan_is_bounded_and_not_repeated() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let batch = place(&service.upload("?as_of=2026-11-01", "", &list(3)));
    let id = batch.rsplit('/').next().unwrap();
    let place_of =
        place(&post(service.address, "/v1/cohort-plans", &json!({"batch_id": id}).to_string()));
    service.done(&place_of);
    let decisions = format!("{place_of}/decisions");
    for (wrong, pointer) in [
        (json!({"budget_kr": 1}), "/batch_id"),
        (json!({"batch_id": id, "fair_share": 1.5}), "/fair_share"),
        (json!({"batch_id": id, "paths": 0}), "/paths"),
        (
            json!({"batch_id": id, "starts": [{"course": "no-such", "start": "2027-01-11", "seats": 1, "price_kr": 1}]}),
            "/starts/0/course",
        ),
        (
            json!({"batch_id": id, "starts": [{"course": "starter:short/truckkort", "start": "2020-01-11", "seats": 1, "price_kr": 1}]}),
            "/starts/0",
        ),
        (
            json!({"batch_id": id, "locks": [{"ref": "A1", "occupation_id": "no-such"}]}),
            "/locks/0/occupation_id",
        ),
        (
            json!({"batch_id": id, "locks": [{"ref": "A1", "courses": [{"id": "no-such"}]}]}),
            "/locks/0/courses/0/id",
        ),
        (json!({"batch_id": id, "locks": [{"ref": "x".repeat(301)}]}), "/locks/0/ref"),
        (json!({"batch_id": id, "locks": [{"ref": " "}]}), "/locks/0/ref"),
    ] {
        let answer = post(service.address, "/v1/cohort-plans", &wrong.to_string());
        let problem = refused(&answer, 422, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{problem}");
        assert!(!answer.body.contains("no-such"), "{problem}");
    }
    for wrong in [
        json!({"batch_id": id, "locks": [{"ref": PERSONNUMMER}]}),
        json!({"batch_id": id, "locks": [{"ref": "A1", "occupation_id": PERSONNUMMER}]}),
    ] {
        refused(
            &post(service.address, "/v1/cohort-plans", &wrong.to_string()),
            422,
            "personnummer",
        );
    }
    let lock = json!({"action": "lock", "by": "Siv", "locks": [{"ref": PERSONNUMMER}]}).to_string();
    refused(&post(service.address, &decisions, &lock), 422, "personnummer");
    let long = json!({"action": "approve", "by": "x".repeat(301)}).to_string();
    refused(&post(service.address, &decisions, &long), 422, "invalid-body");
    assert!(!everything(&store).contains(PERSONNUMMER));
    refused(&post(service.address, &format!("{place_of}/retry"), ""), 409, "conflict");
    let none = json!({"batch_id": "0123"}).to_string();
    refused(&post(service.address, "/v1/cohort-plans", &none), 404, "not-found");
}

#[test]
fn a_decision_is_made_again_bit_for_bit_or_says_what_is_missing() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let profile =
        json!({"ref": "A1", "titles": ["servitris"], "weeks_left": 12.3, "as_of": "2026-11-01"});
    let answer =
        post(service.address, "/v1/recommendations?keep=true&paths=2", &profile.to_string());
    let single = answer.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
    let batch = place(&service.upload("?as_of=2026-11-01", "", &list(12)));
    service.done(&batch);
    let rows = get(service.address, &format!("{batch}/rows")).json();
    let of_row = rows["items"][0]["decision_id"].as_str().unwrap().to_owned();
    let asked = json!({"batch_id": batch.rsplit('/').next(), "budget_kr": 20_000}).to_string();
    let plan_at = place(&post(service.address, "/v1/cohort-plans", &asked));
    let plan = service.done(&plan_at);
    let of_plan = plan["meta"]["decision_id"].as_str().unwrap().to_owned();
    let approve = json!({"action": "approve", "by": "Siv Ek"}).to_string();
    let approved = post(service.address, &format!("{plan_at}/decisions"), &approve).json();
    assert_eq!(approved["meta"]["decision_id"], plan["meta"]["decision_id"]);
    service.kill();

    let service = Service::start(folder.path(), &["--store", &store]);
    let again = get(service.address, &format!("/v1/decisions/{single}"));
    assert_eq!((again.status, &again.json()["same"]), (200, &json!(true)), "{again:?}");
    assert!(again.body.contains(&answer.body), "not the same bytes");
    let row = get(service.address, &format!("/v1/decisions/{of_row}")).json();
    assert_eq!((&row["same"], row["batch_id"].as_str()), (&json!(true), batch.rsplit('/').next()));
    let again = get(service.address, &format!("/v1/decisions/{of_plan}")).json();
    assert_eq!((&again["same"], &again["answer"]), (&json!(true), &plan["plan"]));
    for id in [&of_plan, &of_row] {
        let note = json!({"decision_id": id, "action": "replaced", "reason_code": "workers_wish"});
        assert_eq!(post(service.address, "/v1/overrides", &note.to_string()).status, 201);
    }
    let notes = get(service.address, "/v1/overrides").json();
    assert_eq!(notes["items"][0]["note"]["reason_code"], "workers_wish");
    let note =
        json!({"decision_id": "00", "action": "accepted", "reason_code": "fits"}).to_string();
    refused(&post(service.address, "/v1/overrides", &note), 404, "not-found");
    refused(&get(service.address, "/v1/decisions/00"), 404, "not-found");
    service.kill();

    let signals = folder.path().join("signals.json");
    fs::write(&signals, "[]").unwrap();
    let more = ["--store", &store, "--signals", text(&signals)];
    let service = Service::start(folder.path(), &more);
    for id in [&single, &of_row, &of_plan] {
        let problem =
            refused(&get(service.address, &format!("/v1/decisions/{id}")), 409, "version-missing");
        assert_eq!(problem["errors"][0]["pointer"], "/meta/signals", "{problem}");
    }
    assert_eq!(post(service.address, "/v1/people/erase", r#"{"ref": "A1"}"#).status, 200);
    // Without one of its people it cannot be made again, and says no other plan.
    refused(&get(service.address, &format!("/v1/decisions/{of_plan}")), 404, "not-found");
    assert_eq!(get(service.address, &plan_at).json()["meta"].get("decision_id"), None);
}

#[test]
fn what_is_kept_of_a_question_has_somebody_to_be_told_to() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let nobody = json!({"titles": ["servitris"]}).to_string();
    for route in ["recommendations", "gaps", "resolve", "routes", "windows"] {
        let body = match route {
            "windows" => "{}".to_owned(),
            "gaps" => json!({"ref": " ", "wanted": ["kock"]}).to_string(),
            _ => nobody.clone(),
        };
        let refused = refused(
            &post(service.address, &format!("/v1/{route}?keep=true"), &body),
            422,
            "invalid-body",
        );
        assert_eq!(refused["errors"][0]["pointer"], "/ref", "{route}");
    }
    for (route, body) in
        [("windows", r#"{"ref": "B2"}"#), ("resolve", r#"{"ref": "B2", "titles": ["kock"]}"#)]
    {
        let answer = post(service.address, &format!("/v1/{route}?keep=true"), body);
        assert_eq!(answer.status, 200, "{answer:?}");
        let id = answer.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
        let line = format!("/v1/decisions/{id}");
        assert_eq!(get(service.address, &line).json()["same"], true);
        assert_eq!(ask(service.address, &format!("DELETE {line}"), "", b"").status, 204);
        refused(&get(service.address, &line), 404, "not-found");
    }
}

#[test]
fn a_key_may_do_what_its_role_allows_and_as_often_as_its_rate() {
    let (folder, _) = kept();
    let keys = folder.path().join("keys.csv");
    let add = |role: &str| {
        let made = run(&["keys", "add", "--role", role, "--name", role, "--keys", text(&keys)]);
        format!("authorization: Bearer {}\r\n", made.success().trim())
    };
    let [read, adviser, hub] = ["read", "adviser", "hub"].map(add);
    assert!(run(&["keys", "list", "--keys", text(&keys)]).success().contains("adviser"));
    let service = Service::start(folder.path(), &["--keys", text(&keys), "--rate", "1000"]);
    let asked = |line: &str, headers: &str, body: &[u8]| ask(service.address, line, headers, body);
    let json = "content-type: application/json\r\n";
    let profile = b"{\"titles\": [\"servitris\"]}";

    for line in ["GET /livez", "GET /readyz", "GET /openapi.json", "GET /problems/forbidden"] {
        assert_eq!(asked(line, "", b"").status, 200, "{line} needs no key");
    }
    let nobody = asked("GET /v1/meta", "", b"");
    refused(&nobody, 401, "unauthorized");
    assert_eq!(nobody.header("www-authenticate"), "Bearer");
    refused(&asked("GET /v1/meta", "authorization: Bearer kn_0\r\n", b""), 401, "unauthorized");
    assert_eq!(asked("GET /v1/meta", &read, b"").status, 200);
    refused(
        &asked("POST /v1/recommendations", &format!("{read}{json}"), profile),
        403,
        "forbidden",
    );
    assert_eq!(asked("POST /v1/recommendations", &format!("{adviser}{json}"), profile).status, 200);
    let rows = list(3);
    refused(
        &asked("POST /v1/batches", &format!("{adviser}{CSV}"), rows.as_bytes()),
        403,
        "forbidden",
    );
    let batch = place(&asked("POST /v1/batches", &format!("{hub}{CSV}"), rows.as_bytes()));
    refused(&asked(&format!("GET {batch}"), &read, b""), 403, "forbidden");
    let shown = || asked(&format!("GET {batch}"), &adviser, b"");
    assert_eq!(shown().status, 200);
    while shown().json()["state"] != "done" {
        thread::sleep(Duration::from_millis(20));
    }
    // Of one that is not done, a read key would learn who came between.
    assert_eq!(asked(&format!("GET {batch}/summary"), &read, b"").status, 200);
    let counts = b"yrke;antal\nServitris;5\n";
    let forecast = "POST /v1/notice-forecasts";
    assert_eq!(asked(forecast, &format!("{read}{CSV}"), counts).status, 200);
    let beside = format!("{forecast}?batch_id={}", batch.rsplit('/').next().unwrap());
    refused(&asked(&beside, &format!("{read}{CSV}"), counts), 403, "forbidden");
    assert_ne!(asked(&beside, &format!("{adviser}{CSV}"), counts).status, 403);
    refused(&asked(&format!("DELETE {batch}"), &adviser, b""), 403, "forbidden");
    let cross = format!("{hub}sec-fetch-site: cross-site\r\n");
    refused(&asked(&format!("DELETE {batch}"), &cross, b""), 403, "cross-site");
    let known = asked("GET /v1/meta", &read, b"");
    assert_eq!(known.header("x-content-type-options"), "nosniff");
    assert!(known.header("content-security-policy").contains("default-src 'none'"));
    drop(service);

    let service = Service::start(folder.path(), &["--keys", text(&keys), "--rate", "1"]);
    let answers: Vec<Answer> =
        (0..8).map(|_| ask(service.address, "GET /v1/meta", &read, b"")).collect();
    let late = answers.iter().find(|answer| answer.status == 429).expect("none was too many");
    refused(late, 429, "too-many-requests");
    assert!(late.header("retry-after").parse::<u32>().unwrap() >= 1);
    assert_eq!(ask(service.address, "GET /v1/meta", &hub, b"").status, 200, "another key");
}

#[test]
fn who_may_see_counts_alone_learns_nothing_of_an_erased_person() {
    let (folder, _) = kept();
    let keys = folder.path().join("keys.csv");
    let [read, hub] = ["read", "hub"].map(|role| {
        let made = run(&["keys", "add", "--role", role, "--name", role, "--keys", text(&keys)]);
        format!("authorization: Bearer {}\r\n", made.success().trim())
    });
    let service = Service::start(folder.path(), &["--keys", text(&keys)]);
    let asked = |line: &str, headers: &str, body: &str| {
        ask(service.address, line, headers, body.as_bytes())
    };
    let batch = place(&asked("POST /v1/batches", &format!("{hub}{CSV}"), &list(3)));
    while asked(&format!("GET {batch}"), &hub, "").json()["state"] != "done" {
        thread::sleep(Duration::from_millis(20));
    }
    let summary = format!("GET {batch}/summary");
    assert_eq!(asked(&summary, &read, "").json()["summary"]["rows"], 3);
    let json = format!("{hub}content-type: application/json\r\n");
    let erased = asked("POST /v1/people/erase", &json, r#"{"ref": "A1"}"#);
    assert_eq!(erased.json()["rows"], 1);
    // Beside the summary of before, that of now would tell of A1.
    let said = refused(&asked(&summary, &read, ""), 403, "forbidden");
    assert!(said["detail"].as_str().unwrap().contains("raderad"), "{said}");
    assert_eq!(asked(&summary, &hub, "").json()["summary"]["rows"], 2);
}

#[test]
fn nobody_else_reaches_a_service_without_keys_and_a_store_has_one_owner() {
    let (folder, store) = kept();
    let open = run(&["serve", "--listen", "0.0.0.0:0"]).failure(1);
    assert!(open.contains("kompetensnav keys add"), "{open}");
    let none = folder.path().join("keys.csv");
    fs::write(&none, "").unwrap();
    let none = run(&["serve", "--listen", "0.0.0.0:0", "--keys", text(&none)]).failure(1);
    assert!(none.contains("has no key"), "{none}");

    let service = Service::start(folder.path(), &["--store", &store]);
    let second = run(&["serve", "--listen", "127.0.0.1:0", "--store", &store]).failure(1);
    assert!(second.contains("another process has it"), "{second}");
    drop(service);
    let other = text(&folder.path().join("list.csv")).to_owned();
    fs::write(&other, "ref;yrke\n".repeat(200)).unwrap();
    let other = run(&["serve", "--listen", "127.0.0.1:0", "--store", &other]).failure(1);
    assert!(other.contains("is no store"), "{other}");
}

#[test]
fn a_notice_is_forecast_and_a_batch_audited_and_an_upload_previewed() {
    let (folder, _) = kept();
    let service = Service::start(folder.path(), &[]);
    let counts = "yrke;antal;forsta_avgang;sista_avgang\nServitris;20;2027-01-31;2027-03-31\n";
    let asked = |line: &str, body: &str| ask(service.address, line, CSV, body.as_bytes());
    let forecast = asked("POST /v1/notice-forecasts?as_of=2026-11-01", counts);
    assert_eq!(forecast.json()["forecast"]["people"], 20, "{forecast:?}");
    let file = folder.path().join("counts.csv");
    let out = folder.path().join("forecast.json");
    fs::write(&file, counts).unwrap();
    run(&["forecast", text(&file), "--today", "2026-11-01", "--json", text(&out)]).success();
    let known: Value = serde_json::from_slice(&fs::read(&out).unwrap()).unwrap();
    assert_eq!(forecast.json()["forecast"], known["forecast"]);
    refused(&asked("POST /v1/notice-forecasts", "x;y\n1;2\n"), 422, "unreadable-list");
    let address = |answer: &Value| answer["meta"]["decision_id"].as_str().unwrap().to_owned();
    let again = asked("POST /v1/notice-forecasts?as_of=2026-11-01", counts);
    assert_eq!(address(&again.json()), address(&forecast.json()));
    let other = asked("POST /v1/notice-forecasts?as_of=2026-11-02", counts);
    assert_ne!(address(&other.json()), address(&forecast.json()));

    let batch = place(&service.upload("?as_of=2026-11-01", "", &list(40)));
    let id = batch.rsplit('/').next().unwrap();
    service.done(&batch);
    let compared =
        asked(&format!("POST /v1/notice-forecasts?as_of=2026-11-01&batch_id={id}"), counts);
    assert!(compared.json()["compared"].is_object(), "{compared:?}");
    let members =
        (1..=40).map(|at| format!("A{at};{}\n", if at % 2 == 0 { "kvinna" } else { "man" }));
    let groups = format!("ref;kon\n{}", members.collect::<String>());
    let audit = asked(&format!("POST {batch}/audit"), &groups);
    assert_eq!(audit.json()["audit"]["coverage"]["people"], 36, "{audit:?}");
    assert_eq!(address(&audit.json()).len(), 64);
    let both = json!({ "groups": groups }).to_string();
    assert_eq!(
        post(service.address, &format!("{batch}/audit"), &both).json()["audit"],
        audit.json()["audit"]
    );
    refused(&asked(&format!("POST {batch}/audit"), "ref;kon\nX1;man\n"), 422, "unreadable-list");

    let preview =
        asked("POST /v1/intake?map=Roll%3Dyrke", "Roll;Anstäld från\nSvetsare;2019-01-01\n").json();
    let columns = &preview["list"]["columns"];
    assert_eq!(
        (&columns[0]["meaning"], &columns[1]["meaning"]),
        (&json!("mapped"), &json!("guessed"))
    );
    assert_eq!(get(service.address, "/v1/batches").json()["total"], 1, "a preview keeps nothing");
}

#[test]
fn planned_stops_leave_no_work_behind_however_many_there_are() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let batch = place(&service.upload("?as_of=2026-11-01&paths=1", "", &list(6_000)));
    let id = batch.rsplit('/').next().unwrap().to_owned();
    service.stop();
    for _ in 0..5 {
        Service::start(folder.path(), &["--store", &store]).stop();
    }
    let service = Service::start(folder.path(), &["--store", &store]);
    assert_eq!(service.done(&batch)["answered"], 6_000);
    let ask_plan = json!({"batch_id": id, "paths": 1}).to_string();
    let plan = place(&post(service.address, "/v1/cohort-plans", &ask_plan));
    service.stop();
    for _ in 0..4 {
        Service::start(folder.path(), &["--store", &store]).stop();
    }
    let service = Service::start(folder.path(), &["--store", &store]);
    service.done(&plan);
}

#[test]
fn work_that_failed_can_be_tried_again_and_stops_nobody() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let batch = place(&service.upload("", "", &list(3)));
    let id = batch.rsplit('/').next().unwrap();
    service.done(&batch);
    // A list without workplaces cannot have fair shares between them.
    let ask_plan = json!({"batch_id": id, "fair_share": 0.5, "fair_share_by": "workplace"});
    let plan = place(&post(service.address, "/v1/cohort-plans", &ask_plan.to_string()));
    let failed = || {
        let until = Instant::now() + Duration::from_secs(30);
        loop {
            let card = get(service.address, &plan).json();
            if card["state"] == "failed" {
                break card;
            }
            assert!(Instant::now() < until, "{card}");
            thread::sleep(Duration::from_millis(20));
        }
    };
    assert_eq!(failed()["fault"], "no_workplace");
    let again = post(service.address, &format!("{plan}/retry"), "");
    assert_eq!(place(&again), plan);
    failed();
    service.done(&place(&service.upload("", "", &list(2))));
    refused(&post(service.address, &format!("{batch}/retry"), ""), 409, "conflict");
    refused(&post(service.address, "/v1/batches/00/retry", ""), 404, "not-found");
}

#[test]
fn people_without_a_reference_are_not_taken_for_one_another() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let lists = ["hemlig", "publik"].map(|word| {
        let rows = format!("yrke;kompetenser\nServitris;kundservice\nServitris;{word}\n");
        let batch = place(&service.upload("", "", &rows));
        service.done(&batch);
        batch.rsplit('/').next().unwrap().to_owned()
    });
    let document = json!({"basics": {"name": "x"}, "skills": [{"name": "svetsning"}], "work": [{"position": "Svetsare"}]});
    let head = "content-type: application/json\r\n";
    let asked = |document: &Value| {
        ask(service.address, "POST /v1/batches", head, document.to_string().as_bytes())
    };
    for _ in 0..2 {
        let batch = place(&asked(&document));
        service.done(&batch);
        let row = get(service.address, &format!("{batch}/rows")).json();
        assert_eq!(row["items"][0]["ref"], "row-1", "a form's name is nobody's: {row}");
    }
    let person = |reference: &str, batch: Option<&String>| {
        json!({"ref": reference, "batch_id": batch}).to_string()
    };
    let list = post(service.address, "/v1/people/export", &person("list", None)).json();
    assert_eq!(list["rows"], json!([]));
    for route in ["export", "erase"] {
        let alone = post(service.address, &format!("/v1/people/{route}"), &person("row-3", None));
        let problem = refused(&alone, 422, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], "/batch_id");
    }
    let known = post(service.address, "/v1/people/export", &person("row-3", Some(&lists[1])));
    assert!(known.body.contains("publik") && !known.body.contains("hemlig"), "{known:?}");
    let erased = post(service.address, "/v1/people/erase", &person("row-3", Some(&lists[0])));
    assert_eq!(erased.json()["rows"], 1);
    let known = post(service.address, "/v1/people/export", &person("row-3", Some(&lists[1])));
    assert_eq!(known.json()["rows"].as_array().unwrap().len(), 1, "another list's stays");
}

/// What a council says of an occupation.
pub(crate) fn signal(occupation: &str) -> Value {
    json!({
        "occupation": occupation, "says": "shortage", "points": 9, "author": "Besöksrådet",
        "decided": "2026-01-01", "expires": "2030-01-31", "reason": {"sv": "brist", "en": "shortage"}
    })
}

#[test]
fn what_a_council_says_is_heard_at_once_and_after_a_restart_until_its_last_day() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let profile = json!({"ref": "A1", "titles": ["servitris"], "skills": ["kundservice"], "as_of": "2030-01-15"});
    let recommended = |service: &Service, day: &str| {
        let mut profile = profile.clone();
        profile["as_of"] = json!(day);
        post(service.address, "/v1/recommendations?keep=true&paths=20", &profile.to_string())
    };
    let before = recommended(&service, "2030-01-15");
    let path = before.json()["change_sector"][3].clone();
    let occupation = path["id"].as_str().unwrap().to_owned();
    let tag = get(service.address, "/v1/skills?q=a").header("etag").to_owned();
    let signal = signal(&occupation);
    let said = post(service.address, "/v1/signals", &signal.to_string());
    assert_eq!(said.status, 201, "{said:?}");
    let id = said.json()["signal_id"].clone();
    let again = post(service.address, "/v1/signals", &signal.to_string());
    assert_eq!((again.status, &again.json()["signal_id"]), (200, &id));
    let version = said.json()["meta"]["signals"].clone();
    assert!(version.is_string());
    let fresh =
        ask(service.address, "GET /v1/skills?q=a", &format!("if-none-match: {tag}\r\n"), b"");
    assert_eq!(fresh.status, 200, "an answer of before the signal");

    let place_in = |answer: &Answer| {
        let body = answer.json();
        let paths = body["change_sector"].as_array().unwrap().clone();
        paths.iter().position(|path| path["id"] == json!(occupation))
    };
    let heard = recommended(&service, "2030-01-15");
    assert_eq!(heard.json()["meta"]["signals"], version);
    assert!(place_in(&heard) < place_in(&before), "it moves up");
    assert!(heard.body.contains("Besöksrådet"));
    assert!(!recommended(&service, "2030-02-01").body.contains("Besöksrådet"), "it is over");
    service.kill();

    let service = Service::start(folder.path(), &["--store", &store]);
    let listed = get(service.address, "/v1/signals").json();
    assert_eq!(listed["match_status"], "matched");
    assert_eq!(
        (&listed["items"][0]["signal_id"], &listed["items"][0]["says"]),
        (&id, &json!("shortage"))
    );
    assert_eq!(get(service.address, "/v1/meta").json()["meta"]["signals"], version);
    for answer in [&before, &heard] {
        let id = answer.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
        let made = get(service.address, &format!("/v1/decisions/{id}"));
        assert_eq!(made.json()["same"], true, "with what was said by then: {made:?}");
    }
}

#[test]
fn a_signal_is_bounded_and_can_be_taken_back() {
    let (folder, store) = kept();
    let service = Service::start(folder.path(), &["--store", &store]);
    let signal = signal("7212");
    let said = post(service.address, "/v1/signals", &signal.to_string()).json();
    let (id, version) = (said["signal_id"].clone(), said["meta"]["signals"].clone());
    let wish = json!({
        "occupation": "Svetsare", "says": "course_wanted", "author": "Besöksrådet", "region": "Mölndal",
        "decided": "2026-01-01", "expires": "2030-01-31", "reason": {"sv": "kurs", "en": "course"}
    });
    assert_eq!(post(service.address, "/v1/signals", &wish.to_string()).status, 201);
    assert_eq!(
        get(service.address, "/v1/meta").json()["meta"]["signals"],
        version,
        "it moves nothing"
    );
    for (field, value) in [
        ("occupation", json!("no-such")),
        ("region", json!("Atlantis")),
        ("points", json!(11)),
        ("points", json!(0)),
        ("expires", json!("2025-12-31")),
        ("expires", json!("2026-01-02")),
        ("author", json!(" ")),
    ] {
        let mut wrong = signal.clone();
        wrong[field] = value;
        let answer = post(service.address, "/v1/signals", &wrong.to_string());
        let problem = refused(&answer, 422, "invalid-body");
        assert_eq!(problem["errors"][0]["pointer"], format!("/{field}"), "{problem}");
        assert!(!answer.body.contains("no-such") && !answer.body.contains("Atlantis"));
    }
    let mut wrong = signal;
    wrong["reason"]["sv"] = json!(format!("säger {PERSONNUMMER}"));
    refused(&post(service.address, "/v1/signals", &wrong.to_string()), 422, "personnummer");
    let line = format!("DELETE /v1/signals/{}", id.as_str().unwrap());
    assert_eq!(ask(service.address, &line, "", b"").status, 204);
    assert_eq!(get(service.address, "/v1/meta").json()["meta"].get("signals"), None);
}
