//! One list of terms gone through, in windows of rows: first those of the rarest terms, so many that a row without
//! any of them cannot have enough; the common ones are looked up only for rows that are still in doubt. A bit for each
//! term says what is known of a row (`term_sets`).
//!
//! Sums of shares in another order than the query's differ in their last bits: they serve as
//! bounds, and where one is too close to what is enough, or to the best, the share itself is used.

use std::{mem, ops::Range};

use tantivy::{DocId, TERMINATED};

use super::{
    postings::{Cursor, Partly, Sought},
    rows::{Rows, ones},
    term_sets::{Bits, Cut, Having, TermSets},
};

/// Rows of a window.
pub(super) const WINDOW: DocId = 64 * 64;
/// Which rows of a window.
type Marks = [u64; WINDOW as usize / 64];
/// Sums of at most some hundred shares in another order differ by less than this.
const SLACK: f32 = 1e-4;
/// Part of what is enough that the common terms may have together.
const COMMON: f32 = 0.6;
/// Looking a row up costs as much as reading so many that have the term.
const LOOK_UP: u64 = 16;
/// Where more than one row in so many has a rare term, to look at each row of a window costs less than to note those.
const DENSE: u64 = 4;

/// Shares that are enough.
#[derive(Debug, Clone, Copy)]
pub(super) struct Enough {
    /// This much,
    pub(super) least: f32,
    /// and this part of what the best row has.
    pub(super) of_best: f32,
}

impl Enough {
    /// What is enough where the best row has this.
    pub(super) fn given(self, best: f32) -> f32 {
        (self.of_best * best).max(self.least)
    }
}

/// The best row so far.
pub(super) struct Best {
    pub(super) share: f32,
    pub(super) enough: Enough,
    /// With this share a row has enough whatever is found.
    pub(super) most: f32,
}

impl Best {
    /// What is enough, so far.
    pub(super) fn given(&self) -> f32 {
        self.enough.given(self.share)
    }
}

/// Rows that have enough of a list, with what is known of each.
#[derive(Default)]
pub(super) struct Bounded {
    /// Ascending, with the greatest share each can have.
    pub(super) rows: Vec<(DocId, f32)>,
    /// For each row a bit for each term that it has, and then for each that it may have.
    bits: Vec<u64>,
}

impl Bounded {
    /// What is known of the row at a place.
    pub(super) fn partly(&self, place: usize) -> Partly<'_> {
        let width = self.bits.len() / self.rows.len();
        let (has, may) = self.bits[place * width..][..width].split_at(width / 2);
        Partly { row: self.rows[place].0, has, may }
    }

    fn push<const N: usize>(&mut self, kept: &Kept<N>) {
        self.rows.push((kept.row, kept.high));
        self.bits.extend(kept.has);
        self.bits.extend(kept.may);
    }

    /// Adds those that follow.
    pub(super) fn append(&mut self, mut more: Self) {
        if self.rows.is_empty() {
            *self = more;
            return;
        }
        self.rows.append(&mut more.rows);
        self.bits.append(&mut more.bits);
    }
}

/// A row that has enough so far, with the bounds of its share and the terms that it has and may have.
#[derive(Debug, Clone, Copy)]
struct Kept<const N: usize> {
    row: DocId,
    low: f32,
    high: f32,
    has: Bits<N>,
    may: Bits<N>,
}

impl<const N: usize> Kept<N> {
    fn partly(&self) -> Partly<'_> {
        Partly { row: self.row, has: &self.has, may: &self.may }
    }
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
pub(super) struct Search<'a, const N: usize> {
    list: &'a Sought,
    /// Rarest first: which of the list's terms, and where it stands.
    cursors: Vec<(usize, Cursor)>,
    /// Sum of the idf of `cursors[n..]`.
    rests: Vec<f32>,
    /// How many are gone through row by row.
    rare: usize,
    /// Whether these have so many rows that to look at each of a window costs less than to note them.
    many: bool,
    /// What follows from the terms a row has.
    sets: TermSets<'a, N>,
    /// What a row with all terms has.
    pub(super) top: f32,
    /// For each row of a window its rare terms.
    bits: Vec<Bits<N>>,
    /// Terms that are not known yet of the rows of a window that are in doubt.
    unknown: Bits<N>,
    /// Rows that have enough so far.
    found: Vec<Kept<N>>,
}

impl<'a, const N: usize> Search<'a, N> {
    pub(super) fn new(list: &'a Sought, cut: Cut, rows: &Range<DocId>) -> tantivy::Result<Self> {
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
        let mut search = Self {
            list,
            rare: cursors.len(),
            many: false,
            top: sets.top(),
            sets,
            bits: if terms.is_empty() { Vec::new() } else { vec![[0; N]; WINDOW as usize] },
            unknown: [0; N],
            found: Vec::new(),
            cursors,
            rests,
        };
        search.count();
        Ok(search)
    }

