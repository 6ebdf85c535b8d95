//! Which courses serve which skill and which occupation, read from titles and texts.
//!
//! A course that says what it teaches (`Course::teaches`) is believed. For the others a skill counts
//! as taught when the course's title or text holds the words of the skill's Swedish label.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
};

use rayon::prelude::*;

use super::{
    Aim, BundleReader, Compounds, CourseText, GroupReader, LabelIndex,
    compound::stem,
    lexical::words,
    sparse::{SparseRows, index},
};
use crate::{
    dataset::DataSet,
    domain::{Course, CourseBasis, CourseForm, Occupation, Taxonomy},
};

/// Share of a label's idf that must be found in a course.
const COVERAGE: f32 = 0.8;
/// Strength of a skill found in the title, and of one found in the text only.
const IN_TITLE: f32 = 0.8;
const IN_TEXT: f32 = 0.5;
/// Courses kept per skill and per occupation.
const KEPT: usize = 12;
/// Cosine from which a course title may name an occupation; one from which it does where its group
/// is most likely the occupation's.
const NAMES_OCCUPATION: f32 = 0.7;
const RESEMBLES: f32 = 0.4;
/// Probability of the occupation's group from which a title that resembles it names it, from which
/// one that is near does, and from which one does where title and label are the same sort of thing
/// besides ("truckförare" and "gaffeltruckförare").
const GROUP_LIKELY: f32 = 0.5;
const GROUP_AGREES: f32 = 0.3;
const GROUP_POSSIBLE: f32 = 0.05;
/// Least probability of a group that is kept with a course.
const GROUP_KEPT: f32 = 0.05;
/// Courses of a bundle; how well they must fit, how near their title must be to the occupation's, and
/// that with twice what its skills and group say of them beside its best course: else one word in common
/// would do ("personlig försäljning" for a "personlig assistent"). Of the 35 courses that the last one left out
/// of those of the official files, 12 were right, as one person judged them.
const BUNDLE: usize = 10;
const BUNDLE_FITS: f32 = 0.6;
const BUNDLE_NAMED: f32 = 0.3;
const BUNDLE_SEEN: f32 = 0.62;

/// Courses by what they lead to, each with a strength from 0 to 1.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CourseLinks {
    /// One row a skill.
    pub by_skill: SparseRows,
    /// One row an occupation: courses whose title names it.
    pub by_occupation: SparseRows,
    /// One row an occupation: the upper-secondary courses that make up the training for it.
    pub bundles: SparseRows,
    /// One row a course: probability of the SSYK groups it leads to, as positions in the market. The
    /// groups that the source gives have probability 1; courses of a syllabus lead to no group.
    pub groups: SparseRows,
}

impl CourseLinks {
    /// Reads all courses. O(words of all courses + postings of all skill labels); about three
    /// seconds for 4,200 courses.
    pub(super) fn read(dataset: &DataSet, titles: &LabelIndex, compounds: &Arc<Compounds>) -> Self {
        let (taxonomy, courses) = (&dataset.taxonomy, &dataset.courses);
        let reader = GroupReader::of(taxonomy, &dataset.market, Arc::clone(compounds));
        let read = courses.par_iter().map(|course| read_course(course, dataset, titles, &reader));
        let (groups, named): (Vec<_>, Vec<_>) = read.unzip();
        Self {
            by_skill: by_skill(taxonomy, courses),
            by_occupation: by_occupation(taxonomy.occupations.len(), named),
            bundles: bundles(dataset, Arc::clone(compounds)),
            groups: SparseRows::from_rows(groups),
        }
    }
}

/// What is read of a course: its groups, as positions in the market with probabilities, and the
/// occupations its title names, with cosines.
type CourseRead = (Vec<(u32, f32)>, Vec<(u32, f32)>);

/// Reads one course. A course of a syllabus is no training for an occupation by itself.
fn read_course(
    course: &Course,
    dataset: &DataSet,
    titles: &LabelIndex,
    reader: &GroupReader,
) -> CourseRead {
    let market = &dataset.market;
    let place = |ssyk: &String| market.position(ssyk).map(|at| (index(at), 1.0));
    let given: Vec<(u32, f32)> = course.leads_to.iter().filter_map(place).collect();
    if course.basis == CourseBasis::Syllabus {
        return (given, Vec::new());
    }
    let best = titles.best_by_concept(&titles.cosines(&course.title.sv));
    let groups = if course.leads_to.is_empty() {
        let text = CourseText {
            title: &course.title.sv,
            text: &course.description.sv,
            university: course.form == CourseForm::University,
        };
        let read = (0..).zip(reader.read(&text, &best));
        read.filter(|(_, probability)| *probability >= GROUP_KEPT).collect()
    } else {
        given
    };
    let likely = groups.iter().map(|&(at, p)| (market.groups[at as usize].ssyk.as_str(), p));
    let likely: BTreeMap<&str, f32> = likely.collect();
    // Job titles without an occupation are numbered after the occupations.
    let occupations = best.iter().zip(&dataset.taxonomy.occupations).zip(0..);
    let near = occupations.filter(|((best, _), _)| best.cosine >= RESEMBLES);
    let named = near.filter(|((best, occupation), _)| {
        let ssyk = occupation.ssyk.iter().filter_map(|ssyk| likely.get(ssyk.as_str()));
        let agrees = ssyk.copied().fold(0.0, f32::max);
        let place = best.label.map_or(0, |label| titles.place(label));
        let label = occupation_label(occupation, place);
        if best.cosine < NAMES_OCCUPATION {
            // A course that says what it teaches is taken at its word.
            return agrees >= GROUP_LIKELY && course.teaches.is_empty();
        }
        agrees >= GROUP_AGREES
            || (agrees >= GROUP_POSSIBLE || likely.is_empty())
                && same_sort(reader.compounds(), &course.title.sv, label)
    });
    let named =
        strongest(named.map(|((best, _), row)| (row, best.cosine.min(1.0))).collect(), KEPT);
    (groups, named)
}

