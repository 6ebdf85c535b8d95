//! Growth: how time and memory go with the number of occupations, courses and workers.
//!
//! * `growth/occupations`: a data set of so many made from the base (`resample`); training; reading data set and
//!   model back ("load"), one `Engine::rank` of a URI, one `Engine::recommend` of a written title with ten paths a
//!   list.
//! * `growth/courses`: the project's index of so many courses (occupations are left out and skills keep
//!   their names alone; what those take is measured apart and taken off), and searches in it.
//! * `growth/workers`: `batch::run` on so many rows that are made as they are read, a path a list, to a
//!   file that is removed. 10^7 rows, which take hours, only where `KOMPETENSNAV_GROWTH_MOST` allows them.
//!
//! The base is the last world: the official files where `KOMPETENSNAV_DATA` is set. Each measurement is
//! a process of its own, this program called again, so that its memory is its own; one that takes more than its
//! time or three quarters of the memory that was free is ended, and larger ones are not tried. Memory is what Linux says
//! of the process (`/proc`); elsewhere it is left out. Values and curves are in `target/growth`.

use std::{
    env, fs,
    io::{self, Read as _},
    path::Path,
    process::{Child, Command, Stdio},
    slice, thread,
    time::{Duration, Instant},
};

use crate::{
    curves::{self, Point},
    steps::{self, Value, Values},
    world::World,
};

/// First argument of the program where it is to measure one step.
pub(super) const STEP: &str = "growth-step";
/// The largest size to measure; a million unless given.
const MOST: &str = "KOMPETENSNAV_GROWTH_MOST";
const USUAL_MOST: usize = 1_000_000;
/// What a step may take, beside a millisecond for each of what grows.
const BUDGET: Duration = Duration::from_mins(30);
const EACH: Duration = Duration::from_millis(1);
/// Share of the free memory that a step may take.
const MEMORY: f64 = 0.75;
/// How often a step is looked at.
const LOOK: Duration = Duration::from_millis(20);

/// How long free memory is kept, in milliseconds: as the service's unit has it (`deploy`).
const KEEP: (&str, &str) = ("MIMALLOC_PURGE_DELAY", "60000");

/// What grows.
struct Series {
    name: &'static str,
    sizes: &'static [usize],
    /// Where nothing is measured.
    smallest: usize,
    /// One after the other, in one folder.
    steps: &'static [&'static str],
}

const SERIES: [Series; 3] = [
    Series {
        name: "occupations",
        sizes: &[3_000, 10_000, 30_000, 100_000, 300_000],
        smallest: 100,
        steps: &["train", "ask"],
    },
    Series {
        name: "courses",
        sizes: &[1_000, 10_000, 100_000, 1_000_000],
        smallest: 100,
        steps: &["index", "search"],
    },
    Series {
        name: "workers",
        sizes: &[1_000, 10_000, 100_000, 1_000_000, 10_000_000],
        smallest: 50,
        steps: &["list"],
    },
];

/// Runs the series whose name holds `filter`, which begins with `growth` where this is `measured`: it takes
/// hours. Where nothing is, the smallest of each.
#[expect(clippy::print_stdout, reason = "as criterion does")]
pub(super) fn run(worlds: &[World], filter: &str, measured: bool) -> io::Result<()> {
    let asked = |name: &str| format!("growth/{name}").contains(filter);
    let Some(base) = worlds.last() else { return Ok(()) };
    if measured && !filter.starts_with("growth") {
        return Ok(());
    }
    let target = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let shown = target.with_file_name(if measured { "growth" } else { "growth-smallest" });
    let most = env::var(MOST).ok().map(|most| most.parse().expect("a size is a number"));
    let (memory, most) = (free_memory(), most.unwrap_or(USUAL_MOST));
    for series in SERIES.iter().filter(|series| asked(series.name)) {
        let sizes = if measured { series.sizes } else { slice::from_ref(&series.smallest) };
        for size in sizes.iter().copied().filter(|size| *size <= most) {
            let folder = tempfile::tempdir_in(target)?;
            let folders = [base.folder(), folder.path()];
            let (values, stopped) = steps_of(series, size, folders, memory);
            println!("growth/{}/{size}: {}", series.name, in_words(&values));
            let point = |(measure, unit, value)| {
                let series = series.name;
                Point { series, size, measure, unit, value }
            };
            // At once: larger sizes take hours, in which much can end.
            write(&shown, &values.into_iter().map(point).collect::<Vec<_>>())?;
            if let Some(why) = stopped {
                println!("growth/{}/{size}: {why}; larger ones are not tried", series.name);
                assert!(measured, "the smallest step is possible everywhere");
                break;
            }
        }
    }
    Ok(())
}

