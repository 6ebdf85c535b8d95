use std::{fs, path::Path};

use jiff::civil::date;
use proptest::prelude::*;

use super::*;
use crate::{
    dataset::DataSet,
    domain::{
        Bilingual, Course, CourseBasis, CourseForm, Distance, Language, Licence, LicenceKind,
        Occupation, Skill, Taxonomy,
    },
};

fn occupation(id: &str, sv: &str, en: &str, also: &[&str], text: &str) -> Occupation {
    Occupation {
        id: format!("o:{id}"),
        label: Bilingual::new(sv, en),
        alternatives: Bilingual { sv: also.iter().map(ToString::to_string).collect(), en: vec![] },
        description: Bilingual::new(text, ""),
        ..Occupation::default()
    }
}

fn skill(id: &str, sv: &str, en: &str) -> Skill {
    Skill { id: format!("s:{id}"), label: Bilingual::new(sv, en), ..Skill::default() }
}

fn course(id: &str, sv: &str, form: CourseForm) -> Course {
    Course { id: format!("c:{id}"), title: Bilingual::new(sv, ""), form, ..Course::default() }
}

fn occupations() -> Vec<Occupation> {
    let driver = Occupation {
        ssyk: vec!["8332".into()],
        isco: "8332".into(),
        sector: "transport".into(),
        ..occupation(
            "driver",
            "lastbilsförare",
            "lorry driver",
            &["lastbilschaufför", "truckförare"],
            "Kör gods med tung lastbil mellan terminaler.",
        )
    };
    let welder = Occupation {
        ssyk: vec!["7212".into()],
        isco: "7212".into(),
        sector: "industry".into(),
        ..occupation("welder", "svetsare", "welder", &["rörsvetsare"], "Fogar samman stål.")
    };
    let text = "Skriver program; läser ritningar av maskiner.";
    let nurse_text = "Arbetar inom vården med omsorg. Åker sällan lastbil. Kan få svetsa ihop lag.";
    vec![
        occupation("cpp", "C++-utvecklare", "C++ developer", &[".NET-utvecklare"], text),
        occupation("c", "C-utvecklare", "C developer", &[], text),
        driver,
        occupation("mechanic", "lastbilsmekaniker", "lorry mechanic", &[], "Lagar fordon."),
        occupation("nurse", "undersköterska", "assistant nurse", &["vårdare"], nurse_text),
        occupation("teacher", "lärare", "teacher", &[], "Undervisar elever."),
        welder,
    ]
}

fn courses() -> Vec<Course> {
    vec![
        Course {
            basis: CourseBasis::Offer,
            places: vec!["Göteborg".into(), "Mölndal".into()],
            distance: Distance::OnSite,
            weeks: Some(20.0),
            starts: vec!["2026-01-12".into(), "2026-08-17".into()],
            price_kr: Some(0),
            grants: vec!["CE".into()],
            teaches: vec![0],
            leads_to: vec!["8332".into()],
            ..course("ce", "Yrkesförare gods", CourseForm::LabourMarket)
        },
        Course {
            places: vec!["Göteborg".into()],
            distance: Distance::Full,
            weeks: Some(4.0),
            price_kr: Some(9500),
            teaches: vec![1],
            leads_to: vec!["7212".into()],
            description: Bilingual::new("Svetsning med MIG och TIG.", ""),
            ..course("weld", "Svetslicens", CourseForm::Short)
        },
        // Nothing known but the title.
        course("bare", "Validering", CourseForm::Validation),
    ]
}

fn data() -> DataSet {
    let mut data = DataSet {
        taxonomy: Taxonomy {
            occupations: occupations(),
            skills: vec![
                skill("drive", "framföra tunga fordon", "drive heavy vehicles"),
                skill("weld", "svetsa metall", "weld metal"),
            ],
            licences: vec![Licence {
                key: "CE".into(),
                label: Bilingual::new("CE-körkort", "CE licence"),
                alternatives: vec![],
                kind: LicenceKind::DrivingLicence,
                issuer: String::new(),
                included_in: vec![],
            }],
            ..Taxonomy::default()
        },
        courses: courses(),
        ..DataSet::default()
    };
    data.courses.sort_by(|a, b| a.id.cmp(&b.id));
    data.taxonomy.occupations.sort_by(|a, b| a.id.cmp(&b.id));
    data.manifest.fingerprint = "fingerprint-1".into();
    data
}

fn index() -> Index {
    Index::build_in_memory(&data()).unwrap()
}

fn ids(hits: &Hits) -> Vec<&str> {
    hits.items.iter().map(|hit| hit.id.as_str()).collect()
}

