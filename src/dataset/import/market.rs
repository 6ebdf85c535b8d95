//! The labour market per SSYK 2012 group: wages and employees from SCB, job ads and Yrkesbarometern
//! from Arbetsförmedlingen.
//!
//! Years are part of the column names (`salary_mean_2023`, `ads2024_se`), so a newer table needs no
//! change here. A blank is unknown, never zero.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    path::{Path, PathBuf},
};

use super::{
    table::{Row, Table},
    text,
};
use crate::{
    dataset::{Error, Parts, Report},
    domain::{Barometer, Bilingual, OccupationGroup, Wage, is_unit_group},
};

const GROUPS: &str = "ssyk4.csv";
const COLUMN_CURE: &str = "use the market table with a year in the names of its figures' columns";

pub(super) fn recognises(path: &Path) -> bool {
    let name = text::file_name(path);
    name == GROUPS || is_ads(&name) || is_by_sex(&name)
}

pub(super) fn report() -> Report {
    Report::new(
        "market",
        "Labour market per occupation group, SCB and Arbetsförmedlingen",
        "open data (CC0)",
    )
}

/// Reads the market table, then the ads per municipality into its groups.
///
/// # Errors
/// [`Error`] for a file that cannot be read or is not UTF-8, a missing column, or ads without the
/// market table.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut groups = BTreeMap::new();
    for path in files.iter().filter(|path| text::file_name(path) == GROUPS) {
        let bytes = report.read(root, path)?;
        read_groups(&text::name(root, path), &bytes, report, &mut groups)?;
    }
    for path in files.iter().filter(|path| is_ads(&text::file_name(path))) {
        if groups.is_empty() {
            let problem = format!("ads per municipality, but no groups: {GROUPS} is missing");
            let cure = format!("put {GROUPS} in the folder, or leave the market out with --only");
            return Err(Error::format(text::name(root, path), problem, cure));
        }
        let bytes = report.read(root, path)?;
        read_ads(&text::name(root, path), &bytes, report, &mut groups)?;
    }
    for path in files.iter().filter(|path| is_by_sex(&text::file_name(path))) {
        report.note(format!(
            "{} is left out on purpose: sex is a protected attribute and no part of a data set \
             that ranks; the equality audit reads it by itself",
            text::name(root, path),
        ));
    }
    parts.groups.extend(groups.into_values());
    Ok(())
}

fn is_ads(name: &str) -> bool {
    name.starts_with("ads_") && name.ends_with("_by_municipality.csv")
}

fn is_by_sex(name: &str) -> bool {
    name.starts_with("employees_by_sex_")
}

/// A column whose name holds a year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Dated {
    year: u16,
    column: usize,
}

/// The columns called `before`, a year, `after`; newest first.
///
/// # Errors
/// [`Error::Format`] where there is none.
fn dated(table: &Table<'_>, file: &str, before: &str, after: &str) -> Result<Vec<Dated>, Error> {
    let mut found: Vec<Dated> = table
        .header()
        .enumerate()
        .filter_map(|(column, name)| {
            let year = name.strip_prefix(before)?.strip_suffix(after)?;
            let whole = year.len() == 4 && year.bytes().all(|byte| byte.is_ascii_digit());
            let year = year.parse().ok().filter(|_| whole)?;
            Some(Dated { year, column })
        })
        .collect();
    found.sort_by(|a, b| b.cmp(a));
    if found.is_empty() {
        let problem = format!("column {before}<year>{after} is missing");
        return Err(Error::format(file, problem, COLUMN_CURE));
    }
    Ok(found)
}

/// Where the figures of the market table are.
struct Columns {
    ssyk: Option<usize>,
    label: Bilingual<Option<usize>>,
    definition: Option<usize>,
    isco: Option<usize>,
    wage: [Dated; 3],
    employees: Dated,
    ads: [Dated; 3],
    barometer: Option<usize>,
}

