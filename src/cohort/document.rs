//! A plan as it is kept and handed on: a draft until somebody approves it.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    sheet::RowProblem,
    supply::PriceBasis,
    ways::{Barrier, PathList, WithoutCourse},
    worth::{Parts, Weights},
};
use crate::domain::{Bilingual, Meta, Period};

/// Whether somebody stands behind a plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum PlanStatus {
    /// A proposal; nobody has decided anything.
    Draft,
    /// Approved by a named person.
    Approved,
}

/// Who approved a plan, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Approval {
    /// Name or role of the person, as given.
    pub by: String,
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub on: Date,
}

/// A plan for a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Plan {
    /// Draft or approved.
    pub status: PlanStatus,
    /// Who approved it; absent while it is a draft.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approved: Option<Approval>,
    /// Versions behind it.
    pub meta: Meta,
    /// Fingerprint of the hub's starts; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_fingerprint: Option<String>,
    /// Day it is seen from.
    #[schema(value_type = String, format = Date)]
    pub as_of: Date,
    /// What it was made by.
    pub settings: PlanSettings,
    /// What it comes to.
    pub totals: Totals,
    /// What more money or seats would bring, and what is assumed, in words.
    pub findings: Vec<Bilingual<String>>,
    /// What a plan with more kronor would bring; absent without a budget.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more_budget: Option<MoreBudget>,
    /// Places of each sector, ascending key.
    pub sectors: Vec<GroupShare>,
    /// Places of each workplace, where the list names some, ascending key.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub workplaces: Vec<GroupShare>,
    /// Seats of limited starts, by course and day.
    pub starts: Vec<StartUse>,
    /// Courses without a known limit of seats that the plan takes, most people first.
    pub unlimited: Vec<UnlimitedUse>,
    /// Workers with a place, by reference.
    pub assignments: Vec<Assignment>,
    /// Workers without, by reference.
    pub unassigned: Vec<Unassigned>,
    /// Rows of the list that were refused.
    pub refused_rows: Vec<RowProblem>,
    /// Rows of the file of starts that are not used.
    pub refused_starts: Vec<RowProblem>,
    /// Locks that say nothing of this list or cannot be read.
    pub refused_choices: Vec<RowProblem>,
}

/// What a plan was made by.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PlanSettings {
    /// Kronor that may be spent; absent for no limit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub budget_kr: Option<u64>,
    /// Share of its proportional course places that each group should have; absent for none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fair_share: Option<f64>,
    /// What the groups are.
    #[serde(default)]
    pub fair_share_by: FairBy,
    /// Paths per list and worker.
    pub paths: usize,
    /// Weights of the objective.
    pub weights: Weights,
    /// The objective in words.
    pub formula: Bilingual<String>,
    /// Kronor assumed for a week of a course whose price nobody knows.
    pub price_per_week_kr: u32,
    /// Whether ways outside a worker's window are options.
    pub outside_window: bool,
    /// Whether courses that the hub does not buy are left out.
    pub only_bought: bool,
    /// Key of the order in which equals take turns.
    pub seed: u64,
}

/// What a plan comes to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Totals {
    /// Rows of the list.
    pub rows: u64,
    /// Rows that were refused, by code.
    pub refused: BTreeMap<String, u64>,
    /// Workers of the list.
    pub people: u64,
    /// Workers with a place.
    pub placed: u64,
    /// Of those, workers whose way takes no course.
    pub without_courses: u64,
    /// Of those, workers whose courses may not fit their window, for something is unknown.
    pub window_unknown: u64,
    /// Workers by the reason why they have no place.
    pub unassigned: BTreeMap<String, u64>,
    /// Kronor that are spent.
    pub spent_kr: u64,
    /// Of those, kronor that rest on an assumed price.
    pub assumed_kr: u64,
    /// Seats that are taken of limited starts, and how many there are.
    pub seats_taken: u64,
    /// Seats of all limited starts.
    pub seats: u64,
    /// Parts of what the plan is worth, in points, summed over workers.
    pub parts: Parts,
    /// What it is worth in points, less the price of places that sectors get too few.
    pub worth: f64,
    /// No plan within the same limits and locks is worth more points.
    pub bound: f64,
    /// How much better a plan could be at most, percent of the bound.
    pub gap_percent: f64,
    /// What one more thousand kronor is worth at the bound, points; 0 where money is not short.
    pub points_per_1000_kr: f64,
}

/// What more kronor would bring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoreBudget {
    /// So many more.
    pub kr: u64,
    /// Workers who would have a place and have none.
    pub placed: i64,
    /// Workers whose way would be worth more.
    pub better: u32,
    /// Workers whose way would be worth less, so that others gain more.
    pub worse: u32,
    /// Points more.
    pub worth: f64,
}

/// What fair shares are between. There is none by an attribute of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FairBy {
    /// Sectors that workers come from.
    #[default]
    Sector,
    /// Workplaces of the list.
    Workplace,
}

/// Places of a sector or a workplace.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GroupShare {
    /// Key of the sector, or the workplace in small letters; empty where unknown.
    #[serde(alias = "sector")]
    pub key: String,
    /// Its name.
    pub label: Bilingual<String>,
    /// Its workers.
    pub people: u64,
    /// Workers with a place.
    pub placed: u64,
    /// Of those, workers whose way takes a course.
    #[serde(default)]
    pub with_courses: u64,
    /// Kronor for them.
    pub spent_kr: u64,
    /// Course places by the fair share; absent where none is asked for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<u32>,
    /// Course places that are possible at most, where that is fewer than wanted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub possible: Option<u32>,
    /// Points that one course place more for this group costs the plan; absent where none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price: Option<f64>,
}

