//! Data set -> model.

use std::{collections::BTreeSet, sync::Arc};

use super::{
    Compounds, CourseLinks, Error, Grams, LabelIndex, Model, OPTIONAL_WEIGHT, Ranker, SkillTexts,
    SkillWeights, Terms, TitleWeights, Translations,
    features::{Isco, Kinds},
    latent::Latent,
    market::Groups,
    postings::Postings,
    sparse::SparseRows,
    text::{WorkTexts, label_rows, word_rows},
    wide::Positions,
};
use crate::{
    dataset::DataSet,
    domain::{Bilingual, Language, Occupation, Taxonomy},
};

/// Dimensions of the latent space of work.
const RANK: usize = 128;
/// Seed of its decomposition.
const SEED: u64 = 20_26;
/// Skill groups of more than this share of the occupations are left out.
const COMMON_GROUP: f32 = 0.5;
/// N-grams that compare titles.
pub(super) const TITLE_GRAMS: Grams = Grams { min: 2, max: 3, sharpness: 1.0 };
/// N-grams that compare skills: one length, for there are three times as many labels.
pub(super) const SKILL_GRAMS: Grams = Grams { min: 3, max: 4, sharpness: 1.25 };

/// Trains the model of a data set with the given feature weights. Same data, same bytes. About four
/// seconds for all of ESCO on two cores.
///
/// # Errors
/// [`Error::Training`] where the data set has no occupation with skills or the decomposition fails.
pub fn train(dataset: &DataSet, ranker: Ranker) -> Result<Model, Error> {
    let taxonomy = &dataset.taxonomy;
    if !dataset.has_skills() {
        let reason = "the data set has no occupation with skills".to_owned();
        return Err(Error::Training { reason });
    }
    let weights = Weights::of(taxonomy);
    let compounds = Arc::new(Compounds::of(taxonomy));
    let skills = skill_labels(taxonomy);
    let ((latent, texts), (titles, (skill_labels, skill_words))) = rayon::join(
        || {
            rayon::join(
                || Latent::fit(&WorkTexts::of(taxonomy), RANK, SEED),
                || (word_rows(&taxonomy.occupations).0, label_rows(&taxonomy.occupations).0),
            )
        },
        || {
            let titles = TitleIndexes::build(taxonomy, &compounds);
            let of = |language| LabelIndex::build(SKILL_GRAMS, skills.get(language));
            let grams = Bilingual { sv: of(Language::Sv), en: of(Language::En) };
            (titles, (grams, SkillTexts::build(&skills, &compounds)))
        },
    );
    let latent = latent.map_err(|error| Error::Training { reason: error.to_string() })?;
    let course_links = CourseLinks::read(dataset, &titles.grams.sv, &compounds);
    let stored = Stored {
        course_links,
        titles,
        skill_labels,
        skill_words,
        latent,
        word_rows: texts.0,
        label_rows: texts.1,
    };
    let fitted = (ranker, TitleWeights::shipped()?, SkillWeights::shipped()?);
    let mut model = Model::assemble(dataset, weights, stored, fitted);
    model.fingerprint = model.digest(dataset)?;
    Ok(model)
}

/// Weights that were fitted on judgements, in the place of the shipped ones.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fitted {
    /// Of moves.
    pub ranker: Option<Ranker>,
    /// Of titles.
    pub titles: Option<TitleWeights>,
    /// Of skills in sentences.
    pub skills: Option<SkillWeights>,
}

/// What is kept on disk because it takes long to compute.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) course_links: CourseLinks,
    pub(super) titles: TitleIndexes,
    pub(super) skill_labels: Bilingual<LabelIndex>,
    pub(super) skill_words: Bilingual<LabelIndex>,
    pub(super) latent: Latent,
    pub(super) word_rows: SparseRows,
    pub(super) label_rows: SparseRows,
}

