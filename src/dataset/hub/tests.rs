use super::*;
use crate::{dataset::starter, domain::CourseBasis};

/// A world of two skills and one of everything else.
const SMALL: [(&str, &str); 8] = [
    (
        "skill_groups.csv",
        "key,id,parent,label_sv,label_en\n\
         top,kn:skill-group/top,,Allt,All\n\
         sub,kn:skill-group/sub,top,Del,Part\n",
    ),
    (
        "skills.csv",
        "# a note\n\
         key,id,label_sv,label_en,synonyms_sv,synonyms_en,kind,group\n\
         weld,kn:skill/weld,Svetsa,Welding,svets|mig,,skill,sub\n\
         metal,kn:skill/metal,Metall,Metal,,,knowledge,top\n",
    ),
    (
        "licences.csv",
        "key,kind,label_sv,label_en,synonyms,issuer,included_in\n\
         B,driving_licence,B-körkort,Car,körkort,Transportstyrelsen,C\n\
         C,driving_licence,C-körkort,Truck,,Transportstyrelsen,\n",
    ),
    (
        "groups.csv",
        "ssyk,label_sv,label_en,isco,wage_p10,wage_mean,wage_p90,wage_year,employees,\
         employees_year,ads_region,ads_gr,ads_year\n\
         7212,Svetsare,Welders,7212,28000,32000,,2023,,,10,,2024\n",
    ),
    (
        "occupations.csv",
        "id,label_sv,label_en,synonyms_sv,synonyms_en,ssyk,isco,sector,essential,optional,licences\n\
         kn:occupation/welder,Svetsare,Welder,svets,,7212,7212,,weld,metal,B\n",
    ),
    (
        "courses.csv",
        "id,title_sv,title_en,form,basis,weeks,pace_pct,distance,places,teaches,grants,requires,\
         leads_to,prerequisites_sv,prerequisites_en,provider,url,starts,apply_by,price_kr\n\
         hub:weld,Svets,Welding,short,offer,0.4,100,on_site,Mölndal|Göteborg,weld,,B,7212,,,\
         Skolan,https://example.se/svets,2027-03-01|2027-01-11,2026-12-01,4500\n",
    ),
    ("rules.csv", include_str!("../../../data/rules.csv")),
    ("signals.csv", include_str!("../../../data/signals.csv")),
];

fn report() -> Report {
    Report::new("hub", "Hub", "own")
}

/// The small world with one file's text changed.
fn read_with(file: &str, change: impl Fn(&str) -> String) -> Result<Parts, String> {
    let changed = SMALL.iter().find(|(name, _)| *name == file).map(|(_, text)| change(text));
    let mut files = HubFiles::new();
    for (name, text) in SMALL {
        files.insert(name, text).unwrap();
    }
    let changed = changed.unwrap();
    files.insert(file, &changed).unwrap();
    read(&files, &mut report()).map_err(|error| error.to_string())
}

/// Replaces `from` by `to` in a file and asserts what the message says.
fn refuses(file: &str, from: &str, to: &str, says: &[&str]) {
    let message = read_with(file, |text| {
        assert!(text.contains(from), "`{from}` is not in {file}");
        text.replacen(from, to, 1)
    })
    .expect_err(&format!("{file}: `{from}` -> `{to}` was accepted"));
    for part in says {
        assert!(message.contains(part), "`{part}` is not in: {message}");
    }
}

#[test]
fn the_small_world_is_read_whole() {
    let parts = read_with("skills.csv", str::to_owned).unwrap();
    let weld = &parts.skills[0];
    assert_eq!(weld.alternatives.sv, ["svets", "mig"]);
    assert_eq!(weld.kind, "skill/competence");
    assert_eq!(parts.skills[1].kind, "knowledge");
    assert_eq!(
        parts.broader,
        [
            ("kn:skill-group/sub".into(), "kn:skill-group/top".into()),
            ("kn:skill/weld".into(), "kn:skill-group/sub".into()),
            ("kn:skill/metal".into(), "kn:skill-group/top".into()),
        ]
    );
    let welder = &parts.occupations[0];
    assert_eq!(welder.sector, "technical_industry", "from the ISCO code");
    assert_eq!(welder.licences, ["B"]);
    let relations: Vec<_> =
        parts.relations.iter().map(|r| (r.skill.as_str(), r.essential)).collect();
    assert_eq!(relations, [("kn:skill/weld", true), ("kn:skill/metal", false)]);
    assert_eq!(parts.licences[0].included_in, ["C"]);
    assert_eq!(parts.groups[0].wage.unwrap().mean, 32_000);
    assert_eq!(parts.groups[0].wage.unwrap().p90, None);
    assert_eq!(parts.groups[0].employees, None);
    assert_eq!(parts.ssyk_isco, [("7212".into(), "7212".into())]);
    let draft = &parts.courses[0];
    assert_eq!(draft.teaches, ["kn:skill/weld"]);
    assert_eq!(draft.course.basis, CourseBasis::Offer);
    assert_eq!(draft.course.places, ["Göteborg", "Mölndal"]);
    assert_eq!(draft.course.starts, ["2027-01-11", "2027-03-01"]);
    assert_eq!(draft.course.apply_by.as_deref(), Some("2026-12-01"));
    assert_eq!(draft.course.weeks, Some(0.4));
    assert_eq!(draft.course.source, "hub");
}

