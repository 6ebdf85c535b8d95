//! What courses offer and what of a gap is still open.

use std::collections::{BTreeSet, HashMap};

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
    /// Skills that whoever holds a licence has learnt: what the shortest course that gives it says it teaches.
    pub(super) taught_with: HashMap<String, Vec<SkillIx>>,
    /// Groups of each course: the source's, else those likely from its title and text.
    pub(super) leads_to: Vec<Vec<String>>,
    pub(super) within_reach: Vec<Option<Reach>>,
    /// Municipality of each of a course's places and how near it is; `None` for places far away or unknown.
    pub(super) municipalities: Vec<Vec<Option<(&'static str, Reach)>>>,
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
        let located =
            |course: &Course| course.places.iter().map(|place| places::locate(place)).collect();
        let municipalities: Vec<Vec<Option<(&'static str, Reach)>>> =
            dataset.courses.iter().map(located).collect();
        let near = dataset.courses.iter().zip(&municipalities);
        let within_reach = near.map(|(course, places)| reach(course, places)).collect();
        let towns = |course: &Course| course.places.iter().filter_map(|at| Town::of(at)).collect();
        let towns = dataset.courses.iter().map(towns).collect();
        let dates = dataset.courses.iter().map(CourseDates::of).collect();
        let kinds = kinds(&dataset.courses);
        let taught_with = taught_with(dataset, &by_licence);
        Self {
            by_group,
            by_licence,
            taught_with,
            leads_to,
            within_reach,
            municipalities,
            towns,
            kinds,
            dates,
        }
    }
}

/// What the shortest course of each licence teaches.
fn taught_with(
    dataset: &DataSet,
    by_licence: &HashMap<String, Vec<CourseIx>>,
) -> HashMap<String, Vec<SkillIx>> {
    let taught = |(key, courses): (&String, &Vec<CourseIx>)| {
        let courses = courses.iter().map(|ix| &dataset.courses[*ix as usize]);
        let length = |course: &&Course| course.weeks.unwrap_or(f32::INFINITY);
        let shortest = courses.min_by(|a, b| length(a).total_cmp(&length(b)))?;
        Some((key.clone(), shortest.teaches.clone()))
    };
    by_licence.iter().filter_map(taught).collect()
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

/// How near a course is given, by where its places lie; `None` where it is too far away.
fn reach(course: &Course, places: &[Option<(&str, Reach)>]) -> Option<Reach> {
    if course.places.is_empty() || matches!(course.distance, Distance::Full) {
        return Some(Reach::Region);
    }
    places.iter().flatten().map(|(_, reach)| *reach).min()
}

/// What a course would close of a gap.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Offer {
    /// Missing essential skills the course itself teaches or names: place in the gap and strength, by
    /// place.
    pub(super) named: Vec<(usize, f32)>,
    /// Share of every missing skill that follows from what the course trains for.
    pub(super) training: f32,
    pub(super) licences: BTreeSet<String>,
}

impl Offer {
    /// Writes the share of each missing skill that it names into a row that has none.
    pub(super) fn name_in(&self, row: &mut [f32]) {
        for (place, strength) in &self.named {
            row[*place] = *strength;
        }
    }
}

/// A course with what it offers and what it costs.
#[derive(Debug)]
pub(super) struct Offered {
    pub(super) ix: CourseIx,
    pub(super) offer: Offer,
    pub(super) aim: Aim,
    /// Weight that it would close where nothing is chosen yet.
    pub(super) gain: f32,
    /// Weeks of waiting and studying.
    pub(super) effort: f32,
}

/// How a course bears on an occupation, whoever asks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Aim {
    /// Whether it leads to one of the occupation's SSYK groups.
    pub(super) trains: bool,
    /// Share of the missing weight that it must close to be worth its place in a plan: as the first course
    /// and as a later one.
    pub(super) least: [f32; 2],
}

/// One thing that a course offers towards an occupation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Piece {
    /// It names the essential skill at a place, heaviest first.
    Named(u16, f32),
    /// It trains for the occupation and so closes a share of every skill.
    Training(f32),
}

/// What courses offer towards an occupation, whoever asks, ascending by course.
#[derive(Debug, Default)]
pub(super) struct Offerings {
    courses: Vec<Offering>,
    /// Essential skills that courses name, by place among those of the occupation, course after course.
    named: Vec<(u16, f32)>,
}

