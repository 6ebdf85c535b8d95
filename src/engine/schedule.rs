//! The courses of a plan laid into the worker's window.

use super::{Engine, start::Start};
use crate::{
    domain::{Bilingual, CourseIx, CoursePlan, Period, PlannedCourse, length_in_words, weeks_of},
    window::{Fit, Lesson, Obstacle, day_of},
};

/// Courses of which all orders are tried; longer plans keep the order they were chosen in.
const ORDERED: usize = 4;

impl Engine {
    /// How a course fits from a day on; `None` is the first day of the window.
    pub(super) fn fit(&self, ix: CourseIx, start: &Start<'_>, from: Option<i32>) -> Fit {
        start.calendar.fit(&self.lesson(ix, start), from)
    }

    fn lesson<'a>(&'a self, ix: CourseIx, start: &'a Start<'_>) -> Lesson<'a> {
        let course = &self.dataset.courses[ix as usize];
        let dates = &self.catalogue.dates[ix as usize];
        Lesson {
            weeks: course.weeks,
            pace_pct: course.pace_pct,
            starts: &dates.starts,
            usual: start
                .terms
                .iter()
                .find(|(form, _)| *form == course.form)
                .map_or(&[], |(_, days)| days.as_slice()),
            apply_by: dates.apply_by,
        }
    }

    /// Puts the courses of a plan into the order that ends first, with their days. Courses follow one
    /// another; what asks for a licence comes after what gives it.
    pub(super) fn schedule(
        &self,
        chosen: Vec<(CourseIx, PlannedCourse)>,
        covered: f32,
        start: &Start<'_>,
    ) -> CoursePlan {
        let courses: Vec<CourseIx> = chosen.iter().map(|(ix, _)| *ix).collect();
        let order = self.best_order(&courses, start);
        let mut planned: Vec<Option<PlannedCourse>> =
            chosen.into_iter().map(|(_, course)| Some(course)).collect();
        let mut plan = CoursePlan { covered: covered.min(1.0), ..CoursePlan::default() };
        let fits = self.in_order(&courses, &order, start);
        let mut in_time = (!fits.is_empty()).then_some(true);
        for (at, fit) in order.into_iter().zip(&fits) {
            let Some(mut course) = planned.get_mut(at).and_then(Option::take) else { continue };
            tell(&mut course, fit, start);
            in_time = match (in_time, fit.fits) {
                (Some(false), _) | (_, Some(false)) => Some(false),
                (Some(true), Some(true)) => Some(true),
                _ => None,
            };
            plan.courses.push(course);
        }
        plan.fits_window = in_time;
        plan.total_weeks = weeks_of(&plan.courses);
        plan.price_kr = plan.courses.iter().map(|course| course.price_kr).sum();
        if fits.iter().all(|fit| fit.end.is_some()) && start.dated {
            plan.ready = fits.iter().filter_map(|fit| fit.end).max().and_then(day_of);
        }
        plan.margin_days = fits.iter().map(|fit| fit.margin_days).min().flatten();
        plan
    }

    /// The order whose last course ends first, among orders in time before others.
    fn best_order(&self, courses: &[CourseIx], start: &Start<'_>) -> Vec<usize> {
        let as_chosen: Vec<usize> = (0..courses.len()).collect();
        let begins = |ix: &CourseIx| {
            let lesson = self.lesson(*ix, start);
            !lesson.starts.is_empty() || !lesson.usual.is_empty()
        };
        let any_dated = courses.iter().any(begins);
        if courses.len() < 2 || courses.len() > ORDERED || !any_dated || !start.dated {
            return as_chosen;
        }
        let late = |order: &[usize]| {
            let fits = self.in_order(courses, order, start);
            let missed = fits.iter().filter(|fit| fit.fits == Some(false)).count();
            (missed, fits.iter().filter_map(|fit| fit.end).max())
        };
        let mut best = (late(&as_chosen), as_chosen.clone());
        for order in orders(courses.len()).into_iter().filter(|order| self.possible(courses, order))
        {
            let found = late(&order);
            if found < best.0 {
                best = (found, order);
            }
        }
        best.1
    }

    /// Whether no course asks for a licence that a later one gives.
    fn possible(&self, courses: &[CourseIx], order: &[usize]) -> bool {
        let course = |at: usize| &self.dataset.courses[courses[at] as usize];
        order.iter().enumerate().all(|(place, at)| {
            let later = &order[place + 1..];
            let given_later = |key: &String| later.iter().any(|l| course(*l).grants.contains(key));
            !course(*at).requires.iter().any(given_later)
        })
    }

    /// Fits of courses that follow one another.
    fn in_order(&self, courses: &[CourseIx], order: &[usize], start: &Start<'_>) -> Vec<Fit> {
        let mut from = None;
        let mut fits = Vec::with_capacity(order.len());
        for at in order {
            let fit = self.fit(courses[*at], start, from);
            from = fit.end.map(|end| end + 1).or(from);
            fits.push(fit);
        }
        fits
    }
}

