use std::fs;

use jiff::civil::date;

use super::*;
use crate::{
    batch::Summary,
    domain::Meta,
    intake::{self, How, Report, Row},
};

/// Rows of a list of so many people, each with a word of their own.
fn rows(people: usize) -> (Report, Vec<KeptRow>) {
    let lines = (0..people).map(|at| format!("ref-{at};Servitris;ord{at}ordet{at}\n"));
    let list = format!("ref;yrke;kompetenser\n{}", lines.collect::<String>());
    let how = How::default();
    let mut read = intake::received(list, "list.csv", &how, date(2026, 11, 1)).unwrap();
    let found: Vec<Row> = read.by_ref().collect();
    let mut report = Report::default();
    for row in &found {
        report.add(row);
    }
    report.end(&read);
    (report, found.iter().map(|row| KeptRow::of(row).unwrap()).collect())
}

fn accept(store: &Store, people: usize, idempotency: Option<Idempotency>) -> Result<Accepted> {
    let (report, rows) = rows(people);
    let today = date(2026, 11, 1);
    store.accept_batch(&NewBatch { today, paths: 3, report: &report, rows: &rows, idempotency })
}

fn record(number: u64, text: &str) -> KeptRecord {
    KeptRecord {
        number,
        record: text.into(),
        status: "matched",
        decision: Some(format!("d{number}")),
    }
}

/// A summary of so many rows.
fn counts(rows: u64) -> Summary {
    let mut summary = Summary::default();
    summary.rows = rows;
    summary
}

#[test]
fn what_is_accepted_is_there_after_it_is_opened_anew_and_nobody_else_has_it() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms::default()).unwrap();
    let id = accept(&store, 3, None).unwrap().id().to_owned();
    let said = Store::open(&path, Terms::default()).unwrap_err().to_string();
    assert!(said.contains("another process has it"), "{said}");
    drop(store);

    let store = Store::open(&path, Terms::default()).unwrap();
    let batch = store.batch(&id).unwrap();
    assert_eq!((batch.rows, batch.answered, batch.state), (3, 0, State::Waiting));
    assert_eq!(store.begin_work().unwrap(), Some(Work::Batch(id.clone())));
    let waiting = store.unanswered(&id, 0, 10).unwrap();
    assert_eq!(waiting.iter().map(|(number, _)| *number).collect::<Vec<_>>(), [1, 2, 3]);
    let summary = counts(2);
    store.keep_records(&id, &[record(1, "{}"), record(2, "{}")], &summary).unwrap();
    assert_eq!(store.unanswered(&id, 0, 10).unwrap().len(), 1);
    assert_eq!(store.summary(&id).unwrap().summary.rows, 2);
    assert_eq!(store.row_of_decision("d2").unwrap(), (id.clone(), 2));
    store.end_batch(&id, None).unwrap();
    assert_eq!((store.begin_work().unwrap(), store.batch(&id).unwrap().state), (None, State::Done));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(
            fs::metadata(&path).unwrap().permissions().mode() & 0o77,
            0,
            "its owner's alone"
        );
    }
}

#[test]
fn a_key_names_one_request_until_its_batch_is_removed() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let once = |request| Some(Idempotency { key: [7; 32], request: [request; 32] });
    let first = accept(&store, 2, once(1)).unwrap();
    assert_eq!(accept(&store, 2, once(1)).unwrap(), Accepted::Again(first.id().to_owned()));
    assert!(matches!(accept(&store, 2, once(2)), Err(Error::KeyReused)));
    store.remove_batch(first.id()).unwrap();
    assert!(matches!(store.remove_batch(first.id()), Err(Error::Absent)));
    assert!(matches!(accept(&store, 2, once(2)).unwrap(), Accepted::New(_)));
}

