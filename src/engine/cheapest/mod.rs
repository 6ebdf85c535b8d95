//! The cheapest courses that close as much of a gap as a first choice does: branch and bound, exact
//! where few courses offer themselves, else with a bound on what was not tried.
//!
//! What a set closes of a skill is what no course of it leaves open. Whole trainings for the occupation
//! teach the same, so that one counts as such and the others by the skills they name. For each course
//! that may be that one, what is closed only grows by less and less with more courses, which makes the
//! greatest single gains a bound on what more courses can add.

use std::collections::BTreeSet;

use super::{
    Engine,
    offer::{Offer, Offered, Open, TRAINING},
    plan::MOST_COURSES,
    start::Start,
};
use crate::domain::{CourseIx, Gap};

/// Gains that are computed before the search gives up the proof: about a millisecond.
const MOST_GAINS: usize = 20_000;
/// Weight that may stay open beside the first choice: floats add up in another order.
const SLACK: f32 = 1e-4;

/// A course that may close some of a gap.
#[derive(Debug)]
struct Choice<'a> {
    ix: CourseIx,
    /// Courses of one kind are the same course at other places.
    kind: u32,
    offer: &'a Offer,
    /// What it costs: weeks of waiting and studying.
    cost: f32,
    /// Licences it asks for.
    requires: &'a [String],
    /// Licences it gives, open or not.
    grants: &'a [String],
}

/// A set of courses and how far it may be from the cheapest.
#[derive(Debug, Clone, PartialEq)]
struct Cheapest {
    /// Places in the list of choices.
    chosen: Vec<usize>,
    /// Their cost together.
    cost: f32,
    /// No set that closes as much costs less than this; the cost itself where that is proven.
    least: f32,
}

/// Courses in the order in which they may be started, and what they leave.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) courses: Vec<CourseIx>,
    /// Their cost together, in weeks.
    pub(super) cost: f32,
    /// No set of the courses considered that closes as much costs less than this.
    pub(super) least: f32,
    /// Share of each missing skill that they leave open, in the order of the gap.
    pub(super) left: Vec<f32>,
}

impl Engine {
    /// The cheapest of the offers that close as much as those first chosen, and give the same
    /// licences of the gap. `open` is the gap with the steps to its licences.
    pub(super) fn cheapest(
        &self,
        (gap, open): (&Gap, &Open),
        offers: &[Offered],
        first: &[CourseIx],
        start: &Start<'_>,
    ) -> Chosen {
        let missing = open.weight();
        let considered = offers.iter().filter(|Offered { ix, offer, aim, gain, .. }| {
            first.contains(ix) || !offer.licences.is_empty() || *gain >= missing * aim.least[0]
        });
        let choices = considered.map(|Offered { ix, offer, effort, .. }| Choice {
            ix: *ix,
            kind: self.catalogue.kinds[*ix as usize],
            offer,
            cost: *effort,
            requires: &self.course(*ix).requires,
            grants: &self.course(*ix).grants,
        });
        let choices: Vec<Choice<'_>> = choices.collect();
        let (choices, stands_for) = without_twins(choices);
        let place = |ix: &CourseIx| stands_for.iter().find(|(of, _)| of == ix).map(|(_, at)| *at);
        let first: Vec<usize> = first.iter().filter_map(place).collect();
        let cover = Cover::new(&choices, gap, &start.held);
        let needed: BTreeSet<&str> = gap.licences.iter().map(|l| l.key.as_str()).collect();
        let found = cheapest(&cover, &first, &needed);
        let order = cover.order(&found.chosen).unwrap_or_default();
        Chosen {
            left: cover.left(&order),
            courses: order.into_iter().map(|at| choices[at].ix).collect(),
            cost: found.cost,
            least: found.least,
        }
    }
}

/// Takes out courses that are of one kind and offer, ask for and give the same, but for the cheapest.
/// Also the place of what stands for each course.
fn without_twins(mut choices: Vec<Choice<'_>>) -> (Vec<Choice<'_>>, Vec<(CourseIx, usize)>) {
    choices.sort_by(|a, b| a.cost.total_cmp(&b.cost).then(a.ix.cmp(&b.ix)));
    let mut kept: Vec<Choice<'_>> = Vec::with_capacity(choices.len());
    let mut stands_for = Vec::with_capacity(choices.len());
    for choice in choices {
        let same = |other: &Choice<'_>| {
            other.kind == choice.kind
                && (other.offer, other.requires, other.grants)
                    == (choice.offer, choice.requires, choice.grants)
        };
        let twin = kept.iter().position(same);
        stands_for.push((choice.ix, twin.unwrap_or(kept.len())));
        if twin.is_none() {
            kept.push(choice);
        }
    }
    (kept, stands_for)
}

