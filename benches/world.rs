//! The worlds that are measured: three made up here and, where `KOMPETENSNAV_DATA` names a folder
//! with the official files, the real one.
//!
//! A made-up world is a folder of source files in the formats of ESCO, of the SSYK-ISCO crosswalk and
//! of schema.org, so that every stage from import to answer runs on it as on real files. Its
//! proportions are those of ESCO 1.1.1: about 41 skills an occupation (20 to 60, drawn evenly), half
//! of them essential; 11 English and one Swedish alternative label an occupation, 7 English a skill;
//! texts of about 250 characters. A skill belongs to a field and most of an occupation's skills come
//! from its own field and the two beside it, the others from all fields by a power law that gives the
//! most common skill to about every eighth occupation of the largest world. There are one and a half
//! courses an occupation, one in ten of which says what it teaches. Labels are not ESCO's and share
//! more parts than real ones do, so that reading a text costs rather more than it would.

use std::{
    cell::OnceCell,
    collections::BTreeSet,
    env, fs, io,
    path::{Path, PathBuf},
};

use kompetensnav::{
    dataset::{self, DataSet, Source},
    domain::{Profile, Status},
    engine::Engine,
    model::{Model, Ranker, SplitMix, train},
};
use tempfile::TempDir;

use crate::words;

/// Occupations, skills and courses of the made-up worlds; the largest is as large as ESCO.
const SIZES: [[usize; 3]; 3] = [[300, 1_400, 450], [1_000, 4_600, 1_500], [3_000, 14_000, 4_500]];
/// Profiles that take turns in a made-up world.
const PROFILES: usize = 32;
/// Workers of a made-up list.
const WORKERS: usize = 200;
/// Occupations of one field; a field is one ISCO unit group.
const FIELD: usize = 8;

/// A set of source files and what is made of them, each part when it is first asked for.
#[derive(Debug)]
pub(super) struct World {
    name: String,
    /// Occupations, skills, courses; `None` for the real files.
    size: Option<[usize; 3]>,
    only: Vec<Source>,
    real: PathBuf,
    folder: TempDir,
    sources: OnceCell<PathBuf>,
    engine: OnceCell<Engine>,
}

/// A list of workers as a file's bytes.
#[derive(Debug)]
pub(super) struct List {
    pub(super) bytes: Vec<u8>,
    pub(super) rows: u64,
}

/// The worlds to measure: the smallest alone unless `measured`.
#[expect(clippy::print_stderr, reason = "what is left out is said, once, to who runs this")]
pub(super) fn all(measured: bool) -> io::Result<Vec<World>> {
    let made_up = vec![Source::Esco, Source::Crosswalk, Source::Jsonld];
    let sizes = if measured { &SIZES[..] } else { &SIZES[..1] };
    let mut worlds = Vec::new();
    for size in sizes {
        let name = size[0].to_string();
        worlds.push(World::new(name, Some(*size), made_up.clone(), PathBuf::new())?);
    }
    match env::var_os("KOMPETENSNAV_DATA") {
        None => eprintln!("skipped: KOMPETENSNAV_DATA is not set"),
        Some(_) if !measured => eprintln!("skipped: real files are read by `cargo bench` only"),
        Some(folder) => {
            worlds.push(World::new("real".to_owned(), None, Vec::new(), folder.into())?);
        }
    }
    Ok(worlds)
}

impl World {
    fn new(
        name: String,
        size: Option<[usize; 3]>,
        only: Vec<Source>,
        real: PathBuf,
    ) -> io::Result<Self> {
        let folder = tempfile::tempdir()?;
        let (sources, engine) = (OnceCell::new(), OnceCell::new());
        Ok(Self { name, size, only, real, folder, sources, engine })
    }

    /// The parameter of its benchmarks: the number of occupations, or `real`.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Sources to import; empty for all.
    pub(super) fn only(&self) -> &[Source] {
        &self.only
    }

