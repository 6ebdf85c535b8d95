//! Cohort plans of batches: asked for, made, decided about.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Broken, Hub};
use crate::{
    cohort::{
        Ask, AskedLock, Choices, FairBy, Invalid, NotApproved, Order, PRICE_PER_WEEK, Plan,
        RowProblem, Starts, ways::Settings, worth::Weights,
    },
    dataset::{DataSet, fingerprint_of},
    domain::iso,
    engine::Engine,
    intake::Row,
    store::{Change, Error, KeptPlan, State},
};

/// Rows read from the store together.
const PAGE: usize = 256;
/// Most starts or locks of a plan.
pub const MOST_LISTED: usize = 10_000;

/// What a plan is made by; what is left out is as for `kompetensnav plan`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct PlanAsk {
    /// The batch whose workers are planned for.
    #[schema(required)]
    pub batch_id: String,
    /// Kronor that may be spent; no limit without.
    pub budget_kr: Option<u64>,
    /// Course starts that the hub buys. Other courses have no limit of seats.
    pub starts: Vec<AskedStart>,
    /// Plan with these starts alone.
    pub only_starts: bool,
    /// What advisers have locked.
    pub locks: Vec<AskedLock>,
    /// Share of its proportional number of places that each sector should have at least, 0 to 1.
    pub fair_share: Option<f64>,
    /// What those shares are between: sectors, or workplaces of the list.
    pub fair_share_by: FairBy,
    /// Weights of the objective; a move that is sure, in full demand, is worth 100 points.
    pub weights: Weights,
    /// Kronor a full-time week costs in a course of an industry body or firm without a known price.
    pub price_per_week_kr: u32,
    /// Let workers have courses that do not fit their window.
    pub outside_window: bool,
    /// Paths per list and worker, 1 to 50; as many as the batch has unless given, so that each way of the plan stands in
    /// its rows too.
    pub paths: Option<usize>,
    /// Key of the order in which equals take turns.
    pub seed: u64,
}

impl Default for PlanAsk {
    fn default() -> Self {
        Self {
            batch_id: String::new(),
            budget_kr: None,
            starts: Vec::new(),
            only_starts: false,
            locks: Vec::new(),
            fair_share: None,
            fair_share_by: FairBy::default(),
            weights: Weights::default(),
            price_per_week_kr: PRICE_PER_WEEK,
            outside_window: false,
            paths: None,
            seed: 0,
        }
    }
}

/// A course start that the hub buys.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AskedStart {
    /// Id of the course.
    pub course: String,
    /// First day.
    #[serde(default, deserialize_with = "iso")]
    #[schema(value_type = String, format = Date)]
    pub start: Option<Date>,
    /// Seats.
    pub seats: u32,
    /// Kronor for a seat.
    pub price_kr: u32,
}

/// What somebody decides about a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "action", rename_all = "snake_case", deny_unknown_fields)]
pub enum PlanAction {
    /// Stand behind the plan as it is.
    Approve {
        /// Name or role of the person.
        by: String,
    },
    /// Lock choices: the plan is made anew with them.
    Lock {
        /// Name or role of the person.
        by: String,
        /// What is locked; of a worker who has a lock already, the new one counts.
        locks: Vec<AskedLock>,
    },
}

/// What became of a decision.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decided {
    /// The plan is approved.
    Approved,
    /// The plan is made anew.
    MadeAnew,
}

