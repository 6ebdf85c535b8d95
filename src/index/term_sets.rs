//! What follows for a row from the terms it is known to have.

use super::{
    postings::{Known, Sought},
    rows::ones,
};

/// Sets of terms that are remembered with what follows from them.
const SEEN: usize = 1024;

/// What the terms of a list are cut from words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cut {
    /// Stems: none says anything of another.
    Stems,
    /// N-grams: a row that has one has all that are part of it.
    Grams,
}

impl Cut {
    /// Whether a row with one term has the other: itself, or what is part of it.
    pub(super) fn implies(self, had: &Known, other: &Known) -> bool {
        had.text == other.text || self == Self::Grams && had.text.contains(&other.text)
    }
}

/// A bit for each term of a list, in its order.
pub(super) type Bits<const N: usize> = [u64; N];

/// What is known of a row.
#[derive(Debug, Clone, Copy)]
pub(super) struct Having<const N: usize> {
    /// Terms it has for certain.
    pub(super) bits: Bits<N>,
    /// The least share it can have.
    pub(super) low: f32,
    /// The greatest.
    pub(super) high: f32,
}

/// A list of terms of which some, the open ones, are not known of a row at first.
pub(super) struct TermSets<'a, const N: usize> {
    terms: &'a [Known],
    mass: f32,
    open: Bits<N>,
    /// For each term those that a row with it has.
    implied: Vec<Bits<N>>,
    /// Of each eight terms, every sum of their shares.
    sums: Vec<[f32; 256]>,
    /// Sets with what follows, at a place made of the set.
    seen: Vec<Option<(Bits<N>, Having<N>)>>,
}

impl<'a, const N: usize> TermSets<'a, N> {
    /// Of the terms of a list, none open. O(terms²), of some nanoseconds.
    pub(super) fn new(list: &'a Sought, cut: Cut) -> Self {
        let terms = list.counting();
        let implied = terms.iter().map(|term| {
            let implied = terms.iter().enumerate().filter(|(_, other)| cut.implies(term, other));
            implied.fold([0; N], |bits, (other, _)| with(bits, other))
        });
        Self {
            terms,
            mass: list.mass,
            open: [0; N],
            implied: implied.collect(),
            sums: terms.chunks(8).map(|terms| sums(terms, list.mass)).collect(),
            seen: vec![None; SEEN],
        }
    }

    /// From now on these terms are open.
    pub(super) fn open(&mut self, terms: impl Iterator<Item = usize>) {
        self.open = terms.fold(self.open, with);
        self.seen.fill(None);
    }

    /// The terms that are not known of a row at first.
    pub(super) fn open_terms(&self) -> Bits<N> {
        self.open
    }

    /// What is known of a row with these of the other terms.
    pub(super) fn having(&mut self, set: Bits<N>) -> Having<N> {
        let mixed = set.iter().fold(0_u64, |mixed, bits| {
            (mixed ^ bits).wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(29)
        });
        let place = usize::try_from(mixed % SEEN as u64).unwrap_or_default();
        match &self.seen[place] {
            Some((seen, having)) if *seen == set => *having,
            _ => {
                let having = self.follow(set);
                self.seen[place] = Some((set, having));
                having
            }
        }
    }

    fn follow(&self, set: Bits<N>) -> Having<N> {
        let mut bits = [0; N];
        for (implied, set) in self.implied.chunks(64).zip(set) {
            for bit in ones(set) {
                for (bits, implied) in bits.iter_mut().zip(implied[bit as usize]) {
                    *bits |= implied;
                }
            }
        }
        let mut unknown = self.open;
        for (unknown, bits) in unknown.iter_mut().zip(bits) {
            *unknown &= !bits;
        }
        let low = self.sum(bits);
        Having { bits, low, high: low + self.sum(unknown) }
    }

    /// The share of these terms, summed in whatever order.
    fn sum(&self, bits: Bits<N>) -> f32 {
        let mut sum = 0.0;
        for (sums, mut bits) in self.sums.chunks(8).zip(bits) {
            for sums in sums {
                sum += sums[(bits & 255) as usize];
                bits >>= 8;
            }
        }
        sum
    }

    /// The share of these terms, summed as it is everywhere.
    pub(super) fn share(&self, bits: Bits<N>) -> f32 {
        let mut sum = 0.0;
        for (terms, bits) in self.terms.chunks(64).zip(bits) {
            for bit in ones(bits) {
                sum += terms[bit as usize].idf;
            }
        }
        if self.mass > 0.0 { sum / self.mass } else { 0.0 }
    }

    /// The share of all terms.
    pub(super) fn top(&self) -> f32 {
        self.share((0..self.terms.len()).fold([0; N], with))
    }
}

/// The bits with one more.
fn with<const N: usize>(mut bits: Bits<N>, bit: usize) -> Bits<N> {
    bits[bit / 64] |= 1 << (bit % 64);
    bits
}

/// Every sum of the shares of at most eight terms.
fn sums(terms: &[Known], mass: f32) -> [f32; 256] {
    let mut sums = [0.0; 256];
    for (bit, term) in terms.iter().enumerate() {
        for set in 0..1 << bit {
            sums[1 << bit | set] = sums[set] + term.idf / mass;
        }
    }
    sums
}
