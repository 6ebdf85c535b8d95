//! `import`: small packages in ESCO's two shapes, everything that can be wrong with them, and the
//! official files where `KOMPETENSNAV_DATA` names them.

use std::{
    fmt::Write as _,
    fs,
    io::{Cursor, Write as _},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant, SystemTime},
};

use kompetensnav::{
    dataset::{DataSet, Manifest},
    domain::MatchStatus,
};
use tempfile::TempDir;
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::program::{Ran, command, real_files, run, text};

/// A table's file name and content.
type Table<'a> = (&'a str, &'a str);

const OCCUPATION: &str = "http://data.europa.eu/esco/occupation/";
const SKILL: &str = "http://data.europa.eu/esco/skill/";

/// The zip that holds tables of these contents.
fn zipped(tables: &[Table<'_>]) -> Vec<u8> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in tables {
        zip.start_file(*name, SimpleFileOptions::default()).unwrap();
        zip.write_all(content.as_bytes()).unwrap();
    }
    zip.finish().unwrap().into_inner()
}

/// Occupations a, b and c in the columns of version 1.1.
pub(crate) fn occupations() -> String {
    let mut table = "conceptType,conceptUri,iscoGroup,preferredLabel,altLabels,hiddenLabels,\
                     status,modifiedDate,regulatedProfessionNote,scopeNote,definition,inScheme,\
                     description,code\n"
        .to_owned();
    for (id, isco, label, other) in [
        ("a", "7212", "welder", "\"metal welder\narc welder\""),
        ("b", "8332", "heavy truck driver\u{a0}", "lorry driver"),
        ("c", "5131", "waiter", ""),
    ] {
        writeln!(
            table,
            "Occupation,{OCCUPATION}{id},{isco},{label},{other},,released,,,,,,What it is.,1"
        )
        .unwrap();
    }
    table
}

fn skills() -> String {
    let mut table = "conceptType,conceptUri,skillType,reuseLevel,preferredLabel,altLabels,\
                     hiddenLabels,status,modifiedDate,scopeNote,definition,inScheme,description\n"
        .to_owned();
    for (id, label) in
        [("w", "weld metal"), ("d", "read drawings"), ("t", "drive trucks"), ("s", "serve guests")]
    {
        writeln!(
            table,
            "KnowledgeSkillCompetence,{SKILL}{id},skill/competence,cross-sector,{label},,,\
             released,,,,,"
        )
        .unwrap();
    }
    table
}

/// Six relations.
fn relations() -> String {
    let mut table = "occupationUri,relationType,skillType,skillUri\n".to_owned();
    for (occupation, kind, skill) in [
        ("a", "essential", "w"),
        ("a", "essential", "d"),
        ("b", "essential", "t"),
        ("b", "optional", "d"),
        ("c", "essential", "s"),
        ("c", "optional", "t"),
    ] {
        writeln!(table, "{OCCUPATION}{occupation},{kind},skill/competence,{SKILL}{skill}").unwrap();
    }
    table
}

/// A folder of packages as the portal serves them, and a place for the data set beside it.
pub(crate) struct Bench {
    folder: TempDir,
}

