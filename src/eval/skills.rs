//! Skill sets: a sentence of a job ad -> ESCO skills (HOUSE, TECH; Decorte et al. 2022, 2023).

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use rayon::prelude::*;

use super::{Ranker, Run, measures as m, measures::Tally, report::View, tsv::Tsv};
use crate::dataset::Error;

/// Skills a query in a run.
pub(super) const RUN: usize = 200;

/// A judged sentence.
#[derive(Debug)]
pub(super) struct JudgedSentence<'a> {
    pub(super) id: &'a str,
    pub(super) text: &'a str,
    /// URIs of the skills that judges name.
    pub(super) right: &'a HashSet<String>,
}

/// A skill set.
#[derive(Debug)]
pub(super) struct SkillSet {
    queries: Vec<(String, String)>,
    /// Label -> URI of the skills that count.
    corpus: HashMap<String, String>,
    /// Right URIs by query; `None` where the set has no answers.
    answers: Option<BTreeMap<String, HashSet<String>>>,
}

impl SkillSet {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let queries = Tsv::read(dir, "queries.tsv")?
            .lines::<2>()
            .map(|line| line.map(|l| (l.cells[0].to_owned(), l.cells[1].to_owned())))
            .collect::<Result<_, Error>>()?;
        let corpus = Tsv::read(dir, "corpus.tsv")?
            .lines::<2>()
            .map(|line| line.map(|l| (l.cells[1].to_owned(), l.cells[0].to_owned())))
            .collect::<Result<_, Error>>()?;
        let answers = dir.join("qrels.tsv").exists().then(|| answers(dir)).transpose()?;
        Ok(Self { queries, corpus, answers })
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.len()
    }

    /// Sentences with answers, in the order of their ids.
    pub(super) fn judged(&self) -> Vec<JudgedSentence<'_>> {
        let mut texts: Vec<&(String, String)> = self.queries.iter().collect();
        texts.sort_unstable();
        let judged = texts.into_iter().filter_map(|(id, text)| {
            let right = self.answers.as_ref()?.get(id)?;
            Some(JudgedSentence { id, text, right })
        });
        judged.collect()
    }

    pub(super) fn run(&self, ranker: &dyn Ranker) -> Run {
        let answers: Vec<_> = self
            .queries
            .par_iter()
            .map(|(query, text)| (query.clone(), ranker.skills(text, RUN)))
            .collect();
        Run::new(answers)
    }

    pub(super) fn score(&self, run: &Run) -> Vec<View> {
        let Some(answers) = &self.answers else { return Vec::new() };
        let known: HashSet<&str> = self.corpus.values().map(String::as_str).collect();
        let ranked = run.by_query();
        let mut tally = Tally::default();
        let mut answered = 0;
        for (query, right) in answers {
            let list = ranked.get(query.as_str()).map_or(&[][..], Vec::as_slice);
            answered += usize::from(!list.is_empty());
            let mut seen = HashSet::new();
            // What is not in the corpus does not use up a rank.
            let hits: Vec<bool> = list
                .iter()
                .filter_map(|id| {
                    known.get(id).copied().or_else(|| self.corpus.get(*id).map(String::as_str))
                })
                .filter(|uri| seen.insert(*uri))
                .map(|uri| right.contains(uri))
                .collect();
            add_measures(&mut tally, &hits, right.len());
        }
        let headline = vec!["rp@5", "rp@1", "rp@10", "mrr"];
        let measures = tally.measures();
        vec![View { name: "all".into(), judged: answers.len(), answered, headline, measures }]
    }
}

fn add_measures(tally: &mut Tally, hits: &[bool], relevant: usize) {
    for k in [1, 5, 10] {
        tally.add(format!("rp@{k}"), m::r_precision_at(hits, k, relevant));
        tally.add(format!("recall@{k}"), m::recall_at(hits, k, relevant));
        tally.add(format!("hit@{k}"), m::success_at(hits, k));
    }
    tally.add("mrr", m::reciprocal_rank(hits));
    tally.add("map", m::average_precision(hits, relevant));
    tally.add("ndcg@100", m::binary_ndcg(hits, 100, relevant));
}

fn answers(dir: &Path) -> Result<BTreeMap<String, HashSet<String>>, Error> {
    let mut answers: BTreeMap<String, HashSet<String>> = BTreeMap::new();
    for line in Tsv::read(dir, "qrels.tsv")?.lines::<2>() {
        let [query, uri] = line?.cells;
        answers.entry(query.into()).or_default().insert(uri.into());
    }
    Ok(answers)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::eval::Ranked;

    #[test]
    fn strangers_use_up_no_rank_and_labels_stand_for_their_uri() {
        let dir = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| fs::write(dir.path().join(name), text).unwrap();
        write("queries.tsv", "q1\tcan weld\nq2\tcan sing\n");
        write("corpus.tsv", "u:weld\tweld\nu:sing\tsing\n");
        let blind = SkillSet::open(dir.path()).unwrap();
        assert!(blind.score(&Run::default()).is_empty());
        write("qrels.tsv", "q1\tu:weld\tweld\nq2\tu:sing\tsing\n");
        let set = SkillSet::open(dir.path()).unwrap();
        let list = ["u:unknown", "sing", "u:sing", "u:weld"].map(|id| Ranked::new(id, 1.0));
        let views = set.score(&Run::new([("q1".to_owned(), list.to_vec())]));
        assert_eq!((views[0].judged, views[0].answered), (2, 1));
        let mean = |name: &str| views[0].measures.iter().find(|m| m.name == name).unwrap().mean;
        assert!((mean("mrr") - 0.25).abs() < 1e-9, "rank 2 of q1, nothing for q2");
        assert!((mean("rp@1") - 0.0).abs() < 1e-9);
    }
}
