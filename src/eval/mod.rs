//! Measures a system on judgements others wrote, beside the simple baselines it must beat.
//!
//! A folder of sets is searched by [`find_sets`], told apart by their files alone; [`Set::open`]
//! reads one, [`Set::evaluate`] measures a [`Ranker`] on it, [`Set::run`] and [`write_run`] give
//! the ranking itself, also where the set has no answers. Nothing of a set enters a data set, an
//! index or a model.

mod baseline;
mod card;
mod courses;
mod fit;
mod fit_skills;
mod fit_titles;
#[cfg(test)]
mod made_up_sets;
mod measures;
mod ranker;
#[cfg(test)]
mod real_sets;
mod report;
mod run;
mod set;
mod shares;
mod skills;
mod study;
mod study_row;
mod study_skills;
mod study_titles;
mod system;
mod text_index;
mod title_corpus;
mod titles;
mod transitions;
mod tsv;

pub use baseline::{SkillCosine, TextBaseline, TextWeights, baselines};
pub use card::{NoBlock, WeightsKind, measured_for, weights_fingerprint, write_figures};
pub use fit::fit;
pub use fit_skills::fit_skills;
pub use fit_titles::fit_titles;
pub use measures::{
    Measure, Tally, average_precision, binary_ndcg, dcg, ndcg, precision_at, r_precision_at,
    recall_at, reciprocal_rank, success_at,
};
pub use ranker::{Ranked, Ranker, TitleElement, TitleRanker, TransitionProfile};
pub use report::{SetReport, SystemReport, View};
pub use run::{Run, write_run};
pub use set::{Set, SetDir, SetKind, find_sets};
pub use study::{Study, study};
pub use study_skills::{SkillStudy, study_skills};
pub use study_titles::{TitleStudy, study_titles};
pub use titles::note_on_titles;
