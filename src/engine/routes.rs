//! Routes over stepping stones for workers whose targets are too far for one move.

use super::{
    Engine,
    admit::Barred,
    field::Field,
    viable::{Bounds, VIABLE},
};
use crate::{
    domain::{
        Candidate, Hop, MatchStatus, Move, OccupationIx, Profile, ResolvedConcept, ResolvedProfile,
        Route, Routes, Situation, Status, weeks_of,
    },
    window::{self, Calendar},
};

/// Occupations tried as stepping stones from one place.
const STONES: usize = 8;
/// Places that are looked at after the first move when three moves are allowed.
const SECOND_STONES: usize = 4;
/// Weeks of work counted at a stepping stone: what is earned there is experience. Assumed.
const STAY: f32 = 26.0;
/// Most moves of a route.
pub const MOST_HOPS: usize = 3;
/// Routes shown unless the caller asks for another number.
pub const DEFAULT_ROUTES: usize = 5;

/// A place on a route: the worker as known there, with every occupation's score.
struct Place {
    understood: ResolvedProfile,
    field: Field,
}

/// Moves so far and the place they lead to.
#[derive(Default)]
struct Way {
    hops: Vec<Hop>,
    at: Vec<OccupationIx>,
}

/// What all moves after the first share.
struct Trip<'a> {
    /// Limits, with the window of somebody who works at a stepping stone.
    later: Bounds<'a>,
    /// Where the worker is today.
    now: &'a Place,
}

