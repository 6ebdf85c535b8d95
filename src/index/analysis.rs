//! How text becomes terms. The same functions serve building and searching, so both always agree;
//! a change here must raise [`VERSION`].

use std::{collections::HashMap, ops::Range, str::Split};

use tantivy::tokenizer::{
    Language as StemLanguage, RawTokenizer, Stemmer, TextAnalyzer, Token, TokenStream, Tokenizer,
};

use crate::domain::Language;

/// Part of the stamp: an index made by another analysis is built anew.
pub(super) const VERSION: u32 = 2;

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
    each_word(text, |word, range| words.push(Word { text: word.to_owned(), range }));
    words
}

/// Calls `then` with each of the [`words`] and where it stands.
pub(super) fn each_word(text: &str, mut then: impl FnMut(&str, Range<usize>)) {
    let mut word = String::new();
    let mut range = 0..0;
    let mut length = 0;
    let mut before = ' ';
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        let sign = |next: Option<&(usize, char)>| {
            let next_in_word = next.is_some_and(|(_, next)| next.is_alphanumeric());
            (c == '.' && length == 0 && next_in_word && !before.is_alphanumeric())
                || (matches!(c, '+' | '#') && is_one_letter(&word) && !next_in_word)
                || composed(&word, c).is_some()
        };
        if c.is_alphanumeric() || (c != ' ' && sign(rest.peek())) {
            if length == 0 {
                range.start = at;
            }
            if length < LONGEST_WORD {
                push(&mut word, c);
            }
            length += 1;
            range.end = at + c.len_utf8();
        } else if length > 0 {
            then(&word, range.clone());
            word.clear();
            length = 0;
        }
        before = c;
    }
    if length > 0 {
        then(&word, range);
    }
}

/// Whether `+` and `#` belong to the word so far: `c`, `c+`, but not `truck`.
fn is_one_letter(word: &str) -> bool {
    word.chars().filter(|c| c.is_alphanumeric()).count() == 1
}

/// Appends a character in lower case, joined with the accent-less letter before it where it is a
/// combining accent (texts copied from PDF files write `a` + U+030A for `å`).
fn push(word: &mut String, c: char) {
    if c.is_ascii() {
        word.push(c.to_ascii_lowercase());
    } else if let Some(joined) = composed(word, c) {
        word.pop();
        word.push(joined);
    } else {
        word.extend(c.to_lowercase());
    }
}

/// The letter that the last one of `word` and the combining accent `c` make.
fn composed(word: &str, c: char) -> Option<char> {
    if !('\u{300}'..'\u{370}').contains(&c) {
        return None;
    }
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

/// Character n-grams of a word with a space on either side, so that beginnings and ends of words
/// are told from middles. Finds compounds (`svets` in `rörsvetsare`) and misspellings.
pub(super) fn each_gram(word: &str, mut then: impl FnMut(&str)) {
    let padded = format!(" {word} ");
    let starts: Vec<usize> =
        padded.char_indices().map(|(at, _)| at).chain([padded.len()]).collect();
    for length in GRAMS {
        for ends in starts.windows(length + 1) {
            then(&padded[ends[0]..ends[length]]);
        }
    }
}

/// The n-grams of each word; see [`each_gram`].
pub(super) fn grams(words: &[Word]) -> Vec<String> {
    let mut grams = Vec::new();
    for word in words {
        each_gram(&word.text, |gram| grams.push(gram.to_owned()));
    }
    grams
}

/// Stems words of one language, each different word once.
pub(super) struct Stems {
    library: TextAnalyzer,
    known: HashMap<String, String>,
}

impl Stems {
    /// The stemmer of a language.
    pub(super) fn new(language: Language) -> Self {
        let language = match language {
            Language::Sv => StemLanguage::Swedish,
            Language::En => StemLanguage::English,
        };
        let stemmer = Stemmer::new(language);
        Self {
            library: TextAnalyzer::builder(RawTokenizer::default()).filter(stemmer).build(),
            known: HashMap::new(),
        }
    }

    /// One stem per word.
    pub(super) fn of(&mut self, words: &[Word]) -> Vec<String> {
        words.iter().map(|word| self.stem(&word.text).to_owned()).collect()
    }

    /// What a whole label is compared by: its words written as one, stemmed. Equal for spellings
    /// that differ in case, signs, the splitting of compounds and the ending: `Service-mekanikern`
    /// is `servicemekaniker`.
    pub(super) fn key(&mut self, words: &[Word]) -> String {
        let whole = words.iter().map(|word| word.text.as_str()).collect::<String>();
        cut(&mut self.library, &whole)
    }

    /// The stem of a word.
    pub(super) fn stem(&mut self, word: &str) -> &str {
        if !self.known.contains_key(word) {
            self.known.insert(word.to_owned(), cut(&mut self.library, word));
        }
        &self.known[word]
    }
}

fn cut(library: &mut TextAnalyzer, word: &str) -> String {
    let mut stream = library.token_stream(word);
    let stem = if stream.advance() { stream.token().text.as_str() } else { word };
    if stem.chars().count() < SHORTEST_STEM { word.into() } else { stem.into() }
}

/// The terms of a field, as they are handed to the library: it cuts nothing itself, so that texts
/// are analysed on all cores and each once, whichever fields it is for.
#[derive(Debug, Default)]
pub(super) struct Terms(String);

/// Stands after each term; never in one, being neither letter, number nor a sign that is kept.
const END: char = '\n';

impl Terms {
    /// Adds one.
    pub(super) fn push(&mut self, term: &str) {
        self.0.push_str(term);
        self.0.push(END);
    }

    /// What is to be given to a field whose tokenizer is [`Listed`].
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

/// Reads [`Terms`]. Searching makes its terms directly, so nothing need be registered when an index
/// is opened.
#[derive(Debug, Clone, Copy)]
pub(super) struct Listed;

impl Listed {
    /// The name a field calls it by.
    pub(super) const NAME: &'static str = "listed";
}

impl Tokenizer for Listed {
    type TokenStream<'a> = Listing<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> Listing<'a> {
        let terms = text.strip_suffix(END).map(|terms| terms.split(END));
        Listing { terms, token: Token::default() }
    }
}

/// One term after the other.
pub(super) struct Listing<'a> {
    /// `None` where there are none.
    terms: Option<Split<'a, char>>,
    token: Token,
}

impl TokenStream for Listing<'_> {
    fn advance(&mut self) -> bool {
        let Some(term) = self.terms.as_mut().and_then(Iterator::next) else { return false };
        self.token.text.clear();
        self.token.text.push_str(term);
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
        assert_eq!(stems.stem("undersköterskor").to_owned(), stems.stem("undersköterska"));
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
