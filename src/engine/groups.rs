//! Who is in an SSYK group: looked up once, for every reading of a title and every ranking asks all rows.

use std::collections::HashMap;

use crate::{dataset::DataSet, domain::OccupationIx};

/// Rows by SSYK group, ascending.
#[derive(Debug, Default)]
pub(super) struct Groups {
    /// Occupations, and job titles numbered after them, that name the group.
    named: HashMap<String, Vec<u32>>,
    /// Occupations whose first group it is.
    first: HashMap<String, Vec<OccupationIx>>,
    /// Of every occupation the market's row of the first of its groups that has one.
    market: Vec<Option<usize>>,
    /// Of every occupation the mean monthly wage of that row in kronor, where it is known.
    wage: Vec<Option<u32>>,
}

impl Groups {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut groups = Self::default();
        let taxonomy = &dataset.taxonomy;
        let occupations = taxonomy.occupations.iter().map(|row| &row.ssyk);
        for (ix, ssyk) in (0..).zip(occupations.chain(taxonomy.job_titles.iter().map(|t| &t.ssyk)))
        {
            for group in ssyk {
                let rows = groups.named.entry(group.clone()).or_default();
                if rows.last() != Some(&ix) {
                    rows.push(ix);
                }
            }
        }
        for (ix, row) in (0..).zip(&taxonomy.occupations) {
            if let Some(group) = row.ssyk.first() {
                groups.first.entry(group.clone()).or_default().push(ix);
            }
            let market = row.ssyk.iter().find_map(|ssyk| dataset.market.position(ssyk));
            groups.market.push(market);
            groups.wage.push(market.and_then(|row| Some(dataset.market.groups[row].wage?.mean)));
        }
        groups
    }

    /// Rows that name the group, ascending.
    pub(super) fn named(&self, ssyk: &str) -> &[u32] {
        self.named.get(ssyk).map_or(&[], Vec::as_slice)
    }

    /// Row in the market of the first of an occupation's groups that has any.
    pub(super) fn market(&self, ix: OccupationIx) -> Option<usize> {
        self.market.get(ix as usize).copied().flatten()
    }

    /// Mean monthly wage of an occupation's group in kronor.
    pub(super) fn wage(&self, ix: OccupationIx) -> Option<u32> {
        self.wage.get(ix as usize).copied().flatten()
    }

    /// Occupations whose first group it is, ascending.
    pub(super) fn first(&self, ssyk: &str) -> &[OccupationIx] {
        self.first.get(ssyk).map_or(&[], Vec::as_slice)
    }
}
