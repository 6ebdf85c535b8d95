//! The vocabulary of the field: what an occupation, a skill, a course, a worker and a recommended
//! path are. Values only, no files, no network, no library beyond serde and utoipa, which describe
//! them as JSON, and jiff for days of the calendar.
//!
//! Positions: inside one data set an occupation, skill or course is named by its row number
//! ([`OccupationIx`], [`SkillIx`], [`CourseIx`]); outside it is named by its id, an ESCO URI where
//! the concept is ESCO's.

mod course;
mod funding;
mod gap;
mod language;
mod market;
mod number;
mod occupation;
mod plan;
mod profile;
mod recommendation;
mod route;
mod rule;
mod selection;
mod shared;
mod signal;
mod skill_text;
mod window;

pub use course::{Course, CourseBasis, CourseForm, Distance, length_in_words};
pub use funding::{Answer, ExpectedDay, Funding, FundingCode};
pub use gap::{Gap, GapSkill, LicenceGap, PartialSkill};
pub use language::{Bilingual, Language, LanguageLevel, without_marks};
pub use market::{Barometer, Education, Market, OccupationGroup, Wage};
pub use occupation::{
    IscoGroup, JobTitle, Licence, LicenceKind, Occupation, OccupationIx, Skill, SkillGroup,
    SkillIx, Taxonomy, is_unit_group,
};
pub use plan::{CoursePlan, PlannedCourse, weeks_of};
pub use profile::{Limits, Profile, Status};
pub use recommendation::{
    Candidate, Demand, Explain, Label, MatchStatus, Meta, Move, Pathway, Reason, Recommendation,
    ResolvedConcept, ResolvedProfile, ScorePart, Unmatched,
};
pub use route::{Comparison, Counterfactuals, Door, Edit, Fact, Hop, Opening, Route, Routes};
pub use rule::{Evidence, RULES, Rule, RuleUnit, RuleValue, closest, holding};
pub use selection::{Selection, Table};
pub use shared::Shared;
pub use signal::{CouncilEffect, MOST_POINTS, Signal};
pub use skill_text::{SkillEvidence, SkillInText, SkillsInText};
pub use window::{AppliedRule, Dates, Interval, Period, Situation, State, Weekday, Window, iso};

/// Row number of a course in its catalogue.
pub type CourseIx = u32;
