//! The frame around every page: language, menu, the way to the same page in the other language.

use maud::{DOCTYPE, Markup, html};

use super::Fields;
use crate::domain::Language;

/// The stylesheet of all pages.
pub const STYLE: &str = include_str!("page.css");
/// The script of all pages.
pub const SCRIPT: &str = include_str!("page.js");

/// Where a page stands and who looks at it.
#[derive(Debug, Clone)]
pub struct View {
    /// Its language.
    pub language: Language,
    /// Its address below the language, such as `/person`.
    pub path: String,
    /// What was sent to it: goes along to the same page in the other language.
    pub sent: Fields,
    /// Whether it is an answer to a form, which no link leads to.
    pub posted: bool,
    /// Name of the key somebody signed in with; absent where the service has no keys or nobody did.
    pub user: Option<String>,
    /// Whether lists and plans may be changed.
    pub may_change: bool,
    /// Id of the form on the page whose fields go along to the other language, sent or not.
    pub form: Option<&'static str>,
}

impl View {
    /// A page that links lead to, seen by somebody who may do everything.
    pub fn new(language: Language, path: &str) -> Self {
        Self {
            language,
            path: path.to_owned(),
            sent: Fields::default(),
            posted: false,
            user: None,
            may_change: true,
            form: None,
        }
    }

    /// The one of two texts that is in the language of the page.
    pub fn say<'a>(&self, sv: &'a str, en: &'a str) -> &'a str {
        self.language.pick(sv, en)
    }

    /// The address of a page in the language of this one.
    pub fn url(&self, path: &str) -> String {
        format!("/{}{path}", self.language.code())
    }

    /// Hidden fields of a form.
    pub(super) fn hidden(fields: &Fields) -> Markup {
        html! {
            @for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
                input type="hidden" name=(name) value=(value);
            }
        }
    }

    /// A whole page. `title` is its heading, too.
    pub fn page(&self, title: &str, body: &Markup) -> String {
        self.titled(title, &html! { h1 { (title) } (body) })
    }

    /// A whole page whose body has a heading of the first level of its own.
    pub fn titled(&self, title: &str, body: &Markup) -> String {
        let page = html! {
            (DOCTYPE)
            html lang=(self.language.code()) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    title { (title) " – kompetensnav" }
                    link rel="icon" href="data:,";
                    link rel="stylesheet" href="/static/page.css";
                    script src="/static/page.js" defer {}
                }
                body {
                    a .skip href="#innehall" { (self.say("Till innehållet", "Skip to the content")) }
                    (self.header())
                    main #innehall tabindex="-1" { (body) }
                    (self.footer())
                }
            }
        };
        page.into_string()
    }

    fn header(&self) -> Markup {
        let items = [
            ("/person", self.say("En person", "One person")),
            ("/lists", self.say("Listor och varsel", "Lists and notices")),
        ];
        let here = |path: &str| {
            let below = self.path.strip_prefix(path);
            let plans = path == "/lists" && self.path.starts_with("/plans");
            below.is_some_and(|rest| rest.is_empty() || rest.starts_with('/')) || plans
        };
        html! {
            header .top {
                div .bar {
                    a .name href=(self.url("")) { "kompetensnav" }
                    nav aria-label=(self.say("Huvudmeny", "Main menu")) {
                        ul {
                            @for (path, name) in items {
                                li {
                                    a href=(self.url(path)) aria-current=[here(path).then_some("true")] { (name) }
                                }
                            }
                        }
                    }
                    div .tools {
                        (self.other_language())
                        @if let Some(user) = &self.user { (self.sign_out(user)) }
                    }
                }
            }
        }
    }

    fn sign_out(&self, user: &str) -> Markup {
        html! {
            form method="post" action=(self.url("/sign-out")) {
                button .link type="submit" { (self.say("Logga ut", "Sign out")) " " (user) }
            }
        }
    }

    /// The same page in the other language: a link, or a form with what was sent.
    fn other_language(&self) -> Markup {
        let other = self.language.other();
        let (code, name) = match other {
            Language::Sv => ("sv", "På svenska"),
            Language::En => ("en", "In English"),
        };
        let address = format!("/{code}{}", self.path);
        html! {
            @if let Some(form) = self.form {
                // Enter in a field presses the first button of its form: that must not be the one of the language.
                button type="submit" form=(form) hidden {}
                // What is typed and not sent yet goes along.
                button .link type="submit" form=(form) formaction=(address) formnovalidate lang=(code) { (name) }
            } @else if self.posted {
                form method="post" action=(address) {
                    (Self::hidden(&self.sent))
                    button .link type="submit" lang=(code) { (name) }
                }
            } @else {
                a href=(address) lang=(code) hreflang=(code) { (name) }
            }
        }
    }

    fn footer(&self) -> Markup {
        html! {
            footer .end {
                p {
                    (self.say(
                        "Förslag att samtala om, inga beslut. Det som skrivs om en person sparas inte: det finns i minnet en stund, så att du kan gå tillbaka. Bara listor som du själv tar emot sparas.",
                        "Suggestions to talk about, not decisions. What is written about a person is not kept: it is in memory for a while, so that you can go back. Only lists that you accept yourself are kept.",
                    ))
                }
                p { a href=(self.url("/about")) { (self.say("Om förslagen, källor och tillgänglighet", "About the suggestions, sources and accessibility")) } }
            }
        }
    }
}
