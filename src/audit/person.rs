//! What of one answer is measured.

use std::collections::{BTreeMap, btree_map::Entry};

use serde::Serialize;
use utoipa::ToSchema;

use super::{disclosure::PARTS, employees::Employees};
use crate::{
    batch::Answer,
    cohort::{Plan, WayInPlan},
    domain::{MatchStatus, Meta, Move, Pathway, Recommendation},
    intake::Error,
};

/// What is compared between groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AuditMeasure)]
pub enum Measure {
    /// At least one path.
    Matched,
    /// No path passes the limits.
    NoMatch,
    /// Too little was understood.
    Abstain,
    /// There is a best path and it has courses, so that seats are taken.
    Courses,
    /// These courses end before the notice or furlough does, where that is known.
    InTime,
    /// There is a best path and it leads into another sector.
    ChangeSector,
    /// A cohort plan gives a way, with or without courses.
    Placed,
    /// A cohort plan gives a way with courses.
    Seat,
    /// Score of the best path.
    BestScore,
    /// Weeks of courses of the best path at full time, 0 without courses.
    CourseWeeks,
    /// Price of the best path's courses, where there are some and it is known.
    Kronor,
    /// Wage of the best path minus the present one, kronor a month.
    WageChange,
    /// Share of the lists that goes to better paid occupations, by place: the first counts 1, the n-th
    /// 1 / log2(n + 1).
    BetterPaid,
    /// Share of the lists, by place, that goes to occupations with good job opportunities.
    GoodOutlook,
    /// Share of women among the employees of the listed occupations, by place.
    WomenShare,
    /// Kronor a cohort plan spends on the person; 0 for whom it gives nothing that costs.
    PlanKronor,
    /// Weeks of waiting and studying until a planned way's courses are done.
    PlanWeeks,
    /// Wage of the planned way minus the present one, kronor a month.
    PlanWageChange,
    /// Share of women among the employees of the planned occupation.
    PlanWomenShare,
}

impl Measure {
    /// All measures, in the order they are told.
    pub const ALL: [Self; 19] = [
        Self::Matched,
        Self::NoMatch,
        Self::Abstain,
        Self::Courses,
        Self::InTime,
        Self::ChangeSector,
        Self::Placed,
        Self::Seat,
        Self::BestScore,
        Self::CourseWeeks,
        Self::Kronor,
        Self::WageChange,
        Self::BetterPaid,
        Self::GoodOutlook,
        Self::WomenShare,
        Self::PlanKronor,
        Self::PlanWeeks,
        Self::PlanWageChange,
        Self::PlanWomenShare,
    ];

    /// Whether a cohort plan says it.
    pub fn is_planned(self) -> bool {
        matches!(self, Self::Placed | Self::Seat) || self >= Self::PlanKronor
    }

    /// Whether a person has it or not; else it is an amount.
    pub fn is_share(self) -> bool {
        self < Self::BestScore
    }
}

/// One person's measures, each absent where it does not apply or is unknown.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Person {
    values: [Option<f32>; Measure::ALL.len()],
    /// Id of the present occupation; empty where unknown.
    pub(super) occupation: String,
    /// Whether there is a path.
    path: bool,
    /// Whether the best path has courses whose price is unknown.
    pub(super) unpriced: bool,
}

impl Person {
    /// Reads an answer.
    pub(super) fn of(answer: &Recommendation, employees: &Employees) -> Self {
        let mut person = Self::default();
        let first = answer.understood.occupations.first();
        person.occupation = first.map(|concept| concept.id.clone()).unwrap_or_default();
        let is = |status| Some(f32::from(answer.match_status == status));
        person.set(Measure::Matched, is(MatchStatus::Matched));
        person.set(Measure::NoMatch, is(MatchStatus::NoMatch));
        person.set(Measure::Abstain, is(MatchStatus::Abstain));
        // Who has no path has no courses either: these shares are of everybody.
        person.set(Measure::Courses, Some(0.0));
        person.set(Measure::ChangeSector, Some(0.0));
        let Some(best) = answer.best() else { return person };
        person.path = true;
        let (plan, any) = (&best.plan, !best.plan.courses.is_empty());
        person.unpriced = any && plan.price_kr.is_none();
        person.set(Measure::Courses, Some(f32::from(any)));
        person.set(Measure::InTime, plan.fits_window.filter(|_| any).map(f32::from));
        person.set(Measure::ChangeSector, Some(f32::from(best.kind == Move::ChangeSector)));
        person.set(Measure::BestScore, Some(best.score));
        person.set(Measure::CourseWeeks, plan.total_weeks);
        person.set(Measure::Kronor, plan.price_kr.filter(|_| any).map(|kr| kr as f32));
        person.set(Measure::WageChange, best.demand.wage_change.map(|change| change as f32));
        let rises = |path: &Pathway| path.demand.wage_change.map(|change| f32::from(change > 0));
        person.set(Measure::BetterPaid, exposure(answer, rises));
        person.set(Measure::GoodOutlook, exposure(answer, outlook));
        let women = |path: &Pathway| employees.share_of_women(&path.demand.ssyk);
        person.set(Measure::WomenShare, exposure(answer, women));
        person
    }

