//! The HTTP interface over a real socket.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::SocketAddr,
    process::{Command, Stdio},
    sync::{Arc, LazyLock},
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use kompetensnav::{
    api::{self, Service, Settings},
    engine::Engine,
    hub::Hub,
    index::Index,
    model::{self, Ranker},
    store::{Store, Terms},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use tokio::{net::TcpListener, runtime, sync::oneshot};

use crate::{
    client::{Answer, ask, connect, get, post, read},
    world,
};

/// A made-up number with a right check digit; nobody has it.
const PERSONNUMMER: &str = "640823-3234";

/// A running service; stops when it is dropped.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    service: Arc<Service>,
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(settings: Settings) -> Self {
        Self::with(world::engine(), settings)
    }

    pub(crate) fn with(engine: Engine, settings: Settings) -> Self {
        let index = Index::build_in_memory(engine.dataset()).unwrap();
        let store = Store::in_memory(Terms::default()).unwrap();
        let hub = Arc::new(Hub::new(Arc::new(engine), index, store).unwrap());
        let service = Arc::new(Service::new(hub, None, settings).unwrap());
        let running = Arc::clone(&service);
        let (stop, stopped) = oneshot::channel::<()>();
        let (tell, told) = std::sync::mpsc::channel();
        let thread = thread::spawn(move || {
            let runtime =
                runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
            runtime.unwrap().block_on(async {
                let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
                tell.send(listener.local_addr().unwrap()).unwrap();
                let asked = async { stopped.await.unwrap_or_default() };
                api::serve(listener, running, asked).await.unwrap();
            });
        });
        let address = told.recv().unwrap();
        Self { address, service, stop: Some(stop), thread: Some(thread) }
    }

    fn ask_to_stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }

    fn wait(&mut self) {
        self.thread.take().unwrap().join().unwrap();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.stop.take());
    }
}

/// One service for all tests that need nothing special.
fn shared() -> SocketAddr {
    static SERVER: LazyLock<Server> = LazyLock::new(|| Server::start(Settings::default()));
    SERVER.address
}

/// Checks that an answer is a whole problem document and returns the slug of its type.
fn problem(answer: &Answer) -> String {
    let body = answer.json();
    assert_eq!(answer.header("content-type"), "application/problem+json", "{answer:?}");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(body["status"], answer.status);
    assert!(!answer.header("x-request-id").is_empty());
    for field in ["title", "detail"] {
        assert!(body[field].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    }
    body["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().to_owned()
}

#[track_caller]
fn refused(answer: &Answer, status: u16, slug: &str) -> Value {
    assert_eq!((answer.status, problem(answer).as_str()), (status, slug), "{answer:?}");
    answer.json()["errors"].take()
}

fn strings_of(items: &Value) -> Vec<&str> {
    items.as_array().unwrap().iter().map(|item| item.as_str().unwrap()).collect()
}

fn strings<'a>(items: &'a Value, field: &str) -> Vec<&'a str> {
    items.as_array().unwrap().iter().map(|item| item[field].as_str().unwrap()).collect()
}

#[test]
fn recommends_paths_with_courses_and_stores_nothing() {
    let profile =
        json!({"ref": "W1", "titles": ["svetsare"], "skills": ["läsa ritningar", "xyzzy"]});
    let answer = post(shared(), "/v1/recommendations?paths=1", &profile.to_string());
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    assert!(answer.header("etag").is_empty());
    let body = answer.json();
    assert_eq!(body["match_status"], "matched");
    assert_eq!(body["ref"], "W1");
    assert_eq!(body["own_sector"].as_array().unwrap().len(), 1);
    assert_eq!(body["understood"]["occupations"][0]["id"], world::occupation_id(0));
    assert_eq!(body["understood"]["unmatched"][0]["text"], "xyzzy");
    assert_eq!(body["meta"]["dataset"], "world");
    let same = post(shared(), "/v1/recommendations?paths=1", &profile.to_string());
    assert_eq!(same.body, answer.body);
}

#[test]
fn less_is_told_of_the_same_paths() {
    let profile = json!({"titles": ["svetsare"], "weeks_left": 20}).to_string();
    let asked = |explain: &str| {
        let told = post(shared(), &format!("/v1/recommendations?paths=2{explain}"), &profile);
        assert_eq!(told.status, 200, "{told:?}");
        (told.body.len(), told.json())
    };
    let (long, whole) = asked("&explain=full");
    assert_eq!(asked("").1, asked("&explain=short").1);
    let [(short, brief), (shortest, bare)] =
        ["short", "none"].map(|how| asked(&format!("&explain={how}")));
    assert!(shortest < short && short < long, "{shortest} {short} {long}");
    for list in ["own_sector", "change_sector"] {
        let [whole, brief, bare] = [&whole, &brief, &bare].map(|all| all[list].as_array().unwrap());
        for ((whole, brief), bare) in whole.iter().zip(brief).zip(bare) {
            for same in ["rank", "id", "score", "labels", "parts", "demand"] {
                assert_eq!((&whole[same], &whole[same]), (&brief[same], &bare[same]), "{same}");
            }
            for same in ["reasons", "against"] {
                assert_eq!((&whole[same], &json!([])), (&brief[same], &bare[same]), "{same}");
            }
            assert_eq!(brief["gap"]["missing_optional"], json!([]));
            for less in [brief, bare] {
                assert_eq!(less["gap"]["optional_total"], whole["gap"]["optional_total"]);
                assert_eq!(less["plan"]["total_weeks"], whole["plan"]["total_weeks"]);
            }
            assert_eq!(bare["gap"]["have"], json!([]));
        }
    }
    let ids = [whole, brief, bare].map(|answer| answer["meta"]["decision_id"].to_string());
    let different: BTreeSet<String> = ids.into_iter().collect();
    assert_eq!(different.len(), 3, "another answer is another decision");
    let unknown = post(shared(), "/v1/recommendations?explain=Anna", "{}");
    assert_eq!(refused(&unknown, 400, "invalid-query")[0]["pointer"], "explain");
}

