//! Occupation -> the upper-secondary courses that make up the training for it.
//!
//! Komvux gives single courses of national syllabuses. Which of them belong together for an
//! occupation is read from the occupation's name, its skills and what is said of its SSYK group.

use std::sync::Arc;

use super::{
    LabelIndex,
    compound::Compounds,
    terms::{Cut, TermIndex, add_scaled},
};
use crate::domain::{
    Course, CourseBasis, CourseForm, CourseIx, Market, Occupation, OccupationGroup, SkillIx,
    Taxonomy,
};

/// Weights of the ways to compare, each scaled to a maximum of 1: the name with whole syllabuses and
/// with titles; skills and group with whole syllabuses. Round numbers, chosen on 62 outcomes.
const NAME_STEMS: f32 = 1.0;
const NAME_TITLE: f32 = 1.0;
const NAME_GRAMS: f32 = 0.5;
const ESSENTIAL: f32 = 1.0;
const OPTIONAL: f32 = 0.5;
const GROUP_SKILLS: f32 = 0.3;
const GROUP_TEXT: f32 = 0.3;
const ALL: f32 =
    NAME_STEMS + NAME_TITLE + NAME_GRAMS + ESSENTIAL + OPTIONAL + GROUP_SKILLS + GROUP_TEXT;
/// Cosine from which a name is taken to be that of an occupation: below, the occupation's skills
/// would be those of another one.
const SAME_OCCUPATION: f32 = 0.6;
const TEXT_GRAMS: Cut<'static> = Cut::Grams { min: 3, max: 5 };
const TITLE_GRAMS: Cut<'static> = Cut::Grams { min: 2, max: 4 };

/// Ranks the courses of national syllabuses for an occupation. Built from a data set; immutable.
#[derive(Debug)]
pub struct BundleReader {
    compounds: Arc<Compounds>,
    courses: Vec<CourseIx>,
    stems: TermIndex,
    grams: TermIndex,
    titles: TermIndex,
}

/// How well a course fits an occupation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Fit {
    /// The course.
    pub course: CourseIx,
    /// From 0 to 1, by all that is known.
    pub all: f32,
    /// The part of it that the occupation's name has no say in.
    pub unnamed: f32,
    /// Cosine of the name with the course's title and subject: what tells whether any course fits, for the
    /// best one always has a high score.
    pub named: f32,
}

/// What is known of an occupation; each part may be missing.
#[derive(Debug, Clone, Copy, Default)]
pub struct Aim<'a> {
    /// Its Swedish name.
    pub name: &'a str,
    /// The occupation itself.
    pub occupation: Option<&'a Occupation>,
    /// Its SSYK group.
    pub group: Option<&'a OccupationGroup>,
}

impl BundleReader {
    /// Reads all syllabuses; `compounds` are those of the taxonomy. About 0.3 s for Gy11.
    pub fn of(courses: &[Course], compounds: Arc<Compounds>) -> Self {
        let syllabuses = || {
            courses.iter().zip(0..).filter(|(course, _)| {
                course.form == CourseForm::Komvux && course.basis == CourseBasis::Syllabus
            })
        };
        let title = |course: &Course| format!("{} {}", course.title.sv, course.subject);
        let titles: Vec<String> = syllabuses().map(|(course, _)| title(course)).collect();
        let texts: Vec<String> = syllabuses()
            .map(|(course, _)| format!("{} {}", title(course), course.description.sv))
            .collect();
        Self {
            courses: syllabuses().map(|(_, ix)| ix).collect(),
            stems: TermIndex::build(Cut::Stems(&compounds), &texts),
            grams: TermIndex::build(TEXT_GRAMS, &texts),
            titles: TermIndex::build(TITLE_GRAMS, &titles),
            compounds,
        }
    }

