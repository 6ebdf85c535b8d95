//! Reasons for and against a path, in words of both languages. Answers have a hundred of them, so texts are put
//! together from parts, which takes half the time of formatting.

use super::{barometer::Outlook, plan::is_higher};
use crate::domain::{
    Bilingual, CourseForm, CoursePlan, Demand, Gap, GapSkill, Language, Licence, Limits, Reason,
    length_in_words,
};

/// Skills named in a reason.
const NAMED: usize = 3;
/// Share of the essential weight below which the gap is a reason against.
const SMALL_COVER: f32 = 0.35;
/// Weeks of training that count as short and as long.
const SHORT_WEEKS: f32 = 10.0;
const LONG_WEEKS: f32 = 40.0;
/// Difference of mean wages worth a reason, kronor a month.
const WAGE_STEP: i64 = 1_500;
/// Job ads of a year in the region below which they are few.
const FEW_ADS: u32 = 25;

pub(super) fn reason(code: &'static str, sv: String, en: String) -> Reason {
    Reason { code: code.into(), text: Bilingual { sv, en }, ..Reason::default() }
}

pub(super) fn reasons_for(
    gap: &Gap,
    plan: &CoursePlan,
    demand: &Demand,
    outlook: Option<&Outlook>,
) -> Vec<Reason> {
    let mut reasons = Vec::new();
    let (have, total) = (gap.essential_have, gap.essential_total);
    if have > 0 {
        let Bilingual { sv, en } = names(&gap.have.iter().take(have as usize));
        let are = if have == 1 { "is" } else { "are" };
        let [have, total] = [have, total].map(|skills| skills.to_string());
        reasons.push(reason(
            "shared_skills",
            [&have, " av ", &total, " nödvändiga kompetenser finns redan", &sv].concat(),
            [&have, " of ", &total, " essential skills ", are, " there already", &en].concat(),
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
            [sv, " tar ", &time.sv, " på heltid"].concat(),
            [en, " take", s, " ", &time.en, " full time"].concat(),
        ));
    }
    // Without an end there is nothing to be in time for.
    if plan.fits_window == Some(true) && plan.margin_days.is_some() {
        reasons.push(reason(
            "fits_window",
            [sv, " hinns med före periodens slut"].concat(),
            [en, " end", s, " before the notice or furlough does"].concat(),
        ));
    }
    reasons.extend(outlook.filter(|outlook| outlook.good).map(|Outlook { about, .. }| {
        reason(
            "good_opportunities",
            [
                "stora möjligheter till arbete i Västra Götaland enligt Yrkesbarometern (",
                &about.sv,
                ")",
            ]
            .concat(),
            [
                "good job opportunities in Västra Götaland according to Yrkesbarometern (",
                &about.en,
                ")",
            ]
            .concat(),
        )
    }));
    if let Some(more) = demand.wage_change.filter(|change| *change >= WAGE_STEP) {
        let more = grouped(more);
        reasons.push(reason(
            "pay_higher",
            ["medellönen är ", &more.sv, " kr högre i månaden"].concat(),
            ["the mean wage is ", &more.en, " kr a month higher"].concat(),
        ));
    }
    reasons
}

/// A licence's name inside a sentence: it begins small, unless it begins with letters that stand for words ("YKB",
/// "B-körkort") or is a name by its later words, too ("Säker Vatten").
fn in_sentence(name: &str) -> String {
    let is_word = |word: &str| {
        let mut letters = word.chars();
        letters.next().is_some_and(char::is_uppercase)
            && letters.next().is_some_and(char::is_lowercase)
    };
    let mut words = name.split(' ');
    let is_begun = words.next().is_some_and(is_word) && !words.any(is_word);
    let mut letters = name.chars();
    match letters.next().filter(|_| is_begun) {
        Some(first) => first.to_lowercase().chain(letters).collect(),
        None => name.to_owned(),
    }
}

/// Kronor in groups of three digits.
fn grouped(kr: i64) -> Bilingual<String> {
    Bilingual::new(Language::Sv.number(kr as f64, 0), Language::En.number(kr as f64, 0))
}

