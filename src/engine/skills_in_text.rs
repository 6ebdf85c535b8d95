//! Free text -> skills, each with the words that speak of it.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use rayon::prelude::*;

use super::{
    Engine, Resolution,
    resolve::SKILL_CONFIDENCE,
    sentences::{Sentence, denied, is_year, main_language, sentences},
};
use crate::{
    domain::{
        Candidate, Language, MatchStatus, Skill, SkillEvidence, SkillInText, SkillIx, SkillsInText,
    },
    model::{SkillMention, word_spans},
};

/// Confidence from which a skill is shown unless the caller asks for another, per cent.
pub const LEAST_PERCENT: u8 = 20;
/// The same as a share.
pub const LEAST_CONFIDENCE: f32 = LEAST_PERCENT as f32 / 100.0;
/// Confidence from which a skill in a text is taken as one that its writer has, unasked.
pub const SURE_CONFIDENCE: f32 = 0.5;
/// Skills shown unless the caller asks for another number.
pub const DEFAULT_SKILLS: usize = 30;
/// Most different sentences of a text that are read; ten pages have fewer.
pub const MOST_SENTENCES: usize = 500;
/// Places shown of a skill.
const PLACES: usize = 3;

/// Most words of a line that may be a job title, and the confidence from which it is one.
const TITLE_WORDS: usize = 4;
const TITLE_CONFIDENCE: f32 = 0.85;
/// Confidence of a text that is a title to the letter.
const TITLE_ITSELF: f32 = 0.97;
/// Most words of an item of a list that may be the name of a skill.
const NAME_WORDS: usize = 3;
/// Words that an employer or a place follows.
const EMPLOYER_WORDS: [&str; 4] = ["på", "hos", "vid", "at"];
/// Most words after a title that name only an employer and a place.
const EMPLOYER_NAME: usize = 5;
/// Words of a line in which single letters are classes of driving licences, words around the name of
/// a licence, and signs and words between two.
const LICENCE_WORDS: [&str; 5] = ["körkort", "körkortsbehörighet", "driving", "licence", "license"];
const HELD_WORDS: [&str; 9] =
    ["jag", "har", "innehar", "giltig", "giltigt", "även", "i", "have", "valid"];
const BETWEEN: [&str; 5] = ["och", "samt", "eller", "and", "or"];
/// Part of a label from which all of it stands in a text.
const WHOLE: f32 = 0.9;

/// A mention and the number of its sentence.
type Found = (usize, SkillMention);
/// A skill with all its places, surest first.
type Places = (SkillIx, Vec<Found>);

/// A text as it was read.
struct ReadText<'a> {
    /// Its different sentences.
    sentences: Vec<Sentence<'a>>,
    /// The title that each is or begins with.
    titles: Vec<Option<&'a str>>,
    /// Number of sentences that were not read.
    unread: usize,
    /// What each speaks of.
    mentions: Vec<Vec<SkillMention>>,
}

impl Engine {
    /// Skills a text speaks of, surest first, ties by row: those with a confidence of at least
    /// `least`, at most `most`, with the other skills that the same words may mean. Every sentence is
    /// read in its own language, or all in `language` where it is given. A sentence that comes again is
    /// read once, of more than [`MOST_SENTENCES`] only the first. About 1 ms a sentence for all of
    /// ESCO and 2 ms a short line, on all cores; the same for any number of them.
    pub fn skills_in_text(
        &self,
        text: &str,
        language: Option<Language>,
        least: f32,
        most: usize,
    ) -> SkillsInText {
        let ReadText { sentences, titles, unread, mentions } = self.read_text(text, language);
        let skills: Vec<SkillInText> = by_words(by_skill(mentions, least), most)
            .into_iter()
            .map(|(place, others)| self.skill_in(text, &sentences, place, &others))
            .collect();
        let match_status = MatchStatus::of(!sentences.is_empty(), !skills.is_empty());
        let mut seen = BTreeSet::new();
        let titles = titles.into_iter().flatten().filter(|title| seen.insert(title.to_lowercase()));
        let titles = titles.map(str::to_owned).collect();
        let count = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let (sentences, unread) = (count(sentences.len()), count(unread));
        SkillsInText { match_status, sentences, unread, titles, skills }
    }

    /// Everything that the sentences of a text may speak of, sentence by sentence, before it is sorted
    /// by skill and by words: what weights are fitted on.
    pub fn mentions_in_text(&self, text: &str) -> Vec<SkillMention> {
        self.read_text(text, None).mentions.into_iter().flatten().collect()
    }

