//! What a profile may hold, wherever it comes from: bounds on numbers, lists and texts, and no
//! personnummer. Findings name the field and what is expected there, never the value.

use std::ops::RangeInclusive;

use jiff::civil::Date;

use super::personnummer;
use crate::{
    dataset::sectors,
    domain::{Bilingual, CourseForm, Dates, FundingCode, Period, Profile, Situation},
};

/// Longest text, characters.
pub(crate) const TEXT_CHARS: usize = 300;
/// Most titles of a worker.
pub(crate) const TITLES: usize = 10;
/// Most skills, licences and exclusions of a worker.
pub(crate) const SKILLS: usize = 100;
/// Calendar weeks.
const WEEKS: RangeInclusive<f32> = 0.0..=1000.0;
/// Hours of a week.
const HOURS: RangeInclusive<f32> = 0.0..=168.0;

/// Most parental leaves of a worker, people of a filing, months of notice.
const LEAVES: usize = 10;
const AFFECTED: RangeInclusive<f32> = 1.0..=1_000_000.0;
const NOTICE_MONTHS: RangeInclusive<f32> = 0.0..=24.0;

/// Code of what looks like a personnummer.
pub const PERSONNUMMER: &str = "personnummer";

/// Something that a profile may not hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// JSON pointer to the field, such as `/titles/0`.
    pub pointer: String,
    /// What kind; stable between versions. [`PERSONNUMMER`] outweighs all others.
    pub code: &'static str,
    /// What is expected there, or what to do; never the value.
    pub detail: Bilingual<String>,
}

/// What is wrong with a profile; empty where nothing is. Linear in its text.
pub fn check(profile: &Profile) -> Vec<Finding> {
    let mut check = Check::default();
    check.profile(profile);
    check.finish()
}

/// What is wrong with a situation that is asked about alone; empty where nothing is.
pub fn check_situation(situation: &Situation) -> Vec<Finding> {
    let profile = Profile {
        r#ref: situation.r#ref.clone(),
        dates: situation.dates.clone(),
        agreement: situation.agreement.clone(),
        weeks_left: situation.weeks_left,
        hours_per_week: situation.hours_per_week,
        ..Profile::default()
    };
    check(&profile)
}

