//! Words that people write, one at a time: a cell of each column, a header, a title, a skill, a licence, a
//! personnummer somewhere. Short, so that a run is fast.
#![no_main]

use std::sync::LazyLock;

use kompetensnav::{
    dataset::starter,
    domain::Profile,
    engine::Engine,
    intake::{self, Format, How, check},
    model::{self, Ranker},
};
use kompetensnav_fuzz::{TODAY, choose};
use libfuzzer_sys::fuzz_target;

/// Longer words are a matter of bounds, which `intake` tries.
const LONGEST: usize = 200;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let dataset = starter::dataset().expect("the starter set");
    let trained = model::train(&dataset, Ranker::shipped().expect("shipped")).expect("trained");
    Engine::new(dataset, trained)
});
static COLUMNS: LazyLock<Vec<&'static str>> = LazyLock::new(intake::columns);
const STATES: [&str; 4] = ["uppsagd", "varslad", "permitterad", "anställd"];

/// What the words are.
#[derive(Clone, Copy)]
enum As {
    Cell,
    Header,
    Title,
    Skill,
    Licence,
}

const ALL: [As; 8] =
    [As::Cell, As::Cell, As::Cell, As::Cell, As::Header, As::Title, As::Skill, As::Licence];

fuzz_target!(|data: &[u8]| {
    let Some((way, rest)) = choose(data, &ALL) else { return };
    let rest = &rest[..rest.len().min(LONGEST)];
    match way {
        As::Cell => {
            let Some((column, rest)) = choose(rest, &COLUMNS) else { return };
            let Some((status, rest)) = choose(rest, &STATES) else { return };
            let Ok(words) = std::str::from_utf8(rest) else { return };
            let cell = words.replace('"', "\"\"");
            read(&format!("ref;yrke;status;{column}\nA1;kock;{status};\"{cell}\"\n"));
        }
        As::Header => {
            let Ok(words) = std::str::from_utf8(rest) else { return };
            let header = words.replace('"', "\"\"");
            read(&format!("ref;yrke;\"{header}\"\nA1;kock;2027-01-31\n"));
        }
        As::Title | As::Skill | As::Licence => {
            let Ok(words) = std::str::from_utf8(rest) else { return };
            let mut profile = Profile::default();
            let written = match way {
                As::Title => &mut profile.titles,
                As::Skill => &mut profile.skills,
                _ => &mut profile.licences,
            };
            written.push(words.to_owned());
            if !check::check(&profile).is_empty() {
                return;
            }
            let understood = ENGINE.resolve(&profile);
            for concept in understood.occupations.iter().chain(&understood.skills) {
                assert!((0.0..=1.0).contains(&concept.confidence), "{}", concept.confidence);
            }
        }
    }
});

/// Reads a list of one row: whatever its words are, it is the row or a reason.
fn read(list: &str) {
    let mut how = How::default();
    how.format = Some(Format::Csv);
    let Ok(rows) = intake::received(list.as_bytes().to_vec(), "list.csv", &how, TODAY) else { return };
    for row in rows {
        if let Ok(worker) = &row.outcome {
            assert!(check::check(&worker.profile).is_empty(), "it is within bounds");
        }
    }
}
