//! Signals of sector councils -> points in the order of the lists, with what they change shown.

use std::collections::BTreeMap;

use super::{Engine, rank::Target, reasons::reason};
use crate::{
    dataset::{DataSet, places},
    domain::{
        CouncilEffect, Evidence, MOST_POINTS, OccupationIx, Pathway, Profile, Reason, ScorePart,
        Signal,
    },
};

/// Places among which a path is looked for without signals.
pub(super) const PLACES: usize = 50;
/// Name of the part of the score.
const PART: &str = "council";

/// Signals with an effect for one worker.
#[derive(Debug, Default)]
pub(super) struct Council<'a> {
    signals: BTreeMap<OccupationIx, Vec<&'a Signal>>,
}

impl Engine {
    /// Signals that hold on the worker's day and in their municipality, by occupation.
    pub(super) fn council(&self, profile: &Profile) -> Council<'_> {
        let home = profile.municipality.as_deref();
        let home = home.map(|name| places::locate(name).map_or(name, |(name, _)| name));
        let heard = self.signals_about.iter().filter_map(|(ix, about)| {
            let signals = about.iter().map(|at| &self.dataset.signals[*at]);
            let signals: Vec<&Signal> =
                signals.filter(|s| s.holds(profile.as_of) && s.covers(home)).collect();
            (!signals.is_empty()).then_some((*ix, signals))
        });
        Council { signals: heard.collect() }
    }

    /// Numbers of the signals about each occupation that has any.
    pub(super) fn about(dataset: &DataSet) -> BTreeMap<OccupationIx, Vec<usize>> {
        let mut about: BTreeMap<OccupationIx, Vec<usize>> = BTreeMap::new();
        for (at, signal) in dataset.signals.iter().enumerate() {
            for (occupation, ix) in dataset.taxonomy.occupations.iter().zip(0..) {
                if signal.names(occupation) {
                    about.entry(ix).or_default().push(at);
                }
            }
        }
        about
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
            let (signals, points) = council.of(path.ix);
            if signals.is_empty() {
                continue;
            }
            // Another occupation may have stood for its group.
            let same = |other: &Target| self.families.are_one(other.ix, path.ix);
            let place = without.and_then(|list| list.iter().position(same));
            let rank_without = place.and_then(|place| u32::try_from(place + 1).ok());
            path.feasible = self.model.feasible(path.score - points);
            path.parts.push(ScorePart {
                name: PART.into(),
                value: points,
                weight: 1.0,
                contribution: points,
            });
            for signal in signals {
                let list = if signal.points > 0.0 { &mut path.reasons } else { &mut path.against };
                list.push(said(signal, rank_without));
            }
            let signals = signals.iter().copied().cloned().collect();
            path.council = Some(CouncilEffect { points, rank_without, signals });
        }
    }
}

impl<'a> Council<'a> {
    /// The signals of an occupation and their points together, bounded.
    fn of(&self, ix: OccupationIx) -> (&[&'a Signal], f32) {
        let about = self.signals.get(&ix).map_or(&[][..], Vec::as_slice);
        let points: f32 = about.iter().map(|signal| signal.points).sum();
        (about, points.clamp(-MOST_POINTS, MOST_POINTS))
    }

    /// Adds what councils give and take to the scores, which stand in the order of the occupations.
    pub(super) fn add_to(&self, scores: &mut [f32]) {
        for ix in self.signals.keys() {
            if let Some(score) = scores.get_mut(*ix as usize) {
                *score += self.of(*ix).1;
            }
        }
    }

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
    Reason { evidence, source: author.clone().into(), as_of, ..said }
}
