//! How a list is read, where that is not left to its content.

use super::{
    guess::{Look, Mapping},
    problem::Refusal,
};
use crate::domain::Bilingual;

/// The form of a list or document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// Rows of cells under a header line, separated by semicolon, comma or tab.
    Csv,
    /// The rows of a sheet of a workbook.
    Xlsx,
    /// One JSON object per line.
    Ndjson,
    /// JSON objects in an array or over several lines: profiles, or documents of JSON Resume, HR
    /// Open, Europass and Arbetsförmedlingen.
    Json,
    /// PAXml of a payroll system.
    Paxml,
    /// Europass in XML.
    Europass,
    /// The text of a CV.
    Text,
}

impl Format {
    /// All forms.
    pub const ALL: [Self; 7] =
        [Self::Csv, Self::Xlsx, Self::Ndjson, Self::Json, Self::Paxml, Self::Europass, Self::Text];

    /// Its name on the command line.
    pub fn key(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::Ndjson => "ndjson",
            Self::Json => "json",
            Self::Paxml => "paxml",
            Self::Europass => "europass",
            Self::Text => "text",
        }
    }

    /// The form of a name.
    pub fn from_key(key: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|format| format.key() == key)
    }

    /// Whether it has columns with headers.
    fn has_columns(self) -> bool {
        matches!(self, Self::Csv | Self::Xlsx)
    }
}

/// What is said about a list beforehand; nothing by default.
#[derive(Debug, Clone, Default)]
pub struct How {
    /// Its form, instead of what the content says.
    pub format: Option<Format>,
    /// The sheet of a workbook that is read, instead of the first with a header.
    pub sheet: Option<String>,
    /// What headers mean.
    pub(super) mapping: Mapping,
    /// Whether several files are read alike: what is said may not be about each of them.
    several: bool,
}

impl How {
    /// Adds what a header means, as `Header=column`, or `Header=-` for a column that is left out.
    ///
    /// # Errors
    /// What is wrong with the text and which columns there are.
    pub fn map(&mut self, text: &str) -> Result<(), Bilingual<String>> {
        self.mapping.add(text)
    }

    /// Says that the list is shown before it is kept.
    pub fn look(&mut self, look: Look) {
        self.mapping.look = look;
    }

    /// The same for the files of a folder: a header that one of them lacks is no error there.
    pub(super) fn in_a_folder(self) -> Self {
        Self { mapping: self.mapping.lenient(), several: true, ..self }
    }

    /// Refuses what was said of columns and sheets where there are none.
    pub(super) fn check(&self, format: Format) -> Result<(), Refusal> {
        let key = format.key();
        if self.several {
            return Ok(());
        }
        if !self.mapping.is_empty() && !format.has_columns() {
            return Err(Refusal::new(
                [&format!("{key} har inga kolumner"), "utelämna --map"],
                [&format!("{key} has no columns"), "leave out --map"],
            ));
        }
        if self.sheet.is_some() && format != Format::Xlsx {
            return Err(Refusal::new(
                [&format!("{key} har inga blad"), "utelämna --sheet"],
                [&format!("{key} has no sheets"), "leave out --sheet"],
            ));
        }
        Ok(())
    }
}

impl From<Option<Format>> for How {
    fn from(format: Option<Format>) -> Self {
        Self { format, ..Self::default() }
    }
}
