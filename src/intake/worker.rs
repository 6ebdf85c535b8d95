//! Cells to a worker.

use std::{collections::BTreeMap, ops::RangeInclusive};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::{
    dataset::sectors,
    domain::{
        Answer, Bilingual, CourseForm, FundingCode, LanguageLevel, Limits, Profile, Status,
        is_unit_group,
    },
};

use super::{
    cell::{self, Cell},
    check,
    column::Column,
    problem::{Code, Problem},
    quantity::Quantity,
    source::{Draft, Fields, refused_number},
};

/// What the name of a row without a reference begins with; its line follows.
pub(super) const MADE_UP: &str = "row-";

/// A worker of a list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Worker {
    /// Opaque reference, unique in the list; `row-LINE` where the list has none.
    pub reference: String,
    /// Whether the list has it, and it is not called by its line.
    pub has_reference: bool,
    /// What a recommendation is made from. Its `ref` is [`Self::reference`].
    pub profile: Profile,
    /// The workplace, as written; absent where the list has none. It is no part of the profile.
    pub workplace: Option<String>,
    /// What a document tells of work and skills beside the profile, one thing a line; empty for a row
    /// of a list. [`super::told()`] reads it.
    pub text: String,
    /// What was not read as written.
    pub warnings: Vec<Problem>,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    pub(super) line: u64,
    /// Day the weeks left are counted from.
    pub(super) today: Date,
}

/// Reads a row that holds no personnummer.
pub(super) fn read(draft: Draft, place: Place) -> Result<Worker, Problem> {
    let Draft { fields, text, warnings, fallback, has_ref } = draft;
    let mut row = Row { fields: &fields, warnings };
    let has_reference = fallback.is_some() || row.text(Column::Ref).is_some();
    let titled = row.list(Column::Titles, &['|']);
    if row.text(Column::Ref).iter().chain(&titled).any(|text| cell::is_total(text)) {
        return Err(Problem::new(
            Code::TotalRow,
            "Raden är en summa och ingen person; den lästes inte.",
            "The row is a sum and no person; it was not read.",
        ));
    }
    let reference = row.reference(place, fallback, has_ref);
    let status = row.status();
    let dates = row.dates(status)?;
    let as_of = row.as_of().unwrap_or(place.today);
    row.warn_of_passed(status, &dates, as_of);
    let profile = Profile {
        r#ref: Some(reference.clone()),
        titles: titled,
        ssyk: row.ssyk(),
        skills: row.skills(),
        // Commas part licences as well, but those of `truckkort A, B` say what the B is.
        licences: row.list(Column::Licences, &['|', ';']),
        wanted: row.list(Column::Wanted, &['|', ';']),
        status,
        municipality: row.text(Column::Municipality),
        sector: row.sector(),
        dates,
        agreement: row.text(Column::Agreement),
        as_of: Some(as_of),
        weeks_left: row.short_number(Column::WeeksLeft, Quantity::Weeks, 0.0..=520.0),
        hours_per_week: row.hours(),
        weekdays: row.weekdays(),
        swedish: row.swedish(),
        funding: row.funding(),
        limits: row.limits(),
    };
    let says = [profile.titles.is_empty(), profile.skills.is_empty(), profile.ssyk.is_none()];
    if says == [true; 3] && text.trim().is_empty() {
        return Err(Problem::new(
            Code::EmptyProfile,
            "Raden har varken yrke, giltig SSYK-kod eller kompetenser; fyll i minst en av dem.",
            "The row has neither occupation, valid SSYK code nor skills; fill in at least one.",
        ));
    }
    bounded(&profile)?;
    let workplace = row.text(Column::Workplace);
    Ok(Worker { reference, has_reference, profile, workplace, text, warnings: row.warnings })
}

/// Refuses what [`super::check`] finds; what it says of one field is said of the row.
fn bounded(profile: &Profile) -> Result<(), Problem> {
    let findings = check::check(profile);
    // Cells are looked at as written; cleaned of signs they may turn out to hold one.
    if findings.iter().any(|finding| finding.code == check::PERSONNUMMER) {
        return Err(refused_number());
    }
    let Some(check::Finding { pointer, detail, .. }) = findings.into_iter().next() else {
        return Ok(());
    };
    let field = pointer.trim_start_matches('/').to_owned();
    let sv = format!("Fältet {field} ligger utanför gränserna: {}.", detail.sv);
    let en = format!("The field {field} is out of bounds: {}.", detail.en);
    Err(Problem::new(Code::OutOfBounds, sv, en).of(field))
}

/// A row being read.
pub(super) struct Row<'a> {
    fields: &'a Fields,
    pub(super) warnings: Vec<Problem>,
}