/// Labels of occupations and job titles in several forms, see [`Model`].
#[derive(Debug)]
pub(super) struct TitleIndexes {
    pub(super) grams: Bilingual<LabelIndex>,
    pub(super) words: Bilingual<LabelIndex>,
    pub(super) texts: LabelIndex,
    pub(super) translations: Translations,
}

impl TitleIndexes {
    fn build(taxonomy: &Taxonomy, compounds: &Arc<Compounds>) -> Self {
        let words = Bilingual { sv: Terms::Swedish(Arc::clone(compounds)), en: Terms::English };
        let labels = |language| title_labels(taxonomy, language);
        let (sv, en) = (labels(Language::Sv), labels(Language::En));
        let whole = taxonomy.occupations.iter().map(|occupation| {
            let others = occupation.alternatives.en.join(" ");
            format!("{} {others} {}", occupation.label.en, occupation.description.en)
        });
        let whole: Vec<String> = whole.collect();
        let whole: Vec<(u32, &str)> = (0..).zip(whole.iter().map(String::as_str)).collect();
        let texts = LabelIndex::build(words.en.clone(), &whole);
        Self {
            grams: Bilingual {
                sv: LabelIndex::build(TITLE_GRAMS, &sv),
                en: LabelIndex::build(TITLE_GRAMS, &en),
            },
            translations: Translations::learn(taxonomy, &words, &texts),
            texts,
            words: Bilingual {
                sv: LabelIndex::build(words.sv, &sv),
                en: LabelIndex::build(words.en, &en),
            },
        }
    }
}

/// The occupation-skill matrix and the frequencies behind it: quick to derive from the data set.
#[derive(Debug)]
pub(super) struct Weights {
    idf: Vec<f32>,
    group_idf: Vec<f32>,
    /// Unit idf rows, one an occupation.
    rows: SparseRows,
}

impl Weights {
    pub(super) fn of(taxonomy: &Taxonomy) -> Self {
        let total = taxonomy.occupations.len() as f32;
        let mut skill_frequency = vec![0.0_f32; taxonomy.skills.len()];
        let mut group_frequency = vec![0.0_f32; taxonomy.skill_groups.len()];
        for occupation in &taxonomy.occupations {
            let mut groups: BTreeSet<u32> = BTreeSet::new();
            for (skill, _) in skills_of(occupation) {
                skill_frequency[skill as usize] += 1.0;
                groups.extend(&taxonomy.skill(skill).groups);
            }
            for group in groups {
                group_frequency[group as usize] += 1.0;
            }
        }
        let idf = |frequency: &Vec<f32>| {
            frequency.iter().map(|count| (total / count.max(1.0)).ln()).collect::<Vec<f32>>()
        };
        let (idf, mut group_idf) = (idf(&skill_frequency), idf(&group_frequency));
        // A group of most occupations tells little and costs most.
        for (idf, frequency) in group_idf.iter_mut().zip(group_frequency) {
            if frequency > COMMON_GROUP * total {
                *idf = 0.0;
            }
        }
        let rows = taxonomy.occupations.iter().map(|occupation| {
            skills_of(occupation).map(|(skill, strength)| (skill, strength * idf[skill as usize]))
        });
        let rows = SparseRows::from_rows(rows).normalised();
        Self { idf, group_idf, rows }
    }
}

fn skills_of(occupation: &Occupation) -> impl Iterator<Item = (u32, f32)> + '_ {
    let essential = occupation.essential.iter().map(|skill| (*skill, 1.0));
    essential.chain(occupation.optional.iter().map(|skill| (*skill, OPTIONAL_WEIGHT)))
}

