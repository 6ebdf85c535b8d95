//! What the engine answers: ranked paths with their parts, gaps, courses and reasons.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Barometer, Bilingual, CouncilEffect, CoursePlan, Evidence, Funding, Gap, OccupationIx, Shared,
    Wage, Window,
};

/// The answer for one worker.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Recommendation {
    /// The caller's reference, echoed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub r#ref: Option<String>,
    /// Whether paths were found, none was, or too little was understood to say.
    pub match_status: MatchStatus,
    /// What was understood of the worker's words.
    pub understood: ResolvedProfile,
    /// Paths to the occupations that were asked about, in that order.
    pub wanted: Vec<Pathway>,
    /// Paths inside the worker's own sector, best first.
    pub own_sector: Vec<Pathway>,
    /// Paths into another sector, best first.
    pub change_sector: Vec<Pathway>,
    /// Occupations that scored well but that a limit forbids, with the reason; best first.
    pub excluded: Vec<Candidate>,
    /// The time the worker has for studies, as the courses of the paths were laid into it.
    pub window: Window,
    /// Versions that produced the answer.
    pub meta: Meta,
}

impl Recommendation {
    /// The best path of both lists, of equals that of the own sector; what was asked about does not
    /// count.
    pub fn best(&self) -> Option<&Pathway> {
        // The last of equals counts.
        let both = self.change_sector.first().into_iter().chain(self.own_sector.first());
        both.max_by(|a, b| a.score.total_cmp(&b.score))
    }
}

/// Skills a brief answer lists per path or course, and other readings per text.
const BRIEF_SKILLS: usize = 8;
const BRIEF_READINGS: usize = 2;

/// How much of an answer is told. Ranks, scores with their parts, counts, courses and demand always are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Explain {
    /// No reasons, no ways of paying and no skills.
    None,
    /// Reasons, and long lists cut: eight skills a list and no optional ones missing, two other readings a text,
    /// of ways of paying only those that are not excluded, without words and sources.
    Short,
    /// All. A kept question that does not say is this, whatever the service does today.
    #[default]
    Full,
}

impl Explain {
    /// Whether all is told, as of a kept question that does not say.
    pub fn is_full(&self) -> bool {
        *self == Self::Full
    }
}

impl Recommendation {
    /// So much of the answer.
    #[must_use]
    pub fn told(mut self, explain: Explain) -> Self {
        if explain.is_full() {
            return self;
        }
        let skills = if explain == Explain::None { 0 } else { BRIEF_SKILLS };
        let lists = [&mut self.wanted, &mut self.own_sector, &mut self.change_sector];
        for path in lists.into_iter().flatten() {
            path.gap.have.truncate(skills);
            path.gap.missing_essential.truncate(skills);
            path.gap.missing_optional.clear();
            for course in &mut path.plan.courses {
                course.closes.truncate(skills);
            }
            path.plan.remains.truncate(skills);
            if explain == Explain::None {
                path.reasons.clear();
                path.against.clear();
                path.plan.funding.clear();
            }
            path.plan.funding.retain(|way| way.is_open());
            for way in &mut path.plan.funding {
                *way = way.brief(Funding::without_words);
            }
        }
        let understood = &mut self.understood;
        let concepts =
            [&mut understood.occupations, &mut understood.skills, &mut understood.wanted];
        for concept in concepts.into_iter().flatten() {
            concept.alternatives.truncate(BRIEF_READINGS);
        }
        for missed in &mut understood.unmatched {
            missed.suggestions.truncate(BRIEF_READINGS);
        }
        self
    }
}

/// Whether there is an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MatchStatus {
    /// At least one path.
    Matched,
    /// The words were understood, no path passes the limits.
    NoMatch,
    /// Too little was understood to suggest anything.
    Abstain,
}

impl MatchStatus {
    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Matched => "matched",
            Self::NoMatch => "no_match",
            Self::Abstain => "abstain",
        }
    }

    /// The status of an answer where enough was `understood` or not, and something `found` or not.
    pub fn of(understood: bool, found: bool) -> Self {
        match (understood, found) {
            (false, _) => Self::Abstain,
            (true, false) => Self::NoMatch,
            (true, true) => Self::Matched,
        }
    }
}

