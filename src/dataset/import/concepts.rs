//! JobTech Taxonomy's JSON: concepts as its GraphQL service answers with them.

use std::{
    borrow::Cow,
    io::{Cursor, Read as _},
    path::Path,
};

use serde::{Deserialize, de::DeserializeOwned};

use crate::dataset::Error;

/// Largest size the relevant skills may unpack to; published: 6 MB.
const MAX_UNPACKED: u64 = 256 << 20;
const CURE: &str = "use the file as JobTech publishes it, whole and in UTF-8";

/// A file in memory.
pub(super) struct File<'a> {
    pub(super) name: &'a str,
    pub(super) bytes: &'a [u8],
}

impl File<'_> {
    pub(super) fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        let bytes = self.bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(self.bytes);
        serde_json::from_slice(bytes).map_err(|error| {
            let place = format!("{}, line {}, column {}", self.name, error.line(), error.column());
            Error::format(place, format!("not the expected JSON: {error}"), CURE)
        })
    }

    pub(super) fn concepts(&self) -> Result<Vec<Concept>, Error> {
        Ok(self.json::<Answer>()?.data.concepts)
    }

    /// The JSON inside a zip, or the bytes where they are no zip.
    pub(super) fn unpacked(&self) -> Result<Vec<u8>, Error> {
        if !has_extension(self.name, "zip") {
            return Ok(self.bytes.to_vec());
        }
        let damaged = |error: &dyn std::fmt::Display| {
            let cure = "the download is incomplete or damaged: download it again";
            Error::format(self.name, format!("not a whole zip: {error}"), cure)
        };
        let is_json =
            |name: Result<Cow<'_, str>, _>| name.is_ok_and(|name| has_extension(&name, "json"));
        let mut zip =
            zip::ZipArchive::new(Cursor::new(self.bytes)).map_err(|error| damaged(&error))?;
        let Some(entry) = zip.file_names().position(is_json) else {
            return Err(Error::format(self.name, "the zip holds no .json file", CURE));
        };
        let entry = zip.by_index(entry).map_err(|error| damaged(&error))?;
        let mut bytes = Vec::new();
        entry.take(MAX_UNPACKED + 1).read_to_end(&mut bytes).map_err(|error| damaged(&error))?;
        if bytes.len() as u64 > MAX_UNPACKED {
            let problem = format!("unpacks to more than {MAX_UNPACKED} bytes");
            return Err(Error::format(self.name, problem, CURE));
        }
        Ok(bytes)
    }
}

/// The answer of JobTech's GraphQL service, as its files hold it.
#[derive(Deserialize)]
struct Answer {
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    concepts: Vec<Concept>,
}

#[derive(Deserialize)]
pub(super) struct Concept {
    pub(super) id: String,
    #[serde(default, rename = "type")]
    pub(super) kind: String,
    /// Blank at the levels above the SSYK unit groups.
    #[serde(default)]
    pub(super) preferred_label: Option<String>,
    #[serde(default)]
    pub(super) definition: Option<String>,
    #[serde(default)]
    pub(super) ssyk_code_2012: Option<String>,
    #[serde(default)]
    pub(super) isco_code_08: Option<String>,
    #[serde(default)]
    pub(super) narrower: Vec<Self>,
    #[serde(default)]
    pub(super) related: Vec<Self>,
}

impl Concept {
    pub(super) fn label(&self) -> &str {
        self.preferred_label.as_deref().unwrap_or_default().trim()
    }
}

/// Skill labels that JobTech holds relevant for an occupation name, by how they were found.
/// `taxonomy` is checked by people; the others come from the SSYK group or are calculated from ads.
#[derive(Deserialize)]
pub(super) struct Relevant {
    #[serde(default)]
    pub(super) group_skills: Vec<String>,
    #[serde(default)]
    pub(super) group_license: Vec<String>,
    #[serde(default)]
    pub(super) group_vocational: Vec<String>,
    #[serde(default)]
    pub(super) calculated_skills: Vec<String>,
    #[serde(default)]
    pub(super) taxonomy: Vec<String>,
}

/// Every concept with each of its related ones.
pub(super) fn pairs(concepts: &[Concept]) -> impl Iterator<Item = (&Concept, &Concept)> {
    concepts.iter().flat_map(|concept| concept.related.iter().map(move |other| (concept, other)))
}

fn has_extension(name: &str, extension: &str) -> bool {
    Path::new(name).extension().is_some_and(|found| found.eq_ignore_ascii_case(extension))
}
