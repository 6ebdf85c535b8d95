//! Pages of a list: `limit` and an opaque `cursor` in, `items` and `next` out.

use serde::Serialize;
use sha2::{Digest as _, Sha256};
use utoipa::ToSchema;

use super::problem::{Fault, Kind, Problem};
use crate::{
    dataset::hex,
    domain::{Bilingual, Meta},
    index,
};

/// Items of a page unless another number is asked for.
pub(super) const DEFAULT_LIMIT: usize = 20;
/// Most items of a page.
pub(super) const MOST: usize = 100;
/// Bytes of a hash in a cursor.
const CHECK_BYTES: usize = 8;

/// A page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Page<T> {
    /// The items, best first; by id where no words are searched for.
    pub(super) items: Vec<T>,
    /// Cursor of the next page; absent on the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) next: Option<String>,
    /// All items, on this page or not.
    pub(super) total: usize,
    /// Versions that produced the answer.
    pub(super) meta: Meta,
}

/// A place in one list: a cursor of another list, another query or older data is refused.
#[derive(Debug)]
pub(super) struct Place {
    /// The list: data set, path, query.
    scope: String,
    pub(super) page: index::Page,
}

impl Place {
    /// The place that a query asks for.
    pub(super) fn new(
        scope: String,
        limit: Option<usize>,
        cursor: Option<&str>,
    ) -> Result<Self, Problem> {
        let limit = limit.unwrap_or(DEFAULT_LIMIT);
        if !(1..=MOST).contains(&limit) {
            let detail = Bilingual::new(format!("från 1 till {MOST}"), format!("from 1 to {MOST}"));
            let fault = Fault::new("limit", "out_of_range", detail);
            return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
        }
        let mut place = Self { scope, page: index::Page::first(limit) };
        if let Some(cursor) = cursor {
            let offset = cursor
                .split_once('.')
                .and_then(|(offset, _)| usize::from_str_radix(offset, 16).ok())
                .filter(|offset| place.cursor(*offset) == cursor);
            let Some(offset) = offset else {
                let detail = Bilingual::new(
                    "den hör till en annan fråga eller äldre data: börja utan cursor",
                    "it belongs to another query or older data: begin without a cursor",
                );
                let fault = Fault::new("cursor", "stale", detail);
                return Err(Problem::faults(Kind::InvalidQuery, vec![fault]));
            };
            place.page.offset = offset;
        }
        Ok(place)
    }

    /// Cursor of the page after this one.
    pub(super) fn next(&self, total: usize) -> Option<String> {
        let end = self.page.offset.saturating_add(self.page.limit);
        (end < total).then(|| self.cursor(end))
    }

    fn cursor(&self, offset: usize) -> String {
        let text = format!("{offset} {}", self.scope);
        format!("{offset:x}.{}", hex(&Sha256::digest(text)[..CHECK_BYTES]))
    }
}
