//! What a way is worth: the objective, part by part.
//!
//! ```text
//! worth = 100 × demand × feasible                                  the move as the worker is now
//!         + 100 × demand × (1 - feasible) × closed                 the skill gap closed
//!         + 10                                                     where the worker asked for it
//!         - 0.25 × weeks                                           waiting and studying
//!         - 1 × kronor / 10,000
//! ```
//!
//! * `feasible` is the share of such moves that experts call feasible as the worker is now; it counts
//!   without any course.
//! * `closed` is the share of what is missing that the courses close: skills by their weight, and a
//!   licence as much as half of all skills that are missing. By default closing the whole gap makes the
//!   move as good as sure, and closing none leaves it as it is. That is a generous view of courses; a hub
//!   that thinks less of them gives the second addend fewer points.
//! * `demand` is 0 to 1, from *Yrkesbarometern*: opportunities `stora` 1, `medelstora`
//!   0.7, `små` 0.4, unknown as `små`, the mean where a group has several, a tenth more where the forecast is
//!   to grow and a tenth less where it is to shrink.
//! * Weeks cost something because waiting and long courses went with longer unemployment after the
//!   layoffs at Volvo Cars (Riksrevisionen, report 2015:1): by default a course of 20 weeks must be worth
//!   five points more than none.
//! * Kronor cost something beside the budget, so that what is as good and cheaper goes first.
//!
//! No attribute of a person is in it: not age, sex or origin, not even the sector.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::POINT;
use crate::domain::{Barometer, Gap};

/// Points of a move in full demand that is sure.
const FULL: f64 = 100.0;
/// Kronor of the weight of cost.
const KRONOR: f64 = 10_000.0;
/// Weight of a missing licence, as a share of all missing skills; as in course plans.
const LICENCE: f64 = 0.5;
/// Demand where nothing is known: what nobody judges must not go before what is known to be scarce, and most groups
/// that are not judged are small.
const UNKNOWN_DEMAND: f64 = 0.4;
/// How much a forecast moves demand.
const FORECAST: f64 = 0.1;

/// Weights of the objective, in points.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(default, deny_unknown_fields)]
pub struct Weights {
    /// The whole gap of a move that is not feasible at all, in full demand.
    pub gap: f64,
    /// A week of waiting or studying.
    pub week: f64,
    /// 10,000 kronor.
    pub kr_10000: f64,
    /// An occupation that the worker asked for.
    pub wish: f64,
}

impl Default for Weights {
    fn default() -> Self {
        Self { gap: 100.0, week: 0.25, kr_10000: 1.0, wish: 10.0 }
    }
}

/// What a way is worth, part by part, in points; they add up to the whole.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize, Deserialize, ToSchema)]
pub struct Parts {
    /// The move as the worker is now.
    pub direct: f64,
    /// What closing the gap adds.
    pub gap_closed: f64,
    /// Asked for by the worker.
    pub wish: f64,
    /// Waiting and studying; below 0.
    pub weeks: f64,
    /// Kronor; below 0.
    pub cost: f64,
}

impl Parts {
    /// The worth, millionths of a point.
    #[expect(clippy::cast_possible_truncation, reason = "weights and facts are bounded")]
    pub(super) fn worth(&self) -> i64 {
        let points = self.direct + self.gap_closed + self.wish + self.weeks + self.cost;
        (points * POINT as f64).round() as i64
    }
}

/// Facts of a way that its worth rests on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Facts {
    pub(super) demand: f64,
    pub(super) feasible: f64,
    pub(super) closed: f64,
    pub(super) wished: bool,
    pub(super) weeks: f64,
    pub(super) cost_kr: u32,
}

impl Weights {
    pub(super) fn parts(&self, facts: &Facts) -> Parts {
        let rest = 1.0 - facts.feasible;
        Parts {
            direct: rounded(FULL * facts.demand * facts.feasible),
            gap_closed: rounded(self.gap * facts.demand * rest * facts.closed),
            wish: if facts.wished { self.wish } else { 0.0 },
            weeks: rounded(-self.week * facts.weeks),
            cost: rounded(-self.kr_10000 * f64::from(facts.cost_kr) / KRONOR),
        }
    }
}

