//! What the rules say of each way of paying for studies.

use super::{
    Payer, begin, say,
    studies::{Length, Round, School, Studies},
};
use crate::domain::{Answer, Bilingual, ExpectedDay, Funding, FundingCode, Rule, Status};

/// What is to be paid for in a worker's situation, by the rules that hold in it.
pub(super) struct Case<'a> {
    pub(super) payer: &'a Payer<'a>,
    pub(super) studies: Studies,
}

impl Case<'_> {
    /// A way as the rules have it: excluded or unknown; `None` where no rule holds or it has nothing to
    /// do with the plan.
    pub(super) fn way(&self, code: FundingCode) -> Option<Funding> {
        match code {
            FundingCode::Oss => self.oss(),
            FundingCode::ShortStudy => self.short_study(),
            FundingCode::ShortTime => self.short_time(),
            FundingCode::Esf => self.esf(),
            FundingCode::KomvuxPriority => self.komvux_priority(),
            FundingCode::Advice => self.advice(),
        }
    }

    fn oss(&self) -> Option<Funding> {
        let (rules, length) = (&self.payer.rules, self.studies.length);
        let mut way = open(FundingCode::Oss, rules.rule("oss")?);
        let least = match length {
            _ if self.studies.school == School::LabourMarket => rules.rule("oss_labour_market"),
            Length::TooShort => rules.rule("oss_least_weeks"),
            _ => rules.rule("oss_least_pace").filter(|_| self.studies.slow),
        };
        if let Some(rule) = least {
            return Some(excluded(FundingCode::Oss, rule));
        }
        way.most_weeks = rules.number("oss_most_weeks");
        way.most_kr_a_week = rules.number("oss_most_kr");
        way.most_percent = rules.number("oss_percent");
        for key in ["oss_percent", "oss_most_kr", "oss_most_weeks"] {
            self.say_rule(&mut way, key);
        }
        if let (Length::Longer(weeks), Some(most)) = (length, way.most_weeks) {
            let sv = weeks.to_string().replace('.', ",");
            say(
                &mut way.text,
                &format!("Planen är {sv} veckor på heltid: bara {most} av dem täcks."),
                &format!("The plan takes {weeks} weeks at full time: only {most} are covered."),
            );
        }
        self.dates(&mut way);
        way.ask = Some(if length == Length::Unknown {
            length_asked()
        } else {
            Bilingual::new(
                "Vad säger omställningsorganisationens yttrande: uppfylls CSN:s villkor?",
                "What does the transition organisation's statement say: are CSN's conditions met?",
            )
        });
        Some(way)
    }

    /// The next day to apply and the day of a decision.
    fn dates(&self, way: &mut Funding) {
        let Some(Round { opens: (next, rule), before, decision }) =
            self.payer.rules.round(self.payer.as_of)
        else {
            return;
        };
        say_rule(way, rule);
        if let Some(end) = self.studies.ends {
            // By then there is nothing left to pay for.
            say(
                &mut way.text,
                &format!(
                    "Studierna slutar {end}, före nästa ansökningsdag {next}: för sent för dem."
                ),
                &format!(
                    "The studies end on {end}, before the next day to apply, {next}: too late for them."
                ),
            );
        } else {
            way.apply_from = Some(next);
        }
        if let Some(last) = before {
            say(
                &mut way.text,
                &format!("Den omgång som öppnade {last} kan ännu vara öppen: fråga CSN."),
                &format!("The round that opened on {last} may still be open: ask CSN."),
            );
        }
        let Some((day, rule)) = decision.filter(|_| way.apply_from.is_some()) else { return };
        way.decision_expected =
            Some(ExpectedDay { day, evidence: rule.evidence, source: rule.source.clone() });
        say_rule(way, rule);
        if let Some(start) = self.studies.begins {
            say(
                &mut way.text,
                &format!("Första kursen börjar {start}, före det beslut som då väntas {day}."),
                &format!("The first course begins on {start}, before the decision due {day}."),
            );
        }
    }

    fn short_study(&self) -> Option<Funding> {
        let (rules, length) = (&self.payer.rules, self.studies.length);
        let mut way = open(FundingCode::ShortStudy, rules.rule("short_study")?);
        let below = rules.rule("short_study_below");
        if let Some(rule) = below.filter(|_| length == Length::TooLong) {
            return Some(excluded(FundingCode::ShortStudy, rule));
        }
        way.most_percent = rules.number("short_study_percent");
        self.say_rule(&mut way, "short_study_percent");
        way.ask = Some(if length == Length::Unknown {
            length_asked()
        } else {
            Bilingual::new(
                "Ger omställningsorganisationen kortvarigt studiestöd för kursen?",
                "Does the transition organisation give short-term support for the course?",
            )
        });
        Some(way)
    }

    fn short_time(&self) -> Option<Funding> {
        let mut way = open(FundingCode::ShortTime, self.payer.rules.rule("short_time_refund")?);
        if self.payer.status.is_some_and(|status| status != Status::Korttid) {
            way.answer = Answer::No;
            way.text = Bilingual::new(
                "Ersättningen gäller vid korttidsarbete; den angivna statusen är en annan.",
                "The refund is for short-time work; the status given is another.",
            );
            return Some(way);
        }
        way.most_percent = self.payer.rules.number("short_time_percent");
        way.most_kr = self.payer.rules.number("short_time_most_kr");
        for key in ["short_time_percent", "short_time_most_kr", "short_time_more_kr"] {
            self.say_rule(&mut way, key);
        }
        if let (Some(price), Some(percent)) = (self.studies.price_kr, way.most_percent) {
            let part = price as f32 * percent / 100.0;
            let part = part.min(way.most_kr.unwrap_or(part)).floor();
            say(
                &mut way.text,
                &format!("Av planens pris {price} kr är det {part} kr."),
                &format!("Of the plan's price of {price} kr that is {part} kr."),
            );
        }
        if self.studies.late {
            say(
                &mut way.text,
                "Planen ryms inte i den tid som är känd.",
                "The plan does not fit in the time that is known.",
            );
        }
        way.ask = Some(Bilingual::new(
            "Är arbetsplatsen i korttidsarbete, och täcker det lokala avtalet studierna?",
            "Is the workplace in short-time work, and does the local agreement cover the studies?",
        ));
        Some(way)
    }

    fn esf(&self) -> Option<Funding> {
        let mut way = open(FundingCode::Esf, self.payer.rules.rule("esf")?);
        let dismissed = self.payer.status == Some(Status::Uppsagd);
        if let Some(rule) = self.payer.rules.rule("esf_dismissed").filter(|_| dismissed) {
            return Some(excluded(FundingCode::Esf, rule));
        }
        way.ask = Some(Bilingual::new(
            "Finns ett ESF-projekt i regionen, och tar det emot personen och kursen?",
            "Is there an ESF project in the region, and does it take the person and the course?",
        ));
        Some(way)
    }

    fn komvux_priority(&self) -> Option<Funding> {
        if self.studies.school != School::Komvux {
            return None;
        }
        let mut way = open(FundingCode::KomvuxPriority, self.payer.rules.rule("komvux_priority")?);
        if matches!(self.payer.status, Some(Status::Varslad | Status::Uppsagd)) {
            say(
                &mut way.text,
                "Den angivna statusen talar för företräde.",
                "The status given speaks for priority.",
            );
        }
        way.ask = Some(Bilingual::new(
            "Räknar kommunen personen till dem som riskerar arbetslöshet, och med vilket intyg?",
            "Does the municipality count the person as at risk of unemployment, by which proof?",
        ));
        Some(way)
    }

    fn advice(&self) -> Option<Funding> {
        let rule = self.payer.rules.rule("advice")?;
        let mut way = open(FundingCode::Advice, rule);
        way.ask = Some(if rule.agreement.is_empty() {
            Bilingual::new(
                "Vilken omställningsorganisation hör arbetsplatsen till?",
                "Which transition organisation does the workplace belong to?",
            )
        } else {
            Bilingual::new(
                format!("Ger {} personen råd?", rule.agreement),
                format!("Does {} advise the person?", rule.agreement),
            )
        });
        Some(way)
    }

    /// Says a rule that holds.
    fn say_rule(&self, way: &mut Funding, key: &str) {
        if let Some(rule) = self.payer.rules.rule(key) {
            say_rule(way, rule);
        }
    }
}

fn say_rule(way: &mut Funding, rule: &Rule) {
    let Bilingual { sv, en } = &mut way.text;
    for (text, sentence) in [(sv, &rule.text.sv), (en, &rule.text.en)] {
        begin(text);
        text.push_str(sentence);
        text.push('.');
    }
}

fn length_asked() -> Bilingual<String> {
    Bilingual::new(
        "Hur lång är utbildningen, räknat på heltid?",
        "How long is the training at full time?",
    )
}

/// A way that nothing excludes, by its rule.
fn open(code: FundingCode, rule: &Rule) -> Funding {
    let mut way = Funding {
        code,
        answer: Answer::Unknown,
        text: Bilingual::default(),
        ask: None,
        evidence: rule.evidence,
        source: rule.source.clone(),
        url: rule.url.clone(),
        valid_from: rule.valid_from,
        apply_from: None,
        decision_expected: None,
        most_weeks: None,
        most_kr: None,
        most_kr_a_week: None,
        most_percent: None,
    };
    say_rule(&mut way, rule);
    way
}

/// A way that a rule excludes.
fn excluded(code: FundingCode, rule: &Rule) -> Funding {
    Funding { answer: Answer::No, ..open(code, rule) }
}
