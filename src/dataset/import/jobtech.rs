//! JobTech Taxonomy as published: the SSYK tree with occupation names, skills, what joins them,
//! and what occupations ask for.
//!
//! The JSON files are read first. The flattened tables beside them add alternative titles and
//! fields, and stand in where a JSON file is missing; their skill descriptions are written by a
//! machine and not read.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, btree_map::Entry},
    path::{Path, PathBuf},
};

use super::{
    concepts::{Concept, File, Relevant, pairs},
    education,
    table::Table,
    text,
};
use crate::{
    dataset::{Error, JobName, Parts, Report},
    domain::{Bilingual, Education, OccupationGroup, is_unit_group},
};

/// The files that are read, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    Hierarchy,
    Groups,
    GroupIsco,
    Skills,
    GroupSkills,
    NameTable,
    SkillTable,
    Education,
    NoEducation,
    RelevantSkills,
}

impl Role {
    fn of(path: &Path) -> Option<Self> {
        Some(match text::file_name(path).as_str() {
            "the-ssyk-hierarchy-with-occupations.json" => Self::Hierarchy,
            "ssyk-level-4-groups.json" => Self::Groups,
            "ssyk-level-4-with-related-isco-level-4-groups.json" => Self::GroupIsco,
            "skills.json" => Self::Skills,
            "ssyk-level-4-groups-with-related-skills.json" => Self::GroupSkills,
            "jobtech_occupations.csv" => Self::NameTable,
            "jobtech_skills.csv" => Self::SkillTable,
            "occupation_id_educational_requirements.json" => Self::Education,
            // The publisher's spelling, and the right one.
            "occupations-with-no-edcuational-requirements.json"
            | "occupations-with-no-educational-requirements.json" => Self::NoEducation,
            "occupation-skills.json.zip" | "occupation-skills.json" => Self::RelevantSkills,
            _ => return None,
        })
    }
}

pub(super) fn recognises(path: &Path) -> bool {
    Role::of(path).is_some()
}

pub(super) fn report() -> Report {
    let mut report =
        Report::new("jobtech", "JobTech Taxonomy, Arbetsförmedlingen", "open data (CC0)");
    report.note("skill descriptions of jobtech_skills.csv are machine-written and not read");
    report
}

/// Reads all files of JobTech Taxonomy that [`recognises`] knows.
///
/// # Errors
/// [`Error`] for a file that cannot be read, is not JSON or CSV of the published shape, or is a
/// damaged zip.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut files: Vec<(Role, &PathBuf)> =
        files.iter().filter_map(|path| Some((Role::of(path)?, path))).collect();
    files.sort();
    let mut reader = Reader::default();
    for (role, path) in files {
        let bytes = report.read(root, path)?;
        let file = text::name(root, path);
        reader.file(role, &File { name: &file, bytes: &bytes }, report)?;
    }
    reader.finish(report, parts);
    Ok(())
}

/// JobTech Taxonomy while it is read.
#[derive(Default)]
struct Reader {
    /// By SSYK code.
    groups: BTreeMap<String, OccupationGroup>,
    /// Concept id of a group -> SSYK code.
    codes: HashMap<String, String>,
    names: BTreeMap<String, JobName>,
    /// Whether names come from the JSON tree, so that tables only add to them.
    with_tree: bool,
    skills: BTreeMap<String, String>,
    with_skills: bool,
    ssyk_isco: BTreeSet<(String, String)>,
    ssyk_skills: BTreeSet<(String, String)>,
    education: BTreeSet<(String, Education)>,
}

