//! Scores of all occupations and which of them are in question.

use std::cmp::Ordering;

use crate::domain::OccupationIx;

/// Scores by row, and which rows are in question.
#[derive(Debug, Clone)]
pub(super) struct Field {
    scores: Vec<f32>,
    open: Vec<bool>,
}

impl Field {
    pub(super) fn of(scores: Vec<f32>, open: Vec<bool>) -> Self {
        Self { scores, open }
    }

    /// Puts other rows in question.
    pub(super) fn open(&mut self, open: Vec<bool>) {
        self.open = open;
    }

    /// The score of a row, in question or not; `None` where nothing is scored.
    pub(super) fn score(&self, ix: OccupationIx) -> Option<f32> {
        self.scores.get(ix as usize).copied()
    }

    /// All scores, with that of a row not in question below all others.
    pub(super) fn in_question(&self) -> impl Iterator<Item = f32> + '_ {
        self.scores.iter().zip(&self.open).map(|(score, open)| masked(*score, *open))
    }

    /// Whether a row is in question.
    pub(super) fn is_open(&self, ix: OccupationIx) -> bool {
        self.open[ix as usize]
    }

    /// Whether nothing is scored.
    pub(super) fn is_empty(&self) -> bool {
        self.scores.is_empty()
    }

    /// Whether nothing is in question.
    pub(super) fn is_closed(&self) -> bool {
        !self.open.contains(&true)
    }

    /// How many rows, in question or not, come before one.
    fn place(&self, ix: OccupationIx) -> usize {
        let (before, after) = self.scores.split_at(ix as usize);
        let own = after.first().copied().unwrap_or(f32::INFINITY);
        // Sums of numbers as wide as a score are compared many at once.
        let before: u32 = before.iter().map(|score| u32::from(*score >= own)).sum();
        let after: u32 = after.iter().map(|score| u32::from(*score > own)).sum();
        (before + after) as usize
    }

    /// The best rows in question, best first.
    pub(super) fn best(&self, most: usize) -> Vec<OccupationIx> {
        best(self.in_question(), most)
    }

    /// The best of `some` rows, at most so many, that are also among so many best of all rows.
    pub(super) fn among_best(
        &self,
        some: impl Iterator<Item = bool>,
        (most, among): (usize, usize),
    ) -> Vec<(OccupationIx, f32)> {
        let scores = self.scores.iter().zip(some).map(|(score, some)| masked(*score, some));
        let best = best(scores, most).into_iter().take_while(|ix| self.place(*ix) < among);
        best.map(|ix| (ix, self.scores[ix as usize])).collect()
    }
}

fn masked(score: f32, shown: bool) -> f32 {
    if shown { score } else { f32::NEG_INFINITY }
}

/// Rows of the best scores, best first, none of those that are masked.
fn best(scores: impl Iterator<Item = f32>, most: usize) -> Vec<OccupationIx> {
    let mut best: Vec<(OccupationIx, f32)> = Vec::with_capacity(most + 1);
    let mut least = f32::NEG_INFINITY;
    for (score, ix) in scores.zip(0..) {
        if score > least && most > 0 {
            // Rows ascend: what is equal stays before.
            let at = best.partition_point(|(_, other)| *other >= score);
            best.insert(at, (ix, score));
            best.truncate(most);
            if best.len() == most {
                least = best.last().map_or(least, |last| last.1);
            }
        }
    }
    best.into_iter().map(|(ix, _)| ix).collect()
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
        let open = vec![true, true, true, true, false, true, true];
        let mut field = Field::of(scores, open);
        for (most, best) in [
            (0, vec![]),
            (1, vec![1]),
            (2, vec![1, 2]),
            (4, vec![1, 2, 5, 0]),
            (9, vec![1, 2, 5, 0, 6, 3]),
        ] {
            assert_eq!(field.best(most), best);
        }
        assert_eq!([4, 1, 2, 5, 0].map(|ix| field.place(ix)), [0, 1, 2, 3, 4]);
        let odd = [false, true, false, true, false, true, false];
        let among = |most, all| field.among_best(odd.into_iter(), (most, all));
        assert_eq!(among(5, 9), [(1, 7.0), (5, 7.0), (3, -1.0)]);
        assert_eq!((among(1, 9).len(), among(5, 4).len(), among(5, 3).len()), (1, 2, 1));
        assert!(!field.is_closed());
        field.open(vec![false; 7]);
        assert!(field.is_closed() && field.best(3).is_empty());
    }
}
