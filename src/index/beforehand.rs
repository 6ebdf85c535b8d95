//! A good row, before all of them are gone through: what is enough is a part of what the best one has, so that the
//! sooner that is known the fewer rows are looked at.

use std::ops::Range;

use tantivy::DocId;

use super::{
    postings::{Known, Sought},
    term_sets::Cut,
};

/// Rows of the rarest term among which a good one is looked for before the others.
const BEFOREHAND: usize = 1024;
/// How often one is looked for.
const STARTS: usize = 4;

/// What a good row has, mostly the best one: what is enough is known sooner by it. One is looked for among the
/// rows of the rarest term; next among those of the rarest that it has not, for the rarest can be of a misspelling.
/// O(terms² + terms * [`BEFOREHAND`]).
pub(super) fn beforehand(list: &Sought, cut: Cut, range: &Range<DocId>) -> tantivy::Result<f32> {
    let mut terms: Vec<&Known> = list.counting().iter().collect();
    terms.sort_by_key(|term| term.rows);
    let mut best = 0.0_f32;
    for _ in 0..STARTS {
        let Some((row, had)) = good_row(list, &terms, cut, range)? else { break };
        let share = list.worth(&[row])?.first().map_or(0.0, |worth| worth.share);
        best = best.max(share);
        terms.retain(|term| !had.iter().any(|had| cut.implies(had, term)));
    }
    Ok(best)
}

/// A row that has the first of the terms that any row of the range has, and of the next ones each that some row left
/// has; and which those are.
fn good_row<'a>(
    list: &Sought,
    terms: &[&'a Known],
    cut: Cut,
    range: &Range<DocId>,
) -> tantivy::Result<Option<(DocId, Vec<&'a Known>)>> {
    let mut rows: Vec<DocId> = Vec::new();
    let mut had: Vec<&Known> = Vec::new();
    for term in terms {
        if had.iter().any(|had| cut.implies(had, term)) {
            continue;
        }
        let mut cursor = list.cursor(term, range.start, false)?;
        let with: Vec<DocId> = if rows.is_empty() {
            cursor.next_rows(range.end, BEFOREHAND)
        } else {
            rows.iter().copied().filter(|row| cursor.seek(*row) == *row).collect()
        };
        if !with.is_empty() {
            had.push(term);
            rows = with;
        }
    }
    Ok(rows.first().map(|row| (*row, had)))
}
