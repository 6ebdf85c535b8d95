//! `kompetensnav batch`.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, IsTerminal as _, Write},
    iter,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};

use super::{
    argument, input,
    list::List,
    open,
    plots::write_plots,
    recommend,
    result_file::{ResultFile, part_of},
};
use crate::{
    batch::{self, Counted, Form, Output, Progress, Report, Settings, Shard, Stream, Summary},
    dataset::fingerprint_of,
    domain::{Language, Meta},
    engine::Engine,
    intake::{self, Format},
    model,
};

/// Paths per list and worker unless another number is asked for.
const PATHS: usize = 3;
/// Most shards of a list.
const MOST_SHARDS: u64 = 10_000;

/// Arguments of `batch`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    #[command(flatten)]
    list: List,
    /// Result, by the end of its name: a table as .csv, .xlsx or .parquet, or NDJSON as .ndjson, .jsonl
    /// or without an end; `-` writes NDJSON to standard output. A run that was killed leaves FILE.part,
    /// and the same command goes on from there.
    #[arg(long, value_name = "FILE", required_unless_present = "stdin")]
    out: Option<PathBuf>,
    /// Be a filter: NDJSON profiles in on standard input, one record a line out on standard output, each
    /// a matter of its row alone; for `pipe` of Spark, Flink or Beam.
    #[arg(long, conflicts_with_all = ["path", "out", "summary", "plots", "format", "mapping", "sheet", "shard"])]
    stdin: bool,
    /// Also write the summary here as JSON.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Also write pictures of what is missing most often into this folder: SVG files, and a page with the
    /// figures as tables; in Swedish, as the summary.
    #[arg(long, value_name = "FOLDER")]
    plots: Option<PathBuf>,
    /// Paths per list and worker.
    #[arg(long, default_value_t = PATHS, value_parser = recommend::paths)]
    paths: usize,
    /// Answer only every N-th row, from the K-th: one of N machines that all have the list.
    #[arg(long, value_name = "K/N", value_parser = shard)]
    shard: Option<Shard>,
    /// Worker threads; all cores unless given. The result is the same for any number.
    #[arg(long, value_parser = threads)]
    threads: Option<usize>,
}

/// What the result becomes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Ndjson,
    Csv,
    Workbook,
    Parquet,
}

impl Kind {
    fn of(path: &Path) -> Result<Self> {
        let forms = [
            ("ndjson", Self::Ndjson),
            ("jsonl", Self::Ndjson),
            ("csv", Self::Csv),
            ("xlsx", Self::Workbook),
            ("parquet", Self::Parquet),
        ];
        argument::form(path, &forms)
    }

    fn form(self) -> Form {
        match self {
            Self::Ndjson => Form::Ndjson,
            Self::Csv => Form::Csv,
            Self::Workbook => Form::Words,
            Self::Parquet => Form::Raw,
        }
    }
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    let standard = Path::new("-");
    let Some(result) = args.out.as_ref().filter(|_| !args.stdin) else { return filter(args, out) };
    let list = args.list.path()?;
    let results = iter::once(result).chain(&args.summary);
    for place in results.flat_map(|path| [path.clone(), part_of(path)]) {
        if input::same_file(list, &place) {
            bail!("{} is the list; give the result another name", place.display());
        }
        if inside(&place, list) {
            bail!(
                "{} is in the folder that is read; give the result another place",
                place.display()
            );
        }
    }
    input::apart([result].into_iter().chain(&args.summary))?;
    let kind = Kind::of(result)?;
    let settings = Settings { shard: args.shard, ..Settings::new(kind.form(), args.paths) };
    let run = Run { args, list, settings };
    // Before any work: a result that cannot be written is known at once.
    let mut file = if result == standard { None } else { Some(ResultFile::create(result)?) };
    let listed = args.summary.as_deref().map(ResultFile::create).transpose()?;
    let Answered { summary, notes, meta } = match &mut file {
        Some(file) => run.into_file(file)?,
        None => run.into_stream(out)?,
    };
    let report = summary.report(meta);
    match file {
        Some(file) if kind == Kind::Workbook => {
            file.finish_as(|table, file| batch::workbook(table, &report, file))?;
        }
        Some(file) if kind == Kind::Parquet => {
            file.finish_as(|table, file| batch::parquet(table, &report.meta, file))?;
        }
        Some(file) => file.finish()?,
        None => {}
    }
    if let Some(file) = listed {
        let mut text = serde_json::to_vec_pretty(&report)?;
        text.push(b'\n');
        file.write_whole(&text)?;
    }
    if let Some(folder) = &args.plots {
        write_plots(folder, Language::Sv, "Vad som saknas", &report.plots())?;
    }
    if result == standard {
        return say(&summary, &report, &notes, &mut io::stderr().lock());
    }
    say(&summary, &report, &notes, out)?;
    writeln!(out, "Result written to {}", result.display())?;
    Ok(())
}

