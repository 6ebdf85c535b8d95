//! The rows that have a term, and what a row is worth for the terms of a query in one field.

use std::{ops::Range, sync::Arc};

use tantivy::{
    DocId, InvertedIndexReader, SegmentReader, Term,
    fieldnorm::FieldNormReader,
    postings::{BlockSegmentPostings, TermInfo},
    query::Bm25Weight,
    schema::{Field, IndexRecordOption},
};

use super::{parts, rows::ones};

/// BM25 of one term is below `idf * (k1 + 1)`; the library has k1 = 1.2.
const BM25_CEILING: f32 = 2.2;
/// Least rows of a part: each opens its own place for every term.
const PART: usize = 1 << 6;

/// What a row has of the terms; both figures between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Worth {
    /// Share of the terms it has, weighed by idf.
    pub(super) share: f32,
    /// BM25 by the highest value it can take.
    pub(super) bm25: f32,
}

impl Worth {
    /// The most that goes with a share.
    pub(super) fn below(share: f32) -> Self {
        Self { share, bm25: share }
    }

    /// Adds a term of a row of this length, as the library writes lengths.
    fn add(&mut self, term: &Known, length: u8, freq: u32) {
        self.share += term.idf;
        self.bm25 += term.weight.score(length, freq);
    }
}

/// A row of which is known in part which of the terms it has: a bit for each, in their order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Partly<'a> {
    pub(super) row: DocId,
    /// Those that it has.
    pub(super) has: &'a [u64],
    /// Those that it may have.
    pub(super) may: &'a [u64],
}

/// The terms of a query in one field. Sums always go in their order, so that a row has the same
/// figures to the last bit in whichever way it is found.
pub(super) struct Sought {
    /// Those that some row has.
    pub(super) terms: Vec<Known>,
    /// Sum of the idf of all, had or not.
    pub(super) mass: f32,
    /// The BM25 of the first of `terms` in a row that has nothing else, without end.
    ceiling: f32,
    /// The share of a row that has the rarest alone.
    greatest: f32,
    /// How many rows there are.
    pub(super) all: DocId,
    reader: Arc<InvertedIndexReader>,
    lengths: FieldNormReader,
}

/// A term that some row has.
pub(super) struct Known {
    pub(super) text: String,
    pub(super) idf: f32,
    pub(super) rows: u32,
    info: TermInfo,
    weight: Bm25Weight,
}

impl Sought {
    /// Looks the terms up; O(terms).
    pub(super) fn open(
        segment: &SegmentReader,
        field: Field,
        terms: &[String],
    ) -> tantivy::Result<Self> {
        let reader = segment.inverted_index(field)?;
        let all = segment.max_doc();
        let lengths = segment.fieldnorms_readers().get_field(field)?;
        let mut sought = Self {
            terms: Vec::with_capacity(terms.len()),
            mass: 0.0,
            ceiling: 0.0,
            greatest: 0.0,
            all,
            lengths: lengths.unwrap_or_else(|| FieldNormReader::constant(all, 1)),
            reader,
        };
        let average = sought.reader.total_num_tokens() as f32 / all as f32;
        for term in terms {
            let info = sought.reader.get_term_info(&Term::from_field_text(field, term))?;
            let rows = info.as_ref().map_or(0, |info| info.doc_freq);
            let idf = (1.0 + (all as f32 - rows as f32 + 0.5) / (rows as f32 + 0.5)).ln();
            sought.mass += idf;
            if let Some(info) = info.filter(|_| rows > 0) {
                let (rows64, all) = (u64::from(rows), u64::from(all));
                let weight = Bm25Weight::for_one_term_without_explain(rows64, all, average);
                if sought.terms.is_empty() {
                    sought.ceiling = weight.score(0, u32::MAX);
                }
                sought.terms.push(Known { text: term.clone(), idf, rows, info, weight });
            }
        }
        if sought.mass > 0.0 {
            let idf = sought.terms.iter().map(|term| term.idf);
            sought.greatest = idf.fold(0.0, f32::max) / sought.mass;
        }
        Ok(sought)
    }

    /// The terms that count: none where they are no more than words that all rows have.
    pub(super) fn counting(&self) -> &[Known] {
        if self.mass > 0.0 { &self.terms } else { &[] }
    }

