//! Larger data sets of the same kind: each new row is a row of a base set crossed with another one.
//!
//! An occupation keeps the groups, sector and licences of its source; its labels and texts are mixed
//! with those of a partner, and a third of its skills are the partner's. So does a course with its
//! title, text and skills. Half a word is put before a label of one word, as compounds are made, so that
//! there are ever more different words, as in languages. Skills, groups and rules stay those of the
//! base: what grows is how many occupations share a skill. Fixed seeds: the same rows every time.

use std::mem;

use kompetensnav::{
    dataset::DataSet,
    domain::{Bilingual, Course, Language, Occupation, SkillIx},
    model::SplitMix,
};

/// One skill in so many is exchanged.
const EXCHANGED: usize = 3;

/// The base with this many occupations instead of its own.
pub(super) fn occupations(mut base: DataSet, wanted: usize) -> DataSet {
    let mut draws = SplitMix(wanted as u64);
    let sources = mem::take(&mut base.taxonomy.occupations);
    base.taxonomy.occupations = (0..wanted)
        .map(|n| {
            let [source, partner] = pair(&sources, &mut draws);
            Occupation {
                id: format!("http://data.europa.eu/esco/occupation/growth-{n:08}"),
                ..occupation(source, partner, &mut draws)
            }
        })
        .collect();
    // They are about occupations that are no more.
    base.signals.clear();
    base
}

/// The base with this many courses instead of its own, in ascending order of id.
pub(super) fn courses(mut base: DataSet, wanted: usize) -> DataSet {
    let mut draws = SplitMix(wanted as u64);
    let sources = mem::take(&mut base.courses);
    base.courses = (0..wanted)
        .map(|n| {
            let [source, partner] = pair(&sources, &mut draws);
            Course {
                id: format!("growth:{n:08}"),
                also: Vec::new(),
                title: both(|language| {
                    mixed(source.title.get(language), partner.title.get(language), &mut draws)
                }),
                description: texts(&source.description, &partner.description),
                teaches: exchanged(&source.teaches, &partner.teaches, &mut draws),
                ..source.clone()
            }
        })
        .collect();
    base
}

fn pair<'a, T>(rows: &'a [T], draws: &mut SplitMix) -> [&'a T; 2] {
    [(); 2].map(|()| &rows[draws.below(rows.len())])
}

fn both<T>(mut of: impl FnMut(Language) -> T) -> Bilingual<T> {
    Bilingual { sv: of(Language::Sv), en: of(Language::En) }
}

fn occupation(source: &Occupation, partner: &Occupation, draws: &mut SplitMix) -> Occupation {
    let essential = exchanged(&source.essential, &partner.essential, draws);
    let mut optional = exchanged(&source.optional, &partner.optional, draws);
    optional.retain(|skill| essential.binary_search(skill).is_err());
    let label =
        both(|language| mixed(source.label.get(language), partner.label.get(language), draws));
    let alternatives = both(|language| {
        let others = partner.alternatives.get(language);
        let other = |at: usize| others.get(at % others.len().max(1));
        let own = source.alternatives.get(language).iter().enumerate();
        let label = own.map(|(at, own)| mixed(own, other(at).map_or("", String::as_str), draws));
        label.collect()
    });
    Occupation {
        label,
        alternatives,
        hub_names: Vec::new(),
        known_as: String::new(),
        known_as_wider: false,
        description: texts(&source.description, &partner.description),
        essential,
        optional,
        ..source.clone()
    }
}

/// Skills, ascending, of which some are another's.
fn exchanged(own: &[SkillIx], others: &[SkillIx], draws: &mut SplitMix) -> Vec<SkillIx> {
    let mut skills: Vec<SkillIx> = own.to_vec();
    if !others.is_empty() {
        for skill in &mut skills {
            if draws.below(EXCHANGED) == 0 {
                *skill = others[draws.below(others.len())];
            }
        }
    }
    skills.sort_unstable();
    skills.dedup();
    skills
}

/// A label with a word of another in the place of one of its own, or half of it before its only one.
fn mixed(own: &str, other: &str, draws: &mut SplitMix) -> String {
    let others: Vec<&str> = other.split_whitespace().collect();
    let mut words: Vec<&str> = own.split_whitespace().collect();
    if others.is_empty() || words.is_empty() {
        return own.to_owned();
    }
    let drawn = others[draws.below(others.len())];
    if let [word] = words[..] {
        let half: String = drawn.chars().take(drawn.chars().count().div_ceil(2)).collect();
        return format!("{half}{word}");
    }
    let at = draws.below(words.len());
    words[at] = drawn;
    words.join(" ")
}

/// The first half of one text and the second of another.
fn texts(own: &Bilingual<String>, other: &Bilingual<String>) -> Bilingual<String> {
    both(|language| {
        let (own, other) = (own.get(language), other.get(language));
        let half = |text: &str| text.floor_char_boundary(text.len() / 2);
        format!("{}{}", &own[..half(own)], &other[half(other)..])
    })
}
