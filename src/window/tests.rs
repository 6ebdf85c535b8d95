//! Windows worked out by hand from the text of the rules, with the arithmetic beside them.

use jiff::civil::{Date, date};

use super::*;
use crate::{
    dataset::starter,
    domain::{Dates, Period, RuleValue},
};

fn rules() -> Vec<Rule> {
    starter::dataset().unwrap().rules
}

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// A situation seen from 2026-11-02, a Monday.
fn situation(status: Status, dates: Dates) -> Situation {
    Situation {
        status: Some(status),
        dates,
        as_of: Some(date(2026, 11, 2)),
        ..Situation::default()
    }
}

fn ends(situation: &Situation) -> Option<String> {
    window(situation, &rules()).ends.map(|day| day.to_string())
}

fn notice(employed: &str, notice: &str) -> Situation {
    let dates = Dates {
        employed_since: (!employed.is_empty()).then(|| day(employed)),
        notice: Some(day(notice)),
        ..Dates::default()
    };
    situation(Status::Uppsagd, dates)
}

#[test]
fn las_11_gives_the_last_day_of_a_notice() {
    // (employed since, notice, last day): whole years on the day of notice -> months from that day.
    for (since, given, last) in [
        ("2026-09-27", "2026-11-02", "2026-12-02"), // 0 years -> 1 month
        ("2024-11-03", "2026-11-02", "2026-12-02"), // one day short of 2 years -> 1 month
        ("2024-11-02", "2026-11-02", "2027-01-02"), // 2 years to the day -> 2 months
        ("2022-11-03", "2026-11-02", "2027-01-02"), // one day short of 4 -> 2
        ("2022-11-02", "2026-11-02", "2027-02-02"), // 4 -> 3
        ("2020-11-03", "2026-11-02", "2027-02-02"), // one day short of 6 -> 3
        ("2020-11-02", "2026-11-02", "2027-03-02"), // 6 -> 4
        ("2018-11-03", "2026-11-02", "2027-03-02"), // one day short of 8 -> 4
        ("2018-11-02", "2026-11-02", "2027-04-02"), // 8 -> 5
        ("2016-11-03", "2026-11-02", "2027-04-02"), // one day short of 10 -> 5
        ("2016-11-02", "2026-11-02", "2027-05-02"), // 10 -> 6
        ("1989-01-01", "2026-11-02", "2027-05-02"), // 37 -> still 6
        // Lag 1930:173: the day with the same number, or the month's last where it has none.
        ("2026-01-01", "2026-11-30", "2026-12-30"),
        ("2026-01-01", "2027-01-31", "2027-02-28"),
        ("2025-06-01", "2028-01-31", "2028-03-31"), // 2 years -> 2 months, March has 31
        ("2024-02-29", "2026-02-28", "2026-03-28"), // 29 February: 2 years are full on 1 March
        ("2016-10-01", "2026-12-31", "2027-06-30"), // 10 years, June has 30
        ("", "2026-11-02", "2026-12-02"),           // unknown tenure: the least the law gives
    ] {
        assert_eq!(ends(&notice(since, given)).as_deref(), Some(last), "{since} {given}");
    }
}

#[test]
fn an_unknown_tenure_and_an_unknown_release_are_asked_for() {
    let window = window(&notice("", "2026-11-02"), &rules());
    let asked: Vec<&str> = window.ask.iter().map(|ask| ask.en.as_str()).collect();
    assert_eq!(asked.len(), 2, "{asked:?}");
    assert!(asked[0].contains("Since when") && asked[1].contains("released from work"));
}

#[test]
fn agreed_months_go_before_the_law_and_a_given_day_before_both() {
    let mut agreed = notice("2026-01-01", "2026-11-02");
    agreed.dates.notice_months = Some(3);
    assert_eq!(ends(&agreed).as_deref(), Some("2027-02-02"));
    let rule_of = |window: &Window| window.rules[0].rule.clone();
    assert_eq!(rule_of(&window(&agreed, &rules())), "agreed");
    agreed.dates.last_day = Some(day("2027-01-15"));
    let given = window(&agreed, &rules());
    assert_eq!((given.ends, rule_of(&given).as_str()), (Some(day("2027-01-15")), "given"));
}

