//! What a worker's words were read as, and the choice to read them otherwise.

use maud::{Markup, html};

use super::{About, Pick, Picks, View, joined, path::Teller, said};
use crate::domain::{
    Bilingual, Candidate, Language, ResolvedConcept, ResolvedProfile, Shared, Taxonomy, Unmatched,
};

/// Other readings that are offered.
const OFFERED: usize = 5;

/// One written text with what it may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    about: About,
    words: String,
    /// Concepts by id, the likeliest first.
    options: Vec<(String, Shared<Bilingual<String>>)>,
    /// Which of them is taken; none where nothing was understood.
    taken: Option<usize>,
    sure: bool,
    /// Whether somebody chose that it shall not count.
    left_out: bool,
    /// Whether it is about an occupation that somebody asks for.
    wanted: bool,
}

impl Reading {
    fn of_concept(concept: &ResolvedConcept, about: About, wanted: bool) -> Self {
        let sure = concept.sure;
        let first = (concept.id.clone(), concept.label.clone());
        let options = [first].into_iter().chain(offered(&concept.alternatives)).collect();
        let words = concept.text.clone();
        Self { about, words, options, taken: Some(0), sure, left_out: false, wanted }
    }

    fn of_missed(missed: &Unmatched) -> Option<Self> {
        let (about, wanted) = match missed.field.as_str() {
            "title" => (About::Title, false),
            "wanted" => (About::Title, true),
            "skill" => (About::Skill, false),
            _ => return None,
        };
        let options = offered(&missed.suggestions).collect();
        let words = missed.text.clone();
        Some(Self { about, words, options, taken: None, sure: false, left_out: false, wanted })
    }

    /// Takes what somebody chose.
    fn pick(&mut self, picks: &Picks, taxonomy: &Taxonomy) {
        if self.taken.is_some() && picks.leaves_out(self.about, &self.words) {
            (self.taken, self.sure, self.left_out) = (None, true, true);
        }
        let Some(id) = picks.of(self.about, &self.words) else { return };
        if let Some(at) = self.options.iter().position(|(own, _)| own == id) {
            (self.taken, self.sure) = (Some(at), true);
            return;
        }
        let label = match self.about {
            About::Title => {
                taxonomy.occupations.iter().find(|row| row.id == id).map(|row| &row.label)
            }
            About::Skill => taxonomy.skills.iter().find(|row| row.id == id).map(|row| &row.label),
        };
        if let Some(label) = label {
            self.options.insert(0, (id.to_owned(), Shared::new(label.clone())));
            (self.taken, self.sure) = (Some(0), true);
        }
    }

    /// The occupation it is read as, where it is one that the worker has, and whether that is sure.
    pub(super) fn occupation(&self) -> Option<(&Bilingual<String>, bool)> {
        let is_own = self.about == About::Title && !self.wanted;
        let (_, label) = self.options.get(self.taken.filter(|_| is_own)?)?;
        Some((label, self.sure))
    }

    /// Whether it can be read in some way.
    pub(super) fn has_choices(&self) -> bool {
        !self.options.is_empty()
    }

    /// Whether it is read as the very words that were written.
    fn is_as_written(&self, language: Language) -> bool {
        let taken = self.taken.and_then(|at| self.options.get(at));
        taken.is_some_and(|(_, label)| {
            label.text(language).to_lowercase() == self.words.to_lowercase()
        })
    }

    fn name(&self, language: Language) -> &'static str {
        match (self.about, self.wanted) {
            (About::Title, false) => language.pick("Yrke", "Occupation"),
            (About::Title, true) => language.pick("Önskat yrke", "Wanted occupation"),
            (About::Skill, _) => language.pick("Kompetens", "Skill"),
        }
    }
}

fn offered(others: &[Candidate]) -> impl Iterator<Item = (String, Shared<Bilingual<String>>)> {
    others.iter().take(OFFERED).map(|other| (other.id.clone(), other.label.clone()))
}

/// The readings of a form's words, with what somebody chose of them. `understood` is of the words alone.
pub fn readings(understood: &ResolvedProfile, picks: &Picks, taxonomy: &Taxonomy) -> Vec<Reading> {
    let titles = understood.occupations.iter().map(|c| Reading::of_concept(c, About::Title, false));
    let skills = understood.skills.iter().map(|c| Reading::of_concept(c, About::Skill, false));
    let wanted = understood.wanted.iter().map(|c| Reading::of_concept(c, About::Title, true));
    let missed = understood.unmatched.iter().filter_map(Reading::of_missed);
    let mut all: Vec<Reading> = titles.chain(skills).chain(wanted).chain(missed).collect();
    for reading in &mut all {
        reading.pick(picks, taxonomy);
    }
    all
}

