//! A text of a person, an ad or a course -> the sentences that may speak of skills.
//!
//! Headings, contact details and the employers of dated lines say nothing of what somebody can;
//! clauses that deny say the opposite.

use std::{collections::HashSet, ops::Range, sync::LazyLock};

use crate::{domain::Language, model::word_spans};

/// Longest sentence, characters; longer ones are cut at a comma or a space.
const LONGEST: usize = 300;
/// Most words of a heading, of a key before a colon, and of a line that ends in years.
const HEADING_WORDS: usize = 5;
const DATED_WORDS: usize = 16;
/// Longest word of a line without a blank, bytes; others are made for machines.
const LONGEST_WORD: usize = 40;
/// Fewest items of a list, and most words of one on average.
const LIST: usize = 3;
const ITEM_WORDS: usize = 4;

/// Words that headings of CVs and ads are made of.
const HEADINGS: &str = "mål målsättning profil sammanfattning presentation om mig utbildning utbildningar kurser kurs \
    arbetslivserfarenhet yrkeserfarenhet arbetserfarenhet erfarenhet erfarenheter anställningar \
    anställning kompetens kompetenser kunskaper färdigheter egenskaper certifieringar certifikat \
    språk körkort referenser övrigt övriga intressen meriter ansvar självständighet kontakt \
    kontaktinformation personuppgifter curriculum vitae cv krav kvalifikationer arbetsuppgifter \
    profile summary objective education experience work employment history skills skill competencies \
    qualifications certifications certificates languages references interests hobbies contact \
    information about me responsibilities requirements personal details och and professional key \
    technical volunteer courses projects fritid hobby hobbyer fritidsintressen jobb arbete praktik karriär \
    career";
/// Words of the headings over what somebody does for pleasure, and of those over education, which
/// tells of no job.
const LEISURES: &str = "fritid intressen hobby hobbyer fritidsintressen interests hobbies";
const EDUCATIONS: &str = "utbildning utbildningar kurs kurser education courses";
/// Words of the headings over jobs, also beside those of education.
const JOBS: &str = "arbetslivserfarenhet yrkeserfarenhet arbetserfarenhet erfarenhet erfarenheter anställningar \
    anställning jobb arbete praktik karriär experience work employment career";
/// Keys of lines that name driving licences, which are no skills.
const LICENCE_LINES: &str =
    "körkort körkortsbehörighet körkortsklass driving licence license licences licenses";
/// Words of a time that has not ended, and others that stand beside years.
const OPEN_DATES: &str =
    "nu nuvarande pågående idag present now today ongoing current sedan since från from";
const DATES: &str = "till to until jan januari january feb februari february mar mars march apr april maj may jun juni \
    june jul juli july aug augusti august sep sept september okt oct oktober october nov november dec december";
/// Keys of lines that tell who somebody is and where.
const CONTACT: &str = "namn name förnamn efternamn e post epost email e mail mail telefon tel mobil mobilnummer \
    phone mobile adress address postadress postnummer ort stad city född födelsedatum birth date of \
    personnummer nationalitet nationality linkedin github webb webbplats hemsida web website url";
/// Words that only one of the two languages has.
const SWEDISH: &str = "och att på för med som av till är ett jag har inte vid från inom samt eller ska det den de \
    där hos under vilket mina min efter även";
const ENGLISH: &str = "and the of to for with is are be have you we or as at by from that this an will your our \
    who my was has using experience";
/// Words that deny, and those after them that take it back.
const DENIALS: &str = "ingen inga inget inte ej icke aldrig saknar saknas varken no not never lack lacks lacking \
    neither cannot don didn doesn";
const NOT_ONLY: &str = "bara minst enbart endast only least just merely";
/// Words close behind those that deny, and right before them, that make it a yes ("inga problem").
const NO_TROUBLES: &str = "problem hinder rädd rädda främmande hesitate afraid";
const HESITATES: &str = "tvekar tveka räds";
/// Words that deny where experience follows.
const WITHOUT: &str = "utan without";
const EXPERIENCE: &str =
    "erfarenhet kunskap kunskaper vana utbildning experience knowledge training";
