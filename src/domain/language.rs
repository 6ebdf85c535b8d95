//! Two languages, Swedish first.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A small letter without its dots, ring or accent, as some systems and keyboards write it.
pub fn without_marks(letter: char) -> char {
    match letter {
        'å' | 'ä' => 'a',
        'ö' => 'o',
        'é' => 'e',
        other => other,
    }
}

/// A language the product speaks.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Swedish, the adviser's language and the default.
    #[default]
    Sv,
    /// English.
    En,
}

impl Language {
    /// The ISO 639-1 code, `sv` or `en`.
    pub fn code(self) -> &'static str {
        match self {
            Self::Sv => "sv",
            Self::En => "en",
        }
    }

    /// The one of two texts that is in this language.
    pub fn pick<'a>(self, sv: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Sv => sv,
            Self::En => en,
        }
    }

    /// The other language, where a text is looked for when this one lacks it.
    #[must_use]
    pub fn other(self) -> Self {
        match self {
            Self::Sv => Self::En,
            Self::En => Self::Sv,
        }
    }
}

/// One value per language. For texts an empty string means "not known in this language".
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
pub struct Bilingual<T> {
    /// The Swedish value.
    #[serde(default)]
    pub sv: T,
    /// The English value.
    #[serde(default)]
    pub en: T,
}

impl<T> Bilingual<T> {
    /// The value of one language.
    pub fn get(&self, language: Language) -> &T {
        match language {
            Language::Sv => &self.sv,
            Language::En => &self.en,
        }
    }

    /// The value of one language, to change it.
    pub fn get_mut(&mut self, language: Language) -> &mut T {
        match language {
            Language::Sv => &mut self.sv,
            Language::En => &mut self.en,
        }
    }
}

impl Bilingual<String> {
    /// A text in both languages.
    pub fn new(sv: impl Into<String>, en: impl Into<String>) -> Self {
        Self { sv: sv.into(), en: en.into() }
    }

    /// The text in `wanted`, or in the other language where `wanted` has none, with the language
    /// it really is in. Both empty gives the empty text.
    pub fn best(&self, wanted: Language) -> (&str, Language) {
        if self.get(wanted).is_empty() && !self.get(wanted.other()).is_empty() {
            (self.get(wanted.other()), wanted.other())
        } else {
            (self.get(wanted), wanted)
        }
    }

    /// The text of [`Self::best`] alone.
    pub fn text(&self, wanted: Language) -> &str {
        self.best(wanted).0
    }

    /// The text of [`Self::best`] for a reader of `wanted`, with the code of its language behind it
    /// where that is the other one: `weld metal [en]`.
    pub fn marked(&self, wanted: Language) -> Cow<'_, str> {
        match self.best(wanted) {
            (text, language) if language == wanted => text.into(),
            (text, language) => format!("{text} [{}]", language.code()).into(),
        }
    }
}

/// A level of the Common European Framework of Reference for Languages (CEFR).
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
pub enum LanguageLevel {
    /// Breakthrough.
    A1,
    /// Waystage.
    A2,
    /// Threshold.
    B1,
    /// Vantage.
    B2,
    /// Effective operational proficiency.
    C1,
    /// Mastery.
    C2,
}

impl LanguageLevel {
    /// All levels, the lowest first.
    pub const ALL: [Self; 6] = [Self::A1, Self::A2, Self::B1, Self::B2, Self::C1, Self::C2];

    /// Its name.
    pub fn key(self) -> &'static str {
        match self {
            Self::A1 => "A1",
            Self::A2 => "A2",
            Self::B1 => "B1",
            Self::B2 => "B2",
            Self::C1 => "C1",
            Self::C2 => "C2",
        }
    }

    /// The level of a name, any case.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|level| level.key().eq_ignore_ascii_case(text.trim()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_in_the_other_language_is_marked() {
        let english = Bilingual::new("", "weld metal");
        assert_eq!(english.marked(Language::Sv), "weld metal [en]");
        assert_eq!(english.marked(Language::En), "weld metal");
        assert_eq!(Bilingual::new("svetsa", "weld").marked(Language::Sv), "svetsa");
        assert_eq!(Bilingual::default().marked(Language::En), "");
    }
}
