//! Parts of all sources -> one data set: concepts joined by id, rows sorted by id, relations
//! resolved to row numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry};

use super::{CourseDraft, DataSet, Parts, Report, sectors};
use crate::domain::{LicenceKind, Market, Occupation, Signal, Skill, Taxonomy};

/// Joins the parts. What names a concept no source describes is dropped and listed in `report`.
/// O(n log n) in the number of rows and relations.
pub(super) fn assemble(parts: Parts, report: &mut Report) -> DataSet {
    let (occupations, skills) = (join_occupations(&parts), join_skills(&parts));
    let mut taxonomy = Taxonomy {
        occupations,
        skills,
        skill_groups: unique(parts.skill_groups, |group| group.id.clone()),
        isco_groups: unique(parts.isco_groups, |group| group.id.clone()),
        licences: unique(parts.licences, |licence| licence.key.clone()),
        job_titles: parts.job_titles,
    };
    relate(&mut taxonomy, &parts.relations, report);
    climb(&mut taxonomy, &parts.broader);
    let mut market = Market { groups: parts.groups };
    number_group_skills(&mut market, &parts.group_skills, &taxonomy);
    lend_sectors(&mut taxonomy.occupations);
    lend_licences(&mut taxonomy);
    let courses = number_courses(parts.courses, &taxonomy, report);
    let signals = known_signals(parts.signals, &taxonomy.occupations, report);
    DataSet { taxonomy, courses, market, rules: parts.rules, signals, ..DataSet::default() }
}

/// The signals whose occupation some source describes.
fn known_signals(
    signals: Vec<Signal>,
    occupations: &[Occupation],
    report: &mut Report,
) -> Vec<Signal> {
    let unknown = super::hub::unknown_signals(&signals, occupations);
    for name in &unknown {
        report.drop("signal names an occupation no source describes", *name);
    }
    let unknown: BTreeSet<String> = unknown.into_iter().map(str::to_owned).collect();
    signals.into_iter().filter(|signal| !unknown.contains(&signal.occupation)).collect()
}

/// The first source of an id wins, later ones fill what it leaves blank. A hub's Swedish label and
/// SSYK groups go before: ESCO's labels are translations, and some that nobody says ("kokerska" for a
/// cook); its groups come over a crosswalk of unlike systems.
fn join_occupations(parts: &Parts) -> Vec<Occupation> {
    let mut joined: BTreeMap<&str, Occupation> = BTreeMap::new();
    for source in &parts.occupations {
        let Some(known) = joined.get_mut(source.id.as_str()) else {
            joined.insert(&source.id, source.clone());
            continue;
        };
        let label = if source.hub_names.is_empty() || source.label.sv.is_empty() {
            source.label.sv.clone()
        } else {
            std::mem::replace(&mut known.label.sv, source.label.sv.clone())
        };
        fill(&mut known.label.sv, &label);
        known.alternatives.sv.retain(|other| !same(other, &known.label.sv));
        fill(&mut known.label.en, &source.label.en);
        fill(&mut known.description.sv, &source.description.sv);
        fill(&mut known.description.en, &source.description.en);
        fill(&mut known.isco, &source.isco);
        fill(&mut known.sector, &source.sector);
        add_labels(&mut known.alternatives.sv, &known.label.sv, &source.alternatives.sv);
        add_labels(&mut known.alternatives.sv, &known.label.sv, &[label]);
        add_labels(&mut known.alternatives.en, &known.label.en, &source.alternatives.en);
        add_new(&mut known.hub_names, &source.hub_names);
        if source.hub_names.is_empty() {
            add_new(&mut known.ssyk, &source.ssyk);
        } else {
            let mapped = std::mem::replace(&mut known.ssyk, source.ssyk.clone());
            add_new(&mut known.ssyk, &mapped);
        }
        add_new(&mut known.licences, &source.licences);
    }
    joined.into_values().collect()
}

