//! A plan's findings and reasons in words.

use super::{
    crowds,
    document::{GroupShare, Plan, StartUse},
    list::Member,
    problem::Refusal,
    supply::Supply,
    ways::Barrier,
    worth::Weights,
};
use crate::{
    dataset::DataSet,
    domain::{Bilingual, Language, MatchStatus},
};

/// A reason with its code.
pub(super) struct Said {
    code: &'static str,
    sv: &'static str,
    en: &'static str,
}

impl Said {
    pub(super) fn said(&self) -> (&'static str, Bilingual<String>) {
        (self.code, Bilingual::new(self.sv, self.en))
    }
}

const fn said(code: &'static str, sv: &'static str, en: &'static str) -> Said {
    Said { code, sv, en }
}

pub(super) const LOCKED_OUT: Said = said(
    "locked_out",
    "en rådgivare har låst att personen inte får någon plats",
    "an adviser has locked that the person gets no place",
);
pub(super) const LOCK_NOT_OFFERED: Said = said(
    "lock_not_offered",
    "det låsta valet finns inte bland personens vägar; välj en rad ur planen och lås den",
    "what is locked is not among the person's ways; choose a row of the plan and lock it",
);
pub(super) const BUDGET: Said = said(
    "budget",
    "platser finns, men pengarna räcker inte: andra får ut mer av dem",
    "there are seats, but the money does not reach: others gain more from it",
);
pub(super) const SEATS: Said = said(
    "seats",
    "platserna räcker inte: andra får ut mer av dem",
    "the seats do not reach: others gain more from them",
);
const NOT_UNDERSTOOD: Said = said(
    "not_understood",
    "för lite förstods av raden; rätta yrke eller kompetenser",
    "too little of the row was understood; correct occupation or skills",
);
const NO_PATH: Said =
    said("no_path", "ingen väg klarar personens gränser", "no path is within the person's limits");
const LATE: Said = said(
    "outside_window",
    "inga kurser hinns med inom personens tid, och utan kurs räcker det inte",
    "no courses fit the person's time, and without a course it is not enough",
);
const FAR: Said = said(
    "too_far",
    "även med kurser är färre än en fjärdedel av sådana byten rimliga",
    "even with courses fewer than a fourth of such moves are feasible",
);
const LICENCE: Said = said(
    "licence",
    "en behörighet saknas som ingen kurs i vägarna ger",
    "a licence is missing that no course of the ways gives",
);
const WORTHLESS: Said = said(
    "worthless",
    "väntan, studier och kostnad väger tyngre än vad vägarna ger",
    "waiting, studying and cost weigh more than the ways bring",
);

/// Why a worker without any option has none: the barrier that could most easily be moved.
pub(super) fn no_way(member: &Member) -> (&'static str, Bilingual<String>) {
    match member.status {
        MatchStatus::Abstain => return NOT_UNDERSTOOD.said(),
        MatchStatus::NoMatch => return NO_PATH.said(),
        MatchStatus::Matched => {}
    }
    let order = [
        (Barrier::OutsideWindow, LATE),
        (Barrier::Worthless, WORTHLESS),
        (Barrier::TooFar, FAR),
        (Barrier::Licence, LICENCE),
    ];
    let found = order.into_iter().find(|(barrier, _)| member.barred.contains(barrier));
    found.map_or_else(|| NO_PATH.said(), |(_, reason)| reason.said())
}

/// Why a lock is not kept.
pub(super) fn lock_refused(
    refusal: Refusal,
    supply: &Supply,
    dataset: &DataSet,
) -> (&'static str, Bilingual<String>) {
    let (code, sv, en) = match refusal {
        Refusal::Budget => (
            "lock_budget",
            "låset kan inte hållas: pengarna räcker inte efter de andra låsen".to_owned(),
            "the lock cannot be kept: the money does not reach after the other locks".to_owned(),
        ),
        Refusal::Seats { pool } => {
            let pool = &supply.pools[pool as usize];
            let title = &dataset.courses[pool.course as usize].title;
            let [sv, en] = ["start", "starts"]
                .map(|word| pool.day.map(|day| format!(", {word} {day}")).unwrap_or_default());
            let seats = pool.seats;
            (
                "lock_seats",
                format!(
                    "låset kan inte hållas: {}{sv} har {seats} platser, och andra lås har tagit dem",
                    title.sv
                ),
                format!(
                    "the lock cannot be kept: {}{en} has {seats} seats, and other locks have taken them",
                    title.en
                ),
            )
        }
    };
    (code, Bilingual::new(sv, en))
}

