//! The tripwire: does a text hold something that looks like a Swedish personal identity number?
//! Form and check digit by folkbokföringslagen (1991:481) 18 § and Skatteverket's SKV 704.

use std::{borrow::Cow, ops::RangeInclusive};

use jiff::civil::Date;

/// Groups of digits in which people write these numbers.
const SHAPES: [&[usize]; 8] =
    [&[10], &[12], &[6, 4], &[8, 4], &[2, 2, 2, 4], &[4, 2, 2, 4], &[2, 4, 4], &[4, 4, 4]];
/// Shapes that nothing else has, so that a mistyped check digit does not hide the number: a date and
/// four digits with a dash or plus between them, or all twelve digits. Ten digits in a row may be a
/// telephone number (`0701234567`), and four digits after a space a time of day.
const UNMISTAKABLE: [&[usize]; 3] = [&[12], &[6, 4], &[8, 4]];
/// Shapes that numbers of orders have too: only with a date of birth.
const RARE: [&[usize]; 2] = [&[2, 4, 4], &[4, 4, 4]];
/// Years in which a worker may be born. Numbers of cases and orders begin with later dates.
const BIRTH_YEARS: RangeInclusive<i16> = 1930..=2015;

/// Whether a personnummer or samordningsnummer stands anywhere in `text`: `YYMMDD-NNNN` or
/// `YYYYMMDDNNNN`, with `-`, `+`, `_`, space, point, slash, what cannot be seen or nothing between the parts,
/// a date of the calendar (the day may be raised by 60) and a right check digit. In an [`UNMISTAKABLE`] shape and
/// with a date in the [`BIRTH_YEARS`] also with a wrong one. Linear in the text.
pub(crate) fn found_in(text: &str) -> bool {
    let text = plain_digits(text);
    let runs = digit_runs(&text);
    (0..runs.len()).any(|start| {
        SHAPES.iter().any(|shape| {
            let Some(part) = runs.get(start..start + shape.len()) else { return false };
            let fits = part.iter().zip(*shape).all(|(run, length)| run.digits.len() == *length)
                && part.iter().skip(1).all(|run| run.joined);
            if !fits {
                return false;
            }
            let digits: String = part.iter().map(|run| run.digits).collect();
            let Some(date) = date(&digits) else { return false };
            let is_rare = RARE.contains(shape) || part.iter().skip(1).any(|run| run.underlined);
            let may_be_born = BIRTH_YEARS.contains(&date.year());
            if is_rare && !may_be_born {
                return false;
            }
            let unmistakable =
                UNMISTAKABLE.contains(shape) && part.iter().skip(1).all(|run| run.dashed);
            luhn(&digits[digits.len() - 10..]) || (unmistakable && may_be_born)
        })
    })
}

/// A text whose full-width digits, as some keyboards and scans have them, are plain ones, and without what cannot
/// be seen.
fn plain_digits(text: &str) -> Cow<'_, str> {
    let unseen =
        |sign: char| matches!(sign, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}');
    let plain = |sign: char| match u32::from(sign) {
        code @ 0xFF10..=0xFF19 => char::from_digit(code - 0xFF10, 10).unwrap_or(sign),
        _ => sign,
    };
    if text.chars().all(|sign| plain(sign) == sign && !unseen(sign)) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().filter(|sign| !unseen(*sign)).map(plain).collect())
}

/// An unbroken run of digits.
struct Run<'a> {
    digits: &'a str,
    /// Whether only a separator stands between this run and the one before.
    joined: bool,
    /// Whether that separator is a dash or plus, with or without spaces.
    dashed: bool,
    /// Whether it holds a low line.
    underlined: bool,
}

fn digit_runs(text: &str) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit()) {
        let (gap, tail) = rest.split_at(start);
        let end = tail.find(|c: char| !c.is_ascii_digit()).unwrap_or(tail.len());
        let (digits, tail) = tail.split_at(end);
        let joined = gap.chars().count() <= 3 && gap.chars().all(is_separator);
        let mut signs = gap.trim().chars();
        let dashed = joined && signs.next().is_some_and(is_dash) && signs.next().is_none();
        let underlined = gap.contains('_');
        runs.push(Run { digits, joined, dashed, underlined });
        rest = tail;
    }
    runs
}

fn is_separator(c: char) -> bool {
    c.is_whitespace() || is_dash(c) || matches!(c, '.' | '/' | '_')
}

fn is_dash(c: char) -> bool {
    matches!(c, '-' | '+' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '－' | '＋')
}

