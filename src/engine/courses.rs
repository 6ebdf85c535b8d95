//! What a course leads to, and which courses lead to an occupation, for words that stand in no data
//! set.

use std::sync::Arc;

use super::Engine;
use crate::{
    dataset::DataSet,
    domain::CourseIx,
    model::{BundleReader, CourseText, GroupReader},
};

/// The readers behind an engine's course questions.
#[derive(Debug)]
pub(super) struct Readers {
    groups: GroupReader,
    bundles: BundleReader,
}

/// Reads courses and outcomes with an engine's data set and model.
#[derive(Debug, Clone, Copy)]
pub struct CourseReader<'a> {
    engine: &'a Engine,
    readers: &'a Readers,
}

impl Engine {
    /// The reader of courses. The first call builds it, about a second for all of ESCO; plans do not
    /// need it, for the model stores what is read of the data set's own courses.
    pub fn course_reader(&self) -> CourseReader<'_> {
        let readers = self.course_readers.get_or_init(|| {
            let DataSet { taxonomy, market, courses, .. } = &self.dataset;
            let compounds = self.model.compounds();
            Readers {
                groups: GroupReader::of(taxonomy, market, Arc::clone(&compounds)),
                bundles: BundleReader::of(courses, compounds),
            }
        });
        CourseReader { engine: self, readers }
    }
}

impl CourseReader<'_> {
    /// Probability that a course outside universities leads to each SSYK group of the market, in the
    /// market's order. About a millisecond.
    pub fn groups(&self, title: &str, text: &str) -> Vec<f32> {
        let course = CourseText { title, text, university: false };
        let titles = &self.engine.model.titles.sv;
        self.readers.groups.read(&course, &titles.best_by_concept(&titles.cosines(title)))
    }

    /// Upper-secondary courses with how well they fit an occupation or outcome of school, from 0 to 1,
    /// in the order of their rows. About a millisecond.
    pub fn bundle(&self, name: &str) -> Vec<(CourseIx, f32)> {
        let DataSet { taxonomy, market, .. } = &self.engine.dataset;
        let aim = BundleReader::aim(name, &self.engine.model.titles.sv, taxonomy, market);
        let fits = self.readers.bundles.read(&aim, taxonomy);
        fits.into_iter().map(|fit| (fit.course, fit.all)).collect()
    }
}
