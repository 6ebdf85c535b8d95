//! The engine under evaluation.

use std::collections::HashMap;

use super::{Ranked, Ranker, TitleElement, TitleRanker, TransitionProfile};
use crate::{
    domain::{Language, Taxonomy},
    engine::{Engine, label_score},
    model::{BestLabel, Evidence, LabelIndex, OPTIONAL_WEIGHT},
};

impl Ranker for Engine {
    fn name(&self) -> &'static str {
        "kompetensnav"
    }

    fn titles<'a>(&'a self, corpus: &'a [TitleElement]) -> Box<dyn TitleRanker + 'a> {
        Box::new(CorpusRanker::new(self, corpus))
    }

    fn transitions(&self, profile: &TransitionProfile, top: usize) -> Vec<Ranked> {
        let taxonomy = &self.dataset().taxonomy;
        let rows = self.model().features(&evidence(profile, taxonomy));
        let scored = rows.iter().zip(&taxonomy.occupations).map(|(row, occupation)| {
            Ranked::new(occupation.id.clone(), self.model().ranker.score(row))
        });
        best(scored.filter(|ranked| !profile.esco.contains(&ranked.id)).collect(), top)
    }

    fn skills(&self, text: &str, top: usize) -> Vec<Ranked> {
        let skills = &self.dataset().taxonomy.skills;
        let readings = self.read_skill(text, top).candidates.into_iter();
        let ranked = readings
            .map(|reading| Ranked::new(skills[reading.ix as usize].id.clone(), reading.score));
        best(ranked.collect(), top)
    }

    fn course_groups(&self, title: &str, text: &str, top: usize) -> Vec<Ranked> {
        let groups = &self.dataset().market.groups;
        let read = self.course_reader().groups(title, text).into_iter().zip(groups);
        best(read.map(|(share, group)| Ranked::new(group.ssyk.clone(), share)).collect(), top)
    }

    fn bundle(&self, outcome: &str, top: usize) -> Vec<Ranked> {
        let courses = &self.dataset().courses;
        let read = self.course_reader().bundle(outcome).into_iter().filter_map(|(ix, fits)| {
            let code = courses[ix as usize].id.strip_prefix("gy11:")?;
            Some(Ranked::new(code, fits)).filter(|ranked| ranked.score > 0.0)
        });
        best(read.collect(), top)
    }
}

/// The profile's skills and occupations as rows.
pub(super) fn evidence(profile: &TransitionProfile, taxonomy: &Taxonomy) -> Evidence {
    let rows = |ids: &[String], strength: f32| -> Vec<(u32, f32)> {
        ids.iter().filter_map(|id| Some((taxonomy.skill_ix(id)?, strength))).collect()
    };
    let mut skills = rows(&profile.essential, 1.0);
    skills.extend(rows(&profile.optional, OPTIONAL_WEIGHT));
    let own: Vec<u32> = profile.esco.iter().filter_map(|uri| taxonomy.occupation_ix(uri)).collect();
    let share = 1.0 / own.len().max(1) as f32;
    Evidence { skills, occupations: own.into_iter().map(|ix| (ix, share)).collect() }
}

/// Best first, equal scores by id.
fn best(mut ranked: Vec<Ranked>, top: usize) -> Vec<Ranked> {
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ranked.truncate(top);
    ranked
}

/// Title search over a set's own labels, with the engine's formula: the label itself, the mean over
/// its concept's labels, and the concept's best label in the other language, which the data set
/// knows.
struct CorpusRanker<'a> {
    engine: &'a Engine,
    corpus: LabelIndex,
    /// Occupation row of each concept of the corpus, where the data set has it.
    rows: Vec<Option<u32>>,
    other: Language,
}

impl<'a> CorpusRanker<'a> {
    fn new(engine: &'a Engine, corpus: &'a [TitleElement]) -> Self {
        let taxonomy = &engine.dataset().taxonomy;
        let mut concepts: HashMap<&str, u32> = HashMap::new();
        let mut rows = Vec::new();
        let mut labels = Vec::new();
        let mut swedish = 0_usize;
        let mut english = 0_usize;
        for element in corpus {
            let next = u32::try_from(concepts.len()).unwrap_or(u32::MAX);
            let concept = *concepts.entry(&element.concept_uri).or_insert(next);
            if concept == next {
                let row = taxonomy.occupation_ix(&element.concept_uri);
                rows.push(row);
                let label = row.map(|row| &taxonomy.occupation(row).label);
                swedish += usize::from(label.is_some_and(|label| label.sv == element.text));
                english += usize::from(label.is_some_and(|label| label.en == element.text));
            }
            labels.push((concept, element.text.as_str()));
        }
        let other = if swedish >= english { Language::En } else { Language::Sv };
        let corpus = LabelIndex::build(engine.model().titles.sv.grams(), &labels);
        Self { engine, corpus, rows, other }
    }
}

impl TitleRanker for CorpusRanker<'_> {
    fn rank(&self, query: &str, top: usize) -> Vec<(usize, f32)> {
        let cosines = self.corpus.cosines(query);
        let own = self.corpus.best_by_concept(&cosines);
        let other = self.engine.model().titles.get(self.other);
        let other = other.best_by_concept(&other.cosines(query));
        let in_other = |concept: usize| -> BestLabel {
            let row = self.rows[concept].and_then(|row| other.get(row as usize));
            row.copied().unwrap_or_default()
        };
        let mut ranked: Vec<(usize, f32)> = (cosines.iter().enumerate())
            .map(|(label, &cosine)| {
                let concept = self.corpus.concept_of(label) as usize;
                let (here, there) = (own[concept], in_other(concept));
                (label, label_score(cosine, here, there))
            })
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        ranked.truncate(top);
        ranked
    }
}
