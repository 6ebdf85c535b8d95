//! More rows than fit in a window of the search and in a part of the index: found and ranked as if
//! every row were scored, and built alike by any number of threads.

use std::{collections::BTreeMap, fs};

use tantivy::DocId;

use super::{
    analysis::{Stems, grams, words},
    postings::{Sought, Worth},
    ranking::{distinct, weight},
    *,
};

const BEGINNINGS: [&str; 12] = [
    "svets",
    "maskin",
    "el",
    "vård",
    "data",
    "process",
    "bygg",
    "lager",
    "projekt",
    "fordons",
    "energi",
    "produktions",
];
const ENDS: [&str; 9] = [
    "teknik",
    "ledare",
    "operatör",
    "utbildning",
    "tekniker",
    "ingenjör",
    "lära",
    "arbete",
    "utveckling",
];
const BETWEEN: [&str; 4] = ["och", "med inriktning mot", "för", "i"];
/// Occupations before the courses.
const BEFORE: usize = 5;
const PLACES: [&str; 3] = ["Göteborg", "Mölndal", "Borås"];

/// Titles of one to four words out of a hundred, and texts with some more.
fn many(count: usize) -> DataSet {
    let mut state = 7_usize;
    let mut draw = |below: usize| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) % below
    };
    let mut data = DataSet::default();
    // Courses do not begin at the first row.
    data.taxonomy.occupations = occupations().into_iter().take(BEFORE).collect();
    for n in 0..count {
        let mut word = || format!("{}{}", BEGINNINGS[draw(12)], ENDS[draw(9)]);
        let [first, second, third, fourth] = [(); 4].map(|()| word());
        let between = BETWEEN[draw(4)];
        let title = match draw(4) {
            0 => first.clone(),
            1 => format!("{first} {between} {second}"),
            2 => format!("{first}, {second} {between} {first}"),
            _ => format!("{first} {n}"),
        };
        let english = if draw(3) == 0 { format!("{second} course") } else { String::new() };
        let text =
            format!("Kursen ger {third} {between} {fourth}. {}", "Och mer. ".repeat(draw(4)));
        data.courses.push(Course {
            title: Bilingual::new(title, english),
            description: Bilingual::new(text, ""),
            places: vec![PLACES[draw(3)].into()],
            ..course(&format!("{n:06}"), "", CourseForm::Short)
        });
    }
    data
}

/// What every course is worth, best first: hits alone.
fn reference(index: &Index, text: &str, language: Option<Language>) -> Vec<(f32, DocId)> {
    let rows: Vec<DocId> = index.rows(Kind::Course).collect();
    let words = words(text);
    let sides = [Language::Sv, Language::En].map(|of| {
        let fields = index.fields.texts.get(of);
        let mut stems = Stems::new(of);
        let key = [stems.key(&words)];
        let stems = distinct(stems.of(&words), 64);
        let worth = |field, terms: &[String]| {
            Sought::open(index.segment().unwrap(), field, terms).unwrap().worth(&rows).unwrap()
        };
        let lists = [
            worth(fields.preferred, &key),
            worth(fields.alternative, &key),
            worth(fields.label, &stems),
            worth(fields.grams, &distinct(grams(&words), 400)),
            worth(fields.text, &stems),
        ];
        (weight(of, language), lists)
    });
    let best = |list: usize| {
        let shares = sides.iter().flat_map(|(_, lists)| &lists[list]).map(|worth| worth.share);
        shares.fold(0.0, f32::max)
    };
    let least_text = (0.3 * best(4)).max(f32::MIN_POSITIVE);
    let least_grams = (0.3 * best(3)).max(0.15);
    let score = |weight: f32, [preferred, alternative, label, grams, text]: [Worth; 5]| {
        weight
            * (20.0 * preferred.share
                + 10.0 * alternative.share
                + label.share
                + label.bm25
                + grams.share
                + 4.0 * grams.bm25
                + 0.5 * text.share
                + 0.5 * text.bm25)
    };
    let mut hits = Vec::new();
    for (at, row) in rows.iter().enumerate() {
        let of = sides.each_ref().map(|(weight, lists)| (*weight, lists.each_ref().map(|l| l[at])));
        if of.iter().any(|(_, l)| l[4].share >= least_text || l[3].share >= least_grams) {
            let [sv, en] = of.map(|(weight, lists)| score(weight, lists));
            hits.push((sv.max(en), *row));
        }
    }
    hits.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(&b.1)));
    hits
}

