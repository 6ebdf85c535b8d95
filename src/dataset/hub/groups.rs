//! Licences and SSYK groups.

use super::{
    HubFiles, Keys, bilingual, check_licences,
    table::{
        Column::{self, Blank, Filled, Optional},
        Problems, Row,
    },
};
use crate::{
    dataset::{Error, Parts},
    domain::{Licence, LicenceKind, OccupationGroup, Wage, is_unit_group},
};

const LICENCES: [Column; 8] = [
    Filled("key"),
    Filled("kind"),
    Filled("label_sv"),
    Filled("label_en"),
    Blank("synonyms"),
    Filled("issuer"),
    Blank("included_in"),
    Optional("groups"),
];

const GROUPS: [Column; 13] = [
    Filled("ssyk"),
    Filled("label_sv"),
    Filled("label_en"),
    Blank("isco"),
    Blank("wage_p10"),
    Blank("wage_mean"),
    Blank("wage_p90"),
    Blank("wage_year"),
    Blank("employees"),
    Blank("employees_year"),
    Blank("ads_region"),
    Blank("ads_gr"),
    Blank("ads_year"),
];

const KINDS: [(&str, LicenceKind); 5] = [
    ("driving_licence", LicenceKind::DrivingLicence),
    ("certificate", LicenceKind::Certificate),
    ("authorisation", LicenceKind::Authorisation),
    ("protected_title", LicenceKind::ProtectedTitle),
    ("approval", LicenceKind::Approval),
];

/// Reads `licences.csv`.
pub(super) fn read_licences(
    files: &HubFiles<'_>,
    keys: &mut Keys,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("licences.csv", &LICENCES)?;
    table.check_unique("key", &mut problems);
    keys.licences.extend(table.rows().map(|row| row.owned("key")));
    for row in table.rows() {
        check_licences(&row, "included_in", &keys.licences, &mut problems);
        let groups = row.owned_list("groups");
        for group in &groups {
            let code = group.split(':').next().unwrap_or_default();
            if !is_unit_group(code) {
                let cure = "write four digits, or four digits, a colon and a word";
                problems.add(row.line, format!("`{code}` in groups is no SSYK group"), cure);
            }
        }
        parts.licences.push(Licence {
            key: row.owned("key"),
            label: bilingual(&row, "label_sv", "label_en"),
            alternatives: row.owned_list("synonyms"),
            kind: licence_kind(&row, &mut problems),
            issuer: row.owned("issuer"),
            included_in: row.owned_list("included_in"),
            groups,
        });
    }
    problems.finish()
}

fn licence_kind(row: &Row<'_>, problems: &mut Problems) -> LicenceKind {
    let wanted = row.text("kind");
    let found = KINDS.into_iter().find(|(key, _)| *key == wanted);
    if found.is_none() {
        let cure = format!("use one of {}", KINDS.map(|(key, _)| key).join(", "));
        problems.add(row.line, format!("unknown kind `{wanted}`"), cure);
    }
    found.map_or(LicenceKind::Certificate, |(_, kind)| kind)
}

/// Reads `groups.csv`: SSYK groups with rounded figures.
pub(super) fn read_groups(
    files: &HubFiles<'_>,
    source: &str,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("groups.csv", &GROUPS)?;
    table.check_unique("ssyk", &mut problems);
    for row in table.rows() {
        let ssyk = row.owned("ssyk");
        for (column, code) in
            std::iter::once(("ssyk", ssyk.as_str())).chain(row.list("isco").map(|c| ("isco", c)))
        {
            if !is_unit_group(code) {
                let problem = format!("{column}: `{code}` is not a group code");
                problems.add(row.line, problem, "write four digits");
            }
        }
        let isco = row.owned_list("isco");
        parts.ssyk_isco.extend(isco.iter().map(|isco| (ssyk.clone(), isco.clone())));
        parts.groups.push(OccupationGroup {
            ssyk,
            label: bilingual(&row, "label_sv", "label_en"),
            isco,
            wage: wage(&row, &mut problems),
            employees: number(&row, "employees", &mut problems),
            employees_year: number(&row, "employees_year", &mut problems),
            ads_region: number(&row, "ads_region", &mut problems),
            ads_gr: number(&row, "ads_gr", &mut problems),
            ads_year: number(&row, "ads_year", &mut problems),
            source: source.into(),
            ..OccupationGroup::default()
        });
    }
    problems.finish()
}

fn wage(row: &Row<'_>, problems: &mut Problems) -> Option<Wage> {
    let p10 = number(row, "wage_p10", problems);
    let p90 = number(row, "wage_p90", problems);
    let mean = number(row, "wage_mean", problems)?;
    let Some(year) = number(row, "wage_year", problems) else {
        problems.add(row.line, "wage_mean without wage_year", "write the year of the statistics");
        return None;
    };
    if p10.is_some_and(|p10| p10 > mean) || p90.is_some_and(|p90| p90 < mean) {
        let problem = format!("wage_mean {mean} is not between wage_p10 and wage_p90");
        problems.add(row.line, problem, "compare the three figures with the source");
    }
    Some(Wage { p10, mean, p90, year })
}

/// A whole number, `None` for an empty cell.
pub(super) fn number<T: std::str::FromStr>(
    row: &Row<'_>,
    column: &str,
    problems: &mut Problems,
) -> Option<T> {
    let text = row.text(column);
    if text.is_empty() {
        return None;
    }
    let number = text.parse().ok();
    if number.is_none() {
        let problem = format!("{column}: `{text}` is not a number that fits here");
        problems.add(row.line, problem, "write digits only, without spaces, or leave it empty");
    }
    number
}
