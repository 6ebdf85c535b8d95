//! What is understood of a worker -> evidence the model scores.

use std::collections::BTreeMap;

use super::Engine;
use crate::{
    domain::{OccupationIx, ResolvedProfile, SkillIx},
    model::{Evidence, Features, OPTIONAL_WEIGHT},
};

/// Each earlier occupation counts this much of the one after it.
const EARLIER: f32 = 0.5;

/// ESCO's reuse level of skills that every work has use for.
const TRANSVERSAL: &str = "transversal";

/// Occupations with their scores.
pub(super) type Scored = Vec<(OccupationIx, f32)>;

impl Engine {
    /// A worker has the skills they name and the essential skills of their occupations, and
    /// probably the optional ones.
    pub(super) fn evidence(&self, understood: &ResolvedProfile) -> Evidence {
        let mut skills: BTreeMap<SkillIx, f32> = BTreeMap::new();
        let mut has = |skill: SkillIx, strength: f32| {
            let known = skills.entry(skill).or_default();
            *known = known.max(strength);
        };
        let mut occupations = Vec::new();
        let mut share = 1.0;
        for concept in &understood.occupations {
            let occupation = self.dataset.taxonomy.occupation(concept.ix);
            occupation.essential.iter().for_each(|skill| has(*skill, 1.0));
            occupation.optional.iter().for_each(|skill| has(*skill, OPTIONAL_WEIGHT));
            occupations.push((concept.ix, share));
            share *= EARLIER;
        }
        understood.skills.iter().for_each(|concept| has(concept.ix, 1.0));
        let total: f32 = occupations.iter().map(|(_, share)| share).sum();
        for (_, share) in &mut occupations {
            *share /= total;
        }
        Evidence { skills: skills.into_iter().collect(), occupations }
    }

    /// One feature row an occupation; none where too little is known of the worker. Languages and
    /// other transversal skills alone are too little: every work has use for them, so what they are
    /// nearest to is chance.
    pub(super) fn features(&self, evidence: &Evidence) -> Vec<Features> {
        let tells = |skill: SkillIx| self.dataset.taxonomy.skill(skill).reuse != TRANSVERSAL;
        let known = !evidence.occupations.is_empty();
        if known || evidence.skills.iter().any(|(skill, _)| tells(*skill)) {
            self.model.features(evidence)
        } else {
            Vec::new()
        }
    }

    /// The score of every row.
    pub(super) fn score(&self, features: &[Features]) -> Scored {
        features.iter().zip(0..).map(|(row, ix)| (ix, self.model.ranker.score(row))).collect()
    }
}
