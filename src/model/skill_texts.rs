//! Sentences compared with the labels of skills: of which skills a text speaks, in which of its
//! words, and how sure that is.
//!
//! A sentence is long and says more than one thing, so a cosine alone tells little. What tells most
//! is whether some window of the sentence holds what a label is made of, and little else.

use std::{
    cmp::Ordering,
    collections::HashSet,
    ops::Range,
    sync::{Arc, LazyLock, OnceLock},
};

use serde::{Deserialize, Serialize};

use super::{
    BestLabel, Compounds, Error, LabelIndex, Meanings, Model, SparseRows, Terms, lexical::words,
    other_features, shipped, sparse,
};
use crate::domain::{Bilingual, Language, SkillIx};

/// Names of the features of a sentence and a skill, in the order of their values.
///
/// * `grams`: n-gram cosine of telling words and the best label, divided by that of the best skill.
/// * `words`: cosine of their stems, the same.
/// * `window`: share of a label's weight that stands close together in the sentence, see [`window`].
/// * `preferred_window`: the same of the preferred label.
/// * `usual`: how many occupations have the skill, logarithmic, 1 for all.
/// * `meaning`: how far the skill stands out for the encoder, see [`Meanings`]; 0
///   without one.
pub(super) const FEATURES: [&str; 6] =
    ["grams", "words", "window", "preferred_window", "usual", "meaning"];

/// Values of [`FEATURES`], each 0 to 1; the last may be a little more.
pub type SkillFeatures = [f32; FEATURES.len()];

/// Skills of a sentence that are looked at closely.
const CANDIDATES: usize = 50;
/// Labels of a skill that are looked for in windows.
const LABELS: usize = 4;
/// Most words of a label inside a window.
const WINDOW: usize = 8;
/// A skill of which less than this part of any label stands in the sentence is none that it speaks
/// of, however near its label: the other part says something else. Swedish labels are few, so that
/// the nearest one is more often of another skill.
const LEAST_PART: Bilingual<f32> = Bilingual { sv: 0.6, en: 0.5 };
/// Terms of a label that windows count; no label has more.
const MOST_TERMS: usize = 64;

/// Words that say nothing of what somebody can.
const STOP: Bilingual<&str> = Bilingual {
    sv: "och att i på för med som av till är en ett den det de du kan om eller vid har från ska \
         skall inom så dig din ditt dina vi oss ha hade haft även under jag mig min mitt mina man \
         han hon hen sig sin sitt sina vår vårt våra er ert era deras dess denna detta dessa där \
         här när hur vad vilken vilket vilka samt utan inte ej men än då också bland mellan över \
         efter före genom mot kring bl a m fl t ex dvs etc mm osv var varit vara blir bli blev \
         blivit får få fick fått måste bör skulle vill ville kommer kom alla allt varje någon \
         något några annan annat andra olika sådan sådana egen eget egna mer mest många flera \
         fler lite nu idag tid kunna kunnat tillgänglig begäran",
    en: "a an the and or of in to for with on at by from as is are be been being have has had do \
         does did will would should can could may might must shall not no nor but if then than \
         that this these those it its we you your our their they he she his her i my me us them \
         who whom which what when where why how all any both each few more most other some such \
         only own same so too very s t just also etc e g eg ie upon available request",
};

