//! Fields of forms, each with its label, hint and error, and the summary of errors above them.

use maud::{Markup, html};

use super::{Fields, View};
use crate::words;

/// Something wrong with a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Name of the field; empty for the whole form.
    pub field: String,
    /// What is wrong and what to do, in the language of the page.
    pub text: String,
}

impl Fault {
    /// A fault of a field.
    pub fn new(field: impl Into<String>, text: impl Into<String>) -> Self {
        Self { field: field.into(), text: text.into() }
    }
}

/// A field as it is asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ask<'a> {
    /// Its name, and the id of its element.
    pub(super) name: &'a str,
    /// What is asked.
    pub(super) label: &'a str,
    /// How it is answered; empty where that is plain.
    pub(super) hint: &'a str,
}

/// Who suggests values while somebody types.
#[derive(Debug, Clone, Copy)]
pub(super) enum Suggest {
    /// Nobody.
    Nothing,
    /// Occupations.
    Occupations,
    /// Skills.
    Skills,
}

impl Suggest {
    /// What is asked for.
    fn source(self) -> Option<&'static str> {
        match self {
            Self::Nothing => None,
            Self::Occupations => Some("occupations"),
            Self::Skills => Some("skills"),
        }
    }
}

/// A form with what was sent and what is wrong with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Form<'a> {
    pub(super) view: &'a View,
    pub(super) fields: &'a Fields,
    pub(super) faults: &'a [Fault],
}

