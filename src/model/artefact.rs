//! The model on disk: `manifest.json` and `weights.safetensors`, checked on every load.

use std::{
    fs,
    path::{Path, PathBuf},
};

use safetensors::{Dtype, tensor::TensorView};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::{
    Error, Evidence, Model, Ranker, SkillWeights, Terms, TitleWeights,
    sparse::SparseRows,
    tensors::stored,
    train::{Stored, Weights},
};
use crate::dataset::DataSet;

/// Version of the artefact's layout. Raise it with every change that an older program cannot read
/// or would read differently.
const FORMAT: u32 = 5;
/// Name of the tensor that holds the lexicon of compounds.
pub(super) const COMPOUNDS: &str = "compounds";
/// Name of the tensors of the translations.
pub(super) const TRANSLATIONS: &str = "translations";
const MANIFEST: &str = "manifest.json";
const WEIGHTS: &str = "weights.safetensors";
/// Occupations whose best targets are stored and computed again on load.
const PROBES: usize = 3;
/// Largest difference of a probe: machines may add up floats in another order.
const PROBE_TOLERANCE: f32 = 0.05;

/// What a stored model is: everything that changes a score stands here or in the weights.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ModelManifest {
    /// Version of the layout.
    pub format: u32,
    /// Version of the program that trained it.
    pub program: String,
    /// Fingerprint of the data set it was trained on.
    pub dataset: String,
    /// SHA-256 of the weights file.
    pub weights_sha256: String,
    /// Fingerprint of the model.
    pub fingerprint: String,
    /// Feature weights.
    pub ranker: Ranker,
    /// Shares of the features that compare titles.
    pub titles: TitleWeights,
    /// Weights of the features that compare sentences with skills.
    pub skills: SkillWeights,
    /// Known answers.
    pub probes: Vec<Probe>,
}

/// A known answer: the score of a target for all skills of an occupation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Probe {
    /// Row of the worker's occupation.
    pub occupation: u32,
    /// Row of the best other occupation.
    pub target: u32,
    /// Its score.
    pub score: f32,
}

/// A model read from disk that has not met its data set yet: the two can be read at the same time.
#[derive(Debug)]
pub struct StoredModel {
    manifest: ModelManifest,
    stored: Stored,
    /// Name of the weights file for messages.
    shown: String,
}

impl StoredModel {
    /// Reads and checks the files in `folder`. About 0.1 s for all of ESCO.
    ///
    /// # Errors
    /// [`Error::Artefact`] where the model is missing, damaged or of another format.
    pub fn read(folder: &Path) -> Result<Self, Error> {
        let path = folder.join(MANIFEST);
        let shown = path.display().to_string();
        let text = fs::read(&path).map_err(|error| match error.kind() {
            std::io::ErrorKind::NotFound => Error::artefact(&shown, "the model is missing"),
            _ => Error::Io { path: path.clone(), source: error },
        })?;
        let manifest: ModelManifest = serde_json::from_slice(&text)
            .map_err(|error| Error::artefact(&shown, error.to_string()))?;
        if manifest.format != FORMAT {
            let problem = format!("format {} instead of {FORMAT}", manifest.format);
            return Err(Error::artefact(&shown, problem));
        }
        manifest.ranker.check()?;
        let path = folder.join(WEIGHTS);
        let bytes = fs::read(&path).map_err(|source| Error::Io { path: path.clone(), source })?;
        let shown = path.display().to_string();
        let (stored, checksum) = rayon::join(|| stored(&bytes, &shown), || sha256(&bytes));
        if checksum != manifest.weights_sha256 {
            return Err(Error::artefact(&shown, "the checksum differs from the manifest's"));
        }
        Ok(Self { manifest, stored: stored?, shown })
    }

    /// Joins the model with the data set it was trained on.
    ///
    /// # Errors
    /// [`Error::Artefact`] where the data set is another one or a known answer comes out different.
    pub fn attach(self, dataset: &DataSet) -> Result<Model, Error> {
        let Self { manifest, stored, shown } = self;
        if manifest.dataset != dataset.manifest.fingerprint {
            return Err(Error::artefact(&shown, "the model was trained on another data set"));
        }
        let taxonomy = &dataset.taxonomy;
        let (occupations, skills) = (taxonomy.occupations.len(), taxonomy.skills.len());
        let fits = stored.latent.occupations.nrows() == occupations
            && stored.latent.skills.nrows() == skills
            && stored.word_rows.len() == occupations
            && stored.label_rows.len() == occupations;
        if !fits {
            return Err(Error::artefact(&shown, "the shapes are not those of the data set"));
        }
        let fitted = (manifest.ranker, manifest.titles, manifest.skills);
        let mut model = Model::assemble(dataset, Weights::of(taxonomy), stored, fitted);
        model.fingerprint = model.fingerprint_with(&manifest.weights_sha256, dataset)?;
        if model.fingerprint != manifest.fingerprint {
            return Err(Error::artefact(&shown, "the manifest was changed after training"));
        }
        model.check_probes(&manifest.probes, dataset, &shown)?;
        Ok(model)
    }
}

