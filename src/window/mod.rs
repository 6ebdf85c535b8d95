//! Rules of notice, furlough and short-time work -> intervals in which a course fits.
//!
//! * [`window`] turns a situation and the table of rules into a [`Window`].
//! * `notice` has the end of a notice period, `rules` looks a rule up by the day it is needed for.
//! * `holidays` are the Swedish public holidays, `fit` says whether and when a course fits.
//!
//! No figure of a law stands in the code: `data/rules.csv` has them, with the days they hold.

mod fit;
mod holidays;
mod notice;
mod rules;
#[cfg(test)]
mod tests;

pub use fit::{Calendar, Fit, Lesson, Obstacle, day_number, day_of};
pub use holidays::is_working_day;

use jiff::{ToSpan as _, civil::Date};

use self::rules::Book;
use crate::domain::{Bilingual, Interval, Rule, Situation, State, Status, Weekday, Window};

/// Hours of a day of work, by which free days of the week become hours.
const HOURS_A_DAY: f32 = 8.0;
/// Hours of a full week where the table of rules has none.
const FULL_WEEK: f32 = 40.0;
const DAYS_A_WEEK: f32 = 7.0;

/// When a worker has time for studies. Total: dates out of order give an empty or a shorter window,
/// never a panic; `intake::check` refuses them beforehand. Microseconds.
#[tracing::instrument(level = "debug", skip_all)]
pub fn window(situation: &Situation, rules: &[Rule]) -> Window {
    let mut build =
        Build { situation, book: Book::new(rules, situation), window: Window::default() };
    build.window.as_of = situation.as_of;
    build.window.ends = build.end();
    build.intervals();
    build.measure();
    build.window.rules = build.book.applied;
    build.window
}

/// A window being built.
struct Build<'a> {
    situation: &'a Situation,
    book: Book<'a>,
    window: Window,
}

/// Hours a week: those that are certain, and those that are possible.
#[derive(Debug, Clone, Copy)]
struct Hours {
    certain: f32,
    possible: f32,
    rule: &'static str,
}

