//! Who is compared: people of both files, without those whom a group would tell of.
//!
//! Small groups of a column are told together where they are at least five people. Where they are not,
//! these people are left out of the whole audit: out of their own column's total, from which they could
//! else be subtracted, and out of every other column's, whose total would be larger by just them.

use std::collections::BTreeMap;

use super::{
    compare::Value,
    disclosure::{FEWEST, few},
    groups::Groups,
    person::{People, Person},
};

/// The people who are compared.
#[derive(Debug)]
pub(super) struct Kept<'a> {
    people: BTreeMap<&'a str, (&'a Person, &'a [String])>,
    /// Whether people are left out because of a column, one a column.
    pub(super) left_out: Vec<bool>,
}

/// A group with its people, in the order of their references.
pub(super) struct Members<'a> {
    pub(super) value: Value,
    pub(super) people: Vec<&'a Person>,
}

impl<'a> Kept<'a> {
    /// Leaves out until every column may be told of; at most four people a column and round.
    pub(super) fn of(people: &'a People, groups: &'a Groups) -> Self {
        let both = people.by_reference.iter().filter_map(|(reference, person)| {
            let values = groups.members.get(reference)?;
            Some((reference.as_str(), (person, values.as_slice())))
        });
        let mut kept = Self { people: both.collect(), left_out: vec![false; groups.columns.len()] };
        while let Some(column) = (0..groups.columns.len()).find(|at| kept.leaves_out(*at)) {
            kept.left_out[column] = true;
        }
        kept
    }

    /// Leaves out the small groups of a column where they are fewer than five people together.
    fn leaves_out(&mut self, column: usize) -> bool {
        let sizes = self.sizes(column);
        let small = |value: &str| sizes.get(value).is_some_and(|size| *size < FEWEST);
        let together: usize = sizes.values().filter(|size| **size < FEWEST).sum();
        if few(together) {
            self.people.retain(|_, (_, values)| !small(&values[column]));
        }
        few(together)
    }