/// Measures one step; called in a process of its own.
#[expect(clippy::print_stdout, reason = "the process that called this one reads it")]
pub(super) fn step(arguments: &[String]) {
    let [name, size, base, folder] = arguments else {
        panic!("a step has a name, a size and two folders, not {arguments:?}")
    };
    let size: usize = size.parse().expect("a size is a number");
    let (base, folder) = (Path::new(base), Path::new(folder));
    let values = match name.as_str() {
        "train" => steps::train(size, base, folder),
        "ask" => steps::ask(folder),
        "index" => steps::index(size, base, folder),
        "search" => steps::search(folder),
        "list" => steps::list(size, base, folder),
        other => panic!("no step is called {other}"),
    };
    for (measure, unit, value) in values {
        println!("{measure} {unit} {value}");
    }
}

/// The values of all steps at one size, and why the last of them was ended.
fn steps_of(
    series: &Series,
    size: usize,
    folders: [&Path; 2],
    memory: Option<f64>,
) -> (Values, Option<String>) {
    let time = BUDGET + EACH * u32::try_from(size).unwrap_or(u32::MAX);
    let mut values = Values::new();
    for step in series.steps {
        let program = env::current_exe().expect("the program knows itself");
        let child = Command::new(program)
            .env(KEEP.0, KEEP.1)
            .args([STEP, step, &size.to_string()])
            .args(folders)
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program can be called");
        match watch(child, time, memory.map(|free| free * MEMORY)) {
            Ok(told) => values.extend(told.lines().filter_map(value)),
            Err(why) => return (values, Some(format!("{step} {why}"))),
        }
    }
    (values, None)
}

fn value(line: &str) -> Option<Value> {
    let mut words = line.split(' ');
    let (measure, unit) = (words.next()?, words.next()?);
    Some((measure.to_owned(), unit.to_owned(), words.next()?.parse().ok()?))
}

/// What a process says in the end, or why it did not come to it.
fn watch(mut child: Child, time: Duration, memory: Option<f64>) -> Result<String, String> {
    let begin = Instant::now();
    let status = format!("/proc/{}/status", child.id());
    let ended = loop {
        if let Some(ended) = child.try_wait().expect("a child can be waited for") {
            break ended;
        }
        let taken = steps::kilobytes(&status, "VmRSS:").map(|kilobytes| kilobytes / 1e3);
        let too_long = (begin.elapsed() > time).then(|| format!("{} s", time.as_secs()));
        let too_large = taken.zip(memory).filter(|(taken, most)| taken > most);
        let too_large = too_large.map(|(_, most)| format!("{most:.0} MB"));
        if let Some(most) = too_long.or(too_large) {
            child.kill().and_then(|()| child.wait()).expect("one's own child can be ended");
            return Err(format!("took more than {most}"));
        }
        thread::sleep(LOOK);
    };
    let mut told = String::new();
    let out = child.stdout.as_mut().expect("it was asked for");
    out.read_to_string(&mut told).expect("numbers are text");
    if ended.success() { Ok(told) } else { Err(format!("failed ({ended})")) }
}

/// Megabytes that are free on this machine.
fn free_memory() -> Option<f64> {
    steps::kilobytes("/proc/meminfo", "MemAvailable:").map(|kilobytes| kilobytes / 1e3)
}

fn in_words(values: &[Value]) -> String {
    let one = |(measure, unit, value): &Value| {
        let digits = if *value < 10.0 { 3 } else { 1 };
        format!("{measure} {value:.digits$} {unit}")
    };
    values.iter().map(one).collect::<Vec<_>>().join(", ")
}

/// `growth.csv` and `growth.svg`. They hold what was run this time, and of other sizes what was run last.
fn write(folder: &Path, points: &[Point]) -> io::Result<()> {
    fs::create_dir_all(folder)?;
    let before = fs::read_to_string(folder.join("growth.csv")).unwrap_or_default();
    let is_old =
        |old: &Point| points.iter().all(|new| (new.series, new.size) != (old.series, old.size));
    let mut all: Vec<Point> = before.lines().filter_map(point).filter(is_old).collect();
    all.extend_from_slice(points);
    all.sort_by_key(|point| (point.series, point.size));
    let mut table = String::from("series,size,measure,unit,value\n");
    for Point { series, size, measure, unit, value } in &all {
        table.extend([
            series,
            ",",
            &size.to_string(),
            ",",
            measure,
            ",",
            unit,
            ",",
            &value.to_string(),
            "\n",
        ]);
    }
    fs::write(folder.join("growth.csv"), table)?;
    fs::write(folder.join("growth.svg"), curves::svg(&all))
}

/// A value that was written before; nothing of another line.
fn point(line: &str) -> Option<Point> {
    let cells: Vec<&str> = line.split(',').collect();
    let [series, size, measure, unit, value] = cells[..] else { return None };
    let series = SERIES.iter().find(|known| known.name == series)?.name;
    let (size, value) = (size.parse().ok()?, value.parse().ok()?);
    Some(Point { series, size, measure: measure.to_owned(), unit: unit.to_owned(), value })
}
