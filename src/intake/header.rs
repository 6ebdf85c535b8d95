//! The header row of a list: what its columns mean, how that is known, and what is left out.

use serde::Serialize;

use super::{
    cell::{Cell, clean, date},
    column::Column,
    guess::{Look, Mapping, Said, guess, is_about_the_person},
    personnummer,
    problem::{Code, Problem, Refusal},
    source::{Draft, refused_number},
};

/// How many rows are looked through for the header.
pub(super) const HEADER_WITHIN: usize = 10;
/// Least columns that must be guessed for a row without a known one to be the header.
const GUESSED_HEADER: usize = 2;
/// Values shown of a column, and the longest of them, characters.
const SHOWN_VALUES: usize = 3;
const SHOWN_CHARS: usize = 40;
/// Digits from which a value may be somebody's number or day of birth.
const PRIVATE_DIGITS: usize = 6;

/// How the meaning of a column is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Meaning {
    /// By its name.
    Known,
    /// By a name that is near one.
    Guessed,
    /// By what somebody said.
    Mapped,
    /// It is known and does not affect any suggestion.
    Unused,
    /// It was said to be left out.
    LeftOut,
    /// It is about who somebody is: never read.
    AboutThePerson,
    /// It is not known; left out.
    Unknown,
}

/// A column of a list, as it was read so far.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReadColumn {
    /// Its header, shortened; `?` where that holds a personnummer.
    pub header: String,
    /// The template's name of what it is read as.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<&'static str>,
    /// How that is known.
    pub meaning: Meaning,
    /// Rows read so far that have something in it.
    pub filled: u64,
    /// Some of its values for whoever looks at the list before it is kept; never written anywhere.
    #[serde(skip)]
    pub values: Vec<String>,
}

/// What the header row says.
#[derive(Debug)]
pub(super) struct Header {
    columns: Vec<Named>,
    notes: Vec<Problem>,
    shows_values: bool,
}

#[derive(Debug)]
struct Named {
    header: String,
    column: Option<Column>,
    meaning: Meaning,
    /// Whether its day is the one before that which the column asks for.
    day_before: bool,
    filled: u64,
    values: Vec<String>,
}

/// Columns of a row that are known or were said.
pub(super) fn known(cells: &[String], mapping: &Mapping) -> usize {
    let known = |cell: &&String| match mapping.of(cell) {
        Some(said) => said != Said::LeftOut,
        None => Column::of(cell).is_some(),
    };
    cells.iter().filter(known).count()
}

/// The first of these rows that may be a header although no column of it is known.
pub(super) fn guessed<'a>(rows: impl IntoIterator<Item = &'a [String]>) -> Option<usize> {
    let near = |cells: &[String]| cells.iter().filter(|cell| guess(cell).is_some()).count();
    rows.into_iter().position(|cells| near(cells) >= GUESSED_HEADER)
}

/// The refusal of a list without a header.
pub(super) fn no_header() -> Refusal {
    Refusal::new(
        [
            "ingen rubrikrad med en känd kolumn",
            "första raden ska namnge kolumnerna, som ref;status;yrke;ssyk;kompetenser, skilda av \
             semikolon, komma eller tabb; --map \"Rubrik=yrke\" säger vad en rubrik betyder, och \
             --format text läser texten i ett CV",
        ],
        [
            "no header line with a known column",
            "the first line must name the columns, such as ref;status;yrke;ssyk;kompetenser, \
             separated by semicolon, comma or tab; --map \"Header=yrke\" says what a header means, \
             and --format text reads the text of a CV",
        ],
    )
}

impl Header {
    /// Reads the header row; `above` rows stand before it.
    ///
    /// # Errors
    /// Where no column says what the workers can do, and where `mapping` names a header that is not
    /// there.
    pub(super) fn of(cells: &[String], above: usize, mapping: &Mapping) -> Result<Self, Refusal> {
        let missing = mapping.missing(cells);
        if let Some(header) = missing.first() {
            let there: Vec<String> =
                cells.iter().map(|cell| safe_name(cell)).filter(|name| !name.is_empty()).collect();
            let (missing, there) = (safe_name(header), there.join(", "));
            return Err(Refusal::new(
                [&format!("ingen kolumn heter {missing}"), &format!("kolumnerna är {there}")],
                [&format!("no column is called {missing}"), &format!("the columns are {there}")],
            ));
        }
        let mut columns: Vec<Named> = cells.iter().map(|cell| named(cell, mapping)).collect();
        tell_days_of_work(&mut columns);
        keep_one_guess(&mut columns);
        let is_enough = columns.iter().filter_map(|named| named.column).any(Column::is_competence);
        if !is_enough && mapping.look != Look::Unfinished {
            return Err(Refusal::new(
                [
                    "ingen kolumn säger vad personerna kan",
                    "lägg till minst en av kolumnerna yrke, ssyk och kompetenser, eller säg med \
                     --map \"Rubrik=yrke\" vilken det är",
                ],
                [
                    "no column says what the workers can do",
                    "add at least one of the columns yrke, ssyk and kompetenser, or say which it is \
                     with --map \"Header=yrke\"",
                ],
            ));
        }
        let notes = notes(&columns, above);
        Ok(Self { columns, notes, shows_values: mapping.look != Look::Away })
    }

