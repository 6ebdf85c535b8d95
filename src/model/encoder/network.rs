//! The network that makes a vector of tokens: BERT (Devlin et al. 2019) with the mean over the tokens
//! as in e5 (Wang et al. 2024).
//!
//! Several texts go through together, their tokens one below the other, so that every weight is read
//! once for all of them; attention stays inside a text. A text's vector does not depend on the texts
//! beside it, to the bit: a matrix product adds up each value by itself.

use std::ops::Range;

use ndarray::{Array1, Array2, ArrayView2, ArrayViewMut2, Axis, Slice, Zip};
use serde::{Deserialize, Serialize};

use super::rows::ByteRows;

/// Shape of a network.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct Shape {
    /// Values of a vector.
    pub(super) width: usize,
    /// Layers.
    pub(super) layers: usize,
    /// Heads of attention; divides `width`.
    pub(super) heads: usize,
    /// Values between the two halves of a layer.
    pub(super) inner: usize,
    /// Tokens known.
    pub(super) tokens: usize,
    /// Most tokens of a text.
    pub(super) positions: usize,
    /// Added to a variance before its root is taken.
    pub(super) epsilon: f32,
}

/// A linear map: weights a row for each output, and what is added.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Linear {
    pub(super) weights: ByteRows,
    pub(super) bias: Vec<f32>,
}

/// Scale and shift of a normalisation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Norm {
    pub(super) scale: Vec<f32>,
    pub(super) shift: Vec<f32>,
}

/// Weights as they are kept.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weights {
    pub(super) shape: Shape,
    /// A row a token.
    pub(super) tokens: ByteRows,
    /// A row a position, the first token type's added.
    pub(super) positions: Vec<f32>,
    pub(super) norm: Norm,
    pub(super) layers: Vec<LayerWeights>,
}

/// One layer as it is kept: query, key, value, output of attention; up, down.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LayerWeights {
    pub(super) maps: [Linear; 6],
    /// After attention, after the whole.
    pub(super) norms: [Norm; 2],
}

/// Weights that fit their shape.
#[derive(Debug)]
pub(super) struct Network(Weights);

impl Weights {
    /// What does not fit the shape, if anything.
    pub(super) fn problem(&self) -> Option<String> {
        let Shape { width, inner, heads, .. } = self.shape;
        if width == 0 || heads == 0 || width % heads != 0 {
            return Some(format!("{heads} heads do not divide a width of {width}"));
        }
        let norm = |norm: &Norm| norm.scale.len() == width && norm.shift.len() == width;
        let linear = |map: &Linear, from: usize, to: usize| {
            map.weights.width == from && map.weights.len() == to && map.bias.len() == to
        };
        let [square, up, down] = [(width, width), (width, inner), (inner, width)];
        let sizes = [square, square, square, square, up, down];
        let layer = |layer: &LayerWeights| {
            let mut maps = layer.maps.iter().zip(sizes);
            maps.all(|(map, (from, to))| linear(map, from, to)) && layer.norms.iter().all(norm)
        };
        let whole = self.layers.len() == self.shape.layers
            && self.tokens.width == width
            && self.tokens.len() == self.shape.tokens
            && self.shape.positions > 2
            && self.positions.len() == self.shape.positions * width
            && norm(&self.norm)
            && self.layers.iter().all(layer);
        (!whole).then(|| format!("the weights do not fit the shape {:?}", self.shape))
    }
}

impl Network {
    /// Takes weights that fit together.
    ///
    /// # Errors
    /// What does not fit.
    pub(super) fn new(weights: Weights) -> Result<Self, String> {
        weights.problem().map_or(Ok(Self(weights)), Err)
    }

    /// Tokens that have a row.
    pub(super) fn known(&self) -> usize {
        self.0.tokens.len()
    }

    pub(super) fn width(&self) -> usize {
        self.0.shape.width
    }

    /// Most tokens of a text; more are cut off.
    pub(super) fn longest(&self) -> usize {
        self.0.shape.positions
    }

