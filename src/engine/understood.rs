//! Whether a reading of a text is one that is understood, and whether it is sure: what is not is asked about.

use super::{
    Engine,
    reading::{Reading, Resolution, spelling},
};
use crate::{
    domain::{Bilingual, Candidate, Language, ResolvedConcept, Shared},
    model::Compounds,
};

/// A reading with less confidence is unsure, and so is one that another comes this near to.
const SURE: f32 = 0.75;
const NEAR: f32 = 0.03;
/// Cosine below which nothing is even suggested.
const SUGGESTED: f32 = 0.25;
/// Letters by which two words begin that are about the same (`svetsning`, `svetsa`).
const TELLING_LETTERS: usize = 5;
/// Fewest letters of the first part of a compound.
const HEAD_LETTERS: usize = 3;
/// Occupations whose names end with a word, alone or in a compound (`butikschef`), from which on the word is the name
/// of a kind.
const KINDS: usize = 5;

/// What a text was read as where it is one name, and how like its label is to the text.
pub(super) type ReadAsOne = Result<(ResolvedConcept, f32), Vec<Candidate>>;

/// What occupations and skills have in common.
pub(super) struct Concept<'a> {
    id: &'a str,
    label: &'a Shared<Bilingual<String>>,
    alternatives: &'a Bilingual<Vec<String>>,
}

impl<'a> Concept<'a> {
    pub(super) fn new(
        id: &'a str,
        label: &'a Shared<Bilingual<String>>,
        alternatives: &'a Bilingual<Vec<String>>,
    ) -> Self {
        Self { id, label, alternatives }
    }

    /// The language that has a label of it; Swedish where both have.
    fn language_of(&self, label: &str) -> Language {
        let has = |name: &String| name.as_str() == label;
        let swedish = has(&self.label.sv) || self.alternatives.sv.iter().any(has);
        if swedish { Language::Sv } else { Language::En }
    }

    /// The `at`-th indexed label: the preferred one first, empty ones not counted.
    pub(super) fn label_text(&self, language: Language, at: usize) -> String {
        let preferred = std::iter::once(self.label.get(language));
        let mut all = preferred.chain(self.alternatives.get(language));
        all.by_ref().filter(|label| !label.is_empty()).nth(at).cloned().unwrap_or_default()
    }
}

/// The first reading as a resolved concept with the others beside it, and how like its label is to the
/// text; or suggestions.
pub(super) fn understood<'a>(
    text: &str,
    readings: Resolution,
    enough: f32,
    concept: impl Fn(u32) -> Concept<'a>,
) -> ReadAsOne {
    let candidate = |reading: &Reading| {
        let found = concept(reading.ix);
        Candidate::new(found.id, found.label.clone(), reading.probability)
    };
    let mut readings = readings.candidates.into_iter();
    let Some(first) = readings.next() else { return Err(Vec::new()) };
    let others: Vec<Candidate> =
        readings.filter(|other| other.confidence >= SUGGESTED).map(|r| candidate(&r)).collect();
    if first.confidence < enough {
        let first = Some(&first).filter(|first| first.confidence >= SUGGESTED);
        return Err(first.map(candidate).into_iter().chain(others).collect());
    }
    let found = concept(first.ix);
    let rival = others.iter().map(|other| other.score).fold(0.0, f32::max);
    let resolved = ResolvedConcept {
        text: text.to_owned(),
        ix: first.ix,
        id: found.id.to_owned(),
        label: found.label.clone(),
        matched_label: first.label,
        confidence: first.probability,
        sure: first.probability >= SURE && rival <= first.probability - NEAR,
        alternatives: others,
    };
    Ok((resolved, first.confidence))
}

/// Whether a skill is sure by more than likeness: its own name is what was written.
pub(super) fn is_its_name(read: &ResolvedConcept) -> bool {
    let written = spelling(&read.text);
    [&read.label.sv, &read.label.en].into_iter().any(|name| spelling(name) == written)
}

/// Whether the label that a text was read by is the very text.
pub(super) fn is_named_so(read: &ResolvedConcept) -> bool {
    spelling(&read.matched_label) == spelling(&read.text)
}

/// Whether the name of a skill has nothing of what was written, and that of another it may have meant begins a word
/// with it. ESCO lists "budget" among the other names of "uppnå säljmål", and "lyft" among those of "förflytta
/// patienter".
pub(super) fn is_rather_of_others(read: &ResolvedConcept, own: &Concept<'_>) -> bool {
    let written = spelling(&read.text);
    let beginning: String = written.chars().take(TELLING_LETTERS).collect();
    let language = own.language_of(&read.matched_label);
    if written.is_empty() || spelling(read.label.get(language)).contains(&beginning) {
        return false;
    }
    let short = written.chars().count() < TELLING_LETTERS - 1;
    let begins = |other: &Candidate| {
        let name = format!(" {} ", spelling(other.label.get(language)));
        let end = if short { " " } else { "" };
        name.contains(&format!(" {written}{end}"))
    };
    read.alternatives.iter().any(begins)
}

/// Whether a Swedish word is another one or a compound that ends with it: `butikschef` with `chef`, but `lasersvetsare`
/// not with `etsare`. A compound whose parts the data set does not know must leave something that can be said.
fn is_made_with(word: &str, last: &str, compounds: &Compounds) -> bool {
    if word == last {
        return true;
    }
    if !word.ends_with(last) {
        return false;
    }
    let part = compounds.last(word);
    if part != word {
        return part == last;
    }
    let is_vowel = |letter: char| "aeiouyåäö".contains(letter);
    let head = word.strip_suffix(last).filter(|head| head.chars().count() >= HEAD_LETTERS);
    head.is_some_and(|head| head.contains(is_vowel))
}

impl Engine {
    /// Whether a title of one word names a kind of work, and what it was read as is but one of that kind. ESCO lists
    /// "driver" among the other names of "begravningsassistent", and "kock" is "chef" in English, which in Swedish
    /// leads anything. What the hub's own experts call so is what it says. O(occupations), for such titles alone.
    pub(super) fn is_rather_a_kind(&self, read: &ResolvedConcept) -> bool {
        let written = spelling(&read.text);
        let is = |name: &str| spelling(name) == written;
        if !is_named_so(read)
            || is(&read.label.sv)
            || written.contains(' ')
            || self.usual_titles.is_of_hub(&written, read.ix)
        {
            return false;
        }
        // Its own name in English is wrong only where the word is a Swedish one, too.
        let languages: &[Language] =
            if is(&read.label.en) { &[Language::Sv] } else { &[Language::Sv, Language::En] };
        let compounds = self.model.compounds();
        let is_of_kind = |label: &&Shared<Bilingual<String>>| {
            languages.iter().any(|language| {
                let name = spelling(label.get(*language).split(',').next().unwrap_or_default());
                let last = name.rsplit(' ').next().unwrap_or_default();
                let is_sort = match language {
                    Language::Sv => is_made_with(last, &written, &compounds),
                    Language::En => last == written,
                };
                name != written && is_sort
            })
        };
        self.labels.iter().filter(is_of_kind).take(KINDS).count() == KINDS
    }
}
