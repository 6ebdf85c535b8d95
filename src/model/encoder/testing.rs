//! A tiny network with made-up weights, and the two files it could come in.

use std::collections::BTreeMap;

use safetensors::{Dtype, tensor::TensorView};

/// Shape of the network.
pub(super) const WIDTH: usize = 32;
pub(super) const INNER: usize = 64;
pub(super) const HEADS: usize = 2;
pub(super) const LAYERS: usize = 2;
pub(super) const POSITIONS: usize = 12;
const TOKENS: usize = 40;

/// Tensors by their published names: multiples of 1/16 in matrices, from -8/16 to 7/16, as four bits
/// can hold them.
pub(super) fn tensors() -> BTreeMap<String, Vec<f32>> {
    let mut seed = 2026_u32;
    let mut next = move || {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        f32::from(u8::try_from(seed >> 28).unwrap())
    };
    let mut all = BTreeMap::new();
    let mut matrix = |name: &str, count: usize| {
        let values: Vec<f32> = (0..count).map(|_| (next() - 8.0) / 16.0).collect();
        all.insert(name.to_owned(), values);
    };
    matrix("embeddings.word_embeddings.weight", TOKENS * WIDTH);
    matrix("embeddings.position_embeddings.weight", POSITIONS * WIDTH);
    matrix("embeddings.token_type_embeddings.weight", 2 * WIDTH);
    matrix("embeddings.LayerNorm.weight", WIDTH);
    matrix("embeddings.LayerNorm.bias", WIDTH);
    for layer in 0..LAYERS {
        for (name, _, from, to) in MAPS {
            matrix(&format!("encoder.layer.{layer}.{name}.weight"), from * to);
            matrix(&format!("encoder.layer.{layer}.{name}.bias"), to);
        }
        for (name, _) in NORMS {
            matrix(&format!("encoder.layer.{layer}.{name}.weight"), WIDTH);
            matrix(&format!("encoder.layer.{layer}.{name}.bias"), WIDTH);
        }
    }
    all
}

/// Published name, packed name, values in, values out.
const MAPS: [(&str, &str, usize, usize); 6] = [
    ("attention.self.query", "q", WIDTH, WIDTH),
    ("attention.self.key", "k", WIDTH, WIDTH),
    ("attention.self.value", "v", WIDTH, WIDTH),
    ("attention.output.dense", "ao", WIDTH, WIDTH),
    ("intermediate.dense", "fi", WIDTH, INNER),
    ("output.dense", "fo", INNER, WIDTH),
];
const NORMS: [(&str, &str); 2] =
    [("attention.output.LayerNorm", "aln"), ("output.LayerNorm", "oln")];

/// `config.json` and `model.safetensors`.
pub(super) fn published() -> (Vec<u8>, Vec<u8>) {
    let config = serde_json::json!({
        "model_type": "bert", "hidden_act": "gelu", "hidden_size": WIDTH,
        "num_hidden_layers": LAYERS, "num_attention_heads": HEADS, "intermediate_size": INNER,
        "vocab_size": TOKENS, "max_position_embeddings": POSITIONS, "layer_norm_eps": 1e-12,
    });
    let bytes = |values: &Vec<f32>| values.iter().flat_map(|v| v.to_le_bytes()).collect();
    let tensors: Vec<(String, Vec<u8>)> =
        tensors().iter().map(|(name, values)| (name.clone(), bytes(values))).collect();
    let views = tensors.iter().map(|(name, bytes)| {
        (name, TensorView::new(Dtype::F32, vec![bytes.len() / 4], bytes).unwrap())
    });
    (config.to_string().into_bytes(), safetensors::serialize(views, None).unwrap())
}

/// The packed file with these pieces.
pub(super) fn packed(pieces: &[(&str, f32)]) -> Vec<u8> {
    let word = |value: usize| u32::try_from(value).unwrap().to_le_bytes();
    let mut file = b"E5S1".to_vec();
    let mut put = |values: &[usize]| values.iter().for_each(|value| file.extend(word(*value)));
    put(&[1, WIDTH, LAYERS, HEADS, INNER, TOKENS, POSITIONS, 2]);
    put(&[usize::try_from(1e-12_f32.to_bits()).unwrap(), 32]);
    put(&[pieces.len(), 0, 2, 1, 3]);
    let text: String = pieces.iter().map(|(piece, _)| *piece).collect();
    put(&[text.len(), 0, 0]);
    let mut end = 0;
    for (piece, _) in pieces {
        end += piece.len();
        put(&[end]);
    }
    for (_, score) in pieces {
        file.extend(score.to_le_bytes());
    }
    file.extend(text.as_bytes());
    file.extend([word(0), word(0)].concat());
    let tensors = packed_tensors();
    let directory: usize = tensors.iter().map(|(name, ..)| 2 + name.len() + 21).sum();
    let mut from = file.len() + 4 + directory;
    file.extend(word(tensors.len()));
    for (name, packed, count, bytes) in &tensors {
        file.extend(u16::try_from(name.len()).unwrap().to_le_bytes());
        file.extend(name.as_bytes());
        file.push(u8::from(*packed));
        file.extend([word(*count), word(from), word(0), word(bytes.len()), word(0)].concat());
        from += bytes.len();
    }
    for (.., bytes) in tensors {
        file.extend(bytes);
    }
    file
}

/// Name, whether in four bits, values, bytes.
fn packed_tensors() -> Vec<(String, bool, usize, Vec<u8>)> {
    let all = tensors();
    let floats = |name: &str| all[name].iter().flat_map(|v| v.to_le_bytes()).collect::<Vec<u8>>();
    let mut found = Vec::new();
    let mut put = |name: String, from: &str, packed: bool| {
        let bytes = if packed { blocks(&all[from]) } else { floats(from) };
        found.push((name, packed, all[from].len(), bytes));
    };
    put("emb.word".into(), "embeddings.word_embeddings.weight", true);
    put("emb.pos".into(), "embeddings.position_embeddings.weight", false);
    put("emb.type".into(), "embeddings.token_type_embeddings.weight", false);
    put("emb.ln.w".into(), "embeddings.LayerNorm.weight", false);
    put("emb.ln.b".into(), "embeddings.LayerNorm.bias", false);
    for layer in 0..LAYERS {
        let maps = MAPS.iter().map(|(name, short, ..)| (*name, *short, true));
        for (name, short, packed) in maps.chain(NORMS.map(|(name, short)| (name, short, false))) {
            let from = format!("encoder.layer.{layer}.{name}");
            put(format!("l{layer}.{short}.w"), &format!("{from}.weight"), packed);
            put(format!("l{layer}.{short}.b"), &format!("{from}.bias"), false);
        }
    }
    found
}

/// Blocks with the scale 1/16, which is 0x2c00 in 16 bits.
fn blocks(values: &[f32]) -> Vec<u8> {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 15")]
    let nibble = |value: f32| (value * 16.0 + 8.0) as u8;
    let block = |values: &[f32]| {
        let (low, high) = values.split_at(16);
        let pairs = low.iter().zip(high).map(|(low, high)| nibble(*low) | nibble(*high) << 4);
        [0x00, 0x2c].into_iter().chain(pairs).collect::<Vec<u8>>()
    };
    values.chunks_exact(32).flat_map(block).collect()
}