#[test]
fn a_last_day_before_the_law_s_is_asked_about_unless_it_is_a_matter_of_counting() {
    for (last_day, asked) in [("2026-12-31", 0), ("2026-12-30", 0), ("2026-12-29", 1)] {
        // 2 years -> 2 months -> 2027-01-02; 3 days of tolerance.
        let mut short = notice("2024-11-02", "2026-11-02");
        short.dates.last_day = Some(day(last_day));
        short.dates.released_from = Some(day("2026-11-02"));
        assert_eq!(window(&short, &rules()).ask.len(), asked, "{last_day}");
    }
}

#[test]
fn parental_leave_postpones_a_notice() {
    let leave = |from: &str, to: &str| Period { from: day(from), to: day(to) };
    for (leaves, last) in [
        // In leave to 31 January: one month from 1 February.
        (vec![leave("2026-10-01", "2027-01-31")], "2027-03-01"),
        // Two leaves in a row, in any order of the list.
        (vec![leave("2027-02-01", "2027-02-28"), leave("2026-10-01", "2027-01-31")], "2027-04-01"),
        // Over before the notice, or later than it: no effect.
        (vec![leave("2026-01-01", "2026-10-31")], "2026-12-02"),
        (vec![leave("2026-11-03", "2027-01-31")], "2026-12-02"),
        // The day of notice is the last of the leave.
        (vec![leave("2026-10-01", "2026-11-02")], "2026-12-03"),
    ] {
        let mut worker = notice("2026-01-01", "2026-11-02");
        worker.dates.parental_leave = leaves;
        assert_eq!(ends(&worker).as_deref(), Some(last));
    }
}

#[test]
fn a_filing_gives_the_earliest_day_but_no_end() {
    for (affected, earliest) in [
        (Some(5), "2026-12-12"),   // 2 months
        (Some(25), "2026-12-12"),  // still 2
        (Some(26), "2027-02-12"),  // 4
        (Some(100), "2027-02-12"), // still 4
        (Some(101), "2027-04-12"), // 6
        (Some(400), "2027-04-12"),
        (None, "2026-12-12"),    // unknown: the least, and it is asked for
        (Some(3), "2026-12-12"), // fewer than a filing is about: asked for, too
    ] {
        let dates = Dates { filed: Some(day("2026-10-12")), affected, ..Dates::default() };
        let window = window(&situation(Status::Varslad, dates), &rules());
        assert_eq!(window.ends, None);
        let told = window.rules.iter().find(|rule| rule.rule == "filing").unwrap();
        assert!(told.text.en.contains(earliest), "{affected:?}: {}", told.text.en);
        let is_odd = affected.is_none_or(|affected| affected < 5);
        assert_eq!(window.ask.len(), usize::from(is_odd), "{affected:?}");
    }
}

/// Intervals as (first, last, certain and possible hours, interruptible).
fn intervals(situation: &Situation) -> Vec<(String, String, f32, f32, bool)> {
    let said = |day: Option<Date>| day.map(|day| day.to_string()).unwrap_or_default();
    let window = window(situation, &rules());
    window
        .intervals
        .iter()
        .map(|i| (said(i.from), said(i.to), i.hours_per_week, i.hours_at_most, i.interruptible))
        .collect()
}

fn interval(
    from: &str,
    to: &str,
    certain: f32,
    possible: f32,
    call: bool,
) -> (String, String, f32, f32, bool) {
    (from.to_owned(), to.to_owned(), certain, possible, call)
}