impl Bench {
    /// The small packages in the shape of 1.1, with these tables in place of the usual ones.
    pub(crate) fn with(changed: &[Table<'_>]) -> Self {
        let bench = Self { folder: tempfile::tempdir().unwrap() };
        fs::create_dir(bench.source()).unwrap();
        bench.classification(changed);
        bench
    }

    fn classification(&self, changed: &[Table<'_>]) {
        let (occupations, skills, relations) = (occupations(), skills(), relations());
        let usual = [
            ("occupations_en.csv", occupations.as_str()),
            ("skills_en.csv", skills.as_str()),
            ("occupationSkillRelations.csv", relations.as_str()),
        ];
        let pick = |(name, content): Table<'_>| {
            let other = changed.iter().find(|(changed, _)| *changed == name);
            (name.to_owned(), other.map_or(content, |(_, content)| content).to_owned())
        };
        let [occupations, skills, relations] = usual.map(pick);
        let concepts = [(occupations.0.as_str(), occupations.1.as_str()), (&skills.0, &skills.1)];
        self.put("ESCO dataset - v1.1.1 - classification - en - csv.zip", &zipped(&concepts));
        let relations = [(relations.0.as_str(), relations.1.as_str())];
        self.put("ESCO dataset - v1.1.1 - classification -  - csv.zip", &zipped(&relations));
    }

    fn put(&self, name: &str, bytes: &[u8]) {
        fs::write(self.source().join(name), bytes).unwrap();
    }

    pub(crate) fn source(&self) -> PathBuf {
        self.folder.path().join("official")
    }

    pub(crate) fn out(&self) -> PathBuf {
        self.folder.path().join("data set")
    }

    pub(crate) fn import(&self, more: &[&str]) -> Ran {
        let (source, out) = (self.source(), self.out());
        run(&[&["import", text(&source), "--out", text(&out)], more].concat())
    }

    pub(crate) fn esco(&self) -> Ran {
        self.import(&["--only", "esco"])
    }

    pub(crate) fn manifest(&self) -> Manifest {
        Manifest::load(&self.out()).unwrap()
    }

    /// `dropped.ndjson` whole.
    fn dropped(&self) -> String {
        fs::read_to_string(self.out().join("dropped.ndjson")).unwrap()
    }

    /// Names beside the data set that a run may have left.
    fn left_over(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder.path()).unwrap();
        let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
        names.filter(|name| name != "official" && name != "data set").collect()
    }
}

#[test]
fn a_package_becomes_a_data_set_that_answers() {
    let bench = Bench::with(&[]);
    let said = bench.esco().success();
    assert!(said.contains("Fingerprint"), "{said}");
    let data = DataSet::load(&bench.out()).unwrap();
    let rows = (data.taxonomy.occupations.len(), data.taxonomy.skills.len());
    assert_eq!(rows, (3, 4));
    let manifest = &data.manifest;
    assert_eq!(manifest.counts["relations_essential"], 4);
    assert_eq!(manifest.counts["relations_optional"], 2);
    let esco = &manifest.sources[0];
    assert_eq!((esco.key.as_str(), esco.version.as_str()), ("esco", "1.1.1"));
    assert!(esco.licence.contains("CC BY 4.0"), "{esco:?}");
    assert!(esco.notes.iter().any(|note| note.contains("uses the ESCO classification")));
    assert_eq!(esco.files.len(), 2);
    assert!(esco.files.iter().all(|file| file.sha256.len() == 64 && file.bytes > 0));
    assert_eq!(data.taxonomy.occupations[1].label.en, "heavy truck driver", "space at the end");
    assert_eq!(data.taxonomy.occupations[0].alternatives.en, ["metal welder", "arc welder"]);
    assert_eq!(bench.dropped(), "");
    let out = bench.out();
    let asked = ["recommend", "--title", "arc welder", "--json", "--data", text(&out)];
    let answer = run(&asked).answer();
    assert_eq!(answer.match_status, MatchStatus::Matched);
    assert_eq!(answer.understood.occupations[0].id, format!("{OCCUPATION}a"));
    assert_eq!(answer.meta.dataset, manifest.fingerprint);
}

#[test]
fn version_1_2_as_loose_files_gives_the_same_concepts() {
    let old = Bench::with(&[]);
    old.esco().success();
    let new = Bench { folder: tempfile::tempdir().unwrap() };
    fs::create_dir(new.source()).unwrap();
    // 1.2 names the language in every file, adds columns and puts them in another order.
    let relations = relations()
        .replace("occupationUri,relationType,skillType,skillUri", "a,b,c,d")
        .lines()
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            match cells[..] {
                ["a", ..] => {
                    "occupationUri,occupationLabel,relationType,skillType,skillUri,skillLabel"
                        .to_owned()
                }
                [occupation, kind, form, skill] => {
                    format!("{occupation},label,{kind},{form},{skill},label")
                }
                _ => String::new(),
            }
        })
        .collect::<Vec<_>>()
        .join("\n");
    let folder = "ESCO dataset - v1.2.0 - classification - en - csv";
    fs::create_dir(new.source().join(folder)).unwrap();
    for (name, content) in [
        (
            "occupations_en.csv",
            occupations().replace(",code\n", ",code,naceCode\n").replace(",1\n", ",1,C25\n"),
        ),
        ("skills_en.csv", skills()),
        ("occupationSkillRelations_en.csv", relations),
    ] {
        new.put(&format!("{folder}/{name}"), format!("\u{feff}{content}").as_bytes());
    }
    new.esco().success();
    let [old, new] = [&old, &new].map(|bench| DataSet::load(&bench.out()).unwrap());
    assert_eq!(new.manifest.sources[0].version, "1.2.0");
    assert_eq!(old.taxonomy, new.taxonomy);
    assert_eq!(old.manifest.fingerprint, new.manifest.fingerprint);
}