/// The objective in words.
pub(super) fn formula(weights: &Weights) -> Bilingual<String> {
    let Weights { gap, week, kr_10000, wish } = weights;
    let [gap_sv, week_sv, kr_sv, wish_sv] =
        [gap, week, kr_10000, wish].map(|weight| weight.to_string().replace('.', ","));
    Bilingual::new(
        format!(
            "värde = 100 × efterfrågan × rimligt + {gap_sv} × efterfrågan × (1 − rimligt) × stängt gap + \
             {wish_sv} om yrket är önskat − {week_sv} × veckor av väntan och studier − {kr_sv} × kronor / \
             10 000"
        ),
        format!(
            "worth = 100 × demand × feasible + {gap} × demand × (1 − feasible) × gap closed + {wish} where \
             the occupation is asked for − {week} × weeks of waiting and studying − {kr_10000} × kronor / \
             10,000"
        ),
    )
}

/// What a plan shows, one sentence each: what more would bring, what is not reached, what is assumed.
pub(super) fn findings(plan: &Plan, crowds: Vec<Bilingual<String>>) -> Vec<Bilingual<String>> {
    let mut findings = crowds;
    findings.extend(lower_pay(plan));
    findings.extend(money(plan));
    let mut starts: Vec<&StartUse> =
        plan.starts.iter().filter(|start| start.more.is_some()).collect();
    starts.sort_by_key(|start| {
        let better = start.more.as_ref().map_or(0, |more| more.better);
        (std::cmp::Reverse(better), &start.course, start.start)
    });
    findings.extend(starts.into_iter().filter_map(more_seats));
    findings.extend(plan.sectors.iter().chain(&plan.workplaces).filter_map(short_group));
    findings.extend(idle(plan));
    findings.extend(assumptions(plan));
    findings
}

fn both(sv: String, en: String) -> Bilingual<String> {
    Bilingual::new(sv, en)
}

/// Kronor a month by which a mean wage is much lower.
const MUCH_LOWER: i64 = 3_000;

/// How many are sent to work that pays much less: the plan weighs demand and score, not pay, but where a worker has a
/// lowest wage.
fn lower_pay(plan: &Plan) -> Option<Bilingual<String>> {
    let changes = plan.assignments.iter().filter_map(|person| person.way.wage_change);
    let many = changes.filter(|change| *change <= -MUCH_LOWER).count();
    (many >= crowds::LEAST as usize).then(|| {
        let [sv, en] = [Language::Sv, Language::En].map(|language| grouped(MUCH_LOWER.unsigned_abs(), language));
        both(
            format!(
                "{many} personer planeras till ett arbete vars medellön är minst {sv} kr lägre i månaden än deras \
                 yrkesgrupps: gå igenom dem, eller sätt en lägsta lön."
            ),
            format!(
                "{many} people are planned for work whose mean wage is at least {en} kr a month below that of their \
                 own group: go through them, or set a lowest wage."
            ),
        )
    })
}

/// What more money would bring, or that money is not what is missing.
fn money(plan: &Plan) -> Option<Bilingual<String>> {
    let (more, budget) = (plan.more_budget.as_ref()?, plan.settings.budget_kr?);
    let (kr, sv_kr) = (grouped(more.kr, Language::En), grouped(more.kr, Language::Sv));
    let (placed, better) = (more.placed, more.better);
    if better > 0 {
        let worse_sv = others(more.worse, "får en sämre");
        let worse_en = others_en(more.worse);
        return Some(both(
            format!(
                "{sv_kr} kr till skulle ge minst {better} personer en bättre väg; {placed} fler får plats{worse_sv}."
            ),
            format!(
                "{kr} kr more would give at least {better} people a better way; {placed} more get a \
                 place{worse_en}."
            ),
        ));
    }
    let left = budget.saturating_sub(plan.totals.spent_kr);
    let (sv_left, left) = (grouped(left, Language::Sv), grouped(left, Language::En));
    Some(both(
        format!("Pengar är inte det som fattas: {sv_left} kr blir över."),
        format!("Money is not what is missing: {left} kr are left."),
    ))
}

