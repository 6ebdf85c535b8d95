//! Municipalities by the names people write.

use std::collections::{BTreeMap, BTreeSet};

use crate::dataset::{DataSet, places};

/// Municipalities that are known by name, in lower case, each as the counts of job ads write it.
#[derive(Debug)]
pub(super) struct Places(BTreeMap<String, BTreeSet<String>>);

impl Places {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let known = places::known().map(|name| (name.to_lowercase(), BTreeSet::new()));
        let mut names: BTreeMap<String, BTreeSet<String>> = known.collect();
        for name in dataset.market.groups.iter().flat_map(|g| g.ads_by_municipality.keys()) {
            let written = names.entry(name.to_lowercase()).or_default();
            if !written.contains(name) {
                written.insert(name.clone());
            }
        }
        Self(names)
    }

    pub(super) fn knows(&self, name: &str) -> bool {
        self.called(name).is_some()
    }

    fn called(&self, name: &str) -> Option<&BTreeSet<String>> {
        let name = name.trim().to_lowercase();
        places::as_called(&name).find_map(|name| self.0.get(name))
    }

    /// How the counts of job ads write a municipality.
    pub(super) fn written(&self, name: &str) -> impl Iterator<Item = &str> {
        self.called(name).into_iter().flatten().map(String::as_str)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::starter;

    #[test]
    fn a_municipality_is_found_as_each_count_writes_it() {
        let mut dataset = starter::dataset().unwrap();
        let names = ["Göteborg", "GÖTEBORG", "Någonannanstans"];
        for (group, name) in dataset.market.groups.iter_mut().zip(names) {
            group.ads_by_municipality = [(name.to_owned(), 7)].into();
        }
        for group in dataset.market.groups.iter_mut().skip(names.len()) {
            group.ads_by_municipality.clear();
        }
        let places = Places::of(&dataset);
        let written = |name| places.written(name).collect::<Vec<&str>>();
        assert_eq!(written(" göteborg "), ["GÖTEBORG", "Göteborg"]);
        assert_eq!(written("NÅGONANNANSTANS"), ["Någonannanstans"]);
        assert_eq!(written("Någonannanstans kommun"), ["Någonannanstans"]);
        assert!(places.knows("Göteborgs stad") && !places.knows("stad"));
        assert!(places.knows("nåGonannanstans ") && written("Ingenstans").is_empty());
    }
}
