//! Municipalities and licences by the names people write.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::spelling;
use crate::dataset::{DataSet, places};

/// Municipalities that are known by name.
#[derive(Debug)]
pub(super) struct Places(BTreeSet<String>);

impl Places {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let from_ads = dataset.market.groups.iter().flat_map(|g| g.ads_by_municipality.keys());
        let names = from_ads.map(|name| name.to_lowercase());
        Self(names.chain(places::known().map(str::to_lowercase)).collect())
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.0.contains(&name.trim().to_lowercase())
    }
}

/// Keys of the licences of each spelling: key, label, alternative.
#[derive(Debug)]
pub(super) struct Licences(pub(super) BTreeMap<String, Vec<String>>);

impl Licences {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for licence in &dataset.taxonomy.licences {
            let names = [&licence.key, &licence.label.sv, &licence.label.en];
            for name in names.into_iter().chain(&licence.alternatives) {
                let known = keys.entry(spelling(name)).or_default();
                if !known.contains(&licence.key) {
                    known.push(licence.key.clone());
                }
            }
        }
        keys.remove("");
        Self(keys)
    }
}
