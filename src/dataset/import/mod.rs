//! Official files from a folder the user names -> a data set.

mod archive;
mod concepts;
mod crosswalk;
mod education;
mod emil;
mod esco;
mod groups;
mod gy11;
mod hub_folder;
mod jobtech;
mod join;
mod jsonld;
mod market;
mod myh;
mod namesakes;
mod overlay;
mod susa;
mod table;
#[cfg(test)]
mod testing;
mod text;
mod xlsx;

use std::{
    fs,
    path::{Path, PathBuf},
};

use rayon::prelude::*;

pub(crate) use text::plain as plain_text;
pub(crate) use xlsx::whole as whole_workbook;

use super::{
    DataSet, Error, Manifest, Parts, Report, SourceReport, assemble::assemble, folder::DroppedItem,
    starter,
};

/// Deepest folder below the source folder that is looked into.
const MAX_DEPTH: usize = 6;

/// A kind of official file that can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// A hub's own files in the format of the starter set; files it lacks come from there.
    Hub,
    /// ESCO csv packages and language files.
    Esco,
    /// JobTech Taxonomy: occupation names, skills, SSYK tree.
    Jobtech,
    /// Official crosswalks between ESCO, JobTech, SSYK and ISCO.
    Crosswalk,
    /// Wages, employment, ads and forecasts per SSYK group.
    Market,
    /// Upper-secondary courses of GY11, which komvux gives.
    Gy11,
    /// MYH's decisions on higher vocational education.
    Myh,
    /// Susa-navet's table of courses.
    Susa,
    /// Course data in EMIL 3 JSON.
    Emil,
    /// Course data in schema.org JSON-LD.
    Jsonld,
}

/// What a source's module offers.
struct Parser {
    recognises: fn(&Path) -> bool,
    report: fn() -> Report,
    read: fn(&Path, &[PathBuf], &mut Report, &mut Parts) -> Result<(), Error>,
}

/// The parser of the source module of this name.
macro_rules! parser {
    ($module:ident) => {
        Parser { recognises: $module::recognises, report: $module::report, read: $module::read }
    };
}

impl Source {
    /// All sources in the order they are joined: the earlier one's texts win.
    pub const ALL: [Self; 10] = [
        Self::Esco,
        Self::Jobtech,
        Self::Crosswalk,
        Self::Market,
        Self::Gy11,
        Self::Myh,
        Self::Susa,
        Self::Emil,
        Self::Jsonld,
        Self::Hub,
    ];

    /// The key used by `--only` and in the manifest.
    pub fn key(self) -> &'static str {
        match self {
            Self::Esco => "esco",
            Self::Jobtech => "jobtech",
            Self::Crosswalk => "crosswalk",
            Self::Market => "market",
            Self::Gy11 => "gy11",
            Self::Myh => "myh",
            Self::Susa => "susa",
            Self::Emil => "emil",
            Self::Jsonld => "jsonld",
            Self::Hub => "hub",
        }
    }

    /// The source of a key.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|source| source.key() == key)
    }

    fn parser(self) -> Parser {
        match self {
            Self::Esco => parser!(esco),
            Self::Jobtech => parser!(jobtech),
            Self::Crosswalk => parser!(crosswalk),
            Self::Market => parser!(market),
            Self::Gy11 => parser!(gy11),
            Self::Myh => parser!(myh),
            Self::Susa => parser!(susa),
            Self::Emil => parser!(emil),
            Self::Jsonld => parser!(jsonld),
            Self::Hub => parser!(hub_folder),
        }
    }
}

/// Reads the files in `folder` and joins them. `only` chooses sources; empty means all that are
/// found, and the embedded starter set's synonyms, licences and typical courses.
///
/// # Errors
/// [`Error`] where a chosen source has no file, nothing is recognised, or a file is damaged.
pub fn import(folder: &Path, only: &[Source]) -> Result<Imported, Error> {
    let files = walk(folder)?;
    let mut chosen: Vec<(Source, Vec<PathBuf>)> = Vec::new();
    for source in Source::ALL {
        if !only.is_empty() && !only.contains(&source) {
            continue;
        }
        let own: Vec<PathBuf> =
            files.iter().filter(|path| (source.parser().recognises)(path)).cloned().collect();
        if own.is_empty() && !only.is_empty() {
            return Err(Error::format(
                folder.display().to_string(),
                format!("no file of the source {:?} in it", source.key()),
                "name the folder that holds the official files, or choose other sources",
            ));
        }
        if !own.is_empty() {
            chosen.push((source, own));
        }
    }
    if chosen.is_empty() {
        return Err(Error::format(
            folder.display().to_string(),
            "no official file is recognised in it",
            "docs/data-sets.md lists the files of each source and where they come from",
        ));
    }
    let read: Result<Vec<(Report, Parts)>, Error> = chosen
        .par_iter()
        .map(|(source, files)| {
            let parser = source.parser();
            let (mut report, mut parts) = ((parser.report)(), Parts::default());
            (parser.read)(folder, files, &mut report, &mut parts)?;
            if !report.has_version() {
                report.note("the source states no version or date");
            }
            Ok((report, parts))
        })
        .collect();
    let mut read = read?;
    refuse_nothing(folder, &chosen, &read)?;
    // The hub is the last source.
    if let Some((_, files)) = chosen.iter().find(|(source, _)| *source == Source::Hub)
        && let Some(hub) = read.pop()
    {
        let split = hub_folder::over_official(hub, files, &read);
        read.extend(split);
    } else if only.is_empty() {
        let (mut parts, report) = starter::read()?;
        overlay::reduce(&mut parts, &read);
        read.push((report, parts));
    } else {
        read.push(starter::rules()?);
    }
    Ok(combine(read))
}

