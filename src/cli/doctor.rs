//! `kompetensnav doctor`: whether a service can start here and give answers that hold today.

use std::{
    fmt::Display,
    fs,
    io::Write,
    net::TcpListener,
    path::{Path, PathBuf},
    time::Instant,
};

use anyhow::{Result, bail};
use jiff::{ToSpan as _, ZonedDateTime, civil::Date};
use serde::Serialize;

use super::{
    argument::day,
    indented,
    open::{self, Data, INDEX},
    said,
    serve::only_here,
};
use crate::{
    api::Keys,
    dataset::DataSet,
    domain::{Language, Profile, RULES},
    engine::Engine,
    index::{Index, Opened},
    store::{Examined, Store},
};

/// Days ahead in which what ends is told.
const SOON: i64 = 90;
/// Paths of the trial question.
const PATHS: usize = 3;

/// Arguments of `doctor`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: Data,
    #[command(flatten)]
    signals: open::Signals,
    /// Store of the service (`serve --store`); it is read, and nothing in its folder is changed.
    #[arg(long, value_name = "FILE")]
    store: Option<PathBuf>,
    /// Keys of the service (`serve --keys`).
    #[arg(long, value_name = "FILE")]
    keys: Option<PathBuf>,
    /// Address that the service is to have (`serve --listen`).
    #[arg(long, value_name = "HOST:PORT")]
    listen: Option<String>,
    /// Day the answers are to hold on; today without it.
    #[arg(long, value_name = "DATE", value_parser = day)]
    today: Option<Date>,
    /// Write the findings as JSON.
    #[arg(long)]
    json: bool,
}

/// How it stands with something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Level {
    /// As it should be.
    Ok,
    /// Works, and somebody should know.
    Note,
    /// A service would not start, or its answers would not hold.
    Fault,
}

/// What was looked at and how it stands.
#[derive(Debug, Serialize)]
struct Finding {
    level: Level,
    what: &'static str,
    said: String,
}

/// Findings so far.
#[derive(Debug, Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn add(&mut self, level: Level, what: &'static str, said: impl Into<String>) {
        self.0.push(Finding { level, what, said: said.into() });
    }

    fn fault(&mut self, what: &'static str, error: impl Display) {
        self.add(Level::Fault, what, error.to_string());
    }

    fn faults(&self) -> usize {
        self.0.iter().filter(|finding| finding.level == Level::Fault).count()
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let today = args.today.unwrap_or_else(|| ZonedDateTime::now().date());
    let mut found = Findings::default();
    let began = Instant::now();
    match open::engine_hearing(&args.data, &args.signals) {
        Ok(engine) => {
            let seconds = began.elapsed().as_secs_f32();
            of_engine(&engine, seconds, &mut found);
            of_data(engine.dataset(), today, &mut found);
            of_index(args.data.folder(), engine.dataset(), &mut found);
            of_answers(&engine, today, &mut found);
        }
        Err(error) => found.fault("data", said(&error)),
    }
    if let Some(path) = &args.store {
        of_store(path, &mut found);
    }
    if let Some(path) = &args.keys {
        of_keys(path, &mut found);
    }
    if let Some(address) = &args.listen {
        of_address(address, args.keys.is_some(), &mut found);
    }
    tell(&found, args.json, out)?;
    match found.faults() {
        0 => Ok(()),
        1 => bail!("1 fault"),
        faults => bail!("{faults} faults"),
    }
}

fn tell(found: &Findings, json: bool, out: &mut impl Write) -> Result<()> {
    if json {
        return indented::write(out, &found.0);
    }
    for Finding { level, what, said } in &found.0 {
        let level = match level {
            Level::Ok => "ok",
            Level::Note => "note",
            Level::Fault => "FAULT",
        };
        writeln!(out, "{level:<6}{what:<9}{said}")?;
    }
    Ok(())
}

/// Versions, and what was loaded in which time.
fn of_engine(engine: &Engine, seconds: f32, found: &mut Findings) {
    let meta = engine.meta();
    let taxonomy = &engine.dataset().taxonomy;
    found.add(
        Level::Ok,
        "data",
        format!(
            "{} occupations, {} skills, {} courses; loaded with the model in {seconds:.1} s",
            taxonomy.occupations.len(),
            taxonomy.skills.len(),
            engine.dataset().courses.len(),
        ),
    );
    let said = format!("engine {}, data {}, model {}", meta.engine, meta.dataset, meta.model);
    found.add(Level::Ok, "versions", said);
}

/// Whether what the data say still holds.
fn of_data(data: &DataSet, today: Date, found: &mut Findings) {
    for source in &data.manifest.sources {
        let (level, version) = match source.version.as_str() {
            "" => (Level::Note, "does not say its version"),
            version => (Level::Ok, version),
        };
        found.add(level, "source", format!("{}: {version}; {}", source.key, source.licence));
    }
    of_rules(data, today, found);
    let ahead = |day: &String| day.parse::<Date>().is_ok_and(|day| day > today);
    let starts = data.courses.iter().flat_map(|course| &course.starts);
    let (all, ahead) = (starts.clone().count(), starts.filter(|day| ahead(day)).count());
    match (all, ahead) {
        (0, _) => found.add(Level::Note, "courses", "none has a published start"),
        (_, 0) => found.fault(
            "courses",
            format!("all {all} published starts lie before {today}; import courses of this term"),
        ),
        _ => found.add(
            Level::Ok,
            "courses",
            format!("{ahead} of {all} published starts lie after {today}"),
        ),
    }
    let holding = data.signals.iter().filter(|signal| signal.holds(Some(today))).count();
    if holding < data.signals.len() {
        let said = format!("{holding} of {} signals of councils hold still", data.signals.len());
        found.add(Level::Note, "signals", said);
    }
}

