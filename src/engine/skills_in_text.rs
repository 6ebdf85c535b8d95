//! Free text -> skills, each with the words that speak of it.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{
    Engine, Resolution,
    sentences::{Sentence, denied, main_language, sentences},
};
use crate::{
    domain::{
        Candidate, Language, MatchStatus, Skill, SkillEvidence, SkillInText, SkillIx, SkillsInText,
    },
    model::{SkillMention, word_spans},
};

/// Confidence from which a skill is shown unless the caller asks for another.
pub const LEAST_CONFIDENCE: f32 = 0.2;
/// Skills shown unless the caller asks for another number.
pub const DEFAULT_SKILLS: usize = 30;
/// Places shown of a skill.
const PLACES: usize = 3;

/// Most words of a line that may be a job title, and the confidence from which it is one.
const TITLE_WORDS: usize = 4;
const TITLE_CONFIDENCE: f32 = 0.85;
/// Part of a label from which all of it stands in a text.
const WHOLE: f32 = 0.9;

/// A mention and the number of its sentence.
type Found = (usize, SkillMention);
/// A skill with all its places, surest first.
type Places = (SkillIx, Vec<Found>);

impl Engine {
    /// Skills a text speaks of, surest first, ties by row: those with a confidence of at least
    /// `least`, at most `most`, with the other skills that the same words may mean. Every sentence is
    /// read in its own language, or all in `language` where it is given. About 1 ms a sentence for
    /// all of ESCO, on all cores; the same for any number of them.
    pub fn skills_in_text(
        &self,
        text: &str,
        language: Option<Language>,
        least: f32,
        most: usize,
    ) -> SkillsInText {
        let sentences = sentences(text);
        let main = language.unwrap_or_else(|| main_language(&sentences));
        let mut are_titles: Vec<bool> =
            sentences.par_iter().map(|sentence| self.is_title(*sentence)).collect();
        if are_titles.iter().all(|is_title| *is_title) {
            // Then it is no CV, and whoever asks wants skills.
            are_titles.fill(false);
        }
        let read: Vec<Vec<SkillMention>> = (sentences.par_iter().zip(&are_titles))
            .map(|(sentence, is_title)| {
                let known = language.or(sentence.language);
                if *is_title { Vec::new() } else { self.mentions(sentence.text, known, main) }
            })
            .collect();
        let skills: Vec<SkillInText> = by_words(by_skill(read, least), most)
            .into_iter()
            .map(|(place, others)| self.skill_in(text, &sentences, place, &others))
            .collect();
        let match_status = if sentences.is_empty() {
            MatchStatus::Abstain
        } else if skills.is_empty() {
            MatchStatus::NoMatch
        } else {
            MatchStatus::Matched
        };
        let titles = sentences.iter().zip(are_titles).filter(|(_, is_title)| *is_title);
        let mut seen = BTreeSet::new();
        let titles = titles.map(|(sentence, _)| sentence.text);
        let titles = titles.filter(|title| seen.insert(title.to_lowercase()));
        let titles = titles.map(str::to_owned).collect();
        let sentences = u32::try_from(sentences.len()).unwrap_or(u32::MAX);
        SkillsInText { match_status, sentences, titles, skills }
    }

    /// Whether a line is a job title, and more like one than like a skill.
    fn is_title(&self, sentence: Sentence<'_>) -> bool {
        if !sentence.alone || word_spans(sentence.text).len() > TITLE_WORDS {
            return false;
        }
        let sure = |found: Resolution| found.candidates.first().map_or(0.0, |best| best.confidence);
        let title = sure(self.read_title(sentence.text, None, 1));
        title >= TITLE_CONFIDENCE && title > sure(self.read_skill(sentence.text, 1))
    }

    /// What a sentence speaks of; one without telling words is read in both languages.
    fn mentions(
        &self,
        sentence: &str,
        known: Option<Language>,
        main: Language,
    ) -> Vec<SkillMention> {
        let mut found = self.model.skills_in_sentence(sentence, known.unwrap_or(main));
        if known.is_none() {
            let others = self.model.skills_in_sentence(sentence, main.other());
            for other in others {
                match found.iter_mut().find(|mention| mention.skill == other.skill) {
                    Some(mention) if mention.share < other.share => *mention = other,
                    Some(_) => {}
                    None => found.push(other),
                }
            }
        }
        let denied = denied(sentence);
        found.retain(|mention| !denied.iter().any(|part| part.contains(&mention.span.start)));
        found
    }

