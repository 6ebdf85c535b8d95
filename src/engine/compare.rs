//! Targets side by side: cells are copied from their path or counted in it, never scored.

use super::Engine;
use crate::domain::{
    Bilingual, Candidate, Comparison, Evidence, Fact, Language, Pathway, Profile, length_in_words,
};

/// A cell of a path; `None` where unknown.
type Cell = Option<Bilingual<String>>;

/// A row: name, its words, the cell, how firm, and from where (`figures` stands for the source of the
/// group's figures).
type Row = (&'static str, [&'static str; 2], fn(&Pathway) -> Cell, Evidence, &'static str);

const FIGURES: &str = "figures";
pub(super) const RELATIONS: &str = "occupation-skill relations of the data set";
pub(super) const COURSES: &str = "courses of the data set";
pub(super) const LICENCES: &str = "licences of the data set";

const ROWS: [Row; 11] = [
    ("group", ["Yrkesgrupp", "Occupation group"], group, Evidence::Official, FIGURES),
    ("wage", ["Medellön", "Mean wage"], wage, Evidence::Official, FIGURES),
    (
        "wage_change",
        ["Mot lönen i dag", "Against today's wage"],
        wage_change,
        Evidence::Derived,
        FIGURES,
    ),
    (
        "employees",
        ["Anställda i landet", "Employees in Sweden"],
        employees,
        Evidence::Official,
        FIGURES,
    ),
    (
        "ads",
        ["Annonser i Västra Götaland", "Job ads in Västra Götaland"],
        ads,
        Evidence::Measured,
        FIGURES,
    ),
    (
        "outlook",
        ["Möjligheter till arbete", "Job opportunities"],
        outlook,
        Evidence::Official,
        FIGURES,
    ),
    (
        "skills",
        ["Nödvändiga kompetenser som finns", "Essential skills there"],
        skills,
        Evidence::Derived,
        RELATIONS,
    ),
    (
        "licences",
        ["Behörigheter som saknas", "Licences missing"],
        licences,
        Evidence::Official,
        LICENCES,
    ),
    (
        "training",
        ["Utbildning, heltid", "Training, full time"],
        training,
        Evidence::Derived,
        COURSES,
    ),
    ("ready", ["Klar tidigast", "Ready at the earliest"], ready, Evidence::Derived, COURSES),
    ("fits", ["Ryms i tiden", "Fits in the time"], fits, Evidence::Derived, COURSES),
];

impl Engine {
    /// The occupations that the profile asks about (`wanted`), side by side.
    #[tracing::instrument(level = "debug", skip_all)]
    pub fn compare(&self, profile: &Profile) -> Comparison {
        let answer = self.recommend(profile, 0);
        let paths = &answer.wanted;
        let targets =
            paths.iter().map(|path| Candidate::new(&path.id, path.label.clone(), path.score));
        let rows = ROWS.into_iter().map(|(name, [sv, en], cell, evidence, source)| Fact {
            name: name.to_owned(),
            label: Bilingual::new(sv, en),
            cells: paths.iter().map(cell).collect(),
            evidence,
            source: if source == FIGURES { sources(paths) } else { source.to_owned() },
        });
        Comparison {
            targets: targets.collect(),
            rows: rows.collect(),
            understood: answer.understood,
            meta: answer.meta,
        }
    }
}

/// Keys of the sources of the groups' figures.
fn sources(paths: &[Pathway]) -> String {
    let mut keys: Vec<&str> = paths.iter().map(|path| path.demand.source.as_str()).collect();
    keys.sort_unstable();
    keys.dedup();
    keys.retain(|key| !key.is_empty());
    keys.join(", ")
}

/// The words of each language.
fn both(said: impl Fn(Language) -> String) -> Bilingual<String> {
    Bilingual { sv: said(Language::Sv), en: said(Language::En) }
}

/// The same words in both languages.
fn same(text: String) -> Bilingual<String> {
    Bilingual { sv: text.clone(), en: text }
}

fn group(path: &Pathway) -> Cell {
    let Bilingual { sv, en } = &*path.demand.group;
    let ssyk = &path.demand.ssyk;
    (!ssyk.is_empty()).then(|| Bilingual::new(format!("{ssyk} {sv}"), format!("{ssyk} {en}")))
}

fn wage(path: &Pathway) -> Cell {
    let wage = path.demand.wage?;
    Some(both(|language| format!("{} kr ({})", language.number(wage.mean.into(), 0), wage.year)))
}

fn wage_change(path: &Pathway) -> Cell {
    let change = path.demand.wage_change?;
    let plus = if change > 0 { "+" } else { "" };
    Some(both(|language| format!("{plus}{} kr", language.number(change as f64, 0))))
}

fn employees(path: &Pathway) -> Cell {
    let number = path.demand.employees?;
    Some(both(|language| language.number(number.into(), 0)))
}

fn ads(path: &Pathway) -> Cell {
    let (ads, year) = path.demand.ads_region.zip(path.demand.ads_year)?;
    Some(both(|language| format!("{} ({year})", language.number(ads.into(), 0))))
}

fn outlook(path: &Pathway) -> Cell {
    let said = |language| {
        let judged = path.demand.barometer.iter();
        judged.map(|j| format!("{}: {}", j.name, j.opportunities_in(language))).collect::<Vec<_>>()
    };
    let (sv, en) = (said(Language::Sv).join("; "), said(Language::En).join("; "));
    (!sv.is_empty()).then(|| Bilingual::new(sv, en))
}

fn skills(path: &Pathway) -> Cell {
    let gap = &path.gap;
    let (have, total) = (gap.essential_have, gap.essential_total);
    (total > 0).then(|| Bilingual::new(format!("{have} av {total}"), format!("{have} of {total}")))
}

fn licences(path: &Pathway) -> Cell {
    let names = |language| {
        let missing = path.gap.licences.iter();
        missing.map(|licence| licence.label.marked(language).into_owned()).collect::<Vec<_>>()
    };
    let (sv, en) = (names(Language::Sv).join(", "), names(Language::En).join(", "));
    let none = path.gap.essential_total > 0 || !path.demand.ssyk.is_empty();
    if sv.is_empty() {
        // An occupation of which nothing is known may well ask for one.
        return none.then(|| Bilingual::new("inga kända", "none known"));
    }
    Some(Bilingual::new(sv, en))
}

fn training(path: &Pathway) -> Cell {
    if path.plan.courses.is_empty() {
        let closed = path.gap.missing_essential.is_empty() && path.gap.licences.is_empty();
        return closed.then(|| Bilingual::new("ingen", "none"));
    }
    path.plan.total_weeks.map(length_in_words)
}

fn ready(path: &Pathway) -> Cell {
    path.plan.ready.map(|day| same(day.to_string()))
}

fn fits(path: &Pathway) -> Cell {
    let said = |fits| if fits { Bilingual::new("ja", "yes") } else { Bilingual::new("nej", "no") };
    path.plan.fits_window.map(said)
}
