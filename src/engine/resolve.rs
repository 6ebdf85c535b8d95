//! Written words -> concepts, with what was not understood.

use std::{collections::BTreeSet, mem};

use super::{
    Engine,
    reading::{Reading, Resolution, certain, readings, spelling},
};
use crate::{
    dataset::places,
    domain::{
        Bilingual, Candidate, JobTitle, Language, OccupationIx, Profile, ResolvedConcept,
        ResolvedProfile, Shared, SkillIx, Unmatched,
    },
};

/// Cosine from which a title counts as understood. Short words share n-grams with anything ("banan"
/// with "banarbetare", 0.52), misspelled ones are no nearer ("svetasre", 0.50): below it the letters
/// decide.
const TITLE_CONFIDENCE: f32 = 0.6;
/// Cosine from which a skill counts as understood.
pub(super) const SKILL_CONFIDENCE: f32 = 0.6;
/// Other readings listed with a resolved text, and suggestions for one that was not.
pub(super) const ALTERNATIVES: usize = 4;
/// A reading with less confidence is unsure, and so is one that another comes this near to.
const SURE: f32 = 0.75;
const NEAR: f32 = 0.03;
/// Confidence from which a title is taken that is left of one that was not understood.
const SHORTENED: f32 = 0.9;
/// Cosine below which nothing is even suggested.
const SUGGESTED: f32 = 0.25;

/// What a text was read as: concepts, or suggestions where it was not understood.
type Read = Result<Vec<ResolvedConcept>, Vec<Candidate>>;
/// What it was read as where it is one name, and how like its label is to the text.
pub(super) type ReadAsOne = Result<(ResolvedConcept, f32), Vec<Candidate>>;

