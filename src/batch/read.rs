//! Results read back, for what counts, checks and exports them.

use std::{collections::BTreeSet, io::BufRead};

use serde::Deserialize;

use crate::{domain::Recommendation, intake::Error};

/// One row's result as a later program sees it.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Answer {
    /// Line of the list the row started at; a filter's have none.
    #[serde(default)]
    pub line: Option<u64>,
    /// The answer; absent where the row was refused.
    #[serde(default)]
    pub recommendation: Option<Box<Recommendation>>,
}

/// Who came in a result, by their references: nobody counts twice.
#[derive(Debug, Default)]
pub struct Seen(BTreeSet<String>);

impl Seen {
    /// Whether an answer is the first of its reference, or has none; notes it.
    pub fn is_first(&mut self, answer: &Recommendation) -> bool {
        let reference = answer.r#ref.as_ref().filter(|reference| !reference.is_empty());
        reference.is_none_or(|reference| self.0.insert(reference.clone()))
    }
}

/// Reads a result in NDJSON line by line, never more than one at a time. `name` stands in messages for
/// the file. The first error ends it, for a result with a hole would count wrongly.
pub fn read<R: BufRead>(
    reader: R,
    name: &str,
) -> impl Iterator<Item = Result<Answer, Error>> + use<R> {
    let (mut failed, name) = (false, name.to_owned());
    (1_u64..).zip(reader.lines()).map_while(move |(at, line)| {
        if failed {
            return None;
        }
        let answer = line
            .map_err(|error| Error::io(&name, error))
            .and_then(|line| parse(&line, &format!("{name}:{at}")));
        failed = answer.is_err();
        Some(answer)
    })
    // A blank line is no result and no end.
    .filter_map(|answer| match answer {
        Ok(None) => None,
        Ok(Some(answer)) => Some(Ok(answer)),
        Err(error) => Some(Err(error)),
    })
}

/// The same of one line.
///
/// # Errors
/// Where it is no result.
pub fn answer(line: &[u8]) -> Result<Answer, Error> {
    let line = String::from_utf8_lossy(line);
    let none = || Error::format("batch", "a row without a record", "wait until it is done");
    parse(&line, "batch")?.ok_or_else(none)
}

/// The library's own message could quote what a worker wrote: place and kind are enough.
fn parse(line: &str, place: &str) -> Result<Option<Answer>, Error> {
    let line = line.trim_start_matches('\u{feff}').trim();
    if line.is_empty() {
        return Ok(None);
    }
    serde_json::from_str(line).map(Some).map_err(|error| {
        let column = error.column();
        let problem = if error.is_eof() {
            format!("the line breaks off at column {column}")
        } else {
            format!("not a result of `batch` in NDJSON (column {column})")
        };
        Error::format(place, problem, "give the whole file of `batch LIST --out FILE.ndjson`")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_row_has_no_answer_and_a_broken_line_ends_it() {
        let text = "{\"line\": 2, \"result\": \"refused\", \"error\": {\"code\": \"bad_date\"}}\n\n\
                    {\"line\": 3, \"result\": \"answ";
        let read: Vec<_> = read(text.as_bytes(), "r").collect();
        assert_eq!(read.len(), 2);
        assert_eq!(*read[0].as_ref().unwrap(), Answer { line: Some(2), recommendation: None });
        let said = read[1].as_ref().unwrap_err().to_string();
        assert!(said.contains("r:3") && said.contains("breaks off"), "{said}");
        let csv = super::read("line;ref;result\n2;A;matched\n".as_bytes(), "r.csv").next().unwrap();
        let said = csv.unwrap_err().to_string();
        assert!(said.contains("NDJSON") && !said.contains("matched"), "{said}");
    }
}
