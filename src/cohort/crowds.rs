//! Occupation groups that a plan sends more people to than there are jobs to find.

use std::collections::BTreeMap;

use crate::{
    dataset::DataSet,
    domain::{Bilingual, Language, OccupationGroup},
};

/// Share of a year's job ads of the region from which people of one plan are many.
const SHARE: u32 = 4;
/// Fewest people that are spoken of: a finding must not be about single people.
pub(super) const LEAST: u32 = 5;
/// Groups that are named, those with the most people beside each ad.
const NAMED: usize = 5;

/// A group with the people that are sent to it.
struct Crowd<'a> {
    group: &'a OccupationGroup,
    people: u32,
    ads: u32,
}

/// Says where more people are sent than a quarter of the region's job ads of a year, by the ids of their
/// occupations. The optimiser knows seats and kronor, not how many an occupation takes: an adviser has to.
pub(super) fn crowded<'a>(
    occupations: impl Iterator<Item = &'a str>,
    data: &DataSet,
) -> Vec<Bilingual<String>> {
    let mut crowds: BTreeMap<&str, Crowd<'_>> = BTreeMap::new();
    for occupation in occupations {
        let Some(group) = group(occupation, data) else { continue };
        let Some(ads) = group.ads_region else { continue };
        crowds.entry(&group.ssyk).or_insert(Crowd { group, people: 0, ads }).people += 1;
    }
    let many =
        |crowd: &Crowd<'_>| crowd.people >= LEAST && crowd.people.saturating_mul(SHARE) > crowd.ads;
    let mut crowds: Vec<Crowd<'_>> = crowds.into_values().filter(many).collect();
    // The order of codes stays among equals.
    crowds.sort_by_key(|crowd| {
        std::cmp::Reverse(u64::from(crowd.people) * 1_000_000 / (u64::from(crowd.ads) + 1))
    });
    crowds.truncate(NAMED);
    crowds.iter().map(Crowd::said).collect()
}

/// The first of an occupation's groups that is known.
fn group<'a>(occupation: &str, data: &'a DataSet) -> Option<&'a OccupationGroup> {
    let occupation = data.taxonomy.occupation(data.taxonomy.occupation_ix(occupation)?);
    occupation.ssyk.iter().find_map(|ssyk| data.market.group(ssyk))
}

impl Crowd<'_> {
    fn said(&self) -> Bilingual<String> {
        let Self { group: OccupationGroup { ssyk, label, ads_year, .. }, people, ads } = self;
        let year = ads_year.map(|year| format!(" {year}")).unwrap_or_default();
        let (sv, en) = (label.marked(Language::Sv), label.marked(Language::En));
        Bilingual::new(
            format!(
                "{people} personer planeras till {sv} (SSYK {ssyk}), där Västra Götaland hade {ads} annonser{year}: räkna \
                 inte med arbete där för alla."
            ),
            format!(
                "{people} people are planned for {en} (SSYK {ssyk}), where Västra Götaland had {ads} ads{year}: do not \
                 count on work there for all."
            ),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Market, Occupation, Taxonomy};

    #[test]
    fn groups_that_take_fewer_than_are_sent_are_named() {
        let occupation = |id: &str, ssyk: &str| Occupation {
            id: id.to_owned(),
            ssyk: vec![ssyk.to_owned()],
            ..Occupation::default()
        };
        let group = |ssyk: &str, ads: Option<u32>| OccupationGroup {
            ssyk: ssyk.to_owned(),
            label: Bilingual::new(format!("Grupp {ssyk}"), String::new()),
            ads_region: ads,
            ads_year: Some(2024),
            ..OccupationGroup::default()
        };
        let data = DataSet {
            taxonomy: Taxonomy {
                occupations: vec![
                    occupation("a", "1111"),
                    occupation("b", "2222"),
                    occupation("c", "3333"),
                    occupation("d", "4444"),
                ],
                ..Taxonomy::default()
            },
            market: Market {
                groups: vec![
                    group("1111", Some(21)),
                    group("2222", Some(24)),
                    group("3333", None),
                    group("4444", Some(0)),
                ],
            },
            ..DataSet::default()
        };
        let sent = |counts: [usize; 4]| {
            let people = ["a", "b", "c", "d"].into_iter().zip(counts);
            crowded(people.flat_map(|(id, count)| std::iter::repeat_n(id, count)), &data)
        };
        assert!(sent([5, 6, 99, 4]).is_empty(), "a quarter at most, unknown, or few people");
        let said = sent([6, 7, 99, 5]);
        let groups: Vec<&str> = said.iter().map(|said| &said.sv[..36]).collect();
        assert_eq!(
            groups,
            [
                "5 personer planeras till Grupp 4444 ",
                "7 personer planeras till Grupp 2222 ",
                "6 personer planeras till Grupp 1111 "
            ]
        );
        assert!(said[2].sv.contains("där Västra Götaland hade 21 annonser 2024"), "{}", said[2].sv);
        assert!(said[2].en.contains("21 ads 2024"), "{}", said[2].en);
    }
}
