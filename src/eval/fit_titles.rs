//! Fits the weights that compare titles, and what makes probabilities of them, on judged titles.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{
    Set,
    title_corpus::TitleCorpus,
    titles::{JudgedTitle, TitleSet},
};
use crate::{
    domain::{Bilingual, Language},
    engine::Engine,
    model::{
        self, Certainty, FIRST_SHARES, JudgedReadings, RIVALS, TitleCases, TitleWeights, fit_shares,
    },
};

/// Sets whose titles are ESCO's own labels, altered: they say how people spell and inflect, not what
/// they call their work, so they count less for the order.
pub(super) const ALTERED: [&str; 2] = ["misspelled_sv", "variant_sv"];
const ALTERED_WEIGHT: f64 = 0.1;
/// Fits of both languages, each with the labels and concepts that are nearest by the last.
const ROUNDS: usize = 2;

/// Fits on the title sets among `sets` whose titles are in the language of their labels. A language
/// without such a set keeps the weights of the engine's model. The data set should be ESCO alone, see
/// [`note_on_titles`](super::note_on_titles). Same sets, data and model, same weights, for any number
/// of threads and any order of the sets' rows. About half a minute for 2,500 titles on two cores.
///
/// # Errors
/// [`model::Error::Training`] where no title of them is judged, or no likeness tells what is right.
pub fn fit_titles(sets: &[Set], engine: &Engine) -> Result<TitleWeights, model::Error> {
    fit_on(&judged_sets(sets, engine), engine, &|_| true)
}

/// A set to fit on.
pub(super) struct JudgedSet<'a> {
    pub(super) name: &'a str,
    corpus: TitleCorpus<'a>,
    pub(super) titles: Vec<JudgedTitle<'a>>,
}

/// The sets that are fitted on, in the order of their names.
pub(super) fn judged_sets<'a>(sets: &'a [Set], engine: &'a Engine) -> Vec<JudgedSet<'a>> {
    let of = |set: &'a Set| {
        let (name, titles) = (set.dir().own_name(), set.titles()?);
        if crosses_languages(name) {
            return None;
        }
        Some(JudgedSet { name, corpus: corpus(titles, engine), titles: titles.judged() })
    };
    let mut judged: Vec<JudgedSet<'_>> = sets.iter().filter_map(of).collect();
    judged.sort_by_key(|set| set.name);
    judged
}

/// The engine's search over the labels of a set.
pub(super) fn corpus<'a>(titles: &'a TitleSet, engine: &'a Engine) -> TitleCorpus<'a> {
    TitleCorpus::new(engine, titles.corpus())
}

/// Whether a set's name says, as MELO's do (`swe_q_sv_c_en`), that its titles are not in the language
/// of its labels. They are those of another set, and such a set is for measuring only.
fn crosses_languages(name: &str) -> bool {
    let after = |mark: &str| name.split_once(mark).and_then(|(_, rest)| rest.get(..2));
    matches!((after("_q_"), after("_c_")), (Some(titles), Some(labels)) if titles != labels)
}

/// Fits on the judged titles that are `kept`.
pub(super) fn fit_on(
    sets: &[JudgedSet<'_>],
    engine: &Engine,
    kept: &(dyn Fn(&JudgedTitle<'_>) -> bool + Sync),
) -> Result<TitleWeights, model::Error> {
    let training = |reason: &str| model::Error::Training { reason: reason.to_owned() };
    let names: Vec<&str> = sets.iter().map(|set| set.name).collect();
    let chosen_on = format!("judged titles of {}", names.join(", "));
    let known = engine.model().title_weights();
    let has = |language| sets.iter().any(|set| set.corpus.language() == language);
    let start = |language| if has(language) { FIRST_SHARES } else { *known.of(language) };
    let start = Bilingual { sv: start(Language::Sv), en: start(Language::En) };
    let mut weights = TitleWeights::new(chosen_on, &start, known.certainty);
    for _ in 0..ROUNDS {
        for language in [Language::En, Language::Sv].into_iter().filter(|language| has(*language)) {
            let cases = cases(sets, language, &weights, kept);
            let fitted = fit_shares(&cases).ok_or_else(|| training("no title is judged"))?;
            match language {
                Language::Sv => weights.sv = fitted,
                Language::En => weights.en = fitted,
            }
        }
    }
    weights.certainty = Certainty::fit(&readings(sets, engine, &weights, kept))
        .ok_or_else(|| training("titles are not more often right where their score is higher"))?;
    Ok(weights)
}

/// The kept titles of one language that mean an occupation, with what they are compared with.
fn cases(
    sets: &[JudgedSet<'_>],
    language: Language,
    weights: &TitleWeights,
    kept: &(dyn Fn(&JudgedTitle<'_>) -> bool + Sync),
) -> Vec<TitleCases> {
    let of = |set: &JudgedSet<'_>| {
        let titles = set.titles.par_iter().filter(|title| kept(title) && !title.means_group());
        let case = |title: &JudgedTitle<'_>| set.corpus.case(title.text, &title.right, weights);
        let weight = if ALTERED.contains(&set.name) { ALTERED_WEIGHT } else { 1.0 };
        TitleCases { weight, cases: titles.map(case).collect() }
    };
    sets.iter().filter(|set| set.corpus.language() == language).map(of).collect()
}

/// What the engine reads of the kept titles, and whether it is right. A title that means a whole ISCO
/// group means none of its occupations.
fn readings(
    sets: &[JudgedSet<'_>],
    engine: &Engine,
    weights: &TitleWeights,
    kept: &(dyn Fn(&JudgedTitle<'_>) -> bool + Sync),
) -> Vec<JudgedReadings> {
    let read = |title: &JudgedTitle<'_>| {
        let found = engine.read_title_by(weights, title.text, None, RIVALS).candidates;
        JudgedReadings {
            scores: found.iter().map(|reading| reading.score).collect(),
            spelt: found.first().map_or(0.0, |first| first.spelt),
            right: found.iter().position(|reading| is_right(engine, reading.ix, &title.right)),
        }
    };
    let titles = sets.iter().flat_map(|set| &set.titles).filter(|title| kept(title));
    titles.collect::<Vec<_>>().into_par_iter().map(read).collect()
}

/// Whether an occupation is among the right concepts.
pub(super) fn is_right(engine: &Engine, occupation: u32, right: &BTreeSet<&str>) -> bool {
    right.contains(engine.dataset().taxonomy.occupation(occupation).id.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sets_in_two_languages_are_known_by_their_names() {
        for (name, crosses) in [
            ("swe_q_sv_c_en", true),
            ("swe_q_sv_c_sv", false),
            ("misspelled_sv", false),
            ("x_q_", false),
        ] {
            assert_eq!(crosses_languages(name), crosses, "{name}");
        }
    }
}
