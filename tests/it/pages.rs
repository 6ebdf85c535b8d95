//! The adviser's pages over a real socket: addresses, languages, headers, refusals, keys. How they look and feel
//! is tested in a browser: `tests/browser`.

use std::{
    io::{BufRead as _, BufReader, Cursor},
    net::SocketAddr,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use calamine::{Reader as _, Xlsx};
use kompetensnav::{
    domain::{Language, Profile, Recommendation},
    pages::{
        Fault, Fields, View,
        answer::{self, Shown},
    },
};
use serde_json::json;

use crate::{
    client::{Answer, ask, get, post},
    program::{command, run, text},
    world,
};

/// A made-up number with a right check digit; nobody has it.
const PERSONNUMMER: &str = "640823-3234";
const FORM: &str = "content-type: application/x-www-form-urlencoded\r\n";
const UPLOAD: &str = "content-type: multipart/form-data; boundary=cut\r\n";

/// The program as a service; killed when it is dropped.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start(more: &[&str]) -> Self {
        let mut child = command(&["serve", "--memory", "--listen", "127.0.0.1:0"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let said = lines.find(|line| line.starts_with("Listening")).unwrap();
        let address = said.strip_prefix("Listening on http://").unwrap().parse().unwrap();
        Self { child, address }
    }

    fn get(&self, target: &str) -> Answer {
        get(self.address, target)
    }

    /// Sends a form. A question about a person leads to its answer, as a browser is led.
    fn send(&self, target: &str, headers: &str, body: &str) -> Answer {
        let sent = self.put(target, headers, body);
        match sent.header("location") {
            answer if answer.contains("?of=") => {
                ask(self.address, &format!("GET {answer}"), headers, b"")
            }
            _ => sent,
        }
    }

    /// The same without being led on.
    fn put(&self, target: &str, headers: &str, body: &str) -> Answer {
        ask(self.address, &format!("POST {target}"), &format!("{FORM}{headers}"), body.as_bytes())
    }

    /// Sends a file as a browser's form does.
    fn upload(&self, name: &str, list: &str) -> Answer {
        self.upload_with("sheet", "", name, list)
    }

    /// The same with another field before it.
    fn upload_with(&self, field: &str, value: &str, name: &str, list: &str) -> Answer {
        let body = format!(
            "--cut\r\ncontent-disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n--cut\r\n\
             content-disposition: form-data; name=\"list\"; filename=\"{name}\"\r\n\
             content-type: text/csv\r\n\r\n{list}\r\n--cut--\r\n"
        );
        ask(self.address, "POST /sv/lists/read", UPLOAD, body.as_bytes())
    }

    /// Sends a list, and gives the name under which it waits.
    fn waiting(&self, list: &str) -> String {
        between(&self.upload("x.csv", list).body, "name=\"waiting\" value=\"", "\"").to_owned()
    }

    /// The page of a list once all its rows are answered.
    fn answered(&self, place: &str) -> String {
        let until = Instant::now() + Duration::from_mins(2);
        while Instant::now() < until {
            let page = self.get(place).body;
            if !page.contains("data-progress") {
                return page;
            }
            thread::sleep(Duration::from_millis(50));
        }
        panic!("{place} is not done");
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill();
        let _waited = self.child.wait();
    }
}

/// What stands between two texts.
fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let (_, rest) = text.split_once(before).unwrap_or_else(|| panic!("no {before}: {text}"));
    rest.split_once(after).unwrap().0
}

#[track_caller]
fn assert_page(answer: &Answer, status: u16, language: &str) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("content-language"), language);
    assert!(answer.body.contains(&format!("<html lang=\"{language}\">")), "{}", answer.body);
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_eq!(answer.header("referrer-policy"), "same-origin");
    assert_eq!(answer.header("x-frame-options"), "DENY");
}

