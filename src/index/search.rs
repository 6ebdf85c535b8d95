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
//! Every row is scored, term after term, into plain arrays: for tens of thousands of rows that is
//! faster than a union of hundreds of n-gram queries, and the sum of a row never depends on other
//! rows or on the page asked for.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

use tantivy::{
    DocAddress, DocId, TantivyDocument, Term,
    query::{EnableScoring, Query as _, TermQuery},
    schema::{Field, IndexRecordOption, Value as _},
};

use super::{
    Error, Filters, Index, Kind, Snippet,
    analysis::{Stems, Word, grams, words},
    schema::{BASIS, FORM, IX, PLACE},
};
use crate::domain::Language;

/// Bytes of a query that are read.
const LONGEST_QUERY: usize = 8192;
/// Different words of a query that are looked for.
const MOST_WORDS: usize = 64;
/// Different n-grams of a query that are looked for; about 15 ordinary words.
const MOST_GRAMS: usize = 400;
/// Weight of the language that was not asked for.
const OTHER_LANGUAGE: f32 = 0.7;
/// A row is a hit by its words where it has this share of what the best row has.
const WORDS_OF_BEST: f32 = 0.3;
/// A row is a hit by its n-grams where it has this share of the query's ...
const LEAST_GRAMS: f32 = 0.15;
/// ... and this share of what the best row has.
const GRAMS_OF_BEST: f32 = 0.3;
/// BM25 of one term is below `idf * (k1 + 1)`; the library has k1 = 1.2.
const BM25_CEILING: f32 = 2.2;

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

/// How many of the courses found have which value: most first, then by value.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facets {
    /// By key of the school form.
    pub forms: Vec<Facet>,
    /// By key of the basis.
    pub bases: Vec<Facet>,
    /// By place name; a course at two places counts for both.
    pub places: Vec<Facet>,
}

