//! From a worker's evidence to one row of features per occupation.

use super::{
    Model,
    sparse::{index, merge, normalise_pairs},
};
use crate::domain::{OccupationIx, SkillIx};

/// Weight of an optional skill beside an essential one.
pub const OPTIONAL_WEIGHT: f32 = 0.5;
/// Nearest occupations that stand in for the present one where none is known.
const STAND_INS: usize = 5;

/// Names of the features, in the order of their values.
pub const NAMES: [&str; 8] = [
    "skills",
    "skill_groups",
    "latent_skills",
    "description",
    "title",
    "isco_group",
    "level",
    "labour_market",
];
/// Positions of the two features that are no similarity.
pub(super) const LEVEL: usize = 6;
pub(super) const LABOUR_MARKET: usize = 7;

/// One occupation's feature values, see [`NAMES`].
///
/// * `skills`: cosine of idf-weighted skills.
/// * `skill_groups`: cosine after each skill's weight is given to all nodes above it.
/// * `latent_skills`: cosine in the latent skill space.
/// * `description`: tf-idf cosine of English texts with the present occupation's.
/// * `title`: character n-gram cosine of Swedish labels with the present occupation's.
/// * `isco_group`: share of the present occupations in the same ISCO-08 minor group (three digits).
/// * `level`: minus the distance between ISCO skill levels (1 to 4).
/// * `labour_market`: logarithm of the employees of the target's SSYK group, as a share of the largest
///   group's; 0 where unknown. It tells common work from rare and knows nothing of the worker.
pub type Features = [f32; NAMES.len()];

/// What speaks for a worker, as rows of the data set.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Evidence {
    /// Skills with their strength, 1 for had and [`OPTIONAL_WEIGHT`] for likely.
    pub skills: Vec<(SkillIx, f32)>,
    /// Present or former occupations with their share, together 1.
    pub occupations: Vec<(OccupationIx, f32)>,
}

impl Model {
    /// Feature rows of all occupations. Under 1 ms for 3,000 occupations on one core.
    pub fn features(&self, evidence: &Evidence) -> Vec<Features> {
        let skills: Vec<(u32, f32)> = evidence
            .skills
            .iter()
            .map(|&(skill, strength)| (skill, strength * self.idf[skill as usize]))
            .collect();
        let skills = unit(skills);
        let mut rows = vec![[0.0; NAMES.len()]; self.occupations()];
        set(&mut rows, 0, &self.cosines(&self.skill_postings, &skills));
        let groups = unit(self.in_groups(&skills));
        set(&mut rows, 1, &self.cosines(&self.group_postings, &groups));
        set(&mut rows, 2, &self.latent.cosines(&skills));
        let sources = if evidence.occupations.is_empty() {
            stand_ins(&rows)
        } else {
            evidence.occupations.clone()
        };
        let words = mixture(&self.word_rows, &sources);
        set(&mut rows, 3, &self.cosines(&self.word_postings, &words));
        let labels = mixture(&self.label_rows, &sources);
        set(&mut rows, 4, &self.cosines(&self.label_postings, &labels));
        for (row, target) in rows.iter_mut().zip(&self.isco) {
            for &(source, share) in &sources {
                let source = &self.isco[source as usize];
                row[5] += share * f32::from(u8::from(source.same_minor_group(*target)));
                row[LEVEL] -= share * source.level_distance(*target);
            }
        }
        set(&mut rows, LABOUR_MARKET, &self.labour_market);
        rows
    }

    fn cosines(&self, postings: &super::SparseRows, query: &[(u32, f32)]) -> Vec<f32> {
        let mut scores = vec![0.0; self.occupations()];
        postings.accumulate(query, &mut scores);
        scores
    }

    /// Skill weights summed into all groups above them, times the groups' idf.
    pub(super) fn in_groups(&self, skills: &[(u32, f32)]) -> Vec<(u32, f32)> {
        let mut sums = vec![0.0_f32; self.group_idf.len()];
        for &(skill, weight) in skills {
            for &group in &self.groups_of_skill[skill as usize] {
                sums[group as usize] += weight;
            }
        }
        sums.iter()
            .zip(&self.group_idf)
            .zip(0..)
            .filter(|((sum, _), _)| **sum > 0.0)
            .map(|((sum, idf), group)| (group, sum * idf))
            .collect()
    }
}

/// The unit mean of the sources' rows.
fn mixture(rows: &super::SparseRows, sources: &[(u32, f32)]) -> Vec<(u32, f32)> {
    let mixed = sources.iter().flat_map(|&(source, share)| {
        rows.row(source as usize).map(move |(term, value)| (term, share * value))
    });
    unit(mixed.collect())
}

/// The occupations nearest by skills alone, with shares of their cosines.
fn stand_ins(rows: &[Features]) -> Vec<(OccupationIx, f32)> {
    let mut order: Vec<(u32, f32)> =
        rows.iter().enumerate().map(|(ix, row)| (index(ix), row[0] + row[1])).collect();
    order.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    order.truncate(STAND_INS);
    order.retain(|(_, score)| *score > 0.0);
    let total: f32 = order.iter().map(|(_, score)| score).sum();
    order.into_iter().map(|(ix, score)| (ix, score / total)).collect()
}

fn unit(pairs: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    let mut merged = merge(pairs);
    normalise_pairs(&mut merged);
    merged
}

fn set(rows: &mut [Features], feature: usize, values: &[f32]) {
    for (row, value) in rows.iter_mut().zip(values) {
        row[feature] = *value;
    }
}

/// The first three digits and the skill level of an ISCO-08 code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Isco {
    minor: Option<u16>,
    level: Option<u8>,
}

impl Isco {
    /// Reads a code of three or more digits; anything else is unknown.
    pub(super) fn of(code: &str) -> Self {
        let minor = code.get(..3).and_then(|digits| digits.parse().ok());
        // ILO, ISCO-08 volume 1, table 1: skill levels of the major groups. Managers span 3 and 4,
        // armed forces 1, 2 and 4: the middle is taken.
        let level = match code.as_bytes().first() {
            Some(b'1' | b'2') => Some(4),
            Some(b'3') => Some(3),
            Some(b'0' | b'4'..=b'8') => Some(2),
            Some(b'9') => Some(1),
            _ => None,
        };
        Self { minor, level }
    }

    fn same_minor_group(self, other: Self) -> bool {
        self.minor.is_some() && self.minor == other.minor
    }

    fn level_distance(self, other: Self) -> f32 {
        match (self.level, other.level) {
            (Some(a), Some(b)) => f32::from(a.abs_diff(b)),
            _ => 0.0,
        }
    }
}
