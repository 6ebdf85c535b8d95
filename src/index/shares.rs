//! Which rows have enough of a query's terms, in either language.
//!
//! Enough is a part of what the best row has, so the best is looked for at the same time. Rows are
//! gone through in windows: first those of the rarest terms, so many that a row without any of them
//! cannot have enough; the common ones are looked up only for rows that are still in doubt. A bit
//! for each term says what is known of a row (`term_sets`).
//!
//! Sums of shares in another order than the query's differ in their last bits: they serve as
//! bounds, and where one is too close to what is enough, or to the best, the share itself is used.

use std::{
    mem,
    ops::Range,
    sync::atomic::{AtomicU32, Ordering},
};

use tantivy::{DocId, TERMINATED};

use super::{
    parts,
    postings::{Cursor, Sought},
    rows::{Rows, ones},
    term_sets::{Bits, Cut, Having, TermSets},
};

/// Rows of a window.
const WINDOW: DocId = 64 * 64;
/// Which rows of a window.
type Marks = [u64; WINDOW as usize / 64];
/// Sums of at most some hundred shares in another order differ by less than this.
const SLACK: f32 = 1e-4;
/// Part of what is enough that the common terms may have together.
const COMMON: f32 = 0.6;
/// Looking a row up costs as much as reading so many that have the term.
const LOOK_UP: u64 = 16;

/// Shares that are enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enough {
    /// This much,
    pub(super) least: f32,
    /// and this part of what the best row has.
    pub(super) of_best: f32,
}

impl Enough {
    fn given(self, best: f32) -> f32 {
        (self.of_best * best).max(self.least)
    }
}

/// For each list rows with a bound of their share.
type OfInterest = [Vec<(DocId, f32)>; 2];

/// The rows that have enough.
pub(super) struct Found {
    /// Of each list those whose share may be of interest, ascending, with the greatest it can be.
    pub(super) rows: OfInterest,
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
    // The best of all parts so far, as bits, which are in the order of shares. When a part hears of it decides
    // how much it looks at, never what is found.
    let shared = AtomicU32::new(0);
    let through = |rows| Part::<N>::through(lists, cut, enough, &rows, &shared);
    let parts = parts::each(parts, through)?;
    let best = f32::from_bits(shared.into_inner());
    let least = enough.given(best);
    let mut found = Found { rows: [Vec::new(), Vec::new()], least, best };
    for (rows, of_interest) in parts::each(parts, |part| part.settle(least))? {
        hits.insert_part(&rows);
        for (all, rows) in found.rows.iter_mut().zip(of_interest) {
            all.extend(rows);
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
    fn settle(self, least: f32) -> tantivy::Result<(Rows, OfInterest)> {
        let [first, second] = self.searches;
        let of_interest = [first.settle(least)?, second.settle(least)?];
        let mut rows = self.certain;
        for (row, _) in of_interest.iter().flatten() {
            rows.insert(*row);
        }
        Ok((rows, of_interest))
    }
}

/// The best row so far.
struct Best {
    share: f32,
    enough: Enough,
    /// With this share a row has enough whatever is found.
    most: f32,
}

impl Best {
    /// What is enough, so far.
    fn given(&self) -> f32 {
        self.enough.given(self.share)
    }
}

/// A row that has enough so far, with the bounds of its share.
#[derive(Debug, Clone, Copy)]
struct Kept {
    row: DocId,
    low: f32,
    high: f32,
}

/// A row that may have enough.
#[derive(Debug, Clone, Copy)]
struct Candidate<const N: usize> {
    row: DocId,
    having: Having<N>,
}

/// What follows for a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Verdict {
    /// It has not enough.
    Below,
    /// More must be known.
    Doubt,
    /// It has enough if the best row is not found yet to have more.
    Enough,
    /// It has enough, whatever is found.
    Certain,
}

/// The search in one list.
struct Search<'a, const N: usize> {
    list: &'a Sought,
    /// Rarest first: which of the list's terms, and where it stands.
    cursors: Vec<(usize, Cursor)>,
    /// Sum of the idf of `cursors[n..]`.
    rests: Vec<f32>,
    /// How many are gone through row by row.
    rare: usize,
    /// What follows from the terms a row has.
    sets: TermSets<'a, N>,
    /// What a row with all terms has.
    top: f32,
    /// For each row of a window its rare terms.
    bits: Vec<Bits<N>>,
    /// Rows that have enough so far.
    found: Vec<Kept>,
}

