//! `kompetensnav batch`.

use std::{
    fs::{self, File},
    io::{self, BufRead as _, BufReader, BufWriter, IsTerminal as _, Write},
    iter,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use indicatif::{ProgressBar, ProgressStyle};
use tempfile::TempPath;

use super::{list::List, open, recommend};
use crate::{
    batch::{self, Form, Settings, Summary},
    intake::{self, Format},
};

/// Paths per list and worker unless another number is asked for.
const PATHS: usize = 3;

/// Arguments of `batch`.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    #[command(flatten)]
    data: open::Data,
    #[command(flatten)]
    signals: open::Signals,
    #[command(flatten)]
    list: List,
    /// Result: NDJSON, or CSV where the name ends in .csv; `-` writes NDJSON to standard output.
    #[arg(long, value_name = "FILE")]
    out: PathBuf,
    /// Also write the summary here as JSON.
    #[arg(long, value_name = "FILE")]
    summary: Option<PathBuf>,
    /// Paths per list and worker.
    #[arg(long, default_value_t = PATHS, value_parser = recommend::paths)]
    paths: usize,
    /// Worker threads; all cores unless given. The result is the same for any number.
    #[arg(long, value_parser = threads)]
    threads: Option<usize>,
}

pub(super) fn run(args: &Args, out: &mut impl Write) -> Result<()> {
    let results = iter::once(&args.out).chain(&args.summary);
    for result in results.flat_map(|path| [path.clone(), part_of(path)]) {
        if same_file(&args.list.path, &result) {
            bail!("{} is the list; give the result another name", result.display());
        }
        if inside(&result, &args.list.path) {
            bail!(
                "{} is in the folder that is read; give the result another place",
                result.display()
            );
        }
    }
    // Before any work: a result that cannot be written is known at once.
    let to_stdout = args.out == Path::new("-");
    let result = if to_stdout { None } else { Some(PartFile::create(&args.out)?) };
    let listed = args.summary.as_deref().map(PartFile::create).transpose()?;
    if let Some(threads) = args.threads {
        rayon::ThreadPoolBuilder::new().num_threads(threads).build_global()?;
    }
    let mut rows = args.list.open()?;
    let engine = open::engine_hearing(&args.data, &args.signals)?;
    let form = match args.out.extension() {
        Some(extension) if extension.eq_ignore_ascii_case("csv") => Form::Csv,
        _ => Form::Ndjson,
    };
    let settings = Settings { form, paths: args.paths };
    let bar = progress(&args.list.path, rows.format());
    let tick = |rows| bar.set_position(rows);
    let summary = match result {
        None => batch::run(&engine, &mut rows, settings, out, tick)?,
        Some(mut file) => {
            let summary = batch::run(&engine, &mut rows, settings, &mut file.writer, tick);
            let summary = summary.with_context(|| file.given_up())?;
            file.finish()?;
            summary
        }
    };
    bar.finish_and_clear();
    if let Some(mut file) = listed {
        let mut text = serde_json::to_vec_pretty(&summary.to_json())?;
        text.push(b'\n');
        file.writer.write_all(&text).with_context(|| file.given_up())?;
        file.finish()?;
    }
    if to_stdout {
        return report(&summary, &rows, &mut io::stderr().lock());
    }
    report(&summary, &rows, out)?;
    writeln!(out, "Result written to {}", args.out.display())?;
    Ok(())
}

/// A result that gets its name when it is whole: a killed run leaves `FILE.part`, a failed one
/// nothing, never half a result under the real name.
struct PartFile {
    writer: BufWriter<File>,
    /// What is removed unless it gets its name; `None` where the place is written to as it is: a
    /// pipe or device has no other name.
    part: Option<TempPath>,
    path: PathBuf,
}

impl PartFile {
    fn create(path: &Path) -> Result<Self> {
        // A link stays a link: its target is what is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_new| path.to_owned());
        if path.is_dir() {
            bail!("{} is a folder; give the result the name of a file", path.display());
        }
        let direct = path.exists() && !path.is_file();
        let place = if direct { path.clone() } else { part_of(&path) };
        let opened =
            if direct { File::options().write(true).open(&place) } else { File::create(&place) };
        let file = opened.with_context(|| {
            format!("cannot create {}; name a folder that is there", place.display())
        })?;
        let part = if direct { None } else { Some(TempPath::try_from_path(place)?) };
        Ok(Self { writer: BufWriter::new(file), part, path })
    }

    /// What a failed run says of its result.
    fn given_up(&self) -> String {
        let path = self.path.display();
        match &self.part {
            Some(_) => format!("{path} could not be written and what there was of it was removed"),
            None => format!("{path} is not whole"),
        }
    }

    fn finish(self) -> Result<()> {
        let given_up = self.given_up();
        let file = self.writer.into_inner().map_err(io::IntoInnerError::into_error);
        let Some(part) = self.part else {
            file.context(given_up)?;
            return Ok(());
        };
        file.and_then(|file| file.sync_all()).context(given_up)?;
        part.persist(&self.path)
            .map_err(|error| error.error)
            .with_context(|| format!("cannot rename the result to {}", self.path.display()))
    }
}

/// The name of a result that is not whole.
fn part_of(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    PathBuf::from(part)
}

/// A bar over the lines of the list, on a terminal only. Only a file can be counted beforehand: a
/// pipe would be drained, so that it gets no length.
fn progress(list: &Path, format: Option<Format>) -> ProgressBar {
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

/// Whether both names lead to one file that is there.
fn same_file(one: &Path, other: &Path) -> bool {
    match (fs::canonicalize(one), fs::canonicalize(other)) {
        (Ok(one), Ok(other)) => one == other && one.is_file(),
        _ => false,
    }
}

/// Whether a file that may not be there yet stands in this folder.
fn inside(file: &Path, folder: &Path) -> bool {
    let parent = file.parent().filter(|parent| !parent.as_os_str().is_empty());
    let parent = fs::canonicalize(parent.unwrap_or(Path::new(".")));
    let folder = fs::canonicalize(folder).ok().filter(|folder| folder.is_dir());
    parent.ok().is_some_and(|parent| folder == Some(parent))
}

fn report(summary: &Summary, rows: &intake::Rows, out: &mut impl Write) -> Result<()> {
    for note in rows.notes() {
        writeln!(out, "Note: {note}")?;
    }
    writeln!(out, "{:>7} rows", summary.rows)?;
    writeln!(out, "{:>7} with at least one path", summary.matched)?;
    writeln!(out, "{:>7} with a path in their own sector", summary.with_own_sector)?;
    writeln!(out, "{:>7} without a path within their limits", summary.no_match)?;
    writeln!(out, "{:>7} of whom too little was understood", summary.abstain)?;
    for (code, rows) in &summary.refused {
        writeln!(out, "{rows:>7} refused: {}", code.replace('_', " "))?;
    }
    for (code, rows) in &summary.warnings {
        writeln!(out, "{rows:>7} warnings: {}", code.replace('_', " "))?;
    }
    writeln!(out, "{:>7} best paths fit the window", summary.best_fits_window)?;
    writeln!(out, "{:>7} best paths do not fit the window", summary.best_outside_window)?;
    let lists = [
        ("First suggestions", summary.top_targets()),
        ("Most missed skills", summary.top_gaps()),
        ("Most wanted courses", summary.top_courses()),
    ];
    for (title, list) in lists {
        writeln!(out, "{title}")?;
        for entry in list.iter().take(8) {
            writeln!(out, "{:>7} {}", entry.workers, entry.name)?;
        }
    }
    Ok(())
}

fn threads(text: &str) -> Result<usize, String> {
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
