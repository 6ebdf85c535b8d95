//! Occupations, skills and courses as they are shown: relations by id and label instead of by row
//! number.

use serde::Serialize;
use utoipa::ToSchema;

use crate::{
    dataset::DataSet,
    domain::{
        Barometer, Bilingual, Course, CourseBasis, CourseForm, Distance, Education, Language,
        LanguageLevel, Licence, Occupation, OccupationGroup, Skill, SkillIx, Taxonomy, Wage,
    },
    index,
};

/// A concept by id and label.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Concept {
    /// Id, an ESCO URI where the concept is ESCO's.
    id: String,
    /// Preferred label; empty in a language it is not known in.
    label: Bilingual<String>,
}

impl Concept {
    fn skills(rows: &[SkillIx], taxonomy: &Taxonomy) -> Vec<Self> {
        let concept = |ix: &SkillIx| {
            let skill = taxonomy.skill(*ix);
            Self { id: skill.id.clone(), label: skill.label.clone() }
        };
        rows.iter().map(concept).collect()
    }
}

/// A piece of a description.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Snippet {
    /// Plain text, `…` where it is cut.
    text: String,
    /// The language it is in.
    language: Language,
}

impl Snippet {
    fn of(hit: &index::Hit) -> Option<Self> {
        let snippet = hit.snippet.as_ref()?;
        Some(Self { text: snippet.text.clone(), language: snippet.language })
    }
}

/// An occupation in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OccupationItem {
    /// Id, an ESCO URI where the occupation is ESCO's.
    id: String,
    /// Preferred label.
    label: Bilingual<String>,
    /// ISCO-08 unit group, four digits; empty where unknown.
    isco: String,
    /// SSYK 2012 groups, four digits.
    ssyk: Vec<String>,
    /// Sector key; empty where unknown.
    sector: String,
    /// Comparable within one answer only; 0 where no words are searched for.
    score: f32,
    /// A piece of its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

impl OccupationItem {
    pub(super) fn new(hit: &index::Hit, data: &DataSet) -> Self {
        let Occupation { id, label, isco, ssyk, sector, .. } =
            data.taxonomy.occupation(hit.ix).clone();
        Self { id, label, isco, ssyk, sector, score: hit.score, snippet: Snippet::of(hit) }
    }
}

/// A skill in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct SkillItem {
    /// Id, an ESCO URI where the skill is ESCO's.
    id: String,
    /// Preferred label.
    label: Bilingual<String>,
    /// `skill/competence` or `knowledge`; empty where unknown.
    kind: String,
    /// ESCO's reuse level; empty where unknown.
    reuse: String,
    /// Comparable within one answer only; 0 where no words are searched for.
    score: f32,
    /// A piece of its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

impl SkillItem {
    pub(super) fn new(hit: &index::Hit, data: &DataSet) -> Self {
        let Skill { id, label, kind, reuse, .. } = data.taxonomy.skill(hit.ix).clone();
        Self { id, label, kind, reuse, score: hit.score, snippet: Snippet::of(hit) }
    }
}

/// An occupation with all that is known of it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct OccupationCard {
    /// Id, an ESCO URI where the occupation is ESCO's.
    id: String,
    /// Preferred label.
    label: Bilingual<String>,
    /// Alternative labels.
    alternatives: Bilingual<Vec<String>>,
    /// What people in the occupation do.
    description: Bilingual<String>,
    /// ISCO-08 unit group, four digits; empty where unknown.
    isco: String,
    /// SSYK 2012 groups, most specific mapping first.
    ssyk: Vec<String>,
    /// Sector key; empty where unknown.
    sector: String,
    /// Skills the work cannot be done without.
    essential: Vec<Concept>,
    /// Skills that help in some workplaces.
    optional: Vec<Concept>,
    /// Licences that law or industry asks for before the first day.
    licences: Vec<Licence>,
    /// What the labour market says of its SSYK groups.
    groups: Vec<GroupCard>,
}

impl OccupationCard {
    pub(super) fn new(occupation: &Occupation, data: &DataSet) -> Self {
        let taxonomy = &data.taxonomy;
        let groups = occupation.ssyk.iter().filter_map(|ssyk| data.market.group(ssyk));
        let licences = occupation.licences.iter().filter_map(|key| taxonomy.licence(key));
        let essential = Concept::skills(&occupation.essential, taxonomy);
        let optional = Concept::skills(&occupation.optional, taxonomy);
        let Occupation { id, label, alternatives, description, isco, ssyk, sector, .. } =
            occupation.clone();
        Self {
            id,
            label,
            alternatives,
            description,
            isco,
            ssyk,
            sector,
            essential,
            optional,
            licences: licences.cloned().collect(),
            groups: groups.map(GroupCard::new).collect(),
        }
    }
}