impl Model {
    /// Writes the model into `folder`, the manifest last; a model that is there is replaced.
    ///
    /// # Errors
    /// [`Error::Io`] where the disk refuses.
    pub fn save(&self, dataset: &DataSet, folder: &Path) -> Result<ModelManifest, Error> {
        let io = |path: &Path| {
            let path = path.to_owned();
            move |source| Error::Io { path, source }
        };
        fs::create_dir_all(folder).map_err(io(folder))?;
        let manifest_path = folder.join(MANIFEST);
        // Without its manifest a model does not exist: readers never see new weights with an old one.
        match fs::remove_file(&manifest_path) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(io(&manifest_path)(error));
            }
            _ => {}
        }
        let bytes = self.weights()?;
        let weights_sha256 = sha256(&bytes);
        write(&folder.join(WEIGHTS), &bytes)?;
        let manifest = ModelManifest {
            format: FORMAT,
            program: env!("CARGO_PKG_VERSION").to_owned(),
            dataset: dataset.manifest.fingerprint.clone(),
            fingerprint: self.fingerprint.clone(),
            weights_sha256,
            ranker: self.ranker.clone(),
            titles: self.title_weights.clone(),
            skills: self.skill_weights.clone(),
            probes: self.probes(dataset),
        };
        let mut text = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| Error::artefact(MANIFEST, error.to_string()))?;
        text.push(b'\n');
        write(&manifest_path, &text)?;
        Ok(manifest)
    }

    /// Reads the model of `dataset` from `folder`, see [`StoredModel`].
    ///
    /// # Errors
    /// [`Error::Artefact`] where the model is missing, damaged, of another format or of another
    /// data set, each with what to do.
    pub fn load(folder: &Path, dataset: &DataSet) -> Result<Self, Error> {
        StoredModel::read(folder)?.attach(dataset)
    }

    /// Fingerprint of a freshly trained model.
    pub(super) fn digest(&self, dataset: &DataSet) -> Result<String, Error> {
        self.fingerprint_with(&sha256(&self.weights()?), dataset)
    }

    fn fingerprint_with(&self, weights_sha256: &str, dataset: &DataSet) -> Result<String, Error> {
        let fitted = (&self.ranker, &self.title_weights, &self.skill_weights);
        let fitted = serde_json::to_string(&fitted)
            .map_err(|error| Error::artefact("weights", error.to_string()))?;
        let text = format!("{FORMAT} {weights_sha256} {} {fitted}", dataset.manifest.fingerprint);
        Ok(sha256(text.as_bytes()))
    }

    fn probes(&self, dataset: &DataSet) -> Vec<Probe> {
        let step = (self.occupations() / PROBES).max(1);
        (0..self.occupations())
            .step_by(step)
            .filter_map(|row| {
                let occupation = u32::try_from(row).ok()?;
                let scores = self.probe(dataset, occupation);
                let (target, score) = scores
                    .into_iter()
                    .zip(0..)
                    .filter(|(_, target)| *target != occupation)
                    .max_by(|a, b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
                    .map(|(score, target)| (target, score))?;
                Some(Probe { occupation, target, score })
            })
            .collect()
    }

    fn probe(&self, dataset: &DataSet, occupation: u32) -> Vec<f32> {
        let skills = &dataset.taxonomy.occupation(occupation).essential;
        let evidence = Evidence {
            skills: skills.iter().map(|skill| (*skill, 1.0)).collect(),
            occupations: vec![(occupation, 1.0)],
        };
        self.features(&evidence).iter().map(|row| self.ranker.score(row)).collect()
    }

    fn check_probes(&self, probes: &[Probe], dataset: &DataSet, shown: &str) -> Result<(), Error> {
        for probe in probes {
            if probe.occupation as usize >= self.occupations() {
                return Err(Error::artefact(shown, "a probe names an unknown occupation"));
            }
            let scores = self.probe(dataset, probe.occupation);
            let found = scores.get(probe.target as usize).copied().unwrap_or(f32::NAN);
            let same = (found - probe.score).abs() <= PROBE_TOLERANCE;
            if !same {
                let problem = format!(
                    "occupation {} scores {found} for target {} instead of {}",
                    probe.occupation, probe.target, probe.score
                );
                return Err(Error::artefact(shown, problem));
            }
        }
        Ok(())
    }

    /// All stored parts as one safetensors file.
    fn weights(&self) -> Result<Vec<u8>, Error> {
        let mut tensors: Vec<(String, Dtype, Vec<usize>, Vec<u8>)> = Vec::new();
        let mut push = |name: String, kind: Dtype, shape: Vec<usize>, bytes: Vec<u8>| {
            tensors.push((name, kind, shape, bytes));
        };
        let indexes = [
            ("titles.sv", &self.titles.sv),
            ("titles.en", &self.titles.en),
            ("title_words.sv", &self.title_words.sv),
            ("title_words.en", &self.title_words.en),
            ("title_texts", &self.title_texts),
            ("skills.sv", &self.skill_labels.sv),
            ("skills.en", &self.skill_labels.en),
            ("skill_words.sv", &self.skill_texts.words.sv),
            ("skill_words.en", &self.skill_texts.words.en),
        ];
        for (name, labels) in indexes {
            let hashes = hashes(&labels.hashes);
            push(format!("{name}.hashes"), Dtype::U64, vec![labels.hashes.len()], hashes);
            push(format!("{name}.idf"), Dtype::F32, vec![labels.idf.len()], floats(&labels.idf));
            let starts = integers(&labels.starts);
            push(format!("{name}.starts"), Dtype::U32, vec![labels.starts.len()], starts);
            let lengths = floats(&labels.lengths);
            push(format!("{name}.lengths"), Dtype::F32, vec![labels.lengths.len()], lengths);
            sparse(&mut push, name, &labels.postings);
        }
        let words = &self.translations.words;
        push(format!("{TRANSLATIONS}.words"), Dtype::U64, vec![words.len()], hashes(words));
        sparse(&mut push, TRANSLATIONS, &self.translations.into);
        sparse(&mut push, "courses.by_skill", &self.course_links.by_skill);
        sparse(&mut push, "courses.by_occupation", &self.course_links.by_occupation);
        sparse(&mut push, "courses.bundles", &self.course_links.bundles);
        sparse(&mut push, "courses.groups", &self.course_links.groups);
        sparse(&mut push, "words", &self.word_rows);
        sparse(&mut push, "labels", &self.label_rows);
        for (name, matrix) in
            [("work.occupations", &self.latent.occupations), ("work.skills", &self.latent.skills)]
        {
            let bytes = matrix.iter().flat_map(|value| value.to_le_bytes()).collect();
            push(name.to_owned(), Dtype::F32, matrix.shape().to_vec(), bytes);
        }
        if let Terms::Swedish(compounds) = self.title_words.sv.terms() {
            let text = compounds.to_text().into_bytes();
            push(COMPOUNDS.to_owned(), Dtype::U8, vec![text.len()], text);
        }
        push("idf".to_owned(), Dtype::F32, vec![self.idf.len()], floats(&self.idf));
        let views: Result<Vec<(&str, TensorView<'_>)>, _> = tensors
            .iter()
            .map(|(name, kind, shape, bytes)| {
                TensorView::new(*kind, shape.clone(), bytes).map(|view| (name.as_str(), view))
            })
            .collect();
        views
            .and_then(|views| safetensors::serialize(views, None))
            .map_err(|error| Error::artefact(WEIGHTS, error.to_string()))
    }
}

fn sparse(
    push: &mut impl FnMut(String, Dtype, Vec<usize>, Vec<u8>),
    name: &str,
    rows: &SparseRows,
) {
    let offsets = integers(&rows.offsets);
    push(format!("{name}.offsets"), Dtype::U32, vec![rows.offsets.len()], offsets);
    let columns = integers(&rows.columns);
    push(format!("{name}.columns"), Dtype::U32, vec![rows.columns.len()], columns);
    push(format!("{name}.values"), Dtype::F32, vec![rows.values.len()], floats(&rows.values));
}

fn hashes(values: &[u64]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn floats(values: &[f32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn integers(values: &[u32]) -> Vec<u8> {
    values.iter().flat_map(|value| value.to_le_bytes()).collect()
}

fn sha256(bytes: &[u8]) -> String {
    crate::dataset::hex(&Sha256::digest(bytes))
}

/// Writes beside the file and renames, so that a full disk leaves no half file.
fn write(path: &Path, bytes: &[u8]) -> Result<(), Error> {
    let beside: PathBuf = path.with_extension("tmp");
    let io = |source| Error::Io { path: path.to_owned(), source };
    fs::write(&beside, bytes).map_err(io)?;
    fs::rename(&beside, path).map_err(io)
}