/// A value and how many hits have it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facet {
    /// The value.
    pub value: String,
    /// Hits that have it.
    pub count: usize,
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

    /// Finds courses, with facets. Cost and errors as for [`Self::search_occupations`].
    pub fn search_courses(&self, query: &Query, page: &Page) -> Result<Hits, Error> {
        self.search(Kind::Course, query, page)
    }

    fn search(&self, kind: Kind, query: &Query, page: &Page) -> Result<Hits, Error> {
        let rows = self.rows(kind);
        let text = &query.text[..query.text.floor_char_boundary(LONGEST_QUERY)];
        let words = words(text);
        let mut found: Vec<(f32, DocId)> = if text.trim().is_empty() {
            rows.map(|document| (0.0, document)).collect()
        } else if words.is_empty() || rows.is_empty() {
            Vec::new()
        } else {
            self.score(&rows, &words, query.language)?
        };
        if let Some(admitted) = self.admitted(&query.filters)? {
            found.retain(|(_, document)| admitted[*document as usize]);
        }
        let facets = if kind == Kind::Course { self.facets(&found)? } else { Facets::default() };
        let total = found.len();
        let best_first = |a: &(f32, DocId), b: &(f32, DocId)| -> Ordering {
            b.0.total_cmp(&a.0).then(a.1.cmp(&b.1))
        };
        let end = page.offset.saturating_add(page.limit).min(total);
        if end < total {
            found.select_nth_unstable_by(end, best_first);
        }
        found.truncate(end);
        found.sort_unstable_by(best_first);
        let shown = found.get(page.offset..).unwrap_or_default();
        let items = self.hits(shown, &words, query.language.unwrap_or_default())?;
        Ok(Hits { total, items, facets })
    }

    /// All hits among `rows` with their scores.
    fn score(
        &self,
        rows: &Range<DocId>,
        words: &[Word],
        language: Option<Language>,
    ) -> Result<Vec<(f32, DocId)>, Error> {
        let sides = [
            self.side(rows, words, Language::Sv, weight(Language::Sv, language))?,
            self.side(rows, words, Language::En, weight(Language::En, language))?,
        ];
        let best = |part: fn(&Side) -> &Channel| {
            sides.iter().flat_map(|side| &part(side).share).copied().fold(0.0, f32::max)
        };
        // At least a sliver, so that a row without any word is no hit where the best has none.
        let least_words = (WORDS_OF_BEST * best(|side| &side.text)).max(f32::MIN_POSITIVE);
        let least_grams = (GRAMS_OF_BEST * best(|side| &side.grams)).max(LEAST_GRAMS);
        let hits = rows.clone().enumerate().filter(|(at, _)| {
            sides.iter().any(|side| {
                side.text.share[*at] >= least_words || side.grams.share[*at] >= least_grams
            })
        });
        Ok(hits
            .map(|(at, document)| (sides[0].score(at).max(sides[1].score(at)), document))
            .collect())
    }

    fn side(
        &self,
        rows: &Range<DocId>,
        words: &[Word],
        language: Language,
        weight: f32,
    ) -> Result<Side, Error> {
        let fields = self.fields.texts.get(language);
        let mut stemmer = Stems::new(language);
        let whole = [stemmer.key(words)];
        let stems = distinct(stemmer.of(words), MOST_WORDS);
        let grams = distinct(grams(words), MOST_GRAMS);
        Ok(Side {
            weight,
            preferred: self.channel(fields.preferred, &whole, rows)?,
            alternative: self.channel(fields.alternative, &whole, rows)?,
            label: self.channel(fields.label, &stems, rows)?,
            grams: self.channel(fields.grams, &grams, rows)?,
            text: self.channel(fields.text, &stems, rows)?,
        })
    }

    /// Looks for terms in one field of some rows. O(terms + postings).
    fn channel(
        &self,
        field: Field,
        terms: &[String],
        rows: &Range<DocId>,
    ) -> Result<Channel, Error> {
        let mut channel = Channel { share: vec![0.0; rows.len()], bm25: vec![0.0; rows.len()] };
        let Some(segment) = self.segment() else { return Ok(channel) };
        let all = segment.max_doc() as f32;
        let mut mass = 0.0;
        for term in terms {
            let term = Term::from_field_text(field, term);
            let having = self.searcher.doc_freq(&term).map_err(Error::search("searching"))?;
            let having_f = having as f32;
            let idf = (1.0 + (all - having_f + 0.5) / (having_f + 0.5)).ln();
            mass += idf;
            if having == 0 {
                continue;
            }
            TermQuery::new(term, IndexRecordOption::WithFreqs)
                .weight(EnableScoring::enabled_from_searcher(&self.searcher))
                .and_then(|weight| {
                    weight.for_each(segment, &mut |document, score| {
                        if rows.contains(&document) {
                            let at = (document - rows.start) as usize;
                            channel.share[at] += idf;
                            channel.bm25[at] += score;
                        }
                    })
                })
                .map_err(Error::search("searching"))?;
        }
        if mass > 0.0 {
            channel.share.iter_mut().for_each(|value| *value /= mass);
            channel.bm25.iter_mut().for_each(|value| *value /= mass * BM25_CEILING);
        }
        Ok(channel)
    }

    /// The rows of a page, read from the store.
    fn hits(
        &self,
        shown: &[(f32, DocId)],
        words: &[Word],
        language: Language,
    ) -> Result<Vec<Hit>, Error> {
        let Some(segment) = self.segment() else { return Ok(Vec::new()) };
        let ix = segment.fast_fields().u64(IX).map_err(Error::search("reading a row"))?;
        let wanted = |language| Stems::new(language).of(words).into_iter().collect();
        let wanted: [(Language, BTreeSet<String>); 2] =
            [language, language.other()].map(|language| (language, wanted(language)));
        let hit = |&(score, document): &(f32, DocId)| {
            let row: TantivyDocument = self
                .searcher
                .doc(DocAddress::new(0, document))
                .map_err(Error::search("reading a row"))?;
            let stored = |field| row.get_first(field).and_then(|value| value.as_str());
            let snippet = wanted.iter().find_map(|(language, wanted)| {
                let text = stored(self.fields.texts.get(*language).description)?;
                Some(Snippet::cut(text, *language, wanted))
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

    fn facets(&self, found: &[(f32, DocId)]) -> Result<Facets, Error> {
        Ok(Facets {
            forms: self.facet(FORM, found)?,
            bases: self.facet(BASIS, found)?,
            places: self.facet(PLACE, found)?,
        })
    }

    fn facet(&self, column: &str, found: &[(f32, DocId)]) -> Result<Vec<Facet>, Error> {
        let failed = Error::search("counting");
        let Some(segment) = self.segment() else { return Ok(Vec::new()) };
        let Some(column) = segment.fast_fields().str(column).map_err(failed)? else {
            return Ok(Vec::new());
        };
        let mut counts: BTreeMap<u64, usize> = BTreeMap::new();
        for (_, document) in found {
            for value in column.term_ords(*document) {
                *counts.entry(value).or_default() += 1;
            }
        }
        let mut facets = Vec::with_capacity(counts.len());
        for (ordinal, count) in counts {
            let mut value = String::new();
            column.ord_to_str(ordinal, &mut value).map_err(Error::search("counting"))?;
            facets.push(Facet { value, count });
        }
        facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
        Ok(facets)
    }
}

/// The first different terms, `most` at most, in their order.
fn distinct(terms: Vec<String>, most: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    terms.into_iter().filter(|term| seen.insert(term.clone())).take(most).collect()
}

/// How much a language counts.
fn weight(of: Language, wanted: Option<Language>) -> f32 {
    if wanted.is_none_or(|wanted| wanted == of) { 1.0 } else { OTHER_LANGUAGE }
}

/// What was found in one field: for each row two figures between 0 and 1.
struct Channel {
    /// Share of the terms the row has, weighed by idf.
    share: Vec<f32>,
    /// BM25 by the highest value it can take.
    bm25: Vec<f32>,
}

/// What was found in one language.
struct Side {
    weight: f32,
    preferred: Channel,
    alternative: Channel,
    label: Channel,
    grams: Channel,
    text: Channel,
}

impl Side {
    fn score(&self, at: usize) -> f32 {
        self.weight
            * (20.0 * self.preferred.share[at]
                + 10.0 * self.alternative.share[at]
                + self.label.share[at]
                + self.label.bm25[at]
                + self.grams.share[at]
                + 4.0 * self.grams.bm25[at]
                + 0.5 * self.text.share[at]
                + 0.5 * self.text.bm25[at])
    }
}
