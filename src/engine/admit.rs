//! What is listed: no target that a limit forbids or that shares no skill; the best of those are named
//! with the reason.

use std::collections::BTreeSet;

use super::{Engine, field::Field};
use crate::domain::{Bilingual, Candidate, Language, Limits, OccupationIx, ResolvedProfile};

/// Excluded occupations that are shown.
const SHOWN: usize = 5;
/// Excluded occupations are only worth showing among the best.
const AMONG_BEST: usize = 60;
/// The same for occupations that share no skill, which would not have been listed far down either.
const UNRELATED_AMONG_BEST: usize = 20;
/// Cosine from which a written exclusion names an occupation.
const EXCLUDED_CONFIDENCE: f32 = 0.6;

impl Engine {
    /// Takes out the worker's own occupations, those a limit forbids, and those none of whose skills the
    /// worker has or probably has, unless nothing else is left; `sharing` says of each whether it shares a
    /// skill. The list holds the best of what was taken out.
    pub(super) fn admit(
        &self,
        scores: Vec<f32>,
        barred: &Barred,
        understood: &ResolvedProfile,
        sharing: &[bool],
    ) -> (Field, Vec<Candidate>) {
        let mine = |ix: OccupationIx| understood.occupations.iter().any(|own| own.ix == ix);
        let barring: Vec<bool> = if barred.is_nothing() {
            Vec::new()
        } else {
            (0..).zip(&scores).map(|(ix, _)| self.forbidden(ix, barred).is_some()).collect()
        };
        let forbids = |ix: OccupationIx| barring.get(ix as usize).is_some_and(|barring| *barring);
        let shares = |ix: OccupationIx| sharing[ix as usize];
        // Of all, without the worker's own and those that a limit forbids.
        let admitted = |mut open: Vec<bool>| {
            open.iter_mut().zip(&barring).for_each(|(open, barring)| *open &= !barring);
            for own in &understood.occupations {
                open.get_mut(own.ix as usize).into_iter().for_each(|open| *open = false);
            }
            open
        };
        let mut field = Field::of(scores, &admitted(sharing.to_vec()));
        let most = if barring.is_empty() { UNRELATED_AMONG_BEST } else { AMONG_BEST };
        let best = field.best_of_all(most);
        let mut excluded = Vec::new();
        let forbidden = best.iter().filter(|(ix, _)| !mine(*ix) && forbids(*ix));
        for (ix, score) in forbidden.take(SHOWN) {
            let reason = self.forbidden(*ix, barred).map(Forbidden::said);
            excluded.push(self.excluded(*ix, *score, reason.unwrap_or_default()));
        }
        if field.is_closed() {
            field.open(&admitted(sharing.iter().map(|sharing| !sharing).collect()));
        } else {
            let near = best.iter().take(UNRELATED_AMONG_BEST);
            let unrelated = near.filter(|(ix, _)| !mine(*ix) && !forbids(*ix) && !shares(*ix));
            for (ix, score) in unrelated.take(SHOWN - excluded.len()) {
                excluded.push(self.excluded(*ix, *score, no_skill_shared()));
            }
        }
        (field, excluded)
    }

    fn excluded(&self, ix: OccupationIx, score: f32, reason: Bilingual<String>) -> Candidate {
        Candidate { reason: Some(reason), ..self.candidate((ix, score)) }
    }

    /// An occupation as it is named in a list.
    pub(super) fn candidate(&self, (ix, score): (OccupationIx, f32)) -> Candidate {
        let id = &self.dataset.taxonomy.occupation(ix).id;
        Candidate::new(id, self.labels[ix as usize].clone(), score)
    }

    /// Which limit of the profile forbids an occupation; `None` where none does.
    pub(super) fn forbidden(&self, ix: OccupationIx, barred: &Barred) -> Option<Forbidden> {
        let occupation = self.dataset.taxonomy.occupation(ix);
        let in_group =
            |prefix: &String| occupation.ssyk.iter().any(|ssyk| ssyk.starts_with(prefix));
        if barred.occupations.contains(&ix) || barred.groups.iter().any(in_group) {
            return Some(Forbidden::Excluded);
        }
        let least = barred.least_wage?;
        let mean = self.groups.wage(ix)?;
        (mean < least).then_some(Forbidden::Wage { mean, least })
    }

    /// What a profile bars. A title search for each exclusion in words.
    pub(super) fn barred(&self, limits: &Limits) -> Barred {
        let mut barred = Barred { least_wage: limits.min_wage, ..Barred::default() };
        let read = limits.exclude.iter().filter_map(|text| self.read_exclusion(text));
        for exclusion in read {
            match exclusion {
                Exclusion::Occupation(ix) => _ = barred.occupations.insert(ix),
                Exclusion::Group(prefix) => barred.groups.push(prefix),
            }
        }
        barred
    }

    /// What a written exclusion means: an SSYK code of any length, an occupation, or a job title that
    /// stands for its SSYK group. `None` where it is not understood, or no occupation has such a code.
    pub(super) fn read_exclusion(&self, text: &str) -> Option<Exclusion> {
        let text = text.trim();
        if (1..=4).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit()) {
            let of_group = |group: &String| group.starts_with(text);
            let mut occupations = self.dataset.taxonomy.occupations.iter();
            return occupations
                .any(|occupation| occupation.ssyk.iter().any(of_group))
                .then(|| Exclusion::Group(text.to_owned()));
        }
        // By letters alone: what would only be meant must not forbid an occupation.
        let readings = self.read_title_as_written(text, 2).candidates;
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

/// The limit that forbids an occupation; wages in kronor a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Forbidden {
    Excluded,
    Wage { mean: u32, least: u32 },
}

impl Forbidden {
    /// In words.
    pub(super) fn said(self) -> Bilingual<String> {
        match self {
            Self::Excluded => Bilingual::new("undantaget i profilen", "excluded in the profile"),
            Self::Wage { mean, least } => {
                let of =
                    |language: Language| [mean, least].map(|kr| language.number(f64::from(kr), 0));
                let ([sv, sv_least], [en, en_least]) = (of(Language::Sv), of(Language::En));
                Bilingual::new(
                    format!("medellön {sv} kr är under gränsen {sv_least} kr"),
                    format!("mean wage {en} kr is below the limit {en_least} kr"),
                )
            }
        }
    }
}

fn no_skill_shared() -> Bilingual<String> {
    Bilingual::new(
        "ingen av yrkets kompetenser finns i profilen",
        "none of the occupation's skills is in the profile",
    )
}

/// One exclusion.
pub(super) enum Exclusion {
    Occupation(OccupationIx),
    /// SSYK prefix.
    Group(String),
}

/// Occupations that a profile's limits bar.
#[derive(Debug, Clone, Default)]
pub(super) struct Barred {
    /// Mean monthly wage in kronor below which an occupation is barred.
    pub(super) least_wage: Option<u32>,
    occupations: BTreeSet<OccupationIx>,
    /// SSYK prefixes.
    groups: Vec<String>,
}

impl Barred {
    fn is_nothing(&self) -> bool {
        self.least_wage.is_none() && self.occupations.is_empty() && self.groups.is_empty()
    }
}
