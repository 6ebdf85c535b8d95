//! Matrix products of rows of bytes with a few vectors: what an encoder does nearly all of its time.
//!
//! A product of ndarray first copies both matrices into a form that its kernel likes. With the ten
//! tokens of a title that copy of all weights takes three times as long as the products themselves, and
//! the weights must lie there as floats. Here a few rows of bytes at a time become floats that stay in
//! the nearest cache while all vectors pass. `pulp` chooses the widest registers of the machine when the
//! program runs; a sum adds its parts in another order on another kind of machine, never on the same one.

use std::array;

use ndarray::Array2;
use pulp::{Arch, Simd, WithSimd};
use rayon::prelude::*;

use super::rows::ByteRows;

/// Rows and vectors whose products are summed at once: with one more register for a weight and one for
/// each vector, all sixteen of a machine with AVX2 are in use.
const ROWS: usize = 4;
const VECTORS: usize = 3;
/// Values of the widest register; vectors are filled up to a multiple of it.
const WIDEST: usize = 16;
/// Rows that one core takes at a time.
const TAKEN: usize = 64;

/// Vectors one after another, filled up with zeros to whole registers and whole groups.
struct Vectors {
    width: usize,
    /// From one vector to the next.
    stride: usize,
    count: usize,
    values: Vec<f32>,
}

impl Vectors {
    /// Of `width` values each.
    fn of(width: usize, values: &[f32]) -> Self {
        let stride = width.max(1).next_multiple_of(WIDEST);
        let count = values.len() / width.max(1);
        let mut filled = vec![0.0; stride * count.next_multiple_of(VECTORS)];
        let rows = filled.chunks_exact_mut(stride).zip(values.chunks_exact(width.max(1)));
        rows.for_each(|(into, from)| into[..width].copy_from_slice(from));
        Self { width, stride, count, values: filled }
    }
}

impl ByteRows {
    /// Dot products of every row with every vector, a row of the result for each vector, on all cores.
    /// Each value depends on its row and vector alone, to the bit. 10 ms of a core for 21 million bytes
    /// and ten vectors.
    pub(super) fn products(&self, vectors: &Array2<f32>) -> Array2<f32> {
        let vectors = vectors.as_standard_layout();
        let flat = self.products_of(vectors.as_slice().unwrap_or_default());
        let by_row = Array2::from_shape_vec((self.len(), vectors.nrows()), flat);
        by_row.map(|products| products.t().as_standard_layout().into_owned()).unwrap_or_default()
    }

    /// Dot products of all rows with one vector. 4 ms of a core for 40,000 rows of 384.
    pub(super) fn dots(&self, vector: &[f32]) -> Vec<f32> {
        self.products_of(vector)
    }

    /// The products of a row with all vectors stand together.
    fn products_of(&self, vectors: &[f32]) -> Vec<f32> {
        let vectors = Vectors::of(self.width, vectors);
        let mut products = vec![0.0; self.len() * vectors.count];
        if products.is_empty() || self.width == 0 {
            return products;
        }
        let arch = Arch::new();
        let parts = products.par_chunks_mut(TAKEN * vectors.count);
        let rows = self.values.par_chunks(TAKEN * self.width).zip(self.scales.par_chunks(TAKEN));
        parts.zip(rows).for_each(|(products, (bytes, scales))| {
            arch.dispatch(Part { bytes, scales, vectors: &vectors, products });
        });
        products
    }
}

/// The registers that products are made in: on machines that differ in them, results of an encoder may
/// differ in their last digits.
pub fn registers() -> String {
    format!("{:?}", Arch::new())
}

/// Some rows, and where their products go.
struct Part<'a> {
    bytes: &'a [i8],
    scales: &'a [f32],
    vectors: &'a Vectors,
    products: &'a mut [f32],
}