    /// The folder of source files.
    pub(super) fn sources(&self) -> &Path {
        self.sources.get_or_init(|| {
            let Some(size) = self.size else { return self.real.clone() };
            let folder = self.folder.path().join("sources");
            write_sources(&folder, size).expect("the temporary folder is writable");
            folder
        })
    }

    /// The engine on the imported and trained world, which also lies on disk from then on.
    pub(super) fn engine(&self) -> &Engine {
        self.engine.get_or_init(|| {
            let mut imported = dataset::import(self.sources(), &self.only)
                .expect("the files are of known formats");
            imported
                .save(&self.dataset(), |_, _| Ok::<(), dataset::Error>(()))
                .expect("the temporary folder is writable");
            let ranker = Ranker::shipped().expect("the shipped weights are tested");
            let model = train(&imported.dataset, ranker).expect("the data set has skills");
            model.save(&imported.dataset, &self.model()).expect("the temporary folder is writable");
            Engine::new(imported.dataset, model)
        })
    }

    /// Reads data set and model from disk; [`Self::engine`] must have been called.
    pub(super) fn load(&self) -> Engine {
        let dataset = DataSet::load(&self.dataset()).expect("engine() has written the data set");
        let model = Model::load(&self.model(), &dataset).expect("engine() has written the model");
        Engine::new(dataset, model)
    }

    /// The folder with `dataset` and `model` of [`Self::engine`].
    pub(super) fn folder(&self) -> &Path {
        self.engine();
        self.folder.path()
    }

    fn dataset(&self) -> PathBuf {
        self.folder.path().join("dataset")
    }

    fn model(&self) -> PathBuf {
        self.folder.path().join("model")
    }

    /// Workers whose words are known, misspelt and strange.
    pub(super) fn profiles(&self) -> Vec<Profile> {
        match self.size {
            Some(size) => (0..PROFILES).map(|n| profile(n, size)).collect(),
            None => real_profiles(),
        }
    }

    /// The list of a batch.
    pub(super) fn list(&self) -> List {
        let bytes = match self.size {
            Some(size) => ndjson(size),
            None => fs::read(self.real.join("cohorts/personforteckning_1750.csv"))
                .expect("KOMPETENSNAV_DATA holds cohorts/personforteckning_1750.csv"),
        };
        let lines = String::from_utf8_lossy(&bytes).lines().count() as u64;
        // The made-up list has no header line.
        List { bytes, rows: lines - u64::from(self.size.is_none()) }
    }
}

fn ndjson(size: [usize; 3]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for n in 0..WORKERS {
        let worker = Profile { r#ref: Some(format!("w{n}")), ..profile(n, size) };
        serde_json::to_writer(&mut bytes, &worker).expect("a profile is JSON");
        bytes.push(b'\n');
    }
    bytes
}

/// Worker `n` of a world: one title in three is misspelt.
fn profile(n: usize, [occupations, skills, _]: [usize; 3]) -> Profile {
    let title = words::occupation(n * 97 % occupations).0;
    let title = title.chars().enumerate().filter(|(at, _)| !n.is_multiple_of(3) || *at != 2);
    let title: String = title.map(|(_, letter)| letter).collect();
    let named = (0..3).map(|k| words::skill((n * 131 + k * 17) % skills).0);
    Profile { titles: vec![title], skills: named.collect(), ..situation() }
}

fn situation() -> Profile {
    Profile {
        status: Some(Status::Uppsagd),
        licences: vec!["B".to_owned()],
        municipality: Some("Göteborg".to_owned()),
        weeks_left: Some(26.0),
        ..Profile::default()
    }
}

fn real_profiles() -> Vec<Profile> {
    let workers = [
        ("montör, bilindustri", ["svetsning", "truckkort", "läsa ritningar"]),
        ("servitris", ["kassavana", "ta emot beställningar", "engelska"]),
        ("lastbilschaufför", ["köra lastbil", "lasta gods", "planera rutter"]),
        ("CNC-operatör", ["CNC-programmering", "mätteknik", "läsa ritningar"]),
        ("butikssäljare", ["kundservice", "kassahantering", "varuexponering"]),
        ("warehouse worker", ["forklift", "order picking", "inventory"]),
        ("undersköterksa", ["omvårdnad", "dokumentation", "läkemedelshantering"]),
        ("ekonomiassistent", ["bokföring", "Excel", "fakturering"]),
    ];
    let worker = |(title, skills): (&str, [&str; 3])| Profile {
        titles: vec![title.to_owned()],
        skills: skills.map(str::to_owned).to_vec(),
        ..situation()
    };
    workers.into_iter().map(worker).collect()
}

/// A number below `bound`, low ones far more often: `bound` times an even number to the power 2.5.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "between 0 and a usize"
)]
pub(super) fn common(draws: &mut SplitMix, bound: usize) -> usize {
    ((bound as f64 * draws.share().powf(2.5)) as usize).min(bound - 1)
}

