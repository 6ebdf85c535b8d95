//! One written job title -> the occupations it may mean.

use std::collections::BTreeSet;

use super::{
    Engine,
    reading::{Reading, Resolution, best_of, certain, spelling, without_status},
    resolve::ALTERNATIVES,
};
use crate::{
    domain::{Bilingual, JobTitle, Language, OccupationIx},
    model::{MISSPELLED, RIVALS, TitleMatch, TitleWeights},
};

/// Bonus of occupations one of whose labels is the title, or would be without a misspelling.
const SPELT_ALIKE: f32 = 0.3;
/// Bonus of occupations in the SSYK group that the worker's list names.
const SSYK_BONUS: f32 = 0.3;

impl Engine {
    /// Occupations a title may mean, best first. `ssyk` lifts occupations of that group. About
    /// 0.6 ms for all of ESCO, 20 ms with an encoder.
    pub fn read_title(&self, title: &str, ssyk: Option<&str>, top: usize) -> Resolution {
        self.read_title_by(self.model.title_weights(), title, ssyk, top)
    }

    /// The same by letters and words alone, whether an encoder is on or not.
    pub(super) fn read_title_as_written(&self, title: &str, top: usize) -> Resolution {
        self.read_title_by(self.model.written_title_weights(), title, None, top)
    }

    /// The same by other weights than the model's.
    pub fn read_title_by(
        &self,
        weights: &TitleWeights,
        title: &str,
        ssyk: Option<&str>,
        top: usize,
    ) -> Resolution {
        if let Some(ix) = self.dataset.taxonomy.occupation_ix(title.trim()) {
            return certain(ix, title);
        }
        let title = &self.title_read(title);
        // A number is no occupation, whatever names hold it.
        let is_number = !title.chars().any(char::is_alphabetic);
        if title.trim().chars().nth(1).is_none() || is_number {
            return Resolution { candidates: Vec::new() };
        }
        // Another group than the worker's list names is not what is usually called so there.
        let group = ssyk.map(|ssyk| self.groups.named(ssyk));
        let in_group = |ix: u32| group.map(|group| group.binary_search(&ix).is_ok());
        let usual = |ix: OccupationIx, called: &[(OccupationIx, f32)]| {
            called.iter().find(|(other, _)| *other == ix).map_or(0.0, |(_, usual)| *usual)
        };
        let called = self.usual_titles.called(title);
        let bonus = |ix: OccupationIx| match in_group(ix) {
            Some(true) => SSYK_BONUS + usual(ix, called),
            Some(false) => 0.0,
            None => usual(ix, called),
        };
        let written = spelling(title);
        let meaning = self.model.meaning_of(title, weights);
        let matches = self.model.match_title_by(title, weights, meaning.as_ref());
        let found = (0..).zip(0..matches.sv.len().max(matches.en.len())).filter_map(|(ix, row)| {
            let (_, score) = better(weights, &matches, row)?;
            Some((score + bonus(ix), ix))
        });
        let read = |(score, ix): (f32, u32)| {
            let (language, _) = better(weights, &matches, ix as usize)?;
            let found = matches.get(language).get(ix as usize)?;
            let label = self.title_label(ix, language, found.label);
            let spelt = spelt_alike(&written, &label);
            // Who misspells a name means what is usually called so.
            let meant = if spelt > 0.0 && spelt < 1.0 && in_group(ix) != Some(false) {
                usual(ix, self.usual_titles.called(&label)) * spelt
            } else {
                0.0
            };
            let score = score + SPELT_ALIKE * spelt + meant;
            let confidence = found.features[0].max(spelt).min(1.0);
            Some(Reading { ix, score, spelt, confidence, probability: 0.0, label })
        };
        let nearest = best_of(found.collect(), top.max(RIVALS)).into_iter();
        let mut candidates: Vec<Reading> = nearest.filter_map(read).collect();
        candidates.sort_by(|a, b| b.score.total_cmp(&a.score).then(a.ix.cmp(&b.ix)));
        let scores: Vec<f32> = candidates.iter().map(|reading| reading.score).collect();
        let spelt = candidates.first().map_or(0.0, |first| first.spelt);
        let probabilities = weights.certainty.probabilities(&scores, spelt);
        for (reading, probability) in candidates.iter_mut().zip(probabilities) {
            reading.probability = probability;
            if meaning.is_some() {
                // What is meant may be written with other letters altogether.
                reading.confidence = reading.confidence.max(probability);
            }
        }
        candidates.truncate(top);
        self.without_groups(Resolution { candidates }, &matches.sv, top)
    }

