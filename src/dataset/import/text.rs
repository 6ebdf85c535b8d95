//! From bytes to clean values: encodings, markup, white space, numbers, dates and lengths, as the
//! sources write them.

use std::path::Path;

use encoding_rs::{Encoding, UTF_8, WINDOWS_1252};
use serde_json::Value;

use crate::dataset::Error;

/// Weeks of full-time study in a year: a Swedish *läsår* is two terms of twenty weeks.
pub(super) const WEEKS_PER_YEAR: f64 = 40.0;
/// Hours of full-time study in a week.
const HOURS_PER_WEEK: f64 = 40.0;
/// Longer than any course: five years. Above it a length is taken to be a mistake.
const MAX_WEEKS: f64 = 5.0 * WEEKS_PER_YEAR;

/// The text of a file: by byte order mark where there is one, else UTF-8, else Windows-1252.
///
/// A file counts as UTF-8 as long as it holds more well-formed characters outside ASCII than
/// broken ones, so that one damaged byte or a cut at the end does not turn every `å` of it into
/// two other letters. Linear.
pub(super) fn decode(bytes: &[u8]) -> String {
    if let Some((encoding, length)) = Encoding::for_bom(bytes) {
        return encoding.decode_without_bom_handling(&bytes[length..]).0.into_owned();
    }
    let (text, broken) = UTF_8.decode_without_bom_handling(bytes);
    if broken {
        let bad = text.chars().filter(|&c| c == char::REPLACEMENT_CHARACTER).count();
        let good = text.chars().filter(|c| !c.is_ascii()).count() - bad;
        if bad > good {
            return WINDOWS_1252.decode_without_bom_handling(bytes).0.into_owned();
        }
    }
    text.into_owned()
}

/// Name of a file in messages: its path below the source folder, with `/`.
pub(super) fn name(root: &Path, path: &Path) -> String {
    path.strip_prefix(root).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

/// The last part of a path in lower case, by which sources recognise their files.
pub(super) fn file_name(path: &Path) -> String {
    path.file_name().map(|name| name.to_string_lossy().to_lowercase()).unwrap_or_default()
}

/// Parses one JSON document.
pub(super) fn json(file: &str, text: &str) -> Result<Value, Error> {
    serde_json::from_str(text).map_err(|error| {
        Error::format(
            format!("{file}, line {}, column {}", error.line(), error.column()),
            format!("not valid JSON: {error}"),
            "fetch the file again; it may have been cut off or changed",
        )
    })
}

/// A JSON string or number as text, trimmed; empty for anything else.
pub(super) fn scalar(value: &Value) -> String {
    match value {
        Value::String(text) => text.trim().to_owned(),
        Value::Number(number) => number.to_string(),
        _ => String::new(),
    }
}

/// The elements of an array, or the value alone where it is none; nothing for null.
pub(super) fn each(value: &Value) -> &[Value] {
    match value {
        Value::Null => &[],
        Value::Array(values) => values,
        one => std::slice::from_ref(one),
    }
}

/// Plain text of a piece of HTML (or of text that holds remnants of it): no tags, comments, scripts
/// or entities; blocks on lines of their own; single spaces. Linear.
pub(crate) fn plain(html: &str) -> String {
    let decoded = entities(&untag(html));
    let mut out = String::with_capacity(decoded.len());
    for raw in decoded.split(['\n', '\r']) {
        let start = out.len();
        for word in raw.split(|c: char| c.is_whitespace() || c.is_control()) {
            let word = word.trim_matches(['\u{200b}', '\u{feff}', '\u{ad}']);
            if !word.is_empty() {
                if out.len() > start {
                    out.push(' ');
                } else if start > 0 {
                    out.push('\n');
                }
                out.push_str(word);
            }
        }
    }
    out
}

/// [`plain`] on a single line, for titles and names.
pub(super) fn line(html: &str) -> String {
    plain(html).replace('\n', " ")
}

/// Removes comments, scripts, styles and tags. A `<` that opens none of them is text.
fn untag(html: &str) -> String {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find('<') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let after = &rest[1..];
        if let Some(comment) = after.strip_prefix("!--") {
            // A comment that was cut off takes the rest with it: it was never meant to be read.
            rest = comment.find("-->").map_or("", |end| &comment[end + 3..]);
            continue;
        }
        let opens = |c: char| c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?');
        if !after.starts_with(opens) {
            out.push('<');
            rest = after;
            continue;
        }
        let Some(end) = after.find('>') else {
            // No tag is whole from here on: what looks like one is text, up to a cut-off comment.
            rest = rest.split("<!--").next().unwrap_or_default();
            break;
        };
        let name: String = after
            .trim_start_matches('/')
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .map(|c| c.to_ascii_lowercase())
            .collect();
        rest = &after[end + 1..];
        if matches!(name.as_str(), "script" | "style") && !after.starts_with('/') {
            rest = closing(rest, &name);
        }
        if !INLINE.contains(&name.as_str()) {
            out.push('\n');
        }
    }
    out.push_str(rest);
    out
}

