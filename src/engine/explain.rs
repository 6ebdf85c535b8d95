//! Targets -> paths with gap, courses, demand, reasons for and against.

use super::{
    Engine,
    barometer::{self, Outlook},
    plan::{Start, is_higher},
    rank::Target,
};
use crate::domain::{
    Bilingual, Candidate, CourseForm, CoursePlan, Demand, Gap, GapSkill, Language, OccupationGroup,
    OccupationIx, Pathway, Profile, Reason, ResolvedProfile, length_in_words,
};
use crate::model::Features;

/// Skills named in a reason.
const NAMED: usize = 3;
/// Share of the essential weight below which the gap is a reason against.
const SMALL_COVER: f32 = 0.35;
/// Weeks of training that count as short and as long.
const SHORT_WEEKS: f32 = 10.0;
const LONG_WEEKS: f32 = 40.0;
/// Difference of mean wages worth a reason, kronor a month.
const WAGE_STEP: i64 = 1_500;

impl Engine {
    /// Explains the targets in their order.
    pub(super) fn explain(
        &self,
        targets: &[Target],
        features: &[Features],
        profile: &Profile,
        understood: &ResolvedProfile,
    ) -> Vec<Pathway> {
        let had = self.skills_had(understood);
        let present = understood
            .occupations
            .iter()
            .flat_map(|o| &self.dataset.taxonomy.occupation(o.ix).ssyk)
            .map(String::as_str)
            .collect();
        let start = Start { profile, present, held: self.licences_held(understood) };
        let pathway = |(target, rank): (&Target, u32)| {
            let occupation = self.dataset.taxonomy.occupation(target.ix);
            let gap = self.gap(target.ix, &had, understood);
            let plan = self.plan(target.ix, &gap, &start);
            let demand = self.demand(target.ix, profile, understood);
            let outlook = barometer::outlook(&demand.barometer, occupation);
            let outlook = outlook.as_ref();
            let reasons = reasons_for(&gap, &plan, &demand, outlook);
            let mut against = reasons_against(&gap, &plan, profile);
            against.extend(reasons_against_demand(&demand, outlook));
            Pathway {
                rank,
                ix: target.ix,
                id: occupation.id.clone(),
                label: occupation.label.clone(),
                ssyk: occupation.ssyk.clone(),
                sector: occupation.sector.clone(),
                kind: target.kind,
                variants: self.variants(target),
                score: target.score,
                feasible: self.model.feasible(target.score),
                parts: self.model.ranker.parts(&features[target.ix as usize]),
                gap,
                plan,
                demand,
                reasons,
                against,
            }
        };
        targets.iter().zip(1..).map(pathway).collect()
    }

    /// The target's variants by name; one called the same says nothing more.
    fn variants(&self, target: &Target) -> Vec<Candidate> {
        let called = &self.dataset.taxonomy.occupation(target.ix).label.sv;
        let variants = target.variants.iter().map(|variant| self.candidate(*variant));
        variants.filter(|other| !lower(&other.label.sv).eq(lower(called))).collect()
    }

    /// Says what limits of the profile paths pass over, and which leads to the present occupation: for
    /// paths that were asked about.
    pub(super) fn hold_against(
        &self,
        paths: &mut [Pathway],
        profile: &Profile,
        understood: &ResolvedProfile,
    ) {
        let named = self.named_exclusions(&profile.limits.exclude);
        for path in paths {
            if understood.occupations.iter().any(|present| present.ix == path.ix) {
                let (sv, en) = ("det är det nuvarande yrket", "it is the present occupation");
                path.against.insert(0, reason("present_occupation", sv.into(), en.into()));
            }
            if let Some(Bilingual { sv, en }) = self.forbidden(path.ix, profile, &named) {
                path.against.insert(0, reason("outside_limits", sv, en));
            }
        }
    }

