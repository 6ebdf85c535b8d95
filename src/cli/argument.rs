//! What the text of an option is read as. The command line repeats the text itself; here stands only
//! what is expected instead.

use std::{ops::RangeInclusive, path::Path};

use anyhow::{Result, bail};
use clap::ArgGroup;
use jiff::civil::Date;

/// A day of the calendar.
pub(super) fn day(text: &str) -> Result<Date, String> {
    let day = text.trim().parse();
    day.map_err(|_rust| "write a day of the calendar as YYYY-MM-DD, such as 2027-01-31".to_owned())
}

/// A whole number in a range; a space may part thousands.
pub(super) fn whole<T: TryFrom<u64>>(
    range: RangeInclusive<u64>,
) -> impl Fn(&str) -> Result<T, String> + Clone {
    move |text| {
        let digits: String = text.chars().filter(|sign| !sign.is_whitespace()).collect();
        let number = digits.parse().ok().filter(|number| range.contains(number));
        let number = number.and_then(|number| T::try_from(number).ok());
        number
            .ok_or_else(|| format!("give a whole number from {} to {}", range.start(), range.end()))
    }
}

/// What must be said of a worker before anything can be suggested: one of these at least.
pub(super) fn asked(more: &'static [&'static str]) -> ArgGroup {
    let options = ["file", "titles", "skills", "ssyk"].iter().chain(more);
    ArgGroup::new("asked").required(true).multiple(true).args(options.copied())
}

/// The form that a result has by the end of its name; without one it is that of the first.
///
/// # Errors
/// Where no form has this end: a file that is called .pdf and is none helps nobody.
pub(super) fn form<T: Copy>(path: &Path, forms: &[(&str, T)]) -> Result<T> {
    let ending = path.extension().map(|end| end.to_string_lossy().to_lowercase());
    let found = forms.iter().find(|(end, _)| ending.as_deref().is_none_or(|given| given == *end));
    let Some((_, form)) = found else {
        let ends: Vec<String> = forms.iter().map(|(end, _)| format!(".{end}")).collect();
        let ending = ending.unwrap_or_default();
        bail!("{} cannot be written as .{ending}; name it {}", path.display(), ends.join(", "));
    };
    Ok(*form)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_expected_is_told_and_nothing_of_the_program() {
        assert_eq!(day("2026-11-01").unwrap().to_string(), "2026-11-01");
        for wrong in ["2026-13-01", "1 mars 2019", ""] {
            assert!(day(wrong).unwrap_err().starts_with("write a day"), "{wrong}");
        }
        let wage = whole::<u32>(0..=1_000_000);
        assert_eq!([wage("28000"), wage("28 000")], [Ok(28_000), Ok(28_000)]);
        for wrong in ["tjugo", "-1", "1000001", "2,5", ""] {
            let error = wage(wrong).unwrap_err();
            assert_eq!(error, "give a whole number from 0 to 1000000", "{wrong}");
        }
    }

    #[test]
    fn an_end_that_no_form_has_is_refused_with_those_there_are() {
        let forms = [("svg", 1), ("html", 2)];
        for (name, expected) in [("a", 1), ("a.svg", 1), ("a.HTML", 2), ("-", 1), ("a.b/c", 1)] {
            assert_eq!(form(Path::new(name), &forms).unwrap(), expected, "{name}");
        }
        let error = form(Path::new("a.pdf"), &forms).unwrap_err().to_string();
        assert_eq!(error, "a.pdf cannot be written as .pdf; name it .svg, .html");
    }
}
