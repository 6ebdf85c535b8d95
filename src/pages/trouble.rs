//! What is shown where there is nothing to show, where somebody must sign in, and at the beginning.

use maud::html;

use super::{
    Fault, Fields, View,
    widgets::{Ask, Form},
};

/// A page about a request that was not done, by its status and the words that are known of it.
pub fn page(view: &View, status: u16, title: &str, detail: &str) -> String {
    let (title, detail) = match status {
        404 => (
            view.say("Sidan finns inte", "There is no such page"),
            view.say(
                "Adressen kan vara fel, eller så är listan eller planen borttagen.",
                "The address may be wrong, or the list or plan is removed.",
            ),
        ),
        403 => (
            title,
            view.say(
                "Din nyckel räcker inte till det här, eller så kom frågan från en annan webbplats. Be den som driver tjänsten om hjälp.",
                "Your key does not allow this, or the request came from another site. Ask whoever runs the service.",
            ),
        ),
        405 => (
            view.say("Så går det inte att göra", "That cannot be done"),
            view.say("Gå till början och försök därifrån.", "Go to the beginning and try from there."),
        ),
        413 => (
            view.say("Filen är för stor", "The file is too large"),
            detail,
        ),
        429 | 503 => (
            view.say("Många frågar just nu", "Many are asking just now"),
            view.say(
                "Inget är förlorat. Vänta några sekunder och ladda om sidan, eller gå tillbaka och skicka igen.",
                "Nothing is lost. Wait some seconds and load the page again, or go back and send again.",
            ),
        ),
        500 => (
            view.say("Något gick fel hos oss", "Something went wrong here"),
            view.say(
                "Försök igen. Går det inte heller då, säg till den som driver tjänsten vad du gjorde.",
                "Try again. If it fails again, tell whoever runs the service what you did.",
            ),
        ),
        _ => (title, detail),
    };
    let body = html! {
        p .lead { (detail) }
        ul {
            li { a href=(view.url("/person")) { (view.say("Hitta vägar för en person", "Find paths for one person")) } }
            li { a href=(view.url("/lists")) { (view.say("Listor och varsel", "Lists and notices")) } }
        }
    };
    view.page(title, &body)
}

/// The first page.
pub fn start(view: &View) -> String {
    let body = html! {
        p .lead {
            (view.say(
                "Hjälper dig och den du vägleder att se vägar vidare när ett arbete upphör eller ändras: yrken som ligger nära, vad som saknas, vilka kurser som stänger luckan och om de hinns med.",
                "Helps you and the person you advise to see paths onward when a job ends or changes: occupations that are near, what is missing, which courses close the gap and whether there is time.",
            ))
        }
        div .cards {
            section .card {
                h2 { (view.say("En person", "One person")) }
                p { (view.say("Skriv yrke, kompetenser och datum. Du får två listor att samtala om, en i samma bransch och en i en annan.", "Write occupation, skills and dates. You get two lists to talk about, one in the same sector and one in another.")) }
                a .button .main href=(view.url("/person")) { (view.say("Hitta vägar", "Find paths")) }
            }
            section .card {
                h2 { (view.say("En lista eller ett varsel", "A list or a notice")) }
                p { (view.say("Ladda upp listan från arbetsgivaren. Du ser vad som saknas, vilka kurser som behövs och ett förslag till plan inom en budget.", "Upload the employer's list. You see what is missing, which courses are needed and a draft plan within a budget.")) }
                a .button href=(view.url("/lists")) { (view.say("Listor och varsel", "Lists and notices")) }
            }
        }
    };
    view.page(view.say("Vägar till nytt arbete", "Paths to new work"), &body)
}

/// The page where somebody gives a key.
pub fn sign_in(view: &View, faults: &[Fault]) -> String {
    let fields = Fields::default();
    let form = Form { view, fields: &fields, faults };
    let name = view.say("Logga in", "Sign in");
    let ask = Ask {
        name: "key",
        label: view.say("Nyckel", "Key"),
        hint: view.say(
            "Den som driver tjänsten har gett dig den. Du är inloggad i tolv timmar eller tills du loggar ut.",
            "Whoever runs the service has given it to you. You stay signed in for twelve hours or until you sign out.",
        ),
    };
    let body = html! {
        (form.summary())
        h1 { (name) }
        form method="post" action=(view.url("/sign-in")) novalidate {
            (form.secret(ask))
            button .main type="submit" { (name) }
        }
    };
    view.titled(name, &body)
}
