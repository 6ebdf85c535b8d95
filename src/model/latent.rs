//! The latent space of work: a truncated singular value decomposition of the texts of occupations and
//! their skills. Texts about the same work are near, also where they use other words.
//!
//! Randomised subspace iteration (Halko, Martinsson, Tropp 2011, algorithm 4.4) with linfa's QR and
//! symmetric eigen decomposition. Only sparse products touch the big matrix, so that 3,000 x 15,000
//! at rank 128 takes about two seconds instead of the minute a dense PCA needs.

use linfa_linalg::{
    LinalgError,
    eigh::{EigSort, Eigh},
    qr::QR,
};
use ndarray::{Array1, Array2, ArrayView1, Axis, Slice};
use rayon::prelude::*;

use super::{sparse::SparseRows, text::WorkTexts};

/// Extra directions that make the wanted ones exact.
const OVERSAMPLING: usize = 16;
/// Passes over the matrix; each sharpens the subspace.
const PASSES: usize = 4;

/// Positions of texts in the latent space, unit rows; a row of zeros has no text.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Latent {
    /// One row an occupation, from its own text.
    pub(super) occupations: Array2<f32>,
    /// One row a skill.
    pub(super) skills: Array2<f32>,
}

impl Latent {
    /// Finds the space of the documents at `rank`, or a lower one where there are few, and places
    /// occupations and skills in it.
    ///
    /// # Errors
    /// [`LinalgError`] where the decomposition does not converge.
    pub(super) fn fit(texts: &WorkTexts, rank: usize, seed: u64) -> Result<Self, LinalgError> {
        let directions = directions(&texts.documents, texts.columns, rank, seed)?;
        let place = |rows: &SparseRows| unit_rows(narrow(&product(rows, &directions)));
        Ok(Self { occupations: place(&texts.occupations), skills: place(&texts.skills) })
    }

    /// Where occupations stand by their own texts: the unit mean, or zeros.
    pub(super) fn of_occupations(&self, occupations: &[(u32, f32)]) -> Array1<f32> {
        unit(sum(&self.occupations, occupations))
    }

    /// The weighted sum of where skills stand.
    pub(super) fn of_skills(&self, skills: &[(u32, f32)]) -> Array1<f32> {
        sum(&self.skills, skills)
    }

    /// Where someone stands who has these occupations and skills: half from what the occupations are
    /// said to be, half from the skills, a unit vector.
    fn position(&self, occupations: &[(u32, f32)], skills: &[(u32, f32)]) -> Array1<f32> {
        unit(self.of_occupations(occupations) + unit(self.of_skills(skills)))
    }

    /// The positions of occupations given by their skills, one row an occupation.
    pub(super) fn positions(&self, skills: &SparseRows) -> Array2<f32> {
        let mut positions = Array2::zeros(self.occupations.raw_dim());
        for (mut position, row) in positions.rows_mut().into_iter().zip(0..) {
            let skills: Vec<(u32, f32)> = skills.row(row as usize).collect();
            position.assign(&self.position(&[(row, 1.0)], &skills));
        }
        positions
    }
}

fn sum(rows: &Array2<f32>, weights: &[(u32, f32)]) -> Array1<f32> {
    let mut sum = Array1::<f32>::zeros(rows.ncols());
    for &(row, weight) in weights {
        sum.scaled_add(weight, &rows.row(row as usize));
    }
    sum
}

fn unit(mut vector: Array1<f32>) -> Array1<f32> {
    let length = length(vector.view());
    if length > 0.0 {
        vector /= length;
    }
    vector
}

fn unit_rows(mut rows: Array2<f32>) -> Array2<f32> {
    for mut row in rows.rows_mut() {
        let length = length(row.view());
        if length > 0.0 {
            row /= length;
        }
    }
    rows
}

fn length(vector: ArrayView1<'_, f32>) -> f32 {
    vector.dot(&vector).sqrt()
}

/// The right singular vectors of `matrix` (one column each) with the largest singular values.
fn directions(
    matrix: &SparseRows,
    columns: usize,
    rank: usize,
    seed: u64,
) -> Result<Array2<f64>, LinalgError> {
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
    // A ≈ U S Vᵀ: this is V S; dividing by S leaves V.
    let scaled = projected.dot(&vectors);
    let lengths: Array1<f64> = scaled.map_axis(Axis(0), |column| column.dot(&column).sqrt());
    Ok(scaled / &lengths.mapv(|length| if length > 0.0 { length } else { 1.0 }))
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

    /// Two fields of work with their own words: two directions, and a skill of one is near all of its
    /// occupations, also those whose text lacks the very word.
    #[test]
    fn texts_about_the_same_work_are_near() {
        let rows = |rows: &[&[u32]]| {
            let rows = rows.iter().map(|row| row.iter().map(|column| (*column, 1.0)));
            SparseRows::from_rows(rows).normalised()
        };
        let documents = rows(&[&[0, 1], &[1, 2], &[0, 2], &[3, 4], &[4, 5], &[3, 5]]);
        let skills = rows(&[&[0], &[4]]);
        let texts = WorkTexts { occupations: documents.clone(), documents, skills, columns: 6 };
        let latent = Latent::fit(&texts, 2, 7).unwrap();
        let cosines = latent.occupations.dot(&latent.position(&[], &[(0, 1.0)])).to_vec();
        assert!(cosines[..3].iter().all(|c| *c > 0.99), "{cosines:?}");
        assert!(cosines[3..].iter().all(|c| c.abs() < 0.01), "{cosines:?}");
        assert_eq!(latent, Latent::fit(&texts, 2, 7).unwrap());
        // Half of one field and half of the other is between them.
        let both = latent.occupations.dot(&latent.position(&[(0, 1.0)], &[(1, 1.0)])).to_vec();
        assert!(both.iter().all(|c| (c - 0.5_f32.sqrt()).abs() < 0.01), "{both:?}");
    }
}