fn occupation_id(n: usize) -> String {
    format!("http://data.europa.eu/esco/occupation/{n:08}")
}

fn skill_id(n: usize) -> String {
    format!("http://data.europa.eu/esco/skill/{n:08}")
}

/// Writes all source files of a world.
fn write_sources(folder: &Path, [occupations, skills, courses]: [usize; 3]) -> io::Result<()> {
    fs::create_dir(folder)?;
    let write = |name: &str, text: String| fs::write(folder.join(name), text);
    let (occupation, skill) = (words::occupation, words::skill);
    write("occupations_en.csv", english(occupations, 11, occupation_id, |n| occupation(n).1))?;
    write("occupations_sv.csv", swedish(occupations, 1, occupation_id, |n| occupation(n).0))?;
    write("skills_en.csv", english(skills, 7, skill_id, |n| skill(n).1))?;
    write("skills_sv.csv", swedish(skills, 0, skill_id, |n| skill(n).0))?;
    write("skillGroups_en.csv", skill_groups(skills))?;
    write("broaderRelationsSkillPillar.csv", broader(skills))?;
    write("occupationSkillRelations.csv", relations(occupations, skills))?;
    write("ssyk2012_isco08.csv", crosswalk(occupations))?;
    write("courses.jsonld", catalogue(occupations, skills, courses))
}

/// A table of concepts in English, with texts.
fn english(
    count: usize,
    other: usize,
    id: impl Fn(usize) -> String,
    label: impl Fn(usize) -> String,
) -> String {
    concepts(count, id, |n| (labels(n, count, other, &label), describe(n)))
}

/// The translation of a table of concepts: ESCO's has labels, no texts.
fn swedish(
    count: usize,
    other: usize,
    id: impl Fn(usize) -> String,
    label: impl Fn(usize) -> String,
) -> String {
    concepts(count, id, |n| (labels(n, count, other, &label), String::new()))
}

/// Preferred and `other` alternative labels; these are the labels of numbers far above.
fn labels(n: usize, count: usize, other: usize, label: impl Fn(usize) -> String) -> [String; 2] {
    let others: Vec<String> = (1..=other).map(|k| label(k * count + n)).collect();
    [label(n), others.join("\n")]
}

fn concepts(
    count: usize,
    id: impl Fn(usize) -> String,
    row: impl Fn(usize) -> ([String; 2], String),
) -> String {
    let rows = (0..count).map(|n| {
        let ([label, others], text) = row(n);
        format!("{},{},{label},\"{others}\",\"{text}\"", id(n), isco(n / FIELD))
    });
    table("conceptUri,iscoGroup,preferredLabel,altLabels,description", rows)
}

fn table(header: &str, rows: impl Iterator<Item = String>) -> String {
    let mut lines = vec![header.to_owned()];
    lines.extend(rows);
    lines.join("\n") + "\n"
}

