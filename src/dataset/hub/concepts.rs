//! Skill groups, skills and occupations.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    HubFiles, Keys, bilingual, check_licences, check_ssyk,
    table::{
        Column::{self, Blank, Filled, Optional},
        Problems, Row,
    },
};
use crate::{
    dataset::{Error, Parts, Relation, sectors},
    domain::{Bilingual, Occupation, Skill, SkillGroup, is_unit_group},
};

const SKILL_GROUPS: [Column; 5] =
    [Filled("key"), Filled("id"), Blank("parent"), Filled("label_sv"), Filled("label_en")];

const SKILLS: [Column; 8] = [
    Filled("key"),
    Filled("id"),
    Filled("label_sv"),
    Filled("label_en"),
    Blank("synonyms_sv"),
    Blank("synonyms_en"),
    Filled("kind"),
    Filled("group"),
];

const OCCUPATIONS: [Column; 14] = [
    Filled("id"),
    Filled("label_sv"),
    Filled("label_en"),
    Blank("synonyms_sv"),
    Blank("synonyms_en"),
    Filled("ssyk"),
    Blank("isco"),
    Blank("sector"),
    Filled("essential"),
    Blank("optional"),
    Blank("licences"),
    Optional("description_sv"),
    Optional("description_en"),
    Optional("stands_for"),
];

/// Reads `skill_groups.csv`: groups, and the parent of each.
pub(super) fn read_skill_groups(
    files: &HubFiles<'_>,
    keys: &mut Keys,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("skill_groups.csv", &SKILL_GROUPS)?;
    table.check_unique("key", &mut problems);
    table.check_unique("id", &mut problems);
    for row in table.rows() {
        check_id(&row, "skill", "kn:skill-group/", &mut problems);
        keys.skill_groups.insert(row.owned("key"), row.owned("id"));
    }
    for row in table.rows() {
        let id = row.owned("id");
        let parent = row.text("parent");
        if let Some(parent) = keys.skill_groups.get(parent) {
            parts.broader.push((id.clone(), parent.clone()));
        } else if !parent.is_empty() {
            let problem = format!("unknown parent `{parent}`");
            problems.add(row.line, problem, "use the key of another row of this file");
        }
        parts.skill_groups.push(SkillGroup { id, label: bilingual(&row, "label_sv", "label_en") });
    }
    problems.finish()
}

/// Reads `skills.csv`.
pub(super) fn read_skills(
    files: &HubFiles<'_>,
    keys: &mut Keys,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("skills.csv", &SKILLS)?;
    table.check_unique("key", &mut problems);
    table.check_unique("id", &mut problems);
    for row in table.rows() {
        check_id(&row, "skill", "kn:skill/", &mut problems);
        if let Some(group) = keys.skill_groups.get(row.text("group")) {
            parts.broader.push((row.owned("id"), group.clone()));
        } else {
            let problem = format!("unknown group `{}`", row.text("group"));
            problems.add(row.line, problem, "use a key of skill_groups.csv or add the group there");
        }
        keys.skills.insert(row.owned("key"), row.owned("id"));
        parts.skills.push(Skill {
            id: row.owned("id"),
            label: bilingual(&row, "label_sv", "label_en"),
            alternatives: synonyms(&row),
            kind: kind(&row, &mut problems).into(),
            ..Skill::default()
        });
    }
    problems.finish()
}

