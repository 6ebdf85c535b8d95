//! Rules of paying for studies -> which ways come into question for a plan.
//!
//! * [`Payer::funding`] has one entry for each way, with the day to apply and what it covers at most.
//! * `ways` says what the rules say of each.
//!
//! A rule can only exclude; whether somebody is granted money hangs on age, worked time and pay,
//! which are not known here and not asked for. So an answer is `yes` only where an adviser confirmed
//! it. No figure of a law stands in the code: `data/rules.csv` has them, with the days they hold.

#[cfg(test)]
mod tests;
mod ways;

use std::collections::BTreeMap;

use self::ways::Case;
use crate::domain::{Answer, Bilingual, CoursePlan, Funding, FundingCode, Rule, Situation};

/// One worker's situation with the rules that hold in it, whatever they study.
#[derive(Debug)]
pub struct Payer<'a> {
    rules: Vec<&'a Rule>,
    situation: &'a Situation,
    confirmed: &'a BTreeMap<String, Answer>,
}

impl<'a> Payer<'a> {
    /// Finds the rules that hold. `confirmed` has an adviser's answers by the key of a code.
    pub fn of(
        rules: &'a [Rule],
        situation: &'a Situation,
        confirmed: &'a BTreeMap<String, Answer>,
    ) -> Self {
        let agreement = situation.agreement.as_deref().unwrap_or_default().trim();
        let holds = |rule: &&Rule| rule.holds_for(agreement, situation.as_of);
        Self { rules: rules.iter().filter(holds).collect(), situation, confirmed }
    }

    /// Which ways of paying for the studies of a plan come into question: one entry for each way whose
    /// rule holds, in the order of [`FundingCode::ALL`]; none where no course is planned. Some
    /// microseconds.
    pub fn funding(&self, plan: &CoursePlan) -> Vec<Funding> {
        if plan.courses.is_empty() {
            return Vec::new();
        }
        let case = Case { rules: &self.rules, situation: self.situation, plan };
        let ruled = FundingCode::ALL.into_iter().filter_map(|code| case.way(code));
        let settled = |way: Funding| {
            let adviser = self.confirmed.get(way.code.key()).copied().unwrap_or_default();
            settled(way, adviser)
        };
        ruled.map(settled).collect()
    }
}

/// A way with what an adviser says of it: their no goes before everything, their yes before what is
/// unknown, and a rule's no before their yes.
fn settled(mut way: Funding, adviser: Answer) -> Funding {
    let excluded = way.answer == Answer::No;
    match adviser {
        Answer::Yes if excluded => say(
            &mut way.text,
            "Rådgivaren har svarat ja, men regeln utesluter det: kontrollera uppgifterna.",
            "The adviser said yes, but the rule excludes it: check what was given.",
        ),
        Answer::Yes => {
            way.answer = Answer::Yes;
            say(&mut way.text, "En rådgivare har bekräftat det.", "An adviser has confirmed it.");
        }
        Answer::No if !excluded => {
            way.answer = Answer::No;
            say(&mut way.text, "En rådgivare har svarat nej.", "An adviser has said no.");
        }
        Answer::No | Answer::Unknown => {}
    }
    if way.answer != Answer::Unknown {
        way.ask = None;
    }
    if way.answer == Answer::No {
        // Days and amounts of what is not to be had would only mislead.
        way.apply_from = None;
        way.decision_expected = None;
        way.most_weeks = None;
        way.most_kr = None;
        way.most_kr_a_week = None;
        way.most_percent = None;
    }
    way
}

/// Adds a sentence.
fn say(text: &mut Bilingual<String>, sv: &str, en: &str) {
    for (text, sentence) in [(&mut text.sv, sv), (&mut text.en, en)] {
        if !sentence.is_empty() {
            begin(text);
            text.push_str(sentence);
        }
    }
}

/// Parts what comes next from what stands before it.
fn begin(text: &mut String) {
    if !text.is_empty() {
        text.push(' ');
    }
}