    /// Facts of the first of an occupation's SSYK groups that has any.
    pub(super) fn group_of(&self, ix: OccupationIx) -> Option<&OccupationGroup> {
        let groups = &self.dataset.taxonomy.occupation(ix).ssyk;
        groups.iter().find_map(|ssyk| self.dataset.market.group(ssyk))
    }

    fn demand(
        &self,
        target: OccupationIx,
        profile: &Profile,
        understood: &ResolvedProfile,
    ) -> Demand {
        let Some(group) = self.group_of(target) else { return Demand::default() };
        let mean = |group: &OccupationGroup| group.wage.map(|wage| i64::from(wage.mean));
        let present = understood.occupations.first().and_then(|o| self.group_of(o.ix));
        let at_home = profile.municipality.as_deref().and_then(|home| {
            let mut ads = group.ads_by_municipality.iter();
            let home = lower(home.trim());
            ads.find(|(name, _)| lower(name).eq(home.clone())).map(|(_, ads)| *ads)
        });
        Demand {
            ssyk: group.ssyk.clone(),
            wage: group.wage,
            wage_change: mean(group).zip(present.and_then(mean)).map(|(there, here)| there - here),
            employees: group.employees,
            ads_region: group.ads_region,
            ads_municipality: at_home,
            ads_year: group.ads_year,
            barometer: barometer::judgements(group, self.dataset.taxonomy.occupation(target)),
            source: group.source.clone(),
        }
    }
}

fn lower(name: &str) -> impl Iterator<Item = char> + Clone {
    name.chars().flat_map(char::to_lowercase)
}

fn reason(code: &str, sv: String, en: String) -> Reason {
    Reason { code: code.to_owned(), text: Bilingual { sv, en } }
}

fn reasons_for(
    gap: &Gap,
    plan: &CoursePlan,
    demand: &Demand,
    outlook: Option<&Outlook>,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (have, total) = (gap.essential_have, gap.essential_total);
    if have > 0 {
        let Bilingual { sv, en } = names(gap.have.get(..have as usize).unwrap_or_default());
        let are = if have == 1 { "is" } else { "are" };
        reasons.push(reason(
            "shared_skills",
            format!("{have} av {total} nödvändiga kompetenser finns redan{sv}"),
            format!("{have} of {total} essential skills {are} there already{en}"),
        ));
    }
    let Courses { sv, en, s } = courses(plan);
    if total > 0 && have == total && gap.licences.is_empty() {
        reasons.push(reason(
            "no_training",
            "ingen utbildning behövs enligt kompetensbeskrivningen".into(),
            "no training is needed by the description of the occupation".into(),
        ));
    } else if let Some(weeks) = short(plan) {
        let time = length_in_words(weeks);
        reasons.push(reason(
            "short_training",
            format!("{sv} tar {} på heltid", time.sv),
            format!("{en} take{s} {} full time", time.en),
        ));
    }
    if plan.fits_window == Some(true) {
        reasons.push(reason(
            "fits_window",
            format!("{sv} hinns med före periodens slut"),
            format!("{en} end{s} before the notice or furlough does"),
        ));
    }
    reasons.extend(outlook.filter(|outlook| outlook.good).map(|Outlook { about, .. }| {
        reason(
            "good_opportunities",
            format!("stora möjligheter till arbete enligt Yrkesbarometern ({})", about.sv),
            format!("good job opportunities according to Yrkesbarometern ({})", about.en),
        )
    }));
    if let Some(more) = demand.wage_change.filter(|change| *change >= WAGE_STEP) {
        reasons.push(reason(
            "pay_higher",
            format!("medellönen är {more} kr högre i månaden"),
            format!("the mean wage is {more} kr a month higher"),
        ));
    }
    reasons
}

