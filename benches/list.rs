//! A list as notices make them, on one core: people of few occupations with skills of their own, so that
//! most of what occupations say has been worked out for somebody before.
//!
//! * `list/ranking` is [`Engine::rank`] with ten places a list and the parts of their scores: every
//!   occupation scored, nothing explained. The words are read before.
//! * `list/five` and `list/ten` are [`Engine::recommend`] with five and ten paths in each of both lists, with
//!   gap, course plan, ways of paying, demand and reasons; the words are looked up.
//!
//! One line each: workers a second, median and 99th percentile, of five rounds the one with the best
//! throughput. A list is [`WORKERS`] people of forty occupations, a few of which most of them have, each with
//! up to six more skills, of the occupation or of one of the others; twelve municipalities, five lengths of
//! notice. A skill that nobody had before costs some 25 us more, which lists of strangers pay for each.
//!
//! [`Engine::rank`]: kompetensnav::engine::Engine::rank
//! [`Engine::recommend`]: kompetensnav::engine::Engine::recommend

use jiff::civil::date;
use kompetensnav::{
    domain::{Profile, ResolvedProfile, Status},
    engine::Engine,
    model::SplitMix,
};

use crate::{
    times::{Times, time},
    world::{self, World},
};

const WORKERS: usize = 4_000;
const OCCUPATIONS: usize = 40;
const MOST_SKILLS: usize = 6;
const ROUNDS: usize = 5;
const MUNICIPALITIES: [&str; 12] = [
    "Göteborg",
    "Mölndal",
    "Kungsbacka",
    "Kungälv",
    "Härryda",
    "Partille",
    "Lerum",
    "Ale",
    "Alingsås",
    "Stenungsund",
    "Tjörn",
    "Öckerö",
];
/// Weeks of notice by time of employment, as the law has them.
const WEEKS: [f32; 5] = [4.0, 8.0, 13.0, 17.0, 26.0];

type Question = (&'static str, fn(&Engine, &Profile, &ResolvedProfile));

const QUESTIONS: [Question; 3] = [
    ("ranking", |engine, profile, understood| {
        drop(engine.rank(profile, understood, 10).parts(engine.model()));
    }),
    ("five", |engine, profile, _| drop(engine.recommend(profile, 5))),
    ("ten", |engine, profile, _| drop(engine.recommend(profile, 10))),
];

/// Runs the questions whose name holds `filter`. Where nothing is `measured`, one worker each.
pub(super) fn run(worlds: &[World], filter: &str, measured: bool) {
    for world in worlds {
        for (name, ask) in QUESTIONS {
            let name = format!("list/{name}/{}", world.name());
            if name.contains(filter) {
                report(&name, world.engine(), ask, measured);
            }
        }
    }
}

#[expect(clippy::print_stdout, reason = "as criterion does")]
fn report(
    name: &str,
    engine: &Engine,
    ask: fn(&Engine, &Profile, &ResolvedProfile),
    measured: bool,
) {
    let workers: Vec<(Profile, ResolvedProfile)> = workers(engine)
        .take(if measured { WORKERS } else { 1 })
        .map(|profile| {
            let understood = engine.resolve(&profile);
            (profile, understood)
        })
        .collect();
    let round = || {
        let mut times = Vec::with_capacity(workers.len());
        let all = time(|| {
            let one = |(profile, understood): &(_, _)| time(|| ask(engine, profile, understood));
            times.extend(workers.iter().map(one));
        });
        (all, times)
    };
    if !measured {
        return drop(round());
    }
    let rounds = (0..ROUNDS).map(|_| round()).min_by_key(|(all, _)| *all);
    let Some((all, times)) = rounds else { return };
    let times = Times::of(times);
    println!(
        "{name}: {:.0} workers/s, median {:.0} us, 99 % within {:.0} us",
        times.len() as f64 / all.as_secs_f64(),
        times.at(50) * 1e6,
        times.at(99) * 1e6,
    );
}

/// People of few occupations.
fn workers(engine: &Engine) -> impl Iterator<Item = Profile> + '_ {
    let taxonomy = &engine.dataset().taxonomy;
    let mut draws = SplitMix(38);
    let mut drawn = || draws.below(taxonomy.occupations.len());
    let present: Vec<usize> = (0..OCCUPATIONS).map(|_| drawn()).collect();
    (0..).map(move |_| {
        let occupation = &taxonomy.occupations[present[world::common(&mut draws, present.len())]];
        let named = (0..draws.below(MOST_SKILLS + 1)).map(|_| {
            let other = &taxonomy.occupations[present[draws.below(present.len())]];
            let of = if draws.below(2) == 0 { occupation } else { other };
            let all = of.essential.len() + of.optional.len();
            let drawn = of.essential.iter().chain(&of.optional).nth(draws.below(all.max(1)));
            taxonomy.skills[*drawn.unwrap_or(&0) as usize].id.clone()
        });
        let skills = named.collect();
        Profile {
            titles: vec![occupation.id.clone()],
            skills,
            municipality: Some(MUNICIPALITIES[draws.below(MUNICIPALITIES.len())].to_owned()),
            status: Some(Status::Uppsagd),
            weeks_left: Some(WEEKS[draws.below(WEEKS.len())]),
            as_of: Some(date(2026, 11, 29)),
            ..Profile::default()
        }
    })
}
