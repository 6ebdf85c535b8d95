//! One query, from a worker's words to ranked, explained paths.
//!
//! Each step is a function from value to value; [`Engine::recommend`] is the line through them.

mod admit;
mod barometer;
mod candidates;
mod cheapest;
mod compare;
mod council;
mod counterfactuals;
mod courses;
mod evidence;
mod explain;
mod families;
mod field;
mod gap;
mod gendered;
mod grounds;
mod groups;
mod known_names;
mod licences;
mod offer;
mod plan;
mod rank;
mod reading;
mod reasons;
mod resolve;
mod routes;
mod schedule;
mod sentences;
mod several;
mod skills_in_text;
mod start;
#[cfg(test)]
mod tests;
mod titles;
mod understood;
mod viable;

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use crate::{
    dataset::{DataSet, fingerprint_of},
    domain::{
        Bilingual, Course, MatchStatus, Meta, OccupationIx, Profile, Recommendation, Shared,
        Signal, Situation,
    },
    funding::{Payer, Said},
    model::{Memo, Model, SkillColumns, Standpoint},
    window::{self, Calendar},
};

pub use courses::CourseReader;
pub use rank::Ranking;
pub use reading::{Reading, Resolution};
pub use routes::{DEFAULT_ROUTES, MOST_HOPS};
pub use skills_in_text::{
    DEFAULT_SKILLS, LEAST_CONFIDENCE, LEAST_PERCENT, MOST_SENTENCES, SURE_CONFIDENCE,
};
pub use viable::VIABLE;

/// Titles, and skills, whose readings are surely remembered, in some 1 KB each; twice as many at most.
const MOST_READ: usize = 16_384;
/// The longest of them, in bytes; no list repeats longer ones.
const LONGEST_READ: usize = 200;
/// Situations whose ways of paying are remembered, in some 300 KB each at most; twice as many at most.
const MOST_SITUATIONS: usize = 32;
/// Bytes of memory for standpoints and as many for columns of skills that are surely kept, twice as many at most; and
/// how many are kept at least.
const ROOM: usize = 48 << 20;
const LEAST_KEPT: usize = 8;
/// Bytes that a standpoint and the columns of a skill take for each occupation.
const STANDPOINT_BYTES: usize = 25;
const SKILL_BYTES: usize = 8;
/// Paths listed per list unless the caller asks for another number.
pub const DEFAULT_PATHS: usize = 5;

/// Data set and model, ready to answer. Immutable: share one between all threads.
#[derive(Debug)]
pub struct Engine {
    dataset: DataSet,
    model: Arc<Model>,
    catalogue: offer::Catalogue,
    licences: licences::Licences,
    usual_titles: reading::UsualTitles,
    places: known_names::Places,
    families: families::Families,
    skills: gap::SkillsOf,
    /// Labels of the occupations.
    labels: Vec<Shared<Bilingual<String>>>,
    judged: Vec<OnceLock<barometer::Judged>>,
    offerings: Vec<OnceLock<offer::Offerings>>,
    course_readers: OnceLock<courses::Readers>,
    /// Fingerprint of signals that are not the data set's own.
    signals: Option<String>,
    signals_about: BTreeMap<OccupationIx, Vec<usize>>,
    groups: groups::Groups,
    gendered: gendered::Gendered,
    titles_read: Arc<Memo<understood::ReadAsOne>>,
    skills_read: Arc<Memo<understood::ReadAsOne>>,
    standpoints: Arc<Memo<Arc<Standpoint>>>,
    skill_columns: Arc<Memo<Arc<SkillColumns>>>,
    funding_said: Memo<Said>,
}

impl Engine {
    /// Puts an engine together. `model` must be trained on `dataset`.
    pub fn new(dataset: DataSet, model: Model) -> Self {
        Self::sharing_model(dataset, Arc::new(model))
    }

    fn sharing_model(dataset: DataSet, model: Arc<Model>) -> Self {
        let catalogue = offer::Catalogue::of(&dataset, &model.course_links);
        let licences = licences::Licences::of(&dataset);
        let usual_titles = reading::UsualTitles::of(&dataset);
        let places = known_names::Places::of(&dataset);
        let families = families::Families::of(&dataset);
        let skills = gap::SkillsOf::occupations(&dataset, &model.idf);
        let labels = dataset.taxonomy.occupations.iter().map(|row| row.label.clone());
        let labels = labels.map(Shared::new).collect();
        let judged = dataset.taxonomy.occupations.iter().map(|_| OnceLock::new()).collect();
        let offerings = dataset.taxonomy.occupations.iter().map(|_| OnceLock::new()).collect();
        let course_readers = OnceLock::new();
        let signals_about = Self::about(&dataset);
        let groups = groups::Groups::of(&dataset);
        let gendered = gendered::Gendered::of(&dataset);
        let rows = model.occupations().max(1);
        let within = |bytes: usize| (ROOM / (bytes * rows)).max(LEAST_KEPT);
        Self {
            dataset,
            model,
            catalogue,
            licences,
            usual_titles,
            places,
            families,
            skills,
            labels,
            judged,
            offerings,
            course_readers,
            signals: None,
            signals_about,
            groups,
            gendered,
            titles_read: Arc::new(Memo::new(MOST_READ, LONGEST_READ)),
            skills_read: Arc::new(Memo::new(MOST_READ, LONGEST_READ)),
            standpoints: Arc::new(Memo::new(within(STANDPOINT_BYTES), LONGEST_READ)),
            skill_columns: Arc::new(Memo::new(within(SKILL_BYTES), LONGEST_READ)),
            funding_said: Memo::new(MOST_SITUATIONS, LONGEST_READ),
        }
    }

