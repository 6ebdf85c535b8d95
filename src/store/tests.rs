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
    let mut arriving = store.receive(date(2026, 11, 1), 3)?;
    for piece in rows.chunks(7) {
        arriving.add(piece)?;
    }
    arriving.accept(&report, idempotency)
}

fn record(number: u64, text: &str) -> KeptRecord {
    KeptRecord {
        number,
        record: text.into(),
        status: RowStatus::Matched,
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
    assert!(store.end_batch(&id, None).unwrap());
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
fn no_more_waits_than_may_and_what_ends_the_process_three_times_is_given_up() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let terms = Terms { waiting: 2, ..Terms::default() };
    let mut store = Store::open(&path, terms).unwrap();
    let first = accept(&store, 3, None).unwrap().id().to_owned();
    let second = accept(&store, 1, None).unwrap().id().to_owned();
    assert!(matches!(accept(&store, 1, None), Err(Error::Full(2))));
    let of_first = Work::Batch(first.clone());
    // As a kill, and as a stop that waits for nobody.
    let killed = |store: Store, planned: bool| {
        assert_eq!(store.begin_work().unwrap().as_ref(), Some(&of_first));
        assert_eq!(
            store.begin_work().unwrap().as_ref(),
            Some(&of_first),
            "begun again, as after a fault"
        );
        if planned {
            store.interrupt_work().unwrap();
        }
        drop(store);
        Store::open(&path, terms).unwrap()
    };
    for _ in 0..5 {
        store = killed(store, true);
    }
    for row in 1..=2 {
        for _ in 0..2 {
            store = killed(store, false);
        }
        store.begin_work().unwrap();
        store.keep_records(&first, &[record(row, "{}")], &counts(row)).unwrap();
        store.interrupt_work().unwrap();
    }
    for _ in 0..3 {
        store = killed(store, false);
    }
    assert_eq!(store.begin_work().unwrap(), Some(Work::Batch(second)));
    let given_up = store.batch(&first).unwrap();
    assert_eq!(
        (given_up.state, given_up.fault.as_deref(), given_up.answered),
        (State::Failed, Some("stopped_the_service"), 2)
    );
    store.retry_work(&of_first).unwrap();
    assert!(matches!(store.retry_work(&of_first), Err(Error::Not(State::Waiting))));
    assert_eq!(store.batch(&first).unwrap().fault, None);
    assert_eq!(store.unanswered(&first, 0, 10).unwrap().len(), 1, "it goes on where it was");
}

#[test]
fn a_plan_that_is_overtaken_again_and_again_is_made_at_last() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let mut store = Store::open(&path, Terms::default()).unwrap();
    let batch = accept(&store, 20, None).unwrap().id().to_owned();
    store.end_batch(&batch, None).unwrap();
    let ask = NewPlan { batch: &batch, ask: "{}", idempotency: None };
    let id = store.accept_plan(&ask).unwrap().id().to_owned();
    for at in 0..5 {
        assert_eq!(store.begin_work().unwrap(), Some(Work::Plan(id.clone())));
        let seen = store.plan(&id).unwrap();
        store.erase(&format!("ref-{at}"), None).unwrap();
        store.end_plan(&seen, r#"{"assignments": []}"#, "made").unwrap();
        assert_ne!(store.plan(&id).unwrap().state, State::Done, "made of an erased person");
        drop(store);
        store = Store::open(&path, Terms::default()).unwrap();
    }
    store.begin_work().unwrap();
    store.end_plan(&store.plan(&id).unwrap(), r#"{"assignments": []}"#, "made").unwrap();
    assert_eq!(store.plan(&id).unwrap().state, State::Done);
}

#[test]
fn a_list_that_does_not_arrive_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms::default()).unwrap();
    let (_, kept) = rows(9);
    let mut given_up = store.receive(date(2026, 11, 1), 3).unwrap();
    given_up.add(&kept).unwrap();
    assert_eq!(store.batches(0, 10).unwrap(), (vec![], 0), "nobody knows of it");
    drop(given_up);
    let mut cut = store.receive(date(2026, 11, 1), 3).unwrap();
    cut.add(&kept).unwrap();
    std::mem::forget(cut);
    drop(store);
    let store = Store::open(&path, Terms::default()).unwrap();
    assert_eq!(store.begin_work().unwrap(), None);
    assert!(store.compact().unwrap());
    assert_eq!(store.known("ref-1", None).unwrap(), Known::default());
    assert!(!String::from_utf8_lossy(&fs::read(&path).unwrap()).contains("ordet"));
}

