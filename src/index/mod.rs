//! Full-text search over occupations, skills and courses, Swedish and English; the only place that
//! names tantivy.
//!
//! * `schema` says which fields a row has, `analysis` how text becomes terms.
//! * `build` turns a [`DataSet`](crate::dataset::DataSet) into an index, `folder` keeps it on disk
//!   under a stamp and opens it again, read-only.
//! * `search` answers a [`Query`]: `filter` says which rows may be hits, `shares` which have enough
//!   of the words, `ranking` which of those are best, `facets` counts them, and `snippet` cuts a
//!   piece of text. `beforehand`, `windows`, `parts`, `postings`, `rows` and `term_sets` are what
//!   they work with.
//!
//! The whole index lives in memory, wherever it came from (about the size of the folder): opening
//! reads every file once, checks it against the stamp and never touches the folder again, so a
//! read-only file system, a rebuild beside a running server and a damaged file are all harmless.
//!
//! Rows are written in ascending order of id, kind after kind, so that a tantivy document number
//! orders rows exactly as their ids do; ties of score are broken by it. They are analysed and written
//! in parts, on all cores, that are joined in this order to one segment.

mod analysis;
mod beforehand;
mod build;
mod error;
mod facets;
mod filter;
mod folder;
mod parts;
mod postings;
mod ranking;
mod rows;
mod schema;
mod search;
mod shares;
mod snippet;
mod term_sets;
mod windows;

use std::ops::Range;

pub use error::{Error, Reason};
pub use facets::{Facet, Facets};
pub use filter::Filters;
pub use folder::Opened;
pub use search::{Hit, Hits, Page, Query};
pub use snippet::Snippet;

use facets::Columns;
use postings::Repeats;
use schema::Fields;
use tantivy::{DocId, SegmentReader};

use crate::domain::Bilingual;

/// A searchable data set. Immutable, `Send + Sync`; a search shares it by reference.
#[derive(Debug)]
pub struct Index {
    searcher: tantivy::Searcher,
    fields: Fields,
    /// First document number after the occupations, after the skills, and after the courses.
    ends: [DocId; 3],
    /// What is counted of courses.
    columns: Box<Columns>,
    /// For each row how n-grams repeat in its labels.
    repeats: Bilingual<Vec<Repeats>>,
}

/// The kinds of row, in the order they are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Occupation,
    Skill,
    Course,
}

impl Index {
    /// How many occupations, skills and courses can be found.
    pub fn counts(&self) -> [usize; 3] {
        [Kind::Occupation, Kind::Skill, Kind::Course].map(|kind| self.rows(kind).len())
    }

    /// Document numbers of a kind.
    fn rows(&self, kind: Kind) -> Range<DocId> {
        match kind {
            Kind::Occupation => 0..self.ends[0],
            Kind::Skill => self.ends[0]..self.ends[1],
            Kind::Course => self.ends[1]..self.ends[2],
        }
    }

    /// The one segment that holds all rows; `None` where there are no rows.
    fn segment(&self) -> Option<&SegmentReader> {
        self.searcher.segment_readers().first()
    }
}

#[cfg(test)]
mod tests;