impl<'a, const N: usize> Search<'a, N> {
    fn new(list: &'a Sought, cut: Cut, rows: &Range<DocId>) -> tantivy::Result<Self> {
        let terms = list.counting();
        let mut order: Vec<usize> = (0..terms.len()).collect();
        order.sort_by_key(|term| terms[*term].rows);
        let cursor = |term| Ok((term, list.cursor(&terms[term], rows.start, false)?));
        let cursors: Vec<(usize, Cursor)> =
            order.into_iter().map(cursor).collect::<tantivy::Result<_>>()?;
        let mut rests = vec![0.0; cursors.len() + 1];
        for (at, (term, _)) in cursors.iter().enumerate().rev() {
            rests[at] = rests[at + 1] + terms[*term].idf;
        }
        let sets = TermSets::new(list, cut);
        Ok(Self {
            list,
            rare: cursors.len(),
            top: sets.top(),
            sets,
            bits: if terms.is_empty() { Vec::new() } else { vec![[0; N]; WINDOW as usize] },
            found: Vec::new(),
            cursors,
            rests,
        })
    }

    /// Leaves out terms that even together are not enough.
    fn drop_common(&mut self, least: f32) {
        let few = |rest: f32| rest / self.list.mass + SLACK < least * COMMON;
        let before = self.rare;
        while self.rare > 0 && few(self.rests[self.rare - 1]) {
            self.rare -= 1;
        }
        if self.rare < before {
            self.sets.open(self.cursors[self.rare..before].iter().map(|(term, _)| *term));
        }
    }

    /// The next row that can have enough.
    fn next(&self) -> DocId {
        self.cursors[..self.rare].iter().map(|(_, cursor)| cursor.row()).min().unwrap_or(TERMINATED)
    }

    /// Finds the rows of a window.
    fn window(&mut self, window: &Range<DocId>, best: &mut Best, hits: &mut Rows) {
        let marks = self.mark(window);
        let mut open = self.touched(window, &marks, best, hits);
        for at in self.rare..self.cursors.len() {
            if open.is_empty() {
                break;
            }
            self.look_up(at, window, &mut open);
            open.retain(|Candidate { row, having }| {
                let verdict = self.verdict(having, best);
                self.keep(verdict, *row, having, hits);
                verdict == Verdict::Doubt
            });
        }
        for candidate in open {
            // All is known.
            let share = self.sets.share(candidate.having.bits);
            best.share = share.max(best.share);
            if share >= best.given() {
                self.found.push(Kept { row: candidate.row, low: share, high: share });
            }
        }
    }

    /// Sets the bits of the rare terms; gives the rows that have any.
    fn mark(&mut self, window: &Range<DocId>) -> Marks {
        let bits = &mut self.bits[..];
        let mut marks: Marks = [0; WINDOW as usize / 64];
        for (term, cursor) in &mut self.cursors[..self.rare] {
            let (number, bit) = (*term / 64, 1 << (*term % 64));
            cursor.each_before(window.end, |row| {
                let at = (row - window.start) as usize;
                bits[at][number] |= bit;
                marks[at / 64] |= 1 << (at % 64);
            });
        }
        marks
    }

