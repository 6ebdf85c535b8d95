//! Licences by the names people write, several in one text too.

use std::collections::{BTreeMap, BTreeSet};

use super::reading::spelling;
use crate::{dataset::DataSet, model::lexical::words};

/// Signs that part a list of licences, and those between licences that may share a word
/// ("truckkort A+B").
const LISTING: [char; 5] = [',', ';', '|', '\n', '\r'];
const JOINING: [char; 3] = ['+', '/', '&'];
/// Words that say nothing of which licence it is.
const BETWEEN: [&str; 17] = [
    "och", "samt", "plus", "med", "and", "with", "klass", "typ", "class", "jag", "har", "innehar",
    "giltigt", "giltig", "även", "have", "valid",
];
/// Words that deny all that follows in a text.
const DENYING: [&str; 11] =
    ["ej", "inte", "ingen", "inget", "inga", "saknar", "utan", "no", "not", "without", "lacks"];
/// Words that say, wherever they stand in a part of a text, that a licence is not held any more or not yet.
const PASSED: [&str; 17] = [
    "utgånget",
    "utgått",
    "utgången",
    "utgångna",
    "utgick",
    "indraget",
    "indragna",
    "indragen",
    "återkallat",
    "återkallad",
    "spärrat",
    "upphört",
    "expired",
    "revoked",
    "läser",
    "vill",
    "planerar",
];
/// Classes of driving licences that those for a trailer are written after: `C+E`.
const TOWING: [&str; 3] = ["b", "c", "c1"];
/// Most words of a name.
const LONGEST: usize = 6;
/// Letters of a name from which it says by itself that it is one: among skills `R/D` is no driving licence.
const SPEAKING: usize = 3;
/// Words that are cut short, so that their point ends no sentence; a letter alone is one, too.
const SHORT: [&str; 12] =
    ["kl", "kat", "kör", "körk", "enl", "ex", "bl", "ca", "nr", "max", "min", "cat"];
/// What the names of all truck cards begin with, and the one that a class is written after.
const TRUCK: &str = "truck";
const TRUCK_CARD: &str = "truckkort";

/// Certificates of professional competence by what is driven, and licences that say it.
const GOODS: &str = "YKB";
const PASSENGERS: &str = "YKB_P";
const BUS: &str = "D";
const LORRIES: [&str; 4] = ["C1", "C1E", "C", "CE"];

/// Keys of the licences of each spelling: key, label, alternative.
#[derive(Debug)]
pub(super) struct Licences(BTreeMap<String, Vec<String>>);

/// The licences that a text names, by key, and the parts of it that name none.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Named {
    pub(super) keys: BTreeSet<String>,
    pub(super) unread: Vec<String>,
}

impl Named {
    /// A text that names no licence is unread as a whole.
    fn or_unread(mut self, text: &str) -> Self {
        if self.keys.is_empty() {
            self.unread = vec![text.to_owned()];
        }
        self
    }
}

/// What a text stands among.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Among {
    /// The name of a machine stands for its card ("gaffeltruck").
    Licences,
    Skills,
}