    /// The rows that have a term, from `row` on.
    pub(super) fn cursor(&self, term: &Known, row: DocId, freqs: bool) -> tantivy::Result<Cursor> {
        let option = if freqs { IndexRecordOption::WithFreqs } else { IndexRecordOption::Basic };
        let blocks = self.reader.read_block_postings_from_terminfo(&term.info, option)?;
        let mut cursor = Cursor { blocks, at: 0 };
        cursor.seek(row);
        Ok(cursor)
    }

    /// What these rows, ascending, are worth. O(terms * rows), less where few rows have a term; in parts
    /// where many rows are searched.
    pub(super) fn worth(&self, rows: &[DocId]) -> tantivy::Result<Vec<Worth>> {
        let parts = rows.chunks(parts::length(rows.len(), PART)).collect();
        Ok(parts::each(parts, |rows| self.worth_of(rows))?.concat())
    }

    fn worth_of(&self, rows: &[DocId]) -> tantivy::Result<Vec<Worth>> {
        let mut worth = vec![Worth::default(); rows.len()];
        let Some(first) = rows.first() else { return Ok(worth) };
        for term in &self.terms {
            let mut cursor = self.cursor(term, *first, true)?;
            for (row, worth) in rows.iter().zip(&mut worth) {
                if cursor.seek(*row) == *row {
                    self.add(worth, term, &cursor);
                }
            }
        }
        for worth in &mut worth {
            self.finish(worth);
        }
        Ok(worth)
    }

    /// What these rows, ascending, are worth; their BM25 only where no term stands in them twice. What is known is
    /// not looked up. O(unknown terms * rows), in parts.
    pub(super) fn worth_once(&self, rows: &[Partly<'_>]) -> tantivy::Result<Vec<Worth>> {
        let parts = rows.chunks(parts::length(rows.len(), PART)).collect();
        Ok(parts::each(parts, |rows| self.worth_once_of(rows))?.concat())
    }

    fn worth_once_of(&self, rows: &[Partly<'_>]) -> tantivy::Result<Vec<Worth>> {
        let Some(first) = rows.first() else { return Ok(Vec::new()) };
        let width = first.has.len();
        let mut has: Vec<u64> = rows.iter().flat_map(|row| row.has).copied().collect();
        for (at, term) in self.terms.iter().enumerate() {
            let (number, bit) = (at / 64, 1 << (at % 64));
            let unknown = rows.iter().zip(has.chunks_mut(width));
            let mut unknown = unknown.filter(|(row, _)| row.may[number] & bit != 0).peekable();
            let Some((first, _)) = unknown.peek() else { continue };
            let mut cursor = self.cursor(term, first.row, false)?;
            for (row, has) in unknown {
                if cursor.seek(row.row) == row.row {
                    has[number] |= bit;
                }
            }
        }
        let worth = rows.iter().zip(has.chunks(width)).map(|(row, has)| {
            let mut worth = Worth::default();
            let length = self.lengths.fieldnorm_id(row.row);
            for (terms, bits) in self.terms.chunks(64).zip(has) {
                for bit in ones(*bits) {
                    worth.add(&terms[bit as usize], length, 1);
                }
            }
            self.finish(&mut worth);
            worth
        });
        Ok(worth.collect())
    }

    /// All of `rows` that have any of the terms, ascending, with what they are worth.
    /// O(terms * rows that have one); for few terms.
    pub(super) fn all(&self, rows: &Range<DocId>) -> tantivy::Result<Vec<(DocId, Worth)>> {
        let cursors = self.terms.iter().map(|term| self.cursor(term, rows.start, true));
        let mut cursors = cursors.collect::<tantivy::Result<Vec<Cursor>>>()?;
        let mut all = Vec::new();
        while let Some(row) = cursors.iter().map(Cursor::row).min().filter(|row| *row < rows.end) {
            let mut worth = Worth::default();
            for (term, cursor) in self.terms.iter().zip(&mut cursors) {
                if cursor.row() == row {
                    self.add(&mut worth, term, cursor);
                    cursor.advance();
                }
            }
            self.finish(&mut worth);
            all.push((row, worth));
        }
        Ok(all)
    }

    /// The BM25 that a row with this share has at most.
    pub(super) fn greatest_bm25(&self, share: f32, row: DocId, repeats: Repeats) -> f32 {
        let Some(term) = self.terms.first() else { return 0.0 };
        let length = self.lengths.fieldnorm_id(row);
        // What a term adds is its idf times a factor that is the same for all terms.
        let factor = |times: u32| term.weight.score(length, times) / self.ceiling;
        let once = factor(1);
        if repeats.is_none() {
            return share * once;
        }
        let repeated = share.min(self.greatest * repeats.most_terms());
        share * once + repeated * (factor(repeats.most_times()) - once)
    }

    fn add(&self, worth: &mut Worth, term: &Known, cursor: &Cursor) {
        worth.add(term, self.lengths.fieldnorm_id(cursor.row()), cursor.freq());
    }

    fn finish(&self, worth: &mut Worth) {
        if self.mass > 0.0 {
            worth.share /= self.mass;
            worth.bm25 /= self.mass * BM25_CEILING;
        }
    }
}

/// A place in the rows that have a term.
pub(super) struct Cursor {
    blocks: BlockSegmentPostings,
    at: usize,
}

impl Cursor {
    /// The row it stands at; `TERMINATED` behind the last.
    pub(super) fn row(&self) -> DocId {
        self.blocks.doc(self.at)
    }

    fn freq(&self) -> u32 {
        self.blocks.freq(self.at)
    }

    fn advance(&mut self) {
        self.at += 1;
        self.next_block();
    }

    /// Goes to the first row that is not before `row`, and gives it. Only ever forward.
    pub(super) fn seek(&mut self, row: DocId) -> DocId {
        if self.row() < row {
            self.at = self.blocks.seek(row);
        }
        self.row()
    }

    /// The next rows before `end`, so many at most; it stands behind them then.
    pub(super) fn next_rows(&mut self, end: DocId, most: usize) -> Vec<DocId> {
        let mut rows = Vec::new();
        while rows.len() < most && self.row() < end {
            rows.push(self.row());
            self.advance();
        }
        rows
    }

    /// Calls `then` with every row before `end`, and passes them.
    pub(super) fn each_before(&mut self, end: DocId, mut then: impl FnMut(DocId)) {
        loop {
            let rows = &self.blocks.docs()[self.at..];
            let whole = rows.last().is_some_and(|last| *last < end);
            let count = if whole { rows.len() } else { rows.partition_point(|row| *row < end) };
            rows[..count].iter().for_each(|row| then(*row));
            self.at += count;
            if !whole {
                return;
            }
            self.next_block();
        }
    }

    fn next_block(&mut self) {
        if self.at == self.blocks.block_len() && self.at > 0 {
            self.blocks.advance();
            self.at = 0;
        }
    }
}

/// How far the terms of a field stand in a row more than once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Repeats {
    /// How often the one that stands in it most often does; 255 are that often or more.
    times: u8,
    /// How many stand in it more than once; 255 are that many or more.
    terms: u8,
}

impl Repeats {
    const NONE: Self = Self { times: 1, terms: 0 };

