//! Gap -> courses that close it: few, short, reachable.

use std::collections::BTreeSet;

use super::{
    Engine,
    offer::{Offer, Offered, Open},
    start::Start,
};
use crate::{
    dataset::places::Reach,
    domain::{Course, CourseForm, CourseIx, CoursePlan, Gap, OccupationIx, PlannedCourse, SkillIx},
};

/// Most courses in a plan: advisers discuss steps, not timetables.
pub(super) const MOST_COURSES: usize = 4;
/// Length assumed for ranking where none is known.
pub(super) const UNKNOWN_WEEKS: f32 = 20.0;
/// Weight of a missing licence, as a share of all missing skills.
const LICENCE_SHARE: f32 = 0.5;

impl Engine {
    /// Chooses courses: first greedily, then the cheapest ones that close as much. About 1 ms where hundreds
    /// of courses offer themselves.
    pub(super) fn plan(&self, target: OccupationIx, gap: &Gap, start: &Start<'_>) -> CoursePlan {
        let mut open = Open::of(gap);
        self.add_steps(&mut open.licences, &start.held);
        let offers = self.offers(target, gap, &open, start);
        let mut steps = self.first_choice(open.clone(), &offers, start);
        self.drop_idle_steps(&mut steps, gap, &offers);
        let found = self.cheapest((gap, &open), &offers, &steps, start);
        let missing = open.weight();
        let mut chosen: Vec<(CourseIx, PlannedCourse)> = Vec::new();
        for ix in found.courses {
            let Some(offer) = offer_of(&offers, ix) else { continue };
            chosen.push((ix, self.planned(ix, offer, (gap, &open), start)));
            open.close(offer);
        }
        let skills = || gap.missing_essential.iter().zip(&found.left);
        let closed: f32 = skills().map(|(skill, left)| skill.weight * (1.0 - left)).sum();
        let plan = self.schedule(chosen, if missing > 0.0 { closed / missing } else { 1.0 }, start);
        let stays = skills().filter(|(_, left)| **left > 0.5);
        let licences = gap.licences.iter().map(|licence| &licence.key);
        CoursePlan {
            cost_weeks: found.cost,
            least_cost_weeks: found.least,
            remains: stays.map(|(skill, _)| skill.label.clone()).collect(),
            remaining_licences: licences
                .filter(|key| open.licences.contains(*key))
                .cloned()
                .collect(),
            ..plan
        }
    }

    /// Courses one after the other: the most missing weight closed per week of waiting and studying.
    fn first_choice(&self, mut open: Open, offers: &[Offered], start: &Start<'_>) -> Vec<CourseIx> {
        let mut held: BTreeSet<&str> = start.held.clone();
        let missing = open.weight();
        let mut steps: Vec<CourseIx> = Vec::new();
        let mut passed = vec![false; offers.len()];
        while steps.len() < MOST_COURSES {
            let weight = open.weight();
            let best = offers
                .iter()
                .enumerate()
                .filter(|(at, Offered { ix, .. })| !passed[*at] && self.may_start(*ix, &held))
                .map(|(at, offered)| (at, offered, open.worth(&offered.offer, weight)))
                .filter(|(_, Offered { aim, .. }, (gain, given))| {
                    *given > 0 || *gain >= missing * aim.least[steps.len().min(1)]
                })
                .map(|(at, offered, (gain, given))| {
                    let value = gain + given as f32 * LICENCE_SHARE * missing.max(1.0);
                    // The root keeps a long programme that closes the whole gap ahead of a day that
                    // closes a fifteenth of it.
                    (at, offered, value / offered.effort.sqrt())
                })
                .max_by(|a, b| a.2.total_cmp(&b.2).then(b.0.cmp(&a.0)));
            let Some((at, Offered { ix, offer, aim, .. }, _)) = best else { break };
            let ix = *ix;
            passed[at] = true;
            if steps.iter().any(|known| self.same(*known, ix)) {
                continue;
            }
            steps.push(ix);
            open.close(offer);
            // Who has learnt the work on the way to its licence needs no other training for it.
            open.trained |= !offer.licences.is_empty() && aim.trains;
            held.extend(self.course(ix).grants.iter().map(String::as_str));
        }
        steps
    }

    /// Takes out courses that were steps to a licence which another course gave in the end.
    fn drop_idle_steps(&self, steps: &mut Vec<CourseIx>, gap: &Gap, offers: &[Offered]) {
        let idle = |steps: &[CourseIx]| {
            let needed = |key: &String| {
                let missing = gap.licences.iter().any(|licence| licence.key == *key);
                missing || steps.iter().any(|ix| self.course(*ix).requires.contains(key))
            };
            steps.iter().position(|ix| {
                let gives = offer_of(offers, *ix).map(|offer| &offer.licences);
                gives.is_some_and(|gives| !gives.is_empty() && !gives.iter().any(needed))
            })
        };
        while let Some(at) = idle(steps) {
            steps.remove(at);
        }
    }

