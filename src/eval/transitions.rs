//! Transition sets: the skill profile of an occupation -> occupations people can move to or did
//! move to. Judgements name occupations in their own classification (ROME, JobTech, SOC); ESCO
//! occupations are translated by the set's mapping.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    path::Path,
};

use rayon::prelude::*;
use serde::Deserialize;

use super::{
    Ranker, Run, TransitionProfile, measures as m,
    measures::Tally,
    report::View,
    tsv::{Tsv, number},
};
use crate::dataset::Error;

/// ESCO occupations a query in a run: enough for 100 native ones after leaving out own groups.
const RUN: usize = 500;
/// Native occupations that count.
const TOP: usize = 100;
/// Gain of the closest relation in graded sets.
const CLOSEST: f64 = 3.0;

/// A transition set.
#[derive(Debug)]
pub(super) struct TransitionSet {
    queries: Vec<(String, TransitionProfile)>,
    /// `None` where the set has no answers.
    judgements: Option<Judgements>,
}

/// A source whose moves are judged, in ESCO scope.
#[derive(Debug)]
pub(super) struct JudgedMoves<'a> {
    /// Id of the source.
    pub(super) id: &'a str,
    pub(super) profile: &'a TransitionProfile,
    judgements: &'a Judgements,
    gains: BTreeMap<&'a str, f64>,
}

/// A native target and the ESCO occupations that stand for it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct JudgedTarget<'a> {
    /// ESCO occupations, without the source's own, ascending.
    pub(super) esco: Vec<&'a str>,
    /// 0 where the judges did not name it.
    pub(super) gain: f64,
    /// Whether it is in the source's occupation group.
    pub(super) own_group: bool,
}

impl<'a> JudgedMoves<'a> {
    /// Every target ESCO can name as something else than the source, in order of native id.
    pub(super) fn targets(&self) -> Vec<JudgedTarget<'a>> {
        let judgements = self.judgements;
        let Some(source) = judgements.sources.get(self.id) else { return Vec::new() };
        let mut natives: Vec<&String> = judgements.esco.keys().collect();
        natives.sort_unstable();
        natives.retain(|native| *native != self.id && judgements.nameable(source, native));
        let target = |native: &'a String| {
            let esco = judgements.esco.get(native).into_iter().flatten().map(String::as_str);
            let mut esco: Vec<&str> = esco.filter(|uri| !source.esco.contains(*uri)).collect();
            esco.sort_unstable();
            JudgedTarget {
                esco,
                gain: self.gains.get(native.as_str()).copied().unwrap_or(0.0),
                own_group: judgements.same_group(self.id, native),
            }
        };
        natives.into_iter().map(target).collect()
    }
}

/// A line of `profiles.jsonl`; what else it says is not the system's business.
#[derive(Deserialize)]
struct ProfileLine {
    query_id: String,
    #[serde(default)]
    label: String,
    #[serde(default)]
    esco: Vec<String>,
    #[serde(default)]
    essential: Vec<String>,
    #[serde(default)]
    optional: Vec<String>,
}

impl TransitionSet {
    pub(super) fn open(dir: &Path) -> Result<Self, Error> {
        let profiles = Tsv::read(dir, "profiles.jsonl")?;
        let mut seen = HashSet::new();
        let mut queries = Vec::new();
        for line in profiles.lines::<1>() {
            let line = line?;
            let read: ProfileLine = serde_json::from_str(line.text).map_err(|error| {
                let cure = "give one JSON object a line with query_id, esco, essential, optional";
                Error::format(&line.place, format!("is not a profile: {error}"), cure)
            })?;
            let ProfileLine { query_id, label, esco, essential, optional } = read;
            if !seen.insert(query_id.clone()) {
                let problem = format!("query '{query_id}' is there twice");
                return Err(Error::format(line.place, problem, "give every query once"));
            }
            queries.push((query_id, TransitionProfile { label, esco, essential, optional }));
        }
        let judgements =
            dir.join("qrels.tsv").exists().then(|| Judgements::open(dir)).transpose()?;
        Ok(Self { queries, judgements })
    }

    pub(super) fn queries(&self) -> usize {
        self.queries.len()
    }

    pub(super) fn run(&self, ranker: &dyn Ranker) -> Run {
        let answers: Vec<_> = self
            .queries
            .par_iter()
            .map(|(query, profile)| {
                let mut ranked = ranker.transitions(profile, RUN);
                ranked.retain(|candidate| !profile.esco.contains(&candidate.id));
                (query.clone(), ranked)
            })
            .collect();
        Run::new(answers)
    }

