//! Rules of paying for studies -> which ways come into question for a plan.
//!
//! * [`Payer::funding`] has one entry for each way, with the day to apply and what it covers at most.
//! * `studies` is what each of them looks at in a plan.
//! * `ways` says what the rules say of each.
//!
//! A rule can only exclude; whether somebody is granted money hangs on age, worked time and pay,
//! which are not known here and not asked for. So an answer is `yes` only where an adviser confirmed
//! it. No figure of a law stands in the code: `data/rules.csv` has them, with the days they hold.

mod studies;
#[cfg(test)]
mod tests;
mod ways;

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::civil::Date;

use self::{
    studies::{Limits, Rules, Studies},
    ways::Case,
};
use crate::domain::{
    Answer, Bilingual, CoursePlan, Funding, FundingCode, Rule, Shared, Situation, Status,
};

/// One worker's situation with the rules that hold in it, whatever they study.
#[derive(Debug)]
pub struct Payer<'a> {
    rules: Rules<'a>,
    status: Option<Status>,
    as_of: Option<Date>,
    confirmed: &'a BTreeMap<String, Answer>,
    limits: Limits,
    said: Said,
}

/// What was said of ways of paying in one situation, by what they look at in a plan: most plans of a worker,
/// and of those in the same situation, are paid for alike.
#[derive(Debug, Clone, Default)]
pub struct Said(Arc<Mutex<Vec<Known>>>);

/// A way of paying for studies; `None` where it has nothing to do with them.
type Known = (FundingCode, Studies, Option<Shared<Funding>>);

/// Most ways that are remembered of a situation.
const MOST_SAID: usize = 64;

impl Said {
    /// What a way was found to be before, or else what `make` finds.
    fn way(
        &self,
        (code, studies): (FundingCode, Studies),
        make: impl FnOnce() -> Option<Shared<Funding>>,
    ) -> Option<Shared<Funding>> {
        let is_it = |known: &&Known| (known.0, known.1) == (code, studies);
        if let Some((_, _, way)) = self.known().iter().find(is_it) {
            return way.clone();
        }
        // Others need not wait meanwhile: who makes the same makes it alike.
        let way = make();
        let mut known = self.known();
        if known.len() == MOST_SAID {
            known.remove(0);
        }
        known.push((code, studies, way.clone()));
        way
    }

    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        // A lock that a panic left behind still guards whole values.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<'a> Payer<'a> {
    /// Finds the rules that hold. `confirmed` has an adviser's answers by the key of a code.
    pub fn of(
        rules: &'a [Rule],
        situation: &Situation,
        confirmed: &'a BTreeMap<String, Answer>,
    ) -> Self {
        let Situation { status, as_of, .. } = *situation;
        let agreement = situation.agreement.as_deref().unwrap_or_default().trim();
        let holds = |rule: &&Rule| rule.holds_for(agreement, as_of);
        let rules = Rules(rules.iter().filter(holds).collect());
        let limits = Limits::of(&rules, as_of);
        Self { rules, status, as_of, confirmed, limits, said: Said::default() }
    }

    /// The same that remembers what was `said` by others in the same situation.
    #[must_use]
    pub fn remembering(self, said: Said) -> Self {
        Self { said, ..self }
    }

    /// What payers have in common that say the same under the same rules. It names no person.
    pub fn key(&self) -> String {
        let Self { status, as_of, confirmed, .. } = self;
        // As the rules call it: of what was written only that matters.
        let agreement =
            self.rules.0.iter().map(|rule| &rule.agreement).find(|name| !name.is_empty());
        format!("{status:?} {as_of:?} {agreement:?} {confirmed:?}")
    }

    /// Which ways of paying for the studies of a plan come into question: one entry for each way whose
    /// rule holds, in the order of [`FundingCode::ALL`]; none where no course is planned. Some
    /// microseconds for the first plan, less for others that are like it.
    pub fn funding(&self, plan: &CoursePlan) -> Vec<Shared<Funding>> {
        if plan.courses.is_empty() {
            return Vec::new();
        }
        let way = |code| {
            let studies = self.studies(code, plan);
            self.said.way((code, studies), || self.way(code, studies))
        };
        FundingCode::ALL.into_iter().filter_map(way).collect()
    }

    fn way(&self, code: FundingCode, studies: Studies) -> Option<Shared<Funding>> {
        let adviser = self.confirmed.get(code.key()).copied().unwrap_or_default();
        let way = Case { payer: self, studies }.way(code)?;
        Some(Shared::new(settled(way, adviser)))
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