fn query(text: &str) -> Query {
    Query { text: text.into(), ..Query::default() }
}

fn best_occupation(text: &str) -> String {
    let hits = index().search_occupations(&query(text), &Page::first(1)).unwrap();
    hits.items.first().map(|hit| hit.id.clone()).unwrap_or_default()
}

fn courses_with(filters: Filters) -> Vec<String> {
    let query = Query { filters, ..Query::default() };
    let hits = index().search_courses(&query, &Page::first(10)).unwrap();
    assert_eq!(hits.total, hits.items.len());
    hits.items.into_iter().map(|hit| hit.id).collect()
}

#[test]
fn an_index_is_shared_between_threads() {
    fn shared<T: Send + Sync + std::fmt::Debug>() {}
    shared::<Index>();
    assert_eq!(index().counts(), [7, 2, 3]);
}

#[test]
fn finds_labels_alternatives_misspellings_and_english() {
    for (text, id) in [
        ("lastbilschaufför", "o:driver"),
        ("lastbilsjafför", "o:driver"),
        ("Lorry DRIVER", "o:driver"),
        ("truckförarna", "o:driver"),
        ("undersköterskor", "o:nurse"),
        ("undersjöterska", "o:nurse"),
        ("welders", "o:welder"),
        ("lärare", "o:teacher"),
        ("C++", "o:cpp"),
        ("c++ utvecklare", "o:cpp"),
        (".net", "o:cpp"),
        ("C utvecklare", "o:c"),
        ("vårdaren", "o:nurse"),
        ("rör-svetsare", "o:welder"),
    ] {
        assert_eq!(best_occupation(text), id, "{text}");
    }
}

#[test]
fn a_part_of_a_compound_is_found() {
    let hits = index().search_occupations(&query("svets"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits)[0], "o:welder");
    let hits = index().search_courses(&query("svets"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits), ["c:weld"]);
}

#[test]
fn an_exact_preferred_label_comes_first_then_labels_then_texts() {
    let mut data = data();
    let mut add = |id, sv, also: &[&str], text| {
        data.taxonomy.occupations.push(occupation(id, sv, "", also, text));
    };
    add("z1", "bagare", &["konditor", "bagare i bageri"], "");
    add("a1", "bagare i bageri", &["bagare med bagare", "bagare"], "bagare bagare bagare");
    add("a2", "chef i butik för bagare", &["a", "b", "c d e f g"], "");
    add("a0", "ugnsskötare", &[], "bagare bagare bagare bagare bagare");
    data.taxonomy.occupations.sort_by(|a, b| a.id.cmp(&b.id));
    let index = Index::build_in_memory(&data).unwrap();
    let hits = index.search_occupations(&query("Bagare"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits), ["o:z1", "o:a1", "o:a2", "o:a0"]);
    assert_eq!(data.taxonomy.occupation(hits.items[0].ix).id, "o:z1");
}

#[test]
fn blank_text_gives_all_in_order_of_id_and_pages_add_up() {
    let index = index();
    let all = index.search_occupations(&query(" \n"), &Page::first(100)).unwrap();
    assert_eq!(all.total, 7);
    assert!(ids(&all).is_sorted());
    for text in ["", "lastbil utvecklare"] {
        let all = index.search_occupations(&query(text), &Page::first(100)).unwrap();
        let mut pages = Vec::new();
        for offset in (0..10).step_by(2) {
            let page = Page { offset, limit: 2 };
            let hits = index.search_occupations(&query(text), &page).unwrap();
            assert_eq!(hits.total, all.total);
            pages.extend(hits.items);
        }
        assert_eq!(pages, all.items);
    }
    let none = index.search_occupations(&query(""), &Page { offset: 50, limit: 0 }).unwrap();
    assert_eq!((none.total, none.items.len()), (7, 0));
}

#[test]
fn equal_rows_are_ordered_by_id_even_in_an_unsorted_data_set() {
    let mut data = DataSet::default();
    for id in ["e", "b", "d", "a", "c"] {
        data.taxonomy.occupations.push(occupation(id, "kock", "cook", &[], ""));
    }
    let index = Index::build_in_memory(&data).unwrap();
    let hits = index.search_occupations(&query("kock"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits), ["o:a", "o:b", "o:c", "o:d", "o:e"]);
    assert_eq!(hits.items[0].ix, 3);
}