    /// Whether no term does.
    pub(super) fn is_none(self) -> bool {
        self.terms == 0
    }

    /// How often one stands in it at most.
    fn most_times(self) -> u32 {
        if self.times == u8::MAX { u32::MAX } else { u32::from(self.times) }
    }

    /// How many there are at most.
    fn most_terms(self) -> f32 {
        if self.terms == u8::MAX { f32::INFINITY } else { f32::from(self.terms) }
    }
}

/// For each row, how its terms repeat. O(postings).
pub(super) fn repeats(segment: &SegmentReader, field: Field) -> tantivy::Result<Vec<Repeats>> {
    let mut repeats = vec![Repeats::NONE; segment.max_doc() as usize];
    let reader = segment.inverted_index(field)?;
    let mut terms = reader.terms().stream()?;
    while let Some((_, info)) = terms.next() {
        let option = IndexRecordOption::WithFreqs;
        let mut blocks = reader.read_block_postings_from_terminfo(info, option)?;
        while !blocks.docs().is_empty() {
            let freqs = blocks.docs().iter().zip(blocks.freqs());
            for (row, freq) in freqs.filter(|(_, freq)| **freq > 1) {
                let repeats = &mut repeats[*row as usize];
                repeats.times = repeats.times.max(u8::try_from(*freq).unwrap_or(u8::MAX));
                repeats.terms = repeats.terms.saturating_add(1);
            }
            blocks.advance();
        }
    }
    Ok(repeats)
}