/// Why a decision is not taken.
#[derive(Debug, thiserror::Error)]
pub enum PlanRefusal {
    /// The plan is not done, or has failed.
    #[error("the plan is {}", .0.key())]
    State(State),
    /// It was approved before, or nobody is named.
    #[error(transparent)]
    NotApproved(#[from] NotApproved),
    /// With those of before there are too many locks.
    #[error("there are more than {MOST_LISTED} locks")]
    TooMany,
    /// It is not kept, or the store failed.
    #[error(transparent)]
    Store(#[from] Error),
}

impl PlanAsk {
    /// The starts, and what is wrong with those that cannot be used, by their place from 1.
    fn read_starts(&self, data: &DataSet, today: Date) -> Starts {
        let cells = |start: &AskedStart| {
            let day = start.start.map(|day| day.to_string()).unwrap_or_default();
            vec![start.course.clone(), day, start.seats.to_string(), start.price_kr.to_string()]
        };
        let rows = (1..).zip(self.starts.iter().map(cells));
        Starts::of(rows, data, today)
    }

    /// What of it a plan seen from this day could not use.
    pub fn refused(&self, data: &DataSet, today: Date) -> [Vec<RowProblem>; 2] {
        let choices = Choices::of(&self.locks, data);
        [self.read_starts(data, today).refused, choices.refused]
    }

    /// The order seen from a day, for a batch with so many paths a list.
    fn order(&self, today: Date, paths: usize) -> Order {
        Order {
            budget: self.budget_kr,
            fair_share: self.fair_share,
            fair_share_by: self.fair_share_by,
            settings: Settings {
                paths: self.paths.unwrap_or(paths),
                weights: self.weights,
                outside_window: self.outside_window,
            },
            price_per_week: self.price_per_week_kr,
            only_bought: self.only_starts,
            seed: self.seed,
            today,
        }
    }
}

impl Hub {
    /// Makes a plan.
    pub(super) fn make_plan(&self, id: &str) -> Result<(), Broken> {
        let kept = self.store.plan(id)?;
        let (plan, decision) = self.draft(&kept, &self.engine())?;
        let plan = serde_json::to_string(&plan).map_err(Error::from)?;
        Ok(self.store.end_plan(&kept, &plan, &decision)?)
    }

    /// A draft of what is asked, with the address of the decision: of this one plan, as what it is made by
    /// stands now.
    pub(super) fn draft(&self, kept: &KeptPlan, engine: &Engine) -> Result<(Plan, String), Broken> {
        let batch = self.store.batch(&kept.batch)?;
        let asked: PlanAsk = serde_json::from_str(&kept.ask).map_err(Error::from)?;
        let starts = asked.read_starts(engine.dataset(), batch.today);
        let choices = Choices::of(&asked.locks, engine.dataset());
        let order = asked.order(batch.today, batch.paths);
        let ask = Ask { engine, starts: &starts, choices: &choices, order };
        let mut broken = None;
        let mut rows = self.rows_of(&kept.batch, &mut broken);
        let plan = self.pool.install(|| ask.draft(&mut rows, |_rows| ()));
        drop(rows);
        if self.is_stopping() {
            return Err(Broken::Stopping);
        }
        if let Some(error) = broken {
            return Err(error.into());
        }
        let plan = plan.map_err(|invalid| match invalid {
            Invalid::NoWorkplace => Broken::Never("no_workplace"),
            Invalid::Reference(_) | Invalid::Person { .. } => Broken::Never("invalid"),
        })?;
        let decision = fingerprint_of(&(&plan.meta, "plan", &kept.id, &kept.ask, batch.today));
        Ok((plan, decision))
    }

    /// The rows of a batch, none more once the service stops; what breaks off is in `broken`.
    fn rows_of<'h>(
        &'h self,
        batch: &'h str,
        broken: &'h mut Option<Error>,
    ) -> impl Iterator<Item = Row> + Send + 'h {
        let (mut last, mut page) = (0, Vec::new().into_iter());
        std::iter::from_fn(move || {
            loop {
                if self.is_stopping() {
                    return None;
                }
                if let Some(row) = page.next() {
                    return Some(row);
                }
                match self.store.rows(batch, None, last, PAGE) {
                    Ok(rows) => {
                        last = rows.last()?.number;
                        page =
                            rows.into_iter().map(|view| view.row).collect::<Vec<_>>().into_iter();
                    }
                    Err(error) => {
                        *broken = Some(error);
                        return None;
                    }
                }
            }
        })
    }

    /// Takes a decision about a plan that is done; `today` is the day an approval bears.
    ///
    /// # Errors
    /// [`PlanRefusal`].
    pub fn decide(
        &self,
        id: &str,
        action: &PlanAction,
        today: Date,
    ) -> Result<Decided, PlanRefusal> {
        let kept = self.store.plan(id)?;
        let Some(seen) = kept.plan.as_deref().filter(|_| kept.state == State::Done) else {
            return Err(PlanRefusal::State(kept.state));
        };
        let mut plan: Plan = serde_json::from_str(seen).map_err(Error::from)?;
        let (PlanAction::Approve { by } | PlanAction::Lock { by, .. }) = action;
        // Who locks must be named as who approves, and an approved plan stays as it is.
        plan.approve(by, today)?;
        let decision = serde_json::to_value(action).map_err(Error::from)?;
        match action {
            PlanAction::Approve { .. } => {
                let plan = serde_json::to_string(&plan).map_err(Error::from)?;
                self.store.decide(id, &kept, &decision, Change::Plan(&plan))?;
                Ok(Decided::Approved)
            }
            PlanAction::Lock { locks, .. } => {
                let mut ask: PlanAsk = serde_json::from_str(&kept.ask).map_err(Error::from)?;
                ask.locks.retain(|old| locks.iter().all(|new| new.r#ref != old.r#ref));
                ask.locks.extend(locks.iter().cloned());
                if ask.locks.len() > MOST_LISTED {
                    return Err(PlanRefusal::TooMany);
                }
                let ask = serde_json::to_string(&ask).map_err(Error::from)?;
                self.store.decide(id, &kept, &decision, Change::Ask(&ask))?;
                self.tell();
                Ok(Decided::MadeAnew)
            }
        }
    }
}
