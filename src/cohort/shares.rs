//! Fair shares: how many of the places that count each group should get at least. What counts is
//! scarce and costs something: seats of courses. A way without any costs the hub nothing and takes
//! nothing from others, and were it counted, a group of direct moves would have its share without one
//! seat.

use super::{
    problem::{POINT, Person, Problem},
    solve::{Invalid, Solution, solve},
};

/// How many places a group should get.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct FairShare {
    /// People of the group.
    pub people: u32,
    /// Places by the share, rounded down.
    pub wanted: u32,
    /// Places that count and can be had at most, by a proof; `None` where the plan without shares has enough.
    pub reach: Option<u32>,
}

impl FairShare {
    /// Places to aim at: those wanted, as far as they can be had at all.
    pub fn target(self) -> u32 {
        self.reach.map_or(self.wanted, |reach| self.wanted.min(reach))
    }
}

/// Shares of the groups of a problem whose plan without any is `free`: of the places that count there, each group
/// should have at least `share` (0 to 1) of what its number of people would give it. A group that has
/// fewer is solved alone, with all seats and kronor, to know how many it can have at most.
pub fn fair_shares(
    problem: &Problem,
    free: &Solution,
    share: f64,
) -> Result<Vec<FairShare>, Invalid> {
    let of = |group: usize| problem.people.iter().filter(move |p| p.group == Some(group));
    let grouped = problem.people.iter().filter(|person| person.group.is_some()).count();
    let places: u32 = free.places.iter().sum();
    (0..problem.targets.len())
        .map(|group| {
            let people = u32::try_from(of(group).count()).unwrap_or(u32::MAX);
            let part = f64::from(people) / grouped.max(1) as f64;
            // A trace of rounding is no place less.
            let wanted = whole(share * f64::from(places) * part + 1e-9);
            let enough = free.places[group] >= wanted;
            let reach = if enough { None } else { Some(reach(problem, group)?) };
            Ok(FairShare { people, wanted, reach })
        })
        .collect()
}

/// How many people of a group can have a place that counts at most.
fn reach(problem: &Problem, group: usize) -> Result<u32, Invalid> {
    let alone = |person: &Person| {
        let mut person = person.clone();
        for option in &mut person.options {
            option.value = if option.counts { POINT } else { 0 };
        }
        person
    };
    let people = problem.people.iter().filter(|person| person.group == Some(group)).map(alone);
    let alone = Problem {
        people: people.collect(),
        targets: vec![0; problem.targets.len()],
        seats: problem.seats.clone(),
        budget: problem.budget,
        seed: problem.seed,
    };
    let bound = solve(&alone)?.bound;
    Ok(u32::try_from(bound / POINT).unwrap_or(u32::MAX))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count of people")]
fn whole(number: f64) -> u32 {
    number.floor() as u32
}
