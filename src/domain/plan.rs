//! The courses that are suggested for a gap.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Funding, LanguageLevel, Period, Shared};

/// Courses chosen for a gap.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct CoursePlan {
    /// Courses in the order to take them.
    pub courses: Vec<PlannedCourse>,
    /// Weeks at full time together; `None` where a length is unknown.
    pub total_weeks: Option<f32>,
    /// Share of the missing essential weight that the courses close, 0 to 1.
    pub covered: f32,
    /// Whether the courses, one after another, fit before the notice or furlough ends; `None` where
    /// that hangs on what is unknown.
    pub fits_window: Option<bool>,
    /// Days from the last course's end to the window's; below 0 where it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_days: Option<i32>,
    /// Missing essential skills more than half of which no course of the plan closes, heaviest first.
    #[serde(default)]
    #[schema(value_type = Vec<Bilingual<String>>)]
    pub remains: Vec<Shared<Bilingual<String>>>,
    /// Keys of missing licences that no course of the plan gives.
    #[serde(default)]
    pub remaining_licences: Vec<String>,
    /// Day the last course ends, at the earliest; absent where a length is unknown or no day is given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ready: Option<Date>,
    /// Price for the participant in kronor together; absent where one is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_kr: Option<u32>,
    /// What the courses cost a worker, by which they were chosen: weeks of waiting and studying at full
    /// time, more for a course that is far away, not sure to be given, or does not fit.
    #[serde(default)]
    pub cost_weeks: f32,
    /// No set of at most four of the courses that are considered closes as much for less than this;
    /// where it equals `cost_weeks` the plan is proven to be the cheapest, else there were too many to
    /// try. Considered are courses within the worker's limits that alone close 7 % of what is missing, or
    /// give a licence; those that train for another occupation must be short and close 20 %.
    #[serde(default)]
    pub least_cost_weeks: f32,
    /// Ways of paying for the studies, one entry each; empty where no course is planned. Brief answers leave out
    /// those that are excluded. They change neither the plan nor the place of the path.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(value_type = Vec<Funding>)]
    pub funding: Vec<Shared<Funding>>,
}

impl CoursePlan {
    /// Whether a course of it gives the licence of this key.
    pub fn gives(&self, licence: &String) -> bool {
        self.courses.iter().any(|course| course.grants.contains(licence))
    }
}

/// Full-time weeks of courses one after the other; absent where one has no length.
pub fn weeks_of(courses: &[PlannedCourse]) -> Option<f32> {
    // An empty sum of floats is -0; adding 0 makes it 0.
    courses.iter().map(|course| course.weeks).sum::<Option<f32>>().map(|weeks| weeks + 0.0)
}

/// A course in a plan.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct PlannedCourse {
    /// Id of the course.
    pub id: String,
    /// Its title.
    pub title: Bilingual<String>,
    /// School form key.
    pub form: String,
    /// `typical`, `offer`, `granted` or `syllabus`.
    pub basis: String,
    /// Who gives it.
    pub provider: String,
    /// Places it is given at.
    pub places: Vec<String>,
    /// Estimated minutes from the worker's municipality to the nearest of them, one way; absent at a
    /// distance and where one of the two is not known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commute_min: Option<u16>,
    /// Weeks at full time.
    pub weeks: Option<f32>,
    /// Pace in percent.
    pub pace_pct: Option<u8>,
    /// The published first day that is planned with, ISO date; where no day is given to plan from, the
    /// first the source names, which may be past.
    pub start: Option<String>,
    /// Last day, where the first is published.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ends: Option<Date>,
    /// First and last day that are reckoned with where none is published: the first free day, or the
    /// first of a usual term. No school has promised them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reckoned: Option<Period>,
    /// Last day to apply, ISO date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub apply_by: Option<String>,
    /// Price for the participant in kronor; absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub price_kr: Option<u32>,
    /// Seats that are left; absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seats: Option<u32>,
    /// Level of Swedish that it is taught at; absent where unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swedish: Option<LanguageLevel>,
    /// Link to the offer.
    pub url: String,
    /// Labels of the missing skills it teaches or names; a course that trains for the occupation as a
    /// whole may name none.
    #[schema(value_type = Vec<Bilingual<String>>)]
    pub closes: Vec<Shared<Bilingual<String>>>,
    /// Keys of missing licences it gives, or of licences that another course of the plan asks for.
    pub grants: Vec<String>,
    /// What a participant must already have.
    pub prerequisites: Bilingual<String>,
    /// Whether it ends before the notice or furlough does, in its place in the plan; `None` where that
    /// hangs on what is unknown.
    pub fits_window: Option<bool>,
    /// Days from its end to the window's; below 0 where it is late.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub margin_days: Option<i32>,
    /// Whether the worker may be called back to work while it goes on, so that it must be possible to
    /// interrupt.
    #[serde(default)]
    pub interruptible: bool,
    /// The fit in words: what is too late, too much or unknown; empty where nothing is known.
    #[serde(default)]
    pub timing: Bilingual<String>,
    /// Key of the source.
    pub source: String,
}