/// Rules without a row that holds today, and those that end soon.
fn of_rules(data: &DataSet, today: Date, found: &mut Findings) {
    let soon = today.checked_add(SOON.days()).unwrap_or(today);
    // A rule that the data set does not have at all is told by the import.
    let without = |on: Date| -> Vec<&str> {
        let rows = |key: &'static str| data.rules.iter().filter(move |rule| rule.key == key);
        let keys = RULES.map(|(key, _)| key).into_iter();
        keys.filter(|key| rows(key).next().is_some())
            .filter(|key| !rows(key).any(|rule| rule.holds(Some(on))))
            .collect()
    };
    let (now, later) = (without(today), without(soon));
    if !now.is_empty() {
        let rules = now.join(", ");
        found.fault("rules", format!("no row holds on {today} of: {rules}; import newer rules"));
    }
    let ending: Vec<&str> = later.into_iter().filter(|key| !now.contains(key)).collect();
    if ending.is_empty() {
        if now.is_empty() {
            found.add(Level::Ok, "rules", format!("hold until {soon} at least"));
        }
    } else {
        found.add(Level::Note, "rules", format!("end before {soon}: {}", ending.join(", ")));
    }
}

fn of_index(folder: Option<&Path>, data: &DataSet, found: &mut Findings) {
    let Some(folder) = folder else {
        return found.add(Level::Ok, "index", "of the starter set, built in memory at the start");
    };
    match Index::open(&folder.join(INDEX), &data.manifest.fingerprint) {
        Ok(Opened::Ready(index)) => {
            let rows: usize = index.counts().iter().sum();
            found.add(Level::Ok, "index", format!("{rows} rows, of these data"));
        }
        Ok(Opened::Rebuild(reason)) => found.add(
            Level::Note,
            "index",
            format!("{reason}; `serve` builds it anew at its start, `index` does it now"),
        ),
        Err(error) => found.fault("index", error),
    }
}

/// A question whose answer must be there: somebody of the first occupation.
fn of_answers(engine: &Engine, today: Date, found: &mut Findings) {
    let Some(occupation) = engine.dataset().taxonomy.occupations.first() else {
        return found.fault("answers", "there is no occupation");
    };
    let profile =
        Profile { titles: vec![occupation.id.clone()], as_of: Some(today), ..Profile::default() };
    let began = Instant::now();
    let answer = engine.recommend(&profile, PATHS);
    let time = began.elapsed().as_secs_f32() * 1000.0;
    let paths = answer.own_sector.len() + answer.change_sector.len();
    if paths == 0 {
        let said =
            format!("no path for somebody who was {}", occupation.label.marked(Language::En));
        found.fault("answers", said);
    } else {
        found.add(
            Level::Ok,
            "answers",
            format!("a trial question had {paths} paths in {time:.1} ms"),
        );
    }
}

fn of_store(path: &Path, found: &mut Findings) {
    let shown = path.display();
    if !path.exists() {
        let folder = path.parent().filter(|folder| *folder != Path::new(""));
        if folder.is_some_and(|folder| !folder.is_dir()) {
            let said = format!("{shown} cannot be made: its folder is not there; make the folder");
            return found.add(Level::Fault, "store", said);
        }
        let said = format!("{shown} is not there; `serve` makes it at its start");
        return found.add(Level::Note, "store", said);
    }
    match Store::examine(path) {
        Ok(Examined { bytes, batches, waiting, unread }) => {
            let megabytes = bytes as f64 / 1e6;
            let said = format!(
                "{shown}: whole, {megabytes:.1} MB, {batches} batches, {waiting} pieces of work wait"
            );
            found.add(Level::Ok, "store", said);
            for unread in unread {
                found.add(Level::Note, "signals", unread.to_string());
            }
        }
        Err(error) if error.is_in_use() => {
            found.add(Level::Note, "store", format!("{shown} is in use by a running service"));
        }
        Err(error) => found.fault("store", error),
    }
}

fn of_keys(path: &Path, found: &mut Findings) {
    match Keys::read(path) {
        Ok(keys) if keys.is_empty() => found.fault(
            "keys",
            format!("{} has no key; make one by `kompetensnav keys add`", path.display()),
        ),
        Ok(keys) => {
            found.add(Level::Ok, "keys", format!("{} keys", keys.iter().count()));
            if others_read(path) {
                let said = format!("{} can be read by others; chmod 600", path.display());
                found.add(Level::Note, "keys", said);
            }
        }
        Err(error) => found.fault("keys", error),
    }
}

#[cfg(unix)]
fn others_read(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    fs::metadata(path).is_ok_and(|metadata| metadata.permissions().mode() & 0o077 != 0)
}

#[cfg(not(unix))]
fn others_read(_path: &Path) -> bool {
    false
}

fn of_address(address: &str, has_keys: bool, found: &mut Findings) {
    if !has_keys && let Err(error) = only_here(address) {
        return found.fault("address", said(&error));
    }
    match TcpListener::bind(address) {
        Ok(_free) => found.add(Level::Ok, "address", format!("{address} is free")),
        Err(error) => found.fault(
            "address",
            format!("{address} cannot be had ({error}); give a free one as --listen HOST:PORT"),
        ),
    }
}
