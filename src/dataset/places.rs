//! Places around Göteborg, from `data/places.csv`.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::domain::without_marks;

/// How near a place is to Göteborgsregionen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// In one of its thirteen municipalities.
    Region,
    /// About an hour away.
    Commute,
}

/// A row of the table.
struct Row {
    place: &'static str,
    municipality: &'static str,
    reach: Reach,
    /// Latitude and longitude, degrees: on a municipality's own row.
    town: Option<(f32, f32)>,
}

fn rows() -> impl Iterator<Item = Row> {
    let lines = include_str!("../../data/places.csv").lines();
    lines.filter(|line| !line.starts_with('#')).skip(1).filter_map(|line| {
        let mut cells = line.split(',').map(str::trim);
        let (place, municipality, reach) = (cells.next()?, cells.next()?, cells.next()?);
        let reach = if reach == "region" { Reach::Region } else { Reach::Commute };
        let mut degrees = || cells.next()?.parse().ok();
        let town = degrees().zip(degrees());
        Some(Row { place, municipality, reach, town })
    })
}

static PLACES: LazyLock<BTreeMap<String, (&str, Reach)>> = LazyLock::new(|| {
    rows().map(|row| (row.place.to_lowercase(), (row.municipality, row.reach))).collect()
});

/// The same by names without the dots and rings of their letters.
static PLAIN: LazyLock<BTreeMap<String, (&str, Reach)>> = LazyLock::new(|| {
    let plain = |name: &String| name.chars().map(without_marks).collect();
    PLACES.iter().map(|(name, place)| (plain(name), *place)).collect()
});

/// Where each municipality's main town lies, by the municipality.
static TOWNS: LazyLock<BTreeMap<String, (f32, f32)>> = LazyLock::new(|| {
    rows().filter_map(|row| Some((row.municipality.to_lowercase(), row.town?))).collect()
});

/// The municipality a place lies in and how near it is; `None` for places far away or unknown.
/// Any case, as authorities call themselves (`Göteborgs stad`, `Ale kommun`), and without dots and rings (`Molndal`).
pub fn locate(place: &str) -> Option<(&'static str, Reach)> {
    let name = place.trim().to_lowercase();
    let known = |name: &str| PLACES.get(name).or_else(|| PLAIN.get(name)).copied();
    as_called(&name).find_map(known)
}

/// A name of a municipality in small letters, and what it may be without what authorities add: `malmö stad`,
/// `göteborgs kommun`.
pub fn as_called(name: &str) -> impl Iterator<Item = &str> {
    let bare = name.strip_suffix(" kommun").or_else(|| name.strip_suffix(" stad"));
    [Some(name), bare, bare.and_then(|bare| bare.strip_suffix('s'))].into_iter().flatten()
}

/// Minutes of a way that are not travel: to the stop, waiting, from the stop.
const WALK: f32 = 15.0;
/// Minutes for each kilometre as the crow flies, about those of buses and trains around Göteborg.
const MINUTES_A_KM: f32 = 1.0;
const KM_A_DEGREE: f32 = 111.2;

/// Where a municipality's main town lies: latitude and longitude, degrees.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Town(f32, f32);

impl Town {
    /// The main town of the municipality that a place lies in; `None` where that is not known. Any case.
    pub fn of(place: &str) -> Option<Self> {
        let (municipality, _) = locate(place)?;
        let (north, east) = *TOWNS.get(&municipality.to_lowercase())?;
        Some(Self(north, east))
    }

    /// Minutes to another by an estimate: a quarter of an hour and a minute a kilometre as the crow flies.
    pub fn minutes_to(self, other: Self) -> u16 {
        let north = (other.0 - self.0) * KM_A_DEGREE;
        let east = (other.1 - self.1) * KM_A_DEGREE * self.0.to_radians().cos();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "some minutes")]
        let minutes = (WALK + MINUTES_A_KM * north.hypot(east)).round() as u16;
        minutes
    }
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
        for göteborg in ["Göteborgs stad", "GBG", "göteborgs kommun", "GOTEBORG", "Hisingen"] {
            assert_eq!(locate(göteborg), Some(("Göteborg", Reach::Region)));
        }
        assert_eq!(locate("Borås stad"), Some(("Borås", Reach::Commute)));
        assert_eq!(locate("Kalmar"), None);
    }

    #[test]
    fn a_way_takes_as_long_back_and_longer_the_farther() {
        let minutes = |from, to| Some(Town::of(from)?.minutes_to(Town::of(to)?));
        let from_home = |to| minutes("Göteborg", to).unwrap();
        assert_eq!(from_home("göteborg"), 15);
        assert!((20..=25).contains(&from_home("Mölndal")), "{}", from_home("Mölndal"));
        assert!((50..=60).contains(&from_home("Alingsås")), "{}", from_home("Alingsås"));
        assert!((68..=78).contains(&from_home("Borås")), "{}", from_home("Borås"));
        let municipalities: std::collections::BTreeSet<_> =
            known().filter_map(locate).map(|(municipality, _)| municipality).collect();
        for one in &municipalities {
            for other in &municipalities {
                let (there, back) = (minutes(one, other).unwrap(), minutes(other, one).unwrap());
                assert!(there.abs_diff(back) <= 1 && there >= 15, "{one} {other}");
            }
        }
        assert_eq!(minutes("Kalmar", "Göteborg"), None);
    }
}
