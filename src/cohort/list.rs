//! The people of a list with their ways.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, BTreeSet},
};

use rayon::prelude::*;

use super::{
    choices::{Lock, Locked},
    document::FairBy,
    draft::Order,
    problem::{Choice, Person, Problem},
    sheet::RowProblem,
    supply::Supply,
    ways::{Barrier, Finder, Way},
};
use crate::{
    domain::{Bilingual, Language, MatchStatus, Profile, ResolvedConcept},
    intake::{self, Row},
};

/// Rows answered together.
const CHUNK: usize = 1_024;
/// Ways kept for one person, the most worth first.
const MOST_WAYS: usize = 24;

/// One worker of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Member {
    /// Opaque reference, unique in the list.
    pub reference: String,
    /// Key of the sector; empty where unknown.
    pub sector: String,
    /// How their occupation was read, where that is unsure.
    pub ask: Option<Bilingual<String>>,
    /// The workplace as the list has it; empty where it has none. No engine knows it.
    pub workplace: String,
    /// Whether paths were found.
    pub status: MatchStatus,
    /// Ways that are options, the most worth first; with a locked one that would else be none.
    pub ways: Vec<Way>,
    /// What keeps ways from being options.
    pub barred: BTreeSet<Barrier>,
    /// What an adviser has locked.
    pub lock: Option<Lock>,
    profile: Profile,
}

/// A list with the ways of all its workers.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct List {
    /// Workers, by reference.
    pub members: Vec<Member>,
    /// Rows of the list.
    pub rows: u64,
    /// Rows that were refused, by line.
    pub refused: Vec<RowProblem>,
    /// How many by code.
    pub refused_by_code: BTreeMap<String, u64>,
}

impl List {
    /// Reads a list and finds the ways of each worker, on all cores; `tick` is called with the number of
    /// rows done after every chunk. Profiles and ways are held, about 10 kB a worker. The order of rows
    /// changes nothing but lines.
    pub fn read(
        rows: &mut impl Iterator<Item = Row>,
        finder: &Finder<'_>,
        locks: &BTreeMap<String, Lock>,
        mut tick: impl FnMut(u64),
    ) -> Self {
        let mut list = Self::default();
        loop {
            let chunk: Vec<Row> = rows.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                list.members.sort_by(|a, b| a.reference.cmp(&b.reference));
                return list;
            }
            list.rows += chunk.len() as u64;
            let answered: Vec<Result<Member, (String, RowProblem)>> =
                chunk.into_par_iter().map(|row| Member::of(row, finder, locks)).collect();
            for member in answered {
                match member {
                    Ok(member) => list.members.push(member),
                    Err((code, problem)) => {
                        *list.refused_by_code.entry(code).or_default() += 1;
                        list.refused.push(problem);
                    }
                }
            }
            tick(list.rows);
        }
    }

    /// Adds the ways of another finder, such as one that plans with the hub's starts alone.
    pub fn add_ways(&mut self, finder: &Finder<'_>) {
        self.members.par_iter_mut().for_each(|member| {
            let (_, ways) = finder.ways(&member.profile);
            member.add(ways);
        });
    }

    /// Keys of the members' groups, ascending.
    pub fn groups(&self, by: FairBy) -> Vec<String> {
        let groups = self.members.iter().map(|member| member.group(by));
        let known: BTreeSet<String> = groups.filter(|group| !group.is_empty()).collect();
        known.into_iter().collect()
    }

    /// What the optimiser is asked. Members and ways keep their positions.
    pub fn problem(&self, supply: &Supply, order: &Order) -> Problem {
        let groups = self.groups(order.fair_share_by);
        let people = self.members.iter().map(|member| Person {
            reference: member.reference.clone(),
            group: groups.binary_search(&member.group(order.fair_share_by)).ok(),
            options: member.options().iter().map(choice).collect(),
            locked: member.locked_way(),
        });
        Problem {
            people: people.collect(),
            seats: supply.pools.iter().map(|pool| Some(pool.seats)).collect(),
            budget: order.budget,
            targets: vec![0; groups.len()],
            seed: order.seed,
        }
    }
}

