//! The best of a list, in a total order, one path an occupation group.

use std::collections::HashMap;

use super::{
    Engine,
    admit::Barred,
    council::{self, Council},
    evidence::Scored,
};
use crate::{
    dataset::DataSet,
    domain::{Candidate, Move, Occupation, OccupationIx, Profile, ResolvedProfile},
    model::Features,
};

/// Targets of one sector among those of a change of sector.
const PER_SECTOR: usize = 2;
/// Variants named with a target, and how many points they may be behind it.
const VARIANTS: usize = 4;
const VARIANT_MARGIN: f32 = 15.0;
/// Points by which an occupation that the hub describes may be behind the best of its group and
/// still stand for it: councils described it because people work in it here, and its courses and
/// licences are known.
const HUB_MARGIN: f32 = 10.0;
/// The same for one that has a name of its own on the Swedish labour market beside one that has none:
/// ESCO parts trades that nobody here tells apart.
const NAMED_MARGIN: f32 = 6.0;

/// What is listed for a worker, before anything of it is explained.
#[derive(Debug)]
pub struct Ranking<'a> {
    /// One row an occupation; none where too little is known of the worker.
    pub(super) features: Vec<Features>,
    /// What was asked about.
    pub(super) wanted: Vec<Target>,
    /// Own sector and change of sector.
    pub(super) lists: [Vec<Target>; 2],
    /// The lists as they would be without council signals, where any has an effect.
    pub(super) plain: Option<[Vec<Target>; 2]>,
    pub(super) council: Council<'a>,
    pub(super) barred: Barred,
    /// The best of what was taken out.
    pub(super) excluded: Vec<Candidate>,
}

/// A target that made one of the lists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) ix: OccupationIx,
    pub(super) score: f32,
    pub(super) kind: Move,
    /// Admitted occupations of the same group that are not far behind, best first.
    pub(super) variants: Variants,
}

/// A few occupations in place: a ranking makes hundreds of targets, and what they would take from the heap
/// one by one costs more than all else of them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub(super) struct Variants {
    found: [(OccupationIx, f32); VARIANTS],
    count: usize,
}

impl Variants {
    pub(super) fn as_slice(&self) -> &[(OccupationIx, f32)] {
        &self.found[..self.count]
    }

    /// Puts one at the end where there is a place.
    fn push(&mut self, found: (OccupationIx, f32)) {
        if let Some(place) = self.found.get_mut(self.count) {
            *place = found;
            self.count += 1;
        }
    }

    /// Puts one before the others; the last gives way.
    fn push_front(&mut self, found: (OccupationIx, f32)) {
        self.found.rotate_right(1);
        self.found[0] = found;
        self.count = (self.count + 1).min(VARIANTS);
    }
}

/// The group and the sector of every occupation, numbered: lists compare them thousands of times.
#[derive(Debug)]
pub(super) struct Families {
    /// Number of the group whose members are one path; an occupation without one is its own.
    group: Vec<usize>,
    /// Number of the sector, below the number of occupations.
    sector: Vec<usize>,
    /// Those numbers by name.
    numbers: HashMap<String, usize>,
}

