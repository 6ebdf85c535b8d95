//! From a problem to a plan with a proven bound.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    auction::{Auctioned, auction},
    dual::{Descent, descend},
    flat::{Flat, NONE, Prices},
    improve::{Tried, improve, repair},
    problem::{Locks, MOST_POINTS, POINT, Problem, Refusal},
    state::State,
};

/// Steps towards the prices of the bound, for small problems and for those of more options than
/// [`MANY_OPTIONS`].
const STEPS: u32 = 1_000;
const STEPS_MANY: u32 = 400;
const MANY_OPTIONS: usize = 300_000;
/// First step, as a part of what an option is worth on average.
const FIRST_STEP: f64 = 0.2;
/// Steps from the prices of an auction, and the first of them.
const POLISH: Descent = Descent { step: 0.01, steps: 100 };
/// Epsilon of an auction, as a part of what a person gets on average.
const EPSILON: f64 = 1e-4;
/// How far below the prices of the bound an auction begins, as a part of the same.
const BELOW: f64 = 0.01;
/// Auctions at most, each at another price of the budget.
const TRIES: usize = 10;
/// First step of that price, as a part of it.
const STRIDE: f64 = 0.002;
/// Gap below which nothing more is tried, and above which the bound is polished.
const CLOSE: f64 = 2e-5;
const WIDE: f64 = 5e-4;
/// A missing place of a fair share costs so many times what the best option of all is worth: more than
/// what four people have by their options, so that it is given up only where it cannot be had.
const SHORTFALL: i64 = 4;

/// A problem that is none.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Invalid {
    /// Two people with one reference.
    #[error("the reference {0} is used twice; give each person one of their own")]
    Reference(String),
    /// Shares between workplaces of a list without any.
    #[error(
        "the list names no workplace; give it a column arbetsplats (or --map COLUMN=arbetsplats), or take \
         --fair-share-by sector"
    )]
    NoWorkplace,
    /// A group, pool or locked option that is not there, pools out of order, or a value out of bounds.
    #[error("{reference}: {problem}")]
    Person {
        /// Whose.
        reference: String,
        /// What is wrong.
        problem: &'static str,
    },
}

/// A plan for a problem, and what no plan can exceed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solution {
    /// Option of each person, in the order of the problem.
    pub choice: Vec<Option<usize>>,
    /// Locks that could not be kept, by the position of the person, who has no option then.
    pub refused: BTreeMap<usize, Refusal>,
    /// Sum of what the options are worth, less the price of places that groups get too few;
    /// millionths of a point.
    pub worth: i64,
    /// No plan that keeps the same locks is worth more; millionths of a point.
    pub bound: i64,
    /// Kronor that are spent.
    pub spent: u64,
    /// Seats that are taken of each pool.
    pub taken: Vec<u32>,
    /// Places of each group that count.
    pub places: Vec<u32>,
    /// Price of a place that a group gets too few, millionths of a point.
    pub shortfall: i64,
    /// Price of a seat of each pool at the bound, millionths of a point: what one more would be worth.
    pub seat_prices: Vec<i64>,
    /// Price of 1,000 kronor at the bound, millionths of a point.
    pub budget_price: i64,
    /// Price of a place for each group at the bound.
    pub(super) group_prices: Vec<i64>,
}

impl Solution {
    /// How much better a plan could be at most, as a part of the bound; 0 where that is proven best.
    pub fn gap(&self) -> f64 {
        (self.bound - self.worth).max(0) as f64 / self.bound.abs().max(1) as f64
    }

    pub(super) fn prices(&self) -> Prices {
        let mut groups = self.group_prices.clone();
        groups.push(0);
        Prices { seats: self.seat_prices.clone(), budget: self.budget_price, groups }
    }
}

/// Finds a plan and a bound. Linear in the number of options, about 0.1 s for 1,750 people with 20 each,
/// 3 s for 50,000. The same problem gives the same plan, in any order of its people.
pub fn solve(problem: &Problem) -> Result<Solution, Invalid> {
    check(problem)?;
    let turns = problem.turns();
    let locks = Locks::of(problem, &turns);
    let shortfall = SHORTFALL * most(problem);
    let flat = Flat::of(problem, &turns, &locks, shortfall);
    let steps = if flat.value.len() > MANY_OPTIONS { STEPS_MANY } else { STEPS };
    let descent = Descent { step: FIRST_STEP, steps };
    let (mut prices, mut bound) = descend(&flat, &flat.free(), descent);
    let mut best: Option<State<'_>> = None;
    let mut worth = i64::MIN;
    let mut search = Search::from(prices.budget);
    for _ in 0..TRIES {
        let given = Prices { budget: search.price, ..prices.clone() };
        let (state, ended) = plan(&flat, &given, bound);
        let proven = flat.bound(&ended.prices);
        if proven < bound {
            (bound, prices) = (proven, ended.prices);
        }
        if state.worth() > worth {
            worth = state.worth();
            best = Some(state);
        }
        let dear = flat.budget.is_some_and(|budget| ended.cost > budget);
        if within(worth, bound, CLOSE) || !search.turn(dear) {
            break;
        }
    }
    if !within(worth, bound, WIDE) {
        let (at, polished) = descend(&flat, &prices, POLISH);
        if polished < bound {
            (bound, prices) = (polished, at);
        }
    }
    let state = best.unwrap_or_else(|| State::empty(&flat));
    Ok(solution(problem, &locks, &state, bound, prices))
}

