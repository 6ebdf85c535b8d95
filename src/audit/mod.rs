//! The equality audit: does what a batch suggests differ between groups of people?
//!
//! A result of [`crate::batch`] and a file of groups meet here and nowhere else: [`Groups`] is read
//! after the result is made, and no type below this module can hold a group.
//!
//! * [`People::read`] measures every answer ([`Measure`]), [`Groups`] says who belongs where.
//! * [`audit`] compares each group with all others: shares with Wilson's and Newcombe's intervals and
//!   Fisher's test, means with Student's and Welch's; p-values are corrected by Holm's method for all
//!   comparisons of the audit. Each difference is also told among people with the same occupation.
//! * No figure tells of fewer than five people, nor can one be computed from the others
//!   ([`disclosure`]).
//! * [`titles`] reads pairs of job titles that differ by sex and says which are read differently.
//! * [`Audit::page`] is the report for people; the value itself, as JSON, that for machines.

mod compare;
mod disclosure;
mod employees;
mod groups;
mod page;
mod person;
mod sentences;
mod statistics;
pub mod titles;
mod words;

use serde::Serialize;

pub use compare::{Column, Comparison, Estimate, Group, Table, Value};
pub use employees::Employees;
pub use groups::Groups;
pub use person::{Measure, People};
pub use sentences::Finding;

use crate::domain::{Bilingual, Meta};
use disclosure::FEWEST;
use titles::TitleTest;

/// Chance below which a difference counts as found.
pub const LEVEL: f64 = 0.05;

/// What an audit came to. No single person can be found in it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Audit {
    /// What of the files was compared.
    pub coverage: Coverage,
    /// Differences that are left after the correction for many comparisons, surest first.
    pub findings: Vec<Finding>,
    /// Differences that may be chance, for there are many comparisons; surest first.
    pub uncertain: Vec<Finding>,
    /// What was compared without a difference being found, a sentence a column.
    pub not_found: Vec<Bilingual<String>>,
    /// What this audit cannot tell.
    pub unknown: Vec<Bilingual<String>>,
    /// Job titles that differ by sex.
    pub titles: TitleTest,
    /// Every table.
    pub columns: Vec<Column>,
}

/// What of the files was compared.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Coverage {
    /// People in both files.
    pub people: usize,
    /// Refused rows of the list: nobody can say which groups they are of.
    pub refused: usize,
    /// Answers whose reference is not in the file of groups.
    pub without_groups: usize,
    /// References of the file of groups without an answer.
    pub without_answer: usize,
    /// Answers whose reference came before; the first counts.
    pub repeated: usize,
    /// People whose best path has courses of unknown price.
    pub unpriced: usize,
    /// Comparisons that were tested.
    pub tested: usize,
    /// Whether the sexes of employees were given.
    pub employees: bool,
    /// Versions behind the answers.
    pub versions: Vec<Meta>,
}

/// Compares the groups. Seconds for a million people and a few columns.
pub fn audit(people: &People, groups: &Groups, employees: &Employees, titles: TitleTest) -> Audit {
    let columns = compare::columns(people, groups);
    let grouped = |reference: &&String| groups.members.contains_key(*reference);
    let both = people.by_reference.keys().filter(grouped).count();
    let unpriced = people
        .by_reference
        .iter()
        .filter(|(reference, person)| grouped(reference) && person.unpriced)
        .count();
    let comparisons = columns.iter().flat_map(|column| &column.tables);
    let tested = comparisons.flat_map(|table| &table.comparisons).filter(|c| c.p.is_some()).count();
    let coverage = Coverage {
        people: both,
        refused: people.refused,
        without_groups: people.by_reference.len() - both,
        without_answer: groups.members.len() - both,
        repeated: people.repeated,
        unpriced,
        tested,
        employees: !employees.is_empty(),
        versions: people.versions.clone(),
    };
    let (findings, uncertain) = sentences::findings(&columns);
    Audit {
        not_found: sentences::not_found(&columns),
        unknown: sentences::unknown(&coverage, &columns),
        coverage,
        findings,
        uncertain,
        titles,
        columns,
    }
}

/// A count of people, where fewer than five are told as such.
fn count_said(count: usize, language: crate::domain::Language) -> String {
    if (1..FEWEST).contains(&count) {
        return language.pick("färre än fem", "fewer than five").to_owned();
    }
    language.count(count)
}
