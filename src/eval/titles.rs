//! Title sets: job title -> surface forms of the one right ESCO occupation or ISCO group, as in
//! MELO (Retyk et al. 2024).

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    path::Path,
};

use rayon::prelude::*;

use super::{
    Ranked, Ranker, Run, TitleElement, measures as m,
    measures::Tally,
    report::View,
    tsv::{Tsv, number},
};
use crate::dataset::{DataSet, Error};

/// Elements a query in a run: enough for 100 concepts after folding and leaving out ISCO groups.
pub(super) const RUN: usize = 300;
/// Ranks that count, as in the paper.
const TOP: usize = 100;
/// Part of a URI that marks an ISCO group.
pub(super) const ISCO: &str = "/isco/";

/// Ranks elements, by their places with scores, for the id and the text of a query.
pub(super) type Search<'a> = &'a (dyn Fn(&str, &str) -> Vec<(usize, f32)> + Sync);

/// A judged title.
#[derive(Debug)]
pub(super) struct JudgedTitle<'a> {
    pub(super) id: &'a str,
    pub(super) text: &'a str,
    /// URIs of the right concepts, never none.
    pub(super) right: BTreeSet<&'a str>,
}

impl JudgedTitle<'_> {
    /// Whether a whole ISCO group is meant, none of its occupations.
    pub(super) fn means_group(&self) -> bool {
        self.right.iter().any(|uri| uri.contains(ISCO))
    }
}

/// A title set.
#[derive(Debug)]
pub(super) struct TitleSet {
    queries: Vec<(String, String)>,
    corpus: Vec<TitleElement>,
    /// Right elements (positions in `corpus`) by query; `None` where the set has no answers.
    answers: Option<BTreeMap<String, HashSet<usize>>>,
}

impl TitleSet {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let queries = Tsv::read(dir, "queries.tsv")?
            .lines::<2>()
            .map(|line| line.map(|l| (l.cells[0].to_owned(), l.cells[1].to_owned())))
            .collect::<Result<_, Error>>()?;
        let corpus = corpus(dir)?;
        let answers =
            dir.join("annotations.tsv").exists().then(|| answers(dir, &corpus)).transpose()?;
        Ok(Self { queries, corpus, answers })
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.len()
    }

    /// Labels in the order of their ids.
    pub(super) fn corpus(&self) -> &[TitleElement] {
        &self.corpus
    }

    /// Titles with a right concept, in the order of their ids.
    pub(super) fn judged(&self) -> Vec<JudgedTitle<'_>> {
        let mut texts: Vec<&(String, String)> = self.queries.iter().collect();
        texts.sort_unstable();
        let judged = texts.into_iter().filter_map(|(id, text)| {
            let right = self.answers.as_ref()?.get(id)?;
            let right = right.iter().map(|&at| self.corpus[at].concept_uri.as_str()).collect();
            Some(JudgedTitle { id, text, right })
        });
        judged.collect()
    }

    pub(super) fn run(&self, ranker: &dyn Ranker) -> Run {
        let search = ranker.titles(&self.corpus);
        self.run_by(&|_, text| search.rank(text, RUN))
    }

    /// The run of a search.
    pub(super) fn run_by(&self, rank: Search<'_>) -> Run {
        let answers: Vec<(String, Vec<Ranked>)> = self
            .queries
            .par_iter()
            .map(|(query, text)| {
                let mut ranked: Vec<Ranked> = rank(query, text)
                    .into_iter()
                    .filter_map(|(at, score)| Some(Ranked::new(&self.corpus.get(at)?.id, score)))
                    .collect();
                // The published tie rule (trec_eval): document numbers descending.
                ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| b.id.cmp(&a.id)));
                (query.clone(), ranked)
            })
            .collect();
        Run::new(answers)
    }

    pub(super) fn score(&self, run: &Run) -> Vec<View> {
        let Some(answers) = &self.answers else { return Vec::new() };
        let positions: HashMap<&str, usize> =
            self.corpus.iter().enumerate().map(|(at, e)| (e.id.as_str(), at)).collect();
        let ranked: HashMap<&str, Vec<usize>> = run
            .by_query()
            .into_iter()
            .map(|(query, ids)| {
                (query, ids.iter().filter_map(|id| positions.get(id).copied()).collect())
            })
            .collect();
        let views = [
            ("surface", false, false),
            ("concept", true, false),
            ("surface, occupations only", false, true),
            ("concept, occupations only", true, true),
        ];
        views
            .into_iter()
            .map(|(name, concepts, occupations)| {
                self.view(name, answers, &ranked, (concepts, occupations))
            })
            .collect()
    }

    /// One way of counting: surface forms or concepts; all, or only queries whose right concept is
    /// an occupation, with ISCO groups taken out of the ranking.
    fn view(
        &self,
        name: &str,
        answers: &BTreeMap<String, HashSet<usize>>,
        ranked: &HashMap<&str, Vec<usize>>,
        (concepts, occupations): (bool, bool),
    ) -> View {
        let uri = |at: usize| self.corpus[at].concept_uri.as_str();
        let isco = |at: usize| uri(at).contains(ISCO);
        let mut tally = Tally::default();
        let (mut judged, mut answered) = (0, 0);
        for (query, right) in answers {
            if occupations && right.iter().any(|&at| isco(at)) {
                continue;
            }
            judged += 1;
            let list = ranked.get(query.as_str()).map_or(&[][..], Vec::as_slice);
            answered += usize::from(!list.is_empty());
            let list = list.iter().copied().filter(|&at| !(occupations && isco(at)));
            let (hits, relevant) = if concepts {
                let right: HashSet<&str> = right.iter().map(|&at| uri(at)).collect();
                let mut seen = HashSet::new();
                let folded = list.map(uri).filter(|found| seen.insert(*found));
                (folded.take(TOP).map(|found| right.contains(found)).collect(), right.len())
            } else {
                let hits: Vec<bool> = list.take(TOP).map(|at| right.contains(&at)).collect();
                (hits, right.len())
            };
            add_measures(&mut tally, &hits, relevant);
        }
        let headline = vec!["recip_rank", "success_1", "success_5", "success_10"];
        View { name: name.into(), judged, answered, headline, measures: tally.measures() }
    }
}

