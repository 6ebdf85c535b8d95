//! A data set becomes rows of the index.

use std::collections::BTreeSet;

use tantivy::{
    DocId, IndexBuilder, IndexSettings, ReloadPolicy, SingleSegmentIndexWriter, TantivyDocument,
    directory::RamDirectory, tokenizer::TokenizerManager,
};

use super::{
    Error, Index,
    analysis::{self, Analyser, Stems},
    schema::{self, Fields},
};
use crate::{
    dataset::DataSet,
    domain::{Bilingual, Course, Distance, Language, Occupation, Skill, Taxonomy},
};

/// Bytes the writer plans its hash table by; it grows beyond where needed.
const WRITER_BYTES: usize = 64 << 20;

impl Index {
    /// Builds an index in memory. O(text); a few seconds for all of ESCO in two languages.
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
        Ok(Self { searcher: reader.searcher(), fields: schema::schema().1, ends })
    }
}

/// Builds an index, and gives the directory its files are in as well.
pub(super) fn write(data: &DataSet) -> Result<(Index, RamDirectory), Error> {
    let (schema, fields) = schema::schema();
    let directory = RamDirectory::create();
    let tokenizers = TokenizerManager::default();
    for analyser in Analyser::ALL {
        tokenizers.register(analyser.name(), analyser);
    }
    // One segment in the order of adding, made without threads: document numbers follow ids, and
    // two builds of the same data score alike to the last bit.
    let writer = IndexBuilder::new()
        .schema(schema)
        .settings(IndexSettings::default())
        .tokenizers(tokenizers)
        .single_segment_index_writer(directory.clone(), WRITER_BYTES)
        .map_err(Error::search("building"))?;
    let mut rows = Rows { writer, fields, data, written: 0 };
    let ends = rows.add_all()?;
    let index = rows.writer.finalize().map_err(Error::search("building"))?;
    Ok((Index::read(&index, ends)?, directory))
}

/// Rows being written.
struct Rows<'a> {
    writer: SingleSegmentIndexWriter,
    fields: Fields,
    data: &'a DataSet,
    written: DocId,
}

impl Rows<'_> {
    fn add_all(&mut self) -> Result<[DocId; 3], Error> {
        let taxonomy = &self.data.taxonomy;
        let mut ends = [0; 3];
        for ix in by_id(&taxonomy.occupations, |row| &row.id) {
            let occupation = taxonomy.occupation(ix);
            self.add(ix, &occupation.id, |fields, row| add_occupation(fields, row, occupation))?;
        }
        ends[0] = self.written;
        for ix in by_id(&taxonomy.skills, |row| &row.id) {
            let skill = taxonomy.skill(ix);
            self.add(ix, &skill.id, |fields, row| add_skill(fields, row, skill))?;
        }
        ends[1] = self.written;
        for ix in by_id(&self.data.courses, |row| &row.id) {
            let course = &self.data.courses[ix as usize];
            self.add(ix, &course.id, |fields, row| add_course(fields, row, course, taxonomy))?;
        }
        ends[2] = self.written;
        Ok(ends)
    }

    fn add(
        &mut self,
        ix: u32,
        id: &str,
        fill: impl FnOnce(&Fields, &mut TantivyDocument),
    ) -> Result<(), Error> {
        let mut row = TantivyDocument::new();
        row.add_text(self.fields.id, id);
        row.add_u64(self.fields.ix, u64::from(ix));
        fill(&self.fields, &mut row);
        self.writer.add_document(row).map_err(Error::search("building"))?;
        self.written += 1;
        Ok(())
    }
}

/// Row numbers in ascending order of id: their own order in a data set that was checked.
fn by_id<T>(rows: &[T], id: impl Fn(&T) -> &String) -> Vec<u32> {
    let mut order: Vec<u32> = (0..).take(rows.len()).collect();
    order.sort_by(|a, b| id(&rows[*a as usize]).cmp(id(&rows[*b as usize])));
    order
}

fn add_occupation(fields: &Fields, row: &mut TantivyDocument, occupation: &Occupation) {
    for code in &occupation.ssyk {
        add_prefixes(row, fields.ssyk, code);
    }
    if !occupation.sector.is_empty() {
        row.add_text(fields.sector, &occupation.sector);
    }
    for language in [Language::Sv, Language::En] {
        let texts = Texts {
            preferred: occupation.label.get(language),
            alternatives: occupation.alternatives.get(language),
            description: occupation.description.get(language),
            more: Vec::new(),
        };
        add_texts(fields, row, language, &texts);
    }
}

fn add_skill(fields: &Fields, row: &mut TantivyDocument, skill: &Skill) {
    for language in [Language::Sv, Language::En] {
        let texts = Texts {
            preferred: skill.label.get(language),
            alternatives: skill.alternatives.get(language),
            description: skill.description.get(language),
            more: Vec::new(),
        };
        add_texts(fields, row, language, &texts);
    }
}

fn add_course(fields: &Fields, row: &mut TantivyDocument, course: &Course, taxonomy: &Taxonomy) {
    for code in &course.leads_to {
        add_prefixes(row, fields.ssyk, code);
    }
    row.add_text(fields.form, course.form.key());
    row.add_text(fields.basis, course.basis.key());
    row.add_text(fields.distance, distance_key(course.distance));
    for place in &course.places {
        row.add_text(fields.place, place);
        row.add_text(fields.place_key, place_key(place));
    }
    if let Some(weeks) = course.weeks {
        row.add_f64(fields.weeks, f64::from(weeks));
    }
    for start in &course.starts {
        row.add_text(fields.start, start);
    }
    let skills: Vec<&Skill> =
        course.teaches.iter().filter_map(|ix| taxonomy.skills.get(*ix as usize)).collect();
    for skill in &skills {
        row.add_text(fields.teaches, &skill.id);
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
        add_texts(fields, row, language, &texts);
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

fn add_texts(fields: &Fields, row: &mut TantivyDocument, language: Language, texts: &Texts<'_>) {
    let fields = fields.texts.get(language);
    let mut stems = Stems::new(language);
    let preferred = analysis::words(texts.preferred);
    if !preferred.is_empty() {
        row.add_text(fields.preferred, stems.key(&preferred));
    }
    let mut labels = BTreeSet::from([analysis::joined(&preferred)]);
    for alternative in texts.alternatives {
        let alternative = analysis::words(alternative);
        if !alternative.is_empty() && labels.insert(analysis::joined(&alternative)) {
            row.add_text(fields.alternative, stems.key(&alternative));
        }
    }
    let labels = labels.into_iter().collect::<Vec<_>>().join("\n");
    row.add_text(fields.label, &labels);
    row.add_text(fields.grams, &labels);
    // The text holds the labels too, so that a word is never rarer in texts than in labels.
    let text = [labels.as_str(), texts.description].into_iter().chain(texts.more.iter().copied());
    row.add_text(fields.text, text.collect::<Vec<_>>().join("\n"));
    if !texts.description.is_empty() {
        row.add_text(fields.description, texts.description);
    }
}

fn add_prefixes(row: &mut TantivyDocument, field: tantivy::schema::Field, code: &str) {
    for (at, c) in code.char_indices() {
        row.add_text(field, &code[..at + c.len_utf8()]);
    }
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
