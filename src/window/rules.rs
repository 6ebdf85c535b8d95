//! The table of rules, asked for one rule on one day.

use jiff::civil::Date;

use crate::domain::{AppliedRule, Bilingual, Rule, Situation, closest, holding};

/// The rules that hold for a situation, and those that were used.
pub(super) struct Book<'a> {
    rules: &'a [Rule],
    agreement: &'a str,
    /// Day a rule must hold on where no other is named.
    on: Option<Date>,
    pub(super) applied: Vec<AppliedRule>,
}

impl<'a> Book<'a> {
    pub(super) fn new(rules: &'a [Rule], situation: &'a Situation) -> Self {
        let agreement = situation.agreement.as_deref().unwrap_or_default();
        Self { rules, agreement, on: situation.as_of, applied: Vec::new() }
    }

    /// The rule of a key for a size on a day: an agreement's own goes before the general one, then
    /// the greatest size not above this one, then the latest.
    pub(super) fn find(&self, key: &str, size: f32, on: Option<Date>) -> Option<&'a Rule> {
        let rows = holding(self.rules, key, self.agreement, on);
        closest(rows.filter(|rule| rule.from_size <= size))
    }

    /// The number of a rule without sizes; `otherwise` where the table has none.
    pub(super) fn number(&self, key: &str, otherwise: f32) -> f32 {
        self.find(key, 0.0, self.on).map_or(otherwise, Rule::number)
    }

    /// Notes a rule as used, with what follows from it here.
    pub(super) fn apply(&mut self, key: &str, follows: &Bilingual<String>) {
        self.apply_on(key, 0.0, self.on, follows);
    }

    /// The same for a size on another day. A rule is named once.
    pub(super) fn apply_on(
        &mut self,
        key: &str,
        size: f32,
        on: Option<Date>,
        follows: &Bilingual<String>,
    ) {
        let Some(rule) = self.find(key, size, on) else { return };
        if self.applied.iter().any(|applied| applied.rule == key) {
            return;
        }
        let said = |text: &str, follows: &str| match follows {
            "" => format!("{text}."),
            _ => format!("{text}: {follows}."),
        };
        self.applied.push(AppliedRule {
            rule: rule.key.clone(),
            text: Bilingual::new(
                said(&rule.text.sv, &follows.sv),
                said(&rule.text.en, &follows.en),
            ),
            evidence: rule.evidence,
            source: rule.source.clone(),
            url: rule.url.clone(),
            valid_from: rule.valid_from,
        });
    }
}
