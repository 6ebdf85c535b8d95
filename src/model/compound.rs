//! Swedish compounds parted into words: `lastbilsförare` is `lastbil` and `förare`.
//!
//! The lexicon is what the data set's own labels are made of, with how often each word stands there;
//! of several ways to part a word the one with the most frequent parts wins. Mistakes ("repa+ration")
//! do little harm where texts and labels are parted alike.

use std::collections::HashMap;

use super::lexical::words;
use crate::domain::Taxonomy;

/// Fewest characters of a compound, of its first and of its last part.
const COMPOUND: usize = 7;
const HEAD: usize = 3;
const TAIL: usize = 4;
/// Parts longer than this are parted in turn.
const WHOLE: usize = 10;
/// Fewest characters of a stem.
const STEM: usize = 4;
/// Words that begin other words without being part of a compound (`med+arbetare`).
const NO_HEADS: [&str; 8] = ["att", "den", "det", "ett", "för", "med", "och", "som"];
/// Endings of Swedish words, longest first: what is left compares inflected forms.
const ENDINGS: [&str; 17] = [
    "ningarna", "ningar", "ningen", "arnas", "ernas", "ning", "arna", "erna", "orna", "are", "ar",
    "er", "or", "en", "et", "a", "e",
];

/// The lower-case word without its ending; short words stay whole.
pub fn stem(word: &str) -> &str {
    let long = |rest: &&str| rest.chars().nth(STEM - 1).is_some();
    let word = word.strip_suffix('s').filter(long).unwrap_or(word);
    ENDINGS.iter().find_map(|ending| word.strip_suffix(ending).filter(long)).unwrap_or(word)
}

/// A lexicon that parts compounds. Immutable; the same texts in any order give the same lexicon.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Compounds {
    /// How often a word stands in the texts.
    words: HashMap<String, u32>,
    /// The same by stem, of words that may end a compound.
    tails: HashMap<String, u32>,
}

impl Compounds {
    /// Learns from texts: O(their words).
    pub fn learn<'a>(texts: impl IntoIterator<Item = &'a str>) -> Self {
        let mut learnt = Self::default();
        for word in texts.into_iter().flat_map(words) {
            let length = word.chars().count();
            if length < HEAD || !word.chars().all(char::is_alphabetic) {
                continue;
            }
            if length >= TAIL {
                *learnt.tails.entry(stem(&word).to_owned()).or_default() += 1;
            }
            *learnt.words.entry(word).or_default() += 1;
        }
        learnt
    }

    /// Learns from the Swedish labels of occupations, skills and job titles. About 0.1 s for all of
    /// ESCO.
    pub fn of(taxonomy: &Taxonomy) -> Self {
        let occupations = taxonomy.occupations.iter().map(|o| (&o.label.sv, &o.alternatives.sv));
        let skills = taxonomy.skills.iter().map(|s| (&s.label.sv, &s.alternatives.sv));
        let labels = occupations
            .chain(skills)
            .flat_map(|(label, others)| std::iter::once(label).chain(others).map(String::as_str));
        Self::learn(labels.chain(taxonomy.job_titles.iter().map(|title| title.label.as_str())))
    }

    /// The stem of a lower-case word and, where it is a compound, of its parts in their order. A few
    /// microseconds.
    pub fn split(&self, word: &str) -> Vec<String> {
        let mut parts = Vec::new();
        self.part(word, &mut parts);
        let whole = std::iter::once(word).chain(parts.iter().copied().filter(|_| parts.len() > 1));
        whole.map(|part| stem(part).to_owned()).collect()
    }

    /// The stems of all words of a text, compounds with their parts, in the text's order.
    pub fn stems(&self, text: &str) -> Vec<String> {
        words(text).iter().flat_map(|word| self.split(word)).collect()
    }

    /// The last part of a lower-case compound, which says what sort of thing it is
    /// (`lastbilsförare` is a `förare`); the word itself where it is none.
    pub fn last<'a>(&self, word: &'a str) -> &'a str {
        let mut parts = Vec::new();
        self.part(word, &mut parts);
        parts.last().copied().unwrap_or(word)
    }

    fn part<'a>(&self, word: &'a str, parts: &mut Vec<&'a str>) {
        let Some((head, tail)) = self.halves(word) else {
            parts.push(word);
            return;
        };
        for half in [head, tail] {
            if half.chars().count() > WHOLE {
                self.part(half, parts);
            } else {
                parts.push(half);
            }
        }
    }

    /// A compound's first and last half, each known; the most frequent pair, ties to the longer tail.
    fn halves<'a>(&self, word: &'a str) -> Option<(&'a str, &'a str)> {
        let length = word.chars().count();
        if length < COMPOUND {
            return None;
        }
        let mut best: Option<(u64, usize)> = None;
        let cuts = word.char_indices().zip(0..).skip(HEAD).take(length + 1 - HEAD - TAIL);
        for ((at, _), characters) in cuts {
            let (head, tail) = word.split_at(at);
            // Shortest heads are often chance: a third of their frequency counts.
            let weight = if characters == HEAD { 1 } else { 3 };
            let frequency = self.tail(tail) * self.head(head) * weight;
            if frequency > best.map_or(0, |(most, _)| most) {
                best = Some((frequency, at));
            }
        }
        let cut = best.map(|(_, at)| at).or_else(|| self.after_compound(word))?;
        Some(word.split_at(cut))
    }

    /// Where the longest known tail begins that follows a compound (`anläggningsmaskin+förare`).
    fn after_compound(&self, word: &str) -> Option<usize> {
        let mut cuts = word.char_indices().skip(WHOLE + 1).map(|(at, _)| word.split_at(at));
        cuts.find(|(head, tail)| {
            tail.chars().nth(TAIL - 1).is_some()
                && self.tail(tail) > 0
                && self.halves(head).is_some()
        })
        .map(|(head, _)| head.len())
    }

    /// One more than the frequency of what a head stands for, 0 for an unknown one: the word itself,
    /// with a linking s (`lastbils`), with a dropped a or e (`skol`), with a changed to o, u or e
    /// (`varu`).
    fn head(&self, head: &str) -> u64 {
        if NO_HEADS.contains(&head) || !has_vowel(head) {
            return 0;
        }
        let known = |word: &str| self.words.get(word).copied().unwrap_or_default();
        let linked = head.strip_suffix('s').filter(|rest| rest.chars().nth(HEAD - 1).is_some());
        let changed =
            head.strip_suffix(['o', 'u', 'e']).filter(|rest| rest.chars().nth(1).is_some());
        let most = known(head)
            .max(linked.map_or(0, known))
            .max(known(&format!("{head}a")))
            .max(known(&format!("{head}e")))
            .max(changed.map_or(0, |rest| known(&format!("{rest}a"))));
        plus_one(most)
    }

    /// One more than the frequency of a tail or of its stem, 0 for an unknown one.
    fn tail(&self, tail: &str) -> u64 {
        if !has_vowel(tail) {
            return 0;
        }
        plus_one(self.tails.get(stem(tail)).copied().unwrap_or_default())
    }
}

