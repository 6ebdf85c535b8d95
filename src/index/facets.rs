//! How many of the courses found have which value.
//!
//! Rows that have the same values share a number (4 bytes a row, made when the index is opened), so
//! that an exact count costs about a nanosecond a hit, and some for each different combination.

use std::collections::HashMap;

use tantivy::SegmentReader;

use super::{
    rows::Rows,
    schema::{BASIS, FORM, PLACE},
};

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

/// What is counted.
#[derive(Debug, Default)]
pub(super) struct Columns {
    /// The values of forms, bases and places, ascending.
    values: [Vec<String>; 3],
    /// Which values rows have together.
    combinations: Vec<Combination>,
    /// For each row, which of the combinations.
    rows: Vec<u32>,
}

/// Which values of each column.
type Combination = [Vec<usize>; 3];

impl Columns {
    /// Reads them from an index; O(rows).
    pub(super) fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut read = Self::default();
        let mut columns = Vec::new();
        for (name, values) in [FORM, BASIS, PLACE].into_iter().zip(&mut read.values) {
            let column = segment.fast_fields().str(name)?;
            if let Some(column) = &column {
                for ordinal in 0..column.num_terms() as u64 {
                    let mut value = String::new();
                    column.ord_to_str(ordinal, &mut value)?;
                    values.push(value);
                }
            }
            columns.push(column);
        }
        let mut known: HashMap<Combination, u32> = HashMap::new();
        for row in 0..segment.max_doc() {
            let mut values = Combination::default();
            for (values, column) in values.iter_mut().zip(&columns) {
                let ordinals = column.iter().flat_map(|column| column.term_ords(row));
                // The library numbers values by 32 bits as well.
                values.extend(ordinals.map(|ordinal| usize::try_from(ordinal).unwrap_or_default()));
            }
            let number = if let Some(number) = known.get(&values) {
                *number
            } else {
                // There are no more combinations than rows, which have 32 bits.
                let next = u32::try_from(read.combinations.len()).unwrap_or(u32::MAX);
                read.combinations.push(values.clone());
                known.insert(values, next);
                next
            };
            read.rows.push(number);
        }
        Ok(read)
    }

    /// Counts over these courses. O(hits + combinations).
    pub(super) fn count(&self, hits: &Rows) -> Facets {
        let mut hits_of = vec![0_usize; self.combinations.len()];
        for row in hits.iter() {
            hits_of[self.rows[row as usize] as usize] += 1;
        }
        let mut counts = self.values.each_ref().map(|values| vec![0; values.len()]);
        for (combination, hits) in self.combinations.iter().zip(hits_of) {
            for (counts, values) in counts.iter_mut().zip(combination) {
                for value in values {
                    counts[*value] += hits;
                }
            }
        }
        let [forms, bases, places] = [0, 1, 2].map(|at| shown(&self.values[at], &counts[at]));
        Facets { forms, bases, places }
    }
}

fn shown(values: &[String], counts: &[usize]) -> Vec<Facet> {
    let found = values.iter().zip(counts).filter(|(_, count)| **count > 0);
    let mut facets: Vec<Facet> =
        found.map(|(value, count)| Facet { value: value.clone(), count: *count }).collect();
    facets.sort_by(|a, b| b.count.cmp(&a.count).then_with(|| a.value.cmp(&b.value)));
    facets
}
