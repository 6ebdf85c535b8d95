//! Courses that may close some of a gap, within a worker's limits.

use std::collections::BTreeSet;

use super::{
    Engine,
    offer::{self, Offer, Piece},
    plan::{Start, UNKNOWN_WEEKS},
};
use crate::domain::{CourseForm, CourseIx, Distance, Gap, OccupationIx};

/// Validation certifies what a person can do: it is for those who have this share already.
const VALIDATED_FROM: f32 = 0.5;
/// Share of the missing weight a course closes that is given for the very occupation, belongs to the
/// upper-secondary training for it, or leads to its SSYK group, without saying which skills it
/// teaches.
const FOR_OCCUPATION: f32 = 0.6;
const FOR_BUNDLE: f32 = 0.6;
const FOR_GROUP: f32 = 0.4;
/// Strength of a skill that a course says it teaches or names in its title.
const NAMED_STRENGTH: f32 = 0.8;
/// Weeks from which a course counts as a whole training for an occupation.
const WHOLE_TRAINING: f32 = 20.0;

impl Engine {
    /// Courses within the worker's limits that close some of the gap. What trains for the worker's
    /// `present` SSYK groups, and no other, is no step.
    pub(super) fn offers(
        &self,
        target: OccupationIx,
        gap: &Gap,
        licences: &BTreeSet<String>,
        start: &Start<'_>,
    ) -> Vec<(CourseIx, Offer)> {
        let mut pieces: Vec<(CourseIx, Piece<'_>)> = Vec::new();
        let links = &self.model.course_links;
        for (place, skill) in gap.missing_essential.iter().enumerate() {
            let naming = links.by_skill.row(skill.ix as usize);
            pieces.extend(naming.map(|(course, share)| (course, Piece::Named(place, share))));
        }
        let mut for_all = |course: CourseIx, share: f32| {
            pieces.push((course, Piece::Training(share * self.whole(course))));
        };
        for (course, cosine) in links.by_occupation.row(target as usize) {
            for_all(course, cosine * FOR_OCCUPATION);
        }
        for (course, fits) in links.bundles.row(target as usize) {
            for_all(course, fits * FOR_BUNDLE);
        }
        let groups = &self.dataset.taxonomy.occupation(target).ssyk;
        for course in groups.iter().filter_map(|ssyk| self.catalogue.by_group.get(ssyk)).flatten() {
            // A course that says what it teaches is taken at its word.
            if self.course(*course).teaches.is_empty() {
                for_all(*course, FOR_GROUP);
            }
        }
        for licence in licences {
            let giving = self.catalogue.by_licence.get(licence).into_iter().flatten();
            pieces.extend(giving.map(|course| (*course, Piece::Licence(licence))));
        }
        let mut offers = offer::offers(pieces);
        offers.retain(|(ix, offer)| {
            // One skill mentioned in passing does not make a course a step.
            let named = offer.named.iter().any(|(_, strength)| *strength >= NAMED_STRENGTH);
            (named || offer.training > 0.0 || offer.named.len() > 1 || !offer.licences.is_empty())
                && self.is_step(*ix, gap, start)
        });
        offers
    }

    /// Whether a course leads on, is for people like the worker, and is within their limits.
    fn is_step(&self, ix: CourseIx, gap: &Gap, start: &Start<'_>) -> bool {
        let course = self.course(ix);
        let known = |to: &String| start.present.contains(&to.as_str());
        let leads_to = self.leads_to(ix);
        let step = leads_to.is_empty() || !leads_to.iter().all(known);
        let certifiable = course.form != CourseForm::Validation || gap.covered >= VALIDATED_FROM;
        (step || !course.grants.is_empty()) && certifiable && self.within_limits(ix, start)
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

    fn within_limits(&self, ix: CourseIx, start: &Start<'_>) -> bool {
        let (course, limits) = (self.course(ix), &start.profile.limits);
        let form = limits.forms.is_empty() || limits.forms.iter().any(|f| f == course.form.key());
        let place = self.catalogue.within_reach[ix as usize].is_some();
        let distance = !limits.distance_only || course.distance == Distance::Full;
        let length = match (limits.max_weeks, course.weeks) {
            (Some(most), Some(weeks)) => weeks <= most,
            _ => true,
        };
        let near = limits
            .max_commute_min
            .is_none_or(|most| self.commute(ix, start).is_none_or(|minutes| minutes <= most));
        let full = course.seats == Some(0);
        let understood = match (course.swedish, start.profile.swedish) {
            (Some(taught), Some(known)) => taught <= known,
            _ => true,
        };
        form && place && distance && length && near && !full && understood
    }

    /// Estimated minutes from the worker's municipality to the nearest place of a course.
    pub(super) fn commute(&self, ix: CourseIx, start: &Start<'_>) -> Option<u16> {
        let home = start.home.filter(|_| self.course(ix).distance != Distance::Full)?;
        self.catalogue.towns[ix as usize].iter().map(|town| home.minutes_to(*town)).min()
    }
}
