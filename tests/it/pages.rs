//! The adviser's pages over a real socket: addresses, languages, headers, refusals, keys. How they look and feel
//! is tested in a browser: `tests/browser`.

use std::{
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    process::{Child, Stdio},
};

use crate::{
    client::{Answer, ask, get},
    program::{command, run, text},
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

    fn send(&self, target: &str, headers: &str, body: &str) -> Answer {
        ask(self.address, &format!("POST {target}"), &format!("{FORM}{headers}"), body.as_bytes())
    }

    /// Sends a file as a browser's form does.
    fn upload(&self, name: &str, list: &str) -> Answer {
        let body = format!(
            "--cut\r\ncontent-disposition: form-data; name=\"sheet\"\r\n\r\n\r\n--cut\r\n\
             content-disposition: form-data; name=\"list\"; filename=\"{name}\"\r\n\
             content-type: text/csv\r\n\r\n{list}\r\n--cut--\r\n"
        );
        ask(self.address, "POST /sv/lists/read", UPLOAD, body.as_bytes())
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
            assert!(answer.body.contains(&format!("href=\"/{other}{page}\"")), "{page}");
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
        for page in ["/sv/person/paths", "/en/person", "/sv/person/compare", "/sv/person/page"] {
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
        "Referens;Roll;Kompetens\nA1;Svetsare;svetsning\nA2;Servitris;servering\nA3;x {PERSONNUMMER};\n"
    );
    let seen = service.upload(&format!("{PERSONNUMMER}.csv"), &list);
    assert_page(&seen, 200, "sv");
    assert!(seen.body.contains("2 av 3 rader") && !seen.body.contains("640823"), "{}", seen.body);
    assert!(service.get("/v1/batches").json()["items"].as_array().unwrap().is_empty());
    let waiting = between(&seen.body, "name=\"waiting\" value=\"", "\"").to_owned();
    let said = format!("waiting={waiting}&header-0=Roll&was-0=-&column-0=yrke");
    let corrected = service.send("/en/lists/map", "", &said);
    assert_page(&corrected, 200, "en");
    assert!(corrected.body.contains("you said so"), "{}", corrected.body);
    let accepted = service.send("/sv/lists/accept", "", &said);
    assert_eq!(accepted.status, 303, "{accepted:?}");
    let place = accepted.header("location").to_owned();
    assert_page(&service.get(&place), 200, "sv");
    assert_eq!(service.get("/v1/batches").json()["total"], 1);
    // What was accepted waits no more.
    assert_page(&service.send("/sv/lists/accept", "", &said), 422, "sv");
    assert_eq!(service.send(&format!("{place}/delete"), "", "").status, 303);
    assert_page(&service.get(&place), 404, "sv");
    assert_page(&service.upload("x.csv", "\u{0}\u{1}"), 422, "sv");
}

#[test]
fn who_has_a_key_signs_in_and_does_what_the_key_allows() {
    let folder = tempfile::tempdir().unwrap();
    let keys = folder.path().join("keys.csv");
    let made = run(&["keys", "add", "--role", "adviser", "--name", "anna", "--keys", text(&keys)]);
    let made = made.success();
    let key = made.split_whitespace().find(|word| word.starts_with("kn_")).unwrap();
    let service = Service::start(&["--keys", text(&keys)]);
    for page in ["/sv/person", "/sv/lists", "/sv/plans/x"] {
        assert_eq!(service.get(page).header("location"), "/sv/sign-in", "{page}");
    }
    assert_eq!(service.send("/sv/person/paths", "", "title=x").header("location"), "/sv/sign-in");
    assert_page(&service.get("/sv/sign-in"), 200, "sv");
    assert_page(&service.send("/en/sign-in", "", "key=kn_wrong"), 422, "en");
    let signed = service.send("/sv/sign-in", "x-forwarded-proto: https\r\n", &format!("key={key}"));
    assert_eq!((signed.status, signed.header("location")), (303, "/sv"));
    let cookie = signed.header("set-cookie");
    for part in ["HttpOnly", "SameSite=Strict", "Path=/", "Secure", "Max-Age=43200"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains(key));
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
