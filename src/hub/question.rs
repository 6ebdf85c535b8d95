//! What can be asked of one worker, as a value: it can be kept, and asked again.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    dataset::fingerprint_of,
    domain::{
        Comparison, Counterfactuals, Explain, Language, Meta, PartialSkill, Pathway, Profile,
        Recommendation, ResolvedProfile, Routes, Situation, SkillsInText, Window,
    },
    engine::{DEFAULT_SKILLS, Engine, LEAST_CONFIDENCE},
    intake::Worker,
    window,
};

/// A question about one worker. All it depends on stands in it, the day too.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Question {
    /// Ranked paths.
    Recommendation {
        /// The worker.
        profile: Profile,
        /// Paths per list.
        paths: usize,
        /// How much is told, see [`Recommendation::told`].
        #[serde(default, skip_serializing_if = "Explain::is_full")]
        explain: Explain,
    },
    /// What the occupations of `wanted` ask for and the worker lacks.
    Gaps {
        /// The worker.
        profile: Profile,
    },
    /// Routes over stepping stones.
    Routes {
        /// The worker.
        profile: Profile,
        /// Most moves of a route.
        hops: usize,
        /// Most routes.
        routes: usize,
    },
    /// The smallest changes that open an occupation.
    Counterfactuals {
        /// The worker.
        profile: Profile,
    },
    /// Occupations side by side.
    Compare {
        /// The worker.
        profile: Profile,
    },
    /// The time a worker has for studies.
    Window {
        /// Dates and hours.
        situation: Situation,
    },
    /// Concepts that words mean.
    Words {
        /// The words.
        profile: Profile,
        /// Text of a CV, an ad or a course.
        text: Option<String>,
        /// Its language.
        text_language: Option<Language>,
    },
}

/// The answer to a [`Question`]; as JSON that of its kind.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Answer {
    /// Ranked paths.
    Recommendation(Box<Recommendation>),
    /// What is lacking.
    Gaps(Box<Gaps>),
    /// Routes.
    Routes(Box<Routes>),
    /// Changes.
    Counterfactuals(Box<Counterfactuals>),
    /// A table.
    Compare(Box<Comparison>),
    /// A window.
    Window(Box<WindowAnswer>),
    /// Readings of words.
    Words(Box<Readings>),
}

/// When a worker has time for studies.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct WindowAnswer {
    /// Intervals, rules and questions.
    #[serde(flatten)]
    window: Window,
    /// Versions that produced the answer.
    meta: Meta,
}

/// What words were read as.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Readings {
    /// Concepts with confidence and other readings, and what was not understood.
    #[serde(flatten)]
    understood: ResolvedProfile,
    /// Skills the text speaks of, at most 30, with a confidence of at least 0.2; absent without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    in_text: Option<SkillsInText>,
    /// Versions that produced the answer.
    meta: Meta,
}

/// What occupations ask for and a worker lacks.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct Gaps {
    /// What was understood of the worker's words.
    understood: ResolvedProfile,
    /// The occupations of `wanted`, in that order, each with its gap and the courses that close it.
    targets: Vec<GapTarget>,
    /// The time the worker has for studies, as the courses were laid into it.
    window: Window,
    /// Versions that produced the answer.
    meta: Meta,
}

/// An occupation that is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
pub struct GapTarget {
    /// Its path.
    #[serde(flatten)]
    path: Pathway,
    /// Of the essential skills that are missing, those that the worker has others near to, heaviest first.
    partial: Vec<PartialSkill>,
}

impl Question {
    /// The address of the question and of the versions that answer it: SHA-256, in hexadecimal digits.
    pub fn id(&self, meta: &Meta) -> String {
        fingerprint_of(&(meta, self))
    }

    /// The worker's reference.
    pub fn reference(&self) -> Option<&str> {
        match self {
            Self::Recommendation { profile, .. }
            | Self::Gaps { profile }
            | Self::Routes { profile, .. }
            | Self::Counterfactuals { profile }
            | Self::Compare { profile }
            | Self::Words { profile, .. } => profile.r#ref.as_deref(),
            Self::Window { situation } => situation.r#ref.as_deref(),
        }
    }

    /// The answer, with the address of the decision.
    pub fn answer(&self, engine: &Engine) -> Answer {
        let meta = engine.meta();
        let meta = Meta { decision_id: Some(self.id(&meta)), ..meta };
        match self {
            Self::Recommendation { profile, paths, explain } => {
                let answer = engine.recommend(profile, *paths).told(*explain);
                Answer::Recommendation(Box::new(Recommendation { meta, ..answer }))
            }
            Self::Gaps { profile } => {
                let Recommendation { understood, wanted, window, .. } =
                    engine.recommend(profile, 1);
                let partial = engine.partial(&understood, wanted.iter().map(|path| &path.gap));
                let targets = wanted.into_iter().zip(partial);
                let targets = targets.map(|(path, partial)| GapTarget { path, partial }).collect();
                Answer::Gaps(Box::new(Gaps { understood, targets, window, meta }))
            }
            Self::Routes { profile, hops, routes } => {
                let answer = engine.routes(profile, *hops, *routes);
                Answer::Routes(Box::new(Routes { meta, ..answer }))
            }
            Self::Counterfactuals { profile } => {
                let answer = engine.counterfactuals(profile);
                Answer::Counterfactuals(Box::new(Counterfactuals { meta, ..answer }))
            }
            Self::Compare { profile } => {
                let answer = engine.compare(profile);
                Answer::Compare(Box::new(Comparison { meta, ..answer }))
            }
            Self::Window { situation } => {
                let window = window::window(situation, &engine.dataset().rules);
                Answer::Window(Box::new(WindowAnswer { window, meta }))
            }
            Self::Words { profile, text, text_language } => {
                let in_text = text.as_ref().map(|text| {
                    engine.skills_in_text(text, *text_language, LEAST_CONFIDENCE, DEFAULT_SKILLS)
                });
                let understood = engine.resolve(profile);
                Answer::Words(Box::new(Readings { understood, in_text, meta }))
            }
        }
    }
}

/// The address of the decision for a row of a batch: of this one alone, for two lists may call two people
/// by the same line.
pub(super) fn row_id(meta: &Meta, batch: &str, worker: &Worker, paths: usize) -> String {
    fingerprint_of(&(meta, "row", batch, &worker.profile, &worker.text, paths))
}
