//! What a worker has and lacks for a target.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{Engine, start::Start};
use crate::{
    dataset::DataSet,
    domain::{
        Bilingual, Gap, GapSkill, LicenceGap, LicenceKind, OccupationIx, PartialSkill,
        ResolvedProfile, Selection, Shared, Skill, SkillIx, Table,
    },
};

/// Skills of a group whose skills are near to each other, at most.
const NEAR: usize = 60;
/// Skills named as near to one.
const MOST_NEAR: usize = 3;

/// The skills of occupations as gaps name them.
#[derive(Debug)]
pub(super) struct SkillsOf {
    /// Labels of all skills.
    pub(super) labels: Vec<Shared<Bilingual<String>>>,
    /// All skills, which answers share.
    all: Arc<Table<GapSkill>>,
    /// Essential skills of every occupation, heaviest first.
    pub(super) essential: Vec<Vec<SkillIx>>,
    /// Optional ones.
    optional: Vec<Vec<SkillIx>>,
}

impl SkillsOf {
    /// `idf` are the weights of all skills.
    pub(super) fn occupations(dataset: &DataSet, idf: &[f32]) -> Self {
        let taxonomy = &dataset.taxonomy;
        let labels = taxonomy.skills.iter().map(|row| Shared::new(row.label.clone()));
        let labels: Vec<Shared<Bilingual<String>>> = labels.collect();
        let skill = |(row, (ix, weight)): (&Skill, (SkillIx, &f32))| {
            let (id, label) = (row.id.clone(), labels[ix as usize].clone());
            GapSkill { ix, id, label, weight: *weight }
        };
        let weight = |ix: SkillIx| idf[ix as usize];
        let id = |ix: SkillIx| &taxonomy.skills[ix as usize].id;
        let heaviest_first = |of: &[SkillIx]| {
            let mut of = of.to_vec();
            of.sort_by(|a, b| weight(*b).total_cmp(&weight(*a)).then_with(|| id(*a).cmp(id(*b))));
            of
        };
        let rows = &taxonomy.occupations;
        Self {
            all: Arc::new(taxonomy.skills.iter().zip((0..).zip(idf)).map(skill).collect()),
            essential: rows.iter().map(|row| heaviest_first(&row.essential)).collect(),
            optional: rows.iter().map(|row| heaviest_first(&row.optional)).collect(),
            labels,
        }
    }
}

/// Skills that a worker counts as having, by row.
#[derive(Debug)]
pub(super) struct Had(Vec<bool>);

impl Had {
    /// What of some skills is had and what is missing, in their order.
    fn divide(&self, skills: &[SkillIx]) -> [Vec<SkillIx>; 2] {
        let mut divided = [Vec::new(), Vec::with_capacity(skills.len())];
        for skill in skills {
            divided[usize::from(!self.0[*skill as usize])].push(*skill);
        }
        divided
    }
}

impl Engine {
    /// Skills a worker counts as having: those named, the essential ones of their occupations, and those that come
    /// with the licences they have ([`Engine::licences_held`]).
    pub(super) fn skills_had(&self, understood: &ResolvedProfile, held: &BTreeSet<&str>) -> Had {
        let taxonomy = &self.dataset.taxonomy;
        let mut had = vec![false; taxonomy.skills.len()];
        let named = understood.skills.iter().map(|concept| concept.ix);
        let own = understood.occupations.iter();
        let essential = own.flat_map(|concept| &taxonomy.occupation(concept.ix).essential);
        let learnt = held.iter().filter_map(|key| self.catalogue.taught_with.get(*key));
        let all = named.chain(essential.copied()).chain(learnt.flatten().copied());
        all.for_each(|ix| had[ix as usize] = true);
        Had(had)
    }

