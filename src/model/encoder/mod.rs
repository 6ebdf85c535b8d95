//! The optional encoder: a network that puts a text near others that mean the same, whatever their
//! words and language.
//!
//! Made for multilingual-e5-small (Wang et al. 2024, MIT licence), which nobody gets with this program:
//! `add` takes it from a file, `folder` keeps it checked inside a data set, with the vectors of the
//! labels, which are made once. `packed` and `published` read the two forms it comes in, `network`
//! computes with `product`, `tokens` cuts texts, `rows` and `stored` are the form it is kept in, `scores` says what
//! nearness counts for.

mod add;
mod folder;
mod labels;
mod network;
mod packed;
mod product;
mod published;
mod rows;
mod scores;
mod stored;
#[cfg(test)]
mod testing;
mod tokens;

pub use add::add;
pub use folder::{EncoderManifest, remove};
pub use product::registers;
pub use scores::{EncoderWeights, Meaning, Meanings, OtherLabels, Vector};

use std::sync::Arc;

use network::{Network, Weights};
use tokens::Tokens;

use super::Memo;
use labels::LabelVectors;

/// Vectors that are remembered, in some six megabytes.
const REMEMBERED: usize = 4096;
/// What e5 was trained to find before a text that is compared with others of its kind.
const PREFIX: &str = "query: ";

/// An encoder with the label vectors of one data set. Immutable; share it between threads. About
/// 170 MB for all of ESCO.
#[derive(Debug, Clone)]
pub struct Encoder {
    /// What it is.
    pub manifest: EncoderManifest,
    reader: Arc<Reader>,
    labels: Arc<LabelVectors>,
    /// Vectors of texts that were read, for lists say the same titles again and again.
    read: Arc<Memo<Vector>>,
}

/// Encoders are the same where everything behind their answers is.
impl PartialEq for Encoder {
    fn eq(&self, other: &Self) -> bool {
        self.manifest.fingerprint == other.manifest.fingerprint
    }
}

impl Encoder {
    fn new(manifest: EncoderManifest, reader: Reader, labels: LabelVectors) -> Self {
        let (reader, labels) = (Arc::new(reader), Arc::new(labels));
        Self { manifest, reader, labels, read: Arc::new(Memo::new(REMEMBERED, usize::MAX)) }
    }
}

/// Makes vectors of texts.
#[derive(Debug)]
struct Reader {
    tokens: Tokens,
    network: Network,
}

impl Reader {
    /// Puts tokenizer and weights together that belong to each other.
    fn new(tokenizer: &[u8], weights: Weights) -> Result<Self, String> {
        let network = Network::new(weights)?;
        let tokens = Tokens::read(tokenizer, network.longest())?;
        if tokens.known() > network.known() {
            let (tokens, rows) = (tokens.known(), network.known());
            return Err(format!("the tokenizer has {tokens} tokens, the weights {rows}"));
        }
        Ok(Self { tokens, network })
    }

    fn width(&self) -> usize {
        self.network.width()
    }

    /// A vector of length 1 for each text, the same whatever texts stand beside it.
    fn vectors(&self, texts: &[&str]) -> Result<Vec<Vec<f32>>, String> {
        let tokens: Result<Vec<Vec<u32>>, String> =
            texts.iter().map(|text| self.tokens.of(&format!("{PREFIX}{}", text.trim()))).collect();
        Ok(self.network.vectors(&tokens?))
    }
}
