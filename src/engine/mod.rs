//! One query, from a worker's words to ranked, explained paths.
//!
//! Each step is a function from value to value; [`Engine::recommend`] is the line through them.

mod admit;
mod barometer;
mod compare;
mod counterfactuals;
mod courses;
mod evidence;
mod explain;
mod gap;
mod offer;
mod plan;
mod rank;
mod reading;
mod reasons;
mod resolve;
mod routes;
mod schedule;
mod sentences;
mod skills_in_text;
#[cfg(test)]
mod tests;
mod viable;

use std::sync::OnceLock;

use crate::{
    dataset::DataSet,
    domain::{MatchStatus, Meta, Profile, Recommendation, Situation},
    model::Model,
    window::{self, Calendar},
};

pub use courses::CourseReader;
pub use reading::{Reading, Resolution};
pub use routes::{DEFAULT_ROUTES, MOST_HOPS};
pub use skills_in_text::{
    DEFAULT_SKILLS, LEAST_CONFIDENCE, LEAST_PERCENT, MOST_SENTENCES, SURE_CONFIDENCE,
};

/// Paths listed per list unless the caller asks for another number.
pub const DEFAULT_PATHS: usize = 5;

/// Data set and model, ready to answer. Immutable: share one between all threads.
#[derive(Debug)]
pub struct Engine {
    dataset: DataSet,
    model: Model,
    catalogue: offer::Catalogue,
    licences: resolve::Licences,
    usual_titles: reading::UsualTitles,
    places: resolve::Places,
    families: rank::Families,
    course_readers: OnceLock<courses::Readers>,
}

impl Engine {
    /// Puts an engine together. `model` must be trained on `dataset`.
    pub fn new(dataset: DataSet, model: Model) -> Self {
        let catalogue = offer::Catalogue::of(&dataset, &model.course_links);
        let licences = resolve::Licences::of(&dataset);
        let usual_titles = reading::UsualTitles::of(&dataset);
        let places = resolve::Places::of(&dataset);
        let families = rank::Families::of(&dataset);
        let course_readers = OnceLock::new();
        Self { dataset, model, catalogue, licences, usual_titles, places, families, course_readers }
    }

    /// The data set.
    pub fn dataset(&self) -> &DataSet {
        &self.dataset
    }

    /// What it was put together from.
    pub fn into_parts(self) -> (DataSet, Model) {
        (self.dataset, self.model)
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Versions behind an answer.
    pub fn meta(&self) -> Meta {
        Meta {
            engine: env!("CARGO_PKG_VERSION").to_owned(),
            dataset: self.dataset.manifest.fingerprint.clone(),
            model: self.model.fingerprint.clone(),
            encoder: self.model.encoder().map(|encoder| encoder.manifest.fingerprint.clone()),
        }
    }

    /// Ranks every occupation for a worker and explains the best `paths` of both lists. About 2 ms
    /// for all of ESCO on one core, most of it the reading of titles.
    pub fn recommend(&self, profile: &Profile, paths: usize) -> Recommendation {
        let understood = self.resolve(profile);
        let evidence = self.evidence(&understood);
        let features = self.features(&evidence);
        let scored = self.score(&features);
        let wanted = self.wanted(&scored, &understood);
        let sharing = self.model.sharing(&evidence);
        let (admitted, excluded) = self.admit(scored, profile, &understood, &sharing);
        let [own, change] = self.top(&admitted, &understood, paths);
        let window = window::window(&Situation::of(profile), &self.dataset.rules);
        let calendar = Calendar::of(&window);
        let start = self.start(profile, &understood, &calendar);
        let [mut wanted, own_sector, change_sector] =
            [wanted, own, change].map(|list| self.explain(&list, &features, &start, &understood));
        self.hold_against(&mut wanted, profile, &understood);
        let match_status = if features.is_empty() {
            MatchStatus::Abstain
        } else if own_sector.is_empty() && change_sector.is_empty() {
            MatchStatus::NoMatch
        } else {
            MatchStatus::Matched
        };
        Recommendation {
            r#ref: profile.r#ref.clone(),
            match_status,
            understood,
            wanted,
            own_sector,
            change_sector,
            excluded,
            window,
            meta: self.meta(),
        }
    }
}