fn join_skills(parts: &Parts) -> Vec<Skill> {
    let mut joined: BTreeMap<&str, Skill> = BTreeMap::new();
    for source in &parts.skills {
        let Some(known) = joined.get_mut(source.id.as_str()) else {
            joined.insert(&source.id, source.clone());
            continue;
        };
        fill(&mut known.label.sv, &source.label.sv);
        fill(&mut known.label.en, &source.label.en);
        add_labels(&mut known.alternatives.sv, &known.label.sv, &source.alternatives.sv);
        add_labels(
            &mut known.alternatives.sv,
            &known.label.sv,
            std::slice::from_ref(&source.label.sv),
        );
        add_labels(&mut known.alternatives.en, &known.label.en, &source.alternatives.en);
    }
    joined.into_values().collect()
}

fn fill(known: &mut String, source: &str) {
    if known.is_empty() {
        source.clone_into(known);
    }
}

fn add_labels(known: &mut Vec<String>, preferred: &str, source: &[String]) {
    for label in source {
        let new = !label.is_empty()
            && !same(label, preferred)
            && !known.iter().any(|other| same(other, label));
        if new {
            known.push(label.clone());
        }
    }
}

fn same(a: &str, b: &str) -> bool {
    a.to_lowercase() == b.to_lowercase()
}

fn add_new(known: &mut Vec<String>, source: &[String]) {
    for value in source {
        if !known.contains(value) {
            known.push(value.clone());
        }
    }
}

/// Rows in ascending order of key, the first of equal keys kept.
fn unique<T>(rows: Vec<T>, key: impl Fn(&T) -> String) -> Vec<T> {
    let mut joined = BTreeMap::new();
    for row in rows {
        joined.entry(key(&row)).or_insert(row);
    }
    joined.into_values().collect()
}

fn rows_by_id<T>(rows: &[T], id: impl Fn(&T) -> &str) -> HashMap<String, u32> {
    rows.iter().zip(0..).map(|(row, ix)| (id(row).to_owned(), ix)).collect()
}

fn relate(taxonomy: &mut Taxonomy, relations: &[super::Relation], report: &mut Report) {
    let skills = rows_by_id(&taxonomy.skills, |skill| &skill.id);
    let occupations = rows_by_id(&taxonomy.occupations, |occupation| &occupation.id);
    for relation in relations {
        let pair = (occupations.get(&relation.occupation), skills.get(&relation.skill));
        let (Some(&occupation), Some(&skill)) = pair else {
            let item = format!("{} -> {}", relation.occupation, relation.skill);
            report.drop("relation names a concept no source describes", item);
            continue;
        };
        let occupation = &mut taxonomy.occupations[occupation as usize];
        if relation.essential {
            occupation.essential.push(skill);
        } else {
            occupation.optional.push(skill);
        }
    }
    for occupation in &mut taxonomy.occupations {
        sort_unique(&mut occupation.essential);
        sort_unique(&mut occupation.optional);
        let essential = &occupation.essential;
        occupation.optional.retain(|skill| essential.binary_search(skill).is_err());
    }
}

/// Gives every skill all nodes above it. A broader skill becomes a node of its own.
fn climb(taxonomy: &mut Taxonomy, broader: &[(String, String)]) {
    let mut parents: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (narrow, broad) in broader {
        parents.entry(narrow).or_default().push(broad);
    }
    let known: BTreeSet<&str> = taxonomy.skill_groups.iter().map(|g| g.id.as_str()).collect();
    let above: BTreeSet<&str> = broader.iter().map(|(_, broad)| broad.as_str()).collect();
    let broader_skills: Vec<_> = above
        .iter()
        .filter(|id| !known.contains(*id))
        .filter_map(|id| taxonomy.skill_ix(id).map(|ix| taxonomy.skill(ix)))
        .map(|skill| crate::domain::SkillGroup { id: skill.id.clone(), label: skill.label.clone() })
        .collect();
    drop(known);
    taxonomy.skill_groups.extend(broader_skills);
    taxonomy.skill_groups.sort_by(|a, b| a.id.cmp(&b.id));
    let rows = rows_by_id(&taxonomy.skill_groups, |group| &group.id);
    for skill in &mut taxonomy.skills {
        let mut found: BTreeSet<u32> = BTreeSet::new();
        let mut open = vec![skill.id.as_str()];
        while let Some(node) = open.pop() {
            for parent in parents.get(node).into_iter().flatten() {
                if rows.get(*parent).is_some_and(|&row| found.insert(row)) {
                    open.push(parent);
                }
            }
        }
        skill.groups = found.into_iter().collect();
    }
}

