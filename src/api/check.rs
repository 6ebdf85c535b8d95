//! What a request may hold: bounds on numbers, lists and texts, and no personnummer.

use std::ops::RangeInclusive;

use super::problem::{Fault, Kind, Problem};
use crate::{
    dataset::sectors,
    domain::{CourseForm, Profile},
    intake::personnummer,
};

/// Longest text, characters.
pub(super) const TEXT_CHARS: usize = 300;
/// Most titles of a worker.
pub(super) const TITLES: usize = 10;
/// Most skills, licences and exclusions of a worker.
pub(super) const SKILLS: usize = 100;
/// Calendar weeks.
const WEEKS: RangeInclusive<f32> = 0.0..=1000.0;
/// Hours of a week.
const HOURS: RangeInclusive<f32> = 0.0..=168.0;

/// Collects what is wrong with a request.
#[derive(Debug)]
pub(super) struct Check {
    kind: Kind,
    faults: Vec<Fault>,
    /// Fields that hold what looks like a personnummer.
    personnummer: Vec<Fault>,
}

impl Check {
    /// `kind` is the problem that faults will be, unless one is a personnummer.
    pub(super) fn new(kind: Kind) -> Self {
        Self { kind, faults: Vec::new(), personnummer: Vec::new() }
    }

    /// Notes a fault unless `holds`.
    pub(super) fn require(
        &mut self,
        holds: bool,
        pointer: &str,
        code: &'static str,
        detail: impl FnOnce() -> String,
    ) {
        if !holds {
            self.faults.push(Fault::new(pointer, code, detail()));
        }
    }

    pub(super) fn text(&mut self, pointer: &str, text: &str) {
        // Characters are no more than bytes; counting them is rarely needed.
        let short = text.len() <= TEXT_CHARS || text.chars().count() <= TEXT_CHARS;
        self.require(short, pointer, "too_long", || format!("at most {TEXT_CHARS} characters"));
        if personnummer::found_in(text) {
            let detail = "remove it; a person is named by a reference of your own only";
            self.personnummer.push(Fault::new(pointer, "personnummer", detail));
        }
    }

    pub(super) fn texts(&mut self, pointer: &str, texts: &[String], most: usize) {
        self.require(texts.len() <= most, pointer, "too_many", || format!("at most {most} values"));
        for (at, text) in texts.iter().enumerate() {
            self.text(&format!("{pointer}/{at}"), text);
        }
    }

    pub(super) fn number(
        &mut self,
        pointer: &str,
        number: Option<f32>,
        range: &RangeInclusive<f32>,
    ) {
        let inside = number.is_none_or(|number| range.contains(&number));
        self.require(inside, pointer, "out_of_range", || {
            format!("from {} to {}", range.start(), range.end())
        });
    }

    pub(super) fn weeks(&mut self, pointer: &str, weeks: Option<f32>) {
        self.number(pointer, weeks, &WEEKS);
    }

    /// Leading digits of an SSYK 2012 code.
    pub(super) fn ssyk(&mut self, pointer: &str, code: &str, digits: &RangeInclusive<usize>) {
        let good = digits.contains(&code.len()) && code.bytes().all(|byte| byte.is_ascii_digit());
        self.require(good, pointer, "not_ssyk", || {
            format!("an SSYK 2012 code of {} to {} digits", digits.start(), digits.end())
        });
    }

    pub(super) fn sector(&mut self, pointer: &str, key: &str) {
        let known = sectors::sector_name(key).is_some();
        self.require(known, pointer, "unknown_sector", || {
            format!("one of {}", sectors::sector_keys().collect::<Vec<_>>().join(", "))
        });
    }

    fn profile(&mut self, profile: &Profile) {
        let limits = &profile.limits;
        for (pointer, text) in [
            ("/ref", &profile.r#ref),
            ("/ssyk", &profile.ssyk),
            ("/municipality", &profile.municipality),
            ("/sector", &profile.sector),
        ] {
            self.text(pointer, text.as_deref().unwrap_or_default());
        }
        self.texts("/titles", &profile.titles, TITLES);
        self.texts("/skills", &profile.skills, SKILLS);
        self.texts("/licences", &profile.licences, SKILLS);
        self.texts("/limits/exclude", &limits.exclude, SKILLS);
        self.texts("/limits/forms", &limits.forms, CourseForm::ALL.len());
        for (at, form) in limits.forms.iter().enumerate() {
            let known = CourseForm::from_key(form).is_some();
            self.require(known, &format!("/limits/forms/{at}"), "unknown_form", || {
                format!("one of {}", CourseForm::ALL.map(CourseForm::key).join(", "))
            });
        }
        if let Some(ssyk) = &profile.ssyk {
            self.ssyk("/ssyk", ssyk, &(4..=4));
        }
        if let Some(sector) = &profile.sector {
            self.sector("/sector", sector);
        }
        self.weeks("/weeks_left", profile.weeks_left);
        self.weeks("/limits/max_weeks", limits.max_weeks);
        self.number("/hours_per_week", profile.hours_per_week, &HOURS);
    }

    /// The problem, where there is one. A personnummer outweighs all else.
    pub(super) fn finish(self) -> Result<(), Problem> {
        if !self.personnummer.is_empty() {
            return Err(Problem::faults(Kind::Personnummer, self.personnummer));
        }
        if !self.faults.is_empty() {
            return Err(Problem::faults(self.kind, self.faults));
        }
        Ok(())
    }
}

/// Checks a worker's profile.
pub(super) fn profile(profile: &Profile) -> Result<(), Problem> {
    let mut check = Check::new(Kind::InvalidBody);
    check.profile(profile);
    check.finish()
}
