//! Lists and documents of every form, read as a person's file, as bytes that were sent and as a filter.
#![no_main]

use std::io::Cursor;

use kompetensnav::intake::{self, Format, How, check, free_text};
use kompetensnav_fuzz::{TODAY, choose, let_calamine_panic};
use libfuzzer_sys::fuzz_target;

/// The form that is asked for (none is told by the content) and the name.
const WAYS: [(Option<Format>, &str); 12] = [
    (None, "list.csv"),
    (None, "list"),
    (None, "cv.txt"),
    (None, "list.xlsx"),
    (None, "list.xml"),
    (None, "list.json"),
    (Some(Format::Csv), "list"),
    (Some(Format::Ndjson), "list"),
    (Some(Format::Json), "list"),
    (Some(Format::Paxml), "list"),
    (Some(Format::Europass), "list"),
    (Some(Format::Text), "list"),
];

/// As what the bytes are read: a run is one of them.
enum Read {
    Sent,
    Filter,
    Text,
}

const READS: [Read; 4] = [Read::Sent, Read::Sent, Read::Filter, Read::Text];

fuzz_target!(init: let_calamine_panic(), |data: &[u8]| {
    let Some((read, rest)) = choose(data, &READS) else { return };
    let Some(((format, name), bytes)) = choose(rest, &WAYS) else { return };
    match read {
        Read::Sent => sent(bytes, *format, name),
        Read::Filter => {
            if let Ok(rows) = intake::profiles(Cursor::new(bytes.to_vec()), TODAY) {
                rows.take(1_000).for_each(drop);
            }
        }
        Read::Text => {
            if let Ok(text) = std::str::from_utf8(bytes) {
                let _text = free_text::free_text(text);
            }
        }
    }
});

/// Reads bytes that were sent as a list.
fn sent(bytes: &[u8], format: Option<Format>, name: &str) {
    let mut how = How::default();
    how.format = format;
    if let Ok(mut rows) = intake::received(bytes.to_vec(), name, &how, TODAY) {
        for row in rows.by_ref().take(10_000) {
            let text = serde_json::to_string(&row).expect("a row can be written");
            let again: intake::Row = serde_json::from_str(&text).expect("and read");
            assert_eq!(again.line, row.line);
            if let Ok(worker) = &row.outcome {
                assert!(check::check(&worker.profile).is_empty(), "it is within bounds");
            }
        }
        let _told = (rows.notes(), rows.columns(), rows.format());
    }
}