pub(super) fn reasons_against(gap: &Gap, plan: &CoursePlan, limits: &Limits) -> Vec<Reason> {
    let mut against = Vec::new();
    for licence in &gap.licences {
        let sv = in_sentence(&licence.label.marked(Language::Sv));
        let en = in_sentence(&licence.label.marked(Language::En));
        against.push(if licence.protected_title {
            let (how, in_english) = if plan.gives(&licence.key) {
                (
                    ": planens utbildning, och en myndighets beslut",
                    ": the plan's training, and an authority's decision",
                )
            } else {
                (
                    ": flera års studier och en myndighets beslut",
                    ": years of study and an authority's decision",
                )
            };
            let sv = ["kräver ", &sv, how];
            let en = ["requires ", &en, in_english];
            reason("protected_title", sv.concat(), en.concat())
        } else {
            reason("licence_missing", ["kräver ", &sv].concat(), ["requires ", &en].concat())
        });
    }
    if gap.essential_total > 0 && gap.covered < SMALL_COVER {
        let missing = gap.missing_essential.len();
        let named = names(&gap.missing_essential.iter());
        let (sv, en) = if missing == 1 {
            (" nödvändig kompetens saknas", " essential skill is missing")
        } else {
            (" nödvändiga kompetenser saknas", " essential skills are missing")
        };
        let missing = missing.to_string();
        against.push(reason(
            "large_gap",
            [&missing, sv, &named.sv].concat(),
            [&missing, en, &named.en].concat(),
        ));
    }
    against.extend(reasons_against_courses(gap, plan, limits));
    against
}

/// Against a path whose licence follows from the present occupation alone, though others were told of.
pub(super) fn licence_presumed(licence: &Licence) -> Reason {
    let [sv, en] = [Language::Sv, Language::En].map(|in_| in_sentence(&licence.label.marked(in_)));
    reason(
        "licence_presumed",
        ["kräver ", &sv, ", som inte står bland de körkort som har angetts: gäller det än?"]
            .concat(),
        ["requires ", &en, ", which is not among the driving licences told of: is it still valid?"]
            .concat(),
    )
}

