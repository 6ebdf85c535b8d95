//! The measurements of [`growth`](crate::growth), each in a process of its own.

use std::{
    fs::{self, File},
    io::{self, BufWriter, Read, Write as _},
    path::Path,
    time::{Duration, Instant},
};

use jiff::civil::date;
use kompetensnav::{
    batch::{self, Form, Progress, Settings, Stream},
    dataset::{DataSet, Error},
    domain::{Bilingual, Language, Profile, Taxonomy},
    engine::Engine,
    index::{Index, Opened, Page, Query},
    intake,
    model::{Model, Ranker, SplitMix, train as train_model},
};

use crate::{
    resample,
    times::{Times, time},
    world::common,
};

/// Measure, unit and value.
pub(super) type Value = (String, String, f64);
pub(super) type Values = Vec<Value>;

/// Questions of a kind; fewer where they take longer than [`ASKING`].
const QUESTIONS: usize = 1_000;
const ASKING: Duration = Duration::from_mins(2);
const PATHS: usize = 10;
/// Hits of a search that are read.
const HITS: usize = 20;
/// One text in so many is misspelt.
const MISSPELT: usize = 4;

/// Makes the data set and trains it.
pub(super) fn train(size: usize, base: &Path, folder: &Path) -> Values {
    let mut grown = resample::occupations(data_set(base), size);
    // Before training: the model is of the data set as it is written.
    grown
        .save(&folder.join("dataset"), &[], |_, _| Ok::<(), Error>(()))
        .expect("the temporary folder is writable");
    let ranker = Ranker::shipped().expect("the shipped weights are tested");
    let begin = Instant::now();
    let model = train_model(&grown, ranker).expect("the data set has skills");
    let seconds = begin.elapsed().as_secs_f64();
    model.save(&grown, &folder.join("model")).expect("the temporary folder is writable");
    let mut values = vec![of("train", "s", seconds)];
    values.extend(memory("train_peak", "VmHWM:"));
    values.push(of("model_disk", "MB", megabytes(&folder.join("model"))));
    values
}

/// Reads it back and asks.
pub(super) fn ask(folder: &Path) -> Values {
    let begin = Instant::now();
    let engine = engine(folder);
    let mut values = vec![of("load", "s", begin.elapsed().as_secs_f64())];
    values.extend(memory("loaded", "VmRSS:"));
    let occupations = &engine.dataset().taxonomy.occupations;
    let mut draws = SplitMix(1);
    // A URI is looked up, nothing is read; a title is read as it is written.
    let drawn = (0..QUESTIONS).map(|_| &occupations[draws.below(occupations.len())]);
    let drawn: Vec<_> = drawn.collect();
    let titled = |title: String| Profile { titles: vec![title], ..Profile::default() };
    let named: Vec<Profile> = drawn.iter().map(|row| titled(row.id.clone())).collect();
    let written =
        drawn.iter().map(|row| titled(misspelt(row.label.text(Language::Sv), &mut draws)));
    let written: Vec<Profile> = written.collect();
    values.extend(timed("ranking", &named, |profile| {
        let understood = engine.resolve(profile);
        drop(engine.rank(profile, &understood, PATHS));
    }));
    values.extend(timed("recommend", &written, |profile| drop(engine.recommend(profile, PATHS))));
    values.extend(memory("asked_resident", "VmRSS:"));
    values
}

/// Part of a build's time by which another differs.
const NOISE: f64 = 0.2;

