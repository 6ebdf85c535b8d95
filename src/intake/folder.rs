//! A folder of lists and documents: its files in the order of their names, each as if it were given
//! by itself. A file that cannot be read is one refused row.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{
    Format, How, detect, file_name,
    problem::{Code, Problem, Refusal},
    source::{Found, Source},
};

/// Most files of a folder.
const MAX_FILES: usize = 100_000;

/// The files of a folder.
pub(super) struct Folder {
    files: std::vec::IntoIter<PathBuf>,
    how: How,
    number: u64,
    open: Option<(String, Box<dyn Source>)>,
    skipped: usize,
    notes: Vec<Problem>,
}

impl fmt::Debug for Folder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Folder").field("number", &self.number).finish_non_exhaustive()
    }
}

impl Folder {
    /// Lists the files; folders inside, links to them and names that begin with a point are left
    /// out, which is said.
    ///
    /// # Errors
    /// Where the folder cannot be read, holds no file or too many.
    pub(super) fn open(path: &Path, how: How) -> Result<Self, Refusal> {
        let (mut files, mut skipped) = (Vec::new(), 0);
        for entry in fs::read_dir(path).map_err(|error| unreadable(&error))? {
            let path = entry.map_err(|error| unreadable(&error))?.path();
            let hidden =
                path.file_name().is_some_and(|name| name.to_string_lossy().starts_with('.'));
            if hidden || !path.is_file() {
                skipped += 1;
            } else if files.len() == MAX_FILES {
                return Err(too_many());
            } else {
                files.push(path);
            }
        }
        if files.is_empty() {
            return Err(Refusal::new(
                ["mappen har inga filer", "ange en mapp med en fil per person, eller en lista"],
                ["the folder holds no files", "give a folder with one file a person, or a list"],
            ));
        }
        files.sort();
        let files = files.into_iter();
        Ok(Self { files, how, number: 0, open: None, skipped, notes: Vec::new() })
    }

    /// Opens a file; gives its record where it cannot be read.
    fn open_file(&mut self, path: &Path) -> Option<Found> {
        self.number += 1;
        let shown = file_name(path).unwrap_or_else(|| format!("? ({})", self.number));
        let opened = fs::File::open(path).map_err(|error| unreadable(&error));
        let opened = opened.and_then(|file| {
            let stem = file_name(Path::new(path.file_stem().unwrap_or_default()));
            if stem.is_none() {
                return Err(number_in_name());
            }
            detect::source(Box::new(file), &detect::Name::of(path), &self.how)
        });
        match opened {
            Ok(source) => {
                self.open = Some((shown, source));
                None
            }
            Err(refusal) => {
                let draft = Err(refusal.record());
                Some(Found { line: 1, file: Some(shown), draft })
            }
        }
    }
}

impl Source for Folder {
    fn next_row(&mut self) -> Option<Found> {
        loop {
            if let Some((name, source)) = &mut self.open {
                if let Some(mut found) = source.next_row() {
                    if let Ok(draft) = &mut found.draft
                        && !draft.has_ref
                        && draft.fallback.is_none()
                    {
                        // Another file has a row of this number too.
                        draft.fallback = Some(format!("{name}:{}", found.line));
                    }
                    return Some(Found { file: Some(name.clone()), ..found });
                }
                for note in source.notes() {
                    if !self.notes.contains(&note) {
                        self.notes.push(note);
                    }
                }
                self.open = None;
            }
            let path = self.files.next()?;
            if let Some(refused) = self.open_file(&path) {
                return Some(refused);
            }
        }
    }

    fn format(&self) -> Option<Format> {
        None
    }

    fn notes(&self) -> Vec<Problem> {
        let mut notes = self.notes.clone();
        let skipped = self.skipped;
        if skipped > 0 {
            notes.push(Problem::new(
                Code::SkippedFiles,
                format!("Mappar och dolda filer i mappen som inte lästes: {skipped}."),
                format!("Folders and hidden files in the folder that were not read: {skipped}."),
            ));
        }
        notes
    }
}

fn unreadable(error: &io::Error) -> Refusal {
    let (sv, en) = (format!("kan inte läsas ({error})"), format!("cannot be read ({error})"));
    Refusal::new([&sv, "kontrollera rätten att läsa"], [&en, "check the permission to read it"])
}

fn number_in_name() -> Refusal {
    Refusal::new(
        ["filens namn ser ut att hålla ett personnummer", "ge filen en egen referens som namn"],
        [
            "the file's name holds what looks like a personnummer",
            "name the file by a reference of your own",
        ],
    )
}

fn too_many() -> Refusal {
    Refusal::new(
        [&format!("fler än {MAX_FILES} filer"), "dela mappen"],
        [&format!("more than {MAX_FILES} files"), "split the folder"],
    )
}