fn add_measures(tally: &mut Tally, hits: &[bool], relevant: usize) {
    tally.add("map", m::average_precision(hits, relevant));
    tally.add("Rprec", m::precision_at(hits, relevant));
    tally.add("recip_rank", m::reciprocal_rank(hits));
    for k in [5, 10, 20] {
        tally.add(format!("P_{k}"), m::precision_at(hits, k));
        tally.add(format!("recall_{k}"), m::recall_at(hits, k, relevant));
    }
    for k in [1, 5, 10] {
        tally.add(format!("success_{k}"), m::success_at(hits, k));
    }
    tally.add("ndcg_cut_10", m::binary_ndcg(hits, 10, relevant));
}

fn corpus(dir: &Path) -> Result<Vec<TitleElement>, Error> {
    let mapping = Tsv::read(dir, "concept_mapping.tsv")?;
    let mut concepts = HashMap::new();
    for line in mapping.lines::<2>() {
        let [element, uri] = line?.cells;
        concepts.insert(element, uri);
    }
    let elements = Tsv::read(dir, "corpus_elements.tsv")?;
    let mut seen = HashSet::new();
    let mut corpus = Vec::new();
    for line in elements.lines::<2>() {
        let line = line?;
        let [id, text] = line.cells;
        let Some(uri) = concepts.get(id) else {
            let problem = format!("element '{id}' is not in concept_mapping.tsv");
            return Err(Error::format(line.place, problem, "give its concept there"));
        };
        if !seen.insert(id) {
            let problem = format!("element '{id}' is there twice");
            return Err(Error::format(line.place, problem, "give every element once"));
        }
        corpus.push(TitleElement { id: id.into(), text: text.into(), concept_uri: (*uri).into() });
    }
    // What is measured and fitted does not hang on the order of a file.
    corpus.sort_unstable_by(|a, b| a.id.cmp(&b.id));
    Ok(corpus)
}