impl Engine {
    /// Reads a worker's words. Titles, skills and licences may be written in Swedish or English, or
    /// be given as ESCO URIs.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn resolve(&self, profile: &Profile) -> ResolvedProfile {
        let mut resolved = ResolvedProfile::default();
        for title in filled(&profile.titles) {
            match self.read_titles(title, profile.ssyk.as_deref()) {
                Ok(concepts) => resolved.occupations.extend(concepts),
                Err(suggestions) => unmatched(&mut resolved, title, "title", suggestions),
            }
        }
        for title in filled(&profile.wanted) {
            match self.read_titles(title, None) {
                Ok(concepts) => resolved.wanted.extend(concepts),
                Err(suggestions) => unmatched(&mut resolved, title, "wanted", suggestions),
            }
        }
        if let (Some(ssyk), true) = (&profile.ssyk, resolved.occupations.is_empty()) {
            self.read_group(ssyk, &mut resolved);
        }
        let mut licences: BTreeSet<String> = BTreeSet::new();
        for text in filled(&profile.licences) {
            let named = self.licences.held(text);
            for part in named.unread {
                unmatched(&mut resolved, &part, "licence", Vec::new());
            }
            licences.extend(named.keys);
        }
        self.read_skills(&profile.skills, &mut resolved, &mut licences);
        self.licences.of_their_vehicle(&mut licences, [&profile.licences, &profile.skills]);
        let mut held: BTreeSet<&str> = licences.iter().map(String::as_str).collect();
        self.include_lower(&mut held);
        resolved.licences = held.into_iter().map(str::to_owned).collect();
        resolved.sector = profile.sector.clone().unwrap_or_else(|| {
            let first = resolved.occupations.first();
            first.map(|o| self.dataset.taxonomy.occupation(o.ix).sector.clone()).unwrap_or_default()
        });
        if let Some(most) = profile.limits.max_commute_min
            && profile.municipality.as_deref().and_then(places::locate).is_none()
        {
            unmatched(&mut resolved, &format!("{most} min"), "max_commute_min", Vec::new());
        }
        let known = |name: &str| self.places.knows(name) || places::locate(name).is_some();
        if let Some(name) = profile.municipality.as_deref().filter(|name| !known(name)) {
            unmatched(&mut resolved, name, "municipality", Vec::new());
        }
        for text in filled(&profile.limits.exclude) {
            if self.read_exclusion(text).is_none() {
                unmatched(&mut resolved, text, "exclude", Vec::new());
            }
        }
        resolved
    }

    /// Reads a title, or several in one text.
    fn read_titles(&self, text: &str, ssyk: Option<&str>) -> Read {
        // A title beside a group is another text, whatever signs are in both.
        let remembered = |text: &str| match ssyk {
            Some(ssyk) => format!("{}:{ssyk}{text}", ssyk.len()),
            None => format!(":{text}"),
        };
        let read = |text: &str| {
            self.titles_read.read(&remembered(text), || {
                let readings = self.read_title(text, ssyk, ALTERNATIVES + 1);
                understood(text, readings, TITLE_CONFIDENCE, |ix| self.occupation(ix))
            })
        };
        let ahead = |parts: &[&str]| {
            // Once the whole was read its parts were too, where they are needed.
            if self.titles_read.get(&remembered(text)).is_none() {
                let titles: Vec<String> = parts.iter().map(|part| self.title_read(part)).collect();
                self.model.read_ahead(&titles.iter().map(String::as_str).collect::<Vec<&str>>());
            }
        };
        let found = whole_or_parts(text, read, ahead);
        let Err(suggestions) = found else { return found };
        // What is left of a title without an employer or a place must be the very name of something.
        let is_name = |concept: &ResolvedConcept| {
            concept.confidence >= SHORTENED
                && spelling(&concept.matched_label) == spelling(&concept.text)
        };
        let shorter = shortened(text).into_iter().find_map(|text| {
            let concepts = whole_or_parts(&text, read, |_parts| ()).ok()?;
            concepts.iter().all(is_name).then_some(concepts)
        });
        let Some(mut concepts) = shorter else { return Err(suggestions) };
        for concept in &mut concepts {
            concept.sure = false;
            let own = mem::take(&mut concept.alternatives);
            let others = suggestions.iter().filter(|other| other.id != concept.id).cloned();
            concept.alternatives = others.chain(own).take(ALTERNATIVES).collect();
        }
        Ok(concepts)
    }

    /// Reads texts that may each name skills, licences or both ("truckkort").
    fn read_skills(
        &self,
        texts: &[String],
        resolved: &mut ResolvedProfile,
        licences: &mut BTreeSet<String>,
    ) {
        for text in filled(texts) {
            let named = self.licences.among_skills(text).keys;
            let read = |text: &str| {
                self.skills_read.read(text, || {
                    let readings = self.read_skill(text, ALTERNATIVES + 1);
                    let read = understood(text, readings, SKILL_CONFIDENCE, |ix| self.skill(ix));
                    read.map(|(mut skill, cosine)| {
                        let own = self.skill(skill.ix);
                        skill.sure =
                            is_its_name(&skill) || skill.sure && !is_rather_of_others(&skill, &own);
                        (skill, cosine)
                    })
                })
            };
            match whole_or_parts(text, read, |_parts| ()) {
                Ok(concepts) => resolved.skills.extend(concepts),
                Err(_) if !named.is_empty() => {}
                Err(suggestions) => unmatched(resolved, text, "skill", suggestions),
            }
            licences.extend(named);
        }
    }

    /// Skills a text may mean, best first. About 1 ms for all of ESCO.
    pub fn read_skill(&self, text: &str, top: usize) -> Resolution {
        if let Some(ix) = self.dataset.taxonomy.skill_ix(text.trim()) {
            return certain(ix, text);
        }
        let label = |ix, language, at| self.skill(ix).label_text(language, at);
        let labels = &self.model.skill_labels;
        readings(text, labels, label, top)
    }

    /// A worker of whom only the SSYK group is known is read as the occupation of that group whose
    /// label is nearest to the group's name, with others of the group beside it.
    fn read_group(&self, ssyk: &str, resolved: &mut ResolvedProfile) {
        let name = self.dataset.market.group(ssyk).map(|group| group.label.sv.clone());
        let title = JobTitle { label: name.unwrap_or_default(), ssyk: vec![ssyk.to_owned()] };
        let members = self.members_of(&title, &self.model.match_title(&title.label).sv);
        if members.is_empty() {
            return unmatched(resolved, ssyk, "ssyk", Vec::new());
        }
        let probability = 1.0 / members.len() as f32;
        let readings = members.into_iter().map(|ix| {
            let label = format!("SSYK {ssyk}");
            Reading { ix, score: 0.0, spelt: 0.0, confidence: TITLE_CONFIDENCE, probability, label }
        });
        let found = Resolution { candidates: readings.collect() };
        let found = understood(ssyk, found, TITLE_CONFIDENCE, |ix| self.occupation(ix));
        resolved.occupations.extend(found.map(|(concept, _)| concept));
    }

    pub(super) fn occupation(&self, ix: OccupationIx) -> Concept<'_> {
        let row = self.dataset.taxonomy.occupation(ix);
        let label = &self.labels[ix as usize];
        Concept { id: &row.id, label, alternatives: &row.alternatives }
    }

    fn skill(&self, ix: SkillIx) -> Concept<'_> {
        let row = self.dataset.taxonomy.skill(ix);
        let label = &self.skills.labels[ix as usize];
        Concept { id: &row.id, label, alternatives: &row.alternatives }
    }
}

