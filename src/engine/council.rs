//! Signals of sector councils -> points in the order of the lists, with what they change shown.

use super::{Engine, evidence::Scored, rank::Target};
use crate::domain::{
    CouncilEffect, Evidence, MOST_POINTS, OccupationIx, Pathway, Profile, Reason, ScorePart, Signal,
};

use super::reasons::reason;

/// Places among which a path is looked for without signals.
pub(super) const PLACES: usize = 50;
/// Name of the part of the score.
const PART: &str = "council";

/// Signals with an effect for one worker.
#[derive(Debug, Default)]
pub(super) struct Council<'a> {
    signals: Vec<&'a Signal>,
}

impl Engine {
    /// Signals that hold on the worker's day and in their municipality.
    pub(super) fn council(&self, profile: &Profile) -> Council<'_> {
        let home = profile.municipality.as_deref();
        let heard = self.dataset.signals.iter();
        Council { signals: heard.filter(|s| s.holds(profile.as_of) && s.covers(home)).collect() }
    }

    /// The signals of an occupation and their points together, bounded.
    fn heard<'c>(&self, council: &Council<'c>, ix: OccupationIx) -> (Vec<&'c Signal>, f32) {
        let occupation = self.dataset.taxonomy.occupation(ix);
        let about = council.signals.iter().filter(|signal| signal.names(occupation));
        let about: Vec<&Signal> = about.copied().collect();
        let points: f32 = about.iter().map(|signal| signal.points).sum();
        (about, points.clamp(-MOST_POINTS, MOST_POINTS))
    }

    /// The scores with what councils give and take.
    pub(super) fn with_council(&self, council: &Council<'_>, scored: &Scored) -> Scored {
        if council.is_silent() {
            return scored.clone();
        }
        scored.iter().map(|&(ix, score)| (ix, score + self.heard(council, ix).1)).collect()
    }

    /// Shows on paths what councils made of them. `without` is the list they stand in as it is without
    /// signals; a path that was asked about stands in none. The share called feasible stays that of
    /// the score without signals, for which it was measured.
    pub(super) fn tell_council(
        &self,
        council: &Council<'_>,
        paths: &mut [Pathway],
        without: Option<&[Target]>,
    ) {
        for path in paths {
            let (signals, points) = self.heard(council, path.ix);
            if signals.is_empty() {
                continue;
            }
            let place = without.and_then(|list| list.iter().position(|other| other.ix == path.ix));
            let rank_without = place.and_then(|place| u32::try_from(place + 1).ok());
            path.feasible = self.model.feasible(path.score - points);
            path.parts.push(ScorePart {
                name: PART.to_owned(),
                value: points,
                weight: 1.0,
                contribution: points,
            });
            for signal in &signals {
                let list = if signal.points > 0.0 { &mut path.reasons } else { &mut path.against };
                list.push(said(signal, rank_without));
            }
            let signals = signals.into_iter().cloned().collect();
            path.council = Some(CouncilEffect { points, rank_without, signals });
        }
    }
}

impl Council<'_> {
    /// Whether no signal has an effect.
    pub(super) fn is_silent(&self) -> bool {
        self.signals.is_empty()
    }
}

/// A signal in words.
fn said(signal: &Signal, rank_without: Option<u32>) -> Reason {
    let Signal { author, reason: why, expires, points, .. } = signal;
    let (code, sign) =
        if *points > 0.0 { ("council_for", "+") } else { ("council_against", "\u{2212}") };
    let points = points.abs();
    let (sv, en) = rank_without.map_or_else(Default::default, |place| {
        (format!("; utan signaler plats {place}"), format!("; place {place} without signals"))
    });
    let said = reason(
        code,
        format!("{author}: {} ({sign}{points} poäng till {expires}{sv})", why.sv),
        format!("{author}: {} ({sign}{points} points until {expires}{en})", why.en),
    );
    let (evidence, as_of) = (Evidence::Official, Some(signal.decided.to_string()));
    Reason { evidence, source: author.clone(), as_of, ..said }
}
