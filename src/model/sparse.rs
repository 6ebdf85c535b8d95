//! Sparse rows: the one matrix form behind skills, skill groups, words and character n-grams.

/// A sparse matrix, row by row. Columns ascend within a row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SparseRows {
    /// Where each row starts in `columns`; one more entry than rows.
    pub(super) offsets: Vec<u32>,
    /// Column of each value.
    pub(super) columns: Vec<u32>,
    /// The values.
    pub(super) values: Vec<f32>,
}

impl SparseRows {
    /// Builds the matrix from rows of (column, value); values of one column are added up.
    pub fn from_rows<I: IntoIterator<Item = (u32, f32)>>(
        rows: impl IntoIterator<Item = I>,
    ) -> Self {
        let mut built = Self { offsets: vec![0], ..Self::default() };
        for row in rows {
            let mut row: Vec<(u32, f32)> = row.into_iter().collect();
            row.sort_unstable_by_key(|(column, _)| *column);
            for (column, value) in row {
                let start = built.offsets.last().copied().unwrap_or_default() as usize;
                if built.columns.len() > start && built.columns.last() == Some(&column) {
                    if let Some(last) = built.values.last_mut() {
                        *last += value;
                    }
                } else {
                    built.columns.push(column);
                    built.values.push(value);
                }
            }
            built.offsets.push(index(built.columns.len()));
        }
        built
    }

    /// Number of rows.
    pub fn len(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Whether there is no row.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The (column, value) pairs of a row; an unknown row is empty.
    pub fn row(&self, row: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        let from = self.offsets.get(row).map_or(0, |at| *at as usize);
        let to = self.offsets.get(row + 1).map_or(from, |at| *at as usize);
        self.columns[from..to].iter().copied().zip(self.values[from..to].iter().copied())
    }

    /// The same matrix by columns: row `c` of the result is column `c` of this one.
    #[must_use]
    pub fn transpose(&self, columns: usize) -> Self {
        let mut offsets = vec![0_u32; columns + 1];
        for column in &self.columns {
            offsets[*column as usize + 1] += 1;
        }
        for at in 0..columns {
            offsets[at + 1] += offsets[at];
        }
        let mut next = offsets.clone();
        let mut turned = Self {
            offsets,
            columns: vec![0; self.columns.len()],
            values: vec![0.0; self.values.len()],
        };
        for row in 0..self.len() {
            for (column, value) in self.row(row) {
                let at = &mut next[column as usize];
                turned.columns[*at as usize] = index(row);
                turned.values[*at as usize] = value;
                *at += 1;
            }
        }
        turned
    }

    /// Scales every row to length 1; rows of zeros stay.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        for row in 0..self.len() {
            let (from, to) = (self.offsets[row] as usize, self.offsets[row + 1] as usize);
            normalise(&mut self.values[from..to]);
        }
        self
    }

    /// For a matrix of postings (row = term, column = document): adds `weight * value` of each
    /// term's postings to `scores`. Cost: the postings of the query's terms.
    pub fn accumulate(&self, query: &[(u32, f32)], scores: &mut [f32]) {
        for &(term, weight) in query {
            for (document, value) in self.row(term as usize) {
                scores[document as usize] += weight * value;
            }
        }
    }
}

/// Scales values to length 1; zeros stay.
pub(super) fn normalise(values: &mut [f32]) {
    let length = values.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in values {
            *value /= length;
        }
    }
}

/// Scales a sparse vector to length 1 and says how long it was.
pub(super) fn normalise_pairs(pairs: &mut [(u32, f32)]) -> f32 {
    let length = pairs.iter().map(|(_, value)| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for (_, value) in pairs {
            *value /= length;
        }
    }
    length
}

/// Adds up values of equal columns; the result ascends by column.
pub(super) fn merge(mut pairs: Vec<(u32, f32)>) -> Vec<(u32, f32)> {
    pairs.sort_by_key(|(column, _)| *column);
    let mut merged: Vec<(u32, f32)> = Vec::with_capacity(pairs.len());
    for (column, value) in pairs {
        match merged.last_mut() {
            Some((last, sum)) if *last == column => *sum += value,
            _ => merged.push((column, value)),
        }
    }
    merged
}

/// A count as a row number. Data sets stay far below 2^32 entries; a larger one saturates.
pub(super) fn index(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_turns_rows_into_columns() {
        let rows = SparseRows::from_rows([vec![(2, 1.0), (0, 3.0), (2, 1.0)], vec![(0, 5.0)]]);
        assert_eq!(rows.row(0).collect::<Vec<_>>(), [(0, 3.0), (2, 2.0)]);
        let turned = rows.transpose(3);
        assert_eq!(turned.row(0).collect::<Vec<_>>(), [(0, 3.0), (1, 5.0)]);
        assert_eq!(turned.row(1).count(), 0);
        assert_eq!(turned.row(2).collect::<Vec<_>>(), [(0, 2.0)]);
        assert_eq!(turned.transpose(2), rows);
    }

    #[test]
    fn accumulating_unit_rows_gives_the_cosine() {
        let rows = SparseRows::from_rows([vec![(0, 3.0), (1, 4.0)], vec![(1, 2.0)]]).normalised();
        let mut scores = [0.0; 2];
        rows.transpose(2).accumulate(&[(0, 0.6), (1, 0.8)], &mut scores);
        assert!((scores[0] - 1.0).abs() < 1e-6 && (scores[1] - 0.8).abs() < 1e-6, "{scores:?}");
    }
}
