//! Whether and when a course fits into a window.

use jiff::{ToSpan as _, civil::Date};

use super::is_working_day;
use crate::domain::{Interval, State, Window};

/// Hours of a week of full-time studies.
const FULL_WEEK: f32 = 40.0;
const DAYS_A_WEEK: f32 = 7.0;
/// Share of the hours a course asks for from which a week is enough: a pace is a round number.
const ENOUGH: f32 = 0.95;
/// Days counted ahead where a window is open.
const HORIZON: i32 = 20 * 366;

/// A window as its days are counted: numbers of days, so that thousands of courses are tried in a
/// millisecond.
#[derive(Debug, Clone, PartialEq)]
pub struct Calendar {
    runs: Vec<Run>,
    /// First day that counts.
    first: i32,
    /// Last day; `None` where open or unknown.
    end: Option<i32>,
    /// Whether days are those of the calendar, so that published dates can be compared.
    dated: bool,
    /// Whether nothing is known of the time that is left.
    unknown: bool,
}

/// Days with the same hours.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Run {
    from: i32,
    to: i32,
    certain: f32,
    possible: f32,
    interruptible: bool,
}

/// What of a course decides when it fits.
#[derive(Debug, Clone, Copy, Default)]
pub struct Lesson<'a> {
    /// Full-time weeks; `None` where unknown.
    pub weeks: Option<f32>,
    /// Pace in percent; `None` where unknown, and then the hours that are free decide.
    pub pace_pct: Option<u8>,
    /// First days that are published, as [`day_number`]s, ascending.
    pub starts: &'a [i32],
    /// First days of the terms its form of school usually has, for a course without published days.
    pub usual: &'a [i32],
    /// Last day to apply for them.
    pub apply_by: Option<i32>,
}

/// How a course fits.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// Whether it ends in time; `None` where that hangs on what is unknown.
    pub fits: Option<bool>,
    /// First day, as a [`day_number`]; `None` where nothing says it.
    pub start: Option<i32>,
    /// Last day.
    pub end: Option<i32>,
    /// Whether the first day is published; else it is the earliest that is free or usual.
    pub published: bool,
    /// Whether the first day is the first of a usual term.
    pub usual: bool,
    /// Days from the last day of the course to the end of the window; below 0 where it is late.
    pub margin_days: Option<i32>,
    /// What stands against it.
    pub obstacle: Option<Obstacle>,
    /// Whether the worker may be called back while it goes on.
    pub interruptible: bool,
}

/// What stands against a fit, or is not known of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Obstacle {
    /// Its length is unknown.
    Length,
    /// Nothing is known of the time that is left.
    Time,
    /// It may need more hours a week than are free.
    Hours {
        /// Hours a week it needs.
        needed: f32,
        /// Hours a week that are certainly free.
        free: f32,
    },
    /// It ends after the window.
    Late {
        /// By so many days.
        days: i32,
    },
    /// Its published dates have passed; the next ones are unknown.
    DatesPassed,
}

impl Fit {
    /// A fit of which nothing is known but the obstacle.
    fn unknown(obstacle: Obstacle) -> Self {
        Self {
            fits: None,
            start: None,
            end: None,
            published: false,
            usual: false,
            margin_days: None,
            obstacle: Some(obstacle),
            interruptible: false,
        }
    }

    /// Better before worse: fits, may fit, fits not; then the greater margin, then the earlier end.
    fn key(&self) -> (u8, i32, i32) {
        let rank = match self.fits {
            Some(true) => 2,
            None => 1,
            Some(false) => 0,
        };
        // Among those in time the first to end is best, among the others the least late.
        let margin = if rank == 0 { self.margin_days.unwrap_or(i32::MIN) } else { 0 };
        (rank, margin, self.end.map_or(i32::MIN, |end| -end))
    }
}

/// Days since 1970-01-01.
pub fn day_number(day: Date) -> i32 {
    days(jiff::civil::date(1970, 1, 1), day)
}

/// The day of a number.
pub fn day_of(number: i32) -> Option<Date> {
    jiff::civil::date(1970, 1, 1).checked_add(number.days()).ok()
}

/// Days from one day to another.
pub(super) fn days(from: Date, to: Date) -> i32 {
    let hours = from.duration_until(to).as_hours();
    i32::try_from(hours / 24).unwrap_or_default()
}

