//! Counts of a notice: how many of which occupation, before names exist.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    domain::{Bilingual, is_unit_group},
    intake::{
        Error,
        cell::{date, is_total},
        quantity::Quantity,
        sheet::{Sheet, SheetRow},
    },
};

/// Most people a row may be about.
const MOST_PEOPLE: f64 = 100_000.0;

/// A row of counts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Count {
    /// SSYK 2012 code.
    pub ssyk: Option<String>,
    /// Occupation as written; the SSYK code says which one where it may be several.
    pub title: Option<String>,
    /// Agreement area by category: `TRR` for *tjänstemän*, `TSL` for *kollektivanställda*.
    pub agreement: Option<String>,
    /// First day on which one of them leaves.
    pub first: Option<Date>,
    /// Last day on which one of them leaves.
    pub last: Option<Date>,
    /// How many people.
    pub people: u32,
}

/// A row that could not be used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
#[schema(as = ForecastBadRow)]
pub struct BadRow {
    /// Line of the file.
    pub line: u64,
    /// What is wrong and what to do.
    pub text: Bilingual<String>,
}

/// The counts of a file.
#[derive(Debug, Clone, PartialEq)]
pub struct Counts {
    /// Rows that can be used, in an order of their content; equal ones are one.
    pub rows: Vec<Count>,
    /// Rows that cannot.
    pub bad: Vec<BadRow>,
    /// Counties (*län*) that are named, as written, in alphabetical order.
    pub counties: Vec<String>,
}

/// Places of the columns.
struct Columns {
    ssyk: Option<usize>,
    title: Option<usize>,
    people: usize,
    category: Option<usize>,
    first: Option<usize>,
    last: Option<usize>,
}

impl Counts {
    /// Reads a table of `ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang`; only `antal` and one
    /// of the first two must be there. A row that cannot be used is told, the others are read.
    ///
    /// # Errors
    /// [`Error`] where these columns or all usable rows are missing.
    pub fn of(sheet: &Sheet) -> Result<Self, Error> {
        let title = ["yrke", "titel", "befattning", "occupation", "title", "jobtitle"];
        let people = ["antal", "antalpersoner", "personer", "number", "count", "people"];
        let columns = Columns {
            ssyk: sheet.column(&["ssyk", "ssyk4", "ssyk2012", "ssykkod", "yrkeskod"]),
            title: sheet.column(&title),
            people: sheet.column(&people).ok_or_else(|| missing(sheet, "antal"))?,
            category: sheet.column(&["kategori", "personalkategori", "category"]),
            first: sheet.column(&["forstaavgang", "forstaavgangsdag", "firstexit", "from"]),
            last: sheet.column(&["sistaavgang", "sistaavgangsdag", "lastexit", "to"]),
        };
        if columns.ssyk.is_none() && columns.title.is_none() {
            return Err(missing(sheet, "ssyk or yrke"));
        }
        let (mut rows, mut bad) = (Vec::new(), Vec::new());
        for row in &sheet.rows {
            match count(row, &columns) {
                Ok(count) => rows.push(count),
                Err(text) => bad.push(BadRow { line: row.line, text }),
            }
        }
        if rows.is_empty() {
            let problem = bad.first().map_or_else(
                || "no rows".to_owned(),
                |bad| format!("no row can be used; line {}: {}", bad.line, bad.text.en),
            );
            return Err(Error::format(&sheet.name, problem, "give ssyk or yrke, and antal"));
        }
        Ok(Self { rows: merged(rows), bad, counties: counties(sheet) })
    }

    /// People of all rows.
    pub fn people(&self) -> u32 {
        self.rows.iter().map(|row| row.people).sum()
    }
}

fn missing(sheet: &Sheet, column: &str) -> Error {
    let problem = format!("no column {column}; found {}", sheet.columns.join(", "));
    Error::format(
        &sheet.name,
        problem,
        "use ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang",
    )
}

/// Equal rows are one with the people of all, so that their order means nothing.
fn merged(mut rows: Vec<Count>) -> Vec<Count> {
    rows.sort();
    let mut merged: Vec<Count> = Vec::with_capacity(rows.len());
    for row in rows {
        match merged.last_mut() {
            Some(last) if Count { people: row.people, ..last.clone() } == row => {
                last.people += row.people;
            }
            _ => merged.push(row),
        }
    }
    merged
}

