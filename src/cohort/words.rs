//! Parts of a plan in words, for the command line and the pages.

use super::{Plan, PlanStatus, PriceBasis, WithoutCourse};
use crate::domain::Language;

/// Whether somebody stands behind a plan, and who.
pub fn status(plan: &Plan, language: Language) -> String {
    match (&plan.status, &plan.approved) {
        (PlanStatus::Approved, Some(approval)) => {
            let words = language.pick("godkänd av", "approved by");
            format!("{words} {} {}", approval.by, approval.on)
        }
        _ => language
            .pick(
                "UTKAST, inget är beslutat; en rådgivare prövar varje rad",
                "DRAFT, nothing is decided; an adviser judges each row",
            )
            .to_owned(),
    }
}

/// What stands in the place of courses where a way takes none; plans of earlier versions do not say why.
pub fn without_course(why: Option<WithoutCourse>, language: Language) -> &'static str {
    match why {
        Some(WithoutCourse::NotNeeded) => language.pick("ingen behövs", "none needed"),
        Some(WithoutCourse::NoneKnown) => language.pick("ingen känd kurs", "no known course"),
        Some(WithoutCourse::NotTaken) => language.pick("ingen i planen", "none in the plan"),
        None => language.pick("ingen", "none"),
    }
}

/// Where a price comes from, where that must be said.
pub fn price_basis(basis: PriceBasis, language: Language) -> Option<&'static str> {
    match basis {
        PriceBasis::Assumed => Some(language.pick("antaget", "assumed")),
        PriceBasis::Public => Some(language.pick("offentlig utbildning", "public education")),
        PriceBasis::Hub | PriceBasis::Catalogue => None,
    }
}
