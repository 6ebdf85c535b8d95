//! Courses and programmes.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, LanguageLevel, SkillIx};

/// A course, programme, validation or certificate preparation.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Course {
    /// `SOURCE:ID`, stable between imports of the same source.
    pub id: String,
    /// Ids of the same course in other places, ascending: the source has one a place.
    #[serde(default)]
    pub also: Vec<String>,
    /// Title.
    pub title: Bilingual<String>,
    /// Plain text, no markup.
    #[serde(default)]
    pub description: Bilingual<String>,
    /// Who gives it; empty where unknown.
    #[serde(default)]
    pub provider: String,
    /// School form.
    pub form: CourseForm,
    /// Whether this is an offer one can apply to, or something weaker.
    pub basis: CourseBasis,
    /// Municipality or place names where it is given, ascending; empty where unknown.
    #[serde(default)]
    pub places: Vec<String>,
    /// Whether it can be taken from home.
    #[serde(default)]
    pub distance: Distance,
    /// Length in weeks at full time (100 %).
    #[serde(default)]
    pub weeks: Option<f32>,
    /// Pace in percent of full time.
    #[serde(default)]
    pub pace_pct: Option<u8>,
    /// First days, ISO dates ascending; empty where unknown.
    #[serde(default)]
    pub starts: Vec<String>,
    /// Last day to apply, ISO date.
    #[serde(default)]
    pub apply_by: Option<String>,
    /// Price for the participant in kronor; `None` where unknown.
    #[serde(default)]
    pub price_kr: Option<u32>,
    /// Seats that are left; `None` where unknown.
    #[serde(default)]
    pub seats: Option<u32>,
    /// Level of Swedish that it is taught at; `None` where unknown.
    #[serde(default)]
    pub swedish: Option<LanguageLevel>,
    /// What a participant must already have, in words.
    #[serde(default)]
    pub prerequisites: Bilingual<String>,
    /// Keys of licences a participant must already hold.
    #[serde(default)]
    pub requires: Vec<String>,
    /// Keys of licences the course leads to.
    #[serde(default)]
    pub grants: Vec<String>,
    /// Skills taught, as the source says them, ascending row numbers.
    #[serde(default)]
    pub teaches: Vec<SkillIx>,
    /// SSYK 2012 groups the source says it leads to, ascending.
    #[serde(default)]
    pub leads_to: Vec<String>,
    /// Subject or field of education in the source's words.
    #[serde(default)]
    pub subject: String,
    /// Link to the offer; empty where there is none.
    #[serde(default)]
    pub url: String,
    /// Key of the source in the manifest.
    #[serde(default)]
    pub source: String,
    /// A warning shown with the course, such as codes that run out.
    #[serde(default)]
    pub note: Bilingual<String>,
}

/// School form of a course.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CourseForm {
    /// Komvux: municipal adult education on upper-secondary level.
    Komvux,
    /// YH-program: higher vocational programme.
    Yh,
    /// Short YH course (below 100 YH points).
    YhCourse,
    /// Arbetsmarknadsutbildning: labour-market training bought by Arbetsförmedlingen.
    LabourMarket,
    /// Folk high school.
    Folkhogskola,
    /// University course or programme.
    University,
    /// Validation: mapping and certifying skills a person already has.
    Validation,
    /// Short course by an industry body or firm.
    #[default]
    Short,
}

impl CourseForm {
    /// All forms, in the order shown to people.
    pub const ALL: [Self; 8] = [
        Self::Komvux,
        Self::Yh,
        Self::YhCourse,
        Self::LabourMarket,
        Self::Folkhogskola,
        Self::University,
        Self::Validation,
        Self::Short,
    ];

    /// The key used in files, filters and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Komvux => "komvux",
            Self::Yh => "yh",
            Self::YhCourse => "yh_course",
            Self::LabourMarket => "labour_market",
            Self::Folkhogskola => "folkhogskola",
            Self::University => "university",
            Self::Validation => "validation",
            Self::Short => "short",
        }
    }

    /// The form of a key, `None` for an unknown one.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|form| form.key() == key)
    }
}

/// How firm a course record is.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum CourseBasis {
    /// A kind of course that exists in the region, with usual length and form; not an offer.
    #[default]
    Typical,
    /// Published by a provider with a place or link.
    Offer,
    /// An authority has granted it; start dates are the school's.
    Granted,
    /// A national syllabus that komvux may give; ask the municipality.
    Syllabus,
}

impl CourseBasis {
    /// The key used in files and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Typical => "typical",
            Self::Offer => "offer",
            Self::Granted => "granted",
            Self::Syllabus => "syllabus",
        }
    }
}

/// Whether a course needs presence.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Distance {
    /// Not known.
    #[default]
    Unknown,
    /// On site.
    OnSite,
    /// Distance with some meetings on site.
    Hybrid,
    /// Fully at a distance.
    Full,
}

/// Days of a working week.
const WORKING_DAYS: f32 = 5.0;

/// A length at full time in words: whole weeks, below one week whole days.
pub fn length_in_words(weeks: f32) -> Bilingual<String> {
    let counted = |number: f32, one: [&str; 2], many: [&str; 2]| {
        let [sv, en] = if number < 1.5 { one } else { many };
        #[expect(clippy::cast_possible_truncation, reason = "a whole number of days or weeks")]
        let number = (number as i64).to_string();
        Bilingual::new([&number, " ", sv].concat(), [&number, " ", en].concat())
    };
    if weeks <= 0.0 {
        Bilingual::new("mindre än en dag", "less than a day")
    } else if weeks < 1.0 {
        counted((weeks * WORKING_DAYS).ceil(), ["dag", "day"], ["dagar", "days"])
    } else {
        counted(weeks.round(), ["vecka", "week"], ["veckor", "weeks"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_week_is_no_weeks_and_a_part_of_one_is_days() {
        for (weeks, sv, en) in [
            (0.0, "mindre än en dag", "less than a day"),
            (0.2, "1 dag", "1 day"),
            (0.3, "2 dagar", "2 days"),
            (0.99, "5 dagar", "5 days"),
            (1.0, "1 vecka", "1 week"),
            (1.4, "1 vecka", "1 week"),
            (1.6, "2 veckor", "2 weeks"),
            (40.0, "40 veckor", "40 weeks"),
        ] {
            assert_eq!(length_in_words(weeks), Bilingual::new(sv, en), "{weeks}");
        }
    }
}