impl Reader {
    fn file(&mut self, role: Role, file: &File<'_>, report: &mut Report) -> Result<(), Error> {
        match role {
            Role::Hierarchy => {
                self.with_tree = true;
                file.concepts()?.iter().for_each(|concept| self.tree(concept, None, report));
            }
            Role::Groups => {
                file.concepts()?.iter().for_each(|concept| {
                    self.group(concept, report);
                });
            }
            Role::GroupIsco => self.group_isco(&file.concepts()?, report),
            Role::Skills => {
                self.with_skills = true;
                for concept in file.concepts()? {
                    let label = concept.label().to_owned();
                    self.skill(concept.id, label, report);
                }
            }
            Role::GroupSkills => self.group_skills(&file.concepts()?, report),
            Role::NameTable => self.name_table(file, report)?,
            Role::SkillTable if self.with_skills => {}
            Role::SkillTable => {
                let table = Table::open(file.name, file.bytes)?;
                let (id, label) = (table.required("id")?, table.required("label_sv")?);
                table.each(|row| self.skill(row.cell(id), row.cell(label), report))?;
            }
            Role::Education => self.education(&file.json()?, report),
            Role::NoEducation => {
                let concepts = file.concepts()?;
                for name in concepts.iter().flat_map(|collection| &collection.related) {
                    self.asks_for(&name.id, name.label(), &[Education::NoRequirement], report);
                }
            }
            Role::RelevantSkills => {
                let bytes = file.unpacked()?;
                let relevant = File { name: file.name, bytes: &bytes }.json()?;
                self.relevant_skills(&relevant, report);
            }
        }
        Ok(())
    }

    /// A node of the SSYK tree and all below it.
    fn tree(&mut self, concept: &Concept, ssyk: Option<&str>, report: &mut Report) {
        match concept.kind.as_str() {
            "occupation-name" => {
                let name = JobName {
                    id: concept.id.clone(),
                    label: concept.label().to_owned(),
                    ssyk: ssyk.unwrap_or_default().to_owned(),
                    ..JobName::default()
                };
                self.name(name, report);
            }
            "ssyk-level-4" => {
                let code = self.group(concept, report);
                for below in &concept.narrower {
                    self.tree(below, code.as_deref(), report);
                }
            }
            _ => concept.narrower.iter().for_each(|below| self.tree(below, ssyk, report)),
        }
    }

    /// Takes a group in and returns its code, `None` where the concept has none.
    fn group(&mut self, concept: &Concept, report: &mut Report) -> Option<String> {
        let code = concept.ssyk_code_2012.as_deref().unwrap_or_default().trim();
        if !is_unit_group(code) || concept.label().is_empty() {
            report.drop("SSYK group without code or label", format!("{} {code:?}", concept.id));
            return None;
        }
        let group = self.groups.entry(code.to_owned()).or_insert_with(|| OccupationGroup {
            ssyk: code.to_owned(),
            label: Bilingual { sv: concept.label().to_owned(), en: String::new() },
            source: report.key().to_owned(),
            ..OccupationGroup::default()
        });
        if let Some(definition) = &concept.definition
            && group.definition.sv.is_empty()
        {
            definition.trim().clone_into(&mut group.definition.sv);
        }
        self.codes.insert(concept.id.clone(), code.to_owned());
        Some(code.to_owned())
    }

    fn name(&mut self, name: JobName, report: &mut Report) {
        let shown = format!("{} {:?} {:?}", name.id, name.label, name.ssyk);
        if name.id.is_empty() || name.label.is_empty() || !is_unit_group(&name.ssyk) {
            report.drop("occupation name without id, label or SSYK code", shown);
        } else if self.names.contains_key(&name.id) {
            report.drop("occupation name a second time", shown);
        } else {
            self.names.insert(name.id.clone(), name);
        }
    }

    fn skill(&mut self, id: String, label: String, report: &mut Report) {
        if id.is_empty() || label.is_empty() {
            report.drop("skill without id or label", format!("{id} {label:?}"));
            return;
        }
        match self.skills.entry(id) {
            Entry::Vacant(place) => {
                place.insert(label);
            }
            Entry::Occupied(known) => {
                report.drop("skill a second time", format!("{} {label:?}", known.key()));
            }
        }
    }

    fn group_isco(&mut self, concepts: &[Concept], report: &mut Report) {
        for (group, isco) in pairs(concepts) {
            let code = isco.isco_code_08.as_deref().unwrap_or_default().trim();
            match self.codes.get(&group.id) {
                Some(ssyk) if is_unit_group(code) => {
                    self.ssyk_isco.insert((ssyk.clone(), code.to_owned()));
                }
                _ => report.drop(
                    "SSYK-ISCO pair without known group or code",
                    format!("{} {code:?}", group.id),
                ),
            }
        }
    }

