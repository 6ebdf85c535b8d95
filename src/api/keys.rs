//! Keys of the interface: who may ask what. A file holds their SHA-256 alone; a key is 256 random bits, so
//! that no slow hash is needed to keep it from being guessed.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, ErrorKind, Write as _},
    path::Path,
};

use jiff::{ZonedDateTime, civil::Date};
use sha2::{Digest as _, Sha256};

use crate::{
    dataset::{Error, hex},
    intake::personnummer,
};

/// First line of the file.
const HEADER: &str = "name;role;sha256;made";
/// What every key begins with, so that scanners of leaked secrets can find it.
const PREFIX: &str = "kn_";
/// Random bytes of a key.
const BYTES: usize = 32;
/// Longest name, characters.
const LONGEST_NAME: usize = 60;

/// What a key may be used for; a higher one may do all that a lower may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// What is about no single person: catalogue, model, forecasts, summaries.
    Read,
    /// And questions about one worker, results, decisions.
    Adviser,
    /// And lists, plans and their approval, audits, erasure.
    Hub,
}

impl Role {
    /// All roles, the lowest first.
    pub const ALL: [Self; 3] = [Self::Read, Self::Adviser, Self::Hub];

    /// Its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Adviser => "adviser",
            Self::Hub => "hub",
        }
    }

    /// The role of a name.
    pub fn of(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.key() == key)
    }
}

/// A key as the file has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Who has it, as given.
    pub name: String,
    /// What it may be used for.
    pub role: Role,
    /// Day it was made.
    pub made: Date,
    hash: String,
}

/// The keys of a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Keys(Vec<Key>);

impl Keys {
    /// Reads a file of keys.
    ///
    /// # Errors
    /// Where it cannot be read, or a line is no key; the line is not repeated.
    pub fn read(path: &Path) -> Result<Self, Error> {
        let shown = path.display().to_string();
        let text = fs::read_to_string(path).map_err(|error| match error.kind() {
            ErrorKind::NotFound => {
                let cure = "give the file of keys, or make one by `kompetensnav keys add`";
                Error::format(shown.clone(), "there is no such file of keys", cure)
            }
            _ => Error::io(path, error),
        })?;
        let mut keys = Vec::new();
        for (number, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            if number == 1 && line == HEADER {
                continue;
            }
            keys.push(key(line).ok_or_else(|| {
                let cure = "write name;role;sha256;day, or make keys by `kompetensnav keys add`";
                Error::format(format!("{shown}:{number}"), "the line is no key", cure)
            })?);
        }
        Ok(Self(keys))
    }

