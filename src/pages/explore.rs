//! What lies beyond the two lists: what stands in the way of other occupations and what would help, and routes
//! over another job.

use maud::{Markup, html};

use super::{
    Fields, View,
    answer::{back, carried},
    headed, said,
};
use crate::{
    domain::{Counterfactuals, Door, MatchStatus, Route, Routes},
    words,
};

/// What is looked at.
#[derive(Debug)]
pub struct Shown<'a> {
    /// What was sent.
    pub fields: &'a Fields,
    /// Of the occupations that the person asks about, where there are any.
    pub asked: Option<&'a Counterfactuals>,
    /// Of those that are near.
    pub near: &'a Counterfactuals,
    /// Routes to either.
    pub routes: &'a Routes,
}

fn name(view: &View) -> &str {
    view.say("Hinder, och vad som skulle hjälpa", "What is in the way, and what would help")
}

/// The button of other pages that leads here.
pub(super) fn button(view: &View) -> Markup {
    html! { button type="submit" formaction=(view.url("/person/explore")) { (name(view)) } }
}

/// The page of all.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let Shown { fields, asked, near, routes } = *shown;
    let body = html! {
        p .lead {
            (view.say(
                "Ett yrke räknas som rimligt när bytet är tillräckligt likt, behörigheten går att få, kurserna räcker och tiden räcker. Här står vad som fattas, den minsta ändring som räcker, och vägar över ett annat jobb.",
                "An occupation counts as viable where the move is near enough, its licences can be had, and courses and time are enough. Here stands what is missing, the smallest change that is enough, and routes by way of another job.",
            ))
        }
        form method="post" action=(view.url("/person/paths")) {
            (carried(fields, &[]))
            div .actions {
                (back(view))
                button type="submit" formaction=(view.url("/person")) { (view.say("Ändra uppgifterna", "Change what is written")) }
            }
            @if let Some(asked) = asked {
                (doors(view, ("asked", view.say("Yrken som personen frågar om", "Occupations asked about")), asked))
            }
            @for missed in routes.understood.unmatched.iter().filter(|missed| missed.field == "wanted") {
                p { "”" (missed.text) "” " (view.say("förstods inte som yrke.", "was not understood as an occupation.")) }
            }
            (doors(view, ("near", view.say("Yrken som ligger nära", "Occupations that are near")), near))
            (stones(view, routes))
        }
    };
    view.page(name(view), &body)
}

fn doors(view: &View, (id, name): (&str, &str), closed: &Counterfactuals) -> Markup {
    html! {
        section .list aria-labelledby=(id) {
            h2 id=(id) { (name) }
            @match closed.match_status {
                MatchStatus::Matched => { (all(view, id, &closed.doors)) }
                MatchStatus::NoMatch => {
                    p { (view.say("Inget står i vägen: se vägarna.", "Nothing is in the way: see the paths.")) }
                }
                MatchStatus::Abstain => { (too_little(view)) }
            }
        }
    }
}

/// Doors that something opens; the others can be looked at.
fn all(view: &View, list: &str, doors: &[Door]) -> Markup {
    let numbered = || doors.iter().zip(1..);
    let one = |(door, number): (&Door, usize)| one(view, door, &format!("{list}-{number}"));
    let opens = |(door, _): &(&Door, usize)| !door.openings.is_empty();
    let shut = numbered().filter(|door| !opens(door)).count();
    html! {
        @if shut == doors.len() {
            p { (view.say("Inga två ändringar räcker för något av dem.", "No two changes are enough for any of them.")) }
        }
        @for door in numbered().filter(opens) { (one(door)) }
        @if shut > 0 {
            details .box {
                summary { (view.say("Där inga två ändringar räcker", "Where no two changes are enough")) " (" (shut) ")" }
                @for door in numbered().filter(|door| !opens(door)) { (one(door)) }
            }
        }
    }
}

fn one(view: &View, door: &Door, id: &str) -> Markup {
    html! {
        article .path aria-labelledby=(id) {
            h3 id=(id) { (headed(&door.label, view.language)) }
            dl {
                div {
                    dt { (view.say("I vägen i dag", "In the way today")) }
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
    let (ways, direct): (Vec<&Route>, Vec<&Route>) =
        routes.routes.iter().partition(|route| route.hops.len() > 1);
    html! {
        section .list aria-labelledby="routes" {
            h2 #routes { (view.say("Vägar över ett annat jobb", "Routes by way of another job")) }
            @match routes.match_status {
                MatchStatus::Matched => {
                    @for (route, number) in ways.iter().zip(1..) { (way(view, route, number)) }
                    @if !ways.is_empty() { p .small { (words::about_routes(view.language)) } }
                    @for route in direct {
                        p { (headed(&route.label, view.language)) ": " (view.say("nås i ett enda steg, se vägarna.", "can be reached in a single move, see the paths.")) }
                    }
                }
                MatchStatus::NoMatch => {
                    p { (view.say("Ingen väg över ett annat jobb är rimlig.", "No route by way of another job is viable.")) }
                }
                MatchStatus::Abstain => { (too_little(view)) }
            }
            @for target in &routes.unreached {
                p { (headed(&target.label, view.language)) ": " (view.say("nås inte ens i tre steg.", "cannot be reached even in three moves.")) }
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