impl Calendar {
    /// The days of a window. Without a day it is seen from, days are counted from 0 and published
    /// dates are not compared.
    pub fn of(window: &Window) -> Self {
        let first = window.as_of.map_or(0, day_number);
        let relative = |weeks: f32| {
            #[expect(clippy::cast_possible_truncation, reason = "weeks are bounded at the edge")]
            let days = (weeks * DAYS_A_WEEK).clamp(0.0, HORIZON as f32).floor() as i32;
            days - 1
        };
        let end = match window.as_of {
            Some(_) => window.ends.map(day_number),
            None => window.weeks.map(relative),
        };
        let run = |interval: &Interval| {
            let dated = |day: Option<Date>| day.filter(|_| window.as_of.is_some()).map(day_number);
            Run {
                from: dated(interval.from).unwrap_or(first).max(first),
                to: dated(interval.to).unwrap_or(first + HORIZON),
                certain: interval.hours_per_week,
                possible: interval.hours_at_most,
                interruptible: interval.interruptible,
            }
        };
        let runs = window.intervals.iter().map(run).filter(|run| run.from <= run.to).collect();
        let given = window.intervals.iter().all(|interval| interval.state == State::Given);
        Self { runs, first, end, dated: window.as_of.is_some(), unknown: given && end.is_none() }
    }

    /// How a course fits from a day on; `None` is the first day of the window. A few hundred
    /// nanoseconds.
    pub fn fit(&self, lesson: &Lesson<'_>, from: Option<i32>) -> Fit {
        let from = from.unwrap_or(self.first).max(self.first);
        let Some(weeks) = lesson.weeks else { return Fit::unknown(Obstacle::Length) };
        let open =
            |start: i32| start >= from && lesson.apply_by.is_none_or(|last| last >= self.first);
        let starts = if self.dated { lesson.starts } else { &[] };
        let published = starts.iter().copied().filter(|start| open(*start));
        let best = published.map(|start| self.at(lesson, weeks, start)).max_by_key(Fit::key);
        if let Some(fit) = best {
            return self.known(Fit { published: true, ..fit });
        }
        let usual = lesson.usual.iter().copied().filter(|start| self.dated && *start >= from);
        let best = usual.map(|start| self.at(lesson, weeks, start)).max_by_key(Fit::key);
        if let Some(fit) = best.filter(|_| starts.is_empty()) {
            return self.known(Fit { usual: true, ..fit });
        }
        // No school begins on a day off; who studies alone may.
        let from =
            if self.dated && lesson.pace_pct.is_some() { first_school_day(from) } else { from };
        let later = self.runs.iter().map(|run| run.from).filter(|start| *start > from);
        let inside = later.filter(|start| self.end.is_none_or(|end| *start <= end));
        let tried = std::iter::once(from).chain(inside);
        let mut fit = tried
            .map(|start| self.at(lesson, weeks, start))
            .max_by_key(Fit::key)
            .unwrap_or_else(|| Fit::unknown(Obstacle::Time));
        if !starts.is_empty() {
            // It would fit by its length, but nobody knows when it is given next.
            fit.fits = fit.fits.filter(|fits| !fits);
            fit.obstacle = fit.obstacle.or(Some(Obstacle::DatesPassed));
            fit.start = None;
            fit.end = None;
        }
        self.known(fit)
    }

    /// Weeks from the first day of the window to the published or usual first day of a course; `None`
    /// where there is none.
    pub fn weeks_until(&self, fit: &Fit) -> Option<f32> {
        let start = fit.start.filter(|_| fit.published || fit.usual)?;
        Some((start - self.first).max(0) as f32 / DAYS_A_WEEK)
    }

    /// Whether a time is left at all must be known for a yes or no.
    fn known(&self, fit: Fit) -> Fit {
        if self.unknown { Fit { fits: None, obstacle: Some(Obstacle::Time), ..fit } } else { fit }
    }

    /// The fit of a course that begins on a day.
    fn at(&self, lesson: &Lesson<'_>, weeks: f32, start: i32) -> Fit {
        match lesson.pace_pct {
            Some(pace) => self.at_pace(weeks, f32::from(pace.max(1)) / 100.0, start),
            None => self.at_free_hours(weeks, start),
        }
    }

    /// With its own pace: every week must have its hours.
    fn at_pace(&self, weeks: f32, pace: f32, start: i32) -> Fit {
        let end = start + calendar_days(weeks / pace) - 1;
        let end = if self.dated { last_school_day(start, end) } else { end };
        // A day's course asks for a day, not for a week.
        let needed = (FULL_WEEK * pace).min(FULL_WEEK * weeks);
        let mut free = f32::INFINITY;
        let mut possible = f32::INFINITY;
        let mut interruptible = false;
        let inside = self.end.map_or(end, |last| last.min(end)).max(start);
        for run in self.runs.iter().filter(|run| run.from <= inside && start <= run.to) {
            free = free.min(run.certain);
            possible = possible.min(run.possible);
            interruptible |= run.interruptible;
        }
        if free.is_infinite() {
            (free, possible) = (0.0, 0.0);
        }
        self.judge(start, end, (needed, free, possible), interruptible)
    }

