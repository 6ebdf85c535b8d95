//! Questions beyond the lists, for every occupation of a world: how long the slowest take, which a
//! mean does not tell, and how long all of them take on all cores.
//!
//! * `explore/ranking` is [`Engine::rank`] with ten places a list: every occupation scored and listed,
//!   nothing explained.
//! * `explore/paths` is [`Engine::recommend`] with ten paths a list, most of it their course plans.
//! * `explore/routes` is [`Engine::routes`] with three moves, `explore/counterfactuals` its namesake.
//!
//! One line each: median, 99th percentile and maximum of every eighth occupation on one core, then the
//! seconds of all on all cores. Each is given by its URI, so that nothing is read.
//!
//! [`Engine::rank`]: kompetensnav::engine::Engine::rank
//! [`Engine::recommend`]: kompetensnav::engine::Engine::recommend
//! [`Engine::routes`]: kompetensnav::engine::Engine::routes

use kompetensnav::{
    domain::{Limits, Profile, Status},
    engine::{DEFAULT_ROUTES, Engine, MOST_HOPS},
};
use rayon::prelude::*;

use crate::{
    times::{Times, time},
    world::World,
};

/// Every so manieth occupation is timed alone.
const STEP: usize = 8;
const PATHS: usize = 10;

type Question = (&'static str, fn(&Engine, &Profile));

const QUESTIONS: [Question; 4] = [
    ("ranking", |engine, profile| {
        // A URI is looked up, nothing is read.
        let understood = engine.resolve(profile);
        drop(engine.rank(profile, &understood, PATHS));
    }),
    ("paths", |engine, profile| drop(engine.recommend(profile, PATHS))),
    ("routes", |engine, profile| drop(engine.routes(profile, MOST_HOPS, DEFAULT_ROUTES))),
    ("counterfactuals", |engine, profile| drop(engine.counterfactuals(profile))),
];

/// Runs the questions whose name holds `filter`. Where nothing is `measured`, one occupation each.
pub(super) fn run(worlds: &[World], filter: &str, measured: bool) {
    for world in worlds {
        for (name, ask) in QUESTIONS {
            let name = format!("explore/{name}/{}", world.name());
            if name.contains(filter) {
                report(&name, world.engine(), ask, measured);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "as criterion does")]
fn report(name: &str, engine: &Engine, ask: fn(&Engine, &Profile), measured: bool) {
    let occupations = &engine.dataset().taxonomy.occupations;
    let profiles: Vec<Profile> = occupations.iter().map(|row| profile(&row.id)).collect();
    if !measured {
        return ask(engine, &profiles[0]);
    }
    let timed = |profile| time(|| ask(engine, profile));
    let times = Times::of(profiles.iter().step_by(STEP).map(timed));
    let all = time(|| profiles.par_iter().for_each(|profile| ask(engine, profile)));
    println!(
        "{name}: median {:.2} ms, 99 % within {:.2} ms, most {:.2} ms; {} occupations in {:.2} s",
        times.at(50) * 1e3,
        times.at(99) * 1e3,
        times.at(100) * 1e3,
        profiles.len(),
        all.as_secs_f64(),
    );
}

/// A dismissed worker of an occupation who has twelve weeks and cannot take less pay.
fn profile(uri: &str) -> Profile {
    Profile {
        titles: vec![uri.to_owned()],
        status: Some(Status::Uppsagd),
        weeks_left: Some(12.0),
        limits: Limits { min_wage: Some(30_000), ..Limits::default() },
        ..Profile::default()
    }
}
