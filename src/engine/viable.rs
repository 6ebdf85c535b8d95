//! Whether a single move is viable: what closes the door, if anything, and what speaks for one that is open.

use super::{
    Engine,
    admit::{Barred, Forbidden},
    barometer,
    start::Start,
};
use crate::{
    domain::{
        Bilingual, CoursePlan, Demand, Gap, Label, Language, LicenceGap, OccupationIx,
        PlannedCourse, Profile, ResolvedProfile, length_in_words,
    },
    window::Calendar,
};

/// Share of feasible moves from which a single move is viable.
pub const VIABLE: f32 = 0.25;
/// Longest training of a viable move, full-time weeks: as long as *omställningsstudiestöd* lasts.
const LONGEST: f32 = 44.0;
/// Least share of the target's essential skills that must be there or be taught.
const LEAST_COVER: f32 = 0.35;

/// Least share of the present mean wage that a desirable move pays. So too Nesta, Mapping career causeways
/// (2020), of yearly earnings.
const LEAST_PAY: f64 = 0.75;

/// What closes the door of a move, whatever the limits.
#[derive(Debug, Clone, Copy)]
enum Closing<'a> {
    /// Too few such moves are feasible: the share that is.
    Far(f32),
    /// No course of the plan gives this licence.
    Licence(&'a LicenceGap),
    /// Share of the essential skills that is there with the courses.
    Little(f32),
    /// Full-time weeks of training.
    Long(f32),
    /// Some course does not fit the window.
    Late(Option<&'a PlannedCourse>),
}

/// All that closes a move of this share of feasible ones; nothing where it is viable.
fn closings<'a>(
    feasible: f32,
    gap: &'a Gap,
    plan: &'a CoursePlan,
) -> impl Iterator<Item = Closing<'a>> {
    let given = |key: &String| plan.courses.iter().any(|course| course.grants.contains(key));
    let far = (feasible < VIABLE).then_some(Closing::Far(feasible));
    let licences = gap.licences.iter().filter(move |licence| !given(&licence.key));
    let covered = gap.covered + (1.0 - gap.covered) * plan.covered;
    let little =
        (gap.essential_total > 0 && covered < LEAST_COVER).then_some(Closing::Little(covered));
    let long = plan.total_weeks.filter(|weeks| *weeks > LONGEST).map(Closing::Long);
    let late = plan.courses.iter().find(|course| course.fits_window == Some(false));
    let late = (plan.fits_window == Some(false)).then_some(Closing::Late(late));
    let licences = licences.map(Closing::Licence);
    far.into_iter().chain(licences).chain(little).chain(long).chain(late)
}

impl Closing<'_> {
    fn said(self) -> Bilingual<String> {
        match self {
            Self::Far(feasible) => {
                let share = 100.0 * feasible;
                both(
                    format!("för långt från det som kan i dag ({share:.0} % av sådana byten)"),
                    format!("too far from what is there today ({share:.0} % of such moves)"),
                )
            }
            Self::Licence(licence) => {
                let (sv, en) =
                    (licence.label.marked(Language::Sv), licence.label.marked(Language::En));
                both(
                    format!("kräver {sv}, som ingen kurs inom gränserna ger"),
                    format!("requires {en}, which no course within the limits gives"),
                )
            }
            Self::Little(covered) => {
                let share = 100.0 * covered;
                both(
                    format!("med kurserna finns bara {share:.0} % av det nödvändiga"),
                    format!("with the courses only {share:.0} % of what is essential is there"),
                )
            }
            Self::Long(weeks) => {
                let (time, most) = (length_in_words(weeks), length_in_words(LONGEST));
                both(
                    format!("utbildningen tar {}, mer än {}", time.sv, most.sv),
                    format!("the training takes {}, more than {}", time.en, most.en),
                )
            }
            Self::Late(course) => {
                let said = course.map(|course| course.timing.clone()).unwrap_or_default();
                both(
                    format!("ryms inte i tiden som är kvar: {}", said.sv),
                    format!("does not fit in the time that is left: {}", said.en),
                )
            }
        }
    }
}

/// What a worker's moves must keep to.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds<'a> {
    pub(super) profile: &'a Profile,
    pub(super) barred: &'a Barred,
    pub(super) calendar: &'a Calendar,
}

/// A move with what closes its door.
#[derive(Debug)]
pub(super) struct Trial {
    pub(super) feasible: f32,
    pub(super) gap: Gap,
    pub(super) plan: CoursePlan,
    /// Why it is not viable; empty where it is.
    pub(super) closed_by: Vec<Bilingual<String>>,
}

impl Engine {
    /// Tries the move to a target with this score.
    pub(super) fn trial(
        &self,
        Bounds { profile, barred, calendar }: Bounds<'_>,
        understood: &ResolvedProfile,
        (target, score): (OccupationIx, f32),
    ) -> Trial {
        let start = self.start(profile, understood, calendar);
        let gap = self.gap(target, &start);
        let plan = self.plan(target, &gap, &start);
        let feasible = self.model.feasible(score);
        let forbidden = self.forbidden(target, barred).map(Forbidden::said);
        let closed_by = closings(feasible, &gap, &plan).map(Closing::said);
        let closed_by = forbidden.into_iter().chain(closed_by).collect();
        Trial { feasible, gap, plan, closed_by }
    }

    /// What a move is, as a word or three; none where something closes it.
    pub(super) fn labels(
        &self,
        target: OccupationIx,
        feasible: f32,
        (gap, plan, demand): (&Gap, &CoursePlan, &Demand),
        start: &Start<'_>,
    ) -> Vec<Label> {
        if closings(feasible, gap, plan).next().is_some() {
            return Vec::new();
        }
        let there = self.judged(target);
        let present = start.understood.occupations.first().map(|present| self.judged(present.ix));
        let pays = demand.wage.zip(demand.wage_change).is_some_and(|(wage, change)| {
            let (there, here) = (f64::from(wage.mean), (i64::from(wage.mean) - change) as f64);
            there >= LEAST_PAY * here
        });
        let desirable = (pays && !there.is_limited()).then_some(Label::Desirable);
        let judged = there.rank().zip(present.and_then(barometer::Judged::rank));
        let safer = judged.is_some_and(|(there, here)| there > here).then_some(Label::Safer);
        [Label::Viable].into_iter().chain(desirable).chain(safer).collect()
    }
}

fn both(sv: String, en: String) -> Bilingual<String> {
    Bilingual::new(sv, en)
}