#[test]
fn every_page_is_there_in_both_languages_and_may_not_be_kept() {
    let service = Service::start(&[]);
    let ask_root = |headers: &str| ask(service.address, "GET /", headers, b"");
    assert_eq!(ask_root("").header("location"), "/sv");
    assert_eq!(ask_root("accept-language: en-GB\r\n").header("location"), "/en");
    for (language, other) in [("sv", "en"), ("en", "sv")] {
        for page in ["", "/person", "/lists", "/about"] {
            let answer = service.get(&format!("/{language}{page}"));
            assert_page(&answer, 200, language);
            // From the form what is typed goes along.
            let how = if page == "/person" { "formaction" } else { "href" };
            assert!(answer.body.contains(&format!("{how}=\"/{other}{page}\"")), "{page}");
        }
        let sent = "title=svetsare&skills=svetsning&status=uppsagd&last_day=2027-06-30";
        let answer = service.send(&format!("/{language}/person/paths"), "", sent);
        assert_page(&answer, 200, language);
        assert!(answer.body.contains("<article class=\"path\""));
        // The other language is a form that sends the same.
        let form = format!("action=\"/{other}/person/paths\"");
        let switch = between(&answer.body, &form, "</form>");
        assert!(switch.contains("value=\"svetsare\""), "{switch}");
        let again = service.get(&format!("/{language}/person/paths"));
        assert_eq!(again.header("location"), format!("/{language}/person"));
        for nothing in ["/nowhere", "/lists/0000", "/plans/0000"] {
            let answer = service.get(&format!("/{language}{nothing}"));
            assert_page(&answer, 404, language);
            assert!(!answer.body.contains("/problems/"));
        }
    }
    let html = "accept: text/html\r\naccept-language: en\r\n";
    assert_page(&ask(service.address, "GET /nowhere", html, b""), 404, "en");
    assert!(service.get("/nowhere").body.contains("/problems/not-found"));
}

#[test]
fn the_style_and_the_script_are_kept_by_their_tag() {
    let service = Service::start(&[]);
    for (path, kind) in [("/static/page.css", "text/css"), ("/static/page.js", "text/javascript")] {
        let answer = service.get(path);
        assert!(answer.header("content-type").starts_with(kind));
        let known = format!("if-none-match: {}\r\n", answer.header("etag"));
        let again = ask(service.address, &format!("GET {path}"), &known, b"");
        assert_eq!((again.status, again.body.len()), (304, 0));
    }
}

#[test]
fn a_personnummer_is_refused_wherever_it_stands_and_never_repeated() {
    let service = Service::start(&[]);
    for field in
        ["title", "skills", "licences", "municipality", "last_day", "agreement", "x", "pick"]
    {
        for page in [
            "/sv/person/paths",
            "/en/person",
            "/sv/person/compare",
            "/sv/person/explore",
            "/sv/person/page",
        ] {
            let body = format!("title=svetsare&{field}={PERSONNUMMER}&target=x");
            let answer = service.send(page, "", &body);
            assert_page(&answer, 422, &page[1..3]);
            assert!(answer.body.contains("id=\"errors\""), "{field}");
            assert!(!answer.body.contains("640823") && !answer.body.contains("3234"), "{field}");
        }
    }
    let answer = service.send("/sv/person/paths", "", "title=svetsare&last_day=snart&max_weeks=-1");
    assert_page(&answer, 422, "sv");
    assert!(answer.body.contains("href=\"#last_day\"") && answer.body.contains("value=\"snart\""));
    assert!(answer.body.contains("href=\"#max_weeks\""));
}

#[test]
fn an_error_of_a_comparison_leads_to_a_box_that_is_there() {
    let engine = world::engine();
    let profile = Profile { titles: vec!["svetsare".to_owned()], ..Profile::default() };
    let mut answer = engine.recommend(&profile, 5);
    answer.change_sector.append(&mut answer.own_sector);
    assert!(!answer.change_sector.is_empty());
    let (fields, faults) = (Fields::default(), [Fault::new("compare", "Markera två")]);
    let page = |answer: &Recommendation| {
        let dataset = engine.dataset();
        let shown = Shown { fields: &fields, faults: &faults, readings: &[], answer, dataset };
        answer::page(&View::new(Language::Sv, "/person/paths"), &shown)
    };
    let some = page(&answer);
    let id = between(between(&some, "id=\"errors\"", "</div>"), "href=\"#", "\"");
    assert!(some.contains(&format!("id=\"{id}\" name=\"compare\"")), "{id}");
    answer.change_sector.clear();
    let none = page(&answer);
    assert!(
        !between(&none, "id=\"errors\"", "</div>").contains("href"),
        "there is nothing to tick"
    );
}

#[test]
fn forms_of_other_sites_are_refused() {
    let service = Service::start(&[]);
    let own = "origin: http://localhost\r\nsec-fetch-site: same-origin\r\n";
    assert_eq!(service.send("/sv/person/paths", own, "title=svetsare").status, 200);
    for foreign in
        ["origin: https://example.org\r\n", "origin: null\r\n", "sec-fetch-site: cross-site\r\n"]
    {
        for path in ["/sv/person/paths", "/sv/sign-in", "/sv/lists/accept", "/sv/lists/x/delete"] {
            let answer = service.send(path, foreign, "title=svetsare");
            assert_eq!(answer.status, 403, "{foreign} {path}");
        }
    }
    let json = ask(service.address, "POST /sv/person", "content-type: application/json\r\n", b"{}");
    assert_page(&json, 415, "sv");
    assert_page(&ask(service.address, "DELETE /sv/person", "", b""), 405, "sv");
}

