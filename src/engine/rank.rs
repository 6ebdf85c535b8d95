//! The best of a list, in a total order.

use super::{Engine, evidence::Scored};
use crate::domain::{Move, OccupationIx, ResolvedProfile};

/// A target that made one of the lists.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Target {
    pub(super) ix: OccupationIx,
    pub(super) score: f32,
    pub(super) kind: Move,
}

impl Engine {
    /// Splits admitted occupations, best first, into the worker's own sector and others, `paths`
    /// each. A worker whose sector is unknown gets all paths as a change of sector.
    pub(super) fn top(
        &self,
        admitted: &Scored,
        understood: &ResolvedProfile,
        paths: usize,
    ) -> [Vec<Target>; 2] {
        let (mut own, mut other) = (Vec::new(), Vec::new());
        for &(ix, score) in admitted {
            let sector = &self.dataset.taxonomy.occupation(ix).sector;
            let same = !sector.is_empty() && *sector == understood.sector;
            let (list, kind) =
                if same { (&mut own, Move::OwnSector) } else { (&mut other, Move::ChangeSector) };
            if list.len() < paths {
                list.push(Target { ix, score, kind });
            }
            if own.len() >= paths && other.len() >= paths {
                break;
            }
        }
        [own, other]
    }
}

/// Best first; equal scores by id, never by the order the data came in.
pub(super) fn sort(scored: &mut Scored) {
    // Rows ascend by id within a data set.
    scored.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
}