/// The date that ten or twelve digits begin with; without the century the latest year before 2030.
fn date(digits: &str) -> Option<Date> {
    let (century, short) = digits.split_at(digits.len() - 10);
    if !matches!(century, "" | "18" | "19" | "20") {
        return None;
    }
    let part = |from: usize| short[from..from + 2].parse::<i8>().unwrap_or(0);
    let (year, month, day) = (i16::from(part(0)), part(2), part(4));
    let day = if day > 60 { day - 60 } else { day };
    let known = century.parse::<i16>().map(|century| century * 100);
    let century = known.unwrap_or(if year < 30 { 2000 } else { 1900 });
    Date::new(century + year, month, day).ok()
}

/// The modulus-10 check of the last digit, weights 2 1 2 1 ...
fn luhn(digits: &str) -> bool {
    let sum: u32 = digits
        .bytes()
        .enumerate()
        .map(|(place, digit)| {
            let product = u32::from(digit - b'0') * if place % 2 == 0 { 2 } else { 1 };
            product / 10 + product % 10
        })
        .sum();
    sum.is_multiple_of(10)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A made-up number with a right check digit.
    fn number(first_nine: &str) -> String {
        (0..10).map(|d| format!("{first_nine}{d}")).find(|n| luhn(n)).unwrap()
    }

    #[test]
    fn luhn_agrees_with_the_example_of_skatteverket() {
        // SKV 704 computes the check digit of 640823-323 to 4.
        assert!(luhn("6408233234"));
        assert!(!luhn("6408233235"));
    }

    #[test]
    fn finds_every_way_of_writing() {
        let n = number("640823323");
        let (date, last) = n.split_at(6);
        for text in [
            n.clone(),
            format!("19{n}"),
            format!("{date}-{last}"),
            format!("{date}+{last}"),
            format!("19{date}-{last}"),
            format!("{date} {last}"),
            format!("{date} - {last}"),
            format!("{date}\u{2013}{last}"),
            format!("{date}\u{a0}{last}"),
            format!("1964-08-23-{last}"),
            format!("64 08 23 {last}"),
            format!("64 0823 {last}"),
            format!("1964 0823 {last}"),
            format!("{date}_{last}"),
            format!("{date}\u{200b}{last}"),
            "６４０８２３-３２３４".to_owned(),
            "６４０８２３－３２３４".to_owned(),
            "640823\u{200b}-3235".to_owned(),
            format!("anst nr 17, pnr:{date}-{last}."),
        ] {
            assert!(found_in(&text), "{text}");
        }
    }

    #[test]
    fn finds_samordningsnummer_and_leap_days() {
        assert!(found_in(&number("640883323")));
        assert!(found_in(&number("000229323")));
        assert!(!found_in(&number("640893323")), "day 33");
        assert!(!found_in(&format!("19{}", number("000229323"))), "1900 had no leap day");
    }

    #[test]
    fn numbers_of_orders_are_none() {
        let order = number("261026000");
        let (date, last) = order.split_at(6);
        for text in
            [format!("20{date}_{last}"), format!("2026 1026 {last}"), format!("26 1026 {last}")]
        {
            assert!(!found_in(&text), "{text}");
        }
    }

    #[test]
    fn a_mistyped_check_digit_hides_no_number() {
        for text in [
            "640823-3235",
            "640823+3235",
            "640823 - 3235",
            "640823\u{2013}3235",
            "640883-3235",
            "19640823-3235",
            "196408233235",
            "20050823-3235",
            "050823-3235",
            "svetsare, 640823-3235, Mölndal",
        ] {
            assert!(found_in(text), "{text}");
        }
    }

    #[test]
    fn telephones_cases_dates_and_codes_are_none() {
        for text in [
            "0701234568", // a telephone number that begins with a date
            "070-123 45 68",
            "0701-234568",
            "+46 70 123 45 68",
            "031-123 45 68",
            "640823 3235", // date and time of day
            "20100101 1430",
            "2010-01-01 1430",
            "250115-0043", // a case of this year
            "20250115-0043",
            "202610261431", // a time stamp
            "2026-10-26-1431",
            "20100101-20151231", // from, to
            "7223-8332",
            "556016-0681",
            "641323-3235", // month 13
            "123456-7890",
            "SKOLA-640823-323",
        ] {
            assert!(!found_in(text), "{text}");
        }
    }

    #[test]
    fn leaves_other_numbers_alone() {
        for text in [
            "",
            "W1-00042",
            "2026-10-26",
            "16 673",
            "6408233235",         // wrong check digit
            &number("641323323"), // month 13
            "556016-0680",        // organisation numbers have a third digit of 2 or more
            "06408233234",        // eleven digits
            "640823 x 3234",      // not one number
            "17640823-3234",      // no century of living people
            "2026-10-26 14:30",
        ] {
            assert!(!found_in(text), "{text}");
        }
    }
}
