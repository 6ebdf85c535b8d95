//! The smallest changes of a profile that open an occupation which is closed today.

use rayon::prelude::*;

use super::{
    Engine,
    admit::Barred,
    field::Field,
    viable::{Bounds, Trial},
};
use crate::{
    domain::{
        Bilingual, Counterfactuals, Door, Edit, GapSkill, MatchStatus, OccupationIx, Opening,
        Profile, ResolvedConcept, ResolvedProfile, Situation,
    },
    window::{self, Calendar},
};

/// Closed occupations that are looked at where none is asked about.
const DOORS: usize = 8;
/// Occupations among which they are looked for, best first.
const AMONG: usize = 40;
/// Missing skills that are tried one by one, the weightiest first.
const SKILLS: usize = 4;
/// Hours a week that are tried.
const HOURS: [f32; 2] = [20.0, 40.0];
/// Minutes of a way to a course that are tried.
const COMMUTES: [u16; 3] = [45, 60, 90];
/// Most days that an end is moved: what an agreement about a later last day, or an earlier start of a course,
/// may come to (assumed).
const MOST_DAYS: i32 = 120;

/// A worker as changed by some edits.
struct Changed {
    profile: Profile,
    barred: Barred,
    understood: ResolvedProfile,
    /// Every occupation's score.
    scores: Vec<f32>,
}

