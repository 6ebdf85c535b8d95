//! What the program is named by.

use std::{fs, os::unix::fs::symlink, path::Path};

#[path = "../../build.rs"]
#[expect(dead_code, reason = "its `main` is cargo's")]
mod build;

#[test]
fn a_program_is_named_by_what_it_is_built_from_and_by_nothing_else() {
    let here = build::fingerprint(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap();
    let version = concat!(env!("CARGO_PKG_VERSION"), "+").to_owned() + &format!("{here:016x}");
    assert_eq!(env!("KOMPETENSNAV_VERSION"), version);

    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    for name in ["src/engine/tests", "data", "models"] {
        fs::create_dir_all(root.join(name)).unwrap();
    }
    let write = |name: &str, text: &str| fs::write(root.join(name), text).unwrap();
    write("Cargo.lock", "1");
    write("src/lib.rs", "2");
    let named = || build::fingerprint(root).unwrap();
    let first = named();
    for apart in
        ["README.md", "src/tests.rs", "src/engine/tests/mod.rs", "src/.lib.rs.swp", "src/lib.rs~"]
    {
        write(apart, "x");
        assert_eq!(named(), first, "{apart}");
    }
    symlink("nowhere", root.join("src/.#lib.rs")).unwrap();
    assert_eq!(named(), first, "an editor's lock");
    let mut known = vec![first];
    for part in ["Cargo.lock", "src/lib.rs", "src/new.rs", "data/places.csv", "models/README.md"] {
        write(part, "y");
        assert!(!known.contains(&named()), "{part}");
        known.push(named());
    }
    fs::rename(root.join("src/new.rs"), root.join("src/other.rs")).unwrap();
    assert!(!known.contains(&named()), "a name");
}
