//! A file that gets its name when it is whole, and a run that goes on where it was killed.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufRead as _, BufReader, BufWriter, Read as _, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use crc32fast::Hasher;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::input::shown;
use crate::batch::{Output, Progress};

/// Least time between two checkpoints.
const BETWEEN: Duration = Duration::from_secs(1);
/// Bytes of the line that a checkpoint begins with: a checksum of the rest.
const SUM: usize = 9;
/// How often a place is opened that another run has just left.
const TRIES: usize = 10;

/// How far a run is whose result is not whole, beside the result as `FILE.part.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// What the result depends on beside the list: settings and versions.
    key: String,
    /// Day the run counts from.
    pub(super) today: Date,
    /// Bytes of `FILE.part` that are whole.
    bytes: u64,
    /// Their checksum.
    sum: u32,
    /// Rows behind them.
    pub(super) progress: Progress,
}

/// A result that gets its name when it is whole: a killed run leaves `FILE.part`, from which the same
/// run goes on, never half a result under the real name.
pub(super) struct ResultFile {
    writer: BufWriter<File>,
    /// Where it is written; the path itself where that is a pipe or device, which has no other name.
    part: PathBuf,
    path: PathBuf,
    /// Checksum of what is written.
    sum: Hasher,
    /// What the next checkpoint is for; `None` where none is kept.
    run: Option<(String, Date)>,
    last: Instant,
    /// Rows of the last checkpoint.
    kept: Option<u64>,
    /// Whether what is there is this run's own, and not yet whole: nothing else is ever removed.
    begun: bool,
}

impl ResultFile {
    /// Opens the place of a result and keeps other runs from it.
    pub(super) fn create(path: &Path) -> Result<Self> {
        if path == Path::new("-") {
            bail!("- is standard output, and this is written to a file; name one");
        }
        // A link stays a link: its target is what is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_new| path.to_owned());
        if path.is_dir() {
            bail!("{} is a folder; give the result the name of a file", shown(&path));
        }
        let direct = path.exists() && !path.is_file();
        let part = if direct { path.clone() } else { part_of(&path) };
        for _ in 0..TRIES {
            let opened = File::options().write(true).create(!direct).truncate(false).open(&part);
            let file = opened.with_context(|| {
                format!("cannot create {}; name a folder that is there", shown(&part))
            })?;
            if !direct && matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                break;
            }
            // Another run may have given the file its name, or removed it, since it was opened.
            if direct || is_at(&file, &part) {
                let writer = BufWriter::new(file);
                let last = Instant::now();
                let (sum, run, kept) = (Hasher::new(), None, None);
                return Ok(Self { writer, part, path, sum, run, last, kept, begun: false });
            }
        }
        bail!(
            "another run is writing {}; wait for it or give the result another name",
            shown(&path)
        )
    }

    /// What the same run has left here when it was killed; nothing where no run has left anything. `key` is
    /// what the result depends on beside the list and the day, if one is asked for. Reads both files.
    ///
    /// # Errors
    /// Why what is there is of no use.
    pub(super) fn checkpoint(
        &self,
        key: &str,
        day: Option<Date>,
    ) -> Result<Option<Checkpoint>, &'static str> {
        let nothing = || fs::metadata(&self.part).is_ok_and(|part| part.len() == 0);
        let Some(found) = self.whole_checkpoint() else {
            let left = "what a former run has left is not as it was written";
            return if self.is_direct() || nothing() { Ok(None) } else { Err(left) };
        };
        if found.key != key || day.is_some_and(|day| day != found.today) {
            return Err("what a former run has left is of other options, data or day");
        }
        Ok(Some(found))
    }

    /// The checkpoint that is here, if it and the part are as they were written.
    fn whole_checkpoint(&self) -> Option<Checkpoint> {
        let bytes = fs::read(checkpoint_of(&self.part)).ok()?;
        let (sum, text) = bytes.split_at_checked(SUM)?;
        if sum != sealed(text).get(..SUM)? {
            return None;
        }
        let found: Checkpoint = serde_json::from_slice(text).ok()?;
        (self.sum_of(found.bytes).ok()?.finalize() == found.sum).then_some(found)
    }

    /// The checksum of the first bytes of what is there.
    fn sum_of(&self, bytes: u64) -> io::Result<Hasher> {
        let mut sum = Hasher::new();
        let mut part = BufReader::with_capacity(1 << 16, File::open(&self.part)?.take(bytes));
        loop {
            let read = part.fill_buf()?;
            if read.is_empty() {
                return Ok(sum);
            }
            sum.update(read);
            let length = read.len();
            part.consume(length);
        }
    }

    /// Goes on behind what was found, else begins anew. From now on checkpoints are kept.
    pub(super) fn go_on(
        &mut self,
        found: Option<Checkpoint>,
        key: &str,
        today: Date,
    ) -> Result<Progress> {
        let bytes = found.as_ref().map_or(0, |found| found.bytes);
        self.begin(bytes)?;
        self.run = Some((key.to_owned(), today));
        self.kept = found.as_ref().map(|found| found.progress.rows);
        Ok(found.map(|found| found.progress).unwrap_or_default())
    }

    /// Keeps so many bytes of what is there and writes behind them.
    pub(super) fn begin(&mut self, bytes: u64) -> Result<()> {
        if self.is_direct() {
            return Ok(());
        }
        if bytes == 0 {
            self.kept = None;
            self.clear();
        }
        self.begun = true;
        self.sum =
            self.sum_of(bytes).with_context(|| format!("cannot read {}", shown(&self.part)))?;
        let file = self.writer.get_mut();
        let moved = file.set_len(bytes).and_then(|()| file.seek(SeekFrom::Start(bytes)));
        moved.with_context(|| format!("cannot write {}", shown(&self.part)))?;
        Ok(())
    }

    fn is_direct(&self) -> bool {
        self.part == self.path
    }

    /// What a failed run says of its result.
    pub(super) fn given_up(&self) -> String {
        let path = shown(&self.path);
        if self.is_direct() {
            return format!("{path} is not whole");
        }
        match self.kept {
            Some(rows) => format!(
                "{path} could not be written; {rows} rows are kept beside it, and the same command goes \
                 on from there"
            ),
            None => format!("{path} could not be written and what there was of it was removed"),
        }
    }

    /// Writes a result that is there as a whole.
    pub(super) fn write_whole(mut self, bytes: &[u8]) -> Result<()> {
        self.begin(0)?;
        self.write_all(bytes).with_context(|| self.given_up())?;
        self.finish()
    }

    /// Gives a whole result its name.
    pub(super) fn finish(mut self) -> Result<()> {
        let given_up = self.given_up();
        let written = self.writer.flush();
        if self.is_direct() {
            return written.context(given_up);
        }
        written.and_then(|()| self.writer.get_ref().sync_all()).context(given_up)?;
        self.clear();
        // From here on the name may be another run's.
        self.begun = false;
        self.name(&self.part)
    }

    /// Makes another file of a whole table, which gets the name.
    pub(super) fn finish_as(
        mut self,
        make: impl FnOnce(BufReader<File>, &mut File) -> io::Result<()>,
    ) -> Result<()> {
        let given_up = self.given_up();
        let made_at = made_of(&self.part);
        let made = self.writer.flush().and_then(|()| {
            let table = BufReader::new(File::open(&self.part)?);
            let mut file = File::create(&made_at)?;
            make(table, &mut file)?;
            file.sync_all()
        });
        if made.is_err() {
            let _absent = fs::remove_file(&made_at);
        }
        made.context(given_up)?;
        self.name(&made_at)?;
        self.clear();
        self.kept = None;
        Ok(())
    }

    /// Removes what stands beside the part: checkpoints and a file that was being made of it.
    fn clear(&self) {
        let checkpoint = checkpoint_of(&self.part);
        for left in [checkpoint.with_extension("new"), checkpoint, made_of(&self.part)] {
            let _absent = fs::remove_file(left);
        }
    }

    fn name(&self, whole: &Path) -> Result<()> {
        fs::rename(whole, &self.path)
            .with_context(|| format!("cannot rename the result to {}", shown(&self.path)))
    }
}