pub(super) fn reasons_against_demand(demand: &Demand, outlook: Option<&Outlook>) -> Vec<Reason> {
    let mut against = Vec::new();
    against.extend(outlook.filter(|outlook| !outlook.good).map(|Outlook { about, .. }| {
        reason(
            "poor_opportunities",
            [
                "små möjligheter till arbete i Västra Götaland enligt Yrkesbarometern (",
                &about.sv,
                ")",
            ]
            .concat(),
            [
                "limited job opportunities in Västra Götaland according to Yrkesbarometern (",
                &about.en,
                ")",
            ]
            .concat(),
        )
    }));
    if let Some((ads, year)) =
        demand.ads_region.zip(demand.ads_year).filter(|(ads, _)| *ads < FEW_ADS)
    {
        against.push(reason(
            "few_ads",
            format!("få annonser i Västra Götaland: {ads} under {year}, i hela yrkesgruppen"),
            format!("few job ads in Västra Götaland: {ads} in {year}, in the whole group"),
        ));
    }
    if let Some(less) = demand.wage_change.filter(|change| *change <= -WAGE_STEP) {
        let less = grouped(-less);
        against.push(reason(
            "pay_lower",
            ["medellönen är ", &less.sv, " kr lägre i månaden"].concat(),
            ["the mean wage is ", &less.en, " kr a month lower"].concat(),
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

fn reasons_against_courses(gap: &Gap, plan: &CoursePlan, limits: &Limits) -> Vec<Reason> {
    let mut against = Vec::new();
    let Courses { sv, en, s } = courses(plan);
    if let Some(weeks) = plan.total_weeks.filter(|weeks| *weeks >= LONG_WEEKS) {
        let time = length_in_words(weeks);
        against.push(reason(
            "long_training",
            [sv, " tar ", &time.sv, " på heltid; lång utbildning fördröjer jobbet"].concat(),
            [en, " take", s, " ", &time.en, " full time; long training delays the job"].concat(),
        ));
    }
    if plan.fits_window == Some(false) {
        let not = if s.is_empty() { "do" } else { "does" };
        let why = why_not(plan);
        against.push(reason(
            "outside_window",
            [sv, " ryms inte i tiden som är kvar", &why.sv].concat(),
            [en, " ", not, " not fit in the time that is left", &why.en].concat(),
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
        let (sv, en) = if limits.leave_out_courses() {
            (
                "ingen kurs inom de angivna gränserna täcker tillräckligt av det som saknas",
                "no course within the given limits closes enough of what is missing",
            )
        } else {
            (
                "ingen kurs i underlaget täcker tillräckligt av det som saknas",
                "no course in the data closes enough of what is missing",
            )
        };
        against.push(reason("no_course_found", sv.into(), en.into()));
    }
    against
}

/// What the last course that does not fit says of it, in brackets.
fn why_not(plan: &CoursePlan) -> Bilingual<String> {
    // The last one's end is the plan's.
    let late = plan.courses.iter().rfind(|course| course.fits_window == Some(false));
    let timing = late.map(|course| &course.timing).filter(|timing| !timing.sv.is_empty());
    timing.map_or_else(Bilingual::default, |said| {
        Bilingual::new([" (", &said.sv, ")"].concat(), [" (", &said.en, ")"].concat())
    })
}

fn short(plan: &CoursePlan) -> Option<f32> {
    let in_time = !plan.courses.is_empty() && plan.fits_window != Some(false);
    plan.total_weeks.filter(|weeks| in_time && *weeks <= SHORT_WEEKS)
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
fn names<'a>(skills: &(impl ExactSizeIterator<Item = &'a GapSkill> + Clone)) -> Bilingual<String> {
    let list = |some: &str, language| {
        let mut list = if skills.len() > NAMED { some } else { ": " }.to_owned();
        for (place, skill) in skills.clone().take(NAMED).enumerate() {
            if place > 0 {
                list.push_str(", ");
            }
            list.push_str(&skill.label.marked(language));
        }
        list
    };
    Bilingual::new(list(", bland annat ", Language::Sv), list(", among them ", Language::En))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{PlannedCourse, Shared};

    #[test]
    fn a_licence_begins_small_inside_a_sentence_unless_it_is_a_name() {
        for (name, said) in [
            ("Legitimation som läkare", "legitimation som läkare"),
            ("Truckkort A (låglyftare)", "truckkort A (låglyftare)"),
            ("YKB, godstransporter", "YKB, godstransporter"),
            ("B-körkort", "B-körkort"),
            ("Säker Vatten", "Säker Vatten"),
            ("ESA-utbildning", "ESA-utbildning"),
            ("", ""),
        ] {
            assert_eq!(in_sentence(name), said);
        }
    }

    #[test]
    fn kronor_stand_in_groups_that_do_not_break() {
        let demand = |change| Demand { wage_change: Some(change), ..Demand::default() };
        let less = reasons_against_demand(&demand(-10_200), None).remove(0).text;
        assert_eq!(less.sv, "medellönen är 10\u{a0}200 kr lägre i månaden");
        assert_eq!(less.en, "the mean wage is 10,200 kr a month lower");
        let forbidden = crate::engine::admit::Forbidden::Wage { mean: 9_500, least: 30_000 };
        assert_eq!(forbidden.said().sv, "medellön 9\u{a0}500 kr är under gränsen 30\u{a0}000 kr");
    }

    fn gap(have: u32, missing: u32) -> Gap {
        let skill = |ix| {
            let label = Shared::new(Bilingual::new("", format!("skill {ix}")));
            GapSkill { ix, id: String::new(), label, weight: 1.0 }
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
            form: "short".into(),
            basis: "typical".into(),
            weeks: Some(weeks),
            ..PlannedCourse::default()
        };
        CoursePlan {
            courses: vec![course; courses],
            total_weeks: Some(weeks),
            fits_window: Some(fits),
            margin_days: Some(if fits { 7 } else { -7 }),
            ..CoursePlan::default()
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
        let mut late = plan(2, 40.0, false);
        late.courses[1].fits_window = Some(false);
        late.courses[1].timing = Bilingual::new("slutar 1 dag för sent", "ends 1 day late");
        let said = reasons_against(&gap(0, 1), &late, &Limits::default());
        assert_eq!(
            texts(&said),
            [
                (
                    "1 nödvändig kompetens saknas: skill 0 [en]",
                    "1 essential skill is missing: skill 0"
                ),
                (
                    "de föreslagna kurserna tar 40 veckor på heltid; lång utbildning fördröjer jobbet",
                    "the suggested courses take 40 weeks full time; long training delays the job"
                ),
                (
                    "de föreslagna kurserna ryms inte i tiden som är kvar (slutar 1 dag för sent)",
                    "the suggested courses do not fit in the time that is left (ends 1 day late)"
                ),
            ]
        );
        let many = reasons_for(&gap(4, 0), &plan(0, 0.0, false), &Demand::default(), None);
        assert!(many[0].text.sv.contains("redan, bland annat skill 0 [en], "), "{many:?}");
        assert!(many[0].text.sv.ends_with("skill 2 [en]"), "{many:?}");
    }
}
