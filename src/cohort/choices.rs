//! What advisers have locked: the plan's table with their marks, or an approved plan.

use std::collections::{BTreeMap, btree_map::Entry};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    document::{Plan, PlanStatus},
    sheet::{self, Column, RowProblem},
    ways::Way,
};
use crate::{
    dataset::DataSet,
    domain::{CourseIx, OccupationIx, iso},
    intake::{Error, cell},
};

/// The columns that are read; the table has others for people.
const COLUMNS: [Column; 5] = [
    Column { name: "ref", also: &["referens"], needed: true },
    Column { name: "locked", also: &["låst", "last"], needed: true },
    Column { name: "occupation_id", also: &["yrkets id"], needed: true },
    Column { name: "course_ids", also: &["kursernas id"], needed: true },
    Column { name: "starts", also: &["kursstarter"], needed: true },
];

/// Words that lock a row.
const YES: [&str; 8] = ["ja", "j", "x", "yes", "y", "true", "1", "sant"];
const NO: [&str; 7] = ["nej", "n", "no", "false", "0", "falskt", ""];

/// What an adviser has locked for a worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lock {
    /// Line of the file, or position in the plan.
    pub line: u64,
    /// What.
    pub what: Locked,
}

/// A lock as a program asks for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedLock {
    /// Reference of the worker.
    pub r#ref: String,
    /// Id of the occupation; no place at all without one.
    #[serde(default)]
    pub occupation_id: Option<String>,
    /// Courses of the way, in order.
    #[serde(default)]
    pub courses: Vec<AskedCourse>,
}

/// A course of a lock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedCourse {
    /// Id of the course.
    pub id: String,
    /// First day; any without one.
    #[serde(default, deserialize_with = "iso")]
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
}

/// What is locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Locked {
    /// A path with its courses; a course without a day is locked on any.
    Way {
        /// The occupation.
        path: OccupationIx,
        /// The courses in order, with their first days.
        steps: Vec<(CourseIx, Option<Date>)>,
    },
    /// No place at all.
    Nothing,
}

impl Lock {
    /// Whether this way is the one that is locked.
    pub fn is(&self, way: &Way) -> bool {
        let Locked::Way { path, steps } = &self.what else { return false };
        *path == way.path
            && steps.len() == way.steps.len()
            && steps.iter().zip(&way.steps).all(|((course, day), step)| {
                *course == step.course && day.is_none_or(|day| step.start == Some(day))
            })
    }
}

/// Locks by reference, and rows that could not be read as one.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choices {
    /// The locks.
    pub locks: BTreeMap<String, Lock>,
    /// What is wrong with rows that are not used.
    pub refused: Vec<RowProblem>,
}

/// Positions of a data set's occupations and courses by their ids.
struct Names<'d> {
    occupations: BTreeMap<&'d str, OccupationIx>,
    courses: BTreeMap<&'d str, CourseIx>,
}

/// A row of a table or of a plan, as written.
struct Written<'w> {
    line: u64,
    reference: &'w str,
    occupation: &'w str,
    courses: Vec<&'w str>,
    starts: Vec<&'w str>,
}

impl Choices {
    /// Reads the table of a plan (CSV) or a plan (JSON). Of a table and of a draft those that are marked
    /// as locked are kept, of an approved plan all. `file` is its name in messages.
    pub fn read(bytes: &[u8], file: &str, dataset: &DataSet) -> Result<Self, Error> {
        let names = Names::of(dataset);
        let mut choices = Self::default();
        if bytes.trim_ascii_start().starts_with(b"{") {
            let plan: Plan = serde_json::from_slice(bytes).map_err(|error| {
                Error::format(
                    file,
                    format!("is no plan ({error})"),
                    "give the plan as `kompetensnav plan` wrote it, or its CSV",
                )
            })?;
            choices.read_plan(&plan, &names);
        } else {
            let sheet = sheet::read(bytes, file, &COLUMNS)?;
            choices.refused = sheet.refused;
            choices.read_rows(&sheet.rows, &names);
        }
        choices.refused.sort_by_key(|problem| problem.line);
        Ok(choices)
    }

    /// Locks that were asked for, by their place from 1.
    pub fn of(asked: &[AskedLock], dataset: &DataSet) -> Self {
        let names = Names::of(dataset);
        let mut choices = Self::default();
        for (line, lock) in (1..).zip(asked) {
            let days: Vec<String> = lock
                .courses
                .iter()
                .map(|course| course.start.map(|day| day.to_string()).unwrap_or_default())
                .collect();
            let row = Written {
                line,
                reference: &lock.r#ref,
                occupation: lock.occupation_id.as_deref().unwrap_or_default(),
                courses: lock.courses.iter().map(|course| course.id.as_str()).collect(),
                starts: days.iter().map(String::as_str).collect(),
            };
            choices.add(&row, &names);
        }
        choices
    }

