//! Skills that a text speaks of, with the words that say so.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Candidate, Language, MatchStatus, SkillIx};

/// The skills of one text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SkillsInText {
    /// `matched` where at least one skill was found, `no_match` where none was sure enough,
    /// `abstain` where the text has no sentence to read.
    pub match_status: MatchStatus,
    /// Sentences and lines that were read, each once; headings, lines of contact details and of leisure
    /// are not.
    pub sentences: u32,
    /// Different sentences beyond the 500th, which were not read: give the text in parts.
    pub unread: u32,
    /// Job titles that lines are or begin with, as written and in their order, each once. Such lines are
    /// read for skills only where the text has no others.
    pub titles: Vec<String>,
    /// Skills, surest first.
    pub skills: Vec<SkillInText>,
}

/// A skill that a text speaks of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SkillInText {
    /// Row of the skill.
    #[serde(skip)]
    pub ix: SkillIx,
    /// Id of the skill, an ESCO URI where it is ESCO's.
    pub id: String,
    /// Preferred label.
    pub label: Bilingual<String>,
    /// 0 to 1: the share of such proposals that experts named for sentences of job ads.
    pub confidence: f32,
    /// Where the text speaks of it, surest first; at most three places.
    pub evidence: Vec<SkillEvidence>,
    /// Other skills that the same words may mean, surest first.
    pub alternatives: Vec<Candidate>,
}

/// A place in a text that speaks of a skill.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct SkillEvidence {
    /// First character of the words, counted in Unicode characters from the beginning of the text
    /// after a byte order mark. The text of a JSON document is what it tells, a value a line.
    pub start: u32,
    /// The character after the last.
    pub end: u32,
    /// The sentence up to the words.
    pub before: String,
    /// The words as they stand in the text.
    pub words: String,
    /// The rest of the sentence.
    pub after: String,
    /// Language it was read in.
    pub language: Language,
    /// The label of the skill that is like the words.
    pub matched_label: String,
    /// The same measure as the skill's own, which is that of its surest place.
    pub confidence: f32,
}
