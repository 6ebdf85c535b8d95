//! The fields of a row.

use sha2::{Digest, Sha256};
use tantivy::schema::{
    FAST, Field, INDEXED, IndexRecordOption, STORED, STRING, Schema, SchemaBuilder,
    TextFieldIndexing, TextOptions,
};

use super::analysis::{self, Listed};
use crate::{
    dataset::hex,
    domain::{Bilingual, Language},
};

/// Handles of the fields, valid for every index of this schema.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// Id; stored.
    pub(super) id: Field,
    /// Row number in the data set.
    pub(super) ix: Field,
    /// The texts of each language.
    pub(super) texts: Bilingual<TextFields>,
    /// Every leading part of an SSYK code: an occupation's groups, or where a course leads.
    pub(super) ssyk: Field,
    pub(super) sector: Field,
    pub(super) form: Field,
    pub(super) basis: Field,
    /// Place names as written, for counting.
    pub(super) place: Field,
    /// Place names in lower case, for filtering.
    pub(super) place_key: Field,
    pub(super) distance: Field,
    pub(super) weeks: Field,
    pub(super) start: Field,
    /// Pace in percent of full time.
    pub(super) pace: Field,
    /// Price for the participant in kronor.
    pub(super) price: Field,
    /// Ids of the skills a course teaches.
    pub(super) teaches: Field,
}

/// Fields of one language.
#[derive(Debug, Clone)]
pub(super) struct TextFields {
    /// Stems of all labels.
    pub(super) label: Field,
    /// Character n-grams of all labels.
    pub(super) grams: Field,
    /// Stems of all labels and the text.
    pub(super) text: Field,
    /// The preferred label, whole; see [`analysis::Stems::key`].
    pub(super) preferred: Field,
    /// Each alternative label, whole; likewise.
    pub(super) alternative: Field,
    /// The text snippets are cut from; stored only.
    pub(super) description: Field,
}

/// Names of the fields that are counted; tantivy opens their columns by name.
pub(super) const FORM: &str = "form";
/// See [`FORM`].
pub(super) const BASIS: &str = "basis";
/// See [`FORM`].
pub(super) const PLACE: &str = "place";
/// Name of the row number's column.
pub(super) const IX: &str = "ix";

/// The schema and the handles of its fields.
pub(super) fn schema() -> (Schema, Fields) {
    let mut builder = Schema::builder();
    let fields = Fields {
        id: builder.add_text_field("id", STORED),
        ix: builder.add_u64_field(IX, FAST),
        texts: Bilingual {
            sv: texts(&mut builder, Language::Sv),
            en: texts(&mut builder, Language::En),
        },
        ssyk: builder.add_text_field("ssyk", STRING),
        sector: builder.add_text_field("sector", STRING),
        form: builder.add_text_field(FORM, STRING | FAST),
        basis: builder.add_text_field(BASIS, STRING | FAST),
        place: builder.add_text_field(PLACE, FAST),
        place_key: builder.add_text_field("place_key", STRING),
        distance: builder.add_text_field("distance", STRING),
        weeks: builder.add_f64_field("weeks", INDEXED | FAST),
        start: builder.add_text_field("start", STRING),
        pace: builder.add_u64_field("pace", INDEXED),
        price: builder.add_u64_field("price", INDEXED | FAST),
        teaches: builder.add_text_field("teaches", STRING),
    };
    (builder.build(), fields)
}

fn texts(builder: &mut SchemaBuilder, language: Language) -> TextFields {
    let code = language.code();
    let mut analysed = |name: &str| {
        // Length normalisation stays on: without it Swedish title search lost 2 to 5 points.
        let indexing = TextFieldIndexing::default()
            .set_tokenizer(Listed::NAME)
            .set_index_option(IndexRecordOption::WithFreqs)
            .set_fieldnorms(true);
        let options = TextOptions::default().set_indexing_options(indexing);
        builder.add_text_field(&format!("{name}_{code}"), options)
    };
    let label = analysed("label");
    let grams = analysed("grams");
    let text = analysed("text");
    TextFields {
        label,
        grams,
        text,
        preferred: builder.add_text_field(&format!("preferred_{code}"), STRING),
        alternative: builder.add_text_field(&format!("alternative_{code}"), STRING),
        description: builder.add_text_field(&format!("description_{code}"), STORED),
    }
}

/// Changes whenever an index of other fields, analysis or library version must not be read.
pub(super) fn fingerprint() -> String {
    // A schema is plain data: it always becomes JSON.
    let fields = serde_json::to_string(&schema().0).unwrap_or_default();
    let version = analysis::VERSION;
    let library = tantivy::version_string();
    hex(&Sha256::digest(format!("{fields}\n{version}\n{library}")))
}
