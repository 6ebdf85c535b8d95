//! What the rules say of each way of paying for studies.

use jiff::{ToSpan as _, civil::Date};

use super::{begin, say};
use crate::domain::{
    Answer, Bilingual, CourseForm, CoursePlan, ExpectedDay, Funding, FundingCode, Rule, Situation,
    Status, closest,
};

/// Lengths are sums of fractions: what differs by less is the same.
const TRACE: f32 = 1e-3;

/// A plan in a worker's situation, and the rules that hold in it.
pub(super) struct Case<'a> {
    pub(super) rules: &'a [&'a Rule],
    pub(super) situation: &'a Situation,
    pub(super) plan: &'a CoursePlan,
}

impl<'a> Case<'a> {
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

    fn rows<'k>(&self, key: &'k str) -> impl Iterator<Item = &'a Rule> + use<'a, 'k> {
        self.rules.iter().copied().filter(move |rule| rule.key == key)
    }

    fn rule(&self, key: &str) -> Option<&'a Rule> {
        closest(self.rows(key))
    }

    fn number(&self, key: &str) -> Option<f32> {
        self.rule(key).map(Rule::number)
    }

    fn oss(&self) -> Option<Funding> {
        let mut way = open(FundingCode::Oss, self.rule("oss")?);
        let weeks = self.plan.total_weeks;
        let least = self.rule("oss_least_weeks");
        if let Some(rule) =
            least.filter(|rule| weeks.is_some_and(|weeks| weeks + TRACE < rule.number()))
        {
            return Some(excluded(FundingCode::Oss, rule));
        }
        if let Some(rule) =
            self.rule("oss_least_pace").filter(|rule| self.all_slower(rule.number()))
        {
            return Some(excluded(FundingCode::Oss, rule));
        }
        way.most_weeks = self.number("oss_most_weeks");
        way.most_kr_a_week = self.number("oss_most_kr");
        way.most_percent = self.number("oss_percent");
        for key in ["oss_percent", "oss_most_kr", "oss_most_weeks"] {
            self.say_rule(&mut way, key);
        }
        if let (Some(weeks), Some(most)) = (weeks, way.most_weeks)
            && weeks > most + TRACE
        {
            // Whole weeks in words would make 44.3 as long as the 44 that are covered.
            let weeks = ((weeks * 10.0).round() / 10.0).max(most + 0.1);
            let sv = weeks.to_string().replace('.', ",");
            say(
                &mut way.text,
                &format!("Planen är {sv} veckor på heltid: bara {most} av dem täcks."),
                &format!("The plan takes {weeks} weeks at full time: only {most} are covered."),
            );
        }
        self.dates(&mut way);
        way.ask = Some(if weeks.is_none() {
            length_asked()
        } else {
            Bilingual::new(
                "Vad säger omställningsorganisationens yttrande: uppfylls CSN:s villkor?",
                "What does the transition organisation's statement say: are CSN's conditions met?",
            )
        });
        Some(way)
    }

    /// Whether every course is known to go on more slowly than a pace in percent.
    fn all_slower(&self, least: f32) -> bool {
        let slower = |pace: Option<u8>| pace.is_some_and(|pace| f32::from(pace) < least);
        self.plan.courses.iter().all(|course| slower(course.pace_pct))
    }

    /// The next day to apply and the day of a decision.
    fn dates(&self, way: &mut Funding) {
        let Some(today) = self.situation.as_of else { return };
        let opens = |rule: &'a Rule| Some((rule.value.next_after(today)?, rule));
        let Some((next, rule)) =
            self.rows("oss_opens").filter_map(opens).min_by_key(|(day, _)| *day)
        else {
            return;
        };
        way.apply_from = Some(next);
        say_rule(way, rule);
        let a_year_ago = today.checked_sub(1.year()).and_then(Date::tomorrow).ok();
        let last = self.rows("oss_opens").filter_map(|rule| rule.value.next_after(a_year_ago?));
        if let Some(last) = last.filter(|day| *day <= today).max().filter(|_| next != today) {
            say(
                &mut way.text,
                &format!("Den omgång som öppnade {last} kan ännu vara öppen: fråga CSN."),
                &format!("The round that opened on {last} may still be open: ask CSN."),
            );
        }
        let Some(rule) = self.rule("oss_decision") else { return };
        #[expect(clippy::cast_possible_truncation, reason = "months are few")]
        let months = rule.number().clamp(0.0, 120.0).ceil() as i32;
        let Ok(day) = next.checked_add(months.months()) else { return };
        way.decision_expected =
            Some(ExpectedDay { day, evidence: rule.evidence, source: rule.source.clone() });
        say_rule(way, rule);
        if let Some(start) = self.first_day().filter(|start| *start < day) {
            say(
                &mut way.text,
                &format!("Första kursen börjar {start}, före det beslut som då väntas {day}."),
                &format!("The first course begins on {start}, before the decision due {day}."),
            );
        }
    }

    /// The first published day of the plan's courses.
    fn first_day(&self) -> Option<Date> {
        let days = self.plan.courses.iter().filter_map(|course| course.start.as_deref());
        days.filter_map(|day| day.parse().ok()).min()
    }

    fn short_study(&self) -> Option<Funding> {
        let mut way = open(FundingCode::ShortStudy, self.rule("short_study")?);
        let weeks = self.plan.total_weeks;
        if let Some(rule) = self
            .rule("short_study_below")
            .filter(|rule| weeks.is_some_and(|weeks| weeks + TRACE >= rule.number()))
        {
            return Some(excluded(FundingCode::ShortStudy, rule));
        }
        way.most_percent = self.number("short_study_percent");
        self.say_rule(&mut way, "short_study_percent");
        way.ask = Some(if weeks.is_none() {
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
        let mut way = open(FundingCode::ShortTime, self.rule("short_time_refund")?);
        if self.situation.status.is_some_and(|status| status != Status::Korttid) {
            way.answer = Answer::No;
            way.text = Bilingual::new(
                "Ersättningen gäller vid korttidsarbete; den angivna statusen är en annan.",
                "The refund is for short-time work; the status given is another.",
            );
            return Some(way);
        }
        way.most_percent = self.number("short_time_percent");
        way.most_kr = self.number("short_time_most_kr");
        for key in ["short_time_percent", "short_time_most_kr", "short_time_more_kr"] {
            self.say_rule(&mut way, key);
        }
        if let (Some(price), Some(percent)) = (self.plan.price_kr, way.most_percent)
            && price > 0
        {
            let part = price as f32 * percent / 100.0;
            let part = part.min(way.most_kr.unwrap_or(part)).floor();
            say(
                &mut way.text,
                &format!("Av planens pris {price} kr är det {part} kr."),
                &format!("Of the plan's price of {price} kr that is {part} kr."),
            );
        }
        if self.plan.fits_window == Some(false) {
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
        let mut way = open(FundingCode::Esf, self.rule("esf")?);
        let dismissed = self.situation.status == Some(Status::Uppsagd);
        if let Some(rule) = self.rule("esf_dismissed").filter(|_| dismissed) {
            return Some(excluded(FundingCode::Esf, rule));
        }
        way.ask = Some(Bilingual::new(
            "Finns ett ESF-projekt i regionen, och tar det emot personen och kursen?",
            "Is there an ESF project in the region, and does it take the person and the course?",
        ));
        Some(way)
    }

    fn komvux_priority(&self) -> Option<Funding> {
        let komvux = CourseForm::Komvux.key();
        if !self.plan.courses.iter().any(|course| course.form == komvux) {
            return None;
        }
        let mut way = open(FundingCode::KomvuxPriority, self.rule("komvux_priority")?);
        if matches!(self.situation.status, Some(Status::Varslad | Status::Uppsagd)) {
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
        let rule = self.rule("advice")?;
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
        if let Some(rule) = self.rule(key) {
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