impl Licences {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut keys: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for licence in &dataset.taxonomy.licences {
            let names = [&licence.key, &licence.label.sv, &licence.label.en];
            for name in names.into_iter().chain(&licence.alternatives) {
                let known = keys.entry(spelling(name)).or_default();
                if !known.contains(&licence.key) {
                    known.push(licence.key.clone());
                }
            }
        }
        keys.remove("");
        Self(keys)
    }

    /// The licences that a text among licences names.
    pub(super) fn held(&self, text: &str) -> Named {
        self.read(text, Among::Licences)
    }

    /// The licences that a text among skills names.
    pub(super) fn among_skills(&self, text: &str) -> Named {
        self.read(text, Among::Skills)
    }

    /// Makes a driver's certificate of competence that does not say what for, and is read as that of goods, the one
    /// of passengers where somebody drives buses and no lorry. `texts` are those that all was read of.
    pub(super) fn of_their_vehicle(&self, keys: &mut BTreeSet<String>, texts: [&[String]; 2]) {
        let drives_lorries = LORRIES.iter().any(|key| keys.contains(*key));
        if !keys.contains(GOODS) || !keys.contains(BUS) || drives_lorries {
            return;
        }
        // A text that names the certificate and says of what.
        let says_goods = |part: &str| {
            let of_goods = ["gods", "goods"].iter().any(|word| part.to_lowercase().contains(word));
            of_goods && self.held(part).keys.contains(GOODS)
        };
        let parts = texts.into_iter().flatten().flat_map(|text| self.parts(text));
        if !parts.flat_map(|part| part.split('+')).any(says_goods) && keys.remove(GOODS) {
            keys.insert(PASSENGERS.to_owned());
        }
    }

    /// Whether a text is the name of a licence, or of a truck card with its classes.
    pub(super) fn is_name(&self, text: &str) -> bool {
        if !self.called(&spelling(text)).is_empty() {
            return true;
        }
        let first = words(text).into_iter().next();
        first.is_some_and(|word| word.starts_with(TRUCK))
            && self.among_skills(text).unread.is_empty()
    }

    /// The parts of a text that lists licences. A name may hold a sign of lists itself ("YKB, godstransporter"), unless
    /// each part is a name, too: "B, truck" is no truck card of class B.
    fn parts<'t>(&self, text: &'t str) -> Vec<&'t str> {
        let parts: Vec<&str> = text.split(LISTING).flat_map(sentences).collect();
        let is_named = |part: &&str| {
            let words = words(part);
            !words.is_empty() && self.longest(&words, Among::Licences).1 == words.len()
        };
        let is_name = !self.called(&spelling(text)).is_empty();
        if is_name && !parts.iter().all(is_named) { vec![text] } else { parts }
    }

    fn read(&self, text: &str, among: Among) -> Named {
        let mut named = Named::default();
        let parts = self.parts(text);
        let first = words(text).into_iter().find(|word| !BETWEEN.contains(&word.as_str()));
        let denied = first.is_some_and(|word| DENYING.contains(&word.as_str()));
        if among == Among::Skills && !is_of_licences(text) {
            let exact = parts.into_iter().filter(|_| !denied).flat_map(|part| self.exactly(part));
            named.keys.extend(exact.cloned());
            return named.or_unread(text);
        }
        let mut classes = false;
        let passed = |part: &&str| says(part, &PASSED);
        // `D, utgånget 2023`: what has passed stands before.
        let of_others = |part: &&str| passed(part) && self.names_in(part).is_empty();
        if parts.iter().any(of_others) {
            return named.or_unread(text);
        }
        for part in parts.into_iter().filter(|_| !denied) {
            if passed(&part) {
                named.unread.push(part.trim().to_owned());
                continue;
            }
            match self.called(&spelling(part)) {
                // A class of truck is no driving licence.
                [_, ..] if classes && truck_class(&spelling(part)).is_some() => {
                    self.read_part(part, among, &mut classes, &mut named);
                }
                [] => self.read_part(part, among, &mut classes, &mut named),
                keys => {
                    named.keys.extend(keys.iter().cloned());
                    let part = words(part);
                    let class = part.last().and_then(|word| truck_class(word)).is_some();
                    classes = class && part[0].starts_with(TRUCK);
                }
            }
        }
        named.or_unread(text)
    }

    /// The licences that a text says to be lacking or to have passed.
    pub(super) fn denied(&self, text: &str) -> BTreeSet<String> {
        let is_said = says(text, &PASSED) || says(text, &DENYING);
        if is_said { self.names_in(text) } else { BTreeSet::new() }
    }

    /// All licences whose names stand in a text, whatever it says of them.
    fn names_in(&self, text: &str) -> BTreeSet<String> {
        let words = words(text);
        let mut rest = words.as_slice();
        let mut found = BTreeSet::new();
        while !rest.is_empty() {
            let (keys, taken) = self.longest(rest, Among::Licences);
            found.extend(keys.iter().cloned());
            rest = &rest[taken.max(1)..];
        }
        found
    }

    /// The licences whose names a text among skills is, or a part of it between strokes.
    fn exactly(&self, part: &str) -> impl Iterator<Item = &String> {
        let speaks = |piece: &&str| piece.trim().chars().count() >= SPEAKING;
        let pieces = part.split('/').filter(speaks).map(|piece| self.called(&spelling(piece)));
        let whole = self.called(&spelling(part));
        let pieces = pieces.filter(move |_| whole.is_empty());
        whole.iter().chain(pieces.flatten())
    }

    /// Reads a text without signs of a list that is no name by itself.
    fn read_part(&self, part: &str, among: Among, classes: &mut bool, named: &mut Named) {
        // C++ is no licence C.
        let pieces: Vec<&str> =
            if part.contains("++") { vec![part] } else { part.split(JOINING).collect() };
        let pieces = pieces.into_iter().map(str::trim).filter(|piece| !piece.is_empty());
        for piece in with_trailers(pieces) {
            if let Some(keys) = self.piece(&piece, among, classes) {
                named.keys.extend(keys.into_iter().cloned());
            } else {
                // What follows the class of a truck is one, too, whatever else stands before.
                *classes |= ends_with_class(&piece);
                named.unread.push(piece);
            }
        }
    }

    /// The licences of a text all of whose words name some; where one does not it may deny the others
    /// ("ej B"). `classes` tells whether a letter is a class of truck, before and after.
    fn piece(&self, piece: &str, among: Among, classes: &mut bool) -> Option<Vec<&String>> {
        let mut words = words(piece);
        words.retain(|word| !BETWEEN.contains(&word.as_str()));
        let mut keys = Vec::new();
        let mut rest = words.as_slice();
        while let Some(first) = rest.first() {
            let (known, taken) = self.longest(rest, among);
            if *classes
                && taken < 2
                && let Some(class) = truck_class(first)
            {
                // Machine types are numbers within a class, and no class is a driving licence.
                keys.extend(self.0.get(&format!("{TRUCK_CARD} {class}"))?);
                rest = &rest[1..];
                continue;
            }
            let (name, after) = rest.split_at_checked(taken).filter(|_| taken > 0)?;
            let is_class =
                |word: Option<&String>| word.and_then(|word| truck_class(word)).is_some();
            let classed = is_class(name.get(1..).and_then(<[String]>::last));
            *classes = first.starts_with(TRUCK) && (classed || is_class(after.first()));
            if classed || !*classes {
                keys.extend(known);
            }
            rest = after;
        }
        Some(keys)
    }

    /// The longest name that words begin with, and how many they are.
    fn longest(&self, words: &[String], among: Among) -> (&[String], usize) {
        for taken in (1..=words.len().min(LONGEST)).rev() {
            let name = words[..taken].join(" ");
            let mut known = self.called(&name);
            if known.is_empty() && among == Among::Licences {
                known = self.called(&format!("{name}kort"));
            }
            if known.is_empty() && among == Among::Licences {
                known = self.called(&format!("{name} licence"));
            }
            if !known.is_empty() {
                return (known, taken);
            }
        }
        (&[], 0)
    }

    /// The licences of one name; several where people use one word for them (truckkort).
    fn called(&self, spelt: &str) -> &[String] {
        let short = || spelt.strip_suffix(" körkort").or(spelt.strip_suffix(" behörighet"));
        let known = self.0.get(spelt).or_else(|| self.0.get(short()?));
        known.map_or(&[], Vec::as_slice)
    }
}