    /// The same engine that hears these signals of sector councils beside those of the data set; one that
    /// the data set has already counts once. They order the lists of [`Engine::recommend`] and nothing
    /// else.
    #[must_use]
    pub fn with_signals(mut self, signals: Vec<Signal>) -> Self {
        self.signals = Some(self.version_hearing(&signals));
        for signal in signals {
            if !self.dataset.signals.contains(&signal) {
                self.dataset.signals.push(signal);
            }
        }
        self.signals_about = Self::about(&self.dataset);
        self
    }

    /// What `signals` is in the versions of [`Self::with_signals`].
    pub fn version_hearing(&self, signals: &[Signal]) -> String {
        fingerprint_of(&(&self.signals, signals))
    }

    /// An engine beside this one whose courses are changed, as by the starts a hub has bought. Their rows
    /// stay where they are, and what words mean has nothing to do with them. It shares the model; the data
    /// set is copied, in about 0.1 s for all official files.
    #[must_use]
    pub fn with_courses(&self, change: impl FnOnce(&mut [Course])) -> Self {
        let mut dataset = self.dataset.clone();
        change(&mut dataset.courses);
        Self {
            signals: self.signals.clone(),
            titles_read: Arc::clone(&self.titles_read),
            skills_read: Arc::clone(&self.skills_read),
            standpoints: Arc::clone(&self.standpoints),
            skill_columns: Arc::clone(&self.skill_columns),
            ..Self::sharing_model(dataset, Arc::clone(&self.model))
        }
    }

    /// Occupations whose first SSYK group this is, ascending.
    pub fn occupations_in(&self, ssyk: &str) -> &[OccupationIx] {
        self.groups.first(ssyk)
    }

    /// The data set.
    pub fn dataset(&self) -> &DataSet {
        &self.dataset
    }

    /// What it was put together from; `None` while an engine of [`Self::with_courses`] shares the model.
    pub fn into_parts(self) -> Option<(DataSet, Model)> {
        let model = Arc::into_inner(self.model)?;
        Some((self.dataset, model))
    }

    /// The model.
    pub fn model(&self) -> &Model {
        &self.model
    }

    /// Versions behind an answer.
    pub fn meta(&self) -> Meta {
        Meta {
            engine: env!("KOMPETENSNAV_VERSION").to_owned(),
            dataset: self.dataset.manifest.fingerprint.clone(),
            model: self.model.fingerprint.clone(),
            signals: self.signals.clone(),
            encoder: self.model.encoder().map(|encoder| encoder.manifest.fingerprint.clone()),
            decision_id: None,
        }
    }

    /// Who may pay for a worker's studies.
    fn payer<'a>(&'a self, profile: &'a Profile) -> Payer<'a> {
        let payer = Payer::of(&self.dataset.rules, &Situation::of(profile), &profile.funding);
        let said = self.funding_said.read(&payer.key(), Said::default);
        payer.remembering(said)
    }

    /// Ranks every occupation for a worker and explains the best `paths` of both lists. About 2 ms
    /// for all of ESCO on one core, most of it the reading of titles.
    pub fn recommend(&self, profile: &Profile, paths: usize) -> Recommendation {
        let understood = self.resolve(profile);
        let Ranking { likeness, wanted, lists, plain, council, barred, excluded } =
            self.rank(profile, &understood, paths);
        let window = window::window(&Situation::of(profile), &self.dataset.rules);
        let calendar = Calendar::of(&window);
        let start = self.start(profile, &understood, &calendar);
        let payer = self.payer(profile);
        let [own, change] = lists;
        let [mut wanted, mut own_sector, mut change_sector] = [wanted, own, change]
            .map(|list| self.explain(&list, likeness.as_ref(), &start, &payer));
        self.hold_against(&mut wanted, &barred, (profile, &understood));
        if let Some([own, change]) = plain {
            self.tell_council(&council, &mut wanted, None);
            self.tell_council(&council, &mut own_sector, Some(&own));
            self.tell_council(&council, &mut change_sector, Some(&change));
        }
        for list in [&mut wanted, &mut own_sector, &mut change_sector] {
            list.iter_mut().for_each(grounds::ground);
        }
        let found = !own_sector.is_empty() || !change_sector.is_empty();
        let match_status = MatchStatus::of(likeness.is_some(), found);
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
