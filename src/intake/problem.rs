//! What is said about a list: in one row, or once for the whole list. A message says what is wrong,
//! where and what to do; it never repeats what a cell holds, because a list is about people.

use serde::{Deserialize, Serialize};

use crate::{dataset::Error, domain::Bilingual};

/// Something wrong or noteworthy in a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{code}: {message}", code = code.key(), message = message.en)]
pub struct Problem {
    /// What kind; stable between versions.
    pub code: Code,
    /// The template's name of the column (`sista_dag`), or the field as written in NDJSON; absent
    /// where the whole row is meant.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub field: Option<String>,
    /// For people, without any content of the row.
    pub message: Bilingual<String>,
}

impl Problem {
    /// A problem of the whole row or list.
    pub(super) fn new(code: Code, sv: impl Into<String>, en: impl Into<String>) -> Self {
        Self { code, field: None, message: Bilingual::new(sv, en) }
    }

    /// The same, of one column.
    #[must_use]
    pub(super) fn of(self, field: impl Into<String>) -> Self {
        Self { field: Some(field.into()), ..self }
    }
}

/// Why a whole file is not read, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Refusal {
    /// What is wrong.
    pub(super) problem: Bilingual<String>,
    /// What to do.
    pub(super) cure: Bilingual<String>,
}

impl Refusal {
    /// `sv` and `en` are each what is wrong and what to do.
    pub(super) fn new(sv: [&str; 2], en: [&str; 2]) -> Self {
        Self { problem: Bilingual::new(sv[0], en[0]), cure: Bilingual::new(sv[1], en[1]) }
    }

    /// The error of a file that was asked for by itself.
    pub(super) fn error(self, name: &str) -> Error {
        Error::format(name, self.problem.en, self.cure.en)
    }

    /// The record of a file among others.
    pub(super) fn record(self) -> Problem {
        let Self { problem, cure } = self;
        let sv = format!("Filen lästes inte: {}; {}.", problem.sv, cure.sv);
        let en = format!("The file was not read: {}; {}.", problem.en, cure.en);
        Problem::new(Code::UnreadFile, sv, en)
    }
}

/// Kinds of problems. The first part refuses a row, the second comes with an accepted row, the
/// third is said once for a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// A cell looks like a personnummer or samordningsnummer.
    Personnummer,
    /// The reference belongs to an earlier row that was accepted.
    DuplicateRef,
    /// Neither occupation nor SSYK code nor skills.
    EmptyProfile,
    /// A sum below a list, no person.
    TotalRow,
    /// More cells than the header has: values may stand in the wrong columns.
    TooManyCells,
    /// A quote is opened and not properly closed.
    OpenQuote,
    /// Longer than a row can be.
    RowTooLong,
    /// Bytes that are not text.
    NotText,
    /// A value that is longer, or a list that is larger, than a profile may hold.
    OutOfBounds,
    /// Not one JSON object.
    BadJson,
    /// A JSON field that a profile does not have.
    UnknownField,
    /// A JSON value of the wrong kind.
    WrongType,
    /// The system could not read on, or the file is broken from here; the list ends here.
    Unreadable,
    /// A file of a folder that is no list and no document.
    UnreadFile,
    /// A document that is not about what a worker can do.
    NotAProfile,
    /// Not a date of the calendar. Refuses the row where it is the date that ends the worker's
    /// notice or furlough, else comes with an accepted row.
    BadDate,

    /// The list has references, this row has none.
    NoRef,
    /// Fewer cells than the header has; the missing ones are read as empty.
    ShortRow,
    /// A date that would be another one with the month first.
    DayFirst,
    /// Dates in an order that can not be.
    DatesDisordered,
    /// The notice or furlough is over.
    DatePassed,
    /// No known word for a status; the status is unknown.
    UnknownStatus,
    /// Not a number in the range of the column; the value is unknown.
    BadNumber,
    /// Words for the whole time, read as 40 hours a week.
    FullWeek,
    /// Not four digits; the code is unknown.
    BadSsyk,
    /// No known course form; left out.
    UnknownForm,
    /// A level of language that is none.
    UnknownLevel,
    /// No known sector key; the sector is that of the occupation.
    UnknownSector,
    /// No word for yes, no or unknown; the answer is unknown.
    UnknownAnswer,
    /// Commas in a list that does not use `|`.
    CommaList,
    /// Skills or occupations that are given by numbers of a register alone; not read.
    OnlyCodes,
    /// More titles or skills than a profile may hold; the last ones are left out.
    TooMany,

    /// Columns with names that are not known.
    UnknownColumns,
    /// Columns that are known and not used.
    UnusedColumns,
    /// Two columns for one thing.
    DuplicateColumn,
    /// Lines before the header.
    LinesAboveHeader,
    /// Lines that are not UTF-8 and were read as Windows-1252.
    Windows1252,
    /// Cells with a formula whose result the workbook does not hold.
    NotComputed,
    /// Columns that were read by a guess.
    GuessedColumns,
    /// Columns that were read, or left out, as somebody said.
    MappedColumns,
    /// The sheet of a workbook that was read, where there are others.
    Sheet,
    /// Entries of a folder that were not read.
    SkippedFiles,
}

impl Code {
    /// The key used in JSON.
    pub fn key(self) -> &'static str {
        match self {
            Self::Personnummer => "personnummer",
            Self::DuplicateRef => "duplicate_ref",
            Self::TotalRow => "total_row",
            Self::EmptyProfile => "empty_profile",
            Self::TooManyCells => "too_many_cells",
            Self::OpenQuote => "open_quote",
            Self::RowTooLong => "row_too_long",
            Self::NotText => "not_text",
            Self::OutOfBounds => "out_of_bounds",
            Self::BadJson => "bad_json",
            Self::UnknownField => "unknown_field",
            Self::WrongType => "wrong_type",
            Self::Unreadable => "unreadable",
            Self::UnreadFile => "unread_file",
            Self::NotAProfile => "not_a_profile",
            Self::BadDate => "bad_date",
            Self::NoRef => "no_ref",
            Self::ShortRow => "short_row",
            Self::DayFirst => "day_first",
            Self::DatesDisordered => "dates_disordered",
            Self::DatePassed => "date_passed",
            Self::UnknownStatus => "unknown_status",
            Self::BadNumber => "bad_number",
            Self::FullWeek => "full_week",
            Self::BadSsyk => "bad_ssyk",
            Self::UnknownForm => "unknown_form",
            Self::UnknownLevel => "unknown_level",
            Self::UnknownSector => "unknown_sector",
            Self::UnknownAnswer => "unknown_answer",
            Self::CommaList => "comma_list",
            Self::OnlyCodes => "only_codes",
            Self::TooMany => "too_many",
            Self::UnknownColumns => "unknown_columns",
            Self::UnusedColumns => "unused_columns",
            Self::DuplicateColumn => "duplicate_column",
            Self::LinesAboveHeader => "lines_above_header",
            Self::Windows1252 => "windows_1252",
            Self::NotComputed => "not_computed",
            Self::GuessedColumns => "guessed_columns",
            Self::MappedColumns => "mapped_columns",
            Self::Sheet => "sheet",
            Self::SkippedFiles => "skipped_files",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_is_the_json_name() {
        for code in [Code::Personnummer, Code::BadDate, Code::CommaList, Code::DuplicateRef] {
            assert_eq!(serde_json::to_value(code).unwrap(), code.key());
        }
    }
}