    pub(super) fn notes(&self) -> &[Problem] {
        &self.notes
    }

    pub(super) fn columns(&self) -> Vec<ReadColumn> {
        let read = |named: &Named| ReadColumn {
            header: named.header.clone(),
            column: named.column.filter(|column| *column != Column::Unused).map(Column::key),
            meaning: named.meaning,
            filled: named.filled,
            values: named.values.clone(),
        };
        self.columns.iter().filter(|named| !named.header.is_empty()).map(read).collect()
    }

    /// Why a row with a personnummer in the column `at` is not read.
    fn refused_number(&self, at: usize) -> Problem {
        let named = self.columns.get(at).filter(|named| !named.header.is_empty());
        let Some(named) = named.filter(|named| named.column != Some(Column::Ref)) else {
            return refused_number();
        };
        let header = &named.header;
        Problem::new(
            Code::Personnummer,
            format!(
                "Kolumnen {header} innehåller något som ser ut som ett personnummer; raden lästes inte. Ta bort kolumnen \
                 eller numret ur filen."
            ),
            format!(
                "The column {header} holds what looks like a personnummer; the row was not read. Take the column, or the \
                 number, out of the file."
            ),
        )
    }

    /// The known cells of a row. Rows of text are expected to have all cells, those of a sheet end
    /// with their last one.
    pub(super) fn draft(&mut self, cells: Vec<String>, whole: bool) -> Result<Draft, Problem> {
        if let Some(at) = cells.iter().position(|cell| personnummer::found_in(cell)) {
            return Err(self.refused_number(at));
        }
        let (here, header) = (cells.len(), self.columns.len());
        if cells.iter().skip(header).any(|cell| !cell.trim().is_empty()) {
            return Err(Problem::new(
                Code::TooManyCells,
                format!(
                    "Raden har {here} celler, rubrikraden {header}; sätt citattecken om \
                     celler med skiljetecken."
                ),
                format!(
                    "The row has {here} cells, the header {header}; quote cells that hold a \
                     delimiter."
                ),
            ));
        }
        let mut draft = Draft::default();
        if whole && here < header {
            draft.warnings.push(Problem::new(
                Code::ShortRow,
                format!("Raden har {here} celler, rubrikraden {header}; resten lästes som tomt."),
                format!(
                    "The row has {here} cells, the header {header}; the rest was read as empty."
                ),
            ));
        }
        let of_employment = self.columns.iter().zip(&cells);
        let of_employment =
            of_employment.filter(|(named, _)| named.column == Some(Column::LastDay));
        let last_day = of_employment.map(|(_, cell)| clean(cell)).find(|cell| !cell.is_empty());
        draft.has_ref = self.columns.iter().any(|named| named.column == Some(Column::Ref));
        for (cell, named) in cells.into_iter().zip(&mut self.columns) {
            named.filled += u64::from(!clean(&cell).is_empty());
            if self.shows_values {
                named.show(&cell);
            }
            let (column, text) = match &last_day {
                Some(last) if named.day_before => (named.column, day_after(cell, last)),
                // Without one of the employment it is the day that everything ends on.
                None if named.day_before => (Some(Column::LastDay), cell),
                _ => (named.column, cell),
            };
            draft.fields.extend(column.map(|column| (column, Cell::Text(text))));
        }
        Ok(draft)
    }
}

/// The day after the last day of work; nothing where that is the last one of the employment. One that comes later is
/// said where dates are put in order.
fn day_after(cell: String, last_day: &str) -> String {
    match date(&clean(&cell)) {
        Some(day) if date(last_day) == Some(day) => String::new(),
        Some(day) => day.tomorrow().map_or(cell, |next| next.to_string()),
        None => cell,
    }
}

impl Named {
    /// Keeps a value to be shown, where the column and the value are such that they may be.
    fn show(&mut self, cell: &str) {
        if self.values.len() == SHOWN_VALUES || !self.column.is_some_and(Column::is_shown) {
            return;
        }
        // All of the cell is looked at, not only what of it would be shown.
        let digits = cell.chars().filter(char::is_ascii_digit).count();
        let is_number = digits >= PRIVATE_DIGITS && date(&clean(cell)).is_none();
        let is_private = cell.contains('@') || is_number || personnummer::found_in(cell);
        let value: String = clean(cell).chars().take(SHOWN_CHARS).collect();
        if !value.is_empty() && !is_private && !self.values.contains(&value) {
            self.values.push(value);
        }
    }
}