impl Families {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let occupations = &dataset.taxonomy.occupations;
        let (mut groups, mut numbers) = (HashMap::new(), HashMap::new());
        let (mut in_group, mut sector) = (Vec::new(), Vec::new());
        for (at, occupation) in occupations.iter().enumerate() {
            let group = group(occupation).map_or(at, |group| *groups.entry(group).or_insert(at));
            in_group.push(group);
            sector.push(*numbers.entry(occupation.sector.clone()).or_insert(at));
        }
        numbers.remove("");
        Self { group: in_group, sector, numbers }
    }

    /// Number of a sector, where any occupation is in it.
    fn number(&self, sector: &str) -> Option<usize> {
        self.numbers.get(sector).copied()
    }

    /// Whether an occupation is in the worker's own sector. Where one of the two is unknown it is not.
    fn kind(&self, ix: OccupationIx, own: Option<usize>) -> Move {
        let same = own == Some(self.sector[ix as usize]);
        if same { Move::OwnSector } else { Move::ChangeSector }
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

impl Engine {
    /// Scores every occupation for what is understood of a worker and lists the best `paths` of both
    /// lists. About 1 ms for all of ESCO on one core.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn rank<'a>(
        &'a self,
        profile: &Profile,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> Ranking<'a> {
        let evidence = self.evidence(understood);
        let features = self.features(&evidence);
        let council = self.council(profile);
        let mut scored = self.score(&features);
        let plain = (!council.is_silent()).then(|| scored.clone());
        council.add_to(&mut scored);
        let wanted = self.wanted(&scored, understood);
        let sharing = self.model.sharing(&evidence);
        let barred = self.barred(&profile.limits);
        let (admitted, excluded) = self.admit(scored, &barred, understood, &sharing);
        let lists = self.top(&admitted, understood, paths);
        let plain = plain.map(|scored| {
            let (admitted, _) = self.admit(scored, &barred, understood, &sharing);
            self.top(&admitted, understood, council::PLACES)
        });
        Ranking { features, wanted, lists, plain, council, barred, excluded }
    }

    /// The occupations that were asked about, in that order; none where nothing is scored.
    pub(super) fn wanted(&self, scored: &Scored, understood: &ResolvedProfile) -> Vec<Target> {
        let own = self.families.number(&understood.sector);
        let target = |&(ix, score): &(OccupationIx, f32)| Target {
            ix,
            score,
            kind: self.families.kind(ix, own),
            variants: Variants::default(),
        };
        let mut asked: Vec<OccupationIx> = Vec::new();
        for concept in &understood.wanted {
            if !asked.contains(&concept.ix) {
                asked.push(concept.ix);
            }
        }
        asked.into_iter().filter_map(|ix| scored.get(ix as usize).map(target)).collect()
    }

    /// Splits admitted occupations, best first, into the worker's own sector and others, `paths`
    /// each. A worker whose sector is unknown gets all paths as a change of sector. Occupations of
    /// one group are one path: ESCO parts a shop assistant's work by goods into thirty. A change of
    /// sector shows at most two targets of a sector, so that a list holds several ways and not one in
    /// variations; only where that leaves places free do more of a sector follow. Fewer paths are the
    /// first of more.
    pub(super) fn top(
        &self,
        admitted: &Scored,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> [Vec<Target>; 2] {
        let mut shown = vec![0; self.families.sector.len()];
        let (mut own, mut other, mut more) = (Vec::new(), Vec::new(), Vec::new());
        for target in self.by_group(admitted, understood) {
            let of_sector = &mut shown[self.families.sector[target.ix as usize]];
            match target.kind {
                Move::OwnSector => own.push(target),
                Move::ChangeSector if *of_sector < PER_SECTOR => {
                    *of_sector += 1;
                    other.push(target);
                }
                Move::ChangeSector => more.push(target),
            }
        }
        other.extend(more);
        for list in [&mut own, &mut other] {
            list.truncate(paths);
        }
        [own, other]
    }

    /// Both lists as one, best first.
    pub(super) fn best(
        &self,
        admitted: &Scored,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> Vec<Target> {
        let mut targets = self.top(admitted, understood, paths).concat();
        targets.sort_by(by_score);
        targets
    }

    /// One target for every group in the own sector and in others, with its variants; best first.
    fn by_group(&self, admitted: &Scored, understood: &ResolvedProfile) -> Vec<Target> {
        let mut targets: Vec<Target> = Vec::new();
        let own = self.families.number(&understood.sector);
        // Places in `targets`, counted from one.
        let mut places = vec![[0_usize; 2]; self.families.group.len()];
        for &(ix, score) in admitted {
            let kind = self.families.kind(ix, own);
            let place = &mut places[self.families.group[ix as usize]];
            let place = &mut place[usize::from(kind == Move::OwnSector)];
            if let Some(target) = place.checked_sub(1).map(|at| &mut targets[at]) {
                self.add_variant(target, (ix, score));
            } else {
                targets.push(Target { ix, score, kind, variants: Variants::default() });
                *place = targets.len();
            }
        }
        // What stands for its group may be behind the occupation that opened its place.
        targets.sort_by(by_score);
        targets
    }

    fn known(&self, ix: OccupationIx) -> Known {
        let occupation = self.dataset.taxonomy.occupation(ix);
        if !occupation.hub_names.is_empty() {
            Known::ByHub
        } else if occupation.known_as.is_empty() || occupation.known_as_wider {
            Known::Wider
        } else {
            Known::Named
        }
    }

    /// Adds an occupation to the target of its group, or puts it in the target's place.
    fn add_variant(&self, target: &mut Target, found: (OccupationIx, f32)) {
        // The first that opened the place is the best.
        let best = target
            .variants
            .as_slice()
            .first()
            .map_or(target.score, |first| first.1.max(target.score));
        let behind = best - found.1;
        let (known, better) = (self.known(found.0), self.known(target.ix));
        let margin = if known == Known::ByHub { HUB_MARGIN } else { NAMED_MARGIN };
        if known > better && behind <= margin {
            target.variants.push_front((target.ix, target.score));
            (target.ix, target.score) = found;
        } else if found.1 >= target.score - VARIANT_MARGIN {
            target.variants.push(found);
        }
    }
}

/// How well an occupation is known here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Known {
    /// By a wider name or none.
    Wider,
    /// By a name of its own.
    Named,
    /// The hub describes it.
    ByHub,
}

fn by_score(a: &Target, b: &Target) -> std::cmp::Ordering {
    b.score.total_cmp(&a.score).then(a.ix.cmp(&b.ix))
}

/// Best first; equal scores by id, never by the order the data came in.
pub(super) fn sort(scored: &mut Scored) {
    // Rows ascend by id within a data set. One number to compare, in the order of `total_cmp`.
    scored.sort_unstable_by_key(|&(ix, score)| {
        let bits = score.to_bits();
        let ascending = if bits >> 31 == 0 { bits | (1 << 31) } else { !bits };
        (u64::from(!ascending) << 32) | u64::from(ix)
    });
}
