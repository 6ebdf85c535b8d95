//! Courses in words.

use crate::domain::{Language, length_in_words};

/// A school form by its key.
pub fn form(key: &str, language: Language) -> &'static str {
    match key {
        "komvux" => "komvux",
        "yh" => language.pick("yrkeshögskola", "higher vocational"),
        "yh_course" => language.pick("kort YH-kurs", "short higher vocational"),
        "labour_market" => language.pick("arbetsmarknadsutbildning", "labour-market training"),
        "folkhogskola" => language.pick("folkhögskola", "folk high school"),
        "university" => language.pick("högskola", "university"),
        "validation" => language.pick("validering", "validation"),
        _ => language.pick("kortkurs", "short course"),
    }
}

/// How firm the record of a course is, by its key.
pub fn basis(key: &str, language: Language) -> &'static str {
    match key {
        "offer" => language.pick("utannonserad", "on offer"),
        "granted" => language.pick("beviljad av MYH", "granted by MYH"),
        "syllabus" => language.pick("kursplan, fråga kommunen", "syllabus, ask the municipality"),
        _ => language.pick("typisk kurs, inget erbjudande", "typical course, not an offer"),
    }
}

/// The length of a course, with its pace where that is not full time: `6 veckor heltid, på 50 % fart 12 veckor`.
pub fn course_length(weeks: f32, pace_pct: Option<u8>, language: Language) -> String {
    let length = length(weeks, language);
    let Some(pace @ 1..100) = pace_pct else { return length };
    let all = length_in_words(weeks * 100.0 / f32::from(pace));
    let all = all.text(language);
    match language {
        Language::Sv => format!("{length}, på {pace} % fart {all}"),
        Language::En => format!("{length}, {all} at a pace of {pace} %"),
    }
}

/// A length at full time: `6 veckor heltid`.
pub fn length(weeks: f32, language: Language) -> String {
    let length = length_in_words(weeks);
    format!("{} {}", length.text(language), language.pick("heltid", "full time"))
}
