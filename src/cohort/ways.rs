//! The ways on of one worker: each path with its courses and their starts, or without courses.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    supply::{PriceBasis, Supply},
    worth::{self, Facts, Parts, Weights},
};
use crate::{
    domain::{
        CourseIx, CoursePlan, OccupationIx, Pathway, Period, PlannedCourse, Profile, Recommendation,
    },
    engine::{Engine, VIABLE},
    window::{Calendar, Fit, Lesson, day_number, day_of},
};

/// Sets of starts that are kept for one plan, the first to end in time first.
const SETS: usize = 6;
/// Sets of starts looked at for one plan.
const TRIED_SETS: usize = 60;
/// Weeks of waiting for a course whose first day nobody has published; as course plans reckon.
const WAITING: f64 = 4.0;
/// Weeks of a course whose length is unknown; as course plans reckon.
const UNKNOWN_WEEKS: f32 = 20.0;

/// Which list of an answer a path stands in.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum PathList {
    /// Asked for by the worker.
    Wanted,
    /// Inside the worker's sector.
    OwnSector,
    /// Into another sector.
    ChangeSector,
}

/// A course of a way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The course.
    pub course: CourseIx,
    /// First day, where it is published.
    pub start: Option<Date>,
    /// Last day, where the first is published.
    pub ends: Option<Date>,
    /// First and last day that are reckoned with where none is published.
    pub reckoned: Option<Period>,
    /// Kronor for the hub.
    pub price_kr: u32,
    /// Where the price comes from.
    pub basis: PriceBasis,
    /// Pool that a seat is taken from; `None` where seats have no known limit.
    pub pool: Option<u32>,
}

/// What keeps a way from being an option.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Barrier {
    /// Its courses end after the worker's window, or need more hours than are free.
    OutsideWindow,
    /// Even with its courses fewer than a fourth of such moves are feasible.
    TooFar,
    /// A licence is missing that no course of it gives.
    Licence,
    /// By the weights it is worth less than nothing.
    Worthless,
}

/// Why a way takes no course.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum WithoutCourse {
    /// Nothing essential is missing.
    NotNeeded,
    /// Something is, and no course is known that gives it.
    NoneKnown,
    /// Something is, and courses are known that this way does not take.
    NotTaken,
}

/// A way on.
#[derive(Debug, Clone, PartialEq)]
pub struct Way {
    /// The occupation.
    pub path: OccupationIx,
    /// The list its path stands in.
    pub list: PathList,
    /// Its place there.
    pub rank: u32,
    /// Courses, in order; empty where none is needed or worth its time.
    pub steps: Vec<Step>,
    /// Day the last course ends, at the earliest.
    pub ready: Option<Date>,
    /// Weeks of waiting and studying.
    pub weeks: f64,
    /// Kronor for the hub.
    pub cost_kr: u32,
    /// Whether it fits the worker's window; `None` where that hangs on what is unknown.
    pub fits_window: Option<bool>,
    /// Share of such moves that experts call feasible, as the worker is now.
    pub feasible: f32,
    /// Share of what is missing that the courses close.
    pub closed: f64,
    /// Demand, 0 to 1.
    pub demand: f64,
    /// Mean wage less the worker's group's, kronor a month.
    pub wage_change: Option<i64>,
    /// What it is worth, part by part.
    pub parts: Parts,
    /// Whether it asks for something that stands against it.
    pub barrier: Option<Barrier>,
    /// Why it takes no course; none where it takes some.
    pub without: Option<WithoutCourse>,
}

/// Finds the ways of workers.
#[derive(Debug)]
pub struct Finder<'a> {
    engine: &'a Engine,
    supply: &'a Supply,
    settings: &'a Settings,
    courses: BTreeMap<&'a str, CourseIx>,
}

/// How ways are found and weighed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Settings {
    /// Paths per list and worker.
    pub paths: usize,
    /// Weights of the objective.
    pub weights: Weights,
    /// Whether a way that does not fit the worker's window is an option.
    pub outside_window: bool,
}

/// A course with the day it is laid on.
#[derive(Debug, Clone, Copy)]
struct Laid {
    ix: CourseIx,
    pool: Option<(u32, Date)>,
    fit: Fit,
}

impl<'a> Finder<'a> {
    /// A finder with an engine that knows the supply ([`Supply::tell`]).
    pub fn new(engine: &'a Engine, supply: &'a Supply, settings: &'a Settings) -> Self {
        let courses = (0..).zip(&engine.dataset().courses);
        let courses = courses.map(|(ix, course)| (course.id.as_str(), ix)).collect();
        Self { engine, supply, settings, courses }
    }

    /// What finds the paths.
    pub(super) fn engine(&self) -> &Engine {
        self.engine
    }