#[test]
fn no_more_waits_than_may_and_work_that_never_ends_is_given_up() {
    let store = Store::in_memory(Terms { waiting: 2, ..Terms::default() }).unwrap();
    let first = accept(&store, 1, None).unwrap().id().to_owned();
    let second = accept(&store, 1, None).unwrap().id().to_owned();
    assert!(matches!(accept(&store, 1, None), Err(Error::Full(2))));
    let of_first = Work::Batch(first.clone());
    assert_eq!(store.begin_work().unwrap().as_ref(), Some(&of_first));
    store.interrupt_work(&of_first).unwrap();
    for _ in 0..3 {
        assert_eq!(store.begin_work().unwrap().as_ref(), Some(&of_first), "as after a kill");
    }
    assert_eq!(store.begin_work().unwrap(), Some(Work::Batch(second)));
    let given_up = store.batch(&first).unwrap();
    assert_eq!(
        (given_up.state, given_up.fault.as_deref()),
        (State::Failed, Some("stopped_the_service"))
    );
    accept(&store, 1, None).unwrap();
}

#[test]
fn records_of_another_version_are_forgotten_together() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let id = accept(&store, 2, None).unwrap().id().to_owned();
    let meta = Meta { model: "a".into(), ..Meta::default() };
    store.answer_with(&id, &meta).unwrap();
    store.keep_records(&id, &[record(1, "{}")], &counts(1)).unwrap();
    store.answer_with(&id, &meta).unwrap();
    assert_eq!(store.batch(&id).unwrap().answered, 1, "the same version goes on");
    store.answer_with(&id, &Meta { model: "b".into(), ..Meta::default() }).unwrap();
    assert_eq!(store.batch(&id).unwrap().answered, 0);
    assert_eq!(store.summary(&id).unwrap().summary, Summary::default());
}

#[test]
fn people_that_are_erased_leave_no_byte_wherever_their_cells_were_moved() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms::default()).unwrap();
    let id = accept(&store, 300, None).unwrap().id().to_owned();
    let records: Vec<KeptRecord> = (1..=300)
        .map(|at| record(at, &format!("{{\"of\": \"ord{0}ordet{0}\"}}", at - 1).repeat(40)))
        .collect();
    store.keep_records(&id, &records, &Summary::default()).unwrap();
    let everything = || {
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(fs::read(path.with_extension("db-wal")).unwrap_or_default());
        String::from_utf8_lossy(&bytes).into_owned()
    };
    assert!(everything().contains("ord7ordet7"));
    for at in (0..300).step_by(7) {
        let erased = store.erase(&format!("ref-{at}"), None).unwrap();
        assert_eq!((erased.rows, erased.batches.as_slice()), (1, std::slice::from_ref(&id)));
    }
    let left = everything();
    for at in 0..300 {
        let word = format!("ord{at}ordet{at}\"");
        assert_eq!(left.contains(&word), at % 7 != 0, "{word}");
    }
}

#[test]
fn what_was_kept_long_enough_is_gone_from_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms { days: 0, ..Terms::default() }).unwrap();
    let id = accept(&store, 20, None).unwrap().id().to_owned();
    let ask = NewPlan { batch: &id, ask: "{}", idempotency: None };
    let plan = store.accept_plan(&ask).unwrap().id().to_owned();
    assert_eq!(store.plan(&plan).unwrap().state, State::Waiting);
    assert_eq!(store.sweep().unwrap(), Swept { batches: 1, ..Swept::default() });
    assert!(matches!(store.batch(&id), Err(Error::Absent)));
    assert!(matches!(store.plan(&plan), Err(Error::Absent)), "a plan goes with its batch");
    assert_eq!(store.begin_work().unwrap(), None);
    let mut left = fs::read(&path).unwrap();
    left.extend(fs::read(path.with_extension("db-wal")).unwrap_or_default());
    assert!(!String::from_utf8_lossy(&left).contains("ordet"));
}

#[test]
fn a_file_of_something_else_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    Connection::open(&path).unwrap().execute_batch("CREATE TABLE t (x)").unwrap();
    let before = fs::read(&path).unwrap();
    let said = Store::open(&path, Terms::default()).unwrap_err().to_string();
    assert!(said.contains("of another program"), "{said}");
    assert_eq!(fs::read(&path).unwrap(), before);
    let path = folder.path().join("later.db");
    drop(Store::open(&path, Terms::default()).unwrap());
    Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let said = Store::open(&path, Terms::default()).unwrap_err().to_string();
    assert!(said.contains("later version"), "{said}");
}
