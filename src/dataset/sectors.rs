//! Sectors: the short list of industries that people say they come from or go to.
//!
//! The table is `data/sectors.csv`, embedded: the sectors with their names, and the sector of every
//! ISCO-08 code by its longest prefix. A starter or hub occupation may name its sector itself; all
//! others get it from their ISCO code.

use std::{collections::BTreeMap, sync::LazyLock};

use csv::ReaderBuilder;

use crate::domain::Bilingual;

/// The embedded table.
const TEXT: &str = include_str!("../../data/sectors.csv");

#[derive(Default)]
struct Sectors {
    names: BTreeMap<String, Bilingual<String>>,
    prefixes: BTreeMap<String, String>,
}

static SECTORS: LazyLock<Sectors> = LazyLock::new(|| parse(TEXT));

/// The sector key of an ISCO-08 code of one to four digits; the longest prefix in the table wins.
/// Empty for an empty code or one that is not ISCO's.
pub fn sector_of_isco(code: &str) -> &'static str {
    (1..=code.len())
        .rev()
        .filter_map(|length| code.get(..length))
        .find_map(|prefix| SECTORS.prefixes.get(prefix).map(String::as_str))
        .unwrap_or_default()
}

/// The name of a sector, `None` for an unknown key.
pub fn sector_name(key: &str) -> Option<Bilingual<String>> {
    SECTORS.names.get(key).cloned()
}

/// All sector keys, ascending.
pub fn sector_keys() -> impl Iterator<Item = &'static str> {
    SECTORS.names.keys().map(String::as_str)
}

/// Reads the embedded table; a test holds every row of it to one of the two kinds.
fn parse(text: &str) -> Sectors {
    let mut sectors = Sectors::default();
    let mut reader = ReaderBuilder::new().comment(Some(b'#')).from_reader(text.as_bytes());
    for record in reader.records().flatten() {
        let cell = |at| record.get(at).unwrap_or_default().to_owned();
        match record.get(0) {
            Some("sector") => {
                sectors.names.insert(cell(1), Bilingual::new(cell(3), cell(4)));
            }
            Some("isco_prefix") => {
                sectors.prefixes.insert(cell(1), cell(2));
            }
            _ => {}
        }
    }
    sectors
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_prefix_wins() {
        assert_eq!(sector_of_isco("8211"), "vehicle_industry");
        assert_eq!(sector_of_isco("8212"), "technical_industry");
        assert_eq!(sector_of_isco("5223"), "retail");
        assert_eq!(sector_of_isco("5131"), "hospitality");
        assert_eq!(sector_of_isco("8332"), "transport");
        assert_eq!(sector_of_isco("7411"), "energy");
        assert_eq!(sector_of_isco("0110"), "security");
        assert_eq!(sector_of_isco(""), "");
        assert_eq!(sector_of_isco("xå12"), "");
    }

    #[test]
    fn every_code_has_a_sector_and_every_sector_a_name() {
        for code in 0..10_000 {
            let code = format!("{code:04}");
            let sector = sector_of_isco(&code);
            assert!(sector_name(sector).is_some(), "{code}: `{sector}`");
        }
        assert_eq!(sector_name("vehicle"), None);
        for key in sector_keys() {
            let name = sector_name(key).unwrap();
            assert!(!name.sv.is_empty() && !name.en.is_empty(), "{key}");
        }
    }

    #[test]
    fn every_row_of_the_table_is_understood() {
        let rows = TEXT.lines().filter(|line| !line.starts_with('#')).count() - 1;
        assert_eq!(SECTORS.names.len() + SECTORS.prefixes.len(), rows);
        assert!((16..=20).contains(&SECTORS.names.len()));
    }
}