fn choice(way: &Way) -> Choice {
    let mut pools: Vec<u32> = way.steps.iter().filter_map(|step| step.pool).collect();
    pools.sort_unstable();
    pools.dedup();
    let counts = !way.steps.is_empty();
    Choice { value: way.parts.worth(), cost: way.cost_kr, pools, counts }
}

/// What to ask of the first occupation whose reading is unsure.
fn unsure_title(read: &[ResolvedConcept]) -> Option<Bilingual<String>> {
    let unsure = read.iter().find(|title| !title.sure)?;
    let (text, label) = (&unsure.text, &unsure.label);
    Some(Bilingual::new(
        format!("osäkert läst yrke: ”{text}” som {}", label.marked(Language::Sv)),
        format!("occupation read unsurely: “{text}” as {}", label.marked(Language::En)),
    ))
}

impl Member {
    fn of(
        row: Row,
        finder: &Finder<'_>,
        locks: &BTreeMap<String, Lock>,
    ) -> Result<Self, (String, RowProblem)> {
        let worker = row.outcome.map_err(|problem| {
            let said = RowProblem { line: row.line, message: problem.message };
            (problem.code.key().to_owned(), said)
        })?;
        let profile = intake::told(finder.engine(), worker.profile, &worker.text).profile;
        let (answer, ways) = finder.ways(&profile);
        let mut member = Self {
            lock: locks.get(&worker.reference).cloned(),
            reference: worker.reference,
            ask: unsure_title(&answer.understood.occupations),
            sector: answer.understood.sector,
            workplace: worker.workplace.unwrap_or_default(),
            status: answer.match_status,
            ways: Vec::new(),
            barred: BTreeSet::new(),
            profile,
        };
        member.add(ways);
        Ok(member)
    }

    /// Key of the group of a fair share; empty where unknown.
    pub fn group(&self, by: FairBy) -> String {
        match by {
            FairBy::Sector => self.sector.clone(),
            FairBy::Workplace => self.workplace.to_lowercase(),
        }
    }

    /// Adds ways that are not there yet, and orders and cuts them.
    fn add(&mut self, ways: Vec<Way>) {
        for way in ways {
            let same = |other: &Way| other.path == way.path && other.steps == way.steps;
            if self.ways.iter().any(same) {
                continue;
            }
            match way.barrier {
                // What an adviser has chosen is an option whatever stands against it.
                Some(_) if self.is_locked(&way) => self.ways.push(way),
                Some(barrier) => {
                    self.barred.insert(barrier);
                }
                None => self.ways.push(way),
            }
        }
        let lock = self.lock.clone();
        let locked = |way: &Way| lock.as_ref().is_some_and(|lock| lock.is(way));
        self.ways.sort_by_cached_key(|way| {
            let starts: Vec<_> = way.steps.iter().map(|step| (step.start, step.course)).collect();
            (Reverse(locked(way)), Reverse(way.parts.worth()), way.list, way.rank, starts)
        });
        self.ways.truncate(MOST_WAYS);
    }

    fn is_locked(&self, way: &Way) -> bool {
        self.lock.as_ref().is_some_and(|lock| lock.is(way))
    }

    /// The position of the way that is locked.
    pub fn locked_way(&self) -> Option<usize> {
        let lock = self.lock.as_ref()?;
        self.ways.iter().position(|way| lock.is(way))
    }

    /// Ways that the optimiser may choose: none where what is locked is not there, or is nothing.
    pub fn options(&self) -> &[Way] {
        match &self.lock {
            Some(lock) if lock.what == Locked::Nothing => &[],
            Some(_) if self.locked_way().is_none() => &[],
            _ => &self.ways,
        }
    }
}
