//! The search against all sets, tried one by one and closed skill by skill.

use std::collections::BTreeMap;

use super::*;
use crate::{
    domain::{Bilingual, GapSkill, Shared, SkillIx},
    model::SplitMix,
};

fn offer(named: &[(SkillIx, f32)], training: f32, licences: &[&str]) -> Offer {
    // Of a skill named twice the last strength counts.
    let named: BTreeMap<usize, f32> = named.iter().map(|(ix, s)| (*ix as usize, *s)).collect();
    Offer {
        named: named.into_iter().collect(),
        training,
        licences: licences.iter().map(|key| (*key).to_owned()).collect(),
    }
}

fn gap(weights: &[f32]) -> Gap {
    let skill = |(ix, weight): (u32, &f32)| GapSkill {
        ix,
        id: String::new(),
        label: Shared::new(Bilingual::default()),
        weight: *weight,
    };
    Gap { missing_essential: (0..).zip(weights).map(skill).collect(), ..Gap::default() }
}

fn choice(ix: usize, offer: &Offer, cost: f32) -> Choice<'_> {
    let ix = u32::try_from(ix).unwrap();
    Choice { ix, kind: ix, offer, cost, requires: &[], grants: &[] }
}

/// What a set closes: by each choice of the one whole training, by hand.
fn closed(set: &[usize], choices: &[Choice<'_>], gap: &Gap) -> f32 {
    let by = |trainer: Option<usize>| -> f32 {
        let skills = gap.missing_essential.iter().map(|skill| {
            let mut left = 1.0;
            for at in set {
                let Offer { named, training, .. } = choices[*at].offer;
                let counts = trainer == Some(*at) || (trainer.is_none() && *training < TRAINING);
                let named = named.iter().find(|(place, _)| *place == skill.ix as usize);
                let named = named.map_or(0.0, |(_, strength)| *strength);
                left *= 1.0 - if counts { named.max(*training) } else { named };
            }
            skill.weight * (1.0 - left)
        });
        skills.sum()
    };
    set.iter().map(|at| by(Some(*at))).fold(by(None), f32::max)
}

/// Whether a set can be started in some order.
fn starts(set: &[usize], choices: &[Choice<'_>]) -> bool {
    let mut held: Vec<&String> = Vec::new();
    let mut waiting: Vec<usize> = set.to_vec();
    loop {
        let before = waiting.len();
        waiting.retain(|at| {
            let start = choices[*at].requires.iter().all(|key| held.contains(&key));
            if start {
                held.extend(choices[*at].grants);
            }
            !start
        });
        if waiting.is_empty() || waiting.len() == before {
            return waiting.is_empty();
        }
    }
}

#[test]
fn no_cheaper_set_closes_as_much() {
    let mut random = SplitMix(5);
    #[expect(clippy::cast_possible_truncation, reason = "made-up numbers")]
    let mut share = move || random.share() as f32;
    let none = BTreeSet::new();
    let licence = ["C".to_owned()];
    for round in 0..150 {
        let offers: Vec<Offer> = (0..10)
            .map(|at| {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "0 to 5"
                )]
                let mut skill = || ((share() * 5.99) as u32, 0.2 + 0.6 * share());
                let named = [skill(), skill(), skill()];
                // Small and whole trainings.
                let training = if at % 3 == 0 { 0.6 * share() } else { 0.0 };
                offer(&named, training, if at == 3 { &["C"] } else { &[] })
            })
            .collect();
        let choices: Vec<Choice<'_>> = offers
            .iter()
            .enumerate()
            .map(|(at, offer)| Choice {
                kind: u32::try_from(at).unwrap() / 2
                    + u32::from(round % 2 == 0 && at % 2 == 1) * 100,
                requires: if at == 5 || at == 6 { &licence } else { &[] },
                grants: if at == 3 || at == 6 { &licence } else { &[] },
                ..choice(at, offer, 1.0 + 30.0 * share())
            })
            .collect();
        let gap = gap(&[3.0, 1.0, 2.0, 4.0, 1.5, 2.5]);
        let cover = Cover::new(&choices, &gap, &none);
        let first = [3, 7, if share() < 0.5 { 9 } else { 0 }];
        let found = cheapest(&cover, &first, &BTreeSet::from(["C"]));
        let enough = closed(&first, &choices, &gap) - SLACK;
        let apart = |set: &[usize]| {
            let mut kinds: Vec<u32> = set.iter().map(|at| choices[*at].kind).collect();
            kinds.sort_unstable();
            kinds.windows(2).all(|pair| pair[0] != pair[1])
        };
        let least = (0..1_usize << choices.len())
            .map(|bits| (0..choices.len()).filter(|at| bits >> at & 1 == 1).collect::<Vec<_>>())
            .filter(|set| set.len() <= MOST_COURSES && set.contains(&3) && apart(set))
            .filter(|set| closed(set, &choices, &gap) >= enough && starts(set, &choices))
            .map(|set| set.iter().map(|at| choices[*at].cost).sum::<f32>())
            .fold(f32::INFINITY, f32::min);
        assert!((found.cost - least).abs() < 2e-3, "{round}: {found:?}, {least}");
        assert!((found.least - found.cost).abs() < 1e-6, "{round}: proven");
        assert!(closed(&found.chosen, &choices, &gap) >= enough - SLACK, "{round}");
        // What the plan is told to close is what the set closes.
        let left = cover.left(&found.chosen);
        assert!((cover.closed(&left) - closed(&found.chosen, &choices, &gap)).abs() < 1e-4);
    }
}

