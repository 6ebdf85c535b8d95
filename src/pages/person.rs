//! The form about one worker.

use maud::{Markup, html};

use super::{
    Fault, Fields, View,
    profile::{name_of, weekday_key},
    reading::{Reading, choices},
    widgets::{Ask, Form, Suggest, rare},
};
use crate::{
    dataset::{DataSet, sectors},
    domain::{CourseForm, FundingCode, LanguageLevel, Weekday},
    words,
};

/// What a worker's form shows beside what was sent.
#[derive(Debug, Clone, Copy)]
pub struct Shown<'a> {
    /// What was sent.
    pub fields: &'a Fields,
    /// What is wrong with it.
    pub faults: &'a [Fault],
    /// What its words were read as, where somebody asked.
    pub readings: &'a [Reading],
    /// What agreements and names it offers.
    pub dataset: &'a DataSet,
}

/// Id of the form.
const FORM: &str = "worker";

/// The page of the form.
pub fn page(view: &View, shown: &Shown<'_>) -> String {
    let view = &View { form: Some(FORM), ..view.clone() };
    let form = Form { view, fields: shown.fields, faults: shown.faults };
    let name = view.say("Hitta vägar för en person", "Find paths for one person");
    let title = if shown.faults.is_empty() {
        name.to_owned()
    } else {
        format!("{}: {name}", view.say("Fel", "Error"))
    };
    let body = html! {
        (form.summary())
        h1 { (name) }
        p .lead {
            (view.say(
                "Skriv det du vet. Bara yrke eller kompetenser behövs; resten gör svaret säkrare. Skriv inte namn eller personnummer.",
                "Write what you know. Only an occupation or skills are needed; the rest makes the answer surer. Write no name or personnummer.",
            ))
        }
        // Browsers that go back fill in a part of a form; half a profile is worse than none.
        form id=(FORM) method="post" action=(view.url("/person/paths")) novalidate autocomplete="off" {
            // What somebody chose stands in the choices where these are shown.
            @let shown_picks = !shown.readings.is_empty();
            (View::hidden(&picks(shown.fields, shown_picks)))
            (experience(&form, shown))
            (situation(&form, shown.dataset))
            (limits(&form))
            (funding(&form))
            div .actions {
                button .main type="submit" { (view.say("Visa vägar", "Show paths")) }
                button type="submit" formaction=(view.url("/person")) { (view.say("Sök i yrken och kompetenser", "Look up occupations and skills")) }
            }
        }
    };
    view.titled(&title, &body)
}

fn picks(fields: &Fields, shown: bool) -> Fields {
    if shown { Fields::default() } else { fields.without(|name| !super::fields::is_pick(name)) }
}

fn ask<'a>(form: &Form<'a>, name: &'a str, hint: &'a str) -> Ask<'a> {
    Ask { name, label: name_of(name, form.view.language), hint }
}

fn experience(form: &Form<'_>, shown: &Shown<'_>) -> Markup {
    let view = form.view;
    let say = |sv, en| view.say(sv, en);
    html! {
        fieldset .part {
            legend { h2 { (say("Vad personen kan", "What the person can do")) } }
            (form.line(ask(form, "title", say("Till exempel svetsare. Förslag kommer medan du skriver.", "For example welder. Suggestions come while you type.")), "long", Suggest::Occupations))
            (form.lines(ask(form, "skills", say("En per rad, eller med komma emellan. Till exempel MIG-svetsning, läsa ritningar.", "One a line, or with commas between. For example MIG welding, read drawings.")), Suggest::Skills))
            (form.line(ask(form, "licences", say("Med komma emellan. Till exempel B, CE, truckkort.", "With commas between. For example B, CE, forklift certificate.")), "long", Suggest::Nothing))
            (choices(view, shown.readings))
            (rare(
                say("Tidigare yrken, önskade yrken, annan bransch", "Earlier occupations, wanted occupations, another sector"),
                form.shows(&["titles", "wanted", "sector"]),
                &html! {
                    (form.lines(ask(form, "titles", say("Det senaste först, en per rad.", "The latest first, one a line.")), Suggest::Occupations))
                    (form.lines(ask(form, "wanted", say("De får en väg var, hur de än rangordnas. En per rad.", "Each gets its path, however it ranks. One a line.")), Suggest::Occupations))
                    (sector(form))
                },
            ))
        }
    }
}