/// What choices close of a gap.
struct Cover<'a> {
    choices: &'a [Choice<'a>],
    /// Weight of each missing skill.
    weights: Vec<f32>,
    /// Share of each missing skill that each choice names, choice after choice.
    named: Vec<f32>,
    held: &'a BTreeSet<&'a str>,
}

/// The course of a set that counts as the training for the occupation; `None` where trainings are so
/// small that all count.
type Trainer = Option<usize>;

impl<'a> Cover<'a> {
    fn new(choices: &'a [Choice<'a>], gap: &Gap, held: &'a BTreeSet<&'a str>) -> Self {
        let skills = gap.missing_essential.len();
        let mut named = vec![0.0; choices.len() * skills];
        for (at, choice) in choices.iter().enumerate() {
            choice.offer.name_in(&mut named[at * skills..][..skills]);
        }
        let weights = gap.missing_essential.iter().map(|skill| skill.weight).collect();
        Self { choices, weights, named, held }
    }

    /// Share of each missing skill that a choice names.
    fn named(&self, at: usize) -> &[f32] {
        let skills = self.weights.len();
        &self.named[at * skills..][..skills]
    }

    /// Share that a choice closes of every skill by what it trains for.
    fn training(&self, at: usize, trainer: Trainer) -> f32 {
        let training = self.choices[at].offer.training;
        match trainer {
            Some(trainer) if trainer == at => training,
            None if training < TRAINING => training,
            _ => 0.0,
        }
    }

    /// Closes what a choice does of what is left open.
    fn close(&self, left: &mut [f32], at: usize, trainer: Trainer) {
        let training = self.training(at, trainer);
        for (left, named) in left.iter_mut().zip(self.named(at)) {
            *left *= 1.0 - named.max(training);
        }
    }

    /// Weight that a choice would close of what is left open.
    fn gain(&self, left: &[f32], at: usize, trainer: Trainer) -> f32 {
        let training = self.training(at, trainer);
        let skills = left.iter().zip(&self.weights).zip(self.named(at));
        skills.map(|((left, weight), named)| weight * left * named.max(training)).sum()
    }

    fn left_by(&self, set: &[usize], trainer: Trainer) -> Vec<f32> {
        let mut left = vec![1.0; self.weights.len()];
        for at in set {
            self.close(&mut left, *at, trainer);
        }
        left
    }

    fn closed(&self, left: &[f32]) -> f32 {
        self.weights.iter().zip(left).map(|(weight, left)| weight * (1.0 - left)).sum()
    }

    /// Share of each skill that a set leaves open, by the training that leaves least.
    fn left(&self, set: &[usize]) -> Vec<f32> {
        let trainers = set.iter().map(|at| Some(*at)).chain([None]);
        let all = trainers.map(|trainer| self.left_by(set, trainer));
        let less = |a: &Vec<f32>, b: &Vec<f32>| self.closed(a).total_cmp(&self.closed(b));
        all.max_by(less).unwrap_or_default()
    }

    fn cost(&self, set: &[usize]) -> f32 {
        // An empty sum of floats is -0; adding 0 makes it 0.
        set.iter().map(|at| self.choices[*at].cost).sum::<f32>() + 0.0
    }

    /// An order in which all can be started by what is held and what those before give, the first
    /// that the set's own order allows; `None` where there is none.
    fn order(&self, set: &[usize]) -> Option<Vec<usize>> {
        let mut held: BTreeSet<&str> = self.held.clone();
        let mut waiting = set.to_vec();
        let mut order = Vec::new();
        while !waiting.is_empty() {
            let starts = |at: &usize| {
                self.choices[*at].requires.iter().all(|key| held.contains(key.as_str()))
            };
            let at = waiting.remove(waiting.iter().position(starts)?);
            held.extend(self.choices[at].grants.iter().map(String::as_str));
            order.push(at);
        }
        Some(order)
    }

    /// Whether a set gives these licences.
    fn gives(&self, set: &[usize], licences: &BTreeSet<&str>) -> bool {
        let given =
            |key: &&str| set.iter().any(|at| self.choices[*at].offer.licences.contains(*key));
        licences.iter().all(given)
    }
}

