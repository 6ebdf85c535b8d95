//! Finds ESCO's tables inside zips and loose files.

use std::{
    cmp::Reverse,
    fmt,
    io::{Cursor, Read as _},
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    dataset::{Error, Report},
    domain::Language,
};

/// Largest size a table may unpack to: ESCO 1.2's largest is 40 MB.
const MAX_TABLE: u64 = 512 << 20;

/// A table of ESCO that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Table {
    Occupations,
    Skills,
    SkillGroups,
    IscoGroups,
    OccupationSkills,
    SkillSkills,
    BroaderSkills,
}

impl Table {
    const ALL: [Self; 7] = [
        Self::Occupations,
        Self::Skills,
        Self::SkillGroups,
        Self::IscoGroups,
        Self::OccupationSkills,
        Self::SkillSkills,
        Self::BroaderSkills,
    ];

    /// The file name's part before the language.
    pub(super) fn stem(self) -> &'static str {
        match self {
            Self::Occupations => "occupations",
            Self::Skills => "skills",
            Self::SkillGroups => "skillGroups",
            Self::IscoGroups => "ISCOGroups",
            Self::OccupationSkills => "occupationSkillRelations",
            Self::SkillSkills => "skillSkillRelations",
            Self::BroaderSkills => "broaderRelationsSkillPillar",
        }
    }

    /// Whether rows are concepts with labels, one file a language.
    pub(super) fn describes_concepts(self) -> bool {
        matches!(self, Self::Occupations | Self::Skills)
    }

    /// The table and language of a file name; `None` where it is another file or language.
    fn of(file_name: &str) -> Option<(Self, Language)> {
        let stem = file_name.rsplit('/').next()?.strip_suffix(".csv")?;
        Self::ALL.into_iter().find_map(|table| match stem.strip_prefix(table.stem())? {
            "_en" => Some((table, Language::En)),
            "_sv" => Some((table, Language::Sv)),
            "" if !table.describes_concepts() => Some((table, Language::En)),
            _ => None,
        })
    }
}

/// A version number such as 1.1.1.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Version(Vec<u32>);

impl Version {
    /// The last `v1.2.3` in a path.
    fn of(path: &str) -> Option<Self> {
        path.split(|c: char| !(c.is_ascii_alphanumeric() || c == '.')).rev().find_map(|word| {
            let digits = word.strip_prefix('v')?.trim_end_matches('.');
            let numbers: Result<Vec<u32>, _> = digits.split('.').map(str::parse).collect();
            numbers.ok().filter(|numbers| numbers.len() > 1).map(Self)
        })
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let numbers: Vec<String> = self.0.iter().map(u32::to_string).collect();
        f.write_str(&numbers.join("."))
    }
}

/// A table found in a folder, not yet unpacked.
pub(super) struct TableFile {
    pub(super) table: Table,
    pub(super) language: Language,
    /// `None` for loose files that name no version: they go with any.
    pub(super) version: Option<Version>,
    /// Name for messages.
    pub(super) origin: String,
    content: Arc<Vec<u8>>,
    /// Entry in the zip, `None` for a loose file.
    entry: Option<usize>,
}

impl TableFile {
    /// Newest version first; English, the reference language, before translations.
    pub(super) fn order(&self) -> (Reverse<Option<Version>>, Reverse<Language>, Table, &str) {
        (Reverse(self.version.clone()), Reverse(self.language), self.table, &self.origin)
    }

    /// The table's bytes.
    ///
    /// # Errors
    /// [`Error::Format`] where the zip entry is damaged or absurdly large.
    pub(super) fn bytes(&self) -> Result<Vec<u8>, Error> {
        let Some(entry) = self.entry else { return Ok(self.content.to_vec()) };
        let mut zip = open(&self.content, &self.origin)?;
        let mut file = zip.by_index(entry).map_err(|error| damaged(&self.origin, &error))?;
        if file.size() > MAX_TABLE {
            let problem = format!("the entry unpacks to {} bytes", file.size());
            return Err(Error::format(&self.origin, problem, "use the zip the ESCO portal serves"));
        }
        let mut bytes = Vec::new();
        file.by_ref()
            .take(MAX_TABLE)
            .read_to_end(&mut bytes)
            .map_err(|error| damaged(&self.origin, &error))?;
        Ok(bytes)
    }
}

/// Whether a path looks like one of ESCO's files.
pub(super) fn recognises(path: &Path) -> bool {
    let name = path.file_name().map(|name| name.to_string_lossy()).unwrap_or_default();
    let zip = path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"));
    (zip && name.to_lowercase().contains("esco")) || Table::of(&name).is_some()
}

/// All tables in `files`, unpacked lazily.
///
/// # Errors
/// [`Error`] where a file cannot be read or is not a whole zip.
pub(super) fn inventory(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
) -> Result<Vec<TableFile>, Error> {
    let mut found = Vec::new();
    for path in files {
        let shown = path.strip_prefix(root).unwrap_or(path).to_string_lossy().into_owned();
        let content = Arc::new(report.read(root, path)?);
        if let Some((table, language)) = Table::of(&shown) {
            let version = Version::of(&shown);
            found.push(TableFile { table, language, version, origin: shown, content, entry: None });
            continue;
        }
        let zip = open(&content, &shown)?;
        // A name that is no text is none of ESCO's.
        for name in zip.file_names().flatten() {
            if let Some((table, language)) = Table::of(&name) {
                found.push(TableFile {
                    table,
                    language,
                    version: Version::of(&shown),
                    origin: format!("{shown}: {name}"),
                    content: Arc::clone(&content),
                    entry: zip.index_for_name(&name),
                });
            }
        }
    }
    Ok(found)
}

fn open<'a>(content: &'a [u8], name: &str) -> Result<zip::ZipArchive<Cursor<&'a [u8]>>, Error> {
    zip::ZipArchive::new(Cursor::new(content)).map_err(|error| damaged(name, &error))
}

fn damaged(name: &str, error: &dyn fmt::Display) -> Error {
    let cure = "the download is incomplete or damaged: download it again";
    Error::format(name, format!("not a whole zip: {error}"), cure)
}