fn answers(dir: &Path, corpus: &[TitleElement]) -> Result<BTreeMap<String, HashSet<usize>>, Error> {
    let positions: HashMap<&str, usize> =
        corpus.iter().enumerate().map(|(at, e)| (e.id.as_str(), at)).collect();
    let mut answers: BTreeMap<String, HashSet<usize>> = BTreeMap::new();
    for line in Tsv::read(dir, "annotations.tsv")?.lines::<4>() {
        let line = line?;
        let [query, _, element, grade] = line.cells;
        if number(grade, &line.place)? <= 0.0 {
            continue;
        }
        let Some(&at) = positions.get(element) else {
            let problem = format!("element '{element}' is not in corpus_elements.tsv");
            return Err(Error::format(line.place, problem, "judge elements of the corpus"));
        };
        answers.entry(query.into()).or_default().insert(at);
    }
    Ok(answers)
}

/// What a reader must know of figures on titles where the data set holds JobTech's names: such a
/// set's queries are taken from them, and the engine then finds them as labels it knows.
pub fn note_on_titles(data: &DataSet) -> Option<&'static str> {
    let keys = ["jobtech", "crosswalk"];
    let holds = data.manifest.sources.iter().any(|source| keys.contains(&source.key.as_str()));
    holds.then_some(
        "the data set's labels, and so its index, hold JobTech's occupation names, from which \
         queries of title sets are taken: figures are not comparable with those on ESCO alone \
         (import --only esco)",
    )
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::dataset::SourceReport;

    fn set(annotations: Option<&str>) -> Result<TitleSet, Error> {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("queries.tsv", "q1\tsvetsare\nq2\tofficer\n");
        write("corpus_elements.tsv", "g1\tOfficerare\na1\tsvetsare\na2\tbågsvetsare\nb1\tmurare\n");
        let uris = "g1\thttp://e/isco/C0\na1\thttp://e/o/a\na2\thttp://e/o/a\nb1\thttp://e/o/b\n";
        write("concept_mapping.tsv", uris);
        if let Some(text) = annotations {
            write("annotations.tsv", text);
        }
        TitleSet::open(dir.path())
    }

    fn measure(view: &View, name: &str) -> f64 {
        view.measures.iter().find(|m| m.name == name).unwrap().mean
    }

    #[test]
    fn surface_forms_concepts_and_groups_count_differently() {
        let set = set(Some("q1\t0\ta1\t1\nq1\t0\ta2\t1\nq1\t0\tb1\t0\nq2\t0\tg1\t1\n")).unwrap();
        let ranked = |ids: &[&str]| ids.iter().map(|id| Ranked::new(*id, 1.0)).collect();
        let run = Run::new([
            ("q1".to_owned(), ranked(&["g1", "b1", "a2"])),
            ("q2".to_owned(), ranked(&["g1"])),
        ]);
        let views = set.score(&run);
        let rank = |at: usize| measure(&views[at], "recip_rank");
        assert!((rank(0) - 2.0 / 3.0).abs() < 1e-9);
        assert!((measure(&views[0], "recall_5") - 0.75).abs() < 1e-9);
        assert!((measure(&views[1], "recall_5") - 1.0).abs() < 1e-9);
        // q2 asks for a group, and the group above q1's answer is gone.
        assert_eq!(views[3].judged, 1);
        assert!((rank(3) - 0.5).abs() < 1e-9);
    }

    #[test]
    fn a_set_without_answers_runs_and_one_with_strangers_is_refused() {
        let blind = set(None).unwrap();
        assert!(blind.score(&Run::default()).is_empty());
        let error = set(Some("q1\t0\tzz\t1\n")).unwrap_err().to_string();
        assert!(error.contains("annotations.tsv:1: element 'zz'"), "{error}");
        let error = set(Some("q1\t0\ta1\tyes\n")).unwrap_err().to_string();
        assert!(error.contains("annotations.tsv:1: 'yes' is not a number"), "{error}");
    }

    #[test]
    fn jobtech_names_in_the_data_set_are_told() {
        let mut data = DataSet::default();
        let source = |key: &str| SourceReport { key: key.to_owned(), ..SourceReport::default() };
        data.manifest.sources = vec![source("esco"), source("market")];
        assert_eq!(note_on_titles(&data), None);
        data.manifest.sources.push(source("jobtech"));
        assert!(note_on_titles(&data).is_some_and(|note| note.contains("not comparable")));
    }
}
