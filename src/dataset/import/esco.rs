//! ESCO as its portal serves it: zips or loose CSV files, versions 1.1.0, 1.1.1 and 1.2, any
//! folder layout.
//!
//! The newest version that is complete in the folder is read. A concept that its relations name but its tables
//! lack is restored from an older version beside it, else those relations are dropped and listed.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
};

use super::{
    archive::{self, Table as Name, TableFile, Version},
    table::Table,
};
use crate::{
    dataset::{Error, Parts, Relation, Report, starter::ESCO_STATEMENT},
    domain::{IscoGroup, Language, Occupation, Skill, SkillGroup},
};

pub(super) fn report() -> Report {
    let mut report =
        Report::new("esco", "ESCO, European Commission", "CC BY 4.0 (European Commission reuse)");
    report.note(ESCO_STATEMENT);
    report
}

pub(super) fn recognises(path: &Path) -> bool {
    archive::recognises(path)
}

/// Reads all ESCO files of a folder.
///
/// # Errors
/// [`Error`] for a truncated zip, a missing column, a wrong encoding, or a folder without the
/// occupation, skill and relation tables.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut inventory = archive::inventory(root, files, report)?;
    let version = newest_complete(root, &inventory, report)?;
    if let Some(version) = &version {
        report.version(version.to_string());
    }
    inventory.retain(|file| file.version.is_none() || file.version <= version);
    inventory.sort_by(|a, b| a.order().cmp(&b.order()));
    let (current, older): (Vec<_>, Vec<_>) =
        inventory.into_iter().partition(|file| file.version.is_none() || file.version == version);
    let mut reader = Reader::default();
    for file in &current {
        reader.table(file, report)?;
    }
    reader.restore(&older, report)?;
    reader.finish(report, parts);
    Ok(())
}

/// The newest version with all tables a data set needs; `None` where the files name no version.
/// Newer ones that are passed over become notes.
fn newest_complete(
    root: &Path,
    inventory: &[TableFile],
    report: &mut Report,
) -> Result<Option<Version>, Error> {
    let mut versions: BTreeSet<Option<Version>> =
        inventory.iter().map(|file| file.version.clone()).collect();
    if versions.len() > 1 {
        // Files that name no version go with any.
        versions.remove(&None);
    }
    let mut first = None;
    for version in versions.into_iter().rev() {
        let Some(missing) = missing(inventory, version.as_ref()) else { return Ok(version) };
        let shown = version.map_or_else(String::new, |version| format!(" {version}"));
        report.note(format!("ESCO{shown} is not read: its table {missing} is missing"));
        first.get_or_insert((shown, missing));
    }
    let (shown, missing) = first.unwrap_or_default();
    Err(Error::format(
        root.display().to_string(),
        format!("ESCO{shown}'s table {missing} is missing"),
        "download both csv packages of one version (classification in English, and its relations) \
         from the ESCO portal and put the zips in the folder",
    ))
}

/// The first table that a version needs and lacks. Concepts are needed in English, the reference
/// language.
fn missing(inventory: &[TableFile], version: Option<&Version>) -> Option<String> {
    let has = |table: Name| {
        inventory.iter().any(|file| {
            file.table == table
                && (file.version.is_none() || file.version.as_ref() == version)
                && (file.language == Language::En || !table.describes_concepts())
        })
    };
    let needed = [Name::Occupations, Name::Skills, Name::OccupationSkills];
    let table = needed.into_iter().find(|table| !has(*table))?;
    let language = if table.describes_concepts() { "_en" } else { "" };
    Some(format!("{}{language}", table.stem()))
}

/// ESCO's tables while they are read.
#[derive(Default)]
struct Reader {
    occupations: BTreeMap<String, Occupation>,
    skills: BTreeMap<String, Skill>,
    /// Concepts that only a translation holds so far.
    translated: (BTreeMap<String, Occupation>, BTreeMap<String, Skill>),
    skill_groups: BTreeMap<String, SkillGroup>,
    isco_groups: BTreeMap<String, IscoGroup>,
    /// (occupation, skill) -> essential.
    relations: BTreeMap<(String, String), bool>,
    /// Counted and checked; nothing is computed from them yet.
    related: BTreeSet<(String, String)>,
    broader: BTreeSet<(String, String)>,
}

impl Reader {
    fn table(&mut self, file: &TableFile, report: &mut Report) -> Result<(), Error> {
        let bytes = file.bytes()?;
        let table = Table::open(&file.origin, &bytes)?;
        match file.table {
            Name::Occupations => self.occupations(table, file, report),
            Name::Skills => self.skills(table, file, report),
            Name::SkillGroups => self.skill_groups(table, file.language, report),
            Name::IscoGroups => self.isco_groups(table, file.language, report),
            Name::OccupationSkills => self.occupation_skills(table, report),
            Name::SkillSkills => self.skill_skills(table),
            Name::BroaderSkills => self.broader_skills(table),
        }
    }

