//! Scores of all occupations and which of them are in question.

use std::cmp::Ordering;

use crate::domain::OccupationIx;

/// Scores by row, and which rows are in question.
#[derive(Debug, Clone)]
pub(super) struct Field {
    scores: Vec<f32>,
    /// The same with [`CLOSED`] for rows that are not in question.
    in_question: Vec<f32>,
}

/// Below every score.
const CLOSED: f32 = f32::NEG_INFINITY;
/// Scores that are compared at once.
const AT_ONCE: usize = 32;

impl Field {
    pub(super) fn of(scores: Vec<f32>, open: &[bool]) -> Self {
        let mut field = Self { in_question: Vec::with_capacity(scores.len()), scores };
        field.open(open);
        field
    }

    /// Puts other rows in question.
    pub(super) fn open(&mut self, open: &[bool]) {
        let masked = |(score, open): (&f32, &bool)| if *open { *score } else { CLOSED };
        self.in_question.clear();
        self.in_question.extend(self.scores.iter().zip(open).map(masked));
    }

    /// The score of a row, in question or not; `None` where nothing is scored.
    pub(super) fn score(&self, ix: OccupationIx) -> Option<f32> {
        self.scores.get(ix as usize).copied()
    }

    /// All scores, with that of a row not in question below all others.
    pub(super) fn in_question(&self) -> &[f32] {
        &self.in_question
    }

    /// Whether a row is in question.
    pub(super) fn is_open(&self, ix: OccupationIx) -> bool {
        self.in_question[ix as usize] > CLOSED
    }

    /// Whether nothing is scored.
    pub(super) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Whether nothing is in question.
    pub(super) fn is_closed(&self) -> bool {
        self.in_question.iter().all(|score| *score == CLOSED)
    }

    /// The best rows in question, best first.
    pub(super) fn best(&self, most: usize) -> Vec<OccupationIx> {
        best(&self.in_question, most).into_iter().map(|(ix, _)| ix).collect()
    }

    /// The best of all rows, in question or not, best first.
    pub(super) fn best_of_all(&self, most: usize) -> Vec<(OccupationIx, f32)> {
        best(&self.scores, most)
    }
}

/// Rows of the best scores, best first, none of those that are [`CLOSED`].
fn best(scores: &[f32], most: usize) -> Vec<(OccupationIx, f32)> {
    let mut best: Vec<(OccupationIx, f32)> = Vec::with_capacity(most + 1);
    let mut least = CLOSED;
    for (scores, first) in scores.chunks(AT_ONCE).zip((0..).step_by(AT_ONCE)) {
        // Few chunks hold a better one; numbers as wide as a score are compared many at once.
        let better: u32 = scores.iter().map(|score| u32::from(*score > least)).sum();
        if better == 0 || most == 0 {
            continue;
        }
        for (score, ix) in scores.iter().zip(first..) {
            if *score > least {
                let found = (ix, *score);
                let at = best.partition_point(|known| order(*known, found).is_lt());
                best.insert(at, found);
                best.truncate(most);
                if best.len() == most {
                    least = best.last().map_or(least, |last| last.1);
                }
            }
        }
    }
    best
}

/// Best first; equal scores by id, never by the order the data came in: rows ascend by id.
pub(super) fn order(a: (OccupationIx, f32), b: (OccupationIx, f32)) -> Ordering {
    b.1.total_cmp(&a.1).then(a.0.cmp(&b.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_best_are_those_of_a_sorted_list() {
        let scores = vec![3.0, 7.0, 7.0, -1.0, 9.0, 7.0, 0.0];
        let open = [true, true, true, true, false, true, true];
        let mut field = Field::of(scores, &open);
        for (most, best) in [
            (0, vec![]),
            (1, vec![1]),
            (2, vec![1, 2]),
            (4, vec![1, 2, 5, 0]),
            (9, vec![1, 2, 5, 0, 6, 3]),
        ] {
            assert_eq!(field.best(most), best);
        }
        assert_eq!(field.best_of_all(3), [(4, 9.0), (1, 7.0), (2, 7.0)]);
        assert!(!field.is_closed() && !field.is_open(4) && field.is_open(5));
        field.open(&[false; 7]);
        assert!(field.is_closed() && field.best(3).is_empty());
        assert_eq!(field.best_of_all(1), [(4, 9.0)]);
    }

    #[test]
    fn long_lists_are_ordered_as_short_ones() {
        let score = |ix: u32| ((ix * 7_919) % 101) as f32;
        let scores: Vec<f32> = (0..1_000).map(score).collect();
        let mut sorted: Vec<(OccupationIx, f32)> = (0..1_000).map(|ix| (ix, score(ix))).collect();
        sorted.sort_by(|a, b| order(*a, *b));
        let field = Field::of(scores, &[true; 1_000]);
        for most in [1, 20, 60, 999, 1_001] {
            let listed = field.best_of_all(most);
            assert_eq!(listed, sorted[..most.min(1_000)]);
        }
    }
}
