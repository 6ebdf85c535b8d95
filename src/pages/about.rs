//! What the suggestions rest on, and what is known of the pages themselves.

use maud::html;

use super::View;
use crate::{
    dataset::{Manifest, starter::ESCO_STATEMENT},
    domain::Meta,
    words,
};

/// Characters of a fingerprint that tell data sets apart.
const SHORT: usize = 12;

/// The page.
pub fn page(view: &View, manifest: &Manifest, meta: &Meta) -> String {
    let say = |sv, en| view.say(sv, en);
    let body = html! {
        h2 { (say("Vad förslagen är", "What the suggestions are")) }
        p { (say("Förslag att samtala om. Ett yrke får poäng efter hur likt det är det nuvarande: arbetsinnehåll, kompetenser, nivå. Ålder, kön, namn och ursprung frågas aldrig efter och kan inte påverka något.", "Suggestions to talk about. An occupation is scored by how like it is the present one: work content, skills, level. Age, sex, name and origin are never asked for and cannot affect anything.")) }
        p { (say("Tid, pengar och studiestöd avgör vilka kurser som ryms, aldrig hur ett yrke rangordnas.", "Time, money and funding decide which courses fit, never how an occupation ranks.")) }
        h2 { (say("Vad som sparas", "What is kept")) }
        p { (say("Det du skriver om en person sparas inte: det följer med i sidorna du själv har öppna, och finns i tjänstens minne i högst två timmar efter att det senast visades; hur ett ord lästes kan ligga kvar längre, utan koppling till någon person. En lista som du tar emot sparas tills den tas bort eller blir för gammal. Personnummer tas aldrig emot.", "What you write about a person is not kept: it goes along in the pages you have open, and is in the service's memory for at most two hours after it was last shown; how a word was read may stay longer, without whose it was. A list that you accept is kept until it is removed or too old. A personnummer is never accepted.")) }
        h2 { (say("Källor", "Sources")) }
        ul {
            @for source in &manifest.sources {
                li {
                    (words::source(&source.title, view.language))
                    @if !source.licence.is_empty() { " (" span lang="en" { (source.licence) } ")" }
                }
            }
        }
        p { span lang="en" { (ESCO_STATEMENT) } }
        p { "kompetensnav " (meta.engine) ", " (say("datamängd", "data set")) " " (meta.dataset.get(..SHORT).unwrap_or(&meta.dataset)) }
        h2 { (say("Tillgänglighet", "Accessibility")) }
        p { (say("Sidorna är gjorda för att kunna användas med tangentbord, skärmläsare, förstoring till 400 %, mörkt och ljust läge och utan skript. De prövas mot WCAG 2.2 nivå AA med automatiska verktyg vid varje ändring. Hittar du ett hinder, säg till den som driver tjänsten.", "The pages are made to be used by keyboard, screen reader, magnification up to 400 %, in dark and light and without scripts. They are tested against WCAG 2.2 level AA by automatic tools at every change. If you meet a barrier, tell whoever runs the service.")) }
        p { (say("Känt: namn på kompetenser och kurser finns ibland bara på svenska eller engelska; de är då märkta med språk för skärmläsare.", "Known: names of skills and courses are sometimes only in Swedish or English; they are marked with their language for screen readers.")) }
    };
    view.page(
        say(
            "Om förslagen, källor och tillgänglighet",
            "About the suggestions, sources and accessibility",
        ),
        &body,
    )
}
