//! Source files to a data set: found, read, joined ([`dataset::import`]) and written to disk.
//!
//! The made-up worlds are loose ESCO tables in two languages, the SSYK crosswalk and one JSON-LD
//! file of courses; the real one is the whole folder: ESCO's zips in two versions, JobTech, crosswalks,
//! market, workbooks and tables of courses. Files lie in the page cache. Writing flushes each file to
//! the disk (`fsync`), so that its share depends on the disk.

use criterion::{BenchmarkId, Criterion, SamplingMode};
use kompetensnav::dataset;

use crate::world::World;

pub(super) fn bench(criterion: &mut Criterion, worlds: &[World]) {
    let mut group = criterion.benchmark_group("import");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for world in worlds {
        group.bench_function(BenchmarkId::new("read", world.name()), |bencher| {
            let sources = world.sources();
            bencher.iter(|| {
                dataset::import(sources, world.only()).expect("the files are of known formats")
            });
        });
        group.bench_function(BenchmarkId::new("read_write", world.name()), |bencher| {
            let sources = world.sources();
            let folder = tempfile::tempdir().expect("the temporary folder is writable");
            bencher.iter(|| {
                let mut imported =
                    dataset::import(sources, world.only()).expect("the files are of known formats");
                let target = folder.path().join("dataset");
                imported
                    .save(&target, |_, _| Ok::<(), dataset::Error>(()))
                    .expect("the folder is writable");
            });
        });
    }
    group.finish();
}