#[test]
fn importing_twice_gives_the_same_bytes() {
    let (one, two) = (Bench::with(&[]), Bench::with(&[]));
    one.import(&[]).success();
    two.import(&[]).success();
    assert_eq!(one.manifest(), two.manifest());
    let again = one.manifest();
    one.import(&[]).success();
    assert_eq!(again, one.manifest(), "over an existing data set");
    assert_eq!(one.left_over(), Vec::<String>::new());
    assert_eq!(again.counts["occupations"], 3, "the starter set adds no occupations to ESCO");
    let courses = again.counts["courses"];
    assert!(courses > 100, "without --only the starter set's courses join: {courses}");
}

#[test]
fn damaged_packages_are_named_with_the_cure() {
    let (all, head) = (occupations(), "conceptType,conceptUri,preferredLabel\n");
    let latin = all.replace("welder", "sv\u{e4}tsare");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let english = "ESCO dataset - v1.1.1 - classification - en - csv.zip";
    let relations = "ESCO dataset - v1.1.1 - classification -  - csv.zip";
    let whole = zipped(&[("occupations_en.csv", &all), ("skills_en.csv", &skills())]);
    let cases: [(&str, Vec<u8>, &[&str]); 7] = [
        (english, whole[..whole.len() / 2].to_vec(), &[english, "download it again"]),
        (english, b"<html>not found</html>".to_vec(), &[english, "not a whole zip"]),
        (english, Vec::new(), &[english, "download it again"]),
        (english, zipped(&[("skills_en.csv", &skills())]), &["occupations", "missing"]),
        (
            english,
            zipped(&[("occupations_en.csv", head), ("skills_en.csv", &skills())]),
            &["occupations_en.csv", "iscoGroup"],
        ),
        (relations, zipped(&[("readme.txt", "x")]), &["occupationSkillRelations", "missing"]),
        ("occupations_sv.csv", latin, &["occupations_sv.csv, line", "UTF-8"]),
    ];
    for (name, bytes, words) in cases {
        let bench = Bench::with(&[]);
        bench.put(name, &bytes);
        let error = bench.esco().failure(1);
        for word in words {
            assert!(error.contains(word), "{name}: {word:?} is not in\n{error}");
        }
        assert!(!bench.out().exists(), "{name}: half a data set");
        assert_eq!(bench.left_over(), Vec::<String>::new(), "{name}");
    }
    // A zip whose directory is whole and whose content is not.
    let bench = Bench::with(&[]);
    let mut bytes = whole;
    bytes[60..90].fill(0xA5);
    bench.put(english, &bytes);
    bench.esco().failure(1);
}

