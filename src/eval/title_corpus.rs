//! The engine's title search over a set's own labels.

use std::collections::{BTreeSet, HashMap};

use super::{TitleElement, TitleRanker, titles::ISCO};
use crate::{
    domain::Language,
    engine::Engine,
    model::{
        Cosines, LabelIndex, Labels, OtherLabels, TitleCase, TitleFeatures, TitleMatch, TitleRival,
        TitleWeights, Vector,
    },
};

/// What a label that fits through the other language alone stands back.
const OTHER_LANGUAGE_BACK: f32 = 0.1;
/// Concepts of a title that a fit looks at beside the right ones; what is further down counts less
/// than 0.01 in a reciprocal rank.
const RIVALS: usize = 100;

/// Title search over a set's own labels, with the engine's features: the label itself and the mean
/// over its concept's labels from the set, texts and labels in the other language from the data set.
pub(super) struct TitleCorpus<'a> {
    engine: &'a Engine,
    corpus: &'a [TitleElement],
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

impl<'a> TitleCorpus<'a> {
    /// Indexes the labels of a set.
    pub(super) fn new(engine: &'a Engine, corpus: &'a [TitleElement]) -> Self {
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
        Self { engine, corpus, grams, words, labels, rows, language, meant }
    }

    fn labels(&self) -> Labels<'_> {
        Labels { grams: &self.grams, words: &self.words }
    }

    /// Language of the set's labels.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// For one title the cosines of all labels, and for every concept of the set its match among them
    /// and that of its occupation in the other language.
    fn compare(
        &self,
        query: &str,
        weights: &TitleWeights,
    ) -> (Cosines, Vec<(TitleMatch, TitleMatch)>) {
        let cosines = self.labels().cosines(query);
        let here = self.labels().matches(&cosines, weights.of(self.language));
        let model = self.engine.model();
        let vector = model.meaning_of(query, weights);
        let known = model.match_title_by(query, weights, vector.as_ref());
        let meanings = self.meanings(vector.as_ref());
        let of = |language: Language, row: Option<u32>| {
            row.and_then(|row| known.get(language).get(row as usize)).copied().unwrap_or_default()
        };
        let other = self.language.other();
        let pairs =
            here.into_iter().zip(&self.rows).zip(meanings).map(|((mut here, &row), out)| {
                let mut there = of(other, row);
                here = here.with_text(of(self.language, row).text());
                TitleMatch::pair(&mut here, &mut there);
                // As in the data set: the language counts in which the concept stands out more.
                let out = there.meaning().max(out);
                (here.with_meaning(out), there.with_meaning(out))
            });
        let pairs = pairs.collect();
        (cosines, pairs)
    }

    /// How far every concept of the set stands out for a title.
    fn meanings(&self, title: Option<&Vector>) -> Vec<f32> {
        let encoder = self.engine.model().encoder();
        let (Some(encoder), Some(title), Some(meant)) = (encoder, title, &self.meant) else {
            return vec![0.0; self.rows.len()];
        };
        let meanings = encoder.other_titles(title, meant, self.grams.ranges());
        meanings.into_iter().map(|meaning| meaning.out).collect()
    }

    /// Every label with its features and the score that its concept has through the other language, by
    /// these weights.
    fn compared(&self, query: &str, weights: &TitleWeights) -> Vec<(TitleFeatures, f32)> {
        let (cosines, pairs) = self.compare(query, weights);
        let labels = self.labels();
        (self.labels.iter().enumerate())
            .map(|(label, &(_, concept))| {
                let (here, there) = pairs[concept as usize];
                let here = labels.with_label(&cosines, label, &here.features);
                // Through the other language every label of the concept fits alike.
                let other = weights.score(self.language.other(), &there.features);
                (here, other + here[0] / 10.0 - OTHER_LANGUAGE_BACK)
            })
            .collect()
    }

    /// A judged title as the fit sees it: the occupations of the set that come first by these weights,
    /// and those that are right. Equal ones in the order of their URIs.
    pub(super) fn case(
        &self,
        query: &str,
        right: &BTreeSet<&str>,
        weights: &TitleWeights,
    ) -> TitleCase {
        let mut concepts: Vec<(f32, &str, TitleRival)> = Vec::new();
        let mut last = None;
        for (&(at, concept), (features, through)) in
            self.labels.iter().zip(self.compared(query, weights))
        {
            let uri = self.corpus[at].concept_uri.as_str();
            if last != Some(concept) {
                let (labels, right) = (Vec::new(), right.contains(uri));
                let rival = TitleRival { labels, through: f32::NEG_INFINITY, right };
                concepts.push((f32::NEG_INFINITY, uri, rival));
                last = Some(concept);
            }
            if let Some((score, _, rival)) = concepts.last_mut() {
                rival.labels.push(features);
                rival.through = rival.through.max(through);
                *score = score.max(weights.score(self.language, &features)).max(through);
            }
        }
        concepts.retain(|(_, uri, _)| !uri.contains(ISCO));
        concepts.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(b.1)));
        let counts = |(place, (.., rival)): &(usize, (f32, &str, TitleRival))| {
            *place < RIVALS || rival.right
        };
        let rivals = concepts.into_iter().enumerate().filter(counts);
        TitleCase::new(rivals.map(|(_, (.., rival))| rival))
    }

    /// Ranks the labels by these weights, see [`TitleRanker::rank`].
    pub(super) fn rank_by(
        &self,
        weights: &TitleWeights,
        query: &str,
        top: usize,
    ) -> Vec<(usize, f32)> {
        let compared = self.compared(query, weights);
        let mut ranked: Vec<(usize, f32)> = (self.labels.iter().zip(compared))
            .map(|(&(at, _), (here, through))| {
                (at, weights.score(self.language, &here).max(through))
            })
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1).then(b.0.cmp(&a.0)));
        ranked.truncate(top);
        ranked
    }
}

impl TitleRanker for TitleCorpus<'_> {
    fn rank(&self, query: &str, top: usize) -> Vec<(usize, f32)> {
        self.rank_by(self.engine.model().title_weights(), query, top)
    }
}
