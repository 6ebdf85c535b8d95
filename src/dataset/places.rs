//! Places around Göteborg, from `data/places.csv`.

use std::{collections::BTreeMap, sync::LazyLock};

/// How near a place is to Göteborgsregionen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// In one of its thirteen municipalities.
    Region,
    /// About an hour away.
    Commute,
}

static PLACES: LazyLock<BTreeMap<String, (&str, Reach)>> = LazyLock::new(|| {
    include_str!("../../data/places.csv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .filter_map(|line| {
            let mut cells = line.split(',').map(str::trim);
            let (place, municipality) = (cells.next()?, cells.next()?);
            let reach = if cells.next()? == "region" { Reach::Region } else { Reach::Commute };
            Some((place.to_lowercase(), (municipality, reach)))
        })
        .collect()
});

/// The municipality a place lies in and how near it is; `None` for places far away or unknown.
/// Any case.
pub fn locate(place: &str) -> Option<(&'static str, Reach)> {
    PLACES.get(&place.trim().to_lowercase()).copied()
}

/// Names of all places that are known, lower case, ascending.
pub fn known() -> impl Iterator<Item = &'static str> {
    PLACES.keys().map(String::as_str)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_region_has_thirteen_municipalities() {
        let region: std::collections::BTreeSet<_> = known()
            .filter_map(locate)
            .filter(|(_, reach)| *reach == Reach::Region)
            .map(|(municipality, _)| municipality)
            .collect();
        assert_eq!(region.len(), 13, "{region:?}");
        assert_eq!(locate(" västra frölunda"), Some(("Göteborg", Reach::Region)));
        assert_eq!(locate("Borås"), Some(("Borås", Reach::Commute)));
        assert_eq!(locate("Kalmar"), None);
    }
}