    /// A vector of length 1 for each text, given as tokens. An unknown token counts as the first.
    pub(super) fn vectors(&self, texts: &[Vec<u32>]) -> Vec<Vec<f32>> {
        let mut spans: Vec<Range<usize>> = Vec::with_capacity(texts.len());
        for text in texts {
            let from = spans.last().map_or(0, |span| span.end);
            spans.push(from..from + text.len().min(self.longest()));
        }
        let mut state = self.embedded(texts, spans.last().map_or(0, |span| span.end));
        for layer in &self.0.layers {
            layer.pass(&mut state, &spans, self.0.shape);
        }
        let mean = |span: Range<usize>| {
            let rows = state.slice_axis(Axis(0), Slice::from(span));
            unit(rows.mean_axis(Axis(0)).unwrap_or_else(|| Array1::zeros(self.width())).to_vec())
        };
        spans.into_iter().map(mean).collect()
    }

    fn embedded(&self, texts: &[Vec<u32>], count: usize) -> Array2<f32> {
        let Weights { tokens, positions, norm, shape, .. } = &self.0;
        let mut state = Array2::zeros((count, self.width()));
        let known = texts.iter().flat_map(|text| text.iter().take(self.longest()).enumerate());
        for (mut row, (place, token)) in state.rows_mut().into_iter().zip(known) {
            let found = tokens.row(*token as usize).or_else(|| tokens.row(0));
            let Some((bytes, scale)) = found else { continue };
            let positions = positions.chunks_exact(shape.width).nth(place);
            let values = bytes.iter().zip(positions.into_iter().flatten());
            for (cell, (byte, position)) in row.iter_mut().zip(values) {
                *cell = f32::from(*byte) * scale + position;
            }
        }
        norm.apply(&mut state, shape.epsilon);
        state
    }
}

impl LayerWeights {
    fn pass(&self, state: &mut Array2<f32>, spans: &[Range<usize>], shape: Shape) {
        let [query, key, value] = [0, 1, 2].map(|map| self.map(map, state));
        let mut heard = Array2::zeros(state.raw_dim());
        let size = shape.width / shape.heads;
        for span in spans {
            for head in 0..shape.heads {
                let columns = head * size..(head + 1) * size;

                let mut rows = heard.slice_axis_mut(Axis(0), Slice::from(span.clone()));
                let into = rows.slice_axis_mut(Axis(1), Slice::from(columns.clone()));
                let [query, key, value] = [&query, &key, &value].map(|all| of(all, span, &columns));
                attend(query, key, value, into);
            }
        }
        *state += &self.map(3, &heard);
        self.norms[0].apply(state, shape.epsilon);
        let mut inner = self.map(4, state);
        inner.mapv_inplace(gelu);
        *state += &self.map(5, &inner);
        self.norms[1].apply(state, shape.epsilon);
    }

    fn map(&self, map: usize, state: &Array2<f32>) -> Array2<f32> {
        let Linear { weights, bias } = &self.maps[map];
        let mut mapped = weights.products(state);
        for mut row in mapped.rows_mut() {
            Zip::from(&mut row).and(&bias[..]).for_each(|value, bias| *value += bias);
        }
        mapped
    }
}

/// Some rows and columns of a matrix. The macro for it has unsafe code inside, which the crate forbids.
fn of<'a>(
    whole: &'a Array2<f32>,
    rows: &Range<usize>,
    columns: &Range<usize>,
) -> ArrayView2<'a, f32> {
    let mut part = whole.view();
    part.slice_axis_inplace(Axis(0), Slice::from(rows.clone()));
    part.slice_axis_inplace(Axis(1), Slice::from(columns.clone()));
    part
}

/// Attention of one head inside one text.
fn attend(
    query: ArrayView2<'_, f32>,
    key: ArrayView2<'_, f32>,
    value: ArrayView2<'_, f32>,
    mut into: ArrayViewMut2<'_, f32>,
) {
    let scale = (query.ncols() as f32).sqrt().recip();
    let mut shares = query.dot(&key.t());
    for mut row in shares.rows_mut() {
        let most = row.fold(f32::NEG_INFINITY, |most, value| most.max(*value));
        row.mapv_inplace(|value| ((value - most) * scale).exp());
        let sum = row.sum();
        row.mapv_inplace(|value| value / sum);
    }
    into.assign(&shares.dot(&value));
}

