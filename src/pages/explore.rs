//! What lies beyond the two lists: what would open occupations that are closed today, and routes over another
//! job.

use maud::{Markup, html};

use super::{Fields, View, answer::carried, headed, said};
use crate::{
    domain::{Counterfactuals, Door, MatchStatus, Route, Routes},
    words,
};

/// The page of both.
pub fn page(view: &View, fields: &Fields, closed: &Counterfactuals, routes: &Routes) -> String {
    let name = view.say("Fler möjligheter", "More possibilities");
    let body = html! {
        p .lead {
            (view.say(
                "Vad som skulle öppna yrken som är stängda i dag, och vägar över ett annat jobb först.",
                "What would open occupations that are closed today, and routes by way of another job.",
            ))
        }
        form method="post" action=(view.url("/person/paths")) {
            (carried(fields, &[]))
            div .actions {
                button type="submit" { (view.say("Tillbaka till vägarna", "Back to the paths")) }
                button type="submit" formaction=(view.url("/person")) { (view.say("Ändra uppgifterna", "Change what is written")) }
            }
            (doors(view, closed))
            (stones(view, routes))
        }
    };
    view.page(name, &body)
}

fn doors(view: &View, closed: &Counterfactuals) -> Markup {
    html! {
        section .list aria-labelledby="doors" {
            h2 #doors { (view.say("Vad skulle öppna fler yrken?", "What would open more occupations?")) }
            @match closed.match_status {
                MatchStatus::Matched => { (all(view, &closed.doors)) }
                MatchStatus::NoMatch => {
                    p { (view.say("Inget yrke nära det nuvarande är stängt.", "No occupation near the present one is closed.")) }
                }
                MatchStatus::Abstain => { (too_little(view)) }
            }
        }
    }
}

/// Doors that something opens; the others can be looked at.
fn all(view: &View, doors: &[Door]) -> Markup {
    let numbered = || doors.iter().zip(1..);
    let opens = |(door, _): &(&Door, usize)| !door.openings.is_empty();
    let shut = numbered().filter(|door| !opens(door)).count();
    html! {
        @if shut == doors.len() {
            p { (view.say("Inga två ändringar öppnar något av de yrken som ligger nära.", "No two changes open any of the occupations that are near.")) }
        }
        @for (door, number) in numbered().filter(opens) { (one(view, door, number)) }
        @if shut > 0 {
            details .box {
                summary { (view.say("Där inga två ändringar räcker", "Where no two changes are enough")) " (" (shut) ")" }
                @for (door, number) in numbered().filter(|door| !opens(door)) { (one(view, door, number)) }
            }
        }
    }
}

fn one(view: &View, door: &Door, number: usize) -> Markup {
    let id = format!("door-{number}");
    html! {
        article .path aria-labelledby=(id) {
            h3 id=(id) { (headed(&door.label, view.language)) }
            dl {
                div {
                    dt { (view.say("Stängt i dag", "Closed today")) }
                    dd { ul { @for why in &door.closed_by { li { (headed(why, view.language)) } } } }
                }
                @if !door.openings.is_empty() {
                    div {
                        dt { (view.say("Något av detta räcker", "Any of these is enough")) }
                        dd { ul { @for opening in &door.openings { li { (words::opening(opening, view.language)) } } } }
                    }
                }
            }
            div .actions {
                button type="submit" name="target" value=(door.id) formaction=(view.url("/person/page")) {
                    (view.say("Se vägen som den är i dag", "See the path as it is today"))
                    span .sr { ": " (said(&door.label, view.language)) }
                }
            }
        }
    }
}

fn stones(view: &View, routes: &Routes) -> Markup {
    html! {
        section .list aria-labelledby="routes" {
            h2 #routes { (view.say("Vägar över ett annat jobb", "Routes by way of another job")) }
            @match routes.match_status {
                MatchStatus::Matched => {
                    @for (route, number) in routes.routes.iter().zip(1..) { (way(view, route, number)) }
                    p .small { (words::about_routes(view.language)) }
                }
                MatchStatus::NoMatch => {
                    p {
                        (view.say(
                            "Ingen väg över ett annat jobb är rimlig. Den som anger yrken som personen frågar om får vägar just dit.",
                            "No route by way of another job is viable. Name occupations the person asks about to look for routes to those.",
                        ))
                    }
                }
                MatchStatus::Abstain => { (too_little(view)) }
            }
            @for target in &routes.unreached {
                p { (view.say("Nås inte i så få steg: ", "Not reached in so few moves: ")) (said(&target.label, view.language)) }
            }
        }
    }
}

fn way(view: &View, route: &Route, number: usize) -> Markup {
    let id = format!("route-{number}");
    html! {
        article .path aria-labelledby=(id) {
            h3 id=(id) { (headed(&route.label, view.language)) }
            p .lead { (words::route(route, view.language)) "." }
            ol {
                @for hop in &route.hops {
                    li {
                        (headed(&hop.label, view.language)) ": " (words::hop(hop, view.language))
                        @if !hop.courses.is_empty() {
                            ul { @for course in &hop.courses { li { (said(course, view.language)) } } }
                        }
                    }
                }
            }
        }
    }
}

fn too_little(view: &View) -> Markup {
    html! {
        p { (view.say("Vi förstod för lite. Skriv ett yrke eller några kompetenser.", "Too little was understood. Write an occupation or some skills.")) }
    }
}
