//! A worker's words, as they came. No field can hold a name, a birth date, a sex or any other
//! protected attribute: what the type cannot hold can not reach a score.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use jiff::{ToSpan as _, civil::Date};

use super::{Answer, Dates, LanguageLevel, Situation, Weekday, iso};

/// What is known of one worker.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Profile {
    /// Opaque reference chosen by the caller, only echoed; never a personnummer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// Present or former occupations as written, or ESCO occupation URIs; the latest first.
    #[serde(default)]
    pub titles: Vec<String>,
    /// SSYK 2012 code of the present occupation, four digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ssyk: Option<String>,
    /// Skills as written, or ESCO skill URIs.
    #[serde(default)]
    pub skills: Vec<String>,
    /// Licences held, as written (`CE`, `truckkort`).
    #[serde(default)]
    pub licences: Vec<String>,
    /// Occupations the worker or adviser asks about, as written or as ESCO URIs: each gets its path,
    /// however it ranks.
    #[serde(default)]
    pub wanted: Vec<String>,
    /// Situation at work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Municipality the worker lives in, by name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub municipality: Option<String>,
    /// Sector key that overrides the one of the present occupation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sector: Option<String>,
    /// Dates of the employment: the end of the notice or furlough follows from them.
    #[serde(default, skip_serializing_if = "Dates::is_empty")]
    pub dates: Dates,
    /// Agreement area (*avtalsområde*), such as TRR or TSL: some have rules of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Day the answer is seen from; the edges of the program fill in today. Without it no published
    /// date of a course can be compared.
    #[serde(default, deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Calendar weeks until the notice or furlough ends, where no date says it; unknown where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub weeks_left: Option<f32>,
    /// Hours a week free for studies; unknown where absent (a full week is 40).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hours_per_week: Option<f32>,
    /// Days of the week free for studies; unknown where empty.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// Level of Swedish, where it is below that of a language of one's own: courses taught at a higher one
    /// are left out. Unknown where absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub swedish: Option<LanguageLevel>,
    /// What an adviser has found out of ways to pay for studies, by the key of a
    /// [`super::FundingCode`]; it never changes a path.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub funding: BTreeMap<String, Answer>,
    /// What a path must respect.
    #[serde(default)]
    pub limits: Limits,
}

impl Profile {
    /// Moves the end of the notice or furlough by so many days, wherever it stands.
    pub(super) fn move_end(&mut self, days: i32) {
        let later = |day: Option<Date>| day.and_then(|day| day.checked_add(days.days()).ok());
        self.dates.last_day = later(self.dates.last_day);
        self.dates.furlough_to = later(self.dates.furlough_to);
        if self.dates.last_day.is_none() {
            // The end follows from the day of notice.
            self.dates.notice = later(self.dates.notice);
        }
        self.weeks_left = self.weeks_left.map(|weeks| weeks + days as f32 / 7.0);
    }
}

impl Situation {
    /// What of a profile the window rests on.
    pub fn of(profile: &Profile) -> Self {
        Self {
            r#ref: None,
            status: profile.status,
            dates: profile.dates.clone(),
            weeks_left: profile.weeks_left,
            hours_per_week: profile.hours_per_week,
            weekdays: profile.weekdays.clone(),
            agreement: profile.agreement.clone(),
            as_of: profile.as_of,
        }
    }
}

/// Limits a path must respect.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Limits {
    /// Course forms that are acceptable, by key; empty means all.
    #[serde(default)]
    pub forms: Vec<String>,
    /// Only courses that can be taken at a distance.
    #[serde(default)]
    pub distance_only: bool,
    /// Longest way to a course in minutes, one way, estimated between municipalities; courses at a
    /// distance and places that are not known pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_commute_min: Option<u16>,
    /// Longest training in weeks at full time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_weeks: Option<f32>,
    /// Lowest acceptable mean monthly wage in kronor; unknown wages pass.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub min_wage: Option<u32>,
    /// Occupations never to suggest: titles, URIs or SSYK codes of any length.
    #[serde(default)]
    pub exclude: Vec<String>,
}

impl Limits {
    /// Whether some courses are out of the question by them.
    pub fn leave_out_courses(&self) -> bool {
        !self.forms.is_empty()
            || self.distance_only
            || self.max_commute_min.is_some()
            || self.max_weeks.is_some()
    }
}

/// A worker's situation. Swedish terms of law are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Status {
    /// *Varslad*: the employer has notified the authority; no person is dismissed yet.
    Varslad,
    /// *Uppsagd*: dismissed, working or released during the notice period.
    Uppsagd,
    /// *Permitterad*: furloughed; employed, may be called back.
    Permitterad,
    /// *Korttidsarbete*: short-time work under lag 2013:948.
    Korttid,
    /// *Anställd*: employed.
    Anstalld,
    /// *Arbetslös*: unemployed.
    Arbetslos,
}

impl Status {
    /// Reads Swedish or English words for a status, any case.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "varslad" | "varsel" | "notified" => Self::Varslad,
            "uppsagd" | "dismissed" | "laid_off" | "laid off" | "laid-off" => Self::Uppsagd,
            "permitterad" | "furloughed" => Self::Permitterad,
            "korttid" | "korttidsarbete" | "korttidspermitterad" | "short_time" => Self::Korttid,
            "anstalld" | "anställd" | "employed" => Self::Anstalld,
            "arbetslos" | "arbetslös" | "unemployed" => Self::Arbetslos,
            _ => return None,
        })
    }

    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Varslad => "varslad",
            Self::Uppsagd => "uppsagd",
            Self::Permitterad => "permitterad",
            Self::Korttid => "korttid",
            Self::Anstalld => "anstalld",
            Self::Arbetslos => "arbetslos",
        }
    }
}
