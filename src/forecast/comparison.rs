//! A forecast beside the named list that came later.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;

use super::{
    Drawn, Range, at, range,
    tally::{Book, Names, Tally, ways},
};
use crate::{
    batch::{Answer, Seen},
    domain::{Bilingual, Meta},
    intake::Error,
};

/// Entries of each list that are compared.
const LISTED: usize = 15;

/// What the draws say were everybody to take the best path, and the named list as it is read.
pub struct Comparison {
    drawn: Drawn,
    named: Tally,
    refused: u32,
    versions: Vec<Meta>,
}

impl std::fmt::Debug for Comparison {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Comparison").field("named", &self.named.people).finish_non_exhaustive()
    }
}

/// A single figure of a list.
type Figure = fn(&Tally) -> f64;

/// A figure of the named list beside the forecast of it.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastComparedRow)]
pub struct ComparedRow {
    /// What it is.
    pub label: Bilingual<String>,
    /// As forecast, for as many people as the named list has answers for.
    pub forecast: Range,
    /// As named.
    pub named: f64,
    /// Whether it lies in the range.
    pub inside: bool,
}

/// The outcome of a comparison.
#[derive(Debug, Clone, PartialEq, Serialize, ToSchema)]
#[schema(as = ForecastCompared)]
pub struct Compared {
    /// People of the counts.
    pub people: u32,
    /// Answers of the named list.
    pub answered: u32,
    /// Rows of the named list without an answer, or of somebody who came before.
    pub refused: u32,
    /// Single figures.
    pub figures: Vec<ComparedRow>,
    /// Occupations of the best paths, most people in the named list first.
    pub targets: Vec<ComparedRow>,
    /// Courses of the best paths.
    pub courses: Vec<ComparedRow>,
    /// People who begin a course, by the Monday of the week: the weeks with most people.
    pub begins: Vec<ComparedRow>,
    /// Share of people whom the expected counts put on the right occupation, 0 to 1: the common part of
    /// both distributions.
    pub targets_shared: f64,
    /// The same of the seats by course.
    pub courses_shared: f64,
    /// The same of beginnings by week.
    pub begins_shared: f64,
    /// Whether the named list was made from the same data and model.
    pub same_versions: bool,
}

impl Comparison {
    pub(super) fn of(drawn: Drawn) -> Self {
        Self { drawn, named: Tally::default(), refused: 0, versions: Vec::new() }
    }

    /// Reads the named list.
    ///
    /// # Errors
    /// The first that the list has.
    pub fn read(
        mut self,
        answers: impl Iterator<Item = Result<Answer, Error>>,
        meta: &Meta,
    ) -> Result<Compared, Error> {
        let mut seen = Seen::default();
        for answer in answers {
            let Some(answer) = answer?.recommendation.filter(|answer| seen.is_first(answer)) else {
                self.refused += 1;
                continue;
            };
            self.named.add(ways(&answer, &mut self.drawn.book).first(), 1, true);
            if !self.versions.contains(&answer.meta) {
                self.versions.push(answer.meta);
            }
        }
        Ok(self.compared(meta))
    }

    fn compared(&self, meta: &Meta) -> Compared {
        let Book { targets, courses, .. } = &self.drawn.book;
        let figures: [(&str, &str, Figure); 5] = [
            ("väg i egen bransch", "path in own sector", |tally| tally.own.into()),
            ("väg i annan bransch", "path in another sector", |tally| tally.change.into()),
            ("utan väg", "without a path", |tally| tally.none.into()),
            ("har kurser", "with courses", |tally| tally.with_courses.into()),
            ("kursveckor", "course weeks", |tally| tally.weeks),
        ];
        let figures = figures.map(|(sv, en, of)| self.row(Bilingual::new(sv, en), of));
        let label = |names: &Names, number: &usize| {
            names.labels.get(*number).map_or_else(Bilingual::default, |(_, label)| label.clone())
        };
        Compared {
            people: self.drawn.tallies.first().map_or(0, |tally| tally.people),
            answered: self.named.people,
            refused: self.refused,
            figures: figures.into(),
            targets: self.rows(|tally| &tally.targets, |number| label(targets, number)),
            courses: self.rows(|tally| &tally.courses, |number| label(courses, number)),
            begins: self.rows(
                |tally| &tally.begins,
                |monday| Bilingual::new(monday.to_string(), monday.to_string()),
            ),
            targets_shared: self.shared(|tally| &tally.targets),
            courses_shared: self.shared(|tally| &tally.courses),
            begins_shared: self.shared(|tally| &tally.begins),
            same_versions: self.versions.iter().all(|version| version == meta),
        }
    }

    /// As many people as have an answer, not as were counted.
    fn scale(&self) -> f64 {
        let people = self.drawn.by_the_best.first().map_or(0, |tally| tally.people);
        f64::from(self.named.people) / f64::from(people.max(1))
    }

    fn row(&self, label: Bilingual<String>, of: impl Fn(&Tally) -> f64) -> ComparedRow {
        let scale = self.scale();
        let draws = self.drawn.by_the_best.iter();
        let forecast = range(draws.map(|tally| of(tally) * scale).collect());
        let named = of(&self.named);
        // Half a person is rounding.
        let inside = forecast.low - 0.5 <= named && named <= forecast.high + 0.5;
        ComparedRow { label, forecast, named, inside }
    }

    fn rows<K: Ord + Clone>(
        &self,
        of: impl Fn(&Tally) -> &BTreeMap<K, u32>,
        label: impl Fn(&K) -> Bilingual<String>,
    ) -> Vec<ComparedRow> {
        let mut keys: Vec<(&K, u32)> =
            of(&self.named).iter().map(|(key, people)| (key, *people)).collect();
        keys.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        keys.truncate(LISTED);
        keys.into_iter().map(|(key, _)| self.row(label(key), |tally| at(of(tally), key))).collect()
    }

    /// Common part of two distributions: 1 less half of what they differ by.
    fn shared<K: Ord + Clone>(&self, of: impl Fn(&Tally) -> &BTreeMap<K, u32>) -> f64 {
        let mut expected: BTreeMap<K, f64> = BTreeMap::new();
        for tally in &self.drawn.by_the_best {
            for (key, people) in of(tally) {
                *expected.entry(key.clone()).or_default() += f64::from(*people);
            }
        }
        let drawn: f64 = expected.values().sum();
        let named: f64 = of(&self.named).values().map(|people| f64::from(*people)).sum();
        if drawn <= 0.0 || named <= 0.0 {
            return 0.0;
        }
        let common = expected
            .iter()
            .map(|(key, people)| (people / drawn).min(at(of(&self.named), key) / named));
        common.sum()
    }
}
