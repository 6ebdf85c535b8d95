//! `train` on judgements, and the model card that stands beside the committed weights.

use std::{fs, path::Path};

use kompetensnav::eval::{WeightsKind, measured_for, weights_fingerprint};

use crate::program::run;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn the_card_was_measured_for_the_committed_weights() {
    let card = fs::read_to_string(root().join("models/README.md")).unwrap();
    for kind in WeightsKind::ALL {
        let weights = fs::read(root().join("models").join(kind.file())).unwrap();
        let fingerprint = weights_fingerprint(&weights);
        assert_eq!(
            measured_for(&card, kind),
            Some(fingerprint.as_str()),
            "models/README.md has figures of other {kind} than models/{}: fit again with --card",
            kind.file()
        );
    }
    for part in ["±", "Brier score", "strongest baseline", "idf-cosine", "Known failures"] {
        assert!(card.contains(part), "the card has no {part}");
    }
}

/// A data set of the starter files in a folder.
fn dataset(folder: &Path) -> String {
    let path = folder.join("dataset").to_str().unwrap().to_owned();
    run(&["import", root().join("data").to_str().unwrap(), "--out", &path]).success();
    path
}

#[test]
fn judgements_that_are_missing_damaged_or_of_no_use_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let data = dataset(folder.path());
    let judged = folder.path().join("judged");
    let train = |more: &[&str]| {
        let args = ["train", &data, "--judgements", judged.to_str().unwrap()];
        run(&[&args, more].concat())
    };
    let error = train(&[]).failure(1);
    assert!(error.contains("judged"), "{error}");
    fs::create_dir(&judged).unwrap();
    let error = train(&[]).failure(1);
    assert!(error.contains("holds no evaluation set"), "{error}");
    fs::write(judged.join("queries.tsv"), "q1\tsvetsare\n").unwrap();
    fs::write(judged.join("corpus_elements.tsv"), "a1\tsvetsare\n").unwrap();
    let error = train(&[]).failure(1);
    assert!(error.contains("but not the files that go with it"), "{error}");
    fs::write(judged.join("concept_mapping.tsv"), "a1\thttp://e/o/a\n").unwrap();
    fs::write(judged.join("annotations.tsv"), "q1\t0\tzz\t1\n").unwrap();
    let error = train(&[]).failure(1);
    assert!(error.contains("annotations.tsv:1: element 'zz'"), "{error}");
    fs::write(judged.join("annotations.tsv"), "").unwrap();
    let error = train(&["--weights", judged.to_str().unwrap()]).failure(1);
    assert!(error.contains("no title is judged"), "{error}");
    assert!(!judged.join("titles.json").exists(), "nothing was fitted, nothing is written");
}

#[test]
fn weights_and_card_need_judgements() {
    let folder = tempfile::tempdir().unwrap();
    let data = dataset(folder.path());
    for option in [&["--study"][..], &["--weights", "w"], &["--card", "c"]] {
        let error = run(&[&["train", &data], option].concat()).failure(2);
        assert!(error.contains("--judgements"), "{error}");
    }
}
