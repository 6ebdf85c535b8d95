//! A worker against every occupation.
//!
//! What present occupations alone say of a target is the same for all who have them: a [`Standpoint`],
//! which lists make once and use again. Skills come into the score by two cosines, whose dot products are
//! sums over the skills: of the groups that they are in, and of where they stand in the latent space. What a
//! skill adds to the two, its [`SkillColumns`], is made once, too. So a worker costs two sums of columns for
//! each such skill, two roots for each target, and nothing is looked up.

use std::sync::Arc;

use ndarray::Array1;

use super::{
    Evidence, Features, Model, NAMES,
    features::{BY_GROUPS, BY_SKILLS, DESCRIPTION, TITLE, mixture, root, roots, stand_ins},
    wide::{add, widest},
};
use crate::domain::{OccupationIx, SkillIx};

/// What occupations with their skills say of every target, see [`Model::standpoint`], by the weights of one
/// model; no other can go on with it.
#[derive(Debug)]
pub struct Standpoint {
    /// Occupations with their share.
    occupations: Vec<(OccupationIx, f32)>,
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
    /// Dot products of the two with where each target stands.
    occupation_dots: Vec<f32>,
    skill_dots: Vec<f32>,
    /// The features of texts, of each target.
    description: Vec<f32>,
    title: Vec<f32>,
    /// Points of each target by what no skill changes.
    points: Vec<f32>,
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

/// The features of one worker that skills change, a column each, beside those that they do not.
#[derive(Debug)]
pub struct Likeness {
    by_skills: [Vec<f32>; BY_SKILLS.end],
    standpoint: Arc<Standpoint>,
    /// Which targets have one of the worker's skills, as essential or as optional ones.
    pub sharing: Vec<bool>,
}

impl Model {
    /// What occupations and skills say of every target. Where no occupation is known, those nearest by
    /// the skills stand in. Some 0.07 ms for 3,000 targets, and 25 bytes a target to keep.
    pub fn standpoint(&self, evidence: &Evidence) -> Standpoint {
        let mut skills = evidence.skills.clone();
        skills.sort_unstable_by_key(|(skill, _)| *skill);
        let weights: Vec<(SkillIx, f32)> = skills
            .iter()
            .map(|&(skill, strength)| (skill, strength * self.idf[skill as usize]))
            .collect();
        let group_dots = self.group_postings.sums(&self.in_groups(&weights));
        let occupations = if evidence.occupations.is_empty() {
            stand_ins(&group_dots)
        } else {
            evidence.occupations.clone()
        };
        let words = self.word_postings.sums(&mixture(&self.word_rows, &occupations));
        let labels = self.label_postings.sums(&mixture(&self.label_rows, &occupations));
        let (description, title) = (roots(words), roots(labels));
        let mut points = self.points_by_groups(&occupations);
        add(&mut points, self.ranker.weights[DESCRIPTION], &description);
        add(&mut points, self.ranker.weights[TITLE], &title);
        let mut sharing = vec![false; self.occupations()];
        for (skill, _) in &skills {
            self.mark_sharing(*skill, &mut sharing);
        }
        let of_occupations = self.latent.of_occupations(&occupations);
        let of_skills = self.latent.of_skills(&weights);
        let [occupation_dots, skill_dots] = self
            .work
            .dots([&of_occupations, &of_skills].map(|at| at.as_slice().unwrap_or_default()));
        Standpoint {
            group_sums: self.group_sums(&weights),
            own_square: weights.iter().map(|&(skill, weight)| self.own_square(skill, weight)).sum(),
            group_dots,
            of_occupations,
            of_skills,
            occupation_dots,
            skill_dots,
            occupations,
            skills,
            description,
            title,
            points,
            sharing,
        }
    }

    /// What one skill adds. Some 0.02 ms for 3,000 targets, and 8 bytes a target to keep.
    pub fn skill_columns(&self, skill: SkillIx) -> SkillColumns {
        let groups = self.group_postings.sums(&self.in_groups(&[(skill, 1.0)]));
        let position = self.latent.skills.row(skill as usize);
        let [work] = self.work.dots([position.to_slice().unwrap_or_default()]);
        SkillColumns { groups, work }
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

    /// The features of one target.
    pub fn row(&self, likeness: &Likeness, target: OccupationIx) -> Features {
        let Likeness { by_skills, standpoint, .. } = likeness;
        let at = target as usize;
        let mut row = [0.0; NAMES.len()];
        for (value, column) in row[BY_SKILLS].iter_mut().zip(by_skills) {
            *value = column[at];
        }
        (row[DESCRIPTION], row[TITLE]) = (standpoint.description[at], standpoint.title[at]);
        row[BY_GROUPS].copy_from_slice(&self.by_groups(&standpoint.occupations, at));
        row
    }

    /// [`Ranker::score`] of every target, to the bit.
    ///
    /// [`Ranker::score`]: super::Ranker::score
    pub fn scores(&self, likeness: &Likeness) -> Vec<f32> {
        let mut scores = likeness.standpoint.points.clone();
        for (weight, column) in self.ranker.weights[BY_SKILLS].iter().zip(&likeness.by_skills) {
            add(&mut scores, *weight, column);
        }
        scores
    }

    /// The square of what a skill weighs as the group that it is for itself.
    fn own_square(&self, skill: SkillIx, weight: f32) -> f32 {
        (weight * self.idf[skill as usize]).powi(2)
    }

    fn mark_sharing(&self, skill: SkillIx, sharing: &mut [bool]) {
        for (occupation, _) in self.group_postings.documents_with(self.own_group(skill)) {
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

/// What divides by a length; what has none is zeros already.
fn share(length: f32) -> f32 {
    if length > 0.0 { 1.0 / length } else { 1.0 }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::starter,
        model::{self, Ranker},
    };

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
        let scores = model.scores(&likeness);
        for (ix, row) in (0..).zip(at_once) {
            for (feature, (one, other)) in row.into_iter().zip(model.row(&likeness, ix)).enumerate()
            {
                assert!((one - other).abs() < 1e-5, "{ix} {feature}: {one} {other}");
            }
            let score = model.ranker.score(&model.row(&likeness, ix));
            assert_eq!(scores[ix as usize].to_bits(), score.to_bits());
        }
    }

    #[test]
    fn scores_are_those_of_the_rows_with_any_weights_and_where_others_stand_in() {
        let dataset = starter::dataset().unwrap();
        let mut ranker = Ranker::shipped().unwrap();
        ranker.weights = [7.0, 0.0, 3.5, 11.0, 0.1, 20.0, 9.0, 1.0];
        let model = model::train(&dataset, ranker).unwrap();
        let told: [(&[_], &[_]); 3] =
            [(&[(1, 1.0), (40, 0.5)], &[]), (&[], &[]), (&[(77, 1.0)], &[(2, 1.0)])];
        for (skills, occupations) in told {
            let evidence = Evidence { skills: skills.to_vec(), occupations: occupations.to_vec() };
            let likeness = model.likeness(&Arc::new(model.standpoint(&evidence)), &[]);
            for (ix, score) in (0..).zip(model.scores(&likeness)) {
                let of_row = model.ranker.score(&model.row(&likeness, ix));
                assert_eq!(score.to_bits(), of_row.to_bits(), "{skills:?} {ix}");
            }
        }
    }
}
