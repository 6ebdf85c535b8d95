//! A file that gets its name when it is whole, and a run that goes on where it was killed.

use std::{
    fs::{self, File, TryLockError},
    io::{self, BufReader, BufWriter, Seek as _, SeekFrom, Write},
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::batch::{Output, Progress};

/// Time between two checkpoints: so much work a killed run can lose.
const BETWEEN: Duration = Duration::from_secs(1);

/// How far a run is whose result is not whole, beside the result as `FILE.part.json`.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Checkpoint {
    /// What the result depends on beside the list: settings and versions.
    key: String,
    /// Day the run counts from.
    pub(super) today: Date,
    /// Bytes of `FILE.part` that are whole.
    bytes: u64,
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
    /// What the next checkpoint is for; `None` where none is kept.
    run: Option<(String, Date)>,
    last: Instant,
    /// Rows of the last checkpoint.
    kept: Option<u64>,
}

impl ResultFile {
    /// Opens the place of a result and keeps other runs from it.
    pub(super) fn create(path: &Path) -> Result<Self> {
        // A link stays a link: its target is what is written.
        let path = fs::canonicalize(path).unwrap_or_else(|_new| path.to_owned());
        if path.is_dir() {
            bail!("{} is a folder; give the result the name of a file", path.display());
        }
        let direct = path.exists() && !path.is_file();
        let part = if direct { path.clone() } else { part_of(&path) };
        let mut options = File::options();
        let opened = options.write(true).create(!direct).truncate(false).open(&part);
        let file = opened.with_context(|| {
            format!("cannot create {}; name a folder that is there", part.display())
        })?;
        if !direct && matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
            bail!(
                "another run is writing {}; wait for it or give the result another name",
                path.display()
            );
        }
        let writer = BufWriter::new(file);
        let last = Instant::now();
        Ok(Self { writer, part, path, run: None, last, kept: None })
    }

    /// What a run that was killed has left here, if it can be read.
    pub(super) fn checkpoint(&self) -> Option<Checkpoint> {
        let file = File::open(checkpoint_of(&self.part)).ok()?;
        let found: Checkpoint = serde_json::from_reader(BufReader::new(file)).ok()?;
        let whole = fs::metadata(&self.part).is_ok_and(|part| part.len() >= found.bytes);
        whole.then_some(found)
    }

    /// Goes on behind what is there if it is of the same run, else begins anew. From now on checkpoints
    /// are kept.
    pub(super) fn go_on(
        &mut self,
        found: Option<Checkpoint>,
        key: &str,
        today: Date,
    ) -> Result<Progress> {
        let same = found.filter(|found| found.key == key && found.today == today);
        let bytes = same.as_ref().map_or(0, |same| same.bytes);
        self.begin(bytes)?;
        self.run = Some((key.to_owned(), today));
        self.kept = same.as_ref().map(|same| same.progress.rows);
        Ok(same.map(|same| same.progress).unwrap_or_default())
    }

    /// Keeps so many bytes of what is there and writes behind them.
    pub(super) fn begin(&mut self, bytes: u64) -> Result<()> {
        if self.is_direct() {
            return Ok(());
        }
        if bytes == 0 {
            self.kept = None;
            let _absent = fs::remove_file(checkpoint_of(&self.part));
        }
        let file = self.writer.get_mut();
        let moved = file.set_len(bytes).and_then(|()| file.seek(SeekFrom::Start(bytes)));
        moved.with_context(|| format!("cannot write {}", self.part.display()))?;
        Ok(())
    }

    fn is_direct(&self) -> bool {
        self.part == self.path
    }

    /// What a failed run says of its result.
    pub(super) fn given_up(&self) -> String {
        let path = self.path.display();
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

    /// Gives a whole result its name.
    pub(super) fn finish(mut self) -> Result<()> {
        let given_up = self.given_up();
        let written = self.writer.flush();
        if self.is_direct() {
            return written.context(given_up);
        }
        written.and_then(|()| self.writer.get_ref().sync_all()).context(given_up)?;
        self.name(&self.part)
    }

    /// Makes another file of a whole table, which gets the name.
    pub(super) fn finish_as(
        mut self,
        make: impl FnOnce(BufReader<File>, &mut File) -> io::Result<()>,
    ) -> Result<()> {
        let given_up = self.given_up();
        let mut made_at = self.part.clone().into_os_string();
        made_at.push(".whole");
        let made_at = PathBuf::from(made_at);
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
        let _absent = fs::remove_file(&self.part);
        Ok(())
    }

    fn name(&self, whole: &Path) -> Result<()> {
        fs::rename(whole, &self.path)
            .with_context(|| format!("cannot rename the result to {}", self.path.display()))?;
        let _absent = fs::remove_file(checkpoint_of(&self.part));
        Ok(())
    }
}

impl Drop for ResultFile {
    /// A run that failed before its first checkpoint leaves nothing; a whole result has another name.
    fn drop(&mut self) {
        if !self.is_direct() && self.kept.is_none() {
            let _absent = fs::remove_file(&self.part);
        }
    }
}

impl Write for ResultFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
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
        let text = serde_json::to_vec(&Checkpoint { key, today, bytes, progress })?;
        let place = checkpoint_of(&self.part);
        let new = place.with_extension("new");
        let mut written = File::create(&new)?;
        written.write_all(&text)?;
        written.sync_data()?;
        fs::rename(&new, &place)?;
        self.kept = Some(rows);
        self.last = Instant::now();
        Ok(())
    }
}

/// The name of a result that is not whole.
pub(super) fn part_of(path: &Path) -> PathBuf {
    let mut part = path.as_os_str().to_owned();
    part.push(".part");
    PathBuf::from(part)
}

fn checkpoint_of(part: &Path) -> PathBuf {
    let mut name = part.as_os_str().to_owned();
    name.push(".json");
    PathBuf::from(name)
}
