//! Which of Yrkesbarometern's judgements speak of an occupation. The barometer judges parts of an
//! SSYK group by names of its own (`Fjärrbilsförare`), which are no other occupations' business.

use std::cmp::Reverse;

use crate::domain::{Barometer, Bilingual, Occupation, OccupationGroup, Shared};

/// Endings by which two forms of one word differ: singular and plural, definite or not.
const ENDINGS: [&str; 14] =
    ["", "a", "e", "n", "s", "ar", "er", "or", "en", "et", "na", "are", "arna", "erna"];
/// Shortest word that names something.
const SHORTEST: usize = 4;
/// Long words that name nothing.
const STOP_WORDS: [&str; 4] = ["inom", "flera", "övriga", "samt"];

/// The judgement of the barometer's entry that names the occupation; where none does, the
/// judgements of all parts of the group. Empty also where the entry that names it has no judgement:
/// the others then are of other work.
pub(super) fn judgements(group: &OccupationGroup, occupation: &Occupation) -> Vec<Barometer> {
    let judged = |entry: &&Barometer| !entry.opportunities.is_empty();
    let mut ranked: Vec<(Fit, &Barometer)> =
        group.barometer.iter().map(|entry| (fit(&entry.name, occupation), entry)).collect();
    ranked.sort_by_key(|(fit, _)| Reverse(*fit));
    match ranked.as_slice() {
        [(best, first), rest @ ..] if best.names() => {
            // Two entries that fit alike and disagree tell nothing of which one is meant.
            let rival = rest.iter().take_while(|(fit, _)| fit == best);
            if rival.clone().all(|(_, other)| other.opportunities == first.opportunities) {
                return Some(*first).filter(judged).cloned().into_iter().collect();
            }
            rival.map(|(_, entry)| *entry).chain([*first]).filter(judged).cloned().collect()
        }
        _ => group.barometer.iter().filter(judged).cloned().collect(),
    }
}

/// What the barometer says of an occupation.
#[derive(Debug)]
pub(super) struct Judged {
    /// Name of its group.
    pub(super) group: Shared<Bilingual<String>>,
    /// See [`judgements`].
    pub(super) judgements: Shared<Vec<Barometer>>,
    pub(super) outlook: Option<Outlook>,
}

/// What judgements come to as a reason: one for or one against, never both.
#[derive(Debug)]
pub(super) struct Outlook {
    pub(super) good: bool,
    /// Whom it is about.
    pub(super) about: Bilingual<String>,
}

impl Judged {
    /// 1 where the outlook is good, -1 where it is poor, 0 where it is middling or judged in several ways; `None`
    /// where nobody judges it.
    pub(super) fn rank(&self) -> Option<i8> {
        let outlook = self.outlook.as_ref();
        (!self.judgements.is_empty())
            .then(|| outlook.map_or(0, |outlook| if outlook.good { 1 } else { -1 }))
    }

    /// Whether anybody judges the job opportunities limited.
    pub(super) fn is_limited(&self) -> bool {
        self.judgements.iter().any(|entry| entry.opportunities == "små")
    }
}

/// The outlook of an occupation by what [`judgements`] left; none where they are middling or
/// disagree.
pub(super) fn outlook(judgements: &[Barometer], occupation: &Occupation) -> Option<Outlook> {
    let names = |wanted: &str| -> Vec<&str> {
        let found = judgements.iter().filter(|entry| entry.opportunities == wanted);
        found.map(|entry| entry.name.as_str()).collect()
    };
    let (good, poor) = (names("stora"), names("små"));
    if good.is_empty() == poor.is_empty() {
        return None;
    }
    let (good, names) = if poor.is_empty() { (true, good) } else { (false, poor) };
    let about = match names.as_slice() {
        [name] if fit(name, occupation).names() => Bilingual::new(*name, *name),
        names => {
            let names = names.join("; ");
            Bilingual::new(
                format!("en del av yrkesgruppen, gäller {names}"),
                format!("part of the occupation group, about {names}"),
            )
        }
    };
    Some(Outlook { good, about })
}

/// How well a name fits an occupation: words it shares with the preferred label, with the best of
/// the other labels, and how short it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Fit {
    label: usize,
    alternative: usize,
    short: Reverse<usize>,
}

impl Fit {
    fn names(self) -> bool {
        self.label + self.alternative > 0
    }
}

fn fit(name: &str, occupation: &Occupation) -> Fit {
    let length = name.split_whitespace().count();
    let name = words(name);
    let shared = |label: &str| {
        let label = words(label);
        name.iter().filter(|word| label.iter().any(|other| is_kind_of(other, word))).count()
    };
    let alternatives = occupation.alternatives.sv.iter().map(|label| shared(label));
    Fit {
        label: shared(&occupation.label.sv),
        alternative: alternatives.max().unwrap_or_default(),
        short: Reverse(length),
    }
}

/// Words in lower case; one that shares its end with a later one keeps its hyphen (`buss-` of
/// `Buss- och spårvagnsförare`).
fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '-')
        .flat_map(|token| match token.strip_suffix('-') {
            Some(_) => vec![token],
            None => token.split('-').collect(),
        })
        .map(str::to_lowercase)
        .filter(|word| word.chars().count() >= SHORTEST && !STOP_WORDS.contains(&word.as_str()))
        .collect()
}