#[test]
fn what_does_not_fit_is_counted_and_listed() {
    let occupations = occupations()
        + &format!("Occupation,{OCCUPATION}a,7212,welder again,,,released,,,,,,,1\n")
        + "Occupation,,7212,nobody,,,released,,,,,,,1\n";
    let relations = relations()
        + &format!("{OCCUPATION}ghost,essential,skill/competence,{SKILL}w\n")
        + &format!("{OCCUPATION}a,essential,skill/competence,{SKILL}ghost\n")
        + &format!("{OCCUPATION}b,sometimes,skill/competence,{SKILL}w\n")
        + &format!("{OCCUPATION}a,essential,skill/competence,{SKILL}w\n");
    let bench = Bench::with(&[
        ("occupations_en.csv", &occupations),
        ("occupationSkillRelations.csv", &relations),
    ]);
    let said = bench.esco().success();
    let data = DataSet::load(&bench.out()).unwrap();
    assert_eq!(data.taxonomy.occupations.len(), 3);
    assert_eq!(data.taxonomy.occupations[0].label.en, "welder", "the first row counts");
    let dropped = &data.manifest.sources[0].dropped;
    let reasons = ["stands twice, first kept", "without a URI", "an unknown occupation"];
    let more = ["an unknown skill", "neither essential nor optional", "relation stands twice"];
    for reason in reasons.iter().chain(&more) {
        let found: Vec<_> = dropped.iter().filter(|drop| drop.reason.contains(reason)).collect();
        assert_eq!(found.len(), 1, "{reason}: {dropped:#?}");
        assert_eq!(found[0].count, 1, "{reason}");
        assert!(said.contains(reason), "{reason} is not in\n{said}");
    }
    assert_eq!(bench.dropped().lines().count(), 6, "{}", bench.dropped());
    assert!(bench.dropped().contains("ghost"));
}

#[test]
fn other_peoples_folders_are_left_alone() {
    let bench = Bench::with(&[]);
    fs::create_dir(bench.out()).unwrap();
    let letter = bench.out().join("letter.txt");
    fs::write(&letter, "dear").unwrap();
    let error = bench.esco().failure(1);
    assert!(error.contains("letter.txt") && error.contains("empty folder"), "{error}");
    assert_eq!(fs::read_to_string(&letter).unwrap(), "dear");
    fs::remove_file(&letter).unwrap();
    // Other programs call a file manifest.json too.
    let manifest = bench.out().join("manifest.json");
    fs::write(&manifest, r#"{"name": "my app", "icons": []}"#).unwrap();
    let error = bench.esco().failure(1);
    assert!(error.contains("not a data set"), "{error}");
    fs::remove_file(&manifest).unwrap();
    bench.esco().success();
    fs::write(&letter, "dear").unwrap();
    let error = bench.esco().failure(1);
    assert!(error.contains("letter.txt"), "{error}");
    assert_eq!(fs::read_to_string(&letter).unwrap(), "dear");
    fs::remove_file(&letter).unwrap();
    // A data set of another format is still one.
    let other = fs::read_to_string(&manifest).unwrap().replace("\"format\": 1", "\"format\": 999");
    fs::write(&manifest, other).unwrap();
    bench.esco().success();
    let blocked = bench.folder.path().join("file");
    fs::write(&blocked, "x").unwrap();
    let below = blocked.join("data");
    let error = run(&["import", text(&bench.source()), "--out", text(&below)]).failure(1);
    assert!(error.contains(text(&blocked)), "{error}");
}

#[test]
fn a_failing_import_leaves_the_old_data_set() {
    let bench = Bench::with(&[]);
    bench.esco().success();
    let before = bench.manifest();
    bench.put("ESCO dataset - v1.1.1 - classification - en - csv.zip", b"PK\x03\x04 cut off");
    bench.esco().failure(1);
    assert_eq!(bench.manifest(), before);
    assert_eq!(bench.left_over(), Vec::<String>::new());
    run(&["recommend", "--title", "welder", "--data", text(&bench.out())]).success();
    bench.classification(&[("occupations_en.csv", &occupations().replace("waiter", "server"))]);
    bench.esco().success();
    assert_ne!(bench.manifest().fingerprint, before.fingerprint);
}

#[test]
fn a_hubs_courses_beside_esco_bring_nothing_else() {
    let bench = Bench::with(&[]);
    let head = "id,title_sv,title_en,form,basis,weeks,pace_pct,distance,places,teaches,grants,\
                requires,leads_to,prerequisites_sv,prerequisites_en,provider,url\n";
    let key = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("data/skills.csv"));
    let key = key.unwrap();
    let key = key.lines().filter(|line| !line.starts_with('#')).nth(1).unwrap();
    let key = key.split(',').next().unwrap();
    let row = format!(
        "myhub:one,Kurs,Course,short,offer,1,100,on_site,Mölndal,{key},B,,7212,,,Skolan,\
         https://example.se/kurs\n"
    );
    bench.put("courses.csv", format!("{head}{row}").as_bytes());
    bench.import(&[]).success();
    let data = DataSet::load(&bench.out()).unwrap();
    let counts = &data.manifest.counts;
    assert_eq!(counts["occupations"], 3, "ESCO's only");
    assert_eq!(counts["relations_essential"] + counts["relations_optional"], 6);
    assert_eq!(counts["skills"], 5, "ESCO's four and the one the course teaches");
    assert_eq!(counts["courses"], 1, "the hub's only");
    assert_eq!(data.courses[0].source, "hub");
    assert_eq!(data.courses[0].teaches.len(), 1);
    assert!(data.taxonomy.licences.iter().any(|licence| licence.key == "B"));
    let keys: Vec<&str> = data.manifest.sources.iter().map(|source| source.key.as_str()).collect();
    assert_eq!(keys, ["esco", "hub", "starter", "joins"]);
    assert_eq!(data.manifest.sources[1].counts["courses"], 1);
    assert_eq!(data.manifest.sources[2].files.len(), 7, "those the hub lacks");
}