#[test]
fn the_language_asked_for_counts_more_but_the_other_is_found() {
    let mut data = DataSet::default();
    data.taxonomy.occupations = vec![
        occupation("a", "chef", "manager", &[], ""),
        occupation("b", "kökschef", "chef", &[], ""),
    ];
    let index = Index::build_in_memory(&data).unwrap();
    let best = |text, language| {
        let hits = index.search_occupations(&Query::new(text, language), &Page::first(1)).unwrap();
        hits.items[0].id.clone()
    };
    assert_eq!(best("chef", Language::Sv), "o:a");
    assert_eq!(best("chef", Language::En), "o:b");
    assert_eq!(best("manager", Language::Sv), "o:a");
}

#[test]
fn skills_are_their_own_kind() {
    let hits = index().search_skills(&query("metallsvets"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits), ["s:weld"]);
    let hits = index().search_skills(&query("heavy vehicle"), &Page::first(10)).unwrap();
    assert_eq!(ids(&hits), ["s:drive"]);
}

#[test]
fn occupations_are_filtered() {
    let with = |filters: Filters| {
        let query = Query { filters, ..Query::default() };
        let hits = index().search_occupations(&query, &Page::first(10)).unwrap();
        hits.items.into_iter().map(|hit| hit.id).collect::<Vec<_>>()
    };
    for ssyk in ["8", "83", "833", "8332"] {
        assert_eq!(with(Filters { ssyk: ssyk.into(), ..Filters::default() }), ["o:driver"]);
    }
    assert!(with(Filters { ssyk: "332".into(), ..Filters::default() }).is_empty());
    assert_eq!(with(Filters { isco: "72".into(), ..Filters::default() }), ["o:welder"]);
    assert_eq!(with(Filters { sector: "industry".into(), ..Filters::default() }), ["o:welder"]);
    assert!(with(Filters { forms: vec![CourseForm::Yh], ..Filters::default() }).is_empty());
    let filters = Filters { sector: "transport".into(), ..Filters::default() };
    let both = Query { filters, ..query("svetsare") };
    assert_eq!(index().search_occupations(&both, &Page::first(9)).unwrap().total, 0);
}

#[test]
fn courses_are_filtered_by_form_place_and_distance() {
    use CourseForm::{LabourMarket, Validation, Yh};
    let forms = |forms: &[CourseForm]| Filters { forms: forms.into(), ..Filters::default() };
    assert_eq!(courses_with(forms(&[LabourMarket, Validation])), ["c:bare", "c:ce"]);
    assert!(courses_with(forms(&[Yh])).is_empty());
    let bases = vec![CourseBasis::Offer];
    assert_eq!(courses_with(Filters { bases, ..Filters::default() }), ["c:ce"]);
    let places = |places: &[&str]| Filters {
        places: places.iter().map(ToString::to_string).collect(),
        ..Filters::default()
    };
    assert_eq!(courses_with(places(&["göteborg "])), ["c:ce", "c:weld"]);
    assert_eq!(courses_with(places(&["Mölndal", "Kungälv"])), ["c:ce"]);
    assert!(courses_with(places(&["Göte"])).is_empty());
    let distance = vec![Distance::Full, Distance::Hybrid];
    assert_eq!(courses_with(Filters { distance, ..Filters::default() }), ["c:weld"]);
}

#[test]
fn courses_are_filtered_by_length_start_price_and_aim() {
    let weeks = |min_weeks, max_weeks| Filters { min_weeks, max_weeks, ..Filters::default() };
    assert_eq!(courses_with(weeks(Some(4.0), None)), ["c:ce", "c:weld"]);
    assert_eq!(courses_with(weeks(Some(4.1), Some(20.0))), ["c:ce"]);
    assert_eq!(courses_with(weeks(None, Some(19.9))), ["c:weld"]);
    let start = |start_from, start_to| Filters { start_from, start_to, ..Filters::default() };
    let (spring, autumn) = (date(2026, 1, 12), date(2026, 8, 17));
    assert_eq!(courses_with(start(Some(spring), Some(spring))), ["c:ce"]);
    assert_eq!(courses_with(start(Some(autumn), None)), ["c:ce"]);
    assert!(courses_with(start(Some(date(2026, 1, 13)), Some(date(2026, 8, 16)))).is_empty());
    assert!(courses_with(start(None, Some(date(2026, 1, 11)))).is_empty());
    let price = |kr| Filters { max_price_kr: Some(kr), ..Filters::default() };
    assert_eq!(courses_with(price(0)), ["c:ce"]);
    assert_eq!(courses_with(price(9500)), ["c:ce", "c:weld"]);
    let teaches = vec!["s:weld".into(), "s:none".into()];
    assert_eq!(courses_with(Filters { teaches, ..Filters::default() }), ["c:weld"]);
    assert_eq!(courses_with(Filters { ssyk: "83".into(), ..Filters::default() }), ["c:ce"]);
    let grants = vec!["CE".into()];
    assert_eq!(courses_with(Filters { grants, ..Filters::default() }), ["c:ce"]);
    let both = Filters { ssyk: "83".into(), max_weeks: Some(4.0), ..Filters::default() };
    assert!(courses_with(both).is_empty());
}

