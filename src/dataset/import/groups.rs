//! SSYK groups of several sources -> one row each.

use std::collections::BTreeMap;

use crate::{
    dataset::Parts,
    domain::{Bilingual, OccupationGroup},
};

/// Merges groups by code and gives groups and [`Parts::ssyk_isco`] each other's pairs; both come out
/// ascending and without duplicates.
pub(super) fn merge(parts: &mut Parts) {
    merge_groups(&mut parts.groups);
    for group in &parts.groups {
        let pairs = group.isco.iter().map(|isco| (group.ssyk.clone(), isco.clone()));
        parts.ssyk_isco.extend(pairs);
    }
    parts.ssyk_isco.sort();
    parts.ssyk_isco.dedup();
    for group in &mut parts.groups {
        let first = parts.ssyk_isco.partition_point(|(ssyk, _)| *ssyk < group.ssyk);
        let pairs = parts.ssyk_isco[first..].iter().take_while(|(ssyk, _)| *ssyk == group.ssyk);
        group.isco = pairs.map(|(_, isco)| isco.clone()).collect();
    }
}

/// One row per SSYK code, ascending. The first source's texts win, later ones fill what is blank;
/// figures that belong together come from one source, which is then the group's source.
fn merge_groups(groups: &mut Vec<OccupationGroup>) {
    let mut merged: BTreeMap<String, OccupationGroup> = BTreeMap::new();
    for group in groups.drain(..) {
        match merged.get_mut(&group.ssyk) {
            Some(known) => fill(known, group),
            None => {
                merged.insert(group.ssyk.clone(), group);
            }
        }
    }
    groups.extend(merged.into_values());
}

fn fill(known: &mut OccupationGroup, other: OccupationGroup) {
    let fill_text = |known: &mut Bilingual<String>, other: Bilingual<String>| {
        for (known, other) in [(&mut known.sv, other.sv), (&mut known.en, other.en)] {
            if known.is_empty() {
                *known = other;
            }
        }
    };
    let has_ads = |g: &OccupationGroup| g.ads_sweden.or(g.ads_region).or(g.ads_gr).is_some();
    let has_figures = |g: &OccupationGroup| g.wage.is_some() || g.employees.is_some() || has_ads(g);
    if !has_figures(known) && has_figures(&other) {
        known.source.clone_from(&other.source);
    }
    if !has_ads(known) && known.ads_by_municipality.is_empty() {
        known.ads_sweden = other.ads_sweden;
        known.ads_region = other.ads_region;
        known.ads_gr = other.ads_gr;
        known.ads_year = other.ads_year;
        known.ads_by_municipality = other.ads_by_municipality;
    }
    if known.employees.is_none() {
        known.employees = other.employees;
        known.employees_year = other.employees_year;
    }
    known.wage = known.wage.or(other.wage);
    fill_text(&mut known.label, other.label);
    fill_text(&mut known.definition, other.definition);
    if known.barometer.is_empty() {
        known.barometer = other.barometer;
    }
    known.isco.extend(other.isco);
    known.education.extend(other.education);
    known.education.sort();
    known.education.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_two_sources_become_one() {
        let taxonomy = OccupationGroup {
            ssyk: "7212".into(),
            label: Bilingual { sv: "Svetsare".into(), en: String::new() },
            isco: vec!["7212".into()],
            source: "jobtech".into(),
            ..OccupationGroup::default()
        };
        let market = OccupationGroup {
            ssyk: "7212".into(),
            label: Bilingual { sv: "Annat".into(), en: "Welders".into() },
            isco: vec!["7212".into(), "7213".into()],
            employees: Some(9),
            employees_year: Some(2024),
            source: "market".into(),
            ..OccupationGroup::default()
        };
        let mut parts = Parts {
            groups: vec![taxonomy, market],
            ssyk_isco: vec![("7212".into(), "9999".into()), ("7213".into(), "7213".into())],
            ..Parts::default()
        };
        merge(&mut parts);
        let [group] = &parts.groups[..] else { panic!("{:?}", parts.groups) };
        assert_eq!((group.label.sv.as_str(), group.label.en.as_str()), ("Svetsare", "Welders"));
        assert_eq!((group.employees, group.source.as_str()), (Some(9), "market"));
        assert_eq!(group.isco, ["7212", "7213", "9999"]);
        assert_eq!(parts.ssyk_isco.len(), 4);
    }
}
