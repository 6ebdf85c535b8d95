//! The time a worker has for studies: dates of an employment, and the intervals that follow.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize, de};
use utoipa::ToSchema;

use super::{Bilingual, Evidence, Status};

/// Dates of an employment, absent where unknown. They decide which course fits in time and nothing
/// else; no score knows them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Dates {
    /// Employed from.
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub employed_since: Option<Date>,
    /// Day the employer filed the notice of redundancies (*varsel*) with the authority.
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub filed: Option<Date>,
    /// How many people the filing is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub affected: Option<u32>,
    /// Day of notice of dismissal (*uppsägning*).
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub notice: Option<Date>,
    /// Months of notice that an agreement or contract gives instead of the law.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub notice_months: Option<u8>,
    /// Last day of employment.
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub last_day: Option<Date>,
    /// First day released from work during the notice (*arbetsbefriad*).
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub released_from: Option<Date>,
    /// First day of the furlough (*permittering*) or of short-time work (*korttidsarbete*).
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub furlough_from: Option<Date>,
    /// Last day of it.
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub furlough_to: Option<Date>,
    /// Full-time parental leave, which postpones a notice for lack of work.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parental_leave: Vec<Period>,
}

impl Dates {
    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }
}

/// Days from one to another, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Period {
    /// First day.
    #[schema(value_type = String, format = Date)]
    pub from: Date,
    /// Last day.
    #[schema(value_type = String, format = Date)]
    pub to: Date,
}

/// A day of the week.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Weekday {
    /// Monday.
    Mon,
    /// Tuesday.
    Tue,
    /// Wednesday.
    Wed,
    /// Thursday.
    Thu,
    /// Friday.
    Fri,
    /// Saturday.
    Sat,
    /// Sunday.
    Sun,
}

impl Weekday {
    /// All days, Monday first.
    pub const ALL: [Self; 7] =
        [Self::Mon, Self::Tue, Self::Wed, Self::Thu, Self::Fri, Self::Sat, Self::Sun];
}

/// Reads an ISO date. The library's own message would quote what was sent.
pub fn iso<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    struct Iso;
    impl de::Visitor<'_> for Iso {
        type Value = Option<Date>;
        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a date such as 2027-01-18")
        }
        fn visit_unit<E: de::Error>(self) -> Result<Self::Value, E> {
            Ok(None)
        }
        fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
            let date = text.trim().parse().ok().map(Some);
            date.ok_or_else(|| E::custom("not a date, expected a date such as 2027-01-18"))
        }
    }
    deserializer.deserialize_any(Iso)
}

/// When a worker has time for studies, and by which rules.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Window {
    /// Day it is seen from.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
    /// Last day of the notice, furlough or short-time work; absent where none is known or there is
    /// none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub ends: Option<Date>,
    /// Whether that day is the earliest that the law allows, since the time of employment is not known.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub earliest: bool,
    /// Calendar weeks from the day it is seen from to the end; absent as `ends` is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks: Option<f32>,
    /// Last day a full-time course of one week can begin and end in time; absent where there is no
    /// end or no such day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub latest_useful_start: Option<Date>,
    /// Days with the same hours for studies, in order, without overlap.
    pub intervals: Vec<Interval>,
    /// Rules behind the intervals and the end, in the order they were used.
    pub rules: Vec<AppliedRule>,
    /// What is unknown and would change the window: questions to the worker or employer.
    pub ask: Vec<Bilingual<String>>,
}

/// Days with the same hours for studies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Interval {
    /// First day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub from: Option<Date>,
    /// Last day; absent where it is open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub to: Option<Date>,
    /// What the worker is doing then.
    pub state: State,
    /// Hours a week that are certainly free for studies.
    pub hours_per_week: f32,
    /// Hours a week that may be free; more than `hours_per_week` where that is not known.
    pub hours_at_most: f32,
    /// Days of the week that are free; empty where no pattern is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// Whether studies must be possible to interrupt: the worker may be called back.
    pub interruptible: bool,
    /// Key of the rule that gives the hours.
    pub rule: String,
}

/// What a worker is doing in an interval.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// At work: spare time only.
    AtWork,
    /// In the notice period, and it is not known whether at work.
    Notice,
    /// Released from work with pay during the notice.
    Released,
    /// On furlough.
    Furlough,
    /// In short-time work.
    ShortTime,
    /// Without employment.
    Unemployed,
    /// Nothing is known but the weeks that are left.
    Given,
}

/// A rule as it was used.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AppliedRule {
    /// Key of the rule.
    pub rule: String,
    /// What it says, and what follows here.
    pub text: Bilingual<String>,
    /// How firm it is.
    pub evidence: Evidence,
    /// Where it stands.
    pub source: String,
    /// Link to it; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// First day the rule holds; absent where open.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
}

/// A worker's situation as far as the window needs it.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct Situation {
    /// Opaque reference of the worker. It changes nothing in the window.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// Situation at work.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<Status>,
    /// Dates of the employment.
    pub dates: Dates,
    /// Calendar weeks that are left, where no date says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weeks_left: Option<f32>,
    /// Hours a week free for studies until the end.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours_per_week: Option<f32>,
    /// Days of the week that are free.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub weekdays: Vec<Weekday>,
    /// Agreement area, as the table of rules names it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agreement: Option<String>,
    /// Day it is seen from.
    #[serde(deserialize_with = "iso", skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub as_of: Option<Date>,
}
