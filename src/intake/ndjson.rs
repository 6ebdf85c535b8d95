//! NDJSON: one profile per line. The fields are those of `domain::Profile`, under the same names
//! as the columns of a list, Swedish or English; a date column may be given too.

use std::collections::VecDeque;

use serde_json::Value;

use super::{
    Format,
    cell::Cell,
    column::Column,
    document::{self, Origin},
    header::safe_name,
    lines::Lines,
    personnummer,
    problem::{Code, Problem},
    source::{Fields, Found, Source, refused_number},
};

/// A file of one object a line.
#[derive(Debug)]
pub(super) struct Ndjson {
    lines: Lines,
    /// Further profiles of the document on the line that was read last.
    waiting: VecDeque<Found>,
}

impl Ndjson {
    pub(super) fn new(lines: Lines) -> Self {
        Self { lines, waiting: VecDeque::new() }
    }
}

impl Source for Ndjson {
    fn next_row(&mut self) -> Option<Found> {
        loop {
            if let Some(found) = self.waiting.pop_front() {
                return Some(found);
            }
            let line = self.lines.next()?;
            let number = line.number;
            let value = match line.text {
                Ok(text) if text.trim().is_empty() => continue,
                Ok(text) => parse(&text),
                Err(problem) => Err(problem),
            };
            let drafts = match value {
                Ok(value) => document::read(value, &Origin::default()),
                Err(problem) => vec![Err(problem)],
            };
            self.waiting.extend(drafts.into_iter().map(|draft| Found::at(number, draft)));
        }
    }

    fn format(&self) -> Option<Format> {
        Some(Format::Ndjson)
    }

    fn notes(&self) -> Vec<Problem> {
        self.lines.notes()
    }
}

fn parse(text: &str) -> Result<Value, Problem> {
    serde_json::from_str(text).map_err(|error| {
        // The library's message may quote the text; the place is enough.
        let at = error.column();
        Problem::new(
            Code::BadJson,
            format!("Raden är inte ett JSON-objekt; felet syns vid tecken {at}."),
            format!("The line is not a JSON object; the error shows at character {at}."),
        )
    })
}

/// Reads a profile. Every field must be known: a misspelt limit that is silently left out would
/// give wrong advice.
pub(super) fn fields(value: Value) -> Result<Fields, Problem> {
    if has_number(&value) {
        return Err(refused_number());
    }
    let Value::Object(object) = value else { return Ok(Fields::new()) };
    let mut fields = Fields::new();
    for (name, value) in object {
        match (Column::of(&name), value) {
            (_, Value::Null) => {}
            (Some(Column::Limits | Column::Dates), Value::Object(members)) => {
                for (name, value) in members {
                    field(&name, value, &mut fields)?;
                }
            }
            (_, value) => field(&name, value, &mut fields)?,
        }
    }
    Ok(fields)
}

fn field(name: &str, value: Value, fields: &mut Fields) -> Result<(), Problem> {
    let shown = safe_name(name);
    let Some(column) = Column::of(name) else {
        return Err(Problem::new(
            Code::UnknownField,
            format!("Fältet {shown} finns inte i en profil; rätta eller ta bort det."),
            format!("A profile has no field {shown}; correct or remove it."),
        )
        .of(shown));
    };
    if column == Column::Unused {
        return Ok(());
    }
    let cell = match value {
        Value::Null => return Ok(()),
        Value::Object(answers) if column == Column::Funding => {
            let said =
                |(code, answer): (String, Value)| Some(format!("{code}={}", answer.as_str()?));
            answers.into_iter().map(said).collect::<Option<_>>().map(Cell::List)
        }
        Value::Array(values) if column.is_list() => {
            let cell = if column == Column::ParentalLeave { period } else { scalar };
            values.into_iter().map(cell).collect::<Option<_>>().map(Cell::List)
        }
        _ if matches!(column, Column::Limits | Column::Dates) => None,
        value => scalar(value).map(Cell::Text),
    };
    let cell = cell.ok_or_else(|| {
        Problem::new(
            Code::WrongType,
            format!("Fältet {shown} har fel slags värde."),
            format!("The field {shown} has a value of the wrong kind."),
        )
        .of(shown)
    })?;
    fields.push((column, cell));
    Ok(())
}

/// A value as it would stand in a cell, with a decimal comma.
fn scalar(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string().replace('.', ",")),
        Value::Bool(flag) => Some(flag.to_string()),
        _ => None,
    }
}

/// A period as it would stand in a cell.
fn period(value: Value) -> Option<String> {
    let day = |name: &str| value.get(name)?.as_str();
    match &value {
        Value::Object(object) if object.len() == 2 => {
            Some(format!("{}/{}", day("from")?, day("to")?))
        }
        _ => scalar(value),
    }
}

/// Whether a personnummer stands in any name or value, however deep. The depth is bounded by the
/// JSON reader.
fn has_number(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) => false,
        Value::Number(number) => personnummer::found_in(&number.to_string()),
        Value::String(text) => personnummer::found_in(text),
        Value::Array(values) => values.iter().any(has_number),
        Value::Object(object) => {
            object.iter().any(|(name, value)| personnummer::found_in(name) || has_number(value))
        }
    }
}
