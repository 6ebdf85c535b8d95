//! Written words -> concepts, with what was not understood.

use std::collections::{BTreeMap, BTreeSet};

use super::Engine;
use crate::{
    dataset::{DataSet, places},
    domain::{
        Bilingual, Candidate, Language, OccupationIx, Profile, ResolvedConcept, ResolvedProfile,
        SkillIx, Unmatched,
    },
    model::{BestLabel, LabelIndex, lexical::words},
};

/// Cosine from which a title counts as understood.
const TITLE_CONFIDENCE: f32 = 0.5;
/// Cosine from which a skill counts as understood.
const SKILL_CONFIDENCE: f32 = 0.6;
/// Share of the mean over a concept's labels, and of its best label in the other language, beside
/// its best label; and what a match through the other language alone stands back. Measured on the
/// development halves of the MELO sets.
const MEAN_SHARE: f32 = 0.2;
const OTHER_LANGUAGE_SHARE: f32 = 0.3;
const OTHER_LANGUAGE_BACK: f32 = 0.1;
/// Bonus of occupations in the SSYK group that the worker's list names.
const SSYK_BONUS: f32 = 0.3;
/// Other readings listed with a resolved text, and suggestions for one that was not.
const ALTERNATIVES: usize = 4;
/// Cosine below which nothing is even suggested.
const SUGGESTED: f32 = 0.25;

/// Readings of one text, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// Concepts with their scores; at most the number asked for.
    pub candidates: Vec<Reading>,
}

/// One concept a text may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Row of the concept.
    pub ix: u32,
    /// Ranking score.
    pub score: f32,
    /// Cosine of the best label, 0 to 1.
    pub confidence: f32,
    /// That label.
    pub label: String,
}

/// Municipalities that are known by name.
#[derive(Debug)]
pub(super) struct Places(BTreeSet<String>);

impl Places {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let from_ads = dataset.market.groups.iter().flat_map(|g| g.ads_by_municipality.keys());
        let names = from_ads.map(|name| name.to_lowercase());
        Self(names.chain(places::known().map(str::to_lowercase)).collect())
    }

    fn knows(&self, name: &str) -> bool {
        self.0.contains(&name.trim().to_lowercase())
    }
}

/// Key of the licence of each spelling: key, label, alternative.
#[derive(Debug)]
pub(super) struct Licences(BTreeMap<String, String>);

impl Licences {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut keys = BTreeMap::new();
        for licence in &dataset.taxonomy.licences {
            let names = [&licence.key, &licence.label.sv, &licence.label.en];
            for name in names.into_iter().chain(&licence.alternatives) {
                keys.entry(spelling(name)).or_insert_with(|| licence.key.clone());
            }
        }
        keys.remove("");
        Self(keys)
    }
}

/// A text as its words are compared: lower case, signs and spaces the same.
fn spelling(text: &str) -> String {
    words(text).join(" ")
}

impl Engine {
    /// Reads a worker's words. Titles, skills and licences may be written in Swedish or English, or
    /// be given as ESCO URIs.
    pub fn resolve(&self, profile: &Profile) -> ResolvedProfile {
        let mut resolved = ResolvedProfile::default();
        for title in filled(&profile.titles) {
            let readings = self.read_title(title, profile.ssyk.as_deref(), ALTERNATIVES + 1);
            match understood(title, readings, TITLE_CONFIDENCE, |ix| self.occupation(ix)) {
                Ok(concept) => resolved.occupations.push(concept),
                Err(suggestions) => unmatched(&mut resolved, title, "title", suggestions),
            }
        }
        if let (Some(ssyk), true) = (&profile.ssyk, resolved.occupations.is_empty()) {
            self.read_group(ssyk, &mut resolved);
        }
        let mut licences: BTreeSet<String> = BTreeSet::new();
        for text in filled(&profile.licences) {
            match self.read_licence(text) {
                Some(key) => _ = licences.insert(key),
                None => unmatched(&mut resolved, text, "licence", Vec::new()),
            }
        }
        for text in filled(&profile.skills) {
            let licence = self.read_licence(text);
            let readings = self.read_skill(text, ALTERNATIVES + 1);
            match understood(text, readings, SKILL_CONFIDENCE, |ix| self.skill(ix)) {
                Ok(concept) => resolved.skills.push(concept),
                Err(_) if licence.is_some() => {}
                Err(suggestions) => unmatched(&mut resolved, text, "skill", suggestions),
            }
            licences.extend(licence);
        }
        resolved.licences = self.with_included(licences);
        resolved.sector = profile.sector.clone().unwrap_or_else(|| {
            let first = resolved.occupations.first();
            first.map(|o| self.dataset.taxonomy.occupation(o.ix).sector.clone()).unwrap_or_default()
        });
        if let Some(name) = profile.municipality.as_deref().filter(|n| !self.places.knows(n)) {
            unmatched(&mut resolved, name, "municipality", Vec::new());
        }
        resolved
    }

