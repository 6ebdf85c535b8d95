//! Vectors of the labels of a data set, made once and kept.

use std::collections::HashMap;

use rayon::prelude::*;

use super::{Reader, rows::ByteRows};
use crate::{
    domain::{Bilingual, Language, Taxonomy},
    model::train::title_labels,
};

/// Texts that go through the network together.
const TOGETHER: usize = 32;

/// Vectors of a data set's labels.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LabelVectors {
    /// Of titles, in the order of [`Model::titles`](crate::model::Model::titles).
    pub(super) titles: Bilingual<ByteRows>,
    /// Of the preferred label of each skill.
    pub(super) skills: Bilingual<ByteRows>,
}

/// The texts behind them, in their order.
pub(super) struct LabelTexts<'a> {
    titles: Bilingual<Vec<&'a str>>,
    skills: Bilingual<Vec<&'a str>>,
}

impl<'a> LabelTexts<'a> {
    pub(super) fn of(taxonomy: &'a Taxonomy) -> Self {
        let titles = |language| {
            title_labels(taxonomy, language).into_iter().map(|(_, label)| label).collect()
        };
        let skills = |language| {
            taxonomy.skills.iter().map(|skill| skill.label.get(language).as_str()).collect()
        };
        let [sv, en] = [Language::Sv, Language::En];
        Self {
            titles: Bilingual { sv: titles(sv), en: titles(en) },
            skills: Bilingual { sv: skills(sv), en: skills(en) },
        }
    }

    fn all(&self) -> [&[&'a str]; 4] {
        [&self.titles.sv, &self.titles.en, &self.skills.sv, &self.skills.en]
    }

    pub(super) fn count(&self) -> usize {
        self.all().iter().map(|texts| texts.len()).sum()
    }

    /// Their vectors, on all cores; `done` is told of every batch.
    pub(super) fn vectors(
        &self,
        reader: &Reader,
        done: &(dyn Fn(usize) + Sync),
    ) -> Result<LabelVectors, String> {
        let [titles_sv, titles_en, skills_sv, skills_en] =
            self.all().map(|texts| rows(reader, texts, done));
        Ok(LabelVectors {
            titles: Bilingual { sv: titles_sv?, en: titles_en? },
            skills: Bilingual { sv: skills_sv?, en: skills_en? },
        })
    }
}

impl LabelVectors {
    /// Whether there is one vector of `width` for each text.
    pub(super) fn fit(&self, texts: &LabelTexts<'_>, width: usize) -> bool {
        let rows = [&self.titles.sv, &self.titles.en, &self.skills.sv, &self.skills.en];
        rows.iter()
            .zip(texts.all())
            .all(|(rows, texts)| rows.len() == texts.len() && rows.width == width)
    }
}

impl LabelVectors {
    /// Rows for other title labels; those that the data set has as well are not made again.
    pub(super) fn others(
        &self,
        reader: &Reader,
        taxonomy: &Taxonomy,
        labels: &[&str],
    ) -> Result<ByteRows, String> {
        let texts = LabelTexts::of(taxonomy);
        let sv = texts.titles.sv.iter().zip(0..).map(|(text, row)| (*text, (Language::Sv, row)));
        let en = texts.titles.en.iter().zip(0..).map(|(text, row)| (*text, (Language::En, row)));
        let known: HashMap<&str, (Language, usize)> = sv.chain(en).collect();
        let mut strange = labels.to_vec();
        strange.retain(|label| !known.contains_key(label));
        let strange = rows(reader, &strange, &|_| {})?;
        let mut all = ByteRows::new(reader.width());
        let mut next = 0..;
        for label in labels {
            let row = match known.get(label) {
                Some((language, row)) => self.titles.get(*language).row(*row),
                None => next.next().and_then(|at| strange.row(at)),
            };
            let (values, scale) = row.ok_or("the label vectors do not fit the data set")?;
            all.values.extend_from_slice(values);
            all.scales.push(scale);
        }
        Ok(all)
    }
}

/// A row for each text, on all cores.
fn rows(
    reader: &Reader,
    texts: &[&str],
    done: &(dyn Fn(usize) + Sync),
) -> Result<ByteRows, String> {
    let vectors = |texts: &[&str]| {
        let vectors = reader.vectors(texts);
        done(texts.len());
        vectors
    };
    let found: Result<Vec<Vec<Vec<f32>>>, String> =
        texts.par_chunks(TOGETHER).map(vectors).collect();
    let mut rows = ByteRows::new(reader.width());
    found?.iter().flatten().for_each(|vector| rows.push(vector));
    Ok(rows)
}