#[test]
fn courses_are_counted_by_form_basis_and_place_and_found_by_what_they_teach() {
    let hits = index().search_courses(&query(""), &Page::first(1)).unwrap();
    let places: Vec<(&str, usize)> =
        hits.facets.places.iter().map(|f| (f.value.as_str(), f.count)).collect();
    assert_eq!(places, [("Göteborg", 2), ("Mölndal", 1)]);
    assert_eq!(hits.facets.forms.len(), 3);
    assert_eq!(hits.facets.bases[0], Facet { value: "typical".into(), count: 2 });
    // A skill taught and a licence granted are part of a course's text.
    let hits = index().search_courses(&query("heavy vehicles"), &Page::first(5)).unwrap();
    assert_eq!(ids(&hits), ["c:ce"]);
    let hits = index().search_courses(&query("ce-körkort"), &Page::first(5)).unwrap();
    assert_eq!(ids(&hits), ["c:ce"]);
}

#[test]
fn a_snippet_marks_the_words_found_and_says_its_language() {
    let english = Query::new("svetsning", Language::En);
    let hits = index().search_courses(&english, &Page::first(1)).unwrap();
    let snippet = hits.items[0].snippet.clone().unwrap();
    assert_eq!(snippet.language, Language::Sv);
    assert_eq!(&snippet.text[snippet.marks[0].clone()], "Svetsning");
    let bare = index().search_courses(&query("validering"), &Page::first(1)).unwrap();
    assert_eq!(bare.items[0].snippet, None);
}

#[test]
fn absurd_queries_give_hits_or_none() {
    let index = index();
    let long_word = "a".repeat(10_000);
    let many_words = (0..10_000).map(|n| format!("ord{n}")).collect::<Vec<_>>().join(" ");
    for text in [
        "!!! ??? +-*/",
        "😀😀",
        "+\"a",
        "title:* OR (",
        "'; DROP TABLE courses; --",
        "\0",
        "[2020 TO *]",
        "İ ß ﬃ \u{30a}\u{308}",
        &long_word,
        &many_words,
    ] {
        index.search_courses(&query(text), &Page::first(10)).unwrap();
        let hits = index.search_occupations(&query(text), &Page::first(10)).unwrap();
        assert!(hits.items.iter().all(|hit| hit.score.is_finite()), "{text:.20}");
    }
    let signs = index.search_courses(&query("!!! ???"), &Page::first(10)).unwrap();
    assert_eq!(signs, Hits::default());
}

#[test]
fn an_empty_data_set_has_an_empty_index() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    let index = Index::build(&DataSet::default(), &path).unwrap();
    for text in ["", "svets"] {
        assert_eq!(index.search_courses(&query(text), &Page::first(9)).unwrap(), Hits::default());
    }
    assert!(matches!(Index::open(&path, "").unwrap(), Opened::Ready(_)));
}

#[test]
fn two_builds_and_an_opened_one_answer_alike() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("deep/index");
    let built = Index::build(&data(), &path).unwrap();
    let opened = ready(&path);
    let again = index();
    for text in ["", "svets", "lastbil tung", "c++ developer", "vård omsorg maskin"] {
        let query = query(text);
        let first = built.search_occupations(&query, &Page::first(10)).unwrap();
        assert_eq!(first, again.search_occupations(&query, &Page::first(10)).unwrap());
        assert_eq!(first, opened.search_occupations(&query, &Page::first(10)).unwrap());
        let first = built.search_courses(&query, &Page::first(10)).unwrap();
        assert_eq!(first, opened.search_courses(&query, &Page::first(10)).unwrap());
    }
}

fn ready(path: &Path) -> Index {
    match Index::open(path, "fingerprint-1").unwrap() {
        Opened::Ready(index) => index,
        Opened::Rebuild(reason) => panic!("{reason}"),
    }
}

fn reason(path: &Path, fingerprint: &str) -> Reason {
    match Index::open(path, fingerprint).unwrap() {
        Opened::Ready(_) => panic!("opened"),
        Opened::Rebuild(reason) => reason,
    }
}

fn built() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("index");
    Index::build(&data(), &path).unwrap();
    (folder, path)
}

