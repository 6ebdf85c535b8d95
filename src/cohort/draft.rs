//! From people, ways and seats to a plan.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    choices::{Choices, Locked},
    crowds::crowded,
    document::{
        Assignment, CourseInPlan, FairBy, Plan, PlanSettings, PlanStatus, Unassigned, WayInPlan,
    },
    list::{List, Member},
    problem::Problem,
    sentences,
    shares::{FairShare, fair_shares},
    sheet::RowProblem,
    solve::{Invalid, Solution, solve},
    starts::Starts,
    supply::Supply,
    tally::{kronor_more, points},
    ways::{Finder, Settings, Way},
};
use crate::{dataset::fingerprint_of, domain::Bilingual, engine::Engine, intake::Row};

/// Alternatives listed for a worker.
const ALTERNATIVES: usize = 3;

/// What a plan is made by.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Order {
    /// Kronor that may be spent; `None` for no limit.
    pub budget: Option<u64>,
    /// Share of its proportional course places that each group should have, 0 to 1.
    pub fair_share: Option<f64>,
    /// What the groups are.
    pub fair_share_by: FairBy,
    /// How ways are found and weighed.
    pub settings: Settings,
    /// Kronor of a week of a course whose price nobody knows.
    pub price_per_week: u32,
    /// Whether the ways were found with the hub's starts alone.
    pub only_bought: bool,
    /// Key of the order in which equals take turns.
    pub seed: u64,
    /// Day the plan is seen from.
    pub today: Date,
}

/// All that a plan is made from.
#[derive(Debug)]
pub struct Drafter<'a> {
    /// The engine the ways were found with.
    pub engine: &'a Engine,
    /// The people.
    pub list: &'a List,
    /// Seats and prices.
    pub supply: &'a Supply,
    /// The hub's starts.
    pub starts: &'a Starts,
    /// What advisers have locked.
    pub choices: &'a Choices,
    /// What it is made by.
    pub order: Order,
}

/// What a plan is made of beside the list.
#[derive(Debug)]
pub struct Ask<'a> {
    /// The engine, without the hub's starts.
    pub engine: &'a Engine,
    /// The starts the hub buys.
    pub starts: &'a Starts,
    /// What advisers have locked.
    pub choices: &'a Choices,
    /// What it is made by.
    pub order: Order,
}

impl Ask<'_> {
    /// Plans a list: finds the ways of its people, by the hub's starts alone too, and chooses among them.
    /// `tick` is called with the rows done. What it costs stands at [`List::read`] and
    /// [`Drafter::draft`].
    ///
    /// # Errors
    /// [`Invalid`] where two people have one reference, or shares are to be between workplaces and the
    /// list names none.
    pub fn draft(
        &self,
        rows: &mut impl Iterator<Item = Row>,
        tick: impl FnMut(u64),
    ) -> Result<Plan, Invalid> {
        let Self { engine, starts, choices, order } = *self;
        let supply = Supply::of(engine.dataset(), starts, order.price_per_week);
        let told = supply.buys_any().then(|| supply.tell(engine));
        let alone = (supply.buys_any() || order.only_bought)
            .then(|| supply.alone(told.as_ref().unwrap_or(engine)));
        let with_all = told.as_ref().unwrap_or(engine);
        let first = if order.only_bought { alone.as_ref().unwrap_or(with_all) } else { with_all };
        let mut list =
            List::read(rows, &Finder::new(first, &supply, &order.settings), &choices.locks, tick);
        if order.fair_share_by == FairBy::Workplace && list.groups(FairBy::Workplace).is_empty() {
            return Err(Invalid::NoWorkplace);
        }
        if let Some(alone) = alone.as_ref().filter(|_| !order.only_bought) {
            list.add_ways(&Finder::new(alone, &supply, &order.settings));
        }
        let engine = alone.as_ref().unwrap_or(with_all);
        Drafter { engine, list: &list, supply: &supply, starts, choices, order }.draft()
    }
}

/// A solved problem.
pub(super) struct Solved {
    pub(super) problem: Problem,
    pub(super) solution: Solution,
    pub(super) shares: Option<Vec<FairShare>>,
}

