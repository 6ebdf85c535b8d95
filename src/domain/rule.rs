//! Rules of law, agreements and practice, as rows of a table with the days they hold.

use jiff::civil::{Date, date};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Bilingual;

/// How firm a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Evidence {
    /// Counted or measured: statistics, an evaluation.
    Measured,
    /// As an authority, a law, a provider or the user of the program says it.
    Official,
    /// Follows from official facts by a rule that is named.
    Derived,
    /// Taken to be so because nothing is known; ask.
    #[default]
    Assumed,
}

impl Evidence {
    /// The key used in files and JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Measured => "measured",
            Self::Official => "official",
            Self::Derived => "derived",
            Self::Assumed => "assumed",
        }
    }

    /// The class of a key, `None` for an unknown one.
    pub fn from_key(key: &str) -> Option<Self> {
        let all = [Self::Measured, Self::Official, Self::Derived, Self::Assumed];
        all.into_iter().find(|class| class.key() == key)
    }
}

/// What a rule says.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleValue {
    /// A number in the rule's unit.
    Number(f32),
    /// A day of every year: month and day.
    YearDay(i8, i8),
}

/// One row of the table of rules.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rule {
    /// Which rule, one of [`RULES`].
    pub key: String,
    /// Agreement area it holds in; empty for all.
    #[serde(default)]
    pub agreement: String,
    /// Least size it holds from: years of employment, persons given notice. 0 where it has none.
    #[serde(default)]
    pub from_size: f32,
    /// Its value.
    pub value: RuleValue,
    /// First and last day it holds; open where absent.
    #[serde(default)]
    pub valid_from: Option<Date>,
    /// Last day it holds.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// How firm it is.
    pub evidence: Evidence,
    /// Where it stands.
    pub source: String,
    /// Link to it; empty where there is none.
    #[serde(default)]
    pub url: String,
    /// The rule in a sentence.
    pub text: Bilingual<String>,
}

/// Unit of a rule's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RuleUnit {
    /// Calendar months.
    Months,
    /// Hours a week.
    HoursAWeek,
    /// Weeks at full time.
    Weeks,
    /// Kronor.
    Kronor,
    /// Percent.
    Percent,
    /// A day of every year, `MM-DD`.
    YearDay,
    /// The rule has no value: it holds or does not.
    None,
}

/// Rules that the program knows how to use, with the unit of their value.
pub const RULES: [(&str, RuleUnit); 35] = [
    ("las_11", RuleUnit::Months),
    ("las_11_leave", RuleUnit::None),
    ("filing", RuleUnit::Months),
    ("agreed", RuleUnit::None),
    ("given", RuleUnit::None),
    ("at_work", RuleUnit::HoursAWeek),
    ("full_week", RuleUnit::HoursAWeek),
    ("released", RuleUnit::None),
    ("furlough", RuleUnit::None),
    ("short_time", RuleUnit::Months),
    ("short_time_more", RuleUnit::Months),
    ("short_time_freed", RuleUnit::HoursAWeek),
    ("unemployed", RuleUnit::None),
    ("term_yh", RuleUnit::YearDay),
    ("term_university", RuleUnit::YearDay),
    ("oss", RuleUnit::None),
    ("oss_least_weeks", RuleUnit::Weeks),
    ("oss_most_weeks", RuleUnit::Weeks),
    ("oss_least_pace", RuleUnit::Percent),
    ("oss_labour_market", RuleUnit::None),
    ("oss_percent", RuleUnit::Percent),
    ("oss_most_kr", RuleUnit::Kronor),
    ("oss_opens", RuleUnit::YearDay),
    ("oss_decision", RuleUnit::Months),
    ("short_study", RuleUnit::None),
    ("short_study_below", RuleUnit::Weeks),
    ("short_study_percent", RuleUnit::Percent),
    ("short_time_refund", RuleUnit::None),
    ("short_time_percent", RuleUnit::Percent),
    ("short_time_most_kr", RuleUnit::Kronor),
    ("short_time_more_kr", RuleUnit::Kronor),
    ("esf", RuleUnit::None),
    ("esf_dismissed", RuleUnit::None),
    ("komvux_priority", RuleUnit::None),
    ("advice", RuleUnit::None),
];

