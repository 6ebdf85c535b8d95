//! Groups side by side: a table for each measure, and the difference of each group to all others.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    disclosure::{Cell, FEWEST, shown},
    groups::Groups,
    person::{Measure, People, Person},
    statistics::{Between, Moments, Part, holm, within},
};

/// A way to group people, and what was measured.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Column {
    /// Its name in the file of groups.
    pub name: String,
    /// Its groups: by value, then those that are told together.
    pub groups: Vec<Group>,
    /// One table a measure.
    pub tables: Vec<Table>,
}

/// A group of at least five people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// What its members have in common.
    pub value: Value,
    /// How many they are.
    pub people: usize,
}

/// What the members of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Value {
    /// The value of the column.
    Stated(String),
    /// Nothing is stated.
    NotStated,
    /// So many values that few people have, together.
    Together(usize),
}

/// A measure for every group of a column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Table {
    /// What is measured.
    pub measure: Measure,
    /// A group's figure, in the order of the groups; absent where it would tell of few people, or nobody
    /// has one.
    pub groups: Vec<Option<Estimate>>,
    /// The figure of all.
    pub all: Option<Estimate>,
    /// Groups against all others.
    pub comparisons: Vec<Comparison>,
    /// Figures that are not shown because they would tell of fewer than five people.
    pub hidden: usize,
}

/// A figure with its 95 % interval: shares and exposures 0 to 1, else points, weeks, kronor.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Estimate {
    /// People it is over.
    pub people: usize,
    /// The share or the mean.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A group against all others of its column.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Comparison {
    /// Place of the group.
    pub group: usize,
    /// Place of the other group where there is only one.
    pub other: Option<usize>,
    /// People of the group it is over.
    pub people: usize,
    /// People of the others it is over.
    pub others: usize,
    /// The group's figure minus that of the others.
    pub difference: f64,
    /// Lower end of its 95 % interval.
    pub low: f64,
    /// Upper end.
    pub high: f64,
    /// Chance of such a difference or a larger one were there none: Fisher's exact test of shares,
    /// Welch's t-test of means; absent where all values are alike.
    pub p: Option<f64>,
    /// The same after Holm's correction for all comparisons of the audit.
    pub p_holm: Option<f64>,
    /// The difference among people with the same present occupation; absent where too few have one.
    pub same_occupation: Option<Estimate>,
}

/// A group with its people, in the order of their references.
struct Members<'a> {
    value: Value,
    people: Vec<(&'a str, &'a Person)>,
}

/// Compares the groups of every column.
pub(super) fn columns(people: &People, groups: &Groups) -> Vec<Column> {
    let mut columns: Vec<Column> = (0..groups.columns.len())
        .map(|at| {
            let members = members(people, groups, at);
            let tables = Measure::ALL.into_iter().map(|measure| table(measure, &members));
            Column {
                name: groups.columns[at].clone(),
                tables: tables.collect(),
                groups: members
                    .iter()
                    .map(|group| Group { value: group.value.clone(), people: group.people.len() })
                    .collect(),
            }
        })
        .collect();
    correct(&mut columns);
    columns
}

/// Holm's correction over everything that is compared.
fn correct(columns: &mut [Column]) {
    let all = columns.iter_mut().flat_map(|column| &mut column.tables);
    let mut tested: Vec<&mut Comparison> = all
        .flat_map(|table| &mut table.comparisons)
        .filter(|comparison| comparison.p.is_some())
        .collect();
    let chances: Vec<f64> = tested.iter().filter_map(|comparison| comparison.p).collect();
    for (comparison, adjusted) in tested.iter_mut().zip(holm(&chances)) {
        comparison.p_holm = Some(adjusted);
    }
}

/// The groups of a column, small ones together until they are large enough to be shown.
fn members<'a>(people: &'a People, groups: &Groups, column: usize) -> Vec<Members<'a>> {
    let mut by_value: BTreeMap<&str, Vec<(&str, &Person)>> = BTreeMap::new();
    for (reference, person) in &people.by_reference {
        let Some(values) = groups.members.get(reference) else { continue };
        by_value.entry(values[column].as_str()).or_default().push((reference.as_str(), person));
    }
    let value = |key: &str| {
        let spelling = groups.spelling[column].get(key).filter(|_| !key.is_empty());
        spelling.map_or(Value::NotStated, |spelling| Value::Stated(spelling.clone()))
    };
    let found = by_value.into_iter().map(|(key, people)| Members { value: value(key), people });
    let (mut large, small): (Vec<_>, Vec<_>) =
        found.partition(|group| group.people.len() >= FEWEST);
    let mut values = small.len();
    let mut together: Vec<_> = small.into_iter().flat_map(|group| group.people).collect();
    while (1..FEWEST).contains(&together.len()) {
        let smallest = (0..large.len()).min_by_key(|at| large[*at].people.len());
        let Some(at) = smallest else { return Vec::new() };
        together.extend(large.remove(at).people);
        values += 1;
    }
    if !together.is_empty() {
        together.sort_unstable_by_key(|(reference, _)| *reference);
        large.push(Members { value: Value::Together(values), people: together });
    }
    large
}

