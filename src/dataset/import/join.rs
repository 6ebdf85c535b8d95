//! Joins ESCO, JobTech Taxonomy, SSYK and ISCO once all sources are read.
//!
//! Works on what was read: without the JobTech or crosswalk source nothing of theirs enters, and
//! an ESCO-only data set stays ESCO's.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use super::{groups, namesakes};
use crate::{
    dataset::{ConceptMatch, JobName, MatchKind, Parts, Report},
    domain::{Bilingual, JobTitle, Occupation, Skill},
};

/// Gives occupations their SSYK groups and JobTech's names, skills JobTech's labels, groups their
/// skills, and keeps the titles that no occupation bears. What was joined and what was not is
/// counted in `report`. About 50 ms for full ESCO.
pub(super) fn join(parts: &mut Parts, report: &mut Report) {
    groups::merge(parts);
    let names = Names::of(&parts.job_names);
    let taken = labels(parts.occupations.iter().map(|o| (&o.label, &o.alternatives)));
    let rows: HashMap<String, usize> = rows(parts.occupations.iter().map(|o| &o.id));
    if !parts.occupation_matches.is_empty() {
        let links = Links { names: &names, rows: &rows, matches: &parts.occupation_matches };
        links.report(report);
        links.add_ssyk(&mut parts.occupations, &parts.ssyk_isco, report);
        links.lend_names(&mut parts.occupations, &taken, report);
        links.name(&mut parts.occupations);
    }
    ssyk_from_isco(&mut parts.occupations, &parts.ssyk_isco, report);
    namesakes::part(&mut parts.occupations, report);
    join_skills(parts, report);
    if !parts.job_names.is_empty() {
        let taken = labels(parts.occupations.iter().map(|o| (&o.label, &o.alternatives)));
        parts.job_titles = job_titles(&parts.job_names, &taken);
        report.count("job_titles_without_occupation", parts.job_titles.len());
    }
}

/// JobTech's occupation names, by id and by what they are called.
struct Names<'a> {
    by_id: HashMap<&'a str, &'a JobName>,
    /// In lower case; `None` where several names are called so. A preferred label goes before
    /// alternative titles.
    by_label: HashMap<String, Option<&'a JobName>>,
    /// SSYK groups of the names that are called so, in lower case.
    groups: HashMap<String, BTreeSet<&'a str>>,
}

impl<'a> Names<'a> {
    fn of(names: &'a [JobName]) -> Self {
        let mut by_label: HashMap<String, Option<&'a JobName>> = HashMap::new();
        for name in names {
            for title in &name.titles {
                by_label
                    .entry(title.to_lowercase())
                    .and_modify(|known| *known = None)
                    .or_insert(Some(name));
            }
        }
        let mut groups: HashMap<String, BTreeSet<&'a str>> = HashMap::new();
        for name in names {
            for label in name.titles.iter().chain([&name.label]) {
                groups.entry(label.to_lowercase()).or_default().insert(&name.ssyk);
            }
        }
        by_label.extend(names.iter().map(|name| (name.label.to_lowercase(), Some(name))));
        let by_id = names.iter().map(|name| (name.id.as_str(), name)).collect();
        Self { by_id, by_label, groups }
    }

    fn by_id(&self, row: &ConceptMatch) -> Option<&'a JobName> {
        self.by_id.get(row.jobtech.as_str()).copied()
    }

    /// The living name with the row's id, else the one with its very label.
    fn same(&self, row: &ConceptMatch) -> Option<&'a JobName> {
        let label = row.label.to_lowercase();
        self.by_id(row).or_else(|| {
            let name = self.by_label.get(&label).copied().flatten()?;
            (name.label.to_lowercase() == label).then_some(name)
        })
    }

    /// Whether all names that are called so are in one SSYK group.
    fn in_one_group(&self, label: &str) -> bool {
        self.groups.get(&label.to_lowercase()).is_some_and(|groups| groups.len() == 1)
    }

    /// The living name that a retired one is called like: by its whole label, else by one of the
    /// forms that older versions wrote with a slash between.
    fn by_label(&self, row: &ConceptMatch) -> Option<&'a JobName> {
        let label = row.label.to_lowercase();
        std::iter::once(label.as_str())
            .chain(label.split('/').map(str::trim))
            .find_map(|label| self.by_label.get(label).copied().flatten())
    }
}

