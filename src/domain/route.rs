//! Routes over stepping stones, what changes would open a door, and targets side by side.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{
    Bilingual, Candidate, Evidence, Language, MatchStatus, Meta, Profile, ResolvedProfile,
};

/// Ways to occupations that are no viable single move.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Routes {
    /// Whether routes were found, none was, or too little was understood to say.
    pub match_status: MatchStatus,
    /// What was understood of the worker's words.
    pub understood: ResolvedProfile,
    /// Routes: fewest moves first, then the surest.
    pub routes: Vec<Route>,
    /// Targets asked about that no route of so many moves reaches.
    pub unreached: Vec<Candidate>,
    /// Versions that produced the answer.
    pub meta: Meta,
}

/// A way from the present occupation to a target, one move after another.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Route {
    /// Id of the target.
    pub id: String,
    /// Its label.
    pub label: Bilingual<String>,
    /// The moves; the last one's occupation is the target.
    pub hops: Vec<Hop>,
    /// The least `feasible` of the moves: a route is as sure as its least sure move.
    pub feasible: f32,
    /// Weeks of training at full time together; absent where a length is unknown.
    pub training_weeks: Option<f32>,
    /// The same with the weeks of work counted at every stepping stone.
    pub total_weeks: Option<f32>,
}

/// One move of a route, viable on its own.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Hop {
    /// Id of the occupation it leads to.
    pub id: String,
    /// Its label.
    pub label: Bilingual<String>,
    /// Score of the move.
    pub score: f32,
    /// Share of such moves that experts call feasible.
    pub feasible: f32,
    /// Share of the target's essential skills, by weight, that are there before the move.
    pub covered: f32,
    /// Titles of the courses of the move.
    pub courses: Vec<Bilingual<String>>,
    /// Weeks of its training at full time; absent where unknown.
    pub weeks: Option<f32>,
    /// Of the first move: whether its courses fit into the worker's window.
    pub fits_window: Option<bool>,
    /// Mean wage of the occupation's group, kronor a month: what is earned on the way.
    pub wage: Option<u32>,
}

/// Smallest changes that would open occupations which are closed today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Counterfactuals {
    /// Whether closed doors were found, none was, or too little was understood to say.
    pub match_status: MatchStatus,
    /// What was understood of the worker's words.
    pub understood: ResolvedProfile,
    /// Occupations with what closes them and what would open them, best first.
    pub doors: Vec<Door>,
    /// Versions that produced the answer.
    pub meta: Meta,
}

/// An occupation that is closed today.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Door {
    /// Id of the occupation.
    pub id: String,
    /// Its label.
    pub label: Bilingual<String>,
    /// Its score today.
    pub score: f32,
    /// What closes it.
    pub closed_by: Vec<Bilingual<String>>,
    /// Sets of one or two changes, each of which opens it while none of its parts alone does; empty
    /// where no two changes do.
    pub openings: Vec<Opening>,
}

/// Changes that open a door together.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Opening {
    /// The changes.
    pub edits: Vec<Edit>,
}

/// One change of a profile.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Edit {
    /// A licence more.
    Licence {
        /// Its key.
        key: String,
        /// Its label.
        label: Bilingual<String>,
    },
    /// A skill more.
    Skill {
        /// Its id.
        id: String,
        /// Its label.
        label: Bilingual<String>,
    },
    /// More hours a week for studies.
    HoursPerWeek {
        /// So many.
        hours: f32,
    },
    /// The notice or furlough ends so many days later, or the course begins so much earlier.
    LaterEnd {
        /// Days.
        days: i32,
    },
    /// A lower wage is acceptable.
    MinWage {
        /// Kronor a month.
        kronor: u32,
    },
    /// A longer training is acceptable.
    MaxWeeks {
        /// Full-time weeks.
        weeks: f32,
    },
    /// A longer way to a course is acceptable.
    Commute {
        /// Minutes, one way.
        minutes: u16,
    },
    /// Training on site is acceptable.
    OnSite,
    /// All forms of training are acceptable.
    AllForms,
    /// The occupation is no longer excluded.
    NotExcluded,
}

impl Edit {
    /// A profile with this change.
    #[must_use]
    pub fn applied_to(&self, profile: &Profile) -> Profile {
        let mut profile = profile.clone();
        let limits = &mut profile.limits;
        match self {
            Self::Licence { key, .. } => profile.licences.push(key.clone()),
            Self::Skill { id, .. } => profile.skills.push(id.clone()),
            Self::HoursPerWeek { hours } => profile.hours_per_week = Some(*hours),
            Self::LaterEnd { days } => profile.move_end(*days),
            Self::MinWage { kronor } => limits.min_wage = Some(*kronor),
            Self::MaxWeeks { weeks } => limits.max_weeks = Some(*weeks),
            Self::Commute { minutes } => limits.max_commute_min = Some(*minutes),
            Self::OnSite => limits.distance_only = false,
            Self::AllForms => limits.forms.clear(),
            Self::NotExcluded => limits.exclude.clear(),
        }
        profile
    }

    /// The change in words.
    pub fn in_words(&self) -> Bilingual<String> {
        let both = Bilingual::<String>::new;
        match self {
            Self::Licence { label, .. } => both(
                format!("skaffa {}", label.marked(Language::Sv)),
                format!("get {}", label.marked(Language::En)),
            ),
            // ESCO names skills by verbs and by nouns; both can follow.
            Self::Skill { label, .. } => both(
                format!("lära sig {}", label.marked(Language::Sv)),
                format!("the skill “{}”", label.marked(Language::En)),
            ),
            Self::HoursPerWeek { hours } => both(
                format!("{hours:.0} timmar i veckan för studier"),
                format!("{hours:.0} hours a week for studies"),
            ),
            Self::LaterEnd { days: 1 } => both("en dag till".into(), "one more day".into()),
            Self::LaterEnd { days } => {
                both(format!("{days} dagar till"), format!("{days} more days"))
            }
            Self::MinWage { kronor } => both(
                format!("godta en medellön på {} kr", Language::Sv.number((*kronor).into(), 0)),
                format!("accept a mean wage of {} kr", Language::En.number((*kronor).into(), 0)),
            ),
            Self::MaxWeeks { weeks } => both(
                format!("godta utbildning upp till {weeks:.0} veckor"),
                format!("accept training up to {weeks:.0} weeks"),
            ),
            Self::Commute { minutes } => both(
                format!("godta {minutes} minuters pendling till en kurs"),
                format!("accept {minutes} minutes to a course"),
            ),
            Self::OnSite => both("godta kurser på plats".into(), "accept courses on site".into()),
            Self::AllForms => {
                both("godta alla studieformer".into(), "accept all forms of training".into())
            }
            Self::NotExcluded => both("ta bort undantagen".into(), "remove the exclusions".into()),
        }
    }
}

/// Two to six occupations side by side; cells are copied or counted, never scored.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Comparison {
    /// What was understood of the worker's words.
    pub understood: ResolvedProfile,
    /// The occupations, in the order they were asked about.
    pub targets: Vec<Candidate>,
    /// Facts, each with one cell a target in the same order.
    pub rows: Vec<Fact>,
    /// Versions that produced the answer.
    pub meta: Meta,
}

/// One fact of every target.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Fact {
    /// Stable name of the fact.
    pub name: String,
    /// Its name in words.
    pub label: Bilingual<String>,
    /// The fact of each target; absent where unknown.
    pub cells: Vec<Option<Bilingual<String>>>,
    /// How firm it is.
    pub evidence: Evidence,
    /// Where it comes from.
    pub source: String,
}
