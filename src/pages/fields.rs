//! What a form has sent: names with values, in the order they came. A name can come several times.

use std::collections::BTreeMap;

use super::personnummer_in;

/// Fields whose values the service made: a key, and the name of a list that waits. They are never shown.
const MADE_HERE: [&str; 2] = ["key", "waiting"];

/// Names with values.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Fields of pairs, in their order.
    pub fn new(pairs: Vec<(String, String)>) -> Self {
        Self(pairs)
    }

    /// Whether nothing was sent.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All pairs.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The first value of a name without spaces around it; empty where there is none.
    pub fn get(&self, name: &str) -> &str {
        self.iter().find(|(own, _)| *own == name).map_or("", |(_, value)| value.trim())
    }

    /// All values of a name.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.iter().filter(move |(own, _)| *own == name).map(|(_, value)| value)
    }

    /// Whether a name came with this value.
    pub fn has(&self, name: &str, value: &str) -> bool {
        self.all(name).any(|own| own == value)
    }

    /// The same without some names.
    #[must_use]
    pub fn without(&self, left_out: impl Fn(&str) -> bool) -> Self {
        Self(self.0.iter().filter(|(name, _)| !left_out(name)).cloned().collect())
    }

    /// The same with one pair more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Empties what holds anything like a personnummer (in what the service made by chance, digits may look
    /// so), so that it is nowhere repeated, and names those
    /// fields; a name that holds one goes away.
    pub fn cleared(self) -> (Self, Vec<String>) {
        let mut found = Vec::new();
        let mut kept = Vec::with_capacity(self.0.len());
        for (name, value) in self.0 {
            if personnummer_in(&name) {
                found.push(String::new());
            } else if !MADE_HERE.contains(&name.as_str()) && personnummer_in(&value) {
                kept.push((name.clone(), String::new()));
                found.push(name);
            } else {
                kept.push((name, value));
            }
        }
        found.dedup();
        (Self(kept), found)
    }

    /// What somebody chose that their words mean: the id of a concept by its kind and the words.
    pub fn picks(&self) -> Picks {
        let picks = self.iter().filter(|(name, _)| is_pick(name));
        Picks(picks.filter_map(|(_, value)| Pick::read(value)).map(|pick| pick.entry()).collect())
    }
}

/// Whether a field says what words mean.
pub(super) fn is_pick(name: &str) -> bool {
    name == "pick" || name.starts_with("pick-")
}

/// What words are about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum About {
    /// Occupations.
    Title,
    /// Skills.
    Skill,
}

impl About {
    /// Its letter in a field.
    pub fn letter(self) -> char {
        match self {
            Self::Title => 't',
            Self::Skill => 's',
        }
    }
}

/// A choice as a field holds it: `t|id|words`; an empty id leaves the words to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pick<'a> {
    about: About,
    id: &'a str,
    words: &'a str,
}

impl<'a> Pick<'a> {
    /// A choice.
    pub fn new(about: About, id: &'a str, words: &'a str) -> Self {
        Self { about, id, words }
    }

    fn read(value: &'a str) -> Option<Self> {
        let mut parts = value.splitn(3, '|');
        let about = match parts.next()? {
            "t" => About::Title,
            "s" => About::Skill,
            _ => return None,
        };
        Some(Self { about, id: parts.next()?, words: parts.next()? })
    }

    /// As a field holds it.
    pub fn value(&self) -> String {
        format!("{}|{}|{}", self.about.letter(), self.id, self.words)
    }

    fn entry(&self) -> ((About, String), String) {
        ((self.about, self.words.trim().to_lowercase()), self.id.to_owned())
    }
}

/// Choices by the words they are about.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Picks(BTreeMap<(About, String), String>);

impl Picks {
    /// The id that was chosen for words.
    pub fn of(&self, about: About, words: &str) -> Option<&str> {
        let id = self.0.get(&(about, words.trim().to_lowercase()))?;
        (!id.is_empty()).then_some(id)
    }

    /// The words as they are asked with: the chosen id, else as written.
    pub fn asked(&self, about: About, words: &str) -> String {
        self.of(about, words).unwrap_or(words).to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> Fields {
        Fields::new(pairs.iter().map(|(a, b)| ((*a).to_owned(), (*b).to_owned())).collect())
    }

    #[test]
    fn a_personnummer_is_emptied_wherever_it_stands() {
        let sent = fields(&[("title", "svetsare 640823-3234"), ("640823-3234", "x"), ("b", "ok")]);
        let (kept, found) = sent.cleared();
        assert_eq!(found, ["title", ""]);
        assert!(!format!("{kept:?}").contains("3234"), "{kept:?}");
        assert_eq!(kept.get("b"), "ok");
    }

    #[test]
    fn the_last_choice_counts_and_other_words_have_none() {
        let chosen = fields(&[
            ("pick", "t|http://a|Montör"),
            ("pick-t-0", "t|http://b|montör "),
            ("pick-s-0", "s||svetsning"),
        ]);
        let picks = chosen.picks();
        assert_eq!(picks.of(About::Title, "MONTÖR"), Some("http://b"));
        assert_eq!(picks.of(About::Skill, "montör"), None);
        assert_eq!(picks.asked(About::Skill, "svetsning"), "svetsning");
    }
}