#[test]
fn unknown_keys_are_named_with_line_and_cure() {
    let skill = ["occupations.csv:2", "`welding`", "skills.csv"];
    refuses("occupations.csv", ",weld,metal", ",welding,metal", &skill);
    refuses("occupations.csv", ",metal,B", ",metal,X", &["unknown licence `X`", "licences.csv"]);
    refuses(
        "occupations.csv",
        "7212,7212,,",
        "7212,7212,cars,",
        &["unknown sector `cars`", "retail"],
    );
    refuses(
        "skills.csv",
        "skill,sub",
        "skill,nowhere",
        &["skills.csv:3", "unknown group `nowhere`"],
    );
    refuses("skills.csv", "skill,sub", "ability,sub", &["unknown kind `ability`"]);
    refuses("skill_groups.csv", "sub,top", "sub,tip", &["unknown parent `tip`"]);
    refuses("licences.csv", "driving_licence", "card", &["unknown kind `card`", "certificate"]);
    refuses("licences.csv", "Transportstyrelsen,C", "Transportstyrelsen,CE", &["`CE`"]);
    refuses("courses.csv", ",weld,,B", ",wield,,B", &["teaches: unknown skill `wield`"]);
    refuses("courses.csv", ",weld,,B", ",weld,,Q", &["requires: unknown licence `Q`"]);
    refuses("courses.csv", ",short,", ",evening,", &["unknown form `evening`", "komvux"]);
    refuses("courses.csv", ",offer,", ",maybe,", &["unknown basis `maybe`", "typical"]);
    refuses("courses.csv", ",on_site,", ",home,", &["unknown distance `home`"]);
}

#[test]
fn codes_and_numbers_are_checked() {
    refuses("occupations.csv", "7212,7212", "721,7212", &["ssyk: `721`", "four digits"]);
    refuses("occupations.csv", "7212,7212", "7212,721A", &["isco: `721A`"]);
    refuses("groups.csv", "7212,Svets", "72,Svets", &["ssyk: `72`"]);
    refuses("groups.csv", "32000", "32 000", &["wage_mean: `32 000`"]);
    refuses("groups.csv", "32000", "2000", &["not between"]);
    refuses("groups.csv", "32000,,2023", "32000,,", &["wage_mean without wage_year"]);
    refuses("courses.csv", ",7212,", ",72x2,", &["leads_to: `72x2`"]);
    refuses("courses.csv", "0.4", "-1", &["weeks: `-1`"]);
    refuses("courses.csv", "0.4", "0,4", &["21 cells where the header has 20"]);
    refuses("courses.csv", ",100,", ",130,", &["pace_pct: `130`"]);
    refuses("courses.csv", "2027-01-11", "2027-02-30", &["starts: `2027-02-30` is not a date"]);
    refuses("courses.csv", "2026-12-01", "december", &["apply_by: `december`", "YYYY-MM-DD"]);
    refuses("courses.csv", "hub:weld", "weld", &["id `weld` names no source"]);
    refuses("skills.csv", "kn:skill/weld", "esco:weld", &["id `esco:weld`", "kn:skill/"]);
}

#[test]
fn an_offer_says_where_and_a_typical_course_is_no_offer() {
    refuses("courses.csv", "https://example.se/svets", "", &["courses.csv:2", "offer with url ``"]);
    refuses("courses.csv", "Skolan", "", &["offer without provider"]);
    let says = ["typical course with url", "typical course with starts", "4 problems"];
    refuses("courses.csv", ",offer,", ",typical,", &says);
}

#[test]
fn doubles_gaps_and_wrong_headers_are_refused() {
    refuses("skills.csv", "metal,kn:skill/metal", "weld,kn:skill/metal", &["duplicate key `weld`"]);
    refuses("skills.csv", "kn:skill/metal", "kn:skill/weld", &["duplicate id", "skills.csv:4"]);
    refuses("skills.csv", "Svetsa,", ",", &["skills.csv:3", "label_sv is empty"]);
    refuses("occupations.csv", ",weld,metal", ",weld,weld", &["`weld` twice"]);
    refuses("occupations.csv", ",weld,metal", ",,metal", &["essential is empty"]);
    refuses("skills.csv", "synonyms_sv", "synonyms", &["unknown column `synonyms`", "no column"]);
}

