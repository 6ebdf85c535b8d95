//! A data set becomes rows of the index.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    ops::Range,
};

use rayon::prelude::*;
use tantivy::{
    DocId, IndexBuilder, IndexSettings, ReloadPolicy, TantivyDocument, directory::RamDirectory,
    indexer::merge_indices, tokenizer::TokenizerManager,
};

use super::{
    Error, Index, Kind,
    analysis::{Listed, Stems, Terms, each_gram, each_word, joined, words},
    facets::Columns,
    postings::repeats,
    schema::{self, Fields, TextFields},
};
use crate::{
    dataset::DataSet,
    domain::{Bilingual, Course, Distance, Language, Occupation, Skill, Taxonomy},
};

/// Bytes the writer plans its hash table by; it grows beyond where needed.
const WRITER_BYTES: usize = 64 << 20;
/// An index is made of so many parts, one a core at a time, or of more where they would be too
/// large. Each has its own table of terms, and to join them costs more the more there are.
const PARTS: usize = 4;
/// Rows of a part, at least and at most.
const PART: Range<usize> = 2_048..32_768;

impl Index {
    /// Builds an index in memory, on all cores. O(text); a few seconds for all of ESCO in two
    /// languages.
    ///
    /// # Errors
    /// [`Error::Search`] where the library fails; not caused by any data.
    pub fn build_in_memory(data: &DataSet) -> Result<Self, Error> {
        write(data).map(|(index, _)| index)
    }

    /// Opens the index whose files are in `directory`; `ends` as in [`Index`].
    pub(super) fn load(directory: RamDirectory, ends: [DocId; 3]) -> Result<Self, Error> {
        let index = tantivy::Index::open(directory).map_err(Error::search("opening"))?;
        Self::read(&index, ends)
    }

    fn read(index: &tantivy::Index, ends: [DocId; 3]) -> Result<Self, Error> {
        let reader = index
            .reader_builder()
            .reload_policy(ReloadPolicy::Manual)
            .try_into()
            .map_err(Error::search("opening"))?;
        let mut read = Self {
            searcher: reader.searcher(),
            fields: schema::schema().1,
            ends,
            columns: Box::default(),
            repeats: Bilingual::default(),
        };
        if let Some(segment) = read.segment() {
            let grams = |texts: &TextFields| repeats(segment, texts.grams);
            let texts = &read.fields.texts;
            let tables = || {
                let repeats = Bilingual { sv: grams(&texts.sv)?, en: grams(&texts.en)? };
                tantivy::Result::Ok((Box::new(Columns::read(segment)?), repeats))
            };
            (read.columns, read.repeats) = tables().map_err(Error::search("opening"))?;
        }
        Ok(read)
    }
}

/// Builds an index, and gives the directory its files are in as well.
pub(super) fn write(data: &DataSet) -> Result<(Index, RamDirectory), Error> {
    let (rows, ends) = rows(data);
    let size = rows.len().div_ceil(PARTS).clamp(PART.start, PART.end);
    let (index, directory) = if rows.len() <= size {
        part(data, &rows)
    } else {
        // Parts and their order follow from the rows alone: document numbers follow ids, and two
        // builds of the same data score alike to the last bit.
        let parts = rows.par_chunks(size).with_max_len(1).map(|rows| Ok(part(data, rows)?.0));
        parts.collect::<tantivy::Result<Vec<_>>>().and_then(|parts| {
            let directory = RamDirectory::create();
            Ok((merge_indices(&parts, directory.clone())?, directory))
        })
    }
    .map_err(Error::search("building"))?;
    Ok((Index::read(&index, ends)?, directory))
}

