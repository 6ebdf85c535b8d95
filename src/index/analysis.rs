//! How text becomes terms. The same functions serve building and searching, so both always agree;
//! a change here must raise [`VERSION`].

use std::ops::Range;

use tantivy::tokenizer::{
    Language as StemLanguage, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

use crate::domain::Language;

/// Part of the stamp: an index made by another analysis is built anew.
pub(super) const VERSION: u32 = 1;

/// Longest word that is told apart, in characters; what follows is ignored.
const LONGEST_WORD: usize = 64;
/// Shortest stem that is used. The Swedish stemmer cuts `förare` down to `för` and `lärare` to
/// `lär`; where so little is left the whole word stands.
const SHORTEST_STEM: usize = 4;
/// Lengths of the character n-grams. 3 to 5, bounded by words, measured best for Swedish titles
/// together with length normalisation.
const GRAMS: Range<usize> = 3..6;

/// A word of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    /// Lower case, accents composed.
    pub(super) text: String,
    /// Where it stands, in bytes.
    pub(super) range: Range<usize>,
}

/// The words of a text. `C++`, `C#`, `F#` and `.NET` keep their signs; every other sign separates.
/// O(length).
pub(super) fn words(text: &str) -> Vec<Word> {
    let mut words = Vec::new();
    let mut word = Word { text: String::new(), range: 0..0 };
    let mut length = 0;
    let mut before = ' ';
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let next_in_word = rest.peek().is_some_and(|(_, next)| next.is_alphanumeric());
        let part = c.is_alphanumeric()
            || (c == '.' && length == 0 && next_in_word && !before.is_alphanumeric())
            || (matches!(c, '+' | '#') && is_one_letter(&word.text) && !next_in_word)
            || (composed(&word.text, c).is_some());
        if part {
            if length == 0 {
                word.range.start = at;
            }
            if length < LONGEST_WORD {
                push(&mut word.text, c);
            }
            length += 1;
            word.range.end = at + c.len_utf8();
        } else if length > 0 {
            words.push(std::mem::replace(&mut word, Word { text: String::new(), range: 0..0 }));
            length = 0;
        }
        before = c;
    }
    if length > 0 {
        words.push(word);
    }
    words
}

/// Whether `+` and `#` belong to the word so far: `c`, `c+`, but not `truck`.
fn is_one_letter(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphanumeric()).count() == 1
}

/// Appends a character in lower case, joined with the accent-less letter before it where it is a
/// combining accent (texts copied from PDF files write `a` + U+030A for `å`).
fn push(word: &mut String, c: char) {
    if let Some(joined) = composed(word, c) {
        word.pop();
        word.push(joined);
    } else {
        word.extend(c.to_lowercase());
    }
}

/// The letter that the last one of `word` and the combining accent `c` make.
fn composed(word: &str, c: char) -> Option<char> {
    match (word.chars().next_back()?, c) {
        ('a', '\u{30a}') => Some('å'),
        ('a', '\u{308}') => Some('ä'),
        ('o', '\u{308}') => Some('ö'),
        ('e', '\u{301}') => Some('é'),
        ('u', '\u{308}') => Some('ü'),
        _ => None,
    }
}

/// The words joined by single spaces.
pub(super) fn joined(words: &[Word]) -> String {
    words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
}

/// Character n-grams of each word with a space on either side, so that beginnings and ends of words
/// are told from middles. Finds compounds (`svets` in `rörsvetsare`) and misspellings.
pub(super) fn grams(words: &[Word]) -> Vec<String> {
    let mut grams = Vec::new();
    for word in words {
        let padded: Vec<char> =
            std::iter::once(' ').chain(word.text.chars()).chain(std::iter::once(' ')).collect();
        for length in GRAMS {
            grams.extend(padded.windows(length).map(|gram| gram.iter().collect::<String>()));
        }
    }
    grams
}

/// Stems words of one language.
pub(super) struct Stems(TextAnalyzer);

impl Stems {
    /// The stemmer of a language.
    pub(super) fn new(language: Language) -> Self {
        let language = match language {
            Language::Sv => StemLanguage::Swedish,
            Language::En => StemLanguage::English,
        };
        Self(TextAnalyzer::builder(RawTokenizer::default()).filter(Stemmer::new(language)).build())
    }