/// Makes the courses and their index.
pub(super) fn index(size: usize, base: &Path, folder: &Path) -> Values {
    let mut base = data_set(base);
    base.taxonomy.occupations = Vec::new();
    for skill in &mut base.taxonomy.skills {
        skill.alternatives = Bilingual::default();
        skill.description = Bilingual::default();
    }
    let taxonomy: Taxonomy = base.taxonomy.clone();
    let bare = DataSet { taxonomy, ..DataSet::default() };
    let mut dataset = resample::courses(base, size);
    FINGERPRINT.clone_into(&mut dataset.manifest.fingerprint);
    let queries = queries(&dataset);
    fs::write(folder.join("queries"), queries.join("\n")).expect("the folder is writable");
    let build = |dataset: &DataSet, name: &str| {
        let begin = Instant::now();
        drop(Index::build(dataset, &folder.join(name)).expect("a data set can be indexed"));
        (begin.elapsed().as_secs_f64(), megabytes(&folder.join(name)))
    };
    let ((bare, bare_disk), (whole, disk)) = (build(&bare, "bare"), build(&dataset, "index"));
    let mut values = vec![of("index_disk", "MB", disk - bare_disk)];
    // What is less than two builds of the same differ by is no figure.
    let courses = whole - bare;
    if courses > NOISE * bare {
        values.push(of("index", "s", courses));
        values.push(of("indexed", "courses/s", size as f64 / courses));
    }
    values.extend(memory("index_peak", "VmHWM:"));
    values
}

/// Opens the index and searches.
pub(super) fn search(folder: &Path) -> Values {
    let begin = Instant::now();
    let opened = Index::open(&folder.join("index"), FINGERPRINT);
    let Ok(Opened::Ready(index)) = opened else { panic!("the last step has built it") };
    let mut values = vec![of("open", "s", begin.elapsed().as_secs_f64())];
    values.extend(memory("opened", "VmRSS:"));
    let queries = fs::read_to_string(folder.join("queries")).expect("the last step has written it");
    let queries: Vec<Query> = queries
        .lines()
        .filter(|text| !text.trim().is_empty())
        .map(|text| Query::new(text, Language::Sv))
        .collect();
    values.extend(timed("search", &queries, |query| {
        let hits = index.search_courses(query, &Page::first(HITS));
        drop(hits.expect("an index in memory can be searched"));
    }));
    values
}

/// Answers a list of so many rows.
pub(super) fn list(size: usize, base: &Path, folder: &Path) -> Values {
    let engine = engine(base);
    let taxonomy = engine.dataset().taxonomy.clone();
    let mut values = Values::new();
    values.extend(memory("list_loaded", "VmHWM:"));
    let rows = List { taxonomy, left: size, draws: SplitMix(7), line: Vec::new(), at: 0 };
    let file = File::create(folder.join("paths.csv")).expect("the temporary folder is writable");
    let mut out = Stream(BufWriter::new(file));
    let begin = Instant::now();
    let mut rows = intake::from_reader(rows.with_header(), "list.csv", None, date(2026, 11, 2))
        .expect("the list has a header");
    let settings = Settings::new(Form::Csv, 1);
    let summary = batch::run(&engine, &mut rows, settings, Progress::default(), &mut out)
        .expect("the file takes all");
    out.flush().expect("the file takes all");
    let seconds = begin.elapsed().as_secs_f64();
    assert_eq!(summary.rows, size as u64, "every row is answered");
    values.push(of("list", "s", seconds));
    values.push(of("answered", "rows/s", size as f64 / seconds));
    values.push(of("written", "MB", megabytes(folder)));
    values.extend(memory("list_peak", "VmHWM:"));
    values
}

/// What the data set of an index is called.
const FINGERPRINT: &str = "growth";

fn data_set(folder: &Path) -> DataSet {
    DataSet::load(&folder.join("dataset")).expect("the data set was written before")
}

fn engine(folder: &Path) -> Engine {
    let dataset = data_set(folder);
    let model = Model::load(&folder.join("model"), &dataset).expect("the model was written before");
    Engine::new(dataset, model)
}

/// Two words of a title, or one.
fn queries(dataset: &DataSet) -> Vec<String> {
    let mut draws = SplitMix(2);
    let query = |_| {
        let course = &dataset.courses[draws.below(dataset.courses.len())];
        let words: Vec<&str> = course.title.text(Language::Sv).split_whitespace().collect();
        let first = draws.below(words.len().max(1));
        let words: Vec<&str> = words.iter().skip(first).take(2).copied().collect();
        misspelt(&words.join(" "), &mut draws)
    };
    (0..QUESTIONS).map(query).collect()
}

