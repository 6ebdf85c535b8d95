//! Titles that differ by sex and name the same work: who writes *sjukskötare* or *bagerska* is understood as
//! who writes *sjuksköterska* or *bagare*.
//!
//! Swedish makes such titles by a few endings. A word that is no name of an occupation is read as the one
//! with another ending of its family where that is a name. Names stay as they are written, and nothing is
//! invented: a form that nobody uses is near to words that mean something else.

use std::collections::BTreeSet;

use super::reading::spelling;
use crate::{dataset::DataSet, model::lexical::compose};

/// Endings of each family in the order in which they are tried, families with longer endings first.
const FAMILIES: [&[&str]; 5] = [
    &["sköterska", "skötare"],
    &["are", "erare", "erska", "arinna"],
    &["tör", "törska", "tris"],
    &["ör", "örska", "ös"],
    &["man", "person", "kvinna", "woman"],
];
/// Least letters before an ending.
const STEM: usize = 2;

/// Where the ending of a word begins, and its family.
fn ending(word: &str) -> Option<(usize, &'static [&'static str])> {
    // Asked of every word of every label: nothing is copied.
    let begins = |ending: &&str| {
        let mut letters = word.char_indices().rev();
        ending.chars().rev().try_fold(word.len(), |_, wanted| {
            let (at, letter) = letters.next()?;
            letter.to_lowercase().eq([wanted]).then_some(at)
        })
    };
    // The longest that fits: "sköterska" is none of another family.
    let (start, family) = FAMILIES.iter().find_map(|family| {
        let start = family.iter().filter_map(begins).min()?;
        Some((start, *family))
    })?;
    (word[..start].chars().count() >= STEM).then_some((start, family))
}

/// Names of occupations in which a word has an ending of a family, in their [`spelling`].
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
        Self(names.filter(|name| name.split(' ').any(|word| ending(word).is_some())).collect())
    }

    /// The title with each word that is no name in the form that is one.
    pub(super) fn as_named(&self, title: &str) -> String {
        let title = compose(title);
        if self.is_name(&title) {
            return title;
        }
        let mut named = String::with_capacity(title.len());
        let mut rest = title.as_str();
        while !rest.is_empty() {
            let letters = rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len());
            let (word, after) = rest.split_at(letters);
            named.push_str(&self.other_form(word).unwrap_or_else(|| word.to_owned()));
            let signs = after.find(char::is_alphabetic).unwrap_or(after.len());
            let (signs, next) = after.split_at(signs);
            named.push_str(signs);
            rest = next;
        }
        named
    }

    /// The form of a word's family that is a name where the word is none.
    fn other_form(&self, word: &str) -> Option<String> {
        let (start, family) = ending(word).filter(|_| !self.is_name(word))?;
        let mut forms = family.iter().map(|ending| format!("{}{ending}", &word[..start]));
        forms.find(|form| self.is_name(form))
    }

    fn is_name(&self, text: &str) -> bool {
        self.0.contains(&spelling(text))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gendered() -> Gendered {
        let names = [
            "sjuksköterska",
            "bagare",
            "massör",
            "massös",
            "brandman",
            "lärare",
            "servitör",
            "skötare",
            "sorterare",
            "furniture craftsperson",
            "craftsman",
        ];
        Gendered(names.iter().map(|name| spelling(name)).collect())
    }

    #[test]
    fn a_word_that_is_no_name_takes_the_form_that_is_one() {
        for (written, read) in [
            ("sjukskötare", "sjuksköterska"),
            ("Sjukskötare och ledare", "Sjuksköterska och ledare"),
            ("bagerska", "bagare"),
            ("Erfaren Bagerska (natt)", "Erfaren Bagare (natt)"),
            ("brandkvinna", "brandman"),
            ("lärarinna, förskola", "lärare, förskola"),
            ("Servitris, Paris", "Servitör, Paris"),
            ("sorterska", "sorterare"),
            ("BAGERSKA", "BAGare"),
        ] {
            assert_eq!(gendered().as_named(written), read, "{written}");
        }
    }

    #[test]
    fn names_and_all_other_words_stay() {
        for title in [
            "massör",
            "massös",
            "furniture craftsperson",
            "Sjukskoterska",
            "sköterska",
            "butiksförsäljerska",
            "Montör Bergman",
            "CNC-tekniker 75 %",
            "\u{130}\u{130}\u{212a}vinna",
            "",
        ] {
            assert_eq!(gendered().as_named(title), title);
        }
    }

    proptest! {
        #[test]
        fn any_text_is_read(text in "\\PC{0,40}") {
            let _read = gendered().as_named(&text);
        }
    }
}
