//! Courses that may close enough of a gap to be planned, within a worker's limits.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    Engine,
    offer::{Aim, Offer, Offered, Offering, Offerings, Open, Piece},
    plan::UNKNOWN_WEEKS,
    start::Start,
};
use crate::domain::{CourseForm, CourseIx, Gap, LicenceKind, OccupationIx, SkillIx};

/// A course must close at least this share of the missing weight, or give a licence.
const LEAST_SHARE: f32 = 0.07;
/// A course after the first must close at least this share.
const LEAST_SHARE_MORE: f32 = 0.12;
/// What trains for another occupation must close this share, and take no more weeks than those.
const LEAST_SHARE_DETOUR: f32 = 0.2;
pub(super) const LONGEST_DETOUR: f32 = 10.0;
/// Validation certifies what a person can do: it is for those who have this share already.
const VALIDATED_FROM: f32 = 0.5;
/// Share of the missing weight a course closes that is given for the very occupation, belongs to the
/// upper-secondary training for it, or leads to its SSYK group, without saying which skills it
/// teaches.
const FOR_OCCUPATION: f32 = 0.6;
const FOR_BUNDLE: f32 = 0.6;
const FOR_GROUP: f32 = 0.4;
/// How well a course must fit an occupation's training where it teaches none of its skills, so that it rests on words
/// alone: of such upper-secondary courses more than half belong to the outcome (development half of `gy11_outcomes`:
/// 0.54 from 0.7, 0.84 from 0.8, and 0.46 below).
const FITS_UNNAMED: f32 = 0.7;
/// The same of a whole training that gives the protected titles which the occupation asks for, and names so many of its
/// skills: who may do the work has learnt it. One that names fewer is the ground for it, as for a specialist's work.
const FOR_TITLE: f32 = 0.9;
const LEAST_NAMED: usize = 3;
/// Strength of a skill that a course says it teaches or names in its title.
const NAMED_STRENGTH: f32 = 0.8;
/// Weeks from which a course counts as a whole training for an occupation.
const WHOLE_TRAINING: f32 = 20.0;

impl Engine {
    /// Courses within the worker's limits that close enough of the gap to be worth a place in a plan, or give a
    /// licence that is open, ascending. What trains for the worker's present SSYK groups, and no other, is no step.
    pub(super) fn offers(
        &self,
        target: OccupationIx,
        gap: &Gap,
        open: &Open,
        start: &Start<'_>,
    ) -> Vec<Offered> {
        let mut giving: BTreeMap<CourseIx, BTreeSet<String>> = BTreeMap::new();
        for licence in &open.licences {
            for course in self.catalogue.by_licence.get(licence).into_iter().flatten() {
                giving.entry(*course).or_default().insert(licence.clone());
            }
        }
        // Else an offer could close more than `Offering::most` says.
        debug_assert!(!open.trained, "nothing is chosen yet");
        let places = self.places_in(gap, target);
        let weight = open.weight();
        // No course needs less: later ones need more, and what is chosen before leaves less to close.
        let least = weight * LEAST_SHARE;
        let mut offers = Vec::new();
        for (offering, named) in self.offerings(target).iter() {
            let Offering { ix, aim, training, .. } = *offering;
            let licences = giving.remove(&ix).unwrap_or_default();
            // Most courses name a skill or two; what they close need not be added up to leave them.
            if licences.is_empty() && offering.most(weight) < least {
                continue;
            }
            let missing = || {
                let place = |(place, strength): &(u16, f32)| {
                    Some((places[usize::from(*place)]?, *strength))
                };
                named.iter().filter_map(place)
            };
            // One skill mentioned in passing does not make a course a step.
            let mut skills = missing().map(|(_, strength)| strength);
            let closes = training > 0.0
                || !licences.is_empty()
                || skills
                    .next()
                    .is_some_and(|first| first >= NAMED_STRENGTH || skills.next().is_some());
            if !closes {
                continue;
            }
            let gain = open.gain(training, missing(), weight);
            let worth = gain >= least || !licences.is_empty();
            let step = || self.step_for(ix, (gap, aim.trains), start);
            if let Some(effort) = worth.then(step).flatten() {
                let mut skills = Vec::with_capacity(named.len());
                skills.extend(missing());
                let offer = Offer { named: skills, training, licences };
                offers.push(Offered { ix, offer, aim, gain, effort });
            }
        }
        for (ix, licences) in giving {
            let aim = self.aim(ix, target);
            if let Some(effort) = self.step_for(ix, (gap, aim.trains), start) {
                let offer = Offer { licences, ..Offer::default() };
                offers.push(Offered { ix, offer, aim, gain: 0.0, effort });
            }
        }
        offers.sort_by_key(|offered| offered.ix);
        offers
    }

    /// What a course costs the worker; `None` where it is no step for people like them. Whoever is validated must have
    /// most of what the target asks for, and be validated for that and no other work.
    fn step_for(
        &self,
        ix: CourseIx,
        (gap, trains): (&Gap, bool),
        start: &Start<'_>,
    ) -> Option<f32> {
        let validates = self.course(ix).form == CourseForm::Validation;
        let is_for_it = trains || self.leads_to(ix).is_empty();
        let may = !validates || is_for_it && gap.covered >= VALIDATED_FROM;
        self.step(ix, start).filter(|_| may)
    }

