//! An index on disk: opened as it was built, or a named reason to build it again.

use std::{fs, path::Path};

use super::*;

#[test]
fn two_builds_and_an_opened_one_answer_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/index");
    let built = Index::build(&data(), &path).unwrap();
    let opened = ready(&path);
    let again = index();
    for text in ["", "svets", "lastbil tung", "c++ developer", "vård omsorg maskin"] {
        let query = query(text);
        let first = built.search_occupations(&query, &Page::first(10)).unwrap();
        assert_eq!(first, again.search_occupations(&query, &Page::first(10)).unwrap());
        assert_eq!(first, opened.search_occupations(&query, &Page::first(10)).unwrap());
        let first = built.search_courses(&query, &Page::first(10)).unwrap();
        assert_eq!(first, opened.search_courses(&query, &Page::first(10)).unwrap());
    }
}

fn ready(path: &Path) -> Index {
    match Index::open(path, "fingerprint-1").unwrap() {
        Opened::Ready(index) => index,
        Opened::Rebuild(reason) => panic!("{reason}"),
    }
}

fn reason(path: &Path, fingerprint: &str) -> Reason {
    match Index::open(path, fingerprint).unwrap() {
        Opened::Ready(_) => panic!("opened"),
        Opened::Rebuild(reason) => reason,
    }
}

fn built() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    Index::build(&data(), &path).unwrap();
    (folder, path)
}

fn change_stamp(path: &Path, from: &str, to: &str) {
    let stamp = path.join("stamp.json");
    let text = fs::read_to_string(&stamp).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&stamp, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn every_reason_to_rebuild_is_named() {
    let (folder, path) = built();
    assert!(matches!(reason(&folder.path().join("none"), "x"), Reason::Missing { .. }));
    let stale = reason(&path, "fingerprint-2");
    assert_eq!(
        stale.to_string(),
        "the index was built from data set fingerprint-1, now it is fingerprint-2"
    );
    change_stamp(&path, "\"schema\": \"", "\"schema\": \"0");
    assert_eq!(reason(&path, "fingerprint-1"), Reason::Schema);
    change_stamp(&path, "\"format\": 1", "\"format\": 99");
    let format = Reason::Format { found: 99, readable: 1 };
    assert_eq!(reason(&path, "fingerprint-1"), format);
    fs::write(path.join("stamp.json"), "{").unwrap();
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
    fs::remove_file(path.join("stamp.json")).unwrap();
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Missing { .. }));
    // Whatever was wrong, building sets it right and leaves nothing beside.
    Index::build(&data(), &path).unwrap();
    assert_eq!(ready(&path).counts(), [7, 2, 3]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn one_flipped_byte_anywhere_is_found() {
    let (_folder, path) = built();
    let files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let whole = fs::read(&file).unwrap();
        let step = (whole.len() / 50).max(1);
        for at in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&file, &bytes).unwrap();
            reason(&path, "fingerprint-1");
        }
        fs::write(&file, &whole).unwrap();
    }
    ready(&path);
}

#[test]
fn cut_and_absent_files_are_found() {
    let (_folder, path) = built();
    let files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in files.iter().filter(|file| !file.ends_with("stamp.json")) {
        let whole = fs::read(file).unwrap();
        fs::write(file, &whole[..whole.len() / 2]).unwrap();
        assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
        fs::remove_file(file).unwrap();
        assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
        fs::write(file, &whole).unwrap();
    }
    ready(&path);
}

#[test]
fn a_stamp_that_names_files_elsewhere_is_refused() {
    let (folder, path) = built();
    fs::write(folder.path().join("meta.json"), "{}").unwrap();
    change_stamp(&path, "\"meta.json\"", "\"../meta.json\"");
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
}

#[test]
fn other_obstacles_are_errors_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(Index::open(&file, "x"), Err(Error::Io { .. })));
    assert!(matches!(Index::build(&data(), &file), Err(Error::Io { .. })));
    assert!(matches!(Index::build(&data(), folder.path()), Err(Error::NotAnIndex { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_opens_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = built();
    let state = || {
        let mut files: Vec<_> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.path(), entry.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        (files, fs::metadata(&path).unwrap().modified().unwrap())
    };
    let before = state();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o555)).unwrap();
    let hits = ready(&path).search_occupations(&query("svetsare"), &Page::first(1)).unwrap();
    assert_eq!(ids(&hits), ["o:welder"]);
    // Root may write in spite of the mode, so the folder itself is the witness.
    assert_eq!(state(), before);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}
