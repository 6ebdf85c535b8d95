//! What a plan comes to: totals, groups, starts, and what more of them would bring.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    document::{FairBy, GroupShare, MoreBudget, MoreSeats, StartUse, Totals, UnlimitedUse},
    draft::{Drafter, Solved},
    list::Member,
    marginal::{Help, more_budget, more_seats},
    problem::POINT,
    supply::PriceBasis,
    ways::Way,
    worth::{Parts, rounded},
};
use crate::{dataset::sectors, domain::Bilingual};

/// Starts of which it is tried what more seats would bring, those whose seats are worth most.
const TRIED_STARTS: usize = 8;
/// Seats and kronor that are tried.
const MORE_SEATS: u32 = 10;
const MORE_KR: u64 = 100_000;

impl Drafter<'_> {
    /// Ways that are planned, with their people.
    fn planned<'s>(&'s self, solved: &'s Solved) -> impl Iterator<Item = (&'s Member, &'s Way)> {
        let chosen = self.list.members.iter().zip(&solved.solution.choice);
        chosen.filter_map(|(member, chosen)| Some((member, &member.options()[(*chosen)?])))
    }

    pub(super) fn totals(&self, solved: &Solved) -> Totals {
        let solution = &solved.solution;
        let mut parts = Parts::default();
        let [mut placed, mut without_courses, mut window_unknown, mut assumed_kr] = [0_u64; 4];
        for (_, way) in self.planned(solved) {
            parts = plus(&parts, &way.parts);
            placed += 1;
            without_courses += u64::from(way.steps.is_empty());
            window_unknown += u64::from(way.fits_window.is_none());
            let assumed = way.steps.iter().filter(|step| step.basis == PriceBasis::Assumed);
            assumed_kr += assumed.map(|step| u64::from(step.price_kr)).sum::<u64>();
        }
        Totals {
            rows: self.list.rows,
            refused: self.list.refused_by_code.clone(),
            people: self.list.members.len() as u64,
            placed,
            without_courses,
            window_unknown,
            unassigned: BTreeMap::new(),
            spent_kr: solution.spent,
            assumed_kr,
            seats_taken: solution.taken.iter().copied().map(u64::from).sum(),
            seats: self.supply.pools.iter().map(|pool| u64::from(pool.seats)).sum(),
            parts,
            worth: points(solution.worth),
            bound: points(solution.bound),
            gap_percent: (solution.gap() * 1e6).round() / 1e4,
            points_per_1000_kr: points(solution.budget_price),
        }
    }

    /// Places by sector or by workplace; none where the list has no workplaces.
    pub(super) fn shares(&self, solved: &Solved, by: FairBy) -> Vec<GroupShare> {
        let keys = self.list.groups(by);
        if by == FairBy::Workplace && keys.is_empty() {
            return Vec::new();
        }
        let mut groups: BTreeMap<String, GroupShare> = BTreeMap::new();
        for member in &self.list.members {
            let entry = groups.entry(member.group(by)).or_insert_with(|| empty(member, by));
            entry.people += 1;
        }
        for (member, way) in self.planned(solved) {
            if let Some(entry) = groups.get_mut(&member.group(by)) {
                entry.placed += 1;
                entry.with_courses += u64::from(!way.steps.is_empty());
                entry.spent_kr += u64::from(way.cost_kr);
            }
        }
        let prices = &solved.solution.group_prices;
        let shares = solved.shares.iter().flatten().zip(prices);
        let shares = shares.filter(|_| by == self.order.fair_share_by);
        for (key, (share, price)) in keys.iter().zip(shares) {
            let Some(entry) = groups.get_mut(key) else { continue };
            entry.wanted = Some(share.wanted);
            entry.possible = share.reach.filter(|reach| *reach < share.wanted);
            entry.price = (*price > 0).then(|| points(*price));
        }
        groups.into_values().collect()
    }

    pub(super) fn starts_in_use(&self, solved: &Solved) -> Vec<StartUse> {
        let solution = &solved.solution;
        let mut asked = vec![0_u32; self.supply.pools.len()];
        for member in &self.list.members {
            let steps = member.options().iter().flat_map(|way| &way.steps);
            let pools: BTreeSet<u32> = steps.filter_map(|step| step.pool).collect();
            for pool in pools {
                asked[pool as usize] += 1;
            }
        }
        let full = |at: &usize| {
            let seats = self.supply.pools[*at].seats;
            solution.taken[*at] >= seats && asked[*at] > solution.taken[*at]
        };
        let mut tried: Vec<usize> = (0..self.supply.pools.len()).filter(full).collect();
        tried.sort_by_key(|at| (-solution.seat_prices[*at], *at));
        tried.truncate(TRIED_STARTS);
        let courses = &self.engine.dataset().courses;
        let uses = self.supply.pools.iter().enumerate().map(|(at, pool)| StartUse {
            course: courses[pool.course as usize].id.clone(),
            title: courses[pool.course as usize].title.clone(),
            start: pool.day,
            seats: pool.seats,
            taken: solution.taken[at],
            price_kr: pool.price_kr,
            basis: pool.basis,
            seat_worth: points(solution.seat_prices[at]),
            asked_by: asked[at],
            more: tried.contains(&at).then(|| {
                let help = more_seats(&solved.problem, solution, at, MORE_SEATS);
                let Help { better, worse, placed, worth } = help;
                MoreSeats { seats: MORE_SEATS, better, worse, placed, worth: points(worth) }
            }),
        });
        uses.collect()
    }

    pub(super) fn unlimited(&self, solved: &Solved) -> Vec<UnlimitedUse> {
        let mut taken: BTreeMap<u32, (u32, u32, PriceBasis)> = BTreeMap::new();
        for (_, way) in self.planned(solved) {
            for step in way.steps.iter().filter(|step| step.pool.is_none()) {
                let entry = taken.entry(step.course).or_insert((0, step.price_kr, step.basis));
                entry.0 += 1;
            }
        }
        let courses = &self.engine.dataset().courses;
        let mut uses: Vec<UnlimitedUse> = taken
            .into_iter()
            .map(|(ix, (taken, price_kr, basis))| UnlimitedUse {
                course: courses[ix as usize].id.clone(),
                title: courses[ix as usize].title.clone(),
                taken,
                price_kr,
                basis,
            })
            .collect();
        uses.sort_by(|a, b| b.taken.cmp(&a.taken).then_with(|| a.course.cmp(&b.course)));
        uses
    }
}