    /// Where each essential skill of the target stands among the missing ones, heaviest first as the gap
    /// has them.
    fn places_in(&self, gap: &Gap, target: OccupationIx) -> Vec<Option<usize>> {
        let mut missing = gap.missing_essential.rows().iter().enumerate().peekable();
        let essential = self.skills.essential[target as usize].iter();
        let place =
            |skill: &SkillIx| missing.next_if(|(_, other)| *other == skill).map(|(place, _)| place);
        essential.map(place).collect()
    }

    /// What courses offer towards an occupation, put together once.
    fn offerings(&self, target: OccupationIx) -> &Offerings {
        self.offerings[target as usize].get_or_init(|| {
            let mut pieces: Vec<(CourseIx, Piece)> = Vec::new();
            let links = &self.model.course_links;
            for (place, skill) in (0..).zip(&self.skills.essential[target as usize]) {
                let naming = links.by_skill.row(*skill as usize);
                pieces.extend(naming.map(|(course, share)| (course, Piece::Named(place, share))));
            }
            let naming: BTreeSet<CourseIx> = pieces.iter().map(|(course, _)| *course).collect();
            let mut for_all = |course: CourseIx, share: f32| {
                pieces.push((course, Piece::Training(share * self.whole(course))));
            };
            for (course, cosine) in links.by_occupation.row(target as usize) {
                for_all(course, cosine * FOR_OCCUPATION);
            }
            for (course, fits) in links.bundles.row(target as usize) {
                if fits >= FITS_UNNAMED || naming.contains(&course) {
                    for_all(course, fits * FOR_BUNDLE);
                }
            }
            let for_group = self.for_group(target, &pieces);
            pieces.extend(for_group);
            let weight = |skill: &SkillIx| self.model.idf[*skill as usize];
            let weights = self.skills.essential[target as usize].iter().map(weight);
            let weights: Vec<f32> = weights.collect();
            Offerings::of(pieces, &weights, |ix| self.aim(ix, target))
        })
    }

    /// What courses that lead to the SSYK groups of an occupation close of it beside the skills they name, which are
    /// among the `known` pieces.
    fn for_group(
        &self,
        target: OccupationIx,
        known: &[(CourseIx, Piece)],
    ) -> Vec<(CourseIx, Piece)> {
        let occupation = self.dataset.taxonomy.occupation(target);
        let is_title = |key: &&String| {
            let licence = self.dataset.taxonomy.licence(key);
            licence.is_some_and(|licence| licence.kind == LicenceKind::ProtectedTitle)
        };
        let titles: Vec<&String> = occupation.licences.iter().filter(is_title).collect();
        let named = |ix: CourseIx| {
            let is_named = |(other, piece): &&(CourseIx, Piece)| {
                *other == ix && matches!(piece, Piece::Named(..))
            };
            known.iter().filter(is_named).count()
        };
        let share = |ix: CourseIx| {
            let course = self.course(ix);
            let whole = course.weeks.is_some_and(|weeks| weeks >= WHOLE_TRAINING);
            let titled = !titles.is_empty() && titles.iter().all(|key| course.grants.contains(key));
            if whole && titled && named(ix) >= LEAST_NAMED {
                return Some(FOR_TITLE);
            }
            // A course that says what it teaches is taken at its word.
            course.teaches.is_empty().then(|| FOR_GROUP * self.whole(ix))
        };
        let courses = occupation.ssyk.iter().filter_map(|ssyk| self.catalogue.by_group.get(ssyk));
        courses.flatten().filter_map(|ix| Some((*ix, Piece::Training(share(*ix)?)))).collect()
    }

    /// Courses that a plan towards an occupation could begin with for somebody who has nothing of it, ascending:
    /// they close enough of what it asks for, or give a licence that it, or the course for that, asks for.
    pub fn courses_towards(&self, target: OccupationIx) -> Vec<CourseIx> {
        let essential = &self.skills.essential[target as usize];
        let weight: f32 = essential.iter().map(|skill| self.model.idf[*skill as usize]).sum();
        let close = self.offerings(target).iter().filter(|(offering, _)| {
            weight > 0.0 && offering.most(weight) >= weight * offering.aim.least[0]
        });
        let mut towards: BTreeSet<CourseIx> = close.map(|(offering, _)| offering.ix).collect();
        let mut licences: Vec<&String> =
            self.dataset.taxonomy.occupation(target).licences.iter().collect();
        while let Some(key) = licences.pop() {
            for course in self.catalogue.by_licence.get(key).into_iter().flatten() {
                if towards.insert(*course) {
                    licences.extend(&self.course(*course).requires);
                }
            }
        }
        towards.into_iter().collect()
    }

    /// How a course bears on an occupation.
    fn aim(&self, ix: CourseIx, target: OccupationIx) -> Aim {
        let groups = &self.dataset.taxonomy.occupation(target).ssyk;
        let leads_to = self.leads_to(ix);
        let trains = leads_to.iter().any(|to| groups.contains(to));
        let least = |share: f32| {
            if trains || leads_to.is_empty() {
                return share;
            }
            let short = self.course(ix).weeks.is_some_and(|weeks| weeks <= LONGEST_DETOUR);
            if short { share.max(LEAST_SHARE_DETOUR) } else { f32::INFINITY }
        };
        Aim { trains, least: [LEAST_SHARE, LEAST_SHARE_MORE].map(least) }
    }

    /// How much of a whole training a course is by its length; nothing where it only leads to a
    /// licence.
    fn whole(&self, ix: CourseIx) -> f32 {
        let course = self.course(ix);
        if course.grants.is_empty() {
            (course.weeks.unwrap_or(UNKNOWN_WEEKS) / WHOLE_TRAINING).min(1.0)
        } else {
            0.0
        }
    }
}
