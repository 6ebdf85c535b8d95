//! One row's result.

use std::io::{self, Write};

use serde::Serialize;

use super::Form;
use crate::{
    domain::{Language, Pathway, Recommendation},
    engine::Engine,
    intake::{self, Problem, Row},
};

/// Columns of the CSV form.
const HEADER: [&str; 22] = [
    "line",
    "ref",
    "result",
    "list",
    "rank",
    "score",
    "occupation",
    "occupation_id",
    "ssyk",
    "essential_have",
    "essential_total",
    "missing",
    "licences_missing",
    "courses",
    "course_weeks",
    "fits_window",
    "mean_wage",
    "wage_change",
    "ads_region",
    "understood_as",
    "not_understood",
    "problems",
];

/// The result of one row.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record {
    /// Line of the list the row starts at.
    pub line: u64,
    /// Name of the row's file, where a folder is read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// The answer or the reason there is none.
    #[serde(flatten)]
    pub outcome: Outcome,
}

/// A worker's answer, or why the row was refused.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "result", rename_all = "snake_case")]
pub enum Outcome {
    /// The row was read.
    Answered {
        /// What was not read as written.
        #[serde(skip_serializing_if = "Vec::is_empty")]
        warnings: Vec<Problem>,
        /// The answer.
        recommendation: Box<Recommendation>,
    },
    /// The row was refused.
    Refused {
        /// Why.
        error: Problem,
    },
}

impl Record {
    /// Answers a row, with the long lists of skills cut; their counts stay whole.
    pub(super) fn answer(engine: &Engine, row: Row, paths: usize) -> Self {
        let outcome = match row.outcome {
            Ok(worker) => {
                let told = intake::told(engine, worker.profile, &worker.text);
                Outcome::Answered {
                    warnings: worker.warnings,
                    recommendation: Box::new(told.recommend(engine, paths).brief()),
                }
            }
            Err(error) => Outcome::Refused { error },
        };
        Self { line: row.line, file: row.file, outcome }
    }

    /// The record's lines in the output.
    pub(super) fn bytes(&self, form: Form) -> Vec<u8> {
        let mut bytes = Vec::new();
        // Writing to memory cannot fail, and the types hold nothing that JSON or CSV cannot.
        let _written = match form {
            Form::Ndjson => serde_json::to_writer(&mut bytes, self).map_err(io::Error::from),
            Form::Csv => self.write_csv(&mut bytes),
        };
        if form == Form::Ndjson {
            bytes.push(b'\n');
        }
        bytes
    }

    fn write_csv(&self, out: &mut Vec<u8>) -> io::Result<()> {
        let mut table = writer(out);
        let line = match &self.file {
            Some(file) => join([format!("{file}:{}", self.line).as_str()].into_iter()),
            None => self.line.to_string(),
        };
        match &self.outcome {
            Outcome::Refused { error } => {
                let mut cells = vec![String::new(); HEADER.len()];
                cells[0] = line;
                "refused".clone_into(&mut cells[2]);
                cells[HEADER.len() - 1] = error.to_string();
                table.write_record(&cells)?;
            }
            Outcome::Answered { warnings, recommendation } => {
                let lists = [
                    ("wanted", &recommendation.wanted),
                    ("own_sector", &recommendation.own_sector),
                    ("change_sector", &recommendation.change_sector),
                ];
                let head = Head::of(line, recommendation, warnings);
                let mut any = false;
                for (list, paths) in lists {
                    for path in paths {
                        table.write_record(head.row(list, Some(path)))?;
                        any = true;
                    }
                }
                if !any {
                    table.write_record(head.row("", None))?;
                }
            }
        }
        table.flush()
    }
}

/// Cells that all lines of a worker share.
struct Head {
    line: String,
    reference: String,
    result: String,
    understood: String,
    not_understood: String,
    problems: String,
}

impl Head {
    fn of(line: String, answer: &Recommendation, warnings: &[Problem]) -> Self {
        let result = serde_json::to_value(answer.match_status).ok();
        let understood = answer.understood.occupations.iter();
        let not_understood = answer.understood.unmatched.iter();
        Self {
            line,
            reference: join(answer.r#ref.as_deref().into_iter()),
            result: result.and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default(),
            understood: join(understood.map(|concept| concept.label.text(Language::Sv))),
            not_understood: join(not_understood.map(|missed| missed.text.as_str())),
            problems: join(warnings.iter().map(|warning| warning.code.key())),
        }
    }

    fn row(&self, list: &str, path: Option<&Pathway>) -> Vec<String> {
        let mut cells =
            vec![self.line.clone(), self.reference.clone(), self.result.clone(), list.to_owned()];
        if let Some(path) = path {
            let number = |value: Option<String>| value.unwrap_or_default();
            let (gap, plan, demand) = (&path.gap, &path.plan, &path.demand);
            cells.extend([
                path.rank.to_string(),
                format!("{:.1}", path.score),
                path.label.text(Language::Sv).to_owned(),
                path.id.clone(),
                path.ssyk.first().cloned().unwrap_or_default(),
                gap.essential_have.to_string(),
                gap.essential_total.to_string(),
                join(gap.missing_essential.iter().map(|skill| skill.label.text(Language::Sv))),
                join(gap.licences.iter().map(|licence| licence.key.as_str())),
                join(plan.courses.iter().map(|course| course.title.text(Language::Sv))),
                number(plan.total_weeks.map(|weeks| format!("{weeks:.1}"))),
                number(plan.fits_window.map(|fits| fits.to_string())),
                number(demand.wage.map(|wage| wage.mean.to_string())),
                number(demand.wage_change.map(|change| change.to_string())),
                number(demand.ads_region.map(|ads| ads.to_string())),
            ]);
        }
        cells.resize(HEADER.len() - 3, String::new());
        cells.extend([self.understood.clone(), self.not_understood.clone(), self.problems.clone()]);
        cells
    }
}

/// Writes the header of the CSV form, with a byte order mark so that Excel reads UTF-8.
pub(super) fn write_header(out: &mut impl Write) -> io::Result<()> {
    out.write_all("\u{feff}".as_bytes())?;
    let mut line = Vec::new();
    let mut table = writer(&mut line);
    table.write_record(HEADER)?;
    table.flush()?;
    drop(table);
    out.write_all(&line)
}

fn writer(out: &mut Vec<u8>) -> csv::Writer<&mut Vec<u8>> {
    csv::WriterBuilder::new().delimiter(b';').from_writer(out)
}

/// Cells with a formula sign at the start are harmless in the list's own words, but a spreadsheet
/// would run them: they get a quote before them.
fn join<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let joined = texts.collect::<Vec<_>>().join(" | ");
    if joined.starts_with(['=', '+', '-', '@']) { format!("'{joined}") } else { joined }
}