/// The search for the price of the budget at which an auction spends just the budget.
struct Search {
    price: i64,
    /// The highest price met at which too much is spent, and the lowest at which not.
    dear: Option<i64>,
    cheap: Option<i64>,
    stride: f64,
}

impl Search {
    fn from(price: i64) -> Self {
        Self { price, dear: None, cheap: None, stride: STRIDE }
    }

    /// Goes to the next price after one that is too low or not; false where there is none.
    fn turn(&mut self, too_low: bool) -> bool {
        let was = self.price;
        let met = if too_low { &mut self.dear } else { &mut self.cheap };
        *met = Some(was);
        self.price = match (self.dear, self.cheap) {
            (Some(dear), Some(cheap)) => i64::midpoint(dear, cheap),
            (Some(dear), None) => times(dear, 1.0 + self.stride).max(dear + 1),
            (None, Some(cheap)) => times(cheap, (1.0 - self.stride).max(0.0)),
            (None, None) => was,
        };
        self.stride *= 4.0;
        self.price != was
    }
}

/// A plan at given prices, and what its auction ended with.
fn plan<'f>(flat: &'f Flat, given: &Prices, bound: i64) -> (State<'f>, Auctioned) {
    let people = i64::try_from(flat.people().max(1)).unwrap_or(1);
    let average = bound / people;
    let below = times(average, BELOW);
    let seats = given.seats.iter().map(|price| (price - below).max(0)).collect();
    let begin = Prices { seats, ..given.clone() };
    let ended = auction(flat, &begin, times(average, EPSILON));
    let tried = Tried::of(flat, &ended.prices);
    let mut state = State::of(flat, &ended.choice);
    repair(&mut state, &tried);
    improve(&mut state, &tried);
    (state, ended)
}

fn within(worth: i64, bound: i64, gap: f64) -> bool {
    (bound - worth) as f64 <= gap * bound.abs() as f64
}

#[expect(clippy::cast_possible_truncation, reason = "parts are near one or below")]
fn times(number: i64, part: f64) -> i64 {
    (number as f64 * part) as i64
}

fn most(problem: &Problem) -> i64 {
    let options = problem.people.iter().flat_map(|person| &person.options);
    options.map(|option| option.value).max().unwrap_or(0).max(POINT)
}

fn check(problem: &Problem) -> Result<(), Invalid> {
    let mut seen = BTreeSet::new();
    #[expect(clippy::cast_possible_truncation, reason = "a whole number")]
    let largest = MOST_POINTS as i64 * POINT;
    for person in &problem.people {
        if !seen.insert(&person.reference) {
            return Err(Invalid::Reference(person.reference.clone()));
        }
        let wrong = |problem| Invalid::Person { reference: person.reference.clone(), problem };
        if person.group.is_some_and(|group| group >= problem.targets.len()) {
            return Err(wrong("the group is not one of the targets"));
        }
        if person.locked.is_some_and(|option| option >= person.options.len()) {
            return Err(wrong("the locked option is not one of the options"));
        }
        for option in &person.options {
            if option.value.abs() > largest {
                return Err(wrong("an option is worth more than a million points"));
            }
            let ascending = option.pools.windows(2).all(|two| two[0] < two[1]);
            let known = |pool: &u32| (*pool as usize) < problem.seats.len();
            if !ascending || !option.pools.iter().all(known) {
                return Err(wrong("the pools of an option are unknown or not ascending"));
            }
        }
    }
    Ok(())
}

fn solution(
    problem: &Problem,
    locks: &Locks,
    state: &State<'_>,
    bound: i64,
    prices: Prices,
) -> Solution {
    let mut choice = vec![None; problem.people.len()];
    for (person, option) in state.flat.person.iter().zip(&state.choice) {
        if *option != NONE {
            choice[*person] = Some(state.flat.original[*option as usize] as usize);
        }
    }
    choice.iter_mut().zip(0..).for_each(|(choice, at)| {
        *choice = locks.kept.get(&at).copied().or(*choice);
    });
    let mut taken = vec![0; problem.seats.len()];
    let mut places = vec![0; problem.targets.len()];
    let (mut spent, mut locked) = (0, 0);
    for (at, (person, option)) in problem.people.iter().zip(&choice).enumerate() {
        let Some(option) = option.map(|option| &person.options[option]) else { continue };
        spent += u64::from(option.cost);
        option.pools.iter().for_each(|pool| taken[*pool as usize] += 1);
        if let Some(group) = person.group.filter(|_| option.counts) {
            places[group] += 1;
        }
        if locks.kept.contains_key(&at) {
            locked += option.value;
        }
    }
    let Prices { seats: seat_prices, budget: budget_price, groups: mut group_prices } = prices;
    group_prices.pop();
    Solution {
        choice,
        refused: locks.refused.clone(),
        worth: locked + state.worth(),
        bound: locked + bound,
        spent,
        taken,
        places,
        shortfall: state.flat.shortfall,
        seat_prices,
        budget_price,
        group_prices,
    }
}