/// Whether a text has one of some words.
fn says(text: &str, some: &[&str]) -> bool {
    words(text).iter().any(|word| some.contains(&word.as_str()))
}

/// The sentences of a text, which end with no word that is cut short (`kl. B`). One that
/// denies stays whole: what it denies may stand in the next.
fn sentences(text: &str) -> Vec<&str> {
    if says(text, &DENYING) || says(text, &PASSED) {
        return vec![text];
    }
    let mut from = 0;
    let mut parts = Vec::new();
    for (at, stop) in text.match_indices(". ") {
        let last = text[from..at].rsplit(|sign: char| !sign.is_alphanumeric()).next();
        let is_whole =
            |last: &str| last.chars().count() > 1 && !SHORT.contains(&last.to_lowercase().as_str());
        if last.is_some_and(is_whole) {
            parts.push(&text[from..at]);
            from = at + stop.len();
        }
    }
    parts.push(&text[from..]);
    parts
}

/// The pieces of a text between signs that join, with `C` and `E` as the one licence that they are.
fn with_trailers<'t>(pieces: impl Iterator<Item = &'t str>) -> Vec<String> {
    let mut joined: Vec<String> = Vec::new();
    for piece in pieces {
        let before = joined.last().map(|before| words(before)).unwrap_or_default();
        let is_class = before.last().is_some_and(|last| TOWING.contains(&last.as_str()));
        let is_truck = joined.iter().any(|piece| piece.to_lowercase().contains(TRUCK));
        match joined.last_mut() {
            Some(before) if piece.eq_ignore_ascii_case("e") && is_class && !is_truck => {
                before.push('E');
            }
            _ => joined.push(piece.to_owned()),
        }
    }
    joined
}

