//! Occupations, skills, licences and the groups they belong to.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Bilingual;

/// Row number of an occupation in its taxonomy.
pub type OccupationIx = u32;
/// Row number of a skill in its taxonomy.
pub type SkillIx = u32;

/// An occupation (ESCO: *occupation*), finer than an SSYK or ISCO group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Occupation {
    /// ESCO URI, or `kn:occupation/...` where ESCO has no such concept.
    pub id: String,
    /// Preferred label.
    pub label: Bilingual<String>,
    /// Alternative labels, without the preferred one.
    #[serde(default)]
    pub alternatives: Bilingual<Vec<String>>,
    /// Names that a hub gives the occupation, its own label first: what people who say one of them
    /// mean, also where ESCO has other occupations with that name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub hub_names: Vec<String>,
    /// What the Swedish labour market (JobTech Taxonomy) calls it; of several names the one that fits
    /// best. Empty where unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub known_as: String,
    /// Whether that name is wider than the occupation: one of several things people with it do.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub known_as_wider: bool,
    /// What people in the occupation do.
    #[serde(default)]
    pub description: Bilingual<String>,
    /// ISCO-08 unit group, four digits; empty where unknown.
    #[serde(default)]
    pub isco: String,
    /// SSYK 2012 groups, four digits, most specific mapping first; empty where unknown.
    #[serde(default)]
    pub ssyk: Vec<String>,
    /// Sector key, see `data/sectors.csv`; empty where unknown.
    #[serde(default)]
    pub sector: String,
    /// Skills the work cannot be done without, ascending row numbers.
    #[serde(default)]
    pub essential: Vec<SkillIx>,
    /// Skills that help in some workplaces, ascending row numbers.
    #[serde(default)]
    pub optional: Vec<SkillIx>,
    /// Keys of licences that law or industry asks for before the first day.
    #[serde(default)]
    pub licences: Vec<String>,
}

/// A skill, competence or piece of knowledge.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Skill {
    /// ESCO URI, or `kn:skill/...` where ESCO has no such concept.
    pub id: String,
    /// Preferred label.
    pub label: Bilingual<String>,
    /// Alternative labels, without the preferred one.
    #[serde(default)]
    pub alternatives: Bilingual<Vec<String>>,
    /// What the skill covers.
    #[serde(default)]
    pub description: Bilingual<String>,
    /// ESCO's skill type: `skill/competence` or `knowledge`; empty where unknown.
    #[serde(default)]
    pub kind: String,
    /// ESCO's reuse level: `transversal`, `cross-sector`, `sector-specific`,
    /// `occupation-specific`; empty where unknown.
    #[serde(default)]
    pub reuse: String,
    /// All broader skills and skill groups up to the top, ascending positions in
    /// [`Taxonomy::skill_groups`].
    #[serde(default)]
    pub groups: Vec<u32>,
}

/// A node above skills in ESCO's skill hierarchy (a skill group, or a skill with narrower ones).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SkillGroup {
    /// ESCO URI.
    pub id: String,
    /// Preferred label.
    pub label: Bilingual<String>,
}

/// An ISCO-08 group of any level.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct IscoGroup {
    /// ESCO URI of the group.
    pub id: String,
    /// One to four digits.
    pub code: String,
    /// Preferred label.
    pub label: Bilingual<String>,
}

/// A formal requirement: a driving licence, a certificate, an authorisation by an authority.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Licence {
    /// Short stable key, such as `CE`, `YKB`, `truck_a`, `iso9606`.
    pub key: String,
    /// Name as people say it.
    pub label: Bilingual<String>,
    /// Other spellings that mean the same licence.
    #[serde(default)]
    pub alternatives: Vec<String>,
    /// What sort of requirement it is.
    pub kind: LicenceKind,
    /// Who issues it and under which rule.
    #[serde(default)]
    pub issuer: String,
    /// Keys of licences that include this one (whoever holds CE holds C).
    #[serde(default)]
    pub included_in: Vec<String>,
    /// SSYK groups whose occupations need it, those too that no source gives a licence: `2260`, or `2250:veterinär` for
    /// those alone whose Swedish name holds the word.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub groups: Vec<String>,
}

/// Sort of a formal requirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LicenceKind {
    /// Driving licence issued by Transportstyrelsen.
    DrivingLicence,
    /// Certificate from an examiner or the industry, usually days to weeks.
    Certificate,
    /// Auktorisation: an authority's approval of a person or firm (electricians: Elsäkerhetsverket).
    Authorisation,
    /// Legitimation: a protected title granted by Socialstyrelsen or Skolverket; years of study.
    ProtectedTitle,
    /// Approval after vetting (guards: länsstyrelsen).
    Approval,
}

/// A Swedish job title that no occupation bears as a label, known by its SSYK groups only.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct JobTitle {
    /// The title as JobTech Taxonomy spells it.
    pub label: String,
    /// SSYK 2012 groups, four digits, the most usual for the title first; never empty.
    pub ssyk: Vec<String>,
}

/// Occupations, skills and the groups above them, each in ascending order of id.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Taxonomy {
    /// All occupations.
    pub occupations: Vec<Occupation>,
    /// All skills.
    pub skills: Vec<Skill>,
    /// Nodes above skills.
    pub skill_groups: Vec<SkillGroup>,
    /// ISCO groups.
    pub isco_groups: Vec<IscoGroup>,
    /// Formal requirements, ascending key.
    pub licences: Vec<Licence>,
    /// Job titles without an occupation, ascending label.
    pub job_titles: Vec<JobTitle>,
}

impl Taxonomy {
    /// Row of the occupation with this id. O(log n).
    pub fn occupation_ix(&self, id: &str) -> Option<OccupationIx> {
        position(&self.occupations, |o| o.id.as_str(), id)
    }

    /// Row of the skill with this id. O(log n).
    pub fn skill_ix(&self, id: &str) -> Option<SkillIx> {
        position(&self.skills, |s| s.id.as_str(), id)
    }

    /// The occupation of a row.
    pub fn occupation(&self, ix: OccupationIx) -> &Occupation {
        &self.occupations[ix as usize]
    }

    /// The skill of a row.
    pub fn skill(&self, ix: SkillIx) -> &Skill {
        &self.skills[ix as usize]
    }

    /// The licence with this key.
    pub fn licence(&self, key: &str) -> Option<&Licence> {
        self.licences.iter().find(|l| l.key == key)
    }
}

fn position<T>(rows: &[T], key: impl Fn(&T) -> &str, wanted: &str) -> Option<u32> {
    rows.binary_search_by(|row| key(row).cmp(wanted))
        .ok()
        .and_then(|found| u32::try_from(found).ok())
}

/// Whether a text has the form of a unit group's code, SSYK 2012 or ISCO-08: four digits.
pub fn is_unit_group(code: &str) -> bool {
    code.len() == 4 && code.bytes().all(|byte| byte.is_ascii_digit())
}