/// The courses of national syllabuses for every occupation of SSYK's major groups 3 to 9 (managers
/// and academic professions are not trained at upper-secondary level).
fn bundles(dataset: &DataSet, compounds: Arc<Compounds>) -> SparseRows {
    let taxonomy = &dataset.taxonomy;
    let reader = BundleReader::of(&dataset.courses, compounds);
    let rows: Vec<Vec<(u32, f32)>> = taxonomy
        .occupations
        .par_iter()
        .map(|occupation| {
            let ssyk = occupation.ssyk.first().map_or("", String::as_str);
            if ssyk.is_empty() || ssyk.starts_with(['0', '1', '2']) {
                return Vec::new();
            }
            let group = dataset.market.group(ssyk);
            let aim = Aim { name: &occupation.label.sv, occupation: Some(occupation), group };
            let fits = reader.read(&aim, taxonomy).into_iter().filter(|fit| {
                let seen = fit.named + 2.0 * fit.unnamed >= BUNDLE_SEEN;
                fit.all >= BUNDLE_FITS && fit.named >= BUNDLE_NAMED && seen
            });
            strongest(fits.map(|fit| (fit.course, fit.all)).collect(), BUNDLE)
        })
        .collect();
    SparseRows::from_rows(rows)
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
            strongest(found, KEPT)
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

/// Courses by the occupation they name, given the occupations of every course.
fn by_occupation(occupations: usize, named: Vec<Vec<(u32, f32)>>) -> SparseRows {
    let mut rows = vec![Vec::new(); occupations];
    for (named, course) in named.into_iter().zip(0..) {
        for (occupation, cosine) in named {
            rows[occupation as usize].push((course, cosine));
        }
    }
    SparseRows::from_rows(rows.into_iter().map(|row| strongest(row, KEPT)))
}

/// The preferred label of an occupation at place 0, then its alternatives.
fn occupation_label(occupation: &Occupation, place: usize) -> &str {
    let all = std::iter::once(&occupation.label.sv).chain(&occupation.alternatives.sv);
    all.filter(|label| !label.is_empty()).nth(place).map_or("", String::as_str)
}

/// Whether a title holds the word that says what sort of thing a label is: the last part of the last
/// word before a comma or bracket ("säljare" of "specialiserad butikssäljare, sportartiklar").
fn same_sort(compounds: &Compounds, title: &str, label: &str) -> bool {
    let main = label.split([',', '(', '/']).next().unwrap_or(label);
    let heads = words(main);
    let Some(head) = heads.last().map(|word| stem(compounds.last(word)).to_owned()) else {
        return false;
    };
    words(title).iter().any(|word| stem(compounds.last(word)) == head)
}

fn strongest(mut found: Vec<(u32, f32)>, kept: usize) -> Vec<(u32, f32)> {
    found.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut seen = BTreeSet::new();
    found.retain(|(course, _)| seen.insert(*course));
    found.truncate(kept);
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, Skill};

    #[test]
    fn a_title_names_the_same_sort_of_work() {
        let compounds = Compounds::learn(["lastbil", "förare", "montör", "truck", "last"]);
        let same = |title, label| same_sort(&compounds, title, label);
        assert!(same("Utbildning till truckförare", "lastbilsförare, fjärr"));
        assert!(!same("Lastbilsmonterad kran", "lastbilsmontör"));
        assert!(!same("Lastbilsmonterad kran", ""));
    }

    #[test]
    fn one_word_in_common_makes_no_bundle() {
        let course = |title: &str, text: &str| Course {
            title: Bilingual::new(title, ""),
            description: Bilingual::new(text, ""),
            form: CourseForm::Komvux,
            basis: CourseBasis::Syllabus,
            ..Course::default()
        };
        let skill = |label: &str| Skill { label: Bilingual::new(label, ""), ..Skill::default() };
        let occupation = |label: &str, ssyk: &str, essential: &[u32]| Occupation {
            label: Bilingual::new(label, ""),
            ssyk: vec![ssyk.into()],
            essential: essential.to_vec(),
            ..Occupation::default()
        };
        let taxonomy = Taxonomy {
            skills: vec![skill("stödja brukare"), skill("sköta hygien"), skill("klippa hår")],
            occupations: vec![
                occupation("Personlig assistent", "5343", &[0, 1]),
                occupation("Frisör", "5141", &[2]),
            ],
            ..Taxonomy::default()
        };
        let courses = vec![
            course("Personlig försäljning 1", "Stödja kunder som brukare."),
            course("Vård och omsorg 1", "Stödja brukare och sköta hygien."),
            course("Frisör 1", "Klippa hår."),
        ];
        let compounds = Compounds::of(&taxonomy).into();
        let dataset = DataSet { taxonomy, courses, ..DataSet::default() };
        let bundles = bundles(&dataset, compounds);
        let of = |row: usize| bundles.row(row).map(|(course, _)| course).collect::<Vec<_>>();
        assert_eq!([of(0), of(1)], [vec![], vec![2]]);
    }

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
