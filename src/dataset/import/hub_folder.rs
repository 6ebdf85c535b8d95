//! A hub's own files, laid over those of the starter set.

use std::{
    collections::BTreeSet,
    mem,
    path::{Path, PathBuf},
};

use super::{overlay, text};
use crate::dataset::{Error, Parts, Report, hub, starter};

pub(super) fn report() -> Report {
    Report::new("hub", "The hub's own files over the starter set", "as the hub says")
}

pub(super) fn recognises(path: &Path) -> bool {
    path.file_name().is_some_and(|name| hub::FILES.iter().any(|known| name == *known))
}

/// Reads the files together with those of the starter set for what the folder lacks;
/// [`over_official`] tells them apart again.
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
    // Rows are counted when it is known whose they are.
    parts.extend(hub::read(&whole, &mut self::report())?);
    Ok(())
}

/// Splits what [`read`] read: the rows of the hub's own `files`, all of them added, and the starter
/// set's, reduced to what the `official` data lack. Skills that own rows name stay.
pub(super) fn over_official(
    (mut report, mut own): (Report, Parts),
    files: &[PathBuf],
    official: &[(Report, Parts)],
) -> [(Report, Parts); 2] {
    let names: BTreeSet<String> = files.iter().map(|path| text::file_name(path)).collect();
    let mut rest = take_starter(&mut own, &|name| names.contains(name));
    hub::count(&own, &mut report);
    let used: BTreeSet<&str> = own
        .relations
        .iter()
        .map(|relation| relation.skill.as_str())
        .chain(own.courses.iter().flat_map(|draft| &draft.teaches).map(String::as_str))
        .collect();
    let (named, others) =
        mem::take(&mut rest.skills).into_iter().partition(|s| used.contains(s.id.as_str()));
    rest.skills = others;
    overlay::reduce(&mut rest, official);
    rest.skills.extend::<Vec<_>>(named);
    let mut starter = starter::report(|name| !names.contains(name));
    hub::count(&rest, &mut starter);
    [(report, own), (starter, rest)]
}

/// Takes out the rows of files that are not the hub's `own`.
fn take_starter(parts: &mut Parts, own: &dyn Fn(&str) -> bool) -> Parts {
    let mut rest = Parts::default();
    let groups: BTreeSet<&str> = parts.skill_groups.iter().map(|group| group.id.as_str()).collect();
    // A pair stands in the file of its narrower end.
    let (kept, taken) = mem::take(&mut parts.broader).into_iter().partition(|(narrow, _)| {
        own(if groups.contains(narrow.as_str()) { "skill_groups.csv" } else { "skills.csv" })
    });
    (parts.broader, rest.broader) = (kept, taken);
    if !own("skill_groups.csv") {
        rest.skill_groups = mem::take(&mut parts.skill_groups);
    }
    if !own("skills.csv") {
        rest.skills = mem::take(&mut parts.skills);
    }
    if !own("licences.csv") {
        rest.licences = mem::take(&mut parts.licences);
    }
    if !own("groups.csv") {
        rest.groups = mem::take(&mut parts.groups);
        rest.ssyk_isco = mem::take(&mut parts.ssyk_isco);
    }
    if !own("occupations.csv") {
        rest.occupations = mem::take(&mut parts.occupations);
        rest.relations = mem::take(&mut parts.relations);
        rest.stands_for = mem::take(&mut parts.stands_for);
    }
    if !own("rules.csv") {
        rest.rules = mem::take(&mut parts.rules);
    }
    if !own("signals.csv") {
        rest.signals = mem::take(&mut parts.signals);
    }
    if !own("courses.csv") {
        rest.courses = mem::take(&mut parts.courses);
        for draft in &mut rest.courses {
            starter::KEY.clone_into(&mut draft.course.source);
        }
    }
    rest
}