fn sector(form: &Form<'_>) -> Markup {
    let view = form.view;
    let unset = view.say("Den som yrket hör till", "The one of the occupation").to_owned();
    let named = sectors::sector_keys().filter_map(|key| {
        let name = sectors::sector_name(key)?;
        Some((key.to_owned(), name.text(view.language).to_owned()))
    });
    let options: Vec<(String, String)> =
        [(String::new(), unset)].into_iter().chain(named).collect();
    form.select(ask(form, "sector", ""), &options)
}

fn situation(form: &Form<'_>, dataset: &DataSet) -> Markup {
    let view = form.view;
    let say = |sv, en| view.say(sv, en);
    let day = say("Till exempel 2026-11-02.", "For example 2026-11-02.");
    let date = |name, hint| form.line(ask(form, name, hint), "day", Suggest::Nothing);
    html! {
        fieldset .part {
            legend { h2 { (say("Situation och tid", "Situation and time")) } }
            (form.radios(ask(form, "status", ""), &statuses(view)))
            div .row {
                (date("employed_since", day))
                (date("notice", say("Dagen personen blev uppsagd.", "The day notice was given.")))
                (date("last_day", say("Lämna tomt, så räknas den fram.", "Leave empty, and it is worked out.")))
                (date("released_from", say("Om personen slipper arbeta.", "If released from work.")))
            }
            (form.line(ask(form, "municipality", say("Där personen bor, till exempel Mölndal.", "Where the person lives, for example Mölndal.")), "medium", Suggest::Nothing))
            (rare(
                say("Varsel, permittering och korttidsarbete", "Notification, furlough and short-time work"),
                form.shows(&["filed", "affected", "furlough_from", "furlough_to", "notice_months", "leave_from", "leave_to"]),
                &html! {
                    div .row {
                        (date("filed", day))
                        (form.line(ask(form, "affected", ""), "short", Suggest::Nothing))
                        (date("furlough_from", ""))
                        (date("furlough_to", ""))
                        (form.line(ask(form, "notice_months", say("Om avtalet ger en annan tid än lagen.", "Where an agreement gives another time than the law.")), "short", Suggest::Nothing))
                        (date("leave_from", ""))
                        (date("leave_to", ""))
                    }
                },
            ))
            (rare(
                say("Lediga timmar och dagar, avtalsområde", "Free hours and days, agreement area"),
                form.shows(&["weeks_left", "hours_per_week", "weekdays", "agreement"]),
                &html! {
                    div .row {
                        (form.line(ask(form, "weeks_left", say("Om inget datum är känt.", "If no date is known.")), "short", Suggest::Nothing))
                        (form.line(ask(form, "hours_per_week", say("En full vecka är 40.", "A full week is 40.")), "short", Suggest::Nothing))
                        (form.select(ask(form, "agreement", ""), &agreements(view, dataset)))
                    }
                    (form.boxes(ask(form, "weekdays", say("Kryssa bara om det är vissa dagar.", "Tick only if certain days are free.")), &weekdays(view)))
                },
            ))
        }
    }
}

fn statuses<'a>(view: &View) -> [(&'a str, &'a str, &'a str); 7] {
    let pick = |sv, en| view.language.pick(sv, en);
    [
        ("", pick("Vet inte än", "Not known"), ""),
        (
            "uppsagd",
            pick("Uppsagd", "Dismissed"),
            pick(
                "arbetar eller är arbetsbefriad under uppsägningstiden",
                "works or is released from work during the notice",
            ),
        ),
        (
            "varslad",
            pick("Varslad", "Notified"),
            pick(
                "arbetsgivaren har varslat, ingen är uppsagd än",
                "the employer has notified; nobody is dismissed yet",
            ),
        ),
        (
            "permitterad",
            pick("Permitterad", "On furlough"),
            pick("anställd och kan kallas tillbaka", "employed, may be called back"),
        ),
        ("korttid", pick("Korttidsarbete", "Short-time work"), ""),
        (
            "anstalld",
            pick("Anställd", "Employed"),
            pick("vill eller behöver byta", "wants or needs a change"),
        ),
        ("arbetslos", pick("Utan arbete", "Unemployed"), ""),
    ]
}

