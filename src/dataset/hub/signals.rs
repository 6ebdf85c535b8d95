//! Signals of sector councils.

use std::collections::BTreeSet;

use jiff::civil::Date;

use super::{
    HubFiles, bilingual,
    rules::day,
    table::{
        Column::{self, Blank, Filled},
        Problems, Row, Table,
    },
};
use crate::{
    dataset::{Error, Parts, places},
    domain::{Bilingual, MOST_POINTS, Occupation, Signal},
};

/// Name of the file, also of one that is given beside a data set.
const FILE: &str = "signals.csv";
const COLUMNS: [Column; 8] = [
    Filled("occupation"),
    Blank("region"),
    Filled("points"),
    Filled("author"),
    Filled("decided"),
    Filled("expires"),
    Filled("reason_sv"),
    Filled("reason_en"),
];

/// Reads `signals.csv`; which occupations there are is known when all sources are joined.
pub(super) fn read_signals(files: &HubFiles<'_>, parts: &mut Parts) -> Result<(), Error> {
    let (table, mut problems) = files.table(FILE, &COLUMNS)?;
    let rows = table.rows().map(|row| (row.line, signal(&row, &mut problems)));
    let signals: Vec<(u64, Signal)> = rows.collect();
    for (line, signal) in &signals {
        check(*line, signal, &mut problems);
    }
    check_twice(&signals, &mut problems);
    parts.signals.extend(signals.into_iter().map(|(_, signal)| signal));
    problems.finish()
}

/// Reads signals from a text of the same form, or from JSON: an array of objects with the columns'
/// names.
///
/// # Errors
/// [`Error::Format`] with every problem, its line (of JSON the number of the object) and the cure.
pub fn read(text: &str, occupations: &[Occupation]) -> Result<Vec<Signal>, Error> {
    let mut problems = Problems::new(FILE);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let signals: Vec<(u64, Signal)> = if text.starts_with(['[', '{']) {
        let read: Vec<Written> = serde_json::from_str(text)
            .map_err(|error| Error::format("signals", error.to_string(), CURE))?;
        (1..).zip(read).map(|(at, written)| (at, written.into())).collect()
    } else {
        let table = Table::read(text, &COLUMNS, &mut problems);
        table.rows().map(|row| (row.line, signal(&row, &mut problems))).collect()
    };
    for (line, signal) in &signals {
        check(*line, signal, &mut problems);
        if !occupations.iter().any(|occupation| signal.names(occupation)) {
            let problem = format!("occupation: `{}` names none", signal.occupation);
            problems.add(*line, problem, "use an SSYK code, an id or a Swedish label");
        }
    }
    check_twice(&signals, &mut problems);
    problems.finish()?;
    Ok(signals.into_iter().map(|(_, signal)| signal).collect())
}

const CURE: &str = "write a list of objects with occupation, region, points, author, decided, \
                    expires, reason_sv and reason_en";

/// A signal as JSON writes it: with the columns' names.
#[derive(serde::Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    occupation: String,
    #[serde(default)]
    region: String,
    points: f32,
    author: String,
    decided: Date,
    expires: Date,
    reason_sv: String,
    reason_en: String,
}

impl From<Written> for Signal {
    fn from(written: Written) -> Self {
        let Written { points, decided, expires, .. } = written;
        let [occupation, region, author, sv, en] = [
            written.occupation,
            written.region,
            written.author,
            written.reason_sv,
            written.reason_en,
        ]
        .map(|text| text.trim().to_owned());
        Self { occupation, region, points, author, decided, expires, reason: Bilingual { sv, en } }
    }
}

fn signal(row: &Row<'_>, problems: &mut Problems) -> Signal {
    let points = row.text("points").parse().ok();
    if points.is_none() {
        let problem = format!("points: `{}` is no number", row.text("points"));
        problems.add(row.line, problem, "write points with a decimal point, such as 3 or -2.5");
    }
    let [decided, expires] = ["decided", "expires"].map(|column| day(row, column, problems));
    Signal {
        occupation: row.owned("occupation"),
        region: row.owned("region"),
        points: points.unwrap_or(1.0),
        author: row.owned("author"),
        decided: decided.unwrap_or(Date::MIN),
        expires: expires.unwrap_or(Date::MAX),
        reason: bilingual(row, "reason_sv", "reason_en"),
    }
}

/// Notes what a signal may not be.
fn check(line: u64, signal: &Signal, problems: &mut Problems) {
    let points = signal.points;
    if !(points.abs() <= MOST_POINTS && points != 0.0) {
        let problem = format!("points: {points} is not between -{MOST_POINTS} and {MOST_POINTS}");
        problems.add(
            line,
            problem,
            "a signal moves a path past its neighbours, not through the list",
        );
    }
    if !signal.region.is_empty() && !is_municipality(&signal.region) {
        let problem = format!("region: `{}` is no municipality that is known", signal.region);
        problems.add(line, problem, "use one of places.csv, or nothing for all");
    }
    if signal.expires < signal.decided {
        problems.add(line, "expires is before decided", "exchange them or correct one");
    }
    let texts = [&signal.author, &signal.reason.sv, &signal.reason.en, &signal.occupation];
    if texts.iter().any(|text| text.trim().is_empty()) {
        problems.add(line, "occupation, author or a reason is empty", "say what, who and why");
    }
}

/// Notes rows that say the same as one before: their points would count twice.
fn check_twice(signals: &[(u64, Signal)], problems: &mut Problems) {
    for (at, (line, signal)) in signals.iter().enumerate() {
        if let Some((before, _)) = signals[..at].iter().find(|(_, other)| other == signal) {
            problems.add(*line, format!("the same as line {before}"), "keep one of them");
        }
    }
}

fn is_municipality(region: &str) -> bool {
    places::locate(region).is_some_and(|(name, _)| name.to_lowercase() == region.to_lowercase())
}

/// Signals of a hub that name no occupation of the joined data set, with what they name.
pub(in crate::dataset) fn unknown<'s>(
    signals: &'s [Signal],
    occupations: &[Occupation],
) -> BTreeSet<&'s str> {
    let known = |signal: &Signal| occupations.iter().any(|occupation| signal.names(occupation));
    signals.iter().filter(|s| !known(s)).map(|s| s.occupation.as_str()).collect()
}