#[test]
fn the_newest_complete_version_is_read() {
    let bench = Bench::with(&[]);
    let swedish = occupations().replace("waiter", "servitör");
    let newer = zipped(&[("occupations_sv.csv", &swedish), ("skills_sv.csv", &skills())]);
    bench.put("ESCO dataset - v1.2.0 - classification - sv - csv.zip", &newer);
    bench.esco().success();
    let esco = &bench.manifest().sources[0];
    assert_eq!(esco.version, "1.1.1");
    assert!(esco.notes.iter().any(|note| note.contains("1.2.0 is not read")), "{esco:?}");
    fs::remove_file(bench.source().join("ESCO dataset - v1.1.1 - classification - en - csv.zip"))
        .unwrap();
    let error = bench.esco().failure(1);
    assert!(error.contains("occupations_en is missing"), "{error}");
}

#[test]
fn occupations_without_skills_are_imported_without_a_model() {
    let bench = Bench::with(&[(
        "occupationSkillRelations.csv",
        "occupationUri,relationType,skillType,skillUri\n",
    )]);
    bench.esco().success();
    assert_eq!(bench.manifest().counts["occupations"], 3);
    assert!(!bench.out().join("models").exists());
}

#[test]
fn what_a_killed_run_left_is_removed_when_it_is_old() {
    let bench = Bench::with(&[]);
    let [old, new, other] =
        [".data set.kompetensnav-new-aBc", ".data set.kompetensnav-new-dEf", ".other.new-gHi"];
    for name in [old, new, other] {
        fs::create_dir(bench.folder.path().join(name)).unwrap();
    }
    let hours_ago = SystemTime::now() - Duration::from_hours(2);
    for name in [old, other] {
        fs::File::open(bench.folder.path().join(name)).unwrap().set_modified(hours_ago).unwrap();
    }
    bench.esco().success();
    let mut left = bench.left_over();
    left.sort();
    assert_eq!(left, [new, other]);
}

#[test]
fn a_data_set_moved_aside_by_a_killed_run_is_told_of_and_comes_back() {
    let bench = Bench::with(&[]);
    bench.esco().success();
    let before = bench.manifest();
    let aside = bench.folder.path().join(".data set.kompetensnav-old");
    fs::rename(bench.out(), &aside).unwrap();
    let asked = bench.out();
    let asked = ["recommend", "--title", "welder", "--data", text(&asked)];
    let error = run(&asked).failure(1);
    assert!(error.contains("broken off") && error.contains(text(&aside)), "{error}");
    // The next import puts it back, even one that fails then.
    bench.put("ESCO dataset - v1.1.1 - classification - en - csv.zip", b"PK cut off");
    bench.esco().failure(1);
    bench.classification(&[]);
    bench.esco().success();
    assert_eq!(bench.manifest(), before);
    assert_eq!(bench.left_over(), Vec::<String>::new());
}