impl Columns {
    fn of(table: &Table<'_>, file: &str) -> Result<Self, Error> {
        let newest = |before, after| dated(table, file, before, after).map(|found| found[0]);
        Ok(Self {
            ssyk: table.required("ssyk")?,
            label: Bilingual { sv: table.required("label_sv")?, en: table.optional("label_en") },
            definition: table.optional("definition_sv"),
            isco: table.optional("isco08"),
            wage: [
                newest("salary_p10_", "")?,
                newest("salary_mean_", "")?,
                newest("salary_p90_", "")?,
            ],
            employees: newest("employees_", "")?,
            ads: [newest("ads", "_se")?, newest("ads", "_vg")?, newest("ads", "_gr13")?],
            barometer: table.required("barometer_vg")?,
        })
    }
}

fn read_groups(
    file: &str,
    bytes: &[u8],
    report: &mut Report,
    groups: &mut BTreeMap<String, OccupationGroup>,
) -> Result<(), Error> {
    let table = Table::open(file, bytes)?;
    let columns = Columns::of(&table, file)?;
    report.version(format!(
        "wages {}, employees {}, job ads {}",
        columns.wage[1].year, columns.employees.year, columns.ads[0].year
    ));
    table.each(|row| {
        let ssyk = row.cell(columns.ssyk);
        if !is_unit_group(&ssyk) {
            return report.drop("group without a four-digit SSYK code", at(file, &row, &ssyk));
        }
        let Entry::Vacant(place) = groups.entry(ssyk) else {
            let ssyk = row.cell(columns.ssyk);
            return report.drop("SSYK group a second time", at(file, &row, &ssyk));
        };
        let group = place.insert(group(&columns, file, &row, report));
        for (kind, counts) in [
            ("groups", true),
            ("groups_without_wage", group.wage.is_none()),
            ("groups_without_employees", group.employees.is_none()),
            ("groups_without_barometer", group.barometer.is_empty()),
        ] {
            report.count(kind, usize::from(counts));
        }
    })
}

fn group(columns: &Columns, file: &str, row: &Row, report: &mut Report) -> OccupationGroup {
    let mut number = |column: Option<usize>| {
        let cell = row.cell(column);
        if cell.is_empty() {
            return None;
        }
        let number = cell.parse::<u32>().ok();
        if number.is_none() {
            report.drop("figure that is not a whole number", at(file, row, &cell));
        }
        number
    };
    let [p10, mean, p90] = columns.wage.map(|dated| number(Some(dated.column)));
    let [ads_sweden, ads_region, ads_gr] = columns.ads.map(|dated| number(Some(dated.column)));
    let employees = number(Some(columns.employees.column));
    OccupationGroup {
        ssyk: row.cell(columns.ssyk),
        label: Bilingual { sv: row.cell(columns.label.sv), en: row.cell(columns.label.en) },
        definition: Bilingual { sv: row.cell(columns.definition), en: String::new() },
        wage: mean.map(|mean| Wage { p10, mean, p90, year: columns.wage[1].year }),
        employees,
        employees_year: employees.map(|_| columns.employees.year),
        ads_sweden,
        ads_region,
        ads_gr,
        ads_year: ads_sweden.or(ads_region).or(ads_gr).map(|_| columns.ads[0].year),
        isco: isco_codes(&row.cell(columns.isco), file, row, report),
        barometer: barometer(&row.cell(columns.barometer), file, row, report),
        source: report.key().to_owned(),
        ..OccupationGroup::default()
    }
}

fn isco_codes(cell: &str, file: &str, row: &Row, report: &mut Report) -> Vec<String> {
    let (codes, odd): (Vec<&str>, Vec<&str>) = cell
        .split('|')
        .map(str::trim)
        .filter(|code| !code.is_empty())
        .partition(|code| is_unit_group(code));
    for code in odd {
        report.drop("ISCO code without four digits", at(file, row, code));
    }
    codes.into_iter().map(ToOwned::to_owned).collect()
}