/// All rows, kind after kind, each by ascending id; see [`Index`] for the ends.
fn rows(data: &DataSet) -> (Vec<(Kind, u32)>, [DocId; 3]) {
    let kinds = [
        (Kind::Occupation, by_id(&data.taxonomy.occupations, |row| &row.id)),
        (Kind::Skill, by_id(&data.taxonomy.skills, |row| &row.id)),
        (Kind::Course, by_id(&data.courses, |row| &row.id)),
    ];
    let mut rows = Vec::new();
    let ends = kinds.map(|(kind, ixs)| {
        rows.extend(ixs.into_iter().map(|ix| (kind, ix)));
        // Row numbers have 32 bits.
        DocId::try_from(rows.len()).unwrap_or(DocId::MAX)
    });
    (rows, ends)
}

/// An index of some of the rows, in one segment in this order.
fn part(data: &DataSet, rows: &[(Kind, u32)]) -> tantivy::Result<(tantivy::Index, RamDirectory)> {
    let (schema, fields) = schema::schema();
    let directory = RamDirectory::create();
    let tokenizers = TokenizerManager::default();
    tokenizers.register(Listed::NAME, Listed);
    let mut writer = IndexBuilder::new()
        .schema(schema)
        .settings(IndexSettings::default())
        .tokenizers(tokenizers)
        .single_segment_index_writer(directory.clone(), WRITER_BYTES)?;
    let mut stems = Bilingual { sv: Stems::new(Language::Sv), en: Stems::new(Language::En) };
    for (kind, ix) in rows {
        let mut row = Row { fields: &fields, stems: &mut stems, document: TantivyDocument::new() };
        row.document.add_u64(fields.ix, u64::from(*ix));
        match kind {
            Kind::Occupation => row.occupation(data.taxonomy.occupation(*ix)),
            Kind::Skill => row.skill(data.taxonomy.skill(*ix)),
            Kind::Course => row.course(&data.courses[*ix as usize], &data.taxonomy),
        }
        writer.add_document(row.document)?;
    }
    Ok((writer.finalize()?, directory))
}

/// Row numbers in ascending order of id: their own order in a data set that was checked.
fn by_id<T>(rows: &[T], id: impl Fn(&T) -> &String) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(rows.len()).collect();
    order.sort_by(|a, b| id(&rows[*a as usize]).cmp(id(&rows[*b as usize])));
    order
}

/// A row being analysed.
struct Row<'a> {
    fields: &'a Fields,
    stems: &'a mut Bilingual<Stems>,
    document: TantivyDocument,
}

