//! Course sets: course text -> SSYK groups (Susa-navet), and upper-secondary outcome -> its bundle
//! of GY11 courses (Skolverket, yrkesutgångar).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    fs,
    path::Path,
};

use rayon::prelude::*;
use serde::Deserialize;

use super::{Ranker, Run, measures as m, measures::Tally, report::View, tsv::Tsv};
use crate::{
    dataset::Error,
    domain::{Course, Language},
};

/// Candidates a query in a run.
const RUN: usize = 200;
/// Courses an outcome needs to be worth ranking for.
const BUNDLE: usize = 2;
/// Prefix of the ids that Susa-navet's courses have in a data set.
const SUSA: &str = "susa:";

/// A course -> SSYK set.
#[derive(Debug)]
pub(super) struct CourseSet {
    queries: Vec<CourseQuery>,
    /// Right groups by query; empty where the set has no answers.
    answers: BTreeMap<String, HashSet<String>>,
}

#[derive(Debug)]
struct CourseQuery {
    id: String,
    /// Title and text; `None` where the course is not known here.
    text: Option<(String, String)>,
}

impl CourseSet {
    /// Texts come from a `susa*.csv` beside the set, else from the data set's courses.
    pub(super) fn open(dir: &Path, courses: &[Course]) -> Result<Self, Error> {
        let beside = susa_csv(dir)?;
        let known: HashMap<&str, &Course> = courses
            .iter()
            .flat_map(|course| {
                let ids = std::iter::once(&course.id).chain(&course.also);
                ids.filter_map(move |id| Some((id.strip_prefix(SUSA)?, course)))
            })
            .collect();
        let text = |id: &str| {
            beside.get(id).cloned().or_else(|| {
                let course = known.get(id)?;
                let (title, text) = (&course.title, &course.description);
                Some((title.text(Language::Sv).into(), text.text(Language::Sv).into()))
            })
        };
        let mut queries: Vec<CourseQuery> = Vec::new();
        let mut seen = HashSet::new();
        let mut answers: BTreeMap<String, HashSet<String>> = BTreeMap::new();
        for line in Tsv::read(dir, "course_ssyk.tsv")?.lines::<1>() {
            let line = line?;
            let id = line.cells[0];
            if seen.insert(id.to_owned()) {
                queries.push(CourseQuery { id: id.into(), text: text(id) });
            }
            let mut right = line.text.split('\t').skip(1);
            if let Some(ssyk) = right.next().filter(|ssyk| !ssyk.is_empty()) {
                answers.entry(id.into()).or_default().insert(ssyk.into());
            }
            if let Some(more) = right.next() {
                let problem = format!("has a third column, '{more}'");
                return Err(Error::format(line.place, problem, "give course id and SSYK code"));
            }
        }
        Ok(Self { queries, answers })
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.len()
    }

    /// Says how many queries could not be asked.
    pub(super) fn notes(&self) -> Vec<String> {
        let mut missing = self.queries.iter().filter(|query| query.text.is_none());
        let count = missing.clone().count();
        let all = self.queries.len();
        missing.next().map_or_else(Vec::new, |first| {
            vec![format!(
                "{count} of {all} queries have no text and count as unanswered, such as '{}': the \
                 data set has no course '{SUSA}{}' and no susa*.csv lies beside the set",
                first.id, first.id
            )]
        })
    }

    pub(super) fn run(&self, ranker: &dyn Ranker) -> Run {
        let answers: Vec<_> =
            self.queries
                .par_iter()
                .map(|query| {
                    let ranked = query.text.as_ref().map_or_else(Vec::new, |(title, text)| {
                        ranker.course_groups(title, text, RUN)
                    });
                    (query.id.clone(), ranked)
                })
                .collect();
        Run::new(answers)
    }

    pub(super) fn score(&self, run: &Run) -> Vec<View> {
        let headline = vec!["hit@1", "hit@5", "hit@10", "mrr"];
        score(run, &self.answers, headline, |tally, hits, _| {
            tally.add("mrr", m::reciprocal_rank(hits));
            for k in [1, 5, 10] {
                tally.add(format!("hit@{k}"), m::success_at(hits, k));
            }
        })
    }
}

/// An outcome -> course bundle set.
#[derive(Debug)]
pub(super) struct BundleSet {
    outcomes: BTreeSet<String>,
    /// Right course codes by outcome, for outcomes with enough of them.
    answers: BTreeMap<String, HashSet<String>>,
}

#[derive(Deserialize)]
struct Outcome {
    degree: String,
    #[serde(default)]
    degree_courses: Vec<OutcomeCourse>,
}

#[derive(Deserialize)]
struct OutcomeCourse {
    code: Option<String>,
}

impl BundleSet {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let path = dir.join("gy11_outcomes.json");
        let bytes = fs::read(&path).map_err(|source| Error::io(&path, source))?;
        let read: Vec<Outcome> = serde_json::from_slice(&bytes).map_err(|error| {
            let place = format!("{}:{}", path.display(), error.line());
            let cure = "give a list of objects with degree and degree_courses";
            Error::format(place, format!("is not a list of outcomes: {error}"), cure)
        })?;
        let mut outcomes = BTreeSet::new();
        let mut answers: BTreeMap<String, HashSet<String>> = BTreeMap::new();
        for outcome in read {
            let codes: HashSet<String> =
                outcome.degree_courses.into_iter().filter_map(|course| course.code).collect();
            if codes.len() >= BUNDLE {
                answers.entry(outcome.degree.clone()).or_default().extend(codes);
            }
            outcomes.insert(outcome.degree);
        }
        Ok(Self { outcomes, answers })
    }

    pub(super) fn queries(&self) -> usize {
        self.outcomes.len()
    }

    pub(super) fn run(&self, ranker: &dyn Ranker) -> Run {
        let answers: Vec<_> = self
            .outcomes
            .par_iter()
            .map(|outcome| (outcome.clone(), ranker.bundle(outcome, RUN)))
            .collect();
        Run::new(answers)
    }

    pub(super) fn score(&self, run: &Run) -> Vec<View> {
        score(run, &self.answers, vec!["recall@10", "ndcg@10", "mrr"], |tally, hits, relevant| {
            tally.add("mrr", m::reciprocal_rank(hits));
            // The published scorer's recall@10 is over the best possible number.
            tally.add("recall@10", m::r_precision_at(hits, 10, relevant));
            tally.add("ndcg@10", m::binary_ndcg(hits, 10, relevant));
        })
    }
}

