//! Targets -> paths with gap, courses, demand, reasons for and against.

use super::{
    Engine,
    admit::{Barred, Forbidden},
    barometer::{self, Judged},
    rank::Target,
    reasons::{licence_presumed, reason, reasons_against, reasons_against_demand, reasons_for},
    start::{Start, is_latest},
};
use crate::{
    domain::{
        Bilingual, Candidate, CourseForm, CoursePlan, Demand, LicenceKind, OccupationGroup,
        OccupationIx, Pathway, Profile, Reason, ResolvedProfile, Shared,
    },
    funding::Payer,
    model::Likeness,
};

impl Engine {
    /// Explains the targets in their order.
    #[tracing::instrument(level = "debug", skip_all)]
    pub(super) fn explain(
        &self,
        targets: &[Target],
        likeness: Option<&Likeness>,
        start: &Start<'_>,
        payer: &Payer<'_>,
    ) -> Vec<Pathway> {
        let pathway = |(target, rank): (&Target, u32)| {
            let occupation = self.dataset.taxonomy.occupation(target.ix);
            let gap = self.gap(target.ix, start);
            let mut plan = self.plan(target.ix, &gap, start);
            plan.funding = payer.funding(&plan);
            let demand = self.demand(target.ix, start);
            let outlook = self.judged(target.ix).outlook.as_ref();
            let reasons = reasons_for(&gap, &plan, &demand, outlook);
            let mut against = reasons_against(&gap, &plan, &start.profile.limits);
            if let Some(group) = occupation.ssyk.first() {
                let taxonomy = &self.dataset.taxonomy;
                if start.present.contains(&group.as_str()) {
                    against.insert(0, same_group(start.is_of_latest(taxonomy, group)));
                }
                if start.lacks_degree_for(taxonomy, group) && !is_degree(&plan) {
                    against.push(degree());
                }
            }
            if start.profile.limits.min_wage.is_some() && demand.wage.is_none() {
                against.push(wage_unknown());
            }
            against.extend(self.presumed(target.ix, start));
            against.extend(reasons_against_demand(&demand, outlook));
            let feasible = self.model.feasible(target.score);
            let labels = self.labels(target.ix, feasible, (&gap, &plan, &demand), start);
            Pathway {
                rank,
                ix: target.ix,
                id: occupation.id.clone(),
                label: self.labels[target.ix as usize].clone(),
                known_as: self.known_as(target.ix),
                ssyk: occupation.ssyk.clone(),
                sector: occupation.sector.clone(),
                kind: target.kind,
                variants: self.variants(target),
                score: target.score,
                feasible,
                labels,
                parts: likeness.map_or_else(Vec::new, |likeness| {
                    self.model.ranker.parts(&self.model.row(likeness, target.ix))
                }),
                gap,
                plan,
                demand,
                council: None,
                reasons,
                against,
            }
        };
        targets.iter().zip(1..).map(pathway).collect()
    }

    /// Driving licences that a target asks for and that a worker is only taken to hold for their occupation, where they
    /// told of others: they may have passed.
    fn presumed(&self, target: OccupationIx, start: &Start<'_>) -> Vec<Reason> {
        let taxonomy = &self.dataset.taxonomy;
        let told = &start.understood.licences;
        let driving = |key: &String| {
            let licence = taxonomy.licence(key);
            licence.filter(|licence| licence.kind == LicenceKind::DrivingLicence)
        };
        if !told.iter().any(|key| driving(key).is_some()) {
            return Vec::new();
        }
        let asked = taxonomy.occupation(target).licences.iter();
        let presumed = asked.filter(|key| !told.contains(key) && start.held.contains(key.as_str()));
        presumed.filter_map(driving).map(licence_presumed).collect()
    }

    /// What the Swedish labour market calls an occupation; empty where that is its label or unknown.
    pub(super) fn known_as(&self, ix: OccupationIx) -> String {
        let occupation = self.dataset.taxonomy.occupation(ix);
        let hidden = !occupation.hub_names.is_empty();
        if hidden || same(&occupation.known_as, &occupation.label.sv) {
            return String::new();
        }
        occupation.known_as.clone()
    }

    /// The target's variants by name; one called the same says nothing more.
    fn variants(&self, target: &Target) -> Vec<Candidate> {
        let called = &self.dataset.taxonomy.occupation(target.ix).label.sv;
        let variants = target.variants.as_slice().iter().map(|variant| self.candidate(*variant));
        variants.filter(|other| !same(&other.label.sv, called)).collect()
    }

