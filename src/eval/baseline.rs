//! The simple systems every figure stands beside: text similarity and skill overlap, no training.

use std::{cmp::Ordering, collections::BTreeMap, sync::OnceLock};

use super::{
    Ranked, Ranker, SetKind, TitleElement, TitleRanker, TransitionProfile,
    text_index::{Analyzer, Postings, TextIndex, Weighting},
};
use crate::{
    dataset::DataSet,
    domain::{Language, Occupation, OccupationIx, Taxonomy},
};

/// Weight of an optional skill; an essential one weighs 1.
const OPTIONAL: f64 = 0.5;
/// Prefix of the ids that the GY11 courses have in a data set.
const GY11: &str = "gy11:";

/// All baselines over a data set. Costs nothing before the first question.
pub fn baselines(data: &DataSet) -> Vec<Box<dyn Ranker + '_>> {
    vec![
        Box::new(TextBaseline::new(TextWeights::Chars, data)),
        Box::new(TextBaseline::new(TextWeights::CharsInWords, data)),
        Box::new(TextBaseline::new(TextWeights::Words, data)),
        Box::new(SkillCosine::new(&data.taxonomy)),
    ]
}

/// Which text similarity a [`TextBaseline`] uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextWeights {
    /// Cosine of tf-idf over character 1-3-grams: MELO's published baseline.
    Chars,
    /// Cosine of tf-idf over word-bounded character 3-5-grams: HOUSE's and TECH's floor.
    CharsInWords,
    /// BM25 over words as written, without stemming.
    Words,
}

/// Ranks by the similarity of texts alone.
#[derive(Debug)]
pub struct TextBaseline<'a> {
    weights: TextWeights,
    data: &'a DataSet,
    skills: OnceLock<Labelled<'a>>,
    groups: OnceLock<Labelled<'a>>,
    courses: OnceLock<Labelled<'a>>,
}

impl<'a> TextBaseline<'a> {
    /// A baseline over a data set; indexes are built by the first question that needs them.
    pub fn new(weights: TextWeights, data: &'a DataSet) -> Self {
        let (skills, groups, courses) = (OnceLock::new(), OnceLock::new(), OnceLock::new());
        Self { weights, data, skills, groups, courses }
    }