#[test]
fn a_dismissed_worker_has_spare_time_then_release_then_no_work() {
    let dates = Dates {
        last_day: Some(day("2027-01-31")),
        released_from: Some(day("2026-12-01")),
        ..Dates::default()
    };
    let mut worker = situation(Status::Uppsagd, dates);
    assert_eq!(
        intervals(&worker),
        [
            interval("2026-11-02", "2026-11-30", 8.0, 8.0, false),
            interval("2026-12-01", "2027-01-31", 40.0, 40.0, false),
            interval("2027-02-01", "", 40.0, 40.0, false),
        ]
    );
    // Released already: no spare time is left in between.
    worker.dates.released_from = Some(day("2026-10-15"));
    assert_eq!(intervals(&worker)[0], interval("2026-11-02", "2027-01-31", 40.0, 40.0, false));
    // Not known whether released.
    worker.dates.released_from = None;
    assert_eq!(intervals(&worker)[0], interval("2026-11-02", "2027-01-31", 8.0, 40.0, false));
    // Hours that are given hold until the end and not after it.
    worker.hours_per_week = Some(12.5);
    assert_eq!(
        intervals(&worker),
        [
            interval("2026-11-02", "2027-01-31", 12.5, 12.5, false),
            interval("2027-02-01", "", 40.0, 40.0, false),
        ]
    );
}

#[test]
fn a_furlough_can_be_called_back_and_short_time_lasts_six_months() {
    let dates = Dates {
        furlough_from: Some(day("2026-11-16")),
        furlough_to: Some(day("2027-02-14")),
        ..Dates::default()
    };
    let mut worker = situation(Status::Permitterad, dates);
    worker.hours_per_week = Some(24.0);
    assert_eq!(
        intervals(&worker),
        [
            interval("2026-11-02", "2026-11-15", 8.0, 8.0, false),
            interval("2026-11-16", "2027-02-14", 24.0, 24.0, true),
            interval("2027-02-15", "", 8.0, 8.0, false),
        ]
    );
    // A pattern of days is hours: three days of eight.
    worker.hours_per_week = None;
    worker.weekdays = vec![Weekday::Mon, Weekday::Tue, Weekday::Fri];
    assert_eq!(intervals(&worker)[1], interval("2026-11-16", "2027-02-14", 24.0, 24.0, true));
    let dates = Dates { furlough_from: Some(day("2026-10-01")), ..Dates::default() };
    let short = situation(Status::Korttid, dates);
    assert_eq!(ends(&short).as_deref(), Some("2027-04-01"));
    assert_eq!(intervals(&short)[0], interval("2026-11-02", "2027-04-01", 8.0, 24.0, false));
}

#[test]
fn employed_and_unemployed_windows_are_open() {
    let employed = situation(Status::Anstalld, Dates::default());
    assert_eq!(intervals(&employed), [interval("2026-11-02", "", 8.0, 8.0, false)]);
    let unemployed = situation(Status::Arbetslos, Dates::default());
    assert_eq!(intervals(&unemployed), [interval("2026-11-02", "", 40.0, 40.0, false)]);
    assert_eq!(window(&employed, &rules()).latest_useful_start, None);
}

#[test]
fn weeks_alone_are_a_window() {
    let weeks =
        Situation { weeks_left: Some(8.0), as_of: Some(date(2026, 11, 2)), ..Situation::default() };
    // 56 days from and with 2 November.
    assert_eq!(ends(&weeks).as_deref(), Some("2026-12-27"));
    assert_eq!(window(&weeks, &rules()).weeks, Some(8.0));
    let undated = Situation { as_of: None, ..weeks };
    assert_eq!(window(&undated, &rules()).weeks, Some(8.0));
}

#[test]
fn the_latest_useful_start_is_five_working_days_before_the_end() {
    let mut worker = situation(Status::Uppsagd, Dates::default());
    worker.dates.released_from = Some(day("2026-11-02"));
    for (last, start) in [
        ("2026-11-20", Some("2026-11-16")), // a Friday: the same week's Monday
        ("2026-11-18", Some("2026-11-12")), // a Wednesday: Wed, Tue, Mon, Fri, Thu
        ("2026-12-27", Some("2026-12-17")), // Christmas Eve to Sunday are no working days
        ("2026-11-05", None),               // four days are left
    ] {
        worker.dates.last_day = Some(day(last));
        let found = window(&worker, &rules()).latest_useful_start.map(|day| day.to_string());
        assert_eq!(found.as_deref(), start, "{last}");
    }
}

