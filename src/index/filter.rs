//! What a row must be, whatever its text.

use std::{collections::HashSet, ops::Bound};

use jiff::civil::Date;
use tantivy::{
    Term,
    query::{AllQuery, BooleanQuery, EnableScoring, Occur, Query, RangeQuery, TermSetQuery},
    schema::Field,
};

use super::{
    Error, Index,
    build::{distance_key, place_key},
    schema::{Fields, IX},
};
use crate::domain::{CourseBasis, CourseForm, Distance};

/// Limits on hits. All that are set must hold; within a list any value will do. An empty text or
/// list sets no limit. A row that lacks what a limit speaks of (a skill has no form, a course may
/// have no known length) is no hit.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Filters {
    /// Leading digits of an SSYK 2012 code: of an occupation's groups, of the groups a course
    /// leads to.
    pub ssyk: String,
    /// Sector key of an occupation.
    pub sector: String,
    /// School forms of a course.
    pub forms: Vec<CourseForm>,
    /// How firm a course record is.
    pub bases: Vec<CourseBasis>,
    /// Municipality or place names of a course, in any case.
    pub places: Vec<String>,
    /// Whether a course needs presence.
    pub distance: Vec<Distance>,
    /// Least length of a course, weeks at full time.
    pub min_weeks: Option<f32>,
    /// Greatest length of a course, weeks at full time.
    pub max_weeks: Option<f32>,
    /// A course must start on this day or later.
    pub start_from: Option<Date>,
    /// A course must start on this day or earlier; with `start_from` on a day between both.
    pub start_to: Option<Date>,
    /// Paces of a course, percent of full time.
    pub paces: Vec<u8>,
    /// Greatest price of a course for the participant, kronor.
    pub max_price: Option<u32>,
    /// Rows of the data set, of which a hit must be one.
    pub among: Option<Vec<u32>>,
    /// Ids of skills a course teaches.
    pub teaches: Vec<String>,
}

impl Filters {
    /// The limits as queries of the library; empty where nothing is limited.
    fn queries(&self, fields: &Fields) -> Vec<Box<dyn Query>> {
        let mut all: Vec<Box<dyn Query>> = Vec::new();
        let mut any = |field: Field, values: Vec<&str>| {
            let terms: Vec<Term> = values
                .into_iter()
                .filter(|value| !value.is_empty())
                .map(|value| Term::from_field_text(field, value))
                .collect();
            if !terms.is_empty() {
                all.push(Box::new(TermSetQuery::new(terms)));
            }
        };
        let places: Vec<String> = self.places.iter().map(|place| place_key(place)).collect();
        any(fields.ssyk, vec![&self.ssyk]);
        any(fields.sector, vec![&self.sector]);
        any(fields.form, self.forms.iter().map(|form| form.key()).collect());
        any(fields.basis, self.bases.iter().map(|basis| basis.key()).collect());
        any(fields.place_key, places.iter().map(String::as_str).collect());
        any(fields.distance, self.distance.iter().map(|d| distance_key(*d)).collect());
        any(fields.teaches, self.teaches.iter().map(String::as_str).collect());
        if !self.paces.is_empty() {
            let pace = |pace: &u8| Term::from_field_u64(fields.pace, u64::from(*pace));
            all.push(Box::new(TermSetQuery::new(self.paces.iter().map(pace))));
        }
        let price = |price: u32| Term::from_field_u64(fields.price, u64::from(price));
        all.extend(range(None, self.max_price.map(price)));
        let weeks = |weeks: f32| Term::from_field_f64(fields.weeks, f64::from(weeks));
        all.extend(range(self.min_weeks.map(weeks), self.max_weeks.map(weeks)));
        // ISO dates sort as text.
        let day = |day: Date| Term::from_field_text(fields.start, &day.to_string());
        all.extend(range(self.start_from.map(day), self.start_to.map(day)));
        all
    }
}

/// A value between two bounds, both included; `None` without bounds.
fn range(from: Option<Term>, to: Option<Term>) -> Option<Box<dyn Query>> {
    let bound = |term: Option<Term>| term.map_or(Bound::Unbounded, Bound::Included);
    (from.is_some() || to.is_some())
        .then(|| Box::new(RangeQuery::new(bound(from), bound(to))) as Box<dyn Query>)
}

impl Index {
    /// For each document, whether it passes the filters; `None` where all do.
    pub(super) fn admitted(&self, filters: &Filters) -> Result<Option<Vec<bool>>, Error> {
        let mut clauses: Vec<(Occur, Box<dyn Query>)> =
            filters.queries(&self.fields).into_iter().map(|query| (Occur::Must, query)).collect();
        let Some(segment) = self.segment() else { return Ok(None) };
        if clauses.is_empty() && filters.among.is_none() {
            return Ok(None);
        }
        clauses.push((Occur::Must, Box::new(AllQuery)));
        let mut admitted = vec![false; segment.max_doc() as usize];
        BooleanQuery::new(clauses)
            .weight(EnableScoring::disabled_from_searcher(&self.searcher))
            .and_then(|weight| {
                weight.for_each_no_score(segment, &mut |documents| {
                    for document in documents {
                        admitted[*document as usize] = true;
                    }
                })
            })
            .map_err(Error::search("filtering"))?;
        if let Some(among) = &filters.among {
            let among: HashSet<u64> = among.iter().copied().map(u64::from).collect();
            let ix = segment.fast_fields().u64(IX).map_err(Error::search("filtering"))?;
            for (admitted, document) in admitted.iter_mut().zip(0..) {
                *admitted &= ix.first(document).is_some_and(|ix| among.contains(&ix));
            }
        }
        Ok(Some(admitted))
    }
}
