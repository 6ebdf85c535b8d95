//! The starter set laid over official data: what it adds to concepts that are there, and its courses.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use crate::{
    dataset::{Parts, Report},
    domain::Occupation,
};

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
    let stands_for: BTreeMap<String, String> = mem::take(&mut starter.stands_for)
        .into_iter()
        .filter(|(_, other)| occupations.contains(other.as_str()))
        .collect();
    let (known, unknown): (Vec<Occupation>, Vec<Occupation>) = mem::take(&mut starter.occupations)
        .into_iter()
        .partition(|occupation| occupations.contains(occupation.id.as_str()));
    starter.occupations = known;
    let names = |occupation: Occupation| {
        let id = stands_for.get(&occupation.id)?.clone();
        Some(named_too(occupation, id))
    };
    // After the rows that describe them: the names of those come first.
    starter.occupations.extend(unknown.into_iter().filter_map(names));
    starter.skills.retain(|skill| skills.contains(skill.id.as_str()));
    starter.relations.clear();
    starter.skill_groups.clear();
    starter.broader.clear();
    for draft in &mut starter.courses {
        draft.teaches.retain(|skill| skills.contains(skill.as_str()));
    }
}

/// The names of an occupation for another one, and nothing else of it.
fn named_too(occupation: Occupation, id: String) -> Occupation {
    let mut alternatives = occupation.alternatives;
    alternatives.sv.insert(0, occupation.label.sv);
    alternatives.en.insert(0, occupation.label.en);
    Occupation { id, alternatives, hub_names: occupation.hub_names, ..Occupation::default() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{assemble::assemble, starter},
        domain::Bilingual,
    };

    const COOK: &str = "http://data.europa.eu/esco/occupation/90f75f67-495d-49fa-ab57-2f320e251d7e";

    #[test]
    fn names_of_what_official_data_lack_go_to_what_stands_for_it() {
        let official = |id: &str| Occupation {
            id: id.to_owned(),
            label: Bilingual::new("kokerska", "cook"),
            ssyk: vec!["5120".into()],
            ..Occupation::default()
        };
        let parts = |id: &str| Parts { occupations: vec![official(id)], ..Parts::default() };
        let laid_over = |id: &str| {
            let (mut starter, report) = starter::read().unwrap();
            let mut all = vec![(Report::new("esco", "made up", ""), parts(id))];
            reduce(&mut starter, &all);
            all.push((report, starter));
            let mut whole = Parts::default();
            for (_, parts) in all {
                whole.extend(parts);
            }
            assemble(whole, &mut Report::new("all", "", "")).taxonomy.occupations
        };
        let cook = &laid_over(COOK)[0];
        assert_eq!((cook.label.sv.as_str(), &cook.hub_names[0]), ("Kock", &"Kock".to_owned()));
        for name in ["Kallskänka", "smörgåsnisse"] {
            assert!(cook.hub_names.iter().any(|known| known == name), "{cook:?}");
            assert!(cook.alternatives.sv.iter().any(|known| known == name), "{cook:?}");
        }
        assert_eq!(cook.ssyk[0], "5120");
        // Who is not there takes no names, and nobody is described by names alone.
        let other = laid_over("http://data.europa.eu/esco/occupation/x");
        assert_eq!((other.len(), other[0].hub_names.len()), (1, 0));
    }
}