    /// Says what limits of the profile paths pass over, and which leads to the present occupation: for
    /// paths that were asked about.
    pub(super) fn hold_against(
        &self,
        paths: &mut [Pathway],
        barred: &Barred,
        (profile, understood): (&Profile, &ResolvedProfile),
    ) {
        for path in paths {
            let mut done = understood.occupations.iter().filter(|done| done.ix == path.ix);
            if done.clone().any(|done| is_latest(profile, done)) {
                let (sv, en) = ("det är det nuvarande yrket", "it is the present occupation");
                path.against.insert(0, reason("present_occupation", sv.into(), en.into()));
            } else if done.next().is_some() {
                let (sv, en) = ("det är ett tidigare yrke", "it is an earlier occupation");
                path.against.insert(0, reason("earlier_occupation", sv.into(), en.into()));
            }
            if let Some(Bilingual { sv, en }) = self.forbidden(path.ix, barred).map(Forbidden::said)
            {
                path.labels.clear();
                path.against.insert(0, reason("outside_limits", sv, en));
            }
        }
    }

    /// Facts of the first of an occupation's SSYK groups that has any.
    pub(super) fn group_of(&self, ix: OccupationIx) -> Option<&OccupationGroup> {
        self.groups.market(ix).map(|row| &self.dataset.market.groups[row])
    }

    /// What Yrkesbarometern says of an occupation, looked up once.
    pub(super) fn judged(&self, target: OccupationIx) -> &Judged {
        let made = || {
            let occupation = self.dataset.taxonomy.occupation(target);
            let group = self.group_of(target);
            let judgements =
                group.map_or_else(Vec::new, |group| barometer::judgements(group, occupation));
            let outlook = barometer::outlook(&judgements, occupation);
            let group = group.map_or_else(Bilingual::default, |group| group.label.clone());
            Judged { group: Shared::new(group), judgements: Shared::new(judgements), outlook }
        };
        self.judged[target as usize].get_or_init(made)
    }

    fn demand(&self, target: OccupationIx, start: &Start<'_>) -> Demand {
        let Some(group) = self.group_of(target) else { return Demand::default() };
        let judged = self.judged(target);
        let mean = |group: &OccupationGroup| group.wage.map(|wage| i64::from(wage.mean));
        let present = start.understood.occupations.first().and_then(|o| self.group_of(o.ix));
        let at_home = start.profile.municipality.as_deref().and_then(|home| {
            let ads = |name: &str| group.ads_by_municipality.get(name).copied();
            let written = || self.places.written(home).find_map(ads);
            ads(home).or_else(written).or_else(|| start.municipality.and_then(ads))
        });
        Demand {
            ssyk: group.ssyk.clone(),
            group: judged.group.clone(),
            wage: group.wage,
            wage_change: mean(group).zip(present.and_then(mean)).map(|(there, here)| there - here),
            employees: group.employees,
            ads_region: group.ads_region,
            ads_municipality: at_home,
            ads_year: group.ads_year,
            barometer: judged.judgements.clone(),
            source: group.source.clone(),
        }
    }
}

/// Whether two names are one but for their capitals.
fn same(one: &str, other: &str) -> bool {
    one == other || lower(one).eq(lower(other))
}

fn lower(name: &str) -> impl Iterator<Item = char> {
    name.chars().flat_map(char::to_lowercase)
}

/// Said where a lowest wage was asked for and the path's is not known.
fn wage_unknown() -> Reason {
    reason(
        "wage_unknown",
        "lönen är okänd: den lägsta lönen kunde inte prövas".into(),
        "the wage is unknown: the lowest wage could not be checked".into(),
    )
}

/// Said of a path inside the SSYK group of the present occupation, or of an earlier one: people like to know that it is
/// a new job and hardly a new occupation.
fn same_group(is_latest: bool) -> Reason {
    let (sv, en) = if is_latest {
        (
            "samma yrkesgrupp som i dag: en ny arbetsplats mer än ett nytt yrke",
            "the same occupation group as today: a new workplace more than a new occupation",
        )
    } else {
        (
            "samma yrkesgrupp som ett tidigare yrke: mer en väg tillbaka än ett nytt yrke",
            "the same occupation group as an earlier occupation: a way back more than a new one",
        )
    };
    reason("same_group", sv.into(), en.into())
}

/// Weeks from which a programme of higher education gives a degree of three years.
const DEGREE_WEEKS: f32 = 120.0;

/// Whether a plan holds a programme that may give a degree.
fn is_degree(plan: &CoursePlan) -> bool {
    let is_long = |weeks: Option<f32>| weeks.is_some_and(|weeks| weeks >= DEGREE_WEEKS);
    let university = CourseForm::University.key();
    plan.courses.iter().any(|course| course.form == university && is_long(course.weeks))
}

/// Said of a path to the level of skill at which SSYK 2012 places work that normally takes a degree.
fn degree() -> Reason {
    reason(
        "degree_usual",
        "yrken i gruppen kräver normalt minst tre års högskola (SSYK 2012, nivå 4): fråga om examen".into(),
        "occupations of the group normally take three years of higher education or more (SSYK 2012, level 4): ask about a degree".into(),
    )
}