/// Occupations that no source gives a sector get that of the occupations of their SSYK group, where those that a hub
/// describes have one in common: a concierge is of the sector of the hotel's reception. Others get that of their
/// ISCO-08 code.
fn lend_sectors(occupations: &mut [Occupation]) {
    let mut shared: BTreeMap<String, String> = BTreeMap::new();
    for occupation in occupations.iter().filter(|occupation| !occupation.sector.is_empty()) {
        let Some(ssyk) = occupation.ssyk.first() else { continue };
        let sector = shared.entry(ssyk.clone()).or_insert_with(|| occupation.sector.clone());
        if *sector != occupation.sector {
            // They have none in common, and no sector is called so.
            sector.clear();
        }
    }
    for occupation in occupations.iter_mut().filter(|occupation| occupation.sector.is_empty()) {
        let lent = occupation.ssyk.first().and_then(|ssyk| shared.get(ssyk));
        let lent = lent.filter(|sector| !sector.is_empty());
        let own = lent.map_or_else(|| sectors::sector_of_isco(&occupation.isco), String::as_str);
        own.clone_into(&mut occupation.sector);
    }
}

/// Occupations that no source gives a licence get the protected title that those of their SSYK group
/// share whose licences are known: a nurse of any kind needs legitimation. Other licences differ
/// within a group and are not lent. What a licence itself says of groups goes before that.
fn lend_licences(taxonomy: &mut Taxonomy) {
    let mut shared: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for occupation in taxonomy.occupations.iter().filter(|o| !o.licences.is_empty()) {
        let Some(ssyk) = occupation.ssyk.first() else { continue };
        let licences = shared.entry(ssyk.clone()).or_insert_with(|| occupation.licences.clone());
        licences.retain(|key| occupation.licences.contains(key));
    }
    let protected = |key: &String| {
        taxonomy.licences.iter().any(|l| l.key == *key && l.kind == LicenceKind::ProtectedTitle)
    };
    for licences in shared.values_mut() {
        licences.retain(protected);
    }
    for occupation in taxonomy.occupations.iter_mut().filter(|o| o.licences.is_empty()) {
        let Some(ssyk) = occupation.ssyk.first() else { continue };
        let name = occupation.label.sv.to_lowercase();
        let says_so = |group: &String| {
            let (group, word) = group.split_once(':').unwrap_or((group, ""));
            group == ssyk && name.contains(word)
        };
        let saying = taxonomy.licences.iter().filter(|l| l.groups.iter().any(says_so));
        let said: Vec<String> = saying.map(|licence| licence.key.clone()).collect();
        let lent = Some(said).filter(|said| !said.is_empty());
        occupation.licences = lent.or_else(|| shared.get(ssyk).cloned()).unwrap_or_default();
    }
}

/// Skills of each SSYK group as row numbers; those no source describes are left out, the join has
/// counted them.
fn number_group_skills(market: &mut Market, pairs: &[(String, String)], taxonomy: &Taxonomy) {
    for (ssyk, skill) in pairs {
        if let (Some(at), Some(skill)) = (market.position(ssyk), taxonomy.skill_ix(skill)) {
            market.groups[at].skills.push(skill);
        }
    }
    for group in &mut market.groups {
        sort_unique(&mut group.skills);
    }
}

fn number_courses(
    drafts: Vec<CourseDraft>,
    taxonomy: &Taxonomy,
    report: &mut Report,
) -> Vec<crate::domain::Course> {
    let mut courses = BTreeMap::new();
    for CourseDraft { mut course, teaches } in drafts {
        for id in teaches {
            match taxonomy.skill_ix(&id) {
                Some(skill) => course.teaches.push(skill),
                None => report.drop(
                    "course teaches a skill no source describes",
                    format!("{} teaches {id}", course.id),
                ),
            }
        }
        sort_unique(&mut course.teaches);
        match courses.entry(course.id.clone()) {
            Entry::Occupied(known) => {
                report.drop("course id stands twice, first kept", known.key());
            }
            Entry::Vacant(free) => {
                free.insert(course);
            }
        }
    }
    courses.into_values().collect()
}