#[test]
fn a_passed_or_impossible_window_is_empty_and_asks() {
    let dates = Dates { last_day: Some(day("2026-10-01")), ..Dates::default() };
    let passed = window(&situation(Status::Uppsagd, dates), &rules());
    assert_eq!(passed.weeks, Some(0.0));
    assert!(passed.ask.iter().any(|ask| ask.en.contains("has passed")));
    let dates = Dates {
        furlough_from: Some(day("2027-03-01")),
        furlough_to: Some(day("2027-01-01")),
        ..Dates::default()
    };
    let disordered = window(&situation(Status::Permitterad, dates), &rules());
    assert!(disordered.intervals.iter().all(|i| i.from <= i.to || i.to.is_none()));
}

#[test]
fn rules_have_days_and_agreements() {
    let mut rules = rules();
    let mut own = rules.iter().find(|rule| rule.key == "las_11").unwrap().clone();
    (own.agreement, own.value) = ("Verkstad".into(), RuleValue::Number(5.0));
    own.valid_to = Some(day("2026-11-30"));
    rules.push(own);
    let mut worker = notice("2026-01-01", "2026-11-02");
    let last = |worker: &Situation| window(worker, &rules).ends.map(|day| day.to_string());
    assert_eq!(last(&worker).as_deref(), Some("2026-12-02"), "another agreement");
    worker.agreement = Some("verkstad".into());
    assert_eq!(last(&worker).as_deref(), Some("2027-04-02"), "5 months");
    worker.dates.notice = Some(day("2026-12-01"));
    assert_eq!(last(&worker).as_deref(), Some("2027-01-01"), "the agreement's rule has ended");
    let window = window(&worker, &[]);
    assert_eq!((window.ends, window.rules.len()), (None, 0), "no table, no claim");
}

/// How a course of so many weeks and a pace fits, seen from 2026-11-02.
fn fit(worker: &Situation, weeks: f32, pace_pct: Option<u8>, starts: &[&str]) -> Fit {
    let starts: Vec<i32> = starts.iter().map(|start| day_number(day(start))).collect();
    let lesson =
        Lesson { weeks: Some(weeks), pace_pct, starts: &starts, usual: &[], apply_by: None };
    Calendar::of(&window(worker, &rules())).fit(&lesson, None)
}

fn released(last_day: &str) -> Situation {
    let dates = Dates {
        last_day: Some(day(last_day)),
        released_from: Some(day("2026-11-02")),
        ..Dates::default()
    };
    situation(Status::Uppsagd, dates)
}

#[test]
fn one_day_short_is_one_day() {
    // Four weeks full time from Monday 2 November end on Friday 27 November.
    for (last_day, fits, margin) in
        [("2026-11-27", true, 0), ("2026-11-26", false, -1), ("2026-12-04", true, 7)]
    {
        let found = fit(&released(last_day), 4.0, Some(100), &["2026-11-02"]);
        assert_eq!((found.fits, found.margin_days), (Some(fits), Some(margin)), "{last_day}");
        assert_eq!(found.end.and_then(day_of), Some(day("2026-11-27")));
    }
    let late = fit(&released("2026-11-26"), 4.0, Some(100), &["2026-11-02"]);
    assert_eq!(late.obstacle, Some(Obstacle::Late { days: 1 }));
}