/// What follows the closing tag of `name`, nothing where there is none.
fn closing<'a>(text: &'a str, name: &str) -> &'a str {
    let tag = format!("</{name}");
    let found = (0..text.len()).find(|&at| {
        text.as_bytes()[at..]
            .get(..tag.len())
            .is_some_and(|b| b.eq_ignore_ascii_case(tag.as_bytes()))
    });
    let Some(at) = found else { return "" };
    text[at..].find('>').map_or("", |end| &text[at + end + 1..])
}

/// Elements inside a line of text; all others break it.
const INLINE: [&str; 16] = [
    "a", "abbr", "b", "big", "code", "em", "font", "i", "mark", "small", "span", "strong", "sub",
    "sup", "u", "wbr",
];

/// Names of the characters U+00A0 to U+00FF, in that order (HTML 4, Latin-1 entities).
const LATIN1: &str = "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg \
    macr deg plusmn sup2 sup3 acute micro para middot cedil sup1 ordm raquo frac14 frac12 frac34 \
    iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute Ecirc Euml Igrave \
    Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc \
    Uuml Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc \
    euml igrave iacute icirc iuml eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave \
    uacute ucirc uuml yacute thorn yuml";

/// Other entities met in course texts.
const OTHER: [(&str, char); 17] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("ndash", '–'),
    ("mdash", '—'),
    ("lsquo", '‘'),
    ("rsquo", '’'),
    ("sbquo", '‚'),
    ("ldquo", '“'),
    ("rdquo", '”'),
    ("bdquo", '„'),
    ("bull", '•'),
    ("hellip", '…'),
    ("euro", '€'),
    ("trade", '™'),
];

/// Replaces character references. Unknown ones stay as they are.
fn entities(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        // The longest name has eight letters.
        let known = rest
            .char_indices()
            .take(10)
            .find(|&(_, c)| c == ';')
            .and_then(|(end, _)| Some((entity(&rest[..end])?, end + 1)));
        if let Some((character, length)) = known {
            out.push(character);
            rest = &rest[length..];
        } else {
            out.push('&');
        }
    }
    out.push_str(rest);
    out
}

/// The character a reference names, without `&` and `;`.
fn entity(name: &str) -> Option<char> {
    if let Some(number) = name.strip_prefix('#') {
        let code = match number.strip_prefix(['x', 'X']) {
            Some(hexadecimal) => u32::from_str_radix(hexadecimal, 16),
            None => number.parse(),
        };
        return code.ok().and_then(char::from_u32).filter(|&c| c != '\0');
    }
    if let Some(&(_, character)) = OTHER.iter().find(|(other, _)| *other == name) {
        return Some(character);
    }
    let at = LATIN1.split_ascii_whitespace().position(|latin| latin == name)?;
    char::from_u32(0xA0 + u32::try_from(at).ok()?)
}

/// A number as Swedes write it: `16 673`, `1,5`, `100 %`, `2 500 kr`; `None` where there is more
/// than one number or other text before it.
pub(super) fn number(text: &str) -> Option<f64> {
    let digits: String =
        text.chars().filter(|c| !c.is_whitespace()).collect::<String>().replace(',', ".");
    let end = digits.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(digits.len());
    let (amount, unit) = digits.split_at(end);
    let unit_known = matches!(unit.to_lowercase().as_str(), "" | "%" | "kr" | "sek" | ":-" | "p");
    amount.parse::<f64>().ok().filter(|amount| unit_known && amount.is_finite())
}

/// The ISO date at the start of a text such as `2026-08-17T08:00:00`, where it is a real day of
/// this century.
pub(super) fn date(text: &str) -> Option<String> {
    let day: jiff::civil::Date = text.trim().get(..10)?.parse().ok()?;
    (2000..2100).contains(&day.year()).then(|| day.to_string())
}

/// A length in weeks as a course can have it: above zero and at most five study years.
pub(super) fn weeks(weeks: f64) -> Option<f32> {
    #[expect(clippy::cast_possible_truncation, reason = "weeks need no more than f32 holds")]
    (weeks > 0.0 && weeks <= MAX_WEEKS).then_some(weeks as f32)
}