    /// The keys, as they stand in the file.
    pub fn iter(&self) -> impl Iterator<Item = &Key> {
        self.0.iter()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The key that was sent. Hashes are compared, so that the time it takes tells nothing of a key.
    pub(super) fn find(&self, sent: &str) -> Option<&Key> {
        let hash = hex(&Sha256::digest(sent.as_bytes()));
        let differ = |key: &Key| {
            key.hash.bytes().zip(hash.bytes()).fold(0, |all, (ours, theirs)| all | (ours ^ theirs))
        };
        // All are compared whole, whichever it is.
        self.0.iter().fold(None, |found, key| if differ(key) == 0 { Some(key) } else { found })
    }

    /// Makes a key, adds it to a file that may not be there yet, and returns it: it is shown once.
    ///
    /// # Errors
    /// Where the name is taken or cannot be used, or the file cannot be written.
    pub fn add(path: &Path, name: &str, role: Role) -> Result<String, Error> {
        let mut keys = if path.exists() { Self::read(path)? } else { Self::default() };
        let shown = path.display().to_string();
        let plain = (1..=LONGEST_NAME).contains(&name.chars().count())
            && !name.contains([';', '\n', '\r'])
            && name.trim() == name
            && !personnummer::found_in(name);
        if !plain {
            let cure = "give one of at most 60 characters without semicolon or personnummer";
            return Err(Error::format(shown, "the name cannot be used", cure));
        }
        if keys.iter().any(|key| key.name == name) {
            return Err(Error::format(
                shown,
                format!("there is a key of {name} already"),
                "give another name, or remove that key first",
            ));
        }
        let mut random = [0; BYTES];
        getrandom::fill(&mut random)
            .map_err(|error| Error::io(path, io::Error::other(error.to_string())))?;
        let sent = format!("{PREFIX}{}", hex(&random));
        let hash = hex(&Sha256::digest(sent.as_bytes()));
        keys.0.push(Key { name: name.to_owned(), role, made: ZonedDateTime::now().date(), hash });
        keys.write(path)?;
        Ok(sent)
    }

    /// Removes the key of a name; a running service forgets it when it reads all anew (SIGHUP).
    ///
    /// # Errors
    /// Where there is none, or the file cannot be read or written.
    pub fn remove(path: &Path, name: &str) -> Result<(), Error> {
        let mut keys = Self::read(path)?;
        let before = keys.0.len();
        keys.0.retain(|key| key.name != name);
        if keys.0.len() == before {
            let problem = format!("there is no key of {name}");
            let cure = "see the names by `kompetensnav keys list`";
            return Err(Error::format(path.display().to_string(), problem, cure));
        }
        keys.write(path)
    }

    /// Writes the file beside its place, for its owner alone, and moves it there.
    fn write(&self, path: &Path) -> Result<(), Error> {
        let lines = self
            .0
            .iter()
            .map(|Key { name, role, made, hash }| format!("{name};{};{hash};{made}\n", role.key()));
        let text = format!("{HEADER}\n{}", lines.collect::<String>());
        let new = path.with_extension("new");
        let written = private(&new).and_then(|mut file| {
            file.write_all(text.as_bytes())?;
            keep_owner(path, &new)?;
            file.sync_all()?;
            fs::rename(&new, path)
        });
        written.map_err(|error| Error::io(path, error))
    }
}

/// Gives a new file to whom the old one belongs, where there is one: whoever runs the service reads it, and
/// another may change it.
#[cfg(unix)]
fn keep_owner(old: &Path, new: &Path) -> io::Result<()> {
    use std::os::unix::fs::{MetadataExt as _, chown};
    let (Ok(old), own) = (fs::metadata(old), fs::metadata(new)?) else { return Ok(()) };
    if (old.uid(), old.gid()) == (own.uid(), own.gid()) {
        return Ok(());
    }
    chown(new, Some(old.uid()), Some(old.gid()))
}

#[cfg(not(unix))]
fn keep_owner(_old: &Path, _new: &Path) -> io::Result<()> {
    Ok(())
}

/// Opens a new file that only its owner can read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options.open(path)
}

fn key(line: &str) -> Option<Key> {
    let mut cells = line.trim_end().split(';');
    let (name, role, hash) = (cells.next()?, Role::of(cells.next()?)?, cells.next()?);
    let made = cells.next()?.parse().ok()?;
    let is_hash = hash.len() == 64 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
    let known = is_hash && !name.is_empty() && cells.next().is_none();
    known.then(|| Key { name: name.to_owned(), role, made, hash: hash.to_lowercase() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_there_is_named_with_the_cure() {
        let folder = tempfile::tempdir().unwrap();
        let said = Keys::read(&folder.path().join("keys.csv")).unwrap_err().to_string();
        assert!(said.contains("keys.csv") && said.contains("keys add"), "{said}");
    }

    #[test]
    fn a_key_is_found_by_itself_alone_and_the_file_does_not_hold_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys.csv");
        let sent = Keys::add(&path, "anna", Role::Adviser).unwrap();
        let other = Keys::add(&path, "import", Role::Hub).unwrap();
        let keys = Keys::read(&path).unwrap();
        assert_eq!(keys.find(&sent).map(|key| key.role), Some(Role::Adviser));
        assert_eq!(keys.find(&other).map(|key| key.name.as_str()), Some("import"));
        assert_eq!(keys.find(&sent[1..]), None);
        let text = fs::read_to_string(&path).unwrap();
        assert!(!text.contains(&sent) && !text.contains(&sent[3..]), "{text}");
        assert!(Keys::add(&path, "anna", Role::Read).unwrap_err().to_string().contains("anna"));
        Keys::remove(&path, "anna").unwrap();
        assert_eq!(Keys::read(&path).unwrap().find(&sent), None);
        fs::write(&path, "anna;boss;00;2026-01-01\n").unwrap();
        let said = Keys::read(&path).unwrap_err().to_string();
        assert!(said.contains("keys.csv:1") && !said.contains("boss"), "{said}");
    }
}
