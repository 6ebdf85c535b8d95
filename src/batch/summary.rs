//! What a batch came to, in counts; no row can be found in it. Names are those of the data set, so that
//! memory does not grow with the list.

use std::{
    collections::{BTreeMap, BTreeSet},
    mem,
};

use serde::{Deserialize, Serialize};

use super::{Outcome, Record};
use crate::{
    dataset::sectors,
    domain::{Language, MatchStatus, Meta, Pathway},
};

/// Entries of each list in the report.
const LISTED: usize = 15;
/// Counts of fewer people than this are left out: a small group is a person.
const SMALLEST: u64 = 5;
/// Missing skills of a path that count, the heaviest.
const MISSING: usize = 3;

/// Counts of a batch.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Rows of the list.
    pub rows: u64,
    /// Workers with at least one path.
    pub matched: u64,
    /// Workers whose limits no path passes.
    pub no_match: u64,
    /// Workers of whom too little was understood.
    pub abstain: u64,
    /// Workers whose first title is not surely what it was read as
    /// ([`ResolvedConcept::sure`](crate::domain::ResolvedConcept::sure)).
    #[serde(default)]
    pub unsure_titles: u64,
    /// Workers with a path in their own sector.
    pub with_own_sector: u64,
    /// Workers whose best path has courses that fit before the notice or furlough ends, or has
    /// none; only those whose window is known.
    pub best_fits_window: u64,
    /// Workers whose best path's courses do not fit.
    pub best_outside_window: u64,
    /// Workers whose best path has no course: none is needed, or none is known.
    pub best_without_courses: u64,
    /// Refused rows by reason.
    pub refused: BTreeMap<String, u64>,
    /// Warnings by code.
    pub warnings: BTreeMap<String, u64>,
    /// By the key of the sector that workers come from; empty where it is unknown.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    sectors: BTreeMap<String, SectorCounts>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    targets: BTreeMap<String, u64>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    gaps: BTreeMap<String, u64>,
    /// What no course of the best path closes.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    unmet: BTreeMap<String, u64>,
    /// Courses of best paths by id and first day.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    courses: BTreeMap<String, (String, BTreeMap<String, u64>)>,
}

/// Workers of one sector, as [`ShownSector`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
struct SectorCounts {
    workers: u64,
    matched: u64,
    with_own_sector: u64,
    best_changes_sector: u64,
}

/// A sector as it is shown: `None` where so few workers are, or are not, what is counted that one might be
/// known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct ShownSector {
    /// All of them that were answered.
    pub workers: u64,
    /// With at least one path.
    pub matched: Option<u64>,
    /// With a path in it.
    pub with_own_sector: Option<u64>,
    /// Whose best path is in another sector.
    pub best_changes_sector: Option<u64>,
}

impl SectorCounts {
    fn shown(self) -> ShownSector {
        let few = |count: u64| (1..SMALLEST).contains(&count);
        let told = |count: u64| {
            let hidden = few(count) || few(self.workers.saturating_sub(count));
            (!hidden).then_some(count)
        };
        ShownSector {
            workers: self.workers,
            matched: told(self.matched),
            with_own_sector: told(self.with_own_sector),
            best_changes_sector: told(self.best_changes_sector),
        }
    }
}

/// A name and how many workers it concerns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Counted {
    /// The name.
    pub name: String,
    /// How many.
    pub workers: u64,
}

/// A course and the seats it takes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Booking {
    /// Id of the course.
    pub id: String,
    /// Its title.
    pub name: String,
    /// Workers whose best path has it.
    pub workers: u64,
    /// The same by first day that is planned with; `unknown` where none is published. Days of fewer
    /// than five are not told.
    pub starts: BTreeMap<String, u64>,
}

