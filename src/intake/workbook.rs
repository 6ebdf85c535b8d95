//! A workbook (XLSX): the first sheet with a header, or the one that was asked for.
//!
//! A sheet is held in memory as text while it is read: a zip has its table of contents at its end,
//! and cells refer to a table of texts. A list that is too large for that is read as CSV.

use std::{
    collections::{BTreeMap, VecDeque},
    io::Cursor,
    panic::{AssertUnwindSafe, catch_unwind},
};

use calamine::{DataRef, ExcelDateTime, Reader as _, SheetVisible, Xlsx, XlsxError};

use super::{
    Format,
    guess::Mapping,
    header::{self, HEADER_WITHIN, Header, ReadColumn, no_header, safe_name},
    problem::{Code, Problem, Refusal},
    source::{Found, Source},
};
use crate::dataset::whole_workbook;

/// Largest workbook, packed.
pub(super) const MAX_FILE: u64 = 64 << 20;
/// Largest workbook, unpacked: some two million cells.
const MAX_UNPACKED: u64 = 128 << 20;
/// Most cells of the sheets that are read.
const MAX_CELLS: usize = 4_000_000;
/// Most bytes of their texts: one long text may stand in any number of cells.
const MAX_TEXT: usize = 256 << 20;
/// Most places up to the last cell of each row: a row with one cell far out has many.
const MAX_PLACES: usize = 64_000_000;
/// Most sheets that are looked through for a list: any number of names may lead to one of them.
const MAX_SHEETS: usize = 32;

/// The filled cells of a row by their columns, and its number from 1.
type SheetRow = (u64, Vec<(usize, String)>);

/// The rows of a sheet that are not blank, and how many cells of each column have a formula without its
/// result: not every program that writes a workbook computes it.
#[derive(Debug)]
struct SheetRows {
    filled: VecDeque<SheetRow>,
    not_computed: BTreeMap<usize, usize>,
}

/// A sheet with a header.
#[derive(Debug)]
pub(super) struct Workbook {
    rows: VecDeque<SheetRow>,
    header: Header,
    notes: Vec<Problem>,
}

impl Workbook {
    /// Reads a sheet. Without a name it is the first visible one whose rows begin with a header.
    ///
    /// # Errors
    /// For what is no whole workbook or too large, a sheet that is not there, and where no sheet has
    /// a header.
    pub(super) fn open(
        bytes: &[u8],
        name: Option<&str>,
        mapping: &Mapping,
    ) -> Result<Self, Refusal> {
        not_another(bytes)?;
        whole_workbook(bytes, MAX_UNPACKED).map_err(|error| unreadable(&error))?;
        // calamine 0.38 overflows on absurd cell references. Nothing is read on after a panic.
        let read = catch_unwind(AssertUnwindSafe(|| Self::find(bytes, name, mapping)));
        let nowhere = |_panic| Err(unreadable("a cell has an impossible place or value"));
        read.unwrap_or_else(nowhere)
    }

    fn find(bytes: &[u8], name: Option<&str>, mapping: &Mapping) -> Result<Self, Refusal> {
        let damaged = |error: XlsxError| unreadable(&error.to_string());
        let mut workbook = Xlsx::new(Cursor::new(bytes)).map_err(damaged)?;
        let sheets = workbook.sheets_metadata().to_vec();
        let visible = sheets.iter().filter(|sheet| sheet.visible == SheetVisible::Visible);
        let visible: Vec<String> = visible.map(|sheet| sheet.name.clone()).collect();
        let wanted: Vec<String> = match name {
            None => visible.clone(),
            Some(name) => {
                let same = |sheet: &&calamine::Sheet| alike(&sheet.name, name);
                let found = sheets.iter().find(same).map(|sheet| sheet.name.clone());
                vec![found.ok_or_else(|| no_such_sheet(&visible))?]
            }
        };
        let mut first_refusal = None;
        let mut left = Room { cells: MAX_CELLS, text: MAX_TEXT, places: MAX_PLACES };
        for sheet in wanted.iter().take(MAX_SHEETS) {
            let rows = match rows(&mut workbook, sheet, &mut left) {
                Ok(rows) => rows,
                // A sheet that is a chart has no cells.
                Err(Unread::Sheet(XlsxError::WorksheetNotFound(_))) => continue,
                Err(Unread::Sheet(error)) => return Err(damaged(error)),
                Err(Unread::TooLarge) => return Err(too_large()),
            };
            match Self::of(rows, mapping) {
                Ok(mut read) => {
                    read.notes.extend(which_sheet(sheet, &visible));
                    return Ok(read);
                }
                Err(refusal) => first_refusal = first_refusal.or(Some(refusal)),
            }
        }
        Err(first_refusal.unwrap_or_else(no_header))
    }