/// Words of job ads and CVs that speak of how well, not of what.
const PRAISE: Bilingual<&str> = Bilingual {
    sv: "erfarenhet erfarenheter erfaren erfarna kunskap kunskaper kunnig kännedom kompetens \
         kompetenser kompetent färdighet färdigheter förmåga förmågan förmågor god goda gott bra \
         mycket stark starka starkt stor stora utmärkt utmärkta gedigen gedigna bred breda djup \
         djupa lång långa grundläggande avancerad avancerade års år året månader minst plus merit \
         meriter meriterande krav kräver önskvärt van vana skicklig skickliga duktig förtrogen \
         förtrogenhet expert expertis beprövad beprövade meritlista söker söka sökt tjänst \
         tjänsten tjänster position positionen roll rollen jobb jobbet arbete arbetet arbeta \
         arbetar arbetat arbetade arbetsuppgift arbetsuppgifter arbetsplats jobba jobbat jobbar \
         jobbade uppdrag ansvar ansvarig ansvarade ansvarat utföra utfört utförde utför inklusive \
         däribland främst företag företaget företagets säkerställa säkerställde säkerställer \
         genomföra genomförde genomfört genomför använda använder använde använt användning \
         resultera resulterar resulterade resulterat betydande ny nya nytt nöjd fokus resultat \
         specialiserad specialiserade viktig viktiga",
    en: "experience experienced knowledge ability abilities able skills skill skilled work working \
         works strong excellent good great understanding knowledgeable proficiency proficient \
         competent familiarity familiar demonstrated proven track record solid deep advanced basic \
         years year plus required requirements preferred preferably desirable desired nice role \
         position job candidate team looking join company organization part person responsible \
         responsibilities responsibility including include includes within across well highly new \
         using use used one two three least minimum related relevant similar equivalent need needs \
         like want willing willingness help background expertise expert various multiple different \
         high level day daily ideally ideal bonus advantage ad ads enjoy love passionate passion \
         interest interested opportunity opportunities ensure ensuring",
};

/// [`STOP`] and [`PRAISE`] to look up.
static UNTELLING: LazyLock<Bilingual<HashSet<&'static str>>> = LazyLock::new(|| {
    let of = |language| {
        let lists = [STOP.get(language), PRAISE.get(language)];
        lists.into_iter().flat_map(|list| list.split_ascii_whitespace()).collect()
    };
    Bilingual { sv: of(Language::Sv), en: of(Language::En) }
});

/// The words of a label that tell, joined; all of them where none does.
fn telling(label: &str, language: Language) -> String {
    let untelling = UNTELLING.get(language);
    let all = words(label);
    let told: Vec<&str> =
        all.iter().map(String::as_str).filter(|word| !untelling.contains(word)).collect();
    if told.is_empty() { all.join(" ") } else { told.join(" ") }
}

/// Weights of the features: what makes a share of them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SkillWeights {
    /// Where they come from, in words.
    pub chosen_on: String,
    /// Names of the features, in order; must be those of the program.
    pub features: Vec<String>,
    /// One a feature, in log-odds.
    pub weights: SkillFeatures,
    /// Log-odds of a skill that shares nothing with a sentence.
    pub intercept: f32,
}

impl SkillWeights {
    /// The committed weights.
    ///
    /// # Errors
    /// Where the committed file does not fit the program, which a test rules out.
    pub fn shipped() -> Result<Self, Error> {
        shipped("models/skills.json", include_str!("../../models/skills.json"), Self::problem)
    }

    /// What does not fit the program, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        other_features(&self.features, &FEATURES)
    }

    /// Share of skills with these features that experts named for their sentence, 0 to 1.
    pub fn share(&self, features: &SkillFeatures) -> f32 {
        let terms = self.weights.iter().zip(features).map(|(weight, value)| weight * value);
        1.0 / (1.0 + (-(self.intercept + terms.sum::<f32>())).exp())
    }
}

/// Labels of skills by the stems of their telling words, in the order of the n-gram index.
#[derive(Debug, Clone)]
pub struct SkillTexts {
    pub(super) words: Bilingual<LabelIndex>,
    /// The terms of each label; turned round from the index when the first text comes.
    rows: OnceLock<Bilingual<SparseRows>>,
}

/// The rows follow from the words.
impl PartialEq for SkillTexts {
    fn eq(&self, other: &Self) -> bool {
        self.words == other.words
    }
}

