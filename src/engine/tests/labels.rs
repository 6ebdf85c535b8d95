//! What paths are labelled by.

use super::*;
use crate::{
    domain::{Label, Pathway},
    engine::VIABLE,
};

/// What a label promises, by what the path itself says.
fn holds(label: Label, path: &Pathway) -> bool {
    let Pathway { gap, plan, demand, feasible, .. } = path;
    let judged = |wanted: &str| demand.barometer.iter().any(|entry| entry.opportunities == wanted);
    match label {
        Label::Viable => {
            let given =
                |key: &String| plan.courses.iter().any(|course| course.grants.contains(key));
            *feasible >= VIABLE
                && gap.licences.iter().all(|licence| given(&licence.key))
                && plan.total_weeks.is_none_or(|weeks| weeks <= 44.0)
                && plan.fits_window != Some(false)
        }
        Label::Desirable => {
            let (wage, change) = (demand.wage.unwrap(), demand.wage_change.unwrap());
            let here = i64::from(wage.mean) - change;
            4 * i64::from(wage.mean) >= 3 * here && !judged("små")
        }
        Label::Safer => judged("stora") || judged("medelstora"),
    }
}

#[test]
fn every_label_is_true_and_all_of_them_are_met() {
    let mut met = Vec::new();
    let mut closed = 0;
    for title in
        ["servitris", "lastbilschaufför", "svetsare", "butikssäljare", "fordonsmontör", "kock"]
    {
        let answer = ENGINE.recommend(&Profile { weeks_left: Some(26.0), ..worker(&[title]) }, 20);
        for path in answer.own_sector.iter().chain(&answer.change_sector) {
            for label in &path.labels {
                assert!(holds(*label, path), "{title}: {label:?} of {path:?}");
                if !met.contains(label) {
                    met.push(*label);
                }
            }
            let others = path.labels.iter().any(|label| *label != Label::Viable);
            assert!(!others || path.labels.contains(&Label::Viable), "said of viable ones alone");
            closed += usize::from(path.labels.is_empty());
        }
    }
    assert!(met.contains(&Label::Viable) && met.contains(&Label::Desirable), "{met:?}");
    assert!(closed > 0);
}
