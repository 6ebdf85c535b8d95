//! The parts of a score in words.

use crate::domain::{Language, ScorePart};

/// Parts of a score that add less than this, up or down, are not named.
const NAMED_PART: f32 = 0.5;

/// What adds to a score and what takes from it.
pub fn parts(parts: &[ScorePart], language: Language) -> String {
    let named = parts.iter().filter(|part| part.contribution.abs() >= NAMED_PART).map(|part| {
        let sign = if part.contribution < 0.0 { "−" } else { "" };
        format!("{} {sign}{:.0}", feature(&part.name, language), part.contribution.abs())
    });
    named.collect::<Vec<_>>().join(", ")
}

/// A feature of the ranker in the reader's language.
pub fn feature(name: &str, language: Language) -> &str {
    match name {
        "skill_groups" => language.pick("kompetensgrupper", "skill groups"),
        "work_content" => language.pick("arbetsinnehåll", "work content"),
        "description" => language.pick("beskrivning", "description"),
        "title" => language.pick("benämning", "title"),
        "isco_group" => language.pick("yrkesgrupp", "occupation group"),
        "group_skills" => language.pick("gruppens kompetenser", "skills of the group"),
        "level" => language.pick("nivå", "level"),
        "labour_market" => language.pick("arbetsmarknad", "labour market"),
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_parts_have_no_name() {
        let part = |name: &'static str, contribution: f32| ScorePart {
            name: name.into(),
            value: contribution,
            weight: 1.0,
            contribution,
        };
        let all = [part("description", 12.3), part("title", 0.4), part("level", -6.0)];
        assert_eq!(parts(&all, Language::Sv), "beskrivning 12, nivå −6");
        assert_eq!(parts(&all, Language::En), "description 12, level −6");
    }
}