/// All orders of so many things.
fn orders(count: usize) -> Vec<Vec<usize>> {
    let mut all = vec![Vec::new()];
    for next in 0..count {
        all = all
            .into_iter()
            .flat_map(|order: Vec<usize>| {
                (0..=order.len()).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, next);
                    longer
                })
            })
            .collect();
    }
    all
}

/// Writes the days and the fit into a planned course.
fn tell(course: &mut PlannedCourse, fit: &Fit, start: &Start<'_>) {
    course.fits_window = fit.fits;
    course.margin_days = fit.margin_days;
    course.timing = timing(fit, start.dated);
    course.interruptible = fit.interruptible;
    if fit.interruptible {
        let Bilingual { sv, en } = &mut course.timing;
        add(sv, "måste gå att avbryta vid återkallelse till arbetet");
        add(en, "must be possible to interrupt when called back to work");
    }
    if start.dated {
        // A day that is only the earliest possible is told in words, not as the course's start.
        course.start =
            fit.start.filter(|_| fit.published).and_then(day_of).map(|day| day.to_string());
        course.ends = fit.end.filter(|_| fit.published).and_then(day_of);
        let days = fit.start.and_then(day_of).zip(fit.end.and_then(day_of));
        course.reckoned = days.filter(|_| !fit.published).map(|(from, to)| Period { from, to });
    }
}

/// Adds a clause to what is said.
fn add(said: &mut String, clause: &str) {
    if !said.is_empty() {
        said.push_str("; ");
    }
    said.push_str(clause);
}

/// The fit in words; empty where there is nothing to say.
fn timing(fit: &Fit, dated: bool) -> Bilingual<String> {
    let said = |sv: String, en: String| Bilingual::new(sv, en);
    match fit.obstacle {
        Some(Obstacle::Length) => said("längden är okänd".into(), "its length is unknown".into()),
        Some(Obstacle::Hours { needed, free }) => said(
            format!("kräver {needed:.0} h i veckan; säkert fria är {free:.0} h"),
            format!("needs {needed:.0} h a week; {free:.0} h are certainly free"),
        ),
        Some(Obstacle::Late { days }) => said(
            ["slutar ", &counted(days, "dag", "dagar"), " för sent", &if_usual(fit).sv].concat(),
            ["ends ", &counted(days, "day", "days"), " late", &if_usual(fit).en].concat(),
        ),
        Some(Obstacle::DatesPassed) => said(
            "kända startdagar har passerat; fråga efter nästa".into(),
            "the known first days have passed; ask for the next".into(),
        ),
        Some(Obstacle::Time) | None if !dated => Bilingual::default(),
        Some(Obstacle::Time) => Bilingual::default(),
        None => in_time(fit),
    }
}

/// What is said of a course that fits.
fn in_time(fit: &Fit) -> Bilingual<String> {
    let Some(margin) = fit.margin_days else { return Bilingual::default() };
    let (sv, en) = if margin < 14 {
        (counted(margin, "dag", "dagar"), counted(margin, "day", "days"))
    } else {
        let weeks = length_in_words((margin / 7) as f32);
        (weeks.sv, weeks.en)
    };
    let from = if fit.published || fit.usual {
        if_usual(fit)
    } else {
        Bilingual::new(
            " om den börjar genast; startdag okänd",
            " if it begins at once; first day unknown",
        )
    };
    Bilingual::new(
        ["slutar ", &sv, " före slutet", &from.sv].concat(),
        ["ends ", &en, " before the end", &from.en].concat(),
    )
}

/// Said of a first day that is only usual.
fn if_usual(fit: &Fit) -> Bilingual<String> {
    let day = fit.start.filter(|_| fit.usual).and_then(day_of);
    day.map_or_else(Bilingual::default, |day| {
        let day = day.to_string();
        Bilingual::new(
            [" om den börjar vid vanlig terminsstart, omkring ", &day].concat(),
            [" if it begins as terms usually do, around ", &day].concat(),
        )
    })
}

fn counted(number: i32, one: &str, many: &str) -> String {
    [number.to_string().as_str(), " ", if number == 1 { one } else { many }].concat()
}
