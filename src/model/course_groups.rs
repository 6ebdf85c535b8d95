//! Course title and text -> SSYK groups the course leads to.
//!
//! A text is compared with each group in three ways: the title with the labels of the group's
//! occupations, title and text by stems and by character n-grams with all that is said of the group.
//! Each way is scaled to a maximum of 1 and weighed; a softmax over the groups gives probabilities.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    BestLabel,
    compound::Compounds,
    terms::{Cut, TermIndex, add_scaled},
    train::title_labels,
};
use crate::domain::{Language, Market, OccupationGroup, Taxonomy};

/// Weights of the three ways and of the priors: a softmax regression on 175 titles of courses whose
/// group is known. On these very titles it finds the group at once for 68 % of them, among the best
/// five for 83 %.
const LABELS: f32 = 3.2;
const STEMS: f32 = 2.7;
const GRAMS: f32 = 3.0;
/// Weight of the logarithm of a year's job ads, 1 for the group with most.
const ADS: f32 = 1.6;
/// What courses outside universities seldom lead to: managers' work (SSYK 1) and work that asks for
/// years at a university (SSYK 2).
const MANAGERS: f32 = -1.8;
const ACADEMIC: f32 = -1.2;
/// Weight of shared stems beside shared n-grams, title against label.
const LABEL_STEMS: f32 = 0.4;
/// Groups of a job title that count: the others are rare readings of it.
const TITLE_GROUPS: usize = 2;
/// Characters of a course's text that are read.
const TEXT: usize = 1500;
const TEXT_GRAMS: Cut<'static> = Cut::Grams { min: 3, max: 5 };

/// Reads the SSYK groups of courses. Built from a data set; immutable.
#[derive(Debug)]
pub struct GroupReader {
    compounds: Arc<Compounds>,
    /// Groups of each concept of the title index, as positions in the market.
    groups_of: Vec<Vec<u32>>,
    label_stems: TermIndex,
    /// Concept of each label in `label_stems`.
    concept: Vec<u32>,
    stems: TermIndex,
    grams: TermIndex,
    /// Score before anything is read: ads, and level for courses outside universities.
    prior: Vec<(f32, f32)>,
}

impl GroupReader {
    /// Learns the words of all groups; `compounds` are those of the taxonomy. About 0.5 s for all of ESCO and JobTech Taxonomy.
    pub fn of(taxonomy: &Taxonomy, market: &Market, compounds: Arc<Compounds>) -> Self {
        let place = |ssyk: &String| market.position(ssyk).map(super::sparse::index);
        let occupations = taxonomy.occupations.iter().map(|o| o.ssyk.iter().take(1));
        let titles = taxonomy.job_titles.iter().map(|title| title.ssyk.iter().take(TITLE_GROUPS));
        let groups_of: Vec<Vec<u32>> =
            occupations.chain(titles).map(|ssyk| ssyk.filter_map(place).collect()).collect();
        let labels = title_labels(taxonomy, Language::Sv);
        let texts = texts(taxonomy, market, &groups_of, &labels);
        let cut = Cut::Stems(&compounds);
        let own: Vec<&str> = labels.iter().map(|(_, label)| *label).collect();
        Self {
            label_stems: TermIndex::build(cut, &own),
            concept: labels.iter().map(|(concept, _)| *concept).collect(),
            stems: TermIndex::build(cut, &texts),
            grams: TermIndex::build(TEXT_GRAMS, &texts),
            prior: priors(&market.groups),
            groups_of,
            compounds,
        }
    }

    /// Probability that a course leads to each group of the market, in the market's order. `title`
    /// are the best labels of the course's title in the title index of the same taxonomy, `university` says whether a university gives it. About a
    /// millisecond.
    pub fn read(&self, course: &CourseText<'_>, title: &[BestLabel]) -> Vec<f32> {
        let mut scores: Vec<f32> = (self.prior.iter())
            .map(|(ads, level)| if course.university { *ads } else { ads + level })
            .collect();
        add_scaled(&mut scores, &self.by_label(course.title, title), LABELS);
        let start: String = course.text.chars().take(TEXT).collect();
        let text = format!("{0} {0} {start}", course.title);
        add_scaled(&mut scores, &self.stems.cosines(self.cut(), &text), STEMS);
        add_scaled(&mut scores, &self.grams.cosines(TEXT_GRAMS, &text), GRAMS);
        softmax(&mut scores);
        scores
    }

    /// The words it knows.
    pub(super) fn compounds(&self) -> &Compounds {
        &self.compounds
    }

