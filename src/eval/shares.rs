//! How often what is shown with a share is right.

use std::fmt;

/// A reliability table: shares that were shown, in bins, beside how often they were right.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Shares {
    /// Upper end of each bin; how many were shown, their mean share, the share that was right.
    pub(super) bins: Vec<(f32, u64, f64, f64)>,
    /// Mean squared difference of the shown share and what was right, and of the overall share.
    pub(super) brier: [f64; 2],
    /// How many were shown, their mean share, the share that was right.
    pub(super) all: (u64, f64, f64),
}

impl Shares {
    /// Sorts what was shown into bins with these upper ends, the last of which takes the rest.
    pub(super) fn of(shown: impl IntoIterator<Item = (f32, bool)>, ends: &[f32]) -> Self {
        let mut sums = vec![(0_u64, 0.0, 0.0); ends.len()];
        let (mut squared, mut all, mut shown_sum, mut right) = (0.0, 0_u64, 0.0, 0.0);
        for (shown, yes) in shown {
            let at = ends.iter().position(|end| shown <= *end).unwrap_or(ends.len() - 1);
            let (shown, yes) = (f64::from(shown), f64::from(u8::from(yes)));
            sums[at] = (sums[at].0 + 1, sums[at].1 + shown, sums[at].2 + yes);
            squared += (shown - yes).powi(2);
            all += 1;
            shown_sum += shown;
            right += yes;
        }
        let mean = |count: u64, sum: f64| sum / (count as f64).max(1.0);
        let bin = |(end, (count, shown, yes)): (&f32, (u64, f64, f64))| {
            (*end, count, mean(count, shown), mean(count, yes))
        };
        let overall = mean(all, right);
        Self {
            bins: ends.iter().zip(sums).map(bin).collect(),
            brier: [mean(all, squared), overall * (1.0 - overall)],
            all: (all, mean(all, shown_sum), overall),
        }
    }

    /// The table in Markdown, its columns named for `what` is counted and `how` it is right.
    pub(super) fn write(&self, f: &mut fmt::Formatter<'_>, what: &str, how: &str) -> fmt::Result {
        writeln!(f, "| share shown | {what} | mean shown | {how} |\n|---|---|---|---|")?;
        let mut from = 0.0;
        for (to, count, shown, right) in &self.bins {
            if *count > 0 {
                writeln!(f, "| {from:.2} to {to:.2} | {count} | {shown:.3} | {right:.3} |")?;
            }
            from = *to;
        }
        let [brier, base] = self.brier;
        writeln!(f, "\nBrier score {brier:.5}; {base:.5} if all had the overall share.")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_counted_where_they_belong() {
        let shown = [(0.1, false), (0.2, true), (0.9, true), (0.7, false)];
        let shares = Shares::of(shown, &[0.2, 0.5, 0.8]);
        let counts: Vec<u64> = shares.bins.iter().map(|bin| bin.1).collect();
        assert_eq!(counts, [2, 0, 2]);
        assert!((shares.bins[2].2 - 0.8).abs() < 1e-6 && (shares.bins[2].3 - 0.5).abs() < 1e-9);
        let brier = (0.01 + 0.64 + 0.01 + 0.49) / 4.0;
        assert!((shares.brier[0] - brier).abs() < 1e-6 && (shares.brier[1] - 0.25).abs() < 1e-9);
    }
}
