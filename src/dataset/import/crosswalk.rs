//! Official crosswalks: ESCO to JobTech occupations and skills, SSYK 2012 to ISCO-08.
//!
//! Only reads; [`join`](super::join) puts them to use.

use std::path::{Path, PathBuf};

use super::{table::Table, text};
use crate::{
    dataset::{ConceptMatch, Error, MatchKind, Parts, Report},
    domain::is_unit_group,
};

const OCCUPATIONS: &str = "esco_jobtech_occupations.csv";
const SKILLS: &str = "esco_jobtech_skills.csv";
const SSYK_ISCO: &str = "ssyk2012_isco08.csv";

pub(super) fn recognises(path: &Path) -> bool {
    [OCCUPATIONS, SKILLS, SSYK_ISCO].contains(&text::file_name(path).as_str())
}

pub(super) fn report() -> Report {
    let mut report = Report::new(
        "crosswalk",
        "Crosswalks ESCO-JobTech (Arbetsförmedlingen) and SSYK 2012-ISCO-08 (SCB, JobTech)",
        "open data (CC0)",
    );
    report.note(
        "relations are read from ESCO to JobTech: broadMatch means that the JobTech concept is the \
         broader one",
    );
    report
}

/// Reads the crosswalks of a folder.
///
/// # Errors
/// [`Error`] for a file that cannot be read, is not UTF-8 CSV, or lacks a column.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    for path in files.iter().filter(|path| recognises(path)) {
        let bytes = report.read(root, path)?;
        let file = text::name(root, path);
        match text::file_name(path).as_str() {
            SSYK_ISCO => read_pairs(&file, &bytes, report, &mut parts.ssyk_isco)?,
            OCCUPATIONS => {
                let matches = read_matches(&file, &bytes, report, "occupation_rows")?;
                parts.occupation_matches.extend(matches);
            }
            _ => parts.skill_matches.extend(read_matches(&file, &bytes, report, "skill_rows")?),
        }
    }
    Ok(())
}

fn read_pairs(
    file: &str,
    bytes: &[u8],
    report: &mut Report,
    pairs: &mut Vec<(String, String)>,
) -> Result<(), Error> {
    let table = Table::open(file, bytes)?;
    let (ssyk, isco) = (table.required("ssyk")?, table.required("isco08")?);
    table.each(|row| {
        let pair = (row.cell(ssyk), row.cell(isco));
        if is_unit_group(&pair.0) && is_unit_group(&pair.1) {
            report.count("ssyk_isco_pairs", 1);
            pairs.push(pair);
        } else {
            report.drop(
                "SSYK-ISCO pair without two four-digit codes",
                format!("{file}, line {}: {:?} {:?}", row.line, pair.0, pair.1),
            );
        }
    })
}

fn read_matches(
    file: &str,
    bytes: &[u8],
    report: &mut Report,
    rows: &str,
) -> Result<Vec<ConceptMatch>, Error> {
    let table = Table::open(file, bytes)?;
    let (esco, jobtech) = (table.required("escoUri")?, table.required("jobtechId")?);
    let (label, relation) = (table.required("jobtechLabelSv")?, table.required("relation")?);
    let ssyk = table.optional("ssyk");
    let mut matches = Vec::new();
    table.each(|row| {
        report.count(rows, 1);
        let (esco, jobtech) = (row.cell(esco), row.cell(jobtech));
        let relation = row.cell(relation);
        let shown = || format!("{file}, line {}: {esco} {relation:?} {jobtech}", row.line);
        let kind = match relation.as_str() {
            "exactMatch" => MatchKind::Exact,
            "closeMatch" => MatchKind::Close,
            "narrowMatch" => MatchKind::Narrow,
            "broadMatch" => MatchKind::Broad,
            "no relation" => return report.count(&format!("{rows}_without_counterpart"), 1),
            _ => return report.drop("row with an unknown relation", shown()),
        };
        if esco.is_empty() || jobtech.is_empty() {
            return report.drop("row without ESCO URI or JobTech id", shown());
        }
        let ssyk = row.cell(ssyk);
        if !ssyk.is_empty() && !is_unit_group(&ssyk) {
            return report.drop("row whose SSYK code is not four digits", shown());
        }
        matches.push(ConceptMatch { esco, jobtech, label: row.cell(label), kind, ssyk });
    })?;
    Ok(matches)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{super::testing::real_files, *};

    const ROWS: &str = "escoUri,escoLabelSv,jobtechId,jobtechLabelSv,relation,ssyk\n\
        o1,svetsare,j1,Svetsare,exactMatch,7212\n\
        o1,svetsare,j2,\"Plåtslagare, bil\",broadMatch,\n\
        o2,kock,,,no relation,\n\
        o3,tolk,j3,Tolk,sameAs,2643\n\
        o3,tolk,j3,Tolk,closeMatch,26A3\n";

    #[test]
    fn rows_are_taken_or_listed() {
        let mut report = report();
        let matches = read_matches("x.csv", ROWS.as_bytes(), &mut report, "rows").unwrap();
        assert_eq!(
            matches.iter().map(|row| (row.kind, row.ssyk.as_str())).collect::<Vec<_>>(),
            [(MatchKind::Exact, "7212"), (MatchKind::Broad, "")]
        );
        assert_eq!(matches[1].label, "Plåtslagare, bil");
        let (source, dropped) = report.finish();
        assert_eq!((source.counts["rows"], source.counts["rows_without_counterpart"]), (5, 1));
        assert_eq!(dropped.len(), 2, "{dropped:?}");
        assert!(dropped[0].1.contains("line 5") || dropped[1].1.contains("line 5"), "{dropped:?}");
    }

    #[test]
    fn a_missing_column_is_named() {
        let error = read_matches("x.csv", b"escoUri,jobtechId\n", &mut report(), "rows");
        assert!(error.unwrap_err().to_string().contains("jobtechLabelSv"));
        let error = read_pairs("y.csv", b"ssyk,isco\n", &mut report(), &mut Vec::new());
        assert!(error.unwrap_err().to_string().contains("isco08"));
    }

    #[test]
    fn official_crosswalks_have_the_published_counts() {
        let Some((root, files)) = real_files("crosswalk") else { return };
        let (mut report, mut parts) = (report(), Parts::default());
        read(&root, &files, &mut report, &mut parts).unwrap();
        let (source, dropped) = report.finish();
        assert_eq!(source.counts["occupation_rows"], 5_524);
        assert_eq!(source.counts["skill_rows"], 20_314);
        assert_eq!(source.counts["skill_rows_without_counterpart"], 1_291);
        assert_eq!(source.counts["ssyk_isco_pairs"], 565);
        assert_eq!(source.files.len(), 3, "the O*NET table is not read");
        assert_eq!(dropped.len(), 7, "rows without a relation: {dropped:?}");
        assert_eq!((parts.occupation_matches.len(), parts.skill_matches.len()), (5_524, 19_016));
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _matches = read_matches("x.csv", &bytes, &mut report(), "rows");
            let _pairs = read_pairs("x.csv", &bytes, &mut report(), &mut Vec::new());
        }

        #[test]
        fn no_damage_breaks_it(at in 0..ROWS.len(), byte in any::<u8>()) {
            let mut bytes = ROWS.as_bytes().to_vec();
            bytes[at] = byte;
            if let Ok(matches) = read_matches("x.csv", &bytes, &mut report(), "rows") {
                prop_assert!(matches.iter().all(|row| !row.esco.is_empty()));
            }
        }
    }
}
