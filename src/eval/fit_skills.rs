//! Fits the weights that compare sentences with skills, on judged sentences.

use rayon::prelude::*;

use super::{
    Set,
    skills::{JudgedSentence, SkillSet},
};
use crate::{
    engine::Engine,
    model::{self, SkillFeatures, SkillMention, SkillWeights},
};

/// Fits on the skill sets among `sets`: every skill that the engine sees in a judged sentence is a
/// case, right where judges name it. Same sets, data and model, same weights, for any number of
/// threads and any order of the sets' rows.
///
/// # Errors
/// [`model::Error::Training`] where no sentence is judged or no likeness tells what is right.
pub fn fit_skills(sets: &[Set], engine: &Engine) -> Result<SkillWeights, model::Error> {
    fit_on(&read_sentences(sets, engine).iter().collect::<Vec<_>>())
}

/// A judged sentence and what the engine sees in it.
pub(super) struct ReadSentence<'a> {
    pub(super) set: &'a str,
    pub(super) id: &'a str,
    /// Mentions with the URI of their skill and whether judges name it.
    pub(super) mentions: Vec<(SkillMention, &'a str, bool)>,
}

/// The judged sentences of all skill sets, by the names of sets and sentences.
pub(super) fn read_sentences<'a>(sets: &'a [Set], engine: &'a Engine) -> Vec<ReadSentence<'a>> {
    let taxonomy = &engine.dataset().taxonomy;
    let judged = |set: &'a Set| {
        let judged = set.skills().map(SkillSet::judged).unwrap_or_default();
        judged.into_iter().map(|sentence| (set.dir().own_name(), sentence))
    };
    let mut judged: Vec<(&str, JudgedSentence<'_>)> = sets.iter().flat_map(judged).collect();
    judged.sort_by_key(|(set, sentence)| (*set, sentence.id));
    let read = |(set, sentence): (&'a str, JudgedSentence<'a>)| {
        let mentions = engine.mentions_in_text(sentence.text).into_iter().map(|mention| {
            let uri = taxonomy.skill(mention.skill).id.as_str();
            (mention, uri, sentence.right.contains(uri))
        });
        ReadSentence { set, id: sentence.id, mentions: mentions.collect() }
    };
    judged.into_par_iter().map(read).collect()
}

/// Fits on some sentences.
pub(super) fn fit_on(sentences: &[&ReadSentence<'_>]) -> Result<SkillWeights, model::Error> {
    let mut names: Vec<&str> = sentences.iter().map(|sentence| sentence.set).collect();
    names.dedup();
    let cases = sentences.iter().flat_map(|sentence| &sentence.mentions);
    let cases: Vec<(SkillFeatures, bool)> =
        cases.map(|(mention, _, named)| (mention.features, *named)).collect();
    SkillWeights::fit(&cases, &format!("judged sentences of {}", names.join(", ")))
}