fn sort_unique(rows: &mut Vec<u32>) {
    rows.sort_unstable();
    rows.dedup();
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, Licence};

    #[test]
    fn a_hub_names_an_occupation_and_its_groups_before_the_crosswalks() {
        let occupation = |label: &str, ssyk: &[&str], hub: bool| Occupation {
            id: "esco:1".into(),
            label: Bilingual::new(label, "care worker"),
            ssyk: ssyk.iter().map(|code| (*code).to_owned()).collect(),
            hub_names: if hub { vec![label.into()] } else { Vec::new() },
            ..Occupation::default()
        };
        let occupations = vec![
            occupation("hemtjänstassistent", &["5330", "5321"], false),
            occupation("Undersköterska", &["5321"], true),
            occupation("vårdare", &["5343"], false),
        ];
        let joined = join_occupations(&Parts { occupations, ..Parts::default() });
        assert_eq!(joined.len(), 1);
        assert_eq!(joined[0].label, Bilingual::new("Undersköterska", "care worker"));
        assert_eq!(joined[0].alternatives.sv, ["hemtjänstassistent", "vårdare"]);
        assert_eq!(joined[0].ssyk, ["5321", "5330", "5343"]);
    }

    #[test]
    fn a_group_whose_hub_occupations_are_of_one_sector_lends_it() {
        let occupation = |ssyk: &str, isco: &str, sector: &str| Occupation {
            ssyk: vec![ssyk.into()],
            isco: isco.into(),
            sector: sector.into(),
            ..Occupation::default()
        };
        let mut occupations = [
            occupation("4224", "4224", "hospitality"),
            occupation("4224", "4229", ""),
            occupation("7233", "7233", "technical_industry"),
            occupation("7233", "7233", "energy"),
            occupation("7233", "8211", ""),
            occupation("5223", "5223", ""),
        ];
        lend_sectors(&mut occupations);
        let [_, concierge, .., of_two, alone] = &occupations;
        assert_eq!(concierge.sector, "hospitality");
        assert_eq!(of_two.sector, "vehicle_industry", "that of its ISCO code");
        assert_eq!(alone.sector, "retail");
    }

    #[test]
    fn a_licence_that_names_groups_is_that_of_all_their_occupations_without_one() {
        let occupation = |ssyk: &[&str], licences: &[&str]| Occupation {
            ssyk: ssyk.iter().map(|code| (*code).to_owned()).collect(),
            licences: licences.iter().map(|key| (*key).to_owned()).collect(),
            ..Occupation::default()
        };
        let licence = Licence {
            key: "dentist".into(),
            label: Bilingual::new("Legitimation", "Licence"),
            alternatives: Vec::new(),
            kind: LicenceKind::ProtectedTitle,
            issuer: String::new(),
            included_in: Vec::new(),
            groups: vec!["2260".into(), "2250:veterinär".into()],
        };
        let mut taxonomy = Taxonomy {
            occupations: vec![
                occupation(&["2260"], &[]),
                occupation(&["2260", "3250"], &["B"]),
                occupation(&["3250", "2260"], &[]),
                Occupation {
                    label: Bilingual::new("Veterinär inom allmän medicin", "veterinarian"),
                    ..occupation(&["2250"], &[])
                },
                Occupation {
                    label: Bilingual::new("djurmassör", "animal massage therapist"),
                    ..occupation(&["2250"], &[])
                },
            ],
            licences: vec![licence],
            ..Taxonomy::default()
        };
        lend_licences(&mut taxonomy);
        let of = |at: usize| taxonomy.occupations[at].licences.clone();
        assert_eq!(of(0), ["dentist"]);
        assert_eq!(of(1), ["B"], "what a source says of an occupation stays");
        assert!(of(2).is_empty(), "the first group is an occupation's own");
        assert_eq!(of(3), ["dentist"], "its name holds the word");
        assert!(of(4).is_empty(), "its name does not");
    }
}