/// Whether a text ends with a truck card and its class ("jag har truckkort A").
fn ends_with_class(text: &str) -> bool {
    let words = words(text);
    let class = words.last().and_then(|word| truck_class(word)).is_some();
    class && words.iter().rev().nth(1).is_some_and(|word| word.starts_with(TRUCK))
}

/// Whether a text says that it is about licences.
fn is_of_licences(text: &str) -> bool {
    let text = text.to_lowercase();
    text.contains(TRUCK) || text.contains("körkort")
}

/// The class of a truck that a word is: a letter, with the number of a type or without.
fn truck_class(word: &str) -> Option<char> {
    let mut signs = word.chars();
    let class = signs.next().filter(|letter| ('a'..='e').contains(letter))?;
    let number = signs.as_str();
    (number.is_empty() || number.len() == 1 && number.as_bytes()[0].is_ascii_digit())
        .then_some(class)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dataset::starter;

    fn keys(named: &Named) -> Vec<&str> {
        named.keys.iter().map(String::as_str).collect()
    }

    #[test]
    fn licences_are_known_as_people_write_them() {
        let licences = Licences::of(&starter::dataset().unwrap());
        for (text, expected) in [
            ("truck", &["truck_a", "truck_b"][..]),
            ("gaffeltruck", &["truck_a", "truck_b"]),
            ("Forklift", &["truck_a", "truck_b"]),
            ("truckkort A+B", &["truck_a", "truck_b"]),
            ("A+B truckkort", &["truck_a", "truck_b"]),
            ("Truckkort A och B", &["truck_a", "truck_b"]),
            ("truckkort: A/B", &["truck_a", "truck_b"]),
            ("Truckkort (A1, B2)", &["truck_a", "truck_b"]),
            ("truckkort A, B", &["truck_a", "truck_b"]),
            ("truckkort A, CE, B", &["B", "CE", "truck_a"]),
            ("truckkort B1 B2", &["truck_b"]),
            ("truck B3", &["truck_b"]),
            ("truckkort typ A", &["truck_a"]),
            ("truckkort A + CE", &["CE", "truck_a"]),
            ("truckkort A + C-körkort + B", &["B", "C", "truck_a"]),
            ("truckkort + B-körkort", &["B", "truck_a", "truck_b"]),
            ("motviktstruck", &["truck_b"]),
            ("skjutstativtruck", &["truck_b"]),
            ("saxlift", &["lift"]),
            ("traverskort", &["travers"]),
            ("travers", &["travers"]),
            ("C1E", &["C1E"]),
            ("körkort BE", &["BE"]),
            ("B-körkort", &["B"]),
            ("CE + YKB", &["CE", "YKB"]),
            ("CE med YKB", &["CE", "YKB"]),
            ("C, CE", &["C", "CE"]),
            ("B C CE", &["B", "C", "CE"]),
            ("körkort B, C1 & CE", &["B", "C1", "CE"]),
            ("C+E", &["CE"]),
            ("C + E, YKB", &["CE", "YKB"]),
            ("B/E", &["BE"]),
            ("c1+e", &["C1E"]),
            ("Har truckkort A+B", &["truck_a", "truck_b"]),
            ("Jag har även B-körkort", &["B"]),
            ("BAS-P/BAS-U", &["bas"]),
            ("YKB, godstransporter", &["YKB"]),
            // "B-truck" is another name of the truck card.
            ("B, truck", &["B", "truck_a", "truck_b"]),
            ("truck, B", &["B", "truck_a", "truck_b"]),
            ("B-truck", &["truck_b"]),
        ] {
            let named = licences.held(text);
            assert_eq!(keys(&named), expected, "{text}");
        }
    }

    #[test]
    fn no_licence_is_made_up_and_what_names_none_is_told() {
        let licences = Licences::of(&starter::dataset().unwrap());
        for (text, expected, unread) in [
            ("truckkort B + C", &["truck_b"][..], &["C"][..]),
            ("truckkort A, D2", &["truck_a"], &["D2"]),
            ("CE + xyz", &["CE"], &["xyz"]),
            ("linan 8 år. Truckkort A+B.", &["truck_a", "truck_b"], &["linan 8 år"]),
            ("kör traverse, truckkort A + B", &["truck_a", "truck_b"], &["kör traverse"]),
            ("kört med truckkort A + B", &["truck_b"], &["kört med truckkort A"]),
            ("D (utgånget), B", &["B"], &["D (utgånget)"]),
            ("D, utgånget 2023", &[], &["D, utgånget 2023"]),
            ("truckkort kl. B", &[], &["truckkort kl. B"]),
            ("Har ej körk. B", &[], &["Har ej körk. B"]),
            ("Truck A + B + E", &["truck_a", "truck_b"], &["E"]),
            ("Läser till C-körkort", &[], &["Läser till C-körkort"]),
            ("Har ej B, C", &[], &["Har ej B, C"]),
            ("ej B", &[], &["ej B"]),
            ("ej B, C", &[], &["ej B, C"]),
            ("Saknar: B, C, CE", &[], &["Saknar: B, C, CE"]),
            ("saknar B-körkort / C", &[], &["saknar B-körkort / C"]),
            ("B (inte CE)", &[], &["B (inte CE)"]),
            ("C++ + D", &[], &["C++ + D"]),
            ("A", &[], &["A"]),
            ("körkort A1", &[], &["körkort A1"]),
            ("", &[], &[""]),
        ] {
            let named = licences.held(text);
            assert_eq!(keys(&named), expected, "{text}");
            assert_eq!(named.unread, unread, "{text}");
        }
        let denied = |text| licences.denied(text).into_iter().collect::<Vec<String>>().join(" ");
        assert_eq!(denied("C (indraget), CE (indraget)"), "C CE");
        assert_eq!(denied("Saknar CE"), "CE");
        assert_eq!(denied("CE, YKB"), "");
        for machine in ["truck", "gaffeltruck", "saxlift"] {
            assert_eq!(keys(&licences.among_skills(machine)), [""; 0], "a skill is no card");
        }
        assert_eq!(keys(&licences.among_skills("truckkort A/B")), ["truck_a", "truck_b"]);
        assert_eq!(keys(&licences.among_skills("heta arbeten/svets")), ["heta_arbeten"]);
        assert_eq!(keys(&licences.among_skills("CE")), ["CE"]);
        for skill in ["R&D", "C&B", "Vitamin B + D", "drift & D", "Q&A, B&B", "C/C#", "PL/C", "D/A"]
        {
            assert_eq!(keys(&licences.among_skills(skill)), [""; 0], "{skill}");
        }
    }
}
