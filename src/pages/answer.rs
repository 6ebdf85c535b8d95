//! The answer about a worker: what was understood, the time there is, and two lists of paths.

use maud::{Markup, html};

use super::{
    Fault, Fields, View, explore, headed,
    path::Teller,
    reading::{Reading, listed},
    said,
    widgets::Form,
};
use crate::{
    dataset::{DataSet, sectors},
    domain::{Candidate, Language, MatchStatus, Pathway, Recommendation, Status, Window},
    words,
};

/// Paths a list shows at first, and when more are asked for.
pub const PATHS: usize = 5;
/// Paths a list shows when more are asked for.
pub const MORE_PATHS: usize = 15;

/// An answer with what it is an answer to.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What was sent.
    pub fields: &'a Fields,
    /// What is wrong with what was asked of the answer, such as a comparison of one path.
    pub faults: &'a [Fault],
    /// What the words were read as.
    pub readings: &'a [Reading],
    /// The answer.
    pub answer: &'a Recommendation,
    /// What it rests on.
    pub dataset: &'a DataSet,
}

/// Hidden fields that carry the worker along; choices stand in the page themselves.
pub(super) fn carried(fields: &Fields, readings: &[Reading]) -> Markup {
    let shown = !readings.is_empty();
    View::hidden(&fields.without(|name| {
        matches!(name, "compare" | "target") || shown && super::fields::is_pick(name)
    }))
}

/// The button of the pages beyond it that leads back to it.
pub(super) fn back(view: &View) -> Markup {
    html! { button type="submit" { (view.say("Tillbaka till vägarna", "Back to the paths")) } }
}

/// The page of an answer.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let Shown { fields, faults, readings, answer, dataset } = *shown;
    let teller = Teller { language: view.language, licences: &dataset.taxonomy.licences };
    let faults = led(faults, answer);
    let form = Form { view, fields, faults: &faults };
    let name = view.say("Vägar vidare", "Paths onward");
    let body = html! {
        (form.summary())
        h1 { (name) }
        form method="post" action=(view.url("/person/paths")) novalidate {
            (carried(fields, readings))
            p .lead { (whole(answer, view.language)) }
            (past(view, &answer.window))
            div .actions {
                button type="submit" formaction=(view.url("/person")) { (view.say("Ändra uppgifterna", "Change what is written")) }
            }
            section .box aria-labelledby="understood" {
                h2 #understood { (view.say("Så förstod vi uppgifterna", "What was understood")) }
                (listed(view, readings, &answer.understood, teller))
            }
            (time(view, fields, &answer.window))
            @if answer.match_status == MatchStatus::Abstain { (too_little(view, readings)) } @else {
                (lists(view, shown, teller))
                (left_out(view, &answer.excluded))
            }
        }
        (about(view, answer, dataset))
    };
    view.titled(name, &body)
}

/// Faults that lead somewhere: what is wrong with a comparison to the first box that can be ticked.
fn led(faults: &[Fault], answer: &Recommendation) -> Vec<Fault> {
    let lists = [
        ("wanted", &answer.wanted),
        ("own", &answer.own_sector),
        ("change", &answer.change_sector),
    ];
    let firsts = lists.iter().filter_map(|(list, paths)| Some((list, paths.first()?.rank)));
    let first = firsts.map(|(list, rank)| format!("{list}-{rank}-compare")).next();
    let led = |fault: &Fault| match fault.field.as_str() {
        "compare" => Fault::new(first.clone().unwrap_or_default(), fault.text.as_str()),
        _ => fault.clone(),
    };
    faults.iter().map(led).collect()
}