/// Reads `occupations.csv`: occupations and their relations to skills.
pub(super) fn read_occupations(
    files: &HubFiles<'_>,
    keys: &Keys,
    parts: &mut Parts,
) -> Result<(), Error> {
    let (table, mut problems) = files.table("occupations.csv", &OCCUPATIONS)?;
    table.check_unique("id", &mut problems);
    let groups: BTreeMap<String, Vec<String>> =
        table.rows().map(|row| (row.owned("id"), row.owned_list("ssyk"))).collect();
    for row in table.rows() {
        check_id(&row, "occupation", "kn:occupation/", &mut problems);
        check_ssyk(&row, "ssyk", &mut problems);
        check_licences(&row, "licences", &keys.licences, &mut problems);
        add_relations(&row, keys, parts, &mut problems);
        let stands_for = row.owned("stands_for");
        if !stands_for.is_empty() {
            let own = row.owned_list("ssyk");
            let is_near = |groups: &Vec<String>| groups.iter().any(|group| own.contains(group));
            if !groups.get(&stands_for).is_some_and(is_near) {
                let problem =
                    format!("stands_for: no row of its SSYK groups has the id `{stands_for}`");
                problems.add(row.line, problem, "write the id of such a row, or nothing");
            }
            parts.stands_for.push((row.owned("id"), stands_for));
        }
        parts.occupations.push(Occupation {
            id: row.owned("id"),
            label: bilingual(&row, "label_sv", "label_en"),
            hub_names: hub_names(&row),
            alternatives: synonyms(&row),
            description: bilingual(&row, "description_sv", "description_en"),
            isco: row.owned("isco"),
            ssyk: row.owned_list("ssyk"),
            sector: sector(&row, &mut problems),
            licences: row.owned_list("licences"),
            ..Occupation::default()
        });
    }
    problems.finish()
}

fn add_relations(row: &Row<'_>, keys: &Keys, parts: &mut Parts, problems: &mut Problems) {
    let mut seen = BTreeSet::new();
    for (column, essential) in [("essential", true), ("optional", false)] {
        for key in row.list(column) {
            let Some(skill) = keys.skills.get(key) else {
                let problem = format!("{column}: unknown skill `{key}`");
                problems.add(row.line, problem, "use a key of skills.csv or add the skill there");
                continue;
            };
            if !seen.insert(key) {
                let problem = format!("{column}: skill `{key}` twice in this row");
                problems.add(row.line, problem, "keep it once, as essential or as optional");
            }
            let (occupation, skill) = (row.owned("id"), skill.clone());
            parts.relations.push(Relation { occupation, skill, essential });
        }
    }
}

/// The sector of the row, or of its ISCO code where the cell is empty.
fn sector(row: &Row<'_>, problems: &mut Problems) -> String {
    let isco = row.text("isco");
    if !isco.is_empty() && !is_unit_group(isco) {
        let problem = format!("isco: `{isco}` is not an ISCO-08 unit group");
        problems.add(row.line, problem, "write one code of four digits or leave the cell empty");
    }
    let sector = row.text("sector");
    if sector.is_empty() {
        return sectors::sector_of_isco(isco).into();
    }
    if sectors::sector_name(sector).is_none() {
        let cure = format!("use one of {}", sectors::sector_keys().collect::<Vec<_>>().join(", "));
        problems.add(row.line, format!("unknown sector `{sector}`"), cure);
    }
    sector.into()
}

/// ESCO's word for the kind in the file.
fn kind(row: &Row<'_>, problems: &mut Problems) -> &'static str {
    match row.text("kind") {
        "skill" => "skill/competence",
        "knowledge" => "knowledge",
        other => {
            problems.add(row.line, format!("unknown kind `{other}`"), "use skill or knowledge");
            ""
        }
    }
}

fn synonyms(row: &Row<'_>) -> Bilingual<Vec<String>> {
    Bilingual { sv: row.owned_list("synonyms_sv"), en: row.owned_list("synonyms_en") }
}

/// The row's own labels, then its synonyms.
fn hub_names(row: &Row<'_>) -> Vec<String> {
    let own = [row.owned("label_sv"), row.owned("label_en")];
    let synonyms = ["synonyms_sv", "synonyms_en"].map(|column| row.owned_list(column));
    own.into_iter().chain(synonyms.into_iter().flatten()).filter(|name| !name.is_empty()).collect()
}

/// Notes an id that is neither ESCO's nor the set's own.
fn check_id(row: &Row<'_>, esco: &str, own: &str, problems: &mut Problems) {
    let id = row.text("id");
    let esco = format!("http://data.europa.eu/esco/{esco}/");
    let slug = id.strip_prefix(esco.as_str()).or_else(|| id.strip_prefix(own));
    if !id.is_empty() && slug.is_none_or(|slug| slug.is_empty() || slug.contains(' ')) {
        let cure = format!("use {esco}... where ESCO has the concept, else {own}...");
        problems.add(row.line, format!("id `{id}` has an unknown form"), cure);
    }
}