    fn index<'t>(&self, texts: impl IntoIterator<Item = &'t str>) -> TextIndex {
        let (analyzer, weighting) = match self.weights {
            TextWeights::Chars => (Analyzer::Chars { min: 1, max: 3 }, Weighting::TfIdfCosine),
            TextWeights::CharsInWords => {
                (Analyzer::CharsInWords { min: 3, max: 5 }, Weighting::TfIdfCosine)
            }
            TextWeights::Words => (Analyzer::Words, Weighting::Bm25),
        };
        TextIndex::new(analyzer, weighting, texts)
    }

    /// Every English label of every skill: the published sets ask in English, and Swedish labels
    /// would change what the published floors weigh.
    fn skill_index(&self) -> Labelled<'a> {
        let mut labels = Vec::new();
        for skill in &self.data.taxonomy.skills {
            let all = skill.alternatives.en.iter().chain([&skill.label.en]);
            let all = all.filter(|label| !label.is_empty());
            labels.extend(all.map(|label| (skill.id.as_str(), label.clone())));
        }
        self.labelled(labels)
    }

    /// One Swedish text per SSYK group: name, definition, titles of its occupations.
    fn group_index(&self) -> Labelled<'a> {
        let mut texts: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for group in &self.data.market.groups {
            let text = texts.entry(&group.ssyk).or_default();
            text.extend([group.label.text(Language::Sv), group.definition.text(Language::Sv)]);
        }
        for occupation in &self.data.taxonomy.occupations {
            for ssyk in &occupation.ssyk {
                let text = texts.entry(ssyk).or_default();
                text.push(&occupation.label.sv);
                text.extend(occupation.alternatives.sv.iter().map(String::as_str));
            }
        }
        self.labelled(texts.into_iter().map(|(ssyk, text)| (ssyk, text.join(" "))).collect())
    }

    /// One Swedish text per GY11 course: title, subject, content.
    fn course_index(&self) -> Labelled<'a> {
        let courses = self.data.courses.iter().filter_map(|course| {
            let code = course.id.strip_prefix(GY11)?;
            let (title, content) = (&course.title, &course.description);
            let (title, content) = (title.text(Language::Sv), content.text(Language::Sv));
            Some((code, format!("{title} {} {content}", course.subject)))
        });
        self.labelled(courses.collect())
    }

    fn labelled(&self, labels: Vec<(&'a str, String)>) -> Labelled<'a> {
        let index = self.index(labels.iter().map(|(_, text)| text.as_str()));
        Labelled { index, owners: labels.into_iter().map(|(id, _)| id).collect() }
    }
}

impl Ranker for TextBaseline<'_> {
    fn name(&self) -> &str {
        match self.weights {
            TextWeights::Chars => "char 1-3 tf-idf",
            TextWeights::CharsInWords => "char_wb 3-5 tf-idf",
            TextWeights::Words => "BM25 words",
        }
    }

    fn covers(&self, kind: SetKind) -> bool {
        match kind {
            SetKind::Titles => true,
            SetKind::Transitions => false,
            SetKind::Skills | SetKind::Courses | SetKind::Bundles => {
                self.weights != TextWeights::Chars
            }
        }
    }

    fn titles<'a>(&'a self, corpus: &'a [TitleElement]) -> Box<dyn TitleRanker + 'a> {
        let index = self.index(corpus.iter().map(|element| element.text.as_str()));
        Box::new(Titles { index, corpus })
    }

    fn skills(&self, text: &str, top: usize) -> Vec<Ranked> {
        self.skills.get_or_init(|| self.skill_index()).rank(text, top)
    }

    fn course_groups(&self, title: &str, text: &str, top: usize) -> Vec<Ranked> {
        self.groups.get_or_init(|| self.group_index()).rank(&format!("{title} {text}"), top)
    }

    fn bundle(&self, outcome: &str, top: usize) -> Vec<Ranked> {
        self.courses.get_or_init(|| self.course_index()).rank(outcome, top)
    }
}

/// Texts with the id each stands for; a text may share its id with others.
#[derive(Debug)]
struct Labelled<'a> {
    index: TextIndex,
    /// Id by position; those of one id lie together.
    owners: Vec<&'a str>,
}

impl Labelled<'_> {
    /// Ids by their most similar text; what shares nothing with the query is left out.
    fn rank(&self, text: &str, top: usize) -> Vec<Ranked> {
        let scores = self.index.scores(text);
        let mut best: Vec<(&str, f32)> = Vec::new();
        for (owner, score) in self.owners.iter().copied().zip(scores) {
            match best.last_mut() {
                Some((last, high)) if *last == owner => *high = high.max(score),
                _ => best.push((owner, score)),
            }
        }
        best.retain(|(_, score)| *score > 0.0);
        best_first(&mut best, top, |a, b| b.1.total_cmp(&a.1).then_with(|| a.0.cmp(b.0)));
        best.into_iter().map(|(id, score)| Ranked::new(id, score)).collect()
    }
}

/// Orders the first `top` of a list and cuts the rest off.
fn best_first<T>(list: &mut Vec<T>, top: usize, mut order: impl FnMut(&T, &T) -> Ordering) {
    if top < list.len() {
        list.select_nth_unstable_by(top, &mut order);
        list.truncate(top);
    }
    list.sort_unstable_by(order);
}

struct Titles<'a> {
    index: TextIndex,
    corpus: &'a [TitleElement],
}

impl TitleRanker for Titles<'_> {
    fn rank(&self, query: &str, top: usize) -> Vec<(usize, f32)> {
        let scores = self.index.scores(query);
        let found = scores.into_iter().enumerate().filter(|(_, score)| *score > 0.0);
        let mut found: Vec<(usize, f32)> = found.collect();
        let id = |at: usize| &self.corpus[at].id;
        best_first(&mut found, top, |a, b| b.1.total_cmp(&a.1).then_with(|| id(b.0).cmp(id(a.0))));
        found
    }
}