/// To a thousandth of a point, without a minus before zero.
pub(super) fn rounded(number: f64) -> f64 {
    (number * 1_000.0).round() / 1_000.0 + 0.0
}

/// Share of what is missing that courses close: `covered` of the skills' weight and so many licences.
pub(super) fn closed(gap: &Gap, covered: f32, licences_given: usize) -> f64 {
    let missing = f64::from((1.0 - gap.covered).clamp(0.0, 1.0));
    // Where no skill is missing a licence is all that is.
    let licence = LICENCE * if missing > 0.0 { missing } else { 1.0 };
    let all = missing + licence * gap.licences.len() as f64;
    if all <= 0.0 {
        return 0.0;
    }
    let given = licences_given.min(gap.licences.len()) as f64;
    ((missing * f64::from(covered) + licence * given) / all).clamp(0.0, 1.0)
}

/// Demand of 0 to 1 by the barometer's judgements of an occupation.
pub(super) fn demand(judgements: &[Barometer]) -> f64 {
    let of = |judgement: &Barometer| {
        let opportunities = match judgement.opportunities.as_str() {
            "stora" => 1.0,
            "medelstora" => 0.7,
            "små" => 0.4,
            _ => UNKNOWN_DEMAND,
        };
        let forecast = match judgement.forecast.as_str() {
            "öka" => FORECAST,
            "minska" => -FORECAST,
            _ => 0.0,
        };
        (opportunities + forecast).clamp(0.0, 1.0)
    };
    if judgements.is_empty() {
        return UNKNOWN_DEMAND;
    }
    rounded(judgements.iter().map(of).sum::<f64>() / judgements.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, LicenceGap};

    #[test]
    fn parts_add_up_as_the_formula_says() {
        let facts = Facts {
            demand: 0.7,
            feasible: 0.4,
            closed: 0.5,
            wished: true,
            weeks: 10.0,
            cost_kr: 20_000,
        };
        let parts = Weights::default().parts(&facts);
        let expected =
            Parts { direct: 28.0, gap_closed: 21.0, wish: 10.0, weeks: -2.5, cost: -2.0 };
        assert_eq!(parts, expected);
        assert_eq!(parts.worth(), 54_500_000);
        let nothing = Weights::default().parts(&Facts { weeks: 0.0, cost_kr: 0, ..facts });
        assert!(nothing.weeks.is_sign_positive() && nothing.cost.is_sign_positive());
    }

    #[test]
    fn a_licence_weighs_as_half_of_the_missing_skills() {
        let (key, label) = ("CE".into(), Bilingual::default());
        let licence = LicenceGap { key, label, protected_title: false };
        let gap = Gap { covered: 0.6, licences: vec![licence], ..Gap::default() };
        assert!((closed(&gap, 0.0, 1) - 1.0 / 3.0).abs() < 1e-6);
        assert!((closed(&gap, 1.0, 1) - 1.0).abs() < 1e-6);
        assert!(closed(&gap, 0.0, 0).abs() < 1e-9);
        let only = Gap { covered: 1.0, ..gap };
        assert!((closed(&only, 1.0, 1) - 1.0).abs() < 1e-6);
        assert!(closed(&Gap { covered: 1.0, ..Gap::default() }, 1.0, 0).abs() < 1e-9);
    }

    #[test]
    fn demand_follows_the_barometer() {
        let of = |opportunities: &str, forecast: &str| Barometer {
            opportunities: opportunities.into(),
            forecast: forecast.into(),
            name: String::new(),
        };
        let near = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-9, "{found}");
        near(demand(&[]), 0.4);
        near(demand(&[of("stora", "öka")]), 1.0);
        near(demand(&[of("stora", "vara oförändrad"), of("små", "minska")]), 0.65);
    }
}