    fn read_text<'a>(&self, text: &'a str, language: Option<Language>) -> ReadText<'a> {
        let mut sentences = sentences(text);
        let main = language.unwrap_or_else(|| main_language(&sentences));
        let mut seen = HashSet::new();
        sentences.retain(|s| seen.insert((s.text, s.language, s.alone, s.first, s.dated)));
        let unread = sentences.len().saturating_sub(MOST_SENTENCES);
        sentences.truncate(MOST_SENTENCES);
        let titles: Vec<Option<&str>> =
            sentences.par_iter().map(|sentence| self.title_of(*sentence)).collect();
        // Whoever gives titles alone wants their skills.
        let only_titles = titles.iter().all(Option::is_some);
        let mentions: Vec<Vec<SkillMention>> = (sentences.par_iter().zip(&titles))
            .map(|(sentence, title)| {
                let known = language.or(sentence.language);
                let told = match title {
                    Some(title) if only_titles => title,
                    Some(title) if names_employer(*sentence, title) => return Vec::new(),
                    _ => sentence.text,
                };
                self.mentions(told, known, main)
            })
            .collect();
        ReadText { sentences, titles, unread, mentions }
    }

    /// Licences that lines of a text name, as written and in their order, each once: parts of lists
    /// that [`Engine::resolve`] knows as licences. Single letters count only beside words such as
    /// `körkort`; lines that deny something do not. Linear in the text.
    pub fn licences_in_text(&self, text: &str) -> Vec<String> {
        let mut found: Vec<String> = Vec::new();
        for line in text.lines().filter(|line| denied(line).is_empty()) {
            let driving = word_spans(line)
                .into_iter()
                .any(|at| LICENCE_WORDS.contains(&line[at].to_lowercase().as_str()));
            // "Körkort: C" names no other licence than C.
            let list = line.split_once(':').map_or(line, |(_, list)| list);
            for part in list.split([',', ';', '/', '(', ')', '.', '&', '\u{2022}']) {
                for name in names(part) {
                    let short = name.chars().count() <= 2;
                    let named = (driving || !short) && self.licences.is_name(&name);
                    if named && !found.contains(&name) {
                        found.push(name);
                    }
                }
            }
        }
        found
    }

    /// The job title a line is, or begins with before its employer, place or date.
    fn title_of<'a>(&self, sentence: Sentence<'a>) -> Option<&'a str> {
        if !sentence.first {
            return None;
        }
        let mut heads = heads(sentence).into_iter();
        heads.find(|(head, least)| self.is_title(head, *least)).map(|(head, _)| head)
    }

    /// Whether a text is a job title with at least this confidence, and more like one than like a skill.
    fn is_title(&self, text: &str, least: f32) -> bool {
        if !(1..=TITLE_WORDS).contains(&word_spans(text).len()) {
            return false;
        }
        let sure = |found: Resolution| found.candidates.first().map_or(0.0, |best| best.confidence);
        let title = sure(self.read_title_as_written(text, 1));
        title >= least && title > sure(self.read_skill(text, 1))
    }

    /// What a sentence speaks of; one without telling words is read in both languages. An item of a list
    /// that is a skill's name is as sure as the same name given as a skill: sentences of ads, which the
    /// shares were fitted on, have no such items.
    fn mentions(
        &self,
        sentence: &str,
        known: Option<Language>,
        main: Language,
    ) -> Vec<SkillMention> {
        let meaning = self.model.encoder().map(|encoder| encoder.skills(sentence));
        let of = |language| self.model.skills_in_sentence(sentence, language, meaning.as_ref());
        let mut found = of(known.unwrap_or(main));
        if known.is_none() {
            for other in of(main.other()) {
                match found.iter_mut().find(|mention| mention.skill == other.skill) {
                    Some(mention) if mention.share < other.share => *mention = other,
                    Some(_) => {}
                    None => found.push(other),
                }
            }
        }
        if word_spans(sentence).len() <= NAME_WORDS
            && let Some(named) = self.read_skill(sentence, 1).candidates.first()
            && named.confidence >= SKILL_CONFIDENCE
            && let Some(mention) = found.iter_mut().find(|mention| mention.skill == named.ix)
        {
            mention.share = mention.share.max(named.confidence);
        }
        let denied = denied(sentence);
        // A skill without words of its own may be of the part that is denied.
        found.retain(|mention| {
            denied.is_empty()
                || mention.has_words()
                    && !denied.iter().any(|part| part.contains(&mention.span.start))
        });
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
            Candidate::new(&other.id, self.skills.labels[ix as usize].clone(), score)
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

/// A line, and its beginnings before what may be an employer, a place or a date, the longest first;
/// with the confidence each must have to be a title.
fn heads(sentence: Sentence<'_>) -> Vec<(&str, f32)> {
    let text = sentence.text;
    let spans = word_spans(text).into_iter().take(TITLE_WORDS + 1);
    let ends = spans.filter(|at| {
        let word = text[at.clone()].to_lowercase();
        EMPLOYER_WORDS.contains(&word.as_str()) || is_year(&word)
    });
    let mut cuts: Vec<(usize, f32)> = ends.map(|at| (at.start, TITLE_CONFIDENCE)).collect();
    let signs = ['(', '|'].into_iter().filter_map(|sign| text.find(sign));
    cuts.extend(signs.map(|at| (at, TITLE_CONFIDENCE)));
    // Commas stand in lists of skills too.
    let least = if sentence.dated { TITLE_CONFIDENCE } else { TITLE_ITSELF };
    cuts.extend(text.find(',').map(|at| (at, least)));
    cuts.push((text.len(), if sentence.alone { TITLE_CONFIDENCE } else { TITLE_ITSELF }));
    cuts.sort_unstable_by_key(|(at, _)| std::cmp::Reverse(*at));
    let sign = |c: char| c.is_whitespace() || "(,|-\u{2013}".contains(c);
    cuts.into_iter().map(|(cut, least)| (text[..cut].trim_end_matches(sign), least)).collect()
}

/// Whether the rest of a line after its title says no more than where that work was.
fn names_employer(sentence: Sentence<'_>, title: &str) -> bool {
    sentence.dated || word_spans(&sentence.text[title.len()..]).len() <= EMPLOYER_NAME + 1
}

/// The names that a part of a list has between words such as `och`, without words such as `har`.
fn names(part: &str) -> Vec<String> {
    let mut names = vec![String::new()];
    for word in part.split_whitespace() {
        let lower = word.to_lowercase();
        if BETWEEN.contains(&lower.as_str()) {
            names.push(String::new());
        } else if let Some(name) = names.last_mut()
            && !HELD_WORDS.contains(&lower.as_str())
        {
            if !name.is_empty() {
                name.push(' ');
            }
            name.push_str(word);
        }
    }
    names.retain(|name| !name.is_empty());
    names
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
    // A skill that only the whole sentence speaks of has no words of its own to cover others with.
    let lacks = narrow.part() < WHOLE && wide.has_words();
    at == other_at && inside && (wide.span == narrow.span || lacks)
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

#[cfg(test)]
mod tests {
    use std::{fmt::Write as _, sync::LazyLock};

    use super::*;
    use crate::{
        dataset::starter,
        model::{self, Ranker},
    };

    static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
        let dataset = starter::dataset().unwrap();
        let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
        Engine::new(dataset, model)
    });

    fn read(text: &str) -> SkillsInText {
        ENGINE.skills_in_text(text, None, LEAST_CONFIDENCE, DEFAULT_SKILLS)
    }

    #[test]
    fn a_title_stands_before_its_employer_and_its_years() {
        for (line, title) in [
            ("CNC-operatör på Volvo Powertrain (2012-2024)", "CNC-operatör"),
            ("Servitris på Restaurang Havet sedan 2018", "Servitris"),
            ("2015-2019: Servitris, Restaurang Havet", "Servitris"),
            ("Servitris (Restaurang Havet)", "Servitris"),
            ("Servitris hos Havet", "Servitris"),
            ("Servitris, Restaurang Havet, Göteborg", "Servitris"),
            ("Servitris på Restaurang Havet sedan 2018. Tog emot gäster.", "Servitris"),
            ("Undersköterska 2012-2015, Sahlgrenska", "Undersköterska"),
        ] {
            let found = read(&format!("{line}\nKan svetsa rör och läsa ritningar."));
            assert_eq!(found.titles, [title], "{line}");
            let before =
                |e: &SkillEvidence| e.before.contains("Havet") || e.after.contains("Havet");
            assert!(!found.skills.iter().any(|skill| skill.evidence.iter().any(before)), "{line}");
        }
        assert!(read("Jag trivs på jobbet\nUtbildning\nServitris").titles.is_empty());
    }

    #[test]
    fn titles_alone_stay_titles() {
        assert_eq!(
            read("Servitris\nLastbilsförare\nservitris").titles,
            ["Servitris", "Lastbilsförare"]
        );
    }

    #[test]
    fn a_sentence_is_read_once_and_no_more_than_the_bound() {
        let same = read(&"Kan svetsa rör.\n".repeat(13_000));
        assert_eq!((same.sentences, same.unread), (1, 0));
        assert!(!same.skills.is_empty());
        let mut many = String::new();
        for at in 0..MOST_SENTENCES + 7 {
            writeln!(many, "Ord nummer {at} säger inget alls om någon kompetens").unwrap();
        }
        let many = read(&many);
        assert_eq!((many.sentences, many.unread), (500, 7));
    }

    #[test]
    fn licences_are_named_by_themselves_and_not_by_letters_or_denials() {
        for (text, licences) in [
            ("Körkort: B, CE", &["B", "CE"][..]),
            ("CE-körkort, YKB och ADR-intyg", &["CE-körkort", "YKB", "ADR-intyg"]),
            ("Jag har truckkort.\nHar även B-körkort", &["truckkort", "B-körkort"]),
            ("Språk: C, C++, D", &[]),
            ("Truckkort A+B", &["Truckkort A+B"]),
            ("Gaffeltruck", &[]),
            ("Saknar körkort, truckkort", &[]),
            ("Körde truck med C", &[]),
        ] {
            assert_eq!(ENGINE.licences_in_text(text), licences, "{text}");
        }
    }
}