/// A crosswalk row of an occupation that gives it an SSYK code.
#[derive(Debug)]
pub(super) struct Link<'a> {
    /// Row of the occupation.
    pub(super) at: usize,
    pub(super) row: &'a ConceptMatch,
    pub(super) ssyk: &'a str,
    /// Whether the official SSYK-ISCO table has the code beside the occupation's ISCO group.
    pub(super) agrees: bool,
}

/// The crosswalk's occupation rows beside what they join.
struct Links<'a> {
    names: &'a Names<'a>,
    rows: &'a HashMap<String, usize>,
    matches: &'a [ConceptMatch],
}

impl Links<'_> {
    /// Says how much of the crosswalk still holds.
    fn report(&self, report: &mut Report) {
        let lacking = self.matches.iter().filter(|row| !self.rows.contains_key(&row.esco));
        let (groups, lacking): (Vec<_>, Vec<_>) =
            lacking.partition(|row| row.esco.contains("/isco/"));
        report.count("occupation_rows_of_isco_groups", groups.len());
        for row in lacking {
            let shown = format!("{} {}", row.esco, row.label);
            report.drop("crosswalk row of an occupation this set lacks", shown);
        }
        if self.names.by_id.is_empty() {
            return;
        }
        let (living, retired): (Vec<_>, Vec<_>) =
            self.matches.iter().partition(|row| self.names.by_id(row).is_some());
        let found = retired.iter().filter(|row| self.names.by_label(row).is_some()).count();
        for row in retired.iter().filter(|row| self.names.by_label(row).is_none()) {
            let shown = format!("{} {} ({})", row.jobtech, row.label, row.esco);
            report.drop("crosswalk row of a JobTech occupation that no longer exists", shown);
        }
        report.count("occupation_rows_with_living_id", living.len());
        report.count("occupation_rows_found_by_label", found);
        report.note(format!(
            "{} of {} occupation rows ({} %) name a JobTech id that still exists; {found} more were \
             found by label",
            living.len(),
            self.matches.len(),
            living.len() * 100 / self.matches.len().max(1),
        ));
    }

    /// SSYK codes by the crosswalk: exact before close, narrow and broad matches; among equals
    /// those that the official SSYK-ISCO table agrees with first, then in the table's order.
    fn add_ssyk(
        &self,
        occupations: &mut [Occupation],
        ssyk_isco: &[(String, String)],
        report: &mut Report,
    ) {
        let mut found: BTreeMap<usize, Vec<(MatchKind, bool, &str)>> = BTreeMap::new();
        let mut linked = Vec::new();
        for row in self.matches {
            let Some(&at) = self.rows.get(&row.esco) else { continue };
            let ssyk = match (self.names.by_id(row), row.ssyk.as_str()) {
                (Some(name), _) => name.ssyk.as_str(),
                (None, "") => self.names.by_label(row).map_or("", |name| name.ssyk.as_str()),
                (None, ssyk) => ssyk,
            };
            if !ssyk.is_empty() {
                let isco = &occupations[at].isco;
                let agrees =
                    ssyk_isco.binary_search_by(|(s, i)| (s.as_str(), i).cmp(&(ssyk, isco))).is_ok();
                linked.push(Link { at, row, ssyk, agrees });
            }
        }
        namesakes::retain_own(&mut linked, occupations, report);
        for Link { at, row, ssyk, agrees } in linked {
            found.entry(at).or_default().push((row.kind, !agrees, ssyk));
        }
        report.count("occupations_with_ssyk_by_crosswalk", found.len());
        for (at, mut codes) in found {
            codes.sort_by_key(|&(kind, disagrees, _)| (kind, disagrees));
            let known = &mut occupations[at].ssyk;
            for (_, _, code) in codes {
                if !known.iter().any(|other| other == code) {
                    known.push(code.to_owned());
                }
            }
        }
    }

    /// Notes what the Swedish labour market calls each occupation: the name of its best match, of
    /// equals the first of the table. A broader name is no label of the occupation, but what people
    /// who do its work are called.
    fn name(&self, occupations: &mut [Occupation]) {
        let mut best: BTreeMap<usize, &ConceptMatch> = BTreeMap::new();
        for row in self.matches {
            let Some(&at) = self.rows.get(&row.esco) else { continue };
            let known = best.entry(at).or_insert(row);
            if row.kind < known.kind {
                *known = row;
            }
        }
        for (at, row) in best {
            let occupation = &mut occupations[at];
            let label = self.names.same(row).map_or(&row.label, |name| &name.label);
            occupation.known_as.clone_from(label);
            occupation.known_as_wider = row.kind > MatchKind::Close;
        }
    }

    /// JobTech's names as alternative Swedish labels: a name to every occupation it names, an
    /// alternative title only where it names one occupation alone. Other titles tell the group.
    fn lend_names(
        &self,
        occupations: &mut [Occupation],
        taken: &HashSet<String>,
        report: &mut Report,
    ) {
        let bears = |row: &ConceptMatch| {
            self.rows.get(&row.esco).is_some_and(|&at| is_label(row, &occupations[at].label))
        };
        let lenders: Vec<(usize, &ConceptMatch, Option<&JobName>)> = lenders(self.matches, bears)
            .into_iter()
            .filter_map(|row| Some((*self.rows.get(&row.esco)?, row, self.names.same(row))))
            .collect();
        // Title in lower case -> the one occupation it names.
        let mut named: HashMap<String, Option<usize>> = HashMap::new();
        for (at, _, name) in &lenders {
            for title in name.iter().flat_map(|name| &name.titles) {
                named
                    .entry(title.to_lowercase())
                    .and_modify(|known| *known = known.filter(|known| known == at))
                    .or_insert_with(|| self.names.in_one_group(title).then_some(*at));
            }
        }
        let mut lent = 0;
        for (at, row, name) in lenders {
            let known = &mut occupations[at].alternatives.sv;
            let label = name.map_or(&row.label, |name| &name.label);
            let titles = name.iter().flat_map(|name| &name.titles);
            let alone = titles.filter(|title| named.get(&title.to_lowercase()) == Some(&Some(at)));
            lent += std::iter::once(label)
                .chain(alone)
                .filter(|label| lend(known, taken, label))
                .count();
        }
        report.count("occupation_labels_lent", lent);
    }
}

