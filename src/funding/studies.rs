//! What of a plan its ways of paying hang on.

use jiff::{ToSpan as _, civil::Date};

use super::Payer;
use crate::domain::{CourseForm, CoursePlan, FundingCode, PlannedCourse, Rule, Status, closest};

/// Lengths are sums of fractions: what differs by less is the same.
const TRACE: f32 = 1e-3;

/// All that a way of paying looks at in a plan: plans that are alike in it are paid for alike. What a way does
/// not look at is left as in an empty plan.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Studies {
    pub(super) length: Length,
    /// Whether every course is known to go on more slowly than is paid for.
    pub(super) slow: bool,
    /// The first published day, where that is before a decision.
    pub(super) begins: Option<Date>,
    /// Day the last course ends at the earliest, where that is before the next day to apply.
    pub(super) ends: Option<Date>,
    /// What they cost, where that is known and something.
    pub(super) price_kr: Option<u32>,
    /// Whether they do not fit in the time that is known.
    pub(super) late: bool,
    /// The kind of school that a way pays for, or does not.
    pub(super) school: School,
}

/// What kind of school a plan needs.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum School {
    #[default]
    Any,
    /// One of the courses is komvux.
    Komvux,
    /// All of them are training that the labour-market authority sends people to.
    LabourMarket,
}

impl School {
    fn or_any(self, is_it: bool) -> Self {
        if is_it { self } else { Self::Any }
    }
}

/// The length of studies beside what a way pays for.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) enum Length {
    #[default]
    Unknown,
    TooShort,
    Within,
    TooLong,
    /// Longer than what is covered, of which they get a part: so many weeks, in tenths that say so.
    Longer(f32),
}

/// Numbers of rules that a plan is held against, looked up once.
#[derive(Debug, Default)]
pub(super) struct Limits {
    oss_least_weeks: Option<f32>,
    oss_most_weeks: Option<f32>,
    oss_least_pace: Option<f32>,
    short_study_below: Option<f32>,
    /// Day of a decision on the next application.
    decision: Option<Date>,
    /// The next day to apply.
    opens: Option<Date>,
}

impl Limits {
    pub(super) fn of(rules: &Rules<'_>, as_of: Option<Date>) -> Self {
        let round = rules.round(as_of);
        Self {
            oss_least_weeks: rules.number("oss_least_weeks"),
            oss_most_weeks: rules.number("oss_most_weeks"),
            oss_least_pace: rules.number("oss_least_pace"),
            short_study_below: rules.number("short_study_below"),
            opens: round.as_ref().map(|round| round.opens.0),
            decision: round.and_then(|round| round.decision).map(|(day, _)| day),
        }
    }

    fn oss_length(&self, weeks: Option<f32>) -> Length {
        let Some(weeks) = weeks else { return Length::Unknown };
        if self.oss_least_weeks.is_some_and(|least| weeks + TRACE < least) {
            return Length::TooShort;
        }
        match self.oss_most_weeks.filter(|most| weeks > most + TRACE) {
            // Whole weeks in words would make 44.3 as long as the 44 that are covered.
            Some(most) => Length::Longer(((weeks * 10.0).round() / 10.0).max(most + 0.1)),
            None => Length::Within,
        }
    }

    fn short_study_length(&self, weeks: Option<f32>) -> Length {
        match (weeks, self.short_study_below) {
            (None, _) => Length::Unknown,
            (Some(weeks), Some(below)) if weeks + TRACE >= below => Length::TooLong,
            _ => Length::Within,
        }
    }
}

/// Rules that hold for a worker.
#[derive(Debug)]
pub(super) struct Rules<'a>(pub(super) Vec<&'a Rule>);

/// The next time to apply for *omställningsstudiestöd*, with the rules it rests on.
pub(super) struct Round<'a> {
    pub(super) opens: (Date, &'a Rule),
    /// When the one before opened, if that was within a year.
    pub(super) before: Option<Date>,
    pub(super) decision: Option<(Date, &'a Rule)>,
}

impl<'a> Rules<'a> {
    fn rows(&self, key: &str) -> impl Iterator<Item = &'a Rule> {
        self.0.iter().copied().filter(move |rule| rule.key == key)
    }

    pub(super) fn rule(&self, key: &str) -> Option<&'a Rule> {
        closest(self.rows(key))
    }

    pub(super) fn number(&self, key: &str) -> Option<f32> {
        self.rule(key).map(Rule::number)
    }

    /// The next day to apply and the day of a decision, seen from a day.
    pub(super) fn round(&self, as_of: Option<Date>) -> Option<Round<'a>> {
        let today = as_of?;
        let opens = |rule: &'a Rule| Some((rule.value.next_after(today)?, rule));
        let opens = self.rows("oss_opens").filter_map(opens).min_by_key(|(day, _)| *day)?;
        let a_year_ago = today.checked_sub(1.year()).and_then(Date::tomorrow).ok();
        let last = self.rows("oss_opens").filter_map(|rule| rule.value.next_after(a_year_ago?));
        let before = last.filter(|day| *day <= today).max().filter(|_| opens.0 != today);
        let decision = self.rule("oss_decision").and_then(|rule| {
            #[expect(clippy::cast_possible_truncation, reason = "months are few")]
            let months = rule.number().clamp(0.0, 120.0).ceil() as i32;
            Some((opens.0.checked_add(months.months()).ok()?, rule))
        });
        Some(Round { opens, before, decision })
    }
}

impl Payer<'_> {
    /// What a way looks at in a plan.
    pub(super) fn studies(&self, code: FundingCode, plan: &CoursePlan) -> Studies {
        let (none, limits) = (Studies::default(), &self.limits);
        match code {
            FundingCode::Oss => Studies {
                length: limits.oss_length(plan.total_weeks),
                slow: limits.oss_least_pace.is_some_and(|least| all_slower(plan, least)),
                begins: first_day(plan).filter(|day| Some(*day) < limits.decision),
                ends: plan.ready.filter(|day| Some(*day) < limits.opens),
                school: School::LabourMarket
                    .or_any(plan.courses.iter().all(is_of(CourseForm::LabourMarket))),
                ..none
            },
            FundingCode::ShortStudy => {
                Studies { length: limits.short_study_length(plan.total_weeks), ..none }
            }
            FundingCode::ShortTime => match self.status {
                Some(Status::Korttid) | None => Studies {
                    price_kr: plan.price_kr.filter(|price| *price > 0),
                    late: plan.fits_window == Some(false),
                    ..none
                },
                _ => none,
            },
            FundingCode::KomvuxPriority => {
                let any = plan.courses.iter().any(is_of(CourseForm::Komvux));
                Studies { school: School::Komvux.or_any(any), ..none }
            }
            FundingCode::Esf | FundingCode::Advice => none,
        }
    }
}

/// Whether a course is of a form.
fn is_of(form: CourseForm) -> impl Fn(&PlannedCourse) -> bool {
    move |course| course.form == form.key()
}

/// Whether every course is known to go on more slowly than a pace in percent.
fn all_slower(plan: &CoursePlan, least: f32) -> bool {
    let slower = |pace: Option<u8>| pace.is_some_and(|pace| f32::from(pace) < least);
    plan.courses.iter().all(|course| slower(course.pace_pct))
}

/// The first published day of a plan's courses.
fn first_day(plan: &CoursePlan) -> Option<Date> {
    let days = plan.courses.iter().filter_map(|course| course.start.as_deref());
    days.filter_map(|day| day.parse().ok()).min()
}
