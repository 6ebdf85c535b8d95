//! What the market's SSYK groups say of occupations: how large the groups are and which skills they
//! ask for.

use super::sparse::{SparseRows, index};
use crate::{
    dataset::DataSet,
    domain::{Occupation, OccupationGroup},
};

/// The groups of a data set, joined with its occupations.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Groups {
    /// Logarithm of the employees of every occupation's first group that knows them, 1 for the
    /// largest group; 0 where unknown.
    pub(super) size: Vec<f32>,
    /// Whether anything is known of any group.
    pub(super) is_known: bool,
    /// Row of each occupation's first group in `cosines`.
    group: Vec<Option<u32>>,
    /// Cosine of the groups' idf-weighted skills, row by row.
    cosines: Vec<f32>,
    /// Rows and columns of `cosines`.
    width: usize,
}

impl Groups {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let occupations = &dataset.taxonomy.occupations;
        let groups = &dataset.market.groups;
        let row =
            |occupation: &Occupation| dataset.market.position(occupation.ssyk.first()?).map(index);
        let (size, cosines) = (sizes(dataset), cosines(groups, dataset.taxonomy.skills.len()));
        Self {
            is_known: cosines.iter().chain(&size).any(|value| *value > 0.0),
            group: occupations.iter().map(row).collect(),
            size,
            cosines,
            width: groups.len(),
        }
    }

    /// What tells an occupation's group from others: all with the same are alike in what is said here.
    pub(super) fn kind(&self, occupation: usize) -> (Option<u32>, u32) {
        (self.group[occupation], self.size[occupation].to_bits())
    }

    /// Cosine of the skills of two occupations' groups; 0 where one is unknown.
    pub(super) fn alike(&self, a: usize, b: usize) -> f32 {
        match (self.group[a], self.group[b]) {
            (Some(a), Some(b)) => self.cosines[a as usize * self.width + b as usize],
            _ => 0.0,
        }
    }
}

fn cosines(groups: &[OccupationGroup], skills: usize) -> Vec<f32> {
    let mut frequency = vec![0.0_f32; skills];
    for skill in groups.iter().flat_map(|group| &group.skills) {
        frequency[*skill as usize] += 1.0;
    }
    let total = groups.len() as f32;
    let idf = |skill: u32| (total / frequency[skill as usize]).ln();
    let rows = groups.iter().map(|group| group.skills.iter().map(|skill| (*skill, idf(*skill))));
    let rows = SparseRows::from_rows(rows).normalised();
    let postings = rows.transpose(skills);
    let mut cosines = vec![0.0; groups.len() * groups.len()];
    for (at, row) in cosines.chunks_mut(groups.len().max(1)).enumerate() {
        postings.accumulate(&rows.row(at).collect::<Vec<_>>(), row);
    }
    cosines.iter().map(|cosine| cosine.clamp(0.0, 1.0)).collect()
}

fn sizes(dataset: &DataSet) -> Vec<f32> {
    let size = |employees: u32| (1.0 + employees as f32).ln();
    let groups = &dataset.market.groups;
    let largest =
        groups.iter().filter_map(|group| group.employees).max().map_or(1.0, size).max(1.0);
    let employees = |occupation: &Occupation| {
        let mut groups = occupation.ssyk.iter().filter_map(|ssyk| dataset.market.group(ssyk));
        groups.find_map(|group| group.employees)
    };
    let of = |occupation| employees(occupation).map_or(0.0, |employees| size(employees) / largest);
    dataset.taxonomy.occupations.iter().map(of).collect()
}
