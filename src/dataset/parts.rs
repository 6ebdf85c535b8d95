//! What sources bring, before rows are numbered: concepts are named by id throughout.

use crate::domain::{Course, IscoGroup, Licence, Occupation, OccupationGroup, Skill, SkillGroup};

/// The contributions of all sources, in the order they were read. Where two sources bring a concept
/// with the same id, the first one's texts win and the later one fills blanks and adds
/// alternative labels, SSYK codes and licences.
#[derive(Debug, Clone, Default)]
pub struct Parts {
    /// Occupations; their skill rows are empty, see `relations`.
    pub occupations: Vec<Occupation>,
    /// Skills; their group rows are empty, see `broader`.
    pub skills: Vec<Skill>,
    /// Which occupation needs which skill.
    pub relations: Vec<Relation>,
    /// (skill id, id of a skill that is useful for it).
    pub related_skills: Vec<(String, String)>,
    /// Nodes above skills.
    pub skill_groups: Vec<SkillGroup>,
    /// (narrower id, broader id) in the skill hierarchy.
    pub broader: Vec<(String, String)>,
    /// ISCO groups.
    pub isco_groups: Vec<IscoGroup>,
    /// Licences.
    pub licences: Vec<Licence>,
    /// Courses.
    pub courses: Vec<CourseDraft>,
    /// SSYK groups.
    pub groups: Vec<OccupationGroup>,
    /// (SSYK code, ISCO-08 code) that correspond.
    pub ssyk_isco: Vec<(String, String)>,
    /// (ESCO occupation id, SSYK code) from an official crosswalk, best match first.
    pub occupation_ssyk: Vec<(String, String)>,
}

/// An occupation needs a skill.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    /// Occupation id.
    pub occupation: String,
    /// Skill id.
    pub skill: String,
    /// Essential, else optional.
    pub essential: bool,
}

/// A course whose skills are still named by id.
#[derive(Debug, Clone, Default)]
pub struct CourseDraft {
    /// The course; `teaches` is empty.
    pub course: Course,
    /// Ids of the skills it teaches.
    pub teaches: Vec<String>,
}

impl Parts {
    /// Appends what another source brings.
    pub fn extend(&mut self, other: Self) {
        self.occupations.extend(other.occupations);
        self.skills.extend(other.skills);
        self.relations.extend(other.relations);
        self.related_skills.extend(other.related_skills);
        self.skill_groups.extend(other.skill_groups);
        self.broader.extend(other.broader);
        self.isco_groups.extend(other.isco_groups);
        self.licences.extend(other.licences);
        self.courses.extend(other.courses);
        self.groups.extend(other.groups);
        self.ssyk_isco.extend(other.ssyk_isco);
        self.occupation_ssyk.extend(other.occupation_ssyk);
    }
}