    /// Adds what a plan gives: nothing where it does not know the person.
    fn plan(&mut self, answer: &Recommendation, given: Given<'_>, employees: &Employees) {
        let way = match given {
            Given::Unknown => return,
            Given::Nothing => None,
            Given::Way(way) => Some(way),
        };
        let courses = way.is_some_and(|way| !way.courses.is_empty());
        self.set(Measure::Placed, Some(f32::from(way.is_some())));
        self.set(Measure::Seat, Some(f32::from(courses)));
        self.set(Measure::PlanKronor, Some(way.map_or(0.0, |way| way.cost_kr as f32)));
        let Some(way) = way else { return };
        #[expect(clippy::cast_possible_truncation, reason = "weeks of a plan")]
        self.set(Measure::PlanWeeks, courses.then_some(way.weeks as f32));
        self.set(Measure::PlanWageChange, way.wage_change.map(|change| change as f32));
        let lists = [&answer.wanted, &answer.own_sector, &answer.change_sector];
        let path = lists.into_iter().flatten().find(|path| path.id == way.occupation_id);
        let women = path.and_then(|path| employees.share_of_women(&path.demand.ssyk));
        self.set(Measure::PlanWomenShare, women);
    }

    /// Its value of a measure.
    pub(super) fn value(&self, measure: Measure) -> Option<f64> {
        self.values[measure as usize].map(f64::from)
    }

    /// Of which numbers of people that can be worked out from a figure of a measure this person is one:
    /// the figure and the group's size are shown, and those of the other measures may be.
    pub(super) fn parts(&self, measure: Measure) -> [bool; PARTS] {
        let is = |measure| self.value(measure).is_some_and(|value| value > 0.5);
        let (known, yes, courses) =
            (self.value(measure).is_some(), is(measure), is(Measure::Courses));
        let placed = is(Measure::Placed);
        match measure {
            // The three together are everybody.
            Measure::Matched | Measure::NoMatch | Measure::Abstain => {
                [is(Measure::Matched), is(Measure::NoMatch), is(Measure::Abstain), false, false]
            }
            Measure::Courses | Measure::ChangeSector => {
                [yes, !yes, self.path && !yes, false, false]
            }
            Measure::InTime => [yes, known && !yes, courses && !known, self.path && !known, !known],
            Measure::Placed => [yes, known && !yes, self.path && !yes, !known, false],
            Measure::Seat => [yes, known && !yes, placed && !yes, self.path && !yes, !known],
            Measure::PlanWeeks => {
                let seat = is(Measure::Seat);
                [known, seat && !known, placed && !known, self.path && !known, !known]
            }
            Measure::PlanWageChange | Measure::PlanWomenShare => {
                [known, placed && !known, self.path && !known, !known, false]
            }
            Measure::Kronor => [known, courses && !known, self.path && !known, !known, false],
            _ => [known, self.path && !known, !known, false, false],
        }
    }

    fn set(&mut self, measure: Measure, value: Option<f32>) {
        self.values[measure as usize] = value;
    }
}

/// Share of the barometer's judgements of a path that see good opportunities.
fn outlook(path: &Pathway) -> Option<f32> {
    let judged = path.demand.barometer.iter().map(|one| one.opportunities.as_str());
    let judged: Vec<&str> = judged.filter(|judgement| !judgement.is_empty()).collect();
    let good = judged.iter().filter(|judgement| **judgement == "stora").count();
    (!judged.is_empty()).then(|| good as f32 / judged.len() as f32)
}

/// Mean over both lists of what is known of a path, weighted by the attention its place gets.
fn exposure(answer: &Recommendation, of: impl Fn(&Pathway) -> Option<f32>) -> Option<f32> {
    let (mut sum, mut whole) = (0.0, 0.0);
    for path in answer.own_sector.iter().chain(&answer.change_sector) {
        let Some(value) = of(path) else { continue };
        let weight = 1.0 / (path.rank.max(1) as f32 + 1.0).log2();
        sum += weight * value;
        whole += weight;
    }
    (whole > 0.0).then(|| sum / whole)
}

/// What a plan gives somebody.
#[derive(Debug, Clone, Copy)]
enum Given<'p> {
    /// The plan does not know them.
    Unknown,
    Nothing,
    Way(&'p WayInPlan),
}