/// Seats of a start.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StartUse {
    /// Id of the course.
    pub course: String,
    /// Its title.
    pub title: Bilingual<String>,
    /// First day; absent for the seats a catalogue tells of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
    /// Seats.
    pub seats: u32,
    /// Seats that are taken.
    pub taken: u32,
    /// Kronor for a seat.
    pub price_kr: u32,
    /// Where the price comes from.
    pub basis: PriceBasis,
    /// Points that one more seat is worth at the bound; 0 where there are enough.
    pub seat_worth: f64,
    /// Workers with an option that takes a seat of it.
    pub asked_by: u32,
    /// What more seats would bring; absent where it was not tried.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub more: Option<MoreSeats>,
}

/// What more seats would bring.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct MoreSeats {
    /// So many more.
    pub seats: u32,
    /// Workers whose way would be worth more.
    pub better: u32,
    /// Workers whose way would be worth less, so that others gain more.
    pub worse: u32,
    /// Workers who would have a place and have none.
    pub placed: i64,
    /// Points more.
    pub worth: f64,
}

/// Seats of a course without a known limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct UnlimitedUse {
    /// Id of the course.
    pub course: String,
    /// Its title.
    pub title: Bilingual<String>,
    /// Workers who take it.
    pub taken: u32,
    /// Kronor for a seat.
    pub price_kr: u32,
    /// Where the price comes from.
    pub basis: PriceBasis,
}

/// A worker with a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Assignment {
    /// Opaque reference.
    pub r#ref: String,
    /// Key of the sector; empty where unknown.
    pub sector: String,
    /// Whether an adviser has locked it.
    pub locked: bool,
    /// What an adviser should ask before the place is given: how their occupation was read, where that is unsure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Bilingual<String>>,
    /// The way.
    pub way: WayInPlan,
    /// Other ways, the most worth first.
    pub alternatives: Vec<WayInPlan>,
}

/// A worker without a place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Unassigned {
    /// Opaque reference.
    pub r#ref: String,
    /// Key of the sector; empty where unknown.
    pub sector: String,
    /// Whether an adviser has locked something for them.
    pub locked: bool,
    /// What an adviser should ask: how their occupation was read, where that is unsure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Bilingual<String>>,
    /// Why, as a code.
    pub reason: String,
    /// Why, in words.
    pub text: Bilingual<String>,
    /// Ways there are, the most worth first.
    pub alternatives: Vec<WayInPlan>,
}

/// A way in a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WayInPlan {
    /// Id of the occupation.
    pub occupation_id: String,
    /// Its label.
    pub occupation: Bilingual<String>,
    /// The list of the worker's answer it stands in, and its place there.
    pub list: PathList,
    /// 1 is best.
    pub rank: u32,
    /// Courses, in order; empty where the way takes none.
    pub courses: Vec<CourseInPlan>,
    /// Why the way takes no course; absent where it takes some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub without: Option<WithoutCourse>,
    /// Day the last course ends, at the earliest; absent without courses or where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ready: Option<Date>,
    /// Weeks of waiting and studying.
    pub weeks: f64,
    /// Kronor for the hub.
    pub cost_kr: u32,
    /// Whether the courses fit the worker's window; `null` where something is unknown.
    pub fits_window: Option<bool>,
    /// Share of such moves that experts call feasible, as the worker is now.
    pub feasible: f32,
    /// Share of what is missing that the courses close.
    pub closed: f64,
    /// Demand, 0 to 1.
    pub demand: f64,
    /// Mean wage less the worker's group's, kronor a month.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wage_change: Option<i64>,
    /// What it is worth, part by part, in points.
    pub parts: Parts,
    /// The parts together.
    pub worth: f64,
    /// What stands against it, where an adviser has locked it all the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub barrier: Option<Barrier>,
    /// Whether its seats and kronor would be there beside the plan; absent for the way that is planned.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open: Option<bool>,
}

/// A course of a way in a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CourseInPlan {
    /// Id of the course.
    pub id: String,
    /// Its title.
    pub title: Bilingual<String>,
    /// First day, where it is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub start: Option<Date>,
    /// Last day, where the first is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ends: Option<Date>,
    /// First and last day that are reckoned with where none is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<Period>,
    /// Weeks at full time; absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks: Option<f32>,
    /// Kronor for the hub.
    pub price_kr: u32,
    /// Where the price comes from.
    pub basis: PriceBasis,
    /// Whether the number of seats is known.
    pub seats_known: bool,
}

/// A plan that cannot be approved.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotApproved {
    /// It is approved already.
    #[error("the plan was approved by {by} on {on}; make a new plan with --choices to change it")]
    Already {
        /// By whom.
        by: String,
        /// When.
        on: Date,
    },
    /// Nobody stands behind it.
    #[error("nobody is named; give the name or role of the person who approves")]
    Nobody,
}

impl Plan {
    /// Approves a draft: only this makes a plan more than a proposal.
    pub fn approve(&mut self, by: &str, on: Date) -> Result<(), NotApproved> {
        if let Some(Approval { by, on }) = &self.approved {
            return Err(NotApproved::Already { by: by.clone(), on: *on });
        }
        let by = by.trim();
        if by.is_empty() {
            return Err(NotApproved::Nobody);
        }
        self.status = PlanStatus::Approved;
        self.approved = Some(Approval { by: by.to_owned(), on });
        Ok(())
    }
}