type Named = (Option<Date>, &'static str);

/// Dates of which the first cannot be after the second, with their names.
fn pairs(dates: &Dates) -> [(Named, Named); 8] {
    let since = (dates.employed_since, "employed_since");
    let notice = (dates.notice, "notice");
    let last_day = (dates.last_day, "last_day");
    let released = (dates.released_from, "released_from");
    let (from, to) = ((dates.furlough_from, "furlough_from"), (dates.furlough_to, "furlough_to"));
    [
        (since, notice),
        (since, last_day),
        (since, from),
        ((dates.filed, "filed"), last_day),
        (notice, last_day),
        (notice, released),
        (released, last_day),
        (from, to),
    ]
}

/// Collects findings, also for the parameters of a query.
#[derive(Debug, Default)]
pub(crate) struct Check {
    findings: Vec<Finding>,
}

impl Check {
    /// Notes a finding unless `holds`.
    pub(crate) fn require(
        &mut self,
        holds: bool,
        pointer: &str,
        code: &'static str,
        detail: impl FnOnce() -> Bilingual<String>,
    ) {
        if !holds {
            self.findings.push(Finding { pointer: pointer.to_owned(), code, detail: detail() });
        }
    }

    pub(crate) fn text(&mut self, pointer: &str, text: &str) {
        // Characters are no more than bytes; counting them is rarely needed.
        let short = text.len() <= TEXT_CHARS || text.chars().count() <= TEXT_CHARS;
        self.require(short, pointer, "too_long", || {
            both(format!("högst {TEXT_CHARS} tecken"), format!("at most {TEXT_CHARS} characters"))
        });
        self.require(!personnummer::found_in(text), pointer, PERSONNUMMER, || {
            both(
                "ta bort det; en person nämns bara vid en egen referens",
                "remove it; a person is named by a reference of your own only",
            )
        });
    }

    pub(crate) fn texts(&mut self, pointer: &str, texts: &[String], most: usize) {
        self.require(texts.len() <= most, pointer, "too_many", || {
            both(format!("högst {most} värden"), format!("at most {most} values"))
        });
        for (at, text) in texts.iter().enumerate() {
            self.text(&format!("{pointer}/{at}"), text);
        }
    }

    pub(crate) fn number(
        &mut self,
        pointer: &str,
        number: Option<f32>,
        range: &RangeInclusive<f32>,
    ) {
        let inside = number.is_none_or(|number| range.contains(&number));
        self.require(inside, pointer, "out_of_range", || {
            let (low, high) = (range.start(), range.end());
            both(format!("från {low} till {high}"), format!("from {low} to {high}"))
        });
    }

    pub(crate) fn weeks(&mut self, pointer: &str, weeks: Option<f32>) {
        self.number(pointer, weeks, &WEEKS);
    }

    /// Leading digits of an SSYK 2012 code.
    pub(crate) fn ssyk(&mut self, pointer: &str, code: &str, digits: &RangeInclusive<usize>) {
        let good = digits.contains(&code.len()) && code.bytes().all(|b| b.is_ascii_digit());
        self.require(good, pointer, "not_ssyk", || {
            let (least, most) = (digits.start(), digits.end());
            both(
                format!("en SSYK 2012-kod med {least} till {most} siffror"),
                format!("an SSYK 2012 code of {least} to {most} digits"),
            )
        });
    }

    pub(crate) fn sector(&mut self, pointer: &str, key: &str) {
        let known = sectors::sector_name(key).is_some();
        self.require(known, pointer, "unknown_sector", || {
            one_of(&sectors::sector_keys().collect::<Vec<_>>().join(", "))
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
        self.texts("/wanted", &profile.wanted, TITLES);
        self.texts("/skills", &profile.skills, SKILLS);
        self.texts("/licences", &profile.licences, SKILLS);
        self.texts("/limits/exclude", &limits.exclude, SKILLS);
        self.texts("/limits/forms", &limits.forms, CourseForm::ALL.len());
        for (at, form) in limits.forms.iter().enumerate() {
            let known = CourseForm::from_key(form).is_some();
            self.require(known, &format!("/limits/forms/{at}"), "unknown_form", || {
                one_of(&CourseForm::ALL.map(CourseForm::key).join(", "))
            });
        }
        if let Some(ssyk) = &profile.ssyk {
            self.ssyk("/ssyk", ssyk, &(4..=4));
        }
        if let Some(sector) = &profile.sector {
            self.sector("/sector", sector);
        }
        self.text("/agreement", profile.agreement.as_deref().unwrap_or_default());
        self.weeks("/weeks_left", profile.weeks_left);
        self.weeks("/limits/max_weeks", limits.max_weeks);
        self.number("/hours_per_week", profile.hours_per_week, &HOURS);
        for code in profile.funding.keys() {
            // The key is what somebody wrote: it is not repeated.
            self.text("/funding", code);
            self.require(
                FundingCode::from_key(code).is_some(),
                "/funding",
                "unknown_funding",
                || one_of(&FundingCode::keys()),
            );
        }
        self.dates(&profile.dates);
    }

    /// Dates in an order that can be, and leaves that do not overlap.
    fn dates(&mut self, dates: &Dates) {
        for ((first, early), (then, late)) in pairs(dates) {
            let ordered = first.zip(then).is_none_or(|(first, then)| first <= then);
            self.require(ordered, &format!("/dates/{late}"), "dates_disordered", || {
                both(format!("en dag från och med {early}"), format!("a day not before {early}"))
            });
        }
        let leaves = &dates.parental_leave;
        self.require(leaves.len() <= LEAVES, "/dates/parental_leave", "too_many", || {
            both(format!("högst {LEAVES} värden"), format!("at most {LEAVES} values"))
        });
        for (at, leave) in leaves.iter().enumerate().take(LEAVES) {
            let pointer = format!("/dates/parental_leave/{at}");
            self.require(leave.from <= leave.to, &pointer, "dates_disordered", || {
                both("en sista dag från och med den första", "a last day not before the first")
            });
            let apart = |other: &Period| leave.to < other.from || other.to < leave.from;
            self.require(leaves.iter().take(at).all(apart), &pointer, "dates_overlap", || {
                both("perioder som inte går in i varandra", "periods that do not overlap")
            });
        }
        self.number("/dates/affected", dates.affected.map(|n| n as f32), &AFFECTED);
        let months = dates.notice_months.map(f32::from);
        self.number("/dates/notice_months", months, &NOTICE_MONTHS);
    }

    /// What was found, in the order of the checks.
    pub(crate) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}

fn both(sv: impl Into<String>, en: impl Into<String>) -> Bilingual<String> {
    Bilingual::new(sv, en)
}

fn one_of(keys: &str) -> Bilingual<String> {
    both(format!("en av {keys}"), format!("one of {keys}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Answer, Limits};

    #[test]
    fn every_field_is_bounded_and_nothing_is_repeated() {
        let number = "640823-3234".to_owned();
        let profile = Profile {
            funding: [("oss", Answer::Yes), ("csn", Answer::No)]
                .map(|(way, answer)| (way.to_owned(), answer))
                .into(),
            r#ref: Some(number.clone()),
            titles: vec![String::new(); TITLES + 1],
            ssyk: Some("72x3".into()),
            skills: vec!["svetsning".into(), "å".repeat(TEXT_CHARS + 1)],
            municipality: Some(number),
            sector: Some("rymden".into()),
            weeks_left: Some(-1.0),
            hours_per_week: Some(f32::NAN),
            limits: Limits {
                forms: vec!["kurs".into()],
                max_weeks: Some(f32::INFINITY),
                ..Limits::default()
            },
            ..Profile::default()
        };
        let found = check(&profile);
        let seen: Vec<(&str, &str)> =
            found.iter().map(|one| (one.pointer.as_str(), one.code)).collect();
        assert_eq!(
            seen,
            [
                ("/ref", "personnummer"),
                ("/municipality", "personnummer"),
                ("/titles", "too_many"),
                ("/skills/1", "too_long"),
                ("/limits/forms/0", "unknown_form"),
                ("/ssyk", "not_ssyk"),
                ("/sector", "unknown_sector"),
                ("/weeks_left", "out_of_range"),
                ("/limits/max_weeks", "out_of_range"),
                ("/hours_per_week", "out_of_range"),
                ("/funding", "unknown_funding"),
            ]
        );
        assert!(!format!("{found:?}").contains("3234"));
        assert_eq!(check(&Profile::default()), []);
    }
}
