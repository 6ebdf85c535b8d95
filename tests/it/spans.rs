//! Spans, as a collector gets them. The feature `otel` brings them, and these tests.

use std::{
    collections::BTreeSet,
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpListener, TcpStream},
    process::Command,
    sync::{Arc, Mutex},
    thread,
};

use crate::{
    client::{ask, get},
    hub::Service,
    program::command,
};

const ENDPOINT: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";
const TRACE: u128 = 0x4bf9_2f35_77b3_4da6_a3ce_929d_0e0e_4736;
const CALLER: u128 = 0x00f0_67aa_0ba9_02b7;

fn serve(collector: Option<SocketAddr>) -> Command {
    let mut command = command(&["serve", "--listen", "127.0.0.1:0"]);
    command.env_remove(ENDPOINT);
    if let Some(address) = collector {
        command.env(ENDPOINT, format!("http://{address}"));
    }
    command
}

/// Takes what is sent to it, over real sockets.
struct Collector {
    address: SocketAddr,
    bodies: Arc<Mutex<Vec<Vec<u8>>>>,
}

impl Collector {
    fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let bodies = Arc::<Mutex<Vec<Vec<u8>>>>::default();
        let got = Arc::clone(&bodies);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let (got, mut stream) = (Arc::clone(&got), BufReader::new(stream.unwrap()));
                thread::spawn(move || {
                    while let Some(body) = request(&mut stream) {
                        got.lock().unwrap().push(body);
                        let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n";
                        stream.get_mut().write_all(answer).unwrap();
                    }
                });
            }
        });
        Self { address, bodies }
    }
}

/// The body of a batch of spans; `None` at the end of the connection.
fn request(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        if stream.read_line(&mut head).unwrap() == 0 {
            return None;
        }
    }
    let head = head.to_lowercase();
    assert!(head.starts_with("post /v1/traces http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\ncontent-type: application/x-protobuf\r\n"), "{head}");
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    let mut body = vec![0; length.parse().unwrap()];
    stream.read_exact(&mut body).unwrap();
    Some(body)
}

/// Fields of a protobuf message that are messages, texts or bytes, with their numbers.
fn fields(mut message: &[u8]) -> Vec<(u64, &[u8])> {
    fn read(message: &mut &[u8]) -> u64 {
        let mut number = 0;
        for shift in (0..).step_by(7) {
            let (byte, rest) = message.split_first().unwrap();
            *message = rest;
            number |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                break;
            }
        }
        number
    }
    let mut fields = Vec::new();
    while !message.is_empty() {
        let tag = read(&mut message);
        let length = match tag & 7 {
            0 => {
                read(&mut message);
                continue;
            }
            1 => 8,
            5 => 4,
            _ => usize::try_from(read(&mut message)).unwrap(),
        };
        let (field, rest) = message.split_at(length);
        message = rest;
        if tag & 7 == 2 {
            fields.push((tag >> 3, field));
        }
    }
    fields
}

/// What a message holds under one of these numbers.
fn held(message: &[u8], number: u64) -> impl Iterator<Item = &[u8]> {
    fields(message).into_iter().filter(move |field| field.0 == number).map(|field| field.1)
}

fn word(message: &[u8], number: u64) -> String {
    String::from_utf8(held(message, number).next().unwrap_or_default().to_vec()).unwrap()
}

fn number(message: &[u8], number: u64) -> u128 {
    held(message, number).flatten().fold(0, |read, byte| (read << 8) | u128::from(*byte))
}

/// A span by the numbers of OpenTelemetry's `trace.proto`; no parent is 0.
#[derive(Debug)]
struct Span {
    trace: u128,
    id: u128,
    parent: u128,
    name: String,
    keys: BTreeSet<String>,
}

fn spans(body: &[u8]) -> Vec<Span> {
    let scopes: Vec<&[u8]> = held(body, 1).flat_map(|of_resource| held(of_resource, 2)).collect();
    let spans = scopes.into_iter().flat_map(|scope| held(scope, 2));
    let read = |span: &[u8]| {
        assert_eq!(held(span, 11).count(), 0, "a log line came along as an event");
        Span {
            trace: number(span, 1),
            id: number(span, 2),
            parent: number(span, 4),
            name: word(span, 5),
            keys: held(span, 9).map(|attribute| word(attribute, 1)).collect(),
        }
    };
    spans.map(read).collect()
}

