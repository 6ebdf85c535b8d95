//! What more seats or kronor would bring: the plan is made better with them, and the difference counted.

use super::{
    flat::{Flat, NONE, Prices},
    improve::{Tried, improve},
    problem::{Locks, Problem},
    solve::Solution,
    state::{Move, State},
};

/// What something more brings. It is counted by making the plan better with it, so that it is sure to
/// be had; a plan made anew may bring more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Help {
    /// People whose option becomes worth more.
    pub better: u32,
    /// People whose option becomes worth less, so that others gain more.
    pub worse: u32,
    /// People with a place, more than before.
    pub placed: i64,
    /// What the plan becomes worth more, millionths of a point.
    pub worth: i64,
}

/// What so many more seats of a pool would bring to a plan. As costly as reading the options once.
pub fn more_seats(problem: &Problem, solution: &Solution, pool: usize, seats: u32) -> Help {
    let turns = problem.turns();
    let mut locks = Locks::of(problem, &turns);
    let mut prices = solution.prices();
    // More of it is worth less: it is tried by all to whom it is worth anything.
    prices.seats[pool] = 0;
    let before = Flat::of(problem, &turns, &locks, solution.shortfall);
    locks.seats[pool] = locks.seats[pool].map(|left| left.saturating_add(seats));
    let after = Flat::of(problem, &turns, &locks, solution.shortfall);
    help(solution, [&before, &after], &prices)
}

/// What so many more kronor would bring to a plan. As costly as reading the options once.
pub fn more_budget(problem: &Problem, solution: &Solution, kronor: u64) -> Help {
    let turns = problem.turns();
    let mut locks = Locks::of(problem, &turns);
    let before = Flat::of(problem, &turns, &locks, solution.shortfall);
    locks.budget = locks.budget.map(|left| left.saturating_add(kronor));
    let after = Flat::of(problem, &turns, &locks, solution.shortfall);
    help(solution, [&before, &after], &solution.prices())
}

/// What the second problem brings beyond what a search like this finds without it.
fn help(solution: &Solution, [before, after]: [&Flat; 2], prices: &Prices) -> Help {
    let mut base = restored(before, solution);
    improve(&mut base, &Tried::of(before, prices));
    let original = |option: &u32| (*option != NONE).then(|| before.original[*option as usize]);
    let known: Vec<Option<u32>> = base.choice.iter().map(original).collect();
    let mut more = State::empty(after);
    take(&mut more, &known);
    let was: Vec<i64> = more.choice.iter().map(|option| more.value(*option)).collect();
    let worth = more.worth();
    improve(&mut more, &Tried::of(after, prices));
    let count = |than: fn(i64, i64) -> bool| {
        let changed = more.choice.iter().zip(&was);
        let found = changed.filter(|(option, was)| than(more.value(**option), **was)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let places = |state: &State<'_>| state.choice.iter().filter(|option| **option != NONE).count();
    Help {
        better: count(|now, was| now > was),
        worse: count(|now, was| now < was),
        placed: i64::try_from(places(&more)).unwrap_or(i64::MAX)
            - i64::try_from(places(&base)).unwrap_or(i64::MAX),
        worth: more.worth() - worth,
    }
}

/// The plan of a solution.
fn restored<'f>(flat: &'f Flat, solution: &Solution) -> State<'f> {
    let options: Vec<Option<u32>> = flat
        .person
        .iter()
        .map(|person| solution.choice[*person].and_then(|option| u32::try_from(option).ok()))
        .collect();
    let mut state = State::empty(flat);
    take(&mut state, &options);
    state
}

/// Gives people their options, by the position among their own.
fn take(state: &mut State<'_>, options: &[Option<u32>]) {
    for (person, original) in options.iter().enumerate() {
        let found = state
            .flat
            .options(person)
            .find(|option| Some(state.flat.original[*option as usize]) == *original);
        if let Some(to) = found {
            state.apply(Move { person: u32::try_from(person).unwrap_or(NONE), to });
        }
    }
}