/// Words at the beginning of a clause that end what was denied before.
const TURNS: &str = "men utan dock däremot jag har kan but however although i have";

type Words = LazyLock<HashSet<&'static str>>;

macro_rules! set {
    ($name:ident, $list:ident) => {
        static $name: Words = LazyLock::new(|| $list.split_ascii_whitespace().collect());
    };
}
set!(HEADING, HEADINGS);
set!(CONTACT_KEY, CONTACT);
set!(SWEDISH_WORD, SWEDISH);
set!(ENGLISH_WORD, ENGLISH);
set!(DENIAL, DENIALS);
set!(NOT_ONLY_WORD, NOT_ONLY);
set!(LEISURE, LEISURES);
set!(EDUCATION, EDUCATIONS);
set!(JOB, JOBS);
set!(LICENCE_KEY, LICENCE_LINES);
set!(OPEN_DATE, OPEN_DATES);
set!(DATE, DATES);
set!(NO_TROUBLE, NO_TROUBLES);
set!(HESITATE, HESITATES);
set!(WITHOUT_WORD, WITHOUT);
set!(EXPERIENCE_WORD, EXPERIENCE);
set!(TURN, TURNS);

/// A sentence, or a line without one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Sentence<'a> {
    /// Its text, without blanks around it.
    pub(super) text: &'a str,
    /// Its first byte in the whole text.
    pub(super) from: usize,
    /// Its language; `None` where no word tells.
    pub(super) language: Option<Language>,
    /// Whether it is all that its line tells, or the beginning of a list after a date; never under a
    /// heading of education.
    pub(super) alone: bool,
    /// Whether its line begins with it; never under a heading of education.
    pub(super) first: bool,
    /// Whether a date stands before or behind it.
    pub(super) dated: bool,
}

/// What the lines under a heading tell of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Section {
    Leisure,
    Education,
    Other,
}

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Line<'a> {
    /// Nothing that speaks of skills.
    Silent,
    /// The heading of the lines that follow.
    Heading(Section),
    /// A part that may speak of skills, under a key of its own or the heading above.
    Told { part: &'a str, dated: bool, key: Option<Section> },
}

/// The sentences of a text in its order, those of leisure left out. Linear in the text.
pub(super) fn sentences(text: &str) -> Vec<Sentence<'_>> {
    let mut found = Vec::new();
    let mut section = Section::Other;
    for line in text.split(['\n', '\r', '\u{2022}', '\u{25cf}', '\u{25aa}']) {
        let (told, dated, of) = match read(line) {
            Line::Silent => continue,
            Line::Heading(next) => {
                section = next;
                continue;
            }
            Line::Told { part, dated, key } => {
                // A key of its own ends the section above, unless it is one line of pleasure.
                if key.is_some_and(|key| key != Section::Leisure) {
                    section = Section::Other;
                }
                (part, dated, key.unwrap_or(section))
            }
        };
        if of == Section::Leisure {
            continue;
        }
        for sentence in ends(told).into_iter().flat_map(short_pieces) {
            let language = language(sentence);
            for item in items(sentence).into_iter().filter(|item| is_said(item)) {
                let from = item.as_ptr().addr() - text.as_ptr().addr();
                let first = of != Section::Education && item.as_ptr() == told.as_ptr();
                let alone = first && (item.len() == told.len() || dated);
                found.push(Sentence { text: item, from, language, alone, first, dated });
            }
        }
    }
    found
}

/// Whether a text says more than single letters, which name licences, grades and points of a list.
fn is_said(text: &str) -> bool {
    word_spans(text).into_iter().any(|at| text[at].chars().nth(1).is_some())
}