impl Model {
    /// Puts a model together from its stored and its derived half.
    pub(super) fn assemble(
        dataset: &DataSet,
        weights: Weights,
        stored: Stored,
        (ranker, title_weights, skill_weights): (Ranker, TitleWeights, SkillWeights),
    ) -> Self {
        let taxonomy = &dataset.taxonomy;
        let market = Groups::of(dataset);
        let isco: Vec<Isco> = taxonomy.occupations.iter().map(|o| Isco::of(&o.isco)).collect();
        let word_columns = columns(&stored.word_rows);
        let label_columns = columns(&stored.label_rows);
        let mut model = Self {
            fingerprint: String::new(),
            ranker,
            titles: stored.titles.grams,
            title_words: stored.titles.words,
            title_texts: stored.titles.texts,
            translations: stored.titles.translations,
            title_weights,
            course_links: stored.course_links,
            skill_labels: stored.skill_labels,
            skill_texts: SkillTexts::new(stored.skill_words),
            skill_weights,
            group_idf: weights.group_idf,
            groups_of_skill: taxonomy.skills.iter().map(|skill| skill.groups.clone()).collect(),
            group_postings: Postings::default(),
            work: Positions::of(stored.latent.positions(&weights.rows).view()),
            latent: stored.latent,
            word_postings: Postings::of(&stored.word_rows, word_columns),
            word_rows: stored.word_rows,
            label_postings: Postings::of(&stored.label_rows, label_columns),
            label_rows: stored.label_rows,
            kinds: Kinds::of(&isco, &market),
            market,
            isco,
            idf: weights.idf,
            encoder: None,
        };
        let groups = (0..weights.rows.len())
            .map(|row| model.in_groups(&weights.rows.row(row).collect::<Vec<_>>()));
        let groups = SparseRows::from_rows(groups).normalised();
        model.group_postings =
            Postings::of(&groups, taxonomy.skill_groups.len() + taxonomy.skills.len());
        model
    }
}

fn columns(rows: &SparseRows) -> usize {
    rows.columns.iter().max().map_or(0, |column| *column as usize + 1)
}

/// Labels of the occupations in their order, each one's preferred label first; in Swedish also the
/// job titles, numbered as concepts after them.
pub(super) fn title_labels(taxonomy: &Taxonomy, language: Language) -> Vec<(u32, &str)> {
    let rows = taxonomy.occupations.iter().map(|o| (&o.label, &o.alternatives));
    let mut labels = labels(rows, language);
    if language == Language::Sv {
        let titles = taxonomy.job_titles.iter().map(|title| title.label.as_str());
        labels.extend((super::sparse::index(taxonomy.occupations.len())..).zip(titles));
    }
    labels
}

/// Labels of the skills in their order, each one's preferred label first.
fn skill_labels(taxonomy: &Taxonomy) -> Bilingual<Vec<(u32, &str)>> {
    let rows = || taxonomy.skills.iter().map(|skill| (&skill.label, &skill.alternatives));
    let of = |language| labels(rows(), language);
    Bilingual { sv: of(Language::Sv), en: of(Language::En) }
}

/// The preferred label and then the alternatives of every concept in one language.
fn labels<'a>(
    rows: impl Iterator<Item = (&'a Bilingual<String>, &'a Bilingual<Vec<String>>)>,
    language: Language,
) -> Vec<(u32, &'a str)> {
    let mut labels: Vec<(u32, &str)> = Vec::new();
    for ((preferred, alternatives), concept) in rows.zip(0..) {
        let all = std::iter::once(preferred.get(language)).chain(alternatives.get(language));
        labels.extend(all.filter(|l| !l.is_empty()).map(|label| (concept, label.as_str())));
    }
    labels
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::dataset::starter;

    #[test]
    fn any_number_of_threads_gives_the_same_bytes() {
        let dataset = starter::dataset().unwrap();
        let files = [1, 3].map(|threads| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            let folder = tempfile::tempdir().unwrap();
            let ranker = Ranker::shipped().unwrap();
            let model = pool.install(|| train(&dataset, ranker)).unwrap();
            model.save(&dataset, folder.path()).unwrap();
            ["manifest.json", "weights.safetensors"]
                .map(|name| fs::read(folder.path().join(name)).unwrap())
        });
        assert!(files[0] == files[1]);
    }
}