    /// Takes the row with most known columns of the first ten for the header.
    fn of(rows: SheetRows, mapping: &Mapping) -> Result<Self, Refusal> {
        let SheetRows { filled: mut rows, not_computed } = rows;
        let first: Vec<Vec<String>> =
            rows.iter().take(HEADER_WITHIN).map(|(_, cells)| spread(cells)).collect();
        let known: Vec<usize> = first.iter().map(|cells| header::known(cells, mapping)).collect();
        let most = known.iter().copied().max().unwrap_or(0);
        let place = if most > 0 {
            known.iter().position(|known| *known == most)
        } else {
            header::guessed(first.iter().map(Vec::as_slice))
        };
        let place = place.ok_or_else(no_header)?;
        let header = Header::of(&first[place], place, mapping)?;
        rows.drain(..=place);
        let mut notes = header.notes().to_vec();
        notes.extend(which_are_not_computed(&header.columns(), &not_computed));
        Ok(Self { rows, header, notes })
    }
}

impl Source for Workbook {
    fn next_row(&mut self) -> Option<Found> {
        let (line, cells) = self.rows.pop_front()?;
        Some(Found::at(line, self.header.draft(spread(&cells), false)))
    }

    fn format(&self) -> Option<Format> {
        Some(Format::Xlsx)
    }

    fn notes(&self) -> Vec<Problem> {
        self.notes.clone()
    }

    fn columns(&self) -> Vec<ReadColumn> {
        self.header.columns()
    }
}

/// Filled cells at their places, with the empty ones between them.
fn spread(cells: &[(usize, String)]) -> Vec<String> {
    let mut all = vec![String::new(); cells.last().map_or(0, |(column, _)| column + 1)];
    for (column, text) in cells {
        all[*column].clone_from(text);
    }
    all
}

enum Unread {
    Sheet(XlsxError),
    TooLarge,
}

/// What may still be read of a workbook.
struct Room {
    cells: usize,
    text: usize,
    places: usize,
}

/// Takes so much of what is left.
fn take(left: &mut usize, much: usize) -> Result<(), Unread> {
    *left = left.checked_sub(much).ok_or(Unread::TooLarge)?;
    Ok(())
}

/// The rows of a sheet.
fn rows(
    workbook: &mut Xlsx<Cursor<&[u8]>>,
    sheet: &str,
    left: &mut Room,
) -> Result<SheetRows, Unread> {
    let mut reader = workbook.worksheet_cells_reader(sheet).map_err(Unread::Sheet)?;
    let mut rows: VecDeque<SheetRow> = VecDeque::new();
    let mut not_computed: BTreeMap<usize, usize> = BTreeMap::new();
    while let Some(cell) = reader.next_cell_with_formula_metadata().map_err(Unread::Sheet)? {
        take(&mut left.cells, 1)?;
        let (row, column) = cell.pos;
        let (line, column) = (u64::from(row) + 1, column as usize);
        let text = text(&cell.value);
        if text.trim().is_empty() {
            // An empty text is a result, too.
            if cell.formula.is_some() && matches!(cell.value, DataRef::Empty) {
                *not_computed.entry(column).or_default() += 1;
            }
            continue;
        }
        take(&mut left.text, text.len())?;
        match rows.back_mut() {
            Some((last, cells)) if *last == line => cells.push((column, text)),
            _ => rows.push_back((line, vec![(column, text)])),
        }
    }
    // Spreadsheets write rows and cells in order; other programs need not.
    rows.make_contiguous().sort_by_key(|(line, _)| *line);
    for (_, cells) in &mut rows {
        cells.sort_by_key(|(column, _)| *column);
        cells.dedup_by_key(|(column, _)| *column);
        take(&mut left.places, cells.last().map_or(0, |(column, _)| column.saturating_add(1)))?;
    }
    Ok(SheetRows { filled: rows, not_computed })
}

/// A cell as somebody would write it in a list.
fn text(cell: &DataRef<'_>) -> String {
    match cell {
        DataRef::SharedString(text) => (*text).to_owned(),
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            text.clone()
        }
        DataRef::Int(number) => number.to_string(),
        DataRef::Float(number) => decimal(*number),
        DataRef::Bool(yes) => if *yes { "ja" } else { "nej" }.to_owned(),
        DataRef::DateTime(day) => date(day),
        // It is said where a cell that counts could not be computed.
        DataRef::Error(error) => error.to_string(),
        DataRef::Empty => String::new(),
    }
}

/// A number with a decimal comma, so that `16.673` is not taken for thousands.
fn decimal(number: f64) -> String {
    let text = number.to_string();
    if text.contains(['e', 'N', 'i']) { text } else { text.replace('.', ",") }
}

/// A day; a length of time or a time of day as the number it is.
fn date(day: &ExcelDateTime) -> String {
    if !day.is_datetime() || day.as_f64() < 1.0 {
        return decimal(day.as_f64());
    }
    let (year, month, day, ..) = day.to_ymd_hms_milli();
    format!("{year:04}-{month:02}-{day:02}")
}