impl Norm {
    fn apply(&self, state: &mut Array2<f32>, epsilon: f32) {
        let width = state.ncols().max(1) as f32;
        for mut row in state.rows_mut() {
            let mean = row.sum() / width;
            let variance =
                row.fold(0.0, |sum, value| sum + (value - mean) * (value - mean)) / width;
            let over = (variance + epsilon).sqrt().recip();
            Zip::from(&mut row)
                .and(&self.scale[..])
                .and(&self.shift[..])
                .for_each(|cell, scale, shift| *cell = (*cell - mean) * over * scale + shift);
        }
    }
}

/// The Gaussian error linear unit.
fn gelu(value: f32) -> f32 {
    0.5 * value * (1.0 + erf(value * std::f32::consts::FRAC_1_SQRT_2))
}

/// Abramowitz and Stegun 7.1.26: off by at most 1.5e-7, as a float is.
fn erf(value: f32) -> f32 {
    let t = (1.0 + 0.327_591_1 * value.abs()).recip();
    let series = [1.061_405_4, -1.453_152, 1.421_413_7, -0.284_496_74, 0.254_829_6];
    let tail = series.iter().fold(0.0, |sum, factor| (sum + factor) * t);
    (1.0 - tail * (-value * value).exp()).copysign(value)
}

