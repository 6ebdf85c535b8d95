//! What the service ranks from an occupation, whoever holds it.

#![expect(unused_qualifications, reason = "in what utoipa::path writes")]

use std::sync::Arc;

use axum::{
    Extension, Json,
    extract::{Path, State, rejection::PathRejection},
};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::{
    Service,
    caching::Answering,
    catalogue::find,
    problem::{Failure, Kind, Problem},
    request::{Params, list},
    worker::{PATHS, require_at_most},
};
use crate::{
    domain::{
        Bilingual, Demand, Label, Language, LicenceGap, MatchStatus, Meta, Pathway, Profile,
        ScorePart, Shared,
    },
    intake::check::Check,
};

/// Targets of a list unless another number is asked for.
const TRANSITIONS: usize = 10;

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
    /// What the move is in a word or three; empty where something closes it.
    labels: Vec<Label>,
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
    /// The best `limit` of each list that are wanted, among the [`PATHS`] best.
    fn of(
        Answering { engine, meta, .. }: &Answering,
        profile: &Profile,
        asked: &TransitionQuery,
    ) -> Self {
        let limit = asked.limit.unwrap_or(TRANSITIONS);
        let searched = if asked.sifts() { PATHS } else { limit };
        let answer = engine.recommend(profile, searched);
        let list = |paths: Vec<Pathway>| -> Vec<Transition> {
            let wanted = paths.into_iter().filter(|path| asked.wants(path));
            wanted.map(Transition::from).take(limit).collect()
        };
        let [own_sector, change_sector] = [answer.own_sector, answer.change_sector].map(list);
        let found = !own_sector.is_empty() || !change_sector.is_empty();
        let understood = answer.match_status != MatchStatus::Abstain;
        let match_status = MatchStatus::of(understood, found);
        Self { match_status, own_sector, change_sector, meta: meta.clone() }
    }
}

impl From<Pathway> for Transition {
    fn from(path: Pathway) -> Self {
        let Pathway { rank, id, label, ssyk, sector, score, feasible, labels, .. } = path;
        let (parts, gap, demand) = (path.parts, path.gap, path.demand);
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
            labels,
            parts,
            essential_total,
            essential_have,
            licences,
            demand,
        }
    }
}

#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(super) struct TransitionQuery {
    /// Targets of each list, 1 to 50; 10 unless given.
    #[param(minimum = 1, maximum = 50)]
    limit: Option<usize>,
    /// Least `feasible` of a target, 0 to 1.
    #[param(minimum = 0.0, maximum = 1.0)]
    min_similarity: Option<f32>,
    /// Only targets with all of these labels.
    #[serde(default, deserialize_with = "list")]
    #[param(style = Form, explode = false)]
    label: Vec<Label>,
    /// Language; texts come in both anyway.
    #[expect(dead_code, reason = "read by caching::revalidate, which hands the language on")]
    lang: Option<Language>,
}

impl TransitionQuery {
    /// Whether targets are left out by more than their place.
    fn sifts(&self) -> bool {
        self.min_similarity.is_some() || !self.label.is_empty()
    }

    fn wants(&self, path: &Pathway) -> bool {
        self.min_similarity.is_none_or(|least| path.feasible >= least)
            && self.label.iter().all(|label| path.labels.contains(label))
    }
}

/// Occupations to move to from one, for somebody who has its usual skills.
///
/// Two lists, inside the sector and into another, by score. What a person has beside or lacks is asked by
/// `/v1/recommendations`. `min_similarity` and `label` choose among the 50 best of each list.
#[utoipa::path(
    get,
    path = "/v1/occupations/{id}/transitions",
    params(
        ("id" = String, Path, description = "Percent-encoded id (an ESCO URI), or its last part"),
        TransitionQuery,
    ),
    responses((status = 200, description = "The answer", body = Transitions), Failure)
)]
pub(super) async fn transitions(
    State(service): State<Arc<Service>>,
    Extension(from): Extension<Answering>,
    id: Result<Path<String>, PathRejection>,
    Params(query): Params<TransitionQuery>,
) -> Result<Json<Transitions>, Problem> {
    let limit = query.limit.unwrap_or(TRANSITIONS);
    let mut check = Check::default();
    require_at_most(&mut check, "limit", limit, PATHS);
    check.number("min_similarity", query.min_similarity, &(0.0..=1.0));
    Problem::of_findings(Kind::InvalidQuery, check.finish())?;
    let Ok(Path(id)) = id else { return Err(Problem::new(Kind::NotFound)) };
    let rows = &from.engine.dataset().taxonomy.occupations;
    let found = find(rows, |row| &row.id, &id).ok_or_else(|| Problem::new(Kind::NotFound))?;
    let profile = Profile { titles: vec![found.id.clone()], ..Profile::default() };
    let work = move |_service: &Service| Transitions::of(&from, &profile, &query);
    service.work(work).await.map(Json)
}
