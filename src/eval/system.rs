//! The engine under evaluation.

use std::collections::{BTreeMap, HashMap};

use super::{Ranked, Ranker, TitleElement, TitleRanker, TransitionProfile, fit::evidence};
use crate::{
    domain::{CourseForm, Language},
    engine::{Engine, label_score},
    model::{BestLabel, LabelIndex},
};

/// Occupation names that a course title is compared with.
const NAMED: usize = 300;

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

    fn course_groups(&self, title: &str, _text: &str, top: usize) -> Vec<Ranked> {
        let mut groups: BTreeMap<&str, f32> = BTreeMap::new();
        for reading in self.read_title(title, None, NAMED).candidates {
            let occupation = self.dataset().taxonomy.occupation(reading.ix);
            for ssyk in occupation.ssyk.iter().take(1) {
                let known = groups.entry(ssyk).or_default();
                *known = known.max(reading.score);
            }
        }
        best(groups.into_iter().map(|(ssyk, score)| Ranked::new(ssyk, score)).collect(), top)
    }

    fn bundle(&self, outcome: &str, top: usize) -> Vec<Ranked> {
        let courses: Vec<(&str, &str)> = self
            .dataset()
            .courses
            .iter()
            .filter(|course| course.form == CourseForm::Komvux)
            .filter_map(|course| Some((course.id.strip_prefix("gy11:")?, course.title.sv.as_str())))
            .collect();
        let labels: Vec<(u32, &str)> = (0..).zip(courses.iter().map(|(_, title)| *title)).collect();
        let index = LabelIndex::build(self.model().titles.sv.grams(), &labels);
        let cosines = index.cosines(outcome);
        let ranked = courses.iter().zip(cosines).filter(|(_, cosine)| *cosine > 0.0);
        best(ranked.map(|((code, _), cosine)| Ranked::new(*code, cosine)).collect(), top)
    }
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
