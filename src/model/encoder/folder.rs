//! The encoder inside a data set: `models/encoder` with weights, tokenizer, label vectors and the
//! manifest that checks them.

use std::{
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Encoder, EncoderWeights, Reader,
    labels::LabelTexts,
    network::Shape,
    stored::{labels_of, weights_of},
};
use crate::{
    dataset::{DataSet, hex},
    model::Error,
};

/// Version of the layout. Raise it with every change that an older program cannot read or would
/// read differently.
pub(super) const FORMAT: u32 = 1;
pub(super) const MANIFEST: &str = "manifest.json";
pub(super) const WEIGHTS: &str = "weights.safetensors";
pub(super) const TOKENIZER: &str = "tokenizer.json";
pub(super) const LABELS: &str = "labels.safetensors";
/// Texts whose vectors are known.
const PROBES: [&str; 2] = ["svetsare", "drive a fork-lift truck; köra gaffeltruck"];
/// Values of a vector that are known, and how far off they may be: machines add up floats in
/// another order.
const PROBE_VALUES: usize = 8;
const PROBE_TOLERANCE: f32 = 1e-3;

/// What an encoder is and what its files must be.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EncoderManifest {
    /// Version of the layout.
    pub format: u32,
    /// Version of the program that added it.
    pub program: String,
    /// Name of the file or folder it came from.
    pub source: String,
    /// SHA-256 of that file, or of the files read from that folder, one after the other.
    pub source_sha256: String,
    /// Fingerprint of the data set whose labels it knows.
    pub dataset: String,
    /// Number of those labels.
    pub labels: usize,
    /// SHA-256 of the weights.
    pub weights_sha256: String,
    /// SHA-256 of the tokenizer.
    pub tokenizer_sha256: String,
    /// SHA-256 of the label vectors.
    pub labels_sha256: String,
    /// SHA-256 over everything that changes a vector.
    pub fingerprint: String,
    pub(super) shape: Shape,
    /// What nearness counts for.
    pub weights: EncoderWeights,
    pub(super) probes: Vec<EncoderProbe>,
}

/// A known answer: the first values of a text's vector.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct EncoderProbe {
    text: String,
    values: Vec<f32>,
}

impl EncoderManifest {
    /// The manifest's file.
    pub(super) fn text(&self) -> Result<Vec<u8>, Error> {
        let mut text = serde_json::to_vec_pretty(self)
            .map_err(|error| Error::encoder(MANIFEST, error.to_string()))?;
        text.push(b'\n');
        Ok(text)
    }

    /// The fingerprint of what the manifest names.
    pub(super) fn digest(&self) -> String {
        let Self { format, weights_sha256, tokenizer_sha256, labels_sha256, dataset, .. } = self;
        let Self { shape, .. } = self;
        let files =
            format!("{format} {weights_sha256} {tokenizer_sha256} {labels_sha256} {dataset}");
        sha256(format!("{files} {shape:?} {:?}", self.weights).as_bytes())
    }
}

impl Encoder {
    /// Opens and checks the encoder in `folder`; `None` where there is none. About 1 s for all of ESCO,
    /// most of it the tokenizer.
    ///
    /// # Errors
    /// [`Error::Encoder`] where it is damaged, of another format or of another data set.
    pub fn open(folder: &Path, dataset: &DataSet) -> Result<Option<Self>, Error> {
        let Some(manifest) = EncoderManifest::read(folder)? else { return Ok(None) };
        let shown = |file: &str| folder.join(file).display().to_string();
        if manifest.dataset != dataset.manifest.fingerprint {
            let problem = "the label vectors are those of another data set";
            return Err(Error::encoder(shown(LABELS), problem));
        }
        let (read, labels) = rayon::join(
            || reader(folder, &manifest),
            || {
                let bytes = checked(&folder.join(LABELS), &manifest.labels_sha256)?;
                labels_of(&bytes).map_err(|problem| Error::encoder(shown(LABELS), problem))
            },
        );
        let (reader, labels) = (read?, labels?);
        if !labels.fit(&LabelTexts::of(&dataset.taxonomy), reader.width()) {
            let problem = "the label vectors do not fit the data set";
            return Err(Error::encoder(shown(LABELS), problem));
        }
        for probe in &manifest.probes {
            let found = probe.of(&reader).map_err(|p| Error::encoder(shown(WEIGHTS), p))?;
            let near = probe.values.len() == found.len()
                && probe.values.iter().zip(&found).all(|(a, b)| (a - b).abs() <= PROBE_TOLERANCE);
            if !near {
                let EncoderProbe { text, values } = probe;
                let problem = format!("'{text}' gives {found:?} instead of {values:?}");
                return Err(Error::encoder(shown(WEIGHTS), problem));
            }
        }
        Ok(Some(Self::new(manifest, reader, labels)))
    }
}