/// Rows in, records out.
fn filter(args: &Args, out: &mut impl Write) -> Result<()> {
    let mut rows = intake::profiles(io::stdin(), args.list.today())?;
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let settings = Settings { filter: true, ..Settings::new(Form::Ndjson, args.paths) };
    batch::run(&engine, &mut rows, settings, Progress::default(), &mut Stream(out))?;
    Ok(())
}

/// What a run over a list came to.
struct Answered {
    summary: Summary,
    notes: Vec<intake::Problem>,
    meta: Meta,
}

/// One run over a list.
struct Run<'a> {
    args: &'a Args,
    list: &'a Path,
    settings: Settings,
}

impl Run<'_> {
    fn engine(&self) -> Result<Engine> {
        open::engine_hearing(&self.args.data, &self.args.signals)
    }

    fn into_stream(self, out: &mut impl Write) -> Result<Answered> {
        let mut rows = self.args.list.open(self.args.list.today())?;
        let engine = self.engine()?;
        let mut stream = Stream(out);
        let mut shown = Shown { out: &mut stream, bar: progress(self.list, rows.format()) };
        let summary =
            batch::run(&engine, &mut rows, self.settings, Progress::default(), &mut shown)?;
        shown.bar.finish_and_clear();
        Ok(Answered { summary, notes: rows.notes(), meta: engine.meta() })
    }

    /// Goes on where the same run was killed.
    fn into_file(self, file: &mut ResultFile) -> Result<Answered> {
        let engine = self.engine()?;
        let list = &self.args.list;
        // Machines with other registers round otherwise.
        let registers = engine.model().encoder().map(|_on| model::registers());
        let key = fingerprint_of(&(self.settings, engine.meta(), registers));
        // What is no file cannot be read a second time.
        let lasts = fs::metadata(self.list).is_ok_and(|list| list.is_file() || list.is_dir());
        let left = if lasts { file.checkpoint(&key, list.day()) } else { Ok(None) };
        let found = left.or_else(|why| {
            self.say(&format!("{why}, so all of it is answered anew")).map(|()| None)
        })?;
        let begun = found.as_ref().map(|found| found.today);
        let mut today = list.day().or(begun).unwrap_or_else(|| list.today());
        let mut rows = list.open(today)?;
        let mut from = Progress::default();
        if lasts {
            from = file.go_on(found, &key, today)?;
        } else {
            file.begin(0)?;
        }
        let bar = progress(self.list, rows.format());
        loop {
            if from.rows > 0 {
                bar.suspend(|| {
                    self.say(&format!("going on after {} rows, as of {today}", from.rows))
                })?;
            }
            let before = from.rows;
            let mut shown = Shown { out: &mut *file, bar: bar.clone() };
            match batch::run(&engine, &mut rows, self.settings, from, &mut shown) {
                Err(batch::Error::Changed) if before > 0 => {
                    today = list.today();
                    bar.suspend(|| {
                        self.say("it has changed since, so all of it is answered anew")
                    })?;
                    rows = list.open(today)?;
                    from = file.go_on(None, &key, today)?;
                }
                summary => {
                    bar.finish_and_clear();
                    let summary = summary.with_context(|| file.given_up())?;
                    return Ok(Answered { summary, notes: rows.notes(), meta: engine.meta() });
                }
            }
        }
    }

    fn say(&self, what: &str) -> Result<()> {
        Ok(writeln!(io::stderr(), "{}: {what}", input::shown(self.list))?)
    }
}

/// An output whose progress is seen on a bar.
struct Shown<'a, O> {
    out: &'a mut O,
    bar: ProgressBar,
}

impl<O: Write> Write for Shown<'_, O> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.out.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

impl<O: Output> Output for Shown<'_, O> {
    fn reached(&mut self, progress: &Progress) -> io::Result<()> {
        self.bar.set_position(progress.rows);
        self.out.reached(progress)
    }
}

