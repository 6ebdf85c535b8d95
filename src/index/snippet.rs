//! A short piece of text around the words that were found.

use std::{collections::BTreeSet, ops::Range};

use super::analysis::{Stems, Word, words};
use crate::domain::Language;

/// Greatest length of a snippet, in bytes of text.
const LENGTH: usize = 200;
/// Text shown before the first word that was found, in bytes.
const LEAD: usize = 40;

/// A piece of a row's description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Snippet {
    /// The piece, `…` where it is cut; plain text, to be escaped like any other.
    pub text: String,
    /// The language it is in.
    pub language: Language,
    /// Where in `text` words of the query stand: byte ranges, ascending.
    pub marks: Vec<Range<usize>>,
}

/// Cuts snippets of one language for one query; each different word is stemmed once.
pub(super) struct Cutter {
    language: Language,
    stems: Stems,
    /// Stems of the query.
    wanted: BTreeSet<String>,
}

impl Cutter {
    /// For the words of a query.
    pub(super) fn new(language: Language, words: &[Word]) -> Self {
        let mut stems = Stems::new(language);
        let wanted = stems.of(words).into_iter().collect();
        Self { language, stems, wanted }
    }

    /// The language of the texts.
    pub(super) fn language(&self) -> Language {
        self.language
    }

    /// The piece of `text` with most words whose stem is wanted; the first of equal ones; the
    /// beginning where no word is. O(words).
    pub(super) fn cut(&mut self, text: &str) -> Snippet {
        let words = words(text);
        let found: Vec<&Word> =
            words.iter().filter(|word| self.wanted.contains(self.stems.stem(&word.text))).collect();
        let piece = piece(text, &words, &found);
        let mut shown = String::with_capacity(piece.len() + 8);
        if piece.start > 0 {
            shown.push('…');
        }
        let shift = shown.len();
        shown.push_str(&text[piece.clone()]);
        if piece.end < text.len() {
            shown.push('…');
        }
        let marks = found
            .iter()
            .filter(|word| piece.start <= word.range.start && word.range.end <= piece.end)
            .map(|word| {
                word.range.start - piece.start + shift..word.range.end - piece.start + shift
            })
            .collect();
        Snippet { text: shown, language: self.language, marks }
    }
}

/// The bytes of the text to show, from the start of a word to the end of one.
fn piece(text: &str, words: &[Word], found: &[&Word]) -> Range<usize> {
    if text.len() <= LENGTH {
        return 0..text.len();
    }
    let mut best = (0, 0);
    let mut end = 0;
    for (at, first) in found.iter().enumerate() {
        // Both ends only move forward.
        while found.get(end).is_some_and(|w| w.range.end <= first.range.start + LENGTH - LEAD) {
            end += 1;
        }
        let count = end.saturating_sub(at);
        if count > best.0 {
            best = (count, first.range.start);
        }
    }
    let wanted = best.1.saturating_sub(LEAD);
    let start = match words.iter().find(|word| word.range.start >= wanted) {
        Some(word) if wanted > 0 => word.range.start,
        _ => 0,
    };
    let end = words
        .iter()
        .map(|word| word.range.end)
        .take_while(|end| *end <= start + LENGTH)
        .last()
        .unwrap_or_default();
    // A first word longer than the piece, or no word at all: cut by length.
    let end = if end > start { end } else { text.floor_char_boundary(start + LENGTH) };
    start..end
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str, wanted: &str) -> Snippet {
        Cutter::new(Language::Sv, &words(wanted)).cut(text)
    }

    #[test]
    fn a_short_text_is_shown_whole_with_its_marks() {
        let snippet = cut("Du svetsar rör.", "svetsar");
        assert_eq!(snippet.text, "Du svetsar rör.");
        assert_eq!(snippet.marks.len(), 1);
        assert_eq!(&snippet.text[snippet.marks[0].clone()], "svetsar");
    }

    #[test]
    fn a_long_text_is_cut_around_the_word() {
        let text = format!("{}Här svetsar du å. {}", "ö fyll ".repeat(60), "ännu mer ".repeat(60));
        let snippet = cut(&text, "svetsar");
        assert!(snippet.text.starts_with('…') && snippet.text.ends_with('…'), "{snippet:?}");
        assert_eq!(&snippet.text[snippet.marks[0].clone()], "svetsar");
        assert!(snippet.text.len() <= LENGTH + 2 * '…'.len_utf8());
    }

    #[test]
    fn a_text_of_one_endless_word_is_cut_by_length() {
        let snippet = cut(&"å".repeat(500), "svets");
        assert_eq!(snippet.text.chars().count(), LENGTH / 2 + 1);
    }
}
