//! The optional encoder, from its files to answers, with a tiny one that knows a word of slang.

use std::{
    fs,
    path::{Path, PathBuf},
};

use kompetensnav::{
    dataset::DataSet,
    engine::Engine,
    model::{self, Encoder, Model, Ranker},
};
use safetensors::{Dtype, tensor::TensorView};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{
    program::{command, run, text},
    world,
};

/// Words of the tiny tokenizer; a `kusk` means what `lastbilsförare` means.
const WORDS: [&str; 10] = [
    "<s>",
    "<pad>",
    "</s>",
    "<unk>",
    "query:",
    "kusk",
    "lastbilsförare",
    "svetsare",
    "montör",
    "undersköterska",
];
const WIDTH: usize = 16;

/// A data set folder and the folder of an encoder.
pub(crate) struct World {
    _dir: TempDir,
    pub(crate) data: PathBuf,
    pub(crate) encoder: PathBuf,
}

impl World {
    pub(crate) fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (data, encoder) = (dir.path().join("set"), dir.path().join("e5"));
        save(&data);
        fs::create_dir(&encoder).unwrap();
        write_encoder(&encoder);
        Self { _dir: dir, data, encoder }
    }

    fn of(&self, words: &[&str]) -> Vec<String> {
        let data = ["--data", text(&self.data)];
        words.iter().chain(&data).map(|word| (*word).to_owned()).collect()
    }

    /// Runs a command with `--data`.
    fn run(&self, words: &[&str]) -> crate::program::Ran {
        let words = self.of(words);
        run(&words.iter().map(String::as_str).collect::<Vec<_>>())
    }

    pub(crate) fn add(&self) -> String {
        self.run(&["encoder", "add", text(&self.encoder)]).success()
    }

    pub(crate) fn file(&self, name: &str) -> PathBuf {
        self.data.join("models/encoder").join(name)
    }
}

fn save(folder: &Path) {
    let mut dataset = world::dataset();
    let equip = |dataset: &DataSet, folder: &Path| -> anyhow::Result<()> {
        let model = model::train(dataset, Ranker::shipped()?)?;
        model.save(dataset, &folder.join("models/default"))?;
        Ok(())
    };
    dataset.save(folder, &[], equip).unwrap();
}

/// Numbers from -1 to 1 that a seed gives.
fn noise(seed: usize, count: usize) -> Vec<f32> {
    let value = |at: usize| ((seed * 7919 + at * 104_729) as f32 * 0.618_034).sin();
    (0..count).map(value).collect()
}

fn write_encoder(folder: &Path) {
    let config = json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": WIDTH, "num_hidden_layers": 1,
        "num_attention_heads": 2, "intermediate_size": WIDTH, "vocab_size": WORDS.len(),
        "max_position_embeddings": 32, "layer_norm_eps": 1e-12,
    });
    fs::write(folder.join("config.json"), config.to_string()).unwrap();
    let same = |word: &'static str| if word == "kusk" { "lastbilsförare" } else { word };
    let place = |word: &str| WORDS.iter().position(|known| *known == word).unwrap();
    let words = WORDS.into_iter().flat_map(|word| noise(place(same(word)), WIDTH)).collect();
    let mut tensors: Vec<(String, Vec<f32>)> = vec![
        ("embeddings.word_embeddings.weight".into(), words),
        ("embeddings.position_embeddings.weight".into(), vec![0.0; 32 * WIDTH]),
        ("embeddings.token_type_embeddings.weight".into(), vec![0.0; WIDTH]),
    ];
    let layer = "encoder.layer.0";
    let maps = ["attention.self.query", "attention.self.key", "attention.self.value"];
    let maps =
        maps.into_iter().chain(["attention.output.dense", "intermediate.dense", "output.dense"]);
    for (map, at) in maps.zip(50..) {
        let small = noise(at, WIDTH * WIDTH).into_iter().map(|value| value / 20.0).collect();
        tensors.push((format!("{layer}.{map}.weight"), small));
        tensors.push((format!("{layer}.{map}.bias"), vec![0.0; WIDTH]));
    }
    for norm in ["embeddings", &format!("{layer}.attention.output"), &format!("{layer}.output")] {
        tensors.push((format!("{norm}.LayerNorm.weight"), vec![1.0; WIDTH]));
        tensors.push((format!("{norm}.LayerNorm.bias"), vec![0.0; WIDTH]));
    }
    let bytes: Vec<(String, Vec<u8>)> = tensors
        .into_iter()
        .map(|(name, values)| (name, values.iter().flat_map(|v| v.to_le_bytes()).collect()))
        .collect();
    let views = bytes.iter().map(|(name, bytes)| {
        (name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).unwrap())
    });
    let file = safetensors::serialize(views, None).unwrap();
    fs::write(folder.join("model.safetensors"), file).unwrap();
    let numbered = |(at, word): (usize, &&str)| ((*word).to_owned(), Value::from(at));
    let vocab: serde_json::Map<String, Value> = WORDS.iter().enumerate().map(numbered).collect();
    let tokenizer = json!({
        "version": "1.0", "truncation": null, "padding": null, "added_tokens": [],
        "normalizer": { "type": "Lowercase" }, "pre_tokenizer": { "type": "WhitespaceSplit" },
        "post_processor": null, "decoder": null,
        "model": { "type": "WordLevel", "vocab": vocab, "unk_token": "<unk>" },
    });
    fs::write(folder.join("tokenizer.json"), tokenizer.to_string()).unwrap();
}