/// One in four without one of its letters.
fn misspelt(text: &str, draws: &mut SplitMix) -> String {
    let letters = text.chars().count();
    let left_out = (draws.below(MISSPELT) == 0).then(|| draws.below(letters.max(1)));
    let letters = text.chars().enumerate().filter(|(at, _)| Some(*at) != left_out);
    letters.map(|(_, letter)| letter).collect()
}

/// Median and 99th percentile of single questions on one core.
fn timed<T>(name: &str, questions: &[T], ask: impl Fn(&T)) -> Values {
    let begin = Instant::now();
    let mut times = Vec::new();
    for question in questions {
        times.push(time(|| ask(question)));
        if begin.elapsed() > ASKING {
            break;
        }
    }
    let times = Times::of(times);
    vec![
        of(&format!("{name}_median"), "ms", times.at(50) * 1e3),
        of(&format!("{name}_p99"), "ms", times.at(99) * 1e3),
        of(&format!("{name}_asked"), "questions", times.len() as f64),
    ]
}

fn of(measure: &str, unit: &str, value: f64) -> Value {
    (measure.to_owned(), unit.to_owned(), value)
}

/// What Linux says of this process; nothing elsewhere.
fn memory(measure: &str, field: &str) -> Option<Value> {
    Some(of(measure, "MB", kilobytes("/proc/self/status", field)? / 1e3))
}

/// A figure of a file of `/proc`, in the kB it is given in.
pub(super) fn kilobytes(path: &str, field: &str) -> Option<f64> {
    let text = fs::read_to_string(path).ok()?;
    let line = text.lines().find_map(|line| line.strip_prefix(field))?;
    line.split_whitespace().next()?.parse().ok()
}

/// Size of all files of a folder, without folders in it.
fn megabytes(folder: &Path) -> f64 {
    let files = fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = files.filter_map(|file| file.metadata().ok()).map(|file| file.len());
    bytes.sum::<u64>() as f64 / 1e6
}

/// A list that is made as it is read: a title, up to two skills, and what a row says beside. Common
/// titles come often, rare ones and misspelt ones too.
struct List {
    taxonomy: Taxonomy,
    left: usize,
    draws: SplitMix,
    /// What is being read, from `at` on.
    line: Vec<u8>,
    at: usize,
}

impl List {
    fn with_header(mut self) -> Self {
        self.line = b"ref;yrke;kompetenser;kommun;sista_dag\n".to_vec();
        self
    }

    fn next_line(&mut self) -> String {
        let occupations = &self.taxonomy.occupations;
        let row = &occupations[common(&mut self.draws, occupations.len())];
        let labels = [&[row.label.sv.clone()][..], &row.alternatives.sv].concat();
        let title = misspelt(&labels[self.draws.below(labels.len())], &mut self.draws);
        let skills = (0..self.draws.below(3)).map(|_| {
            let all = &self.taxonomy.skills;
            all[self.draws.below(all.len())].label.sv.replace([';', ','], " ")
        });
        let skills = skills.collect::<Vec<_>>().join(",");
        let month = 1 + self.draws.below(12);
        let title = title.replace([';', '"'], " ");
        format!("W{};{title};{};Göteborg;2027-{month:02}-01\n", self.left, skills.replace('"', " "))
    }
}

impl Read for List {
    fn read(&mut self, room: &mut [u8]) -> io::Result<usize> {
        if self.at == self.line.len() && self.left > 0 {
            self.line = self.next_line().into_bytes();
            (self.left, self.at) = (self.left - 1, 0);
        }
        let read = (&self.line[self.at..]).read(room)?;
        self.at += read;
        Ok(read)
    }
}