/// Whether `word` is a form of `kind` or a compound that ends in one: `rörsvetsare` is a kind of
/// `svetsare`. Of a kind whose end is left out, a compound that begins like it.
fn is_kind_of(word: &str, kind: &str) -> bool {
    match kind.strip_suffix('-') {
        Some(beginning) => word.starts_with(beginning),
        None => word.char_indices().any(|(at, _)| is_form_of(&word[at..], kind)),
    }
}

fn is_form_of(one: &str, other: &str) -> bool {
    let shared = one.chars().zip(other.chars()).take_while(|(a, b)| a == b);
    let (letters, bytes) = shared.fold((0, 0), |(n, bytes), (c, _)| (n + 1, bytes + c.len_utf8()));
    letters >= SHORTEST && [one, other].iter().all(|word| ENDINGS.contains(&&word[bytes..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, opportunities: &str) -> Barometer {
        let (name, opportunities) = (name.to_owned(), opportunities.to_owned());
        Barometer { name, opportunities, forecast: String::new() }
    }

    fn group(entries: &[(&str, &str)]) -> OccupationGroup {
        let barometer = entries.iter().map(|(name, judged)| entry(name, judged)).collect();
        OccupationGroup { barometer, ..OccupationGroup::default() }
    }

    fn occupation(label: &str, alternatives: &[&str]) -> Occupation {
        let alternatives = alternatives.iter().map(ToString::to_string).collect();
        Occupation {
            label: Bilingual::new(label, ""),
            alternatives: Bilingual { sv: alternatives, en: Vec::new() },
            ..Occupation::default()
        }
    }

    fn said(entries: &[(&str, &str)], label: &str, alternatives: &[&str]) -> (usize, String) {
        let occupation = occupation(label, alternatives);
        let left = judgements(&group(entries), &occupation);
        let text = outlook(&left, &occupation).map_or(String::new(), |outlook| {
            format!("{} {}", if outlook.good { "+" } else { "-" }, outlook.about.sv)
        });
        (left.len(), text)
    }

    const GARDEN: [(&str, &str); 2] =
        [("Trädgårdsarbetare, skötsel utemiljö", "små"), ("Trädgårdsanläggare", "stora")];

    #[test]
    fn the_entry_that_names_the_occupation_is_taken() {
        assert_eq!(said(&GARDEN, "trädgårdsanläggare", &[]), (1, "+ Trädgårdsanläggare".into()));
        let (left, text) = said(&GARDEN, "arbetare i park", &["trädgårdsarbetare"]);
        assert_eq!((left, text.starts_with("- Trädgårdsarbetare")), (1, true), "{text}");
        let cooks = [("Kallskänkor", "små"), ("Kockar", "stora")];
        assert_eq!(said(&cooks, "kock", &[]), (1, "+ Kockar".into()));
        assert_eq!(said(&cooks, "kallskänka", &["kock"]), (1, "- Kallskänkor".into()));
        let drivers = [("Buss- och spårvagnsförare", "stora"), ("Ambulansförare", "små")];
        assert_eq!(said(&drivers, "bussförare", &[]), (1, "+ Buss- och spårvagnsförare".into()));
        let welders = [("Svetsare", "stora"), ("Gasskärare", "små")];
        assert_eq!(said(&welders, "rörsvetsare", &[]), (1, "+ Svetsare".into()));
    }

    #[test]
    fn an_entry_without_a_judgement_keeps_the_others_from_speaking() {
        let waiters = [("Servitörer", "stora"), ("Hovmästare", "")];
        assert_eq!(said(&waiters, "hovmästare", &[]), (0, String::new()));
        assert_eq!(said(&waiters, "servitör", &[]), (1, "+ Servitörer".into()));
    }

    #[test]
    fn a_judgement_of_a_part_says_so_and_never_speaks_both_ways() {
        let (left, text) = said(&GARDEN, "golfbanevaktmästare", &[]);
        assert_eq!((left, text), (2, String::new()));
        let (left, text) = said(&GARDEN[1..], "golfbanevaktmästare", &[]);
        assert_eq!(left, 1);
        assert_eq!(text, "+ en del av yrkesgruppen, gäller Trädgårdsanläggare");
        let rivals = [("Svetsare, rör", "stora"), ("Svetsare, plåt", "små"), ("Smeder", "stora")];
        assert_eq!(said(&rivals, "svetsare", &[]), (2, String::new()));
        assert_eq!(said(&[("Kockar", "medelstora")], "kock", &[]), (1, String::new()));
    }

    #[test]
    fn forms_of_one_word_are_alike_and_other_words_are_not() {
        for (one, other) in [
            ("kurator", "kuratorer"),
            ("sjuksköterska", "sjuksköterskor"),
            ("designer", "designers"),
            ("lastbilsmekaniker", "mekaniker"),
        ] {
            assert!(is_kind_of(one, other), "{one} {other}");
        }
        for (one, other) in [("servitris", "servitörer"), ("maskinist", "maskinförare")] {
            assert!(!is_kind_of(one, other), "{one} {other}");
        }
    }
}