/// Asks for a worker and for what is not there, and stops. Returns the log.
fn asked(collector: &Collector) -> String {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::of(serve(Some(collector.address)), folder.path());
    let (address, log) = (service.address, service.log.clone());
    let headers = format!(
        "content-type: application/json\r\ntraceparent: 00-{TRACE:032x}-{CALLER:016x}-01\r\n\
         tracestate: vendor=hemlig\r\nx-request-id: hemlig-1\r\n"
    );
    let worker = r#"{"ref": "hemlig-7", "titles": ["Servitris", "Hemlig titel"], "municipality": "Mölndal"}"#;
    let line = "POST /v1/recommendations?paths=3";
    let told = ask(address, line, &headers, worker.as_bytes());
    assert_eq!(told.status, 200, "{told:?}");
    for target in ["/v1/skills?q=hemlig", "/v1/occupations/hemlig", "/hemlig", "/v1/batches/hemlig"]
    {
        get(address, target);
    }
    ask(address, "HEMLIG /v1/skills", "", b"");
    service.stop();
    fs::read_to_string(log).unwrap()
}

#[test]
fn a_collector_gets_the_steps_of_a_request_and_no_word_of_the_worker() {
    let collector = Collector::start();
    let log = asked(&collector);
    // What is not sent before is sent at the end.
    let bodies = collector.bodies.lock().unwrap();
    let sent = bodies.concat();
    let text = String::from_utf8_lossy(&sent).to_lowercase();
    for word in ["hemlig", "servitris", "mölndal", "paths="] {
        assert!(!text.contains(word), "{word}: {text}");
    }
    let resource = held(&bodies[0], 1).flat_map(|of| held(of, 1)).next().unwrap();
    let said: Vec<(String, String)> = held(resource, 1)
        .map(|pair| (word(pair, 1), word(held(pair, 2).next().unwrap(), 1)))
        .collect();
    let version = ("service.version", env!("KOMPETENSNAV_VERSION"));
    for (key, value) in [("service.name", "kompetensnav"), version] {
        assert!(said.contains(&(key.to_owned(), value.to_owned())), "{said:?}");
    }

    let all: Vec<Span> = bodies.iter().flat_map(|body| spans(body)).collect();
    let of = |name: &str| {
        let found = all.iter().find(|span| span.name == name);
        found.unwrap_or_else(|| panic!("no {name} in {all:#?}"))
    };
    let asked = of("POST /v1/recommendations");
    assert_eq!((asked.trace, asked.parent), (TRACE, CALLER), "{all:#?}");
    assert_eq!(of("work").parent, asked.id);
    for step in ["resolve", "rank", "window", "explain"] {
        assert_eq!((of(step).trace, of(step).parent), (TRACE, of("work").id), "{step}: {all:#?}");
    }
    assert_eq!(of("GET /v1/skills").parent, 0);
    for name in ["GET /v1/occupations/{id}", "GET -", "GET /v1/batches/{id}", "- /v1/skills"] {
        of(name);
    }
    let keys: BTreeSet<&str> = all.iter().flat_map(|span| &span.keys).map(|key| &**key).collect();
    let known = ["http.request.method", "http.response.status_code", "http.route"];
    assert_eq!(Vec::from_iter(keys), known);

    assert!(log.contains("spans are sent"), "{log}");
    let line = log.lines().find(|line| line.contains("/v1/recommendations")).unwrap();
    assert!(line.contains(&format!("\"trace_id\":\"{TRACE:032x}\"")), "{line}");
}

/// More than the queue holds, to a collector that never answers, and to one that is not there.
#[test]
fn a_collector_that_is_down_keeps_nobody_from_an_answer() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let gone = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    for (collector, said) in [
        (silent.local_addr().unwrap(), "not all spans could be sent"),
        (gone, "HTTP export failed"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        let mut serve = serve(Some(collector));
        serve.env("OTEL_BSP_MAX_QUEUE_SIZE", "8").env("OTEL_BSP_MAX_EXPORT_BATCH_SIZE", "2");
        let service = Service::of(serve, folder.path());
        for _ in 0..40 {
            assert_eq!(get(service.address, "/v1/meta").status, 200);
        }
        // It ends by itself, whatever the collector does.
        let log = service.log.clone();
        service.stop();
        let log = fs::read_to_string(log).unwrap();
        assert!(log.contains(said) && !log.contains("panic"), "{log}");
    }
}

#[test]
fn spans_go_nowhere_unless_a_collector_is_named_and_never_over_tls() {
    let folder = tempfile::tempdir().unwrap();
    let service = Service::of(serve(None), folder.path());
    let log = service.log.clone();
    service.stop();
    let log = fs::read_to_string(log).unwrap();
    assert!(log.contains("no spans are sent: OTEL_EXPORTER_OTLP_ENDPOINT is not set"), "{log}");

    let ran = serve(None).env(ENDPOINT, "https://127.0.0.1:4318").output().unwrap();
    let said = String::from_utf8(ran.stderr).unwrap();
    assert!(!ran.status.success() && said.contains(ENDPOINT) && said.contains("http://"), "{said}");
}