/// Rows whose JobTech label names the ESCO concept, exact matches first. Where one of the concepts
/// that a JobTech concept matches bears its very label (`bears`), the label is that one's; else it
/// is lent to exact matches, and to a close one only where nothing else matches: a label close to
/// twenty concepts names none of them.
fn lenders(matches: &[ConceptMatch], bears: impl Fn(&ConceptMatch) -> bool) -> Vec<&ConceptMatch> {
    let strong = || matches.iter().filter(|row| row.kind <= MatchKind::Close);
    let mut uses: HashMap<&str, usize> = HashMap::new();
    for row in strong() {
        *uses.entry(&row.jobtech).or_default() += 1;
    }
    let owned: HashSet<&str> =
        strong().filter(|row| bears(row)).map(|row| row.jobtech.as_str()).collect();
    let mut lenders: Vec<&ConceptMatch> = strong()
        .filter(|row| {
            if owned.contains(row.jobtech.as_str()) {
                bears(row)
            } else {
                row.kind == MatchKind::Exact || uses.get(row.jobtech.as_str()) == Some(&1)
            }
        })
        .collect();
    lenders.sort_by_key(|row| row.kind);
    lenders
}

/// Whether a row's JobTech label is the concept's own preferred one.
fn is_label(row: &ConceptMatch, label: &Bilingual<String>) -> bool {
    row.label.to_lowercase() == label.sv.to_lowercase()
}