impl Form<'_> {
    fn fault(&self, name: &str) -> Option<&str> {
        self.faults.iter().find(|fault| fault.field == name).map(|fault| fault.text.as_str())
    }

    /// Whether something is wrong with a field.
    pub(super) fn is_wrong(&self, name: &str) -> bool {
        self.fault(name).is_some()
    }

    /// What is wrong with a field, beside it; nothing where it is right.
    pub(super) fn said_of(&self, name: &str) -> Markup {
        html! {
            @if let Some(fault) = self.fault(name) {
                // The label stands there already.
                @let beside = fault.split_once(": ").map_or(fault, |(_, said)| said);
                p .fault #{ (name) "-fault" } {
                    span .sr { (self.view.say("Fel: ", "Error: ")) } (words::capital(beside))
                }
            }
        }
    }

    /// Whether one of these fields is filled or wrong, so that it must be seen.
    pub(super) fn shows(&self, names: &[&str]) -> bool {
        names.iter().any(|name| {
            self.fault(name).is_some()
                || self.fields.all(name).any(|value| !value.trim().is_empty())
        })
    }

    /// Ids of what describes a field.
    fn described(&self, ask: Ask<'_>) -> Option<String> {
        let hint = (!ask.hint.is_empty()).then(|| format!("{}-hint", ask.name));
        let fault = self.fault(ask.name).map(|_| format!("{}-fault", ask.name));
        let all: Vec<String> = hint.into_iter().chain(fault).collect();
        (!all.is_empty()).then(|| all.join(" "))
    }

    fn below_label(&self, ask: Ask<'_>) -> Markup {
        html! {
            @if !ask.hint.is_empty() { p .hint #{ (ask.name) "-hint" } { (ask.hint) } }
            (self.said_of(ask.name))
        }
    }

    /// A line of text; `width` is a class: `short`, `day` or `long`.
    pub(super) fn line(&self, ask: Ask<'_>, width: &str, suggest: Suggest) -> Markup {
        html! {
            div .field .wrong[self.fault(ask.name).is_some()] {
                label for=(ask.name) { (ask.label) }
                (self.below_label(ask))
                input type="text" id=(ask.name) name=(ask.name) class=(width)
                    value=(self.fields.get(ask.name)) autocomplete="off" spellcheck="false"
                    inputmode=[(width == "short").then_some("decimal")]
                    data-suggest=[suggest.source()]
                    aria-describedby=[self.described(ask)]
                    aria-invalid=[self.fault(ask.name).map(|_| "true")];
            }
        }
    }

    /// A secret, which is never shown again.
    pub(super) fn secret(&self, ask: Ask<'_>) -> Markup {
        html! {
            div .field .wrong[self.fault(ask.name).is_some()] {
                label for=(ask.name) { (ask.label) }
                (self.below_label(ask))
                input type="password" id=(ask.name) name=(ask.name) autocomplete="current-password"
                    aria-describedby=[self.described(ask)]
                    aria-invalid=[self.fault(ask.name).map(|_| "true")];
            }
        }
    }

    /// Several values, one a line.
    pub(super) fn lines(&self, ask: Ask<'_>, suggest: Suggest) -> Markup {
        html! {
            div .field .wrong[self.fault(ask.name).is_some()] {
                label for=(ask.name) { (ask.label) }
                (self.below_label(ask))
                textarea id=(ask.name) name=(ask.name) rows="3" spellcheck="false" autocomplete="off"
                    data-suggest=[suggest.source()]
                    aria-describedby=[self.described(ask)]
                    aria-invalid=[self.fault(ask.name).map(|_| "true")] {
                    (self.fields.get(ask.name))
                }
            }
        }
    }

    /// One of some values; an empty value stands for none.
    pub(super) fn select<V: AsRef<str>, L: AsRef<str>>(
        &self,
        ask: Ask<'_>,
        options: &[(V, L)],
    ) -> Markup {
        let chosen = self.fields.get(ask.name);
        html! {
            div .field .wrong[self.fault(ask.name).is_some()] {
                label for=(ask.name) { (ask.label) }
                (self.below_label(ask))
                select id=(ask.name) name=(ask.name) aria-describedby=[self.described(ask)]
                    aria-invalid=[self.fault(ask.name).map(|_| "true")] {
                    @for (value, label) in options {
                        option value=(value.as_ref()) selected[value.as_ref() == chosen] { (label.as_ref()) }
                    }
                }
            }
        }
    }

    /// One of some values as radio buttons.
    /// The first is taken where nothing was sent.
    pub(super) fn radios(&self, ask: Ask<'_>, options: &[(&str, &str, &str)]) -> Markup {
        let chosen = self.fields.get(ask.name);
        html! {
            fieldset .field .wrong[self.fault(ask.name).is_some()] aria-describedby=[self.described(ask)] {
                legend { (ask.label) }
                (self.below_label(ask))
                @for (at, (value, label, more)) in options.iter().enumerate() {
                    @let id = choice_id(ask.name, at);
                    div .choice {
                        input type="radio" id=(id) name=(ask.name) value=(value)
                            checked[chosen == *value || chosen.is_empty() && at == 0];
                        label for=(id) { (label) @if !more.is_empty() { span .more { (more) } } }
                    }
                }
            }
        }
    }

    /// Any of some values as boxes.
    pub(super) fn boxes<V: AsRef<str>, L: AsRef<str>>(
        &self,
        ask: Ask<'_>,
        options: &[(V, L)],
    ) -> Markup {
        html! {
            fieldset .field .wrong[self.fault(ask.name).is_some()] aria-describedby=[self.described(ask)] {
                legend { (ask.label) }
                (self.below_label(ask))
                @for (at, (value, label)) in options.iter().enumerate() {
                    (self.tick(&choice_id(ask.name, at), ask.name, value.as_ref(), label.as_ref()))
                }
            }
        }
    }

    /// A box.
    pub(super) fn tick(&self, id: &str, name: &str, value: &str, label: &str) -> Markup {
        html! {
            div .choice {
                input type="checkbox" id=(id) name=(name) value=(value) checked[self.fields.has(name, value)];
                label for=(id) { (label) }
            }
        }
    }

    /// All errors with links to their fields; it takes the focus. Nothing where there is none.
    pub(super) fn summary(&self) -> Markup {
        let (view, faults) = (self.view, self.faults);
        html! {
            @if !faults.is_empty() {
                div .errors #errors role="alert" tabindex="-1" autofocus {
                    h2 { (view.say("Något behöver rättas", "Something must be corrected")) }
                    ul {
                        @for fault in faults {
                            li {
                                @if fault.field.is_empty() { (fault.text) }
                                @else { a href={ "#" (fault.field) } { (fault.text) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

/// Id of one of several choices: the first has the name, so that errors lead there.
fn choice_id(name: &str, at: usize) -> String {
    if at == 0 { name.to_owned() } else { format!("{name}-{at}") }
}

/// Rarely used fields: open where one of them is filled or wrong.
pub(super) fn rare(title: &str, open: bool, fields: &Markup) -> Markup {
    html! { details open[open] { summary { (title) } div .inside { (fields) } } }
}
