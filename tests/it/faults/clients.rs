//! Clients that are slow, that send a byte at a time, that go away: whoever else asks is answered.
//! Who never reads, and how many connections there may be, is tested in `api`.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    thread,
    time::{Duration, Instant},
};

use kompetensnav::api::Settings;

use super::Tried;
use crate::{
    api::Server,
    client::{connect, get, post},
};

/// Sends a byte at a time until the other side has enough; whether it did before so long.
fn cut_off(mut stream: TcpStream, text: &[u8], most: Duration) -> bool {
    let begun = Instant::now();
    stream.set_read_timeout(Some(Duration::from_millis(1))).unwrap();
    let mut bytes = text.iter().cycle();
    while begun.elapsed() < most {
        let sent = stream.write_all(&[*bytes.next().unwrap()]);
        let mut answer = [0; 512];
        match stream.read(&mut answer) {
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {}
            Ok(_) | Err(_) => return true,
        }
        if sent.is_err() {
            return true;
        }
        thread::sleep(Duration::from_millis(40));
    }
    false
}

#[test]
fn who_sends_a_byte_at_a_time_is_cut_off_and_holds_nobody_up() {
    let mut tried = Tried::new("clients that drip");
    let settings = Settings {
        header_time: Duration::from_millis(700),
        body_time: Duration::from_millis(700),
        upload_time: Duration::from_millis(900),
        ..Settings::default()
    };
    let server = Server::start(settings);
    let json = "content-type: application/json\r\ncontent-length: 60000\r\n\r\n{\"titles\": [\"";
    let table = "content-type: text/csv\r\ncontent-length: 9000000\r\n\r\nref;yrke\n";
    let chunks = "content-type: text/csv\r\ntransfer-encoding: chunked\r\n\r\n";
    let host = "HTTP/1.1\r\nhost: localhost\r\n";
    let cases = [
        (
            "a head",
            String::new(),
            "GET /v1/meta HTTP/1.1\r\nx-a: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
        ),
        ("endless heads", format!("GET /v1/meta {host}"), "x-a: b\r\n"),
        ("a body", format!("POST /v1/recommendations {host}{json}"), "a"),
        ("a list", format!("POST /v1/batches {host}{table}"), "A;kock\n"),
        ("chunks of a list", format!("POST /v1/intake {host}{chunks}"), "1\r\na\r\n"),
        (
            "the form of a page",
            format!(
                "POST /sv/person {host}content-type: application/x-www-form-urlencoded\r\ncontent-length: 9000\r\n\r\n"
            ),
            "a=b&",
        ),
    ];
    thread::scope(|scope| {
        let slow: Vec<_> = cases
            .iter()
            .flat_map(|case| (0..8).map(move |_| case))
            .map(|(what, head, drip)| {
                let mut stream = connect(server.address);
                scope.spawn(move || {
                    stream.write_all(head.as_bytes()).unwrap();
                    (*what, cut_off(stream, drip.as_bytes(), Duration::from_secs(15)))
                })
            })
            .collect();
        for _ in 0..20 {
            assert_eq!(post(server.address, "/v1/resolve", "{}").status, 200);
            thread::sleep(Duration::from_millis(20));
        }
        for client in slow {
            let (what, cut) = client.join().unwrap();
            tried.count(what, if cut { "cut off" } else { "NEVER CUT OFF" });
        }
    });
    assert_eq!(tried.times("NEVER CUT OFF"), 0);
    assert_eq!(get(server.address, "/livez").status, 200);
}

#[test]
fn who_goes_away_in_the_middle_leaves_nothing_behind() {
    let mut tried = Tried::new("clients that go away");
    let server = Server::start(Settings::default());
    let body = r#"{"titles": ["svetsare"], "skills": ["svetsa metall"]}"#;
    for cut in (0..400).step_by(3) {
        let whole = format!(
            "POST /v1/recommendations HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n\r\n{body}",
            body.len()
        );
        let mut stream = connect(server.address);
        stream.write_all(&whole.as_bytes()[..cut.min(whole.len())]).unwrap();
        drop(stream);
        tried.count("a request that breaks off", "nothing");
    }
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let told = get(server.address, "/metrics").body;
        let line = told.lines().find(|line| line.starts_with("kompetensnav_connections"));
        // This question is on a connection as well.
        if line.is_some_and(|line| line.ends_with(" 1")) {
            break;
        }
        assert!(Instant::now() < until, "{line:?}");
        thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(post(server.address, "/v1/recommendations", body).status, 200);
}
