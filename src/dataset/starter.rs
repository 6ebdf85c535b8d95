//! The starter set: written for this project in the hub format and embedded in the binary, so that
//! the program gives real paths without any other file.

use super::{
    DataSet, Error, Parts, Report,
    hub::{self, HubFiles},
    import::combine,
};

/// The embedded files by name.
const TEXTS: [(&str, &str); 8] = [
    ("skill_groups.csv", include_str!("../../data/skill_groups.csv")),
    ("skills.csv", include_str!("../../data/skills.csv")),
    ("licences.csv", include_str!("../../data/licences.csv")),
    ("occupations.csv", include_str!("../../data/occupations.csv")),
    ("courses.csv", include_str!("../../data/courses.csv")),
    ("groups.csv", include_str!("../../data/groups.csv")),
    ("rules.csv", include_str!("../../data/rules.csv")),
    ("signals.csv", include_str!("../../data/signals.csv")),
];

/// What ESCO's licence asks a service to say.
pub const ESCO_STATEMENT: &str =
    "This service uses the ESCO classification of the European Commission.";

/// The starter's files, to read or to lay a hub's own files over.
///
/// # Errors
/// None in a build whose tests pass: the names are those of the format.
pub fn files() -> Result<HubFiles<'static>, Error> {
    let mut files = HubFiles::new();
    for (name, text) in TEXTS {
        files.insert(name, text)?;
    }
    Ok(files)
}

/// Key of the source in manifests.
pub(super) const KEY: &str = "starter";

/// Reads the starter set and its report. About ten milliseconds.
///
/// # Errors
/// None in a build whose tests pass: the embedded files are checked there.
pub fn read() -> Result<(Parts, Report), Error> {
    let mut report = report(|_| true);
    let parts = hub::read(&files()?, &mut report)?;
    Ok((parts, report))
}

/// The embedded rules alone, for data sets of chosen sources: law holds whatever they are.
///
/// # Errors
/// None in a build whose tests pass.
pub(super) fn rules() -> Result<(Report, Parts), Error> {
    let (parts, _) = read()?;
    let mut report = report(|name| name == "rules.csv");
    report.count("rules", parts.rules.len());
    Ok((report, Parts { rules: parts.rules, ..Parts::default() }))
}

/// The empty report of the embedded files whose name is `used`.
pub(super) fn report(used: impl Fn(&str) -> bool) -> Report {
    let mut report = Report::new(
        KEY,
        "kompetensnav starter set",
        "Apache-2.0; concept identifiers: ESCO, European Commission, CC BY 4.0",
    );
    report.version(env!("CARGO_PKG_VERSION"));
    report.note(ESCO_STATEMENT);
    report.note(
        "Labels, synonyms, relations and descriptions are written for this set and are not ESCO's. \
         Every course is typical of the region: none is an offer.",
    );
    report.note(
        "Figures per SSYK group are rounded: wages 2023 and employees 2024 from SCB, job ads 2024 \
         from Arbetsförmedlingen.",
    );
    for (name, text) in TEXTS.into_iter().filter(|(name, _)| used(name)) {
        report.stamp(format!("data/{name}"), text.as_bytes());
    }
    report
}

/// The starter set as a data set of its own. About twenty milliseconds.
///
/// # Errors
/// None in a build whose tests pass.
pub fn dataset() -> Result<DataSet, Error> {
    let (parts, report) = read()?;
    let mut dataset = combine(vec![(report, parts)]).dataset;
    dataset.seal()?;
    Ok(dataset)
}

#[cfg(test)]
mod tests {
    use std::collections::{BTreeMap, BTreeSet};

    use super::*;
    use crate::domain::{CourseBasis, LicenceKind};

    /// The sectors the mission names.
    const FIVE: [&str; 5] =
        ["vehicle_industry", "technical_industry", "retail", "hospitality", "transport"];

    fn parts() -> Parts {
        read().map(|(parts, _)| parts).unwrap()
    }

    /// Skills of each occupation; with `only_essential` without the optional ones.
    fn skills(parts: &Parts, only_essential: bool) -> BTreeMap<&str, BTreeSet<&str>> {
        let mut skills: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
        for relation in &parts.relations {
            if relation.essential || !only_essential {
                skills.entry(&relation.occupation).or_default().insert(&relation.skill);
            }
        }
        skills
    }

