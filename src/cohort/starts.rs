//! The course starts a hub buys: `course;start;seats;price_kr`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::sheet::{self, Column, RowProblem};
use crate::{
    dataset::DataSet,
    domain::CourseIx,
    intake::{Error, cell, quantity::Quantity},
};

/// Most seats and kronor a row may name.
const MOST_SEATS: f64 = 1e6;
const MOST_KRONOR: f64 = 1e7;
/// Most rows of a file.
const MOST_STARTS: usize = 100_000;

const COLUMNS: [Column; 4] = [
    Column { name: "course", also: &["kurs", "course_id", "kurs_id"], needed: true },
    Column { name: "start", also: &["startdatum", "start_date"], needed: true },
    Column { name: "seats", also: &["platser"], needed: true },
    Column { name: "price_kr", also: &["pris_kr", "pris", "price"], needed: true },
];

/// One start of a course, with what the hub pays for a seat.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Start {
    /// The course.
    pub course: CourseIx,
    /// First day.
    pub day: Date,
    /// Seats.
    pub seats: u32,
    /// Kronor for one of them.
    pub price_kr: u32,
}

/// The starts of a file, by course and day.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Starts {
    /// Starts, ascending by the course's id and the day.
    pub starts: Vec<Start>,
    /// Rows that are not used, with the reason.
    pub refused: Vec<RowProblem>,
}

impl Starts {
    /// Reads a file of starts of courses of a data set. A row that cannot be used is left out and said,
    /// a start before `today` too; a file without any row that can be used is an error. `file` is its
    /// name in messages.
    pub fn read(bytes: &[u8], file: &str, dataset: &DataSet, today: Date) -> Result<Self, Error> {
        let sheet = sheet::read(bytes, file, &COLUMNS)?;
        let mut read = Self::of(sheet.rows, dataset, today);
        read.refused.extend(sheet.refused);
        read.refused.sort_by_key(|problem| problem.line);
        if let (true, Some(first)) = (read.starts.is_empty(), read.refused.first()) {
            return Err(Error::format(
                format!("{file}, line {}", first.line),
                first.message.en.clone(),
                "no row of the file can be used",
            ));
        }
        Ok(read)
    }

    /// The same of rows with their numbers, each the cells of a table: course, first day, seats, kronor.
    pub fn of(
        rows: impl IntoIterator<Item = (u64, Vec<String>)>,
        dataset: &DataSet,
        today: Date,
    ) -> Self {
        let mut read = Self::default();
        let mut by_id: BTreeMap<&str, CourseIx> = BTreeMap::new();
        for (ix, course) in (0..).zip(&dataset.courses) {
            by_id.insert(&course.id, ix);
            by_id.extend(course.also.iter().map(|id| (id.as_str(), ix)));
        }
        let mut seen: BTreeMap<(CourseIx, Date), u64> = BTreeMap::new();
        for (line, cells) in rows.into_iter().take(MOST_STARTS) {
            let start = match start(&cells, &by_id, today) {
                Ok(start) => start,
                Err((sv, en)) => {
                    read.refused.push(RowProblem::new(line, sv, en));
                    continue;
                }
            };
            if let Some(earlier) = seen.insert((start.course, start.day), line) {
                seen.insert((start.course, start.day), earlier);
                read.refused.push(RowProblem::new(
                    line,
                    format!("samma kurs och start står på rad {earlier}; räkna ihop platserna"),
                    format!("the same course and start stand on line {earlier}; add the seats up"),
                ));
                continue;
            }
            read.starts.push(start);
        }
        let id = |start: &Start| &dataset.courses[start.course as usize].id;
        read.starts.sort_by(|a, b| id(a).cmp(id(b)).then(a.day.cmp(&b.day)));
        read
    }
}

type Said = (String, String);