#[test]
fn pace_hours_and_dates_decide_what_fits() {
    let worker = released("2027-01-31");
    // Half pace doubles the weeks: 4 weeks take 8, to 27 December; Christmas closes before.
    let half = fit(&worker, 4.0, Some(50), &[]);
    assert_eq!((half.fits, half.end.and_then(day_of)), (Some(true), Some(day("2026-12-23"))));
    // 8 hours a week are no full-time course; a fifth of the pace is 8 hours.
    let employed = situation(Status::Anstalld, Dates::default());
    let full = fit(&employed, 4.0, Some(100), &[]);
    assert_eq!(full.obstacle, Some(Obstacle::Hours { needed: 40.0, free: 8.0 }));
    assert_eq!((full.fits, fit(&employed, 4.0, Some(20), &[]).fits), (Some(false), Some(true)));
    // Without a pace the free hours decide: 4 weeks of 40 hours at 8 a week are 20 weeks.
    let slow = fit(&employed, 4.0, None, &[]);
    assert_eq!(slow.end.and_then(day_of), Some(day("2027-03-21")));
    // The earliest published start that is in time; one that is too late is told by its days.
    let starts = ["2026-10-01", "2026-11-16", "2027-01-11"];
    let dated = fit(&worker, 3.0, Some(100), &starts);
    assert_eq!((dated.start.and_then(day_of), dated.published), (Some(day("2026-11-16")), true));
    let late = fit(&worker, 4.0, Some(100), &["2027-01-11"]);
    // From 11 January to Friday 5 February, five days after 31 January.
    assert_eq!((late.fits, late.margin_days), (Some(false), Some(-5)));
    // All dates have passed: nobody knows when it is given next.
    let passed = fit(&worker, 3.0, Some(100), &["2026-10-01"]);
    assert_eq!((passed.fits, passed.obstacle), (None, Some(Obstacle::DatesPassed)));
}

#[test]
fn what_hangs_on_the_unknown_is_neither_yes_nor_no() {
    let dates = Dates { last_day: Some(day("2027-01-31")), ..Dates::default() };
    let unknown = situation(Status::Uppsagd, dates);
    let full = fit(&unknown, 4.0, Some(100), &[]);
    assert_eq!((full.fits, full.obstacle.is_some()), (None, true), "released or not");
    assert_eq!(fit(&unknown, 4.0, Some(20), &[]).fits, Some(false), "20 weeks are too long");
    assert_eq!(fit(&unknown, 2.0, Some(20), &[]).fits, Some(true), "8 hours are enough");
    assert_eq!(fit(&unknown, 2.0, None, &[]).fits, Some(true));
    assert_eq!(fit(&unknown, 6.0, None, &[]).fits, None, "80 weeks at 8 hours, 6 at 40");
    assert_eq!(fit(&unknown, 20.0, None, &[]).fits, Some(false));
    let nothing = Situation { as_of: Some(date(2026, 11, 2)), ..Situation::default() };
    assert_eq!(fit(&nothing, 4.0, None, &[]).obstacle, Some(Obstacle::Time));
    let calendar = Calendar::of(&window(&unknown, &rules()));
    let without_length = calendar.fit(&Lesson::default(), None);
    assert_eq!((without_length.fits, without_length.obstacle), (None, Some(Obstacle::Length)));
}

#[test]
fn after_the_days_that_are_known_studies_go_on_as_on_the_last_of_them() {
    let weeks = |left: f32, hours: Option<f32>| Situation {
        weeks_left: Some(left),
        hours_per_week: hours,
        as_of: Some(date(2026, 11, 2)),
        ..Situation::default()
    };
    // Five weeks of studies in three weeks are two weeks late, at half time seven.
    let late = fit(&weeks(3.0, None), 5.0, None, &[]);
    assert_eq!((late.fits, late.obstacle), (Some(false), Some(Obstacle::Late { days: 14 })));
    let half = fit(&weeks(3.0, Some(20.0)), 5.0, None, &[]);
    assert_eq!(half.obstacle, Some(Obstacle::Late { days: 49 }));
    let none = fit(&weeks(3.0, Some(0.0)), 5.0, None, &[]);
    assert_eq!((none.fits, none.end), (Some(false), None));
    assert!(matches!(none.obstacle, Some(Obstacle::Hours { .. })));
    // A course behind the last known day is late too, not without hours.
    let calendar = Calendar::of(&window(&weeks(2.0, None), &rules()));
    let lesson = Lesson { weeks: Some(2.0), ..Lesson::default() };
    let second = calendar.fit(&lesson, Some(day_number(day("2026-11-23"))));
    assert_eq!(second.obstacle, Some(Obstacle::Late { days: 21 }));
    let over = fit(&weeks(0.0, None), 1.0, None, &[]);
    assert_eq!(over.obstacle, Some(Obstacle::Late { days: 7 }));
}