/// Weeks at full time of an amount of `hours`, `days`, `weeks`, `months`, `semesters` or `years`,
/// in English or Swedish, singular or plural; `None` for any other unit. Five days and forty hours
/// are one week; twenty weeks one term, two terms one year.
pub(super) fn in_weeks(amount: f64, unit: &str) -> Option<f64> {
    let unit = unit.to_lowercase();
    let factor = [
        (&["hour", "tim"][..], 1.0 / HOURS_PER_WEEK),
        (&["day", "dag"], 1.0 / 5.0),
        (&["week", "veck"], 1.0),
        (&["month", "månad"], 52.0 / 12.0),
        (&["semester", "term"], WEEKS_PER_YEAR / 2.0),
        (&["year", "år"], WEEKS_PER_YEAR),
    ]
    .into_iter()
    .find(|(stems, _)| stems.iter().any(|stem| unit.starts_with(stem)))?
    .1;
    Some(amount * factor)
}

/// A price as a participant can meet it: whole kronor, at most a million.
pub(super) fn kronor(amount: f64) -> Option<u32> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and a million after the check"
    )]
    (0.0..=1e6).contains(&amount).then(|| amount.round() as u32)
}

/// A link as given, empty where it is none.
pub(super) fn link(url: &str) -> String {
    let url = url.trim();
    let is_link = url.starts_with("https://") || url.starts_with("http://");
    if is_link { url.to_owned() } else { String::new() }
}

/// Pace in percent of full time, where it can be one.
pub(super) fn pace(percent: f64) -> Option<u8> {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 1 and 100 after the check"
    )]
    (1.0..=100.0).contains(&percent).then(|| percent.round() as u8)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_encoding_gives_the_same_word() {
        let word = "Växjö";
        let utf16: Vec<u8> = [0xFF, 0xFE]
            .into_iter()
            .chain(word.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        for bytes in [
            word.as_bytes().to_vec(),
            [b"\xEF\xBB\xBF", word.as_bytes()].concat(),
            b"V\xE4xj\xF6".to_vec(),
            utf16,
        ] {
            assert_eq!(decode(&bytes), word);
        }
    }

    #[test]
    fn one_damaged_byte_or_a_cut_keeps_utf8() {
        let mut bytes = "åäö å".as_bytes().to_vec();
        bytes.pop();
        assert_eq!(decode(&bytes), "åäö \u{FFFD}");
        bytes.extend_from_slice(b"\xFF!");
        assert!(decode(&bytes).starts_with("åäö "));
    }

    #[test]
    fn html_becomes_plain_text() {
        assert_eq!(
            plain(
                "<p>F&ouml;r dig&nbsp;som <b>vill</b></p><ul><li>svetsa</li><li>&lt;5 &#229;r</ul>"
            ),
            "För dig som vill\nsvetsa\n<5 år"
        );
        assert_eq!(plain("före<!-- .x{a:b} -->efter<!-- avklippt"), "föreefter");
        assert_eq!(plain("a<SCRIPT>if (a<b) x()</Script>b<style>c"), "a\nb");
        assert_eq!(
            plain("3 < 5 & 7 > 2, Q&A; <br/>  x\t\u{200b} y\r\n"),
            "3 < 5 & 7 > 2, Q&A;\nx y"
        );
        assert_eq!(plain("a<b och <c <!-- avklippt"), "a<b och <c");
        assert_eq!(plain(&"<a".repeat(100_000)).len(), 200_000);
        assert_eq!(line(" Svets,\n MIG&amp;TIG "), "Svets, MIG&TIG");
    }

    #[test]
    fn numbers_dates_and_lengths() {
        assert_eq!(number("16 673,5"), Some(16_673.5));
        assert_eq!(number("1\u{a0}200 kr"), Some(1200.0));
        assert_eq!(number("100 %"), Some(100.0));
        for bad in ["", "1-2", "1.2.3", "från 100", "NaN", "inf", "-5"] {
            assert_eq!(number(bad), None, "{bad}");
        }
        assert_eq!(date("2026-08-17T08:00:00"), Some("2026-08-17".into()));
        for bad in ["2026-02-30", "17/8 2026", "0001-01-01", "2026-8-1", "ååååååååå"] {
            assert_eq!(date(bad), None, "{bad}");
        }
        assert_eq!(in_weeks(10.0, "days"), Some(2.0));
        assert_eq!(in_weeks(1.0, "år"), Some(40.0));
        assert_eq!(in_weeks(1.0, "poäng"), None);
        assert_eq!((weeks(0.0), weeks(f64::NAN), weeks(1e9)), (None, None, None));
        assert_eq!((pace(50.0), pace(0.0), pace(101.0)), (Some(50), None, None));
    }

    proptest! {
        #[test]
        fn no_text_is_too_odd(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let text = decode(&bytes);
            let clean = plain(&text);
            prop_assert!(!clean.contains("  ") && clean.trim() == clean);
            let _ = (number(&text), date(&text), in_weeks(1.0, &text));
        }

        #[test]
        fn markup_of_any_shape_is_read(html in "[<>&;#!/a-z \n-]{0,80}") {
            prop_assert!(plain(&html).len() <= html.len());
        }
    }
}