#[test]
fn an_empty_profile_abstains_and_is_no_error() {
    let answer = post(shared(), "/v1/recommendations", "{}");
    assert_eq!((answer.status, &answer.json()["match_status"]), (200, &json!("abstain")));
}

#[test]
fn resolves_words_and_lists_those_not_understood() {
    let words = json!({"titles": ["lastbilsförare"], "skills": ["weld metal"], "licences": ["C-körkort", "??"]});
    let answer = post(shared(), "/v1/resolve", &words.to_string());
    let body = answer.json();
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    assert_eq!(body["occupations"][0]["id"], world::occupation_id(4));
    assert!(body["occupations"][0]["confidence"].as_f64().unwrap() > 0.9);
    assert_eq!(body["skills"][0]["id"], world::skill_id(0));
    assert_eq!(body["licences"], json!(["C"]));
    assert_eq!(strings(&body["unmatched"], "field"), ["licence"]);
}

#[test]
fn finds_the_skills_of_a_text_with_their_places() {
    let text = "Kan svetsa metall – å – och läsa ritningar.\nIngen vana att köra lastbil.";
    let answer = post(shared(), "/v1/resolve", &json!({ "text": text }).to_string());
    assert_eq!((answer.status, answer.header("cache-control")), (200, "no-store"), "{answer:?}");
    let found = answer.json()["in_text"].take();
    assert_eq!((&found["match_status"], &found["sentences"]), (&json!("matched"), &json!(2)));
    let ids = strings(&found["skills"], "id");
    assert!(ids.contains(&&*world::skill_id(0)) && ids.contains(&&*world::skill_id(1)), "{found}");
    assert!(!ids.contains(&&*world::skill_id(6)), "{found}");
    let evidence = &found["skills"][0]["evidence"][0];
    let parts = ["before", "words", "after"].map(|part| evidence[part].as_str().unwrap());
    assert_eq!(parts.concat(), text.lines().next().unwrap().trim_end_matches('.'));
    assert_eq!(
        (&evidence["language"], &evidence["start"]),
        (&json!("sv"), &json!(parts[0].chars().count()))
    );

    let english = json!({"text": "can weld metal", "text_language": "en"}).to_string();
    let found = post(shared(), "/v1/resolve", &english).json()["in_text"].take();
    assert_eq!(found["skills"][0]["evidence"][0]["matched_label"], "weld metal");
    assert!(post(shared(), "/v1/resolve", "{}").json()["in_text"].is_null());

    let long = json!({"text": "a".repeat(40_001)}).to_string();
    let errors = refused(&post(shared(), "/v1/resolve", &long), 422, "invalid-body");
    assert_eq!((&errors[0]["pointer"], &errors[0]["code"]), (&json!("/text"), &json!("too_long")));
    let cv = r#"{"summary": "svetsare 64\u0030823-3234"}"#;
    let answer = post(shared(), "/v1/resolve", &json!({ "text": cv }).to_string());
    refused(&answer, 422, "personnummer");
    let number = json!({"text": format!("Anna {PERSONNUMMER}")}).to_string();
    let answer = post(shared(), "/v1/resolve", &number);
    refused(&answer, 422, "personnummer");
    assert!(!answer.body.contains("3234"), "{answer:?}");
}

#[test]
fn finds_occupations_and_shows_one_by_any_form_of_its_id() {
    let list = get(shared(), "/v1/occupations?q=svetsare&ssyk=72").json();
    assert_eq!(list["items"][0]["id"], world::occupation_id(0));
    assert_eq!(get(shared(), "/v1/occupations?ssyk=72").json()["total"], 2);

    let uri = world::occupation_id(4).replace(':', "%3A").replace('/', "%2F");
    let card = get(shared(), &format!("/v1/occupations/{uri}"));
    assert_eq!(card.status, 200, "{card:?}");
    let body = card.json();
    assert_eq!(body["essential"][0]["label"]["sv"], "köra lastbil");
    assert_eq!(body["licences"][0]["key"], "C");
    assert_eq!(body["groups"][0]["wage"]["mean"], 33_000);
    let short = get(shared(), "/v1/occupations/world-4").json();
    assert_eq!((&short["id"], &short["groups"]), (&body["id"], &body["groups"]));
}

#[test]
fn finds_skills_in_the_language_asked_for() {
    let found = get(shared(), "/v1/skills?q=drive%20a%20truck&lang=en");
    assert_eq!(found.header("content-language"), "en");
    assert_eq!(found.json()["items"][0]["id"], world::skill_id(6));
    let english = ask(shared(), "GET /v1/skills?q=truck", "accept-language: en-GB\r\n", b"");
    assert_eq!(english.header("content-language"), "en");
    assert_eq!(english.header("vary"), "accept-language");
}

#[test]
fn filters_courses_and_counts_them() {
    let ids = |query: &str| -> Vec<String> {
        let answer = get(shared(), &format!("/v1/courses?{query}"));
        assert_eq!(answer.status, 200, "{query}: {answer:?}");
        let body = answer.json();
        strings(&body["items"], "id").iter().map(|id| id.replace("world:", "")).collect()
    };
    assert_eq!(ids("q=svetskurs")[0], "weld");
    assert_eq!(ids("form=komvux,short"), ["care", "weld"]);
    assert_eq!(ids("place=bor%C3%A5s"), ["electric"]);
    assert_eq!(ids("distance=hybrid,full"), ["electric"]);
    assert_eq!(ids("skill=world-06"), ["lorry"]);
    assert_eq!(ids("min_weeks=16&max_weeks=20"), ["cnc", "lorry"]);
    assert_eq!(ids("start_from=2027-01-01"), ["electric"]);
    assert_eq!(ids("start_from=2027-01-01&start_to=2027-01-18"), ["electric"]);
    assert!(ids("start_to=2027-01-17").is_empty());
    assert_eq!(ids("pace=50,75"), ["care"]);
    assert_eq!(ids("max_price=4500"), ["weld"]);
    // The lorry course leads to the driver, by the skills it teaches and the licence it gives.
    assert_eq!(ids("occupation=world-4"), ["lorry"]);
    assert_eq!(ids("basis=granted"), ["electric"]);
    let facets = get(shared(), "/v1/courses?limit=1").json()["facets"].take();
    assert_eq!(facets["forms"][0], json!({"value": "labour_market", "count": 2}));
    assert_eq!(facets["places"][0], json!({"value": "Göteborg", "count": 4}));
}