    fn group_skills(&mut self, concepts: &[Concept], report: &mut Report) {
        let mut rows = 0;
        for (group, skill) in pairs(concepts) {
            match self.codes.get(&group.id) {
                Some(ssyk) if self.skills.contains_key(&skill.id) => {
                    rows += usize::from(self.ssyk_skills.insert((ssyk.clone(), skill.id.clone())));
                }
                _ => report.drop(
                    "group-skill relation without known group or skill",
                    format!("{} {}", group.id, skill.id),
                ),
            }
        }
        report.count("group_skill_relations", rows);
    }

    fn name_table(&mut self, file: &File<'_>, report: &mut Report) -> Result<(), Error> {
        let table = Table::open(file.name, file.bytes)?;
        let (id, label) = (table.required("id")?, table.required("label_sv")?);
        let (ssyk, titles) = (table.required("ssyk")?, table.required("titles_sv")?);
        let field = table.optional("field_sv");
        table.each(|row| {
            let id = row.cell(id);
            if !self.with_tree {
                let (label, ssyk) = (row.cell(label), row.cell(ssyk));
                self.name(JobName { id: id.clone(), label, ssyk, ..JobName::default() }, report);
            }
            let Some(name) = self.names.get_mut(&id) else {
                let shown = format!("{}, line {}: {id:?}", file.name, row.line);
                return report.drop("row of an occupation name the tree lacks", shown);
            };
            name.field = row.cell(field);
            for title in row.cell(titles).split('|').map(str::trim).filter(|t| !t.is_empty()) {
                if title != name.label && !name.titles.iter().any(|known| known == title) {
                    name.titles.push(title.to_owned());
                }
            }
        })
    }

    fn education(&mut self, sentences: &BTreeMap<String, String>, report: &mut Report) {
        report.count("education_sentences", sentences.len());
        for (id, sentence) in sentences {
            let levels = education::levels(sentence);
            if levels.is_empty() {
                report
                    .drop("sentence that names no level of education", format!("{id} {sentence}"));
            } else {
                self.asks_for(id, sentence, &levels, report);
            }
        }
    }

    fn asks_for(&mut self, id: &str, text: &str, levels: &[Education], report: &mut Report) {
        let Some(name) = self.names.get(id) else {
            let reason = "education of an occupation name that is no longer in the taxonomy";
            return report.drop(reason, format!("{id} {text}"));
        };
        report.count("names_with_education", 1);
        self.education.extend(levels.iter().map(|&level| (name.ssyk.clone(), level)));
    }

    /// Counts all relevant skills; keeps those that people checked.
    fn relevant_skills(&mut self, by_name: &BTreeMap<String, Relevant>, report: &mut Report) {
        let ids: HashMap<&str, &str> =
            self.skills.iter().map(|(id, label)| (label.as_str(), id.as_str())).collect();
        let mut unknown = BTreeSet::new();
        report.count("names_with_relevant_skills", by_name.len());
        for (name, relevant) in by_name {
            let kinds = [
                ("relevant_group_skills", &relevant.group_skills),
                ("relevant_group_licences", &relevant.group_license),
                ("relevant_group_vocational", &relevant.group_vocational),
                ("relevant_calculated_skills", &relevant.calculated_skills),
                ("relevant_checked_skills", &relevant.taxonomy),
            ];
            for (kind, labels) in kinds {
                report.count(kind, labels.len());
                unknown.extend(labels.iter().filter(|label| !ids.contains_key(label.as_str())));
            }
            let Some(name) = self.names.get(name) else {
                report.drop("relevant skills of an unknown occupation name", name);
                continue;
            };
            let checked = relevant.taxonomy.iter().filter_map(|label| ids.get(label.as_str()));
            self.ssyk_skills.extend(checked.map(|&skill| (name.ssyk.clone(), skill.to_owned())));
        }
        for label in unknown {
            report.drop("relevant skill whose label no skill bears", label);
        }
    }

