//! A hub's own files, laid over those of the starter set.

use std::path::{Path, PathBuf};

use super::text;
use crate::dataset::{Error, Parts, Report, hub, starter};

pub(super) fn report() -> Report {
    Report::new("hub", "The hub's own files over the starter set", "as the hub says")
}

pub(super) fn recognises(path: &Path) -> bool {
    path.file_name().is_some_and(|name| hub::FILES.iter().any(|known| name == *known))
}

/// Reads the files; those the folder lacks come from the starter set.
///
/// # Errors
/// [`Error::Format`] where a file breaks a rule of the format, or stands twice.
pub(super) fn read(
    root: &Path,
    files: &[PathBuf],
    report: &mut Report,
    parts: &mut Parts,
) -> Result<(), Error> {
    let mut texts: Vec<(String, String)> = Vec::new();
    for path in files {
        let name = path.file_name().map(|name| name.to_string_lossy().into_owned());
        let name = name.unwrap_or_default();
        if texts.iter().any(|(known, _)| *known == name) {
            let problem = format!("{name} stands in several folders");
            let cure = "keep one copy in the folder that is imported";
            return Err(Error::format(path.display().to_string(), problem, cure));
        }
        let bytes = report.read(root, path)?;
        texts.push((name, text::decode(&bytes)));
    }
    let mut whole = starter::files()?;
    for (name, text) in &texts {
        whole.insert(name, text)?;
    }
    report.note(starter::ESCO_STATEMENT);
    parts.extend(hub::read(&whole, report)?);
    Ok(())
}