impl SkillTexts {
    /// Indexes labels given as (skill, text), skills ascending. About 0.2 s for all of ESCO.
    pub(super) fn build(
        labels: &Bilingual<Vec<(u32, &str)>>,
        compounds: &Arc<Compounds>,
    ) -> Bilingual<LabelIndex> {
        let of = |language, terms| {
            let told: Vec<(u32, String)> = labels
                .get(language)
                .iter()
                .map(|(ix, text)| (*ix, telling(text, language)))
                .collect();
            let told: Vec<(u32, &str)> =
                told.iter().map(|(ix, text)| (*ix, text.as_str())).collect();
            LabelIndex::build(terms, &told)
        };
        Bilingual {
            sv: of(Language::Sv, Terms::Swedish(Arc::clone(compounds))),
            en: of(Language::En, Terms::English),
        }
    }

    pub(super) fn new(words: Bilingual<LabelIndex>) -> Self {
        Self { words, rows: OnceLock::new() }
    }

    /// The terms of each label with their weights, of length 1.
    fn rows(&self, language: Language) -> &SparseRows {
        let turned = |index: &LabelIndex| index.postings.transpose(index.len());
        let rows = || Bilingual { sv: turned(&self.words.sv), en: turned(&self.words.en) };
        self.rows.get_or_init(rows).get(language)
    }
}

/// A skill that a sentence may speak of.
#[derive(Debug, Clone, PartialEq)]
pub struct SkillMention {
    /// Row of the skill.
    pub skill: SkillIx,
    /// Language of the label.
    pub language: Language,
    /// Place of the label among the skill's labels in that language, 0 for the first.
    pub label: usize,
    /// The words that speak of it, as bytes of the sentence.
    pub span: Range<usize>,
    /// Values of the features, see [`SkillFeatures`].
    pub features: SkillFeatures,
    /// Share of skills with these features that experts named.
    pub share: f32,
}

impl SkillMention {
    /// How much of a label its words are, 0 to 1.
    pub fn part(&self) -> f32 {
        self.features[2]
    }

    /// Whether it has words of its own, and not only the meaning of its sentence.
    pub fn has_words(&self) -> bool {
        self.part() >= *LEAST_PART.get(self.language)
    }
}

/// A telling word of a sentence.
#[derive(Debug, Clone, PartialEq)]
struct Word {
    /// Bytes of the sentence.
    at: Range<usize>,
    /// Lower case, composed.
    text: String,
    /// Terms that some label has.
    columns: Vec<u32>,
}

/// Where words of a text stand, in bytes: runs of letters, digits, `+`, `#` and combining marks.
pub fn word_spans(text: &str) -> Vec<Range<usize>> {
    let is_in = |c: char| c.is_alphanumeric() || matches!(c, '+' | '#' | '\u{300}'..='\u{36f}');
    let mut spans = Vec::new();
    let mut open: Option<usize> = None;
    for (at, c) in text.char_indices() {
        match (open, is_in(c)) {
            (None, true) => open = Some(at),
            (Some(from), false) => {
                spans.push(from..at);
                open = None;
            }
            _ => {}
        }
    }
    spans.extend(open.map(|from| from..text.len()));
    spans
}

/// The part of a label that stands close together among words, and the first and last of those.
///
/// The part is the share of the label's squared length that the words inside a window have, times
/// the root of the share of words in the window that belong to the label.
fn window(label: &[(u32, f32)], words: &[Word]) -> (f32, Range<usize>) {
    let of = |word: &Word| -> u64 {
        let has = |(at, (column, _)): (usize, &(u32, f32))| {
            if word.columns.contains(column) { 1 << at } else { 0 }
        };
        label.iter().take(MOST_TERMS).enumerate().map(has).sum()
    };
    let hits: Vec<(usize, u64)> =
        (0..).zip(words).map(|(at, word)| (at, of(word))).filter(|(_, terms)| *terms > 0).collect();
    let mut best = (0.0, 0..0);
    for (first, &(from, _)) in hits.iter().enumerate() {
        let (mut seen, mut covered) = (0_u64, 0.0);
        for (count, &(to, terms)) in (1_u8..).zip(hits[first..].iter().take(WINDOW)) {
            for (at, (_, value)) in label.iter().take(MOST_TERMS).enumerate() {
                if (terms & !seen) >> at & 1 == 1 {
                    covered += value * value;
                }
            }
            seen |= terms;
            let density = f32::from(count) / (to - from + 1) as f32;
            let part = covered * density.sqrt();
            if part > best.0 + 1e-6 {
                best = (part.min(1.0), from..to + 1);
            }
        }
    }
    best
}