fn reasons_against(gap: &Gap, plan: &CoursePlan, profile: &Profile) -> Vec<Reason> {
    let mut against = Vec::new();
    for licence in &gap.licences {
        let sv = licence.label.marked(Language::Sv);
        let en = licence.label.marked(Language::En);
        against.push(if licence.protected_title {
            let sv = format!("kräver {sv}: flera års studier och en myndighets beslut");
            let en = format!("requires {en}: years of study and an authority's decision");
            reason("protected_title", sv, en)
        } else {
            reason("licence_missing", format!("kräver {sv}"), format!("requires {en}"))
        });
    }
    if gap.essential_total > 0 && gap.covered < SMALL_COVER {
        let missing = gap.missing_essential.len();
        let named = names(&gap.missing_essential);
        let (sv, en) = if missing == 1 {
            ("nödvändig kompetens", "essential skill is")
        } else {
            ("nödvändiga kompetenser", "essential skills are")
        };
        against.push(reason(
            "large_gap",
            format!("{missing} {sv} saknas{}", named.sv),
            format!("{missing} {en} missing{}", named.en),
        ));
    }
    against.extend(reasons_against_courses(gap, plan, profile));
    against
}

fn reasons_against_demand(demand: &Demand, outlook: Option<&Outlook>) -> Vec<Reason> {
    let mut against = Vec::new();
    against.extend(outlook.filter(|outlook| !outlook.good).map(|Outlook { about, .. }| {
        reason(
            "poor_opportunities",
            format!("små möjligheter till arbete enligt Yrkesbarometern ({})", about.sv),
            format!("limited job opportunities according to Yrkesbarometern ({})", about.en),
        )
    }));
    if let Some(less) = demand.wage_change.filter(|change| *change <= -WAGE_STEP) {
        against.push(reason(
            "pay_lower",
            format!("medellönen är {} kr lägre i månaden", -less),
            format!("the mean wage is {} kr a month lower", -less),
        ));
    }
    if demand.ssyk.is_empty() {
        against.push(reason(
            "demand_unknown",
            "uppgift om lön och efterfrågan saknas".into(),
            "wage and demand are not known".into(),
        ));
    }
    against
}

fn reasons_against_courses(gap: &Gap, plan: &CoursePlan, profile: &Profile) -> Vec<Reason> {
    let mut against = Vec::new();
    let Courses { sv, en, s } = courses(plan);
    if let Some(weeks) = plan.total_weeks.filter(|weeks| *weeks >= LONG_WEEKS) {
        let time = length_in_words(weeks);
        against.push(reason(
            "long_training",
            format!("{sv} tar {} på heltid; lång utbildning dröjer jobbet", time.sv),
            format!("{en} take{s} {} full time; long training delays the job", time.en),
        ));
    }
    if plan.fits_window == Some(false) {
        let left = length_in_words(profile.weeks_left.unwrap_or_default());
        let not = if s.is_empty() { "do" } else { "does" };
        against.push(reason(
            "outside_window",
            format!("{sv} ryms inte i tiden som är kvar ({})", left.sv),
            format!("{en} {not} not fit in the time that is left ({})", left.en),
        ));
    }
    let higher = plan.courses.iter().any(|c| CourseForm::from_key(&c.form).is_some_and(is_higher));
    if higher {
        against.push(reason(
            "entry_requirements",
            "utbildningen kräver grundläggande behörighet och antagning".into(),
            "the programme has entry requirements and admission".into(),
        ));
    }
    let open = !gap.missing_essential.is_empty() || !gap.licences.is_empty();
    if open && plan.courses.is_empty() {
        against.push(reason(
            "no_course_found",
            "ingen kurs i underlaget täcker det som saknas".into(),
            "no course in the data closes what is missing".into(),
        ));
    }
    against
}

fn short(plan: &CoursePlan) -> Option<f32> {
    plan.total_weeks.filter(|weeks| !plan.courses.is_empty() && *weeks <= SHORT_WEEKS)
}

/// How a plan's courses are spoken of.
struct Courses {
    sv: &'static str,
    en: &'static str,
    /// Ending of their English verb.
    s: &'static str,
}