/// Ranks occupations by the cosine of their skills with a profile's, a skill weighing
/// ln(N / df), half of it where optional. N counts occupations, df those with the skill.
#[derive(Debug)]
pub struct SkillCosine<'a> {
    taxonomy: &'a Taxonomy,
    index: OnceLock<SkillIndex>,
}

#[derive(Debug)]
struct SkillIndex {
    idf: Vec<f64>,
    postings: Postings,
}

impl<'a> SkillCosine<'a> {
    /// A baseline over a taxonomy; its index is built by the first question.
    pub fn new(taxonomy: &'a Taxonomy) -> Self {
        Self { taxonomy, index: OnceLock::new() }
    }

    fn index(&self) -> SkillIndex {
        let occupations = &self.taxonomy.occupations;
        let mut df = vec![0_u32; self.taxonomy.skills.len()];
        for (skill, _) in occupations.iter().flat_map(weights) {
            df[skill as usize] += 1;
        }
        let n = occupations.len() as f64;
        let idf: Vec<f64> = df.into_iter().map(|df| (n / f64::from(df.max(1))).ln()).collect();
        let rows: Vec<Vec<(u32, f32)>> =
            occupations.iter().map(|occupation| unit(weights(occupation), &idf)).collect();
        SkillIndex { postings: Postings::new(idf.len(), &rows), idf }
    }
}

/// An occupation's skills, each once, before idf.
fn weights(occupation: &Occupation) -> BTreeMap<u32, f64> {
    let optional = occupation.optional.iter().map(|skill| (*skill, OPTIONAL));
    optional.chain(occupation.essential.iter().map(|skill| (*skill, 1.0))).collect()
}

/// Weights times idf, scaled to length 1.
#[expect(clippy::cast_possible_truncation, reason = "weights are stored in single precision")]
fn unit(skills: BTreeMap<u32, f64>, idf: &[f64]) -> Vec<(u32, f32)> {
    let weighted: Vec<(u32, f64)> =
        skills.into_iter().map(|(skill, weight)| (skill, weight * idf[skill as usize])).collect();
    let squares: f64 = weighted.iter().map(|(_, weight)| weight.powi(2)).sum();
    let norm = squares.sqrt().max(f64::MIN_POSITIVE);
    weighted.into_iter().map(|(skill, weight)| (skill, (weight / norm) as f32)).collect()
}