#[test]
fn what_a_data_set_can_and_cannot_do_is_said() {
    let bench = Bench::with(&[]);
    let said = bench.esco().success();
    assert!(said.contains("It can suggest paths"), "{said}");
    for lack in ["no courses", "no labour market", "no Swedish names"] {
        assert!(said.contains(lack), "{lack} is not in\n{said}");
    }
    let said = bench.import(&[]).success();
    assert!(said.contains("It can suggest paths") && !said.contains("no courses"), "{said}");
    let susa = "id,type,title,description,url,place\n1,Komvux,Kurs,Text,,Göteborg\n";
    bench.put("susa_2025.csv", susa.as_bytes());
    let said = bench.import(&["--only", "susa"]).success();
    assert!(said.contains("It cannot suggest anything"), "{said}");
    let out = bench.out();
    for command in
        [&["recommend", "--title", "welder"][..], &["serve"], &["eval", "--set", text(&out)]]
    {
        let error = run(&[command, &["--data", text(&out)]].concat()).failure(1);
        let told = error.contains("no occupations with skills") && error.contains("ESCO");
        assert!(told || command[0] == "eval", "{error}");
    }
}

#[test]
fn an_encoder_that_goes_with_the_former_data_set_is_told_of() {
    let bench = Bench::with(&[]);
    let said = bench.esco().success();
    assert!(!said.contains("encoder"), "{said}");
    fs::create_dir(bench.out().join("models/encoder")).unwrap();
    let said = bench.esco().success();
    assert!(said.contains("kompetensnav encoder add"), "{said}");
    assert!(!bench.out().join("models/encoder").exists());
}

#[test]
fn a_data_set_is_not_written_among_its_sources() {
    let bench = Bench::with(&[]);
    let source = bench.source();
    for inside in ["", "set", "deep/down/set"] {
        let out = source.join(inside);
        let error =
            run(&["import", text(&source), "--out", text(&out), "--only", "esco"]).failure(1);
        assert!(error.contains("outside it"), "{error}");
    }
    let arguments = ["import", ".", "--out", "set", "--only", "esco"];
    let output = command(&arguments).current_dir(&source).output().unwrap();
    assert!(!output.status.success(), "{output:?}");
    assert_eq!(fs::read_dir(&source).unwrap().count(), 2, "nothing is left there");
}

#[test]
fn sources_are_chosen_by_their_keys() {
    let bench = Bench::with(&[]);
    let error = bench.import(&["--only", "esko"]).failure(2);
    assert!(error.contains("esko") && error.contains("jobtech"), "{error}");
    let error = bench.import(&["--only", "esco,myh"]).failure(1);
    assert!(error.contains("myh") && error.contains("choose other sources"), "{error}");
    let empty = tempfile::tempdir().unwrap();
    let error = run(&["import", text(empty.path()), "--out", text(&bench.out())]).failure(1);
    assert!(error.contains("no official file"), "{error}");
    // A page that holds nothing is not what was meant: the starter set must not take its place.
    fs::write(empty.path().join("readme.html"), "<html><body>hej</body></html>").unwrap();
    let error = run(&["import", text(empty.path()), "--out", text(&bench.out())]).failure(1);
    assert!(error.contains("jsonld") && error.contains("nothing that can be read"), "{error}");
    let error = run(&["import", "no-such-folder", "--out", text(&bench.out())]).failure(1);
    assert!(error.contains("no-such-folder"), "{error}");
    assert!(!bench.out().exists());
}

/// A package of enough rows that an import takes a while.
fn large() -> (String, String) {
    let (mut occupations, mut relations) = (occupations(), relations());
    for at in 0..3_000 {
        writeln!(
            occupations,
            "Occupation,{OCCUPATION}n{at},7212,worker {at},,,released,,,,,,Text.,1"
        )
        .unwrap();
        for skill in ["w", "d", "t"] {
            writeln!(relations, "{OCCUPATION}n{at},essential,skill/competence,{SKILL}{skill}")
                .unwrap();
        }
    }
    (occupations, relations)
}