    fn occupations(
        &mut self,
        table: Table<'_>,
        file: &TableFile,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = table.required("conceptUri")?;
        let label = table.required("preferredLabel")?;
        let isco = table.required("iscoGroup")?;
        let alternatives = table.required("altLabels")?;
        let [hidden, description] = ["hiddenLabels", "description"].map(|c| table.optional(c));
        let language = file.language;
        let mut seen = BTreeSet::new();
        table.each(|row| {
            let uri = row.cell(id);
            if !accept(&uri, "occupation", &mut seen, report, row.line) {
                return;
            }
            let target = match (language, self.occupations.get_mut(&uri)) {
                (_, Some(known)) => known,
                (Language::En, None) => self.occupations.entry(uri.clone()).or_default(),
                (Language::Sv, None) => self.translated.0.entry(uri.clone()).or_default(),
            };
            target.id = uri;
            if target.isco.is_empty() {
                row.cell(isco).trim_start_matches('C').clone_into(&mut target.isco);
            }
            *target.label.get_mut(language) = row.cell(label);
            *target.alternatives.get_mut(language) =
                labels(&row.cell(alternatives), &row.cell(hidden), &row.cell(label));
            *target.description.get_mut(language) = row.cell(description);
        })?;
        report.count(&format!("occupations_{}", language.code()), seen.len());
        Ok(())
    }

    fn skills(
        &mut self,
        table: Table<'_>,
        file: &TableFile,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = table.required("conceptUri")?;
        let label = table.required("preferredLabel")?;
        let alternatives = table.required("altLabels")?;
        let [hidden, description, kind, reuse] =
            ["hiddenLabels", "description", "skillType", "reuseLevel"].map(|c| table.optional(c));
        let language = file.language;
        let mut seen = BTreeSet::new();
        table.each(|row| {
            let uri = row.cell(id);
            if !accept(&uri, "skill", &mut seen, report, row.line) {
                return;
            }
            let target = match (language, self.skills.get_mut(&uri)) {
                (_, Some(known)) => known,
                (Language::En, None) => self.skills.entry(uri.clone()).or_default(),
                (Language::Sv, None) => self.translated.1.entry(uri.clone()).or_default(),
            };
            target.id = uri;
            if target.kind.is_empty() {
                target.kind = row.cell(kind);
                target.reuse = row.cell(reuse);
            }
            *target.label.get_mut(language) = row.cell(label);
            *target.alternatives.get_mut(language) =
                labels(&row.cell(alternatives), &row.cell(hidden), &row.cell(label));
            *target.description.get_mut(language) = row.cell(description);
        })?;
        report.count(&format!("skills_{}", language.code()), seen.len());
        Ok(())
    }

    fn skill_groups(
        &mut self,
        table: Table<'_>,
        language: Language,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = table.required("conceptUri")?;
        let label = table.required("preferredLabel")?;
        table.each(|row| {
            let uri = row.cell(id);
            if !has_uri(&uri, "skill group", report, row.line) {
                return;
            }
            let group = self.skill_groups.entry(uri.clone()).or_default();
            group.id = uri;
            *group.label.get_mut(language) = row.cell(label);
        })
    }

    fn isco_groups(
        &mut self,
        table: Table<'_>,
        language: Language,
        report: &mut Report,
    ) -> Result<(), Error> {
        let id = table.required("conceptUri")?;
        let label = table.required("preferredLabel")?;
        let code = table.required("code")?;
        table.each(|row| {
            let uri = row.cell(id);
            if !has_uri(&uri, "ISCO group", report, row.line) {
                return;
            }
            let group = self.isco_groups.entry(uri.clone()).or_default();
            group.id = uri;
            group.code = row.cell(code);
            *group.label.get_mut(language) = row.cell(label);
        })
    }

    fn occupation_skills(&mut self, table: Table<'_>, report: &mut Report) -> Result<(), Error> {
        let occupation = table.required("occupationUri")?;
        let skill = table.required("skillUri")?;
        let relation = table.required("relationType")?;
        let mut rows = 0;
        table.each(|row| {
            rows += 1;
            let essential = match row.cell(relation).as_str() {
                "essential" => true,
                "optional" => false,
                other => {
                    let item = format!("line {}: {other:?}", row.line);
                    return report.drop("relation is neither essential nor optional", item);
                }
            };
            let pair = (row.cell(occupation), row.cell(skill));
            if let Some(known) = self.relations.get_mut(&pair) {
                report.drop("relation stands twice", format!("{} -> {}", pair.0, pair.1));
                *known |= essential;
            } else {
                self.relations.insert(pair, essential);
            }
        })?;
        report.count("occupation_skill_relations_read", rows);
        Ok(())
    }

    fn skill_skills(&mut self, table: Table<'_>) -> Result<(), Error> {
        let original = table.required("originalSkillUri")?;
        let related = table.required("relatedSkillUri")?;
        table.each(|row| {
            self.related.insert((row.cell(original), row.cell(related)));
        })
    }

    fn broader_skills(&mut self, table: Table<'_>) -> Result<(), Error> {
        let narrow = table.required("conceptUri")?;
        let broad = table.required("broaderUri")?;
        table.each(|row| {
            self.broader.insert((row.cell(narrow), row.cell(broad)));
        })
    }

