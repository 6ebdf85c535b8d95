//! What every reason rests on: how firm it is, where it stands and of when.

use std::borrow::Cow;

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
        *reason = Reason { evidence, source, as_of, ..std::mem::take(reason) };
    }
}

/// How firm a reason with this code is, its source, and the year or day of the facts where one is known.
fn grounds(code: &str, demand: &Demand) -> (Evidence, Cow<'static, str>, Option<String>) {
    let year = |year: Option<u16>| year.map(|year| year.to_string());
    let (evidence, source, as_of) = match code {
        "shared_skills" | "no_training" | "large_gap" | "same_group" => {
            (Evidence::Derived, Some(RELATIONS), None)
        }
        "licence_missing" | "licence_presumed" | "protected_title" => {
            (Evidence::Official, Some(LICENCES), None)
        }
        "good_opportunities" | "poor_opportunities" | "demand_unknown" | "wage_unknown" => {
            (Evidence::Official, None, None)
        }
        "pay_higher" | "pay_lower" => {
            (Evidence::Derived, None, year(demand.wage.map(|wage| wage.year)))
        }
        "few_ads" => (Evidence::Measured, None, year(demand.ads_year)),
        "fits_window" | "outside_window" => (Evidence::Derived, Some(WINDOW), None),
        "present_occupation" | "earlier_occupation" | "outside_limits" => {
            (Evidence::Derived, Some(PROFILE), None)
        }
        "degree_usual" => (Evidence::Official, Some("SSYK 2012"), None),
        "entry_requirements" => (Evidence::Official, Some(COURSES), None),
        "short_training" | "long_training" | "no_course_found" => {
            (Evidence::Derived, Some(COURSES), None)
        }
        _ => (Evidence::Assumed, Some("kompetensnav"), None),
    };
    let figures = || match demand.source.as_str() {
        "" => Cow::Borrowed("groups of the data set"),
        source => Cow::Owned(source.to_owned()),
    };
    (evidence, source.map_or_else(figures, Cow::Borrowed), as_of)
}
