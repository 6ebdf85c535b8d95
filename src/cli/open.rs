//! Opens the engine a command works with.

use std::path::PathBuf;

use anyhow::Result;

use crate::{
    dataset::{DataSet, starter},
    engine::Engine,
    model::{self, Ranker, StoredModel},
};

/// Folder of the model inside a data set.
pub(super) const MODEL: &str = "models/default";
/// Folder of the index inside a data set.
pub(super) const INDEX: &str = "index";

/// Which data set to use.
#[derive(Debug, Clone, clap::Args)]
pub(super) struct Data {
    /// Data set folder made by `import`; without it the embedded starter set.
    #[arg(long, env = "KOMPETENSNAV_DATASET", value_name = "DATASET")]
    pub(super) data: Option<PathBuf>,
}

/// Loads the data set and its model, or trains one for the starter set (a few milliseconds).
pub(super) fn engine(data: &Data) -> Result<Engine> {
    let Some(folder) = &data.data else {
        let dataset = starter::dataset()?;
        let model = model::train(&dataset, Ranker::shipped()?)?;
        return Ok(Engine::new(dataset, model));
    };
    let (dataset, model) =
        rayon::join(|| DataSet::load(folder), || StoredModel::read(&folder.join(MODEL)));
    let dataset = dataset?;
    let model = model?.attach(&dataset)?;
    Ok(Engine::new(dataset, model))
}
