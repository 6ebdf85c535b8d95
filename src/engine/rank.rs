//! The best of a list, in a total order.

use std::collections::BTreeMap;

use super::{Engine, evidence::Scored};
use crate::domain::{Move, OccupationIx, ResolvedProfile};

/// Targets of one sector among those of a change of sector.
const PER_SECTOR: usize = 2;

/// A target that made one of the lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    pub(super) ix: OccupationIx,
    pub(super) score: f32,
    pub(super) kind: Move,
}

impl Engine {
    /// Splits admitted occupations, best first, into the worker's own sector and others, `paths`
    /// each. A worker whose sector is unknown gets all paths as a change of sector. A change of sector
    /// shows at most two targets of a sector, so that a list holds several ways and not one in
    /// variations; only where that leaves places free do more of a sector follow.
    pub(super) fn top(
        &self,
        admitted: &Scored,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> [Vec<Target>; 2] {
        let (mut own, mut other, mut more) = (Vec::new(), Vec::new(), Vec::new());
        let mut shown: BTreeMap<&str, usize> = BTreeMap::new();
        for &(ix, score) in admitted {
            let sector = &self.dataset.taxonomy.occupation(ix).sector;
            let same = !sector.is_empty() && *sector == understood.sector;
            let kind = if same { Move::OwnSector } else { Move::ChangeSector };
            let of_sector = shown.entry(sector).or_default();
            let list = match kind {
                Move::OwnSector => &mut own,
                Move::ChangeSector if *of_sector < PER_SECTOR => &mut other,
                Move::ChangeSector => &mut more,
            };
            if list.len() < paths {
                list.push(Target { ix, score, kind });
                *of_sector += 1;
            }
            if own.len() >= paths && other.len() >= paths {
                break;
            }
        }
        more.truncate(paths.saturating_sub(other.len()));
        other.extend(more);
        [own, other]
    }
}

/// Best first; equal scores by id, never by the order the data came in.
pub(super) fn sort(scored: &mut Scored) {
    // Rows ascend by id within a data set.
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
}