    /// The rows that have any of the rare terms and are in doubt.
    fn touched(
        &mut self,
        window: &Range<DocId>,
        marks: &Marks,
        best: &Best,
        hits: &mut Rows,
    ) -> Vec<Candidate<N>> {
        let mut open = Vec::new();
        // Rows often have the same terms as the one before.
        let mut before = [0; N];
        let mut last = (self.sets.having(before), Verdict::Below);
        for (first, marks) in (window.start..).step_by(64).zip(marks) {
            let mut certain = 0;
            for at in ones(*marks) {
                let row = first + at;
                let bits = mem::replace(&mut self.bits[(row - window.start) as usize], [0; N]);
                if bits != before {
                    let having = self.sets.having(bits);
                    last = (having, self.verdict(&having, best));
                    before = bits;
                }
                let (having, verdict) = last;
                match verdict {
                    Verdict::Certain => certain |= 1 << at,
                    Verdict::Doubt => open.push(Candidate { row, having }),
                    Verdict::Below | Verdict::Enough => self.keep(verdict, row, &having, hits),
                }
            }
            if certain != 0 {
                hits.insert_all(first, certain);
            }
        }
        open
    }

    /// Where a row has enough already, and no more than the best row in any case, no more of it
    /// need be known.
    fn verdict(&self, having: &Having<N>, best: &Best) -> Verdict {
        let given = best.given();
        let may_be_best = best.share < self.top && having.high + SLACK >= best.share;
        if having.high + SLACK < given {
            Verdict::Below
        } else if having.low < given + SLACK || may_be_best {
            Verdict::Doubt
        } else if having.low < best.most + SLACK {
            Verdict::Enough
        } else {
            Verdict::Certain
        }
    }

    /// Does what the verdict on a row says.
    fn keep(&mut self, verdict: Verdict, row: DocId, having: &Having<N>, hits: &mut Rows) {
        match verdict {
            Verdict::Enough => self.found.push(Kept { row, low: having.low, high: having.high }),
            Verdict::Certain => hits.insert(row),
            Verdict::Below | Verdict::Doubt => {}
        }
    }

    /// Looks a common term up in these rows.
    fn look_up(&mut self, at: usize, window: &Range<DocId>, open: &mut [Candidate<N>]) {
        let (term, cursor) = &mut self.cursors[at];
        let known = &self.list.terms[*term];
        let share = known.idf / self.list.mass;
        let (number, bit) = (*term / 64, 1 << (*term % 64));
        let note = |having: &mut Having<N>, had: bool| {
            if had {
                having.bits[number] |= bit;
                having.low += share;
            } else {
                having.high -= share;
            }
        };
        let count = open.len() as u64;
        let unknown = open.iter_mut().filter(|open| open.having.bits[number] & bit == 0);
        let in_window = u64::from(known.rows) * u64::from(WINDOW) / u64::from(self.list.all);
        if in_window > count * LOOK_UP {
            unknown.for_each(|open| note(&mut open.having, cursor.seek(open.row) == open.row));
        } else {
            cursor.seek(window.start);
            let mut marks: Marks = [0; WINDOW as usize / 64];
            cursor.each_before(window.end, |row| {
                let at = (row - window.start) as usize;
                marks[at / 64] |= 1 << (at % 64);
            });
            unknown.for_each(|open| {
                let at = (open.row - window.start) as usize;
                note(&mut open.having, marks[at / 64] >> (at % 64) & 1 == 1);
            });
        }
    }

    /// The rows that have at least this much, ascending, with their greatest share.
    fn settle(mut self, least: f32) -> tantivy::Result<Vec<(DocId, f32)>> {
        self.found.sort_by_key(|kept| kept.row);
        let doubtful = |kept: &&Kept| kept.low < least + SLACK && kept.high + SLACK >= least;
        let rows: Vec<DocId> = self.found.iter().filter(doubtful).map(|kept| kept.row).collect();
        let mut worth = self.list.worth(&rows)?.into_iter();
        let share = |kept: &Kept| {
            if doubtful(&kept) {
                let share = worth.next().map_or(0.0, |worth| worth.share);
                return (share >= least).then_some((kept.row, share));
            }
            (kept.low >= least).then_some((kept.row, kept.high))
        };
        Ok(self.found.iter().filter_map(share).collect())
    }
}