    /// Occupations a title may mean, best first. `ssyk` lifts occupations of that group. About
    /// 0.6 ms for all of ESCO.
    pub fn read_title(&self, title: &str, ssyk: Option<&str>, top: usize) -> Resolution {
        if let Some(ix) = self.dataset.taxonomy.occupation_ix(title.trim()) {
            return certain(ix, title);
        }
        let labels = &self.model.titles;
        let bonus = |ix: OccupationIx| {
            let groups = &self.dataset.taxonomy.occupation(ix).ssyk;
            let same = ssyk.is_some_and(|ssyk| groups.iter().any(|group| group == ssyk));
            if same { SSYK_BONUS } else { 0.0 }
        };
        let label = |ix, language, at| self.occupation(ix).label_text(language, at);
        readings(title, labels, bonus, label, top)
    }

    /// Skills a text may mean, best first. About 1 ms for all of ESCO.
    pub fn read_skill(&self, text: &str, top: usize) -> Resolution {
        if let Some(ix) = self.dataset.taxonomy.skill_ix(text.trim()) {
            return certain(ix, text);
        }
        let label = |ix, language, at| self.skill(ix).label_text(language, at);
        readings(text, &self.model.skill_labels, |_| 0.0, label, top)
    }

    /// The licence a text names: its key, label or another spelling.
    fn read_licence(&self, text: &str) -> Option<String> {
        let wanted = spelling(text);
        let short = || wanted.strip_suffix(" körkort").or(wanted.strip_suffix(" behörighet"));
        let known = &self.licences.0;
        known.get(&wanted).or_else(|| known.get(short()?)).cloned()
    }

    /// Adds the licences that those held include.
    fn with_included(&self, mut held: BTreeSet<String>) -> Vec<String> {
        loop {
            let more: Vec<String> = (self.dataset.taxonomy.licences.iter())
                .filter(|licence| licence.included_in.iter().any(|key| held.contains(key)))
                .map(|licence| licence.key.clone())
                .filter(|key| !held.contains(key))
                .collect();
            if more.is_empty() {
                return held.into_iter().collect();
            }
            held.extend(more);
        }
    }

    /// A worker of whom only the SSYK group is known stands for the occupations of that group.
    fn read_group(&self, ssyk: &str, resolved: &mut ResolvedProfile) {
        let own = |ix: &OccupationIx| {
            let occupation = self.dataset.taxonomy.occupation(*ix);
            occupation.ssyk.first().is_some_and(|group| group == ssyk)
        };
        let rows = (0..).take(self.dataset.taxonomy.occupations.len());
        let members: Vec<OccupationIx> = rows.filter(own).take(ALTERNATIVES).collect();
        if members.is_empty() {
            return unmatched(resolved, ssyk, "ssyk", Vec::new());
        }
        for ix in members {
            let concept = self.occupation(ix);
            resolved.occupations.push(ResolvedConcept {
                text: ssyk.to_owned(),
                ix,
                id: concept.id.to_owned(),
                label: concept.label.clone(),
                matched_label: format!("SSYK {ssyk}"),
                confidence: TITLE_CONFIDENCE,
                alternatives: Vec::new(),
            });
        }
    }

    fn occupation(&self, ix: OccupationIx) -> Concept<'_> {
        let row = self.dataset.taxonomy.occupation(ix);
        Concept { id: &row.id, label: &row.label, alternatives: &row.alternatives }
    }

    fn skill(&self, ix: SkillIx) -> Concept<'_> {
        let row = self.dataset.taxonomy.skill(ix);
        Concept { id: &row.id, label: &row.label, alternatives: &row.alternatives }
    }
}

/// What occupations and skills have in common.
struct Concept<'a> {
    id: &'a str,
    label: &'a Bilingual<String>,
    alternatives: &'a Bilingual<Vec<String>>,
}

