//! Wage and demand in words.

use crate::domain::{Demand, Language};

/// Mean wage of the group, with the change against today's: `medellön 31 200 kr (+1200) 2024`.
pub fn wage(demand: &Demand, language: Language) -> Option<String> {
    let wage = demand.wage?;
    let change = demand.wage_change.map(|change| format!(" ({change:+})")).unwrap_or_default();
    let name = language.pick("medellön", "mean wage");
    Some(format!("{name} {} kr{change} {}", count(wage.mean), wage.year))
}

/// Job ads of a year in the region: `350 annonser i regionen 2025`.
pub fn ads(demand: &Demand, language: Language) -> Option<String> {
    let (ads, year) = demand.ads_region.zip(demand.ads_year)?;
    let name = language.pick("annonser i regionen", "job ads in the region");
    Some(format!("{} {name} {year}", count(ads)))
}

/// What Yrkesbarometern judges, each with what it is about.
pub fn outlook(demand: &Demand, language: Language) -> Option<String> {
    if demand.barometer.is_empty() {
        return None;
    }
    let of = language.pick("gäller", "for");
    let judged = demand
        .barometer
        .iter()
        .map(|judged| format!("{} ({of} {})", judged.opportunities_in(language), judged.name));
    let judged = judged.collect::<Vec<_>>().join(", ");
    Some(format!("{}: {judged}", language.pick("möjligheter till arbete", "job opportunities")))
}

/// 31200 -> "31 200", with a non-breaking space.
fn count(number: u32) -> String {
    Language::Sv.number(f64::from(number), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_grouped_by_three() {
        assert_eq!(count(7), "7");
        assert_eq!(count(312), "312");
        assert_eq!(count(31_200), "31\u{a0}200");
        assert_eq!(count(1_031_200), "1\u{a0}031\u{a0}200");
    }
}
