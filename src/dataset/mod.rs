//! Files in, one checked data set out: taxonomy, course catalogue and market, with a manifest that
//! says where every row came from.
//!
//! * `import` reads official files, one parser per source, each adding to [`Parts`].
//! * `assemble` turns the parts of all sources into one [`DataSet`]: rows sorted by id, relations
//!   resolved to row numbers, what dangles dropped and listed.
//! * `folder` writes and reads the data set folder.
//! * `starter` is the set embedded in the binary, `hub` its hand-editable format.
//! * `sectors` and `places` are small tables that are part of the program.

mod assemble;
mod error;
mod folder;
pub mod hub;
mod import;
mod manifest;
mod new_folder;
mod parts;
pub mod places;
pub mod sectors;
pub mod starter;

pub use error::Error;
pub use folder::DroppedItem;
pub use import::{Imported, Source, import};
pub(crate) use import::{plain_text, whole_workbook};
pub use manifest::{Dropped, FileStamp, Manifest, Report, SourceReport};
pub(crate) use manifest::{fingerprint_of, hex};
pub(crate) use new_folder::NewFolder;
pub use parts::{ConceptMatch, CourseDraft, JobName, MatchKind, Parts, Relation};

use crate::domain::{Course, Market, Rule, Signal, Taxonomy};

/// Everything the engine knows, as one value.
#[derive(Debug, Clone, Default)]
pub struct DataSet {
    /// Sources, counts and fingerprint.
    pub manifest: Manifest,
    /// Occupations and skills.
    pub taxonomy: Taxonomy,
    /// Courses in ascending order of id.
    pub courses: Vec<Course>,
    /// Facts per SSYK group.
    pub market: Market,
    /// Rules behind windows and funding, by key, agreement, size and day.
    pub rules: Vec<Rule>,
    /// Signals of sector councils, in the order of the table.
    pub signals: Vec<Signal>,
}

impl DataSet {
    /// Whether some occupation has an essential skill: without one there is nothing to train a
    /// model on.
    pub fn has_skills(&self) -> bool {
        self.taxonomy.occupations.iter().any(|occupation| !occupation.essential.is_empty())
    }
}
