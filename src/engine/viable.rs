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
/// Training of so many full-time weeks that gives all licences an occupation asks for is its education, whatever
/// skills its record names (assumed): a card takes days, a driver's or a nurse's training does not.
const EDUCATION: f32 = 5.0;
/// The licence that takes weeks and is nobody's education.
const CAR: &str = "B";

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
    let far = (feasible < VIABLE).then_some(Closing::Far(feasible));
    let licences = gap.licences.iter().filter(|licence| !plan.gives(&licence.key));
    let covered = gap.covered + (1.0 - gap.covered) * plan.covered;
    let for_licence = |course: &&PlannedCourse| {
        gap.licences.iter().any(|licence| course.grants.contains(&licence.key))
    };
    let weeks = plan.courses.iter().filter(for_licence).filter_map(|course| course.weeks);
    let qualifies = gap.licences.iter().all(|licence| plan.gives(&licence.key))
        && gap.licences.iter().any(|licence| licence.key != CAR)
        && weeks.sum::<f32>() >= EDUCATION;
    let little = (gap.essential_total > 0 && covered < LEAST_COVER && !qualifies)
        .then_some(Closing::Little(covered));
    let long = plan.total_weeks.filter(|weeks| *weeks > LONGEST).map(Closing::Long);
    // They follow each other: the last one says by how much.
    let late = plan.courses.iter().rfind(|course| course.fits_window == Some(false));
    let late = (plan.fits_window == Some(false)).then_some(Closing::Late(late));
    let licences = licences.map(Closing::Licence);
    far.into_iter().chain(licences).chain(little).chain(long).chain(late)
}

impl Closing<'_> {
    fn said(self) -> Bilingual<String> {
        match self {
            Self::Far(feasible) => {
                let (share, least) = (percent(feasible), percent(VIABLE));
                both(
                    format!(
                        "för långt från det som personen gör i dag: {share} % av sådana byten är rimliga, minst {least} % krävs här"
                    ),
                    format!(
                        "too far from what the person does today: {share} % of such moves are feasible, at least {least} % are asked for here"
                    ),
                )
            }
            Self::Licence(licence) => {
                let (sv, en) =
                    (licence.label.marked(Language::Sv), licence.label.marked(Language::En));
                both(
                    format!("kräver {sv}, som ingen kurs i planen ger"),
                    format!("requires {en}, which no course of the plan gives"),
                )
            }
            Self::Little(covered) => {
                let (share, least) = (percent(covered), percent(LEAST_COVER));
                both(
                    format!(
                        "med kurserna finns {share} % av det nödvändiga, minst {least} % krävs här"
                    ),
                    format!(
                        "with the courses {share} % of what is essential is there, at least {least} % are asked for here"
                    ),
                )
            }
            Self::Long(weeks) => {
                let (time, most) = (length_in_words(weeks), length_in_words(LONGEST));
                both(
                    format!(
                        "utbildningen tar {}, mer än de {} som omställningsstudiestöd räcker till",
                        time.sv, most.sv
                    ),
                    format!(
                        "the training takes {}, more than the {} for which omställningsstudiestöd lasts",
                        time.en, most.en
                    ),
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

/// Whole percent; what is below a limit never reads as the limit.
fn percent(share: f32) -> f32 {
    (100.0 * share + 1e-3).floor()
}

fn both(sv: String, en: String) -> Bilingual<String> {
    Bilingual::new(sv, en)
}
