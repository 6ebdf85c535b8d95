//! What every reason rests on: how firm it is, where it stands and of when.

use super::compare::{COURSES, LICENCES, RELATIONS};
use crate::domain::{Demand, Evidence, Pathway, Reason};

/// Rules and dates behind the window.
const WINDOW: &str = "window of the answer, with its rules";
const PROFILE: &str = "profile";

/// Fills in what the reasons of a path rest on, those that do not say it themselves.
pub(super) fn ground(path: &mut Pathway) {
    let Pathway { reasons, against, demand, .. } = path;
    for reason in reasons.iter_mut().chain(against).filter(|reason| reason.source.is_empty()) {
        let (evidence, source, as_of) = grounds(&reason.code, demand);
        *reason = Reason { evidence, source: source.to_owned(), as_of, ..std::mem::take(reason) };
    }
}

/// How firm a reason with this code is, its source, and the year or day of the facts where one is known.
fn grounds<'d>(code: &str, demand: &'d Demand) -> (Evidence, &'d str, Option<String>) {
    let figures = if demand.source.is_empty() { "groups of the data set" } else { &demand.source };
    let year = |year: Option<u16>| year.map(|year| year.to_string());
    match code {
        "shared_skills" | "no_training" | "large_gap" | "same_group" => {
            (Evidence::Derived, RELATIONS, None)
        }
        "licence_missing" | "protected_title" => (Evidence::Official, LICENCES, None),
        "good_opportunities" | "poor_opportunities" | "demand_unknown" => {
            (Evidence::Official, figures, None)
        }
        "pay_higher" | "pay_lower" => {
            (Evidence::Derived, figures, year(demand.wage.map(|wage| wage.year)))
        }
        "few_ads" => (Evidence::Measured, figures, year(demand.ads_year)),
        "fits_window" | "outside_window" => (Evidence::Derived, WINDOW, None),
        "present_occupation" | "outside_limits" => (Evidence::Derived, PROFILE, None),
        "entry_requirements" => (Evidence::Official, COURSES, None),
        "short_training" | "long_training" | "no_course_found" => {
            (Evidence::Derived, COURSES, None)
        }
        _ => (Evidence::Assumed, "kompetensnav", None),
    }
}