#[test]
fn no_school_begins_on_a_day_off() {
    let sunday = Situation {
        weeks_left: Some(3.0),
        as_of: Some(date(2026, 11, 29)),
        ..Situation::default()
    };
    let monday = fit(&sunday, 2.0, Some(100), &[]);
    assert_eq!(monday.start, Some(day_number(day("2026-11-30"))));
    assert_eq!(monday.end, Some(day_number(day("2026-12-11"))));
    assert_eq!(fit(&sunday, 2.0, None, &[]).start, Some(day_number(day("2026-11-29"))));
}

#[test]
fn a_course_after_a_deadline_is_not_planned_with() {
    let starts = [day_number(day("2026-11-16"))];
    let lesson = |apply_by: &str| Lesson {
        weeks: Some(2.0),
        pace_pct: Some(100),
        starts: &starts,
        usual: &[],
        apply_by: Some(day_number(day(apply_by))),
    };
    let calendar = Calendar::of(&window(&released("2027-01-31"), &rules()));
    assert_eq!(calendar.fit(&lesson("2026-11-02"), None).fits, Some(true));
    assert_eq!(calendar.fit(&lesson("2026-11-01"), None).fits, None);
}

#[test]
fn a_course_without_published_days_begins_with_a_usual_term_where_its_school_has_terms() {
    let usual = [day_number(day("2027-01-10")), day_number(day("2027-08-20"))];
    let calendar = Calendar::of(&window(&released("2027-03-31"), &rules()));
    let lesson =
        Lesson { weeks: Some(4.0), pace_pct: Some(100), usual: &usual, ..Lesson::default() };
    let fit = calendar.fit(&lesson, None);
    // 10 January 2027 and four weeks end on Saturday 6 February, the last day of school is Friday 5.
    assert_eq!((fit.fits, fit.start), (Some(true), Some(usual[0])));
    assert_eq!(fit.end, Some(day_number(day("2027-02-05"))));
    assert!(fit.usual && !fit.published && calendar.weeks_until(&fit).unwrap() > 8.0);
    // Twenty weeks from then are too long; the autumn term begins after the end.
    let long = Lesson { weeks: Some(20.0), ..lesson };
    assert_eq!(calendar.fit(&long, None).fits, Some(false));
    let published = [day_number(day("2026-12-01"))];
    let known = calendar.fit(&Lesson { starts: &published, ..lesson }, None);
    assert!(known.published && !known.usual && known.start == Some(published[0]));
    let at_once = calendar.fit(&Lesson { usual: &[], ..lesson }, None);
    assert!(!at_once.usual && at_once.start < fit.start);
}

#[test]
fn a_course_of_days_needs_no_more_than_its_days() {
    // At work eight hours a week are certainly free: enough for a day's course, not for three days.
    let at_work = Situation {
        status: Some(Status::Anstalld),
        as_of: Some(day("2026-11-02")),
        ..Situation::default()
    };
    let calendar = Calendar::of(&window(&at_work, &rules()));
    let fits = |weeks| {
        let lesson = Lesson { weeks: Some(weeks), pace_pct: Some(100), ..Lesson::default() };
        calendar.fit(&lesson, None).fits
    };
    assert_eq!((fits(0.2), fits(0.6), fits(2.0)), (Some(true), Some(false), Some(false)));
}

#[test]
fn weeks_begin_on_monday() {
    assert_eq!(monday_of(date(2026, 11, 28)), date(2026, 11, 23));
    assert_eq!(monday_of(date(2026, 11, 23)), date(2026, 11, 23));
}
