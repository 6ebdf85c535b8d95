//! The hub format: a data set as CSV files that people edit by hand. `data/README.md` describes it
//! column by column; the starter set is written in it, and a hub's own folder can be.
//!
//! Reading checks everything and names file, line, value and cure; all problems of one file come in
//! one message. Files are read in the order of their dependence (skills before occupations), so a
//! message never blames a row for a mistake in an earlier file.

mod concepts;
mod courses;
mod groups;
mod rules;
mod signals;
mod table;

pub use signals::read as read_signals;
pub(super) use signals::unknown as unknown_signals;

use std::collections::{BTreeMap, BTreeSet};

use self::table::{Column, Problems, Table};
use super::{Error, Parts, Report};
use crate::domain::{Bilingual, is_unit_group};

/// Names of the files of the format.
pub const FILES: [&str; 8] = [
    "skill_groups.csv",
    "skills.csv",
    "licences.csv",
    "occupations.csv",
    "courses.csv",
    "groups.csv",
    "rules.csv",
    "signals.csv",
];

/// The texts of a hub folder by file name.
#[derive(Debug, Clone, Default)]
pub struct HubFiles<'t> {
    texts: BTreeMap<&'static str, &'t str>,
}

impl<'t> HubFiles<'t> {
    /// No files yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a file, or replaces the one of this name: a hub that keeps its own `courses.csv` lays
    /// it over the starter's files.
    ///
    /// # Errors
    /// [`Error::Format`] for a name that is not in [`FILES`].
    pub fn insert(&mut self, name: &str, text: &'t str) -> Result<(), Error> {
        let known = FILES.iter().find(|known| **known == name).ok_or_else(|| {
            let cure = format!("the files are {}", FILES.join(", "));
            Error::format(name, "not a file of the hub format", cure)
        })?;
        self.texts.insert(known, text);
        Ok(())
    }

    fn table(&self, name: &'static str, columns: &[Column]) -> Result<(Table, Problems), Error> {
        let text = self.texts.get(name).ok_or_else(|| {
            Error::format(name, "the file is missing", "add it; the starter set has one to copy")
        })?;
        let mut problems = Problems::new(name);
        let table = Table::read(text, columns, &mut problems);
        Ok((table, problems))
    }
}

/// Skill and licence keys that later files may use.
#[derive(Debug, Default)]
struct Keys {
    /// Key of a skill group -> its id.
    skill_groups: BTreeMap<String, String>,
    /// Key of a skill -> its id.
    skills: BTreeMap<String, String>,
    /// Keys of licences.
    licences: BTreeSet<String>,
}

/// Reads and checks all files. Rows are counted in the report; nothing is ever dropped silently: a
/// row that cannot be used is an error.
///
/// # Errors
/// [`Error::Format`] with all problems of the first file that has any.
pub fn read(files: &HubFiles<'_>, report: &mut Report) -> Result<Parts, Error> {
    let mut parts = Parts::default();
    let mut keys = Keys::default();
    concepts::read_skill_groups(files, &mut keys, &mut parts)?;
    concepts::read_skills(files, &mut keys, &mut parts)?;
    groups::read_licences(files, &mut keys, &mut parts)?;
    groups::read_groups(files, report.key(), &mut parts)?;
    concepts::read_occupations(files, &keys, &mut parts)?;
    courses::read_courses(files, &keys, report.key(), &mut parts)?;
    rules::read_rules(files, &mut parts)?;
    signals::read_signals(files, &mut parts)?;
    count(&parts, report);
    Ok(parts)
}

/// Counts the rows in the report.
pub(super) fn count(parts: &Parts, report: &mut Report) {
    for (kind, rows) in [
        ("skill_groups", parts.skill_groups.len()),
        ("skills", parts.skills.len()),
        ("licences", parts.licences.len()),
        ("groups", parts.groups.len()),
        ("occupations", parts.occupations.len()),
        ("relations", parts.relations.len()),
        ("courses", parts.courses.len()),
        ("rules", parts.rules.len()),
        ("signals", parts.signals.len()),
    ] {
        report.count(kind, rows);
    }
}

/// The cells `NAME_sv` and `NAME_en`.
fn bilingual(row: &table::Row<'_>, sv: &str, en: &str) -> Bilingual<String> {
    Bilingual::new(row.text(sv), row.text(en))
}

/// Notes SSYK codes of a list cell that are not four digits.
fn check_ssyk(row: &table::Row<'_>, column: &str, problems: &mut Problems) {
    for code in row.list(column).filter(|code| !is_unit_group(code)) {
        let problem = format!("{column}: `{code}` is not an SSYK 2012 code");
        problems.add(row.line, problem, "write four digits, several separated by |");
    }
}

/// Notes licence keys of a list cell that `licences.csv` does not have.
fn check_licences(
    row: &table::Row<'_>,
    column: &str,
    keys: &BTreeSet<String>,
    problems: &mut Problems,
) {
    for key in row.list(column).filter(|key| !keys.contains(*key)) {
        let problem = format!("{column}: unknown licence `{key}`");
        problems.add(row.line, problem, "use a key of licences.csv or add the licence there");
    }
}

#[cfg(test)]
mod tests;