impl Model {
    /// Skills a sentence in `language` may speak of, surest first, ties by row: at most 50. About 1 ms for all of ESCO. Of a sentence of more than 300
    /// characters the rest is compared by its words only.
    /// `meaning` is what the encoder makes of the sentence; with it the 50 skills that stand out most are
    /// looked at as well.
    pub fn skills_in_sentence(
        &self,
        sentence: &str,
        language: Language,
        meaning: Option<&Meanings>,
    ) -> Vec<SkillMention> {
        let told = self.told(sentence, language);
        if told.is_empty() {
            return Vec::new();
        }
        let text: Vec<&str> = told.iter().map(|word| word.text.as_str()).collect();
        let (grams, stems) =
            (self.skill_labels.get(language), self.skill_texts.words.get(language));
        let text = text.join(" ");
        let cosines = stems.cosines(&text);
        let by_grams = scaled(&grams.best_by_concept(&grams.cosines(&text)));
        let by_words = scaled(&stems.best_by_concept(&cosines));
        let mut candidates: Vec<(f32, usize)> = by_grams
            .iter()
            .zip(&by_words)
            .map(|(gram, word)| gram + word)
            .zip(0..)
            .filter(|(score, _)| *score > 0.0)
            .collect();
        let order = |a: &(f32, usize), b: &(f32, usize)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
        if candidates.len() > CANDIDATES {
            candidates.select_nth_unstable_by(CANDIDATES, order);
            candidates.truncate(CANDIDATES);
        }
        let mut rows: Vec<usize> = candidates.into_iter().map(|(_, row)| row).collect();
        rows.extend(meaning.into_iter().flat_map(|meaning| meaning.most(language, CANDIDATES)));
        rows.sort_unstable();
        rows.dedup();
        let mut found: Vec<SkillMention> = rows
            .into_iter()
            .filter_map(|row| {
                let similar = [by_grams[row], by_words[row]];
                let meant = meaning.and_then(|meaning| meaning.of(language).get(row)).copied();
                self.mention(row, language, &told, (similar, &cosines, meant))
            })
            .collect();
        found.sort_by(by_share);
        found
    }

    /// The telling words of a sentence with their terms.
    fn told(&self, sentence: &str, language: Language) -> Vec<Word> {
        let untelling = UNTELLING.get(language);
        let index = self.skill_texts.words.get(language);
        let spans = word_spans(sentence).into_iter();
        let words = spans.map(|at| (words(&sentence[at.clone()]).concat(), at));
        words
            .filter(|(text, _)| !text.is_empty() && !untelling.contains(text.as_str()))
            .map(|(text, at)| Word { at, columns: index.columns_of(&text), text })
            .collect()
    }

    /// The skill of a row as these words speak of it; `None` where no window has
    /// enough of a label.
    fn mention(
        &self,
        row: usize,
        language: Language,
        told: &[Word],
        (similar, cosines, meant): ([f32; 2], &[f32], Option<f32>),
    ) -> Option<SkillMention> {
        let index = self.skill_texts.words.get(language);
        let rows = self.skill_texts.rows(language);
        let labels = index.labels_of(row);
        if labels.is_empty() {
            return None;
        }
        let within = |label: usize| window(&rows.row(label).collect::<Vec<_>>(), told);
        let preferred = within(labels.start);
        let mut nearest: Vec<usize> = labels.clone().collect();
        nearest.sort_by(|a, b| cosines[*b].total_cmp(&cosines[*a]).then(a.cmp(b)));
        let mut best = (preferred.0, preferred.1, labels.start);
        for label in nearest.into_iter().take(LABELS) {
            let (part, words) = within(label);
            if part > best.0 {
                best = (part, words, label);
            }
        }
        let (part, mut words, label) = best;
        if part < *LEAST_PART.get(language) {
            // Only an encoder can say that the sentence speaks of it, and only the whole of it does.
            meant?;
            words = 0..told.len();
        }
        let span = told.get(words.start)?.at.start..told.get(words.end.checked_sub(1)?)?.at.end;
        let meant = meant.unwrap_or_default();
        let features = [similar[0], similar[1], part, preferred.0, self.usual(row), meant];
        let share = self.skill_weights().share(&features);
        let (skill, label) = (sparse::index(row), label - labels.start);
        Some(SkillMention { skill, language, label, span, features, share })
    }