    fn cut(&self) -> Cut<'_> {
        Cut::Stems(&self.compounds)
    }

    /// The best label of each group's occupations and job titles.
    fn by_label(&self, title: &str, concepts: &[BestLabel]) -> Vec<f32> {
        let mut best = vec![0.0_f32; self.prior.len()];
        let mut by_stem = best.clone();
        let stems = self.label_stems.cosines(self.cut(), title);
        for (cosine, concept) in stems.into_iter().zip(&self.concept) {
            for group in &self.groups_of[*concept as usize] {
                by_stem[*group as usize] = by_stem[*group as usize].max(cosine);
            }
        }
        for (label, groups) in concepts.iter().zip(&self.groups_of) {
            for group in groups {
                best[*group as usize] = best[*group as usize].max(label.cosine);
            }
        }
        best.iter().zip(by_stem).map(|(grams, stems)| grams + LABEL_STEMS * stems).collect()
    }
}

/// What is read of a course.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CourseText<'a> {
    /// Swedish title.
    pub title: &'a str,
    /// Swedish text.
    pub text: &'a str,
    /// Whether a university gives it.
    pub university: bool,
}

/// All that is said of each group: name, definition, its occupations' and job titles' labels, the
/// skills related to it.
fn texts(
    taxonomy: &Taxonomy,
    market: &Market,
    groups_of: &[Vec<u32>],
    labels: &[(u32, &str)],
) -> Vec<String> {
    let mut texts: Vec<String> = market
        .groups
        .iter()
        .map(|group| format!("{} {}", group.label.sv, group.definition.sv))
        .collect();
    for (concept, label) in labels {
        for group in &groups_of[*concept as usize] {
            let text = &mut texts[*group as usize];
            text.push(' ');
            text.push_str(label);
        }
    }
    for (text, group) in texts.iter_mut().zip(&market.groups) {
        let skills: BTreeSet<u32> = group.skills.iter().copied().collect();
        for skill in skills {
            text.push(' ');
            text.push_str(&taxonomy.skill(skill).label.sv);
        }
    }
    texts
}

fn priors(groups: &[OccupationGroup]) -> Vec<(f32, f32)> {
    let ads = |group: &OccupationGroup| (1.0 + group.ads_sweden.unwrap_or_default() as f32).ln();
    let most = groups.iter().map(ads).fold(1.0, f32::max);
    let level = |ssyk: &str| match ssyk.as_bytes().first() {
        Some(b'1') => MANAGERS,
        Some(b'2') => ACADEMIC,
        _ => 0.0,
    };
    groups.iter().map(|group| (ADS * ads(group) / most, level(&group.ssyk))).collect()
}

fn softmax(scores: &mut [f32]) {
    let most = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    for score in scores.iter_mut() {
        *score = (*score - most).exp();
    }
    let sum: f32 = scores.iter().sum();
    for score in scores {
        *score /= sum;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        domain::{Bilingual, JobTitle, Occupation},
        model::{Grams, LabelIndex},
    };

    #[test]
    fn a_course_leads_to_the_group_whose_words_it_uses() {
        let group = |ssyk: &str, label: &str, text: &str| OccupationGroup {
            ssyk: ssyk.into(),
            label: Bilingual::new(label, ""),
            definition: Bilingual::new(text, ""),
            ..OccupationGroup::default()
        };
        let market = Market {
            groups: vec![
                group("1120", "Chefer inom transport", "Leder förare av lastbil och buss"),
                group("7212", "Svetsare", "Svetsar metall"),
                group("8332", "Lastbilsförare", "Kör lastbil med gods"),
            ],
        };
        let occupation = Occupation {
            label: Bilingual::new("svetsare", ""),
            ssyk: vec!["7212".into()],
            ..Occupation::default()
        };
        let taxonomy = Taxonomy {
            occupations: vec![occupation],
            job_titles: vec![JobTitle { label: "Chaufför".into(), ssyk: vec!["8332".into()] }],
            ..Taxonomy::default()
        };
        let grams = Grams { min: 2, max: 4, sharpness: 1.25 };
        let titles = LabelIndex::build(grams, &[(0, "svetsare"), (1, "Chaufför")]);
        let reader = GroupReader::of(&taxonomy, &market, Compounds::of(&taxonomy).into());
        let read = |title, text| {
            let best = titles.best_by_concept(&titles.cosines(title));
            reader.read(&CourseText { title, text, university: false }, &best)
        };
        let lorry = read("Yrkesförare", "Du lär dig att köra lastbil och lasta gods");
        assert!(lorry[2] > lorry[0] && lorry[2] > lorry[1], "{lorry:?}");
        assert!((lorry.iter().sum::<f32>() - 1.0).abs() < 1e-5);
        let welder = read("Svets, distans", "");
        assert!(welder[1] > 0.5, "{welder:?}");
    }

    #[test]
    fn no_groups_no_probabilities() {
        let compounds = Arc::new(Compounds::default());
        let reader = GroupReader::of(&Taxonomy::default(), &Market::default(), compounds);
        let course = CourseText { title: "Svets", text: "", university: false };
        assert!(reader.read(&course, &[]).is_empty());
    }
}
