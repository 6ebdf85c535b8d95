//! Tables that are small and read strictly: counts, groups, employees, choices, starts, signals, the
//! tables of a hub, keys.
#![no_main]

use std::{fs, path::PathBuf, sync::LazyLock};

use kompetensnav::{
    api::Keys,
    audit::{Employees, Groups},
    cohort::{Choices, Starts},
    dataset::{DataSet, Report, hub, starter},
    esf, forecast::{Assumptions, Counts},
    intake::sheet::Sheet,
};
use kompetensnav_fuzz::{TODAY, choose};
use libfuzzer_sys::fuzz_target;

static DATASET: LazyLock<DataSet> = LazyLock::new(|| starter::dataset().expect("the starter set"));
static KEYS: LazyLock<PathBuf> =
    LazyLock::new(|| std::env::temp_dir().join(format!("kompetensnav-keys-{}", std::process::id())));
const TABLES: [&str; 17] = [
    "counts", "groups of an audit", "employees", "choices of esf", "starts", "locks", "signals",
    "assumptions", "keys", "occupations.csv", "skills.csv", "skill_groups.csv", "licences.csv",
    "courses.csv", "groups.csv", "rules.csv", "signals.csv",
];

const HEADERS: [(&str, &str); 8] = [
    ("occupations.csv", include_str!("../../data/occupations.csv")),
    ("skills.csv", include_str!("../../data/skills.csv")),
    ("skill_groups.csv", include_str!("../../data/skill_groups.csv")),
    ("licences.csv", include_str!("../../data/licences.csv")),
    ("courses.csv", include_str!("../../data/courses.csv")),
    ("groups.csv", include_str!("../../data/groups.csv")),
    ("rules.csv", include_str!("../../data/rules.csv")),
    ("signals.csv", include_str!("../../data/signals.csv")),
];

fn sheet<T, E>(bytes: &[u8], read: impl FnOnce(&Sheet) -> Result<T, E>) {
    if let Ok(sheet) = Sheet::parse(bytes, "table.csv") {
        let _read = read(&sheet);
    }
}

fuzz_target!(|data: &[u8]| {
    let Some((table, bytes)) = choose(data, &TABLES) else { return };
    let text = String::from_utf8_lossy(bytes);
    match *table {
        "counts" => sheet(bytes, Counts::of),
        "groups of an audit" => sheet(bytes, Groups::of),
        "employees" => sheet(bytes, Employees::of),
        "choices of esf" => sheet(bytes, esf::choices),
        "starts" => drop(Starts::read(bytes, "starts.csv", &DATASET, TODAY)),
        "locks" => drop(Choices::read(bytes, "plan.csv", &DATASET)),
        "signals" => drop(hub::read_signals(&text, &DATASET.taxonomy.occupations)),
        "assumptions" => drop(Assumptions::parse(bytes, "forecast.csv")),
        "keys" => {
            fs::write(&*KEYS, bytes).expect("a file");
            let _keys = Keys::read(&KEYS);
        }
        name => {
            // The others have their header alone: all of the starter set takes too long.
            let mut files = hub::HubFiles::new();
            for (known, header) in HEADERS {
                files.insert(known, header.lines().next().unwrap_or_default()).expect("known");
            }
            files.insert(name, &text).expect("known");
            let _parts = hub::read(&files, &mut Report::new("hub", "", ""));
        }
    }
});
