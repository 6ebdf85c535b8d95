//! Ways of paying worked out by hand from the rows of the starter set.

use std::collections::BTreeMap;

use jiff::civil::{Date, date};

use super::*;
use crate::{
    dataset::starter,
    domain::{Evidence, PlannedCourse, RuleValue, Status},
};

fn rules() -> Vec<Rule> {
    starter::dataset().unwrap().rules
}

fn plan(weeks: Option<f32>) -> CoursePlan {
    let course = PlannedCourse { weeks, form: "yh_course".into(), ..PlannedCourse::default() };
    CoursePlan { courses: vec![course], total_weeks: weeks, ..CoursePlan::default() }
}

fn seen(status: Option<Status>, as_of: Date) -> Situation {
    Situation { status, as_of: Some(as_of), ..Situation::default() }
}

fn today() -> Situation {
    seen(Some(Status::Uppsagd), date(2026, 11, 28))
}

fn said(code: FundingCode, answer: Answer) -> BTreeMap<String, Answer> {
    BTreeMap::from([(code.key().to_owned(), answer)])
}

/// One way; `None` where it is not listed.
fn way(
    code: FundingCode,
    situation: &Situation,
    confirmed: &BTreeMap<String, Answer>,
    plan: &CoursePlan,
) -> Option<Funding> {
    let ways = Payer::of(&rules(), situation, confirmed).funding(plan);
    ways.iter().find(|way| way.code == code).map(|way| Funding::clone(way))
}

fn unconfirmed(code: FundingCode, situation: &Situation, plan: &CoursePlan) -> Funding {
    way(code, situation, &BTreeMap::new(), plan).unwrap()
}

#[test]
fn labour_market_training_is_not_paid_by_the_study_grant() {
    let amu = |form: &str| PlannedCourse { form: form.into(), ..PlannedCourse::default() };
    for (forms, answer, names_the_other) in [
        (&["labour_market"][..], Answer::No, true),
        (&["labour_market", "labour_market"], Answer::No, true),
        (&["labour_market", "komvux"], Answer::Unknown, false),
        (&["komvux"], Answer::Unknown, false),
    ] {
        let courses = forms.iter().map(|form| amu(form)).collect();
        let plan = CoursePlan { courses, total_weeks: Some(20.0), ..CoursePlan::default() };
        let way = unconfirmed(FundingCode::Oss, &today(), &plan);
        assert_eq!(way.answer, answer, "{forms:?}");
        assert_eq!(way.text.sv.contains("aktivitetsstöd"), names_the_other, "{forms:?}");
    }
}

#[test]
fn rounds_open_on_the_first_of_april_and_october() {
    // (day it is seen from, next opening, decision six months later, the round that may be open)
    for (as_of, opens, decided, round) in [
        ("2027-03-31", "2027-04-01", "2027-10-01", "2026-10-01"),
        ("2027-04-01", "2027-04-01", "2027-10-01", ""),
        ("2027-04-02", "2027-10-01", "2028-04-01", "2027-04-01"),
        ("2027-09-30", "2027-10-01", "2028-04-01", "2027-04-01"),
        ("2027-10-01", "2027-10-01", "2028-04-01", ""),
        ("2027-10-02", "2028-04-01", "2028-10-01", "2027-10-01"),
        ("2026-11-28", "2027-04-01", "2027-10-01", "2026-10-01"),
        ("2028-02-29", "2028-04-01", "2028-10-01", "2027-10-01"),
    ] {
        let situation = seen(None, as_of.parse().unwrap());
        let oss = unconfirmed(FundingCode::Oss, &situation, &plan(Some(20.0)));
        assert_eq!(oss.apply_from.unwrap().to_string(), opens, "{as_of}");
        let decision = oss.decision_expected.unwrap();
        assert_eq!(decision.day.to_string(), decided, "{as_of}");
        assert_eq!(decision.evidence, Evidence::Assumed);
        let open = oss.text.sv.split("Den omgång som öppnade ").nth(1);
        assert_eq!(open.map_or("", |rest| &rest[..10]), round, "{as_of}");
    }
    let ends = |day: &str| {
        let short = CoursePlan { ready: day.parse().ok(), ..plan(Some(20.0)) };
        unconfirmed(FundingCode::Oss, &seen(None, "2026-11-28".parse().unwrap()), &short)
    };
    let late = ends("2027-03-31");
    assert_eq!((late.apply_from, late.decision_expected), (None, None));
    assert!(late.text.sv.contains("Studierna slutar 2027-03-31, före"), "{}", late.text.sv);
    assert!(ends("2027-04-01").apply_from.is_some());
    let undated = Situation::default();
    let oss = unconfirmed(FundingCode::Oss, &undated, &plan(Some(20.0)));
    assert_eq!((oss.apply_from, oss.decision_expected), (None, None));
}

