//! A list of workers answered on all cores: rows in, NDJSON bytes out, as `kompetensnav batch` does
//! between opening the engine and closing the file.
//!
//! Made-up worlds get 200 workers as NDJSON, each with a title, three skills, a licence, a
//! municipality and a window; the real one its list of 1,750 rows as it is (`;`, Windows-1252, with
//! its broken rows). Throughput is rows a second. Loading data set and model is not timed, reading
//! the rows is; the output is thrown away.

use std::io::{self, Cursor};

use criterion::{BenchmarkId, Criterion, SamplingMode, Throughput};
use jiff::civil::date;
use kompetensnav::{
    batch::{self, Form, Progress, Settings},
    engine::DEFAULT_PATHS,
    intake,
};

use crate::world::World;

pub(super) fn bench(criterion: &mut Criterion, worlds: &[World]) {
    let mut group = criterion.benchmark_group("batch");
    group.sampling_mode(SamplingMode::Flat).sample_size(10);
    for world in worlds {
        let list = world.list();
        group.throughput(Throughput::Elements(list.rows));
        group.bench_function(BenchmarkId::new("ndjson", world.name()), |bencher| {
            let engine = world.engine();
            let settings = Settings::new(Form::Ndjson, DEFAULT_PATHS);
            bencher.iter(|| {
                let reader = Cursor::new(list.bytes.clone());
                let mut rows = intake::from_reader(reader, "list", None, date(2026, 11, 2))
                    .expect("the list has a header or is NDJSON");
                batch::run(engine, &mut rows, settings, Progress::default(), &mut io::sink())
                    .expect("a sink refuses nothing")
            });
        });
    }
    group.finish();
}
