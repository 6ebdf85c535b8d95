//! A cohort plan: the draft and its approval.

use maud::{Markup, html};

use super::{
    Fault, Fields, View, joined,
    list::sector_name,
    lists::state,
    said,
    widgets::{Ask, Form, Suggest},
};
use crate::{
    cohort::{Assignment, CourseInPlan, FairBy, GroupShare, Plan, PlanStatus, Unassigned, words},
    domain::Language,
    intake::by_number,
    store::{KeptPlan, State},
    words::kronor,
};

/// People named on the page; the table has all.
const NAMED: usize = 100;

/// A plan as it is kept, and read where it is done.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// As it is kept.
    pub kept: &'a KeptPlan,
    /// The plan; absent before it is done.
    pub plan: Option<&'a Plan>,
    /// What was sent to approve it.
    pub fields: &'a Fields,
    /// What is wrong with that.
    pub faults: &'a [Fault],
}

/// The page of a plan.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let kept = shown.kept;
    let form = Form { view, fields: shown.fields, faults: shown.faults };
    let name = match shown.plan.map(|plan| plan.status) {
        Some(PlanStatus::Approved) => view.say("Godkänd plan", "Approved plan"),
        Some(PlanStatus::Draft) => view.say("Utkast till plan", "Draft of a plan"),
        None => view.say("Plan", "Plan"),
    };
    let body = html! {
        (form.summary())
        h1 { (name) }
        p { a href=(view.url(&format!("/lists/{}", kept.batch))) { (view.say("Till listan", "To the list")) } }
        @match (shown.plan, kept.state) {
            (Some(plan), _) => { (done(view, kept, plan, &form)) }
            (None, State::Failed) => { p .note { (failed(view, kept.fault.as_deref().unwrap_or_default())) } }
            (None, _) => {
                div data-progress role="status" { p .lead { (view.say("Planen görs: ", "The plan is being made: ")) (state(view, kept.state)) "." } }
                p { (view.say("Det tar oftast några sekunder.", "It mostly takes some seconds.")) " " a href="" { (view.say("Uppdatera sidan", "Load the page again")) } }
            }
        }
        @if view.may_change { (removal(view, kept)) }
    };
    view.titled(name, &body)
}

fn failed<'a>(view: &View, fault: &str) -> &'a str {
    match fault {
        "no_workplace" => view.language.pick(
            "Planen gick inte att göra: listan säger inte var någon arbetar. Dela efter branscher, eller lägg till kolumnen arbetsplats i listan.",
            "The plan could not be made: the list does not say where anybody works. Share between sectors, or add a column of workplaces to the list.",
        ),
        _ => view.language.pick(
            "Planen gick inte att göra. Gör en ny; går det inte då heller, säg till den som driver tjänsten.",
            "The plan could not be made. Make a new one; if that fails too, tell whoever runs the service.",
        ),
    }
}

fn done(view: &View, kept: &KeptPlan, plan: &Plan, form: &Form<'_>) -> Markup {
    let language = view.language;
    html! {
        p .lead { (whole(plan, language)) }
        p .note { strong { (crate::words::capital(&words::status(plan, language))) "." } " " (view.say("Räknat från ", "Reckoned from ")) (plan.as_of) "." }
        div .actions {
            a .button .main href=(view.url(&format!("/plans/{}/table", kept.id))) download { (view.say("Hämta planen som Excel", "Get the plan as Excel")) }
        }
        section aria-labelledby="findings" {
            h2 #findings { (view.say("Att se efter", "What to look at")) }
            ul { @for finding in &plan.findings { li { (said(finding, language)) } } }
        }
        (shares(view, ("sectors", view.say("Branscher", "Sectors")), &plan.sectors))
        @if plan.settings.fair_share_by == FairBy::Workplace { (shares(view, ("workplaces", view.say("Arbetsplatser", "Workplaces")), &plan.workplaces)) }
        (seats(view, plan))
        (unlimited(view, plan))
        (placed(view, &plan.assignments))
        (missed(view, &plan.unassigned))
        (problems(view, plan))
        (approval(view, kept, plan, form))
        (pictures(view, plan))
        section .small aria-labelledby="formula" {
            h2 #formula { (view.say("Så vägs vägarna", "How ways are weighed")) }
            p { (said(&plan.settings.formula, language)) }
        }
    }
}

/// The plan in a few sentences.
fn whole(plan: &Plan, language: Language) -> String {
    let totals = &plan.totals;
    let (placed, people, without) = (totals.placed, totals.people, totals.without_courses);
    let spent = kronor(totals.spent_kr, language);
    let frame = plan.settings.budget_kr.map(|budget| {
        let of = language.pick("av", "of");
        format!(" {of} {}", kronor(budget, language))
    });
    let frame = frame.unwrap_or_default();
    match language {
        Language::Sv => format!(
            "{placed} av {people} personer får en väg i planen, {without} av dem utan kurs. Det kostar {spent}{frame}."
        ),
        Language::En => format!(
            "{placed} of {people} people get a way in the plan, {without} of them without a course. It costs {spent}{frame}."
        ),
    }
}