#[test]
fn a_killed_import_leaves_the_old_data_set_or_the_new_one() {
    let bench = Bench::with(&[]);
    bench.esco().success();
    let small = bench.manifest().fingerprint;
    let (occupations, relations) = large();
    bench.classification(&[
        ("occupations_en.csv", &occupations),
        ("occupationSkillRelations.csv", &relations),
    ]);
    let (source, out) = (bench.source(), bench.out());
    let started = Instant::now();
    let fresh = bench.folder.path().join("whole");
    run(&["import", text(&source), "--out", text(&fresh), "--only", "esco"]).success();
    let whole = started.elapsed();
    let large = Manifest::load(&fresh).unwrap().fingerprint;
    for tenth in 1..10 {
        let arguments = ["import", text(&source), "--out", text(&out), "--only", "esco"];
        let mut child =
            command(&arguments).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        thread::sleep(whole.mul_f32(0.1 * tenth as f32).max(Duration::from_millis(1)));
        // It may have ended by itself.
        let _ended = child.kill();
        child.wait().unwrap();
        // Loading checks every byte against the manifest.
        let found = DataSet::load(&out).unwrap().manifest.fingerprint;
        assert!([&small, &large].contains(&&found), "after {tenth} tenths of {whole:?}");
    }
    bench.esco().success();
    assert_eq!(bench.manifest().fingerprint, large);
}

#[test]
fn the_official_esco_files_give_the_published_counts() {
    let Some(official) = real_files() else { return };
    let folder = tempfile::tempdir().unwrap();
    let import = |name: &str| {
        let out = folder.path().join(name);
        let started = Instant::now();
        run(&["import", text(&official), "--out", text(&out), "--only", "esco"]).success();
        println!("import {name}: {:.1} s", started.elapsed().as_secs_f32());
        Manifest::load(&out).unwrap()
    };
    let [one, two] = ["one", "two"].map(import);
    assert_eq!(one, two);
    assert_eq!(one.counts["occupations"], 3_008);
    assert_eq!(one.counts["skills"], 13_896);
    assert_eq!(one.counts["relations_essential"], 64_946);
    assert_eq!(one.counts["relations_optional"], 58_909);
    assert_eq!(one.sources[0].version, "1.1.1");
    assert_eq!(one.sources[0].counts["skill_skill_relations"], 5_899);
    assert_eq!(one.sources[0].counts["occupations_restored"], 1);
}

#[test]
fn all_official_files_give_one_data_set() {
    let Some(official) = real_files() else { return };
    let folder = tempfile::tempdir().unwrap();
    let import = |name: &str| {
        let out = folder.path().join(name);
        let started = Instant::now();
        run(&["import", text(&official), "--out", text(&out)]).success();
        println!("import {name}: {:.1} s", started.elapsed().as_secs_f32());
        out
    };
    let [one, two] = ["one", "two"].map(import);
    assert_eq!(Manifest::load(&one).unwrap(), Manifest::load(&two).unwrap());
    let data = DataSet::load(&one).unwrap();
    let counts = &data.manifest.counts;
    assert!(counts["occupations"] >= 3_008 && counts["skills"] >= 13_896, "{counts:?}");
    assert_eq!(counts["ssyk_groups"], 400);
    assert!(counts["job_titles"] > 2_000 && counts["courses"] > 3_000, "{counts:?}");
    let keys: Vec<&str> = data.manifest.sources.iter().map(|source| source.key.as_str()).collect();
    for key in ["esco", "jobtech", "crosswalk", "market", "gy11", "myh", "susa", "starter"] {
        assert!(keys.contains(&key), "{key} is not in {keys:?}");
    }
    listed_whole(&one, &data);
}

/// Every counted drop is a line of `dropped.ndjson`.
fn listed_whole(folder: &Path, data: &DataSet) {
    let counted: u64 =
        data.manifest.sources.iter().flat_map(|s| &s.dropped).map(|drop| drop.count).sum();
    let listed = fs::read_to_string(folder.join("dropped.ndjson")).unwrap();
    assert_eq!(listed.lines().count() as u64, counted);
}
