//! Fits the ranker's weights on judged moves.

use std::collections::BTreeSet;

use rayon::prelude::*;

use super::{Set, system::evidence, transitions::JudgedMoves};
use crate::{
    dataset::DataSet,
    model::{self, Features, Model, Pair, Ranker},
};

/// Pairs per set, spread evenly over its sources, so that sets and sources count equally.
const PAIRS: usize = 30_000;
/// Most feasible targets of a source that are used.
const BETTER: usize = 40;
/// Other targets of a source: among its best by the plain sum of the first features, all of them
/// cosines, and anywhere. Hard ones alone
/// teach the difference between near targets and forget that far ones are worse.
const NEAR: usize = 100;
const NEARNESS: usize = 5;
const NEAR_AMONG: usize = 400;
const FAR: usize = 60;
/// L2 penalty per pair.
const RIDGE: f32 = 1e-3;

/// Fits weights on the transition sets among `sets`. Same sets, data and model, same weights.
///
/// # Errors
/// [`model::Error::Training`] where no set has a judged move.
pub fn fit(sets: &[Set], dataset: &DataSet, model: &Model) -> Result<Ranker, model::Error> {
    let mut pairs = Vec::new();
    let mut names = BTreeSet::new();
    for set in sets {
        let moves = set.judged_moves();
        if moves.is_empty() {
            continue;
        }
        names.insert(set.dir().name.clone());
        let each = PAIRS.div_ceil(moves.len());
        let of_source = |(at, judged): (usize, &JudgedMoves<'_>)| {
            let mut random = SplitMix(at as u64);
            pairs_of(judged, each, dataset, model, &mut random)
        };
        let found: Vec<Vec<Pair>> = moves.par_iter().enumerate().map(of_source).collect();
        pairs.extend(found.into_iter().flatten());
    }
    let names: Vec<String> = names.into_iter().collect();
    Ranker::fit(&pairs, RIDGE, &format!("judged moves of {}", names.join(", ")))
}

/// Pairs of one source, drawn with a chance proportional to the difference of their gains.
fn pairs_of(
    judged: &JudgedMoves<'_>,
    count: usize,
    dataset: &DataSet,
    model: &Model,
    random: &mut SplitMix,
) -> Vec<Pair> {
    let taxonomy = &dataset.taxonomy;
    let rows = model.features(&evidence(judged.profile, taxonomy));
    let gains: Vec<(u32, f64)> = judged
        .gains
        .iter()
        .filter_map(|(uri, gain)| Some((taxonomy.occupation_ix(uri)?, *gain)))
        .take(BETTER)
        .collect();
    let own = judged.profile.esco.iter().filter_map(|uri| taxonomy.occupation_ix(uri));
    let barred = own.chain(gains.iter().map(|(ix, _)| *ix)).collect();
    let others = negatives(barred, &rows, random);
    let candidates: Vec<(u32, f64)> =
        gains.iter().copied().chain(others.into_iter().map(|ix| (ix, 0.0))).collect();
    let best = gains.iter().map(|(_, gain)| *gain).fold(0.0, f64::max);
    let mut pairs = Vec::with_capacity(count);
    // Every draw has a chance; the bound only ends a source whose targets are all alike.
    for _ in 0..count * 50 {
        if pairs.len() == count || gains.is_empty() {
            break;
        }
        let (better, high) = gains[random.below(gains.len())];
        let (worse, low) = candidates[random.below(candidates.len())];
        if high > low && random.share() * best < high - low {
            let (better, worse) = (rows[better as usize], rows[worse as usize]);
            pairs.push(Pair { better, worse });
        }
    }
    pairs
}

/// Targets no judge named: near ones and far ones.
fn negatives(mut barred: BTreeSet<u32>, rows: &[Features], random: &mut SplitMix) -> Vec<u32> {
    let mut order: Vec<(f32, u32)> =
        rows.iter().zip(0..).map(|(row, ix)| (row[..NEARNESS].iter().sum::<f32>(), ix)).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    let near: Vec<u32> = order.iter().take(NEAR_AMONG).map(|(_, ix)| *ix).collect();
    let all: Vec<u32> = order.iter().map(|(_, ix)| *ix).collect();
    let mut chosen = Vec::new();
    for (pool, wanted) in [(near, NEAR), (all, FAR)] {
        for _ in 0..wanted.min(pool.len()) {
            let ix = pool[random.below(pool.len())];
            if barred.insert(ix) {
                chosen.push(ix);
            }
        }
    }
    chosen
}

/// A small generator: the same numbers for the same seed on every machine.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number from 0 to below `bound`, which is above 0.
    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound as u64).unwrap_or_default()
    }

    /// A number from 0 to below 1.
    fn share(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }
}