#[derive(Debug)]
pub(super) struct Offering {
    pub(super) ix: CourseIx,
    pub(super) aim: Aim,
    /// Share of every missing skill that it closes.
    pub(super) training: f32,
    /// Weight that the skills it names close beside that, where all of them are missing.
    most: f32,
    /// Where its skills end; they begin where those before end.
    end: usize,
}

impl Offering {
    /// Weight that it closes at most of a gap in which `weight` is missing: what
    /// [`Open::gain`] adds up is some of this, in the same order, and so never more by rounding either.
    pub(super) fn most(&self, weight: f32) -> f32 {
        self.training * weight + self.most
    }
}

impl Offerings {
    /// Puts pieces together, course by course; named skills come in the order of their places, which have
    /// `weights`.
    pub(super) fn of(
        mut pieces: Vec<(CourseIx, Piece)>,
        weights: &[f32],
        aim: impl Fn(CourseIx) -> Aim,
    ) -> Self {
        pieces.sort_by_key(|(ix, _)| *ix);
        let mut offerings = Self::default();
        for course in pieces.chunk_by(|a, b| a.0 == b.0) {
            let mut training: f32 = 0.0;
            for (_, piece) in course {
                match *piece {
                    Piece::Named(place, strength) => offerings.named.push((place, strength)),
                    Piece::Training(share) => training = training.max(share),
                }
            }
            let (ix, end) = (course[0].0, offerings.named.len());
            let begin = offerings.courses.last().map_or(0, |last| last.end);
            let beside = |(place, strength): &(u16, f32)| {
                weights[usize::from(*place)] * (strength.max(training) - training)
            };
            let most = offerings.named[begin..].iter().map(beside).sum();
            offerings.courses.push(Offering { ix, aim: aim(ix), training, most, end });
        }
        offerings.courses.shrink_to_fit();
        offerings.named.shrink_to_fit();
        offerings
    }

    /// Each course with the skills it names.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Offering, &[(u16, f32)])> {
        let mut begin = 0;
        self.courses.iter().map(move |offering| {
            let named = &self.named[begin..offering.end];
            begin = offering.end;
            (offering, named)
        })
    }
}

/// What is still missing while courses are chosen.
#[derive(Debug, Clone)]
pub(super) struct Open {
    /// Weight not yet closed of each missing essential skill, in the order of the gap.
    pub(super) left: Vec<f32>,
    pub(super) licences: BTreeSet<String>,
    /// Whether a chosen course is the training for the occupation.
    pub(super) trained: bool,
}

impl Open {
    pub(super) fn of(gap: &Gap) -> Self {
        Self {
            left: gap.missing_essential.iter().map(|skill| skill.weight).collect(),
            licences: gap.licences.iter().map(|licence| licence.key.clone()).collect(),
            trained: false,
        }
    }

    /// Weight not yet closed.
    pub(super) fn weight(&self) -> f32 {
        self.left.iter().sum()
    }

    /// Weight and number of licences that an offer would close, where `weight` is open.
    pub(super) fn worth(&self, offer: &Offer, weight: f32) -> (f32, usize) {
        let given = offer.licences.iter().filter(|key| self.licences.contains(*key)).count();
        (self.gain(offer.training, offer.named.iter().copied(), weight), given)
    }

    /// Weight that a course would close by what it trains for and the missing skills it names, where
    /// `weight` is open. Who is trained needs no second training.
    pub(super) fn gain(
        &self,
        training: f32,
        named: impl Iterator<Item = (usize, f32)>,
        weight: f32,
    ) -> f32 {
        let training = if self.trained { 0.0 } else { training };
        let named: f32 = named
            .map(|(place, strength)| self.left[place] * (strength.max(training) - training))
            .sum();
        training * weight + named
    }

    pub(super) fn close(&mut self, offer: &Offer) {
        let training = if self.trained { 0.0 } else { offer.training };
        let mut named = vec![0.0_f32; self.left.len()];
        offer.name_in(&mut named);
        for (weight, strength) in self.left.iter_mut().zip(named) {
            *weight *= 1.0 - strength.max(training);
        }
        self.trained |= offer.training >= TRAINING;
        self.licences.retain(|key| !offer.licences.contains(key));
    }
}
