//! Which rows are hits, and which of them are best.
//!
//! Every hit is found, for the total and the facets, but only those are scored that can be among
//! the best: a hit has a bound first, of labels, n-grams and length; then one of all but its n-grams.
//! Where that is still better than the best so far its n-grams are looked up that are not known yet:
//! that is the score where none repeats, and a closer bound elsewhere. Hits by their text alone share
//! one bound and mostly stay unseen.

use std::{collections::BTreeSet, ops::Range};

use tantivy::{DocId, SegmentReader};

use super::{
    analysis::{Stems, Word, grams},
    parts,
    postings::{Partly, Repeats, Sought, Worth},
    rows::Rows,
    schema::Fields,
    shares::{Found, find},
    term_sets::Cut,
    windows::{Bounded, Enough},
};
use crate::domain::{Bilingual, Language};

/// Different words of a query that are looked for.
const MOST_WORDS: usize = 64;
/// Different n-grams of a query that are looked for; about 15 ordinary words.
const MOST_GRAMS: usize = 400;
/// A row is a hit by its words where it has this share of what the best row has; at least a
/// sliver, so that a row without any word is no hit where the best has none.
const WORDS: Enough = Enough { least: f32::MIN_POSITIVE, of_best: 0.3 };
/// A row is a hit by its n-grams where it has so much of the query's, and this share of what the
/// best row has.
const GRAMS: Enough = Enough { least: 0.15, of_best: 0.3 };
/// Weight of the language that was not asked for.
const OTHER_LANGUAGE: f32 = 0.7;
/// Bounds are made of the same figures as scores, in another order: they are raised by this part.
const SLACK: f32 = 1e-4;
/// Rows that are scored together at first; then twice as many, and so on.
const BATCH: usize = 64;
/// Least rows of a part.
const PART: usize = 1 << 10;
/// Lists of labels in a language.
const LISTS: usize = 3;

/// The words of a query, looked up in both languages.
pub(super) struct Asked<'a> {
    sides: [Side<'a>; 2],
}

/// The hits, and what their ranking starts from.
pub(super) struct Matches {
    pub(super) hits: Rows,
    /// The greatest share of words in a text.
    words: f32,
    grams: Found,
}

/// What is looked for in one language.
struct Side<'a> {
    weight: f32,
    preferred: Sought,
    alternative: Sought,
    label: Sought,
    grams: Sought,
    text: Sought,
    /// Of the n-grams, for each row.
    repeats: &'a [Repeats],
}

/// A row with its score.
pub(super) type Scored = (f32, DocId);

impl<'a> Asked<'a> {
    /// Looks the words up; O(terms).
    pub(super) fn new(
        segment: &SegmentReader,
        fields: &Fields,
        repeats: &'a Bilingual<Vec<Repeats>>,
        words: &[Word],
        wanted: Option<Language>,
    ) -> tantivy::Result<Self> {
        let side = |language| {
            let fields = fields.texts.get(language);
            let mut stemmer = Stems::new(language);
            let whole = [stemmer.key(words)];
            let stems = distinct(stemmer.of(words), MOST_WORDS);
            let open = |field, terms: &[String]| Sought::open(segment, field, terms);
            tantivy::Result::Ok(Side {
                weight: weight(language, wanted),
                preferred: open(fields.preferred, &whole)?,
                alternative: open(fields.alternative, &whole)?,
                label: open(fields.label, &stems)?,
                grams: open(fields.grams, &distinct(grams(words), MOST_GRAMS))?,
                text: open(fields.text, &stems)?,
                repeats: repeats.get(language),
            })
        };
        Ok(Self { sides: [side(Language::Sv)?, side(Language::En)?] })
    }

    /// All hits among `rows`. Cost as for [`find`].
    pub(super) fn matches(&self, rows: &Range<DocId>) -> tantivy::Result<Matches> {
        let mut hits = Rows::none(rows);
        let [sv, en] = &self.sides;
        let words = find([&sv.text, &en.text], Cut::Stems, WORDS, &mut hits)?.best;
        let grams = find([&sv.grams, &en.grams], Cut::Grams, GRAMS, &mut hits)?;
        Ok(Matches { hits, words, grams })
    }

    /// The best hits, so many, best first; equal ones in order of rows.
    pub(super) fn best(&self, matches: &Matches, wanted: usize) -> tantivy::Result<Vec<Scored>> {
        if wanted == 0 {
            return Ok(Vec::new());
        }
        let mut best = Best { wanted, scored: Vec::new() };
        let close = self.close(matches)?;
        let mut others = matches.hits.clone();
        for contender in &close {
            others.remove(contender.row);
        }
        self.refine(&mut best, close, matches)?;
        // What is left has words in its text alone, and too few n-grams to be a hit by them.
        let grams = Worth::below(matches.grams.least);
        let bound = self.sides.iter().map(|side| side.bound(0.0, grams, matches));
        let bound = bound.fold(0.0, f32::max);
        if best.admits(bound) {
            let others = others.iter().map(|row| Contender { bound, row, named: [0.0; 2] });
            self.refine(&mut best, others.collect(), matches)?;
        }
        Ok(best.scored)
    }

