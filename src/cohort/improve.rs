//! From what an auction ends with to a plan within the budget that no single change makes better.
//!
//! Prices of the bound tell what is worth trying: in the best plan everybody has an option that is worth
//! nearly as much to them, paid, as their best one.

use super::{
    flat::{Flat, NONE, Prices},
    state::{Move, State},
};

/// Rounds of changes after which a plan is taken as it is.
const MOST_ROUNDS: usize = 40;
/// Options of each person that are tried, the best at the prices first.
const TRIED: usize = 8;

/// What is tried: options of each person, the best at the prices first.
#[derive(Debug)]
pub(super) struct Tried {
    options: Vec<u32>,
    first: Vec<u32>,
    prices: Prices,
}

impl Tried {
    pub(super) fn of(flat: &Flat, prices: &Prices) -> Self {
        let mut tried = Self { options: Vec::new(), first: vec![0], prices: prices.clone() };
        for person in 0..flat.people() {
            let mut ranked: Vec<(i64, u32)> = flat
                .options(person)
                .map(|option| (-flat.net(person, option, prices), option))
                .collect();
            ranked.sort_unstable();
            tried.options.extend(ranked.into_iter().take(TRIED).map(|(_, option)| option));
            tried.first.push(u32::try_from(tried.options.len()).unwrap_or(NONE));
        }
        tried
    }

    fn options(&self, person: u32) -> &[u32] {
        let at = person as usize;
        &self.options[self.first[at] as usize..self.first[at + 1] as usize]
    }

    /// Changes of one person that are tried, to nothing last.
    fn moves<'t>(&'t self, state: &State<'_>, person: u32) -> impl Iterator<Item = Move> + use<'t> {
        let current = state.current(person);
        let options = self.options(person).iter().copied();
        let all = options.chain(std::iter::once(NONE)).filter(move |to| *to != current);
        all.map(move |to| Move { person, to })
    }

    /// What a move adds when its kronor are paid.
    fn paid_gain(&self, state: &State<'_>, step: Move) -> i64 {
        state.gain(step) - self.prices.budget * state.spends(step) / 1_000
    }
}

/// Brings a plan within the budget by the changes that lose least for each krona.
pub(super) fn repair(state: &mut State<'_>, tried: &Tried) {
    for _ in 0..MOST_ROUNDS {
        if state.affords(1) || state.left.is_none_or(|left| left >= 0) {
            return;
        }
        let mut cheaper: Vec<(f64, Move)> = people(state.flat)
            .filter_map(|person| {
                let steps = tried.moves(state, person).filter(|step| state.spends(*step) < 0);
                let possible = steps.filter(|step| state.full(*step).next().is_none());
                let rated = possible
                    .map(|step| (-state.gain(step) as f64 / -state.spends(step) as f64, step));
                rated.min_by(|a, b| a.0.total_cmp(&b.0))
            })
            .collect();
        cheaper.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.person.cmp(&b.1.person)));
        for (_, step) in cheaper {
            if state.left.is_none_or(|left| left >= 0) {
                return;
            }
            if state.full(step).next().is_none() {
                state.apply(step);
            }
        }
    }
}

/// Makes changes that make the plan better until there is none, or for [`MOST_ROUNDS`] rounds. The plan
/// must be within the budget and stays so.
pub(super) fn improve(state: &mut State<'_>, tried: &Tried) {
    for _ in 0..MOST_ROUNDS {
        let changed = fill(state, tried) | displace(state, tried);
        if !changed {
            return;
        }
    }
}

fn people(flat: &Flat) -> impl Iterator<Item = u32> + use<> {
    0..u32::try_from(flat.people()).unwrap_or(NONE)
}

/// Changes of one person into free seats, the best first.
fn fill(state: &mut State<'_>, tried: &Tried) -> bool {
    let mut better: Vec<(i64, Move)> = Vec::new();
    for person in people(state.flat) {
        let steps = tried.moves(state, person).filter(|step| state.gain(*step) > 0);
        let possible = steps.filter(|step| state.affords(state.spends(*step)));
        let possible = possible.filter(|step| state.full(*step).next().is_none());
        let rated = possible.map(|step| (-tried.paid_gain(state, step), step));
        better.extend(rated.min_by_key(|(rate, _)| *rate));
    }
    better.sort_by_key(|(rate, step)| (*rate, step.person));
    let mut changed = false;
    for (_, step) in better {
        let possible = state.affords(state.spends(step)) && state.full(step).next().is_none();
        if possible && state.gain(step) > 0 {
            state.apply(step);
            changed = true;
        }
    }
    changed
}

/// Changes of one person into the seat of another, who takes what is next best for them.
fn displace(state: &mut State<'_>, tried: &Tried) -> bool {
    let mut yields: Vec<Option<Option<Move>>> = vec![None; state.flat.seats.len()];
    let mut changed = false;
    for person in people(state.flat) {
        let steps: Vec<Move> = tried.moves(state, person).filter(|step| step.to != NONE).collect();
        for step in steps {
            let full: Vec<u32> = state.full(step).take(2).collect();
            let [pool] = full[..] else { continue };
            let way = *yields[pool as usize].get_or_insert_with(|| cheapest(state, tried, pool));
            let Some(other) = way else { continue };
            if other.person == person || state.current(other.person) == other.to {
                continue;
            }
            // What was the cheapest may be stale: seats and kronor have moved since.
            let gain = state.gain_of_both(other, step);
            let spends = state.spends(step) + state.spends(other);
            let holds = state.pools(state.current(other.person)).contains(&pool);
            if gain <= 0 || !state.affords(spends) || !holds || !seats_for(state, step, other) {
                continue;
            }
            state.apply(other);
            state.apply(step);
            changed = true;
            for pool in state.pools(step.to).iter().chain(state.pools(other.to)) {
                yields[*pool as usize] = None;
            }
            break;
        }
    }
    changed
}

/// Whether both moves find seats when they are made together.
fn seats_for(state: &State<'_>, step: Move, other: Move) -> bool {
    let freed = state.pools(state.current(other.person));
    let taken = state.pools(other.to);
    state.full(other).next().is_none()
        && state.pools(step.to).iter().all(|pool| {
            let own = u32::from(state.pools(state.current(step.person)).contains(pool));
            let free = state.free[*pool as usize] + u32::from(freed.contains(pool)) + own;
            free > u32::from(taken.contains(pool))
        })
}

/// The holder of a seat who loses least by going to free seats or to nothing.
fn cheapest(state: &State<'_>, tried: &Tried, pool: u32) -> Option<Move> {
    let holders = state.holders[pool as usize].iter();
    let ways = holders.flat_map(|holder| tried.moves(state, *holder));
    let ways = ways.filter(|step| !state.pools(step.to).contains(&pool));
    let possible = ways.filter(|step| state.full(*step).next().is_none());
    possible.min_by_key(|step| (-tried.paid_gain(state, *step), step.person))
}