    /// Adds the licences that the courses for the missing ones ask for in turn (CE asks for C),
    /// unless one of those courses can be started with what is held.
    fn add_steps(&self, licences: &mut BTreeSet<String>, held: &BTreeSet<&str>) {
        let mut open: Vec<String> = licences.iter().cloned().collect();
        while let Some(licence) = open.pop() {
            let courses = || self.catalogue.by_licence.get(&licence).into_iter().flatten();
            if courses().any(|ix| self.may_start(*ix, held)) {
                continue;
            }
            let shortest = courses().min_by(|a, b| {
                let weeks = |ix: CourseIx| self.course(ix).weeks.unwrap_or(UNKNOWN_WEEKS);
                weeks(**a).total_cmp(&weeks(**b)).then(a.cmp(b))
            });
            for step in shortest.into_iter().flat_map(|ix| &self.course(*ix).requires) {
                if !held.contains(step.as_str()) && licences.insert(step.clone()) {
                    open.push(step.clone());
                }
            }
        }
    }

    /// Whether all licences a course asks for are held.
    pub(super) fn may_start(&self, ix: CourseIx, held: &BTreeSet<&str>) -> bool {
        self.course(ix).requires.iter().all(|key| held.contains(key.as_str()))
    }

    /// SSYK groups a course leads to, by its source or by its words.
    pub(super) fn leads_to(&self, ix: CourseIx) -> &[String] {
        &self.catalogue.leads_to[ix as usize]
    }

    /// Whether two courses are the same one, perhaps by another provider or in another town.
    fn same(&self, known: CourseIx, other: CourseIx) -> bool {
        let kinds = &self.catalogue.kinds;
        kinds[known as usize] == kinds[other as usize]
    }

    pub(super) fn course(&self, ix: CourseIx) -> &Course {
        &self.dataset.courses[ix as usize]
    }

    /// Places of a course within reach, those of the worker's municipality first.
    fn places_for(&self, ix: CourseIx, start: &Start<'_>) -> Vec<String> {
        let municipalities = &self.catalogue.municipalities[ix as usize];
        let near = |(place, of): (_, &Option<(&'static str, Reach)>)| {
            let (municipality, reach) = (*of)?;
            Some((start.municipality != Some(municipality), reach, place))
        };
        let places = self.course(ix).places.iter().zip(municipalities);
        let mut places: Vec<(bool, Reach, &String)> = places.filter_map(near).collect();
        places.sort();
        places.into_iter().map(|(_, _, place)| place.clone()).collect()
    }

    fn planned(
        &self,
        ix: CourseIx,
        offer: &Offer,
        (gap, open): (&Gap, &Open),
        start: &Start<'_>,
    ) -> PlannedCourse {
        let course = self.course(ix);
        let skills = gap.missing_essential.rows();
        let gain =
            |(place, strength): &(usize, f32)| (skills[*place], open.left[*place] * strength);
        let mut closes: Vec<(SkillIx, f32)> =
            offer.named.iter().map(gain).filter(|(_, gain)| *gain > 0.0).collect();
        closes.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let label = |(skill, _): &(SkillIx, f32)| self.skills.labels[*skill as usize].clone();
        PlannedCourse {
            id: course.id.clone(),
            title: course.title.clone(),
            form: course.form.key().to_owned(),
            basis: course.basis.key().to_owned(),
            provider: course.provider.clone(),
            places: self.places_for(ix, start),
            commute_min: self.commute(ix, start),
            weeks: course.weeks,
            pace_pct: course.pace_pct,
            start: course.starts.first().cloned(),
            apply_by: course.apply_by.clone(),
            url: course.url.clone(),
            closes: closes.iter().map(label).collect(),
            grants: offer.licences.intersection(&open.licences).cloned().collect(),
            prerequisites: course.prerequisites.clone(),
            price_kr: course.price_kr,
            seats: course.seats,
            swedish: course.swedish,
            source: course.source.clone(),
            ..PlannedCourse::default()
        }
    }
}

/// What a course offers; `offers` ascend by course.
fn offer_of(offers: &[Offered], ix: CourseIx) -> Option<&Offer> {
    let at = offers.binary_search_by_key(&ix, |offered| offered.ix).ok()?;
    Some(&offers[at].offer)
}

/// Whether a form leads to a higher level than upper-secondary school.
pub(super) fn is_higher(form: CourseForm) -> bool {
    matches!(form, CourseForm::Yh | CourseForm::University)
}
