//! The equality audit: does what a batch suggests differ between groups of people?
//!
//! A result of [`crate::batch`] and a file of groups meet here and nowhere else: [`Groups`] is read
//! after the result is made, and no type below this module can hold a group.
//!
//! * [`People::read`] measures every answer and what a cohort plan makes of it ([`Measure`]), [`Groups`] says who belongs where.
//! * [`audit`] compares each group with all others: shares with Wilson's and Newcombe's intervals and
//!   Fisher's test, means with Student's and Welch's; p-values are corrected by Holm's method for all
//!   comparisons of the audit. Each difference is also told among people with the same occupation.
//! * No figure tells of fewer than five people, nor can one be computed from the others
//!   ([`disclosure`]); groups that are too small even together are left out ([`members`]).
//! * [`titles`] reads pairs of job titles that differ by sex and says which are read differently.
//! * [`Audit::page`] is the report for people; the value itself, as JSON, that for machines.

mod compare;
mod disclosure;
mod employees;
mod groups;
mod members;
mod page;
mod person;
mod sentences;
mod statistics;
pub mod titles;
mod words;

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

pub use compare::{Column, Comparison, Estimate, Group, Table, Value};
pub use employees::Employees;
pub use groups::Groups;
pub use person::{Measure, People};
pub use sentences::Finding;

use crate::{
    cohort::{Plan, PlanStatus},
    domain::{Bilingual, Meta},
};
use disclosure::told;
use members::Kept;
use titles::TitleTest;

/// Chance below which a difference counts as found.
pub const LEVEL: f64 = 0.05;

/// What an audit came to. No single person can be found in it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
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

/// What of the files was compared. Counts of one to four people are absent.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditCoverage)]
pub struct Coverage {
    /// People in both files who are compared.
    pub people: usize,
    /// Whether people of both files are left out because their groups are too small to tell of.
    pub left_out: bool,
    /// Refused rows of the list: nobody can say which groups they are of.
    pub refused: Option<usize>,
    /// Answers whose reference is not in the file of groups.
    pub without_groups: Option<usize>,
    /// References of the file of groups without an answer.
    pub without_answer: Option<usize>,
    /// Answers whose reference came before; the first counts.
    pub repeated: Option<usize>,
    /// Compared people whose best path has courses of unknown price.
    pub unpriced: Option<usize>,
    /// Comparisons that were tested.
    pub tested: usize,
    /// Whether the sexes of employees were given.
    pub employees: bool,
    /// Versions behind the answers.
    pub versions: Vec<Meta>,
    /// The cohort plan that is compared as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<PlanCompared>,
}

/// A cohort plan that is compared.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct PlanCompared {
    /// Draft or approved.
    pub status: PlanStatus,
    /// Day it is seen from.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// Compared people whom it does not know; absent for one to four.
    pub unknown: Option<usize>,
    /// Whether the versions behind it are those behind the answers.
    pub same_versions: bool,
}

/// Compares the groups. Seconds for a million people and a few columns.
pub fn audit(
    people: &People,
    groups: &Groups,
    employees: &Employees,
    plan: Option<&Plan>,
    titles: TitleTest,
) -> Audit {
    let kept = Kept::of(people, groups);
    let columns = compare::columns(&kept, groups, plan.is_some());
    let grouped = |reference: &&String| groups.members.contains_key(*reference);
    let both = people.by_reference.keys().filter(grouped).count();
    let comparisons = columns.iter().flat_map(|column| &column.tables);
    let tested = comparisons.flat_map(|table| &table.comparisons).filter(|c| c.p.is_some()).count();
    let coverage = Coverage {
        people: kept.len(),
        left_out: kept.left_out.contains(&true),
        refused: told(people.refused),
        without_groups: told(people.by_reference.len() - both),
        without_answer: told(groups.members.len() - both),
        repeated: told(people.repeated),
        unpriced: told(kept.all().filter(|person| person.unpriced).count()),
        tested,
        employees: !employees.is_empty(),
        plan: plan.map(|plan| PlanCompared {
            status: plan.status,
            as_of: plan.as_of,
            unknown: told(kept.all().filter(|p| p.value(Measure::Placed).is_none()).count()),
            same_versions: people.versions.iter().all(|meta| *meta == plan.meta),
        }),
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

/// A count of people as [`told`] gives it.
fn count_said(count: Option<usize>, language: crate::domain::Language) -> String {
    match count {
        Some(count) => language.count(count),
        None => language.pick("färre än fem", "fewer than five").to_owned(),
    }
}