#[test]
fn counts_are_made_anew_whenever_somebody_is_erased() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms::default()).unwrap();
    let id = accept(&store, 4, None).unwrap().id().to_owned();
    store.keep_records(&id, &[record(1, "{}"), record(2, "{}")], &counts(2)).unwrap();
    store.erase("ref-0", None).unwrap();
    let batch = store.batch(&id).unwrap();
    assert_eq!((batch.rows, batch.answered, batch.erased), (3, 1, 1));
    drop(store);
    let store = Store::open(&path, Terms::default()).unwrap();
    assert!(store.summary(&id).unwrap().recount_due, "after a restart too");
    assert!(!store.end_batch(&id, None).unwrap(), "the counts hold an erased person");
    store.erase("ref-1", None).unwrap();
    assert!(!store.end_batch(&id, Some((1, &counts(1)))).unwrap(), "erased after the count");
    assert!(store.end_batch(&id, Some((2, &counts(0)))).unwrap());
    let summary = store.summary(&id).unwrap();
    assert_eq!((summary.state, summary.summary.rows, summary.recount_due), (State::Done, 0, false));
    store.erase("ref-2", None).unwrap();
    assert_eq!(store.recounts_due().unwrap(), [id.as_str()]);
    assert!(store.recount(&id, (3, &counts(0))).unwrap());
    assert!(store.recounts_due().unwrap().is_empty());
}

#[test]
fn a_name_that_was_made_up_is_of_one_list_alone() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let take = |words: [&str; 2]| {
        let list = format!("yrke;kompetenser\nServitris;{}\nServitris;{}\n", words[0], words[1]);
        let how = How::default();
        let mut read = intake::received(list, "list.csv", &how, date(2026, 11, 1)).unwrap();
        let rows: Vec<KeptRow> = read.by_ref().map(|row| KeptRow::of(&row).unwrap()).collect();
        let mut arriving = store.receive(date(2026, 11, 1), 3).unwrap();
        arriving.add(&rows).unwrap();
        arriving.accept(&Report::default(), None).unwrap().id().to_owned()
    };
    let (first, second) = (take(["a", "b"]), take(["c", "d"]));
    assert_eq!(store.known("row-2", None).unwrap(), Known::default());
    assert_eq!(store.erase("row-2", None).unwrap(), Erased::default());
    let known = store.known("row-2", Some(&second)).unwrap();
    assert_eq!((known.rows.len(), known.rows[0]["batch"].as_str()), (1, Some(second.as_str())));
    assert_eq!(store.erase("row-2", Some(&second)).unwrap().rows, 1);
    assert_eq!(store.batch(&first).unwrap().rows, 2);
}

#[test]
fn somebody_in_a_plan_is_found_and_taken_out_wherever_they_stand() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let batch = accept(&store, 3, None).unwrap().id().to_owned();
    let locked = r#"{"locks": [{"ref": "stranger"}, {"ref": "ref-1"}]}"#;
    let key = |key| Some(Idempotency { key: [key; 32], request: [1; 32] });
    let ask = NewPlan { batch: &batch, ask: locked, idempotency: key(1) };
    let id = store.accept_plan(&ask).unwrap().id().to_owned();
    let plan = r#"{"assignments":[{"ref":"ref-0"}],"unassigned":[{"ref":"ref-1"}]}"#;
    store.end_plan(&store.plan(&id).unwrap(), plan, "made").unwrap();
    let decision = serde_json::json!({"action": "lock", "locks": [{"ref": "decided"}]});
    let seen = store.plan(&id).unwrap();
    store.decide(&id, &seen, &decision, Change::Plan(plan)).unwrap();
    for reference in ["stranger", "ref-0", "ref-1", "decided"] {
        assert_eq!(store.known(reference, None).unwrap().plans.len(), 1, "{reference}");
        assert_eq!(store.erase(reference, None).unwrap().plans, 1, "{reference}");
        let left = format!("{:?}", store.plan(&id).unwrap());
        assert!(!left.contains(reference), "{left}");
        assert!(store.known(reference, None).unwrap().plans.is_empty());
    }
    assert!(store.accept_plan(&NewPlan { idempotency: key(1), ..ask }).is_ok());
}

