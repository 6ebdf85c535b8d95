//! A worker against every occupation, from parts that many workers share.
//!
//! What present occupations alone say of a target is the same for all who have them: a [`Standpoint`].
//! Skills come into the score by two cosines, whose dot products are sums over the skills. A skill that is
//! had beside those of the occupations adds its [`SkillColumns`], whatever else is had. So a worker costs
//! two sums of columns for each such skill, two roots for each target, and nothing is looked up.

use std::sync::Arc;

use ndarray::{Array1, ArrayView1};
use pulp::Arch;

use super::{
    Evidence, Features, Model, NAMES, Ranker,
    features::{mixture, root, roots, stand_ins},
};
use crate::domain::{OccupationIx, SkillIx};

/// Features that skills change; they are the first ones.
const BY_SKILLS: usize = 2;

/// What occupations with their skills say of every target, see [`Model::standpoint`].
#[derive(Debug)]
pub struct Standpoint {
    /// Skills with their strength, ascending.
    skills: Vec<(SkillIx, f32)>,
    /// Weights of the skills in the groups above them, before idf.
    group_sums: Vec<f32>,
    /// Sum of the squares of the skills' own weights, after idf.
    own_square: f32,
    /// Dot product of the skills in their groups with each target's.
    group_dots: Vec<f32>,
    /// Where the occupations stand in the latent space, a unit vector or zeros.
    of_occupations: Array1<f32>,
    /// The sum of where the skills stand.
    of_skills: Array1<f32>,
    /// Dot products of the two with each target's position.
    occupation_dots: Vec<f32>,
    skill_dots: Vec<f32>,
    /// The features that no skill changes.
    columns: [Vec<f32>; NAMES.len() - BY_SKILLS],
    /// Which targets have one of the skills.
    sharing: Vec<bool>,
}

/// What a skill of weight 1 adds for every target.
#[derive(Debug)]
pub struct SkillColumns {
    /// To the dot product of the skills in their groups.
    groups: Vec<f32>,
    /// To that of where the skills stand in the latent space.
    work: Vec<f32>,
}

/// The features of one worker, a column each.
#[derive(Debug)]
pub struct Likeness {
    by_skills: [Vec<f32>; BY_SKILLS],
    standpoint: Arc<Standpoint>,
    /// Which targets have one of the worker's skills, as essential or as optional ones.
    pub sharing: Vec<bool>,
}

impl Model {
    /// What occupations and skills say of every target. Where no occupation is known, those nearest by
    /// the skills stand in. Some 0.5 ms for 3,000 targets, and 36 bytes a target to keep.
    pub fn standpoint(&self, evidence: &Evidence) -> Standpoint {
        let mut skills = evidence.skills.clone();
        skills.sort_unstable_by_key(|(skill, _)| *skill);
        let weights: Vec<(SkillIx, f32)> = skills
            .iter()
            .map(|&(skill, strength)| (skill, strength * self.idf[skill as usize]))
            .collect();
        let group_dots = self.cosines(&self.group_postings, &self.in_groups(&weights));
        let sources = if evidence.occupations.is_empty() {
            stand_ins(&group_dots)
        } else {
            evidence.occupations.clone()
        };
        let words = self.cosines(&self.word_postings, &mixture(&self.word_rows, &sources));
        let labels = self.cosines(&self.label_postings, &mixture(&self.label_rows, &sources));
        let [shared, alike, level, size] = self.compare_groups(&sources);
        let mut standpoint = Standpoint {
            group_sums: self.group_sums(&weights),
            own_square: weights.iter().map(|&(skill, weight)| self.own_square(skill, weight)).sum(),
            of_occupations: self.latent.of_occupations(&sources),
            of_skills: self.latent.of_skills(&weights),
            columns: [roots(words), roots(labels), shared, alike, level, size],
            sharing: vec![false; self.occupations()],
            occupation_dots: Vec::new(),
            skill_dots: Vec::new(),
            group_dots,
            skills,
        };
        [standpoint.occupation_dots, standpoint.skill_dots] =
            self.dots([standpoint.of_occupations.view(), standpoint.of_skills.view()]);
        for (skill, _) in &standpoint.skills {
            self.mark_sharing(*skill, &mut standpoint.sharing);
        }
        standpoint
    }

    /// What one skill adds. Some 0.05 ms for 3,000 targets, and 8 bytes a target to keep.
    pub fn skill_columns(&self, skill: SkillIx) -> SkillColumns {
        let groups = self.cosines(&self.group_postings, &self.in_groups(&[(skill, 1.0)]));
        let [work] = self.dots([self.latent.skills.row(skill as usize)]);
        SkillColumns { groups, work }
    }

