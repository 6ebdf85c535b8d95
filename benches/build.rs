//! What is made of a data set once after every import, and what every start pays.
//!
//! * `index` is [`Index::build_in_memory`]: occupations, skills and courses as a tantivy index.
//! * `train` is [`train`]: label indexes, latent space and course links; weights are the shipped ones.
//! * `load` is data set, model and engine read from disk (page cache warm): with the start of the
//!   process and one query this is `recommend` from a cold start.
//!
//! [`Index::build_in_memory`]: kompetensnav::index::Index::build_in_memory

use criterion::{BenchmarkId, Criterion, SamplingMode};
use kompetensnav::{
    index::Index,
    model::{Ranker, train},
};

use crate::world::World;

pub(super) fn bench(criterion: &mut Criterion, worlds: &[World]) {
    let mut group = criterion.benchmark_group("build");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for world in worlds {
        group.bench_function(BenchmarkId::new("index", world.name()), |bencher| {
            let dataset = world.engine().dataset();
            bencher.iter(|| Index::build_in_memory(dataset).expect("a data set can be indexed"));
        });
        group.bench_function(BenchmarkId::new("train", world.name()), |bencher| {
            let dataset = world.engine().dataset();
            let ranker = Ranker::shipped().expect("the shipped weights are tested");
            bencher.iter(|| train(dataset, ranker.clone()).expect("the data set has skills"));
        });
        group.bench_function(BenchmarkId::new("load", world.name()), |bencher| {
            world.engine();
            bencher.iter(|| world.load());
        });
    }
    group.finish();
}