impl Drafter<'_> {
    /// Makes the plan, a draft. The optimiser takes about 0.3 s for 1,750 people; with fair shares it
    /// runs twice, and once for each group that has too few course places.
    ///
    /// # Errors
    /// [`Invalid`] where two people have one reference.
    pub fn draft(&self) -> Result<Plan, Invalid> {
        let solved = self.solve()?;
        let starts = self.starts_in_use(&solved);
        let more_budget = self.order.budget.map(|_| kronor_more(&solved));
        let mut plan = Plan {
            status: PlanStatus::Draft,
            approved: None,
            meta: self.engine.meta(),
            starts_fingerprint: self.supply.buys_any().then(|| fingerprint_of(&self.starts.starts)),
            as_of: self.order.today,
            settings: self.settings(),
            totals: self.totals(&solved),
            findings: Vec::new(),
            more_budget,
            sectors: self.shares(&solved, FairBy::Sector),
            workplaces: self.shares(&solved, FairBy::Workplace),
            starts,
            unlimited: self.unlimited(&solved),
            assignments: Vec::new(),
            unassigned: Vec::new(),
            refused_rows: self.list.refused.clone(),
            refused_starts: self.starts.refused.clone(),
            refused_choices: self.refused_choices(),
        };
        for (at, member) in self.list.members.iter().enumerate() {
            match solved.solution.choice[at] {
                Some(chosen) => plan.assignments.push(self.assignment(&solved, member, chosen)),
                None => plan.unassigned.push(self.unassigned(&solved, at, member)),
            }
        }
        for person in &plan.unassigned {
            *plan.totals.unassigned.entry(person.reason.clone()).or_default() += 1;
        }
        let targets = plan.assignments.iter().map(|person| person.way.occupation_id.as_str());
        let crowds = crowded(targets, self.engine.dataset());
        plan.findings = sentences::findings(&plan, crowds);
        Ok(plan)
    }

    fn solve(&self) -> Result<Solved, Invalid> {
        let mut problem = self.list.problem(self.supply, &self.order);
        let mut solution = solve(&problem)?;
        let mut shares = None;
        if let Some(share) = self.order.fair_share {
            let fair = fair_shares(&problem, &solution, share)?;
            problem.targets = fair.iter().map(|share| share.target()).collect();
            solution = solve(&problem)?;
            shares = Some(fair);
        }
        Ok(Solved { problem, solution, shares })
    }

    fn settings(&self) -> PlanSettings {
        let Order { settings, .. } = self.order;
        PlanSettings {
            budget_kr: self.order.budget,
            fair_share: self.order.fair_share,
            fair_share_by: self.order.fair_share_by,
            paths: settings.paths,
            weights: settings.weights,
            formula: sentences::formula(&settings.weights),
            price_per_week_kr: self.order.price_per_week,
            outside_window: settings.outside_window,
            only_bought: self.order.only_bought,
            seed: self.order.seed,
        }
    }

    fn assignment(&self, solved: &Solved, member: &Member, chosen: usize) -> Assignment {
        let options = member.options();
        Assignment {
            r#ref: member.reference.clone(),
            sector: member.sector.clone(),
            locked: member.lock.is_some(),
            ask: member.ask.clone(),
            way: self.way(&options[chosen], None),
            alternatives: self.alternatives(solved, member, Some(chosen)),
        }
    }

    fn unassigned(&self, solved: &Solved, at: usize, member: &Member) -> Unassigned {
        let (reason, text) = self.reason(solved, at, member);
        Unassigned {
            r#ref: member.reference.clone(),
            sector: member.sector.clone(),
            locked: member.lock.is_some(),
            ask: member.ask.clone(),
            reason: reason.to_owned(),
            text,
            alternatives: self.alternatives(solved, member, None),
        }
    }

    /// Other ways of a worker, with whether they could be had beside the plan.
    fn alternatives(
        &self,
        solved: &Solved,
        member: &Member,
        chosen: Option<usize>,
    ) -> Vec<WayInPlan> {
        let own = chosen.map(|chosen| &member.options()[chosen]);
        // Positions agree with those of options wherever one is chosen.
        let others = member.ways.iter().enumerate().filter(|(way, _)| chosen != Some(*way));
        others
            .take(ALTERNATIVES)
            .map(|(_, way)| self.way(way, Some(self.is_open(&solved.solution, way, own))))
            .collect()
    }

    /// Whether seats and kronor are there for a way instead of a worker's own.
    fn is_open(&self, solution: &Solution, way: &Way, own: Option<&Way>) -> bool {
        let held =
            |pool: u32| own.is_some_and(|own| own.steps.iter().any(|step| step.pool == Some(pool)));
        let seats = way.steps.iter().filter_map(|step| step.pool).all(|pool| {
            let taken = solution.taken[pool as usize] - u32::from(held(pool));
            taken < self.supply.pools[pool as usize].seats
        });
        let spent = solution.spent - own.map_or(0, |own| u64::from(own.cost_kr));
        let cost = spent + u64::from(way.cost_kr);
        seats && self.order.budget.is_none_or(|budget| cost <= budget)
    }

    fn way(&self, way: &Way, open: Option<bool>) -> WayInPlan {
        let dataset = self.engine.dataset();
        let occupation = dataset.taxonomy.occupation(way.path);
        let courses = way.steps.iter().map(|step| {
            let course = &dataset.courses[step.course as usize];
            CourseInPlan {
                id: course.id.clone(),
                title: course.title.clone(),
                start: step.start,
                ends: step.ends,
                reckoned: step.reckoned,
                weeks: course.weeks,
                price_kr: step.price_kr,
                basis: step.basis,
                seats_known: step.pool.is_some(),
            }
        });
        WayInPlan {
            occupation_id: occupation.id.clone(),
            occupation: occupation.label.clone(),
            list: way.list,
            rank: way.rank,
            courses: courses.collect(),
            without: way.without,
            ready: way.ready,
            weeks: way.weeks,
            cost_kr: way.cost_kr,
            fits_window: way.fits_window,
            feasible: way.feasible,
            closed: way.closed,
            demand: way.demand,
            wage_change: way.wage_change,
            parts: way.parts,
            worth: points(way.parts.worth()),
            barrier: way.barrier,
            open,
        }
    }

    /// Why somebody has no place.
    fn reason(
        &self,
        solved: &Solved,
        at: usize,
        member: &Member,
    ) -> (&'static str, Bilingual<String>) {
        let options = member.options();
        if let Some(lock) = &member.lock {
            return match (&lock.what, solved.solution.refused.get(&at)) {
                (Locked::Nothing, _) => sentences::LOCKED_OUT.said(),
                (_, Some(refusal)) => {
                    sentences::lock_refused(*refusal, self.supply, self.engine.dataset())
                }
                (..) => sentences::LOCK_NOT_OFFERED.said(),
            };
        }
        if options.is_empty() {
            return sentences::no_way(member);
        }
        let seats = options.iter().any(|way| {
            let pools = way.steps.iter().filter_map(|step| step.pool);
            let mut full = pools.filter(|pool| {
                let at = *pool as usize;
                solved.solution.taken[at] >= self.supply.pools[at].seats
            });
            full.next().is_none()
        });
        if seats { sentences::BUDGET.said() } else { sentences::SEATS.said() }
    }

    /// Locks that cannot be read, and those of nobody in the list.
    fn refused_choices(&self) -> Vec<RowProblem> {
        let known: BTreeSet<&str> =
            self.list.members.iter().map(|member| member.reference.as_str()).collect();
        let strangers =
            self.choices.locks.iter().filter(|(name, _)| !known.contains(name.as_str()));
        let mut refused = self.choices.refused.clone();
        // Whoever it is about is not named: a plan is kept, and nobody would look for them here.
        refused.extend(strangers.map(|(_, lock)| {
            RowProblem::new(
                lock.line,
                "referensen finns inte bland listans lästa rader; låset gäller ingen",
                "the reference is not among the rows of the list that were read; the lock is nobody's",
            )
        }));
        refused.sort_by_key(|problem| problem.line);
        refused
    }
}