    /// The engine's answer and the ways of its paths, those with a barrier too.
    pub fn ways(&self, profile: &Profile) -> (Recommendation, Vec<Way>) {
        let answer = self.engine.recommend(profile, self.settings.paths);
        let mut ways = Vec::new();
        let calendar = Calendar::of(&answer.window);
        let lists = [
            (PathList::Wanted, &answer.wanted),
            (PathList::OwnSector, &answer.own_sector),
            (PathList::ChangeSector, &answer.change_sector),
        ];
        for (list, paths) in lists {
            for path in paths {
                ways.push(self.without_courses(list, path));
                if path.plan.courses.is_empty() {
                    continue;
                }
                if path.plan.courses.iter().any(|course| self.is_bought(course)) {
                    ways.extend(self.with_starts(list, path, &calendar, profile.as_of));
                } else {
                    ways.push(self.as_planned(list, path, profile.as_of));
                }
            }
        }
        (answer, ways)
    }

    fn ix(&self, course: &PlannedCourse) -> Option<CourseIx> {
        self.courses.get(course.id.as_str()).copied()
    }

    fn is_bought(&self, course: &PlannedCourse) -> bool {
        self.ix(course).is_some_and(|ix| self.supply.buys(ix))
    }

    fn without_courses(&self, list: PathList, path: &Pathway) -> Way {
        let barrier = (!path.gap.licences.is_empty()).then_some(Barrier::Licence);
        let lacks = !path.gap.missing_essential.is_empty() || barrier.is_some();
        let without = Some(match (lacks, path.plan.courses.is_empty()) {
            (false, _) => WithoutCourse::NotNeeded,
            (true, true) => WithoutCourse::NoneKnown,
            (true, false) => WithoutCourse::NotTaken,
        });
        let way = Way { fits_window: Some(true), barrier, without, ..blank(list, path) };
        self.weighed(way, 0.0)
    }

    /// The plan as the engine has laid it.
    fn as_planned(&self, list: PathList, path: &Pathway, today: Option<Date>) -> Way {
        let plan = &path.plan;
        let steps = plan.courses.iter().filter_map(|course| {
            let ix = self.ix(course)?;
            let (price_kr, basis) = self.supply.price(&self.engine.dataset().courses[ix as usize]);
            let pool = self.supply.pools_of(ix).next().map(|(at, _)| at);
            let start = course.start.as_deref().and_then(|day| day.parse().ok());
            let (ends, reckoned) = (course.ends, course.reckoned);
            Some(Step { course: ix, start, ends, reckoned, price_kr, basis, pool })
        });
        let way = Way {
            steps: steps.collect(),
            ready: plan.ready,
            fits_window: plan.fits_window,
            ..blank(list, path)
        };
        self.with_courses(way, path, today)
    }

    /// The plan on each set of the hub's starts.
    fn with_starts(
        &self,
        list: PathList,
        path: &Pathway,
        calendar: &Calendar,
        today: Option<Date>,
    ) -> Vec<Way> {
        let sets = self.sets(&path.plan, calendar);
        let mut ways: Vec<Way> = sets
            .iter()
            .map(|laid| {
                let ends = laid.iter().map(|laid| laid.fit.end);
                let end = ends.collect::<Option<Vec<i32>>>().and_then(|e| e.into_iter().max());
                let way = Way {
                    steps: laid.iter().map(|laid| self.step(laid)).collect(),
                    ready: end.and_then(day_of),
                    fits_window: together(laid.iter().map(|laid| laid.fit.fits)),
                    ..blank(list, path)
                };
                self.with_courses(way, path, today)
            })
            .collect();
        let late = |way: &Way| way.fits_window == Some(false);
        ways.sort_by(|a, b| late(a).cmp(&late(b)).then(a.ready.cmp(&b.ready)));
        ways.truncate(SETS);
        ways
    }

    fn step(&self, laid: &Laid) -> Step {
        let published = |day: Option<i32>| day.filter(|_| laid.fit.published).and_then(day_of);
        let days = laid.fit.start.and_then(day_of).zip(laid.fit.end.and_then(day_of));
        let (price_kr, basis) = match laid.pool {
            Some((pool, _)) => {
                let pool = &self.supply.pools[pool as usize];
                (pool.price_kr, pool.basis)
            }
            None => self.supply.price(&self.engine.dataset().courses[laid.ix as usize]),
        };
        let given = self.supply.pools_of(laid.ix).next().map(|(at, _)| at);
        Step {
            course: laid.ix,
            start: laid.pool.map(|(_, day)| day).or_else(|| published(laid.fit.start)),
            ends: published(laid.fit.end),
            reckoned: days.filter(|_| !laid.fit.published).map(|(from, to)| Period { from, to }),
            price_kr,
            basis,
            pool: laid.pool.map(|(pool, _)| pool).or(given),
        }
    }

