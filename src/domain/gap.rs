//! What of a target's skills and licences somebody has and lacks.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Selection, Shared, SkillIx};

/// Skills had and missing for a target.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Gap {
    /// Essential skills of the target.
    pub essential_total: u32,
    /// Essential skills the worker has.
    pub essential_have: u32,
    /// Optional skills of the target.
    pub optional_total: u32,
    /// Optional skills the worker has.
    pub optional_have: u32,
    /// Share of the essential skills' weight that the worker has, 0 to 1; weights are idf.
    pub covered: f32,
    /// Skills the worker has: essential ones first, heaviest first among each; eight at most in brief answers.
    #[schema(value_type = Vec<GapSkill>)]
    pub have: Selection<GapSkill>,
    /// Essential skills missing, heaviest first; eight at most in brief answers.
    #[schema(value_type = Vec<GapSkill>)]
    pub missing_essential: Selection<GapSkill>,
    /// Optional skills missing, heaviest first; none in brief answers, whatever the counts say.
    #[schema(value_type = Vec<GapSkill>)]
    pub missing_optional: Selection<GapSkill>,
    /// Formal requirements not held.
    pub licences: Vec<LicenceGap>,
}

/// A skill in a gap.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct GapSkill {
    /// Row of the skill.
    #[serde(skip)]
    pub ix: SkillIx,
    /// Id of the skill.
    pub id: String,
    /// Label of the skill.
    #[schema(value_type = Bilingual<String>)]
    pub label: Shared<Bilingual<String>>,
    /// Importance: idf of the skill over occupations.
    pub weight: f32,
}

/// A formal requirement that is not held.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LicenceGap {
    /// Key of the licence.
    pub key: String,
    /// Its name.
    pub label: Bilingual<String>,
    /// True where only years of study and an authority's decision give it (legitimation).
    pub protected_title: bool,
}

/// An essential skill that is missing beside some that are near to it: nobody says that they are worth half of
/// it, but there is something to build on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct PartialSkill {
    /// Id of the skill.
    pub id: String,
    /// Label of the skill.
    #[schema(value_type = Bilingual<String>)]
    pub label: Shared<Bilingual<String>>,
    /// Skills the worker has in the same group of skills, heaviest first; at most three.
    #[schema(value_type = Vec<Bilingual<String>>)]
    pub near: Vec<Shared<Bilingual<String>>>,
}
