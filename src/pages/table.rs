//! Two to six occupations side by side.

use maud::html;

use super::{
    Fields, View,
    answer::{back, carried},
    headed, said,
};
use crate::{domain::Comparison, words};

/// The page of a comparison.
pub fn page(view: &View, fields: &Fields, compared: &Comparison) -> String {
    let name = view.say("Jämförelse", "Comparison");
    let language = view.language;
    let body = html! {
        p .lead {
            (view.say(
                "Varje uppgift är hämtad eller räknad, ingenting är poängsatt. Vad du och personen tycker väger tyngst.",
                "Each fact is copied or counted, nothing is scored. What you and the person think weighs most.",
            ))
        }
        form method="post" action=(view.url("/person/paths")) {
            (carried(fields, &[]))
            @for target in &compared.targets { input type="hidden" name="compare" value=(target.id); }
            div .actions { (back(view)) }
        }
        div .scroll role="region" tabindex="0" aria-label=(name) {
            table .compare .stack {
                caption { (view.say("Yrken sida vid sida", "Occupations side by side")) }
                thead {
                    tr {
                        th scope="col" { (view.say("Uppgift", "Fact")) }
                        @for target in &compared.targets { th scope="col" { (headed(&target.label, language)) } }
                    }
                }
                tbody {
                    @for fact in &compared.rows {
                        tr {
                            th scope="row" {
                                (said(&fact.label, language))
                                span .more { (words::firm(fact.evidence, language)) }
                            }
                            @for (target, cell) in compared.targets.iter().zip(&fact.cells) {
                                td .word data-label=(words::capital(target.label.text(language))) { @match cell { Some(text) => { (said(text, language)) } None => { span .unknown { (view.say("okänt", "unknown")) } } } }
                            }
                        }
                    }
                }
            }
        }
    };
    view.page(name, &body)
}
