//! A path's time, courses and days to keep as a picture.

use jiff::civil::Date;

use super::state;
use crate::{
    domain::{Interval, Language, Pathway, PlannedCourse, Window},
    plot::{Lane, Mark, Picture, Span, Timeline, Words, timeline},
};

/// What the picture shows, in a sentence.
fn description(language: Language) -> &'static str {
    language.pick(
        "När det finns tid för studier, kurserna i den ordning de tas, och dagar att passa.",
        "When there is time for studies, the courses in the order to take them, and days to keep.",
    )
}

/// A path's time, courses and days with a title and what it shows; `None` where no day is known.
pub fn time_and_courses(
    window: &Window,
    path: &Pathway,
    language: Language,
) -> Option<(String, &'static str, Picture)> {
    let name = language.pick("Tid och kurser", "Time and courses");
    let title = format!("{name}: {}", path.label.marked(language));
    let description = description(language);
    let words = Words { language, title: &title, description };
    let picture = timeline(words, &of(window, path, language))?;
    Some((title, description, picture))
}

fn of(window: &Window, best: &Pathway, language: Language) -> Timeline {
    let say = |sv: &str, en: &str| language.pick(sv, en).to_owned();
    let free = window.intervals.iter().filter_map(|interval| free(interval, language));
    let mut lanes = vec![Lane {
        name: say("Tid för studier", "Time for studies"),
        spans: free.collect(),
        note: say("ingen dag är känd", "no day is known"),
    }];
    for (course, number) in best.plan.courses.iter().zip(1..) {
        let name = format!("{} {number}", language.pick("Kurs", "Course"));
        let unknown = say("ingen dag är känd", "no day is known");
        let note = format!("{}: {unknown}", course.title.marked(language));
        lanes.push(Lane { name, spans: taken(course, language).into_iter().collect(), note });
    }
    let mark = |day: Option<Date>, sv: &str, en: &str| Some(Mark { day: day?, text: say(sv, en) });
    let mut marks: Vec<Mark> = [
        mark(window.as_of, "i dag", "today"),
        if window.earliest {
            mark(window.ends, "tidigast sista dag", "earliest last day")
        } else {
            mark(window.ends, "sista dag", "last day")
        },
        mark(best.plan.ready, "klar", "ready"),
    ]
    .into_iter()
    .flatten()
    .collect();
    for (course, number) in best.plan.courses.iter().zip(1..) {
        let day = course.apply_by.as_deref().and_then(|day| day.parse().ok());
        let (sv, en) = (format!("ansök till kurs {number}"), format!("apply for course {number}"));
        marks.extend(mark(day, &sv, &en));
    }
    Timeline { lanes, marks }
}

/// An interval of the window with its hours.
fn free(interval: &Interval, language: Language) -> Option<Span> {
    let certain = language.number(f64::from(interval.hours_per_week), 0);
    let most = language.number(f64::from(interval.hours_at_most), 0);
    let hours = if certain == most { certain } else { format!("{certain}\u{2013}{most}") };
    let state = state(interval);
    let unit = language.pick("h/vecka", "h a week");
    Some(Span {
        from: interval.from?,
        to: interval.to,
        text: format!("{}, {hours} {unit}", state.get(language)),
        reckoned: interval.hours_at_most > interval.hours_per_week,
    })
}

fn taken(course: &PlannedCourse, language: Language) -> Option<Span> {
    let published = course.start.as_deref().and_then(|day| day.parse().ok()).zip(course.ends);
    let (from, to) = published.or(course.reckoned.map(|days| (days.from, days.to)))?;
    let weeks = course.weeks.map(|weeks| {
        let unit = language.pick("v", "w");
        format!(", {} {unit}", language.number(f64::from(weeks), usize::from(weeks.fract() > 0.0)))
    });
    Some(Span {
        from,
        to: Some(to),
        text: format!("{}{}", course.title.marked(language), weeks.unwrap_or_default()),
        reckoned: published.is_none(),
    })
}
