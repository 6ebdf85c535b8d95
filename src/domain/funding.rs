//! Ways of paying for studies. Whether one is open hangs on age, worked time and pay, which the
//! program never asks for: an adviser says yes or no, and the types here can hold no more.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Evidence};

/// A way of paying for studies, or help with it.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum FundingCode {
    /// *Omställningsstudiestöd* from CSN.
    Oss,
    /// *Kortvarigt studiestöd* from the transition organisation.
    ShortStudy,
    /// Refund of the employer's costs of training in short-time work (*korttidsarbete*).
    ShortTime,
    /// A project with money of the European Social Fund.
    Esf,
    /// Priority in the selection to komvux for those who risk unemployment.
    KomvuxPriority,
    /// The organisation that advises, by agreement area.
    Advice,
}

impl FundingCode {
    /// All codes, in the order shown to people.
    pub const ALL: [Self; 6] = [
        Self::Oss,
        Self::ShortStudy,
        Self::ShortTime,
        Self::Esf,
        Self::KomvuxPriority,
        Self::Advice,
    ];

    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Oss => "oss",
            Self::ShortStudy => "short_study",
            Self::ShortTime => "short_time",
            Self::Esf => "esf",
            Self::KomvuxPriority => "komvux_priority",
            Self::Advice => "advice",
        }
    }

    /// The code of a key, `None` for an unknown one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|code| code.key() == key)
    }

    /// All keys, for messages: `oss, short_study, ...`.
    pub fn keys() -> String {
        Self::ALL.map(Self::key).join(", ")
    }
}

/// Yes, no, or not known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Confirmed.
    Yes,
    /// Excluded.
    No,
    /// Not known: to be asked.
    #[default]
    Unknown,
}

impl Answer {
    /// Reads a Swedish or English word, any case.
    pub fn parse(text: &str) -> Option<Self> {
        Some(match text.trim().to_lowercase().as_str() {
            "yes" | "ja" | "y" | "j" => Self::Yes,
            "no" | "nej" | "n" => Self::No,
            "unknown" | "okänt" | "okänd" | "vet ej" | "?" => Self::Unknown,
            _ => return None,
        })
    }
}

/// Whether a way of paying for studies comes into question for a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Funding {
    /// Which way.
    pub code: FundingCode,
    /// `no` where a rule excludes it or an adviser said no, `yes` only where an adviser confirmed it.
    pub answer: Answer,
    /// What it covers, what must be confirmed and by whom, and what holds for this plan. It is absent from brief
    /// answers (all but `explain=full`), as `ask`, `source` and `url` are.
    #[serde(default, skip_serializing_if = "is_unsaid")]
    pub text: Bilingual<String>,
    /// The question whose answer is missing; absent where `answer` is known, and from brief answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ask: Option<Bilingual<String>>,
    /// How firm the rule is that it rests on.
    pub evidence: Evidence,
    /// Where that rule stands.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Link to it; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub url: String,
    /// First day the rule holds; absent where open.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_from: Option<Date>,
    /// Next day applications open; absent where there is none or it is not known what day it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = Date)]
    pub apply_from: Option<Date>,
    /// Day a decision can be expected by who applies on `apply_from`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_expected: Option<ExpectedDay>,
    /// Most weeks it covers, at full time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_weeks: Option<f32>,
    /// Most kronor a person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_kr: Option<f32>,
    /// Most kronor a week.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_kr_a_week: Option<f32>,
    /// Most percent: of the pay, of a refund of the cost.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub most_percent: Option<f32>,
}

impl Funding {
    /// Whether nothing excludes it.
    pub fn is_open(&self) -> bool {
        self.answer != Answer::No
    }

    /// The same without words and sources.
    #[must_use]
    pub fn without_words(&self) -> Self {
        Self {
            text: Bilingual::default(),
            ask: None,
            source: String::new(),
            url: String::new(),
            decision_expected: self.decision_expected.clone(),
            ..*self
        }
    }
}

fn is_unsaid(text: &Bilingual<String>) -> bool {
    text.sv.is_empty() && text.en.is_empty()
}

/// A day that something can be expected on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ExpectedDay {
    /// The day.
    #[schema(value_type = String, format = Date)]
    pub day: Date,
    /// How firm it is.
    pub evidence: Evidence,
    /// What it rests on.
    pub source: String,
}