fn named(cell: &str, mapping: &Mapping) -> Named {
    let of_lists = |column: &Column| !matches!(column, Column::Limits | Column::Dates);
    let known = Column::of(cell).filter(of_lists);
    let (column, meaning) = match (mapping.of(cell), known) {
        (Some(Said::LeftOut), _) => (None, Meaning::LeftOut),
        (Some(Said::Column(column)), _) => (Some(column), Meaning::Mapped),
        (None, Some(Column::Unused)) => (known, Meaning::Unused),
        (None, Some(_)) => (known, Meaning::Known),
        (None, None) if is_about_the_person(cell) => (None, Meaning::AboutThePerson),
        (None, None) => match guess(cell) {
            None => (None, Meaning::Unknown),
            Some(Column::Unused) => (Some(Column::Unused), Meaning::Unused),
            guess => (guess, Meaning::Guessed),
        },
    };
    let header = safe_name(cell);
    Named { header, column, meaning, day_before: false, filled: 0, values: Vec::new() }
}

/// Where a list has the last day of work beside that of the employment, whoever stops working earlier is released from
/// work on the day after.
fn tell_days_of_work(columns: &mut [Named]) {
    let of_work = |named: &Named| {
        let ends = named.meaning == Meaning::Known && named.column == Some(Column::LastDay);
        ends && Column::is_last_day_of_work(&named.header)
    };
    let has = |column| columns.iter().any(|named| named.column == Some(column) && !of_work(named));
    if !has(Column::LastDay) || has(Column::ReleasedFrom) {
        return;
    }
    for named in columns.iter_mut().filter(|named| of_work(named)) {
        named.column = Some(Column::ReleasedFrom);
        named.meaning = Meaning::Guessed;
        named.day_before = true;
    }
}

/// A guess is worth less than a known or said column of the same meaning, and a second guess less
/// than the first.
fn keep_one_guess(columns: &mut [Named]) {
    for at in 0..columns.len() {
        let guessed = columns[at].meaning == Meaning::Guessed;
        let taken = |(other, named): (usize, &Named)| {
            named.column == columns[at].column
                && other != at
                && (named.meaning != Meaning::Guessed || other < at)
        };
        if guessed && columns.iter().enumerate().any(taken) {
            columns[at].column = None;
            columns[at].meaning = Meaning::Unknown;
        }
    }
}

fn notes(columns: &[Named], above: usize) -> Vec<Problem> {
    let mut notes = Vec::new();
    if above > 0 {
        notes.push(Problem::new(
            Code::LinesAboveHeader,
            format!("Rader före rubrikraden som inte lästes: {above}."),
            format!("Lines above the header that were not read: {above}."),
        ));
    }
    let of = |wanted: fn(Meaning) -> bool| {
        columns.iter().filter(move |named| wanted(named.meaning) && !named.header.is_empty())
    };
    let names = |wanted| -> Vec<&str> { of(wanted).map(|named| named.header.as_str()).collect() };
    let arrows = |wanted| -> Vec<String> {
        let key = |named: &Named| named.column.map_or("-", Column::key);
        of(wanted).map(|named| format!("{} = {}", named.header, key(named))).collect()
    };
    let mut note = |code, list: String, sv: &str, en: &str| {
        if !list.is_empty() {
            notes.push(Problem::new(code, format!("{sv}: {list}."), format!("{en}: {list}.")));
        }
    };
    let unknown = names(|meaning| matches!(meaning, Meaning::Unknown | Meaning::AboutThePerson));
    note(
        Code::UnknownColumns,
        unknown.join(", "),
        "Okända kolumner som inte lästes",
        "Unknown columns that were not read",
    );
    note(
        Code::UnusedColumns,
        names(|meaning| meaning == Meaning::Unused).join(", "),
        "Kolumner som inte påverkar förslagen",
        "Columns that do not affect the suggestions",
    );
    note(
        Code::GuessedColumns,
        arrows(|meaning| meaning == Meaning::Guessed).join(", "),
        "Kolumner som lästes på en gissning; --map rättar",
        "Columns read by a guess; --map corrects it",
    );
    note(
        Code::MappedColumns,
        arrows(|meaning| matches!(meaning, Meaning::Mapped | Meaning::LeftOut)).join(", "),
        "Kolumner som lästes som --map säger",
        "Columns read as --map says",
    );
    notes.extend(repeated(columns));
    notes
}

/// Columns that mean the same as an earlier one.
fn repeated(columns: &[Named]) -> impl Iterator<Item = Problem> {
    let meaning = |named: &Named| named.column.filter(|c| *c != Column::Unused && !c.is_list());
    let again = move |place: usize| {
        let column = meaning(&columns[place])?;
        columns[..place].iter().any(|named| named.column == Some(column)).then_some(column)
    };
    (0..columns.len()).filter_map(move |place| {
        let (column, number) = (again(place)?, place + 1);
        let problem = Problem::new(
            Code::DuplicateColumn,
            format!(
                "Kolumn {number} har samma innebörd som en tidigare; den läses \
                 bara där den tidigare är tom."
            ),
            format!(
                "Column {number} means the same as an earlier one; it is read \
                 only where that one is empty."
            ),
        );
        Some(problem.of(column.key()))
    })
}

/// A column name that can be shown: short, and not a number of a person.
pub(super) fn safe_name(name: &str) -> String {
    if personnummer::found_in(name) {
        return "?".into();
    }
    clean(name).chars().take(40).collect()
}
