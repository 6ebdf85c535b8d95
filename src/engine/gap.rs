//! What a worker has and lacks for a target.

use std::{collections::BTreeSet, sync::Arc};

use super::{Engine, start::Start};
use crate::{
    dataset::DataSet,
    domain::{
        Gap, GapSkill, LicenceGap, LicenceKind, OccupationIx, ResolvedProfile, Skill, SkillIx,
    },
};

/// The skills of occupations as gaps name them: each is one value that all answers share.
#[derive(Debug)]
pub(super) struct SkillsOf {
    /// Essential skills of every occupation, heaviest first.
    pub(super) essential: Vec<Vec<Arc<GapSkill>>>,
    /// Optional ones.
    optional: Vec<Vec<Arc<GapSkill>>>,
}

impl SkillsOf {
    /// `idf` are the weights of all skills.
    pub(super) fn occupations(dataset: &DataSet, idf: &[f32]) -> Self {
        let skill = |(row, (ix, weight)): (&Skill, (SkillIx, &f32))| {
            let (id, label) = (row.id.clone(), row.label.clone());
            Arc::new(GapSkill::new(ix, id, label, *weight))
        };
        let taxonomy = &dataset.taxonomy;
        let skills: Vec<Arc<GapSkill>> =
            taxonomy.skills.iter().zip((0..).zip(idf)).map(skill).collect();
        let heaviest_first = |of: &[SkillIx]| {
            let mut of: Vec<Arc<GapSkill>> =
                of.iter().map(|ix| Arc::clone(&skills[*ix as usize])).collect();
            of.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
            of
        };
        let rows = &taxonomy.occupations;
        Self {
            essential: rows.iter().map(|row| heaviest_first(&row.essential)).collect(),
            optional: rows.iter().map(|row| heaviest_first(&row.optional)).collect(),
        }
    }
}

/// Skills that a worker counts as having, by row.
#[derive(Debug)]
pub(super) struct Had(Vec<bool>);

impl Had {
    fn has(&self, skill: &GapSkill) -> bool {
        self.0[skill.ix as usize]
    }

    /// What of some skills is had and what is missing, in their order.
    fn divide(&self, skills: &[Arc<GapSkill>]) -> [Vec<Arc<GapSkill>>; 2] {
        let (had, missing) = skills.iter().cloned().partition(|skill| self.has(skill));
        [had, missing]
    }
}

impl Engine {
    /// Skills a worker counts as having: those named, and the essential ones of their occupations.
    pub(super) fn skills_had(&self, understood: &ResolvedProfile) -> Had {
        let taxonomy = &self.dataset.taxonomy;
        let mut had = vec![false; taxonomy.skills.len()];
        let named = understood.skills.iter().map(|concept| concept.ix);
        let own = understood.occupations.iter();
        let essential = own.flat_map(|concept| &taxonomy.occupation(concept.ix).essential);
        named.chain(essential.copied()).for_each(|ix| had[ix as usize] = true);
        Had(had)
    }

    /// The gap between where a worker starts and a target. More skills never grow it.
    pub(super) fn gap(&self, target: OccupationIx, start: &Start<'_>) -> Gap {
        let taxonomy = &self.dataset.taxonomy;
        let [mut have, missing_essential] =
            start.had.divide(&self.skills.essential[target as usize]);
        let [have_optional, missing_optional] =
            start.had.divide(&self.skills.optional[target as usize]);
        let weight = |skills: &[Arc<GapSkill>]| skills.iter().map(|s| s.weight).sum::<f32>();
        let (got, lacking) = (weight(&have), weight(&missing_essential));
        let licences = taxonomy
            .occupation(target)
            .licences
            .iter()
            .filter(|key| !start.held.contains(key.as_str()))
            .filter_map(|key| taxonomy.licence(key))
            .map(|licence| LicenceGap {
                key: licence.key.clone(),
                label: licence.label.clone(),
                protected_title: licence.kind == LicenceKind::ProtectedTitle,
            })
            .collect();
        let (essential_have, optional_have) = (count(&have), count(&have_optional));
        have.extend(have_optional);
        Gap {
            essential_total: essential_have + count(&missing_essential),
            essential_have,
            optional_total: optional_have + count(&missing_optional),
            optional_have,
            // An empty sum of floats is -0; adding 0 makes it 0.
            covered: if got + lacking > 0.0 { got / (got + lacking) + 0.0 } else { 0.0 },
            have,
            missing_essential,
            missing_optional,
            licences,
        }
    }

    /// Licences a worker has said to hold, and those their occupations cannot be done without.
    pub(super) fn licences_held<'a>(
        &'a self,
        understood: &'a ResolvedProfile,
    ) -> BTreeSet<&'a str> {
        let implied = understood
            .occupations
            .iter()
            .flat_map(|concept| &self.dataset.taxonomy.occupation(concept.ix).licences);
        let mut held: BTreeSet<&str> =
            understood.licences.iter().chain(implied).map(String::as_str).collect();
        self.include_lower(&mut held);
        held
    }

    /// Adds the licences that those held include: whoever holds CE holds C and B.
    pub(super) fn include_lower<'a>(&'a self, held: &mut BTreeSet<&'a str>) {
        loop {
            let before = held.len();
            for licence in &self.dataset.taxonomy.licences {
                if licence.included_in.iter().any(|key| held.contains(key.as_str())) {
                    held.insert(&licence.key);
                }
            }
            if held.len() == before {
                return;
            }
        }
    }
}

fn count(skills: &[Arc<GapSkill>]) -> u32 {
    u32::try_from(skills.len()).unwrap_or(u32::MAX)
}