impl Ranker for SkillCosine<'_> {
    fn name(&self) -> &'static str {
        "idf-cosine"
    }

    fn covers(&self, kind: SetKind) -> bool {
        kind == SetKind::Transitions
    }

    fn transitions(&self, profile: &TransitionProfile, top: usize) -> Vec<Ranked> {
        let index = self.index.get_or_init(|| self.index());
        let known = |uris: &[String], weight: f64| {
            let rows = uris.iter().filter_map(|uri| self.taxonomy.skill_ix(uri));
            rows.map(|skill| (skill, weight)).collect::<Vec<_>>()
        };
        let mut skills = known(&profile.optional, OPTIONAL);
        skills.extend(known(&profile.essential, 1.0));
        let query = unit(skills.into_iter().collect(), &index.idf);
        let own: Vec<OccupationIx> =
            profile.esco.iter().filter_map(|id| self.taxonomy.occupation_ix(id)).collect();
        let mut ranked: Vec<(OccupationIx, f32)> =
            (0..).zip(index.postings.scores(&query)).collect();
        ranked.retain(|(ix, _)| !own.contains(ix));
        // Rows ascend by id.
        best_first(&mut ranked, top, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
        let id = |ix: OccupationIx| self.taxonomy.occupation(ix).id.as_str();
        ranked.into_iter().map(|(ix, score)| Ranked::new(id(ix), score)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Bilingual, Course, Market, OccupationGroup, Skill};

    fn occupation(id: &str, sv: &str, essential: &[u32], optional: &[u32]) -> Occupation {
        Occupation {
            id: id.into(),
            label: Bilingual::new(sv, ""),
            ssyk: vec!["7212".into()],
            essential: essential.into(),
            optional: optional.into(),
            ..Occupation::default()
        }
    }

    fn world() -> DataSet {
        let skill = |id: &str, en: &str, other: &str| Skill {
            id: id.into(),
            label: Bilingual::new("", en),
            alternatives: Bilingual { sv: Vec::new(), en: vec![other.into()] },
            ..Skill::default()
        };
        let group = |ssyk: &str, sv: &str| OccupationGroup {
            ssyk: ssyk.into(),
            label: Bilingual::new(sv, ""),
            ..OccupationGroup::default()
        };
        let course = |id: &str, sv: &str| Course {
            id: id.into(),
            title: Bilingual::new(sv, ""),
            ..Course::default()
        };
        let occupations = vec![
            occupation("o:a", "rörsvetsare", &[0, 1], &[]),
            occupation("o:b", "svetsrobotoperatör", &[0], &[1]),
            occupation("o:c", "kock", &[2], &[]),
            occupation("o:d", "kallskänka", &[2], &[]),
        ];
        let skills = vec![
            skill("s:0", "weld metal", "arc welding"),
            skill("s:1", "read drawings", "blueprints"),
            skill("s:2", "cook fish", "prepare fish"),
        ];
        DataSet {
            taxonomy: Taxonomy { occupations, skills, ..Taxonomy::default() },
            market: Market { groups: vec![group("5120", "kockar"), group("7212", "svetsare")] },
            courses: vec![course("gy11:SVE1", "Svetsteknik rör"), course("myh:1", "Svets")],
            ..DataSet::default()
        }
    }

    fn ids(ranked: &[Ranked]) -> Vec<&str> {
        ranked.iter().map(|r| r.id.as_str()).collect()
    }

    #[test]
    fn skill_cosine_by_hand() {
        let data = world();
        let cosine = SkillCosine::new(&data.taxonomy);
        let profile = TransitionProfile {
            esco: vec!["o:a".into()],
            essential: vec!["s:0".into(), "s:unknown".into()],
            optional: vec!["s:0".into(), "s:2".into()],
            ..TransitionProfile::default()
        };
        let ranked = cosine.transitions(&profile, 10);
        assert_eq!(ids(&ranked), ["o:b", "o:c", "o:d"], "own left out, ties by id");
        // All three skills have df 2, so idf cancels: b = (1, .5), query = (1, 0, .5).
        let both = 1.25_f32.sqrt();
        assert!((ranked[0].score - 1.0 / (both * both)).abs() < 1e-6);
        assert!((ranked[1].score - 0.5 / both).abs() < 1e-6);
        assert_eq!(ids(&cosine.transitions(&profile, 2)), ["o:b", "o:c"]);
        assert_eq!(ids(&cosine.transitions(&TransitionProfile::default(), 1)), ["o:a"]);
    }

    #[test]
    fn a_skill_is_found_by_its_best_label_and_once() {
        let data = world();
        for weights in [TextWeights::CharsInWords, TextWeights::Words] {
            let found = TextBaseline::new(weights, &data).skills("Prepare fish; weld metal", 9);
            assert_eq!(found.len(), 2, "what shares nothing is left out");
            assert!(ids(&found).contains(&"s:0") && ids(&found).contains(&"s:2"));
        }
    }

    #[test]
    fn courses_find_groups_and_outcomes_find_gy11_courses() {
        let data = world();
        let words = TextBaseline::new(TextWeights::Words, &data);
        assert_eq!(ids(&words.course_groups("Rörsvetsare", "", 9)), ["7212"]);
        let chars = TextBaseline::new(TextWeights::CharsInWords, &data);
        assert_eq!(ids(&chars.bundle("Svetsare", 9)), ["SVE1"]);
    }

    #[test]
    fn equal_titles_come_in_the_published_order() {
        let data = DataSet::default();
        let element =
            |id: &str| TitleElement { id: id.into(), text: "kock".into(), concept_uri: "u".into() };
        let corpus = [element("C1"), element("C3"), element("C2")];
        let words = TextBaseline::new(TextWeights::Words, &data);
        let found = words.titles(&corpus).rank("Kock", 2);
        assert_eq!(found.iter().map(|(at, _)| *at).collect::<Vec<_>>(), [1, 2]);
    }
}