/// Adds a label unless it is there or belongs to any concept of its kind already.
fn lend(known: &mut Vec<String>, taken: &HashSet<String>, label: &str) -> bool {
    let lower = label.to_lowercase();
    let new = !label.is_empty()
        && !taken.contains(&lower)
        && !known.iter().any(|other| other.to_lowercase() == lower);
    if new {
        known.push(label.to_owned());
    }
    new
}

/// All labels in lower case.
fn labels<'a>(
    concepts: impl Iterator<Item = (&'a Bilingual<String>, &'a Bilingual<Vec<String>>)>,
) -> HashSet<String> {
    concepts
        .flat_map(|(label, alternatives)| {
            [&label.sv, &label.en].into_iter().chain(&alternatives.sv).chain(&alternatives.en)
        })
        .map(|label| label.to_lowercase())
        .collect()
}

/// First row of every id.
fn rows<'a>(ids: impl Iterator<Item = &'a String>) -> HashMap<String, usize> {
    let mut rows = HashMap::new();
    for (row, id) in ids.enumerate() {
        rows.entry(id.clone()).or_insert(row);
    }
    rows
}

/// SSYK codes by ISCO for occupations to which no source and no crosswalk gave one: groups with few ISCO groups, so with a
/// narrow meaning, first.
fn ssyk_from_isco(
    occupations: &mut [Occupation],
    ssyk_isco: &[(String, String)],
    report: &mut Report,
) {
    if ssyk_isco.is_empty() {
        return;
    }
    let mut width: HashMap<&str, usize> = HashMap::new();
    let mut by_isco: HashMap<&str, Vec<&str>> = HashMap::new();
    for (ssyk, isco) in ssyk_isco {
        *width.entry(ssyk).or_default() += 1;
        by_isco.entry(isco).or_default().push(ssyk);
    }
    let placed: HashSet<String> = occupations
        .iter()
        .filter(|occupation| !occupation.ssyk.is_empty())
        .map(|occupation| occupation.id.clone())
        .collect();
    for occupation in occupations.iter_mut().filter(|o| !placed.contains(&o.id)) {
        let mut codes = by_isco.get(occupation.isco.as_str()).cloned().unwrap_or_default();
        codes.sort_by_key(|&code| (width.get(code).copied(), code));
        let kind = if codes.is_empty() {
            "occupations_without_ssyk"
        } else {
            "occupations_with_ssyk_by_isco"
        };
        report.count(kind, 1);
        occupation.ssyk = codes.into_iter().map(ToOwned::to_owned).collect();
    }
}

/// JobTech's skill labels as alternative Swedish labels of ESCO skills, and the groups' skills.
fn join_skills(parts: &mut Parts, report: &mut Report) {
    if parts.skill_matches.is_empty() {
        return;
    }
    let rows = rows(parts.skills.iter().map(|skill: &Skill| &skill.id));
    let taken = labels(parts.skills.iter().map(|skill| (&skill.label, &skill.alternatives)));
    let current: HashMap<&str, &str> =
        parts.jobtech_skills.iter().map(|(id, label)| (id.as_str(), label.as_str())).collect();
    for row in parts.skill_matches.iter().filter(|row| !rows.contains_key(&row.esco)) {
        let shown = format!("{} {}", row.esco, row.label);
        report.drop("crosswalk row of a skill this set lacks", shown);
    }
    if !current.is_empty() {
        let living =
            parts.skill_matches.iter().filter(|row| current.contains_key(row.jobtech.as_str()));
        report.count("skill_rows_with_living_id", living.count());
    }
    let mut lent = 0;
    let mut esco: HashMap<&str, Vec<&str>> = HashMap::new();
    let bears = |row: &ConceptMatch| {
        rows.get(&row.esco).is_some_and(|&at| is_label(row, &parts.skills[at].label))
    };
    for row in lenders(&parts.skill_matches, bears) {
        let Some(&at) = rows.get(&row.esco) else { continue };
        let label = current.get(row.jobtech.as_str()).copied().unwrap_or(&row.label);
        lent += usize::from(lend(&mut parts.skills[at].alternatives.sv, &taken, label));
        esco.entry(&row.jobtech).or_default().push(&row.esco);
    }
    report.count("skill_labels_lent", lent);
    let mut joined = 0;
    let mut group_skills = BTreeSet::new();
    for (ssyk, skill) in &parts.ssyk_skills {
        let Some(skills) = esco.get(skill.as_str()) else { continue };
        joined += 1;
        group_skills.extend(skills.iter().map(|&skill| (ssyk.clone(), skill.to_owned())));
    }
    report.count("group_skills_joined", joined);
    report.count("group_skills_without_esco_skill", parts.ssyk_skills.len() - joined);
    parts.group_skills = group_skills.into_iter().collect();
    report.count("group_esco_skills", parts.group_skills.len());
}