/// The language of most of the text's telling words; Swedish where none tells.
pub(super) fn main_language(sentences: &[Sentence<'_>]) -> Language {
    let count = |wanted| sentences.iter().filter(|s| s.language == Some(wanted)).count();
    if count(Language::En) > count(Language::Sv) { Language::En } else { Language::Sv }
}

fn lower_words(text: &str) -> Vec<String> {
    word_spans(text).into_iter().map(|at| text[at].to_lowercase()).collect()
}

fn all_of(set: &Words, words: &[String]) -> bool {
    !words.is_empty() && words.iter().all(|word| set.contains(word.as_str()))
}

fn section(heading: &[String]) -> Section {
    let has = |set: &Words| heading.iter().any(|word| set.contains(word.as_str()));
    if has(&LEISURE) {
        Section::Leisure
    } else if has(&EDUCATION) && !has(&JOB) {
        Section::Education
    } else {
        Section::Other
    }
}

fn read(line: &str) -> Line<'_> {
    let line = line.trim().trim_start_matches(['-', '*', '\u{2013}', '\u{b7}', '\u{2014}']).trim();
    let all = lower_words(line);
    if all.is_empty() {
        return Line::Silent;
    }
    if all.len() <= HEADING_WORDS && (line.ends_with(':') || all_of(&HEADING, &all)) {
        return Line::Heading(section(&all));
    }
    let one_word = !line.contains(char::is_whitespace)
        && word_spans(line).into_iter().any(|at| at.len() > LONGEST_WORD);
    if one_word || line.contains("://") || (line.contains('@') && all.len() <= HEADING_WORDS + 3) {
        return Line::Silent;
    }
    if let Some((key, value)) = line.split_once(':') {
        let key = lower_words(key);
        if key.len() <= HEADING_WORDS && (all_of(&CONTACT_KEY, &key) || all_of(&LICENCE_KEY, &key))
        {
            return Line::Silent;
        }
        if key.len() <= HEADING_WORDS && all_of(&HEADING, &key) {
            let (part, dated) = undated(value.trim());
            return Line::Told { part, dated, key: Some(section(&key)) };
        }
    }
    let (part, dated) = undated(line);
    Line::Told { part, dated, key: None }
}

/// A line without the date at its beginning and the one at its end, and whether there was one. Where
/// a period ends it, a name after the first comma is that of an employer or a school and goes with the
/// rest: "Svetsare, Volvo, Göteborg (2015 - nu)".
fn undated(line: &str) -> (&str, bool) {
    let spans = word_spans(line);
    let words: Vec<String> = spans.iter().map(|at| line[at.clone()].to_lowercase()).collect();
    let head = words.iter().take_while(|word| is_of_date(word)).count();
    let head = if words[..head].iter().any(|word| is_year(word)) { head } else { 0 };
    let tail = words[head..].iter().rev().take_while(|word| is_of_date(word)).count();
    let tail = words.len() - tail;
    let years = words[tail..].iter().filter(|word| is_year(word)).count();
    let tail = if years > 0 { tail } else { words.len() };
    let start = head.checked_sub(1).map_or(0, |last| spans[last].end);
    let end = spans.get(tail).map_or(line.len(), |first| first.start);
    let sign = |c: char| c.is_whitespace() || "()[],:;.|/-\u{2013}\u{2014}".contains(c);
    let mut told = &line[start.min(end)..end];
    if head > 0 {
        told = told.trim_start_matches(sign);
    }
    if tail < words.len() {
        let open = |c: char| sign(c) && c != ')' && c != ']';
        told = told.trim_end_matches(open);
        let period =
            years > 1 || words[tail..].iter().any(|word| OPEN_DATE.contains(word.as_str()));
        if period && words.len() <= DATED_WORDS {
            let named = |rest: &str| rest.trim_start().starts_with(char::is_uppercase);
            told = match told.split_once(',') {
                Some((first, rest)) if named(rest) => first.trim(),
                _ => told,
            };
        }
    }
    (told, head > 0 || tail < words.len())
}

