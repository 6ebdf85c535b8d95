//! What a worker has and lacks for a target.

use std::collections::BTreeSet;

use super::Engine;
use crate::domain::{
    Gap, GapSkill, LicenceGap, LicenceKind, OccupationIx, ResolvedProfile, SkillIx,
};

impl Engine {
    /// Skills a worker counts as having: those named, and the essential ones of their occupations.
    pub(super) fn skills_had(&self, understood: &ResolvedProfile) -> BTreeSet<SkillIx> {
        let named = understood.skills.iter().map(|concept| concept.ix);
        let essential = understood
            .occupations
            .iter()
            .flat_map(|concept| &self.dataset.taxonomy.occupation(concept.ix).essential);
        named.chain(essential.copied()).collect()
    }

    /// The gap between what is had and a target. More skills never grow it.
    pub(super) fn gap(
        &self,
        target: OccupationIx,
        had: &BTreeSet<SkillIx>,
        understood: &ResolvedProfile,
    ) -> Gap {
        let taxonomy = &self.dataset.taxonomy;
        let occupation = taxonomy.occupation(target);
        let (have, missing_essential) = self.divide(&occupation.essential, had);
        let (have_optional, missing_optional) = self.divide(&occupation.optional, had);
        let weight = |skills: &[GapSkill]| skills.iter().map(|skill| skill.weight).sum::<f32>();
        let (got, lacking) = (weight(&have), weight(&missing_essential));
        let held_licences = self.licences_held(understood);
        let licences = occupation
            .licences
            .iter()
            .filter(|key| !held_licences.contains(key.as_str()))
            .filter_map(|key| taxonomy.licence(key))
            .map(|licence| LicenceGap {
                key: licence.key.clone(),
                label: licence.label.clone(),
                protected_title: licence.kind == LicenceKind::ProtectedTitle,
            })
            .collect();
        let (essential_have, optional_have) = (count(&have), count(&have_optional));
        let have: Vec<GapSkill> = have.into_iter().chain(have_optional).collect();
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

    fn divide(
        &self,
        skills: &[SkillIx],
        had: &BTreeSet<SkillIx>,
    ) -> (Vec<GapSkill>, Vec<GapSkill>) {
        let skill = |ix: &SkillIx| {
            let row = self.dataset.taxonomy.skill(*ix);
            let weight = self.model.idf[*ix as usize];
            GapSkill { ix: *ix, id: row.id.clone(), label: row.label.clone(), weight }
        };
        let (mut have, mut missing): (Vec<GapSkill>, Vec<GapSkill>) =
            skills.iter().map(skill).partition(|skill| had.contains(&skill.ix));
        heaviest_first(&mut have);
        heaviest_first(&mut missing);
        (have, missing)
    }
}

fn heaviest_first(skills: &mut [GapSkill]) {
    skills.sort_by(|a, b| b.weight.total_cmp(&a.weight).then_with(|| a.id.cmp(&b.id)));
}

fn count(skills: &[GapSkill]) -> u32 {
    u32::try_from(skills.len()).unwrap_or(u32::MAX)
}