/// Names and titles that no occupation bears, with the SSYK groups of those who bear them: the
/// group with most names first, then the lowest code.
fn job_titles(names: &[JobName], taken: &HashSet<String>) -> Vec<JobTitle> {
    let mut titles: BTreeMap<String, (&str, BTreeMap<&str, usize>)> = BTreeMap::new();
    for name in names {
        for label in name.titles.iter().chain([&name.label]) {
            let lower = label.to_lowercase();
            if !taken.contains(&lower) {
                let (_, groups) = titles.entry(lower).or_insert((label, BTreeMap::new()));
                *groups.entry(&name.ssyk).or_default() += 1;
            }
        }
    }
    let mut titles: Vec<JobTitle> = titles
        .into_values()
        .map(|(label, groups)| {
            let mut groups: Vec<(&str, usize)> = groups.into_iter().collect();
            groups.sort_by_key(|&(code, names)| (std::cmp::Reverse(names), code));
            let ssyk = groups.into_iter().map(|(code, _)| code.to_owned()).collect();
            JobTitle { label: label.to_owned(), ssyk }
        })
        .collect();
    titles.sort();
    titles
}

#[cfg(test)]
mod tests {
    use super::{
        super::{crosswalk, jobtech, market, table::Table, testing::real_files},
        *,
    };

    fn occupation(id: &str, label: &str, isco: &str) -> Occupation {
        Occupation {
            id: id.into(),
            label: Bilingual { sv: label.into(), en: String::new() },
            isco: isco.into(),
            ..Occupation::default()
        }
    }

    fn name(id: &str, label: &str, titles: &[&str], ssyk: &str) -> JobName {
        JobName {
            id: id.into(),
            label: label.into(),
            titles: titles.iter().map(ToString::to_string).collect(),
            ssyk: ssyk.into(),
            field: String::new(),
        }
    }

    fn row(esco: &str, jobtech: &str, label: &str, kind: MatchKind, ssyk: &str) -> ConceptMatch {
        ConceptMatch {
            esco: esco.into(),
            jobtech: jobtech.into(),
            label: label.into(),
            kind,
            ssyk: ssyk.into(),
        }
    }

    fn small() -> Parts {
        Parts {
            occupations: vec![
                occupation("o1", "lastbilsförare", "8332"),
                occupation("o2", "kock", "5120"),
                occupation("o3", "tegelmakare", "7114"),
                occupation("o4", "spökjägare", "9999"),
            ],
            ssyk_isco: vec![("8332".into(), "8332".into()), ("7112".into(), "7114".into())],
            job_names: vec![
                name("j1", "Fjärrbilsförare", &["Kock", "Chaufför", "Fjärrare"], "8332"),
                name("j2", "Bussförare", &["Chaufför"], "8331"),
                name("j3", "Kallskänka", &["Smörgåsnisse"], "5120"),
            ],
            occupation_matches: vec![
                row("o1", "gone", "Åkare", MatchKind::Broad, "8321"),
                row("o1", "j1", "Fjärrbilsförare", MatchKind::Close, "8332"),
                row("o2", "old", "Kallskänk/Kallskänka", MatchKind::Exact, ""),
                row("o2", "j1", "Fjärrbilsförare", MatchKind::Broad, "8332"),
                row("o9", "j1", "Fjärrbilsförare", MatchKind::Exact, "8332"),
            ],
            ..Parts::default()
        }
    }