fn change_stamp(path: &Path, from: &str, to: &str) {
    let stamp = path.join("stamp.json");
    let text = fs::read_to_string(&stamp).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(&stamp, text.replacen(from, to, 1)).unwrap();
}

#[test]
fn every_reason_to_rebuild_is_named() {
    let (folder, path) = built();
    assert!(matches!(reason(&folder.path().join("none"), "x"), Reason::Missing { .. }));
    let stale = reason(&path, "fingerprint-2");
    assert_eq!(
        stale.to_string(),
        "the index was built from data set fingerprint-1, now it is fingerprint-2"
    );
    change_stamp(&path, "\"schema\": \"", "\"schema\": \"0");
    assert_eq!(reason(&path, "fingerprint-1"), Reason::Schema);
    change_stamp(&path, "\"format\": 1", "\"format\": 99");
    let format = Reason::Format { found: 99, readable: 1 };
    assert_eq!(reason(&path, "fingerprint-1"), format);
    fs::write(path.join("stamp.json"), "{").unwrap();
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
    fs::remove_file(path.join("stamp.json")).unwrap();
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Missing { .. }));
    // Whatever was wrong, building sets it right and leaves nothing beside.
    Index::build(&data(), &path).unwrap();
    assert_eq!(ready(&path).counts(), [7, 2, 3]);
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
}

#[test]
fn one_flipped_byte_anywhere_is_found() {
    let (_folder, path) = built();
    let files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(files.len() > 5, "{files:?}");
    for file in files {
        let whole = fs::read(&file).unwrap();
        let step = (whole.len() / 50).max(1);
        for at in (0..whole.len()).step_by(step).chain([whole.len() - 1]) {
            let mut bytes = whole.clone();
            bytes[at] ^= 1;
            fs::write(&file, &bytes).unwrap();
            reason(&path, "fingerprint-1");
        }
        fs::write(&file, &whole).unwrap();
    }
    ready(&path);
}

#[test]
fn cut_and_absent_files_are_found() {
    let (_folder, path) = built();
    let files: Vec<_> = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()).collect();
    for file in files.iter().filter(|file| !file.ends_with("stamp.json")) {
        let whole = fs::read(file).unwrap();
        fs::write(file, &whole[..whole.len() / 2]).unwrap();
        assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
        fs::remove_file(file).unwrap();
        assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
        fs::write(file, &whole).unwrap();
    }
    ready(&path);
}

#[test]
fn a_stamp_that_names_files_elsewhere_is_refused() {
    let (folder, path) = built();
    fs::write(folder.path().join("meta.json"), "{}").unwrap();
    change_stamp(&path, "\"meta.json\"", "\"../meta.json\"");
    assert!(matches!(reason(&path, "fingerprint-1"), Reason::Corrupt { .. }));
}

#[test]
fn other_obstacles_are_errors_and_other_files_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "mine").unwrap();
    assert!(matches!(Index::open(&file, "x"), Err(Error::Io { .. })));
    assert!(matches!(Index::build(&data(), &file), Err(Error::Io { .. })));
    assert!(matches!(Index::build(&data(), folder.path()), Err(Error::NotAnIndex { .. })));
    assert_eq!(fs::read_to_string(&file).unwrap(), "mine");
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_opens_and_stays_as_it_is() {
    use std::os::unix::fs::PermissionsExt as _;
    let (_folder, path) = built();
    let state = || {
        let mut files: Vec<_> = fs::read_dir(&path)
            .unwrap()
            .map(|entry| entry.unwrap())
            .map(|entry| (entry.path(), entry.metadata().unwrap().modified().unwrap()))
            .collect();
        files.sort();
        (files, fs::metadata(&path).unwrap().modified().unwrap())
    };
    let before = state();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o555)).unwrap();
    let hits = ready(&path).search_occupations(&query("svetsare"), &Page::first(1)).unwrap();
    assert_eq!(ids(&hits), ["o:welder"]);
    // Root may write in spite of the mode, so the folder itself is the witness.
    assert_eq!(state(), before);
    fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn no_text_panics_and_filters_only_take_away(text in any::<String>(), place in ".{0,20}") {
        let index = index();
        let all = index.search_courses(&query(&text), &Page::first(100)).unwrap();
        prop_assert_eq!(all.total, all.items.len());
        let filters = Filters {
            places: vec![place, "Göteborg".into()],
            max_weeks: Some(f32::NAN),
            ..Filters::default()
        };
        let fewer = index
            .search_courses(&Query { filters, ..query(&text) }, &Page::first(100))
            .unwrap();
        for hit in &fewer.items {
            prop_assert!(all.items.contains(hit));
        }
    }
}