    fn read_plan(&mut self, plan: &Plan, names: &Names<'_>) {
        let all = plan.status == PlanStatus::Approved;
        let kept = plan.assignments.iter().filter(|assignment| all || assignment.locked);
        for (line, assignment) in (1..).zip(kept) {
            let days: Vec<String> = assignment
                .way
                .courses
                .iter()
                .map(|course| course.start.map(|day| day.to_string()).unwrap_or_default())
                .collect();
            self.add(
                &Written {
                    line,
                    reference: &assignment.r#ref,
                    occupation: &assignment.way.occupation_id,
                    courses: assignment.way.courses.iter().map(|c| c.id.as_str()).collect(),
                    starts: days.iter().map(String::as_str).collect(),
                },
                names,
            );
        }
        let nothing = plan.unassigned.iter().filter(|person| person.reason == "locked_out");
        for (line, person) in (1..).zip(nothing) {
            let lock = Lock { line, what: Locked::Nothing };
            self.locks.insert(person.r#ref.clone(), lock);
        }
    }

    fn read_rows(&mut self, rows: &[(u64, Vec<String>)], names: &Names<'_>) {
        for (line, cells) in rows {
            let [reference, locked, occupation, courses, starts] = cells.as_slice() else {
                continue;
            };
            let word = locked.to_lowercase();
            if NO.contains(&word.as_str()) {
                continue;
            }
            if !YES.contains(&word.as_str()) {
                self.refuse(
                    *line,
                    format!("`{locked}` i locked är varken ja eller nej"),
                    format!("`{locked}` in locked is neither yes nor no"),
                );
                continue;
            }
            self.add(
                &Written {
                    line: *line,
                    reference,
                    occupation,
                    courses: courses
                        .split('|')
                        .map(str::trim)
                        .filter(|id| !id.is_empty())
                        .collect(),
                    starts: starts.split('|').map(str::trim).collect(),
                },
                names,
            );
        }
    }

    fn add(&mut self, row: &Written<'_>, names: &Names<'_>) {
        let what = match names.locked(row) {
            Ok(what) => what,
            Err((sv, en)) => return self.refuse(row.line, sv, en),
        };
        match self.locks.entry(row.reference.to_owned()) {
            Entry::Vacant(free) => {
                free.insert(Lock { line: row.line, what });
            }
            Entry::Occupied(taken) if taken.get().what == what => {}
            Entry::Occupied(taken) => {
                let earlier = taken.get().line;
                self.refuse(
                    row.line,
                    format!(
                        "något annat är låst för samma person på rad {earlier}; lås ett av dem"
                    ),
                    format!(
                        "something else is locked for the same person on line {earlier}; lock one"
                    ),
                );
            }
        }
    }

    fn refuse(&mut self, line: u64, sv: String, en: String) {
        self.refused.push(RowProblem::new(line, sv, en));
    }
}

impl<'d> Names<'d> {
    fn of(dataset: &'d DataSet) -> Self {
        let occupations = (0..).zip(&dataset.taxonomy.occupations);
        let courses = (0..).zip(&dataset.courses);
        Self {
            occupations: occupations.map(|(ix, row)| (row.id.as_str(), ix)).collect(),
            courses: courses.map(|(ix, row)| (row.id.as_str(), ix)).collect(),
        }
    }

    fn locked(&self, row: &Written<'_>) -> Result<Locked, (String, String)> {
        if row.occupation.is_empty() {
            return Ok(Locked::Nothing);
        }
        let Some(path) = self.occupations.get(row.occupation) else {
            let id = row.occupation;
            return Err((
                format!("yrket `{id}` finns inte i datamängden"),
                format!("no occupation `{id}` in the data set"),
            ));
        };
        let mut steps = Vec::new();
        for (at, id) in row.courses.iter().enumerate() {
            let Some(course) = self.courses.get(id) else {
                return Err((
                    format!("kursen `{id}` finns inte i datamängden"),
                    format!("no course `{id}` in the data set"),
                ));
            };
            let day = row.starts.get(at).copied().unwrap_or_default();
            let day = match (day.is_empty(), cell::date(day)) {
                (true, _) => None,
                (false, Some(day)) => Some(day),
                (false, None) => {
                    return Err((format!("`{day}` är inget datum"), format!("`{day}` is no date")));
                }
            };
            steps.push((*course, day));
        }
        Ok(Locked::Way { path: *path, steps })
    }
}
