//! What the optimiser is asked: people with options, seats, a budget and fair shares. Values only; it
//! knows neither occupations nor courses.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

/// Units of a value: one point is a million. Whole numbers make sums equal for any number of threads,
/// and the bound exact.
pub const POINT: i64 = 1_000_000;

/// Most points an option may be worth, either way.
pub const MOST_POINTS: f64 = 1e6;

/// An assignment problem: at most one option a person, within seats and budget.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Problem {
    /// The people.
    pub people: Vec<Person>,
    /// Seats of each pool; `None` where there is no limit.
    pub seats: Vec<Option<u32>>,
    /// Kronor that may be spent; `None` for no limit.
    pub budget: Option<u64>,
    /// How many people of each group should get an option that counts, as far as that can be.
    pub targets: Vec<u32>,
    /// Key of the order in which equals take turns.
    pub seed: u64,
}

/// Somebody who may get a place.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Person {
    /// Reference, unique; with the seed it decides whose turn comes first.
    pub reference: String,
    /// Position of their group in [`Problem::targets`]; `None` where they belong to none.
    pub group: Option<usize>,
    /// What they may be given, the best of equals first.
    pub options: Vec<Choice>,
    /// Position of the option that an adviser has locked.
    pub locked: Option<usize>,
}

/// Something a person may be given.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Choice {
    /// What it is worth, in millionths of a point ([`POINT`]).
    pub value: i64,
    /// What it costs the budget, kronor.
    pub cost: u32,
    /// Pools it takes one seat of each, ascending, none twice.
    pub pools: Vec<u32>,
    /// Whether it is one of those that groups should get their share of.
    pub counts: bool,
}

/// Why a locked option could not be kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// A pool has no seat left for it after the other locks.
    Seats {
        /// The pool.
        pool: u32,
    },
    /// The budget does not reach after the other locks.
    Budget,
}

impl Problem {
    /// The people in the order of their turns: by a hash of seed and reference, so that no order of rows
    /// and no spelling of references gives anybody an advantage.
    pub(super) fn turns(&self) -> Vec<usize> {
        let hash = |person: &Person| -> [u8; 32] {
            let mut hasher = Sha256::new();
            hasher.update(self.seed.to_le_bytes());
            hasher.update(person.reference.as_bytes());
            hasher.finalize().into()
        };
        let mut turns: Vec<([u8; 32], usize)> =
            self.people.iter().enumerate().map(|(at, person)| (hash(person), at)).collect();
        turns.sort_unstable();
        turns.into_iter().map(|(_, at)| at).collect()
    }
}

/// Locks that hold, and what is left for the others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Locks {
    /// Option of each person whose lock holds.
    pub(super) kept: BTreeMap<usize, usize>,
    /// People whose lock does not hold: they get nothing else, for an adviser has said what they want.
    pub(super) refused: BTreeMap<usize, Refusal>,
    /// Seats that are left.
    pub(super) seats: Vec<Option<u32>>,
    /// Kronor that are left.
    pub(super) budget: Option<u64>,
    /// People of each group who are still to get an option that counts.
    pub(super) targets: Vec<u32>,
}

impl Locks {
    /// Keeps locks in the order of turns, as far as seats and budget reach.
    pub(super) fn of(problem: &Problem, turns: &[usize]) -> Self {
        let mut locks = Self {
            kept: BTreeMap::new(),
            refused: BTreeMap::new(),
            seats: problem.seats.clone(),
            budget: problem.budget,
            targets: problem.targets.clone(),
        };
        for at in turns {
            let person = &problem.people[*at];
            let Some(option) = person.locked else { continue };
            if let Some(refusal) = locks.take(&person.options[option]) {
                locks.refused.insert(*at, refusal);
                continue;
            }
            locks.kept.insert(*at, option);
            if let Some(group) = person.group.filter(|_| person.options[option].counts) {
                locks.targets[group] = locks.targets[group].saturating_sub(1);
            }
        }
        locks
    }

    fn take(&mut self, choice: &Choice) -> Option<Refusal> {
        let full = |pool: &&u32| self.seats[**pool as usize] == Some(0);
        if let Some(pool) = choice.pools.iter().find(full) {
            return Some(Refusal::Seats { pool: *pool });
        }
        if self.budget.is_some_and(|left| left < u64::from(choice.cost)) {
            return Some(Refusal::Budget);
        }
        for pool in &choice.pools {
            let seats = &mut self.seats[*pool as usize];
            *seats = seats.map(|left| left - 1);
        }
        self.budget = self.budget.map(|left| left - u64::from(choice.cost));
        None
    }
}
