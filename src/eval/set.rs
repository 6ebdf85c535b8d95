//! Evaluation sets on disk: found by their files, opened, run and scored.

use std::{
    fmt, fs, iter,
    path::{Path, PathBuf},
};

use serde::Serialize;

use super::{
    Ranker, Run, SetReport,
    courses::{BundleSet, CourseSet},
    report::{SystemReport, View},
    skills::SkillSet,
    titles::TitleSet,
    transitions::{JudgedMoves, TransitionSet},
};
use crate::{dataset::Error, domain::Course};

/// Folders below a given one that are searched for sets.
const DEPTH: usize = 6;

/// What a set asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum SetKind {
    /// Job title -> labels of the right occupation or group (MELO, Retyk et al. 2024).
    Titles,
    /// Skill profile of an occupation -> related occupations.
    Transitions,
    /// Sentence -> ESCO skills (HOUSE, TECH; Decorte et al. 2022, 2023).
    Skills,
    /// Course text -> SSYK groups it trains for.
    Courses,
    /// Upper-secondary outcome -> its bundle of GY11 courses.
    Bundles,
}

impl SetKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Titles, Self::Transitions, Self::Skills, Self::Courses, Self::Bundles];

    /// The files that make a folder a set of this kind; answers are in others.
    pub fn files(self) -> &'static [&'static str] {
        match self {
            Self::Titles => &["queries.tsv", "corpus_elements.tsv", "concept_mapping.tsv"],
            Self::Transitions => &["profiles.jsonl", "candidates.tsv", "map_esco.tsv"],
            Self::Skills => &["queries.tsv", "corpus.tsv"],
            Self::Courses => &["course_ssyk.tsv"],
            Self::Bundles => &["gy11_outcomes.json"],
        }
    }
}

impl fmt::Display for SetKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Titles => "titles",
            Self::Transitions => "transitions",
            Self::Skills => "skills",
            Self::Courses => "courses",
            Self::Bundles => "bundles",
        })
    }
}

/// A folder that holds a set of some kind. One folder may hold several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetDir {
    /// The folder.
    pub path: PathBuf,
    /// Path below the folder that was searched, with `/`; the folder's own name where it is that.
    pub name: String,
    /// What its files make it.
    pub kind: SetKind,
}

impl SetDir {
    /// The name of the folder itself, wherever the search for it began.
    pub fn own_name(&self) -> &str {
        self.name.rsplit('/').next().unwrap_or(&self.name)
    }
}

/// All sets in a folder and the folders below it, in order of their paths.
///
/// # Errors
/// Where a folder cannot be read, where one has some of a set's files but not all, and where there
/// is no set at all.
pub fn find_sets(root: &Path) -> Result<Vec<SetDir>, Error> {
    let mut found = Vec::new();
    walk(root, root, DEPTH, &mut found)?;
    if found.is_empty() {
        let problem = "holds no evaluation set";
        return Err(Error::format(root.display().to_string(), problem, shapes()));
    }
    Ok(found)
}

fn walk(root: &Path, dir: &Path, depth: usize, found: &mut Vec<SetDir>) -> Result<(), Error> {
    found.extend(sets_in(root, dir)?);
    if depth == 0 {
        return Ok(());
    }
    let entries = fs::read_dir(dir).map_err(|source| Error::io(dir, source))?;
    let mut below = Vec::new();
    for entry in entries {
        let path = entry.map_err(|source| Error::io(dir, source))?.path();
        if path.is_dir() {
            below.push(path);
        }
    }
    below.sort();
    below.iter().try_for_each(|path| walk(root, path, depth - 1, found))
}

fn sets_in(root: &Path, dir: &Path) -> Result<Vec<SetDir>, Error> {
    let has = |file: &&str| dir.join(file).is_file();
    let below = dir.strip_prefix(root).unwrap_or(dir).to_string_lossy().replace('\\', "/");
    let name = if below.is_empty() {
        let full = dir.canonicalize().unwrap_or_else(|_| dir.to_owned());
        full.file_name().unwrap_or(full.as_os_str()).to_string_lossy().into_owned()
    } else {
        below
    };
    let found: Vec<SetDir> = SetKind::ALL
        .into_iter()
        .filter(|kind| kind.files().iter().all(has))
        .map(|kind| SetDir { path: dir.to_owned(), name: name.clone(), kind })
        .collect();
    let part = SetKind::ALL.into_iter().flat_map(SetKind::files).find(|file| has(file));
    match part {
        Some(file) if found.is_empty() => {
            let problem = format!("has {file} but not the files that go with it");
            Err(Error::format(dir.display().to_string(), problem, shapes()))
        }
        _ => Ok(found),
    }
}

fn shapes() -> String {
    let kinds = SetKind::ALL.map(|kind| format!("{kind} = {}", kind.files().join(" + ")));
    format!("a set is one of: {}", kinds.join("; "))
}

/// A set, read and checked.
#[derive(Debug)]
pub struct Set {
    dir: SetDir,
    content: Content,
}

#[derive(Debug)]
enum Content {
    Titles(TitleSet),
    Transitions(TransitionSet),
    Skills(SkillSet),
    Courses(CourseSet),
    Bundles(BundleSet),
}

