//! Words in, ranked rows out.
//!
//! How a row is scored, per language, the better language counting:
//!
//! | part | weight | meaning |
//! |---|---|---|
//! | preferred label | 20 | the query is the label; case, signs and ending aside |
//! | alternative label | 10 | the same for an alternative label |
//! | words in labels | 1 + 1 | share of the query's words, + their BM25 |
//! | n-grams in labels | 1 + 4 | share of the query's n-grams, + their BM25 |
//! | words in the text | ½ + ½ | share of the query's words, + their BM25 |
//!
//! Shares weigh words by idf; BM25 is divided by the highest value it can take; so each part is
//! between 0 and 1, an exact label always comes first, and a word in a label outweighs any text.
//! Weights and limits were chosen on development halves of title sets (ESCO alone, occupations only:
//! MRR 0.65 Swedish, 0.62 English, 0.90 misspelled).
//! The score of a row never depends on other rows or on the page asked for; which rows are found
//! does, on the best one. See `ranking` and `shares` for how both are had without a look at most
//! rows, and `windows` for how those are gone through.

use std::ops::Range;

use tantivy::{DocAddress, DocId, TantivyDocument, schema::Value as _};

use super::{
    Error, Facets, Filters, Index, Kind, Snippet,
    analysis::{Word, words},
    parts,
    ranking::{Asked, Scored},
    rows::Rows,
    schema::IX,
    snippet::Cutter,
};
use crate::domain::Language;

/// Bytes of a query that are read.
const LONGEST_QUERY: usize = 8192;

/// What is looked for.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Query {
    /// Words as people write them; no operators. Blank text finds all rows that pass the filters,
    /// in order of id. Beyond 8,192 bytes or 64 different words the rest is not read.
    pub text: String,
    /// The language the words are in; both count the same where it is not known. Also the language
    /// of snippets, Swedish where not known.
    pub language: Option<Language>,
    /// What a hit must be.
    pub filters: Filters,
}

impl Query {
    /// A query of words in a known language.
    pub fn new(text: impl Into<String>, language: Language) -> Self {
        Self { text: text.into(), language: Some(language), filters: Filters::default() }
    }
}

/// Which of the hits are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Hits to skip.
    pub offset: usize,
    /// Hits to give at most; 0 asks for the total alone.
    pub limit: usize,
}

impl Page {
    /// The first hits.
    pub fn first(limit: usize) -> Self {
        Self { offset: 0, limit }
    }
}

/// The answer to a query.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Hits {
    /// All hits, on this page or not.
    pub total: usize,
    /// The page: best score first, equal scores by ascending id.
    pub items: Vec<Hit>,
    /// Counts over all hits; empty for occupations and skills.
    pub facets: Facets,
}

/// A row that was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Hit {
    /// Id of the occupation, skill or course.
    pub id: String,
    /// Its row number in the data set.
    pub ix: u32,
    /// Higher is better, 0 without words; comparable within one answer only.
    pub score: f32,
    /// A piece of its description; `None` where it has none.
    pub snippet: Option<Snippet>,
}

impl Index {
    /// Finds occupations. About a millisecond for all of ESCO.
    ///
    /// # Errors
    /// [`Error::Search`] where the library fails; no query causes it.
    pub fn search_occupations(&self, query: &Query, page: &Page) -> Result<Hits, Error> {
        self.search(Kind::Occupation, query, page)
    }

    /// Finds skills. Cost and errors as for [`Self::search_occupations`].
    pub fn search_skills(&self, query: &Query, page: &Page) -> Result<Hits, Error> {
        self.search(Kind::Skill, query, page)
    }

    /// Finds courses, with facets. Errors as for [`Self::search_occupations`]. Cost goes with the
    /// rows that have the rarer terms of the query; the exact total and facets add some nanoseconds
    /// a hit, a page some microseconds for each hit up to its last, and a snippet some ten.
    pub fn search_courses(&self, query: &Query, page: &Page) -> Result<Hits, Error> {
        self.search(Kind::Course, query, page)
    }

    fn search(&self, kind: Kind, query: &Query, page: &Page) -> Result<Hits, Error> {
        let rows = self.rows(kind);
        parts::search(rows.len(), || self.search_rows(kind, &rows, query, page))
    }

    fn search_rows(
        &self,
        kind: Kind,
        rows: &Range<DocId>,
        query: &Query,
        page: &Page,
    ) -> Result<Hits, Error> {
        let text = &query.text[..query.text.floor_char_boundary(LONGEST_QUERY)];
        let words = words(text);
        let wanted = page.offset.saturating_add(page.limit);
        let admitted = self.admitted(&query.filters)?;
        let within = |mut hits: Rows| {
            if let Some(admitted) = &admitted {
                let out: Vec<u32> = hits.iter().filter(|row| !admitted[*row as usize]).collect();
                for row in out {
                    hits.remove(row);
                }
            }
            hits
        };
        let (hits, best): (Rows, Vec<Scored>) = match self.segment() {
            _ if text.trim().is_empty() => {
                let hits = within(Rows::all(rows));
                let best = hits.iter().take(wanted).map(|row| (0.0, row)).collect();
                (hits, best)
            }
            Some(segment) if !words.is_empty() && !rows.is_empty() => {
                let answered = || {
                    let repeats = &self.repeats;
                    let asked = Asked::new(segment, &self.fields, repeats, &words, query.language)?;
                    let mut matches = asked.matches(rows)?;
                    matches.hits = within(matches.hits);
                    let best = asked.best(&matches, wanted.min(matches.hits.len()))?;
                    tantivy::Result::Ok((matches.hits, best))
                };
                answered().map_err(Error::search("searching"))?
            }
            _ => (Rows::none(rows), Vec::new()),
        };
        let count = || match kind {
            Kind::Course => self.columns.count(&hits),
            Kind::Occupation | Kind::Skill => Facets::default(),
        };
        let shown = best.get(page.offset..).unwrap_or_default();
        let read = || self.hits(shown, &words, query.language.unwrap_or_default());
        let (facets, items) = parts::both(count, read);
        Ok(Hits { total: hits.len(), items: items?, facets })
    }

    /// The rows of a page, read from the store.
    fn hits(
        &self,
        shown: &[Scored],
        words: &[Word],
        language: Language,
    ) -> Result<Vec<Hit>, Error> {
        let Some(segment) = self.segment() else { return Ok(Vec::new()) };
        let ix = segment.fast_fields().u64(IX).map_err(Error::search("reading a row"))?;
        let mut cutters = [language, language.other()].map(|language| Cutter::new(language, words));
        let hit = |&(score, document): &Scored| {
            let row: TantivyDocument = self
                .searcher
                .doc(DocAddress::new(0, document))
                .map_err(Error::search("reading a row"))?;
            let stored = |field| row.get_first(field).and_then(|value| value.as_str());
            let snippet = cutters.iter_mut().find_map(|cutter| {
                let text = stored(self.fields.texts.get(cutter.language()).description)?;
                Some(cutter.cut(text))
            });
            Ok(Hit {
                id: stored(self.fields.id).unwrap_or_default().to_owned(),
                // Row numbers are 32 bits wide when they are written.
                ix: ix.first(document).and_then(|ix| u32::try_from(ix).ok()).unwrap_or_default(),
                score,
                snippet,
            })
        };
        shown.iter().map(hit).collect()
    }
}