#[test]
fn the_length_of_a_plan_decides_between_the_two_grants() {
    use Answer::{No, Unknown};
    // (weeks at full time, oss, short_study, whether only a part is covered)
    for (weeks, oss, short, part) in [
        (Some(0.6), No, Unknown, false), // three days
        (Some(0.8), No, Unknown, false),
        (Some([0.2_f32; 5].iter().sum()), Unknown, No, false), // five days are a week
        (Some(1.0), Unknown, No, false),
        (Some(44.0), Unknown, No, false),
        (Some(60.0), Unknown, No, true),
        (None, Unknown, Unknown, false),
    ] {
        let plan = plan(weeks);
        let [oss_way, short_way] = [FundingCode::Oss, FundingCode::ShortStudy]
            .map(|code| unconfirmed(code, &today(), &plan));
        assert_eq!((oss_way.answer, short_way.answer), (oss, short), "{weeks:?}");
        assert_eq!(oss_way.text.sv.contains("bara 44 av dem täcks"), part, "{weeks:?}");
        for way in [oss_way, short_way] {
            assert_eq!(way.ask.is_some(), way.answer == Unknown, "{weeks:?}: {way:?}");
        }
    }
    let short = unconfirmed(FundingCode::Oss, &today(), &plan(Some(0.6)));
    assert!(short.text.sv.contains("kortvarigt studiestöd"), "{}", short.text.sv);
    assert_eq!((short.apply_from, short.most_weeks), (None, None));
    let long = unconfirmed(FundingCode::Oss, &today(), &plan(Some(60.0)));
    assert!(long.text.sv.contains("60 veckor"), "{}", long.text.sv);
    let more = unconfirmed(FundingCode::Oss, &today(), &plan(Some(44.3)));
    assert!(more.text.sv.contains("44,3 veckor"), "{}", more.text.sv);
    assert_eq!((long.most_weeks, long.most_percent), (Some(44.0), Some(80.0)));
}

#[test]
fn studies_below_a_fifth_of_full_time_get_no_grant() {
    for (paces, answer) in [
        (vec![Some(19)], Answer::No),
        (vec![Some(20)], Answer::Unknown),
        (vec![Some(10), Some(50)], Answer::Unknown),
        (vec![Some(10), None], Answer::Unknown),
    ] {
        let mut slow = plan(Some(10.0));
        let course = |pace_pct| PlannedCourse { pace_pct, ..PlannedCourse::default() };
        slow.courses = paces.iter().copied().map(course).collect();
        assert_eq!(unconfirmed(FundingCode::Oss, &today(), &slow).answer, answer, "{paces:?}");
    }
}

#[test]
fn a_course_that_begins_before_the_decision_says_so() {
    let mut early = plan(Some(10.0));
    for (start, before) in [("2027-09-30", true), ("2027-10-01", false)] {
        early.courses[0].start = Some(start.into());
        let oss = unconfirmed(FundingCode::Oss, &today(), &early);
        assert_eq!(oss.text.en.contains("before the decision due 2027-10-01"), before, "{start}");
    }
}

#[test]
fn a_status_excludes_only_where_a_rule_says_so() {
    use Answer::{No, Unknown};
    // (status, short_time, esf)
    for (status, short_time, esf) in [
        (None, Unknown, Unknown),
        (Some(Status::Varslad), No, Unknown),
        (Some(Status::Uppsagd), No, No),
        (Some(Status::Permitterad), No, Unknown),
        (Some(Status::Korttid), Unknown, Unknown),
        (Some(Status::Anstalld), No, Unknown),
        (Some(Status::Arbetslos), No, Unknown),
    ] {
        let situation = seen(status, date(2026, 11, 28));
        let answer = |code| unconfirmed(code, &situation, &plan(Some(10.0))).answer;
        assert_eq!(answer(FundingCode::ShortTime), short_time, "{status:?}");
        assert_eq!(answer(FundingCode::Esf), esf, "{status:?}");
        assert_eq!(answer(FundingCode::Oss), Unknown, "{status:?}");
    }
}

