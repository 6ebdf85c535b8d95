//! The file of groups: the only thing in the program that knows a sex, an age or an origin.

use std::collections::{BTreeMap, btree_map::Entry};

use crate::intake::{Error, sheet::Sheet};

/// More different values than this and a column tells people apart, not groups.
const MOST_VALUES: usize = 40;
/// Names of the column of references, as [`Sheet::column`] compares them.
const REF: [&str; 7] =
    ["ref", "referens", "reference", "id", "workerid", "anstnr", "anstallningsnummer"];

/// Group columns by reference. Held in memory for one audit and written nowhere.
#[derive(Debug)]
pub struct Groups {
    /// Names of the group columns, as written.
    pub(super) columns: Vec<String>,
    /// Values of each reference, one a column, in small letters; empty where nothing is stated.
    pub(super) members: BTreeMap<String, Vec<String>>,
    /// How a value is written most often, a column.
    pub(super) spelling: Vec<BTreeMap<String, String>>,
}

impl Groups {
    /// Reads a table with a column `ref` and any group columns.
    ///
    /// # Errors
    /// [`Error`] where there is no `ref` or no other column, where a reference comes twice or is
    /// missing, and where a column has so many values that it tells people apart.
    pub fn of(sheet: &Sheet) -> Result<Self, Error> {
        let name = &sheet.name;
        let Some(key) = sheet.column(&REF) else {
            let problem = format!("no column ref; found {}", sheet.columns.join(", "));
            return Err(Error::format(name, problem, "name the column of references ref"));
        };
        let others: Vec<usize> = (0..sheet.columns.len()).filter(|at| *at != key).collect();
        if others.is_empty() {
            let cure = "add a column for each way to group, such as kon or aldersgrupp";
            return Err(Error::format(name, "no column beside ref", cure));
        }
        let mut lines: BTreeMap<&str, u64> = BTreeMap::new();
        let mut members = BTreeMap::new();
        for row in &sheet.rows {
            let (place, reference) = (format!("{name}:{}", row.line), row.cells[key].as_str());
            if reference.is_empty() {
                return Err(Error::format(place, "no reference", "give the row one or remove it"));
            }
            match lines.entry(reference) {
                Entry::Occupied(first) => {
                    let problem = format!("the reference stands on line {} already", first.get());
                    return Err(Error::format(place, problem, "keep one row for each person"));
                }
                Entry::Vacant(free) => free.insert(row.line),
            };
            let value = |at: &usize| value(&sheet.columns[*at], &row.cells[*at]);
            let values = others.iter().map(value).collect();
            members.insert(reference.to_owned(), values);
        }
        let columns = others.iter().map(|at| sheet.columns[*at].clone()).collect();
        let spelling = others.iter().map(|at| spelling(sheet, *at)).collect();
        let groups = Self { columns, members, spelling };
        groups.check(name)?;
        Ok(groups)
    }

    fn check(&self, name: &str) -> Result<(), Error> {
        for (column, spelling) in self.columns.iter().zip(&self.spelling) {
            let values = spelling.len();
            if values > MOST_VALUES {
                let problem = format!("column {column:?} has {values} different values");
                let cure = format!(
                    "give groups of people, at most {MOST_VALUES} a column: 40-49 instead of an age \
                     or a birth date"
                );
                return Err(Error::format(name, problem, cure));
            }
        }
        Ok(())
    }
}

/// Names of a column of sexes, and how each is written.
const SEX: [&str; 6] = ["kön", "kon", "sex", "gender", "juridiskt kön", "juridiskt kon"];
const SEXES: [&[&str]; 2] =
    [&["kvinna", "k", "kv", "kvinnor", "f", "female", "woman"], &["man", "m", "män", "male"]];

/// What a cell says, in small letters: `K` is a woman in a column of sexes.
fn value(column: &str, cell: &str) -> String {
    let cell = cell.to_lowercase();
    let is_sex = SEX.contains(&column.trim().to_lowercase().as_str());
    let whole = || SEXES.iter().find(|names| names.contains(&cell.trim_end_matches('.')));
    match is_sex.then(whole).flatten() {
        Some(names) => names[0].to_owned(),
        None => cell,
    }
}

/// The commonest spelling of each value; among equals the first of the alphabet.
fn spelling(sheet: &Sheet, column: usize) -> BTreeMap<String, String> {
    let mut counts: BTreeMap<String, BTreeMap<&str, usize>> = BTreeMap::new();
    for cell in sheet.rows.iter().map(|row| row.cells[column].as_str()) {
        *counts.entry(value(&sheet.columns[column], cell)).or_default().entry(cell).or_default() +=
            1;
    }
    let commonest = |spellings: BTreeMap<&str, usize>| {
        let most = spellings.iter().rev().max_by_key(|(_, count)| **count);
        most.map_or_else(String::new, |(spelling, _)| (*spelling).to_owned())
    };
    counts.into_iter().map(|(value, spellings)| (value, commonest(spellings))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Groups, Error> {
        Groups::of(&Sheet::parse(text.as_bytes(), "g.csv").unwrap())
    }

    #[test]
    fn values_are_compared_without_case_and_named_as_most_write_them() {
        let groups = read("ref;Kön\nA;Kvinna\nB;kvinna\nC;Kvinna\nD;\n").unwrap();
        assert_eq!(groups.members["B"], ["kvinna"]);
        assert_eq!(groups.spelling[0]["kvinna"], "Kvinna");
        assert_eq!(groups.members["D"], [""]);
        let groups = read("ref;Kön;lag\nA;Kvinna;K\nB;K;k\nC;kv.;M\nD;M;m\nE;man;m\n").unwrap();
        let values = |name: &str| groups.members[name].join(" ");
        let all = ["A", "B", "C", "D", "E"].map(values);
        assert_eq!(all, ["kvinna k", "kvinna k", "kvinna m", "man m", "man m"]);
    }

    #[test]
    fn what_cannot_be_grouped_by_is_refused_with_a_cure() {
        let ages = (0..50).map(|at| format!("W{at};{at}\n")).collect::<Vec<_>>().concat();
        for (text, expected) in [
            ("person;kon\nA;man\n".to_owned(), "no column ref"),
            ("ref\nA\n".to_owned(), "no column beside ref"),
            ("ref;kon\nA;man\nA;man\n".to_owned(), "g.csv:3: the reference stands on line 2"),
            ("ref;kon\n;man\n".to_owned(), "g.csv:2: no reference"),
            (format!("ref;alder\n{ages}"), "50 different values"),
        ] {
            let said = read(&text).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }
}
