//! One query in process, on one core: a worker's words in, ranked and explained paths out.
//!
//! * `recommend/title` is [`Engine::recommend`] for one job title, the least a worker says.
//! * `recommend/title_skills` has three skills, a licence, a municipality and a window beside it.
//! * `resolve/title` and `resolve/skill` are the reading of one text alone, a part of the above.
//!
//! Loading data set and model is not timed. The profiles of a world follow one another, so that no
//! single lucky text is measured; a figure is the mean over them.
//!
//! [`Engine::recommend`]: kompetensnav::engine::Engine::recommend

use std::hint::black_box;

use criterion::{BenchmarkId, Criterion};
use kompetensnav::{domain::Profile, engine::DEFAULT_PATHS};

use crate::world::World;

pub(super) fn bench(criterion: &mut Criterion, worlds: &[World]) {
    let mut group = criterion.benchmark_group("recommend");
    for world in worlds {
        for (name, short) in [("title", true), ("title_skills", false)] {
            group.bench_function(BenchmarkId::new(name, world.name()), |bencher| {
                let engine = world.engine();
                let whole = world.profiles();
                let profiles: Vec<Profile> =
                    if short { whole.iter().map(title_only).collect() } else { whole };
                let mut next = profiles.iter().cycle();
                bencher.iter(|| {
                    next.next().map(|profile| engine.recommend(black_box(profile), DEFAULT_PATHS))
                });
            });
        }
    }
    group.finish();
    let mut group = criterion.benchmark_group("resolve");
    for world in worlds {
        group.bench_function(BenchmarkId::new("title", world.name()), |bencher| {
            let (engine, profiles) = (world.engine(), world.profiles());
            let mut next = profiles.iter().flat_map(|profile| &profile.titles).cycle();
            bencher.iter(|| next.next().map(|text| engine.read_title(black_box(text), None, 5)));
        });
        group.bench_function(BenchmarkId::new("skill", world.name()), |bencher| {
            let (engine, profiles) = (world.engine(), world.profiles());
            let mut next = profiles.iter().flat_map(|profile| &profile.skills).cycle();
            bencher.iter(|| next.next().map(|text| engine.read_skill(black_box(text), 5)));
        });
    }
    group.finish();
}

fn title_only(profile: &Profile) -> Profile {
    Profile { titles: profile.titles.clone(), ..Profile::default() }
}