    #[test]
    fn occupations_get_codes_best_first_and_names_that_are_free() {
        let mut parts = small();
        // A second strong match would make the close one ambiguous.
        parts.occupation_matches.retain(|row| row.esco != "o9");
        let mut report = crosswalk::report();
        join(&mut parts, &mut report);
        let [driver, cook, brick, ghost] = &parts.occupations[..] else { panic!() };
        assert_eq!(driver.ssyk, ["8332", "8321"], "close before broad");
        assert_eq!(cook.ssyk, ["5120", "8332"], "a retired name found by a form of its label");
        assert_eq!(brick.ssyk, ["7112"], "by ISCO");
        assert!(ghost.ssyk.is_empty());
        assert_eq!(
            driver.alternatives.sv,
            ["Fjärrbilsförare", "Fjärrare"],
            "not Kock, another's label; not Chaufför, a title in two groups"
        );
        assert_eq!(cook.alternatives.sv, ["Kallskänk/Kallskänka"]);
        let titles: Vec<(&str, usize)> =
            parts.job_titles.iter().map(|t| (t.label.as_str(), t.ssyk.len())).collect();
        assert_eq!(
            titles,
            [("Bussförare", 1), ("Chaufför", 2), ("Kallskänka", 1), ("Smörgåsnisse", 1)]
        );
        let counts = report.finish().0.counts;
        assert_eq!(counts["occupations_without_ssyk"], 1);
        assert_eq!(counts["occupation_rows_with_living_id"], 2);
    }

    #[test]
    fn an_ambiguous_close_match_lends_nothing_and_dangling_rows_are_listed() {
        let mut parts = small();
        let mut report = crosswalk::report();
        join(&mut parts, &mut report);
        assert!(parts.occupations[0].alternatives.sv.is_empty());
        let (_, dropped) = report.finish();
        assert!(dropped.iter().any(|(_, item)| item.starts_with("o9")), "{dropped:?}");
    }

    #[test]
    fn without_the_sources_esco_stays_as_it_is() {
        let mut parts = Parts { occupations: small().occupations, ..Parts::default() };
        let mut report = crosswalk::report();
        join(&mut parts, &mut report);
        assert_eq!(parts.occupations, small().occupations);
        assert!(report.finish().0.counts.is_empty());
    }

    #[test]
    fn group_skills_become_esco_skills() {
        let skill = |id: &str, label: &str| Skill {
            id: id.into(),
            label: Bilingual { sv: label.into(), en: String::new() },
            ..Skill::default()
        };
        let mut parts = Parts {
            skills: vec![skill("e1", "TIG-svetsa"), skill("e2", "svetsa")],
            jobtech_skills: vec![("s1".into(), "TIG".into())],
            ssyk_skills: vec![("7212".into(), "s1".into()), ("7212".into(), "s2".into())],
            skill_matches: vec![
                row("e1", "s1", "TIG-svets", MatchKind::Exact, ""),
                row("e2", "s1", "TIG-svets", MatchKind::Broad, ""),
                row("e2", "s3", "Svetsa", MatchKind::Exact, ""),
            ],
            ..Parts::default()
        };
        join(&mut parts, &mut crosswalk::report());
        assert_eq!(parts.group_skills, [("7212".into(), "e1".into())]);
        assert_eq!(parts.skills[0].alternatives.sv, ["TIG"], "today's label");
        assert!(parts.skills[1].alternatives.sv.is_empty(), "only its own label");
    }

