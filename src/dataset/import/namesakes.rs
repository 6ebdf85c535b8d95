//! Occupations to which ESCO's translation gives one Swedish label: a nurse and a nurse assistant are
//! both "sjuksköterska, grundutbildad".

use std::collections::{BTreeSet, HashMap, HashSet};

use super::join::Link;
use crate::{dataset::Report, domain::Occupation};

/// Leaves out links that follow a namesake's label: where a JobTech concept is linked to several
/// occupations with one Swedish label and the official SSYK-ISCO table agrees with some of the
/// links, the others are dropped.
pub(super) fn retain_own(
    links: &mut Vec<Link<'_>>,
    occupations: &[Occupation],
    report: &mut Report,
) {
    let name =
        |link: &Link<'_>| (link.row.jobtech.clone(), occupations[link.at].label.sv.to_lowercase());
    let agreed: HashSet<(String, String)> =
        links.iter().filter(|link| link.agrees).map(name).collect();
    links.retain(|link| {
        let own = link.agrees || !agreed.contains(&name(link));
        if !own {
            let shown = format!("{} {} ({})", link.row.jobtech, link.row.label, link.row.esco);
            report.drop("crosswalk row that follows a namesake's label", shown);
        }
        own
    });
}

/// Adds the English label to Swedish preferred labels that several occupations bear, so that nobody
/// takes a nurse assistant for a nurse.
pub(super) fn part(occupations: &mut [Occupation], report: &mut Report) {
    let mut bearers: HashMap<String, BTreeSet<String>> = HashMap::new();
    for occupation in occupations.iter().filter(|occupation| occupation.hub_names.is_empty()) {
        let label = occupation.label.sv.to_lowercase();
        bearers.entry(label).or_default().insert(occupation.id.clone());
    }
    let official = occupations.iter_mut().filter(|occupation| occupation.hub_names.is_empty());
    for label in official.map(|occupation| &mut occupation.label) {
        let shared = bearers.get(&label.sv.to_lowercase()).is_some_and(|bearers| bearers.len() > 1);
        if shared && !label.sv.is_empty() && !label.en.is_empty() {
            label.sv = format!("{} ({})", label.sv, label.en);
            report.count("occupation_labels_parted_from_a_namesake", 1);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dataset::{ConceptMatch, MatchKind},
        domain::Bilingual,
    };

    fn occupation(id: &str, sv: &str, en: &str) -> Occupation {
        Occupation { id: id.into(), label: Bilingual::new(sv, en), ..Occupation::default() }
    }

    #[test]
    fn a_nurse_assistant_is_no_nurse() {
        let mut occupations = [
            occupation("a", "Sjuksköterska", "nurse assistant"),
            occupation("b", "sjuksköterska", "nurse"),
        ];
        let row = |esco: &str| ConceptMatch {
            esco: esco.into(),
            jobtech: "j".into(),
            label: "Sjuksköterska".into(),
            kind: MatchKind::Close,
            ssyk: "2221".into(),
        };
        let rows = [row("a"), row("b")];
        let mut report = Report::new("crosswalk", "made up", "");
        let link = |at: usize, agrees| Link { at, row: &rows[at], ssyk: "2221", agrees };
        let mut links = vec![link(0, false), link(1, true)];
        retain_own(&mut links, &occupations, &mut report);
        assert_eq!(links.iter().map(|link| link.at).collect::<Vec<_>>(), [1]);
        let mut links = vec![link(0, false), link(1, false)];
        retain_own(&mut links, &occupations, &mut report);
        assert_eq!(links.len(), 2, "nobody knows better");
        part(&mut occupations, &mut report);
        assert_eq!(occupations[0].label.sv, "Sjuksköterska (nurse assistant)");
        assert_eq!(occupations[1].label.sv, "sjuksköterska (nurse)");
    }
}
