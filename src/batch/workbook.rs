//! The table as an Excel workbook; the only place that names `rust_xlsxwriter`.

use std::io::{self, Read, Seek, Write};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet, XlsxError};

use super::{
    Report,
    table::{COLUMNS, Kind},
};

/// Rows of a sheet with its heading: what Excel holds.
const ROWS: u32 = 1_048_576;
/// UTF-16 units of a cell: what Excel holds.
const LETTERS: usize = 32_767;
/// Widths of columns in letters.
const WIDE: f64 = 32.0;
const NARROW: f64 = 12.0;
const MIDDLE: f64 = 22.0;

/// Makes a workbook of the [`super::Form::Words`] table: paths on as many sheets as they need, and what
/// they came to on the first. Memory does not grow with the table: its sheets wait in the system's folder
/// for such files.
///
/// # Errors
/// Where a file, or one of those in the system's folder for such files, cannot be read or written.
pub fn workbook(
    table: impl Read,
    report: &Report,
    out: impl Write + Seek + Send,
) -> io::Result<()> {
    let mut workbook = Workbook::new();
    // The day it is made would make two files of one run differ.
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(refused)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    summarise(workbook.add_worksheet(), report).map_err(refused)?;
    let mut reader = csv::Reader::from_reader(table);
    let mut line = csv::StringRecord::new();
    let mut more = reader.read_record(&mut line)?;
    let mut sheet = 1;
    while more || sheet == 1 {
        let paths = workbook.add_worksheet_with_constant_memory().map_err(refused)?;
        let name = if sheet == 1 { "Vägar".to_owned() } else { format!("Vägar {sheet}") };
        head(paths, &name).map_err(refused)?;
        let mut row = 1;
        while more && row < ROWS {
            write_row(paths, row, &line).map_err(refused)?;
            row += 1;
            more = reader.read_record(&mut line)?;
        }
        sheet += 1;
    }
    workbook.save_to_writer(out).map_err(refused)
}

/// Makes a workbook of one sheet. Cells that read as numbers are numbers, with a decimal comma too.
///
/// # Errors
/// Where it cannot be written.
pub(crate) fn one_sheet(
    name: &str,
    header: &[&str],
    rows: &[Vec<String>],
    out: impl Write + Seek + Send,
) -> io::Result<()> {
    let mut workbook = Workbook::new();
    let made = ExcelDateTime::from_ymd(2000, 1, 1).map_err(refused)?;
    workbook.set_properties(&DocProperties::new().set_creation_datetime(&made));
    fill(workbook.add_worksheet(), name, header, rows).map_err(refused)?;
    workbook.save_to_writer(out).map_err(refused)
}

fn fill(
    sheet: &mut Worksheet,
    name: &str,
    header: &[&str],
    rows: &[Vec<String>],
) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 1)?;
    let bold = Format::new().set_bold();
    for (at, heading) in (0..).zip(header) {
        sheet.set_column_width(at, MIDDLE)?;
        sheet.write_string_with_format(0, at, *heading, &bold)?;
    }
    for (line, row) in (1..ROWS).zip(rows) {
        for (at, text) in (0..).zip(row).filter(|(_, text)| !text.is_empty()) {
            // The first is a reference, whatever it looks like.
            match text.replace(',', ".").parse::<f64>() {
                Ok(number) if at > 0 && number.is_finite() => {
                    sheet.write_number(line, at, number)?
                }
                _ => sheet.write_string(line, at, fitting(text))?,
            };
        }
    }
    Ok(())
}

fn head(sheet: &mut Worksheet, name: &str) -> Result<(), XlsxError> {
    sheet.set_name(name)?;
    sheet.set_freeze_panes(1, 2)?;
    let bold = Format::new().set_bold();
    for (at, column) in (0..).zip(&COLUMNS) {
        let width = if column.kind == Kind::Text { WIDE } else { NARROW };
        sheet.set_column_width(at, width)?;
        sheet.write_string_with_format(0, at, column.heading, &bold)?;
    }
    Ok(())
}

fn write_row(sheet: &mut Worksheet, row: u32, line: &csv::StringRecord) -> Result<(), XlsxError> {
    for ((at, column), text) in (0..).zip(&COLUMNS).zip(line) {
        let number = match column.kind {
            Kind::Whole | Kind::Real => text.parse::<f64>().ok(),
            Kind::Text | Kind::Flag => None,
        };
        match number {
            _ if text.is_empty() => {}
            Some(number) => _ = sheet.write_number(row, at, number)?,
            // A string cell is never run as a formula.
            None => _ = sheet.write_string(row, at, fitting(text))?,
        }
    }
    Ok(())
}

/// As much of a text as a cell holds.
fn fitting(text: &str) -> &str {
    let mut units = 0;
    let end = text.char_indices().find(|(_, letter)| {
        units += letter.len_utf16();
        units > LETTERS
    });
    end.map_or(text, |(end, _)| &text[..end])
}

fn summarise(sheet: &mut Worksheet, report: &Report) -> Result<(), XlsxError> {
    sheet.set_name("Sammanfattning")?;
    sheet.set_column_width(0, 60.0)?;
    let bold = Format::new().set_bold();
    let mut row = 0;
    for (heading, lines) in report.in_swedish() {
        if lines.is_empty() {
            continue;
        }
        sheet.write_string_with_format(row, 0, heading, &bold)?;
        row += 1;
        for (text, count) in lines {
            sheet.write_string(row, 0, text)?;
            #[expect(clippy::cast_precision_loss, reason = "people of a list")]
            sheet.write_number(row, 1, count as f64)?;
            row += 1;
        }
        row += 1;
    }
    sheet.write_string_with_format(row, 0, "Versioner", &bold)?;
    for (name, version) in report.meta.versions() {
        row += 1;
        sheet.write_string(row, 0, name)?;
        sheet.write_string(row, 1, version)?;
    }
    Ok(())
}

fn refused(error: XlsxError) -> io::Error {
    match error {
        XlsxError::IoError(error) => error,
        error => io::Error::other(error),
    }
}