/// All that is known in a few sentences.
fn whole(answer: &Recommendation, language: Language) -> String {
    match answer.match_status {
        MatchStatus::Abstain => {
            return language
                .pick(
                    "Vi förstod för lite för att föreslå något.",
                    "Too little was understood to suggest anything.",
                )
                .to_owned();
        }
        MatchStatus::NoMatch => {
            return language
                .pick(
                    "Inget yrke klarar gränserna. Under Utelämnat står vad gränserna tog bort.",
                    "No occupation passes the limits. What they forbade stands under Left out.",
                )
                .to_owned();
        }
        MatchStatus::Matched => {}
    }
    let (own, change) = (answer.own_sector.len(), answer.change_sector.len());
    let first = match language {
        Language::Sv => {
            format!(
                "Här är {} i samma bransch och {} i en annan.",
                paths(own, language),
                paths(change, language)
            )
        }
        Language::En => {
            format!(
                "Here are {} in the same sector and {} in another.",
                paths(own, language),
                paths(change, language)
            )
        }
    };
    let Some(best) = answer.best() else { return first };
    let label = words::capital(best.label.text(language));
    let nearest = language.pick("Närmast ligger", "The nearest is");
    let teller = Teller { language, licences: &[] };
    format!("{first} {nearest} {label}. {}", teller.summary(best))
}

fn paths(number: usize, language: Language) -> String {
    match (number, language) {
        (0, Language::Sv) => "ingen väg".to_owned(),
        (0, Language::En) => "no path".to_owned(),
        (1, Language::Sv) => "en väg".to_owned(),
        (1, Language::En) => "one path".to_owned(),
        (_, Language::Sv) => format!("{number} vägar"),
        (_, Language::En) => format!("{number} paths"),
    }
}

/// A warning where the last day has passed.
fn past(view: &View, window: &Window) -> Markup {
    // The earliest day that the law allows is nobody's last day yet.
    let ends = window.ends.filter(|_| !window.earliest);
    let passed = ends.zip(window.as_of).filter(|(ends, today)| ends < today);
    html! {
        @if let Some((ends, _)) = passed {
            p .note {
                strong { (view.say("Sista dagen har passerat", "The last day has passed")) " (" (ends) "). " }
                (view.say(
                    "Stämmer datumet? Kurserna nedan ryms inte i en uppsägningstid som är slut; ändra datumet eller situationen.",
                    "Is the date right? The courses below do not fit a notice that is over; change the date or the situation.",
                ))
            }
        }
    }
}

fn too_little(view: &View, readings: &[Reading]) -> Markup {
    let has_choices = readings.iter().any(Reading::has_choices);
    html! {
        section .box {
            h2 { (view.say("Vad du kan göra", "What you can do")) }
            ul {
                li { (view.say("Skriv yrket med ett vanligare ord, till exempel lagerarbetare i stället för en intern titel.", "Write the occupation in a more usual word, such as warehouse worker instead of a title of one firm.")) }
                li { (view.say("Lägg till två eller tre kompetenser eller ett körkort.", "Add two or three skills or a licence.")) }
                @if has_choices { li { (view.say("Välj bland förslagen ovan, om något av dem stämmer.", "Choose among the readings above, if one of them is right.")) } }
            }
            div .actions {
                button .main type="submit" formaction=(view.url("/person")) { (view.say("Ändra uppgifterna", "Change what is written")) }
            }
        }
    }
}

/// The time for studies, with its rules and questions.
pub(super) fn time(view: &View, fields: &Fields, window: &Window) -> Markup {
    let (language, status) = (view.language, Status::parse(fields.get("status")));
    html! {
        section .box aria-labelledby="time" {
            h2 #time { (view.say("Tid för studier", "Time for studies")) }
            p { (ends(window, status, language)) }
            @if !window.intervals.is_empty() {
                ul .plain {
                    @for interval in &window.intervals {
                        li {
                            @if let Some(from) = interval.from { (view.say("Från ", "From ")) (from) }
                            @if let Some(to) = interval.to { (view.say(" till och med ", " until ")) (to) }
                            ": " (words::state(interval).get(language)) ", " (words::hours(interval, language))
                            @if interval.interruptible { ", " (view.say("måste gå att avbryta", "must be possible to interrupt")) }
                        }
                    }
                }
            }
            @if !window.ask.is_empty() {
                h3 { (view.say("Att fråga om", "To ask about")) }
                ul { @for ask in &window.ask { li { (said(ask, language)) } } }
            }
            @if !window.rules.is_empty() {
                details {
                    summary { (view.say("Regler bakom", "Rules behind")) }
                    ul .inside {
                        @for rule in &window.rules {
                            li {
                                (said(&rule.text, language)) " ("
                                @if rule.url.is_empty() { (rule.source) } @else { a href=(rule.url) rel="noreferrer external" { (rule.source) } }
                                ", " (words::firm(rule.evidence, language)) ")"
                            }
                        }
                    }
                }
            }
        }
    }
}