    /// The sources with judged moves in ESCO scope, in the order of their ids: what is fitted on them
    /// does not hang on the order of a file.
    pub(super) fn judged_moves(&self) -> Vec<JudgedMoves<'_>> {
        let Some(judgements) = &self.judgements else { return Vec::new() };
        let mut scope = judgements.in_scope(Scope { esco: true, cross: false });
        let moves = self.queries.iter().filter_map(|(id, profile)| {
            let gains = scope.remove(id.as_str())?;
            Some(JudgedMoves { id, profile, judgements, gains })
        });
        let mut moves: Vec<JudgedMoves<'_>> = moves.collect();
        moves.sort_by_key(|moves| moves.id);
        moves
    }

    pub(super) fn score(&self, run: &Run) -> Vec<View> {
        let Some(judgements) = &self.judgements else { return Vec::new() };
        let ranked = run.by_query();
        [
            ("ESCO scope", Scope { esco: true, cross: false }),
            ("ESCO scope, cross", Scope { esco: true, cross: true }),
            ("all", Scope { esco: false, cross: false }),
            ("all, cross", Scope { esco: false, cross: true }),
        ]
        .into_iter()
        .map(|(name, scope)| judgements.view(name, scope, &ranked))
        .collect()
    }
}

/// What counts.
#[derive(Debug, Clone, Copy)]
struct Scope {
    /// Only what ESCO can name as something else than the source.
    esco: bool,
    /// Only moves to another occupation group: the retraining case.
    cross: bool,
}

/// What is known of the right answers.
#[derive(Debug)]
struct Judgements {
    sources: HashMap<String, Source>,
    /// Gain of each target by source.
    gains: BTreeMap<String, BTreeMap<String, f64>>,
    /// Gains are shares of observed movers, not grades.
    shares: bool,
    /// Native ids of an ESCO occupation, best match first.
    native: HashMap<String, Vec<String>>,
    /// ESCO occupations of a native id.
    esco: HashMap<String, HashSet<String>>,
    /// Occupation group of a native id.
    groups: HashMap<String, String>,
}

#[derive(Debug)]
struct Source {
    esco: HashSet<String>,
    /// Employment; 1 where the set does not weigh.
    weight: f64,
}

impl Judgements {
    fn open(dir: &Path) -> Result<Self, Error> {
        let (native, esco) = mapping(dir)?;
        let gains = gains(dir)?;
        let shares = gains.values().flat_map(BTreeMap::values).any(|gain| gain.fract() != 0.0);
        let (sources, groups) = (sources(dir)?, groups(dir)?);
        Ok(Self { sources, gains, shares, native, esco, groups })
    }

    /// Whether an ESCO index can name `target` as something else than the source.
    fn nameable(&self, source: &Source, target: &str) -> bool {
        self.esco.get(target).is_some_and(|uris| !uris.is_subset(&source.esco))
    }

    fn same_group(&self, a: &str, b: &str) -> bool {
        self.groups.get(a) == self.groups.get(b)
    }

    /// The gains that count, by source; sources without any are left out.
    fn in_scope(&self, scope: Scope) -> BTreeMap<&str, BTreeMap<&str, f64>> {
        let mut counted: BTreeMap<&str, BTreeMap<&str, f64>> = BTreeMap::new();
        for (id, targets) in &self.gains {
            let Some(source) = self.sources.get(id) else { continue };
            for (target, gain) in targets {
                let named = !scope.esco || !source.esco.is_empty() && self.nameable(source, target);
                if named && !(scope.cross && self.same_group(id, target)) {
                    counted.entry(id).or_default().insert(target, *gain);
                }
            }
        }
        if self.shares {
            for targets in counted.values_mut() {
                let whole: f64 = targets.values().sum();
                if whole > 0.0 {
                    for gain in targets.values_mut() {
                        *gain /= whole;
                    }
                }
            }
        }
        counted
    }

