//! Where a worker's way starts, and what each course costs from there.

use std::{cell::Cell, collections::BTreeSet};

use super::{Engine, candidates::LONGEST_DETOUR, gap::Had, plan::UNKNOWN_WEEKS};
use crate::{
    dataset::places::{self, Reach, Town},
    domain::{
        CourseBasis, CourseForm, CourseIx, Distance, Profile, ResolvedConcept, ResolvedProfile,
        Taxonomy, holding,
    },
    window::{Calendar, day_number},
};

/// Weeks every course costs on top of its length: waiting and applying. Riksrevisionen (report 2015:1)
/// found that waiting and long courses went with longer unemployment.
const WAITING_WEEKS: f32 = 4.0;

/// Where a worker's way starts.
#[derive(Debug)]
pub(super) struct Start<'a> {
    pub(super) profile: &'a Profile,
    pub(super) understood: &'a ResolvedProfile,
    /// The town they live by, where it is known.
    pub(super) home: Option<Town>,
    /// The municipality they live in, where it is known.
    pub(super) municipality: Option<&'static str>,
    /// SSYK groups of the present occupations.
    pub(super) present: Vec<&'a str>,
    /// Skills that count as had.
    pub(super) had: Had,
    /// Licences held.
    pub(super) held: BTreeSet<&'a str>,
    /// The worker's window.
    pub(super) calendar: &'a Calendar,
    /// Whether the window has days of the calendar.
    pub(super) dated: bool,
    /// First days of usual terms, as day numbers, of forms of school that have them.
    pub(super) terms: [(CourseForm, Vec<i32>); 2],
    /// What courses cost the worker, by row: `NaN` until it is asked for, infinite for what is no step.
    /// Targets that are near ask for the same courses.
    efforts: Vec<Cell<f32>>,
}

/// Whether a concept was read from the first title of a profile, which names the latest occupation first.
pub(super) fn is_latest(profile: &Profile, concept: &ResolvedConcept) -> bool {
    let begins = concept.text.split_whitespace().next().unwrap_or_default();
    profile.titles.len() < 2 || profile.titles[0].contains(begins)
}

impl Start<'_> {
    /// Whether an SSYK group is one of the latest occupation.
    pub(super) fn is_of_latest(&self, taxonomy: &Taxonomy, group: &str) -> bool {
        let mut latest = self.understood.occupations.iter().filter(|o| is_latest(self.profile, o));
        latest.any(|o| taxonomy.occupation(o.ix).ssyk.iter().any(|own| own == group))
    }

    /// Whether work of an SSYK group normally takes a degree, and nothing the worker has done says that they have one.
    /// SSYK 2012 places major group 2 at its level 4, and managers, group 1, mostly there too; those of hotels, shops
    /// and services, 17, at level 3.
    pub(super) fn lacks_degree_for(&self, taxonomy: &Taxonomy, group: &str) -> bool {
        let is_high = |group: &String| {
            group.starts_with('2') || group.starts_with('1') && !group.starts_with("17")
        };
        let mut done = self.understood.occupations.iter();
        group.starts_with('2')
            && !done.any(|o| taxonomy.occupation(o.ix).ssyk.first().is_some_and(is_high))
    }
}

impl Engine {
    /// Where a worker's way starts.
    pub(super) fn start<'a>(
        &'a self,
        profile: &'a Profile,
        understood: &'a ResolvedProfile,
        calendar: &'a Calendar,
    ) -> Start<'a> {
        let present = understood.occupations.iter();
        let present = present.flat_map(|o| &self.dataset.taxonomy.occupation(o.ix).ssyk);
        let home = profile.municipality.as_deref().unwrap_or_default();
        let held = self.licences_held(understood);
        Start {
            profile,
            understood,
            home: Town::of(home),
            municipality: places::locate(home).map(|(municipality, _)| municipality),
            present: present.map(String::as_str).collect(),
            had: self.skills_had(understood, &held),
            held,
            calendar,
            dated: profile.as_of.is_some(),
            terms: [(CourseForm::Yh, "term_yh"), (CourseForm::University, "term_university")]
                .map(|(form, key)| (form, self.terms(key, profile))),
            efforts: vec![Cell::new(f32::NAN); self.dataset.courses.len()],
        }
    }

    /// First days of the terms of a rule within the two years from the day of a profile, ascending.
    fn terms(&self, key: &str, profile: &Profile) -> Vec<i32> {
        let Some(today) = profile.as_of else { return Vec::new() };
        let rules = holding(&self.dataset.rules, key, "", Some(today));
        let mut days: Vec<i32> = rules
            .filter_map(|rule| {
                let next = rule.value.next_after(today)?;
                Some([next, rule.value.next_after(next.tomorrow().ok()?)?])
            })
            .flatten()
            .map(day_number)
            .collect();
        days.sort_unstable();
        days
    }

    /// What a course costs the worker in weeks; `None` where it is no step: it leads nowhere else than where
    /// they are, is a short one for licences that they hold, or is not within their limits.
    pub(super) fn step(&self, ix: CourseIx, start: &Start<'_>) -> Option<f32> {
        let kept = &start.efforts[ix as usize];
        if kept.get().is_nan() {
            let effort =
                if self.is_step(ix, start) { self.effort(ix, start) } else { f32::INFINITY };
            kept.set(effort);
        }
        Some(kept.get()).filter(|effort| effort.is_finite())
    }

    /// Whether a course leads on and is within the worker's limits.
    fn is_step(&self, ix: CourseIx, start: &Start<'_>) -> bool {
        let known = |to: &String| start.present.contains(&to.as_str());
        let leads_to = self.leads_to(ix);
        let leads_on = leads_to.is_empty() || !leads_to.iter().all(known);
        let course = self.course(ix);
        // A short course that gives a licence is there for it; a long one teaches the work as well, but not to those who
        // do that work and cannot do it without the licence.
        let long = course.weeks.is_some_and(|weeks| weeks > LONGEST_DETOUR);
        let gives = course.grants.iter().any(|key| !start.held.contains(key.as_str()));
        let told = |key: &String| start.understood.licences.contains(key);
        let by_work = !course.grants.iter().all(told) && leads_to.iter().any(known);
        let teaches = course.grants.is_empty() || long && !by_work;
        let step = gives || leads_on && teaches;
        step && self.within_limits(ix, start)
    }

    /// What a course costs a worker: weeks of waiting and studying, more where it is far away, may not be
    /// given, or does not fit.
    fn effort(&self, ix: CourseIx, start: &Start<'_>) -> f32 {
        let course = self.course(ix);
        let fit = self.fit(ix, start, None);
        let waiting = start.calendar.weeks_until(&fit).unwrap_or(WAITING_WEEKS);
        let weeks = course.weeks.unwrap_or(UNKNOWN_WEEKS) + waiting;
        let near = match self.catalogue.within_reach[ix as usize] {
            Some(Reach::Region) => 1.0,
            _ => 0.8_f32,
        };
        let firm = match course.basis {
            CourseBasis::Offer | CourseBasis::Typical => 1.0,
            CourseBasis::Granted => 0.95,
            CourseBasis::Syllabus => 0.7,
        };
        let fits = if fit.fits == Some(false) { 0.6 } else { 1.0 };
        weeks / (near * firm * fits).powi(2)
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
