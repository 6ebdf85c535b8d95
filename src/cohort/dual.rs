//! Prices that tighten the bound: what is wanted more than there is gets dearer, what is wanted less
//! gets cheaper, in ever smaller steps.

use super::flat::{Flat, KRONOR, Prices, WHOLE, Wanted};

/// Part of the first step below which a walk ends.
const LAST_STEP: f64 = 3e-4;
/// Steps without progress after which they are halved.
const PATIENCE: u32 = 8;
/// Options count as nearly the best within so many times the length of a step.
const BLUR: f64 = 1.0;
/// Part of the bound that is no progress for a step of one.
const TRACE: f64 = 1e-4;

/// A descent from some prices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Descent {
    /// First step, as a part of what an option is worth on average.
    pub(super) step: f64,
    /// Number of steps.
    pub(super) steps: u32,
}

/// Walks from `prices` towards those of the tightest bound; the best prices met and their bound. Steps
/// are halved, from the best prices again, whenever some of them bring nothing.
pub(super) fn descend(flat: &Flat, prices: &Prices, descent: Descent) -> (Prices, i64) {
    let scale = Scale::of(flat);
    let mut at = prices.clone();
    let mut best = (prices.clone(), i64::MAX);
    let mut direction = Direction::none(flat);
    let (mut length, mut idle) = (descent.step, 0);
    for _ in 0..descent.steps {
        let wanted = flat.wanted(&at, scale.part(length * BLUR));
        let bound = wanted.people + flat.sold(&at);
        idle += 1;
        if bound < best.1 {
            // A trace is no progress.
            let trace = best.1.saturating_sub(bound) as f64 <= TRACE * length * bound.abs() as f64;
            idle = if trace { idle } else { 0 };
            best = (at.clone(), bound);
        }
        direction.turn(flat, &wanted);
        if idle >= PATIENCE {
            if length < descent.step * LAST_STEP {
                break;
            }
            (length, idle) = (length / 2.0, 0);
            at.clone_from(&best.0);
            direction = Direction::none(flat);
            continue;
        }
        direction.walk(flat, &mut at, length, &scale);
    }
    best
}

/// What options are worth and cost, so that steps have a size.
struct Scale {
    value: f64,
    /// Kronor of an option that costs anything.
    cost: f64,
}

impl Scale {
    #[expect(clippy::cast_possible_truncation, reason = "a part of what an option is worth")]
    fn part(&self, part: f64) -> i64 {
        (self.value * part) as i64
    }

    fn of(flat: &Flat) -> Self {
        let best = (0..flat.people()).filter_map(|person| flat.best(person, &flat.free()));
        let (count, sum) = best.fold((0_u32, 0), |(count, sum), (_, net)| (count + 1, sum + net));
        let costs = flat.cost.iter().filter(|cost| **cost > 0);
        let (some, kronor) = costs.fold((0_u32, 0_u64), |(n, sum), c| (n + 1, sum + u64::from(*c)));
        Self {
            value: (sum as f64 / f64::from(count.max(1))).max(1.0),
            cost: (kronor as f64 / f64::from(some.max(1))).max(1.0),
        }
    }
}

/// Where prices should go, -1 to 1 each, smoothed over steps so that they do not swing.
struct Direction {
    seats: Vec<f64>,
    budget: f64,
    groups: Vec<f64>,
}

impl Direction {
    fn none(flat: &Flat) -> Self {
        let (seats, groups) = (vec![0.0; flat.seats.len()], vec![0.0; flat.targets.len()]);
        Self { seats, budget: 0.0, groups }
    }

    fn turn(&mut self, flat: &Flat, wanted: &Wanted) {
        let toward = |old: &mut f64, wanted: f64, there: f64| {
            let excess = ((wanted - there) / there.abs().max(1.0)).clamp(-1.0, 1.0);
            *old = 0.6 * *old + 0.4 * excess;
        };
        for ((old, wanted), seats) in self.seats.iter_mut().zip(&wanted.seats).zip(&flat.seats) {
            toward(old, *wanted as f64 / WHOLE as f64, f64::from(*seats));
        }
        if let Some(budget) = flat.budget {
            let cost = wanted.cost as f64 / (WHOLE / KRONOR) as f64;
            toward(&mut self.budget, cost, budget as f64);
        }
        for ((old, placed), target) in self.groups.iter_mut().zip(&wanted.places).zip(&flat.targets)
        {
            // A group is dear where it gets too few.
            toward(old, -*placed as f64 / WHOLE as f64, -f64::from(*target));
        }
    }

    #[expect(clippy::cast_possible_truncation, reason = "prices are far below 2^63")]
    fn walk(&self, flat: &Flat, prices: &mut Prices, length: f64, scale: &Scale) {
        let step = length * scale.value;
        for (price, direction) in prices.seats.iter_mut().zip(&self.seats) {
            *price = (*price + (step * direction) as i64).max(0);
        }
        if flat.budget.is_some() {
            let a_thousand = step / scale.cost * 1_000.0;
            let price = prices.budget.saturating_add((a_thousand * self.budget) as i64);
            prices.budget = price.clamp(0, flat.highest);
        }
        let groups = prices.groups.iter_mut().zip(&self.groups).zip(&flat.targets);
        for ((price, direction), target) in groups {
            if *target > 0 {
                *price = (*price + (step * direction) as i64).clamp(0, flat.shortfall);
            }
        }
    }
}