#[test]
fn a_refund_is_sixty_per_cent_up_to_ten_thousand_kronor() {
    let situation = seen(Some(Status::Korttid), date(2026, 11, 28));
    // 60 % of 12,000 is 7,200; of 30,000 it is 18,000, above the cap of 10,000.
    for (price, part) in [(Some(12_000), "det 7200 kr"), (Some(30_000), "det 10000 kr")] {
        let priced = CoursePlan { price_kr: price, ..plan(Some(2.0)) };
        let refund = unconfirmed(FundingCode::ShortTime, &situation, &priced);
        assert!(refund.text.sv.contains(part), "{}", refund.text.sv);
        assert_eq!((refund.most_kr, refund.most_percent), (Some(10_000.0), Some(60.0)));
    }
    for price in [None, Some(0)] {
        let unpriced = CoursePlan { price_kr: price, ..plan(Some(2.0)) };
        let refund = unconfirmed(FundingCode::ShortTime, &situation, &unpriced);
        assert!(!refund.text.sv.contains("planens pris"), "{}", refund.text.sv);
    }
}

#[test]
fn an_adviser_answers_what_rules_leave_open() {
    let (long, short) = (plan(Some(20.0)), plan(Some(0.6)));
    let oss = |answer, plan| way(FundingCode::Oss, &today(), &said(FundingCode::Oss, answer), plan);
    let yes = oss(Answer::Yes, &long).unwrap();
    assert_eq!((yes.answer, yes.ask), (Answer::Yes, None));
    assert_eq!(yes.apply_from, Some(date(2027, 4, 1)));
    let no = oss(Answer::No, &long).unwrap();
    assert_eq!((no.answer, no.apply_from, no.most_weeks), (Answer::No, None, None));
    assert!(no.text.sv.ends_with("En rådgivare har svarat nej."), "{}", no.text.sv);
    let unknown = oss(Answer::Unknown, &long).unwrap();
    assert_eq!(unknown, unconfirmed(FundingCode::Oss, &today(), &long));
    // Three days are no week, whatever was confirmed.
    let against = oss(Answer::Yes, &short).unwrap();
    assert_eq!(against.answer, Answer::No);
    assert!(against.text.en.contains("but the rule excludes it"), "{}", against.text.en);
    let both = oss(Answer::No, &short).unwrap();
    assert_eq!(both, unconfirmed(FundingCode::Oss, &today(), &short));
    // An answer about one way says nothing of another.
    let esf = way(
        FundingCode::Esf,
        &seen(None, date(2026, 11, 28)),
        &said(FundingCode::Oss, Answer::Yes),
        &long,
    );
    assert_eq!(esf.unwrap().answer, Answer::Unknown);
}

#[test]
fn komvux_is_named_where_a_course_is_its() {
    let mut komvux = plan(Some(20.0));
    assert_eq!(way(FundingCode::KomvuxPriority, &today(), &BTreeMap::new(), &komvux), None);
    komvux.courses[0].form = "komvux".into();
    for (status, speaks) in
        [(Status::Uppsagd, true), (Status::Varslad, true), (Status::Anstalld, false)]
    {
        let situation = seen(Some(status), date(2026, 11, 28));
        let way = unconfirmed(FundingCode::KomvuxPriority, &situation, &komvux);
        assert_eq!(way.answer, Answer::Unknown);
        assert_eq!(way.text.en.contains("speaks for priority"), speaks, "{status:?}");
    }
    assert_eq!(Payer::of(&rules(), &today(), &BTreeMap::new()).funding(&CoursePlan::default()), []);
}

#[test]
fn the_agreement_says_who_advises() {
    for (agreement, source) in [
        (Some("TRR"), "TRR"),
        (Some(" tsl "), "TSL"),
        (Some("Omställningsfonden"), "Omställningsfonden"),
        (Some("Trygghetsstiftelsen"), "Trygghetsstiftelsen"),
        (Some("TRS"), "TRS"),
        (Some("Kammarkollegiet"), "Kammarkollegiet"),
        (Some("Skutans hamnavtal"), "Arbetsgivaren eller facket"),
        (None, "Arbetsgivaren eller facket"),
    ] {
        let situation = Situation { agreement: agreement.map(str::to_owned), ..today() };
        let advice = unconfirmed(FundingCode::Advice, &situation, &plan(Some(2.0)));
        assert_eq!(advice.source, source, "{agreement:?}");
        assert_eq!(advice.text.sv.contains("nysteget.se"), source.starts_with(['A', 'K']));
    }
}

