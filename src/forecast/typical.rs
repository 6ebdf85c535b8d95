//! People as they may turn out to be: what is not known of them is drawn by chance from a seed.

use jiff::{ToSpan as _, civil::Date};

use super::{Assumptions, counts::Count};
use crate::{
    domain::{Dates, OccupationIx, Profile, Status, closest, holding},
    engine::Engine,
    model::SplitMix,
};

/// People of one occupation and class of tenure that may stand for it, at most; a power of two.
const ALIKE: usize = 8;
/// People that are worth drawing for a row, where its occupations and classes ask for fewer.
const ENOUGH: usize = 48;
/// Occupations of an SSYK group that are drawn from, beside the one it is named after.
const OTHERS: usize = 15;
/// Days of a month of notice, on average.
const MONTH: f64 = 30.44;

/// A seed that hangs on a row's content and nothing else (FNV-1a).
pub(super) fn seed(count: &Count, salt: u64) -> u64 {
    let text = format!("{:?}|{:?}|{:?}|{:?}", count.ssyk, count.title, count.first, count.last);
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Somebody who may stand for people of a row.
pub(super) struct Person {
    /// Share of the people of their occupation who are like this one.
    pub(super) share: f64,
    /// People of chance whose place they take.
    pub(super) places: usize,
    pub(super) profile: Profile,
}

/// Occupations that people of a row may have: each by its id, nothing where the title or the group's own
/// name is what somebody is read by, with its share.
pub(super) fn occupations(
    engine: &Engine,
    count: &Count,
    assumed: &Assumptions,
) -> Vec<(Option<String>, f64)> {
    let group = group(engine, count);
    if group.len() < 2 {
        return vec![(None, 1.0)];
    }
    // The same for all rows of a group, so that they can be colleagues. Evenly through a long group.
    let number = group.len().min(OTHERS);
    let named = assumed.value("named_occupation");
    let others = (0..number).map(|at| {
        let ix = group[at * group.len() / number];
        let id = engine.dataset().taxonomy.occupation(ix).id.clone();
        (Some(id), (1.0 - named) / number as f64)
    });
    [(None, named)].into_iter().chain(others).collect()
}

/// The people that may stand for a row: of each of its occupations, one after the other, as many of every
/// class of tenure, so that which occupation says nothing of how long.
pub(super) fn people(
    engine: &Engine,
    count: &Count,
    assumed: &Assumptions,
    today: Date,
) -> Vec<Person> {
    let occupations = occupations(engine, count, assumed);
    let classes: Vec<(f32, f64)> = assumed.tenure().filter(|(_, share)| *share > 0.0).collect();
    let whole: f64 = classes.iter().map(|(_, share)| share).sum();
    let wanted = (count.people as usize).min(ENOUGH) / (occupations.len() * classes.len()).max(1);
    let alike = if wanted < 2 { 1 } else { 1 << wanted.min(ALIKE).ilog2() };
    let mut random = SplitMix(seed(count, 1));
    let mut people = Vec::new();
    for (id, _) in &occupations {
        for (years, share) in &classes {
            for _ in 0..alike {
                let profile =
                    person(engine, count, assumed, (today, *years, id.as_ref()), &mut random);
                let share = share / whole / alike as f64;
                people.push(Person { share, places: ALIKE / alike, profile });
            }
        }
    }
    people
}

/// Somebody of an occupation, employed for so many years.
fn person(
    engine: &Engine,
    count: &Count,
    assumed: &Assumptions,
    (today, years, occupation): (Date, f32, Option<&String>),
    random: &mut SplitMix,
) -> Profile {
    let mut profile = Profile {
        titles: count.title.iter().chain(occupation).cloned().collect(),
        ssyk: count.ssyk.clone(),
        agreement: count.agreement.clone(),
        status: Some(Status::Uppsagd),
        as_of: Some(today),
        ..Profile::default()
    };
    profile.dates = dates(engine, count, years, today);
    // Nobody starts a course before the notice they do not know of.
    profile.as_of = profile.dates.notice.map(|notice| notice.max(today)).or(profile.as_of);
    if random.share() < assumed.value("released") {
        profile.dates.released_from = profile.as_of;
    }
    profile.skills = skills(engine, &profile, assumed.value("optional_skill"), random);
    profile
}

/// Occupations of the row's SSYK group, where no title says more.
fn group<'e>(engine: &'e Engine, count: &Count) -> &'e [OccupationIx] {
    let Some(ssyk) = count.ssyk.as_ref().filter(|_| count.title.is_none()) else {
        return &[];
    };
    engine.occupations_in(ssyk)
}

/// The last day by the notice that so many years give: who has the shortest leaves on the first day of
/// the filing, who has the longest on its last.
fn dates(engine: &Engine, count: &Count, years: f32, today: Date) -> Dates {
    let rules = &engine.dataset().rules;
    let agreement = count.agreement.as_deref().unwrap_or_default();
    let months = |years: f32| {
        let rows = holding(rules, "las_11", agreement, Some(today));
        closest(rows.filter(|rule| rule.from_size <= years))
            .map_or(1.0, |rule| f64::from(rule.number()))
    };
    let (least, own, most) = (months(0.0), months(years), months(f32::MAX));
    let later = |day: Date, days: f64| {
        #[expect(clippy::cast_possible_truncation, reason = "a few months")]
        let days = days.round() as i64;
        day.checked_add(days.days()).unwrap_or(day)
    };
    let last_day = match (count.first, count.last) {
        (Some(first), Some(last)) if most > least => {
            let days = f64::from((last - first).get_days());
            later(first, days * (own - least) / (most - least))
        }
        (Some(first), _) => later(first, (own - least) * MONTH),
        (None, Some(last)) => later(last, (own - most) * MONTH),
        (None, None) => later(today, own * MONTH),
    };
    let notice = later(last_day, -own * MONTH);
    Dates { notice: Some(notice), last_day: Some(last_day), ..Dates::default() }
}

/// Optional skills of the occupation that a person is read as, by chance. The essential ones follow from
/// the occupation.
fn skills(engine: &Engine, profile: &Profile, share: f64, random: &mut SplitMix) -> Vec<String> {
    let understood = engine.resolve(profile);
    let Some(concept) = understood.occupations.first() else { return Vec::new() };
    let taxonomy = &engine.dataset().taxonomy;
    let optional = taxonomy.occupation(concept.ix).optional.iter();
    let has = optional.filter(|_| random.share() < share);
    has.map(|skill| taxonomy.skill(*skill).id.clone()).collect()
}