/// The occupation a title is read as, with the encoder of the folder where there is one.
fn first(world: &World, title: &str) -> String {
    let dataset = DataSet::load(&world.data).unwrap();
    let model = Model::load(&world.data.join("models/default"), &dataset).unwrap();
    let encoder = Encoder::open(&world.data.join("models/encoder"), &dataset).unwrap();
    let model = encoder.into_iter().fold(model, Model::with_encoder);
    let engine = Engine::new(dataset, model);
    let found = engine.read_title(title, None, 1).candidates;
    engine.dataset().taxonomy.occupation(found[0].ix).label.sv.clone()
}

#[test]
fn a_word_of_slang_is_read_with_an_encoder_and_not_without() {
    let world = World::new();
    assert_ne!(first(&world, "kusk"), "lastbilsförare");
    world.add();
    assert_eq!(first(&world, "kusk"), "lastbilsförare");
    assert_eq!(first(&world, "svetsare"), "svetsare");
}

#[test]
fn answers_name_the_encoder_and_without_it_are_as_before() {
    let world = World::new();
    let recommend = ["recommend", "--title", "svetsare", "--json"];
    let before = world.run(&recommend).answer();
    assert_eq!(before.meta.encoder, None);
    assert!(world.run(&["encoder", "status"]).success().starts_with("encoder: off"));

    assert!(world.add().contains("with the vectors of 36 labels"));
    let status = world.run(&["encoder", "status"]).success();
    let after = world.run(&recommend).answer();
    let encoder = after.meta.encoder.clone().unwrap();
    assert!(status.starts_with(&format!("encoder: on, {encoder}")), "{status}");
    assert_ne!(after.meta.model, before.meta.model, "an answer names what made it");
    let words = world.run(&["recommend", "--title", "svetsare"]).success();
    assert!(words.contains(&encoder[..12]), "{words}");

    assert!(world.run(&["encoder", "remove"]).success().contains("is removed"));
    assert!(world.run(&["encoder", "remove"]).success().contains("has no encoder"));
    assert_eq!(world.run(&recommend).answer(), before);
}

#[test]
fn any_number_of_threads_adds_the_same_bytes() {
    let world = World::new();
    let files = ["1", "2"].map(|threads| {
        let words = world.of(&["encoder", "add", text(&world.encoder)]);
        let mut command = command(&words.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(command.env("RAYON_NUM_THREADS", threads).output().unwrap().status.success());
        let names =
            ["manifest.json", "weights.safetensors", "tokenizer.json", "labels.safetensors"];
        names.map(|name| fs::read(world.file(name)).unwrap())
    });
    assert!(files[0] == files[1]);
}

#[test]
fn damaged_and_foreign_encoders_are_refused_with_the_cure() {
    let world = World::new();
    world.add();
    for name in ["weights.safetensors", "tokenizer.json", "labels.safetensors", "manifest.json"] {
        let whole = fs::read(world.file(name)).unwrap();
        let mut damaged = whole.clone();
        let middle = damaged.len() / 2;
        damaged[middle] ^= 1;
        for bytes in [Some(damaged), Some(Vec::new()), None] {
            match bytes {
                Some(bytes) => fs::write(world.file(name), bytes).unwrap(),
                None => fs::remove_file(world.file(name)).unwrap(),
            }
            let error = world.run(&["recommend", "--title", "svetsare"]).failure(1);
            assert!(error.contains(name) && error.contains("encoder add"), "{name}: {error}");
        }
        fs::write(world.file(name), whole).unwrap();
    }
    world.run(&["recommend", "--title", "svetsare"]).success();
    // The manifest's own words are sealed as well.
    let manifest = fs::read_to_string(world.file("manifest.json")).unwrap();
    let of_others = manifest.replacen("\"dataset\": \"", "\"dataset\": \"0", 1);
    fs::write(world.file("manifest.json"), of_others).unwrap();
    let error = world.run(&["encoder", "status"]).failure(1);
    assert!(error.contains("the manifest was changed"), "{error}");
}

#[test]
fn the_encoder_of_another_data_set_is_refused() {
    let (one, other) = (World::new(), World::new());
    let mut dataset = world::dataset();
    dataset.taxonomy.occupations[0].label.sv = "svetsare av rör".to_owned();
    fs::remove_dir_all(&other.data).unwrap();
    let equip = |dataset: &DataSet, folder: &Path| -> anyhow::Result<()> {
        model::train(dataset, Ranker::shipped()?)?.save(dataset, &folder.join("models/default"))?;
        Ok(())
    };
    dataset.save(&other.data, &[], equip).unwrap();
    other.add();
    fs::rename(other.data.join("models/encoder"), one.data.join("models/encoder")).unwrap();
    let error = one.run(&["recommend", "--title", "svetsare"]).failure(1);
    assert!(error.contains("another data set") && error.contains("encoder add"), "{error}");
    one.add();
    one.run(&["recommend", "--title", "svetsare"]).success();
}

#[test]
fn what_is_no_encoder_is_refused_and_the_starter_set_takes_none() {
    let world = World::new();
    let file = world.encoder.join("config.json");
    let error = world.run(&["encoder", "add", text(&file)]).failure(1);
    assert!(error.contains("config.json") && error.contains("e5-small-q4.bin"), "{error}");
    fs::write(&file, json!({"model_type": "gpt2"}).to_string()).unwrap();
    let error = world.run(&["encoder", "add", text(&world.encoder)]).failure(1);
    assert!(error.contains("config.json"), "{error}");
    fs::remove_file(world.encoder.join("tokenizer.json")).unwrap();
    let error = world.run(&["encoder", "add", text(&world.encoder)]).failure(1);
    assert!(error.contains("tokenizer.json"), "{error}");
    assert!(!world.data.join("models/encoder").exists());
    let error = run(&["encoder", "status"]).failure(1);
    assert!(error.contains("--data"), "{error}");
}
