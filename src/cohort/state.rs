//! A plan being made: who has which option, and what seats and kronor are left.

use super::flat::{Flat, NONE};

/// An assignment within the seats; whether it is within the budget, `left` says.
#[derive(Debug, Clone)]
pub(super) struct State<'a> {
    pub(super) flat: &'a Flat,
    /// Option of each person.
    pub(super) choice: Vec<u32>,
    /// Seats that are left.
    pub(super) free: Vec<u32>,
    /// Who has a seat of each pool.
    pub(super) holders: Vec<Vec<u32>>,
    /// Kronor that are left, below 0 where too much is spent; `None` without a budget.
    pub(super) left: Option<i64>,
    /// Places of each group that count.
    pub(super) places: Vec<u32>,
}

/// A change of one person's option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) person: u32,
    pub(super) to: u32,
}

impl<'a> State<'a> {
    /// Nobody has anything.
    pub(super) fn empty(flat: &'a Flat) -> Self {
        Self {
            flat,
            choice: vec![NONE; flat.people()],
            free: flat.seats.clone(),
            holders: vec![Vec::new(); flat.seats.len()],
            left: flat.budget.map(|budget| i64::try_from(budget).unwrap_or(i64::MAX)),
            places: vec![0; flat.targets.len()],
        }
    }

    /// The state of a choice within the seats.
    pub(super) fn of(flat: &'a Flat, choice: &[u32]) -> Self {
        let mut state = Self::empty(flat);
        for (person, to) in (0..).zip(choice.iter().copied()).filter(|(_, to)| *to != NONE) {
            state.apply(Move { person, to });
        }
        state
    }

    /// What the plan is worth, less what is missing of the targets.
    pub(super) fn worth(&self) -> i64 {
        let value = self.taken().map(|option| self.flat.value[option as usize]).sum::<i64>();
        value - self.flat.shortfall * self.missing()
    }

    /// Places that groups get too few, together.
    pub(super) fn missing(&self) -> i64 {
        let groups = self.flat.targets.iter().zip(&self.places);
        groups.map(|(target, places)| i64::from(target.saturating_sub(*places))).sum()
    }

    fn taken(&self) -> impl Iterator<Item = u32> {
        self.choice.iter().copied().filter(|option| *option != NONE)
    }

    pub(super) fn value(&self, option: u32) -> i64 {
        if option == NONE { 0 } else { self.flat.value[option as usize] }
    }

    pub(super) fn cost(&self, option: u32) -> i64 {
        if option == NONE { 0 } else { i64::from(self.flat.cost[option as usize]) }
    }

    /// Whether fair shares count an option.
    fn counts(&self, option: u32) -> bool {
        option != NONE && self.flat.counts[option as usize]
    }

    pub(super) fn pools(&self, option: u32) -> &'a [u32] {
        if option == NONE { &[] } else { self.flat.pools(option) }
    }

    /// Whether somebody has an option.
    pub(super) fn current(&self, person: u32) -> u32 {
        self.choice[person as usize]
    }

    /// How much a move adds to what the plan is worth.
    pub(super) fn gain(&self, step: Move) -> i64 {
        self.gain_where(step, self.places[self.flat.group_of(step.person as usize)])
    }

    /// How much the moves of two people add together: what a group lacks is not the sum of what it lacks by each.
    pub(super) fn gain_of_both(&self, first: Move, second: Move) -> i64 {
        let [group, same] = [first, second].map(|step| self.flat.group_of(step.person as usize));
        let mut places = self.places[same];
        if group == same {
            places -= u32::from(self.counts(self.current(first.person)));
            places += u32::from(self.counts(first.to));
        }
        self.gain(first) + self.gain_where(second, places)
    }

    /// How much a move adds where its person's group has so many places that count.
    fn gain_where(&self, step: Move, places: u32) -> i64 {
        let from = self.current(step.person);
        let target = self.flat.targets[self.flat.group_of(step.person as usize)];
        let fair = match (self.counts(from), self.counts(step.to)) {
            (false, true) if places < target => self.flat.shortfall,
            (true, false) if places <= target => -self.flat.shortfall,
            _ => 0,
        };
        self.value(step.to) - self.value(from) + fair
    }

    /// Kronor that a move costs.
    pub(super) fn spends(&self, step: Move) -> i64 {
        self.cost(step.to) - self.cost(self.current(step.person))
    }

    /// Whether so many kronor more can be spent.
    pub(super) fn affords(&self, kronor: i64) -> bool {
        kronor <= 0 || self.left.is_none_or(|left| left >= kronor)
    }

    /// Pools of a move's option that have no seat for this person.
    pub(super) fn full(&self, step: Move) -> impl Iterator<Item = u32> {
        let own = self.pools(self.current(step.person));
        let pools = self.pools(step.to).iter().copied();
        pools.filter(move |pool| self.free[*pool as usize] == 0 && !own.contains(pool))
    }

    /// Makes a move. The caller knows that there are seats.
    pub(super) fn apply(&mut self, step: Move) {
        let from = self.current(step.person);
        let group = self.flat.group_of(step.person as usize);
        self.left = self.left.map(|left| left - self.spends(step));
        for pool in self.pools(from) {
            self.free[*pool as usize] += 1;
            let holders = &mut self.holders[*pool as usize];
            if let Some(at) = holders.iter().position(|holder| *holder == step.person) {
                holders.swap_remove(at);
            }
        }
        for pool in self.pools(step.to) {
            self.free[*pool as usize] -= 1;
            self.holders[*pool as usize].push(step.person);
        }
        self.places[group] -= u32::from(self.counts(from));
        self.places[group] += u32::from(self.counts(step.to));
        self.choice[step.person as usize] = step.to;
    }
}
