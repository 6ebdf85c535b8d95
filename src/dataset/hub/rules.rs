//! Rules of law, agreements and practice.

use jiff::civil::Date;

use super::{
    HubFiles, bilingual,
    table::{
        Column::{self, Blank, Filled},
        Problems, Row,
    },
};
use crate::{
    dataset::{Error, Parts},
    domain::{Evidence, RULES, Rule, RuleUnit, RuleValue},
};

const COLUMNS: [Column; 11] = [
    Filled("rule"),
    Blank("agreement"),
    Filled("from_size"),
    Filled("value"),
    Blank("valid_from"),
    Blank("valid_to"),
    Filled("evidence"),
    Filled("source"),
    Blank("url"),
    Filled("text_sv"),
    Filled("text_en"),
];

/// Reads `rules.csv`. Every rule that the program knows must be there once for all agreements.
pub(super) fn read_rules(files: &HubFiles<'_>, parts: &mut Parts) -> Result<(), Error> {
    let (table, mut problems) = files.table("rules.csv", &COLUMNS)?;
    let mut lines: Vec<(u64, Rule)> = Vec::new();
    for row in table.rows() {
        let rule = rule(&row, &mut problems);
        let twice = lines.iter().any(|(_, known)| overlap(known, &rule));
        if twice {
            let problem = format!("two rows of `{}` hold on the same day", rule.key);
            problems.add(row.line, problem, "end one with valid_to before the other begins");
        }
        lines.push((row.line, rule));
    }
    for (key, _) in RULES {
        let general = |(_, rule): &(u64, Rule)| rule.key == key && rule.agreement.is_empty();
        if !lines.iter().any(general) {
            let problem = format!("no row of `{key}` for all agreements");
            problems.add(1, problem, "copy it from the starter set's rules.csv");
        }
    }
    parts.rules.extend(lines.into_iter().map(|(_, rule)| rule));
    parts.rules.sort_by(|a, b| {
        (&a.key, &a.agreement)
            .cmp(&(&b.key, &b.agreement))
            .then(a.from_size.total_cmp(&b.from_size))
            .then(a.valid_from.cmp(&b.valid_from))
    });
    problems.finish()
}

fn rule(row: &Row<'_>, problems: &mut Problems) -> Rule {
    let key = row.owned("rule");
    let unit = RULES.iter().find(|(known, _)| *known == key).map(|(_, unit)| *unit);
    if unit.is_none() {
        let keys = RULES.map(|(key, _)| key).join(", ");
        problems.add(row.line, format!("rule: unknown rule `{key}`"), format!("use one of {keys}"));
    }
    let unit = unit.unwrap_or(RuleUnit::None);
    let value = RuleValue::parse(row.text("value"), unit);
    if value.is_none() {
        let problem = format!("value: `{}` cannot be read", row.text("value"));
        let cure = match unit {
            RuleUnit::YearDay => "write a day of every year as MM-DD",
            RuleUnit::Months => "write months, 0 or more",
            RuleUnit::Weeks => "write weeks at full time, 0 or more",
            RuleUnit::Kronor => "write kronor, 0 or more",
            RuleUnit::Percent => "write percent, 0 or more",
            RuleUnit::HoursAWeek => "write hours a week, 0 or more",
            RuleUnit::None => "write 0",
        };
        problems.add(row.line, problem, cure);
    }
    let from_size = row.text("from_size").parse::<f32>().ok().filter(|size| *size >= 0.0);
    if from_size.is_none() {
        let problem = format!("from_size: `{}` is no number from 0", row.text("from_size"));
        problems.add(row.line, problem, "write 0 where the rule has no sizes");
    }
    let evidence = Evidence::from_key(row.text("evidence"));
    if evidence.is_none() {
        let problem = format!("evidence: unknown class `{}`", row.text("evidence"));
        problems.add(row.line, problem, "use measured, official, derived or assumed");
    }
    let (valid_from, valid_to) = (day(row, "valid_from", problems), day(row, "valid_to", problems));
    if matches!((valid_from, valid_to), (Some(from), Some(to)) if to < from) {
        problems.add(row.line, "valid_to is before valid_from", "exchange them or correct one");
    }
    Rule {
        key,
        agreement: row.owned("agreement"),
        from_size: from_size.unwrap_or_default(),
        value: value.unwrap_or(RuleValue::Number(0.0)),
        valid_from,
        valid_to,
        evidence: evidence.unwrap_or_default(),
        source: row.owned("source"),
        url: row.owned("url"),
        text: bilingual(row, "text_sv", "text_en"),
    }
}

pub(super) fn day(row: &Row<'_>, column: &str, problems: &mut Problems) -> Option<Date> {
    let text = row.text(column);
    let day = text.parse().ok();
    if day.is_none() && !text.is_empty() {
        let problem = format!("{column}: `{text}` is no day of the calendar");
        problems.add(row.line, problem, "write YYYY-MM-DD, or nothing where it is open");
    }
    day
}

/// Whether two rows say different things of the same day.
fn overlap(one: &Rule, other: &Rule) -> bool {
    one.key == other.key
        && one.agreement == other.agreement
        && one.from_size.total_cmp(&other.from_size).is_eq()
        // A day of the year may come twice: spring and autumn.
        && !matches!((one.value, other.value), (RuleValue::YearDay(..), RuleValue::YearDay(..)))
        && one.valid_from.unwrap_or(Date::MIN) <= other.valid_to.unwrap_or(Date::MAX)
        && other.valid_from.unwrap_or(Date::MIN) <= one.valid_to.unwrap_or(Date::MAX)
}