    /// With the hours that are free.
    fn at_free_hours(&self, weeks: f32, start: i32) -> Fit {
        let end = |hours: fn(&Run) -> f32| self.ends_after(weeks * FULL_WEEK, start, hours);
        let free = self.runs.iter().find(|run| start <= run.to).map_or(0.0, |run| run.certain);
        let Some(possible) = end(|run| run.possible) else {
            // There is no hour to study in, now or later.
            let needed = FULL_WEEK * weeks.min(1.0);
            let obstacle = Obstacle::Hours { needed, free };
            return Fit { fits: Some(false), ..Fit::unknown(obstacle) };
        };
        let certain = end(|run| run.certain);
        let running = |run: &&Run| run.from <= possible && start <= run.to;
        let interruptible = self.runs.iter().filter(running).any(|run| run.interruptible);
        let in_time = |end: &i32| self.end.is_none_or(|last| *end <= last);
        if let Some(end) = certain.filter(in_time).or(Some(possible).filter(|end| !in_time(end))) {
            return self.judge(start, end, (0.0, 0.0, 0.0), interruptible);
        }
        let fit = self.judge(start, possible, (0.0, 0.0, 0.0), interruptible);
        let needed = weeks * FULL_WEEK * DAYS_A_WEEK / (possible - start + 1).max(1) as f32;
        Fit { fits: None, obstacle: Some(Obstacle::Hours { needed, free }), ..fit }
    }

    /// The last day of so many hours of studies from a day on; after the last days that are known it goes on as
    /// on those. `None` where they have no hours.
    #[expect(clippy::cast_possible_truncation, reason = "days are bounded by the horizon")]
    fn ends_after(&self, hours: f32, start: i32, of: fn(&Run) -> f32) -> Option<i32> {
        let mut left = hours;
        // A trace of rounding is no day.
        let days_of =
            |left: f32, a_day: f32| (left / a_day - 1e-3).ceil().clamp(1.0, HORIZON as f32) as i32;
        // Where no known day is left it goes on as on the last of them, or at full time.
        let hours_at_last = self.runs.last().map_or(FULL_WEEK, &of);
        let (mut after, mut last) = (start, hours_at_last.min(FULL_WEEK) / DAYS_A_WEEK);
        for run in self.runs.iter().filter(|run| start <= run.to) {
            let from = run.from.max(start);
            let a_day = of(run).min(FULL_WEEK) / DAYS_A_WEEK;
            let days = (run.to - from + 1) as f32;
            if a_day > 0.0 && left <= a_day * days {
                return Some(from + days_of(left, a_day) - 1);
            }
            left -= a_day * days;
            (after, last) = (run.to + 1, a_day);
        }
        (last > 0.0).then(|| after + days_of(left, last) - 1)
    }

    fn judge(
        &self,
        start: i32,
        end: i32,
        (needed, free, possible): (f32, f32, f32),
        interruptible: bool,
    ) -> Fit {
        let margin_days = self.end.map(|last| last - end);
        let late = margin_days.filter(|margin| *margin < 0);
        let (fits, obstacle) = if let Some(margin) = late {
            (Some(false), Some(Obstacle::Late { days: -margin }))
        } else if free >= ENOUGH * needed {
            (Some(true), None)
        } else {
            let unknown = possible >= ENOUGH * needed;
            ((!unknown).then_some(false), Some(Obstacle::Hours { needed, free }))
        };
        let (start, end) = (Some(start), Some(end));
        Fit {
            fits,
            start,
            end,
            published: false,
            usual: false,
            margin_days,
            obstacle,
            interruptible,
        }
    }
}

/// Calendar days of so many weeks, at least one.
#[expect(clippy::cast_possible_truncation, reason = "lengths are bounded where courses are read")]
fn calendar_days(weeks: f32) -> i32 {
    ((weeks * DAYS_A_WEEK - 1e-3).ceil().min(HORIZON as f32) as i32).max(1)
}

/// The first day of school from a day on.
fn first_school_day(from: i32) -> i32 {
    (from..from + 14).find(|day| day_of(*day).is_none_or(is_working_day)).unwrap_or(from)
}

/// The last day of school on or before a day: no course ends on a holiday.
fn last_school_day(start: i32, end: i32) -> i32 {
    let school = |day: &i32| day_of(*day).is_none_or(is_working_day);
    (start..=end).rev().take(14).find(school).unwrap_or(end)
}