#[test]
fn a_list_of_plans_holds_nothing_that_is_as_long_as_an_upload() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let batch = accept(&store, 1, None).unwrap().id().to_owned();
    for seed in 0..3 {
        let ask =
            format!(r#"{{"seed":{seed},"starts":[{{"course":"x"}}],"locks":[{{"ref":"y"}}]}}"#);
        let new = NewPlan { batch: &batch, ask: &ask, idempotency: None };
        assert!(matches!(store.accept_plan(&new).unwrap(), Accepted::New(_)));
    }
    let (plans, all) = store.plans_of(&batch, 1, 1).unwrap();
    assert_eq!((plans.len(), all, plans[0].ask.as_str()), (1, 3, r#"{"seed":1}"#));
    assert_eq!(store.plans_of(&batch, 0, usize::MAX).unwrap().0.len(), 3);
    assert!(store.plans_of(&batch, usize::MAX, 5).unwrap().0.is_empty());
    assert!(matches!(store.plans_of("00", 0, 5), Err(Error::Absent)));
}

#[test]
fn a_value_that_cannot_be_read_is_not_quoted() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let id = accept(&store, 2, None).unwrap().id().to_owned();
    let broken = "UPDATE rows SET row = CAST('{\"hemligt\": 1}' AS BLOB) WHERE number = 1";
    store.connection().execute(broken, []).unwrap();
    store.connection().execute("UPDATE batches SET report = 'hemligt'", []).unwrap();
    let said = store.unanswered(&id, 0, 10).unwrap_err();
    assert!(matches!(said, Error::Unlike) && !said.passes());
    assert!(!format!("{said} {said:?}").contains("hemlig"));
    assert_eq!(store.batches(0, 10).unwrap().1, 1, "it hides no other");
}

#[test]
fn numbers_that_no_row_has_are_no_fault() {
    let store = Store::in_memory(Terms::default()).unwrap();
    let id = accept(&store, 2, None).unwrap().id().to_owned();
    assert!(store.rows(&id, None, u64::MAX, 5).unwrap().is_empty());
    assert!(store.batches(usize::MAX, 5).unwrap().0.is_empty());
    assert!(store.overrides(usize::MAX, 5).unwrap().0.is_empty());
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
        assert_eq!(store.erase(&format!("ref-{at}"), None).unwrap().rows, 1);
    }
    drop(store);
    let store = Store::open(&path, Terms::default()).unwrap();
    assert!(store.compact_due().unwrap(), "a stop in between forgets nothing");
    assert!(store.compact().unwrap() && !store.compact().unwrap());
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
    assert!(store.compact().unwrap());
    assert!(matches!(store.batch(&id), Err(Error::Absent)));
    assert!(matches!(store.plan(&plan), Err(Error::Absent)), "a plan goes with its batch");
    assert_eq!(store.begin_work().unwrap(), None);
    let mut left = fs::read(&path).unwrap();
    left.extend(fs::read(path.with_extension("db-wal")).unwrap_or_default());
    assert!(!String::from_utf8_lossy(&left).contains("ordet"));
}

#[test]
fn a_store_from_before_texts_were_sealed_is_read_and_then_sealed() {
    const TEXTS: [(&str, &str); 4] = [
        ("plans", "ask"),
        ("plans", "plan"),
        ("plan_decisions", "decision"),
        ("batches", "summary"),
    ];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    let store = Store::open(&path, Terms::default()).unwrap();
    let batch = accept(&store, 3, None).unwrap().id().to_owned();
    store.keep_records(&batch, &[record(1, "{}")], &counts(1)).unwrap();
    let ask = r#"{"budget": 1, "locks": [{"ref": "ref-1"}]}"#;
    let new = NewPlan { batch: &batch, ask, idempotency: None };
    let id = store.accept_plan(&new).unwrap().id().to_owned();
    store.end_plan(&store.plan(&id).unwrap(), r#"{"assignments":[]}"#, "made").unwrap();
    let decide = |store: &Store| {
        let decision = serde_json::json!({"action": "note"});
        let plan = r#"{"assignments":[{"ref":"ref-0"}]}"#;
        store.decide(&id, &store.plan(&id).unwrap(), &decision, Change::Plan(plan)).unwrap();
    };
    decide(&store);
    let told = |store: &Store| {
        let summary = store.summary(&batch).unwrap().summary;
        (store.plan(&id).unwrap(), store.plans_of(&batch, 0, 9).unwrap(), summary)
    };
    let mut right = told(&store);
    // Such a store knew no address of a plan.
    right.0.decision = None;
    right.1.0.iter_mut().for_each(|plan| plan.decision = None);
    drop(store);
    let bare = |connection: &Connection| -> Vec<bool> {
        let bare = |(table, column): &(&str, &str)| {
            let text = format!("SELECT min({column} GLOB '{{*') FROM {table}");
            connection.query_row(&text, [], |row| row.get(0)).unwrap()
        };
        TEXTS.iter().map(bare).collect()
    };
    let connection = Connection::open(&path).unwrap();
    assert_eq!(bare(&connection), [false; 4]);
    for (table, column) in TEXTS {
        let text = format!("UPDATE {table} SET {column} = substr({column}, 9)");
        connection.execute(&text, []).unwrap();
    }
    let later = "DROP INDEX plans_by_decision; ALTER TABLE plans DROP COLUMN decision";
    connection.execute_batch(later).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
    assert_eq!(bare(&connection), [true; 4]);
    drop(connection);

    let store = Store::open(&path, Terms::default()).unwrap();
    assert_eq!(told(&store), right);
    decide(&store);
    assert_eq!(store.known("ref-1", None).unwrap().plans.len(), 1);
    drop(store);
    let connection = Connection::open(&path).unwrap();
    // The plan was written again, and a decision beside the old one.
    assert_eq!(bare(&connection), [true, false, false, true]);
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap();
    assert_eq!(version, 3);
}

#[test]
fn a_store_whose_making_was_cut_short_is_whole_and_made_at_the_next_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("hub.db");
    fs::write(&path, "").unwrap();
    assert_eq!(Store::examine(&path).unwrap(), Examined::default());
    // What comes before the first change of the schema: it makes the head of the file.
    Connection::open(&path).unwrap().pragma_update(None, "journal_mode", "WAL").unwrap();
    assert!(fs::metadata(&path).unwrap().len() > 0);
    assert_eq!(Store::examine(&path).unwrap(), Examined::default());
    drop(Store::open(&path, Terms::default()).unwrap());
    assert!(Store::examine(&path).unwrap().bytes > 0);
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