fn ends(window: &Window, status: Option<Status>, language: Language) -> String {
    let day = match status {
        Some(Status::Permitterad) => language.pick("Permitteringen slutar", "The furlough ends on"),
        Some(Status::Korttid) => {
            language.pick("Korttidsarbetet slutar", "The short-time work ends on")
        }
        _ if window.earliest => {
            language.pick("Sista dag är tidigast", "The last day is at the earliest")
        }
        _ => language.pick("Sista dag", "Last day"),
    };
    match (window.ends, window.weeks, language) {
        (Some(end), Some(weeks), Language::Sv) if weeks > 0.0 => {
            format!("{day} {end}, om {}.", words::many(weeks, ["vecka", "veckor"], language))
        }
        (Some(end), Some(weeks), Language::En) if weeks > 0.0 => {
            format!("{day} {end}, in {}.", words::many(weeks, ["week", "weeks"], language))
        }
        (Some(end), ..) => format!("{day} {end}."),
        (None, Some(weeks), Language::Sv) => {
            format!("{} kvar.", words::many(weeks, ["vecka", "veckor"], language))
        }
        (None, Some(weeks), Language::En) => {
            format!("{} left.", words::many(weeks, ["week", "weeks"], language))
        }
        (None, None, Language::Sv) => "Ingen sista dag är känd.".to_owned(),
        (None, None, Language::En) => "No last day is known.".to_owned(),
    }
}

fn lists(view: &View, shown: &Shown<'_>, teller: Teller<'_>) -> Markup {
    let answer = shown.answer;
    let sector = sectors::sector_name(&answer.understood.sector);
    let own = view.say("Samma bransch", "Same sector");
    let many = answer.own_sector.len().max(answer.change_sector.len());
    let compared = answer.wanted.len() + answer.own_sector.len() + answer.change_sector.len() > 1;
    let own = match sector {
        Some(sector) => format!("{own}: {}", sector.text(view.language)),
        None => own.to_owned(),
    };
    let change = view.say("Byta bransch", "Change of sector");
    let wanted = view.say("Yrken som personen frågar om", "Occupations asked about");
    html! {
        section .cards aria-label=(view.say("Överblick", "Overview")) {
            (overview(view, teller, ("own", &own), &answer.own_sector))
            (overview(view, teller, ("change", change), &answer.change_sector))
        }
        @if !answer.wanted.is_empty() { (list(view, shown, teller, ("wanted", wanted), &answer.wanted)) }
        (list(view, shown, teller, ("own", &own), &answer.own_sector))
        @if compared { div .actions { (compare(view)) } }
        (list(view, shown, teller, ("change", change), &answer.change_sector))
        div .actions .bottom {
            @if compared { (compare(view)) }
            @if many >= PATHS && shown.fields.get("paths").is_empty() {
                button type="submit" name="paths" value=(MORE_PATHS) { (view.say("Visa fler vägar", "Show more paths")) }
            }
            (explore::button(view))
        }
    }
}

/// The button below each list: what is ticked stands in several.
fn compare(view: &View) -> Markup {
    html! {
        button .main type="submit" formaction=(view.url("/person/compare")) { (view.say("Jämför de markerade", "Compare those ticked")) }
    }
}

