//! What is understood of a worker -> evidence the model scores.

use std::{collections::BTreeMap, sync::Arc};

use super::Engine;
use crate::{
    domain::{OccupationIx, ResolvedProfile, SkillIx},
    model::{Evidence, Likeness, OPTIONAL_WEIGHT},
};

/// Each earlier occupation counts this much of the one after it.
const EARLIER: f32 = 0.5;

/// ESCO's reuse level of skills that every work has use for.
const TRANSVERSAL: &str = "transversal";

impl Engine {
    /// A worker against every occupation; `None` where too little is known of them. Languages and other
    /// transversal skills alone are too little: every work has use for them, so what they are nearest to
    /// is chance.
    pub(super) fn likeness(&self, understood: &ResolvedProfile) -> Option<Likeness> {
        let mut named: Vec<SkillIx> = understood.skills.iter().map(|skill| skill.ix).collect();
        named.sort_unstable();
        named.dedup();
        if understood.occupations.is_empty() {
            let tells = |skill: &SkillIx| self.dataset.taxonomy.skill(*skill).reuse != TRANSVERSAL;
            named.iter().any(tells).then_some(())?;
            let skills = named.into_iter().map(|skill| (skill, 1.0)).collect();
            let evidence = Evidence { skills, occupations: Vec::new() };
            return Some(self.model.likeness(&Arc::new(self.model.standpoint(&evidence)), &[]));
        }
        let own: Vec<OccupationIx> = understood.occupations.iter().map(|own| own.ix).collect();
        let standpoint = || Arc::new(self.model.standpoint(&self.evidence(&own)));
        let standpoint = self.standpoints.read(&format!("{own:?}"), standpoint);
        let columns = |skill: SkillIx| {
            let columns = || Arc::new(self.model.skill_columns(skill));
            (skill, self.skill_columns.read(&skill.to_string(), columns))
        };
        let skills: Vec<_> = named.into_iter().map(columns).collect();
        Some(self.model.likeness(&standpoint, &skills))
    }

    /// Who has these occupations, the latest first, has their essential skills, and probably the optional
    /// ones.
    fn evidence(&self, own: &[OccupationIx]) -> Evidence {
        let mut skills: BTreeMap<SkillIx, f32> = BTreeMap::new();
        let mut has = |skill: SkillIx, strength: f32| {
            let known = skills.entry(skill).or_default();
            *known = known.max(strength);
        };
        let mut occupations = Vec::new();
        let mut share = 1.0;
        for ix in own {
            let occupation = self.dataset.taxonomy.occupation(*ix);
            occupation.essential.iter().for_each(|skill| has(*skill, 1.0));
            occupation.optional.iter().for_each(|skill| has(*skill, OPTIONAL_WEIGHT));
            occupations.push((*ix, share));
            share *= EARLIER;
        }
        let total: f32 = occupations.iter().map(|(_, share)| share).sum();
        for (_, share) in &mut occupations {
            *share /= total;
        }
        Evidence { skills: skills.into_iter().collect(), occupations }
    }

    /// The score of every occupation; none where too little is known.
    pub(super) fn scores(&self, likeness: Option<&Likeness>) -> Vec<f32> {
        likeness.map_or_else(Vec::new, |likeness| self.model.scores(likeness))
    }
}