    /// A ranking of ESCO URIs or native ids as native ids that count, each once.
    fn translate<'a>(&'a self, id: &'a str, list: &[&'a str], scope: Scope) -> Vec<&'a str> {
        let source = self.sources.get(id);
        let mut seen = HashSet::from([id]);
        let mut targets = Vec::new();
        for candidate in list {
            let of_esco = self.native.get(*candidate).filter(|_| candidate.starts_with("http"));
            let itself = (!candidate.starts_with("http")).then_some(*candidate);
            for target in of_esco.into_iter().flatten().map(String::as_str).chain(itself) {
                let named = !scope.esco || source.is_some_and(|s| self.nameable(s, target));
                let counts = named && !(scope.cross && self.same_group(id, target));
                if counts && seen.insert(target) {
                    targets.push(target);
                }
            }
        }
        targets.truncate(TOP);
        targets
    }

    fn view(&self, name: &str, scope: Scope, ranked: &HashMap<&str, Vec<&str>>) -> View {
        let counted = self.in_scope(scope);
        let base = self.shares.then(|| self.base(&counted));
        let mut tally = Tally::default();
        let mut answered = 0;
        for (id, right) in &counted {
            let list = ranked.get(id).map_or(&[][..], Vec::as_slice);
            answered += usize::from(!list.is_empty());
            let targets = self.translate(id, list, scope);
            let gains: Vec<f64> =
                targets.iter().map(|target| right.get(target).copied().unwrap_or(0.0)).collect();
            let answers: Vec<f64> = right.values().copied().collect();
            for k in [10, 20] {
                tally.add(format!("ndcg@{k}"), m::ndcg(&gains, &answers, k));
            }
            if let Some(base) = &base {
                let weight = self.weight(id) * counted.len() as f64 / base.weight;
                base.add_measures(&mut tally, right, &targets, weight);
            } else {
                add_measures(&mut tally, "", right, &targets);
                let top = right.iter().filter(|(_, gain)| **gain >= CLOSEST);
                let top: BTreeMap<&str, f64> = top.map(|(t, gain)| (*t, *gain)).collect();
                if !top.is_empty() {
                    add_measures(&mut tally, "_top", &top, &targets);
                }
            }
        }
        let headline = if self.shares {
            vec!["mass@10", "ndcg@10", "lift_ndcg@10"]
        } else {
            vec!["ndcg@10", "ndcg@20", "mrr", "recall@20"]
        };
        let (judged, measures) = (counted.len(), tally.measures());
        View { name: name.into(), judged, answered, headline, measures }
    }

    fn weight(&self, source: &str) -> f64 {
        self.sources.get(source).map_or(0.0, |source| source.weight)
    }

    fn base<'a>(&self, counted: &BTreeMap<&'a str, BTreeMap<&'a str, f64>>) -> Base<'a> {
        let weight = counted.keys().map(|id| self.weight(id)).sum();
        let mut shares = HashMap::new();
        for (id, targets) in counted {
            for (target, share) in targets {
                *shares.entry(*target).or_insert(0.0) += share * self.weight(id) / weight;
            }
        }
        Base { weight, shares }
    }
}

/// Where movers go whatever they come from.
struct Base<'a> {
    /// Employment of all sources.
    weight: f64,
    /// Share of all movers by target.
    shares: HashMap<&'a str, f64>,
}

impl Base<'_> {
    /// Measures of observed moves: the share of movers found, and the same counting only what a
    /// target attracts above its base share.
    fn add_measures(
        &self,
        tally: &mut Tally,
        right: &BTreeMap<&str, f64>,
        targets: &[&str],
        weight: f64,
    ) {
        let mass = |k: usize| targets.iter().take(k).filter_map(|t| right.get(t)).sum::<f64>();
        for k in [5, 10, 20, 50] {
            tally.add(format!("mass@{k}"), mass(k));
        }
        let lift = |target: &str, share: f64| {
            let base = self.shares.get(target).copied().unwrap_or(share);
            share * (share / base).log2().max(0.0)
        };
        let lifts: Vec<f64> = targets
            .iter()
            .map(|target| right.get(target).map_or(0.0, |share| lift(target, *share)))
            .collect();
        let answers: Vec<f64> = right.iter().map(|(target, share)| lift(target, *share)).collect();
        for k in [10, 20] {
            tally.add(format!("lift_ndcg@{k}"), m::ndcg(&lifts, &answers, k));
        }
        tally.add("w_mass@10", mass(10) * weight);
    }
}

fn add_measures(tally: &mut Tally, tag: &str, right: &BTreeMap<&str, f64>, targets: &[&str]) {
    let hits: Vec<bool> = targets.iter().map(|target| right.contains_key(target)).collect();
    tally.add(format!("mrr{tag}"), m::reciprocal_rank(&hits));
    tally.add(format!("map{tag}"), m::average_precision(&hits, right.len()));
    for k in [5, 10] {
        tally.add(format!("hit@{k}{tag}"), m::success_at(&hits, k));
    }
    for k in [10, 20] {
        tally.add(format!("recall@{k}{tag}"), m::recall_at(&hits, k, right.len()));
    }
}

/// Native ids by ESCO URI, and ESCO URIs by native id.
type Mapping = (HashMap<String, Vec<String>>, HashMap<String, HashSet<String>>);

