//! The adviser's pages as HTML: views from values, and what a form means. Nothing here knows the web; the
//! handlers of [`crate::api`] ask and send.
//!
//! * [`View`] is the frame around every page; `widgets` are the fields of forms with their errors.
//! * [`person`] is the form about one worker and how it becomes a profile, [`reading`] what its words were
//!   read as, [`answer`] the two lists of paths, `path` one of them, [`sheet`] one as a page to print,
//!   [`table`] some side by side,
//!   [`explore`] what lies beyond them.
//! * [`lists`] takes lists of workers, [`mapping`] says how one is read, [`list`] what became of it,
//!   [`order()`] reads what is asked of a cohort plan, [`plan`] shows one.
//! * [`trouble`] says what went wrong, [`about`] where figures come from.
//!
//! What a worker said travels in hidden fields from page to page: no address holds it, and the server in memory alone, for
//! as long as somebody may come back to a page. All works without scripts; [`SCRIPT`] adds suggestions while typing, progress and a button to print.

pub mod about;
pub mod answer;
pub mod explore;
mod fields;
mod frame;
pub mod list;
pub mod lists;
pub mod mapping;
mod order;
mod path;
pub mod person;
pub mod plan;
mod profile;
pub mod reading;
pub mod sheet;
pub mod table;
pub mod trouble;
mod widgets;

pub use fields::{About, Fields, Pick, Picks, bytes_in_memory};
pub use frame::{SCRIPT, STYLE, View};
pub use order::{faults as order_faults, order};
pub use profile::{nothing_said, profile, refused, words};
pub use widgets::Fault;

use maud::{Markup, html};

use crate::{
    domain::{Bilingual, Language},
    intake::personnummer,
};

fn personnummer_in(text: &str) -> bool {
    personnummer::found_in(text)
}

/// A text for a reader of a language; one that is only known in the other says so to screen readers.
fn said(text: &Bilingual<String>, language: Language) -> Markup {
    let (text, own) = text.best(language);
    html! { @if own == language { (text) } @else { span lang=(own.code()) { (text) } } }
}

/// The same with a capital first letter.
fn headed(text: &Bilingual<String>, language: Language) -> Markup {
    let capital = |text: &String| crate::words::capital(text);
    said(&Bilingual { sv: capital(&text.sv), en: capital(&text.en) }, language)
}

/// Marks between the parts of a row.
fn joined(parts: impl IntoIterator<Item = Markup>, between: &str) -> Markup {
    html! {
        @for (at, part) in parts.into_iter().enumerate() {
            @if at > 0 { (between) }
            (part)
        }
    }
}
