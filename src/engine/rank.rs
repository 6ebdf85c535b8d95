//! The best of a list, in a total order, one path an occupation group.

use std::{cmp::Reverse, collections::BinaryHeap};

use super::{
    Engine,
    admit::Barred,
    council::{self, Council},
    families::Known,
    field::{self, Field},
};
use crate::{
    domain::{Candidate, Move, OccupationIx, Profile, ResolvedProfile, ScorePart},
    model::{Likeness, Model},
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
    /// `None` where too little is known of the worker.
    pub(super) likeness: Option<Likeness>,
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

impl Ranking<'_> {
    /// The targets of both lists with the parts of their scores, without what councils give and take.
    pub fn parts(&self, model: &Model) -> Vec<(OccupationIx, Vec<ScorePart>)> {
        let parts = |target: &Target| {
            let row = model.row(self.likeness.as_ref()?, target.ix);
            Some((target.ix, model.ranker.parts(&row)))
        };
        self.lists.iter().flatten().filter_map(parts).collect()
    }
}

/// A target that made one of the lists.
#[derive(Debug, Clone, Copy, PartialEq)]
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
        let likeness = self.likeness(understood);
        let council = self.council(profile);
        let mut scores = self.scores(likeness.as_ref());
        let plain = (!council.is_silent()).then(|| scores.clone());
        council.add_to(&mut scores);
        let wanted = self.wanted(&scores, understood);
        let sharing = likeness.as_ref().map_or(&[][..], |likeness| &likeness.sharing);
        let barred = self.barred(&profile.limits);
        let (field, excluded) = self.admit(scores, &barred, understood, sharing);
        let lists = self.top(&field, understood, paths);
        let plain = plain.map(|scores| {
            let (field, _) = self.admit(scores, &barred, understood, sharing);
            self.top(&field, understood, council::PLACES)
        });
        Ranking { likeness, wanted, lists, plain, council, barred, excluded }
    }

    /// The occupations that were asked about, in that order; none where nothing is scored.
    fn wanted(&self, scores: &[f32], understood: &ResolvedProfile) -> Vec<Target> {
        let own = self.families.sector_called(&understood.sector);
        let target = |ix: OccupationIx| {
            let score = *scores.get(ix as usize)?;
            let kind = self.families.kind(ix, own);
            Some(Target { ix, score, kind, variants: Variants::default() })
        };
        let mut asked: Vec<OccupationIx> = Vec::new();
        for concept in &understood.wanted {
            if !asked.contains(&concept.ix) {
                asked.push(concept.ix);
            }
        }
        asked.into_iter().filter_map(target).collect()
    }

    /// Splits the field, best first, into the worker's own sector and others, `paths` each. A worker whose
    /// sector is unknown gets all paths as a change of sector. Occupations of one group are one path: ESCO
    /// parts a shop assistant's work by goods into thirty. A change of sector shows at most two targets of
    /// a sector, so that a list holds several ways and not one in variations; only where that leaves places
    /// free do more of a sector follow. Fewer paths are the first of more.
    pub(super) fn top(
        &self,
        field: &Field,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> [Vec<Target>; 2] {
        let own_sector = self.families.sector_called(&understood.sector);
        let [own, others] = self.groups_of(field, own_sector);
        let mut shown = vec![0; self.families.sectors()];
        let (mut other, mut more) = (Vec::new(), Vec::new());
        for target in others {
            if other.len() == paths {
                break;
            }
            let of_sector = &mut shown[self.families.sector(target.ix)];
            if *of_sector < PER_SECTOR {
                *of_sector += 1;
                other.push(target);
            } else {
                more.push(target);
            }
        }
        other.extend(more);
        other.truncate(paths);
        [own.take(paths).collect(), other]
    }

    /// Both lists as one, best first.
    pub(super) fn best(
        &self,
        field: &Field,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> Vec<Target> {
        let mut targets = self.top(field, understood, paths).concat();
        targets.sort_by(|a, b| field::order((a.ix, a.score), (b.ix, b.score)));
        targets
    }

    /// One target for every group in the own sector and in others, with its variants; best first.
    fn groups_of<'a>(&'a self, field: &'a Field, own: Option<usize>) -> [ByGroup<'a>; 2] {
        let best = self.families.best(field.in_question(), own);
        let mut kinds = [Move::OwnSector, Move::ChangeSector].into_iter();
        best.map(|best| {
            let groups = best.into_iter().enumerate().filter(|(_, best)| best.is_finite());
            ByGroup {
                engine: self,
                field,
                own,
                kind: kinds.next().unwrap_or(Move::ChangeSector),
                waiting: groups.map(|(group, best)| (ascending(best), group)).collect(),
                targets: Vec::new(),
                seen: BinaryHeap::new(),
            }
        })
    }

    /// What stands for a group in one of the lists.
    fn of_group(&self, by_group: &ByGroup<'_>, group: usize) -> Option<Target> {
        let ByGroup { field, own, kind, .. } = *by_group;
        let members = self.families.members(group).iter().copied();
        let members =
            members.filter(|ix| field.is_open(*ix) && self.families.kind(*ix, own) == kind);
        let mut members: Vec<(OccupationIx, f32)> =
            members.filter_map(|ix| Some((ix, field.score(ix)?))).collect();
        members.sort_unstable_by(|a, b| field::order(*a, *b));
        let mut members = members.into_iter();
        let (ix, score) = members.next()?;
        let mut target = Target { ix, score, kind, variants: Variants::default() };
        for found in members {
            if !self.add_variant(&mut target, found) {
                break;
            }
        }
        Some(target)
    }

    /// Adds an occupation to the target of its group, or puts it in the target's place.
    /// Occupations are added best first; `false` where this and all after it are too far behind.
    fn add_variant(&self, target: &mut Target, found: (OccupationIx, f32)) -> bool {
        // Further than any margin, so that it does not take the target's place either.
        if found.1 < target.score - VARIANT_MARGIN {
            return false;
        }
        // The first that opened the place is the best.
        let best = target
            .variants
            .as_slice()
            .first()
            .map_or(target.score, |first| first.1.max(target.score));
        let behind = best - found.1;
        let (known, better) = (self.families.known(found.0), self.families.known(target.ix));
        let margin = if known == Known::ByHub { HUB_MARGIN } else { NAMED_MARGIN };
        if known > better && behind <= margin {
            target.variants.push_front((target.ix, target.score));
            (target.ix, target.score) = found;
        } else {
            target.variants.push(found);
        }
        true
    }
}