    /// The hits that have n-grams or a word of a label, ascending; each core goes through a part.
    fn close(&self, matches: &Matches) -> tantivy::Result<Vec<Contender>> {
        let length = parts::length(matches.hits.range().len(), PART);
        let parts = matches.hits.parts(length);
        let mut close = parts::each(parts, |rows| self.close_among(&rows, matches))?.into_iter();
        let mut all = close.next().unwrap_or_default();
        close.for_each(|mut more| all.append(&mut more));
        Ok(all)
    }

    /// Those of a part of the rows.
    fn close_among(
        &self,
        rows: &Range<DocId>,
        matches: &Matches,
    ) -> tantivy::Result<Vec<Contender>> {
        let named = self.sides.iter().flat_map(Side::labels).map(|list| list.all(rows));
        let named = named.collect::<tantivy::Result<Vec<_>>>()?;
        let mut close = Rows::none(rows);
        for (row, _) in named.iter().flatten() {
            close.insert(*row);
        }
        for Bounded { rows: found, .. } in &matches.grams.rows {
            let [from, to] =
                [rows.start, rows.end].map(|end| found.partition_point(|(row, _)| *row < end));
            for (row, _) in &found[from..to] {
                close.insert(*row);
            }
        }
        let hits = close.iter().filter(|row| matches.hits.contains(*row));
        let mut close: Vec<Contender> =
            hits.map(|row| Contender { bound: 0.0, row, named: [0.0; 2] }).collect();
        for (at, named) in named.chunks(LISTS).enumerate() {
            self.bound(at, named, &mut close, matches);
        }
        Ok(close)
    }

    /// Notes what contenders, ascending, have of one side's `named` lists, and how good they can be by it.
    fn bound(
        &self,
        at: usize,
        named: &[Vec<(DocId, Worth)>],
        part: &mut [Contender],
        matches: &Matches,
    ) {
        let side = &self.sides[at];
        let Some(first) = part.first().map(|contender| contender.row) else { return };
        let mut named: Vec<_> = named.iter().map(|list| Ascending::from(list, first)).collect();
        let mut found = Ascending::from(&matches.grams.rows[at].rows, first);
        for contender in part {
            let mut worth = [Worth::default(); LISTS];
            for (worth, list) in worth.iter_mut().zip(&mut named) {
                *worth = list.of(contender.row).unwrap_or_default();
            }
            contender.named[at] = named_score(worth);
            let share = found.of(contender.row).unwrap_or(matches.grams.least);
            let grams = side.grams_below(share, contender.row);
            let bound = side.bound(contender.named[at], grams, matches);
            contender.bound = contender.bound.max(bound);
        }
    }

    /// Takes in those of `open` that are among the best.
    fn refine(
        &self,
        best: &mut Best,
        mut open: Vec<Contender>,
        matches: &Matches,
    ) -> tantivy::Result<()> {
        let mut batch = BATCH.max(best.wanted);
        loop {
            open.retain(|contender| best.admits(contender.bound));
            if open.is_empty() {
                return Ok(());
            }
            if batch < open.len() {
                open.select_nth_unstable_by(batch, |a, b| b.bound.total_cmp(&a.bound));
            }
            let mut first: Vec<Contender> = open.drain(..batch.min(open.len())).collect();
            first.sort_unstable_by_key(|contender| contender.row);
            let mut scored = Vec::new();
            for at in 0..self.sides.len() {
                scored.extend(self.scores(at, &first, best, matches)?);
            }
            // The better language counts.
            scored.sort_unstable_by(|a, b| a.1.cmp(&b.1).then(b.0.total_cmp(&a.0)));
            scored.dedup_by_key(|(_, row)| *row);
            best.take(scored);
            batch *= 2;
        }
    }

    /// The scores by one language of those that can be among the best by it.
    fn scores(
        &self,
        at: usize,
        contenders: &[Contender],
        best: &Best,
        matches: &Matches,
    ) -> tantivy::Result<Vec<Scored>> {
        let side = &self.sides[at];
        let bounded = &matches.grams.rows[at];
        let Some(first) = contenders.first() else { return Ok(Vec::new()) };
        let mut found = Ascending::from(&bounded.rows, first.row);
        let mut open = Vec::new();
        for contender in contenders {
            let row = contender.row;
            let place = found.place(row);
            let share = place.map_or(matches.grams.least, |place| bounded.rows[place].1);
            let grams = side.grams_below(share, row);
            let named = contender.named[at];
            if best.admits(side.bound(named, grams, matches)) {
                open.push(Open { row, named, text: Worth::default(), place, grams });
            }
        }
        let rows: Vec<DocId> = open.iter().map(|open| open.row).collect();
        for (open, text) in open.iter_mut().zip(side.text.worth(&rows)?) {
            open.text = text;
        }
        open.retain(|open| best.admits(raised(side.score_with(open, open.grams))));
        side.scored(open, bounded, best)
    }
}

