//! Texts to tokens; the only place that names tokenizers.

use serde_json::{Value, json};
use tokenizers::{Tokenizer, TruncationParams};

/// Places of the marks in a vocabulary of XLM-R: begin, padding, end, unknown.
const BEGIN: (&str, u32) = ("<s>", 0);
const END: (&str, u32) = ("</s>", 2);
const UNKNOWN: u32 = 3;

/// A tokenizer, ready for texts.
#[derive(Debug)]
pub(super) struct Tokens(Tokenizer);

impl Tokens {
    /// Reads a `tokenizer.json`; texts are cut at `longest` tokens. 1 s for 250,000 tokens.
    pub(super) fn read(json: &[u8], longest: usize) -> Result<Self, String> {
        let mut tokenizer = Tokenizer::from_bytes(json).map_err(|error| error.to_string())?;
        let cut = TruncationParams { max_length: longest, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(cut)).map_err(|error| error.to_string())?;
        tokenizer.with_padding(None);
        Ok(Self(tokenizer))
    }

    /// Number of tokens known.
    pub(super) fn known(&self) -> usize {
        self.0.get_vocab_size(true)
    }

    /// Tokens of a text, with the marks around it.
    pub(super) fn of(&self, text: &str) -> Result<Vec<u32>, String> {
        let encoded = self.0.encode(text, true).map_err(|error| error.to_string())?;
        Ok(encoded.get_ids().to_vec())
    }
}

/// The `tokenizer.json` of pieces with their scores, as XLM-R has them: characters made alike
/// (`nmt_nfkc`), words begun with a mark, the most probable pieces.
pub(super) fn unigram_json(pieces: &[(String, f64)]) -> Result<Vec<u8>, String> {
    let space = json!({ "type": "Replace", "pattern": { "Regex": " {2,}" }, "content": " " });
    let mark = |(name, id): (&str, u32)| json!({ "id": name, "ids": [id], "tokens": [name] });
    let around = |(name, _): (&str, u32)| json!({ "SpecialToken": { "id": name, "type_id": 0 } });
    let whole = |side: &str| json!({ "Sequence": { "id": side, "type_id": 0 } });
    let single = [around(BEGIN), whole("A"), around(END)];
    let pair = [around(BEGIN), whole("A"), around(END), whole("B"), around(END)];
    let file: Value = json!({
        "version": "1.0",
        "truncation": null,
        "padding": null,
        "added_tokens": [],
        "normalizer": {
            "type": "Sequence",
            "normalizers": [{ "type": "Nmt" }, { "type": "NFKC" }, space],
        },
        "pre_tokenizer": {
            "type": "Metaspace", "replacement": "\u{2581}", "prepend_scheme": "always", "split": true,
        },
        "post_processor": {
            "type": "TemplateProcessing",
            "single": single,
            "pair": pair,
            "special_tokens": { BEGIN.0: mark(BEGIN), END.0: mark(END) },
        },
        "decoder": null,
        "model": { "type": "Unigram", "unk_id": UNKNOWN, "vocab": pieces, "byte_fallback": false },
    });
    serde_json::to_vec(&file).map_err(|error| error.to_string())
}