#[test]
fn a_list_is_looked_at_before_it_is_kept() {
    let service = Service::start(&[]);
    let list = format!(
        "Referens;Uppdrag;Kompetens\nA1;Svetsare;svetsning\nA2;Servitris;servering\nA3;x {PERSONNUMMER};\n"
    );
    let seen = service.upload(&format!("{PERSONNUMMER}.csv"), &list);
    assert_page(&seen, 200, "sv");
    assert!(seen.body.contains("2 av 3 rader") && !seen.body.contains("640823"), "{}", seen.body);
    assert!(service.get("/v1/batches").json()["items"].as_array().unwrap().is_empty());
    let waiting = between(&seen.body, "name=\"waiting\" value=\"", "\"").to_owned();
    let changed = format!("waiting={waiting}&header-0=Uppdrag&shown-0=-&column-0=yrke");
    let corrected = service.send("/en/lists/map", "", &changed);
    assert_page(&corrected, 200, "en");
    assert!(corrected.body.contains("you said so"), "{}", corrected.body);
    // What nobody has seen is not accepted: it is shown.
    let unseen = service.send("/sv/lists/accept", "", &changed);
    assert_page(&unseen, 422, "sv");
    assert!(
        unseen.body.contains("Listan är inte mottagen än")
            && unseen.body.contains("du har sagt det")
    );
    assert!(service.get("/v1/batches").json()["items"].as_array().unwrap().is_empty());
    let shown = between(&unseen.body, "name=\"shown-1\" value=\"", "\"");
    assert_eq!(shown, "yrke", "the page says what it shows");
    let seen =
        format!("waiting={waiting}&header-0=Uppdrag&shown-0=yrke&chosen-0=yes&column-0=yrke");
    let accepted = service.send("/sv/lists/accept", "", &seen);
    assert_eq!(accepted.status, 303, "{accepted:?}");
    let place = accepted.header("location").to_owned();
    assert_page(&service.get(&place), 200, "sv");
    // A second click leads to the same list, though it waits no more.
    let again = service.send("/sv/lists/accept", "", &seen);
    assert_eq!((again.status, again.header("location")), (303, &*place));
    assert_eq!(service.get("/v1/batches").json()["total"], 1);
    assert_page(&service.send("/sv/lists/map", "", &seen), 422, "sv");
    assert_eq!(service.send(&format!("{place}/delete"), "", "").status, 303);
    assert_page(&service.get(&place), 404, "sv");
    assert_page(&service.send("/sv/lists/accept", "", &seen), 422, "sv");
    assert_page(&service.upload("x.csv", "\u{0}\u{1}"), 422, "sv");
}

#[test]
fn a_list_that_says_nothing_of_work_is_shown_and_not_accepted_before_somebody_says_what_does() {
    let service = Service::start(&[]);
    let list = "Anst nr;Namn;Arbetar som;Mobil;Sista dag\nA1;Anna Ek;Svetsare;070-123 45 67;2027-01-31\n\
                A2;Bo Al;Servitris;070-123 45 68;2027-13-01\n";
    let seen = service.upload("x.csv", list);
    assert_page(&seen, 422, "sv");
    assert!(seen.body.contains("Ingen kolumn säger vad personerna kan"), "{}", seen.body);
    assert!(!seen.body.contains("Ta emot listan") && seen.body.contains("Läs om med mina val"));
    assert!(seen.body.contains("till exempel 2027-01-31"), "{}", seen.body);
    let waiting = between(&seen.body, "name=\"waiting\" value=\"", "\"").to_owned();
    let unsaid = service.send("/sv/lists/accept", "", &format!("waiting={waiting}"));
    assert!(unsaid.status >= 400, "{unsaid:?}");
    assert_eq!(service.get("/v1/batches").json()["total"], 0);
    let said = format!("waiting={waiting}&header-0=Arbetar+som&shown-0=-&column-0=yrke");
    let corrected = service.send("/sv/lists/map", "", &said);
    assert_page(&corrected, 200, "sv");
    assert!(corrected.body.contains("till exempel Svetsare; Servitris"), "{}", corrected.body);
    assert!(corrected.body.contains("<strong>Sista anställningsdag</strong>: Ingen dag"));
    assert!(corrected.body.contains("Ta emot listan"));
    let other = service.send("/en/lists/map", "", &format!("waiting={waiting}"));
    assert!(other.body.contains("No column says what the people can do"), "{}", other.body);
    for page in [seen, unsaid, corrected, other] {
        assert!(!page.body.contains("Anna") && !page.body.contains("070-"), "{}", page.body);
    }
}

