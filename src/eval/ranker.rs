//! The one seam between evaluation and what is evaluated: an engine and a baseline answer the same
//! questions.

use super::SetKind;

/// A candidate and how well it fits; higher is better, scores of different queries do not compare.
#[derive(Debug, Clone, PartialEq)]
pub struct Ranked {
    /// Id of the candidate, in the vocabulary of the question.
    pub id: String,
    /// Score on the system's own scale.
    pub score: f32,
}

impl Ranked {
    /// A candidate with its score.
    pub fn new(id: impl Into<String>, score: f32) -> Self {
        Self { id: id.into(), score }
    }
}

/// One surface form of a title set's corpus: an ESCO label or the name of an ISCO group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TitleElement {
    /// Id inside the set, such as `C000578_sv_000`.
    pub id: String,
    /// The label.
    pub text: String,
    /// URI of the ESCO occupation or ISCO group it names.
    pub concept_uri: String,
}

/// Whom a transition set asks about: the skills of a source occupation.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TransitionProfile {
    /// Name of the source occupation in the set's language; the judged relation is about skills,
    /// so a system may ignore it.
    pub label: String,
    /// ESCO URIs of the source occupation itself, which are no answer.
    pub esco: Vec<String>,
    /// ESCO URIs of its essential skills.
    pub essential: Vec<String>,
    /// ESCO URIs of its optional skills.
    pub optional: Vec<String>,
}

/// A system under evaluation. Every method returns at most `top` candidates, best first, each once;
/// equal scores in ascending order of id. A system that does not cover a kind of set leaves its
/// method as it is here: without an answer.
pub trait Ranker: Sync {
    /// Name shown in reports.
    fn name(&self) -> &str;

    /// Whether the system answers this kind of set at all; where not, reports leave it out.
    fn covers(&self, _kind: SetKind) -> bool {
        true
    }

    /// Prepares title search over a corpus of labels; called once a set.
    fn titles<'a>(&'a self, _corpus: &'a [TitleElement]) -> Box<dyn TitleRanker + 'a> {
        Box::new(())
    }

    /// Profile -> ESCO occupation URIs, without those in `profile.esco`.
    fn transitions(&self, _profile: &TransitionProfile, _top: usize) -> Vec<Ranked> {
        Vec::new()
    }

    /// Free text -> ESCO skill URIs.
    fn skills(&self, _text: &str, _top: usize) -> Vec<Ranked> {
        Vec::new()
    }

    /// Course -> SSYK 2012 four-digit codes it trains for.
    fn course_groups(&self, _title: &str, _text: &str, _top: usize) -> Vec<Ranked> {
        Vec::new()
    }

    /// Name of an upper-secondary vocational outcome -> GY11 course codes that train for it.
    fn bundle(&self, _outcome: &str, _top: usize) -> Vec<Ranked> {
        Vec::new()
    }
}

/// Title search over one corpus.
pub trait TitleRanker: Sync {
    /// Title -> positions in the corpus with scores, best first, at most `top`. Equal scores are
    /// put into the published order (descending element id) by the evaluation.
    fn rank(&self, query: &str, top: usize) -> Vec<(usize, f32)>;
}

/// No answer.
impl TitleRanker for () {
    fn rank(&self, _query: &str, _top: usize) -> Vec<(usize, f32)> {
        Vec::new()
    }
}
