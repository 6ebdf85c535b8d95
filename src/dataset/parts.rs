//! What sources bring, before rows are numbered: concepts are named by id throughout.

use crate::domain::{
    Course, IscoGroup, JobTitle, Licence, Occupation, OccupationGroup, Rule, Signal, Skill,
    SkillGroup,
};

/// The contributions of all sources, in the order they were read. Where two sources bring a concept
/// with the same id, the first one's texts win and the later one fills blanks and adds
/// alternative labels, SSYK codes and licences.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Parts {
    /// Occupations; their skill rows are empty, see `relations`.
    pub occupations: Vec<Occupation>,
    /// Skills; their group rows are empty, see `broader`.
    pub skills: Vec<Skill>,
    /// Which occupation needs which skill.
    pub relations: Vec<Relation>,
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
    /// Occupation names of JobTech Taxonomy.
    pub job_names: Vec<JobName>,
    /// (id, Swedish label) of JobTech Taxonomy's skills.
    pub jobtech_skills: Vec<(String, String)>,
    /// (SSYK code, JobTech skill id): skills that matter in the group.
    pub ssyk_skills: Vec<(String, String)>,
    /// Official matches between ESCO and JobTech occupations, in the order of their table.
    pub occupation_matches: Vec<ConceptMatch>,
    /// Official matches between ESCO and JobTech skills, in the order of their table.
    pub skill_matches: Vec<ConceptMatch>,
    /// (SSYK code, skill id), ascending: `ssyk_skills` after the join with the crosswalk.
    pub group_skills: Vec<(String, String)>,
    /// Titles that are known by SSYK group only, ascending: `job_names` after the join.
    pub job_titles: Vec<JobTitle>,
    /// Rules behind windows and funding.
    pub rules: Vec<Rule>,
    /// Signals of sector councils.
    pub signals: Vec<Signal>,
    /// Occupations of a hub, each with another of its occupations that takes its names where official data have
    /// that one alone.
    pub stands_for: Vec<(String, String)>,
}

/// An occupation name of JobTech Taxonomy: finer than an SSYK group, in exactly one of them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct JobName {
    /// JobTech concept id, such as `xhjJ_p62_8Gs`.
    pub id: String,
    /// Preferred Swedish name.
    pub label: String,
    /// Alternative titles; one title may belong to many names.
    pub titles: Vec<String>,
    /// SSYK 2012 group, four digits.
    pub ssyk: String,
    /// JobTech's occupation field; empty where unknown.
    pub field: String,
}

/// A row of an official crosswalk: what an ESCO concept is to a JobTech concept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConceptMatch {
    /// ESCO URI.
    pub esco: String,
    /// JobTech concept id in the crosswalk's version; the concept may be gone by now.
    pub jobtech: String,
    /// The JobTech concept's label in that version.
    pub label: String,
    /// How they match.
    pub kind: MatchKind,
    /// SSYK 2012 group of a JobTech occupation name; empty for skills and where unknown.
    pub ssyk: String,
}

/// SKOS mapping relations, best first, read from the ESCO concept to the JobTech concept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKind {
    /// The same.
    Exact,
    /// Nearly the same.
    Close,
    /// The JobTech concept is narrower: one of several inside the ESCO concept.
    Narrow,
    /// The JobTech concept is broader: it holds the ESCO concept and others.
    Broad,
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
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CourseDraft {
    /// The course; `teaches` is empty.
    pub course: Course,
    /// Ids of the skills it teaches.
    pub teaches: Vec<String>,
}

impl Parts {
    /// Whether a source has brought nothing.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Appends what another source brings.
    pub fn extend(&mut self, other: Self) {
        self.occupations.extend(other.occupations);
        self.stands_for.extend(other.stands_for);
        self.skills.extend(other.skills);
        self.relations.extend(other.relations);
        self.skill_groups.extend(other.skill_groups);
        self.broader.extend(other.broader);
        self.isco_groups.extend(other.isco_groups);
        self.licences.extend(other.licences);
        self.courses.extend(other.courses);
        self.groups.extend(other.groups);
        self.ssyk_isco.extend(other.ssyk_isco);
        self.job_names.extend(other.job_names);
        self.jobtech_skills.extend(other.jobtech_skills);
        self.ssyk_skills.extend(other.ssyk_skills);
        self.occupation_matches.extend(other.occupation_matches);
        self.skill_matches.extend(other.skill_matches);
        self.group_skills.extend(other.group_skills);
        self.job_titles.extend(other.job_titles);
        self.rules.extend(other.rules);
        self.signals.extend(other.signals);
    }
}