impl Set {
    /// Reads a set. `courses` are those of the data set, where a course set's texts are looked up.
    ///
    /// # Errors
    /// Where a file is missing, cannot be read or is not in its format, with file and line.
    pub fn open(dir: &SetDir, courses: &[Course]) -> Result<Self, Error> {
        let path = &dir.path;
        let content = match dir.kind {
            SetKind::Titles => Content::Titles(TitleSet::open(path)?),
            SetKind::Transitions => Content::Transitions(TransitionSet::open(path)?),
            SetKind::Skills => Content::Skills(SkillSet::open(path)?),
            SetKind::Courses => Content::Courses(CourseSet::open(path, courses)?),
            SetKind::Bundles => Content::Bundles(BundleSet::open(path)?),
        };
        Ok(Self { dir: dir.clone(), content })
    }

    /// Where it is and what it asks.
    pub fn dir(&self) -> &SetDir {
        &self.dir
    }

    /// A system's answers to all queries, on all cores; the same for any number of them.
    pub fn run(&self, ranker: &dyn Ranker) -> Run {
        match &self.content {
            Content::Titles(set) => set.run(ranker),
            Content::Transitions(set) => set.run(ranker),
            Content::Skills(set) => set.run(ranker),
            Content::Courses(set) => set.run(ranker),
            Content::Bundles(set) => set.run(ranker),
        }
    }

    /// The judged moves of a transition set; none for other kinds.
    pub(super) fn judged_moves(&self) -> Vec<JudgedMoves<'_>> {
        match &self.content {
            Content::Transitions(set) => set.judged_moves(),
            _ => Vec::new(),
        }
    }

    /// The set as one of titles, if it is.
    pub(super) fn titles(&self) -> Option<&TitleSet> {
        match &self.content {
            Content::Titles(set) => Some(set),
            _ => None,
        }
    }

    /// The set as one of skills, if it is.
    pub(super) fn skills(&self) -> Option<&SkillSet> {
        match &self.content {
            Content::Skills(set) => Some(set),
            _ => None,
        }
    }

    /// Measures of a run, one view per way of counting; none where the set has no answers.
    pub fn score(&self, run: &Run) -> Vec<View> {
        match &self.content {
            Content::Titles(set) => set.score(run),
            Content::Transitions(set) => set.score(run),
            Content::Skills(set) => set.score(run),
            Content::Courses(set) => set.score(run),
            Content::Bundles(set) => set.score(run),
        }
    }

    /// Runs and scores a system and the baselines that answer this kind of set.
    pub fn evaluate(&self, ranker: &dyn Ranker, baselines: &[&dyn Ranker]) -> SetReport {
        let systems = iter::once(ranker)
            .chain(baselines.iter().copied())
            .filter(|system| system.covers(self.dir.kind))
            .map(|system| SystemReport {
                name: system.name().to_owned(),
                views: self.score(&self.run(system)),
            })
            .collect();
        SetReport {
            set: self.dir.name.clone(),
            kind: self.dir.kind,
            queries: self.queries(),
            notes: self.notes(),
            systems,
        }
    }

    fn queries(&self) -> usize {
        match &self.content {
            Content::Titles(set) => set.queries(),
            Content::Transitions(set) => set.queries(),
            Content::Skills(set) => set.queries(),
            Content::Courses(set) => set.queries(),
            Content::Bundles(set) => set.queries(),
        }
    }

    fn notes(&self) -> Vec<String> {
        match &self.content {
            Content::Courses(set) => set.notes(),
            _ => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(files: &[&str]) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        for file in files {
            let path = dir.path().join(file);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "").unwrap();
        }
        dir
    }

    #[test]
    fn sets_are_told_apart_by_their_files() {
        let dir = folder(&[
            "README.md",
            "b/queries.tsv",
            "b/corpus_elements.tsv",
            "b/concept_mapping.tsv",
            "a/x/profiles.jsonl",
            "a/x/candidates.tsv",
            "a/x/map_esco.tsv",
            "c/queries.tsv",
            "c/corpus.tsv",
            "d/course_ssyk.tsv",
            "d/gy11_outcomes.json",
        ]);
        let found = find_sets(dir.path()).unwrap();
        let found: Vec<_> = found.iter().map(|set| (set.name.as_str(), set.kind)).collect();
        assert_eq!(
            found,
            [
                ("a/x", SetKind::Transitions),
                ("b", SetKind::Titles),
                ("c", SetKind::Skills),
                ("d", SetKind::Courses),
                ("d", SetKind::Bundles),
            ]
        );
        let own = find_sets(&dir.path().join("b")).unwrap();
        assert_eq!(own[0].name, "b");
    }

    #[test]
    fn an_unknown_shape_is_named() {
        let dir = folder(&["t/queries.tsv", "t/concept_mapping.tsv"]);
        let error = find_sets(dir.path()).unwrap_err().to_string();
        assert!(error.contains("has queries.tsv but not") && error.contains("corpus.tsv"));
        let error = find_sets(folder(&["README.md"]).path()).unwrap_err().to_string();
        assert!(error.contains("holds no evaluation set"), "{error}");
        assert!(find_sets(Path::new("no/such/folder")).is_err());
    }
}