fn approval(view: &View, kept: &KeptPlan, plan: &Plan, form: &Form<'_>) -> Markup {
    html! {
        @if plan.approved.is_none() && view.may_change {
            section .box aria-labelledby="approve" {
                h2 #approve { (view.say("Godkänn planen", "Approve the plan")) }
                p { (view.say("Den som godkänner står för planen. Ingen anmäls till något; planen är ett underlag för samtal med var och en.", "Whoever approves stands behind the plan. Nobody is enrolled in anything; the plan is a basis for talks with each person.")) }
                form method="post" action=(view.url(&format!("/plans/{}/approve", kept.id))) novalidate {
                    (form.line(Ask { name: "by", label: view.say("Ditt namn eller din roll", "Your name or role"), hint: "" }, "medium", Suggest::Nothing))
                    button .main type="submit" { (view.say("Godkänn", "Approve")) }
                }
            }
        }
    }
}

fn shares(view: &View, (id, name): (&str, &str), groups: &[GroupShare]) -> Markup {
    let language = view.language;
    let fair = groups.iter().any(|group| group.wanted.is_some());
    let [people, placed, trained, wanted, money] = match language {
        Language::Sv => ["Personer", "Med väg", "Får kurs", "Rättvis andel", "Kronor"],
        Language::En => ["People", "With a way", "Get a course", "Fair share", "Kronor"],
    };
    html! {
        @if !groups.is_empty() {
            section aria-labelledby=(id) {
                h2 id=(id) { (name) }
                div .scroll role="region" tabindex="0" aria-labelledby=(id) {
                    table .stack {
                        thead {
                            tr {
                                th scope="col" { (name) }
                                @for name in [people, placed, trained] { th scope="col" { (name) } }
                                @if fair { th scope="col" { (wanted) } }
                                th scope="col" { (money) }
                            }
                        }
                        tbody {
                            @for group in groups {
                                @let label = group.label.text(language);
                                tr {
                                    th scope="row" { @if label.is_empty() { (sector_name(&group.key, language)) } @else { (label) } }
                                    td data-label=(people) { (group.people) }
                                    td data-label=(placed) { (group.placed) }
                                    td data-label=(trained) { (group.with_courses) }
                                    @if fair { td data-label=(wanted) { (share(view, group)) } }
                                    td data-label=(money) { (kronor(group.spent_kr, language)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn share(view: &View, group: &GroupShare) -> String {
    match (group.wanted, group.possible) {
        (Some(wanted), Some(possible)) => {
            let only = view.say("bara", "only");
            let can = view.say("går", "possible");
            format!("{wanted} ({only} {possible} {can})")
        }
        (Some(wanted), None) => wanted.to_string(),
        (None, _) => "–".to_owned(),
    }
}

fn seats(view: &View, plan: &Plan) -> Markup {
    let language = view.language;
    let [first, taken, useful, price] = match language {
        Language::Sv => ["Första dag", "Tagna platser", "Kan användas av", "Kronor per plats"],
        Language::En => ["First day", "Seats taken", "Of use to", "Kronor a seat"],
    };
    html! {
        @if !plan.starts.is_empty() {
            section aria-labelledby="starts" {
                h2 #starts { (view.say("Kursstarter med känt antal platser", "Course starts with a known number of seats")) }
                div .scroll role="region" tabindex="0" aria-labelledby="starts" {
                    table .stack {
                        thead {
                            tr {
                                th scope="col" { (view.say("Kurs", "Course")) }
                                th .word scope="col" { (first) }
                                @for name in [taken, useful, price] { th scope="col" { (name) } }
                            }
                        }
                        tbody {
                            @for start in &plan.starts {
                                tr {
                                    th scope="row" { (said(&start.title, language)) }
                                    td .word .whole data-label=(first) { @match start.start { Some(day) => { (day) } None => { (view.say("okänd", "unknown")) } } }
                                    td data-label=(taken) { (start.taken) " " (view.say("av", "of")) " " (start.seats) }
                                    td data-label=(useful) { (start.asked_by) }
                                    td data-label=(price) { (kronor(u64::from(start.price_kr), language)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn unlimited(view: &View, plan: &Plan) -> Markup {
    let language = view.language;
    html! {
        @if !plan.unlimited.is_empty() {
            section aria-labelledby="unlimited" {
                h2 #unlimited { (view.say("Kurser utan känt antal platser", "Courses without a known number of seats")) }
                ul {
                    @for course in &plan.unlimited {
                        li {
                            (said(&course.title, language)) ": " (seats_of(course.taken, language)) ", "
                            (kronor(u64::from(course.price_kr), language)) " " (view.say("styck", "each"))
                            @if let Some(basis) = words::price_basis(course.basis, language) { " (" (basis) ")" }
                        }
                    }
                }
            }
        }
    }
}

fn seats_of(number: u32, language: Language) -> String {
    let one = number == 1;
    let name = match language {
        Language::Sv => ["platser", "plats"],
        Language::En => ["places", "place"],
    };
    format!("{number} {}", name[usize::from(one)])
}

fn course(view: &View, course: &CourseInPlan) -> Markup {
    html! {
        (said(&course.title, view.language))
        @match (course.start, course.reckoned) {
            (Some(day), _) => { " (" (view.say("start ", "begins ")) (day) ")" }
            (None, Some(days)) => { " (" (view.say("räknat från ", "reckoned from ")) (days.from) ")" }
            (None, None) => {}
        }
    }
}

fn placed(view: &View, people: &[Assignment]) -> Markup {
    let language = view.language;
    let mut people: Vec<&Assignment> = people.iter().collect();
    people.sort_by(|one, other| by_number(&one.r#ref, &other.r#ref));
    let names = match language {
        Language::Sv => ["Väg till", "Kurser", "Klar", "Ryms i tiden", "Kronor"],
        Language::En => ["Way to", "Courses", "Ready", "Fits the time", "Kronor"],
    };
    html! {
        @if !people.is_empty() {
            section aria-labelledby="placed" {
                h2 #placed { (view.say("Vägar i planen", "Ways in the plan")) }
                @if people.len() > NAMED { p { (view.say("De första hundra visas; Excel-filen har alla och deras andra vägar.", "The first hundred are shown; the Excel file has all and their other ways.")) } }
                div .scroll role="region" tabindex="0" aria-labelledby="placed" {
                    table .stack {
                        thead {
                            tr {
                                th scope="col" { (view.say("Referens", "Reference")) }
                                @for name in &names[..4] { th .word scope="col" { (name) } }
                                th scope="col" { (names[4]) }
                            }
                        }
                        tbody {
                            @for person in people.iter().take(NAMED) {
                                @let way = &person.way;
                                tr {
                                    th .whole scope="row" { (person.r#ref) }
                                    td .word data-label=(names[0]) { (super::headed(&way.occupation, language)) @if let Some(ask) = &person.ask { p .note { (crate::words::capital(ask.text(language))) } } }
                                    td .word data-label=(names[1]) { @if way.courses.is_empty() { (words::without_course(way.without, language)) } @else { (joined(way.courses.iter().map(|one| course(view, one)), "; ")) } }
                                    td .word .whole data-label=(names[2]) { @if let Some(day) = way.ready { (day) } }
                                    td .word data-label=(names[3]) { @if !way.courses.is_empty() { (fits(view, way.fits_window)) } }
                                    td .whole data-label=(names[4]) { (kronor(u64::from(way.cost_kr), language)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn fits<'a>(view: &View, fits: Option<bool>) -> &'a str {
    match fits {
        Some(true) => view.language.pick("ja", "yes"),
        Some(false) => view.language.pick("nej", "no"),
        None => view.language.pick("vet inte", "not known"),
    }
}

fn missed(view: &View, people: &[Unassigned]) -> Markup {
    let mut people: Vec<&Unassigned> = people.iter().collect();
    people.sort_by(|one, other| by_number(&one.r#ref, &other.r#ref));
    html! {
        @if !people.is_empty() {
            section aria-labelledby="missed" {
                h2 #missed { (view.say("Utan väg i planen", "Without a way in the plan")) }
                ul {
                    @for person in people.iter().take(NAMED) { li { strong { (person.r#ref) } ": " (said(&person.text, view.language)) @if let Some(ask) = &person.ask { "; " (said(ask, view.language)) } } }
                }
                @if people.len() > NAMED { p { (view.say("De första hundra visas; Excel-filen har alla.", "The first hundred are shown; the Excel file has all.")) } }
            }
        }
    }
}

fn problems(view: &View, plan: &Plan) -> Markup {
    let sorts = [
        (
            view.say("Rader i listan som inte lästes", "Rows of the list not read"),
            &plan.refused_rows,
        ),
        (view.say("Kursstarter som inte används", "Course starts not used"), &plan.refused_starts),
        (view.say("Lås som inte kan läsas", "Locks that cannot be read"), &plan.refused_choices),
    ];
    html! {
        @for (name, problems) in sorts {
            @if !problems.is_empty() {
                details {
                    summary { (name) " (" (problems.len()) ")" }
                    ul .inside { @for problem in problems.iter().take(NAMED) { li { (view.say("Rad ", "Line ")) (problem.line) ": " (said(&problem.message, view.language)) } } }
                }
            }
        }
    }
}

fn pictures(view: &View, plan: &Plan) -> Markup {
    html! {
        details {
            summary { (view.say("Platser per vecka och kronor som bild och tabell", "Places by week and kronor as pictures and tables")) }
            div .inside { @for plot in plan.plots(view.language) { (plot.picture.figure()) } }
        }
    }
}

fn removal(view: &View, kept: &KeptPlan) -> Markup {
    html! {
        details {
            summary { (view.say("Ta bort planen", "Remove the plan")) }
            div .inside {
                form method="post" action=(view.url(&format!("/plans/{}/delete", kept.id))) {
                    button .danger type="submit" { (view.say("Ta bort planen för gott", "Remove the plan for good")) }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_seat_is_no_seats() {
        let said = |number| seats_of(number, Language::Sv);
        assert_eq!((said(1), said(2)), ("1 plats".to_owned(), "2 platser".to_owned()));
        assert_eq!(seats_of(1, Language::En), "1 place");
    }
}