/// A summary as it is shown. Counts of the whole list are exact; no part of it is told that is of fewer
/// than five workers, or that the parts beside it would give away.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    #[serde(flatten)]
    counts: Summary,
    /// Sectors that workers come from, by key.
    pub sectors: BTreeMap<String, ShownSector>,
    /// Occupations most often suggested first.
    pub top_targets: Vec<Counted>,
    /// Skills most often missing for the first suggestion, of the three that weigh most for each worker.
    pub top_gaps: Vec<Counted>,
    /// Courses most often planned for the first suggestion: what to book.
    pub top_courses: Vec<Booking>,
    /// Skills and licences most often missing that no course of the first suggestion gives: courses that
    /// are wanted.
    pub wanted_courses: Vec<Counted>,
    /// Versions behind the answers.
    pub meta: Meta,
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
        let first = answer.understood.occupations.first();
        let unsure = first.is_some_and(|title| !title.text.is_empty() && !title.sure);
        self.unsure_titles += u64::from(unsure);
        self.with_own_sector += u64::from(!answer.own_sector.is_empty());
        let best = answer.best();
        let sector = self.sectors.entry(answer.understood.sector.clone()).or_default();
        sector.workers += 1;
        sector.matched += u64::from(answer.match_status == MatchStatus::Matched);
        sector.with_own_sector += u64::from(!answer.own_sector.is_empty());
        sector.best_changes_sector += u64::from(
            best.zip(answer.change_sector.first())
                .is_some_and(|(best, change)| best.id == change.id),
        );
        if let Some(best) = best {
            self.add_best(best);
        }
    }

    fn add_best(&mut self, best: &Pathway) {
        match best.plan.fits_window {
            Some(true) => self.best_fits_window += 1,
            Some(false) => self.best_outside_window += 1,
            None => {}
        }
        self.best_without_courses += u64::from(best.plan.courses.is_empty());
        count(&mut self.targets, best.label.text(Language::Sv));
        for skill in best.gap.missing_essential.iter().take(MISSING) {
            count(&mut self.gaps, skill.label.text(Language::Sv));
        }
        let skills = best.plan.remains.iter().take(MISSING).map(|skill| skill.text(Language::Sv));
        // Nobody buys years of study and an authority's decision as a course.
        let licences = best.gap.licences.iter().filter(|licence| {
            !licence.protected_title && best.plan.remaining_licences.contains(&licence.key)
        });
        let licences = licences.map(|licence| licence.label.text(Language::Sv));
        // Two skills of one name are one thing to a worker.
        for name in skills.chain(licences).collect::<BTreeSet<&str>>() {
            count(&mut self.unmet, name);
        }
        for course in &best.plan.courses {
            let new = || (course.title.text(Language::Sv).to_owned(), BTreeMap::new());
            let (_, starts) = self.courses.entry(course.id.clone()).or_insert_with(new);
            count(starts, course.start.as_deref().unwrap_or("unknown"));
        }
    }

    /// The summary as it is shown, with the versions of the engine that answered.
    pub fn report(&self, meta: Meta) -> Report {
        let workers = self.sectors.iter().map(|(key, sector)| (key.clone(), sector.workers));
        let shown = told(workers.collect());
        let sectors = self.sectors.iter().filter(|(key, _)| shown.contains_key(*key));
        // Empty parts are not written: only what is told of them stands in the report.
        let counts = Self {
            sectors: BTreeMap::new(),
            targets: BTreeMap::new(),
            gaps: BTreeMap::new(),
            unmet: BTreeMap::new(),
            courses: BTreeMap::new(),
            ..self.clone()
        };
        Report {
            counts,
            sectors: sectors.map(|(key, sector)| (key.clone(), sector.shown())).collect(),
            top_targets: top(&self.targets),
            top_gaps: top(&self.gaps),
            top_courses: self.bookings(),
            wanted_courses: top(&self.unmet),
            meta,
        }
    }

    fn bookings(&self) -> Vec<Booking> {
        let all = self.courses.iter().map(|(id, (name, starts))| Booking {
            id: id.clone(),
            name: name.clone(),
            workers: starts.values().sum(),
            starts: starts.clone(),
        });
        let mut all: Vec<Booking> = all.filter(|course| course.workers >= SMALLEST).collect();
        all.sort_by(|a, b| b.workers.cmp(&a.workers).then_with(|| a.id.cmp(&b.id)));
        all.truncate(LISTED);
        for course in &mut all {
            course.starts = told(mem::take(&mut course.starts));
        }
        all
    }
}

impl Report {
    /// Headings with their lines in Swedish, for a sheet.
    pub(super) fn in_swedish(&self) -> Vec<(&'static str, Vec<(String, u64)>)> {
        let counts = &self.counts;
        let line = |text: &str, count: u64| (text.to_owned(), count);
        let whole = vec![
            line("Rader", counts.rows),
            line("Med minst en väg", counts.matched),
            line("Med en väg i den egna branschen", counts.with_own_sector),
            line("Utan väg inom gränserna", counts.no_match),
            line("För lite förstått", counts.abstain),
            line("Osäkert vilket yrke som menas", counts.unsure_titles),
            line("Rader som inte lästes", counts.refused.values().sum()),
            line("Bästa vägen ryms i tiden", counts.best_fits_window),
            line("Bästa vägen ryms inte i tiden", counts.best_outside_window),
            line("Bästa vägen är utan kurs", counts.best_without_courses),
        ];
        let named = |list: &[Counted]| -> Vec<(String, u64)> {
            list.iter().map(|entry| (entry.name.clone(), entry.workers)).collect()
        };
        let sectors = self.sectors.iter().map(|(key, sector)| (sector_name(key), sector.workers));
        let courses = self.top_courses.iter().map(|course| (course.name.clone(), course.workers));
        vec![
            ("Listan", whole),
            ("Branscher", sectors.collect()),
            ("Första förslag", named(&self.top_targets)),
            ("Vanligaste luckor, av de tre tyngsta för var och en", named(&self.top_gaps)),
            ("Kurser att boka", courses.collect()),
            ("Saknas utan kurs i första förslaget", named(&self.wanted_courses)),
        ]
    }
}

/// The Swedish name of a sector.
pub(super) fn sector_name(key: &str) -> String {
    sectors::sector_name(key).map_or_else(|| "okänd".to_owned(), |name| name.sv)
}

fn count(counts: &mut BTreeMap<String, u64>, name: &str) {
    match counts.get_mut(name) {
        Some(count) => *count += 1,
        None => _ = counts.insert(name.to_owned(), 1),
    }
}

/// Parts of a sum that is known: those of at least five workers, and where one alone would be left out,
/// which the sum would give away, without the smallest of them.
fn told(parts: BTreeMap<String, u64>) -> BTreeMap<String, u64> {
    let all = parts.len();
    let mut told: BTreeMap<String, u64> =
        parts.into_iter().filter(|(_, workers)| *workers >= SMALLEST).collect();
    if told.len() + 1 == all {
        let smallest = told.iter().min_by_key(|(_, workers)| **workers).map(|(key, _)| key.clone());
        smallest.and_then(|key| told.remove(&key));
    }
    told
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