impl WithSimd for Part<'_> {
    type Output = ();

    #[expect(
        clippy::inline_always,
        reason = "only inlined it is compiled for the machine's registers"
    )]
    #[inline(always)]
    fn with_simd<S: Simd>(self, simd: S) {
        let Vectors { width, stride, count, ref values } = *self.vectors;
        let mut floats = vec![0.0; ROWS * stride];
        let rows = self.bytes.chunks(ROWS * width).zip(self.scales.chunks(ROWS));
        for ((bytes, scales), products) in rows.zip(self.products.chunks_mut(ROWS * count)) {
            for (into, from) in floats.chunks_exact_mut(stride).zip(bytes.chunks_exact(width)) {
                for (float, byte) in into.iter_mut().zip(from) {
                    *float = f32::from(*byte);
                }
            }
            let weights = parts::<S, ROWS>(&floats);
            for (group, vectors) in values.chunks_exact(VECTORS * stride).enumerate() {
                let vectors = parts::<S, VECTORS>(vectors);
                let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
                for at in 0..weights[0].len() {
                    let vectors = vectors.map(|vector| vector[at]);
                    for (sums, weights) in sums.iter_mut().zip(weights) {
                        for (sum, vector) in sums.iter_mut().zip(vectors) {
                            *sum = simd.mul_add_e_f32s(weights[at], vector, *sum);
                        }
                    }
                }
                let rows = sums.iter().zip(scales).zip(products.chunks_exact_mut(count));
                for ((sums, scale), products) in rows {
                    let here = products.iter_mut().skip(group * VECTORS);
                    here.zip(sums)
                        .for_each(|(product, sum)| *product = scale * simd.reduce_sum_f32s(*sum));
                }
            }
        }
    }
}

/// Rows that lie one after another, each as whole registers.
#[expect(clippy::inline_always, reason = "as its caller")]
#[inline(always)]
fn parts<S: Simd, const COUNT: usize>(rows: &[f32]) -> [&[S::f32s]; COUNT] {
    let (registers, _) = S::as_simd_f32s(rows);
    let each = registers.len() / COUNT;
    array::from_fn(|row| &registers[row * each..][..each])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(count: usize) -> Vec<f32> {
        (0_u16..).take(count).map(|at| (f32::from(at) * 0.7).sin()).collect()
    }

    #[test]
    fn products_are_those_of_the_numbers() {
        for (width, rows, count) in [(1, 1, 1), (11, 3, 2), (16, 4, 3), (384, 70, 7), (33, 130, 4)]
        {
            let bytes = ByteRows::of(width, &numbers(width * rows));
            let vectors = Array2::from_shape_vec((count, width), numbers(width * count)).unwrap();
            let found = bytes.products(&vectors);
            assert_eq!(found.dim(), (count, rows));
            for ((vector, row), product) in found.indexed_iter() {
                let (values, scale) = bytes.row(row).unwrap();
                let with = vectors.row(vector);
                let pairs = values.iter().zip(with);
                let right: f32 = pairs.map(|(a, b)| f32::from(*a) * scale * b).sum();
                assert!((product - right).abs() < 1e-3, "{width} {row} {vector}");
            }
        }
    }

    #[test]
    fn a_product_does_not_depend_on_the_vectors_and_rows_beside_it() {
        let bytes = ByteRows::of(40, &numbers(40 * 99));
        let vectors = Array2::from_shape_vec((5, 40), numbers(200)).unwrap();
        let all = bytes.products(&vectors);
        for (vector, products) in vectors.rows().into_iter().zip(all.rows()) {
            assert!(bytes.dots(vector.as_slice().unwrap()) == products.to_vec());
        }
        let one = ByteRows::of(40, &numbers(40 * 99)[40 * 50..40 * 51]);
        assert!(one.products(&vectors).column(0) == all.column(50));
    }

    #[test]
    fn nothing_has_no_products() {
        let vectors = Array2::zeros((0, 8));
        assert_eq!(ByteRows::of(8, &numbers(16)).products(&vectors).dim(), (0, 2));
        assert!(ByteRows::new(8).dots(&numbers(8)).is_empty());
    }
}
