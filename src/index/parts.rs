//! A search in parts, one a core, where rows are many. Few rows are searched where the question came from: to
//! wake another core takes some ten microseconds.
//!
//! The cores are a pool of their own, so that a search never waits for a forecast or a list that keeps the
//! common one busy.

use std::sync::LazyLock;

use rayon::{ThreadPool, ThreadPoolBuilder, prelude::*};

/// Rows from which a search is parted; few in tests, so that these have several parts.
const MANY: usize = if cfg!(test) { 1 << 12 } else { 1 << 16 };
/// Cores, 0 for all; in tests more than a small machine has.
const CORES: usize = if cfg!(test) { 3 } else { 0 };

/// `None` where the system gives no threads: then all is done in one.
static POOL: LazyLock<Option<ThreadPool>> =
    LazyLock::new(|| ThreadPoolBuilder::new().num_threads(CORES).build().ok());

/// Searches so many rows, on all cores where they are many.
pub(super) fn search<R: Send>(rows: usize, work: impl FnOnce() -> R + Send) -> R {
    match POOL.as_ref().filter(|_| rows >= MANY) {
        Some(pool) => pool.install(work),
        None => work(),
    }
}

/// How many parts there may be: one, unless many rows are searched.
fn most() -> usize {
    let searching = POOL.as_ref().filter(|pool| pool.current_thread_index().is_some());
    searching.map_or(1, ThreadPool::current_num_threads)
}

/// How long each part of so many is, where none should be shorter than `least`; never 0.
pub(super) fn length(all: usize, least: usize) -> usize {
    all.div_ceil((all / least).clamp(1, most())).max(1)
}

/// Does the same with each part; what comes of them is in their order.
pub(super) fn each<T: Send, R: Send>(
    parts: Vec<T>,
    work: impl Fn(T) -> tantivy::Result<R> + Send + Sync,
) -> tantivy::Result<Vec<R>> {
    if most() > 1 {
        parts.into_par_iter().map(work).collect()
    } else {
        parts.into_iter().map(work).collect()
    }
}

/// Does two things, side by side where many rows are searched.
pub(super) fn both<A: Send, B: Send>(
    one: impl FnOnce() -> A + Send,
    other: impl FnOnce() -> B + Send,
) -> (A, B) {
    if most() > 1 { rayon::join(one, other) } else { (one(), other()) }
}
