//! Rows of numbers in a byte each: the form in which matrices and label vectors are kept.

/// Largest value of a byte.
const MOST: f32 = 127.0;

/// A matrix of one signed byte a value, with a scale a row. A row is off by at most 1/254 of its
/// greatest value.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ByteRows {
    pub(super) width: usize,
    pub(super) values: Vec<i8>,
    pub(super) scales: Vec<f32>,
}

impl ByteRows {
    pub(super) fn new(width: usize) -> Self {
        Self { width, values: Vec::new(), scales: Vec::new() }
    }

    /// Rows of `width` values after another.
    pub(super) fn of(width: usize, values: &[f32]) -> Self {
        let mut rows = Self::new(width);
        values.chunks_exact(width.max(1)).for_each(|row| rows.push(row));
        rows
    }

    pub(super) fn len(&self) -> usize {
        self.scales.len()
    }

    pub(super) fn push(&mut self, row: &[f32]) {
        let most = row.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
        let scale = most / MOST;
        let over = if scale > 0.0 { scale.recip() } else { 0.0 };
        #[expect(clippy::cast_possible_truncation, reason = "rounded, at most 127")]
        self.values.extend(row.iter().map(|value| (value * over).round() as i8));
        self.scales.push(scale);
    }

    /// Bytes and scale of a row; `None` where there is no such row.
    pub(super) fn row(&self, row: usize) -> Option<(&[i8], f32)> {
        let from = row.checked_mul(self.width)?;
        Some((self.values.get(from..from + self.width)?, *self.scales.get(row)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_near_their_values() {
        let values: Vec<f32> = (0..33_u8).map(|at| (f32::from(at) * 0.7).sin()).collect();
        let rows = ByteRows::of(11, &values);
        assert_eq!((rows.len(), rows.row(3)), (3, None));
        for (at, value) in values.iter().enumerate() {
            let (bytes, scale) = rows.row(at / 11).unwrap();
            let back = f32::from(bytes[at % 11]) * scale;
            assert!((back - value).abs() <= 1.0 / 254.0 + 1e-6, "{at}");
        }
        assert_eq!(ByteRows::of(2, &[0.0, 0.0]).row(0), Some((&[0, 0][..], 0.0)));
    }
}
