//! Intervals, tests and corrections. All are textbook forms; each names its source.

use statrs::{
    distribution::{ContinuousCDF as _, StudentsT},
    function::factorial::ln_binomial,
};

/// 97.5th percentile of the normal distribution: 95 % two-sided.
const Z: f64 = 1.959_963_984_540_054;

/// A value with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Between {
    pub(super) value: f64,
    pub(super) low: f64,
    pub(super) high: f64,
}

/// How many of how many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) yes: usize,
    pub(super) of: usize,
}

/// Number, mean and variance (divisor n - 1) of a sample.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Moments {
    pub(super) count: usize,
    pub(super) mean: f64,
    pub(super) variance: f64,
}

impl Part {
    fn share(self) -> f64 {
        self.yes as f64 / self.of as f64
    }

    /// Wilson's score interval (Wilson 1927), for at least one person.
    pub(super) fn interval(self) -> Between {
        let (n, share) = (self.of as f64, self.share());
        let middle = (share + Z * Z / (2.0 * n)) / (1.0 + Z * Z / n);
        let spread = Z / (1.0 + Z * Z / n)
            * (share * (1.0 - share) / n + Z * Z / (4.0 * n * n)).max(0.0).sqrt();
        let low = if self.yes == 0 { 0.0 } else { (middle - spread).max(0.0) };
        let high = if self.yes == self.of { 1.0 } else { (middle + spread).min(1.0) };
        Between { value: share, low, high }
    }

    /// Difference of two shares, Newcombe's hybrid score interval (Newcombe 1998, method 10).
    pub(super) fn minus(self, other: Self) -> Between {
        let (a, b) = (self.interval(), other.interval());
        let value = a.value - b.value;
        let down = ((a.value - a.low).powi(2) + (b.high - b.value).powi(2)).sqrt();
        let up = ((a.high - a.value).powi(2) + (b.value - b.low).powi(2)).sqrt();
        Between { value, low: value - down, high: value + up }
    }

    /// Two-sided p of Fisher's exact test: all tables with these margins that are no likelier.
    pub(super) fn fisher(self, other: Self) -> f64 {
        let (yes, all) = (self.yes + other.yes, self.of + other.of);
        let log = |at: usize| {
            ln_binomial(self.of as u64, at as u64) + ln_binomial(other.of as u64, (yes - at) as u64)
                - ln_binomial(all as u64, yes as u64)
        };
        // As likely ones are counted in spite of rounding.
        let seen = log(self.yes) + 1e-7;
        let least = yes.saturating_sub(other.of);
        let tables = (least..=yes.min(self.of)).map(log).filter(|log| *log <= seen);
        tables.map(f64::exp).sum::<f64>().min(1.0)
    }
}

impl Moments {
    /// Of a sample in a fixed order, so that rounding is the same for any order of the list.
    pub(super) fn of(values: impl Iterator<Item = f64> + Clone) -> Self {
        let count = values.clone().count();
        let mean = values.clone().sum::<f64>() / count.max(1) as f64;
        let squares: f64 = values.map(|value| (value - mean).powi(2)).sum();
        Self { count, mean, variance: squares / count.saturating_sub(1).max(1) as f64 }
    }

    /// Student's interval of the mean, for at least two people.
    pub(super) fn interval(self) -> Between {
        let error = (self.variance / self.count as f64).sqrt();
        let spread = error * quantile(self.count as f64 - 1.0);
        Between { value: self.mean, low: self.mean - spread, high: self.mean + spread }
    }

    /// Difference of two means by Welch (1947), with its two-sided p; without spread in both samples
    /// there is no p. It is never surer than if both had the spread of all (Student): of five people to
    /// whom a plan happens to give no kronor at all the own spread would say that this is no chance.
    pub(super) fn minus(self, other: Self) -> (Between, Option<f64>) {
        let (a, b) = (self.error(), other.error());
        let value = self.mean - other.mean;
        let alike = self.pooled(other);
        let wider = alike > (a + b) * (1.0 + 1e-9);
        let error = if wider { alike } else { a + b }.sqrt();
        if error <= f64::EPSILON * value.abs().max(1.0) {
            return (Between { value, low: value, high: value }, None);
        }
        let (one, two) = (self.count as f64 - 1.0, other.count as f64 - 1.0);
        let welch = (a + b).powi(2) / (a.powi(2) / one + b.powi(2) / two);
        let freedom = if wider { one + two } else { welch };
        let spread = error * quantile(freedom);
        let tail = student(freedom).map_or(1.0, |t| 1.0 - t.cdf((value / error).abs()));
        (
            Between { value, low: value - spread, high: value + spread },
            Some((2.0 * tail).clamp(0.0, 1.0)),
        )
    }

    /// Variance of the difference of two means where both have the same spread.
    fn pooled(self, other: Self) -> f64 {
        let (one, two) = (self.count as f64, other.count as f64);
        let squares = self.variance * (one - 1.0) + other.variance * (two - 1.0);
        squares / (one + two - 2.0) * (1.0 / one + 1.0 / two)
    }

    /// Variance of the mean.
    fn error(self) -> f64 {
        self.variance / self.count as f64
    }
}

