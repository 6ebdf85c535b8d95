//! A set of rows of one kind.

use std::ops::Range;

use tantivy::DocId;

/// A bit for each row of a range.
#[derive(Debug, Clone)]
pub(super) struct Rows {
    range: Range<DocId>,
    bits: Vec<u64>,
}

impl Rows {
    /// None of the range.
    pub(super) fn none(range: &Range<DocId>) -> Self {
        Self { range: range.clone(), bits: vec![0; range.len().div_ceil(64)] }
    }

    /// All of the range.
    pub(super) fn all(range: &Range<DocId>) -> Self {
        let mut all = Self::none(range);
        all.bits.fill(u64::MAX);
        let behind = all.bits.len() * 64 - range.len();
        if let Some(last) = all.bits.last_mut() {
            *last &= u64::MAX >> behind;
        }
        all
    }

    /// The range.
    pub(super) fn range(&self) -> &Range<DocId> {
        &self.range
    }

    /// The range in parts of so many rows.
    pub(super) fn parts(&self, length: usize) -> Vec<Range<DocId>> {
        let Range { start, end } = self.range;
        let at = |row: usize| start.saturating_add(row.try_into().unwrap_or(DocId::MAX)).min(end);
        let firsts = (0..self.range.len()).step_by(length.max(1));
        firsts.map(|first| at(first)..at(first + length)).collect()
    }

    /// Adds all rows of a part that begins at a multiple of 64 after the first of the range.
    pub(super) fn insert_part(&mut self, part: &Self) {
        let (first, _) = self.place(part.range.start);
        for (bits, more) in self.bits[first..].iter_mut().zip(&part.bits) {
            *bits |= more;
        }
    }

    /// How many; O(range / 64).
    pub(super) fn len(&self) -> usize {
        self.bits.iter().map(|bits| bits.count_ones() as usize).sum()
    }

    /// Adds a row of the range.
    pub(super) fn insert(&mut self, row: DocId) {
        let (number, bit) = self.place(row);
        self.bits[number] |= bit;
    }

    /// Adds up to 64 rows from `first` on, which is a multiple of 64 after the first of the range.
    pub(super) fn insert_all(&mut self, first: DocId, bits: u64) {
        let (number, _) = self.place(first);
        self.bits[number] |= bits;
    }

    /// Removes a row of the range.
    pub(super) fn remove(&mut self, row: DocId) {
        let (number, bit) = self.place(row);
        self.bits[number] &= !bit;
    }

    /// Whether a row of the range is here.
    pub(super) fn contains(&self, row: DocId) -> bool {
        let (number, bit) = self.place(row);
        self.bits[number] & bit != 0
    }

    /// Ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = DocId> + Clone {
        let start = self.range.start;
        let numbers = self.bits.iter().zip((start..).step_by(64));
        numbers.flat_map(|(bits, first)| ones(*bits).map(move |bit| first + bit))
    }

    fn place(&self, row: DocId) -> (usize, u64) {
        let at = (row - self.range.start) as usize;
        (at / 64, 1 << (at % 64))
    }
}

/// Which bits are set, ascending.
pub(super) fn ones(mut bits: u64) -> impl Iterator<Item = u32> + Clone {
    std::iter::from_fn(move || {
        let one = (bits != 0).then(|| bits.trailing_zeros())?;
        bits &= bits - 1;
        Some(one)
    })
}
