//! The best of a list, in a total order, one path an occupation group.

use std::collections::HashMap;

use super::{Engine, evidence::Scored};
use crate::{
    dataset::DataSet,
    domain::{Move, Occupation, OccupationIx, ResolvedProfile},
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

/// A target that made one of the lists.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Target {
    pub(super) ix: OccupationIx,
    pub(super) score: f32,
    pub(super) kind: Move,
    /// Admitted occupations of the same group that are not far behind, best first.
    pub(super) variants: Scored,
}

/// The group and the sector of every occupation, numbered: lists compare them thousands of times.
#[derive(Debug)]
pub(super) struct Families {
    /// Number of the group whose members are one path; an occupation without one is its own.
    group: Vec<usize>,
    /// Number of the sector, below the number of occupations.
    sector: Vec<usize>,
}

impl Families {
    pub(super) fn of(dataset: &DataSet) -> Self {
        let occupations = &dataset.taxonomy.occupations;
        let (mut groups, mut sectors) = (HashMap::new(), HashMap::new());
        let mut families = Self { group: Vec::new(), sector: Vec::new() };
        for (at, occupation) in occupations.iter().enumerate() {
            let group = group(occupation).map_or(at, |group| *groups.entry(group).or_insert(at));
            families.group.push(group);
            families.sector.push(*sectors.entry(&occupation.sector).or_insert(at));
        }
        families
    }
}

impl Families {
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
    /// The occupations that were asked about, in that order; none where nothing is scored.
    pub(super) fn wanted(&self, scored: &Scored, understood: &ResolvedProfile) -> Vec<Target> {
        let target = |&(ix, score): &(OccupationIx, f32)| Target {
            ix,
            score,
            kind: self.kind_of(ix, understood),
            variants: Vec::new(),
        };
        let mut asked: Vec<OccupationIx> = Vec::new();
        for concept in &understood.wanted {
            if !asked.contains(&concept.ix) {
                asked.push(concept.ix);
            }
        }
        asked.into_iter().filter_map(|ix| scored.get(ix as usize).map(target)).collect()
    }

    /// Whether an occupation is in the worker's own sector. Where one of the two is unknown it is not.
    fn kind_of(&self, ix: OccupationIx, understood: &ResolvedProfile) -> Move {
        let sector = &self.dataset.taxonomy.occupation(ix).sector;
        let same = !sector.is_empty() && *sector == understood.sector;
        if same { Move::OwnSector } else { Move::ChangeSector }
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
        let mut places = vec![[None; 2]; self.families.group.len()];
        for &(ix, score) in admitted {
            let kind = self.kind_of(ix, understood);
            let place = &mut places[self.families.group[ix as usize]];
            let place = &mut place[usize::from(kind == Move::OwnSector)];
            if let Some(at) = *place {
                self.add_variant(&mut targets[at], (ix, score));
            } else {
                *place = Some(targets.len());
                targets.push(Target { ix, score, kind, variants: Vec::new() });
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
        let best = target.variants.first().map_or(target.score, |first| first.1.max(target.score));
        let behind = best - found.1;
        let (known, better) = (self.known(found.0), self.known(target.ix));
        let margin = if known == Known::ByHub { HUB_MARGIN } else { NAMED_MARGIN };
        if known > better && behind <= margin {
            target.variants.insert(0, (target.ix, target.score));
            (target.ix, target.score) = found;
        } else if target.variants.len() < VARIANTS && found.1 >= target.score - VARIANT_MARGIN {
            target.variants.push(found);
        }
        target.variants.truncate(VARIANTS);
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
    // Rows ascend by id within a data set.
    scored.sort_unstable_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
}