impl Engine {
    /// Routes of at most `hops` moves, each viable on its own, to the occupations that the profile
    /// asks about, or where it names none, to better paid ones that no single move reaches. A target
    /// that one viable move reaches has that move as its only route; a route that is worse than
    /// another to the same target in every respect is left out. Some 10 ms for all of ESCO.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn routes(&self, profile: &Profile, hops: usize, most: usize) -> Routes {
        let understood = self.resolve(profile);
        let wanted: Vec<OccupationIx> = understood.wanted.iter().map(|wanted| wanted.ix).collect();
        let barred = self.barred(&profile.limits);
        let now = self.place(&barred, understood.clone());
        let mut routes = Vec::new();
        if !now.field.is_empty() {
            routes = self.search((profile, &barred), &now, &wanted, hops.clamp(1, MOST_HOPS));
        }
        let mut routes = undominated(&routes);
        let reached: Vec<String> = routes.iter().map(|route| route.id.clone()).collect();
        routes.truncate(most);
        let all = wanted.iter().map(|ix| (*ix, now.field.score(*ix).unwrap_or_default()));
        let unreached: Vec<Candidate> = all
            .map(|found| self.candidate(found))
            .filter(|target| !reached.contains(&target.id))
            .collect();
        let match_status = MatchStatus::of(!now.field.is_empty(), !routes.is_empty());
        Routes { match_status, understood, routes, unreached, meta: self.meta() }
    }

    fn place(&self, barred: &Barred, understood: ResolvedProfile) -> Place {
        let likeness = self.likeness(&understood);
        let scores = self.scores(likeness.as_ref());
        let sharing = likeness.map_or_else(Vec::new, |likeness| likeness.sharing);
        let (field, _) = self.admit(scores, barred, &understood, &sharing);
        Place { understood, field }
    }

    /// The worker after some work in an occupation.
    fn after(&self, barred: &Barred, place: &Place, ix: OccupationIx) -> Place {
        let row = self.dataset.taxonomy.occupation(ix);
        let mut understood = place.understood.clone();
        understood
            .occupations
            .insert(0, ResolvedConcept::given(ix, &row.id, &self.labels[ix as usize]));
        understood.sector.clone_from(&row.sector);
        self.place(barred, understood)
    }

    fn search(
        &self,
        (profile, barred): (&Profile, &Barred),
        now: &Place,
        wanted: &[OccupationIx],
        hops: usize,
    ) -> Vec<Route> {
        let first = window::window(&Situation::of(profile), &self.dataset.rules);
        let first = Calendar::of(&first);
        // Who has reached a stepping stone works there: later moves are planned without an end.
        let working = Situation { status: Some(Status::Arbetslos), ..Situation::default() };
        let later = Calendar::of(&window::window(&working, &self.dataset.rules));
        let first = Bounds { profile, barred, calendar: &first };
        let later = Bounds { calendar: &later, ..first };
        let trip = Trip { later, now };
        let mut routes = Vec::new();
        let mut open: Vec<OccupationIx> = Vec::new();
        for target in wanted {
            match self.hop(first, now, *target, &[]) {
                Some(hop) => routes.push(self.route(*target, vec![hop])),
                None => open.push(*target),
            }
        }
        if hops < 2 || (open.is_empty() && !wanted.is_empty()) {
            return routes;
        }
        let stones: Vec<Way> = self.stones(first, now, STONES, &Way::default());
        let mut reached: Vec<(Way, Place)> = Vec::new();
        for way in stones {
            let Some(stone) = way.at.last().copied() else { continue };
            let place = self.after(barred, now, stone);
            routes.extend(self.onward(&trip, &way, &place, (&open, wanted.is_empty())));
            reached.push((way, place));
        }
        let found = |routes: &[Route], ix: OccupationIx| {
            routes.iter().any(|route| route.id == self.dataset.taxonomy.occupation(ix).id)
        };
        open.retain(|target| !found(&routes, *target));
        if hops < 3 || open.is_empty() {
            return routes;
        }
        for (way, place) in reached.into_iter().take(SECOND_STONES) {
            for next in self.stones(later, &place, SECOND_STONES, &way) {
                let Some(stone) = next.at.last().copied() else { continue };
                let there = self.after(barred, &place, stone);
                let hops = way.hops.iter().chain(&next.hops).cloned().collect();
                let at = way.at.iter().chain(&next.at).copied().collect();
                let whole = Way { hops, at };
                routes.extend(self.onward(&trip, &whole, &there, (&open, false)));
            }
        }
        routes
    }

    /// Viable moves to the best groups from a place, as ways of one move.
    fn stones(&self, bounds: Bounds<'_>, place: &Place, most: usize, passed: &Way) -> Vec<Way> {
        let targets = self.best(&place.field, &place.understood, most);
        let ways = targets.into_iter().filter(|target| !passed.at.contains(&target.ix));
        let ways = ways.filter_map(|target| {
            let hop = self.hop(bounds, place, target.ix, &passed.hops)?;
            Some(Way { hops: vec![hop], at: vec![target.ix] })
        });
        ways.take(most).collect()
    }

    /// Routes that go on from a stepping stone: to the open targets, or where none was asked about
    /// (`free`), to better paid occupations that are no viable move today.
    fn onward(
        &self,
        trip: &Trip<'_>,
        way: &Way,
        place: &Place,
        (open, free): (&[OccupationIx], bool),
    ) -> Vec<Route> {
        let targets: Vec<OccupationIx> = if free {
            self.better_paid(trip.now, place, way)
        } else {
            open.iter().copied().filter(|target| !way.at.contains(target)).collect()
        };
        let routes = targets.into_iter().filter_map(|target| {
            let hop = self.hop(trip.later, place, target, &way.hops)?;
            let hops = way.hops.iter().cloned().chain([hop]).collect();
            Some(self.route(target, hops))
        });
        routes.collect()
    }

    /// Targets from a stepping stone that pay better than the present group and are no viable move
    /// from where the worker is.
    fn better_paid(&self, now: &Place, place: &Place, way: &Way) -> Vec<OccupationIx> {
        let present = now.understood.occupations.first().and_then(|o| self.groups.wage(o.ix));
        let lists = self.top(&place.field, &place.understood, STONES);
        let targets = lists.into_iter().flatten().filter(|target| {
            let direct = now.field.score(target.ix).unwrap_or_default();
            let pays = self.groups.wage(target.ix).zip(present).is_some_and(|(new, old)| new > old);
            let known = now.understood.occupations.iter().any(|own| own.ix == target.ix);
            target.kind == Move::ChangeSector
                && pays
                && !known
                && !way.at.contains(&target.ix)
                && self.model.feasible(direct) < VIABLE
        });
        targets.map(|target| target.ix).collect()
    }

    /// The move from a place to an occupation after others, whose courses nobody takes again; `None` where it is
    /// not viable.
    fn hop(
        &self,
        bounds: Bounds<'_>,
        place: &Place,
        target: OccupationIx,
        before: &[Hop],
    ) -> Option<Hop> {
        let score = place.field.score(target)?;
        if self.model.feasible(score) < VIABLE {
            return None;
        }
        let trial = self.trial(bounds, &place.understood, (target, score));
        if !trial.closed_by.is_empty() {
            return None;
        }
        let row = self.dataset.taxonomy.occupation(target);
        let mut courses = trial.plan.courses;
        courses.retain(|course| !before.iter().any(|hop| hop.courses.contains(&course.title)));
        Some(Hop {
            id: row.id.clone(),
            label: row.label.clone(),
            score,
            feasible: trial.feasible,
            covered: trial.gap.covered,
            weeks: weeks_of(&courses),
            fits_window: trial.plan.fits_window,
            courses: courses.into_iter().map(|course| course.title).collect(),
            wage: self.groups.wage(target),
        })
    }

    fn route(&self, target: OccupationIx, hops: Vec<Hop>) -> Route {
        let row = self.dataset.taxonomy.occupation(target);
        let training_weeks = hops.iter().map(|hop| hop.weeks).sum::<Option<f32>>();
        let stones = hops.len().saturating_sub(1) as f32;
        Route {
            id: row.id.clone(),
            label: row.label.clone(),
            feasible: hops.iter().map(|hop| hop.feasible).fold(1.0, f32::min),
            training_weeks: training_weeks.map(|weeks| weeks + 0.0),
            total_weeks: training_weeks.map(|weeks| weeks + stones * STAY),
            hops,
        }
    }
}

/// Routes without those that another one to the same target outdoes; fewest moves first, then the
/// surest, ties by id.
fn undominated(routes: &[Route]) -> Vec<Route> {
    let mut kept: Vec<Route> = Vec::new();
    for route in routes {
        let rivals = routes.iter().chain(&kept).filter(|rival| rival.id == route.id);
        let worse = rivals.clone().any(|rival| outdoes(rival, route));
        if !worse && !kept.contains(route) {
            kept.push(route.clone());
        }
    }
    kept.sort_by(|a, b| {
        let names = |route: &Route| route.hops.iter().map(|hop| hop.id.clone()).collect::<Vec<_>>();
        (a.hops.len().cmp(&b.hops.len()))
            .then(b.feasible.total_cmp(&a.feasible))
            .then_with(|| names(a).cmp(&names(b)))
    });
    kept
}

/// Whether a route is at least as good in every respect and better in one.
fn outdoes(one: &Route, other: &Route) -> bool {
    let weeks = |route: &Route| route.total_weeks.unwrap_or(f32::INFINITY);
    let as_good = one.hops.len() <= other.hops.len()
        && weeks(one) <= weeks(other)
        && one.feasible >= other.feasible;
    let better = one.hops.len() < other.hops.len()
        || weeks(one) < weeks(other)
        || one.feasible > other.feasible;
    as_good && better
}