/// The vector with length 1; zero stays zero.
pub(super) fn unit(mut vector: Vec<f32>) -> Vec<f32> {
    let length = vector.iter().map(|value| value * value).sum::<f32>().sqrt();
    if length > 0.0 {
        for value in &mut vector {
            *value /= length;
        }
    }
    vector
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::model::encoder::{
        published,
        testing::{self, HEADS, INNER, LAYERS, POSITIONS, WIDTH},
    };

    fn network() -> Network {
        let (config, tensors) = testing::published();
        Network::new(published::read(&config, &tensors).unwrap()).unwrap()
    }

    /// The same by the book, number by number.
    struct Book(BTreeMap<String, Vec<f32>>);

    impl Book {
        fn map(&self, name: &str, rows: &[Vec<f32>], size: usize) -> Vec<Vec<f32>> {
            let weights = &self.0[&format!("{name}.weight")];
            let bias = &self.0[&format!("{name}.bias")];
            let of = |row: &Vec<f32>, out: usize| {
                let products = row.iter().zip(&weights[out * row.len()..]);
                bias[out] + products.map(|(value, weight)| value * weight).sum::<f32>()
            };
            rows.iter().map(|row| (0..size).map(|out| of(row, out)).collect()).collect()
        }

        fn norm(&self, name: &str, row: &[f32]) -> Vec<f32> {
            let mean = row.iter().sum::<f32>() / WIDTH as f32;
            let variance =
                row.iter().map(|value| (value - mean).powi(2)).sum::<f32>() / WIDTH as f32;
            let [scale, shift] = ["weight", "bias"].map(|part| &self.0[&format!("{name}.{part}")]);
            let of =
                |at: usize| (row[at] - mean) / (variance + 1e-12).sqrt() * scale[at] + shift[at];
            (0..WIDTH).map(of).collect()
        }

        fn attention(&self, name: &str, rows: &[Vec<f32>]) -> Vec<Vec<f32>> {
            let [query, key, value] = ["query", "key", "value"]
                .map(|map| self.map(&format!("{name}.self.{map}"), rows, WIDTH));
            let mut heard = vec![vec![0.0; WIDTH]; rows.len()];
            let size = WIDTH / HEADS;
            for (at, head) in (0..rows.len()).flat_map(|at| (0..HEADS).map(move |head| (at, head)))
            {
                let part = || head * size..(head + 1) * size;
                let odds = |key: &Vec<f32>| {
                    let dot = part().map(|column| query[at][column] * key[column]).sum::<f32>();
                    (dot / (size as f32).sqrt()).exp()
                };
                let all: f32 = key.iter().map(odds).sum();
                for (key, value) in key.iter().zip(&value) {
                    for column in part() {
                        heard[at][column] += odds(key) / all * value[column];
                    }
                }
            }
            self.map(&format!("{name}.output.dense"), &heard, WIDTH)
        }

        fn vector(&self, tokens: &[u32]) -> Vec<f32> {
            let tensor = |name: &str| &self.0[&format!("embeddings.{name}_embeddings.weight")];
            let embedded = |(place, token): (usize, &u32)| {
                let at = |c: usize| {
                    tensor("word")[*token as usize * WIDTH + c]
                        + tensor("position")[place * WIDTH + c]
                        + tensor("token_type")[c]
                };
                self.norm("embeddings.LayerNorm", &(0..WIDTH).map(at).collect::<Vec<_>>())
            };
            let mut state: Vec<Vec<f32>> = tokens.iter().enumerate().map(embedded).collect();
            for layer in 0..LAYERS {
                let name = format!("encoder.layer.{layer}");
                let heard = self.attention(&format!("{name}.attention"), &state);
                state = self.added(&format!("{name}.attention.output.LayerNorm"), &state, &heard);
                let mut inner = self.map(&format!("{name}.intermediate.dense"), &state, INNER);
                inner.iter_mut().flatten().for_each(|value| *value = gelu(*value));
                let inner = self.map(&format!("{name}.output.dense"), &inner, WIDTH);
                state = self.added(&format!("{name}.output.LayerNorm"), &state, &inner);
            }
            unit((0..WIDTH).map(|c| state.iter().map(|row| row[c]).sum::<f32>()).collect())
        }

        fn added(&self, norm: &str, a: &[Vec<f32>], b: &[Vec<f32>]) -> Vec<Vec<f32>> {
            let sum = |(a, b): (&Vec<f32>, &Vec<f32>)| -> Vec<f32> {
                a.iter().zip(b).map(|(a, b)| a + b).collect()
            };
            a.iter().zip(b).map(sum).map(|row| self.norm(norm, &row)).collect()
        }
    }

    #[test]
    fn vectors_are_those_of_the_book() {
        let texts = [vec![0, 7, 9, 2], vec![0, 2], vec![0, 39, 38, 37, 36, 2]];
        let book = Book(testing::tensors());
        let far = |one: &[f32], other: &[f32]| {
            one.iter().zip(other).map(|(a, b)| (a - b).powi(2)).sum::<f32>().sqrt()
        };
        let right: Vec<Vec<f32>> = texts.iter().map(|text| book.vector(text)).collect();
        let apart = far(&right[0], &right[2]).min(far(&right[0], &right[1]));
        // A byte a weight is off by at most one part in 254.
        for (found, right) in network().vectors(&texts).iter().zip(&right) {
            assert!(far(found, right) < apart / 5.0, "{} {apart}", far(found, right));
        }
    }

    #[test]
    fn a_vector_does_not_depend_on_the_texts_beside_it() {
        let network = network();
        let texts: Vec<Vec<u32>> = (1..20).map(|at| vec![0, at, at + 7, 3 * at % 11, 2]).collect();
        let together = network.vectors(&texts);
        for (text, found) in texts.iter().zip(together) {
            assert!(network.vectors(std::slice::from_ref(text))[0] == found, "{text:?}");
        }
    }

    #[test]
    fn long_texts_are_cut_and_unknown_tokens_are_no_panic() {
        let network = network();
        let long = vec![5; 3 * POSITIONS];
        assert_eq!(network.vectors(&[long]), network.vectors(&[vec![5; POSITIONS]]));
        assert_eq!(network.vectors(&[vec![999]]), network.vectors(&[vec![0]]));
        assert!(network.vectors(&[Vec::new()])[0].iter().all(|value| *value == 0.0));
    }

    #[test]
    fn the_error_function() {
        for (value, right) in
            [(0.0, 0.0), (0.5, 0.520_499_9), (-1.0, -0.842_700_8), (3.0, 0.999_978)]
        {
            assert!((erf(value) - right).abs() < 1e-6, "{value}");
        }
    }
}