impl Encoder {
    /// Fingerprint of a model with this encoder.
    pub(in crate::model) fn joined(&self, model: &str) -> String {
        sha256(format!("{model} {}", self.manifest.fingerprint).as_bytes())
    }

    /// The same encoder with other fitted weights, written into its folder.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk refuses.
    pub fn fitted(&self, weights: EncoderWeights, folder: &Path) -> Result<Self, Error> {
        let mut manifest = EncoderManifest { weights, ..self.manifest.clone() };
        manifest.fingerprint = manifest.digest();
        let path = folder.join(MANIFEST);
        let io = |source| Error::Io { path: path.clone(), source };
        let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        file.write_all(&manifest.text()?).map_err(io)?;
        file.persist(&path).map_err(|error| io(error.error))?;
        Ok(Self { manifest, ..self.clone() })
    }
}

impl EncoderManifest {
    /// Reads the manifest in `folder`; `None` where there is none. Checks format and fingerprint, no
    /// files.
    ///
    /// # Errors
    /// [`Error::Encoder`] where it is damaged or of another format.
    pub fn read(folder: &Path) -> Result<Option<Self>, Error> {
        let path = folder.join(MANIFEST);
        let shown = path.display().to_string();
        let text = match fs::read(&path) {
            // A folder without a manifest is no encoder, but none that was never added either.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !folder.exists() => {
                return Ok(None);
            }
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Err(Error::encoder(shown, "the manifest is missing"));
            }
            read => read.map_err(|source| Error::Io { path, source })?,
        };
        let manifest: Self = serde_json::from_slice(&text)
            .map_err(|error| Error::encoder(&shown, error.to_string()))?;
        if manifest.format != FORMAT {
            let problem = format!("format {} instead of {FORMAT}", manifest.format);
            return Err(Error::encoder(shown, problem));
        }
        if let Some(problem) = manifest.weights.problem() {
            return Err(Error::encoder(shown, problem));
        }
        if manifest.fingerprint != manifest.digest() {
            return Err(Error::encoder(shown, "the manifest was changed"));
        }
        Ok(Some(manifest))
    }
}

impl EncoderProbe {
    /// Known answers of a reader.
    pub(super) fn all(reader: &Reader) -> Result<Vec<Self>, String> {
        let of = |text: &str| {
            let probe = Self { text: text.to_owned(), values: Vec::new() };
            Ok(Self { values: probe.of(reader)?, ..probe })
        };
        PROBES.into_iter().map(of).collect()
    }

    /// Whether its values are numbers.
    pub(super) fn is_finite(&self) -> bool {
        self.values.iter().all(|value| value.is_finite())
    }

    fn of(&self, reader: &Reader) -> Result<Vec<f32>, String> {
        let mut values = reader.vectors(&[&self.text])?.concat();
        values.truncate(PROBE_VALUES);
        Ok(values)
    }
}

/// Removes the encoder in `folder`, whatever state it is in; whether there was one.
///
/// # Errors
/// [`Error::Io`] where the disk refuses.
pub fn remove(folder: &Path) -> Result<bool, Error> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(false),
        removed => {
            removed.map(|()| true).map_err(|source| Error::Io { path: folder.to_owned(), source })
        }
    }
}

fn reader(folder: &Path, manifest: &EncoderManifest) -> Result<Reader, Error> {
    let path = |file: &str| folder.join(file);
    let (weights, tokenizer) = rayon::join(
        || checked(&path(WEIGHTS), &manifest.weights_sha256),
        || checked(&path(TOKENIZER), &manifest.tokenizer_sha256),
    );
    let read = weights_of(&weights?, manifest.shape);
    let failed = |problem: String| Error::encoder(path(WEIGHTS).display().to_string(), problem);
    Reader::new(&tokenizer?, read.map_err(failed)?).map_err(failed)
}

/// The bytes of a file that must have this checksum.
fn checked(path: &Path, checksum: &str) -> Result<Vec<u8>, Error> {
    let shown = path.display().to_string();
    let bytes = fs::read(path).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => Error::encoder(&shown, "the file is missing"),
        _ => Error::Io { path: path.to_owned(), source: error },
    })?;
    if sha256(&bytes) == checksum {
        return Ok(bytes);
    }
    Err(Error::encoder(shown, "the checksum differs from the manifest's"))
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A file's path and bytes.
pub(super) fn read(path: PathBuf) -> Result<Vec<u8>, Error> {
    fs::read(&path).map_err(|source| Error::Io { path, source })
}
