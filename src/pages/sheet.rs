//! One path as a page to print: one sheet of A4.

use maud::{Markup, html};

use super::{
    Fields, View,
    answer::{about, back, carried, time},
    explore,
    path::Teller,
    reading::Reading,
    said,
};
use crate::{
    dataset::DataSet,
    domain::{Pathway, Recommendation},
    words,
};

/// A path with the answer it is of.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What was sent.
    pub fields: &'a Fields,
    /// What the words were read as.
    pub readings: &'a [Reading],
    /// The answer; its time is that of the worker.
    pub answer: &'a Recommendation,
    /// The path.
    pub path: &'a Pathway,
    /// What it rests on.
    pub dataset: &'a DataSet,
}

/// The page of a path.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let Shown { fields, readings, answer, path, dataset } = *shown;
    let teller = Teller { language: view.language, licences: &dataset.taxonomy.licences };
    let title = words::capital(path.label.text(view.language));
    let name = view.say("Plan", "Plan");
    let body = html! {
        form .noprint method="post" action=(view.url("/person/paths")) {
            (carried(fields, &[]))
            div .actions {
                (back(view))
                (explore::button(view))
                button type="button" data-print hidden { (view.say("Skriv ut", "Print")) }
            }
        }
        article .sheet {
            h1 { (name) ": " (teller.name(path)) }
            p .lead { (from(view, readings)) " " (teller.summary(path)) }
            (teller.sheet(path))
            (timeline(view, answer, path))
            (time(view, fields, &answer.window))
            p .onlyprint {
                (view.say("Utskrift från kompetensnav", "Printed from kompetensnav"))
                @if let Some(day) = answer.window.as_of { " " (day) }
                ". " (view.say("Ett förslag att samtala om, inget beslut.", "A suggestion to talk about, not a decision."))
            }
        }
        div .noprint { (about(view, answer, dataset)) }
    };
    view.titled(&format!("{name}: {title}"), &body)
}

/// What the person does today, as it was read.
fn from(view: &View, readings: &[Reading]) -> Markup {
    let today = readings.iter().find_map(Reading::occupation);
    html! {
        @if let Some((label, sure)) = today {
            (view.say("Från ", "From ")) (said(label, view.language))
            @if !sure { " (" (view.say("osäkert läst", "read unsurely")) ")" }
            "."
        }
    }
}

/// The picture of time; what it says stands in a table below that can be opened.
fn timeline(view: &View, answer: &Recommendation, path: &Pathway) -> Markup {
    let drawn = words::time_and_courses(&answer.window, path, view.language);
    html! {
        section aria-labelledby="timeline" {
            h2 #timeline { (view.say("Tidslinje", "Timeline")) }
            @match drawn {
                Some((_, description, picture)) => {
                    p .noprint { (description) }
                    figure {
                        div .scroll role="region" tabindex="0" aria-label=(view.say("Tidslinje som bild", "Timeline as a picture")) { (picture.svg) }
                        details .noprint {
                            summary { (view.say("Samma uppgifter som tabell", "The same as a table")) }
                            div .inside { (picture.table) }
                        }
                    }
                }
                None => {
                    p { (view.say("Ingen dag är känd, så det finns inget att rita. Ange sista dag eller veckor kvar.", "No day is known, so there is nothing to draw. Give a last day or weeks left.")) }
                }
            }
        }
    }
}
