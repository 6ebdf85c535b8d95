//! The engine under evaluation.

use super::{
    Ranked, Ranker, TitleElement, TitleRanker, TransitionProfile, fit::evidence,
    title_corpus::TitleCorpus,
};
use crate::engine::Engine;

impl Ranker for Engine {
    fn name(&self) -> &'static str {
        "kompetensnav"
    }

    fn titles<'a>(&'a self, corpus: &'a [TitleElement]) -> Box<dyn TitleRanker + 'a> {
        Box::new(TitleCorpus::new(self, corpus))
    }

    fn transitions(&self, profile: &TransitionProfile, top: usize) -> Vec<Ranked> {
        let taxonomy = &self.dataset().taxonomy;
        let rows = self.model().features(&evidence(profile, taxonomy));
        let scored = rows.iter().zip(&taxonomy.occupations).map(|(row, occupation)| {
            Ranked::new(occupation.id.clone(), self.model().ranker.score(row))
        });
        best(scored.filter(|ranked| !profile.esco.contains(&ranked.id)).collect(), top)
    }

    fn skills(&self, text: &str, top: usize) -> Vec<Ranked> {
        let mut ranked = Vec::new();
        for skill in self.skills_in_text(text, None, 0.0, top).skills {
            ranked.push(Ranked::new(skill.id, skill.confidence));
            ranked.extend(skill.alternatives.into_iter().map(|o| Ranked::new(o.id, o.score)));
        }
        best(ranked, top)
    }

    fn course_groups(&self, title: &str, text: &str, top: usize) -> Vec<Ranked> {
        let groups = &self.dataset().market.groups;
        let read = self.course_reader().groups(title, text).into_iter().zip(groups);
        best(read.map(|(share, group)| Ranked::new(group.ssyk.clone(), share)).collect(), top)
    }

    fn bundle(&self, outcome: &str, top: usize) -> Vec<Ranked> {
        let courses = &self.dataset().courses;
        let read = self.course_reader().bundle(outcome).into_iter().filter_map(|(ix, fits)| {
            let code = courses[ix as usize].id.strip_prefix("gy11:")?;
            Some(Ranked::new(code, fits)).filter(|ranked| ranked.score > 0.0)
        });
        best(read.collect(), top)
    }
}

/// Best first, equal scores by id.
fn best(mut ranked: Vec<Ranked>, top: usize) -> Vec<Ranked> {
    ranked.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.id.cmp(&b.id)));
    ranked.truncate(top);
    ranked
}