/// Facts of an SSYK 2012 group; what is not known is null, never zero.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct GroupCard {
    /// Four digits.
    ssyk: String,
    /// Name of the group.
    label: Bilingual<String>,
    /// Monthly wage.
    wage: Option<Wage>,
    /// Employees in Sweden.
    employees: Option<u32>,
    /// Year of `employees`.
    employees_year: Option<u16>,
    /// Job ads of one year in the region (Västra Götaland).
    ads_region: Option<u32>,
    /// Job ads of the same year in Göteborgsregionen.
    ads_gr: Option<u32>,
    /// Year of the ads.
    ads_year: Option<u16>,
    /// Yrkesbarometern's judgements for the region.
    barometer: Vec<Barometer>,
    /// Education that the group's occupations usually ask for.
    education: Vec<Education>,
    /// Key of the source, see `/v1/meta`.
    source: String,
}

impl GroupCard {
    fn new(group: &OccupationGroup) -> Self {
        let group = group.clone();
        Self {
            ssyk: group.ssyk,
            label: group.label,
            wage: group.wage,
            employees: group.employees,
            employees_year: group.employees_year,
            ads_region: group.ads_region,
            ads_gr: group.ads_gr,
            ads_year: group.ads_year,
            barometer: group.barometer,
            education: group.education,
            source: group.source,
        }
    }
}

/// A course.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct CourseItem {
    /// `SOURCE:ID`, stable between imports of the same source.
    id: String,
    /// Title.
    title: Bilingual<String>,
    /// Who gives it; empty where unknown.
    provider: String,
    /// School form.
    form: CourseForm,
    /// Whether this is an offer one can apply to, or something weaker.
    basis: CourseBasis,
    /// Where it is given; empty where unknown.
    places: Vec<String>,
    /// Whether it can be taken from home.
    distance: Distance,
    /// Length in weeks at full time.
    weeks: Option<f32>,
    /// Pace in percent of full time.
    pace_pct: Option<u8>,
    /// First days, ISO dates ascending.
    starts: Vec<String>,
    /// Last day to apply, ISO date.
    apply_by: Option<String>,
    /// Price for the participant in kronor.
    price_kr: Option<u32>,
    /// Seats that are left.
    seats: Option<u32>,
    /// Level of Swedish that it is taught at.
    swedish: Option<LanguageLevel>,
    /// What a participant must already have, in words.
    prerequisites: Bilingual<String>,
    /// Keys of licences a participant must already hold.
    requires: Vec<String>,
    /// Keys of licences the course leads to.
    grants: Vec<String>,
    /// Skills taught.
    teaches: Vec<Concept>,
    /// SSYK 2012 groups it leads to.
    leads_to: Vec<String>,
    /// Link to the offer; empty where there is none.
    url: String,
    /// Key of the source, see `/v1/meta`.
    source: String,
    /// A warning to show with the course.
    note: Bilingual<String>,
    /// Comparable within one answer only; 0 where no words are searched for.
    score: f32,
    /// A piece of its description.
    #[serde(skip_serializing_if = "Option::is_none")]
    snippet: Option<Snippet>,
}

impl CourseItem {
    pub(super) fn new(hit: &index::Hit, data: &DataSet) -> Self {
        let course: Course = data.courses[hit.ix as usize].clone();
        Self {
            id: course.id,
            title: course.title,
            provider: course.provider,
            form: course.form,
            basis: course.basis,
            places: course.places,
            distance: course.distance,
            weeks: course.weeks,
            pace_pct: course.pace_pct,
            starts: course.starts,
            apply_by: course.apply_by,
            price_kr: course.price_kr,
            seats: course.seats,
            swedish: course.swedish,
            prerequisites: course.prerequisites,
            requires: course.requires,
            grants: course.grants,
            teaches: Concept::skills(&course.teaches, &data.taxonomy),
            leads_to: course.leads_to,
            url: course.url,
            source: course.source,
            note: course.note,
            score: hit.score,
            snippet: Snippet::of(hit),
        }
    }
}

/// How many of the courses found have which value: most first.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Facets {
    /// By school form.
    forms: Vec<Facet>,
    /// By basis.
    bases: Vec<Facet>,
    /// By place, the most frequent ones; a course at two places counts for both.
    places: Vec<Facet>,
}

/// A value and how many courses have it.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct Facet {
    /// The value, as the query parameter takes it.
    value: String,
    /// Courses that have it.
    count: usize,
}

/// Most values of a facet.
const FACET_VALUES: usize = 50;

impl From<index::Facets> for Facets {
    fn from(facets: index::Facets) -> Self {
        let shown = |facets: Vec<index::Facet>| {
            let facets = facets.into_iter().take(FACET_VALUES);
            facets.map(|index::Facet { value, count }| Facet { value, count }).collect()
        };
        Self {
            forms: shown(facets.forms),
            bases: shown(facets.bases),
            places: shown(facets.places),
        }
    }
}