#[test]
fn all_problems_of_a_file_come_in_one_message() {
    let message = read_with("occupations.csv", |text| {
        text.replace(",weld,metal,B", ",wold,mettle,Z").replace(",7212,7212", ",x,7212")
    })
    .unwrap_err();
    assert!(message.contains("4 problems"), "{message}");
    for part in ["`wold`", "`mettle`", "`Z`", "`x`"] {
        assert!(message.contains(part), "{part}: {message}");
    }
}

#[test]
fn missing_and_foreign_files_are_refused() {
    let mut files = HubFiles::new();
    let error = read(&files, &mut report()).unwrap_err().to_string();
    assert!(error.contains("skill_groups.csv: the file is missing"), "{error}");
    let error = files.insert("kurser.csv", "").unwrap_err().to_string();
    assert!(error.contains("kurser.csv") && error.contains("courses.csv"), "{error}");
}

#[test]
fn a_hub_lays_its_own_courses_over_the_starter() {
    let mut files = starter::files().unwrap();
    let own = "id,title_sv,title_en,form,basis,weeks,pace_pct,distance,places,teaches,grants,\
               requires,leads_to,prerequisites_sv,prerequisites_en,provider,url\n\
               hub:truck,Truckkort,Forklift,short,offer,0.6,100,on_site,Göteborg,forklift,truck_b,,\
               8344,,,Skolan,https://example.se\n";
    files.insert("courses.csv", own).unwrap();
    let parts = read(&files, &mut report()).unwrap();
    assert_eq!(parts.courses.len(), 1);
    assert!(parts.occupations.len() > 150);
}

#[test]
fn rules_are_checked_and_none_may_be_missing() {
    let row = "las_11,,2,2,1997-01-01,,official";
    for (to, says) in [
        ("las_12,,2,2,1997-01-01,,official", "unknown rule `las_12`"),
        ("las_11,,x,2,1997-01-01,,official", "from_size: `x`"),
        ("las_11,,2,two,1997-01-01,,official", "value: `two`"),
        ("las_11,,2,2,1997-13-01,,official", "valid_from: `1997-13-01`"),
        ("las_11,,2,2,1997-01-01,1990-01-01,official", "valid_to is before valid_from"),
        ("las_11,,2,2,1997-01-01,,surely", "evidence: unknown class `surely`"),
        ("las_11,,4,2,1997-01-01,,official", "two rows of `las_11` hold on the same day"),
    ] {
        refuses("rules.csv", row, to, &["rules.csv:", says]);
    }
    let message = read_with("rules.csv", |text| {
        let kept: Vec<&str> = text.lines().filter(|l| !l.starts_with("furlough,")).collect();
        kept.join("\n")
    });
    assert!(message.unwrap_err().contains("no row of `furlough`"));
    refuses("rules.csv", "oss_most_weeks,,0,44", "oss_most_weeks,,0,-1", &["weeks at full time"]);
    refuses("rules.csv", "oss_opens,,0,04-01", "oss_opens,,0,31-04", &["MM-DD"]);
    let own = "las_11,Verkstad,0,5,2026-01-01,,official,avtal,,t,t\n";
    let parts = read_with("rules.csv", |text| format!("{text}{own}")).unwrap();
    assert!(parts.rules.iter().any(|rule| rule.agreement == "Verkstad"));
}

#[test]
fn signals_are_checked_and_read() {
    let with = |row: &str| read_with("signals.csv", |text| format!("{text}{row}\n"));
    let good = "7212,Mölndal,-2.5,Rådet,2026-01-01,2026-06-30,få platser,few vacancies";
    let signal = &with(good).unwrap().signals[0];
    assert_eq!((signal.points, signal.region.as_str()), (-2.5, "Mölndal"));
    let error = with(&good.replace("-2.5", "25")).unwrap_err();
    assert!(error.contains("signals.csv:3") && error.contains("points: 25"), "{error}");
}

#[test]
fn names_go_to_a_row_of_the_same_group_alone() {
    let with = |ssyk: &str, stands_for: &str| {
        read_with("occupations.csv", |text| {
            let (head, rows) = text.split_once('\n').unwrap();
            format!(
                "{head},stands_for\n{},\n\
                 kn:occupation/arc,Bågsvetsare,Arc welder,,,{ssyk},7212,,weld,metal,B,{stands_for}\n",
                rows.trim_end()
            )
        })
    };
    let read = with("7212", "kn:occupation/welder").unwrap();
    assert_eq!(read.stands_for, [("kn:occupation/arc".into(), "kn:occupation/welder".into())]);
    for (ssyk, other) in [("7212", "kn:occupation/x"), ("7213", "kn:occupation/welder")] {
        let error = with(ssyk, other).unwrap_err();
        assert!(error.contains("stands_for") && error.contains(other), "{error}");
    }
}
