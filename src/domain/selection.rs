//! Lists of values of a table that all answers share.

use std::{fmt, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::shared::Kept;

/// Values that answers list, each written as JSON once, when it is first asked for.
pub struct Table<T>(Vec<Kept<T>>);

impl<T: fmt::Debug> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.0.iter().map(|kept| &kept.value)).finish()
    }
}

impl<T> FromIterator<T> for Table<T> {
    /// Their places in the table are their rows.
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().map(Kept::new).collect())
    }
}

/// Some values of a [`Table`], in an order of their own. A list of thousands of skills costs their row
/// numbers: counting holders of each value, which all cores do at once, takes longer than to write it.
pub struct Selection<T> {
    table: Arc<Table<T>>,
    rows: Vec<u32>,
}

impl<T> Selection<T> {
    /// A list of rows, all of them of that table.
    pub fn new(table: &Arc<Table<T>>, rows: Vec<u32>) -> Self {
        Self { table: Arc::clone(table), rows }
    }

    /// The values in the order of the list.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = &T> + Clone {
        self.rows.iter().map(|row| &self.table.0[*row as usize].value)
    }

    /// Rows of the table, in the order of the list.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Keeps the first `len`.
    pub fn truncate(&mut self, len: usize) {
        self.rows.truncate(len);
    }

    /// Takes out all.
    pub fn clear(&mut self) {
        self.rows.clear();
    }
}

impl<T> FromIterator<T> for Selection<T> {
    /// A list with a table of its own.
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        let table: Table<T> = values.into_iter().collect();
        let rows = (0..).zip(&table.0).map(|(row, _)| row).collect();
        Self { table: Arc::new(table), rows }
    }
}

impl<T> Clone for Selection<T> {
    fn clone(&self) -> Self {
        Self { table: Arc::clone(&self.table), rows: self.rows.clone() }
    }
}

impl<T> Default for Selection<T> {
    fn default() -> Self {
        Self { table: Arc::new(Table(Vec::new())), rows: Vec::new() }
    }
}

impl<T: fmt::Debug> fmt::Debug for Selection<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl<T: PartialEq> PartialEq for Selection<T> {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl<T: Serialize> Serialize for Selection<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let alone = Arc::strong_count(&self.table) == 1;
        serializer.collect_seq(self.rows.iter().map(|row| self.table.0[*row as usize].once(alone)))
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Selection<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Vec::deserialize(deserializer).map(Self::from_iter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Bilingual;

    #[test]
    fn a_list_is_the_same_json_and_the_same_values_as_without_a_table() {
        let label = |sv: &str| Bilingual::new(sv, "\"en\"");
        let table = Arc::new(["svetsa", "köra", "laga"].map(label).into_iter().collect());
        let mut list = Selection::new(&table, vec![2, 0, 2]);
        let plain = ["laga", "svetsa", "laga"].map(label);
        for _ in 0..2 {
            assert_eq!(
                serde_json::to_string(&list).unwrap(),
                serde_json::to_string(&plain).unwrap()
            );
        }
        assert_eq!(serde_json::to_value(&list).unwrap(), serde_json::to_value(&plain).unwrap());
        assert_eq!(list, plain.clone().into_iter().collect());
        let read: Selection<Bilingual<String>> =
            serde_json::from_str(&serde_json::to_string(&list).unwrap()).unwrap();
        assert_eq!(read, list);
        assert_eq!(format!("{list:?}"), format!("{plain:?}"));
        assert_eq!(list.rows(), [2, 0, 2]);
        list.truncate(1);
        assert_eq!((list.len(), list.iter().next()), (1, Some(&plain[0])));
        assert_ne!(list, read);
        list.clear();
        assert!(list.is_empty());
        assert_eq!(list, Selection::default());
    }
}