    /// Concepts that relations name and the tables lack: the translation has them or an older
    /// version does.
    fn restore(&mut self, older: &[TableFile], report: &mut Report) -> Result<(), Error> {
        let missing: BTreeSet<&str> = self
            .relations
            .keys()
            .flat_map(|(occupation, skill)| [occupation.as_str(), skill.as_str()])
            .filter(|id| !self.occupations.contains_key(*id) && !self.skills.contains_key(*id))
            .collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing: BTreeSet<String> = missing.into_iter().map(str::to_owned).collect();
        let mut past = Self::default();
        let mut unused = Report::default();
        for file in older.iter().filter(|file| file.table.describes_concepts()) {
            past.table(file, &mut unused)?;
        }
        for id in missing {
            let translated = self.translated.0.remove(&id);
            if let Some(mut found) = past.occupations.remove(&id).or_else(|| translated.clone()) {
                if let Some(translated) = translated {
                    found.label.sv = translated.label.sv;
                    found.alternatives.sv = translated.alternatives.sv;
                }
                restored(report, "occupation", &found.label.en, &found.label.sv);
                self.occupations.insert(id, found);
            } else if let Some(found) =
                past.skills.remove(&id).or_else(|| self.translated.1.remove(&id))
            {
                restored(report, "skill", &found.label.en, &found.label.sv);
                self.skills.insert(id, found);
            }
        }
        Ok(())
    }

    fn finish(self, report: &mut Report, parts: &mut Parts) {
        for id in self.translated.0.into_keys().chain(self.translated.1.into_keys()) {
            report.drop("translated concept is not in this version of ESCO", id);
        }
        let known = |id: &str| self.skills.contains_key(id) || self.skill_groups.contains_key(id);
        for ((occupation, skill), essential) in self.relations {
            if !self.occupations.contains_key(&occupation) {
                report
                    .drop("relation of an unknown occupation", format!("{occupation} -> {skill}"));
            } else if self.skills.contains_key(&skill) {
                parts.relations.push(Relation { occupation, skill, essential });
            } else {
                report.drop("relation to an unknown skill", format!("{occupation} -> {skill}"));
            }
        }
        let mut related = 0;
        for (from, to) in self.related {
            if self.skills.contains_key(&from) && self.skills.contains_key(&to) {
                related += 1;
            } else {
                report.drop("skill-skill relation with an unknown end", format!("{from} -> {to}"));
            }
        }
        for (narrow, broad) in self.broader {
            if known(&narrow) && known(&broad) {
                parts.broader.push((narrow, broad));
            } else {
                report.drop("broader relation with an unknown end", format!("{narrow} -> {broad}"));
            }
        }
        report.count("occupation_skill_relations", parts.relations.len());
        report.count("skill_skill_relations", related);
        report.count("broader_skill_relations", parts.broader.len());
        report.count("skill_groups", self.skill_groups.len());
        report.count("isco_groups", self.isco_groups.len());
        let without = self.skills.values().filter(|skill| skill.label.sv.is_empty()).count();
        report.count("skills_without_swedish_label", without);
        report.count("occupations", self.occupations.len());
        report.count("skills", self.skills.len());
        parts.occupations.extend(self.occupations.into_values());
        parts.skills.extend(self.skills.into_values());
        parts.skill_groups.extend(self.skill_groups.into_values());
        parts.isco_groups.extend(self.isco_groups.into_values());
    }
}

/// Whether a concept row is usable: it has an id that did not stand before.
fn accept(
    uri: &str,
    what: &str,
    seen: &mut BTreeSet<String>,
    report: &mut Report,
    line: u64,
) -> bool {
    if !has_uri(uri, what, report, line) {
        return false;
    }
    if !seen.insert(uri.to_owned()) {
        report.drop(&format!("{what} stands twice, first kept"), uri);
        return false;
    }
    true
}

/// Whether a row has an id; notes it else.
fn has_uri(uri: &str, what: &str, report: &mut Report, line: u64) -> bool {
    let has = uri.starts_with("http");
    if !has {
        report.drop(&format!("{what} row without a URI"), format!("line {line}: {uri:?}"));
    }
    has
}

/// Alternative and hidden labels of a cell (one a line), each once, without the preferred one.
fn labels(alternatives: &str, hidden: &str, preferred: &str) -> Vec<String> {
    let mut found = Vec::new();
    for label in alternatives.lines().chain(hidden.lines()).map(str::trim) {
        if !label.is_empty() && label != preferred && !found.iter().any(|known| known == label) {
            found.push(label.to_owned());
        }
    }
    found
}

fn restored(report: &mut Report, what: &str, en: &str, sv: &str) {
    report.count(&format!("{what}s_restored"), 1);
    report.note(format!(
        "{what} {:?} is named by this version's relations but missing from its table: restored \
         from an older version or a translation",
        if en.is_empty() { sv } else { en }
    ));
}