impl Engine {
    /// What would open the occupations that the profile asks about, or where it names none, the best
    /// of those that are closed. All sets of one change are tried, and of two where no single one is
    /// enough: a set opens the door and no part of it does. Some 60 ms of one core for all of ESCO, shared
    /// by all cores.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn counterfactuals(&self, profile: &Profile) -> Counterfactuals {
        let understood = self.resolve(profile);
        let barred = self.barred(&profile.limits);
        let today = self.changed(profile.clone(), barred, understood);
        let mut asked: Vec<OccupationIx> = today.understood.wanted.iter().map(|w| w.ix).collect();
        if asked.is_empty() {
            asked = self.near(&today);
        }
        let mut closed = Vec::new();
        for target in asked {
            let trial = self.try_target(&today, target);
            if let Some(trial) = trial.filter(|trial| !trial.closed_by.is_empty()) {
                closed.push((target, trial));
            }
            if closed.len() == DOORS {
                break;
            }
        }
        let door = |(target, trial)| self.door(&today, target, trial);
        let doors: Vec<Door> = closed.into_par_iter().map(door).collect();
        let match_status = MatchStatus::of(!today.scores.is_empty(), !doors.is_empty());
        Counterfactuals { match_status, understood: today.understood, doors, meta: self.meta() }
    }

    /// The best occupations that are not the worker's own, one a group.
    fn near(&self, today: &Changed) -> Vec<OccupationIx> {
        let mut others = vec![true; today.scores.len()];
        for own in &today.understood.occupations {
            others.get_mut(own.ix as usize).into_iter().for_each(|other| *other = false);
        }
        let mut near = Field::of(today.scores.clone(), &others);
        let best = near.best(AMONG);
        let among: Vec<bool> =
            (0..).take(today.scores.len()).map(|ix| best.contains(&ix)).collect();
        near.open(&among);
        let targets = self.best(&near, &today.understood, AMONG);
        targets.into_iter().map(|target| target.ix).collect()
    }

    fn changed(&self, profile: Profile, barred: Barred, understood: ResolvedProfile) -> Changed {
        let scores = self.scores(self.likeness(&understood).as_ref());
        Changed { profile, barred, understood, scores }
    }

    fn try_target(&self, worker: &Changed, target: OccupationIx) -> Option<Trial> {
        let score = *worker.scores.get(target as usize)?;
        let window = window::window(&Situation::of(&worker.profile), &self.dataset.rules);
        let calendar = Calendar::of(&window);
        let Changed { profile, barred, understood, .. } = worker;
        let bounds = Bounds { profile, barred, calendar: &calendar };
        Some(self.trial(bounds, understood, (target, score)))
    }

    fn door(&self, today: &Changed, target: OccupationIx, trial: Trial) -> Door {
        let edits = self.edits(today, target, &trial);
        let opens = |some: &[&Edit]| {
            let changed = some.iter().fold(None, |changed: Option<Changed>, edit| {
                Some(self.apply(changed.as_ref().unwrap_or(today), edit))
            });
            let trial = changed.and_then(|changed| self.try_target(&changed, target));
            trial.is_some_and(|trial| trial.closed_by.is_empty())
        };
        let mut openings: Vec<Opening> = (edits.iter())
            .filter(|edit| opens(&[edit]))
            .map(|edit| Opening { edits: vec![edit.clone()] })
            .collect();
        if openings.is_empty() {
            for (at, one) in edits.iter().enumerate() {
                for other in edits.iter().skip(at + 1).filter(|other| differ(one, other)) {
                    if opens(&[one, other]) {
                        openings.push(Opening { edits: vec![one.clone(), other.clone()] });
                    }
                }
            }
        }
        let all = openings.clone();
        openings.retain(|opening| !all.iter().any(|other| is_smaller(other, opening)));
        let row = self.dataset.taxonomy.occupation(target);
        let score = today.scores.get(target as usize).copied().unwrap_or_default();
        Door {
            id: row.id.clone(),
            label: row.label.clone(),
            score,
            closed_by: trial.closed_by,
            openings,
        }
    }

    /// Changes that bear on what closes a door.
    fn edits(&self, today: &Changed, target: OccupationIx, trial: &Trial) -> Vec<Edit> {
        let (profile, limits) = (&today.profile, &today.profile.limits);
        let mut edits = Vec::new();
        for licence in &trial.gap.licences {
            // Nobody comes by years of study and an authority's decision as by a change.
            if !licence.protected_title {
                let (key, label) = (licence.key.clone(), licence.label.clone());
                edits.push(Edit::Licence { key, label });
            }
        }
        let mut missing: Vec<&GapSkill> = trial.gap.missing_essential.iter().collect();
        missing.sort_by(|a, b| b.weight.total_cmp(&a.weight).then(a.ix.cmp(&b.ix)));
        for skill in missing.into_iter().take(SKILLS) {
            edits.push(Edit::Skill { id: skill.id.clone(), label: Bilingual::clone(&skill.label) });
        }
        let free = profile.hours_per_week.unwrap_or(0.0);
        edits.extend(
            HOURS
                .iter()
                .filter(|hours| **hours > free)
                .map(|hours| Edit::HoursPerWeek { hours: *hours }),
        );
        let late = trial.plan.margin_days.filter(|margin| (-MOST_DAYS..0).contains(margin));
        edits.extend(late.map(|margin| Edit::LaterEnd { days: -margin }));
        let mean = self.groups.wage(target);
        if let Some(mean) = mean.filter(|mean| limits.min_wage.is_some_and(|least| *mean < least)) {
            edits.push(Edit::MinWage { kronor: mean });
        }
        if limits.max_weeks.is_some() {
            edits.push(Edit::MaxWeeks { weeks: 44.0 });
        }
        if let Some(most) = limits.max_commute_min {
            let longer = COMMUTES.into_iter().filter(|minutes| *minutes > most);
            edits.extend(longer.map(|minutes| Edit::Commute { minutes }));
        }
        if limits.distance_only {
            edits.push(Edit::OnSite);
        }
        if !limits.forms.is_empty() {
            edits.push(Edit::AllForms);
        }
        if !limits.exclude.is_empty() {
            edits.push(Edit::NotExcluded);
        }
        edits
    }

    /// A worker with one change more.
    fn apply(&self, worker: &Changed, edit: &Edit) -> Changed {
        let mut understood = worker.understood.clone();
        if let Edit::Licence { key, .. } = edit {
            understood.licences.push(key.clone());
            understood.licences.sort();
            understood.licences.dedup();
        }
        let profile = edit.applied_to(&worker.profile);
        let mut barred = match edit {
            Edit::NotExcluded => Barred::default(),
            _ => worker.barred.clone(),
        };
        barred.least_wage = profile.limits.min_wage;
        if let Edit::Skill { id, .. } = edit
            && let Some(ix) = self.dataset.taxonomy.skill_ix(id)
        {
            let label = &self.skills.labels[ix as usize];
            understood.skills.push(ResolvedConcept::given(ix, id, label));
            return self.changed(profile, barred, understood);
        }
        Changed { profile, barred, understood, scores: worker.scores.clone() }
    }
}

/// Whether changes are another's but for a smaller size of one or more.
fn is_smaller(one: &Opening, other: &Opening) -> bool {
    let at_most = |(one, other): (&Edit, &Edit)| match (one, other) {
        (Edit::HoursPerWeek { hours }, Edit::HoursPerWeek { hours: more }) => hours <= more,
        (Edit::Commute { minutes }, Edit::Commute { minutes: more }) => minutes <= more,
        _ => one == other,
    };
    one != other
        && one.edits.len() == other.edits.len()
        && one.edits.iter().zip(&other.edits).all(at_most)
}

/// Two changes that are not two sizes of one.
fn differ(one: &Edit, other: &Edit) -> bool {
    std::mem::discriminant(one) != std::mem::discriminant(other)
        || matches!(one, Edit::Licence { .. } | Edit::Skill { .. })
}