/// Refuses files of which nothing could be read: the starter set alone must not pass for what was meant.
fn refuse_nothing(
    folder: &Path,
    chosen: &[(Source, Vec<PathBuf>)],
    read: &[(Report, Parts)],
) -> Result<(), Error> {
    if !read.iter().all(|(_, parts)| parts.is_empty()) {
        return Ok(());
    }
    let names: Vec<&str> = chosen.iter().map(|(source, _)| source.key()).collect();
    Err(Error::format(
        folder.display().to_string(),
        format!(
            "its files look like those of {} and hold nothing that can be read",
            names.join(", ")
        ),
        "docs/data-sets.md lists the files of each source and where they come from",
    ))
}

/// A data set and everything that was left out of it.
#[derive(Debug)]
pub struct Imported {
    /// The data set.
    pub dataset: DataSet,
    /// (source key, reason, item) of every drop.
    pub dropped: Vec<(String, String, String)>,
}

impl Imported {
    /// Writes the data set folder, see [`DataSet::save`].
    ///
    /// # Errors
    /// As [`DataSet::save`].
    pub fn save<E: From<Error>>(
        &mut self,
        folder: &Path,
        also: impl FnOnce(&DataSet, &Path) -> Result<(), E>,
    ) -> Result<(), E> {
        let dropped: Vec<DroppedItem<'_>> = self
            .dropped
            .iter()
            .map(|(source, reason, item)| DroppedItem { source, reason, item })
            .collect();
        self.dataset.save(folder, &dropped, also)
    }
}

pub(super) fn combine(read: Vec<(Report, Parts)>) -> Imported {
    let mut whole = Parts::default();
    let mut reports = Vec::new();
    for (report, parts) in read {
        whole.extend(parts);
        reports.push(report);
    }
    let mut joins = Report::new("joins", "Joins between the sources", "");
    join::join(&mut whole, &mut joins);
    let mut dataset = assemble(whole, &mut joins);
    reports.push(joins);
    let mut dropped = Vec::new();
    let mut sources: Vec<SourceReport> = Vec::new();
    for report in reports {
        let (source, items) = report.finish();
        dropped.extend(items.into_iter().map(|(why, item)| (source.key.clone(), why, item)));
        sources.push(source);
    }
    dataset.manifest = Manifest { sources, ..Manifest::default() };
    Imported { dataset, dropped }
}

/// All files below a folder, sorted by path; links are not followed.
fn walk(folder: &Path) -> Result<Vec<PathBuf>, Error> {
    let mut files = Vec::new();
    let mut open = vec![(folder.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        let entries = fs::read_dir(&folder).map_err(|source| Error::io(&folder, source))?;
        for entry in entries {
            let entry = entry.map_err(|source| Error::io(&folder, source))?;
            let kind = entry.file_type().map_err(|source| Error::io(entry.path(), source))?;
            if kind.is_dir() && depth < MAX_DEPTH {
                open.push((entry.path(), depth + 1));
            } else if kind.is_file() {
                files.push(entry.path());
            }
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::CourseForm;

    #[test]
    fn the_real_course_files_give_the_published_counts() {
        let Some((root, _)) = testing::real_files("courses") else { return };
        let only = [Source::Gy11, Source::Myh, Source::Susa];
        let dataset = import(&root, &only).unwrap().dataset;
        let sources = &dataset.manifest.sources;
        assert!(sources.iter().all(|source| source.dropped.is_empty()), "{sources:#?}");
        assert_eq!(sources[0].counts["courses"], 1094);
        assert_eq!(sources[1].counts["programmes"], 1703);
        assert_eq!(sources[1].counts["short courses"], 727);
        assert_eq!(sources[2].counts["rows"], 780);
        let merged = sources[2].counts["rows merged into a course given elsewhere too"];
        assert_eq!(sources[2].counts["courses"] + merged, 780);
        let short = dataset.courses.iter().filter(|course| course.form == CourseForm::YhCourse);
        assert_eq!(short.count(), 727);
        for course in &dataset.courses {
            assert!(!course.title.sv.is_empty() && !course.source.is_empty(), "{course:?}");
            for text in [&course.title.sv, &course.description.sv, &course.provider] {
                let remnant = ["<!--", "&nbsp;", "<p", "\u{FFFD}"].iter().any(|r| text.contains(r));
                assert!(!remnant, "{text}");
            }
        }
    }
}
