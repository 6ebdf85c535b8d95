//! Whether a single move is viable: what closes the door, if anything.

use super::{
    Engine,
    admit::{Barred, Forbidden},
};
use crate::{
    domain::{
        Bilingual, CoursePlan, Gap, Language, OccupationIx, Profile, ResolvedProfile,
        length_in_words,
    },
    window::Calendar,
};

/// Share of feasible moves from which a single move is viable.
pub const VIABLE: f32 = 0.25;
/// Longest training of a viable move, full-time weeks: as long as *omställningsstudiestöd* lasts.
const LONGEST: f32 = 44.0;
/// Least share of the target's essential skills that must be there or be taught.
const LEAST_COVER: f32 = 0.35;

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
        let mut closed_by = Vec::new();
        closed_by.extend(self.forbidden(target, barred).map(Forbidden::said));
        if feasible < VIABLE {
            closed_by.push(both(
                format!(
                    "för långt från det som kan i dag ({:.0} % av sådana byten)",
                    100.0 * feasible
                ),
                format!(
                    "too far from what is there today ({:.0} % of such moves)",
                    100.0 * feasible
                ),
            ));
        }
        for licence in &gap.licences {
            if !plan.courses.iter().any(|course| course.grants.contains(&licence.key)) {
                let (sv, en) =
                    (licence.label.marked(Language::Sv), licence.label.marked(Language::En));
                closed_by.push(both(
                    format!("kräver {sv}, som ingen kurs inom gränserna ger"),
                    format!("requires {en}, which no course within the limits gives"),
                ));
            }
        }
        closed_by.extend(too_little(&gap, &plan));
        if let Some(weeks) = plan.total_weeks.filter(|weeks| *weeks > LONGEST) {
            let (time, most) = (length_in_words(weeks), length_in_words(LONGEST));
            closed_by.push(both(
                format!("utbildningen tar {}, mer än {}", time.sv, most.sv),
                format!("the training takes {}, more than {}", time.en, most.en),
            ));
        }
        if plan.fits_window == Some(false) {
            let late = plan.courses.iter().find(|course| course.fits_window == Some(false));
            let said = late.map(|course| course.timing.clone()).unwrap_or_default();
            closed_by.push(both(
                format!("ryms inte i tiden som är kvar: {}", said.sv),
                format!("does not fit in the time that is left: {}", said.en),
            ));
        }
        Trial { feasible, gap, plan, closed_by }
    }
}

/// Said where neither the worker nor the courses have enough of the target's skills.
fn too_little(gap: &Gap, plan: &CoursePlan) -> Option<Bilingual<String>> {
    let covered = gap.covered + (1.0 - gap.covered) * plan.covered;
    let lacking = gap.essential_total > 0 && covered < LEAST_COVER;
    lacking.then(|| {
        let share = 100.0 * covered;
        both(
            format!("med kurserna finns bara {share:.0} % av det nödvändiga"),
            format!("with the courses only {share:.0} % of what is essential is there"),
        )
    })
}

fn both(sv: String, en: String) -> Bilingual<String> {
    Bilingual::new(sv, en)
}