/// An English text of some 250 characters.
fn describe(n: usize) -> String {
    let sentences: Vec<String> = (0..7).map(|k| words::skill(n * 7 + k * 1_009).1).collect();
    format!("People here {}.", sentences.join(", "))
}

/// The unit group of a field: four digits, the first from 1 to 9.
fn isco(field: usize) -> String {
    let (major, sub) = (field % 9 + 1, field / 9 % 4 + 1);
    format!("{major}{sub}{}{}", field / 36 % 4 + 1, field / 144 % 3 + 1)
}

/// Skills stand in groups of 20, and these in one group of 25 groups.
fn skill_groups(skills: usize) -> String {
    let groups = skills.div_ceil(20);
    let low = (0..groups).map(|n| format!("{}-group,group {n}", skill_id(n)));
    let high = (0..groups.div_ceil(25)).map(|n| format!("{}-top,area {n}", skill_id(n)));
    table("conceptUri,preferredLabel", low.chain(high))
}

fn broader(skills: usize) -> String {
    let low = (0..skills).map(|n| format!("{},{}-group", skill_id(n), skill_id(n / 20)));
    let groups = 0..skills.div_ceil(20);
    let high = groups.map(|n| format!("{}-group,{}-top", skill_id(n), skill_id(n / 25)));
    table("conceptUri,broaderUri", low.chain(high))
}

fn relations(occupations: usize, skills: usize) -> String {
    let mut draws = SplitMix(2_026);
    let per_field = skills * FIELD / occupations;
    let mut rows = Vec::new();
    for n in 0..occupations {
        let wanted = 20 + draws.below(42);
        let first = (n / FIELD * per_field + skills - per_field) % skills;
        let mut chosen = BTreeSet::new();
        while chosen.len() < wanted {
            let skill = if draws.below(7) == 0 {
                common(&mut draws, skills)
            } else {
                (first + draws.below(3 * per_field)) % skills
            };
            chosen.insert(skill);
        }
        for skill in chosen {
            let relation = if draws.below(100) < 52 { "essential" } else { "optional" };
            rows.push(format!("{},{relation},{}", occupation_id(n), skill_id(skill)));
        }
    }
    table("occupationUri,relationType,skillUri", rows.into_iter())
}

/// SSYK equals ISCO here.
fn crosswalk(occupations: usize) -> String {
    let codes: BTreeSet<String> = (0..occupations.div_ceil(FIELD)).map(isco).collect();
    table("ssyk,isco08", codes.iter().map(|code| format!("{code},{code}")))
}

/// Courses as schema.org nodes: the title names an occupation, the text six skills.
fn catalogue(occupations: usize, skills: usize, courses: usize) -> String {
    let mut draws = SplitMix(4_711);
    let nodes: Vec<serde_json::Value> = (0..courses)
        .map(|n| {
            let first = draws.below(skills);
            let taught: Vec<usize> = (0..6).map(|k| (first + k * 5) % skills).collect();
            let labels: Vec<String> = taught.iter().map(|skill| words::skill(*skill).0).collect();
            let ids: Vec<serde_json::Value> = taught
                .iter()
                .filter(|_| n.is_multiple_of(10))
                .map(|skill| serde_json::json!({"@id": skill_id(*skill)}))
                .collect();
            serde_json::json!({
                "@type": "Course",
                "@id": format!("https://example.org/course/{n}"),
                "name": format!("{}, grundkurs", words::occupation(draws.below(occupations)).0),
                "description": format!("Du lär dig att {}.", labels.join(", ")),
                "teaches": ids,
                "timeRequired": format!("P{}W", 2 + draws.below(60)),
                "hasCourseInstance": [{
                    "@type": "CourseInstance",
                    "courseMode": "onsite",
                    "startDate": format!("2027-{:02}-01", 1 + draws.below(12)),
                    "location": "Göteborg",
                }],
            })
        })
        .collect();
    serde_json::json!({"@context": "https://schema.org", "@graph": nodes}).to_string()
}