    /// The occupation and the group that a name stands for, where a label is near enough.
    pub fn aim<'a>(
        name: &'a str,
        titles: &LabelIndex,
        taxonomy: &'a Taxonomy,
        market: &'a Market,
    ) -> Aim<'a> {
        let best = titles.best_by_concept(&titles.cosines(name));
        let nearest = |count: usize| {
            let concepts = best.iter().map(|label| label.cosine).zip(0..).take(count);
            concepts.max_by(|a: &(f32, usize), b| a.0.total_cmp(&b.0).then(b.1.cmp(&a.1)))
        };
        let occupations = &taxonomy.occupations;
        let occupation =
            nearest(occupations.len()).filter(|(cosine, _)| *cosine >= SAME_OCCUPATION);
        let group = nearest(best.len()).and_then(|(_, concept)| {
            let known = occupations.get(concept).map(|occupation| &occupation.ssyk);
            let title = || Some(&taxonomy.job_titles.get(concept - occupations.len())?.ssyk);
            market.group(known.or_else(title)?.first()?)
        });
        Aim { name, occupation: occupation.and_then(|(_, at)| occupations.get(at)), group }
    }

    /// How well each course fits, in the order of their rows. About a millisecond.
    pub fn read(&self, aim: &Aim<'_>, taxonomy: &Taxonomy) -> Vec<Fit> {
        let cut = Cut::Stems(&self.compounds);
        let mut scores = vec![0.0; self.courses.len()];
        let mut unnamed = scores.clone();
        let named = self.titles.cosines(TITLE_GRAMS, aim.name);
        add_scaled(&mut scores, &self.stems.cosines(cut, aim.name), NAME_STEMS);
        add_scaled(&mut scores, &named, NAME_TITLE);
        add_scaled(&mut scores, &self.grams.cosines(TEXT_GRAMS, aim.name), NAME_GRAMS);
        let mut add = |cosines: Vec<f32>, weight: f32| {
            add_scaled(&mut scores, &cosines, weight);
            add_scaled(&mut unnamed, &cosines, weight);
        };
        let by_skills = |skills: &[SkillIx]| {
            let labels = skills.iter().map(|skill| taxonomy.skill(*skill).label.sv.as_str());
            self.stems.cosines(cut, &labels.collect::<Vec<_>>().join(" "))
        };
        if let Some(occupation) = aim.occupation {
            add(by_skills(&occupation.essential), ESSENTIAL);
            add(by_skills(&occupation.optional), OPTIONAL);
        }
        if let Some(group) = aim.group {
            add(by_skills(&group.skills), GROUP_SKILLS);
            let text = format!("{} {}", group.label.sv, group.definition.sv);
            add(self.stems.cosines(cut, &text), GROUP_TEXT);
        }
        let rows = self.courses.iter().zip(scores).zip(unnamed.into_iter().zip(named));
        rows.map(|((course, all), (unnamed, named))| Fit {
            course: *course,
            all: all / ALL,
            unnamed: unnamed / ALL,
            named,
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, Skill};

    #[test]
    fn name_and_skills_find_the_courses_of_an_occupation() {
        let course = |title: &str, text: &str, basis: CourseBasis| Course {
            title: Bilingual::new(title, ""),
            description: Bilingual::new(text, ""),
            form: CourseForm::Komvux,
            basis,
            ..Course::default()
        };
        let courses = [
            course("Svets grund", "Fogning av metall", CourseBasis::Syllabus),
            course("Svetsare", "Erbjudande", CourseBasis::Offer),
            course("Matlagning 1", "Laga mat", CourseBasis::Syllabus),
            course("Ritteknik", "Läsa ritning", CourseBasis::Syllabus),
        ];
        let taxonomy = Taxonomy {
            skills: vec![Skill {
                label: Bilingual::new("läsa ritningar", ""), ..Skill::default()
            }],
            ..Taxonomy::default()
        };
        let occupation = Occupation { essential: vec![0], ..Occupation::default() };
        let reader = BundleReader::of(&courses, Compounds::of(&taxonomy).into());
        let aim = Aim { name: "svetsare", occupation: Some(&occupation), group: None };
        let read = reader.read(&aim, &taxonomy);
        assert_eq!(read.iter().map(|fit| fit.course).collect::<Vec<_>>(), [0, 2, 3]);
        assert!(read[0].all > read[2].all && read[2].all > read[1].all, "{read:?}");
        assert!(read.iter().all(|fit| (0.0..=1.0).contains(&fit.all)));
    }
}