    fn finish(mut self, report: &mut Report, parts: &mut Parts) {
        for (ssyk, level) in &self.education {
            // A group is missing only where names come from the table alone.
            if let Some(group) = self.groups.get_mut(ssyk) {
                group.education.push(*level);
            }
        }
        for (ssyk, isco) in &self.ssyk_isco {
            if let Some(group) = self.groups.get_mut(ssyk) {
                group.isco.push(isco.clone());
            }
        }
        let titles = self.names.values().map(|name| name.titles.len()).sum();
        for (kind, rows) in [
            ("ssyk_groups", self.groups.len()),
            ("occupation_names", self.names.len()),
            ("alternative_titles", titles),
            ("skills", self.skills.len()),
            ("ssyk_isco_pairs", self.ssyk_isco.len()),
            ("group_skills", self.ssyk_skills.len()),
            (
                "groups_with_education",
                self.groups.values().filter(|g| !g.education.is_empty()).count(),
            ),
        ] {
            report.count(kind, rows);
        }
        parts.groups.extend(self.groups.into_values());
        parts.job_names.extend(self.names.into_values());
        parts.jobtech_skills.extend(self.skills);
        parts.ssyk_skills.extend(self.ssyk_skills);
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write as _};

    use proptest::prelude::*;

    use super::{super::testing::real_files, *};