fn score(
    run: &Run,
    answers: &BTreeMap<String, HashSet<String>>,
    headline: Vec<&'static str>,
    add: impl Fn(&mut Tally, &[bool], usize),
) -> Vec<View> {
    if answers.is_empty() {
        return Vec::new();
    }
    let ranked = run.by_query();
    let mut tally = Tally::default();
    let mut answered = 0;
    for (query, right) in answers {
        let list = ranked.get(query.as_str()).map_or(&[][..], Vec::as_slice);
        answered += usize::from(!list.is_empty());
        let hits: Vec<bool> = list.iter().map(|id| right.contains(*id)).collect();
        add(&mut tally, &hits, right.len());
    }
    let measures = tally.measures();
    vec![View { name: "all".into(), judged: answers.len(), answered, headline, measures }]
}

/// The columns of a Susa-navet CSV that matter here.
#[derive(Deserialize)]
struct SusaRow {
    id: String,
    title: String,
    description: String,
}

/// Title and text by id from the first `susa*.csv` in the folder.
fn susa_csv(dir: &Path) -> Result<HashMap<String, (String, String)>, Error> {
    let entries = fs::read_dir(dir).map_err(|source| Error::io(dir, source))?;
    let mut files: Vec<_> = entries
        .filter_map(Result::ok)
        .map(|entry| entry.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with("susa") && path.extension().is_some_and(|ext| ext == "csv")
        })
        .collect();
    files.sort();
    let Some(path) = files.first() else { return Ok(HashMap::new()) };
    let wrong = |error: csv::Error| {
        let line = error.position().map_or(1, csv::Position::line);
        let place = format!("{}:{line}", path.display());
        Error::format(place, error.to_string(), "give the columns id, title, description")
    };
    let mut texts = HashMap::new();
    for row in csv::Reader::from_path(path).map_err(wrong)?.deserialize() {
        let SusaRow { id, title, description } = row.map_err(wrong)?;
        texts.insert(id, (title, description));
    }
    Ok(texts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{domain::Bilingual, eval::Ranked};

    #[test]
    fn texts_come_from_the_data_set_or_a_file_beside() {
        let dir = tempfile::tempdir().unwrap();
        let rows = "aa\t8332\naa\t8331\nbb\t3344\ncc\n";
        fs::write(dir.path().join("course_ssyk.tsv"), rows).unwrap();
        let title = Bilingual::new("Lastbil CE", "");
        let courses = [Course { id: "susa:aa".into(), title, ..Course::default() }];
        let set = CourseSet::open(dir.path(), &courses).unwrap();
        assert_eq!(set.queries(), 3);
        assert_eq!(set.queries[0].text, Some(("Lastbil CE".into(), String::new())));
        assert!(set.notes()[0].starts_with("2 of 3 queries have no text"));
        fs::write(dir.path().join("susa_2025.csv"), "id,title,description\nbb,B,text\n").unwrap();
        let set = CourseSet::open(dir.path(), &courses).unwrap();
        assert!(set.notes()[0].contains("such as 'cc'"));
        let list = ["3344", "8331"].map(|id| Ranked::new(id, 1.0)).to_vec();
        let views = set.score(&Run::new([("aa".to_owned(), list)]));
        assert_eq!((views[0].judged, views[0].answered), (2, 1));
        assert!((views[0].measures[0].mean - 0.25).abs() < 1e-9);
        fs::write(dir.path().join("course_ssyk.tsv"), "aa\t8332\nbb\t3344\tx\n").unwrap();
        let error = CourseSet::open(dir.path(), &courses).unwrap_err().to_string();
        assert!(error.contains("course_ssyk.tsv:2: has a third column, 'x'"), "{error}");
        fs::write(dir.path().join("susa_2025.csv"), "id,titel\nbb,B\n").unwrap();
        let error = CourseSet::open(dir.path(), &courses).unwrap_err().to_string();
        assert!(error.contains("susa_2025.csv:"), "{error}");
    }

    #[test]
    fn an_outcome_with_one_course_is_asked_but_not_judged() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("gy11_outcomes.json");
        let text = r#"[{"degree": "Svetsare", "degree_courses": [{"code": "A"}, {"code": "B"}]},
            {"degree": "Kock", "degree_courses": [{"code": "C"}, {"name": "no code"}]},
            {"degree": "Murare"}]"#;
        fs::write(&path, text).unwrap();
        let set = BundleSet::open(dir.path()).unwrap();
        assert_eq!((set.queries(), set.answers.len()), (3, 1));
        let list = ["B", "X"].map(|id| Ranked::new(id, 1.0)).to_vec();
        let views = set.score(&Run::new([("Svetsare".to_owned(), list)]));
        let recall = views[0].measures.iter().find(|m| m.name == "recall@10").unwrap();
        assert!((recall.mean - 0.5).abs() < 1e-9);
        fs::write(&path, "[{\"degree\": \"x\"},\n{\"grade\": 1}]").unwrap();
        let error = BundleSet::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("gy11_outcomes.json:2: is not a list of outcomes"), "{error}");
    }
}