/// The group of a member, with nobody in it yet.
fn empty(member: &Member, by: FairBy) -> GroupShare {
    let label = match by {
        FairBy::Sector => sectors::sector_name(&member.sector).unwrap_or_default(),
        FairBy::Workplace => Bilingual::new(member.workplace.clone(), member.workplace.clone()),
    };
    GroupShare {
        key: member.group(by),
        label,
        people: 0,
        placed: 0,
        with_courses: 0,
        spent_kr: 0,
        wanted: None,
        possible: None,
        price: None,
    }
}

/// What more kronor would bring.
pub(super) fn kronor_more(solved: &Solved) -> MoreBudget {
    let Help { better, worse, placed, worth } =
        more_budget(&solved.problem, &solved.solution, MORE_KR);
    MoreBudget { kr: MORE_KR, placed, better, worse, worth: points(worth) }
}

fn plus(one: &Parts, other: &Parts) -> Parts {
    Parts {
        direct: rounded(one.direct + other.direct),
        gap_closed: rounded(one.gap_closed + other.gap_closed),
        wish: rounded(one.wish + other.wish),
        weeks: rounded(one.weeks + other.weeks),
        cost: rounded(one.cost + other.cost),
    }
}

/// Millionths of a point as points.
pub(super) fn points(millionths: i64) -> f64 {
    rounded(millionths as f64 / POINT as f64)
}