    /// One stem per word.
    pub(super) fn of(&mut self, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.stem(&word.text)).collect()
    }

    /// What a whole label is compared by: its words written as one, stemmed. Equal for spellings
    /// that differ in case, signs, the splitting of compounds and the ending: `Service-mekanikern`
    /// is `servicemekaniker`.
    pub(super) fn key(&mut self, words: &[Word]) -> String {
        self.stem(&words.iter().map(|word| word.text.as_str()).collect::<String>())
    }

    fn stem(&mut self, word: &str) -> String {
        let mut stream = self.0.token_stream(word);
        let stem = if stream.advance() { stream.token().text.as_str() } else { word };
        if stem.chars().count() < SHORTEST_STEM { word.into() } else { stem.into() }
    }
}

/// How a field's text is cut; given to tantivy while building. Searching makes its terms directly,
/// so nothing need be registered when an index is opened.
#[derive(Debug, Clone, Copy)]
pub(super) enum Analyser {
    /// Stems of a language.
    Stems(Language),
    /// Character n-grams.
    Grams,
}

impl Analyser {
    /// All analysers.
    pub(super) const ALL: [Self; 3] =
        [Self::Stems(Language::Sv), Self::Stems(Language::En), Self::Grams];

    /// The name a field calls it by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Stems(Language::Sv) => "stems_sv",
            Self::Stems(Language::En) => "stems_en",
            Self::Grams => "grams",
        }
    }
}

impl Tokenizer for Analyser {
    type TokenStream<'a> = Terms;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Terms {
        let words = words(text);
        let terms = match self {
            Self::Stems(language) => Stems::new(*language).of(&words),
            Self::Grams => grams(&words),
        };
        Terms { terms: terms.into_iter(), token: Token::default() }
    }
}

/// Terms that are already cut.
pub(super) struct Terms {
    terms: std::vec::IntoIter<String>,
    token: Token,
}

impl TokenStream for Terms {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.next() else { return false };
        self.token.text = term;
        // The first position is 0: Token::default() stands one before it.
        self.token.position = self.token.position.wrapping_add(1);
        true
    }

    fn token(&self) -> &Token {
        &self.token
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.token
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        words(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn programming_languages_keep_their_signs() {
        assert_eq!(texts("C++, C#/.NET och F#."), ["c++", "c#", ".net", "och", "f#"]);
        assert_eq!(texts("ASP.NET"), ["asp", "net"]);
        assert_eq!(texts("truck+ el+vvs slut. Nytt"), ["truck", "el", "vvs", "slut", "nytt"]);
    }

    #[test]
    fn signs_separate_and_ranges_point_into_the_text() {
        let text = "CNC-operatör (Å)";
        let ranges: Vec<&str> = words(text).into_iter().map(|w| &text[w.range]).collect();
        assert_eq!(ranges, ["CNC", "operatör", "Å"]);
        assert_eq!(joined(&words(text)), "cnc operatör å");
        assert_eq!(texts("😀 +\"-: ''"), Vec::<String>::new());
    }

    #[test]
    fn decomposed_accents_equal_composed_ones() {
        assert_eq!(texts("A\u{30a}kare pa\u{308}ro\u{308}n"), ["åkare", "pärön"]);
    }

    #[test]
    fn stems_join_forms_but_leave_short_ones_whole() {
        let mut stems = Stems::new(Language::Sv);
        assert_eq!(stems.stem("undersköterskor"), stems.stem("undersköterska"));
        assert_eq!(stems.stem("förare"), "förare");
        assert_eq!(Stems::new(Language::En).stem("welding"), "weld");
    }

    #[test]
    fn a_label_is_recognised_in_other_spellings() {
        let mut stems = Stems::new(Language::Sv);
        let key = stems.key(&words("servicemekaniker"));
        assert_eq!(stems.key(&words("Service-mekanikern")), key);
        assert_eq!(stems.key(&words("service mekaniker!")), key);
        assert_ne!(stems.key(&words("C")), stems.key(&words("C++")));
    }

    #[test]
    fn grams_are_bounded_by_words() {
        assert_eq!(grams(&words("el")), [" el", "el ", " el "]);
        assert_eq!(grams(&words("c")), [" c "]);
    }
}
