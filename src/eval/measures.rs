//! Retrieval measures, each for one query, and their mean over queries.
//!
//! `hits[i]` says whether the candidate on rank `i + 1` is right; `relevant` is the number of right
//! answers there are. Definitions follow `trec_eval` unless a line says otherwise; gains are linear
//! and discounts `1 / log2(rank + 1)`.

use serde::Serialize;

/// 1 / rank of the first right candidate, 0 without one.
pub fn reciprocal_rank(hits: &[bool]) -> f64 {
    hits.iter().position(|&hit| hit).map_or(0.0, |at| 1.0 / (at + 1) as f64)
}

/// Mean of the precision at each right candidate; right answers that are not found count 0.
pub fn average_precision(hits: &[bool], relevant: usize) -> f64 {
    let mut found = 0_usize;
    let mut sum = 0.0;
    for (at, _) in hits.iter().enumerate().filter(|(_, hit)| **hit) {
        found += 1;
        sum += found as f64 / (at + 1) as f64;
    }
    ratio(sum, relevant as f64)
}

/// Right candidates among the first `k`, over `k` (also where fewer than `k` are ranked).
pub fn precision_at(hits: &[bool], k: usize) -> f64 {
    ratio(count(hits, k), k as f64)
}

/// Right candidates among the first `k`, over all right answers.
pub fn recall_at(hits: &[bool], k: usize, relevant: usize) -> f64 {
    ratio(count(hits, k), relevant as f64)
}

/// RP@k: right candidates among the first `k`, over the best possible number, min(k, relevant)
/// (Decorte et al. 2022).
pub fn r_precision_at(hits: &[bool], k: usize, relevant: usize) -> f64 {
    ratio(count(hits, k), relevant.min(k) as f64)
}

/// 1 where one of the first `k` is right, else 0 (hit@k, A@k).
pub fn success_at(hits: &[bool], k: usize) -> f64 {
    f64::from(u8::from(hits.iter().take(k).any(|&hit| hit)))
}

/// Sum of the gains of the first `k` candidates, discounted by rank.
pub fn dcg(gains: &[f64], k: usize) -> f64 {
    gains.iter().take(k).enumerate().map(|(at, gain)| gain / ((at + 2) as f64).log2()).sum()
}

/// nDCG@k: discounted gain over that of the best order of all answers' gains; 0 where nothing can
/// be gained.
pub fn ndcg(gains: &[f64], answers: &[f64], k: usize) -> f64 {
    let mut ideal = answers.to_vec();
    ideal.sort_by(|a, b| b.total_cmp(a));
    ratio(dcg(gains, k), dcg(&ideal, k))
}

/// nDCG@k where every right answer gains 1.
pub fn binary_ndcg(hits: &[bool], k: usize, relevant: usize) -> f64 {
    let gains: Vec<f64> = hits.iter().take(k).map(|&hit| f64::from(u8::from(hit))).collect();
    ndcg(&gains, &vec![1.0; relevant.min(k)], k)
}

fn count(hits: &[bool], k: usize) -> f64 {
    hits.iter().take(k).filter(|&&hit| hit).count() as f64
}

fn ratio(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

/// A measure's mean over queries.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Measure {
    /// The measure, as the published scorers call it.
    pub name: String,
    /// Mean over queries.
    pub mean: f64,
    /// Half of the 95 % interval's width: 1.96 standard errors of the mean over queries.
    pub half_width: f64,
    /// Queries the mean is over.
    pub queries: usize,
}

/// Collects the values of measures query by query.
#[derive(Debug, Default)]
pub struct Tally {
    values: Vec<(String, Vec<f64>)>,
}

impl Tally {
    /// Adds one query's value of a measure.
    pub fn add(&mut self, name: impl Into<String>, value: f64) {
        let name = name.into();
        match self.values.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => self.values.push((name, vec![value])),
        }
    }

    /// The means, in the order the measures first came.
    pub fn measures(self) -> Vec<Measure> {
        self.values.into_iter().map(|(name, values)| mean(name, &values)).collect()
    }
}

fn mean(name: String, values: &[f64]) -> Measure {
    let n = values.len() as f64;
    let mean = ratio(values.iter().sum(), n);
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    let half_width = 1.96 * (squares / (n - 1.0).max(1.0) / n.max(1.0)).sqrt();
    Measure { name, mean, half_width, queries: values.len() }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Right on ranks 2 and 4 of five; three right answers exist.
    const HITS: [bool; 5] = [false, true, false, true, false];

    fn near(value: f64, wanted: f64) {
        assert!((value - wanted).abs() < 1e-9, "{value} is not {wanted}");
    }

    #[test]
    fn reciprocal_rank_is_of_the_first_hit() {
        near(reciprocal_rank(&HITS), 0.5);
        near(reciprocal_rank(&[false, false]), 0.0);
        near(reciprocal_rank(&[]), 0.0);
    }

    #[test]
    fn average_precision_counts_what_is_not_found() {
        // (1/2 + 2/4) / 3
        near(average_precision(&HITS, 3), 1.0 / 3.0);
        near(average_precision(&[true, true], 2), 1.0);
    }

    #[test]
    fn precision_recall_and_rp_differ_in_what_they_divide_by() {
        near(precision_at(&HITS, 4), 2.0 / 4.0);
        near(precision_at(&HITS, 10), 2.0 / 10.0);
        near(recall_at(&HITS, 2, 3), 1.0 / 3.0);
        near(recall_at(&HITS, 10, 3), 2.0 / 3.0);
        near(r_precision_at(&HITS, 2, 3), 1.0 / 2.0);
        near(r_precision_at(&HITS, 10, 3), 2.0 / 3.0);
    }

    #[test]
    fn success_is_all_or_nothing() {
        near(success_at(&HITS, 1), 0.0);
        near(success_at(&HITS, 2), 1.0);
    }

    #[test]
    fn ndcg_has_linear_gains() {
        // Gains 1, 3 against the ideal 3, 2, 1.
        let gained = 1.0 + 3.0 / 3.0_f64.log2();
        let ideal = 3.0 + 2.0 / 3.0_f64.log2() + 1.0 / 2.0;
        near(ndcg(&[1.0, 3.0], &[1.0, 2.0, 3.0], 10), gained / ideal);
        near(ndcg(&[1.0, 3.0], &[1.0, 2.0, 3.0], 1), 1.0 / 3.0);
        near(ndcg(&[], &[1.0], 10), 0.0);
        near(ndcg(&[], &[], 10), 0.0);
    }

    #[test]
    fn binary_ndcg_never_asks_for_more_than_there_is() {
        near(binary_ndcg(&[true, false], 10, 1), 1.0);
        near(binary_ndcg(&[false, true], 10, 1), 1.0 / 3.0_f64.log2());
        near(binary_ndcg(&[true, true], 2, 7), 1.0);
    }

    #[test]
    fn mean_and_half_width_over_queries() {
        let mut tally = Tally::default();
        for value in [0.0, 1.0, 1.0, 0.0] {
            tally.add("mrr", value);
        }
        tally.add("map", 0.25);
        let measures = tally.measures();
        near(measures[0].mean, 0.5);
        // Variance 4 * 0.25 / 3, standard error sqrt(that / 4).
        near(measures[0].half_width, 1.96 * (1.0_f64 / 12.0).sqrt());
        assert_eq!((measures[1].name.as_str(), measures[1].queries), ("map", 1));
        near(measures[1].half_width, 0.0);
    }
}