/// The readings as choices inside a form; nothing where there is none.
pub(super) fn choices(view: &View, readings: &[Reading]) -> Markup {
    html! {
        @if !readings.is_empty() {
            div .readings #readings tabindex="-1" autofocus {
                h3 { (view.say("Så läser vi orden", "How the words are read")) }
                @for (at, reading) in readings.iter().enumerate() { (choice(view, reading, at)) }
            }
        }
    }
}

/// One reading as radio buttons. One that is unsure is not chosen beforehand: sending the page is no choice.
fn choice(view: &View, reading: &Reading, at: usize) -> Markup {
    let name = format!("pick-{at}");
    let none = view.say("Inget av dem: räkna inte med orden", "None of them: leave the words out");
    html! {
        fieldset .field {
            legend {
                (reading.name(view.language)) ": " q { (reading.words) }
                @if reading.left_out {}
                @else if reading.taken.is_none() { span .more { (view.say("förstods inte; menades något av dessa?", "was not understood; was one of these meant?")) } }
                @else if !reading.sure { span .more { (view.say("osäkert, välj gärna", "unsure, please choose")) } }
            }
            @for (number, (id, label)) in reading.options.iter().enumerate() {
                @let own = format!("{name}-{number}");
                div .choice {
                    input type="radio" id=(own) name=(name) value=(Pick::new(reading.about, id, &reading.words).value())
                        checked[reading.sure && reading.taken == Some(number)];
                    label for=(own) { (said(label, view.language)) }
                }
            }
            @if reading.options.is_empty() {
                p { (view.say("Inget liknar det. Prova ett annat ord.", "Nothing is like it. Try another word.")) }
            } @else {
                @let own = format!("{name}-none");
                div .choice {
                    input type="radio" id=(own) name=(name) value=(Pick::new(reading.about, "", &reading.words).value())
                        checked[reading.taken.is_none()];
                    label for=(own) { (none) }
                }
            }
        }
    }
}

/// What was understood, in an answer: each text with its reading, and the way to change it.
pub(super) fn listed(
    view: &View,
    readings: &[Reading],
    understood: &ResolvedProfile,
    teller: Teller<'_>,
) -> Markup {
    let language = view.language;
    let doubtful = readings.iter().any(|reading| !reading.sure);
    html! {
        ul .plain {
            @for reading in readings {
                li {
                    (reading.name(language)) ": "
                    @if reading.is_as_written(language) { strong { (reading.words) } } @else { q { (reading.words) } " " }
                    @match reading.taken.and_then(|at| reading.options.get(at)) {
                        Some((_, label)) => {
                            @if !reading.is_as_written(language) { (view.say("läses som", "is read as")) " " strong { (said(label, language)) } }
                            @if !reading.sure { " " span .tag { (view.say("osäkert", "unsure")) } }
                        }
                        None if reading.left_out => { span .tag { (view.say("räknas inte med", "is left out")) } }
                        None => { span .tag { (view.say("förstods inte", "was not understood")) } }
                    }
                }
            }
            @if !understood.licences.is_empty() {
                li { (view.say("Behörighet: ", "Licence: ")) strong { (joined(understood.licences.iter().map(|key| teller.licence(key)), ", ")) } }
            }
            @for missed in understood.unmatched.iter().filter(|missed| Reading::of_missed(missed).is_none()) {
                li { (field(&missed.field, language)) ": " q { (missed.text) } " " span .tag { (view.say("förstods inte", "was not understood")) } }
            }
        }
        @if !readings.is_empty() {
            details open[doubtful && readings.iter().all(|reading| reading.taken.is_none())] {
                summary { (view.say("Ändra hur ett ord läses", "Change how a word is read")) }
                div .inside {
                    @for (at, reading) in readings.iter().enumerate() { (choice(view, reading, at)) }
                    button type="submit" formaction=(view.url("/person/paths")) { (view.say("Visa vägar igen", "Show paths again")) }
                }
            }
        }
    }
}

fn field(key: &str, language: Language) -> &str {
    match key {
        "licence" => language.pick("Behörighet", "Licence"),
        "ssyk" => "SSYK",
        "municipality" => language.pick("Kommun", "Municipality"),
        "agreement" => language.pick("Avtalsområde", "Agreement area"),
        "exclude" => language.pick("Uteslutet yrke", "Occupation left out"),
        "max_commute_min" => language.pick(
            "Resväg, som bara kan räknas från en kommun i eller nära Västra Götaland",
            "Way to a course, which can only be reckoned from a municipality in or near Västra Götaland",
        ),
        _ => key,
    }
}