/// A hit that can be among the best.
#[derive(Debug, Clone, Copy)]
struct Contender {
    /// Its score is not above this.
    bound: f32,
    row: DocId,
    /// What it has of labels, for each side.
    named: [f32; 2],
}

/// A row whose n-grams are not known yet.
struct Open {
    row: DocId,
    /// What it has of labels.
    named: f32,
    text: Worth,
    /// Where it stands among those found by their n-grams.
    place: Option<usize>,
    /// The most it can have.
    grams: Worth,
}

/// What a row has of the preferred label, the alternative ones, and words in any.
fn named_score([preferred, alternative, label]: [Worth; LISTS]) -> f32 {
    20.0 * preferred.share + 10.0 * alternative.share + label.share + label.bm25
}

impl Side<'_> {
    /// The lists of labels.
    fn labels(&self) -> [&Sought; LISTS] {
        [&self.preferred, &self.alternative, &self.label]
    }

    /// The most that goes with this share of the n-grams in a row.
    fn grams_below(&self, share: f32, row: DocId) -> Worth {
        let repeats = self.repeats[row as usize];
        Worth { share, bm25: self.grams.greatest_bm25(share, row, repeats) }
    }

    /// A score that none is above.
    fn bound(&self, named: f32, grams: Worth, matches: &Matches) -> f32 {
        raised(self.score(named, grams, Worth::below(matches.words)))
    }

    /// The scores of rows, without some that are not among the best.
    fn scored(
        &self,
        open: Vec<Open>,
        bounded: &Bounded,
        best: &Best,
    ) -> tantivy::Result<Vec<Scored>> {
        let found = open.iter().filter_map(|open| open.place).map(|place| bounded.partly(place));
        let mut once = self.grams.worth_once(&found.collect::<Vec<Partly<'_>>>())?.into_iter();
        let mut scored = Vec::new();
        let mut rest = Vec::new();
        for open in open {
            let Some(once) = open.place.and_then(|_| once.next()) else {
                rest.push(open);
                continue;
            };
            let below = self.grams_below(once.share, open.row);
            if self.repeats[open.row as usize].is_none() {
                scored.push((self.score_with(&open, once), open.row));
            } else if best.admits(raised(self.score_with(&open, below))) {
                rest.push(open);
            }
        }
        let rows: Vec<DocId> = rest.iter().map(|open| open.row).collect();
        let rest = rest.iter().zip(self.grams.worth(&rows)?);
        scored.extend(rest.map(|(open, grams)| (self.score_with(open, grams), open.row)));
        Ok(scored)
    }

    fn score_with(&self, open: &Open, grams: Worth) -> f32 {
        self.score(open.named, grams, open.text)
    }

    fn score(&self, named: f32, grams: Worth, text: Worth) -> f32 {
        self.weight * (named + grams.share + 4.0 * grams.bm25 + 0.5 * text.share + 0.5 * text.bm25)
    }
}

/// Rows, ascending, with something of each; asked for in ascending order.
struct Ascending<'a, T> {
    rows: &'a [(DocId, T)],
    /// Those before are passed.
    at: usize,
}

impl<'a, T: Copy> Ascending<'a, T> {
    /// Those from a row on.
    fn from(rows: &'a [(DocId, T)], first: DocId) -> Self {
        Self { rows, at: rows.partition_point(|(row, _)| *row < first) }
    }

    /// Where a row stands.
    fn place(&mut self, row: DocId) -> Option<usize> {
        while let Some((first, _)) = self.rows.get(self.at).filter(|(first, _)| *first <= row) {
            if *first == row {
                return Some(self.at);
            }
            self.at += 1;
        }
        None
    }

    /// What there is of a row.
    fn of(&mut self, row: DocId) -> Option<T> {
        self.place(row).map(|place| self.rows[place].1)
    }
}

/// The best rows so far, best first.
struct Best {
    wanted: usize,
    scored: Vec<Scored>,
}

impl Best {
    /// Whether a row with this bound can be among them.
    fn admits(&self, bound: f32) -> bool {
        self.scored.len() < self.wanted
            || self.scored.last().is_some_and(|(worst, _)| bound >= *worst)
    }

    fn take(&mut self, scored: Vec<Scored>) {
        self.scored.extend(scored);
        self.scored.sort_unstable_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
        self.scored.truncate(self.wanted);
    }
}

fn raised(bound: f32) -> f32 {
    bound * (1.0 + SLACK)
}

/// The first different terms, `most` at most, in their order.
pub(super) fn distinct(terms: Vec<String>, most: usize) -> Vec<String> {
    let mut seen = BTreeSet::new();
    terms.into_iter().filter(|term| seen.insert(term.clone())).take(most).collect()
}

/// How much a language counts.
pub(super) fn weight(of: Language, wanted: Option<Language>) -> f32 {
    if wanted.is_none_or(|wanted| wanted == of) { 1.0 } else { OTHER_LANGUAGE }
}
