//! What is assumed of people who are not named yet: data, not code.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{Bilingual, Evidence},
    intake::{Error, sheet::Sheet},
};

/// The shipped table; data/README.md has the format.
const SHIPPED: &str = include_str!("../../data/forecast.csv");
/// Rows that must be there once. `tenure` comes beside them, a row for each class.
const KEYS: [&str; 9] = [
    "released",
    "optional_skill",
    "named_occupation",
    "colleagues",
    "wish",
    "no_course_low",
    "no_course_high",
    "open_price_low",
    "open_price_high",
];

/// One assumption as it was used.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastAssumption)]
pub struct Assumption {
    /// Its key.
    pub key: String,
    /// The size it holds from: whole years of employment of `tenure`, else 0.
    pub from: f32,
    /// A share of 0 to 1, or kronor.
    pub value: f64,
    /// How firm it is.
    pub evidence: Evidence,
    /// Where it comes from.
    pub source: String,
    /// What it says.
    pub text: Bilingual<String>,
}

/// The assumptions of a forecast.
#[derive(Debug, Clone, PartialEq)]
pub struct Assumptions {
    /// Every row, in the order of the table.
    pub rows: Vec<Assumption>,
    values: BTreeMap<String, f64>,
}

impl Assumptions {
    /// The shipped ones.
    ///
    /// # Errors
    /// None in a build whose tests pass.
    pub fn shipped() -> Result<Self, Error> {
        Self::parse(SHIPPED.as_bytes(), "forecast.csv")
    }

    /// Reads a table of the shipped form; lines that begin with `#` are notes.
    ///
    /// # Errors
    /// [`Error`] with the line of a value that cannot be used, and with the key of a row that is missing
    /// or there twice.
    pub fn parse(bytes: &[u8], name: &str) -> Result<Self, Error> {
        let text = String::from_utf8_lossy(bytes);
        let notes: String = text
            .lines()
            // A note stays as an empty line, so that lines keep their numbers.
            .map(|line| if line.starts_with('#') { "\n".to_owned() } else { format!("{line}\n") })
            .collect();
        let sheet = Sheet::parse(notes.as_bytes(), name)?;
        let columns = ["key", "from", "value", "evidence", "source", "textsv", "texten"];
        let mut places = Vec::new();
        for column in columns {
            places.push(sheet.column(&[column]).ok_or_else(|| {
                let cure =
                    "use the columns key, from, value, evidence, source, text_sv and text_en";
                Error::format(name, format!("no column {column}"), cure)
            })?);
        }
        let mut read = Self { rows: Vec::new(), values: BTreeMap::new() };
        for row in &sheet.rows {
            let cell = |at: usize| row.cells[places[at]].as_str();
            let found = cell(2).parse().ok().filter(|value: &f64| value.is_finite());
            let numbers = found.filter(|value| *value >= 0.0).zip(cell(1).parse().ok());
            let (Some((value, from)), Some(evidence)) = (numbers, Evidence::from_key(cell(3)))
            else {
                let place = format!("{name}:{}", row.line);
                let cure = "write numbers of 0 or more with a decimal point, and official, derived, \
                            assumed or measured";
                return Err(Error::format(place, "a value that cannot be used", cure));
            };
            read.rows.push(Assumption {
                key: cell(0).to_owned(),
                from,
                value,
                evidence,
                source: cell(4).to_owned(),
                text: Bilingual::new(cell(5), cell(6)),
            });
        }
        read.check(name)?;
        Ok(read)
    }

    fn check(&mut self, name: &str) -> Result<(), Error> {
        for key in KEYS {
            let rows: Vec<f64> =
                self.rows.iter().filter(|row| row.key == key).map(|row| row.value).collect();
            let [value] = rows[..] else {
                let problem = format!("{} rows of `{key}`", rows.len());
                return Err(Error::format(name, problem, "give one"));
            };
            let is_share = !key.starts_with("open_price");
            if is_share && value > 1.0 {
                let problem = format!("`{key}` is {value}");
                return Err(Error::format(name, problem, "give a share of 0 to 1"));
            }
            self.values.insert(key.to_owned(), value);
        }
        for [low, high] in
            [["no_course_low", "no_course_high"], ["open_price_low", "open_price_high"]]
        {
            if self.value(low) > self.value(high) {
                let problem = format!("`{low}` is above `{high}`");
                return Err(Error::format(name, problem, "give the smaller one as the low one"));
            }
        }
        if self.tenure().map(|(_, share)| share).sum::<f64>() <= 0.0 {
            return Err(Error::format(name, "no shares of `tenure`", "give a row for each class"));
        }
        Ok(())
    }

    /// Whole years of employment a class begins with, and its share.
    pub(super) fn tenure(&self) -> impl Iterator<Item = (f32, f64)> {
        self.rows.iter().filter(|row| row.key == "tenure").map(|row| (row.from, row.value))
    }

    /// The value of a key that is not `tenure`.
    pub(super) fn value(&self, key: &str) -> f64 {
        self.values.get(key).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_table_is_whole_and_its_shares_are_one() {
        let shipped = Assumptions::shipped().unwrap();
        let whole: f64 = shipped.tenure().map(|(_, share)| share).sum();
        assert!((whole - 1.0).abs() < 1e-9, "{whole}");
        assert!(shipped.value("open_price_low") < shipped.value("open_price_high"));
        assert!(shipped.rows.iter().all(|row| !row.text.sv.is_empty() && !row.text.en.is_empty()));
    }

    #[test]
    fn a_table_that_cannot_be_used_says_where() {
        let head = "key,from,value,evidence,source,text_sv,text_en\n";
        for (rows, expected) in [
            ("wish,0,x,assumed,k,a,b\n", "f.csv:2"),
            ("wish,0,0.2,guessed,k,a,b\n", "f.csv:2"),
            ("wish,0,0.2,assumed,k,a,b\n", "0 rows of `released`"),
        ] {
            let said = Assumptions::parse(format!("{head}{rows}").as_bytes(), "f.csv");
            let said = said.unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
        let twice = format!("{SHIPPED}wish,0,0.3,assumed,k,a,b\n");
        let said = Assumptions::parse(twice.as_bytes(), "f.csv").unwrap_err().to_string();
        assert!(said.contains("2 rows of `wish`"), "{said}");
    }
}
