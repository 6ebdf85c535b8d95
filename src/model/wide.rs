//! What is reckoned for all occupations alike, in the widest registers of the machine. Each value is what
//! it would be alone, so that the machine changes no bit.

use std::array;

use ndarray::ArrayView2;
use pulp::{Arch, Simd, WithSimd};

/// Does the work in the widest registers.
pub(super) fn widest<R>(work: impl FnOnce() -> R) -> R {
    Arch::new().dispatch(work)
}

/// Adds `weight * value` to each sum.
pub(super) fn add(sums: &mut [f32], weight: f32, column: &[f32]) {
    widest(|| {
        for (sum, value) in sums.iter_mut().zip(column) {
            *sum += weight * value;
        }
    });
}

/// Rows of a block: what the sums of AVX2 hold, so that it is read in order.
const BLOCK: usize = 32;
/// Registers of sums for a vector: with two vectors half of those of a machine with AVX2.
const REGISTERS: usize = 4;

/// Rows of one matrix side by side, a block of them dimension after dimension, so that the dot products of a
/// vector with many rows are summed up in registers and the matrix is read once and in order.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Positions {
    rows: usize,
    dimensions: usize,
    /// Rows that the last block lacks are zeros.
    blocks: Vec<[f32; BLOCK]>,
}

impl Positions {
    pub(super) fn of(rows: ArrayView2<'_, f32>) -> Self {
        let (count, dimensions) = rows.dim();
        let mut blocks = vec![[0.0; BLOCK]; count.div_ceil(BLOCK) * dimensions];
        for ((row, dimension), value) in rows.indexed_iter() {
            blocks[row / BLOCK * dimensions + dimension][row % BLOCK] = *value;
        }
        Self { rows: count, dimensions, blocks }
    }

    /// Dot products of vectors with every row, each summed up in the order of dimensions. Some 20 us for
    /// 3,000 rows of 128, most of them for reading the rows, which is done once for all vectors.
    pub(super) fn dots<const N: usize>(&self, vectors: [&[f32]; N]) -> [Vec<f32>; N] {
        let mut dots = vectors.map(|_| vec![0.0; self.rows.next_multiple_of(BLOCK)]);
        let arch = Arch::new();
        for (number, block) in self.blocks.chunks_exact(self.dimensions.max(1)).enumerate() {
            let into = dots.each_mut().map(|dots| &mut dots[number * BLOCK..][..BLOCK]);
            arch.dispatch(Dots { block, vectors, into });
        }
        dots.map(|mut dots| {
            dots.truncate(self.rows);
            dots
        })
    }
}

/// A block of positions, what it is multiplied by, and where the products go.
struct Dots<'a, const N: usize> {
    block: &'a [[f32; BLOCK]],
    vectors: [&'a [f32]; N],
    into: [&'a mut [f32]; N],
}

impl<const N: usize> WithSimd for Dots<'_, N> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "only inlined it is compiled for the machine's registers"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        const { assert!((BLOCK / S::F32_LANES).is_multiple_of(REGISTERS)) }
        let mut into = self.into.map(|dots| S::as_mut_simd_f32s(dots).0);
        for from in (0..BLOCK / S::F32_LANES).step_by(REGISTERS) {
            let mut sums = [[simd.splat_f32s(0.0); REGISTERS]; N];
            for (at, values) in self.block.iter().enumerate() {
                let (values, _) = S::as_simd_f32s(values);
                // Of known length, so that sums stay in registers.
                let values: [_; REGISTERS] = array::from_fn(|register| values[from + register]);
                let weights = self.vectors.map(|vector| simd.splat_f32s(vector[at]));
                for (sums, weight) in sums.iter_mut().zip(weights) {
                    // Multiplied, then added: machines that do both at once would round once.
                    for (sum, value) in sums.iter_mut().zip(values) {
                        *sum = simd.add_f32s(*sum, simd.mul_f32s(weight, value));
                    }
                }
            }
            for (dots, sums) in into.iter_mut().zip(sums) {
                dots[from..].iter_mut().zip(sums).for_each(|(dot, sum)| *dot = sum);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use ndarray::Array2;

    use super::*;

    #[test]
    fn dots_are_sums_in_the_order_of_dimensions() {
        for (rows, dimensions) in [(0, 3), (1, 1), (3, 0), (32, 5), (33, 7), (200, 128)] {
            let value =
                |(row, dimension): (usize, usize)| ((row * 31 + dimension * 7) as f32 * 0.37).sin();
            let matrix = Array2::from_shape_fn((rows, dimensions), value);
            let vector =
                Array2::from_shape_fn((2, dimensions), |(row, at)| ((at + row) as f32 * 0.9).cos());
            let vector_of = |row: usize| vector.row(row).to_slice().unwrap();
            let positions = Positions::of(matrix.view());
            let [dots, others] = positions.dots([vector_of(0), vector_of(1)]);
            assert_eq!(dots.len(), rows);
            assert!([others] == positions.dots([vector_of(1)]));
            for (dot, row) in dots.iter().zip(matrix.rows()) {
                let mut sum = 0.0_f32;
                for (value, weight) in row.iter().zip(vector.row(0)) {
                    sum += weight * value;
                }
                assert_eq!(dot.to_bits(), sum.to_bits(), "{rows} {dimensions}");
            }
        }
    }
}