    #[test]
    fn every_embedded_file_is_stamped() {
        let source = read().unwrap().1.finish().0;
        let paths: Vec<&str> = source.files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, TEXTS.map(|(name, _)| format!("data/{name}")));
        assert!(source.files.iter().all(|file| file.bytes > 0 && file.sha256.len() == 64));
    }

    #[test]
    fn it_is_as_large_as_promised() {
        let parts = parts();
        assert!(parts.occupations.len() >= 160, "{} occupations", parts.occupations.len());
        assert!(parts.skills.len() >= 520, "{} skills", parts.skills.len());
        assert!(parts.courses.len() >= 160, "{} courses", parts.courses.len());
        let esco = |id: &str| id.starts_with("http://data.europa.eu/esco/");
        let occupations = parts.occupations.iter().filter(|o| esco(&o.id)).count();
        let skills = parts.skills.iter().filter(|s| esco(&s.id)).count();
        assert!(occupations * 100 > parts.occupations.len() * 80, "{occupations} are ESCO's");
        assert!(skills * 100 > parts.skills.len() * 60, "{skills} are ESCO's");
    }

    #[test]
    fn occupations_are_described_by_enough_skills_and_words() {
        let parts = parts();
        let essential = skills(&parts, true);
        let all = skills(&parts, false);
        for occupation in &parts.occupations {
            let id = occupation.id.as_str();
            let label = &occupation.label.sv;
            assert!((8..=16).contains(&essential[id].len()), "{label}");
            let optional = all[id].len() - essential[id].len();
            assert!((3..=10).contains(&optional), "{label}: {optional} optional");
            let words = occupation.alternatives.sv.len() + occupation.alternatives.en.len();
            assert!(words >= 2, "{label}: {words} synonyms");
            assert_eq!(occupation.isco.len(), 4, "{label}");
        }
    }

    #[test]
    fn every_skill_is_used_and_every_group_known() {
        let parts = parts();
        let used: BTreeSet<&str> = parts.relations.iter().map(|r| r.skill.as_str()).collect();
        for skill in &parts.skills {
            assert!(
                used.contains(skill.id.as_str()),
                "{} is used by no occupation",
                skill.label.sv
            );
        }
        let groups: BTreeSet<&str> = parts.groups.iter().map(|g| g.ssyk.as_str()).collect();
        let occupations = parts.occupations.iter().flat_map(|o| &o.ssyk);
        for ssyk in occupations.chain(parts.courses.iter().flat_map(|c| &c.course.leads_to)) {
            assert!(groups.contains(ssyk.as_str()), "groups.csv has no {ssyk}");
        }
    }

    #[test]
    fn every_licence_has_a_course_or_an_authority_to_ask() {
        let parts = parts();
        let granted: BTreeSet<&str> =
            parts.courses.iter().flat_map(|c| &c.course.grants).map(String::as_str).collect();
        let needed: BTreeSet<&str> =
            parts.occupations.iter().flat_map(|o| &o.licences).map(String::as_str).collect();
        for licence in &parts.licences {
            let asks_authority = matches!(
                licence.kind,
                LicenceKind::Authorisation | LicenceKind::Approval | LicenceKind::DrivingLicence
            );
            let key = licence.key.as_str();
            // What only occupations outside the starter set need is the authority's that its issuer names.
            let is_lent = !licence.groups.is_empty() && !needed.contains(key);
            assert!(
                granted.contains(key) || asks_authority || is_lent,
                "{key}: no course and no authority"
            );
            assert!(licence.issuer.chars().count() > 20, "{key}: {}", licence.issuer);
        }
    }

    #[test]
    fn the_five_sectors_are_covered_and_lead_out() {
        let parts = parts();
        let all = skills(&parts, false);
        for sector in FIVE {
            let count = parts.occupations.iter().filter(|o| o.sector == sector).count();
            assert!(count >= 12, "{sector}: {count} occupations");
        }
        for from in parts.occupations.iter().filter(|o| FIVE.contains(&o.sector.as_str())) {
            let here = &all[from.id.as_str()];
            let shared = parts
                .occupations
                .iter()
                .filter(|to| to.sector != from.sector)
                .map(|to| here.intersection(&all[to.id.as_str()]).count())
                .max();
            assert!(shared >= Some(3), "{} shares {shared:?} skills", from.label.sv);
        }
    }

    #[test]
    fn related_occupations_share_skills() {
        let parts = parts();
        let all = skills(&parts, false);
        let of = |label: &str| {
            let found = parts.occupations.iter().find(|o| o.label.sv == label).unwrap();
            &all[found.id.as_str()]
        };
        for (from, to) in [
            ("Fordonsmontör", "Industrimontör"),
            ("Industrimontör", "Underhållsmekaniker"),
            ("Servitör", "Butikssäljare, fackhandel"),
            ("Butikssäljare, fackhandel", "Kundtjänstmedarbetare"),
            ("Butikssäljare, fackhandel", "Företagssäljare"),
            ("Servitör", "Hotellreceptionist"),
            ("Lastbilsförare", "Bussförare"),
            ("Lastbilsförare", "Terminalarbetare"),
            ("CNC-operatör", "CNC-tekniker och CAM-beredare"),
            ("CNC-operatör", "Kvalitetstekniker"),
        ] {
            let shared = of(from).intersection(of(to)).count();
            assert!(shared >= 4, "{from} -> {to}: {shared} shared skills");
        }
    }

    #[test]
    fn no_course_pretends_to_be_an_offer() {
        for draft in parts().courses {
            let course = draft.course;
            assert_eq!(course.basis, CourseBasis::Typical, "{}", course.id);
            assert!(course.id.starts_with("starter:"), "{}", course.id);
            assert!(course.weeks.is_some() && course.pace_pct.is_some(), "{}", course.id);
            assert!(!course.prerequisites.sv.is_empty(), "{}", course.id);
            assert!(!course.leads_to.is_empty(), "{}", course.id);
        }
    }

    #[test]
    fn colloquial_titles_are_known() {
        let parts = parts();
        for title in
            ["busschaufför", "servitris", "lagerarbetare", "kassörska", "montör bilindustri"]
        {
            let known = parts.occupations.iter().any(|o| {
                o.label.sv.to_lowercase() == title
                    || o.alternatives.sv.iter().any(|other| other.to_lowercase() == title)
            });
            assert!(known, "{title}");
        }
    }
}
