//! A folder that is written beside its final place and moved there when it is whole: nobody ever
//! opens half of one.
//!
//! A folder that is there already goes to a hidden name beside it first and back where the move
//! fails. A run killed between the two moves leaves it there: [`NewFolder::beside`] puts it back,
//! [`left_aside`] tells who only reads.

use std::{
    ffi::OsStr,
    fs, io,
    path::{Path, PathBuf},
    time::Duration,
};

use tempfile::TempDir;

/// Stands in the hidden names, before what tells them apart.
const MARK: &str = ".kompetensnav-";
/// Age from which an unfinished folder is what a killed run left: writing one takes seconds.
const STALE: Duration = Duration::from_hours(1);

/// A folder being written. Dropped, it is removed with all that is in it.
pub(crate) struct NewFolder {
    beside: TempDir,
    place: PathBuf,
}

impl NewFolder {
    /// Begins a folder that is to take `place`. Puts back what a killed run moved aside, and removes
    /// what killed runs left unfinished there.
    pub(crate) fn beside(place: &Path) -> io::Result<Self> {
        let parent = parent(place);
        fs::create_dir_all(parent)?;
        if let Some(former) = left_aside(place) {
            fs::rename(former, place)?;
        }
        let prefix = hidden(place, "new-");
        remove_stale(parent, &prefix);
        let beside = tempfile::Builder::new().prefix(&prefix).tempdir_in(parent)?;
        // One deeper: the library's own folder is closed to all but the user.
        fs::create_dir(beside.path().join("new"))?;
        Ok(Self { beside, place: place.to_owned() })
    }

    /// Where to write.
    pub(crate) fn path(&self) -> PathBuf {
        self.beside.path().join("new")
    }

    /// Moves the finished folder to its place. What was there is removed; where the move fails it
    /// is there again.
    pub(crate) fn take_place(self) -> io::Result<()> {
        let Self { beside, place } = &self;
        let former = former(place);
        let had_former = place.exists();
        if had_former {
            // A run killed after both moves left this one.
            if former.exists() {
                fs::remove_dir_all(&former)?;
            }
            fs::rename(place, &former)?;
        }
        if let Err(error) = fs::rename(beside.path().join("new"), place) {
            if had_former && let Err(also) = fs::rename(&former, place) {
                let former = former.display();
                let said = format!("{error}; what was there is in {former} now: {also}");
                return Err(io::Error::new(error.kind(), said));
            }
            return Err(error);
        }
        if had_former {
            // What cannot be removed now is removed by the next run, which says why it cannot.
            let _removed = fs::remove_dir_all(&former);
        }
        Ok(())
    }
}

/// What stood in `place` before a run was killed that was to replace it; `None` where something
/// stands there.
pub(crate) fn left_aside(place: &Path) -> Option<PathBuf> {
    let former = former(place);
    (!place.exists() && former.exists()).then_some(former)
}

/// Whether a name is one that this module gives to folders for a time.
pub(crate) fn is_passing(name: &OsStr) -> bool {
    name.to_str().is_some_and(|name| name.starts_with('.') && name.contains(MARK))
}

fn parent(place: &Path) -> &Path {
    match place.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn hidden(place: &Path, end: &str) -> String {
    let name = place.file_name().map(OsStr::to_string_lossy).unwrap_or_default();
    format!(".{name}{MARK}{end}")
}

fn former(place: &Path) -> PathBuf {
    parent(place).join(hidden(place, "old"))
}

/// What cannot be removed is no reason not to go on.
fn remove_stale(parent: &Path, prefix: &str) {
    for entry in fs::read_dir(parent).into_iter().flatten().flatten() {
        let ours = entry.file_name().to_str().is_some_and(|name| name.starts_with(prefix));
        let age = entry.metadata().ok().filter(fs::Metadata::is_dir);
        let age = age.and_then(|data| data.modified().ok()?.elapsed().ok());
        if ours && age.is_some_and(|age| age > STALE) {
            let _removed = fs::remove_dir_all(entry.path());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(folder: &Path) -> Vec<String> {
        let entries = fs::read_dir(folder).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<String> = names.collect();
        names.sort();
        names
    }

    fn write(place: &Path, content: &str) -> NewFolder {
        let new = NewFolder::beside(place).unwrap();
        fs::write(new.path().join("file"), content).unwrap();
        new
    }

    fn read(place: &Path) -> String {
        fs::read_to_string(place.join("file")).unwrap()
    }

    #[test]
    fn a_folder_is_there_whole_or_not_at_all() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("deep/set");
        drop(write(&place, "given up"));
        assert_eq!(names(place.parent().unwrap()), [""; 0]);
        write(&place, "one").take_place().unwrap();
        let new = write(&place, "two");
        assert_eq!(read(&place), "one", "until it takes its place");
        new.take_place().unwrap();
        assert_eq!(read(&place), "two");
        assert_eq!(names(place.parent().unwrap()), ["set"]);
    }

    #[test]
    fn what_a_killed_run_moved_aside_comes_back() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("set");
        write(&place, "one").take_place().unwrap();
        assert_eq!(left_aside(&place), None);
        // Killed between the two moves.
        fs::rename(&place, former(&place)).unwrap();
        assert_eq!(left_aside(&place), Some(former(&place)));
        assert!(is_passing(former(&place).file_name().unwrap()));
        let new = write(&place, "two");
        assert_eq!(read(&place), "one");
        // Killed after both, before the former one was removed.
        fs::create_dir(former(&place)).unwrap();
        fs::write(former(&place).join("file"), "zero").unwrap();
        assert_eq!(left_aside(&place), None);
        new.take_place().unwrap();
        assert_eq!((read(&place).as_str(), names(root.path())), ("two", vec!["set".to_owned()]));
    }

    #[test]
    fn a_move_that_fails_leaves_the_former_folder() {
        let root = tempfile::tempdir().unwrap();
        let place = root.path().join("set");
        write(&place, "one").take_place().unwrap();
        let new = write(&place, "two");
        fs::remove_dir_all(new.path()).unwrap();
        new.take_place().unwrap_err();
        assert_eq!((read(&place).as_str(), names(root.path())), ("one", vec!["set".to_owned()]));
    }
}