impl Build<'_> {
    /// The state that the status, or where it is unknown the dates, speak of.
    fn status(&self) -> Option<Status> {
        let dates = &self.situation.dates;
        self.situation.status.or_else(|| {
            if dates.last_day.is_some() || dates.notice.is_some() {
                Some(Status::Uppsagd)
            } else {
                dates.furlough_to.or(dates.furlough_from).map(|_| Status::Permitterad)
            }
        })
    }

    fn ask(&mut self, sv: &str, en: &str) {
        self.window.ask.push(Bilingual::new(sv, en));
    }

    /// The last day, with the rule it comes from.
    fn end(&mut self) -> Option<Date> {
        let (situation, dates) = (self.situation, &self.situation.dates);
        let given = match self.status() {
            Some(Status::Permitterad | Status::Korttid) => dates.furlough_to.or(dates.last_day),
            Some(Status::Arbetslos) => None,
            Some(Status::Anstalld) => dates.last_day,
            _ => dates.last_day.or(dates.furlough_to),
        };
        if let Some(day) = given {
            self.book.apply("given", &day_said(day));
            self.check_against_law(day);
            return Some(day);
        }
        let by_rule = match self.status() {
            Some(Status::Uppsagd | Status::Varslad) => self.notice_end(),
            Some(Status::Korttid) => self.short_time_end(),
            _ => None,
        };
        if by_rule.is_some() {
            return by_rule;
        }
        if let (Some(as_of), Some(weeks)) = (situation.as_of, situation.weeks_left) {
            let end = after_weeks(as_of, weeks)?;
            self.book.apply("given", &day_said(end));
            return Some(end);
        }
        if situation.weeks_left.is_some() {
            self.book.apply("given", &Bilingual::default());
        }
        match self.status() {
            Some(Status::Permitterad) => self.ask(
                "Till vilken dag gäller permitteringen?",
                "Until which day does the furlough last?",
            ),
            Some(Status::Uppsagd) if situation.weeks_left.is_none() => {
                self.ask(
                    "Vilken är sista anställningsdagen?",
                    "Which is the last day of employment?",
                );
            }
            _ => {}
        }
        None
    }

    /// Six months from the first day of short-time work.
    fn short_time_end(&mut self) -> Option<Date> {
        let from = self.situation.dates.furlough_from?;
        let months = self.book.find("short_time", 0.0, Some(from))?.number();
        let end = notice::months_after(from, months)?;
        self.book.apply_on("short_time", 0.0, Some(from), &until(end));
        self.book.apply_on("short_time_more", 0.0, Some(from), &Bilingual::default());
        self.ask(
            "Till vilken dag gäller korttidsarbetet enligt det lokala avtalet?",
            "Until which day does the local agreement grant short-time work?",
        );
        Some(end)
    }

    fn intervals(&mut self) {
        let (as_of, ends) = (self.situation.as_of, self.window.ends);
        let dates = &self.situation.dates;
        match self.status() {
            Some(Status::Uppsagd) => {
                let working = dates.released_from.is_some();
                let state = if working { State::AtWork } else { State::Notice };
                let before = dates.released_from.and_then(|day| day.yesterday().ok());
                self.add(state, as_of, if working { before } else { ends });
                if let Some(released) = dates.released_from {
                    self.add(State::Released, later(as_of, Some(released)), ends);
                } else if self.situation.hours_per_week.is_none() {
                    self.ask(
                        "Är personen arbetsbefriad under uppsägningstiden, och från vilken dag?",
                        "Is the person released from work during the notice, and from which day?",
                    );
                }
                self.after(State::Unemployed);
            }
            Some(Status::Varslad | Status::Anstalld) => {
                self.add(State::AtWork, as_of, ends);
                self.after(State::Unemployed);
            }
            Some(status @ (Status::Permitterad | Status::Korttid)) => {
                let short = status == Status::Korttid;
                let state = if short { State::ShortTime } else { State::Furlough };
                let before = dates.furlough_from.and_then(|day| day.yesterday().ok());
                if before >= as_of && before.is_some() {
                    self.add(State::AtWork, as_of, before);
                }
                self.add(state, later(as_of, dates.furlough_from), ends);
                self.after(State::AtWork);
            }
            Some(Status::Arbetslos) => self.add(State::Unemployed, as_of, ends),
            None => self.add(State::Given, as_of, ends),
        }
    }

    /// What follows the end, open.
    fn after(&mut self, state: State) {
        let Some(next) = self.window.ends.and_then(|end| end.tomorrow().ok()) else { return };
        self.add(state, later(self.situation.as_of, Some(next)), None);
    }

    /// Adds an interval unless it is empty.
    fn add(&mut self, state: State, from: Option<Date>, to: Option<Date>) {
        if matches!((from, to), (Some(from), Some(to)) if to < from) {
            return;
        }
        let inside = self.window.ends.is_none_or(|end| from.is_none_or(|from| from <= end));
        let hours = self.hours(state, inside);
        let given = hours.rule == "given";
        let weekdays = if given { self.situation.weekdays.clone() } else { Vec::new() };
        self.window.intervals.push(Interval {
            from,
            to,
            state,
            hours_per_week: hours.certain,
            hours_at_most: hours.possible.max(hours.certain),
            weekdays,
            interruptible: state == State::Furlough,
            rule: hours.rule.to_owned(),
        });
    }

    /// Hours of a state: those that are given hold until the end, else those of the rules.
    fn hours(&mut self, state: State, inside: bool) -> Hours {
        let spare = self.book.number("at_work", 0.0);
        let full = self.book.number("full_week", FULL_WEEK);
        let given = self.situation.hours_per_week.or_else(|| {
            let days = self.situation.weekdays.len();
            (days > 0).then_some(days as f32 * HOURS_A_DAY)
        });
        let rule = match state {
            State::AtWork | State::Notice => "at_work",
            State::Released => "released",
            State::Furlough => "furlough",
            State::ShortTime => "short_time",
            State::Unemployed => "unemployed",
            State::Given => "full_week",
        };
        self.book.apply(rule, &Bilingual::default());
        // Hours of a furlough are not those of the work before it.
        let freed = matches!(self.status(), Some(Status::Permitterad | Status::Korttid));
        let own = inside && !(freed && state == State::AtWork);
        if let Some(hours) = given.filter(|_| own) {
            return Hours { certain: hours, possible: hours, rule: "given" };
        }
        let (certain, possible) = match state {
            State::AtWork => (spare, spare),
            State::Notice | State::Furlough => (spare, full),
            State::Released | State::Unemployed | State::Given => (full, full),
            State::ShortTime => {
                self.book.apply("short_time_freed", &Bilingual::default());
                (spare, self.book.number("short_time_freed", full))
            }
        };
        if matches!(state, State::Furlough | State::ShortTime | State::Given) {
            self.ask(
                "Hur många timmar i veckan är fria för studier?",
                "How many hours a week are free for studies?",
            );
        }
        Hours { certain, possible, rule }
    }

    /// Weeks that are left and the last day a week's course can begin.
    fn measure(&mut self) {
        self.window.weeks = match (self.window.as_of, self.window.ends) {
            (Some(as_of), Some(ends)) => {
                Some((fit::days(as_of, ends) + 1).max(0) as f32 / DAYS_A_WEEK)
            }
            (None, _) => self.situation.weeks_left,
            _ => None,
        };
        self.window.latest_useful_start = self.latest_useful_start();
        if self.window.weeks.is_some_and(|weeks| weeks <= 0.0) {
            self.ask(
                "Slutdagen har passerat; vad gäller nu?",
                "The last day has passed; what holds now?",
            );
        }
    }

    /// Five working days back from the end, where they are free all day.
    fn latest_useful_start(&self) -> Option<Date> {
        const DAYS: usize = 5;
        let ends = self.window.ends?;
        let first = self.window.as_of;
        let free = |day: Date| {
            self.window.intervals.iter().any(|interval| {
                let whole = interval.hours_per_week >= self.book.number("full_week", FULL_WEEK);
                whole
                    && interval.from.is_none_or(|from| from <= day)
                    && interval.to.is_none_or(|to| day <= to)
            })
        };
        let days = std::iter::successors(Some(ends), |day| day.yesterday().ok());
        let days = days.take_while(|day| first.is_none_or(|first| first <= *day) && free(*day));
        days.filter(|day| is_working_day(*day)).nth(DAYS - 1)
    }
}

/// The later of two days, where both are known.
fn later(one: Option<Date>, other: Option<Date>) -> Option<Date> {
    one.max(other)
}

fn after_weeks(from: Date, weeks: f32) -> Option<Date> {
    #[expect(clippy::cast_possible_truncation, reason = "weeks are bounded at the edge")]
    let days = (weeks * DAYS_A_WEEK).clamp(0.0, 10_000.0).floor() as i32;
    from.checked_add((days - 1).days()).ok()
}

fn day_said(day: Date) -> Bilingual<String> {
    Bilingual::new(format!("sista dag {day}"), format!("last day {day}"))
}

fn until(day: Date) -> Bilingual<String> {
    Bilingual::new(format!("till och med {day}"), format!("to {day} inclusive"))
}

/// The Monday of a day's week.
pub fn monday_of(day: Date) -> Date {
    let days = i64::from(day.weekday().to_monday_zero_offset());
    day.checked_sub(days.days()).unwrap_or(day)
}

/// The days of the week of a pattern, each once, Monday first.
pub fn pattern(days: &[Weekday]) -> Vec<Weekday> {
    Weekday::ALL.into_iter().filter(|day| days.contains(day)).collect()
}