impl Row<'_> {
    pub(super) fn warn(&mut self, code: Code, column: Column, sv: &str, en: &str) {
        self.warnings.push(Problem::new(code, sv, en).of(column.key()));
    }

    pub(super) fn cells(&self, column: Column) -> impl Iterator<Item = &Cell> {
        self.fields.iter().filter(move |(of, _)| *of == column).map(|(_, cell)| cell)
    }

    /// The first cell of a column that is not blank.
    pub(super) fn text(&self, column: Column) -> Option<String> {
        self.cells(column)
            .filter_map(|cell| match cell {
                Cell::Text(text) => Some(cell::clean(text)),
                Cell::List(_) => None,
            })
            .find(|text| !text.is_empty())
    }

    /// All values of a column, or of several columns of the same meaning.
    pub(super) fn list(&self, column: Column, separators: &[char]) -> Vec<String> {
        let values: Vec<String> = self
            .cells(column)
            .flat_map(|cell| match cell {
                Cell::Text(text) => cell::split_list(text, separators),
                Cell::List(values) => values.clone(),
            })
            .collect();
        cell::unique(values.iter().map(String::as_str))
    }

    fn reference(&mut self, place: Place, fallback: Option<String>, has_ref: bool) -> String {
        self.text(Column::Ref).or(fallback).unwrap_or_else(|| {
            let line = place.line;
            if has_ref {
                self.warn(
                    Code::NoRef,
                    Column::Ref,
                    &format!("Referens saknas; raden kallas {MADE_UP}{line}."),
                    &format!("No reference; the row is called {MADE_UP}{line}."),
                );
            }
            format!("{MADE_UP}{line}")
        })
    }

    fn status(&mut self) -> Option<Status> {
        let text = self.text(Column::Status)?;
        let status = Status::parse(&text);
        if status.is_none() {
            self.warn(
                Code::UnknownStatus,
                Column::Status,
                "Okänt ord för status; skriv varslad, uppsagd, permitterad, korttid, \
                 anställd eller arbetslös.",
                "Unknown word for status; write notified, dismissed, furloughed, \
                 short_time, employed or unemployed.",
            );
        }
        status
    }

    fn ssyk(&mut self) -> Option<String> {
        let text = self.text(Column::Ssyk)?;
        // Spreadsheets write a number with decimals.
        let code = text.strip_suffix(".0").or_else(|| text.strip_suffix(",0")).unwrap_or(&text);
        if is_unit_group(code) {
            return Some(code.to_owned());
        }
        self.warn(
            Code::BadSsyk,
            Column::Ssyk,
            "SSYK 2012 skrivs med fyra siffror; koden lästes inte.",
            "SSYK 2012 has four digits; the code was not read.",
        );
        None
    }

    fn sector(&mut self) -> Option<String> {
        let text = self.text(Column::Sector)?;
        if sectors::sector_name(&text).is_some() {
            return Some(text);
        }
        let keys = sectors::sector_keys().collect::<Vec<_>>().join(", ");
        self.warn(
            Code::UnknownSector,
            Column::Sector,
            &format!("Okänd bransch, den lästes inte; skriv en av {keys}."),
            &format!("Unknown sector, it was not read; write one of {keys}."),
        );
        None
    }

    /// A number of a column, unknown and said where it is none, counts something else or is out of range.
    pub(super) fn number(
        &mut self,
        column: Column,
        of: Quantity,
        range: RangeInclusive<f64>,
    ) -> Option<f64> {
        let text = self.text(column)?;
        let number = of.read(&text).filter(|number| range.contains(number));
        if number.is_none() {
            let (low, high) = range.into_inner();
            let Bilingual { sv, en } = of.name();
            self.warn(
                Code::BadNumber,
                column,
                &format!("Inte ett antal {sv} från {low} till {high}; värdet lästes inte."),
                &format!("Not a number of {en} from {low} to {high}; the value was not read."),
            );
        }
        number
    }

    #[expect(clippy::cast_possible_truncation, reason = "a number in the range of its column")]
    fn short_number(
        &mut self,
        column: Column,
        of: Quantity,
        range: RangeInclusive<f64>,
    ) -> Option<f32> {
        self.number(column, of, range).map(|number| number as f32)
    }

    fn hours(&mut self) -> Option<f32> {
        let text = self.text(Column::Hours)?.to_lowercase();
        let whole = ["hela tiden", "heltid", "hel tid", "full time", "full-time", "all the time"];
        if whole.contains(&text.as_str()) {
            self.warn(
                Code::FullWeek,
                Column::Hours,
                "Hela tiden lästes som 40 timmar i veckan.",
                "The whole time was read as 40 hours a week.",
            );
            return Some(40.0);
        }
        self.short_number(Column::Hours, Quantity::Hours, 0.0..=60.0)
    }

    /// The day the row is seen from, where it names one.
    fn as_of(&mut self) -> Option<Date> {
        let text = self.text(Column::AsOf)?;
        let day = cell::date(&text);
        if day.is_none() {
            self.warn(
                Code::BadDate,
                Column::AsOf,
                "Inget datum i kalendern; dagens datum gäller.",
                "No date of the calendar; today counts.",
            );
        }
        day
    }

    /// The level of Swedish in a list such as `sv A2|en B1`, or a level alone; other languages say
    /// nothing of courses.
    fn swedish(&mut self) -> Option<LanguageLevel> {
        let listed = self.list(Column::Swedish, &['|', ',', ';']);
        let swedish = |word: &str| {
            let word = word.trim_end_matches(':').to_lowercase();
            ["sv", "swe", "svenska", "swedish"].contains(&word.as_str())
        };
        let words = |text: &str| {
            let mut words = text.split_whitespace().map(str::to_owned);
            (words.next().unwrap_or_default(), words.next())
        };
        let level = |text: &String| match words(text) {
            (first, Some(level)) if swedish(&first) => LanguageLevel::parse(&level),
            (first, None) => LanguageLevel::parse(&first),
            _ => None,
        };
        // Swedish without a level is a language of one's own, a lone word a language without one.
        let unread = |text: &String| match words(text) {
            (first, Some(_)) => swedish(&first),
            (first, None) => first.contains(|sign: char| sign.is_ascii_digit()),
        };
        let found = listed.iter().find_map(level);
        if found.is_none() && listed.iter().any(unread) {
            self.warn(
                Code::UnknownLevel,
                Column::Swedish,
                "Nivån i svenska lästes inte; skriv till exempel sv B1.",
                "The level of Swedish was not read; write sv B1, for example.",
            );
        }
        found
    }

    /// An adviser's answers about ways to pay for studies. Which codes there are, [`check`] knows.
    fn funding(&mut self) -> BTreeMap<String, Answer> {
        let mut said: Vec<(Column, String)> = Vec::new();
        for answer in self.list(Column::Funding, &['|', ',', ';']) {
            said.push((Column::Funding, answer));
        }
        if let Some(answer) = self.text(Column::Oss) {
            said.push((Column::Oss, format!("{}={answer}", FundingCode::Oss.key())));
        }
        let mut answers = BTreeMap::new();
        for (column, text) in said {
            let (code, answer) = text.split_once('=').unwrap_or((&text, ""));
            if let Some(answer) = Answer::parse(answer) {
                answers.insert(code.trim().to_lowercase(), answer);
            } else {
                self.warn(
                    Code::UnknownAnswer,
                    column,
                    "Ett svar om studiestöd lästes inte; skriv ja, nej eller okänt.",
                    "An answer about funding was not read; write yes, no or unknown.",
                );
            }
        }
        answers
    }

    fn limits(&mut self) -> Limits {
        let (forms, distance) = self.forms();
        Limits {
            forms,
            distance_only: distance || self.distance_only(),
            max_weeks: self.short_number(Column::MaxWeeks, Quantity::Weeks, 0.0..=520.0),
            max_commute_min: self
                .number(Column::MaxCommute, Quantity::Minutes, 1.0..=600.0)
                .and_then(|minutes| u16::try_from(whole(minutes)).ok()),
            min_wage: self
                .number(Column::MinWage, Quantity::Kronor, 1_000.0..=1_000_000.0)
                .map(whole),
            exclude: self.list(Column::Exclude, &['|']),
        }
    }

    fn distance_only(&mut self) -> bool {
        let Some(text) = self.text(Column::DistanceOnly) else { return false };
        match text.to_lowercase().as_str() {
            "ja" | "j" | "yes" | "y" | "true" | "1" | "x" => true,
            "nej" | "n" | "no" | "false" | "0" => false,
            _ => {
                self.warn(
                    Code::UnknownForm,
                    Column::DistanceOnly,
                    "Skriv ja eller nej; lästes som nej.",
                    "Write yes or no; read as no.",
                );
                false
            }
        }
    }

    /// Keys of acceptable forms, and whether only distance is acceptable. `plats` (on site) is no
    /// limit: it excludes nothing that can be told.
    fn forms(&mut self) -> (Vec<String>, bool) {
        let (mut forms, mut distance, mut on_site, mut unknown) = (Vec::new(), false, false, false);
        for word in self.list(Column::Forms, &['|', ',', ';', '/']) {
            let word = word.to_lowercase();
            match word.as_str() {
                "distans" | "distance" | "online" | "remote" => distance = true,
                "plats" | "på plats" | "on site" | "on_site" | "onsite" => on_site = true,
                key if CourseForm::from_key(key).is_some() => forms.push(word),
                _ => unknown = true,
            }
        }
        if unknown {
            let keys = CourseForm::ALL.map(CourseForm::key).join(", ");
            self.warn(
                Code::UnknownForm,
                Column::Forms,
                &format!("En okänd studieform utelämnades; skriv distans, plats eller {keys}."),
                &format!("An unknown form was left out; write distance, on site or {keys}."),
            );
        }
        (forms, distance && !on_site)
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a number in the range of its column"
)]
fn whole(number: f64) -> u32 {
    number.round() as u32
}