    /// Courses one after another, on every start of those the hub buys.
    fn sets(&self, plan: &CoursePlan, calendar: &Calendar) -> Vec<Vec<Laid>> {
        let mut sets: Vec<Vec<Laid>> = vec![Vec::new()];
        for course in &plan.courses {
            let Some(ix) = self.ix(course) else { return Vec::new() };
            let mut longer = Vec::new();
            for set in sets {
                let from = set.iter().filter_map(|laid| laid.fit.end).max().map(|end| end + 1);
                for (pool, fit) in self.days(ix, calendar, from) {
                    let next = Laid { ix, pool, fit };
                    longer.push(set.iter().copied().chain([next]).collect());
                    if longer.len() >= TRIED_SETS {
                        break;
                    }
                }
            }
            sets = longer;
        }
        sets
    }

    /// Days a course can be laid on.
    fn days(
        &self,
        ix: CourseIx,
        calendar: &Calendar,
        from: Option<i32>,
    ) -> Vec<(Option<(u32, Date)>, Fit)> {
        let course = &self.engine.dataset().courses[ix as usize];
        let laid_on = |starts: &[i32]| {
            let (weeks, pace_pct) = (course.weeks, course.pace_pct);
            calendar.fit(&Lesson { weeks, pace_pct, starts, ..Lesson::default() }, from)
        };
        if !self.supply.buys(ix) {
            let starts: Vec<i32> = course
                .starts
                .iter()
                .filter_map(|day| Some(day_number(day.parse().ok()?)))
                .collect();
            return vec![(None, laid_on(&starts))];
        }
        let pools = self.supply.pools_of(ix).filter_map(|(at, pool)| Some((at, pool.day?)));
        let laid = pools.map(|(at, day)| (Some((at, day)), laid_on(&[day_number(day)])));
        // A start that is not taken because it is too early says so by not being published; one of
        // unknown length is kept.
        laid.filter(|(_, fit)| fit.published || fit.start.is_none() && course.weeks.is_none())
            .collect()
    }

    /// Reckons cost, weeks and worth of a way with courses.
    fn with_courses(&self, mut way: Way, path: &Pathway, today: Option<Date>) -> Way {
        way.cost_kr = way.steps.iter().map(|step| step.price_kr).sum();
        let courses = path.plan.courses.iter();
        let studies: f32 = courses.map(|course| course.weeks.unwrap_or(UNKNOWN_WEEKS)).sum();
        let unpublished = way.steps.iter().any(|step| step.start.is_none());
        let wait = if unpublished { WAITING } else { 0.0 };
        let until = way.ready.zip(today).map(|(ready, today)| {
            f64::from(day_number(ready) - day_number(today) + 1).max(0.0) / 7.0
        });
        way.weeks = worth::rounded(until.unwrap_or(f64::from(studies)) + wait);
        if !path.plan.remaining_licences.is_empty() {
            way.barrier = Some(Barrier::Licence);
        } else if way.fits_window == Some(false) && !self.settings.outside_window {
            way.barrier = Some(Barrier::OutsideWindow);
        }
        let given = path.gap.licences.len()
            - path.plan.remaining_licences.len().min(path.gap.licences.len());
        let closed = worth::closed(&path.gap, path.plan.covered, given);
        self.weighed(way, closed)
    }

    fn weighed(&self, mut way: Way, closed: f64) -> Way {
        way.closed = worth::rounded(closed);
        let feasible = f64::from(way.feasible);
        way.parts = self.settings.weights.parts(&Facts {
            demand: way.demand,
            feasible,
            closed,
            wished: way.list == PathList::Wanted,
            weeks: way.weeks,
            cost_kr: way.cost_kr,
        });
        if way.barrier.is_none() && feasible + (1.0 - feasible) * closed < f64::from(VIABLE) {
            way.barrier = Some(Barrier::TooFar);
        }
        if way.barrier.is_none() && way.parts.worth() <= 0 {
            way.barrier = Some(Barrier::Worthless);
        }
        way
    }
}

/// A way of a path before its courses.
fn blank(list: PathList, path: &Pathway) -> Way {
    Way {
        path: path.ix,
        list,
        rank: path.rank,
        steps: Vec::new(),
        ready: None,
        weeks: 0.0,
        cost_kr: 0,
        fits_window: None,
        feasible: path.feasible,
        closed: 0.0,
        demand: worth::demand(&path.demand.barometer),
        wage_change: path.demand.wage_change,
        parts: Parts::default(),
        barrier: None,
        without: None,
    }
}

/// Whether all fit: no where one does not, unknown where one is.
fn together(fits: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let fits: Vec<Option<bool>> = fits.collect();
    if fits.contains(&Some(false)) { Some(false) } else { (!fits.contains(&None)).then_some(true) }
}
