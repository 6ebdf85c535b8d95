//! A plan as a table for advisers: a row for each worker's way and for each alternative. Who writes `ja`
//! under `locked` on the row they want and gives the table to the next plan has it kept.

use std::io::{self, Seek, Write};

use super::document::{CourseInPlan, Plan, WayInPlan};
use crate::{
    batch::{decimal, one_sheet, safe, spreadsheet},
    dataset::sectors::sector_name,
    domain::{Bilingual, Language},
    intake::by_number,
};

/// Names of the columns in the table that programs read, with their Swedish headings.
const HEADER: [(&str, &str); 20] = [
    ("ref", "Referens"),
    ("locked", "Låst"),
    ("row", "Slag"),
    ("occupation", "Yrke"),
    ("courses", "Kurser"),
    ("starts", "Kursstarter"),
    ("ready", "Klar"),
    ("weeks", "Veckor"),
    ("cost_kr", "Kronor"),
    ("fits_window", "Ryms i tiden"),
    ("open", "Går i stället"),
    ("worth", "Värde i poäng"),
    ("gap_closed_percent", "Andel av luckan, %"),
    ("demand_percent", "Efterfrågan, %"),
    ("wage_change", "Löneskillnad"),
    ("sector", "Bransch"),
    ("status", "Läge"),
    ("note", "Anmärkning"),
    ("occupation_id", "Yrkets id"),
    ("course_ids", "Kursernas id"),
];

/// Values that are keys, with what they are called in Swedish.
const KEYS: [(&str, &str); 5] = [
    ("planned", "i planen"),
    ("alternative", "annan väg"),
    ("no_place", "utan väg"),
    ("draft", "utkast"),
    ("approved", "godkänd"),
];
/// Places of those values, and of the sector.
const ROW: usize = 2;
const STATUS: usize = 16;
const SECTOR: usize = 15;

/// Place of the note; what machines read stands behind it.
const NOTE: usize = 17;

/// Cells that all rows of a worker share.
struct Head<'p> {
    reference: &'p str,
    sector: &'p str,
    status: &'static str,
}

/// Writes a plan as CSV with `;` and a byte order mark, as Swedish spreadsheets read it.
pub fn write(plan: &Plan, out: &mut impl Write) -> io::Result<()> {
    let mut table = spreadsheet(out)?;
    table.write_record(HEADER.map(|(key, _)| key))?;
    for row in rows(plan) {
        table.write_record(row)?;
    }
    table.flush()
}

/// Writes the same table as an Excel workbook for people: in their language, references in the order of
/// their numbers. It is made in memory.
///
/// # Errors
/// Where it cannot be written.
pub fn workbook(plan: &Plan, language: Language, out: impl Write + Seek + Send) -> io::Result<()> {
    let mut rows = rows(plan);
    rows.sort_by(|one, other| by_number(&one[0], &other[0]));
    let header = HEADER.map(|(key, swedish)| language.pick(swedish, key));
    if language == Language::Sv {
        for row in &mut rows {
            to_swedish(row);
        }
    }
    one_sheet("Plan", &header, &rows, out)
}

/// Puts Swedish words in the place of keys.
fn to_swedish(row: &mut [String]) {
    for at in [ROW, STATUS] {
        if let Some((_, swedish)) = KEYS.iter().find(|(key, _)| *key == row[at]) {
            (*swedish).clone_into(&mut row[at]);
        }
    }
    if let Some(name) = sector_name(&row[SECTOR]) {
        row[SECTOR] = cell(&name.sv);
    }
}

/// The rows of the table, worker by worker.
fn rows(plan: &Plan) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let status = if plan.approved.is_some() { "approved" } else { "draft" };
    let mut placed = plan.assignments.iter().peekable();
    let mut missed = plan.unassigned.iter().peekable();
    loop {
        let first = match (placed.peek(), missed.peek()) {
            (Some(one), Some(other)) => one.r#ref < other.r#ref,
            (one, _) => one.is_some(),
        };
        let (head, alternatives) = if first {
            let Some(person) = placed.next() else { break };
            let head = Head { reference: &person.r#ref, sector: &person.sector, status };
            let mut cells = head.row("planned", person.locked, Some(&person.way));
            cells[NOTE] = note([None, person.ask.as_ref()]);
            rows.push(cells);
            (head, &person.alternatives)
        } else {
            let Some(person) = missed.next() else { break };
            let head = Head { reference: &person.r#ref, sector: &person.sector, status };
            let mut cells = head.row("no_place", person.reason == "locked_out", None);
            cells[NOTE] = note([Some(&person.text), person.ask.as_ref()]);
            rows.push(cells);
            (head, &person.alternatives)
        };
        for way in alternatives {
            rows.push(head.row("alternative", false, Some(way)));
        }
    }
    rows
}

impl Head<'_> {
    fn row(&self, row: &str, locked: bool, way: Option<&WayInPlan>) -> Vec<String> {
        let mut cells = vec![String::new(); HEADER.len()];
        cells[0] = cell(self.reference);
        (if locked { "ja" } else { "" }).clone_into(&mut cells[1]);
        row.clone_into(&mut cells[ROW]);
        self.sector.clone_into(&mut cells[SECTOR]);
        self.status.clone_into(&mut cells[STATUS]);
        let Some(way) = way else { return cells };
        let list = |of: fn(&CourseInPlan) -> String| {
            cell(&way.courses.iter().map(of).collect::<Vec<_>>().join(" | "))
        };
        let yes_no = |answer: bool| (if answer { "ja" } else { "nej" }).to_owned();
        // Without a course there is nothing to fit.
        let fits = || way.fits_window.map_or_else(|| "okänt".to_owned(), yes_no);
        let facts = [
            cell(&way.occupation.sv),
            list(|course| course.title.sv.clone()),
            list(|course| course.start.map(|day| day.to_string()).unwrap_or_default()),
            way.ready.map(|day| day.to_string()).unwrap_or_default(),
            decimal(way.weeks),
            way.cost_kr.to_string(),
            if way.courses.is_empty() { String::new() } else { fits() },
            way.open.map(yes_no).unwrap_or_default(),
            decimal(way.worth),
            format!("{:.0}", 100.0 * way.closed),
            format!("{:.0}", 100.0 * way.demand),
            way.wage_change.map(|change| change.to_string()).unwrap_or_default(),
        ];
        for (cell, fact) in cells[3..].iter_mut().zip(facts) {
            *cell = fact;
        }
        cells[NOTE + 1].clone_from(&way.occupation_id);
        cells[NOTE + 2] = list(|course| course.id.clone());
        cells
    }
}

/// What is noted of a person.
fn note(said: [Option<&Bilingual<String>>; 2]) -> String {
    let said: Vec<&str> = said.into_iter().flatten().map(|text| text.sv.as_str()).collect();
    cell(&said.join("; "))
}

/// A cell that no spreadsheet runs.
fn cell(text: &str) -> String {
    safe(text.to_owned())
}