/// Writes a whole result.
pub(super) fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    ResultFile::create(path)?.write_whole(bytes)
}

impl Drop for ResultFile {
    /// A run that failed before its first checkpoint leaves nothing; one that never began leaves what it
    /// found.
    fn drop(&mut self) {
        let empty = || fs::metadata(&self.part).is_ok_and(|part| part.len() == 0);
        let ours = self.begun || (!checkpoint_of(&self.part).exists() && empty());
        if !self.is_direct()
            && self.kept.is_none()
            && ours
            && is_at(self.writer.get_ref(), &self.part)
        {
            let _absent = fs::remove_file(&self.part);
        }
    }
}

impl Write for ResultFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.writer.write(bytes)?;
        self.sum.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}

impl Output for ResultFile {
    fn reached(&mut self, progress: &Progress) -> io::Result<()> {
        let Some((key, today)) = &self.run else { return Ok(()) };
        if self.is_direct() || self.last.elapsed() < BETWEEN {
            return Ok(());
        }
        // First the bytes, then that they are there.
        self.writer.flush()?;
        let file = self.writer.get_mut();
        file.sync_data()?;
        let bytes = file.stream_position()?;
        let (key, today, progress) = (key.clone(), *today, progress.clone());
        let rows = progress.rows;
        let sum = self.sum.clone().finalize();
        let text = serde_json::to_vec(&Checkpoint { key, today, bytes, sum, progress })?;
        let place = checkpoint_of(&self.part);
        let new = place.with_extension("new");
        let mut written = File::create(&new)?;
        written.write_all(&sealed(&text))?;
        written.sync_data()?;
        fs::rename(&new, &place)?;
        self.kept = Some(rows);
        self.last = Instant::now();
        Ok(())
    }
}

/// A text behind its checksum, [`SUM`] bytes long.
fn sealed(text: &[u8]) -> Vec<u8> {
    let sum = crc32fast::hash(text);
    [format!("{sum:08x}\n").as_bytes(), text].concat()
}

/// The name of a result that is not whole.
pub(super) fn part_of(path: &Path) -> PathBuf {
    with_ending(path, ".part")
}

fn checkpoint_of(part: &Path) -> PathBuf {
    with_ending(part, ".json")
}

/// Where a workbook or the like is made of a part.
fn made_of(part: &Path) -> PathBuf {
    with_ending(part, ".whole")
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(ending);
    PathBuf::from(name)
}

/// Whether a file that is open is the one of this name. Where systems cannot tell it is taken to be.
#[cfg(unix)]
fn is_at(file: &File, path: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    match (file.metadata(), fs::metadata(path)) {
        (Ok(open), Ok(named)) => (open.dev(), open.ino()) == (named.dev(), named.ino()),
        _ => false,
    }
}

#[cfg(not(unix))]
fn is_at(_file: &File, path: &Path) -> bool {
    path.exists()
}