/// Judgements as `name:opportunities:forecast`, several with `|` between. Names may hold commas.
fn barometer(cell: &str, file: &str, row: &Row, report: &mut Report) -> Vec<Barometer> {
    let mut judgements = Vec::new();
    for judgement in cell.split('|').filter(|judgement| !judgement.trim().is_empty()) {
        let mut words = judgement.rsplitn(3, ':').map(str::trim);
        let (forecast, opportunities, name) = (words.next(), words.next(), words.next());
        match (name, opportunities, forecast) {
            (
                Some(name),
                Some(opportunities @ ("" | "små" | "medelstora" | "stora")),
                Some(forecast @ ("" | "öka" | "vara oförändrad" | "minska")),
            ) if !name.is_empty() => judgements.push(Barometer {
                name: name.to_owned(),
                opportunities: opportunities.to_owned(),
                forecast: forecast.to_owned(),
            }),
            _ => report.drop(
                "Yrkesbarometer judgement that is not name:opportunities:forecast",
                at(file, row, judgement),
            ),
        }
    }
    report.count("barometer_judgements", judgements.len());
    judgements
}

fn read_ads(
    file: &str,
    bytes: &[u8],
    report: &mut Report,
    groups: &mut BTreeMap<String, OccupationGroup>,
) -> Result<(), Error> {
    let table = Table::open(file, bytes)?;
    let ssyk = table.required("ssyk")?;
    let municipality = table.required("municipality")?;
    let newest = dated(&table, file, "ads_", "")?[0];
    let mut rows = 0;
    table.each(|row| {
        let name = row.cell(municipality);
        let Some(group) = groups.get_mut(&row.cell(ssyk)) else {
            return report.drop("ads of an unknown SSYK group", at(file, &row, &row.cell(ssyk)));
        };
        let Ok(ads) = row.cell(Some(newest.column)).parse::<u32>() else {
            return report.drop("ads that are not a whole number", at(file, &row, &name));
        };
        if name.is_empty() || group.ads_by_municipality.contains_key(&name) {
            return report.drop("municipality blank or a second time", at(file, &row, &name));
        }
        if group.ads_year.is_some_and(|year| year != newest.year) {
            return report
                .drop("ads of another year than the market table's", at(file, &row, &name));
        }
        group.ads_year = Some(newest.year);
        group.ads_by_municipality.insert(name, ads);
        rows += 1;
    })?;
    report.count("ads_by_municipality", rows);
    Ok(())
}