fn others(worse: u32, words: &str) -> String {
    if worse == 0 { String::new() } else { format!(" ({worse} {words})") }
}

fn others_en(worse: u32) -> String {
    if worse == 0 { String::new() } else { format!(" ({worse} get a poorer one)") }
}

fn more_seats(start: &StartUse) -> Option<Bilingual<String>> {
    let more = start.more.as_ref().filter(|more| more.better > 0)?;
    let day = start.start.map(|day| format!(" {day}")).unwrap_or_default();
    let (seats, better, placed) = (more.seats, more.better, more.placed);
    let (worse_sv, worse_en) = (others(more.worse, "får en sämre"), others_en(more.worse));
    Some(both(
        format!(
            "{seats} platser till i {}{day} skulle hjälpa minst {better}; {placed} fler får \
             plats{worse_sv}.",
            start.title.sv
        ),
        format!(
            "{seats} more seats in {}{day} would help at least {better} people; {placed} more get a \
             place{worse_en}.",
            start.title.en
        ),
    ))
}

/// A sector or a workplace that has fewer course places than its share.
fn short_group(group: &GroupShare) -> Option<Bilingual<String>> {
    let wanted = group.wanted.filter(|wanted| group.with_courses < u64::from(*wanted))?;
    let placed = group.with_courses;
    let (sv, en) = match group.possible {
        Some(possible) => (
            format!(
                "fler än {possible} kan inte få det: kurser som passar, platser eller pengar saknas"
            ),
            format!("more than {possible} cannot: courses that fit, seats or money are missing"),
        ),
        None => (
            "andra tävlar om samma platser och pengar".to_owned(),
            "others compete for the same seats and money".to_owned(),
        ),
    };
    let Bilingual { sv: own, en: own_en } = &group.label;
    Some(both(
        format!("{own}: {placed} får kurs, {wanted} enligt den rättvisa andelen; {sv}."),
        format!("{own_en}: {placed} get a course, {wanted} by the fair share; {en}."),
    ))
}

/// Starts that nobody takes.
fn idle(plan: &Plan) -> Option<Bilingual<String>> {
    let idle = plan.starts.iter().filter(|start| start.taken == 0 && start.seats > 0).count();
    (idle > 0).then(|| {
        both(
            format!("{idle} kursstarter tas av ingen."),
            format!("{idle} course starts are taken by nobody."),
        )
    })
}

/// What the plan takes for granted.
fn assumptions(plan: &Plan) -> Vec<Bilingual<String>> {
    let mut said = Vec::new();
    let totals = &plan.totals;
    if totals.assumed_kr > 0 {
        let week = plan.settings.price_per_week_kr;
        said.push(both(
            format!(
                "Antaget: {} kr av kostnaden räknas med {} kr per kursvecka, för priserna är okända.",
                grouped(totals.assumed_kr, Language::Sv),
                grouped(u64::from(week), Language::Sv)
            ),
            format!(
                "Assumed: {} kr of the cost are reckoned at {} kr a course week, for prices are unknown.",
                grouped(totals.assumed_kr, Language::En),
                grouped(u64::from(week), Language::En)
            ),
        ));
    }
    let unlimited: u64 = plan.unlimited.iter().map(|course| u64::from(course.taken)).sum();
    if unlimited > 0 {
        let courses = plan.unlimited.len();
        said.push(both(
            format!(
                "Antaget: plats finns för {unlimited} i {courses} kurser vars antal platser är okänt."
            ),
            format!(
                "Assumed: there are seats for {unlimited} in {courses} courses whose number of seats is \
                 unknown."
            ),
        ));
    }
    if totals.window_unknown > 0 {
        let people = totals.window_unknown;
        said.push(both(
            format!("Okänt för {people}: om kurserna hinns med; fråga om datum och timmar."),
            format!(
                "Unknown for {people}: whether the courses fit in time; ask for dates and hours."
            ),
        ));
    }
    said
}

/// A number with its thousands apart.
fn grouped(number: u64, language: Language) -> String {
    language.number(number as f64, 0)
}