/// Versions behind an answer: with these and the profile it can be computed again.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Meta {
    /// Version of the program and, behind `+`, of what it was built from (`build.rs`).
    pub engine: String,
    /// Fingerprint of the data set.
    pub dataset: String,
    /// Fingerprint of the model, with the encoder where one is on.
    pub model: String,
    /// Fingerprint of the councils' signals that were given beside the data set; absent without any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signals: Option<String>,
    /// Fingerprint of the encoder that helped to read titles and texts; `null` where none is on.
    #[serde(default)]
    pub encoder: Option<String>,
    /// Address of the question and these versions, by which the service can give the same answer again;
    /// only in its answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision_id: Option<String>,
}

impl Meta {
    /// The versions by their names, those that are there.
    pub fn versions(&self) -> Vec<(&'static str, &str)> {
        let optional = [("signals", &self.signals), ("encoder", &self.encoder)];
        let optional = optional.into_iter().filter_map(|(name, it)| Some((name, it.as_deref()?)));
        let [engine, dataset, model] =
            [&self.engine, &self.dataset, &self.model].map(String::as_str);
        [("engine", engine), ("dataset", dataset), ("model", model)]
            .into_iter()
            .chain(optional)
            .collect()
    }
}

/// The worker's words as concepts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct ResolvedProfile {
    /// Occupations, in the order the titles came.
    pub occupations: Vec<ResolvedConcept>,
    /// Skills the worker named, in the order they came.
    pub skills: Vec<ResolvedConcept>,
    /// Occupations asked about, in the order they came.
    pub wanted: Vec<ResolvedConcept>,
    /// Keys of licences held, ascending.
    pub licences: Vec<String>,
    /// Sector of the worker, empty where unknown.
    pub sector: String,
    /// Words that fit nothing well enough.
    pub unmatched: Vec<Unmatched>,
}

/// One written text and the concept it was read as.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ResolvedConcept {
    /// The text as written.
    pub text: String,
    /// Row of the concept.
    #[serde(skip)]
    pub ix: u32,
    /// Id of the concept.
    pub id: String,
    /// Label of the concept.
    #[schema(value_type = Bilingual<String>)]
    pub label: Shared<Bilingual<String>>,
    /// The label that matched.
    pub matched_label: String,
    /// 0 to 1: of an occupation the probability that it is meant, of a skill the similarity of the
    /// written text and the label.
    pub confidence: f32,
    /// Whether it can be taken without asking if something else was meant.
    #[serde(default = "yes")]
    #[schema(required = true)]
    pub sure: bool,
    /// Other concepts it may have meant, best first; two at most in brief answers.
    #[serde(default)]
    pub alternatives: Vec<Candidate>,
}

/// Readings that were kept before it was told whether they are sure.
fn yes() -> bool {
    true
}

impl ResolvedConcept {
    /// A concept that is given and was not read from words.
    pub fn given(ix: u32, id: &str, label: &Shared<Bilingual<String>>) -> Self {
        Self {
            text: String::new(),
            ix,
            id: id.to_owned(),
            label: label.clone(),
            matched_label: String::new(),
            confidence: 1.0,
            sure: true,
            alternatives: Vec::new(),
        }
    }
}

/// A concept with a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Candidate {
    /// Id of the concept.
    pub id: String,
    /// Label of the concept.
    #[schema(value_type = Bilingual<String>)]
    pub label: Shared<Bilingual<String>>,
    /// Score in the scale of the list it stands in.
    pub score: f32,
    /// Why it stands in this list; empty where the list says so itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Bilingual<String>>,
}

impl Candidate {
    /// A concept with its score, in a list that says itself why it stands there.
    pub fn new(id: &str, label: Shared<Bilingual<String>>, score: f32) -> Self {
        Self { id: id.to_owned(), label, score, reason: None }
    }
}

/// Words that were not understood.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Unmatched {
    /// The text as written.
    pub text: String,
    /// What it was given as: `title`, `skill`, `licence`, `ssyk`, `municipality`, `agreement`, `exclude`; or
    /// `max_commute_min` where no municipality is known to count the way from.
    pub field: String,
    /// What it may have meant, best first; two at most in brief answers.
    pub suggestions: Vec<Candidate>,
}

/// Whether a path stays in the worker's sector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Move {
    /// Same sector.
    OwnSector,
    /// Another sector.
    ChangeSector,
}

