//! The column that a header nobody knows most likely means, and what somebody says it means.

use super::column::{Column, normal};
use crate::domain::Bilingual;

/// Words of headers that say nothing of what stands below them.
const EMPTY_WORDS: &str = "aktuell aktuellt nuvarande senaste current latest den det de anstalldes \
    medarbetarens arbetstagarens employees workers datum date anst arbets obligatorisk required \
    ange skriv text lista enligt";

/// Words of headers about who somebody is: such a column is never guessed and cannot be mapped.
const ABOUT_THE_PERSON: &str = "namn name fornamn firstname efternamn lastname surname kon sex gender \
    alder age fodd fodelsedatum fodelsear fodelsedag birthdate birthday birthyear dob personnummer \
    personnr persnr pnr ssn samordningsnummer nationalitet nationality medborgarskap citizenship \
    fodelseland modersmal mothertongue epost email telefon telefonnummer mobil mobiltelefon phone \
    adress address postadress postnummer postnr foto photo bild civilstand religion";

/// Longest header that is looked at, characters.
const LONGEST: usize = 80;

/// Whether a header says who somebody is. Linear.
pub(super) fn is_about_the_person(name: &str) -> bool {
    let listed = |word: &str| ABOUT_THE_PERSON.split_ascii_whitespace().any(|known| known == word);
    listed(&normal(name)) || words(name).iter().any(|word| listed(word))
}

/// The column of a header that is no known name, where it is near one and only one: a name with an
/// addition in brackets or with words that say nothing, several names of one column, or a name with
/// one wrong letter in five to eight, two in nine or more.
pub(super) fn guess(name: &str) -> Option<Column> {
    if name.chars().count() > LONGEST || is_about_the_person(name) {
        return None;
    }
    // Of the home or of the work: they are near each other.
    if ["ort", "city", "town"].contains(&normal(name).as_str()) {
        return Some(Column::Municipality);
    }
    let plain = without_brackets(name);
    let parts: Vec<&str> = plain.split(['/', ',', '&', ';', ':']).collect();
    Column::of(&plain)
        .or_else(|| Column::of(&telling(&plain)))
        .or_else(|| the_only(parts.iter().filter_map(|part| Column::of(part))))
        .or_else(|| nearest(&normal(&plain)))
        .or_else(|| nearest(&telling(&plain)))
        .filter(|column| !matches!(column, Column::Limits | Column::Dates))
}

fn without_brackets(name: &str) -> String {
    let mut depth = 0_usize;
    let inside = |c: char| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => return depth > 0,
        }
        true
    };
    let mut inside = inside;
    name.chars().filter(|c| !inside(*c)).collect()
}

fn words(name: &str) -> Vec<String> {
    let words = name.split(|c: char| !c.is_alphanumeric()).map(normal);
    words.filter(|word| !word.is_empty()).collect()
}

/// The words of a header that say something, as one name.
fn telling(name: &str) -> String {
    let empty = |word: &String| EMPTY_WORDS.split_ascii_whitespace().any(|known| known == word);
    words(name).into_iter().filter(|word| !empty(word)).collect()
}

/// The one column that all are, if any.
fn the_only(mut columns: impl Iterator<Item = Column>) -> Option<Column> {
    let first = columns.next()?;
    columns.all(|column| column == first).then_some(first)
}

/// The column with the name that differs in the fewest letters.
fn nearest(name: &str) -> Option<Column> {
    let allowed = |length: usize| match length {
        0..=4 => 0,
        5..=8 => 1,
        _ => 2,
    };
    let length = name.chars().count();
    let found = Column::names().filter_map(|(column, known)| {
        let letters = known.chars().count();
        let allowed = allowed(letters.min(length));
        // What one is longer than the other must be put in: most names need not be compared.
        let near = letters.abs_diff(length) <= allowed;
        let distance = near.then(|| strsim::osa_distance(known, name))?;
        (distance > 0 && distance <= allowed).then_some((distance, column))
    });
    let mut found: Vec<(usize, Column)> = found.collect();
    let least = found.iter().map(|(distance, _)| *distance).min()?;
    found.retain(|(distance, _)| *distance == least);
    the_only(found.into_iter().map(|(_, column)| column))
}

/// What somebody said that a header means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Column(Column),
    LeftOut,
}

/// Whether a list is read to be shown to somebody before it is read to be kept.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Look {
    /// It is not shown.
    #[default]
    Away,
    /// Columns come with some of their values.
    Values,
    /// The same, and a list that could not be kept, for no column says what the workers can do, is shown.
    Unfinished,
}

/// What somebody said that headers mean.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Mapping {
    /// A header as it was given, and what it means.
    said: Vec<(String, Said)>,
    /// Whether a list may lack a header that was named.
    lenient: bool,
    /// How the list is looked at by somebody who may say more.
    pub(super) look: Look,
}