/// A bar over the lines of the list, on a terminal only. Only a file can be counted beforehand: a
/// pipe would be drained, so that it gets no length.
pub(super) fn progress(list: &Path, format: Option<Format>) -> ProgressBar {
    if !io::stderr().is_terminal() {
        return ProgressBar::hidden();
    }
    let by_line = matches!(format, Some(Format::Csv | Format::Ndjson));
    let Some(lines) = lines(list).filter(|_| by_line) else { return ProgressBar::new_spinner() };
    let bar = ProgressBar::new(lines);
    match ProgressStyle::with_template("{bar:40} {pos}/{len} rows, {per_sec}, {eta} left") {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}

/// Line breaks of a regular file; `None` for all else, which is not opened.
fn lines(list: &Path) -> Option<u64> {
    if !fs::metadata(list).ok()?.is_file() {
        return None;
    }
    let mut file = BufReader::new(File::open(list).ok()?);
    let mut lines = 0;
    loop {
        let bytes = file.fill_buf().ok()?;
        if bytes.is_empty() {
            return Some(lines);
        }
        lines += bytes.iter().map(|byte| u64::from(*byte == b'\n')).sum::<u64>();
        let read = bytes.len();
        file.consume(read);
    }
}

/// Whether a file that may not be there yet stands in this folder.
fn inside(file: &Path, folder: &Path) -> bool {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = fs::canonicalize(parent.unwrap_or(Path::new(".")));
    let folder = fs::canonicalize(folder).ok().filter(|folder| folder.is_dir());
    parent.ok().is_some_and(|parent| folder == Some(parent))
}

fn say(
    summary: &Summary,
    report: &Report,
    notes: &[intake::Problem],
    out: &mut impl Write,
) -> Result<()> {
    for note in notes {
        writeln!(out, "Note: {note}")?;
    }
    let counts = [
        (summary.rows, "rows"),
        (summary.matched, "with at least one path"),
        (summary.with_own_sector, "with a path in their own sector"),
        (summary.no_match, "without a path within their limits"),
        (summary.abstain, "of whom too little was understood"),
        (
            summary.unsure_titles,
            "whose title was read unsurely: title_confidence of the table below 0.75, or another reading near",
        ),
    ];
    for (count, text) in counts {
        writeln!(out, "{count:>7} {text}")?;
    }
    for (code, rows) in &summary.refused {
        writeln!(out, "{rows:>7} refused: {}", code.replace('_', " "))?;
    }
    for (code, rows) in &summary.warnings {
        writeln!(out, "{rows:>7} warnings: {}", code.replace('_', " "))?;
    }
    writeln!(out, "{:>7} best paths fit the window", summary.best_fits_window)?;
    writeln!(out, "{:>7} best paths do not fit the window", summary.best_outside_window)?;
    writeln!(out, "{:>7} best paths have no course", summary.best_without_courses)?;
    if !report.sectors.is_empty() {
        writeln!(out, "Sectors: workers, with a path there, whose best path leads elsewhere")?;
    }
    for (key, sector) in &report.sectors {
        let shown = |count: Option<u64>| count.map_or("-".to_owned(), |count| count.to_string());
        let (own, change) = (shown(sector.with_own_sector), shown(sector.best_changes_sector));
        let key = if key.is_empty() { "unknown" } else { key };
        writeln!(out, "{:>7} {own:>7} {change:>7} {key}", sector.workers)?;
    }
    let courses = report.top_courses.iter();
    let courses =
        courses.map(|course| Counted { name: course.name.clone(), workers: course.workers });
    let lists = [
        ("First suggestions", report.top_targets.clone()),
        ("Most missed skills, of the three heaviest for each", report.top_gaps.clone()),
        ("Courses to book", courses.collect()),
        ("Missed, and no course of the first suggestion gives it", report.wanted_courses.clone()),
    ];
    for (title, list) in lists.iter().filter(|(_, list)| !list.is_empty()) {
        writeln!(out, "{title}")?;
        for entry in list.iter().take(8) {
            writeln!(out, "{:>7} {}", entry.workers, entry.name)?;
        }
    }
    Ok(())
}

fn shard(text: &str) -> Result<Shard, String> {
    let parts = text.split_once('/').and_then(|(k, n)| Some((k.parse().ok()?, n.parse().ok()?)));
    match parts {
        Some((number, of)) if (1..=of).contains(&number) && of <= MOST_SHARDS => {
            Ok(Shard { number, of })
        }
        _ => Err(format!("write K/N, as 2/8, with K from 1 to N and N at most {MOST_SHARDS}")),
    }
}

pub(super) fn threads(text: &str) -> Result<usize, String> {
    match text.parse() {
        Ok(number @ 1..=256) => Ok(number),
        _ => Err("give a number from 1 to 256".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_regular_files_are_counted() {
        let file = tempfile::NamedTempFile::new().unwrap();
        fs::write(file.path(), "a\nb\nc").unwrap();
        assert_eq!(lines(file.path()), Some(2));
        assert_eq!(lines(Path::new("-")), None);
        assert_eq!(lines(file.path().parent().unwrap()), None);
        let (reader, mut writer) = io::pipe().unwrap();
        writer.write_all(b"a\nb\n").unwrap();
        drop(writer);
        #[cfg(target_os = "linux")]
        {
            use std::os::fd::AsRawFd as _;
            let path = format!("/proc/self/fd/{}", reader.as_raw_fd());
            assert_eq!(lines(Path::new(&path)), None);
        }
        assert_eq!(io::read_to_string(reader).unwrap(), "a\nb\n");
    }
}
