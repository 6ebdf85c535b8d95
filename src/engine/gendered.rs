//! Titles that differ by sex and name the same work: they are read as one, so that who writes
//! *sjukskötare* is understood as who writes *sjuksköterska*.
//!
//! Swedish makes such titles by a few endings. All titles of one stem are one family, and what is read
//! is of the family and not of what was written: those of its titles that are names of an occupation, or
//! where none is, the ones that language uses for both.

use std::collections::BTreeSet;

use super::reading::spelling;
use crate::{dataset::DataSet, model::lexical::compose};

/// Endings of one family.
struct Endings {
    /// All of them, those first that `common` counts.
    all: &'static [&'static str],
    /// How many of them are read where no title of the family is a name.
    common: usize,
}

/// The families, those with longer endings first.
const FAMILIES: [Endings; 5] = [
    // Nurses of both sexes are called "sköterska", those who mind machines "skötare".
    Endings { all: &["skötare", "sköterska"], common: 2 },
    Endings { all: &["are", "erska", "arinna"], common: 1 },
    Endings { all: &["tör", "törska", "tris"], common: 1 },
    Endings { all: &["ör", "örska", "ös"], common: 1 },
    Endings { all: &["man", "person", "kvinna", "woman"], common: 2 },
];
/// Least letters before an ending.
const STEM: usize = 2;

/// A title of a family, parted round the ending of its last word that has one.
struct Parted<'a> {
    before: &'a str,
    family: &'static Endings,
    after: &'a str,
}

impl<'a> Parted<'a> {
    fn of(title: &'a str) -> Option<Self> {
        let mut end = title.len();
        while let Some(word_end) = title[..end].rfind(char::is_alphabetic) {
            let word_end = word_end + title[word_end..].chars().next().map_or(0, char::len_utf8);
            let start = title[..word_end].rfind(|c: char| !c.is_alphabetic());
            let start =
                start.map_or(0, |at| at + title[at..].chars().next().map_or(0, char::len_utf8));
            let word = &title[start..word_end];
            if let Some((stem, family)) = ending(word) {
                let before = &title[..start + stem];
                return Some(Self { before, family, after: &title[word_end..] });
            }
            end = start;
        }
        None
    }

    fn titles(&self) -> impl Iterator<Item = String> + '_ {
        self.family.all.iter().map(|ending| format!("{}{ending}{}", self.before, self.after))
    }
}

/// Bytes of a word's stem, and the family that its ending is of.
fn ending(word: &str) -> Option<(usize, &'static Endings)> {
    let lower = word.to_lowercase();
    // A letter whose small form is longer would shift the places.
    if lower.len() != word.len() {
        return None;
    }
    FAMILIES.iter().find_map(|family| {
        let stems = family.all.iter().filter_map(|ending| lower.strip_suffix(ending));
        let stem = stems.min_by_key(|stem| stem.len())?;
        (stem.chars().count() >= STEM).then_some((stem.len(), family))
    })
}

/// Names of occupations that belong to a family, in their [`spelling`].
#[derive(Debug)]
pub(super) struct Gendered(BTreeSet<String>);

impl Gendered {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let taxonomy = &dataset.taxonomy;
        let labels = taxonomy.occupations.iter().flat_map(|row| {
            let preferred = [&row.label.sv, &row.label.en].into_iter();
            let alternatives = row.alternatives.sv.iter().chain(&row.alternatives.en);
            preferred.chain(alternatives).chain(&row.hub_names)
        });
        let titles = taxonomy.job_titles.iter().map(|title| &title.label);
        let names = labels.chain(titles).map(|name| spelling(name));
        Self(names.filter(|name| Parted::of(name).is_some()).collect())
    }

    /// What is read where this title is written: itself, or those of its family.
    pub(super) fn forms(&self, title: &str) -> Vec<String> {
        let title = compose(title);
        let Some(parted) = Parted::of(&title) else { return vec![title] };
        let known: Vec<String> =
            parted.titles().filter(|title| self.0.contains(&spelling(title))).collect();
        if known.is_empty() { parted.titles().take(parted.family.common).collect() } else { known }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn forms(title: &str) -> Vec<String> {
        let names = ["sjuksköterska", "bagare", "massör", "massös", "brandman", "lärare, förskola"];
        let names = names.iter().map(|name| spelling(name));
        Gendered(names.collect()).forms(title)
    }

    #[test]
    fn titles_of_one_family_are_read_alike() {
        let families = [
            ["sjukskötare", "sjuksköterska", "sjuksköterska"],
            ["bagerska", "bagare", "bagare"],
            ["brandkvinna", "brandperson", "brandman"],
            ["lärarinna, förskola", "lärare, förskola", "lärare, förskola"],
        ];
        for [one, other, read] in families {
            assert_eq!(forms(one), [read], "{one}");
            assert_eq!(forms(other), [read], "{other}");
        }
        assert_eq!(forms("massör"), ["massör", "massös"]);
        assert_eq!(forms("massös"), forms("massör"));
    }

    #[test]
    fn where_no_title_is_a_name_the_common_ones_are_read() {
        assert_eq!(forms("ugnsskötare"), ["ugnsskötare", "ugnssköterska"]);
        assert_eq!(forms("operatris natt"), ["operatör natt"]);
        assert_eq!(forms("Servitris, Paris"), ["Servitör, Paris"]);
        assert_eq!(forms("Erfaren Bagerska (natt)"), ["Erfaren Bagare (natt)"]);
        assert_eq!(forms("fo\u{308}rsa\u{308}ljerska"), ["försäljare"]);
    }

    #[test]
    fn other_words_stay_as_they_are() {
        for title in ["CNC-tekniker", "svetsare", "are", "İstanbulare", ""] {
            assert_eq!(forms(title), [title]);
        }
    }
}
