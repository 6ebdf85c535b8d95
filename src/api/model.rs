//! By what the service ranks: weights, rules and the model card; and what it ranks from an occupation.

use axum::{Extension, Json};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::{
    caching::Answering,
    problem::{Failure, Kind, Problem},
};
use crate::{
    domain::{
        Bilingual, Demand, LicenceGap, MatchStatus, Meta, Pathway, Profile, ScorePart, Shared,
    },
    engine::Engine,
};

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

/// Occupations to move to from one.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transitions {
    /// Whether some were found.
    match_status: MatchStatus,
    /// Inside its sector, best first.
    own_sector: Vec<Transition>,
    /// Into another sector, best first.
    change_sector: Vec<Transition>,
    /// Versions that produced the answer.
    meta: Meta,
}

/// An occupation to move to.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Transition {
    /// 1 is best within its list.
    rank: u32,
    /// Id of the occupation.
    id: String,
    /// Its label.
    #[schema(value_type = Bilingual<String>)]
    label: Shared<Bilingual<String>>,
    /// Its SSYK groups.
    ssyk: Vec<String>,
    /// Its sector key.
    sector: String,
    /// The parts' contributions summed; higher is better.
    score: f32,
    /// Share of moves with this score that experts call feasible, 0 to 1.
    feasible: f32,
    /// Contributions that add up to `score`.
    parts: Vec<ScorePart>,
    /// Essential skills of the target.
    essential_total: u32,
    /// Of those, skills that the present occupation needs too.
    essential_have: u32,
    /// Formal requirements.
    licences: Vec<LicenceGap>,
    /// Demand and wage.
    demand: Demand,
}

impl Transitions {
    pub(super) fn of(engine: &Engine, profile: &Profile, limit: usize) -> Self {
        let answer = engine.recommend(profile, limit);
        let list = |paths: Vec<Pathway>| paths.into_iter().map(Transition::from).collect();
        Self {
            match_status: answer.match_status,
            own_sector: list(answer.own_sector),
            change_sector: list(answer.change_sector),
            meta: answer.meta,
        }
    }
}

impl From<Pathway> for Transition {
    fn from(path: Pathway) -> Self {
        let Pathway { rank, id, label, ssyk, sector, score, feasible, parts, gap, demand, .. } =
            path;
        let (essential_total, essential_have) = (gap.essential_total, gap.essential_have);
        let licences = gap.licences;
        Self {
            rank,
            id,
            label,
            ssyk,
            sector,
            score,
            feasible,
            parts,
            essential_total,
            essential_have,
            licences,
            demand,
        }
    }
}

/// Weights, rules, measured quality and known limits.
#[utoipa::path(get, path = "/v1/model", responses((status = 200, description = "The answer", body = ModelCard), Failure))]
pub(super) async fn model(
    Extension(Answering { engine, .. }): Extension<Answering>,
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
        meta: engine.meta(),
    }))
}
