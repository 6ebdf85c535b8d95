//! What became of a list: how far it is, what it comes to, and the form for a plan.

use jiff::civil::Date;
use maud::{Markup, html};

use super::{
    Fault, Fields, View,
    lists::{rows, state, when},
    mapping::Told,
    widgets::{Ask, Form, Suggest, rare},
};
use crate::{
    batch::{Booking, Counted, Report, Summary},
    dataset::sectors,
    domain::Language,
    hub::PlanAsk,
    store::{Batch, KeptPlan, State},
};

/// A list with all that is known of it.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// The list.
    pub batch: &'a Batch,
    /// What its answered rows come to, as counts and as it is shown.
    pub summary: (&'a Summary, &'a Report),
    /// Its plans, the oldest first.
    pub plans: &'a [KeptPlan],
    /// What was sent as an order for a plan.
    pub fields: &'a Fields,
    /// What was wrong with that.
    pub faults: &'a [Fault],
}

/// The page of a list.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let batch = shown.batch;
    let form = Form { view, fields: shown.fields, faults: shown.faults };
    let (said, when) = (view.say("Lista mottagen", "List accepted"), when(batch));
    let rows = rows(batch, view.language);
    let body = html! {
        (form.summary())
        // A day is not divided between lines.
        h1 { (said) @for part in when.split(' ') { " " span .whole { (part) } } ", " span .whole { (rows) } }
        @match batch.state {
            State::Waiting | State::Working => { (progress(view, batch)) }
            State::Failed => {
                p .note { (view.say("Listan gick inte att besvara. Ta bort den och skicka den igen; går det inte då heller, säg till den som driver tjänsten.", "The list could not be answered. Remove it and send it again; if it fails again, tell whoever runs the service.")) }
            }
            State::Done => { (done(view, shown, &form)) }
        }
        @if let Some(told) = Told::of(&batch.report).filter(|told| told.refused() > 0) {
            section .box { (told.troubles(view)) }
        }
        @if view.may_change { (removal(view, batch)) }
    };
    view.titled(&format!("{said} {when}, {rows}"), &body)
}

/// How far work is; the script looks after it, a link does without.
pub(super) fn progress(view: &View, batch: &Batch) -> Markup {
    let (done, all) = (batch.answered, batch.rows);
    let said = match view.language {
        Language::Sv => format!("{done} av {all} rader är besvarade."),
        Language::En => format!("{done} of {all} rows are answered."),
    };
    html! {
        div data-progress role="status" {
            p .lead { (view.say("Arbetet ", "The work ")) (state(view, batch.state)) ". " (said) }
            label .sr for="progress" { (view.say("Besvarade rader", "Rows answered")) }
            progress id="progress" max=(all.max(1)) value=(done) { (said) }
        }
        p { (view.say("Du kan lämna sidan; arbetet fortsätter ändå.", "You can leave the page; the work goes on.")) " " a href="" { (view.say("Uppdatera sidan", "Load the page again")) } }
    }
}

fn done(view: &View, shown: &Shown<'_>, form: &Form<'_>) -> Markup {
    let (summary, report) = shown.summary;
    let id = &shown.batch.id;
    html! {
        p .lead { (whole(summary, view.language)) }
        div .actions {
            a .button .main href={ "/v1/batches/" (id) "/results?format=xlsx" } download={ "lista-" (shown.batch.today) ".xlsx" } { (view.say("Hämta allt som Excel", "Get all as Excel")) }
            @if view.may_change { a .button href="#order" { (view.say("Gör en plan", "Make a plan")) } }
        }
        (counts(view, summary))
        (top(view, ("gaps", view.say("Vanligaste luckor i första förslaget, av de tre tyngsta för var och en", "Commonest gaps of the first suggestion, of the three heaviest for each")), &report.top_gaps))
        (courses(view, &report.top_courses))
        (top(view, ("wanted", view.say("Saknas utan kurs i första förslaget", "Missing, and no course of the first suggestion gives it")), &report.wanted_courses))
        (top(view, ("targets", view.say("Vanligaste första förslag", "Commonest first suggestions")), &report.top_targets))
        (by_sector(view, report))
        (plans(view, shown))
        @if view.may_change { (order(form, shown)) }
    }
}