    /// The gap between where a worker starts and a target. More skills never grow it.
    pub(super) fn gap(&self, target: OccupationIx, start: &Start<'_>) -> Gap {
        let taxonomy = &self.dataset.taxonomy;
        let [mut have, missing_essential] =
            start.had.divide(&self.skills.essential[target as usize]);
        let [have_optional, missing_optional] =
            start.had.divide(&self.skills.optional[target as usize]);
        let idf = &self.model.idf;
        let weight = |skills: &[SkillIx]| skills.iter().map(|ix| idf[*ix as usize]).sum::<f32>();
        let list = |skills: Vec<SkillIx>| Selection::new(&self.skills.all, skills);
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
            have: list(have),
            missing_essential: list(missing_essential),
            missing_optional: list(missing_optional),
            licences,
        }
    }

    /// For each gap of a worker, the essential skills that are missing in whose group of skills they have others.
    /// A group counts where it is small enough that its skills have something in common. O(skills).
    pub fn partial<'g>(
        &self,
        understood: &ResolvedProfile,
        gaps: impl Iterator<Item = &'g Gap>,
    ) -> Vec<Vec<PartialSkill>> {
        let (skills, had) = (
            &self.dataset.taxonomy.skills,
            self.skills_had(understood, &self.licences_held(understood)),
        );
        let mut groups: BTreeMap<u32, Vec<SkillIx>> = BTreeMap::new();
        for (skill, ix) in skills.iter().zip(0..) {
            skill.groups.iter().for_each(|group| groups.entry(*group).or_default().push(ix));
        }
        groups.retain(|_, skills| skills.len() <= NEAR);
        let partial = |missing: &GapSkill| {
            let of =
                skills[missing.ix as usize].groups.iter().filter_map(|group| groups.get(group));
            let near = of.flatten().filter(|ix| had.0[**ix as usize]);
            let mut near: Vec<SkillIx> =
                near.copied().collect::<BTreeSet<_>>().into_iter().collect();
            near.sort_by(|a, b| {
                self.model.idf[*b as usize].total_cmp(&self.model.idf[*a as usize])
            });
            near.truncate(MOST_NEAR);
            let near: Vec<_> =
                near.iter().map(|ix| self.skills.labels[*ix as usize].clone()).collect();
            let (id, label) = (missing.id.clone(), missing.label.clone());
            (!near.is_empty()).then_some(PartialSkill { id, label, near })
        };
        gaps.map(|gap| gap.missing_essential.iter().filter_map(partial).collect()).collect()
    }

    /// Licences a worker has said to hold, and those their occupations cannot be done without, but for what they have
    /// said to lack and what rests on it.
    pub(super) fn licences_held<'a>(
        &'a self,
        understood: &'a ResolvedProfile,
    ) -> BTreeSet<&'a str> {
        let implied = understood
            .occupations
            .iter()
            .flat_map(|concept| &self.dataset.taxonomy.occupation(concept.ix).licences);
        let lacking = self.licences_denied(understood);
        let mut held: BTreeSet<&str> = implied.map(String::as_str).collect();
        // Whoever has lost C still drives a car.
        self.include_lower(&mut held);
        held.retain(|key| !lacking.contains(*key));
        held.extend(understood.licences.iter().map(String::as_str));
        self.include_lower(&mut held);
        held
    }

    /// Licences a worker has said to lack or to hold no more, and those that include them: CE without C is none.
    fn licences_denied(&self, understood: &ResolvedProfile) -> BTreeSet<String> {
        let said = understood.unmatched.iter().filter(|unread| unread.field == "licence");
        let mut denied = BTreeSet::new();
        for key in said.flat_map(|unread| self.licences.denied(&unread.text)) {
            let licence = self.dataset.taxonomy.licence(&key);
            denied.extend(licence.into_iter().flat_map(|licence| licence.included_in.clone()));
            denied.insert(key);
        }
        denied
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

fn count(skills: &[SkillIx]) -> u32 {
    u32::try_from(skills.len()).unwrap_or(u32::MAX)
}
