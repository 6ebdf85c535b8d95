//! The cheapest courses that close as much of a gap as a first choice does: branch and bound, exact
//! where few courses offer themselves, else with a bound on what was not tried.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Engine,
    offer::{Offer, Open},
    plan::{MOST_COURSES, Start, without_places},
};
use crate::domain::{CourseIx, Gap, OccupationIx, SkillIx};

/// Sets of courses that are tried before the search gives up the proof: a few milliseconds.
const MOST_TRIED: usize = 3_000;
/// Weight that may stay open beside the first choice: floats add up in another order.
const SLACK: f32 = 1e-4;

/// A course that may close some of a gap.
#[derive(Debug)]
struct Choice<'a> {
    pub(super) ix: CourseIx,
    pub(super) offer: &'a Offer,
    /// What it costs: weeks of waiting and studying.
    pub(super) cost: f32,
    /// Licences it asks for.
    pub(super) requires: &'a [String],
    /// Licences it gives, open or not.
    pub(super) grants: &'a [String],
}

/// A set of courses and how far it may be from the cheapest.
#[derive(Debug, Clone, PartialEq)]
struct Cheapest {
    /// Places in the list of choices, ascending.
    pub(super) chosen: Vec<usize>,
    /// Their cost together.
    pub(super) cost: f32,
    /// No set that closes as much costs less than this; the cost itself where that is proven.
    pub(super) least: f32,
}

/// Courses in the order in which they may be started.
#[derive(Debug)]
pub(super) struct Chosen {
    pub(super) courses: Vec<CourseIx>,
    /// See [`Cheapest`].
    pub(super) cost: f32,
    pub(super) least: f32,
}

impl Engine {
    /// The cheapest courses that close as much as those first chosen do, in the order in which each may
    /// be started.
    pub(super) fn cheapest(
        &self,
        (target, gap): (OccupationIx, &Gap),
        offers: &BTreeMap<CourseIx, Offer>,
        first: &[CourseIx],
        start: &Start<'_>,
    ) -> Chosen {
        let mut open = Open::of(gap);
        self.add_steps(&mut open.licences, &start.held);
        let missing: f32 = open.skills.values().sum();
        let choices = offers.iter().filter(|(ix, offer)| {
            let (gain, given) = open.worth(offer);
            first.contains(ix) || given > 0 || gain >= missing * self.least_share(**ix, target, 0)
        });
        let choices = choices.map(|(ix, offer)| Choice {
            ix: *ix,
            offer,
            cost: self.effort(*ix, start),
            requires: &self.course(*ix).requires,
            grants: &self.course(*ix).grants,
        });
        let choices = one_of_each(
            choices.collect(),
            first,
            |one, other| self.same(one, other),
            |ix| without_places(self.course(ix)).join(" "),
        );
        let places = first.iter().filter_map(|ix| choices.iter().position(|c| c.ix == *ix));
        let places: Vec<usize> = places.collect();
        // Steps to a licence are only needed where something asks for them.
        let found = cheapest(&choices, &places, &Open::of(gap), &start.held, MOST_COURSES);
        let mut left: Vec<CourseIx> = found.chosen.iter().map(|at| choices[*at].ix).collect();
        if found.chosen.iter().all(|at| places.contains(at)) && found.chosen.len() == first.len() {
            left = first.to_vec();
        }
        let mut held = start.held.clone();
        let mut courses = Vec::new();
        while let Some(at) = left.iter().position(|ix| self.may_start(*ix, &held)) {
            let ix = left.remove(at);
            held.extend(self.course(ix).grants.iter().map(String::as_str));
            courses.push(ix);
        }
        Chosen { courses, cost: found.cost, least: found.least }
    }
}

/// What a set of courses closes.
struct Search<'a> {
    choices: &'a [Choice<'a>],
    skills: Vec<(SkillIx, f32)>,
    licences: &'a BTreeSet<String>,
    held: &'a BTreeSet<&'a str>,
    most: usize,
    needed: f32,
    tried: usize,
    best: (f32, Vec<usize>),
}