/// What a list comes to in a few sentences.
fn whole(summary: &Summary, language: Language) -> String {
    let Summary { rows, matched, best_fits_window: fits, best_without_courses: without, .. } =
        summary;
    match language {
        Language::Sv => format!(
            "{matched} av {rows} personer har minst en väg. För {without} är det bästa förslaget utan kurs, och för {fits} ryms det bästa förslaget säkert i tiden."
        ),
        Language::En => format!(
            "{matched} of {rows} people have at least one path. For {without} the best suggestion is without a course, and for {fits} it surely fits their time."
        ),
    }
}

fn counts(view: &View, summary: &Summary) -> Markup {
    let say = |sv, en| view.say(sv, en);
    let refused: u64 = summary.refused.values().sum();
    let rows = [
        (say("Rader i listan", "Rows of the list"), summary.rows),
        (say("Med minst en väg", "With at least one path"), summary.matched),
        (
            say("Med en väg i den egna branschen", "With a path in their own sector"),
            summary.with_own_sector,
        ),
        (say("Utan väg inom sina gränser", "Without a path within their limits"), summary.no_match),
        (say("För lite förstått", "Too little understood"), summary.abstain),
        (
            say("Osäkert vilket yrke som menas", "Unsure which occupation is meant"),
            summary.unsure_titles,
        ),
        (say("Rader som inte lästes", "Rows not read"), refused),
        (
            say("Bästa förslaget ryms i tiden", "Best suggestion fits the time"),
            summary.best_fits_window,
        ),
        (
            say("Bästa förslaget ryms inte i tiden", "Best suggestion does not fit the time"),
            summary.best_outside_window,
        ),
        (
            say("Bästa förslaget är utan kurs", "Best suggestion is without a course"),
            summary.best_without_courses,
        ),
    ];
    html! {
        section aria-labelledby="counts" {
            h2 #counts { (say("Sammanfattning", "Summary")) }
            table {
                caption .sr { (say("Antal personer", "Numbers of people")) }
                tbody { @for (name, number) in rows { tr { th scope="row" { (name) } td { (number) } } } }
            }
            p .hint { (say("Grupper under fem personer visas inte.", "Groups of fewer than five people are not shown.")) }
        }
    }
}

fn top(view: &View, (id, name): (&str, &str), list: &[Counted]) -> Markup {
    html! {
        @if !list.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (name) }
                ul {
                    @for entry in list { li { span lang="sv" { (entry.name) } ": " (people(entry.workers, view.language)) } }
                }
            }
        }
    }
}

fn people(number: u64, language: Language) -> String {
    format!("{number} {}", language.pick("personer", "people"))
}

