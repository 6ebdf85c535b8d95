//! Workbooks, row by row.

use std::{
    borrow::Cow,
    io::{self, Cursor},
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, Reader as _, Xlsx, XlsxError};
use zip::ZipArchive;

use super::text;
use crate::dataset::Error;

/// The tables of official workbooks have under thirty columns.
const MAX_COLUMNS: u32 = 100;
/// Unpacked size of everything in a workbook. The official ones have under four megabytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

/// A row: its number from 0, and its cells that hold text or a number, each with its column.
pub(super) type Row<'a, 's> = (u32, &'a [(u32, Cow<'s, str>)]);

/// Gives every row of every sheet to `each`, with the sheet's name. Linear, one pass, one row in
/// memory: a damaged file may claim a million rows.
///
/// # Errors
/// [`Error::Format`] for anything that is not a whole workbook.
pub(super) fn rows(
    file: &str,
    bytes: &[u8],
    mut each: impl FnMut(&str, Row<'_, '_>),
) -> Result<(), Error> {
    let unreadable = |problem: String| {
        Error::format(
            file,
            format!("not readable as an XLSX workbook: {problem}"),
            "fetch the workbook again; it may have been cut off or saved in another format",
        )
    };
    whole(bytes, MAX_BYTES).map_err(unreadable)?;
    // calamine 0.38 overflows on absurd cell references. Nothing is read on after a panic.
    let read = catch_unwind(AssertUnwindSafe(|| -> Result<(), XlsxError> {
        let mut workbook = Xlsx::new(Cursor::new(bytes))?;
        for name in workbook.sheet_names() {
            match sheet(&mut workbook, &name, |row| each(&name, row)) {
                // A sheet that is a chart has no cells.
                Ok(()) | Err(XlsxError::WorksheetNotFound(_)) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }));
    match read {
        Ok(read) => read.map_err(|error| unreadable(error.to_string())),
        Err(_) => Err(unreadable("a cell has an impossible place or value".to_owned())),
    }
}

/// Unpacks everything once, which checks the checksums that calamine does not read up to, and
/// keeps nothing: at most `most` bytes are unpacked.
///
/// # Errors
/// What is wrong with the archive: not whole, or larger than that.
pub(crate) fn whole(bytes: &[u8], most: u64) -> Result<(), String> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| error.to_string())?;
    let mut left = most;
    for at in 0..archive.len() {
        let entry = archive.by_index(at).map_err(|error| error.to_string())?;
        let name = entry.name().map_err(|error| error.to_string())?.into_owned();
        let size = io::copy(&mut io::Read::take(entry, left + 1), &mut io::sink())
            .map_err(|error| format!("{name}: {error}"))?;
        left = left.checked_sub(size).ok_or_else(|| format!("{name}: absurdly large"))?;
    }
    Ok(())
}

/// Gives each row of one sheet to `each`.
fn sheet(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    name: &str,
    mut each: impl FnMut(Row<'_, '_>),
) -> Result<(), XlsxError> {
    let mut reader = workbook.worksheet_cells_reader(name)?;
    let mut cells: Vec<(u32, Cow<'_, str>)> = Vec::new();
    let mut current = 0;
    while let Some(cell) = reader.next_cell()? {
        let (row, column) = cell.get_position();
        if row != current {
            each((current, &cells));
            cells.clear();
            current = row;
        }
        let value = value(cell.get_value());
        if column < MAX_COLUMNS && !value.is_empty() {
            cells.push((column, value));
        }
    }
    each((current, &cells));
    Ok(())
}

/// A cell as clean text; empty for what is neither text nor number.
fn value<'s>(cell: &DataRef<'s>) -> Cow<'s, str> {
    let text = match cell {
        DataRef::SharedString(text) => return tidy(text),
        DataRef::String(text) => text.clone(),
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => number.to_string(),
        _ => String::new(),
    };
    Cow::Owned(tidy(&text).into_owned())
}

/// [`text::line`], copying only what needs it.
fn tidy(text: &str) -> Cow<'_, str> {
    let plain = |c: char| {
        !matches!(c, '<' | '&' | '\u{200b}') && (c == ' ' || !c.is_whitespace()) && !c.is_control()
    };
    if text.chars().all(plain) && !text.contains("  ") {
        Cow::Borrowed(text.trim())
    } else {
        Cow::Owned(text::line(text))
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use proptest::prelude::*;
    use zip::{ZipWriter, write::SimpleFileOptions};

    use super::*;

    /// A workbook whose only sheet holds these cells in XML.
    fn workbook(cells: &str) -> Vec<u8> {
        let link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
        let links = "http://schemas.openxmlformats.org/package/2006/relationships";
        let to = |kind: &str, target: &str| {
            format!(
                r#"<Relationships xmlns="{links}"><Relationship Id="r" Type="{link}/{kind}" Target="{target}"/></Relationships>"#
            )
        };
        let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in [
            ("_rels/.rels", to("officeDocument", "xl/workbook.xml")),
            ("xl/_rels/workbook.xml.rels", to("worksheet", "worksheets/sheet1.xml")),
            (
                "xl/workbook.xml",
                format!(
                    r#"<workbook xmlns:r="{link}"><sheets><sheet name="T" sheetId="1" r:id="r"/></sheets></workbook>"#
                ),
            ),
            (
                "xl/worksheets/sheet1.xml",
                format!("<worksheet><sheetData>{cells}</sheetData></worksheet>"),
            ),
        ] {
            zip.start_file(name, SimpleFileOptions::default()).unwrap();
            zip.write_all(content.as_bytes()).unwrap();
        }
        zip.finish().unwrap().into_inner()
    }

    fn read(cells: &str) -> Result<Vec<String>, Error> {
        let mut read = Vec::new();
        rows("a.xlsx", &workbook(cells), |sheet, (row, cells)| {
            read.extend(
                cells.iter().map(|(column, cell)| format!("{sheet} {row} {column} {cell}")),
            );
        })?;
        Ok(read)
    }

    #[test]
    fn cells_come_with_their_place() {
        let cells = r#"<row r="2"><c r="B2" t="inlineStr"><is><t> Två  ord </t></is></c>
            <c r="C2"><v>1.5</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c>
            <c r="A1048576"><v>100</v></c></row>"#;
        assert_eq!(read(cells).unwrap(), ["T 1 1 Två ord", "T 1 2 1.5", "T 1048575 0 100"]);
    }

    #[test]
    fn an_impossible_place_is_an_error() {
        let error = read(r#"<row r="1"><c r="A99999999999"><v>1</v></c></row>"#).unwrap_err();
        assert!(error.to_string().contains("a.xlsx: not readable as an XLSX workbook"), "{error}");
    }

    proptest! {
        #[test]
        fn no_cell_panics(place in "[A-Z]{0,9}[0-9]{0,12}", value in "[0-9eE.&;#x-]{0,8}", kind in "(n|s|b|e|str|d)") {
            let _ = read(&format!(r#"<row r="1"><c r="{place}" t="{kind}"><v>{value}</v></c></row>"#));
        }
    }
}
