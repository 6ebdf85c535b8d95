//! Files of every official source as `import` finds them in a folder, joined and sealed.
#![no_main]

use std::{fs, path::PathBuf, sync::LazyLock};

use kompetensnav::dataset::{Source, import};
use kompetensnav_fuzz::{choose, let_calamine_panic};
use libfuzzer_sys::fuzz_target;

/// A source and the file that is made up; ESCO's other tables are whole.
const FILES: [(Source, &str); 17] = [
    (Source::Esco, "occupations_en.csv"),
    (Source::Esco, "skills_en.csv"),
    (Source::Esco, "occupationSkillRelations_en.csv"),
    (Source::Esco, "ESCO dataset - v1.1.1 - classification - en - csv.zip"),
    (Source::Jobtech, "jobtech_occupations.csv"),
    (Source::Jobtech, "ssyk-level-4-groups-with-related-skills.json"),
    (Source::Crosswalk, "esco_jobtech_occupations.csv"),
    (Source::Jobtech, "the-ssyk-hierarchy-with-occupations.json"),
    (Source::Crosswalk, "ssyk2012_isco08.csv"),
    (Source::Market, "ssyk4.csv"),
    (Source::Gy11, "gy11_courses.json"),
    (Source::Myh, "resultat.xlsx"),
    (Source::Susa, "susa.csv"),
    (Source::Emil, "emil.json"),
    (Source::Emil, "emil_educationevents.ndjson"),
    (Source::Jsonld, "course.jsonld"),
    (Source::Jsonld, "course.html"),
];

const ESCO: [(&str, &str); 3] = [
    (
        "occupations_en.csv",
        "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,status,description,code\n\
         Occupation,http://data.europa.eu/esco/occupation/a,7212,welder,arc welder,released,What it is.,1\n",
    ),
    (
        "skills_en.csv",
        "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,status,description\n\
         KnowledgeSkillCompetence,http://data.europa.eu/esco/skill/w,skill/competence,cross-sector,weld metal,,released,\n",
    ),
    (
        "occupationSkillRelations_en.csv",
        "occupationUri,relationType,skillType,skillUri\n\
         http://data.europa.eu/esco/occupation/a,essential,skill/competence,http://data.europa.eu/esco/skill/w\n",
    ),
];

/// Empty before each run; in memory where there is such a folder.
static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let shm = PathBuf::from("/dev/shm");
    let parent = if shm.is_dir() { shm } else { std::env::temp_dir() };
    let folder = parent.join(format!("kompetensnav-official-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder");
    folder
});

fuzz_target!(init: let_calamine_panic(), |data: &[u8]| {
    let Some(((source, name), bytes)) = choose(data, &FILES) else { return };
    let mut files = vec![*name];
    fs::write(FOLDER.join(name), bytes).expect("a file");
    if *source == Source::Esco && !name.contains("zip") {
        for (known, text) in ESCO.iter().filter(|(known, _)| known != name) {
            fs::write(FOLDER.join(known), text).expect("a file");
            files.push(known);
        }
    }
    let _imported = import(&FOLDER, &[*source]);
    for name in files {
        fs::remove_file(FOLDER.join(name)).expect("it was written");
    }
});
