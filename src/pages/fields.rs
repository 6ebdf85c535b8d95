//! What a form has sent: names with values, in the order they came. A name can come several times.

use std::collections::{BTreeMap, BTreeSet};

use super::personnummer_in;
use crate::dataset::DataSet;

/// Fields whose values the service made: a key, the name of a list that waits, and of the plan that stood
/// last on a page. They are never shown.
const MADE_HERE: [&str; 3] = ["key", "waiting", "after"];
/// What stands before the names of fields that are kept while somebody signs in.
const ALONG: &str = "sent-";
/// Bytes of a text in memory beside its letters, with what an allocator keeps of it.
const TEXT_BYTES: usize = size_of::<String>() + 16;
/// Longest id, bytes.
const LONGEST_ID: usize = 300;

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

    /// What somebody wrote: the same without what the service made and without what is empty.
    #[must_use]
    pub fn written(&self) -> Self {
        let written = self.0.iter().filter(|(name, value)| {
            !name.is_empty() && !value.is_empty() && !MADE_HERE.contains(&plain(name))
        });
        Self(written.cloned().collect())
    }

    /// All names and values.
    pub fn texts(&self) -> impl Iterator<Item = &String> {
        self.0.iter().flat_map(|(name, value)| [name, value])
    }

    /// The same with one pair more.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.0.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same under the names of fields that are kept while somebody signs in.
    #[must_use]
    pub fn along(&self) -> Self {
        Self(
            self.iter().map(|(name, value)| (format!("{ALONG}{name}"), value.to_owned())).collect(),
        )
    }

    /// What [`Self::along`] kept, under its own names.
    #[must_use]
    pub fn kept_along(&self) -> Self {
        let kept = self.iter().filter_map(|(name, value)| Some((name.strip_prefix(ALONG)?, value)));
        Self(kept.map(|(name, value)| (name.to_owned(), value.to_owned())).collect())
    }

    /// The ids among the values that a data set has. O(rows) where a field holds ids, else nothing.
    pub fn known_ids(&self, dataset: &DataSet) -> BTreeSet<String> {
        let asked: BTreeSet<&str> =
            self.iter().filter_map(|(name, value)| id_of(name, value)).collect();
        if asked.is_empty() {
            return BTreeSet::new();
        }
        let occupations = dataset.taxonomy.occupations.iter().map(|row| &row.id);
        let skills = dataset.taxonomy.skills.iter().map(|row| &row.id);
        let courses = dataset.courses.iter().flat_map(|row| row.also.iter().chain([&row.id]));
        let all = occupations.chain(skills).chain(courses);
        all.filter(|id| asked.contains(id.as_str())).cloned().collect()
    }

    /// Empties what holds anything like a personnummer, so that it is nowhere repeated, and names those
    /// fields; a name that holds one goes away. Ids of a data set (`known`) and what the service made are
    /// left alone: their digits may look so by chance.
    pub fn cleared(self, known: &BTreeSet<String>) -> (Self, Vec<String>) {
        let mut found = Vec::new();
        let mut kept = Vec::with_capacity(self.0.len());
        for (name, value) in self.0 {
            if personnummer_in(&name) {
                found.push(String::new());
            } else if holds_one(&name, &value, known) {
                kept.push((name.clone(), String::new()));
                found.push(name);
            } else {
                kept.push((name, value));
            }
        }
        let mut seen = BTreeSet::new();
        found.retain(|name| seen.insert(name.clone()));
        (Self(kept), found)
    }

    /// What somebody chose that their words mean: the id of a concept by its kind and the words.
    pub fn picks(&self) -> Picks {
        let picks = self.iter().filter(|(name, _)| is_pick(name));
        Picks(picks.filter_map(|(_, value)| Pick::read(value)).map(|pick| pick.entry()).collect())
    }
}