/// The cheapest of `choices`, at most `most`, that close what `first` closes of `open`, and give the
/// same licences; `first` are places in the list. Equal costs go to the set found first, `first`
/// before all. Cost grows with the choices and stops at [`MOST_TRIED`] sets.
fn cheapest(
    choices: &[Choice<'_>],
    first: &[usize],
    open: &Open,
    held: &BTreeSet<&str>,
    most: usize,
) -> Cheapest {
    let skills: Vec<(SkillIx, f32)> =
        open.skills.iter().map(|(ix, weight)| (*ix, *weight)).collect();
    let given = |at: &usize| choices[*at].offer.licences.intersection(&open.licences);
    let licences: BTreeSet<String> = first.iter().flat_map(given).cloned().collect();
    let cost = cost_of(choices, first);
    let mut search = Search {
        choices,
        skills,
        licences: &licences,
        held,
        most,
        needed: 0.0,
        tried: 0,
        best: (cost, first.to_vec()),
    };
    search.needed = search.closed(first) - SLACK;
    // What closes most for its cost comes first, so that a good set is known early.
    let gains: Vec<f32> = (0..choices.len()).map(|at| search.closed(&[at])).collect();
    let mut order: Vec<usize> = (0..choices.len()).collect();
    let worth = |at: usize| gains[at] / choices[at].cost.max(f32::MIN_POSITIVE);
    order.sort_by(|a, b| worth(*b).total_cmp(&worth(*a)).then(a.cmp(b)));
    let bound = search.least_cost(&order, &gains);
    search.branch(&mut Vec::new(), &order, 0.0);
    let proven = search.tried < MOST_TRIED;
    let (cost, mut chosen) = search.best;
    chosen.sort_unstable();
    Cheapest { chosen, cost, least: if proven { cost } else { bound.min(cost) } }
}

fn cost_of(choices: &[Choice<'_>], set: &[usize]) -> f32 {
    set.iter().map(|at| choices[*at].cost).sum()
}

impl Search<'_> {
    /// Weight of the missing skills that a set closes. One course of the set may be the training for
    /// the occupation as a whole; what a second would add so is not counted.
    fn closed(&self, set: &[usize]) -> f32 {
        let of = |trainer: Option<usize>| -> f32 {
            let left = |skill: SkillIx| -> f32 {
                let strength = |at: &usize| {
                    1.0 - self.choices[*at].offer.strength(skill, trainer != Some(*at))
                };
                set.iter().map(strength).product()
            };
            self.skills.iter().map(|(skill, weight)| weight * (1.0 - left(*skill))).sum()
        };
        let trainers = set.iter().filter(|at| self.choices[**at].offer.training > 0.0);
        trainers.map(|at| of(Some(*at))).fold(of(None), f32::max)
    }

    /// Whether a set gives the licences that are needed, and every course can be started by what is
    /// held and what others of the set give.
    fn possible(&self, set: &[usize]) -> bool {
        let gives = |key: &String| set.iter().any(|at| self.choices[*at].grants.contains(key));
        let given =
            |key: &String| set.iter().any(|at| self.choices[*at].offer.licences.contains(key));
        let starts = |at: &usize| {
            let mut requires = self.choices[*at].requires.iter();
            requires.all(|key| self.held.contains(key.as_str()) || gives(key))
        };
        self.licences.iter().all(given) && set.iter().all(starts)
    }

    /// Least cost by which single gains could add up to what is needed, each course in part: gains in
    /// a set are never more than alone.
    fn least_cost(&self, order: &[usize], gains: &[f32]) -> f32 {
        let (mut open, mut cost) = (self.needed, 0.0);
        for at in order {
            if open <= 0.0 {
                break;
            }
            let part = if gains[*at] > 0.0 { (open / gains[*at]).min(1.0) } else { 0.0 };
            open -= part * gains[*at];
            cost += part * self.choices[*at].cost;
        }
        cost
    }

    /// Tries all sets that add some of `left`, in that order, to `set`.
    fn branch(&mut self, set: &mut Vec<usize>, left: &[usize], cost: f32) {
        if self.tried >= MOST_TRIED {
            return;
        }
        self.tried += 1;
        let closed = self.closed(set);
        if closed >= self.needed && self.possible(set) {
            if cost < self.best.0 - SLACK {
                self.best = (cost, set.clone());
            }
            return;
        }
        let room = self.most - set.len();
        if room == 0 {
            return;
        }
        let gains: Vec<f32> = left.iter().map(|at| self.gain(set, closed, *at)).collect();
        // No more than the greatest gains can be added.
        let mut greatest = gains.clone();
        greatest.sort_by(|a, b| b.total_cmp(a));
        if closed + greatest.iter().take(room).sum::<f32>() < self.needed {
            return;
        }
        for (place, at) in left.iter().enumerate() {
            let choice = &self.choices[*at];
            let helps = gains[place] > 0.0 || !choice.grants.is_empty();
            if !helps || cost + choice.cost >= self.best.0 - SLACK {
                continue;
            }
            // Whoever comes later has no more to give than what is left of the greatest gains.
            set.push(*at);
            self.branch(set, &left[place + 1..], cost + choice.cost);
            set.pop();
        }
    }

    fn gain(&self, set: &[usize], closed: f32, at: usize) -> f32 {
        let mut with = set.to_vec();
        with.push(at);
        (self.closed(&with) - closed).max(0.0)
    }
}

/// One of each kind among choices that `same` says are given in many places: the cheapest, of equals the
/// first; those in `keep` stay.
fn one_of_each<'a>(
    choices: Vec<Choice<'a>>,
    keep: &[CourseIx],
    same: impl Fn(CourseIx, CourseIx) -> bool,
    kind: impl Fn(CourseIx) -> String,
) -> Vec<Choice<'a>> {
    let mut kinds: BTreeMap<String, Vec<Choice<'a>>> = BTreeMap::new();
    let mut order: Vec<String> = Vec::new();
    for choice in choices {
        let name = kind(choice.ix);
        let known = kinds.entry(name.clone()).or_default();
        if known.is_empty() {
            order.push(name);
        }
        match known.iter_mut().find(|other| same(other.ix, choice.ix)) {
            Some(other) if keep.contains(&choice.ix) => *other = choice,
            Some(other) if !keep.contains(&other.ix) && choice.cost < other.cost => *other = choice,
            Some(_) => {}
            None => known.push(choice),
        }
    }
    order.into_iter().flat_map(|name| kinds.remove(&name).unwrap_or_default()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn offer(named: &[(SkillIx, f32)], training: f32, licences: &[&str]) -> Offer {
        Offer {
            named: named.iter().copied().collect(),
            training,
            licences: licences.iter().map(|key| (*key).to_owned()).collect(),
        }
    }

    fn open(weights: &[f32], licences: &[&str]) -> Open {
        Open {
            skills: (0..).zip(weights.iter().copied()).collect(),
            licences: licences.iter().map(|key| (*key).to_owned()).collect(),
            trained: false,
        }
    }

    /// Every set, tried one by one.
    fn by_trying(choices: &[Choice<'_>], first: &[usize], open: &Open, most: usize) -> f32 {
        let held = BTreeSet::new();
        let licences = open.licences.clone();
        let search = Search {
            choices,
            skills: open.skills.iter().map(|(ix, weight)| (*ix, *weight)).collect(),
            licences: &licences,
            held: &held,
            most,
            needed: 0.0,
            tried: 0,
            best: (0.0, Vec::new()),
        };
        let needed = search.closed(first) - SLACK;
        (0..1_usize << choices.len())
            .map(|bits| (0..choices.len()).filter(|at| bits >> at & 1 == 1).collect::<Vec<_>>())
            .filter(|set| set.len() <= most)
            .filter(|set| search.closed(set) >= needed && search.possible(set))
            .map(|set| cost_of(choices, &set))
            .fold(f32::INFINITY, f32::min)
    }

    #[test]
    fn no_cheaper_set_closes_as_much() {
        let mut random = crate::model::SplitMix(5);
        for round in 0..60 {
            let offers: Vec<Offer> = (0..9)
                .map(|at| {
                    #[expect(clippy::cast_possible_truncation, reason = "made-up strengths")]
                    let named: Vec<(SkillIx, f32)> = (0..3)
                        .map(|_| (random.below(6) as u32, 0.2 + 0.6 * random.share() as f32))
                        .collect();
                    let licence: &[&str] = if at == 3 { &["C"] } else { &[] };
                    offer(&named, if at % 4 == 0 { 0.4 } else { 0.0 }, licence)
                })
                .collect();
            let requires = ["C".to_owned()];
            let grants = ["C".to_owned()];
            let choices: Vec<Choice<'_>> = (0..)
                .zip(&offers)
                .map(|(ix, offer)| Choice {
                    ix,
                    offer,
                    #[expect(clippy::cast_possible_truncation, reason = "made-up weeks")]
                    cost: 1.0 + 30.0 * random.share() as f32,
                    requires: if ix == 5 { &requires } else { &[] },
                    grants: if ix == 3 { &grants } else { &[] },
                })
                .collect();
            let open = open(&[3.0, 1.0, 2.0, 4.0, 1.5, 2.5], &["C"]);
            let first = [3, random.below(3), 4 + random.below(5)];
            let found = cheapest(&choices, &first, &open, &BTreeSet::new(), 4);
            let least = by_trying(&choices, &first, &open, 4);
            assert!((found.cost - least).abs() < 1e-3, "{round}: {found:?}, {least}");
            assert!((found.least - found.cost).abs() < 1e-6, "proven");
        }
    }

    #[test]
    fn the_first_choice_stays_where_nothing_is_cheaper() {
        let offers = [offer(&[(0, 0.8)], 0.0, &[]), offer(&[(0, 0.8)], 0.0, &[])];
        let choice = |ix: usize| Choice {
            ix: u32::try_from(ix).unwrap(),
            offer: &offers[ix],
            cost: 5.0,
            requires: &[],
            grants: &[],
        };
        let choices = [choice(0), choice(1)];
        let found = cheapest(&choices, &[1], &open(&[1.0], &[]), &BTreeSet::new(), 4);
        assert_eq!(found.chosen, [1]);
    }

    #[test]
    fn a_search_that_is_cut_short_says_how_far_it_may_be_from_the_cheapest() {
        let offers: Vec<Offer> = (0..200_u32)
            .map(|at| offer(&[(at % 40, 0.5), ((at * 7 + 1) % 40, 0.4)], 0.0, &[]))
            .collect();
        let choices: Vec<Choice<'_>> = (0..)
            .zip(&offers)
            .map(|(ix, offer)| Choice {
                ix,
                offer,
                cost: 5.0 + (ix % 17) as f32 / 10.0,
                requires: &[],
                grants: &[],
            })
            .collect();
        let open = open(&[1.0; 40], &[]);
        let found = cheapest(&choices, &[0, 21, 62, 103], &open, &BTreeSet::new(), 4);
        assert!(found.least <= found.cost && found.least > 0.0, "{found:?}");
    }
}