fn table(measure: Measure, groups: &[Members<'_>]) -> Table {
    let samples: Vec<Vec<(&str, f64)>> =
        groups.iter().map(|group| sample(measure, group)).collect();
    let cell = |values: &[(&str, f64)]| Cell {
        people: values.len(),
        yes: measure.is_share().then(|| yes(values)),
    };
    let cells: Vec<Cell> = samples.iter().map(|values| cell(values)).collect();
    let (visible, whole) = shown(&cells);
    let figure = |(values, visible): (&Vec<(&str, f64)>, &bool)| {
        visible.then(|| estimate(measure, values)).flatten()
    };
    let everyone = others(&samples, None);
    let known = cells.iter().filter(|cell| cell.people > 0).count();
    let seen: Vec<usize> = (0..groups.len()).filter(|at| visible[*at]).collect();
    let pair = known == 2 && seen.len() == 2;
    let against = seen.iter().take(if pair { 1 } else { seen.len() }).filter_map(|at| {
        let found = compare(measure, &samples[*at], &others(&samples, Some(*at)))?;
        Some(Comparison { group: *at, other: if pair { Some(seen[1]) } else { None }, ..found })
    });
    Table {
        measure,
        groups: samples.iter().zip(&visible).map(figure).collect(),
        all: whole.then(|| estimate(measure, &everyone)).flatten(),
        comparisons: against.collect(),
        hidden: known - seen.len(),
    }
}

/// The values of a measure with the present occupations, in the order of the references.
fn sample<'a>(measure: Measure, group: &Members<'a>) -> Vec<(&'a str, f64)> {
    let known = group
        .people
        .iter()
        .filter_map(|(_, person)| Some((person.occupation.as_str(), person.value(measure)?)));
    known.collect()
}

/// All samples but one as one.
fn others<'a>(samples: &[Vec<(&'a str, f64)>], but: Option<usize>) -> Vec<(&'a str, f64)> {
    let rest = samples.iter().enumerate().filter(|(at, _)| Some(*at) != but);
    rest.flat_map(|(_, values)| values.iter().copied()).collect()
}

fn yes(values: &[(&str, f64)]) -> usize {
    values.iter().filter(|(_, value)| *value > 0.5).count()
}

fn part(values: &[(&str, f64)]) -> Part {
    Part { yes: yes(values), of: values.len() }
}

fn moments(values: &[(&str, f64)]) -> Moments {
    Moments::of(values.iter().map(|(_, value)| *value))
}

fn estimate(measure: Measure, values: &[(&str, f64)]) -> Option<Estimate> {
    if values.len() < FEWEST {
        return None;
    }
    let between =
        if measure.is_share() { part(values).interval() } else { moments(values).interval() };
    Some(with_people(between, values.len()))
}

fn with_people(Between { value, low, high }: Between, people: usize) -> Estimate {
    Estimate { people, value, low, high }
}

fn compare(measure: Measure, group: &[(&str, f64)], others: &[(&str, f64)]) -> Option<Comparison> {
    if group.len() < FEWEST || others.len() < FEWEST {
        return None;
    }
    let (between, p) = if measure.is_share() {
        let (a, b) = (part(group), part(others));
        // All or nobody on both sides: there is nothing to test.
        let alike = a.yes + b.yes == 0 || a.yes + b.yes == a.of + b.of;
        (a.minus(b), (!alike).then(|| a.fisher(b)))
    } else {
        moments(group).minus(moments(others))
    };
    Some(Comparison {
        group: 0,
        other: None,
        people: group.len(),
        others: others.len(),
        difference: between.value,
        low: between.low,
        high: between.high,
        p,
        p_holm: None,
        same_occupation: same_occupation(group, others),
    })
}

/// The difference among people with the same present occupation, over those whose occupation is known
/// and found on both sides.
fn same_occupation(group: &[(&str, f64)], others: &[(&str, f64)]) -> Option<Estimate> {
    let mut strata: BTreeMap<&str, [Vec<f64>; 2]> = BTreeMap::new();
    for (side, values) in [group, others].into_iter().enumerate() {
        for (occupation, value) in values.iter().filter(|(occupation, _)| !occupation.is_empty()) {
            strata.entry(occupation).or_default()[side].push(*value);
        }
    }
    strata.retain(|_, [a, b]| !a.is_empty() && !b.is_empty());
    let people = |side: usize| strata.values().map(|sides| sides[side].len()).sum::<usize>();
    if people(0) < FEWEST || people(1) < FEWEST {
        return None;
    }
    let pair =
        |[a, b]: &[Vec<f64>; 2]| (Moments::of(a.iter().copied()), Moments::of(b.iter().copied()));
    let pairs: Vec<(Moments, Moments)> = strata.values().map(pair).collect();
    Some(with_people(within(&pairs)?, people(0) + people(1)))
}
