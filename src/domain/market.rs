//! What the labour market says about an occupation group.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::Bilingual;

/// Facts per SSYK 2012 four-digit group, ascending code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Market {
    /// The groups.
    pub groups: Vec<OccupationGroup>,
}

impl Market {
    /// The group with this four-digit code. O(log n).
    pub fn group(&self, ssyk: &str) -> Option<&OccupationGroup> {
        self.groups.binary_search_by(|g| g.ssyk.as_str().cmp(ssyk)).ok().map(|at| &self.groups[at])
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
    /// Employees in Sweden five years before `employees_year`.
    #[serde(default)]
    pub employees_before: Option<u32>,
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
    /// Key of the source in the manifest.
    #[serde(default)]
    pub source: String,
}

/// Monthly wage in kronor before tax, full time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