fn courses(plan: &CoursePlan) -> Courses {
    match plan.courses.as_slice() {
        [_] => Courses { sv: "den föreslagna kursen", en: "the suggested course", s: "s" },
        _ => Courses { sv: "de föreslagna kurserna", en: "the suggested courses", s: "" },
    }
}

/// The first skills' names, with what leads over to them; said to be some where there are more.
fn names(skills: &[GapSkill]) -> Bilingual<String> {
    let list = |some: &str, language| {
        let names = skills.iter().take(NAMED).map(|skill| skill.label.marked(language));
        let names = names.collect::<Vec<_>>().join(", ");
        if skills.len() > NAMED { format!(", {some} {names}") } else { format!(": {names}") }
    };
    Bilingual::new(list("bland annat", Language::Sv), list("among them", Language::En))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::PlannedCourse;

    fn gap(have: u32, missing: u32) -> Gap {
        let skill = |ix| GapSkill {
            ix,
            id: String::new(),
            label: Bilingual::new("", format!("skill {ix}")),
            weight: 1.0,
        };
        Gap {
            essential_total: have + missing,
            essential_have: have,
            have: (0..have).map(skill).collect(),
            missing_essential: (0..missing).map(skill).collect(),
            ..Gap::default()
        }
    }

    fn plan(courses: usize, weeks: f32, fits: bool) -> CoursePlan {
        let course = PlannedCourse {
            id: String::new(),
            title: Bilingual::default(),
            form: "short".into(),
            basis: "typical".into(),
            provider: String::new(),
            places: Vec::new(),
            weeks: Some(weeks),
            pace_pct: None,
            start: None,
            url: String::new(),
            closes: Vec::new(),
            grants: Vec::new(),
            prerequisites: Bilingual::default(),
            fits_window: None,
            source: String::new(),
        };
        CoursePlan {
            courses: vec![course; courses],
            total_weeks: Some(weeks),
            covered: 0.0,
            fits_window: Some(fits),
        }
    }

    fn texts(reasons: &[Reason]) -> Vec<(&str, &str)> {
        reasons.iter().map(|reason| (reason.text.sv.as_str(), reason.text.en.as_str())).collect()
    }

    #[test]
    fn one_is_one_and_a_foreign_label_is_marked() {
        let said = reasons_for(&gap(1, 1), &plan(1, 0.3, true), &Demand::default(), None);
        assert_eq!(
            texts(&said),
            [
                (
                    "1 av 2 nödvändiga kompetenser finns redan: skill 0 [en]",
                    "1 of 2 essential skills is there already: skill 0"
                ),
                (
                    "den föreslagna kursen tar 2 dagar på heltid",
                    "the suggested course takes 2 days full time"
                ),
                (
                    "den föreslagna kursen hinns med före periodens slut",
                    "the suggested course ends before the notice or furlough does"
                ),
            ]
        );
        let profile = Profile { weeks_left: Some(1.0), ..Profile::default() };
        let said = reasons_against(&gap(0, 1), &plan(2, 40.0, false), &profile);
        assert_eq!(
            texts(&said),
            [
                (
                    "1 nödvändig kompetens saknas: skill 0 [en]",
                    "1 essential skill is missing: skill 0"
                ),
                (
                    "de föreslagna kurserna tar 40 veckor på heltid; lång utbildning dröjer jobbet",
                    "the suggested courses take 40 weeks full time; long training delays the job"
                ),
                (
                    "de föreslagna kurserna ryms inte i tiden som är kvar (1 vecka)",
                    "the suggested courses do not fit in the time that is left (1 week)"
                ),
            ]
        );
        let many = reasons_for(&gap(4, 0), &plan(0, 0.0, false), &Demand::default(), None);
        assert!(many[0].text.sv.contains("redan, bland annat skill 0 [en], "), "{many:?}");
        assert!(many[0].text.sv.ends_with("skill 2 [en]"), "{many:?}");
    }
}
