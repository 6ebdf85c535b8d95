//! Official files in, [`Parts`] out: one parser per source, told apart by file name.

mod emil;
mod gy11;
mod jsonld;
mod myh;
mod susa;
mod text;
mod xlsx;

use std::path::{Path, PathBuf};

use super::{Error, Parts, Report};

/// One source of official files.
struct Source {
    /// Whether a file belongs to the source, judged by its name alone.
    recognises: fn(&Path) -> bool,
    /// The empty report: key, title and licence.
    report: fn() -> Report,
    /// Reads the files, stamps them in the report and adds what they hold to the parts.
    read: fn(&Path, &[PathBuf], &mut Report, &mut Parts) -> Result<(), Error>,
}

/// The course sources, in the order they are read.
const COURSES: [Source; 5] = [
    Source { recognises: gy11::recognises, report: gy11::report, read: gy11::read },
    Source { recognises: myh::recognises, report: myh::report, read: myh::read },
    Source { recognises: susa::recognises, report: susa::report, read: susa::read },
    Source { recognises: emil::recognises, report: emil::report, read: emil::read },
    Source { recognises: jsonld::recognises, report: jsonld::report, read: jsonld::read },
];

/// Reads every course file among `files`. `root` is the folder that file stamps and messages are
/// relative to.
///
/// # Errors
/// [`Error::Io`] where a file cannot be read, [`Error::Format`] where one is not what its name
/// promises.
pub fn courses(root: &Path, files: &[PathBuf]) -> Result<(Parts, Vec<Report>), Error> {
    let mut parts = Parts::default();
    let mut reports = Vec::new();
    for source in &COURSES {
        let own: Vec<_> = files.iter().filter(|file| (source.recognises)(file)).cloned().collect();
        if own.is_empty() {
            continue;
        }
        let mut report = (source.report)();
        (source.read)(root, &own, &mut report, &mut parts)?;
        reports.push(report);
    }
    Ok((parts, reports))
}

#[cfg(test)]
mod tests {
    use super::{testing::real_files, *};
    use crate::domain::CourseForm;

    #[test]
    fn the_real_course_files_give_the_published_counts() {
        let Some((root, files)) = real_files() else { return };
        let begun = std::time::Instant::now();
        let (parts, reports) = courses(&root, &files).unwrap();
        println!("read in {:?}", begun.elapsed());
        let sources: Vec<_> = reports.into_iter().map(|report| report.finish().0).collect();
        let keys: Vec<_> = sources.iter().map(|source| source.key.as_str()).collect();
        assert_eq!(keys, ["gy11", "myh", "susa"]);
        assert!(sources.iter().all(|source| source.dropped.is_empty()), "{sources:#?}");
        assert_eq!(sources[0].counts["courses"], 1094);
        assert_eq!(sources[1].counts["programmes"], 1703);
        assert_eq!(sources[1].counts["short courses"], 727);
        assert_eq!(sources[2].counts["rows"], 780);
        let merged = sources[2].counts["rows merged into a course given elsewhere too"];
        assert_eq!(sources[2].counts["courses"] + merged, 780);
        let count = |form| parts.courses.iter().filter(|draft| draft.course.form == form).count();
        assert_eq!(count(CourseForm::YhCourse), 727);
        for draft in &parts.courses {
            let course = &draft.course;
            assert!(!course.title.sv.is_empty() && !course.source.is_empty(), "{course:?}");
            for text in [&course.title.sv, &course.description.sv, &course.provider] {
                assert!(
                    !text.contains("<!--") && !text.contains("&nbsp;") && !text.contains("<p"),
                    "{text}"
                );
                assert!(!text.contains('\u{FFFD}'), "{text}");
            }
        }
        let mut ids: Vec<_> = parts.courses.iter().map(|draft| &draft.course.id).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), parts.courses.len());
    }
}

#[cfg(test)]
mod testing {
    //! What the tests of every source need.

    use std::{
        fs,
        path::{Path, PathBuf},
    };

    use crate::dataset::{Error, Parts, Report};

    type Read = fn(&Path, &[PathBuf], &mut Report, &mut Parts) -> Result<(), Error>;

    /// Runs a source on one file of this name and content.
    pub(super) fn read_bytes(
        read: Read,
        mut report: Report,
        name: &str,
        bytes: &[u8],
    ) -> Result<(Parts, Report), Error> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, bytes).unwrap();
        let mut parts = Parts::default();
        read(folder.path(), &[path], &mut report, &mut parts)?;
        Ok((parts, report))
    }

    /// Reasons for drops with their counts.
    pub(super) fn dropped(report: Report) -> Vec<(String, u64)> {
        report.finish().0.dropped.into_iter().map(|drop| (drop.reason, drop.count)).collect()
    }

    /// The files below the folder of real files, `None` (said aloud) where none is given.
    pub(super) fn real_files() -> Option<(PathBuf, Vec<PathBuf>)> {
        let Some(root) = std::env::var_os("KOMPETENSNAV_DATA").map(PathBuf::from) else {
            println!("skipped: KOMPETENSNAV_DATA is not set");
            return None;
        };
        let mut files = Vec::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() { folders.push(path) } else { files.push(path) }
            }
        }
        files.sort();
        Some((root, files))
    }
}
