//! Time for studies in words.

use crate::domain::{Bilingual, Evidence, Interval, Language, State};

/// The rule of hours that somebody gave.
const GIVEN: &str = "given";

/// What a worker is doing in an interval.
pub fn state(interval: &Interval) -> Bilingual<&'static str> {
    let (sv, en) = match interval.state {
        State::AtWork => ("i arbete", "at work"),
        State::Notice => ("uppsägningstid", "notice period"),
        State::Released => ("arbetsbefriad", "released from work"),
        State::Furlough => ("permitterad", "on furlough"),
        State::ShortTime => ("korttidsarbete", "short-time work"),
        State::Unemployed => ("utan arbete", "without work"),
        State::Given if interval.rule == GIVEN => ("som angivet", "as given"),
        // Nobody said anything: full weeks are only reckoned with.
        State::Given => ("antaget", "assumed"),
    };
    Bilingual { sv, en }
}

/// Hours of an interval: `40 h/vecka`, `0–40 h/vecka` where it is not known.
pub fn hours(interval: &Interval, language: Language) -> String {
    let (certain, most) = (interval.hours_per_week, interval.hours_at_most);
    let a_week = language.pick("h/vecka", "h a week");
    if most > certain {
        format!("{certain}–{most} {a_week}")
    } else {
        format!("{certain} {a_week}")
    }
}

/// How firm something is.
pub fn firm(evidence: Evidence, language: Language) -> &'static str {
    match (evidence.key(), language) {
        ("official", Language::Sv) => "officiell",
        ("derived", Language::Sv) => "härledd",
        ("assumed", Language::Sv) => "antagen",
        ("measured", Language::Sv) => "mätt",
        (key, _) => key,
    }
}
