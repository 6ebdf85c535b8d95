//! All benchmarks; `benches/README.md` says how to run them and what they gave.
//!
//! One program instead of one a file: the worlds are made once, and link-time optimisation runs
//! once.

mod batch;
mod beside;
mod build;
mod cohort;
mod curves;
mod explore;
mod growth;
mod import;
mod list;
mod machine;
mod query;
mod resample;
mod steps;
mod times;
mod words;
mod world;

use criterion::Criterion;

/// As in the program.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::io::Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [first, step @ ..] = &arguments[..]
        && first == growth::STEP
    {
        growth::step(step);
        return Ok(());
    }
    let mut criterion = Criterion::default().configure_from_args();
    // Cargo passes `--bench` to measure; without it (`cargo test --benches`) each runs once.
    let measured = arguments.iter().any(|argument| argument == "--bench");
    let worlds = world::all(measured)?;
    query::bench(&mut criterion, &worlds);
    batch::bench(&mut criterion, &worlds);
    build::bench(&mut criterion, &worlds);
    import::bench(&mut criterion, &worlds);
    let filter = arguments.into_iter().find(|argument| !argument.starts_with('-'));
    let filter = filter.unwrap_or_default();
    machine::run(&filter, measured);
    explore::run(&worlds, &filter, measured);
    list::run(&worlds, &filter, measured);
    cohort::run(&filter, measured);
    criterion.final_summary();
    beside::run(&filter, measured)?;
    growth::run(&worlds, &filter, measured)
}