#[test]
fn small_trainings_add_up_and_a_second_whole_one_does_not() {
    let offers =
        [offer(&[], 0.15, &[]), offer(&[], 0.15, &[]), offer(&[], 0.4, &[]), offer(&[], 0.6, &[])];
    let choices: Vec<Choice<'_>> =
        offers.iter().enumerate().map(|(at, offer)| choice(at, offer, 5.0)).collect();
    let (gap, none) = (gap(&[1.0]), BTreeSet::new());
    let cover = Cover::new(&choices, &gap, &none);
    let closed = |set: &[usize]| cover.closed(&cover.left(set));
    assert!((closed(&[0, 1]) - 0.2775).abs() < 1e-6);
    assert!((closed(&[2, 3]) - 0.6).abs() < 1e-6 && (closed(&[3, 2]) - 0.6).abs() < 1e-6);
}

#[test]
fn the_first_choice_stays_where_nothing_is_cheaper_and_a_twin_costs_less() {
    let offers = [offer(&[(0, 0.8)], 0.0, &[]), offer(&[(0, 0.8)], 0.0, &[])];
    let choices = vec![choice(0, &offers[0], 5.0), choice(1, &offers[1], 5.0)];
    let (gap, none) = (gap(&[1.0]), BTreeSet::new());
    let cover = Cover::new(&choices, &gap, &none);
    assert_eq!(cheapest(&cover, &[1], &none).chosen, [1]);
    let dear = Choice { kind: 0, ..choice(1, &offers[1], 9.0) };
    let (kept, stands_for) = without_twins(vec![dear, choice(0, &offers[0], 5.0)]);
    assert_eq!((kept.len(), stands_for.as_slice()), (1, &[(0, 0), (1, 0)][..]));
    let nothing = cheapest(&cover, &[], &none);
    assert!(nothing.cost.to_bits() == 0 && nothing.chosen.is_empty());
}

#[test]
fn a_search_that_is_cut_short_says_how_far_it_may_be_from_the_cheapest() {
    let offers: Vec<Offer> = (0..200_u32)
        .map(|at| offer(&[(at % 40, 0.5), ((at * 7 + 1) % 40, 0.4)], 0.0, &[]))
        .collect();
    let choices: Vec<Choice<'_>> = offers
        .iter()
        .enumerate()
        .map(|(at, offer)| choice(at, offer, 5.0 + (at % 17) as f32 / 10.0))
        .collect();
    let (gap, none) = (gap(&[1.0; 40]), BTreeSet::new());
    let cover = Cover::new(&choices, &gap, &none);
    let first = [0, 21, 62, 103];
    let found = cheapest(&cover, &first, &none);
    assert!(found.least < found.cost && found.least > 0.0, "{found:?}");
    assert!(found.cost <= cover.cost(&first));
}