/// Rows of a rule that hold on a day in an agreement area: its own and those for all.
pub fn holding<'a>(
    rules: &'a [Rule],
    key: &str,
    agreement: &str,
    on: Option<Date>,
) -> impl Iterator<Item = &'a Rule> {
    rules.iter().filter(move |rule| rule.key == key && rule.holds_for(agreement, on))
}

/// The row that goes before the others: an agreement's own before one for all, then the one from the
/// greatest size, then the latest.
pub fn closest<'a>(rows: impl Iterator<Item = &'a Rule>) -> Option<&'a Rule> {
    rows.max_by(|a, b| {
        (!a.agreement.is_empty())
            .cmp(&!b.agreement.is_empty())
            .then(a.from_size.total_cmp(&b.from_size))
            .then(a.valid_from.cmp(&b.valid_from))
    })
}

impl Rule {
    /// Whether it holds on a day in an agreement area: it is that area's own or one for all.
    pub fn holds_for(&self, agreement: &str, on: Option<Date>) -> bool {
        let area = self.agreement.is_empty() || self.agreement.eq_ignore_ascii_case(agreement);
        area && self.holds(on)
    }

    /// Whether it holds on a day. A day that is not known is any day of a rule without an end.
    pub fn holds(&self, on: Option<Date>) -> bool {
        match on {
            Some(on) => {
                self.valid_from.is_none_or(|from| from <= on)
                    && self.valid_to.is_none_or(|to| on <= to)
            }
            None => self.valid_to.is_none(),
        }
    }

    /// The value as a number; 0 for a day of the year.
    pub fn number(&self) -> f32 {
        match self.value {
            RuleValue::Number(number) => number,
            RuleValue::YearDay(..) => 0.0,
        }
    }
}

impl RuleValue {
    /// Reads a value of a unit: a number above or equal to 0 with a decimal point, or `MM-DD`.
    pub fn parse(text: &str, unit: RuleUnit) -> Option<Self> {
        if unit == RuleUnit::YearDay {
            let (month, day) = text.split_once('-')?;
            let (month, day) = (month.parse().ok()?, day.parse().ok()?);
            // A day that is there every year: 29 February is not.
            return Date::new(2027, month, day).is_ok().then_some(Self::YearDay(month, day));
        }
        let number: f32 = text.parse().ok()?;
        (number.is_finite() && number >= 0.0).then_some(Self::Number(number))
    }

    /// The first such day on or after a day; `None` for numbers.
    pub fn next_after(self, day: Date) -> Option<Date> {
        let Self::YearDay(month, of_month) = self else { return None };
        let this_year = date(day.year(), month, of_month);
        if this_year >= day {
            Some(this_year)
        } else {
            Date::new(day.year() + 1, month, of_month).ok()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_read_by_their_unit() {
        let read = RuleValue::parse;
        assert_eq!(read("1.5", RuleUnit::Months), Some(RuleValue::Number(1.5)));
        assert_eq!(read("04-01", RuleUnit::YearDay), Some(RuleValue::YearDay(4, 1)));
        for wrong in ["-1", "x", "", "inf"] {
            assert_eq!(read(wrong, RuleUnit::Months), None, "{wrong}");
        }
        for wrong in ["13-01", "02-29", "0401", "4-"] {
            assert_eq!(read(wrong, RuleUnit::YearDay), None, "{wrong}");
        }
    }

    #[test]
    fn a_day_of_the_year_comes_again() {
        let opens = RuleValue::YearDay(4, 1);
        assert_eq!(opens.next_after(date(2026, 4, 1)), Some(date(2026, 4, 1)));
        assert_eq!(opens.next_after(date(2026, 4, 2)), Some(date(2027, 4, 1)));
        assert_eq!(RuleValue::Number(1.0).next_after(date(2026, 4, 2)), None);
    }
}
