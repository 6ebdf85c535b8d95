//! What is found within limits, and how it is counted.

use jiff::civil::date;
use proptest::prelude::*;

use super::*;

fn courses_with(filters: Filters) -> Vec<String> {
    let query = Query { filters, ..Query::default() };
    let hits = index().search_courses(&query, &Page::first(10)).unwrap();
    assert_eq!(hits.total, hits.items.len());
    hits.items.into_iter().map(|hit| hit.id).collect()
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
fn courses_are_filtered_by_length_start_and_aim() {
    let weeks = |min_weeks, max_weeks| Filters { min_weeks, max_weeks, ..Filters::default() };
    assert_eq!(courses_with(weeks(Some(4.0), None)), ["c:ce", "c:weld"]);
    assert_eq!(courses_with(weeks(Some(4.1), Some(20.0))), ["c:ce"]);
    assert_eq!(courses_with(weeks(None, Some(19.9))), ["c:weld"]);
    let start = |start_from| Filters { start_from: Some(start_from), ..Filters::default() };
    assert_eq!(courses_with(start(date(2026, 1, 12))), ["c:ce"]);
    assert_eq!(courses_with(start(date(2026, 8, 17))), ["c:ce"]);
    assert!(courses_with(start(date(2026, 8, 18))).is_empty());
    // A course with two starts begins between two days only where one start does.
    let between = |from, to| Filters { start_from: from, start_to: Some(to), ..Filters::default() };
    assert_eq!(courses_with(between(None, date(2026, 1, 12))), ["c:ce"]);
    assert!(courses_with(between(Some(date(2026, 1, 13)), date(2026, 8, 16))).is_empty());
    assert!(courses_with(between(None, date(2026, 1, 11))).is_empty());
    let teaches = vec!["s:weld".into(), "s:none".into()];
    assert_eq!(courses_with(Filters { teaches, ..Filters::default() }), ["c:weld"]);
    assert_eq!(courses_with(Filters { ssyk: "83".into(), ..Filters::default() }), ["c:ce"]);
    let both = Filters { ssyk: "83".into(), max_weeks: Some(4.0), ..Filters::default() };
    assert!(courses_with(both).is_empty());
}

#[test]
fn courses_are_filtered_by_pace_price_and_row() {
    let mut data = data();
    for (course, (pace, price)) in
        data.courses.iter_mut().zip([(Some(50), None), (Some(100), Some(0)), (None, Some(4_500))])
    {
        (course.pace_pct, course.price_kr) = (pace, price);
    }
    let ids: Vec<String> = data.courses.iter().map(|course| course.id.clone()).collect();
    let index = Index::build_in_memory(&data).unwrap();
    let with = |filters: Filters| -> Vec<usize> {
        let query = Query { filters, ..Query::default() };
        let hits = index.search_courses(&query, &Page::first(10)).unwrap();
        let at = |hit: &Hit| ids.iter().position(|id| *id == hit.id).unwrap();
        let mut rows: Vec<usize> = hits.items.iter().map(at).collect();
        rows.sort_unstable();
        rows
    };
    let paces = |paces: &[u8]| Filters { paces: paces.into(), ..Filters::default() };
    assert_eq!(with(paces(&[50])), [0]);
    assert_eq!(with(paces(&[25, 50, 100])), [0, 1]);
    assert!(with(paces(&[75])).is_empty());
    let max_price = |most| Filters { max_price: Some(most), ..Filters::default() };
    assert_eq!(with(max_price(0)), [1]);
    assert_eq!(with(max_price(4_500)), [1, 2]);
    let among = |rows: &[u32]| Filters { among: Some(rows.into()), ..Filters::default() };
    assert_eq!(with(among(&[0, 2, 9])), [0, 2]);
    assert!(with(among(&[])).is_empty());
    assert_eq!(with(Filters { paces: vec![100], ..among(&[0, 1]) }), [1]);
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
