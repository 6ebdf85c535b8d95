//! A whole list at once: who takes which way and which course start, under one budget, with seats,
//! windows and fair shares. A plan is a draft; a person approves it ([`Plan::approve`]).
//!
//! * [`ways`] turns a worker's answer into options: each path without courses, and with its course plan
//!   on each set of starts that a hub buys ([`Starts`]). What does not fit the worker's window, or cannot
//!   be done, is no option.
//! * [`worth`] weighs them; the formula and why it is so stand there.
//! * [`solve()`] chooses: it knows neither the engine nor files and takes a [`Problem`] of numbers, so that
//!   a batch's answers can be planned by any caller.
//! * [`Ask`] makes a plan of a list; [`Drafter`] puts it together, with what more seats or money would bring.
//!
//! # The method
//!
//! Maximise the sum of worth, at most one option a person, at most as many as there are seats, at most
//! the budget, and for each group (sector or workplace) at least its target of course places, each missing place at a price. All
//! these limits get prices (Lagrange): for any prices that are not negative, what everybody would choose
//! if they paid them, plus the worth of all that is sold, is a bound that no plan exceeds. Prices are
//! found by a descent on that bound, a plan by an auction at these prices; changes of one person, and of
//! one into another's seat, fill what the auction leaves. All sums are of whole numbers, so that the
//! bound is proven and the same for any number of threads. Equals take turns by a keyed hash of their
//! references.
//!
//! ```
//! use kompetensnav::cohort::{Choice, POINT, Person, Problem, solve};
//!
//! let option = |points: i64, cost, pools: &[u32]| Choice { value: points * POINT, cost, pools: pools.into(), counts: true };
//! let person = |reference: &str, options| Person { reference: reference.into(), options, ..Person::default() };
//! let problem = Problem {
//!     people: vec![
//!         person("a", vec![option(90, 5_000, &[0]), option(80, 5_000, &[1])]),
//!         person("b", vec![option(85, 5_000, &[0]), option(30, 0, &[])]),
//!     ],
//!     seats: vec![Some(1), Some(1)],
//!     budget: Some(10_000),
//!     ..Problem::default()
//! };
//! let plan = solve(&problem)?;
//! assert_eq!(plan.choice, [Some(1), Some(0)]);
//! assert_eq!(plan.worth, 165 * POINT);
//! assert!(plan.worth <= plan.bound);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod auction;
mod choices;
mod crowds;
mod document;
mod draft;
mod dual;
mod flat;
mod improve;
mod list;
mod marginal;
mod picture;
mod problem;
mod sentences;
mod shares;
mod sheet;
mod solve;
mod starts;
mod state;
mod supply;
pub mod table;
mod tally;
#[cfg(test)]
mod tests;
pub mod ways;
pub mod words;
pub mod worth;

pub use choices::{AskedCourse, AskedLock, Choices, Lock, Locked};
pub use document::{
    Approval, Assignment, CourseInPlan, FairBy, GroupShare, MoreBudget, MoreSeats, NotApproved,
    Plan, PlanSettings, PlanStatus, StartUse, Totals, Unassigned, UnlimitedUse, WayInPlan,
};
pub use draft::{Ask, Drafter, Order};
pub use list::{List, Member};
pub use marginal::{Help, more_budget, more_seats};
pub use problem::{Choice, MOST_POINTS, POINT, Person, Problem, Refusal};
pub use shares::{FairShare, fair_shares};
pub use sheet::RowProblem;
pub use solve::{Invalid, Solution, solve};
pub use starts::{Start, Starts};
pub use supply::{PRICE_PER_WEEK, Pool, PriceBasis, Supply};
pub use ways::WithoutCourse;
