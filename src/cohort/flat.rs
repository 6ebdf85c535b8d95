//! The problem as arrays, and the bound that prices prove.

use rayon::prelude::*;

use super::problem::{Locks, Problem};

/// No option.
pub(super) const NONE: u32 = u32::MAX;
/// Kronor that the price of the budget is for.
pub(super) const KRONOR: i64 = 1_000;
/// One seat or place that is wanted.
pub(super) const WHOLE: i64 = 1_000_000;
/// People whose part of a bound is summed at once.
const CHUNK: usize = 2_048;

/// People who are not locked, in the order of their turns, with the options that seats and budget allow
/// at all. Pools without a limit are left out.
#[derive(Debug, Clone)]
pub(super) struct Flat {
    /// Position of each person in the problem.
    pub(super) person: Vec<usize>,
    /// Position of each person's group; the last one is of those without.
    pub(super) group: Vec<u16>,
    /// First option of each person, and the end.
    first: Vec<u32>,
    pub(super) value: Vec<i64>,
    pub(super) cost: Vec<u32>,
    /// Whether fair shares count an option.
    pub(super) counts: Vec<bool>,
    /// Position of each option among the person's options.
    pub(super) original: Vec<u32>,
    /// First pool of each option, and the end.
    first_pool: Vec<u32>,
    pools: Vec<u32>,
    pub(super) seats: Vec<u32>,
    pub(super) budget: Option<u64>,
    /// Places that count each group should get; 0 for those without a group.
    pub(super) targets: Vec<u32>,
    /// Price of each place that a group gets too few.
    pub(super) shortfall: i64,
    /// Highest price of the budget with which no sum overflows.
    pub(super) highest: i64,
}

/// Prices of seats, of 1,000 kronor, and of a place for each group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Prices {
    pub(super) seats: Vec<i64>,
    pub(super) budget: i64,
    pub(super) groups: Vec<i64>,
}

impl Flat {
    pub(super) fn of(problem: &Problem, turns: &[usize], locks: &Locks, shortfall: i64) -> Self {
        let mut targets = locks.targets.clone();
        targets.push(0);
        let unlimited = u32::MAX;
        let mut flat = Self {
            person: Vec::new(),
            group: Vec::new(),
            first: vec![0],
            value: Vec::new(),
            cost: Vec::new(),
            counts: Vec::new(),
            original: Vec::new(),
            first_pool: vec![0],
            pools: Vec::new(),
            seats: locks.seats.iter().map(|seats| seats.unwrap_or(unlimited)).collect(),
            budget: locks.budget,
            targets,
            shortfall,
            highest: 0,
        };
        for at in turns {
            if locks.kept.contains_key(at) || locks.refused.contains_key(at) {
                continue;
            }
            flat.add(problem, *at);
        }
        let dearest = flat.cost.iter().copied().max().unwrap_or(0).max(1);
        flat.highest = i64::MAX / 8 / i64::from(dearest);
        flat
    }

    fn add(&mut self, problem: &Problem, at: usize) {
        let person = &problem.people[at];
        for (original, choice) in (0_u32..).zip(&person.options) {
            let full = choice.pools.iter().any(|pool| self.seats[*pool as usize] == 0);
            let dear = self.budget.is_some_and(|budget| u64::from(choice.cost) > budget);
            if full || dear {
                continue;
            }
            self.value.push(choice.value);
            self.cost.push(choice.cost);
            self.counts.push(choice.counts);
            self.original.push(original);
            let seats = &self.seats;
            let limited = choice.pools.iter().filter(|pool| seats[**pool as usize] != u32::MAX);
            self.pools.extend(limited);
            self.first_pool.push(u32::try_from(self.pools.len()).unwrap_or(u32::MAX));
        }
        self.person.push(at);
        let none = self.targets.len() - 1;
        let group = person.group.unwrap_or(none);
        self.group.push(u16::try_from(group).unwrap_or(u16::MAX));
        self.first.push(u32::try_from(self.value.len()).unwrap_or(u32::MAX));
    }

    pub(super) fn people(&self) -> usize {
        self.person.len()
    }

    /// Options of a person.
    pub(super) fn options(&self, person: usize) -> std::ops::Range<u32> {
        self.first[person]..self.first[person + 1]
    }

    /// Pools with a limit that an option takes a seat of.
    pub(super) fn pools(&self, option: u32) -> &[u32] {
        let at = option as usize;
        &self.pools[self.first_pool[at] as usize..self.first_pool[at + 1] as usize]
    }

    pub(super) fn group_of(&self, person: usize) -> usize {
        usize::from(self.group[person])
    }

    /// Prices of nothing.
    pub(super) fn free(&self) -> Prices {
        Prices { seats: vec![0; self.seats.len()], budget: 0, groups: vec![0; self.targets.len()] }
    }