/// Targets of one kind, one a group, best first. Most lists end early, and then most groups are never
/// looked into: what stands for a group is never better than its best occupation.
struct ByGroup<'a> {
    engine: &'a Engine,
    field: &'a Field,
    own: Option<usize>,
    kind: Move,
    /// Groups by the score of their best occupation, as [`ascending`] bits.
    waiting: BinaryHeap<(u32, usize)>,
    /// What stands for groups that were looked into, and their places in that list, best first.
    targets: Vec<Target>,
    seen: BinaryHeap<(u32, Reverse<OccupationIx>, usize)>,
}

impl Iterator for ByGroup<'_> {
    type Item = Target;

    fn next(&mut self) -> Option<Target> {
        while let Some((best, group)) = self.waiting.peek().copied() {
            if self.seen.peek().is_some_and(|(score, ..)| *score > best) {
                break;
            }
            self.waiting.pop();
            if let Some(target) = self.engine.of_group(self, group) {
                self.seen.push((ascending(target.score), Reverse(target.ix), self.targets.len()));
                self.targets.push(target);
            }
        }
        self.seen.pop().map(|(.., at)| self.targets[at])
    }
}

/// A score as a number that is in the order of `total_cmp`.
fn ascending(score: f32) -> u32 {
    let bits = score.to_bits();
    if bits >> 31 == 0 { bits | (1 << 31) } else { !bits }
}