fn is_of_date(word: &str) -> bool {
    let number = word.len() <= 2 && word.bytes().all(|byte| byte.is_ascii_digit());
    number || is_year(word) || OPEN_DATE.contains(word) || DATE.contains(word)
}

pub(super) fn is_year(word: &str) -> bool {
    word.len() == 4 && word.parse().is_ok_and(|year| (1950..2050).contains(&year))
}

/// A line parted after full stops, question and exclamation marks that end a sentence, and at
/// semicolons.
fn ends(line: &str) -> Vec<&str> {
    let mut parts = Vec::new();
    let mut from = 0;
    for (at, sign) in line.match_indices(['.', '!', '?', ';']) {
        let rest = &line[at + sign.len()..];
        let next = rest.trim_start();
        let parted = next.len() < rest.len() && !next.starts_with(char::is_lowercase);
        if parted || sign == ";" {
            parts.push(line[from..at].trim());
            from = at + sign.len();
        }
    }
    let end = |c: char| matches!(c, '.' | '!' | '?') || c.is_whitespace();
    parts.push(line[from..].trim_end_matches(end).trim_start());
    parts
}

/// A sentence in pieces of at most [`LONGEST`] characters.
fn short_pieces(sentence: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = sentence;
    while let Some((end, _)) = rest.char_indices().nth(LONGEST) {
        let head = &rest[..end];
        let cut = head.rfind(", ").or_else(|| head.rfind(char::is_whitespace));
        let cut = cut.filter(|at| *at > 0).unwrap_or(end);
        pieces.push(rest[..cut].trim());
        rest = rest[cut..].trim_start_matches(|c: char| c == ',' || c.is_whitespace());
    }
    pieces.push(rest.trim());
    pieces
}

/// The items of a sentence that is a list ("TIG, MIG/MAG, gas, plasma"); of another one itself. A
/// list that denies something stays whole, for its first words count for all of it.
fn items(sentence: &str) -> Vec<&str> {
    let items = sentence.split([',', '(', ')']).map(str::trim);
    let items: Vec<&str> = items.filter(|item| !item.is_empty()).collect();
    let words = word_spans(sentence).len();
    let listed = items.len() >= LIST && words <= ITEM_WORDS * items.len();
    if listed && denied(sentence).is_empty() { items } else { vec![sentence] }
}

/// The language whose own words are more frequent; `None` where that is neither's.
fn language(sentence: &str) -> Option<Language> {
    let (mut swedish, mut english) = (0, 0);
    for word in lower_words(sentence) {
        let letters = word.contains(['å', 'ä', 'ö']);
        swedish += usize::from(SWEDISH_WORD.contains(word.as_str()) || letters);
        english += usize::from(ENGLISH_WORD.contains(word.as_str()));
    }
    match swedish.cmp(&english) {
        std::cmp::Ordering::Greater => Some(Language::Sv),
        std::cmp::Ordering::Less => Some(Language::En),
        std::cmp::Ordering::Equal => None,
    }
}

/// The parts of a sentence, in bytes, that say what somebody cannot or need not: a clause with a
/// word that denies, and the list after it ("ingen erfarenhet av svets, lödning eller plåt").
pub(super) fn denied(sentence: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    let mut denying = false;
    for clause in clauses(sentence) {
        let words = lower_words(&sentence[clause.clone()]);
        let first = words.first().map_or("", String::as_str);
        if TURN.contains(first) {
            denying = false;
        }
        denying |= denies(&words);
        if denying {
            ranges.push(clause);
        }
    }
    ranges
}

