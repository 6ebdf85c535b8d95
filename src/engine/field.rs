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
    pub(super) fn of(scores: Vec<f32>, open: impl Fn(OccupationIx) -> bool) -> Self {
        let open = (0..).take(scores.len()).map(open).collect();
        Self { scores, open }
    }

    /// The same scores with other rows in question.
    pub(super) fn with(&self, open: impl Fn(OccupationIx) -> bool) -> Self {
        Self::of(self.scores.clone(), open)
    }

    /// The score of a row, in question or not; `None` where nothing is scored.
    pub(super) fn score(&self, ix: OccupationIx) -> Option<f32> {
        self.scores.get(ix as usize).copied()
    }

    /// All scores, with that of a row not in question below all others.
    pub(super) fn in_question(&self) -> impl Iterator<Item = f32> + '_ {
        let rows = self.scores.iter().zip(&self.open);
        rows.map(|(score, open)| if *open { *score } else { f32::NEG_INFINITY })
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
    pub(super) fn place(&self, ix: OccupationIx) -> usize {
        let own = (ix, self.scores[ix as usize]);
        let better = |(other, score): &(OccupationIx, &f32)| order((*other, **score), own).is_lt();
        (0..).zip(&self.scores).filter(better).count()
    }

    /// The best rows in question, best first.
    pub(super) fn best(&self, most: usize) -> Vec<OccupationIx> {
        let mut best: Vec<(OccupationIx, f32)> = Vec::with_capacity(most + 1);
        for (score, ix) in self.in_question().zip(0..) {
            let full = best.len() == most;
            if score == f32::NEG_INFINITY || full && best.last().is_none_or(|last| score <= last.1)
            {
                continue;
            }
            // Rows ascend: what is equal stays before.
            let at = best.partition_point(|(_, other)| *other >= score);
            best.insert(at, (ix, score));
            best.truncate(most);
        }
        best.into_iter().map(|(ix, _)| ix).collect()
    }
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
        let field = Field::of(scores, |ix| ix != 4);
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
        assert!(!field.is_closed() && field.with(|_| false).is_closed());
    }
}
