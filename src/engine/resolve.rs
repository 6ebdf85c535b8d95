//! Written words -> concepts, with what was not understood.

use std::{collections::BTreeSet, mem};

use super::{
    Engine,
    reading::{Reading, Resolution, certain, readings, spelling},
    sentences::denied,
    several::{Read, passed_over, shortened, whole_or_parts},
    understood::{Concept, ReadAsOne, is_its_name, is_named_so, is_rather_of_others, understood},
};
use crate::{
    dataset::places,
    domain::{
        Candidate, JobTitle, OccupationIx, Profile, ResolvedConcept, ResolvedProfile, SkillIx,
        Unmatched,
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
/// Confidence from which a title is taken that is left of one that was not understood.
const SHORTENED: f32 = 0.9;
/// Confidence below which a title is taken for what is left of it without the names behind it, where that is sure:
/// "säljare Volvo" is near "montör på Volvo".
const DOUBTFUL: f32 = 0.3;
/// Confidence below which a title that is nobody's name is not taken for understood: nine of ten such readings are
/// wrong. What it may mean is suggested.
const GUESSED: f32 = 0.1;

/// Beginnings of what somebody wants or lacks, among skills. `Läser ritningar` is what they can.
const WANTING: [&str; 9] = [
    "vill ",
    "önskar ",
    "saknar ",
    "läser till ",
    "planerar att ",
    "ska lära ",
    "lära mig ",
    "wants to ",
    "want to ",
];

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
        let areas = || self.dataset.rules.iter().map(|rule| &rule.agreement);
        let is_area = |name: &str| areas().any(|area| area.eq_ignore_ascii_case(name));
        let agreement = profile.agreement.as_deref().map(str::trim).unwrap_or_default();
        // Without any such rule nothing hangs on it.
        if !is_area(agreement) && areas().any(|area| !area.is_empty()) {
            unmatched(&mut resolved, agreement, "agreement", Vec::new());
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
                let read = self.read_one_title(text, text, ssyk);
                if read.as_ref().is_ok_and(|(title, _)| title.sure || is_named_so(title)) {
                    return read;
                }
                self.read_abbreviated(text, ssyk, &read).map_or(read, Ok)
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
        let found = self.without_employer(text, &found, read).map_or(found, Ok)?;
        match found.as_slice() {
            // A group beside it says what is meant among few.
            [guess] if ssyk.is_none() && guess.confidence < GUESSED && !is_named_so(guess) => {
                Err(self.suggested(guess))
            }
            _ => Ok(found),
        }
    }

    /// What is left of a title without an employer or a place, where that is the very name of something, and the whole
    /// is not understood or hardly; it is asked about, with what the whole may mean beside it.
    fn without_employer(
        &self,
        text: &str,
        whole: &Read,
        read: impl Fn(&str) -> ReadAsOne + Copy,
    ) -> Option<Vec<ResolvedConcept>> {
        let (suggestions, beside) = match whole.as_ref().map(Vec::as_slice) {
            Err(suggestions) => (suggestions.clone(), None),
            Ok([near]) if near.confidence < DOUBTFUL && !is_named_so(near) => {
                (self.suggested(near), Some(spelling(&near.matched_label)))
            }
            Ok(_) => return None,
        };
        let is_name =
            |concept: &ResolvedConcept| concept.confidence >= SHORTENED && is_named_so(concept);
        let mut concepts = shortened(text).into_iter().find_map(|shorter| {
            let concepts = whole_or_parts(&shorter, read, |_parts| ()).ok()?;
            // A name that has more of what is written than what is left says more.
            let is_less = beside.as_ref().is_some_and(|name| name.contains(&spelling(&shorter)));
            (!is_less && concepts.iter().all(is_name)).then_some(concepts)
        })?;
        for concept in &mut concepts {
            concept.sure = false;
            let own = mem::take(&mut concept.alternatives);
            let others = suggestions.iter().filter(|other| other.id != concept.id).cloned();
            concept.alternatives = others.chain(own).take(ALTERNATIVES).collect();
        }
        Some(concepts)
    }

    /// What an occupation was read as, with what it may have meant besides, as suggestions.
    fn suggested(&self, read: &ResolvedConcept) -> Vec<Candidate> {
        let itself = self.candidate((read.ix, read.confidence));
        [itself].into_iter().chain(read.alternatives.iter().cloned()).collect()
    }

    /// Reads a title that is written as `text`, as one name.
    fn read_one_title(&self, text: &str, title: &str, ssyk: Option<&str>) -> ReadAsOne {
        let readings = self.read_title(title, ssyk, ALTERNATIVES + 1);
        let read = understood(text, readings, TITLE_CONFIDENCE, |ix| self.occupation(ix));
        read.map(|(mut title, cosine)| {
            let of_group = |ssyk| self.groups.named(ssyk).binary_search(&title.ix).is_ok();
            title.sure &= ssyk.is_some_and(of_group) || !self.is_rather_a_kind(&title);
            (title, cosine)
        })
    }

    /// Reads an abbreviated title ("underhållsmek.") as the name it most likely stands for; it is asked about, with the
    /// other names beside it, and what it was read as where it is no abbreviation (`read`).
    fn read_abbreviated(
        &self,
        text: &str,
        ssyk: Option<&str>,
        read: &ReadAsOne,
    ) -> Option<(ResolvedConcept, f32)> {
        let names = self.usual_titles.written_out(text);
        let (name, _) = names.first()?;
        let (mut title, cosine) = self.read_one_title(text, name, ssyk).ok()?;
        let mut seen = BTreeSet::from([title.ix]);
        let others: Vec<OccupationIx> =
            names.iter().map(|(_, ix)| *ix).filter(|ix| seen.insert(*ix)).collect();
        let share = 1.0 / (others.len() + 1) as f32;
        let others = others.into_iter().map(|ix| self.candidate((ix, share)));
        let (as_written, beside) = match read {
            Ok((whole, _)) => (Some((whole.ix, whole.confidence)), &whole.alternatives),
            Err(suggestions) => (None, suggestions),
        };
        let as_written = as_written.map(|whole| self.candidate(whole));
        let own = mem::take(&mut title.alternatives);
        let more = as_written.into_iter().chain(beside.iter().cloned()).chain(own);
        let more = more.filter(|other| {
            self.dataset.taxonomy.occupation_ix(&other.id).is_none_or(|ix| seen.insert(ix))
        });
        title.alternatives = others.chain(more).take(ALTERNATIVES).collect();
        title.confidence = title.confidence.min(share);
        title.sure = false;
        Some((title, cosine))
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
            let found = whole_or_parts(text, read, |_parts| ());
            let parts = found.as_ref().map_or_else(|_| Vec::new(), |all| passed_over(text, all));
            match found {
                // Nobody has what they say that they lack or want to learn.
                Ok(read) if says_lack(text) && !read.iter().any(is_named_so) => {
                    unmatched(resolved, text, "skill", Vec::new());
                }
                Ok(_) if parts.len() > 1 => {
                    let parts: Vec<String> = parts.into_iter().map(str::to_owned).collect();
                    self.read_skills(&parts, resolved, licences);
                }
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
        Concept::new(&row.id, &self.labels[ix as usize], &row.alternatives)
    }

    fn skill(&self, ix: SkillIx) -> Concept<'_> {
        let row = self.dataset.taxonomy.skill(ix);
        Concept::new(&row.id, &self.skills.labels[ix as usize], &row.alternatives)
    }
}

/// Whether a text among skills says as a whole that something is lacking or wanted, not had.
fn says_lack(text: &str) -> bool {
    let spelt = spelling(text);
    let denied: usize = denied(text).iter().map(std::ops::Range::len).sum();
    WANTING.iter().any(|wanting| spelt.starts_with(wanting)) || denied >= text.len()
}

fn filled(texts: &[String]) -> impl Iterator<Item = &str> {
    texts.iter().map(|text| text.trim()).filter(|text| !text.is_empty())
}

fn unmatched(resolved: &mut ResolvedProfile, text: &str, field: &str, suggestions: Vec<Candidate>) {
    let (text, field) = (text.to_owned(), field.to_owned());
    resolved.unmatched.push(Unmatched { text, field, suggestions });
}
