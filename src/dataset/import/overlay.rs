//! The starter set laid over official data: what it adds to concepts that are there, and its courses.

use std::collections::BTreeSet;

use crate::dataset::{Parts, Report};

/// Reduces the starter set to what official data lack. Where they hold occupations, it adds
/// synonyms, sectors, licences and typical courses to them, but no occupation, skill or relation of
/// its own; where they hold SSYK groups, none of its rounded figures.
pub(super) fn reduce(starter: &mut Parts, official: &[(Report, Parts)]) {
    let official = || official.iter().map(|(_, parts)| parts);
    if official().any(|parts| !parts.groups.is_empty()) {
        starter.groups.clear();
        starter.ssyk_isco.clear();
    }
    let occupations: BTreeSet<&str> =
        official().flat_map(|parts| &parts.occupations).map(|o| o.id.as_str()).collect();
    if occupations.is_empty() {
        return;
    }
    let skills: BTreeSet<&str> =
        official().flat_map(|parts| &parts.skills).map(|skill| skill.id.as_str()).collect();
    starter.occupations.retain(|occupation| occupations.contains(occupation.id.as_str()));
    starter.skills.retain(|skill| skills.contains(skill.id.as_str()));
    starter.relations.clear();
    starter.skill_groups.clear();
    starter.broader.clear();
    for draft in &mut starter.courses {
        draft.teaches.retain(|skill| skills.contains(skill.as_str()));
    }
}