#[test]
fn a_list_that_is_cancelled_waits_no_more() {
    let service = Service::start(&[]);
    let waiting = service.waiting("ref;yrke\nA1;Svetsare\n");
    let said = format!("waiting={waiting}");
    assert_page(&service.send("/sv/lists/map", "", &said), 200, "sv");
    let cancelled = service.send("/sv/lists/forget", "", &said);
    assert_eq!((cancelled.status, cancelled.header("location")), (303, "/sv/lists"));
    assert_page(&service.send("/sv/lists/map", "", &said), 422, "sv");
    assert_page(&service.send("/sv/lists/accept", "", &said), 422, "sv");
}

#[test]
fn a_form_with_a_list_has_two_fields_and_no_more() {
    let service = Service::start(&[]);
    let list = "ref;yrke\nA1;Svetsare\n";
    for other in ["x", "list", ""] {
        let answer = service.upload_with(other, "1", "x.csv", list);
        assert_page(&answer, 400, "sv");
        assert!(answer.body.contains("fälten `list` och `sheet`"), "{}", answer.body);
    }
    for (sheet, said) in [(PERSONNUMMER, "personnummer"), (&*"b".repeat(200), "så långa namn")] {
        let answer = service.upload_with("sheet", sheet, "x.csv", list);
        assert_page(&answer, 422, "sv");
        assert!(answer.body.contains("href=\"#sheet\"") && answer.body.contains(said));
        assert!(!answer.body.contains(sheet), "{sheet}");
    }
}

#[test]
fn a_plan_that_is_asked_for_twice_is_one_and_its_faults_lead_to_their_fields() {
    let service = Service::start(&[]);
    let waiting = service.waiting("ref;yrke;status\nA1;Svetsare;uppsagd\nA2;Servitris;uppsagd\n");
    let accepted = service.send("/sv/lists/accept", "", &format!("waiting={waiting}"));
    let place = accepted.header("location").to_owned();
    let ask = |page: &str, order: &str| {
        let after = between(page, "name=\"after\" value=\"", "\"");
        service.send(&format!("{place}/plans"), "", &format!("after={after}&{order}"))
    };
    let page = service.answered(&place);
    let wrong = ask(&page, &format!("budget_kr=mycket&price_per_week_kr={PERSONNUMMER}"));
    assert_page(&wrong, 422, "sv");
    assert!(wrong.body.contains("<a href=\"#budget_kr\">Budget i kronor: skriv ett helt tal"));
    let refused = ask(&page, &format!("budget_kr=5&price_per_week_kr={PERSONNUMMER}"));
    assert!(
        refused.body.contains("href=\"#price_per_week_kr\"") && !refused.body.contains("640823")
    );
    let first = ask(&page, "budget_kr=50000");
    assert_eq!(first.status, 303, "{first:?}");
    assert_eq!(ask(&page, "budget_kr=50000").header("location"), first.header("location"));
    let other = ask(&page, "budget_kr=60000");
    assert_ne!(other.header("location"), first.header("location"), "another order is another plan");
    // Who comes back later and asks for the same means it.
    let later = ask(&service.answered(&place), "budget_kr=50000");
    assert_ne!(later.header("location"), first.header("location"));
    assert_eq!(service.answered(&place).matches("/sv/plans/").count(), 3);
}