/// What occupations and skills have in common.
pub(super) struct Concept<'a> {
    id: &'a str,
    label: &'a Shared<Bilingual<String>>,
    alternatives: &'a Bilingual<Vec<String>>,
}

impl Concept<'_> {
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
fn understood<'a>(
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
fn is_its_name(read: &ResolvedConcept) -> bool {
    let written = spelling(&read.text);
    [&read.label.sv, &read.label.en].into_iter().any(|name| spelling(name) == written)
}

/// Whether the name of a skill has nothing of what was written, and that of another it may have meant begins a word
/// with it. ESCO lists "budget" among the other names of "uppnå säljmål", and "lyft" among those of "förflytta
/// patienter".
fn is_rather_of_others(read: &ResolvedConcept, own: &Concept<'_>) -> bool {
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

/// Letters by which two words begin that are about the same (`svetsning`, `svetsa`).
const TELLING_LETTERS: usize = 5;

/// A title that is not understood without what employers add to it: in brackets, or names behind it (`lackerare
/// Volvo`). The longest first.
fn shortened(title: &str) -> Vec<String> {
    let mut depth = 0_usize;
    let outside = |sign: &char| match sign {
        '(' | '[' => {
            depth += 1;
            false
        }
        ')' | ']' => {
            depth = depth.saturating_sub(1);
            false
        }
        _ => depth == 0,
    };
    let kept: String = title.chars().filter(outside).collect();
    let words: Vec<&str> = kept.split_whitespace().collect();
    let shouted = !kept.chars().any(char::is_lowercase);
    let is_name = |word: &&str| !shouted && word.starts_with(|sign: char| sign.is_uppercase());
    let least = if words.last().is_some_and(is_name) { 1 } else { words.len() };
    let fewer = (least..=words.len()).rev().take(MOST_PARTS).map(|count| words[..count].join(" "));
    fewer.filter(|shorter| !shorter.is_empty() && shorter != title).collect()
}

/// Signs that part a list written as one text.
const PARTING: [char; 3] = [',', '/', ';'];
/// Words, and signs that stand as words, that do so inside a part; `C++` is no list.
const JOINING: [&str; 6] = ["och", "samt", "eller", "and", "&", "+"];
/// Cosine from which a text with such signs is taken as one name ("montör, bilindustri").
const WHOLE: f32 = 0.75;

/// Cosine of a text that is the label.
const SAME: f32 = 0.97;
/// Most parts of a text that are read: nobody lists more in one cell.
const MOST_PARTS: usize = 12;

/// The parts of a text that may be a list; a comma before a digit is that of a number.
fn parts(text: &str) -> Vec<&str> {
    let is_decimal = |(at, sign): &(usize, &str)| {
        *sign == "," && text[at + 1..].starts_with(|next: char| next.is_ascii_digit())
    };
    let (mut parts, mut from) = (Vec::new(), 0);
    for (at, sign) in text.match_indices(PARTING).filter(|found| !is_decimal(found)) {
        parts.push(text[from..at].trim());
        from = at + sign.len();
    }
    parts.push(text[from..].trim());
    parts.retain(|part| !part.is_empty());
    parts.truncate(MOST_PARTS);
    parts
}

/// The pieces of a part between [`JOINING`] words, in any case; none where there is no such word.
fn pieces(part: &str) -> Vec<String> {
    let joins = |word: &&str| JOINING.contains(&word.to_lowercase().as_str());
    let words: Vec<&str> = part.split_whitespace().collect();
    if !words.iter().any(joins) {
        return Vec::new();
    }
    let pieces = words.split(joins).filter(|piece| !piece.is_empty());
    pieces.map(|piece| piece.join(" ")).take(MOST_PARTS).collect()
}

/// Reads a text as one name where that is sure, else as a list where every part is, by itself or piece by
/// piece, else as one name after all. Where nothing but a comma stands between the very names of things
/// (`Svetsare,Truckförare`), the list is surer than a whole that is near a name. `ahead` is told what will be read
/// where there is more than one text.
fn whole_or_parts(
    text: &str,
    read: impl Fn(&str) -> ReadAsOne,
    ahead: impl FnOnce(&[&str]),
) -> Read {
    let parts = parts(text);
    let pieces: Vec<Vec<String>> = parts.iter().map(|part| pieces(part)).collect();
    let is_list = text.contains(PARTING) || pieces.iter().any(|pieces| !pieces.is_empty());
    if is_list {
        let pieces = pieces.iter().flatten().map(String::as_str);
        ahead(&[text].into_iter().chain(parts.iter().copied()).chain(pieces).collect::<Vec<_>>());
    }
    let whole = read(text);
    let only = |(concept, _)| vec![concept];
    if !is_list || whole.as_ref().is_ok_and(|(_, cosine)| *cosine >= SAME) {
        return whole.map(only);
    }
    let sure = |part: &str| read(part).ok().filter(|(_, cosine)| *cosine >= WHOLE);
    let in_pieces = |pieces: &[String]| -> Option<Vec<(ResolvedConcept, f32)>> {
        if pieces.is_empty() { None } else { pieces.iter().map(|piece| sure(piece)).collect() }
    };
    let each = parts
        .iter()
        .zip(&pieces)
        .map(|(part, pieces)| sure(part).map(|found| vec![found]).or_else(|| in_pieces(pieces)));
    let listed: Option<Vec<(ResolvedConcept, f32)>> =
        each.collect::<Option<Vec<_>>>().map(|each| each.into_iter().flatten().collect());
    let tight = text.split(',').skip(1).any(|rest| !rest.starts_with(char::is_whitespace));
    let named = |all: &[(ResolvedConcept, f32)]| all.iter().all(|(_, cosine)| *cosine >= SAME);
    // A slash parts alternatives more surely than a comma, which stands in many names.
    let near = !text.contains('/') && whole.as_ref().is_ok_and(|(_, cosine)| *cosine >= WHOLE);
    match listed {
        Some(listed) if !near || tight && named(&listed) => {
            Ok(listed.into_iter().map(|(concept, _)| concept).collect())
        }
        _ => whole.map(only),
    }
}

fn filled(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn unmatched(resolved: &mut ResolvedProfile, text: &str, field: &str, suggestions: Vec<Candidate>) {
    let (text, field) = (text.to_owned(), field.to_owned());
    resolved.unmatched.push(Unmatched { text, field, suggestions });
}
