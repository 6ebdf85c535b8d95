//! By what the service ranks: weights, rules and the model card.

use axum::{Extension, Json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    caching::Answering,
    problem::{Failure, Kind, Problem},
};
use crate::domain::Meta;

/// What the model was fitted on, how good it is and what it cannot do.
const CARD: &str = include_str!("../../models/README.md");

/// By what the service ranks.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct ModelCard {
    /// Points per unit of each feature of a move.
    features: Vec<FeatureWeight>,
    /// What the weights were fitted on, in words.
    fitted_on: String,
    /// From a score to the share of such moves that experts call feasible: `slope` and `offset` of a
    /// logistic curve.
    #[schema(value_type = Object)]
    calibration: Value,
    /// Rules of notice, furlough and paying for studies, each with its source and the days it holds.
    #[schema(value_type = Vec<Object>)]
    rules: Value,
    /// The model card, in Markdown: what the weights were fitted on, measured quality with intervals, and
    /// known limits.
    card: &'static str,
    /// Versions that produced the answer.
    meta: Meta,
}

/// The weight of a feature.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct FeatureWeight {
    /// Name of the feature, as in the `parts` of a path.
    name: String,
    /// Points per unit.
    weight: f32,
}

/// Weights, rules, measured quality and known limits.
#[utoipa::path(get, path = "/v1/model", responses((status = 200, description = "The answer", body = ModelCard), Failure))]
pub(super) async fn model(
    Extension(Answering { engine, meta, .. }): Extension<Answering>,
) -> Result<Json<ModelCard>, Problem> {
    let ranker = &engine.model().ranker;
    let features = ranker.features.iter().zip(&ranker.weights);
    let value =
        |value: serde_json::Result<Value>| value.map_err(|_no_json| Problem::new(Kind::Internal));
    Ok(Json(ModelCard {
        features: features
            .map(|(name, weight)| FeatureWeight { name: name.clone(), weight: *weight })
            .collect(),
        fitted_on: ranker.fitted_on.clone(),
        calibration: value(serde_json::to_value(ranker.calibration))?,
        rules: value(serde_json::to_value(&engine.dataset().rules))?,
        card: CARD,
        meta,
    }))
}