    fn sizes(&self, column: usize) -> BTreeMap<&'a str, usize> {
        let mut sizes = BTreeMap::new();
        for (_, values) in self.people.values() {
            *sizes.entry(values[column].as_str()).or_default() += 1;
        }
        sizes
    }

    /// All of them, in the order of their references.
    pub(super) fn all(&self) -> impl Iterator<Item = &'a Person> {
        self.people.values().map(|(person, _)| *person)
    }

    pub(super) fn len(&self) -> usize {
        self.people.len()
    }

    /// The groups of a column, by value; small ones together are the last.
    pub(super) fn groups(&self, groups: &Groups, column: usize) -> Vec<Members<'a>> {
        let sizes = self.sizes(column);
        let mut by_value: BTreeMap<Option<&str>, Vec<&'a Person>> = BTreeMap::new();
        for (person, values) in self.people.values() {
            let value = values[column].as_str();
            let own = sizes.get(value).is_some_and(|size| *size >= FEWEST);
            by_value.entry(own.then_some(value)).or_default().push(person);
        }
        let small = by_value.remove(&None);
        let value = |key: &str| {
            let spelling = groups.spelling[column].get(key).filter(|_| !key.is_empty());
            spelling.map_or(Value::NotStated, |spelling| Value::Stated(spelling.clone()))
        };
        let large = by_value
            .into_iter()
            .filter_map(|(key, people)| Some(Members { value: value(key?), people }));
        let small = small.map(|people| Members { value: Value::Together, people });
        large.chain(small).collect()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;

    use super::*;
    use crate::audit::{
        compare::{Column, columns},
        disclosure::PARTS,
        person::Measure,
    };

    /// Groups of the two columns.
    const VALUES: [[&str; 4]; 2] = [["kvinna", "man", "annat", ""], ["-29", "30-49", "50-", "x"]];
    /// What may be true of a person, by [`kind`].
    const KINDS: usize = 16;
    /// Who reads knows nothing else about people than in which cell they are: groups and kind.
    const CELLS: usize = 4 * 4 * KINDS;
    /// A prime: sums are solved exactly.
    const PRIME: i64 = (1 << 31) - 1;

    type Numbers = Vec<i64>;

    /// Too little understood, no path, paths without courses; then each of in time, late or unknown with
    /// each of a known price or none; from the paths on each with a known wage or none.
    fn kind(kind: usize) -> Person {
        use Measure::{Abstain, Courses, InTime, Kronor, Matched, NoMatch, WageChange};
        let status = |at: usize| {
            [Matched, NoMatch, Abstain]
                .map(|m| (m, f32::from(m == [Abstain, NoMatch, Matched][at])))
        };
        let mut values = status(kind.min(2)).to_vec();
        let courses = kind >= 4;
        values.push((Courses, f32::from(courses)));
        if kind >= 2 && kind.is_multiple_of(2) {
            values.push((WageChange, 900.0));
        }
        let (time, priced) = (kind / 4, kind % 4 < 2);
        if courses && time < 3 {
            values.push((InTime, f32::from(time == 1)));
        }
        if courses && priced {
            values.push((Kronor, 5e3));
        }
        Person::made(&values, kind >= 2)
    }

    fn cell(at: usize) -> ([usize; 2], usize) {
        ([at / KINDS / 4, at / KINDS % 4], at % KINDS)
    }

    static PEOPLE: LazyLock<Vec<Person>> = LazyLock::new(|| (0..KINDS).map(kind).collect());

    /// One in every cell for which something is true.
    fn of(is: impl Fn([usize; 2], &Person) -> bool) -> Numbers {
        let one = |at| {
            let (groups, number) = cell(at);
            i64::from(is(groups, &PEOPLE[number]))
        };
        (0..CELLS).map(one).collect()
    }

    /// What is shown of a column, each as the cells it counts.
    fn shown(column: &Column, at: usize, kept: &Kept<'_>) -> Vec<Numbers> {
        let sizes = [kept.sizes(0), kept.sizes(1)];
        let compared = |groups: [usize; 2]| {
            (0..2).all(|column| sizes[column].contains_key(VALUES[column][groups[column]]))
        };
        let within = |value: &Value, groups: [usize; 2]| {
            let own = VALUES[at][groups[at]];
            let small = sizes[at].get(own).is_some_and(|size| *size < FEWEST);
            compared(groups)
                && match value {
                    Value::Stated(value) => !small && value == own,
                    Value::NotStated => !small && own.is_empty(),
                    Value::Together => small,
                }
        };
        let mut rows = vec![of(|groups, _| compared(groups))];
        for (place, group) in column.groups.iter().enumerate() {
            let inside = |groups| within(&group.value, groups);
            rows.push(of(|groups, _| inside(groups)));
            for table in &column.tables {
                let Some(figure) = table.groups[place] else { continue };
                let known = |person: &Person| person.value(table.measure);
                if figure.people.is_some() {
                    rows.push(of(|groups, person| inside(groups) && known(person).is_some()));
                }
                if table.measure.is_share() {
                    rows.push(of(|groups, person| inside(groups) && known(person) == Some(1.0)));
                }
            }
        }
        for table in &column.tables {
            let Some(figure) = table.all else { continue };
            let known = |person: &Person| person.value(table.measure);
            if figure.people.is_some() {
                rows.push(of(|groups, person| compared(groups) && known(person).is_some()));
            }
            if table.measure.is_share() {
                rows.push(of(|groups, person| compared(groups) && known(person) == Some(1.0)));
            }
        }
        rows
    }

    /// What is left of numbers after all that the rows say is taken out; each row begins with a one.
    fn reduced(rows: &[(usize, Numbers)], mut numbers: Numbers) -> Numbers {
        for (first, row) in rows {
            let times = numbers[*first];
            if times != 0 {
                for (number, own) in numbers.iter_mut().zip(row) {
                    *number = (*number - times * own).rem_euclid(PRIME);
                }
            }
        }
        numbers
    }

    fn inverse(number: i64) -> i64 {
        let (mut power, mut left, mut found) = (number, PRIME - 2, 1);
        while left > 0 {
            if left % 2 == 1 {
                found = found * power % PRIME;
            }
            power = power * power % PRIME;
            left /= 2;
        }
        found
    }

    fn solved(shown: Vec<Numbers>) -> Vec<(usize, Numbers)> {
        let mut rows: Vec<(usize, Numbers)> = Vec::new();
        for row in shown {
            let row = reduced(&rows, row);
            let Some(first) = row.iter().position(|number| *number != 0) else { continue };
            let by = inverse(row[first]);
            rows.push((first, row.into_iter().map(|number| number * by % PRIME).collect()));
        }
        rows
    }

    fn read(cells: &[(usize, usize)]) -> (People, Groups, Numbers) {
        let (mut people, mut members, mut counts) =
            (People::default(), BTreeMap::new(), vec![0; CELLS]);
        for (at, count) in cells {
            let (groups, number) = cell(*at);
            counts[*at] += i64::try_from(*count).unwrap();
            for _ in 0..*count {
                let reference = format!("P{}", members.len());
                people.by_reference.insert(reference.clone(), kind(number));
                let values = (0..2).map(|column| VALUES[column][groups[column]].to_owned());
                members.insert(reference, values.collect());
            }
        }
        let spelling = VALUES.map(|column| {
            column.into_iter().map(|value| (value.to_owned(), value.to_owned())).collect()
        });
        let columns = vec!["kon".to_owned(), "alder".to_owned()];
        (people, Groups { columns, members, spelling: spelling.into() }, counts)
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]
        /// Whoever adds and subtracts all that is shown, of all columns and measures, finds no number of
        /// one to four people: of a group or of groups together, who have something, lack it, or of
        /// whom it is unknown.
        #[test]
        fn nobody_is_found_by_subtraction(
            cells in proptest::collection::vec((0..CELLS, 1_usize..9), 1..24)
        ) {
            let (people, groups, counts) = read(&cells);
            let kept = Kept::of(&people, &groups);
            let report = columns(&kept, &groups, true);
            let rows = (0..2).flat_map(|at| shown(&report[at], at, &kept)).collect();
            let rows = solved(rows);
            for (column, chosen) in (0..2).flat_map(|column| (1..16).map(move |some| (column, some))) {
                let inside = |groups: [usize; 2]| chosen >> groups[column] & 1 == 1;
                let facts = Measure::ALL.into_iter().flat_map(|measure| {
                    (0..PARTS).map(move |part| (measure, part))
                });
                let parts = facts.map(|(measure, part)| {
                    of(|groups, person| inside(groups) && person.parts(measure)[part])
                });
                for fact in parts.chain([of(|groups, _| inside(groups))]) {
                    let count: i64 = fact.iter().zip(&counts).map(|(one, count)| one * count).sum();
                    if (1..5).contains(&count) {
                        let left = reduced(&rows, fact);
                        prop_assert!(
                            left.iter().any(|number| *number != 0),
                            "{count} people of groups {chosen:04b} of column {column}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn few_are_left_out_of_every_column_and_small_groups_of_five_stay_together() {
        // Cells of kind 2: women 30-49, men 30-49, three others 50-, and two small groups of ages.
        let at = |sex: usize, age: usize| (sex * 4 + age) * KINDS + 2;
        let (people, groups, _) =
            read(&[(at(0, 1), 9), (at(1, 1), 8), (at(2, 2), 3), (at(0, 0), 4), (at(1, 3), 3)]);
        let kept = Kept::of(&people, &groups);
        assert_eq!((kept.len(), kept.left_out.as_slice()), (24, [true, false].as_slice()));
        let said = |column| -> Vec<(Value, usize)> {
            let groups = kept.groups(&groups, column).into_iter();
            groups.map(|group| (group.value, group.people.len())).collect()
        };
        let stated = |value: &str| Value::Stated(value.to_owned());
        assert_eq!(said(0), [(stated("kvinna"), 13), (stated("man"), 11)]);
        assert_eq!(said(1), [(stated("30-49"), 17), (Value::Together, 7)]);
    }
}
