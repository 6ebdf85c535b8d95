//! Rows by their terms, for sums over the terms of a query.

use super::{sparse::SparseRows, wide};

/// Terms of more than this share of the documents are columns, too: to add a column takes as long as to
/// follow postings of an eighth of it.
const COMMON: usize = 8;

/// A matrix by columns: a row a term, its values by document.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Postings {
    rows: SparseRows,
    documents: usize,
    /// The values of every document, for terms that are common.
    common: Vec<Option<Vec<f32>>>,
}

impl Postings {
    /// Of documents, a row each, over so many terms.
    pub(super) fn of(documents: &SparseRows, terms: usize) -> Self {
        let rows = documents.transpose(terms);
        let column = |term| {
            let mut column = vec![0.0; documents.len()];
            rows.row(term).for_each(|(document, value)| column[document as usize] = value);
            column
        };
        let is_common = |term| rows.row(term).count() * COMMON > documents.len();
        let common = (0..terms).map(|term| is_common(term).then(|| column(term))).collect();
        Self { documents: documents.len(), common, rows }
    }

    /// Documents that have a term, with its value.
    pub(super) fn documents_with(&self, term: usize) -> impl Iterator<Item = (u32, f32)> + '_ {
        self.rows.row(term)
    }

    /// Sums of `weight * value` for all documents, in the order of the query's terms.
    pub(super) fn sums(&self, query: &[(u32, f32)]) -> Vec<f32> {
        let mut sums = vec![0.0; self.documents];
        for &(term, weight) in query {
            match self.common.get(term as usize) {
                Some(Some(column)) => wide::add(&mut sums, weight, column),
                _ => self.rows.accumulate(&[(term, weight)], &mut sums),
            }
        }
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn common_terms_and_rare_ones_are_summed_up_alike() {
        // Term 0 is in all documents, term 1 in one of forty, term 2 in none, 3 in a third.
        let documents = SparseRows::from_rows((0..40_u8).map(|document| {
            let value = f32::from(document) * 0.13;
            let mut row = vec![(0, value.sin())];
            row.extend((document == 17).then_some((1, 0.7)));
            row.extend((document % 3 == 0).then_some((3, value.cos())));
            row
        }));
        let postings = Postings::of(&documents, 4);
        let common = postings.common.iter().map(Option::is_some);
        assert_eq!(common.collect::<Vec<_>>(), [true, false, false, true]);
        let query = [(0, 0.3), (1, 0.4), (2, 0.5), (3, 0.6), (9, 1.0)];
        let mut sums = vec![0.0; 40];
        documents.transpose(4).accumulate(&query, &mut sums);
        let bits = |sums: &[f32]| sums.iter().map(|sum| sum.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&postings.sums(&query)), bits(&sums));
        assert_eq!(postings.documents_with(1).collect::<Vec<_>>(), [(17, 0.7)]);
    }
}
