//! Work on many rows, parted among the cores. Few rows are worked on where they are: to wake another core
//! takes some ten microseconds.

use rayon::prelude::*;

/// How long a part of so many is, for a part a core; at least so long.
pub(super) fn length(all: usize, least: usize) -> usize {
    all.div_ceil(rayon::current_num_threads()).max(least)
}

/// Does the same with each part; what comes of them is in their order.
pub(super) fn each<T: Send, R: Send>(
    parts: Vec<T>,
    work: impl Fn(T) -> tantivy::Result<R> + Send + Sync,
) -> tantivy::Result<Vec<R>> {
    if parts.len() > 1 {
        parts.into_par_iter().map(work).collect()
    } else {
        parts.into_iter().map(work).collect()
    }
}

/// Does two things, side by side where there is much to do.
pub(super) fn both<A: Send, B: Send>(
    much: bool,
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if much { rayon::join(one, other) } else { (one(), other()) }
}
