//! Weights as they are published on Hugging Face: a folder with `config.json`, `model.safetensors`
//! (32, 16 bit or brain floats) and `tokenizer.json`.

use safetensors::{Dtype, SafeTensors};
use serde::Deserialize;

use super::{
    network::{LayerWeights, Linear, Norm, Shape, Weights},
    packed::half,
    rows::ByteRows,
};

/// What is read of `config.json`.
#[derive(Debug, Deserialize)]
struct Config {
    model_type: String,
    hidden_act: String,
    hidden_size: usize,
    num_hidden_layers: usize,
    num_attention_heads: usize,
    intermediate_size: usize,
    vocab_size: usize,
    max_position_embeddings: usize,
    layer_norm_eps: f32,
}

/// Reads `config.json` and `model.safetensors`.
pub(super) fn read(config: &[u8], weights: &[u8]) -> Result<Weights, String> {
    let config: Config =
        serde_json::from_slice(config).map_err(|error| format!("config.json: {error}"))?;
    if config.model_type != "bert" || config.hidden_act != "gelu" {
        let Config { model_type, hidden_act, .. } = config;
        return Err(format!(
            "config.json: a {model_type} with {hidden_act} instead of bert with gelu"
        ));
    }
    let file =
        SafeTensors::deserialize(weights).map_err(|error| format!("model.safetensors: {error}"))?;
    let shape = Shape {
        width: config.hidden_size,
        layers: config.num_hidden_layers,
        heads: config.num_attention_heads,
        inner: config.intermediate_size,
        tokens: config.vocab_size,
        positions: config.max_position_embeddings,
        epsilon: config.layer_norm_eps,
    };
    Reader { file }.weights(shape).map_err(|problem| format!("model.safetensors: {problem}"))
}

struct Reader<'a> {
    file: SafeTensors<'a>,
}

impl Reader<'_> {
    fn weights(&self, shape: Shape) -> Result<Weights, String> {
        let mut positions = self.floats("embeddings.position_embeddings.weight")?;
        let kind = self.floats("embeddings.token_type_embeddings.weight")?;
        for (position, kind) in positions.iter_mut().zip(kind.iter().take(shape.width).cycle()) {
            *position += kind;
        }
        let layers: Result<_, String> = (0..shape.layers).map(|at| self.layer(at, shape)).collect();
        let tokens = self.floats("embeddings.word_embeddings.weight")?;
        let tokens = ByteRows::of(shape.width, &tokens);
        let norm = self.norm("embeddings.LayerNorm")?;
        Ok(Weights { shape, tokens, positions, norm, layers: layers? })
    }

    fn layer(&self, at: usize, shape: Shape) -> Result<LayerWeights, String> {
        let map = |name: &str, width: usize| {
            let weights = self.floats(&format!("encoder.layer.{at}.{name}.weight"))?;
            let bias = self.floats(&format!("encoder.layer.{at}.{name}.bias"))?;
            Ok::<_, String>(Linear { weights: ByteRows::of(width, &weights), bias })
        };
        let Shape { width, inner, .. } = shape;
        Ok(LayerWeights {
            maps: [
                map("attention.self.query", width)?,
                map("attention.self.key", width)?,
                map("attention.self.value", width)?,
                map("attention.output.dense", width)?,
                map("intermediate.dense", width)?,
                map("output.dense", inner)?,
            ],
            norms: [
                self.norm(&format!("encoder.layer.{at}.attention.output.LayerNorm"))?,
                self.norm(&format!("encoder.layer.{at}.output.LayerNorm"))?,
            ],
        })
    }

    fn norm(&self, name: &str) -> Result<Norm, String> {
        let scale = self.floats(&format!("{name}.weight"))?;
        Ok(Norm { scale, shift: self.floats(&format!("{name}.bias"))? })
    }

    /// Values of a tensor, whose name may begin with `bert.`.
    fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let tensor = self
            .file
            .tensor(name)
            .or_else(|_| self.file.tensor(&format!("bert.{name}")))
            .map_err(|error| error.to_string())?;
        let data = tensor.data();
        let pairs = || data.as_chunks::<2>().0.iter().map(|pair| u16::from_le_bytes(*pair));
        match tensor.dtype() {
            Dtype::F32 => {
                Ok(data.as_chunks::<4>().0.iter().map(|word| f32::from_le_bytes(*word)).collect())
            }
            Dtype::F16 => Ok(pairs().map(half).collect()),
            Dtype::BF16 => Ok(pairs().map(|bits| f32::from_bits(u32::from(bits) << 16)).collect()),
            other => Err(format!("tensor {name} is {other:?} instead of F32, F16 or BF16")),
        }
    }
}
