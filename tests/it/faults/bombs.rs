//! Small files that grow when they are read, and bodies that nest without end, to the program and over
//! the socket: each is refused or read within bounds, and the process keeps its size.

use std::{
    fs,
    io::{Cursor, Write as _},
    time::{Duration, Instant},
};

use zip::{ZipWriter, write::SimpleFileOptions};

use super::{Tried, rows};
use crate::{
    client::{ask, get},
    hub::Service,
    program::{run, text},
};

/// Most memory of the service at any time, KiB; a debug build on the starter set needs about 150 MiB.
const MOST_MEMORY: u64 = 1_300_000;
/// Longest that one bomb may keep the service.
const MOST_TIME: Duration = Duration::from_mins(2);

/// What is read, so that the others are not refused for another reason.
const NO_BOMB: &str = "workbook: a list like any other";

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// A workbook of one sheet, called by so many names, with these shared texts.
fn workbook(sheet: &str, texts: &str, names: usize) -> Vec<u8> {
    let links = "http://schemas.openxmlformats.org/package/2006/relationships";
    let link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let sheets =
        rows(1..names + 1, |at| format!(r#"<sheet name="B{at}" sheetId="{at}" r:id="r1"/>"#));
    let book = format!(
        r#"<workbook xmlns="{main}" xmlns:r="{link}"><sheets>{sheets}</sheets></workbook>"#
    );
    let rels = format!(
        r#"<Relationships xmlns="{links}"><Relationship Id="r1" Type="{link}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{link}/sharedStrings" Target="sharedStrings.xml"/></Relationships>"#
    );
    let package = format!(
        r#"<Relationships xmlns="{links}"><Relationship Id="r1" Type="{link}/officeDocument" Target="xl/workbook.xml"/></Relationships>"#
    );
    zipped(&[
        ("_rels/.rels", package.as_bytes()),
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels.as_bytes()),
        ("xl/sharedStrings.xml", format!(r#"<sst xmlns="{main}">{texts}</sst>"#).as_bytes()),
        (
            "xl/worksheets/sheet1.xml",
            format!(r#"<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>"#)
                .as_bytes(),
        ),
    ])
}

/// Workbooks that are small on the wire.
fn workbooks() -> Vec<(&'static str, Vec<u8>)> {
    let head = r#"<row r="1"><c r="A1" t="inlineStr"><is><t>yrke</t></is></c></row>"#;
    let under = |many: usize, cell: &dyn Fn(usize) -> String| {
        head.to_owned() + &rows(2..many, |at| format!(r#"<row r="{at}">{}</row>"#, cell(at)))
    };
    let one = format!("<si><t>{}</t></si>", "kock ".repeat(200_000));
    let at_column =
        |column: &'static str| move |at: usize| format!(r#"<c r="{column}{at}"><v>1</v></c>"#);
    let said = under(100_000, &|at| format!(r#"<c r="A{at}" t="s"><v>0</v></c>"#));
    let wide = under(100_000, &at_column("XFD"));
    let list = under(9, &|at| format!(r#"<c r="A{at}" t="inlineStr"><is><t>kock</t></is></c>"#));
    let far = under(9, &at_column("ZZZZZZ"));
    let beyond = under(9, &at_column("ZZZZZZZZZZ99999999999"));
    let empty = "<row r=\"1\"/>".repeat(1_000_000);
    let none = r#"<row r="1"><c r="A1"><v>1</v></c></row>"#;
    let stretched = format!("<row r=\"1\"><c r=\"A1\" t=\"str\"><v>yrke{}", " ".repeat(120 << 20));
    vec![
        (NO_BOMB, workbook(&list, "", 1)),
        ("workbook: a megabyte of text in 100,000 cells", workbook(&said, &one, 1)),
        ("workbook: 100,000 rows with a cell in the last column", workbook(&wide, "", 1)),
        ("workbook: cells far beyond the last column", workbook(&far, "", 1)),
        ("workbook: places beyond all numbers", workbook(&beyond, "", 1)),
        ("workbook: 100,000 names of a sheet", workbook(none, "", 100_000)),
        ("workbook: 1,000 names of a million empty rows", workbook(&empty, "", 1_000)),
        ("workbook: a cell of 120 MiB that never ends", workbook(&stretched, "", 1)),
        ("zip: 400 MiB of blanks", zipped(&[("xl/workbook.xml", &vec![b' '; 400 << 20])])),
        ("zip: in a zip", zipped(&[("xl/workbook.xml", &zipped(&[("a", &vec![0; 1 << 20])]))])),
    ]
}

/// Documents and lists of text.
fn texts() -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let laughs =
        rows(1..20, |at| format!("<!ENTITY l{at} \"{}\">", format!("&l{};", at - 1).repeat(10)));
    let laughs = |root: &str| {
        let types = format!("<!DOCTYPE x [<!ENTITY l0 \"ha\">{laughs}]>");
        format!("<?xml version=\"1.0\"?>{types}<{root}>&l19;</{root}>").into_bytes()
    };
    let outside = "<!DOCTYPE x [<!ENTITY f SYSTEM \"file:///etc/passwd\">]><paxml>&f;</paxml>";
    let attributes = rows(0..200_000, |at| format!(" a{at}=\"1\""));
    let nested = |open: &str, close: &str, depth: usize| {
        (open.repeat(depth) + &close.repeat(depth)).into_bytes()
    };
    let columns = rows(0..1_000_000, |at| format!("k{at};"));
    vec![
        ("a.xml", "XML: a billion laughs (PAXml)", laughs("paxml")),
        ("a.xml", "XML: a billion laughs (Europass)", laughs("SkillsPassport")),
        ("a.xml", "XML: a file of the machine", outside.into()),
        (
            "a.xml",
            "XML: a million deep",
            nested("<SkillsPassport>", "</SkillsPassport>", 1_000_000),
        ),
        ("a.xml", "XML: 200,000 attributes", format!("<paxml{attributes}/>").into_bytes()),
        (
            "a.xml",
            "XML: a name of 20 MiB",
            format!("<paxml><{}", "a".repeat(20 << 20)).into_bytes(),
        ),
        ("a.json", "JSON: a million deep", nested("[", "]", 1_000_000)),
        ("a.json", "JSON: a million deep in a profile", nested("{\"titles\":", "}", 1_000_000)),
        (
            "a.json",
            "JSON: a text of 20 MiB",
            format!("{{\"titles\": [\"{}\"]}}", "x".repeat(20 << 20)).into_bytes(),
        ),
        (
            "a.csv",
            "CSV: a cell of 60 MiB",
            format!("yrke\n{}\n", "x".repeat(60 << 20)).into_bytes(),
        ),
        (
            "a.csv",
            "CSV: a quote that never ends",
            format!("yrke\n\"{}", "x\n".repeat(20 << 20)).into_bytes(),
        ),
        ("a.csv", "CSV: a million columns", format!("yrke;{columns}\nkock\n").into_bytes()),
        (
            "a.csv",
            "CSV: a million empty rows",
            format!("yrke\n{}", ";\n".repeat(1_000_000)).into_bytes(),
        ),
        ("a.txt", "text: 60 MiB of blanks", vec![b' '; 60 << 20]),
    ]
}

#[test]
#[ignore = "minutes in a debug build: 23 bombs, each twice"]
fn bombs_on_the_command_line_are_refused_or_read_within_bounds() {
    let mut tried = Tried::new("bombs to `intake`");
    let folder = tempfile::tempdir().unwrap();
    let books = workbooks().into_iter().map(|(what, bytes)| ("a.xlsx", what, bytes));
    for (name, what, bytes) in books.chain(texts()) {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        let begun = Instant::now();
        let ran = run(&["intake", text(&path)]);
        assert!(ran.code.is_some_and(|code| code <= 1), "{what}: {ran:?}");
        // What calamine trips over is caught, and said as what it is.
        let caught = ran.err.contains("calamine");
        assert!(caught || !ran.err.contains("panicked"), "{what}: {}", ran.err);
        assert!(begun.elapsed() < MOST_TIME, "{what}: {:?}", begun.elapsed());
        let read = ran.code == Some(0);
        assert!(read || what != NO_BOMB, "{ran:?}");
        let many = ["100,000 cells", "in the last column", "far beyond"];
        if many.iter().any(|words| what.contains(words)) {
            assert!(ran.err.contains("too many cells"), "{what}: {}", ran.err);
        }
        tried.count(what, if read { "read, row by row" } else { "refused" });
    }
}

fn most_memory(service: &Service) -> u64 {
    let status = fs::read_to_string(format!("/proc/{}/status", service.child.id())).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim().trim_end_matches(" kB").parse().unwrap()
}

#[test]
#[ignore = "minutes in a debug build: 23 bombs to two routes, deep bodies to all others"]
fn bombs_to_a_service_are_problems_and_it_keeps_its_size() {
    let mut tried = Tried::new("bombs to a service");
    let folder = tempfile::tempdir().unwrap();
    let service = Service::start(folder.path(), &[]);
    let books = workbooks().into_iter().map(|(what, bytes)| ("a.xlsx", what, bytes));
    for (name, what, bytes) in books.chain(texts()) {
        let kind = match name {
            "a.xlsx" => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "a.xml" => "application/xml",
            "a.json" => "application/json",
            _ => "text/csv",
        };
        for route in ["/v1/intake", "/v1/batches"] {
            let begun = Instant::now();
            let header = format!("content-type: {kind}\r\n");
            let answer = ask(service.address, &format!("POST {route}"), &header, &bytes);
            let fine = [200, 202, 400, 408, 413, 415, 422].contains(&answer.status);
            assert!(fine, "{what} to {route}: {answer:?}");
            assert!(begun.elapsed() < MOST_TIME, "{what}: {:?}", begun.elapsed());
            let memory = most_memory(&service);
            assert!(memory < MOST_MEMORY, "{what} to {route}: {memory} KiB");
            let taken = answer.status < 300;
            tried.count(what, if taken { "taken, row by row" } else { "a problem" });
        }
    }
    deep_bodies(&mut tried, &service);
    println!("the most memory of the service: {} MiB", most_memory(&service) >> 10);
}

/// Nested bodies to every route that takes one, by the interface's own description.
fn deep_bodies(tried: &mut Tried, service: &Service) {
    let document = get(service.address, "/openapi.json").json();
    let deep = "[".repeat(200_000);
    let wide = format!("{{\"titles\": [{}\"\"]}}", "\"\",".repeat(20_000));
    let mut routes = 0;
    for (path, item) in document["paths"].as_object().unwrap() {
        if item.get("post").is_none_or(|post| post.get("requestBody").is_none()) {
            continue;
        }
        routes += 1;
        let target = path.replace("{id}", "00000000000000000000000000000000");
        for body in [&deep, &wide, "", "null", "{\"a\":1e999999}"] {
            let header = "content-type: application/json\r\n";
            let answer = ask(service.address, &format!("POST {target}"), header, body.as_bytes());
            assert!(answer.status < 500, "{target}: {answer:?}");
            tried.count(&format!("deep and odd JSON to POST {path}"), "no 5xx");
        }
    }
    assert!(routes > 10, "only {routes} routes were found");
}