    /// A skill with the best of its places and the others that its words may mean.
    fn skill_in(
        &self,
        text: &str,
        sentences: &[Sentence<'_>],
        (ix, places): Places,
        others: &[(SkillIx, f32)],
    ) -> SkillInText {
        let skill = self.dataset.taxonomy.skill(ix);
        let evidence: Vec<SkillEvidence> = places
            .iter()
            .take(PLACES)
            .map(|(at, mention)| evidence(text, sentences[*at], skill, mention))
            .collect();
        let candidate = |&(ix, score): &(SkillIx, f32)| {
            let other = self.dataset.taxonomy.skill(ix);
            let (id, label) = (other.id.clone(), other.label.clone());
            Candidate { id, label, score, reason: None }
        };
        SkillInText {
            ix,
            id: skill.id.clone(),
            label: skill.label.clone(),
            confidence: surest(&places),
            evidence,
            alternatives: others.iter().map(candidate).collect(),
        }
    }
}

fn surest(places: &[Found]) -> f32 {
    places.first().map_or(0.0, |(_, mention)| mention.share)
}

/// The mentions of each skill, the surest skill first.
fn by_skill(read: Vec<Vec<SkillMention>>, least: f32) -> Vec<Places> {
    let mut skills: BTreeMap<SkillIx, Vec<Found>> = BTreeMap::new();
    for (at, mentions) in (0..).zip(read) {
        for mention in mentions.into_iter().filter(|mention| mention.share >= least) {
            skills.entry(mention.skill).or_default().push((at, mention));
        }
    }
    let mut skills: Vec<Places> = skills.into_iter().collect();
    for (_, places) in &mut skills {
        places.sort_by(|a, b| b.1.share.total_cmp(&a.1.share).then(a.0.cmp(&b.0)));
    }
    skills.sort_by(|a, b| surest(&b.1).total_cmp(&surest(&a.1)).then(a.0.cmp(&b.0)));
    skills
}

/// The first `most` skills with words of their own, each with the later ones that only its words
/// speak of: `kvalitetskontroll` in a text is one skill, not also four that do something with it.
fn by_words(skills: Vec<Places>, most: usize) -> Vec<(Places, Vec<(SkillIx, f32)>)> {
    let mut kept: Vec<(Places, Vec<(SkillIx, f32)>)> = Vec::new();
    for (ix, places) in skills {
        let same = places.first().and_then(|best| {
            kept.iter().position(|((_, known), _)| known.iter().any(|place| covers(place, best)))
        });
        match same {
            Some(at) => kept[at].1.push((ix, surest(&places))),
            None if kept.len() < most => kept.push(((ix, places), Vec::new())),
            None => {}
        }
    }
    kept
}

/// Whether the words of one place are those of another, or hold them and the other lacks some of its
/// label.
fn covers((at, wide): &Found, (other_at, narrow): &Found) -> bool {
    let inside = wide.span.start <= narrow.span.start && narrow.span.end <= wide.span.end;
    at == other_at && inside && (wide.span == narrow.span || narrow.part() < WHOLE)
}

fn evidence(
    text: &str,
    sentence: Sentence<'_>,
    skill: &Skill,
    mention: &SkillMention,
) -> SkillEvidence {
    let (before, rest) = sentence.text.split_at(mention.span.start);
    let (words, after) = rest.split_at(mention.span.len());
    let count = |part: &str| u32::try_from(part.chars().count()).unwrap_or(u32::MAX);
    let start = count(&text[..sentence.from + mention.span.start]);
    SkillEvidence {
        start,
        end: start + count(words),
        before: before.to_owned(),
        words: words.to_owned(),
        after: after.to_owned(),
        language: mention.language,
        matched_label: label(skill, mention),
        confidence: mention.share,
    }
}

/// The label that a mention is like: the preferred one first, empty ones not counted.
fn label(skill: &Skill, mention: &SkillMention) -> String {
    let preferred = std::iter::once(skill.label.get(mention.language));
    let mut all = preferred.chain(skill.alternatives.get(mention.language));
    all.by_ref().filter(|label| !label.is_empty()).nth(mention.label).cloned().unwrap_or_default()
}
