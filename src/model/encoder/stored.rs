//! Weights and label vectors as files: tensors by name (safetensors).

use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{
    labels::LabelVectors,
    network::{LayerWeights, Linear, Norm, Shape, Weights},
    rows::ByteRows,
};
use crate::domain::Bilingual;

/// Names of the maps and norms of a layer, in order.
const MAPS: [&str; 6] = ["query", "key", "value", "output", "up", "down"];
const NORMS: [&str; 2] = ["attention.norm", "norm"];

/// Tensors to be written.
#[derive(Default)]
struct Writer<'a> {
    bytes: Vec<(String, Dtype, Vec<usize>, Vec<u8>)>,
    rows: Vec<(String, &'a ByteRows)>,
}

impl<'a> Writer<'a> {
    fn floats(&mut self, name: impl Into<String>, values: &[f32]) {
        let bytes = values.iter().flat_map(|value| value.to_le_bytes()).collect();
        self.bytes.push((name.into(), Dtype::F32, vec![values.len()], bytes));
    }

    fn rows(&mut self, name: &str, rows: &'a ByteRows) {
        self.floats(format!("{name}.scales"), &rows.scales);
        self.rows.push((format!("{name}.values"), rows));
    }

    fn norm(&mut self, name: &str, norm: &Norm) {
        self.floats(format!("{name}.scale"), &norm.scale);
        self.floats(format!("{name}.shift"), &norm.shift);
    }

    fn finish(mut self) -> Result<Vec<u8>, String> {
        for (name, rows) in self.rows {
            let bytes = rows.values.iter().map(|value| value.cast_unsigned()).collect();
            self.bytes.push((name, Dtype::I8, vec![rows.len(), rows.width], bytes));
        }
        let views: Result<Vec<(&str, TensorView<'_>)>, _> = self
            .bytes
            .iter()
            .map(|(name, kind, shape, bytes)| {
                Ok((name.as_str(), TensorView::new(*kind, shape.clone(), bytes)?))
            })
            .collect();
        let file = views.and_then(|views| safetensors::serialize(views, None));
        file.map_err(|error| error.to_string())
    }
}

/// The file of the weights.
pub(super) fn weights_file(weights: &Weights) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    writer.rows("tokens", &weights.tokens);
    writer.floats("positions", &weights.positions);
    writer.norm("norm", &weights.norm);
    for (at, layer) in weights.layers.iter().enumerate() {
        for (name, Linear { weights, bias }) in MAPS.iter().zip(&layer.maps) {
            writer.rows(&format!("layers.{at}.{name}"), weights);
            writer.floats(format!("layers.{at}.{name}.bias"), bias);
        }
        for (name, norm) in NORMS.iter().zip(&layer.norms) {
            writer.norm(&format!("layers.{at}.{name}"), norm);
        }
    }
    writer.finish()
}

/// Weights of this shape from their file.
pub(super) fn weights_of(bytes: &[u8], shape: Shape) -> Result<Weights, String> {
    let reader = Reader::of(bytes)?;
    let layers: Result<_, String> = (0..shape.layers).map(|at| reader.layer(at)).collect();
    let weights = Weights {
        shape,
        tokens: reader.rows("tokens")?,
        positions: reader.floats("positions")?,
        norm: reader.norm("norm")?,
        layers: layers?,
    };
    weights.problem().map_or(Ok(weights), Err)
}

/// The file of the label vectors.
pub(super) fn labels_file(labels: &LabelVectors) -> Result<Vec<u8>, String> {
    let mut writer = Writer::default();
    writer.rows("titles.sv", &labels.titles.sv);
    writer.rows("titles.en", &labels.titles.en);
    writer.rows("skills.sv", &labels.skills.sv);
    writer.rows("skills.en", &labels.skills.en);
    writer.finish()
}

/// Label vectors from their file.
pub(super) fn labels_of(bytes: &[u8]) -> Result<LabelVectors, String> {
    let reader = Reader::of(bytes)?;
    let of = |name: &str| {
        let [sv, en] = ["sv", "en"].map(|language| reader.rows(&format!("{name}.{language}")));
        Ok::<_, String>(Bilingual { sv: sv?, en: en? })
    };
    Ok(LabelVectors { titles: of("titles")?, skills: of("skills")? })
}

struct Reader<'a>(SafeTensors<'a>);

impl<'a> Reader<'a> {
    fn of(bytes: &'a [u8]) -> Result<Self, String> {
        SafeTensors::deserialize(bytes).map(Self).map_err(|error| error.to_string())
    }

    fn tensor(&self, name: &str, kind: Dtype) -> Result<TensorView<'a>, String> {
        let tensor = self.0.tensor(name).map_err(|error| error.to_string())?;
        if tensor.dtype() == kind {
            return Ok(tensor);
        }
        Err(format!("tensor {name} is {:?} instead of {kind:?}", tensor.dtype()))
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let words = self.tensor(name, Dtype::F32)?.data().as_chunks::<4>().0.iter();
        Ok(words.map(|word| f32::from_le_bytes(*word)).collect())
    }

    fn rows(&self, name: &str) -> Result<ByteRows, String> {
        let tensor = self.tensor(&format!("{name}.values"), Dtype::I8)?;
        let values = tensor.data().iter().map(|byte| byte.cast_signed()).collect();
        let scales = self.floats(&format!("{name}.scales"))?;
        match *tensor.shape() {
            [rows, width] if rows == scales.len() => Ok(ByteRows { width, values, scales }),
            _ => Err(format!("tensors {name} do not fit together")),
        }
    }

    fn norm(&self, name: &str) -> Result<Norm, String> {
        let scale = self.floats(&format!("{name}.scale"))?;
        Ok(Norm { scale, shift: self.floats(&format!("{name}.shift"))? })
    }

    fn layer(&self, at: usize) -> Result<LayerWeights, String> {
        let map = |name: &str| {
            let weights = self.rows(&format!("layers.{at}.{name}"))?;
            let bias = self.floats(&format!("layers.{at}.{name}.bias"))?;
            Ok::<_, String>(Linear { weights, bias })
        };
        let [query, key, value, output, up, down] = MAPS.map(map);
        let maps = [query?, key?, value?, output?, up?, down?];
        let [attention, whole] = NORMS.map(|name| self.norm(&format!("layers.{at}.{name}")));
        Ok(LayerWeights { maps, norms: [attention?, whole?] })
    }
}
