//! Groups side by side: a table for each measure, and the difference of each group to all others.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    disclosure::{Cell, FEWEST, few, shown},
    groups::Groups,
    members::{Kept, Members},
    person::Measure,
    statistics::{Between, Moments, Part, holm, within},
    words::unit,
};

/// A way to group people, and what was measured.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditColumn)]
pub struct Column {
    /// Its name in the file of groups.
    pub name: String,
    /// Its groups: by value, then those that are told together.
    pub groups: Vec<Group>,
    /// Whether people are left out of the audit because their groups of this column are fewer than five
    /// people together.
    pub left_out: bool,
    /// One table a measure.
    pub tables: Vec<Table>,
}

/// A group of at least five people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = AuditGroup)]
pub struct Group {
    /// What its members have in common.
    pub value: Value,
    /// How many they are.
    pub people: usize,
}

/// What the members of a group have in common.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = AuditValue)]
pub enum Value {
    /// The value of the column.
    Stated(String),
    /// Nothing is stated.
    NotStated,
    /// Any of the values that few people have.
    Together,
}

/// A measure for every group of a column.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditTable)]
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

/// A figure with its 95 % interval: shares and exposures 0 to 1, else points, weeks, kronor; amounts are
/// rounded as a page shows them, for their digits would tell how many people they are of.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditEstimate)]
pub struct Estimate {
    /// People it is over; absent where one to four lack it, or that could be worked out.
    pub people: Option<usize>,
    /// The share or the mean.
    pub value: f64,
    /// Lower end.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// A group against all others of its column.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = AuditComparison)]
pub struct Comparison {
    /// Place of the group.
    pub group: usize,
    /// Place of the other group where there is only one.
    pub other: Option<usize>,
    /// People of the group it is over; absent where one to four lack it, or that could be worked out.
    pub people: Option<usize>,
    /// People of the others it is over.
    pub others: Option<usize>,
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

/// Compares the groups of every column, by what a plan gives too where there is one.
pub(super) fn columns(kept: &Kept<'_>, groups: &Groups, planned: bool) -> Vec<Column> {
    let mut columns: Vec<Column> = (0..groups.columns.len())
        .map(|at| {
            let members = kept.groups(groups, at);
            let measures = Measure::ALL.into_iter().filter(|m| planned || !m.is_planned());
            let tables = measures.map(|measure| table(measure, &members));
            Column {
                name: groups.columns[at].clone(),
                left_out: kept.left_out[at],
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

fn table(measure: Measure, groups: &[Members<'_>]) -> Table {
    let samples: Vec<Vec<(&str, f64)>> =
        groups.iter().map(|group| sample(measure, group)).collect();
    let counts: Vec<Cell> = groups.iter().map(|group| counted(measure, group)).collect();
    let (counted, all_counted) = shown(&counts);
    // A mean does not say how many lack it, where it does not say how many it is of.
    let (visible, whole) = if measure.is_share() {
        (counted.clone(), all_counted)
    } else {
        let plain = |cell: &Cell| Cell { people: cell.people, ..Cell::default() };
        shown(&counts.iter().map(plain).collect::<Vec<_>>())
    };
    let told = |at: usize, estimate: Estimate| {
        let people = estimate.people.filter(|_| counted[at]);
        Estimate { people, ..estimate }
    };
    let figure = |at: usize| {
        let found = visible[at].then(|| estimate(measure, &samples[at])).flatten();
        found.map(|found| told(at, found))
    };
    let everyone = others(&samples, None);
    let known = counts.iter().filter(|cell| cell.people > 0).count();
    let seen: Vec<usize> = (0..groups.len()).filter(|at| visible[*at]).collect();
    let pair = known == 2 && seen.len() == 2;
    let against = seen.iter().take(if pair { 1 } else { seen.len() }).filter_map(|at| {
        let found = compare(measure, &samples[*at], &others(&samples, Some(*at)))?;
        let other = if pair { Some(seen[1]) } else { None };
        let people = found.people.filter(|_| counted[*at]);
        let theirs = other.map_or(all_counted && counted[*at], |other| counted[other]);
        let others = found.others.filter(|_| theirs);
        Some(Comparison { group: *at, other, people, others, ..found })
    });
    let all = whole.then(|| estimate(measure, &everyone)).flatten();
    Table {
        measure,
        groups: (0..groups.len()).map(figure).collect(),
        all: all.map(|all| Estimate { people: all.people.filter(|_| all_counted), ..all }),
        comparisons: against.collect(),
        hidden: known - seen.len(),
    }
}

/// Of how many people a figure is, and what else could be counted by it.
fn counted(measure: Measure, group: &Members<'_>) -> Cell {
    let mut cell = Cell::default();
    for person in &group.people {
        cell.people += usize::from(person.value(measure).is_some());
        for (count, is) in cell.parts.iter_mut().zip(person.parts(measure)) {
            *count += usize::from(is);
        }
    }
    cell
}

/// The values of a measure with the present occupations, in the order of the references.
fn sample<'a>(measure: Measure, group: &Members<'a>) -> Vec<(&'a str, f64)> {
    let known = group
        .people
        .iter()
        .filter_map(|person| Some((person.occupation.as_str(), person.value(measure)?)));
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
    Some(with_people(measure, between, Some(values.len())))
}

fn with_people(measure: Measure, between: Between, people: Option<usize>) -> Estimate {
    let Between { value, low, high } = rounded(measure, between);
    Estimate { people, value, low, high }
}

/// Amounts as a page shows them.
fn rounded(measure: Measure, between: Between) -> Between {
    if measure.is_share() {
        return between;
    }
    let size = 10_f64.powi(unit(measure).decimals());
    // Without a minus before zero.
    let round = |number: f64| (number * size).round() / size + 0.0;
    Between { value: round(between.value), low: round(between.low), high: round(between.high) }
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
    let between = rounded(measure, between);
    Some(Comparison {
        group: 0,
        other: None,
        people: Some(group.len()),
        others: Some(others.len()),
        difference: between.value,
        low: between.low,
        high: between.high,
        p,
        p_holm: None,
        same_occupation: same_occupation(measure, group, others),
    })
}

/// The difference among people with the same present occupation, over those whose occupation is known
/// and found on both sides.
fn same_occupation(
    measure: Measure,
    group: &[(&str, f64)],
    others: &[(&str, f64)],
) -> Option<Estimate> {
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
    // Few may have an occupation that only their own group has.
    let alone = [group.len() - people(0), others.len() - people(1)];
    let told = !alone.into_iter().any(few) && !few(alone[0] + alone[1]);
    Some(with_people(measure, within(&pairs)?, told.then(|| people(0) + people(1))))
}
