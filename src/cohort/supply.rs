//! What there is to give: pools of seats, their prices, and the engine that plans with them.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::starts::{Start, Starts};
use crate::{
    dataset::DataSet,
    domain::{Course, CourseForm, CourseIx},
    engine::Engine,
};

/// Kronor that a full-time week of a course by industry bodies and firms costs a hub where no price is
/// known. An assumption to be corrected, not a finding.
pub const PRICE_PER_WEEK: u32 = 6_000;
/// Weeks of a course whose length is unknown, where its price is reckoned.
const UNKNOWN_WEEKS: f32 = 1.0;

/// Where a price comes from.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PriceBasis {
    /// The hub's own list of starts.
    Hub,
    /// The course's source.
    Catalogue,
    /// A public form of school (komvux, YH, folk high school, university, labour-market training): the
    /// hub pays nothing for a seat.
    Public,
    /// Reckoned from the length and a price a week that is assumed.
    Assumed,
}

/// Seats that people share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pool {
    /// The course.
    pub course: CourseIx,
    /// First day; `None` for the seats that a catalogue tells of, whenever the course starts.
    pub day: Option<Date>,
    /// Seats.
    pub seats: u32,
    /// Kronor for one of them.
    pub price_kr: u32,
    /// Where the price comes from.
    pub basis: PriceBasis,
}

/// All pools, and the price of seats that no pool limits.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Supply {
    /// Starts the hub buys, then courses of which a catalogue tells the seats.
    pub pools: Vec<Pool>,
    /// Pools of each course.
    by_course: BTreeMap<CourseIx, Vec<u32>>,
    /// Courses that the hub buys.
    bought: BTreeSet<CourseIx>,
    price_per_week: u32,
}

impl Supply {
    /// What a hub's starts and the catalogue give. Courses without either have no limit of seats.
    pub fn of(dataset: &DataSet, starts: &Starts, price_per_week: u32) -> Self {
        let mut supply = Self { price_per_week, ..Self::default() };
        for Start { course, day, seats, price_kr } in &starts.starts {
            supply.add(Pool {
                course: *course,
                day: Some(*day),
                seats: *seats,
                price_kr: *price_kr,
                basis: PriceBasis::Hub,
            });
            supply.bought.insert(*course);
        }
        for (ix, course) in (0..).zip(&dataset.courses) {
            if let (Some(seats), false) = (course.seats, supply.bought.contains(&ix)) {
                let (price_kr, basis) = supply.price(course);
                supply.add(Pool { course: ix, day: None, seats, price_kr, basis });
            }
        }
        supply
    }

    fn add(&mut self, pool: Pool) {
        let at = u32::try_from(self.pools.len()).unwrap_or(u32::MAX);
        self.by_course.entry(pool.course).or_default().push(at);
        self.pools.push(pool);
    }

    /// Whether the hub buys starts of a course.
    pub fn buys(&self, course: CourseIx) -> bool {
        self.bought.contains(&course)
    }

    /// Whether the hub buys any.
    pub fn buys_any(&self) -> bool {
        !self.bought.is_empty()
    }

    /// Pools of a course, by day.
    pub(super) fn pools_of(&self, course: CourseIx) -> impl Iterator<Item = (u32, &Pool)> {
        let pools = self.by_course.get(&course).into_iter().flatten();
        pools.map(|at| (*at, &self.pools[*at as usize]))
    }

    /// What a seat costs the hub outside its own starts.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded above")]
    pub(super) fn price(&self, course: &Course) -> (u32, PriceBasis) {
        if let Some(price) = course.price_kr {
            return (price, PriceBasis::Catalogue);
        }
        match course.form {
            CourseForm::Short | CourseForm::Validation => {
                let weeks = course.weeks.unwrap_or(UNKNOWN_WEEKS).clamp(0.0, 520.0);
                let price = f64::from(weeks) * f64::from(self.price_per_week);
                // To whole tens, as prices are.
                ((price / 10.0).round() as u32 * 10, PriceBasis::Assumed)
            }
            _ => (0, PriceBasis::Public),
        }
    }

    /// The engine that knows the hub's starts: its courses begin on those days and have seats.
    pub fn tell(&self, engine: &Engine) -> Engine {
        engine.with_courses(|courses| {
            for ix in &self.bought {
                let course = &mut courses[*ix as usize];
                let pools = self.pools_of(*ix).map(|(_, pool)| pool);
                course.starts = pools.filter_map(|pool| Some(pool.day?.to_string())).collect();
                // How many seats are left is for the plan to say, not for one worker's answer.
                (course.seats, course.apply_by) = (None, None);
            }
        })
    }

    /// The engine that plans with the hub's starts alone: all other courses are full.
    pub fn alone(&self, engine: &Engine) -> Engine {
        engine.with_courses(|courses| {
            for (ix, course) in (0..).zip(courses) {
                if !self.buys(ix) {
                    course.seats = Some(0);
                }
            }
        })
    }
}
