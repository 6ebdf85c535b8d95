//! What is shown where there is nothing to show, where somebody must sign in, and at the beginning.

use maud::html;

use super::{
    Fault, Fields, View,
    widgets::{Ask, Form},
};

/// A page about a form that came from another site, or a program that says so.
pub fn foreign(view: &View) -> String {
    let title =
        view.say("Frågan kom från en annan webbplats", "The request came from another site");
    let detail = view.say(
        "Formulär tas bara emot från tjänstens egna sidor, och inget har ändrats. Öppna sidan härifrån och försök igen. Händer det på tjänstens egen sida, säg till den som driver den: adressen når inte fram som den ska.",
        "Forms are accepted from the service's own pages only, and nothing was changed. Open the page from here and try again. If it happens on its own page, tell whoever runs the service: its address does not arrive as it should.",
    );
    told(view, title, detail)
}

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
    told(view, title, detail)
}

fn told(view: &View, title: &str, detail: &str) -> String {
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

/// The page where somebody gives a key. `along` is what they wanted to send when they were not known.
pub fn sign_in(view: &View, along: &Fields, faults: &[Fault]) -> String {
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
        @if !along.is_empty() {
            p .lead { (view.say("Du är inte inloggad längre. Det du skrev finns kvar: logga in, så kan du skicka det.", "You are no longer signed in. What you wrote is still here: sign in, and you can send it.")) }
        }
        form method="post" action=(view.url("/sign-in")) novalidate {
            (View::hidden(along))
            (form.secret(ask))
            button .main type="submit" { (name) }
        }
    };
    view.titled(name, &body)
}

/// The page that sends to `to` what somebody wanted to send before they signed in. They do it themselves:
/// it may change something, and somebody else may sit there now.
pub fn go_on(view: &View, to: &str, sent: &Fields) -> String {
    let body = html! {
        p .lead { (view.say("Det du skrev finns kvar. Inget av det är skickat än.", "What you wrote is still here. Nothing of it is sent yet.")) }
        form method="post" action=(view.url(to)) {
            (View::hidden(sent))
            div .actions {
                button .main type="submit" autofocus { (view.say("Fortsätt där du var", "Go on where you were")) }
                a href=(view.url("")) { (view.say("Till början i stället", "To the beginning instead")) }
            }
        }
    };
    view.page(view.say("Du är inloggad igen", "You are signed in again"), &body)
}
