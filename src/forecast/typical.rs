//! People as they may turn out to be: what is not known of them is drawn by chance from a seed.

use jiff::{ToSpan as _, civil::Date};

use super::{Assumptions, counts::Count};
use crate::{
    domain::{Dates, OccupationIx, Profile, Status, closest, holding},
    engine::Engine,
    model::SplitMix,
};

/// Fewest and most different people that stand for a row.
const FEWEST: usize = 8;
const MOST: usize = 48;
/// Days of a month of notice, on average.
const MONTH: f64 = 30.44;

/// A seed that hangs on a row's content and nothing else (FNV-1a).
pub(super) fn seed(count: &Count, salt: u64) -> u64 {
    let text = format!("{:?}|{:?}|{:?}|{:?}", count.ssyk, count.title, count.first, count.last);
    text.bytes().fold(0xcbf2_9ce4_8422_2325 ^ salt, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// The people that stand for a row.
pub(super) fn people(
    engine: &Engine,
    count: &Count,
    assumed: &Assumptions,
    today: Date,
) -> Vec<Profile> {
    let number = (count.people as usize).clamp(FEWEST, MOST);
    let group = group(engine, count);
    let mut random = SplitMix(seed(count, 1));
    let has = assumed.value("optional_skill");
    let classes: Vec<(f32, f64)> = assumed.tenure().collect();
    (0..number)
        .map(|at| {
            // Tenure goes through its classes evenly: chance is only in who else has which.
            let years = quantile(&classes, (at as f64 + random.share()) / number as f64);
            let mut profile = Profile {
                titles: titles(engine, count, group, assumed, &mut random),
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
            profile.skills = skills(engine, &profile, has, &mut random);
            profile
        })
        .collect()
}

/// The value whose class holds this share of the whole.
fn quantile(classes: &[(f32, f64)], share: f64) -> f32 {
    let whole: f64 = classes.iter().map(|(_, share)| share).sum();
    let mut left = share * whole;
    for (years, share) in classes {
        if left < *share {
            return *years;
        }
        left -= share;
    }
    classes.last().map_or(0.0, |(years, _)| *years)
}

/// Occupations of the row's SSYK group, where no title says more.
fn group<'e>(engine: &'e Engine, count: &Count) -> &'e [OccupationIx] {
    let Some(ssyk) = count.ssyk.as_ref().filter(|_| count.title.is_none()) else {
        return &[];
    };
    engine.occupations_in(ssyk)
}

/// The title as written, or an occupation of the group by chance; none where the group's own name is
/// what the person is read by.
fn titles(
    engine: &Engine,
    count: &Count,
    group: &[OccupationIx],
    assumed: &Assumptions,
    random: &mut SplitMix,
) -> Vec<String> {
    if let Some(title) = &count.title {
        return vec![title.clone()];
    }
    if group.len() < 2 || random.share() < assumed.value("named_occupation") {
        return Vec::new();
    }
    let ix = group[random.below(group.len())];
    vec![engine.dataset().taxonomy.occupation(ix).id.clone()]
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn classes_are_met_in_their_shares() {
        let classes = [(0.0, 0.25), (2.0, 0.25), (10.0, 0.5)];
        let met: Vec<f32> =
            (0..4).map(|at| quantile(&classes, f64::from(at) / 4.0 + 0.1)).collect();
        assert_eq!(met, [0.0, 2.0, 10.0, 10.0]);
        assert!((quantile(&classes, 1.0) - 10.0).abs() < f32::EPSILON);
    }
}