#[test]
fn a_plan_is_ordered_by_number_and_its_workbook_is_in_the_language_of_the_page() {
    let service = Service::start(&[]);
    let list =
        "ref;yrke;status\nA10;Svetsare;uppsagd\nA2;Servitris;uppsagd\nA1;Lagerarbetare;uppsagd\n";
    let waiting = service.waiting(list);
    let accepted = service.send("/sv/lists/accept", "", &format!("waiting={waiting}"));
    let place = accepted.header("location").to_owned();
    let page = service.answered(&place);
    assert!(between(&page, "<h1>", "</h1>").contains("3 rader"), "{page}");
    let after = between(&page, "name=\"after\" value=\"", "\"");
    let asked = format!("after={after}&budget_kr=0");
    let asked = service.send(&format!("{place}/plans"), "", &asked);
    let plan = asked.header("location").to_owned();
    let page = service.answered(&plan);
    let people = between(&page, "id=\"placed\"", "</section>");
    let places = ["A1", "A2", "A10"].map(|one| people.find(&format!(">{one}</th>")).unwrap());
    assert!(places.is_sorted(), "{people}");
    assert!(!page.contains(" 1 platser"), "{page}");
    let kept = service.get(&plan.replace("/sv/plans/", "/v1/cohort-plans/")).json();
    for person in kept["plan"]["assignments"].as_array().unwrap() {
        let reference = person["ref"].as_str().unwrap();
        let row = between(people, &format!(">{reference}</th>"), "</tr>");
        let way = &person["way"];
        assert_eq!(way["courses"].as_array().unwrap().is_empty(), way["without"].is_string());
        let said = match way["without"].as_str() {
            Some("not_needed") => "ingen behövs",
            Some("none_known") => "ingen känd kurs",
            Some(_) => "ingen i planen",
            None => "",
        };
        assert!(row.contains(said), "{row}");
        assert_eq!(row.contains("ingen behövs"), way["without"] == "not_needed", "{row}");
    }
    assert!(people.contains("ingen känd kurs") && people.contains("ingen i planen"), "{people}");
    let sheet = |place: &str| {
        let answer = service.get(&format!("{place}/table"));
        assert!(answer.header("content-disposition").contains("filename=\"plan-20"));
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(answer.bytes)).unwrap();
        let rows = book.worksheet_range("Plan").unwrap();
        rows.rows()
            .map(|row| row.iter().map(ToString::to_string).collect())
            .collect::<Vec<Vec<_>>>()
    };
    let swedish = sheet(&plan);
    assert_eq!(swedish[0][..4], ["Referens", "Låst", "Slag", "Yrke"]);
    assert!(swedish.iter().any(|row| row[2] == "i planen" && row[16] == "utkast"), "{swedish:?}");
    let mut references: Vec<&str> = swedish[1..].iter().map(|row| row[0].as_str()).collect();
    references.dedup();
    assert_eq!(references, ["A1", "A2", "A10"]);
    let keys = ["planned", "alternative", "no_place", "hospitality", "draft"];
    assert!(!swedish.iter().flatten().any(|cell| keys.contains(&cell.as_str())), "{swedish:?}");
    assert_eq!(sheet(&plan.replace("/sv/", "/en/"))[0][..2], ["ref", "locked"]);
}

#[test]
fn an_empty_form_leads_to_a_field_and_nothing_is_taken_for_given() {
    let service = Service::start(&[]);
    let empty = service.send("/sv/person/paths", "", "title=&skills=&status=uppsagd");
    assert_page(&empty, 422, "sv");
    assert!(empty.body.contains("<a href=\"#title\">"), "{}", empty.body);
    let unknown = service.send("/sv/person/paths", "", "title=qwxz").body;
    assert!(unknown.contains("Vi förstod för lite"), "{unknown}");
    let choices = unknown.contains("type=\"radio\"");
    assert_eq!(unknown.contains("Välj bland förslagen ovan"), choices, "{unknown}");
    let paths = service.send("/sv/person/paths", "", "title=svetsare").body;
    assert!(paths.contains("antaget, 40 h/vecka") && !paths.contains("som angivet"), "{paths}");
    let given = service.send("/sv/person/paths", "", "title=svetsare&hours_per_week=20").body;
    assert!(given.contains("som angivet, 20 h/vecka"), "{given}");
    assert!(!service.get("/sv/about").body.contains("starter set"));
    let english = service.send("/en/person/paths", "", "title=servitris").body;
    let single: Vec<&str> = english.split("One course").skip(1).collect();
    assert!(!single.is_empty() && single.iter().all(|rest| !rest[..60].contains("which give ")));
}

#[test]
fn what_was_read_unsurely_stays_so_until_somebody_chooses() {
    let service = Service::start(&[]);
    let page = service.send("/sv/person/paths", "", "title=underhållsmek.").body;
    let choice = between(&page, "osäkert, välj gärna", "</fieldset>");
    assert!(choice.contains("type=\"radio\"") && !choice.contains(" checked"), "{choice}");
    let sheet = between(&page, "name=\"target\" value=\"", "\"");
    let sheet = format!("title=underhållsmek.&target={sheet}");
    assert!(service.send("/sv/person/page", "", &sheet).body.contains("(osäkert läst)"));
    // Whoever chooses has chosen, and it stays chosen.
    let pick = between(choice, "value=\"", "\"").replace('|', "%7C");
    let page = service.send("/sv/person/paths", "", &format!("title=underhållsmek.&pick-0={pick}"));
    assert!(!page.body.contains("osäkert, välj gärna"), "{}", page.body);
    assert!(page.body.contains(" checked"));
}