/// Bytes that texts take in memory.
pub fn bytes_in_memory<'a>(texts: impl Iterator<Item = &'a String>) -> usize {
    texts.map(|text| TEXT_BYTES + text.len()).sum()
}

/// The name of a field, whether or not it is kept while somebody signs in.
fn plain(name: &str) -> &str {
    name.strip_prefix(ALONG).unwrap_or(name)
}

/// The id that a field holds, where it is one that holds ids.
fn id_of<'a>(name: &str, value: &'a str) -> Option<&'a str> {
    let name = plain(name);
    if is_pick(name) {
        return Pick::read(value).map(|pick| pick.id);
    }
    let whole = matches!(name, "compare" | "target") || name.starts_with("start-course-");
    whole.then(|| value.trim())
}

/// Whether a value holds anything like a personnummer that is no id.
fn holds_one(name: &str, value: &str, known: &BTreeSet<String>) -> bool {
    if MADE_HERE.contains(&plain(name)) {
        return false;
    }
    match id_of(name, value).filter(|id| known.contains(*id)) {
        Some(_) if is_pick(plain(name)) => {
            Pick::read(value).is_some_and(|pick| personnummer_in(pick.words))
        }
        Some(_) => false,
        None => personnummer_in(value),
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

/// A choice as a field holds it: `t|id|words`; an empty id leaves the words out.
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
        let id = parts.next().filter(|id| id.len() <= LONGEST_ID)?;
        Some(Self { about, id, words: parts.next()? })
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

    /// Whether somebody chose that words shall not count.
    pub fn leaves_out(&self, about: About, words: &str) -> bool {
        self.0.get(&(about, words.trim().to_lowercase())).is_some_and(String::is_empty)
    }

    /// The words as they are asked with: the chosen id, else as written; `None` where they shall not count.
    pub fn asked(&self, about: About, words: &str) -> Option<String> {
        let counts = !self.leaves_out(about, words);
        counts.then(|| self.of(about, words).unwrap_or(words).to_owned())
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
        let (kept, found) = sent.cleared(&BTreeSet::new());
        assert_eq!(found, ["title", ""]);
        assert!(!format!("{kept:?}").contains("3234"), "{kept:?}");
        assert_eq!(kept.get("b"), "ok");
    }

    #[test]
    fn an_id_of_the_data_set_is_no_personnummer_and_words_beside_it_still_are() {
        // Digits of this skill of ESCO are a date with a right check digit.
        let id = "http://data.europa.eu/esco/skill/4c831013-9027-4ec6-83de-c5c19e68d083";
        assert!(personnummer_in(id));
        let known = BTreeSet::from([id.to_owned()]);
        let pick = format!("s|{id}|svetsning");
        let good = [
            ("pick-0", pick.as_str()),
            ("sent-pick", &pick),
            ("compare", id),
            ("start-course-7", id),
        ];
        let (kept, found) = fields(&good).cleared(&known);
        assert_eq!((kept, found), (fields(&good), Vec::new()));
        let (_, found) = fields(&good).cleared(&BTreeSet::new());
        assert_eq!(found.len(), good.len(), "an id that nobody knows is a text");
        let words = format!("s|{id}|svetsning 640823-3234");
        let (_, found) = fields(&[("pick", &words), ("title", id)]).cleared(&known);
        assert_eq!(found, ["pick", "title"], "words and free text are looked at");
    }

    #[test]
    fn what_is_kept_while_somebody_signs_in_comes_back_under_its_own_names() {
        let sent = fields(&[("title", "svetsare"), ("weekdays", "mon"), ("weekdays", "tue")]);
        let signing_in = sent.along().with("key", "kn_x").with("to", "/person/paths");
        assert_eq!(signing_in.get("title"), "");
        assert_eq!(signing_in.kept_along(), sent);
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
        assert_eq!(picks.asked(About::Skill, "svetsning"), None);
        assert_eq!(picks.asked(About::Skill, "lödning").as_deref(), Some("lödning"));
    }
}
