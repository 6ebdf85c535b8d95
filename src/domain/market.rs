//! What the labour market says about an occupation group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Language, SkillIx};

/// Facts per SSYK 2012 four-digit group, ascending code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Market {
    /// The groups.
    pub groups: Vec<OccupationGroup>,
}

impl Market {
    /// Where the group with this four-digit code stands. O(log n).
    pub fn position(&self, ssyk: &str) -> Option<usize> {
        self.groups.binary_search_by(|group| group.ssyk.as_str().cmp(ssyk)).ok()
    }

    /// The group with this four-digit code. O(log n).
    pub fn group(&self, ssyk: &str) -> Option<&OccupationGroup> {
        self.position(ssyk).map(|at| &self.groups[at])
    }
}

/// One SSYK 2012 four-digit group. What is not known is `None`, never zero.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct OccupationGroup {
    /// Four digits.
    pub ssyk: String,
    /// Name of the group.
    pub label: Bilingual<String>,
    /// SCB's or the hub's definition.
    #[serde(default)]
    pub definition: Bilingual<String>,
    /// ISCO-08 unit groups that correspond.
    #[serde(default)]
    pub isco: Vec<String>,
    /// Monthly wage.
    #[serde(default)]
    pub wage: Option<Wage>,
    /// Employees in Sweden.
    #[serde(default)]
    pub employees: Option<u32>,
    /// Year of `employees`.
    #[serde(default)]
    pub employees_year: Option<u16>,
    /// Job ads of one year: Sweden.
    #[serde(default)]
    pub ads_sweden: Option<u32>,
    /// Job ads of the same year: the region (Västra Götaland).
    #[serde(default)]
    pub ads_region: Option<u32>,
    /// Job ads of the same year: the thirteen municipalities of Göteborgsregionen.
    #[serde(default)]
    pub ads_gr: Option<u32>,
    /// Year of the ads.
    #[serde(default)]
    pub ads_year: Option<u16>,
    /// Job ads of the same year by municipality name.
    #[serde(default)]
    pub ads_by_municipality: BTreeMap<String, u32>,
    /// Yrkesbarometern's judgements for the region; several where the group holds several.
    #[serde(default)]
    pub barometer: Vec<Barometer>,
    /// Levels of education that the group's occupations usually ask for, lowest first; several where
    /// they differ or leave a choice, none where unknown. Information for the reader, never a filter.
    #[serde(default)]
    pub education: Vec<Education>,
    /// Skills that JobTech Taxonomy relates to the group, ascending row numbers.
    #[serde(default)]
    pub skills: Vec<SkillIx>,
    /// Key of the source in the manifest.
    #[serde(default)]
    pub source: String,
}

/// A level of education that work usually asks for.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Education {
    /// No formal education; the work is learnt on the job.
    NoRequirement,
    /// Gymnasium or equivalent.
    UpperSecondary,
    /// After gymnasium but not at a university: yrkeshögskola, other shorter education.
    PostSecondary,
    /// Högskola or university.
    Higher,
}

/// Monthly wage in kronor before tax, full time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Wage {
    /// Tenth percentile.
    pub p10: Option<u32>,
    /// Mean.
    pub mean: u32,
    /// Ninetieth percentile.
    pub p90: Option<u32>,
    /// Year of the statistics.
    pub year: u16,
}

/// One judgement of Arbetsförmedlingen's Yrkesbarometer, in its own words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Barometer {
    /// Name of the barometer's occupation.
    pub name: String,
    /// Job opportunities: `små`, `medelstora` or `stora`; empty where unknown.
    #[serde(default)]
    pub opportunities: String,
    /// Five-year forecast: `öka`, `vara oförändrad` or `minska`; empty where unknown.
    #[serde(default)]
    pub forecast: String,
}

impl Barometer {
    /// The job opportunities in a language; empty where unknown.
    pub fn opportunities_in(&self, language: Language) -> &str {
        match (language, self.opportunities.as_str()) {
            (Language::En, "stora") => "good",
            (Language::En, "medelstora") => "moderate",
            (Language::En, "små") => "limited",
            (_, as_written) => as_written,
        }
    }
}
