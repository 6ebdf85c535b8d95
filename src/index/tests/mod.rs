//! Search on a small data set; `filters` and `folder` test the rest on the same one, `scale` on a large one.

mod filters;
mod folder;
mod scale;

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
            grants: vec!["CE".into()],
            teaches: vec![0],
            leads_to: vec!["8332".into()],
            ..course("ce", "Yrkesförare gods", CourseForm::LabourMarket)
        },
        Course {
            places: vec!["Göteborg".into()],
            distance: Distance::Full,
            weeks: Some(4.0),
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
                groups: vec![],
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
