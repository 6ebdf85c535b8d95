//! What the program has written and reads again: results, plans, approvals, kept rows.
#![no_main]

use jiff::civil::date;
use kompetensnav::{
    audit::{Employees, People},
    batch::{self, Form, Summary},
    cohort::Plan,
    domain::{Meta, Profile, Recommendation},
    esf,
    intake::Row,
};
use kompetensnav_fuzz::choose;
use libfuzzer_sys::fuzz_target;

const KINDS: [&str; 5] = ["result", "plan", "kept", "row", "values"];

fuzz_target!(|data: &[u8]| {
    let Some((kind, bytes)) = choose(data, &KINDS) else { return };
    match *kind {
        "result" => {
            for answer in batch::read(bytes, "result.ndjson") {
                let _answer = answer;
            }
            let answers = || batch::read(bytes, "result.ndjson");
            let _hours = esf::export(answers(), None, 40.0);
            let _people = People::read(answers(), &Employees::default(), None);
        }
        "plan" => {
            let Ok(mut plan) = serde_json::from_slice::<Plan>(bytes) else { return };
            let _hours = esf::of_plan(&plan, 40.0).write(&mut Vec::new());
            let _approved = plan.approve("the office", date(2026, 11, 2));
            serde_json::to_vec(&plan).expect("what was read can be written");
        }
        "kept" => {
            for form in [Form::Ndjson, Form::Csv, Form::Raw, Form::Words] {
                let _lines = batch::table_lines(Some(bytes), form);
            }
            let _counted = batch::count(&mut Summary::default(), bytes);
        }
        "row" => drop(serde_json::from_slice::<Row>(bytes)),
        _ => {
            let _profile = serde_json::from_slice::<Profile>(bytes);
            let _meta = serde_json::from_slice::<Meta>(bytes);
            let _answer = serde_json::from_slice::<Recommendation>(bytes);
        }
    }
});
