//! The guides and the program: examples of the interface are sent to a real service, the commands of a
//! guide are run, and both say what is shown.

use std::{
    collections::BTreeMap,
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::PathBuf,
    process::{Child, Stdio},
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::{
    client::{Answer, ask, get},
    program::command,
    tidy::{blocks, calls},
};

/// How long a busy service is asked again.
const PATIENCE: Duration = Duration::from_mins(1);
/// What stands for a value that an example leaves out.
const ANY: &str = "…";

fn docs() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs")
}

/// A service on the starter set that keeps nothing on disk; killed when it is dropped.
struct Service {
    child: Child,
    address: SocketAddr,
}

impl Service {
    fn start() -> Self {
        let mut child = command(&["serve", "--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let said = lines.find(|line| line.starts_with("Listening")).unwrap();
        let address = said.strip_prefix("Listening on http://").unwrap().parse().unwrap();
        Self { child, address }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ended = self.child.kill().and_then(|()| self.child.wait());
    }
}

/// A request and what comes back: of headers and JSON those that are shown.
struct Example {
    line: String,
    headers: String,
    body: String,
    status: u16,
    answered: Vec<(String, String)>,
    shown: Option<Value>,
}

impl Example {
    fn of(block: &str) -> Self {
        let (request, answer) = block
            .split_once("\nHTTP/1.1 ")
            .unwrap_or_else(|| panic!("an example without an answer: {block}"));
        let (head, body) = request.split_once("\n\n").unwrap_or((request, ""));
        let mut lines = head.trim_end().lines();
        let line = lines.next().unwrap().to_owned();
        let headers = lines.flat_map(|line| [line, "\r\n"]).collect();
        let (head, shown) = answer.split_once("\n\n").unwrap_or((answer, ""));
        let mut lines = head.lines();
        let status = lines.next().unwrap()[..3].parse().unwrap();
        let pair = |line: &str| {
            let (key, value) = line.split_once(": ").unwrap();
            (key.to_owned(), value.to_owned())
        };
        let answered = lines.map(pair).collect();
        let json = |text: &str| -> Value {
            serde_json::from_str(text).unwrap_or_else(|error| panic!("{error}: {block}"))
        };
        let shown = (!shown.trim().is_empty()).then(|| json(shown));
        Self { line, headers, body: body.to_owned(), status, answered, shown }
    }

    /// Sends it; again as long as the service is busy, or still at work on what is shown as done.
    fn send(&self, address: SocketAddr, values: &Values) -> Answer {
        let (line, body) = (values.put_into(&self.line), values.put_into(&self.body));
        let is_of_the_end = self.shown.as_ref().is_some_and(|shown| shown["state"] == "done");
        let until = Instant::now() + PATIENCE;
        loop {
            let answer = ask(address, &line, &self.headers, body.as_bytes());
            let is_busy = answer.status == 503 && self.status != 503;
            let is_at_work = is_of_the_end && answer.status == 200 && {
                let card = answer.json();
                card["state"] == "waiting" || card["state"] == "working"
            };
            if !is_busy && !is_at_work || Instant::now() > until {
                return answer;
            }
            thread::sleep(Duration::from_millis(50));
        }
    }

    /// What of the example is not so.
    fn differences(&self, answer: &Answer, values: &mut Values) -> Vec<String> {
        let mut all = Vec::new();
        if answer.status != self.status {
            all.push(format!("status {}: {}", answer.status, answer.body));
        }
        for (name, shown) in &self.answered {
            all.extend(values.text(shown, answer.header(name), name));
        }
        if let Some(shown) = &self.shown {
            all.extend(values.json(shown, &answer.json(), ""));
        }
        all
    }
}

/// Values of earlier answers, by the names that examples give them.
#[derive(Default)]
struct Values(BTreeMap<String, String>);

impl Values {
    fn put_into(&self, text: &str) -> String {
        let put = |text: String, (name, value): (&String, &String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        self.0.iter().fold(text.to_owned(), put)
    }

    /// What of a JSON value is not as shown. Fields and items that are not shown may be anything, but an
    /// empty list is empty.
    fn json(&mut self, shown: &Value, got: &Value, place: &str) -> Vec<String> {
        match (shown, got) {
            (Value::String(shown), got) if shown == ANY && !got.is_null() => Vec::new(),
            (Value::String(shown), Value::String(got)) => {
                self.text(shown, got, place).into_iter().collect()
            }
            (Value::Object(shown), Value::Object(got)) => {
                let field = |(name, shown): (&String, &Value)| {
                    let place = format!("{place}/{name}");
                    match got.get(name) {
                        Some(got) => self.json(shown, got, &place),
                        None => vec![format!("{place} is missing")],
                    }
                };
                shown.iter().flat_map(field).collect()
            }
            (Value::Array(shown), Value::Array(got))
                if shown.len() <= got.len() && shown.is_empty() == got.is_empty() =>
            {
                let item = |(at, (shown, got)): (usize, (&Value, &Value))| {
                    self.json(shown, got, &format!("{place}/{at}"))
                };
                shown.iter().zip(got).enumerate().flat_map(item).collect()
            }
            (shown, got) if shown == got => Vec::new(),
            (shown, got) => vec![format!("{place} is {got}, not {shown}")],
        }
    }

    /// The same of a text, which gets its name where it has none yet.
    fn text(&mut self, shown: &str, got: &str, place: &str) -> Option<String> {
        let name = shown.strip_prefix('{').and_then(|rest| rest.strip_suffix('}'));
        let expected = match name {
            Some(name) => self.0.entry(name.to_owned()).or_insert_with(|| got.to_owned()).as_str(),
            None => shown,
        };
        (expected != got).then(|| format!("{place} is {got}, not {expected}"))
    }
}

/// Whether a path of the description is that of a request.
fn fits(described: &str, target: &str) -> bool {
    let path = target.split('?').next().unwrap();
    let (described, sent): (Vec<&str>, Vec<&str>) =
        (described.split('/').collect(), path.split('/').collect());
    described.len() == sent.len()
        && described.iter().zip(&sent).all(|(part, sent)| part.starts_with('{') || part == sent)
}

#[test]
fn the_interface_answers_as_its_examples_show_and_none_is_missing() {
    let service = Service::start();
    let text = fs::read_to_string(docs().join("api.md")).unwrap();
    let (mut values, mut sent, mut wrong) = (Values::default(), Vec::new(), Vec::new());
    for (_, block) in blocks(&text).into_iter().filter(|(kind, _)| *kind == "http") {
        let example = Example::of(&block);
        let answer = example.send(service.address, &values);
        sent.push(values.put_into(&example.line));
        for difference in example.differences(&answer, &mut values) {
            wrong.push(format!("{}: {difference}", example.line));
        }
    }
    let document = get(service.address, "/openapi.json").json();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in ["get", "post", "put", "delete"] {
            let is_shown = sent.iter().any(|line| {
                let (by, target) = line.split_once(' ').unwrap();
                by.eq_ignore_ascii_case(method) && fits(path, target)
            });
            if !item[method].is_null() && !is_shown {
                wrong.push(format!("docs/api.md has no example of {method} {path}"));
            }
        }
    }
    assert!(sent.len() > 40 && wrong.is_empty(), "{} {wrong:#?}", sent.len());
}

/// A text whose spaces are all of one kind: thousands are parted by those that do not break.
fn plain(text: &str) -> String {
    text.replace('\u{a0}', " ")
}

#[test]
fn the_guide_of_a_notice_runs_as_shown() {
    let folder = tempfile::tempdir().unwrap();
    for entry in fs::read_dir(docs().join("example")).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
    }
    let guide = fs::read_to_string(docs().join("batch.md")).unwrap();
    let (mut said, mut ran, mut looked) = (String::new(), 0, 0);
    for (kind, block) in blocks(&guide) {
        match kind {
            "sh" => {
                said.clear();
                for arguments in calls(&block) {
                    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
                    let output = command(&arguments).current_dir(folder.path()).output().unwrap();
                    for stream in [output.stdout, output.stderr] {
                        said.push_str(&plain(&String::from_utf8(stream).unwrap()));
                    }
                    assert!(output.status.success(), "{arguments:?}: {said}");
                    ran += 1;
                }
            }
            "text" => {
                for line in block.lines() {
                    assert!(said.contains(&plain(line)), "{line:?} is not in: {said}");
                    looked += 1;
                }
            }
            _ => {}
        }
    }
    assert!(ran > 7 && looked > 20, "{ran} commands, {looked} lines");
}
