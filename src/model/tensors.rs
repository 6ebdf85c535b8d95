//! Tensors of a model file, read by name and checked for their kind and shape.

use ndarray::Array2;
use safetensors::{Dtype, SafeTensors, tensor::TensorView};

use super::{
    Compounds, CourseLinks, Error, Grams, LabelIndex, Terms, Translations,
    artefact::{COMPOUNDS, TRANSLATIONS},
    latent::Latent,
    sparse::SparseRows,
    train::{SKILL_GRAMS, Stored, TITLE_GRAMS, TitleIndexes},
};
use crate::domain::Bilingual;

/// What `train` found, from the bytes of the file that errors call `shown`.
pub(super) fn stored(bytes: &[u8], shown: &str) -> Result<Stored, Error> {
    let broken = |error: &dyn std::fmt::Display| Error::artefact(shown, error.to_string());
    let file = SafeTensors::deserialize(bytes).map_err(|error| broken(&error))?;
    let reader = Reader { file, shown };
    let words = Bilingual { sv: Terms::Swedish(reader.compounds()?.into()), en: Terms::English };
    let grams = |grams: Grams| Bilingual { sv: Terms::Grams(grams), en: Terms::Grams(grams) };
    Ok(Stored {
        titles: TitleIndexes {
            grams: reader.bilingual("titles", &grams(TITLE_GRAMS))?,
            words: reader.bilingual("title_words", &words)?,
            texts: reader.labels("title_texts", Terms::English)?,
            translations: reader.translations()?,
        },
        skill_labels: reader.bilingual("skills", &grams(SKILL_GRAMS))?,
        skill_words: reader.bilingual("skill_words", &words)?,
        latent: Latent {
            occupations: reader.matrix("work.occupations")?,
            skills: reader.matrix("work.skills")?,
        },
        course_links: CourseLinks {
            by_skill: reader.sparse("courses.by_skill")?,
            by_occupation: reader.sparse("courses.by_occupation")?,
            bundles: reader.sparse("courses.bundles")?,
            groups: reader.sparse("courses.groups")?,
        },
        word_rows: reader.sparse("words")?,
        label_rows: reader.sparse("labels")?,
    })
}

/// Tensors by name, with errors that name them.
struct Reader<'a> {
    file: SafeTensors<'a>,
    shown: &'a str,
}

impl Reader<'_> {
    fn tensor(&self, name: &str, kind: Dtype) -> Result<TensorView<'_>, Error> {
        let tensor = self
            .file
            .tensor(name)
            .map_err(|error| Error::artefact(self.shown, error.to_string()))?;
        if tensor.dtype() == kind {
            Ok(tensor)
        } else {
            let problem = format!("tensor {name} is {:?} instead of {kind:?}", tensor.dtype());
            Err(Error::artefact(self.shown, problem))
        }
    }

    fn floats(&self, name: &str) -> Result<Vec<f32>, Error> {
        Ok(words(self.tensor(name, Dtype::F32)?.data()).map(f32::from_le_bytes).collect())
    }

    fn integers(&self, name: &str) -> Result<Vec<u32>, Error> {
        Ok(words(self.tensor(name, Dtype::U32)?.data()).map(u32::from_le_bytes).collect())
    }

    fn matrix(&self, name: &str) -> Result<Array2<f32>, Error> {
        let shape = self.tensor(name, Dtype::F32)?.shape().to_vec();
        let [rows, columns] = shape[..] else {
            return Err(Error::artefact(self.shown, format!("tensor {name} is no matrix")));
        };
        Array2::from_shape_vec((rows, columns), self.floats(name)?)
            .map_err(|error| Error::artefact(self.shown, format!("tensor {name}: {error}")))
    }

    fn sparse(&self, name: &str) -> Result<SparseRows, Error> {
        let rows = SparseRows {
            offsets: self.integers(&format!("{name}.offsets"))?,
            columns: self.integers(&format!("{name}.columns"))?,
            values: self.floats(&format!("{name}.values"))?,
        };
        let whole = rows.offsets.last().map(|end| *end as usize) == Some(rows.columns.len())
            && rows.columns.len() == rows.values.len()
            && rows.offsets.is_sorted();
        if whole {
            Ok(rows)
        } else {
            Err(Error::artefact(self.shown, format!("tensors {name} do not fit together")))
        }
    }

    fn compounds(&self) -> Result<Compounds, Error> {
        let bytes = self.tensor(COMPOUNDS, Dtype::U8)?;
        let text = std::str::from_utf8(bytes.data()).ok().and_then(Compounds::from_text);
        text.ok_or_else(|| Error::artefact(self.shown, format!("{COMPOUNDS} is no word list")))
    }

    fn bilingual(
        &self,
        name: &str,
        terms: &Bilingual<Terms>,
    ) -> Result<Bilingual<LabelIndex>, Error> {
        Ok(Bilingual {
            sv: self.labels(&format!("{name}.sv"), terms.sv.clone())?,
            en: self.labels(&format!("{name}.en"), terms.en.clone())?,
        })
    }

    fn hashes(&self, name: &str) -> Result<Vec<u64>, Error> {
        let hashes = self.tensor(name, Dtype::U64)?;
        let chunks = hashes.data().as_chunks::<8>().0.iter();
        Ok(chunks.map(|bytes| u64::from_le_bytes(*bytes)).collect())
    }

    fn translations(&self) -> Result<Translations, Error> {
        let words = self.hashes(&format!("{TRANSLATIONS}.words"))?;
        let into = self.sparse(TRANSLATIONS)?;
        if words.len() == into.len() {
            return Ok(Translations { words, into });
        }
        Err(Error::artefact(self.shown, format!("tensors {TRANSLATIONS} do not fit together")))
    }

    fn labels(&self, name: &str, terms: Terms) -> Result<LabelIndex, Error> {
        let hashes = self.hashes(&format!("{name}.hashes"))?;
        let starts = self.integers(&format!("{name}.starts"))?;
        let lengths = self.floats(&format!("{name}.lengths"))?;
        if !starts.is_sorted() {
            return Err(Error::artefact(self.shown, format!("{name}.starts does not ascend")));
        }
        if starts.last().is_none_or(|end| *end as usize != lengths.len()) {
            let problem = format!("{name}.lengths does not fit {name}.starts");
            return Err(Error::artefact(self.shown, problem));
        }
        let idf = self.floats(&format!("{name}.idf"))?;
        let postings = self.sparse(name)?;
        Ok(LabelIndex { terms, hashes, idf, postings, lengths, starts })
    }
}

fn words(bytes: &[u8]) -> impl Iterator<Item = [u8; 4]> + '_ {
    bytes.as_chunks::<4>().0.iter().copied()
}
