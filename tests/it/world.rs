//! A small world that can be checked by hand: six occupations, twelve skills, five courses.

use kompetensnav::{
    dataset::{DataSet, Manifest, SourceReport, starter},
    domain::{
        Bilingual, Course, CourseBasis, CourseForm, Distance, Licence, LicenceKind, Market,
        Occupation, OccupationGroup, Skill, SkillIx, Taxonomy, Wage,
    },
    engine::Engine,
    model::{self, Ranker},
};

/// What ESCO asks of everyone who shows it.
pub(crate) const STATEMENT: &str =
    "This service uses the ESCO classification of the European Commission.";

const SKILLS: [(&str, &str); 12] = [
    ("svetsa metall", "weld metal"),
    ("läsa ritningar", "read drawings"),
    ("montera komponenter", "assemble components"),
    ("programmera CNC-maskin", "program a CNC machine"),
    ("felsöka elsystem", "troubleshoot electrical systems"),
    ("installera elledningar", "install electrical wiring"),
    ("köra lastbil", "drive a truck"),
    ("säkra last", "secure cargo"),
    ("bemöta kunder", "serve customers"),
    ("ge omvårdnad", "provide care"),
    ("dokumentera vård", "document care"),
    ("arbeta säkert", "work safely"),
];

/// Swedish label, English label, SSYK, sector, essential skills, optional skills.
type Row = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static [SkillIx],
    &'static [SkillIx],
);

const OCCUPATIONS: [Row; 6] = [
    ("svetsare", "welder", "7212", "industry", &[0, 1, 11], &[2]),
    ("montör", "assembler", "8211", "industry", &[1, 2, 11], &[0, 4]),
    ("CNC-operatör", "CNC operator", "7223", "industry", &[1, 3, 11], &[2]),
    ("industrielektriker", "industrial electrician", "7412", "energy", &[1, 4, 5, 11], &[2]),
    ("lastbilsförare", "truck driver", "8332", "transport", &[6, 7, 11], &[8]),
    ("undersköterska", "assistant nurse", "5321", "care", &[8, 9, 10], &[11]),
];

/// The id of an occupation by its place in the world.
pub(crate) fn occupation_id(at: usize) -> String {
    format!("http://data.europa.eu/esco/occupation/world-{at}")
}

/// The id of a skill by its place in the world.
pub(crate) fn skill_id(at: usize) -> String {
    format!("http://data.europa.eu/esco/skill/world-{at:02}")
}

fn both(sv: &str, en: &str) -> Bilingual<String> {
    Bilingual::new(sv, en)
}

fn occupation(at: usize, row: &Row) -> Occupation {
    let (sv, en, ssyk, sector, essential, optional) = *row;
    Occupation {
        id: occupation_id(at),
        label: both(sv, en),
        description: both(&format!("Det här gör en {sv}."), &format!("What a {en} does.")),
        isco: ssyk.to_owned(),
        ssyk: vec![ssyk.to_owned()],
        sector: sector.to_owned(),
        essential: essential.to_vec(),
        optional: optional.to_vec(),
        licences: if sv == "lastbilsförare" { vec!["C".to_owned()] } else { Vec::new() },
        ..Occupation::default()
    }
}

fn course(
    id: &str,
    title: Bilingual<String>,
    form: CourseForm,
    weeks: f32,
    teaches: &[SkillIx],
) -> Course {
    let far = form == CourseForm::Yh;
    Course {
        id: format!("world:{id}"),
        title,
        form,
        basis: if far { CourseBasis::Granted } else { CourseBasis::Typical },
        places: vec![if far { "Borås" } else { "Göteborg" }.to_owned()],
        distance: if far { Distance::Hybrid } else { Distance::OnSite },
        weeks: Some(weeks),
        starts: if far { vec!["2027-01-18".to_owned()] } else { Vec::new() },
        teaches: teaches.to_vec(),
        source: "world".to_owned(),
        ..Course::default()
    }
}

fn courses() -> Vec<Course> {
    use CourseForm::{Komvux, LabourMarket, Short, Yh};
    let lorry =
        course("lorry", both("Yrkesförare lastbil", "Truck driver"), LabourMarket, 16.0, &[6, 7]);
    vec![
        Course {
            pace_pct: Some(75),
            ..course("care", both("Vård och omsorg", "Care"), Komvux, 60.0, &[9, 10])
        },
        course("cnc", both("CNC-teknik", "CNC technology"), LabourMarket, 20.0, &[3]),
        course("electric", both("Automation och el", "Automation"), Yh, 80.0, &[4, 5]),
        Course { grants: vec!["C".to_owned()], ..lorry },
        Course {
            price_kr: Some(4_500),
            ..course("weld", both("Svetskurs", "Welding course"), Short, 4.0, &[0])
        },
    ]
}

fn group(row: &Row) -> OccupationGroup {
    OccupationGroup {
        ssyk: row.2.to_owned(),
        label: both(row.0, row.1),
        wage: Some(Wage { p10: None, mean: 33_000, p90: None, year: 2025 }),
        ads_region: Some(100),
        ads_year: Some(2025),
        source: "world".to_owned(),
        ..OccupationGroup::default()
    }
}

/// The world as a data set.
pub(crate) fn dataset() -> DataSet {
    let skill = |(at, (sv, en)): (usize, &(&str, &str))| Skill {
        id: skill_id(at),
        label: both(sv, en),
        kind: "skill/competence".to_owned(),
        ..Skill::default()
    };
    let mut groups: Vec<OccupationGroup> = OCCUPATIONS.iter().map(group).collect();
    groups.sort_by(|a, b| a.ssyk.cmp(&b.ssyk));
    let licence = Licence {
        key: "C".to_owned(),
        label: both("körkort C", "driving licence C"),
        alternatives: vec!["C-körkort".to_owned()],
        kind: LicenceKind::DrivingLicence,
        issuer: "Transportstyrelsen".to_owned(),
        included_in: Vec::new(),
        groups: Vec::new(),
    };
    let source = SourceReport {
        key: "world".to_owned(),
        title: "A small world".to_owned(),
        version: "2026".to_owned(),
        licence: "CC0".to_owned(),
        notes: vec![STATEMENT.to_owned()],
        ..SourceReport::default()
    };
    DataSet {
        manifest: Manifest {
            fingerprint: "world".to_owned(),
            sources: vec![source],
            ..Manifest::default()
        },
        taxonomy: Taxonomy {
            occupations: OCCUPATIONS
                .iter()
                .enumerate()
                .map(|(at, row)| occupation(at, row))
                .collect(),
            skills: SKILLS.iter().enumerate().map(skill).collect(),
            licences: vec![licence],
            ..Taxonomy::default()
        },
        courses: courses(),
        market: Market { groups },
        signals: Vec::new(),
        rules: starter::dataset().unwrap().rules,
    }
}

/// An engine for the world.
pub(crate) fn engine() -> Engine {
    let dataset = dataset();
    let model = model::train(&dataset, Ranker::shipped().unwrap()).unwrap();
    Engine::new(dataset, model)
}