    /// Dot products of vectors of the latent space with where every target stands there. The positions,
    /// 1.5 MB for 3,000 targets, are read once for all vectors; a product is summed up in the order of
    /// dimensions, so that the machine changes no bit.
    fn dots<const N: usize>(&self, vectors: [ArrayView1<'_, f32>; N]) -> [Vec<f32>; N] {
        let mut dots = vectors.map(|_| vec![0.0; self.occupations()]);
        for (dimension, positions) in self.work.outer_iter().enumerate() {
            // Whole rows of a matrix in its standard order are slices.
            let positions = positions.to_slice().unwrap_or_default();
            for (sums, vector) in dots.iter_mut().zip(&vectors) {
                add(sums, vector[dimension], positions);
            }
        }
        dots
    }

    /// The features of a worker who has other skills in full beside those of the standpoint. Some 5 us and
    /// 1 us a skill for 3,000 targets.
    pub fn likeness(
        &self,
        standpoint: &Arc<Standpoint>,
        skills: &[(SkillIx, Arc<SkillColumns>)],
    ) -> Likeness {
        let mut group_dots = standpoint.group_dots.clone();
        let mut skill_dots = standpoint.skill_dots.clone();
        let mut group_sums = standpoint.group_sums.clone();
        let mut own_square = standpoint.own_square;
        let mut of_skills = standpoint.of_skills.clone();
        let mut sharing = standpoint.sharing.clone();
        for (skill, columns) in skills {
            self.mark_sharing(*skill, &mut sharing);
            let (skill, had) = (*skill, standpoint.strength(*skill));
            if had >= 1.0 {
                continue;
            }
            let idf = self.idf[skill as usize];
            let weight = (1.0 - had) * idf;
            add(&mut group_dots, weight, &columns.groups);
            add(&mut skill_dots, weight, &columns.work);
            for group in &self.groups_of_skill[skill as usize] {
                group_sums[*group as usize] += weight;
            }
            own_square += self.own_square(skill, idf) - self.own_square(skill, had * idf);
            of_skills.scaled_add(weight, &self.latent.skills.row(skill as usize));
        }
        let groups = group_sums.iter().zip(&self.group_idf).map(|(sum, idf)| sum * idf);
        let length = (groups.map(|weight| weight * weight).sum::<f32>() + own_square).sqrt();
        let group_share = share(length);
        // Half from what the occupations are said to be, half from the skills.
        let skills_length = of_skills.dot(&of_skills).sqrt();
        let skills_share = if skills_length > 0.0 { 1.0 / skills_length } else { 0.0 };
        let position = &standpoint.of_occupations + &(of_skills * skills_share);
        let work_share = share(position.dot(&position).sqrt());
        widest(|| {
            for dot in &mut group_dots {
                *dot = root(*dot * group_share);
            }
            for (work, occupations) in skill_dots.iter_mut().zip(&standpoint.occupation_dots) {
                *work = root((occupations + *work * skills_share) * work_share);
            }
        });
        Likeness {
            by_skills: [group_dots, skill_dots],
            standpoint: Arc::clone(standpoint),
            sharing,
        }
    }

    /// The square of what a skill weighs as the group that it is for itself.
    fn own_square(&self, skill: SkillIx, weight: f32) -> f32 {
        (weight * self.idf[skill as usize]).powi(2)
    }

    fn mark_sharing(&self, skill: SkillIx, sharing: &mut [bool]) {
        for (occupation, _) in self.group_postings.row(self.own_group(skill)) {
            sharing[occupation as usize] = true;
        }
    }
}

impl Standpoint {
    fn strength(&self, skill: SkillIx) -> f32 {
        let found = self.skills.binary_search_by_key(&skill, |(skill, _)| *skill);
        found.map_or(0.0, |at| self.skills[at].1)
    }
}

impl Likeness {
    fn columns(&self) -> impl Iterator<Item = &Vec<f32>> {
        self.by_skills.iter().chain(&self.standpoint.columns)
    }

    /// The features of one target.
    pub fn row(&self, target: OccupationIx) -> Features {
        let mut row = [0.0; NAMES.len()];
        for (value, column) in row.iter_mut().zip(self.columns()) {
            *value = column[target as usize];
        }
        row
    }

    /// [`Ranker::score`] of every target, to the bit.
    pub fn scores(&self, ranker: &Ranker) -> Vec<f32> {
        let mut scores = vec![0.0; self.sharing.len()];
        for (column, weight) in self.columns().zip(&ranker.weights) {
            add(&mut scores, *weight, column);
        }
        scores
    }
}

fn add(sums: &mut [f32], weight: f32, column: &[f32]) {
    widest(|| {
        for (sum, value) in sums.iter_mut().zip(column) {
            *sum += weight * value;
        }
    });
}

/// Does what is the same for all targets in the widest registers of the machine. Each value is reckoned
/// as it would be alone, so that the machine changes no bit.
fn widest<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// What divides by a length; what has none is zeros already.
fn share(length: f32) -> f32 {
    if length > 0.0 { 1.0 / length } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{dataset::starter, model};

    #[test]
    fn skills_beside_the_occupation_count_as_if_all_were_given_at_once() {
        let dataset = starter::dataset().unwrap();
        let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
        let own = dataset.taxonomy.occupation(3);
        let essential = own.essential.iter().map(|skill| (*skill, 1.0));
        let optional = own.optional.iter().map(|skill| (*skill, 0.5));
        let mut skills: Vec<(SkillIx, f32)> = essential.chain(optional).collect();
        let occupations = vec![(3, 0.75), (8, 0.25)];
        let present = Evidence { skills: skills.clone(), occupations };
        // One that is probable already, one that is sure, and others.
        let named = [own.optional[0], own.essential[0], 1, 40, 77];
        for named in named {
            match skills.iter_mut().find(|(skill, _)| *skill == named) {
                Some((_, strength)) => *strength = 1.0,
                None => skills.push((named, 1.0)),
            }
        }
        let at_once = model.features(&Evidence { skills, ..present.clone() });
        let columns = named.map(|skill| (skill, Arc::new(model.skill_columns(skill))));
        let likeness = model.likeness(&Arc::new(model.standpoint(&present)), &columns);
        let scores = likeness.scores(&model.ranker);
        for (ix, row) in (0..).zip(at_once) {
            for (feature, (one, other)) in row.into_iter().zip(likeness.row(ix)).enumerate() {
                assert!((one - other).abs() < 1e-5, "{ix} {feature}: {one} {other}");
            }
            let score = model.ranker.score(&likeness.row(ix));
            assert_eq!(scores[ix as usize].to_bits(), score.to_bits());
        }
    }
}
