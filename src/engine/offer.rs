//! What courses offer and what of a gap is still open.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::{
    dataset::{
        DataSet,
        places::{self, Reach, Town},
    },
    domain::{Course, CourseForm, CourseIx, Distance, Gap, SkillIx},
    model::{CourseLinks, lexical::words},
    window::day_number,
};

/// Probability from which a course is taken to lead to an SSYK group its source does not name.
const LEADS_TO: f32 = 0.5;
/// Share of every missing skill from which a course counts as the training for an occupation: one is
/// enough.
pub(super) const TRAINING: f32 = 0.25;

/// Courses by the SSYK group they lead to and the licence they give.
#[derive(Debug)]
pub(super) struct Catalogue {
    pub(super) by_group: HashMap<String, Vec<CourseIx>>,
    pub(super) by_licence: HashMap<String, Vec<CourseIx>>,
    /// Groups of each course: the source's, else those likely from its title and text.
    pub(super) leads_to: Vec<Vec<String>>,
    pub(super) within_reach: Vec<Option<Reach>>,
    /// Towns that each course is given in.
    pub(super) towns: Vec<Vec<Town>>,
    /// Number of each course's kind: the same course at other places has the same.
    pub(super) kinds: Vec<u32>,
    /// Days of each course.
    pub(super) dates: Vec<CourseDates>,
}

/// Published days of a course, as [`day_number`]s.
#[derive(Debug)]
pub(super) struct CourseDates {
    /// First days, ascending.
    pub(super) starts: Vec<i32>,
    pub(super) apply_by: Option<i32>,
}

impl CourseDates {
    fn of(course: &Course) -> Self {
        let number = |day: &String| day.parse().ok().map(day_number);
        let mut starts: Vec<i32> = course.starts.iter().filter_map(number).collect();
        starts.sort_unstable();
        Self { starts, apply_by: course.apply_by.as_ref().and_then(number) }
    }
}

impl Catalogue {
    pub(super) fn of(dataset: &DataSet, links: &CourseLinks) -> Self {
        let mut by_group: HashMap<String, Vec<CourseIx>> = HashMap::new();
        let mut leads_to = Vec::with_capacity(dataset.courses.len());
        let mut by_licence: HashMap<String, Vec<CourseIx>> = HashMap::new();
        for (course, ix) in dataset.courses.iter().zip(0..) {
            for group in &course.leads_to {
                by_group.entry(group.clone()).or_default().push(ix);
            }
            let mut groups = course.leads_to.clone();
            if groups.is_empty() {
                let likely = links.groups.row(ix as usize).filter(|(_, p)| *p >= LEADS_TO);
                let known = |(group, _)| dataset.market.groups.get(group as usize);
                groups.extend(likely.filter_map(known).map(|group| group.ssyk.clone()));
            }
            leads_to.push(groups);
            for licence in &course.grants {
                by_licence.entry(licence.clone()).or_default().push(ix);
            }
        }
        let within_reach = dataset.courses.iter().map(reach).collect();
        let towns = |course: &Course| course.places.iter().filter_map(|at| Town::of(at)).collect();
        let towns = dataset.courses.iter().map(towns).collect();
        let dates = dataset.courses.iter().map(CourseDates::of).collect();
        let kinds = kinds(&dataset.courses);
        Self { by_group, by_licence, leads_to, within_reach, towns, kinds, dates }
    }
}

/// Numbers the kinds of courses: form of school and title without the places it is given in.
fn kinds(courses: &[Course]) -> Vec<u32> {
    let mut known: HashMap<(CourseForm, Vec<String>), u32> = HashMap::new();
    let mut kind = |(course, next): (&Course, u32)| {
        *known.entry((course.form, without_places(course))).or_insert(next)
    };
    courses.iter().zip(0..).map(&mut kind).collect()
}

/// The words of a course's title that are no place it is given in.
fn without_places(course: &Course) -> Vec<String> {
    let places: BTreeSet<String> = course.places.iter().flat_map(|place| words(place)).collect();
    let mut title = words(&course.title.sv);
    title.retain(|word| !places.contains(word));
    title
}

/// How near a course is given; `None` where it is too far away.
fn reach(course: &Course) -> Option<Reach> {
    if course.places.is_empty() || matches!(course.distance, Distance::Full) {
        return Some(Reach::Region);
    }
    course.places.iter().filter_map(|place| places::locate(place)).map(|(_, reach)| reach).min()
}

/// What a course would close of a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Offer {
    /// Missing essential skills the course itself teaches or names -> strength.
    pub(super) named: BTreeMap<SkillIx, f32>,
    /// Share of every missing skill that follows from what the course trains for.
    pub(super) training: f32,
    pub(super) licences: BTreeSet<String>,
}

impl Offer {
    /// Share of a missing skill that it closes. Who is `trained` needs no second training.
    pub(super) fn strength(&self, skill: SkillIx, trained: bool) -> f32 {
        let named = self.named.get(&skill).copied().unwrap_or_default();
        if trained { named } else { named.max(self.training) }
    }
}

/// What is still missing while courses are chosen.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Missing essential skill -> weight not yet closed.
    pub(super) skills: BTreeMap<SkillIx, f32>,
    pub(super) licences: BTreeSet<String>,
    /// Whether a chosen course is the training for the occupation.
    pub(super) trained: bool,
}

impl Open {
    pub(super) fn of(gap: &Gap) -> Self {
        Self {
            skills: gap.missing_essential.iter().map(|skill| (skill.ix, skill.weight)).collect(),
            licences: gap.licences.iter().map(|licence| licence.key.clone()).collect(),
            trained: false,
        }
    }

    /// Weight and number of licences that an offer would close.
    pub(super) fn worth(&self, offer: &Offer) -> (f32, usize) {
        let closed = if self.trained || offer.training <= 0.0 {
            let named = offer.named.iter();
            named.filter_map(|(ix, strength)| Some(self.skills.get(ix)? * strength)).sum()
        } else {
            self.skills.iter().map(|(ix, weight)| weight * offer.strength(*ix, false)).sum()
        };
        (closed, offer.licences.intersection(&self.licences).count())
    }

    pub(super) fn close(&mut self, offer: &Offer) {
        for (skill, weight) in &mut self.skills {
            *weight *= 1.0 - offer.strength(*skill, self.trained);
        }
        self.trained |= offer.training >= TRAINING;
        self.licences.retain(|key| !offer.licences.contains(key));
    }
}