fn at(file: &str, row: &Row, value: &str) -> String {
    format!("{file}, line {}: {value:?}", row.line)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use proptest::prelude::*;

    use super::{super::testing::real_files, *};

    const TABLE: &str = "ssyk,label_sv,label_en,definition_sv,isco08,salary_p10_2031,\
        salary_mean_2031,salary_p90_2031,employees_2032,employees_2027,ads2032_se,ads2032_vg,\
        ads2032_gr13,barometer_vg\n\
        7212,Svetsare,Welders,Svetsar.,7212|7213,30000,34000,39000,900,1000,800,120,60,\
        \"Svetsare, rör:stora:öka|Gasskärare::\"\n\
        7999,Okända,,,,,,41000,,,,,,\n";

    fn folder(files: &[(&str, &[u8])]) -> Result<(Report, Parts), Error> {
        let root = tempfile::tempdir().unwrap();
        let paths: Vec<PathBuf> = files
            .iter()
            .map(|(name, bytes)| {
                let path = root.path().join(name);
                fs::write(&path, bytes).unwrap();
                path
            })
            .collect();
        let (mut report, mut parts) = (report(), Parts::default());
        read(root.path(), &paths, &mut report, &mut parts)?;
        Ok((report, parts))
    }

    #[test]
    fn figures_keep_their_years_and_blanks_stay_unknown() {
        let ads = "ssyk,municipality,ads_2032\n7212,Ale,7\n7212,Ale,8\n9999,Ale,1\n7212,Mark,x\n";
        let (report, parts) =
            folder(&[("ads_2032_by_municipality.csv", ads.as_bytes()), (GROUPS, TABLE.as_bytes())])
                .unwrap();
        let [welders, unknown] = &parts.groups[..] else { panic!("{:?}", parts.groups) };
        let wage = Wage { p10: Some(30_000), mean: 34_000, p90: Some(39_000), year: 2031 };
        assert_eq!(welders.wage, Some(wage));
        assert_eq!(welders.employees, Some(900), "the newest");
        assert_eq!((welders.employees_year, welders.ads_year), (Some(2032), Some(2032)));
        assert_eq!(
            (welders.ads_sweden, welders.ads_region, welders.ads_gr),
            (Some(800), Some(120), Some(60))
        );
        assert_eq!(welders.ads_by_municipality, BTreeMap::from([("Ale".into(), 7)]));
        assert_eq!(welders.barometer[0].name, "Svetsare, rör");
        assert_eq!(welders.barometer[0].forecast, "öka");
        assert_eq!(welders.barometer[1].opportunities, "");
        assert_eq!(unknown.wage, None, "a percentile alone is no wage");
        assert_eq!((unknown.employees, unknown.ads_year), (None, None));
        assert_eq!(welders.isco, ["7212", "7213"]);
        let (source, dropped) = report.finish();
        assert_eq!(dropped.len(), 3, "{dropped:?}");
        assert_eq!(source.version, "wages 2031, employees 2032, job ads 2032");
    }

    #[test]
    fn what_is_wrong_is_named() {
        let error = folder(&[(GROUPS, b"ssyk,label_sv\n7212,Svetsare\n")]).unwrap_err();
        assert!(error.to_string().contains("salary_p10_<year>"), "{error}");
        let error = folder(&[(GROUPS, b"ssyk;label_sv\n")]).unwrap_err();
        assert!(error.to_string().contains(GROUPS), "{error}");
        let latin = TABLE.replace("Okända", "Ok\u{1}nda").replace('\u{1}', "?").into_bytes();
        let latin: Vec<u8> = latin.iter().map(|&b| if b == b'?' { 0xe4 } else { b }).collect();
        let error = folder(&[(GROUPS, &latin)]).unwrap_err();
        assert!(error.to_string().contains("UTF-8"), "{error}");
        let error = folder(&[("ads_2032_by_municipality.csv", b"ssyk\n")]).unwrap_err();
        assert!(error.to_string().contains("ssyk4.csv is missing"), "{error}");
        let odd = TABLE.replace("7999", "799").replace("34000", "\"34,000\u{a0}kr\"");
        let (_, dropped) = folder(&[(GROUPS, odd.as_bytes())]).unwrap().0.finish();
        assert!(dropped.iter().any(|(reason, _)| reason.contains("four-digit")), "{dropped:?}");
    }

    #[test]
    fn a_table_by_sex_never_enters() {
        let name = "employees_by_sex_2032.csv";
        assert!(recognises(Path::new(name)));
        let (report, parts) =
            folder(&[(name, b"ssyk,women\n7212,1\n"), (GROUPS, TABLE.as_bytes())]).unwrap();
        let (source, _) = report.finish();
        assert!(source.files.iter().all(|file| file.path != name));
        assert!(source.notes[0].contains("protected"), "{:?}", source.notes);
        assert_eq!(parts.groups.len(), 2);
    }

    #[test]
    fn official_market_has_the_published_counts() {
        let Some((root, files)) = real_files("market") else { return };
        let (mut report, mut parts) = (report(), Parts::default());
        read(&root, &files, &mut report, &mut parts).unwrap();
        let (source, dropped) = report.finish();
        let counts: Vec<(&str, u64)> =
            source.counts.iter().map(|(kind, count)| (kind.as_str(), *count)).collect();
        assert_eq!(
            counts,
            [
                ("ads_by_municipality", 44_219),
                ("barometer_judgements", 234),
                ("groups", 400),
                ("groups_without_barometer", 190),
                ("groups_without_employees", 28),
                ("groups_without_wage", 34),
            ]
        );
        assert_eq!(dropped, []);
        assert_eq!(parts.groups.iter().map(|group| group.isco.len()).sum::<usize>(), 565);
        let parts_equal_whole = parts.groups.iter().all(|group| {
            group.ads_by_municipality.values().sum::<u32>() == group.ads_sweden.unwrap_or_default()
        });
        assert!(parts_equal_whole, "ads by municipality add up to Sweden's");
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _outcome = folder(&[(GROUPS, &bytes)]);
        }

        #[test]
        fn no_damage_breaks_it(at in 0..TABLE.len(), byte in any::<u8>(), cut in any::<bool>()) {
            let mut bytes = TABLE.as_bytes().to_vec();
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
            }
            if let Ok((_, parts)) = folder(&[(GROUPS, &bytes)]) {
                prop_assert!(parts.groups.iter().all(|group| is_unit_group(&group.ssyk)));
            }
        }
    }
}