fn mapping(dir: &Path) -> Result<Mapping, Error> {
    let (mut native, mut esco) = Mapping::default();
    for line in Tsv::read(dir, "map_esco.tsv")?.lines::<2>() {
        let [uri, id] = line?.cells;
        native.entry(uri.to_owned()).or_default().push(id.to_owned());
        esco.entry(id.to_owned()).or_default().insert(uri.to_owned());
    }
    Ok((native, esco))
}

fn gains(dir: &Path) -> Result<BTreeMap<String, BTreeMap<String, f64>>, Error> {
    let mut gains: BTreeMap<String, BTreeMap<String, f64>> = BTreeMap::new();
    for line in Tsv::read(dir, "qrels.tsv")?.lines::<3>() {
        let line = line?;
        let [source, target, gain] = line.cells;
        let gain = number(gain, &line.place)?;
        gains.entry(source.to_owned()).or_default().insert(target.to_owned(), gain);
    }
    Ok(gains)
}

fn sources(dir: &Path) -> Result<HashMap<String, Source>, Error> {
    let mut sources = HashMap::new();
    for line in Tsv::read(dir, "sources.tsv")?.lines::<4>() {
        let line = line?;
        let [id, _, uris, weight] = line.cells;
        let esco = uris.split('|').filter(|uri| !uri.is_empty()).map(str::to_owned).collect();
        let weight = number(weight, &line.place)?;
        sources.insert(id.to_owned(), Source { esco, weight });
    }
    Ok(sources)
}

fn groups(dir: &Path) -> Result<HashMap<String, String>, Error> {
    let mut groups = HashMap::new();
    for line in Tsv::read(dir, "candidates.tsv")?.lines::<1>() {
        let line = line?;
        let id = line.cells[0];
        // id, label, group; an occupation without a group is its own.
        let group = line.text.split('\t').nth(2).filter(|group| !group.is_empty());
        groups.insert(id.to_owned(), group.unwrap_or(id).to_owned());
    }
    Ok(groups)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::eval::Ranked;

    fn files(dir: &Path, qrels: &str) {
        let write = |name: &str, text: &str| fs::write(dir.join(name), text).unwrap();
        let profile = r#"{"query_id":"A","esco":["http:a"],"essential":[],"optional":[]}"#;
        write("profiles.jsonl", profile);
        write("candidates.tsv", "A\tsvetsare\t1\nB\tplåtslagare\t1\nC\tmurare\t2\nD\tkock\n");
        write("map_esco.tsv", "http:a\tA\texact\nhttp:b\tB\tclose\nhttp:b\tC\tbroad\n");
        write("sources.tsv", "A\tsvetsare\thttp:a\t1\n");
        write("qrels.tsv", qrels);
    }

    fn means(view: &View) -> HashMap<&str, f64> {
        view.measures.iter().map(|m| (m.name.as_str(), m.mean)).collect()
    }

    #[test]
    fn scope_and_cross_decide_what_counts() {
        let dir = tempfile::tempdir().unwrap();
        files(dir.path(), "A\tB\t3\tx\nA\tC\t1\tx\nA\tD\t3\tx\n");
        let set = TransitionSet::open(dir.path()).unwrap();
        // http:b stands for B and C; http:z for nothing; D can only be named by its own id.
        let list = ["http:a", "http:z", "http:b", "D"].map(|id| Ranked::new(id, 1.0));
        let views = set.score(&Run::new([("A".to_owned(), list.to_vec())]));
        let near = |value: f64, wanted: f64| assert!((value - wanted).abs() < 1e-9, "{value}");
        near(means(&views[0])["ndcg@10"], 1.0);
        near(means(&views[0])["recall@10_top"], 1.0);
        // Across groups only C is left, and no closest relation.
        near(means(&views[1])["mrr"], 1.0);
        assert!(!means(&views[1]).contains_key("mrr_top"));
        // All: B 3, C 1, D 3 in that order.
        let log = f64::log2;
        let ideal = 3.0 + 3.0 / log(3.0) + 1.0 / 2.0;
        near(means(&views[2])["ndcg@10"], (3.0 + 1.0 / log(3.0) + 3.0 / 2.0) / ideal);
        near(means(&views[3])["recall@10"], 1.0);
    }

    #[test]
    fn broken_files_are_named_by_line() {
        let dir = tempfile::tempdir().unwrap();
        files(dir.path(), "A\tB\tmuch\tx\n");
        let error = TransitionSet::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("qrels.tsv:1: 'much' is not a number"), "{error}");
        fs::write(dir.path().join("profiles.jsonl"), "\n{\"query_id\": 3}\n").unwrap();
        let error = TransitionSet::open(dir.path()).unwrap_err().to_string();
        assert!(error.contains("profiles.jsonl:2: is not a profile"), "{error}");
    }
}
