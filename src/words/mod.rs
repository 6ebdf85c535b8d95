//! What answers say, in words of both languages: shared by the command line and the pages.
//!
//! Functions from a part of an answer to text. How it is laid out is left to those who show it.

mod course;
mod demand;
mod funding;
mod route;
mod score;
mod source;
mod time;
mod timeline;

pub use course::{basis, course_length, form, length};
pub use demand::{ads, outlook, wage};
pub use funding::{adviser, funding_in_question, way};
pub use route::{about_routes, hop, opening, route};
pub use score::{feature, parts};
pub use source::source;
pub use time::{firm, hours, state};
pub use timeline::time_and_courses;

use crate::domain::Language;

/// A number, without decimals, with its word.
pub fn many(number: f32, [one, more]: [&str; 2], language: Language) -> String {
    let written = language.number(f64::from(number), 0);
    let word = if written == "1" { one } else { more };
    format!("{written} {word}")
}

/// The text with a capital first letter.
pub fn capital(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| first.to_uppercase().chain(chars).collect())
}

/// Kronor: `31 200 kr`, with a non-breaking space.
pub fn kronor(kr: u64, language: Language) -> String {
    format!("{} kr", language.number(kr as f64, 0))
}

/// The first `most` of names and how many more there are: `a, b och 3 till`.
pub fn and_more<S: AsRef<str>>(names: &[S], most: usize, language: Language) -> String {
    let named = names.iter().take(most).map(AsRef::as_ref).collect::<Vec<_>>().join(", ");
    if names.len() <= most {
        return named;
    }
    let more = names.len() - most;
    match language {
        Language::Sv => format!("{named} och {more} till"),
        Language::En => format!("{named} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_out_is_counted() {
        assert_eq!(and_more(&["a", "b", "c"], 2, Language::Sv), "a, b och 1 till");
        assert_eq!(and_more(&["a", "b"], 2, Language::En), "a, b");
        assert_eq!(capital("åkare"), "Åkare");
        assert_eq!(kronor(31_200, Language::Sv), "31\u{a0}200 kr");
    }
}
