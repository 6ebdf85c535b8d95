//! Bodies and queries to every route over a real socket: no answer is a 5xx, and none is missing.
#![no_main]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{SocketAddr, TcpStream},
    sync::{Arc, LazyLock, Mutex, mpsc},
    thread,
};

use kompetensnav::{
    api::{self, Service, Settings},
    dataset::starter,
    engine::Engine,
    hub::Hub,
    index::Index,
    model::{self, Ranker},
    store::{Store, Terms},
};
use kompetensnav_fuzz::{choose, let_calamine_panic};
use libfuzzer_sys::fuzz_target;
use tokio::{net::TcpListener, runtime};

const ROUTES: [&str; 24] = [
    "POST /v1/recommendations", "POST /v1/gaps", "POST /v1/resolve", "POST /v1/windows",
    "POST /v1/routes", "POST /v1/counterfactuals", "POST /v1/compare", "POST /v1/overrides",
    "POST /v1/notice-forecasts", "POST /v1/intake", "POST /v1/batches", "POST /v1/cohort-plans",
    "POST /v1/signals", "POST /v1/people/export", "POST /v1/people/erase", "POST /sv/person/paths",
    "POST /en/person/compare", "POST /sv/lists/read", "POST /sv/lists/map", "POST /en/lists/accept",
    "GET /v1/skills?", "GET /v1/courses?", "GET /v1/occupations?", "GET /sv/person?",
];
const KINDS: [&str; 8] = [
    "application/json", "text/csv", "application/xml", "application/x-ndjson", "text/plain",
    "application/x-www-form-urlencoded", "multipart/form-data; boundary=X",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
];

static ADDRESS: LazyLock<SocketAddr> = LazyLock::new(|| {
    let dataset = starter::dataset().expect("the starter set");
    let trained = model::train(&dataset, Ranker::shipped().expect("shipped")).expect("trained");
    let index = Index::build_in_memory(&dataset).expect("built");
    let store = Store::in_memory(Terms { days: 1, waiting: 1_000_000 }).expect("made");
    let hub = Hub::new(Arc::new(Engine::new(dataset, trained)), index, store).expect("a hub");
    let service = Service::new(Arc::new(hub), None, Settings::default()).expect("a service");
    let (tell, told) = mpsc::channel();
    thread::spawn(move || {
        let runtime = runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        runtime.expect("threads").block_on(async {
            let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
            tell.send(listener.local_addr().expect("it")).expect("it is waited for");
            api::serve(listener, Arc::new(service), std::future::pending()).await
        })
    });
    told.recv().expect("it listens")
});
static CONNECTION: Mutex<Option<BufReader<TcpStream>>> = Mutex::new(None);

/// Sends a request on the open connection, or on a new one; the status. In one piece: of two, the second
/// would wait until the first is acknowledged.
fn ask(request: &[u8]) -> std::io::Result<u16> {
    let mut held = CONNECTION.lock().expect("one thread");
    let mut stream = match held.take() {
        Some(open) => open,
        None => {
            let stream = TcpStream::connect(*ADDRESS)?;
            stream.set_nodelay(true)?;
            BufReader::new(stream)
        }
    };
    stream.get_mut().write_all(request)?;
    let (mut status, mut length, mut chunked, mut last) = (0, 0_u64, false, false);
    loop {
        let mut line = String::new();
        if stream.read_line(&mut line)? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
        let line = line.trim_end().to_lowercase();
        if line.is_empty() && status >= 200 {
            break;
        }
        if let Some(code) = line.strip_prefix("http/1.1 ") {
            status = code[..3].parse().expect("a status");
        }
        if let Some(bytes) = line.strip_prefix("content-length: ") {
            length = bytes.parse().expect("a length");
        }
        chunked |= line == "transfer-encoding: chunked";
        last |= line == "connection: close";
    }
    if chunked || last {
        // Rare: a new connection next time.
        return Ok(status);
    }
    std::io::copy(&mut stream.by_ref().take(length), &mut std::io::sink())?;
    *held = Some(stream);
    Ok(status)
}

fuzz_target!(init: let_calamine_panic(), |data: &[u8]| {
    let Some((route, rest)) = choose(data, &ROUTES) else { return };
    let Some((kind, body)) = choose(rest, &KINDS) else { return };
    let (line, body) = match route.strip_suffix('?') {
        Some(_) => {
            let sent: String = body.iter().map(|byte| format!("%{byte:02x}")).collect();
            // What names are tried is told by the seeds.
            let names = ["q=", "q=a&lang=", "limit=", "cursor=", "ssyk=", "place=", "min_weeks="];
            let name = names[body.len() % names.len()];
            (format!("{route}{name}{sent}"), &[][..])
        }
        None => ((*route).to_owned(), body),
    };
    if line.len() > 6_000 {
        return;
    }
    let length = body.len();
    let head = format!(
        "{line} HTTP/1.1\r\nhost: localhost\r\ncontent-type: {kind}\r\ncontent-length: {length}\r\n\r\n"
    );
    let request = [head.as_bytes(), body].concat();
    let status = ask(&request).or_else(|_closed| ask(&request)).expect("an answer");
    // 503: the service says that it is busy, or that the waiting lists are too many.
    assert!(status < 500 || status == 503, "{line}: {status}");
});
