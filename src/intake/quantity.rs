//! Numbers with their units as people write them in a cell or a field.

use crate::domain::Bilingual;

/// What the number of a column or field counts. One with the unit of another is none of it: six weeks are
/// not six months.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quantity {
    Kronor,
    Months,
    Weeks,
    /// Hours, of a week where nothing else is said.
    Hours,
    /// Minutes of a way, which may be written in hours.
    Minutes,
    /// People or seats.
    People,
}

impl Quantity {
    /// What is counted, in the plural.
    pub(crate) const fn name(self) -> Bilingual<&'static str> {
        let (sv, en) = match self {
            Self::Kronor => ("kronor", "kronor"),
            Self::Months => ("hela månader", "whole months"),
            Self::Weeks => ("veckor", "weeks"),
            Self::Hours => ("timmar", "hours"),
            Self::Minutes => ("minuter", "minutes"),
            Self::People => ("personer", "people"),
        };
        Bilingual { sv, en }
    }

    /// Units that it is written with, each worth so many.
    const fn units(self) -> &'static [(&'static [&'static str], f64)] {
        const HOURS: &[&str] = &["h", "tim", "timme", "timmar", "hour", "hours"];
        match self {
            Self::Kronor => {
                &[(&["kr", "sek", "krona", "kronor"], 1.0), (&["tkr", "kkr", "ksek"], 1_000.0)]
            }
            Self::Months => &[(&["m", "mån", "månad", "månader", "month", "months"], 1.0)],
            Self::Weeks => &[(&["v", "vecka", "veckor", "w", "week", "weeks"], 1.0)],
            Self::Hours => &[(HOURS, 1.0)],
            Self::Minutes => {
                &[(&["m", "min", "minut", "minuter", "minute", "minutes"], 1.0), (HOURS, 60.0)]
            }
            Self::People => {
                const PEOPLE: &[&str] =
                    &["st", "pers", "person", "personer", "people", "platser", "seats"];
                &[(PEOPLE, 1.0)]
            }
        }
    }

    /// For how long it may be said to be: hours a week, kronor a month.
    const fn spans(self) -> &'static [&'static str] {
        match self {
            Self::Kronor => &["mån", "månad", "månaden", "month"],
            Self::Hours => &["v", "vecka", "veckan", "week"],
            _ => &[],
        }
    }

    /// Whether a part of one says nothing.
    const fn is_whole(self) -> bool {
        matches!(self, Self::Months | Self::People)
    }

    /// Reads a number as written in Sweden: decimal comma, thousands by space (`16 673`), no-break space
    /// or point (`16.673`), with or without its unit (`12,5 h`, `25 000,00 kr`, `20 h/vecka`). A single point
    /// followed by anything but three digits is a decimal point, and so is a comma but in kronor (`28,000`).
    pub(crate) fn read(self, text: &str) -> Option<f64> {
        let text = text.to_lowercase();
        let text = text.trim().trim_end_matches([':', '-', '.']).trim_end();
        let at = text.find(char::is_alphabetic).unwrap_or(text.len());
        let (digits, unit) = text.split_at(at);
        let is_english = |digits: &str| {
            let mut groups = digits.trim().split(',').skip(1).peekable();
            groups.peek().is_some() && groups.all(|group| group.len() == 3)
        };
        let number = if self == Self::Kronor && is_english(digits) {
            plain(&digits.replace(',', ""))?
        } else {
            plain(digits)?
        };
        let number = number * self.worth(unit)?;
        (!self.is_whole() || number.fract().abs() < 1e-9).then_some(number)
    }

    /// How many of it a unit is; 1 where there is none.
    fn worth(self, unit: &str) -> Option<f64> {
        let is_end = |sign: char| sign.is_whitespace() || matches!(sign, '/' | '.');
        let mut words = unit.split(is_end).filter(|word| !word.is_empty());
        let Some(unit) = words.next() else { return Some(1.0) };
        let (_, worth) = self.units().iter().find(|(names, _)| names.contains(&unit))?;
        let is_span = |word: &str| {
            matches!(word, "i" | "per" | "a" | "om" | "en") || self.spans().contains(&word)
        };
        words.all(is_span).then_some(*worth)
    }
}

/// A number without a unit.
fn plain(digits: &str) -> Option<f64> {
    let mut digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.contains(',') {
        digits = digits.replace('.', "").replace(',', ".");
    } else if let Some((whole, rest)) = digits.split_once('.')
        && !whole.is_empty()
        && rest.split('.').all(|group| group.len() == 3)
    {
        digits = digits.replace('.', "");
    }
    // Rust also reads signs and exponents that nobody means in a list.
    let plain = digits.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain { digits.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_written_in_sweden() {
        for (text, expected) in [
            ("16673", 16673.0),
            ("16 673", 16673.0),
            ("16\u{a0}673", 16673.0),
            ("16\u{202f}673", 16673.0),
            ("25 000,00", 25000.0),
            ("25.000,00", 25000.0),
            ("16.673", 16673.0),
            ("1.250.000", 1_250_000.0),
            ("12,5", 12.5),
            ("12.5", 12.5),
            ("28 000 kr", 28000.0),
            ("28,000", 28000.0),
            ("1,250,000 SEK", 1_250_000.0),
            ("28 000:-", 28000.0),
            ("28 000 kr/mån", 28000.0),
            ("28 000 kr i månaden", 28000.0),
            ("32,5 tkr", 32_500.0),
            ("34 tkr/mån", 34_000.0),
            ("-3", -3.0),
        ] {
            assert_eq!(Quantity::Kronor.read(text), Some(expected), "{text}");
        }
        let none =
            ["", "hela tiden", "1e3", "inf", "nan", "12-16", "1,2,3", "kr", "6 veckor", "50 %"];
        for text in none {
            assert_eq!(Quantity::Kronor.read(text), None, "{text}");
        }
    }

    #[test]
    fn a_unit_is_read_and_that_of_something_else_is_not() {
        use Quantity::{Hours, Minutes, Months, People, Weeks};
        for (quantity, text, expected) in [
            (Hours, "12,5 h", Some(12.5)),
            (Hours, "20 tim/vecka", Some(20.0)),
            (Hours, "20 h i veckan", Some(20.0)),
            (Hours, "20 veckor", None),
            (Hours, "20 h i månaden", None),
            (Months, "3 mån.", Some(3.0)),
            (Months, "3,0", Some(3.0)),
            (Months, "1,5", None),
            (Months, "6 veckor", None),
            (Weeks, "7,5 v.", Some(7.5)),
            (Weeks, "12 timmar", None),
            (Weeks, "3 mån", None),
            (Weeks, "6 kr", None),
            (Minutes, "45 min", Some(45.0)),
            (Minutes, "1,5 tim", Some(90.0)),
            (Minutes, "1 h", Some(60.0)),
            (Minutes, "1 h 15 min", None),
            (Minutes, "45 veckor", None),
            (People, "25 st", Some(25.0)),
            (People, "5,5", None),
        ] {
            assert_eq!(quantity.read(text), expected, "{quantity:?} {text}");
        }
    }
}
