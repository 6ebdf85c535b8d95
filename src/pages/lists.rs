//! Lists that are kept, and the form that takes another.

use maud::{Markup, html};

use super::{
    Fault, Fields, View,
    widgets::{Ask, Form, Suggest, rare},
};
use crate::{
    domain::Language,
    store::{Batch, State},
};

/// What the page shows.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What was sent with a list that could not be read.
    pub fields: &'a Fields,
    /// What was wrong with it.
    pub faults: &'a [Fault],
    /// Lists, the newest first.
    pub batches: &'a [Batch],
    /// How many there are in all.
    pub total: usize,
    /// Days that a list is kept.
    pub days: u16,
}

/// The page.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let form = Form { view, fields: shown.fields, faults: shown.faults };
    let name = view.say("Listor och varsel", "Lists and notices");
    let body = html! {
        (form.summary())
        h1 { (name) }
        @if view.may_change { (upload(&form)) } @else {
            p { (view.say("Din nyckel visar listor. För att ta emot nya behövs en nyckel med rollen hub.", "Your key shows lists. To accept new ones a key of the role hub is needed.")) }
        }
        section aria-labelledby="kept" {
            h2 #kept { (view.say("Mottagna listor", "Lists accepted")) }
            p { (kept(view, shown)) }
            @if !shown.batches.is_empty() { (table(view, shown.batches)) }
        }
    };
    view.titled(name, &body)
}

fn kept(view: &View, shown: &Shown<'_>) -> String {
    let (all, listed, days) = (shown.total, shown.batches.len(), shown.days);
    if all == 0 {
        return view.say("Ingen lista är mottagen än.", "No list is accepted yet.").to_owned();
    }
    let days = match view.language {
        Language::Sv => format!("En lista tas bort efter {days} dagar."),
        Language::En => format!("A list is removed after {days} days."),
    };
    let some = match view.language {
        Language::Sv => format!("De {listed} senaste av {all} visas. "),
        Language::En => format!("The latest {listed} of {all} are shown. "),
    };
    if listed < all { format!("{some}{days}") } else { days }
}

fn upload(form: &Form<'_>) -> Markup {
    let view = form.view;
    let wrong = form.faults.iter().any(|fault| fault.field == "list");
    html! {
        section aria-labelledby="new" {
            h2 #new { (view.say("Ny lista", "A new list")) }
            p {
                (view.say(
                    "Lista från arbetsgivaren som Excel eller CSV, en rad per person, med yrke eller kompetenser och en egen referens. Rader med personnummer tas inte emot. Inget sparas förrän du har sett hur listan läses.",
                    "The employer's list as Excel or CSV, one row a person, with occupation or skills and a reference of its own. Rows with a personnummer are not accepted. Nothing is kept until you have seen how the list is read.",
                ))
            }
            form method="post" action=(view.url("/lists/read")) enctype="multipart/form-data" novalidate {
                div .field .wrong[wrong] {
                    label for="list" { (view.say("Fil", "File")) }
                    p .hint #list-hint { (view.say("Excel (.xlsx), CSV, NDJSON, JSON, PAXml. Högst 32 MB.", "Excel (.xlsx), CSV, NDJSON, JSON, PAXml. At most 32 MB.")) }
                    @for fault in form.faults.iter().filter(|fault| fault.field == "list") {
                        p .fault #list-fault { (fault.text) }
                    }
                    input type="file" id="list" name="list" accept=".xlsx,.csv,.txt,.ndjson,.jsonl,.json,.xml"
                        aria-describedby=(if wrong { "list-hint list-fault" } else { "list-hint" })
                        aria-invalid=[wrong.then_some("true")];
                }
                (rare(
                    view.say("Blad i en arbetsbok", "Sheet of a workbook"),
                    form.shows(&["sheet"]),
                    &form.line(
                        Ask { name: "sheet", label: view.say("Bladets namn", "Name of the sheet"), hint: view.say("Tomt betyder det första med en rubrikrad.", "Empty means the first with a header row.") },
                        "medium",
                        Suggest::Nothing,
                    ),
                ))
                button .main type="submit" { (view.say("Läs listan", "Read the list")) }
            }
        }
    }
}

fn table(view: &View, batches: &[Batch]) -> Markup {
    html! {
        div .scroll role="region" tabindex="0" aria-labelledby="kept" {
            table {
                caption .sr { (view.say("Mottagna listor, den senaste först", "Lists accepted, the latest first")) }
                thead {
                    tr {
                        th scope="col" { (view.say("Mottagen", "Accepted")) }
                        th .word scope="col" { (view.say("Rader", "Rows")) }
                        th .word scope="col" { (view.say("Läge", "State")) }
                    }
                }
                tbody {
                    @for batch in batches {
                        tr {
                            th scope="row" { a href=(view.url(&format!("/lists/{}", batch.id))) { (when(batch)) } }
                            td .word { (view.language.count(usize::try_from(batch.rows).unwrap_or(usize::MAX))) }
                            td .word { (state(view, batch.state)) }
                        }
                    }
                }
            }
        }
    }
}

/// The day and time a list was accepted, to the second: so it is told from others.
pub(super) fn when(batch: &Batch) -> String {
    batch
        .created
        .to_zoned_datetime(jiff::tz::TimeZone::system())
        .strftime("%Y-%m-%d %H:%M:%S")
        .to_string()
}

/// How many rows a list has: so it is told from others, for nobody keeps its name.
pub(super) fn rows(batch: &Batch, language: Language) -> String {
    let number = language.count(usize::try_from(batch.rows).unwrap_or(usize::MAX));
    let name =
        if batch.rows == 1 { language.pick("rad", "row") } else { language.pick("rader", "rows") };
    format!("{number} {name}")
}

/// How far something is, in words.
pub(super) fn state<'a>(view: &View, state: State) -> &'a str {
    match state {
        State::Waiting => view.language.pick("väntar", "waits"),
        State::Working => view.language.pick("pågår", "goes on"),
        State::Done => view.language.pick("klar", "done"),
        State::Failed => view.language.pick("gick inte att göra", "could not be done"),
    }
}