fn alike(one: &str, other: &str) -> bool {
    one.trim().to_lowercase() == other.trim().to_lowercase()
}

/// Says which sheet was read, where there are others.
fn which_sheet(read: &str, visible: &[String]) -> Option<Problem> {
    let others = shown(visible.iter().filter(|name| *name != read));
    let read = safe_name(read);
    (!others.is_empty()).then(|| {
        Problem::new(
            Code::Sheet,
            format!("Bladet {read} lästes, inte {others}; --sheet väljer ett annat."),
            format!("The sheet {read} was read, not {others}; --sheet chooses another."),
        )
    })
}

/// Says which of the columns that are read have cells with a formula and no result.
fn which_are_not_computed(
    columns: &[ReadColumn],
    not_computed: &BTreeMap<usize, usize>,
) -> Option<Problem> {
    let of = |(at, cells): (&usize, &usize)| Some((columns.get(*at)?, *cells));
    let read = not_computed.iter().filter_map(of).filter(|(column, _)| column.column.is_some());
    let read: Vec<(&ReadColumn, usize)> = read.collect();
    let cells: usize = read.iter().map(|(_, cells)| cells).sum();
    let names = shown(read.iter().map(|(column, _)| &column.header));
    (cells > 0).then(|| {
        Problem::new(
            Code::NotComputed,
            format!(
                "{cells} celler i {names} har formler vars resultat inte finns i filen och lästes som tomma. Öppna \
                 arbetsboken i ett kalkylprogram, spara den och läs in den igen."
            ),
            format!(
                "{cells} cells in {names} have formulas whose results are not in the file and were read as empty. \
                 Open the workbook in a spreadsheet program, save it and read it again."
            ),
        )
    })
}

fn shown<'a>(names: impl Iterator<Item = &'a String>) -> String {
    names.map(|name| safe_name(name)).collect::<Vec<_>>().join(", ")
}

fn no_such_sheet(visible: &[String]) -> Refusal {
    let names = shown(visible.iter());
    Refusal::new(
        ["det finns inget sådant blad", &format!("bladen är {names}")],
        ["there is no such sheet", &format!("the sheets are {names}")],
    )
}

fn too_large() -> Refusal {
    Refusal::new(
        ["bladet har för många celler", "spara listan som CSV UTF-8, som läses hur lång den än är"],
        ["the sheet has too many cells", "save the list as CSV UTF-8, which is read at any length"],
    )
}

fn unreadable(error: &str) -> Refusal {
    if error.contains("absurdly large") {
        let mib = MAX_UNPACKED >> 20;
        return Refusal::new(
            [
                &format!("arbetsboken är större än {mib} MiB uppackad"),
                "ta bort bilder och tomma formaterade rader, eller spara listan som CSV UTF-8",
            ],
            [
                &format!("the workbook is larger than {mib} MiB unpacked"),
                "remove pictures and empty formatted rows, or save the list as CSV UTF-8",
            ],
        );
    }
    Refusal::new(
        [
            "kan inte läsas som XLSX-arbetsbok",
            "öppna den i kalkylprogrammet och spara som XLSX eller CSV UTF-8",
        ],
        [
            &format!("not readable as an XLSX workbook ({error})"),
            "open it in the spreadsheet program and save it as XLSX or CSV UTF-8",
        ],
    )
}

/// Tells the zips apart that are no workbooks: documents of Word and of other offices, archives.
fn not_another(bytes: &[u8]) -> Result<(), Refusal> {
    let Ok(archive) = zip::ZipArchive::new(Cursor::new(bytes)) else {
        return Err(unreadable("not a whole zip"));
    };
    let has = |wanted: &str| archive.file_names().flatten().any(|name| name == wanted);
    let sheets = |name: &str| name.starts_with("xl/worksheets/sheet");
    if !has("xl/workbook.bin") && archive.file_names().flatten().any(|name| sheets(&name)) {
        return Ok(());
    }
    Err(if has("word/document.xml") {
        Refusal::new(
            ["ett Word-dokument", "spara ett CV som text (.txt, UTF-8), en tabell som CSV UTF-8"],
            ["a Word document", "save a CV as text (.txt, UTF-8), a table as CSV UTF-8"],
        )
    } else if has("xl/workbook.bin") || has("content.xml") {
        Refusal::new(
            ["en arbetsbok i ett annat format än XLSX", "spara den som XLSX eller CSV UTF-8"],
            ["a workbook of another format than XLSX", "save it as XLSX or CSV UTF-8"],
        )
    } else {
        Refusal::new(
            ["ett zip-arkiv utan arbetsbok", "packa upp det och ange filen eller mappen"],
            ["a zip archive without a workbook", "unpack it and give the file or the folder"],
        )
    })
}