#[test]
fn an_answer_has_an_address_that_can_be_come_back_to_and_tells_nothing() {
    let service = Service::start(&[]);
    let sent = "title=svetsare&skills=svetsning&weekdays=mon&weekdays=tue&last_day=2027-06-30";
    let put = service.put("/sv/person/paths", "", sent);
    assert_eq!(put.status, 303);
    let address = put.header("location").to_owned();
    let name = address.strip_prefix("/sv/person/paths?of=").unwrap();
    assert!(name.len() == 32 && name.bytes().all(|byte| byte.is_ascii_hexdigit()), "{address}");
    assert_ne!(service.put("/sv/person/paths", "", sent).header("location"), address);
    let answer = service.get(&address);
    assert_page(&answer, 200, "sv");
    for day in ["mon", "tue"] {
        assert!(answer.body.contains(&format!("name=\"weekdays\" value=\"{day}\"")), "{day}");
    }
    // Going back or reading it again is the same page, also after another one of the same person.
    assert_eq!(service.send("/sv/person/explore", "", sent).status, 200);
    assert_eq!(service.get(&address).body, answer.body);
    // What the service makes itself is none of it.
    let made =
        service.send("/sv/person/paths", "", &format!("{sent}&key=kn_x&waiting={PERSONNUMMER}"));
    assert_page(&made, 200, "sv");
    assert!(!made.body.contains("kn_x") && !made.body.contains("640823"));
    // The form is filled in with it, in each language.
    let form = service.get(&format!("/en/person?of={name}"));
    assert_page(&form, 200, "en");
    assert!(form.body.contains("value=\"svetsare\"") && form.body.contains("2027-06-30"));
    // What is gone is said to be gone, on the form.
    for gone in ["0".repeat(32), String::new(), "%3Cb%3E".to_owned()] {
        let page = service.get(&format!("/sv/person/paths?of={gone}"));
        assert_page(&page, 410, "sv");
        assert!(page.body.contains("id=\"errors\"") && page.body.contains("id=\"title\""));
        assert!(!page.body.contains("<b>"));
    }
}

#[test]
fn a_question_is_its_own_keys_and_nobody_elses() {
    let (folder, service, key) = keyed();
    let keys = folder.path().join("keys.csv");
    let signed_in = |service: &Service, key: &str| {
        let signed = service.send("/sv/sign-in", "", &format!("key={key}"));
        format!("cookie: {}\r\n", signed.header("set-cookie").split(';').next().unwrap())
    };
    drop(service);
    let made = run(&["keys", "add", "--role", "adviser", "--name", "bo", "--keys", text(&keys)]);
    let other = made.success();
    let other = other.split_whitespace().find(|word| word.starts_with("kn_")).unwrap();
    let service = Service::start(&["--keys", text(&keys)]);
    let [anna, bo] = [&key, other].map(|key| signed_in(&service, key));
    let address = service.put("/sv/person/paths", &anna, "title=svetsare");
    let line = format!("GET {}", address.header("location"));
    assert_page(&ask(service.address, &line, &anna, b""), 200, "sv");
    assert_page(&ask(service.address, &line, &bo, b""), 410, "sv");
    assert_eq!(ask(service.address, &line, "", b"").header("location"), "/sv/sign-in");
    // Who signs out has left nothing to go back to, whoever signs in with the same key.
    assert_eq!(service.put("/sv/sign-out", &anna, "").status, 303);
    assert_eq!(ask(service.address, &line, &anna, b"").header("location"), "/sv/sign-in");
    let again = signed_in(&service, &key);
    assert_page(&ask(service.address, &line, &again, b""), 410, "sv");
}

