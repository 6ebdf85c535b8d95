//! Signals of sector councils: dated adjustments of an occupation's place in the lists, each with who
//! says it and why.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{Bilingual, Occupation};

/// Most points that a signal, or all of a path together, may give or take: enough to move a target
/// past its neighbours, never to hide a good match or to make one.
pub const MOST_POINTS: f32 = 10.0;

/// What a council says of an occupation for some time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Signal {
    /// The occupation: an SSYK 2012 code of one to four digits, an id, or the Swedish label.
    pub occupation: String,
    /// Municipality it is about, by name; empty for all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub region: String,
    /// Points it gives, or takes where below 0; at most 10 either way.
    pub points: f32,
    /// The council that answers for it.
    pub author: String,
    /// Day it was decided: it has no effect before.
    #[schema(value_type = String, format = Date)]
    pub decided: Date,
    /// Last day it has effect.
    #[schema(value_type = String, format = Date)]
    pub expires: Date,
    /// Why.
    pub reason: Bilingual<String>,
}

impl Signal {
    /// Whether it has effect on a day. Where no day is known, it has none.
    pub fn holds(&self, on: Option<Date>) -> bool {
        on.is_some_and(|on| self.decided <= on && on <= self.expires)
    }

    /// Whether it is about workers of a municipality.
    pub fn covers(&self, municipality: Option<&str>) -> bool {
        let same = |home: &str| home.trim().to_lowercase() == self.region.to_lowercase();
        self.region.is_empty() || municipality.is_some_and(same)
    }

    /// Whether it is about an occupation.
    pub fn names(&self, occupation: &Occupation) -> bool {
        if self.is_group() {
            return occupation.ssyk.first().is_some_and(|ssyk| ssyk.starts_with(&self.occupation));
        }
        let label = || occupation.label.sv.to_lowercase();
        self.occupation == occupation.id || self.occupation.to_lowercase() == label()
    }

    /// Whether it is about a whole SSYK group.
    pub fn is_group(&self) -> bool {
        (1..=4).contains(&self.occupation.len())
            && self.occupation.bytes().all(|byte| byte.is_ascii_digit())
    }
}

/// What councils make of a path's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct CouncilEffect {
    /// Points in the score, at most 10 either way.
    pub points: f32,
    /// Place of the path in its list without any signal; absent where it would not be among the first
    /// fifty.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rank_without: Option<u32>,
    /// The signals with an effect, in the order of the table.
    pub signals: Vec<Signal>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    fn signal(occupation: &str, region: &str) -> Signal {
        Signal {
            occupation: occupation.into(),
            region: region.into(),
            points: 3.0,
            author: "Teknikrådet".into(),
            decided: date(2026, 9, 1),
            expires: date(2027, 3, 31),
            reason: Bilingual::new("brist", "shortage"),
        }
    }

    #[test]
    fn a_signal_has_effect_from_its_decision_to_its_last_day() {
        let signal = signal("7212", "");
        for (day, holds) in [
            (date(2026, 8, 31), false),
            (date(2026, 9, 1), true),
            (date(2027, 3, 31), true),
            (date(2027, 4, 1), false),
        ] {
            assert_eq!(signal.holds(Some(day)), holds, "{day}");
        }
        assert!(!signal.holds(None));
    }

    #[test]
    fn a_signal_names_groups_ids_and_labels_and_covers_a_municipality() {
        let welder = Occupation {
            id: "kn:occupation/welder".into(),
            label: Bilingual::new("Svetsare", "Welder"),
            ssyk: vec!["7212".into(), "8121".into()],
            ..Occupation::default()
        };
        for (name, named) in [
            ("7212", true),
            ("72", true),
            ("8121", false),
            ("73", false),
            ("svetsare", true),
            ("kn:occupation/welder", true),
            ("Welder", false),
        ] {
            assert_eq!(signal(name, "").names(&welder), named, "{name}");
        }
        let local = signal("7212", "Mölndal");
        assert!(local.covers(Some(" mölndal ")) && !local.covers(Some("Kungälv")));
        assert!(!local.covers(None) && signal("7212", "").covers(None));
    }
}