    /// What an option is worth to a person before seats are paid.
    pub(super) fn base(&self, person: usize, option: u32, prices: &Prices) -> i64 {
        let at = option as usize;
        let fair = if self.counts[at] { prices.groups[self.group_of(person)] } else { 0 };
        self.value[at] - prices.budget * i64::from(self.cost[at]) / KRONOR + fair
    }

    /// What an option is worth to a person when everything is paid.
    pub(super) fn net(&self, person: usize, option: u32, prices: &Prices) -> i64 {
        let seats = self.pools(option).iter().map(|pool| prices.seats[*pool as usize]).sum::<i64>();
        self.base(person, option, prices) - seats
    }

    /// The option worth most at these prices; `None` where none is worth more than nothing.
    pub(super) fn best(&self, person: usize, prices: &Prices) -> Option<(u32, i64)> {
        let mut best = (NONE, 0);
        for option in self.options(person) {
            let net = self.net(person, option, prices);
            if net > best.1 {
                best = (option, net);
            }
        }
        (best.0 != NONE).then_some(best)
    }

    /// What no plan can exceed: the sum of what everybody would take at these prices, and the worth of
    /// what is sold. Weak duality; it holds for any prices that are not negative, those of groups up to
    /// the price of a missing place. Divisions are rounded so that the bound stays one.
    pub(super) fn bound(&self, prices: &Prices) -> i64 {
        let people: i64 = (0..self.people())
            .into_par_iter()
            .with_min_len(CHUNK)
            .map(|person| self.best(person, prices).map_or(0, |(_, net)| net))
            .sum();
        people + self.sold(prices)
    }

    /// The worth of all seats, of the budget and of the targets at these prices.
    pub(super) fn sold(&self, prices: &Prices) -> i64 {
        let seats = self.seats.iter().zip(&prices.seats).filter(|(_, price)| **price > 0);
        let seats: i64 = seats.map(|(seats, price)| i64::from(*seats) * price).sum();
        let budget = self.budget.map_or(0, |budget| {
            let worth = i128::from(budget) * i128::from(prices.budget);
            i64::try_from(worth / i128::from(KRONOR) + 1).unwrap_or(i64::MAX / 4)
        });
        let targets = self.targets.iter().zip(&prices.groups);
        let targets: i64 = targets.map(|(target, price)| i64::from(*target) * price).sum();
        seats + budget - targets
    }

    /// What people would take at these prices, pool by pool, in kronor and group by group. Somebody to
    /// whom several options are worth nearly as much, within `blur`, takes a part of each: many people
    /// with the same options would else all run from one pool to the next.
    pub(super) fn wanted(&self, prices: &Prices, blur: i64) -> Wanted {
        let empty = || (Wanted::nothing(self), Vec::new());
        let (wanted, _) = (0..self.people())
            .into_par_iter()
            .with_min_len(CHUNK)
            .fold(empty, |(mut wanted, mut nets), person| {
                nets.clear();
                nets.extend(self.options(person).map(|option| self.net(person, option, prices)));
                self.want(&mut wanted, person, &nets, blur.max(1));
                (wanted, nets)
            })
            .reduce(empty, |(one, nets), (other, _)| (one.plus(other), nets));
        wanted
    }

    /// Adds what one person takes whose options are worth `nets`.
    fn want(&self, wanted: &mut Wanted, person: usize, nets: &[i64], blur: i64) {
        let best = nets.iter().copied().max().unwrap_or(0).max(0);
        wanted.people += best;
        let part = |net: i64| ((blur - (best - net)).max(0) as f64 / blur as f64).powi(2);
        // To take nothing is worth nothing.
        let all = part(0) + nets.iter().map(|net| part(*net)).sum::<f64>();
        for (option, net) in self.options(person).zip(nets).filter(|(_, net)| best - **net < blur) {
            #[expect(clippy::cast_possible_truncation, reason = "at most one")]
            let share = (part(*net) / all * WHOLE as f64) as i64;
            wanted.cost += i64::from(self.cost[option as usize]) * share / KRONOR;
            if self.counts[option as usize] {
                wanted.places[self.group_of(person)] += share;
            }
            for pool in self.pools(option) {
                wanted.seats[*pool as usize] += share;
            }
        }
    }
}

/// What people would take at some prices, in parts of [`WHOLE`]; kronor in parts of a thousandth of it.
#[derive(Debug, Clone)]
pub(super) struct Wanted {
    /// What it is worth to them, paid.
    pub(super) people: i64,
    pub(super) seats: Vec<i64>,
    pub(super) cost: i64,
    pub(super) places: Vec<i64>,
}

impl Wanted {
    fn nothing(flat: &Flat) -> Self {
        let (seats, places) = (vec![0; flat.seats.len()], vec![0; flat.targets.len()]);
        Self { people: 0, seats, cost: 0, places }
    }

    fn plus(mut self, other: Self) -> Self {
        self.people += other.people;
        self.cost += other.cost;
        for (own, add) in self.seats.iter_mut().zip(other.seats) {
            *own += add;
        }
        for (own, add) in self.places.iter_mut().zip(other.places) {
            *own += add;
        }
        self
    }
}