    /// ESCO's Swedish tables: ids, labels and ISCO codes of all concepts.
    fn esco(parts: &mut Parts) -> Option<()> {
        let (_, files) = real_files("esco/sv")?;
        for file in files {
            let bytes = std::fs::read(&file).unwrap();
            let table = Table::open("esco", &bytes).unwrap();
            let (id, label) = (table.optional("conceptUri"), table.optional("preferredLabel"));
            let isco = table.optional("iscoGroup");
            let stem = file.file_stem().unwrap().to_str().unwrap();
            table
                .each(|row| match stem {
                    "occupations_sv" => parts.occupations.push(occupation(
                        &row.cell(id),
                        &row.cell(label),
                        &row.cell(isco),
                    )),
                    "skills_sv" => parts.skills.push(Skill {
                        id: row.cell(id),
                        label: Bilingual { sv: row.cell(label), en: String::new() },
                        ..Skill::default()
                    }),
                    _ => {}
                })
                .unwrap();
        }
        Some(())
    }

    #[test]
    fn official_crosswalk_leaves_42_occupations_without_ssyk() {
        let mut parts = Parts::default();
        let mut report = crosswalk::report();
        let Some((root, files)) = real_files("crosswalk") else { return };
        esco(&mut parts).unwrap();
        crosswalk::read(&root, &files, &mut report, &mut parts).unwrap();
        join(&mut parts, &mut report);
        let counts = report.finish().0.counts;
        assert_eq!(parts.occupations.len(), 3_008);
        assert_eq!(counts["occupations_without_ssyk"], 42);
        assert_eq!(
            counts["occupations_with_ssyk_by_crosswalk"],
            3_008 - 1_265 - 3,
            "3 by a namesake"
        );
    }

    #[test]
    fn official_sources_join() {
        let mut parts = Parts::default();
        let mut report = crosswalk::report();
        let Some((root, files)) = real_files("jobtech") else { return };
        jobtech::read(&root, &files, &mut jobtech::report(), &mut parts).unwrap();
        let (_, files) = real_files("market").unwrap();
        market::read(&root, &files, &mut market::report(), &mut parts).unwrap();
        let (_, files) = real_files("crosswalk").unwrap();
        crosswalk::read(&root, &files, &mut report, &mut parts).unwrap();
        esco(&mut parts).unwrap();
        join(&mut parts, &mut report);
        let counts = report.finish().0.counts;
        for (kind, rows) in [
            ("occupation_rows_with_living_id", 3_063), // 55 % of 5,524
            ("occupation_rows_found_by_label", 601),
            ("occupation_rows_of_isco_groups", 1_409),
            ("occupations_with_ssyk_by_crosswalk", 2_026),
            ("occupations_with_ssyk_by_isco", 944),
            ("occupations_without_ssyk", 38),
            ("occupation_labels_lent", 4_154),
            ("skill_labels_lent", 1_653),
            ("group_skills_joined", 5_702),
            ("job_titles_without_occupation", 3_912),
        ] {
            assert_eq!(counts[kind], rows, "{kind}");
        }
        assert_eq!((parts.groups.len(), parts.ssyk_isco.len()), (400, 565));
        assert!(parts.groups.iter().all(|g| g.source == "market" && !g.isco.is_empty()));
        let waiter = parts.occupations.iter().find(|o| o.label.sv == "servitör/servitris").unwrap();
        assert_eq!(waiter.ssyk, ["5131", "9412"]);
        assert!(waiter.alternatives.sv.iter().any(|label| label == "Kypare"));
        let lorry = parts.job_titles.iter().find(|title| title.label == "Lastbilschaufför");
        assert_eq!(lorry.unwrap().ssyk, ["8332"], "shared by twelve names: known by its group");
        for occupation in &parts.occupations {
            let mut known = HashSet::new();
            let labels = occupation.alternatives.sv.iter().chain([&occupation.label.sv]);
            assert!(labels.into_iter().all(|l| known.insert(l.to_lowercase())), "{occupation:?}");
        }
    }
}