    /// A title in the form in which it is read.
    pub(super) fn title_read(&self, title: &str) -> String {
        self.gendered.as_named(&without_status(title))
    }

    /// The label with this number in the index of its language.
    fn title_label(&self, ix: u32, language: Language, label: Option<u32>) -> String {
        if let Some(title) = self.job_title(ix) {
            return title.label.clone();
        }
        let place = label.map_or(0, |label| self.model.titles.get(language).place(label));
        self.occupation(ix).label_text(language, place)
    }

    /// The job title that is numbered after the occupations, if `ix` is one.
    fn job_title(&self, ix: u32) -> Option<&JobTitle> {
        let taxonomy = &self.dataset.taxonomy;
        taxonomy.job_titles.get((ix as usize).checked_sub(taxonomy.occupations.len())?)
    }

    /// Puts the occupations of its SSYK group in the place of a job title that is known by group
    /// only, those with the most similar labels first; they share its probability, and none alone has all of it.
    fn without_groups(&self, found: Resolution, matches: &[TitleMatch], top: usize) -> Resolution {
        let mut candidates: Vec<Reading> = Vec::new();
        for reading in found.candidates {
            let Some(title) = self.job_title(reading.ix) else {
                candidates.push(reading);
                continue;
            };
            let members = self.members_of(title, matches);
            // The one occupation that is described is not surely the one that is meant: SSYK puts a jurist of IT
            // and a bailiff into one group.
            let probability = reading.probability / members.len().max(2) as f32;
            let member = |ix| Reading { ix, probability, ..reading.clone() };
            candidates.extend(members.into_iter().map(member));
        }
        let mut seen = BTreeSet::new();
        candidates.retain(|reading| seen.insert(reading.ix));
        candidates.truncate(top);
        Resolution { candidates }
    }

    /// Occupations of a job title's first SSYK group that has any, nearest label first.
    pub(super) fn members_of(&self, title: &JobTitle, matches: &[TitleMatch]) -> Vec<OccupationIx> {
        let mut groups = title.ssyk.iter().map(|ssyk| self.groups.first(ssyk));
        let mut members = groups.find(|members| !members.is_empty()).unwrap_or_default().to_vec();
        let cosine = |ix: &u32| matches.get(*ix as usize).map_or(0.0, |found| found.features[0]);
        members.sort_by(|a, b| cosine(b).total_cmp(&cosine(a)).then(a.cmp(b)));
        members.truncate(ALTERNATIVES);
        members
    }
}

/// The language in which a title is more like a concept, and the score there; `None` where no
/// label shares anything.
fn better(
    weights: &TitleWeights,
    matches: &Bilingual<Vec<TitleMatch>>,
    row: usize,
) -> Option<(Language, f32)> {
    let of = |language: Language| {
        let found = matches.get(language).get(row).filter(|found| found.label.is_some())?;
        Some((language, weights.score(language, &found.features)))
    };
    match (of(Language::Sv), of(Language::En)) {
        (Some(sv), Some(en)) => Some(if sv.1 >= en.1 { sv } else { en }),
        (sv, en) => sv.or(en),
    }
}

/// Share of letters that stay in place from a title, in its [`spelling`], to a label (Damerau and Levenshtein: a letter
/// lost, added, changed, or two swapped is one step), 0 where it is below [`MISSPELLED`].
fn spelt_alike(written: &str, label: &str) -> f32 {
    #[expect(clippy::cast_possible_truncation, reason = "a share")]
    let share = strsim::normalized_damerau_levenshtein(written, &spelling(label)) as f32;
    if share >= MISSPELLED { share } else { 0.0 }
}