#[test]
fn a_comparison_stands_in_the_order_of_the_paths() {
    let service = Service::start(&[]);
    let paths = service.send("/sv/person/paths", "", "title=servitris").body;
    let boxes = paths.split("name=\"compare\" value=\"").skip(1).take(3);
    let mut ids: Vec<&str> = boxes.map(|rest| rest.split('"').next().unwrap()).collect();
    let compared = |ids: &[&str]| {
        let ticked = ids.join("&compare=");
        let sent = format!("title=servitris&compare={ticked}");
        let page = service.send("/sv/person/compare", "", &sent);
        assert_page(&page, 200, "sv");
        let kept = page.body.split("name=\"compare\" value=\"").skip(1);
        kept.take(3).map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(compared(&ids), ids);
    ids.reverse();
    assert_eq!(compared(&ids), ids);
}

#[test]
fn what_is_in_the_way_is_what_the_interface_says_of_it() {
    let service = Service::start(&[]);
    let sent = "title=servitris&weeks_left=3&min_wage=30000";
    let page = service.send("/sv/person/explore", "", sent);
    assert_page(&page, 200, "sv");
    let asked = json!({"titles": ["servitris"], "weeks_left": 3, "limits": {"min_wage": 30_000}});
    let doors = post(service.address, "/v1/counterfactuals", &asked.to_string()).json();
    let doors = doors["doors"].as_array().unwrap();
    assert!(!doors.is_empty());
    for door in doors {
        let id = door["id"].as_str().unwrap();
        assert!(page.body.contains(&format!("name=\"target\" value=\"{id}\"")), "{id}");
    }
    let articles = page.body.split("aria-labelledby=\"near-").count() - 1;
    assert_eq!(articles, doors.len());
    let asked = service.send("/sv/person/explore", "", &format!("{sent}&wanted=bartender"));
    assert!(asked.body.contains("id=\"asked\"") && asked.body.contains("id=\"near\""));
    let unknown = service.send("/sv/person/explore", "", &format!("{sent}&wanted=qwxz"));
    assert!(!unknown.body.contains("id=\"asked\"") && unknown.body.contains("qwxz"));
    let english = service.send("/en/person/explore", "", "title=qwxz");
    assert_page(&english, 200, "en");
    assert_eq!(english.body.matches("Too little was understood").count(), 2);
    assert_eq!(service.get("/sv/person/explore").status, 303);
    let faulty = service.send("/sv/person/explore", "", "title=servitris&max_weeks=-1");
    assert_page(&faulty, 422, "sv");
}

#[test]
fn suggestions_are_asked_for_by_post_and_nothing_typed_stands_in_an_address() {
    let service = Service::start(&[]);
    let suggest = |body: &str| service.send("/sv/suggest", "", body);
    let found = suggest("about=occupations&q=svetsa");
    assert_eq!((found.status, found.header("cache-control")), (200, "no-store"));
    let found = found.json();
    assert!(found[0]["label"].as_str().unwrap().to_lowercase().contains("svets"), "{found}");
    assert!(found[0]["id"].as_str().unwrap().contains("/occupation/"), "{found}");
    let skills = suggest("about=skills&q=truck").json();
    assert!(skills[0]["id"].as_str().unwrap().contains("/skill/"), "{skills}");
    for nothing in ["about=occupations", "about=skills&q=", &format!("q=svetsare {PERSONNUMMER}")] {
        assert_eq!(suggest(nothing).body, "[]");
    }
    assert_eq!(service.get("/sv/suggest?q=svetsa").status, 405);
    assert_eq!(service.send("/sv/suggest", "origin: https://example.org\r\n", "q=x").status, 403);
    let script = service.get("/static/page.js").body;
    assert!(!script.contains("/v1/") && !script.contains("?$"), "{script}");
    assert!(!service.get("/sv/person").body.contains("/v1/"));
}

/// A service with a key of an adviser.
fn keyed() -> (tempfile::TempDir, Service, String) {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.csv");
    let made = run(&["keys", "add", "--role", "adviser", "--name", "anna", "--keys", text(&keys)]);
    let made = made.success();
    let key = made.split_whitespace().find(|word| word.starts_with("kn_")).unwrap().to_owned();
    let service = Service::start(&["--keys", text(&keys)]);
    (folder, service, key)
}

#[test]
fn what_was_written_is_still_there_after_signing_in_again() {
    let (_folder, service, key) = keyed();
    let sent = format!("title=svetsare&weekdays=mon&weekdays=tue&skills={PERSONNUMMER}");
    let asked = service.send("/sv/person/paths", "", &sent);
    assert_page(&asked, 401, "sv");
    assert!(asked.body.contains("name=\"sent-title\" value=\"svetsare\""), "{}", asked.body);
    assert!(
        asked.body.contains("personnummer. Det är borttaget") && !asked.body.contains("640823")
    );
    // The other language keeps it, too, and so does a wrong key; no key is kept.
    let along = "to=/person/paths&sent-title=svetsare&sent-weekdays=mon&sent-weekdays=tue";
    let other = service.send("/en/sign-in", "", along);
    assert_page(&other, 200, "en");
    let wrong = service.send("/sv/sign-in", "", &format!("{along}&key=kn_wrong"));
    assert_page(&wrong, 422, "sv");
    for page in [&other, &wrong] {
        assert!(page.body.contains("name=\"sent-title\" value=\"svetsare\""), "{}", page.body);
        assert!(!page.body.contains("kn_wrong"));
    }
    let signed = service.send("/sv/sign-in", "", &format!("{along}&key={key}"));
    assert_page(&signed, 200, "sv");
    assert!(!signed.body.contains(&key) && signed.header("location").is_empty());
    let form = between(&signed.body, "action=\"/sv/person/paths\"", "</form>");
    assert!(form.contains("name=\"title\" value=\"svetsare\""), "{form}");
    assert_eq!(form.matches("name=\"weekdays\"").count(), 2, "{form}");
    let own = signed.header("set-cookie").split(';').next().unwrap().to_owned();
    let own = format!("cookie: {own}\r\n");
    let paths = service.send("/sv/person/paths", &own, "title=svetsare&weekdays=mon");
    assert_page(&paths, 200, "sv");
    // A form leads nowhere but to pages, and a form of another site is not kept at all.
    for elsewhere in ["//example.org", "https://example.org", "/person\"x", PERSONNUMMER] {
        let body = format!("to={elsewhere}&sent-title=svetsare&key={key}");
        let answer = service.send("/sv/sign-in", "", &body);
        assert!(!answer.body.contains("action=\"https") && !answer.body.contains("action=\"//"));
        assert!(!answer.body.contains("640823"));
    }
    let foreign = service.send("/sv/person/paths", "origin: https://example.org\r\n", "title=x");
    assert_page(&foreign, 403, "sv");
    // The script is told so plainly.
    assert_eq!(service.send("/sv/suggest", "", "q=svets").status, 401);
    assert_eq!(service.send("/sv/suggest", &own, "q=svets").status, 200);
}

#[test]
fn a_key_that_may_not_and_a_form_of_another_site_are_told_apart() {
    let (_folder, service, key) = keyed();
    let signed = service.send("/sv/sign-in", "", &format!("key={key}"));
    let own = format!("cookie: {}\r\n", signed.header("set-cookie").split(';').next().unwrap());
    let forbidden = service.send("/sv/lists/accept", &own, "waiting=x");
    assert_page(&forbidden, 403, "sv");
    assert!(forbidden.body.contains("nyckel") && !forbidden.body.contains("webbplats"));
    for foreign in ["origin: https://example.org\r\n", "sec-fetch-site: cross-site\r\n"] {
        let answer = service.send("/sv/person/paths", &format!("{own}{foreign}"), "title=x");
        assert_page(&answer, 403, "sv");
        assert!(answer.body.contains("annan webbplats") && !answer.body.contains("Din nyckel"));
    }
}

#[test]
fn who_has_a_key_signs_in_and_does_what_the_key_allows() {
    let (_folder, service, key) = keyed();
    for page in ["/sv/person", "/sv/lists", "/sv/plans/x"] {
        assert_eq!(service.get(page).header("location"), "/sv/sign-in", "{page}");
    }
    let upload = service.upload("x.csv", "ref;yrke\nA1;Svetsare\n");
    assert_eq!(upload.header("location"), "/sv/sign-in", "a file is not kept");
    assert_page(&service.get("/sv/sign-in"), 200, "sv");
    assert_page(&service.send("/en/sign-in", "", "key=kn_wrong"), 422, "en");
    let signed = service.send("/sv/sign-in", "x-forwarded-proto: https\r\n", &format!("key={key}"));
    assert_eq!((signed.status, signed.header("location")), (303, "/sv"));
    let cookie = signed.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(&key));
    let own = format!("cookie: a=b; {}\r\n", cookie.split(';').next().unwrap());
    let with = |line: &str, body: &str| {
        ask(service.address, line, &format!("{FORM}{own}"), body.as_bytes())
    };
    assert_page(&with("GET /sv/person", ""), 200, "sv");
    assert!(with("GET /sv/person", "").body.contains("anna"));
    assert_eq!(with("GET /v1/occupations?q=svetsare", "").status, 200);
    assert_eq!(
        with("POST /v1/recommendations", "{}").status,
        401,
        "a cookie opens no POST of the interface"
    );
    assert_page(&with("POST /sv/lists/accept", "waiting=x"), 403, "sv");
    assert_page(&with("POST /sv/lists/x/delete", ""), 403, "sv");
    assert_eq!(with("POST /sv/sign-out", "").status, 303);
    assert_eq!(with("GET /sv/person", "").header("location"), "/sv/sign-in");
}
