//! Wage and demand in words.

use super::{kronor, many};
use crate::domain::{Demand, Language};

/// Mean wage of the group, with the change against today's: `medellön 31 200 kr (2024), 1 200 kr mer än i dag`.
pub fn wage(demand: &Demand, language: Language) -> Option<String> {
    let wage = demand.wage?;
    let change = demand.wage_change.map(|change| {
        let kr = kronor(change.unsigned_abs(), language);
        match (change.signum(), language) {
            (0, Language::Sv) => ", som i dag".to_owned(),
            (0, Language::En) => ", as today".to_owned(),
            (1, Language::Sv) => format!(", {kr} mer än i dag"),
            (1, Language::En) => format!(", {kr} more than today"),
            (_, Language::Sv) => format!(", {kr} mindre än i dag"),
            (_, Language::En) => format!(", {kr} less than today"),
        }
    });
    let (name, mean) = (language.pick("medellön", "mean wage"), kronor(wage.mean.into(), language));
    Some(format!("{name} {mean} ({}){}", wage.year, change.unwrap_or_default()))
}

/// Job ads of a year in the region: `350 annonser i Västra Götaland 2025`.
pub fn ads(demand: &Demand, language: Language) -> Option<String> {
    let (ads, year) = demand.ads_region.zip(demand.ads_year)?;
    let names = match language {
        Language::Sv => ["annons i Västra Götaland", "annonser i Västra Götaland"],
        Language::En => ["job ad in Västra Götaland", "job ads in Västra Götaland"],
    };
    Some(format!("{} {year}", many(ads as f32, names, language)))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Wage;

    #[test]
    fn a_wage_is_told_against_todays() {
        let mean = Wage { p10: None, mean: 31_200, p90: None, year: 2024 };
        let demand = |change| Demand { wage: Some(mean), wage_change: change, ..Demand::default() };
        let said = |change, language| wage(&demand(change), language).unwrap();
        assert_eq!(said(None, Language::Sv), "medellön 31\u{a0}200 kr (2024)");
        assert_eq!(
            said(Some(-1_500), Language::Sv),
            "medellön 31\u{a0}200 kr (2024), 1\u{a0}500 kr mindre än i dag"
        );
        assert_eq!(said(Some(0), Language::En), "mean wage 31,200 kr (2024), as today");
        assert_eq!(
            said(Some(900), Language::En),
            "mean wage 31,200 kr (2024), 900 kr more than today"
        );
    }
}