/// What a plan gives, by reference.
fn given(plan: &Plan) -> BTreeMap<&str, Given<'_>> {
    let assigned =
        plan.assignments.iter().map(|person| (person.r#ref.as_str(), Given::Way(&person.way)));
    let others = plan.unassigned.iter().map(|person| (person.r#ref.as_str(), Given::Nothing));
    assigned.chain(others).collect()
}

/// The answers of a result by reference.
#[derive(Debug, Default)]
pub struct People {
    pub(super) by_reference: BTreeMap<String, Person>,
    pub(super) refused: usize,
    pub(super) repeated: usize,
    /// Versions behind the answers, each once.
    pub(super) versions: Vec<Meta>,
}

impl People {
    /// Reads a result, and what a cohort plan gives the same people where there is one. Of answers with
    /// the same reference the first counts. A few hundred bytes a worker are kept.
    ///
    /// # Errors
    /// The first that the result has.
    pub fn read(
        answers: impl Iterator<Item = Result<Answer, Error>>,
        employees: &Employees,
        plan: Option<&Plan>,
    ) -> Result<Self, Error> {
        let given = plan.map(given);
        let mut people = Self::default();
        for answer in answers {
            let Some(answer) = answer?.recommendation else {
                people.refused += 1;
                continue;
            };
            let reference = answer.r#ref.clone().unwrap_or_default();
            match people.by_reference.entry(reference) {
                Entry::Vacant(free) => {
                    let way = given.as_ref().and_then(|given| given.get(free.key().as_str()));
                    let mut person = Person::of(&answer, employees);
                    person.plan(&answer, way.copied().unwrap_or(Given::Unknown), employees);
                    free.insert(person);
                }
                Entry::Occupied(_) => people.repeated += 1,
            }
            if !people.versions.contains(&answer.meta) {
                people.versions.push(answer.meta);
            }
        }
        people.versions.sort_by(|a, b| {
            (&a.engine, &a.dataset, &a.model).cmp(&(&b.engine, &b.dataset, &b.model))
        });
        Ok(people)
    }
}

#[cfg(test)]
impl Person {
    /// A made-up person.
    pub(super) fn made(values: &[(Measure, f32)], path: bool) -> Self {
        let mut person = Self { path, ..Self::default() };
        for (measure, value) in values {
            person.set(*measure, Some(*value));
        }
        person
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Barometer, Demand, Shared};

    fn path(rank: u32, wage_change: i64) -> Pathway {
        let json = serde_json::json!({
            "rank": rank, "id": "o", "label": {"sv": "o"}, "ssyk": [], "sector": "s",
            "kind": "own_sector", "variants": [], "score": 50.0 - rank as f32, "feasible": 0.5,
            "parts": [], "gap": crate::domain::Gap::default(),
            "plan": crate::domain::CoursePlan::default(),
            "demand": Demand { wage_change: Some(wage_change), ..Demand::default() },
            "reasons": [], "against": []
        });
        serde_json::from_value(json).unwrap()
    }

    fn answer(own_sector: Vec<Pathway>) -> Recommendation {
        Recommendation {
            r#ref: Some("A".into()),
            match_status: MatchStatus::Matched,
            understood: crate::domain::ResolvedProfile::default(),
            wanted: Vec::new(),
            own_sector,
            change_sector: Vec::new(),
            excluded: Vec::new(),
            window: crate::domain::Window::default(),
            meta: Meta::default(),
        }
    }

    #[test]
    fn the_first_place_counts_more() {
        let better_first = answer(vec![path(1, 900), path(2, -900)]);
        let person = Person::of(&better_first, &Employees::default());
        // 1 / (1 + 1 / log2 3)
        let share = person.value(Measure::BetterPaid).unwrap();
        assert!((share - 0.6131).abs() < 1e-3, "{share}");
        assert_eq!(person.value(Measure::WageChange), Some(900.0));
        assert_eq!(person.value(Measure::Kronor), None, "no courses, no price");
        assert_eq!(person.value(Measure::WomenShare), None, "no table of employees");
        assert_eq!(person.value(Measure::InTime), None);
        let nobody = Person::of(&answer(Vec::new()), &Employees::default());
        assert_eq!(nobody.value(Measure::Matched), Some(1.0));
        assert_eq!(nobody.value(Measure::Courses), Some(0.0), "no path, no courses");
        assert_eq!(nobody.value(Measure::BestScore), None);
    }

    #[test]
    fn judgements_of_the_parts_of_a_group_are_averaged() {
        let mut one = path(1, 0);
        let judged = |opportunities: &str| Barometer {
            name: String::new(),
            opportunities: opportunities.into(),
            forecast: String::new(),
        };
        one.demand.barometer = Shared::new(vec![judged("stora"), judged("små"), judged("")]);
        assert_eq!(outlook(&one), Some(0.5));
        one.demand.barometer = Shared::default();
        assert_eq!(outlook(&one), None);
    }

    #[test]
    fn every_measure_stands_at_its_own_place() {
        for (at, measure) in Measure::ALL.into_iter().enumerate() {
            assert_eq!(measure as usize, at);
        }
    }
}