impl Mapping {
    /// Adds `header=column`, or `header=-` for one that is to be left out.
    pub(super) fn add(&mut self, text: &str) -> Result<(), Bilingual<String>> {
        let Some((header, key)) = text.rsplit_once('=') else {
            return Err(with_keys(
                "skriv RUBRIK=KOLUMN, eller RUBRIK=- för att utelämna den",
                "write HEADER=COLUMN, or HEADER=- to leave it out",
            ));
        };
        let (header, key) = (header.trim(), key.trim());
        if normal(header).is_empty() {
            return Err(Bilingual::new(
                "skriv rubriken före likhetstecknet",
                "name the header before the equals sign",
            ));
        }
        let column = match key {
            "-" => Said::LeftOut,
            _ if is_about_the_person(header) => {
                return Err(Bilingual::new(
                    "en kolumn om vem någon är läses aldrig",
                    "a column about who somebody is is never read",
                ));
            }
            key => match Column::of(key) {
                None | Some(Column::Limits | Column::Dates) => {
                    return Err(with_keys(
                        "det finns ingen sådan kolumn",
                        "there is no such column",
                    ));
                }
                Some(known) => Said::Column(known),
            },
        };
        self.said.push((header.to_owned(), column));
        Ok(())
    }

    /// What a header was said to mean; the last word counts.
    pub(super) fn of(&self, header: &str) -> Option<Said> {
        let name = normal(header);
        self.said.iter().rev().find(|(said, _)| normal(said) == name).map(|(_, column)| *column)
    }

    /// The same for several lists: each may lack headers that are named.
    pub(super) fn lenient(self) -> Self {
        Self { lenient: true, ..self }
    }

    /// Headers that were named and are not among these.
    pub(super) fn missing(&self, headers: &[String]) -> Vec<&str> {
        if self.lenient {
            return Vec::new();
        }
        let known: Vec<String> = headers.iter().map(|header| normal(header)).collect();
        let lacks = |header: &&str| !known.contains(&normal(header));
        self.said.iter().map(|(header, _)| header.as_str()).filter(lacks).collect()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.said.is_empty()
    }
}

/// What is wrong, with the columns there are.
fn with_keys(sv: &str, en: &str) -> Bilingual<String> {
    let keys = Column::keys().join(", ");
    Bilingual::new(format!("{sv}; kolumnerna är {keys}"), format!("{en}; columns are {keys}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn near_headers_are_guessed() {
        for (name, column) in [
            ("Anstäld från", Column::TenureStart),
            ("Anställd fr.o.m.", Column::TenureStart),
            ("Sista anställningsdag (datum)", Column::LastDay),
            ("Sista anst.dag (prel.)", Column::LastDay),
            ("Nuvarande befattning", Column::Titles),
            ("Yrke/titel", Column::Titles),
            ("Befatning", Column::Titles),
            ("Kompetneser", Column::Skills),
            ("SSYK-kod (4 siffror)", Column::Ssyk),
            ("Komun", Column::Municipality),
            ("Statuss", Column::Status),
        ] {
            assert_eq!(Column::of(name), None, "{name} is known");
            assert_eq!(guess(name), Some(column), "{name}");
        }
    }

    #[test]
    fn headers_about_the_person_and_far_ones_are_not() {
        for name in [
            "Namn",
            "Förnamn/titel",
            "Födelsedatum",
            "Födelsedatum (anställd från)",
            "Kön",
            "Ålder",
            "Birthdate",
            "Personnummer",
            "Nationalitet",
            "Avdelning",
            "Lön",
            "Månadslön",
            "Telefon",
            "Startdatum",
            "Uppsägningstid",
            "Fritext",
            "dates2",
            "",
            "-",
        ] {
            assert_eq!(guess(name), None, "{name}");
        }
        assert_eq!(guess(&"yrke ".repeat(1_000)), None);
        assert_eq!(guess("Ort"), Some(Column::Municipality));
    }

    #[test]
    fn what_is_said_counts_and_unknown_columns_are_listed() {
        let mut mapping = Mapping::default();
        mapping.add("Roll = yrke").unwrap();
        mapping.add("a=b=ref").unwrap();
        mapping.add("Kommentar=-").unwrap();
        assert_eq!(mapping.of("ROLL"), Some(Said::Column(Column::Titles)));
        assert_eq!(mapping.of("a=b"), Some(Said::Column(Column::Ref)));
        assert_eq!(mapping.of("kommentar"), Some(Said::LeftOut));
        assert_eq!(mapping.of("yrke"), None);
        assert_eq!(mapping.missing(&["roll".into(), "a b".into()]), ["Kommentar"]);
        mapping.add("roll=kompetenser").unwrap();
        assert_eq!(mapping.of("Roll"), Some(Said::Column(Column::Skills)));
        for (wrong, said) in [
            ("Roll=yrk", "yrke, ssyk, kompetenser"),
            ("Roll", "HEADER=COLUMN"),
            ("=yrke", "name the header"),
            ("Kön=yrke", "never read"),
            ("x=limits", "no such column"),
        ] {
            let error = mapping.add(wrong).unwrap_err();
            assert!(error.en.contains(said), "{wrong}");
            assert!(error.sv != error.en && !error.sv.contains("HEADER"), "{error:?}");
        }
    }
}
