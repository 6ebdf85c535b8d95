//! A service killed while it starts, over and over: there is no store yet, or one of an earlier form, or one
//! that a kill has left with much to do.

use std::{fs, path::Path, time::Instant};

use kompetensnav::store::Store;
use rusqlite::Connection;

use super::{
    Tried,
    kills::killed_after,
    service_kills::{Filled, REMOVED, Trial, WORK, told},
};
use crate::hub::kept;

/// Moments of a start. The store is opened first, so that more of them are early.
const MOMENTS: u32 = 20;

/// Makes a store as the first form left it: no checksum in front of some texts, and plans without an address.
fn unseal(store: &str) {
    let connection = Connection::open(store).unwrap();
    for (table, column) in [
        ("plans", "ask"),
        ("plans", "plan"),
        ("plan_decisions", "decision"),
        ("batches", "summary"),
    ] {
        let text = format!("UPDATE {table} SET {column} = substr({column}, 9)");
        connection.execute(&text, []).unwrap();
    }
    let later = "DROP INDEX plans_by_decision; ALTER TABLE plans DROP COLUMN decision";
    connection.execute_batch(later).unwrap();
    connection.pragma_update(None, "user_version", 1).unwrap();
}

fn forget_addresses(store: &str) {
    let connection = Connection::open(store).unwrap();
    connection.execute("UPDATE plans SET decision = NULL", []).unwrap();
}

/// Changes of the schema that a store has, its log read too; looks at a copy.
fn form(store: &str) -> i64 {
    let (_folder, copy) = kept();
    for end in ["", "-wal"] {
        let _absent = fs::copy(format!("{store}{end}"), format!("{copy}{end}"));
    }
    let connection = Connection::open(&copy).unwrap();
    connection.pragma_query_value(None, "user_version", |row| row.get(0)).unwrap()
}

#[test]
#[ignore = "a minute: twenty moments each"]
fn a_store_is_made_or_brought_to_this_form_whenever_that_is_cut_short() {
    let mut tried = Tried::new("a service killed while it starts");
    let filled = Filled::new();
    let new = || {
        let (folder, store) = kept();
        Trial { folder, store }
    };
    let former = || {
        let trial = filled.copy();
        unseal(&trial.store);
        trial
    };
    let killed = || {
        let trial = filled.copy();
        let service = trial.start();
        for case in [&REMOVED[0], &WORK[2]] {
            (case.request)(&filled).send(service.address).unwrap();
        }
        service.kill();
        trial
    };
    let without_addresses = filled.copy();
    forget_addresses(&without_addresses.store);
    let cases: [(&str, &dyn Fn() -> Trial, Trial); 3] = [
        ("no store", &new, new()),
        ("a store of the first form", &former, without_addresses),
        ("a store after a kill, with much to do", &killed, killed()),
    ];
    for (what, make, like) in cases {
        let right = told(&like.start(), &like.store);
        let (trial, begun) = (make(), Instant::now());
        drop(trial.start());
        let whole = begun.elapsed();
        for moment in 0..MOMENTS {
            let trial = make();
            let serve = ["serve", "--listen", "127.0.0.1:0", "--store", &trial.store];
            let cut_short = killed_after(&serve, whole * moment.pow(2) / (MOMENTS - 1).pow(2));
            assert!(cut_short, "a service does not end by itself");
            let (left, file) = (form(&trial.store), Path::new(&trial.store));
            if file.exists() {
                Store::examine(file).unwrap_or_else(|error| panic!("{what}, form {left}: {error}"));
            }
            assert!(told(&trial.start(), &trial.store) == right, "{what}: it is another");
            assert_eq!(form(&trial.store), 3);
            tried.count(&format!("{what}, left in form {left}"), "answers as one nobody killed");
        }
    }
}
