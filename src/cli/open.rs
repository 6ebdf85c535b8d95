//! Opens the engine a command works with.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, bail};
use clap::builder::{OsStringValueParser, TypedValueParser as _};

use crate::{
    dataset::{DataSet, hub, starter},
    engine::Engine,
    model::{self, Encoder, Ranker, StoredModel},
};

/// Folder of the model inside a data set.
pub(super) const MODEL: &str = "models/default";
/// Folder of the encoder inside a data set.
pub(super) const ENCODER: &str = "models/encoder";
/// Folder of the index inside a data set.
pub(super) const INDEX: &str = "index";

/// Which data set to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Data {
    /// Data set folder made by `import`; without it the embedded starter set.
    #[arg(
        long,
        env = "KOMPETENSNAV_DATASET",
        value_name = "DATASET",
        value_parser = OsStringValueParser::new().map(PathBuf::from)
    )]
    data: Option<PathBuf>,
}

impl Data {
    /// The data set folder. An empty name, as an empty variable gives it, is none.
    pub(super) fn folder(&self) -> Option<&Path> {
        self.data.as_deref().filter(|folder| !folder.as_os_str().is_empty())
    }
}

/// Signals of sector councils beside those of the data set.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Signals {
    /// Signals of sector councils, as CSV (data/README.md) or a JSON list, beside those of the data set.
    #[arg(long, value_name = "FILE")]
    signals: Option<PathBuf>,
}

/// The engine of a data set that hears these signals as well.
pub(super) fn engine_hearing(data: &Data, signals: &Signals) -> Result<Engine> {
    let engine = engine(data)?;
    let Some(path) = &signals.signals else { return Ok(engine) };
    let shown = path.display();
    let text = fs::read_to_string(path).with_context(|| format!("cannot read {shown}"))?;
    let read = hub::read_signals(&text, &engine.dataset().taxonomy.occupations)
        .with_context(|| format!("{shown} cannot be used"))?;
    Ok(engine.with_signals(read))
}

/// Loads the data set and its model, or trains one for the starter set (a few milliseconds).
pub(super) fn engine(data: &Data) -> Result<Engine> {
    let Some(folder) = data.folder() else {
        let dataset = starter::dataset()?;
        let model = model::train(&dataset, Ranker::shipped()?)?;
        return Ok(Engine::new(dataset, model));
    };
    let (dataset, model) =
        rayon::join(|| DataSet::load(folder), || StoredModel::read(&folder.join(MODEL)));
    let dataset = dataset?;
    if !dataset.has_skills() {
        bail!(
            "{}: the data set has no occupations with skills, so that nothing can be suggested from \
             it; import it together with ESCO, or without --only",
            folder.display()
        );
    }
    let stored = model?;
    let (model, encoder) =
        rayon::join(|| stored.attach(&dataset), || Encoder::open(&folder.join(ENCODER), &dataset));
    let model = match encoder? {
        Some(encoder) => model?.with_encoder(encoder),
        None => model?,
    };
    Ok(Engine::new(dataset, model))
}