fn agreements(view: &View, dataset: &DataSet) -> Vec<(String, String)> {
    let mut names: Vec<&str> = dataset.rules.iter().map(|rule| rule.agreement.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names.retain(|name| !name.is_empty());
    let unset = (String::new(), view.say("Vet inte", "Not known").to_owned());
    let named = names.into_iter().map(|name| (name.to_owned(), name.to_owned()));
    [unset].into_iter().chain(named).collect()
}

fn weekdays(view: &View) -> [(&'static str, &'static str); 7] {
    let name = |day| match day {
        Weekday::Mon => view.language.pick("Måndag", "Monday"),
        Weekday::Tue => view.language.pick("Tisdag", "Tuesday"),
        Weekday::Wed => view.language.pick("Onsdag", "Wednesday"),
        Weekday::Thu => view.language.pick("Torsdag", "Thursday"),
        Weekday::Fri => view.language.pick("Fredag", "Friday"),
        Weekday::Sat => view.language.pick("Lördag", "Saturday"),
        Weekday::Sun => view.language.pick("Söndag", "Sunday"),
    };
    Weekday::ALL.map(|day| (weekday_key(day), name(day)))
}

fn limits(form: &Form<'_>) -> Markup {
    let view = form.view;
    let say = |sv, en| view.say(sv, en);
    let levels = LanguageLevel::ALL.map(|level| (level.key(), level.key()));
    let levels: Vec<(&str, &str)> =
        [("", say("Ingen gräns", "No limit"))].into_iter().chain(levels).collect();
    let forms = CourseForm::ALL
        .map(|form| (form.key(), words::capital(words::form(form.key(), view.language))));
    let short = |name, hint| form.line(ask(form, name, hint), "short", Suggest::Nothing);
    html! {
        fieldset .part {
            legend { h2 { (say("Gränser", "Limits")) } }
            p .hint { (say("Bara det som verkligen är en gräns: vad en gräns tar bort visas inte bland vägarna.", "Only what really is a limit: what a limit forbids is not among the paths.")) }
            div .row {
                (short("max_commute_min", say("Minuter till en kurs, enkel resa.", "Minutes to a course, one way.")))
                (short("max_weeks", say("Veckor på heltid.", "Weeks at full time.")))
                (short("min_wage", say("Kronor i månaden.", "Kronor a month.")))
            }
            div .field {
                (form.tick("distance_only", "distance_only", "yes", say("Bara kurser på distans", "Only courses at a distance")))
            }
            (rare(
                say("Studieformer, svenska, yrken att utesluta", "Forms of study, Swedish, occupations to leave out"),
                form.shows(&["forms", "swedish", "exclude"]),
                &html! {
                    (form.boxes(ask(form, "forms", say("Inget kryss betyder alla.", "No tick means all.")), &forms))
                    (form.select(ask(form, "swedish", say("Kurser på en högre nivå tas bort.", "Courses at a higher level are left out.")), &levels))
                    (form.lines(ask(form, "exclude", say("Yrken eller yrkesgrupper, en per rad.", "Occupations or groups, one a line.")), Suggest::Nothing))
                },
            ))
        }
    }
}

fn funding(form: &Form<'_>) -> Markup {
    let view = form.view;
    let say = |sv, en| view.say(sv, en);
    let answers = [
        ("", say("Vet inte än", "Not known yet")),
        ("yes", say("Ja, bekräftat", "Yes, confirmed")),
        ("no", say("Nej", "No")),
    ];
    let codes = FundingCode::ALL.into_iter().filter(|code| *code != FundingCode::Advice);
    let keys: Vec<&str> = codes.clone().map(FundingCode::key).collect();
    html! {
        (rare(
            say("Det du redan vet om studiestöd", "What you know of funding already"),
            form.shows(&keys),
            &html! {
                p .hint { (say("Ändrar inga vägar, bara vad som sägs om hur studierna kan betalas. Ålder och lön frågas aldrig efter.", "Changes no path, only what is said of paying for the studies. Age and pay are never asked for.")) }
                div .row {
                    @for code in codes {
                        @let label = words::capital(words::way(code, view.language));
                        (form.select(Ask { name: code.key(), label: &label, hint: "" }, &answers))
                    }
                }
            },
        ))
    }
}
