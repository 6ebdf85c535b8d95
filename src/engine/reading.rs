//! Readings of one written text: concepts with scores, best first.

use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Bound,
};

use crate::{
    dataset::DataSet,
    domain::{Bilingual, Language, OccupationIx},
    model::{BestLabel, LabelIndex, lexical::words},
};

/// Share of the mean over a concept's labels, and of its best label in the other language, beside
/// its best label; and what a match through the other language alone stands back. Measured on the
/// development halves of the MELO sets.
const MEAN_SHARE: f32 = 0.2;
const OTHER_LANGUAGE_SHARE: f32 = 0.3;
const OTHER_LANGUAGE_BACK: f32 = 0.1;
/// Bonus of the occupation for which the hub's experts have the very title, as its label or as a
/// synonym. ESCO gives many everyday titles to several occupations: the hub knows which is meant.
const HUB_LABEL_BONUS: f32 = 0.6;
const HUB_SYNONYM_BONUS: f32 = 0.4;
/// Bonus of an occupation whose preferred label is the very title.
const PREFERRED_BONUS: f32 = 0.1;

/// Readings of one text, best first.
#[derive(Debug, Clone, PartialEq)]
pub struct Resolution {
    /// Concepts with their scores; at most the number asked for.
    pub candidates: Vec<Reading>,
}

/// One concept a text may mean.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// Row of the concept.
    pub ix: u32,
    /// Ranking score.
    pub score: f32,
    /// Share of letters in place from the title to that label where it is a misspelling or the very
    /// title, else 0.
    pub spelt: f32,
    /// How like the best label is, 0 to 1: its cosine, or the share of letters in place where that is
    /// higher and speaks of a misspelling.
    pub confidence: f32,
    /// How sure it is that this is meant, 0 to 1: of a title the probability, by the scores of all its
    /// readings; of a skill the cosine.
    pub probability: f32,
    /// That label.
    pub label: String,
}

/// Occupations of each spelling of a title, with what that spelling is worth.
#[derive(Debug)]
pub(super) struct UsualTitles {
    names: BTreeMap<String, Vec<(OccupationIx, f32)>>,
    /// The words that names are made of.
    words: BTreeSet<String>,
}

impl UsualTitles {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut titles: BTreeMap<String, Vec<(OccupationIx, f32)>> = BTreeMap::new();
        for (row, ix) in dataset.taxonomy.occupations.iter().zip(0..) {
            let own = row.hub_names.iter().take(2).map(|name| (name, HUB_LABEL_BONUS));
            let synonyms = row.hub_names.iter().skip(2).map(|name| (name, HUB_SYNONYM_BONUS));
            let preferred = [&row.label.sv, &row.label.en].map(|name| (name, PREFERRED_BONUS));
            for (name, bonus) in own.chain(synonyms).chain(preferred) {
                let known = titles.entry(spelling(name)).or_default();
                if !known.iter().any(|(other, _)| *other == ix) {
                    known.push((ix, bonus));
                }
            }
        }
        titles.remove("");
        let words = titles.keys().flat_map(|name| name.split(' ')).map(str::to_owned).collect();
        Self { names: titles, words }
    }

    /// Occupations that are usually called so, with their bonus.
    pub(super) fn called(&self, title: &str) -> &[(OccupationIx, f32)] {
        self.names.get(&spelling(title)).map_or(&[], Vec::as_slice)
    }

    /// Whether the hub's own experts call an occupation so.
    pub(super) fn is_of_hub(&self, title: &str, ix: OccupationIx) -> bool {
        self.called(title).iter().any(|(other, usual)| *other == ix && *usual > PREFERRED_BONUS)
    }

    /// Names that an abbreviated title may stand for ("underhållsmek.", "prod.tekniker"), each with its occupation: those
    /// that the hub's experts use first, then shorter ones. None for a title without a point after letters enough.
    pub(super) fn written_out(&self, title: &str) -> Vec<(&str, OccupationIx)> {
        let pieces = pieces_between_points(title);
        let Some((first, rest)) = pieces.split_first().filter(|(_, rest)| !rest.is_empty()) else {
            return Vec::new();
        };
        let is_alone = *rest == [String::new()];
        let least = if is_alone { ALONE_LETTERS } else { FIRST_LETTERS };
        // A whole word or name with a full stop behind it is not abbreviated.
        let is_whole = || self.words.contains(first) || self.names.contains_key(first);
        if first.chars().count() < least || is_alone && is_whole() {
            return Vec::new();
        }
        let from = (Bound::Included(first.as_str()), Bound::Unbounded);
        let begun =
            self.names.range::<str, _>(from).take_while(|(name, _)| name.starts_with(first));
        let named = begun.filter(|(name, _)| is_written_out(&name[first.len()..], rest));
        let each =
            named.flat_map(|(name, of)| of.iter().map(move |(ix, usual)| (*usual, name, *ix)));
        let mut all: Vec<(f32, &String, OccupationIx)> = each.collect();
        all.sort_by(|a, b| {
            b.0.total_cmp(&a.0).then_with(|| (a.1.len(), a.1, a.2).cmp(&(b.1.len(), b.1, b.2)))
        });
        all.into_iter().map(|(_, name, ix)| (name.as_str(), ix)).collect()
    }
}

