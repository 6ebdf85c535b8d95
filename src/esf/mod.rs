//! Hours of training by participant and month, as a project of the European Social Fund reports them.
//!
//! Participants stand under their reference; who owns the project joins the personnummer outside this
//! program. The hours are planned ones, of a cohort plan, else of the path that was chosen or the best:
//! what was done is written over them.
//!
//! A course has its weeks at full time times the hours of a full week, spread evenly over its working
//! days, so that the months of a course add up to it.

use std::{
    collections::BTreeMap,
    io::{self, Write},
};

use jiff::{ToSpan as _, civil::Date};

use crate::{
    batch::{Answer, Seen, decimal, safe, spreadsheet},
    cohort::Plan,
    domain::{Language, Pathway, Period, PlannedCourse, Recommendation},
    intake::{Error, quantity::Quantity, sheet::Sheet},
    window::is_working_day,
};

/// Columns of the export.
const HEADER: [&str; 8] =
    ["ref", "manad", "start", "slut", "timmar", "kurser", "dagar", "underlag"];
/// Longest course whose days are walked through, about ten years.
const MOST_DAYS: usize = 3_700;

/// One month of one participant.
#[derive(Debug, Clone, PartialEq)]
pub struct Month {
    /// First day of training in the month.
    pub start: Date,
    /// Last day of training in the month.
    pub end: Date,
    /// Planned hours.
    pub hours: f64,
    /// Working days with training.
    pub days: u32,
    /// Titles of the courses.
    pub courses: Vec<String>,
    /// Whether every day is published; else some are only reckoned with.
    pub published: bool,
}

/// An export and what is not in it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Export {
    /// Months by participant, in order; the key is the reference and the month's year and number.
    pub months: BTreeMap<(String, i16, i8), Month>,
    /// Participants with hours.
    pub participants: usize,
    /// People whose path has no courses.
    pub without_courses: usize,
    /// People with at least one course that has no day or no length: it is not in the export.
    pub undated: usize,
    /// Refused rows.
    pub refused: usize,
    /// Answers whose reference came before: the first counts, nobody has hours twice.
    pub repeated: usize,
    /// People whose choice is none of their paths: nothing of them is in the export.
    pub unknown_choice: usize,
}

/// The path each participant has chosen, by reference: id or name of the occupation.
pub type Choices = BTreeMap<String, String>;

/// Reads the choices, a table of `ref;yrke`.
///
/// # Errors
/// [`Error`] where a column is missing or a reference comes twice.
pub fn choices(sheet: &Sheet) -> Result<Choices, Error> {
    let column = |names: &[&str]| {
        sheet.column(names).ok_or_else(|| {
            let problem = format!("no column {}; found {}", names[0], sheet.columns.join(", "));
            Error::format(&sheet.name, problem, "give the columns ref and yrke")
        })
    };
    let key = column(&["ref", "referens", "reference"])?;
    let occupation = column(&["yrke", "occupation", "occupationid", "id"])?;
    let mut choices = Choices::new();
    for row in &sheet.rows {
        let chosen = row.cells[occupation].clone();
        if choices.insert(row.cells[key].clone(), chosen).is_some() {
            let place = format!("{}:{}", sheet.name, row.line);
            let cure = "keep one row for each participant";
            return Err(Error::format(place, "the reference came before", cure));
        }
    }
    Ok(choices)
}

/// Reads hours of a full week as an option gives them.
///
/// # Errors
/// What is wrong, in words.
pub fn full_week(text: &str) -> Result<f64, String> {
    let hours = Quantity::Hours.read(text).filter(|hours| (1.0..=80.0).contains(hours));
    hours.ok_or_else(|| "give hours of a full week, from 1 to 80".to_owned())
}

/// Collects the months of a result. With choices only those who have one are in it.
///
/// # Errors
/// The first that the result has.
pub fn export(
    answers: impl Iterator<Item = Result<Answer, Error>>,
    choices: Option<&Choices>,
    full_week: f64,
) -> Result<Export, Error> {
    let mut export = Export::default();
    let mut seen = Seen::default();
    for answer in answers {
        let Some(answer) = answer?.recommendation else {
            export.refused += 1;
            continue;
        };
        if !seen.is_first(&answer) {
            export.repeated += 1;
            continue;
        }
        let reference = answer.r#ref.clone().unwrap_or_default();
        let path = match choices {
            None => answer.best(),
            Some(choices) => {
                let Some(chosen) = choices.get(&reference) else { continue };
                let path = chosen_path(&answer, chosen);
                export.unknown_choice += usize::from(path.is_none());
                path
            }
        };
        let Some(path) = path else { continue };
        export.add(&reference, path.plan.courses.iter().map(Taught::of), full_week);
    }
    Ok(export)
}

fn chosen_path<'a>(answer: &'a Recommendation, chosen: &str) -> Option<&'a Pathway> {
    let same = |label: &str| label.to_lowercase() == chosen.to_lowercase();
    let lists = [&answer.wanted, &answer.own_sector, &answer.change_sector];
    lists
        .into_iter()
        .flatten()
        .find(|path| path.id == chosen || same(&path.label.sv) || same(&path.label.en))
}