fn start(cells: &[String], by_id: &BTreeMap<&str, CourseIx>, today: Date) -> Result<Start, Said> {
    let [course, day, seats, price] = cells else { return Err(Said::default()) };
    let Some(course) = by_id.get(course.as_str()) else {
        return Err((
            format!("kursen `{course}` finns inte i datamängden; skriv kursens id"),
            format!("no course `{course}` in the data set; write the id of the course"),
        ));
    };
    let Some(day) = cell::date(day) else {
        return Err((
            format!("`{day}` är inget datum; skriv till exempel 2027-01-18"),
            format!("`{day}` is no date; write 2027-01-18, for example"),
        ));
    };
    if day < today {
        return Err((
            format!("starten {day} har passerat (planen ses från {today})"),
            format!("the start {day} has passed (the plan is seen from {today})"),
        ));
    }
    Ok(Start {
        course: *course,
        day,
        seats: whole(seats, Quantity::People, MOST_SEATS, ["platser", "seats"])?,
        price_kr: whole(price, Quantity::Kronor, MOST_KRONOR, ["kronor"; 2])?,
    })
}

/// A whole number from 0 to a bound; kronor are rounded.
fn whole(text: &str, of: Quantity, most: f64, [sv, en]: [&str; 2]) -> Result<u32, Said> {
    let read = of.read(text).filter(|number| (0.0..=most).contains(number));
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
    let whole = read.map(|number| number.round() as u32);
    whole.ok_or_else(|| {
        (
            format!("`{text}` är inget antal {sv} från 0 till {most}"),
            format!("`{text}` is no number of {en} from 0 to {most}"),
        )
    })
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::dataset::starter;

    fn read(text: &str) -> Result<Starts, Error> {
        let dataset = starter::dataset().unwrap();
        Starts::read(text.as_bytes(), "starts.csv", &dataset, date(2026, 11, 1))
    }

    #[test]
    fn every_row_is_a_start_or_has_its_reason() {
        let read = read(
            "\u{feff}kurs;startdatum;platser;pris_kr\r\n\
             starter:short/truckkort;2027-01-11;8;4 500,00\r\n\
             starter:short/truckkort;2027-01-11;9;4500\r\n\
             starter:short/truckkort;2026-10-01;8;4500\r\n\
             no-such;2027-01-11;8;4500\r\n\
             starter:short/truckkort;2027-13-11;8;4500\r\n\
             starter:short/truckkort;2027-02-11;-8;4500\r\n\
             19811218-9876;2027-02-11;8;4500\r\n\
             starter:short/hygien;2027-01-18;0;0\r\n",
        )
        .unwrap();
        assert_eq!(read.starts.len(), 2);
        let days: Vec<String> = read.starts.iter().map(|start| start.day.to_string()).collect();
        assert_eq!(days, ["2027-01-18", "2027-01-11"], "by the course's id");
        assert_eq!(read.starts[1].price_kr, 4_500);
        let lines: Vec<u64> = read.refused.iter().map(|problem| problem.line).collect();
        assert_eq!(lines, [3, 4, 5, 6, 7, 8]);
        let said: Vec<&str> = read.refused.iter().map(|p| p.message.en.as_str()).collect();
        for (said, part) in
            said.iter().zip(["line 2", "has passed", "no-such", "2027-13-11", "-8", "personnummer"])
        {
            assert!(said.contains(part), "{said}");
            assert!(!said.contains("9876"));
        }
    }

    #[test]
    fn a_file_that_is_none_is_named() {
        let error = read("course,start,seats\nx,2027-01-11,8\n").unwrap_err().to_string();
        assert!(error.contains("starts.csv") && error.contains("price_kr"), "{error}");
        let error =
            read("course;start;seats;price_kr\nx;2027-01-11;8;1\n").unwrap_err().to_string();
        assert!(error.contains("line 2") && error.contains("`x`"), "{error}");
        assert!(read("course;start;seats;price_kr\n").unwrap().starts.is_empty());
    }
}
