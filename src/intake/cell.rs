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

/// Whether a cell says that its row is the sum of others: `Summa`, `Totalt 62`, `Total (62)`, `Totalt antal: 62`,
/// `Delsumma kök`. A reference such as `SUM001` or `Total-3` is none.
pub(crate) fn is_total(text: &str) -> bool {
    const SUMS: [&str; 5] = ["summa", "totalt", "total", "sum", "s:a"];
    /// Nobody is called by one of these, whatever follows.
    const PARTIAL: [&str; 4] = ["delsumma", "subtotal", "totalsumma", "slutsumma"];
    const OF: [&str; 8] =
        ["antal", "personer", "anställda", "st", "people", "persons", "employees", "number"];
    let lower = text.to_lowercase();
    let bare = |word: &str| word.trim_matches(|sign: char| !sign.is_alphanumeric()).to_owned();
    let mut words = lower.split_whitespace().map(bare).filter(|word| !word.is_empty());
    let follows = |word: String| {
        OF.contains(&word.as_str()) || word.chars().all(|sign| sign.is_ascii_digit() || sign == ',')
    };
    words.next().is_some_and(|word| {
        PARTIAL.contains(&word.as_str()) || SUMS.contains(&word.as_str()) && words.all(follows)
    })
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

/// Words beside a date that say nothing more: days of the week, and that nobody is sure of it yet.
const BESIDE: [&str; 31] = [
    "den",
    "mån",
    "tis",
    "ons",
    "tor",
    "tors",
    "fre",
    "lör",
    "sön",
    "måndag",
    "tisdag",
    "onsdag",
    "torsdag",
    "fredag",
    "lördag",
    "söndag",
    "mon",
    "tue",
    "wed",
    "thu",
    "fri",
    "sat",
    "sun",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "prel",
    "preliminärt",
    "preliminary",
];

/// The parts of a date without what stands beside it in words: `ons den 31 mars 2027`, `31st of March 2027`,
/// `2027-03-31 (prel.)`.
fn bare(parts: Vec<&str>) -> Vec<&str> {
    let in_words = parts.iter().any(|part| month(part).is_some());
    let says_nothing = |part: &&str| {
        let word = part.to_lowercase();
        let word = word.trim_matches(['(', ')']);
        word.is_empty() || BESIDE.contains(&word) || in_words && matches!(word, "the" | "of")
    };
    let mut kept: Vec<&str> = parts.into_iter().filter(|part| !says_nothing(part)).collect();
    for part in kept.iter_mut().filter(|_| in_words) {
        let number = part.trim_end_matches(|sign: char| sign.is_alphabetic() || sign == ':');
        let ending = part[number.len()..].trim_start_matches(':').to_lowercase();
        let is_day = number.len() <= 2 && is_number(number);
        if is_day && matches!(ending.as_str(), "st" | "nd" | "rd" | "th" | "e" | "a") {
            *part = number;
        }
    }
    kept
}

/// A date: `2026-10-26`, `2026/10/26`, `20261026`, day before month in `26/10 2026` and
/// `26.10.2026`, the month by name in `26 oktober 2026`, a time of day after it is dropped; or the day
/// number of a spreadsheet (46321 is 2026-10-26). Years 1930 to 2100. A year of two digits may come last
/// (`26/1/27`) or first (`98-03-01`); what can be read in both ways (`01/02/27`, `19-03-01`) is none.
pub(crate) fn date(text: &str) -> Option<Date> {
    let day = without_time(text);
    let is_dash = |c: char| matches!(c, '-' | '\u{2010}'..='\u{2015}');
    let is_mark = |c: char| is_dash(c) || matches!(c, '/' | '.' | ' ' | ',');
    let parts = bare(day.split(is_mark).filter(|part| !part.is_empty()).collect());
    if let Some(at) = parts.iter().position(|part| month(part).is_some()) {
        return in_words(&parts, at).filter(|date| is_likely(*date));
    }
    if !parts.iter().all(|part| part.len() <= 8 && is_number(part)) {
        return None;
    }
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let dashed = day.chars().filter(|c| is_mark(*c)).all(is_dash);
    let found = match (parts.as_slice(), lengths.as_slice()) {
        ([year, month, day], [4, 1..=2, 1..=2]) | ([day, month, year], [1..=2, 1..=2, 4]) => {
            calendar(year, month, day)
        }
        ([first, month, last], [1..=2, 1..=2, 2]) if !dashed || lengths == [2; 3] => {
            let day_first = calendar(&whole(last), month, first);
            let year_first = calendar(&whole(first), month, last).filter(|_| lengths == [2; 3]);
            match (day_first, year_first) {
                (Some(one), Some(other)) if one != other => None,
                (day_first, year_first) => day_first.or(year_first),
            }
        }
        ([whole], [8]) => calendar(&whole[..4], &whole[4..6], &whole[6..]),
        ([serial], [5]) | ([serial, _], [5, _]) => spreadsheet_day(serial.parse().ok()?),
        _ => None,
    };
    found.filter(|date| is_likely(*date))
}

/// Whether a date that is read with the day first would be another one with the month first, as in the United
/// States: `4/5/2027`. With a space before the year (`4/5 2027`) it is Swedish.
pub(super) fn may_begin_with_the_month(text: &str) -> bool {
    let is_such = |word: &str| {
        let mut parts = word.split('/').map(str::parse::<u16>);
        let (Some(Ok(first)), Some(Ok(second)), Some(Ok(_)), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return false;
        };
        first != second && first <= 12 && second <= 12
    };
    without_time(text).split_whitespace().any(is_such)
}

/// A text without the time of day at its end.
fn without_time(text: &str) -> &str {
    let head = text.find(':').map_or("", |colon| &text[..colon]);
    // `den 26:e oktober` tells no time.
    if text[head.len()..].chars().nth(1).is_some_and(char::is_alphabetic) {
        return text;
    }
    let parts_them = |(at, sign): &(usize, char)| {
        *sign == ' ' || *sign == 'T' && head[..*at].ends_with(|c: char| c.is_ascii_digit())
    };
    head.char_indices().rev().find(parts_them).map_or(text, |(at, _)| &head[..at])
}

fn is_likely(date: Date) -> bool {
    (1930..=2100).contains(&date.year())
}

fn is_number(part: &str) -> bool {
    part.bytes().all(|b| b.is_ascii_digit())
}

fn calendar(year: &str, month: &str, day: &str) -> Option<Date> {
    Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
}

/// A date whose month, the part `at`, is a word: `1 mars 2019`, `01-mar-19`, `March 1, 2019`, `2019 mars
/// 1`. A day is never made up for a month without one.
fn in_words(parts: &[&str], at: usize) -> Option<Date> {
    let month = month(parts.get(at)?)?.to_string();
    let (day, year) = match (parts, at) {
        ([day, _, year], 1) if day.len() <= 2 => (day, year),
        ([year, _, day], 1) | ([_, day, year], 0) if year.len() == 4 => (day, year),
        _ => return None,
    };
    if !is_number(day) || !is_number(year) || day.len() > 2 || !matches!(year.len(), 2 | 4) {
        return None;
    }
    calendar(&whole(year), &month, day)
}

/// Names of months, whole or as short as people write them; the three letters that both languages
/// share come first.
const MONTHS: [&str; 12] = [
    "jan januari january",
    "feb februari february febr",
    "mar mars march",
    "apr april",
    "maj may",
    "jun juni june",
    "jul juli july",
    "aug augusti august",
    "sep september sept",
    "okt oktober oct october",
    "nov november",
    "dec december",
];

fn month(name: &str) -> Option<usize> {
    let name = name.to_lowercase();
    MONTHS.iter().position(|names| names.split(' ').any(|known| known == name)).map(|at| at + 1)
}

/// Years before this are of this century where two digits give them: nobody is employed, or leaves, in a
/// farther future.
const THIS_CENTURY: u8 = 50;

/// A year with its century.
fn whole(year: &str) -> String {
    match year.parse::<u8>() {
        Ok(short) if year.len() == 2 && short < THIS_CENTURY => format!("20{year}"),
        Ok(_) if year.len() == 2 => format!("19{year}"),
        _ => year.to_owned(),
    }
}

/// Day numbers of Excel and Calc count from 1899-12-30 (for days after February 1900).
fn spreadsheet_day(serial: i32) -> Option<Date> {
    Date::constant(1899, 12, 30).checked_add(serial.days()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

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
            "den 26 oktober 2026",
            "mån 26 okt 2026",
            "26th October 2026",
            "the 26th of October, 2026",
            "den 26:e oktober 2026",
            "Mon 26 Oct 2026",
            "2026-10-26 (prel.)",
            "46321",
            "46321,0",
            "46321.5",
        ] {
            assert_eq!(date(text), expected, "{text}");
        }
        assert_eq!(date("1/2 2027"), Some(Date::constant(2027, 2, 1)));
        for (text, year, month, day) in [
            ("1 mars 2019", 2019, 3, 1),
            ("1 Mars, 2019", 2019, 3, 1),
            ("1 mar. 2019", 2019, 3, 1),
            ("March 1, 2019", 2019, 3, 1),
            ("2019-mar-01", 2019, 3, 1),
            ("01-okt-19", 2019, 10, 1),
            ("1 Oct 2019", 2019, 10, 1),
            ("3 maj 1998", 1998, 5, 3),
            ("98-05-03", 1998, 5, 3),
            ("31-03-99", 1999, 3, 31),
            ("26 oktober 2026 08:00", 2026, 10, 26),
            ("01-OKT-19 08:00", 2019, 10, 1),
            ("2026-10-26T08:00:00+01:00", 2026, 10, 26),
            ("31/3/27", 2027, 3, 31),
            ("1.3.27", 2027, 3, 1),
            ("31/03/00", 2000, 3, 31),
        ] {
            assert_eq!(date(text), Some(Date::constant(year, month, day)), "{text}");
        }
    }

    #[test]
    fn a_month_may_stand_first_where_both_can_be_one() {
        for text in ["4/5/2027", "04/05/2027", "4/5/27", "4/5/2027 08:00"] {
            assert!(may_begin_with_the_month(text), "{text}");
        }
        for text in ["4/5 2027", "13/5/2027", "5/13/2027", "5/5/2027", "2027/04/05", "4/5", ""] {
            assert!(!may_begin_with_the_month(text), "{text}");
        }
    }

    #[test]
    fn sums_below_a_list_are_known() {
        for text in [
            "Summa",
            "TOTALT:",
            "Totalt 62",
            "Total (62)",
            "sum",
            "S:a",
            "Summa personer: 62",
            "Totalt antal",
            "Delsumma kök",
            "Subtotal: assembly",
        ] {
            assert!(is_total(text), "{text}");
        }
        for text in [
            "",
            "62",
            "Totalentreprenör",
            "Summa AB",
            "A-total-1",
            "Total kvalitet",
            "SUM001",
            "SUM-12",
            "Total-3",
        ] {
            assert!(!is_total(text), "{text}");
        }
    }

    #[test]
    fn impossible_dates_are_none() {
        for text in [
            "31/2 2027",
            "2026-13-01",
            "10/26/2026",
            "01/03/19",
            "31/03/27",
            "31-03-27",
            "19-03-01",
            "3-1-27",
            "19-13-01",
            "19 - 03",
            "mars 2027",
            "31 mars",
            "32 mars 2027",
            "1 mars 2 2027",
            "mars",
            "mars mars 2027",
            "640823-3234",
            "64-08-23-3234",
            "23 aug 640823",
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
