//! Which occupations are one path, their sectors, and how well they are known here.

use std::collections::HashMap;

use crate::{
    dataset::DataSet,
    domain::{Move, Occupation, OccupationIx},
};

/// The group and the sector of every occupation, numbered, and how well it is known: lists compare them
/// thousands of times, so that the numbers are as narrow as rows.
#[derive(Debug, Default)]
pub(super) struct Families {
    /// Number of the group whose members are one path; an occupation without one is its own.
    group: Vec<u32>,
    /// Number of the sector.
    sector: Vec<u32>,
    /// How well the occupation is known here.
    known: Vec<Known>,
    sectors: usize,
    /// Those numbers by name.
    numbers: HashMap<String, usize>,
    /// All occupations by group and sector, ascending in each.
    rows: Vec<OccupationIx>,
    runs: Vec<Run>,
    /// Where each group ends in the rows; it begins where the one before ends.
    ends: Vec<usize>,
}

/// How well an occupation is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Known {
    /// By a wider name or none.
    Wider,
    /// By a name of its own.
    Named,
    /// The hub describes it.
    ByHub,
}

impl Known {
    fn of(occupation: &Occupation) -> Self {
        if !occupation.hub_names.is_empty() {
            Self::ByHub
        } else if occupation.known_as.is_empty() || occupation.known_as_wider {
            Self::Wider
        } else {
            Self::Named
        }
    }
}

/// Occupations of one group and sector.
#[derive(Debug)]
struct Run {
    group: u32,
    sector: u32,
    /// Where they end in the rows; they begin where those before end.
    end: usize,
}

impl Families {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let mut families = Self::default();
        let mut groups: HashMap<&str, usize> = HashMap::new();
        let mut new = 0;
        for (occupation, ix) in dataset.taxonomy.occupations.iter().zip(0..) {
            let group = group(occupation).map_or(new, |group| *groups.entry(group).or_insert(new));
            new += usize::from(group == new);
            families.group.push(index(group));
            families.rows.push(ix);
            let sectors = families.numbers.len();
            let number = *families.numbers.entry(occupation.sector.clone()).or_insert(sectors);
            families.sector.push(index(number));
            families.known.push(Known::of(occupation));
        }
        families.sectors = families.numbers.len();
        families.arrange();
        families.numbers.remove("");
        families
    }

    /// Puts the rows in runs, so that a pass over all reads and writes in order.
    fn arrange(&mut self) {
        let key = |ix: &OccupationIx| (self.group[*ix as usize], self.sector[*ix as usize]);
        self.rows.sort_by_key(key);
        let mut end = 0;
        for run in self.rows.chunk_by(|a, b| key(a) == key(b)) {
            end += run.len();
            let (group, sector) = key(&run[0]);
            self.runs.push(Run { group, sector, end });
        }
        let groups = self.runs.chunk_by(|a, b| a.group == b.group);
        self.ends = groups.filter_map(|runs| Some(runs.last()?.end)).collect();
    }

    /// The best score of each group in the own sector and in others, of scores by row; below all scores
    /// where it has none.
    pub(super) fn best(&self, scores: &[f32], own: Option<usize>) -> [Vec<f32>; 2] {
        let mut best = [(); 2].map(|()| vec![f32::NEG_INFINITY; self.groups()]);
        let mut begin = 0;
        for run in &self.runs {
            let rows = self.rows[begin..run.end].iter();
            begin = run.end;
            let scores = rows.filter_map(|ix| scores.get(*ix as usize));
            let list = usize::from(own != Some(run.sector as usize));
            let best = &mut best[list][run.group as usize];
            *best = scores.fold(*best, |best, score| if *score > best { *score } else { best });
        }
        best
    }

    /// Number of a sector, where any occupation is in it.
    pub(super) fn sector_called(&self, sector: &str) -> Option<usize> {
        self.numbers.get(sector).copied()
    }

    /// Whether an occupation is in the worker's own sector. Where one of the two is unknown it is not.
    pub(super) fn kind(&self, ix: OccupationIx, own: Option<usize>) -> Move {
        let same = own == Some(self.sector(ix));
        if same { Move::OwnSector } else { Move::ChangeSector }
    }

    /// How well an occupation is known here.
    pub(super) fn known(&self, ix: OccupationIx) -> Known {
        self.known[ix as usize]
    }

    /// How many groups there are.
    pub(super) fn groups(&self) -> usize {
        self.ends.len()
    }

    /// The occupations of a group, by sector.
    pub(super) fn members(&self, group: usize) -> &[OccupationIx] {
        let begin = group.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.rows[begin..self.ends[group]]
    }

    /// Number of an occupation's sector.
    pub(super) fn sector(&self, ix: OccupationIx) -> usize {
        self.sector[ix as usize] as usize
    }

    /// How many sectors there are, that of the unknown ones among them.
    pub(super) fn sectors(&self) -> usize {
        self.sectors
    }

    /// Whether two occupations are one path.
    pub(super) fn are_one(&self, one: OccupationIx, other: OccupationIx) -> bool {
        self.group[one as usize] == self.group[other as usize]
    }
}

/// The group whose members are one path: SSYK's, where it is not known ISCO's.
fn group(occupation: &Occupation) -> Option<&str> {
    let ssyk = occupation.ssyk.first().map(String::as_str);
    ssyk.or_else(|| occupation.isco.get(..4))
}

/// A number that is not greater than that of the occupations.
fn index(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