fn denies(words: &[String]) -> bool {
    (0..words.len()).any(|at| {
        let after = &words[at + 1..];
        let followed = |set: &Words, within: usize| {
            after.iter().take(within).any(|word| set.contains(word.as_str()))
        };
        let word = words[at].as_str();
        let hesitates = at > 0 && HESITATE.contains(words[at - 1].as_str());
        let taken_back = hesitates || followed(&NOT_ONLY_WORD, 1) || followed(&NO_TROUBLE, 2);
        (DENIAL.contains(word) && !taken_back)
            || (WITHOUT_WORD.contains(word) && followed(&EXPERIENCE_WORD, 3))
    })
}

/// Clauses in bytes: parted at commas and colons, and before words that turn a sentence.
fn clauses(sentence: &str) -> Vec<Range<usize>> {
    let turns = word_spans(sentence).into_iter().filter(|at| {
        matches!(
            &*sentence[at.clone()].to_lowercase(),
            "men" | "dock" | "but" | "however" | "although"
        )
    });
    let mut cuts: Vec<usize> = turns.map(|at| at.start).collect();
    cuts.extend(sentence.match_indices([',', ':', '(', ')']).map(|(at, _)| at));
    cuts.push(sentence.len());
    cuts.sort_unstable();
    let mut from = 0;
    let mut found = Vec::new();
    for cut in cuts {
        found.push(from..cut);
        from = cut;
    }
    found
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn texts(text: &str) -> Vec<&str> {
        sentences(text).into_iter().map(|sentence| sentence.text).collect()
    }

    #[test]
    fn headings_contacts_and_employers_are_left_out() {
        let cv = "Namn: Anna Berg\n\nE-post: anna@example.se\nErfarenhet:\n\nSvetsare, Volvo AB (2015 – nu)\n\
                  \u{2022} Svetsade rör. Läste ritningar t.ex. i 3D\n\
                  Kunskaper\nSpråk: svenska, engelska\nUtbildning och kurser";
        assert_eq!(
            texts(cv),
            ["Svetsare", "Svetsade rör", "Läste ritningar t.ex. i 3D", "svenska, engelska"]
        );
        let alone: Vec<bool> = sentences(cv).iter().map(|sentence| sentence.alone).collect();
        assert_eq!(alone, [true, false, false, true]);
        assert_eq!(
            texts("Om TIG, MIG/MAG, gas samt laser."),
            ["Om TIG", "MIG/MAG", "gas samt laser"]
        );
        assert_eq!(texts("Inte TIG, MIG, gas"), ["Inte TIG, MIG, gas"]);
        assert!(texts(" \n--\n").is_empty());
    }

    #[test]
    fn leisure_is_left_out_until_the_next_heading() {
        let cv = "Fritid och intressen\nFiske\n\nBygga möbler\nErfarenhet\nSvetsade rör\nHobby: matlagning\nPlåt";
        assert_eq!(texts(cv), ["Svetsade rör", "Plåt"]);
        assert_eq!(texts("Interests\nfishing\nSpråk: svenska\nVVS"), ["svenska", "VVS"]);
    }

    #[test]
    fn education_is_read_and_tells_no_title() {
        let alone = |cv| -> Vec<bool> { sentences(cv).iter().map(|found| found.alone).collect() };
        assert_eq!(alone("Utbildning\nSvetsare\nArbete\nSvetsare"), [false, true]);
        assert_eq!(alone("Utbildning: Svetsare\nSvetsare"), [false, true]);
        assert_eq!(alone("Utbildning och erfarenhet\nSvetsare"), [true]);
    }

    #[test]
    fn dates_go_and_numbers_that_look_like_years_drop_nothing() {
        for (line, told) in [
            ("Lyft av 2000 kg, köra truck", "Lyft av 2000 kg, köra truck"),
            ("2019: gaffeltruck, läsa ritningar", "gaffeltruck, läsa ritningar"),
            ("2014-2023: SSAB, svetsare och truckförare", "SSAB, svetsare och truckförare"),
            ("Truckkort, heta arbeten 2019", "Truckkort, heta arbeten"),
            ("Servitris på Restaurang Havet sedan 2018", "Servitris på Restaurang Havet"),
            ("CNC-operatör på Volvo (2012-2024)", "CNC-operatör på Volvo"),
            ("Svetsare, Volvo, jan 2015\u{a0}– maj 2019.", "Svetsare"),
            ("Truckkort (2019), travers (2020)", "Truckkort (2019), travers"),
            ("Kör truck, svetsar sedan 2018", "Kör truck, svetsar"),
            ("jan 2015", ""),
            ("till Volvo", "till Volvo"),
        ] {
            assert_eq!(undated(line).0, told, "{line}");
        }
    }

    #[test]
    fn lines_without_blanks_are_judged_by_their_longest_word_and_letters_alone_say_nothing() {
        let list = "MIG-svetsning,TIG-svetsning,plåtslagning,ritningsläsning";
        assert_eq!(texts(list).len(), 4);
        let bound = "svetsa\u{a0}rör\u{a0}och\u{a0}läsa\u{a0}ritningar\u{a0}för\u{a0}verkstad";
        assert_eq!(texts(bound), [bound]);
        assert!(texts("Körkort: B, CE\nB, C\nA, B, C").is_empty());
        assert_eq!(texts("C, C++, SQL"), ["C++", "SQL"]);
    }

    #[test]
    fn sentences_know_their_place_and_language() {
        let text = "Jag svetsar rör. I have welded pipes\nTIG MIG";
        let found = sentences(text);
        for sentence in &found {
            assert!(text[sentence.from..].starts_with(sentence.text));
        }
        let languages: Vec<_> = found.iter().map(|sentence| sentence.language).collect();
        assert_eq!(languages, [Some(Language::Sv), Some(Language::En), None]);
        assert_eq!(main_language(&found), Language::Sv);
    }

    #[test]
    fn what_is_denied_is_known_and_what_is_not_stays() {
        let denied = |text| -> String { denied(text).into_iter().map(|at| &text[at]).collect() };
        for (text, no) in [
            ("Ingen erfarenhet av svetsning, lödning", "Ingen erfarenhet av svetsning, lödning"),
            ("Kan svetsa men inte löda", "men inte löda"),
            ("Har inte svetsat, men kan löda", "Har inte svetsat, "),
            ("Inte bara svetsning utan även lödning", ""),
            ("Svetsning utan erfarenhet av TIG", "Svetsning utan erfarenhet av TIG"),
            ("No experience of welding, but I can solder", "No experience of welding, "),
            ("Not only welding", ""),
            ("Utan problem", ""),
            ("Inga problem med tunga lyft", ""),
            ("Inga större hinder", ""),
            ("Är inte rädd för höjder", ""),
            ("Tvekar inte att svetsa", ""),
            ("Do not hesitate to weld", ""),
            ("Inte svetsning", "Inte svetsning"),
        ] {
            assert_eq!(denied(text), no, "{text}");
        }
    }

    #[test]
    fn long_sentences_are_cut_at_commas() {
        let long = "svetsning av rör, ".repeat(60);
        let pieces = texts(&long);
        assert!(pieces.len() > 3 && pieces.iter().all(|piece| piece.chars().count() <= LONGEST));
        assert!(pieces.iter().all(|piece| piece.starts_with("svetsning")), "{pieces:?}");
        assert_eq!(texts(&format!("xy {}", "å".repeat(700))).len(), 4);
        assert!(texts(&"å".repeat(700)).is_empty(), "no word is that long");
    }

    proptest! {
        #[test]
        fn no_text_panics_and_every_sentence_is_in_it(text in "\\PC{0,200}|[a-zå ,.:;\n@2015()]{0,400}") {
            for sentence in sentences(&text) {
                prop_assert_eq!(&text[sentence.from..sentence.from + sentence.text.len()], sentence.text);
                for at in denied(sentence.text) {
                    prop_assert!(sentence.text.get(at).is_some());
                }
            }
        }
    }
}
