//! The engine under evaluation.

use std::collections::HashMap;

use super::{Ranked, Ranker, TitleElement, TitleRanker, TransitionProfile, fit::evidence};
use crate::{
    domain::Language,
    engine::Engine,
    model::{Cosines, LabelIndex, Labels, OtherLabels, TitleMatch, Vector},
};

/// What a label that fits through the other language alone stands back.
const OTHER_LANGUAGE_BACK: f32 = 0.1;

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
        let mut ranked = Vec::new();
        for skill in self.skills_in_text(text, None, 0.0, top).skills {
            ranked.push(Ranked::new(skill.id, skill.confidence));
            ranked.extend(skill.alternatives.into_iter().map(|o| Ranked::new(o.id, o.score)));
        }
        best(ranked, top)
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

/// Best first, equal scores by id.
fn best(mut ranked: Vec<Ranked>, top: usize) -> Vec<Ranked> {
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ranked.truncate(top);
    ranked
}

/// Title search over a set's own labels, with the engine's features: the label itself and the mean
/// over its concept's labels from the set, texts and labels in the other language from the data set.
struct CorpusRanker<'a> {
    engine: &'a Engine,
    grams: LabelIndex,
    words: LabelIndex,
    /// Element of the set and concept of each label of `corpus`.
    labels: Vec<(usize, u32)>,
    /// Occupation row of each concept of the corpus, where the data set has it.
    rows: Vec<Option<u32>>,
    /// Language of the set's labels.
    language: Language,
    /// What the encoder makes of the labels, where one is on.
    meant: Option<OtherLabels>,
}

impl<'a> CorpusRanker<'a> {
    fn new(engine: &'a Engine, corpus: &'a [TitleElement]) -> Self {
        let taxonomy = &engine.dataset().taxonomy;
        let mut concepts: HashMap<&str, u32> = HashMap::new();
        let mut rows = Vec::new();
        let mut labels: Vec<(usize, u32)> = Vec::new();
        let mut swedish = 0_usize;
        let mut english = 0_usize;
        for (at, element) in corpus.iter().enumerate() {
            let next = u32::try_from(concepts.len()).unwrap_or(u32::MAX);
            let concept = *concepts.entry(&element.concept_uri).or_insert(next);
            if concept == next {
                let row = taxonomy.occupation_ix(&element.concept_uri);
                rows.push(row);
                let label = row.map(|row| &taxonomy.occupation(row).label);
                swedish += usize::from(label.is_some_and(|label| label.sv == element.text));
                english += usize::from(label.is_some_and(|label| label.en == element.text));
            }
            labels.push((at, concept));
        }
        labels.sort_by_key(|(_, concept)| *concept);
        let texts: Vec<(u32, &str)> =
            labels.iter().map(|&(at, concept)| (concept, corpus[at].text.as_str())).collect();
        let language = if swedish >= english { Language::Sv } else { Language::En };
        let known = engine.model().title_labels(language);
        let grams = LabelIndex::build(known.grams.terms().clone(), &texts);
        let words = LabelIndex::build(known.words.terms().clone(), &texts);
        let texts: Vec<&str> = texts.into_iter().map(|(_, text)| text).collect();
        let meant = engine.model().encoder();
        let meant = meant.and_then(|encoder| encoder.other_labels(&texts, taxonomy).ok());
        Self { engine, grams, words, labels, rows, language, meant }
    }

    fn labels(&self) -> Labels<'_> {
        Labels { grams: &self.grams, words: &self.words }
    }

    /// For one title the cosines of all labels, and for every concept of the set its match among them
    /// and that of its occupation in the other language.
    fn compare(&self, query: &str) -> (Cosines, Vec<(TitleMatch, TitleMatch)>) {
        let model = self.engine.model();
        let cosines = self.labels().cosines(query);
        let here = self.labels().matches(&cosines, model.title_weights.of(self.language));
        let mut known = model.match_title(query);
        let vector = model.add_meaning(query, &mut known);
        let gains = self.gains(vector.as_ref());
        let of = |language: Language, row: Option<u32>| {
            row.and_then(|row| known.get(language).get(row as usize)).copied().unwrap_or_default()
        };
        let other = other(self.language);
        let pairs = here.into_iter().zip(&self.rows).zip(gains).map(|((mut here, &row), gain)| {
            let mut there = of(other, row);
            here = here.with_text(of(self.language, row).text());
            TitleMatch::pair(&mut here, &mut there);
            // As in the data set: the language counts in which the concept stands out more.
            there.meant = there.meant.max(gain);
            here.meant = there.meant;
            (here, there)
        });
        let pairs = pairs.collect();
        (cosines, pairs)
    }

    /// What the score of every concept of the set gains by what a title means.
    fn gains(&self, title: Option<&Vector>) -> Vec<f32> {
        let encoder = self.engine.model().encoder();
        let (Some(encoder), Some(title), Some(meant)) = (encoder, title, &self.meant) else {
            return vec![0.0; self.rows.len()];
        };
        let gains = encoder.other_titles(title, meant, self.grams.ranges());
        gains.into_iter().map(|gain| gain.score).collect()
    }
}

fn other(language: Language) -> Language {
    match language {
        Language::Sv => Language::En,
        Language::En => Language::Sv,
    }
}

impl TitleRanker for CorpusRanker<'_> {
    fn rank(&self, query: &str, top: usize) -> Vec<(usize, f32)> {
        let weights = &self.engine.model().title_weights;
        let (cosines, pairs) = self.compare(query);
        let labels = self.labels();
        let mut ranked: Vec<(usize, f32)> = (self.labels.iter().enumerate())
            .map(|(label, &(at, concept))| {
                let (found, there) = pairs[concept as usize];
                let here = labels.with_label(&cosines, label, &found.features);
                let direct = weights.score(self.language, &here);
                // Through the other language every label of the concept fits alike.
                let bridged = weights.score(other(self.language), &there.features) + here[0] / 10.0;
                (at, direct.max(bridged - OTHER_LANGUAGE_BACK) + found.meant)
            })
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        ranked.truncate(top);
        ranked
    }
}
