//! What a request about a plan may hold. All of it is kept, so that no text of it may be of a person: no
//! personnummer, nothing longer than a name, and no id that is none.

use std::collections::BTreeSet;

use super::{
    problem::{Fault, Kind, Problem},
    worker::PATHS,
};
use crate::{
    cohort::{AskedLock, MOST_POINTS, RowProblem},
    dataset::DataSet,
    domain::Bilingual,
    hub::{MOST_LISTED, PlanAction, PlanAsk},
    intake::check::Check,
};

/// Most kronor a week may cost.
const MOST_PRICE: u32 = 1_000_000;
/// Most courses of a lock.
const MOST_COURSES: usize = 20;

/// Ids of a data set.
struct Ids<'d> {
    occupations: BTreeSet<&'d str>,
    courses: BTreeSet<&'d str>,
}

impl<'d> Ids<'d> {
    fn of(dataset: &'d DataSet) -> Self {
        let occupations = dataset.taxonomy.occupations.iter().map(|row| row.id.as_str());
        let courses = dataset.courses.iter();
        let courses = courses.flat_map(|row| row.also.iter().chain([&row.id])).map(String::as_str);
        Self { occupations: occupations.collect(), courses: courses.collect() }
    }
}

fn bound(
    check: &mut Check,
    holds: bool,
    pointer: &str,
    sv: impl Into<String>,
    en: impl Into<String>,
) {
    check.require(holds, pointer, "out_of_range", || Bilingual::new(sv, en));
}

/// Notes an id that is none; it is not repeated. Digits of one that is may look like anything.
fn known(check: &mut Check, ids: &BTreeSet<&str>, pointer: &str, id: &str) {
    if ids.contains(id) {
        return;
    }
    check.text(pointer, id);
    check.require(false, pointer, "unknown_id", || {
        Bilingual::new("ett id ur datamängden", "an id of the data set")
    });
}

/// Notes a list that is too long.
fn short(check: &mut Check, length: usize, pointer: &str) {
    let (sv, en) = (format!("högst {MOST_LISTED}"), format!("at most {MOST_LISTED}"));
    bound(check, length <= MOST_LISTED, pointer, sv, en);
}

/// The fault of a list that is too long.
pub(super) fn too_many(pointer: &str) -> Fault {
    let (sv, en) = (format!("högst {MOST_LISTED}"), format!("at most {MOST_LISTED}"));
    Fault::new(pointer, "out_of_range", Bilingual::new(sv, en))
}

fn named(check: &mut Check, pointer: &str, name: &str) {
    check.text(pointer, name);
    check.require(!name.trim().is_empty(), pointer, "empty", || {
        Bilingual::new("ange namn, roll eller referens", "give a name, a role or a reference")
    });
}

fn locks(check: &mut Check, locks: &[AskedLock], ids: &Ids<'_>) {
    short(check, locks.len(), "/locks");
    for (at, lock) in locks.iter().take(MOST_LISTED).enumerate() {
        let pointer = format!("/locks/{at}");
        named(check, &format!("{pointer}/ref"), &lock.r#ref);
        if let Some(id) = &lock.occupation_id {
            known(check, &ids.occupations, &format!("{pointer}/occupation_id"), id);
        }
        let (sv, en) = (format!("högst {MOST_COURSES}"), format!("at most {MOST_COURSES}"));
        let few = lock.courses.len() <= MOST_COURSES;
        bound(check, few, &format!("{pointer}/courses"), sv, en);
        for (step, course) in lock.courses.iter().take(MOST_COURSES).enumerate() {
            known(check, &ids.courses, &format!("{pointer}/courses/{step}/id"), &course.id);
        }
    }
}

/// What of an ask is out of bounds.
pub(super) fn ask(ask: &PlanAsk, dataset: &DataSet) -> Result<(), Problem> {
    let mut check = Check::default();
    let most =
        |most: &dyn std::fmt::Display| (format!("från 0 till {most}"), format!("from 0 to {most}"));
    let share = ask.fair_share.is_none_or(|share| (0.0..=1.0).contains(&share));
    bound(&mut check, share, "/fair_share", most(&1).0, most(&1).1);
    let (sv, en) = (format!("från 1 till {PATHS}"), format!("from 1 to {PATHS}"));
    let paths = ask.paths.is_none_or(|paths| (1..=PATHS).contains(&paths));
    bound(&mut check, paths, "/paths", sv, en);
    let (sv, en) = most(&MOST_PRICE);
    bound(&mut check, ask.price_per_week_kr <= MOST_PRICE, "/price_per_week_kr", sv, en);
    let weights = ask.weights;
    for (value, pointer) in [
        (weights.gap, "/weights/gap"),
        (weights.week, "/weights/week"),
        (weights.kr_10000, "/weights/kr_10000"),
        (weights.wish, "/weights/wish"),
    ] {
        let (sv, en) = most(&MOST_POINTS);
        bound(&mut check, (0.0..=MOST_POINTS).contains(&value), pointer, sv, en);
    }
    let (sv, en) = ("batchens id", "the id of the batch");
    bound(&mut check, !ask.batch_id.is_empty(), "/batch_id", sv, en);
    let alone = !ask.only_starts || !ask.starts.is_empty();
    bound(&mut check, alone, "/only_starts", "behöver starter", "needs starts");
    let ids = Ids::of(dataset);
    short(&mut check, ask.starts.len(), "/starts");
    for (at, start) in ask.starts.iter().take(MOST_LISTED).enumerate() {
        known(&mut check, &ids.courses, &format!("/starts/{at}/course"), &start.course);
    }
    locks(&mut check, &ask.locks, &ids);
    Problem::of_findings(Kind::InvalidBody, check.finish())
}

/// What of a decision is out of bounds.
pub(super) fn action(action: &PlanAction, dataset: &DataSet) -> Result<(), Problem> {
    let mut check = Check::default();
    let (PlanAction::Approve { by } | PlanAction::Lock { by, .. }) = action;
    named(&mut check, "/by", by);
    if let PlanAction::Lock { locks: asked, .. } = action {
        locks(&mut check, asked, &Ids::of(dataset));
    }
    Problem::of_findings(Kind::InvalidBody, check.finish())
}

/// Starts and locks that could not be used all the same, as faults of the body. What the command line says
/// of them quotes them.
pub(super) fn refuse([starts, locks]: &[Vec<RowProblem>; 2]) -> Result<(), Problem> {
    let said = [
        (
            "en kommande start med dag, högst så många platser och kronor som ett blad får ha, och en gång",
            "a start to come with a day, no more seats and kronor than a sheet may have, and once",
        ),
        (
            "ett yrke med kurser ur datamängden, och ett lås för varje person",
            "an occupation with courses of the data set, and one lock for each person",
        ),
    ];
    let faults = [("starts", starts), ("locks", locks)].into_iter().zip(said);
    let faults = faults.flat_map(|((list, problems), (sv, en))| {
        problems.iter().map(move |problem| {
            let at = problem.line.saturating_sub(1);
            Fault::new(format!("/{list}/{at}"), "invalid_value", Bilingual::new(sv, en))
        })
    });
    let faults: Vec<Fault> = faults.collect();
    if faults.is_empty() { Ok(()) } else { Err(Problem::faults(Kind::InvalidBody, faults)) }
}
