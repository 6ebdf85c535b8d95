//! Which courses serve which skill and which occupation, read from titles and texts.
//!
//! A course that says what it teaches (`Course::teaches`) is believed. For the others a skill counts
//! as taught when the course's title or text holds the words of the skill's Swedish label.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use rayon::prelude::*;

use super::{
    LabelIndex,
    compound::stem,
    lexical::words,
    sparse::{SparseRows, index},
};
use crate::domain::{Course, Taxonomy};

/// Share of a label's idf that must be found in a course.
const COVERAGE: f32 = 0.8;
/// Strength of a skill found in the title, and of one found in the text only.
const IN_TITLE: f32 = 0.8;
const IN_TEXT: f32 = 0.5;
/// Courses kept per skill and per occupation.
const KEPT: usize = 12;
/// Cosine from which a course title is taken to name an occupation.
const NAMES_OCCUPATION: f32 = 0.7;
/// Courses by what they lead to, each with a strength from 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CourseLinks {
    /// One row a skill.
    pub by_skill: SparseRows,
    /// One row an occupation: courses whose title names it.
    pub by_occupation: SparseRows,
}

impl CourseLinks {
    /// Reads all courses. O(words of all courses + postings of all skill labels).
    pub(super) fn read(taxonomy: &Taxonomy, courses: &[Course], titles: &LabelIndex) -> Self {
        Self {
            by_skill: by_skill(taxonomy, courses),
            by_occupation: by_occupation(taxonomy, courses, titles),
        }
    }
}

fn stems(text: &str) -> BTreeSet<String> {
    words(text).iter().filter(|word| word.len() > 2).map(|word| stem(word).to_owned()).collect()
}

fn by_skill(taxonomy: &Taxonomy, courses: &[Course]) -> SparseRows {
    let mut postings: HashMap<String, Vec<(u32, f32)>> = HashMap::new();
    for (course, ix) in courses.iter().zip(0..) {
        let title = stems(&format!("{} {}", course.title.sv, course.subject));
        let text = stems(&course.description.sv);
        for stem in text.difference(&title) {
            postings.entry(stem.clone()).or_default().push((ix, IN_TEXT));
        }
        for stem in title {
            postings.entry(stem).or_default().push((ix, IN_TITLE));
        }
    }
    let mut told: BTreeMap<u32, Vec<(u32, f32)>> = BTreeMap::new();
    for (course, ix) in courses.iter().zip(0..) {
        for skill in &course.teaches {
            told.entry(*skill).or_default().push((ix, 1.0));
        }
    }
    let rows: Vec<Vec<(u32, f32)>> = taxonomy
        .skills
        .par_iter()
        .enumerate()
        .map(|(skill, row)| {
            let mut found = told.get(&index(skill)).cloned().unwrap_or_default();
            found.extend(mentions(&row.label.sv, &postings, courses.len()));
            strongest(found)
        })
        .collect();
    SparseRows::from_rows(rows)
}

/// Courses that hold nearly all words of a label, by idf; the weakest word decides the strength.
fn mentions(
    label: &str,
    postings: &HashMap<String, Vec<(u32, f32)>>,
    courses: usize,
) -> Vec<(u32, f32)> {
    let mut found: BTreeMap<u32, (f32, f32)> = BTreeMap::new();
    let mut total = 0.0;
    for stem in stems(label) {
        let list = postings.get(&stem).map_or(&[][..], Vec::as_slice);
        let idf = ((courses as f32 + 1.0) / (list.len() as f32 + 1.0)).ln();
        total += idf;
        for &(course, strength) in list {
            let entry = found.entry(course).or_insert((0.0, 1.0));
            entry.0 += idf;
            entry.1 = entry.1.min(strength);
        }
    }
    // A label of everyday words alone ("arbeta i grupp") says nothing about a course.
    let telling = (courses as f32 / 50.0).max(2.0).ln();
    found
        .into_iter()
        .filter(|(_, (sum, _))| *sum >= COVERAGE * total && *sum >= telling)
        .map(|(course, (_, strength))| (course, strength))
        .collect()
}

fn by_occupation(taxonomy: &Taxonomy, courses: &[Course], titles: &LabelIndex) -> SparseRows {
    let named: Vec<Vec<(u32, f32)>> = courses
        .par_iter()
        .map(|course| {
            let best = titles.best_by_concept(&titles.cosines(&course.title.sv));
            // Job titles without an occupation are numbered after the occupations.
            let occupations = best.iter().take(taxonomy.occupations.len());
            let named = occupations.zip(0..).map(|(best, occupation)| (occupation, best.cosine));
            strongest(named.filter(|(_, cosine)| *cosine >= NAMES_OCCUPATION).collect())
        })
        .collect();
    let mut rows = vec![Vec::new(); taxonomy.occupations.len()];
    for (occupations, course) in named.into_iter().zip(0..) {
        for (occupation, cosine) in occupations {
            rows[occupation as usize].push((course, cosine.min(1.0)));
        }
    }
    SparseRows::from_rows(rows.into_iter().map(strongest))
}

fn strongest(mut found: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut seen = BTreeSet::new();
    found.retain(|(course, _)| seen.insert(*course));
    found.truncate(KEPT);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, Skill};

    #[test]
    fn a_course_teaches_what_its_words_say() {
        let course = |id: &str, title: &str, text: &str| Course {
            id: id.into(),
            title: Bilingual::new(title, ""),
            description: Bilingual::new(text, ""),
            ..Course::default()
        };
        let courses = [
            course("a", "Svetsning grund", "Du lär dig svetsa med MIG och läsa ritningar."),
            course("b", "Truckförarutbildning", "Kör truck säkert."),
            course("c", "Engelska 5", "Muntlig och skriftlig engelska."),
        ];
        let skill = |label: &str| Skill { label: Bilingual::new(label, ""), ..Skill::default() };
        let taxonomy = Taxonomy {
            skills: vec![skill("läsa ritningar"), skill("svetsningar"), skill("väva mattor")],
            ..Taxonomy::default()
        };
        let links = by_skill(&taxonomy, &courses);
        assert_eq!(links.row(0).collect::<Vec<_>>(), [(0, IN_TEXT)]);
        assert_eq!(links.row(1).collect::<Vec<_>>(), [(0, IN_TITLE)]);
        assert_eq!(links.row(2).count(), 0);
    }
}