/// Letters before the first point from which a title is taken as abbreviated, where more words follow and where none do.
const FIRST_LETTERS: usize = 3;
const ALONE_LETTERS: usize = 4;

/// The [`spelling`] of a title in pieces, with the space that begins one kept.
fn pieces_between_points(title: &str) -> Vec<String> {
    let piece = |text: &str| {
        let space = if text.starts_with(char::is_whitespace) { " " } else { "" };
        format!("{space}{}", spelling(text))
    };
    title.trim().split('.').map(piece).collect()
}

/// Whether a name goes on as an abbreviation does: letters in place of each point, then the next piece.
fn is_written_out(mut name: &str, pieces: &[String]) -> bool {
    let is_left_out = |letters: &str| !letters.is_empty() && !letters.contains(' ');
    let Some((last, between)) = pieces.split_last() else { return false };
    for piece in between {
        let Some((left_out, rest)) = name.split_once(piece.as_str()) else { return false };
        if !is_left_out(left_out) {
            return false;
        }
        name = rest;
    }
    name.strip_suffix(last.as_str()).is_some_and(is_left_out)
}

/// A text as its words are compared: lower case, signs and spaces the same.
pub(super) fn spelling(text: &str) -> String {
    words(text).join(" ")
}

/// Ranking score of a label: its own cosine, helped by its concept's other labels; or, a step back,
/// that of the concept in the other language.
fn label_score(cosine: f32, here: BestLabel, there: BestLabel) -> f32 {
    let direct = cosine + MEAN_SHARE * here.mean + OTHER_LANGUAGE_SHARE * there.cosine;
    let bridged = there.cosine + MEAN_SHARE * there.mean + OTHER_LANGUAGE_SHARE * cosine;
    direct.max(bridged - OTHER_LANGUAGE_BACK)
}

/// The one reading of a text that is a concept's id.
pub(super) fn certain(ix: u32, label: &str) -> Resolution {
    let label = label.trim().to_owned();
    let reading = Reading { ix, score: 1.0, spelt: 1.0, confidence: 1.0, probability: 1.0, label };
    Resolution { candidates: vec![reading] }
}

/// Words before or after a title that tell of its time and not of the work.
const STATUS_WORDS: [&str; 9] =
    ["f.d.", "f.d", "fd", "f d", "före detta", "tidigare", "ex", "former", "previously"];

/// Words behind a title that tell of hours and contract and not of the work.
const HOURS: [&str; 17] = [
    "heltid",
    "deltid",
    "tillsvidare",
    "visstid",
    "vikariat",
    "dagtid",
    "nattid",
    "kvällstid",
    "dagskift",
    "nattskift",
    "kvällsskift",
    "tvåskift",
    "treskift",
    "2-skift",
    "3-skift",
    "5-skift",
    "skiftgång",
];
/// Words behind a title that a number or a letter follows and that say where in a plant somebody works.
const PLACES: [&str; 12] = [
    "linje",
    "line",
    "avd",
    "avdelning",
    "skift",
    "shift",
    "kök",
    "hall",
    "lag",
    "station",
    "bana",
    "zon",
];

/// The words of a title without [`HOURS`] and numbered [`PLACES`] at its end.
fn without_hours(mut words: Vec<&str>) -> Vec<&str> {
    let bare = |word: &str| word.trim_matches([',', '.', '-', '–', '(', ')']).to_owned();
    let is_hours = |word: &str| HOURS.contains(&bare(word).to_lowercase().as_str());
    // `kök i skola` is no kitchen I.
    let is_number = |word: &str| {
        let bare = bare(word);
        let is_letter = bare.chars().count() == 1 && bare.chars().all(char::is_uppercase);
        is_letter || bare.len() < 4 && bare.starts_with(|sign: char| sign.is_ascii_digit())
    };
    loop {
        let gone = match words.as_slice() {
            [_, .., last] if is_hours(last) || matches!(*last, "-" | "–" | ",") => 1,
            [_, .., place, last]
                if is_number(last) && PLACES.contains(&bare(place).to_lowercase().as_str()) =>
            {
                2
            }
            _ => return words,
        };
        words.truncate(words.len() - gone);
        if let Some(last) = words.last_mut() {
            *last = last.trim_end_matches([',', '-', '–']);
        }
    }
}

