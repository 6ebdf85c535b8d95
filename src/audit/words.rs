//! What the measures are called, and what is said of a difference in them.

use super::person::Measure;
use crate::domain::Language;

/// What is said of a measure: title of its table; of a share whose share it is, of an amount what is less and
/// what is more, with `{x}` for the amount.
pub(super) struct Words {
    title: [&'static str; 2],
    pub(super) clause: [&'static str; 2],
    pub(super) less: [&'static str; 2],
    pub(super) more: [&'static str; 2],
    /// Unit of a difference after its number, as in an interval.
    pub(super) unit: Unit,
}

/// What a figure is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Percent,
    Points,
    Weeks,
    Kronor,
}

impl Unit {
    /// Decimals that are shown of a value, shares as such of 0 to 1.
    pub(super) fn decimals(self) -> i32 {
        match self {
            Self::Percent => 3,
            Self::Points | Self::Weeks => 1,
            Self::Kronor => 0,
        }
    }

    /// A figure of a table.
    pub(super) fn figure(self, value: f64, language: Language) -> String {
        match self {
            Self::Percent => format!("{}\u{a0}%", language.number(value * 100.0, 1)),
            Self::Points | Self::Weeks => language.number(value, 1),
            Self::Kronor => language.number(value, 0),
        }
    }

    /// The number of a difference, in percentage points where it is of shares.
    pub(super) fn amount(self, value: f64, language: Language) -> String {
        match self {
            Self::Percent => language.number(value * 100.0, 1),
            Self::Points | Self::Weeks => language.number(value, 1),
            Self::Kronor => language.number(value, 0),
        }
    }
}

const NONE: [&str; 2] = ["", ""];

fn share(title: [&'static str; 2], clause: [&'static str; 2]) -> Words {
    Words { title, clause, less: NONE, more: NONE, unit: Unit::Percent }
}

/// A measure of amounts: its title, and what is less and more of it, Swedish and English.
fn amount(
    unit: Unit,
    title: [&'static str; 2],
    less: [&'static str; 2],
    more: [&'static str; 2],
) -> Words {
    Words { title, clause: NONE, less, more, unit }
}

pub(super) fn words(measure: Measure) -> Words {
    match measure {
        Measure::Matched => share(
            ["Får minst ett förslag", "Get at least one path"],
            ["som får minst ett förslag", "who get at least one path"],
        ),
        Measure::NoMatch => share(
            ["Inget förslag klarar gränserna", "No path passes the limits"],
            ["vars gränser inget förslag klarar", "whose limits no path passes"],
        ),
        Measure::Abstain => share(
            ["För lite förstods", "Too little was understood"],
            ["om vilka för lite förstods", "of whom too little was understood"],
        ),
        Measure::Courses => share(
            ["Får kurser i bästa förslaget", "Best path has courses"],
            ["som får kurser i sitt bästa förslag", "whose best path has courses"],
        ),
        Measure::InTime => share(
            ["Kurserna hinner bli klara i tid", "Courses end in time"],
            ["vars kurser hinner bli klara i tid", "whose courses end in time"],
        ),
        Measure::ChangeSector => share(
            ["Bästa förslaget är i en annan bransch", "Best path is in another sector"],
            ["vars bästa förslag är i en annan bransch", "whose best path is in another sector"],
        ),
        Measure::BestScore | Measure::CourseWeeks | Measure::Kronor | Measure::WageChange => {
            amounts(measure)
        }
        Measure::BetterPaid | Measure::GoodOutlook | Measure::WomenShare => exposures(measure),
        _ => planned(measure),
    }
}

/// What a cohort plan gives.
fn planned(measure: Measure) -> Words {
    match measure {
        Measure::Placed => share(
            [
                "Får en väg i planen, med eller utan kurs",
                "Get a way in the plan, with or without courses",
            ],
            ["som får en väg i planen", "who get a way in the plan"],
        ),
        Measure::Seat => share(
            ["Får kurs i planen", "Get a course in the plan"],
            ["som får kurs i planen", "who get a course in the plan"],
        ),
        Measure::PlanWomenShare => share(
            [
                "Andel kvinnor bland anställda i planens yrken",
                "Share of women among employees of the plan's occupations",
            ],
            [
                "kvinnor bland de anställda i planens yrken",
                "women among employees of the plan's occupations",
            ],
        ),
        _ => planned_amounts(measure),
    }
}

fn planned_amounts(measure: Measure) -> Words {
    match measure {
        Measure::PlanKronor => amount(
            Unit::Kronor,
            [
                "Kronor i planen per person, även de utan kurs",
                "Kronor of the plan a person, those without courses as well",
            ],
            [
                "får i genomsnitt {x} kronor mindre i planen",
                "get {x} kronor less of the plan on average",
            ],
            [
                "får i genomsnitt {x} kronor mer i planen",
                "get {x} kronor more of the plan on average",
            ],
        ),
        Measure::PlanWeeks => amount(
            Unit::Weeks,
            [
                "Veckor av väntan och studier i planen, de med kurs",
                "Weeks of waiting and studying in the plan, those with courses",
            ],
            [
                "väntar och studerar i planen i genomsnitt {x} veckor kortare",
                "wait and study {x} weeks less in the plan on average",
            ],
            [
                "väntar och studerar i planen i genomsnitt {x} veckor längre",
                "wait and study {x} weeks more in the plan on average",
            ],
        ),
        _ => amount(
            Unit::Kronor,
            [
                "Väntad löneförändring i planen, kronor i månaden",
                "Expected wage change in the plan, kronor a month",
            ],
            [
                "får i planen en väntad löneförändring som i genomsnitt är {x} kronor i månaden lägre",
                "have an expected wage change in the plan that is {x} kronor a month lower on average",
            ],
            [
                "får i planen en väntad löneförändring som i genomsnitt är {x} kronor i månaden högre",
                "have an expected wage change in the plan that is {x} kronor a month higher on average",
            ],
        ),
    }
}

fn amounts(measure: Measure) -> Words {
    match measure {
        Measure::CourseWeeks => amount(
            Unit::Weeks,
            ["Kursveckor i bästa förslaget", "Course weeks of the best path"],
            ["får i genomsnitt {x} färre kursveckor", "get {x} fewer course weeks on average"],
            ["får i genomsnitt {x} fler kursveckor", "get {x} more course weeks on average"],
        ),
        Measure::Kronor => amount(
            Unit::Kronor,
            ["Kursernas pris i kronor, där det är känt", "Price of courses in kronor, where known"],
            [
                "får i genomsnitt kurser för {x} kronor mindre",
                "get courses for {x} kronor less on average",
            ],
            [
                "får i genomsnitt kurser för {x} kronor mer",
                "get courses for {x} kronor more on average",
            ],
        ),
        Measure::WageChange => amount(
            Unit::Kronor,
            ["Väntad löneförändring, kronor i månaden", "Expected wage change, kronor a month"],
            [
                "får ett bästa förslag vars väntade löneförändring i genomsnitt är {x} kronor i månaden lägre",
                "get a best path whose expected wage change is {x} kronor a month lower on average",
            ],
            [
                "får ett bästa förslag vars väntade löneförändring i genomsnitt är {x} kronor i månaden högre",
                "get a best path whose expected wage change is {x} kronor a month higher on average",
            ],
        ),
        _ => amount(
            Unit::Points,
            ["Bästa förslagets poäng", "Score of the best path"],
            [
                "får i genomsnitt {x} poäng lägre på sitt bästa förslag",
                "get a best path with {x} points less on average",
            ],
            [
                "får i genomsnitt {x} poäng högre på sitt bästa förslag",
                "get a best path with {x} points more on average",
            ],
        ),
    }
}

/// An exposure is a share of what a person sees; its sentences come from what that share is of.
fn exposures(measure: Measure) -> Words {
    match measure {
        Measure::GoodOutlook => share(
            [
                "Listornas andel yrken med stora möjligheter till arbete",
                "Share of the lists with good job opportunities",
            ],
            ["yrken med stora möjligheter till arbete", "occupations with good job opportunities"],
        ),
        Measure::WomenShare => share(
            [
                "Andel kvinnor bland anställda i de föreslagna yrkena",
                "Share of women among employees of the suggested occupations",
            ],
            [
                "kvinnor bland de anställda i föreslagna yrken",
                "women among employees of suggested occupations",
            ],
        ),
        _ => share(
            ["Listornas andel bättre betalda yrken", "Share of the lists that is better paid"],
            ["bättre betalda yrken", "better paid occupations"],
        ),
    }
}

/// Title of a measure's table.
pub(super) fn title(measure: Measure, language: Language) -> &'static str {
    let [sv, en] = words(measure).title;
    language.pick(sv, en)
}

/// What a measure is counted in.
pub(super) fn unit(measure: Measure) -> Unit {
    words(measure).unit
}