/// Mean difference inside strata, those weighted most that say most: `n1 n2 / (n1 + n2)`, as Mantel and
/// Haenszel weigh (1959); the interval is the normal one with the spread of all strata together, for
/// most strata hold few people. `None` without a stratum of both.
pub(super) fn within(strata: &[(Moments, Moments)]) -> Option<Between> {
    let weight =
        |(a, b): &(Moments, Moments)| a.count as f64 * b.count as f64 / (a.count + b.count) as f64;
    let whole: f64 = strata.iter().map(weight).sum();
    let (mut squares, mut freedom) = (0.0, 0.0);
    for moments in strata.iter().flat_map(|(a, b)| [a, b]) {
        let degrees = moments.count.saturating_sub(1) as f64;
        squares += moments.variance * degrees;
        freedom += degrees;
    }
    if whole <= 0.0 || freedom < 1.0 {
        return None;
    }
    let value = strata.iter().map(|pair| weight(pair) * (pair.0.mean - pair.1.mean)).sum::<f64>();
    let value = value / whole;
    // Each stratum's difference has the variance s^2 / weight; the weighted mean s^2 / sum of weights.
    let spread = (squares / freedom / whole).sqrt() * quantile(freedom);
    Some(Between { value, low: value - spread, high: value + spread })
}

/// Holm's step-down adjustment (Holm 1979), in the order given.
pub(super) fn holm(chances: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..chances.len()).collect();
    order.sort_by(|a, b| chances[*a].total_cmp(&chances[*b]).then(a.cmp(b)));
    let mut adjusted = vec![1.0; chances.len()];
    let mut so_far = 0.0_f64;
    for (done, at) in order.iter().enumerate() {
        so_far = so_far.max(chances[*at] * (chances.len() - done) as f64).min(1.0);
        adjusted[*at] = so_far;
    }
    adjusted
}

fn student(freedom: f64) -> Option<StudentsT> {
    StudentsT::new(0.0, 1.0, freedom).ok()
}

fn quantile(freedom: f64) -> f64 {
    student(freedom).map_or(Z, |t| t.inverse_cdf(0.975))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: f64, expected: f64) {
        assert!((found - expected).abs() < 5e-4, "{found} is not {expected}");
    }

    #[test]
    fn wilson_and_newcombe_as_published() {
        // Newcombe 1998, Statistics in Medicine 17:857 and 17:873: 81/263, and 56/70 - 48/80.
        let wilson = Part { yes: 81, of: 263 }.interval();
        near(wilson.low, 0.2553);
        near(wilson.high, 0.3662);
        let none = Part { yes: 0, of: 20 }.interval();
        near(none.low, 0.0);
        near(none.high, 0.1611);
        let difference = Part { yes: 56, of: 70 }.minus(Part { yes: 48, of: 80 });
        near(difference.value, 0.2);
        near(difference.low, 0.0524);
        near(difference.high, 0.3339);
    }

    #[test]
    fn fisher_as_for_the_lady_who_tasted_tea() {
        near(Part { yes: 3, of: 4 }.fisher(Part { yes: 1, of: 4 }), 0.4857);
        near(Part { yes: 1, of: 10 }.fisher(Part { yes: 11, of: 14 }), 0.00276);
        near(Part { yes: 5, of: 5 }.fisher(Part { yes: 9, of: 9 }), 1.0);
    }

    #[test]
    fn welch_as_in_r() {
        // t.test(extra ~ group, sleep): t = -1.8608, df = 17.776, p = 0.07939, -3.3654832 to 0.2054832.
        let one = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0.0, 2.0];
        let two = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4];
        let of = |values: [f64; 10]| Moments::of(values.into_iter());
        let (difference, chance) = of(one).minus(of(two));
        near(difference.value, -1.58);
        near(difference.low, -3.36548);
        near(difference.high, 0.20548);
        near(chance.unwrap(), 0.07939);
        let flat = Moments::of([2.0; 6].into_iter());
        assert_eq!(flat.minus(flat).1, None);
        // Five who happen to have nothing, where one in fifty has 24,000: that is chance.
        let few = Moments::of([0.0; 5].into_iter());
        let many = Moments::of((0..1_700).map(|at| if at % 50 == 0 { 24e3 } else { 600.0 }));
        let (difference, chance) = few.minus(many);
        assert!(chance.unwrap() > 0.3 && difference.high > 0.0, "{difference:?} {chance:?}");
    }

    #[test]
    fn holm_as_in_r() {
        // p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")
        let adjusted = holm(&[0.01, 0.04, 0.03, 0.005]);
        for (found, expected) in adjusted.into_iter().zip([0.03, 0.06, 0.06, 0.02]) {
            near(found, expected);
        }
        assert!(holm(&[]).is_empty());
    }

    #[test]
    fn a_difference_between_strata_is_none_within_them() {
        // Group one is mostly in the stratum of ones, group two in that of zeros; inside both are alike.
        let of = |values: &[f64]| Moments::of(values.iter().copied());
        let strata = [
            (of(&[1.0, 1.1, 0.9, 1.0]), of(&[1.0, 1.0])),
            (of(&[0.0, 0.0]), of(&[0.1, -0.1, 0.0, 0.0])),
        ];
        let inside = within(&strata).unwrap();
        near(inside.value, 0.0);
        assert!(inside.low < 0.0 && inside.high > 0.0);
        assert_eq!(within(&[]), None);
    }
}
