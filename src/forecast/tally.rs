//! What a list of people comes to, in counts: the same for people who are drawn and people who are named.

use std::collections::BTreeMap;

use jiff::civil::Date;

use crate::{
    domain::{Bilingual, CourseForm, Move, Pathway, PlannedCourse, Recommendation},
    window::monday_of,
};

/// Missing skills of a path that count; a batch keeps as many.
const SKILLS: usize = 8;
/// Forms of courses that a hub buys; the others are free for who takes part.
const BOUGHT: [CourseForm; 2] = [CourseForm::Short, CourseForm::Validation];

/// Things that are counted by name, numbered in the order they are met.
#[derive(Debug, Default)]
pub(super) struct Names {
    numbers: BTreeMap<String, usize>,
    pub(super) labels: Vec<(String, Bilingual<String>)>,
}

impl Names {
    fn number(&mut self, key: &str, label: &Bilingual<String>) -> usize {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        self.numbers.insert(key.to_owned(), self.labels.len());
        self.labels.push((key.to_owned(), label.clone()));
        self.labels.len() - 1
    }
}

/// The names of all that is counted.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) targets: Names,
    pub(super) courses: Names,
    pub(super) gaps: Names,
}

/// A path as far as it is counted.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Way {
    own: bool,
    target: usize,
    courses: Vec<usize>,
    /// Mondays of the weeks in which a course begins; absent where no day is known.
    begins: Vec<Option<Date>>,
    weeks: f64,
    kronor: f64,
    /// Weeks at full time of bought courses without a known price.
    open_weeks: f64,
    gaps: Vec<usize>,
}

/// The paths of a person, the best first.
pub(super) fn ways(answer: &Recommendation, book: &mut Book) -> Vec<Way> {
    let mut paths: Vec<&Pathway> = answer.own_sector.iter().chain(&answer.change_sector).collect();
    // Of equal scores the own sector stays first, as `Recommendation::best` has it.
    paths.sort_by(|a, b| b.score.total_cmp(&a.score));
    paths.into_iter().map(|path| way(path, book)).collect()
}

fn way(path: &Pathway, book: &mut Book) -> Way {
    let plan = &path.plan;
    let open = |course: &&PlannedCourse| course.price_kr.is_none() && is_bought(course);
    let weeks = |course: &PlannedCourse| f64::from(course.weeks.unwrap_or_default());
    let skills = plan
        .remains
        .iter()
        .take(SKILLS)
        .map(|label| (label.text(crate::domain::Language::Sv), label));
    let mut gaps: Vec<usize> = skills.map(|(key, label)| book.gaps.number(key, label)).collect();
    for key in &plan.remaining_licences {
        let named = path.gap.licences.iter().find(|licence| licence.key == *key);
        let label = named.map_or_else(|| Bilingual::new(key, key), |licence| licence.label.clone());
        gaps.push(book.gaps.number(key, &label));
    }
    let courses = plan.courses.iter();
    Way {
        own: path.kind == Move::OwnSector,
        target: book.targets.number(&path.id, &path.label),
        courses: courses
            .clone()
            .map(|course| book.courses.number(&course.id, &course.title))
            .collect(),
        begins: courses.clone().map(|course| begins(course).map(monday_of)).collect(),
        weeks: courses.clone().map(weeks).sum(),
        kronor: courses.clone().filter_map(|course| course.price_kr).map(f64::from).sum(),
        open_weeks: courses.filter(open).map(weeks).sum(),
        gaps,
    }
}

fn is_bought(course: &PlannedCourse) -> bool {
    BOUGHT.iter().any(|form| form.key() == course.form)
}

/// The first day of a course, as published or as reckoned with.
fn begins(course: &PlannedCourse) -> Option<Date> {
    let published = course.start.as_deref().and_then(|day| day.parse().ok());
    published.or_else(|| course.reckoned.map(|period| period.from))
}

/// What people come to together.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Tally {
    pub(super) people: u32,
    pub(super) own: u32,
    pub(super) change: u32,
    pub(super) none: u32,
    pub(super) with_courses: u32,
    pub(super) weeks: f64,
    pub(super) kronor: f64,
    pub(super) open_weeks: f64,
    pub(super) undated: u32,
    pub(super) targets: BTreeMap<usize, u32>,
    pub(super) courses: BTreeMap<usize, u32>,
    pub(super) begins: BTreeMap<Date, u32>,
    pub(super) gaps: BTreeMap<usize, u32>,
}

impl Tally {
    /// Adds so many people of one way, or of none; `studies` says whether they take its courses.
    pub(super) fn add(&mut self, way: Option<&Way>, people: u32, studies: bool) {
        self.people += people;
        let Some(way) = way else {
            self.none += people;
            return;
        };
        *(if way.own { &mut self.own } else { &mut self.change }) += people;
        *self.targets.entry(way.target).or_default() += people;
        for gap in &way.gaps {
            *self.gaps.entry(*gap).or_default() += people;
        }
        if studies {
            self.study(way, people);
        }
    }

    fn study(&mut self, way: &Way, people: u32) {
        let times = f64::from(people);
        self.weeks += way.weeks * times;
        self.kronor += way.kronor * times;
        self.open_weeks += way.open_weeks * times;
        if !way.courses.is_empty() {
            self.with_courses += people;
        }
        for course in &way.courses {
            *self.courses.entry(*course).or_default() += people;
        }
        for week in &way.begins {
            match week {
                Some(week) => *self.begins.entry(*week).or_default() += people,
                None => self.undated += people,
            }
        }
    }
}
