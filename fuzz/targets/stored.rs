//! What is stored of a small data set: its manifest, the model's manifest and weights, the index and its
//! stamp, a store. The input is a list of changes to one of the whole files.
#![no_main]

use std::{
    fs,
    path::{Path, PathBuf},
    sync::LazyLock,
};

use kompetensnav::{
    dataset::{DataSet, starter},
    index::Index,
    model::{self, Model, Ranker, StoredModel},
    store::{Store, Terms},
};
use kompetensnav_fuzz::choose;
use libfuzzer_sys::fuzz_target;

struct World {
    folder: PathBuf,
    dataset: DataSet,
    files: Vec<(PathBuf, Vec<u8>)>,
}

static WORLD: LazyLock<World> = LazyLock::new(|| {
    let shm = Path::new("/dev/shm");
    let parent = if shm.is_dir() { shm.to_owned() } else { std::env::temp_dir() };
    let folder = parent.join(format!("kompetensnav-stored-{}", std::process::id()));
    let mut dataset = starter::dataset().expect("the starter set");
    // The first occupations with their skills: loading must take well below a millisecond.
    dataset.taxonomy.occupations.truncate(12);
    dataset.courses.clear();
    dataset.market.groups.clear();
    dataset.save(&folder, &[], |_, _| Ok::<(), kompetensnav::dataset::Error>(())).expect("saved");
    let trained = model::train(&dataset, Ranker::shipped().expect("shipped")).expect("trained");
    trained.save(&dataset, &folder.join("models/default")).expect("saved");
    Index::build(&dataset, &folder.join("index")).expect("built");
    drop(Store::open(&folder.join("hub.db"), Terms::default()).expect("made"));
    let names = [
        "manifest.json",
        "models/default/manifest.json",
        "models/default/weights.safetensors",
        "index/stamp.json",
        "index/meta.json",
        "hub.db",
    ];
    let files = names.map(|name| folder.join(name));
    let files = files.map(|path| (path.clone(), fs::read(path).expect("it is there"))).to_vec();
    World { folder, dataset, files }
});

/// Changes a file: each change is a kind, a place and a byte.
fn changed(whole: &[u8], changes: &[u8]) -> Vec<u8> {
    let mut bytes = whole.to_vec();
    for change in changes.chunks_exact(6).take(16) {
        let at = u32::from_le_bytes([change[1], change[2], change[3], change[4]]) as usize;
        let at = at % (bytes.len() + 1);
        match change[0] % 5 {
            0 => bytes.truncate(at),
            1 => bytes.insert(at, change[5]),
            2 if at < bytes.len() => drop(bytes.remove(at)),
            3 if at < bytes.len() => bytes[at] = change[5],
            _ if at < bytes.len() => bytes[at] ^= 1 << (change[5] % 8),
            _ => {}
        }
    }
    bytes
}

fuzz_target!(|data: &[u8]| {
    let World { folder, dataset, files } = &*WORLD;
    let Some(((path, whole), changes)) = choose(data, files) else { return };
    let bytes = changed(whole, changes);
    let same = bytes == *whole;
    fs::write(path, bytes).expect("a file");
    match path.strip_prefix(folder).ok().and_then(Path::to_str) {
        Some("manifest.json") => drop(DataSet::load(folder)),
        Some("models/default/manifest.json") => drop(StoredModel::read(&folder.join("models/default"))),
        Some("models/default/weights.safetensors") => {
            let read = Model::load(&folder.join("models/default"), dataset);
            assert_eq!(read.is_ok(), same, "weights that were changed");
        }
        Some("hub.db") => {
            for more in ["-wal", "-shm", "-journal"] {
                let _absent = fs::remove_file(format!("{}{more}", path.display()));
            }
            if let Ok(store) = Store::open(path, Terms::default()) {
                let _batches = store.batches(0, 10);
            }
        }
        _ => drop(Index::open(&folder.join("index"), &dataset.manifest.fingerprint)),
    }
    fs::write(path, whole).expect("a file");
});
