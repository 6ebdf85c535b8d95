//! What stands in a cell: text, lists, numbers and dates as people and spreadsheets write them.

use jiff::{ToSpan, civil::Date};

/// The content of one cell or NDJSON field.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cell {
    /// A value, or several in one text.
    Text(String),
    /// Values that came apart.
    List(Vec<String>),
}

/// Without control characters, with single spaces, and empty where the cell holds only a sign for
/// "nothing" (`-`, `n/a`, `saknas`).
pub(crate) fn clean(text: &str) -> String {
    let words = text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}');
    let clean = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ");
    let nothing = ["-", "\u{2013}", "\u{2014}", "n/a", "#n/a", "null", "none", "saknas"];
    if nothing.contains(&clean.to_lowercase().as_str()) { String::new() } else { clean }
}

/// Splits at `separators` and line breaks; cleaned, without blanks and without repetitions (case
/// apart), in the order written.
pub(crate) fn split_list(text: &str, separators: &[char]) -> Vec<String> {
    unique(text.split(|c| c == '\n' || c == '\r' || separators.contains(&c)))
}

/// Cleaned, without blanks and repetitions (case apart), in the order given.
pub(super) fn unique<'a>(values: impl IntoIterator<Item = &'a str>) -> Vec<String> {
    let mut seen = std::collections::HashSet::new();
    values
        .into_iter()
        .map(clean)
        .filter(|value| !value.is_empty() && seen.insert(value.to_lowercase()))
        .collect()
}

/// Splits at commas outside brackets.
pub(super) fn split_commas(text: &str) -> Vec<&str> {
    let mut depth = 0_usize;
    text.split(|c| {
        match c {
            '(' | '[' => depth += 1,
            ')' | ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    })
    .collect()
}

/// A number as written in Sweden: decimal comma, thousands by space (`16 673`), no-break space or
/// point (`16.673`), with or without a unit (`12,5 h`, `25 000,00 kr`). A single point followed by
/// anything but three digits is a decimal point.
pub(crate) fn number(text: &str) -> Option<f64> {
    let text = text.to_lowercase();
    let digits = text.trim_end_matches([':', '-', '.']).trim_end();
    let units = ["kronor", "kr", "sek", "timmar", "tim", "hours", "h", "veckor", "weeks", "v"];
    let digits = units.iter().find_map(|unit| digits.strip_suffix(unit)).unwrap_or(digits);
    let mut digits: String = digits.chars().filter(|c| !c.is_whitespace()).collect();
    if digits.contains(',') {
        digits = digits.replace('.', "").replace(',', ".");
    } else if let Some((whole, rest)) = digits.split_once('.')
        && !whole.is_empty()
        && rest.split('.').all(|group| group.len() == 3)
    {
        digits = digits.replace('.', "");
    }
    // Rust also reads `inf`, `nan` and exponents; nobody means them in a list.
    let plain = digits.trim_start_matches('-').chars().all(|c| c.is_ascii_digit() || c == '.');
    if plain { digits.parse().ok() } else { None }
}

/// A date: `2026-10-26`, `2026/10/26`, `20261026`, day before month in `26/10 2026` and
/// `26.10.2026`, a time of day after it is dropped; or the day number of a spreadsheet (46321 is
/// 2026-10-26). Two-digit years are refused: they do not say the century. Years 1930 to 2100.
pub(crate) fn date(text: &str) -> Option<Date> {
    let day = match text.split_once(['T', ' ']) {
        Some((day, time)) if time.contains(':') => day,
        _ => text,
    };
    let is_mark = |c: char| matches!(c, '-' | '/' | '.' | ' ' | ',' | '\u{2010}'..='\u{2015}');
    let parts: Vec<&str> = day.split(is_mark).filter(|part| !part.is_empty()).collect();
    if !parts.iter().all(|part| part.len() <= 8 && part.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let found = match (parts.as_slice(), lengths.as_slice()) {
        ([year, month, day], [4, 1..=2, 1..=2]) | ([day, month, year], [1..=2, 1..=2, 4]) => {
            calendar(year, month, day)
        }
        ([whole], [8]) => calendar(&whole[..4], &whole[4..6], &whole[6..]),
        ([serial], [5]) | ([serial, _], [5, _]) => spreadsheet_day(serial.parse().ok()?),
        _ => None,
    };
    found.filter(|date| (1930..=2100).contains(&date.year()))
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// Day numbers of Excel and Calc count from 1899-12-30 (for days after February 1900).
fn spreadsheet_day(serial: i32) -> Option<Date> {
    Date::constant(1899, 12, 30).checked_add(serial.days()).ok()
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
            ("12,5 h", 12.5),
            ("28 000 kr", 28000.0),
            ("28 000:-", 28000.0),
            ("-3", -3.0),
        ] {
            assert_eq!(number(text), Some(expected), "{text}");
        }
        for text in ["", "hela tiden", "1e3", "inf", "nan", "12-16", "1,2,3", "kr"] {
            assert_eq!(number(text), None, "{text}");
        }
    }

    #[test]
    fn dates_as_written_in_sweden() {
        let expected = Some(Date::constant(2026, 10, 26));
        for text in [
            "2026-10-26",
            "2026/10/26",
            "2026.10.26",
            "20261026",
            "26/10 2026",
            "26/10/2026",
            "26.10.2026",
            "26-10-2026",
            "2026\u{2011}10\u{2011}26",
            "2026-10-26 00:00:00",
            "2026-10-26T08:30",
            "46321",
            "46321,0",
            "46321.5",
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
        assert_eq!(date("1/2 2027"), Some(Date::constant(2027, 2, 1)));
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in [
            "31/2 2027",
            "2026-13-01",
            "10/26/2026",
            "26-10-26",
            "261026",
            "snart",
            "2026",
            "",
            "2026-10",
            "99999",
            "0001-01-01",
            "9999",
            "2026-10-26-11",
            "1 2 3 4",
        ] {
            assert_eq!(date(text), None, "{text}");
        }
    }

    #[test]
    fn lists_are_cleaned_in_order() {
        assert_eq!(split_list(" B | truck|b||CE\n- ", &['|']), ["B", "truck", "CE"]);
        assert_eq!(split_commas("GXP (GMP, GCP), lager"), ["GXP (GMP, GCP)", " lager"]);
        assert_eq!(clean(" a\u{a0}\u{0} b\r\n"), "a b");
        assert_eq!(clean("N/A"), "");
    }
}