/// The cheapest set of at most [`MOST_COURSES`] that closes what `first` closes and gives what it gives of
/// the `missing` licences; of equal costs `first`, then the one found first.
fn cheapest(cover: &Cover<'_>, first: &[usize], missing: &BTreeSet<&str>) -> Cheapest {
    let given = |key: &&&str| cover.gives(first, &BTreeSet::from([**key]));
    let licences: BTreeSet<&str> = missing.iter().filter(given).copied().collect();
    let needed = cover.closed(&cover.left(first)) - SLACK;
    let mut search =
        Search { cover, licences, needed, gains: 0, best: (cover.cost(first), first.to_vec()) };
    let whole = (0..cover.choices.len()).filter(|at| cover.choices[*at].offer.training >= TRAINING);
    let mut least = f32::INFINITY;
    for trainer in [None].into_iter().chain(whole.map(Some)) {
        least = least.min(search.with(trainer));
    }
    let (cost, chosen) = search.best;
    Cheapest { chosen, cost, least: least.min(cost) }
}

struct Search<'a> {
    cover: &'a Cover<'a>,
    licences: BTreeSet<&'a str>,
    needed: f32,
    gains: usize,
    best: (f32, Vec<usize>),
}

impl Search<'_> {
    /// Tries the sets of one trainer. Gives what no set of it that closes enough can cost less than;
    /// nothing below the best found, where all were tried.
    fn with(&mut self, trainer: Trainer) -> f32 {
        let forced: Vec<usize> = trainer.into_iter().collect();
        let cost = self.cover.cost(&forced);
        if cost >= self.best.0 {
            return f32::INFINITY;
        }
        let left = self.cover.left_by(&forced, trainer);
        let mut others: Vec<(f32, usize)> = (0..self.cover.choices.len())
            .filter(|at| Some(*at) != trainer)
            .map(|at| (self.cover.gain(&left, at, trainer), at))
            .collect();
        // What closes most for its cost comes first, so that a good set is known early.
        let worth =
            |&(gain, at): &(f32, usize)| gain / self.cover.choices[at].cost.max(f32::MIN_POSITIVE);
        others.sort_by(|a, b| worth(b).total_cmp(&worth(a)).then(a.1.cmp(&b.1)));
        let bound = cost + self.in_parts(self.cover.closed(&left), &others);
        let order: Vec<usize> = others.into_iter().map(|(_, at)| at).collect();
        let mut set = forced;
        self.branch(&mut set, &left, (&order, cost), trainer);
        if self.gains < MOST_GAINS { f32::INFINITY } else { bound }
    }

    /// Least cost by which single gains, each in part, could add up to what is still needed.
    fn in_parts(&self, closed: f32, gains: &[(f32, usize)]) -> f32 {
        let (mut open, mut cost) = (self.needed - closed, 0.0);
        for &(gain, at) in gains.iter().filter(|(gain, _)| *gain > 0.0) {
            if open <= 0.0 {
                break;
            }
            let part = (open / gain).min(1.0);
            open -= part * gain;
            cost += part * self.cover.choices[at].cost;
        }
        cost
    }

    /// Tries all sets that add some of the rest, in that order, to a set.
    fn branch(
        &mut self,
        set: &mut Vec<usize>,
        left: &[f32],
        (rest, cost): (&[usize], f32),
        trainer: Trainer,
    ) {
        let closed = self.cover.closed(left);
        if closed >= self.needed
            && self.cover.gives(set, &self.licences)
            && self.cover.order(set).is_some()
        {
            if cost < self.best.0 - SLACK {
                self.best = (cost, set.clone());
            }
            return;
        }
        let room = MOST_COURSES - set.len();
        self.gains += rest.len();
        if room == 0 || self.gains >= MOST_GAINS {
            return;
        }
        let gains: Vec<f32> = rest.iter().map(|at| self.cover.gain(left, *at, trainer)).collect();
        let mut greatest = gains.clone();
        greatest.sort_by(|a, b| b.total_cmp(a));
        if closed + greatest.iter().take(room).sum::<f32>() < self.needed {
            return;
        }
        for (place, &at) in rest.iter().enumerate() {
            let choice = &self.cover.choices[at];
            let helps = gains[place] > 0.0 || !choice.grants.is_empty();
            let known = || set.iter().any(|other| self.cover.choices[*other].kind == choice.kind);
            if !helps || cost + choice.cost >= self.best.0 - SLACK || known() {
                continue;
            }
            let mut less = left.to_vec();
            self.cover.close(&mut less, at, trainer);
            set.push(at);
            self.branch(set, &less, (&rest[place + 1..], cost + choice.cost), trainer);
            set.pop();
        }
    }
}

#[cfg(test)]
mod tests;