fn plus_one(frequency: u32) -> u64 {
    if frequency == 0 { 0 } else { u64::from(frequency) + 1 }
}

fn has_vowel(part: &str) -> bool {
    part.contains(['a', 'e', 'i', 'o', 'u', 'y', 'å', 'ä', 'ö', 'é'])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LABELS: [&str; 9] = [
        "förare av lastbil",
        "chaufför, buss",
        "lärare i skola",
        "teknik: automation och robot",
        "utvecklare av mjuk vara",
        "maskin för anläggning",
        "förare",
        "arbetare med lager",
        "medarbetare",
    ];

    fn parts(word: &str) -> Vec<String> {
        Compounds::learn(LABELS).split(word).split_off(1)
    }

    #[test]
    fn compounds_give_their_parts_with_any_link_between_them() {
        for (word, expected) in [
            ("lastbilsförare", &["lastbil", "förar"][..]),
            ("busschaufförer", &["buss", "chaufför"]),
            ("skollärare", &["skol", "lärar"]),
            ("varuförare", &["varu", "förar"]),
            ("anläggningsmaskinförare", &["anlägg", "maskin", "förar"]),
            ("lagermedarbetare", &["lager", "medarbet"]),
            ("robotteknik", &["robot", "teknik"]),
            ("förare", &[]),
            ("undersköterska", &[]),
            ("", &[]),
        ] {
            assert_eq!(parts(word), expected, "{word}");
        }
    }

    #[test]
    fn the_whole_comes_first_and_inflected_forms_meet() {
        let compounds = Compounds::learn(LABELS);
        assert_eq!(compounds.split("lastbilsförare")[0], "lastbilsför");
        assert_eq!(compounds.split("lastbilschaufförerna"), compounds.split("lastbilschaufförer"));
        assert_eq!(compounds.stems("Robotteknik, C++"), ["robotteknik", "robot", "teknik", "c++"]);
        assert_eq!(compounds.last("lastbilsförare"), "förare");
        assert_eq!(compounds.last("kock"), "kock");
    }

    #[test]
    fn the_order_of_the_texts_does_not_count() {
        let mut turned = LABELS;
        turned.reverse();
        assert_eq!(Compounds::learn(turned), Compounds::learn(LABELS));
    }

    proptest! {
        #[test]
        fn parts_put_together_are_the_word(word in "[a-zåäöé]{0,30}") {
            let compounds = Compounds::learn(LABELS);
            let mut parts = Vec::new();
            compounds.part(&word, &mut parts);
            prop_assert_eq!(parts.concat(), word);
        }

        #[test]
        fn no_word_panics(word in "\\PC{0,40}") {
            let _ = (Compounds::learn(LABELS).split(&word), stem(&word));
        }
    }
}
