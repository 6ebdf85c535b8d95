//! What a batch came to, in counts; no row can be found in it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{Outcome, Record};
use crate::domain::{Language, MatchStatus};

/// Entries of each list in the summary.
const LISTED: usize = 15;
/// Counts of fewer people than this are left out: a small group is a person.
const SMALLEST: u64 = 5;

/// Counts of a batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize)]
pub struct Summary {
    /// Rows of the list.
    pub rows: u64,
    /// Workers with at least one path.
    pub matched: u64,
    /// Workers whose limits no path passes.
    pub no_match: u64,
    /// Workers of whom too little was understood.
    pub abstain: u64,
    /// Workers with a path in their own sector.
    pub with_own_sector: u64,
    /// Workers whose best path has courses that fit before the notice or furlough ends, or needs
    /// none; only those whose window is known.
    pub best_fits_window: u64,
    /// Workers whose best path's courses do not fit.
    pub best_outside_window: u64,
    /// Refused rows by reason.
    pub refused: BTreeMap<String, u64>,
    /// Warnings by code.
    pub warnings: BTreeMap<String, u64>,
    #[serde(skip)]
    targets: BTreeMap<String, u64>,
    #[serde(skip)]
    gaps: BTreeMap<String, u64>,
    #[serde(skip)]
    courses: BTreeMap<String, u64>,
}

/// A name and how many workers it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The name.
    pub name: String,
    /// How many.
    pub workers: u64,
}

impl Summary {
    pub(super) fn add(&mut self, record: &Record) {
        self.rows += 1;
        let (warnings, answer) = match &record.outcome {
            Outcome::Refused { error } => {
                return *self.refused.entry(error.code.key().to_owned()).or_default() += 1;
            }
            Outcome::Answered { warnings, recommendation } => (warnings, recommendation),
        };
        for warning in warnings {
            *self.warnings.entry(warning.code.key().to_owned()).or_default() += 1;
        }
        match answer.match_status {
            MatchStatus::Matched => self.matched += 1,
            MatchStatus::NoMatch => self.no_match += 1,
            MatchStatus::Abstain => self.abstain += 1,
        }
        self.with_own_sector += u64::from(!answer.own_sector.is_empty());
        let Some(best) = answer.best() else { return };
        match best.plan.fits_window {
            Some(true) => self.best_fits_window += 1,
            Some(false) => self.best_outside_window += 1,
            None => {}
        }
        let name = |map: &mut BTreeMap<String, u64>, name: &str| {
            *map.entry(name.to_owned()).or_default() += 1;
        };
        name(&mut self.targets, best.label.text(Language::Sv));
        for skill in best.gap.missing_essential.iter().take(3) {
            name(&mut self.gaps, skill.label.text(Language::Sv));
        }
        for course in &best.plan.courses {
            name(&mut self.courses, course.title.text(Language::Sv));
        }
    }

    /// Occupations most often suggested first.
    pub fn top_targets(&self) -> Vec<Counted> {
        top(&self.targets)
    }

    /// Skills most often missing for the first suggestion.
    pub fn top_gaps(&self) -> Vec<Counted> {
        top(&self.gaps)
    }

    /// Courses most often planned for the first suggestion.
    pub fn top_courses(&self) -> Vec<Counted> {
        top(&self.courses)
    }

    /// The summary with its lists, for machines.
    pub fn to_json(&self) -> serde_json::Value {
        let lists = [
            ("top_targets", self.top_targets()),
            ("top_gaps", self.top_gaps()),
            ("top_courses", self.top_courses()),
        ];
        let mut value = serde_json::json!(self);
        if let Some(object) = value.as_object_mut() {
            for (key, list) in lists {
                object.insert(key.to_owned(), serde_json::json!(list));
            }
        }
        value
    }
}

/// Most workers first, equal counts by name, small groups left out.
fn top(counts: &BTreeMap<String, u64>) -> Vec<Counted> {
    let mut list: Vec<Counted> = counts
        .iter()
        .filter(|(_, workers)| **workers >= SMALLEST)
        .map(|(name, workers)| Counted { name: name.clone(), workers: *workers })
        .collect();
    list.sort_by(|a, b| b.workers.cmp(&a.workers).then_with(|| a.name.cmp(&b.name)));
    list.truncate(LISTED);
    list
}
