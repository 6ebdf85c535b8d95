//! Which rows have enough of a query's terms, in either language.
//!
//! Enough is a part of what the best row has, so the best is looked for at the same time; each core goes
//! through a part of the rows, and all know the best one so far. See `windows` for how rows are gone through.

use std::{
    ops::Range,
    sync::atomic::{AtomicU32, Ordering},
};

use tantivy::{DocId, TERMINATED};

use super::{
    beforehand::beforehand,
    parts,
    postings::Sought,
    rows::Rows,
    term_sets::Cut,
    windows::{Best, Bounded, Enough, Search, WINDOW},
};

/// The rows that have enough.
pub(super) struct Found {
    /// Of each list those whose share may be of interest.
    pub(super) rows: [Bounded; 2],
    /// How much enough is.
    pub(super) least: f32,
    /// What the best row has.
    pub(super) best: f32,
}

/// Adds the rows that have enough of either list to `hits`. Gives all of them for n-grams; for stems
/// only those that it was not certain of at once. O(postings of the rarer terms + rows in doubt *
/// common terms), at most O(postings); of many rows each core goes through a part.
pub(super) fn find(
    lists: [&Sought; 2],
    cut: Cut,
    enough: Enough,
    hits: &mut Rows,
) -> tantivy::Result<Found> {
    match lists[0].terms.len().max(lists[1].terms.len()) {
        0..=64 => find_in::<1>(lists, cut, enough, hits),
        65..=128 => find_in::<2>(lists, cut, enough, hits),
        129..=256 => find_in::<4>(lists, cut, enough, hits),
        // As many as are looked for at all.
        _ => find_in::<7>(lists, cut, enough, hits),
    }
}

/// The same for lists of at most so many times 64 terms.
fn find_in<const N: usize>(
    lists: [&Sought; 2],
    cut: Cut,
    enough: Enough,
    hits: &mut Rows,
) -> tantivy::Result<Found> {
    let length =
        parts::length(hits.range().len(), WINDOW as usize).next_multiple_of(WINDOW as usize);
    let parts = hits.parts(length);
    let mut known = 0.0;
    // Of few rows the best is found as soon.
    if parts.len() > 1 {
        let [one, other] = lists.map(|list| || beforehand(list, cut, hits.range()));
        let (one, other) = parts::both(one, other);
        known = one?.max(other?);
    }
    // The best of all parts so far, as bits, which are in the order of shares. When a part hears of it decides
    // how much it looks at, never what is found.
    let shared = AtomicU32::new(f32::to_bits(known));
    let through = |rows| Part::<N>::through(lists, cut, enough, &rows, &shared);
    let parts = parts::each(parts, through)?;
    let best = f32::from_bits(shared.into_inner());
    let least = enough.given(best);
    let mut found = Found { rows: Default::default(), least, best };
    for (rows, bounded) in parts::each(parts, |part| part.settle(least))? {
        hits.insert_part(&rows);
        for (all, bounded) in found.rows.iter_mut().zip(bounded) {
            all.append(bounded);
        }
    }
    Ok(found)
}

/// What was found among some of the rows.
struct Part<'a, const N: usize> {
    /// Those that have enough for certain.
    certain: Rows,
    searches: [Search<'a, N>; 2],
}

impl<'a, const N: usize> Part<'a, N> {
    fn through(
        lists: [&'a Sought; 2],
        cut: Cut,
        enough: Enough,
        rows: &Range<DocId>,
        shared: &AtomicU32,
    ) -> tantivy::Result<Self> {
        let search = |list| Search::new(list, cut, rows);
        let mut searches = [search(lists[0])?, search(lists[1])?];
        let mut certain = Rows::none(rows);
        let mut best = Best { share: 0.0, enough, most: f32::INFINITY };
        if cut == Cut::Stems {
            // No row needs more than this in the end.
            best.most = enough.given(searches[0].top.max(searches[1].top));
        }
        loop {
            let known = shared.fetch_max(best.share.to_bits(), Ordering::Relaxed);
            best.share = best.share.max(f32::from_bits(known));
            for search in &mut searches {
                search.drop_common(best.given());
            }
            let next = searches.iter().map(Search::next).min().unwrap_or(TERMINATED);
            if next >= rows.end {
                return Ok(Self { certain, searches });
            }
            let start = next - (next - rows.start) % WINDOW;
            let window = start..start.saturating_add(WINDOW).min(rows.end);
            for search in &mut searches {
                search.window(&window, &mut best, &mut certain);
            }
        }
    }

    /// The rows that have at least this much, and those of interest as [`Found`] has them.
    fn settle(self, least: f32) -> tantivy::Result<(Rows, [Bounded; 2])> {
        let [first, second] = self.searches;
        let bounded = [first.settle(least)?, second.settle(least)?];
        let mut rows = self.certain;
        for (row, _) in bounded.iter().flat_map(|bounded| &bounded.rows) {
            rows.insert(*row);
        }
        Ok((rows, bounded))
    }
}