/// Collects the months of a cohort plan: its course starts, and reckoned days where none is published.
pub fn of_plan(plan: &Plan, full_week: f64) -> Export {
    let mut export = Export::default();
    for person in &plan.assignments {
        let courses = person.way.courses.iter().map(|course| Taught {
            title: course.title.text(Language::Sv),
            weeks: course.weeks,
            days: days(course.start.zip(course.ends), course.reckoned),
        });
        export.add(&person.r#ref, courses, full_week);
    }
    export.without_courses += plan.unassigned.len();
    export.refused = plan.refused_rows.len();
    export
}

/// A course that somebody takes.
struct Taught<'c> {
    title: &'c str,
    /// Weeks at full time.
    weeks: Option<f32>,
    /// First and last day, and whether they are published.
    days: Option<(Period, bool)>,
}

impl<'c> Taught<'c> {
    fn of(course: &'c PlannedCourse) -> Self {
        let start = course.start.as_deref().and_then(|day| day.parse().ok());
        Self {
            title: course.title.text(Language::Sv),
            weeks: course.weeks,
            days: days(start.zip(course.ends), course.reckoned),
        }
    }
}

impl Export {
    fn add<'c>(
        &mut self,
        reference: &str,
        courses: impl ExactSizeIterator<Item = Taught<'c>>,
        full_week: f64,
    ) {
        if courses.len() == 0 {
            self.without_courses += 1;
            return;
        }
        let mut any = false;
        let mut missing = false;
        for course in courses {
            match course.days.zip(course.weeks) {
                Some(((period, published), weeks)) => {
                    let hours = f64::from(weeks) * full_week;
                    any |= self.spread((reference, course.title, published), period, hours);
                }
                None => missing = true,
            }
        }
        self.participants += usize::from(any);
        self.undated += usize::from(missing);
    }

    /// Spreads the hours of a course over its working days; false where it has none.
    fn spread(
        &mut self,
        (reference, title, published): (&str, &str, bool),
        period: Period,
        hours: f64,
    ) -> bool {
        let days = working_days(period);
        let each = hours / days.len().max(1) as f64;
        for day in &days {
            let key = (reference.to_owned(), day.year(), day.month());
            let month = self.months.entry(key).or_insert_with(|| Month {
                start: *day,
                end: *day,
                hours: 0.0,
                days: 0,
                courses: Vec::new(),
                published: true,
            });
            month.start = month.start.min(*day);
            month.end = month.end.max(*day);
            month.hours += each;
            month.days += 1;
            month.published &= published;
            if month.courses.last().is_none_or(|last| last != title) {
                month.courses.push(title.to_owned());
            }
        }
        !days.is_empty()
    }

    /// Writes the months as CSV for Swedish spreadsheets: `;`, a byte order mark, decimal commas.
    ///
    /// # Errors
    /// Where the output refuses.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut table = spreadsheet(out)?;
        table.write_record(HEADER)?;
        for ((reference, year, number), month) in &self.months {
            let basis = if month.published { "publicerade dagar" } else { "beräknade dagar" };
            table.write_record([
                safe(reference.clone()),
                format!("{year}-{number:02}"),
                month.start.to_string(),
                month.end.to_string(),
                decimal(month.hours),
                safe(month.courses.join(" | ")),
                month.days.to_string(),
                basis.to_owned(),
            ])?;
        }
        table.flush()
    }
}

/// First and last day of a course, and whether they are published.
fn days(published: Option<(Date, Date)>, reckoned: Option<Period>) -> Option<(Period, bool)> {
    match published {
        Some((from, to)) => Some((Period { from, to }, true)),
        None => reckoned.map(|period| (period, false)),
    }
}

/// Working days of a period; all its days where it has none, as a course at a week-end.
fn working_days(period: Period) -> Vec<Date> {
    let every: Vec<Date> =
        period.from.series(1.day()).take_while(|day| *day <= period.to).take(MOST_DAYS).collect();
    let working: Vec<Date> = every.iter().copied().filter(|day| is_working_day(*day)).collect();
    if working.is_empty() { every } else { working }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn course(title: &str, weeks: f32, from: Date, to: Date) -> PlannedCourse {
        PlannedCourse {
            title: crate::domain::Bilingual::new(title, title),
            weeks: Some(weeks),
            reckoned: Some(Period { from, to }),
            ..PlannedCourse::default()
        }
    }

    #[test]
    fn the_months_of_a_course_add_up_to_it() {
        let mut export = Export::default();
        let one = course("=Svets", 4.0, date(2027, 1, 18), date(2027, 2, 14));
        let period = one.reckoned.unwrap();
        assert!(export.spread(("A1", one.title.text(Language::Sv), false), period, 160.0));
        let hours: f64 = export.months.values().map(|month| month.hours).sum();
        assert!((hours - 160.0).abs() < 1e-9);
        let months: Vec<_> =
            export.months.values().map(|month| (month.start, month.days)).collect();
        assert_eq!(months, [(date(2027, 1, 18), 10), (date(2027, 2, 1), 10)]);
        let mut text = Vec::new();
        export.write(&mut text).unwrap();
        let text = String::from_utf8(text).unwrap();
        assert!(text.starts_with("\u{feff}ref;manad;start;slut;timmar"), "{text}");
        assert!(
            text.contains("A1;2027-01;2027-01-18;2027-01-29;80,0;'=Svets;10;beräknade"),
            "{text}"
        );
    }

    #[test]
    fn a_course_at_a_week_end_has_its_days() {
        let days = working_days(Period { from: date(2027, 1, 16), to: date(2027, 1, 17) });
        assert_eq!(days.len(), 2);
    }
}