#[test]
fn rows_hold_on_their_days_and_an_agreements_own_goes_first() {
    let cap = |as_of| unconfirmed(FundingCode::Oss, &seen(None, as_of), &plan(Some(2.0)));
    assert_eq!(cap(date(2024, 12, 31)).most_kr_a_week, Some(5275.0));
    assert_eq!(cap(date(2025, 1, 1)).most_kr_a_week, Some(5580.0));
    assert!(
        cap(date(2026, 11, 28)).text.en.contains("that of 2025"),
        "an old amount says its year"
    );
    // Before the law there is no grant.
    let before = seen(None, date(2022, 9, 30));
    assert_eq!(way(FundingCode::Oss, &before, &BTreeMap::new(), &plan(Some(2.0))), None);

    let mut own = rules();
    for rule in &mut own {
        match rule.key.as_str() {
            // The project that took no dismissed persons has ended; the cap is gone.
            "esf_dismissed" | "oss_most_weeks" => rule.valid_to = Some(date(2026, 11, 27)),
            _ => {}
        }
    }
    let general = own.iter().find(|rule| rule.key == "oss_least_weeks").unwrap();
    let hub = Rule { agreement: "Hamn".into(), value: RuleValue::Number(2.0), ..general.clone() };
    own.push(hub);
    let answers = |agreement: &str, weeks| {
        let situation = Situation { agreement: Some(agreement.into()), ..today() };
        let ways = Payer::of(&own, &situation, &BTreeMap::new()).funding(&plan(Some(weeks)));
        let answer = |code| ways.iter().find(|way| way.code == code).unwrap().answer;
        (answer(FundingCode::Oss), answer(FundingCode::Esf))
    };
    assert_eq!(answers("Hamn", 1.5), (Answer::No, Answer::Unknown));
    assert_eq!(answers("Hamn", 2.0), (Answer::Unknown, Answer::Unknown));
    assert_eq!(answers("TRR", 1.5), (Answer::Unknown, Answer::Unknown));
    let long = Payer::of(&own, &today(), &BTreeMap::new()).funding(&plan(Some(60.0)));
    assert_eq!(long[0].most_weeks, None);
    assert!(!long[0].text.sv.contains("täcks"), "{}", long[0].text.sv);
    assert_eq!(Payer::of(&[], &today(), &BTreeMap::new()).funding(&plan(Some(2.0))), []);
}

#[test]
fn what_was_said_is_said_again_in_the_same_situation_alone() {
    let (rules, yes) = (rules(), said(FundingCode::Oss, Answer::Yes));
    let none = BTreeMap::new();
    let trr = Situation { agreement: Some(" TRR".into()), ..today() };
    let undated = Situation { as_of: None, ..today() };
    let other = seen(Some(Status::Korttid), date(2026, 11, 28));
    let mut komvux = plan(Some(20.0));
    komvux.courses[0].form = "komvux".into();
    komvux.price_kr = Some(12_000);
    // More plans than are remembered: each has a length of its own to say.
    let longer = (0..100_u8).map(|tenths| plan(Some(50.0 + f32::from(tenths) / 10.0)));
    let mut early = plan(Some(10.0));
    early.courses[0].start = Some("2027-02-01".into());
    let mut slow = plan(Some(10.0));
    slow.courses[0].pace_pct = Some(10);
    let late = CoursePlan { fits_window: Some(false), ..plan(Some(10.0)) };
    let kinds = [plan(None), plan(Some(0.6)), plan(Some(10.0)), komvux, early, slow, late];
    let plans: Vec<CoursePlan> = kinds.into_iter().chain(longer).collect();
    let mut keys = Vec::new();
    for (situation, confirmed) in
        [(&today(), &none), (&today(), &yes), (&trr, &none), (&undated, &none), (&other, &none)]
    {
        let payer = || Payer::of(&rules, situation, confirmed);
        let remembered = Said::default();
        for plan in plans.iter().chain(&plans) {
            let again = payer().remembering(remembered.clone()).funding(plan);
            assert_eq!(again, payer().funding(plan), "{situation:?}");
        }
        keys.push(payer().key());
    }
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), 5, "each is a situation of its own: {keys:?}");
    // An agreement without rules of its own is as none, and nobody's words are in a key.
    let [unknown, spelt] =
        ["Anna Andersson", "trr"].map(|name| Situation { agreement: Some(name.into()), ..today() });
    let key = |situation: &Situation| Payer::of(&rules, situation, &none).key();
    assert_eq!((key(&unknown), key(&spelt)), (key(&today()), key(&trr)));
}