#[test]
fn says_where_its_data_come_from() {
    let body = get(shared(), "/v1/meta").json();
    assert_eq!(body["counts"], json!({"occupations": 6, "skills": 12, "courses": 5}));
    assert_eq!(body["sources"][0]["licence"], "CC0");
    assert_eq!(body["sources"][0]["notes"][0], world::STATEMENT);
    assert_eq!(body["languages"], json!(["sv", "en"]));
    assert_eq!(body["limits"]["body_bytes"], 65_536);
}

#[test]
fn describes_its_interface() {
    for path in ["/livez", "/readyz"] {
        let answer = get(shared(), path);
        assert_eq!((answer.status, &answer.json()["status"]), (200, &json!("ok")));
    }
    let document = get(shared(), "/openapi.json").json();
    assert_eq!(document["openapi"], "3.1.0");
    let schemas = &document["components"]["schemas"];
    for (answer, part, field) in [
        ("PlanCard", "plan", "assignments"),
        ("ForecastAnswer", "forecast", "targets"),
        ("ForecastAnswer", "compared", "figures"),
        ("AuditAnswer", "audit", "coverage"),
    ] {
        let named = references(&schemas[answer]["properties"][part]).pop_first().unwrap();
        let schema = document.pointer(named.trim_start_matches('#')).unwrap();
        assert!(schema["properties"][field].is_object(), "{part}: {schema}");
    }
    for reference in references(&document) {
        let pointer = reference.trim_start_matches('#');
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    let profile = &document["components"]["schemas"]["Profile"];
    assert!(profile["properties"]["ref"].is_object(), "{profile}");
    assert_eq!(profile["additionalProperties"], false);
    let row = &document["components"]["schemas"]["ResolvedConcept"]["properties"]["ix"];
    assert!(row.is_null(), "row numbers are no part of the interface");
    // The whole of it: within a version nothing may go or mean something else, see docs/service.md.
    insta::assert_json_snapshot!(document);
}

/// The routes that the service has, as the source of its router says.
#[test]
fn every_route_is_described() {
    let source = include_str!("../../src/api/mod.rs");
    let document = get(shared(), "/openapi.json").json();
    let mut routes = BTreeSet::new();
    for route in source.split(".route(\"").skip(1) {
        let (path, rest) = route.split_once('"').unwrap();
        let handlers = rest.split_once('\n').unwrap().0;
        for method in ["get", "post", "delete"] {
            if handlers.contains(&format!("{method}(")) {
                routes.insert(format!("{method} {path}"));
            }
        }
    }
    assert!(routes.len() > 30 && routes.contains("post /v1/batches"), "{routes:?}");
    let paths = document["paths"].as_object().unwrap().iter();
    let described: BTreeSet<String> = paths
        .flat_map(|(path, item)| {
            item.as_object().unwrap().keys().map(move |method| format!("{method} {path}"))
        })
        .collect();
    // A test's own route stands behind the routes of the service.
    routes.remove("get /");
    assert_eq!(described, routes);
}

#[test]
fn every_sort_of_problem_has_its_page() {
    let page = ask(shared(), "GET /problems/unreadable-list", "accept-language: en\r\n", b"");
    assert_eq!((page.status, page.header("content-type")), (200, "text/html; charset=utf-8"));
    assert!(page.body.contains("The file cannot be read") && page.body.contains("422"), "{page:?}");
    refused(&get(shared(), "/problems/nothing"), 404, "not-found");
}

#[test]
fn gaps_transitions_and_the_model_are_told() {
    let profile = json!({"titles": ["svetsare"], "wanted": ["CNC-operatör"]}).to_string();
    let gaps = post(shared(), "/v1/gaps", &profile).json();
    assert_eq!(gaps["targets"][0]["id"], world::occupation_id(2), "{gaps}");
    let partial = gaps["targets"][0]["partial"].as_array().unwrap();
    assert!(partial.iter().all(|skill| !skill["near"].as_array().unwrap().is_empty()), "{gaps}");
    assert_eq!(gaps["meta"]["decision_id"].as_str().unwrap().len(), 64);
    let none = post(shared(), "/v1/gaps", r#"{"titles": ["svetsare"]}"#);
    assert_eq!(refused(&none, 422, "invalid-body")[0]["pointer"], "/wanted");

    let moves = get(shared(), "/v1/occupations/world-0/transitions?limit=2");
    assert!(!moves.header("etag").is_empty(), "{moves:?}");
    let own = moves.json()["own_sector"].take();
    assert!(own[0]["score"].is_number() && own[0]["parts"].is_array(), "{own}");
    let all = get(shared(), "/v1/occupations/world-0/transitions").json();
    let lists = ["own_sector", "change_sector"];
    let shares: Vec<f64> = lists
        .iter()
        .flat_map(|list| all[list].as_array().unwrap())
        .map(|target| target["feasible"].as_f64().unwrap())
        .collect();
    let middle = shares.iter().sum::<f64>() / shares.len() as f64;
    let near = format!("/v1/occupations/world-0/transitions?min_similarity={middle}");
    let near = get(shared(), &near).json();
    let found: usize = lists.iter().map(|list| near[list].as_array().unwrap().len()).sum();
    assert_eq!(found, shares.iter().filter(|share| **share >= middle).count(), "{near}");
    assert!(found < shares.len() && found > 0);
    let viable = get(shared(), "/v1/occupations/world-0/transitions?label=viable").json();
    for target in lists.iter().flat_map(|list| viable[list].as_array().unwrap()) {
        assert!(strings_of(&target["labels"]).contains(&"viable"), "{target}");
    }
    let none = get(shared(), "/v1/occupations/world-0/transitions?min_similarity=1").json();
    assert_eq!(none["match_status"], "no_match");
    refused(&get(shared(), "/v1/occupations/nobody/transitions"), 404, "not-found");
    refused(&get(shared(), "/v1/occupations/world-0/transitions?limit=0"), 400, "invalid-query");

    let model = get(shared(), "/v1/model").json();
    assert!(strings(&model["features"], "name").contains(&"work_content"), "{model}");
    assert!(model["card"].as_str().unwrap().contains("Platt"));
    assert!(!model["rules"].as_array().unwrap().is_empty());
}

fn references(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(map) => {
            let own = map.get("$ref").and_then(Value::as_str).map(str::to_owned);
            own.into_iter().chain(map.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => BTreeSet::new(),
    }
}

#[test]
fn unknown_paths_methods_and_ids_are_problems() {
    refused(&get(shared(), "/nowhere"), 404, "not-found");
    refused(&get(shared(), "/v1/occupations/nobody"), 404, "not-found");
    refused(&get(shared(), "/v1/occupations/%FF"), 404, "not-found");
    let wrong = post(shared(), "/v1/meta", "{}");
    refused(&wrong, 405, "method-not-allowed");
    assert_eq!(wrong.header("allow"), "GET,HEAD");
    refused(&get(shared(), "/v1/recommendations"), 405, "method-not-allowed");
}

#[test]
fn bodies_that_cannot_be_read_are_problems() {
    let profile =
        |headers: &str, body: &[u8]| ask(shared(), "POST /v1/recommendations", headers, body);
    let json = "content-type: application/json; charset=utf-8\r\n";
    refused(&profile("", b"{}"), 415, "unsupported-media-type");
    refused(&profile("content-type: text/plain\r\n", b"{}"), 415, "unsupported-media-type");
    refused(&profile(json, b"{\"titles\": ["), 400, "malformed-json");
    refused(&profile(json, b"{\"titles\": [\"\xff\"]}"), 400, "malformed-json");
    refused(&profile(json, &vec![b' '; (64 << 10) + 1]), 413, "payload-too-large");
    assert_eq!(profile(json, format!("{{}}{}", " ".repeat((64 << 10) - 2)).as_bytes()).status, 200);
    let errors = refused(&profile(json, br#"{"skills": [7]}"#), 422, "invalid-body");
    assert_eq!(errors[0]["pointer"], "/skills/0");
    let errors = refused(&profile(json, br#"{"name": "Anna"}"#), 422, "invalid-body");
    assert_eq!(errors[0]["code"], "unknown_field");
}

#[test]
fn fields_out_of_bounds_are_named() {
    let wrong = json!({
        "titles": vec!["x"; 11],
        "skills": ["y".repeat(301), "å".repeat(300)],
        "ssyk": "72",
        "weeks_left": -1,
        "hours_per_week": 1e39,
        "sector": "nowhere",
        "funding": {"csn": "yes"},
        "limits": {"forms": ["abc"], "max_weeks": 2000},
    });
    let answer = post(shared(), "/v1/recommendations", &wrong.to_string());
    let errors = refused(&answer, 422, "invalid-body");
    assert_eq!(
        BTreeSet::from_iter(strings(&errors, "pointer")),
        BTreeSet::from([
            "/titles",
            "/skills/0",
            "/ssyk",
            "/weeks_left",
            "/hours_per_week",
            "/sector",
            "/funding",
            "/limits/forms/0",
            "/limits/max_weeks",
        ])
    );
    let errors = refused(
        &post(shared(), "/v1/resolve", &json!({"skills": vec!["x"; 101]}).to_string()),
        422,
        "invalid-body",
    );
    assert_eq!(errors[0]["pointer"], "/skills");
}

#[test]
fn a_personnummer_is_refused_and_not_repeated() {
    for body in [
        json!({"ref": PERSONNUMMER}),
        json!({"titles": [format!("svetsare {PERSONNUMMER}")]}),
        json!({"skills": ["svetsa", PERSONNUMMER]}),
        json!({"limits": {"exclude": [PERSONNUMMER]}}),
    ] {
        let answer = post(shared(), "/v1/recommendations", &body.to_string());
        let errors = refused(&answer, 422, "personnummer");
        assert_eq!(errors.as_array().unwrap().len(), 1, "{errors}");
        assert!(!answer.body.contains("3234"), "{answer:?}");
    }
    let answer = post(shared(), "/v1/resolve", &json!({"licences": [PERSONNUMMER]}).to_string());
    refused(&answer, 422, "personnummer");
    let answer = get(shared(), &format!("/v1/skills?q={PERSONNUMMER}"));
    refused(&answer, 422, "personnummer");
    let id = format!("x-request-id: {PERSONNUMMER}\r\n");
    assert_ne!(ask(shared(), "GET /livez", &id, b"").header("x-request-id"), PERSONNUMMER);
    let answer = ask(shared(), "GET /livez", "x-request-id: a-1\r\n", b"");
    assert_eq!(answer.header("x-request-id"), "a-1");
}

#[test]
fn wrong_queries_are_problems_that_name_the_parameter() {
    for (target, name) in [
        ("/v1/occupations?limit=0", "limit"),
        ("/v1/occupations?limit=101", "limit"),
        ("/v1/occupations?limit=Anna", "limit"),
        ("/v1/occupations?limit=1&limit=2", "limit"),
        ("/v1/occupations?lang=Anna", "lang"),
        ("/v1/occupations?ssyk=Anna", "ssyk"),
        ("/v1/occupations?sector=Anna", "sector"),
        ("/v1/occupations?Anna=1", ""),
        ("/v1/skills?cursor=14.0000000000000000", "cursor"),
        ("/v1/skills?cursor=Anna", "cursor"),
        ("/v1/courses?form=komvux,Anna", "form"),
        ("/v1/courses?distance=Anna", "distance"),
        ("/v1/courses?start_from=Anna,%20expected%20Anna", "start_from"),
        ("/v1/courses?min_weeks=NaN", "min_weeks"),
        ("/v1/courses?skill=Anna", "skill"),
        ("/v1/courses?occupation=Anna", "occupation"),
        ("/v1/courses?pace=Anna", "pace"),
        ("/v1/courses?max_price=-1", "max_price"),
        ("/v1/courses?start_from=2027-02-01&start_to=2027-01-31", "start_to"),
        ("/v1/occupations/world-0/transitions?min_similarity=1.5", "min_similarity"),
        ("/v1/occupations/world-0/transitions?label=Anna", "label"),
    ] {
        let answer = get(shared(), target);
        let errors = refused(&answer, 400, "invalid-query");
        assert_eq!(errors[0]["pointer"], name, "{target}");
        assert!(!answer.body.contains("Anna"), "{answer:?}");
    }
    let answer = post(shared(), "/v1/recommendations?paths=51", "{}");
    assert_eq!(refused(&answer, 400, "invalid-query")[0]["pointer"], "paths");
}

#[test]
fn an_answer_that_is_known_is_not_sent_again() {
    let first = get(shared(), "/v1/courses?q=el");
    let tag = first.header("etag");
    assert!(tag.starts_with('"') && tag.ends_with('"'), "{first:?}");
    let again = |target: &str, tag: &str| {
        ask(shared(), &format!("GET {target}"), &format!("if-none-match: \"x\", {tag}\r\n"), b"")
    };
    let address = first.json()["meta"]["decision_id"].as_str().unwrap().to_owned();
    assert!(address.starts_with(tag.trim_matches('"')), "{address} {tag}");
    let known = again("/v1/courses?q=el", tag);
    assert_eq!((known.status, known.body.as_str(), known.header("etag")), (304, "", tag));
    assert_eq!(again("/v1/courses?q=el", &format!("W/{tag}")).status, 304);
    assert_eq!(again("/v1/courses?q=el&limit=3", tag).status, 200);
    assert_eq!(again("/v1/courses?q=el&lang=en", tag).status, 200);
    assert!(get(shared(), "/v1/courses?limit=0").header("etag").is_empty());
    let any = |target: &str| ask(shared(), &format!("GET {target}"), "if-none-match: *\r\n", b"");
    let known = any("/v1/courses?q=el");
    assert_eq!((known.status, known.body.as_str(), known.header("etag")), (304, "", tag));
    assert_eq!(any("/v1/occupations/nobody").status, 404);
    assert_eq!(any("/v1/courses?limit=0").status, 400);
}

#[test]
fn problems_speak_the_clients_language() {
    let bad = br#"{"titles": "x", "weeks_left": 1}"#;
    let asked = |accept: &str| {
        let headers = format!("content-type: application/json\r\n{accept}");
        ask(shared(), "POST /v1/recommendations", &headers, bad)
    };
    for (accept, language, title, detail) in [
        ("", "sv", "Ett fält i innehållet är fel", "väntade en lista"),
        (
            "accept-language: sv-SE, en;q=0.5\r\n",
            "sv",
            "Ett fält i innehållet är fel",
            "väntade en lista",
        ),
        ("accept-language: en-GB\r\n", "en", "A field of the body is wrong", "expected a sequence"),
    ] {
        let answer = asked(accept);
        let errors = refused(&answer, 422, "invalid-body");
        assert_eq!(answer.header("content-language"), language);
        assert_eq!(answer.header("vary"), "accept-language");
        assert_eq!(
            (&answer.json()["title"], &errors[0]["detail"]),
            (&json!(title), &json!(detail))
        );
    }
    let english = "accept-language: en\r\n";
    for (line, status, title) in [
        ("GET /nowhere", 404, "There is nothing here"),
        ("POST /v1/meta", 405, "The method is not allowed"),
        ("GET /v1/skills?limit=0", 400, "A query parameter is wrong"),
        ("GET /v1/skills?lang=fi", 400, "A query parameter is wrong"),
    ] {
        let answer = ask(shared(), line, english, b"");
        assert_eq!((answer.status, &answer.json()["title"]), (status, &json!(title)), "{line}");
    }
    let answer = get(shared(), "/v1/skills?limit=0&lang=en");
    assert_eq!(answer.json()["title"], "A query parameter is wrong");
}

#[test]
fn more_connections_than_allowed_wait_for_a_free_one() {
    let server = Server::start(Settings { connections: 1, ..Settings::default() });
    let idle = connect(server.address);
    let mut second = connect(server.address);
    second
        .write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n")
        .unwrap();
    second.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let waited = second.read(&mut [0]).unwrap_err().kind();
    assert!([std::io::ErrorKind::WouldBlock, std::io::ErrorKind::TimedOut].contains(&waited));
    drop(idle);
    second.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    assert_eq!(read(second).status, 200);
}

#[test]
fn one_address_does_not_take_all_connections() {
    let server = Server::start(Settings { per_address: 2, ..Settings::default() });
    let held = [connect(server.address), connect(server.address)];
    let mut third = connect(server.address);
    let closed = third.read(&mut [0]);
    assert!(
        matches!(closed, Ok(0))
            || closed.is_err_and(|error| error.kind() != std::io::ErrorKind::WouldBlock)
    );
    // Who asks is told when to come back, and a page is a page.
    let many = get(server.address, "/v1/skills");
    refused(&many, 503, "saturated");
    assert_eq!((many.header("retry-after"), many.header("connection")), ("1", "close"));
    let mut slow = connect(server.address);
    let head = "POST /v1/resolve HTTP/1.1\r\nhost: localhost\r\ncontent-length: 2\r\n\r\n";
    slow.write_all(head.as_bytes()).unwrap();
    thread::sleep(Duration::from_millis(50));
    slow.write_all(b"{}").unwrap();
    assert_eq!(read(slow).status, 503);
    let page = get(server.address, "/sv/person");
    assert_eq!(page.status, 503);
    assert!(page.body.contains("<h1") && page.body.contains("Många frågar just nu"), "{page:?}");
    drop(held);
    let until = Instant::now() + Duration::from_secs(10);
    // The places come back when the server has seen the ends.
    let answered = || {
        let mut stream = connect(server.address);
        let line = b"GET /livez HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n";
        let mut answer = Vec::new();
        let read = stream.write_all(line).and_then(|()| stream.read_to_end(&mut answer));
        read.is_ok() && answer.starts_with(b"HTTP/1.1 200 ")
    };
    while !answered() {
        assert!(Instant::now() < until, "no place came back");
        thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn who_never_reads_loses_the_connection() {
    let settings =
        Settings { connections: 1, write_time: Duration::from_millis(300), ..Settings::default() };
    let server = Server::start(settings);
    let mut deaf = connect(server.address);
    // More answers than all buffers on the way hold.
    let line = "GET /openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n".repeat(400);
    let _cut = deaf.write_all(line.as_bytes());
    assert_eq!(get(server.address, "/livez").status, 200, "the one connection is free again");
    let mut left = Vec::new();
    let _reset = deaf.read_to_end(&mut left);
    let whole = get(server.address, "/openapi.json").body.len();
    assert!(left.len() < 400 * whole, "all of it was kept for who does not read");
}

#[test]
fn long_bodies_wait_for_room_before_they_are_read() {
    let settings = Settings {
        body_bytes: 1 << 20,
        long_time: Duration::from_secs(2),
        upload_time: Duration::from_secs(20),
        ..Settings::default()
    };
    let server = Server::start(settings);
    let list = format!("ref;yrke\n{}", "A;Servitris\n".repeat(60_000));
    let mut slow = connect(server.address);
    let head = format!(
        "POST /v1/intake HTTP/1.1\r\nhost: localhost\r\ncontent-type: text/csv\r\n\
         content-length: {}\r\n\r\n",
        list.len()
    );
    slow.write_all(head.as_bytes()).unwrap();
    // Not before the first has its room.
    thread::sleep(Duration::from_millis(300));
    let csv = "content-type: text/csv\r\n";
    let second = ask(server.address, "POST /v1/intake", csv, list.as_bytes());
    refused(&second, 503, "saturated");
    let small = ask(server.address, "POST /v1/intake", csv, b"ref;yrke\nA;Servitris\n");
    assert_eq!(small.status, 200, "a short one needs none");
    drop(slow);
}

#[test]
fn a_body_of_unknown_length_takes_the_room_of_its_route_alone() {
    let settings = Settings {
        body_bytes: 16 << 20,
        long_time: Duration::from_secs(8),
        body_time: Duration::from_secs(20),
        ..Settings::default()
    };
    let server = Server::start(settings);
    let head = "POST /v1/cohort-plans HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\
                content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
    let send = |body: &str| {
        let mut stream = connect(server.address);
        stream.write_all(format!("{head}{body}").as_bytes()).unwrap();
        stream
    };
    let slow = send("");
    // Not before the first has its room, half of all.
    thread::sleep(Duration::from_millis(300));
    refused(&read(send("2\r\n{}\r\n0\r\n\r\n")), 422, "invalid-body");
    let other = send("");
    thread::sleep(Duration::from_millis(300));
    refused(&read(send("2\r\n{}\r\n0\r\n\r\n")), 503, "saturated");
    drop((slow, other));
}

#[test]
fn a_plan_that_was_accepted_is_found_by_its_key_whatever_the_data_are_by_then() {
    let server = Server::start(Settings::default());
    let csv = "content-type: text/csv\r\n";
    let list = b"ref;yrke\nA1;Svetsare\n";
    let batch = ask(server.address, "POST /v1/batches?as_of=2026-11-01", csv, list).json();
    let start =
        json!({"course": "world:electric", "start": "2027-01-18", "seats": 1, "price_kr": 1});
    let plan = json!({"batch_id": batch["batch_id"], "starts": [start]}).to_string();
    let send = |headers: &str, plan: &str| {
        let headers = format!("content-type: application/json\r\n{headers}");
        ask(server.address, "POST /v1/cohort-plans", &headers, plan.as_bytes())
    };
    let key = "idempotency-key: plan-1\r\n";
    let first = send(key, &plan);
    assert_eq!(first.status, 202, "{first:?}");

    let renewed = server.service.renew(|| {
        let mut dataset = world::dataset();
        dataset.courses.retain(|course| course.id != "world:electric");
        let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
        let index = Index::build_in_memory(&dataset).unwrap();
        Ok::<_, kompetensnav::store::Error>((Engine::new(dataset, model), index))
    });
    renewed.unwrap();
    let unknown = refused(&send("", &plan), 422, "invalid-body");
    assert_eq!(unknown[0]["pointer"], "/starts/0/course");
    let again = send(key, &plan);
    assert_eq!((again.status, &again.json()["plan_id"]), (202, &first.json()["plan_id"]));
    assert_eq!(again.header("location"), first.header("location"));
    refused(&send(key, &plan.replace("2027-01-18", "2027-01-19")), 422, "idempotency-key-reused");
    refused(&send(key, "{"), 422, "idempotency-key-reused");
}

#[test]
fn without_keys_a_page_of_another_site_is_told_nothing() {
    let port = shared().port();
    let raw = |line: &str, headers: &str| {
        let mut stream = connect(shared());
        let head = format!("{line} HTTP/1.1\r\nconnection: close\r\n{headers}\r\n");
        stream.write_all(head.as_bytes()).unwrap();
        read(stream)
    };
    for host in ["localhost", "LOCALHOST:1", "127.0.0.1:8080", "[::1]", "[::1]:80"] {
        let answer = raw("GET /v1/meta", &format!("host: {host}\r\n"));
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in [
        "evil.example",
        "evil.example:80",
        "localhost.evil.example",
        "10.0.0.1",
        "127.0.0.1.nip.io",
    ] {
        refused(&raw("GET /v1/meta", &format!("host: {host}\r\n")), 403, "cross-site");
    }
    for origin in
        ["http://evil.example", "null", "https://localhost:1", &format!("http://127.0.0.1:{port}")]
    {
        let answer =
            raw("GET /v1/meta", &format!("host: localhost:{port}\r\norigin: {origin}\r\n"));
        refused(&answer, 403, "cross-site");
    }
    let own = format!("host: localhost:{port}\r\norigin: http://localhost:{port}\r\n");
    assert_eq!(raw("GET /v1/meta", &own).status, 200);
}

#[test]
fn pages_walk_every_item_once() {
    for (path, total) in [("/v1/occupations", 6), ("/v1/skills", 12), ("/v1/courses", 5)] {
        let mut seen = Vec::new();
        let mut target = format!("{path}?limit=4");
        loop {
            let answer = get(shared(), &target);
            let page = answer.json();
            assert_eq!((&page["total"], &page["match_status"]), (&json!(total), &json!("matched")));
            let link = answer.header("link").to_owned();
            seen.extend(strings(&page["items"], "id").iter().map(ToString::to_string));
            let Some(next) = page["next"].as_str() else {
                assert_eq!(link, "");
                break;
            };
            target = format!("{path}?limit=4&cursor={next}");
            assert_eq!(link, format!("<{target}>; rel=\"next\""));
        }
        let different: BTreeSet<_> = seen.iter().collect();
        assert_eq!((seen.len(), different.len()), (total, total), "{path}: {seen:?}");
    }
    let next = get(shared(), "/v1/skills?limit=4").json()["next"].take();
    let other = format!("/v1/skills?q=arbeta&cursor={}", next.as_str().unwrap());
    refused(&get(shared(), &other), 400, "invalid-query");
    let nothing = get(shared(), "/v1/skills?q=qqqqzzzz").json();
    assert_eq!((&nothing["match_status"], &nothing["items"]), (&json!("no_match"), &json!([])));
}

#[test]
fn slow_clients_hold_nobody_up_and_are_cut_off() {
    let settings = Settings {
        header_time: Duration::from_millis(800),
        request_time: Duration::from_millis(1600),
        body_time: Duration::from_millis(800),
        ..Settings::default()
    };
    let server = Server::start(settings);
    let started = Instant::now();
    let mut slow: Vec<_> = (0..64).map(|_| connect(server.address)).collect();
    for (at, stream) in slow.iter_mut().enumerate() {
        let half = if at % 2 == 0 {
            "GET /v1/meta HTTP/1.1\r\nhost:"
        } else {
            "POST /v1/resolve HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             connection: close\r\ncontent-length: 9\r\n\r\n{"
        };
        stream.write_all(half.as_bytes()).unwrap();
    }
    assert_eq!(post(server.address, "/v1/resolve", "{}").status, 200);
    assert!(started.elapsed() < Duration::from_millis(800), "{:?}", started.elapsed());
    for (at, mut stream) in slow.into_iter().enumerate() {
        if at % 2 == 0 {
            let mut nothing = Vec::new();
            stream.read_to_end(&mut nothing).unwrap();
        } else {
            let answer = read(stream);
            refused(&answer, 408, "slow-body");
            assert_eq!(answer.header("connection"), "close");
        }
    }
    assert!(started.elapsed() < Duration::from_secs(10), "{:?}", started.elapsed());
}

#[test]
fn a_saturated_service_says_when_to_come_back() {
    let settings =
        Settings { permits: 0, queue_time: Duration::from_millis(10), ..Settings::default() };
    let server = Server::start(settings);
    for answer in [post(server.address, "/v1/resolve", "{}"), get(server.address, "/v1/skills")] {
        refused(&answer, 503, "saturated");
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(get(server.address, "/livez").status, 200);
}

#[test]
fn what_may_be_long_is_read_where_it_keeps_nobody_waiting() {
    let settings =
        Settings { permits: 0, long_time: Duration::from_secs(1), ..Settings::default() };
    let server = Server::start(settings);
    for target in ["/v1/cohort-plans", "/v1/cohort-plans/0/decisions", "/v1/batches/0/audit"] {
        // A thread that held connections would have found that this is no JSON.
        refused(&post(server.address, target, "{"), 503, "saturated");
    }
}

#[test]
fn a_panic_is_a_problem_and_the_service_goes_on() {
    // A model of another data set breaks the engine's one condition.
    let mut one = world::dataset();
    one.taxonomy.occupations.truncate(1);
    let broken = Engine::new(one, world::engine().model().clone());
    let server = Server::with(broken, Settings::default());
    let body = json!({"titles": ["svetsare"], "skills": ["svetsa metall"]}).to_string();
    refused(&post(server.address, "/v1/recommendations", &body), 500, "internal");
    assert_eq!(get(server.address, "/v1/skills").status, 200);
}

#[test]
fn a_service_that_stops_says_so_and_ends_what_it_began() {
    let settings = Settings { notice: Duration::from_millis(400), ..Settings::default() };
    let mut server = Server::start(settings);
    let mut begun = connect(server.address);
    begun
        .write_all(
            b"POST /v1/resolve HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
              content-length: 2\r\n\r\n{",
        )
        .unwrap();
    assert_eq!(get(server.address, "/readyz").status, 200);
    server.ask_to_stop();
    let asked = Instant::now();
    while get(server.address, "/readyz").status == 200 {
        assert!(asked.elapsed() < Duration::from_millis(300), "readyz never failed");
    }
    refused(&get(server.address, "/readyz"), 503, "not-ready");
    thread::sleep(Duration::from_millis(600));
    assert!(std::net::TcpStream::connect(server.address).is_err(), "no new connections");
    begun.write_all(b"}").unwrap();
    assert_eq!(read(begun).status, 200);
    server.wait();
}

#[test]
#[cfg(unix)]
fn the_command_stops_on_sigterm() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().join("world");
    let mut data = world::dataset();
    data.save(&folder, &[], |_, _| Ok::<(), kompetensnav::dataset::Error>(())).unwrap();
    let model = model::train(&data, Ranker::shipped().unwrap()).unwrap();
    model.save(&data, &folder.join("models/default")).unwrap();
    let log = folder.with_extension("log");
    let mut child = Command::new(env!("CARGO_BIN_EXE_kompetensnav"))
        .args(["serve", "--listen", "127.0.0.1:0", "--data"])
        .arg(&folder)
        .stdout(Stdio::piped())
        .stderr(fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let built = lines.next().unwrap().unwrap();
    assert!(built.starts_with("The index is built now: there is no index"), "{built}");
    let said = lines.next().unwrap().unwrap();
    let address: SocketAddr = said.strip_prefix("Listening on http://").unwrap().parse().unwrap();
    let body = json!({"titles": ["svetsare"], "skills": ["hemlig"]}).to_string();
    assert_eq!(post(address, "/v1/recommendations?paths=2", &body).status, 200);
    assert_eq!(get(address, "/v1/courses?q=hemlig").status, 200);
    get(address, "/hemlig");
    let killed = Command::new("kill").arg("-TERM").arg(child.id().to_string()).status().unwrap();
    assert!(killed.success() && child.wait().unwrap().success());
    assert_eq!(lines.next().unwrap().unwrap(), "Stopped");
    assert!(folder.join("index/stamp.json").is_file());

    let log = fs::read_to_string(log).unwrap();
    let requests: Vec<Value> = log
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|line| line["message"] == "request")
        .collect();
    let paths: Vec<_> = requests.iter().map(|line| line["path"].as_str().unwrap()).collect();
    assert_eq!(paths, ["/v1/recommendations", "/v1/courses", "-"]);
    assert_eq!(requests[0]["method"], "POST");
    assert_eq!(requests[0]["status"], 200);
    assert!(requests[0]["duration_ms"].is_number() && requests[0]["request_id"].is_string());
    assert!(!log.contains("hemlig") && !log.contains("svetsare"), "{log}");
}

proptest! {
    #[test]
    fn no_body_is_a_server_error(
        body in prop_oneof![
            prop::collection::vec(any::<u8>(), 0..300),
            "\\PC{0,100}".prop_map(|text| json!({"titles": [&text], "skills": [&text], "text": &text}).to_string().into_bytes()),
            "\\PC{0,60}".prop_map(|text| json!({"ref": &text, "limits": {"exclude": [&text]}}).to_string().into_bytes()),
        ],
        path in prop_oneof![Just("/v1/recommendations"), Just("/v1/resolve")],
    ) {
        let answer = ask(shared(), &format!("POST {path}"), "content-type: application/json\r\n", &body);
        prop_assert!(answer.status < 500, "{:?}", answer);
        if answer.status != 200 {
            problem(&answer);
        }
    }

    #[test]
    fn no_query_is_a_server_error(
        query in "[ -\"$-~]{0,60}",
        path in prop_oneof![Just("occupations"), Just("skills"), Just("courses"), Just("meta")],
    ) {
        let query: String = query.bytes().map(|byte| if byte == b' ' { '+' } else { char::from(byte) }).collect();
        let answer = get(shared(), &format!("/v1/{path}?q=a&{query}"));
        prop_assert!(answer.status < 500, "{:?}", answer);
    }
}

#[test]
fn windows_routes_openings_and_comparisons_answer_and_refuse() {
    let situation = json!({
        "status": "uppsagd",
        "as_of": "2026-11-02",
        "dates": {"employed_since": "2019-04-23", "notice": "2026-11-02", "released_from": "2026-12-01"},
    });
    let answer = post(shared(), "/v1/windows", &situation.to_string());
    assert_eq!(answer.status, 200, "{}", answer.body);
    let window = answer.json();
    // Seven whole years are four months.
    assert_eq!(window["ends"], "2027-03-02");
    assert_eq!(window["rules"][0]["rule"], "las_11");
    assert_eq!(window["intervals"][1]["hours_per_week"], 40.0);
    assert!(window["meta"]["dataset"].is_string());

    let worker = json!({
        "titles": ["servitris"], "wanted": ["svetsare", "kock"], "as_of": "2026-11-02",
        "weeks_left": 10, "limits": {"max_weeks": 8},
    });
    for (path, list) in
        [("/v1/routes?hops=2", "routes"), ("/v1/counterfactuals", "doors"), ("/v1/compare", "rows")]
    {
        let answer = post(shared(), path, &worker.to_string());
        assert_eq!(answer.status, 200, "{path}: {}", answer.body);
        assert!(answer.json()[list].is_array(), "{path}");
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
    }

    let disordered = json!({"dates": {"notice": "2026-11-02", "last_day": "2026-10-01",
        "parental_leave": [{"from": "2026-01-01", "to": "2026-05-01"}, {"from": "2026-05-01", "to": "2026-06-01"}]}});
    let errors =
        refused(&post(shared(), "/v1/windows", &disordered.to_string()), 422, "invalid-body");
    assert_eq!(strings(&errors, "pointer"), ["/dates/last_day", "/dates/parental_leave/1"]);
    let no_date = post(shared(), "/v1/windows", r#"{"dates": {"notice": "Anna"}}"#);
    let errors = refused(&no_date, 422, "invalid-body");
    assert_eq!(errors[0]["pointer"], "/dates/notice");
    assert!(errors[0]["detail"].as_str().unwrap().contains("2027-01-18"), "{errors}");
    let errors =
        refused(&post(shared(), "/v1/routes?hops=4", &worker.to_string()), 400, "invalid-query");
    assert_eq!(errors[0]["pointer"], "hops");
    let errors =
        refused(&post(shared(), "/v1/compare", r#"{"wanted": ["kock"]}"#), 422, "invalid-body");
    assert_eq!(errors[0]["pointer"], "/wanted");
}