#[test]
fn what_is_found_in_parts_is_what_scoring_every_row_gives() {
    let mut data = many(9_000);
    // More often than is counted, beside one that says it once in few words.
    data.courses[8_000].title.sv = "vaktmästeri ".repeat(400);
    data.courses[8_500].title.sv = "vaktmästeriet".into();
    let index = Index::build_in_memory(&data).unwrap();
    let long = ENDS.map(|end| format!("{end} {}", BEGINNINGS[end.len() % 12])).join(" ");
    let longer =
        BEGINNINGS.map(|first| ENDS.map(|end| format!("{first}{end}")).join(" ")).join(" ");
    let queries = [
        "svetsteknik",
        "och",
        "och svetsteknik",
        "maskinlära fordonsarbete",
        "projektledr",
        "xyz",
        "processoperatörer med vårdarbete",
        "8123",
        "i",
        "elteknik 77",
        "data course",
        "lager",
        "byggtekniker, elingenjör och byggtekniker",
        "energi",
        "tekniker",
        "kursen",
        "vaktmästeri",
        "vaktmastare",
        &long,
        &longer,
    ];
    for (at, text) in queries.into_iter().enumerate() {
        let language = [None, Some(Language::Sv), Some(Language::En)][at % 3];
        let expected = reference(&index, text, language);
        for (offset, limit) in [(0, 20), (0, 1), (35, 10), (0, 100_000)] {
            let query = Query { language, ..query(text) };
            let hits = index.search_courses(&query, &Page { offset, limit }).unwrap();
            assert_eq!(hits.total, expected.len(), "{text}");
            let found: Vec<(u32, &str)> =
                hits.items.iter().map(|hit| (hit.score.to_bits(), hit.id.as_str())).collect();
            let expected = expected.iter().skip(offset).take(limit);
            let expected: Vec<(u32, &str)> = expected
                .map(|(score, row)| {
                    (score.to_bits(), data.courses[*row as usize - BEFORE].id.as_str())
                })
                .collect();
            assert_eq!(found, expected, "{text} from {offset}");
        }
        let rows = expected.iter().map(|(_, row)| &data.courses[*row as usize - BEFORE]);
        holds_by_place(&index, &Query { language, ..query(text) }, &rows.collect::<Vec<&Course>>());
    }
}

/// Facets count all hits of a query, best first as given here, and a filter takes away the others.
fn holds_by_place(index: &Index, query: &Query, expected: &[&Course]) {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    for course in expected {
        *places.entry(course.places[0].as_str()).or_default() += 1;
    }
    let hits = index.search_courses(query, &Page::first(0)).unwrap();
    let counted = hits.facets.places.iter().map(|facet| (facet.value.as_str(), facet.count));
    assert_eq!(counted.collect::<BTreeMap<_, _>>(), places, "{query:?}");
    let filters = Filters { places: vec![PLACES[1].into()], ..Filters::default() };
    let there = Query { filters, ..query.clone() };
    let hits = index.search_courses(&there, &Page::first(5)).unwrap();
    let expected = expected.iter().filter(|course| course.places[0] == PLACES[1]);
    assert_eq!(hits.total, expected.clone().count(), "{there:?}");
    let found = hits.items.iter().map(|hit| &hit.id);
    assert!(found.eq(expected.take(5).map(|course| &course.id)), "{there:?}");
}

#[test]
fn an_index_is_the_same_by_any_number_of_threads() {
    let data = many(5_000);
    let built = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        pool.install(|| Index::build(&data, &path)).unwrap();
        let files = fs::read_dir(&path).unwrap().map(|entry| entry.unwrap().path());
        // The library names segments at random, in the names of files and in its list of them.
        let files = files.filter(|file| file.extension().is_some_and(|end| end != "json"));
        let read = |file: std::path::PathBuf| {
            (file.extension().unwrap().to_owned(), fs::read(&file).unwrap())
        };
        files.map(read).collect::<BTreeMap<_, _>>()
    };
    let one = built(1);
    assert!(one.len() > 4, "{:?}", one.keys());
    assert!(one == built(3));
}
