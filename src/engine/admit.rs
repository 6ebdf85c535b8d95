//! Limits: what is forbidden is left out, with the reason.

use std::collections::BTreeSet;

use super::{Engine, evidence::Scored, rank::sort};
use crate::domain::{Bilingual, Candidate, OccupationIx, Profile, ResolvedProfile};

/// Excluded occupations that are shown.
const SHOWN: usize = 5;
/// Excluded occupations are only worth showing among the best.
const AMONG_BEST: usize = 60;
/// Cosine from which a written exclusion names an occupation.
const EXCLUDED_CONFIDENCE: f32 = 0.6;

impl Engine {
    /// Sorts the scored occupations best first and takes out the worker's own occupations and
    /// those a limit forbids. The second list holds the best of the latter.
    pub(super) fn admit(
        &self,
        mut scored: Scored,
        profile: &Profile,
        understood: &ResolvedProfile,
    ) -> (Scored, Vec<Candidate>) {
        sort(&mut scored);
        let own: BTreeSet<OccupationIx> = understood.occupations.iter().map(|o| o.ix).collect();
        let named = self.named_exclusions(&profile.limits.exclude);
        let mut excluded = Vec::new();
        let mut admitted = Vec::with_capacity(scored.len());
        for (at, (ix, score)) in scored.into_iter().enumerate() {
            if own.contains(&ix) {
                continue;
            }
            let Some(reason) = self.forbidden(ix, profile, &named) else {
                admitted.push((ix, score));
                continue;
            };
            if at < AMONG_BEST && excluded.len() < SHOWN {
                let row = self.dataset.taxonomy.occupation(ix);
                let (id, label) = (row.id.clone(), row.label.clone());
                excluded.push(Candidate { id, label, score, reason: Some(reason) });
            }
        }
        (admitted, excluded)
    }

    fn forbidden(
        &self,
        ix: OccupationIx,
        profile: &Profile,
        named: &Exclusions,
    ) -> Option<Bilingual<String>> {
        let occupation = self.dataset.taxonomy.occupation(ix);
        let in_group =
            |prefix: &String| occupation.ssyk.iter().any(|ssyk| ssyk.starts_with(prefix));
        if named.occupations.contains(&ix) || named.groups.iter().any(in_group) {
            return Some(Bilingual::new("undantaget i profilen", "excluded in the profile"));
        }
        let least = profile.limits.min_wage?;
        let mean = self.group_of(ix)?.wage?.mean;
        (mean < least).then(|| {
            Bilingual::new(
                format!("medellön {mean} kr är under gränsen {least} kr"),
                format!("mean wage {mean} kr is below the limit {least} kr"),
            )
        })
    }

    fn named_exclusions(&self, texts: &[String]) -> Exclusions {
        let mut named = Exclusions::default();
        let read = texts.iter().filter_map(|text| self.read_exclusion(text));
        for exclusion in read {
            match exclusion {
                Exclusion::Occupation(ix) => _ = named.occupations.insert(ix),
                Exclusion::Group(prefix) => named.groups.push(prefix),
            }
        }
        named
    }

    /// What a written exclusion means: an SSYK code of any length, an occupation, or a job title that
    /// stands for its SSYK group. `None` where it is not understood.
    pub(super) fn read_exclusion(&self, text: &str) -> Option<Exclusion> {
        let text = text.trim();
        if (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Some(Exclusion::Group(text.to_owned()));
        }
        let readings = self.read_title(text, None, 2).candidates;
        let first = readings.first().filter(|first| first.confidence >= EXCLUDED_CONFIDENCE)?;
        // Occupations read from one label are members of a job title's group.
        let group = readings.get(1).filter(|second| second.label == first.label);
        let ssyk = self.dataset.taxonomy.occupation(first.ix).ssyk.first();
        match (group, ssyk) {
            (Some(_), Some(ssyk)) => Some(Exclusion::Group(ssyk.clone())),
            _ => Some(Exclusion::Occupation(first.ix)),
        }
    }
}

/// One exclusion.
pub(super) enum Exclusion {
    Occupation(OccupationIx),
    /// SSYK prefix.
    Group(String),
}

/// Exclusions a profile names.
#[derive(Default)]
struct Exclusions {
    occupations: BTreeSet<OccupationIx>,
    /// SSYK prefixes.
    groups: Vec<String>,
}