/// A list in short, with links to its paths.
fn overview(
    view: &View,
    teller: Teller<'_>,
    (id, name): (&str, &str),
    paths: &[Pathway],
) -> Markup {
    html! {
        div .card {
            h2 { (name) }
            @if paths.is_empty() { p { (view.say("Inga vägar.", "No paths.")) } }
            ol {
                @for path in paths {
                    li { a href={ "#" (id) "-" (path.rank) } { (teller.name(path)) } span .more { (teller.short(path)) } }
                }
            }
        }
    }
}

fn list(
    view: &View,
    shown: &Shown<'_>,
    teller: Teller<'_>,
    (id, name): (&str, &str),
    paths: &[Pathway],
) -> Markup {
    html! {
        section .list aria-labelledby=(id) {
            h2 id=(id) { (name) }
            @if paths.is_empty() {
                p { (view.say("Inga vägar här. Andra gränser eller fler kompetenser kan ge någon.", "No paths here. Other limits or more skills may give one.")) }
            }
            @for path in paths { (one(view, shown, teller, id, path)) }
        }
    }
}

fn one(view: &View, shown: &Shown<'_>, teller: Teller<'_>, list: &str, path: &Pathway) -> Markup {
    let id = format!("{list}-{}", path.rank);
    html! {
        article .path aria-labelledby=(id) {
            h3 id=(id) { (path.rank) ". " (teller.name(path)) }
            p .lead { (teller.summary(path)) }
            (teller.facts(path))
            details {
                summary {
                    (view.say("Mer: det som finns redan, studiestöd, poäng", "More: what is there already, funding, score"))
                    span .sr { " " (teller.name(path)) }
                }
                div .inside { (teller.more(path)) }
            }
            div .actions {
                div .choice {
                    input type="checkbox" id={ (id) "-compare" } name="compare" value=(path.id) checked[shown.fields.has("compare", &path.id)];
                    label for={ (id) "-compare" } { (view.say("Jämför", "Compare")) span .sr { " " (teller.name(path)) } }
                }
                button type="submit" name="target" value=(path.id) formaction=(view.url("/person/page")) {
                    (view.say("Tidslinje och utskrift", "Timeline and print")) span .sr { ": " (teller.name(path)) }
                }
            }
        }
    }
}

fn left_out(view: &View, excluded: &[Candidate]) -> Markup {
    html! {
        @if !excluded.is_empty() {
            details .box {
                summary { (view.say("Utelämnat, och varför", "Left out, and why")) " (" (excluded.len()) ")" }
                ul .inside {
                    @for candidate in excluded {
                        li {
                            (headed(&candidate.label, view.language))
                            @if let Some(reason) = &candidate.reason { ": " (said(reason, view.language)) }
                        }
                    }
                }
            }
        }
    }
}

/// What the answer is, and what it rests on.
pub(super) fn about(view: &View, answer: &Recommendation, dataset: &DataSet) -> Markup {
    let paths = answer.wanted.iter().chain(&answer.own_sector).chain(&answer.change_sector);
    let adviser = words::adviser(paths.clone());
    let keys: Vec<&str> = paths.map(|path| path.demand.source.as_str()).collect();
    let sources =
        dataset.manifest.sources.iter().filter(|source| keys.contains(&source.key.as_str()));
    let titles: Vec<&str> =
        sources.map(|source| words::source(&source.title, view.language)).collect();
    html! {
        section .small aria-labelledby="about" {
            h2 #about { (view.say("Om svaret", "About the answer")) }
            p {
                (view.say(
                    "Poängen är hur likt det nya yrket är det gamla: yrket självt får 90, och upp till 10 till för hur många som arbetar i yrkesgruppen. Tid, pengar och studiestöd ändrar aldrig poängen.",
                    "The score says how like the present occupation a new one is: the present one itself gets 90, and up to 10 more for how many work in the occupation group. Time, money and funding never change it.",
                ))
            }
            @if let Some(text) = adviser { p { (view.say("Om studiestöd: ", "About funding: ")) (said(text, view.language)) } }
            @if !titles.is_empty() { p { (view.say("Lön, annonser och prognos: ", "Wage, ads and forecast: ")) (titles.join(", ")) "." } }
        }
    }
}