    const TREE: &str = r#"{"data":{"concepts":[{"id":"a","type":"ssyk-level-1","preferred_label":null,
        "ssyk_code_2012":"7","narrower":[{"id":"g","type":"ssyk-level-4","preferred_label":"Svetsare",
        "definition":"Svetsar.","ssyk_code_2012":"7212","narrower":[
        {"id":"n1","type":"occupation-name","preferred_label":"Rörsvetsare"},
        {"id":"n1","type":"occupation-name","preferred_label":"Igen"},
        {"id":"n2","type":"occupation-name","preferred_label":""}]}]}]}}"#;
    const SKILLS: &str =
        r#"{"data":{"concepts":[{"id":"s1","type":"skill","preferred_label":"TIG"}]}}"#;
    const RELATED: &str = r#"{"data":{"concepts":[{"id":"g","related":[
        {"id":"s1","type":"skill"},{"id":"s9","type":"skill"}]}]}}"#;
    const TABLE: &str = "id,label_sv,ssyk,field_sv,titles_sv\n\
        n1,Rörsvetsare,7212,Industri,Rörare|Svets|Rörsvetsare\nn7,Borta,7212,,\n";

    fn parse(files: &[(Role, &[u8])]) -> Result<(Report, Parts), Error> {
        let (mut report, mut parts) = (report(), Parts::default());
        let mut reader = Reader::default();
        for (role, bytes) in files {
            let name = if *role == Role::RelevantSkills { "x.json.zip" } else { "x" };
            reader.file(*role, &File { name, bytes }, &mut report)?;
        }
        reader.finish(&mut report, &mut parts);
        Ok((report, parts))
    }

    fn zipped(json: &str) -> Vec<u8> {
        let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
        zip.start_file("x.json", zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(json.as_bytes()).unwrap();
        zip.finish().unwrap().into_inner()
    }

    #[test]
    fn the_tree_gives_groups_and_names_and_the_table_their_titles() {
        let (report, parts) = parse(&[
            (Role::Hierarchy, TREE.as_bytes()),
            (Role::Skills, SKILLS.as_bytes()),
            (Role::GroupSkills, RELATED.as_bytes()),
            (Role::NameTable, TABLE.as_bytes()),
            (Role::Education, r#"{"n1":"Kräver gymnasienivå.","n9":"Universitet."}"#.as_bytes()),
        ])
        .unwrap();
        assert_eq!(
            parts.job_names,
            [JobName {
                id: "n1".into(),
                label: "Rörsvetsare".into(),
                titles: vec!["Rörare".into(), "Svets".into()],
                ssyk: "7212".into(),
                field: "Industri".into(),
            }]
        );
        assert_eq!(parts.groups[0].definition.sv, "Svetsar.");
        assert_eq!(parts.groups[0].education, [Education::UpperSecondary]);
        assert_eq!(parts.ssyk_skills, [("7212".into(), "s1".into())]);
        let reasons: Vec<String> =
            report.finish().1.into_iter().map(|(reason, _)| reason).collect();
        assert_eq!(
            reasons,
            [
                "education of an occupation name that is no longer in the taxonomy",
                "group-skill relation without known group or skill",
                "occupation name a second time",
                "occupation name without id, label or SSYK code",
                "row of an occupation name the tree lacks",
            ]
        );
    }

    #[test]
    fn tables_stand_in_for_missing_json() {
        let skills = "id,label_sv,description_sv\ns1,TIG,maskinskriven\n";
        let (_, parts) =
            parse(&[(Role::NameTable, TABLE.as_bytes()), (Role::SkillTable, skills.as_bytes())])
                .unwrap();
        assert_eq!(parts.job_names.len(), 2);
        assert_eq!(parts.job_names[0].titles, ["Rörare", "Svets"]);
        assert_eq!(parts.jobtech_skills, [("s1".into(), "TIG".into())]);
    }

    #[test]
    fn checked_relevant_skills_join_their_group() {
        let json = r#"{"n1":{"preferred_label":"Rörsvetsare","group_skills":["MIG"],
            "taxonomy":["TIG"]},"n9":{"taxonomy":["TIG"]}}"#;
        let (report, parts) = parse(&[
            (Role::Hierarchy, TREE.as_bytes()),
            (Role::Skills, SKILLS.as_bytes()),
            (Role::RelevantSkills, &zipped(json)),
        ])
        .unwrap();
        assert_eq!(parts.ssyk_skills, [("7212".into(), "s1".into())]);
        let (source, dropped) = report.finish();
        assert_eq!(source.counts["relevant_checked_skills"], 2);
        assert!(
            dropped.contains(&(
                "relevant skill whose label no skill bears".to_owned(),
                "MIG".to_owned()
            ))
        );
    }

    #[test]
    fn damaged_files_are_named() {
        let cut = &TREE.as_bytes()[..TREE.len() / 2];
        let error = parse(&[(Role::Hierarchy, cut)]).unwrap_err();
        assert!(error.to_string().contains("not the expected JSON"), "{error}");
        let zip = zipped("{}");
        let error = parse(&[(Role::RelevantSkills, &zip[..zip.len() - 9])]).unwrap_err();
        assert!(error.to_string().contains("not a whole zip"), "{error}");
        let error = parse(&[(Role::NameTable, b"id,label\n")]).unwrap_err();
        assert!(error.to_string().contains("label_sv"), "{error}");
        let deep = "[".repeat(100_000);
        assert!(parse(&[(Role::Hierarchy, deep.as_bytes())]).is_err());
    }

    #[test]
    fn official_taxonomy_has_the_published_counts() {
        let Some((root, files)) = real_files("jobtech") else { return };
        let (mut report, mut parts) = (report(), Parts::default());
        read(&root, &files, &mut report, &mut parts).unwrap();
        let (source, dropped) = report.finish();
        for (kind, rows) in [
            ("ssyk_groups", 400),
            ("occupation_names", 2_412),
            ("skills", 6_657),
            ("group_skill_relations", 17_517),
            ("ssyk_isco_pairs", 565),
            ("education_sentences", 331),
            ("names_with_relevant_skills", 2_323),
        ] {
            assert_eq!(source.counts[kind], rows, "{kind}");
        }
        assert_eq!(source.counts["groups_with_education"], 132);
        let unclear = dropped.iter().filter(|(reason, _)| reason.contains("names no level"));
        assert_eq!(unclear.count(), 6, "of 331 sentences");
        assert!(dropped.iter().all(|(reason, _)| !reason.contains("second time")), "{dropped:?}");
        assert!(parts.groups.iter().all(|group| !group.label.sv.is_empty()));
        let recognised = files.iter().filter(|path| recognises(path)).count();
        assert_eq!(recognised, source.files.len());
    }

    proptest! {
        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            for role in [
                Role::Hierarchy, Role::Groups, Role::GroupIsco, Role::Skills, Role::GroupSkills,
                Role::NameTable, Role::SkillTable, Role::Education, Role::NoEducation,
                Role::RelevantSkills,
            ] {
                let _outcome = parse(&[(role, &bytes)]);
            }
        }

        #[test]
        fn no_damage_breaks_it(at in 0..TREE.len(), byte in any::<u8>()) {
            let mut bytes = TREE.as_bytes().to_vec();
            bytes[at] = byte;
            if let Ok((_, parts)) = parse(&[(Role::Hierarchy, &bytes)]) {
                prop_assert!(parts.job_names.iter().all(|name| is_unit_group(&name.ssyk)));
            }
            let mut zip = zipped(SKILLS);
            let at = at % zip.len();
            zip[at] = byte;
            let _outcome = parse(&[(Role::RelevantSkills, &zip)]);
        }
    }
}