    /// How many occupations have a skill, logarithmic: 0 for one or none, 1 for all.
    fn usual(&self, skill: usize) -> f32 {
        let most = (self.occupations().max(2) as f32).ln();
        self.idf.get(skill).map_or(0.0, |idf| (1.0 - idf / most).clamp(0.0, 1.0))
    }
}

/// Surest first, ties by row.
fn by_share(a: &SkillMention, b: &SkillMention) -> Ordering {
    b.share.total_cmp(&a.share).then(a.skill.cmp(&b.skill))
}

/// Cosines of concepts divided by the greatest.
fn scaled(best: &[BestLabel]) -> Vec<f32> {
    let most = best.iter().map(|best| best.cosine).fold(0.0, f32::max);
    let scale = if most > 0.0 { 1.0 / most } else { 0.0 };
    best.iter().map(|best| best.cosine * scale).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(columns: &[u32]) -> Word {
        Word { at: 0..0, text: String::new(), columns: columns.to_vec() }
    }

    #[test]
    fn a_window_is_the_tightest_place_that_has_most_of_a_label() {
        let label = [(3, 0.6), (7, 0.8)];
        let (part, at) = window(&label, &[word(&[3]), word(&[1]), word(&[7]), word(&[3, 9])]);
        assert!((part - 1.0).abs() < 1e-6 && at == (2..4), "{part} {at:?}");
        let (part, at) = window(&label, &[word(&[7]), word(&[]), word(&[]), word(&[3])]);
        assert!((part - 0.5_f32.sqrt()).abs() < 1e-6 && at == (0..4), "{part} {at:?}");
        let (part, at) = window(&label, &[word(&[7]), word(&[7])]);
        assert!((part - 0.64).abs() < 1e-6 && at == (0..1), "a word said twice counts once");
        assert_eq!(window(&label, &[word(&[1]), word(&[])]).0.to_bits(), 0.0_f32.to_bits());
    }

    #[test]
    fn words_are_found_where_they_stand_in_any_spelling() {
        let text = "Va\u{30a}rd, C++ (ö)";
        let found: Vec<&str> = word_spans(text).into_iter().map(|at| &text[at]).collect();
        assert_eq!(found, ["Va\u{30a}rd", "C++", "ö"]);
        assert!(word_spans(" -- ").is_empty());
    }

    #[test]
    fn labels_keep_what_tells_and_never_become_empty() {
        assert_eq!(
            telling("utföra kvalitetskontroller av last", Language::Sv),
            "kvalitetskontroller last"
        );
        assert_eq!(telling("work in teams", Language::En), "teams");
        assert_eq!(telling("work well", Language::En), "work well");
    }

    #[test]
    fn the_shipped_weights_fit_the_program_and_more_likeness_is_surer() {
        let shipped = SkillWeights::shipped().unwrap();
        // What a text means is not known without an encoder.
        let (meaning, written) = shipped.weights.split_last().unwrap();
        assert!(written.iter().all(|weight| *weight > 0.0) && meaning.to_bits() == 0);
        assert!(shipped.share(&[0.0; 6]) < 0.001);
        assert!(shipped.share(&[1.0; 6]) > 0.8);
    }
}