fn counties(sheet: &Sheet) -> Vec<String> {
    let Some(at) = sheet.column(&["lan", "county"]) else { return Vec::new() };
    let mut found: Vec<String> = sheet.rows.iter().map(|row| row.cells[at].clone()).collect();
    found.retain(|county| !county.is_empty());
    found.sort();
    found.dedup();
    found
}

fn count(row: &SheetRow, columns: &Columns) -> Result<Count, Bilingual<String>> {
    let cell =
        |at: Option<usize>| at.map(|at| row.cells[at].as_str()).filter(|cell| !cell.is_empty());
    if cell(columns.ssyk).into_iter().chain(cell(columns.title)).any(is_total) {
        return Err(Bilingual::new(
            "raden är en summa och räknas inte en gång till",
            "the row is a sum and is not counted again",
        ));
    }
    let people = Quantity::People.read(&row.cells[columns.people]);
    let people = people.filter(|people| (1.0..=MOST_PEOPLE).contains(people));
    let Some(people) = people else {
        return Err(Bilingual::new(
            format!("antal ska vara ett helt tal från 1 till {MOST_PEOPLE}"),
            format!("antal must be a whole number from 1 to {MOST_PEOPLE}"),
        ));
    };
    let ssyk = cell(columns.ssyk);
    if ssyk.is_some_and(|code| !is_unit_group(code)) {
        return Err(Bilingual::new(
            "SSYK 2012 skrivs med fyra siffror",
            "SSYK 2012 has four digits",
        ));
    }
    let title = cell(columns.title);
    if ssyk.is_none() && title.is_none() {
        return Err(Bilingual::new("fyll i ssyk eller yrke", "fill in ssyk or yrke"));
    }
    let day = |at: Option<usize>| match cell(at) {
        None => Ok(None),
        Some(text) => date(text).map(Some).ok_or_else(|| {
            Bilingual::new("skriv datum som 2027-01-31", "write dates such as 2027-01-31")
        }),
    };
    let (first, last) = (day(columns.first)?, day(columns.last)?);
    if first.zip(last).is_some_and(|(first, last)| last < first) {
        return Err(Bilingual::new(
            "sista avgången är före den första",
            "the last exit is before the first",
        ));
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked above")]
    Ok(Count {
        ssyk: ssyk.map(str::to_owned),
        title: title.map(str::to_owned),
        agreement: cell(columns.category).and_then(agreement).map(str::to_owned),
        first,
        last,
        people: people as u32,
    })
}

/// The agreement area most workplaces of private employers have for a category of the filing.
fn agreement(category: &str) -> Option<&'static str> {
    let category = category.to_lowercase();
    if category.starts_with("tj") || category.starts_with("white") {
        Some("TRR")
    } else if category.starts_with("koll")
        || category.starts_with("arb")
        || category.starts_with("blue")
    {
        Some("TSL")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Counts, Error> {
        Counts::of(&Sheet::parse(text.as_bytes(), "c.csv").unwrap())
    }

    #[test]
    fn rows_are_read_merged_and_bad_ones_told() {
        let counts = read(
            "ssyk;yrke;antal;kategori;lan;forsta_avgang;sista_avgang\n\
             8212;;1 200;kollektivanställd;Västra Götaland;2027-01-31;2027-06-30\n\
             ;Montör;30;;;;\n\
             8212;;5;kollektivanställd;Västra Götaland;2027-01-31;2027-06-30\n\
             82;;5;;;;\n\
             8212;;0;;;;\n\
             ;;3;;;;\n\
             8212;;3;;;2027-13-01;\n\
             8212;;3;;;2027-02-01;2027-01-01\n",
        )
        .unwrap();
        assert_eq!(counts.people(), 1_235);
        assert_eq!(counts.rows.len(), 2);
        assert!(counts.rows.iter().any(|row| row.agreement.as_deref() == Some("TSL")));
        let lines: Vec<u64> = counts.bad.iter().map(|bad| bad.line).collect();
        assert_eq!(lines, [5, 6, 7, 8, 9]);
        assert_eq!(counts.counties, ["Västra Götaland"]);
    }

    #[test]
    fn a_table_without_what_is_needed_says_what() {
        for (text, expected) in [
            ("ssyk;lan\n8212;O\n", "no column antal"),
            ("antal;lan\n3;O\n", "no column ssyk or yrke"),
            ("ssyk;antal\n82;3\n", "line 2: SSYK"),
            ("ssyk;antal\n", "no rows"),
        ] {
            let said = read(text).unwrap_err().to_string();
            assert!(said.contains(expected), "{said}");
        }
    }
}