impl Concept<'_> {
    /// The `at`-th indexed label: the preferred one first, empty ones not counted.
    fn label_text(&self, language: Language, at: usize) -> String {
        let preferred = std::iter::once(self.label.get(language));
        let mut all = preferred.chain(self.alternatives.get(language));
        all.by_ref().filter(|label| !label.is_empty()).nth(at).cloned().unwrap_or_default()
    }
}

/// The first reading as a resolved concept with the others beside it, or suggestions.
fn understood<'a>(
    text: &str,
    readings: Resolution,
    enough: f32,
    concept: impl Fn(u32) -> Concept<'a>,
) -> Result<ResolvedConcept, Vec<Candidate>> {
    let candidate = |reading: &Reading| {
        let found = concept(reading.ix);
        let (id, label) = (found.id.to_owned(), found.label.clone());
        Candidate { id, label, score: reading.confidence, reason: None }
    };
    let mut readings = readings.candidates.into_iter();
    let Some(first) = readings.next() else { return Err(Vec::new()) };
    let others: Vec<Candidate> =
        readings.filter(|other| other.confidence >= SUGGESTED).map(|r| candidate(&r)).collect();
    if first.confidence < enough {
        let first = Some(candidate(&first)).filter(|first| first.score >= SUGGESTED);
        return Err(first.into_iter().chain(others).collect());
    }
    let found = concept(first.ix);
    Ok(ResolvedConcept {
        text: text.to_owned(),
        ix: first.ix,
        id: found.id.to_owned(),
        label: found.label.clone(),
        matched_label: first.label,
        confidence: first.confidence,
        alternatives: others,
    })
}

/// Ranking score of a label: its own cosine, helped by its concept's other labels; or, a step back,
/// that of the concept in the other language.
pub fn label_score(cosine: f32, here: BestLabel, there: BestLabel) -> f32 {
    let direct = cosine + MEAN_SHARE * here.mean + OTHER_LANGUAGE_SHARE * there.cosine;
    let bridged = there.cosine + MEAN_SHARE * there.mean + OTHER_LANGUAGE_SHARE * cosine;
    direct.max(bridged - OTHER_LANGUAGE_BACK)
}

fn filled(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn unmatched(resolved: &mut ResolvedProfile, text: &str, field: &str, suggestions: Vec<Candidate>) {
    let (text, field) = (text.to_owned(), field.to_owned());
    resolved.unmatched.push(Unmatched { text, field, suggestions });
}

fn certain(ix: u32, label: &str) -> Resolution {
    let reading = Reading { ix, score: 1.0, confidence: 1.0, label: label.trim().to_owned() };
    Resolution { candidates: vec![reading] }
}

/// Ranks concepts by their best label in one language, helped by the mean over their labels and by
/// their best label in the other language.
fn readings(
    text: &str,
    labels: &Bilingual<LabelIndex>,
    bonus: impl Fn(u32) -> f32,
    label: impl Fn(u32, Language, usize) -> String,
    top: usize,
) -> Resolution {
    let best = |index: &LabelIndex| index.best_by_concept(&index.cosines(text));
    let (sv, en) = (best(&labels.sv), best(&labels.en));
    let at = |list: &[BestLabel], ix: usize| list.get(ix).copied().unwrap_or_default();
    let mut found: Vec<(u32, f32, BestLabel, Language)> = (0..)
        .zip(0..sv.len().max(en.len()))
        .filter_map(|(concept, row)| {
            let (sv, en) = (at(&sv, row), at(&en, row));
            let (own, language) =
                if sv.cosine >= en.cosine { (sv, Language::Sv) } else { (en, Language::En) };
            let score = label_score(sv.cosine, sv, en).max(label_score(en.cosine, en, sv));
            own.label.map(|_| (concept, score, own, language))
        })
        .collect();
    for entry in &mut found {
        entry.1 += bonus(entry.0);
    }
    let order = |a: &(u32, f32, BestLabel, Language), b: &(u32, f32, BestLabel, Language)| {
        b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
    };
    if found.len() > top {
        found.select_nth_unstable_by(top, order);
        found.truncate(top);
    }
    found.sort_by(order);
    let candidates = found
        .into_iter()
        .map(|(ix, score, best, language)| {
            let index = labels.get(language);
            let place = best.label.map_or(0, |label| index.place(label));
            let label = label(ix, language, place);
            Reading { ix, score, confidence: best.cosine.min(1.0), label }
        })
        .collect();
    Resolution { candidates }
}