/// One way on: a target occupation, what is missing, and how to get it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Pathway {
    /// 1 is best within its list.
    pub rank: u32,
    /// Row of the target.
    #[serde(skip)]
    pub ix: OccupationIx,
    /// Id of the target occupation.
    pub id: String,
    /// Its label.
    #[schema(value_type = Bilingual<String>)]
    pub label: Shared<Bilingual<String>>,
    /// What the Swedish labour market calls it, often a broader name; empty where that is the label or
    /// unknown.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub known_as: String,
    /// Its SSYK groups.
    pub ssyk: Vec<String>,
    /// Its sector key.
    pub sector: String,
    /// Own sector or another.
    pub kind: Move,
    /// Other occupations of the same SSYK group (ISCO group where that is unknown) at most 15 points
    /// behind, best first; at most four.
    pub variants: Vec<Candidate>,
    /// The parts' contributions summed; higher is better.
    pub score: f32,
    /// Share of moves with this score that experts call feasible, 0 to 1: the score read through the
    /// model's calibration, so it orders targets as the score does. A careful figure, for experts list
    /// few targets and leave many unsaid.
    pub feasible: f32,
    /// What the move is in a word or three; empty where something closes it.
    #[serde(default)]
    pub labels: Vec<Label>,
    /// Contributions that add up to `score`.
    pub parts: Vec<ScorePart>,
    /// What the worker has and lacks.
    pub gap: Gap,
    /// Courses that close the gap.
    pub plan: CoursePlan,
    /// Demand and wage.
    pub demand: Demand,
    /// What signals of sector councils made of its place; absent where none is about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub council: Option<CouncilEffect>,
    /// Reasons for.
    pub reasons: Vec<Reason>,
    /// Reasons against.
    pub against: Vec<Reason>,
}

/// What a move is. `desirable` and `safer` are said of viable ones alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Label {
    /// Experts call a quarter of such moves feasible or more; licences that lack are given by the courses, of
    /// the essential skills at least 35 % are there or taught, and as far as lengths and days are known in at most
    /// 44 full-time weeks and in time.
    Viable,
    /// The mean wage is known and at least three quarters of the present one, and nobody judges the job
    /// opportunities limited.
    Desirable,
    /// The job opportunities are judged better than those of the present occupation, which are judged too.
    Safer,
}

/// One addend of a score.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ScorePart {
    /// Name of the feature.
    pub name: Cow<'static, str>,
    /// Value of the feature.
    pub value: f32,
    /// Weight in the model.
    pub weight: f32,
    /// `value * weight`.
    pub contribution: f32,
}

/// Demand and wage of a target, copied from its SSYK group.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Demand {
    /// SSYK group the figures are for; empty where none is known.
    pub ssyk: String,
    /// Name of the group.
    #[schema(value_type = Bilingual<String>)]
    pub group: Shared<Bilingual<String>>,
    /// Wage.
    pub wage: Option<Wage>,
    /// Mean wage minus the mean wage of the worker's present group, kronor a month.
    pub wage_change: Option<i64>,
    /// Employees in Sweden.
    pub employees: Option<u32>,
    /// Job ads of one year in the region (Västra Götaland).
    pub ads_region: Option<u32>,
    /// Job ads of one year in the worker's municipality.
    pub ads_municipality: Option<u32>,
    /// Year of the ads.
    pub ads_year: Option<u16>,
    /// Yrkesbarometern: the judgement that names the target, else those of all parts of its group,
    /// each with the name of the part it is of.
    #[schema(value_type = Vec<Barometer>)]
    pub barometer: Shared<Vec<Barometer>>,
    /// Key of the source in the manifest.
    pub source: String,
}

/// A reason for or against a path, with the fact it rests on.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Reason {
    /// Stable code, such as `shared_skills`.
    pub code: Cow<'static, str>,
    /// The reason in words.
    pub text: Bilingual<String>,
    /// How firm the fact is that it rests on.
    #[serde(default)]
    pub evidence: Evidence,
    /// Where that stands: key of a source of the data set, or in words.
    #[serde(default)]
    pub source: Cow<'static, str>,
    /// Year or day of the fact; absent where it is as old as its source, whose day the manifest has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<String>,
}