fn courses(view: &View, list: &[Booking]) -> Markup {
    html! {
        @if !list.is_empty() {
            section aria-labelledby="courses" {
                h2 #courses { (view.say("Kurser att boka", "Courses to book")) }
                ul {
                    @for course in list {
                        li {
                            span lang="sv" { (course.name) } ": " (people(course.workers, view.language))
                            @let dated: Vec<_> = course.starts.iter().filter(|(day, _)| day.as_str() != "unknown").collect();
                            @if !dated.is_empty() {
                                " (" (view.say("start ", "first day "))
                                @for (at, (day, workers)) in dated.iter().enumerate() { @if at > 0 { ", " } (day) ": " (workers) }
                                ")"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn by_sector(view: &View, report: &Report) -> Markup {
    let hidden = view.say("visas inte", "not shown");
    let cell =
        |count: Option<u64>| count.map_or_else(|| hidden.to_owned(), |count| count.to_string());
    let [people, with, other] = match view.language {
        Language::Sv => ["Personer", "Med väg i branschen", "Bäst i en annan"],
        Language::En => ["People", "With a path in it", "Best in another"],
    };
    html! {
        @if !report.sectors.is_empty() {
            section aria-labelledby="sectors" {
                h2 #sectors { (view.say("Branscher som personerna kommer från", "Sectors that people come from")) }
                div .scroll role="region" tabindex="0" aria-labelledby="sectors" {
                    table .stack {
                        thead {
                            tr {
                                th scope="col" { (view.say("Bransch", "Sector")) }
                                @for name in [people, with, other] { th scope="col" { (name) } }
                            }
                        }
                        tbody {
                            @for (key, sector) in &report.sectors {
                                tr {
                                    th scope="row" { (sector_name(key, view.language)) }
                                    td data-label=(people) { (sector.workers) }
                                    td data-label=(with) { (cell(sector.with_own_sector)) }
                                    td data-label=(other) { (cell(sector.best_changes_sector)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// The name of a sector.
pub(super) fn sector_name(key: &str, language: Language) -> String {
    sectors::sector_name(key).map_or_else(
        || language.pick("okänd", "unknown").to_owned(),
        |name| name.text(language).to_owned(),
    )
}

fn plans(view: &View, shown: &Shown<'_>) -> Markup {
    html! {
        @if !shown.plans.is_empty() {
            section aria-labelledby="plans" {
                h2 #plans { (view.say("Planer för listan", "Plans for the list")) }
                ul {
                    @for (plan, number) in shown.plans.iter().zip(1..) {
                        li {
                            a href=(view.url(&format!("/plans/{}", plan.id))) { (view.say("Plan", "Plan")) " " (number) }
                            ": " (state(view, plan.state))
                            @if let Some(budget) = budget(plan) { ", " (view.say("ram ", "frame ")) (crate::words::kronor(budget, view.language)) }
                        }
                    }
                }
            }
        }
    }
}

fn budget(plan: &KeptPlan) -> Option<u64> {
    serde_json::from_str::<PlanAsk>(&plan.ask).ok()?.budget_kr
}

/// The form that asks for a plan.
fn order(form: &Form<'_>, shown: &Shown<'_>) -> Markup {
    let view = form.view;
    let say = |sv, en| view.say(sv, en);
    let shares = [
        ("", say("Ingen gräns", "No limit")),
        ("0.5", say("Minst hälften av sin andel", "At least half of their share")),
        ("0.8", say("Minst 80 % av sin andel", "At least 80 % of their share")),
        ("1", say("Hela sin andel", "All of their share")),
    ];
    let between = [
        ("sector", say("Branscher", "Sectors"), ""),
        (
            "workplace",
            say("Arbetsplatser", "Workplaces"),
            say(
                "om listan har kolumnen arbetsplats",
                "where the list has the column of workplaces",
            ),
        ),
    ];
    let line = |name, label, hint| form.line(Ask { name, label, hint }, "short", Suggest::Nothing);
    html! {
        section aria-labelledby="order" {
            h2 #order { (say("Gör en plan för hela listan", "Make a plan for the whole list")) }
            p { (say("Planen föreslår en väg och en kursstart för var och en, inom budget och platser. Den är ett utkast tills någon godkänner den.", "The plan suggests a path and a course start for each, within budget and seats. It is a draft until somebody approves it.")) }
            form method="post" action=(view.url(&format!("/lists/{}/plans", shown.batch.id))) novalidate {
                // The plan that was the last when the page was made: a second click asks for the same one again.
                input type="hidden" name="after" value=(shown.plans.last().map_or("", |plan| plan.id.as_str()));
                (line("budget_kr", say("Budget i kronor", "Budget in kronor"), say("Tomt betyder ingen gräns.", "Empty means no limit.")))
                (starts(form, &shown.summary.1.top_courses))
                (rare(
                    say("Rättvis fördelning, priser, tid", "Fair shares, prices, time"),
                    form.shows(&["fair_share", "price_per_week_kr", "outside_window"]),
                    &html! {
                        (form.select(Ask { name: "fair_share", label: say("Varje grupp ska få kursplatser efter sin storlek", "Each group gets course places by its size"), hint: "" }, &shares))
                        (form.radios(Ask { name: "fair_share_by", label: say("Grupper", "Groups"), hint: "" }, &between))
                        (line("price_per_week_kr", say("Pris för en kursvecka utan känt pris", "Price of a week without a known price"), say("Kronor; tomt räknar med det vanliga antagandet.", "Kronor; empty reckons with the usual assumption.")))
                        (form.tick("outside_window", "outside_window", "yes", say("Ta med kurser som inte hinns med i tiden", "Take courses that do not fit the time as well")))
                    },
                ))
                button .main type="submit" { (say("Gör en plan", "Make a plan")) }
            }
        }
    }
}

/// Seats that the hub buys of the courses most asked for, by published start.
fn starts(form: &Form<'_>, courses: &[Booking]) -> Markup {
    let view = form.view;
    let dated = courses.iter().flat_map(|course| {
        let days = course.starts.iter().filter(|(day, _)| day.parse::<Date>().is_ok());
        days.map(move |(day, workers)| (course, day, *workers))
    });
    let dated: Vec<_> = dated.collect();
    let [first, wanted, seats, price] = match view.language {
        Language::Sv => ["Första dag", "Föreslagen för", "Platser", "Kronor per plats"],
        Language::En => ["First day", "Suggested for", "Seats", "Kronor a seat"],
    };
    html! {
        @if !dated.is_empty() {
            p { (view.say("Skriv hur många platser som finns eller köps och vad en plats kostar, om du vet. En kurs utan siffror har platser för alla. Så snart en start av en kurs har siffror räknas bara de starter av kursen som har det.", "Write how many seats there are or are bought and what one costs, where you know. A course without figures has seats for all. As soon as one start of a course has figures, only those of its starts that have them count.")) }
            div .scroll role="region" tabindex="0" aria-label=(view.say("Kursstarter", "Course starts")) {
                table .stack .inputs {
                    caption { (view.say("Kursstarter", "Course starts")) }
                    thead {
                        tr {
                            th scope="col" { (view.say("Kurs", "Course")) }
                            th .word scope="col" { (first) }
                            th scope="col" { (wanted) }
                            th scope="col" #seats { (seats) }
                            th scope="col" #price { (price) }
                        }
                    }
                    tbody {
                        @for (at, (course, day, workers)) in dated.iter().enumerate() {
                            tr {
                                th scope="row" #{ "start-" (at) } lang="sv" {
                                    (course.name)
                                    input type="hidden" name={ "start-course-" (at) } value=(course.id);
                                    input type="hidden" name={ "start-day-" (at) } value=(day);
                                }
                                td .word .whole #{ "day-" (at) } data-label=(first) { (day) }
                                td data-label=(wanted) { (workers) }
                                (cell(form, ("seats", seats), at))
                                (cell(form, ("price", price), at))
                            }
                        }
                    }
                }
            }
        }
    }
}

fn cell(form: &Form<'_>, (column, label): (&str, &str), at: usize) -> Markup {
    let name = format!("start-{column}-{at}");
    let wrong = form.is_wrong(&name);
    html! {
        td .wrong[wrong] data-label=(label) {
            (form.said_of(&name))
            input .short type="text" inputmode="numeric" autocomplete="off" id=(name) name=(name) value=(form.fields.get(&name))
                aria-labelledby=(format!("{column} start-{at} day-{at}"))
                aria-describedby=[wrong.then(|| format!("{name}-fault"))] aria-invalid=[wrong.then_some("true")];
        }
    }
}

fn removal(view: &View, batch: &Batch) -> Markup {
    html! {
        details {
            summary { (view.say("Ta bort listan", "Remove the list")) }
            div .inside {
                p { (view.say("Listan, svaren och planerna tas bort för gott.", "The list, its answers and plans are removed for good.")) }
                form method="post" action=(view.url(&format!("/lists/{}/delete", batch.id))) {
                    button .danger type="submit" { (view.say("Ta bort listan för gott", "Remove the list for good")) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Meta;

    #[test]
    fn a_wrong_cell_says_what_is_wrong_beside_it() {
        let mut report = Summary::default().report(Meta::default());
        let starts = [("2027-01-18".to_owned(), 5), ("unknown".to_owned(), 7)].into();
        let (id, name) = ("k1".to_owned(), "Svetskurs".to_owned());
        report.top_courses = vec![Booking { id, name, workers: 12, starts }];
        let view = View::new(Language::Sv, "/lists/x");
        let faults = [Fault::new("start-seats-0", "Platser på rad 1: skriv ett helt tal")];
        let form = Form { view: &view, fields: &Fields::default(), faults: &faults };
        let table = super::starts(&form, &report.top_courses).into_string();
        let (_, cell) = table.split_once("<td class=\"wrong\"").unwrap();
        let (cell, rest) = cell.split_once("</td>").unwrap();
        assert!(cell.contains("id=\"start-seats-0-fault\"") && cell.contains("Skriv ett helt tal"));
        assert!(cell.contains("aria-describedby=\"start-seats-0-fault\""), "{cell}");
        assert!(cell.contains("id=\"start-seats-0\"") && cell.contains("aria-invalid=\"true\""));
        assert!(!rest.contains("wrong") && !rest.contains("aria-describedby"), "{rest}");
        assert_eq!(table.matches("<tr>").count(), 2, "a day that is not known has no seats");
        let summary = form.summary().into_string();
        assert!(summary.contains("href=\"#start-seats-0\">Platser på rad 1"), "{summary}");
    }
}
