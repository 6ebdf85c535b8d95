//! The latent skill space: a truncated singular value decomposition of the occupation-skill matrix.
//!
//! Randomised subspace iteration (Halko, Martinsson, Tropp 2011, algorithm 4.4) with linfa's QR and
//! symmetric eigen decomposition. Only sparse products touch the big matrix, so that 3,000 x 14,000
//! at rank 128 takes about two seconds instead of the minute a dense PCA needs.

use linfa_linalg::{
    LinalgError,
    eigh::{EigSort, Eigh},
    qr::QR,
};
use ndarray::{Array1, Array2, Axis, Slice};
use rayon::prelude::*;

use super::sparse::SparseRows;

/// Extra directions that make the wanted ones exact.
const OVERSAMPLING: usize = 16;
/// Passes over the matrix; each sharpens the subspace.
const PASSES: usize = 4;

/// Positions of occupations and skills in the latent space.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Latent {
    /// One unit row an occupation.
    pub(super) occupations: Array2<f32>,
    /// One row a skill: a profile's position is the weighted sum of its skills' rows.
    pub(super) skills: Array2<f32>,
}

impl Latent {
    /// Decomposes the unit rows `matrix` (occupations x `columns` skills) at `rank`, or a lower one
    /// where the matrix is small.
    ///
    /// # Errors
    /// [`LinalgError`] where the decomposition does not converge.
    pub(super) fn fit(
        matrix: &SparseRows,
        columns: usize,
        rank: usize,
        seed: u64,
    ) -> Result<Self, LinalgError> {
        let rows = matrix.len();
        let rank = rank.min(rows / 2).min(columns / 2).max(1);
        let width = (rank + OVERSAMPLING).min(rows);
        let turned = matrix.transpose(columns);
        let mut basis = seeded(rows, width, seed);
        for _ in 0..PASSES {
            basis = product(matrix, &product(&turned, &basis)).qr()?.generate_q();
        }
        // B = Qᵀ A; its Gram matrix is small, its eigenvectors turn Q into the singular vectors.
        let projected = product(&turned, &basis);
        let (_, vectors) = projected.t().dot(&projected).eigh()?.sort_eig_desc();
        let vectors = vectors.slice_axis(Axis(1), Slice::from(..rank)).to_owned();
        let skills = projected.dot(&vectors);
        let lengths: Array1<f64> = skills.map_axis(Axis(0), |column| column.dot(&column).sqrt());
        // A ≈ U S Vᵀ: skills holds V S; dividing by S leaves V, whose rows carry a profile over.
        let skills = skills / &lengths.mapv(|length| if length > 0.0 { length } else { 1.0 });
        let mut occupations = product(matrix, &skills);
        for mut row in occupations.rows_mut() {
            let length = row.dot(&row).sqrt();
            if length > 0.0 {
                row /= length;
            }
        }
        Ok(Self { occupations: narrow(&occupations), skills: narrow(&skills) })
    }

    /// Cosine of a profile (skill, weight) with every occupation.
    pub(super) fn cosines(&self, profile: &[(u32, f32)]) -> Vec<f32> {
        let mut position = Array1::<f32>::zeros(self.skills.ncols());
        for &(skill, weight) in profile {
            position.scaled_add(weight, &self.skills.row(skill as usize));
        }
        let length = position.dot(&position).sqrt();
        if length > 0.0 {
            position /= length;
        }
        self.occupations.dot(&position).to_vec()
    }
}

#[expect(clippy::cast_possible_truncation, reason = "scores are kept in single precision")]
fn narrow(wide: &Array2<f64>) -> Array2<f32> {
    wide.mapv(|value| value as f32)
}

/// Sparse times dense, row by row.
fn product(sparse: &SparseRows, dense: &Array2<f64>) -> Array2<f64> {
    let width = dense.ncols();
    let mut result = Array2::zeros((sparse.len(), width));
    result.as_slice_mut().unwrap_or_default().par_chunks_mut(width.max(1)).enumerate().for_each(
        |(row, target)| {
            for (column, value) in sparse.row(row) {
                let source = dense.row(column as usize);
                for (target, source) in target.iter_mut().zip(source) {
                    *target += f64::from(value) * source;
                }
            }
        },
    );
    result
}

/// Numbers spread evenly over -1..1, always the same for a seed (`SplitMix64`).
fn seeded(rows: usize, columns: usize, seed: u64) -> Array2<f64> {
    let mut state = seed;
    Array2::from_shape_simple_fn((rows, columns), || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        (mixed >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Two blocks of occupations with their own skills: two directions, and skills of one block are
    /// near all its occupations, also those that lack the very skill.
    #[test]
    fn skills_that_go_together_are_near() {
        let rows = SparseRows::from_rows([
            vec![(0, 1.0), (1, 1.0)],
            vec![(1, 1.0), (2, 1.0)],
            vec![(0, 1.0), (2, 1.0)],
            vec![(3, 1.0), (4, 1.0)],
            vec![(4, 1.0), (5, 1.0)],
            vec![(3, 1.0), (5, 1.0)],
        ])
        .normalised();
        let latent = Latent::fit(&rows, 6, 2, 7).unwrap();
        let cosines = latent.cosines(&[(0, 1.0)]);
        assert!(cosines[..3].iter().all(|c| *c > 0.99), "{cosines:?}");
        assert!(cosines[3..].iter().all(|c| c.abs() < 0.01), "{cosines:?}");
        assert_eq!(latent, Latent::fit(&rows, 6, 2, 7).unwrap());
    }
}