impl Row<'_> {
    fn occupation(&mut self, occupation: &Occupation) {
        self.document.add_text(self.fields.id, &occupation.id);
        for code in &occupation.ssyk {
            self.prefixes(code);
        }
        if !occupation.sector.is_empty() {
            self.document.add_text(self.fields.sector, &occupation.sector);
        }
        self.concept(&occupation.label, &occupation.alternatives, &occupation.description);
    }

    fn skill(&mut self, skill: &Skill) {
        self.document.add_text(self.fields.id, &skill.id);
        self.concept(&skill.label, &skill.alternatives, &skill.description);
    }

    /// What a concept of the taxonomy says.
    fn concept(
        &mut self,
        label: &Bilingual<String>,
        alternatives: &Bilingual<Vec<String>>,
        description: &Bilingual<String>,
    ) {
        for language in [Language::Sv, Language::En] {
            let texts = Texts {
                preferred: label.get(language),
                alternatives: alternatives.get(language),
                description: description.get(language),
                more: Vec::new(),
            };
            self.texts(language, &texts);
        }
    }

    fn course(&mut self, course: &Course, taxonomy: &Taxonomy) {
        self.limits(course);
        let skills: Vec<&Skill> =
            course.teaches.iter().filter_map(|ix| taxonomy.skills.get(*ix as usize)).collect();
        for skill in &skills {
            self.document.add_text(self.fields.teaches, &skill.id);
        }
        let licences: Vec<&Bilingual<String>> = course
            .grants
            .iter()
            .filter_map(|key| taxonomy.licence(key))
            .map(|licence| &licence.label)
            .collect();
        for language in [Language::Sv, Language::En] {
            let taught = skills.iter().map(|skill| skill.label.get(language).as_str());
            let granted = licences.iter().map(|label| label.get(language).as_str());
            let more = [course.prerequisites.get(language), &course.subject, &course.provider];
            let texts = Texts {
                preferred: course.title.get(language),
                alternatives: &[],
                description: course.description.get(language),
                more: more.into_iter().map(String::as_str).chain(taught).chain(granted).collect(),
            };
            self.texts(language, &texts);
        }
    }

    /// The id of a course and what it is filtered by.
    fn limits(&mut self, course: &Course) {
        let fields = self.fields;
        self.document.add_text(fields.id, &course.id);
        for code in &course.leads_to {
            self.prefixes(code);
        }
        self.document.add_text(fields.form, course.form.key());
        self.document.add_text(fields.basis, course.basis.key());
        self.document.add_text(fields.distance, distance_key(course.distance));
        for place in &course.places {
            self.document.add_text(fields.place, place);
            self.document.add_text(fields.place_key, place_key(place));
        }
        if let Some(weeks) = course.weeks {
            self.document.add_f64(fields.weeks, f64::from(weeks));
        }
        for start in &course.starts {
            self.document.add_text(fields.start, start);
        }
        let numbers = [
            (fields.pace, course.pace_pct.map(u64::from)),
            (fields.price, course.price_kr.map(u64::from)),
        ];
        for (field, number) in numbers {
            if let Some(number) = number {
                self.document.add_u64(field, number);
            }
        }
    }

    /// What a row says in a language.
    fn texts(&mut self, language: Language, texts: &Texts<'_>) {
        let fields = self.fields.texts.get(language);
        let stems = self.stems.get_mut(language);
        let preferred = words(texts.preferred);
        if !preferred.is_empty() {
            self.document.add_text(fields.preferred, stems.key(&preferred));
        }
        let mut labels = BTreeMap::from([(joined(&preferred), preferred)]);
        for alternative in texts.alternatives {
            let alternative = words(alternative);
            if alternative.is_empty() {
                continue;
            }
            if let Entry::Vacant(free) = labels.entry(joined(&alternative)) {
                self.document.add_text(fields.alternative, stems.key(&alternative));
                free.insert(alternative);
            }
        }
        let (mut terms, mut grams) = (Terms::default(), Terms::default());
        for word in labels.values().flatten() {
            terms.push(stems.stem(&word.text));
            each_gram(&word.text, |gram| grams.push(gram));
        }
        self.document.add_text(fields.label, terms.as_str());
        self.document.add_text(fields.grams, grams.as_str());
        // The text holds the labels too, so that a word is never rarer in texts than in labels.
        for text in [texts.description].iter().chain(&texts.more) {
            each_word(text, |word, _| terms.push(stems.stem(word)));
        }
        self.document.add_text(fields.text, terms.as_str());
        if !texts.description.is_empty() {
            self.document.add_text(fields.description, texts.description);
        }
    }

    /// Every leading part of a code.
    fn prefixes(&mut self, code: &str) {
        for (at, c) in code.char_indices() {
            self.document.add_text(self.fields.ssyk, &code[..at + c.len_utf8()]);
        }
    }
}

/// What one language says about a row.
struct Texts<'a> {
    preferred: &'a str,
    alternatives: &'a [String],
    description: &'a str,
    /// Further text that is searched but not shown.
    more: Vec<&'a str>,
}

/// How a place is compared.
pub(super) fn place_key(place: &str) -> String {
    place.trim().to_lowercase()
}

/// How a course's distance is written.
pub(super) fn distance_key(distance: Distance) -> &'static str {
    match distance {
        Distance::Unknown => "unknown",
        Distance::OnSite => "on_site",
        Distance::Hybrid => "hybrid",
        Distance::Full => "full",
    }
}