    /// Counts the rows of the rare terms.
    fn count(&mut self) {
        let rare = self.cursors[..self.rare].iter();
        let rows: u64 = rare.map(|(term, _)| u64::from(self.list.terms[*term].rows)).sum();
        self.many = rows > u64::from(self.list.all) / DENSE;
    }

    /// Leaves out terms that even together are not enough.
    pub(super) fn drop_common(&mut self, least: f32) {
        let few = |rest: f32| rest / self.list.mass + SLACK < least * COMMON;
        let before = self.rare;
        while self.rare > 0 && few(self.rests[self.rare - 1]) {
            self.rare -= 1;
        }
        if self.rare < before {
            self.sets.open(self.cursors[self.rare..before].iter().map(|(term, _)| *term));
            self.count();
        }
    }

    /// The next row that can have enough.
    pub(super) fn next(&self) -> DocId {
        self.cursors[..self.rare].iter().map(|(_, cursor)| cursor.row()).min().unwrap_or(TERMINATED)
    }

    /// Finds the rows of a window.
    pub(super) fn window(&mut self, window: &Range<DocId>, best: &mut Best, hits: &mut Rows) {
        if self.all_certain(best) {
            self.cursors[0].1.each_before(window.end, |row| hits.insert(row));
            return;
        }
        let marks = self.mark(window);
        self.unknown = self.sets.open_terms();
        let mut open = self.touched(window, &marks, best, hits);
        for at in self.rare..self.cursors.len() {
            if open.is_empty() {
                break;
            }
            self.look_up(at, window, &mut open);
            let term = self.cursors[at].0;
            self.unknown[term / 64] &= !(1 << (term % 64));
            open.retain(|Candidate { row, having }| {
                let verdict = self.verdict(having, best);
                self.keep(verdict, *row, having, hits);
                verdict == Verdict::Doubt
            });
        }
        for Candidate { row, having } in open {
            // All is known.
            let share = self.sets.share(having.bits);
            best.share = share.max(best.share);
            if share >= best.given() {
                let (has, may) = (having.bits, [0; N]);
                self.found.push(Kept { row, low: share, high: share, has, may });
            }
        }
    }

    /// Whether there is one term alone, and whoever has it has enough.
    fn all_certain(&mut self, best: &Best) -> bool {
        let [(term, _)] = self.cursors[..] else { return false };
        let mut only = [0; N];
        only[term / 64] |= 1 << (term % 64);
        let having = self.sets.having(only);
        self.verdict(&having, best) == Verdict::Certain
    }

    /// Sets the bits of the rare terms; gives the rows that have any.
    fn mark(&mut self, window: &Range<DocId>) -> Marks {
        let bits = &mut self.bits[..];
        let mut marks: Marks = [0; WINDOW as usize / 64];
        for (term, cursor) in &mut self.cursors[..self.rare] {
            let (number, bit) = (*term / 64, 1 << (*term % 64));
            if self.many {
                cursor.each_before(window.end, |row| {
                    bits[(row - window.start) as usize][number] |= bit;
                });
            } else {
                cursor.each_before(window.end, |row| {
                    let at = (row - window.start) as usize;
                    bits[at][number] |= bit;
                    marks[at / 64] |= 1 << (at % 64);
                });
            }
        }
        if self.many {
            for (marks, bits) in marks.iter_mut().zip(bits.chunks(64)) {
                for (at, bits) in bits.iter().enumerate() {
                    *marks |= u64::from(*bits != [0; N]) << at;
                }
            }
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
            Verdict::Enough => {
                let Having { bits: has, low, high } = *having;
                let mut may = self.unknown;
                for (may, has) in may.iter_mut().zip(has) {
                    *may &= !has;
                }
                self.found.push(Kept { row, low, high, has, may });
            }
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

    /// The rows that have at least this much.
    pub(super) fn settle(mut self, least: f32) -> tantivy::Result<Bounded> {
        self.found.sort_by_key(|kept| kept.row);
        let doubtful = |kept: &Kept<N>| kept.low < least + SLACK && kept.high + SLACK >= least;
        let rows = self.found.iter().filter(|kept| doubtful(kept)).map(Kept::partly);
        // Its share is that of the terms a row has, however often they stand in it.
        let mut worth = self.list.worth_once(&rows.collect::<Vec<Partly<'_>>>())?.into_iter();
        let mut bounded = Bounded::default();
        for mut kept in self.found {
            if doubtful(&kept) {
                kept.high = worth.next().map_or(0.0, |worth| worth.share);
                kept.low = kept.high;
            }
            if kept.low >= least {
                bounded.push(&kept);
            }
        }
        Ok(bounded)
    }
}
