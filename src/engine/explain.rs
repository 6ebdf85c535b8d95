//! Targets -> paths with gap, courses, demand, reasons for and against.

use super::{
    Engine,
    plan::{Start, is_higher},
    rank::Target,
};
use crate::domain::{
    Bilingual, CourseForm, CoursePlan, Demand, Gap, GapSkill, OccupationGroup, OccupationIx,
    Pathway, Profile, Reason, ResolvedProfile,
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
            let reasons = reasons_for(&gap, &plan, &demand);
            let against = reasons_against(&gap, &plan, &demand, profile);
            Pathway {
                rank,
                ix: target.ix,
                id: occupation.id.clone(),
                label: occupation.label.clone(),
                ssyk: occupation.ssyk.clone(),
                sector: occupation.sector.clone(),
                kind: target.kind,
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
        let home = profile.municipality.as_deref().map(|home| home.trim().to_lowercase());
        let at_home = home.and_then(|home| {
            let mut ads = group.ads_by_municipality.iter();
            ads.find(|(name, _)| name.to_lowercase() == home).map(|(_, ads)| *ads)
        });
        Demand {
            ssyk: group.ssyk.clone(),
            wage: group.wage,
            wage_change: mean(group).zip(present.and_then(mean)).map(|(there, here)| there - here),
            employees: group.employees,
            ads_region: group.ads_region,
            ads_municipality: at_home,
            ads_year: group.ads_year,
            barometer: group.barometer.clone(),
            source: group.source.clone(),
        }
    }
}

fn reason(code: &str, sv: String, en: String) -> Reason {
    Reason { code: code.to_owned(), text: Bilingual { sv, en } }
}

fn reasons_for(gap: &Gap, plan: &CoursePlan, demand: &Demand) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (have, total) = (gap.essential_have, gap.essential_total);
    if have > 0 {
        let (sv, en) = names(gap.have.get(..have as usize).unwrap_or_default());
        reasons.push(reason(
            "shared_skills",
            format!("{have} av {total} nödvändiga kompetenser finns redan, bland annat {sv}"),
            format!("{have} of {total} essential skills are there already, among them {en}"),
        ));
    }
    if total > 0 && have == total && gap.licences.is_empty() {
        reasons.push(reason(
            "no_training",
            "ingen utbildning behövs enligt kompetensbeskrivningen".into(),
            "no training is needed by the description of the occupation".into(),
        ));
    } else if let Some(weeks) = short(plan) {
        reasons.push(reason(
            "short_training",
            format!("föreslagna kurser tar {weeks:.0} veckor på heltid"),
            format!("the suggested courses take {weeks:.0} weeks full time"),
        ));
    }
    if plan.fits_window == Some(true) {
        reasons.push(reason(
            "fits_window",
            "kurserna hinns med före periodens slut".into(),
            "the courses end before the notice or furlough does".into(),
        ));
    }
    reasons.extend(demand.barometer.iter().find(|b| b.opportunities == "stora").map(|b| {
        reason(
            "good_opportunities",
            format!("stora möjligheter till arbete enligt Yrkesbarometern ({})", b.name),
            format!("great job opportunities according to Yrkesbarometern ({})", b.name),
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

fn reasons_against(
    gap: &Gap,
    plan: &CoursePlan,
    demand: &Demand,
    profile: &Profile,
) -> Vec<Reason> {
    let mut against = Vec::new();
    for licence in &gap.licences {
        let (sv, en) = (&licence.label.sv, &licence.label.en);
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
        let (sv, en) = names(&gap.missing_essential);
        against.push(reason(
            "large_gap",
            format!("{missing} nödvändiga kompetenser saknas, bland annat {sv}"),
            format!("{missing} essential skills are missing, among them {en}"),
        ));
    }
    against.extend(reasons_against_courses(gap, plan, profile));
    against.extend(demand.barometer.iter().find(|b| b.opportunities == "små").map(|b| {
        reason(
            "poor_opportunities",
            format!("små möjligheter till arbete enligt Yrkesbarometern ({})", b.name),
            format!("small job opportunities according to Yrkesbarometern ({})", b.name),
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
    let long = plan.total_weeks.filter(|weeks| *weeks >= LONG_WEEKS);
    if let Some(weeks) = long {
        against.push(reason(
            "long_training",
            format!("kurserna tar {weeks:.0} veckor på heltid; lång utbildning dröjer jobbet"),
            format!("the courses take {weeks:.0} weeks full time; long training delays the job"),
        ));
    }
    if plan.fits_window == Some(false) {
        let left = profile.weeks_left.unwrap_or_default();
        against.push(reason(
            "outside_window",
            format!("kurserna ryms inte i de {left:.0} veckor som är kvar"),
            format!("the courses do not fit in the {left:.0} weeks that are left"),
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

/// The first skills' names in both languages.
fn names(skills: &[GapSkill]) -> (String, String) {
    let list = |language| {
        let names = skills.iter().take(NAMED).map(|skill| skill.label.text(language));
        names.collect::<Vec<_>>().join(", ")
    };
    (list(crate::domain::Language::Sv), list(crate::domain::Language::En))
}