/// A title without [`STATUS_WORDS`] at its beginning, without the hours somebody works (`100%`, [`HOURS`])
/// and with its compounds joined that somebody wrote with a hyphen ("buss-chaufför"); abbreviations keep theirs ("CNC-operatör").
pub(super) fn without_status(title: &str) -> String {
    let lower = title.trim().to_lowercase();
    let cut = STATUS_WORDS.iter().find_map(|word| {
        let rest = lower.strip_prefix(word)?;
        rest.starts_with(' ').then(|| title.trim().chars().skip(word.chars().count()).collect())
    });
    let title: String = cut.unwrap_or_else(|| title.to_owned());
    let title = title.replace(" %", "%");
    let share = |word: &&str| {
        word.strip_suffix('%').is_some_and(|share| {
            share.chars().all(|sign| sign.is_ascii_digit() || matches!(sign, ',' | '.'))
        })
    };
    let words = without_hours(title.split_whitespace().filter(|word| !share(word)).collect());
    let joined = words.iter().map(|word| match word.split_once('-') {
        Some((head, tail)) if is_word(head) && is_word(tail) => format!("{head}{tail}"),
        _ => (*word).to_owned(),
    });
    joined.collect::<Vec<String>>().join(" ")
}

/// Whether a part of a hyphened word is a word of its own and no abbreviation.
fn is_word(part: &str) -> bool {
    part.chars().count() >= 4 && part.chars().skip(1).all(char::is_lowercase)
}

/// Ranks concepts by their best label in one language, helped by the mean over their labels and by
/// their best label in the other language.
pub(super) fn readings(
    text: &str,
    labels: &Bilingual<LabelIndex>,
    label: impl Fn(u32, Language, usize) -> String,
    top: usize,
) -> Resolution {
    let best = |index: &LabelIndex| index.best_by_concept(&index.cosines(text));
    let (sv, en) = (best(&labels.sv), best(&labels.en));
    let at = |list: &[BestLabel], ix: usize| list.get(ix).copied().unwrap_or_default();
    let pair = |row: usize| (at(&sv, row), at(&en, row));
    let found = (0..).zip(0..sv.len().max(en.len())).filter_map(|(concept, row)| {
        let (sv, en) = pair(row);
        let score = label_score(sv.cosine, sv, en).max(label_score(en.cosine, en, sv));
        (sv.label.is_some() || en.label.is_some()).then_some((score, concept))
    });
    let found = best_of(found.collect(), top).into_iter().map(|(score, ix)| {
        let (sv, en) = pair(ix as usize);
        let (best, language) =
            if sv.cosine >= en.cosine { (sv, Language::Sv) } else { (en, Language::En) };
        let place = best.label.map_or(0, |label| labels.get(language).place(label));
        let label = label(ix, language, place);
        let confidence = best.cosine.min(1.0);
        Reading { ix, score, spelt: 0.0, confidence, probability: confidence, label }
    });
    Resolution { candidates: found.collect() }
}

/// The best `top` by score, equal scores by number.
pub(super) fn best_of(mut found: Vec<(f32, u32)>, top: usize) -> Vec<(f32, u32)> {
    let order = |a: &(f32, u32), b: &(f32, u32)| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1));
    if found.len() > top {
        found.select_nth_unstable_by(top, order);
        found.truncate(top);
    }
    found.sort_by(order);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Occupation;

    #[test]
    fn words_of_time_and_hyphens_inside_compounds_go_abbreviations_stay() {
        for (written, read) in [
            ("f.d. svetsare", "svetsare"),
            ("Tidigare Buss-chaufför", "Busschaufför"),
            ("CNC-operatör", "CNC-operatör"),
            ("VVS-montör", "VVS-montör"),
            ("Svetsare 75%", "Svetsare"),
            ("Kock 62,5 %", "Kock"),
            ("Servitris 50 % natt", "Servitris natt"),
            ("Chef avdelning i Lund", "Chef avdelning i Lund"),
            ("Lärare heltid matematik", "Lärare heltid matematik"),
            ("Svetsare (deltid), linje B", "Svetsare"),
            ("Montör 2-skift", "Montör"),
            ("Montör - dagtid", "Montör"),
            ("Montör, linje 4", "Montör"),
            ("Svetsare avd. 12", "Svetsare"),
            ("Svetsare, skift B", "Svetsare"),
            ("Kock, kök 2 tillsvidare", "Kock"),
            ("Natt", "Natt"),
            ("Chef kök", "Chef kök"),
            ("Arbetsledare linje och underhåll", "Arbetsledare linje och underhåll"),
            ("fdsa", "fdsa"),
            ("ex", "ex"),
            ("", ""),
        ] {
            assert_eq!(without_status(written).trim(), read, "{written}");
        }
    }

    #[test]
    fn the_hub_says_which_of_two_namesakes_is_meant() {
        let occupation = |sv: &str, hub: &[&str]| Occupation {
            label: Bilingual::new(sv, ""),
            hub_names: hub.iter().map(|name| (*name).to_owned()).collect(),
            ..Occupation::default()
        };
        let mut dataset = DataSet::default();
        dataset.taxonomy.occupations = vec![
            occupation("Elektriker", &[]),
            occupation("Installationselektriker", &["Installationselektriker", "x", "elektriker"]),
        ];
        let titles = UsualTitles::of(&dataset);
        assert_eq!(titles.called(" ELEKTRIKER"), [(0, PREFERRED_BONUS), (1, HUB_SYNONYM_BONUS)]);
        assert_eq!(titles.called("installationselektriker"), [(1, HUB_LABEL_BONUS)]);
        assert!(titles.called("").is_empty());
    }
}
