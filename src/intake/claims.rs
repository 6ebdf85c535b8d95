//! References of a list that were accepted, by which one that comes twice is found.

use std::{
    collections::{HashMap, hash_map::Entry},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

/// Tables the references are parted into: a table that grows stands twice in memory while it does, and each
/// alone is a small part of all.
const PARTS: usize = 64;

/// A hash in its halves: as one number it would leave four bytes empty beside each line.
type Halves = [u32; 2];

/// Hashes of references with the lines they stand on, in 15 to 30 bytes each.
#[derive(Debug)]
pub(super) struct Claims([HashMap<Halves, u32>; PARTS]);

impl Claims {
    /// None yet.
    pub(super) fn new() -> Self {
        Self([(); PARTS].map(|()| HashMap::new()))
    }

    /// Notes a reference; the line of the one before where it was noted already.
    pub(super) fn note(&mut self, reference: &str, line: u64) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        reference.hash(&mut hasher);
        let hash = hasher.finish();
        #[expect(clippy::cast_possible_truncation, reason = "halves")]
        let halves = [(hash >> 32) as u32, hash as u32];
        let part = &mut self.0[halves[0] as usize % PARTS];
        match part.entry(halves) {
            Entry::Occupied(taken) => Some(u64::from(*taken.get())),
            Entry::Vacant(free) => {
                // A list of more lines than that is told of the last that can be counted.
                free.insert(u32::try_from(line).unwrap_or(u32::MAX));
                None
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reference_is_found_again_with_its_first_line() {
        let mut claims = Claims::new();
        let name = |at: u64| format!("A{at}");
        assert!((1..=5_000).all(|at| claims.note(&name(at), at).is_none()));
        assert!((1..=5_000).all(|at| claims.note(&name(at), 9_999) == Some(at)));
        assert_eq!(claims.note("far", u64::MAX), None);
        assert_eq!(claims.note("far", 1), Some(u64::from(u32::MAX)));
        // They are spread, or one part would grow alone.
        assert!(claims.0.iter().all(|part| part.len() > 30));
    }
}
